/* A few thousand characters in the order of their commonness: looking through
 * all of them takes less time than a finger needs to lift, and any key may be a
 * wildcard. */
#include "content/strokes.h"

#include <stdbool.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "content/ime/mapped.h"
#include "content/ime/table.h"

struct strokes {
    struct mapped file;
    uint32_t count;
    const uint32_t *codes, *starts;
    const char *keys;
};

static bool is_key(char key)
{
    return key >= '1' && key <= '5';
}

static bool is_question(char key)
{
    return is_key(key) || key == '*' || key == '?';
}

static const char *check(struct strokes *table)
{
    struct table_head head;
    memcpy(&head, table->file.bytes, sizeof(head));
    if (head.count < 1 || head.count > TABLE_CHARACTERS || head.key_bytes < 2 ||
        head.key_bytes > TABLE_KEYS ||
        table->file.length !=
            sizeof(head) + (size_t)head.count * 8 + head.key_bytes)
        return "of another size than it says";
    table->count = head.count;
    table->codes = (const void *)(table->file.bytes + sizeof(head));
    table->starts = table->codes + head.count;
    table->keys = (const char *)(table->starts + head.count);
    if (table->keys[head.key_bytes - 1] != 0)
        return "keys without an end";
    for (uint32_t i = 0; i < head.key_bytes; i++)
        if (table->keys[i] != 0 && !is_key(table->keys[i]))
            return "a key that is none";
    for (uint32_t i = 0; i < head.count; i++)
        if (table->codes[i] > 0x10FFFF || table->starts[i] >= head.key_bytes)
            return "a character without keys";
    return NULL;
}

struct strokes *strokes_open(const char *path)
{
    struct strokes *table = xcalloc(1, sizeof(*table));
    if (mapped_open(&table->file, "strokes", path, TABLE_MAGIC,
                    sizeof(struct table_head),
                    sizeof(struct table_head) + TABLE_CHARACTERS * 8 +
                        TABLE_KEYS)) {
        const char *fault = check(table);
        if (!fault)
            return table;
        log_warn("strokes", "%s: %s", path, fault);
    }
    strokes_close(table);
    return NULL;
}

void strokes_close(struct strokes *table)
{
    if (!table)
        return;
    mapped_close(&table->file);
    free(table);
}

enum fit { FIT_NOT, FIT_BEGINS, FIT_WHOLE };

static enum fit compare(const char *keys, const char *question)
{
    for (; *question; question++, keys++)
        if (*keys == 0 || (is_key(*question) && *question != *keys))
            return FIT_NOT;
    return *keys ? FIT_BEGINS : FIT_WHOLE;
}

static bool can_be_asked(const char *question)
{
    size_t length = 0;
    for (; question[length]; length++)
        if (length == STROKES_KEYS || !is_question(question[length]))
            return false;
    return length > 0;
}

size_t strokes_find(const struct strokes *table, const char *keys, size_t skip,
                    uint32_t *results, size_t most)
{
    size_t count = 0;
    if (!can_be_asked(keys))
        return 0;
    for (enum fit fit = FIT_WHOLE; fit > FIT_NOT; fit--)
        for (uint32_t i = 0; i < table->count && count < most; i++) {
            if (compare(table->keys + table->starts[i], keys) != fit)
                continue;
            if (skip > 0)
                skip--;
            else
                results[count++] = table->codes[i];
        }
    return count;
}

const char *strokes_of(const struct strokes *table, uint32_t codepoint)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (table->codes[i] == codepoint)
            return table->keys + table->starts[i];
    return NULL;
}
