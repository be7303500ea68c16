/* Sizes and colours: what a reader with tired eyes and thick fingers needs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui/theme.h"

static const struct panel {
    int width, height, mm;
    bool landscape, small;
} panels[] = {
    {1080, 1920, 268, false, false}, {1920, 1080, 476, true, false},
    {1280, 800, 217, true, true},    {800, 1280, 136, false, true},
    {2160, 3840, 697, false, false}, {1366, 768, 344, true, false},
};

/* Text and what it stands on, wherever a screen or widget puts them so. */
static const struct pairing {
    enum colour_role text, ground;
} pairings[] = {
    {COLOUR_INK, COLOUR_PAPER},
    {COLOUR_INK, COLOUR_CARD},
    {COLOUR_INK2, COLOUR_PAPER},
    {COLOUR_INK2, COLOUR_CARD},
    {COLOUR_INK3, COLOUR_PAPER},
    {COLOUR_INK3, COLOUR_CARD},
    {COLOUR_INK, COLOUR_PRESSED},
    {COLOUR_INK2, COLOUR_PRESSED},
    {COLOUR_ACCENT, COLOUR_PAPER},
    {COLOUR_ACCENT, COLOUR_CARD},
    {COLOUR_ACCENT, COLOUR_PRESSED},
    {COLOUR_ACCENT, COLOUR_RED_TINT},
    {COLOUR_ON_ACCENT, COLOUR_ACCENT},
    {COLOUR_ON_ACCENT2, COLOUR_ACCENT},
    {COLOUR_ON_ACCENT, COLOUR_ACCENT_PRESSED},
    {COLOUR_ON_ACCENT2, COLOUR_ACCENT_PRESSED},
    {COLOUR_INK, COLOUR_RED_TINT},
    {COLOUR_INK2, COLOUR_RED_TINT},
    {COLOUR_INK, COLOUR_TEAL_TINT},
    {COLOUR_INK2, COLOUR_TEAL_TINT},
    {COLOUR_TEAL, COLOUR_TEAL_TINT},
    {COLOUR_TEAL, COLOUR_PAPER},
    {COLOUR_TEAL, COLOUR_CARD},
    {COLOUR_TEAL, COLOUR_PRESSED},
    {COLOUR_INK, COLOUR_AMBER_TINT},
    {COLOUR_INK2, COLOUR_AMBER_TINT},
    {COLOUR_AMBER, COLOUR_AMBER_TINT},
    {COLOUR_AMBER, COLOUR_PAPER},
    {COLOUR_INK, COLOUR_BLUE_TINT},
    {COLOUR_INK2, COLOUR_BLUE_TINT},
    {COLOUR_BLUE, COLOUR_BLUE_TINT},
    {COLOUR_BLUE, COLOUR_PAPER},
    {COLOUR_INK, COLOUR_FOUND},
    {COLOUR_INK2, COLOUR_FOUND},
    {COLOUR_ACCENT, COLOUR_FOUND},
    {COLOUR_LINK, COLOUR_FOUND},
    {COLOUR_LINK, COLOUR_PAPER},
    {COLOUR_LINK, COLOUR_CARD},
    {COLOUR_LINK, COLOUR_AMBER_TINT},
    {COLOUR_LINK, COLOUR_PRESSED},
    {COLOUR_ON_CHIP, COLOUR_CHIP_ON},
    {COLOUR_ON_CHIP, COLOUR_INK2},
    {COLOUR_INK2, COLOUR_KEYBOARD},
    {COLOUR_INK, COLOUR_KEY_WORD},
    {COLOUR_INK, COLOUR_KEY_PRESSED},
};

static double linear(unsigned channel)
{
    double value = channel / 255.0;
    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(colour c)
{
    return 0.2126 * linear(c >> 16 & 255) + 0.7152 * linear(c >> 8 & 255) +
           0.0722 * linear(c & 255);
}

static double contrast_of(colour a, colour b)
{
    double first = luminance(a) + 0.05, second = luminance(b) + 0.05;
    return first > second ? first / second : second / first;
}

static void contrast_is_enough(void **state)
{
    (void)state;
    for (int contrast = 0; contrast < CONTRAST_COUNT; contrast++) {
        struct theme theme;
        double least = contrast == CONTRAST_PAPER ? 4.5 : 7.0;
        theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD,
                   (enum contrast)contrast);
        for (size_t i = 0; i < COUNT_OF(pairings); i++) {
            double ratio = contrast_of(theme.colours[pairings[i].text],
                                       theme.colours[pairings[i].ground]);
            if (ratio < least)
                fail_msg("contrast %d: text %d on %d is %.2f", contrast,
                         pairings[i].text, pairings[i].ground, ratio);
        }
        /* Edges one must see to know where a thing begins. */
        if (contrast != CONTRAST_PAPER)
            assert_true(contrast_of(theme.colours[COLOUR_LINE],
                                    theme.colours[COLOUR_PAPER]) >= 3);
    }
}

static void design_panel_is_the_picture(void **state)
{
    (void)state;
    struct theme theme;
    theme_init(&theme, 1080, 1920, 268, SIZE_STANDARD, CONTRAST_PAPER);
    assert_int_equal(theme_px(&theme, 1000), 1000);
    assert_int_equal(theme.page, 48);
    assert_int_equal(theme.header, 112);
    assert_int_equal(theme.bar, 136);
    assert_int_equal(theme.text[TEXT_BODY].style.size_px, 38);
    assert_int_equal(theme.text[TEXT_BODY].line_height, 67);
    assert_int_equal(theme.text[TEXT_TILE].style.size_px, 42);
    assert_int_equal(theme.touch, 52);
    assert_false(theme.landscape);
    theme_init(&theme, 1080, 1920, 268, SIZE_LARGEST, CONTRAST_PAPER);
    assert_int_equal(theme.header, 144);
    assert_int_equal(theme.bar, 176);
    assert_int_equal(theme.text[TEXT_NAV].style.size_px, 40);
    assert_int_equal(theme.text[TEXT_BODY].style.size_px, 65);
}

static double mm(const struct panel *panel, int px)
{
    return (double)px * panel->mm / panel->width;
}

static void sizes_hold_on_every_panel(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(panels); i++)
        for (int size = 0; size < SIZE_COUNT; size++) {
            const struct panel *panel = &panels[i];
            struct theme theme;
            theme_init(&theme, panel->width, panel->height, panel->mm,
                       (enum text_size)size, CONTRAST_PAPER);
            assert_int_equal(theme.landscape, panel->landscape);
            assert_int_equal(theme.small, panel->small);
            assert_true(mm(panel, theme.touch) >= 12.7);
            assert_true(mm(panel, theme.touch - 1) < 12.7);
            assert_true(mm(panel, theme.touch_gap) >= 2.5);
            assert_true(theme.gap >= theme.touch_gap);
            assert_true(theme.hairline >= 1 && theme.border >= 1);
            for (int role = 0; role < TEXT_ROLE_COUNT; role++) {
                const struct text_look *look = &theme.text[role];
                assert_true(mm(panel, look->style.size_px) >= 3.5);
                assert_true(look->line_height * 10 >=
                            look->style.size_px * 12 - 9);
            }
        }
}

static void larger_is_larger(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(panels); i++)
        for (int role = 0; role < TEXT_ROLE_COUNT; role++) {
            int before = 0;
            for (int size = 0; size < SIZE_COUNT; size++) {
                struct theme theme;
                theme_init(&theme, panels[i].width, panels[i].height,
                           panels[i].mm, (enum text_size)size, CONTRAST_PAPER);
                assert_true(theme.text[role].style.size_px > before);
                before = theme.text[role].style.size_px;
            }
        }
}

static void nonsense_is_taken_as_a_usual_panel(void **state)
{
    (void)state;
    static const int widths[] = {-5, 0, 39, 4001, 2147483647};
    for (size_t i = 0; i < COUNT_OF(widths); i++) {
        struct theme theme;
        theme_init(&theme, 1080, 1920, widths[i], SIZE_STANDARD,
                   CONTRAST_PAPER);
        assert_int_equal(theme.unit, 65536);
    }
    struct theme theme;
    theme_init(&theme, 0, 0, 268, SIZE_LARGEST, CONTRAST_BLACK);
    assert_true(theme_px(&theme, 1) >= 1 && theme.touch >= 1);
    theme_init(&theme, 30000, 30000, 40, SIZE_LARGEST, CONTRAST_BLACK);
    assert_true(theme.text[TEXT_ATTRACT].style.size_px <= 400);
    assert_int_equal(theme_px(&theme, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast_is_enough),
        cmocka_unit_test(design_panel_is_the_picture),
        cmocka_unit_test(sizes_hold_on_every_panel),
        cmocka_unit_test(larger_is_larger),
        cmocka_unit_test(nonsense_is_taken_as_a_usual_panel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
