#include "ui/stage.h"

#include "ui/canvas.h"
#include "damage.h"
#include "display_list.h"
#include "found.h"
#include "painter.h"
#include "targets.h"
#include "ui/flow.h"

/* Being moved to the end by heights that became known may show further ones. */
#define SETTLE_TRIES 4

struct layer {
    struct view *view;
    struct rect area;
};

/* What is on the surface: the list it was drawn from, and where the content
 * stood. */
struct drawn {
    struct display_list list;
    uint64_t content; /* which content view */
    int content_y;    /* of what stays where it is while heights settle */
    bool overlay;
};

struct stage {
    struct painter *painter;
    const struct theme *theme;
    struct layer layers[LAYER_COUNT];
    struct scroll scroll;
    int corrected; /* px the position was moved while nothing moved */
    int shift;
    bool progress;
    struct pressed pressed;
    enum stage_layer pressed_layer;
    uint64_t content; /* counts the content views */
    struct drawn now, before;
    struct damage damage;
    bool whole;
    struct stage_stats stats;
};

/* Behind an overlay; on black there is less to take away. */
static const struct {
    colour colour;
    unsigned amount; /* of 256 */
} dims[CONTRAST_COUNT] = {
    [CONTRAST_PAPER] = {0x1E1A17, 140},
    [CONTRAST_WHITE] = {0x000000, 140},
    [CONTRAST_BLACK] = {0x000000, 168},
};

struct stage *stage_new(const struct stage_options *options)
{
    struct stage *stage = xcalloc(1, sizeof(*stage));
    stage->painter = painter_new(options);
    stage->whole = true;
    return stage;
}

void stage_free(struct stage *stage)
{
    if (!stage)
        return;
    for (size_t i = 0; i < LAYER_COUNT; i++)
        view_free(stage->layers[i].view);
    display_list_fini(&stage->now.list);
    display_list_fini(&stage->before.list);
    damage_fini(&stage->damage);
    painter_free(stage->painter);
    free(stage);
}

void stage_set_view(struct stage *stage, enum stage_layer layer,
                    struct view *view, struct rect area)
{
    struct layer *at = &stage->layers[layer];
    if (stage->pressed.box && stage->pressed_layer == layer)
        stage_press(stage, NULL);
    view_free(at->view);
    at->view = view;
    at->area = area;
    if (layer != LAYER_CONTENT)
        return;
    stage->content++;
    scroll_set_limit(&stage->scroll, view ? view->height : 0, area.height);
}

const struct view *stage_view(const struct stage *stage, enum stage_layer layer)
{
    return stage->layers[layer].view;
}

void stage_set_theme(struct stage *stage, const struct theme *theme)
{
    stage->theme = theme;
}

struct scroll *stage_scroll(struct stage *stage)
{
    return &stage->scroll;
}

void stage_set_shift(struct stage *stage, int shift_px)
{
    stage->shift = shift_px;
}

void stage_show_progress(struct stage *stage, bool progress)
{
    stage->progress = progress;
}

void stage_invalidate(struct stage *stage)
{
    stage->whole = true;
}

void stage_forget_pictures(struct stage *stage)
{
    painter_forget_pictures(stage->painter);
    stage->whole = true;
}

void stage_forget(struct stage *stage)
{
    display_list_forget(&stage->now.list);
    display_list_forget(&stage->before.list);
    stage->whole = true;
}

void stage_shrink_glyphs(struct stage *stage)
{
    painter_shrink_glyphs(stage->painter);
}

/* Where a layer stands; false when it is empty. */
static bool place_layer(const struct stage *stage, enum stage_layer layer,
                        struct placement *out)
{
    const struct layer *at = &stage->layers[layer];
    *out = (struct placement){at->view, at->area.x, at->area.y, at->area};
    if (layer == LAYER_CONTENT)
        out->y += stage->shift - stage->scroll.position;
    return at->view != NULL;
}

/* The layers that can be touched, the topmost first; below an overlay none. */
static size_t reachable_layers(const struct stage *stage,
                               enum stage_layer layers[LAYER_COUNT])
{
    if (stage->layers[LAYER_OVERLAY].view) {
        layers[0] = LAYER_OVERLAY;
        return 1;
    }
    layers[0] = LAYER_KEYS;
    layers[1] = LAYER_CONTENT;
    layers[2] = LAYER_CHROME;
    return 3;
}

struct hit stage_hit(const struct stage *stage, int x, int y)
{
    enum stage_layer layers[LAYER_COUNT];
    size_t count = reachable_layers(stage, layers);
    for (size_t i = 0; i < count; i++) {
        struct placement place;
        if (!place_layer(stage, layers[i], &place) ||
            !rect_contains(place.clip, x, y))
            continue;
        struct hit hit = targets_at(&place, x, y);
        hit.layer = layers[i];
        if (hit.box)
            return hit;
    }
    return (struct hit){0};
}

void stage_press(struct stage *stage, const struct hit *hit)
{
    stage->pressed = (struct pressed){0};
    if (!hit)
        return;
    stage->pressed = (struct pressed){hit->box, hit->link};
    stage->pressed_layer = hit->layer;
}

void stage_dump(const struct stage *stage, struct buf *out)
{
    enum stage_layer layers[LAYER_COUNT];
    /* From the back, so that the header comes before what it heads. */
    for (size_t i = reachable_layers(stage, layers); i-- > 0;) {
        struct placement place;
        if (place_layer(stage, layers[i], &place))
            targets_dump(&place, out);
    }
}

struct hit stage_find(const struct stage *stage, const char *text)
{
    enum stage_layer layers[LAYER_COUNT];
    size_t count = reachable_layers(stage, layers);
    for (int match = 0; match < MATCH_COUNT; match++)
        for (size_t i = 0; i < count; i++) {
            struct placement place;
            if (!place_layer(stage, layers[i], &place))
                continue;
            struct hit hit = targets_find(&place, text, (enum match)match);
            hit.layer = layers[i];
            if (hit.box)
                return hit;
        }
    return (struct hit){0};
}

struct hit stage_find_role(const struct stage *stage, const char *role,
                           const char *text)
{
    enum stage_layer layers[LAYER_COUNT];
    size_t count = reachable_layers(stage, layers);
    for (size_t i = 0; i < count; i++) {
        struct placement place;
        if (!place_layer(stage, layers[i], &place))
            continue;
        struct hit hit = targets_find_role(&place, role, text);
        hit.layer = layers[i];
        if (hit.box)
            return hit;
    }
    return (struct hit){0};
}

/* The display list. */

static void add_plain(struct stage *stage, struct command command,
                      struct rect clip)
{
    command.visible = command.rect;
    command.clip = clip;
    display_list_add(&stage->now.list, command);
}

/* The gutter the scroll bar stands in, the height of the viewport. */
static struct rect gutter(const struct stage *stage)
{
    struct rect area = stage->layers[LAYER_CONTENT].area;
    int width = theme_px(stage->theme, 8);
    return (struct rect){area.x + area.width - theme_px(stage->theme, 14) -
                             width,
                         area.y, width, area.height};
}

static void add_scroll_bar(struct stage *stage)
{
    const struct scroll *scroll = &stage->scroll;
    struct rect bar = gutter(stage);
    int margin = theme_px(stage->theme, 20);
    int track = bar.height - 2 * margin;
    int least = theme_px(stage->theme, 96);
    if (!scroll->limit || track < 2 * least)
        return;
    int64_t content = (int64_t)scroll->limit + bar.height;
    int length = (int)((int64_t)track * bar.height / content);
    length = length < least ? least : length;
    bar.y += margin + (int)((int64_t)(track - length) * scroll->position /
                            scroll->limit);
    bar.height = length;
    add_plain(stage,
              (struct command){
                  .kind = COMMAND_BOX,
                  .bar = true,
                  .rect = bar,
                  .radius = bar.width / 2,
                  .corners = CANVAS_ALL_CORNERS,
                  .fill = stage->theme->colours[COLOUR_SCROLLBAR],
              },
              gutter(stage));
}

/* Where in the page marks stand, beside it; those of one place are one tick. */
static void add_ticks(struct stage *stage)
{
    const struct layer *content = &stage->layers[LAYER_CONTENT];
    const struct view *view = content->view;
    struct rect bar = gutter(stage);
    int margin = theme_px(stage->theme, 20);
    int track = bar.height - 2 * margin;
    int height = theme_px(stage->theme, 6), last = INT32_MIN;
    if (!stage->scroll.limit || track <= 0 || view->height <= 0)
        return;
    for (size_t i = 0; i < view->found_count; i++) {
        int y = bar.y + margin +
                (int)((int64_t)track * found_y(&view->found[i]) / view->height);
        if (y < last + height + 1)
            continue;
        last = y;
        add_plain(stage,
                  (struct command){
                      .kind = COMMAND_FILL,
                      .bar = true,
                      .rect = {bar.x, y, bar.width, height},
                      .fill = stage->theme->colours[COLOUR_ACCENT],
                  },
                  gutter(stage));
    }
}

/* How much has been read, along the upper edge of the viewport: on the chrome,
 * so that nothing stands in the way of the moving rows. */
static void add_progress(struct stage *stage)
{
    const struct scroll *scroll = &stage->scroll;
    struct rect line = stage->layers[LAYER_CONTENT].area;
    if (!stage->progress || !scroll->limit)
        return;
    int height = theme_px(stage->theme, 6);
    line.y -= height;
    line.height = height;
    line.width = (int)((int64_t)line.width * scroll->position / scroll->limit);
    add_plain(stage,
              (struct command){
                  .kind = COMMAND_FILL,
                  .rect = line,
                  .fill = stage->theme->colours[COLOUR_ACCENT],
              },
              line);
}

static void add_layer(struct stage *stage, enum stage_layer layer)
{
    static const struct pressed nothing = {0};
    struct placement place;
    if (!place_layer(stage, layer, &place))
        return;
    bool pressed = stage->pressed.box && stage->pressed_layer == layer;
    display_list_add_view(&stage->now.list, &place, layer == LAYER_CONTENT,
                          pressed ? &stage->pressed : &nothing);
}

static void flatten(struct stage *stage, struct rect screen)
{
    struct drawn *now = &stage->now;
    const struct layer *content = &stage->layers[LAYER_CONTENT];
    display_list_clear(&now->list);
    now->content = stage->content;
    now->content_y = content->area.y + stage->shift - stage->scroll.position +
                     stage->corrected;
    now->overlay = stage->layers[LAYER_OVERLAY].view != NULL;
    add_plain(stage,
              (struct command){
                  .kind = COMMAND_FILL,
                  .rect = screen,
                  .fill = stage->theme->colours[COLOUR_PAPER],
              },
              screen);
    add_layer(stage, LAYER_CHROME);
    add_layer(stage, LAYER_CONTENT);
    if (content->view) {
        add_scroll_bar(stage);
        add_ticks(stage);
        add_progress(stage);
    }
    add_layer(stage, LAYER_KEYS);
    if (!now->overlay)
        return;
    add_plain(stage,
              (struct command){
                  .kind = COMMAND_TINT,
                  .rect = screen,
                  .fill = dims[stage->theme->contrast].colour,
                  .amount = dims[stage->theme->contrast].amount,
              },
              screen);
    add_layer(stage, LAYER_OVERLAY);
}

/* Drawing. */

/* Something that does not move stands in the viewport, and moving rows would
 * take it along: anything but an even ground. */
static bool obstructed(const struct display_list *list, struct rect viewport)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct command *command = &list->commands[i];
        if (command->moves || command->bar)
            continue;
        struct rect common = rect_intersect(
            rect_intersect(command->visible, command->clip), viewport);
        bool even = command->kind == COMMAND_FILL &&
                    common.width == viewport.width &&
                    common.height == viewport.height;
        if (!rect_empty(common) && !even)
            return true;
    }
    return false;
}

/* By how much the content moved, when moving rows can show it; else 0. */
static int moved_by(const struct stage *stage, struct rect viewport)
{
    const struct drawn *now = &stage->now, *before = &stage->before;
    int dy = now->content_y - before->content_y;
    if (now->content != before->content || now->overlay || before->overlay ||
        dy >= viewport.height || dy <= -viewport.height)
        return 0;
    if (obstructed(&now->list, viewport) || obstructed(&before->list, viewport))
        return 0;
    return dy;
}

static void draw_damage(struct stage *stage, struct canvas *canvas)
{
    struct damage *damage = &stage->damage;
    for (size_t i = 0; i < damage->count; i++)
        painter_draw(stage->painter, canvas, &stage->now.list,
                     damage->rects[i]);
}

/* Moves the rows and marks what that did not make right: the strip that came
 * in, the gutter and whatever else changed. */
static void move_content(struct stage *stage, struct canvas *canvas,
                         struct rect viewport, int dy)
{
    struct rect strip = viewport, kept = viewport;
    strip.height = dy < 0 ? -dy : dy;
    kept.height -= strip.height;
    if (dy < 0)
        strip.y += kept.height;
    else
        kept.y += strip.height;
    canvas_scroll(canvas, viewport, dy);
    damage_add(&stage->damage, strip);
    damage_add(&stage->damage, gutter(stage));
    damage_compare(&stage->damage, &stage->before.list, &stage->now.list, dy,
                   &kept);
    stage->stats.scrolled_frames++;
}

/* The display gets the moved rows too. */
static void cover_viewport(struct damage *damage, struct rect viewport)
{
    size_t kept = 0;
    for (size_t i = 0; i < damage->count; i++) {
        struct rect inside = rect_intersect(damage->rects[i], viewport);
        if (inside.width != damage->rects[i].width ||
            inside.height != damage->rects[i].height)
            damage->rects[kept++] = damage->rects[i];
    }
    damage->count = kept;
    damage_add(damage, viewport);
}

static void draw_whole(struct stage *stage, struct canvas *canvas)
{
    damage_add(&stage->damage, canvas->clip);
    draw_damage(stage, canvas);
}

static void draw_changes(struct stage *stage, struct canvas *canvas)
{
    struct rect viewport =
        rect_intersect(stage->layers[LAYER_CONTENT].area, canvas->clip);
    int dy = moved_by(stage, viewport);
    if (dy)
        move_content(stage, canvas, viewport, dy);
    else
        damage_compare(&stage->damage, &stage->before.list, &stage->now.list, 0,
                       NULL);
    draw_damage(stage, canvas);
    if (dy)
        cover_viewport(&stage->damage, viewport);
}

/* True heights around what shows. Who is at the end stays there. */
static void settle_content(struct stage *stage)
{
    const struct layer *layer = &stage->layers[LAYER_CONTENT];
    struct scroll *scroll = &stage->scroll;
    bool at_end = scroll->limit && scroll->position == scroll->limit;
    if (!layer->view || !layer->view->flows)
        return;
    for (int tries = 0; tries < SETTLE_TRIES; tries++) {
        int height = layer->view->height, before = scroll->position;
        int position = flow_settle(layer->view, before, layer->area.height);
        if (position == before && layer->view->height == height)
            return;
        if (at_end)
            position = layer->view->height;
        scroll_correct(scroll, layer->view->height, layer->area.height,
                       position);
        stage->corrected += scroll->position - before;
    }
}

static void keep_drawn(struct stage *stage)
{
    struct drawn now = stage->now;
    stage->now = stage->before;
    stage->before = now;
}

bool stage_draw(struct stage *stage, struct window *window)
{
    struct canvas canvas;
    bool fresh;
    if (!stage->theme || !window_surface(window, &canvas.surface, &fresh))
        return false;
    canvas.clip =
        (struct rect){0, 0, canvas.surface.width, canvas.surface.height};
    if (fresh || canvas.surface.width != stage->damage.width ||
        canvas.surface.height != stage->damage.height)
        stage->whole = true;
    damage_begin(&stage->damage, canvas.surface.width, canvas.surface.height);
    painter_begin_frame(stage->painter);
    settle_content(stage);
    flatten(stage, canvas.clip);
    if (stage->whole)
        draw_whole(stage, &canvas);
    else
        draw_changes(stage, &canvas);
    keep_drawn(stage);
    if (!stage->damage.count)
        return false;
    /* A display that was gone has shown nothing: all of it again, later. */
    stage->whole =
        !window_present(window, stage->damage.rects, stage->damage.count);
    stage->stats.frames++;
    return true;
}

struct stage_stats stage_stats(const struct stage *stage)
{
    struct stage_stats stats = stage->stats;
    stats.cells = stage->damage.cells;
    stats.glyphs = painter_glyph_stats(stage->painter);
    stats.picture_bytes = painter_picture_bytes(stage->painter);
    return stats;
}
