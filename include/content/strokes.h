/* strokes.h - 笔画: characters by the order and kind of their strokes.
 *
 * Five keys, as GF 0023-2020 《通用规范汉字笔顺规范》 numbers the kinds:
 * 1 一 (横, 提)  2 丨 (竖, 竖钩)  3 丿 (撇)  4 丶 (点, 捺)  5 乛 (all that
 * turn).
 *
 * The table is mapped and only read; any number of threads may ask it. Nothing
 * of a question is kept, so there is nothing to forget. */
#ifndef CONTENT_STROKES_H
#define CONTENT_STROKES_H

#include <stddef.h>
#include <stdint.h>

struct strokes;

/* Keys that are looked at; no character has as many. */
enum { STROKES_KEYS = 64 };

/* Opens a table: content/ime/data/strokes.table in the source tree,
 * $(prefix)/share/yichuang/strokes.table where it is installed. NULL when it is
 * missing, cut short or damaged, with the reason logged. The caller owns the
 * result: strokes_close() it. */
struct strokes *strokes_open(const char *path);
void strokes_close(struct strokes *table); /* NULL is fine */

/* Characters whose strokes begin with keys: first those that are then complete,
 * then the others, each by how common they are. keys are the digits 1 to 5,
 * with
 * * or ? for a stroke one is not sure of; NUL-terminated. Results are code
 * points, at most `most`, of which the first `skip` are left out (for paging);
 * returns how many were written: 0 when nothing fits, keys is empty, too long
 * or holds something else. */
size_t strokes_find(const struct strokes *table, const char *keys, size_t skip,
                    uint32_t *results, size_t most);

/* The keys of a character, NUL-terminated and valid until strokes_close; NULL
 * when the table does not know it. */
const char *strokes_of(const struct strokes *table, uint32_t codepoint);

#endif
