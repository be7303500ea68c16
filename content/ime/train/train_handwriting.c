/* Makes the recogniser's model: linear discriminant analysis of what twelve
 * writers a character, none of whom exists, would have written.
 *
 *   train_handwriting FOLDER MODEL
 *
 * FOLDER as in sources.h. The same sources make the same bytes on any machine.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "content/ime/model.h"
#include "content/ime/train/numbers.h"
#include "content/ime/train/scribble.h"
#include "content/ime/train/sources.h"
#include "content/ime/mapped.h"

enum { WRITERS = 12, DIMENSIONS = 160, N = FEATURES };
/* Covariances of 82,000 samples in 512 dimensions are noisy where little
 * varies: the mean eigenvalue, so many times, is added to all. */
#define SHRINKAGE 1.0
#define MOST_CARELESS 1.3
/* Distances are overrated, for features are not independent; commonness counts
 * more than its logarithm to make up for it. */
#define PRIOR 5.0
/* Of ten characters seven follow as the dictionaries' words have it. */
#define FOLLOWS (0.7 / 0.3)
/* Pairs that move a candidate by less, or that are rarer, are left out. */
#define WEIGHT_LEAST 1.5
#define PAIR_LEAST 20

struct class
{
    const struct character *character;
    double mean[N];
};

struct training {
    struct class *classes;
    size_t count;
    struct ink scribbled;
    struct feature_planes planes;
    double scatter[N][N]; /* within classes; below the diagonal, and on it */
    double between[N][N];
    double middle[N];                 /* the mean of the means */
    double projection[DIMENSIONS][N]; /* by rows */
    double scale;                     /* of vectors, to fill a byte */
    struct model_head head;
    struct buf parts[MODEL_PARTS];
};

static void write_class(struct training *training, const struct character *from,
                        double samples[WRITERS][N], double mean[N])
{
    for (int w = 0; w < WRITERS; w++) {
        int16_t features[N];
        struct dice dice = {(uint64_t)from->code << 8 | (unsigned)w};
        const double careless = MOST_CARELESS * dice_share(&dice);
        scribble(from->ink, careless, &dice, &training->scribbled);
        features_of(&training->scribbled, &training->planes, features);
        for (int i = 0; i < N; i++) {
            samples[w][i] = features[i];
            mean[i] += samples[w][i] / WRITERS;
        }
    }
}

static void add_scatter(double scatter[N][N], double samples[WRITERS][N],
                        const double mean[N])
{
    for (int w = 0; w < WRITERS; w++)
        for (int i = 0; i < N; i++)
            samples[w][i] -= mean[i];
    for (int i = 0; i < N; i++)
        for (int w = 0; w < WRITERS; w++) {
            const double by = samples[w][i];
            for (int j = 0; j <= i && by != 0; j++)
                scatter[i][j] += by * samples[w][j];
        }
}

static void learn_classes(struct training *training,
                          const struct sources *sources)
{
    static double samples[WRITERS][N];
    training->classes = xcalloc(sources->count, sizeof(*training->classes));
    for (size_t i = 0; i < sources->count; i++) {
        if (!sources->characters[i].ink)
            continue;
        struct class *class = &training->classes[training->count++];
        class->character = &sources->characters[i];
        write_class(training, class->character, samples, class->mean);
        add_scatter(training->scatter, samples, class->mean);
    }
    if (training->count < DIMENSIONS)
        die("%zu characters only", training->count);
}

/* The scatter's Cholesky factor takes its place. */
static void factor_scatter(struct training *training)
{
    const double samples = (double)(training->count * WRITERS);
    double trace = 0;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j <= i; j++)
            training->scatter[i][j] /= samples;
        trace += training->scatter[i][i];
    }
    for (int i = 0; i < N; i++)
        training->scatter[i][i] += SHRINKAGE * trace / N;
    matrix_cholesky(&training->scatter[0][0], N);
}

/* Whitening is solving with the factor. In the whitened space the directions in
 * which the classes' means differ most are their principal components. */
static void find_projection(struct training *training)
{
    static double white[N];
    const double *factor = &training->scatter[0][0];
    for (size_t c = 0; c < training->count; c++)
        for (int i = 0; i < N; i++)
            training->middle[i] +=
                training->classes[c].mean[i] / (double)training->count;
    for (size_t c = 0; c < training->count; c++) {
        for (int i = 0; i < N; i++)
            white[i] = training->classes[c].mean[i] - training->middle[i];
        matrix_solve_lower(factor, N, white);
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                training->between[i][j] += white[i] * white[j];
    }
    matrix_eigenvectors(&training->between[0][0], N);
    for (int d = 0; d < DIMENSIONS; d++) {
        memcpy(training->projection[d], training->between[d],
               sizeof(training->projection[d]));
        matrix_solve_upper(factor, N, training->projection[d]);
    }
}

static double project(const struct training *training, size_t class, int d)
{
    double sum = 0;
    for (int i = 0; i < N; i++)
        sum += (training->classes[class].mean[i] - training->middle[i]) *
               training->projection[d][i];
    return sum;
}

static void write_vectors(struct training *training)
{
    double *all = xcalloc(training->count * DIMENSIONS, sizeof(*all));
    double most = 0;
    const size_t count = training->count * DIMENSIONS;
    for (size_t i = 0; i < count; i++) {
        all[i] = project(training, i / DIMENSIONS, (int)(i % DIMENSIONS));
        most = fabs(all[i]) > most ? fabs(all[i]) : most;
    }
    training->scale = 127 / most;
    for (size_t i = 0; i < count; i++)
        buf_putc(&training->parts[MODEL_VECTORS],
                 (char)(int8_t)number_round(all[i] * training->scale));
    free(all);
}

/* As fine as 16 bits a number and 32 bits a sum allow. */
static uint32_t find_shift(const struct training *training)
{
    double most = 0, longest = 0;
    for (int d = 0; d < DIMENSIONS; d++) {
        double square = 0;
        for (int i = 0; i < N; i++) {
            const double it =
                fabs(training->projection[d][i] * training->scale);
            most = it > most ? it : most;
            square += it * it;
        }
        longest = square > longest ? square : longest;
    }
    uint32_t shift = 0;
    for (double by = 2; shift < MODEL_SHIFT && most * by < 32766 &&
                        longest * by * by < 0.98 * (double)MODEL_COLUMN;
         by *= 2)
        shift++;
    return shift;
}

static void write_projection(struct training *training)
{
    const double by = training->scale * (double)(1 << training->head.shift);
    for (int i = 0; i < N; i++)
        for (int d = 0; d < DIMENSIONS; d++) {
            const int16_t value =
                (int16_t)number_round(training->projection[d][i] * by);
            buf_add(&training->parts[MODEL_PROJECTION], &value, sizeof(value));
        }
    const int16_t *written = (void *)training->parts[MODEL_PROJECTION].data;
    for (int d = 0; d < DIMENSIONS; d++) {
        double sum = 0;
        for (int i = 0; i < N; i++)
            sum += training->middle[i] * written[i * DIMENSIONS + d];
        const int32_t mean = (int32_t)number_round(sum);
        buf_add(&training->parts[MODEL_MEAN], &mean, sizeof(mean));
    }
}

static void write_characters(struct training *training)
{
    const double nat = PRIOR * training->scale * training->scale;
    for (size_t c = 0; c < training->count; c++) {
        const struct character *it = training->classes[c].character;
        const int32_t prior =
            (int32_t)number_round(nat * number_log((double)it->count));
        buf_add(&training->parts[MODEL_CODES], &it->code, sizeof(it->code));
        buf_add(&training->parts[MODEL_PRIORS], &prior, sizeof(prior));
    }
    training->head.unit = (uint32_t)number_round(nat / MODEL_WEIGHT);
}

/* What following its forerunner adds to the logarithm of a character's chance,
 * against one that is not known to follow. */
static double follow_weight(const struct sources *sources,
                            const struct pair *pair)
{
    const double first = (double)sources->characters[pair->first].count;
    const double second = (double)sources->characters[pair->second].count;
    const double by_chance = first * second / 1e9;
    return number_log(1 + FOLLOWS * (double)pair->count / by_chance);
}

static void write_followers(struct training *training,
                            const struct sources *sources)
{
    uint16_t *class_of = xcalloc(sources->count, sizeof(*class_of));
    size_t p = 0;
    for (size_t c = 0; c < training->count; c++)
        class_of[training->classes[c].character - sources->characters] =
            (uint16_t)c;
    for (size_t c = 0; c < training->count; c++) {
        const size_t place =
            (size_t)(training->classes[c].character - sources->characters);
        buf_add(&training->parts[MODEL_STARTS], &training->head.followers,
                sizeof(training->head.followers));
        while (p < sources->pair_count && sources->pairs[p].first < place)
            p++;
        for (; p < sources->pair_count && sources->pairs[p].first == place;
             p++) {
            const struct pair *pair = &sources->pairs[p];
            const double weight = follow_weight(sources, pair);
            const int64_t steps = number_round(weight * MODEL_WEIGHT);
            if (!sources->characters[pair->second].ink ||
                pair->count < PAIR_LEAST || weight < WEIGHT_LEAST)
                continue;
            buf_add(&training->parts[MODEL_NEXT], &class_of[pair->second],
                    sizeof(*class_of));
            buf_putc(&training->parts[MODEL_WEIGHTS],
                     (char)(steps > 255 ? 255 : steps));
            training->head.followers++;
        }
    }
    buf_add(&training->parts[MODEL_STARTS], &training->head.followers,
            sizeof(training->head.followers));
    free(class_of);
}

static void save(struct training *training, const char *path)
{
    struct model_layout layout;
    memcpy(training->head.magic, MODEL_MAGIC, sizeof(training->head.magic));
    if (!model_lay_out(&training->head, &layout))
        die("no such model can be");
    char *bytes = xcalloc(layout.total, 1);
    for (int part = 0; part < MODEL_PARTS; part++) {
        if (training->parts[part].length != layout.length[part])
            die("part %d: %zu bytes", part, training->parts[part].length);
        memcpy(bytes + layout.start[part], training->parts[part].data,
               layout.length[part]);
    }
    const size_t sealed = offsetof(struct model_head, classes);
    memcpy(bytes, &training->head, sizeof(training->head));
    training->head.seal = mapped_seal(bytes + sealed, layout.total - sealed);
    memcpy(bytes, &training->head, sizeof(training->head));
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, layout.total, 1, file) != 1 || fclose(file) != 0)
        die("%s: cannot be written", path);
    printf("%zu characters, %d dimensions of 2^-%u, %u pairs, %zu bytes\n",
           training->count, DIMENSIONS, training->head.shift,
           training->head.followers, layout.total);
    free(bytes);
}

int main(int argc, char **argv)
{
    struct sources sources = {0};
    struct training *training = xcalloc(1, sizeof(*training));
    if (argc != 3)
        die("usage: train_handwriting FOLDER MODEL");
    sources_read(&sources, argv[1]);
    learn_classes(training, &sources);
    factor_scatter(training);
    find_projection(training);
    write_vectors(training);
    training->head.shift = find_shift(training);
    training->head.dimensions = DIMENSIONS;
    training->head.classes = (uint32_t)training->count;
    write_projection(training);
    write_characters(training);
    write_followers(training, &sources);
    save(training, argv[2]);
    for (int part = 0; part < MODEL_PARTS; part++)
        buf_fini(&training->parts[part]);
    free(training->classes);
    free(training);
    sources_fini(&sources);
}
