/* An article, a guide or a newspaper article; and 在本篇中找 in it. */
#include "app/page/item.h"

#include <stdio.h>

#include "app/kiosk/app.h"
#include "ui/find.h"
#include "ui/widgets.h"

/* What is shorter is seen at a glance. */
#define FIND_CHARACTERS 600

/* Values of ACT_SCREEN. */
enum { DO_FIND, DO_OPEN, DO_CLEAR, DO_NEXT, DO_PREVIOUS, DO_CLOSE };

struct state {
    bool finding;
    bool jump; /* the chosen mark is to be shown */
    bool anew; /* other words: the first mark from here on is chosen */
    size_t count, chosen;
    struct typing_field field;
};

static bool load(const struct app *app, struct screen *screen)
{
    struct item *item = arena_alloc(&screen->arena, sizeof(*item));
    screen->data = item;
    return store_item(app->store, &screen->arena, screen->argument, item);
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    static const struct action find = {ACT_SCREEN, "", DO_FIND};
    const struct state *state = screen->state;
    const struct item *item = screen->data;
    bool long_enough = item->card.characters >= FIND_CHARACTERS;
    (void)app;
    item_page(view, item, long_enough && !state->finding ? &find : NULL);
}

/* Finding. */

static size_t find_words(void *user, const char *text, size_t limit,
                         struct find_range *out)
{
    const char *words = user;
    const struct search_mark *marks;
    struct arena arena = {0};
    size_t count = search_find_text(&arena, text, words, limit, &marks);
    for (size_t i = 0; i < count; i++)
        out[i] = (struct find_range){marks[i].start, marks[i].end};
    arena_fini(&arena);
    return count;
}

static int reach(struct screen *screen, struct view *view, int position,
                 int viewport_px)
{
    struct state *state = screen->state;
    if (!state->finding)
        return position;
    state->count = *state->field.text ? find_mark(view, view->root, find_words,
                                                  state->field.text)
                                      : find_mark(view, view->root, NULL, NULL);
    if (state->anew)
        state->chosen = find_below(view, position);
    if (state->chosen >= state->count)
        state->chosen = 0;
    find_choose(view, state->chosen);
    bool jump = state->jump && state->count;
    state->anew = state->jump = false;
    return jump ? find_position(view, state->chosen, viewport_px) : position;
}

void item_find(struct screen *screen, const char *words, bool typing)
{
    struct state *state = screen->state;
    state->finding = true;
    state->field.done = "查找";
    state->field.open = typing;
    typing_field_set(&state->field, words);
    state->anew = state->jump = true;
}

static void add_step(struct view *view, struct box *row, const char *text,
                     const struct state *state, int what)
{
    if (state->count > 1)
        widget_chip(view, row, text, false,
                    &(struct action){ACT_SCREEN, "", what});
}

static void add_count(struct view *view, struct box *row,
                      const struct state *state)
{
    char text[64];
    if (!*state->field.text)
        snprintf(text, sizeof(text), "在本篇中找");
    else if (!state->count)
        snprintf(text, sizeof(text), "本篇没有");
    else
        snprintf(text, sizeof(text), "%zu/%zu%s", state->chosen + 1,
                 state->count, state->count < FIND_LIMIT ? "" : "+");
    struct box *count =
        box_text_lines(view, row, TEXT_DIALOG, COLOUR_INK, text, 1);
    count->role = "count";
    count->grow = 1;
}

static void head(const struct app *app, const struct screen *screen,
                 struct view *view, struct box *parent)
{
    const struct state *state = screen->state;
    (void)app;
    if (!state->finding) {
        parent->pad_top = parent->pad_bottom = 0;
        return;
    }
    keyboard_field(view, parent,
                   &(struct keyboard_field){
                       .text = state->field.text,
                       .cursor = state->field.cursor,
                       .preedit = state->field.preedit,
                       .placeholder = "在本篇中找什么？",
                       .active = state->field.open,
                       .open = {ACT_SCREEN, "", DO_OPEN},
                       .clear = {ACT_SCREEN, "", DO_CLEAR},
                   });
    struct box *row = box_add(view, parent, BOX_ROW, "steps");
    row->gap = view->theme->touch_gap;
    row->align = BOX_CENTER;
    add_count(view, row, state);
    add_step(view, row, "上一处", state, DO_PREVIOUS);
    add_step(view, row, "下一处", state, DO_NEXT);
    widget_chip(view, row, "不找了", false,
                &(struct action){ACT_SCREEN, "", DO_CLOSE});
}

static void step(struct state *state, size_t by)
{
    if (!state->count)
        return;
    state->chosen = (state->chosen + by) % state->count;
    state->jump = true;
}

static bool input(struct screen *screen, const struct action *action)
{
    struct state *state = screen->state;
    switch (action->value) {
    case DO_FIND:
        item_find(screen, "", true);
        break;
    case DO_OPEN:
        state->field.open = true;
        break;
    case DO_CLEAR:
        typing_field_clear(&state->field);
        state->field.open = true;
        state->count = 0;
        break;
    case DO_NEXT:
        step(state, 1);
        break;
    case DO_PREVIOUS:
        step(state, state->count - 1);
        break;
    case DO_CLOSE:
        typing_field_clear(&state->field);
        state->field.open = state->finding = false;
        state->count = 0;
        break;
    }
    return true;
}

static struct typing_field *field(struct screen *screen)
{
    struct state *state = screen->state;
    return state->finding ? &state->field : NULL;
}

static bool typed(struct screen *screen, enum typing_change change)
{
    struct state *state = screen->state;
    state->anew = state->jump = change == TYPING_CHANGED;
    return true;
}

const struct screen_ops item_screen = {
    .name = "item",
    .reading = true,
    .state_size = sizeof(struct state),
    .load = load,
    .build = build,
    .head = head,
    .reach = reach,
    .input = input,
    .field = field,
    .typed = typed,
};
