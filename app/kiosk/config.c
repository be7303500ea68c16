#include "app/kiosk/config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"

#define MODULE "config"
#define FILE_LIMIT (64 * 1024)

enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_WORD };

struct key {
    const char *name;
    enum value_kind kind;
    size_t offset, size;  /* of the field; size: room of a text */
    int low, high;        /* of a number */
    const char *words[4]; /* of a word, in the order of its enum */
};

/* clang-format off */
#define TEXT(key, field)                                                       \
    {key, VALUE_TEXT, offsetof(struct config, field),                          \
     sizeof(((struct config *)0)->field), 0, 0, {0}}
#define NUMBER(key, field, low, high)                                          \
    {key, VALUE_NUMBER, offsetof(struct config, field), sizeof(int),           \
     low, high, {0}}
#define WORD(key, field, ...)                                                  \
    {key, VALUE_WORD, offsetof(struct config, field), sizeof(int),             \
     0, 0, {__VA_ARGS__}}
/* clang-format on */

static const struct key keys[] = {
    TEXT("content", content),
    TEXT("fonts", fonts),
    TEXT("station", station),
    TEXT("station_line", station_line),
    TEXT("staff_phone", staff_phone),
    TEXT("staff_name", staff_name),
    NUMBER("panel_mm", panel_mm, 40, 4000),
    NUMBER("idle_seconds", idle_seconds, 10, 3600),
    NUMBER("countdown_seconds", countdown_seconds, 5, 120),
    NUMBER("attract_seconds", attract_seconds, 0, 86400),
    NUMBER("glyph_cache_mb", glyph_cache_mb, 4, 512),
    WORD("text_size", text_size, "standard", "large", "larger", "largest"),
    WORD("contrast", contrast, "paper", "white", "black"),
    WORD("splash", splash, "auto", "always", "never"),
};

/* The words are stored through an int. */
_Static_assert(sizeof(enum splash_mode) == sizeof(int), "enum is an int");

void config_defaults(struct config *config)
{
    *config = (struct config){
        .content = "/var/lib/yichuang/content.db",
        .station = "工会驿站",
        .station_line = "歇歇脚，喝口水",
        .staff_name = "驿站工作人员",
        .panel_mm = 268,
        .idle_seconds = 60,
        .countdown_seconds = 15,
        .attract_seconds = 180,
        .glyph_cache_mb = 32,
        .splash = SPLASH_AUTO,
    };
}

static const struct key *key_find(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (!strcmp(keys[i].name, name))
            return &keys[i];
    return NULL;
}

static bool set_text(char *field, size_t size, const char *value)
{
    size_t length = strlen(value);
    if (length >= size || utf8_valid_length(value, length) != length)
        return false;
    memcpy(field, value, length + 1);
    return true;
}

static bool set_number(int *field, const struct key *key, const char *value)
{
    char *end;
    errno = 0;
    long number = strtol(value, &end, 10);
    if (errno || end == value || *end || number < key->low ||
        number > key->high)
        return false;
    *field = (int)number;
    return true;
}

static bool set_word(int *field, const struct key *key, const char *value)
{
    for (size_t i = 0; i < COUNT_OF(key->words) && key->words[i]; i++)
        if (!strcmp(key->words[i], value)) {
            *field = (int)i;
            return true;
        }
    return false;
}

static bool set(struct config *config, const struct key *key, const char *value)
{
    char *field = (char *)config + key->offset;
    switch (key->kind) {
    case VALUE_TEXT:
        return set_text(field, key->size, value);
    case VALUE_NUMBER:
        return set_number((int *)(void *)field, key, value);
    case VALUE_WORD:
        return set_word((int *)(void *)field, key, value);
    }
    return false;
}

static char *trim(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    size_t length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1]))
        text[--length] = 0;
    return text;
}

static bool read_line(struct config *config, char *line, const char *path,
                      size_t number)
{
    line = trim(line);
    if (!*line || *line == '#')
        return true;
    char *equals = strchr(line, '=');
    if (!equals) {
        log_warn(MODULE, "%s:%zu: no '=' in \"%s\"", path, number, line);
        return false;
    }
    *equals = 0;
    char *name = trim(line), *value = trim(equals + 1);
    const struct key *key = key_find(name);
    if (!key) {
        log_warn(MODULE, "%s:%zu: unknown key \"%s\"", path, number, name);
        return false;
    }
    if (!set(config, key, value)) {
        log_warn(MODULE, "%s:%zu: %s cannot be \"%s\"; the default stays", path,
                 number, name, value);
        return false;
    }
    return true;
}

bool config_read(struct config *config, const char *path, size_t *faults)
{
    struct buf text = {0};
    *faults = 0;
    if (!file_read(path, FILE_LIMIT, &text)) {
        log_error(MODULE, "%s: %s", path, strerror(errno));
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
        if (!read_line(config, line, path, ++number))
            ++*faults;
    buf_fini(&text);
    return true;
}
