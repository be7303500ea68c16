/* corpus.h - the texts that measurements set: articles as paragraphs.
 *
 * For tests/ only; a header, so that every bench stays one file. */
#ifndef TESTS_BENCH_CORPUS_H
#define TESTS_BENCH_CORPUS_H

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"

struct corpus_line {
    const char *text; /* in `text` of its corpus; not NUL-terminated */
    size_t length;
};

/* Zero-initialise it, add texts, then split; corpus_fini gives it back. */
struct corpus {
    struct buf text;
    struct corpus_line *lines; /* paragraphs, none empty */
    size_t line_count, line_capacity;
    size_t character_count;
};

/* An article as it is set: no front matter, no marks of Markdown, every cell of
 * a table a paragraph. */
static inline void corpus_add_markdown(struct corpus *corpus, const char *text)
{
    const char *end =
        strncmp(text, "---\n", 4) ? NULL : strstr(text, "\n---\n");
    bool start = true;
    for (text = end ? end + 5 : text; *text; text++) {
        if (text[0] == ']' && text[1] == '(')
            text += strcspn(text, ")\n");
        start = start || *text == '|' || *text == '\n';
        if (start && strchr(" -\n|", *text)) {
            buf_putc(&corpus->text, '\n');
        } else if (!strchr("#*`[]()<>", *text)) {
            buf_putc(&corpus->text, *text);
            start = false;
        }
    }
}

static inline void corpus_add_file(struct corpus *corpus, const char *path)
{
    struct buf text = {0};
    if (!file_read(path, 1 << 24, &text)) {
        perror(path);
        exit(1);
    }
    if (strstr(path, ".md"))
        corpus_add_markdown(corpus, buf_text(&text));
    else
        buf_puts(&corpus->text, buf_text(&text));
    buf_putc(&corpus->text, '\n');
    buf_fini(&text);
}

static inline int corpus_is_text(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] != '.' &&
           (entry->d_type == DT_DIR ||
            (length > 3 && !strcmp(entry->d_name + length - 3, ".md")) ||
            (length > 4 && !strcmp(entry->d_name + length - 4, ".txt")));
}

/* Every text below the folder, in the order of their names, so that a bench
 * measures the same on every disk. Nothing when there is no such folder. */
static inline void corpus_add_folder(struct corpus *corpus, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, corpus_is_text, alphasort);
    for (int i = 0; i < count; i++) {
        struct buf path = {0};
        buf_puts(&path, folder);
        buf_putc(&path, '/');
        buf_puts(&path, entries[i]->d_name);
        if (entries[i]->d_type == DT_DIR)
            corpus_add_folder(corpus, buf_text(&path));
        else
            corpus_add_file(corpus, buf_text(&path));
        buf_fini(&path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static inline void corpus_split(struct corpus *corpus)
{
    const char *text = buf_text(&corpus->text), *end;
    for (; (end = strchr(text, '\n')); text = end + 1) {
        size_t length = (size_t)(end - text);
        if (!length)
            continue;
        ARRAY_GROW(corpus->lines, corpus->line_count, corpus->line_capacity);
        corpus->lines[corpus->line_count++] =
            (struct corpus_line){text, length};
        corpus->character_count += utf8_count(text, length);
    }
}

static inline void corpus_fini(struct corpus *corpus)
{
    free(corpus->lines);
    buf_fini(&corpus->text);
    *corpus = (struct corpus){0};
}

#endif
