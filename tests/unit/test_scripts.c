/* test_scripts.c - the scripts of China beside Chinese: Debian's files have
 * them, every letter is drawn, letters join. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "fonts/face.h"
#include "fonts/paragraph.h"

#define SIZE 40

static struct fonts *fonts;

static struct paragraph *make(const char *text, const struct text_style *style)
{
    const struct text_run run = {0, (uint32_t)strlen(text), *style, 0};
    return paragraph_new(fonts, text, strlen(text), &run, 1,
                         &(struct paragraph_style){0});
}

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), more = strlen(end);
    return length >= more && strcmp(text + length - more, end) == 0;
}

/* fonts-noto-cjk and fonts-noto-core have every file of the table, but for what
 * other systems have instead: single-face .otf files, or another foundry's. */
static void test_table(void **state)
{
    (void)state;
    for (unsigned slot = 0; slot < face_row_count * FONT_WEIGHT_COUNT; slot++) {
        const char *file =
            face_rows[slot / FONT_WEIGHT_COUNT].files[slot % FONT_WEIGHT_COUNT];
        if (file && strncmp(file, "Noto", 4) == 0 && !ends_in(file, ".otf") &&
            !face_at(fonts, slot))
            fail_msg("%s: not found", file);
    }
}

static const struct {
    const char *script, *text;
} samples[] = {
    {"Latin", "The quick brown fox, Åse Müller-Łódź, naïve façade, Ṣọ́lá, Đặng"},
    {"Pinyin", "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêńňǹm̄ḿm̀ẑĉŝŋĀÁǍÀ"},
    {"Cyrillic", "Съешь же ещё этих мягких французских булок, да выпей чаю."},
    {"Kazakh, Kyrgyz", "әғқңөұүһі ӘҒҚҢӨҰҮҺІ ңөү"},
    {"Zhuang", "Vahcuengh: gong'veih, Cuengh, bouxlwgminz"},
    {"Zhuang of 1957",
     "Vaƅcueŋƅ Ƃƃ Əə Ɯɯ Ŋŋ Ɵɵ Ƨƨ Зз Чч Ƽƽ Ƅƅ bouчcueŋƽ gvaŋзsiƅ"},
    {"Tibetan", "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ ཨི་ཨུ་ཨེ་ཨོ། "
                "བཀྲ་ཤིས་བདེ་ལེགས།། སྒྲུབ་རྒྱུ་ ༄༅། །༠༡༢༣༤༥༦༧༨༩"},
    {"Uyghur", "ئائەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي ئەمگەك قانۇنى، «12351»؟"},
    {"Yi", "ꆈꌠꁱꂷ ꀀꀁꀂꀃꋪꌺꒌ ꀈꍈ ꒐꒑꒒꓆"},
    {"Korean", "조선말 로동조합, 한국어 ㄱㄴㄷㅏㅑ 걁뷁힣"},
    {"Korean in letters", "\u1112\u1161\u11AB\u1100\u116E\u11A8"},
    {"Mongolian",
     "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ᠌ ᠠᠵᠢᠯᠴᠢᠨ ᠤ"},
    {"Mongolian marks", "ᠡᠪᠯᠡᠯ᠂ ᠃ ᠐᠑᠒"},
    {"Manchu, Xibe", "ᠮᠠᠨᠵᡠ ᡤᡳᠰᡠᠨ ᠰᡳᠪᡝ"},
    {"Dai", "ᦺᦑᦟᦹᧉ ᥖᥭᥰ ᨲᩫ᩠ᩅᨵᩢᨾ᩠ᨾ᩼"},
    {"Lisu", "ꓡꓲ-ꓢꓴ ꓐꓑꓒꓓ"},
    {"Miao", "𖼊𖼋𖼌𖽐𖽑"},
};

static void check_sample(const char *script, const char *text,
                         const struct text_style *style)
{
    struct paragraph *p = make(text, style);
    paragraph_set_width(p, 8 * SIZE);
    for (size_t line = 0; line < paragraph_line_count(p); line++) {
        struct text_line box = paragraph_line(p, line);
        size_t count;
        const struct placed_glyph *glyphs = paragraph_glyphs(p, line, &count);
        assert_true(box.x >= 0 && box.x + box.width <= 8 * SIZE);
        for (size_t i = 0; i < count; i++) {
            if (glyphs[i].glyph == 0)
                fail_msg("%s: a box at byte %u", script,
                         (unsigned)glyphs[i].cluster);
        }
    }
    paragraph_free(p);
}

static void test_every_letter(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples) * 4; i++)
        check_sample(samples[i / 4].script, samples[i / 4].text,
                     &(struct text_style){(enum font_family)(i & 1),
                                          (enum font_weight)(i >> 1 & 1),
                                          SIZE});
}

static int width_of(const char *text)
{
    struct paragraph *p =
        make(text, &(struct text_style){FONT_SANS, FONT_REGULAR, SIZE});
    int width = paragraph_natural_width(p);
    paragraph_free(p);
    return width;
}

/* Letters that join are narrower, or wider, than they are alone; stacks are no
 * wider than their widest letter. */
static void test_letters_join(void **state)
{
    static const struct {
        const char *script, *joined, *apart;
    } cases[] = {
        {"Uyghur", "ببب", "ب‌ب‌ب"},
        {"Mongolian", "ᠨᠨᠨ", "ᠨ‌ᠨ‌ᠨ"},
        {"Tibetan", "རྒྱུ", "རགཡ"},
        {"Korean", "\u1112\u1161\u11AB", "\u1112\u1161 \u11AB"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int joined = width_of(cases[i].joined),
            apart = width_of(cases[i].apart);
        if (joined >= apart)
            fail_msg("%s: %d px joined, %d px apart", cases[i].script, joined,
                     apart);
    }
}

/* Two lines of a title, at 1.3 em, do not touch. */
static void test_stacks_keep_apart(void **state)
{
    static const char text[] = "ངལ་རྩོལ་པའི་སྤྱི་མཐུན་ཚོགས་པ\nངལ་རྩོལ་པའི་སྤྱི་མཐུན་ཚོགས་པ";
    const struct text_run run = {
        0, sizeof(text) - 1, {FONT_SERIF, FONT_BOLD, SIZE}, 0};
    struct paragraph *p = paragraph_new(
        fonts, text, sizeof(text) - 1, &run, 1,
        &(struct paragraph_style){.line_height_px = SIZE * 13 / 10});
    int top[2] = {INT_MAX, INT_MAX}, bottom[2] = {0, 0};
    (void)state;
    paragraph_set_width(p, 100 * SIZE);
    assert_int_equal(paragraph_line_count(p), 2);
    for (size_t line = 0; line < 2; line++) {
        size_t count;
        const struct placed_glyph *glyphs = paragraph_glyphs(p, line, &count);
        for (size_t i = 0; i < count; i++) {
            struct glyph_image image;
            if (!face_draw(fonts, glyphs[i].font, glyphs[i].glyph, &image))
                continue;
            int y = glyphs[i].y - image.top;
            top[line] = y < top[line] ? y : top[line];
            bottom[line] = y + image.height > bottom[line] ? y + image.height
                                                           : bottom[line];
        }
    }
    assert_in_range(bottom[0], 1, top[1]);
    paragraph_free(p);
}

/* A letter the Han face lacks takes its whole word along. */
static void test_words_keep_one_face(void **state)
{
    static const char *const words[] = {"bouчcueŋƽ", "қазақ", "Đặng"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct paragraph *p =
            make(words[i], &(struct text_style){FONT_SANS, FONT_REGULAR, SIZE});
        size_t count;
        paragraph_set_width(p, 100 * SIZE);
        const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
        for (size_t k = 1; k < count; k++)
            assert_int_equal(glyphs[k].font, glyphs[0].font);
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
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_every_letter),
        cmocka_unit_test(test_letters_join),
        cmocka_unit_test(test_stacks_keep_apart),
        cmocka_unit_test(test_words_keep_one_face),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
