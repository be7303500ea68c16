/* test_search_private.c - what a visitor typed is nowhere in the process after
 * the answer has been read. A program of its own: SQLite's memory is chosen
 * before anything else of it. Runs in the top folder. */
#include "content/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "content/compile.h"

static char database[] = "/tmp/yichuang-private-XXXXXX";

/* Never in memory as it is typed: each byte is turned. */
enum { TURN = 0x55 };
static const char *const turned[] = {
    /* five rare characters */
    "\xBC\xC4\xFE\xB3\xE2\xE9\xB2\xD1\xE4\xB0\xCB\xCF\xB2\xDF\xD2",
    /* a sentence: my boss owes me 320 yuan */
    "\xB3\xDD\xC4\xBD\xD5\xD4\xB3\xC8\xEA\xB3\xF9\xF5\xB3\xDD\xC4\xB1"
    "\xED\xDC\xB2\xCC\xEB\xB1\xEF\xD9\xB0\xD8\xD4\xB0\xC8\xC2\xBD\xF4"
    "\xD5\xB3\xE4\xC2\xBC\xC7\xE4",
    /* letters */
    "\x2F\x2F\x2D\x2D\x24\x24\x23\x23\x3E\x3E",
};

static size_t type(const char *secret, char *out)
{
    size_t length = strlen(secret);
    for (size_t i = 0; i < length; i++)
        out[i] = (char)(secret[i] ^ TURN);
    out[length] = 0;
    return length;
}

/* How often the middle of it stands in a stretch of our own memory. */
static size_t count_in(const unsigned char *bytes, size_t length,
                       const char *secret, size_t from, size_t count)
{
    size_t found = 0;
    for (size_t at = 0; at + count <= length; at++) {
        size_t same = 0;
        while (same < count &&
               (bytes[at + same] ^ TURN) == (unsigned char)secret[from + same])
            same++;
        found += same == count;
    }
    return found;
}

static size_t count_everywhere(const char *secret, size_t from, size_t count)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    FILE *memory = fopen("/proc/self/mem", "r");
    char line[512];
    size_t found = 0;
    assert_non_null(maps);
    assert_non_null(memory);
    setvbuf(memory, NULL, _IONBF, 0);
    while (fgets(line, sizeof(line), maps)) {
        unsigned long start, end;
        char rights[8];
        if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) != 3 ||
            rights[0] != 'r' || rights[1] != 'w' || strstr(line, "[stack]"))
            continue;
        /* Piece by piece into memory that holds it turned only afterwards. */
        static unsigned char piece[1 << 16];
        for (unsigned long at = start; at < end; at += sizeof(piece) / 2) {
            size_t most = end - at < sizeof(piece) ? end - at : sizeof(piece);
            if (at < (unsigned long)(piece + sizeof(piece)) &&
                at + most > (unsigned long)piece)
                continue;
            if (fseeko(memory, (off_t)at, SEEK_SET) != 0)
                break;
            size_t got = fread(piece, 1, most, memory);
            found += count_in(piece, got, secret, from, count);
            explicit_bzero(piece, got);
        }
    }
    fclose(maps);
    fclose(memory);
    return found;
}

static void nothing_is_kept(void **unused)
{
    enum store_error error;
    (void)unused;
#ifdef __SANITIZE_ADDRESS__
    skip(); /* its memory is terabytes wide, and keeps what was freed */
#endif
    struct search *search = search_open(database, &error);
    assert_non_null(search);
    for (size_t i = 0; i < COUNT_OF(turned); i++) {
        char query[64];
        struct arena arena = {0};
        struct search_answer answer;
        size_t length = type(turned[i], query);
        /* The looking finds what is there. */
        char *kept = strdup(query);
        assert_true(count_everywhere(turned[i], 3, length - 3) > 0);
        explicit_bzero(kept, length);
        free(kept);
        for (int round = 0; round < 3; round++)
            assert_true(search_run(search, &arena, query, NULL, &answer));
        explicit_bzero(query, sizeof(query));
        arena_fini(&arena);
        search_forget(search);
        assert_int_equal(count_everywhere(turned[i], 0, length), 0);
        /* Nor a piece of it that no text has. */
        assert_int_equal(i == 1 ? count_everywhere(turned[i], 15, 12)
                                : count_everywhere(turned[i], 3, 6),
                         0);
    }
    search_close(search);
}

static int build(void **unused)
{
    struct compile_report report;
    (void)unused;
    int fd = mkstemp(database);
    bool fine = fd >= 0 && compile_build("content/edition", database, &report);
    compile_report_fini(&report);
    return fine ? 0 : -1;
}

static int finish(void **unused)
{
    (void)unused;
    return unlink(database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_kept)};
    if (!search_keep_private())
        return 1;
    return cmocka_run_group_tests(tests, build, finish);
}
