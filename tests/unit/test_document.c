/* test_document.c - what is encoded comes back; what is not, does not. */
#include "content/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

#include "base/utf8.h"

static struct span bold[] = {
    {3, 9, SPAN_BOLD, "", "", ""},
    {9, 12, SPAN_BOLD | SPAN_LINK, "guides/wage/arrears", "", ""}};
static struct span marked[] = {
    {0, 3, SPAN_BOOK, "", "", ""},
    {3, 6, SPAN_LINK | SPAN_RUBY, "guides", "yì", ""},
    {6, 7, SPAN_NOTE, "", "", ""},
    {7, 10, SPAN_NAME | SPAN_EMPHASIS, "", "", ""}};
static struct span signs[] = {{3, 6, SPAN_ICON | SPAN_BOLD, "", "", "电话"},
                              {6, 9, SPAN_ICON, "", "", "地点"}};
static struct rich_text cells[] = {
    {"项目", 6, 0, NULL},
    {"数", 3, 0, NULL},
    {"甲", 3, 0, NULL},
    {"", 0, 0, NULL},
};
static const enum cell_align aligns[] = {CELL_LEFT, CELL_RIGHT};

static struct block blocks[] = {
    {.kind = BLOCK_HEADING, .level = 3, .content = {"标题", 6, 0, NULL}},
    {.kind = BLOCK_PARAGRAPH,
     .quote = 1,
     .content = {"一二三四五", 15, 2, bold}},
    {.kind = BLOCK_ITEM,
     .level = 1,
     .ordinal = 300,
     .continued = true,
     .content = {"项", 3, 0, NULL}},
    {.kind = BLOCK_ITEM,
     .label = "（一）",
     .content = {"书驿1名", 10, 4, marked}},
    {.kind = BLOCK_NOTE,
     .label = "注意",
     .content = {"小心\n台阶", 13, 0, NULL}},
    {.kind = BLOCK_TABLE,
     .columns = 2,
     .rows = 2,
     .aligns = aligns,
     .cells = cells},
    {.kind = BLOCK_IMAGE,
     .media = "media/a.png",
     .alt = "图",
     .width = 70000,
     .height = 20,
     .content = {"说明", 6, 0, NULL}},
    {.kind = BLOCK_CODE, .content = {"x = 1", 5, 0, NULL}},
    {.kind = BLOCK_PARAGRAPH,
     .content = {"打\uFFFC\uFFFC来\uFFFC", 15, 2, signs}},
    {.kind = BLOCK_RULE},
    {.kind = BLOCK_ENDNOTE, .ordinal = 1, .content = {"注", 3, 0, NULL}},
};
static const struct document sample = {blocks, COUNT_OF(blocks)};

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

static void assert_same_rich(const struct rich_text *a,
                             const struct rich_text *b)
{
    assert_string_equal(text_or_empty(a->text), text_or_empty(b->text));
    assert_int_equal(a->length, b->length);
    assert_int_equal(a->span_count, b->span_count);
    for (uint32_t i = 0; i < a->span_count; i++) {
        assert_int_equal(a->spans[i].start, b->spans[i].start);
        assert_int_equal(a->spans[i].end, b->spans[i].end);
        assert_int_equal(a->spans[i].style, b->spans[i].style);
        assert_string_equal(a->spans[i].target, b->spans[i].target);
        assert_string_equal(a->spans[i].ruby, b->spans[i].ruby);
        assert_string_equal(a->spans[i].icon, b->spans[i].icon);
    }
}

static void assert_same_block(const struct block *a, const struct block *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->level, b->level);
    assert_int_equal(a->quote, b->quote);
    assert_int_equal(a->ordinal, b->ordinal);
    assert_int_equal(a->continued, b->continued);
    assert_string_equal(text_or_empty(a->label), text_or_empty(b->label));
    assert_string_equal(text_or_empty(a->media), text_or_empty(b->media));
    assert_string_equal(text_or_empty(a->alt), text_or_empty(b->alt));
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    assert_int_equal(a->columns, b->columns);
    assert_int_equal(a->rows, b->rows);
    assert_same_rich(&a->content, &b->content);
    for (unsigned i = 0; i < a->columns; i++)
        assert_int_equal(a->aligns[i], b->aligns[i]);
    for (unsigned i = 0; i < a->columns * a->rows; i++)
        assert_same_rich(&a->cells[i], &b->cells[i]);
}

static void round_trip(void **state)
{
    (void)state;
    struct buf bytes = {0};
    struct arena arena = {0};
    struct document back;
    document_encode(&sample, &bytes);
    assert_true(document_decode(&arena, bytes.data, bytes.length, &back));
    assert_int_equal(back.count, sample.count);
    for (uint32_t i = 0; i < back.count; i++)
        assert_same_block(&sample.blocks[i], &back.blocks[i]);
    arena_fini(&arena);
    buf_fini(&bytes);
}

static void plain_text(void **state)
{
    (void)state;
    struct buf text = {0};
    document_plain_text(&sample, &text);
    assert_string_equal(
        buf_text(&text),
        "标题\n一二三四五\n项\n（一）\n书驿1名\n注意\n小心\n台阶\n"
        "项目\n数\n甲\n图\n说明\nx = 1\n打[电话][地点]来\uFFFC\n注\n");
    buf_fini(&text);
}

/* Decodes from memory of exactly that size, so that a sanitizer sees a byte
 * too far, and touches everything it got. */
static bool decode_exact(const char *bytes, size_t length)
{
    struct arena arena = {0};
    struct document document;
    char *copy = xmalloc(length);
    if (length)
        memcpy(copy, bytes, length);
    bool fine = document_decode(&arena, copy, length, &document);
    free(copy);
    if (fine) {
        struct buf text = {0}, again = {0};
        document_plain_text(&document, &text);
        assert_int_equal(utf8_valid_length(buf_text(&text), text.length),
                         text.length);
        document_encode(&document, &again);
        buf_fini(&text);
        buf_fini(&again);
    }
    arena_fini(&arena);
    return fine;
}

static void truncations(void **state)
{
    (void)state;
    struct buf bytes = {0};
    document_encode(&sample, &bytes);
    for (size_t length = 0; length < bytes.length; length++)
        assert_false(decode_exact(bytes.data, length));
    buf_putc(&bytes, 0);
    assert_false(
        decode_exact(bytes.data, bytes.length)); /* one byte too many */
    buf_fini(&bytes);
}

static void mutations(void **state)
{
    (void)state;
    unsigned seed = (unsigned)time(NULL), state_now = seed;
    struct buf bytes = {0};
    document_encode(&sample, &bytes);
    print_message("seed %u\n", seed);
    for (int round = 0; round < 10000; round++) {
        char *copy = xstrndup(bytes.data, bytes.length);
        for (int change = rand_r(&state_now) % 4; change >= 0; change--)
            copy[(size_t)rand_r(&state_now) % bytes.length] =
                (char)rand_r(&state_now);
        decode_exact(copy, bytes.length);
        free(copy);
    }
    buf_fini(&bytes);
}

static void hostile(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        size_t length;
    } cases[] = {
        {"another version", "\x02\x00", 2},
        {"more blocks than bytes", "\x03\xFF\xFF\xFF\xFF\x0F", 6},
        {"a varint without end", "\x03\x80\x80\x80\x80\x80\x80\x01", 8},
        {"a varint over 32 bits", "\x03\xFF\xFF\xFF\xFF\x7F", 6},
        {"an unknown kind", "\x03\x01\x09\x00", 4},
        {"a string beyond the end",
         "\x03\x01\x00\x00\x7F"
         "abc\x00",
         9},
        {"not UTF-8", "\x03\x01\x00\x00\x01\xFF\x00", 7},
        {"a NUL in a text",
         "\x03\x01\x00\x00\x02"
         "a\x00\x00",
         8},
        {"a span inside a character",
         "\x03\x01\x00\x00\x03\xE4\xB8\x80\x01\x01\x01\x01", 12},
        {"a span beyond the text",
         "\x03\x01\x00\x00\x01"
         "a\x01\x00\x02\x01",
         10},
        {"an empty span",
         "\x03\x01\x00\x00\x01"
         "a\x01\x00\x00\x01",
         10},
        {"a style that is none",
         "\x03\x01\x00\x00\x01"
         "a\x01\x00\x01\x80\x04",
         11},
        {"pinyin beyond the end",
         "\x03\x01\x00\x00\x01"
         "a\x01\x00\x01\x80\x01\x05"
         "ab",
         14},
        {"an icon that covers a letter",
         "\x03\x01\x00\x00\x01"
         "a\x01\x00\x01\x80\x02\x01p",
         13},
        {"an icon that covers two characters",
         "\x03\x01\x00\x00\x06\xEF\xBF\xBC\xEF\xBF\xBC"
         "\x01\x00\x06\x80\x02\x01p",
         18},
        {"an icon without a name",
         "\x03\x01\x00\x00\x03\xEF\xBF\xBC\x01\x00\x03\x80\x02\x00", 14},
        {"an icon whose name goes beyond the end",
         "\x03\x01\x00\x00\x03\xEF\xBF\xBC\x01\x00\x03\x80\x02\x05p", 15},
        {"a heading of level 1", "\x03\x01\x01\x00\x01\x00\x00", 7},
        {"a table without cells", "\x03\x01\x04\x00\x00\x00", 6},
        {"a table of 4e8 cells", "\x03\x01\x04\x00\xA0\x9C\x01\xA0\x9C\x01",
         10},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (decode_exact(cases[i].bytes, cases[i].length))
            fail_msg("%s was accepted", cases[i].name);
    assert_true(decode_exact("\x03\x00", 2)); /* an empty document is one */
    assert_true(decode_exact(
        "\x03\x01\x00\x00\x03\xEF\xBF\xBC\x01\x00\x03\x80\x02\x01p", 15));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),  cmocka_unit_test(plain_text),
        cmocka_unit_test(truncations), cmocka_unit_test(mutations),
        cmocka_unit_test(hostile),
    };
    return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
