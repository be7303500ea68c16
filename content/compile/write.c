/* write.c - the compiled edition as a new database.
 *
 * It is written beside its place without a journal (a torn one is thrown away),
 * synced, and renamed over the old one. */
#include "rows.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "content/search/index.h"
#include "content/search/tokenizer.h"
#include "content/store/seal.h"
#include "schema_sql.h"

static void write_lists(struct writer *writer)
{
    for (const struct list_source *list = writer->compiler->lists; list;
         list = list->next)
        rows_write_list(writer, list);
    rows_write_topics(writer);
}

static void write_items(struct writer *writer)
{
    struct compiler *compiler = writer->compiler;
    struct item_inserts to;
    rows_open_items(writer, &to);
    for (size_t i = 0; i < compiler->item_count; i++)
        rows_write_item(compiler, &to, compiler->items[i]);
    rows_close_items(&to);
}

static void write_listings(struct writer *writer)
{
    const struct compiler *compiler = writer->compiler;
    struct row_inserts to;
    int64_t number = 0;
    for (size_t i = 0; i < compiler->listing_count; i++)
        rows_write_listing(writer, compiler->listings[i], INT(i) + 1);
    rows_open_listings(writer, &to);
    for (size_t i = 0; i < compiler->listing_count; i++)
        for (size_t r = 0; r < compiler->listings[i]->row_count; r++) {
            number++;
            rows_write_row(&to, compiler->listings[i]->rows[r], INT(i) + 1,
                           number, number);
        }
    rows_close_listings(&to);
}

static void write_media(struct writer *writer)
{
    struct compiler *compiler = writer->compiler;
    struct insert insert = insert_open(writer, "INTO media", 5);
    int64_t number = 0;
    for (size_t i = 0; i < compiler->media_count; i++) {
        const struct media_source *media = compiler->media[i];
        struct buf bytes = {0};
        if (media->used &&
            source_read(compiler, media->name, "它刚才还在", &bytes))
            rows_write_media(&insert, ++number, media, &bytes);
        buf_fini(&bytes);
    }
    insert_close(&insert);
}

static void write_everything(struct writer *writer)
{
    writer_run(writer, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                       "PRAGMA locking_mode = EXCLUSIVE; BEGIN");
    writer_run(writer, schema_sql);
    rows_write_meta(writer);
    writer_run(writer, "INSERT INTO generation VALUES (1, 1)");
    write_lists(writer);
    write_items(writer);
    write_listings(writer);
    rows_write_home(writer);
    rows_write_synonyms(writer);
    write_media(writer);
    if (writer->status == SQLITE_OK)
        writer->status = index_build(writer->db);
    writer_run(writer, "COMMIT");
}

static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
    int error = file_sync(folder, O_RDONLY | O_DIRECTORY);
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
    writer_check(&writer, sqlite3_open_v2(path, &writer.db,
                                          SQLITE_OPEN_READWRITE, NULL));
    writer_check(&writer, seal_register(writer.db));
    writer_check(&writer, tokenizer_register(writer.db));
    write_everything(&writer);
    sqlite3_close(writer.db);
    return writer.status == SQLITE_OK     ? 0
           : writer.status == SQLITE_FULL ? ENOSPC
                                          : EIO;
}

static int publish(const char *temporary, const char *output)
{
    int error = file_sync(temporary, O_RDWR);
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
