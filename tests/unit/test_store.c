/* test_store.c - everything the small edition holds comes out again, and
 * nothing a broken file holds can hurt. Runs in the top folder. */
#include "content/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/file.h"
#include "content/compile.h"

static const char edition_folder[] = "tests/unit/data-edition/small";
static char folder[] = "/tmp/yichuang-store-XXXXXX";
static struct buf good_path, good_bytes, other_path;

static struct store *store;
static struct arena arena;

static int open_store(void **state)
{
    enum store_error error;
    (void)state;
    store = store_open(buf_text(&good_path), &error);
    assert_non_null(store);
    assert_int_equal(error, STORE_OK);
    store_set_today(store, "2026-02-06");
    return 0;
}

static int close_store(void **state)
{
    (void)state;
    store_close(store);
    arena_fini(&arena);
    return 0;
}

static void edition(void **state)
{
    (void)state;
    struct edition it;
    store_edition(store, &arena, &it);
    assert_string_equal(it.title, "测试版");
    assert_string_equal(it.publisher, "测试总工会");
    assert_string_equal(it.date, "2026-02-06");
    assert_int_equal(it.number, 7);
    assert_int_equal(strlen(it.built), strlen("2026-02-06T12:00:00"));
}

static void links(void **state)
{
    (void)state;
    static const struct {
        const char *link;
        enum link_kind kind;
    } cases[] = {
        {"articles/news/second", LINK_ITEM},
        {"articles/news/expired", LINK_NONE},
        {"papers/grb/2026-02-06/b-rest", LINK_ITEM}, /* a second half */
        {"articles/news", LINK_CHANNEL},
        {"guides", LINK_GUIDES},
        {"guides/wage", LINK_TOPIC},
        {"guides/injury", LINK_NONE}, /* a topic without guides */
        {"listings/stations", LINK_LISTING},
        {"papers/grb/2026-02-06", LINK_ISSUE},
        {"papers/grb", LINK_NONE},
        {"listings/none", LINK_NONE},
        {"", LINK_NONE},
        {"' OR 1=1", LINK_NONE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (store_resolve(store, cases[i].link) != cases[i].kind)
            fail_msg("%s", cases[i].link);
}

static void home(void **state)
{
    (void)state;
    struct home it;
    store_home(store, &arena, &it);
    assert_string_equal(it.notice, "测试通知");
    assert_string_equal(it.notice_link, "articles/news/second");
    assert_int_equal(it.tile_count, 5);
    assert_string_equal(it.tiles[0].title, "我遇到了问题");
    assert_string_equal(it.tiles[0].style, "red");
    assert_string_equal(it.tiles[0].icon, "guide");
    assert_true(it.tiles[0].wide);
    assert_int_equal(it.tiles[0].line_count, 2);
    assert_string_equal(it.tiles[0].lines[1], "找到你的情况");
    assert_string_equal(it.tiles[2].style, "plain");
    assert_false(it.tiles[2].wide);
    assert_int_equal(it.tiles[2].line_count, 0);
    assert_string_equal(it.headlines_title, "今日要闻");
    assert_int_equal(it.headlines.count, 3);
    assert_string_equal(it.headlines.cards[0].id, "articles/news/second");
    assert_string_equal(it.headlines.cards[1].id, "articles/local/future");
    assert_true(it.headlines.cards[1].upcoming);
    assert_string_equal(it.headlines.cards[2].id, "articles/news/third");
}

static void channel(void **state)
{
    (void)state;
    struct channel it;
    struct card_list list;
    assert_true(store_channel(store, &arena, "news", 0, 2, &it, &list));
    assert_string_equal(it.title, "工会要闻");
    assert_string_equal(it.summary, "大事。");
    assert_int_equal(list.total, 3); /* of four, one has expired */
    assert_int_equal(list.count, 2);
    assert_string_equal(list.cards[0].title, "第二条");
    assert_string_equal(list.cards[1].title, "第三条");
    assert_true(store_channel(store, &arena, "news", 2, 10, &it, &list));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.cards[0].title, "第一条");
    assert_true(store_channel(store, &arena, "news", 99, SIZE_MAX, &it, &list));
    assert_int_equal(list.count, 0);
    assert_int_equal(list.total, 3);
    assert_false(store_channel(store, &arena, "none", 0, 10, &it, &list));
    store_set_today(store, "2026-02-05"); /* its last day */
    assert_true(store_channel(store, &arena, "news", 0, 10, &it, &list));
    assert_int_equal(list.total, 4);
    assert_int_equal(list.count, 4);
}

/* What the sample's blocks are, one a line. */
static const char *const second_blocks[] = {
    "heading 2 小标题",
    "paragraph 第一段加粗，见《劳动合同法》第82条和工资被拖欠，这里换了一行。",
    "note 注意 这是提示框的第一段。",
    "note  这是提示框的第二段。",
    "item 0.1 第一步",
    "item 1.0 甲",
    "item 1.0 乙",
    "item 0.2 第二步",
    "item 0.2+ 第二步的补充说明。",
    "table 2x2 项目|数|甲|1|",
    "image media/square.png 32x20 一块方砖 图：方砖",
    "paragraph> 引用的一段话。",
    "rule",
    "paragraph 最后说一句：看讨薪和《刑法》第276条之一。",
};

static void describe(const struct block *block, struct buf *out)
{
    const char *text = block->content.text;
    switch (block->kind) {
    case BLOCK_HEADING:
        buf_printf(out, "heading %u %s", block->level, text);
        break;
    case BLOCK_ITEM:
        buf_printf(out, "item %u.%u%s %s", block->level, block->ordinal,
                   block->continued ? "+" : "", text);
        break;
    case BLOCK_NOTE:
        buf_printf(out, "note %s %s", block->label, text);
        break;
    case BLOCK_TABLE:
        buf_printf(out, "table %ux%u ", block->columns, block->rows);
        for (unsigned i = 0; i < block->columns * block->rows; i++)
            buf_printf(out, "%s|", block->cells[i].text);
        break;
    case BLOCK_IMAGE:
        buf_printf(out, "image %s %ux%u %s %s", block->media, block->width,
                   block->height, block->alt, text);
        break;
    case BLOCK_RULE:
        buf_puts(out, "rule");
        break;
    case BLOCK_PARAGRAPH:
        buf_printf(out, "paragraph%s %s", block->quote ? ">" : "", text);
        break;
    case BLOCK_CODE:
    case BLOCK_ENDNOTE:
    case BLOCK_KIND_COUNT:
        fail();
    }
}

static void expect_blocks(const struct document *document,
                          const char *const *lines, size_t count)
{
    assert_int_equal(document->count, count);
    for (size_t i = 0; i < count; i++) {
        struct buf line = {0};
        describe(&document->blocks[i], &line);
        assert_string_equal(buf_text(&line), lines[i]);
        buf_fini(&line);
    }
}

static void item(void **state)
{
    (void)state;
    struct item it;
    assert_true(store_item(store, &arena, "articles/news/second", &it));
    assert_string_equal(it.card.title, "第二条");
    assert_string_equal(it.card.subtitle, "副题");
    assert_string_equal(it.card.kicker, "引题");
    assert_string_equal(it.card.summary, "摘要。");
    assert_string_equal(it.card.date, "2026-02-05");
    assert_string_equal(it.card.source, "测试报");
    assert_string_equal(it.card.channel, "news");
    assert_string_equal(it.card.channel_title, "工会要闻");
    assert_string_equal(it.card.image, "media/square.png");
    assert_string_equal(it.card.image_alt, "一块方砖");
    assert_in_range(it.card.characters, 100, 200);
    assert_string_equal(it.byline, "张三");
    assert_string_equal(it.region, "520100");
    assert_string_equal(it.kind, "article");
    assert_string_equal(it.parent, "articles/news");
    assert_string_equal(it.parent_title, "工会要闻");
    assert_int_equal(it.topic_count, 2);
    assert_string_equal(it.topics[1], "劳动合同");
    assert_int_equal(it.law_count, 2);
    assert_string_equal(it.laws[1].law, "刑法");
    assert_string_equal(it.laws[1].article, "276之一");
    assert_int_equal(it.related_count, 1); /* the other has expired */
    assert_string_equal(it.related[0].title, "工资被拖欠");
    assert_string_equal(it.previous, "");
    assert_string_equal(it.next, "articles/news/third");
    assert_string_equal(it.next_title, "第三条");
    assert_string_equal(it.continued, "");
    expect_blocks(&it.document, second_blocks, COUNT_OF(second_blocks));
    const struct rich_text *text = &it.document.blocks[1].content;
    assert_int_equal(text->span_count, 2);
    assert_int_equal(text->spans[0].style, SPAN_BOLD);
    assert_int_equal(text->spans[1].style, SPAN_LINK);
    assert_string_equal(text->spans[1].target, "guides/wage/arrears");
    assert_false(store_item(store, &arena, "articles/news/none", &it));
    assert_false(store_item(store, &arena, "articles/news/expired", &it));
    /* What has expired is passed over. */
    assert_true(store_item(store, &arena, "articles/news/third", &it));
    assert_string_equal(it.next, "articles/news/first");
}

static void topics(void **state)
{
    (void)state;
    struct topic *list;
    struct item it;
    assert_int_equal(store_topics(store, &arena, NULL, &list), 2);
    assert_string_equal(list[0].id, "wage");
    assert_string_equal(list[0].title, "工资与欠薪");
    assert_int_equal(list[0].guides.count, 2);
    assert_string_equal(list[1].id, "contract");
    assert_int_equal(store_topics(store, &arena, "contract", &list), 1);
    assert_string_equal(list[0].guides.cards[0].title, "没签合同");
    assert_int_equal(store_topics(store, &arena, "injury", &list), 0);
    /* Guides follow one another across topics. */
    assert_true(store_item(store, &arena, "guides/wage/deduct", &it));
    assert_string_equal(it.kind, "guide");
    assert_string_equal(it.reviewed, "2026-01-15");
    assert_string_equal(it.previous, "guides/wage/arrears");
    assert_string_equal(it.next, "guides/contract/unsigned");
}

static void issue(void **state)
{
    (void)state;
    static const char *const lead[] = {
        "paragraph 头条的上半部分。",
        "paragraph 这句话到这里还没有说完，要翻到下一版才完。",
        "paragraph 头条的下半部分。",
    };
    struct issue it;
    struct item article;
    assert_true(store_issue(store, &arena, "papers/grb/2026-02-06", &it));
    assert_string_equal(it.paper, "《测试日报》");
    assert_string_equal(it.issue_no, "第 12 期");
    assert_string_equal(it.total_no, "总第 345 期");
    assert_string_equal(it.lunar, "腊月十九");
    assert_int_equal(it.page_count, 2);
    assert_string_equal(it.pages[1].name, "综合");
    assert_int_equal(it.pages[0].articles.count, 2);
    assert_string_equal(it.pages[0].articles.cards[0].title, "最大的");
    assert_string_equal(it.pages[0].articles.cards[1].title, "头条");
    assert_int_equal(it.pages[0].articles.cards[1].continues_on, 2);
    assert_int_equal(it.pages[0].articles.cards[0].continues_on, 0);
    /* The second half stands behind what begins on its page. */
    assert_int_equal(it.pages[1].articles.count, 2);
    assert_string_equal(it.pages[1].articles.cards[0].title, "尾巴");
    assert_string_equal(it.pages[1].articles.cards[1].title, "头条");
    assert_int_equal(it.pages[1].articles.cards[1].page, 1);
    /* Either half opens both. */
    static const char *const halves[] = {"papers/grb/2026-02-06/a-lead",
                                         "papers/grb/2026-02-06/b-rest"};
    for (size_t i = 0; i < COUNT_OF(halves); i++) {
        assert_true(store_item(store, &arena, halves[i], &article));
        assert_string_equal(article.card.id, halves[0]);
        assert_string_equal(article.card.date, "2026-02-06");
        assert_string_equal(article.continued, "");
        assert_int_equal(article.card.page, 1);
        expect_blocks(&article.document, lead, COUNT_OF(lead));
        const struct rich_text *text = &article.document.blocks[1].content;
        assert_int_equal(text->span_count, 1);
        assert_memory_equal(text->text + text->spans[0].start, "下一版", 9);
    }
    assert_string_equal(article.next, "papers/grb/2026-02-06/d-tail");
    assert_string_equal(article.previous, "papers/grb/2026-02-06/c-big");
    assert_string_equal(article.parent, "papers/grb/2026-02-06");
    assert_true(store_item(store, &arena, article.next, &article));
    assert_string_equal(article.continued, "上文不在本期内容中");
    assert_true(
        store_item(store, &arena, "papers/grb/2026-02-06/c-big", &article));
    assert_string_equal(article.continued, "下文不在本期内容中");
    assert_false(store_issue(store, &arena, "papers/grb/2026-02-07", &it));
    assert_false(store_issue(store, &arena, "articles/news", &it));
}

static void other_issues(void **state)
{
    (void)state;
    struct issue_ref *others;
    assert_int_equal(
        store_other_issues(store, &arena, "papers/grb/2026-02-06", 9, &others),
        1);
    assert_string_equal(others[0].id, "papers/grb/2026-02-05");
    assert_string_equal(others[0].date, "2026-02-05");
    assert_string_equal(others[0].issue_no, "第 11 期");
    assert_int_equal(
        store_other_issues(store, &arena, "papers/grb/2026-02-05", 0, &others),
        0);
    static const char *const none[] = {
        "papers/other/2026-02-06", "papers/grb/2026-02-07", "guides/wage", ""};
    for (size_t i = 0; i < COUNT_OF(none); i++)
        assert_int_equal(store_other_issues(store, &arena, none[i], 9, &others),
                         0);
}

static void listing(void **state)
{
    (void)state;
    struct listing it;
    assert_true(store_listing(store, &arena, "stations", NULL, 0, 0, 2, &it));
    assert_string_equal(it.title, "附近驿站");
    assert_string_equal(it.notice, "示例数据。");
    assert_true(it.has_map);
    assert_true(it.has_schedule);
    assert_int_equal(it.column_count, 8);
    assert_int_equal(it.columns[3].type, COLUMN_TAGS);
    assert_int_equal(it.title_column, 1);
    assert_int_equal(it.badge_column, -1);
    assert_int_equal(it.latitude_column, 5);
    assert_int_equal(it.card_count, 2);
    assert_int_equal(it.card[1], 3);
    assert_int_equal(it.detail[0], 4);
    assert_int_equal(it.row_total, 3); /* the fourth has expired */
    assert_int_equal(it.row_count, 2);
    assert_string_equal(it.rows[0].id, "s1");
    assert_string_equal(it.rows[0].values[1], "A 站");
    assert_string_equal(it.rows[0].values[7], "");
    assert_int_equal(it.rows[0].schedule_count, 3);
    assert_int_equal(it.rows[0].schedule[1].opens, 13 * 60 + 30);
    assert_int_equal(it.rows[0].schedule[0].weekdays, 0x1F);
    assert_int_equal(it.facet_count, 2);
    assert_int_equal(it.facets[0].column, 2);
    assert_string_equal(it.facets[0].values[0].value, "南明");
    assert_int_equal(it.facets[0].values[0].count, 2);
    assert_int_equal(it.facets[1].count, 4);
    assert_false(store_listing(store, &arena, "none", NULL, 0, 0, 2, &it));
}

static void filters(void **state)
{
    (void)state;
    struct listing it;
    const struct listing_filter power = {3, "充电"};
    const struct listing_filter both[] = {{3, "充电"}, {2, "云岩"}};
    const struct listing_filter none[] = {{3, "微波炉"}, {2, "云岩"}};
    assert_true(store_listing(store, &arena, "stations", &power, 1, 0, 9, &it));
    assert_int_equal(it.row_total, 2);
    assert_string_equal(it.rows[0].id, "s2");
    assert_string_equal(it.rows[1].id, "s3");
    assert_string_equal(it.rows[1].values[3], "充电；\"急救\"箱");
    assert_string_equal(it.facets[1].values[0].value, "充电");
    assert_true(it.facets[1].values[0].on);
    assert_int_equal(it.facets[1].values[0].count, 2);
    assert_false(it.facets[0].values[0].on);
    assert_int_equal(it.facets[0].values[0].count, 1);
    assert_true(store_listing(store, &arena, "stations", both, 2, 0, 9, &it));
    assert_int_equal(it.row_total, 1);
    assert_true(store_listing(store, &arena, "stations", none, 2, 0, 9, &it));
    assert_int_equal(it.row_total, 0);
    assert_int_equal(it.facets[0].count, 1); /* still there, to be taken off */
    assert_true(it.facets[0].values[0].on);
    assert_int_equal(it.facets[0].values[0].count, 0);
    store_set_today(store, "2026-02-05");
    assert_true(store_listing(store, &arena, "stations", NULL, 0, 3, 9, &it));
    assert_int_equal(it.row_total, 4);
    assert_string_equal(it.rows[0].id, "s4");
}

static void write_bytes(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

/* Every facet's counts, for random filters, against counting by hand what the
 * unfiltered listing holds. */
static size_t count_by_hand(const struct listing *all, unsigned tags,
                            const struct listing_filter *filters, size_t count)
{
    size_t rows = 0;
    for (size_t r = 0; r < all->row_count; r++) {
        bool fits = true;
        for (size_t f = 0; f < count && fits; f++) {
            const char *cell = all->rows[r].values[filters[f].column];
            struct buf list = {0}, wanted = {0};
            bool many = filters[f].column == tags;
            buf_printf(&list, many ? "、%s、" : "%s", cell);
            buf_printf(&wanted, many ? "、%s、" : "%s", filters[f].value);
            fits = many ? strstr(buf_text(&list), buf_text(&wanted)) != NULL
                        : !strcmp(buf_text(&list), buf_text(&wanted));
            buf_fini(&list);
            buf_fini(&wanted);
        }
        rows += fits;
    }
    return rows;
}

static void facet_counts(void **state)
{
    (void)state;
    static const char *const districts[] = {"南明", "云岩", "花溪"};
    static const char *const kinds[] = {"大", "小"};
    static const char *const tags[] = {"饮水", "充电", "热饭", "洗澡",
                                       "饮水机"};
    char root[] = "/tmp/yichuang-facets-XXXXXX";
    struct buf sheet = {0}, path = {0};
    struct compile_report report;
    struct listing all, some;
    enum store_error error;
    unsigned seed = 7;
    assert_non_null(mkdtemp(root));
    buf_puts(&sheet, "id,name,district,size,tags,until\n");
    for (int i = 0; i < 400; i++) {
        buf_printf(&sheet, "r%d,站%d,%s,%s,", i, i,
                   rand_r(&seed) % 8 ? districts[rand_r(&seed) % 3] : "",
                   kinds[rand_r(&seed) % 2]);
        const char *separator = "";
        for (size_t t = 0; t < COUNT_OF(tags); t++)
            if (rand_r(&seed) % 3 == 0) {
                buf_printf(&sheet, "%s%s", separator, tags[t]);
                separator = "、";
            }
        buf_puts(&sheet, rand_r(&seed) % 4 ? ",\n" : ",2026-02-05\n");
    }
    const struct {
        const char *name, *text;
    } files[] = {
        {"articles", NULL},
        {"articles/news", NULL},
        {"listings", NULL},
        {"listings/x", NULL},
        {"edition.yaml", "publisher: 会\ntitle: 版\ndate: 2026-02-06\n"
                         "number: 1\nchannels: [{id: news, title: 闻}]\n"},
        {"home.yaml", "tiles: [{title: 站, link: listings/x}]\n"},
        {"articles/news/a.md", "---\ntitle: 题\n---\n短。\n"},
        {"listings/x/x.csv", buf_text(&sheet)},
        {"listings/x/listing.yaml",
         "kind: x\ntitle: 站\nitem: 站\nsource: x.csv\ncolumns:\n"
         "  - {name: id, type: text, label: 号}\n"
         "  - {name: name, type: text, label: 名}\n"
         "  - {name: district, type: text, label: 区}\n"
         "  - {name: size, type: text, label: 大小}\n"
         "  - {name: tags, type: tags, label: 有}\n"
         "  - {name: until, type: date, label: 止}\n"
         "roles: {title: name, expires: until}\n"
         "facets: [district, size, tags]\n"},
    };
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        buf_clear(&path);
        buf_printf(&path, "%s/%s", root, files[i].name);
        if (files[i].text)
            write_bytes(path.data, files[i].text, strlen(files[i].text));
        else
            assert_int_equal(mkdir(path.data, 0700), 0);
    }
    if (!compile_build(root, buf_text(&other_path), &report))
        fail_msg("%s", buf_text(&report.faults));
    compile_report_fini(&report);
    struct store *it = store_open(buf_text(&other_path), &error);
    assert_non_null(it);
    store_set_today(it, "2026-02-06");
    assert_true(store_listing(it, &arena, "x", NULL, 0, 0, 1000, &all));
    assert_in_range(all.row_total, 200, 399);
    for (int round = 0; round < 60; round++) {
        struct listing_filter filters[5];
        size_t count = (size_t)round % 4;
        for (size_t f = 0; f < count; f++) {
            const struct facet *facet = &all.facets[rand_r(&seed) % 3];
            filters[f].column = facet->column;
            filters[f].value =
                facet->values[(size_t)rand_r(&seed) % facet->count].value;
        }
        assert_true(
            store_listing(it, &arena, "x", filters, count, 0, 1000, &some));
        assert_int_equal(some.row_total,
                         count_by_hand(&all, 4, filters, count));
        assert_int_equal(some.row_count, some.row_total);
        for (size_t f = 0; f < some.facet_count; f++)
            for (size_t v = 0; v < some.facets[f].count; v++) {
                filters[count] = (struct listing_filter){
                    some.facets[f].column, some.facets[f].values[v].value};
                assert_int_equal(some.facets[f].values[v].count,
                                 count_by_hand(&all, 4, filters, count + 1));
            }
    }
    store_close(it);
    for (size_t i = 4; i < COUNT_OF(files); i++) {
        buf_clear(&path);
        buf_printf(&path, "%s/%s", root, files[i].name);
        unlink(path.data);
    }
    for (size_t i = 4; i--;) {
        buf_clear(&path);
        buf_printf(&path, "%s/%s", root, files[i].name);
        rmdir(path.data);
    }
    assert_int_equal(rmdir(root), 0);
    buf_fini(&path);
    buf_fini(&sheet);
}

static void listing_row(void **state)
{
    (void)state;
    struct listing it;
    assert_true(store_listing_row(store, &arena, "stations", "s2", &it));
    assert_int_equal(it.row_count, 1);
    assert_string_equal(it.rows[0].values[4], "12351");
    assert_int_equal(it.rows[0].schedule[0].closes, 1440);
    assert_false(store_listing_row(store, &arena, "stations", "s4", &it));
    assert_false(store_listing_row(store, &arena, "stations", "s9", &it));
    assert_false(store_listing_row(store, &arena, "none", "s1", &it));
}

static void media(void **state)
{
    (void)state;
    struct buf picture = {0}, original = {0};
    assert_true(store_media(store, "media/square.png", &picture));
    assert_true(file_read("tests/unit/data-edition/small/media/square.png",
                          1 << 20, &original));
    assert_int_equal(picture.length, original.length);
    assert_memory_equal(picture.data, original.data, original.length);
    assert_false(store_media(store, "media/unused.png", &picture));
    assert_int_equal(picture.length, original.length);
    buf_fini(&picture);
    buf_fini(&original);
}

static void copy_good(const char *path)
{
    write_bytes(path, good_bytes.data, good_bytes.length);
}

/* Changes a database as another program would. */
static void change(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void expect_error(const char *path, enum store_error wanted)
{
    enum store_error error;
    struct store *it = store_open(path, &error);
    if (error != wanted)
        fail_msg("%s: %d, not %d", path, (int)error, (int)wanted);
    assert_true((it == NULL) == (wanted != STORE_OK));
    store_close(it);
}

static void unusable_files(void **state)
{
    (void)state;
    const char *path = buf_text(&other_path);
    static const struct {
        const char *sql;
        enum store_error error;
    } changes[] = {
        {"PRAGMA user_version = 6", STORE_NEWER},
        {"PRAGMA user_version = 4", STORE_OLDER},
        {"PRAGMA user_version = 0", STORE_OLDER},
        {"PRAGMA application_id = 1", STORE_DAMAGED},
        {"PRAGMA foreign_keys = 0; DELETE FROM item", STORE_EMPTY},
        {"DROP TABLE media", STORE_DAMAGED},
        {"PRAGMA foreign_keys = 0; ALTER TABLE item RENAME COLUMN summary TO s",
         STORE_DAMAGED},
        {"UPDATE generation SET number = 5", STORE_OK},
    };
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        copy_good(path);
        change(path, changes[i].sql);
        expect_error(path, changes[i].error);
    }
    write_bytes(path, "", 0);
    expect_error(path, STORE_DAMAGED);
    write_bytes(path, "这不是数据库。\n", 22);
    expect_error(path, STORE_DAMAGED);
    expect_error("/nonexistent/content.db", STORE_MISSING);
    expect_error(folder, STORE_MISSING);
    copy_good(path);
    chmod(path, 0);
    if (access(path, R_OK) != 0) /* not as root */
        expect_error(path, STORE_MISSING);
    chmod(path, 0600);
}

/* Every tile hides: those stand whose list, listing or item is alive. */
static void hiding_tiles(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        const char *today;
        size_t tiles;
    } cases[] = {
        {"UPDATE home_tile SET hides = 1", "2026-02-06", 5},
        {"UPDATE home_tile SET hides = 0", "2026-02-06", 6},
        {"UPDATE home_tile SET hides = 1;"
         "UPDATE item SET valid_until = '2026-02-05'",
         "2026-02-05", 5},
        {"UPDATE home_tile SET hides = 1;"
         "UPDATE item SET valid_until = '2026-02-05'",
         "2026-02-06", 1}, /* the listing */
        {"UPDATE item SET valid_until = '2026-02-05'", "2026-02-06", 5},
        {"UPDATE home_tile SET hides = 1;"
         "UPDATE listing_row SET expires = '2026-02-05'",
         "2026-02-06", 4},
        {"UPDATE home_tile SET hides = 1, link = 'articles/news/expired'",
         "2026-02-05", 6},
        {"UPDATE home_tile SET hides = 1, link = 'articles/news/expired'",
         "2026-02-06", 0},
        {"UPDATE home_tile SET hides = 1, link = 'articles/none'", "2026-02-06",
         0},
    };
    const char *path = buf_text(&other_path);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum store_error error;
        struct home it;
        copy_good(path);
        change(path, cases[i].sql);
        struct store *other = store_open(path, &error);
        assert_non_null(other);
        store_set_today(other, cases[i].today);
        store_home(other, &arena, &it);
        if (it.tile_count != cases[i].tiles)
            fail_msg("%s on %s: %zu", cases[i].sql, cases[i].today,
                     it.tile_count);
        store_close(other);
    }
    arena_fini(&arena);
}

static void query_everything(struct store *it)
{
    static const char *const items[] = {
        "articles/news/first", "articles/news/second", "guides/wage/arrears",
        "papers/grb/2026-02-06/a-lead", "articles/local/future"};
    struct arena scratch = {0};
    struct edition about;
    struct home start;
    struct topic *list;
    struct issue paper;
    struct issue_ref *others;
    struct channel head;
    struct card_list cards;
    struct listing rows;
    struct buf bytes = {0};
    store_set_today(it, "2026-02-06");
    store_edition(it, &scratch, &about);
    store_home(it, &scratch, &start);
    store_topics(it, &scratch, NULL, &list);
    store_issue(it, &scratch, "papers/grb/2026-02-06", &paper);
    store_other_issues(it, &scratch, "papers/grb/2026-02-06", 9, &others);
    store_channel(it, &scratch, "news", 0, 50, &head, &cards);
    store_listing(it, &scratch, "stations", NULL, 0, 0, 50, &rows);
    store_listing_row(it, &scratch, "stations", "s1", &rows);
    store_resolve(it, "articles/news/first");
    store_media(it, "media/square.png", &bytes);
    for (size_t i = 0; i < COUNT_OF(items); i++) {
        struct item one;
        store_item(it, &scratch, items[i], &one);
    }
    store_refresh(it);
    buf_fini(&bytes);
    arena_fini(&scratch);
}

static void try_file(const char *path)
{
    enum store_error error;
    struct store *it = store_open(path, &error);
    if (it)
        query_everything(it);
    store_close(it);
}

static void truncated(void **state)
{
    (void)state;
    const char *path = buf_text(&other_path);
    for (size_t length = 0; length < good_bytes.length;
         length += length < 200 ? 1 : 1021) {
        enum store_error error;
        write_bytes(path, good_bytes.data, length);
        struct store *it = store_open(path, &error);
        assert_null(it);
        assert_int_equal(error, STORE_DAMAGED);
    }
}

/* Never a crash or an endless loop; what comes out is of no matter. */
static void damaged(void **state)
{
    (void)state;
    const char *path = buf_text(&other_path);
    unsigned seed = (unsigned)time(NULL), now = seed;
    print_message("seed %u\n", seed);
    alarm(300);
    for (int round = 0; round < 400; round++) {
        char *bytes = xstrndup(good_bytes.data, good_bytes.length);
        size_t start = round % 4 ? 100 : 0; /* mostly beyond the header */
        for (int i = 0; i < 1 + round % 64; i++)
            bytes[start + (size_t)rand_r(&now) % (good_bytes.length - start)] =
                (char)rand_r(&now);
        if (round % 8 == 7) { /* a page that was never written, or twice */
            size_t pages = good_bytes.length / 4096;
            memcpy(bytes + 4096 * (1 + (size_t)rand_r(&now) % (pages - 1)),
                   bytes + 4096 * (1 + (size_t)rand_r(&now) % (pages - 1)) *
                               (size_t)(round % 16 == 7),
                   4096);
        }
        write_bytes(path, bytes, good_bytes.length);
        try_file(path);
        free(bytes);
    }
    alarm(0);
}

/* Each column of each table in turn holds nothing, bytes, too much or a number
 * beyond all bounds. */
static void damaged_rows(void **state)
{
    (void)state;
    static const char *const values[] = {
        "NULL",
        "x'ff00fe01'",
        "CAST(zeroblob(300000) AS TEXT)",
        "CAST(replace(hex(zeroblob(200000)), '00', '长') AS TEXT)",
        "9223372036854775807",
        "-1",
        "''"};
    const char *path = buf_text(&other_path);
    sqlite3 *names;
    sqlite3_stmt *each;
    int changes = 0;
    assert_int_equal(sqlite3_open(buf_text(&good_path), &names), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(
                         names,
                         "SELECT t.name, c.name FROM sqlite_schema t,"
                         " pragma_table_info(t.name) c WHERE t.type = 'table'",
                         -1, &each, NULL),
                     SQLITE_OK);
    alarm(300);
    while (sqlite3_step(each) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(each, 0);
        const char *column = (const char *)sqlite3_column_text(each, 1);
        for (size_t i = 0; i < COUNT_OF(values); i++) {
            struct buf sql = {0};
            sqlite3 *db;
            copy_good(path);
            /* Its constraints are taken away; what it means is not. */
            buf_printf(
                &sql,
                "PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = 1;"
                "PRAGMA writable_schema = 1;"
                "UPDATE sqlite_schema SET sql = replace(replace(replace(sql,"
                " ') STRICT, WITHOUT', ') WITHOUT'), ') STRICT', ')'),"
                " 'NOT NULL', '') WHERE type = 'table' AND name = '%s';"
                "PRAGMA writable_schema = RESET;",
                table);
            assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
            assert_int_equal(sqlite3_exec(db, buf_text(&sql), NULL, NULL, NULL),
                             SQLITE_OK);
            buf_clear(&sql);
            bool sealed = strcmp(table, "generation") && strcmp(column, "seal");
            buf_printf(&sql, "UPDATE OR IGNORE %s SET %s = %s%s", table, column,
                       values[i], sealed ? ", seal = 0" : "");
            sqlite3_exec(db, buf_text(&sql), NULL, NULL, NULL);
            changes += sqlite3_total_changes(db) > 1;
            sqlite3_close(db);
            try_file(path);
            buf_fini(&sql);
        }
    }
    alarm(0);
    assert_in_range(changes, 400, 1100); /* the rest were refused by SQLite */
    sqlite3_finalize(each);
    sqlite3_close(names);
}

static void refresh(void **state)
{
    (void)state;
    const char *path = buf_text(&other_path);
    struct buf next = {0};
    enum store_error error;
    struct edition about;
    buf_printf(&next, "%s.next", path);
    copy_good(path);
    struct store *it = store_open(path, &error);
    assert_non_null(it);
    assert_false(store_refresh(it));
    /* A commit in place that publishes. */
    change(path, "UPDATE generation SET number = number + 1;"
                 "UPDATE meta SET value = '新版' WHERE key = 'title'");
    assert_true(store_refresh(it));
    assert_false(store_refresh(it));
    store_edition(it, &arena, &about);
    assert_string_equal(about.title, "新版");
    /* One that does not. */
    change(path, "UPDATE meta SET value = 'x' WHERE key = 'region'");
    assert_false(store_refresh(it));
    /* A new file under the same name. */
    copy_good(buf_text(&next));
    change(buf_text(&next),
           "UPDATE meta SET value = '又一版' WHERE key = 'title'");
    assert_int_equal(rename(buf_text(&next), path), 0);
    assert_true(store_refresh(it));
    assert_false(store_refresh(it));
    store_edition(it, &arena, &about);
    assert_string_equal(about.title, "又一版");
    /* One copied over ours: same file, same generation, other bytes. */
    struct buf copy = {0};
    copy_good(buf_text(&next));
    change(buf_text(&next),
           "UPDATE meta SET value = '拷来的' WHERE key = 'title';"
           "UPDATE meta SET value = '2030-01-01T00:00:00' WHERE key = 'built'");
    assert_true(file_read(buf_text(&next), 64 << 20, &copy));
    write_bytes(path, copy.data, copy.length);
    assert_true(store_refresh(it));
    assert_false(store_refresh(it));
    store_edition(it, &arena, &about);
    assert_string_equal(about.title, "拷来的");
    copy_good(buf_text(&next));
    change(buf_text(&next),
           "UPDATE meta SET value = '又一版' WHERE key = 'title'");
    assert_int_equal(rename(buf_text(&next), path), 0);
    assert_true(store_refresh(it));
    buf_fini(&copy);
    /* One of no use: the old one serves on, also when it is gone. */
    write_bytes(buf_text(&next), "nothing", 7);
    assert_int_equal(rename(buf_text(&next), path), 0);
    assert_false(store_refresh(it));
    assert_false(store_refresh(it));
    store_edition(it, &arena, &about);
    assert_string_equal(about.title, "又一版");
    unlink(path);
    assert_false(store_refresh(it));
    /* And a good one again. */
    copy_good(path);
    assert_true(store_refresh(it));
    store_edition(it, &arena, &about);
    assert_string_equal(about.title, "测试版");
    store_close(it);
    buf_fini(&next);
    arena_fini(&arena);
}

/* A writer is not held up by a reader that has asked before. */
static void no_lock_is_left(void **state)
{
    (void)state;
    const char *path = buf_text(&other_path);
    enum store_error error;
    copy_good(path);
    struct store *it = store_open(path, &error);
    assert_non_null(it);
    query_everything(it);
    change(path, "BEGIN EXCLUSIVE; UPDATE generation SET number = 9; COMMIT");
    assert_true(store_refresh(it));
    store_close(it);
}

static int build(void **state)
{
    (void)state;
    struct compile_report report;
    if (!mkdtemp(folder))
        return -1;
    buf_printf(&good_path, "%s/content.db", folder);
    buf_printf(&other_path, "%s/other.db", folder);
    if (!compile_build(edition_folder, buf_text(&good_path), &report)) {
        print_error("%s", buf_text(&report.faults));
        return -1;
    }
    assert_int_equal(report.items, 13);
    assert_int_equal(report.rows, 4);
    assert_int_equal(report.media, 1);
    compile_report_fini(&report);
    bool fine = file_read(buf_text(&good_path), 64 << 20, &good_bytes);
    return fine ? 0 : -1;
}

static int clean(void **state)
{
    (void)state;
    unlink(buf_text(&good_path));
    unlink(buf_text(&other_path));
    int status = rmdir(folder);
    buf_fini(&good_path);
    buf_fini(&other_path);
    buf_fini(&good_bytes);
    return status;
}

#define with_store(test) \
    cmocka_unit_test_setup_teardown(test, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_store(edition),
        with_store(links),
        with_store(home),
        with_store(channel),
        with_store(item),
        with_store(topics),
        with_store(issue),
        with_store(other_issues),
        with_store(listing),
        with_store(filters),
        cmocka_unit_test(facet_counts),
        with_store(listing_row),
        with_store(media),
        cmocka_unit_test(hiding_tiles),
        cmocka_unit_test(unusable_files),
        cmocka_unit_test(truncated),
        cmocka_unit_test(damaged),
        cmocka_unit_test(damaged_rows),
        cmocka_unit_test(refresh),
        cmocka_unit_test(no_lock_is_left),
    };
    return cmocka_run_group_tests_name("store", tests, build, clean);
}
