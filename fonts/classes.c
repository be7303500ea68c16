#include "fonts/classes.h"

#include <hb.h>

#include "base/utf8.h"

int mark_find(uint32_t code)
{
    size_t low = 0, high = mark_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (marks[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < mark_count && marks[low].code == code ? (int)low : -1;
}

/* Scripts that are written with the word-by-word spacing of Latin; Hangul too,
 * which CLREQ does not treat but Korean sets like this beside Han. */
static enum char_class class_of_script(hb_script_t script)
{
    switch ((uint32_t)script) {
    case HB_SCRIPT_HAN:
    case HB_SCRIPT_HIRAGANA:
    case HB_SCRIPT_KATAKANA:
    case HB_SCRIPT_BOPOMOFO:
        return CLASS_HAN;
    case HB_SCRIPT_LATIN:
    case HB_SCRIPT_GREEK:
    case HB_SCRIPT_CYRILLIC:
        return CLASS_LATIN;
    default:
        return CLASS_OTHER;
    }
}

static bool is_ascii_letter(uint32_t code)
{
    return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
}

enum char_class class_of(uint32_t code)
{
    if (code >= 0x3400 && utf8_is_han(code))
        return CLASS_HAN;
    if (code < 0x80 && is_ascii_letter(code))
        return CLASS_LATIN;
    if (code >= '0' && code <= '9')
        return CLASS_DIGIT;
    if (code == '\n')
        return CLASS_NEWLINE;
    int mark = mark_find(code);
    if (mark >= 0)
        return (enum char_class)marks[mark].class;
    if (code < 0x80)
        return CLASS_OTHER;
    if (code >= 0xFF10 && code <= 0xFF19)
        return CLASS_FIGURE;
    /* Full-width forms, the letters among them, stand in the grid of em; so do
     * icons. */
    if ((code >= 0xFF01 && code <= 0xFF5E) || code == OBJECT_CHARACTER)
        return CLASS_HAN;
    hb_unicode_funcs_t *unicode = hb_unicode_funcs_get_default();
    if (hb_unicode_general_category(unicode, code) ==
        HB_UNICODE_GENERAL_CATEGORY_SPACE_SEPARATOR)
        return CLASS_BLANK;
    return class_of_script(hb_unicode_script(unicode, code));
}
