/* write.c - the compiled edition as a new database.
 *
 * It is written beside its place without a journal (a torn one is thrown away),
 * synced, and renamed over the old one. */
#include "compile_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/log.h"
#include "schema_sql.h"

struct writer {
    struct compiler *compiler;
    sqlite3 *db;
    int status; /* the first thing that went wrong; nothing is written after */
};

static void check_status(struct writer *writer, int status)
{
    if (writer->status != SQLITE_OK || status == SQLITE_OK ||
        status == SQLITE_DONE || status == SQLITE_ROW)
        return;
    writer->status = status;
    if (status != SQLITE_FULL) /* which the report says better */
        log_error("compile", "%s", sqlite3_errmsg(writer->db));
}

static void run_sql(struct writer *writer, const char *sql)
{
    if (writer->status == SQLITE_OK)
        check_status(writer, sqlite3_exec(writer->db, sql, NULL, NULL, NULL));
}

/* A prepared INSERT; values are bound in order by a format: i int64_t, t text,
 * b const struct buf * as a blob. */
struct insert {
    struct writer *writer;
    sqlite3_stmt *statement;
};

static struct insert open_insert(struct writer *writer, const char *target,
                                 int columns)
{
    struct insert insert = {writer, NULL};
    struct buf sql = {0};
    buf_printf(&sql, "INSERT %s VALUES (?", target);
    for (int i = 1; i < columns; i++)
        buf_puts(&sql, ", ?");
    buf_putc(&sql, ')');
    if (writer->status == SQLITE_OK)
        check_status(writer, sqlite3_prepare_v2(writer->db, buf_text(&sql), -1,
                                                &insert.statement, NULL));
    buf_fini(&sql);
    return insert;
}

static void close_insert(struct insert *insert)
{
    sqlite3_finalize(insert->statement);
    insert->statement = NULL;
}

static void insert_row(struct insert *insert, const char *format, ...)
{
    struct writer *writer = insert->writer;
    va_list args;
    if (writer->status != SQLITE_OK)
        return;
    assert((int)strlen(format) ==
           sqlite3_bind_parameter_count(insert->statement));
    va_start(args, format);
    for (int i = 1; *format; i++, format++) {
        int status;
        if (*format == 'i') {
            status =
                sqlite3_bind_int64(insert->statement, i, va_arg(args, int64_t));
        } else if (*format == 't') {
            status = sqlite3_bind_text(insert->statement, i,
                                       va_arg(args, const char *), -1,
                                       SQLITE_STATIC);
        } else {
            const struct buf *bytes = va_arg(args, const struct buf *);
            status = sqlite3_bind_blob64(insert->statement, i, buf_text(bytes),
                                         bytes->length, SQLITE_STATIC);
        }
        check_status(writer, status);
    }
    va_end(args);
    check_status(writer, sqlite3_step(insert->statement));
    sqlite3_reset(insert->statement);
    sqlite3_clear_bindings(insert->statement);
}

#define INT(value) ((int64_t)(value))

static const char *text_of(struct compiler *compiler, int64_t number)
{
    return source_format(compiler, "%lld", (long long)number);
}

static const char *time_now(struct compiler *compiler)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct civil c = civil_from_seconds((int64_t)now.tv_sec);
    return source_format(compiler, "%04d-%02d-%02dT%02d:%02d:%02d", c.year,
                         c.month, c.day, c.hour, c.minute, c.second);
}

static void write_meta(struct writer *writer)
{
    struct compiler *c = writer->compiler;
    const struct home_source *home = &c->home;
    unsigned headlines =
        home->headline_count.line ? home->headline_count.value : 6;
    const struct {
        const char *key, *value;
    } rows[] = {
        {"title", c->title.text},
        {"publisher", c->publisher.text},
        {"region", c->region.text},
        {"language", c->language.text},
        {"date", c->date.text},
        {"number", text_of(c, c->number.value)},
        {"built", time_now(c)},
        {"notice", home->notice.text},
        {"notice_link", home->notice_link.text},
        {"headlines_title", home->headlines_title.text},
        {"headlines_count", text_of(c, headlines)},
    };
    struct insert insert = open_insert(writer, "INTO meta", 2);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        insert_row(&insert, "tt", rows[i].key, rows[i].value);
    close_insert(&insert);
    run_sql(writer, "INSERT INTO generation VALUES (1, 1)");
}

static void write_issue(struct writer *writer, const struct list_source *list)
{
    const struct issue_source *issue = list->issue;
    struct insert insert = open_insert(writer, "INTO issue", 6);
    insert_row(&insert, "ittttt", list->number, issue->paper.text,
               issue->date.text, issue->issue_no.text, issue->total_no.text,
               issue->lunar.text);
    close_insert(&insert);
    insert = open_insert(writer, "INTO issue_page", 3);
    for (size_t i = 0; i < issue->page_count; i++)
        insert_row(&insert, "iit", list->number, INT(issue->pages[i].no.value),
                   issue->pages[i].name.text);
    close_insert(&insert);
}

static const char *const kind_names[ITEM_KIND_COUNT] = {
    [ITEM_ARTICLE] = "article",
    [ITEM_GUIDE] = "guide",
    [ITEM_PAPER] = "paper",
};

static void write_lists(struct writer *writer)
{
    struct compiler *compiler = writer->compiler;
    struct insert insert = open_insert(writer, "INTO list", 8);
    for (const struct list_source *list = compiler->lists; list;
         list = list->next)
        insert_row(&insert, "itttttii", list->number, list->id,
                   kind_names[list->kind], list->key, list->title.text,
                   list->summary.text, INT(list->position), INT(list->total));
    close_insert(&insert);
    for (const struct list_source *list = compiler->lists; list;
         list = list->next)
        if (list->issue)
            write_issue(writer, list);
    insert = open_insert(writer, "INTO topic", 3);
    for (size_t i = 0; i < compiler->topic_count; i++)
        insert_row(&insert, "tti", compiler->topics[i].id.text,
                   compiler->topics[i].title.text, INT(i));
    close_insert(&insert);
}

struct item_inserts {
    struct insert item, alias, topic, law, related, document;
};

static void write_references(struct compiler *compiler, struct item_inserts *to,
                             const struct item_source *item)
{
    struct law_ref law;
    for (size_t i = 0; i < item->topics.count; i++)
        insert_row(&to->topic, "iit", item->number, INT(i),
                   item->topics.items[i].text);
    for (size_t i = 0; i < item->laws.count; i++)
        if (check_citation(compiler, item->file, item->laws.items[i].line,
                           item->laws.items[i].text, &law))
            insert_row(&to->law, "iitt", item->number, INT(i), law.law,
                       law.article);
    for (size_t i = 0; i < item->related.count; i++) {
        const struct item_source *other =
            map_find(&compiler->item_ids, item->related.items[i].text);
        insert_row(&to->related, "iii", item->number, INT(i),
                   other->whole ? other->whole->number : other->number);
    }
}

static void write_item(struct compiler *compiler, struct item_inserts *to,
                       const struct item_source *item)
{
    if (item->whole) {
        insert_row(&to->alias, "ti", item->id, item->whole->number);
        return;
    }
    int64_t sequence = item->kind == ITEM_GUIDE ? 0 : item->list->number;
    insert_row(&to->item,
               "itiii"
               "tttttttttttttt"
               "iiii",
               item->number, item->id, item->list->number, sequence,
               INT(item->position), item->title.text, item->subtitle.text,
               item->kicker.text, item->byline.text, item->source.text,
               item->date.text, item->region.text, item->summary.text,
               item->image.text, item->alt.text, item->valid_from.text,
               item->valid_until.text, item->reviewed.text, item->continued,
               INT(item->characters), INT(item->page.value),
               INT(item->rank.value),
               INT(item->rest ? item->rest->page.value : 0));
    insert_row(&to->document, "ib", item->number, &item->document);
    write_references(compiler, to, item);
}

static void write_items(struct writer *writer)
{
    struct compiler *compiler = writer->compiler;
    struct item_inserts to = {
        .item = open_insert(writer, "INTO item", 23),
        .alias = open_insert(writer, "INTO item_alias", 2),
        .topic = open_insert(writer, "INTO item_topic", 3),
        .law = open_insert(writer, "INTO item_law", 4),
        .related = open_insert(writer, "INTO item_related", 3),
        .document = open_insert(writer, "INTO document", 2),
    };
    for (size_t i = 0; i < compiler->item_count; i++)
        write_item(compiler, &to, compiler->items[i]);
    close_insert(&to.item);
    close_insert(&to.alias);
    close_insert(&to.topic);
    close_insert(&to.law);
    close_insert(&to.related);
    close_insert(&to.document);
}

static void write_listing(struct writer *writer,
                          const struct listing_source *listing, int64_t number)
{
    struct insert insert = open_insert(writer, "INTO listing", 17);
    const int *roles = listing->role_columns;
    insert_row(&insert, "ittttttiiiiiiiiii", number, listing->kind.text,
               listing->title.text, listing->item.text, listing->icon.text,
               listing->notice.text, listing->empty.text, INT(listing->has_map),
               INT(*listing->schedule.text != 0), INT(roles[ROLE_TITLE]),
               INT(roles[ROLE_SUBTITLE]), INT(roles[ROLE_BADGE]),
               INT(roles[ROLE_PHONE]), INT(roles[ROLE_LAT]),
               INT(roles[ROLE_LON]), INT(roles[ROLE_ADDRESS]),
               INT(roles[ROLE_EXPIRES]));
    close_insert(&insert);
    insert = open_insert(writer, "INTO listing_column", 8);
    for (size_t i = 0; i < listing->column_count; i++) {
        const struct column_source *column = &listing->columns[i];
        insert_row(&insert, "iittiiii", number, INT(i), column->name.text,
                   column->label.text, INT(column->type), INT(column->card),
                   INT(column->detail), INT(column->facet));
    }
    close_insert(&insert);
}

struct facet_target {
    struct insert *insert;
    int64_t listing, row;
    unsigned column;
};

static void write_facet(void *data, const char *tag, size_t length)
{
    const struct facet_target *target = data;
    char *value = xstrndup(tag, length);
    insert_row(target->insert, "iiti", target->listing, INT(target->column),
               value, target->row);
    free(value);
}

struct row_inserts {
    struct insert row, cell, facet, schedule;
};

static const char *role_cell(const struct row_source *row,
                             enum listing_role role)
{
    int column = row->listing->role_columns[role];
    return column < 0 ? "" : row->cells[column];
}

static const char *row_id(const struct row_source *row)
{
    const struct listing_source *listing = row->listing;
    size_t column = 0;
    while (strcmp(listing->columns[column].name.text, "id") != 0)
        column++;
    return row->cells[column];
}

static void write_row(struct row_inserts *to, const struct row_source *row,
                      int64_t listing, int64_t number)
{
    insert_row(&to->row, "iiittt", number, listing, number, row_id(row),
               role_cell(row, ROLE_STARTS), role_cell(row, ROLE_EXPIRES));
    for (size_t i = 0; i < row->listing->column_count; i++) {
        const struct column_source *column = &row->listing->columns[i];
        struct facet_target target = {&to->facet, listing, number, (unsigned)i};
        const char *cell = row->cells[i];
        if (!*cell)
            continue;
        insert_row(&to->cell, "iit", number, INT(i), cell);
        if (column->facet >= 0 && column->type == COLUMN_TAGS)
            listing_split_tags(cell, write_facet, &target);
        else if (column->facet >= 0)
            write_facet(&target, cell, strlen(cell));
    }
    for (size_t i = 0; i < row->schedule_count; i++) {
        const struct schedule_row *hours = &row->schedule[i];
        insert_row(&to->schedule, "iiiiiii", number, INT(i),
                   INT(hours->weekdays), INT(hours->opens), INT(hours->closes),
                   hours->from, hours->to);
    }
}

static void write_listings(struct writer *writer)
{
    struct compiler *compiler = writer->compiler;
    int64_t number = 0;
    for (size_t i = 0; i < compiler->listing_count; i++)
        write_listing(writer, compiler->listings[i], INT(i) + 1);
    struct row_inserts to = {
        .row = open_insert(writer, "INTO listing_row", 6),
        .cell = open_insert(writer, "INTO cell", 3),
        /* A cell may name a tag twice. */
        .facet = open_insert(writer, "OR IGNORE INTO facet_value", 4),
        .schedule = open_insert(writer, "INTO schedule", 7),
    };
    for (size_t i = 0; i < compiler->listing_count; i++)
        for (size_t r = 0; r < compiler->listings[i]->row_count; r++)
            write_row(&to, compiler->listings[i]->rows[r], INT(i) + 1,
                      ++number);
    close_insert(&to.row);
    close_insert(&to.cell);
    close_insert(&to.facet);
    close_insert(&to.schedule);
}

static void write_home(struct writer *writer)
{
    struct compiler *compiler = writer->compiler;
    const struct home_source *home = &compiler->home;
    struct insert insert = open_insert(writer, "INTO home_tile", 8);
    for (size_t i = 0; i < home->tile_count; i++) {
        const struct tile_source *tile = &home->tiles[i];
        struct buf lines = {0};
        for (size_t n = 0; n < tile->lines.count; n++)
            buf_printf(&lines, "%s%s", n ? "\n" : "",
                       tile->lines.items[n].text);
        insert_row(&insert, "itttttii", INT(i) + 1, tile->title.text,
                   tile->link.text, tile->style.text, tile->icon.text,
                   buf_text(&lines), INT(!strcmp(tile->size.text, "wide")),
                   INT(tile->hide_when_empty));
        buf_fini(&lines);
    }
    close_insert(&insert);
    insert = open_insert(writer, "INTO home_headline", 2);
    for (size_t i = 0; i < home->headline_channels.count; i++) {
        const struct list_source *list =
            map_find(&compiler->list_ids,
                     source_format(compiler, "articles/%s",
                                   home->headline_channels.items[i].text));
        insert_row(&insert, "ii", INT(i) + 1, list->number);
    }
    close_insert(&insert);
}

static void write_media(struct writer *writer)
{
    struct compiler *compiler = writer->compiler;
    struct insert insert = open_insert(writer, "INTO media", 5);
    int64_t number = 0;
    for (size_t i = 0; i < compiler->media_count; i++) {
        const struct media_source *media = compiler->media[i];
        struct buf bytes = {0};
        if (media->used &&
            source_read(compiler, media->name, "它刚才还在", &bytes))
            insert_row(&insert, "itiib", ++number, media->name,
                       INT(media->width), INT(media->height), &bytes);
        buf_fini(&bytes);
    }
    close_insert(&insert);
}

static void write_everything(struct writer *writer)
{
    run_sql(writer, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                    "PRAGMA locking_mode = EXCLUSIVE; BEGIN");
    run_sql(writer, schema_sql);
    write_meta(writer);
    write_lists(writer);
    write_items(writer);
    write_listings(writer);
    write_home(writer);
    write_media(writer);
    run_sql(writer, "COMMIT");
}

/* 0, or an errno. */
static int sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error = fsync(fd) != 0 ? errno : 0;
    close(fd);
    return error == EINVAL ? 0 : error; /* a file system without fsync */
}

static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
    int error = sync_path(folder, O_RDONLY | O_DIRECTORY);
    free(folder);
    return error;
}

/* Beside the output, so that renaming is atomic; 0 or an errno. */
static int create_temporary(char *path)
{
    mode_t mask = umask(0);
    umask(mask);
    int fd = mkstemp(path);
    if (fd < 0)
        return errno;
    int error = fchmod(fd, 0666 & ~mask) != 0 ? errno : 0;
    close(fd);
    return error;
}

static int fill(struct compiler *compiler, const char *path)
{
    struct writer writer = {.compiler = compiler};
    check_status(&writer, sqlite3_open_v2(path, &writer.db,
                                          SQLITE_OPEN_READWRITE, NULL));
    write_everything(&writer);
    sqlite3_close(writer.db);
    return writer.status == SQLITE_OK     ? 0
           : writer.status == SQLITE_FULL ? ENOSPC
                                          : EIO;
}

static int publish(const char *temporary, const char *output)
{
    int error = sync_path(temporary, O_RDWR);
    if (!error && rename(temporary, output) != 0)
        error = errno;
    return error ? error : sync_folder(output);
}

/* What a file of ours may take the place of; 0 or an errno. */
static int check_place(const char *output)
{
    static const char *const companions[] = {"-wal", "-journal"};
    struct stat info;
    int error = 0;
    if (stat(output, &info) == 0 && !S_ISREG(info.st_mode))
        return EISDIR;
    /* SQLite would play an old log into the new file. */
    for (size_t i = 0; i < COUNT_OF(companions) && !error; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s%s", output, companions[i]);
        if (stat(buf_text(&path), &info) == 0 && info.st_size)
            error = EBUSY;
        buf_fini(&path);
    }
    return error;
}

/* A request to stop waits until the file is there or gone: seconds. */
static void block_signals(sigset_t *before)
{
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGINT);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGHUP);
    sigprocmask(SIG_BLOCK, &stops, before);
}

bool write_database(struct compiler *compiler, const char *output,
                    size_t *bytes_out, struct buf *faults)
{
    struct stat info;
    char *temporary = NULL;
    struct buf path = {0};
    buf_printf(&path, "%s.XXXXXX", output);
    temporary = path.data;
    sigset_t before;
    block_signals(&before);
    int error = check_place(output);
    if (!error)
        error = create_temporary(temporary);
    bool created = !error;
    if (!error)
        error = fill(compiler, temporary);
    if (!error && compiler->fault_count) /* the edition changed meanwhile */
        error = ESTALE;
    if (!error)
        error = publish(temporary, output);
    if (error && created)
        unlink(temporary);
    if (error)
        buf_printf(faults, "%s:1: 写不进去：%s\n", output, fault_reason(error));
    else
        *bytes_out = stat(output, &info) == 0 ? (size_t)info.st_size : 0;
    buf_fini(&path);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return !error;
}
