/* stage.h - the layers of a screen, and the least drawing that shows them.
 *
 * Four layers: chrome (header and bar, fixed), content (scrolls in its
 * viewport), keys (keyboard.h, beside the viewport, fixed) and an overlay (a
 * panel or the countdown; what lies below is dimmed and not to be touched).
 * Each draw flattens the layers into a display list, hashes what touches each
 * cell of a 64-pixel grid and redraws the cells that changed; when only the
 * scroll position changed, the viewport's rows are moved and the strip that
 * came in is drawn. Nothing changed: nothing is drawn. No allocation in steady
 * scrolling, but for the texts of a long page that come near (flow.h). */
#ifndef UI_STAGE_H
#define UI_STAGE_H

#include "base/buf.h"
#include "fonts/glyph_cache.h"
#include "ui/box.h"
#include "ui/picture.h"
#include "ui/scroll.h"
#include "ui/window.h"

struct stage;

enum stage_layer {
    LAYER_CHROME,
    LAYER_CONTENT,
    LAYER_KEYS,
    LAYER_OVERLAY,
    LAYER_COUNT
};

/* Fetches a picture of the edition scaled to width x height; false when there
 * is none or it is damaged (logged by the callee, once). Called at most once a
 * name and size while it stays in the stage's cache. */
typedef bool stage_load_picture(void *user, const char *name, int width,
                                int height, colour background,
                                struct picture *out);

struct stage_options {
    struct fonts *fonts;
    size_t glyph_bytes;   /* limit of the glyph cache */
    size_t picture_bytes; /* budget of the scaled pictures */
    stage_load_picture *load;
    void *user;
};

struct stage *stage_new(const struct stage_options *options);
void stage_free(struct stage *stage); /* NULL is fine */

/* The stage owns the view from now on and frees the one before; NULL empties
 * the layer. area: where the view's origin stands and, for the content, its
 * viewport. Content that flows (flow.h) is settled before it is drawn: the
 * position and its limit may change then, and nothing that shows moves. The
 * overlay's view is centred by its own boxes. */
void stage_set_view(struct stage *stage, enum stage_layer layer,
                    struct view *view, struct rect area);
const struct view *stage_view(const struct stage *stage,
                              enum stage_layer layer);
void stage_set_theme(struct stage *stage, const struct theme *theme);

/* The content's position; the stage draws a thin bar at the viewport's right
 * edge when there is more than fits. */
struct scroll *stage_scroll(struct stage *stage);

/* Whether a line along the upper edge says how much has been read. */
void stage_show_progress(struct stage *stage, bool progress);

/* An offset of the content while a transition runs, px down, 0 at rest. */
void stage_set_shift(struct stage *stage, int shift_px);

/* What a finger at x, y means: the innermost target or link there, else a link
 * not farther than 4 mm, else the nearest target within the slop. Below an
 * overlay nothing is hit. box NULL: nothing. */
struct hit {
    const struct box *box;
    const struct text_link *link; /* when it is a link inside a text */
    enum stage_layer layer;
    struct rect rect; /* on the screen */
};
struct hit stage_hit(const struct stage *stage, int x, int y);
void stage_press(struct stage *stage, const struct hit *hit); /* NULL: none */

/* Forgets the pictures: they are loaded again when they are next drawn. For a
 * new generation of content, and when a visitor leaves. */
void stage_forget_pictures(struct stage *stage);

/* Wipes what the last frames were drawn from, ink above all, once the views
 * that held it are gone; the next frame is drawn whole. When a visitor leaves.
 */
void stage_forget(struct stage *stage);

/* Gives back glyphs beyond what one visitor needs; they are drawn again when
 * they are met again. */
void stage_shrink_glyphs(struct stage *stage);

/* Forgets what is on the surface: the next draw is complete. */
void stage_invalidate(struct stage *stage);

/* Draws what changed and presents it; true when anything was. */
bool stage_draw(struct stage *stage, struct window *window);

/* The visible tree, one item a line: role, x,y, widthxheight of what is visible
 * of it, words. A target is one item with all its words; links follow their
 * text, indented. Items wholly outside their viewport, or under an overlay, are
 * left out. */
void stage_dump(const struct stage *stage, struct buf *out);

/* The visible target or link, else the visible text, whose words are `text`,
 * else contain it; rect is the part that is visible. box NULL when none does.
 */
struct hit stage_find(const struct stage *stage, const char *text);

/* The visible target of a role whose words are `text`: a key among candidates
 * that look alike. */
struct hit stage_find_role(const struct stage *stage, const char *role,
                           const char *text);

struct stage_stats {
    uint64_t frames, cells, scrolled_frames;
    struct glyph_cache_stats glyphs;
    size_t picture_bytes;
};
struct stage_stats stage_stats(const struct stage *stage);

#endif
