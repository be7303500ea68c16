/* outline.c - SVG path data (SVG 1.1, chapter 8.3) through FreeType.
 *
 * The path is read into segments first: a stroke must know whether a contour
 * is closed before it begins. */
#include "fonts/outline.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include FT_STROKER_H
#include <math.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "fonts/face.h"

#define SEGMENT_LIMIT 8192 /* FT_Outline counts points in 16 bits */
#define REACH 4            /* view boxes a path may stray from its own */
#define PI 3.14159265358979323846

enum segment_kind {
    SEGMENT_MOVE,
    SEGMENT_LINE,
    SEGMENT_CONIC,
    SEGMENT_CUBIC,
    SEGMENT_CLOSE
};

struct segment {
    enum segment_kind kind;
    FT_Vector points[3]; /* the last one used is where it ends; 1/64 px */
};
static const int segment_points[] = {1, 1, 2, 3, 0};

struct point {
    double x, y;
};

struct path {
    const char *text; /* what is left to read */
    double scale, reach;
    int size_px;
    struct segment *segments;
    size_t count, capacity;
    struct point at, start;
    struct point control; /* of the curve before, for S and T */
    char last;            /* the command before, upper case */
    bool bad;
};

/* ---- reading ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void skip_space(struct path *path)
{
    while (*path->text && strchr(" \t\r\n\f,", *path->text))
        path->text++;
}

static int read_sign(struct path *path)
{
    char sign = *path->text;
    if (sign == '-' || sign == '+')
        path->text++;
    return sign == '-' ? -1 : 1;
}

static double read_exponent(struct path *path)
{
    int exponent = 0;
    if ((*path->text | 0x20) != 'e')
        return 1;
    path->text++;
    int sign = read_sign(path);
    if (!is_digit(*path->text))
        path->bad = true;
    for (; is_digit(*path->text); path->text++)
        exponent = exponent < 100 ? exponent * 10 + (*path->text - '0') : 100;
    return pow(10, sign * exponent);
}

/* Not strtod: a locale may want a decimal comma. */
static double read_number(struct path *path)
{
    double value = 0, unit = 1;
    skip_space(path);
    int sign = read_sign(path);
    const char *digits = path->text;
    for (; is_digit(*path->text); path->text++)
        value = value * 10 + (*path->text - '0');
    size_t count = (size_t)(path->text - digits);
    if (*path->text == '.') {
        path->text++;
        for (; is_digit(*path->text); path->text++, count++)
            value += (*path->text - '0') * (unit /= 10);
    }
    if (!count)
        path->bad = true;
    return sign * value * read_exponent(path);
}

/* The flags of an arc are one digit each and may stand without a space. */
static double read_flag(struct path *path)
{
    skip_space(path);
    if (*path->text != '0' && *path->text != '1') {
        path->bad = true;
        return 0;
    }
    return *path->text++ - '0';
}

/* ---- segments ---- */

/* SVG counts y down, FreeType up. */
static FT_Vector to_pixels(struct path *path, struct point p)
{
    if (!(fabs(p.x) < path->reach && fabs(p.y) < path->reach)) {
        path->bad = true;
        return (FT_Vector){0, 0};
    }
    return (FT_Vector){lround(p.x * path->scale * 64),
                       lround((path->size_px - p.y * path->scale) * 64)};
}

static void add_segment(struct path *path, enum segment_kind kind,
                        const struct point *points)
{
    struct segment segment = {.kind = kind};
    for (int i = 0; i < segment_points[kind]; i++)
        segment.points[i] = to_pixels(path, points[i]);
    if (segment_points[kind])
        path->at = points[segment_points[kind] - 1];
    if (path->count == SEGMENT_LIMIT)
        path->bad = true;
    if (path->bad)
        return;
    ARRAY_GROW(path->segments, path->count, path->capacity);
    path->segments[path->count++] = segment;
}

static void move_to(struct path *path, const double *v)
{
    add_segment(path, SEGMENT_MOVE, &(struct point){v[0], v[1]});
    path->start = path->at;
}

static void line_to(struct path *path, const double *v)
{
    add_segment(path, SEGMENT_LINE, &(struct point){v[0], v[1]});
}

static void horizontal_to(struct path *path, const double *v)
{
    add_segment(path, SEGMENT_LINE, &(struct point){v[0], path->at.y});
}

static void vertical_to(struct path *path, const double *v)
{
    add_segment(path, SEGMENT_LINE, &(struct point){path->at.x, v[0]});
}

static void cubic_to(struct path *path, const double *v)
{
    const struct point points[] = {{v[0], v[1]}, {v[2], v[3]}, {v[4], v[5]}};
    add_segment(path, SEGMENT_CUBIC, points);
    path->control = points[1];
}

static void conic_to(struct path *path, const double *v)
{
    const struct point points[] = {{v[0], v[1]}, {v[2], v[3]}};
    add_segment(path, SEGMENT_CONIC, points);
    path->control = points[0];
}

/* The control point before, reflected, if the command before drew the same
 * kind of curve. */
static struct point reflected(const struct path *path, const char *same)
{
    if (!path->last || !strchr(same, path->last))
        return path->at;
    return (struct point){2 * path->at.x - path->control.x,
                          2 * path->at.y - path->control.y};
}

static void smooth_cubic_to(struct path *path, const double *v)
{
    struct point c = reflected(path, "CS");
    cubic_to(path, (const double[]){c.x, c.y, v[0], v[1], v[2], v[3]});
}

static void smooth_conic_to(struct path *path, const double *v)
{
    struct point c = reflected(path, "QT");
    conic_to(path, (const double[]){c.x, c.y, v[0], v[1]});
}

static void close_path(struct path *path, const double *v)
{
    (void)v;
    add_segment(path, SEGMENT_CLOSE, NULL);
    path->at = path->start;
}

/* An ellipse turned by `turn`: the angles count from its own x axis. */
struct ellipse {
    struct point centre;
    double rx, ry, turn;
};

static struct point ellipse_point(const struct ellipse *e, double x, double y)
{
    double c = cos(e->turn), s = sin(e->turn);
    return (struct point){e->centre.x + c * e->rx * x - s * e->ry * y,
                          e->centre.y + s * e->rx * x + c * e->ry * y};
}

/* At most a quarter each: a cubic is then within 0.03 % of the arc. */
static void add_arc(struct path *path, const struct ellipse *e, double from,
                    double sweep)
{
    int parts = (int)ceil(fabs(sweep) / (PI / 2) - 1e-9);
    for (int i = 0; i < parts; i++) {
        double a = from + sweep * i / parts, b = from + sweep * (i + 1) / parts;
        double k = 4.0 / 3.0 * tan((b - a) / 4);
        struct point points[] = {
            ellipse_point(e, cos(a) - k * sin(a), sin(a) + k * cos(a)),
            ellipse_point(e, cos(b) + k * sin(b), sin(b) - k * cos(b)),
            ellipse_point(e, cos(b), sin(b)),
        };
        add_segment(path, SEGMENT_CUBIC, points);
    }
}

/* SVG 1.1, F.6.5 and F.6.6: from end points to centre. */
static void arc_to(struct path *path, const double *v)
{
    struct ellipse e = {
        .rx = fabs(v[0]), .ry = fabs(v[1]), .turn = v[2] * PI / 180};
    struct point from = path->at, to = {v[5], v[6]};
    double c = cos(e.turn), s = sin(e.turn);
    double dx = (from.x - to.x) / 2, dy = (from.y - to.y) / 2;
    double x = c * dx + s * dy, y = c * dy - s * dx;
    if (e.rx == 0 || e.ry == 0 || (dx == 0 && dy == 0)) {
        add_segment(path, SEGMENT_LINE, &to);
        return;
    }
    double lambda = x * x / (e.rx * e.rx) + y * y / (e.ry * e.ry);
    if (lambda > 1) {
        e.rx *= sqrt(lambda);
        e.ry *= sqrt(lambda);
        lambda = 1;
    }
    double k = sqrt(1 / lambda - 1) * (v[3] != v[4] ? 1 : -1);
    double cx = k * e.rx * y / e.ry, cy = -k * e.ry * x / e.rx;
    e.centre = (struct point){c * cx - s * cy + (from.x + to.x) / 2,
                              s * cx + c * cy + (from.y + to.y) / 2};
    double a = atan2((y - cy) / e.ry, (x - cx) / e.rx);
    double sweep = atan2((-y - cy) / e.ry, (-x - cx) / e.rx) - a;
    if (v[4] != 0 && sweep < 0)
        sweep += 2 * PI;
    if (v[4] == 0 && sweep > 0)
        sweep -= 2 * PI;
    add_arc(path, &e, a, sweep);
}

/* ---- commands ---- */

/* x, y: a coordinate, counted from the current point in the lower-case form;
 * n: a number; f: a flag. */
static const struct command {
    char letter;
    const char *arguments;
    void (*draw)(struct path *path, const double *arguments);
} commands[] = {
    {'M', "xy", move_to},      {'L', "xy", line_to},
    {'H', "x", horizontal_to}, {'V', "y", vertical_to},
    {'C', "xyxyxy", cubic_to}, {'S', "xyxy", smooth_cubic_to},
    {'Q', "xyxy", conic_to},   {'T', "xy", smooth_conic_to},
    {'A', "nnnffxy", arc_to},  {'Z', "", close_path},
};

static const struct command *command_of(char letter)
{
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        if (commands[i].letter == letter)
            return &commands[i];
    }
    return NULL;
}

static void run_command(struct path *path, const struct command *command,
                        bool relative)
{
    double v[7];
    struct point from = relative ? path->at : (struct point){0, 0};
    for (size_t i = 0; command->arguments[i]; i++) {
        char kind = command->arguments[i];
        v[i] = kind == 'f' ? read_flag(path) : read_number(path);
        v[i] += kind == 'x' ? from.x : kind == 'y' ? from.y : 0;
    }
    if (path->bad)
        return;
    /* What follows Z goes on from where the contour began. */
    if (path->last == 'Z' && command->letter != 'M')
        add_segment(path, SEGMENT_MOVE, &path->start);
    command->draw(path, v);
    path->last = command->letter;
}

static bool at_number(struct path *path)
{
    skip_space(path);
    return *path->text && strchr("+-.0123456789", *path->text);
}

/* A command and the repetitions that leave its letter out; those of M are L. */
static void read_command(struct path *path)
{
    char letter = *path->text++;
    bool relative = letter >= 'a' && letter <= 'z';
    const struct command *command =
        command_of((char)(relative ? letter - 'a' + 'A' : letter));
    if (!command || (!path->last && command->letter != 'M')) {
        path->bad = true;
        return;
    }
    run_command(path, command, relative);
    if (command->letter == 'M')
        command = command_of('L');
    while (!path->bad && *command->arguments && at_number(path))
        run_command(path, command, relative);
}

static bool read_path(struct path *path)
{
    for (skip_space(path); *path->text && !path->bad; skip_space(path))
        read_command(path);
    return !path->bad;
}

/* ---- drawing ---- */

static bool rasterise(FT_Library library, FT_Outline *outline, int size_px,
                      uint8_t *coverage)
{
    FT_Bitmap bitmap = {
        .rows = (unsigned)size_px,
        .width = (unsigned)size_px,
        .pitch = size_px,
        .buffer = coverage,
        .num_grays = 256,
        .pixel_mode = FT_PIXEL_MODE_GRAY,
    };
    return FT_Outline_Get_Bitmap(library, outline, &bitmap) == 0;
}

static void add_point(FT_Outline *outline, FT_Vector point, char tag)
{
    outline->points[outline->n_points] = point;
    outline->tags[outline->n_points] = tag;
    outline->n_points++;
}

static void end_contour(FT_Outline *outline)
{
    short last = (short)(outline->n_points - 1);
    short before =
        outline->n_contours ? outline->contours[outline->n_contours - 1] : -1;
    if (last > before)
        outline->contours[outline->n_contours++] = last;
}

static void build_outline(const struct path *path, FT_Outline *outline)
{
    static const char tags[][3] = {
        [SEGMENT_MOVE] = {FT_CURVE_TAG_ON},
        [SEGMENT_LINE] = {FT_CURVE_TAG_ON},
        [SEGMENT_CONIC] = {FT_CURVE_TAG_CONIC, FT_CURVE_TAG_ON},
        [SEGMENT_CUBIC] = {FT_CURVE_TAG_CUBIC, FT_CURVE_TAG_CUBIC,
                           FT_CURVE_TAG_ON},
    };
    outline->n_points = outline->n_contours = 0;
    for (size_t i = 0; i < path->count; i++) {
        const struct segment *segment = &path->segments[i];
        if (segment->kind == SEGMENT_MOVE || segment->kind == SEGMENT_CLOSE)
            end_contour(outline);
        for (int k = 0; k < segment_points[segment->kind]; k++)
            add_point(outline, segment->points[k], tags[segment->kind][k]);
    }
    end_contour(outline);
}

static bool fill(FT_Library library, const struct path *path, uint8_t *coverage)
{
    FT_Outline outline;
    unsigned count = (unsigned)path->count;
    if (FT_Outline_New(library, count * 3 + 1, (FT_Int)count + 1, &outline) !=
        0)
        return false;
    build_outline(path, &outline);
    bool drawn = rasterise(library, &outline, path->size_px, coverage);
    FT_Outline_Done(library, &outline);
    return drawn;
}

/* Segments from a MOVE up to the next. */
struct contour {
    const struct segment *segments;
    size_t count;
};

static struct contour next_contour(const struct path *path, size_t first)
{
    struct contour contour = {&path->segments[first], 1};
    while (first + contour.count < path->count &&
           contour.segments[contour.count].kind != SEGMENT_MOVE)
        contour.count++;
    return contour;
}

static bool is_closed(const struct contour *contour)
{
    return contour->segments[contour->count - 1].kind == SEGMENT_CLOSE;
}

/* All within 1/16 px: FreeType's stroker draws nothing then and, as of 2.12,
 * reads behind its arrays at the end of the contour. */
static bool is_dot(const struct contour *contour)
{
    FT_Vector start = contour->segments[0].points[0];
    for (size_t i = 1; i < contour->count; i++) {
        const struct segment *segment = &contour->segments[i];
        for (int k = 0; k < segment_points[segment->kind]; k++) {
            if (labs(segment->points[k].x - start.x) >= 4 ||
                labs(segment->points[k].y - start.y) >= 4)
                return false;
        }
    }
    return true;
}

static void stroke_segment(FT_Stroker stroker, const struct segment *segment)
{
    FT_Vector p[3];
    memcpy(p, segment->points, sizeof(p));
    switch (segment->kind) {
    case SEGMENT_LINE:
        FT_Stroker_LineTo(stroker, &p[0]);
        break;
    case SEGMENT_CONIC:
        FT_Stroker_ConicTo(stroker, &p[0], &p[1]);
        break;
    case SEGMENT_CUBIC:
        FT_Stroker_CubicTo(stroker, &p[0], &p[1], &p[2]);
        break;
    case SEGMENT_MOVE:
    case SEGMENT_CLOSE: /* FT_Stroker_EndSubPath draws the line back */
        break;
    }
}

/* A contour that goes nowhere is a dot of the stroke's width; a bare M is
 * nothing. */
static void stroke_contour(FT_Stroker stroker, const struct contour *contour)
{
    FT_Vector start = contour->segments[0].points[0];
    bool dot = is_dot(contour);
    if (contour->count == 1)
        return;
    FT_Stroker_BeginSubPath(stroker, &start, dot || !is_closed(contour));
    if (dot) {
        start.x++;
        FT_Stroker_LineTo(stroker, &start);
    }
    for (size_t i = 1; i < contour->count && !dot; i++)
        stroke_segment(stroker, &contour->segments[i]);
    FT_Stroker_EndSubPath(stroker);
}

static bool export_stroke(FT_Library library, FT_Stroker stroker, int size_px,
                          uint8_t *coverage)
{
    FT_UInt points, contours;
    FT_Outline outline;
    if (FT_Stroker_GetCounts(stroker, &points, &contours) != 0 ||
        points > INT16_MAX ||
        FT_Outline_New(library, points, (FT_Int)contours, &outline) != 0)
        return false;
    outline.n_points = outline.n_contours = 0;
    FT_Stroker_Export(stroker, &outline);
    bool drawn = rasterise(library, &outline, size_px, coverage);
    FT_Outline_Done(library, &outline);
    return drawn;
}

static bool stroke_path(FT_Library library, const struct path *path,
                        double width, uint8_t *coverage)
{
    FT_Stroker stroker;
    if (FT_Stroker_New(library, &stroker) != 0)
        return false;
    FT_Stroker_Set(stroker, lround(width * path->scale * 64 / 2),
                   FT_STROKER_LINECAP_ROUND, FT_STROKER_LINEJOIN_ROUND, 0);
    struct contour contour;
    for (size_t i = 0; i < path->count; i += contour.count) {
        contour = next_contour(path, i);
        stroke_contour(stroker, &contour);
    }
    bool drawn = export_stroke(library, stroker, path->size_px, coverage);
    FT_Stroker_Done(stroker);
    return drawn;
}

bool outline_draw(struct fonts *fonts, const char *text, int box, float stroke,
                  int size_px, uint8_t *coverage)
{
    struct path path = {
        .text = text,
        .scale = (double)size_px / box,
        .reach = (double)box * REACH,
        .size_px = size_px,
    };
    size_t size = (size_t)size_px * (size_t)size_px;
    memset(coverage, 0, size);
    bool drawn = read_path(&path);
    if (!drawn)
        log_warn("outline", "malformed path at \"%.20s\"", path.text);
    else
        drawn = stroke > 0
                    ? stroke_path(fonts->library, &path, stroke, coverage)
                    : fill(fonts->library, &path, coverage);
    if (!drawn)
        memset(coverage, 0, size);
    free(path.segments);
    return drawn;
}
