/* rows.h - rows of the database from what was compiled: for write.c, which
 * writes whole files, and for content/install/, which changes one. */
#ifndef CONTENT_COMPILE_ROWS_H
#define CONTENT_COMPILE_ROWS_H

#include <sqlite3.h>

#include "compile_private.h"

struct writer {
    struct compiler *compiler; /* whose structs are being written */
    sqlite3 *db;
    int status; /* the first thing that went wrong; nothing is written after */
};

/* Remembers and logs the first bad status. */
void writer_check(struct writer *writer, int status);
void writer_run(struct writer *writer, const char *sql);

/* A prepared INSERT, which seals what it writes; values are bound in order by a
 * format: i int64_t, t text, b const struct buf * as a blob, n NULL, which
 * takes no argument. */
struct insert {
    struct writer *writer;
    sqlite3_stmt *statement;
};
/* target is "INTO table"; columns do not count the seal. */
struct insert insert_open(struct writer *writer, const char *target,
                          int columns);
void insert_row(struct insert *insert, const char *format, ...);
void insert_close(struct insert *insert);
#define INT(value) ((int64_t)(value))

void rows_write_meta(struct writer *writer);
void rows_write_topics(struct writer *writer);
void rows_write_synonyms(struct writer *writer);
void rows_write_list(struct writer *writer, const struct list_source *list);
void rows_write_home(struct writer *writer);
void rows_write_media(struct insert *insert, int64_t number,
                      const struct media_source *media,
                      const struct buf *bytes);

struct item_inserts {
    struct insert item, alias, topic, law, related, document;
};
void rows_open_items(struct writer *writer, struct item_inserts *out);
void rows_write_item(struct compiler *compiler, struct item_inserts *to,
                     const struct item_source *item);
void rows_close_items(struct item_inserts *inserts);

void rows_write_listing(struct writer *writer,
                        const struct listing_source *listing, int64_t number);
struct row_inserts {
    struct insert row, cell, facet, schedule;
};
void rows_open_listings(struct writer *writer, struct row_inserts *out);
void rows_write_row(struct row_inserts *to, const struct row_source *row,
                    int64_t listing, int64_t number, int64_t position);
void rows_close_listings(struct row_inserts *inserts);
const char *rows_row_id(const struct row_source *row);
/* A hash of what is written besides numbers and places, to see whether a row
 * has to be written again on this machine. */
int64_t rows_row_content(const struct row_source *row);

#endif
