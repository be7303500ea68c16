/* A newspaper issue, a page at a time; and the other issues of the paper. */
#include <stdio.h>

#include "app/kiosk/app.h"
#include "app/kiosk/sheet.h"
#include "ui/widgets.h"

#define ISSUES_MOST 60
#define TEXTS_MOST 24 /* articles of a page that show more than a headline */

struct state {
    size_t page; /* index */
    bool past;   /* the other issues show instead */
};

struct data {
    struct issue issue;
    struct issue_ref *others;
    size_t other_count;
    size_t page; /* index of the page that is loaded */
    struct sheet_article *articles;
    size_t article_count;
};

/* Values of ACT_SCREEN: the index of a page, or this. */
enum { PAST = -1 };

static void load_page(const struct app *app, struct arena *arena,
                      struct data *data)
{
    const struct card_list *list = &data->issue.pages[data->page].articles;
    data->article_count = list->count;
    data->articles = arena_alloc(arena, list->count * sizeof(*data->articles));
    for (size_t i = 0; i < list->count; i++) {
        struct item *item = arena_alloc(arena, sizeof(*item));
        bool second =
            list->cards[i].page != data->issue.pages[data->page].number;
        data->articles[i] = (struct sheet_article){&list->cards[i], NULL};
        if (!second && i < TEXTS_MOST &&
            store_item(app->store, arena, list->cards[i].id, item))
            data->articles[i].document = &item->document;
    }
}

static bool load(const struct app *app, struct screen *screen)
{
    const struct state *state = screen->state;
    struct data *data = arena_alloc(&screen->arena, sizeof(*data));
    *data = (struct data){0};
    screen->data = data;
    if (!store_issue(app->store, &screen->arena, screen->argument,
                     &data->issue))
        return false;
    data->other_count =
        store_other_issues(app->store, &screen->arena, screen->argument,
                           ISSUES_MOST, &data->others);
    if (state->page < data->issue.page_count)
        data->page = state->page;
    if (data->issue.page_count)
        load_page(app, &screen->arena, data);
    return true;
}

static void add_day(struct buf *line, const char *date)
{
    static const char *const weekdays[] = {"一", "二", "三", "四",
                                           "五", "六", "日"};
    struct civil day;
    if (civil_parse(date, &day))
        buf_printf(line, "%d年%d月%d日 星期%s", day.year, day.month, day.day,
                   weekdays[civil_weekday(
                       civil_day_number(day.year, day.month, day.day))]);
}

/* A nameplate has no title marks: 《劳动时报》 is the paper 劳动时报. */
static const char *name_of(struct view *view, const char *paper)
{
    static const char open[] = "《", close[] = "》";
    size_t length = strlen(paper), mark = sizeof(open) - 1;
    if (length <= 2 * mark || strncmp(paper, open, mark) ||
        strcmp(paper + length - mark, close))
        return paper;
    return arena_strndup(&view->arena, paper + mark, length - 2 * mark);
}

/* Beside the name where there is room: the day, then the numbers. */
static void add_masthead(struct view *view, struct box *parent,
                         const struct issue *issue)
{
    struct buf line = {0};
    struct box *head = box_add(view, parent, BOX_WRAP, "masthead");
    head->align = BOX_CENTER;
    head->gap = view->theme->gap;
    head->line_gap = theme_px(view->theme, 4);
    box_text(view, head, TEXT_ARTICLE_TITLE, COLOUR_INK,
             name_of(view, issue->paper))
        ->role = "title";
    struct box *lines = box_add(view, head, BOX_COLUMN, "");
    add_day(&line, issue->date);
    if (*issue->lunar)
        buf_printf(&line, " · %s", issue->lunar);
    box_text(view, lines, TEXT_META, COLOUR_INK2, buf_text(&line));
    buf_clear(&line);
    if (*issue->issue_no)
        buf_printf(&line, "第%s期 · ", issue->issue_no);
    if (*issue->total_no)
        buf_printf(&line, "总第%s期 · ", issue->total_no);
    buf_printf(&line, "今日%zu版", issue->page_count);
    box_text(view, lines, TEXT_META, COLOUR_INK2, buf_text(&line));
    buf_fini(&line);
}

static void page_name(const struct issue_page *page, bool named, char *out,
                      size_t size)
{
    snprintf(out, size, named && *page->name ? "第%u版 %s" : "第%u版",
             page->number, page->name);
}

/* Where there is less room only the page that shows has its name: the chips
 * stay on a line. */
static void add_chips(struct view *view, struct box *parent,
                      const struct state *state, const struct data *data)
{
    bool all_named = view->theme->landscape && !view->theme->small;
    struct box *chips = box_add(view, parent, BOX_WRAP, "chips");
    chips->gap = chips->line_gap = view->theme->gap;
    for (size_t i = 0; i < data->issue.page_count; i++) {
        char text[128];
        bool on = i == data->page && !state->past;
        page_name(&data->issue.pages[i], on || all_named, text, sizeof(text));
        widget_chip(view, chips, text, on,
                    &(struct action){ACT_SCREEN, "", (int)i});
    }
    if (data->other_count)
        widget_chip(view, chips, "往期", state->past,
                    &(struct action){ACT_SCREEN, "", PAST});
}

/* At the foot of the sheet, near the hand. */
static void add_turning(struct view *view, struct box *column,
                        const struct data *data)
{
    struct box *row = box_add(view, column, BOX_WRAP, "turning");
    char name[128], text[192];
    row->gap = row->line_gap = view->theme->gap;
    row->pack = BOX_END;
    if (data->page > 0) {
        page_name(&data->issue.pages[data->page - 1], true, name, sizeof(name));
        snprintf(text, sizeof(text), "‹ %s", name);
        widget_chip(view, row, text, false,
                    &(struct action){ACT_SCREEN, "", (int)data->page - 1});
    }
    if (data->page + 1 < data->issue.page_count) {
        page_name(&data->issue.pages[data->page + 1], true, name, sizeof(name));
        snprintf(text, sizeof(text), "%s ›", name);
        widget_chip(view, row, text, false,
                    &(struct action){ACT_SCREEN, "", (int)data->page + 1});
    }
}

static void add_past(struct view *view, struct box *column,
                     const struct data *data)
{
    struct box *rows = box_add(view, column, BOX_COLUMN, "rows");
    for (size_t i = 0; i < data->other_count; i++) {
        struct buf day = {0}, number = {0};
        add_day(&day, data->others[i].date);
        if (*data->others[i].issue_no)
            buf_printf(&number, "第%s期", data->others[i].issue_no);
        widget_row(view, rows,
                   &(struct widget_row){
                       .title = buf_text(&day),
                       .meta = buf_text(&number),
                       .media = "",
                       .serif = true,
                       .action = {ACT_LINK, data->others[i].id, 0},
                   });
        buf_fini(&day);
        buf_fini(&number);
    }
}

static void add_top(struct view *view, struct box *column,
                    const struct data *data, const struct state *state)
{
    struct box *top = box_add(view, column, BOX_WRAP, "top");
    top->gap = view->theme->gap;
    top->line_gap = theme_px(view->theme, 16);
    top->align = BOX_CENTER;
    add_masthead(view, top, &data->issue);
    add_chips(view, top, state, data);
}

/* A whole page; returns its sheet. */
static struct box *add_page(struct view *view, const struct data *data,
                            const struct state *state, int height)
{
    const struct issue_page *page = &data->issue.pages[data->page];
    struct box *column = page_column(view, false);
    add_top(view, column, data, state);
    struct box *sheet = sheet_add(view, column,
                                  &(struct sheet){
                                      .articles = data->articles,
                                      .count = data->article_count,
                                      .page = page->number,
                                      .height = height,
                                  },
                                  page_measure(view));
    if (!view->theme->landscape)
        add_turning(view, column, data);
    return sheet;
}

/* The height of a sheet with which the page is as high as the viewport, found
 * by trying; more where that would tell too little. 0 where there is no more to
 * tell. */
static int sheet_height(const struct app *app, const struct view *view,
                        const struct data *data, const struct state *state)
{
    struct view *trial = view_new(app->fonts, view->theme);
    trial->width = view->width;
    struct box *sheet = add_page(trial, data, state, 0);
    view_layout(trial, view->width, 0);
    int whole = sheet->rect.height;
    int height = whole + view->root->min_height - trial->height;
    int least = sheet_least_height(view->theme, page_measure(view));
    view_free(trial);
    if (height < least)
        height = least;
    return height < whole ? height : 0;
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct state *state = screen->state;
    const struct data *data = screen->data;
    if (data->issue.page_count && !state->past) {
        add_page(view, data, state, sheet_height(app, view, data, state));
        return;
    }
    struct box *column = page_column(view, false);
    add_top(view, column, data, state);
    add_past(view, column, data);
}

static bool input(struct screen *screen, const struct action *action)
{
    struct state *state = screen->state;
    state->past = action->value == PAST;
    if (!state->past)
        state->page = (size_t)action->value;
    screen->from_top = true;
    return true;
}

const struct screen_ops issue_screen = {.name = "issue",
                                        .state_size = sizeof(struct state),
                                        .load = load,
                                        .build = build,
                                        .input = input};
