/* script.h - the drive script: the real program on real events with a virtual
 * clock, for tests, people and demos. The commands are in yichuang(1). */
#ifndef APP_KIOSK_SCRIPT_H
#define APP_KIOSK_SCRIPT_H

#include <stdbool.h>

struct app;

struct script_options {
    const char *path;  /* of the script, "-" for standard input */
    const char *shots; /* folder of the pictures; NULL: the current one */
};

/* Runs the script. True when every line held; else what failed is on standard
 * error with its line, and what was visible. */
bool script_run(struct app *app, const struct script_options *options);

#endif
