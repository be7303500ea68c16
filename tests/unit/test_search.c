/* test_search.c - what is found, in which order, and that it is all that a look
 * at every text would find. Runs in the top folder. */
#include "content/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "content/compile.h"
#include "content/search/change.h"
#include "content/search/fold.h"
#include "content/search/letters.h"
#include "content/search/topics.h"
#include "support/paragraphs.h"
#include "support/tree.h"

static char folder[] = "/tmp/yichuang-search-XXXXXX";

static char *path_in(const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", folder, name);
    return path.data;
}

static int start(void **unused)
{
    (void)unused;
    return mkdtemp(folder) ? 0 : -1;
}

static int finish(void **unused)
{
    const struct tree nothing = {0};
    (void)unused;
    tree_save(&nothing, folder);
    return rmdir(folder);
}

/* A small edition: everything that a search treats in its own way. */
static void small_edition(struct tree *tree)
{
    static const char *const files[][2] = {
        {"edition.yaml",
         "title: 小版本\npublisher: 测试\ndate: 2026-02-06\nnumber: 1\n"
         "channels:\n  - {id: news, title: 要闻}\n"
         "topics:\n  - {id: wage, title: 工资与欠薪}\n"
         "  - {id: injury, title: 工伤}\n  - {id: heat, title: 高温天气}\n"},
        {"home.yaml", "tiles:\n  - {title: 要闻, link: articles/news}\n"},
        {"guides/wage/arrears.md",
         "---\ntitle: 老板不给钱怎么办\nsummary: 先存证据，再投诉。\n"
         "topics: [wage]\nreviewed: 2026-01-01\n---\n"
         "拖欠工资的，向劳动监察投诉，也可以申请劳动仲裁。\n"},
        {"guides/injury/claim.md",
         "---\ntitle: 上班受了伤怎么办\nsummary: 先治伤，再认定工伤。\n"
         "topics: [injury]\nreviewed: 2026-01-01\n---\n"
         "一个月内由单位申请工伤认定；单位不申请，自己一年内申请。\n"},
        {"guides/heat/outdoor.md",
         "---\ntitle: 天太热还要干活吗\nsummary: 四十度停工。\n"
         "topics: [heat]\nreviewed: 2026-01-01\n---\n"
         "气温到了四十度，当天停止室外露天作业。\n"},
        {"articles/news/first.md",
         "---\ntitle: 劳动仲裁不收钱\ndate: 2026-02-01\n---\n"
         "申请的人说，从立案到开庭一分钱没花。拖欠工资的案子最多。\n"},
        {"articles/news/second.md",
         "---\ntitle: 驿站添了新桌椅\ndate: 2026-02-03\n---\n"
         "有人顺便问起劳动仲裁怎么走，值班员当场答了。GB18030也问了。\n"},
        {"articles/news/old.md",
         "---\ntitle: 冬天送温暖\ndate: 2025-12-01\nvalid_until: "
         "2026-01-31\n---\n过期以后谁也不该再看到这炉炭火。\n"},
        {"articles/news/future.md",
         "---\ntitle: 春天开课\ndate: 2026-02-05\nvalid_from: "
         "2026-03-01\n---\n夜校三月开课，先来先报名。\n"},
        {"articles/news/scripts.md",
         "---\ntitle: 别的文字\ndate: 2026-01-02\n---\n"
         "ئىش ھەققى。\n\nབཀྲ་ཤིས་བདེ་ལེགས།。\n\nꆈꌠꉙ。\n\nGoenghcaz "
         "Çalışma。\n"},
        {"listings/hotlines/listing.yaml",
         "kind: hotlines\ntitle: 常用电话\nitem: 电话\nsource: rows.csv\n"
         "columns:\n  - {name: id, type: text, label: 编号}\n"
         "  - {name: name, type: text, label: 名称}\n"
         "  - {name: phone, type: phone, label: 电话}\n"
         "  - {name: what, type: text, label: 何时打}\n"
         "  - {name: inner, type: text, label: 内部}\n"
         "roles: {title: name, subtitle: what, phone: phone}\n"
         "card: [what]\ndetail: [phone, what]\nempty: 没有\n"},
        {"listings/hotlines/rows.csv",
         "id,name,phone,what,inner\n"
         "labour,劳动保障热线,12333,拖欠工资、社保的事都能问。,看不到的话\n"
         "union,职工热线,12351,想入会、要帮扶时打。,看不到的话\n"},
        {"synonyms.csv", "pattern,terms,topic\n"
                         "没*发*钱|不给*钱|工钱*要不,拖欠工资 劳动监察,wage\n"
                         "血汗钱|欠薪,拖欠工资,wage\n"
                         "摔伤|手*断,工伤认定,injury\n"
                         "热死了|太热,高温停工,heat\n"},
    };
    for (size_t i = 0; i < COUNT_OF(files); i++)
        tree_puts(tree, files[i][0], files[i][1]);
}

static void build_tree(const struct tree *tree, const char *database)
{
    struct compile_report report;
    char *edition = path_in("edition");
    tree_save(tree, edition);
    if (!compile_build(edition, database, &report))
        fail_msg("%s", buf_text(&report.faults));
    compile_report_fini(&report);
    free(edition);
}

struct scene {
    char *database;
    struct tree tree;
    struct search *search;
    struct arena arena;
    struct search_answer answer;
};

static void open_scene(struct scene *scene)
{
    enum store_error error;
    *scene = (struct scene){.database = path_in("content.db")};
    small_edition(&scene->tree);
    build_tree(&scene->tree, scene->database);
    scene->search = search_open(scene->database, &error);
    assert_non_null(scene->search);
    search_set_today(scene->search, "2026-02-06");
}

static void close_scene(struct scene *scene)
{
    search_close(scene->search);
    arena_fini(&scene->arena);
    tree_fini(&scene->tree);
    free(scene->database);
}

static const struct search_answer *
ask_for(struct scene *scene, const char *query, enum search_kind kind)
{
    const struct search_options options = {.kind = kind, .budget_ms = 20000};
    assert_true(search_run(scene->search, &scene->arena, query, &options,
                           &scene->answer));
    return &scene->answer;
}

/* Ids in their order, blanks between. */
static void expect(struct scene *scene, const char *query, const char *ids)
{
    struct buf found = {0};
    const struct search_answer *answer = ask_for(scene, query, SEARCH_ANY);
    for (size_t i = 0; i < answer->result_count; i++)
        buf_printf(&found, "%s%s", i ? " " : "", answer->results[i].id);
    if (strcmp(buf_text(&found), ids) != 0)
        fail_msg("%s: %s", query, buf_text(&found));
    buf_fini(&found);
}

static void expect_first(struct scene *scene, const char *query, const char *id)
{
    const struct search_answer *answer = ask_for(scene, query, SEARCH_ANY);
    if (!answer->result_count || strcmp(answer->results[0].id, id) != 0)
        fail_msg("%s: %s", query,
                 answer->result_count ? answer->results[0].id : "nothing");
}

static bool has(const struct search_answer *answer, const char *id,
                size_t within)
{
    for (size_t i = 0; i < answer->result_count && i < within; i++)
        if (!strcmp(answer->results[i].id, id))
            return true;
    return false;
}

static void folding(void **unused)
{
    static const char *const cases[][2] = {
        {"劳动合同", "劳动合同"},
        {"勞動合同、後來", "劳动合同\n后来"},
        {"ＧＢ１８０３０", "gb18030"},
        {"拨打 12351 热线", "拨打12351热线"},
        {"拨打（12351）热线", "拨打\n12351\n热线"},
        {"第一条　用人单位", "第一条\n用人单位"},
        {"Über ÇALIŞMA", "über\nçalişma"},
        {"ئىش ھەققى", "ئىش\nھەققى"},
        {"བཀྲ་ཤིས", "བཀྲ\nཤིས"},
        {"ꆈꌠꉙ", "ꆈꌠꉙ"},
        {"\xFF\xFE工\x80资", "工\n资"},
        {"，。！？…… ", ""},
        {"a\xE2\x80\x8B"
         "b",
         "ab"}, /* a joiner of no width */
        {"", ""},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf once = {0}, twice = {0};
        fold_text(cases[i][0], strlen(cases[i][0]), &once);
        assert_string_equal(buf_text(&once), cases[i][1]);
        fold_text(buf_text(&once), once.length, &twice);
        assert_string_equal(buf_text(&twice), buf_text(&once));
        buf_fini(&once);
        buf_fini(&twice);
    }
    /* What is simplified once stays so, or texts and queries would part. */
    for (uint32_t code = 0; code < 0x30000; code++)
        assert_int_equal(fold_code(fold_code(code)), fold_code(code));
}

/* The tokens of a text, as the index has them. */
static void tokens_of(const char *text, struct buf *out)
{
    sqlite3 *db;
    sqlite3_stmt *all;
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    assert_int_equal(tokenizer_register(db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db,
                     "CREATE VIRTUAL TABLE t USING fts5(x, tokenize="
                     "'yichuang'); CREATE VIRTUAL TABLE v USING fts5vocab(t,"
                     " instance)",
                     NULL, NULL, NULL),
        SQLITE_OK);
    char *insert = sqlite3_mprintf("INSERT INTO t VALUES (%Q)", text);
    assert_int_equal(sqlite3_exec(db, insert, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(insert);
    sqlite3_prepare_v2(db, "SELECT term FROM v ORDER BY offset", -1, &all,
                       NULL);
    while (sqlite3_step(all) == SQLITE_ROW)
        buf_printf(out, "%s%s", out->length ? " " : "",
                   (const char *)sqlite3_column_text(all, 0));
    sqlite3_finalize(all);
    sqlite3_close(db);
}

static void tokens(void **unused)
{
    static const char *const cases[][2] = {
        {"拖欠工资", "拖欠 欠工 工资 资"},
        {"拖欠，工资", "拖欠 欠 工资 资"},
        {"工", "工"},
        {"拨打12351热线", "拨打 打 12351 热线 线"},
        {"GB18030标准", "gb18030 标准 准"},
        {"", ""},
        {"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl",
         "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh"},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf found = {0};
        tokens_of(cases[i][0], &found);
        assert_string_equal(buf_text(&found), cases[i][1]);
        buf_fini(&found);
    }
}

static void expressions(void **unused)
{
    static const struct {
        const char *query, *match;
        bool exact;
    } cases[] = {
        {"工", "\"工\"*", true},
        {"工资", "\"工资\"", true},
        {"拖欠工资", "\"拖欠\" AND \"欠工\" AND \"工资\"", false},
        {"工资 工伤", "\"工资\" AND \"工伤\"", false},
        {"123", "\"123\"*", true},
        {"第3条", "\"第\"* AND \"3\"* AND \"条\"*", false},
        {"\" OR NEAR(", "\"or\"* AND \"near\"*", false},
        {"!!", "", false},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf folded = {0}, match = {0};
        fold_query(cases[i].query, strlen(cases[i].query), &folded);
        bool exact = tokenizer_match(buf_text(&folded), &match);
        assert_string_equal(buf_text(&match), cases[i].match);
        assert_int_equal(exact, cases[i].exact);
        buf_fini(&folded);
        buf_fini(&match);
    }
}

static void order(void **unused)
{
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    /* What is called so, then a guide, then news that mention it. */
    expect(&scene, "劳动仲裁",
           "articles/news/first guides/wage/arrears articles/news/second");
    expect(&scene, "勞動仲裁",
           "articles/news/first guides/wage/arrears articles/news/second");
    expect(&scene, "１２３５１", "listings/hotlines/union");
    expect(&scene, "gb18030", "articles/news/second");
    expect(&scene, "仲裁 桌椅", "articles/news/second");
    expect_first(&scene, "上班受了伤怎么办", "guides/injury/claim");
    assert_true(scene.answer.results[0].best);
    /* Nothing of what is not shown, has expired or is no text. */
    expect(&scene, "看不到的话", "");
    expect(&scene, "炭火", "");
    search_set_today(scene.search, "2026-01-15");
    expect(&scene, "炭火", "articles/news/old");
    search_set_today(scene.search, "2026-02-06");
    expect(&scene, "夜校", "articles/news/future");
    assert_true(scene.answer.results[0].upcoming);
    /* By the words of other scripts, and by the beginnings of words. */
    expect(&scene, "ھەققى", "articles/news/scripts");
    expect(&scene, "ཤིས", "articles/news/scripts");
    expect(&scene, "ꌠ", "articles/news/scripts");
    expect(&scene, "goeng", "articles/news/scripts");
    expect(&scene, "çalış", "articles/news/scripts");
    close_scene(&scene);
}

static void shown(void **unused)
{
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    const struct search_answer *answer =
        ask_for(&scene, "劳动仲裁", SEARCH_ANY);
    const struct search_result *first = &answer->results[0];
    assert_string_equal(first->title.text, "劳动仲裁不收钱");
    assert_int_equal(first->title.mark_count, 1);
    assert_int_equal(first->title.marks[0].start, 0);
    assert_int_equal(first->title.marks[0].end, strlen("劳动仲裁"));
    assert_string_equal(first->kind_title, "文章");
    assert_string_equal(first->parent, "要闻");
    assert_string_equal(first->date, "2026-02-01");
    for (size_t i = 0; i < answer->result_count; i++) {
        const struct search_text *snippet = &answer->results[i].snippet;
        assert_null(strchr(snippet->text, '\n'));
        for (size_t n = 0; n < snippet->mark_count; n++)
            assert_int_equal(strncmp(snippet->text + snippet->marks[n].start,
                                     "劳动仲裁", strlen("劳动仲裁")),
                             0);
        assert_true(i == 0 || snippet->mark_count > 0);
        assert_true(i == 0 ||
                    answer->results[i].score <= answer->results[i - 1].score);
    }
    assert_string_equal(answer->results[1].topics[0], "wage");
    answer = ask_for(&scene, "12333", SEARCH_ANY);
    assert_string_equal(answer->results[0].snippet.text,
                        "电话 12333 · 拖欠工资、社保的事都能问。");
    assert_int_equal(answer->results[0].snippet.mark_count, 1);
    close_scene(&scene);
}

static void kinds_and_counts(void **unused)
{
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    const struct search_answer *answer = ask_for(&scene, "劳动", SEARCH_ANY);
    assert_int_equal(answer->counts[SEARCH_GUIDE].count, 1);
    assert_int_equal(answer->counts[SEARCH_SERVICE].count, 1);
    assert_int_equal(answer->counts[SEARCH_ARTICLE].count, 2);
    assert_int_equal(answer->counts[SEARCH_PAPER].count, 0);
    assert_int_equal(answer->counts[SEARCH_ANY].count, 4);
    assert_false(answer->counts[SEARCH_ANY].more);
    assert_int_equal(answer->result_count, 4);
    answer = ask_for(&scene, "劳动", SEARCH_ARTICLE);
    assert_int_equal(answer->result_count, 2);
    assert_int_equal(answer->counts[SEARCH_GUIDE].count, 1);
    const struct search_options one = {.kind = SEARCH_ANY, .limit = 1};
    assert_true(
        search_run(scene.search, &scene.arena, "劳动", &one, &scene.answer));
    assert_int_equal(scene.answer.result_count, 1);
    assert_int_equal(scene.answer.counts[SEARCH_ANY].count, 4);
    enum search_kind kind;
    assert_true(search_kind_of("listings", &kind));
    assert_int_equal(kind, SEARCH_SERVICE);
    assert_false(search_kind_of("recipes", &kind));
    close_scene(&scene);
}

/* The number that the topic's guide gives comes before a service that only has
 * more of the words; a longer number that begins with it is another one. */
static void the_guide_says_whom_to_call(void **unused)
{
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    tree_puts(&scene.tree, "guides/wage/arrears.md",
              "---\ntitle: 老板不给钱怎么办\nsummary: 先存证据，再投诉。\n"
              "topics: [wage]\nreviewed: 2026-01-01\n---\n"
              "拖欠工资的，打12351，别打123330。\n");
    build_tree(&scene.tree, scene.database);
    const struct search_answer *answer =
        ask_for(&scene, "我老板三个月没给我发钱了", SEARCH_SERVICE);
    assert_int_equal(answer->result_count, 2);
    assert_string_equal(answer->results[0].id, "listings/hotlines/union");
    assert_string_equal(answer->results[1].id, "listings/hotlines/labour");
    close_scene(&scene);
}

static void what_people_say(void **unused)
{
    static const struct {
        const char *said, *guide;
    } cases[] = {
        {"我老板三个月没给我发钱了", "guides/wage/arrears"},
        {"老板就是不给我们工钱怎么办？", "guides/wage/arrears"},
        {"工钱要不回来", "guides/wage/arrears"},
        {"包工头赖着血汗钱", "guides/wage/arrears"},
        {"干活手指断了谁管", "guides/injury/claim"},
        {"工地上摔伤了咋办", "guides/injury/claim"},
        {"天太热了能不能不干", "guides/heat/outdoor"},
        {"老闆三個月沒發錢", "guides/wage/arrears"},
        /* Nobody listed it; it shares words with the guide. */
        {"单位不去申请认定怎么办", "guides/injury/claim"},
    };
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_first(&scene, cases[i].said, cases[i].guide);
        assert_true(scene.answer.question);
        assert_true(scene.answer.results[0].best);
    }
    /* Where to turn to stands beside it. */
    const struct search_answer *answer =
        ask_for(&scene, "我老板三个月没给我发钱了", SEARCH_ANY);
    assert_true(has(answer, "listings/hotlines/labour", 3));
    /* What is written there still comes first when it is asked for. */
    expect_first(&scene, "劳动仲裁不收钱", "articles/news/first");
    /* And what makes no sense finds nothing. */
    expect(&scene, "鑫淼焱垚", "");
    close_scene(&scene);
}

/* What is left of a sentence once nobody speaks in it. */
static void what_says_nothing(void **unused)
{
    static const struct {
        const char *said, *left;
    } cases[] = {
        {"我的工钱呢", "工钱"},
        {"请问就业怎么办", "就业"},
        {"就不就业", "不就业"},
        {"他还没还钱", "没还钱"},
        {"太阳太晒了", "太阳晒"},
        {"我得病了", "得病"},
        {"了解一下", "了解"},
        {"我们都很好吗", "好"},
        {"我的", ""},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct sentence sentence;
        struct buf left = {0};
        char bytes[4];
        sentence_read(cases[i].said, &sentence);
        for (size_t n = 0; n < sentence.bare_count; n++)
            buf_add(&left, bytes, utf8_put(bytes, sentence.bare[n]));
        assert_string_equal(buf_text(&left), cases[i].left);
        buf_fini(&left);
    }
}

/* A pattern that would lose its point without them is taken as it stands. */
static void patterns_of_few_letters(void **unused)
{
    static const struct {
        const char *pattern, *said;
        bool applies;
    } cases[] = {
        {"不要我了", "老板不要我了", true},
        {"不要我了", "要不要交不要钱的押金", false},
        {"太热", "今天太热", true},
        {"太热", "水是热的", false},
        {"没给我发钱", "没给发钱", true},
        {"工*钱*不", "工地的钱老是不给", true},
        {"工*钱", "钱在工地", false},
        {"工*钱", "工一二三四五六钱", true},
        {"工*钱", "工一二三四五六七钱", false},
        {"工*钱*没", "工工一二三四五六钱钱没", true},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct topics *topics = topics_new();
        struct sentence sentence;
        struct vote vote;
        topics_add(topics, cases[i].pattern, "", "wage");
        topics_ready(topics);
        sentence_read(cases[i].said, &sentence);
        topics_vote(topics, &sentence, &vote);
        if ((vote.exact > 0) != cases[i].applies)
            fail_msg("%s in %s", cases[i].pattern, cases[i].said);
        topics_close(topics);
    }
}

static void hostile(void **unused)
{
    static const char *const queries[] = {
        "",
        " ",
        "\"",
        "\"\"",
        "'",
        "*",
        "工*",
        "AND",
        "OR",
        "NOT",
        "NEAR(",
        "NEAR(工 资)",
        "(",
        ")",
        "()",
        ":",
        "title:工资",
        "-工资",
        "^工资",
        "{title text} : 工",
        "+",
        "工资 AND",
        "AND 工资",
        "\xFF\xFE",
        "\xE5\xB7",
        "\xF0\x9F\x98\x80",
        "\xF0\x9F\x98\x80工资",
        "\x01\x02",
        "%s%n",
        "??",
        "？",
        "'; DROP TABLE item; --",
        "\xE2\x80\x8B",
        "\xEF\xBB\xBF工资",
        "*************",
        "\\",
        "/",
        "a'b'c",
    };
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    for (size_t i = 0; i < COUNT_OF(queries); i++)
        ask_for(&scene, queries[i], SEARCH_ANY);
    expect(&scene, "\"", "");
    assert_true(ask_for(&scene, "\"工资\"", SEARCH_ANY)->result_count > 0);
    assert_true(ask_for(&scene, "title:劳动", SEARCH_ANY)->result_count == 0);
    struct buf longest = {0};
    while (longest.length < 30000)
        buf_puts(&longest, "劳动仲裁不收钱");
    ask_for(&scene, buf_text(&longest), SEARCH_ANY);
    buf_clear(&longest);
    while (longest.length < 10000)
        buf_puts(&longest, "工 ");
    ask_for(&scene, buf_text(&longest), SEARCH_ANY);
    buf_clear(&longest);
    while (longest.length < 10000)
        buf_puts(&longest, "x");
    ask_for(&scene, buf_text(&longest), SEARCH_ANY);
    buf_fini(&longest);
    search_forget(scene.search);
    expect_first(&scene, "劳动仲裁", "articles/news/first");
    close_scene(&scene);
}

static void stopping(void **unused)
{
    struct scene scene;
    atomic_bool cancel = true;
    (void)unused;
    open_scene(&scene);
    const struct search_options options = {.kind = SEARCH_ANY,
                                           .cancel = &cancel};
    assert_false(search_run(scene.search, &scene.arena, "劳动", &options,
                            &scene.answer));
    assert_int_equal(scene.answer.result_count, 0);
    atomic_store(&cancel, false);
    assert_true(search_run(scene.search, &scene.arena, "劳动", &options,
                           &scene.answer));
    assert_int_equal(scene.answer.result_count, 4);
    close_scene(&scene);
}

static void another_generation(void **unused)
{
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    expect(&scene, "桌椅", "articles/news/second");
    tree_puts(&scene.tree, "articles/news/second.md",
              "---\ntitle: 驿站添了新沙发\ndate: 2026-02-03\n---\n坐吧。\n");
    tree_puts(&scene.tree, "synonyms.csv",
              "pattern,terms,topic\n坐着*不动|沙发*哪,高温停工,heat\n");
    build_tree(&scene.tree, scene.database);
    expect(&scene, "桌椅", "");
    expect_first(&scene, "沙发", "articles/news/second");
    expect_first(&scene, "坐着就是不动怎么办", "guides/heat/outdoor");
    close_scene(&scene);
}

static void in_a_document(void **unused)
{
    struct scene scene;
    enum store_error error;
    struct item item;
    struct search_place *places;
    const struct search_mark *marks;
    (void)unused;
    open_scene(&scene);
    struct store *store = store_open(scene.database, &error);
    assert_true(store_item(store, &scene.arena, "guides/wage/arrears", &item));
    assert_int_equal(
        search_find(&scene.arena, &item.document, "劳动", 10, &places), 2);
    const char *text =
        item.document.blocks[places[1].block].content.text + places[1].start;
    assert_int_equal(strncmp(text, "劳动仲裁", strlen("劳动仲裁")), 0);
    assert_int_equal(
        search_find(&scene.arena, &item.document, "勞動", 1, &places), 1);
    assert_int_equal(
        search_find(&scene.arena, &item.document, "，", 9, &places), 0);
    static const char *const cases[][3] = {
        {"甲方甲方甲", "甲方", "0-6 6-12"},
        {"拨打 １２３５１ 热线", "12351热线", "7-29"},
        {"工资，工资条", "工资条", "9-18"},
        {"工，资", "工资", ""},
        {"工伤和工资", "工资 工伤", "0-6 9-15"},
        {"aAa", "a", "0-1 1-2 2-3"},
        {"", "工", ""},
        {"工", "", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf found = {0};
        size_t count =
            search_find_text(&scene.arena, cases[i][0], cases[i][1], 9, &marks);
        for (size_t n = 0; n < count; n++)
            buf_printf(&found, "%s%u-%u", n ? " " : "", marks[n].start,
                       marks[n].end);
        assert_string_equal(buf_text(&found), cases[i][2]);
        buf_fini(&found);
    }
    store_close(store);
    close_scene(&scene);
}

static void letters(void **unused)
{
    static const struct {
        const char *letters, *typed;
        bool found;
    } cases[] = {
        {"gong zi bei tuo qian", "gongzi", true},
        {"gong zi bei tuo qian", "gzbtq", true},
        {"gong zi bei tuo qian", "gongzib", true},
        {"gong zi bei tuo qian", "tuoqian", true},
        {"gong zi bei tuo qian", "btq", true},
        {"gong zi bei tuo qian", "ongzi", false},
        {"gong zi bei tuo qian", "gzx", false},
        {"gong zi bei tuo qian", "gongzibeituoqianx", false},
        {"gong zi bei tuo qian", "", false},
        {"", "gz", false},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_int_equal(letters_match(cases[i].letters, cases[i].typed) > 0,
                         cases[i].found);
    assert_true(letters_match("gong zi", "gz") >
                letters_match("gong zi bei", "gz"));
    assert_true(letters_match("gong zi bei", "gz") >
                letters_match("bei gong zi ma", "gz"));
}

static void judged_synonyms(void **unused)
{
    static const struct {
        const char *row, *fault; /* NULL: fine */
    } cases[] = {
        {"不给钱,拖欠工资,wage", NULL},
        {"老板*不给*钱|欠薪,拖欠工资 劳动报酬,wage", NULL},
        {"工资,拖欠工资,wages", "没有主题 wages；是不是 wage？"},
        {",拖欠工资,wage", "pattern 是空的；填上"},
        {"不给钱,,wage", "terms 是空的；填上"},
        {"不给钱,拖欠工资,", "topic 是空的；填上"},
        {"钱,拖欠工资,wage", "“钱”太短"},
        {"没*,拖欠工资,wage", "“没*”太短，或星号不对"},
        {"不给钱||欠薪,拖欠工资,wage", "“”太短"},
        {"一*二*三*四*五*六,拖欠工资,wage", "最多 4 个"},
        {"不给钱|不给钱,拖欠工资,wage", "“不给钱”在主题 wage 里已经写过"},
        {"不給錢|不给钱,拖欠工资,wage", NULL},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct tree tree = {0};
        struct buf csv = {0};
        struct compile_report report;
        char *edition = path_in("edition");
        small_edition(&tree);
        buf_printf(&csv, "pattern,terms,topic\n%s\n", cases[i].row);
        tree_puts(&tree, "synonyms.csv", buf_text(&csv));
        tree_save(&tree, edition);
        bool fine = compile_check(edition, &report);
        if (fine != !cases[i].fault ||
            (!fine &&
             (!strstr(buf_text(&report.faults), cases[i].fault) ||
              strncmp(buf_text(&report.faults), "synonyms.csv:2:", 15) != 0)))
            fail_msg("%s: %s", cases[i].row, buf_text(&report.faults));
        compile_report_fini(&report);
        buf_fini(&csv);
        tree_fini(&tree);
        free(edition);
    }
}

static sqlite3 *open_to_write(const char *database)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(database, &db), SQLITE_OK);
    assert_int_equal(seal_register(db), SQLITE_OK);
    assert_int_equal(tokenizer_register(db), SQLITE_OK);
    return db;
}

/* What a scrub asks, and that making it again mends it. */
static void damage(void **unused)
{
    static const char *const statements[] = {
        "DELETE FROM search_doc WHERE id = 'guides/wage/arrears'",
        "UPDATE search_doc SET text = text || '多' WHERE id ="
        " 'articles/news/first'",
        "UPDATE item SET title = '改过的题目' WHERE id = 'articles/news/first'",
        "UPDATE cell SET value = '改过' WHERE column = 3",
        "DELETE FROM listing_row WHERE id = 'union'",
        "INSERT INTO search_text (search_text, rowid, title, text)"
        " SELECT 'delete', number, title, text FROM search_doc LIMIT 1",
        "INSERT INTO search_title (search_title) VALUES ('delete-all')",
        "UPDATE search_text_data SET block = zeroblob(length(block))"
        " WHERE id > 10",
    };
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        build_tree(&scene.tree, scene.database);
        sqlite3 *db = open_to_write(scene.database);
        assert_int_equal(index_check(db), 0);
        assert_int_equal(sqlite3_exec(db, statements[i], NULL, NULL, NULL),
                         SQLITE_OK);
        if (!index_check(db))
            fail_msg("not noticed: %s", statements[i]);
        sqlite3_close(db);
    }
    close_scene(&scene);
}

/* A database that lies about its numbers and dates is none to follow: whatever
 * comes of it, nothing outside of a table is touched. */
static void numbers_that_lie(void **unused)
{
    static const char *const statements[] = {
        "UPDATE search_doc SET number = 1000000000000 WHERE number ="
        " (SELECT doc FROM search_letters LIMIT 1);"
        "UPDATE search_letters SET doc = 1000000000000 WHERE doc ="
        " (SELECT doc FROM search_letters LIMIT 1)",
        "UPDATE search_doc SET number = -9223372036854775807 WHERE number ="
        " (SELECT doc FROM search_letters LIMIT 1);"
        "UPDATE search_letters SET doc = -9223372036854775807 WHERE doc ="
        " (SELECT doc FROM search_letters LIMIT 1)",
        "UPDATE search_doc SET date = '-2147483648'",
        "UPDATE search_doc SET date = '99999999999999999999'",
        "UPDATE search_doc SET origin = -9223372036854775807 - 1 WHERE number ="
        " (SELECT max(number) FROM search_doc)",
        "UPDATE search_letters SET letters = x'FFFE0020' || ' ld'",
    };
    static const char *const queries[] = {"l", "ld", "laodong", "劳动",
                                          "老板不给钱怎么办"};
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    for (size_t i = 0; i < COUNT_OF(statements); i++) {
        build_tree(&scene.tree, scene.database);
        sqlite3 *db = open_to_write(scene.database);
        /* Whether or not there is a lexicon here. */
        sqlite3_exec(db,
                     "INSERT OR REPLACE INTO search_letters SELECT number,"
                     " 'lao dong', 0 FROM search_doc",
                     NULL, NULL, NULL);
        assert_int_equal(sqlite3_exec(db, statements[i], NULL, NULL, NULL),
                         SQLITE_OK);
        sqlite3_close(db);
        for (size_t q = 0; q < COUNT_OF(queries); q++) {
            const struct search_answer *answer =
                ask_for(&scene, queries[q], SEARCH_ANY);
            for (size_t n = 0; n < answer->result_count; n++)
                assert_true(answer->results[n].kind < SEARCH_ANY);
        }
    }
    close_scene(&scene);
}

static void dump_index(sqlite3 *db, struct buf *out)
{
    sqlite3_stmt *all;
    sqlite3_prepare_v2(db,
                       "SELECT id, date, valid_from, expires, title, text,"
                       " origin FROM search_doc ORDER BY id",
                       -1, &all, NULL);
    while (sqlite3_step(all) == SQLITE_ROW)
        for (int i = 0; i < 7; i++)
            buf_printf(out, "%s%s", (const char *)sqlite3_column_text(all, i),
                       i == 6 ? "\n" : "|");
    sqlite3_finalize(all);
}

/* Whatever is written, step by step, the index is what it would be if it were
 * made of it at once, and untouched docs keep their numbers. */
static void step_by_step(void **unused)
{
    static const struct {
        const char *sql;
        int64_t item, row;
    } steps[] = {
        {"UPDATE item SET title = '换了题目' WHERE number = 1", 1, 0},
        {"UPDATE item SET date = '2026-03-01' WHERE number = 2", 2, 0},
        {"UPDATE item SET valid_until = '2026-01-01' WHERE number = 3", 3, 0},
        {"UPDATE item SET summary = '换了说法' WHERE number = 1", 1, 0},
        {"UPDATE item SET summary = summary || '，还有工资' WHERE number = 1",
         1, 0},
        {"UPDATE item SET subtitle = '工资' WHERE number = 1", 1, 0},
        {"UPDATE item SET summary = '', subtitle = '' WHERE number = 1", 1, 0},
        {"DELETE FROM item WHERE number = 4", 4, 0},
        {"UPDATE cell SET value = '改过' WHERE row = 1 AND column = 3", 0, 1},
        {"DELETE FROM listing_row WHERE number = 2", 0, 2},
        {"UPDATE item SET id = 'guides/wage/moved' WHERE number = 5", 5, 0},
        {"INSERT INTO item SELECT 99, 'articles/news/new', list, sequence,"
         " 'new', '新来的', '', '', '', '', '2026-02-06', '', '', '', '', '',"
         " '', '', '', 0, 0, 0, 0, 0 FROM item LIMIT 1",
         99, 0},
        {"SELECT 1", 1, 0},
    };
    struct scene scene;
    (void)unused;
    open_scene(&scene);
    sqlite3 *db = open_to_write(scene.database);
    sqlite3_exec(db, "PRAGMA foreign_keys = OFF", NULL, NULL, NULL);
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        struct index_touched touched = {0};
        struct buf piecemeal = {0}, anew = {0};
        assert_int_equal(sqlite3_exec(db, steps[i].sql, NULL, NULL, NULL),
                         SQLITE_OK);
        if (steps[i].item)
            index_touch_item(&touched, steps[i].item);
        if (steps[i].row)
            index_touch_row(&touched, steps[i].row);
        assert_int_equal(index_update(db, &touched), SQLITE_OK);
        assert_int_equal(index_check(db), 0);
        dump_index(db, &piecemeal);
        sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
        assert_int_equal(index_build(db), SQLITE_OK);
        dump_index(db, &anew);
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
        assert_string_equal(buf_text(&piecemeal), buf_text(&anew));
        buf_fini(&piecemeal);
        buf_fini(&anew);
        index_touched_fini(&touched);
    }
    sqlite3_close(db);
    close_scene(&scene);
}

/* Lines of few characters and words, so that texts have much in common. */
static void write_lines(uint32_t *seed, size_t most, struct buf *out)
{
    static const char *const letters[] = {"工", "资", "会", "年", "a", "ab"};
    *seed = *seed * 1664525u + 1013904223u;
    for (size_t lines = (*seed >> 8) % (most + 1); lines; lines--) {
        if (out->length)
            buf_putc(out, FOLD_BREAK);
        *seed = *seed * 1664525u + 1013904223u;
        for (size_t n = 1 + (*seed >> 8) % 4; n; n--) {
            *seed = *seed * 1664525u + 1013904223u;
            buf_puts(out, letters[(*seed >> 8) % COUNT_OF(letters)]);
        }
    }
}

static void tell(sqlite3 *db, const char *sql, const struct buf *title,
                 const struct buf *text)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
                     SQLITE_OK);
    if (title)
        sqlite3_bind_text(statement, 1, buf_text(title), -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, buf_text(text), -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_finalize(statement);
}

/* Whatever becomes of a text, what the table was told of the change leaves it
 * as if it had been told all: FTS5 itself compares. */
static void changes(void **unused)
{
    struct buf title = {0}, before = {0}, gone = {0}, come = {0};
    sqlite3 *db = open_to_write(":memory:");
    uint32_t seed = 5;
    size_t told = 0;
    (void)unused;
    assert_int_equal(
        sqlite3_exec(db,
                     "CREATE TABLE c (n INTEGER PRIMARY KEY, title, text);"
                     "CREATE VIRTUAL TABLE t USING fts5 (title, text,"
                     " content = 'c', content_rowid = 'n', tokenize ="
                     " 'yichuang', detail = none, columnsize = 0,"
                     " prefix = '1');",
                     NULL, NULL, NULL),
        SQLITE_OK);
    write_lines(&seed, 1, &title);
    tell(db, "INSERT INTO c VALUES (7, ?1, ?2)", &title, &before);
    tell(db, "INSERT INTO t (rowid, title, text) VALUES (7, ?1, ?2)", &title,
         &before);
    for (int i = 0; i < 2000; i++) {
        struct buf after = {0};
        const struct change_text was = {buf_text(&before), before.length};
        const size_t half = before.length ? (seed >> 4) % before.length : 0;
        /* Now some lines at the end, now another text. */
        if (i % 3 && half && before.data[half] == FOLD_BREAK)
            buf_add(&after, before.data, half);
        else if (i % 3 == 1)
            buf_add(&after, before.data, before.length);
        write_lines(&seed, 4, &after);
        if (change_find((struct change_text){buf_text(&title), title.length},
                        was,
                        (struct change_text){buf_text(&after), after.length},
                        &gone, &come)) {
            told++;
            tell(db,
                 "INSERT INTO t (t, rowid, title, text)"
                 " VALUES ('delete', 7, '', ?2)",
                 NULL, &gone);
            tell(db, "INSERT INTO t (rowid, title, text) VALUES (7, '', ?2)",
                 NULL, &come);
        } else {
            tell(db,
                 "INSERT INTO t (t, rowid, title, text)"
                 " VALUES ('delete', 7, ?1, ?2)",
                 &title, &before);
            tell(db, "INSERT INTO t (rowid, title, text) VALUES (7, ?1, ?2)",
                 &title, &after);
        }
        tell(db, "UPDATE c SET text = ?2", NULL, &after);
        if (sqlite3_exec(db,
                         "INSERT INTO t (t, rank)"
                         " VALUES ('integrity-check', 1)",
                         NULL, NULL, NULL) != SQLITE_OK)
            fail_msg("%s\nbecame\n%s", buf_text(&before), buf_text(&after));
        buf_fini(&before);
        before = after;
    }
    assert_true(told > 1000);
    buf_fini(&title);
    buf_fini(&before);
    buf_fini(&gone);
    buf_fini(&come);
    sqlite3_close(db);
}

/* Everything that a look at every text finds, and nothing else. */
static void compare_with_scan(const struct paragraphs *all,
                              const char *database, size_t queries)
{
    static const size_t lengths[] = {1, 2, 3, 4, 8};
    enum store_error error;
    struct search *search = search_open(database, &error);
    struct buf query = {0};
    uint32_t seed = 7;
    char **titles = xcalloc(all->count, sizeof(*titles));
    char **texts = xcalloc(all->count, sizeof(*texts));
    assert_non_null(search);
    for (size_t i = 0; i < all->count; i++) {
        struct buf title = {0}, text = {0};
        fold_text(all->titles[i], strlen(all->titles[i]), &title);
        fold_text(all->texts[i], strlen(all->texts[i]), &text);
        titles[i] = xstrdup(buf_text(&title));
        texts[i] = xstrdup(buf_text(&text));
        buf_fini(&title);
        buf_fini(&text);
    }
    for (size_t n = 0; n < queries;) {
        struct arena arena = {0};
        struct search_answer answer;
        struct buf folded = {0};
        const struct search_options options = {
            .kind = SEARCH_ANY, .limit = 300, .budget_ms = 60000};
        if (!paragraphs_pick(all, lengths[n % COUNT_OF(lengths)], &seed,
                             &query))
            continue;
        n++;
        fold_text(buf_text(&query), query.length, &folded);
        assert_true(
            search_run(search, &arena, buf_text(&query), &options, &answer));
        size_t there = 0;
        for (size_t i = 0; i < all->count; i++)
            there += strstr(titles[i], buf_text(&folded)) ||
                     strstr(texts[i], buf_text(&folded));
        size_t wanted = there < 300 ? there : 300;
        if (answer.result_count != wanted ||
            answer.counts[SEARCH_ANY].count != wanted ||
            answer.counts[SEARCH_ANY].more != (there > 300))
            fail_msg("%s: %zu found, %zu counted, %zu there", buf_text(&query),
                     answer.result_count, answer.counts[SEARCH_ANY].count,
                     there);
        for (size_t i = 0; i < answer.result_count; i++) {
            size_t doc = strtoul(answer.results[i].id + 14, NULL, 10);
            assert_true(strstr(titles[doc], buf_text(&folded)) ||
                        strstr(texts[doc], buf_text(&folded)));
        }
        buf_fini(&folded);
        arena_fini(&arena);
    }
    for (size_t i = 0; i < all->count; i++) {
        free(titles[i]);
        free(texts[i]);
    }
    free(titles);
    free(texts);
    buf_fini(&query);
    search_close(search);
}

static void a_scan_finds_the_same(void **unused)
{
    struct paragraphs all = {0};
    char *database = path_in("made-up.db");
    (void)unused;
    paragraphs_make_up(&all, 700);
    assert_int_equal(paragraphs_write(&all, database, true), SQLITE_OK);
    compare_with_scan(&all, database, 400);
    paragraphs_free(&all);
    free(database);
}

static void a_scan_of_laws_finds_the_same(void **unused)
{
    struct paragraphs all = {0};
    char *database = path_in("laws.db");
    (void)unused;
    if (!paragraphs_load(&all, 100000)) {
        print_message("skipped: no corpus\n");
        paragraphs_free(&all);
        free(database);
        skip();
        return;
    }
    assert_int_equal(paragraphs_write(&all, database, true), SQLITE_OK);
    compare_with_scan(&all, database, 200);
    paragraphs_free(&all);
    free(database);
}

/* Questions as workers ask them, by somebody who has not seen synonyms.csv:
 * question,topic[|topic...]. */
static void questions(void **unused)
{
    struct buf text = {0};
    char *database = path_in("edition.db");
    struct compile_report report;
    enum store_error error;
    size_t asked = 0, first = 0, near = 0;
    (void)unused;
    if (!file_read("tests/data/questions.csv", 1 << 20, &text)) {
        print_message("skipped: no questions\n");
        free(database);
        skip();
        return;
    }
    assert_true(compile_build("content/edition", database, &report));
    compile_report_fini(&report);
    struct search *search = search_open(database, &error);
    assert_non_null(search);
    for (char *line = text.data, *end; line && *line; line = end) {
        struct arena arena = {0};
        struct search_answer answer;
        end = strchr(line, '\n');
        if (end)
            *end++ = 0;
        line[strcspn(line, "\r")] = 0;
        char *topics = strrchr(line, ',');
        if (!topics || !strncmp(line, "question,", 9))
            continue;
        *topics++ = 0;
        assert_true(search_run(search, &arena, line, NULL, &answer));
        bool found = false;
        for (size_t i = 0; i < answer.result_count && i < 3; i++) {
            const struct search_result *result = &answer.results[i];
            struct buf wanted = {0}, has_it = {0};
            buf_printf(&wanted, "|%s|", topics);
            buf_printf(&has_it, "|%s|",
                       result->topic_count ? result->topics[0] : "-");
            bool right = strstr(buf_text(&wanted), buf_text(&has_it)) != NULL;
            first += right && i == 0;
            found |= right;
            buf_fini(&wanted);
            buf_fini(&has_it);
        }
        asked++;
        near += found;
        if (!found)
            print_message("# not in the first three: %s (%s)\n", line, topics);
        arena_fini(&arena);
    }
    print_message("# %zu questions: %zu first, %zu in the first three\n", asked,
                  first, near);
    assert_true(asked >= 100);
    assert_true(near * 100 >= asked * 90);
    assert_true(first * 100 >= asked * 75);
    search_close(search);
    buf_fini(&text);
    free(database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding),
        cmocka_unit_test(tokens),
        cmocka_unit_test(expressions),
        cmocka_unit_test(order),
        cmocka_unit_test(shown),
        cmocka_unit_test(kinds_and_counts),
        cmocka_unit_test(what_people_say),
        cmocka_unit_test(the_guide_says_whom_to_call),
        cmocka_unit_test(what_says_nothing),
        cmocka_unit_test(patterns_of_few_letters),
        cmocka_unit_test(hostile),
        cmocka_unit_test(stopping),
        cmocka_unit_test(another_generation),
        cmocka_unit_test(in_a_document),
        cmocka_unit_test(letters),
        cmocka_unit_test(judged_synonyms),
        cmocka_unit_test(damage),
        cmocka_unit_test(numbers_that_lie),
        cmocka_unit_test(step_by_step),
        cmocka_unit_test(changes),
        cmocka_unit_test(a_scan_finds_the_same),
        cmocka_unit_test(a_scan_of_laws_finds_the_same),
        cmocka_unit_test(questions),
    };
    return cmocka_run_group_tests(tests, start, finish);
}
