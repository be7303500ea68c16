/* search.c - the dynamic programme of Knuth and Plass with Chinese badness.
 *
 * Running sums are noted at each place where a line may start, so that the
 * width of any line, and what it can give and take, is a difference of two
 * places. The places are visited in order: from each that lines lead to, only
 * those about a measure further on are tried as the end of its line. Most
 * places of a short paragraph are never reached, and cost no more than their
 * sums; those behind a word that is wider than the measure not even that. */
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
    int32_t left;                 /* one that should have been justified */
    int32_t line;                 /* another line */
    int32_t lone;                 /* a last line of one character (rule 19) */
    int32_t number;               /* 2026|年, 8:00～|12:00 (rule 24) */
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
    .left = 10,
    .line = 20,
    .lone = 50000,
    .number = 350,
    .ordinal = 150,
    .stub = 12,
};
#define GAP_UNIT_DIVISOR 8 /* of an em */
#define RAGGED_UNIT_EM 2
#define COST_LIMIT 1000000 /* of one line */

/* A line this much shorter than the measure is not tried, unless fewer than
 * LEAST_TRIED longer ones end behind it; none but the longest when that one is
 * too short itself. */
#define SHORTEST_EM 2
#define LEAST_TRIED 3
#define NEAR_STEP 8   /* places passed at once on the way to the first */
#define FIND_STEP 128 /* places found at once */

/* A piece of text with few breaks is looked through no further. */
#define SEARCH_GLYPHS (1 << 14)
#define SEARCH_WIDTH (1 << 29) /* 1/64 px */

/* What the classes have to give, added up from the start of the search. Few
 * glyphs change it, so the others share it. */
struct room {
    int32_t grow[GROW_COUNT], shrink[SHRINK_COUNT];
    int32_t shrink_sum; /* of all classes */
    int32_t spaces;     /* how many of the places are */
};

/* What is added up. */
struct sums {
    int32_t x, places; /* 1/64 px; gaps that may grow */
    uint32_t room;     /* in search.rooms */
};

/* A place where a line may start, and the one before it end. */
struct place {
    struct sums start; /* what the lines from here do not have */
    struct sums end;   /* what those that end here have */
    uint32_t glyph;
    uint32_t end_glyph; /* behind the last one of the line before */
    int32_t cost;       /* of the best lines up to here; UNREACHED */
    int32_t from;       /* where the last of them starts: place */
};
#define UNREACHED INT32_MAX

struct search {
    const struct setting *setting;
    int32_t width, em;
    int32_t indent; /* of the first line: as if it were part of the text */
    bool justified;
    struct slack_walk walk;
    struct sums sums; /* up to the walk */
    struct sums end;  /* of a line that ends before the walk... */
    size_t end_glyph; /* ...behind this glyph */
    size_t at, stop;  /* the walk: next glyph; it goes no further than this */
    size_t count;     /* places */
    size_t near;      /* the first one not too near: see try_lines */
    size_t room_count;
    bool all;    /* there are no more places to find... */
    bool done;   /* ...and the last one is the end of the forced line */
    size_t lone; /* a last line from here on is a lone character: glyph */
    struct place places[SEARCH_BREAKS];
    struct room rooms[SEARCH_BREAKS * 2];
};

/* ---- the places ---- */

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
    room->spaces += slack->space;
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
    const struct glyph *first = &search->setting->shaped.glyphs[glyph];
    struct slack left = slack_at_start(first, *slack);
    struct sums sums = search->sums;
    sums.places += slack->place && !left.place;
    add_room(search, &sums, slack, slack->grow - left.grow,
             slack->shrink - left.shrink);
    sums.x += edge_trim(search->setting, glyph, TRIM_LEFT, slack);
    if (first->flags & GLYPH_GAP)
        sums.x += spacing_gap(search->walk.font);
    return sums;
}

/* Takes the glyph at the walk into the sums. */
static void pass_glyph(struct search *search, size_t at,
                       const struct slack *slack)
{
    const struct glyph *glyph = &search->setting->shaped.glyphs[at];
    search->sums.x += glyph->advance;
    search->sums.places += slack->place;
    add_room(search, &search->sums, slack, slack->grow, slack->shrink);
    if (class_rules[glyph->class].hangs)
        return;
    search->end = search->sums;
    add_room(search, &search->end, slack, 0,
             slack_at_end(glyph, *slack).shrink - slack->shrink);
    search->end.x -= edge_trim(search->setting, at, TRIM_RIGHT, slack);
    search->end_glyph = at + 1;
}

static struct place *add_place(struct search *search, size_t at,
                               const struct sums *start)
{
    struct place *place = &search->places[search->count++];
    place->start = *start;
    place->end = search->end;
    place->glyph = (uint32_t)at;
    place->end_glyph = (uint32_t)search->end_glyph;
    place->cost = UNREACHED;
    return place;
}

static bool is_full(const struct search *search)
{
    return search->count + 1 >= COUNT_OF(search->places) ||
           search->room_count + 3 > COUNT_OF(search->rooms) ||
           search->sums.x > SEARCH_WIDTH;
}

/* A glyph with a slack of its own. */
static void pass_slack(struct search *search, size_t at, bool opens)
{
    struct slack slack = slack_at(&search->walk, at);
    if (opens) {
        struct sums start = sums_at_start(search, at, &slack);
        add_place(search, at, &start);
    }
    pass_glyph(search, at, &slack);
}

/* The plain glyphs from `at` on, most of all, up to so many places. Returns the
 * next one. */
static size_t pass_plain(struct search *search, size_t at, size_t wanted)
{
    const struct glyph *glyphs = search->setting->shaped.glyphs;
    struct sums sums = search->sums, end_sums = search->end;
    size_t end_glyph = search->end_glyph; /* spaces may lie between */
    struct place *place = &search->places[search->count];
    const struct place *limit = &search->places[wanted];
    for (; at < search->stop && glyphs[at].flags & GLYPH_PLAIN; at++) {
        int32_t gap = glyphs[at].flags & GLYPH_PLACE ? 1 : 0;
        if (glyphs[at].flags & GLYPH_BREAK) {
            if (place == limit || sums.x > SEARCH_WIDTH)
                break;
            *place++ = (struct place){
                .start = {sums.x, sums.places + gap, sums.room},
                .end = end_sums,
                .glyph = (uint32_t)at,
                .end_glyph = (uint32_t)end_glyph,
                .cost = UNREACHED,
            };
        }
        sums.x += glyphs[at].advance;
        sums.places += gap;
        end_sums = sums;
        end_glyph = at + 1;
    }
    search->count = (size_t)(place - search->places);
    search->sums = sums;
    search->end = end_sums;
    search->end_glyph = end_glyph;
    return at;
}

/* Rule 19: the glyph from which on there are fewer than two characters. */
static size_t find_lone(const struct search *search)
{
    const struct glyph *glyphs = search->setting->shaped.glyphs;
    size_t at = search->end_glyph, letters = 0;
    while (at > search->places[0].glyph && letters < 2) {
        at--;
        letters +=
            glyphs[at].flags & GLYPH_FIRST && glyphs[at].class <= CLASS_FIGURE;
    }
    return letters < 2 ? at : at + 1;
}

static void start_places(struct search *search, size_t first)
{
    size_t count = search->setting->shaped.count;
    search->at = search->end_glyph = first;
    search->stop =
        count - first > SEARCH_GLYPHS ? first + SEARCH_GLYPHS : count;
    search->walk = slack_walk(search->setting, first);
}

/* Some places more, up to the end of the forced line, if there is room. */
static void find_places(struct search *search)
{
    const struct shaped *shaped = &search->setting->shaped;
    size_t at = search->at, wanted = search->count + FIND_STEP;
    if (wanted > SEARCH_BREAKS - 1)
        wanted = SEARCH_BREAKS - 1;
    while (at < search->stop && search->count < wanted && !is_full(search)) {
        const struct glyph *glyph = &shaped->glyphs[at];
        if (at > search->walk.first && glyph->flags & GLYPH_PLAIN) {
            at = pass_plain(search, at, wanted);
            continue;
        }
        pass_slack(search, at,
                   at == search->walk.first || glyph->flags & GLYPH_BREAK);
        at++;
        if (glyph->class == CLASS_NEWLINE) {
            search->stop = at;
            search->done = true;
        }
    }
    search->at = at;
    search->done |= at == shaped->count;
    search->all = at == search->stop || is_full(search);
    if (search->done) {
        add_place(search, at, &search->sums);
        search->lone = find_lone(search);
    }
}

/* ---- the badness of a line ---- */

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

/* `rest` goes to all places, or is left at the end of the line: its neighbours
 * are not to be stretched for that. */
static int32_t stretch_cost(const struct search *search, int32_t rest,
                            int32_t places)
{
    int32_t em = search->em, unit = em / GAP_UNIT_DIVISOR;
    if (rest <= places * em * GAP_LIMIT_EM)
        return square_cost(costs.gap, rest, places * unit);
    return square_cost(costs.gap, em * GAP_LIMIT_EM, unit) +
           square_cost(costs.left, rest, em * RAGGED_UNIT_EM);
}

/* How bad it is that a line is `rest` shorter than its measure, or longer; -1:
 * it does not fit. */
static int32_t width_cost(const struct search *search, const struct sums *start,
                          const struct sums *end, int32_t rest)
{
    const struct room *first = &search->rooms[start->room];
    const struct room *last = &search->rooms[end->room];
    bool rigid = !search->justified || first == last;
    int32_t cost = 0, places = end->places - start->places;
    if (rest < 0)
        return rigid ? -1 : shrink_cost(first, last, -rest);
    if (!search->justified)
        return square_cost(costs.ragged, rest, search->em * RAGGED_UNIT_EM);
    if (!rigid) {
        cost = grow_cost(first, last, &rest);
        places = (int32_t)growing_gaps(places, last->spaces - first->spaces);
    }
    return rest > 0 ? cost + stretch_cost(search, rest, places) : cost;
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

/* Behind what joins two numbers; —— is one cluster, or its half is joined. */
static bool is_connector(const struct setting *setting, size_t glyph)
{
    const struct glyph *glyphs = &setting->shaped.glyphs[glyph];
    return glyphs->class == CLASS_CONNECTOR ||
           (glyphs->class == CLASS_DASH && !(glyphs->flags & GLYPH_JOINED) &&
            glyphs[1].cluster - glyphs->cluster == 3);
}

static bool is_digit(enum char_class class)
{
    return class == CLASS_DIGIT || class == CLASS_FIGURE;
}

static int32_t break_cost(const struct setting *setting, size_t at)
{
    const struct shaped *shaped = &setting->shaped;
    const struct glyph *glyphs = &shaped->glyphs[at];
    enum char_class before = glyphs[-1].class, after = glyphs[0].class;
    if (is_digit(before) && after == CLASS_HAN &&
        is_counter(code_at(setting, at)))
        return costs.number;
    if (is_digit(after) && is_connector(setting, at - 1))
        return costs.number;
    if (before == CLASS_HAN && is_digit(after) &&
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

static int32_t rest_of(const struct search *search, const struct place *start,
                       const struct place *end)
{
    return search->width - (end->end.x - start->start.x);
}

/* False: the line does not fit. */
static bool try_line(struct search *search, size_t from, struct place *end)
{
    const struct place *start = &search->places[from];
    int32_t cost = width_cost(search, &start->start, &end->end,
                              rest_of(search, start, end));
    if (cost < 0)
        return false;
    cost += start->cost + costs.line;
    if (cost < end->cost) {
        end->cost = cost;
        end->from = (int32_t)from;
    }
    return true;
}

/* A last line may be as short as it likes, but for rule 19. False: the text
 * from here on needs more than one line, or might. */
static bool try_last(struct search *search, size_t from)
{
    const struct place *start = &search->places[from];
    struct place *end = &search->places[search->count - 1];
    if (!search->done || rest_of(search, start, end) < 0)
        return false;
    int32_t cost = start->cost + costs.line +
                   (start->glyph >= search->lone ? costs.lone : 0);
    if (cost < end->cost) {
        end->cost = cost;
        end->from = (int32_t)from;
    }
    return true;
}

/* Finds all the places where lines from here may end, and one behind them. */
static void find_ends(struct search *search, size_t from)
{
    while (!search->all) {
        const struct place *start = &search->places[from];
        const struct place *last = &search->places[search->count - 1];
        int32_t shrink = search->rooms[last->end.room].shrink_sum -
                         search->rooms[start->start.room].shrink_sum;
        if (rest_of(search, start, last) + shrink < 0)
            return;
        find_places(search);
    }
}

static void try_lines(struct search *search, size_t from)
{
    const struct place *start = &search->places[from];
    int32_t shortest = search->em * SHORTEST_EM;
    size_t near = search->near > from ? search->near : from + 1, tried = 0;
    for (size_t step = NEAR_STEP; step; step /= NEAR_STEP) {
        while (near + step <= search->count &&
               rest_of(search, start, &search->places[near + step - 1]) >
                   shortest)
            near += step;
    }
    search->near = near;
    for (size_t i = near; i < search->count; i++, tried++) {
        if (!try_line(search, from, &search->places[i]))
            break;
    }
    size_t enough = tried ? LEAST_TRIED : 1;
    for (size_t i = near - 1; i > from && tried < enough; i--, tried++)
        try_line(search, from, &search->places[i]);
}

/* Visits the places in order; the last one that was reached is returned, or
 * where there is no room for all the best one in the last measure. What is
 * behind that may ask for another last line, which is then spared. */
static size_t run_search(struct search *search, size_t *spared)
{
    size_t last = 0, best = 0;
    for (size_t i = 0; i < search->count; i++) {
        struct place *place = &search->places[i];
        if (place->cost == UNREACHED)
            continue;
        last = i;
        find_ends(search, i);
        const struct place *end = &search->places[search->count - 1];
        if (i > 0 && !(search->done && place == end))
            place->cost += break_cost(search->setting, place->glyph);
        if (!search->done && rest_of(search, place, end) >= 0 &&
            (!best || place->cost < search->places[best].cost))
            best = i;
        if (!try_last(search, i))
            try_lines(search, i);
    }
    *spared = best ? 1 : 0;
    return best ? best : last;
}

static void add_line(const struct search *search, size_t number,
                     struct lines *out)
{
    const struct place *end = &search->places[number];
    const struct place *start = &search->places[end->from];
    bool blank = end->end_glyph <= start->glyph; /* nothing but spaces */
    int32_t width = blank ? 0 : end->end.x - start->start.x;
    if (end->from == 0 && !blank)
        width -= search->indent;
    lines_add(out, start->glyph, blank ? start->glyph : end->end_glyph, width);
}

/* Appends the lines up to a place but for the last `spared`; returns where the
 * text goes on. */
static size_t add_path(const struct search *search, size_t last, size_t spared,
                       struct lines *out)
{
    size_t path[SEARCH_BREAKS], count = 0;
    for (size_t i = last; i > 0; i = (size_t)search->places[i].from)
        path[count++] = i;
    size_t kept = count > spared ? spared : count;
    for (size_t i = count; i > kept; i--)
        add_line(search, path[i - 1], out);
    return search->places[kept < count ? path[kept] : 0].glyph;
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
    search.near = 1;
    search.all = search.done = false;
    search.sums = search.end = (struct sums){0};
    search.rooms[0] = (struct room){0};
    search.room_count = 1;
    search.count = 0;
    start_places(&search, first);
    find_places(&search);
    search.places[0].start.x -= search.indent;
    search.places[0].cost = 0;
    size_t spared, last = run_search(&search, &spared);
    return add_path(&search, last, spared, out);
}
