/* The keys on the screen: what the layouts hold, how large keys are on every
 * panel, and what fingers do to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "ui/ink.h"
#include "ui/keyboard/keyboard_private.h"

enum { ACTION = 77 };

static const struct panel {
    const char *name;
    int width, height, mm;
    bool ten_fit; /* keys and gaps as the rules want them */
} panels[] = {
    {"21.5 inch upright", 1080, 1920, 268, true},
    {"21.5 inch across", 1920, 1080, 476, true},
    {"10.1 inch across", 1280, 800, 217, true},
    {"10.1 inch upright", 800, 1280, 136, false},
    {"32 inch upright", 2160, 3840, 398, true},
    {"15.6 inch across", 1366, 768, 344, true},
};

static struct fonts *fonts;
static struct keyboard *keyboard;
static struct theme theme;
static struct view *view;
static struct rect area, place;

static struct keyboard_show shown(enum keyboard_layout layout)
{
    return (struct keyboard_show){
        .layout = layout,
        .base = layout < KEYBOARD_NUMBERS ? layout : KEYBOARD_PINYIN,
        .modes = 1u << KEYBOARD_PINYIN | 1u << KEYBOARD_WRITE |
                 1u << KEYBOARD_STROKES | 1u << KEYBOARD_LETTERS,
        .done = "搜索",
        .notice = "",
        .hint = "",
        .preedit = "",
    };
}

static void show(const struct keyboard_show *what)
{
    view_free(view);
    view = keyboard_build(keyboard, fonts, &theme, area, what);
}

static void use_panel(const struct panel *panel, enum text_size size)
{
    theme_init(&theme, panel->width, panel->height, panel->mm, size,
               CONTRAST_PAPER);
    /* What chrome.c leaves. */
    area = (struct rect){0, theme.header, theme.width,
                         theme.height - theme.header};
    if (theme.landscape)
        area.width -= theme.rail;
    else
        area.height -= theme.bar;
    place = keyboard_place(&theme, area);
}

static int set_up(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    keyboard = keyboard_new(ACTION);
    use_panel(&panels[0], SIZE_STANDARD);
    return fonts ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    view_free(view);
    view = NULL;
    keyboard_free(keyboard);
    fonts_close(fonts);
    return 0;
}

/* Boxes. */

typedef void visit(const struct box *box, void *user);

static void walk(const struct box *box, visit *each, void *user)
{
    each(box, user);
    for (const struct box *child = box->first; child; child = child->next)
        walk(child, each, user);
}

struct search {
    const char *role, *words;
    const struct box *found;
};

static void look_at(const struct box *box, void *user)
{
    struct search *search = user;
    struct buf words = {0};
    if (strcmp(box->role, search->role))
        return;
    box_words(box, &words);
    if (!strcmp(buf_text(&words), search->words))
        search->found = box;
    buf_fini(&words);
}

static const struct box *find(const char *role, const char *words)
{
    struct search search = {role, words, NULL};
    walk(view->root, look_at, &search);
    return search.found;
}

static const struct box *key(const char *words)
{
    const struct box *box = find("key", words);
    if (!box)
        fail_msg("no key %s", words);
    return box;
}

/* Layouts. */

static bool types(enum keyboard_layout id, const char *text)
{
    const struct layout *layout = &keyboard_layouts[id];
    for (size_t row = 0; row < LAYOUT_ROWS; row++)
        for (const struct key *at = layout->rows[row]; at->units; at++)
            if ((at->kind == KEY_TEXT || at->kind == KEY_READING) &&
                !strcmp(at->text, text))
                return true;
    return false;
}

static void everything_can_be_typed(void **state)
{
    static const char *const marks[] = {"，", "。", "、", "？", "！", "：",
                                        "；", "“",  "”",  "（", "）", "《",
                                        "》", "……", "——", "·"};
    (void)state;
    for (char c = 'a'; c <= 'z'; c++) {
        assert_true(types(KEYBOARD_PINYIN, (char[]){c, 0}));
        assert_true(types(KEYBOARD_LETTERS, (char[]){c, 0}));
    }
    for (char c = '0'; c <= '9'; c++) {
        assert_true(types(KEYBOARD_NUMBERS, (char[]){c, 0}));
        assert_true(types(KEYBOARD_DIGITS, (char[]){c, 0}));
    }
    for (char c = '2'; c <= '9'; c++)
        assert_true(types(KEYBOARD_NINE, (char[]){c, 0}));
    for (const char *c = "12345*"; *c; c++)
        assert_true(types(KEYBOARD_STROKES, (char[]){*c, 0}));
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        assert_true(types(KEYBOARD_MARKS, marks[i]));
    for (const char *c = "-/:.,()%@?!"; *c; c++)
        assert_true(types(KEYBOARD_NUMBERS, (char[]){*c, 0}));
}

static bool same_key(const struct key *a, const struct key *b)
{
    return a->kind == b->kind && a->value == b->value &&
           !strcmp(a->text, b->text);
}

static void check_rows(const struct key (*rows)[LAYOUT_KEYS], size_t count)
{
    const struct key *seen[LAYOUT_ROWS * LAYOUT_KEYS];
    size_t seen_count = 0;
    int units = 0;
    for (size_t row = 0; row < count && rows[row][0].units; row++) {
        int sum = 0;
        for (const struct key *at = rows[row]; at->units; at++) {
            sum += at->units;
            if (at->kind == KEY_NONE)
                continue;
            assert_true(at->kind < KEY_SHIFT || at->kind == KEY_SHIFT);
            for (size_t i = 0; i < seen_count; i++)
                assert_false(same_key(seen[i], at));
            seen[seen_count++] = at;
        }
        if (units)
            assert_int_equal(sum, units);
        units = sum;
    }
}

static void rows_line_up_and_no_key_is_there_twice(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEYBOARD_LAYOUT_COUNT; i++) {
        check_rows(keyboard_layouts[i].rows, LAYOUT_ROWS);
        check_rows(keyboard_layouts[i].low, LAYOUT_LOW_ROWS);
    }
}

static bool has_kind(const struct key (*rows)[LAYOUT_KEYS], size_t count,
                     enum key_kind kind)
{
    for (size_t row = 0; row < count; row++)
        for (const struct key *at = rows[row]; at->units; at++)
            if (at->kind == kind)
                return true;
    return false;
}

static void every_layout_deletes_and_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEYBOARD_LAYOUT_COUNT; i++) {
        const struct layout *layout = &keyboard_layouts[i];
        assert_true(has_kind(layout->rows, LAYOUT_ROWS, KEY_DELETE));
        assert_true(has_kind(layout->rows, LAYOUT_ROWS, KEY_DONE));
        if (!layout->low[0][0].units)
            continue;
        assert_true(has_kind(layout->low, LAYOUT_LOW_ROWS, KEY_DELETE));
        assert_true(has_kind(layout->low, LAYOUT_LOW_ROWS, KEY_DONE));
    }
}

/* Sizes. */

struct sizes {
    const struct panel *panel;
    const struct box *boxes[128];
    size_t count;
};

static bool is_target(const struct box *box)
{
    return box->action.kind == ACTION;
}

static void collect(const struct box *box, void *user)
{
    struct sizes *sizes = user;
    if (is_target(box)) {
        assert_true(sizes->count < COUNT_OF(sizes->boxes));
        sizes->boxes[sizes->count++] = box;
    }
    /* What is written on a key stands on it. */
    if (box->kind == BOX_TEXT && box->parent && is_target(box->parent) &&
        strcmp(box->parent->role, "pad")) {
        struct rect outer = box->parent->rect;
        assert_true(box->rect.y >= outer.y);
        assert_true(box->rect.y + box->rect.height <= outer.y + outer.height);
    }
}

static double mm(const struct panel *panel, int px)
{
    return (double)px * panel->mm / panel->width;
}

static void check_target(const struct sizes *sizes, const struct box *box)
{
    const struct panel *panel = sizes->panel;
    struct rect r = box->rect;
    assert_true(r.x >= 0 && r.y >= 0);
    assert_true(r.x + r.width <= place.width);
    assert_true(r.y + r.height <= place.height);
    double least = panel->ten_fit ? 12.7 : 11.2;
    if (mm(panel, r.width) < least || mm(panel, r.height) < 12.7)
        fail_msg("%s, size %d: %s %s is %.1f x %.1f mm", panel->name,
                 (int)theme.size, box->role, box->label, mm(panel, r.width),
                 mm(panel, r.height));
}

static void check_apart(const struct sizes *sizes, const struct box *a,
                        const struct box *b)
{
    int gap = sizes->panel->ten_fit ? theme.touch_gap : theme_px(&theme, 8);
    struct rect wide = rect_inset(a->rect, -(gap - 1));
    if (!rect_empty(rect_intersect(wide, b->rect)))
        fail_msg("%s, size %d: %s %s and %s %s are too close",
                 sizes->panel->name, (int)theme.size, a->role, a->label,
                 b->role, b->label);
}

static void check_sizes(const struct panel *panel)
{
    struct sizes sizes = {.panel = panel};
    walk(view->root, collect, &sizes);
    for (size_t i = 0; i < sizes.count; i++) {
        check_target(&sizes, sizes.boxes[i]);
        for (size_t j = 0; j < i; j++)
            check_apart(&sizes, sizes.boxes[i], sizes.boxes[j]);
    }
}

static const char *const words[] = {
    "工资", "公子", "公积金", "工", "公", "共", "工会驿站", "功", "攻", "供",
    "宫",   "恭",   "巩",     "贡", "红", "拱", "公共",     "弓", "龚", "躬"};

static void keys_are_for_thumbs_on_every_panel(void **state)
{
    static const char *const readings[] = {"zhuang", "gong", "g", "h"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(panels); i++)
        for (int size = 0; size < SIZE_COUNT; size++) {
            use_panel(&panels[i], (enum text_size)size);
            for (int layout = 0; layout < KEYBOARD_LAYOUT_COUNT; layout++) {
                struct keyboard_show what = shown((enum keyboard_layout)layout);
                show(&what);
                check_sizes(&panels[i]);
                what.candidates = words;
                what.candidate_count = COUNT_OF(words);
                what.preedit = "gong'zi";
                what.readings = readings;
                what.reading_count = COUNT_OF(readings);
                show(&what);
                check_sizes(&panels[i]);
            }
        }
}

/* A row of results is a title and a line of small print, on a small panel a
 * title. */
static void three_results_have_room(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(panels); i++)
        for (int size = 0; size < SIZE_COUNT; size++) {
            use_panel(&panels[i], (enum text_size)size);
            bool beside = place.width < area.width;
            bool low = theme.landscape && theme.small;
            int left = beside ? area.height : area.height - place.height;
            /* Without its header, see chrome.c. */
            if (low)
                left += theme.header;
            int row = theme.small ? theme.text[TEXT_CARD_TITLE].line_height +
                                        theme_px(&theme, 12)
                                  : theme.text[TEXT_CARD_TITLE].line_height +
                                        theme.text[TEXT_META].line_height +
                                        theme_px(&theme, 32);
            int field =
                theme.touch + theme_px(&theme, 12) + 2 * theme.touch_gap;
            if (left < 3 * row + field)
                fail_msg("%s, size %d: %d px are left, three results take %d",
                         panels[i].name, size, left, 3 * row + field);
        }
}

/* Candidates. */

static void candidates_are_all_within_reach(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    const char *many[100];
    bool seen[COUNT_OF(many)] = {false};
    struct key_event events[KEYBOARD_EVENTS];
    size_t count;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(many); i++)
        many[i] = words[i % COUNT_OF(words)];
    what.candidates = many;
    what.candidate_count = COUNT_OF(many);
    show(&what);
    for (int page = 0; page < 20; page++) {
        struct sizes sizes = {.panel = &panels[0]};
        walk(view->root, collect, &sizes);
        for (size_t i = 0; i < sizes.count; i++)
            if (!strcmp(sizes.boxes[i]->role, "candidate"))
                seen[keyboard_value_of(sizes.boxes[i]->action.value)] = true;
        const struct box *next = find("key", page ? "下一页" : "更多");
        if (!next || !is_target(next))
            break;
        struct hit hit = {.box = next, .layer = LAYER_KEYS, .rect = next->rect};
        struct input at = {
            .kind = INPUT_PRESS, .x = next->rect.x + 5, .y = next->rect.y + 5};
        assert_true(keyboard_touch(keyboard, &at, &hit, events, &count));
        at.kind = INPUT_RELEASE;
        keyboard_touch(keyboard, &at, NULL, events, &count);
        assert_int_equal(count, 0);
        show(&what);
    }
    for (size_t i = 0; i < COUNT_OF(many); i++)
        assert_true(seen[i]);
}

static unsigned weight(const struct box *box)
{
    return box->first->source->runs[0].style.weight;
}

static void the_first_candidate_is_not_told_by_colour_alone(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    (void)state;
    what.candidates = words;
    what.candidate_count = COUNT_OF(words);
    show(&what);
    assert_int_equal(weight(find("candidate", "工资")), FONT_BOLD);
    assert_int_equal(weight(find("candidate", "公子")), FONT_REGULAR);
}

/* Fingers. */

static struct key_event events[KEYBOARD_EVENTS];
static size_t event_count;

static bool touch(int finger, enum input_kind kind, int x, int y, uint64_t ms,
                  const struct box *box)
{
    struct hit hit = {.box = box, .layer = LAYER_KEYS};
    if (box)
        hit.rect = box->rect;
    return keyboard_touch(
        keyboard,
        &(struct input){
            .kind = kind, .x = x, .y = y, .time_ms = ms, .finger = finger},
        &hit, events, &event_count);
}

static bool down(int finger, const struct box *box, uint64_t ms)
{
    return touch(finger, INPUT_PRESS, box->rect.x + box->rect.width / 2,
                 box->rect.y + box->rect.height / 2, ms, box);
}

static void up(int finger, const struct box *box, uint64_t ms)
{
    touch(finger, INPUT_RELEASE, box->rect.x + box->rect.width / 2,
          box->rect.y + box->rect.height / 2, ms, NULL);
}

static void assert_typed(const char *text)
{
    assert_int_equal(event_count, 1);
    assert_int_equal(events[0].kind, KEY_TEXT);
    assert_string_equal(events[0].text, text);
}

static void a_key_counts_when_it_is_let_go(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    (void)state;
    show(&what);
    assert_true(down(0, key("g"), 0));
    assert_int_equal(event_count, 0);
    assert_true(keyboard_is_old(keyboard));
    show(&what);
    assert_int_equal(key("g")->fill, COLOUR_KEY_PRESSED);
    assert_int_equal(key("h")->fill, COLOUR_CARD);
    up(0, key("g"), 60);
    assert_typed("g");
    show(&what);
    assert_int_equal(key("g")->fill, COLOUR_CARD);
}

static void two_thumbs_type_in_the_order_they_came_down(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    (void)state;
    show(&what);
    down(0, key("g"), 0);
    down(1, key("o"), 40);
    assert_typed("g");
    down(2, key("n"), 70);
    assert_typed("o");
    up(1, key("o"), 80); /* counted already */
    assert_int_equal(event_count, 0);
    up(2, key("n"), 90);
    assert_typed("n");
    up(0, key("g"), 100);
    assert_int_equal(event_count, 0);
}

static void sliding_off_a_key_cancels(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    (void)state;
    show(&what);
    const struct box *g = key("g"), *h = key("h");
    down(0, g, 0);
    /* A little wobble is none. */
    touch(0, INPUT_MOVE, g->rect.x + g->rect.width + 3, g->rect.y + 20, 30,
          NULL);
    assert_true(keyboard_holds(keyboard, KEY_TEXT, 0, "g"));
    touch(0, INPUT_MOVE, h->rect.x + 30, h->rect.y + 30, 60, NULL);
    assert_false(keyboard_holds(keyboard, KEY_TEXT, 0, "g"));
    /* Coming back does not help, and the other key was never pressed. */
    touch(0, INPUT_MOVE, g->rect.x + 30, g->rect.y + 30, 90, NULL);
    up(0, g, 100);
    assert_int_equal(event_count, 0);
}

static void a_finger_that_is_gone_types_nothing(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    (void)state;
    show(&what);
    down(0, key("g"), 0);
    touch(0, INPUT_CANCEL, 0, 0, 50, NULL);
    assert_int_equal(event_count, 0);
    down(0, key("g"), 100);
    down(3, key("a"), 110);
    touch(INPUT_EVERY_FINGER, INPUT_CANCEL, 0, 0, 150, NULL);
    assert_int_equal(event_count, 0);
    assert_false(keyboard_has_finger(keyboard, 0));
    assert_false(keyboard_has_finger(keyboard, 3));
}

static void what_is_not_a_key_is_not_the_keyboards(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    (void)state;
    show(&what);
    assert_false(touch(0, INPUT_PRESS, 5, 5, 0, NULL));
    struct hit elsewhere = {.box = key("g"), .layer = LAYER_CONTENT};
    assert_false(keyboard_touch(keyboard, &(struct input){.kind = INPUT_PRESS},
                                &elsewhere, events, &event_count));
}

static size_t ticks(uint64_t from, uint64_t to)
{
    size_t count = 0;
    for (uint64_t ms = from; ms <= to; ms++)
        count += keyboard_tick(keyboard, ms, events);
    return count;
}

static void delete_repeats_after_a_pause(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    (void)state;
    show(&what);
    down(0, key("退格"), 1000);
    assert_int_equal(keyboard_next(keyboard, 1000), 400);
    assert_int_equal(ticks(1000, 1399), 0);
    assert_int_equal(ticks(1400, 2399), 12);
    assert_int_equal(events[0].kind, KEY_DELETE);
    up(0, key("退格"), 2410);
    assert_int_equal(event_count, 0); /* it has deleted enough */
    assert_int_equal(keyboard_next(keyboard, 2410), -1);
    assert_int_equal(ticks(2410, 4000), 0);
    down(0, key("退格"), 5000);
    up(0, key("退格"), 5100);
    assert_int_equal(event_count, 1);
    assert_int_equal(events[0].kind, KEY_DELETE);
    /* Letters do not repeat. */
    down(0, key("g"), 6000);
    assert_int_equal(ticks(6000, 8000), 0);
}

/* A kiosk that was busy for a second does not delete for all of it. */
static void a_late_tick_deletes_once(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    (void)state;
    show(&what);
    down(0, key("退格"), 1000);
    assert_int_equal(keyboard_tick(keyboard, 3000, events), 1);
    assert_int_equal(keyboard_tick(keyboard, 3010, events), 0);
}

static void a_capital_is_for_one_letter(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_LETTERS);
    (void)state;
    show(&what);
    down(0, key("大写"), 0);
    up(0, key("大写"), 50);
    assert_int_equal(event_count, 0);
    show(&what);
    down(0, key("G"), 100);
    up(0, key("G"), 150);
    assert_typed("G");
    show(&what);
    down(0, key("g"), 200);
    up(0, key("g"), 250);
    assert_typed("g");
}

/* Other candidates came while the finger was down. */
static void a_candidate_that_changed_is_not_taken(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_PINYIN);
    const char *before[] = {"钱", "线"}, *after[] = {"线", "钱"};
    (void)state;
    what.candidates = before;
    what.candidate_count = 2;
    show(&what);
    down(0, find("candidate", "钱"), 0);
    what.candidates = after;
    show(&what);
    up(0, find("candidate", "线"), 50);
    assert_int_equal(event_count, 0);
}

/* Ink. */

static void every_point_becomes_ink(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_WRITE);
    (void)state;
    show(&what);
    const struct box *pad = find("pad", "写字板");
    assert_non_null(pad);
    int x = pad->rect.x, y = pad->rect.y;
    assert_true(touch(0, INPUT_PRESS, x + 10, y + 20, 0, pad));
    /* The hand that rests on the pad writes nothing. */
    assert_true(touch(1, INPUT_PRESS, x + 300, y + 300, 5, pad));
    touch(0, INPUT_MOVE, x + 30, y + 25, 10, NULL);
    touch(1, INPUT_MOVE, x + 310, y + 310, 15, NULL);
    touch(1, INPUT_RELEASE, x + 310, y + 310, 16, NULL);
    assert_int_equal(event_count, 0);
    touch(0, INPUT_MOVE, x + 50, y + 35, 20, NULL);
    touch(0, INPUT_RELEASE, x + 50, y + 35, 30, NULL);
    assert_int_equal(event_count, 1);
    assert_int_equal(events[0].kind, KEY_STROKE);
    const struct ink *ink = keyboard_ink(keyboard);
    assert_int_equal(ink->stroke_count, 1);
    assert_int_equal(ink->point_count, 3);
    assert_int_equal(ink->points[0].x, 10);
    assert_int_equal(ink->points[2].y, 35);
    keyboard_clear_ink(keyboard);
    assert_int_equal(ink->stroke_count, 0);
    for (size_t i = 0; i < INK_POINTS; i++)
        assert_false(ink->points[i].x || ink->points[i].y);
}

static void ink_has_an_end(void **state)
{
    static struct ink ink;
    (void)state;
    for (int i = 0; i < INK_STROKES; i++)
        assert_true(ink_down(&ink, i, i));
    assert_false(ink_down(&ink, 0, 0));
    for (int i = 0; i < 2 * INK_POINTS; i++)
        ink_to(&ink, i % 7, i);
    assert_int_equal(ink.point_count, INK_POINTS);
    assert_int_equal(ink.ends[INK_STROKES - 1], INK_POINTS);
    ink_clear(&ink);
    assert_true(ink_down(&ink, -100000, 100000));
    assert_int_equal(ink.points[0].x, INT16_MIN);
    assert_int_equal(ink.points[0].y, INT16_MAX);
}

static void nothing_is_kept(void **state)
{
    struct keyboard_show what = shown(KEYBOARD_WRITE);
    (void)state;
    show(&what);
    const struct box *pad = find("pad", "写字板");
    touch(0, INPUT_PRESS, pad->rect.x + 10, pad->rect.y + 20, 0, pad);
    what = shown(KEYBOARD_PINYIN);
    show(&what);
    down(1, key("g"), 0);
    keyboard_forget(keyboard);
    struct keyboard empty = {.action_kind = ACTION, .old = true};
    assert_memory_equal(keyboard, &empty, sizeof(empty));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(everything_can_be_typed),
        CASE(rows_line_up_and_no_key_is_there_twice),
        CASE(every_layout_deletes_and_is_left),
        CASE(keys_are_for_thumbs_on_every_panel),
        CASE(three_results_have_room),
        CASE(candidates_are_all_within_reach),
        CASE(the_first_candidate_is_not_told_by_colour_alone),
        CASE(a_key_counts_when_it_is_let_go),
        CASE(two_thumbs_type_in_the_order_they_came_down),
        CASE(sliding_off_a_key_cancels),
        CASE(a_finger_that_is_gone_types_nothing),
        CASE(what_is_not_a_key_is_not_the_keyboards),
        CASE(delete_repeats_after_a_pause),
        CASE(a_late_tick_deletes_once),
        CASE(a_capital_is_for_one_letter),
        CASE(a_candidate_that_changed_is_not_taken),
        CASE(every_point_becomes_ink),
        CASE(ink_has_an_end),
        CASE(nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
