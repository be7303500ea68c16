/* Words looked for in a page: all of them, reached without shaping the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/find.h"
#include "ui/flow.h"
#include "ui/stage.h"

enum { WIDTH = 540, HEIGHT = 800, PARTS = 2000 };

static struct fonts *fonts;
static struct window *window;
static struct theme theme;

static size_t find_word(void *user, const char *text, size_t limit,
                        struct find_range *out)
{
    const char *word = user, *at = text;
    size_t count = 0;
    for (; count < limit && (at = strstr(at, word)); at += strlen(word)) {
        out[count].start = (uint32_t)(at - text);
        out[count].end = out[count].start + (uint32_t)strlen(word);
        count++;
    }
    return count;
}

static size_t mark(struct view *view, const char *word)
{
    return find_mark(view, view->root, find_word, (void *)word);
}

/* Every hundredth article has the word 工资, the last one twice. */
static struct view *new_law(void)
{
    struct view *view = view_new(fonts, &theme);
    struct box *column = box_add(view, view->root, BOX_COLUMN, "column");
    column->gap = theme.gap;
    for (int i = 1; i <= PARTS; i++) {
        char text[512];
        snprintf(text, sizeof(text),
                 "第%d条　用人单位自用工之日起即与劳动者建立劳动关系，应当订立"
                 "书面合同%s，其他法律另有规定的从其规定。%s",
                 i, i % 100 ? "" : "，并写明工资",
                 i == PARTS ? "工资按月支付。" : "");
        box_text(view, column, TEXT_BODY, COLOUR_INK, text);
    }
    flow_layout(view, WIDTH);
    return view;
}

static void every_word_of_a_law_is_marked(void **state)
{
    struct view *view = new_law();
    (void)state;
    assert_true(view->flows);
    assert_int_equal(mark(view, "工资"), PARTS / 100 + 1);
    assert_int_equal(mark(view, "没有这个词"), 0);
    /* What is typed further narrows what was marked. */
    assert_int_equal(mark(view, "工资按月"), 1);
    assert_int_equal(mark(view, "工"), FIND_LIMIT);
    view_free(view);
}

static size_t shaped(const struct view *view)
{
    size_t count = 0;
    for (const struct box *box = view->shaped; box; box = box->next_shaped)
        count++;
    return count;
}

/* The mark stands in the viewport, whatever the heights above it turn out to
 * be, and what lies between was not shaped. */
static void a_mark_far_down_is_reached(void **state)
{
    struct view *view = new_law();
    struct buf dump = {0};
    char article[32];
    (void)state;
    struct stage *stage = stage_new(&(struct stage_options){
        .fonts = fonts, .glyph_bytes = 1 << 20, .picture_bytes = 1 << 20});
    stage_set_theme(stage, &theme);
    size_t count = mark(view, "工资");
    for (size_t i = 0; i < count; i += 7) {
        find_choose(view, i);
        int position = find_position(view, i, HEIGHT);
        assert_true(shaped(view) < PARTS / 4);
        assert_int_equal(find_below(view, position), i);
        if (i + 7 < count)
            continue;
        stage_set_view(stage, LAYER_CONTENT, view,
                       (struct rect){0, 0, WIDTH, HEIGHT});
        scroll_set_limit(stage_scroll(stage), view->height, HEIGHT);
        scroll_to(stage_scroll(stage), position);
        stage_draw(stage, window);
        stage_dump(stage, &dump);
        snprintf(article, sizeof(article), "第%zu条", (i + 1) * 100);
        assert_non_null(strstr(buf_text(&dump), article));
    }
    buf_fini(&dump);
    stage_free(stage);
}

static size_t pixels_of(colour wanted)
{
    struct surface surface;
    bool fresh;
    size_t count = 0;
    assert_true(window_surface(window, &surface, &fresh));
    for (int y = 0; y < surface.height; y++)
        for (int x = 0; x < surface.width; x++)
            if ((surface.pixels[(size_t)y * surface.stride + (size_t)x] &
                 0xFFFFFF) == wanted)
                count++;
    return count;
}

/* Behind the characters, and without a trace once nothing is looked for. */
static void marks_are_seen_and_go(void **state)
{
    (void)state;
    struct stage *stage = stage_new(&(struct stage_options){
        .fonts = fonts, .glyph_bytes = 1 << 20, .picture_bytes = 1 << 20});
    struct view *view = view_new(fonts, &theme);
    stage_set_theme(stage, &theme);
    box_text(view, view->root, TEXT_BODY, COLOUR_INK, "老板拖欠工资三个月");
    view_layout(view, WIDTH, 0);
    stage_set_view(stage, LAYER_CONTENT, view,
                   (struct rect){0, 0, WIDTH, HEIGHT});
    assert_int_equal(mark(view, "工资"), 1);
    stage_draw(stage, window);
    size_t one = pixels_of(theme.colours[COLOUR_FOUND]);
    assert_true(one > 100);
    assert_int_equal(mark(view, "拖欠工资"), 1);
    stage_draw(stage, window);
    assert_true(pixels_of(theme.colours[COLOUR_FOUND]) > one * 3 / 2);
    assert_int_equal(find_mark(view, view->root, NULL, NULL), 0);
    stage_draw(stage, window);
    assert_int_equal(pixels_of(theme.colours[COLOUR_FOUND]), 0);
    stage_free(stage);
}

static int setup(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    window = window_open(&(struct window_options){WIDTH, HEIGHT, true, "find"});
    theme_init(&theme, WIDTH, HEIGHT, 136, SIZE_STANDARD, CONTRAST_PAPER);
    return fonts && window ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    window_close(window);
    fonts_close(fonts);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_a_law_is_marked),
        cmocka_unit_test(a_mark_far_down_is_reached),
        cmocka_unit_test(marks_are_seen_and_go),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
