/* utf8.h - UTF-8 as The Unicode Standard 15.0, table 3-7 defines it. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the code point at text[*at] and moves *at past it; *at must be below
 * length. A malformed byte yields U+FFFD and moves by the length of the
 * maximal subpart (at least one byte), so a loop always ends. */
static inline uint32_t utf8_next(const char *text, size_t length, size_t *at)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = *at;
    unsigned lead = s[i++];
    if (lead < 0x80) {
        *at = i;
        return lead;
    }
    unsigned more = 0, low = 0x80, high = 0xBF;
    uint32_t code = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        more = 1;
        code = lead & 0x1F;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        more = 2;
        code = lead & 0x0F;
        low = lead == 0xE0 ? 0xA0 : 0x80;
        high = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        more = 3;
        code = lead & 0x07;
        low = lead == 0xF0 ? 0x90 : 0x80;
        high = lead == 0xF4 ? 0x8F : 0xBF;
    }
    if (!more)
        goto bad;
    for (; more; more--, i++, low = 0x80, high = 0xBF) {
        if (i >= length || s[i] < low || s[i] > high)
            goto bad;
        code = code << 6 | (s[i] & 0x3F);
    }
    *at = i;
    return code;
bad:
    *at = i;
    return 0xFFFD;
}

/* utf8_next for text that is known to be well-formed. */
static inline uint32_t utf8_next_valid(const char *text, size_t *at)
{
    const unsigned char *s = (const unsigned char *)text + *at;
    if (s[0] < 0x80) {
        *at += 1;
        return s[0];
    }
    if (s[0] < 0xE0) {
        *at += 2;
        return (uint32_t)(s[0] & 0x1F) << 6 | (s[1] & 0x3F);
    }
    if (s[0] < 0xF0) {
        *at += 3;
        return (uint32_t)(s[0] & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6 |
               (s[2] & 0x3F);
    }
    *at += 4;
    return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12 |
           (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
}

/* Writes code (at most U+10FFFF) to out, up to 4 bytes; returns how many. */
static inline size_t utf8_put(char out[4], uint32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* The offset of the first malformed byte, or length when all is well-formed. */
static inline size_t utf8_valid_length(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length) {
        size_t start = at;
        /* A genuine U+FFFD in the text is EF BF BD: three bytes. */
        if (utf8_next(text, length, &at) == 0xFFFD &&
            !(at - start == 3 && (unsigned char)text[start] == 0xEF &&
              (unsigned char)text[start + 1] == 0xBF))
            return start;
    }
    return length;
}

/* Code points in a text, malformed bytes counted as U+FFFD. */
static inline size_t utf8_count(const char *text, size_t length)
{
    size_t count = 0;
    for (size_t at = 0; at < length; count++)
        utf8_next(text, length, &at);
    return count;
}

/* Han ideographs: the unified blocks, their extensions and compatibility
 * forms, and the ideographic zero and iteration mark. */
static inline bool utf8_is_han(uint32_t code)
{
    return (code >= 0x4E00 && code <= 0x9FFF) ||
           (code >= 0x3400 && code <= 0x4DBF) ||
           (code >= 0x20000 && code <= 0x3FFFD) ||
           (code >= 0xF900 && code <= 0xFAFF) || code == 0x3007 ||
           code == 0x3005;
}

#endif
