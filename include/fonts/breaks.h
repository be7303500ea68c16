/* breaks.h - where a line may start. For fonts/ only.
 *
 * ICU's strict rules for Chinese, with what CLREQ wants otherwise laid over
 * them as tables. */
#ifndef FONTS_BREAKS_H
#define FONTS_BREAKS_H

#include "fonts/itemize.h"

/* What ICU is asked for. */
#define BREAKS_LOCALE "zh@lb=strict"

struct breaks;

/* Aborts when ICU has no line breaking rules: its data are part of the
 * library. */
struct breaks *breaks_new(void);
void breaks_free(struct breaks *breaks);   /* NULL is fine */
void breaks_forget(struct breaks *breaks); /* wipes runs of characters */

/* Sets CHARACTER_BREAK on the characters of a chunk a line may start with. */
void breaks_mark(struct breaks *breaks, struct itemizer *itemizer);

/* May this character hold what follows it on its line, where ICU would not? */
bool breaks_glues(uint32_t code);

/* For tests: asks ICU about every character, as if nothing were remembered. */
void breaks_ask_always(struct breaks *breaks, bool always);

#endif
