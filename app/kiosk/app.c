#include "app/kiosk/app.h"

#include <assert.h>
#include <stdio.h>
#include <sys/stat.h>

#include "app/kiosk/chrome.h"
#include "base/log.h"

#define MODULE "app"
#define PICTURE_BYTES (6u << 20)
#define SHIFT_MS 160    /* a screen slides in this long */
#define SHIFT_DESIGN 56 /* from this far below, in design pixels */
#define TRIM_GLYPHS 48  /* new glyphs drawn before font pages are given back */
#define REFRESH_MS 2000 /* between looks for a new generation */
#define REFRESH_AGAIN_MS 200 /* while somebody's hand is in the way */
#define REFRESH_LATE_MS 8000 /* then whatever the hand does: content may go */

static bool load_picture(void *user, const char *name, int width, int height,
                         colour background, struct picture *out)
{
    struct app *app = user;
    struct buf bytes = {0};
    bool ok = store_media(app->store, name, &bytes);
    if (ok && !picture_decode(bytes.data, bytes.length, width, height,
                              background, out)) {
        log_warn(MODULE, "picture %s is damaged or no picture", name);
        ok = false;
    }
    buf_fini(&bytes);
    return ok;
}

static uint64_t now_ms(const struct app *app)
{
    return window_clock_ms(app->window);
}

static int64_t minute_of(const struct civil *now)
{
    return civil_to_seconds(now) / 60;
}

static void set_today(struct app *app, const struct civil *now)
{
    char today[32];
    snprintf(today, sizeof(today), "%04d-%02d-%02d", now->year, now->month,
             now->day);
    snprintf(app->today, sizeof(app->today), "%.10s", today);
    store_set_today(app->store, app->today);
}

static void set_theme(struct app *app)
{
    int width, height;
    window_size(app->window, &width, &height);
    theme_init(&app->theme, width, height, app->config.panel_mm, app->size,
               app->contrast);
    app->gesture.slop = app->theme.slop;
    stage_set_theme(app->stage, &app->theme);
    app->chrome_old = app->content_old = app->overlay_old = true;
}

static void plan_refresh(struct app *app)
{
    app->refresh_ms = now_ms(app) + REFRESH_MS;
    app->refresh_late_ms = app->refresh_ms + REFRESH_LATE_MS;
}

struct app *app_new(const struct config *config, struct window *window,
                    enum store_error *error)
{
    struct app *app = xcalloc(1, sizeof(*app));
    app->config = *config;
    app->window = window;
    app->size = (enum text_size)config->text_size;
    app->contrast = (enum contrast)config->contrast;
    *error = STORE_OK;
    if (!(app->fonts = fonts_open(config->fonts[0] ? config->fonts : NULL)))
        goto fail;
    if (!(app->store = store_open(config->content, error)))
        goto fail;
    app->stage = stage_new(&(struct stage_options){
        .fonts = app->fonts,
        .glyph_bytes = (size_t)config->glyph_cache_mb << 20,
        .picture_bytes = PICTURE_BYTES,
        .load = load_picture,
        .user = app,
    });
    struct civil now = clock_now(&app->clock, now_ms(app));
    app->shown_minute = minute_of(&now);
    set_today(app, &now);
    idle_init(&app->idle, config->idle_seconds, config->countdown_seconds,
              config->attract_seconds, now_ms(app));
    gesture_init(&app->gesture, 0);
    set_theme(app);
    plan_refresh(app);
    app->seeker = seeker_new();
    seeker_open(app->seeker, config->content, app->today);
    window_watch(window, seeker_fd(app->seeker));
    app->typing = typing_new(config, ACT_KEY);
    typing_reload(app->typing, app->store);
    app->depth = 1;
    screen_open_hoping(app, &app->stack[0], &home_screen, "");
    return app;
fail:
    app_free(app);
    return NULL;
}

void app_free(struct app *app)
{
    if (!app)
        return;
    for (size_t i = 0; i < app->depth; i++)
        screen_close(&app->stack[i]);
    buf_fini(&app->held_argument);
    if (app->seeker)
        window_watch(app->window, -1);
    seeker_free(app->seeker);
    typing_free(app->typing);
    stage_free(app->stage);
    store_close(app->store);
    fonts_close(app->fonts);
    free(app);
}

struct screen *app_screen(struct app *app)
{
    return &app->stack[app->depth - 1];
}

/* Typing. */

/* The field in front, or none: it may have come, gone or changed hands. */
static void attend(struct app *app)
{
    struct screen *screen = app_screen(app);
    typing_attend(app->typing,
                  screen->ops->field ? screen->ops->field(screen) : NULL);
}

/* Before the screen in front goes, and its field with it. */
static void leave_field(struct app *app)
{
    typing_attend(app->typing, NULL);
}

/* Navigation. */

/* The stage still shows another screen when this one was never built. */
static bool is_shown(const struct app *app)
{
    return stage_view(app->stage, LAYER_CONTENT) &&
           (!app->content_old || app->keep_place);
}

/* The same screen once more, at the same place. */
static void rebuild(struct app *app)
{
    app->keep_place = is_shown(app);
    app->content_old = app->chrome_old = true;
}

static void leave_place(struct app *app)
{
    const struct view *view = stage_view(app->stage, LAYER_CONTENT);
    if (is_shown(app))
        app_screen(app)->place =
            flow_place(view, stage_scroll(app->stage)->position);
}

static void arrive(struct app *app)
{
    app->content_old = app->chrome_old = true;
    app->keep_place = false;
    app->shift_start_ms = now_ms(app);
}

static void push(struct app *app, struct screen *screen)
{
    leave_field(app);
    leave_place(app);
    if (app->depth == APP_DEPTH) {
        /* Home stays at the bottom; the oldest after it is forgotten. */
        screen_close(&app->stack[1]);
        memmove(&app->stack[1], &app->stack[2],
                (APP_DEPTH - 2) * sizeof(app->stack[0]));
        app->depth--;
    }
    app->stack[app->depth++] = *screen;
    arrive(app);
}

/* Where in the stack; 0, which is home: nowhere. */
static size_t search_place(const struct app *app)
{
    size_t at = app->depth - 1;
    while (at && app->stack[at].ops != &search_screen)
        at--;
    return at;
}

static void go_back(struct app *app)
{
    if (app->depth == 1)
        return;
    leave_field(app);
    screen_close(&app->stack[--app->depth]);
    app->stack[app->depth] = (struct screen){0};
    /* What was found goes with the screen that showed it. */
    if (!search_place(app) && seeker_has_traces(app->seeker))
        seeker_forget(app->seeker);
    arrive(app);
}

static void go_home(struct app *app)
{
    while (app->depth > 1)
        go_back(app);
    app_screen(app)->place = (struct flow_place){0};
    arrive(app);
}

static void open_link(struct app *app, const char *link)
{
    struct screen screen = {0};
    /* The second tap of an impatient finger on what the first has opened. */
    if (!strcmp(app_screen(app)->argument, link))
        return;
    if (screen_open(app, &screen, link) ||
        screen_open_ops(app, &screen, &gone_screen, link))
        push(app, &screen);
}

static void open_help(struct app *app)
{
    struct screen screen = {0};
    if (app_screen(app)->ops != &help_screen &&
        screen_open_ops(app, &screen, &help_screen, ""))
        push(app, &screen);
}

/* The same screen is never in the stack twice: it comes to the front, and what
 * it was opened over can still be gone back to. */
static void raise_search(struct app *app, size_t at)
{
    struct screen search = app->stack[at];
    leave_field(app);
    leave_place(app);
    memmove(&app->stack[at], &app->stack[at + 1],
            (app->depth - 1 - at) * sizeof(app->stack[0]));
    app->stack[app->depth - 1] = search;
    arrive(app);
}

static void open_search(struct app *app, const char *words)
{
    struct screen screen = {0};
    size_t at = search_place(app);
    if (!at && screen_open_ops(app, &screen, &search_screen, ""))
        push(app, &screen);
    else if (at && at < app->depth - 1)
        raise_search(app, at);
    leave_field(app);
    search_begin(app_screen(app), words);
    screen_reload(app, app_screen(app));
    app->content_old = app->chrome_old = true;
}

/* An article whose text has the words is opened with them marked. */
static void open_found(struct app *app, size_t index)
{
    const struct search_answer *answer = seeker_answer(app->seeker);
    if (!answer || index >= answer->result_count)
        return;
    const struct search_result *result = &answer->results[index];
    char *words = xstrdup(search_words(app_screen(app)));
    bool marked = result->snippet.mark_count && !result->title.mark_count;
    open_link(app, result->id);
    if (marked && app_screen(app)->ops == &item_screen)
        item_find(app_screen(app), words, false);
    explicit_bzero(words, strlen(words));
    free(words);
}

/* From the search back to the article it was opened over. */
static void find_behind(struct app *app, const char *words)
{
    char *copy = xstrdup(words);
    go_back(app);
    if (app_screen(app)->ops == &item_screen)
        item_find(app_screen(app), copy, !*copy);
    explicit_bzero(copy, strlen(copy));
    free(copy);
}

static void set_overlay(struct app *app, enum overlay overlay)
{
    app->overlay = overlay;
    app->overlay_old = true;
}

static void restyle(struct app *app, enum text_size size,
                    enum contrast contrast)
{
    if (size == app->size && contrast == app->contrast)
        return;
    app->size = size;
    app->contrast = contrast;
    rebuild(app);
    set_theme(app);
}

static void screen_action(struct app *app, const struct action *action)
{
    struct screen *screen = app_screen(app);
    if (!screen->ops->input || !screen->ops->input(screen, action))
        return;
    screen_reload(app, screen);
    if (!screen->from_top) {
        rebuild(app);
        return;
    }
    screen->from_top = false;
    screen->place = (struct flow_place){0};
    arrive(app);
}

void app_apply(struct app *app, const struct action *action)
{
    switch ((enum action_kind)action->kind) {
    case ACT_NONE:
        break;
    case ACT_LINK:
        open_link(app, action->argument);
        break;
    case ACT_HOME:
        go_home(app);
        break;
    case ACT_BACK:
        go_back(app);
        break;
    case ACT_HELP:
        open_help(app);
        break;
    case ACT_SEARCH:
        open_search(app, action->argument);
        break;
    case ACT_FOUND:
        open_found(app, (size_t)action->value);
        break;
    case ACT_FIND:
        find_behind(app, action->argument);
        break;
    case ACT_SIZES:
        set_overlay(app, OVERLAY_SIZES);
        break;
    case ACT_SET_SIZE:
        restyle(app, (enum text_size)action->value, app->contrast);
        break;
    case ACT_SET_CONTRAST:
        restyle(app, app->size, (enum contrast)action->value);
        break;
    case ACT_CLOSE:
    case ACT_STAY:
        set_overlay(app, OVERLAY_NONE);
        break;
    case ACT_SCREEN:
        screen_action(app, action);
        break;
    case ACT_KEY:
        break;
    }
}

/* Input. */

static struct action action_of(const struct hit *hit)
{
    return hit->link  ? hit->link->action
           : hit->box ? hit->box->action
                      : (struct action){0};
}

static void press(struct app *app, int x, int y)
{
    struct hit hit = stage_hit(app->stage, x, y);
    stage_press(app->stage, hit.box ? &hit : NULL);
    stage_scroll(app->stage)->moving = false;
    app->held = action_of(&hit);
    buf_clear(&app->held_argument);
    if (hit.box)
        buf_puts(&app->held_argument, app->held.argument);
    app->held.argument = "";
}

static bool beside_panel(const struct app *app, int x, int y)
{
    const struct view *view = stage_view(app->stage, LAYER_OVERLAY);
    return app->overlay == OVERLAY_SIZES &&
           !(view && view->root->first &&
             rect_contains(view->root->first->rect, x, y));
}

static void tap(struct app *app, int x, int y)
{
    struct action action = app->held;
    action.argument = buf_text(&app->held_argument);
    stage_press(app->stage, NULL);
    if (action.kind != ACT_NONE)
        app_apply(app, &action);
    else if (beside_panel(app, x, y))
        set_overlay(app, OVERLAY_NONE);
}

/* A view built anew shows as pressed what the finger still holds. */
static void press_again(struct app *app)
{
    const struct gesture *gesture = &app->gesture;
    if (!gesture->down || gesture->dragging)
        return;
    struct hit hit = stage_hit(app->stage, gesture->start_x, gesture->start_y);
    struct action now = action_of(&hit);
    if (hit.box && now.kind == app->held.kind && now.value == app->held.value &&
        !strcmp(now.argument, buf_text(&app->held_argument)))
        stage_press(app->stage, &hit);
}

/* The finger on the panel means nothing until it is up. */
static void let_go(struct app *app)
{
    gesture_init(&app->gesture, app->theme.slop);
    stage_press(app->stage, NULL);
    keyboard_let_go(typing_keyboard(app->typing));
}

static void apply_gesture(struct app *app, const struct gesture_event *event)
{
    struct scroll *scroll = stage_scroll(app->stage);
    switch (event->kind) {
    case GESTURE_NONE:
    case GESTURE_REST:
        break;
    case GESTURE_PRESS:
        press(app, event->x, event->y);
        break;
    case GESTURE_UNPRESS:
        stage_press(app->stage, NULL);
        break;
    case GESTURE_TAP:
        tap(app, event->x, event->y);
        break;
    case GESTURE_DRAG:
        if (app->overlay == OVERLAY_NONE)
            scroll_by(scroll, -event->dy);
        break;
    case GESTURE_FLING:
        if (app->overlay == OVERLAY_NONE)
            scroll_fling(scroll, -(double)event->velocity, now_ms(app));
        break;
    }
}

/* What a key did to the field. 搜索 closes it, so the page gets more room. */
static void apply_key(struct app *app, const struct key_event *event)
{
    attend(app);
    enum typing_change change = typing_key(app->typing, event);
    struct screen *screen = app_screen(app);
    if (change == TYPING_NOTHING)
        return;
    bool again = screen->ops->typed && screen->ops->typed(screen, change);
    if (again)
        screen_reload(app, screen);
    if (again || change == TYPING_DONE)
        rebuild(app);
}

static bool is_down(const struct app *app, const struct input *input)
{
    return input->finger == INPUT_EVERY_FINGER ||
           (input->finger == 0 && app->gesture.down) ||
           keyboard_has_finger(typing_keyboard(app->typing), input->finger);
}

/* True when the finger is on the keys, or was put down there. */
static bool touch_keys(struct app *app, const struct input *input)
{
    struct key_event events[KEYBOARD_EVENTS];
    size_t count;
    struct hit hit = {0};
    if (rect_empty(app->keys))
        return false;
    if (input->kind == INPUT_PRESS)
        hit = stage_hit(app->stage, input->x, input->y);
    bool ours = keyboard_touch(typing_keyboard(app->typing), input, &hit,
                               events, &count);
    for (size_t i = 0; i < count; i++)
        apply_key(app, &events[i]);
    return ours;
}

static void end_attract(struct app *app)
{
    app->attract = false;
    app->chrome_old = app->content_old = true;
}

/* True when the input did no more than wake the kiosk. */
static bool wake(struct app *app)
{
    bool only_woke = idle_activity(&app->idle, now_ms(app));
    if (app->attract)
        end_attract(app);
    if (app->overlay == OVERLAY_COUNTDOWN)
        set_overlay(app, OVERLAY_NONE);
    return only_woke;
}

static void resize(struct app *app)
{
    stage_invalidate(app->stage);
    /* Where the finger was is another place now. */
    let_go(app);
    typing_turned(app->typing);
    rebuild(app);
    set_theme(app);
}

/* A finger that comes down on a coasting page stops it and taps nothing; the
 * bar beside the page is to be tapped at any time. */
static bool catches_page(struct app *app, const struct input *input)
{
    if (input->kind != INPUT_PRESS || !stage_scroll(app->stage)->moving)
        return false;
    struct hit hit = stage_hit(app->stage, input->x, input->y);
    return !hit.box || hit.layer == LAYER_CONTENT;
}

void app_input(struct app *app, const struct input *input)
{
    struct gesture_event events[2];
    switch (input->kind) {
    case INPUT_QUIT:
        app->quit = true;
        return;
    case INPUT_RESIZE:
        resize(app);
        return;
    case INPUT_REDRAW:
        stage_invalidate(app->stage);
        return;
    case INPUT_NONE:
        return;
    case INPUT_KEY:
        wake(app);
        return;
    case INPUT_PRESS:
    case INPUT_MOVE:
    case INPUT_RELEASE:
    case INPUT_CANCEL:
        if (input->kind != INPUT_PRESS && !is_down(app, input))
            return;
        if (wake(app)) {
            /* The finger that answered "still here?" presses nothing. */
            let_go(app);
            return;
        }
        if (touch_keys(app, input) || input->finger > 0)
            return;
        break;
    }
    size_t count =
        gesture_input(&app->gesture, input, catches_page(app, input), events);
    for (size_t i = 0; i < count; i++)
        apply_gesture(app, &events[i]);
}

/* Time. */

static bool has_traces(const struct app *app)
{
    return app->depth > 1 || app->overlay != OVERLAY_NONE ||
           app->size != (enum text_size)app->config.text_size ||
           app->contrast != (enum contrast)app->config.contrast ||
           stage_scroll(app->stage)->position > 0 ||
           typing_has_traces(app->typing) || seeker_has_traces(app->seeker);
}

static void forget_visitor(struct app *app)
{
    set_overlay(app, OVERLAY_NONE);
    restyle(app, (enum text_size)app->config.text_size,
            (enum contrast)app->config.contrast);
    if (app->held_argument.data)
        explicit_bzero(app->held_argument.data, app->held_argument.capacity);
    buf_clear(&app->held_argument);
    stage_forget_pictures(app->stage);
    go_home(app);
    typing_forget(app->typing);
    seeker_forget(app->seeker);
    stage_forget(app->stage);
    window_forget(app->window);
    fonts_forget(app->fonts);
}

static void apply_idle(struct app *app, enum idle_event event)
{
    switch (event) {
    case IDLE_NOTHING:
        break;
    case IDLE_ASK:
        set_overlay(app, OVERLAY_COUNTDOWN);
        break;
    case IDLE_SECOND:
        app->overlay_old = true;
        break;
    case IDLE_LEAVE:
        let_go(app);
        if (has_traces(app))
            forget_visitor(app);
        stage_shrink_glyphs(app->stage);
        break;
    case IDLE_PLAY:
        app->attract = true;
        app->attract_at = 0;
        app->chrome_old = app->content_old = true;
        break;
    case IDLE_TURN:
        app->attract_at++;
        app->chrome_old = true;
        break;
    }
}

/* A new generation of content: every screen asks again, keeping its place. */
static void reload(struct app *app)
{
    seeker_open(app->seeker, app->config.content, app->today);
    for (size_t i = 0; i < app->depth; i++)
        screen_reload(app, &app->stack[i]);
    typing_reload(app->typing, app->store);
    stage_forget_pictures(app->stage);
    rebuild(app);
}

static void tick_clock(struct app *app)
{
    struct civil now = clock_now(&app->clock, now_ms(app));
    if (minute_of(&now) == app->shown_minute)
        return;
    app->shown_minute = minute_of(&now);
    app->chrome_old = true;
    char before[sizeof(app->today)];
    memcpy(before, app->today, sizeof(before));
    set_today(app, &now);
    if (strcmp(before, app->today))
        reload(app);
}

static void tick_shift(struct app *app)
{
    if (!app->shift_start_ms)
        return;
    uint64_t gone = now_ms(app) - app->shift_start_ms;
    if (gone >= SHIFT_MS) {
        app->shift_start_ms = 0;
        stage_set_shift(app->stage, 0);
        return;
    }
    /* Ease out: fast first, so that the finger is answered at once. */
    int64_t left = SHIFT_MS - (int64_t)gone;
    int full = theme_px(&app->theme, SHIFT_DESIGN);
    stage_set_shift(app->stage,
                    (int)(full * left * left / (SHIFT_MS * SHIFT_MS)));
}

/* A station's first content takes over from the bundled one. A file that cannot
 * be opened yet is tried again when it was written to, not before. */
static bool take_awaited(struct app *app)
{
    struct stat info;
    enum store_error error;
    if (!*app->config.awaited || stat(app->config.awaited, &info) != 0 ||
        info.st_mtime == app->awaited_tried)
        return false;
    app->awaited_tried = info.st_mtime;
    struct store *store = store_open(app->config.awaited, &error);
    if (!store)
        return false;
    store_close(app->store);
    app->store = store;
    store_set_today(store, app->today);
    memcpy(app->config.content, app->config.awaited,
           sizeof(app->config.content));
    *app->config.awaited = 0;
    return true;
}

/* Reading all again takes several frames' time. Nobody sees that on a page at
 * rest; under a finger it is a jerk. */
static void tick_refresh(struct app *app)
{
    const uint64_t now = now_ms(app);
    if (now < app->refresh_ms)
        return;
    if (now < app->refresh_late_ms &&
        (app->gesture.down || app->shift_start_ms ||
         stage_scroll(app->stage)->moving)) {
        app->refresh_ms = now + REFRESH_AGAIN_MS;
        return;
    }
    plan_refresh(app);
    if (take_awaited(app) || store_refresh(app->store))
        reload(app);
}

static void tick_keys(struct app *app)
{
    struct key_event event;
    /* No activity: what leans on a key must not keep a visitor's words here. */
    if (keyboard_tick(typing_keyboard(app->typing), now_ms(app), &event))
        apply_key(app, &event);
}

/* What shows of the keyboard is not what it is. */
static bool keys_are_old(const struct app *app)
{
    return app->keys_old || (!rect_empty(app->keys) &&
                             keyboard_is_old(typing_keyboard(app->typing)));
}

/* What was asked while another screen is in front is shown when it is back. */
static void tick_answer(struct app *app)
{
    struct screen *screen = app_screen(app);
    if (!seeker_take(app->seeker) || screen->ops != &search_screen)
        return;
    rebuild(app);
    if (search_answered(screen)) {
        screen->place = (struct flow_place){0};
        app->keep_place = false;
    }
}

void app_await(struct app *app)
{
    seeker_wait(app->seeker);
}

void app_tick(struct app *app)
{
    tick_answer(app);
    tick_keys(app);
    scroll_tick(stage_scroll(app->stage), now_ms(app));
    tick_refresh(app);
    tick_clock(app);
    apply_idle(app, idle_tick(&app->idle, has_traces(app), now_ms(app)));
    tick_shift(app);
}

bool app_moving(const struct app *app)
{
    return app->shift_start_ms || stage_scroll(app->stage)->moving ||
           typing_wants_to_think(app->typing) || keys_are_old(app);
}

int app_sleep_ms(const struct app *app)
{
    uint64_t now = now_ms(app);
    int sleep = clock_to_next_minute(&app->clock, now);
    int idle = idle_next(&app->idle, now);
    if (idle >= 0 && idle < sleep)
        sleep = idle;
    int repeat = keyboard_next(typing_keyboard(app->typing), now);
    if (repeat >= 0 && repeat < sleep)
        sleep = repeat;
    int refresh = app->refresh_ms > now ? (int)(app->refresh_ms - now) : 0;
    return refresh < sleep ? refresh : sleep;
}

void app_set_clock(struct app *app, const struct civil *civil)
{
    clock_set(&app->clock, civil, now_ms(app));
    app->shown_minute = -1;
    tick_clock(app);
}

void app_set_panel(struct app *app, int panel_mm)
{
    app->config.panel_mm = panel_mm;
    resize(app);
}

/* Drawing. */

static void build_content(struct app *app, struct rect viewport)
{
    struct scroll *scroll = stage_scroll(app->stage);
    struct screen *screen = app_screen(app);
    const struct view *old = stage_view(app->stage, LAYER_CONTENT);
    struct flow_place place = screen->place;
    if (app->keep_place && old)
        place = flow_place(old, scroll->position);
    struct view *view = view_new(app->fonts, &app->theme);
    view->root->min_height = viewport.height;
    view->width = viewport.width;
    screen->ops->build(app, screen, view);
    flow_layout(view, viewport.width);
    int position = flow_settle_place(view, place, viewport.height);
    if (screen->ops->reach)
        position = screen->ops->reach(screen, view, position, viewport.height);
    stage_set_view(app->stage, LAYER_CONTENT, view, viewport);
    stage_show_progress(app->stage, screen->ops->reading);
    scroll_set_limit(scroll, view->height, viewport.height);
    scroll_to(scroll, position);
    app->content_old = app->keep_place = false;
}

static struct rect whole(const struct app *app)
{
    return (struct rect){0, 0, app->theme.width, app->theme.height};
}

/* The keys take their place first; the rest is the page's. */
static void make_room_for_keys(struct app *app, struct rect *viewport)
{
    app->keys = (struct rect){0};
    app->keys_old = true;
    app->keys_area = *viewport;
    window_follow(app->window, typing_is_on(app->typing));
    if (!typing_is_on(app->typing))
        return;
    app->keys = keyboard_place(&app->theme, *viewport);
    if (app->keys.width < viewport->width)
        viewport->width -= app->keys.width;
    else
        viewport->height -= app->keys.height;
}

static void build_keys(struct app *app)
{
    struct view *view = NULL;
    if (!rect_empty(app->keys))
        view = keyboard_build(typing_keyboard(app->typing), app->fonts,
                              &app->theme, app->keys_area,
                              typing_show(app->typing));
    stage_set_view(app->stage, LAYER_KEYS, view, app->keys);
    app->keys_old = false;
}

static void build_chrome(struct app *app)
{
    struct rect viewport;
    attend(app);
    struct rect page = chrome_page(app);
    make_room_for_keys(app, &page);
    struct view *view = chrome_build(app, page, &viewport);
    stage_set_view(app->stage, LAYER_CHROME, view, whole(app));
    if (app->content_old)
        build_content(app, viewport);
    /* What stands above the page counts what was found in it. */
    if (app_screen(app)->ops->reach) {
        view = chrome_build(app, page, &viewport);
        stage_set_view(app->stage, LAYER_CHROME, view, whole(app));
    }
    app->chrome_old = false;
}

static void build_attract(struct app *app)
{
    stage_set_view(app->stage, LAYER_CONTENT, NULL, (struct rect){0});
    stage_set_view(app->stage, LAYER_CHROME, chrome_attract(app), whole(app));
    stage_set_view(app->stage, LAYER_KEYS, NULL, (struct rect){0});
    app->keys = (struct rect){0};
    app->chrome_old = app->content_old = false;
}

static void build_overlay(struct app *app)
{
    struct view *view = NULL;
    if (app->overlay == OVERLAY_SIZES)
        view = chrome_sizes(app);
    else if (app->overlay == OVERLAY_COUNTDOWN)
        view = chrome_countdown(app);
    stage_set_view(app->stage, LAYER_OVERLAY, view, whole(app));
    app->overlay_old = false;
}

/* Once the glyphs of a page are drawn, the font's pages only fill memory. */
static void trim_fonts(struct app *app)
{
    uint64_t drawn = stage_stats(app->stage).glyphs.misses;
    if (drawn - app->glyphs_at_trim < TRIM_GLYPHS)
        return;
    app->glyphs_at_trim = drawn;
    fonts_trim(app->fonts);
}

bool app_draw(struct app *app)
{
    bool built = app->chrome_old || app->content_old || app->overlay_old;
    if (app->attract && (app->chrome_old || app->content_old))
        build_attract(app);
    /* The content's place depends on the chrome around it. */
    else if (app->chrome_old || app->content_old)
        build_chrome(app);
    if (keys_are_old(app))
        build_keys(app);
    if (app->overlay_old)
        build_overlay(app);
    if (built)
        press_again(app);
    tick_shift(app);
    bool drawn = stage_draw(app->stage, app->window);
    if (drawn)
        trim_fonts(app);
    /* Behind the frame that shows the stroke: it never waits for this. */
    if (typing_think(app->typing))
        app->keys_old = true;
    return drawn;
}
