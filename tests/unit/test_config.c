/* Settings: a mistyped file never keeps a kiosk dark. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "app/kiosk/config.h"

static struct config read_bytes(const char *text, size_t length, size_t *faults)
{
    char path[] = "/tmp/yichuang-config-XXXXXX";
    struct config config;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), (ssize_t)length);
    close(fd);
    config_defaults(&config);
    assert_true(config_read(&config, path, faults));
    unlink(path);
    return config;
}

static struct config read_text(const char *text, size_t *faults)
{
    return read_bytes(text, strlen(text), faults);
}

static void test_values(void **state)
{
    size_t faults;
    struct config config = read_text("# comment\n\n  station = 云岩驿站  \r\n"
                                     "panel_mm=476\ntext_size = largest\n"
                                     "contrast=black\nsplash = never\n"
                                     "glyph_cache_mb = 64\n"
                                     "keyboard = write\n"
                                     "input = /opt/tables\n",
                                     &faults);
    (void)state;
    assert_int_equal(faults, 0);
    assert_string_equal(config.station, "云岩驿站");
    assert_int_equal(config.panel_mm, 476);
    assert_int_equal(config.text_size, 3);
    assert_int_equal(config.contrast, 2);
    assert_int_equal(config.splash, SPLASH_NEVER);
    assert_int_equal(config.glyph_cache_mb, 64);
    assert_int_equal(config.keyboard, KEYBOARD_MODE_WRITE);
    assert_string_equal(config.input, "/opt/tables");
    assert_int_equal(config.idle_seconds, 60);
}

static void test_faults_keep_defaults(void **state)
{
    static const char *const lines[] = {
        "panel_mm = wide",   "panel_mm = 12",
        "panel_mm = 268x",   "panel_mm = 99999999999999999999",
        "idle_seconds = -5", "text_size = huge",
        "colour = red",      "station",
        "contrast =",        "station = \xff\xfe",
        "panel_mm =",        "glyph_cache_mb = 3",
        "keyboard = qwerty",
    };
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        size_t faults;
        struct config defaults, config = read_text(lines[i], &faults);
        config_defaults(&defaults);
        assert_int_equal(faults, 1);
        assert_memory_equal(&config, &defaults, sizeof(config));
    }
}

static void test_later_lines_still_count(void **state)
{
    size_t faults;
    struct config config =
        read_text("nonsense\npanel_mm = 217\n= 3\nidle_seconds = 30", &faults);
    (void)state;
    assert_int_equal(faults, 2);
    assert_int_equal(config.panel_mm, 217);
    assert_int_equal(config.idle_seconds, 30);
}

/* As Windows editors and broken disks leave a file. */
static void test_marks_and_nuls(void **state)
{
    static const char torn[] = "a\0b\nidle_seconds = 30\n";
    size_t faults;
    struct config config = read_text("\xEF\xBB\xBFpanel_mm = 217\r\n", &faults);
    (void)state;
    assert_int_equal(faults, 0);
    assert_int_equal(config.panel_mm, 217);
    config = read_bytes(torn, sizeof(torn) - 1, &faults);
    assert_int_equal(faults, 1);
    assert_int_equal(config.idle_seconds, 30);
    read_bytes("", 0, &faults);
    assert_int_equal(faults, 0);
}

static void test_missing_and_huge(void **state)
{
    struct config config;
    size_t faults;
    (void)state;
    config_defaults(&config);
    assert_false(config_read(&config, "/nonexistent/yichuang.conf", &faults));
    assert_false(config_read(&config, "/dev/zero", &faults));
    assert_false(config_read(&config, "/tmp", &faults));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_faults_keep_defaults),
        cmocka_unit_test(test_later_lines_still_count),
        cmocka_unit_test(test_marks_and_nuls),
        cmocka_unit_test(test_missing_and_huge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
