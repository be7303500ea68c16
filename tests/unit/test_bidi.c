/* test_bidi.c - Uyghur, Chinese and digits in one paragraph: the order on the
 * line, where it starts, what a finger hits.
 *
 * Cases are written as the Unicode standard writes them: a capital stands for a
 * letter that runs from right to left, and the other side is what is seen from
 * left to right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "fonts/bidi.h"
#include "fonts/face.h"
#include "fonts/glyph_cache.h"
#include "fonts/paragraph.h"

#define SIZE 24

static struct fonts *fonts;

static struct paragraph *make(const char *text, size_t length,
                              const struct paragraph_style *style)
{
    const struct text_run run = {
        0, (uint32_t)length, {FONT_SANS, FONT_REGULAR, SIZE}, 0};
    return paragraph_new(fonts, text, length, &run, 1, style);
}

/* Letters that never join to a ligature. */
static const uint16_t letters[] = {0x0627, 0x0628, 0x062A, 0x062C, 0x062D,
                                   0x062F, 0x0631, 0x0632, 0x0633, 0x0634};

static void add_written(struct buf *out, const char *written, size_t length)
{
    for (size_t at = 0; at < length;) {
        char bytes[4];
        uint32_t code = utf8_next(written, length, &at);
        if (code >= 'A' && code < 'A' + COUNT_OF(letters))
            code = letters[code - 'A'];
        buf_add(out, bytes, utf8_put(bytes, code));
    }
}

static void add_code_written(struct buf *out, uint32_t code)
{
    char bytes[4];
    for (size_t i = 0; i < COUNT_OF(letters); i++) {
        if (letters[i] == code)
            code = 'A' + (uint32_t)i;
    }
    buf_add(out, bytes, utf8_put(bytes, code));
}

/* The lines of a paragraph as they are seen, `|` between them. */
static void show(struct paragraph *p, struct buf *out)
{
    const char *text = paragraph_text(p);
    for (size_t line = 0; line < paragraph_line_count(p); line++) {
        size_t count;
        const struct placed_glyph *glyphs = paragraph_glyphs(p, line, &count);
        if (line)
            buf_putc(out, '|');
        for (size_t i = 0; i < count; i++) {
            size_t at = glyphs[i].cluster;
            if (at < strlen(text) && text[at] != '\n')
                add_code_written(out, utf8_next(text, strlen(text), &at));
            if (i > 0)
                assert_true(glyphs[i].x >= glyphs[i - 1].x - SIZE / 2);
        }
    }
}

static void test_order(void **state)
{
    static const struct {
        const char *rule, *written, *seen;
    } cases[] = {
        {"Chinese alone", "汉字12汉字", "汉字12汉字"},
        {"words in Chinese", "汉字ABC汉字", "汉字CBA汉字"},
        {"two words in Chinese", "汉ABC DEF字", "汉FED CBA字"},
        {"Chinese in words", "ABC 汉字 DEF", "FED 汉字 CBA"},
        {"digits in words", "ABC 12 DEF", "FED 12 CBA"},
        {"digits after a word in Chinese", "汉ABC 12字", "汉12 CBA字"},
        {"the first letter decides", "12 ABC 汉字", "汉字 CBA 12"},
        {"Latin first", "abc ABC 12", "abc 12 CBA"},
        {"comma", "ABC，汉字，DEF", "FED，汉字，CBA"},
        {"brackets", "ABC（12）DEF", "FED）12（CBA"},
        {"brackets in Chinese", "汉（ABC）字", "汉（CBA）字"},
        {"quotes", "ABC “汉字” DEF", "FED ”汉字“ CBA"},
        {"title in Chinese", "见《ABC》12条", "见《CBA》12条"},
        {"units", "ABC 汉字3.14", "汉字3.14 CBA"},
        {"every line for itself", "ABC\n汉字ABC", "CBA|汉字CBA"},
        {"three lines", "ABC\n12\nDEF 12", "CBA|12|12 FED"},
        {"a title first", "《ABC》12条", "12条》CBA《"},
        {"a dash is one glyph", "ABC——DEF", "FED—CBA"},
        {"two levels", "ABC abc 12 DEF", "FED abc 12 CBA"},
        {"telephone", "ABC 0851-85661773.", ".0851-85661773 CBA"},
        {"telephone in Chinese", "打ABC 0851-85661773。",
         "打0851-85661773 CBA。"},
        {"short code", "ABC 400-700-1234 DEF", "FED 400-700-1234 CBA"},
        {"date", "ABC 2026-11-20", "2026-11-20 CBA"},
        {"year", "ABC 2026-DE", "ED-2026 CBA"},
        {"range", "ABC 3000-5000 DEF", "FED 5000-3000 CBA"},
        {"hyphens alone", "ABC 0851--85661773", "85661773--0851 CBA"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf text = {0}, seen = {0};
        add_written(&text, cases[i].written, strlen(cases[i].written));
        struct paragraph *p =
            make(buf_text(&text), text.length, &(struct paragraph_style){0});
        paragraph_set_width(p, 40 * SIZE);
        show(p, &seen);
        if (strcmp(buf_text(&seen), cases[i].seen) != 0)
            fail_msg("%s: %s is seen as %s, not %s", cases[i].rule,
                     cases[i].written, buf_text(&seen), cases[i].seen);
        paragraph_free(p);
        buf_fini(&text);
        buf_fini(&seen);
    }
}

/* What an Uyghur page of the union would say: "Trade unions of China, hotline
 * 12351, open 9:00 to 17:00 (see the Labour Law of 1995)". */
static const char uyghur[] =
    "جۇڭگو كەسىپچىلەر ئۇيۇشمىسى（工会）، 12351 نومۇرلۇق "
    "قىززىق لىنىيە، 《劳动法》 1995-يىل. iPhone 15 نى "
    "ئىشلىتىڭ؛ ۋاقتى: 9:00～17:00.";
static const char mixed[] =
    "工会热线：جۇڭگو كەسىپچىلەر ئۇيۇشمىسى 12351，全天开放"
    "（ئۇيغۇرچە）；每日9:00～17:00。";

/* A box of the glyph cache would have the number 0. */
static void test_every_letter_is_drawn(void **state)
{
    static const char alphabet[] =
        "ئائەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيئوئۇئۆئۈئېئى،؛؟٪ـ";
    struct paragraph *p =
        make(alphabet, strlen(alphabet), &(struct paragraph_style){0});
    size_t count;
    (void)state;
    paragraph_set_width(p, 100 * SIZE);
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    assert_true(count > 40);
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(glyphs[i].glyph, 0);
    paragraph_free(p);
}

/* ---- where lines stand ---- */

static void test_lines_start_at_the_right(void **state)
{
    static const enum text_align aligns[] = {ALIGN_LEFT, ALIGN_JUSTIFY};
    (void)state;
    for (size_t a = 0; a < COUNT_OF(aligns); a++) {
        const struct paragraph_style style = {.align = aligns[a],
                                              .indent_em = 2};
        struct paragraph *p = make(uyghur, strlen(uyghur), &style);
        for (int width = 10 * SIZE; width < 40 * SIZE; width += 5) {
            paragraph_set_width(p, width);
            size_t count = paragraph_line_count(p);
            for (size_t i = 0; i < count; i++) {
                struct text_line line = paragraph_line(p, i);
                assert_int_equal(line.x + line.width,
                                 i ? width : width - 2 * SIZE);
                assert_true(line.x >= 0);
                /* A single long word has nothing that could grow. */
                if (aligns[a] == ALIGN_JUSTIFY && i + 1 < count &&
                    width > 20 * SIZE)
                    assert_int_equal(line.x, 0);
            }
        }
        paragraph_free(p);
    }
}

static void test_other_alignments(void **state)
{
    static const enum text_align aligns[] = {ALIGN_CENTER, ALIGN_RIGHT};
    (void)state;
    for (size_t a = 0; a < COUNT_OF(aligns); a++) {
        struct paragraph *p =
            make(uyghur, strlen(uyghur),
                 &(struct paragraph_style){.align = aligns[a]});
        paragraph_set_width(p, 15 * SIZE);
        for (size_t i = 0; i < paragraph_line_count(p); i++) {
            struct text_line line = paragraph_line(p, i);
            int rest = 15 * SIZE - line.width;
            assert_in_range(line.x, aligns[a] == ALIGN_RIGHT ? rest : rest / 2,
                            aligns[a] == ALIGN_RIGHT ? rest : rest / 2 + 1);
        }
        paragraph_free(p);
    }
}

/* What is cut off was to come on the left. */
static void test_ellipsis_is_on_the_left(void **state)
{
    static const enum text_align aligns[] = {ALIGN_LEFT, ALIGN_JUSTIFY,
                                             ALIGN_CENTER, ALIGN_RIGHT};
    (void)state;
    for (size_t a = 0; a < COUNT_OF(aligns); a++) {
        struct paragraph *p =
            make(uyghur, strlen(uyghur),
                 &(struct paragraph_style){.max_lines = 1, .align = aligns[a]});
        for (int width = 5 * SIZE; width < 20 * SIZE; width += 3) {
            size_t count;
            paragraph_set_width(p, width);
            assert_true(paragraph_truncated(p));
            struct text_line line = paragraph_line(p, 0);
            assert_in_range(line.x, 0, width);
            assert_true(line.x + line.width <= width);
            const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
            assert_int_equal(glyphs[count - 1].cluster, line.end);
            for (size_t i = 0; i < count; i++)
                assert_true(glyphs[count - 1].x <= glyphs[i].x + SIZE);
        }
        paragraph_free(p);
    }
}

/* （ at the start of a line is drawn as ）, half an em wide, its ink at the
 * right edge (rule 9). */
static void test_opening_mark_is_mirrored(void **state)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, 1 << 20);
    struct glyph_image image;
    struct buf text = {0};
    size_t count;
    (void)state;
    add_written(&text, "（ABC）", strlen("（ABC）"));
    struct paragraph *p =
        make(buf_text(&text), text.length, &(struct paragraph_style){0});
    paragraph_set_width(p, 10 * SIZE);
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    assert_int_equal(glyphs[count - 1].cluster, 0);
    assert_int_equal(glyphs[count - 1].x, 10 * SIZE - SIZE / 2);
    assert_true(glyph_cache_find(cache, glyphs[count - 1].font,
                                 glyphs[count - 1].glyph, &image));
    assert_true(image.left + image.width <= SIZE / 2);
    assert_int_equal(glyphs[0].cluster, text.length - 3);
    assert_true(
        glyph_cache_find(cache, glyphs[0].font, glyphs[0].glyph, &image));
    assert_int_equal(glyphs[0].x, paragraph_line(p, 0).x - SIZE / 2);
    assert_true(image.left >= SIZE / 2);
    paragraph_free(p);
    buf_fini(&text);
    glyph_cache_free(cache);
}

/* ---- fingers and selections ---- */

static void check_line_range(struct paragraph *p, size_t number)
{
    struct text_line line = paragraph_line(p, number);
    struct text_rect rects[2];
    size_t n = paragraph_range(p, line.start, line.end, rects, 2);
    if (n == 0) {
        assert_int_equal(line.width, 0);
        return;
    }
    assert_int_equal(n, 1);
    assert_int_equal(rects[0].x, line.x);
    assert_int_equal(rects[0].width, line.width);
    assert_int_equal(rects[0].y, line.top);
}

static void test_hit_and_range(void **state)
{
    static const char *const texts[] = {uyghur, mixed};
    (void)state;
    for (size_t t = 0; t < COUNT_OF(texts); t++) {
        const struct paragraph_style style = {.align = ALIGN_JUSTIFY,
                                              .indent_em = 2};
        size_t length = strlen(texts[t]);
        struct paragraph *p = make(texts[t], length, &style);
        for (int width = 8 * SIZE; width < 30 * SIZE; width += 7) {
            int seen = 0;
            paragraph_set_width(p, width);
            for (size_t i = 0; i < paragraph_line_count(p); i++) {
                check_line_range(p, i);
                seen += paragraph_line(p, i).width;
            }
            for (size_t at = 0; at < length;) {
                uint32_t start = (uint32_t)at;
                struct text_rect rects[4];
                bool inside;
                utf8_next(texts[t], length, &at);
                size_t n = paragraph_range(p, start, (uint32_t)at, rects, 4);
                if (n == 0)
                    continue; /* a space at a line end */
                assert_int_equal(n, 1);
                uint32_t hit = paragraph_hit(p, rects[0].x + rects[0].width / 2,
                                             rects[0].y + 1, &inside);
                if (hit != start) /* the gap before it may be half of it */
                    hit = paragraph_hit(p, rects[0].x, rects[0].y + 1, &inside);
                assert_int_equal(hit, start);
                assert_true(inside);
                seen -= rects[0].width;
            }
            /* Only gaps between characters belong to none of them. */
            assert_true(seen >= 0);
        }
        paragraph_free(p);
    }
}

/* From the middle of the Chinese to the middle of a word: two places. */
static void test_range_in_two_places(void **state)
{
    struct buf text = {0};
    struct text_rect rects[4];
    (void)state;
    add_written(&text, "汉字ABCDEF汉字", strlen("汉字ABCDEF汉字"));
    struct paragraph *p =
        make(buf_text(&text), text.length, &(struct paragraph_style){0});
    paragraph_set_width(p, 40 * SIZE);
    assert_int_equal(paragraph_range(p, 3, 12, rects, 4), 2);
    assert_int_equal(rects[0].x, SIZE);
    assert_int_equal(rects[0].width, SIZE);
    assert_true(rects[1].x > 2 * SIZE);
    assert_int_equal(rects[1].x + rects[1].width,
                     paragraph_line(p, 0).width - 2 * SIZE);
    assert_int_equal(paragraph_range(p, 3, 12, rects, 1), 1);
    assert_int_equal(paragraph_range(p, 0, (uint32_t)text.length, rects, 4), 1);
    paragraph_free(p);
    buf_fini(&text);
}

/* ---- what Chinese pays ---- */

static void test_turns(void **state)
{
    static const struct {
        uint32_t code;
        bool turns;
    } cases[] = {
        {'a', false},     {0x4E2D, false}, /* 中 */
        {0xFF0C, false},                   /* ， */
        {0x201C, false},                   /* “ */
        {0x1F600, false},                  /* an emoji */
        {0x0F56, false},                   /* Tibetan */
        {0x058F, false},                   /* Armenian */
        {0x05D0, true},                    /* Hebrew */
        {0x0626, true},                    /* Arabic */
        {0x0660, true},                    /* Arabic digits */
        {0x0900, false},                   /* Devanagari */
        {0x200E, false},                   /* left-to-right mark */
        {0x200F, true},                    /* right-to-left mark */
        {0x202A, false},  {0x202B, true},  {0x202D, false}, {0x202E, true},
        {0x2066, false},  {0x2067, true},  {0xFB1C, false}, {0xFB1D, true},
        {0xFEFC, true},   {0xFF00, false}, {0x10800, true}, {0x1EFFF, true},
        {0x20000, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (bidi_turns(cases[i].code) != cases[i].turns)
            fail_msg("U+%04X", cases[i].code);
    }
}

/* A letter far behind decides for digits and spaces without a direction. */
static void test_late_letter(void **state)
{
    (void)state;
    for (size_t count = 4; count < 4000; count *= 30) {
        struct buf text = {0};
        for (size_t i = 0; i < count; i++)
            buf_puts(&text, "- ");
        buf_puts(&text, "ئۇيغۇر");
        struct paragraph *p =
            make(buf_text(&text), text.length, &(struct paragraph_style){0});
        paragraph_set_width(p, 100 * SIZE);
        struct text_line line = paragraph_line(p, 0);
        if (line.x + line.width != 100 * SIZE)
            fail_msg("%zu: %d + %d", count, line.x, line.width);
        paragraph_free(p);
        buf_fini(&text);
    }
}

static void test_which_way_a_text_starts(void **state)
{
    static const struct {
        const char *text;
        bool backward;
    } cases[] = {
        {"", false},
        {"工会 ئۇيۇشما", false},
        {"ئۇيۇشما 工会", true},
        {"12351 «ئۇيۇشما»", true}, /* digits and marks decide nothing */
        {"12351", false},
        {"\xE2\x80\x8F"
         "1.",
         true},                 /* a mark of direction does */
        {"12\nئۇيۇشما", false}, /* only the first line */
        {"བོད་ཡིག ئۇ", false},
        {"\xD8", false}, /* torn */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (bidi_starts_backward(cases[i].text, strlen(cases[i].text)) !=
            cases[i].backward)
            fail_msg("%s", cases[i].text);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* As one text and one paragraph ICU takes a minute for these. */
static void test_long_text(void **state)
{
    static const char *const patterns[] = {"ئ(\n", "\xE2\x81\xA7ئ(", "ئa12 汉"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        struct buf text = {0};
        while (text.length < 2 << 20)
            buf_puts(&text, patterns[i]);
        double start = seconds();
        bidi_free(bidi_new(buf_text(&text), text.length, BIDI_FIRST_STRONG));
        print_message("%.2f s\n", seconds() - start);
        assert_true(seconds() - start < 60);
        buf_fini(&text);
    }
}

/* A paragraph that is given to ICU in pieces has one base. */
static void test_pieces(void **state)
{
    struct buf text = {0};
    (void)state;
    buf_puts(&text, "ئ");
    for (int i = 0; i < 40000; i++)
        buf_puts(&text, i % 7 ? "字" : "😀");
    struct paragraph *p =
        make(buf_text(&text), text.length, &(struct paragraph_style){0});
    paragraph_set_width(p, 10 * SIZE + SIZE / 2);
    for (size_t i = 0; i < paragraph_line_count(p); i++) {
        struct text_line line = paragraph_line(p, i);
        assert_int_equal(line.x + line.width, 10 * SIZE + SIZE / 2);
    }
    paragraph_free(p);
    buf_fini(&text);
}

/* ---- anything at all ---- */

static size_t random_character(char *out)
{
    static const uint32_t ranges[][2] = {
        {' ', ' '},         {'(', '9'},         {'a', 'z'},
        {0x300, 0x310},     {0x5D0, 0x5EA},     {0x5B0, 0x5BD},
        {0x626, 0x64A},     {0x64B, 0x65F},     {0x660, 0x669},
        {0x6C6, 0x6D5},     {0xF40, 0xF6C},     {0xF71, 0xF84},
        {0x1820, 0x1842},   {0x180A, 0x180E},   {0x200C, 0x200F},
        {0x202A, 0x202E},   {0x2066, 0x2069},   {0x2014, 0x2026},
        {0x3001, 0x3011},   {0x4E00, 0x4E20},   {0x4E00, 0x4E20},
        {0xFE00, 0xFE01},   {0xFF01, 0xFF0F},   {0x10A10, 0x10A13},
        {0x1E900, 0x1E943}, {0x1F600, 0x1F603}, {0x2029, 0x2029}};
    const uint32_t *range = ranges[(size_t)rand() % COUNT_OF(ranges)];
    if (rand() % 60 == 0) {
        *out = '\n';
        return 1;
    }
    return utf8_put(out,
                    range[0] + (uint32_t)rand() % (range[1] - range[0] + 1));
}

/* Every glyph belongs to the line, every cluster of the line is there once. */
static void check_clusters(struct paragraph *p, size_t number, uint8_t *seen)
{
    struct text_line line = paragraph_line(p, number);
    size_t count;
    const struct placed_glyph *glyphs = paragraph_glyphs(p, number, &count);
    for (size_t i = 0; i < count; i++) {
        assert_in_range(glyphs[i].cluster, line.start, line.end - 1);
        bool again = i && glyphs[i].cluster == glyphs[i - 1].cluster;
        assert_true(again || !seen[glyphs[i].cluster]);
        seen[glyphs[i].cluster] = 1;
    }
}

static void check_ranges(struct paragraph *p, size_t number)
{
    struct text_line line = paragraph_line(p, number);
    struct text_rect rects[64];
    uint32_t span = line.end - line.start + 1;
    uint32_t a = line.start + (uint32_t)rand() % span;
    uint32_t b = line.start + (uint32_t)rand() % span;
    size_t n = paragraph_range(p, a < b ? a : b, a < b ? b : a, rects, 64);
    int at = line.x;
    for (size_t i = 0; i < n; i++) {
        assert_true(rects[i].x >= at);
        at = rects[i].x + rects[i].width;
        assert_true(at <= line.x + line.width);
        assert_int_equal(rects[i].y, line.top);
    }
    /* Beside a lone mark or control at the edge a gap may have grown. */
    n = paragraph_range(p, line.start, line.end, rects, 64);
    assert_int_equal(n, line.width > 0);
}

static void check_paragraph(struct paragraph *p)
{
    static const int widths[] = {SIZE, 5 * SIZE, 12 * SIZE, 1000 * SIZE};
    size_t length = strlen(paragraph_text(p));
    for (size_t w = 0; w < COUNT_OF(widths); w++) {
        uint8_t *seen = xcalloc(length, 1);
        uint32_t at = 0;
        paragraph_set_width(p, widths[w]);
        for (size_t i = 0; i < paragraph_line_count(p); i++) {
            struct text_line line = paragraph_line(p, i);
            assert_int_equal(line.start, at);
            at = line.end;
            check_clusters(p, i, seen);
            check_ranges(p, i);
            bool inside;
            uint32_t hit = paragraph_hit(p, line.x + rand() % (line.width + 1),
                                         line.top, &inside);
            assert_in_range(hit, line.start, line.end);
        }
        assert_int_equal(at, length);
        free(seen);
    }
}

static void test_random_text(void **state)
{
    unsigned seed = (unsigned)time(NULL);
    (void)state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 2000; round++) {
        char text[512];
        size_t length = 0, wanted = (size_t)rand() % 100;
        const struct paragraph_style style = {
            .align = (enum text_align)(rand() % 4), .indent_em = rand() % 3};
        for (size_t i = 0; i < wanted; i++)
            length += random_character(text + length);
        struct paragraph *p = make(text, length, &style);
        check_paragraph(p);
        paragraph_free(p);
    }
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
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_every_letter_is_drawn),
        cmocka_unit_test(test_lines_start_at_the_right),
        cmocka_unit_test(test_other_alignments),
        cmocka_unit_test(test_ellipsis_is_on_the_left),
        cmocka_unit_test(test_opening_mark_is_mirrored),
        cmocka_unit_test(test_hit_and_range),
        cmocka_unit_test(test_range_in_two_places),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_late_letter),
        cmocka_unit_test(test_which_way_a_text_starts),
        cmocka_unit_test(test_long_text),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_random_text),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
