/* test_tuf_canonical.c - JSON is read strictly and written canonically
 * (wiki.laptop.org/go/Canonical_JSON, as TUF uses it). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "content/sync/sync_private.h"

static json_t *read_text(const char *text, size_t length)
{
    struct fault fault = {0};
    json_t *value = canonical_read(text, length, &fault);
    if (!value)
        assert_int_equal(fault.result, TUF_MALFORMED);
    return value;
}

static void writes_canonically(void **state)
{
    (void)state;
    static const struct {
        const char *json, *canonical;
    } cases[] = {
        {"{ \"b\" : 1 ,\n\"a\":[true, false,null ] }",
         "{\"a\":[true,false,null],\"b\":1}"},
        {"{}", "{}"},
        {"[]", "[]"},
        {"[-0, -12, 9223372036854775807]", "[0,-12,9223372036854775807]"},
        /* only these two are escaped; everything else stands raw */
        {"[\"\\\"\\\\\\/\\n\\u0001\\u007f\"]", "[\"\\\"\\\\/\n\x01\x7f\"]"},
        {"[\"\\u4e2d\\ud83d\\ude00\"]", "[\"中😀\"]"},
        /* sorted by bytes of UTF-8, which is by code points: U+FFFD before
         * U+1F600, unlike UTF-16 */
        {"{\"😀\":1,\"\\ufffd\":2,\"Z\":3,\"a\":4,\"\":5}",
         "{\"\":5,\"Z\":3,\"a\":4,\"\xef\xbf\xbd\":2,\"😀\":1}"},
        {"{\"a\":{\"d\":1,\"c\":{\"f\":[],\"e\":{}}}}",
         "{\"a\":{\"c\":{\"e\":{},\"f\":[]},\"d\":1}}"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = {0};
        json_t *value = read_text(cases[i].json, strlen(cases[i].json));
        assert_non_null(value);
        canonical_write(value, &out);
        assert_string_equal(buf_text(&out), cases[i].canonical);
        json_decref(value);
        buf_fini(&out);
    }
}

static void refuses_what_is_not_strict(void **state)
{
    (void)state;
    static const struct {
        const char *name, *json;
        size_t length; /* 0: strlen */
    } cases[] = {
        {"nothing", "", 0},
        {"duplicate keys", "{\"a\":1,\"a\":1}", 0},
        {"duplicate keys, spelled differently", "{\"a\":1,\"\\u0061\":2}", 0},
        {"duplicate keys, deeper", "[{\"a\":{\"b\":1,\"b\":2}}]", 0},
        {"a real", "[1.0]", 0},
        {"an exponent", "{\"version\":1e3}", 0},
        {"2^63", "[9223372036854775808]", 0},
        {"a number without end", "[99999999999999999999999999999999999]", 0},
        {"NUL in a string", "[\"a\\u0000b\"]", 0},
        {"NUL in a key", "{\"a\\u0000b\":1}", 0},
        {"NUL byte", "[\"a\0b\"]", 7},
        {"NUL after the end", "[]\0", 3},
        {"half a surrogate", "[\"\\ud800\"]", 0},
        {"overlong UTF-8", "[\"\xc0\xaf\"]", 0},
        {"UTF-8 surrogate", "[\"\xed\xa0\x80\"]", 0},
        {"cut UTF-8", "[\"\xe4\xb8\"]", 0},
        {"above U+10FFFF", "[\"\xf4\x90\x80\x80\"]", 0},
        {"raw control character", "[\"\n\"]", 0},
        {"byte order mark", "\xef\xbb\xbf{}", 0},
        {"two values", "{}{}", 0},
        {"trailing comma", "[1,]", 0},
        {"comment", "[1]//", 0},
        {"NaN", "[NaN]", 0},
        {"cut off", "{\"signed\":{\"a\":", 0},
        {"string without end", "[\"abc", 0},
        {"escape at the end", "[\"\\", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t length =
            cases[i].length ? cases[i].length : strlen(cases[i].json);
        json_t *value = read_text(cases[i].json, length);
        if (value)
            fail_msg("accepted: %s", cases[i].name);
    }
}

static void limits_depth_and_count(void **state)
{
    (void)state;
    struct buf deep = {0}, wide = {0};
    for (int depth = JSON_DEPTH_MAX; depth <= JSON_DEPTH_MAX + 1; depth++) {
        buf_clear(&deep);
        for (int i = 0; i < depth; i++)
            buf_putc(&deep, '[');
        for (int i = 0; i < depth; i++)
            buf_putc(&deep, ']');
        json_t *value = read_text(deep.data, deep.length);
        assert_true((value != NULL) == (depth == JSON_DEPTH_MAX));
        json_decref(value);
    }
    buf_puts(&wide, "[\"[[[[,,,,\\\"[[[\"");
    for (int i = 0; i < JSON_VALUES_MAX; i++)
        buf_puts(&wide, ",1");
    buf_putc(&wide, ']');
    assert_null(read_text(wide.data, wide.length));
    /* a hundred thousand brackets reach no parser */
    buf_clear(&deep);
    for (int i = 0; i < 100000; i++)
        buf_puts(&deep, "{\"a\":");
    assert_null(read_text(deep.data, deep.length));
    buf_fini(&deep);
    buf_fini(&wide);
}

static void encodes_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *encoded;
    } cases[] = {
        {"targets", "targets"},     {"a-b._~9", "a-b._~9"},
        {"u/520115", "u%2F520115"}, {"..", ".."},
        {"../x", "..%2Fx"},         {"a b%20?#", "a%20b%2520%3F%23"},
        {"中", "%E4%B8%AD"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = {0};
        name_encode(cases[i].name, &out);
        assert_string_equal(buf_text(&out), cases[i].encoded);
        buf_fini(&out);
    }
}

static void decodes_hex(void **state)
{
    (void)state;
    unsigned char out[2];
    assert_true(hex_decode("00fF", out, 2));
    assert_int_equal(out[1], 255);
    assert_false(hex_decode("00f", out, 2));
    assert_false(hex_decode("00ff0", out, 2));
    assert_false(hex_decode("00fg", out, 2));
    assert_false(hex_decode("0x01", out, 2));
    assert_false(hex_decode("", out, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_canonically),
        cmocka_unit_test(refuses_what_is_not_strict),
        cmocka_unit_test(limits_depth_and_count),
        cmocka_unit_test(encodes_names),
        cmocka_unit_test(decodes_hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
