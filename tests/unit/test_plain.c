/* The page of last resort appears whatever is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "ui/plain.h"

static const char *const places[] = {
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
};

static const char *any_font(void)
{
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (access(places[i], R_OK) == 0)
            return places[i];
    return NULL;
}

/* Shows the page; how many pixels are not paper, from the row `from` down. */
static size_t ink_below(int width, int height, const struct plain_page *page,
                        int from)
{
    struct window_options options = {
        .width = width, .height = height, .headless = true};
    struct window *window = window_open(&options);
    struct surface surface;
    size_t ink = 0;
    bool fresh;
    assert_non_null(window);
    plain_show(window, page);
    assert_true(window_surface(window, &surface, &fresh));
    assert_false(fresh);
    uint32_t paper = surface.pixels[0] & 0xFFFFFF;
    for (int y = from; y < surface.height; y++)
        for (int x = 0; x < surface.width; x++)
            ink += (surface.pixels[y * surface.stride + x] & 0xFFFFFF) != paper;
    window_close(window);
    return ink;
}

static const struct plain_page rescue = {
    .title = "暂停服务",
    .lines = {"本机正在维护，请稍后再来。", "如有急事，请找工作人员。"},
};

static void test_without_font(void **state)
{
    struct plain_page page = rescue;
    (void)state;
    assert_true(ink_below(1080, 1920, &page, 0) > 1000);
    page.quiet = true;
    assert_true(ink_below(1080, 1920, &page, 0) > 1000);
    page.font = "/nonexistent/font.ttc";
    assert_true(ink_below(1080, 1920, &page, 0) > 1000);
    page.font = "/proc/self/exe";
    assert_true(ink_below(1080, 1920, &page, 0) > 1000);
}

static void test_words_add_ink(void **state)
{
    struct plain_page page = rescue;
    (void)state;
    if (!any_font())
        skip();
    size_t mark = ink_below(1080, 1920, &page, 0);
    page.font = any_font();
    assert_true(ink_below(1080, 1920, &page, 0) > mark + 1000);
    page.quiet = true;
    assert_true(ink_below(1080, 1920, &page, 0) > 1000);
}

/* A long line goes on below; an empty page or screen is no fault. */
static void test_wrapping_and_edges(void **state)
{
    struct plain_page page = {.title = "服务", .font = any_font()};
    char text[3 * 400 + 1];
    (void)state;
    if (!page.font)
        skip();
    for (size_t i = 0; i < 400; i++)
        memcpy(text + 3 * i, "窗", 3);
    text[sizeof(text) - 1] = 0;
    page.lines[0] = "窗";
    size_t one = ink_below(1080, 1920, &page, 1100);
    page.lines[0] = text;
    assert_true(ink_below(1080, 1920, &page, 1100) > one);
    ink_below(1, 1, &page, 0);
    ink_below(20, 3000, &page, 0);
    page.title = NULL;
    page.lines[0] = "\xFF\xC0\xE4 broken \xE4\xB8";
    ink_below(300, 300, &page, 0);
    page.lines[0] = "";
    ink_below(300, 300, &page, 0);
    ink_below(300, 300, &(struct plain_page){.font = any_font()}, 0);
}

/* Quiet is quiet: the splash has none of the alarm's red. */
static void test_splash_has_no_red(void **state)
{
    struct plain_page page = {.title = "驿窗", .quiet = true};
    struct window_options options = {
        .width = 400, .height = 700, .headless = true};
    struct window *window = window_open(&options);
    struct surface surface;
    bool fresh;
    (void)state;
    page.font = any_font();
    assert_non_null(window);
    plain_show(window, &page);
    assert_true(window_surface(window, &surface, &fresh));
    for (int y = 0; y < surface.height; y++)
        for (int x = 0; x < surface.width; x++) {
            uint32_t value = surface.pixels[y * surface.stride + x];
            int red = (int)(value >> 16 & 255), green = (int)(value >> 8 & 255);
            assert_true(red - green < 40);
        }
    window_close(window);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_font),
        cmocka_unit_test(test_words_add_ink),
        cmocka_unit_test(test_wrapping_and_edges),
        cmocka_unit_test(test_splash_has_no_red),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
