/* Long pages: what is shaped when, and that nothing moves for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/flow.h"
#include "ui/stage.h"
#include "ui/widgets.h"

enum { WIDTH = 540, VIEWPORT = 700, PARTS = 300 };

static struct fonts *fonts;
static struct window *window;
static struct theme theme;
static unsigned seed;

static int below(int limit)
{
    seed = seed * 1103515245u + 12345u;
    return (int)((seed >> 8) % (unsigned)limit);
}

static void add_words(struct buf *out, int number)
{
    static const char *const sentences[] = {
        "用人单位自用工之日起即与劳动者建立劳动关系。",
        "“劳动者”，是指与其订立合同的人（含外国人）；",
        "工资应当以货币形式按月支付，不得低于 2,370 元。",
        "详见 https://example.org/laws/2026 与 12351 热线！",
        "《劳动合同法》、《社会保险法》另有规定的，从其规定。",
    };
    buf_printf(out, "第%d条　", number);
    for (int i = 1 + below(9); i > 0; i--)
        buf_puts(out, sentences[below((int)COUNT_OF(sentences))]);
}

static void add_article(struct view *view, struct box *parent, int number)
{
    struct buf words = {0};
    add_words(&words, number);
    const struct text_run run = {0, (uint32_t)words.length,
                                 theme.text[TEXT_BODY].style, 0};
    const struct paragraph_style style = {
        .line_height_px = theme.text[TEXT_BODY].line_height,
        .indent_em = 2,
        .align = ALIGN_JUSTIFY,
    };
    box_rich(view, parent, buf_text(&words), words.length, &run, 1, &style,
             NULL, 0);
    buf_fini(&words);
}

static void add_item(struct view *view, struct box *parent, int number)
{
    struct box *row = box_add(view, parent, BOX_ROW, "item");
    row->align = number % 2 ? BOX_START : BOX_BASELINE;
    box_text(view, row, TEXT_BODY, COLOUR_ACCENT, "一、");
    struct box *column = box_add(view, row, BOX_COLUMN, "words");
    column->grow = 1;
    column->gap = 7;
    add_article(view, column, number);
    box_text_lines(view, column, TEXT_META, COLOUR_INK2, "不超过一行的说明文字",
                   1);
}

static void add_table(struct view *view, struct box *parent, int number)
{
    static const int weights[] = {1, 3, 2};
    struct box *grid = box_add(view, parent, BOX_GRID, "table");
    grid->columns = 3;
    grid->weights = weights;
    for (int i = 0; i < 12; i++)
        add_article(view, box_add(view, grid, BOX_COLUMN, "cell"), number);
}

/* Every way boxes can stand in a page, or articles alone. */
static struct view *new_page(bool mixed)
{
    seed = 7;
    struct view *view = view_new(fonts, &theme);
    struct box *column = box_add(view, view->root, BOX_COLUMN, "column");
    struct box *quote = NULL;
    view->root->min_height = VIEWPORT;
    box_pad(column, theme.pad, theme.page);
    column->gap = theme.gap;
    column->grow = 1;
    box_text(view, column, TEXT_ARTICLE_TITLE, COLOUR_INK, "很长的法律");
    for (int i = 0; i < PARTS; i++) {
        if (i % 50 == 20) {
            quote = box_add(view, column, BOX_COLUMN, "quote");
            quote->pad_left = 30;
            quote->gap = 11;
            quote->align = i % 100 == 20 ? BOX_STRETCH : BOX_START;
        } else if (i % 50 == 40) {
            quote = NULL;
        }
        if (!mixed)
            add_article(view, column, i);
        else if (i % 17 == 3)
            add_item(view, quote ? quote : column, i);
        else if (i % 40 == 9)
            add_table(view, column, i);
        else
            add_article(view, quote ? quote : column, i);
    }
    return view;
}

static struct view *new_flow(void)
{
    struct view *view = new_page(true);
    flow_layout(view, WIDTH);
    return view;
}

static size_t shaped_count(const struct view *view)
{
    size_t count = 0;
    for (const struct box *box = view->shaped; box; box = box->next_shaped)
        count++;
    return count;
}

static void check_same(const struct box *a, const struct box *b)
{
    assert_memory_equal(&a->rect, &b->rect, sizeof(a->rect));
    assert_int_equal(a->clips, b->clips);
    a = a->first;
    b = b->first;
    for (; a && b; a = a->next, b = b->next)
        check_same(a, b);
    assert_true(!a && !b);
}

/* However it was read, a page settled everywhere is the page laid out whole. */
static void settled_pages_are_as_laid_out(void **state)
{
    (void)state;
    struct view *whole = new_page(true);
    view_layout(whole, WIDTH, 0);
    for (int round = 0; round < 6; round++) {
        struct view *flow = new_flow();
        seed = (unsigned)round;
        for (int i = 0; i < 40; i++)
            flow_settle(flow, below(flow->height), VIEWPORT);
        for (int at = 0; at < flow->height; at += VIEWPORT / 3)
            at = flow_settle(flow, at, VIEWPORT);
        assert_int_equal(flow->height, whole->height);
        check_same(flow->root, whole->root);
        view_free(flow);
    }
    view_free(whole);
}

static void little_is_shaped(void **state)
{
    (void)state;
    struct view *view = new_flow();
    size_t most = 0;
    assert_int_equal(shaped_count(view), 0);
    assert_int_equal(flow_settle(view, 0, VIEWPORT), 0);
    size_t first = shaped_count(view);
    assert_in_range(first, 4, 60);
    for (int at = 0; at < view->height; at += VIEWPORT / 2) {
        at = flow_settle(view, at, VIEWPORT);
        most = shaped_count(view) > most ? shaped_count(view) : most;
    }
    /* Nine viewports and what stands across their edges, not the page. */
    assert_in_range(most, first, 200);
    assert_true(view->height > 40 * VIEWPORT);
    /* Where it is settled already nothing happens. */
    struct box *shaped = view->shaped;
    int at = flow_settle(view, view->height / 2, VIEWPORT);
    at = flow_settle(view, at, VIEWPORT);
    shaped = view->shaped;
    assert_int_equal(flow_settle(view, at + 9, VIEWPORT), at + 9);
    assert_ptr_equal(view->shaped, shaped);
    view_free(view);
}

static void heights_are_expected_well(void **state)
{
    (void)state;
    for (int size = 0; size < SIZE_COUNT; size++) {
        theme_init(&theme, 1080, 1920, 268, (enum text_size)size,
                   CONTRAST_PAPER);
        for (int width = 700; width < 1080; width += 61) {
            struct view *flow = new_page(false), *whole = new_page(false);
            flow_layout(flow, width);
            view_layout(whole, width, 0);
            int off = flow->height - whole->height;
            off = off < 0 ? -off : off;
            /* Where a paragraph's last words are pulled up a line is saved that
             * counting characters does not see. */
            if (off > whole->height / 28)
                fail_msg("size %d width %d: %d px expected, %d are needed",
                         size, width, flow->height, whole->height);
            view_free(flow);
            view_free(whole);
        }
    }
    theme_init(&theme, WIDTH, 960, 268, SIZE_STANDARD, CONTRAST_PAPER);
}

static void short_pages_are_true_at_once(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    struct box *text =
        box_text(view, view->root, TEXT_BODY, COLOUR_INK, "短文。");
    flow_layout(view, WIDTH);
    assert_non_null(text->paragraph);
    assert_false(view->flows);
    assert_int_equal(flow_settle(view, 5000, VIEWPORT), 5000);
    view_free(view);
}

/* The first text whose upper edge shows. */
static const struct box *first_shown(const struct box *box, int top)
{
    const struct box *found = NULL;
    if (box->kind == BOX_TEXT && box->rect.y >= top)
        return box;
    for (const struct box *child = box->first; child && !found;
         child = child->next)
        found = first_shown(child, top);
    return found;
}

static void what_is_read_stays(void **state)
{
    (void)state;
    for (int round = 0; round < 12; round++) {
        struct view *view = new_flow();
        seed = 100 + (unsigned)round;
        int at = below(view->height - VIEWPORT);
        at = flow_settle(view, at, VIEWPORT);
        /* Up, where heights above become known, and down. */
        for (int i = 0; i < 60; i++) {
            int step = (round % 2 ? 1 : -1) * below(VIEWPORT / 2);
            const struct box *box = first_shown(view->root, at);
            int before = box->rect.y - at;
            int next = at + step;
            if (next <= 0 || next > view->height - VIEWPORT)
                break;
            at = flow_settle(view, next, VIEWPORT);
            assert_int_equal(box->rect.y - at, before - step);
        }
        view_free(view);
    }
}

static void places_are_found_again(void **state)
{
    (void)state;
    struct view *view = new_flow(), *again = new_flow();
    assert_int_equal(flow_position(view, flow_place(view, 0)), 0);
    for (int i = 0; i < 200; i++) {
        seed = 1000 + (unsigned)i;
        int at =
            flow_settle(view, 1 + below(view->height - VIEWPORT), VIEWPORT);
        struct flow_place place = flow_place(view, at);
        assert_int_equal(flow_position(view, place), at);
        /* On a page of its own, settled elsewhere. */
        int there = flow_settle_place(again, place, VIEWPORT);
        struct flow_place found = flow_place(again, there);
        assert_int_equal(found.leaf, place.leaf);
        assert_int_equal(found.above, place.above);
        assert_true(found.part == place.part);
    }
    assert_int_equal(flow_position(view, (struct flow_place){.leaf = 1u << 30}),
                     0);
    view_free(view);
    view_free(again);
}

/* A stage that shows such a page. */

static bool no_picture(void *user, const char *name, int width, int height,
                       colour background, struct picture *out)
{
    (void)user, (void)name, (void)width, (void)height, (void)background;
    (void)out;
    return false;
}

static struct rect viewport(void)
{
    return (struct rect){0, 100, WIDTH, VIEWPORT};
}

static struct stage *new_stage(void)
{
    struct stage *stage = stage_new(
        &(struct stage_options){fonts, 4 << 20, 1 << 20, no_picture, NULL});
    stage_set_theme(stage, &theme);
    stage_set_view(stage, LAYER_CONTENT, new_flow(), viewport());
    return stage;
}

static bool as_drawn_complete(struct stage *stage)
{
    struct surface surface;
    bool fresh;
    assert_true(window_surface(window, &surface, &fresh));
    size_t size = (size_t)surface.stride * (size_t)surface.height * 4;
    uint32_t *copy = xmalloc(size);
    memcpy(copy, surface.pixels, size);
    memset(surface.pixels, 0x55, size);
    stage_invalidate(stage);
    assert_true(stage_draw(stage, window));
    bool same = !memcmp(copy, surface.pixels, size);
    free(copy);
    return same;
}

static void settling_leaves_the_same_bytes(void **state)
{
    (void)state;
    struct stage *stage = new_stage();
    struct scroll *scroll = stage_scroll(stage);
    seed = 5;
    for (int i = 0; i < 300; i++) {
        if (i % 30 == 0)
            scroll_to(scroll, below(scroll->limit));
        else
            scroll_by(scroll, below(500) - (i % 60 < 30 ? 150 : 350));
        stage_draw(stage, window);
        assert_false(stage_draw(stage, window));
        if (!as_drawn_complete(stage))
            fail_msg("step %d at %d differs", i, scroll->position);
    }
    stage_free(stage);
}

/* Rows are moved as on any page, although positions are corrected. */
static void settling_moves_rows(void **state)
{
    (void)state;
    struct stage *stage = new_stage();
    struct scroll *scroll = stage_scroll(stage);
    scroll_to(scroll, scroll->limit / 2);
    stage_draw(stage, window);
    uint64_t moved = stage_stats(stage).scrolled_frames;
    for (int i = 0; i < 80; i++) {
        scroll_by(scroll, -90);
        assert_true(stage_draw(stage, window));
    }
    assert_int_equal(stage_stats(stage).scrolled_frames, moved + 80);
    stage_free(stage);
}

static void the_end_is_reached(void **state)
{
    (void)state;
    struct stage *stage = new_stage();
    struct scroll *scroll = stage_scroll(stage);
    scroll_to(scroll, 1 << 28);
    stage_draw(stage, window);
    assert_int_equal(scroll->position, scroll->limit);
    char last[32];
    snprintf(last, sizeof(last), "第%d条", PARTS - 1);
    assert_non_null(stage_find(stage, last).box);
    scroll_to(scroll, 0);
    /* And in flight, without being stopped on the way. */
    uint64_t now = 0;
    for (int i = 0; i < 5000 && scroll->position < scroll->limit; i++) {
        if (i % 10 == 0)
            scroll_fling(scroll, 12000, now);
        scroll_tick(scroll, now += 16);
        stage_draw(stage, window);
        assert_true(scroll->moving || scroll->position == scroll->limit);
    }
    assert_int_equal(scroll->position, scroll->limit);
    assert_non_null(stage_find(stage, last).box);
    stage_free(stage);
}

static int set_up(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    window = window_open(&(struct window_options){WIDTH, 960, true, "test"});
    theme_init(&theme, WIDTH, 960, 268, SIZE_STANDARD, CONTRAST_PAPER);
    return fonts && window ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    window_close(window);
    fonts_close(fonts);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settled_pages_are_as_laid_out),
        cmocka_unit_test(little_is_shaped),
        cmocka_unit_test(heights_are_expected_well),
        cmocka_unit_test(short_pages_are_true_at_once),
        cmocka_unit_test(what_is_read_stays),
        cmocka_unit_test(places_are_found_again),
        cmocka_unit_test(settling_leaves_the_same_bytes),
        cmocka_unit_test(settling_moves_rows),
        cmocka_unit_test(the_end_is_reached),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
