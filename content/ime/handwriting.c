/* Recognising by the nearest class mean, after linear discriminant analysis.
 *
 * Features (features.c) are projected to where writers of the same character
 * differ as little as possible and characters as much as possible, 160 numbers
 * of a byte each; every character is a point there, and the nearest wins. With
 * q the ink and z a character, |q - z|^2 is, but for |q|^2, which is the same
 * for all, |z|^2 - 2 q z. A character's commonness is added, and what is known
 * of characters that follow each other. All of it is integers behind the
 * features, so that every machine answers the same.
 *
 * Zinnia, which Debian has, looks at strokes one by one: of messy, joined ink
 * it knew one character in ten. */
#include "content/handwriting.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "content/ime/mapped.h"
#include "content/ime/model.h"

enum { FILE_MOST = 16 << 20 };

/* What one recognition leaves behind. */
struct work {
    struct ink ink;
    struct feature_planes planes;
    int16_t features[FEATURES];
    int32_t sums[MODEL_DIMENSIONS];
    int8_t point[MODEL_DIMENSIONS];
    int32_t scores[];
};

struct handwriting {
    struct mapped file;
    struct model_head head;
    const uint32_t *codes, *starts;
    const int32_t *priors, *mean;
    const int16_t *projection;
    const int8_t *vectors;
    const uint16_t *next;
    const uint8_t *weights;
    int32_t *own; /* by class: the prior less |z|^2 */
    struct work *work;
    size_t work_bytes;
};

static const char *check_codes(const struct handwriting *model)
{
    for (uint32_t c = 0; c < model->head.classes; c++)
        if (model->codes[c] > 0x10FFFF ||
            (c > 0 && model->codes[c] <= model->codes[c - 1]))
            return "characters out of order";
    return NULL;
}

static bool is_moderate(const int32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (values[i] < -MODEL_MOST || values[i] > MODEL_MOST)
            return false;
    return true;
}

static const char *check_sums(const struct handwriting *model)
{
    const size_t dimensions = model->head.dimensions;
    if (!is_moderate(model->priors, model->head.classes) ||
        !is_moderate(model->mean, dimensions) ||
        model->head.unit > (uint32_t)MODEL_MOST / 256)
        return "numbers too large";
    for (size_t d = 0; d < dimensions; d++) {
        int64_t square = 0;
        for (size_t i = 0; i < FEATURES; i++) {
            const int64_t it = model->projection[i * dimensions + d];
            square += it * it;
        }
        if (square > MODEL_COLUMN)
            return "a projection too large";
    }
    return NULL;
}

static const char *check_followers(const struct handwriting *model)
{
    const struct model_head *head = &model->head;
    for (uint32_t c = 0; c < head->classes; c++)
        if (model->starts[c] > model->starts[c + 1])
            return "followers out of order";
    if (model->starts[0] != 0 ||
        model->starts[head->classes] != head->followers)
        return "followers missing";
    for (uint32_t c = 0; c < head->classes; c++)
        for (uint32_t i = model->starts[c]; i < model->starts[c + 1]; i++)
            if (model->next[i] >= head->classes ||
                (i > model->starts[c] && model->next[i] <= model->next[i - 1]))
                return "a follower that is none";
    return NULL;
}

/* Whatever the seal says: damage may come with a seal of its own. */
static const char *check(struct handwriting *model)
{
    static const char *(*const checks[])(const struct handwriting *) = {
        check_codes, check_sums, check_followers};
    struct model_layout layout;
    memcpy(&model->head, model->file.bytes, sizeof(model->head));
    if (!model_lay_out(&model->head, &layout) ||
        layout.total != model->file.length)
        return "of another size than it says";
    const unsigned char *bytes = model->file.bytes;
#define PART(part) ((const void *)(bytes + layout.start[part]))
    model->codes = PART(MODEL_CODES);
    model->priors = PART(MODEL_PRIORS);
    model->mean = PART(MODEL_MEAN);
    model->projection = PART(MODEL_PROJECTION);
    model->vectors = PART(MODEL_VECTORS);
    model->starts = PART(MODEL_STARTS);
    model->next = PART(MODEL_NEXT);
    model->weights = PART(MODEL_WEIGHTS);
#undef PART
    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        const char *fault = checks[i](model);
        if (fault)
            return fault;
    }
    return NULL;
}

static int32_t dot(const int8_t *a, const int8_t *b, size_t length)
{
    int32_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += a[i] * b[i];
    return sum;
}

static void prepare(struct handwriting *model)
{
    const size_t classes = model->head.classes;
    const size_t dimensions = model->head.dimensions;
    model->own = xcalloc(classes, sizeof(*model->own));
    for (size_t c = 0; c < classes; c++) {
        const int8_t *vector = model->vectors + c * dimensions;
        model->own[c] = model->priors[c] - dot(vector, vector, dimensions);
    }
    model->work_bytes =
        sizeof(*model->work) + classes * sizeof(model->work->scores[0]);
    model->work = xcalloc(1, model->work_bytes);
}

struct handwriting *handwriting_open(const char *path)
{
    struct handwriting *model = xcalloc(1, sizeof(*model));
    if (mapped_open(&model->file, "handwriting", path, MODEL_MAGIC,
                    sizeof(model->head), FILE_MOST)) {
        const char *fault = check(model);
        if (!fault) {
            prepare(model);
            return model;
        }
        log_warn("handwriting", "%s: %s", path, fault);
    }
    handwriting_close(model);
    return NULL;
}

void handwriting_forget(struct handwriting *model)
{
    if (model && model->work)
        explicit_bzero(model->work, model->work_bytes);
}

void handwriting_close(struct handwriting *model)
{
    if (!model)
        return;
    handwriting_forget(model);
    mapped_close(&model->file);
    free(model->work);
    free(model->own);
    free(model);
}

size_t handwriting_count(const struct handwriting *model)
{
    return model->head.classes;
}

/* To the nearest of 2^-shift, halves away from zero, cut to a byte. */
static int8_t shorten(int64_t sum, uint32_t shift)
{
    const int64_t one = INT64_C(1) << shift;
    const int64_t value = (sum < 0 ? sum - one / 2 : sum + one / 2) / one;
    return (int8_t)(value < -127 ? -127 : value > 127 ? 127 : value);
}

static void project(const struct handwriting *model, struct work *work)
{
    const size_t dimensions = model->head.dimensions;
    memset(work->sums, 0, sizeof(work->sums));
    for (size_t i = 0; i < FEATURES; i++) {
        const int32_t feature = work->features[i];
        const int16_t *row = model->projection + i * dimensions;
        for (size_t d = 0; feature && d < dimensions; d++)
            work->sums[d] += feature * row[d];
    }
    for (size_t d = 0; d < dimensions; d++)
        work->point[d] =
            shorten((int64_t)work->sums[d] - model->mean[d], model->head.shift);
}

static int compare_codes(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void prefer_followers(const struct handwriting *model, uint32_t previous,
                             int32_t *scores)
{
    const uint32_t *found =
        bsearch(&previous, model->codes, model->head.classes, sizeof(previous),
                compare_codes);
    if (!found)
        return;
    const uint32_t *range = model->starts + (found - model->codes);
    for (uint32_t i = range[0]; i < range[1]; i++)
        scores[model->next[i]] +=
            (int32_t)(model->weights[i] * model->head.unit);
}

/* Classes are in the order of code points: of equals the first stays first. */
static size_t choose(const struct handwriting *model, const int32_t *scores,
                     struct handwriting_result *results, size_t most)
{
    size_t count = 0;
    for (uint32_t c = 0; c < model->head.classes && most > 0; c++) {
        if (count == most && scores[c] <= results[most - 1].score)
            continue;
        size_t at = count < most ? count++ : most - 1;
        for (; at > 0 && results[at - 1].score < scores[c]; at--)
            results[at] = results[at - 1];
        results[at] = (struct handwriting_result){model->codes[c], scores[c]};
    }
    return count;
}

size_t handwriting_recognise(struct handwriting *model,
                             const struct handwriting_stroke *strokes,
                             size_t count, uint32_t previous,
                             struct handwriting_result *results, size_t most)
{
    struct work *work = model->work;
    const size_t dimensions = model->head.dimensions;
    if (!ink_read(&work->ink, strokes, count))
        return 0;
    features_of(&work->ink, &work->planes, work->features);
    project(model, work);
    for (size_t c = 0; c < model->head.classes; c++)
        work->scores[c] =
            model->own[c] +
            2 * dot(work->point, model->vectors + c * dimensions, dimensions);
    prefer_followers(model, previous, work->scores);
    return choose(model, work->scores, results, most);
}
