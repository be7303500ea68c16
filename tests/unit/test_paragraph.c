/* test_paragraph.c - lines of Chinese at every width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/paragraph.h"

#define SIZE 24

static struct fonts *fonts;

static const char *const samples[] = {
    "去年十一月起，省总工会女职工委员会拨出30万元活动经费，用“省级补助＋自主"
    "匹配”的办法，在全省开展流感疫苗接种和“两癌”（宫颈癌、乳腺癌）筛查，受"
    "益的一线女性劳动者有1740人次。",
    "他问：“工资被拖欠，怎么办？！”答：先保留证据——工资条、考勤记录、聊天记录……"
    "再投诉。《劳动法》第50条（见附件）：‘不得克扣’……",
    "热线0851-85661773，每日10:30～17:00；增长50%、3.14倍、3,000人，C++与"
    "iPhone 15；“兴趣·爱好”／“甲·乙”，（（嵌套））。”。……！",
    "The union's hotline (12351) is open 24 hours; see https://example.org/a/b"
    "?c=d, or ask “here”。中英混排mixed文字text结尾",
};

static struct paragraph *make(const char *text, size_t length,
                              enum font_family family, enum font_weight weight,
                              int size, const struct paragraph_style *style)
{
    const struct text_run run = {
        0, (uint32_t)length, {family, weight, size}, 7};
    return paragraph_new(fonts, text, length, &run, 1, style);
}

static struct paragraph *make_plain(const char *text)
{
    static const struct paragraph_style style = {0};
    return make(text, strlen(text), FONT_SANS, FONT_REGULAR, SIZE, &style);
}

static int natural(const char *text)
{
    struct paragraph *p = make_plain(text);
    int width = paragraph_natural_width(p);
    paragraph_free(p);
    return width;
}

/* ---- kinsoku at every width ---- */

#define NOT_FIRST "、，。：；？！”’）》〉」』】〗〕］｝–～-·・‧／…,.;:!?)]}%％"
#define NOT_LAST "“‘（《〈「『【〖〔［｛／([{"

static bool is_one_of(const char *set, uint32_t code)
{
    size_t length = strlen(set);
    for (size_t at = 0; at < length;) {
        if (utf8_next(set, length, &at) == code)
            return true;
    }
    return false;
}

static uint32_t first_code(const char *text, struct text_line line)
{
    size_t at = line.start;
    return utf8_next(text, line.end, &at);
}

/* The last character that is not a space. */
static uint32_t last_code(const char *text, struct text_line line)
{
    uint32_t last = 0;
    for (size_t at = line.start; at < line.end;) {
        uint32_t code = utf8_next(text, line.end, &at);
        if (code != ' ' && code != '\n')
            last = code;
    }
    return last;
}

static bool splits_unit(const char *text, struct text_line line)
{
    uint32_t last = last_code(text, line);
    size_t at = line.end;
    if (!text[at])
        return false;
    uint32_t next = utf8_next(text, strlen(text), &at);
    return last == next && (last == 0x2014 || last == 0x2026);
}

/* A line could always have ended between two Han. */
static bool has_regular_break(const char *text, struct text_line line)
{
    bool han = false;
    for (size_t at = line.start; at < line.end;) {
        bool before = han;
        han = utf8_is_han(utf8_next(text, line.end, &at));
        if (before && han)
            return true;
    }
    return false;
}

/* From this many em on every unit of the samples fits; the longest is
 * 套））。”。……！ */
#define FREE_EM 7

/* A mark out of place is excused only on a line that had no other break. */
static void check_line(const char *text, int width, struct text_line line,
                       struct text_line before, bool last)
{
    bool start = is_one_of(NOT_FIRST, first_code(text, line));
    bool end = (!last && is_one_of(NOT_LAST, last_code(text, line))) ||
               splits_unit(text, line);
    bool excused = width < FREE_EM * SIZE &&
                   !(start && has_regular_break(text, before)) &&
                   !(end && has_regular_break(text, line));
    if ((start || end) && !excused)
        fail_msg("forbidden line %s at %d px, byte %u: %s",
                 start ? "start" : "end", width, (unsigned)line.start, text);
}

static void check_width(struct paragraph *p, const char *text, int width)
{
    size_t count = paragraph_line_count(p);
    struct text_line before = {0};
    for (size_t i = 0; i < count; i++) {
        struct text_line line = paragraph_line(p, i);
        assert_int_equal(line.start, before.end);
        assert_true(line.end > line.start);
        check_line(text, width, line, before, i + 1 == count);
        if (width >= FREE_EM * SIZE)
            assert_true(line.x + line.width <= width);
        before = line;
    }
    assert_int_equal(before.end, strlen(text));
}

static void test_no_forbidden_line_ends(void **state)
{
    static const struct paragraph_style styles[] = {
        {.align = ALIGN_LEFT},
        {.align = ALIGN_JUSTIFY, .indent_em = 2},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples) * COUNT_OF(styles); i++) {
        const char *text = samples[i / COUNT_OF(styles)];
        struct paragraph *p =
            make(text, strlen(text), (enum font_family)(i % FONT_FAMILY_COUNT),
                 FONT_REGULAR, SIZE, &styles[i % COUNT_OF(styles)]);
        for (int width = SIZE; width <= 40 * SIZE; width++) {
            paragraph_set_width(p, width);
            check_width(p, text, width);
        }
        paragraph_free(p);
    }
}

/* Pure Chinese never falls short of the measure but on the last line. */
static void test_justified_lines_are_exact(void **state)
{
    const struct paragraph_style style = {.align = ALIGN_JUSTIFY,
                                          .indent_em = 2};
    (void)state;
    for (size_t s = 0; s < 2; s++) {
        struct paragraph *p = make(samples[s], strlen(samples[s]), FONT_SERIF,
                                   FONT_REGULAR, 37, &style);
        for (int width = 8 * 37; width <= 40 * 37; width++) {
            paragraph_set_width(p, width);
            for (size_t i = 0; i + 1 < paragraph_line_count(p); i++) {
                struct text_line line = paragraph_line(p, i);
                assert_int_equal(line.x, i ? 0 : 2 * 37);
                assert_int_equal(line.x + line.width, width);
            }
        }
        paragraph_free(p);
    }
}

/* What must stay whole stays whole wherever it fits. */
static void test_unbroken_units(void **state)
{
    static const char *const units[] = {
        "50%",  "3.14",     "3,000",      "0851-85661773", "10:30", "10：30",
        "C++",  "——",       "……",         "don’t",         "￥300", "25℃",
        "50％", "1,234.56", "甲·",        "（甲）",        "“甲”",  "1–3",
        "1～3", "-5℃",      "2024—2026",  "30%～50%",      "No.5",  "№5",
        "A4",   "GB/T",     "2026-11-25",
    };
    (void)state;
    for (size_t u = 0; u < COUNT_OF(units); u++) {
        char text[128];
        snprintf(text, sizeof(text), "汉字汉字汉字%s汉字汉字", units[u]);
        struct paragraph *p = make_plain(text);
        uint32_t start = (uint32_t)strlen("汉字汉字汉字");
        uint32_t end = start + (uint32_t)strlen(units[u]);
        int needs = natural(units[u]) + SIZE;
        for (int width = needs; width < 12 * SIZE; width++) {
            paragraph_set_width(p, width);
            for (size_t i = 0; i < paragraph_line_count(p); i++) {
                struct text_line line = paragraph_line(p, i);
                if (line.end > start && line.end < end)
                    fail_msg("%s is broken at %d px", units[u], width);
            }
        }
        paragraph_free(p);
    }
}

/* Wider than the line: broken rather than running out of the column. */
static void test_forced_breaks(void **state)
{
    static const char *const texts[] = {
        "Donaudampfschifffahrtsgesellschaft", "，，，，，，，，，，，，，",
        "（（（（（（（（（（", "8513333333333333333333"};
    (void)state;
    for (size_t t = 0; t < COUNT_OF(texts); t++) {
        struct paragraph *p = make_plain(texts[t]);
        for (int width = SIZE; width < 12 * SIZE; width++) {
            paragraph_set_width(p, width);
            for (size_t i = 0; i < paragraph_line_count(p); i++)
                assert_true(paragraph_line(p, i).width <= width);
        }
        paragraph_free(p);
    }
}

/* ---- widths ---- */

static void test_two_em_units(void **state)
{
    static const struct {
        const char *with, *without;
    } cases[] = {
        {"——", ""},         {"……", ""},         {"——中", "中"},
        {"中——文", "中文"}, {"A——B", "AB"},     {"中……文", "中文"},
        {"A……B", "AB"},     {"1——2", "12"},     {"中——", "中"},
        {"，……中", "，中"}, {"，——中", "，中"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases) * 4; i++) {
        const struct paragraph_style style = {0};
        int width[2];
        for (int k = 0; k < 2; k++) {
            const char *text = k ? cases[i / 4].without : cases[i / 4].with;
            struct paragraph *p =
                make(text, strlen(text), (enum font_family)(i & 1),
                     (enum font_weight)(i >> 1 & 1), 100, &style);
            width[k] = paragraph_natural_width(p);
            paragraph_free(p);
        }
        /* A kerning pair of the letters is no part of the unit. */
        if (width[0] - width[1] < 198 || width[0] - width[1] > 202)
            fail_msg("%s: %d px", cases[i / 4].with, width[0] - width[1]);
    }
}

static void test_mark_widths(void **state)
{
    static const struct {
        const char *text;
        double em;
    } cases[] = {
        {"中）。文", 3.5},  {"中，“文", 3.5},  {"中」「文", 3.5},
        {"中。”（文", 4.0}, {"中！”文", 3.5},  {"中？！文", 3.0},
        {"中：“文", 3.5},   {"（（文", 2.0},   {"中。", 1.5},
        {"“中", 1.5},       {"“中”", 2.0},     {"中·文", 2.5},
        {"中，文", 3.0},    {"（“中”）", 3.0}, {"中·“文”", 3.5},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases) * 2; i++) {
        const struct paragraph_style style = {0};
        const char *text = cases[i / 2].text;
        struct paragraph *p =
            make(text, strlen(text), (enum font_family)(i & 1), FONT_REGULAR,
                 100, &style);
        int width = paragraph_natural_width(p);
        int wanted = (int)(cases[i / 2].em * 100);
        if (width != wanted)
            fail_msg("%s: %d, not %d", text, width, wanted);
        paragraph_free(p);
    }
}

static void test_autospace(void **state)
{
    static const struct {
        const char *text, *parts[3];
        int gaps;
    } cases[] = {
        {"中A", {"中", "A"}, 1},
        {"A中", {"A", "中"}, 1},
        {"中A文", {"中", "A", "文"}, 2},
        {"中3文", {"中", "3", "文"}, 2},
        {"中50%文", {"中", "50%", "文"}, 2},
        {"中 A", {"中", " A"}, 0},
        {"中，A", {"中，"}, 0},
        {"A，中", {"A"}, 0},
        {"中（A", {"中（"}, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct paragraph *p = make_plain(cases[i].text);
        paragraph_set_width(p, 1000);
        size_t count;
        const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
        int sum = 0, end = glyphs[count - 1].x;
        for (int k = 0; k < 3 && cases[i].parts[k]; k++)
            sum += natural(cases[i].parts[k]);
        if (cases[i].parts[1])
            assert_in_range(paragraph_natural_width(p),
                            sum + cases[i].gaps * SIZE / 4 - 2,
                            sum + cases[i].gaps * SIZE / 4 + 1);
        else
            assert_true(end <
                        (int)utf8_count(cases[i].text, strlen(cases[i].text)) *
                            SIZE);
        paragraph_free(p);
    }
}

static void test_no_autospace_at_line_start(void **state)
{
    struct paragraph *p = make_plain("中文ABCDEF");
    size_t count;
    (void)state;
    paragraph_set_width(p, natural("ABCDEF"));
    assert_int_equal(paragraph_line_count(p), 2);
    assert_int_equal(paragraph_glyphs(p, 1, &count)[0].x, 0);
    assert_int_equal(paragraph_line(p, 0).width, 2 * SIZE);
    paragraph_free(p);
}

static void test_mark_at_line_end_is_half_wide(void **state)
{
    struct paragraph *p = make_plain("汉字汉字，汉字汉字。");
    (void)state;
    paragraph_set_width(p, 4 * SIZE + SIZE / 2);
    assert_int_equal(paragraph_line_count(p), 2);
    assert_int_equal(paragraph_line(p, 0).width, 4 * SIZE + SIZE / 2);
    paragraph_set_width(p, 5 * SIZE);
    assert_int_equal(paragraph_line(p, 0).width, 4 * SIZE + SIZE / 2);
    paragraph_free(p);
}

static void test_opening_mark_at_line_start(void **state)
{
    struct paragraph *p = make_plain("汉字汉字“汉字汉字");
    size_t count;
    (void)state;
    paragraph_set_width(p, 4 * SIZE + SIZE / 2);
    assert_int_equal(paragraph_line_count(p), 2);
    assert_int_equal(paragraph_line(p, 1).width, 4 * SIZE + SIZE / 2);
    assert_int_equal(paragraph_glyphs(p, 1, &count)[0].x, -SIZE / 2);
    paragraph_free(p);
}

/* ---- cutting ---- */

static void test_ellipsis(void **state)
{
    const struct paragraph_style style = {.max_lines = 2,
                                          .align = ALIGN_JUSTIFY};
    (void)state;
    for (size_t s = 0; s < 3; s++) {
        struct paragraph *p = make(samples[s], strlen(samples[s]), FONT_SANS,
                                   FONT_REGULAR, SIZE, &style);
        for (int width = 4 * SIZE; width < 20 * SIZE; width++) {
            paragraph_set_width(p, width);
            assert_int_equal(paragraph_line_count(p), 2);
            assert_true(paragraph_truncated(p));
            struct text_line line = paragraph_line(p, 1);
            assert_true(line.x + line.width <= width);
            assert_false(
                is_one_of(NOT_LAST "，。、：；", last_code(samples[s], line)));
            size_t count;
            const struct placed_glyph *glyphs = paragraph_glyphs(p, 1, &count);
            assert_int_equal(glyphs[count - 1].cluster, line.end);
            assert_true(line.end > line.start);
            if (width >= FREE_EM * SIZE)
                assert_false(
                    is_one_of(NOT_FIRST, first_code(samples[s], line)));
        }
        paragraph_set_width(p, 100000);
        assert_false(paragraph_truncated(p));
        assert_int_equal(paragraph_line_count(p), 1);
        paragraph_free(p);
    }
}

static void test_forced_lines(void **state)
{
    struct paragraph *p = make_plain("一二\n三\n\n四\n");
    (void)state;
    paragraph_set_width(p, 1000);
    assert_int_equal(paragraph_line_count(p), 5);
    assert_int_equal(paragraph_natural_width(p), 2 * SIZE);
    assert_int_equal(paragraph_line(p, 1).start, 7);
    assert_int_equal(paragraph_line(p, 1).end, 11);
    assert_int_equal(paragraph_height(p), 5 * SIZE * 3 / 2);
    paragraph_free(p);
    p = make_plain("");
    paragraph_set_width(p, 1000);
    assert_int_equal(paragraph_line_count(p), 1);
    paragraph_free(p);
}

static void test_alignment(void **state)
{
    static const struct {
        enum text_align align;
        int x;
    } cases[] = {{ALIGN_LEFT, 0},
                 {ALIGN_CENTER, 3 * SIZE},
                 {ALIGN_RIGHT, 6 * SIZE},
                 {ALIGN_JUSTIFY, 0}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct paragraph_style style = {.align = cases[i].align};
        struct paragraph *p =
            make("汉字汉字", 12, FONT_SANS, FONT_REGULAR, SIZE, &style);
        size_t count;
        paragraph_set_width(p, 10 * SIZE);
        assert_int_equal(paragraph_line(p, 0).x, cases[i].x);
        assert_int_equal(paragraph_glyphs(p, 0, &count)[0].x, cases[i].x);
        assert_int_equal(paragraph_line(p, 0).width, 4 * SIZE);
        paragraph_free(p);
    }
}

/* At every width, also where a word that is wider than the line is in the way
 * and letters behind an ideograph start the line. */
static void test_right_edge(void **state)
{
    static const char text[] =
        "驿站abcdefghijklmnopqrstuvwxyz热线abc开放abc全天abc服务abc职工";
    const struct paragraph_style style = {.align = ALIGN_RIGHT};
    struct paragraph *p =
        make(text, strlen(text), FONT_SANS, FONT_REGULAR, SIZE, &style);
    (void)state;
    for (int width = 3 * SIZE; width < 30 * SIZE; width += 2) {
        paragraph_set_width(p, width);
        for (size_t i = 0; i < paragraph_line_count(p); i++) {
            struct text_line line = paragraph_line(p, i);
            assert_in_range(line.x + line.width, width - 1, width + 1);
        }
    }
    paragraph_free(p);
}

/* Lines up to a word that is wider than the measure are the same whatever
 * comes behind it, however much that is. */
static void test_before_a_wide_word(void **state)
{
    static const char text[] =
        "他说：“驿站（全省）有热水、微波炉、充电器，为司机、骑手服务，”又说：“"
        "免费。”pneumonoultramicroscopicsilicovolcanoconiosis";
    static const char more[] = " of it";
    enum { MORE = 2000 };
    const struct paragraph_style style = {.align = ALIGN_JUSTIFY};
    size_t length = strlen(text);
    char *longer = xmalloc(length + MORE * strlen(more));
    (void)state;
    memcpy(longer, text, length);
    for (size_t i = 0; i < MORE; i++)
        memcpy(longer + length + i * strlen(more), more, strlen(more));
    struct paragraph *p =
        make(text, length, FONT_SANS, FONT_REGULAR, SIZE, &style);
    struct paragraph *q = make(longer, length + MORE * strlen(more), FONT_SANS,
                               FONT_REGULAR, SIZE, &style);
    uint32_t word = (uint32_t)(strstr(text, "pneu") - text);
    for (int width = 6 * SIZE; width < 20 * SIZE; width++) {
        paragraph_set_width(p, width);
        paragraph_set_width(q, width);
        struct text_line line;
        size_t i = 0;
        do {
            line = paragraph_line(p, i);
            assert_int_equal(line.start, paragraph_line(q, i++).start);
        } while (line.start < word && line.end < length);
    }
    paragraph_free(p);
    paragraph_free(q);
    free(longer);
}

/* An ideograph that only Sans has, and what a joiner binds to it, are in Sans;
 * what comes behind is the Serif text it was. */
static void test_joined_ideographs(void **state)
{
    static const char joined[] = "\xF0\xA0\x80\xA4\xE2\x80\x8D" /* 𠀤, joiner */
                                 "汉字工会";
    const struct paragraph_style style = {0};
    struct paragraph *p =
        make(joined, strlen(joined), FONT_SERIF, FONT_REGULAR, SIZE, &style);
    struct paragraph *q = make("字工会", strlen("字工会"), FONT_SERIF,
                               FONT_REGULAR, SIZE, &style);
    size_t count, all;
    (void)state;
    paragraph_set_width(p, 20 * SIZE);
    paragraph_set_width(q, 20 * SIZE);
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &all);
    struct placed_glyph last[3];
    memcpy(last, glyphs + all - 3, sizeof(last));
    glyphs = paragraph_glyphs(q, 0, &count);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(last[i].font, glyphs[i].font);
        assert_int_equal(last[i].glyph, glyphs[i].glyph);
    }
    paragraph_free(p);
    paragraph_free(q);
}

/* Forty marks in a row are more than a stack, and stay on the page. */
static void test_many_exclamations(void **state)
{
    enum { COUNT = 40, MEASURE = 10 * SIZE };
    char text[3 * COUNT + 1] = "";
    (void)state;
    for (int i = 0; i < COUNT; i++)
        memcpy(text + 3 * i, "！", 4);
    struct paragraph *p = make_plain(text);
    paragraph_set_width(p, MEASURE);
    assert_in_range(paragraph_line_count(p), 2, 3);
    assert_in_range(paragraph_width(p), 1, MEASURE);
    paragraph_free(p);
}

/* Natural width is the width that needs no break. */
static void test_natural_width_fits(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        struct paragraph *p = make_plain(samples[i]);
        int width = paragraph_natural_width(p);
        paragraph_set_width(p, width);
        assert_int_equal(paragraph_line_count(p), 1);
        assert_in_range(paragraph_width(p), width - 1, width);
        paragraph_set_width(p, width - 1);
        assert_int_equal(paragraph_line_count(p), 2);
        paragraph_free(p);
    }
}

/* ---- questions ---- */

static void test_hit_and_range(void **state)
{
    const struct paragraph_style style = {.align = ALIGN_JUSTIFY,
                                          .indent_em = 2};
    const char *text = samples[2];
    uint32_t length = (uint32_t)strlen(text);
    struct paragraph *p =
        make(text, length, FONT_SANS, FONT_REGULAR, SIZE, &style);
    (void)state;
    for (int width = 6 * SIZE; width < 20 * SIZE; width += 7) {
        paragraph_set_width(p, width);
        for (size_t at = 0; at < length;) {
            uint32_t start = (uint32_t)at;
            struct text_rect rect[2];
            utf8_next(text, length, &at);
            size_t n = paragraph_range(p, start, (uint32_t)at, rect, 2);
            if (n == 0)
                continue; /* a space at a line end */
            bool inside;
            assert_int_equal(n, 1);
            uint32_t hit = paragraph_hit(p, rect[0].x + rect[0].width / 2,
                                         rect[0].y + 1, &inside);
            assert_int_equal(hit, start);
            assert_true(inside);
        }
        struct text_rect all[64];
        assert_int_equal(paragraph_range(p, 0, length, all, 64),
                         paragraph_line_count(p));
        bool inside;
        assert_int_equal(paragraph_hit(p, -50, -50, &inside), 0);
        assert_false(inside);
        paragraph_hit(p, 99999, 99999, &inside);
        assert_false(inside);
    }
    paragraph_free(p);
}

/* The boxes of a line's characters, from left to right: none overlaps another,
 * they begin and end with the line, and between two is at most the gap between
 * Han and Latin with what it grew. Whatever point is hit, it is the character
 * whose box is nearest. */
static void check_boxes(struct paragraph *p, const char *text, size_t line)
{
    struct text_line l = paragraph_line(p, line);
    int at_x = l.x, last_x = -1;
    bool inside;
    for (size_t at = l.start; at < l.end;) {
        uint32_t start = (uint32_t)at;
        struct text_rect rects[2];
        utf8_next(text, strlen(text), &at);
        if (!paragraph_range(p, start, (uint32_t)at, rects, 2))
            continue; /* a space at the line end */
        if (rects[0].x == last_x)
            continue; /* the other half of —— */
        last_x = rects[0].x;
        assert_int_equal(rects[0].y, l.top);
        assert_int_equal(rects[0].height, l.height);
        assert_in_range(rects[0].x, at_x, at_x + SIZE * 3 / 2);
        if (start == l.start)
            assert_int_equal(rects[0].x, l.x);
        for (int x = rects[0].x; x < rects[0].x + rects[0].width; x++) {
            assert_int_equal(paragraph_hit(p, x, l.top, &inside), start);
            assert_true(inside);
        }
        at_x = rects[0].x + rects[0].width;
        paragraph_hit(p, at_x, l.top + l.height, &inside);
        assert_false(inside && line + 1 == paragraph_line_count(p));
    }
    assert_int_equal(at_x, l.x + l.width);
}

static void test_boxes(void **state)
{
    static const char *const texts[] = {
        "他问：“工资被拖欠，怎么办？！”答：先保留证据——工资条、考勤记录……再投诉"
        "。"
        "《劳动法》第50条（见附件）：‘不得克扣’。",
        "热线0851，每日10:30；增长50%、3,000人，C++与iPhone "
        "15；“兴趣·爱好”／京－"
        "沪（（嵌套））。”。……！",
        "驿窗在工会驿站，窗前坐着双职工。",
    };
    const struct text_mark ruby[] = {
        {0, 6, MARK_RUBY, "yì chuāng", 0},
        {42, 48, MARK_RUBY, "zhuāngshuàng zhíjiè", 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts) * 2; i++) {
        const char *text = texts[i / 2];
        bool reads = i / 2 == COUNT_OF(texts) - 1;
        const struct paragraph_style style = {.align = ALIGN_JUSTIFY,
                                              .indent_em = i % 2 ? 2 : 0,
                                              .marks = ruby,
                                              .mark_count = reads ? 2 : 0};
        struct paragraph *p =
            make(text, strlen(text), FONT_SERIF, FONT_REGULAR, SIZE, &style);
        for (int width = 6 * SIZE; width < 30 * SIZE; width += 11) {
            paragraph_set_width(p, width);
            for (size_t k = 0; k < paragraph_line_count(p); k++)
                check_boxes(p, text, k);
        }
        paragraph_free(p);
    }
}

/* A finger on the pinyin above a character means the character. */
static void check_ruby_hits(struct paragraph *p, size_t line, size_t *found)
{
    struct placed_glyph above[32];
    size_t count;
    const struct placed_glyph *glyphs = paragraph_ruby(p, line, &count);
    assert_true(count <= COUNT_OF(above));
    for (size_t i = 0; i < count; i++)
        above[i] = glyphs[i];
    for (size_t i = 0, end; i < count; i = end) {
        bool inside;
        for (end = i + 1;
             end < count && above[end].cluster == above[i].cluster;)
            end++;
        int middle = (above[i].x + above[end - 1].x) / 2 + 2;
        assert_int_equal(paragraph_hit(p, middle, above[i].y - 1, &inside),
                         above[i].cluster);
        assert_true(inside);
        ++*found;
    }
}

static void test_ruby_is_hit(void **state)
{
    const char *text = "甲乙丙丁驿窗戊己庚辛";
    const struct text_mark ruby = {12, 18, MARK_RUBY, "yì chuāng", 0};
    const struct paragraph_style style = {
        .line_height_px = 2 * SIZE, .marks = &ruby, .mark_count = 1};
    struct paragraph *p =
        make(text, strlen(text), FONT_SERIF, FONT_REGULAR, SIZE, &style);
    (void)state;
    for (int width = 3 * SIZE; width < 12 * SIZE; width += 7) {
        size_t found = 0;
        paragraph_set_width(p, width);
        for (size_t i = 0; i < paragraph_line_count(p); i++)
            check_ruby_hits(p, i, &found);
        assert_int_equal(found, 2);
    }
    paragraph_free(p);
}

static void test_runs_and_tags(void **state)
{
    const struct text_run runs[] = {
        {0, 6, {FONT_SANS, FONT_REGULAR, 24}, 1},
        {6, 9, {FONT_SANS, FONT_BOLD, 24}, 2},
        {9, 15, {FONT_SERIF, FONT_REGULAR, 30}, 3},
    };
    static const uint32_t tags[] = {1, 1, 2, 3, 3};
    const struct paragraph_style style = {0};
    struct paragraph *p =
        paragraph_new(fonts, "汉字加粗体", 15, runs, 3, &style);
    size_t count;
    (void)state;
    paragraph_set_width(p, 1000);
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(glyphs[i].tag, tags[i]);
    assert_int_equal(glyphs[4].x, 3 * 24 + 30);
    assert_true(glyphs[1].font != glyphs[2].font);
    paragraph_free(p);
}

static void test_hash(void **state)
{
    struct paragraph *a = make_plain("甲乙"), *b = make_plain("甲乙");
    struct paragraph *c = make_plain("甲丙");
    (void)state;
    paragraph_set_width(a, 100);
    paragraph_set_width(b, 100);
    paragraph_set_width(c, 100);
    assert_true(paragraph_hash(a) == paragraph_hash(b));
    assert_true(paragraph_hash(a) != paragraph_hash(c));
    paragraph_set_width(b, 200);
    assert_true(paragraph_hash(a) != paragraph_hash(b));
    paragraph_free(a);
    paragraph_free(b);
    paragraph_free(c);
}

/* ---- hostile text ---- */

static void use_everything(struct paragraph *p)
{
    struct text_rect rects[8];
    bool inside;
    static const int widths[] = {1, SIZE, 5 * SIZE, 33 * SIZE, 1 << 30};
    paragraph_natural_width(p);
    for (size_t w = 0; w < COUNT_OF(widths); w++) {
        uint32_t at = 0;
        paragraph_set_width(p, widths[w]);
        for (size_t i = 0; i < paragraph_line_count(p); i++) {
            size_t count;
            struct text_line line = paragraph_line(p, i);
            assert_int_equal(line.start, at);
            at = line.end;
            paragraph_glyphs(p, i, &count);
        }
        if (!paragraph_truncated(p))
            assert_int_equal(at, strlen(paragraph_text(p)));
        paragraph_hit(p, 50, 50, &inside);
        paragraph_range(p, 0, at / 2, rects, 8);
    }
}

static size_t random_character(char *out)
{
    static const uint32_t ranges[][2] = {
        {0x00, 0xFF},        {0x300, 0x36F},     {0x590, 0x6FF},
        {0x900, 0x97F},      {0xE00, 0xE7F},     {0xF00, 0xFFF},
        {0x1100, 0x11FF},    {0x1800, 0x18AF},   {0x2000, 0x206F},
        {0x20D0, 0x20FF},    {0x2E3A, 0x2E3B},   {0x3000, 0x30FF},
        {0x4E00, 0x4E20},    {0xAC00, 0xAC20},   {0xD800, 0xE010},
        {0xFE00, 0xFE0F},    {0xFF01, 0xFFFF},   {0x1F1E6, 0x1F1FF},
        {0x1F3FB, 0x1F64F},  {0xE0020, 0xE007F}, {0xE0100, 0xE0110},
        {0x10FFF0, 0x10FFFF}};
    const uint32_t *range = ranges[(size_t)rand() % COUNT_OF(ranges)];
    if (rand() % 16 == 0) {
        *out = (char)(rand() & 0xFF);
        return 1;
    }
    return utf8_put(out,
                    range[0] + (uint32_t)rand() % (range[1] - range[0] + 1));
}

static void test_hostile_text(void **state)
{
    unsigned seed = (unsigned)time(NULL);
    (void)state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 400; round++) {
        char text[1024];
        size_t length = 0, wanted = (size_t)rand() % 200;
        struct paragraph_style style = {.max_lines = rand() % 4,
                                        .indent_em = rand() % 3};
        style.align = (enum text_align)(rand() % 4);
        style.strictness = (enum strictness)(rand() % 4);
        style.snap = rand() % 2;
        for (size_t i = 0; i < wanted; i++)
            length += random_character(text + length);
        struct paragraph *p = make(text, length, (enum font_family)(round & 1),
                                   FONT_REGULAR, SIZE, &style);
        use_everything(p);
        paragraph_free(p);
    }
}

static void test_cleaned_text(void **state)
{
    static const struct {
        const char *text, *clean;
    } cases[] = {
        {"a\tb\rc\x7F", "a b c "},
        {"\xC2\x85", "\xC2\xA0"},
        {"\xFF字\xE4\xB8", "\xEF\xBF\xBD字\xEF\xBF\xBD"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct paragraph *p = make_plain(cases[i].text);
        assert_string_equal(paragraph_text(p), cases[i].clean);
        paragraph_free(p);
    }
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Linear, whatever the text is made of: a quadratic loop takes hours here. */
static void test_long_paragraphs(void **state)
{
    static const char *const patterns[] = {"汉字，", "word ", "x", "\n",
                                           "——",     "́",      " ", "مرحبا "};
    const size_t size = 2 << 20;
    char *text = xmalloc(size + 16);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(patterns); i++) {
        size_t length = 0, unit = strlen(patterns[i]);
        while (length < size) {
            memcpy(text + length, patterns[i], unit);
            length += unit;
        }
        double start = seconds();
        struct paragraph *p = make(text, length, FONT_SANS, FONT_REGULAR, SIZE,
                                   &(struct paragraph_style){0});
        double shaped = seconds();
        paragraph_set_width(p, 984);
        double broken = seconds();
        print_message("%-8.8s shape %.2f s, break %.2f s, %zu lines\n",
                      patterns[i], shaped - start, broken - shaped,
                      paragraph_line_count(p));
        assert_true(broken - start < 60);
        paragraph_free(p);
    }
    free(text);
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
        cmocka_unit_test(test_no_forbidden_line_ends),
        cmocka_unit_test(test_justified_lines_are_exact),
        cmocka_unit_test(test_unbroken_units),
        cmocka_unit_test(test_forced_breaks),
        cmocka_unit_test(test_two_em_units),
        cmocka_unit_test(test_mark_widths),
        cmocka_unit_test(test_autospace),
        cmocka_unit_test(test_no_autospace_at_line_start),
        cmocka_unit_test(test_mark_at_line_end_is_half_wide),
        cmocka_unit_test(test_opening_mark_at_line_start),
        cmocka_unit_test(test_ellipsis),
        cmocka_unit_test(test_forced_lines),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_right_edge),
        cmocka_unit_test(test_before_a_wide_word),
        cmocka_unit_test(test_joined_ideographs),
        cmocka_unit_test(test_many_exclamations),
        cmocka_unit_test(test_natural_width_fits),
        cmocka_unit_test(test_hit_and_range),
        cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_ruby_is_hit),
        cmocka_unit_test(test_runs_and_tags),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_hostile_text),
        cmocka_unit_test(test_cleaned_text),
        cmocka_unit_test(test_long_paragraphs),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
