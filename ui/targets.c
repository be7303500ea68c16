#include "targets.h"

#include "shaping.h"

#define LINK_PARTS 16

/* Visible boxes, parents before their children, and where they can be seen. */
typedef void visit_box(void *user, const struct placement *place,
                       const struct box *box, struct rect visible);

struct walk {
    const struct placement *place;
    int top, bottom; /* of the viewport, in the view's coordinates */
    visit_box *visit;
    void *user;
};

static void walk_box(const struct walk *walk, const struct box *box,
                     struct rect cut)
{
    struct rect visible =
        rect_intersect(placement_rect(walk->place, box->rect), cut);
    if (rect_empty(visible))
        return;
    walk->visit(walk->user, walk->place, box, visible);
    if (box->clips)
        cut = visible;
    for (const struct box *child = visible_first(box, walk->top); child;
         child = visible_next(child, walk->bottom))
        walk_box(walk, child, cut);
}

static void walk_view(const struct placement *place, visit_box *visit,
                      void *user)
{
    const struct walk walk = {
        .place = place,
        .top = place->clip.y - place->y,
        .bottom = place->clip.y + place->clip.height - place->y,
        .visit = visit,
        .user = user,
    };
    walk_box(&walk, place->view->root, place->clip);
}

/* Where the parts of a link can be seen, at most LINK_PARTS. */
static size_t link_rects(const struct placement *place, const struct box *box,
                         const struct text_link *link, struct rect visible,
                         struct rect rects[LINK_PARTS])
{
    struct text_rect parts[LINK_PARTS];
    size_t count = 0;
    if (!box->paragraph)
        return 0;
    size_t parts_count =
        shaping_range(box, link->start, link->end, parts, LINK_PARTS);
    for (size_t i = 0; i < parts_count; i++) {
        struct rect part = {box->rect.x + box->pad_left + parts[i].x,
                            box->rect.y + box->pad_top + parts[i].y,
                            parts[i].width, parts[i].height};
        part = rect_intersect(placement_rect(place, part), visible);
        if (!rect_empty(part))
            rects[count++] = part;
    }
    return count;
}

/* Fingers. */

struct aim {
    int x, y;
    struct hit inside, near, link;
    int64_t near_square, link_square; /* distances, squared */
};

static int64_t distance_square(struct rect rect, int x, int y)
{
    int64_t right = rect_right(rect) - 1, bottom = rect_bottom(rect) - 1;
    int64_t dx = x < rect.x ? (int64_t)rect.x - x : x > right ? x - right : 0;
    int64_t dy = y < rect.y ? (int64_t)rect.y - y : y > bottom ? y - bottom : 0;
    return dx * dx + dy * dy;
}

static void aim_at_links(struct aim *aim, const struct placement *place,
                         const struct box *box, struct rect visible)
{
    for (size_t i = 0; i < box->link_count; i++) {
        struct rect rects[LINK_PARTS];
        size_t count = link_rects(place, box, &box->links[i], visible, rects);
        for (size_t j = 0; j < count; j++) {
            int64_t square = distance_square(rects[j], aim->x, aim->y);
            if (square >= aim->link_square)
                continue;
            aim->link_square = square;
            aim->link = (struct hit){
                .box = box, .link = &box->links[i], .rect = rects[j]};
        }
    }
}

static void aim_at_box(void *user, const struct placement *place,
                       const struct box *box, struct rect visible)
{
    struct aim *aim = user;
    if (box->link_count)
        aim_at_links(aim, place, box, visible);
    if (!box->action.kind)
        return;
    struct hit hit = {.box = box, .rect = visible};
    int64_t square = distance_square(visible, aim->x, aim->y);
    if (!square)
        aim->inside = hit;
    if (square < aim->near_square) {
        aim->near_square = square;
        aim->near = hit;
    }
}

/* 4 mm, from the touch target's 12.7. */
static int64_t link_reach(const struct theme *theme)
{
    return (int64_t)theme->touch * 40 / 127;
}

struct hit targets_at(const struct placement *place, int x, int y)
{
    const struct theme *theme = place->view->theme;
    struct aim aim = {
        .x = x, .y = y, .near_square = INT64_MAX, .link_square = INT64_MAX};
    walk_view(place, aim_at_box, &aim);
    if (aim.link_square == 0)
        return aim.link;
    if (aim.inside.box)
        return aim.inside;
    if (aim.link_square <= link_reach(theme) * link_reach(theme))
        return aim.link;
    if (aim.near_square <= (int64_t)theme->slop * theme->slop)
        return aim.near;
    return (struct hit){0};
}

/* Scripts. */

static bool says_something(const struct box *box)
{
    return box->kind == BOX_TEXT || *box->label;
}

struct search {
    const char *text;
    const char *role; /* of the target; NULL: any */
    enum match match;
    struct hit found;
    struct buf words;
};

static bool matches(const struct search *search)
{
    const char *words = buf_text(&search->words);
    if (search->match == MATCH_EXACT_TARGET ||
        search->match == MATCH_EXACT_TEXT)
        return !strcmp(words, search->text);
    return strstr(words, search->text) != NULL;
}

static void search_links(struct search *search, const struct placement *place,
                         const struct box *box, struct rect visible)
{
    for (size_t i = 0; i < box->link_count && !search->found.box; i++) {
        const struct text_link *link = &box->links[i];
        struct rect rects[LINK_PARTS];
        buf_clear(&search->words);
        shaping_put_words(box, link->start, link->end, &search->words);
        if (matches(search) && link_rects(place, box, link, visible, rects))
            search->found =
                (struct hit){.box = box, .link = link, .rect = rects[0]};
    }
}

static void search_box(void *user, const struct placement *place,
                       const struct box *box, struct rect visible)
{
    struct search *search = user;
    bool targets =
        search->match == MATCH_EXACT_TARGET || search->match == MATCH_TARGET;
    if (search->found.box || (search->role && strcmp(box->role, search->role)))
        return;
    if (targets && box->link_count)
        search_links(search, place, box, visible);
    if (search->found.box ||
        (targets ? !box->action.kind : !says_something(box)))
        return;
    buf_clear(&search->words);
    box_words(box, &search->words);
    if (matches(search))
        search->found = (struct hit){.box = box, .rect = visible};
}

struct hit targets_find(const struct placement *place, const char *text,
                        enum match match)
{
    struct search search = {.text = text, .match = match};
    walk_view(place, search_box, &search);
    buf_fini(&search.words);
    return search.found;
}

struct hit targets_find_role(const struct placement *place, const char *role,
                             const char *text)
{
    struct search search = {
        .text = text, .role = role, .match = MATCH_EXACT_TARGET};
    walk_view(place, search_box, &search);
    buf_fini(&search.words);
    return search.found;
}

/* Dumps. */

static void dump_line(struct buf *out, const char *role, struct rect rect)
{
    buf_printf(out, "%s %d,%d %dx%d", role, rect.x, rect.y, rect.width,
               rect.height);
}

/* One item a line, whatever the text says. */
static void dump_words(struct buf *out, const char *words, size_t length)
{
    size_t start = out->length + 1;
    if (length) {
        buf_putc(out, ' ');
        buf_add(out, words, length);
        for (char *at = out->data + start; *at; at++)
            if (*at == '\n')
                *at = ' ';
    }
    buf_putc(out, '\n');
}

static void dump_links(struct buf *out, const struct placement *place,
                       const struct box *box, struct rect visible)
{
    struct buf words = {0};
    for (size_t i = 0; i < box->link_count; i++) {
        const struct text_link *link = &box->links[i];
        struct rect rects[LINK_PARTS];
        if (!link_rects(place, box, link, visible, rects))
            continue;
        buf_clear(&words);
        shaping_put_words(box, link->start, link->end, &words);
        dump_line(out, "  link", rects[0]);
        dump_words(out, buf_text(&words), words.length);
    }
    buf_fini(&words);
}

/* Its words were said with those of the box around it. */
static bool said(const struct box *box)
{
    for (const struct box *at = box->parent; at; at = at->parent)
        if (at->action.kind || *at->label)
            return true;
    return false;
}

static void dump_box(void *user, const struct placement *place,
                     const struct box *box, struct rect visible)
{
    struct buf *out = user;
    bool shown = says_something(box) || box->kind == BOX_PICTURE;
    if (box->action.kind || (shown && !said(box))) {
        struct buf words = {0};
        box_words(box, &words);
        dump_line(out, box->role, visible);
        dump_words(out, buf_text(&words), words.length);
        buf_fini(&words);
    }
    if (box->link_count)
        dump_links(out, place, box, visible);
}

void targets_dump(const struct placement *place, struct buf *out)
{
    walk_view(place, dump_box, out);
}
