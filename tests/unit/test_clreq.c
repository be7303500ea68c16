/* test_clreq.c - the rules of Chinese setting, by their numbers in the table of
 * ARCHITECTURE.md: one by one in small cases, and all together over the text of
 * the bundled edition and, where it is there, over a folder of laws. */
#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/face.h"
#include "fonts/paragraph.h"

#define LAWS "../shared/data/labour-laws"
/* test_clreq SEED takes the paragraphs of another run. */
static unsigned seed;

#define KAI "/usr/share/fonts/truetype/lxgw-wenkai"

static struct fonts *fonts;

static struct paragraph *make(const char *text, int size,
                              struct paragraph_style style)
{
    const struct text_run run = {
        0, (uint32_t)strlen(text), {FONT_SERIF, FONT_REGULAR, size}, 0};
    return paragraph_new(fonts, text, strlen(text), &run, 1, &style);
}

/* The lines of a paragraph, with | between them. */
static const char *show_lines(struct paragraph *p)
{
    static char shown[2048];
    size_t used = 0;
    for (size_t i = 0; i < paragraph_line_count(p); i++) {
        struct text_line line = paragraph_line(p, i);
        int length = snprintf(shown + used, sizeof(shown) - used, "%s%.*s",
                              i ? "|" : "", (int)(line.end - line.start),
                              paragraph_text(p) + line.start);
        used += (size_t)length;
    }
    return shown;
}

static bool is_in(const char *set, uint32_t code)
{
    size_t length = strlen(set);
    for (size_t at = 0; at < length;) {
        if (utf8_next(set, length, &at) == code)
            return true;
    }
    return false;
}

#define EM 32

static void expect_lines(const char *rule, const char *text, double em,
                         struct paragraph_style style, const char *lines)
{
    struct paragraph *p = make(text, EM, style);
    paragraph_set_width(p, (int)(em * EM));
    if (strcmp(show_lines(p), lines) != 0)
        fail_msg("rule %s: %s, not %s", rule, show_lines(p), lines);
    paragraph_free(p);
}

/* ---- where lines end ---- */

static void test_breaks(void **state)
{
    static const struct {
        const char *rule, *text;
        double em;
        const char *lines;
    } cases[] = {
        {"5: two brackets give a comma's half each", "甲（乙）丙丁戊己", 6,
         "甲（乙）丙丁|戊己"},
        {"5: what shrinks away is not broken", "甲，乙，丙丁戊", 6,
         "甲，乙，丙丁戊"},
        {"5, 8: a pair is 1.5 em", "甲乙丙，“丁戊己庚辛", 6,
         "甲乙丙，“丁|戊己庚辛"},
        {"10: a mark that fits at half its width", "甲乙丙丁，戊己庚", 4.5,
         "甲乙丙丁，|戊己庚"},
        {"15: Han and Latin move together", "甲乙丙丁1戊己庚辛壬癸子丑", 11.8,
         "甲乙丙丁1戊己庚辛壬癸|子丑"},
        {"19: not one character alone", "甲乙丙丁戊己庚辛壬", 8,
         "甲乙丙丁戊己庚|辛壬"},
        {"19: nor with its mark", "甲乙丙丁戊己庚辛壬。", 8,
         "甲乙丙丁戊己庚|辛壬。"},
        {"19: two are enough", "甲乙丙丁戊己庚辛壬癸", 8,
         "甲乙丙丁戊己庚辛|壬癸"},
        {"19: a short paragraph", "甲。", 8, "甲。"},
        {"16: a ragged line spares the one before it",
         "甲乙丙丁戊己庚辛壬癸子丑Incomprehensible寅卯", 10,
         "甲乙丙丁戊己庚辛壬癸|子丑|Incomprehensible|寅卯"},
        {"19: behind a word that is longer than the line",
         "Donaudampfschifffahrtsgesellschaft甲乙丙丁戊己", 8,
         "Donaudampfsc|hifffahrtsgesells|chaft甲乙丙丁|戊己"},
        {"24: number and counter", "甲乙丙丁戊己庚2026年壬癸子丑寅卯辰巳", 9,
         "甲乙丙丁戊己庚|2026年壬癸子丑寅|卯辰巳"},
        {"24: the number of an article",
         "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥第46条壬癸", 23,
         "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥|第46条壬癸"},
        {"24: a long range",
         "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥8：00～12：00壬癸", 26,
         "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥|8：00～12：00壬癸"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_lines(cases[i].rule, cases[i].text, cases[i].em,
                     (struct paragraph_style){.align = ALIGN_JUSTIFY},
                     cases[i].lines);
}

/* Each level in a measure where the mark would have to start or end a line. */
static void test_strictness(void **state)
{
    static const struct {
        const char *rule, *text;
        double em;
        const char *lines[4]; /* GB, NONE, BASIC, STRICT */
    } cases[] = {
        {"2: no comma first",
         "甲乙丙丁，戊己庚",
         4,
         {"甲乙丙|丁，戊|己庚", "甲乙丙丁|，戊己庚", "甲乙丙|丁，戊|己庚",
          "甲乙丙|丁，戊|己庚"}},
        {"3: no bracket last",
         "甲乙丙（丁戊己",
         4,
         {"甲乙丙|（丁戊己", "甲乙丙（|丁戊己", "甲乙丙|（丁戊己",
          "甲乙丙|（丁戊己"}},
        {"4: solidus",
         "甲乙／丙丁",
         3,
         {"甲|乙／丙|丁", "甲乙／|丙丁", "甲乙／|丙丁", "甲|乙／丙|丁"}},
        {"4: dash",
         "甲乙丙——丁戊己",
         4,
         {"甲乙丙|——丁|戊己", "甲乙丙|——丁|戊己", "甲乙丙|——丁|戊己",
          "甲乙|丙——丁|戊己"}},
        {"7: never split",
         "甲乙丙……丁戊己",
         4,
         {"甲乙|丙……丁|戊己", "甲乙丙|……丁|戊己", "甲乙|丙……丁|戊己",
          "甲乙|丙……丁|戊己"}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases) * 4; i++) {
        struct paragraph_style style = {.strictness = (enum strictness)(i % 4)};
        expect_lines(cases[i / 4].rule, cases[i / 4].text, cases[i / 4].em,
                     style, cases[i / 4].lines[i % 4]);
    }
}

/* ---- widths ---- */

static int natural(struct fonts *from, const char *text, int size)
{
    const struct text_run run = {
        0, (uint32_t)strlen(text), {FONT_SERIF, FONT_REGULAR, size}, 0};
    struct paragraph *p = paragraph_new(from, text, strlen(text), &run, 1,
                                        &(struct paragraph_style){0});
    int width = paragraph_natural_width(p);
    paragraph_free(p);
    return width;
}

struct width_case {
    const char *rule, *text;
    double em;
};

/* Rule 11, in any face: － and ／ always, the Western ones between Han. */
static const struct width_case half_widths[] = {
    {"11: interpunct", "中·文", 2.5},
    {"11: connector", "中－文", 2.5},
    {"11: connector", "１－２", 2.5},
    {"11: two connectors", "中－文－字", 4.0},
    {"11: hyphen between Han", "中-文", 2.5},
    {"11: en dash between Han", "中–文", 2.5},
    {"11: solidus", "中／文", 2.5},
    {"11: solidus beside a mark", "（中）／（文）", 5.5},
    {"11: wave", "中～文", 3.0},
    {"11: one dash", "中—文", 3.0},
    {"11: dash", "中——文", 4.0},
    {"11: ellipsis", "中……文", 4.0},
};

static void check_widths(struct fonts *from, const struct width_case *cases,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int width = natural(from, cases[i].text, 100);
        int wanted = (int)(cases[i].em * 100);
        if (width < wanted - 1 || width > wanted + 1)
            fail_msg("rule %s: %s is %d, not %d", cases[i].rule, cases[i].text,
                     width, wanted);
    }
}

static void test_widths(void **state)
{
    static const struct width_case cases[] = {
        {"7: two units", "中————文", 6.0},
        {"7: two units", "中…………文", 6.0},
        {"8: pairs", "中）。文", 3.5},
        {"8: pairs", "中，“文", 3.5},
        {"8: three in a row", "中。”（文", 4.0},
        {"9, 10: both ends", "（中）", 2.0},
        {"23: two are one em", "中？！文", 3.0},
        {"23: two are one em", "中！！文", 3.0},
        {"23: two are one em", "中？？文", 3.0},
        {"23: three are two em", "中？！！文", 4.0},
        {"23: three are two em", "中！！！文", 4.0},
        {"23: four are as two twice", "中！！！！文", 4.0},
        {"23: at the line end", "中？！", 2.0},
        {"23: in front of a quote", "中？！”文", 4.0},
        {"23: one alone", "中！文", 3.0},
    };
    (void)state;
    check_widths(fonts, cases, COUNT_OF(cases));
}

/* Rule 7 wherever a 2-em unit may stand: every text below in both families and
 * weights, cut into two runs (a link, a bold word) at each of its characters,
 * in lines that grow, shrink, start or end with the unit. */
static void check_units(struct paragraph *p, const char *text, const char *unit)
{
    const char *at = text;
    for (; (at = strstr(at, unit)); at += strlen(unit)) {
        struct text_rect rects[2];
        uint32_t start = (uint32_t)(at - text);
        size_t count =
            paragraph_range(p, start, start + (uint32_t)strlen(unit), rects, 2);
        if (count != 1 || rects[0].width < 2 * EM - 1 ||
            rects[0].width > 2 * EM + 1)
            fail_msg("rule 7: %s at byte %u of %s: %d px", unit, start, text,
                     count ? rects[0].width : 0);
    }
}

static void check_cut_text(const char *text, const char *unit, uint32_t cut,
                           struct text_style style, enum font_weight weight)
{
    const uint32_t length = (uint32_t)strlen(text);
    struct text_run runs[2] = {{0, cut, style, 0}, {cut, length, style, 1}};
    struct paragraph_style justified = {.align = ALIGN_JUSTIFY};
    runs[1].style.weight = weight;
    struct paragraph *p = paragraph_new(
        fonts, text, length, cut ? runs : runs + 1, cut ? 2 : 1, &justified);
    for (int width = 4 * EM; width < 14 * EM; width += EM / 3) {
        paragraph_set_width(p, width);
        check_units(p, text, unit);
    }
    paragraph_free(p);
}

static void test_two_em_units(void **state)
{
    static const char *const units[] = {"——", "……"};
    static const char *const patterns[] = {
        "%s",
        "中%s文",
        "A%sB",
        "1%s2",
        "“%s”",
        "，%s。",
        "%s中",
        "中%s",
        "A%s中",

        "甲乙，丙丁%s戊己庚，辛壬癸子丑%s寅卯A辰巳午未申酉戌亥"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(units) * COUNT_OF(patterns) * 8; i++) {
        const char *unit = units[i / 8 % 2], *pattern = patterns[i / 16];
        struct text_style style = {(enum font_family)(i & 1),
                                   (enum font_weight)(i >> 1 & 1), EM};
        char text[128];
        size_t at = 0;
        snprintf(text, sizeof(text), pattern, unit, unit);
        do {
            check_cut_text(text, unit, (uint32_t)at, style,
                           (enum font_weight)(i >> 2 & 1));
            utf8_next(text, strlen(text), &at);
        } while (at < strlen(text));
    }
}

/* What is half an em keeps that in a line that grows or shrinks, and its ink
 * stays between its neighbours. */
static void test_half_marks(void **state)
{
    static const char *const marks[] = {"·", "－", "-", "–", "／"};
    (void)state;
    check_widths(fonts, half_widths, COUNT_OF(half_widths));
    for (size_t i = 0; i < COUNT_OF(marks) * EM * 2; i++) {
        char text[128];
        int width = 8 * EM - EM + (int)(i / COUNT_OF(marks));
        snprintf(text, sizeof(text), "甲，乙，丙丁%s戊己庚，辛壬癸子丑寅卯",
                 marks[i % COUNT_OF(marks)]);
        struct paragraph *p =
            make(text, EM, (struct paragraph_style){.align = ALIGN_JUSTIFY});
        uint32_t at = (uint32_t)(strstr(text, "丁") - text) + 3;
        uint32_t end = (uint32_t)(strstr(text, "戊") - text);
        struct text_rect rect;
        paragraph_set_width(p, width);
        assert_int_equal(paragraph_range(p, at, end, &rect, 1), 1);
        if (rect.width < EM / 2 - 1 || rect.width > EM / 2 + 1)
            fail_msg("%s is %d px in %d px", marks[i % COUNT_OF(marks)],
                     rect.width, width);
        paragraph_free(p);
    }
}

/* Rule 16: what may grow in a line, and rule 24: a number is as wide in a line
 * that is stretched as it is alone. */
static void test_stretched_units(void **state)
{
    static const char *const units[] = {
        "￥3,000", "￥３０００", "１９９０", "５０％",     "36.5℃",
        "＄5",     "№5",         "3×4",      "３＋４＝７", "-5℃",
        "±5℃",     "A×B",        "90°",      "12.5‰",      "丁，",
        "“丁”",    "丁”；",      "（丁）",   "SQLite，",   "50%、"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(units) * EM * 2; i++) {
        char text[128];
        const char *unit = units[i % COUNT_OF(units)];
        int width = 9 * EM + (int)(i / COUNT_OF(units));
        size_t length = strlen(unit);
        struct text_rect rects[2], alone;
        snprintf(text, sizeof(text), "甲乙丙%s戊己庚辛壬癸子丑寅卯辰巳", unit);
        struct paragraph *loose = make(text, EM, (struct paragraph_style){0});
        paragraph_set_width(loose, 100 * EM);
        paragraph_range(loose, 9, 9 + (uint32_t)length, &alone, 1);
        struct paragraph *p =
            make(text, EM, (struct paragraph_style){.align = ALIGN_JUSTIFY});
        paragraph_set_width(p, width);
        size_t count =
            paragraph_range(p, 9, 9 + (uint32_t)length, rects, COUNT_OF(rects));
        if (count != 1 || rects[0].width > alone.width + 1)
            fail_msg("%s is %d px in %d px, alone %d", unit,
                     count ? rects[0].width : 0, width, alone.width);
        paragraph_free(loose);
        paragraph_free(p);
    }
}

/* In a line of words only the spaces grow beyond half an em, not what lies
 * between its few ideographs. */
static void test_lines_of_words(void **state)
{
    static const char *const texts[] = {
        "the words «工会» and then some congratulations",
        "بولۇپ تۇغۇلغان، 12351 «工会» ئىشچىلار ئۇيۇشمىسى"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts) * 4 * EM; i++) {
        const char *text = texts[i % COUNT_OF(texts)];
        struct paragraph *p =
            make(text, EM, (struct paragraph_style){.align = ALIGN_JUSTIFY});
        uint32_t at = (uint32_t)(strstr(text, "«") - text);
        struct text_rect rect;
        int alone = natural(fonts, "«工会»", EM);
        paragraph_set_width(p, 9 * EM + (int)(i / COUNT_OF(texts)));
        assert_int_equal(paragraph_range(p, at, at + 10, &rect, 1), 1);
        if (rect.width > alone + 1)
            fail_msg("«工会» is %d px, alone %d", rect.width, alone);
        paragraph_free(p);
    }
}

/* Rules 9 and 10 take blank paper away and no ink: it ends within the line, but
 * for a pixel where half an em is none. */
static void check_ink(const char *text, struct text_style style)
{
    const struct text_run run = {0, (uint32_t)strlen(text), style, 0};
    struct paragraph *p = paragraph_new(fonts, text, strlen(text), &run, 1,
                                        &(struct paragraph_style){0});
    size_t count;
    paragraph_set_width(p, 100 * style.size_px);
    struct text_line line = paragraph_line(p, 0);
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    for (size_t i = 0; i < count; i++) {
        struct glyph_image image;
        assert_true(face_draw(fonts, glyphs[i].font, glyphs[i].glyph, &image));
        int left = glyphs[i].x + image.left;
        if (left < -1 || left + image.width > line.width + 1)
            fail_msg("%s at %d px: ink from %d to %d of %d", text,
                     style.size_px, left, left + image.width, line.width);
    }
    paragraph_free(p);
}

static void test_ink_at_ends(void **state)
{
    static const char *const texts[] = {
        "“中”",   "‘中’",   "（中）", "《中》", "〈中〉", "「中」", "『中』",
        "【中】", "〖中〗", "〔中〕", "［中］", "｛中｝", "中，",   "中。",
        "中、",   "中；",   "中：",   "中！",   "中？",   "中．"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts) * 4; i++) {
        for (int size = 16; size < 80; size++)
            check_ink(texts[i / 4], (struct text_style){
                                        (enum font_family)(i & 1),
                                        (enum font_weight)(i >> 1 & 1), size});
    }
}

/* Those of words, telephone numbers and negative numbers are as the face has
 * them. */
static void test_western_hyphens(void **state)
{
    static const struct {
        const char *text, *mark;
        double em;
    } cases[] = {
        {"A-B", "-", 0.346},  {"1-2", "-", 0.346}, {"中-5", "-", 0.346},
        {"5-中", "-", 0.346}, {"1–3", "–", 0.563}, {"0851-85", "-", 0.346},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct paragraph *p =
            make(cases[i].text, 100, (struct paragraph_style){0});
        uint32_t at =
            (uint32_t)(strstr(cases[i].text, cases[i].mark) - cases[i].text);
        struct text_rect rect;
        paragraph_set_width(p, 10000);
        paragraph_range(p, at, at + (uint32_t)strlen(cases[i].mark), &rect, 1);
        if (rect.width < cases[i].em * 100 - 2 ||
            rect.width > cases[i].em * 100 + 2)
            fail_msg("%s: %d px", cases[i].text, rect.width);
        paragraph_free(p);
    }
}

/* Rule 8 in all pairs: the classes and patterns of WPT's text-spacing-trim
 * (combinations-001), but for the marks that simplified Chinese sets at the
 * left of their em: ： ； ！ ？ are C. In a pair the first or the second is
 * half an em (H), else each a whole one (F). ・ is half an em everywhere (rule
 * 11), ！ ？ in a row are stacked (rule 23). */
static const struct pair_class {
    char name;
    const char *marks;
} pair_classes[] = {
    {'O', "《「『〔〖〘〝（｛｟"},
    {'C', "》」』〕〗〙〟）｝｠、。，．：；！？"},
    {'M', "・　"},
};

static struct paragraph *make_pair_text(struct fonts *from,
                                        enum font_family family,
                                        const char *before, const char *pair,
                                        const char *after)
{
    char text[32];
    snprintf(text, sizeof(text), "%s%s%s", before, pair, after);
    const struct text_run run = {
        0, (uint32_t)strlen(text), {family, FONT_REGULAR, 20}, 0};
    return paragraph_new(from, text, strlen(text), &run, 1,
                         &(struct paragraph_style){0});
}

/* H for what is less than 0.8 em wide, as in WPT. */
static char show_width(struct paragraph *p, size_t start, size_t end)
{
    struct text_rect rect = {0, 0, 0, 0};
    paragraph_range(p, (uint32_t)start, (uint32_t)end, &rect, 1);
    return rect.width < 16 ? 'H' : 'F';
}

/* Can the face halve this mark at all? At an end of a line it would. */
static bool can_halve(struct fonts *from, enum font_family family,
                      uint32_t code)
{
    char mark[5] = {0};
    utf8_put(mark, code);
    bool opens = is_in(pair_classes[0].marks, code);
    struct paragraph *p = make_pair_text(from, family, opens ? "" : "中", mark,
                                         opens ? "中" : "");
    int width = paragraph_natural_width(p);
    paragraph_free(p);
    return width < 36;
}

/* What the pattern of two classes asks for, of marks that can give it. */
static void find_wanted(struct fonts *from, enum font_family family,
                        const char *classes, const uint32_t codes[2],
                        char wanted[3])
{
    static const char *const halved[] = {"CC:HF", "CM:HF", "CO:FH", "MO:FH",
                                         "OO:FH"};
    bool stacked = is_in("！？", codes[0]) && is_in("！？", codes[1]);
    strcpy(wanted, stacked ? "HH" : "FF");
    for (size_t i = 0; i < COUNT_OF(halved) && !stacked; i++)
        if (strncmp(halved[i], classes, 2) == 0)
            strcpy(wanted, halved[i] + 3);
    for (size_t i = 0; i < 2; i++)
        if (wanted[i] == 'H' && !can_halve(from, family, codes[i]))
            wanted[i] = 'F';
    if (stacked && strchr(wanted, 'F'))
        wanted[1] = 'F'; /* their inks would touch */
    for (size_t i = 0; i < 2; i++)
        if (codes[i] == 0x30FB)
            wanted[i] = 'H';
}

static void check_pair(struct fonts *from, enum font_family family,
                       const char *classes, const uint32_t codes[2])
{
    char pair[9] = {0}, wanted[3], got[3] = {0};
    size_t first = utf8_put(pair, codes[0]);
    size_t length = first + utf8_put(pair + first, codes[1]);
    struct paragraph *p = make_pair_text(from, family, "中", pair, "文");
    paragraph_set_width(p, 200);
    got[0] = show_width(p, 3, 3 + first);
    got[1] = show_width(p, 3 + first, 3 + length);
    find_wanted(from, family, classes, codes, wanted);
    if (strcmp(got, wanted) != 0)
        fail_msg("rule 8: %s is %s, not %s", pair, got, wanted);
    paragraph_free(p);
}

static size_t check_pairs(struct fonts *from, enum font_family family,
                          const struct pair_class *a,
                          const struct pair_class *b)
{
    const char classes[] = {a->name, b->name, 0};
    size_t count = 0;
    for (size_t x = 0; x < strlen(a->marks);) {
        uint32_t codes[2] = {utf8_next(a->marks, strlen(a->marks), &x)};
        for (size_t y = 0; y < strlen(b->marks); count++) {
            codes[1] = utf8_next(b->marks, strlen(b->marks), &y);
            check_pair(from, family, classes, codes);
        }
    }
    return count;
}

static void check_all_pairs(struct fonts *from, enum font_family family)
{
    const size_t n = COUNT_OF(pair_classes);
    size_t count = 0;
    for (size_t i = 0; i < n * n; i++)
        count += check_pairs(from, family, &pair_classes[i / n],
                             &pair_classes[i % n]);
    assert_int_equal(count, (10 + 18 + 2) * (10 + 18 + 2));
}

static void test_pairs(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * 2; i++) {
        const char *all = pair_classes[i / 2].marks;
        for (size_t at = 0; at < strlen(all);)
            assert_true(can_halve(fonts, (enum font_family)(i % 2),
                                  utf8_next(all, strlen(all), &at)));
    }
    check_all_pairs(fonts, FONT_SANS);
    check_all_pairs(fonts, FONT_SERIF);
}

/* A face without halt: the ink boxes say what may be trimmed. Its ？ crosses
 * the middle and stays whole. */
static void test_derived_trims(void **state)
{
    static const struct width_case cases[] = {
        {"8: pairs", "中）。文", 3.5},
        {"8: pairs", "中，（文", 3.5},
        {"8: pairs", "中》《文", 3.5},
        {"10: line end", "中。", 1.5},
        {"9: line start", "（中", 1.5},
        {"10: ink across the cut", "中？", 2.0},
        {"23: ink across the cut", "中？！文", 4.0},
        {"23: two that can", "中！！文", 3.0},
    };
    (void)state;
    struct stat file;
    if (stat(KAI "/LXGWWenKai-Regular.ttf", &file) != 0) {
        print_message("skipped: no Kai face (fonts-lxgw-wenkai)\n");
        skip();
    }
    struct fonts *kai = fonts_open(KAI);
    assert_non_null(kai);
    check_widths(kai, cases, COUNT_OF(cases));
    check_widths(kai, half_widths, COUNT_OF(half_widths));
    check_all_pairs(kai, FONT_SERIF);
    fonts_close(kai);
}

/* Rule 20. */
static void test_snap(void **state)
{
    static const struct {
        enum text_align align;
        int x, width; /* of the first line */
    } cases[] = {
        {ALIGN_LEFT, 0, 5 * EM},
        {ALIGN_JUSTIFY, 0, 5 * EM},
        {ALIGN_CENTER, 10, 5 * EM},
        {ALIGN_RIGHT, 20, 5 * EM},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct paragraph *p = make(
            "甲乙丙丁戊己庚辛壬癸子丑", EM,
            (struct paragraph_style){.align = cases[i].align, .snap = true});
        paragraph_set_width(p, 5 * EM + 20);
        struct text_line line = paragraph_line(p, 0);
        size_t count;
        const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
        assert_int_equal(line.x, cases[i].x);
        assert_int_equal(line.width, cases[i].width);
        for (size_t k = 0; k < count; k++)
            assert_int_equal(glyphs[k].x, cases[i].x + (int)k * EM);
        if (cases[i].align != ALIGN_CENTER && cases[i].align != ALIGN_RIGHT)
            assert_int_equal(paragraph_width(p), 5 * EM);
        paragraph_set_width(p, 5 * EM);
        assert_int_equal(paragraph_line(p, 0).width, 5 * EM);
        paragraph_free(p);
    }
}

/* ---- texts ---- */

#define PARAGRAPH_LIMIT 1600 /* bytes */
#define CORPUS_LIMIT 12000   /* paragraphs */

struct corpus {
    char *texts[CORPUS_LIMIT];
    size_t count, seen;
    size_t step, first; /* every step-th paragraph from one on */
};

/* Sanitizers are slow: there some paragraphs, others in every run. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
#define STEP 10
#else
#define STEP 1
#endif

static void add_line(struct corpus *corpus, const char *line)
{
    size_t at = 0, length = strlen(line);
    uint32_t code = utf8_next(line, length, &at);
    if (length < 60 || length > PARAGRAPH_LIMIT ||
        (!utf8_is_han(code) && code != 0x201C) || strpbrk(line, "[*`") ||
        corpus->seen++ % corpus->step != corpus->first ||
        corpus->count == CORPUS_LIMIT)
        return;
    corpus->texts[corpus->count++] = xstrdup(line);
}

static void read_text(struct corpus *corpus, const char *path)
{
    char line[1 << 16];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = 0;
        add_line(corpus, line);
    }
    if (file)
        fclose(file);
}

/* Every .md file below a folder, in the order of their names. */
static void read_folder(struct corpus *corpus, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        const char *name = entries[i]->d_name;
        size_t length = strlen(name);
        snprintf(path, sizeof(path), "%s/%s", folder, name);
        if (length > 3 && strcmp(name + length - 3, ".md") == 0)
            read_text(corpus, path);
        else if (name[0] != '.' && entries[i]->d_type == DT_DIR)
            read_folder(corpus, path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

/* ---- what every line must be ---- */

#define OPENING "“‘（《〈「『【〖〔［｛"
#define CLOSING "”’）》〉」』】〗〕］｝"
#define PAUSES "，、；："
#define STOPS "。？！．"
#define RIGID "～－–·／"
#define NOT_FIRST CLOSING PAUSES STOPS RIGID "-・‧…,.;:!?)]}%％"
#define NOT_LAST OPENING "／([{"
#define COUNTERS "年月日条元号款项小时个名万亿"

static uint32_t code_at(const char *text, size_t at)
{
    return utf8_next(text, strlen(text), &at);
}

/* The last code before a byte that is not a space; 0: none. */
static uint32_t code_before(const char *text, size_t end, size_t *at_out)
{
    while (end > 0) {
        do
            end--;
        while (end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80);
        uint32_t code = code_at(text, end);
        *at_out = end;
        if (code != ' ')
            return code;
    }
    return 0;
}

static bool is_word(uint32_t code)
{
    return code < 0x80 && strchr("0123456789", (int)code) != NULL;
}

static bool is_latin(uint32_t code)
{
    return code < 0x80 && ((code | 0x20) >= 'a') && ((code | 0x20) <= 'z');
}

/* What lies between two neighbours, in the order of rule 15. */
enum place {
    PLACE_SPACE,
    PLACE_BRACKET,
    PLACE_PAUSE,
    PLACE_GAP,
    PLACE_STOP,
    PLACE_HAN,   /* two ideographs */
    PLACE_FIXED, /* never changes */
    PLACE_OTHER,
    PLACE_COUNT
};

static bool is_mark(uint32_t code)
{
    return is_in(OPENING CLOSING PAUSES STOPS RIGID "—…・‧", code);
}

static enum place place_between(uint32_t a, uint32_t b)
{
    bool word_a = is_word(a) || is_latin(a), word_b = is_word(b) || is_latin(b);
    if ((a == b && (a == 0x2014 || a == 0x2026)) || (word_a && word_b) ||
        is_in(RIGID, a) || is_in(RIGID, b) ||
        (is_in("？！", a) && is_in("？！", b)))
        return PLACE_FIXED;
    if (is_mark(a) && is_mark(b))
        return PLACE_OTHER;
    if (is_in(CLOSING, a) || (is_in(OPENING, b) && utf8_is_han(a)))
        return PLACE_BRACKET;
    if (is_in(PAUSES, a))
        return PLACE_PAUSE;
    if (a == 0x3002)
        return PLACE_STOP;
    if ((utf8_is_han(a) && word_b) || (word_a && utf8_is_han(b)))
        return PLACE_GAP;
    return utf8_is_han(a) && utf8_is_han(b) ? PLACE_HAN : PLACE_OTHER;
}

/* How much wider than by nature the places of one line are, in px. */
struct changes {
    int least[PLACE_COUNT], most[PLACE_COUNT];
};

/* In so many em no line is left ragged. */
#define FILLED_EM 12

/* In so many em a number never has to be split from its counter. */
#define FREE_EM 20

struct check {
    const char *text;
    int size, width;
    int *natural; /* by byte: where a cluster stands when all is one line */
    struct paragraph *p;
};

static void fail_line(const struct check *check, size_t line, const char *what)
{
    struct text_line l = paragraph_line(check->p, line);
    fail_msg("%s: %d px in %d px, line %zu: %.*s", what, check->size,
             check->width, line, (int)(l.end - l.start), check->text + l.start);
}

static struct changes find_changes(const struct check *check, size_t line)
{
    struct changes changes;
    size_t count;
    const struct placed_glyph *glyphs =
        paragraph_glyphs(check->p, line, &count);
    for (int i = 0; i < PLACE_COUNT; i++) {
        changes.least[i] = INT_MAX;
        changes.most[i] = INT_MIN;
    }
    for (size_t i = 0; i + 1 < count; i++) {
        uint32_t a = glyphs[i].cluster, b = glyphs[i + 1].cluster;
        if (a == b)
            continue;
        int change = glyphs[i + 1].x - glyphs[i].x -
                     (check->natural[b] - check->natural[a]);
        enum place place =
            place_between(code_at(check->text, a), code_at(check->text, b));
        if (change < changes.least[place])
            changes.least[place] = change;
        if (change > changes.most[place])
            changes.most[place] = change;
    }
    return changes;
}

#define SLIP 3 /* px: four edges are rounded */

/* Rules 15 to 17, where a px is little. */
static void check_order(const struct check *check, size_t line)
{
    struct changes c = find_changes(check, line);
    int em = check->size, least = 0, most = 0;
    const int room[] = {[PLACE_BRACKET] = em / 2,
                        [PLACE_PAUSE] = em / 2,
                        [PLACE_GAP] = em / 8,
                        [PLACE_STOP] = em / 2};
    for (int i = 0; i < PLACE_OTHER; i++) {
        if (c.least[i] == INT_MAX)
            continue;
        least = c.least[i] < least ? c.least[i] : least;
        most = c.most[i] > most ? c.most[i] : most;
        if (c.most[i] - c.least[i] > SLIP)
            fail_line(check, line, "rule 15, 16: unequal in one class");
    }
    if (c.least[PLACE_FIXED] != INT_MAX &&
        (c.least[PLACE_FIXED] < -2 || c.most[PLACE_FIXED] > 2))
        fail_line(check, line, "rule 7, 16: changed inside a unit");
    if (least < -SLIP && most > SLIP)
        fail_line(check, line, "rule 17: shrinks and grows");
    for (int i = PLACE_BRACKET; i < PLACE_STOP; i++) {
        for (int k = i + 1; k <= PLACE_STOP; k++)
            if (c.least[k] < -SLIP && c.least[i] != INT_MAX &&
                c.most[i] > -room[i] + SLIP)
                fail_line(check, line, "rule 15: out of order");
    }
    if (c.least[PLACE_HAN] < -SLIP)
        fail_line(check, line, "rule 15: ideographs pushed together");
    if (c.most[PLACE_HAN] > 2 && c.least[PLACE_HAN] != INT_MAX &&
        c.least[PLACE_GAP] != INT_MAX &&
        c.least[PLACE_GAP] < em / 4 + c.most[PLACE_HAN] - SLIP)
        fail_line(check, line, "rule 16: out of order");
}

static void check_ends(struct check *check, size_t line, bool last)
{
    struct text_line l = paragraph_line(check->p, line);
    const char *text = check->text;
    size_t at = 0;
    uint32_t first = code_at(text, l.start);
    uint32_t end = code_before(text, l.end, &at);
    struct text_rect rect;
    if (is_in(NOT_FIRST, first))
        fail_line(check, line, "rule 2: forbidden start");
    if (!last && is_in(NOT_LAST, end))
        fail_line(check, line, "rule 3: forbidden end");
    if (!last && code_at(text, l.end) == end && is_in("—…", end))
        fail_line(check, line, "rule 7: split unit");
    if (is_in(CLOSING PAUSES STOPS, end) &&
        paragraph_range(check->p, (uint32_t)at, l.end, &rect, 1) &&
        (rect.width < check->size / 2 - 1 ||
         rect.width > (check->size + 1) / 2 + 1))
        fail_line(check, line, "rule 10: not half an em at the end");
    if (!last && check->width >= FREE_EM * check->size && is_word(end) &&
        is_in(COUNTERS, code_at(text, l.end)))
        fail_line(check, line, "rule 24: number split from its counter");
    if (!last && is_word(code_at(text, l.end)) && is_in("￥¥$№+±", end))
        fail_line(check, line, "rule 24: number split from its sign");
    if (!last && check->width >= FREE_EM * check->size &&
        is_word(code_at(text, l.end)) && is_in("–-～—", end))
        fail_line(check, line, "rule 24: range split");
    if (!last && check->width >= FREE_EM * check->size &&
        is_word(code_at(text, l.end)) && end == 0x7B2C)
        fail_line(check, line, "rule 24: ordinal split");
}

static void check_sum(struct check *check, size_t line, bool last)
{
    struct text_line l = paragraph_line(check->p, line);
    int indent = line ? 0 : 2 * check->size;
    size_t count;
    if (l.x != indent || l.x + l.width > check->width ||
        (!last && check->width >= FILLED_EM * check->size &&
         l.x + l.width != check->width))
        fail_line(check, line, "rule 10, 17: wrong sum");
    if (is_in(OPENING, code_at(check->text, l.start))) {
        int x = paragraph_glyphs(check->p, line, &count)[0].x;
        if (x < indent - check->size / 2 - 1 ||
            x > indent - check->size / 2 + 1)
            fail_line(check, line, "rule 9: not trimmed at the start");
    }
}

static size_t count_letters(const char *text, size_t start, size_t end)
{
    size_t count = 0;
    while (start < end) {
        uint32_t code = utf8_next(text, end, &start);
        count += utf8_is_han(code) || is_word(code) || is_latin(code);
    }
    return count;
}

static void check_paragraph(struct check *check)
{
    size_t count = paragraph_line_count(check->p);
    for (size_t i = 0; i < count; i++) {
        bool last = i + 1 == count;
        check_ends(check, i, last);
        check_sum(check, i, last);
        if (check->size >= 64)
            check_order(check, i);
    }
    struct text_line l = paragraph_line(check->p, count - 1);
    if (count > 1 && count_letters(check->text, l.start, l.end) < 2)
        fail_line(check, count - 1, "rule 19: a character alone");
}

static void find_natural(struct check *check)
{
    struct paragraph *p =
        make(check->text, check->size, (struct paragraph_style){0});
    size_t count;
    paragraph_set_width(p, 1 << 20);
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    for (size_t i = count; i-- > 0;)
        check->natural[glyphs[i].cluster] = glyphs[i].x;
    paragraph_free(p);
}

static void check_corpus(const struct corpus *corpus)
{
    static const int sizes[] = {24, 30, 40, 64};
    static int places[PARAGRAPH_LIMIT + 1];
    const struct paragraph_style style = {.align = ALIGN_JUSTIFY,
                                          .indent_em = 2};
    print_message("%zu paragraphs\n", corpus->count);
    assert_true(corpus->count > 50);
    for (size_t i = 0; i < corpus->count * COUNT_OF(sizes); i++) {
        struct check check = {.text = corpus->texts[i / COUNT_OF(sizes)],
                              .size = sizes[i % COUNT_OF(sizes)],
                              .natural = places};
        find_natural(&check);
        check.p = make(check.text, check.size, style);
        for (int k = 0; k < 24; k++) {
            check.width = (10 + k) * check.size + k * 7 % check.size;
            paragraph_set_width(check.p, check.width);
            check_paragraph(&check);
        }
        paragraph_free(check.p);
    }
}

static void check_folder(const char *folder, size_t step)
{
    static struct corpus corpus;
    corpus = (struct corpus){.step = step, .first = seed % step};
    if (step > 1)
        print_message("seed %u\n", seed);
    read_folder(&corpus, folder);
    check_corpus(&corpus);
    for (size_t i = 0; i < corpus.count; i++)
        free(corpus.texts[i]);
}

static void test_edition(void **state)
{
    (void)state;
    check_folder("content/edition", STEP > 1 ? 3 : 1);
}

/* Rule 24 where every sentence cites a law. */
static void test_citations(void **state)
{
    static const char *const texts[] = {
        "工资每月至少发一次，要发钱，不能拿货物或购物券顶（《劳动法》第50条、《"
        "工资"
        "支付暂行规定》第7条）。遇上休息日、节日，只能提前，不能往后推。",
        "因为欠薪你提出走人的，可以要经济补偿（《劳动合同法》第38条、第46条）；"
        "单位"
        "到期还不付的，再加付50%到100%的赔偿金（《劳动合同法》第85条）。",
        "投诉带身份证、证据和账单，到干活地的县区或市人社部门劳动监察（《劳动保"
        "障监"
        "察条例》第13条），2年内有效（同上，第20条），60个工作日办结（第17条）"
        "。",
    };
    static int places[PARAGRAPH_LIMIT + 1];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct check check = {.text = texts[i], .size = 64, .natural = places};
        find_natural(&check);
        check.p = make(
            check.text, check.size,
            (struct paragraph_style){.align = ALIGN_JUSTIFY, .indent_em = 2});
        for (int width = 10 * 64; width < 40 * 64; width += 16) {
            check.width = width;
            paragraph_set_width(check.p, width);
            check_paragraph(&check);
        }
        paragraph_free(check.p);
    }
}

/* Longer than one search: its pieces join without a seam. */
static void test_long_paragraph(void **state)
{
    static struct corpus corpus = {.step = 1};
    struct buf text = {0};
    (void)state;
    read_folder(&corpus, "content/edition");
    for (size_t i = 0; i < corpus.count; i++) {
        if (text.length < 20000)
            buf_add(&text, corpus.texts[i], strlen(corpus.texts[i]));
        free(corpus.texts[i]);
    }
    buf_putc(&text, 0);
    struct check check = {.text = text.data, .size = 64};
    check.natural = xcalloc(text.length, sizeof(*check.natural));
    find_natural(&check);
    check.p =
        make(check.text, check.size,
             (struct paragraph_style){.align = ALIGN_JUSTIFY, .indent_em = 2});
    for (int em = 10; em < 200; em += em < 60 ? 7 : 40) {
        check.width = em * check.size;
        paragraph_set_width(check.p, check.width);
        check_paragraph(&check);
    }
    paragraph_free(check.p);
    free(check.natural);
    buf_fini(&text);
}

static void test_laws(void **state)
{
    struct stat folder;
    (void)state;
    if (stat(LAWS, &folder) != 0) {
        print_message("skipped: no corpus\n");
        skip();
    }
    check_folder(LAWS, STEP);
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

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_breaks),
        cmocka_unit_test(test_strictness),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_two_em_units),
        cmocka_unit_test(test_half_marks),
        cmocka_unit_test(test_western_hyphens),
        cmocka_unit_test(test_stretched_units),
        cmocka_unit_test(test_lines_of_words),
        cmocka_unit_test(test_ink_at_ends),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_derived_trims),
        cmocka_unit_test(test_snap),
        cmocka_unit_test(test_edition),
        cmocka_unit_test(test_citations),
        cmocka_unit_test(test_long_paragraph),
        cmocka_unit_test(test_laws),
    };
    seed =
        argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : (unsigned)time(NULL);
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
