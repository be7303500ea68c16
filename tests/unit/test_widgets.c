/* The pieces of the screens, on every panel and in every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "ui/widgets.h"

static struct fonts *fonts;

static const struct panel {
    int width, height, mm;
} panels[] = {
    {1080, 1920, 268},
    {1920, 1080, 476},
    {1280, 800, 217},
    {800, 1280, 136},
};

static int open_fonts(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    return fonts ? 0 : -1;
}

static int close_fonts(void **state)
{
    (void)state;
    fonts_close(fonts);
    return 0;
}

static const struct action act = {1, "x", 0};

static void add_row(struct view *view)
{
    widget_row(view, view->root,
               &(struct widget_row){
                   .title = "货车司机意外伤害保险，工会补助怎么领",
                   .meta = "2月2日 · 政策 · 4 分钟",
                   .summary = "哪些人能领、领多少、到哪里领，一次说清。",
                   .media = "picture",
                   .number = "12",
                   .tag = "营业中",
                   .tag_colour = COLOUR_TEAL,
                   .tag_fill = COLOUR_TEAL_TINT,
                   .action = act,
               });
}

static void add_short_row(struct view *view)
{
    widget_row(view, view->root,
               &(struct widget_row){.title = "短", .action = act});
}

static void add_tile(struct view *view)
{
    static const char *const lines[] = {"欠薪、工伤、被辞退", "没签合同"};
    widget_tile(view, view->root, "teal", ICON_PIN, "我遇到了问题", lines, 2,
                false, &act);
}

static void add_wide_tile(struct view *view)
{
    widget_tile(view, view->root, "unknown", ICON_NONE, "算一算", NULL, 0, true,
                &act);
}

static void add_strip(struct view *view)
{
    static const char *const lines[] = {"བོད་ཡིག · ئۇيغۇرچە · ꆈꌠꁱꂷ"};
    widget_strip(view, view->root, "teal", ICON_NONE, "语言", lines, 1, &act);
}

static void add_chip(struct view *view)
{
    struct box *wrap = box_add(view, view->root, BOX_WRAP, "chips");
    widget_chip(view, wrap, "热", true, &act);
    widget_chip(view, wrap, "热", false, &act);
}

static void add_button(struct view *view)
{
    struct box *row = box_add(view, view->root, BOX_ROW, "buttons");
    widget_button(view, row, "好", true, &act);
    widget_button(view, row, "取消", false, &act);
}

static void add_nav(struct view *view)
{
    struct nav_item items[6];
    for (size_t i = 0; i < COUNT_OF(items); i++)
        items[i] = (struct nav_item){ICON_HOME, "首页", act, i == 0, false};
    struct box *row = box_add(view, view->root, BOX_ROW, "chrome");
    row->pack = BOX_END;
    struct box *side = view->theme->landscape ? row : view->root;
    row->grow = 1;
    widget_nav(view, side, items, COUNT_OF(items));
}

static void (*const widgets[])(struct view *) = {
    add_row,   add_short_row, add_tile,   add_wide_tile,
    add_strip, add_chip,      add_button, add_nav,
};

static int check_targets(const struct box *box, const struct theme *theme)
{
    int targets = box->action.kind != 0;
    if (targets &&
        (box->rect.width < theme->touch || box->rect.height < theme->touch))
        fail_msg("%s is %dx%d, touch is %d", box->role, box->rect.width,
                 box->rect.height, theme->touch);
    for (const struct box *child = box->first; child; child = child->next)
        targets += check_targets(child, theme);
    return targets;
}

static void check_inside(const struct box *box)
{
    for (const struct box *child = box->first; child; child = child->next) {
        struct rect common = rect_intersect(child->rect, box->rect);
        if (!rect_empty(child->rect) && (common.width != child->rect.width ||
                                         common.height != child->rect.height))
            fail_msg("%s in %s sticks out", child->role, box->role);
        if (child->paragraph)
            assert_true(paragraph_width(child->paragraph) <= child->rect.width);
        check_inside(child);
    }
}

/* On every panel, in every size and contrast. */
static void each_theme(void (*check)(const struct theme *theme))
{
    for (size_t i = 0; i < COUNT_OF(panels); i++)
        for (int size = 0; size < SIZE_COUNT; size++)
            for (int contrast = 0; contrast < CONTRAST_COUNT; contrast++) {
                struct theme theme;
                theme_init(&theme, panels[i].width, panels[i].height,
                           panels[i].mm, (enum text_size)size,
                           (enum contrast)contrast);
                check(&theme);
            }
}

static void check_widgets(const struct theme *theme)
{
    for (size_t i = 0; i < COUNT_OF(widgets); i++) {
        struct view *view = view_new(fonts, theme);
        widgets[i](view);
        view_layout(view, theme->width, theme->height);
        assert_true(check_targets(view->root, theme) > 0);
        check_inside(view->root);
        view_free(view);
    }
}

static void a_finger_fits_on_every_target(void **state)
{
    (void)state;
    each_theme(check_widgets);
}

static void check_header(const struct theme *theme)
{
    struct view *view = view_new(fonts, theme);
    struct box *header = widget_header(
        view, view->root, "贵阳市云岩区中华北路街道户外劳动者工会驿站",
        "中华路 128 号 · 每日 7:00–22:00 · 周末不休 · 电话 12351", "14:26");
    view_layout(view, theme->width - (theme->landscape ? theme->rail : 0), 0);
    assert_int_equal(header->rect.height, theme->header);
    check_inside(view->root);
    /* The clock is whole, the station's name is shortened if need be. */
    const struct box *clock = header->last;
    assert_int_equal(paragraph_line_count(clock->paragraph), 1);
    assert_false(paragraph_truncated(clock->paragraph));
    view_free(view);
}

static void a_header_is_one_line_high(void **state)
{
    (void)state;
    each_theme(check_header);
}

static const struct box *find(const struct box *box, const char *role)
{
    if (!strcmp(box->role, role))
        return box;
    for (const struct box *child = box->first; child; child = child->next) {
        const struct box *found = find(child, role);
        if (found)
            return found;
    }
    return NULL;
}

static void colour_is_never_the_only_sign(void **state)
{
    (void)state;
    struct theme theme;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    struct view *view = view_new(fonts, &theme);
    const struct nav_item items[] = {
        {ICON_HOME, "首页", act, true, false},
        {ICON_BACK, "返回", act, false, true},
    };
    struct box *nav = widget_nav(view, view->root, items, 2);
    struct box *on = widget_chip(view, view->root, "热饭", true, &act);
    struct box *off = widget_chip(view, view->root, "热饭", false, &act);
    const struct box *grid = nav->last;
    assert_int_equal(grid->first->last->fill, COLOUR_ACCENT);
    assert_int_equal(grid->last->last->fill, COLOUR_NONE);
    assert_int_equal(grid->first->action.kind, 1);
    assert_int_equal(grid->last->action.kind, 0);
    assert_non_null(find(on, "icon"));
    assert_null(find(off, "icon"));
    view_free(view);
}

static void a_title_comes_before_its_sign(void **state)
{
    (void)state;
    struct theme theme;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    struct view *view = view_new(fonts, &theme);
    struct box *tile = widget_tile(view, view->root, "red", ICON_PIN,
                                   "附近驿站", NULL, 0, false, &act);
    const struct box *sign = find(tile, "icon");
    const struct box *title = find(tile, "text");
    view_layout(view, 400, 0);
    assert_true(sign->rect.width > 0);
    view_layout(view, 270, 0);
    assert_int_equal(sign->rect.width, 0);
    assert_int_equal(paragraph_line_count(title->paragraph), 1);
    view_free(view);
}

/* Where the sign is left out, the title has all of the row. */
static void a_title_alone_has_the_whole_row(void **state)
{
    static const int widths[] = {300, 320, 337, 360, 380};
    struct theme theme;
    (void)state;
    theme_init(&theme, 800, 1280, 136, SIZE_STANDARD, CONTRAST_PAPER);
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        struct view *view = view_new(fonts, &theme);
        const struct box *tile =
            widget_tile(view, view->root, "amber", ICON_PHONE, "常用电话", NULL,
                        0, true, &act);
        view_layout(view, widths[i], 0);
        const struct box *head = tile->first;
        if (head->last->rect.width == 0)
            assert_int_equal(head->first->rect.width, head->rect.width);
        view_free(view);
    }
}

/* Its words stand beside its title, and below it where there is no room. */
static void a_strip_takes_its_lines_where_there_is_room(void **state)
{
    static const char *const lines[] = {"喝水、充电、歇脚"};
    struct theme theme;
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    struct view *view = view_new(fonts, &theme);
    const struct box *strip = widget_strip(view, view->root, "teal", ICON_PIN,
                                           "附近驿站", lines, 1, &act);
    const struct box *title = strip->first->first, *line = title->next;
    view_layout(view, 900, 0);
    assert_true(line->rect.x >= title->rect.x + title->rect.width);
    assert_true(line->rect.y < title->rect.y + title->rect.height);
    view_layout(view, 400, 0);
    assert_int_equal(line->rect.x, title->rect.x);
    assert_true(line->rect.y >= title->rect.y + title->rect.height);
    view_free(view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_strip_takes_its_lines_where_there_is_room),
        cmocka_unit_test(a_finger_fits_on_every_target),
        cmocka_unit_test(a_header_is_one_line_high),
        cmocka_unit_test(colour_is_never_the_only_sign),
        cmocka_unit_test(a_title_comes_before_its_sign),
        cmocka_unit_test(a_title_alone_has_the_whole_row),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
