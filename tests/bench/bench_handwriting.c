/* What recognising a character costs and how often it is right:
 *
 *   bench_handwriting MODEL MEDIANS [TEXT]
 *
 * TEXT is written out in the messy way too, with and without the recogniser
 * being told the character before. MEDIANS as tests/support/hand.h describes
 * them; all seven ways, each written anew. The ratio is to reading the model
 * once through, byte by byte summed up, which is the least that comparing with
 * all of it could cost. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/file.h"
#include "base/utf8.h"
#include "tests/support/hand.h"

enum { TOP = 10, SEED = 20240 };

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

static size_t place(const struct handwriting_result *results, size_t count,
                    uint32_t code)
{
    for (size_t i = 0; i < count; i++)
        if (results[i].codepoint == code)
            return i;
    return TOP;
}

struct score {
    size_t tries, right[TOP + 1]; /* within the first so many, and one */
};

static void try_one(struct handwriting *model, const struct drawing *written,
                    uint32_t previous, struct score *score, double *ms_out)
{
    struct handwriting_result results[TOP];
    const double before = now_ms();
    const size_t found = handwriting_recognise(
        model, written->strokes, written->stroke_count, previous, results, TOP);
    *ms_out = now_ms() - before;
    score->tries++;
    for (size_t top = place(results, found, written->code); top < TOP; top++)
        score->right[top]++;
}

static void print_score(const char *name, const struct score *score)
{
    const double percent = 100 / (double)score->tries;
    printf("%-10s right at 1, 5, 10: %.1f %.1f %.1f %%\n", name,
           percent * (double)score->right[0], percent * (double)score->right[4],
           percent * (double)score->right[9]);
}

static const struct drawing *find(const struct drawing *printed, size_t count,
                                  uint32_t code)
{
    for (size_t i = 0; i < count; i++)
        if (printed[i].code == code)
            return &printed[i];
    return NULL;
}

static void write_text(struct handwriting *model, const char *path,
                       const struct drawing *printed, size_t count)
{
    static struct drawing written;
    struct buf text = {0};
    struct score alone = {0}, after = {0};
    uint32_t previous = 0;
    double ms;
    if (!file_read(path, 1 << 20, &text)) {
        perror(path);
        return;
    }
    for (size_t at = 0; at < text.length;) {
        const uint32_t code = utf8_next(text.data, text.length, &at);
        const struct drawing *it = find(printed, count, code);
        if (it && previous) {
            hand_write(it, HAND_MESSY, SEED + at, &written);
            try_one(model, &written, 0, &alone, &ms);
            try_one(model, &written, previous, &after, &ms);
        }
        previous = it ? code : 0;
    }
    buf_fini(&text);
    if (alone.tries == 0)
        return;
    print_score("text", &alone);
    print_score("in context", &after);
}

int main(int argc, char **argv)
{
    struct buf bytes = {0};
    size_t count, tries = 0;
    if (argc < 3 || argc > 4)
        return 2;
    struct handwriting *model = handwriting_open(argv[1]);
    if (!model || !file_read(argv[1], 16 << 20, &bytes))
        return 1;
    struct drawing *printed = drawings_read(argv[2], &count);
    static struct drawing written;
    double *ms = xcalloc(count * HAND_COUNT, sizeof(*ms));
    double *reads = xcalloc(count * HAND_COUNT, sizeof(*reads));
    for (int way = 0; way < HAND_COUNT; way++) {
        struct score score = {0};
        for (size_t i = 0; i < count; i++, tries++) {
            hand_write(&printed[i], (enum hand_way)way, SEED, &written);
            reads[tries] = read_through(&bytes);
            try_one(model, &written, 0, &score, &ms[tries]);
        }
        print_score(hand_names[way], &score);
    }
    qsort(ms, tries, sizeof(*ms), compare);
    qsort(reads, tries, sizeof(*reads), compare);
    printf("recognise  median %.3f ms, 99 %% within %.3f ms, of %zu\n",
           ms[tries / 2], ms[tries * 99 / 100], tries);
    printf("ratio      %.2f of reading the model's bytes\n",
           ms[tries / 2] / reads[tries / 2]);
    if (argc == 4)
        write_text(model, argv[3], printed, count);
    free(reads);
    free(ms);
    free(printed);
    buf_fini(&bytes);
    handwriting_close(model);
}
