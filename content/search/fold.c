/* fold.c - letters that count as the same. */
#include "fold.h"

#include <unicode/uchar.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fold_table.h"

/* Of 0x3400 to 0x9FFF. Most have nothing simpler. */
static uint32_t simplify(uint32_t code)
{
    size_t low = 0, high = COUNT_OF(simplified);
    const uint32_t bit = code - 0x3400;
    if (!(is_simplified[bit / 32] >> bit % 32 & 1))
        return code;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (simplified[middle][0] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return simplified[low][1];
}

uint32_t fold_code(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
    if (code >= 0x3400 && code <= 0x9FFF)
        return simplify(code);
    if (code >= 0xFF01 && code <= 0xFF5E)
        return fold_code(code - 0xFEE0);
    return (uint32_t)u_foldCase((UChar32)code, U_FOLD_CASE_DEFAULT);
}

/* Yi is written without blanks as often as with them. */
static bool stands_without_blanks(uint32_t code)
{
    return utf8_is_han(code) || (code >= 0x3041 && code <= 0x30FF) ||
           (code >= 0xA000 && code <= 0xA48C);
}

enum fold_class fold_class(uint32_t folded)
{
    if (folded < 0x80)
        return (folded >= 'a' && folded <= 'z') ||
                       (folded >= '0' && folded <= '9')
                   ? FOLD_WORD
                   : FOLD_GAP;
    if (folded == 0xFFFD || folded == 0x30FB) /* ・ */
        return FOLD_GAP;
    if (stands_without_blanks(folded))
        return FOLD_HAN;
    /* Marks are vowels in Tibetan and in Uyghur. */
    const uint32_t letters = U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK;
    return U_MASK(u_charType((UChar32)folded)) & letters ? FOLD_WORD : FOLD_GAP;
}

static bool is_blank(uint32_t code)
{
    return code == ' ' || code == 0xA0 || code == '\t' || code == 0x3000;
}

bool fold_next(struct fold *fold, struct fold_letter *out)
{
    bool only_blanks = true, gap = false;
    while (fold->at < fold->length) {
        size_t start = fold->at;
        uint32_t code = utf8_next(fold->text, fold->length, &fold->at);
        uint32_t folded = fold_code(code);
        enum fold_class class = fold_class(folded);
        if (class == FOLD_GAP) {
            /* What joins or directs letters is neither letter nor gap. */
            bool silent =
                code >= 0x80 && u_charType((UChar32)code) == U_FORMAT_CHAR;
            gap |= !silent;
            only_blanks &= silent || is_blank(code);
            continue;
        }
        gap &= fold->last != FOLD_GAP;
        *out = (struct fold_letter){
            .code = folded,
            .class = class,
            .start = start,
            .end = fold->at,
            .gap = gap,
            .broken = gap && !(only_blanks && fold->last != class)};
        fold->last = class;
        return true;
    }
    return false;
}

static void put(struct buf *out, bool apart, uint32_t code)
{
    char bytes[4];
    if (apart)
        buf_putc(out, FOLD_BREAK);
    buf_add(out, bytes, utf8_put(bytes, code));
}

void fold_text(const char *text, size_t length, struct buf *out)
{
    struct fold fold = {.text = text, .length = length};
    struct fold_letter letter;
    buf_reserve(out, length);
    out->data[out->length] = 0;
    while (fold_next(&fold, &letter))
        put(out, letter.broken, letter.code);
}

void fold_query(const char *text, size_t length, struct buf *out)
{
    struct fold fold = {.text = text, .length = length};
    struct fold_letter letter;
    /* Nothing of what a visitor typed is left behind by growing. */
    buf_reserve(out, length * 2);
    out->data[out->length] = 0;
    while (fold_next(&fold, &letter))
        put(out, letter.gap, letter.code);
}
