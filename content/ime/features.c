#include "content/ime/features.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define HALF_PI 1.57079632679489661923
/* Pen-up moves tell where parts stand to each other, and look like strokes
 * where somebody joins them. */
#define PEN_UP_WEIGHT 0.5
/* Finer steps along a segment change no digit that matters. */
#define STEP 0.25
#define LIMIT 1e6f

enum { GRID = FEATURES_GRID };

void ink_start_stroke(struct ink *ink)
{
    if (ink->stroke_count < HANDWRITING_STROKES)
        ink->ends[ink->stroke_count++] = ink->point_count;
}

void ink_add(struct ink *ink, double x, double y)
{
    assert(ink->stroke_count > 0);
    if (ink->point_count == HANDWRITING_POINTS)
        return;
    ink->points[ink->point_count++] =
        (struct handwriting_point){(float)x, (float)y};
    ink->ends[ink->stroke_count - 1] = ink->point_count;
}

static bool is_usable(const struct handwriting_point *point)
{
    /* Comparisons with NaN are false. */
    return point->x > -LIMIT && point->x < LIMIT && point->y > -LIMIT &&
           point->y < LIMIT;
}

bool ink_read(struct ink *ink, const struct handwriting_stroke *strokes,
              size_t count)
{
    ink->stroke_count = ink->point_count = 0;
    for (size_t s = 0; s < count && ink->stroke_count < HANDWRITING_STROKES;
         s++) {
        bool started = false;
        for (size_t p = 0;
             p < strokes[s].count && ink->point_count < HANDWRITING_POINTS;
             p++) {
            const struct handwriting_point *point = &strokes[s].points[p];
            if (!is_usable(point))
                continue;
            if (!started)
                ink_start_stroke(ink);
            started = true;
            ink_add(ink, point->x, point->y);
        }
    }
    return ink->point_count > 0;
}

/* A segment as the moments see it: as much as it is long. */
struct segment {
    double x, y, dx, dy, length; /* middle and extent */
};

static struct segment segment_to(const struct handwriting_point *point)
{
    const double dx = (double)point->x - point[-1].x;
    const double dy = (double)point->y - point[-1].y;
    return (struct segment){point[-1].x + dx / 2, point[-1].y + dy / 2, dx, dy,
                            sqrt(dx * dx + dy * dy)};
}

/* Calls of the form: for each point that continues a stroke. */
#define FOR_SEGMENTS(ink, p)                             \
    for (size_t s_ = 0, p = 0; s_ < (ink)->stroke_count; \
         p = (ink)->ends[s_], s_++)                      \
        for (p++; p < (ink)->ends[s_]; p++)

static double extent(const struct ink *ink)
{
    float left = LIMIT, right = -LIMIT, top = LIMIT, bottom = -LIMIT;
    for (size_t p = 0; p < ink->point_count; p++) {
        const struct handwriting_point *point = &ink->points[p];
        left = point->x < left ? point->x : left;
        right = point->x > right ? point->x : right;
        top = point->y < top ? point->y : top;
        bottom = point->y > bottom ? point->y : bottom;
    }
    const double width = (double)right - left, height = (double)bottom - top;
    return width > height ? width : height;
}

/* A tap is meant as a dot, and a dot is a short stroke to the lower right. A
 * point without length would not count. */
static void draw_taps(struct ink *ink)
{
    const double size = extent(ink);
    const double dash = size > 0 ? size / 24 : 1;
    for (size_t s = 0, start = 0; s < ink->stroke_count;
         start = ink->ends[s], s++) {
        const size_t end = ink->ends[s];
        const struct handwriting_point at = ink->points[start];
        bool moved = false;
        for (size_t p = start + 1; p < end && !moved; p++)
            moved = ink->points[p].x != at.x || ink->points[p].y != at.y;
        if (moved)
            continue;
        if (end - start == 1) {
            if (ink->point_count == HANDWRITING_POINTS)
                continue;
            memmove(&ink->points[end + 1], &ink->points[end],
                    (ink->point_count - end) * sizeof(at));
            ink->point_count++;
            for (size_t later = s; later < ink->stroke_count; later++)
                ink->ends[later]++;
        }
        ink->points[ink->ends[s] - 1] = (struct handwriting_point){
            (float)(at.x + dash), (float)(at.y + dash)};
    }
}

/* From the ink's coordinates to the grid's. */
struct frame {
    double centre_x, centre_y, scale_x, scale_y;
};

/* sin(x) for 0 <= x <= pi / 2, to 5e-6. */
static double sine(double x)
{
    const double q = x * x;
    return x * (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72))));
}

/* Narrow and wide characters are made squarer, but not square: 日 is not 曰. A
 * line (一) keeps its shape. */
static struct frame fit(const struct ink *ink)
{
    double length = 0, x = 0, y = 0, xx = 0, yy = 0;
    FOR_SEGMENTS(ink, p)
    {
        const struct segment it = segment_to(&ink->points[p]);
        length += it.length;
        x += it.length * it.x;
        y += it.length * it.y;
    }
    if (!(length > 0)) /* more taps than there is room for */
        return (struct frame){ink->points[0].x, ink->points[0].y, 1, 1};
    x /= length;
    y /= length;
    FOR_SEGMENTS(ink, p)
    {
        const struct segment it = segment_to(&ink->points[p]);
        xx += it.length * ((it.x - x) * (it.x - x) + it.dx * it.dx / 12);
        yy += it.length * ((it.y - y) * (it.y - y) + it.dy * it.dy / 12);
    }
    const double spread_x = sqrt(xx / length), spread_y = sqrt(yy / length);
    const bool wide = spread_x >= spread_y;
    const double most = wide ? spread_x : spread_y;
    const double least = wide ? spread_y : spread_x;
    if (!(most > 0))
        return (struct frame){x, y, 1, 1};
    /* Two deviations reach half the box. */
    const double unit = GRID / 4.0 / most, ratio = least / most;
    double narrow = unit;
    if (ratio > 0.12)
        narrow = unit / ratio * sqrt(sine(HALF_PI * ratio));
    return (struct frame){x, y, wide ? unit : narrow, wide ? narrow : unit};
}

struct position {
    double x, y;
};

/* Far off, with next to no length, a point would make a way without end. */
static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static struct position place(const struct frame *frame,
                             const struct handwriting_point *point)
{
    return (struct position){
        clamp((point->x - frame->centre_x) * frame->scale_x + GRID / 2.0,
              -GRID / 2.0, GRID * 1.5),
        clamp((point->y - frame->centre_y) * frame->scale_y + GRID / 2.0,
              -GRID / 2.0, GRID * 1.5)};
}

/* The direction in eighths of a turn, 0 <= result <= 8; an arc tangent to a
 * quarter of a degree. */
static double direction(double dx, double dy)
{
    const double across = dx < 0 ? -dx : dx, down = dy < 0 ? -dy : dy;
    const bool flat = down <= across;
    const double slope = flat ? down / across : across / down;
    const double within = slope + 0.3476 * slope * (1 - slope);
    double eighths = flat ? within : 2 - within;
    eighths = dx < 0 ? 4 - eighths : eighths;
    return dy < 0 ? 8 - eighths : eighths;
}

/* Spreads the segment's length over the two nearest directions and, point for
 * point, over the four nearest cells. */
static void draw(struct feature_planes *planes, struct position from,
                 struct position to, double weight)
{
    const double dx = to.x - from.x, dy = to.y - from.y;
    const double length = sqrt(dx * dx + dy * dy);
    if (length < 1e-6)
        return;
    const double turn = direction(dx, dy);
    const int whole = (int)turn, steps = (int)(length / STEP) + 1;
    const double second = turn - whole, first = 1 - second;
    double(*one)[GRID + 2] = planes->cells[whole % FEATURES_DIRECTIONS];
    double(*two)[GRID + 2] = planes->cells[(whole + 1) % FEATURES_DIRECTIONS];
    const double share = weight * length / steps;
    for (int i = 0; i < steps; i++) {
        const double t = (i + 0.5) / steps;
        /* Cell (1, 1) has its centre at (0.5, 0.5). */
        const double x = clamp(from.x + dx * t + 0.5, 0, GRID + 0.999);
        const double y = clamp(from.y + dy * t + 0.5, 0, GRID + 0.999);
        const int column = (int)x, row = (int)y;
        const double right = x - column, below = y - row;
        const double weights[2][2] = {
            {share * (1 - below) * (1 - right), share * (1 - below) * right},
            {share * below * (1 - right), share * below * right}};
        for (int v = 0; v < 2; v++)
            for (int u = 0; u < 2; u++) {
                one[row + v][column + u] += first * weights[v][u];
                two[row + v][column + u] += second * weights[v][u];
            }
    }
}

static void draw_all(struct feature_planes *planes, const struct ink *ink,
                     const struct frame *frame)
{
    memset(planes, 0, sizeof(*planes));
    struct position last = {0, 0};
    for (size_t s = 0, p = 0; s < ink->stroke_count; s++)
        for (const size_t start = p; p < ink->ends[s]; p++) {
            const struct position next = place(frame, &ink->points[p]);
            if (p > 0)
                draw(planes, last, next, p == start ? PEN_UP_WEIGHT : 1);
            last = next;
        }
}

/* What lies beyond the edge counts for the cell at the edge. */
static double cell(const double (*plane)[GRID + 2], int row, int column)
{
    double sum = plane[row][column];
    if (row == 1)
        sum += plane[0][column];
    if (row == GRID)
        sum += plane[GRID + 1][column];
    if (column == 1)
        sum += plane[row][0];
    if (column == GRID)
        sum += plane[row][GRID + 1];
    return sum;
}

void features_of(struct ink *ink, struct feature_planes *planes,
                 int16_t out[FEATURES])
{
    draw_taps(ink);
    const struct frame frame = fit(ink);
    draw_all(planes, ink, &frame);
    double total = 0;
    for (int d = 0; d < FEATURES_DIRECTIONS; d++)
        for (int y = 1; y <= GRID; y++)
            for (int x = 1; x <= GRID; x++)
                total += cell(planes->cells[d], y, x);
    /* The roots' squares sum up to the total. */
    const double unit = total > 0 ? FEATURES_ONE / sqrt(total) : 0;
    for (int d = 0; d < FEATURES_DIRECTIONS; d++)
        for (int y = 1; y <= GRID; y++)
            for (int x = 1; x <= GRID; x++)
                *out++ =
                    (int16_t)(sqrt(cell(planes->cells[d], y, x)) * unit + 0.5);
}
