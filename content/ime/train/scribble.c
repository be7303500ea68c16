#include "content/ime/train/scribble.h"

#include <math.h>
#include <string.h>

enum { STROKE_POINTS = 120, SPACING = 30 };
#define MIDDLE 512.0 /* of the field, and half its size */

struct line {
    double x[STROKE_POINTS + 1], y[STROKE_POINTS + 1]; /* one for a flick */
    size_t count;
};

/* How one writer writes one character. Lengths are in units of the field. */
struct manner {
    double shake;                /* of the hand, along a stroke */
    double shift, size, turn;    /* of single strokes */
    double slant, stretch, lean; /* of the whole */
    double bend_x, bend_y;
    double cut, skip;         /* ends; points */
    double join, swap, flick; /* chances */
    int smooth;               /* times */
};

/* One statement a throw: an initialiser's order is the compiler's. */
static struct manner draw_manner(double careless, struct dice *dice)
{
    struct manner it;
    it.shake = 15 * careless * dice_share(dice);
    it.shift = 35 * careless * dice_share(dice);
    it.size = 0.15 * careless * dice_share(dice);
    it.turn = 0.15 * careless * dice_share(dice);
    it.slant = 0.2 * careless * dice_normal(dice);
    it.stretch = 0.2 * careless * dice_normal(dice);
    it.lean = 0.09 * careless * dice_normal(dice);
    it.bend_x = 0.15 * careless * dice_normal(dice);
    it.bend_y = 0.15 * careless * dice_normal(dice);
    it.cut = 0.1 * careless * dice_share(dice);
    it.skip = 0.4 * careless * dice_share(dice);
    it.smooth = (int)(4 * dice_share(dice));
    /* Half of the writers lift the pen between all strokes, most keep the
     * order; some hang a hook onto ends. */
    const double joins = dice_share(dice);
    it.join = dice_share(dice) < 0.5 ? 0 : 1.4 * joins * joins;
    it.swap = dice_share(dice) < 0.6 ? 0 : 0.3;
    it.flick = dice_share(dice) < 0.3 ? 0 : 0.15;
    return it;
}

static double distance(double dx, double dy)
{
    return sqrt(dx * dx + dy * dy);
}

/* Points at even distances, and the last one. */
static void even_out(const struct handwriting_point *points, size_t count,
                     struct line *out)
{
    double total = 0;
    for (size_t i = 1; i < count; i++)
        total += distance((double)points[i].x - points[i - 1].x,
                          (double)points[i].y - points[i - 1].y);
    size_t wanted = (size_t)(total / SPACING) + 1;
    wanted = wanted < 2 ? 2 : wanted > STROKE_POINTS ? STROKE_POINTS : wanted;
    const double step = total / (double)(wanted - 1);
    double x = points[0].x, y = points[0].y, gone = 0;
    out->x[0] = x;
    out->y[0] = y;
    out->count = 1;
    for (size_t i = 1; i < count && out->count < wanted - 1;) {
        const double way = distance(points[i].x - x, points[i].y - y);
        if (way > 0 && gone + way >= step) {
            const double t = (step - gone) / way;
            x += t * (points[i].x - x);
            y += t * (points[i].y - y);
            out->x[out->count] = x;
            out->y[out->count++] = y;
            gone = 0;
        } else {
            gone += way;
            x = points[i].x;
            y = points[i].y;
            i++;
        }
    }
    out->x[out->count] = points[count - 1].x;
    out->y[out->count++] = points[count - 1].y;
}

static size_t ends_to_cut(const struct manner *manner, size_t count,
                          struct dice *dice)
{
    const double wish = fabs(dice_normal(dice)) * manner->cut * (double)count;
    if (count <= 5)
        return 0;
    return wish > (double)(count / 4) ? count / 4 : (size_t)wish;
}

/* A shake that changes its mind every few points. */
struct shake {
    double from_x, from_y, to_x, to_y;
    int period, at;
};

static void next_shake(struct shake *shake, double strength, struct dice *dice)
{
    if (shake->at++ < shake->period)
        return;
    shake->at = 1;
    shake->from_x = shake->to_x;
    shake->from_y = shake->to_y;
    shake->to_x = strength * dice_normal(dice);
    shake->to_y = strength * dice_normal(dice);
}

static void shake_stroke(const struct manner *manner, struct line *line,
                         struct dice *dice)
{
    const size_t count = line->count;
    double x = 0, y = 0;
    for (size_t i = 0; i < count; i++) {
        x += line->x[i] / (double)count;
        y += line->y[i] / (double)count;
    }
    const double angle = manner->turn * dice_normal(dice);
    const double size = 1 + manner->size * dice_normal(dice);
    const double c = number_cos(angle) * size, s = number_sin(angle) * size;
    const double to_x = x + manner->shift * dice_normal(dice);
    const double to_y = y + manner->shift * dice_normal(dice);
    const size_t first = ends_to_cut(manner, count, dice);
    const size_t last = count - ends_to_cut(manner, count, dice);
    struct shake shake = {0};
    shake.to_x = manner->shake * dice_normal(dice);
    shake.to_y = manner->shake * dice_normal(dice);
    next_shake(&shake, manner->shake, dice);
    shake.period = 4 + (int)(4 * dice_share(dice));
    line->count = 0;
    for (size_t i = first; i < last; i++) {
        if (i > first && i + 1 < last && dice_share(dice) < manner->skip)
            continue;
        next_shake(&shake, manner->shake, dice);
        const double t = (double)shake.at / shake.period;
        const double dx = line->x[i] - x, dy = line->y[i] - y;
        line->x[line->count] =
            c * dx - s * dy + to_x + shake.from_x * (1 - t) + shake.to_x * t;
        line->y[line->count++] =
            s * dx + c * dy + to_y + shake.from_y * (1 - t) + shake.to_y * t;
    }
}

static void smooth_values(double *values, size_t count)
{
    for (size_t i = 1; i + 1 < count; i++)
        values[i] = (values[i - 1] + 2 * values[i] + values[i + 1]) / 4;
}

static void add_flick(struct line *line, const struct handwriting_point *next,
                      struct dice *dice)
{
    const double part = 0.3 * dice_share(dice);
    const size_t last = line->count - 1;
    line->x[last + 1] = line->x[last] + part * (next->x - line->x[last]);
    line->y[last + 1] = line->y[last] + part * (next->y - line->y[last]);
    line->count++;
}

/* Bends, slants, stretches and turns the field as a whole. */
static void add_bent(const struct manner *manner, const struct line *line,
                     struct ink *out)
{
    const double wide = number_exp(manner->stretch);
    const double lean = number_sin(manner->slant) / number_cos(manner->slant);
    const double c = number_cos(manner->lean), s = number_sin(manner->lean);
    for (size_t i = 0; i < line->count; i++) {
        const double u = line->x[i] / MIDDLE - 1, v = line->y[i] / MIDDLE - 1;
        const double bent_u = u + manner->bend_x * (1 - u * u);
        const double bent_v = v + manner->bend_y * (1 - v * v);
        const double x = wide * bent_u + lean * bent_v, y = bent_v / wide;
        ink_add(out, (x * c - y * s + 1) * MIDDLE,
                (x * s + y * c + 1) * MIDDLE);
    }
}

static size_t stroke_start(const struct ink *ink, size_t stroke)
{
    return stroke ? ink->ends[stroke - 1] : 0;
}

void scribble(const struct ink *printed, double carelessness, struct dice *dice,
              struct ink *out)
{
    const struct manner manner = draw_manner(carelessness, dice);
    const size_t count = printed->stroke_count;
    size_t order[HANDWRITING_STROKES];
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = 0; i + 1 < count; i++)
        if (dice_share(dice) < manner.swap) {
            const size_t moved = order[i];
            order[i] = order[i + 1];
            order[i + 1] = moved;
        }
    out->stroke_count = out->point_count = 0;
    for (size_t i = 0; i < count; i++) {
        const size_t start = stroke_start(printed, order[i]);
        struct line line;
        even_out(&printed->points[start], printed->ends[order[i]] - start,
                 &line);
        shake_stroke(&manner, &line, dice);
        for (int times = 0; times < manner.smooth; times++) {
            smooth_values(line.x, line.count);
            smooth_values(line.y, line.count);
        }
        if (i + 1 < count && dice_share(dice) < manner.flick)
            add_flick(&line,
                      &printed->points[stroke_start(printed, order[i + 1])],
                      dice);
        if (i == 0 || dice_share(dice) >= manner.join)
            ink_start_stroke(out);
        add_bent(&manner, &line, out);
    }
}
