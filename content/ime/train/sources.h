/* sources.h - the data that models are made from, as train.sh lays it out in a
 * folder:
 *
 *   kTGH.txt              lines "U+4E00<tab>kTGH<tab>2013:1" of the Unihan
 *                         database: the 8,105 of the 通用规范汉字表, numbered
 *   hanzi/字.json         of hanzi-writer-data: "medians", the strokes' middle
 *                         lines, on a field of 1024 with y up from -124
 *   order.js              of cnchar-order: kinds of strokes as letters
 *   pinyin_simp.dict.yaml word, pinyin, count; of rime-data-pinyin-simp
 *   dict.txt              word count class; of jieba
 *
 * Programs of the developer's: what is wrong ends them with a message. */
#ifndef CONTENT_IME_TRAIN_SOURCES_H
#define CONTENT_IME_TRAIN_SOURCES_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "content/ime/features.h"

__attribute__((format(printf, 1, 2), noreturn)) void die(const char *format,
                                                         ...);

/* The whole file, or the end. */
struct buf source_read(const char *folder, const char *name);

struct character {
    uint32_t code;
    unsigned number; /* in the table: 1 to 3,500 is level 1 */
    uint64_t count;  /* how often it is read, in 10^-9 of all; at least 1 */
    struct ink *ink; /* NULL when hanzi-writer-data lacks it; y down */
};

struct pair {
    uint32_t first, second; /* places in the list of characters */
    uint64_t count;         /* in 10^-9 of all characters */
};

struct sources {
    struct character *characters; /* the whole table, by code */
    size_t count;
    struct pair *pairs; /* by first, then second */
    size_t pair_count;
};

void sources_read(struct sources *sources, const char *folder);
void sources_fini(struct sources *sources);

#endif
