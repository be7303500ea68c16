/* words.c - words are found by walking the text as it is folded, so that places
 * are those of the text that is shown. */
#include "words.h"

#include <string.h>

#include "base/utf8.h"
#include "fold.h"

void words_wipe(struct buf *buf)
{
    if (buf->data)
        explicit_bzero(buf->data, buf->capacity);
    buf_fini(buf);
}

void words_fini(struct words *words)
{
    words_wipe(&words->folded);
    explicit_bzero(words, sizeof(*words));
}

/* The bytes of a query that are looked at. */
static size_t usable(const char *query)
{
    size_t length = strnlen(query, SEARCH_QUERY_BYTES + 1);
    if (length <= SEARCH_QUERY_BYTES)
        return length;
    for (length--; length && ((unsigned char)query[length] & 0xC0) == 0x80;)
        length--;
    return length;
}

static void split(struct words *words)
{
    words->count = 0;
    for (const char *at = buf_text(&words->folded); *at;) {
        const char *end = strchrnul(at, FOLD_BREAK);
        if (end > at && words->count < WORDS_MAX) {
            words->words[words->count].text = at;
            words->words[words->count++].length = (size_t)(end - at);
        }
        at = end + (*end != 0);
    }
}

void words_add(struct words *words, const char *query)
{
    struct buf more = {0};
    fold_query(query, usable(query), &more);
    /* Growing would leave a copy behind. */
    struct buf all = {0};
    buf_reserve(&all, words->folded.length + more.length + 1);
    buf_add(&all, buf_text(&words->folded), words->folded.length);
    if (all.length && more.length)
        buf_putc(&all, FOLD_BREAK);
    buf_add(&all, buf_text(&more), more.length);
    words_wipe(&more);
    words_wipe(&words->folded);
    words->folded = all;
    split(words);
}

/* The bytes of the text that a word takes from `fold` on; 0: it is not there.
 */
static size_t match(struct fold fold, const char *word, size_t length,
                    size_t *start_out)
{
    struct fold_letter letter;
    size_t at = 0, end = 0;
    for (bool first = true; at < length; first = false) {
        if (!fold_next(&fold, &letter) || (letter.broken && !first) ||
            letter.code != utf8_next(word, length, &at))
            return 0;
        if (first)
            *start_out = letter.start;
        end = letter.end;
    }
    return end;
}

/* The longest word that begins at the next letter. */
static struct search_mark longest(const struct words *words, struct fold fold)
{
    struct search_mark mark = {0, 0};
    for (size_t i = 0; i < words->count; i++) {
        size_t start = 0, end = match(fold, words->words[i].text,
                                      words->words[i].length, &start);
        if (end > mark.end)
            mark = (struct search_mark){(uint32_t)start, (uint32_t)end};
    }
    return mark;
}

static bool may_begin(const struct words *words, uint32_t code)
{
    for (size_t i = 0; i < words->count; i++) {
        size_t at = 0;
        if (utf8_next(words->words[i].text, words->words[i].length, &at) ==
            code)
            return true;
    }
    return false;
}

size_t words_find(const struct words *words, struct arena *arena,
                  const char *text, size_t length, size_t limit,
                  const struct search_mark **out)
{
    struct fold fold = {.text = text, .length = length}, before = fold;
    struct fold_letter letter;
    struct search_mark *marks = NULL;
    size_t count = 0, capacity = 0;
    while (count < limit && words->count && fold_next(&fold, &letter)) {
        struct search_mark mark = {0, 0};
        if (may_begin(words, letter.code))
            mark = longest(words, before);
        if (mark.end) {
            ARRAY_GROW(marks, count, capacity);
            marks[count++] = mark;
            while (fold.at < mark.end && fold_next(&fold, &letter))
                ;
        }
        before = fold;
    }
    struct search_mark *kept = arena_alloc(arena, count * sizeof(*kept));
    if (count)
        memcpy(kept, marks, count * sizeof(*kept));
    free(marks);
    *out = kept;
    return count;
}

size_t search_find_text(struct arena *arena, const char *text,
                        const char *query, size_t limit,
                        const struct search_mark **out)
{
    struct words words = {0};
    words_add(&words, query);
    size_t count = words_find(&words, arena, text, strlen(text), limit, out);
    words_fini(&words);
    return count;
}

struct finding {
    struct words words;
    struct arena *arena;
    struct search_place *places;
    size_t count, capacity, limit;
};

static void find_in(struct finding *finding, const struct rich_text *text,
                    uint32_t block, uint32_t cell)
{
    const struct search_mark *marks;
    if (finding->count >= finding->limit || !text->length)
        return;
    size_t count =
        words_find(&finding->words, finding->arena, text->text, text->length,
                   finding->limit - finding->count, &marks);
    for (size_t i = 0; i < count; i++) {
        ARRAY_GROW(finding->places, finding->count, finding->capacity);
        finding->places[finding->count++] =
            (struct search_place){block, cell, marks[i].start, marks[i].end};
    }
}

size_t search_find(struct arena *arena, const struct document *document,
                   const char *query, size_t limit, struct search_place **out)
{
    struct finding finding = {.arena = arena, .limit = limit};
    words_add(&finding.words, query);
    for (uint32_t i = 0; i < document->count; i++) {
        const struct block *block = &document->blocks[i];
        find_in(&finding, &block->content, i, 0);
        if (block->kind == BLOCK_TABLE)
            for (uint32_t c = 0; c < block->columns * block->rows; c++)
                find_in(&finding, &block->cells[c], i, c);
    }
    words_fini(&finding.words);
    *out = arena_alloc(arena, finding.count * sizeof(**out));
    if (finding.count)
        memcpy(*out, finding.places, finding.count * sizeof(**out));
    free(finding.places);
    return finding.count;
}
