/* test_ttf_oracle.c - a line of Han as SDL2_ttf draws it: the same advances and
 * the same ink.
 *
 * Both hint lightly (FT_LOAD_TARGET_LIGHT), so the coverage of every pixel is
 * compared exactly: that of our glyphs as it is, that of canvas_text through
 * the one curve it bends all coverage by. Marks and Latin are no part of it:
 * SDL2_ttf 2.20 sets no language, kerns and rounds otherwise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <SDL_ttf.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/face.h"
#include "ui/canvas.h"

#define MARGIN 8 /* px around the text */

static struct fonts *fonts;
static struct glyph_cache *cache;

/* One byte a pixel, with the baseline and the origin of the first glyph. */
struct ink {
    uint8_t *bytes;
    int width, height, x, baseline;
};

static struct ink new_ink(int width, int height, int x, int baseline)
{
    return (struct ink){xcalloc((size_t)width, (size_t)height), width, height,
                        x, baseline};
}

/* At x, y from the origin of the text, y down; 0 outside. */
static uint8_t ink_at(const struct ink *ink, int x, int y)
{
    x += ink->x;
    y += ink->baseline;
    if (x < 0 || y < 0 || x >= ink->width || y >= ink->height)
        return 0;
    return ink->bytes[(size_t)y * (size_t)ink->width + (size_t)x];
}

/* ---- SDL2_ttf ---- */

static TTF_Font *open_ttf(uint32_t font)
{
    const char *file = face_rows[font_slot(font) / FONT_WEIGHT_COUNT]
                           .files[font_slot(font) % FONT_WEIGHT_COUNT];
    for (const char *const *folder = face_folders; *folder; folder++) {
        char path[512];
        snprintf(path, sizeof(path), "%s/%s", *folder, file);
        if (access(path, R_OK) != 0)
            continue;
        TTF_Font *ttf = TTF_OpenFontIndex(path, font_size(font),
                                          fonts->faces[font_slot(font)].index);
        assert_non_null(ttf);
        TTF_SetFontHinting(ttf, TTF_HINTING_LIGHT);
        return ttf;
    }
    fail_msg("%s: in no folder", file);
    return NULL;
}

/* Coverage is the alpha of what is drawn. Ink left of the origin moves the
 * origin. */
static struct ink draw_ttf(TTF_Font *ttf, const char *text)
{
    size_t at = 0;
    int left;
    uint32_t first = utf8_next(text, strlen(text), &at);
    assert_int_equal(
        TTF_GlyphMetrics32(ttf, first, &left, NULL, NULL, NULL, NULL), 0);
    SDL_Surface *drawn =
        TTF_RenderUTF8_Blended(ttf, text, (SDL_Color){255, 255, 255, 255});
    assert_non_null(drawn);
    struct ink ink =
        new_ink(drawn->w, drawn->h, left < 0 ? -left : 0, TTF_FontAscent(ttf));
    for (int y = 0; y < drawn->h; y++) {
        const uint32_t *row =
            (const uint32_t *)((const uint8_t *)drawn->pixels +
                               y * drawn->pitch);
        for (int x = 0; x < drawn->w; x++)
            ink.bytes[y * drawn->w + x] = (uint8_t)(row[x] >> 24);
    }
    SDL_FreeSurface(drawn);
    return ink;
}

/* ---- ours ---- */

static struct paragraph *make(const char *text, const struct text_style *style)
{
    const struct text_run run = {0, (uint32_t)strlen(text), *style, 0};
    struct paragraph *p = paragraph_new(fonts, text, strlen(text), &run, 1,
                                        &(struct paragraph_style){0});
    paragraph_set_width(p, 1 << 20);
    return p;
}

/* Adds a glyph as the cache has it. */
static void add_glyph(struct ink *ink, const struct placed_glyph *glyph)
{
    struct glyph_image image;
    if (!glyph_cache_find(cache, glyph->font, glyph->glyph, &image))
        return;
    for (int y = 0; y < image.height; y++) {
        for (int x = 0; x < image.width; x++) {
            uint8_t c = image.coverage[y * image.pitch + x];
            int at = (ink->baseline - image.top + y) * ink->width + ink->x +
                     glyph->x + image.left + x;
            if (c > ink->bytes[at])
                ink->bytes[at] = c;
        }
    }
}

static struct ink draw_glyphs(struct paragraph *p)
{
    struct text_line line = paragraph_line(p, 0);
    struct ink ink =
        new_ink(line.width + 2 * MARGIN, 2 * line.height, MARGIN, line.height);
    size_t count;
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    for (size_t i = 0; i < count; i++)
        add_glyph(&ink, &glyphs[i]);
    return ink;
}

/* Light on dark: the brightness of a pixel says how much ink it has. */
static struct ink draw_canvas(struct paragraph *p)
{
    static const colour colours[16] = {0xFFFFFF};
    struct text_line line = paragraph_line(p, 0);
    struct ink ink =
        new_ink(line.width + 2 * MARGIN, 2 * line.height, MARGIN, line.height);
    size_t size = (size_t)ink.width * (size_t)ink.height;
    struct canvas canvas = {
        .surface = {xcalloc(size, sizeof(uint32_t)), ink.width, ink.height,
                    ink.width},
        .clip = {0, 0, ink.width, ink.height},
    };
    canvas_text(&canvas, cache, p, MARGIN, line.height - line.baseline,
                colours);
    for (size_t i = 0; i < size; i++)
        ink.bytes[i] = (uint8_t)canvas.surface.pixels[i];
    free(canvas.surface.pixels);
    return ink;
}

/* ---- the comparison ---- */

static const struct text_style styles[] = {
    {FONT_SANS, FONT_REGULAR, 28},  {FONT_SANS, FONT_BOLD, 28},
    {FONT_SERIF, FONT_REGULAR, 28}, {FONT_SERIF, FONT_BOLD, 28},
    {FONT_SANS, FONT_REGULAR, 13},  {FONT_SERIF, FONT_REGULAR, 37},
    {FONT_SANS, FONT_REGULAR, 40},  {FONT_SERIF, FONT_BOLD, 56},
    {FONT_SANS, FONT_BOLD, 96},
};

static void check_advances(TTF_Font *ttf, struct paragraph *p, int size)
{
    size_t count, at = 0;
    const char *text = paragraph_text(p);
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    for (size_t i = 0; i < count; i++) {
        int left, right, bottom, top, advance;
        uint32_t code = utf8_next(text, strlen(text), &at);
        assert_int_equal(TTF_GlyphMetrics32(ttf, code, &left, &right, &bottom,
                                            &top, &advance),
                         0);
        int next = i + 1 < count ? glyphs[i + 1].x : paragraph_line(p, 0).width;
        assert_int_equal(next - glyphs[i].x, advance);
        assert_int_equal(advance, size);
        struct glyph_image image;
        assert_true(
            glyph_cache_find(cache, glyphs[i].font, glyphs[i].glyph, &image));
        assert_int_equal(image.left, left);
        assert_int_equal(image.width, right - left);
        assert_int_equal(image.top, top);
        assert_int_equal(image.height, top - bottom);
    }
}

/* Every pixel of one, and around it, against the other's. */
static void check_ink(const struct ink *ttf, const struct ink *glyphs,
                      const struct ink *canvas)
{
    int curve[256];
    memset(curve, 0xFF, sizeof(curve));
    for (int y = -glyphs->baseline; y < glyphs->height - glyphs->baseline;
         y++) {
        for (int x = -MARGIN; x < glyphs->width - MARGIN; x++) {
            uint8_t wanted = ink_at(ttf, x, y);
            assert_int_equal(ink_at(glyphs, x, y), wanted);
            int seen = ink_at(canvas, x, y);
            if (curve[wanted] < 0)
                curve[wanted] = seen;
            assert_int_equal(seen, curve[wanted]);
        }
    }
    int last = 0, tones = 0;
    for (int i = 0; i < 256; i++) {
        if (curve[i] < 0)
            continue;
        assert_true(curve[i] >= last);
        last = curve[i];
        tones++;
    }
    assert_int_equal(curve[0], 0);
    assert_true(curve[255] < 0 || curve[255] == 255);
    assert_true(tones > 20);
}

static void compare(const char *text, const struct text_style *style)
{
    glyph_cache_begin_frame(cache);
    struct paragraph *p = make(text, style);
    size_t count;
    TTF_Font *ttf = open_ttf(paragraph_glyphs(p, 0, &count)[0].font);
    check_advances(ttf, p, style->size_px);
    struct ink wanted = draw_ttf(ttf, text);
    struct ink glyphs = draw_glyphs(p), canvas = draw_canvas(p);
    check_ink(&wanted, &glyphs, &canvas);
    free(wanted.bytes);
    free(glyphs.bytes);
    free(canvas.bytes);
    TTF_CloseFont(ttf);
    paragraph_free(p);
}

static void test_lines(void **state)
{
    static const char *const lines[] = {
        "全国总工会职工法律援助热线", "中国特色社会主义新时代驿站",
        "一丨丶丿乙亅二亠人儿入八冂冖", "龘靐齉爩麤鱻驫羴灥厵"};
    (void)state;
    for (size_t s = 0; s < COUNT_OF(styles); s++) {
        for (size_t i = 0; i < COUNT_OF(lines); i++)
            compare(lines[i], &styles[s]);
    }
}

/* Two glyphs that reach into each other are another question. */
static bool stays_in_em(uint32_t code, const struct text_style *style)
{
    char text[5] = {0};
    struct glyph_image image;
    size_t count;
    utf8_put(text, code);
    struct paragraph *p = make(text, style);
    const struct placed_glyph *glyph = paragraph_glyphs(p, 0, &count);
    bool ink = glyph_cache_find(cache, glyph->font, glyph->glyph, &image);
    paragraph_free(p);
    return ink && image.left >= 0 && image.left + image.width <= style->size_px;
}

static void test_random_lines(void **state)
{
    unsigned seed = (unsigned)time(NULL);
    (void)state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (size_t s = 0; s < COUNT_OF(styles); s++) {
        char text[128];
        size_t length = 0;
        for (int i = 0; i < 30; i++) {
            uint32_t code = 0x4E00 + (uint32_t)rand() % 20902;
            if (stays_in_em(code, &styles[s]))
                length += utf8_put(text + length, code);
        }
        text[length] = 0;
        compare(text, &styles[s]);
    }
}

static int open_fonts(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    cache = fonts ? glyph_cache_new(fonts, 16 << 20) : NULL;
    return cache && TTF_Init() == 0 ? 0 : -1;
}

static int close_fonts(void **state)
{
    (void)state;
    TTF_Quit();
    glyph_cache_free(cache);
    fonts_close(fonts);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_random_lines),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
