/* page.h - what all pages of the edition share, on the kiosk's screen as in an
 * editor's preview. */
#ifndef APP_PAGE_PAGE_H
#define APP_PAGE_PAGE_H

#include "ui/box.h"

/* The action of a link: its argument is one of the edition, or
 * listings/kind/row. The programs number theirs from the next. */
#define PAGE_LINK 1

/* Width of the view's content box, px: the measure a page may fill. view->width
 * must be set. */
int page_measure(const struct view *view);

/* The column a page puts its boxes in: margins, gaps. A reading column is a
 * whole number of em of body text wide, at most 34, and stands in the middle;
 * for another em the margins give a little (rule 20 in ARCHITECTURE.md). */
struct box *page_column(struct view *view, bool reading);

/* A width cut to whole em; less than one em stays as it is. */
int page_snap(int width, int em);

/* Minutes it takes to read so many characters, 300 a minute; at least one. */
unsigned page_minutes(unsigned characters);

#endif
