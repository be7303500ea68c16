/* test_shape.c - the short cuts of shaping and line breaking against HarfBuzz
 * and ICU themselves: on texts, on all triples of marks, on random strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <ftw.h>
#include <hb-ot.h>
#include <hb.h>
#include <time.h>
#include <unicode/uchar.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/breaks.h"
#include "fonts/classes.h"
#include "fonts/codes.h"
#include "fonts/face.h"
#include "fonts/inert.h"
#include "fonts/shape.h"

#define LENGTH_LIMIT 24
#define KAI "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"

/* A new one in every run, printed with every failure: test_shape SEED ROUNDS
 * does it again, or more of it. */
static uint64_t seed, random_state;
static int rounds = 20000;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % limit);
}

/* ---- fonts ---- */

static struct fonts *fonts;
static hb_buffer_t *buffer;
static struct shaped shaped, plainly_shaped;

static const struct {
    const char *name;
    struct text_style style;
} styles[] = {
    {"Sans", {FONT_SANS, FONT_REGULAR, 28}},
    {"Sans bold", {FONT_SANS, FONT_BOLD, 29}},
    {"Serif", {FONT_SERIF, FONT_REGULAR, 33}},
    {"Serif bold", {FONT_SERIF, FONT_BOLD, 40}},
};

static unsigned slot_of(const struct text_style *style)
{
    return fonts->primary[style->family][style->weight];
}

static int open_fonts(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    buffer = hb_buffer_create();
    return fonts ? 0 : -1;
}

static int close_fonts(void **state)
{
    (void)state;
    fonts_close(fonts);
    hb_buffer_destroy(buffer);
    free(shaped.glyphs);
    free(shaped.spans);
    free(plainly_shaped.glyphs);
    free(plainly_shaped.spans);
    return 0;
}

/* Puts a TrueType face, which has neither halt nor kern, in the place of Sans.
 * The fonts are closed after the test. */
static bool open_kai(void)
{
    struct face *face = face_at(fonts, fonts->primary[FONT_SANS][FONT_REGULAR]);
    hb_blob_t *blob = hb_blob_create_from_file_or_fail(KAI);
    if (!blob)
        return false;
    hb_face_t *hb = hb_face_create(blob, 0);
    inert_free(face->inert);
    hb_font_destroy(face->hb);
    hb_blob_destroy(face->blob);
    face->blob = blob;
    face->hb = hb_font_create(hb);
    face->inert = inert_new(hb);
    face->upem = (int)hb_face_get_upem(hb);
    face->scaled_px = 0;
    hb_font_set_scale(face->hb, face->upem, face->upem);
    hb_face_destroy(hb);
    return true;
}

/* ---- one string, shaped as it is ---- */

struct string {
    uint32_t codes[LENGTH_LIMIT];
    char text[LENGTH_LIMIT * 4];
    size_t count, length;
};

static void encode(struct string *string)
{
    string->length = 0;
    for (size_t i = 0; i < string->count; i++)
        string->length +=
            utf8_put(string->text + string->length, string->codes[i]);
}

/* As one chunk of one script and face, whatever the characters are. */
static void fill_itemizer(const struct string *string, unsigned slot)
{
    struct itemizer *itemizer = fonts->itemizer;
    size_t at = 0;
    for (size_t i = 0; i < string->count; i++) {
        itemizer->chars[i] = (struct character){
            .code = string->codes[i],
            .at = (uint32_t)at,
            .script = HB_SCRIPT_HAN,
            .slot = (uint8_t)slot,
            .class = CLASS_OTHER,
            .traits = codes_find(fonts->codes, string->codes[i]).traits};
        utf8_next_valid(string->text, &at);
    }
    itemizer->count = string->count;
    itemizer->end = (uint32_t)string->length;
    itemizer->open_start = itemizer->open_end = false;
}

static const char *describe(const struct string *string)
{
    static char out[LENGTH_LIMIT * 8 + 64];
    int used =
        snprintf(out, sizeof(out), "seed %llu:", (unsigned long long)seed);
    for (size_t i = 0; i < string->count; i++)
        used += snprintf(out + used, sizeof(out) - (size_t)used, " %04X",
                         (unsigned)string->codes[i]);
    return out;
}

static void shape_plainly(const struct string *string, hb_font_t *font)
{
    hb_buffer_clear_contents(buffer);
    hb_buffer_add_utf8(buffer, string->text, (int)string->length, 0,
                       (int)string->length);
    hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer, HB_SCRIPT_HAN);
    hb_buffer_set_language(buffer, hb_language_from_string("zh-cn", -1));
    hb_shape(font, buffer, NULL, 0);
}

/* What no face has is set an em wide (shape.c). */
static int32_t wanted_advance(const hb_glyph_info_t *info,
                              const hb_glyph_position_t *position, int size_px)
{
    return info->codepoint == 0 && position->x_advance > 0
               ? size_px * 64
               : position->x_advance;
}

static bool is_same(int size_px)
{
    unsigned count;
    const hb_glyph_info_t *info = hb_buffer_get_glyph_infos(buffer, &count);
    const hb_glyph_position_t *position =
        hb_buffer_get_glyph_positions(buffer, &count);
    bool same = count == shaped.count;
    for (unsigned i = 0; i < count && same; i++) {
        const struct glyph *glyph = &shaped.glyphs[i];
        same =
            glyph->id == info[i].codepoint &&
            glyph->cluster == info[i].cluster &&
            glyph->dx == position[i].x_offset &&
            glyph->dy == position[i].y_offset &&
            glyph->advance == wanted_advance(&info[i], &position[i], size_px);
    }
    return same;
}

static void check_string(struct string *string, const char *name,
                         const struct text_style *style)
{
    unsigned slot = slot_of(style);
    encode(string);
    const struct text_run run = {0, (uint32_t)string->length, *style, 0};
    const struct source source = {string->text, string->length, &run, 1};
    fill_itemizer(string, slot);
    shaped.count = shaped.span_count = 0;
    shape_chunk(fonts, &source, &shaped);
    hb_font_t *font = face_scaled(face_at(fonts, slot), style->size_px);
    shape_plainly(string, font);
    if (!is_same(style->size_px))
        fail_msg("%s: %s", name, describe(string));
}

/* ---- strings ---- */

static const uint32_t triple_marks[] = {
    0x3001, 0x3002, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF01, 0xFF1F, 0x2018,
    0x2019, 0x201C, 0x201D, 0xFF08, 0xFF09, 0x3008, 0x3009, 0x300A, 0x300B,
    0x300C, 0x300D, 0x300E, 0x300F, 0x3010, 0x3011, 0x3014, 0x3015, 0x2026,
    0x2014, 0x00B7, 0xFF05, 0xFF5E, ',',    '.',
};
_Static_assert(COUNT_OF(triple_marks) == 33, "as typography.md counted");

static void check_triples(const char *name, const struct text_style *style)
{
    const size_t n = COUNT_OF(triple_marks);
    struct string string = {.count = 3};
    for (size_t i = 0; i < n * n * n; i++) {
        string.codes[0] = triple_marks[i / (n * n)];
        string.codes[1] = triple_marks[i / n % n];
        string.codes[2] = triple_marks[i % n];
        check_string(&string, name, style);
    }
}

/* Everything that has made trouble to somebody. */
static const uint32_t troubles[] = {
    0x0301,  0x0308,  0x20DD,  0x3099,  0x309A,  0xFF9E,  0xFF9F,  0xFE00,
    0xFE0E,  0xFE0F,  0xE0100, 0xE01EF, 0x200B,  0x200C,  0x200D,  0x2060,
    0xFEFF,  0x00AD,  0x034F,  0x1F3FB, 0x1F3FF, 0x1F468, 0x1F1E8, 0x1F1F3,
    0x2617,  0x2764,  0x263A,  0x00A9,  0x20E3,  0xE0067, 0xE007F, 0x304B,
    0x30CF,  0xFF76,  0xFF8A,  0x1100,  0x1161,  0x11A8,  0xAC00,  0x3164,
    0xFFA0,  0x2E3A,  0x2E3B,  0x22EF,  0x2025,  0xF900,  0xFA0E,  0x2F00,
    0x20000, 0x2F800, 0x3005,  0x303E,  0x302A,  0x3030,  0x00A0,  0x3000,
    0x2003,  0x0E33,  0x0F71,  0x0627,  0xFFFD,  0xFFFF,  0xE000,  0x10FFFD,
};

struct pool {
    uint32_t *codes;
    size_t count, capacity;
};

/* What a face has; what of it is not inert, what is looked at. */
struct pools {
    struct pool present, reactive, context;
};

static void add_code(struct pool *pool, uint32_t code)
{
    ARRAY_GROW(pool->codes, pool->count, pool->capacity);
    pool->codes[pool->count++] = code;
}

static uint32_t take_code(const struct pool *pool)
{
    return pool->count ? pool->codes[random_below((uint32_t)pool->count)]
                       : 0x4E00;
}

static void fill_pools(struct pools *pools, unsigned slot)
{
    struct face *face = face_at(fonts, slot);
    for (uint32_t code = 0x20; code < 0x30000; code++) {
        uint8_t flags;
        if (code >= 0xD800 && code < 0xE000)
            continue;
        flags = inert_find(face->inert, code).flags;
        if (!(flags & INERT_PRESENT))
            continue;
        add_code(&pools->present, code);
        if (!(flags & INERT_PLAIN))
            add_code(&pools->reactive, code);
        if (flags & INERT_CONTEXT)
            add_code(&pools->context, code);
    }
}

static uint32_t random_code(const struct pools *pools)
{
    switch (random_below(14)) {
    case 0:
    case 1:
        return take_code(&pools->present);
    case 2:
    case 3:
    case 4:
        return take_code(&pools->reactive);
    case 5:
        return take_code(&pools->context);
    case 6:
    case 7:
        return troubles[random_below(COUNT_OF(troubles))];
    case 8:
        return triple_marks[random_below(COUNT_OF(triple_marks))];
    case 9:
        return 0x20 + random_below(0x5F);
    default:
        return 0x4E00 + random_below(0x5200);
    }
}

/* Every character that lookups change, among ones that they look at. */
static void check_contexts(const char *name, const struct text_style *style,
                           const struct pools *pools)
{
    for (size_t i = 0; i < pools->reactive.count; i++) {
        struct string string = {.count = 6};
        for (size_t k = 0; k < string.count; k++)
            string.codes[k] = take_code(&pools->context);
        string.codes[2] = pools->reactive.codes[i];
        check_string(&string, name, style);
        string.codes[3] = string.codes[2];
        string.codes[2] = 0x4E00;
        check_string(&string, name, style);
    }
}

static void check_random(const char *name, const struct text_style *style)
{
    struct pools pools = {0};
    fill_pools(&pools, slot_of(style));
    check_contexts(name, style, &pools);
    for (int round = 0; round < rounds; round++) {
        struct string string = {.count = 1 + random_below(LENGTH_LIMIT)};
        for (size_t i = 0; i < string.count; i++)
            string.codes[i] = random_code(&pools);
        check_string(&string, name, style);
    }
    free(pools.present.codes);
    free(pools.reactive.codes);
    free(pools.context.codes);
}

static void test_triples(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(styles); i++)
        check_triples(styles[i].name, &styles[i].style);
}

static void test_random(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(styles); i++)
        check_random(styles[i].name, &styles[i].style);
}

static void test_kai(void **state)
{
    const struct text_style style = {FONT_SANS, FONT_REGULAR, 31};
    (void)state;
    if (!open_kai()) {
        print_message("# skipped: no fonts-lxgw-wenkai\n");
        skip();
    }
    check_triples("Kai", &style);
    check_random("Kai", &style);
}

/* The ideographs that codes_find takes for granted. */
static void test_ideographs(void **state)
{
    (void)state;
    for (uint32_t code = 0x4E00; code <= 0x9FFF; code++) {
        struct code learnt = codes_learn(fonts->codes, code);
        struct code found = codes_find(fonts->codes, code);
        assert_memory_equal(&learnt, &found, sizeof(learnt));
    }
}

/* ---- texts ---- */

static void add_text(const char *text, size_t length, struct shaped *out)
{
    const struct text_run runs[] = {
        {0, (uint32_t)(length / 2), styles[0].style, 1},
        {(uint32_t)(length / 2), (uint32_t)length, styles[2].style, 2},
    };
    const struct source source = {text, length, runs, COUNT_OF(runs)};
    size_t at = 0, run = 0;
    out->count = out->span_count = 0;
    while (itemize_next(fonts, &source, &at, &run)) {
        breaks_mark(fonts->breaks, fonts->itemizer);
        shape_chunk(fonts, &source, out);
    }
}

static void always(bool on)
{
    fonts->always_shape = on;
    breaks_ask_always(fonts->breaks, on);
}

/* Both halves of a paragraph in different faces, with its line breaks. */
static void check_text(const char *path, const char *text, size_t length)
{
    struct shaped *fast = &shaped, *plain = &plainly_shaped;
    always(false);
    add_text(text, length, fast);
    always(true);
    add_text(text, length, plain);
    always(false);
    bool same =
        fast->count == plain->count && fast->span_count == plain->span_count;
    for (size_t i = 0; same && i < fast->count; i++)
        same = !memcmp(&fast->glyphs[i], &plain->glyphs[i],
                       sizeof(fast->glyphs[i]));
    for (size_t i = 0; same && i < fast->span_count; i++)
        same = fast->spans[i].first == plain->spans[i].first &&
               fast->spans[i].font == plain->spans[i].font &&
               fast->spans[i].tag == plain->spans[i].tag;
    if (!same)
        fail_msg("%s: %.*s", path, (int)length, text);
}

static int text_count;

static void check_file(const char *path)
{
    struct buf text = {0};
    assert_true(file_read(path, 1 << 24, &text));
    for (const char *line = buf_text(&text), *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        size_t length = (size_t)(end - line);
        if (length && utf8_valid_length(line, length) == length)
            check_text(path, line, length);
        end += *end == '\n';
    }
    buf_fini(&text);
    text_count++;
}

static int visit(const char *path, const struct stat *status, int type,
                 struct FTW *walk)
{
    (void)status, (void)walk;
    if (type == FTW_F && (strstr(path, ".md") || strstr(path, ".txt")))
        check_file(path);
    return 0;
}

static void check_folder(const char *folder)
{
    text_count = 0;
    nftw(folder, visit, 16, FTW_PHYS);
    if (!text_count) {
        print_message("# skipped: no corpus in %s\n", folder);
        skip();
    }
}

static void test_edition(void **state)
{
    (void)state;
    check_folder("content/edition");
}

static void test_newspapers(void **state)
{
    (void)state;
    check_folder("../shared/data/newspapers");
}

static void test_laws(void **state)
{
    (void)state;
    check_folder("../shared/data/labour-laws");
}

/* ---- line breaks ---- */

static uint32_t random_break_code(void)
{
    static const char ascii[] = "019aZ ,.()+-/'\"%$:;!?#\t";
    switch (random_below(10)) {
    case 0:
        return triple_marks[random_below(COUNT_OF(triple_marks))];
    case 1:
        return troubles[random_below(COUNT_OF(troubles) - 2)];
    case 2:
        return (uint32_t)ascii[random_below(sizeof(ascii) - 1)];
    case 3:
        return 0x20 + random_below(0x3000);
    case 4:
        return 0xFE10 + random_below(0x1E0);
    case 5:
        return 0x1F000 + random_below(0xC00);
    default:
        return 0x4E00 + random_below(0x5200);
    }
}

static void check_breaks(const struct string *string)
{
    uint8_t flags[LENGTH_LIMIT];
    const struct itemizer *itemizer = fonts->itemizer;
    fill_itemizer(string, 0);
    breaks_mark(fonts->breaks, fonts->itemizer);
    for (size_t i = 0; i < string->count; i++)
        flags[i] = itemizer->chars[i].flags;
    always(true);
    fill_itemizer(string, 0);
    breaks_mark(fonts->breaks, fonts->itemizer);
    always(false);
    for (size_t i = 0; i < string->count; i++) {
        if (flags[i] != itemizer->chars[i].flags)
            fail_msg("character %zu of %s", i, describe(string));
    }
}

static void test_random_breaks(void **state)
{
    (void)state;
    for (int round = 0; round < rounds * 3; round++) {
        struct string string = {.count = 1 + random_below(LENGTH_LIMIT)};
        for (size_t i = 0; i < string.count; i++) {
            bool number = i && !random_below(4) && string.codes[i - 1] < 0x3A;
            string.codes[i] =
                number ? '0' + random_below(10) : random_break_code();
        }
        encode(&string);
        check_breaks(&string);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ideographs),
        cmocka_unit_test(test_triples),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_edition),
        cmocka_unit_test(test_newspapers),
        cmocka_unit_test(test_laws),
        cmocka_unit_test(test_random_breaks),
        cmocka_unit_test(test_kai), /* last: changes Sans */
    };
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    seed = argc > 1
               ? strtoull(argv[1], NULL, 10)
               : (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    random_state = seed;
    if (argc > 2)
        rounds = atoi(argv[2]);
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
