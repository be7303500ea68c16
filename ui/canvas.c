/* canvas.c - every pixel of the kiosk is made here.
 *
 * One kernel does the blending: four pixels at a time, their bytes in lanes of
 * 16 bits, without a branch. It is written in the vectors of gcc and clang,
 * which become SSE2 or NEON, or plain arithmetic where there is neither, and
 * mean the same on either byte order. (AVX2 would gain a sixth.) The X byte of
 * a pixel is blended as the rest is: every colour has 0 there, so it stays 0.
 *
 * Shapes with round corners are drawn row by row: what is solid by filling,
 * what lies in a corner through coverage, like glyphs. */
#include "ui/canvas.h"

#include <string.h>

enum {
    SPAN = 64,     /* pixels of coverage worked out at a time, on the stack */
    QUAD = 4,      /* pixels in a vector */
    SUBPIXELS = 8, /* samples a side in a pixel on the edge of a corner */
    RADIUS_LIMIT = 16384, /* no screen is larger; keeps squares in 64 bits */
};

static inline int min_int(int a, int b)
{
    return a < b ? a : b;
}

static inline int max_int(int a, int b)
{
    return a > b ? a : b;
}

/* What of the rectangle may be drawn on. */
static struct rect visible(const struct canvas *canvas, struct rect rect)
{
    struct rect bounds = {0, 0, canvas->surface.width, canvas->surface.height};
    return rect_intersect(rect, rect_intersect(canvas->clip, bounds));
}

static uint32_t *pixel_at(const struct canvas *canvas, int x, int y)
{
    return canvas->surface.pixels + (size_t)y * (size_t)canvas->surface.stride +
           x;
}

/* --- Blending ----------------------------------------------------------- */

/* Two lanes a pixel: every other byte of it. */
typedef uint16_t lanes __attribute__((vector_size(16)));

/* (src * alpha + dst * (255 - alpha)) / 255, rounded to nearest, in the upper
 * byte of each lane. With t the dividend plus 128, the quotient is
 * (t + (t >> 8)) >> 8 for every t below 65536; alpha 0 leaves dst, 255 gives
 * src. */
static inline lanes mix(lanes src, lanes dst, lanes alpha)
{
    lanes t = src * alpha + dst * (255 - alpha) + 128;
    return t + (t >> 8);
}

/* src over dst, QUAD pixels; both lanes of a pixel have its alpha. */
static inline void blend_quad(uint32_t *restrict dst,
                              const uint32_t *restrict src, lanes alpha)
{
    lanes over, under;
    memcpy(&over, src, sizeof(over));
    memcpy(&under, dst, sizeof(under));
    under = mix(over & 255, under & 255, alpha) >> 8 |
            (mix(over >> 8, under >> 8, alpha) & 0xFF00);
    memcpy(dst, &under, sizeof(under));
}

/* The coverage of up to 8 pixels, one to a lane. Its middle tones become
 * lighter (bend -1) or heavier (1), by up to a sixteenth; 0 and 255 stay what
 * they are. */
static inline lanes load_coverage(const uint8_t *coverage, size_t count,
                                  int bend)
{
    typedef uint8_t bytes __attribute__((vector_size(16)));
    typedef uint64_t words __attribute__((vector_size(16)));
    uint64_t first = 0;
    memcpy(&first, coverage, count);
    bytes b = (bytes)(words){first, 0};
    /* Each byte twice, as both halves of a lane: so either order will do. */
    b = __builtin_shufflevector(b, b, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6,
                                7, 7);
    lanes c = (lanes)b & 255;
    return c + (uint16_t)bend * ((c * (255 - c) + 512) >> 10);
}

/* From one lane a pixel to two: of the first four pixels, of the last four. */
static inline lanes widen_first(lanes c)
{
    return __builtin_shufflevector(c, c, 0, 0, 1, 1, 2, 2, 3, 3);
}

static inline lanes widen_last(lanes c)
{
    return __builtin_shufflevector(c, c, 4, 4, 5, 5, 6, 6, 7, 7);
}

/* Fewer pixels than a QUAD, by way of the stack. */
static void blend_rest(uint32_t *dst, const uint32_t *src,
                       const uint8_t *coverage, int count, int bend)
{
    uint32_t under[QUAD] = {0}, over[QUAD] = {0};
    size_t bytes = (size_t)count * sizeof(*dst);
    memcpy(under, dst, bytes);
    memcpy(over, src, bytes);
    blend_quad(under, over,
               widen_first(load_coverage(coverage, (size_t)count, bend)));
    memcpy(dst, under, bytes);
}

/* src over dst by coverage. src moves on by src_step QUADs a QUAD: 1, or 0
 * where it is one QUAD of the same colour. */
static inline void blend_row(uint32_t *restrict dst,
                             const uint32_t *restrict src, int src_step,
                             const uint8_t *coverage, int count, int bend)
{
    const int step = src_step * QUAD;
    for (; count >= 2 * QUAD; count -= 2 * QUAD) {
        lanes c = load_coverage(coverage, 2 * QUAD, bend);
        blend_quad(dst, src, widen_first(c));
        blend_quad(dst + QUAD, src + step, widen_last(c));
        dst += 2 * QUAD;
        src += 2 * step;
        coverage += 2 * QUAD;
    }
    if (count >= QUAD) {
        lanes c = load_coverage(coverage, QUAD, bend);
        blend_quad(dst, src, widen_first(c));
        dst += QUAD;
        src += step;
        coverage += QUAD;
        count -= QUAD;
    }
    if (count)
        blend_rest(dst, src, coverage, count, bend);
}

struct ink {
    uint32_t quad[QUAD];
};

static struct ink ink_of(colour value)
{
    struct ink ink;
    for (int i = 0; i < QUAD; i++)
        ink.quad[i] = value & 0xFFFFFF;
    return ink;
}

static void blend_ink(uint32_t *dst, const struct ink *ink,
                      const uint8_t *coverage, int count)
{
    blend_row(dst, ink->quad, 0, coverage, count, 0);
}

static void fill_pixels(uint32_t *dst, int count, colour ink)
{
    uint32_t value = ink & 0xFFFFFF;
    for (int i = 0; i < count; i++)
        dst[i] = value;
}

void canvas_fill(struct canvas *canvas, struct rect rect, colour ink)
{
    struct rect r = visible(canvas, rect);
    for (int y = r.y; y < r.y + r.height; y++)
        fill_pixels(pixel_at(canvas, r.x, y), r.width, ink);
}

void canvas_tint(struct canvas *canvas, struct rect rect, colour ink,
                 unsigned amount)
{
    struct rect r = visible(canvas, rect);
    uint32_t solid[SPAN];
    fill_pixels(solid, SPAN, ink);
    const uint8_t *restrict src = (const uint8_t *)solid;
    uint16_t to = (uint16_t)(amount < 256 ? amount : 256);
    uint16_t from = (uint16_t)(256 - to);
    for (int y = r.y; y < r.y + r.height; y++) {
        for (int x = 0; x < r.width; x += SPAN) {
            uint8_t *dst = (uint8_t *)pixel_at(canvas, r.x + x, y);
            size_t count = 4 * (size_t)min_int(SPAN, r.width - x);
            for (size_t i = 0; i < count; i++)
                dst[i] =
                    (uint8_t)((uint16_t)(dst[i] * from + src[i] * to + 128) >>
                              8);
        }
    }
}

void canvas_scroll(struct canvas *canvas, struct rect rect, int dy)
{
    struct rect r = visible(canvas, rect);
    if (rect_empty(r) || dy == 0 || dy >= r.height || dy <= -r.height)
        return;
    size_t bytes = (size_t)r.width * sizeof(uint32_t);
    int rows = r.height - (dy > 0 ? dy : -dy);
    /* From the far end, so that no row is overwritten before it has moved. */
    int y = dy > 0 ? r.y + r.height - 1 : r.y, step = dy > 0 ? -1 : 1;
    for (; rows > 0; rows--, y += step)
        memmove(pixel_at(canvas, r.x, y), pixel_at(canvas, r.x, y - dy), bytes);
}

/* --- Coverage ----------------------------------------------------------- */

/* The rows of `coverage` go on with `padding` pixels of 0. Blending those too,
 * which leaves what is there as it is, is faster than a row's odd end. */
static void draw_coverage(struct canvas *canvas, struct rect at,
                          const uint8_t *coverage, int pitch, int padding,
                          colour value, int bend)
{
    struct rect r = visible(canvas, at);
    if (rect_empty(r))
        return;
    int64_t right = rect_right(at);
    if (rect_right(r) == right && right + padding <= canvas->surface.width)
        r.width += padding;
    struct ink ink = ink_of(value);
    uint32_t *dst = pixel_at(canvas, r.x, r.y);
    ptrdiff_t stride = canvas->surface.stride;
    coverage += (ptrdiff_t)((int64_t)r.y - at.y) * pitch +
                (ptrdiff_t)((int64_t)r.x - at.x);
    for (int y = 0; y < r.height; y++, dst += stride, coverage += pitch)
        blend_row(dst, ink.quad, 0, coverage, r.width, bend);
}

void canvas_mask(struct canvas *canvas, int x, int y, const uint8_t *coverage,
                 int width, int height, int pitch, colour ink)
{
    draw_coverage(canvas, (struct rect){x, y, width, height}, coverage, pitch,
                  0, ink, 0);
}

/* --- Lines -------------------------------------------------------------- */

enum {
    LINE_UNIT = 16, /* parts of a pixel that distances are counted in */
    LINE_WIDEST = 512,
    LINE_LONGEST = 16384, /* px either way: keeps squares in 64 bits */
};

struct line {
    int64_t from_x, from_y, dx, dy, length_square; /* parts */
    int64_t inside, outside; /* squares: within is solid, beyond is empty */
    int64_t edge;            /* the distance at which coverage is 0 */
};

static int64_t square(int64_t value)
{
    return value * value;
}

/* From a point to the line, squared, in parts. */
static int64_t line_distance(const struct line *line, int64_t x, int64_t y)
{
    int64_t px = x - line->from_x, py = y - line->from_y;
    int64_t along = px * line->dx + py * line->dy;
    if (along <= 0 || !line->length_square)
        return square(px) + square(py);
    if (along >= line->length_square)
        return square(px - line->dx) + square(py - line->dy);
    int64_t across = px * line->dy - py * line->dx;
    across = across < 0 ? -across : across;
    /* Halved while a square would not fit; what is lost is far below a part. */
    int64_t length = line->length_square;
    while (across > INT32_MAX) {
        across >>= 1;
        length >>= 2;
    }
    return across * across / (length ? length : 1);
}

static int64_t small_root(int64_t value)
{
    int64_t low = 0, high = LINE_WIDEST * LINE_UNIT;
    while (low < high) {
        int64_t middle = (low + high + 1) / 2;
        if (middle * middle <= value)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static uint8_t line_coverage(const struct line *line, int64_t x, int64_t y)
{
    int64_t distance = line_distance(line, x, y);
    if (distance <= line->inside)
        return 255;
    if (distance >= line->outside)
        return 0;
    return (uint8_t)((line->edge - small_root(distance)) * 255 / LINE_UNIT);
}

void canvas_line(struct canvas *canvas, int from_x, int from_y, int to_x,
                 int to_y, int width_px, colour value)
{
    int width = max_int(1, min_int(width_px, LINE_WIDEST));
    int half = width / 2 + 1;
    int64_t dx = (int64_t)to_x - from_x, dy = (int64_t)to_y - from_y;
    if (dx > LINE_LONGEST || dx < -LINE_LONGEST || dy > LINE_LONGEST ||
        dy < -LINE_LONGEST)
        return;
    struct rect r = visible(
        canvas,
        rect_inset(rect_from_edges(min_int(from_x, to_x), min_int(from_y, to_y),
                                   (int64_t)max_int(from_x, to_x) + 1,
                                   (int64_t)max_int(from_y, to_y) + 1),
                   -half));
    struct line line = {
        .from_x = 0,
        .from_y = 0,
        .dx = dx * LINE_UNIT,
        .dy = dy * LINE_UNIT,
        .edge = (width + 1) * LINE_UNIT / 2,
    };
    line.length_square = square(line.dx) + square(line.dy);
    line.inside = square(line.edge - LINE_UNIT);
    line.outside = square(line.edge);
    struct ink ink = ink_of(value);
    for (int y = r.y; y < r.y + r.height; y++)
        for (int x = r.x; x < r.x + r.width; x += SPAN) {
            uint8_t coverage[SPAN];
            int count = min_int(SPAN, r.x + r.width - x);
            for (int i = 0; i < count; i++)
                coverage[i] =
                    line_coverage(&line, ((int64_t)x + i - from_x) * LINE_UNIT,
                                  ((int64_t)y - from_y) * LINE_UNIT);
            blend_ink(pixel_at(canvas, x, y), &ink, coverage, count);
        }
}

/* --- Rounded shapes ----------------------------------------------------- */

struct shape {
    struct rect rect;
    int radius;
    unsigned corners;
};

/* The rows and columns a corner takes are counted from the corner's tip; the
 * centre of its circle lies at (radius, radius). Lengths are in half subpixels,
 * so that sample points are whole numbers. */
static uint8_t corner_coverage(int radius, int column, int row)
{
    const int64_t unit = 2 * SUBPIXELS;
    int64_t limit = radius * unit * radius * unit;
    int64_t x = (radius - column) * unit, y = (radius - row) * unit;
    int inside = 0;
    if (x * x + y * y <= limit)
        return 255;
    if ((x - unit) * (x - unit) + (y - unit) * (y - unit) >= limit)
        return 0;
    for (int64_t j = y - 1; j > y - unit; j -= 2)
        for (int64_t i = x - 1; i > x - unit; i -= 2)
            inside += i * i + j * j < limit;
    return (uint8_t)((inside * 255 + SUBPIXELS * SUBPIXELS / 2) /
                     (SUBPIXELS * SUBPIXELS));
}

/* Of the pixel at x, y on the screen. */
static uint8_t shape_coverage(const struct shape *shape, int64_t x, int64_t y)
{
    enum { TOP_LEFT, TOP_RIGHT, BOTTOM_RIGHT, BOTTOM_LEFT };
    int64_t left = x - shape->rect.x, top = y - shape->rect.y;
    int64_t right = shape->rect.width - 1 - left;
    int64_t bottom = shape->rect.height - 1 - top;
    if (left < 0 || top < 0 || right < 0 || bottom < 0)
        return 0;
    int64_t column = left < right ? left : right;
    int64_t row = top < bottom ? top : bottom;
    if (column >= shape->radius || row >= shape->radius)
        return 255;
    int corner = row == top ? (column == left ? TOP_LEFT : TOP_RIGHT)
                            : (column == left ? BOTTOM_LEFT : BOTTOM_RIGHT);
    if (!(shape->corners & 1u << corner))
        return 255;
    return corner_coverage(shape->radius, (int)column, (int)row);
}

static struct shape shape_new(struct rect rect, int radius, unsigned corners)
{
    int half = min_int(rect.width, rect.height) / 2;
    radius = min_int(max_int(radius, 0), min_int(half, RADIUS_LIMIT));
    return (struct shape){rect, radius, corners};
}

/* The shape smaller by `by` on every side, its corners round the same centres.
 */
static struct shape shape_inset(const struct shape *shape, int by)
{
    return shape_new(rect_inset(shape->rect, by), shape->radius - by,
                     shape->corners);
}

/* A box being drawn: the ring between outer and inner, and what is inside. */
struct box_paint {
    struct shape outer, inner;
    bool filled;
    struct ink border, fill;
};

/* count pixels of one row, from x. Inside a filled box the border is drawn
 * first, under the fill's soft edge, so that nothing behind shines through. */
static void paint_edge(struct canvas *canvas, const struct box_paint *paint,
                       int x, int y, int count)
{
    uint8_t outer[SPAN], inner[SPAN];
    for (; count > 0; count -= SPAN, x += SPAN) {
        int n = min_int(count, SPAN);
        uint32_t *dst = pixel_at(canvas, x, y);
        for (int i = 0; i < n; i++) {
            outer[i] = shape_coverage(&paint->outer, (int64_t)x + i, y);
            inner[i] = shape_coverage(&paint->inner, (int64_t)x + i, y);
            /* The inner shape lies within the outer one, sampling aside. */
            if (!paint->filled)
                outer[i] =
                    (uint8_t)(outer[i] > inner[i] ? outer[i] - inner[i] : 0);
        }
        blend_ink(dst, &paint->border, outer, n);
        if (paint->filled)
            blend_ink(dst, &paint->fill, inner, n);
    }
}

/* The part of [from, to) inside the columns of r: where it begins; its length
 * goes to count_out. */
static int cut_columns(struct rect r, int64_t from, int64_t to, int *count_out)
{
    int64_t right = rect_right(r);
    from = from > r.x ? from : r.x;
    to = to < right ? to : right;
    *count_out = to > from ? (int)(to - from) : 0;
    return *count_out ? (int)from : r.x;
}

static void paint_box(struct canvas *canvas, const struct box_paint *paint,
                      int border_px)
{
    struct rect whole = paint->outer.rect, r = visible(canvas, whole);
    int64_t left = whole.x, right = rect_right(whole);
    int edge = max_int(paint->outer.radius, border_px);
    int64_t inner_left = left + min_int(edge, whole.width);
    int64_t inner_right = right - edge > inner_left ? right - edge : inner_left;
    struct rect inside = paint->inner.rect;
    for (int y = r.y; y < r.y + r.height; y++) {
        int count, x = cut_columns(r, left, inner_left, &count);
        paint_edge(canvas, paint, x, y, count);
        x = cut_columns(r, inner_right, right, &count);
        paint_edge(canvas, paint, x, y, count);
        x = cut_columns(r, inner_left, inner_right, &count);
        bool in_border = y < inside.y || y >= rect_bottom(inside);
        if (in_border)
            fill_pixels(pixel_at(canvas, x, y), count, paint->border.quad[0]);
        else if (paint->filled)
            fill_pixels(pixel_at(canvas, x, y), count, paint->fill.quad[0]);
    }
}

static void draw_box(struct canvas *canvas, struct rect rect, int radius_px,
                     unsigned corners, int border_px, colour border,
                     const colour *fill)
{
    if (rect_empty(visible(canvas, rect)))
        return;
    int half = (min_int(rect.width, rect.height) - 1) / 2 + 1;
    border_px = min_int(max_int(border_px, 0), half);
    struct box_paint paint = {
        .outer = shape_new(rect, radius_px, corners),
        .filled = fill != NULL,
        .border = ink_of(border),
        .fill = ink_of(fill ? *fill : 0),
    };
    paint.inner = shape_inset(&paint.outer, border_px);
    paint_box(canvas, &paint, border_px);
}

void canvas_box(struct canvas *canvas, struct rect rect, int radius_px,
                unsigned corners, colour fill, int border_px, colour border)
{
    /* Without a border the one edge must not be blended twice. */
    if (border_px > 0)
        draw_box(canvas, rect, radius_px, corners, border_px, border, &fill);
    else
        draw_box(canvas, rect, radius_px, corners, INT_MAX, fill, NULL);
}

void canvas_frame(struct canvas *canvas, struct rect rect, int radius_px,
                  int border_px, colour border)
{
    draw_box(canvas, rect, radius_px, CANVAS_ALL_CORNERS, border_px, border,
             NULL);
}

/* --- Pictures ----------------------------------------------------------- */

/* count pixels of a row, from x, where the shape may have a corner. */
static void picture_edge(struct canvas *canvas, const struct shape *shape,
                         const uint32_t *src, int x, int y, int count)
{
    uint8_t coverage[SPAN];
    for (; count > 0; count -= SPAN, x += SPAN, src += SPAN) {
        int n = min_int(count, SPAN);
        for (int i = 0; i < n; i++)
            coverage[i] = shape_coverage(shape, (int64_t)x + i, y);
        blend_row(pixel_at(canvas, x, y), src, 1, coverage, n, 0);
    }
}

void canvas_picture(struct canvas *canvas, struct rect rect,
                    const struct picture *picture, int radius_px)
{
    /* A picture of another size is shown from its top left corner. */
    rect.width = min_int(rect.width, picture->width);
    rect.height = min_int(rect.height, picture->height);
    struct rect r = visible(canvas, rect);
    if (rect_empty(r))
        return;
    struct shape shape = shape_new(rect, radius_px, CANVAS_ALL_CORNERS);
    int64_t soft_right = rect_right(rect) - shape.radius;
    for (int y = r.y; y < r.y + r.height; y++) {
        const uint32_t *src = picture->pixels +
                              ((int64_t)y - rect.y) * picture->width +
                              ((int64_t)r.x - rect.x);
        int64_t row = (int64_t)y - rect.y;
        bool soft = row < shape.radius || rect.height - 1 - row < shape.radius;
        int64_t from = soft ? (int64_t)rect.x + shape.radius : rect.x;
        int64_t to = soft ? soft_right : rect_right(rect);
        int count, x = cut_columns(r, rect.x, from, &count);
        picture_edge(canvas, &shape, src + (x - r.x), x, y, count);
        x = cut_columns(r, to, rect_right(rect), &count);
        picture_edge(canvas, &shape, src + (x - r.x), x, y, count);
        x = cut_columns(r, from, to, &count);
        memcpy(pixel_at(canvas, x, y), src + (x - r.x),
               (size_t)count * sizeof(*src));
    }
}

/* --- Text --------------------------------------------------------------- */

/* Blending sRGB values as they are makes dark strokes on paper heavier than
 * linear light would, and light strokes on dark thinner. Full correction would
 * make Regular look Light, since hinting and stem darkening are off; half of it
 * is what reads evenly on both. */
static int text_bend(colour ink)
{
    unsigned luminance =
        (54 * (ink >> 16 & 255) + 183 * (ink >> 8 & 255) + 19 * (ink & 255)) /
        256;
    return luminance < 128 ? -1 : 1;
}

static void draw_glyph(struct canvas *canvas, const struct glyph_image *image,
                       int64_t x, int64_t y, colour ink)
{
    x += image->left;
    y -= image->top;
    struct rect at = rect_from_edges(x, y, x + image->width, y + image->height);
    draw_coverage(canvas, at, image->coverage, image->pitch, image->padding,
                  ink, text_bend(ink));
}

/* A placed glyph does not say its size; a line is 1.6 em high on most screens.
 * The rule is 1/14 em thick and 1/6 em below the baseline: clear of Han
 * strokes, which reach 1/10 em below it. */
static void draw_underline(struct canvas *canvas, const struct text_line *line,
                           int64_t x, int64_t right, int64_t y, colour ink)
{
    int64_t top = y + line->baseline + (line->height + 5) / 10;
    int thickness = max_int(1, (line->height + 11) / 23);
    canvas_fill(canvas, rect_from_edges(x, top, right, top + thickness), ink);
}

/* A run of glyphs with one underlined tag ends where the next glyph stands. */
static void draw_underlines(struct canvas *canvas, const struct text_line *line,
                            const struct placed_glyph *glyphs, size_t count,
                            int x, int y, const colour colours[16])
{
    for (size_t i = 0, end; i < count; i = end) {
        uint32_t tag = glyphs[i].tag;
        for (end = i + 1; end < count && glyphs[end].tag == tag;)
            end++;
        int right = end < count ? glyphs[end].x : line->x + line->width;
        if (tag & CANVAS_UNDERLINE)
            draw_underline(canvas, line, (int64_t)x + glyphs[i].x,
                           (int64_t)x + right, y, colours[tag & 15]);
    }
}

/* A wave of parabolas, which nobody tells from a sine at this size, in whole
 * numbers. Lengths are in 1/64 px. */
struct wave {
    int64_t half; /* of a period */
    int64_t amplitude, thickness, middle;
};

static void wave_column(const struct wave *wave, int64_t x, int rows,
                        uint8_t *coverage)
{
    enum { UNIT = 64, SAMPLES = 4 };
    const int64_t half = wave->half, square = half * half;
    for (int row = 0; row < rows; row++)
        coverage[row * SPAN] = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
        int64_t at = x * UNIT + (2 * sample + 1) * UNIT / (2 * SAMPLES);
        int64_t in = at % half;
        int64_t rise = 4 * wave->amplitude * in * (half - in) / square;
        /* A slope asks for more height, to be as thick as the rest. */
        int64_t slope = 256 * 4 * wave->amplitude * (half - 2 * in) / square;
        int64_t height = wave->thickness + wave->thickness * slope * slope *
                                               106 / (256 * 256 * 256);
        int64_t top =
            wave->middle - height / 2 + (at / half % 2 ? rise : -rise);
        for (int row = 0; row < rows; row++) {
            int64_t from = top > row * UNIT ? top : row * UNIT;
            int64_t to = top + height < (row + 1) * UNIT ? top + height
                                                         : (row + 1) * UNIT;
            if (to > from)
                coverage[row * SPAN] =
                    (uint8_t)(coverage[row * SPAN] +
                              (to - from) * 255 / (UNIT * SAMPLES));
        }
    }
}

static void draw_wave(struct canvas *canvas, struct rect rect, colour ink)
{
    enum { ROWS = 64 };
    uint8_t coverage[ROWS * SPAN];
    int rows = min_int(rect.height, ROWS);
    struct wave wave = {
        .half = max_int(rows * 64 * 4 / 3, 64),
        .thickness = max_int(rows * 64 * 3 / 10, 64),
        .middle = rows * 32,
    };
    wave.amplitude = max_int(rows * 64 - (int)wave.thickness, 0) / 2;
    for (int x = 0; x < rect.width; x += SPAN) {
        int count = min_int(SPAN, rect.width - x);
        for (int i = 0; i < count; i++)
            wave_column(&wave, (int64_t)x + i, rows, coverage + i);
        canvas_mask(canvas, rect.x + x, rect.y, coverage, count, rows, SPAN,
                    ink);
    }
}

static void draw_mark(struct canvas *canvas, const struct placed_mark *mark,
                      const struct text_line *line, int x, int y, colour ink)
{
    if (mark->kind == MARK_ICON)
        return;
    int64_t left = (int64_t)x + mark->x, top = (int64_t)y + mark->y;
    /* Dots go below the underline of a link too. */
    if (mark->kind == MARK_DOTS && mark->tag & CANVAS_UNDERLINE)
        top += (line->height + 5) / 10;
    struct rect rect =
        rect_from_edges(left, top, left + mark->width, top + mark->height);
    if (mark->kind == MARK_DOTS)
        canvas_box(canvas, rect, rect.width / 2, CANVAS_ALL_CORNERS, ink, 0, 0);
    else if (mark->kind == MARK_WAVE)
        draw_wave(canvas, rect, ink);
    else
        canvas_fill(canvas, rect, ink);
}

static void draw_glyphs(struct canvas *canvas, struct glyph_cache *cache,
                        const struct placed_glyph *glyphs, size_t count, int x,
                        int y, const colour colours[16])
{
    for (size_t i = 0; i < count; i++) {
        struct glyph_image image;
        if (glyph_cache_find(cache, glyphs[i].font, glyphs[i].glyph, &image))
            draw_glyph(canvas, &image, (int64_t)x + glyphs[i].x,
                       (int64_t)y + glyphs[i].y, colours[glyphs[i].tag & 15]);
    }
}

static void draw_line(struct canvas *canvas, struct glyph_cache *cache,
                      struct paragraph *paragraph, size_t number,
                      const struct text_line *line, int x, int y,
                      const colour colours[16])
{
    size_t count;
    const struct placed_glyph *glyphs =
        paragraph_glyphs(paragraph, number, &count);
    draw_underlines(canvas, line, glyphs, count, x, y, colours);
    draw_glyphs(canvas, cache, glyphs, count, x, y, colours);
    glyphs = paragraph_ruby(paragraph, number, &count);
    draw_glyphs(canvas, cache, glyphs, count, x, y, colours);
    const struct placed_mark *marks =
        paragraph_marks(paragraph, number, &count);
    for (size_t i = 0; i < count; i++)
        draw_mark(canvas, &marks[i], line, x, y, colours[marks[i].tag & 15]);
}

/* The first line that ends below top. */
static size_t find_line(const struct paragraph *paragraph, int64_t top)
{
    size_t low = 0, high = paragraph_line_count(paragraph);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct text_line line = paragraph_line(paragraph, middle);
        if ((int64_t)line.top + line.height > top)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

void canvas_text(struct canvas *canvas, struct glyph_cache *cache,
                 struct paragraph *paragraph, int x, int y,
                 const colour colours[16])
{
    canvas_text_lines(canvas, cache, paragraph, 0, SIZE_MAX, x, y, colours);
}

void canvas_text_lines(struct canvas *canvas, struct glyph_cache *cache,
                       struct paragraph *paragraph, size_t first, size_t end,
                       int x, int y, const colour colours[16])
{
    struct rect r = visible(canvas, canvas->clip);
    size_t count = paragraph_line_count(paragraph);
    if (rect_empty(r))
        return;
    if (first)
        y -= paragraph_line(paragraph, first).top;
    /* Pinyin and dots reach a little out of their line. */
    int reach = paragraph_line(paragraph, 0).height / 4;
    size_t i = find_line(paragraph, (int64_t)r.y - y - reach);
    for (i = i < first ? first : i; i < count && i < end; i++) {
        struct text_line line = paragraph_line(paragraph, i);
        if ((int64_t)y + line.top - reach >= rect_bottom(r))
            break;
        draw_line(canvas, cache, paragraph, i, &line, x, y, colours);
    }
}
