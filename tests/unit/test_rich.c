/* test_rich.c - documents as boxes: columns of tables, marks of lists, measures
 * of whole em. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/page/page.h"
#include "app/page/rich.h"

static struct fonts *fonts;

static struct rich_text rich(const char *text)
{
    return (struct rich_text){text, (uint32_t)strlen(text), 0, NULL};
}

/* The document in a column as the screens make it. */
static struct view *show(const struct theme *theme, int width,
                         struct block *blocks, uint32_t count)
{
    const struct document document = {blocks, count};
    struct view *view = view_new(fonts, theme);
    view->width = width;
    struct box *column = box_add(view, view->root, BOX_COLUMN, "column");
    rich_document(view, column, &document);
    view_layout(view, width, 0);
    return view;
}

static size_t lines_of(const struct box *table, size_t index)
{
    const struct box *cell = table->first;
    while (index--)
        cell = cell->next;
    return paragraph_line_count(cell->first->paragraph);
}

/* What is short stays on one line, at every width that has room for it; a
 * number is the last to be broken. */
static void test_table_columns(void **state)
{
    static const enum cell_align aligns[3] = {CELL_LEFT};
    struct rich_text cells[] = {
        rich("走哪条路"),
        rich("电话"),
        rich("说明"),
        rich("劳动监察投诉"),
        rich("0851-85661773"),
        rich(
            "拖欠工资、克扣工资、不签合同，先找它；不收费，一般六十日内办完。"),
    };
    struct block table = {.kind = BLOCK_TABLE,
                          .label = "",
                          .columns = 3,
                          .rows = 2,
                          .aligns = aligns,
                          .cells = cells};
    struct theme theme;
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    int em = theme.text[TEXT_TABLE].style.size_px;
    for (int width = 17 * em; width < 60 * em; width += em / 2) {
        struct view *view = show(&theme, width, &table, 1);
        const struct box *box = view->root->first->first;
        assert_int_equal(lines_of(box, 4), 1);
        for (size_t i = 0; i < 4 && width >= 26 * em; i++)
            assert_int_equal(lines_of(box, i), 1);
        assert_true(width < 55 * em || lines_of(box, 5) == 1);
        view_free(view);
    }
}

/* Marks of one list hang in one column, however many digits they have. */
static void test_marks_hang(void **state)
{
    static const char *const labels[] = {"（九）", "（十）", "（十一）"};
    struct block blocks[6];
    struct theme theme;
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        blocks[i] = (struct block){.kind = i < 3 ? BLOCK_ITEM : BLOCK_ENDNOTE,
                                   .label = i < 3 ? labels[i] : "",
                                   .ordinal = i < 3 ? 0 : (unsigned)i + 6,
                                   .content = rich("劳动者可以解除劳动合同；")};
    struct view *view = show(&theme, 1080, blocks, COUNT_OF(blocks));
    int left[COUNT_OF(blocks)];
    size_t count = 0;
    for (struct box *row = view->root->first->first; row; row = row->next)
        left[count++] = row->first->next->rect.x;
    assert_int_equal(count, COUNT_OF(blocks));
    assert_int_equal(left[0], left[2]);
    assert_int_equal(left[1], left[2]);
    assert_true(left[2] >= 3 * theme.text[TEXT_BODY].style.size_px);
    view_free(view);
}

/* Two lists right after each other have a column each. */
static void test_lists_stand_alone(void **state)
{
    struct block blocks[4];
    struct theme theme;
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        blocks[i] = (struct block){.kind = BLOCK_ITEM,
                                   .label = "",
                                   .ordinal = i < 2 ? (unsigned)i + 99 : 0,
                                   .content = rich("劳动者可以解除劳动合同；")};
    struct view *view = show(&theme, 1080, blocks, COUNT_OF(blocks));
    int left[COUNT_OF(blocks)];
    size_t count = 0;
    for (struct box *row = view->root->first->first; row; row = row->next)
        left[count++] = row->first->next->rect.x;
    assert_int_equal(count, COUNT_OF(blocks));
    assert_int_equal(left[0], left[1]);
    assert_int_equal(left[2], left[3]);
    assert_true(left[2] < left[1]);
    view_free(view);
}

static const char prose[] =
    "工资每月至少发一次，不能拿货物或购物券顶（见第50条）。遇上休息日，只能"
    "提前，不能往后推；单位欠了钱，投诉和仲裁两条路都能走，“不用先求老板同意”"
    "。";

/* Rule 20: every line of prose has a whole number of its em. */
static void check_prose(const struct box *box)
{
    int em = box->source->runs[0].style.size_px;
    int line = box->source->style.line_height_px;
    size_t count = paragraph_line_count(box->paragraph);
    assert_true(count > 1);
    int measure = box->rect.width - box->rect.width % em;
    /* Where a mark takes more than it should there is no room to be exact. */
    assert_true(measure == box->rect.width || measure < 4 * em);
    for (size_t i = 0; i < count; i++) {
        struct text_line l = paragraph_line(box->paragraph, i);
        assert_int_equal(l.top, (int)i * line);
        assert_int_equal(l.height, line);
        assert_true(l.x + l.width <= measure);
        if (i + 1 < count && measure >= 6 * em)
            assert_int_equal(l.x + l.width, measure);
    }
}

static void check_all_prose(const struct box *box, size_t *count)
{
    if (box->kind == BOX_TEXT && box->source->style.align == ALIGN_JUSTIFY) {
        check_prose(box);
        ++*count;
    }
    for (const struct box *child = box->first; child; child = child->next)
        check_all_prose(child, count);
}

/* What stands in the column starts where the text does and ends there too. */
static void check_edges(const struct view *view)
{
    const struct box *column = view->root->first;
    int left = column->rect.x + column->pad_left;
    int right = column->rect.x + column->rect.width - column->pad_right;
    int sides = left - (view->width - right);
    assert_true(sides == 0 || sides == -1);
    for (const struct box *box = column->first; box; box = box->next) {
        assert_int_equal(box->rect.x, left);
        assert_int_equal(box->rect.x + box->rect.width, right);
    }
}

static void test_measure(void **state)
{
    static const struct {
        int width, height, mm;
    } panels[] = {{1080, 1920, 268}, {1920, 1080, 476}, {1280, 800, 217},
                  {800, 1280, 136},  {601, 1024, 90},   {2160, 3840, 700}};
    struct block blocks[] = {
        {.kind = BLOCK_PARAGRAPH},
        {.kind = BLOCK_HEADING, .level = 2},
        {.kind = BLOCK_ITEM},
        {.kind = BLOCK_ITEM, .ordinal = 12},
        {.kind = BLOCK_ITEM, .level = 1},
        {.kind = BLOCK_ITEM, .level = 1, .label = "（十一）"},
        {.kind = BLOCK_NOTE, .label = "提示"},
        {.kind = BLOCK_PARAGRAPH, .quote = 1},
        {.kind = BLOCK_ITEM, .quote = 2},
        {.kind = BLOCK_NOTE, .quote = 1},
        {.kind = BLOCK_ENDNOTE, .ordinal = 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        blocks[i].label = blocks[i].label ? blocks[i].label : "";
        blocks[i].content = rich(prose);
    }
    for (size_t i = 0; i < COUNT_OF(panels) * SIZE_COUNT; i++) {
        const struct document document = {blocks, COUNT_OF(blocks)};
        struct theme theme;
        size_t count = 0;
        theme_init(&theme, panels[i / SIZE_COUNT].width,
                   panels[i / SIZE_COUNT].height, panels[i / SIZE_COUNT].mm,
                   (enum text_size)(i % SIZE_COUNT), CONTRAST_PAPER);
        struct view *view = view_new(fonts, &theme);
        view->width = theme.width - (theme.landscape ? theme.rail : 0);
        int width = view->width;
        rich_document(view, page_column(view, true), &document);
        view_layout(view, width, 0);
        check_all_prose(view->root, &count);
        assert_int_equal(count, COUNT_OF(blocks) - 1);
        check_edges(view);
        view_free(view);
    }
}

/* Beside Uyghur a mark stands at the right, its column as wide as beside
 * Chinese. */
static void test_marks_change_sides(void **state)
{
    static const char *const texts[] = {"汉字；", "ئەمگەك توختامى؛",
                                        "ئىش ھەققى."};
    struct block blocks[COUNT_OF(texts)];
    struct theme theme;
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        blocks[i] = (struct block){.kind = BLOCK_ITEM,
                                   .label = "",
                                   .level = i == 2,
                                   .ordinal = (unsigned)i + 1,
                                   .content = rich(texts[i])};
    struct view *view = show(&theme, 1080, blocks, COUNT_OF(blocks));
    const struct box *chinese = view->root->first->first;
    const struct box *uyghur = chinese->next, *inner = uyghur->next;
    assert_int_equal(chinese->first->rect.x, 0);
    assert_int_equal(uyghur->first->rect.x, 0);
    assert_int_equal(uyghur->last->rect.x, uyghur->first->rect.width);
    assert_int_equal(uyghur->last->rect.width, chinese->first->rect.width);
    /* The mark's own words start at the right edge, too. */
    const struct paragraph *mark = uyghur->last->paragraph;
    struct text_line line = paragraph_line(mark, 0);
    assert_int_equal(line.x + line.width, uyghur->last->rect.width);
    /* One level further in is further left. */
    assert_true(inner->last->rect.x + inner->last->rect.width < 1080);
    view_free(view);
}

static int open_fonts(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
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
        cmocka_unit_test(test_table_columns),
        cmocka_unit_test(test_marks_hang),
        cmocka_unit_test(test_lists_stand_alone),
        cmocka_unit_test(test_measure),
        cmocka_unit_test(test_marks_change_sides),
    };
    return cmocka_run_group_tests_name("rich", tests, open_fonts, close_fonts);
}
