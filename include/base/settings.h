/* settings.h - settings files of our programs: lines of `key = value`, # starts
 * a comment line, UTF-8. Each program has a table of its keys and a struct that
 * they are read into.
 *
 * A key nobody knows or a value out of range is logged with its line and what
 * was in the struct stays: a mistyped file never keeps a program from running.
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"

enum { SETTINGS_BYTES_MAX = 64 * 1024 };

enum setting_kind {
    SETTING_TEXT,   /* a char array of size bytes */
    SETTING_NUMBER, /* an int from low to high */
    SETTING_WORD,   /* an int or enum: the place of the word in words */
    SETTING_OWN,    /* whatever take makes of the value */
};

struct setting {
    const char *name;
    enum setting_kind kind;
    size_t offset, size;
    int low, high;
    const char *words[4];
    bool (*take)(void *settings, const char *value); /* false: not valid */
};

/* clang-format off */
/* Rows of a table for struct type. */
#define SETTING_TEXT_OF(type, key, field)                                      \
    {.name = key, .kind = SETTING_TEXT, .offset = offsetof(type, field),       \
     .size = sizeof(((type *)0)->field)}
#define SETTING_NUMBER_OF(type, key, field, from, to)                          \
    {.name = key, .kind = SETTING_NUMBER, .offset = offsetof(type, field),     \
     .low = from, .high = to}
#define SETTING_WORD_OF(type, key, field, ...)                                 \
    {.name = key, .kind = SETTING_WORD, .offset = offsetof(type, field),       \
     .words = {__VA_ARGS__}}
#define SETTING_OWN_OF(key, function)                                          \
    {.name = key, .kind = SETTING_OWN, .take = function}
/* clang-format on */

static inline bool setting_set_text(char *field, size_t size, const char *value)
{
    size_t length = strlen(value);
    if (length >= size || utf8_valid_length(value, length) != length)
        return false;
    memcpy(field, value, length + 1);
    return true;
}

static inline bool setting_set_number(int *field, const struct setting *setting,
                                      const char *value)
{
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno || end == value || *end || number < setting->low ||
        number > setting->high)
        return false;
    *field = (int)number;
    return true;
}

static inline bool setting_set_word(int *field, const struct setting *setting,
                                    const char *value)
{
    for (size_t i = 0; i < COUNT_OF(setting->words) && setting->words[i]; i++)
        if (!strcmp(setting->words[i], value)) {
            *field = (int)i;
            return true;
        }
    return false;
}

static inline bool setting_set(void *settings, const struct setting *setting,
                               const char *value)
{
    char *field = (char *)settings + setting->offset;
    switch (setting->kind) {
    case SETTING_TEXT:
        return setting_set_text(field, setting->size, value);
    case SETTING_NUMBER:
        return setting_set_number((int *)(void *)field, setting, value);
    case SETTING_WORD:
        return setting_set_word((int *)(void *)field, setting, value);
    case SETTING_OWN:
        return setting->take(settings, value);
    }
    return false;
}

static inline char *settings_trim(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    size_t length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1]))
        text[--length] = 0;
    return text;
}

static inline bool settings_line(void *settings, const struct setting *table,
                                 size_t count, char *line, const char *path,
                                 size_t number)
{
    line = settings_trim(line);
    if (!*line || *line == '#')
        return true;
    char *equals = strchr(line, '=');
    if (!equals) {
        log_warn("config", "%s:%zu: no '=' in \"%s\"", path, number, line);
        return false;
    }
    *equals = 0;
    char *name = settings_trim(line), *value = settings_trim(equals + 1);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].name, name) != 0)
            continue;
        if (setting_set(settings, &table[i], value))
            return true;
        log_warn("config", "%s:%zu: %s cannot be \"%s\"; the default stays",
                 path, number, name, value);
        return false;
    }
    log_warn("config", "%s:%zu: unknown key \"%s\"", path, number, name);
    return false;
}

/* Reads the file over what is in settings. False when it cannot be read
 * (logged); a file with faults is read as far as it makes sense, and *faults
 * counts what was logged. */
static inline bool settings_read(void *settings, const struct setting *table,
                                 size_t count, const char *path, size_t *faults)
{
    struct buf text = {0};
    *faults = 0;
    if (!file_read(path, SETTINGS_BYTES_MAX, &text)) {
        log_error("config", "%s: %s", path, strerror(errno));
        buf_fini(&text);
        return false;
    }
    size_t number = 0;
    char *rest = text.data;
    /* Windows editors put a mark in front. */
    if (rest && !strncmp(rest, "\xEF\xBB\xBF", 3))
        rest += 3;
    /* A NUL would hide the lines after it. */
    for (size_t i = 0; i < text.length; i++)
        if (!text.data[i])
            text.data[i] = ' ';
    for (char *line; (line = strsep(&rest, "\n"));)
        if (!settings_line(settings, table, count, line, path, ++number))
            ++*faults;
    buf_fini(&text);
    return true;
}

#endif
