/* Articles on the sheet of a newspaper, as the editor's guide promises them:
 * headlines, icons, and what tells that there is more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "app/kiosk/sheet.h"
#include "base/buf.h"

enum { ROOM = 984 }; /* px of a sheet in portrait: two columns of 14 em */

static struct fonts *fonts;
static struct theme theme;

static const struct item_card plain_card = {
    .id = "papers/p/2026-01-09/a",
    .title = "夜校开课",
    .subtitle = "",
    .kicker = "",
    .summary = "",
    .image = "",
    .image_alt = "",
    .page = 1,
};

/* The first page of an issue with one article on it, or two alike. */
static struct view *make_up(const struct item_card *card,
                            const struct document *document, size_t count)
{
    struct sheet_article articles[] = {{card, document}, {card, document}};
    struct view *view = view_new(fonts, &theme);
    sheet_add(view, view->root,
              &(struct sheet){.articles = articles, .count = count, .page = 1},
              ROOM);
    view_layout(view, ROOM, 0);
    return view;
}

static struct block paragraph_of(const char *text)
{
    return (struct block){
        .kind = BLOCK_PARAGRAPH,
        .content = {.text = text, .length = (uint32_t)strlen(text)},
        .label = "",
        .media = "",
        .alt = "",
    };
}

/* The first text that begins so, in the order of reading; or NULL. */
static const struct box *find(const struct box *box, const char *text)
{
    const struct box *found = NULL;
    if (box->kind == BOX_TEXT && !box->begun_in &&
        !strncmp(box->source->text, text, strlen(text)))
        return box;
    for (const struct box *child = box->first; child && !found;
         child = child->next)
        found = find(child, text);
    return found;
}

static const struct box *last_of(const struct view *view, const char *text)
{
    const struct box *row = view->root->first->last;
    return find(row, text);
}

static const struct box *text_of(const struct view *view, const char *text)
{
    const struct box *box = find(view->root, text);
    if (!box)
        fail_msg("no text “%s”", text);
    return box;
}

static bool says(const struct view *view, const char *text)
{
    struct buf words = {0};
    box_words(view->root, &words);
    bool found = strstr(buf_text(&words), text) != NULL;
    buf_fini(&words);
    return found;
}

static size_t icons_of(const struct box *box)
{
    size_t count = 0, marks;
    for (size_t i = 0; i < paragraph_line_count(box->paragraph); i++) {
        const struct placed_mark *mark =
            paragraph_marks(box->paragraph, i, &marks);
        for (size_t m = 0; m < marks; m++)
            count += mark[m].kind == MARK_ICON;
    }
    return count;
}

static void assert_middle(const struct box *box, size_t line)
{
    struct text_line at = paragraph_line(box->paragraph, line);
    int middle = box->rect.x + at.x + at.width / 2;
    if (middle < ROOM / 2 - 3 || middle > ROOM / 2 + 3)
        fail_msg("line %zu of “%s” has its middle at %d, not %d", line,
                 box->source->text, middle, ROOM / 2);
}

/* Each line of it, and of what stands above and below. */
static void the_first_headline_stands_in_the_middle(void **state)
{
    (void)state;
    struct item_card card = plain_card;
    struct block block = paragraph_of("办法六月起施行。");
    struct document document = {&block, 1};
    card.kicker = "要闻";
    card.title = "劳动者权益保障办法今天出台，六月一日起施行";
    card.subtitle = "平台企业应当与劳动者订立书面协议，报酬按月结清，"
                    "不得拖欠，也不得拿货物来顶";
    struct view *view = make_up(&card, &document, 1);
    const struct box *title = text_of(view, "劳动者");
    assert_int_equal(paragraph_line_count(title->paragraph), 2);
    assert_middle(text_of(view, "要闻"), 0);
    assert_middle(title, 0);
    assert_middle(title, 1);
    const struct box *deck = text_of(view, "平台");
    assert_int_equal(paragraph_line_count(deck->paragraph), 2);
    assert_middle(deck, 1);
    view_free(view);
}

/* Nothing that an editor writes above or below a headline pushes the text off
 * the sheet. */
static void a_head_has_an_end(void **state)
{
    (void)state;
    struct item_card card = plain_card;
    struct block block = paragraph_of("办法六月起施行。");
    struct document document = {&block, 1};
    struct buf much = {0};
    for (int i = 0; i < 100; i++)
        buf_puts(&much, "长话");
    card.kicker = card.title = card.subtitle = buf_text(&much);
    struct view *view = make_up(&card, &document, 1);
    const struct box *text = text_of(view, "办法");
    assert_true(text->rect.y < 11 * theme.text[TEXT_SHEET_LEAD].line_height);
    view_free(view);
    buf_fini(&much);
}

/* A part that begins in another direction is no line of its own: it would start
 * at the other edge. */
static void a_headline_has_one_direction(void **state)
{
    (void)state;
    struct item_card card = plain_card;
    struct block block = paragraph_of("办法六月起施行。");
    struct document document = {&block, 1};
    card.title = "维吾尔文报道的一条新闻：ئىشچىلار ئۇيۇشمىسى يىغىن ئاچتى";
    struct view *view = make_up(&card, &document, 2);
    const struct box *lead = text_of(view, "维吾尔");
    const struct box *second = last_of(view, "维吾尔");
    assert_ptr_not_equal(lead, second);
    assert_int_equal(paragraph_line_count(second->paragraph), 2);
    assert_int_equal(paragraph_line(second->paragraph, 0).x, 0);
    assert_int_equal(paragraph_line(second->paragraph, 1).x, 0);
    view_free(view);
}

/* As everywhere else in a text. */
static void icons_are_drawn(void **state)
{
    (void)state;
    struct span icon = {6, 9, SPAN_ICON, "", "", "电话"};
    struct block blocks[3] = {paragraph_of("甲按\uFFFC求助。"),
                              paragraph_of("乙按\uFFFC求助"), paragraph_of("")};
    struct rich_text cells[4] = {{.text = ""}, {.text = ""}};
    struct document document = {blocks, COUNT_OF(blocks)};
    for (int i = 0; i < 2; i++) {
        blocks[i].content.spans = &icon;
        blocks[i].content.span_count = 1;
    }
    cells[2] = blocks[0].content;
    cells[2].text = "丙按\uFFFC求助。";
    cells[3] = blocks[1].content;
    blocks[1].kind = BLOCK_HEADING;
    blocks[1].level = 2;
    blocks[2].kind = BLOCK_TABLE;
    blocks[2].columns = blocks[2].rows = 2;
    blocks[2].cells = cells;
    struct view *view = make_up(&plain_card, &document, 1);
    assert_int_equal(icons_of(text_of(view, "甲")), 1);
    assert_int_equal(icons_of(text_of(view, "乙")), 1);
    assert_int_equal(icons_of(text_of(view, "丙")), 2);
    view_free(view);
}

/* Pictures within a text have no room in a column; who sees all of the text is
 * told that there is more to see. */
static void a_picture_that_is_left_out_is_more(void **state)
{
    (void)state;
    struct block blocks[2] = {paragraph_of("照片是上月拍的。"),
                              paragraph_of("")};
    struct document document = {blocks, 1};
    struct view *view = make_up(&plain_card, &document, 1);
    assert_false(says(view, "点开阅读全文"));
    view_free(view);
    blocks[1].kind = BLOCK_RULE;
    document.count = 2;
    view = make_up(&plain_card, &document, 1);
    assert_false(says(view, "点开阅读全文"));
    view_free(view);
    blocks[1].kind = BLOCK_IMAGE;
    view = make_up(&plain_card, &document, 1);
    assert_true(says(view, "照片是上月拍的。"));
    assert_true(says(view, "点开阅读全文"));
    view_free(view);
}

/* A Uyghur article begins in the column at the right. */
static void columns_follow_the_text(void **state)
{
    (void)state;
    struct item_card card = plain_card;
    struct buf words = {0};
    for (int i = 0; i < 40; i++)
        buf_puts(&words, "ئىشچىلار ئۇيۇشمىسى بۈگۈن يىغىن ئاچتى. ");
    struct block block = paragraph_of(buf_text(&words));
    struct document document = {&block, 1};
    card.title = "ئىشچىلار ئۇيۇشمىسى";
    struct view *view = make_up(&card, &document, 1);
    const struct box *text = text_of(view, "ئىشچىلار ئۇيۇشمىسى بۈگۈن");
    assert_non_null(text->next);
    assert_ptr_equal(text->next->begun_in, text);
    assert_true(text->rect.x > ROOM / 2);
    assert_true(text->next->rect.x < ROOM / 2);
    view_free(view);
    buf_fini(&words);
}

static int open_fonts(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    return fonts ? 0 : -1;
}

static int close_fonts(void **state)
{
    (void)state;
    fonts_close(fonts);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_headline_stands_in_the_middle),
        cmocka_unit_test(a_head_has_an_end),
        cmocka_unit_test(a_headline_has_one_direction),
        cmocka_unit_test(icons_are_drawn),
        cmocka_unit_test(a_picture_that_is_left_out_is_more),
        cmocka_unit_test(columns_follow_the_text),
    };
    return cmocka_run_group_tests_name("sheet", tests, open_fonts, close_fonts);
}
