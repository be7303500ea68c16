/* pack_tar.c - the ustar header (POSIX.1-2017, pax, "ustar Interchange
 * Format"), and which paths it may name. */
#include "pack_private.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Offsets and sizes of the fields that are not always the same. */
enum {
    NAME_AT = 0,
    NAME_SIZE = 100,
    LENGTH_AT = 124,
    LENGTH_DIGITS = 11,
    SUM_AT = 148,
    SUM_SIZE = 8,
    PREFIX_AT = 345,
    PREFIX_SIZE = 155,
};

/* Fields that are the same for all: mode, owner, group, time, kind, version. */
static const struct {
    size_t at;
    const char *text;
    size_t size;
} constants[] = {
    {100, "0000644", 8},      {108, "0000000", 8}, {116, "0000000", 8},
    {136, "00000000000", 12}, {156, "0", 1},       {257, "ustar", 6},
    {263, "00", 2},           {329, "0000000", 8}, {337, "0000000", 8},
};

/* Where a path is cut in prefix and name: as early as the rest fits. NULL when
 * it need not be, or cannot be. */
static const char *cut(const char *path, size_t length)
{
    if (length <= NAME_SIZE)
        return NULL;
    return strchr(path + length - NAME_SIZE - 1, '/');
}

/* The sum of all bytes, the field of the sum itself taken as spaces. */
static unsigned sum(const unsigned char header[TAR_BLOCK])
{
    unsigned total = SUM_SIZE * ' ';
    for (size_t i = 0; i < TAR_BLOCK; i++)
        if (i < SUM_AT || i >= SUM_AT + SUM_SIZE)
            total += header[i];
    return total;
}

bool tar_header(const char *path, uint64_t length, unsigned char out[TAR_BLOCK])
{
    const size_t path_length = strlen(path);
    const char *slash = cut(path, path_length);
    const char *name = slash ? slash + 1 : path;
    const size_t name_length = path_length - (size_t)(name - path);
    char number[24];
    if (name_length > NAME_SIZE || path_length > PACK_PATH_MAX ||
        (slash && slash - path > PREFIX_SIZE) || length >> 33)
        return false;
    memset(out, 0, TAR_BLOCK);
    memcpy(out + NAME_AT, name, name_length);
    if (slash)
        memcpy(out + PREFIX_AT, path, (size_t)(slash - path));
    for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++)
        memcpy(out + constants[i].at, constants[i].text, constants[i].size);
    snprintf(number, sizeof(number), "%011llo", (unsigned long long)length);
    memcpy(out + LENGTH_AT, number, LENGTH_DIGITS);
    snprintf(number, sizeof(number), "%06o", sum(out));
    memcpy(out + SUM_AT, number, 7);
    out[SUM_AT + 7] = ' ';
    return true;
}

bool tar_parse(const unsigned char header[TAR_BLOCK],
               char path_out[PACK_PATH_MAX + 1], uint64_t *length_out)
{
    const char *name = (const char *)header + NAME_AT;
    const char *prefix = (const char *)header + PREFIX_AT;
    const size_t name_length = strnlen(name, NAME_SIZE);
    const size_t prefix_length = strnlen(prefix, PREFIX_SIZE);
    unsigned char again[TAR_BLOCK];
    uint64_t length = 0;
    if (prefix_length + 1 + name_length > PACK_PATH_MAX)
        return false;
    snprintf(path_out, PACK_PATH_MAX + 1, "%.*s%s%.*s", (int)prefix_length,
             prefix, prefix_length ? "/" : "", (int)name_length, name);
    for (size_t i = 0; i < LENGTH_DIGITS; i++) {
        const unsigned char digit = header[LENGTH_AT + i];
        if (digit < '0' || digit > '7')
            return false;
        length = length << 3 | (unsigned)(digit - '0');
    }
    *length_out = length;
    return tar_header(path_out, length, again) &&
           memcmp(header, again, TAR_BLOCK) == 0;
}

/* Controls (C1), general punctuation with its marks of direction and of no
 * width, the byte order mark, and what is no character. */
static bool is_letter(uint32_t code)
{
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
               (code >= '0' && code <= '9') || code == '.' || code == '_' ||
               code == '-';
    return code >= 0xA1 && code != 0xAD && !(code >= 0x2000 && code < 0x2070) &&
           code != 0xFEFF && !(code >= 0xFFF0 && code <= 0xFFFF) &&
           (code & 0xFFFE) != 0xFFFE && code < 0xE0000;
}

static bool is_component(const char *text, size_t length)
{
    if (length == 0 || text[0] == '.')
        return false;
    for (size_t at = 0; at < length;)
        if (!is_letter(utf8_next(text, length, &at)))
            return false; /* U+FFFD too: malformed bytes */
    return true;
}

bool pack_path_is_fine(const char *path)
{
    unsigned char header[TAR_BLOCK];
    const size_t whole = strnlen(path, PACK_PATH_MAX + 1);
    if (whole > PACK_PATH_MAX || !tar_header(path, 0, header))
        return false;
    while (true) {
        size_t length = strcspn(path, "/");
        if (!is_component(path, length))
            return false;
        if (!path[length])
            return true;
        path += length + 1;
    }
}
