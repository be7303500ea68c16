/* synonyms.c - what people say, for the search: synonyms.csv. */
#include "compile_private.h"

#include "base/utf8.h"
#include "content/search/fold.h"

enum {
    SYNONYMS_MAX = 5000,
    ALTERNATIVES_MAX = 32,
    PATTERN_BYTES_MAX = 1024,
    GAPS_MAX = 4, /* as content/search/topics.c can follow */
    TERMS_BYTES_MAX = 512,
};

enum { SAID, TERMS, TOPIC, COLUMN_COUNT };
static const char *const column_names[COLUMN_COUNT] = {"pattern", "terms",
                                                       "topic"};

/* Takes the next part off a list, between half-width or full-width marks. */
static bool next_part(const char **list, char mark, const char *wide,
                      const char **part, size_t *length)
{
    const char *at = *list;
    if (!at)
        return false;
    const char *narrow_end = strchr(at, mark), *wide_end = strstr(at, wide);
    const char *end = narrow_end && (!wide_end || narrow_end < wide_end)
                          ? narrow_end
                          : wide_end;
    *part = at;
    *length = end ? (size_t)(end - at) : strlen(at);
    *list = !end ? NULL : end + (end == narrow_end ? 1 : strlen(wide));
    return true;
}

/* Appends one alternative, folded; how many letters it has, 0 too when it has
 * too many gaps, or one with nothing on a side. */
static size_t put_alternative(const char *text, size_t length, struct buf *out)
{
    char *copy = xstrndup(text, length);
    const char *rest = copy, *part;
    size_t letters = 0, part_length;
    size_t gaps = 0;
    bool gaps_fine = true;
    for (bool first = true; next_part(&rest, '*', "＊", &part, &part_length);
         first = false) {
        struct fold fold = {.text = part, .length = part_length};
        struct fold_letter letter;
        size_t before = letters;
        if (!first)
            buf_putc(out, '*');
        gaps += !first;
        for (; fold_next(&fold, &letter); letters++) {
            char bytes[4];
            buf_add(out, bytes, utf8_put(bytes, letter.code));
        }
        gaps_fine &= letters > before;
    }
    free(copy);
    return gaps_fine && gaps <= GAPS_MAX ? letters : 0;
}

/* Once for a topic is enough. That others fold to the same words, traditional
 * beside simplified, is no fault. */
static bool is_new(struct compiler *compiler, const struct sheet *sheet,
                   const struct sheet_row *row, const char *written,
                   const char *folded, const char *topic)
{
    const char *as_written = source_format(compiler, "%s \"%s", topic, written);
    const char *as_folded = source_format(compiler, "%s %s", topic, folded);
    bool same =
        !map_add(&compiler->said, as_written, (void *)(uintptr_t)as_written);
    if (same && !compiler->board) /* other publishers may say the same */
        fault_add(compiler, sheet->file, row->line,
                  "“%s”在主题 %s 里已经写过；删掉一个", written, topic);
    return map_add(&compiler->said, as_folded, (void *)(uintptr_t)as_folded) &&
           !same;
}

static void read_pattern(struct compiler *compiler, const struct sheet *sheet,
                         const struct sheet_row *row, const char *said,
                         const char *topic, struct buf *out)
{
    const char *rest = said, *part;
    size_t length, count = 0;
    if (strlen(said) > PATTERN_BYTES_MAX) {
        fault_add(compiler, sheet->file, row->line,
                  "pattern 超过 %d 字节；分成几行写", PATTERN_BYTES_MAX);
        return;
    }
    while (next_part(&rest, '|', "｜", &part, &length)) {
        struct buf one = {0};
        const char *written = arena_strndup(&compiler->arena, part, length);
        size_t letters = put_alternative(part, length, &one);
        if (letters < 2)
            fault_add(compiler, sheet->file, row->line,
                      "“%.*s”太短，或星号不对；每种说法至少写两个字，"
                      "星号放在字中间，最多 4 个",
                      (int)length, part);
        else if (++count > ALTERNATIVES_MAX)
            fault_add(compiler, sheet->file, row->line,
                      "一行里的说法超过 %d 种；分成几行写", ALTERNATIVES_MAX);
        else if (is_new(compiler, sheet, row, written, buf_text(&one), topic))
            buf_printf(out, "%s%s", out->length ? "|" : "", buf_text(&one));
        buf_fini(&one);
    }
}

/* One blank between two. */
static const char *read_terms(struct compiler *compiler,
                              const struct sheet *sheet,
                              const struct sheet_row *row, const char *terms)
{
    struct buf out = {0};
    if (strlen(terms) > TERMS_BYTES_MAX)
        fault_add(compiler, sheet->file, row->line,
                  "terms 超过 %d 字节；只留最要紧的几个", TERMS_BYTES_MAX);
    for (const char *at = terms; *at;) {
        size_t blank = strspn(at, " ")         ? strspn(at, " ")
                       : !strncmp(at, "　", 3) ? 3
                                               : 0;
        if (blank && out.length && out.data[out.length - 1] != ' ')
            buf_putc(&out, ' ');
        if (!blank)
            buf_putc(&out, *at);
        at += blank ? blank : 1;
    }
    while (out.length && out.data[out.length - 1] == ' ')
        out.data[--out.length] = 0;
    const char *copy = arena_strdup(&compiler->arena, buf_text(&out));
    buf_fini(&out);
    return copy;
}

/* An unknown one is another publisher's matter in an import. */
static bool check_topic(struct compiler *compiler, const struct sheet *sheet,
                        const struct sheet_row *row, const char *topic)
{
    struct nearest nearest = {.wanted = topic};
    if (map_find(&compiler->topic_ids, topic))
        return true;
    if (compiler->board)
        return false;
    for (size_t i = 0; i < compiler->topic_count; i++)
        nearest_offer(&nearest, compiler->topics[i].id.text);
    fault_add(compiler, sheet->file, row->line, "没有主题 %s；%s", topic,
              nearest_advice(compiler, &nearest,
                             "用 edition.yaml 的 topics 里的编号"));
    return false;
}

static void read_row(struct compiler *compiler, const struct sheet *sheet,
                     const struct sheet_row *row, const size_t *order)
{
    const char *cells[COLUMN_COUNT];
    bool whole = true;
    if (!listing_has_all_cells(compiler, sheet, row))
        return;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        cells[i] = row->cells[order[i]];
        whole &= *cells[i] != 0;
        if (!*cells[i])
            fault_add(compiler, sheet->file, row->line, "%s 是空的；填上",
                      column_names[i]);
    }
    struct buf pattern = {0};
    if (whole && check_topic(compiler, sheet, row, cells[TOPIC])) {
        read_pattern(compiler, sheet, row, cells[SAID], cells[TOPIC], &pattern);
        const char *terms = read_terms(compiler, sheet, row, cells[TERMS]);
        if (pattern.length) {
            ARRAY_GROW(compiler->synonyms, compiler->synonym_count,
                       compiler->synonym_capacity);
            compiler->synonyms[compiler->synonym_count++] =
                (struct synonym_source){
                    arena_strdup(&compiler->arena, buf_text(&pattern)), terms,
                    arena_strdup(&compiler->arena, cells[TOPIC])};
        }
    }
    buf_fini(&pattern);
}

static bool is_there(struct compiler *compiler, const char *file)
{
    struct source_entry *entries;
    bool there = compiler->board != NULL;
    size_t count = there ? 0 : source_list(compiler, ".", &entries);
    for (size_t i = 0; i < count && !there; i++)
        there = !strcmp(entries[i].name, file);
    if (!compiler->board)
        free(entries);
    return there;
}

void synonyms_read(struct compiler *compiler)
{
    static const char file[] = "synonyms.csv";
    struct sheet sheet = {0};
    size_t order[COLUMN_COUNT];
    if (is_there(compiler, file) && sheet_read(compiler, file, &sheet) &&
        listing_map_header(compiler, &sheet, column_names, COLUMN_COUNT,
                           order)) {
        if (sheet.count > SYNONYMS_MAX + 1)
            fault_add(compiler, file, sheet.rows[SYNONYMS_MAX + 1].line,
                      "超过 %d 行；删掉不常用的", SYNONYMS_MAX);
        for (size_t i = 1; i < sheet.count && i <= SYNONYMS_MAX; i++)
            read_row(compiler, &sheet, &sheet.rows[i], order);
    }
    sheet_fini(&sheet);
}
