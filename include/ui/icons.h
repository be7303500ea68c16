/* icons.h - the signs of the interface, as paths in one table. What they are
 * called: base/icon_names.h. */
#ifndef UI_ICONS_H
#define UI_ICONS_H

#include "base/icon_names.h"

/* clang-format off */
#define X(id, said, english) ICON_##id,
enum icon {
    ICON_NONE,
    ICON_NAMES(X)
    ICON_COUNT
};
#undef X
/* clang-format on */

/* By either of the names an edition may use; ICON_NONE when unknown. */
enum icon icon_by_name(const char *name);

/* What is said of it; "" of ICON_NONE. */
const char *icon_said(enum icon icon);

/* For outline_draw: view box 24, stroke 0 when filled. */
const char *icon_path(enum icon icon, float *stroke_out);

#endif
