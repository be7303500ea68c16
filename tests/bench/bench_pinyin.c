/* What a key of the pinyin keyboard costs:
 *
 *   bench_pinyin LEXICON CONTENT INPUTS
 *
 * INPUTS as tests/pinyin/everyday.txt; each is typed letter by letter, then so
 * is each title of CONTENT's items, up to 14 letters, which is what people type
 * before they choose. The ratio is to reading the lexicon once through. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "content/pinyin.h"
#include "content/store.h"

enum { KEYS = 100000, LETTERS = 14 };

struct bench {
    struct pinyin *pinyin;
    double ms[KEYS];
    size_t keys;
};

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool add_term(void *pinyin, const char *text)
{
    return pinyin_terms_add(pinyin, text);
}

static void type(struct bench *bench, const char *letters)
{
    static struct pinyin_candidate candidates[PINYIN_CANDIDATES];
    char input[LETTERS + 1] = "";
    for (size_t i = 0; letters[i] && i < LETTERS && bench->keys < KEYS; i++) {
        input[i] = letters[i];
        input[i + 1] = 0;
        double before = now_ms();
        pinyin_find(bench->pinyin, input, candidates, PINYIN_CANDIDATES);
        bench->ms[bench->keys++] = now_ms() - before;
    }
}

static bool type_title(void *context, const char *text)
{
    struct bench *bench = context;
    struct buf read = {0};
    pinyin_read(bench->pinyin, text, &read);
    size_t put = 0;
    for (size_t i = 0; i < read.length; i++)
        if (read.data[i] >= 'a' && read.data[i] <= 'z')
            read.data[put++] = read.data[i];
    if (put)
        read.data[put] = 0;
    if (put)
        type(bench, read.data);
    buf_fini(&read);
    return true;
}

static void type_lines(struct bench *bench, char *text)
{
    char *rest;
    for (char *line = strtok_r(text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        char *equals = strchr(line, '='), *put = line;
        if (!equals)
            continue;
        for (char *at = line; at < equals; at++)
            if (*at != ' ')
                *put++ = *at;
        *put = 0;
        type(bench, line);
    }
}

static double read_through(const struct buf *bytes)
{
    double before = now_ms();
    unsigned sum = 0;
    for (size_t i = 0; i < bytes->length; i++)
        sum += (unsigned char)bytes->data[i];
    volatile unsigned kept = sum;
    (void)kept;
    return now_ms() - before;
}

int main(int argc, char **argv)
{
    static struct bench bench;
    struct buf lexicon = {0}, inputs = {0};
    enum store_error error;
    if (argc != 4 || !file_read(argv[1], 64 << 20, &lexicon) ||
        !file_read(argv[3], 1 << 20, &inputs))
        return 2;
    double before = now_ms();
    bench.pinyin = pinyin_open(argv[1]);
    double opened = now_ms() - before;
    struct store *store = store_open(argv[2], &error);
    if (!bench.pinyin || !store)
        return 1;
    before = now_ms();
    pinyin_terms_begin(bench.pinyin);
    store_terms(store, add_term, bench.pinyin);
    pinyin_terms_end(bench.pinyin);
    printf("open                  %.1f ms, the edition's terms %.1f ms\n",
           opened, now_ms() - before);
    type_lines(&bench, inputs.data);
    store_terms(store, type_title, &bench);
    qsort(bench.ms, bench.keys, sizeof(*bench.ms), compare);
    double middle = bench.ms[bench.keys / 2];
    double whole = read_through(&lexicon);
    printf("a key                 %.3f ms median, %.3f p90, %.3f p99 of %zu; "
           "%.4f x reading the lexicon\n",
           middle, bench.ms[bench.keys * 9 / 10],
           bench.ms[bench.keys * 99 / 100], bench.keys, middle / whole);
    store_close(store);
    pinyin_close(bench.pinyin);
    buf_fini(&lexicon);
    buf_fini(&inputs);
    return 0;
}
