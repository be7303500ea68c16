#include "app/page/page.h"

#define READING_EM 34

int page_measure(const struct view *view)
{
    return view->width - 2 * view->theme->page;
}

struct box *page_column(struct view *view, bool reading)
{
    const struct theme *theme = view->theme;
    struct box *column = box_add(view, view->root, BOX_COLUMN, "column");
    int side = theme->page;
    int widest = READING_EM * theme->text[TEXT_BODY].style.size_px;
    if (reading && page_measure(view) > widest)
        side = (view->width - widest) / 2;
    column->pad_left = column->pad_right = side;
    column->pad_top = theme->pad + theme_px(theme, 8);
    column->pad_bottom = theme->pad;
    column->gap = theme->gap;
    column->grow = 1;
    return column;
}

unsigned page_minutes(unsigned characters)
{
    enum { A_MINUTE = 300 };
    return characters < A_MINUTE ? 1 : (characters + A_MINUTE - 1) / A_MINUTE;
}
