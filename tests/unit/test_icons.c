/* test_icons.c - a sign within a line: where it stands, what is drawn and what
 * is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/page/page.h"
#include "app/page/rich.h"
#include "base/buf.h"
#include "base/file.h"
#include "fonts/outline.h"
#include "ui/icons.h"
#include "ui/snapshot.h"

enum { EM = 40, LINE_HEIGHT = 70, MARKS_MOST = 16 };

static struct fonts *fonts;

/* Every `sign` of the text is an icon; NULL: what the style says. */
static struct paragraph *make(const char *text, const char *sign,
                              struct paragraph_style style)
{
    const struct text_run run = {
        0, (uint32_t)strlen(text), {FONT_SERIF, FONT_REGULAR, EM}, 5};
    struct text_mark marks[MARKS_MOST];
    style.line_height_px = LINE_HEIGHT;
    if (sign)
        style.marks = marks;
    for (const char *at = text; sign && (at = strstr(at, sign)); at += 3) {
        assert_true(style.mark_count < MARKS_MOST);
        uint32_t start = (uint32_t)(at - text);
        marks[style.mark_count++] =
            (struct text_mark){start, start + 3, MARK_ICON, NULL, ICON_PHONE};
    }
    return paragraph_new(fonts, text, strlen(text), &run, 1, &style);
}

static char *replaced(const char *text, const char *from, const char *to)
{
    struct buf out = {0};
    for (const char *at; (at = strstr(text, from)); text = at + strlen(from)) {
        buf_add(&out, text, (size_t)(at - text));
        buf_puts(&out, to);
    }
    buf_puts(&out, text);
    char *copy = xstrdup(buf_text(&out));
    buf_fini(&out);
    return copy;
}

/* ---- where it stands ---- */

static void compare_line(struct paragraph *icons, struct paragraph *letters,
                         size_t line, size_t *icons_out)
{
    struct placed_glyph glyphs[128];
    size_t count, others, marks;
    struct text_line a = paragraph_line(icons, line);
    struct text_line b = paragraph_line(letters, line);
    assert_memory_equal(&a, &b, sizeof(a));
    const struct placed_glyph *placed = paragraph_glyphs(icons, line, &count);
    assert_in_range(count, 0, COUNT_OF(glyphs));
    memcpy(glyphs, placed, count * sizeof(*glyphs));
    placed = paragraph_glyphs(letters, line, &others);
    assert_int_equal(count, others);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(glyphs[i].x, placed[i].x);
        assert_int_equal(glyphs[i].y, placed[i].y);
        assert_int_equal(glyphs[i].cluster, placed[i].cluster);
    }
    const struct placed_mark *mark = paragraph_marks(icons, line, &marks);
    for (size_t i = 0, m = 0; i < count; i++) {
        if (memcmp(paragraph_text(icons) + glyphs[i].cluster, ICON_CHARACTER,
                   3) != 0)
            continue;
        assert_true(m < marks);
        assert_int_equal(mark[m].kind, MARK_ICON);
        assert_int_equal(mark[m].icon, ICON_PHONE);
        assert_int_equal(mark[m].tag, 5);
        assert_int_equal(mark[m].x, glyphs[i].x);
        assert_int_equal(mark[m].y, a.baseline - EM * 88 / 100);
        assert_int_equal(mark[m].width, EM);
        assert_int_equal(mark[m].height, EM);
        m++;
        ++*icons_out;
    }
}

/* An icon stands, and makes all others stand, where an ideograph would: lines
 * break at the same places, marks are squeezed and gaps grow alike. */
static void stands_like_an_ideograph(void **state)
{
    static const char *const texts[] = {
        "按\uFFFC，拨打\uFFFC12351。",
        "\uFFFC打电话，（\uFFFC）找驿站，“\uFFFC”回首页；\uFFFC！",
        "下面有\uFFFC\uFFFC\uFFFC：\uFFFC是Home，\uFFFC是返回——\uFFFC",
        "\uFFFC……还有《\uFFFC》、\uFFFC％和\uFFFC々，一共就是这么多了。",
        "先看\uFFFC app 里的\uFFFC，再到3\uFFFC窗口，100%\uFFFC，A\uFFFCB。",
    };
    static const enum text_align aligns[] = {ALIGN_LEFT, ALIGN_JUSTIFY,
                                             ALIGN_CENTER, ALIGN_RIGHT};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts) * COUNT_OF(aligns); i++) {
        const char *text = texts[i / COUNT_OF(aligns)];
        char *same = replaced(text, ICON_CHARACTER, "驿");
        struct paragraph_style style = {
            .align = aligns[i % COUNT_OF(aligns)],
            .indent_em = i % 2 ? 2 : 0,
        };
        struct paragraph *icons = make(text, ICON_CHARACTER, style);
        struct paragraph *letters = make(same, NULL, style);
        for (int width = EM; width < 30 * EM; width += 13) {
            size_t count = 0, wanted = 0;
            paragraph_set_width(icons, width);
            paragraph_set_width(letters, width);
            assert_int_equal(paragraph_line_count(icons),
                             paragraph_line_count(letters));
            for (size_t line = 0; line < paragraph_line_count(icons); line++)
                compare_line(icons, letters, line, &count);
            for (const char *at = text; (at = strstr(at, ICON_CHARACTER));
                 at += 3)
                wanted++;
            assert_int_equal(count, wanted);
        }
        paragraph_free(icons);
        paragraph_free(letters);
        free(same);
    }
}

/* In a line of Uyghur it stands once, on the line, beside no letter's ink. */
static void stands_in_other_scripts(void **state)
{
    static const char *const texts[] = {
        "ئىشچىلار \uFFFC ئۇيۇشمىسى \uFFFC 12351",
        "བཟོ་པའི་\uFFFC་ཚོགས་པ\uFFFC།",
        "노동\uFFFC조합 \uFFFC",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct paragraph *p =
            make(texts[i], ICON_CHARACTER, (struct paragraph_style){0});
        size_t count, glyph_count;
        paragraph_set_width(p, 60 * EM);
        struct text_line line = paragraph_line(p, 0);
        struct placed_mark icons[2];
        const struct placed_mark *marks = paragraph_marks(p, 0, &count);
        assert_int_equal(count, 2);
        memcpy(icons, marks, sizeof(icons));
        const struct placed_glyph *glyphs =
            paragraph_glyphs(p, 0, &glyph_count);
        for (size_t m = 0; m < count; m++) {
            assert_true(icons[m].x >= line.x);
            assert_true(icons[m].x + EM <= line.x + line.width);
            for (size_t g = 0; g < glyph_count; g++)
                assert_false(glyphs[g].x > icons[m].x &&
                             glyphs[g].x < icons[m].x + EM);
        }
        paragraph_free(p);
    }
}

/* ---- what it is, and what is none ---- */

static void only_a_mark_makes_one(void **state)
{
    static const char text[] = "按\uFFFC键，再按\uFFFC键。";
    struct paragraph *plain = make(text, NULL, (struct paragraph_style){0});
    const struct text_mark marks[] = {{3, 6, MARK_ICON, NULL, ICON_HOME}};
    const struct text_mark others[] = {{3, 6, MARK_ICON, NULL, ICON_PIN}};
    const struct text_mark wrong[] = {{0, 3, MARK_ICON, NULL, ICON_PIN}};
    struct paragraph_style style = {.marks = marks, .mark_count = 1};
    struct paragraph *one = make(text, NULL, style);
    style.marks = others;
    struct paragraph *other = make(text, NULL, style);
    style.marks = wrong;
    struct paragraph *none = make(text, NULL, style);
    size_t count;
    (void)state;
    struct paragraph *all[] = {plain, one, other, none};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        paragraph_set_width(all[i], 20 * EM);
    paragraph_marks(plain, 0, &count);
    assert_int_equal(count, 0);
    paragraph_marks(none, 0, &count);
    assert_int_equal(count, 0); /* 按 stays a letter */
    assert_int_equal(paragraph_marks(one, 0, &count)->icon, ICON_HOME);
    assert_int_equal(count, 1);
    /* What is drawn again when a page changes goes by this. */
    assert_true(paragraph_hash(one) != paragraph_hash(other));
    for (size_t i = 0; i < COUNT_OF(all); i++)
        paragraph_free(all[i]);
}

static void is_cut_off_with_its_text(void **state)
{
    static const char text[] = "按\uFFFC拨打12351，或者按\uFFFC看附近的驿站。";
    struct paragraph *p =
        make(text, ICON_CHARACTER, (struct paragraph_style){.max_lines = 1});
    size_t count;
    (void)state;
    for (int width = EM; width < 12 * EM; width += 7) {
        paragraph_set_width(p, width);
        assert_true(paragraph_truncated(p));
        struct text_line line = paragraph_line(p, 0);
        const struct placed_mark *marks = paragraph_marks(p, 0, &count);
        size_t shown = (line.end > 3) + (line.end > 31);
        assert_int_equal(count, shown);
        for (size_t i = 0; i < count; i++)
            assert_true(marks[i].x + EM <= line.x + line.width);
    }
    paragraph_free(p);
}

static void is_hit_and_selected_like_a_letter(void **state)
{
    static const char text[] = "按\uFFFC键";
    struct paragraph *p =
        make(text, ICON_CHARACTER, (struct paragraph_style){0});
    struct text_rect rects[2];
    bool inside;
    (void)state;
    paragraph_set_width(p, 10 * EM);
    assert_int_equal(paragraph_hit(p, EM + EM / 2, LINE_HEIGHT / 2, &inside),
                     3);
    assert_true(inside);
    assert_int_equal(paragraph_range(p, 3, 6, rects, COUNT_OF(rects)), 1);
    assert_int_equal(rects[0].x, EM);
    assert_int_equal(rects[0].width, EM);
    paragraph_free(p);
}

/* ---- on a page ---- */

static struct span spans[] = {
    {3, 6, SPAN_ICON, "", "", "电话"},
    {15, 18, SPAN_ICON | SPAN_LINK | SPAN_BOLD, "guides", "", "指南"},
    {18, 24, SPAN_LINK, "guides", "", ""},
};
static struct block block = {
    .kind = BLOCK_PARAGRAPH,
    .content = {"按\uFFFC拨打，\uFFFC看看。", 27, COUNT_OF(spans), spans},
};

static struct view *show(const struct theme *theme)
{
    const struct document document = {&block, 1};
    struct view *view = view_new(fonts, theme);
    view->width = theme->width;
    rich_document(view, view->root, &document);
    view_layout(view, theme->width, 0);
    return view;
}

/* In one piece with the words of its link. */
static void is_part_of_a_link(void **state)
{
    struct theme theme;
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    struct view *view = show(&theme);
    const struct box *box = view->root->first;
    assert_int_equal(box->link_count, 1);
    assert_int_equal(box->links[0].start, spans[1].start);
    assert_int_equal(box->links[0].end, spans[2].end);
    view_free(view);
}

/* The header of a table is bold around it too. */
static void leaves_a_header_bold(void **state)
{
    static const enum cell_align aligns[] = {CELL_LEFT};
    struct rich_text cells[] = {block.content, block.content};
    struct block table = {.kind = BLOCK_TABLE,
                          .columns = 1,
                          .rows = 2,
                          .aligns = aligns,
                          .cells = cells};
    const struct document document = {&table, 1};
    struct theme theme;
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    struct view *view = view_new(fonts, &theme);
    view->width = theme.width;
    rich_document(view, view->root, &document);
    const struct box *grid = view->root->first;
    const struct text_source *source = grid->first->first->source;
    assert_string_equal(source->text, block.content.text);
    assert_int_equal(source->style.mark_count, 2);
    for (size_t i = 0; i < source->run_count; i++)
        assert_int_equal(source->runs[i].style.weight, FONT_BOLD);
    source = grid->first->next->first->source;
    assert_int_equal(source->runs[0].style.weight, FONT_REGULAR);
    view_free(view);
}

static void is_said_in_brackets(void **state)
{
    struct theme theme;
    struct buf words = {0};
    (void)state;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    struct view *view = show(&theme);
    box_words(view->root, &words);
    assert_string_equal(buf_text(&words), "按[电话]拨打，[指南]看看。");
    buf_fini(&words);
    view_free(view);
}

static struct picture picture_of(struct view *view)
{
    char path[] = "/tmp/test-icons-XXXXXX";
    struct buf bytes = {0};
    struct picture picture;
    close(mkstemp(path));
    assert_true(snapshot_view(view,
                              &(struct stage_options){.fonts = fonts,
                                                      .glyph_bytes = 1 << 20,
                                                      .picture_bytes = 1 << 20},
                              view->height, path));
    assert_true(file_read(path, 64 << 20, &bytes));
    assert_true(picture_decode(bytes.data, bytes.length, view->width,
                               view->height, 0, &picture));
    buf_fini(&bytes);
    unlink(path);
    return picture;
}

/* How many pixels of a rectangle have exactly that colour. */
static int count_pixels(const struct picture *picture, struct rect rect,
                        colour ink)
{
    int count = 0;
    for (int y = rect.y; y < rect.y + rect.height; y++)
        for (int x = rect.x; x < rect.x + rect.width; x++)
            count += (picture->pixels[y * picture->width + x] & 0xFFFFFF) ==
                     (ink & 0xFFFFFF);
    return count;
}

/* In the colour of the text around it, at every size and contrast, and nothing
 * but the icon: the mask drawn alone has as many full pixels. */
static void is_drawn_in_the_colour_of_its_text(void **state)
{
    static const enum icon icons[] = {ICON_PHONE, ICON_GUIDE};
    static const enum colour_role inks[] = {COLOUR_INK, COLOUR_LINK};
    (void)state;
    for (int i = 0; i < SIZE_COUNT * CONTRAST_COUNT; i++) {
        struct theme theme;
        theme_init(&theme, 1080, 1920, 268, (enum text_size)(i % SIZE_COUNT),
                   (enum contrast)(i / SIZE_COUNT));
        struct view *view = show(&theme);
        struct picture picture = picture_of(view);
        const struct box *box = view->root->first;
        size_t count;
        const struct placed_mark *marks =
            paragraph_marks(box->paragraph, 0, &count);
        assert_int_equal(count, COUNT_OF(icons));
        for (size_t m = 0; m < count; m++) {
            int size = marks[m].width;
            float stroke;
            const char *path = icon_path(icons[m], &stroke);
            uint8_t *mask = xcalloc((size_t)size, (size_t)size);
            assert_true(outline_draw(fonts, path, 24, stroke, size, mask));
            int full = 0;
            for (int k = 0; k < size * size; k++)
                full += mask[k] == 255;
            free(mask);
            const struct rect rect = {box->rect.x + marks[m].x,
                                      box->rect.y + marks[m].y, size, size};
            assert_true(full > size);
            assert_int_equal(
                count_pixels(&picture, rect, theme.colours[inks[m]]), full);
        }
        picture_fini(&picture);
        view_free(view);
    }
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stands_like_an_ideograph),
        cmocka_unit_test(stands_in_other_scripts),
        cmocka_unit_test(only_a_mark_makes_one),
        cmocka_unit_test(is_cut_off_with_its_text),
        cmocka_unit_test(is_hit_and_selected_like_a_letter),
        cmocka_unit_test(is_part_of_a_link),
        cmocka_unit_test(leaves_a_header_bold),
        cmocka_unit_test(is_said_in_brackets),
        cmocka_unit_test(is_drawn_in_the_colour_of_its_text),
    };
    return cmocka_run_group_tests_name("icons", tests, open_fonts, close_fonts);
}
