/* test_glyph_cache.c - the budget holds, and nothing leaves within a frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "fonts/face.h"
#include "fonts/glyph_cache.h"

static struct fonts *fonts;

static uint32_t font_of_size(int size)
{
    return font_id(fonts->primary[FONT_SANS][FONT_REGULAR], size);
}

static unsigned long sum_of(const struct glyph_image *image)
{
    unsigned long sum = 0;
    for (int y = 0; y < image->height; y++) {
        for (int x = 0; x < image->width; x++)
            sum += image->coverage[y * image->pitch + x];
    }
    return sum;
}

static void test_hits(void **state)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    struct glyph_image first, second;
    (void)state;
    glyph_cache_begin_frame(cache);
    assert_true(glyph_cache_find(cache, font_of_size(30), 20000, &first));
    assert_true(glyph_cache_find(cache, font_of_size(30), 20000, &second));
    assert_memory_equal(&first, &second, sizeof(first));
    assert_in_range(first.width, 10, 30);
    assert_in_range(first.height, 10, 31);
    assert_true(sum_of(&first) > 255);
    struct glyph_cache_stats stats = glyph_cache_stats(cache);
    assert_int_equal(stats.hits, 1);
    assert_int_equal(stats.misses, 1);
    assert_int_equal(stats.glyphs, 1);
    assert_int_equal(stats.pages, 1);
    glyph_cache_free(cache);
}

/* What blends four pixels at a time finds nothing behind a row, also where
 * another glyph was before. */
static void test_rows_are_padded(void **state)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, 200 << 10);
    struct glyph_image image;
    (void)state;
    for (int size = 12; size < 60; size++) {
        glyph_cache_begin_frame(cache);
        for (uint32_t glyph = 20000; glyph < 20008; glyph++) {
            assert_true(
                glyph_cache_find(cache, font_of_size(size), glyph, &image));
            assert_in_range(image.padding, 0, GLYPH_ALIGN - 1);
            assert_int_equal((image.width + image.padding) % GLYPH_ALIGN, 0);
            for (int y = 0; y < image.height; y++)
                for (int x = 0; x < image.padding; x++)
                    assert_int_equal(
                        image.coverage[y * image.pitch + image.width + x], 0);
        }
    }
    assert_true(glyph_cache_stats(cache).evictions > 0);
    glyph_cache_free(cache);
}

static void test_no_ink(void **state)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    struct glyph_image image;
    (void)state;
    glyph_cache_begin_frame(cache);
    for (int i = 0; i < 3; i++)
        assert_false(glyph_cache_find(cache, font_of_size(30), 1, &image));
    assert_int_equal(glyph_cache_stats(cache).misses, 1);
    assert_int_equal(glyph_cache_stats(cache).refusals, 0);
    glyph_cache_free(cache);
}

static void test_budget_and_eviction(void **state)
{
    const size_t budget = 640 << 10;
    struct glyph_cache *cache = glyph_cache_new(fonts, budget);
    struct glyph_image image;
    (void)state;
    for (uint32_t frame = 0; frame < 60; frame++) {
        glyph_cache_begin_frame(cache);
        for (uint32_t i = 0; i < 100; i++) {
            glyph_cache_find(cache, font_of_size(20 + (int)frame % 7 * 6),
                             10000 + frame * 50 + i, &image);
            assert_true(glyph_cache_stats(cache).bytes <= budget);
        }
    }
    assert_true(glyph_cache_stats(cache).evictions > 0);
    assert_int_equal(glyph_cache_stats(cache).refusals, 0);
    glyph_cache_free(cache);
}

/* Whatever was found in a frame is still the same bytes at its end. */
static void test_pinned_within_a_frame(void **state)
{
    enum { GLYPHS = 400 };
    static struct glyph_image images[GLYPHS];
    static unsigned long sums[GLYPHS];
    struct glyph_cache *cache = glyph_cache_new(fonts, 300 << 10);
    size_t found = 0;
    uint64_t refusals = 0;
    (void)state;
    for (int frame = 0; frame < 3; frame++) {
        glyph_cache_begin_frame(cache);
        found = 0;
        for (uint32_t i = 0; i < GLYPHS; i++) {
            if (!glyph_cache_find(cache, font_of_size(40),
                                  12000 + (uint32_t)frame * 200 + i,
                                  &images[found]))
                continue;
            uint64_t refused = glyph_cache_stats(cache).refusals - refusals;
            refusals += refused;
            if (refused)
                continue;
            sums[found] = sum_of(&images[found]);
            found++;
        }
        for (size_t i = 0; i < found; i++)
            assert_int_equal(sum_of(&images[i]), sums[i]);
    }
    assert_true(found > 50 && found < GLYPHS);
    assert_true(glyph_cache_stats(cache).refusals > 0);
    assert_true(glyph_cache_stats(cache).bytes <= 300 << 10);
    glyph_cache_free(cache);
}

/* What does not fit is drawn all the same, as it looks with room for it. */
static void test_refused_is_drawn(void **state)
{
    struct glyph_cache *small = glyph_cache_new(fonts, 0);
    struct glyph_cache *large = glyph_cache_new(fonts, 4 << 20);
    (void)state;
    glyph_cache_begin_frame(small);
    glyph_cache_begin_frame(large);
    for (uint32_t glyph = 20000; glyph < 20200; glyph++) {
        struct glyph_image drawn, kept;
        assert_true(glyph_cache_find(small, font_of_size(40), glyph, &drawn));
        unsigned long sum = sum_of(&drawn);
        assert_true(glyph_cache_find(large, font_of_size(40), glyph, &kept));
        assert_int_equal(sum, sum_of(&kept));
        assert_int_equal(drawn.left, kept.left);
        assert_int_equal(drawn.top, kept.top);
    }
    assert_true(glyph_cache_stats(small).refusals > 100);
    assert_int_equal(glyph_cache_stats(small).pages, 1);
    glyph_cache_free(small);
    glyph_cache_free(large);
}

static void fill(struct glyph_cache *cache, int size, uint32_t count)
{
    struct glyph_image image;
    for (uint32_t i = 0; i < count; i++)
        glyph_cache_find(cache, font_of_size(size), 12000 + i, &image);
}

/* Far below its limit the cache does not keep what nobody looks at any more,
 * nor anything for the next visitor but a few megabytes. */
static void test_gives_back(void **state)
{
    const size_t kept = 7 << 20;
    struct glyph_cache *cache = glyph_cache_new(fonts, 64 << 20);
    (void)state;
    glyph_cache_begin_frame(cache);
    fill(cache, 60, 6000);
    size_t most = glyph_cache_stats(cache).bytes;
    assert_true(most > 2 * kept);
    glyph_cache_shrink(cache); /* all of it is part of this frame */
    assert_int_equal(glyph_cache_stats(cache).bytes, most);
    for (int i = 0; i < 3000; i++) {
        glyph_cache_begin_frame(cache);
        fill(cache, 30, 200);
    }
    assert_true(glyph_cache_stats(cache).bytes < kept);
    assert_int_equal(glyph_cache_stats(cache).evictions, 0);
    fill(cache, 60, 6000);
    glyph_cache_begin_frame(cache);
    fill(cache, 30, 200);
    glyph_cache_shrink(cache);
    assert_true(glyph_cache_stats(cache).bytes < kept);
    uint64_t misses = glyph_cache_stats(cache).misses;
    fill(cache, 30, 200);
    assert_int_equal(glyph_cache_stats(cache).misses, misses);
    glyph_cache_free(cache);
}

static void test_tiny_budget_keeps_a_page(void **state)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, 0);
    struct glyph_image image;
    (void)state;
    for (int i = 0; i < 5; i++) {
        glyph_cache_begin_frame(cache);
        assert_true(glyph_cache_find(cache, font_of_size(40),
                                     20000 + (uint32_t)i, &image));
        assert_int_equal(glyph_cache_stats(cache).pages, 1);
    }
    glyph_cache_free(cache);
}

static void test_large_glyphs(void **state)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    struct glyph_image image;
    (void)state;
    for (uint32_t i = 0; i < 20; i++) {
        glyph_cache_begin_frame(cache);
        assert_true(
            glyph_cache_find(cache, font_of_size(400), 20000 + i, &image));
        assert_in_range(image.width, 200, 420);
        assert_true(
            glyph_cache_find(cache, font_of_size(24), 20000 + i, &image));
        assert_true(glyph_cache_stats(cache).bytes <= 1 << 20);
    }
    glyph_cache_free(cache);
}

/* More sizes than FreeType sizes are kept. */
static void test_many_sizes(void **state)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    struct glyph_image image;
    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int size = 10; size < 60; size++) {
            glyph_cache_begin_frame(cache);
            assert_true(
                glyph_cache_find(cache, font_of_size(size), 20000, &image));
            assert_in_range(image.height, size / 2, size + 3);
        }
    }
    glyph_cache_free(cache);
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
        cmocka_unit_test(test_hits),
        cmocka_unit_test(test_rows_are_padded),
        cmocka_unit_test(test_no_ink),
        cmocka_unit_test(test_budget_and_eviction),
        cmocka_unit_test(test_pinned_within_a_frame),
        cmocka_unit_test(test_refused_is_drawn),
        cmocka_unit_test(test_gives_back),
        cmocka_unit_test(test_tiny_budget_keeps_a_page),
        cmocka_unit_test(test_large_glyphs),
        cmocka_unit_test(test_many_sizes),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
