/* test_outline.c - shapes whose area is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "base/mem.h"
#include "fonts/outline.h"

#define SIZE 48 /* px; the box is 24 units, so a unit is 4 px square */

static struct fonts *fonts;

/* Covered pixels. */
static double area(const char *path, float stroke)
{
    uint8_t coverage[SIZE * SIZE];
    double sum = 0;
    assert_true(outline_draw(fonts, path, 24, stroke, SIZE, coverage));
    for (size_t i = 0; i < sizeof(coverage); i++)
        sum += coverage[i] / 255.0;
    return sum;
}

static const struct {
    const char *path;
    float stroke;
    double area; /* in units squared */
} shapes[] = {
    {"M4 4H20V20H4Z", 0, 256},
    {"M4 4L20 4 20 20 4 20", 0, 256},
    {"m4 4 16 0 0 16-16 0z", 0, 256},
    {"M4,4h16v16h-16z", 0, 256},
    {"M4 4h16v16H4zM8 8v8h8V8z", 0, 192},
    {"M4 4h4v4h-4zm8 8h4v4h-4zl-2 0 0 2 2 0", 0, 36},
    {"M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20z", 0, 314.16},
    {"M12 2A10 10 0 0112 22A10 10 0 0112 2", 0, 314.16},
    {"M2 12a10 5 0 0 0 20 0z", 0, 78.54},
    {"M4 12a1 1 0 0 0 16 0z", 0, 100.53},
    {"M0 12Q12 0 24 12z", 0, 96},
    {"M0 12Q6 6 12 12T24 12", 0, 48},
    {"M0 12C0 12 12 0 24 12z", 0, 86.4},
    {"M4 12C4 8 8 8 8 12S12 16 12 12z", 0, 19.2},
    {"M4 12H20", 2, 32 + 3.1416},
    {"M4 4h16v16h-16z", 2, 4 * 32 - 4 + 3.1416},
    {"M4e0 12.0L2e1,12", 2, 32 + 3.1416},
    {"M12 12h0", 4, 12.57},
    {"M12 12z", 4, 12.57},
    {"M12 12", 4, 0},
    {"", 0, 0},
};

static void test_shapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        double got = area(shapes[i].path, shapes[i].stroke) / 4;
        double off = got - shapes[i].area;
        double slack = 0.5 + shapes[i].area / 100; /* curves become chords */
        if (off < -slack || off > slack)
            fail_msg("%s: %.2f, not %.2f", shapes[i].path, got, shapes[i].area);
    }
}

static void test_orientation(void **state)
{
    uint8_t coverage[SIZE * SIZE];
    (void)state;
    assert_true(outline_draw(fonts, "M0 0h12v12H0z", 24, 0, SIZE, coverage));
    assert_int_equal(coverage[0], 255);
    assert_int_equal(coverage[SIZE * SIZE - 1], 0);
    assert_int_equal(coverage[SIZE - 1], 0);
    assert_int_equal(coverage[(SIZE - 1) * SIZE], 0);
}

static void test_malformed(void **state)
{
    static const char *const paths[] = {
        "L4 4",       "M",      "M4",
        "M4 4X",      "M4 4Q1", "M1 1A1 1 0 2 0 3 3",
        "12",         "M1 1Z4", "M1e999 1",
        "M1 1e",      "M--1 1", "M4 4é",
        "M1000000 1", "M1 1L.",
    };
    uint8_t coverage[SIZE * SIZE];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        memset(coverage, 1, sizeof(coverage));
        if (outline_draw(fonts, paths[i], 24, 0, SIZE, coverage))
            fail_msg("%s is accepted", paths[i]);
        for (size_t k = 0; k < sizeof(coverage); k++)
            assert_int_equal(coverage[k], 0);
    }
}

static void test_random_paths(void **state)
{
    static const char letters[] = "MmLlHhVvCcSsQqTtAaZz 0123456789.-,e";
    uint8_t coverage[SIZE * SIZE];
    unsigned seed = (unsigned)time(NULL);
    (void)state;
    print_message("seed %u\n", seed);
    srand(seed);
    for (int round = 0; round < 2000; round++) {
        char path[64] = "M1 2 ";
        size_t length = strlen(path);
        while (length < sizeof(path) - 1)
            path[length++] = letters[(size_t)rand() % (sizeof(letters) - 1)];
        path[5 + rand() % 58] = 0;
        outline_draw(fonts, path, 24, (float)(rand() % 4), SIZE, coverage);
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
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_orientation),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_random_paths),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
