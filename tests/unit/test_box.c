/* Where boxes stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/box.h"

static struct fonts *fonts;
static struct theme theme;

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

/* A tree as text: letters open a box (c column, r row, g grid, w wrap, . leaf),
 * numbers behind it set its fields, ) closes one. See `field`. */
struct reader {
    struct view *view;
    const char *at;
};

static int number(struct reader *reader)
{
    int value = 0;
    while (*reader->at >= '0' && *reader->at <= '9')
        value = value * 10 + (*reader->at++ - '0');
    return value;
}

static enum box_align align_of(char letter)
{
    static const char letters[] = "-sceb"; /* stretch start center end base */
    return (enum box_align)(strchr(letters, letter) - letters);
}

static bool field(struct reader *reader, struct box *box)
{
    char name = *reader->at;
    if (!name || !strchr("xyXYgGLopAPOs", name))
        return false;
    reader->at++;
    if (name == 'A' || name == 'P') {
        enum box_align align = align_of(*reader->at++);
        *(name == 'A' ? &box->align : &box->pack) = align;
        return true;
    }
    int value = number(reader);
    switch (name) {
    case 'x':
        box->width = value;
        break;
    case 'y':
        box->height = value;
        break;
    case 'X':
        box->min_width = value;
        break;
    case 'Y':
        box->min_height = value;
        break;
    case 'g':
        box->gap = value;
        break;
    case 'L':
        box->line_gap = value;
        break;
    case 'G':
        box->grow = value;
        break;
    case 'o':
        box->columns = value;
        break;
    case 'O':
        box->optional = true;
        break;
    case 'p':
        box_pad(box, value, value);
        break;
    case 's':
        box->step = value;
        break;
    }
    return true;
}

static void read_children(struct reader *reader, struct box *parent)
{
    static const char kinds[] = "crgw";
    while (*reader->at && *reader->at != ')') {
        char letter = *reader->at++;
        if (letter == ' ')
            continue;
        const char *kind = strchr(kinds, letter);
        struct box *box =
            box_add(reader->view, parent,
                    kind ? (enum box_kind)(kind - kinds) : BOX_COLUMN, "");
        while (field(reader, box))
            continue;
        if (*reader->at != '(')
            continue;
        reader->at++;
        read_children(reader, box);
        reader->at++;
    }
}

static void write_rects(const struct box *box, struct buf *out)
{
    for (const struct box *child = box->first; child; child = child->next) {
        buf_printf(out, "%d,%d %dx%d; ", child->rect.x, child->rect.y,
                   child->rect.width, child->rect.height);
        write_rects(child, out);
    }
}

static const struct layout_case {
    const char *name;
    int width, height; /* of the view */
    const char *tree, *expected;
} cases[] = {
    {"column stretches", 100, 0, "cp10g5(.y20 .y30)",
     "0,0 100x75; 10,10 80x20; 10,35 80x30; "},
    {"column aligned", 100, 0, "cAc(.x40y10 .x300y10)",
     "0,0 100x20; 30,0 40x10; 0,10 100x10; "},
    {"column grows into a given height", 100, 100, "cG1(.y10 .G1 .G3 .y10)",
     "0,0 100x100; 0,0 100x10; 0,10 100x20; 0,30 100x60; 0,90 100x10; "},
    {"column packed at its end", 50, 100, "cG1Pe(.y10 .y20)",
     "0,0 50x100; 0,70 50x10; 0,80 50x20; "},
    {"column spread", 50, 100, "cG1P-g4(.y10 .y20 .y10)",
     "0,0 50x100; 0,0 50x10; 0,40 50x20; 0,90 50x10; "},
    {"spread has no room: the gap stays", 50, 0, "cP-g4(.y10 .y20)",
     "0,0 50x34; 0,0 50x10; 0,14 50x20; "},
    {"row shares what is left", 100, 0, "rg10(.x20y10 .G1 .x10y30 .G2)",
     "0,0 100x30; 0,0 20x10; 30,0 13x30; 53,0 10x30; 73,0 27x30; "},
    {"row centres across", 100, 0, "rAc(.x20y10 .x20y30)",
     "0,0 100x30; 0,10 20x10; 20,0 20x30; "},
    {"row packed in the middle", 100, 0, "rPcg10(.x20y10 .x30y10)",
     "0,0 100x10; 20,0 20x10; 50,0 30x10; "},
    {"row too narrow: all give way alike", 60, 0, "r(.x80y5 .x40y5)",
     "0,0 60x5; 0,0 40x5; 40,0 20x5; "},
    {"row too narrow: the optional goes", 60, 0, "r(.x50y5 .x20y5O1)",
     "0,0 60x5; 0,0 50x5; 50,0 0x5; "},
    {"grid fills the width to the pixel", 100, 0, "go3g5(.y10 .y20 .y5 .y7)",
     "0,0 100x32; 0,0 30x10; 35,0 30x20; 70,0 30x5; 0,25 30x7; "},
    {"grid cells stretch, with a line gap", 100, 0, "go2g10L3(c(.y10) .Y8 .Y6)",
     "0,0 100x19; 0,0 45x10; 0,0 45x10; 55,0 45x10; 0,13 45x6; "},
    {"grid rows share a given height", 90, 100, "go3G1(.Y10 .Y10 .Y10 .Y10)",
     "0,0 90x100; 0,0 30x50; 30,0 30x50; 60,0 30x50; 0,50 30x50; "},
    {"wrap", 100, 0, "wg10L2(.x40y10 .x40y20 .x50y5 .x200y5)",
     "0,0 100x34; 0,0 40x10; 50,0 40x20; 0,22 50x5; 0,29 100x5; "},
    {"wrap packed at its end", 100, 0, "wPeg10(.x40y10 .x30y10 .x50y5)",
     "0,0 100x25; 20,0 40x10; 70,0 30x10; 50,20 50x5; "},
    {"smallest sizes", 100, 0, "c(.X10Y20 rAs(.X30Y40))",
     "0,0 100x60; 0,0 100x20; 0,20 100x40; 0,20 30x40; "},
    {"heights in whole steps", 100, 0, "cs20p5(.y10s8 .y16s8)",
     "0,0 100x60; 5,5 90x16; 5,21 90x16; "},
    {"what is left goes in whole steps", 50, 100, "cG1(.y10 .G1s8 .G1s8)",
     "0,0 50x100; 0,0 50x10; 0,10 50x40; 0,50 50x48; "},
    {"padding wider than the view", 10, 0, "cp20(.y5)",
     "0,0 10x45; 20,20 0x5; "},
};

static void layouts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct view *view = view_new(fonts, &theme);
        struct reader reader = {view, cases[i].tree};
        struct buf got = {0};
        read_children(&reader, view->root);
        view_layout(view, cases[i].width, cases[i].height);
        write_rects(view->root, &got);
        if (strcmp(buf_text(&got), cases[i].expected))
            fail_msg("%s: %s", cases[i].name, buf_text(&got));
        buf_fini(&got);
        view_free(view);
    }
}

static void weights_of_a_grid(void **state)
{
    (void)state;
    static const int weights[] = {1, 2, 1};
    struct view *view = view_new(fonts, &theme);
    struct box *grid = box_add(view, view->root, BOX_GRID, "");
    grid->columns = 3;
    grid->gap = 10;
    grid->weights = weights;
    for (int i = 0; i < 3; i++)
        box_add(view, grid, BOX_COLUMN, "");
    view_layout(view, 420, 0);
    assert_int_equal(grid->first->rect.width, 100);
    assert_int_equal(grid->first->next->rect.width, 200);
    assert_int_equal(grid->last->rect.x, 320);
    assert_int_equal(grid->last->rect.width, 100);
    view_free(view);
}

static void baselines_meet(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *row = box_add(view, view->root, BOX_ROW, "");
    row->align = BOX_BASELINE;
    struct box *big = box_text(view, row, TEXT_PAGE_TITLE, COLOUR_INK, "标题");
    struct box *small = box_text(view, row, TEXT_META, COLOUR_INK2, "小字");
    view_layout(view, 1000, 0);
    assert_int_equal(big->rect.y + paragraph_line(big->paragraph, 0).baseline,
                     small->rect.y +
                         paragraph_line(small->paragraph, 0).baseline);
    assert_true(small->rect.y > big->rect.y);
    view_free(view);
}

static void pictures_keep_their_proportions(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *fixed = box_picture(view, view->root, "a", 200, 132);
    struct box *large = box_picture(view, view->root, "b", 2000, 1000);
    struct box *free_size = box_picture(view, view->root, "c", 0, 0);
    free_size->picture_width = 3;
    free_size->picture_height = 2;
    view_layout(view, 600, 0);
    assert_int_equal(fixed->rect.width, 200);
    assert_int_equal(fixed->rect.height, 132);
    assert_int_equal(large->rect.width, 600);
    assert_int_equal(large->rect.height, 300);
    assert_int_equal(free_size->rect.width, 600);
    assert_int_equal(free_size->rect.height, 400);
    view_free(view);
}

static void check_inside(const struct box *box)
{
    for (const struct box *child = box->first; child; child = child->next) {
        assert_true(child->rect.x >= box->rect.x);
        assert_true(rect_right(child->rect) <= rect_right(box->rect));
        assert_true(rect_bottom(child->rect) <= rect_bottom(box->rect));
        if (child->kind == BOX_TEXT && child->rect.width >= child->em)
            assert_true(paragraph_width(child->paragraph) <= child->rect.width);
        check_inside(child);
    }
}

/* A list as it comes, in every width. */
static void texts_fit_their_boxes(void **state)
{
    (void)state;
    for (int size = 0; size < SIZE_COUNT; size++) {
        struct theme sized;
        theme_init(&sized, 1080, 1920, 268, (enum text_size)size,
                   CONTRAST_PAPER);
        struct view *view = view_new(fonts, &sized);
        struct box *row = box_add(view, view->root, BOX_ROW, "row");
        row->gap = 12;
        box_text(view, row, TEXT_NUMBER, COLOUR_TEAL, "12");
        struct box *words = box_add(view, row, BOX_COLUMN, "words");
        words->grow = 1;
        box_text(
            view, words, TEXT_CARD_TITLE, COLOUR_INK,
            "黔灵山货车司机之家（24小时）https://example.org/abcdefghijklm");
        box_text_lines(view, words, TEXT_META, COLOUR_INK2,
                       "西 820 米 · 走 12 分钟 · 7:00–22:00 · 洗澡、住宿", 1);
        box_text(view, row, TEXT_TAG, COLOUR_TEAL, "营业中");
        struct box *wrap = box_add(view, view->root, BOX_WRAP, "wrap");
        wrap->gap = 16;
        for (int i = 0; i < 7; i++)
            box_text(view, wrap, TEXT_CHIP, COLOUR_INK, "可充电的驿站");
        struct box *grid = box_add(view, view->root, BOX_GRID, "grid");
        grid->columns = 3;
        for (int i = 0; i < 7; i++)
            box_text(view, grid, TEXT_TABLE, COLOUR_INK, "经济补偿 3212.64 元");
        for (int width = 200; width <= 1200; width += 7) {
            view_layout(view, width, 0);
            assert_int_equal(view->width, width);
            check_inside(view->root);
        }
        view_free(view);
    }
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *box = view->root;
    for (int i = 0; i < 100000; i++)
        box = box_add(view, box, i % 2 ? BOX_ROW : BOX_COLUMN, "");
    assert_true(box->depth <= BOX_DEPTH_MAX);
    view_layout(view, 500, 0);
    view_free(view);
}

static void hostile_numbers_do_not_overflow(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *row = box_add(view, view->root, BOX_ROW, "");
    row->gap = 2147483647;
    for (int i = 0; i < 20; i++) {
        struct box *box = box_add(view, row, BOX_COLUMN, "");
        box->width = box->height = box->min_width = 2147483647;
        box->grow = 2147483647;
    }
    view_layout(view, 1080, 0);
    assert_int_equal(view->width, 1080);
    view_free(view);
}

static void words_of_a_box(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *tile = box_add(view, view->root, BOX_COLUMN, "tile");
    box_text(view, tile, TEXT_TILE, COLOUR_INK, "读报");
    struct box *inner = box_add(view, tile, BOX_ROW, "");
    box_text(view, inner, TEXT_TILE_LINE, COLOUR_INK, "今日 4 版");
    box_text(view, inner, TEXT_TILE_LINE, COLOUR_INK, "");
    struct buf words = {0};
    box_words(tile, &words);
    assert_string_equal(buf_text(&words), "读报 今日 4 版");
    buf_clear(&words);
    box_label(view, inner, "四个版");
    box_words(tile, &words);
    assert_string_equal(buf_text(&words), "读报 四个版");
    buf_fini(&words);
    view_free(view);
}

static void arguments_are_copied(void **state)
{
    (void)state;
    char argument[] = "guide/1";
    const struct text_link link = {0, 3, {1, argument, 2}};
    const struct text_run run = {0, 6, theme.text[TEXT_BODY].style, 0};
    struct view *view = view_new(fonts, &theme);
    struct box *rich = box_rich(view, view->root, "维权", 6, &run, 1,
                                &(struct paragraph_style){0}, &link, 1);
    box_act(view, rich, 7, argument, 0);
    memset(argument, 'x', sizeof(argument) - 1);
    assert_string_equal(rich->action.argument, "guide/1");
    assert_string_equal(rich->links[0].action.argument, "guide/1");
    box_act(view, rich, 7, NULL, 0);
    assert_string_equal(rich->action.argument, "");
    view_free(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts),
        cmocka_unit_test(weights_of_a_grid),
        cmocka_unit_test(baselines_meet),
        cmocka_unit_test(pictures_keep_their_proportions),
        cmocka_unit_test(texts_fit_their_boxes),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(hostile_numbers_do_not_overflow),
        cmocka_unit_test(words_of_a_box),
        cmocka_unit_test(arguments_are_copied),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
