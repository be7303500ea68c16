/* Every pixel: blending against plain arithmetic, clipping against drawing
 * without a clip, shapes against what geometry says of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <limits.h>
#include <math.h>

#include "base/mem.h"
#include "ui/canvas.h"

enum { WIDTH = 61, HEIGHT = 47, STRIDE = 64, GUARD = 128 };

/* A surface with memory around it that must stay as it is. */
struct scene {
    uint32_t memory[GUARD + STRIDE * HEIGHT + GUARD];
    struct canvas canvas;
};

static uint32_t noise(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void scene_init(struct scene *scene)
{
    uint32_t seed = 7;
    for (size_t i = 0; i < COUNT_OF(scene->memory); i++)
        scene->memory[i] = noise(&seed) & 0xFFFFFF;
    scene->canvas = (struct canvas){
        {scene->memory + GUARD, WIDTH, HEIGHT, STRIDE},
        {0, 0, WIDTH, HEIGHT},
    };
}

static uint32_t pixel(const struct scene *scene, int x, int y)
{
    return scene->memory[GUARD + y * STRIDE + x];
}

static uint32_t mix(uint32_t over, uint32_t under, uint32_t alpha)
{
    uint32_t mixed = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        uint32_t a = over >> shift & 255, b = under >> shift & 255;
        mixed |= (a * alpha + b * (255 - alpha) + 127) / 255 << shift;
    }
    return mixed;
}

/* --- Blending ------------------------------------------------------------ */

static void test_blend_all(void **state)
{
    enum { SIDE = 256 };
    static uint32_t pixels[SIDE * SIDE];
    static uint8_t coverage[SIDE * SIDE];
    struct canvas canvas = {{pixels, SIDE, SIDE, SIDE}, {0, 0, SIDE, SIDE}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(coverage); i++)
        coverage[i] = (uint8_t)(i % SIDE);
    for (uint32_t value = 0; value < 256; value++) {
        uint32_t ink = value << 16 | (255 - value) << 8 | (value ^ 85);
        for (uint32_t i = 0; i < COUNT_OF(pixels); i++)
            pixels[i] = (i / SIDE) * 0x010101u;
        canvas_mask(&canvas, 0, 0, coverage, SIDE, SIDE, SIDE, ink);
        for (uint32_t i = 0; i < COUNT_OF(pixels); i++)
            if (pixels[i] != mix(ink, (i / SIDE) * 0x010101u, i % SIDE))
                fail_msg("%06X over %02X by %u gives %06X", ink, i / SIDE,
                         i % SIDE, pixels[i]);
    }
}

/* Rows of every length at every place, and no pixel beside them. */
static void test_blend_lengths(void **state)
{
    static uint8_t coverage[64 * 64];
    struct scene scene, before;
    uint32_t seed = 11;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(coverage); i++)
        coverage[i] = (uint8_t)noise(&seed);
    for (int width = 1; width <= WIDTH; width++)
        for (int x = 0; x <= WIDTH - width; x += 1 + width / 8) {
            uint32_t ink = noise(&seed) & 0xFFFFFF;
            int shift = (int)(noise(&seed) % 64);
            scene_init(&scene);
            before = scene;
            canvas_mask(&scene.canvas, x, 3, coverage + shift, width, 2, 64,
                        ink);
            for (int i = 0; i < 2 * WIDTH; i++) {
                int column = i % WIDTH - x, row = i / WIDTH;
                bool inside = column >= 0 && column < width;
                uint32_t under = pixel(&before, i % WIDTH, 3 + row);
                uint32_t alpha =
                    inside ? coverage[shift + row * 64 + column] : 0;
                assert_int_equal(pixel(&scene, i % WIDTH, 3 + row),
                                 mix(ink, under, alpha));
                before.memory[GUARD + (3 + row) * STRIDE + i % WIDTH] =
                    pixel(&scene, i % WIDTH, 3 + row);
            }
            assert_memory_equal(scene.memory, before.memory,
                                sizeof(scene.memory));
        }
}

static void test_tint(void **state)
{
    static const unsigned amounts[] = {0, 1, 127, 128, 255, 256, 4000};
    struct scene scene, before;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(amounts); i++) {
        unsigned by = amounts[i] < 256 ? amounts[i] : 256;
        scene_init(&scene);
        before = scene;
        canvas_tint(&scene.canvas, scene.canvas.clip, 0x10F080, amounts[i]);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                for (int shift = 0; shift < 24; shift += 8) {
                    unsigned a = pixel(&before, x, y) >> shift & 255;
                    unsigned b = 0x10F080u >> shift & 255;
                    assert_int_equal(pixel(&scene, x, y) >> shift & 255,
                                     (a * (256 - by) + b * by + 128) / 256);
                }
    }
}

/* --- Clipping ------------------------------------------------------------ */

static uint8_t mask_of_noise[80 * 80];
static uint32_t picture_of_noise[80 * 80];

static struct rect mask_sized(struct rect rect)
{
    rect.width = rect.width > 80 ? 80 : rect.width;
    rect.height = rect.height > 80 ? 80 : rect.height;
    return rect;
}

static void draw_fill(struct canvas *canvas, struct rect rect)
{
    canvas_fill(canvas, rect, 0x123456);
}

static void draw_box(struct canvas *canvas, struct rect rect)
{
    canvas_box(canvas, rect, 9, CANVAS_ALL_CORNERS, 0x80FF20, 0, 0);
}

static void draw_bordered(struct canvas *canvas, struct rect rect)
{
    canvas_box(canvas, rect, 7, 5, 0xFF8020, 3, 0x0000FF);
}

static void draw_frame(struct canvas *canvas, struct rect rect)
{
    canvas_frame(canvas, rect, 12, 2, 0xC000C0);
}

static void draw_tint(struct canvas *canvas, struct rect rect)
{
    canvas_tint(canvas, rect, 0, 100);
}

static void draw_mask(struct canvas *canvas, struct rect rect)
{
    rect = mask_sized(rect);
    canvas_mask(canvas, rect.x, rect.y, mask_of_noise, rect.width, rect.height,
                80, 0x40C0FF);
}

static void draw_picture(struct canvas *canvas, struct rect rect)
{
    struct picture picture = {80, 80, picture_of_noise};
    canvas_picture(canvas, rect, &picture, 11);
}

static void draw_large_corners(struct canvas *canvas, struct rect rect)
{
    canvas_box(canvas, rect, INT_MAX, 11, 0x808080, INT_MAX, 0x404040);
}

static void (*const drawings[])(struct canvas *canvas, struct rect rect) = {
    draw_fill, draw_box,  draw_bordered, draw_frame,
    draw_tint, draw_mask, draw_picture,  draw_large_corners,
};

static void check_clip(size_t drawing, struct rect rect, struct rect clip)
{
    static struct scene whole, cut, before;
    scene_init(&whole);
    scene_init(&cut);
    scene_init(&before);
    cut.canvas.clip = clip;
    drawings[drawing](&whole.canvas, rect);
    drawings[drawing](&cut.canvas, rect);
    for (size_t i = 0; i < COUNT_OF(whole.memory); i++) {
        int at = (int)i - GUARD, x = at % STRIDE, y = at / STRIDE;
        bool inside = at >= 0 && x < WIDTH && y < HEIGHT;
        bool drawn = inside && rect_contains(clip, x, y);
        if (!inside && whole.memory[i] != before.memory[i])
            fail_msg("drawing %zu outside the surface at %d", drawing, at);
        if (cut.memory[i] != (drawn ? whole : before).memory[i])
            fail_msg("drawing %zu of %d,%d %dx%d clipped to %d,%d %dx%d "
                     "differs at %d,%d",
                     drawing, rect.x, rect.y, rect.width, rect.height, clip.x,
                     clip.y, clip.width, clip.height, x, y);
        assert_int_equal(cut.memory[i] >> 24, 0);
    }
}

static void test_clip(void **state)
{
    static const struct rect rects[] = {
        {5, 6, 30, 20},
        {0, 0, WIDTH, HEIGHT},
        {-10, 3, 20, 30},
        {50, 3, 40, 30},
        {4, -15, 40, 30},
        {4, 40, 40, 30},
        {-20, -20, 90, 90},
        {-50, 5, 20, 20},
        {WIDTH, 5, 20, 20},
        {5, -30, 20, 20},
        {5, HEIGHT, 20, 20},
        {10, 10, 1, 1},
        {10, 10, 1, 40},
        {10, 10, 40, 1},
        {10, 10, 0, 10},
        {10, 10, -5, 10},
        {10, 10, 10, INT_MIN},
        {3, 3, 2, 2},
        {INT_MAX, 3, 5, 5},
        {INT_MIN, 3, 5, 5},
        {3, INT_MAX, 5, 5},
        {3, INT_MIN, 5, 5},
        {3, 3, INT_MAX, 9},
        {3, 3, 9, INT_MAX},
        {-9, -9, INT_MAX, INT_MAX},
        {INT_MIN, INT_MIN, INT_MAX, INT_MAX},
        {INT_MAX - 3, INT_MAX - 3, INT_MAX, INT_MAX},
        {-(INT_MAX / 2), -(INT_MAX / 2), INT_MAX, INT_MAX},
    };
    static const struct rect clips[] = {
        {0, 0, WIDTH, HEIGHT},
        {10, 10, 20, 20},
        {7, 0, 1, HEIGHT},
        {0, 12, WIDTH, 1},
        {-5, -5, 12, 12},
        {55, 40, 90, 90},
        {20, 20, 0, 5},
        {200, 3, 5, 5},
        {3, 3, -4, 5},
        {INT_MIN, INT_MIN, INT_MAX, INT_MAX},
        {-9, -9, INT_MAX, INT_MAX},
    };
    uint32_t seed = 3;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mask_of_noise); i++) {
        mask_of_noise[i] = (uint8_t)noise(&seed);
        picture_of_noise[i] = noise(&seed) & 0xFFFFFF;
    }
    for (size_t d = 0; d < COUNT_OF(drawings); d++)
        for (size_t r = 0; r < COUNT_OF(rects); r++)
            for (size_t c = 0; c < COUNT_OF(clips); c++)
                check_clip(d, rects[r], clips[c]);
}

/* --- Shapes -------------------------------------------------------------- */

static void test_fill(void **state)
{
    struct scene scene, before;
    struct rect rect = {5, 6, 30, 20};
    (void)state;
    scene_init(&scene);
    before = scene;
    canvas_fill(&scene.canvas, rect, 0xFFABCDEF);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            assert_int_equal(pixel(&scene, x, y), rect_contains(rect, x, y)
                                                      ? 0xABCDEF
                                                      : pixel(&before, x, y));
}

/* White on black, so that a pixel is its coverage. */
static void draw_white(struct scene *scene, int width, int height, int radius,
                       unsigned corners, int border)
{
    scene_init(scene);
    canvas_fill(&scene->canvas, scene->canvas.clip, 0);
    struct rect rect = {1, 1, width, height};
    if (border)
        canvas_frame(&scene->canvas, rect, radius, border, 0xFFFFFF);
    else
        canvas_box(&scene->canvas, rect, radius, corners, 0xFFFFFF, 0, 0);
}

static void test_corners_symmetric(void **state)
{
    struct scene scene;
    (void)state;
    for (int width = 1; width <= 40; width += 3)
        for (int height = 1; height <= 40; height += 2)
            for (int radius = 0; radius <= 24; radius += 4)
                for (int border = 0; border < 4; border++) {
                    draw_white(&scene, width, height, radius,
                               CANVAS_ALL_CORNERS, border);
                    for (int y = 0; y < height; y++)
                        for (int x = 0; x < width; x++) {
                            uint32_t here = pixel(&scene, 1 + x, 1 + y);
                            assert_int_equal(here,
                                             pixel(&scene, width - x, 1 + y));
                            assert_int_equal(here,
                                             pixel(&scene, 1 + x, height - y));
                        }
                }
}

static void test_corner_area(void **state)
{
    struct scene scene;
    (void)state;
    for (int radius = 3; radius <= 20; radius++) {
        double area = 0, exact = acos(-1) * radius * radius;
        draw_white(&scene, 2 * radius, 2 * radius, radius, CANVAS_ALL_CORNERS,
                   0);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                area += (pixel(&scene, x, y) & 255) / 255.0;
        assert_true(fabs(area - exact) < 0.01 * exact);
    }
}

static void test_corner_bits(void **state)
{
    static const struct {
        int x, y;
    } tips[] = {{1, 1}, {30, 1}, {30, 20}, {1, 20}};
    struct scene scene;
    (void)state;
    for (unsigned corners = 0; corners < 16; corners++) {
        draw_white(&scene, 30, 20, 8, corners, 0);
        for (unsigned i = 0; i < 4; i++)
            assert_int_equal(pixel(&scene, tips[i].x, tips[i].y),
                             corners >> i & 1 ? 0 : 0xFFFFFF);
    }
}

static void test_radius_is_cut(void **state)
{
    struct scene large, exact;
    (void)state;
    draw_white(&large, 30, 20, 5000, CANVAS_ALL_CORNERS, 0);
    draw_white(&exact, 30, 20, 10, CANVAS_ALL_CORNERS, 0);
    assert_memory_equal(large.memory, exact.memory, sizeof(large.memory));
}

static void test_border(void **state)
{
    struct scene scene;
    struct rect rect = {4, 5, 40, 30};
    (void)state;
    for (int border = 1; border <= 15; border++) {
        scene_init(&scene);
        canvas_box(&scene.canvas, rect, 0, 0, 0x00FF00, border, 0xFF0000);
        for (int y = rect.y; y < rect.y + rect.height; y++)
            for (int x = rect.x; x < rect.x + rect.width; x++)
                assert_int_equal(pixel(&scene, x, y),
                                 rect_contains(rect_inset(rect, border), x, y)
                                     ? 0x00FF00
                                     : 0xFF0000);
    }
}

/* Nothing of what is behind shines through between border and fill. */
static void test_border_is_tight(void **state)
{
    struct scene scene;
    (void)state;
    for (int border = 2; border < 8; border++) {
        scene_init(&scene);
        canvas_fill(&scene.canvas, scene.canvas.clip, 0x0000FF);
        canvas_box(&scene.canvas, (struct rect){0, 0, 40, 40}, 16,
                   CANVAS_ALL_CORNERS, 0xFFFF00, border, 0xFFFF00);
        struct scene plain = scene;
        canvas_fill(&plain.canvas, plain.canvas.clip, 0x0000FF);
        canvas_box(&plain.canvas, (struct rect){0, 0, 40, 40}, 16,
                   CANVAS_ALL_CORNERS, 0xFFFF00, 0, 0);
        assert_memory_equal(scene.memory, plain.memory, sizeof(scene.memory));
    }
}

static void test_frame_leaves_inside(void **state)
{
    struct scene scene, before;
    struct rect rect = {4, 5, 40, 30};
    (void)state;
    scene_init(&scene);
    before = scene;
    canvas_frame(&scene.canvas, rect, 0, 0, 0xFFFFFF);
    assert_memory_equal(scene.memory, before.memory, sizeof(scene.memory));
    canvas_frame(&scene.canvas, rect, 0, 3, 0xFFFFFF);
    for (int y = rect.y; y < rect.y + rect.height; y++)
        for (int x = rect.x; x < rect.x + rect.width; x++)
            assert_int_equal(pixel(&scene, x, y),
                             rect_contains(rect_inset(rect, 3), x, y)
                                 ? pixel(&before, x, y)
                                 : 0xFFFFFF);
}

/* --- Pictures and scrolling ---------------------------------------------- */

static void test_picture_exact(void **state)
{
    uint32_t pixels[20 * 10];
    struct picture picture = {20, 10, pixels};
    struct scene scene, before;
    (void)state;
    for (uint32_t i = 0; i < COUNT_OF(pixels); i++)
        pixels[i] = i * 321;
    scene_init(&scene);
    before = scene;
    canvas_picture(&scene.canvas, (struct rect){7, 8, 20, 10}, &picture, 0);
    for (int y = 0; y < 10; y++)
        assert_memory_equal(&scene.memory[GUARD + (y + 8) * STRIDE + 7],
                            &pixels[y * 20], 20 * sizeof(*pixels));
    assert_int_equal(pixel(&scene, 6, 8), pixel(&before, 6, 8));
    assert_int_equal(pixel(&scene, 27, 8), pixel(&before, 27, 8));
    scene = before;
    canvas_picture(&scene.canvas, (struct rect){7, 8, 20, 10}, &picture, 4);
    assert_int_equal(pixel(&scene, 7, 8), pixel(&before, 7, 8));
    assert_int_equal(pixel(&scene, 11, 8), pixels[4]);
    assert_int_equal(pixel(&scene, 7, 12), pixels[4 * 20]);
}

static void check_scroll(struct rect rect, struct rect clip, int dy)
{
    struct scene scene, before;
    scene_init(&scene);
    before = scene;
    scene.canvas.clip = clip;
    canvas_scroll(&scene.canvas, rect, dy);
    struct rect moved = rect_intersect(rect_intersect(rect, clip),
                                       (struct rect){0, 0, WIDTH, HEIGHT});
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            bool from = rect_contains(moved, x, y) && dy > -HEIGHT &&
                        dy < HEIGHT && rect_contains(moved, x, y - dy);
            assert_int_equal(pixel(&scene, x, y),
                             pixel(&before, x, from ? y - dy : y));
        }
    assert_memory_equal(scene.memory, before.memory, GUARD * sizeof(uint32_t));
}

static void test_scroll(void **state)
{
    static const struct rect rects[] = {
        {0, 0, WIDTH, HEIGHT}, {5, 6, 30, 20}, {-5, -5, 200, 30},
        {5, 40, 30, INT_MAX},  {5, 6, 0, 20},  {INT_MIN, 3, 5, 5},
    };
    static const int steps[] = {0,    1,       -1,          7,      -7,  19,
                                -19,  20,      -20,         46,     -46, 100,
                                -100, INT_MAX, INT_MIN + 1, INT_MIN};
    (void)state;
    for (size_t r = 0; r < COUNT_OF(rects); r++)
        for (size_t s = 0; s < COUNT_OF(steps); s++) {
            check_scroll(rects[r], (struct rect){0, 0, WIDTH, HEIGHT},
                         steps[s]);
            check_scroll(rects[r], (struct rect){8, 9, 12, 13}, steps[s]);
        }
}

/* --- Text ----------------------------------------------------------------- */

enum { TEXT_WIDTH = 400, TEXT_HEIGHT = 300 };

static const colour inks[16] = {0x000000, 0xFF0000};

/* Black on white, the words from 6 to 12 underlined where asked. */
static void draw_text(uint32_t *pixels, struct rect clip, uint32_t link_tag,
                      int y)
{
    static const char text[] = "工会帮您把拖欠的工资要回来，不收一分钱。"
                               "带上身份证和劳动合同，到窗口来。";
    struct fonts *fonts = fonts_open(NULL);
    if (!fonts)
        skip();
    struct text_style style = {FONT_SANS, FONT_REGULAR, 32};
    struct text_run runs[] = {
        {0, 6, style, 0},
        {6, 12, style, link_tag},
        {12, sizeof(text) - 1, style, 0},
    };
    struct paragraph *paragraph =
        paragraph_new(fonts, text, sizeof(text) - 1, runs, COUNT_OF(runs),
                      &(struct paragraph_style){.line_height_px = 52});
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    struct canvas canvas = {{pixels, TEXT_WIDTH, TEXT_HEIGHT, TEXT_WIDTH},
                            {0, 0, TEXT_WIDTH, TEXT_HEIGHT}};
    canvas_fill(&canvas, canvas.clip, 0xFFFFFF);
    canvas.clip = clip;
    paragraph_set_width(paragraph, TEXT_WIDTH);
    glyph_cache_begin_frame(cache);
    canvas_text(&canvas, cache, paragraph, 0, y, inks);
    glyph_cache_free(cache);
    paragraph_free(paragraph);
    fonts_close(fonts);
}

static void test_text_clipped(void **state)
{
    static const struct rect clips[] = {
        {0, 0, TEXT_WIDTH, TEXT_HEIGHT}, {30, 60, 100, 60}, {5, 53, 300, 1},
        {200, 0, 3, TEXT_HEIGHT},        {0, 250, 400, 50}, {-9, -9, 40, 40},
    };
    static uint32_t whole[TEXT_WIDTH * TEXT_HEIGHT], cut[COUNT_OF(whole)];
    size_t ink = 0;
    (void)state;
    draw_text(whole, clips[0], CANVAS_UNDERLINE | 1, 10);
    for (size_t i = 0; i < COUNT_OF(whole); i++)
        ink += whole[i] == 0;
    assert_true(ink > 500);
    for (size_t c = 0; c < COUNT_OF(clips); c++) {
        draw_text(cut, clips[c], CANVAS_UNDERLINE | 1, 10);
        for (int i = 0; i < (int)COUNT_OF(cut); i++) {
            bool inside =
                rect_contains(clips[c], i % TEXT_WIDTH, i / TEXT_WIDTH);
            assert_int_equal(cut[i], inside ? whole[i] : 0xFFFFFF);
        }
    }
}

/* A glyph by plain arithmetic, its coverage bent by up to a sixteenth. */
static void draw_plain(uint32_t *pixels, int width, int height,
                       const struct glyph_image *image, int x, int y,
                       uint32_t ink, int bend)
{
    for (int row = 0; row < image->height; row++)
        for (int column = 0; column < image->width; column++) {
            int at_x = x + image->left + column, at_y = y - image->top + row;
            int c = image->coverage[row * image->pitch + column];
            c += bend * ((c * (255 - c) + 512) / 1024);
            if (at_x >= 0 && at_y >= 0 && at_x < width && at_y < height) {
                uint32_t *at = &pixels[at_y * width + at_x];
                *at = mix(ink, *at, (uint32_t)c);
            }
        }
}

/* A glyph cache of one page, which other glyphs fill in this frame. */
static struct glyph_cache *full_cache(struct fonts *fonts,
                                      struct paragraph *paragraph)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, 0);
    struct glyph_image image;
    size_t count;
    paragraph_set_width(paragraph, 110);
    uint32_t font = paragraph_glyphs(paragraph, 0, &count)[0].font;
    glyph_cache_begin_frame(cache);
    for (uint32_t glyph = 20000; glyph < 20300; glyph++)
        glyph_cache_find(cache, font, glyph, &image);
    return cache;
}

/* Text over noise on a surface with nothing behind its last pixel, cut by every
 * edge of it, in dark and in light ink; with room in the glyph cache, and
 * without.
 */
static void test_text_exact(void **state)
{
    static const struct {
        colour ink;
        int bend;
    } cases[] = {{0x101010, -1}, {0xB5121B, -1}, {0xF0F0E0, 1}, {0xFFE000, 1}};
    static const char text[] = "工会Kg驿站，《一》！";
    enum { SIZE = 27, ROWS = 70 };
    const struct text_run run = {
        0, sizeof(text) - 1, {FONT_SANS, FONT_REGULAR, SIZE}, 0};
    const struct paragraph_style style = {.line_height_px = 31};
    struct fonts *fonts = fonts_open(NULL);
    (void)state;
    if (!fonts)
        skip();
    struct paragraph *paragraph =
        paragraph_new(fonts, text, sizeof(text) - 1, &run, 1, &style);
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    struct glyph_cache *full = full_cache(fonts, paragraph);
    uint64_t refused = glyph_cache_stats(full).refusals;
    for (int width = 100; width < 132; width++)
        for (size_t c = 0; c < COUNT_OF(cases); c++) {
            size_t area = (size_t)width * ROWS, count;
            uint32_t *pixels = xmalloc(area * sizeof(*pixels));
            uint32_t *plain = xmalloc(area * sizeof(*plain)), seed = 5;
            for (size_t i = 0; i < area; i++)
                plain[i] = pixels[i] = noise(&seed) & 0xFFFFFF;
            struct canvas canvas = {{pixels, width, ROWS, width},
                                    {0, 0, width, ROWS}};
            paragraph_set_width(paragraph, 110);
            glyph_cache_begin_frame(cache);
            canvas_text(&canvas, width % 2 ? cache : full, paragraph, -7, -9,
                        (colour[16]){cases[c].ink});
            for (size_t l = 0; l < paragraph_line_count(paragraph); l++) {
                const struct placed_glyph *glyphs =
                    paragraph_glyphs(paragraph, l, &count);
                for (size_t i = 0; i < count; i++) {
                    struct glyph_image image;
                    if (glyph_cache_find(cache, glyphs[i].font, glyphs[i].glyph,
                                         &image))
                        draw_plain(plain, width, ROWS, &image, glyphs[i].x - 7,
                                   glyphs[i].y - 9, cases[c].ink,
                                   cases[c].bend);
                }
            }
            assert_memory_equal(pixels, plain, area * sizeof(*pixels));
            free(pixels);
            free(plain);
        }
    assert_true(glyph_cache_stats(full).refusals > refused);
    glyph_cache_free(full);
    glyph_cache_free(cache);
    paragraph_free(paragraph);
    fonts_close(fonts);
}

static void test_text_far_away(void **state)
{
    static const int places[] = {-1000, 1000, INT_MAX, INT_MIN};
    static uint32_t pixels[TEXT_WIDTH * TEXT_HEIGHT];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        draw_text(pixels, (struct rect){0, 0, TEXT_WIDTH, TEXT_HEIGHT},
                  CANVAS_UNDERLINE, places[i]);
        for (size_t k = 0; k < COUNT_OF(pixels); k++)
            assert_int_equal(pixels[k], 0xFFFFFF);
    }
}

/* The rule is solid, in the colour of its words, as long as they are, and clear
 * of them. */
static void test_underline(void **state)
{
    static uint32_t with[TEXT_WIDTH * TEXT_HEIGHT], without[COUNT_OF(with)];
    struct rect rule = {0, 0, 0, 0};
    (void)state;
    struct rect clip = {0, 0, TEXT_WIDTH, TEXT_HEIGHT};
    draw_text(with, clip, CANVAS_UNDERLINE | 1, 0);
    draw_text(without, clip, 1, 0);
    for (int i = 0; i < (int)COUNT_OF(with); i++)
        if (with[i] != without[i]) {
            assert_int_equal(with[i], 0xFF0000);
            assert_int_equal(without[i], 0xFFFFFF);
            rule = rect_union(
                rule, (struct rect){i % TEXT_WIDTH, i / TEXT_WIDTH, 1, 1});
        }
    assert_int_equal(rule.x, 64);
    assert_int_equal(rule.width, 64);
    assert_int_equal(rule.height, 2);
    for (int x = 0; x < TEXT_WIDTH; x++)
        assert_int_equal(without[(rule.y - 1) * TEXT_WIDTH + x], 0xFFFFFF);
}

/* --- Marks ---------------------------------------------------------------- */

enum { MARK_EM = 40, MARK_HEIGHT = 120 };

/* Black on white; the first line of text stands at 20. */
static void draw_marked(uint32_t *pixels, struct rect clip, const char *text,
                        enum text_mark_kind kind, const char *ruby,
                        uint32_t tag)
{
    struct fonts *fonts = fonts_open(NULL);
    if (!fonts)
        skip();
    const struct text_mark marks[] = {{0, 6, kind, ruby, 0},
                                      {6, (uint32_t)strlen(text), kind, "", 0}};
    const struct text_run run = {
        0, (uint32_t)strlen(text), {FONT_SERIF, FONT_REGULAR, MARK_EM}, tag};
    const struct paragraph_style style = {
        .line_height_px = MARK_EM * 7 / 4, .marks = marks, .mark_count = 2};
    struct paragraph *paragraph =
        paragraph_new(fonts, text, strlen(text), &run, 1, &style);
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    struct canvas canvas = {{pixels, TEXT_WIDTH, MARK_HEIGHT, TEXT_WIDTH},
                            {0, 0, TEXT_WIDTH, MARK_HEIGHT}};
    canvas_fill(&canvas, canvas.clip, 0xFFFFFF);
    canvas.clip = clip;
    paragraph_set_width(paragraph, TEXT_WIDTH);
    glyph_cache_begin_frame(cache);
    canvas_text(&canvas, cache, paragraph, 0, 20, inks);
    glyph_cache_free(cache);
    paragraph_free(paragraph);
    fonts_close(fonts);
}

static const struct rect all_marked = {0, 0, TEXT_WIDTH, MARK_HEIGHT};

/* What a mark adds to the columns from left to right. Empty when there
 * is nothing. */
static struct rect added_ink(const uint32_t *with, const uint32_t *without,
                             int left, int right)
{
    struct rect ink = {0, 0, 0, 0};
    for (int y = 0; y < MARK_HEIGHT; y++)
        for (int x = left; x < right; x++)
            if (with[y * TEXT_WIDTH + x] != without[y * TEXT_WIDTH + x])
                ink = rect_union(ink, (struct rect){x, y, 1, 1});
    return ink;
}

static uint32_t marked[TEXT_WIDTH * MARK_HEIGHT];
static uint32_t unmarked[TEXT_WIDTH * MARK_HEIGHT];

/* Below Han, round and in the middle; nothing below marks and Latin. */
static void test_dots(void **state)
{
    static const char text[] = "先存，证a。";
    (void)state;
    draw_marked(marked, all_marked, text, MARK_DOTS, "", 0);
    draw_marked(unmarked, all_marked, text, MARK_RUBY, "", 0);
    int baseline = 20 + MARK_EM * 3 / 8 + MARK_EM * 88 / 100;
    static const bool han[] = {true, true, false, true, false};
    for (int i = 0; i < (int)COUNT_OF(han); i++) {
        struct rect dot =
            added_ink(marked, unmarked, i * MARK_EM, (i + 1) * MARK_EM);
        assert_int_equal(!rect_empty(dot), han[i]);
        if (!han[i])
            continue;
        int centre2 = 2 * dot.x + dot.width, em2 = (2 * i + 1) * MARK_EM;
        assert_true(centre2 - em2 <= 2 && em2 - centre2 <= 2);
        assert_int_equal(dot.width, dot.height);
        assert_true(dot.y > baseline + MARK_EM / 10);
        assert_int_equal(marked[(dot.y + dot.height / 2) * TEXT_WIDTH + dot.x +
                                dot.width / 2],
                         0x000000);
    }
}

/* Below a link's rule there is paper, then dots. */
static void test_dots_below_a_link(void **state)
{
    (void)state;
    draw_marked(marked, all_marked, "先存证据", MARK_DOTS, "",
                CANVAS_UNDERLINE);
    draw_marked(unmarked, all_marked, "先存证据", MARK_RUBY, "", 0);
    struct rect edge = added_ink(marked, unmarked, 0, 4);
    struct rect dot = added_ink(marked, unmarked, 0, MARK_EM);
    int below = rect_bottom(edge);
    assert_in_range(edge.height, 1, 4);
    assert_true(rect_bottom(dot) > below + 4);
    for (int x = 0; x < 4 * MARK_EM; x++)
        assert_int_equal(marked[below * TEXT_WIDTH + x], 0xFFFFFF);
}

/* Two names, two lines with paper between them; the wave is as thick all along
 * and stays clear of the characters. */
static void test_lines_and_waves(void **state)
{
    static const enum text_mark_kind kinds[] = {MARK_LINE, MARK_WAVE};
    (void)state;
    draw_marked(unmarked, all_marked, "铁人孟泰", MARK_RUBY, "", 0);
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        draw_marked(marked, all_marked, "铁人孟泰", kinds[k], "", 0);
        struct rect gap =
            added_ink(marked, unmarked, 2 * MARK_EM - 4, 2 * MARK_EM + 4);
        struct rect first = added_ink(marked, unmarked, 0, 2 * MARK_EM);
        assert_true(rect_empty(gap));
        assert_true(first.width > 3 * MARK_EM / 2);
        for (int x = first.x; x < first.x + first.width; x++) {
            int ink = 0;
            for (int y = first.y; y < first.y + first.height; y++)
                ink += 255 - (int)(marked[y * TEXT_WIDTH + x] & 255);
            assert_in_range(ink, 255, 3 * 255);
        }
        for (int x = 0; x < TEXT_WIDTH; x++)
            assert_int_equal(unmarked[first.y * TEXT_WIDTH + x], 0xFFFFFF);
    }
}

/* What is drawn through a small window is what was there; pinyin, which
 * reaches out of its line, too. */
static void test_marks_clipped(void **state)
{
    static const struct rect clips[] = {
        {0, 0, 400, 21}, {0, 15, 33, 4}, {50, 60, 9, 60}, {3, 80, 200, 1}};
    static const enum text_mark_kind kinds[] = {MARK_DOTS, MARK_WAVE,
                                                MARK_RUBY};
    (void)state;
    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        draw_marked(unmarked, all_marked, "驿窗开", kinds[k], "yì chuāng", 0);
        for (size_t c = 0; c < COUNT_OF(clips); c++) {
            draw_marked(marked, clips[c], "驿窗开", kinds[k], "yì chuāng", 0);
            for (int i = 0; i < (int)COUNT_OF(marked); i++) {
                bool inside =
                    rect_contains(clips[c], i % TEXT_WIDTH, i / TEXT_WIDTH);
                assert_int_equal(marked[i], inside ? unmarked[i] : 0xFFFFFF);
            }
        }
    }
}

static void test_rect(void **state)
{
    struct rect a = {2, 3, 10, 10}, none = {50, 50, 0, 4};
    (void)state;
    assert_true(rect_empty(rect_intersect(a, (struct rect){12, 3, 5, 5})));
    assert_true(rect_empty(
        rect_intersect(a, (struct rect){INT_MAX, INT_MAX, INT_MAX, INT_MAX})));
    assert_true(rect_empty(rect_inset(a, 5)));
    assert_int_equal(rect_union(a, none).width, 10);
    assert_int_equal(rect_union(none, a).x, 2);
    assert_false(rect_contains((struct rect){INT_MAX, 0, 5, 5}, INT_MIN, 1));
    assert_int_equal(rect_union((struct rect){INT_MIN, 0, 1, 1},
                                (struct rect){INT_MAX, 0, INT_MAX, 1})
                         .width,
                     INT_MAX);
}

/* --- Ink ----------------------------------------------------------------- */

/* From the middle of a pixel to the middles of a line's ends. */
static double distance(int x, int y, int ax, int ay, int bx, int by)
{
    double dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy;
    double along = length > 0 ? ((x - ax) * dx + (y - ay) * dy) / length : 0;
    along = along < 0 ? 0 : along > 1 ? 1 : along;
    return hypot(x - ax - along * dx, y - ay - along * dy);
}

static void test_ink(void **state)
{
    static const int lines[][5] = {
        {10, 10, 50, 30, 7}, {50, 30, 10, 10, 7}, {30, 5, 30, 40, 4},
        {5, 20, 55, 20, 14}, {20, 20, 20, 20, 9}, {-20, -9, 80, 60, 6},
        {58, 44, 58, 44, 1}, {0, 46, 60, 0, 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        static struct scene scene, before;
        const int *at = lines[i];
        double half = at[4] / 2.0;
        scene_init(&scene);
        scene_init(&before);
        canvas_line(&scene.canvas, at[0], at[1], at[2], at[3], at[4], 0);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                double far = distance(x, y, at[0], at[1], at[2], at[3]);
                if (far < half - 0.6)
                    assert_int_equal(pixel(&scene, x, y), 0);
                if (far > half + 0.6)
                    assert_int_equal(pixel(&scene, x, y), pixel(&before, x, y));
            }
        for (size_t j = 0; j < GUARD; j++) {
            assert_int_equal(scene.memory[j], before.memory[j]);
            size_t end = COUNT_OF(scene.memory) - 1 - j;
            assert_int_equal(scene.memory[end], before.memory[end]);
        }
    }
}

/* Drawn in parts it is the same as drawn at once; the far away and the huge do
 * nothing bad. */
static void test_ink_clipped(void **state)
{
    static struct scene whole, parts;
    (void)state;
    scene_init(&whole);
    scene_init(&parts);
    canvas_line(&whole.canvas, 3, 4, 57, 41, 11, 0x123456);
    for (int x = 0; x < WIDTH; x += 8) {
        parts.canvas.clip = (struct rect){x, 0, 8, HEIGHT};
        canvas_line(&parts.canvas, 3, 4, 57, 41, 11, 0x123456);
    }
    assert_memory_equal(whole.memory, parts.memory, sizeof(whole.memory));
    canvas_line(&whole.canvas, INT_MIN, INT_MIN, INT_MAX, INT_MAX, INT_MAX, 0);
    canvas_line(&whole.canvas, INT_MAX, 5, INT_MAX, 6, 3, 0);
    assert_memory_equal(whole.memory, parts.memory, sizeof(whole.memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rect),
        cmocka_unit_test(test_blend_all),
        cmocka_unit_test(test_blend_lengths),
        cmocka_unit_test(test_tint),
        cmocka_unit_test(test_clip),
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_corners_symmetric),
        cmocka_unit_test(test_corner_area),
        cmocka_unit_test(test_corner_bits),
        cmocka_unit_test(test_radius_is_cut),
        cmocka_unit_test(test_border),
        cmocka_unit_test(test_border_is_tight),
        cmocka_unit_test(test_frame_leaves_inside),
        cmocka_unit_test(test_picture_exact),
        cmocka_unit_test(test_scroll),
        cmocka_unit_test(test_text_clipped),
        cmocka_unit_test(test_text_exact),
        cmocka_unit_test(test_text_far_away),
        cmocka_unit_test(test_underline),
        cmocka_unit_test(test_dots),
        cmocka_unit_test(test_dots_below_a_link),
        cmocka_unit_test(test_lines_and_waves),
        cmocka_unit_test(test_marks_clipped),
        cmocka_unit_test(test_ink),
        cmocka_unit_test(test_ink_clipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
