/* Makes the table of strokes:
 *
 *   train_strokes FOLDER TABLE
 *
 * FOLDER as in sources.h. The 通用规范汉字表 counts its characters, within each
 * level, by how many strokes they have, then by the strokes themselves: what is
 * read here is held against that. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "content/ime/table.h"
#include "content/ime/train/sources.h"
#include "content/ime/mapped.h"

enum { KEYS = 64, TOP = 9 };

/* order.js names strokes by letters. */
static const char key_of_letter[128] = {
    ['j'] = '1', ['i'] = '1',              /* 横 提 */
    ['f'] = '2', ['g'] = '2',              /* 竖 竖钩 */
    ['s'] = '3',                           /* 撇 */
    ['k'] = '4', ['d'] = '4', ['l'] = '4', /* 点 点 捺 */
    ['a'] = '5', ['b'] = '5', ['c'] = '5', ['e'] = '5', ['h'] = '5',
    ['m'] = '5', ['n'] = '5', ['o'] = '5', ['p'] = '5', ['q'] = '5',
    ['r'] = '5', ['t'] = '5', ['u'] = '5', ['v'] = '5', ['w'] = '5',
    ['x'] = '5', ['y'] = '5', ['z'] = '5',
};

/* What is wrong in order.js by GF 0023-2020: a part is written otherwise than
 * in every other character that has it (只 北 析 屰 氺 鹿). */
static const struct {
    uint32_t code;
    const char *keys;
} corrections[] = {
    {0x5FB7, "332122522114544"},         /* 德 */
    {0x819D, "351112343424134"},         /* 膝 */
    {0x70BD, "433425134"},               /* 炽 */
    {0x90B6, "2113552"},                 /* 邶 */
    {0x7699, "1234331232511"},           /* 皙 */
    {0x6485, "121134315233534"},         /* 撅 */
    {0x9ECF, "31234342413421251"},       /* 黏 */
    {0x9E9F, "41352211535431234354152"}, /* 麟 */
};

struct entry {
    const struct character *character;
    char keys[KEYS + 1];
};

struct table {
    struct entry *entries;
    size_t count;
};

static bool read_keys(const char *text, char keys[KEYS + 1])
{
    size_t length = 0;
    for (; *text && *text != '"' && length < KEYS; text++)
        if ((unsigned char)*text >= 128 ||
            !(keys[length++] = key_of_letter[(unsigned char)*text]))
            return false;
    keys[length] = 0;
    return *text == '"' && length > 0;
}

static void correct(struct entry *entry)
{
    for (size_t i = 0; i < COUNT_OF(corrections); i++)
        if (corrections[i].code == entry->character->code)
            strcpy(entry->keys, corrections[i].keys);
}

static void read_order(struct table *table, const struct sources *sources,
                       const char *folder)
{
    struct buf text = source_read(folder, "order.js");
    table->entries = xcalloc(sources->count, sizeof(*table->entries));
    for (size_t i = 0; i < sources->count; i++) {
        struct entry *entry = &table->entries[table->count];
        char name[8] = "\"";
        const size_t length = utf8_put(name + 1, sources->characters[i].code);
        memcpy(name + 1 + length, "\":\"", 3);
        const char *found = strstr(text.data, name);
        if (!found || !read_keys(found + 4 + length, entry->keys))
            continue;
        entry->character = &sources->characters[i];
        correct(entry);
        table->count++;
    }
    buf_fini(&text);
}

static int by_number(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->character->number > y->character->number) -
           (x->character->number < y->character->number);
}

static int by_count(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->character->count != y->character->count)
        return x->character->count < y->character->count ? 1 : -1;
    return by_number(a, b);
}

static bool is_next_level(unsigned before, unsigned after)
{
    return (before <= 3500 && after > 3500) || (before <= 6500 && after > 6500);
}

static void check_order(struct table *table)
{
    qsort(table->entries, table->count, sizeof(*table->entries), by_number);
    for (size_t i = 1; i < table->count; i++) {
        const struct entry *a = &table->entries[i - 1], *b = a + 1;
        const size_t long_a = strlen(a->keys), long_b = strlen(b->keys);
        if (!is_next_level(a->character->number, b->character->number) &&
            (long_a > long_b ||
             (long_a == long_b && strcmp(a->keys, b->keys) > 0)))
            die("U+%X %s, but then U+%X %s", a->character->code, a->keys,
                b->character->code, b->keys);
    }
}

static void save(const struct table *table, const char *path)
{
    struct buf bytes = {0}, keys = {0};
    struct table_head head = {.count = (uint32_t)table->count};
    buf_add(&bytes, &head, sizeof(head));
    for (size_t i = 0; i < table->count; i++)
        buf_add(&bytes, &table->entries[i].character->code, sizeof(uint32_t));
    for (size_t i = 0; i < table->count; i++) {
        const uint32_t start = (uint32_t)keys.length;
        buf_add(&bytes, &start, sizeof(start));
        buf_add(&keys, table->entries[i].keys,
                strlen(table->entries[i].keys) + 1);
    }
    buf_add(&bytes, keys.data, keys.length);
    const size_t sealed = offsetof(struct table_head, count);
    memcpy(head.magic, TABLE_MAGIC, sizeof(head.magic));
    head.key_bytes = (uint32_t)keys.length;
    memcpy(bytes.data, &head, sizeof(head));
    head.seal = mapped_seal(bytes.data + sealed, bytes.length - sealed);
    memcpy(bytes.data, &head, sizeof(head));
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes.data, bytes.length, 1, file) != 1 ||
        fclose(file) != 0)
        die("%s: cannot be written", path);
    printf("%zu characters, %zu bytes\n", table->count, bytes.length);
    buf_fini(&keys);
    buf_fini(&bytes);
}

/* How many that are more common begin with the same strokes: entries are in
 * that order. A character that is complete goes before. */
static size_t rank(const struct table *table, size_t which, size_t length)
{
    const char *keys = table->entries[which].keys;
    const bool complete = keys[length] == 0;
    size_t before = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (i == which || strncmp(table->entries[i].keys, keys, length) != 0)
            continue;
        const bool other = table->entries[i].keys[length] == 0;
        before += other != complete ? other : i < which;
    }
    return before;
}

/* Strokes until a character is among the first nine, by how often it is read.
 */
static void measure(const struct table *table)
{
    double strokes = 0, count = 0;
    for (size_t i = 0; i < table->count; i++) {
        size_t needed = 1;
        while (table->entries[i].keys[needed] && rank(table, i, needed) >= TOP)
            needed++;
        strokes += (double)needed * (double)table->entries[i].character->count;
        count += (double)table->entries[i].character->count;
    }
    printf("%.2f strokes until a character is among the first %d\n",
           strokes / count, TOP);
}

int main(int argc, char **argv)
{
    struct sources sources = {0};
    struct table table = {0};
    if (argc != 3)
        die("usage: train_strokes FOLDER TABLE");
    sources_read(&sources, argv[1]);
    read_order(&table, &sources, argv[1]);
    check_order(&table);
    qsort(table.entries, table.count, sizeof(*table.entries), by_count);
    save(&table, argv[2]);
    measure(&table);
    free(table.entries);
    sources_fini(&sources);
}
