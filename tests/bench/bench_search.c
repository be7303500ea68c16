/* bench_search.c - what a question costs in 100,000 paragraphs: the slowest of
 * a hundred by the length of the query, however common its characters are; the
 * size of the index against the text; building it against plain rows; memory.
 *
 *   bench_search FOLDER */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "content/search.h"
#include "content/search/fold.h"
#include "support/paragraphs.h"

enum { PARAGRAPHS = 100000, QUERIES = 200, ROUNDS = 3 };

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static void ask_all(const struct paragraphs *all, const char *path)
{
    static const size_t lengths[] = {1, 2, 3, 4, 8};
    enum store_error error;
    struct search *search = search_open(path, &error);
    struct buf query = {0};
    uint32_t seed = 11;
    if (!search)
        return;
    for (size_t l = 0; l < COUNT_OF(lengths); l++) {
        int64_t spent[QUERIES];
        size_t count = 0;
        for (size_t n = 0; n < QUERIES;) {
            if (!paragraphs_pick(all, lengths[l], &seed, &query))
                continue;
            n++;
            /* The fastest of three: other programs are not ours to measure. */
            spent[count] = INT64_MAX;
            for (int round = 0; round < ROUNDS; round++) {
                struct arena arena = {0};
                struct search_answer answer;
                const struct search_options options = {.kind = SEARCH_ANY,
                                                       .limit = 20};
                int64_t start = now_us();
                search_run(search, &arena, buf_text(&query), &options, &answer);
                int64_t took = now_us() - start;
                spent[count] = took < spent[count] ? took : spent[count];
                arena_fini(&arena);
            }
            count++;
        }
        qsort(spent, count, sizeof(*spent), compare);
        printf("%zu characters          %6.2f ms in the middle, %6.2f ms p99\n",
               lengths[l], (double)spent[count / 2] / 1000,
               (double)spent[count * 99 / 100] / 1000);
    }
    buf_fini(&query);
    search_close(search);
}

static long long file_bytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (long long)info.st_size : 0;
}

static double table_bytes(const char *path, const char *like)
{
    sqlite3 *db;
    sqlite3_stmt *sum = NULL;
    double bytes = 0;
    sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
    if (sqlite3_prepare_v2(db,
                           "SELECT sum(pgsize) FROM dbstat WHERE name LIKE ?1",
                           -1, &sum, NULL) == SQLITE_OK) {
        sqlite3_bind_text(sum, 1, like, -1, SQLITE_STATIC);
        if (sqlite3_step(sum) == SQLITE_ROW)
            bytes = sqlite3_column_double(sum, 0);
    }
    sqlite3_finalize(sum);
    sqlite3_close(db);
    return bytes;
}

static long peak_kb(void)
{
    struct buf status = {0};
    long kb = 0;
    if (file_read("/proc/self/status", 1 << 16, &status)) {
        const char *peak = strstr(buf_text(&status), "VmHWM:");
        kb = peak ? strtol(peak + 6, NULL, 10) : 0;
    }
    buf_fini(&status);
    return kb;
}

/* In a process of its own, without the paragraphs: what a search holds. */
static void measure_memory(char **argv)
{
    fflush(stdout);
    pid_t child = fork();
    if (!child) {
        execl("/proc/self/exe", argv[0], argv[1], "memory", (char *)NULL);
        _exit(1);
    }
    waitpid(child, NULL, 0);
}

static int use_memory(const char *path)
{
    static const char *const queries[] = {"工",   "工资",     "劳动合同", "的",
                                          "应当", "用人单位", "怎么办"};
    enum store_error error;
    long before = peak_kb();
    struct search *search = search_open(path, &error);
    for (int round = 0; search && round < 20; round++)
        for (size_t i = 0; i < COUNT_OF(queries); i++) {
            struct arena arena = {0};
            struct search_answer answer;
            search_run(search, &arena, queries[i], NULL, &answer);
            arena_fini(&arena);
        }
    printf("memory                %8.1f MB\n",
           (double)(peak_kb() - before) / 1024);
    search_close(search);
    return 0;
}

int main(int argc, char **argv)
{
    struct paragraphs all;
    struct buf path = {0};
    if (argc < 2) {
        fprintf(stderr, "usage: bench_search FOLDER\n");
        return 2;
    }
    buf_printf(&path, "%s/paragraphs.db", argv[1]);
    if (argc > 2)
        return use_memory(buf_text(&path));
    bool real = paragraphs_load(&all, PARAGRAPHS);
    int64_t start = now_us();
    int status = paragraphs_write(&all, buf_text(&path), false);
    int64_t plain = now_us() - start;
    start = now_us();
    if (status == SQLITE_OK)
        status = paragraphs_write(&all, buf_text(&path), true);
    int64_t indexed = now_us() - start;
    if (status != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errstr(status));
        return 1;
    }
    printf("%zu paragraphs%s, %.1f MB of text\n", all.count,
           real ? "" : " (made up)", (double)all.bytes / 1e6);
    printf("building              %8.2f times as long as rows alone (%.1f s)\n",
           (double)indexed / (double)plain, (double)indexed / 1e6);
    printf("index / text          %8.2f, its own copy of the text %.2f\n",
           table_bytes(buf_text(&path), "search_t%") / (double)all.bytes,
           table_bytes(buf_text(&path), "search_doc%") / (double)all.bytes);
    printf("file                  %8.1f MB\n",
           (double)file_bytes(buf_text(&path)) / 1e6);
    ask_all(&all, buf_text(&path));
    measure_memory(argv);
    paragraphs_free(&all);
    buf_fini(&path);
    return 0;
}
