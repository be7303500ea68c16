/* test_breaks.c - where a line may start: `|` in the expected text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "fonts/breaks.h"
#include "fonts/face.h"

static struct fonts *fonts;

static void show_breaks(const char *text, struct buf *out)
{
    const struct text_run run = {
        0, (uint32_t)strlen(text), {FONT_SANS, FONT_REGULAR, 20}, 0};
    const struct source source = {text, strlen(text), &run, 1};
    size_t at = 0, next_run = 0;
    buf_clear(out);
    while (itemize_next(fonts, &source, &at, &next_run)) {
        const struct itemizer *itemizer = fonts->itemizer;
        breaks_mark(fonts->breaks, fonts->itemizer);
        for (size_t i = 0; i < itemizer->count; i++) {
            const struct character *c = &itemizer->chars[i];
            uint32_t end = i + 1 < itemizer->count ? c[1].at : itemizer->end;
            if (c->at > 0 && c->flags & CHARACTER_BREAK)
                buf_putc(out, '|');
            buf_add(out, text + c->at, end - c->at);
        }
    }
}

static const struct {
    const char *rule, *shown;
} cases[] = {
    {"between Han", "工|会|驿|站"},
    {"rule 2: pause and stop marks", "甲，|乙。|丙；|丁：|戊、|己？|庚！|辛"},
    {"rule 2 and 3: quotes", "甲|“乙”|丙|‘丁’|戊"},
    {"rule 2 and 3: brackets", "甲|（乙）|丙|《丁》|戊|【己】|庚|「辛」|壬"},
    {"rule 2: interpuncts", "甲·|乙・|丙‧|丁"},
    {"rule 2: connectors", "甲～|乙－|丙–|丁"},
    {"rule 4: solidus, GB style", "甲／乙"},
    {"rule 4: ASCII solidus between Han", "甲/乙"},
    {"rule 7: dash", "甲|——|乙"},
    {"rule 2: one dash is a connector", "甲—|乙"},
    {"rule 7: ellipsis", "甲……|乙"},
    {"rule 7: long ellipsis", "甲…………|乙"},
    {"rule 24: percent", "增|50%|的"},
    {"rule 24: decimals", "第|3.14|倍|3,000|人"},
    {"rule 24: telephone", "电|0851-85661773|转"},
    {"rule 24: time", "至|10:30|止|10：30|止"},
    {"rule 24: short ranges", "第|1–3|条|第|1-3|条|第|1～3|条"},
    {"rule 24: years", "从|2024—2026|年|至|2024–2026|年"},
    {"rule 24: percents", "增|30%～50%|的|增|50%-60%|的"},
    {"rule 24: degrees", "约|5℃～8℃|间"},
    {"rule 24: amounts", "付|¥5～¥10|元"},
    {"rule 24: a long range", "约|20000～|30000|元"},
    {"rule 24: long times", "于|8：00～|12：00|止"},
    {"rule 24: a hyphen is never split off", "于|18:00-22:00|止"},
    {"rule 24: dates", "于|2026-11-25|止"},
    {"rule 24: no range", "第|1～|三|条|第|一～|3|条|——|3|条"},
    {"rule 24: an abbreviation", "第|No.5|号|第|№5|号"},
    {"rule 24: negative", "冷-5℃|吗|冷|−5℃|吗"},
    {"rule 24: thousands and decimals", "共|3,000.5|元|或|1.2.3|版"},
    {"rule 24: the number of a standard", "按|GB/T 15834|执|行|或|GB/T|的"},
    {"rule 24: letters and digits", "用|A4|纸|写|C++码"},
    {"rule 24: rates", "付|¥1,200/月|的|付|100|元/月|的"},
    {"rule 24: fractions", "约|1/2|的|约|3×4|米"},
    {"rule 24: full-width digits",
     "在|１９９０|年|增|５０％|的|第|３．１４|倍"},
    {"rule 24: full-width signs",
     "付|￥３００|或|＄５|元|零|下|±５℃|的|３＋４＝７"},
    {"rule 24: full-width times", "至|１０：３０|止|第|１～３|条"},
    {"rule 24: festivals", "“5·1”|节"},
    {"rule 14: words", "中|hello |world|文"},
    {"C++", "用|C++写"},
    {"apostrophe", "说|don’t|吗"},
    {"address", "见|https://|a.org/|b|页"},
    {"no space before a mark", "甲 ，|乙"},
    {"nor after an opening one", "甲|（ 乙|丙"},
    {"newline", "甲\n|乙\n|，"},
    {"flags", "甲|🇨🇳|🇨🇳|乙"},
    {"currency", "付|￥300|或|$5|元"},
    {"Tibetan: after the tsheg", "བོད་|ཡིག"},
    {"Tibetan: the shad stays", "བཀྲ་|ཤིས་|བདེ་|ལེགས།། |བོད"},
    {"Tibetan in Chinese", "见|བོད་|ཡིག་|文"},
    {"Yi: between syllables", "ꆈ|ꌠ|ꁱ|ꂷ"},
    {"Korean: between syllables", "한|국|어 |노|동"},
    {"Korean letters of a syllable", "한|한|국"},
    {"Uyghur: between words", "ئۇيغۇر |تىلى، |123 |دەپ"},
    {"Cyrillic: between words", "Русский |язык"},
    {"Zhuang: between words", "Bouчɕueŋƽ |Gvaŋзsiƅ"},
    {"Mongolian: between words", "ᠮᠣᠩᠭᠣᠯ |ᠬᠡᠯᠡ"},
};

static void test_cases(void **state)
{
    struct buf shown = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf text = {0};
        for (const char *s = cases[i].shown; *s; s++) {
            if (*s != '|')
                buf_putc(&text, *s);
        }
        show_breaks(buf_text(&text), &shown);
        if (strcmp(buf_text(&shown), cases[i].shown) != 0)
            fail_msg("%s: %s, not %s", cases[i].rule, buf_text(&shown),
                     cases[i].shown);
        buf_fini(&text);
    }
    buf_fini(&shown);
}

/* No break before these after Han: the lists of WPT css/css-text/i18n/zh for
 * line-break: strict, which are classes of UAX #14 and of Unicode's East Asian
 * Width; and marks that CLREQ adds (rule 2). */
static const struct {
    const char *list;
    uint32_t codes[12];
} not_before[] = {
    {"cpm-strict",
     {0x30FB, 0xFF1A, 0xFF1B, 0xFF65, 0x203C, 0x2047, 0x2048, 0x2049, 0xFF01,
      0xFF1F}},
    {"hyphens-strict", {0x2010, 0x2013, 0x301C, 0x30A0}},
    {"in-strict", {0x2024, 0x2025, 0x2026, 0x22EF, 0xFE19, 0x10AF6}},
    {"iteration-strict", {0x3005, 0x303B, 0x309D, 0x309E, 0x30FD, 0x30FE}},
    {"po-strict",
     {0x00B0, 0x2030, 0x2032, 0x2033, 0x2035, 0x2103, 0x2109, 0xFE6A, 0xFF05,
      0xFFE0}},
    {"ours", {0x00B7, 0x2019, 0x2027, 0xFF0D, 0xFF0F, 0xFF5E}},
};
#define WPT_ASSERTIONS 36

static void test_wpt(void **state)
{
    static const char before[] = "文文文文文文";
    struct buf shown = {0};
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(not_before); i++) {
        for (const uint32_t *code = not_before[i].codes; *code; code++) {
            char mark[5] = {0}, text[64];
            utf8_put(mark, *code);
            snprintf(text, sizeof(text), "%s%s字字", before, mark);
            show_breaks(text, &shown);
            const char *at = strstr(buf_text(&shown), mark);
            assert_non_null(at);
            if (at[-1] == '|')
                fail_msg("%s: %s", not_before[i].list, buf_text(&shown));
            count += strcmp(not_before[i].list, "ours") != 0;
        }
    }
    assert_int_equal(count, WPT_ASSERTIONS);
    buf_fini(&shown);
}

/* Chunks end between two Han: the seam must not show. */
static void test_seams(void **state)
{
    struct buf text = {0}, shown = {0};
    (void)state;
    for (int i = 0; i < 20000; i++)
        buf_puts(&text, i % 5 ? "字" : "，");
    show_breaks(buf_text(&text), &shown);
    assert_null(strstr(buf_text(&shown), "|，"));
    assert_null(strstr(buf_text(&shown), "字字"));
    assert_null(strstr(buf_text(&shown), "，字"));
    buf_fini(&text);
    buf_fini(&shown);
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
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_wpt),
        cmocka_unit_test(test_seams),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
