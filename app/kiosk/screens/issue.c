/* A newspaper issue as a list by page. The page set in columns comes later. */
#include <stdio.h>

#include "app/kiosk/app.h"
#include "ui/widgets.h"

static bool load(const struct app *app, struct screen *screen)
{
    struct issue *issue = arena_alloc(&screen->arena, sizeof(*issue));
    screen->data = issue;
    return store_issue(app->store, &screen->arena, screen->argument, issue);
}

static void add_masthead(struct view *view, struct box *column,
                         const struct issue *issue)
{
    static const char *const weekdays[] = {"一", "二", "三", "四",
                                           "五", "六", "日"};
    struct buf line = {0};
    struct civil day;
    box_text(view, column, TEXT_ARTICLE_TITLE, COLOUR_INK, issue->paper)->role =
        "title";
    if (civil_parse(issue->date, &day))
        buf_printf(&line, "%d年%d月%d日 星期%s", day.year, day.month, day.day,
                   weekdays[civil_weekday(
                       civil_day_number(day.year, day.month, day.day))]);
    if (*issue->lunar)
        buf_printf(&line, " · %s", issue->lunar);
    if (*issue->issue_no)
        buf_printf(&line, " · 第%s期", issue->issue_no);
    if (*issue->total_no)
        buf_printf(&line, " · 总第%s期", issue->total_no);
    buf_printf(&line, " · 今日%zu版", issue->page_count);
    box_text(view, column, TEXT_META, COLOUR_INK2, buf_text(&line));
    buf_fini(&line);
}

static void add_article(struct view *view, struct box *column,
                        const struct item_card *card)
{
    widget_row(view, column,
               &(struct widget_row){
                   .title = card->title,
                   .meta = *card->subtitle ? card->subtitle : card->summary,
                   .media = card->image,
                   .serif = true,
                   .action = {ACT_LINK, card->id, 0},
               });
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct issue *issue = screen->data;
    struct box *column = page_column(view, false);
    (void)app;
    add_masthead(view, column, issue);
    for (size_t i = 0; i < issue->page_count; i++) {
        const struct issue_page *page = &issue->pages[i];
        char text[128];
        snprintf(text, sizeof(text), "第%u版 %s", page->number, page->name);
        box_text(view, column, TEXT_SECTION, COLOUR_ACCENT, text)->role =
            "heading";
        struct box *rows = box_add(view, column, BOX_COLUMN, "rows");
        for (size_t k = 0; k < page->articles.count; k++)
            add_article(view, rows, &page->articles.cards[k]);
    }
}

const struct screen_ops issue_screen = {
    .name = "issue", .load = load, .build = build};
