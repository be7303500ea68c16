#include "fonts/codes.h"

#include <hb.h>
#include <unicode/uchar.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/bidi.h"
#include "fonts/breaks.h"
#include "fonts/classes.h"

/* More blocks than any real text mixes: 256 KB. */
#define PAGE_COUNT_LIMIT 256

struct codes *codes_new(void)
{
    struct codes *codes = xcalloc(1, sizeof(*codes));
    codes->ideograph = codes_learn(codes, 0x4E00);
    return codes;
}

void codes_free(struct codes *codes)
{
    if (!codes)
        return;
    for (size_t i = 0; i < CODES_PAGES; i++)
        free(codes->pages[i]);
    free(codes);
}

/* Unicode has 164 scripts, and a tag more or less would not hurt. */
static uint8_t script_index(struct codes *codes, uint32_t script)
{
    for (int i = 0; i < codes->script_count; i++) {
        if (codes->scripts[i] == script)
            return (uint8_t)i;
    }
    if (codes->script_count == (int)COUNT_OF(codes->scripts))
        return 0;
    codes->scripts[codes->script_count] = script;
    return (uint8_t)codes->script_count++;
}

static bool is_attached(uint32_t code)
{
    switch (hb_unicode_general_category(hb_unicode_funcs_get_default(), code)) {
    case HB_UNICODE_GENERAL_CATEGORY_ENCLOSING_MARK:
    case HB_UNICODE_GENERAL_CATEGORY_NON_SPACING_MARK:
    case HB_UNICODE_GENERAL_CATEGORY_SPACING_MARK:
    case HB_UNICODE_GENERAL_CATEGORY_FORMAT:
        return true;
    default:
        return false;
    }
}

static bool is_invisible(uint32_t code)
{
    return (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) ||
           (code >= 0xFE00 && code <= 0xFE0F) ||
           (code >= 0xE0000 && code <= 0xE0FFF) || code == 0x00AD ||
           code == 0x034F || code == 0x061C || code == 0xFEFF ||
           (code >= 0x180B && code <= 0x180F);
}

static bool is_ideograph(uint32_t code)
{
    return utf8_is_han(code) &&
           u_getIntPropertyValue((UChar32)code, UCHAR_LINE_BREAK) ==
               U_LB_IDEOGRAPHIC;
}

static struct code work_out(struct codes *codes, uint32_t code)
{
    enum char_class class = class_of(code);
    uint32_t script =
        class_rules[class].chinese
            ? (uint32_t)HB_SCRIPT_HAN
            : (uint32_t)hb_unicode_script(hb_unicode_funcs_get_default(), code);
    bool common = script == HB_SCRIPT_COMMON || script == HB_SCRIPT_INHERITED;
    unsigned traits = CODE_KNOWN | (utf8_is_han(code) ? CODE_HAN : 0) |
                      (is_ideograph(code) ? CODE_IDEOGRAPH : 0) |
                      (common ? CODE_COMMON : 0) |
                      (is_attached(code) ? CODE_ATTACHED : 0) |
                      (is_invisible(code) ? CODE_INVISIBLE : 0) |
                      (bidi_turns(code) ? CODE_TURNS : 0) |
                      (breaks_glues(code) ? CODE_GLUES : 0);
    return (struct code){.class = (uint8_t) class,
                         .script = script_index(codes, script),
                         .traits = (uint8_t)traits};
}

static struct code *page_of(struct codes *codes, uint32_t code)
{
    struct code **page = &codes->pages[code / 256];
    if (!*page && codes->page_count < PAGE_COUNT_LIMIT) {
        *page = xcalloc(256, sizeof(**page));
        codes->page_count++;
    }
    return *page;
}

struct code codes_learn(struct codes *codes, uint32_t code)
{
    struct code result = work_out(codes, code);
    struct code *page = code < CODES_LIMIT ? page_of(codes, code) : NULL;
    if (page)
        page[code % 256] = result;
    return result;
}
