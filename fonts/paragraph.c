/* paragraph.c - a paragraph's life: clean, shape, break, place.
 *
 * Shaping is done once; a width makes lines of 12 bytes; positions are worked
 * out for the line that is asked for and kept nowhere. */
#include "fonts/paragraph.h"

#include <assert.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/bidi.h"
#include "fonts/breaks.h"
#include "fonts/classes.h"
#include "fonts/codes.h"
#include "fonts/face.h"
#include "fonts/interlinear.h"
#include "fonts/justify.h"
#include "fonts/kinsoku.h"

#define TEXT_LIMIT (8u << 20) /* bytes */
#define WIDTH_LIMIT (1 << 24) /* px: 26.6 numbers of a line fit 32 bits */

/* A measure of fewer em has no room for …… and makes do with …. */
#define LONG_ELLIPSIS_EM 8

struct paragraph {
    struct setting setting;
    size_t run_count;
    struct paragraph_style style;
    struct interlinear interlinear;
    int line_height, indent; /* px */
    struct lines lines;
    int width;   /* px asked for; 0: none yet */
    int measure; /* px lines are set to */
    int natural; /* px; -1: not asked for yet */
    struct glyph ellipsis;
    uint32_t ellipsis_font;
    int ellipsis_count;
    uint64_t content_hash;
    char *copy; /* where the text stands, if not behind the runs */
    struct text_run runs[];
};

/* ---- text ---- */

/* Controls have no look of their own; a C1 control is two bytes long and so is
 * the no-break space, which keeps offsets as the caller knows them. */
static uint32_t clean_code(uint32_t code)
{
    if (code < 0x20 && code != '\n')
        return ' ';
    if (code == 0x7F)
        return ' ';
    if (code >= 0x80 && code < 0xA0)
        return 0xA0;
    return code;
}

/* How many bytes from `at` on can be copied as they are: nearly always all of
 * them. Leads whose second byte needs a look of its own end it. */
static size_t plain_length(const char *text, size_t length, size_t at,
                           size_t *characters)
{
    const unsigned char *s = (const unsigned char *)text + at;
    const unsigned char *start = s, *end = (const unsigned char *)text + length;
    size_t count = 0;
    for (;; count++) {
        if (end - s >= 3 && *s >= 0xE1 && *s <= 0xEF && *s != 0xED &&
            ((s[1] ^ 0x80) | (s[2] ^ 0x80)) < 0x40)
            s += 3;
        else if (s < end && ((*s >= 0x20 && *s < 0x7F) || *s == '\n'))
            s++;
        else
            break;
    }
    *characters += count;
    return (size_t)(s - start);
}

struct cleaning {
    struct paragraph *p;
    char *clean;
    size_t used, capacity;
    size_t run; /* the first one whose end has not moved yet */
};

/* Runs that end in front of byte `end` of the caller's text; byte `start` is
 * where the clean text has got to. */
static void move_runs(struct cleaning *c, size_t start, size_t end)
{
    struct text_run *runs = c->p->runs;
    for (; c->run + 1 < c->p->run_count && runs[c->run].end < end; c->run++) {
        size_t old = runs[c->run].end;
        runs[c->run].end =
            (uint32_t)(c->used + (old > start ? old - start : 0));
    }
}

/* Nearly all text stays as long as it was, and has its place there. */
static char *text_room(struct paragraph *p)
{
    return (char *)&p->runs[p->run_count];
}

static void put_clean(struct cleaning *c, const char *bytes, size_t count)
{
    if (c->capacity - c->used < count) {
        c->capacity = c->used + count + c->capacity / 2 + 64;
        c->p->copy = xrealloc(c->p->copy, c->capacity + 1, 1);
        if (c->clean == text_room(c->p)) {
            memcpy(c->p->copy, c->clean, c->used);
            explicit_bzero(c->clean, c->used);
        }
        c->clean = c->p->copy;
    }
    memcpy(c->clean + c->used, bytes, count);
    c->used += count;
}

/* Copies the text well-formed and moves the ends of the runs along. Returns
 * how many characters it has. */
static size_t clean_text(struct paragraph *p, const char *text, size_t length)
{
    struct cleaning c = {.p = p, .clean = text_room(p), .capacity = length};
    size_t at = 0, count = 0;
    while (at < length && c.used + 4 <= TEXT_LIMIT) {
        char bytes[4];
        size_t room = TEXT_LIMIT - 4 - c.used, start = at;
        size_t plain = plain_length(
            text, length - at < room ? length : at + room, at, &count);
        if (plain) {
            move_runs(&c, at, at + plain);
            put_clean(&c, text + at, plain);
            at += plain;
            continue;
        }
        uint32_t code = clean_code(utf8_next(text, length, &at));
        move_runs(&c, start, start + 1);
        put_clean(&c, bytes, utf8_put(bytes, code));
        count++;
    }
    if (at < length)
        log_warn("paragraph", "text of %zu bytes cut at %zu", length, c.used);
    for (; c.run < p->run_count; c.run++)
        p->runs[c.run].end = (uint32_t)c.used;
    for (size_t run = 1; run < p->run_count; run++)
        p->runs[run].start = p->runs[run - 1].end;
    c.clean[c.used] = 0;
    p->setting.text = c.clean;
    p->setting.length = c.used;
    return count;
}

static void check_runs(const struct text_run *runs, size_t count, size_t length)
{
    assert(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert(runs[i].start == (i ? runs[i - 1].end : 0));
        assert(runs[i].start <= runs[i].end);
        assert(runs[i].style.size_px >= 4 && runs[i].style.size_px <= 400);
    }
    assert(runs[count - 1].end == length);
    (void)runs, (void)count, (void)length;
}

/* ---- glyphs ---- */

static void shape_text(struct paragraph *p, size_t characters)
{
    struct setting *setting = &p->setting;
    struct source source = {setting->text, setting->length, p->runs,
                            p->run_count};
    struct shaped *shaped = &setting->shaped;
    size_t at = 0, run = 0;
    shaped->capacity = characters;
    shaped->glyphs = xmalloc(characters * sizeof(*shaped->glyphs));
    struct bidi *bidi = NULL;
    while (itemize_next(setting->fonts, &source, &at, &run)) {
        if (!bidi && setting->fonts->itemizer->traits & CODE_TURNS) {
            /* From the start: what is before it can be turned as well. */
            bidi = bidi_new(setting->text, setting->length, BIDI_FIRST_STRONG);
            shaped->count = shaped->span_count = at = run = 0;
            continue;
        }
        if (bidi)
            bidi_mark(bidi, setting->fonts->itemizer);
        breaks_mark(setting->fonts->breaks, setting->fonts->itemizer);
        shape_chunk(setting->fonts, &source, shaped);
    }
    shaped->turned = bidi != NULL;
    bidi_free(bidi);
    spacing_apply(setting);
    kinsoku_apply(shaped, p->style.strictness);
}

/* Lines closer than a face can bear are set wider apart. */
static int line_height_for(const struct shaped *shaped, int height)
{
    for (size_t i = 0; i < shaped->span_count; i++) {
        uint32_t font = shaped->spans[i].font;
        int least = font_size(font) *
                    face_rows[font_slot(font) / FONT_WEIGHT_COUNT].line_percent;
        if (height * 100 < least)
            height = (least + 99) / 100;
    }
    return height;
}

/* The shift brings down the high bits, which multiplying moves up only. */
static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
}

static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t length)
{
    uint64_t word;
    for (; length >= sizeof(word); length -= sizeof(word)) {
        memcpy(&word, bytes, sizeof(word));
        hash = hash_word(hash, word);
        bytes += sizeof(word);
    }
    word = 0;
    memcpy(&word, bytes, length);
    return hash_word(hash, word);
}

static uint64_t hash_number(uint64_t hash, int64_t number)
{
    return hash_word(hash, (uint64_t)number);
}

static uint64_t hash_content(const struct paragraph *p)
{
    uint64_t hash =
        hash_bytes(0xCBF29CE484222325u, p->setting.text, p->setting.length);
    for (size_t i = 0; i < p->run_count; i++) {
        const struct text_run *run = &p->runs[i];
        hash = hash_number(hash, (int64_t)run->end << 32 | run->tag);
        hash =
            hash_number(hash, (int64_t)run->style.family << 32 |
                                  run->style.weight << 16 | run->style.size_px);
    }
    for (size_t i = 0; i < p->interlinear.mark_count; i++) {
        const struct text_mark *mark = &p->interlinear.marks[i];
        hash = hash_number(hash, mark->start);
        hash = hash_number(hash, mark->end);
        hash = hash_number(hash, mark->kind);
        hash = hash_number(hash, mark->icon);
    }
    for (size_t i = 0; i < p->interlinear.ruby_count; i++) {
        hash = hash_number(hash, p->interlinear.rubies[i].base);
        hash = hash_number(hash, p->interlinear.rubies[i].count);
    }
    for (size_t i = 0; i < p->interlinear.pinyin_count; i++)
        hash = hash_number(hash, p->interlinear.pinyin[i].glyph);
    hash = hash_number(hash, p->line_height);
    hash = hash_number(hash, p->indent);
    hash = hash_number(hash, p->style.align);
    hash = hash_number(hash, p->style.strictness);
    hash = hash_number(hash, p->style.snap);
    return hash_number(hash, p->style.max_lines);
}

struct paragraph *paragraph_new(struct fonts *fonts, const char *text,
                                size_t length, const struct text_run *runs,
                                size_t run_count,
                                const struct paragraph_style *style)
{
    struct paragraph *p =
        xmalloc(sizeof(*p) + run_count * sizeof(*runs) + length + 1);
    check_runs(runs, run_count, length);
    *p = (struct paragraph){0};
    p->setting.fonts = fonts;
    p->run_count = run_count;
    memcpy(p->runs, runs, run_count * sizeof(*runs));
    size_t characters = clean_text(p, text, length);
    p->style = *style;
    int em = runs[0].style.size_px;
    p->line_height =
        style->line_height_px ? style->line_height_px : (em * 3 + 1) / 2;
    p->indent = style->indent_em * em;
    p->natural = -1;
    shape_text(p, characters);
    p->line_height = line_height_for(&p->setting.shaped, p->line_height);
    interlinear_init(&p->interlinear, &p->setting, style->marks,
                     style->mark_count);
    p->content_hash = hash_content(p);
    return p;
}

void paragraph_free(struct paragraph *p)
{
    if (!p)
        return;
    explicit_bzero(p->copy ? p->copy : text_room(p), p->setting.length);
    free(p->copy);
    free(p->setting.shaped.glyphs);
    free(p->setting.shaped.spans);
    free(p->lines.items);
    interlinear_fini(&p->interlinear);
    free(p);
}

/* ---- lines ---- */

static int em_of(const struct paragraph *p)
{
    return p->runs[0].style.size_px;
}

static void prepare_ellipsis(struct paragraph *p, int width)
{
    if (!p->style.max_lines)
        return;
    if (!p->ellipsis_count)
        p->ellipsis = shape_ellipsis(p->setting.fonts, &p->runs[0].style,
                                     &p->ellipsis_font);
    p->ellipsis_count = width < LONG_ELLIPSIS_EM * em_of(p) ? 1 : 2;
}

static int64_t ellipsis_width(const struct paragraph *p)
{
    return (int64_t)p->ellipsis.advance * p->ellipsis_count;
}

static int indent_of(const struct paragraph *p, size_t line)
{
    int room = p->measure - em_of(p);
    if (line > 0)
        return 0;
    return p->indent < room ? p->indent : room;
}

void paragraph_set_width(struct paragraph *p, int width_px)
{
    int em = em_of(p);
    int width = width_px < em ? em : width_px;
    if (width > WIDTH_LIMIT)
        width = WIDTH_LIMIT;
    if (width == p->width)
        return;
    p->width = width;
    p->measure = p->style.snap ? width - width % em : width;
    prepare_ellipsis(p, p->measure);
    struct measure measure = {
        .first = (int64_t)(p->measure - indent_of(p, 0)) * 64,
        .others = (int64_t)p->measure * 64,
        .max_lines = (size_t)p->style.max_lines,
        .ellipsis = ellipsis_width(p),
        .em = em * 64,
        .justified = p->style.align == ALIGN_JUSTIFY,
    };
    lines_break(&p->setting, &measure, &p->lines);
}

int paragraph_natural_width(struct paragraph *p)
{
    if (p->natural < 0) {
        int64_t width =
            lines_natural_width(&p->setting, (int64_t)p->indent * 64);
        int64_t px = (width + 63) / 64;
        p->natural = px > WIDTH_LIMIT ? WIDTH_LIMIT : (int)px;
    }
    return p->natural;
}

size_t paragraph_line_count(const struct paragraph *p)
{
    return p->lines.count;
}

int paragraph_height(const struct paragraph *p)
{
    return (int)p->lines.count * p->line_height;
}

bool paragraph_truncated(const struct paragraph *p)
{
    return p->lines.truncated;
}

/* The glyph behind the last one of a line. */
static size_t line_end(const struct paragraph *p, size_t line)
{
    if (line + 1 < p->lines.count)
        return p->lines.items[line + 1].first;
    return p->lines.truncated ? p->lines.cut : p->setting.shaped.count;
}

static bool is_cut(const struct paragraph *p, size_t line)
{
    return p->lines.truncated && line + 1 == p->lines.count;
}

/* The last line, and one that ends in a newline, are left as they fall; a line
 * that is cut is full. */
static bool is_justified(const struct paragraph *p, size_t line)
{
    size_t end = line_end(p, line);
    if (p->style.align != ALIGN_JUSTIFY)
        return false;
    if (is_cut(p, line))
        return true;
    return end < p->setting.shaped.count &&
           p->setting.shaped.glyphs[end - 1].class != CLASS_NEWLINE;
}

/* px of the measure a line has. */
static int line_measure(const struct paragraph *p, size_t line)
{
    return p->measure - indent_of(p, line);
}

static int line_x(const struct paragraph *p, size_t line, int width)
{
    int indent = indent_of(p, line);
    switch (p->style.align) {
    case ALIGN_CENTER:
        return indent + (p->width - indent - width) / 2;
    case ALIGN_RIGHT:
        return p->width - width;
    default:
        return indent;
    }
}

bool paragraph_is_backward(const char *text, size_t length)
{
    return bidi_starts_backward(text, length);
}

/* Does the line belong to text that runs from right to left? It then starts at
 * the right edge, its indent and its ellipsis are on the other side. */
static bool is_backward(const struct paragraph *p, size_t line)
{
    const struct shaped *shaped = &p->setting.shaped;
    uint32_t first = p->lines.items[line].first;
    return shaped->span_count &&
           shaped->spans[span_of(shaped, first)].level & BIDI_BASE_BACKWARD;
}

struct extent {
    int left, right; /* px */
};

/* Moves the pens of a line that starts at the right edge there. */
static void move_to_right(const struct paragraph *p, size_t line,
                          struct extent *extent)
{
    struct pen *pens = p->setting.fonts->line->pens;
    size_t count = line_end(p, line) - p->lines.items[line].first;
    int by = p->width - indent_of(p, line) - extent->right;
    for (size_t i = 0; i < count; i++) {
        pens[i].dx += by;
        pens[i].left += by;
        pens[i].right += by;
    }
    extent->left += by;
    extent->right += by;
}

/* Places the line's glyphs in the fonts' scratch; returns where they stand. */
static struct extent place_line(const struct paragraph *p, size_t line)
{
    const struct line *l = &p->lines.items[line];
    bool cut = is_cut(p, line), backward = is_backward(p, line);
    struct line_target target = {
        .x = line_x(p, line, round_px(l->width)),
        .most = INT64_MAX,
        .tail = cut ? ellipsis_width(p) : 0,
    };
    if (p->style.align == ALIGN_JUSTIFY)
        target.most = (int64_t)line_measure(p, line) * 64;
    if (is_justified(p, line))
        target.least = target.most;
    if (backward)
        target.x += round_px(target.tail);
    struct extent extent = {target.x, 0};
    extent.right = justify_line(&p->setting, l, line_end(p, line), &target);
    if (backward &&
        (p->style.align == ALIGN_LEFT || p->style.align == ALIGN_JUSTIFY))
        move_to_right(p, line, &extent);
    return extent;
}

static uint32_t byte_of(const struct paragraph *p, size_t glyph)
{
    const struct shaped *shaped = &p->setting.shaped;
    if (glyph == 0)
        return 0;
    return glyph < shaped->count ? shaped->glyphs[glyph].cluster
                                 : (uint32_t)p->setting.length;
}

static int line_baseline(const struct paragraph *p, size_t line)
{
    int em = em_of(p);
    return (int)line * p->line_height + (p->line_height - em) / 2 +
           face_em_ascent(em);
}

struct text_line paragraph_line(const struct paragraph *p, size_t line)
{
    const struct line *l = &p->lines.items[line];
    struct extent extent = place_line(p, line);
    if (is_cut(p, line) && is_backward(p, line))
        extent.left -= round_px(ellipsis_width(p));
    else if (is_cut(p, line))
        extent.right += round_px(ellipsis_width(p));
    return (struct text_line){
        .start = byte_of(p, l->first),
        .end = byte_of(p, line_end(p, line)),
        .x = extent.left,
        .width = extent.right - extent.left,
        .top = (int)line * p->line_height,
        .baseline = line_baseline(p, line),
        .height = p->line_height,
    };
}

int paragraph_width(const struct paragraph *p)
{
    int widest = 0;
    for (size_t i = 0; i < p->lines.count; i++) {
        int width = round_px(p->lines.items[i].width);
        if (is_justified(p, i) ||
            (p->style.align == ALIGN_JUSTIFY && width > line_measure(p, i)))
            width = line_measure(p, i);
        width += indent_of(p, i);
        if (width > widest)
            widest = width;
    }
    return widest;
}

/* ---- drawing ---- */

/* A glyph of a line; `number` counts from its first one. */
static inline struct placed_glyph place_glyph(const struct paragraph *p,
                                              const struct glyph *glyph,
                                              const struct span *span,
                                              size_t number, int y)
{
    return (struct placed_glyph){
        .font = span->font,
        .glyph = glyph->id,
        .cluster = glyph->cluster,
        .tag = span->tag,
        .x = p->setting.fonts->line->pens[number].dx,
        .y = y - round_px(glyph->dy),
    };
}

static size_t place_turned(const struct paragraph *p, const struct line *line,
                           size_t all, int y, struct placed_glyph *out)
{
    const struct shaped *shaped = &p->setting.shaped;
    const uint32_t *order = p->setting.fonts->line->order;
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        size_t at = line->first + order[i];
        if (at < line->end)
            out[count++] =
                place_glyph(p, &shaped->glyphs[at],
                            &shaped->spans[span_of(shaped, at)], order[i], y);
    }
    return count;
}

/* Span after span. */
static size_t place_straight(const struct paragraph *p, const struct line *line,
                             int y, struct placed_glyph *out)
{
    const struct shaped *shaped = &p->setting.shaped;
    size_t at = line->first, span = span_of(shaped, at);
    for (; at < line->end; span++) {
        const struct span here = shaped->spans[span];
        size_t end = line->end;
        if (span + 1 < shaped->span_count &&
            shaped->spans[span + 1].first < end)
            end = shaped->spans[span + 1].first;
        for (; at < end; at++)
            *out++ =
                place_glyph(p, &shaped->glyphs[at], &here, at - line->first, y);
    }
    return line->end - line->first;
}

static size_t place_ellipsis(const struct paragraph *p, int x, int y,
                             struct placed_glyph *out)
{
    for (int i = 0; i < p->ellipsis_count; i++) {
        out[i] = (struct placed_glyph){
            .font = p->ellipsis_font,
            .glyph = p->ellipsis.id,
            .cluster = byte_of(p, p->lines.cut),
            .tag = p->runs[0].tag,
            .x =
                x + round_px((int64_t)i * p->ellipsis.advance + p->ellipsis.dx),
            .y = y,
        };
    }
    return (size_t)p->ellipsis_count;
}

const struct placed_glyph *paragraph_glyphs(struct paragraph *p, size_t line,
                                            size_t *count_out)
{
    struct line_scratch *scratch = p->setting.fonts->line;
    size_t all = line_end(p, line) - p->lines.items[line].first;
    int y = line_baseline(p, line);
    line_scratch_reserve(scratch, all + 2);
    struct extent extent = place_line(p, line);
    const struct line *l = &p->lines.items[line];
    size_t count = scratch->turned ? place_turned(p, l, all, y, scratch->placed)
                                   : place_straight(p, l, y, scratch->placed);
    if (is_cut(p, line)) {
        int x = is_backward(p, line) ? extent.left - round_px(ellipsis_width(p))
                                     : extent.right;
        count += place_ellipsis(p, x, y, &scratch->placed[count]);
    }
    *count_out = count;
    return scratch->placed;
}

const struct placed_mark *paragraph_marks(struct paragraph *p, size_t line,
                                          size_t *count_out)
{
    *count_out = 0;
    if (p->interlinear.mark_count) {
        place_line(p, line);
        *count_out =
            interlinear_marks(&p->interlinear, &p->setting,
                              &p->lines.items[line], line_baseline(p, line));
    }
    return p->interlinear.placed;
}

const struct placed_glyph *paragraph_ruby(struct paragraph *p, size_t line,
                                          size_t *count_out)
{
    *count_out = 0;
    if (p->interlinear.ruby_count) {
        place_line(p, line);
        *count_out = interlinear_ruby(&p->interlinear, &p->setting,
                                      &p->lines.items[line],
                                      line_baseline(p, line), p->width);
    }
    return p->interlinear.above;
}

/* ---- questions ---- */

static size_t line_at(const struct paragraph *p, int y)
{
    if (y < 0)
        return 0;
    size_t line = (size_t)(y / p->line_height);
    return line < p->lines.count ? line : p->lines.count - 1;
}

static int distance(const struct pen *pen, int x)
{
    return x < pen->left     ? pen->left - x
           : x >= pen->right ? x - pen->right + 1
                             : 0;
}

uint32_t paragraph_hit(struct paragraph *p, int x, int y, bool *inside)
{
    size_t line = line_at(p, y);
    const struct line *l = &p->lines.items[line];
    struct text_line box = paragraph_line(p, line); /* places the pens */
    const struct pen *pens = p->setting.fonts->line->pens;
    size_t nearest = l->first;
    *inside = y >= box.top && y < box.top + box.height && x >= box.x &&
              x < box.x + box.width;
    for (size_t i = l->first; i < l->end; i++) {
        if (distance(&pens[i - l->first], x) <
            distance(&pens[nearest - l->first], x))
            nearest = i;
    }
    return l->end > l->first ? p->setting.shaped.glyphs[nearest].cluster
                             : box.start;
}

/* The last byte + 1 of a glyph's cluster. */
static uint32_t cluster_limit(const struct paragraph *p, size_t glyph)
{
    const struct shaped *shaped = &p->setting.shaped;
    size_t next = glyph + 1;
    while (next < shaped->count && !(shaped->glyphs[next].flags & GLYPH_FIRST))
        next++;
    return next < shaped->count ? shaped->glyphs[next].cluster
                                : (uint32_t)p->setting.length;
}

static bool is_in_range(const struct paragraph *p, size_t glyph, uint32_t start,
                        uint32_t end)
{
    return p->setting.shaped.glyphs[glyph].cluster < end &&
           cluster_limit(p, glyph) > start;
}

/* From left to right: text in two directions can stand in several places. */
static size_t range_on_line(struct paragraph *p, size_t line, uint32_t start,
                            uint32_t end, struct text_rect *rects, size_t limit)
{
    const struct line *l = &p->lines.items[line];
    place_line(p, line);
    const struct line_scratch *scratch = p->setting.fonts->line;
    size_t count = 0, all = line_end(p, line) - l->first;
    bool open = false; /* the last rectangle goes on */
    for (size_t i = 0; i < all; i++) {
        size_t number = scratch->turned ? scratch->order[i] : i;
        const struct pen *pen = &scratch->pens[number];
        size_t glyph = l->first + number;
        if (glyph >= l->end)
            continue;
        if (!is_in_range(p, glyph, start, end)) {
            open &= pen->left >= pen->right;
        } else if (open) {
            rects[count - 1].width = pen->right - rects[count - 1].x;
        } else if (pen->left < pen->right) {
            if (count == limit)
                break;
            rects[count++] =
                (struct text_rect){pen->left, (int)line * p->line_height,
                                   pen->right - pen->left, p->line_height};
            open = true;
        }
    }
    return count;
}

size_t paragraph_range(struct paragraph *p, uint32_t start, uint32_t end,
                       struct text_rect *rects, size_t limit)
{
    size_t count = 0;
    for (size_t line = 0; line < p->lines.count && count < limit; line++) {
        if (byte_of(p, line_end(p, line)) <= start ||
            byte_of(p, p->lines.items[line].first) >= end)
            continue;
        count +=
            range_on_line(p, line, start, end, &rects[count], limit - count);
    }
    return count;
}

const char *paragraph_text(const struct paragraph *p)
{
    return p->setting.text;
}

uint64_t paragraph_hash(const struct paragraph *p)
{
    return hash_number(p->content_hash, p->width);
}
