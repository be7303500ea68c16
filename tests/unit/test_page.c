/* An item read straight from the edition is the one the store hands out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "content/compile.h"
#include "content/store.h"

#define EDITION "content/edition"
#define TODAY "2026-02-06"

static struct store *store;
static char database[] = "/tmp/test-page-XXXXXX";

static void check_cards(const struct item_card *a, const struct item_card *b)
{
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->subtitle, b->subtitle);
    assert_string_equal(a->kicker, b->kicker);
    assert_string_equal(a->summary, b->summary);
    assert_string_equal(a->date, b->date);
    assert_string_equal(a->source, b->source);
    assert_string_equal(a->channel, b->channel);
    assert_string_equal(a->channel_title, b->channel_title);
    assert_string_equal(a->image, b->image);
    assert_string_equal(a->image_alt, b->image_alt);
    assert_int_equal(a->characters, b->characters);
    assert_int_equal(a->upcoming, b->upcoming);
    assert_int_equal(a->page, b->page);
    assert_int_equal(a->rank, b->rank);
}

static void check_items(const struct item *a, const struct item *b)
{
    check_cards(&a->card, &b->card);
    assert_string_equal(a->byline, b->byline);
    assert_string_equal(a->reviewed, b->reviewed);
    assert_string_equal(a->valid_until, b->valid_until);
    assert_string_equal(a->region, b->region);
    assert_string_equal(a->kind, b->kind);
    assert_string_equal(a->parent, b->parent);
    assert_string_equal(a->parent_title, b->parent_title);
    assert_string_equal(a->previous, b->previous);
    assert_string_equal(a->previous_title, b->previous_title);
    assert_string_equal(a->next, b->next);
    assert_string_equal(a->next_title, b->next_title);
    assert_string_equal(a->continued, b->continued);
    assert_int_equal(a->topic_count, b->topic_count);
    for (size_t i = 0; i < a->topic_count; i++)
        assert_string_equal(a->topics[i], b->topics[i]);
    assert_int_equal(a->law_count, b->law_count);
    for (size_t i = 0; i < a->law_count; i++) {
        assert_string_equal(a->laws[i].law, b->laws[i].law);
        assert_string_equal(a->laws[i].article, b->laws[i].article);
    }
    assert_int_equal(a->related_count, b->related_count);
    for (size_t i = 0; i < a->related_count; i++)
        check_cards(&a->related[i], &b->related[i]);
    struct buf left = {0}, right = {0};
    document_encode(&a->document, &left);
    document_encode(&b->document, &right);
    assert_int_equal(left.length, right.length);
    assert_memory_equal(left.data, right.data, left.length);
    buf_fini(&left);
    buf_fini(&right);
}

static void items_are_those_of_the_store(void **state)
{
    (void)state;
    static const char *const ids[] = {
        "guides/wage/arrears",
        "guides/collective/bargaining",
        "guides/truck/driver",
        "articles/news/559-overview",
        "articles/local/yunnan-joint-meeting",
        "articles/service/hotlines",
        "papers/laodong-shibao/2026-01-09/wunian-zhang",
        "papers/laodong-shibao/2026-01-09/xiang-xin",
        "papers/laodong-shibao/2026-01-09/xiang-xin-xia",
    };
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct arena arena = {0};
        struct compile_report report;
        struct item straight, stored;
        char file[128];
        snprintf(file, sizeof(file), "%s.md", ids[i]);
        assert_true(
            compile_item(EDITION, file, TODAY, &arena, &straight, &report));
        assert_int_equal(report.fault_count, 0);
        assert_true(store_item(store, &arena, ids[i], &stored));
        check_items(&straight, &stored);
        compile_report_fini(&report);
        arena_fini(&arena);
    }
}

static void what_is_no_item_is_a_fault(void **state)
{
    (void)state;
    static const char *const files[] = {"README.md", "guides/wage/missing.md",
                                        "media/calendar.png", ""};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct arena arena = {0};
        struct compile_report report;
        struct item item;
        assert_false(
            compile_item(EDITION, files[i], TODAY, &arena, &item, &report));
        assert_int_equal(report.fault_count, 1);
        compile_report_fini(&report);
        arena_fini(&arena);
    }
}

static int set_up(void **state)
{
    (void)state;
    struct compile_report report;
    enum store_error error;
    int fd = mkstemp(database);
    if (fd < 0)
        return -1;
    close(fd);
    if (!compile_build(EDITION, database, &report))
        return -1;
    compile_report_fini(&report);
    store = store_open(database, &error);
    if (store)
        store_set_today(store, TODAY);
    return store ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    store_close(store);
    unlink(database);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_those_of_the_store),
        cmocka_unit_test(what_is_no_item_is_a_fault),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
