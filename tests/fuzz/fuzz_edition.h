/* fuzz_edition.h - an edition of a few fixed files and one that is fuzzed, for
 * the fuzzers of the compiler. A header, so that every fuzzer stays one file.
 */
#ifndef TESTS_FUZZ_EDITION_H
#define TESTS_FUZZ_EDITION_H

#include <errno.h>
#include <string.h>

#include "content/compile/compile_private.h"

struct fuzz_file {
    const char *name, *text;
};

struct fuzz_edition {
    const struct fuzz_file *files; /* ends in a NULL name */
    const char *name;              /* of the fuzzed one */
    const uint8_t *bytes;
    size_t length;
};

static inline bool fuzz_read(void *data, const char *file, struct buf *out)
{
    const struct fuzz_edition *edition = data;
    if (!strcmp(file, edition->name)) {
        buf_add(out, edition->bytes, edition->length);
        return true;
    }
    for (const struct fuzz_file *known = edition->files; known->name; known++) {
        if (!strcmp(file, known->name)) {
            buf_puts(out, known->text);
            return true;
        }
    }
    errno = ENOENT;
    return false;
}

/* Folders are not looked through: what is fuzzed is named. */
static inline size_t fuzz_list(void *data, struct compiler *compiler,
                               const char *folder, struct source_entry **out)
{
    (void)data, (void)compiler, (void)folder;
    *out = NULL;
    return 0;
}

static inline struct item_source *
fuzz_item(void *data, struct compiler *compiler, const char *id)
{
    (void)data, (void)compiler, (void)id;
    return NULL;
}

static inline struct list_source *
fuzz_list_of(void *data, struct compiler *compiler, const char *id)
{
    (void)data, (void)compiler, (void)id;
    return NULL;
}

static inline struct listing_source *
fuzz_listing(void *data, struct compiler *compiler, const char *kind)
{
    (void)data, (void)compiler, (void)kind;
    return NULL;
}

static inline struct media_source *
fuzz_media(void *data, struct compiler *compiler, const char *name)
{
    (void)data, (void)compiler, (void)name;
    return NULL;
}

static inline void fuzz_mention(void *data, const char *target)
{
    (void)data, (void)target;
}

static inline struct board fuzz_board(struct fuzz_edition *edition)
{
    return (struct board){
        .data = edition,
        .read = fuzz_read,
        .list = fuzz_list,
        .item = fuzz_item,
        .list_of = fuzz_list_of,
        .listing = fuzz_listing,
        .media = fuzz_media,
        .mention = fuzz_mention,
    };
}

/* A refusal says why. */
static inline void fuzz_report(struct compiler *compiler)
{
    struct buf faults = {0};
    fault_report(compiler, &faults);
    if (compiler->fault_count && !faults.length)
        abort();
    buf_fini(&faults);
}

#endif
