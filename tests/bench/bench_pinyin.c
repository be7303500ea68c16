/* What a key of the pinyin keyboard costs:
 *
 *   bench_pinyin LEXICON WORDS [DATABASE]
 *
 * Each line of WORDS (gong zi=工资) is typed letter by letter, and again by its
 * first letters; what is found is asked for anew after every one. DATABASE
 * brings the words of an edition. The ratio is to reading the lexicon once
 * through, which is what looking at every word could not do without. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "content/pinyin.h"
#include "content/store.h"

struct times {
    double *ms;
    size_t count, capacity;
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

static void add_time(struct times *times, double ms)
{
    ARRAY_GROW(times->ms, times->count, times->capacity);
    times->ms[times->count++] = ms;
}

static double at_percent(struct times *times, size_t percent)
{
    qsort(times->ms, times->count, sizeof(*times->ms), compare);
    return times->count ? times->ms[times->count * percent / 100] : 0;
}

static double read_through(const struct buf *bytes)
{
    const double before = now_ms();
    unsigned sum = 0;
    for (size_t i = 0; i < bytes->length; i++)
        sum += (unsigned char)bytes->data[i];
    volatile unsigned kept = sum;
    (void)kept;
    return now_ms() - before;
}

static void type(struct pinyin *pinyin, const char *letters,
                 struct times *times)
{
    static struct pinyin_candidate candidates[PINYIN_CANDIDATES];
    char input[PINYIN_INPUT + 1];
    for (size_t i = 0; letters[i] && i < PINYIN_INPUT; i++) {
        input[i] = letters[i];
        input[i + 1] = 0;
        const double before = now_ms();
        pinyin_find(pinyin, input, candidates, COUNT_OF(candidates));
        add_time(times, now_ms() - before);
    }
}

/* gong zi=工资 as gongzi, and as gz. */
static void type_line(struct pinyin *pinyin, const char *line,
                      struct times *times)
{
    char whole[PINYIN_INPUT + 1], initials[PINYIN_INPUT + 1];
    size_t letters = 0, syllables = 0;
    const char *end = strchr(line, '=');
    if (!end || end - line > PINYIN_INPUT)
        return;
    for (const char *at = line; at < end; at++) {
        if (at == line || at[-1] == ' ')
            initials[syllables++] = *at;
        if (*at != ' ')
            whole[letters++] = *at;
    }
    whole[letters] = initials[syllables] = 0;
    type(pinyin, whole, times);
    type(pinyin, initials, times);
}

static bool add_term(void *pinyin, const char *text)
{
    return pinyin_terms_add(pinyin, text);
}

static void add_terms(struct pinyin *pinyin, const char *path)
{
    enum store_error error;
    struct store *store = store_open(path, &error);
    if (!store)
        return;
    const double before = now_ms();
    pinyin_terms_begin(pinyin);
    store_terms(store, add_term, pinyin);
    pinyin_terms_end(pinyin);
    printf("terms      %.1f ms to take from the edition\n", now_ms() - before);
    store_close(store);
}

/* What nobody else shares. */
static long private_kb(void)
{
    char line[256];
    long sum = 0, kb;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "Private_Dirty: %ld", &kb) == 1)
            sum += kb;
    if (file)
        fclose(file);
    return sum;
}

int main(int argc, char **argv)
{
    struct buf lexicon = {0}, words = {0};
    struct times keys = {0}, reads = {0};
    char *rest;
    if (argc < 3 || argc > 4)
        return 2;
    if (!file_read(argv[2], 1 << 20, &words))
        return 1;
    const long before = private_kb();
    const double start = now_ms();
    struct pinyin *pinyin = pinyin_open(argv[1]);
    if (!pinyin)
        return 1;
    printf("open       %.1f ms\n", now_ms() - start);
    if (argc == 4)
        add_terms(pinyin, argv[3]);
    for (char *line = strtok_r(words.data, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        type_line(pinyin, line, &keys);
    printf("memory     %ld kB written to\n", private_kb() - before);
    if (!file_read(argv[1], 64 << 20, &lexicon))
        return 1;
    for (int i = 0; i < 9; i++)
        add_time(&reads, read_through(&lexicon));
    printf("key        median %.3f ms, 99 %% within %.3f ms, of %zu\n",
           at_percent(&keys, 50), at_percent(&keys, 99), keys.count);
    printf("ratio      %.3f of reading the lexicon's bytes\n",
           at_percent(&keys, 50) / at_percent(&reads, 50));
    free(keys.ms);
    free(reads.ms);
    buf_fini(&lexicon);
    buf_fini(&words);
    pinyin_close(pinyin);
}
