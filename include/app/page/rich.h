/* rich.h - a document of the store as boxes: paragraphs, headings, lists,
 * quotes, call-outs, tables, pictures with captions. */
#ifndef APP_PAGE_RICH_H
#define APP_PAGE_RICH_H

#include "content/document.h"
#include "ui/box.h"

void rich_document(struct view *view, struct box *parent,
                   const struct document *document);

/* A call-out whose inside is a whole number of em wide. Nothing in `parent`
 * between it and the page's column but quotes. label as for widget_note. */
struct box *rich_note(struct view *view, struct box *parent, const char *label);

/* One text with its spans, in a role; for cells of listings too.
 * Justified text is prose: its lines are cut to whole em. */
struct box *rich_text(struct view *view, struct box *parent,
                      enum text_role role, enum colour_role colour,
                      const struct rich_text *text, enum text_align align,
                      int indent_em);

/* All of it bold, whatever styles it has; the spans become the view's. */
void rich_embolden(struct view *view, struct rich_text *text);

#endif
