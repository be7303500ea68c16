/* install_private.h - what the files of an import share.
 *
 * layers.c reads packs into the table source and finds which paths changed;
 * units.c makes units of them and brings their bytes; compile.c compiles units
 * and writes their rows, asking board.c for what is not among them; listing.c
 * and edition.c do the two kinds that are more than one file to one row.
 * record.c keeps what generations were made of, database.c opens and publishes,
 * scrub.c looks for damage, and install.c is the order of it all. */
#ifndef CONTENT_INSTALL_PRIVATE_H
#define CONTENT_INSTALL_PRIVATE_H

#include <sqlite3.h>

#include "content/compile/rows.h"
#include "content/install.h"
#include "content/search/index.h"

/* The last generations' layers, and what pictures they show. */
struct record_layer {
    char *repository, *area, *withdrawn; /* ids, each followed by a newline */
    uint32_t seq;
    struct buf packs; /* 32 bytes each */
};
struct record_generation {
    uint32_t number;
    char at[sizeof("2026-11-25T08:00:00")];
    struct record_layer *layers; /* the most specific first */
    size_t layer_count;
    struct buf media; /* 32 bytes each */
};
struct record {
    struct record_generation *generations; /* the oldest first */
    size_t count;
};

/* record.c */
struct record_layer record_copy_layer(const struct record_layer *layer);
struct record_generation
record_copy_generation(const struct record_generation *generation);
void record_fini_layer(struct record_layer *layer);
void record_fini_generation(struct record_generation *generation);
void record_fini(struct record *record);
/* An empty record when there is none, or it is damaged (logged). */
void install_record_read(const char *state, struct record *out);
/* Takes the generation over and forgets all but the last. A later generation
 * than this one in the record was never published, and goes too. */
void record_add(struct record *record, struct record_generation *generation);
bool install_record_write(const char *state, const struct record *record);

enum unit_kind {
    UNIT_ITEM,    /* an article or a guide: one file */
    UNIT_ISSUE,   /* of a paper: issue.yaml and its articles */
    UNIT_LISTING, /* listing.yaml and its sheets */
    UNIT_MEDIA,
    UNIT_EDITION, /* edition.yaml of all layers, home.yaml */
    UNIT_KIND_COUNT
};

struct unit_file {
    const char *path;
    int64_t layer;
    struct buf bytes;
    bool there;
};

/* What is compiled in one go. */
struct unit {
    enum unit_kind kind;
    const char *key; /* the path of its file, or its folder */
    struct unit_file *files;
    size_t file_count, file_capacity;
    size_t missing; /* files whose bytes have not come yet */
    bool dirty;     /* its files changed; else only what it mentions did */
};

/* An item as this import will leave it. */
struct face {
    const char *id, *title;
    const char *whole; /* the id that a link leads to; "" when it is gone */
    int64_t number;    /* of the whole */
};

/* What stood at a path before. */
struct touched {
    bool there;
    int64_t layer, hash, length;
};

struct told { /* board.c: a statement by the address of its text */
    const char *sql;
    sqlite3_stmt *statement;
};

struct install {
    const struct install_objects *objects;
    const struct install_progress *progress;
    struct install_report *report;
    struct record_layer *layers; /* to be on board, the most specific first */
    size_t layer_count;
    bool fresh; /* the database is a new one */

    sqlite3 *db;
    struct writer writer;
    struct insert insert_source, insert_mention, insert_media;
    struct item_inserts items;
    struct row_inserts rows;
    sqlite3_stmt **statements; /* by enum ask */
    struct told *told;
    size_t told_count, told_capacity;

    struct index_touched indexed; /* what the index has to look at again */
    struct arena arena;
    struct map touched; /* path -> struct touched */
    struct map units;   /* key -> struct unit */
    struct map faces;   /* id -> struct face */
    struct map lists;   /* ids of lists whose items came or went */
    struct map changed; /* what others may mention, and is another now */
    int64_t next_item, next_list, next_row, next_listing, next_media;
    struct unit *unit;  /* being compiled */
    int64_t mentioning; /* the item, while one is being compiled */
    size_t done, total;
    enum install_phase phase;
    enum install_result result; /* INSTALL_DONE until something is wrong */
};

/* The first thing that went wrong is what came of it. */
bool install_fail(struct install *install, enum install_result result);
bool install_fine(struct install *install);
/* Tells how far it is; false when it shall stop. */
bool install_step(struct install *install, size_t done, size_t total);
void install_missing(struct install *install, const unsigned char *sha256);

/* board.c - questions to the database. Each is prepared once; asking again
 * ends the last answer. */
enum ask {
    ASK_ITEM,         /* id: number, title */
    ASK_ALIAS,        /* id: number, title, id of the whole */
    ASK_LIST,         /* id: number, kind, key, title, summary, position */
    ASK_LISTING,      /* kind: number, title */
    ASK_MEDIA,        /* name: number, width, height */
    ASK_MENTIONS,     /* target: id, kind and id of its list */
    ASK_LIST_ITEMS,   /* list: number, id */
    ASK_EFFECTIVE,    /* path: layer, hash, length, object, text */
    ASK_UNDER,        /* from, to: paths, each once */
    ASK_LISTING_ROWS, /* listing: number, id, position, content */
    ASK_COUNT_LIST,   /* list: how many */
    ASK_SOURCE,       /* path, layer: hash, length */
    ASK_DEFINITION,   /* listing: its seal and those of its columns */
    ASK_COUNT
};
/* NULL after a fault, as for the functions below. */
sqlite3_stmt *ask_open(struct install *install, enum ask question);
sqlite3_stmt *ask_text(struct install *install, enum ask question,
                       const char *text);
sqlite3_stmt *ask_int(struct install *install, enum ask question,
                      int64_t value);
bool ask_next(struct install *install, sqlite3_stmt *statement);
const char *ask_keep(struct install *install, sqlite3_stmt *statement,
                     int column); /* a text, in the import's arena */
void ask_close_all(struct install *install);
/* One statement, a constant, with ?1 and ?2 numbers. */
void tell(struct install *install, const char *sql, int64_t first,
          int64_t second);
/* The greatest value of a column; 0: none. */
int64_t greatest(struct install *install, const char *sql);

/* The compiler asks the unit that is in hand first. */
void board_open(struct install *install, struct board *out);
/* What a link to this id leads to when the import is done; false: nothing. */
bool board_face(struct install *install, const char *id, struct face *out);
/* The same before the import. */
bool board_old_face(struct install *install, const char *id, struct face *out);

/* layers.c */
bool layers_is_hidden(const struct install *install, size_t rank,
                      const char *path);
/* Brings `source` up to the layers; from[rank] packs of a layer are in it
 * already. was[rank] is what was withdrawn before. */
bool layers_apply(struct install *install, const size_t *from,
                  const char *const *was);
void layers_write(struct install *install);
/* Calls each id of a list. */
void layers_each_id(const char *ids, void (*each)(void *data, const char *id),
                    void *data);

/* units.c */
struct unit *unit_of_key(struct install *install, enum unit_kind kind,
                         const char *key);
/* NULL: the kiosk has no use for it. */
struct unit *unit_of_path(struct install *install, const char *path);
/* Everything below this folder shall be looked at again. */
void units_mark_under(struct install *install, const char *folder);
bool units_any_under(struct install *install, const char *folder);
/* Brings the files of all units that `wanted` picks, and calls ready for each
 * as soon as it has all of them. */
bool units_load(struct install *install,
                bool (*wanted)(const struct unit *unit),
                void (*ready)(struct install *install, struct unit *unit));

/* compile.c */
void compile_begin(struct install *install, struct compiler *compiler,
                   struct board *board);
/* Takes the faults over. */
void compile_end(struct install *install, struct compiler *compiler);
void compile_note_change(struct install *install, const char *target);
void compile_delete_item(struct install *install, int64_t number);
void compile_all(struct install *install);

/* edition.c, listing.c */
void edition_install(struct install *install, struct unit *unit);
void edition_refresh_guides(struct install *install);
void edition_count_lists(struct install *install);
void listing_install(struct install *install, struct unit *unit);

/* database.c */
/* For the one that writes. NULL: logged, *status is SQLite's. */
sqlite3 *database_open(const char *path, bool fresh, int *status);
/* Makes a new one ready to be published and closed; an SQLite status. */
int database_finish(sqlite3 *db);
/* A name in the state folder; the caller frees it. */
char *database_path(const char *state, const char *name);
/* What is on board; false when that cannot be said: no layers, a damaged row
 * among them. */
bool database_layers(sqlite3 *db, struct record_generation *out);
bool database_sync_folder(const char *state); /* errno */
/* Takes the place of content.db, from which SQLite must be gone. */
bool database_publish(const char *state, const char *temporary);
/* Moves what was committed from the log into the file, as far as readers let
 * it. */
void database_checkpoint(sqlite3 *db);

/* scrub.c - how much is damaged in the file; logged. */
size_t scrub_database(sqlite3 *db, const char *path);

#endif
