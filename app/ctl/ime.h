/* ime.h - the parts of yichuangctl ime, which asks the input methods. argv[0]
 * is the part's name. */
#ifndef APP_CTL_IME_H
#define APP_CTL_IME_H

#include "ctl.h"

int ime_pinyin(int argc, char **argv);
int ime_strokes(int argc, char **argv);
int ime_write(int argc, char **argv);

#endif
