/* test_strokes.c - characters by their strokes, as GF 0023-2020 orders them. */
#include "content/strokes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/utf8.h"
#include "content/ime/table.h"
#include "support/sealed.h"

#define TABLE "content/ime/data/strokes.table"

static struct strokes *table;

static int open_table(void **state)
{
    (void)state;
    table = strokes_open(TABLE);
    return table ? 0 : -1;
}

static int close_table(void **state)
{
    (void)state;
    strokes_close(table);
    return 0;
}

static uint32_t code_of(const char *text)
{
    size_t at = 0;
    return utf8_next(text, strlen(text), &at);
}

/* What is found, as one text. */
static const char *find(const char *keys, size_t skip, size_t most)
{
    static char text[64 * 4 + 1];
    uint32_t found[64];
    const size_t count = strokes_find(table, keys, skip, found, most);
    size_t length = 0;
    assert_true(count <= most);
    for (size_t i = 0; i < count; i++)
        length += utf8_put(text + length, found[i]);
    text[length] = 0;
    return text;
}

static void test_stroke_order(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"失", "31134"},      {"工", "121"},
        {"钱", "3111511534"}, {"欠", "3534"},
        {"资", "4135342534"}, {"拖", "12131525"},
        {"我", "3121534"},    {"们", "32425"},
        {"了", "52"},         {"子", "521"},
        {"手", "3112"},       {"必", "45434"},
        {"火", "4334"},       {"女", "531"},
        {"及", "354"},        {"万", "153"},
        {"方", "4153"},       {"车", "1512"},
        {"母", "55414"},      {"出", "52252"},
        {"凸", "21251"},      {"凹", "25251"},
        {"九", "35"},         {"乃", "53"},
        {"为", "4354"},       {"长", "3154"},
        {"马", "551"},        {"鸟", "35451"},
        {"病", "4134112534"}, {"保", "322511234"},
        {"险", "523414431"},  {"德", "332122522114544"},
        {"字", "445521"},     {"只", "25134"},
        {"炽", "433425134"},  {"皙", "1234331232511"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *keys = strokes_of(table, code_of(cases[i][0]));
        assert_non_null(keys);
        assert_string_equal(keys, cases[i][1]);
    }
    assert_null(strokes_of(table, 'A'));
}

static void test_complete_first(void **state)
{
    (void)state;
    assert_string_equal(find("31134", 0, 2), "失矢");
    assert_string_equal(find("1", 0, 1), "一");
    assert_string_equal(find("3111511534", 0, 1), "钱");
    /* Not complete: the most common goes first. */
    assert_string_equal(find("3111", 0, 1), "钱");
}

static void test_a_beginning_leads_on(void **state)
{
    (void)state;
    char whole[16] = "3111511534";
    for (size_t length = 3; length <= strlen(whole); length++) {
        char keys[16];
        snprintf(keys, sizeof(keys), "%.*s", (int)length, whole);
        assert_non_null(strstr(find(keys, 0, 9), "钱"));
    }
}

static void test_wildcards(void **state)
{
    (void)state;
    assert_string_equal(find("3*134", 0, 2), find("3?134", 0, 2));
    assert_non_null(strstr(find("3*134", 0, 9), "失"));
    assert_non_null(strstr(find("*****", 0, 60), "们"));
    assert_non_null(strstr(find("?11?4", 0, 9), "失"));
    /* What is known stays known. */
    assert_null(strstr(find("2*134", 0, 60), "失"));
}

static void test_paging(void **state)
{
    (void)state;
    char first[64 * 4 + 1], second[64 * 4 + 1];
    strcpy(first, find("31", 0, 8));
    strcpy(second, find("31", 8, 8));
    strcat(first, second);
    assert_string_equal(find("31", 0, 16), first);
    assert_string_equal(find("31", 20000, 8), "");
}

static void test_nothing_fits(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "6",
        "0",
        "31a",
        "-",
        " 1",
        "一",
        "22222222222222222222222222222",
        "11111111111111111111111111111111111111111111111111111111111111111111",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(find(cases[i], 0, 9), "");
    assert_string_equal(find("1", 0, 0), "");
}

static void assert_refused(struct buf *bytes, size_t length)
{
    char *path = sealed_save(bytes, length);
    assert_null(strokes_open(path));
    unlink(path);
    free(path);
}

static void test_damage(void **state)
{
    (void)state;
    struct buf bytes = {0};
    assert_null(strokes_open("tests/no-such-file"));
    assert_null(strokes_open("tests"));
    assert_true(file_read(TABLE, 1 << 20, &bytes));
    for (size_t length = 0; length < bytes.length; length += 9973)
        assert_refused(&bytes, length);
    assert_refused(&bytes, bytes.length - 1);
    for (size_t at = 0; at < bytes.length; at += at < 32 ? 1 : 7919) {
        bytes.data[at] ^= 0x40;
        assert_refused(&bytes, bytes.length);
        bytes.data[at] ^= 0x40;
    }
    buf_fini(&bytes);
}

/* Damage that brings a seal of its own. */
static void test_hostile(void **state)
{
    (void)state;
    struct buf bytes = {0};
    assert_true(file_read(TABLE, 1 << 20, &bytes));
    struct table_head head;
    memcpy(&head, bytes.data, sizeof(head));
    const size_t starts = sizeof(head) + (size_t)head.count * 4;
    const struct {
        size_t at;
        uint32_t value;
    } cases[] = {
        {offsetof(struct table_head, count), head.count + 1},
        {offsetof(struct table_head, count), UINT32_MAX},
        {offsetof(struct table_head, key_bytes), 0},
        {sizeof(head), 0x110000},       /* a code point */
        {starts, head.key_bytes},       /* keys behind the end */
        {bytes.length - 4, 0x31313131}, /* the last without an end */
        {starts + (size_t)head.count * 4, 0x36363636}, /* no such key */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint32_t kept;
        memcpy(&kept, bytes.data + cases[i].at, sizeof(kept));
        memcpy(bytes.data + cases[i].at, &cases[i].value, sizeof(kept));
        sealed_again(&bytes);
        assert_refused(&bytes, bytes.length);
        memcpy(bytes.data + cases[i].at, &kept, sizeof(kept));
    }
    buf_fini(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stroke_order),
        cmocka_unit_test(test_complete_first),
        cmocka_unit_test(test_a_beginning_leads_on),
        cmocka_unit_test(test_wildcards),
        cmocka_unit_test(test_paging),
        cmocka_unit_test(test_nothing_fits),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests(tests, open_table, close_table);
}
