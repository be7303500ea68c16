#include "fonts/lines.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/classes.h"

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

static int64_t cluster_advance(const struct scan *scan, size_t end)
{
    const struct shaped *shaped = &scan->setting->shaped;
    const struct glyph *first = &shaped->glyphs[scan->at];
    int64_t advance = 0;
    for (size_t i = scan->at; i < end; i++)
        advance += shaped->glyphs[i].advance;
    if (scan->at > scan->first)
        return advance;
    if (first->flags & GLYPH_GAP)
        advance -= spacing_gap(shaped->spans[span_of(shaped, scan->at)].font);
    return advance + spacing_edge(scan->setting, scan->at, TRIM_LEFT).advance;
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

/* ---- the search ---- */

/* What is bad about a line. 100 is what a reader notices: every gap an eighth
 * of an em wider. Each part grows with the square of its amount. */
static const struct {
    int32_t grow[GROW_COUNT];     /* all of a class taken */
    int32_t shrink[SHRINK_COUNT]; /* all of a class taken */
    int32_t gap;                  /* every gap wider by an eighth of an em */
    int32_t ragged;               /* an unjustified line 2 em short */
    int32_t line;                 /* another line */
    int32_t lone;                 /* a last line of one character (rule 19) */
    int32_t number;               /* 2026|年, 第|46条 (rule 24) */
    int32_t stub; /* a line starts with 字， or ends with ，字 */
} costs = {
    .grow = {[GROW_SPACE] = 10, [GROW_GAP] = 80},
    .shrink = {[SHRINK_SPACE] = 20,
               [SHRINK_BRACKET] = 40,
               [SHRINK_PAUSE] = 60,
               [SHRINK_GAP] = 50,
               [SHRINK_STOP] = 150},
    .gap = 100,
    .ragged = 40,
    .line = 20,
    .lone = 50000,
    .number = 400,
    .stub = 12,
};
#define GAP_UNIT_DIVISOR 8 /* of an em */
#define RAGGED_UNIT_EM 2
#define COST_LIMIT 1000000 /* of one line */

/* A line this much shorter than the measure is not tried, unless there are
 * fewer than LEAST_TRIED others. */
#define SHORTEST_EM 3
#define LEAST_TRIED 4

/* A piece of text without any break is looked through no further. */
#define SEARCH_GLYPHS (1 << 14)

/* Added up from the start of the search. */
struct sums {
    int32_t x, places, letters;
    int32_t grow[GROW_COUNT], shrink[SHRINK_COUNT];
};

/* A place where a line may start, reached by the best lines up to it. */
struct node {
    struct sums start; /* what the lines from here do not have */
    uint32_t glyph;
    uint32_t end; /* of the line before it */
    int32_t width;
    int32_t cost;
    int32_t from; /* node */
};

struct search {
    const struct setting *setting;
    const struct measure *measure;
    bool first_line; /* of the paragraph: other measure */
    struct slack_walk walk;
    struct sums sums;      /* up to the walk */
    struct sums end;       /* a line that ends before the walk... */
    size_t end_glyph;      /* ...behind this glyph */
    size_t count, nearest; /* nodes; the first one a line may still start at */
    struct node nodes[SEARCH_BREAKS];
};

static void add_slack(struct sums *sums, const struct slack *slack)
{
    sums->places += slack->place;
    sums->grow[slack->grows] += slack->grow;
    sums->shrink[slack->shrinks] += slack->shrink;
}

/* The sums a line starting with the glyph after `sums` has to take away. */
static struct sums sums_at_start(const struct search *search, size_t glyph,
                                 const struct slack *slack)
{
    const struct shaped *shaped = &search->setting->shaped;
    const struct glyph *first = &shaped->glyphs[glyph];
    struct slack less = *slack, left = slack_at_start(first, *slack);
    struct sums sums = search->sums;
    less.place = slack->place && !left.place;
    less.grow -= left.grow;
    less.shrink -= left.shrink;
    add_slack(&sums, &less);
    sums.x -= spacing_edge(search->setting, glyph, TRIM_LEFT).advance;
    if (first->flags & GLYPH_GAP)
        sums.x += spacing_gap(shaped->spans[search->walk.span].font);
    return sums;
}

static bool is_letter(const struct glyph *glyph)
{
    return glyph->flags & GLYPH_FIRST && glyph->class <= CLASS_SYMBOL;
}

/* Takes the glyph at the walk into the sums. */
static void pass_glyph(struct search *search, size_t at,
                       const struct slack *slack)
{
    const struct glyph *glyph = &search->setting->shaped.glyphs[at];
    search->sums.x += glyph->advance;
    search->sums.letters += is_letter(glyph);
    add_slack(&search->sums, slack);
    if (hangs(glyph))
        return;
    struct slack less = *slack;
    less.place = false;
    less.grow = 0;
    less.shrink = slack_at_end(glyph, *slack).shrink - slack->shrink;
    search->end = search->sums;
    add_slack(&search->end, &less);
    search->end.x += spacing_edge(search->setting, at, TRIM_RIGHT).advance;
    search->end_glyph = at + 1;
}

/* factor * (amount / unit)^2, bounded. */
static int64_t square_cost(int32_t factor, int64_t amount, int64_t unit)
{
    int64_t part = amount * 64 / unit;
    int64_t cost = part > 64 * 128 ? COST_LIMIT : part * part * factor / 4096;
    return cost < COST_LIMIT ? cost : COST_LIMIT;
}

/* Class after class gives all it has before the next one begins. */
static int64_t shrink_cost(const struct sums *start, const struct sums *end,
                           int32_t need)
{
    int64_t cost = 0;
    for (int i = 0; need > 0 && i < SHRINK_COUNT; i++) {
        int32_t has = end->shrink[i] - start->shrink[i];
        int32_t takes = need < has ? need : has;
        if (takes > 0)
            cost += square_cost(costs.shrink[i], takes, has);
        need -= takes > 0 ? takes : 0;
    }
    return need > 0 ? -1 : cost;
}

static int64_t grow_cost(const struct sums *start, const struct sums *end,
                         int32_t rest, int32_t em)
{
    int64_t cost = 0;
    for (int i = 0; rest > 0 && i < GROW_COUNT; i++) {
        int32_t has = end->grow[i] - start->grow[i];
        int32_t takes = rest < has ? rest : has;
        if (takes > 0)
            cost += square_cost(costs.grow[i], takes, has);
        rest -= takes > 0 ? takes : 0;
    }
    int32_t places = end->places - start->places;
    if (rest > 0)
        cost +=
            square_cost(costs.gap, rest,
                        (int64_t)(places ? places : 1) * em / GAP_UNIT_DIVISOR);
    return cost < COST_LIMIT ? cost : COST_LIMIT;
}

static int64_t room_of(const struct search *search, size_t node)
{
    return node == 0 && search->first_line ? search->measure->first
                                           : search->measure->others;
}

/* The badness of a line; -1: it does not fit. */
static int64_t line_cost(const struct search *search, size_t node, bool last)
{
    const struct sums *start = &search->nodes[node].start, *end = &search->end;
    int64_t rest = room_of(search, node) - (end->x - start->x);
    int64_t cost = costs.line;
    if (rest < 0) {
        int64_t shrink = search->measure->justified && rest > -INT32_MAX
                             ? shrink_cost(start, end, (int32_t)-rest)
                             : -1;
        if (shrink < 0)
            return -1;
        cost += shrink;
    } else if (!last && search->measure->justified) {
        cost += grow_cost(start, end, (int32_t)rest, search->measure->em);
    } else if (!last) {
        cost += square_cost(costs.ragged, rest,
                            (int64_t)search->measure->em * RAGGED_UNIT_EM);
    }
    if (last && end->letters - start->letters < 2)
        cost += costs.lone;
    return cost;
}

/* The best line that ends before the walk: node it starts at, or -1. */
static int32_t best_line(struct search *search, bool last, int64_t *cost_out)
{
    int64_t shortest =
        search->measure->others - (int64_t)search->measure->em * SHORTEST_EM;
    int32_t best = -1;
    for (size_t i = search->nearest, tried = 0; i < search->count; i++) {
        const struct node *node = &search->nodes[i];
        if (!last && tried >= LEAST_TRIED &&
            search->end.x - node->start.x < shortest)
            break;
        /* It fits, and no line from there can be better than the best. */
        if (best >= 0 && node->cost + costs.line >= *cost_out &&
            search->end.x - node->start.x <= search->measure->others) {
            tried++;
            continue;
        }
        int64_t cost = line_cost(search, i, last);
        if (cost < 0) {
            if (i == search->nearest)
                search->nearest++;
            continue;
        }
        tried++;
        if (best < 0 || cost + node->cost < *cost_out) {
            best = (int32_t)i;
            *cost_out = cost + node->cost;
        }
    }
    return best;
}

/* ---- what is bad about a break whatever the line ---- */

/* Counters that belong to the number before them. */
static const char units[] =
    "年月日号时点分秒天周岁条款项章节页期版届次"
    "小个名人位元角万亿千百倍例件家户种类级场公米里吨度";

static uint32_t code_at(const struct setting *setting, size_t glyph)
{
    size_t at = setting->shaped.glyphs[glyph].cluster;
    return utf8_next(setting->text, setting->length, &at);
}

static bool is_unit(uint32_t code)
{
    for (size_t at = 0; at < sizeof(units) - 1;)
        if (utf8_next(units, sizeof(units) - 1, &at) == code)
            return true;
    return false;
}

static int32_t break_cost(const struct setting *setting, size_t at)
{
    const struct shaped *shaped = &setting->shaped;
    const struct glyph *glyphs = &shaped->glyphs[at];
    enum char_class before = glyphs[-1].class, after = glyphs[0].class;
    if (before == CLASS_DIGIT && after == CLASS_HAN &&
        is_unit(code_at(setting, at)))
        return costs.number;
    if (before == CLASS_HAN && after == CLASS_DIGIT &&
        code_at(setting, at - 1) == 0x7B2C) /* 第 */
        return costs.number;
    int32_t cost = 0;
    if (after == CLASS_HAN && at + 1 < shaped->count &&
        class_rules[glyphs[1].class].not_start)
        cost += costs.stub;
    if (before == CLASS_HAN && at > 1 &&
        (glyphs[-2].class == CLASS_PAUSE || glyphs[-2].class == CLASS_STOP))
        cost += costs.stub;
    return cost;
}

/* ---- running it ---- */

/* Where a search stops: at the end of the forced line, at a unit that is wider
 * than the measure, or because there is too much. */
enum outcome { SEARCH_DONE, SEARCH_STUCK, SEARCH_FULL };

static void add_node(struct search *search, size_t glyph, int32_t from,
                     int64_t cost)
{
    struct node *node = &search->nodes[search->count++];
    node->glyph = node->end = (uint32_t)glyph;
    node->from = from;
    node->cost = cost < INT32_MAX ? (int32_t)cost : INT32_MAX;
    node->width = 0;
    if (from < 0)
        return;
    const struct node *before = &search->nodes[from];
    bool blank = search->end_glyph <= before->glyph; /* nothing but spaces */
    node->end = blank ? before->glyph : (uint32_t)search->end_glyph;
    node->width = blank ? 0 : search->end.x - before->start.x;
}

/* Ends a line before glyph `at`, wherever it may best have started. */
static bool reach(struct search *search, size_t at, bool last)
{
    int64_t cost = 0;
    int32_t from = best_line(search, last, &cost);
    if (from < 0)
        return false;
    if (!last)
        cost += break_cost(search->setting, at);
    add_node(search, at, from, cost);
    return true;
}

static enum outcome run_search(struct search *search, size_t first)
{
    const struct shaped *shaped = &search->setting->shaped;
    size_t at = first;
    search->walk = slack_walk(search->setting, first);
    search->end_glyph = first;
    for (; at < shaped->count; at++) {
        const struct glyph *glyph = &shaped->glyphs[at];
        bool opens = at == first;
        if (search->count + 2 > SEARCH_BREAKS || at - first > SEARCH_GLYPHS)
            return SEARCH_FULL;
        if (!opens && glyph->flags & GLYPH_BREAK) {
            if (!reach(search, at, false))
                return SEARCH_STUCK;
            opens = true;
        } else if (opens) {
            add_node(search, at, -1, 0);
        }
        struct slack slack = slack_next(&search->walk);
        if (opens)
            search->nodes[search->count - 1].start =
                sums_at_start(search, at, &slack);
        pass_glyph(search, at, &slack);
        if (glyph->class == CLASS_NEWLINE) {
            at++;
            break;
        }
    }
    return reach(search, at, true) ? SEARCH_DONE : SEARCH_STUCK;
}

static void add_line(struct lines *out, size_t first, size_t end, int64_t width)
{
    ARRAY_GROW(out->items, out->count, out->capacity);
    out->items[out->count++] =
        (struct line){(uint32_t)first, (uint32_t)end, (int32_t)width};
}

/* Appends the lines up to a node but for the last `spared`; returns where the
 * text goes on. */
static size_t add_path(const struct search *search, size_t spared,
                       struct lines *out)
{
    int32_t path[SEARCH_BREAKS], last = (int32_t)search->count - 1;
    size_t count = 0;
    for (int32_t i = last; i > 0; i = search->nodes[i].from)
        path[count++] = i;
    size_t kept = count > spared ? spared : count;
    for (size_t i = count; i > kept; i--) {
        const struct node *node = &search->nodes[path[i - 1]];
        add_line(out, search->nodes[node->from].glyph, node->end, node->width);
    }
    return kept < count ? search->nodes[path[kept]].glyph
                        : search->nodes[0].glyph;
}

/* The lines from glyph `first`, where one may start, up to the end of a forced
 * line at most. Returns where the next one starts: `first` when no line was
 * found. */
static size_t search_lines(const struct setting *setting, size_t first,
                           const struct measure *measure, struct lines *out)
{
    struct search search;
    search.setting = setting;
    search.measure = measure;
    search.first_line = out->count == 0;
    search.count = search.nearest = 0;
    search.sums = search.end = (struct sums){0};
    enum outcome outcome = run_search(&search, first);
    return add_path(&search, outcome == SEARCH_FULL ? 2 : 0, out);
}

/* ---- all lines ---- */

/* More text after `next`? A newline at the end opens one more, empty line. */
static bool has_more(const struct shaped *shaped, size_t next)
{
    return next < shaped->count ||
           (next && shaped->glyphs[next - 1].class == CLASS_NEWLINE);
}

/* Does the line that ends before `next` end its forced line? */
static bool ends_forced(const struct shaped *shaped, size_t next)
{
    return next == shaped->count ||
           (next && shaped->glyphs[next - 1].class == CLASS_NEWLINE);
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
        add_line(out, first, stop.end, stop.width);
        if (first == setting->shaped.count)
            break; /* the empty line after the last newline */
    } while (has_more(&setting->shaped, next) && !out->truncated);
}

static void search_all(const struct setting *setting,
                       const struct measure *measure, struct lines *out)
{
    const struct shaped *shaped = &setting->shaped;
    size_t next = 0;
    bool regular = true; /* the text before `next` ends where a line may end */
    do {
        size_t first = next;
        struct stop stop = fill_line(
            setting, first, out->count ? measure->others : measure->first);
        if (regular && !ends_forced(shaped, stop.next))
            next = search_lines(setting, first, measure, out);
        if (next == first) {
            add_line(out, first, stop.end, stop.width);
            next = stop.next;
        }
        regular =
            next == shaped->count || shaped->glyphs[next].flags & GLYPH_BREAK;
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
