/* paragraphs.h - a database of many paragraphs, each an article, for measuring
 * and comparing the search: those of the laws in ../shared/data/laws-corpus, or
 * made up where there is no corpus. Header only, as the benches link no more.
 */
#ifndef TESTS_SUPPORT_PARAGRAPHS_H
#define TESTS_SUPPORT_PARAGRAPHS_H

#include <dirent.h>
#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "content/document.h"
#include "content/search/fold.h"
#include "content/search/index.h"
#include "content/search/tokenizer.h"
#include "content/store/seal.h"
#include "schema_sql.h"

#define PARAGRAPHS_CORPUS "../shared/data/laws-corpus"

struct paragraphs {
    char **titles, **texts;
    size_t count, capacity;
    size_t bytes; /* of the titles and texts */
};

static inline void paragraphs_add(struct paragraphs *out, const char *title,
                                  const char *text, size_t length)
{
    if (out->count == out->capacity) {
        out->capacity = out->capacity ? out->capacity * 2 : 1024;
        out->titles =
            xrealloc(out->titles, out->capacity, sizeof(*out->titles));
        out->texts = xrealloc(out->texts, out->capacity, sizeof(*out->texts));
    }
    out->titles[out->count] = xstrdup(title);
    out->texts[out->count++] = xstrndup(text, length);
    out->bytes += length + strlen(title);
}

static inline int paragraphs_order(const struct dirent **a,
                                   const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* An article of a law with all its paragraphs is one. */
static inline void paragraphs_read(struct paragraphs *out, const char *path,
                                   size_t limit)
{
    struct buf bytes = {0}, article = {0};
    char *title = xstrdup("");
    if (!file_read(path, 64 << 20, &bytes))
        buf_clear(&bytes);
    for (char *at = bytes.data, *end; at && *at && out->count < limit;
         at = end) {
        size_t length = strcspn(at, "\n");
        end = at + length + (at[length] == '\n');
        if (!strncmp(at, "# ", 2)) {
            free(title);
            title = xstrndup(at + 2, length - 2);
        }
        if ((*at == '#' || !strncmp(at, "第", 3)) && article.length) {
            paragraphs_add(out, title, buf_text(&article), article.length);
            buf_clear(&article);
        }
        if (*at != '#' && length)
            buf_add(&article, at, length);
    }
    if (article.length && out->count < limit)
        paragraphs_add(out, title, buf_text(&article), article.length);
    free(title);
    buf_fini(&article);
    buf_fini(&bytes);
}

/* Words are common and rare as words are: by 1/rank. */
static inline void paragraphs_make_up(struct paragraphs *out, size_t limit)
{
    uint32_t seed = 1;
    while (out->count < limit) {
        struct buf text = {0};
        for (int i = 0; i < 140; i++) {
            char bytes[4];
            seed = seed * 1664525u + 1013904223u;
            uint32_t rank = 3500 / (1 + (seed >> 8) % 3500);
            seed = seed * 1664525u + 1013904223u;
            uint32_t code = 0x4E00 + (rank + (seed >> 20) % (rank + 1)) % 3500;
            buf_add(&text, bytes, utf8_put(bytes, code));
            if (i % 17 == 16)
                buf_puts(&text, "，");
        }
        paragraphs_add(out, "编出来的一条", buf_text(&text), text.length);
        buf_fini(&text);
    }
}

/* At most limit paragraphs; false where they had to be made up. */
static inline bool paragraphs_load(struct paragraphs *out, size_t limit)
{
    struct dirent **names;
    *out = (struct paragraphs){0};
    int count = scandir(PARAGRAPHS_CORPUS, &names, NULL, paragraphs_order);
    for (int i = 0; i < count; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s/%s", PARAGRAPHS_CORPUS, names[i]->d_name);
        if (strstr(names[i]->d_name, ".md"))
            paragraphs_read(out, buf_text(&path), limit);
        buf_fini(&path);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    bool real = out->count > 0;
    if (!real)
        paragraphs_make_up(out, limit);
    return real;
}

static inline void paragraphs_free(struct paragraphs *paragraphs)
{
    for (size_t i = 0; i < paragraphs->count; i++) {
        free(paragraphs->titles[i]);
        free(paragraphs->texts[i]);
    }
    free(paragraphs->titles);
    free(paragraphs->texts);
    *paragraphs = (struct paragraphs){0};
}

static inline int paragraphs_insert(sqlite3 *db,
                                    const struct paragraphs *paragraphs)
{
    sqlite3_stmt *item = NULL, *document = NULL;
    int status = sqlite3_prepare_v2(
        db,
        "INSERT INTO item VALUES (?1, ?2, 1, 1, ?2, ?3, '', '', '', '', '',"
        " '', '', '', '', '', '', '', '', 100, 0, 0, 0, 0)",
        -1, &item, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_prepare_v2(
            db, "INSERT INTO document VALUES (?1, ?2, 0)", -1, &document, NULL);
    for (size_t i = 0; i < paragraphs->count && status == SQLITE_OK; i++) {
        char id[40];
        struct buf bytes = {0};
        struct block block = {
            .kind = BLOCK_PARAGRAPH,
            .label = "",
            .content = {.text = paragraphs->texts[i],
                        .length = (uint32_t)strlen(paragraphs->texts[i])}};
        document_encode(&(struct document){&block, 1}, &bytes);
        snprintf(id, sizeof(id), "articles/laws/%06zu", i);
        sqlite3_bind_int64(item, 1, (sqlite3_int64)i + 1);
        sqlite3_bind_text(item, 2, id, -1, SQLITE_STATIC);
        sqlite3_bind_text(item, 3, paragraphs->titles[i], -1, SQLITE_STATIC);
        sqlite3_bind_int64(document, 1, (sqlite3_int64)i + 1);
        sqlite3_bind_blob(document, 2, bytes.data, (int)bytes.length,
                          SQLITE_STATIC);
        if (sqlite3_step(item) != SQLITE_DONE ||
            sqlite3_step(document) != SQLITE_DONE)
            status = SQLITE_ERROR;
        sqlite3_reset(item);
        sqlite3_reset(document);
        buf_fini(&bytes);
    }
    sqlite3_finalize(item);
    sqlite3_finalize(document);
    return status;
}

/* The rows of a database, and their index when asked for; an SQLite status. */
static inline int paragraphs_write(const struct paragraphs *paragraphs,
                                   const char *path, bool with_index)
{
    sqlite3 *db = NULL;
    unlink(path);
    int status = sqlite3_open(path, &db);
    if (status == SQLITE_OK)
        status = seal_register(db);
    if (status == SQLITE_OK)
        status = tokenizer_register(db);
    if (status == SQLITE_OK)
        status = sqlite3_exec(db,
                              "PRAGMA journal_mode = OFF;"
                              "PRAGMA synchronous = OFF; BEGIN",
                              NULL, NULL, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_exec(db, schema_sql, NULL, NULL, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_exec(db,
                              "INSERT INTO generation VALUES (1, 1);"
                              "INSERT INTO list VALUES (1, 'articles/laws',"
                              " 'article', 'laws', '法律', '', 1, 1, 0)",
                              NULL, NULL, NULL);
    if (status == SQLITE_OK)
        status = paragraphs_insert(db, paragraphs);
    if (status == SQLITE_OK && with_index)
        status = index_build(db);
    if (status == SQLITE_OK)
        status = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(db);
    return status;
}

/* Characters that stand together somewhere: common ones as often as texts have
 * them. False: try again. */
static inline bool paragraphs_pick(const struct paragraphs *all, size_t letters,
                                   uint32_t *seed, struct buf *out)
{
    *seed = *seed * 1664525u + 1013904223u;
    const char *text = all->texts[(*seed >> 4) % all->count];
    size_t length = strlen(text), count = 0;
    *seed = *seed * 1664525u + 1013904223u;
    size_t skip = (*seed >> 4) % (utf8_count(text, length) + 1);
    buf_clear(out);
    for (size_t at = 0; at < length && count < letters;) {
        size_t before = at;
        uint32_t code = utf8_next(text, length, &at);
        if (skip) {
            skip--;
            continue;
        }
        if (fold_class(fold_code(code)) != FOLD_HAN)
            return false;
        buf_add(out, text + before, at - before);
        count++;
    }
    return count == letters;
}

#endif
