/* bench_import.c - what a daily import costs: one item in a hundred of a large
 * edition is another, against hashing the same bytes and inserting the same
 * rows.
 *
 *   bench_import EDITION FOLDER [on]
 *
 * EDITION is a folder as make_edition.sh writes it; FOLDER, which must not
 * exist, becomes the kiosk's. With on, days follow each other without a pause,
 * so that others can measure what a kiosk shows meanwhile: a line says when the
 * first is in. */
#include <ftw.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "content/install.h"
#include "content/sync/sync_private.h"

struct file {
    char *path;
    struct buf bytes;
};

/* Two packs in memory: all of it, and what is another on the second day. */
static struct {
    struct file *files;
    size_t count, capacity, root;
    uint64_t bytes;
} edition;
static uint64_t daily_bytes;
static size_t daily_files;
enum { DAILY_EVERY = 100 };

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int load_one(const char *path, const struct stat *info, int flag,
                    struct FTW *at)
{
    (void)info;
    (void)at;
    if (flag != FTW_F)
        return 0;
    ARRAY_GROW(edition.files, edition.count, edition.capacity);
    struct file *file = &edition.files[edition.count++];
    *file = (struct file){.path = xstrdup(path + edition.root)};
    if (!file_read(path, 8 << 20, &file->bytes))
        return -1;
    edition.bytes += file->bytes.length;
    return 0;
}

static int compare_files(const void *left, const void *right)
{
    return strcmp(((const struct file *)left)->path,
                  ((const struct file *)right)->path);
}

static bool is_daily(size_t i)
{
    return i % DAILY_EVERY == DAILY_EVERY / 2 &&
           !strncmp(edition.files[i].path, "articles/", 9);
}

/* Another text on each day, as long as on any other: one more paragraph. */
static void daily_text(const struct file *file, unsigned day, struct buf *out)
{
    buf_add(out, file->bytes.data, file->bytes.length);
    buf_printf(out, "\n%s 第%03u天又多了一段，写在这一篇的最后。\n", file->path,
               day);
}

static enum pack_result read_pack(void *data, const unsigned char *sha256,
                                  const struct pack_visitor *visitor,
                                  char reason[256])
{
    bool full = sha256[0] == 1;
    struct pack_info info = {.from = sha256[0] - 1U,
                             .to = sha256[0],
                             .area = "000000",
                             .files = full ? edition.count : daily_files,
                             .bytes = full ? edition.bytes : daily_bytes,
                             .edition = ""};
    (void)data;
    snprintf(reason, 256, "stopped");
    if (visitor->info && !visitor->info(visitor->data, &info))
        return PACK_STOPPED;
    for (size_t i = 0; i < edition.count && visitor->file; i++) {
        struct buf text = {0};
        const struct buf *bytes = &edition.files[i].bytes;
        if (!full && !is_daily(i))
            continue;
        if (!full) {
            daily_text(&edition.files[i], sha256[0], &text);
            bytes = &text;
        }
        bool goes_on = visitor->file(visitor->data, edition.files[i].path,
                                     bytes->data, bytes->length);
        buf_fini(&text);
        if (!goes_on)
            return PACK_STOPPED;
    }
    return PACK_OK;
}

static bool read_object(void *data, const unsigned char *sha256, size_t limit,
                        struct buf *out)
{
    (void)data;
    (void)sha256;
    (void)limit;
    (void)out;
    return false;
}

static bool import(const char *folder, unsigned char day)
{
    const struct install_objects objects = {NULL, read_pack, read_object};
    const unsigned char pack[1][INSTALL_HASH_BYTES] = {{day}};
    const struct install_layer layer = {.repository = "bench",
                                        .area = "000000",
                                        .seq = day,
                                        .packs = pack,
                                        .pack_count = 1};
    struct install_report report;
    enum install_result result =
        install_apply(folder, &objects, &layer, 1, NULL, &report);
    if (result != INSTALL_DONE)
        fprintf(stderr, "%s\n%s", install_result_english(result),
                buf_text(&report.faults));
    install_report_fini(&report);
    return result == INSTALL_DONE;
}

static void run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fprintf(stderr, "%s: %s\n", sql, message);
    sqlite3_free(message);
}

static void copy_file(const char *from, const char *to)
{
    struct buf bytes = {0};
    file_read(from, 1 << 30, &bytes);
    FILE *file = fopen(to, "wb");
    if (!file || fwrite(bytes.data, 1, bytes.length, file) != bytes.length)
        perror(to);
    if (file)
        fclose(file);
    buf_fini(&bytes);
}

static void hash_all(void)
{
    for (size_t i = 0; i < edition.count; i++) {
        struct buf text = {0};
        char hash[65];
        if (!is_daily(i))
            continue;
        daily_text(&edition.files[i], 2, &text);
        digest_sha256_hex(text.data, text.length, hash);
        buf_fini(&text);
    }
}

/* SHA-256 of the day's bytes, and the same rows into the same tables, from
 * which they were taken away before. */
static int64_t bare(const char *folder)
{
    struct buf path = {0}, from = {0};
    sqlite3 *db;
    buf_printf(&from, "%s/content.db", folder);
    buf_printf(&path, "%s/bare.db", folder);
    copy_file(buf_text(&from), buf_text(&path));
    sqlite3_open(buf_text(&path), &db);
    run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            "PRAGMA cache_size = -8192; PRAGMA wal_autocheckpoint = 0;"
            "CREATE TEMP TABLE s AS SELECT * FROM main.source WHERE object ="
            " (SELECT object FROM source WHERE path LIKE 'articles/%' GROUP BY"
            "  object ORDER BY count(*) LIMIT 1);"
            "CREATE TEMP TABLE i AS SELECT * FROM main.item"
            " WHERE id || '.md' IN (SELECT path FROM s);"
            "CREATE TEMP TABLE d AS SELECT * FROM main.document"
            " WHERE item IN (SELECT number FROM i);"
            "DELETE FROM main.item WHERE number IN (SELECT number FROM i);"
            "DELETE FROM main.document WHERE item IN (SELECT number FROM i);"
            "DELETE FROM main.source WHERE path IN (SELECT path FROM s);"
            "PRAGMA wal_checkpoint(TRUNCATE)");
    int64_t start = now_us();
    hash_all();
    run(db, "BEGIN; INSERT INTO main.item SELECT * FROM i;"
            "INSERT INTO main.document SELECT * FROM d;"
            "INSERT INTO main.source SELECT * FROM s; COMMIT;"
            "PRAGMA wal_checkpoint(TRUNCATE)");
    int64_t spent = now_us() - start;
    sqlite3_close(db);
    unlink(buf_text(&path));
    buf_fini(&path);
    buf_fini(&from);
    return spent;
}

static long peak_kb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* In a process of its own, so that its memory can be told: what it takes beyond
 * the edition, which is in memory here only. */
static void measure(const char *what, const char *folder, unsigned char day)
{
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        long before = peak_kb();
        int64_t start = now_us();
        bool fine = import(folder, day);
        int64_t spent = now_us() - start;
        long memory = peak_kb() - before;
        int64_t other = day > 1 ? bare(folder) : 0;
        printf("%-22s %8.1f ms, %ld kB of memory\n", what, (double)spent / 1000,
               memory);
        if (day > 1)
            printf("%-22s %8.1f ms\n%-22s %8.2f\n", "sha256 and rows alone",
                   (double)other / 1000, "times as long",
                   (double)spent / (double)other);
        fflush(stdout);
        _exit(fine ? 0 : 1);
    }
    waitpid(child, NULL, 0);
}

static int go_on(const char *folder)
{
    for (unsigned day = 1; day < 256; day++) {
        if (!import(folder, (unsigned char)day))
            return 1;
        if (day == 1)
            puts("ready");
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const bool on = argc == 4 && !strcmp(argv[3], "on");
    if ((argc != 3 && !on) || mkdir(argv[2], 0755) != 0) {
        fprintf(stderr, "usage: bench_import EDITION FOLDER\n");
        return 2;
    }
    edition.root = strlen(argv[1]) + 1;
    if (nftw(argv[1], load_one, 16, FTW_PHYS) != 0)
        return 1;
    qsort(edition.files, edition.count, sizeof(*edition.files), compare_files);
    for (size_t i = 0; i < edition.count; i++) {
        struct buf text = {0};
        if (!is_daily(i))
            continue;
        daily_text(&edition.files[i], 2, &text);
        daily_bytes += text.length;
        daily_files++;
        buf_fini(&text);
    }
    if (on)
        return go_on(argv[2]);
    printf("%zu files, %.1f MB; %zu of them another day\n", edition.count,
           (double)edition.bytes / 1e6, daily_files);
    measure("first import", argv[2], 1);
    measure("daily import", argv[2], 2);
    return 0;
}
