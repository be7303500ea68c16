/* search.h - the least bad lines of a paragraph. For fonts/ only.
 *
 * What is bad stands in `costs` in search.c. Lines are judged by what they can
 * give and take (struct slack), so that a line which fits only when its commas
 * are squeezed is a line that fits (rule 5). Time is linear. Text with more
 * than SEARCH_BREAKS places to break is searched piece by piece, the last two
 * lines of a piece being found again with the next one. */
#ifndef FONTS_SEARCH_H
#define FONTS_SEARCH_H

#include "fonts/lines.h"

#define SEARCH_BREAKS 1024

/* The lines from glyph `first`, where one may start, up to the end of a forced
 * line at most. Returns where the next one starts: `first` when no line was
 * found. */
size_t search_lines(const struct setting *setting, size_t first,
                    const struct measure *measure, struct lines *out);

#endif
