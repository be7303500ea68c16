/* test_unicode.c - the Unicode Consortium's test files against ICU as we call
 * it: exactly the known deviations, no others and no fewer.
 *
 * The files are those of Debian's unicode-data, 15.0 like ICU 72; without them
 * the tests are skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utf16.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/utf8.h"
#include "fonts/bidi.h"
#include "fonts/breaks.h"

#define FOLDER "/usr/share/unicode/"
#define VERSION "-15.0.0.txt"
#define CASE_LIMIT 256 /* characters of a case */

/* ---- files ---- */

/* Skips the test when the file is absent or of another version. */
static void open_file(const char *name, struct buf *out)
{
    char path[128];
    snprintf(path, sizeof(path), FOLDER "%s", name);
    if (!file_read(path, 64 << 20, out)) {
        print_message("%s: not there (unicode-data): skipped\n", path);
        skip();
    }
    const char *end = strchr(buf_text(out), '\n');
    const char *version = strstr(buf_text(out), VERSION);
    if (!version || version > end) {
        print_message("%s: not of version 15.0: skipped\n", path);
        buf_fini(out);
        skip();
    }
}

/* The next line without its comment, NUL-terminated; NULL at the end. */
static char *next_line(char **at)
{
    while (**at) {
        char *line = *at;
        char *end = line + strcspn(line, "\n");
        *at = *end ? end + 1 : end;
        *end = 0;
        line[strcspn(line, "#")] = 0;
        if (line[strspn(line, " \t\r")])
            return line;
    }
    return NULL;
}

/* ---- LineBreakTest ---- */

/* What ICU says instead, as the file writes it: × no break, ÷ a break. */
static const char *const line_break_deviations[] = {
    /* ICU keeps a hyphen that starts a word with it: -x. */
    "× 002D × 0023 ÷",
    "× 002D × 0308 × 0023 ÷",
    "× 002D × 00A7 ÷",
    "× 002D × 0308 × 00A7 ÷",
    "× 002D × 50005 ÷",
    "× 002D × 0308 × 50005 ÷",
    "× 002D × 0E01 ÷",
    "× 002D × 0308 × 0E01 ÷",
    /* And . or , with the digit behind it: a.2; .35 may start a line. */
    "× 002C × 0030 ÷",
    "× 002C × 0308 × 0030 ÷",
    ("× 0065 × 0071 × 0075 × 0061 × 006C × 0073 × 0020 ÷ 002E × 0033 × 0035 × "
     "0020 ÷ 0063 × 0065 × 006E × 0074 × 0073 ÷"),
    "× 0061 × 002E × 0032 × 0020 ÷",
    "× 0061 × 002E × 0032 × 0020 ÷ 0915 ÷",
    "× 0061 × 002E × 0032 × 0020 ÷ 672C ÷",
    "× 0061 × 002E × 0032 × 3000 ÷ 672C ÷",
    "× 0061 × 002E × 0032 × 3000 ÷ 307E ÷",
    "× 0061 × 002E × 0032 × 3000 ÷ 0033 ÷",
    "× 0041 × 002E × 0031 × 0020 ÷ BABB ÷",
    "× BD24 ÷ C5B4 × 002E × 0020 ÷ 0041 × 002E × 0032 × 0020 ÷ BCFC ÷",
    "× BD10 ÷ C694 × 002E × 0020 ÷ 0041 × 002E × 0033 × 0020 ÷ BABB ÷",
    "× C694 × 002E × 0020 ÷ 0041 × 002E × 0034 × 0020 ÷ BABB ÷",
    "× 0061 × 002E × 0032 × 3000 ÷ 300C ÷",
};

/* The case's text, and its answer as break-before flags. */
static int32_t read_line_break(char *line, UChar *units, bool *breaks)
{
    int32_t length = 0;
    for (char *t = strtok(line, " \t"); t; t = strtok(NULL, " \t")) {
        if (strcmp(t, "÷") == 0)
            breaks[length] = true;
        else if (strcmp(t, "×") != 0)
            U16_APPEND_UNSAFE(units, length, (uint32_t)strtoul(t, NULL, 16));
    }
    return length;
}

static void ask_line_break(UBreakIterator *iterator, const UChar *units,
                           int32_t length, bool *breaks)
{
    UErrorCode status = U_ZERO_ERROR;
    ubrk_setText(iterator, units, length, &status);
    assert_true(U_SUCCESS(status));
    for (int32_t at; (at = ubrk_next(iterator)) != UBRK_DONE;)
        breaks[at] = true;
}

static void write_line_break(struct buf *out, const UChar *units,
                             int32_t length, const bool *breaks)
{
    buf_clear(out);
    for (int32_t at = 0; at < length;) {
        UChar32 code;
        buf_puts(out, breaks[at] ? "÷" : "×");
        U16_NEXT(units, at, length, code);
        buf_printf(out, " %04X ", (unsigned)code);
    }
    buf_puts(out, breaks[length] ? "÷" : "×");
}

static void test_line_break(void **state)
{
    struct buf file = {0}, answer = {0};
    UErrorCode status = U_ZERO_ERROR;
    size_t cases = 0, deviations = 0;
    (void)state;
    open_file("auxiliary/LineBreakTest.txt", &file);
    UBreakIterator *iterator =
        ubrk_open(UBRK_LINE, BREAKS_LOCALE, NULL, 0, &status);
    assert_true(U_SUCCESS(status));
    for (char *at = file.data, *line; (line = next_line(&at)); cases++) {
        UChar units[CASE_LIMIT];
        bool wanted[CASE_LIMIT] = {0}, got[CASE_LIMIT] = {0};
        int32_t length = read_line_break(line, units, wanted);
        ask_line_break(iterator, units, length, got);
        if (memcmp(wanted, got, sizeof(got)) == 0)
            continue;
        write_line_break(&answer, units, length, got);
        assert_true(deviations < COUNT_OF(line_break_deviations));
        assert_string_equal(buf_text(&answer),
                            line_break_deviations[deviations++]);
    }
    assert_int_equal(cases, 7654);
    assert_int_equal(deviations, COUNT_OF(line_break_deviations));
    ubrk_close(iterator);
    buf_fini(&answer);
    buf_fini(&file);
}

/* ---- BidiTest and BidiCharacterTest ---- */

#define REMOVED 0xFF /* no level is wanted */

/* One case: the characters, what is wanted, what we say. */
struct bidi_case {
    uint32_t codes[CASE_LIMIT];
    uint8_t wanted[CASE_LIMIT], got[CASE_LIMIT];
    uint32_t wanted_order[CASE_LIMIT], got_order[CASE_LIMIT];
    size_t count, order_count;
    uint8_t base;
};

static bool ask_bidi(struct bidi_case *c)
{
    struct character chars[CASE_LIMIT];
    struct itemizer itemizer = {.chars = chars, .count = c->count};
    char text[4 * CASE_LIMIT];
    size_t length = 0;
    for (size_t i = 0; i < c->count; i++) {
        length += utf8_put(text + length, c->codes[i]);
        chars[i].code = c->codes[i];
    }
    struct bidi *bidi = bidi_new(text, length, c->base);
    bidi_mark(bidi, &itemizer);
    bidi_free(bidi);
    for (size_t i = 0; i < c->count; i++)
        c->got[i] = chars[i].level & BIDI_LEVEL;
    bool turns = false;
    for (size_t i = 0; i < c->count; i++)
        turns |= bidi_turns(c->codes[i]);
    return turns;
}

/* The line of all characters that are not removed. */
static void order_case(struct bidi_case *c)
{
    struct glyph glyphs[CASE_LIMIT];
    struct span spans[CASE_LIMIT];
    struct shaped shaped = {.glyphs = glyphs, .spans = spans};
    uint32_t numbers[CASE_LIMIT];
    uint8_t levels[CASE_LIMIT];
    for (size_t i = 0; i < c->count; i++) {
        if (c->wanted[i] == REMOVED)
            continue;
        numbers[shaped.count] = (uint32_t)i;
        glyphs[shaped.count] = (struct glyph){.flags = GLYPH_FIRST};
        spans[shaped.count] =
            (struct span){.first = (uint32_t)shaped.count, .level = c->got[i]};
        shaped.count++;
    }
    shaped.span_count = c->order_count = shaped.count;
    bool turned = bidi_order(&shaped, 0, shaped.count, levels, c->got_order);
    for (size_t i = 0; i < shaped.count; i++)
        c->got_order[i] = numbers[turned ? c->got_order[i] : i];
}

enum verdict {
    RIGHT,
    /* ICU gives text that runs in one direction one level, whatever embeddings
     * it has. The order is the same. */
    FLAT,
    WRONG,
};

static enum verdict judge(struct bidi_case *c)
{
    bool needed = ask_bidi(c), same = true, flat = true;
    order_case(c);
    for (size_t i = 0; i < c->count; i++) {
        if (c->wanted[i] == REMOVED)
            continue;
        same &= c->got[i] == c->wanted[i];
        flat &= c->got[i] == c->got[0] && (c->got[i] & 1) == (c->wanted[i] & 1);
        /* What the scan passes by is in order as it stands. */
        assert_true(needed || c->base == 1 || !(c->wanted[i] & 1));
    }
    if (memcmp(c->got_order, c->wanted_order,
               c->order_count * sizeof(*c->got_order)) != 0)
        return WRONG;
    return same ? RIGHT : flat ? FLAT : WRONG;
}

/* Levels, or x for a character without one. */
static size_t read_levels(char *list, uint8_t *out)
{
    size_t count = 0;
    for (char *token = strtok(list, " \t"); token; token = strtok(NULL, " \t"))
        out[count++] = *token == 'x' ? REMOVED : (uint8_t)atoi(token);
    return count;
}

static size_t read_numbers(char *list, int base, uint32_t *out)
{
    size_t count = 0;
    for (char *token = strtok(list, " \t"); token; token = strtok(NULL, " \t"))
        out[count++] = (uint32_t)strtoul(token, NULL, base);
    return count;
}

static uint32_t code_of_class(const char *class)
{
    static const struct {
        const char *class;
        uint32_t code;
    } codes[] = {
        {"L", 'a'},      {"R", 0x05D0},   {"AL", 0x0627},  {"EN", '0'},
        {"AN", 0x0660},  {"ES", '+'},     {"ET", '%'},     {"CS", ','},
        {"B", 0x2029},   {"S", '\t'},     {"WS", ' '},     {"ON", '!'},
        {"BN", 0x00AD},  {"NSM", 0x0300}, {"LRE", 0x202A}, {"RLE", 0x202B},
        {"PDF", 0x202C}, {"LRO", 0x202D}, {"RLO", 0x202E}, {"LRI", 0x2066},
        {"RLI", 0x2067}, {"FSI", 0x2068}, {"PDI", 0x2069},
    };
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        if (strcmp(codes[i].class, class) == 0)
            return codes[i].code;
    }
    fail_msg("no character of class %s", class);
    return 0;
}

/* The characters of a data line, "L R; 7"; returns its set of bases. */
static unsigned long read_classes(char *line, struct bidi_case *c)
{
    char *set = strchr(line, ';');
    assert_non_null(set);
    *set++ = 0;
    c->count = 0;
    for (char *t = strtok(line, " \t"); t; t = strtok(NULL, " \t"))
        c->codes[c->count++] = code_of_class(t);
    return strtoul(set, NULL, 16);
}

/* How often ICU says FLAT in BidiTest, whose levels are those of every rule. */
#define BIDI_CASES 770241
#define BIDI_FLAT 105785

static void test_bidi(void **state)
{
    static const uint8_t bases[] = {BIDI_FIRST_STRONG, 0, 1};
    static struct bidi_case c;
    struct buf file = {0};
    size_t verdicts[WRONG + 1] = {0};
    (void)state;
    open_file("BidiTest.txt", &file);
    for (char *at = file.data, *line; (line = next_line(&at));) {
        if (strncmp(line, "@Levels:", 8) == 0) {
            read_levels(line + 8, c.wanted);
        } else if (strncmp(line, "@Reorder:", 9) == 0) {
            read_numbers(line + 9, 10, c.wanted_order);
        } else if (*line != '@') {
            unsigned long set = read_classes(line, &c);
            for (size_t i = 0; i < COUNT_OF(bases); i++) {
                c.base = bases[i];
                if (set >> i & 1)
                    verdicts[judge(&c)]++;
            }
        }
    }
    assert_int_equal(verdicts[WRONG], 0);
    assert_int_equal(verdicts[FLAT], BIDI_FLAT);
    assert_int_equal(verdicts[RIGHT], BIDI_CASES - BIDI_FLAT);
    buf_fini(&file);
}

/* How the lines of BidiCharacterTest start that ICU gets wrong, in their order:
 * text;base. None of it is written by people. */
static const char *const bidi_deviations[] = {
    /* The level of a closed embedding goes on in the isolate after it. */
    "202E 0061 202A 0062 202C 2066 0063 2069 202A 0064 202C 0065 202C;2;",
    "202E 0061 202A 0062 202C 2066 0063 2069 202A 0064 202C 0065 202C;1;",
    "202D 05D0 202B 05D1 202C 2068 05D2 2069 202B 05D3 202C 05D4 202C;2;",
    "202D 0661 202B 0662 202C 2068 0663 2069 202B 0664 202C 0665 202C;0;",
    /* Brackets are paired that stand in embeddings of their own. */
    "202A 05D0 0028 05D1 202C 202D 0029;2;",
    "202A 05D0 0028 05D1 202C 202D 0029 202C;2;",
    "202B 0061 0028 0062 202C 202E 0029;2;",
    "202B 0061 0028 0062 202C 202E 0029 202C;2;",
    "202A 202E 0061 202C 0028 05D0 202C 202D 0029 202C;2;",
    "202B 202D 05D0 202C 0028 0061 202C 202E 0029 202C;2;",
    "202A 202E 0061 202C 0028 005B 05D0 202C 202D 005D 0029 202C;2;",
    "202B 202D 05D0 202C 0028 005B 0061 202C 202E 005D 0029 202C;2;",
    "202D 0028 202C 202A 05D0 0029 05D1;2;",
    "202D 0028 202C 202A 05D0 0029 05D1 202C;2;",
    "202E 0028 202C 202B 0061 0029 0062;2;",
    "202E 0028 202C 202B 0061 0029 0062 202C;2;",
    "202D 202E 0061 202C 0028 202C 202A 05D0 0029 05D1;2;",
    "202E 202D 05D0 202C 0028 202C 202B 0061 0029 0062;2;",
    "202D 202E 0061 202C 0028 005B 202C 202A 05D0 005D 0029 05D1;2;",
    "202E 202D 05D0 202C 0028 005B 202C 202B 0061 005D 0029 0062;2;",
    /* A mark behind a closing bracket does not follow the bracket's level. */
    "0061 0028 0062 0029 0331;1;",
    "0061 0028 0332 0062 0029 0333;1;",
    "05D0 0028 05D1 0029 0331;0;",
    "05D0 0028 0332 05D1 0029 0333;0;",
    "0661 0028 0662 0029 0331;0;",
    "0661 0028 0332 0662 0029 0333;0;",
    "0041 200F 005B 05D0 005D 200D 20D6;0;",
    "0041 200F 005B 200D 20D6 05D0 005D 200D 20D6;0;",
    "0041 200F 005B 200D 200B 20D6 05D0 005D 200B 200D 20D6;0;",
    /* Pairs are found at any depth, not at 63 only. */
    "0061 0028 0028 0028 0028 0028 0028",
};

static void split_fields(char *line, char *fields[5])
{
    fields[0] = line;
    for (size_t i = 1; i < 5; i++) {
        fields[i] = strchr(fields[i - 1], ';');
        assert_non_null(fields[i]);
        *fields[i]++ = 0;
    }
}

static void test_bidi_characters(void **state)
{
    static struct bidi_case c;
    struct buf file = {0};
    size_t verdicts[WRONG + 1] = {0};
    (void)state;
    open_file("BidiCharacterTest.txt", &file);
    for (char *at = file.data, *line; (line = next_line(&at));) {
        char *fields[5], start[96];
        snprintf(start, sizeof(start), "%s", line);
        split_fields(line, fields);
        c.count = read_numbers(fields[0], 16, c.codes);
        c.base = (uint8_t)atoi(fields[1]);
        if (c.base == 2)
            c.base = BIDI_FIRST_STRONG;
        read_levels(fields[3], c.wanted);
        read_numbers(fields[4], 10, c.wanted_order);
        enum verdict verdict = judge(&c);
        size_t number = verdicts[verdict]++;
        if (verdict != WRONG)
            continue;
        assert_true(number < COUNT_OF(bidi_deviations));
        const char *known = bidi_deviations[number];
        if (strncmp(start, known, strlen(known)) != 0)
            fail_msg("%s: not %s", start, known);
    }
    assert_int_equal(verdicts[WRONG], COUNT_OF(bidi_deviations));
    assert_int_equal(verdicts[FLAT], 1);
    assert_int_equal(verdicts[RIGHT] + verdicts[FLAT] + verdicts[WRONG], 91707);
    buf_fini(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line_break),
        cmocka_unit_test(test_bidi),
        cmocka_unit_test(test_bidi_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
