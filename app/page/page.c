#include "app/page/page.h"

#define READING_EM 34

/* Of a margin, what another em may take. */
#define MARGIN_GIVES_DIVISOR 8

int page_measure(const struct view *view)
{
    return view->width - 2 * view->theme->page;
}

int page_snap(int width, int em)
{
    return width < em ? width : width - width % em;
}

struct box *page_column(struct view *view, bool reading)
{
    const struct theme *theme = view->theme;
    struct box *column = box_add(view, view->root, BOX_COLUMN, "column");
    int em = theme->text[TEXT_BODY].style.size_px, measure = page_measure(view);
    if (reading) {
        measure += theme->page / MARGIN_GIVES_DIVISOR * 2;
        measure = page_snap(
            measure < READING_EM * em ? measure : READING_EM * em, em);
    }
    column->pad_left = (view->width - measure) / 2;
    column->pad_right = view->width - measure - column->pad_left;
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
