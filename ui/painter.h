/* painter.h - carries out drawing commands, with the caches they need: glyphs,
 * scaled pictures, icon masks. Private to ui/. */
#ifndef UI_PAINTER_H
#define UI_PAINTER_H

#include "ui/canvas.h"
#include "display_list.h"
#include "ui/stage.h"

struct painter;

struct painter *painter_new(const struct stage_options *options);
void painter_free(struct painter *painter); /* NULL is fine */

void painter_forget_pictures(struct painter *painter);
void painter_shrink_glyphs(struct painter *painter);

void painter_begin_frame(struct painter *painter);

/* Draws what of the list lies within rect. */
void painter_draw(struct painter *painter, struct canvas *canvas,
                  const struct display_list *list, struct rect rect);

struct glyph_cache_stats painter_glyph_stats(const struct painter *painter);
size_t painter_picture_bytes(const struct painter *painter);

#endif
