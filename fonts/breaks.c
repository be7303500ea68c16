/* breaks.c - ICU's answer, corrected.
 *
 * ICU 72 zh@lb=strict is right on all of WPT's Chinese assertions and differs
 * from CLREQ in few characters. Some of them are shown to ICU as a character of
 * the class they should have; what a pair of neighbours decides stands in
 * `glued`; and what may never start or end a line (class_rules) is enforced
 * whatever ICU says. */
#include "fonts/breaks.h"

#include <unicode/ubrk.h>

#include "base/log.h"
#include "base/mem.h"
#include "fonts/classes.h"
#include "fonts/codes.h"

/* What ICU says of one character between two ideographs, after one at the end
 * of the text, before one at its start; kept in pages of 256, or asked again
 * where that is not the basic plane. */
enum {
    MEMO_KNOWN = 1,
    MEMO_BEFORE = 2,
    MEMO_AFTER = 4,
    MEMO_BEFORE_LAST = 8,
    MEMO_AFTER_FIRST = 16
};
#define MEMO_LIMIT 0x10000u

/* The same of a few characters in a row, those met last; a bit for the break
 * before each and one for the break behind them. Digits are alike: they stand
 * as 0. */
#define RUN_LENGTH 7
#define RUN_COUNT 1024 /* 16 KB, touched as they fill */
enum { RUN_KNOWN = 1, RUN_AFTER_HAN = 2, RUN_BEFORE_HAN = 4 };
struct run_memo {
    uint16_t codes[RUN_LENGTH]; /* then zeros */
    uint8_t kind;               /* RUN_ */
    uint8_t bits;
};

struct breaks {
    UBreakIterator *iterator;
    UChar *units; /* what ICU is asked about, UTF-16 */
    size_t capacity;
    uint8_t *memos[MEMO_LIMIT / 256];
    struct run_memo runs[RUN_COUNT];
    bool ask_always;
};

/* ICU tailors “ ” to brackets and leaves ‘ ’ (ICU-13441); U+30FB is a
 * nonstarter, which is what the others should be. An icon is an ideograph. */
static const struct {
    uint32_t code;
    UChar stand_in;
} stand_ins[] = {
    {0x00B7, 0x30FB}, /* · */
    {0x2018, 0x201C}, /* ‘ */
    {0x2019, 0x201D}, /* ’ */
    {0x2027, 0x30FB}, /* ‧ */
    {0xFF0D, 0x30FB}, /* － */
    {0xFF0F, 0x30FB}, /* ／ */
    {0xFF5E, 0x30FB}, /* ～ */
    {OBJECT_CHARACTER, 0x4E2D},
};

/* No break between `before` and `after` where ICU has one. 0 in `before2`:
 * whatever stands before `before`. */
enum glue_kind { GLUE_DIGIT = 1, GLUE_HAN, GLUE_CAPITAL };
static const struct {
    uint32_t before2, before, after;
} glued[] = {
    {0, '+', '+'},                    /* C++ */
    {GLUE_DIGIT, 0xFF1A, GLUE_DIGIT}, /* 10：30 */
    {GLUE_DIGIT, 0x00B7, GLUE_DIGIT}, /* 5·1 */
    {GLUE_DIGIT, 0xFF0E, GLUE_DIGIT}, /* ３．１４ */
    {GLUE_HAN, '/', GLUE_HAN},        /* 工会/驿站: as ／ (rule 4) */
    {GLUE_DIGIT, '/', GLUE_HAN},      /* ¥1,200/月 */
    {GLUE_CAPITAL, '/', GLUE_CAPITAL},
    {GLUE_CAPITAL, ' ', GLUE_DIGIT}, /* GB/T 15834 */
};

/* A range of numbers is one unit up to so many characters: 1–3, 2024—2026,
 * 30%～50%. A longer one is broken where the line would be worse (search.c). */
#define RANGE_LIMIT 9

struct breaks *breaks_new(void)
{
    struct breaks *breaks = xcalloc(1, sizeof(*breaks));
    UErrorCode status = U_ZERO_ERROR;
    breaks->iterator = ubrk_open(UBRK_LINE, BREAKS_LOCALE, NULL, 0, &status);
    if (U_FAILURE(status)) {
        log_error("breaks", "ICU: %s", u_errorName(status));
        abort();
    }
    return breaks;
}

void breaks_free(struct breaks *breaks)
{
    if (!breaks)
        return;
    ubrk_close(breaks->iterator);
    for (size_t i = 0; i < COUNT_OF(breaks->memos); i++)
        free(breaks->memos[i]);
    free(breaks->units);
    free(breaks);
}

void breaks_forget(struct breaks *breaks)
{
    for (size_t i = 0; i < RUN_COUNT; i++) {
        if (breaks->runs[i].kind)
            explicit_bzero(&breaks->runs[i], sizeof(breaks->runs[i]));
    }
    if (breaks->units)
        explicit_bzero(breaks->units,
                       breaks->capacity * sizeof(*breaks->units));
}

void breaks_ask_always(struct breaks *breaks, bool always)
{
    breaks->ask_always = always;
}

static uint32_t shown(const struct character *c)
{
    if (c->flags & CHARACTER_NARROW)
        return '\'';
    for (size_t i = 0; i < COUNT_OF(stand_ins); i++) {
        if (stand_ins[i].code == c->code)
            return stand_ins[i].stand_in;
    }
    return c->code;
}

static int32_t to_utf16(struct breaks *breaks, const struct character *c,
                        size_t count)
{
    int32_t length = 0;
    if (breaks->capacity < count * 2) {
        breaks->capacity = count * 2;
        breaks->units =
            xrealloc(breaks->units, breaks->capacity, sizeof(*breaks->units));
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t code = shown(&c[i]);
        U16_APPEND_UNSAFE(breaks->units, length, code);
    }
    return length;
}

/* Marks the breaks between `count` characters. */
static void ask_icu(struct breaks *breaks, struct character *c, size_t count)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = to_utf16(breaks, c, count), at = 0;
    size_t i = 0;
    ubrk_setText(breaks->iterator, breaks->units, length, &status);
    if (U_FAILURE(status))
        return;
    for (int32_t next; (next = ubrk_next(breaks->iterator)) != UBRK_DONE;) {
        for (; at < next; i++)
            at += U16_LENGTH(c[i].code);
        if (i < count)
            c[i].flags |= CHARACTER_BREAK;
    }
}

static uint8_t ask_about(struct breaks *breaks, uint32_t code)
{
    const struct character ideograph = {.code = 0x4E2D}, mark = {.code = code};
    struct character within[] = {ideograph, mark, ideograph};
    struct character last[] = {ideograph, mark}, first[] = {mark, ideograph};
    ask_icu(breaks, within, COUNT_OF(within));
    ask_icu(breaks, last, COUNT_OF(last));
    ask_icu(breaks, first, COUNT_OF(first));
    return (uint8_t)(MEMO_KNOWN | (within[1].flags ? MEMO_BEFORE : 0) |
                     (within[2].flags ? MEMO_AFTER : 0) |
                     (last[1].flags ? MEMO_BEFORE_LAST : 0) |
                     (first[1].flags ? MEMO_AFTER_FIRST : 0));
}

static uint8_t memo_of(struct breaks *breaks, uint32_t code)
{
    if (code >= MEMO_LIMIT)
        return ask_about(breaks, code);
    uint8_t **page = &breaks->memos[code / 256];
    if (!*page)
        *page = xcalloc(256, 1);
    if (!(*page)[code % 256])
        (*page)[code % 256] = ask_about(breaks, code);
    return (*page)[code % 256];
}

/* `length` characters that are like one to the rules, no break between them. */
static void mark_single(struct breaks *breaks, struct character *c, size_t at,
                        size_t length, size_t count)
{
    uint8_t memo = memo_of(breaks, c[at].code);
    bool last = at + length == count;
    if (at > 0 && memo & (last ? MEMO_BEFORE_LAST : MEMO_BEFORE))
        c[at].flags |= CHARACTER_BREAK;
    if (!last && memo & (at ? MEMO_AFTER : MEMO_AFTER_FIRST))
        c[at + length].flags |= CHARACTER_BREAK;
}

static bool make_key(const struct character *c, size_t length,
                     struct run_memo *key)
{
    for (size_t i = 0; i < length; i++) {
        bool digit = c[i].code >= '0' && c[i].code <= '9';
        uint32_t code = digit ? '0' : shown(&c[i]);
        if (code >= MEMO_LIMIT)
            return false;
        key->codes[i] = (uint16_t)code;
    }
    return true;
}

static size_t run_hash(const struct run_memo *key)
{
    uint32_t hash = key->kind;
    for (size_t i = 0; i < RUN_LENGTH; i++)
        hash = hash * 31 + key->codes[i];
    return (hash ^ hash >> 8) % RUN_COUNT;
}

static void ask_about_run(struct breaks *breaks, struct run_memo *key,
                          size_t length)
{
    struct character c[RUN_LENGTH + 2] = {{.code = 0x4E2D}};
    size_t first = key->kind & RUN_AFTER_HAN ? 0 : 1;
    size_t end = length + (key->kind & RUN_BEFORE_HAN ? 2 : 1);
    for (size_t i = 0; i < length; i++)
        c[i + 1].code = key->codes[i];
    c[length + 1].code = 0x4E2D;
    ask_icu(breaks, &c[first], end - first);
    key->kind |= RUN_KNOWN;
    for (size_t i = 0; i <= length; i++)
        key->bits |= (uint8_t)((c[i + 1].flags ? 1 : 0) << i);
}

/* False: there is no memo for it. */
static bool mark_short_run(struct breaks *breaks, struct character *c,
                           size_t at, size_t length, size_t count)
{
    struct run_memo key = {.kind = RUN_KNOWN};
    if (length > RUN_LENGTH || !make_key(&c[at], length, &key))
        return false;
    if (at > 0)
        key.kind |= RUN_AFTER_HAN;
    if (at + length < count)
        key.kind |= RUN_BEFORE_HAN;
    struct run_memo *memo = &breaks->runs[run_hash(&key)];
    if (memo->kind != key.kind ||
        memcmp(memo->codes, key.codes, sizeof(key.codes)) != 0) {
        ask_about_run(breaks, &key, length);
        *memo = key;
    }
    for (size_t i = 0; i <= length && at + i < count; i++) {
        if (memo->bits >> i & 1)
            c[at + i].flags |= CHARACTER_BREAK;
    }
    return true;
}

static bool is_number(const struct character *c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (c[i].code < '0' || c[i].code > '9')
            return false;
    }
    return true;
}

/* What stands between two ideographs, or at an end of the text. */
static void mark_run(struct breaks *breaks, struct character *c, size_t at,
                     size_t length, size_t count)
{
    if ((length == 1 && !(c[at].flags & CHARACTER_NARROW)) ||
        is_number(&c[at], length)) {
        mark_single(breaks, c, at, length, count);
    } else if (!mark_short_run(breaks, c, at, length, count)) {
        size_t first = at ? at - 1 : at, end = at + length;
        ask_icu(breaks, &c[first], (end < count ? end + 1 : end) - first);
    }
}

/* Nothing in the line breaking rules looks across an ideograph: between two of
 * them a line may break always; what ICU says of the characters between two is
 * the same whatever stands beyond. */
static void mark_breaks(struct breaks *breaks, struct itemizer *itemizer)
{
    struct character *c = itemizer->chars;
    size_t count = itemizer->count, i = 0;
    while (i < count) {
        size_t start = i;
        while (i < count && !(c[i].traits & CODE_IDEOGRAPH))
            i++;
        if (i > start)
            mark_run(breaks, c, start, i - start, count);
        if (i == count)
            break;
        for (i += 1u + c[i].ahead; i < count && c[i].traits & CODE_IDEOGRAPH;
             i += 1u + c[i].ahead)
            c[i].flags |= CHARACTER_BREAK;
    }
}

static bool matches(const struct character *c, uint32_t wanted)
{
    switch (wanted) {
    case 0:
        return true;
    case GLUE_DIGIT:
        return c && (c->class == CLASS_DIGIT || c->class == CLASS_FIGURE);
    case GLUE_HAN:
        return c && c->class == CLASS_HAN;
    case GLUE_CAPITAL:
        return c && c->code >= 'A' && c->code <= 'Z';
    default:
        return c && c->code == wanted;
    }
}

bool breaks_glues(uint32_t code)
{
    for (size_t g = 0; g < COUNT_OF(glued); g++) {
        if (glued[g].before == code)
            return true;
    }
    return false;
}

static bool is_glued(const struct character *c, size_t i)
{
    if (!(c[i - 1].traits & CODE_GLUES))
        return false;
    for (size_t g = 0; g < COUNT_OF(glued); g++) {
        if (c[i - 1].code == glued[g].before &&
            matches(&c[i], glued[g].after) &&
            matches(i > 1 ? &c[i - 2] : NULL, glued[g].before2))
            return true;
    }
    return false;
}

/* One — alone is a connector (rule 2); —— may start a line in GB style. */
static bool is_single_dash(const struct character *c, size_t i, size_t count)
{
    return c[i].code == 0x2014 && !(c[i].flags & CHARACTER_JOINED) &&
           !(i + 1 < count && c[i + 1].flags & CHARACTER_JOINED);
}

static bool is_number_part(const struct character *c)
{
    return c->class == CLASS_DIGIT || c->class == CLASS_SYMBOL ||
           c->class == CLASS_FIGURE || c->code == '.' || c->code == ',' ||
           c->code == ':' || c->code == 0xFF1A; /* ： */
}

/* A connector between two numbers that are short together. */
static bool is_in_range(const struct character *c, size_t i, size_t count)
{
    size_t first = i - 1, end = i;
    if (c[i - 1].class != CLASS_CONNECTOR && !is_single_dash(c, i - 1, count))
        return false;
    while (first > 0 && is_number_part(&c[first - 1]) &&
           end - first <= RANGE_LIMIT)
        first--;
    while (end < count && is_number_part(&c[end]) && end - first <= RANGE_LIMIT)
        end++;
    return first + 1 < i && i < end && end - first <= RANGE_LIMIT;
}

/* last: the character before i that is not a space, or NULL. */
static bool is_forbidden(const struct character *c, size_t i, size_t count,
                         const struct character *last)
{
    return class_rules[c[i].class].not_start ||
           (last && class_rules[last->class].not_end) ||
           (c[i].flags & CHARACTER_JOINED) || is_single_dash(c, i, count) ||
           (i > 0 && c[i - 1].class != CLASS_HAN &&
            (classes_join(c[i - 1].class, c[i].class) || is_glued(c, i) ||
             is_in_range(c, i, count)));
}

static void overlay(struct itemizer *itemizer)
{
    struct character *c = itemizer->chars, *last = NULL;
    for (size_t i = 0; i < itemizer->count; i += 1u + c[i].ahead) {
        if (i > 0 && !class_rules[c[i - 1].class].hangs)
            last = &c[i - 1];
        if (i > 0 && c[i - 1].class == CLASS_NEWLINE)
            c[i].flags |= CHARACTER_BREAK;
        else if (c[i].flags & CHARACTER_BREAK &&
                 is_forbidden(c, i, itemizer->count, last))
            c[i].flags &= (uint8_t)~CHARACTER_BREAK;
    }
}

static void ask_about_all(struct breaks *breaks, struct itemizer *itemizer)
{
    for (size_t i = 0; i < itemizer->count; i++) {
        itemizer->chars[i].flags &= (uint8_t)~CHARACTER_BREAK;
        itemizer->chars[i].ahead = 0;
    }
    ask_icu(breaks, itemizer->chars, itemizer->count);
}

void breaks_mark(struct breaks *breaks, struct itemizer *itemizer)
{
    if (breaks->ask_always)
        ask_about_all(breaks, itemizer);
    else
        mark_breaks(breaks, itemizer);
    if (itemizer->count && itemizer->open_start)
        itemizer->chars[0].flags |= CHARACTER_BREAK;
    overlay(itemizer);
}
