/* What the stage draws, and what can be found on it. */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ui/canvas.h"
#include "ui/stage.h"
#include "ui/widgets.h"

#define WIDTH 540
#define HEIGHT 960

static struct fonts *fonts;
static struct window *window;
static struct theme theme;
static struct stage *stage;
static int loads;

static bool load_picture(void *user, const char *name, int width, int height,
                         colour background, struct picture *out)
{
    (void)user, (void)background;
    loads++;
    if (!strcmp(name, "missing"))
        return false;
    *out = (struct picture){width, height,
                            xmalloc((size_t)width * (size_t)height * 4)};
    for (int i = 0; i < width * height; i++)
        out->pixels[i] = (uint32_t)i * 2654435761u >> 8;
    return true;
}

static struct view *new_chrome(const char *clock)
{
    static const struct nav_item items[] = {
        {ICON_HOME, "首页", {1, "", 0}, true, false},
        {ICON_BACK, "返回", {2, "", 0}, false, true},
        {ICON_PHONE, "求助", {3, "", 0}, false, false},
    };
    struct view *view = view_new(fonts, &theme);
    view->root->fill = COLOUR_PAPER;
    widget_header(view, view->root, "云岩工会驿站", "每日 7:00–22:00", clock);
    box_space(view, view->root, 0);
    widget_nav(view, view->root, items, COUNT_OF(items));
    view_layout(view, WIDTH, HEIGHT);
    return view;
}

static struct rect viewport(void)
{
    return (struct rect){0, theme.header, WIDTH,
                         HEIGHT - theme.header - theme.bar};
}

static void add_linked_text(struct view *view, struct box *parent)
{
    static const char text[] = "详见劳动合同法第八十二条。";
    struct text_style style = theme.text[TEXT_BODY].style;
    const struct text_run runs[] = {
        {0, 6, style, 0},
        {6, 21, style, 1 | CANVAS_UNDERLINE},
        {21, sizeof(text) - 1, style, 0},
    };
    const struct text_link link = {6, 21, {5, "law", 0}};
    struct box *box = box_rich(view, parent, text, sizeof(text) - 1, runs, 3,
                               &(struct paragraph_style){0}, &link, 1);
    box->text_colours[1] = COLOUR_LINK;
}

static struct view *new_content(int rows, const char *title)
{
    struct view *view = view_new(fonts, &theme);
    struct box *column = box_add(view, view->root, BOX_COLUMN, "column");
    const struct action action = {4, "row", 0};
    char text[64];
    box_pad(column, theme.pad, theme.page);
    column->gap = theme.gap;
    box_text(view, column, TEXT_SECTION, COLOUR_INK, title);
    widget_tile(view, column, "red", ICON_GUIDE, "我遇到了问题", NULL, 0, false,
                &action);
    add_linked_text(view, column);
    for (int i = 0; i < rows; i++) {
        snprintf(text, sizeof(text), "第%d条：工资支付暂行规定", i + 1);
        widget_row(view, column,
                   &(struct widget_row){
                       .title = text,
                       .meta = "2月5日 · 3 分钟",
                       .media = i % 3 == 1   ? "picture"
                                : i % 7 == 2 ? "missing"
                                             : "",
                       .serif = i % 2,
                       .action = action,
                   });
    }
    view_layout(view, viewport().width, 0);
    return view;
}

static struct view *new_overlay(void)
{
    struct view *view = view_new(fonts, &theme);
    view->root->align = view->root->pack = BOX_CENTER;
    struct box *card = box_add(view, view->root, BOX_COLUMN, "panel");
    card->fill = COLOUR_CARD;
    card->radius = theme.radius;
    card->gap = theme.gap;
    card->width = WIDTH - 2 * theme.page;
    box_pad(card, theme.pad, theme.pad);
    box_text(view, card, TEXT_PAGE_TITLE, COLOUR_INK, "您还在用吗？");
    widget_button(view, card, "还要用", false, &(struct action){9, "", 0});
    view_layout(view, WIDTH, HEIGHT);
    return view;
}

static void set_all(enum text_size size, enum contrast contrast, int rows)
{
    theme_init(&theme, WIDTH, HEIGHT, 268, size, contrast);
    stage_set_theme(stage, &theme);
    stage_set_view(stage, LAYER_CHROME, new_chrome("14:26"),
                   (struct rect){0, 0, WIDTH, HEIGHT});
    stage_set_view(stage, LAYER_CONTENT, new_content(rows, "今日要闻"),
                   viewport());
}

static int set_up(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    window = window_open(&(struct window_options){WIDTH, HEIGHT, true, "test"});
    return fonts && window ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    window_close(window);
    fonts_close(fonts);
    return 0;
}

static int new_stage(void **state)
{
    (void)state;
    stage = stage_new(
        &(struct stage_options){fonts, 4 << 20, 4 << 20, load_picture, NULL});
    loads = 0;
    set_all(SIZE_STANDARD, CONTRAST_PAPER, 20);
    return 0;
}

static int free_stage(void **state)
{
    (void)state;
    stage_free(stage);
    return 0;
}

static uint32_t *pixels(size_t *size_out)
{
    struct surface surface;
    bool fresh;
    assert_true(window_surface(window, &surface, &fresh));
    *size_out = (size_t)surface.stride * (size_t)surface.height * 4;
    return surface.pixels;
}

/* The surface as it is equals the surface drawn from nothing. */
static bool as_drawn_complete(void)
{
    size_t size;
    uint32_t *surface = pixels(&size);
    uint32_t *copy = xmalloc(size);
    memcpy(copy, surface, size);
    memset(surface, 0x55, size);
    stage_invalidate(stage);
    assert_true(stage_draw(stage, window));
    bool same = !memcmp(copy, pixels(&size), size);
    free(copy);
    return same;
}

static void nothing_changed_draws_nothing(void **state)
{
    (void)state;
    assert_true(stage_draw(stage, window));
    assert_false(stage_draw(stage, window));
    uint64_t frames = stage_stats(stage).frames;
    stage_set_view(stage, LAYER_CONTENT, new_content(20, "今日要闻"),
                   viewport());
    assert_false(stage_draw(stage, window));
    assert_int_equal(stage_stats(stage).frames, frames);
}

static void scrolling_moves_rows(void **state)
{
    (void)state;
    static const int steps[] = {1, 13, 64, 200, -50, -1, 700, -300, 3};
    stage_draw(stage, window);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        uint64_t moved = stage_stats(stage).scrolled_frames;
        scroll_by(stage_scroll(stage), steps[i]);
        assert_true(stage_draw(stage, window));
        if (steps[i] < 600)
            assert_int_equal(stage_stats(stage).scrolled_frames, moved + 1);
        assert_true(as_drawn_complete());
    }
}

static unsigned seed = 20261120;

static int below(int limit)
{
    seed = seed * 1103515245u + 12345u;
    return (int)((seed >> 8) % (unsigned)limit);
}

static void change_something(void)
{
    struct scroll *scroll = stage_scroll(stage);
    struct hit hit;
    char clock[48];
    switch (below(12)) {
    case 0:
        stage_press(stage, NULL);
        break;
    case 1:
    case 2:
        hit = stage_hit(stage, below(WIDTH), below(HEIGHT));
        stage_press(stage, hit.box ? &hit : NULL);
        break;
    case 3:
        set_all((enum text_size)below(SIZE_COUNT),
                (enum contrast)below(CONTRAST_COUNT), below(25));
        break;
    case 4:
        stage_set_view(stage, LAYER_OVERLAY, below(2) ? new_overlay() : NULL,
                       (struct rect){0, 0, WIDTH, HEIGHT});
        break;
    case 5:
        stage_set_view(stage, LAYER_CONTENT, new_content(below(30), "附近驿站"),
                       viewport());
        break;
    case 6:
        snprintf(clock, sizeof(clock), "14:%02d", below(60));
        stage_set_view(stage, LAYER_CHROME, new_chrome(clock),
                       (struct rect){0, 0, WIDTH, HEIGHT});
        break;
    case 7:
        stage_set_shift(stage, below(3) ? below(60) : 0);
        break;
    case 8:
        scroll_to(scroll, below(2500));
        break;
    default:
        scroll_by(scroll, below(300) - 150);
        break;
    }
}

/* Whatever happens in whatever order, drawing what changed leaves the same
 * bytes as drawing everything. */
static void changes_leave_the_same_bytes(void **state)
{
    (void)state;
    if (getenv("SEED"))
        seed = (unsigned)strtoul(getenv("SEED"), NULL, 10);
    print_message("SEED=%u\n", seed);
    for (int round = 0; round < 150; round++) {
        for (int frame = below(4); frame >= 0; frame--) {
            for (int changes = below(3); changes >= 0; changes--)
                change_something();
            stage_draw(stage, window);
            assert_false(stage_draw(stage, window));
        }
        if (!as_drawn_complete())
            fail_msg("round %d differs", round);
    }
}

static void steady_scrolling_allocates_nothing(void **state)
{
    (void)state;
    struct scroll *scroll = stage_scroll(stage);
    size_t before = 0;
    for (int round = 0; round < 3; round++) {
        scroll_to(scroll, 0);
        stage_draw(stage, window);
        before = mallinfo2().uordblks;
        for (int i = 0; i < 100; i++) {
            scroll_by(scroll, 17);
            stage_draw(stage, window);
        }
    }
    assert_int_equal(mallinfo2().uordblks, before);
}

static void pictures_are_loaded_once(void **state)
{
    (void)state;
    stage_draw(stage, window);
    for (int i = 0; i < 5; i++) {
        scroll_to(stage_scroll(stage), i % 2 ? 100000 : 0);
        stage_draw(stage, window);
        stage_invalidate(stage);
        stage_draw(stage, window);
    }
    assert_int_equal(loads, 2);
    assert_true(stage_stats(stage).picture_bytes > 0);
    assert_true(stage_stats(stage).picture_bytes <= 4 << 20);
}

static void an_overlay_takes_the_finger(void **state)
{
    (void)state;
    struct hit home = stage_find(stage, "首页");
    assert_non_null(home.box);
    assert_int_equal(home.layer, LAYER_CHROME);
    int x = home.rect.x + home.rect.width / 2;
    int y = home.rect.y + home.rect.height / 2;
    assert_int_equal(stage_hit(stage, x, y).box->action.kind, 1);
    stage_set_view(stage, LAYER_OVERLAY, new_overlay(),
                   (struct rect){0, 0, WIDTH, HEIGHT});
    assert_null(stage_hit(stage, x, y).box);
    assert_null(stage_find(stage, "首页").box);
    assert_int_equal(stage_find(stage, "还要用").box->action.kind, 9);
}

static void links_and_targets_are_hit_nearby(void **state)
{
    (void)state;
    struct hit link = stage_find(stage, "劳动合同法");
    assert_non_null(link.link);
    assert_string_equal(link.link->action.argument, "law");
    int x = link.rect.x + link.rect.width / 2;
    int y = link.rect.y + link.rect.height / 2;
    assert_ptr_equal(stage_hit(stage, x, y).link, link.link);
    /* 4 mm are 8 px of this panel. */
    assert_ptr_equal(stage_hit(stage, x, link.rect.y - 6).link, link.link);
    assert_null(stage_hit(stage, x, link.rect.y - 12).link);
    struct hit tile = stage_find(stage, "我遇到了问题");
    assert_string_equal(tile.box->role, "tile");
    assert_ptr_equal(
        stage_hit(stage, tile.rect.x - theme.slop + 1, tile.rect.y + 9).box,
        tile.box);
    assert_null(
        stage_hit(stage, tile.rect.x - theme.slop - 3, tile.rect.y + 9).box);
    /* What cannot be chosen is no target. */
    struct hit back = stage_find(stage, "返回");
    assert_int_equal(back.box->action.kind, 0);
}

static void only_what_is_visible_is_found(void **state)
{
    (void)state;
    assert_null(stage_find(stage, "第20条：工资支付暂行规定").box);
    scroll_to(stage_scroll(stage), 100000);
    assert_non_null(stage_find(stage, "第20条：工资支付暂行规定").box);
    assert_string_equal(stage_find(stage, "第20条").box->role, "row");
    assert_null(stage_find(stage, "我遇到了问题").box);
    struct buf dump = {0};
    stage_dump(stage, &dump);
    assert_non_null(strstr(buf_text(&dump), "第20条"));
    assert_null(strstr(buf_text(&dump), "第1条"));
    assert_non_null(strstr(buf_text(&dump), "nav-item 0,"));
    buf_fini(&dump);
}

static void dump_is_one_item_a_line(void **state)
{
    (void)state;
    struct buf dump = {0};
    struct view *view = view_new(fonts, &theme);
    struct box *tile = box_add(view, view->root, BOX_COLUMN, "tile");
    tile->height = 100;
    box_act(view, tile, 1, "", 0);
    box_text(view, tile, TEXT_TILE, COLOUR_INK, "两行\n文字");
    box_label(view, box_picture(view, view->root, "p", 50, 40), "图");
    view_layout(view, WIDTH, HEIGHT);
    stage_set_view(stage, LAYER_OVERLAY, view,
                   (struct rect){0, 0, WIDTH, HEIGHT});
    stage_dump(stage, &dump);
    assert_string_equal(buf_text(&dump), "tile 0,0 540x100 两行 文字\n"
                                         "picture 0,100 50x40 图\n");
    buf_fini(&dump);
}

static void long_lists_cost_what_is_visible(void **state)
{
    (void)state;
    struct view *view = view_new(fonts, &theme);
    for (int i = 0; i < 2000; i++) {
        struct box *row = box_add(view, view->root, BOX_COLUMN, "row");
        row->height = 60;
        row->fill = i % 2 ? COLOUR_CARD : COLOUR_PAPER;
        box_act(view, row, 1, "", i);
    }
    view_layout(view, WIDTH, 0);
    stage_set_view(stage, LAYER_CONTENT, view, viewport());
    stage_draw(stage, window);
    for (int i = 0; i < 2000; i += 111) {
        scroll_to(stage_scroll(stage), i * 60);
        stage_draw(stage, window);
        assert_true(as_drawn_complete());
        struct hit hit = stage_hit(stage, 100, viewport().y + 30);
        int top = stage_scroll(stage)->position;
        assert_int_equal(hit.box->action.value, (top + 30) / 60);
    }
}

static void pressing_loads_nothing(void **state)
{
    (void)state;
    stage_draw(stage, window);
    int before = loads;
    struct hit hit = stage_find(stage, "第2条");
    assert_non_null(hit.box);
    stage_press(stage, &hit);
    assert_true(stage_draw(stage, window));
    assert_int_equal(loads, before);
}

/* Another generation may show another picture under the same name. */
static void forgotten_pictures_are_loaded_again(void **state)
{
    (void)state;
    stage_draw(stage, window);
    int before = loads;
    stage_forget_pictures(stage);
    assert_int_equal(stage_stats(stage).picture_bytes, 0);
    assert_true(stage_draw(stage, window));
    assert_int_equal(loads, 2 * before);
}

static void a_replaced_view_is_not_pressed(void **state)
{
    (void)state;
    struct hit hit = stage_find(stage, "我遇到了问题");
    stage_press(stage, &hit);
    stage_draw(stage, window);
    stage_set_view(stage, LAYER_CONTENT, NULL, viewport());
    assert_true(stage_draw(stage, window));
    assert_true(as_drawn_complete());
}

int main(void)
{
#define STAGE_TEST(test) \
    cmocka_unit_test_setup_teardown(test, new_stage, free_stage)
    const struct CMUnitTest tests[] = {
        STAGE_TEST(nothing_changed_draws_nothing),
        STAGE_TEST(scrolling_moves_rows),
        STAGE_TEST(changes_leave_the_same_bytes),
        STAGE_TEST(steady_scrolling_allocates_nothing),
        STAGE_TEST(pictures_are_loaded_once),
        STAGE_TEST(an_overlay_takes_the_finger),
        STAGE_TEST(links_and_targets_are_hit_nearby),
        STAGE_TEST(only_what_is_visible_is_found),
        STAGE_TEST(dump_is_one_item_a_line),
        STAGE_TEST(long_lists_cost_what_is_visible),
        STAGE_TEST(pressing_loads_nothing),
        STAGE_TEST(forgotten_pictures_are_loaded_again),
        STAGE_TEST(a_replaced_view_is_not_pressed),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
