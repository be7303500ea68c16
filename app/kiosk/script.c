#include "app/kiosk/script.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/kiosk/app.h"
#include "base/utf8.h"

#define FRAME_MS 16
#define STEP_MS 100 /* of virtual time while nothing moves */
#define SETTLE_LIMIT_MS 10000
#define PRESS_MS 60 /* how long a scripted finger stays down */
#define LINE_LIMIT 4096
#define WAIT_LIMIT_S 86400

struct point {
    int x, y;
};

struct run {
    struct app *app;
    const char *shots;
    const char *path;
    size_t line;
    uint64_t now_ms;
};

__attribute__((format(printf, 2, 3))) static bool fail(const struct run *run,
                                                       const char *format, ...)
{
    va_list args;
    fprintf(stderr, "%s:%zu: ", run->path, run->line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return false;
}

static void show_visible(const struct run *run)
{
    struct buf dump = {0};
    stage_dump(run->app->stage, &dump);
    fprintf(stderr, "visible:\n%s", buf_text(&dump));
    buf_fini(&dump);
}

/* One turn of the loop at the present virtual time. */
static void turn(struct run *run)
{
    struct input input;
    while (window_poll(run->app->window, &input))
        app_input(run->app, &input);
    app_await(run->app);
    app_tick(run->app);
    app_draw(run->app);
}

static void advance(struct run *run, uint64_t ms)
{
    uint64_t until = run->now_ms + ms;
    while (run->now_ms < until) {
        uint64_t step = app_moving(run->app) ? FRAME_MS : STEP_MS;
        if (step > until - run->now_ms)
            step = until - run->now_ms;
        run->now_ms += step;
        window_set_clock(run->app->window, run->now_ms);
        turn(run);
    }
}

static void settle(struct run *run)
{
    uint64_t until = run->now_ms + SETTLE_LIMIT_MS;
    turn(run);
    while (app_moving(run->app) && run->now_ms < until)
        advance(run, FRAME_MS);
}

static void finger(struct run *run, enum input_kind kind, int x, int y)
{
    window_push_finger(run->app->window, kind, 0, x, y);
    turn(run);
}

static void tap_at(struct run *run, int x, int y)
{
    finger(run, INPUT_PRESS, x, y);
    advance(run, PRESS_MS);
    finger(run, INPUT_RELEASE, x, y);
    settle(run);
}

/* Arguments. */

/* Takes "quoted text" off the front of *rest; NULL when it does not start with
 * one. The text is cut out of the line itself. */
static char *take_quoted(char **rest)
{
    char *start = *rest;
    if (*start != '"')
        return NULL;
    char *end = strchr(start + 1, '"');
    if (!end)
        return NULL;
    *end = 0;
    *rest = end + 1 + strspn(end + 1, " ");
    return start + 1;
}

static bool at_end(const char *text)
{
    return !*text;
}

/* Commands: each is given what follows its name. */

static bool do_size(struct run *run, char *rest)
{
    int width, height, mm, end = 0;
    if (sscanf(rest, "%dx%d mm %d%n", &width, &height, &mm, &end) != 3 ||
        rest[end] || width < 320 || height < 320 || width > 8192 ||
        height > 8192)
        return fail(run, "size: WIDTHxHEIGHT mm WIDTH_IN_MM");
    window_set_size(run->app->window, width, height);
    app_set_panel(run->app, mm);
    settle(run);
    return true;
}

static bool do_clock(struct run *run, char *rest)
{
    struct civil civil;
    if (!civil_parse(rest, &civil))
        return fail(run, "clock: YYYY-MM-DDTHH:MM:SS");
    app_set_clock(run->app, &civil);
    turn(run);
    return true;
}

static bool find(struct run *run, const char *text, struct hit *out)
{
    *out = stage_find(run->app->stage, text);
    return out->box != NULL;
}

static bool do_tap(struct run *run, char *rest)
{
    int x, y, end = 0;
    struct hit hit;
    if (sscanf(rest, "%d,%d%n", &x, &y, &end) == 2 && !rest[end]) {
        tap_at(run, x, y);
        return true;
    }
    char *text = take_quoted(&rest);
    if (!text || !at_end(rest))
        return fail(run, "tap: \"TEXT\" or X,Y");
    if (!find(run, text, &hit)) {
        fail(run, "nothing visible carries \"%s\"", text);
        show_visible(run);
        return false;
    }
    tap_at(run, hit.rect.x + hit.rect.width / 2,
           hit.rect.y + hit.rect.height / 2);
    return true;
}

static int between(int from, int to, int gone, int ms)
{
    return (int)(from + ((int64_t)to - from) * gone / ms);
}

/* Puts a finger down and moves it; it stays down. */
static void slide(struct run *run, struct point from, struct point to, int ms)
{
    finger(run, INPUT_PRESS, from.x, from.y);
    for (int gone = 0; gone < ms;) {
        int step = ms - gone < FRAME_MS ? ms - gone : FRAME_MS;
        gone += step;
        run->now_ms += (uint64_t)step;
        window_set_clock(run->app->window, run->now_ms);
        finger(run, INPUT_MOVE, between(from.x, to.x, gone, ms),
               between(from.y, to.y, gone, ms));
    }
}

static bool do_drag(struct run *run, char *rest)
{
    struct point from, to;
    int ms, end = 0;
    if (sscanf(rest, "%d,%d %d,%d %dms%n", &from.x, &from.y, &to.x, &to.y, &ms,
               &end) != 5 ||
        rest[end] || ms < 1 || ms > 60000)
        return fail(run, "drag: X,Y X,Y MILLISECONDSms");
    slide(run, from, to, ms);
    finger(run, INPUT_RELEASE, to.x, to.y);
    return true;
}

/* Pushes the page up by a little less than what shows, slowly enough that it
 * stops where the finger leaves it. False at its end. */
static bool push_page(struct run *run)
{
    enum { PUSH_MS = 800, REST_MS = 200 };
    const struct view *view = stage_view(run->app->stage, LAYER_CONTENT);
    const struct theme *theme = &run->app->theme;
    int before = stage_scroll(run->app->stage)->position;
    struct point from = {view ? view->width / 2 : 0,
                         theme->header + (theme->height - theme->header) / 2};
    struct point to = {from.x, theme->header + theme->slop};
    slide(run, from, to, PUSH_MS);
    advance(run, REST_MS);
    finger(run, INPUT_RELEASE, to.x, to.y);
    settle(run);
    return stage_scroll(run->app->stage)->position != before;
}

static bool do_reach(struct run *run, char *rest)
{
    struct hit hit;
    char *text = take_quoted(&rest);
    if (!text || !at_end(rest))
        return fail(run, "reach: \"TEXT\"");
    while (!find(run, text, &hit))
        if (!push_page(run)) {
            fail(run, "\"%s\" is nowhere on this page", text);
            show_visible(run);
            return false;
        }
    return true;
}

/* What the key of a character is called where that is not the character. */
static const struct {
    const char *typed, *key;
} key_names[] = {{" ", "空格"}, {"\b", "退格"}, {"'", "分词"}};

/* Takes a character, or \b, off the front of *text and names its key. */
static void next_key(const char *text, size_t length, size_t *at, char key[16])
{
    char typed[5] = "";
    size_t start = *at;
    utf8_next(text, length, at);
    memcpy(typed, text + start, *at - start);
    if (*typed == '\\' && text[*at] == 'b') {
        (*at)++;
        strcpy(typed, "\b");
    }
    strcpy(key, typed);
    for (size_t i = 0; i < COUNT_OF(key_names); i++)
        if (!strcmp(key_names[i].typed, typed))
            strcpy(key, key_names[i].key);
}

static bool tap_key(struct run *run, const char *key)
{
    struct hit hit = stage_find_role(run->app->stage, "key", key);
    if (!hit.box)
        return false;
    tap_at(run, hit.rect.x + hit.rect.width / 2,
           hit.rect.y + hit.rect.height / 2);
    return true;
}

static bool is_letter(const char *key)
{
    return !key[1] &&
           ((*key >= 'a' && *key <= 'z') || (*key >= 'A' && *key <= 'Z'));
}

/* One that a key of the keyboard leads to: capitals, digits, and back. */
static bool tap_key_behind(struct run *run, const char *key)
{
    static const struct {
        const char *name;
        bool letters;
    } ways[] = {{"拼音", true}, {"ABC", true}, {"大写", true}, {"123", false}};
    for (size_t i = 0; i < COUNT_OF(ways); i++)
        if (ways[i].letters == is_letter(key) && tap_key(run, ways[i].name) &&
            tap_key(run, key))
            return true;
    return false;
}

static bool do_type(struct run *run, char *rest)
{
    char *text = take_quoted(&rest);
    if (!text || !at_end(rest))
        return fail(run, "type: \"TEXT\"");
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        char key[16];
        next_key(text, length, &at, key);
        if (tap_key(run, key) || tap_key_behind(run, key))
            continue;
        fail(run, "no key \"%s\" on the screen", key);
        show_visible(run);
        return false;
    }
    return true;
}

static bool do_stroke(struct run *run, char *rest)
{
    struct hit pad;
    float x, y;
    int used, points = 0;
    pad = stage_find_role(run->app->stage, "pad", "写字板");
    if (!pad.box) {
        fail(run, "no writing pad on the screen");
        show_visible(run);
        return false;
    }
    int px = 0, py = 0;
    for (; sscanf(rest, "%f,%f%n", &x, &y, &used) == 2; points++) {
        rest += used;
        if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1))
            return fail(run, "stroke: points lie between 0 and 1");
        px = pad.rect.x + (int)(x * (float)(pad.rect.width - 1));
        py = pad.rect.y + (int)(y * (float)(pad.rect.height - 1));
        finger(run, points ? INPUT_MOVE : INPUT_PRESS, px, py);
        advance(run, FRAME_MS);
        rest += strspn(rest, " ");
    }
    if (points)
        finger(run, INPUT_RELEASE, px, py);
    if (!points || !at_end(rest))
        return fail(run, "stroke: X,Y X,Y …");
    settle(run);
    return true;
}

static bool do_wait(struct run *run, char *rest)
{
    int seconds, end = 0;
    if (!strcmp(rest, "settled")) {
        settle(run);
        return true;
    }
    if (sscanf(rest, "%ds%n", &seconds, &end) != 1 || rest[end] ||
        seconds < 0 || seconds > WAIT_LIMIT_S)
        return fail(run, "wait: settled, or SECONDSs");
    advance(run, (uint64_t)seconds * 1000);
    return true;
}

static bool do_expect(struct run *run, char *rest)
{
    struct hit hit;
    char *text = take_quoted(&rest);
    if (!text || !at_end(rest))
        return fail(run, "expect: \"TEXT\"");
    if (find(run, text, &hit))
        return true;
    fail(run, "expected to see \"%s\"", text);
    show_visible(run);
    return false;
}

static bool do_refute(struct run *run, char *rest)
{
    struct hit hit;
    char *text = take_quoted(&rest);
    if (!text || !at_end(rest))
        return fail(run, "refute: \"TEXT\"");
    if (!find(run, text, &hit))
        return true;
    fail(run, "\"%s\" must not be visible", text);
    show_visible(run);
    return false;
}

static bool do_dump(struct run *run, char *rest)
{
    struct buf dump = {0};
    if (!at_end(rest))
        return fail(run, "dump takes nothing");
    stage_dump(run->app->stage, &dump);
    fputs(buf_text(&dump), stdout);
    fflush(stdout);
    buf_fini(&dump);
    return true;
}

static bool do_shot(struct run *run, char *rest)
{
    char path[1024];
    if (!*rest || strchr(rest, '/'))
        return fail(run, "shot: a file name");
    snprintf(path, sizeof(path), "%s/%s", run->shots ? run->shots : ".", rest);
    if (!window_save(run->app->window, path))
        return fail(run, "cannot write %s", path);
    return true;
}

static const struct {
    const char *name;
    bool (*run)(struct run *run, char *rest);
} commands[] = {
    {"size", do_size},   {"clock", do_clock},   {"tap", do_tap},
    {"drag", do_drag},   {"type", do_type},     {"stroke", do_stroke},
    {"wait", do_wait},   {"expect", do_expect}, {"refute", do_refute},
    {"reach", do_reach}, {"dump", do_dump},     {"shot", do_shot},
};

static bool run_line(struct run *run, char *line)
{
    line += strspn(line, " \t");
    line[strcspn(line, "\r\n")] = 0;
    if (!*line || *line == '#')
        return true;
    size_t length = strcspn(line, " ");
    char *rest = line + length + strspn(line + length, " ");
    for (size_t i = 0; i < COUNT_OF(commands); i++)
        if (strlen(commands[i].name) == length &&
            !strncmp(commands[i].name, line, length))
            return commands[i].run(run, rest);
    return fail(run, "unknown command: %.*s", (int)length, line);
}

bool script_run(struct app *app, const struct script_options *options)
{
    struct run run = {.app = app,
                      .shots = options->shots,
                      .path = options->path,
                      .now_ms = window_clock_ms(app->window)};
    bool standard = !strcmp(options->path, "-");
    FILE *file = standard ? stdin : fopen(options->path, "r");
    if (!file) {
        fprintf(stderr, "%s: %s\n", options->path, strerror(errno));
        return false;
    }
    bool ok = true;
    char line[LINE_LIMIT];
    settle(&run);
    while (ok && !app->quit && fgets(line, sizeof(line), file)) {
        run.line++;
        if (!strchr(line, '\n') && !feof(file))
            ok = fail(&run, "line longer than %d bytes", LINE_LIMIT - 2);
        else
            ok = run_line(&run, line);
    }
    if (!standard)
        fclose(file);
    if (ok && app->quit)
        ok = fail(&run, "told to end before the script did");
    return ok;
}
