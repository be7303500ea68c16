/* snapshot.h - pictures of what is drawn, as PNG files. */
#ifndef UI_SNAPSHOT_H
#define UI_SNAPSHOT_H

#include "ui/presenter.h"
#include "ui/stage.h"

/* Writes through a temporary file beside it. False after a logged error. */
bool snapshot_write(const struct surface *surface, const char *path);

/* Draws a view that was laid out (view_layout) on its theme's paper, as the
 * stage would, without a window, and writes it; what lies below height_px is
 * cut off. The options are the stage's. */
bool snapshot_view(struct view *view, const struct stage_options *options,
                   int height_px, const char *path);

#endif
