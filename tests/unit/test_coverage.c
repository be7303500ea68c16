/* test_coverage.c - which characters can be drawn: the standard list, GB 18030,
 * and everything the bundled edition and the interface say.
 *
 * The standard list (通用规范汉字表, 8105 characters) is kTGH of the Unihan
 * database in Debian's unicode-data; what needs it is skipped without it. */
#include <ftw.h>
#include <iconv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <hb.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/utf8.h"
#include "fonts/face.h"
#include "fonts/paragraph.h"

#define UNIHAN "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"
#define CODE_LIMIT 0x110000

static struct fonts *fonts;
static uint8_t standard[CODE_LIMIT]; /* 1: in the standard list */
static size_t standard_count;
static uint8_t said[CODE_LIMIT]; /* 1: in the edition or the interface */

static unsigned han_slot(enum font_family family, enum font_weight weight)
{
    return fonts->primary[family][weight];
}

/* ---- the standard list ---- */

static void read_standard(void)
{
    char line[256];
    FILE *file = popen("bzcat " UNIHAN " 2>/dev/null", "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        char *end;
        unsigned long code = *line == 'U' ? strtoul(line + 2, &end, 16) : 0;
        if (code && code < CODE_LIMIT && strncmp(end, "\tkTGH\t", 6) == 0) {
            standard_count += !standard[code];
            standard[code] = 1;
        }
    }
    pclose(file);
}

static void need_standard(void)
{
    if (access(UNIHAN, R_OK) != 0) {
        print_message("%s: not there (unicode-data): skipped\n", UNIHAN);
        skip();
    }
    if (!standard_count)
        read_standard();
    if (!standard_count) {
        print_message("bzcat: not there (bzip2): skipped\n");
        skip();
    }
    assert_int_equal(standard_count, 8105);
}

/* Not only in the character map: with ink. */
static bool has_ink(unsigned slot, uint32_t code)
{
    struct face *face = face_at(fonts, slot);
    struct glyph_image image;
    hb_codepoint_t glyph;
    return hb_font_get_nominal_glyph(face->hb, code, &glyph) &&
           face_draw(fonts, font_id(slot, 16), glyph, &image);
}

static void test_standard_list(void **state)
{
    (void)state;
    need_standard();
    for (int i = 0; i < FONT_FAMILY_COUNT * FONT_WEIGHT_COUNT; i++) {
        unsigned slot =
            han_slot((enum font_family)(i & 1), (enum font_weight)(i >> 1));
        for (uint32_t code = 0; code < CODE_LIMIT; code++) {
            if (standard[code] && !has_ink(slot, code))
                fail_msg("face %u has no U+%04X", slot, (unsigned)code);
        }
    }
}

/* ---- GB 18030-2022 ---- */

/* Level 2: the Han of the two-byte area (GBK), extension A, what Unicode added
 * to the basic block up to 9FEF, and the standard list. */
static bool is_level_2(uint32_t code)
{
    return (code >= 0x4E00 && code <= 0x9FA5) ||
           (code >= 0x3400 && code <= 0x4DB5) ||
           (code >= 0x9FA6 && code <= 0x9FEF) || standard[code];
}
#define LEVEL_2_COUNT 27754

/* All that Serif lacks of it; Sans stands in. */
static bool is_lacking_in_serif(uint32_t code)
{
    return code >= 0x9FEB && code <= 0x9FEF;
}

static void test_level_2(void **state)
{
    size_t count = 0;
    (void)state;
    need_standard();
    for (uint32_t code = 0; code < CODE_LIMIT; code++) {
        if (!is_level_2(code))
            continue;
        count++;
        for (int weight = 0; weight < FONT_WEIGHT_COUNT; weight++) {
            unsigned sans = han_slot(FONT_SANS, (enum font_weight)weight);
            unsigned serif = han_slot(FONT_SERIF, (enum font_weight)weight);
            if (!face_has(fonts, sans, code))
                fail_msg("Sans has no U+%04X", (unsigned)code);
            if (face_has(fonts, serif, code) == is_lacking_in_serif(code))
                fail_msg("Serif and U+%04X", (unsigned)code);
        }
    }
    assert_int_equal(count, LEVEL_2_COUNT);
}

static bool is_drawn(uint32_t code, enum font_family family,
                     enum font_weight weight)
{
    char text[4];
    size_t length = utf8_put(text, code), count;
    const struct text_run run = {0, (uint32_t)length, {family, weight, 20}, 0};
    struct paragraph *p = paragraph_new(fonts, text, length, &run, 1,
                                        &(struct paragraph_style){0});
    paragraph_set_width(p, 100);
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    bool drawn = true;
    for (size_t i = 0; i < count; i++)
        drawn &= glyphs[i].glyph != 0;
    paragraph_free(p);
    return drawn;
}

/* Symbols, letters and the 21 compatibility Han too; not the user's area. */
static void test_two_byte_area(void **state)
{
    iconv_t iconv_id = iconv_open("UTF-32LE", "GB18030");
    size_t count = 0;
    (void)state;
    if (iconv_id == (iconv_t)-1) {
        print_message("iconv has no GB18030: skipped\n");
        skip();
    }
    for (int code = 0x8140; code <= 0xFEFE; code++) {
        char in[2] = {(char)(code >> 8), (char)code}, *from = in;
        uint32_t out[2];
        char *to = (char *)out;
        size_t left = 2, room = sizeof(out);
        if (iconv(iconv_id, &from, &left, &to, &room) == (size_t)-1) {
            iconv(iconv_id, NULL, NULL, NULL, NULL);
            continue;
        }
        if (out[0] >= 0xE000 && out[0] <= 0xF8FF)
            continue;
        count++;
        if (!is_drawn(out[0], FONT_SANS, FONT_REGULAR) ||
            !is_drawn(out[0], FONT_SERIF, FONT_BOLD))
            fail_msg("U+%04X is a box", (unsigned)out[0]);
    }
    iconv_close(iconv_id);
    assert_true(count > 21000);
}

/* ---- what the README says cannot be drawn ---- */

/* Extensions B to F: level 3 of GB 18030-2022, with what level 2 has of them.
 */
static const struct {
    uint32_t first, last;
} level_3[] = {
    {0x20000, 0x2A6D6}, {0x2A700, 0x2B734}, {0x2B740, 0x2B81D},
    {0x2B820, 0x2CEA1}, {0x2CEB0, 0x2EBE0},
};
#define LEVEL_3_COUNT 60317

/* All of these blocks can be drawn but for what is listed below. */
static const struct {
    const char *script;
    uint32_t first, last;
} blocks[] = {
    {"Latin", 0x20, 0x24F},
    {"Cyrillic", 0x400, 0x52F},
    {"Arabic", 0x600, 0x6FF},
    {"Thai", 0xE00, 0xE7F},
    {"Tibetan", 0xF00, 0xFFF},
    {"Jamo", 0x1100, 0x11FF},
    {"Mongolian", 0x1800, 0x18AF},
    {"Tai Le", 0x1950, 0x197F},
    {"New Tai Lue", 0x1980, 0x19DF},
    {"Tai Tham", 0x1A20, 0x1AAF},
    {"Latin additional", 0x1E00, 0x1EFF},
    {"currency", 0x20A0, 0x20CF},
    {"extension A", 0x3400, 0x4DBF},
    {"Han", 0x4E00, 0x9FFF},
    {"Yi", 0xA000, 0xA4CF},
    {"Lisu", 0xA4D0, 0xA4FF},
    {"Hangul", 0xAC00, 0xD7A3},
    {"full width", 0xFF00, 0xFFEF},
    {"Mongolian supplement", 0x11660, 0x1167F},
    {"Miao", 0x16F00, 0x16F9F},
};
static const struct {
    uint32_t first, last;
} lacking[] = {
    {0x61D, 0x61D},   {0x180F, 0x180F}, {0x20C0, 0x20C1},
    {0x4DB6, 0x4DBF}, {0x9FF0, 0x9FFF},
};

static bool is_lacking(uint32_t code)
{
    for (size_t i = 0; i < COUNT_OF(lacking); i++)
        if (code >= lacking[i].first && code <= lacking[i].last)
            return true;
    return false;
}

/* Assigned, and there to be seen. */
static bool is_visible(uint32_t code)
{
    hb_unicode_general_category_t category =
        hb_unicode_general_category(hb_unicode_funcs_get_default(), code);
    return category != HB_UNICODE_GENERAL_CATEGORY_UNASSIGNED &&
           category != HB_UNICODE_GENERAL_CATEGORY_CONTROL &&
           category != HB_UNICODE_GENERAL_CATEGORY_FORMAT;
}

static void test_whole_scripts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        for (uint32_t code = blocks[i].first; code <= blocks[i].last; code++)
            if (is_visible(code) &&
                is_drawn(code, FONT_SERIF, FONT_REGULAR) == is_lacking(code))
                fail_msg("%s: U+%04X", blocks[i].script, (unsigned)code);
}

/* 58011 as people write it. */
static void expect_number(const struct buf *readme, size_t number)
{
    char plain[32], grouped[32];
    snprintf(plain, sizeof(plain), "%zu", number);
    snprintf(grouped, sizeof(grouped), "%zu,%03zu", number / 1000,
             number % 1000);
    if (!strstr(readme->data, plain) && !strstr(readme->data, grouped))
        fail_msg("it does not say %zu", number);
}

static void test_readme(void **state)
{
    static const char *const names[] = {"README.md", "README.zh.md"};
    size_t all = 0, missing = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(level_3); i++)
        for (uint32_t code = level_3[i].first; code <= level_3[i].last;
             code++, all++)
            missing += !is_drawn(code, FONT_SANS, FONT_REGULAR);
    assert_int_equal(all, LEVEL_3_COUNT);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct buf readme = {0};
        char code[16];
        assert_true(file_read(names[i], 1 << 20, &readme));
        buf_putc(&readme, 0);
        expect_number(&readme, all);
        expect_number(&readme, missing);
        for (size_t k = 0; k < COUNT_OF(lacking); k++) {
            snprintf(code, sizeof(code), "U+%04X", (unsigned)lacking[k].first);
            if (!strstr(readme.data, code))
                fail_msg("%s does not say %s", names[i], code);
        }
        buf_fini(&readme);
    }
}

/* ---- what is said ---- */

static int note_file(const char *path, const struct stat *info, int type,
                     struct FTW *place)
{
    static const char *const ends[] = {".md", ".yaml", ".csv", ".c", ".h"};
    const char *end = strrchr(path, '.');
    struct buf text = {0};
    (void)info, (void)place;
    for (size_t i = 0; type == FTW_F && end && i < COUNT_OF(ends); i++) {
        if (strcmp(end, ends[i]) != 0 || !file_read(path, 16 << 20, &text))
            continue;
        for (size_t at = 0; at < text.length;)
            said[utf8_next(text.data, text.length, &at)] = 1;
        buf_fini(&text);
    }
    return 0;
}

static void test_all_that_is_said(void **state)
{
    static const char *const places[] = {"content", "app", "ui"};
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(places); i++)
        assert_int_equal(nftw(places[i], note_file, 16, FTW_PHYS), 0);
    for (uint32_t code = 0x20; code < CODE_LIMIT; code++) {
        if (!said[code])
            continue;
        count++;
        for (int i = 0; i < FONT_FAMILY_COUNT * FONT_WEIGHT_COUNT; i++) {
            if (!is_drawn(code, (enum font_family)(i & 1),
                          (enum font_weight)(i >> 1)))
                fail_msg("U+%04X is a box", (unsigned)code);
        }
    }
    assert_true(count > 1000);
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
        cmocka_unit_test(test_standard_list),
        cmocka_unit_test(test_level_2),
        cmocka_unit_test(test_two_byte_area),
        cmocka_unit_test(test_whole_scripts),
        cmocka_unit_test(test_readme),
        cmocka_unit_test(test_all_that_is_said),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
