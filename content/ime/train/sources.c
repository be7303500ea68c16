#include "content/ime/train/sources.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/utf8.h"

enum { FIELD_TOP = 900, FILE_MOST = 64 << 20 };
#define ALL UINT64_C(1000000000)

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static bool source_try(const char *folder, const char *name, struct buf *out)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", folder, name);
    const bool good = file_read(path.data, FILE_MOST, out);
    buf_fini(&path);
    buf_puts(out, "");
    return good;
}

struct buf source_read(const char *folder, const char *name)
{
    struct buf text = {0};
    if (!source_try(folder, name, &text))
        die("%s/%s: cannot be read", folder, name);
    return text;
}

static int by_code(const void *a, const void *b)
{
    const struct character *x = a, *y = b;
    return (x->code > y->code) - (x->code < y->code);
}

static void read_table(struct sources *sources, const char *folder)
{
    struct buf text = source_read(folder, "kTGH.txt");
    size_t room = 0;
    char *save = NULL;
    for (char *line = strtok_r(text.data, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save)) {
        struct character it = {.count = 1};
        if (sscanf(line, "U+%x kTGH 2013:%u", &it.code, &it.number) != 2)
            die("kTGH.txt: %s?", line);
        ARRAY_GROW(sources->characters, sources->count, room);
        sources->characters[sources->count++] = it;
    }
    if (sources->count != 8105)
        die("kTGH.txt: %zu characters, not 8105", sources->count);
    qsort(sources->characters, sources->count, sizeof(*sources->characters),
          by_code);
    buf_fini(&text);
}

/* "medians": [[[x, y], ...], ...]; the depth tells what ends. */
static struct ink *read_medians(const char *text)
{
    const char *at = strstr(text, "\"medians\"");
    struct ink *ink = xcalloc(1, sizeof(*ink));
    double values[2] = {0};
    int depth = 0, value = 0;
    at = at ? strchr(at, '[') : NULL;
    if (!at)
        die("no medians in %.40s", text);
    do {
        if (*at == '[') {
            value = 0;
            if (++depth == 2)
                ink_start_stroke(ink);
            at++;
        } else if (*at == ']') {
            if (depth-- == 3)
                ink_add(ink, values[0], FIELD_TOP - values[1]);
            at++;
        } else if (*at == '-' || (*at >= '0' && *at <= '9')) {
            char *end;
            values[value++ & 1] = (double)strtol(at, &end, 10);
            at = end;
        } else if (*at++ == 0)
            die("medians without an end");
    } while (depth > 0);
    return ink;
}

static void read_inks(struct sources *sources, const char *folder)
{
    for (size_t i = 0; i < sources->count; i++) {
        char name[32] = "hanzi/";
        size_t length = strlen(name);
        struct buf text = {0};
        length += utf8_put(name + length, sources->characters[i].code);
        strcpy(name + length, ".json");
        if (source_try(folder, name, &text))
            sources->characters[i].ink = read_medians(text.data);
        buf_fini(&text);
    }
}

/* The place of a character in the list; count when it is not in the table. */
static size_t find(const struct sources *sources, uint32_t code)
{
    const struct character key = {.code = code};
    const struct character *found = bsearch(
        &key, sources->characters, sources->count, sizeof(key), by_code);
    return found ? (size_t)(found - sources->characters) : sources->count;
}

/* One line of either dictionary: the word, and its count in the field `column`.
 * False for what is none. */
static bool read_entry(char *line, const char *between, int column,
                       const char **word, uint64_t *count)
{
    char *save = NULL, *field = strtok_r(line, between, &save), *end;
    *word = field;
    for (int i = 0; i < column && field; i++)
        field = strtok_r(NULL, between, &save);
    if (!field)
        return false;
    *count = strtoull(field, &end, 10);
    return end != field && *end == 0;
}

static int by_pair(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->second > y->second) - (x->second < y->second);
}

struct tally {
    struct sources *sources;
    size_t room;
    uint64_t unit; /* what an occurrence in this dictionary is worth */
};

static void count_word(struct tally *tally, const char *word, uint64_t count)
{
    struct sources *sources = tally->sources;
    size_t last = sources->count;
    const size_t length = strlen(word);
    for (size_t at = 0; at < length;) {
        const size_t here = find(sources, utf8_next(word, length, &at));
        if (here < sources->count)
            sources->characters[here].count += count * tally->unit;
        if (here < sources->count && last < sources->count) {
            ARRAY_GROW(sources->pairs, sources->pair_count, tally->room);
            sources->pairs[sources->pair_count++] = (struct pair){
                (uint32_t)last, (uint32_t)here, count * tally->unit};
        }
        last = here;
    }
}

static const struct dictionary {
    const char *file, *between;
    int column;
} dictionaries[] = {
    {"pinyin_simp.dict.yaml", "\t", 2},
    {"dict.txt", " ", 1},
};

/* Counts are in thousandths of 10^-9 while they are summed up, so that what is
 * rare is not rounded away. */
static void read_dictionary(struct tally *tally, const char *folder,
                            const struct dictionary *from)
{
    struct buf text = source_read(folder, from->file);
    uint64_t total = 0;
    for (int pass = 0; pass < 2; pass++) {
        char *copy = xstrdup(text.data), *save = NULL;
        for (char *line = strtok_r(copy, "\n", &save); line;
             line = strtok_r(NULL, "\n", &save)) {
            const char *word;
            uint64_t count;
            if (!read_entry(line, from->between, from->column, &word, &count))
                continue;
            if (pass)
                count_word(tally, word, count);
            else
                total += count * utf8_count(word, strlen(word));
        }
        free(copy);
        if (total == 0)
            die("%s: no word", from->file);
        tally->unit = ALL * 1000 / COUNT_OF(dictionaries) / total;
    }
    buf_fini(&text);
}

static void join_pairs(struct sources *sources)
{
    size_t kept = 0;
    qsort(sources->pairs, sources->pair_count, sizeof(*sources->pairs),
          by_pair);
    for (size_t i = 0; i < sources->pair_count; i++) {
        if (kept && by_pair(&sources->pairs[kept - 1], &sources->pairs[i]) == 0)
            sources->pairs[kept - 1].count += sources->pairs[i].count;
        else
            sources->pairs[kept++] = sources->pairs[i];
    }
    sources->pair_count = kept;
}

void sources_read(struct sources *sources, const char *folder)
{
    struct tally tally = {.sources = sources};
    read_table(sources, folder);
    read_inks(sources, folder);
    for (size_t i = 0; i < COUNT_OF(dictionaries); i++)
        read_dictionary(&tally, folder, &dictionaries[i]);
    join_pairs(sources);
    for (size_t i = 0; i < sources->count; i++)
        sources->characters[i].count = sources->characters[i].count / 1000 + 1;
    for (size_t i = 0; i < sources->pair_count; i++)
        sources->pairs[i].count /= 1000;
}

void sources_fini(struct sources *sources)
{
    for (size_t i = 0; i < sources->count; i++)
        free(sources->characters[i].ink);
    free(sources->characters);
    free(sources->pairs);
    *sources = (struct sources){0};
}
