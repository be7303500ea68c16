#include "fonts/lines.h"

#include "base/mem.h"
#include "fonts/search.h"

#define NO_LIMIT INT64_MAX

/* A place to end the line at: before glyph `next`. */
struct stop {
    bool found;
    size_t next, end;
    int64_t width;
};

/* A line being filled. */
struct scan {
    const struct setting *setting;
    size_t first, at;       /* glyphs */
    int64_t pen;            /* of `at` */
    size_t end;             /* behind the last glyph that does not hang... */
    int64_t width;          /* ...and how wide the line is up to there */
    struct stop best;       /* the last regular break */
    struct stop legal, any; /* last resorts: no mark out of place; anything */
};

static bool hangs(const struct glyph *glyph)
{
    return class_rules[glyph->class].hangs;
}

static size_t cluster_end(const struct shaped *shaped, size_t at)
{
    do
        at++;
    while (at < shaped->count && !(shaped->glyphs[at].flags & GLYPH_FIRST));
    return at;
}

/* What a line from glyph `first` on does not have of its advance. */
static int64_t lost_at_start(const struct setting *setting, size_t first)
{
    const struct shaped *shaped = &setting->shaped;
    int64_t lost = -spacing_edge(setting, first, TRIM_LEFT).advance;
    if (shaped->glyphs[first].flags & GLYPH_GAP)
        lost += spacing_gap(shaped->spans[span_of(shaped, first)].font);
    return lost;
}

static int64_t cluster_advance(const struct scan *scan, size_t end)
{
    const struct shaped *shaped = &scan->setting->shaped;
    int64_t advance = 0;
    for (size_t i = scan->at; i < end; i++)
        advance += shaped->glyphs[i].advance;
    return scan->at > scan->first
               ? advance
               : advance - lost_at_start(scan->setting, scan->at);
}

/* The stop before the glyph the scan is at. */
static struct stop stop_here(const struct scan *scan)
{
    struct stop stop = {true, scan->at, scan->end, scan->width};
    if (scan->end > scan->first)
        stop.width +=
            spacing_edge(scan->setting, scan->end - 1, TRIM_RIGHT).advance;
    return stop;
}

/* Inside a unit that is wider than the line a mark still stays where it
 * belongs if it can. */
static bool is_legal(const struct scan *scan)
{
    const struct glyph *glyphs = scan->setting->shaped.glyphs;
    return !class_rules[glyphs[scan->at].class].not_start &&
           (scan->end == scan->first ||
            !class_rules[glyphs[scan->end - 1].class].not_end);
}

static void note_stop(struct scan *scan)
{
    const struct glyph *glyph = &scan->setting->shaped.glyphs[scan->at];
    if (glyph->flags & GLYPH_BREAK) {
        scan->best = stop_here(scan);
    } else if (!(glyph->flags & GLYPH_JOINED)) {
        scan->any = stop_here(scan);
        if (is_legal(scan))
            scan->legal = scan->any;
    }
}

static struct stop last_stop(const struct scan *scan)
{
    return scan->best.found    ? scan->best
           : scan->legal.found ? scan->legal
                               : scan->any;
}

/* A mark that fits only at half its width still fits (rule 10). */
static bool overflows(const struct scan *scan, size_t end, int64_t advance,
                      int64_t measure)
{
    return scan->pen + advance > measure &&
           scan->pen + advance +
                   spacing_edge(scan->setting, end - 1, TRIM_RIGHT).advance >
               measure;
}

static struct stop fill_line(const struct setting *setting, size_t first,
                             int64_t measure)
{
    const struct shaped *shaped = &setting->shaped;
    struct scan scan = {
        .setting = setting, .first = first, .at = first, .end = first};
    while (scan.at < shaped->count) {
        const struct glyph *glyph = &shaped->glyphs[scan.at];
        size_t end = cluster_end(shaped, scan.at);
        int64_t advance = cluster_advance(&scan, end);
        if (scan.at > first)
            note_stop(&scan);
        if (!hangs(glyph)) {
            struct stop stop = last_stop(&scan);
            if (stop.found && overflows(&scan, end, advance, measure))
                return stop;
            scan.end = end;
            scan.width = scan.pen + advance;
        }
        scan.pen += advance;
        scan.at = end;
        if (glyph->class == CLASS_NEWLINE)
            break;
    }
    return stop_here(&scan);
}

/* Text may be cut after a word or an ideograph, not after a mark that promises
 * more, nor inside a word. */
static bool is_good_cut(const struct scan *scan)
{
    const struct glyph *glyphs = scan->setting->shaped.glyphs;
    enum char_class last = glyphs[scan->end - 1].class;
    bool whole = last == CLASS_HAN || last == CLASS_CLOSE ||
                 last == CLASS_WESTERN_CLOSE || hangs(&glyphs[scan->at]) ||
                 glyphs[scan->at].flags & GLYPH_BREAK;
    return whole && last != CLASS_PAUSE && last != CLASS_STOP &&
           last != CLASS_DASH && last != CLASS_ELLIPSIS &&
           !class_rules[last].rigid && !class_rules[last].not_end;
}

/* The last line when there is more text than lines: as much as leaves room for
 * the ellipsis. */
static struct stop cut_line(const struct setting *setting, size_t first,
                            int64_t measure)
{
    const struct shaped *shaped = &setting->shaped;
    struct scan scan = {
        .setting = setting, .first = first, .at = first, .end = first};
    while (scan.at < shaped->count &&
           shaped->glyphs[scan.at].class != CLASS_NEWLINE) {
        size_t end = cluster_end(shaped, scan.at);
        int64_t advance = cluster_advance(&scan, end);
        if (scan.end > first &&
            !(shaped->glyphs[scan.at].flags & GLYPH_JOINED)) {
            scan.any = (struct stop){true, scan.at, scan.end, scan.width};
            if (is_good_cut(&scan))
                scan.best = scan.any;
        }
        if (!hangs(&shaped->glyphs[scan.at])) {
            if (scan.pen + advance > measure)
                break;
            scan.end = end;
            scan.width = scan.pen + advance;
        }
        scan.pen += advance;
        scan.at = end;
    }
    if (scan.at < shaped->count &&
        shaped->glyphs[scan.at].class == CLASS_NEWLINE)
        return (struct stop){true, scan.at, scan.end, scan.width};
    return scan.best.found  ? scan.best
           : scan.any.found ? scan.any
                            : (struct stop){true, first, first, 0};
}

/* ---- all lines ---- */

void lines_add(struct lines *out, size_t first, size_t end, int64_t width)
{
    ARRAY_GROW(out->items, out->count, out->capacity);
    out->items[out->count++] =
        (struct line){(uint32_t)first, (uint32_t)end, (int32_t)width};
}

/* More text after `next`? A newline at the end opens one more, empty line. */
static bool has_more(const struct shaped *shaped, size_t next)
{
    return next < shaped->count ||
           (next && shaped->glyphs[next - 1].class == CLASS_NEWLINE);
}

/* Is it worth trying? Han are an em wide, letters half of one. */
static bool looks_single(const struct shaped *shaped, size_t first,
                         const struct measure *measure)
{
    return (int64_t)(shaped->count - first) * measure->em <=
           measure->others * 2;
}

/* All up to the end of the forced line, if that surely fits; text that fits
 * only because its ends are trimmed is left to the search. Returns where the
 * next line starts, `first` when it does not fit. */
static size_t add_single(const struct setting *setting, size_t first,
                         int64_t room, struct lines *out)
{
    const struct shaped *shaped = &setting->shaped;
    int64_t pen = 0, width = 0;
    size_t at = first, end = first;
    while (at < shaped->count) {
        const struct glyph *glyph = &shaped->glyphs[at++];
        pen += glyph->advance;
        if (pen > room)
            return first;
        if (glyph->class == CLASS_NEWLINE)
            break;
        if (hangs(glyph))
            continue;
        end = at;
        width = pen;
    }
    if (end > first)
        width += spacing_edge(setting, end - 1, TRIM_RIGHT).advance -
                 lost_at_start(setting, first);
    lines_add(out, first, end, width);
    return at;
}

static void take_first_fits(const struct setting *setting,
                            const struct measure *measure, struct lines *out)
{
    size_t next = 0;
    do {
        size_t first = next;
        int64_t room = out->count ? measure->others : measure->first;
        struct stop stop = fill_line(setting, first, room);
        next = stop.next;
        if (out->count + 1 == measure->max_lines &&
            has_more(&setting->shaped, next)) {
            stop = cut_line(setting, first, room - measure->ellipsis);
            out->truncated = true;
            out->cut = (uint32_t)stop.next;
            stop.width += measure->ellipsis;
        }
        lines_add(out, first, stop.end, stop.width);
        if (first == setting->shaped.count)
            break; /* the empty line after the last newline */
    } while (has_more(&setting->shaped, next) && !out->truncated);
}

static bool is_regular(const struct shaped *shaped, size_t next)
{
    return next == shaped->count || shaped->glyphs[next].flags & GLYPH_BREAK;
}

/* A line that the search does not find. Behind a forced break it looks again as
 * soon as a line can end where one may (rule 19). */
static size_t add_forced(const struct setting *setting, size_t first,
                         bool regular, const struct measure *measure,
                         struct lines *out)
{
    int64_t room = out->count ? measure->others : measure->first;
    struct stop stop = fill_line(setting, first, room);
    size_t next = first;
    if (!regular && first < setting->shaped.count &&
        is_regular(&setting->shaped, stop.next))
        next = search_lines(setting, first, measure, out);
    if (next > first)
        return next;
    lines_add(out, first, stop.end, stop.width);
    return stop.next;
}

static void search_all(const struct setting *setting,
                       const struct measure *measure, struct lines *out)
{
    const struct shaped *shaped = &setting->shaped;
    size_t next = 0;
    bool regular = true; /* the text before `next` ends where a line may end */
    do {
        size_t first = next;
        int64_t room = out->count ? measure->others : measure->first;
        regular &= first < shaped->count;
        if (regular && looks_single(shaped, first, measure))
            next = add_single(setting, first, room, out);
        if (regular && next == first)
            next = search_lines(setting, first, measure, out);
        if (next == first)
            next = add_forced(setting, first, regular, measure, out);
        regular = is_regular(shaped, next);
        if (first == shaped->count)
            break; /* the empty line after the last newline */
    } while (has_more(shaped, next));
}

static void clear(struct lines *out)
{
    out->count = 0;
    out->truncated = false;
}

void lines_break(const struct setting *setting, const struct measure *measure,
                 struct lines *out)
{
    clear(out);
    if (measure->max_lines) {
        take_first_fits(setting, measure, out);
        if (out->truncated || out->count < 2)
            return;
        clear(out);
    }
    search_all(setting, measure, out);
    if (measure->max_lines && out->count > measure->max_lines) {
        clear(out);
        take_first_fits(setting, measure, out);
    }
}

int64_t lines_natural_width(const struct setting *setting, int64_t indent)
{
    int64_t widest = 0;
    size_t next = 0;
    while (next < setting->shaped.count) {
        struct stop stop = fill_line(setting, next, NO_LIMIT);
        int64_t width = stop.width + (next ? 0 : indent);
        if (width > widest)
            widest = width;
        next = stop.next;
    }
    return widest;
}
