/* test_interlinear.c - where dots, lines, pinyin and numbers stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/paragraph.h"

enum { SIZE = 38, LINE_HEIGHT = 67 };

static struct fonts *fonts;

static struct paragraph *make(const char *text, const struct text_mark *marks,
                              size_t count, enum text_align align)
{
    const struct text_run run = {
        0, (uint32_t)strlen(text), {FONT_SERIF, FONT_REGULAR, SIZE}, 3};
    const struct paragraph_style style = {.line_height_px = LINE_HEIGHT,
                                          .align = align,
                                          .marks = marks,
                                          .mark_count = count};
    return paragraph_new(fonts, text, strlen(text), &run, 1, &style);
}

/* The bytes of `part` in `text`. */
static struct text_mark mark_of(const char *text, const char *part,
                                enum text_mark_kind kind, const char *ruby)
{
    const char *at = strstr(text, part);
    assert_non_null(at);
    uint32_t start = (uint32_t)(at - text);
    return (struct text_mark){start, start + (uint32_t)strlen(part), kind, ruby,
                              0};
}

static int distance(int a, int b)
{
    return a < b ? b - a : a - b;
}

/* ---- dots ---- */

/* One dot a Han character, its centre below the character's, wherever
 * justification put that. */
static void check_dots(struct paragraph *p, size_t line, size_t *dots_out)
{
    size_t glyph_count, count, next = 0;
    struct text_line box = paragraph_line(p, line);
    struct placed_glyph glyphs[64];
    const struct placed_glyph *placed = paragraph_glyphs(p, line, &glyph_count);
    assert_in_range(glyph_count, 1, COUNT_OF(glyphs));
    memcpy(glyphs, placed, glyph_count * sizeof(*glyphs));
    const struct placed_mark *marks = paragraph_marks(p, line, &count);
    for (size_t i = 0; i < glyph_count; i++) {
        size_t at = glyphs[i].cluster;
        if (!utf8_is_han(
                utf8_next(paragraph_text(p), strlen(paragraph_text(p)), &at)))
            continue;
        assert_true(next < count);
        const struct placed_mark *dot = &marks[next++];
        assert_int_equal(dot->kind, MARK_DOTS);
        assert_int_equal(dot->tag, 3);
        assert_int_equal(dot->width, dot->height);
        assert_true(distance(2 * dot->x + dot->width, 2 * glyphs[i].x + SIZE) <=
                    1);
        assert_true(dot->y > box.baseline + SIZE * 12 / 100);
        assert_true(dot->y + dot->height <= box.top + box.height);
    }
    assert_int_equal(next, count);
    *dots_out += count;
}

static void test_dots(void **state)
{
    static const char text[] =
        "拖欠工资45天以上的，（iPhone）先存证据，再到窗口来！“投诉”不收费。";
    const struct text_mark all = {0, sizeof(text) - 1, MARK_DOTS, NULL, 0};
    struct paragraph *p = make(text, &all, 1, ALIGN_JUSTIFY);
    (void)state;
    for (int width = SIZE; width < 30 * SIZE; width += 17) {
        size_t dots = 0;
        paragraph_set_width(p, width);
        for (size_t i = 0; i < paragraph_line_count(p); i++)
            check_dots(p, i, &dots);
        assert_int_equal(dots, 22);
    }
    paragraph_free(p);
}

/* ---- lines ---- */

static void test_lines_apart(void **state)
{
    static const char text[] = "王进喜孟泰和铁人";
    const struct text_mark marks[] = {
        mark_of(text, "王进喜", MARK_LINE, NULL),
        mark_of(text, "孟泰", MARK_LINE, NULL),
        mark_of(text, "铁人", MARK_WAVE, NULL),
    };
    struct paragraph *p = make(text, marks, COUNT_OF(marks), ALIGN_LEFT);
    size_t count;
    (void)state;
    paragraph_set_width(p, 1000);
    int baseline = paragraph_line(p, 0).baseline;
    const struct placed_mark *placed = paragraph_marks(p, 0, &count);
    assert_int_equal(count, 3);
    int gap = placed[1].x - placed[0].x - placed[0].width;
    assert_in_range(gap, SIZE / 8, SIZE / 3);
    assert_int_equal(placed[0].x + placed[0].width / 2, 3 * SIZE / 2);
    assert_int_equal(placed[2].x, 6 * SIZE + gap / 2);
    assert_int_equal(placed[2].kind, MARK_WAVE);
    for (size_t i = 0; i < count; i++)
        assert_true(placed[i].y > baseline + SIZE * 12 / 100);
    paragraph_free(p);
}

/* Cut by the end of a line, a name's line goes on to that end. */
static void test_line_over_two_lines(void **state)
{
    static const char text[] = "甲乙丙丁戊己";
    const struct text_mark mark = mark_of(text, "丙丁戊", MARK_LINE, NULL);
    struct paragraph *p = make(text, &mark, 1, ALIGN_LEFT);
    size_t count;
    (void)state;
    paragraph_set_width(p, 4 * SIZE);
    const struct placed_mark *placed = paragraph_marks(p, 0, &count);
    assert_int_equal(count, 1);
    assert_true(placed->x > 2 * SIZE);
    assert_int_equal(placed->x + placed->width, 4 * SIZE);
    placed = paragraph_marks(p, 1, &count);
    assert_int_equal(count, 1);
    assert_int_equal(placed->x, 0);
    assert_true(placed->width < SIZE);
    paragraph_free(p);
}

static void test_dot_below_line(void **state)
{
    static const char text[] = "全国劳模王进喜";
    const struct text_mark marks[] = {
        {0, sizeof(text) - 1, MARK_DOTS, NULL, 0},
        mark_of(text, "王进喜", MARK_LINE, NULL),
    };
    struct paragraph *p = make(text, marks, 2, ALIGN_LEFT);
    size_t count;
    (void)state;
    paragraph_set_width(p, 1000);
    const struct placed_mark *placed = paragraph_marks(p, 0, &count);
    assert_int_equal(count, 8);
    const struct placed_mark *line = &placed[7];
    assert_int_equal(line->kind, MARK_LINE);
    for (int i = 4; i < 7; i++)
        assert_true(placed[i].y > line->y + line->height);
    for (int i = 0; i < 4; i++)
        assert_true(placed[i].y < placed[4].y);
    paragraph_free(p);
}

/* ---- numbers of notes ---- */

static struct paragraph *make_note(const char *text, const char *number)
{
    enum { SMALL = SIZE * 62 / 100 };
    struct text_mark mark = mark_of(text, number, MARK_RAISED, NULL);
    uint32_t length = (uint32_t)strlen(text);
    const struct text_run runs[] = {
        {0, mark.start, {FONT_SERIF, FONT_REGULAR, SIZE}, 0},
        {mark.start, mark.end, {FONT_SERIF, FONT_REGULAR, SMALL}, 1},
        {mark.end, length, {FONT_SERIF, FONT_REGULAR, SIZE}, 0},
    };
    const struct paragraph_style style = {.marks = &mark, .mark_count = 1};
    return paragraph_new(fonts, text, length, runs, 3, &style);
}

/* Smaller, raised, and at no distance from what it belongs to. */
static void test_number_is_raised(void **state)
{
    struct paragraph *p = make_note("不收费12工友", "12");
    size_t count;
    (void)state;
    paragraph_set_width(p, 1000);
    int baseline = paragraph_line(p, 0).baseline;
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    assert_int_equal(count, 7);
    assert_int_equal(glyphs[2].y, baseline);
    assert_int_equal(glyphs[3].x, 3 * SIZE);
    for (int i = 3; i < 5; i++) {
        assert_in_range(baseline - glyphs[i].y, SIZE / 4, SIZE / 2);
        assert_true((glyphs[i].font & 0xFFFF) < SIZE * 2 / 3);
    }
    assert_true(glyphs[5].x - glyphs[4].x < SIZE / 2);
    assert_int_equal(glyphs[5].y, baseline);
    paragraph_free(p);
}

/* After a mark it stands in the mark's blank half. */
static void test_number_after_a_mark(void **state)
{
    struct paragraph *p = make_note("不收费。1工友", "1");
    size_t count;
    (void)state;
    paragraph_set_width(p, 1000);
    assert_int_equal(paragraph_glyphs(p, 0, &count)[4].x, 3 * SIZE + SIZE / 2);
    paragraph_free(p);
}

static void test_number_never_starts_a_line(void **state)
{
    static const char text[] = "劳动争议仲裁不收费1当事人的申请";
    struct paragraph *p = make_note(text, "1");
    (void)state;
    for (int width = SIZE; width < 18 * SIZE; width += 7) {
        paragraph_set_width(p, width);
        for (size_t i = 0; i < paragraph_line_count(p); i++)
            assert_int_not_equal(text[paragraph_line(p, i).start], '1');
    }
    paragraph_free(p);
}

/* ---- pinyin ---- */

struct syllable {
    int left, right, centre2; /* px; twice the centre of its character */
};

static int natural_width(const char *text, size_t length, uint32_t font)
{
    const struct text_run run = {
        0,
        (uint32_t)length,
        {FONT_SANS, FONT_REGULAR, (int)(font & 0xFFFF)},
        0};
    struct paragraph *p = paragraph_new(fonts, text, length, &run, 1,
                                        &(struct paragraph_style){0});
    int width = paragraph_natural_width(p);
    paragraph_free(p);
    return width;
}

/* The syllables of line 0, of which `pinyin` has all. */
static size_t syllables_of(struct paragraph *p, const char *pinyin,
                           struct syllable *out)
{
    struct placed_glyph base[64], above[64];
    size_t base_count, above_count, count = 0;
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &base_count);
    memcpy(base, glyphs, base_count * sizeof(*base));
    glyphs = paragraph_ruby(p, 0, &above_count);
    assert_in_range(above_count, 1, COUNT_OF(above));
    memcpy(above, glyphs, above_count * sizeof(*above));
    for (size_t i = 0; i < above_count; i++) {
        if (i && above[i].cluster == above[i - 1].cluster)
            continue;
        size_t length = strcspn(pinyin, " "), b = 0;
        while (base[b].cluster != above[i].cluster)
            b++;
        out[count].left = above[i].x;
        out[count].right =
            above[i].x + natural_width(pinyin, length, above[i].font);
        out[count++].centre2 = 2 * base[b].x + SIZE;
        pinyin += length + (pinyin[length] == ' ');
        assert_true(above[i].y < base[b].y - SIZE * 88 / 100);
        assert_in_range(above[i].font & 0xFFFF, SIZE * 2 / 5, SIZE / 2);
    }
    return count;
}

static void test_ruby(void **state)
{
    static const char text[] = "来到装床双劳动云岩区驿窗前";
    const struct text_mark marks[] = {
        mark_of(text, "装床双劳动", MARK_RUBY, "zhuāng chuáng shuāng láo dòng"),
        mark_of(text, "驿窗", MARK_RUBY, "yì chuāng"),
    };
    struct syllable all[8];
    struct paragraph *p = make(text, marks, 2, ALIGN_LEFT);
    (void)state;
    paragraph_set_width(p, 2000);
    assert_int_equal(
        syllables_of(p, "zhuāng chuáng shuāng láo dòng yì chuāng", all), 7);
    for (size_t i = 0; i < 7; i++) {
        assert_true(distance(all[i].left + all[i].right, all[i].centre2) <= 2);
        assert_true(!i || all[i].left - all[i - 1].right >= SIZE / 4);
    }
    paragraph_free(p);
}

/* At the ends of the measure it stays inside, and still apart. */
static void test_ruby_at_the_edges(void **state)
{
    static const char text[] = "装床和工友庄";
    const struct text_mark marks[] = {
        mark_of(text, "装床", MARK_RUBY, "zhuāng chuáng"),
        mark_of(text, "庄", MARK_RUBY, "zhuāng"),
    };
    struct syllable all[4];
    struct paragraph *p = make(text, marks, 2, ALIGN_LEFT);
    (void)state;
    int width = paragraph_natural_width(p);
    paragraph_set_width(p, width);
    assert_int_equal(paragraph_line_count(p), 1);
    assert_int_equal(syllables_of(p, "zhuāng chuáng zhuāng", all), 3);
    assert_int_equal(all[0].left, 0);
    assert_int_equal(all[2].right, width);
    for (size_t i = 1; i < 3; i++)
        assert_true(all[i].left - all[i - 1].right >= SIZE / 4);
    paragraph_free(p);
}

/* Two that are wider than their characters, at the end of a line: the one
 * before gives way. */
static void test_ruby_gives_way(void **state)
{
    static const char text[] = "来到贵阳市装床";
    const struct text_mark mark =
        mark_of(text, "装床", MARK_RUBY, "zhuāng chuáng");
    struct syllable all[2];
    struct paragraph *p = make(text, &mark, 1, ALIGN_LEFT);
    (void)state;
    int width = paragraph_natural_width(p);
    paragraph_set_width(p, width);
    assert_int_equal(paragraph_line_count(p), 1);
    assert_int_equal(syllables_of(p, "zhuāng chuáng", all), 2);
    assert_int_equal(all[1].right, width);
    assert_true(all[1].left - all[0].right >= SIZE / 4);
    paragraph_free(p);
}

/* Above its characters, which stand in the line from right to left. */
static void test_ruby_in_text_from_right_to_left(void **state)
{
    static const char text[] = "שלום 驿窗 שלום 工会 שלום";
    const struct text_mark marks[] = {
        mark_of(text, "驿窗", MARK_RUBY, "yì chuāng"),
        mark_of(text, "工会", MARK_RUBY, "gōng huì"),
    };
    struct syllable all[4];
    struct paragraph *p = make(text, marks, 2, ALIGN_LEFT);
    (void)state;
    paragraph_set_width(p, 1000);
    assert_int_equal(syllables_of(p, "yì chuāng gōng huì", all), 4);
    assert_true(all[2].left < all[0].left);
    for (size_t i = 0; i < 4; i++)
        assert_true(distance(all[i].left + all[i].right, all[i].centre2) <= 2);
    paragraph_free(p);
}

/* Lines keep their distance; digits and marks have no pinyin; what there is
 * too much of is left out. */
static void test_ruby_keeps_the_line_gap(void **state)
{
    static const char text[] = "第3条，劳动者享有平等就业的权利";
    const struct text_mark mark = {0, sizeof(text) - 1, MARK_RUBY,
                                   "dì tiáo láo dòng zhě  xiǎng", 0};
    struct paragraph *p = make(text, &mark, 1, ALIGN_JUSTIFY);
    static const uint32_t bases[] = {0, 4, 10, 13, 16, 19};
    size_t found = 0;
    (void)state;
    paragraph_set_width(p, 6 * SIZE);
    assert_true(paragraph_line_count(p) > 2);
    assert_int_equal(paragraph_height(p),
                     (int)paragraph_line_count(p) * LINE_HEIGHT);
    for (size_t i = 0; i < paragraph_line_count(p); i++) {
        size_t count;
        const struct placed_glyph *above = paragraph_ruby(p, i, &count);
        for (size_t g = 0; g < count; g++)
            if (!g || above[g].cluster != above[g - 1].cluster)
                assert_int_equal(above[g].cluster, bases[found++]);
    }
    assert_int_equal(found, COUNT_OF(bases));
    paragraph_free(p);
}

static void test_hash(void **state)
{
    static const char text[] = "驿窗";
    const struct text_mark marks[] = {
        {0, 6, MARK_DOTS, NULL, 0},        {0, 6, MARK_LINE, NULL, 0},
        {0, 6, MARK_RUBY, "yì chuāng", 0}, {0, 6, MARK_RUBY, "yì chuǎng", 0},
        {0, 6, MARK_RUBY, "yìc huǎng", 0},
    };
    struct paragraph *p[COUNT_OF(marks) + 1];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(p); i++) {
        p[i] = make(text, i ? &marks[i - 1] : NULL, i > 0, ALIGN_LEFT);
        paragraph_set_width(p[i], 100);
        for (size_t k = 0; k < i; k++)
            assert_true(paragraph_hash(p[k]) != paragraph_hash(p[i]));
    }
    for (size_t i = 0; i < COUNT_OF(p); i++)
        paragraph_free(p[i]);
}

/* Marks beyond the text, inside characters, over nothing. */
static void test_hostile_marks(void **state)
{
    static const char *const texts[] = {"", "\n", "驿\n窗\n", "abc 驿1\xFF窗。",
                                        "\xEF\xBF\xBC驿\xEF\xBF\xBC"};
    unsigned seed = 5;
    (void)state;
    for (int round = 0; round < 500; round++) {
        const char *text = texts[round % (int)COUNT_OF(texts)];
        struct text_mark marks[3];
        for (size_t i = 0; i < COUNT_OF(marks); i++)
            marks[i] = (struct text_mark){
                (uint32_t)(rand_r(&seed) % 20), (uint32_t)(rand_r(&seed) % 20),
                (enum text_mark_kind)(rand_r(&seed) % 6), "yì  chuāng 1 \xFF",
                7};
        struct paragraph *p = make(text, marks, COUNT_OF(marks), ALIGN_JUSTIFY);
        size_t count;
        paragraph_set_width(p, rand_r(&seed) % 200);
        for (size_t i = 0; i < paragraph_line_count(p); i++) {
            paragraph_glyphs(p, i, &count);
            paragraph_ruby(p, i, &count);
            paragraph_marks(p, i, &count);
        }
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
        cmocka_unit_test(test_dots),
        cmocka_unit_test(test_lines_apart),
        cmocka_unit_test(test_line_over_two_lines),
        cmocka_unit_test(test_dot_below_line),
        cmocka_unit_test(test_number_is_raised),
        cmocka_unit_test(test_number_after_a_mark),
        cmocka_unit_test(test_number_never_starts_a_line),
        cmocka_unit_test(test_ruby),
        cmocka_unit_test(test_ruby_at_the_edges),
        cmocka_unit_test(test_ruby_gives_way),
        cmocka_unit_test(test_ruby_in_text_from_right_to_left),
        cmocka_unit_test(test_ruby_keeps_the_line_gap),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_hostile_marks),
    };
    return cmocka_run_group_tests_name("interlinear", tests, open_fonts,
                                       close_fonts);
}
