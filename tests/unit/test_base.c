/* What all areas share: UTF-8, dates, growing strings, whole files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <errno.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/civil.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/utf8.h"

/* The Unicode Standard 15.0, section 3.9, tables 3-8 to 3-11: one U+FFFD for
 * each maximal subpart. */
static void test_utf8_maximal_subparts(void **state)
{
    static const struct {
        const char *bytes;
        size_t replaced, count;
    } cases[] = {
        {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", 8, 9},
        {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", 8, 9},
        {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", 7, 9},
        {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", 4, 5},
        {"工会", 0, 2},
        {"", 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t length = strlen(cases[i].bytes), replaced = 0, count = 0;
        for (size_t at = 0; at < length; count++)
            replaced += utf8_next(cases[i].bytes, length, &at) == 0xFFFD;
        assert_int_equal(count, cases[i].count);
        assert_int_equal(replaced, cases[i].replaced);
    }
}

static void test_utf8_round_trip(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x10FFFF; code++) {
        char bytes[4];
        size_t at = 0;
        if (code >= 0xD800 && code <= 0xDFFF)
            continue;
        size_t length = utf8_put(bytes, code);
        assert_int_equal(utf8_next(bytes, length, &at), code);
        assert_int_equal(at, length);
    }
}

static void test_utf8_valid_length(void **state)
{
    (void)state;
    assert_int_equal(utf8_valid_length("工\xFFx", 5), 3);
    assert_int_equal(utf8_valid_length("\xEF\xBF\xBD", 3), 3);
    assert_int_equal(utf8_valid_length("a\xE5\xB7", 3), 1);
}

static void test_civil_every_day(void **state)
{
    /* 400 years are one whole cycle of the calendar. */
    struct civil last = {0};
    (void)state;
    for (int64_t day = civil_day_number(1900, 1, 1);
         day <= civil_day_number(2300, 1, 1); day++) {
        struct civil civil = civil_from_seconds(day * 86400 + 86399);
        assert_int_equal(civil_day_number(civil.year, civil.month, civil.day),
                         day);
        assert_int_equal(civil.hour * 3600 + civil.minute * 60 + civil.second,
                         86399);
        if (last.day)
            assert_true(civil.day == last.day + 1 || civil.day == 1);
        last = civil;
    }
    assert_int_equal(civil_day_number(1970, 1, 1), 0);
    assert_int_equal(civil_weekday(civil_day_number(2026, 11, 20)), 4);
    assert_int_equal(civil_weekday(civil_day_number(1969, 12, 28)), 6);
}

static void test_civil_parse(void **state)
{
    static const char *const good[] = {
        "2026-02-06", "2024-02-29", "2026-02-06T14:26", "2026-02-06T14:26:00"};
    static const char *const bad[] = {
        "",           "2026-2-6",    "2025-02-29",          "2026-13-01",
        "2026-00-10", "2026-04-31",  "2026-02-06 14:26",    "2026-02-06T24:00",
        "2026-02-0x", "2026-02-06T", "2026-02-06T14:26:60", "2100-02-29"};
    struct civil civil;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_true(civil_parse(good[i], &civil));
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(civil_parse(bad[i], &civil));
}

static void test_buf(void **state)
{
    struct buf buf = {0};
    (void)state;
    assert_string_equal(buf_text(&buf), "");
    for (int i = 0; i < 1000; i++)
        buf_printf(&buf, "%03d", i);
    assert_int_equal(buf.length, 3000);
    assert_memory_equal(buf.data + 2997, "999", 4);
    buf_clear(&buf);
    assert_string_equal(buf_text(&buf), "");
    buf_fini(&buf);
}

static void test_arena(void **state)
{
    struct arena arena = {0};
    (void)state;
    for (size_t size = 0; size < 9000; size += 13) {
        unsigned char *memory = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xA5, size);
    }
    arena_fini(&arena);
    assert_null(arena.chunks);
}

static void test_file_limits(void **state)
{
    char path[] = "/tmp/yichuang-file-XXXXXX";
    struct buf buf = {0};
    int fd = mkstemp(path);
    (void)state;
    assert_int_equal(write(fd, "0123456789", 10), 10);
    close(fd);
    assert_true(file_read(path, 10, &buf));
    assert_string_equal(buf_text(&buf), "0123456789");
    assert_false(file_read(path, 9, &buf));
    assert_int_equal(errno, EFBIG);
    assert_int_equal(buf.length, 10);
    assert_false(file_read("/tmp", 10, &buf));
    assert_false(file_read("/nonexistent", 10, &buf));
    assert_int_equal(errno, ENOENT);
    unlink(path);
    buf_fini(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_maximal_subparts),
        cmocka_unit_test(test_utf8_round_trip),
        cmocka_unit_test(test_utf8_valid_length),
        cmocka_unit_test(test_civil_every_day),
        cmocka_unit_test(test_civil_parse),
        cmocka_unit_test(test_buf),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_file_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
