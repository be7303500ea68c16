/* Typing on the screen: fingers on the real kiosk, the real engines, a screen
 * with nothing but a field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/kiosk/app.h"
#include "base/utf8.h"
#include "content/search.h"
#include "ui/ink.h"
#include "ui/keyboard.h"
#include "ui/widgets.h"

enum { FRAME = 16 };

static struct window *window;
static struct app *app;
static uint64_t now;

/* A screen that takes text. */

struct state {
    struct typing_field field;
    unsigned changes, done;
};

static bool load(const struct app *kiosk, struct screen *screen)
{
    (void)kiosk;
    (void)screen;
    return true;
}

static void build(const struct app *kiosk, const struct screen *screen,
                  struct view *view)
{
    const struct state *state = screen->state;
    (void)kiosk;
    struct box *page = box_add(view, view->root, BOX_COLUMN, "page");
    box_pad(page, view->theme->gap, view->theme->page);
    page->gap = view->theme->gap;
    keyboard_field(view, page,
                   &(struct keyboard_field){
                       .text = state->field.text,
                       .cursor = state->field.cursor,
                       .preedit = state->field.preedit,
                       .placeholder = "想找什么？",
                       .active = state->field.open,
                       .open = {ACT_SCREEN, "", 1},
                       .clear = {ACT_SCREEN, "", 2},
                   });
    for (int i = 0; i < 4; i++)
        widget_row(view, page,
                   &(struct widget_row){.title = "工资被拖欠怎么办",
                                        .meta = "指南 · 回答 4 个问题"});
}

static bool input(struct screen *screen, const struct action *action)
{
    struct state *state = screen->state;
    if (action->value == 2)
        typing_field_clear(&state->field);
    state->field.open = true;
    return true;
}

static struct typing_field *field_of(struct screen *screen)
{
    return &((struct state *)screen->state)->field;
}

static bool typed(struct screen *screen, enum typing_change change)
{
    struct state *state = screen->state;
    state->changes++;
    state->done += change == TYPING_DONE;
    return true;
}

static const struct screen_ops typing_screen = {
    .name = "typing",
    .state_size = sizeof(struct state),
    .load = load,
    .build = build,
    .input = input,
    .field = field_of,
    .typed = typed,
};

/* The kiosk. */

static void turn(void)
{
    struct input in;
    while (window_poll(window, &in))
        app_input(app, &in);
    app_tick(app);
    app_draw(app);
}

static void pass(uint64_t ms)
{
    for (uint64_t until = now + ms; now < until;) {
        uint64_t step = app_moving(app) ? FRAME : 50;
        now += step < until - now ? step : until - now;
        window_set_clock(window, now);
        turn();
    }
}

static struct typing_field *field(void)
{
    struct screen *screen = app_screen(app);
    return screen->ops->field(screen);
}

static int open_screen(void)
{
    struct screen *screen = &app->stack[app->depth];
    if (!screen_open_ops(app, screen, &typing_screen, ""))
        return -1;
    app->depth++;
    field()->open = true;
    app->content_old = app->chrome_old = true;
    turn();
    return 0;
}

/* tables: their folder; NULL: that of the build. */
static int open_with(const char *tables, int width, int height, int mm)
{
    struct config config;
    enum store_error error;
    const char *built = getenv("BUILD");
    built = built ? built : "build/release";
    config_defaults(&config);
    snprintf(config.content, sizeof(config.content), "%s/content.db", built);
    snprintf(config.input, sizeof(config.input), "%s", tables ? tables : built);
    config.panel_mm = mm;
    now = 1000;
    window = window_open(&(struct window_options){width, height, true, "test"});
    window_set_clock(window, now);
    if (!(app = app_new(&config, window, &error)))
        return -1;
    turn();
    return open_screen();
}

static int open_kiosk(void **state)
{
    (void)state;
    return open_with(NULL, 1080, 1920, 268);
}

static int close_kiosk(void **state)
{
    (void)state;
    app_free(app);
    window_close(window);
    return 0;
}

/* Fingers. */

static struct rect on_screen(const char *role, const char *words)
{
    struct hit hit = stage_find_role(app->stage, role, words);
    if (!hit.box)
        fail_msg("no %s %s on the screen", role, words);
    return hit.rect;
}

static void finger(int which, enum input_kind kind, struct rect rect)
{
    window_push_finger(window, kind, which, rect.x + rect.width / 2,
                       rect.y + rect.height / 2);
    turn();
}

static void tap(const char *role, const char *words)
{
    struct rect rect = on_screen(role, words);
    finger(0, INPUT_PRESS, rect);
    pass(60);
    finger(0, INPUT_RELEASE, rect);
    pass(100);
}

static void type(const char *keys)
{
    for (; *keys; keys++)
        tap("key", (char[]){*keys, 0});
}

/* Points in thousandths of the pad. */
static void write_stroke(const int (*points)[2], size_t count)
{
    struct rect pad = on_screen("pad", "写字板");
    for (size_t i = 0; i < count; i++) {
        window_push_finger(window, i ? INPUT_MOVE : INPUT_PRESS, 0,
                           pad.x + pad.width * points[i][0] / 1000,
                           pad.y + pad.height * points[i][1] / 1000);
        now += 8;
        window_set_clock(window, now);
        turn();
    }
    window_push_finger(window, INPUT_RELEASE, 0,
                       pad.x + pad.width * points[count - 1][0] / 1000,
                       pad.y + pad.height * points[count - 1][1] / 1000);
    turn();
    pass(50);
}

/* The same while the kiosk was busy: all of it waits in the queue. */
static void write_at_once(const int (*points)[2], size_t count)
{
    struct rect pad = on_screen("pad", "写字板");
    for (size_t i = 0; i <= count; i++) {
        size_t at = i < count ? i : count - 1;
        window_push_finger(window,
                           i == 0      ? INPUT_PRESS
                           : i < count ? INPUT_MOVE
                                       : INPUT_RELEASE,
                           0, pad.x + pad.width * points[at][0] / 1000,
                           pad.y + pad.height * points[at][1] / 1000);
    }
    turn();
    pass(50);
}

static bool offers(const char *words)
{
    return stage_find_role(app->stage, "candidate", words).box != NULL;
}

/* Letters. */

static void letters_go_where_the_cursor_is(void **state)
{
    (void)state;
    tap("chip", "ABC");
    tap("key", "大写");
    type("H");
    type("ello");
    assert_string_equal(field()->text, "Hello");
    tap("key", "空格");
    tap("key", "123");
    type("12351");
    tap("key", "ABC");
    type("x");
    assert_string_equal(field()->text, "Hello 12351x");
    field()->cursor = 5;
    tap("key", "退格");
    tap("key", "退格");
    type("p");
    assert_string_equal(field()->text, "Help 12351x");
}

static void deleting_repeats_and_takes_whole_characters(void **state)
{
    (void)state;
    typing_field_set(field(), "工资被拖欠怎么办，工资被拖欠怎么办");
    app_apply(app, &(struct action){ACT_SET_SIZE, "", SIZE_STANDARD});
    app->content_old = app->chrome_old = true;
    turn();
    struct rect key = on_screen("key", "退格");
    finger(0, INPUT_PRESS, key);
    pass(390);
    assert_string_equal(field()->text, "工资被拖欠怎么办，工资被拖欠怎么办");
    pass(20);
    assert_string_equal(field()->text, "工资被拖欠怎么办，工资被拖欠怎么");
    pass(1000);
    finger(0, INPUT_RELEASE, key);
    assert_string_equal(field()->text, "工资被拖");
    pass(1000);
    assert_string_equal(field()->text, "工资被拖");
}

static void the_field_has_an_end(void **state)
{
    struct typing_field narrow = {.characters = 4};
    struct typing_field wide = {0};
    char text[400] = "";
    (void)state;
    typing_field_set(&narrow, "工资条子表格");
    assert_string_equal(narrow.text, "工资条子");
    for (int i = 0; i < 100; i++)
        strcat(text, "工");
    typing_field_set(&wide, text);
    assert_int_equal(strlen(wide.text), 192);
    assert_int_equal(wide.cursor, 192);
    assert_int_equal(utf8_valid_length(wide.text, 192), 192);
}

static void two_thumbs_overlap(void **state)
{
    (void)state;
    tap("chip", "ABC");
    struct rect a = on_screen("key", "a"), l = on_screen("key", "l");
    finger(0, INPUT_PRESS, a);
    finger(1, INPUT_PRESS, l);
    assert_string_equal(field()->text, "a");
    finger(0, INPUT_RELEASE, a);
    finger(0, INPUT_PRESS, a);
    assert_string_equal(field()->text, "al");
    finger(1, INPUT_RELEASE, l);
    finger(0, INPUT_RELEASE, a);
    assert_string_equal(field()->text, "ala");
}

static void sliding_over_keys_scrolls_nothing(void **state)
{
    (void)state;
    tap("chip", "ABC");
    struct rect a = on_screen("key", "a");
    finger(0, INPUT_PRESS, a);
    for (int dy = 0; dy < 400; dy += 40) {
        window_push_finger(window, INPUT_MOVE, 0, a.x + 10, a.y - dy);
        turn();
    }
    window_push_finger(window, INPUT_RELEASE, 0, a.x + 10, a.y - 400);
    turn();
    assert_string_equal(field()->text, "");
    assert_int_equal(stage_scroll(app->stage)->position, 0);
}

static void done_closes_the_keyboard(void **state)
{
    struct state *screen = app_screen(app)->state;
    (void)state;
    int before = stage_view(app->stage, LAYER_KEYS)->height;
    assert_true(before > 400);
    tap("chip", "ABC");
    type("gz");
    tap("key", "搜索");
    assert_int_equal(screen->done, 1);
    assert_false(field()->open);
    assert_null(stage_view(app->stage, LAYER_KEYS));
    assert_string_equal(field()->text, "gz");
    /* A tap on the field opens it again. */
    tap("field", "gz 清除");
    assert_non_null(stage_view(app->stage, LAYER_KEYS));
}

static void a_pin_is_typed_with_digits_alone(void **state)
{
    (void)state;
    field()->open = false;
    app->chrome_old = app->content_old = true;
    turn();
    field()->use = TYPING_DIGITS;
    field()->done = "好了";
    field()->characters = 6;
    field()->open = true;
    app->chrome_old = app->content_old = true;
    turn();
    assert_null(stage_find_role(app->stage, "chip", "ABC").box);
    type("12345678");
    assert_string_equal(field()->text, "123456");
    tap("key", "好了");
    assert_false(field()->open);
}

static void typing_keeps_the_visitor_here(void **state)
{
    (void)state;
    tap("chip", "ABC");
    for (int i = 0; i < 10; i++) {
        pass(50000);
        type("a");
    }
    assert_string_equal(field()->text, "aaaaaaaaaa");
}

static void clearing_from_outside_drops_what_is_composed(void **state)
{
    (void)state;
    tap("chip", "笔画");
    tap("key", "一");
    tap("key", "丨");
    assert_string_equal(field()->preedit, "一丨");
    tap("button", "清除");
    assert_string_equal(field()->preedit, "");
    tap("key", "丨");
    assert_string_equal(field()->preedit, "丨");
}

/* Engines. */

static const int across[][2] = {{300, 200}, {500, 195}, {700, 205}};
static const int down_middle[][2] = {{500, 200}, {502, 500}, {498, 800}};
static const int across_below[][2] = {{200, 800}, {500, 805}, {800, 795}};

static void write_gong(void)
{
    write_stroke(across, COUNT_OF(across));
    write_stroke(down_middle, COUNT_OF(down_middle));
    write_stroke(across_below, COUNT_OF(across_below));
}

static void what_is_written_is_offered_and_a_tap_takes_it(void **state)
{
    (void)state;
    tap("chip", "手写");
    assert_false(offers("工"));
    write_gong();
    assert_true(offers("工"));
    /* Nothing is taken because time passes. */
    pass(5000);
    assert_string_equal(field()->text, "");
    tap("candidate", "工");
    assert_string_equal(field()->text, "工");
    assert_int_equal(keyboard_ink(typing_keyboard(app->typing))->stroke_count,
                     0);
    assert_false(offers("工"));
    /* Again, and dropped; then 退格 takes the ink before the text. */
    write_gong();
    tap("key", "重写");
    assert_false(offers("工"));
    write_gong();
    tap("key", "退格");
    assert_string_equal(field()->text, "工");
    tap("key", "退格");
    assert_string_equal(field()->text, "");
}

static size_t ink_drawn(void)
{
    struct surface surface;
    bool fresh;
    struct rect pad = on_screen("pad", "写字板");
    size_t count = 0;
    assert_true(window_surface(window, &surface, &fresh));
    pad = rect_inset(pad, 8);
    for (int y = pad.y; y < pad.y + pad.height; y++)
        for (int x = pad.x; x < pad.x + pad.width; x++)
            count += surface.pixels[y * surface.stride + x] ==
                     app->theme.colours[COLOUR_INK];
    return count;
}

static void ink_shows_with_the_finger_still_down(void **state)
{
    (void)state;
    tap("chip", "手写");
    struct rect pad = on_screen("pad", "写字板");
    window_push_finger(window, INPUT_PRESS, 0, pad.x + 100, pad.y + 100);
    turn();
    size_t dot = ink_drawn();
    assert_true(dot > 50);
    window_push_finger(window, INPUT_MOVE, 0, pad.x + 200, pad.y + 100);
    turn();
    size_t line = ink_drawn();
    assert_true(line > dot + 500);
    /* Two positions between two frames: both count. */
    window_push_finger(window, INPUT_MOVE, 0, pad.x + 200, pad.y + 300);
    window_push_finger(window, INPUT_MOVE, 0, pad.x + 100, pad.y + 300);
    turn();
    assert_true(ink_drawn() > line + 2000);
    window_push_finger(window, INPUT_RELEASE, 0, pad.x + 100, pad.y + 300);
    turn();
    tap("key", "重写");
    pass(100);
    /* The hint is there again, in another colour. */
    assert_true(ink_drawn() < dot);
}

static void a_turned_panel_drops_the_ink(void **state)
{
    (void)state;
    tap("chip", "手写");
    write_gong();
    assert_true(offers("工"));
    window_set_size(window, 1920, 1080);
    app_set_panel(app, 476);
    pass(300);
    assert_false(offers("工"));
    write_gong();
    assert_true(offers("工"));
}

static void strokes_find_characters(void **state)
{
    (void)state;
    tap("chip", "笔画");
    tap("key", "一");
    tap("key", "丨");
    tap("key", "一");
    assert_string_equal(field()->preedit, "一丨一");
    assert_string_equal(field()->letters, "");
    assert_true(offers("工"));
    tap("key", "退格");
    tap("key", "？");
    assert_true(offers("工"));
    tap("candidate", "工");
    assert_string_equal(field()->text, "工");
    assert_string_equal(field()->preedit, "");
}

static void pinyin_takes_words_and_parts(void **state)
{
    (void)state;
    type("gongzi");
    assert_string_equal(field()->preedit, "gong'zi");
    assert_string_equal(field()->letters, "gongzi");
    assert_string_equal(field()->text, "");
    assert_true(offers("工资"));
    tap("candidate", "工资");
    assert_string_equal(field()->text, "工资");
    assert_string_equal(field()->letters, "");
    /* A shorter candidate takes its letters, the rest is composed on. */
    type("gongzi");
    tap("key", "更多");
    for (int page = 0; page < 20 && !offers("公"); page++)
        tap("key", "下一页");
    tap("candidate", "公");
    assert_string_equal(field()->text, "工资公");
    assert_string_equal(field()->letters, "zi");
    tap("key", "退格");
    tap("key", "退格");
    assert_string_equal(field()->letters, "");
    assert_string_equal(field()->text, "工资公");
    tap("key", "退格");
    assert_string_equal(field()->text, "工资");
}

static void a_mark_takes_the_first_candidate(void **state)
{
    (void)state;
    type("gongzi");
    tap("key", "，");
    assert_string_equal(field()->text, "工资，");
    type("gongzi");
    tap("key", "空格");
    assert_string_equal(field()->text, "工资，工资");
    type("gongzi");
    tap("chip", "手写");
    assert_string_equal(field()->text, "工资，工资");
    assert_string_equal(field()->preedit, "");
}

static void nine_keys_offer_readings(void **state)
{
    (void)state;
    tap("key", "九键");
    type("4664");
    assert_true(*field()->letters);
    tap("key", "gong");
    assert_int_equal(strncmp(field()->preedit, "gong", 4), 0);
    assert_true(offers("工"));
    type("94");
    assert_true(offers("工资"));
    tap("candidate", "工资");
    assert_string_equal(field()->text, "工资");
    /* The chip leads back to the nine keys. */
    tap("chip", "手写");
    tap("chip", "拼音");
    assert_non_null(stage_find_role(app->stage, "key", "全键").box);
    /* On it, it drops nothing. */
    type("94");
    tap("chip", "拼音");
    assert_true(*field()->preedit);
    tap("key", "全键");
    type("a");
    /* A mark where no reading stands ends the word. */
    tap("key", "九键");
    typing_field_clear(field());
    type("94");
    tap("key", "！");
    assert_int_equal(strcmp(field()->text + strlen(field()->text) - 3, "！"),
                     0);
    assert_true(strlen(field()->text) > 3);
}

static void the_next_visitor_begins_as_the_settings_say(void **state)
{
    (void)state;
    tap("chip", "笔画");
    pass(80000);
    assert_int_equal(open_screen(), 0);
    assert_non_null(stage_find_role(app->stage, "key", "九键").box);
}

/* Tables that are not there. */

static int open_without_tables(void **state)
{
    (void)state;
    return open_with("tests/unit", 1080, 1920, 268);
}

static void without_tables_there_are_letters(void **state)
{
    (void)state;
    assert_null(stage_find_role(app->stage, "chip", "拼音").box);
    assert_null(stage_find_role(app->stage, "chip", "手写").box);
    assert_null(stage_find_role(app->stage, "chip", "笔画").box);
    type("gz");
    assert_string_equal(field()->text, "gz");
}

/* Nothing is left. */

/* What must not be found, kept in another form so that the search does not find
 * itself. */
struct needle {
    const char *what;
    unsigned char bytes[128]; /* each xor MASK */
    size_t length;
};

enum { MASK = 0xA5 };

static struct needle hidden(const char *what, const void *bytes, size_t length)
{
    struct needle needle = {.what = what, .length = length};
    const unsigned char *from = bytes;
    assert_true(length <= sizeof(needle.bytes));
    for (size_t i = 0; i < length; i++)
        needle.bytes[i] = from[i] ^ MASK;
    return needle;
}

static bool is_at(const unsigned char *memory, const struct needle *needle)
{
    for (size_t i = 0; i < needle->length; i++)
        if ((memory[i] ^ MASK) != needle->bytes[i])
            return false;
    return true;
}

static size_t count_in(const unsigned char *memory, size_t size,
                       const struct needle *needle)
{
    size_t count = 0;
    for (size_t i = 0; i + needle->length <= size; i++)
        count += is_at(memory + i, needle);
    return count;
}

/* How often it is in what this process can write to. The copy that is searched
 * is mapped before the list is read, and left out. */
static size_t count_in_process(const struct needle *needle)
{
    /* Larger is the shadow that a sanitizer reserves. */
    enum { CHUNK = 1 << 20, LARGEST = 1 << 30 };
    static unsigned char copy[CHUNK];
    char line[512];
    size_t count = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    assert_non_null(maps);
    assert_true(memory >= 0);
    explicit_bzero(copy, sizeof(copy));
    while (fgets(line, sizeof(line), maps)) {
        unsigned long from, to;
        char rights[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 ||
            rights[1] != 'w' || to - from > LARGEST)
            continue;
        for (unsigned long at = from; at < to;) {
            size_t size = to - at < CHUNK ? to - at : CHUNK;
            ssize_t got = pread(memory, copy, size, (off_t)at);
            if (got <= 0)
                break;
            if (at + (size_t)got <= (unsigned long)copy ||
                at >= (unsigned long)copy + CHUNK)
                count += count_in(copy, (size_t)got, needle);
            if ((size_t)got < CHUNK)
                break;
            /* What lies across two chunks is in the second one whole. */
            at += CHUNK - sizeof(needle->bytes);
        }
    }
    explicit_bzero(copy, sizeof(copy));
    close(memory);
    fclose(maps);
    return count;
}

static struct needle needles[8];
static size_t needle_count;

static void add_needle(const char *what, const void *bytes, size_t length)
{
    needles[needle_count++] = hidden(what, bytes, length);
}

/* A text in the three forms that programs hold text in. */
static void add_text(const char *text)
{
    uint16_t wide[32] = {0};
    uint32_t wider[32] = {0};
    size_t length = strlen(text), count = 0;
    for (size_t at = 0; at < length; count++) {
        assert_true(count < COUNT_OF(wide));
        wider[count] = utf8_next(text, length, &at);
        wide[count] = (uint16_t)wider[count];
    }
    add_needle("UTF-8", text, length);
    add_needle("UTF-16", wide, count * sizeof(*wide));
    add_needle("UTF-32", wider, count * sizeof(*wider));
    explicit_bzero(wide, sizeof(wide));
    explicit_bzero(wider, sizeof(wider));
}

/* Letters that stand together nowhere else, made up here so that they are no
 * constant of the program. */
static void make_word(char word[9], unsigned seed)
{
    for (int i = 0; i < 8; i++) {
        seed = seed * 1103515245u + 12345u;
        word[i] = "qxzvkwjfp"[seed >> 16 & 7];
    }
    word[8] = 0;
}

static void assert_nowhere(void)
{
    for (size_t i = 0; i < needle_count; i++) {
        size_t count = count_in_process(&needles[i]);
        if (count)
            fail_msg("%s was found %zu times", needles[i].what, count);
    }
}

static void type_and_wipe(const char *word)
{
    for (const char *letter = word; *letter; letter++)
        type((char[]){*letter, 0});
}

static void what_was_typed_is_nowhere(void **state)
{
    char word[9];
    (void)state;
    needle_count = 0;
    tap("chip", "ABC");
    make_word(word, 20260206);
    type_and_wipe(word);
    assert_string_equal(field()->text, word);
    add_text(word);
    explicit_bzero(word, sizeof(word));
    /* The search can find: it is in the field now. */
    assert_true(count_in_process(&needles[0]) > 0);
    pass(80000);
    assert_int_equal(app->depth, 1);
    assert_nowhere();
}

/* Characters that stand together in no text of the edition: what was chosen,
 * not the keys. */
static void what_was_chosen_is_nowhere(void **state)
{
    static const char *const keys[] = {"z", "q", "x", "w"};
    (void)state;
    needle_count = 0;
    app_apply(app, &(struct action){ACT_SEARCH, "", 0});
    pass(500);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        type(keys[i]);
        tap("key", "空格");
    }
    app_await(app);
    pass(500);
    assert_true(strlen(field()->text) >= 12);
    add_text(field()->text);
    assert_true(count_in_process(&needles[0]) > 0);
    pass(80000);
    assert_int_equal(app->depth, 1);
    assert_nowhere();
}

/* With all that the search does with it: as letters of pinyin, which no word
 * has, then as text. */
static void what_was_looked_for_is_nowhere(void **state)
{
    char word[9];
    (void)state;
    for (int typed_as = 0; typed_as < 2; typed_as++) {
        needle_count = 0;
        app_apply(app, &(struct action){ACT_HOME, "", 0});
        app_apply(app, &(struct action){ACT_SEARCH, "", 0});
        pass(500);
        if (typed_as == 1)
            tap("chip", "ABC");
        make_word(word, 20260207 + (unsigned)typed_as);
        type_and_wipe(word);
        app_await(app);
        pass(500);
        add_text(word);
        explicit_bzero(word, sizeof(word));
        assert_true(count_in_process(&needles[0]) > 0);
        pass(80000);
        assert_int_equal(app->depth, 1);
        assert_nowhere();
    }
}

/* The whole way: two numbers that are in the edition, but nowhere like this,
 * looked for, found, opened, marked in the article and looked for on from
 * there.
 */
static void the_whole_way_of_a_search_is_nowhere(void **state)
{
    char words[16];
    (void)state;
    needle_count = 0;
    app_apply(app, &(struct action){ACT_HOME, "", 0});
    app_apply(app, &(struct action){ACT_SEARCH, "", 0});
    pass(500);
    tap("key", "123");
    snprintf(words, sizeof(words), "%d  %d", 12333, 12351);
    for (const char *key = words; *key; key++)
        *key == ' ' ? tap("key", "空格") : type((char[]){*key, 0});
    app_await(app);
    pass(500);
    assert_string_equal(field()->text, words);
    add_text(words);
    explicit_bzero(words, sizeof(words));
    assert_true(count_in_process(&needles[0]) > 0);
    const struct search_answer *answer = seeker_answer(app->seeker);
    assert_non_null(answer);
    assert_true(answer->result_count > 0);
    app_apply(app, &(struct action){ACT_FOUND, "", 0});
    pass(500);
    assert_int_equal(app->depth, 3);
    app_apply(app, &(struct action){ACT_SEARCH, "", 0});
    pass(500);
    app_apply(app,
              &(struct action){ACT_FIND, search_words(app_screen(app)), 0});
    pass(500);
    assert_true(count_in_process(&needles[0]) > 0);
    pass(80000);
    assert_int_equal(app->depth, 1);
    assert_null(seeker_answer(app->seeker));
    assert_nowhere();
}

static void ink_is_nowhere(void **state)
{
    static const int way[][2] = {
        {123, 217}, {391, 333}, {507, 655}, {702, 811}};
    struct ink_point points[2];
    float numbers[4];
    int32_t pixels[4];
    float finger_at[2];
    (void)state;
    needle_count = 0;
    tap("chip", "手写");
    write_at_once(way, COUNT_OF(way));
    write_stroke(way + 1, 2);
    struct rect pad = on_screen("pad", "写字板");
    const struct ink *ink = keyboard_ink(typing_keyboard(app->typing));
    assert_int_equal(ink->stroke_count, 2);
    assert_int_equal(ink->point_count, 6);
    memcpy(points, ink->points + 1, sizeof(points));
    for (int i = 0; i < 2; i++) {
        numbers[2 * i] = points[i].x;
        numbers[2 * i + 1] = points[i].y;
        pixels[2 * i] = points[i].x + pad.x;
        pixels[2 * i + 1] = points[i].y + pad.y;
    }
    add_needle("points", points, sizeof(points));
    add_needle("numbers", numbers, sizeof(numbers));
    add_needle("one number", numbers, sizeof(numbers) / 2);
    add_needle("pixels", pixels, sizeof(pixels));
    add_needle("a pixel", pixels, sizeof(pixels) / 2);
    /* As SDL hands it over, of a panel that counts from 0 to 1. */
    finger_at[0] = ((float)pixels[0] + 0.5f) / 1080;
    finger_at[1] = ((float)pixels[1] + 0.5f) / 1920;
    add_needle("a finger", finger_at, sizeof(finger_at));
    explicit_bzero(finger_at, sizeof(finger_at));
    explicit_bzero(points, sizeof(points));
    explicit_bzero(numbers, sizeof(numbers));
    explicit_bzero(pixels, sizeof(pixels));
    assert_true(count_in_process(&needles[0]) > 0);
    pass(80000);
    assert_int_equal(app->depth, 1);
    assert_nowhere();
}

int main(void)
{
#define CASE(name) \
    cmocka_unit_test_setup_teardown(name, open_kiosk, close_kiosk)
    const struct CMUnitTest tests[] = {
        CASE(letters_go_where_the_cursor_is),
        CASE(deleting_repeats_and_takes_whole_characters),
        CASE(the_field_has_an_end),
        CASE(two_thumbs_overlap),
        CASE(sliding_over_keys_scrolls_nothing),
        CASE(done_closes_the_keyboard),
        CASE(a_pin_is_typed_with_digits_alone),
        CASE(typing_keeps_the_visitor_here),
        CASE(clearing_from_outside_drops_what_is_composed),
        CASE(what_is_written_is_offered_and_a_tap_takes_it),
        CASE(ink_shows_with_the_finger_still_down),
        CASE(a_turned_panel_drops_the_ink),
        CASE(strokes_find_characters),
        CASE(pinyin_takes_words_and_parts),
        CASE(a_mark_takes_the_first_candidate),
        CASE(nine_keys_offer_readings),
        CASE(the_next_visitor_begins_as_the_settings_say),
        cmocka_unit_test_setup_teardown(without_tables_there_are_letters,
                                        open_without_tables, close_kiosk),
        CASE(what_was_typed_is_nowhere),
        CASE(what_was_chosen_is_nowhere),
        CASE(what_was_looked_for_is_nowhere),
        CASE(the_whole_way_of_a_search_is_nowhere),
        CASE(ink_is_nowhere),
    };
    /* As the kiosk does at its start. */
    if (!search_keep_private())
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
