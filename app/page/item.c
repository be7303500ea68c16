#include "app/page/item.h"

#include <stdio.h>

#include "app/page/page.h"
#include "app/page/rich.h"
#include "base/civil.h"
#include "ui/widgets.h"

static void add_part(struct buf *line, const char *part)
{
    if (!*part)
        return;
    if (line->length)
        buf_puts(line, "　");
    buf_puts(line, part);
}

static void add_date(struct buf *line, const char *date)
{
    struct civil day;
    char text[48];
    if (!civil_parse(date, &day))
        return;
    snprintf(text, sizeof(text), "%d年%d月%d日", day.year, day.month, day.day);
    add_part(line, text);
}

/* Above the title: where and when it appeared. */
static void add_kicker(struct view *view, struct box *column,
                       const struct item *item)
{
    struct buf line = {0};
    char page[32];
    add_part(&line, item->parent_title);
    if (strcmp(item->kind, "guide"))
        add_date(&line, item->card.date);
    if (item->card.page) {
        snprintf(page, sizeof(page), "第%u版", item->card.page);
        add_part(&line, page);
    }
    add_part(&line, item->card.kicker);
    box_text(view, column, TEXT_META, COLOUR_INK2, buf_text(&line))->aside =
        true;
    buf_fini(&line);
}

/* Below the title: length, and what it is about. */
static void add_facts(struct view *view, struct box *column,
                      const struct item *item, const struct action *find)
{
    char text[96];
    unsigned characters = item->card.characters;
    struct box *line = box_add(view, column, BOX_WRAP, "facts");
    line->gap = line->line_gap = view->theme->gap / 2;
    line->align = BOX_CENTER;
    line->aside = true;
    snprintf(text, sizeof(text), "约%u字 · %u分钟",
             characters < 100 ? characters : (characters + 50) / 100 * 100,
             page_minutes(characters));
    box_text(view, line, TEXT_META, COLOUR_INK2, text);
    for (size_t i = 0; i < item->topic_count; i++)
        widget_tag(view, line, item->topics[i], COLOUR_ACCENT, COLOUR_RED_TINT);
    if (item->card.upcoming)
        widget_tag(view, line, "即将生效", COLOUR_AMBER, COLOUR_AMBER_TINT);
    if (find)
        widget_chip(view, line, "在本篇中找", false, find);
}

static void add_head(struct view *view, struct box *column,
                     const struct item *item, const struct action *find)
{
    struct box *head = box_add(view, column, BOX_COLUMN, "head");
    head->gap = theme_px(view->theme, 16);
    add_kicker(view, head, item);
    box_text(view, head, TEXT_ARTICLE_TITLE, COLOUR_INK, item->card.title)
        ->role = "title";
    if (*item->card.subtitle)
        box_text(view, head, TEXT_NOTE, COLOUR_INK2, item->card.subtitle);
    add_facts(view, head, item, find);
    widget_rule(view, column);
}

/* What a guide answers, before its reasons. */
static void add_summary(struct view *view, struct box *column,
                        const struct item *item)
{
    if (strcmp(item->kind, "guide") || !*item->card.summary)
        return;
    struct rich_text text = {.text = item->card.summary,
                             .length = (uint32_t)strlen(item->card.summary)};
    struct box *note = rich_note(view, column, "一句话回答");
    rich_text(view, note, TEXT_NOTE, COLOUR_INK, &text, ALIGN_JUSTIFY, 0);
}

static void add_lead_picture(struct view *view, struct box *column,
                             const struct item *item)
{
    const struct document *document = &item->document;
    if (!*item->card.image)
        return;
    /* The same picture in the text would stand there twice. */
    for (uint32_t i = 0; i < document->count; i++)
        if (document->blocks[i].kind == BLOCK_IMAGE &&
            !strcmp(document->blocks[i].media, item->card.image))
            return;
    int width = view->width - column->pad_left - column->pad_right;
    int height = (int)((int64_t)width * 420 / 984);
    struct box *picture =
        box_picture(view, column, item->card.image, width, height);
    picture->radius = theme_px(view->theme, 16);
    box_label(view, picture, item->card.image_alt);
}

static void add_laws(struct view *view, struct box *column,
                     const struct item *item)
{
    struct buf line = {0};
    if (!item->law_count)
        return;
    for (size_t i = 0; i < item->law_count; i++) {
        const struct law_ref *ref = &item->laws[i];
        bool same = i && !strcmp(ref->law, item->laws[i - 1].law);
        if (same)
            buf_puts(&line, "、");
        else
            buf_printf(&line, "%s《%s》", i ? "；" : "", ref->law);
        /* 276之一 is the article 第276条之一. */
        const char *after = strstr(ref->article, "之");
        int digits =
            after ? (int)(after - ref->article) : (int)strlen(ref->article);
        if (digits)
            buf_printf(&line, "第%.*s条%s", digits, ref->article,
                       after ? after : "");
    }
    buf_puts(&line, "。");
    struct rich_text text = {.text = buf_text(&line),
                             .length = (uint32_t)line.length};
    struct box *note = rich_note(view, column, "法律依据");
    rich_text(view, note, TEXT_NOTE, COLOUR_INK2, &text, ALIGN_LEFT, 0);
    buf_fini(&line);
}

static void add_sources(struct view *view, struct box *column,
                        const struct item *item)
{
    struct buf line = {0};
    add_part(&line, item->byline);
    add_part(&line, item->card.source);
    if (*item->reviewed) {
        struct civil day;
        char text[64];
        if (civil_parse(item->reviewed, &day)) {
            snprintf(text, sizeof(text), "资料截至%d年%d月%d日", day.year,
                     day.month, day.day);
            add_part(&line, text);
        }
    }
    if (*item->continued)
        add_part(&line, item->continued);
    if (line.length)
        box_text(view, column, TEXT_CAPTION, COLOUR_INK2, buf_text(&line));
    buf_fini(&line);
}

static void add_related(struct view *view, struct box *column,
                        const struct item *item)
{
    if (!item->related_count)
        return;
    struct box *heading =
        box_text(view, column, TEXT_SECTION, COLOUR_INK, "接着看");
    struct box *rows = box_add(view, column, BOX_COLUMN, "rows");
    heading->role = "heading";
    heading->aside = rows->aside = true;
    for (size_t i = 0; i < item->related_count; i++)
        widget_row(view, rows,
                   &(struct widget_row){
                       .title = item->related[i].title,
                       .meta = item->related[i].channel_title,
                       .media = "",
                       .serif = true,
                       .action = {PAGE_LINK, item->related[i].id, 0},
                   });
}

static void add_neighbour(struct view *view, struct box *row, const char *which,
                          const char *title, const char *id)
{
    const struct theme *theme = view->theme;
    struct box *card = box_add(view, row, BOX_COLUMN, "button");
    card->gap = theme_px(theme, 6);
    if (!*id)
        return;
    card->fill = COLOUR_CARD;
    card->border = COLOUR_LINE;
    card->border_width = theme->hairline;
    card->radius = theme->radius;
    card->min_height = theme->touch;
    box_pad(card, theme_px(theme, 20), theme_px(theme, 28));
    box_text(view, card, TEXT_META, COLOUR_ACCENT, which);
    box_text_lines(view, card, TEXT_TILE_WIDE_LINE, COLOUR_INK, title, 2);
    box_act(view, card, PAGE_LINK, id, 0);
    box_label(view, card, which);
}

static void add_neighbours(struct view *view, struct box *column,
                           const struct item *item)
{
    if (!*item->previous && !*item->next)
        return;
    struct box *row = box_add(view, column, BOX_GRID, "neighbours");
    row->columns = 2;
    row->aside = true;
    row->gap = view->theme->gap;
    add_neighbour(view, row, "上一篇", item->previous_title, item->previous);
    add_neighbour(view, row, "下一篇", item->next_title, item->next);
}

void item_page(struct view *view, const struct item *item,
               const struct action *find)
{
    struct box *column = page_column(view, true);
    add_head(view, column, item, find);
    add_summary(view, column, item);
    add_lead_picture(view, column, item);
    rich_document(view, column, &item->document);
    add_laws(view, column, item);
    add_sources(view, column, item);
    add_related(view, column, item);
    add_neighbours(view, column, item);
}
