/* item.h - an article, a guide or a newspaper article as a page: title, text,
 * sources, what to read next. */
#ifndef APP_PAGE_ITEM_H
#define APP_PAGE_ITEM_H

#include "content/store.h"
#include "ui/box.h"

/* Adds the page below the view's root; view->width must be set. find: what a
 * tap on 在本篇中找 does; NULL: that is not offered. */
void item_page(struct view *view, const struct item *item,
               const struct action *find);

#endif
