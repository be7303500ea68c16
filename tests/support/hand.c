#include "hand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"

enum { LINE_POINTS = 100, FIELD = 1000 };
#define SPACING 25.0

const char *const hand_names[HAND_COUNT] = {
#define X(id, name) name,
    HAND_WAYS(X)
#undef X
};

/* Deviations; lengths in parts of the field. */
struct way {
    double jitter, shift, scale, turn, slant, stretch, lean, bend, cut, drop;
    int smooth;
    double join, swaps; /* chance a stroke; mean number */
    bool shuffle;
};

#define CARE                                                                 \
    .jitter = 0.008, .shift = 0.012, .scale = 0.05, .turn = 0.05,            \
    .slant = 0.08, .stretch = 0.10, .lean = 0.04, .bend = 0.06, .cut = 0.03, \
    .drop = 0.1
#define HURRY                                                                \
    .jitter = 0.015, .shift = 0.028, .scale = 0.12, .turn = 0.12,            \
    .slant = 0.15, .stretch = 0.18, .lean = 0.07, .bend = 0.12, .cut = 0.08, \
    .drop = 0.3, .smooth = 3

static const struct way ways[HAND_COUNT] = {
    [HAND_CLEAN] = {0},
    [HAND_MILD] = {CARE},
    [HAND_QUICK] = {HURRY},
    [HAND_JOINED] = {CARE, .join = 0.3},
    [HAND_SWAPPED] = {CARE, .swaps = 1.5},
    [HAND_SHUFFLED] = {CARE, .shuffle = true},
    [HAND_MESSY] = {HURRY, .join = 0.25, .swaps = 0.7},
};

static void start_stroke(struct drawing *drawing)
{
    if (drawing->stroke_count == HAND_STROKES)
        abort();
    drawing->strokes[drawing->stroke_count++] =
        (struct handwriting_stroke){&drawing->points[drawing->point_count], 0};
}

static void add_point(struct drawing *drawing, double x, double y)
{
    if (drawing->point_count == HAND_POINTS)
        abort();
    drawing->points[drawing->point_count++] =
        (struct handwriting_point){(float)x, (float)y};
    drawing->strokes[drawing->stroke_count - 1].count++;
}

static bool read_drawing(const char *line, struct drawing *drawing)
{
    size_t at = 0;
    drawing->code = utf8_next(line, strlen(line), &at);
    if (line[at++] != '\t')
        return false;
    start_stroke(drawing);
    for (const char *text = line + at; *text;) {
        char *end;
        const double x = strtod(text, &end);
        if (end == text || *end != ',')
            return false;
        text = end + 1;
        const double y = strtod(text, &end);
        if (end == text)
            return false;
        add_point(drawing, x, y);
        if (*end == ';')
            start_stroke(drawing);
        text = *end ? end + 1 : end;
    }
    return true;
}

struct drawing *drawings_read(const char *path, size_t *count_out)
{
    struct buf text = {0};
    struct drawing *all = NULL;
    size_t count = 0;
    char *save = NULL;
    if (!file_read(path, 8 << 20, &text)) {
        perror(path);
        abort();
    }
    for (const char *at = text.data; *at; at++)
        count += *at == '\n';
    all = xcalloc(count, sizeof(*all));
    count = 0;
    for (char *line = strtok_r(text.data, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save))
        if (*line != '#' && !read_drawing(line, &all[count++])) {
            fprintf(stderr, "%s: %.30s?\n", path, line);
            abort();
        }
    buf_fini(&text);
    *count_out = count;
    return all;
}

/* xorshift64*, another than the training's. */
static double chance(uint64_t *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return (double)((*seed * UINT64_C(2685821657736338717)) >> 11) / 0x1p53;
}

static double spread(uint64_t *seed, double deviation)
{
    const double radius = sqrt(-2 * log(1 - chance(seed)));
    return deviation * radius * cos(6.283185307179586 * chance(seed));
}

struct line {
    double x[LINE_POINTS], y[LINE_POINTS];
    size_t count;
};

/* Where on the stroke a share of its length is gone. */
static void walk(const struct handwriting_stroke *stroke, double way, double *x,
                 double *y)
{
    *x = stroke->points[0].x;
    *y = stroke->points[0].y;
    for (size_t i = 1; i < stroke->count; i++) {
        const double dx = stroke->points[i].x - *x;
        const double dy = stroke->points[i].y - *y;
        const double length = hypot(dx, dy);
        const double part = length > way && length > 0 ? way / length : 1;
        *x += part * dx;
        *y += part * dy;
        if (part < 1)
            return;
        way -= length;
    }
}

static void resample(const struct handwriting_stroke *stroke, struct line *line)
{
    double length = 0;
    for (size_t i = 1; i < stroke->count; i++)
        length += hypot((double)stroke->points[i].x - stroke->points[i - 1].x,
                        (double)stroke->points[i].y - stroke->points[i - 1].y);
    line->count = (size_t)fmin(LINE_POINTS, fmax(2, length / SPACING + 1));
    for (size_t i = 0; i < line->count; i++)
        walk(stroke, length * (double)i / (double)(line->count - 1),
             &line->x[i], &line->y[i]);
}

static void turn(struct line *line, const struct way *way, uint64_t *seed)
{
    double x = 0, y = 0;
    for (size_t i = 0; i < line->count; i++) {
        x += line->x[i] / (double)line->count;
        y += line->y[i] / (double)line->count;
    }
    const double angle = spread(seed, way->turn);
    const double scale = 1 + spread(seed, way->scale);
    const double shift_x = spread(seed, way->shift * FIELD);
    const double shift_y = spread(seed, way->shift * FIELD);
    for (size_t i = 0; i < line->count; i++) {
        const double dx = line->x[i] - x, dy = line->y[i] - y;
        line->x[i] = x + scale * (cos(angle) * dx - sin(angle) * dy) + shift_x;
        line->y[i] = y + scale * (sin(angle) * dx + cos(angle) * dy) + shift_y;
    }
}

/* Every fourth point moves, those between follow. */
static void shake(double *values, size_t count, double deviation,
                  uint64_t *seed)
{
    double from = spread(seed, deviation), to = spread(seed, deviation);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && i % 4 == 0) {
            from = to;
            to = spread(seed, deviation);
        }
        values[i] += from + (to - from) * (double)(i % 4) / 4;
    }
}

static void smooth(double *values, size_t count)
{
    double before = values[0];
    for (size_t i = 1; i + 1 < count; i++) {
        const double here = values[i];
        values[i] = before / 4 + here / 2 + values[i + 1] / 4;
        before = here;
    }
}

static void cut(struct line *line, const struct way *way, uint64_t *seed)
{
    const double count = (double)line->count;
    const double most = line->count > 5 ? count / 4 : 0;
    const size_t first =
        (size_t)fmin(most, fabs(spread(seed, way->cut)) * count);
    const size_t last =
        line->count - (size_t)fmin(most, fabs(spread(seed, way->cut)) * count);
    size_t kept = 0;
    for (size_t i = first; i < last; i++) {
        if (i > first && i + 1 < last && chance(seed) < way->drop)
            continue;
        line->x[kept] = line->x[i];
        line->y[kept++] = line->y[i];
    }
    line->count = kept;
}

static void write_stroke(const struct handwriting_stroke *stroke,
                         const struct way *way, uint64_t *seed,
                         struct line *line)
{
    resample(stroke, line);
    turn(line, way, seed);
    for (int i = 0; i < way->smooth; i++) {
        smooth(line->x, line->count);
        smooth(line->y, line->count);
    }
    shake(line->x, line->count, way->jitter * FIELD, seed);
    shake(line->y, line->count, way->jitter * FIELD, seed);
    cut(line, way, seed);
}

static void swap(size_t *a, size_t *b)
{
    const size_t kept = *a;
    *a = *b;
    *b = kept;
}

static void reorder(size_t *order, size_t count, const struct way *way,
                    uint64_t *seed)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; way->shuffle && i > 1; i--)
        swap(&order[i - 1], &order[(size_t)(chance(seed) * (double)i)]);
    /* Poisson, after Knuth. */
    for (double left = exp(-way->swaps), p = chance(seed);
         p > left && count > 1; p *= chance(seed)) {
        const size_t at = (size_t)(chance(seed) * (double)(count - 1));
        swap(&order[at], &order[at + 1]);
    }
}

void hand_write(const struct drawing *printed, enum hand_way which,
                uint64_t seed, struct drawing *out)
{
    const struct way *way = &ways[which];
    uint64_t dice = (seed + 1) * UINT64_C(0xD1342543DE82EF95) ^ printed->code;
    size_t order[HAND_STROKES];
    for (int i = 0; i < 8; i++)
        chance(&dice);
    reorder(order, printed->stroke_count, way, &dice);
    const double slant = tan(spread(&dice, way->slant));
    const double wide = exp(spread(&dice, way->stretch));
    const double lean = spread(&dice, way->lean);
    const double bend_x = spread(&dice, way->bend);
    const double bend_y = spread(&dice, way->bend);
    out->code = printed->code;
    out->stroke_count = out->point_count = 0;
    for (size_t s = 0; s < printed->stroke_count; s++) {
        struct line line;
        write_stroke(&printed->strokes[order[s]], way, &dice, &line);
        if (s == 0 || chance(&dice) >= way->join)
            start_stroke(out);
        for (size_t i = 0; i < line.count; i++) {
            const double u = line.x[i] / (FIELD / 2.0) - 1;
            const double v = line.y[i] / (FIELD / 2.0) - 1;
            const double x = u + bend_x * (1 - u * u);
            const double y = v + bend_y * (1 - v * v);
            const double turned_x = cos(lean) * x - sin(lean) * y;
            const double turned_y = sin(lean) * x + cos(lean) * y;
            add_point(out, (wide * turned_x + slant * turned_y + 1) * FIELD / 2,
                      (turned_y / wide + 1) * FIELD / 2);
        }
    }
}
