/* Texts in columns: where they are cut, by the rules of the trade, and that
 * what is cut still draws, speaks and answers a finger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/columns.h"
#include "ui/flow.h"
#include "ui/stage.h"

static struct fonts *fonts;
static struct window *window;
static struct theme theme;

/* ---- the split alone ---- */

/* Paragraphs by their lines, "3 4 1"; an h is a line that keeps to the next, a
 * p five rows that cannot be cut. */
static void add_cuts(const char *text, struct buf *cuts)
{
    enum column_cut before = CUT_FREELY;
    for (const char *at = text; *at; at++) {
        if (*at == ' ')
            continue;
        char *end = (char *)at + 1;
        long lines = *at == 'h' ? 1 : *at == 'p' ? 5 : strtol(at, &end, 10);
        for (long i = 0; i < lines; i++)
            buf_putc(cuts, (char)(!i               ? before
                                  : *at == 'p'     ? CUT_NEVER
                                  : i == 1         ? CUT_FIRST
                                  : i == lines - 1 ? CUT_LAST
                                                   : CUT_FREELY));
        before = *at == 'h' ? CUT_NEVER : CUT_FREELY;
        at = end - 1;
    }
}

static const struct split_case {
    const char *name, *paragraphs;
    size_t columns, most, tail;
    const char *heights;
} splits[] = {
    {"nothing", "", 2, 0, 0, "0 0"},
    {"one column", "3 4 5", 1, 0, 0, "12"},
    {"even", "4 4 4 4", 2, 0, 0, "8 8"},
    {"the odd line comes first", "1 1 1 1 1", 2, 0, 0, "3 2"},
    {"one line each", "1 1 1 1 1 1 1", 3, 0, 0, "3 2 2"},
    {"fewer lines than columns", "1 1", 4, 0, 0, "1 1 0 0"},
    {"a paragraph longer than a column", "20", 3, 0, 0, "7 7 6"},
    {"no first line alone at the foot", "4 5", 2, 0, 0, "4 5"},
    {"no last line alone at the head", "5 3", 2, 0, 0, "5 3"},
    {"a paragraph of two lines stays whole", "3 2 3", 2, 0, 0, "5 3"},
    {"a paragraph of three lines stays whole", "4 3 3", 2, 0, 0, "4 6"},
    {"a heading goes with its text", "4 h 3", 2, 0, 0, "4 4"},
    {"no column ends in a heading and one line", "5 h 5", 2, 0, 0, "5 6"},
    {"a picture is never cut", "p 1 1 1", 2, 0, 0, "5 3"},
    {"nor where that is uneven", "1 p 1", 2, 0, 0, "6 1"},
    {"two lines are not spread over columns", "2", 2, 0, 0, "2 0"},
    {"nor three", "3", 3, 0, 0, "3 0 0"},
    {"a cut that cannot be avoided", "2 40", 2, 1, 0, "1 1"},
    {"three columns", "7 5 6 6", 3, 0, 0, "9 7 8"},
    {"a limit that is not reached", "4 4", 2, 9, 1, "4 4"},
    {"a limit fills every column", "50", 2, 6, 0, "6 6"},
    {"the tail has its rows", "50", 2, 6, 2, "6 4"},
    {"no tail where all fits", "12", 2, 6, 2, "6 6"},
    {"a column gives up a row for a good cut", "5 9 9", 2, 6, 0, "5 6"},
    {"or two", "4 2 40", 2, 5, 0, "4 5"},
    {"but not three", "2 3 20", 2, 5, 0, "5 5"},
    {"what ends in a first line is cut before it", "7 40", 1, 8, 0, "7"},
    {"what ends before a last line is cut there", "9 40", 1, 8, 0, "8"},
    {"what ends in a heading is cut before it", "7 h 9", 1, 8, 0, "7"},
    {"a picture higher than a column stands in it", "p 9", 2, 3, 0, "5 3"},
    {"one line in all", "9", 1, 1, 0, "1"},
    {"a tail higher than the column", "9", 1, 2, 3, "0"},
};

static void split_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(splits); i++) {
        const struct split_case *it = &splits[i];
        size_t ends[COLUMNS_LIMIT], start = 0;
        struct buf cuts = {0}, got = {0};
        add_cuts(it->paragraphs, &cuts);
        size_t shown =
            columns_split((const unsigned char *)buf_text(&cuts), cuts.length,
                          it->columns, it->most, it->tail, ends);
        for (size_t c = 0; c < it->columns; start = ends[c++])
            buf_printf(&got, "%s%zu", c ? " " : "", ends[c] - start);
        if (strcmp(buf_text(&got), it->heights))
            fail_msg("%s: %s instead of %s", it->name, buf_text(&got),
                     it->heights);
        assert_int_equal(shown, ends[it->columns - 1]);
        buf_fini(&cuts);
        buf_fini(&got);
    }
}

/* Whatever the paragraphs: nothing is lost or shown twice, no picture is cut,
 * and columns differ by no more than the rules ask for. */
static void splits_of_anything(void **state)
{
    (void)state;
    unsigned seed = 20260109;
    for (int round = 0; round < 2000; round++) {
        struct buf cuts = {0};
        for (int i = 0; i < 12; i++) {
            char text[8];
            seed = seed * 1103515245u + 12345u;
            snprintf(text, sizeof(text), "%u", 1 + (seed >> 8) % 9);
            add_cuts(text, &cuts);
        }
        size_t columns = 2 + (seed >> 16) % 3, ends[COLUMNS_LIMIT];
        size_t start = 0, low = SIZE_MAX, high = 0;
        const unsigned char *at = (const unsigned char *)buf_text(&cuts);
        assert_int_equal(columns_split(at, cuts.length, columns, 0, 0, ends),
                         cuts.length);
        for (size_t c = 0; c < columns; start = ends[c++]) {
            size_t height = ends[c] - start;
            assert_true(ends[c] >= start);
            low = height < low ? height : low;
            high = height > high ? height : high;
            /* A single line was avoidable within two lines: paragraphs have at
             * most nine. */
            if (ends[c] < cuts.length)
                assert_int_equal(at[ends[c]], CUT_FREELY);
        }
        assert_int_equal(ends[columns - 1], cuts.length);
        assert_true(high - low <= 6);
        buf_fini(&cuts);
    }
}

/* ---- boxes ---- */

enum { EM = 30, LINE = 50, GAP = 45 };

static struct box *add_text(struct view *view, struct box *columns,
                            const char *text, int line_height)
{
    const struct text_run run = {
        0, (uint32_t)strlen(text), {FONT_SERIF, FONT_REGULAR, EM}, 0};
    const struct paragraph_style style = {.line_height_px = line_height,
                                          .align = ALIGN_JUSTIFY};
    return box_rich(view, columns, text, strlen(text), &run, 1, &style, NULL,
                    0);
}

static struct box *add_han(struct view *view, struct box *columns, int count)
{
    static const char *const han[] = {"工", "会", "驿", "站",
                                      "职", "工", "之", "家"};
    struct buf text = {0};
    for (int i = 0; i < count; i++)
        buf_puts(&text, han[i % (int)COUNT_OF(han)]);
    struct box *box = add_text(view, columns, buf_text(&text), LINE);
    buf_fini(&text);
    return box;
}

static struct box *next_part(struct box *box)
{
    return box->next && box->next->begun_in ? box->next : NULL;
}

/* Columns are whole em wide, no narrower than nine, and fill the width. */
static void measures(void **state)
{
    (void)state;
    static const struct {
        int width, asked, count, measure;
    } cases[] = {
        {912, 2, 2, 14 * EM},
        {912, 3, 3, 9 * EM},
        {912, 4, 3, 9 * EM},
        {500, 2, 1, 16 * EM},
        {9 * EM, 4, 1, 9 * EM},
        {18 * EM + GAP, 2, 2, 9 * EM},
        {18 * EM + GAP - 1, 2, 1, 19 * EM},
        {20, 2, 1, 20},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct view *view = view_new(fonts, &theme);
        struct box *box =
            box_columns(view, view->root, cases[i].asked, GAP, LINE);
        add_han(view, box, 400);
        view_layout(view, cases[i].width, 0);
        assert_int_equal(box->column_count, cases[i].count);
        assert_int_equal(box->column_width, cases[i].measure);
        if (box->column_count > 1)
            assert_int_equal(columns_x(box, box->column_count - 1) +
                                 box->column_width,
                             cases[i].width);
        view_free(view);
    }
}

/* A text of 14 em lines: its parts, the words and the grid of lines. */
static void a_text_is_cut_between_lines(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *box = box_columns(view, view->root, 2, GAP, LINE);
    struct box *first = add_han(view, box, 14 * 3);
    struct box *second = add_han(view, box, 14 * 7);
    view_layout(view, 912, 0);
    struct box *rest = next_part(second);
    assert_int_equal(box->rect.height, 5 * LINE);
    assert_null(next_part(first));
    assert_non_null(rest);
    assert_int_equal(second->first_line, 0);
    assert_int_equal(second->end_line, 2);
    assert_int_equal(second->rect.y, 3 * LINE);
    assert_int_equal(second->rect.height, 2 * LINE);
    assert_int_equal(rest->first_line, 2);
    assert_int_equal(rest->end_line, 7);
    assert_int_equal(rest->rect.x, 912 - 14 * EM);
    assert_int_equal(rest->rect.y, 0);
    assert_int_equal(rest->rect.height, 5 * LINE);
    assert_ptr_equal(rest->paragraph, second->paragraph);
    struct buf whole = {0}, part = {0}, begun = {0};
    box_words(second, &begun);
    box_words(rest, &part);
    assert_int_equal(begun.length, 2 * 14 * 3);
    assert_int_equal(part.length, 5 * 14 * 3);
    box_words(box, &whole);
    /* One space between the two texts, none where the second goes on. */
    assert_int_equal(whole.length, 10 * 14 * 3 + 1);
    buf_fini(&whole);
    buf_fini(&part);
    buf_fini(&begun);
    view_free(view);
}

static void another_width_forgets_the_parts(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *box = box_columns(view, view->root, 4, GAP, LINE);
    struct box *text = add_han(view, box, 400);
    static const int widths[] = {1600, 400, 912, 1600};
    static const int parts[] = {4, 1, 3, 4};
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        int count = 1;
        size_t line = 0;
        view_layout(view, widths[i], 0);
        for (struct box *part = text; part; part = next_part(part), count++) {
            assert_int_equal(part->first_line, line);
            line = part->end_line;
        }
        assert_int_equal(count - 1, parts[i]);
        if (parts[i] > 1)
            assert_int_equal(line, paragraph_line_count(text->paragraph));
    }
    view_free(view);
}

static void what_is_no_line_stands_whole(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *box = box_columns(view, view->root, 2, GAP, LINE);
    struct box *picture = box_picture(view, box, "p", 420, 180);
    struct box *text = add_han(view, box, 14 * 4);
    struct box *title = add_text(view, box, "小标题", 70);
    title->keeps_next = true;
    struct box *last = add_han(view, box, 14 * 4);
    view_layout(view, 912, 0);
    /* 4 rows, 4 lines | a title in two rows and 4 lines. */
    assert_int_equal(picture->rect.y, 10);
    assert_int_equal(picture->rect.height, 180);
    assert_int_equal(text->rect.y, 4 * LINE);
    assert_int_equal(title->rect.y, 15);
    assert_int_equal(title->rect.x, 912 - 14 * EM);
    assert_int_equal(last->rect.y, 2 * LINE);
    view_free(view);
}

/* In a given height as much stands as has room, and what follows is left out;
 * with the tail below it only then. */
static void more_height_shows_more(void **state)
{
    (void)state;
    static const struct {
        int height, lines; /* of the box; shown in both columns */
        bool tail;
    } cases[] = {
        {0, 5, true}, {6 * LINE + 30, 11, true}, {12 * LINE, 20, false}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct view *view = view_new(fonts, &theme);
        struct box *box = box_columns(view, view->root, 2, GAP, LINE);
        box->max_rows = 3;
        box->grow = 1;
        struct box *text = add_han(view, box, 14 * 20);
        struct box *tail = add_text(view, box, "全文", LINE);
        tail->tail = true;
        view_layout(view, 912, cases[i].height);
        struct box *rest = next_part(text);
        assert_non_null(rest);
        assert_int_equal(rest->end_line == SIZE_MAX ? 20 : rest->end_line,
                         cases[i].lines);
        struct buf words = {0};
        box_words(box, &words);
        assert_int_equal(strstr(buf_text(&words), "全文") != NULL,
                         cases[i].tail);
        assert_int_equal(tail->rect.height, cases[i].tail ? LINE : 0);
        if (cases[i].tail)
            assert_int_equal(rect_bottom(tail->rect),
                             box->rect.height / LINE * LINE);
        buf_fini(&words);
        view_free(view);
    }
}

static void a_text_that_goes_on_has_its_tail(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *box = box_columns(view, view->root, 2, GAP, LINE);
    box->goes_on = true;
    add_han(view, box, 14 * 4);
    struct box *tail = add_text(view, box, "全文", LINE);
    tail->tail = true;
    view_layout(view, 912, 0);
    assert_int_equal(tail->rect.height, LINE);
    assert_int_equal(tail->rect.x, 912 - 14 * EM);
    assert_int_equal(rect_bottom(tail->rect), box->rect.height);
    view_free(view);
}

/* ---- on the stage ---- */

static struct stage *show(struct view *view)
{
    struct stage *stage = stage_new(&(struct stage_options){
        .fonts = fonts, .glyph_bytes = 1 << 20, .picture_bytes = 1 << 20});
    stage_set_theme(stage, &theme);
    stage_set_view(stage, LAYER_CONTENT, view,
                   (struct rect){0, 0, theme.width, theme.height});
    return stage;
}

/* A link that is cut between two columns answers in both. */
static void links_answer_in_every_part(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *box = box_columns(view, view->root, 2, GAP, LINE);
    struct buf text = {0};
    for (int i = 0; i < 14 * 8; i++)
        buf_puts(&text, "驿");
    const struct text_run run = {
        0, (uint32_t)text.length, {FONT_SERIF, FONT_REGULAR, EM}, 0};
    /* From the last line of the first column into the second. */
    const struct text_link link = {
        14 * 3 * 3 + 3 * 10, 14 * 4 * 3 + 3 * 2, {7, "there", 0}};
    box_rich(view, box, buf_text(&text), text.length, &run, 1,
             &(struct paragraph_style){.line_height_px = LINE}, &link, 1);
    view_layout(view, 912, 0);
    struct stage *stage = show(view);
    int right = 912 - 14 * EM;
    static const struct {
        int x, y;
        bool hit;
    } taps[] = {
        {12 * EM, 3 * LINE + 20, true}, /* column one, line four */
        {12 * EM, 2 * LINE + 20, false},
        {EM, 3 * LINE - 20, false},
    };
    for (size_t i = 0; i < COUNT_OF(taps); i++)
        assert_int_equal(stage_hit(stage, taps[i].x, taps[i].y).link != NULL,
                         taps[i].hit);
    assert_non_null(stage_hit(stage, right + EM, 20).link);
    assert_null(stage_hit(stage, right + 8 * EM, 20).link);
    struct buf dump = {0}, expected = {0};
    stage_dump(stage, &dump);
    buf_printf(&expected, "link %d,0 %dx%d", right, 2 * EM, LINE);
    assert_non_null(strstr(buf_text(&dump), "link 300,150 120x50"));
    assert_non_null(strstr(buf_text(&dump), buf_text(&expected)));
    buf_fini(&dump);
    buf_fini(&expected);
    buf_fini(&text);
    stage_free(stage);
}

/* What two boxes of a column each would draw is what the columns draw. */
static void parts_draw_their_lines_only(void **state)
{
    (void)state;
    struct view *cut = view_new(fonts, &theme);
    struct box *box = box_columns(cut, cut->root, 2, GAP, LINE);
    add_han(cut, box, 14 * 8);
    view_layout(cut, 912, 0);
    struct view *whole = view_new(fonts, &theme);
    struct box *row = box_add(whole, whole->root, BOX_ROW, "");
    for (int i = 0; i < 2; i++) {
        struct box *column = box_add(whole, row, BOX_COLUMN, "");
        column->width = 14 * EM;
        /* Eight times seven characters: the second half reads on alike. */
        add_han(whole, column, 14 * 4);
    }
    row->gap = 912 - 2 * 14 * EM;
    view_layout(whole, 912, 0);
    struct view *views[] = {cut, whole};
    struct buf pixels[2] = {{0}, {0}};
    for (int i = 0; i < 2; i++) {
        struct surface surface;
        bool fresh;
        struct stage *stage = show(views[i]);
        stage_draw(stage, window);
        assert_true(window_surface(window, &surface, &fresh));
        buf_add(&pixels[i], surface.pixels,
                (size_t)surface.stride * (size_t)surface.height *
                    sizeof(*surface.pixels));
        stage_free(stage);
    }
    assert_int_equal(pixels[0].length, pixels[1].length);
    assert_memory_equal(pixels[0].data, pixels[1].data, pixels[0].length);
    buf_fini(&pixels[0]);
    buf_fini(&pixels[1]);
}

/* In the middle of every gap, from the top to the foot of the columns. */
static void a_rule_stands_between(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *box = box_columns(view, view->root, 3, GAP, LINE);
    box->rule_between = 3;
    box->border = COLOUR_INK;
    add_han(view, box, 9 * 9);
    view_layout(view, 912, 0);
    struct surface surface;
    bool fresh;
    struct stage *stage = show(view);
    stage_draw(stage, window);
    assert_true(window_surface(window, &surface, &fresh));
    for (int column = 1; column < 3; column++) {
        int middle = (columns_x(box, column - 1) + box->column_width +
                      columns_x(box, column)) /
                     2;
        for (int y = 0; y < 4 * LINE; y += LINE - 1) {
            const uint32_t *row = surface.pixels + y * surface.stride;
            bool beside = y < box->rect.height;
            assert_int_equal(row[middle] == row[middle - 6], !beside);
        }
    }
    stage_free(stage);
}

/* A long page with columns in it, settled bit by bit, stands as laid out
 * whole. */
static struct view *long_page(void)
{
    struct view *view = view_new(fonts, &theme);
    for (int i = 0; i < 60; i++) {
        struct box *box = box_columns(view, view->root, 2, GAP, LINE);
        add_han(view, box, 30 + i * 3);
        add_han(view, box, 200 - i);
    }
    return view;
}

static void columns_flow(void **state)
{
    (void)state;
    struct view *whole = long_page(), *flowing = long_page();
    view_layout(whole, 912, 0);
    flow_layout(flowing, 912);
    assert_true(flowing->flows);
    for (int at = 0; at < flowing->height; at += 500)
        flow_settle(flowing, at, 1000);
    assert_int_equal(flowing->height, whole->height);
    const struct box *a = whole->root->first, *b = flowing->root->first;
    for (; a && b; a = a->next, b = b->next)
        assert_memory_equal(&a->rect, &b->rect, sizeof(a->rect));
    /* What went on in another column was given back with its beginning. */
    const struct box *first = flowing->root->first->first;
    for (; first; first = first->next)
        assert_null(first->paragraph);
    view_free(whole);
    view_free(flowing);
}

/* A place on a page is found again where the columns are cut elsewhere. */
static void places_do_not_count_parts(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *box = box_columns(view, view->root, 4, GAP, LINE);
    add_han(view, box, 400);
    struct box *below = box_add(view, view->root, BOX_COLUMN, "");
    below->height = 3000;
    view_layout(view, 1600, 0);
    struct flow_place place = flow_place(view, below->rect.y + 600);
    view_layout(view, 400, 0);
    assert_int_equal(flow_position(view, place), below->rect.y + 600);
    view_free(view);
}

static int open_all(void **state)
{
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    fonts = fonts_open(NULL);
    window = window_open(&(struct window_options){1080, 1920, true, "test"});
    return fonts && window ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    window_close(window);
    fonts_close(fonts);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(split_cases),
        cmocka_unit_test(splits_of_anything),
        cmocka_unit_test(measures),
        cmocka_unit_test(a_text_is_cut_between_lines),
        cmocka_unit_test(another_width_forgets_the_parts),
        cmocka_unit_test(what_is_no_line_stands_whole),
        cmocka_unit_test(more_height_shows_more),
        cmocka_unit_test(a_text_that_goes_on_has_its_tail),
        cmocka_unit_test(links_answer_in_every_part),
        cmocka_unit_test(parts_draw_their_lines_only),
        cmocka_unit_test(a_rule_stands_between),
        cmocka_unit_test(columns_flow),
        cmocka_unit_test(places_do_not_count_parts),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
