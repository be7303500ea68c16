/* test_fonts.c - finding faces, falling back, reporting what is missing. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "fonts/face.h"
#include "fonts/glyph_cache.h"
#include "fonts/itemize.h"
#include "fonts/paragraph.h"
#include "fonts/pieces.h"

static struct placed_glyph first_glyph(struct fonts *fonts, const char *text,
                                       enum font_family family,
                                       enum font_weight weight)
{
    const struct text_run run = {
        0, (uint32_t)strlen(text), {family, weight, 30}, 0};
    const struct paragraph_style style = {0};
    struct paragraph *p =
        paragraph_new(fonts, text, strlen(text), &run, 1, &style);
    size_t count;
    paragraph_set_width(p, 1000);
    struct placed_glyph glyph = paragraph_glyphs(p, 0, &count)[0];
    assert_true(count > 0);
    paragraph_free(p);
    return glyph;
}

static const char *face_name(struct fonts *fonts, const char *text,
                             enum font_family family, enum font_weight weight)
{
    uint32_t font = first_glyph(fonts, text, family, weight).font;
    assert_int_equal(font_size(font), face_fitted(font_slot(font), 30));
    return face_rows[font_slot(font) / FONT_WEIGHT_COUNT]
        .files[font_slot(font) % FONT_WEIGHT_COUNT];
}

static bool is_blank(const void *memory, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (((const unsigned char *)memory)[i])
            return false;
    }
    return true;
}

/* What shaping remembers may be a visitor's words. */
static void test_forget(void **state)
{
    struct fonts *fonts = fonts_open(NULL);
    (void)state;
    first_glyph(fonts, "Wang 13900000000，王", FONT_SANS, FONT_REGULAR);
    const struct itemizer *itemizer = fonts->itemizer;
    size_t chars = itemizer->count * sizeof(*itemizer->chars);
    assert_false(is_blank(fonts->pieces->items, sizeof(fonts->pieces->items)));
    assert_false(is_blank(itemizer->chars, chars));
    fonts_forget(fonts);
    assert_true(is_blank(fonts->pieces->items, sizeof(fonts->pieces->items)));
    assert_true(is_blank(itemizer->chars, chars));
    first_glyph(fonts, "Wang 13900000000，王", FONT_SANS, FONT_REGULAR);
    fonts_close(fonts);
}

static void test_empty_directory(void **state)
{
    char directory[] = "/tmp/test_fontsXXXXXX", path[256];
    int face;
    (void)state;
    assert_non_null(mkdtemp(directory));
    assert_null(fonts_open(directory));
    assert_false(fonts_find_plain(directory, path, sizeof(path), &face));
    rmdir(directory);
    assert_null(fonts_open("/nonexistent"));
}

static void test_plain(void **state)
{
    char path[256];
    int face = -1;
    (void)state;
    assert_true(fonts_find_plain(NULL, path, sizeof(path), &face));
    assert_non_null(strstr(path, "NotoSansCJK"));
    assert_int_equal(face, 2);
}

/* A folder of one's own with one file: the other styles make do with it. */
static void test_directory_is_all(void **state)
{
    char directory[] = "/tmp/test_fontsXXXXXX", path[256], link[300];
    int face;
    (void)state;
    assert_true(fonts_find_plain(NULL, path, sizeof(path), &face));
    assert_non_null(mkdtemp(directory));
    snprintf(link, sizeof(link), "%s/NotoSansCJK-Regular.ttc", directory);
    assert_int_equal(symlink(path, link), 0);
    struct fonts *fonts = fonts_open(directory);
    assert_non_null(fonts);
    for (int i = 0; i < 4; i++)
        assert_string_equal(face_name(fonts, "中", (enum font_family)(i & 1),
                                      (enum font_weight)(i >> 1)),
                            "NotoSansCJK-Regular.ttc");
    assert_int_equal(first_glyph(fonts, "བོ", FONT_SANS, FONT_REGULAR).glyph, 0);
    fonts_close(fonts);
    unlink(link);
    rmdir(directory);
}

static void test_not_a_font(void **state)
{
    char directory[] = "/tmp/test_fontsXXXXXX", path[300];
    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/NotoSansCJK-Regular.ttc", directory);
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd, "ttcfgarbage", 11), 11);
    close(fd);
    assert_null(fonts_open(directory));
    unlink(path);
    rmdir(directory);
}

static void test_fallback(void **state)
{
    static const struct {
        const char *text;
        enum font_family family;
        enum font_weight weight;
        const char *file;
    } cases[] = {
        {"中", FONT_SANS, FONT_REGULAR, "NotoSansCJK-Regular.ttc"},
        {"中", FONT_SANS, FONT_BOLD, "NotoSansCJK-Bold.ttc"},
        {"中", FONT_SERIF, FONT_REGULAR, "NotoSerifCJK-Regular.ttc"},
        {"中", FONT_SERIF, FONT_BOLD, "NotoSerifCJK-Bold.ttc"},
        {"A", FONT_SERIF, FONT_REGULAR, "NotoSerifCJK-Regular.ttc"},
        {"“A”", FONT_SANS, FONT_REGULAR, "NotoSansCJK-Regular.ttc"},
        {"—", FONT_SERIF, FONT_REGULAR, "NotoSerifCJK-Regular.ttc"},
        {"·", FONT_SANS, FONT_BOLD, "NotoSansCJK-Bold.ttc"},
        {"鿭", FONT_SERIF, FONT_REGULAR, "NotoSansCJK-Regular.ttc"},
        {"བོད་", FONT_SANS, FONT_REGULAR, "NotoSerifTibetan-Regular.ttf"},
        {"བོད་", FONT_SANS, FONT_BOLD, "NotoSerifTibetan-Bold.ttf"},
        {"ئۇيغۇر", FONT_SANS, FONT_REGULAR, "NotoNaskhArabic-Regular.ttf"},
        {"ꆈꌠ", FONT_SANS, FONT_BOLD, "NotoSansYi-Regular.ttf"},
        {"ᠮᠣᠩ", FONT_SANS, FONT_REGULAR, "NotoSansMongolian-Regular.ttf"},
        {"bƽg", FONT_SERIF, FONT_REGULAR, "NotoSerif-Regular.ttf"},
        {"ƅ", FONT_SERIF, FONT_BOLD, "NotoSerif-Bold.ttf"},
        {"bƽg", FONT_SANS, FONT_REGULAR, "NotoSans-Regular.ttf"},
    };
    struct fonts *fonts = fonts_open(NULL);
    (void)state;
    assert_non_null(fonts);
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(
            face_name(fonts, cases[i].text, cases[i].family, cases[i].weight),
            cases[i].file);
    fonts_close(fonts);
}

/* Runs `act` with standard error in a file; returns what was written. */
static void capture(void (*act)(void), struct buf *out)
{
    char path[] = "/tmp/test_fontsXXXXXX";
    int fd = mkstemp(path), saved = dup(STDERR_FILENO);
    fflush(stderr);
    dup2(fd, STDERR_FILENO);
    act();
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(fd);
    assert_true(file_read(path, 1 << 20, out));
    unlink(path);
}

static void set_missing(void)
{
    struct fonts *fonts = fonts_open(NULL);
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    for (int i = 0; i < 3; i++) {
        struct placed_glyph glyph =
            first_glyph(fonts, "\xEE\x80\x80", FONT_SANS, FONT_REGULAR);
        struct glyph_image image;
        assert_int_equal(glyph.glyph, 0);
        glyph_cache_begin_frame(cache);
        assert_true(glyph_cache_find(cache, glyph.font, glyph.glyph, &image));
        assert_in_range(image.width, 20, 30);
        assert_int_equal(image.coverage[0], 255);
        assert_int_equal(
            image.coverage[image.pitch * (image.height / 2) + image.width / 2],
            0);
    }
    glyph_cache_free(cache);
    fonts_close(fonts);
}

static void test_missing_is_boxed_and_logged_once(void **state)
{
    struct buf log = {0};
    (void)state;
    capture(set_missing, &log);
    const char *first = strstr(buf_text(&log), "U+E000");
    assert_non_null(first);
    assert_null(strstr(first + 1, "U+E000"));
    buf_fini(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_directory),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_directory_is_all),
        cmocka_unit_test(test_not_a_font),
        cmocka_unit_test(test_fallback),
        cmocka_unit_test(test_forget),
        cmocka_unit_test(test_missing_is_boxed_and_logged_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
