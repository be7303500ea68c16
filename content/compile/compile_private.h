/* compile_private.h - what the files of the compiler share.
 *
 * The edition is read into plain structs (edition.c, item.c, listing.c), links
 * are resolved once everything is known (item.c, edition.c), and write.c puts
 * it into a database. Whoever finds a fault adds it and goes on with the best
 * it has, so that an editor sees all of them at once. */
#ifndef CONTENT_COMPILE_PRIVATE_H
#define CONTENT_COMPILE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "content/compile.h"
#include "content/document.h"
#include "content/schedule.h"
#include "content/store.h"

#define SOURCE_BYTES_MAX (8u << 20) /* of one file */
#define PARAGRAPH_BYTES_MAX 65536

/* map.c - from strings to pointers; keys are borrowed. */
struct map_slot {
    const char *key;
    void *value;
};
struct map {
    struct map_slot *slots;
    size_t count, capacity; /* capacity is a power of two */
};
void *map_find(const struct map *map, const char *key); /* NULL: not there */
/* False, and nothing changed, when the key is there already. */
bool map_add(struct map *map, const char *key, void *value);
void map_fini(struct map *map);

/* A name in a folder. */
struct source_entry {
    const char *name;
    bool folder;
};

/* A value and the line it stands on; text is never NULL, line 0 when absent. */
struct text {
    const char *text;
    int line;
};
struct text_list {
    struct text *items;
    size_t count;
};
struct number {
    unsigned value;
    int line;
};

/* tree.c - a YAML file as a tree that knows its lines. */
enum node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };
struct node {
    enum node_kind kind;
    int line;
    const char *key; /* of an entry in a map, else NULL */
    int key_line;
    const char *text; /* NODE_TEXT */
    struct node *child, *next;
};

/* What an item is made of. */
enum item_kind { ITEM_ARTICLE, ITEM_GUIDE, ITEM_PAPER, ITEM_KIND_COUNT };

struct list_source { /* a channel, a topic with guides or an issue */
    const char *id, *key;
    enum item_kind kind;
    struct text title, summary;
    unsigned position;
    size_t total;
    int64_t number; /* in the database, from 1 */
    struct issue_source *issue;
    struct list_source *next;
};

struct issue_page_source {
    struct number no;
    struct text name;
};

struct issue_source {
    const char *file;
    struct text paper, date, issue_no, total_no, lunar;
    const struct node *pages_node;
    struct issue_page_source *pages;
    size_t page_count;
};

struct half_source { /* continues_to, continued_from */
    const struct node *node;
    struct number page;
    struct text headline;
};

struct item_source {
    const char *id, *file;
    enum item_kind kind;
    struct list_source *list;
    struct text title, subtitle, kicker, byline, source, date, region;
    struct text valid_from, valid_until, reviewed, summary, image, alt;
    struct text_list topics, laws, related;
    struct number page, rank;
    struct half_source to, from;
    struct item_source *rest;  /* the second half, joined to this one */
    struct item_source *whole; /* of a second half: the item it is joined to */
    const char *continued;
    char *body; /* Markdown; freed once compiled */
    size_t body_length;
    int body_line;       /* of its first line in the file */
    struct buf document; /* encoded */
    size_t characters;
    int64_t number; /* in the database, from 1; 0 for a second half */
    unsigned position;
};

struct media_source {
    const char *name; /* media/square.png */
    int64_t number;   /* in the database, from 1 */
    unsigned width, height;
    bool used;
};

struct topic_source {
    struct text id, title;
    struct list_source *list; /* its guides, NULL when there are none */
};

struct tile_source {
    struct text title, link, style, size, icon;
    struct text_list lines;
    bool hide_when_empty;
};

struct home_source {
    struct text notice, notice_link, headlines_title;
    struct text_list headline_channels;
    struct number headline_count;
    struct tile_source *tiles;
    size_t tile_count;
};

struct column_source {
    struct text name, type_name, label;
    enum column_type type;
    int card, detail, facet; /* places, -1 when not shown there */
};

/* What people say, and what the law calls it. */
struct synonym_source {
    const char *pattern; /* folded; alternatives apart by |, * is a gap */
    const char *terms;   /* a blank between two */
    const char *topic;
};

enum listing_role {
    ROLE_TITLE,
    ROLE_SUBTITLE,
    ROLE_BADGE,
    ROLE_PHONE,
    ROLE_LAT,
    ROLE_LON,
    ROLE_ADDRESS,
    ROLE_SCHEDULE,
    ROLE_EXPIRES,
    ROLE_STARTS,
    ROLE_COUNT
};

struct sort_key {
    unsigned column;
    bool descending;
};

struct row_source {
    const char **cells; /* one a column */
    int line;
    struct schedule_row *schedule;
    size_t schedule_count, schedule_capacity;
    const struct listing_source *listing;
};

struct listing_source {
    const char *file, *directory; /* listings/x/listing.yaml, listings/x */
    struct text kind, title, item, icon, source, schedule, notice, empty;
    int64_t number; /* in the database, from 1 */
    const struct node *columns_node, *roles_node;
    struct text_list facets, sort, card, detail;
    bool has_map;
    struct text roles[ROLE_COUNT];
    int role_columns[ROLE_COUNT]; /* -1: none */
    struct column_source *columns;
    size_t column_count;
    struct row_source **rows;
    size_t row_count, row_capacity;
    struct sort_key *sort_keys;
    size_t sort_count;
    void *collator; /* while sorting: a UCollator */
};

struct fault {
    const char *file, *text;
    int line;
    size_t order;
};

/* A half-width mark that may be widened in place. */
struct fix {
    const char *file;
    size_t offset;
};

struct compiler;

/* What is on board beside the files that are being compiled: for an import,
 * which compiles only what changed (content/install/). With it, what a file
 * says of others is not judged: another publisher may have taken them away, and
 * their links become plain text. */
struct board {
    void *data;
    /* A file's bytes; false with errno set. */
    bool (*read)(void *data, const char *file, struct buf *out);
    /* As source_list. */
    size_t (*list)(void *data, struct compiler *compiler, const char *folder,
                   struct source_entry **out);
    /* Stubs of what has this id, in the compiler's arena, with ids, titles,
     * numbers and sizes; NULL when it is not on board. */
    struct item_source *(*item)(void *data, struct compiler *compiler,
                                const char *id);
    struct list_source *(*list_of)(void *data, struct compiler *compiler,
                                   const char *id);
    struct listing_source *(*listing)(void *data, struct compiler *compiler,
                                      const char *kind);
    struct media_source *(*media)(void *data, struct compiler *compiler,
                                  const char *name);
    /* What is being compiled says something of this id or picture, which need
     * not be on board. */
    void (*mention)(void *data, const char *target);
};

struct compiler {
    const char *root;
    const struct board *board; /* NULL at an editor's desk */
    bool only_heads;           /* of items: no body is read or checked */
    struct arena arena;
    struct fault *faults;
    size_t fault_count, fault_capacity;
    struct fix *fixes;
    size_t fix_count, fix_capacity;

    struct text publisher, region, title, language, date;
    struct number number;
    struct topic_source *topics;
    size_t topic_count;
    struct list_source *lists, **lists_end;
    int64_t list_count;
    struct item_source **items;
    size_t item_count, item_capacity;
    struct listing_source **listings;
    size_t listing_count, listing_capacity;
    struct media_source **media;
    size_t media_count, media_capacity;
    struct home_source home;
    struct synonym_source *synonyms;
    size_t synonym_count, synonym_capacity;
    size_t row_total;

    struct map item_ids, list_ids, listing_kinds, media_names, topic_ids;
    struct map paragraphs; /* of 20 characters and more */
    struct map said;       /* topic and pattern of a synonym */
};

/* compile.c */
void compiler_init(struct compiler *compiler, const char *edition);
void compiler_fini(struct compiler *compiler);

/* lookup.c - what has this name in the edition or else on board; NULL: nothing.
 */
struct item_source *lookup_item(struct compiler *compiler, const char *id);
struct list_source *lookup_list(struct compiler *compiler, const char *id);
struct listing_source *lookup_listing(struct compiler *compiler,
                                      const char *kind);
struct media_source *lookup_media(struct compiler *compiler, const char *name);

/* faults.c */
__attribute__((format(printf, 4, 5))) void fault_add(struct compiler *compiler,
                                                     const char *file, int line,
                                                     const char *format, ...);
void fault_report(struct compiler *compiler, struct buf *out);
/* Why a file could not be written, and what to do, by errno. */
const char *fault_reason(int error);

/* The best of several known words for an unknown one, by edit distance. */
struct nearest {
    const char *wanted, *best;
    size_t distance;
};
void nearest_offer(struct nearest *nearest, const char *candidate);
/* "是不是 title？", or `otherwise` when nothing is near. */
const char *nearest_advice(struct compiler *compiler,
                           const struct nearest *nearest,
                           const char *otherwise);

/* source.c - files and folders of the edition, by their relative path. */
/* False after a fault. `missing` is what a missing file means, for people;
 * NULL when it is no fault. */
bool source_read(struct compiler *compiler, const char *file,
                 const char *missing, struct buf *out);
/* As above, and the text is well-formed UTF-8 without NUL; a byte order mark is
 * removed. */
bool source_read_text(struct compiler *compiler, const char *file,
                      const char *missing, struct buf *out);
/* The line of an offset, from 1. */
int source_line(const char *text, size_t offset);
/* Names in a folder, sorted, hidden ones left out; 0 when it does not exist. */
size_t source_list(struct compiler *compiler, const char *folder,
                   struct source_entry **out);
__attribute__((format(printf, 2, 3))) const char *
source_format(struct compiler *compiler, const char *format, ...);
/* a-z, 0-9 and hyphens, as ids are made of. */
bool source_is_id(const char *name, size_t length);

/* tree.c: the bytes from start to end of a file; NULL after a fault. */
struct node *tree_parse(struct compiler *compiler, const char *file,
                        const struct buf *source, size_t start, size_t end);

/* fields.c - maps of a file to members of a struct, by table. */
enum field_type {
    FIELD_TEXT,  /* struct text */
    FIELD_DATE,  /* struct text, checked */
    FIELD_COUNT, /* struct number */
    FIELD_FLAG,  /* bool */
    FIELD_TEXTS, /* struct text_list; a single text is a list of one */
    FIELD_NODE   /* const struct node * */
};
struct field {
    const char *name;
    enum field_type type;
    size_t offset;
    bool required;
};
/* Unknown, doubled, missing and malformed fields are faults. Absent texts
 * become "". */
void fields_read(struct compiler *compiler, const char *file,
                 const struct node *map, const struct field *fields,
                 size_t field_count, void *out);
/* The entries of a list of maps; elements of `size` bytes, in the arena. */
void *fields_read_list(struct compiler *compiler, const char *file,
                       const struct node *list, const struct field *fields,
                       size_t field_count, size_t size, size_t *count_out);

/* sheet.c - a CSV file as rows of UTF-8 cells; its first row are the names. */
struct sheet_row {
    const char **cells;
    size_t count;
    int line;
};
struct sheet {
    const char *file;
    struct sheet_row *rows; /* row 0 are the names */
    size_t count, capacity;
};
bool sheet_read(struct compiler *compiler, const char *file, struct sheet *out);
void sheet_fini(struct sheet *sheet);

/* checks.c - what makes a text unfit to publish. */
/* Half-width marks between Han characters, and what no font draws. */
void check_characters(struct compiler *compiler, const char *file,
                      const char *text, size_t length, int first_line,
                      size_t offset, bool fixable);
/* The same for Markdown, where code, targets and destinations are no prose. */
void check_markdown_characters(struct compiler *compiler, const char *file,
                               const char *text, size_t length, int first_line,
                               size_t offset);
/* Marks of Markdown that were left in a text because they had no effect. */
void check_stray_marks(struct compiler *compiler, const char *file, int line,
                       const char *text);
/* The full-width form of a half-width mark, or NULL. */
const char *check_widen(char mark);
void check_paragraph(struct compiler *compiler, const char *file, int line,
                     const char *text, size_t length, bool may_run_on);
bool check_closed(const char *text, size_t length);
/* 劳动合同法#82 or 刑法#276之一; fills law and article (in the arena). */
bool check_citation(struct compiler *compiler, const char *file, int line,
                    const char *citation, struct law_ref *out);
/* LINK_NONE after a fault; *item_out when it is an item. */
enum link_kind check_link(struct compiler *compiler, const char *file,
                          const struct text *link,
                          struct item_source **item_out);
/* The same in a text that is shown as it stands: a field, a cell. */
void check_plain(struct compiler *compiler, const char *file, int line,
                 const char *text);
/* What to do about an unknown word: `otherwise`, unless it shows that the marks
 * of a list were typed full-width. */
const char *check_words(const char *word, const char *otherwise);
void check_date_order(struct compiler *compiler, const char *file,
                      const struct text *from, const struct text *until);

/* image.c */
void image_load_all(struct compiler *compiler);
/* One picture, whose faults are added; bytes_out gets what was read. */
struct media_source *image_load(struct compiler *compiler, const char *name,
                                struct buf *bytes_out);
/* NULL after a fault, or when it is not on board. The media is marked as used.
 */
struct media_source *image_use(struct compiler *compiler, const char *file,
                               int line, const char *name);

/* markdown.c - compiles the item's body, joined with its second half. */
void markdown_compile(struct compiler *compiler, struct item_source *item);

/* clauses.c - makes items of the paragraphs that begin with counted 一、,
 * （一） or （1）; texts stay in the arena they are in. */
void clauses_hang(struct arena *arena, struct block *blocks, size_t count);

/* edition.c */
void edition_read(struct compiler *compiler);
void edition_read_home(struct compiler *compiler);
void edition_check_home(struct compiler *compiler);
struct list_source *edition_add_list(struct compiler *compiler, const char *id,
                                     const char *key, enum item_kind kind,
                                     struct text title);

/* item.c */
void item_read_all(struct compiler *compiler);
/* One file of a list; the heads of an issue and its files. */
void item_read(struct compiler *compiler, struct list_source *list,
               const char *file);
void item_read_issue(struct compiler *compiler, const char *paper,
                     const char *date);
/* Checks pages, too. */
void item_join_halves(struct compiler *compiler);
/* Once all ids are known, halves joined and items numbered. */
void item_compile(struct compiler *compiler, struct item_source *item);
void item_finish_all(struct compiler *compiler);

/* page.c - what store_item would return on that day, in the arena; false when
 * the document was not compiled. */
bool page_read(struct compiler *compiler, const struct item_source *item,
               const char *today, struct arena *arena, struct item *out);

/* listing.c */
void listing_read_all(struct compiler *compiler);
void listing_read(struct compiler *compiler, const char *directory);
/* Where columns of these names stand in a sheet; adds faults and says false
 * when one is missing or there are others. */
bool listing_map_header(struct compiler *compiler, const struct sheet *sheet,
                        const char *const *names, size_t count,
                        size_t *cells_out);
bool listing_has_all_cells(struct compiler *compiler, const struct sheet *sheet,
                           const struct sheet_row *row);
/* Calls `each` for every tag of a cell: parts between 、 ; and ；. */
void listing_split_tags(const char *cell,
                        void (*each)(void *data, const char *tag,
                                     size_t length),
                        void *data);

/* synonyms.c - synonyms.csv, where there is one; once the topics are known. */
void synonyms_read(struct compiler *compiler);

/* fix.c - widens the marks that were found; how many, or -1 with one more line
 * in `faults`. */
long fix_apply(struct compiler *compiler, struct buf *faults);

/* write.c - false with one more line in `faults` when it cannot be written. */
bool write_database(struct compiler *compiler, const char *output,
                    size_t *bytes_out, struct buf *faults);

#endif
