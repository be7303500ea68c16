/* search.c - the dynamic programme of Knuth and Plass with Chinese badness.
 *
 * A node is a place where a line may start, together with the best lines up to
 * it. Running sums make the width of any line, and what it can give and take,
 * a difference of two nodes. Nodes are visited once; for each, only the few
 * that are about a measure before it are tried as the start of its line. */
#include "fonts/search.h"

#include "base/mem.h"
#include "base/utf8.h"

/* What is bad about a line. 100 is what a reader notices: every gap an eighth
 * of an em wider. Each part grows with the square of its amount. */
static const struct {
    int32_t grow[GROW_COUNT];     /* all of a class taken */
    int32_t shrink[SHRINK_COUNT]; /* all of a class taken */
    int32_t gap;                  /* every gap wider by an eighth of an em */
    int32_t ragged;               /* an unjustified line 2 em short */
    int32_t line;                 /* another line */
    int32_t lone;                 /* a last line of one character (rule 19) */
    int32_t number;               /* 2026|年 (rule 24) */
    int32_t ordinal;              /* 第|46条 */
    int32_t stub; /* a line starts with 字， or ends with ，字 */
} costs = {
    .grow = {[GROW_SPACE] = 10, [GROW_GAP] = 80},
    .shrink = {[SHRINK_SPACE] = 20,
               [SHRINK_BRACKET] = 50,
               [SHRINK_PAUSE] = 60,
               [SHRINK_GAP] = 50,
               [SHRINK_STOP] = 150},
    .gap = 100,
    .ragged = 40,
    .line = 20,
    .lone = 50000,
    .number = 250,
    .ordinal = 30,
    .stub = 12,
};
#define GAP_UNIT_DIVISOR 8 /* of an em */
#define RAGGED_UNIT_EM 2
#define COST_LIMIT 1000000 /* of one line */

/* A line this much shorter than the measure is not tried, unless there are
 * fewer than LEAST_TRIED longer ones; none but the longest when that one is
 * too short itself, as on the way to the end of the first line. */
#define SHORTEST_EM 2
#define LEAST_TRIED 3

/* A piece of text with few breaks is looked through no further. */
#define SEARCH_GLYPHS (1 << 14)
#define SEARCH_WIDTH (1 << 29) /* 1/64 px */

/* What the classes have to give, added up from the start of the search. Few
 * glyphs change it, so the others share it. */
struct room {
    int32_t grow[GROW_COUNT], shrink[SHRINK_COUNT];
    int32_t shrink_sum; /* of all classes */
};

/* The rest of what is added up. */
struct sums {
    int32_t x, places, letters;
    uint32_t room; /* in search.rooms */
};

/* A place where a line may start, reached by the best lines up to it. */
struct node {
    struct sums start; /* what the lines from here do not have */
    uint32_t glyph;
    uint32_t end; /* of the line before it */
    int32_t width;
    int32_t cost;
    int32_t from;  /* node */
    bool is_short; /* the line before it, hopelessly */
};

struct search {
    const struct setting *setting;
    int32_t width, em;
    int32_t indent; /* of the first line: as if it were part of the text */
    bool justified;
    struct slack_walk walk;
    struct sums sums;      /* up to the walk */
    struct sums end;       /* a line that ends before the walk... */
    size_t end_glyph;      /* ...behind this glyph */
    size_t count, nearest; /* nodes; the first one a line may still start at */
    size_t room_count;
    struct node nodes[SEARCH_BREAKS];
    struct room rooms[SEARCH_BREAKS * 2];
};

/* Another room, with `grow` and `shrink` more than the one of `sums`. */
static void add_room(struct search *search, struct sums *sums,
                     const struct slack *slack, int32_t grow, int32_t shrink)
{
    if (!grow && !shrink)
        return;
    struct room *room = &search->rooms[search->room_count];
    *room = search->rooms[sums->room];
    room->grow[slack->grows] += grow;
    room->shrink[slack->shrinks] += shrink;
    room->shrink_sum += shrink;
    sums->room = (uint32_t)search->room_count++;
}

/* What a mark loses at an end of its line: what it can give anywhere, if it can
 * give it anywhere. */
static int32_t edge_trim(const struct setting *setting, size_t at, int side,
                         const struct slack *slack)
{
    enum char_class class = setting->shaped.glyphs[at].class;
    if (class_rules[class].trim != (enum trim_side)side)
        return 0;
    return slack->shrink ? slack->shrink
                         : -spacing_edge(setting, at, side).advance;
}

/* The sums a line starting with the glyph after `sums` has to take away. */
static struct sums sums_at_start(struct search *search, size_t glyph,
                                 const struct slack *slack)
{
    const struct shaped *shaped = &search->setting->shaped;
    const struct glyph *first = &shaped->glyphs[glyph];
    struct slack left = slack_at_start(first, *slack);
    struct sums sums = search->sums;
    sums.places += slack->place && !left.place;
    add_room(search, &sums, slack, slack->grow - left.grow,
             slack->shrink - left.shrink);
    sums.x += edge_trim(search->setting, glyph, TRIM_LEFT, slack);
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
    search->sums.places += slack->place;
    search->sums.letters += is_letter(glyph);
    add_room(search, &search->sums, slack, slack->grow, slack->shrink);
    if (class_rules[glyph->class].hangs)
        return;
    search->end = search->sums;
    add_room(search, &search->end, slack, 0,
             slack_at_end(glyph, *slack).shrink - slack->shrink);
    search->end.x -= edge_trim(search->setting, at, TRIM_RIGHT, slack);
    search->end_glyph = at + 1;
}

/* The same for slack_plain. */
static void pass_plain(struct search *search, size_t at, struct sums *start)
{
    if (start) {
        *start = search->sums;
        start->places++;
    }
    search->sums.x += search->setting->shaped.glyphs[at].advance;
    search->sums.places++;
    search->sums.letters++;
    search->end = search->sums;
    search->end_glyph = at + 1;
}

/* factor * (amount / unit)^2, bounded. */
static int32_t square_cost(int32_t factor, int32_t amount, int32_t unit)
{
    if (amount > INT32_MAX / 64 || amount / 16 >= unit)
        return COST_LIMIT;
    int32_t part = amount * 64 / unit;
    int32_t cost = part * part / 64 * factor / 64;
    return cost < COST_LIMIT ? cost : COST_LIMIT;
}

/* Class after class gives all it has before the next one begins. -1: not
 * enough. */
static int32_t shrink_cost(const struct room *start, const struct room *end,
                           int32_t need)
{
    int32_t cost = 0;
    if (need > end->shrink_sum - start->shrink_sum)
        return -1;
    for (int i = 0; need > 0 && i < SHRINK_COUNT; i++) {
        int32_t has = end->shrink[i] - start->shrink[i];
        int32_t takes = need < has ? need : has;
        if (takes > 0)
            cost += square_cost(costs.shrink[i], takes, has);
        need -= takes;
    }
    return cost;
}

/* Takes what there is from *rest. */
static int32_t grow_cost(const struct room *start, const struct room *end,
                         int32_t *rest)
{
    int32_t cost = 0;
    for (int i = 0; *rest > 0 && i < GROW_COUNT; i++) {
        int32_t has = end->grow[i] - start->grow[i];
        int32_t takes = *rest < has ? *rest : has;
        if (takes > 0)
            cost += square_cost(costs.grow[i], takes, has);
        *rest -= takes;
    }
    return cost;
}

/* How bad it is that a line is `rest` shorter than its measure, or longer; -1:
 * it does not fit. */
static int32_t width_cost(const struct search *search, const struct sums *start,
                          int32_t rest)
{
    const struct sums *end = &search->end;
    const struct room *first = &search->rooms[start->room];
    const struct room *last = &search->rooms[end->room];
    bool rigid = !search->justified || first == last;
    int32_t cost = 0, places = end->places - start->places;
    if (rest < 0)
        return rigid ? -1 : shrink_cost(first, last, -rest);
    if (!search->justified)
        return square_cost(costs.ragged, rest, search->em * RAGGED_UNIT_EM);
    if (!rigid)
        cost = grow_cost(first, last, &rest);
    if (rest > 0)
        cost += square_cost(costs.gap, rest,
                            (places > 0 ? places : 1) *
                                (search->em / GAP_UNIT_DIVISOR));
    return cost;
}

/* The badness of a line; -1: it does not fit. */
static int32_t line_cost(const struct search *search, const struct sums *start,
                         int32_t rest, bool last)
{
    int32_t cost = last && rest >= 0 ? 0 : width_cost(search, start, rest);
    if (cost < 0)
        return -1;
    if (last && search->end.letters - start->letters < 2)
        cost += costs.lone;
    return cost + costs.line;
}

/* A line that may end before the walk. */
struct choice {
    int32_t from; /* node; -1: there is none */
    bool is_short;
    int64_t cost; /* with all lines before it */
};

static struct choice best_line(struct search *search, bool last)
{
    struct choice best = {-1, false, INT64_MAX};
    size_t tried = 0, enough = 1;
    for (size_t i = search->nearest; i < search->count; i++) {
        const struct node *node = &search->nodes[i];
        int32_t rest = search->width - (search->end.x - node->start.x);
        bool is_short = rest > search->em * SHORTEST_EM;
        if (!last && is_short && tried >= enough)
            break;
        int32_t cost = line_cost(search, &node->start, rest, last);
        if (cost < 0) {
            if (i == search->nearest)
                search->nearest++;
            continue;
        }
        tried++;
        if (!is_short)
            enough = LEAST_TRIED;
        if ((int64_t)cost + node->cost < best.cost)
            best = (struct choice){(int32_t)i, rest > search->width / 4,
                                   (int64_t)cost + node->cost};
    }
    return best;
}

/* ---- what is bad about a break whatever the line ---- */

static uint32_t code_at(const struct setting *setting, size_t glyph)
{
    size_t at = setting->shaped.glyphs[glyph].cluster;
    return utf8_next(setting->text, setting->length, &at);
}

static bool is_counter(uint32_t code)
{
    size_t length = strlen(counters);
    for (size_t at = 0; at < length;)
        if (utf8_next(counters, length, &at) == code)
            return true;
    return false;
}

static int32_t break_cost(const struct setting *setting, size_t at)
{
    const struct shaped *shaped = &setting->shaped;
    const struct glyph *glyphs = &shaped->glyphs[at];
    enum char_class before = glyphs[-1].class, after = glyphs[0].class;
    if (before == CLASS_DIGIT && after == CLASS_HAN &&
        is_counter(code_at(setting, at)))
        return costs.number;
    if (before == CLASS_HAN && after == CLASS_DIGIT &&
        code_at(setting, at - 1) == 0x7B2C) /* 第 */
        return costs.ordinal;
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

/* A place only hopelessly short lines lead to is of no use once there is
 * another one behind it: most of the first line, where it saves a lot. */
static struct node *new_node(struct search *search, int32_t from)
{
    size_t last = search->count - 1;
    if (search->nodes[last].is_short && (size_t)from != last)
        search->count--;
    return &search->nodes[search->count++];
}

static void add_node(struct search *search, size_t glyph,
                     const struct choice *line, int32_t cost)
{
    const struct node *before = &search->nodes[line->from];
    struct node *node = new_node(search, line->from);
    int64_t all = line->cost + cost;
    bool blank = search->end_glyph <= before->glyph; /* nothing but spaces */
    node->glyph = (uint32_t)glyph;
    node->end = blank ? before->glyph : (uint32_t)search->end_glyph;
    node->width = blank ? 0 : search->end.x - before->start.x;
    if (line->from == 0)
        node->width -= blank ? 0 : search->indent;
    node->cost = all < INT32_MAX ? (int32_t)all : INT32_MAX;
    node->from = line->from;
    node->is_short = line->is_short;
}

/* Ends a line before glyph `at`, wherever it may best have started. */
static bool reach(struct search *search, size_t at, bool last)
{
    struct choice line = best_line(search, last);
    if (line.from < 0)
        return false;
    line.is_short &= !last;
    add_node(search, at, &line, last ? 0 : break_cost(search->setting, at));
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
        if (search->count + 2 > COUNT_OF(search->nodes) ||
            search->room_count + 3 > COUNT_OF(search->rooms) ||
            at - first > SEARCH_GLYPHS || search->sums.x > SEARCH_WIDTH)
            return SEARCH_FULL;
        if (!opens && glyph->flags & GLYPH_BREAK) {
            if (!reach(search, at, false))
                return SEARCH_STUCK;
            opens = true;
        }
        struct sums *start =
            opens ? &search->nodes[search->count - 1].start : NULL;
        if (slack_plain(&search->walk)) {
            pass_plain(search, at, start);
            continue;
        }
        struct slack slack = slack_next(&search->walk);
        if (start)
            *start = sums_at_start(search, at, &slack);
        if (at == first)
            start->x -= search->indent;
        pass_glyph(search, at, &slack);
        if (glyph->class == CLASS_NEWLINE) {
            at++;
            break;
        }
    }
    return reach(search, at, true) ? SEARCH_DONE : SEARCH_STUCK;
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
        lines_add(out, search->nodes[node->from].glyph, node->end, node->width);
    }
    return kept < count ? search->nodes[path[kept]].glyph
                        : search->nodes[0].glyph;
}

size_t search_lines(const struct setting *setting, size_t first,
                    const struct measure *measure, struct lines *out)
{
    struct search search;
    bool indented = out->count == 0;
    search.setting = setting;
    search.width = (int32_t)measure->others;
    search.indent = indented ? (int32_t)(measure->others - measure->first) : 0;
    search.em = measure->em;
    search.justified = measure->justified;
    search.nearest = 0;
    search.sums = search.end = (struct sums){0};
    search.rooms[0] = (struct room){0};
    search.room_count = 1;
    search.nodes[0] = (struct node){.glyph = (uint32_t)first, .from = -1};
    search.count = 1;
    enum outcome outcome = run_search(&search, first);
    return add_path(&search, outcome == SEARCH_FULL ? 2 : 0, out);
}
