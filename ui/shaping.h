/* shaping.h - the texts of boxes, shaped or not yet. Private to ui/.
 *
 * A text that is not shaped is measured by its characters: a Han character is
 * an em, a letter about half of one. Of a law's paragraphs one in some dozens
 * turns out to have a line more or less. */
#ifndef UI_SHAPING_H
#define UI_SHAPING_H

#include "ui/box.h"

/* Shapes a text; a box of another kind, or shaped already: nothing. True when
 * it did. */
bool shaping_shape(struct view *view, struct box *box);
/* The texts of a whole tree; true when any was not shaped. */
bool shaping_shape_all(struct view *view, struct box *box);

/* Takes the first box off a list of shaped ones and frees its paragraph. */
void shaping_drop(struct box **first);

/* Exact when it is shaped, else expected; without the padding. */
int shaping_natural_width(const struct box *box);
int shaping_height(const struct box *box, int width_px);

/* Appends a part of the text (bytes) as it is read out: [电话] for an icon. */
void shaping_put_words(const struct box *box, size_t start, size_t end,
                       struct buf *out);

/* The text, as the paragraph has it once there is one. */
const char *shaping_text(const struct box *box);

/* What of the text stands in the lines of this box, in bytes. */
struct text_part {
    size_t start, end;
};
struct text_part shaping_part(const struct box *box);

/* px of the paragraph above the box's first line. */
int shaping_above(const struct box *box);

/* As paragraph_range, of what stands in this box and from its first line. */
size_t shaping_range(const struct box *box, uint32_t start, uint32_t end,
                     struct text_rect *rects, size_t limit);

#endif
