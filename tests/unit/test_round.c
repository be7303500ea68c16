/* test_round.c - whole rounds against servers and sticks: what comes, what is
 * installed, what people are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "content/install.h"
#include "content/objects.h"
#include "content/round.h"
#include "content/store.h"
#include "content/sync/round_private.h"
#include "support/area.h"
#include "support/cycle.h"

static struct repo repo;
static struct server *server;
static struct area area;
static struct tuf_clock now;
static struct round_report report;
static char state[128], stick[128];

static int set_up(void **context)
{
    (void)context;
    repo_open(&repo, CYCLE_NOW);
    now = (struct tuf_clock){.now = CYCLE_NOW, .synchronised = true};
    area_open(&area, &repo, "targets", "520103");
    server = server_start(repo.folder);
    snprintf(state, sizeof(state), "%s/state", repo.folder);
    snprintf(stick, sizeof(stick), "%s", repo.folder);
    return server ? 0 : -1;
}

static int tear_down(void **context)
{
    (void)context;
    server_stop(server);
    area_close(&area);
    repo_close(&repo);
    return 0;
}

static struct round_options options_for(const char *source)
{
    return (struct round_options){
        .state = state,
        .repository = "guizhou",
        .source = source,
        .area = "520103",
        .clock = now,
        .http = {.connect_seconds = 5, .slow_seconds = 1},
    };
}

static enum round_result from_web(void)
{
    struct round_options options = options_for(server_url(server));
    return round_run(&options, &report);
}

static enum round_result from_stick(void)
{
    struct round_options options = options_for(stick);
    return round_run(&options, &report);
}

/* The first version: a full pack of one day, and trust in its root. */
static void begin(void)
{
    area_pack(&area, 0, 1);
    area_head(&area, 1);
    repo_publish(&repo);
    assert_int_equal(
        round_trust(state, "guizhou", repo_path(&repo, "metadata/1.root.json")),
        ROUND_UPDATED);
}

/* The next version, up to a day, with what area_pack has added. */
static void publish(unsigned seq)
{
    area_head(&area, seq);
    repo_update(&repo);
}

static uint32_t on_board(const char *code)
{
    uint32_t seq = 0;
    return install_seq(state, "guizhou", code, &seq) ? seq : 0;
}

static void expect(enum round_result got, enum round_result want)
{
    if (got != want)
        fail_msg("%s in place of %s (%s)", round_result_symbol(got),
                 round_result_symbol(want), report.file);
}

static void expect_words(const char *part)
{
    struct buf words = {0};
    round_say(&report, &words);
    if (!strstr(buf_text(&words), part))
        fail_msg("%s: no %s", buf_text(&words), part);
    buf_fini(&words);
}

static size_t count_requests(void)
{
    struct buf requests = {0};
    size_t lines = 0;
    server_requests(server, &requests);
    for (const char *at = buf_text(&requests); *at; at++)
        lines += *at == '\n';
    buf_fini(&requests);
    return lines;
}

static void ways(void **context)
{
    (void)context;
    static const struct {
        const char *name;
        struct round_step steps[6];
        uint32_t from, to;
        const char *way; /* indices */
    } cases[] = {
        {"a full pack", {{0, 5, 9}}, 0, 5, "0"},
        {"full from anywhere", {{0, 5, 9}}, 3, 5, "0"},
        {"no use going back", {{0, 3, 9}}, 3, 5, ""},
        {"days", {{4, 5, 1}, {3, 4, 1}}, 3, 5, "1 0"},
        {"a week is less", {{3, 4, 2}, {4, 5, 2}, {3, 5, 3}}, 3, 5, "2"},
        {"days are less", {{3, 4, 2}, {4, 5, 2}, {3, 5, 5}}, 3, 5, "0 1"},
        {"fewest of equals", {{3, 4, 2}, {4, 5, 2}, {3, 5, 4}}, 3, 5, "2"},
        {"full is less", {{3, 4, 5}, {4, 5, 5}, {0, 5, 9}}, 3, 5, "2"},
        {"full, then a day", {{0, 4, 3}, {4, 5, 1}, {3, 5, 9}}, 3, 5, "0 1"},
        {"beyond is no way", {{3, 6, 1}, {0, 7, 1}}, 3, 5, ""},
        {"a gap", {{3, 4, 1}, {5, 6, 1}}, 3, 6, ""},
        {"backwards is none", {{3, 3, 0}, {5, 4, 0}, {3, 5, 1}}, 3, 5, "2"},
        {"on board costs nothing",
         {{3, 5, 1}, {3, 4, 0}, {4, 5, 0}},
         3,
         5,
         "1 2"},
        {"nothing", {{0, 0, 0}}, 0, 1, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t indices[6], length;
        struct buf way = {0};
        bool found = round_path(cases[i].steps, 6, cases[i].from, cases[i].to,
                                indices, &length);
        for (size_t j = 0; j < length; j++)
            buf_printf(&way, "%s%zu", j ? " " : "", indices[j]);
        if (strcmp(buf_text(&way), cases[i].way) != 0 ||
            found != (*cases[i].way != 0))
            fail_msg("%s: %s", cases[i].name, buf_text(&way));
        buf_fini(&way);
    }
}

/* The way that is found costs no more than any other: against all of them, on
 * random packs. */
static uint64_t least(const struct round_step *steps, size_t count,
                      uint32_t from, uint32_t to)
{
    uint64_t best = from == to ? 0 : UINT64_MAX;
    for (size_t i = 0; i < count && from != to; i++) {
        if ((steps[i].from != from && steps[i].from != 0) ||
            steps[i].to <= from || steps[i].to > to)
            continue;
        uint64_t rest = least(steps, count, steps[i].to, to);
        if (rest != UINT64_MAX && steps[i].bytes + rest < best)
            best = steps[i].bytes + rest;
    }
    return best;
}

static void ways_are_the_shortest(void **context)
{
    (void)context;
    unsigned seed = (unsigned)time(NULL);
    print_message("seed %u\n", seed);
    for (int turn = 0; turn < 500; turn++) {
        struct round_step steps[14];
        size_t indices[14], length;
        uint64_t bytes = 0;
        for (size_t i = 0; i < COUNT_OF(steps); i++) {
            steps[i].from = (uint32_t)rand_r(&seed) % 9;
            steps[i].to = steps[i].from + 1 + (uint32_t)rand_r(&seed) % 4;
            steps[i].bytes = (uint64_t)rand_r(&seed) % 20;
        }
        bool found = round_path(steps, COUNT_OF(steps), 2, 9, indices, &length);
        for (size_t i = 0; i < length; i++)
            bytes += steps[indices[i]].bytes;
        uint64_t want = least(steps, COUNT_OF(steps), 2, 9);
        assert_int_equal(found, want != UINT64_MAX);
        if (found)
            assert_int_equal(bytes, want);
    }
}

#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define PACK                                                                   \
    "{\"name\":\"full-1\",\"from\":0,\"to\":1,\"length\":3,\"sha256\":\"" HASH \
    "\"}"
#define HEAD(fields) "{\"format\":1,\"area\":\"520103\"" fields "}"

static void heads(void **context)
{
    (void)context;
    static const struct {
        const char *text;
        bool fine;
    } cases[] = {
        {HEAD(",\"seq\":1,\"packs\":[" PACK "],\"x\":7"), true},
        {HEAD(",\"seq\":1,\"packs\":[],\"withdraw\":[\"articles/news/x\"]"),
         true},
        {HEAD(",\"seq\":4294967295,\"packs\":[]"), true},
        {"", false},
        {"[]", false},
        {"{\"format\":2,\"area\":\"520103\",\"seq\":1,\"packs\":[]}", false},
        {"{\"format\":1,\"area\":\"520104\",\"seq\":1,\"packs\":[]}", false},
        {"{\"format\":1,\"seq\":1,\"packs\":[]}", false},
        {HEAD(",\"seq\":0,\"packs\":[]"), false},
        {HEAD(",\"seq\":-1,\"packs\":[]"), false},
        {HEAD(",\"seq\":4294967296,\"packs\":[]"), false},
        {HEAD(",\"seq\":\"1\",\"packs\":[]"), false},
        {HEAD(",\"seq\":1"), false},
        {HEAD(",\"seq\":1,\"packs\":{}"), false},
        {HEAD(",\"seq\":1,\"packs\":[3]"), false},
        {HEAD(",\"seq\":1,\"packs\":[{\"name\":\"../x\",\"from\":0,\"to\":1,"
              "\"length\":3,\"sha256\":\"" HASH "\"}]"),
         false},
        {HEAD(",\"seq\":1,\"packs\":[{\"name\":\"x\",\"from\":1,\"to\":1,"
              "\"length\":3,\"sha256\":\"" HASH "\"}]"),
         false},
        {HEAD(",\"seq\":1,\"packs\":[{\"name\":\"x\",\"from\":0,\"to\":1,"
              "\"length\":-3,\"sha256\":\"" HASH "\"}]"),
         false},
        {HEAD(",\"seq\":1,\"packs\":[{\"name\":\"x\",\"from\":0,\"to\":1,"
              "\"length\":9000000000,\"sha256\":\"" HASH "\"}]"),
         false},
        {HEAD(",\"seq\":1,\"packs\":[{\"name\":\"x\",\"from\":0,\"to\":1,"
              "\"length\":3,\"sha256\":\"ba78\"}]"),
         false},
        {HEAD(",\"seq\":1,\"packs\":[],\"withdraw\":[\"../x\"]"), false},
        {HEAD(",\"seq\":1,\"packs\":[],\"withdraw\":[7]"), false},
        {HEAD(",\"seq\":1,\"packs\":[],\"withdraw\":\"x\""), false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct head head;
        struct fault fault = {0};
        bool fine = round_head_read(cases[i].text, strlen(cases[i].text),
                                    "520103", &head, &fault);
        if (fine != cases[i].fine || (!fine && !*fault.reason))
            fail_msg("%s: %s", cases[i].text, fault.reason);
        round_head_fini(&head);
    }
}

static void first_content(void **context)
{
    (void)context;
    area.pictures = true;
    begin();
    server_tag(server);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 1);
    assert_int_equal(report.packs, 1);
    assert_int_equal(report.media, 1);
    assert_int_equal(report.area_count, 1);
    assert_string_equal(report.areas[0].area, "520103");
    assert_int_equal(report.areas[0].before, 0);
    assert_int_equal(report.areas[0].after, 1);
    assert_int_equal(count_requests(), 7);
    expect_words("已更新");
    /* Without news: two small requests. */
    expect(from_web(), ROUND_CURRENT);
    assert_int_equal(count_requests(), 2);
    assert_int_equal(report.fetched, 0);
    expect_words("已是最新的内容");
}

/* What a kiosk has to ask for that was off for a month. */
static void thirty_days(void **context)
{
    (void)context;
    begin();
    expect(from_web(), ROUND_UPDATED);
    area_days(&area, 1, 31);
    area_pack(&area, 1, 31); /* a month */
    area_pack(&area, 0, 31);
    publish(31);
    count_requests();
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 31);
    assert_int_equal(report.packs, 1);
    size_t requests = count_requests();
    print_message("%zu requests\n", requests);
    assert_true(requests < 10);
    /* A day later. */
    area_days(&area, 31, 32);
    publish(32);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 32);
    assert_true(count_requests() < 10);
}

static void areas(void **context)
{
    (void)context;
    struct area all, province;
    area_open(&all, &repo, "all", "000000");
    area_open(&province, &repo, "province", "520000");
    repo_delegate(&repo, "targets", "all", "[\"u/000000/*\"]", true);
    repo_delegate(&repo, "targets", "province",
                  "[\"u/52??"
                  "?"
                  "?/*\"]",
                  true);
    area_pack(&all, 0, 4);
    area_head(&all, 4);
    area_pack(&province, 0, 7);
    area_head(&province, 7);
    area_pack(&area, 0, 1); /* in targets.json itself */
    area_head(&area, 1);
    repo_publish(&repo);
    assert_int_equal(
        round_trust(state, "guizhou", repo_path(&repo, "metadata/1.root.json")),
        ROUND_UPDATED);
    /* Another district of the same province; then one of another. */
    struct round_options options = options_for(server_url(server));
    options.area = "520115";
    expect(round_run(&options, &report), ROUND_UPDATED);
    assert_int_equal(report.area_count, 2);
    assert_int_equal(on_board("520000"), 7);
    assert_int_equal(on_board("000000"), 4);
    assert_int_equal(on_board("520103"), 0);
    options.area = "530102";
    expect(round_run(&options, &report), ROUND_UPDATED); /* the other is gone */
    assert_int_equal(report.area_count, 1);
    area_close(&all);
    area_close(&province);
}

static void not_ours(void **context)
{
    (void)context;
    begin();
    static const char *const codes[] = {"530102", "520104",  "52010",
                                        "abcdef", "5201030", ""};
    for (size_t i = 0; i < COUNT_OF(codes); i++) {
        struct round_options options = options_for(stick);
        options.area = codes[i];
        expect(round_run(&options, &report), ROUND_NOT_OURS);
        expect_words("不是本地区的内容");
    }
}

/* Whether a visitor could read it. */
static bool shows(const char *id)
{
    struct buf path = {0};
    struct arena arena = {0};
    buf_printf(&path, "%s/content.db", state);
    struct item item;
    enum store_error error;
    struct store *store = store_open(buf_text(&path), &error);
    assert_non_null(store);
    bool found = store_item(store, &arena, id, &item);
    arena_fini(&arena);
    store_close(store);
    buf_fini(&path);
    return found;
}

/* Take-downs are in before the pack of the same day turns out to be missing. */
static void withdraws_first(void **context)
{
    (void)context;
    struct buf path = {0}, bytes = {0};
    area_pack(&area, 0, 2);
    area_head(&area, 2);
    repo_publish(&repo);
    round_trust(state, "guizhou", repo_path(&repo, "metadata/1.root.json"));
    expect(from_web(), ROUND_UPDATED);
    assert_true(shows("articles/news/day-001"));
    area_days(&area, 2, 3);
    json_array_append_new(area.withdraw, json_string("articles/news/day-001"));
    publish(3);
    area_pack_path(&area, 2, 3, &path);
    repo_get(&repo, buf_text(&path), &bytes);
    repo_delete(&repo, buf_text(&path));
    expect(from_web(), ROUND_DAMAGED);
    assert_string_equal(report.file, buf_text(&path));
    assert_int_equal(on_board("520103"), 2);
    assert_false(shows("articles/news/day-001"));
    assert_true(shows("articles/news/day-002"));
    repo_put(&repo, buf_text(&path), bytes.data, bytes.length);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 3);
    assert_true(shows("articles/news/day-003"));
    assert_false(shows("articles/news/day-001"));
    buf_fini(&path);
    buf_fini(&bytes);
}

/* What a case of one_bad_area spoils for the district. */
static void spoil_head(void)
{
    repo_target(&repo, "targets", "u/520103/head.json", "{\"format\":1}");
    repo_update(&repo);
}

static void spoil_way(void)
{
    publish(7); /* nothing leads there */
}

static void spoil_role(void)
{
    publish(2);
    struct repo_role *role =
        repo_delegate(&repo, "targets", "district", "[\"u/520103/*\"]", true);
    json_object_del(
        json_object_get(repo_role(&repo, "targets")->body, "targets"),
        "u/520103/head.json");
    repo_expire(&repo, role->name, -1000);
    repo_update(&repo);
}

static void spoil_pack(void)
{
    struct buf path = {0};
    publish(2);
    area_pack_path(&area, 1, 2, &path);
    repo_delete(&repo, buf_text(&path));
    buf_fini(&path);
}

static void spoil_picture(void)
{
    struct buf path = {0};
    json_t *entry;
    const char *name;
    publish(2);
    json_object_foreach(
        json_object_get(repo_role(&repo, "targets")->body, "targets"), name,
        entry) if (!strncmp(name, "u/520103/media/", 15))
    {
        buf_clear(&path);
        repo_target_path(&repo, name,
                         json_string_value(json_object_get(
                             json_object_get(entry, "hashes"), "sha256")),
                         &path);
        repo_delete(&repo, buf_text(&path));
    }
    buf_fini(&path);
}

/* All is as signed, but it cannot be shown. */
static void spoil_text(void)
{
    area_close(&area);
    area_open(&area, &repo, "targets", "520103");
    area.text_suffix = "见[[guides/none/x]]和 {{\n";
    area_pack(&area, 0, 2);
    publish(2);
}

/* What is wrong with a district keeps nothing of the nation's from it: neither
 * take-downs nor news. It is told all the same, until it is right again. */
static void one_bad_area(void **context)
{
    (void)context;
    static const struct {
        void (*spoil)(void);
        const char *file; /* a part of it */
        enum round_result again;
    } cases[] = {
        {spoil_head, "u/520103/head.json", ROUND_DAMAGED},
        {spoil_way, "u/520103/head.json", ROUND_DAMAGED},
        {spoil_role, "", ROUND_TOO_OLD},
        {spoil_pack, "/u/520103/", ROUND_DAMAGED},
        /* The nation brought it. */
        {spoil_picture, "/u/520103/media/", ROUND_UPDATED},
        {spoil_text, "articles/news/", ROUND_BAD_CONTENT},
    };
    for (size_t i = 0; i < 2 * COUNT_OF(cases); i++) {
        struct area all;
        set_up(NULL);
        area_open(&all, &repo, "targets", "000000");
        area_pack(&all, 0, 6);
        area_head(&all, 6);
        begin();
        expect(from_web(), ROUND_UPDATED);
        all.pictures = area.pictures = true;
        area_pack(&all, 6, 7);
        json_array_append_new(all.withdraw,
                              json_string("articles/news/day-006"));
        area_head(&all, 7);
        area_pack(&area, 1, 2); /* with the picture of day 7 */
        cases[i / 2].spoil();
        enum round_result result = i % 2 ? from_stick() : from_web();
        if (round_result_status(result) == 0 || on_board("000000") != 7 ||
            on_board("520103") != 1 || shows("articles/news/day-006"))
            fail_msg("case %zu: %s, %u and %u", i, round_result_symbol(result),
                     on_board("000000"), on_board("520103"));
        assert_non_null(strstr(report.file, cases[i / 2].file));
        expect_words("，其他地区已更新");
        expect(i % 2 ? from_stick() : from_web(), cases[i / 2].again);
        assert_false(report.partly);
        area_close(&all);
        tear_down(NULL);
    }
}

/* What was withdrawn stays so when its area is served no more, even where the
 * power went before the head that withdrew it was kept. */
static void withdrawn_for_good(void **context)
{
    (void)context;
    struct area city;
    struct buf kept = {0};
    area_pack(&area, 0, 2);
    json_array_append_new(area.withdraw, json_string("articles/news/day-001"));
    area_head(&area, 2);
    repo_publish(&repo);
    round_trust(state, "guizhou", repo_path(&repo, "metadata/1.root.json"));
    expect(from_web(), ROUND_UPDATED);
    buf_printf(&kept, "%s/repositories/guizhou/heads/520103.json", state);
    assert_int_equal(unlink(buf_text(&kept)), 0);
    buf_fini(&kept);
    json_object_clear(
        json_object_get(repo_role(&repo, "targets")->body, "targets"));
    area_open(&city, &repo, "targets", "520100");
    area_pack(&city, 0, 3);
    area_head(&city, 3);
    repo_update(&repo);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 2);
    assert_int_equal(on_board("520100"), 3);
    assert_true(shows("articles/news/day-003"));
    assert_false(shows("articles/news/day-001"));
    area_close(&city);
}

static void go_back(uint32_t generation)
{
    struct install_report result = {0};
    struct install_objects through;
    struct buf folder = {0};
    buf_printf(&folder, "%s/objects", state);
    struct objects *objects = objects_open(buf_text(&folder));
    round_objects(objects, &through);
    assert_int_equal(
        install_rollback(state, &through, generation, NULL, &result),
        INSTALL_DONE);
    objects_close(objects);
    install_report_fini(&result);
    buf_fini(&folder);
}

/* The district's head and packs, signed by the keys of its own role alone. */
static void rotate_district(void)
{
    json_t *body = repo_role(&repo, "targets")->body;
    struct repo_role *role = repo_role(&repo, "district");
    signer_free(role->signers[0]);
    role->signers[0] = repo_signer(&repo);
    json_object_del(body, "delegations");
    repo_delegate(&repo, "targets", "district", "[\"u/520103/*\"]", true);
}

static void publish_district(unsigned seq)
{
    area_head(&area, seq);
    repo_bump(&repo, "district");
    repo_update(&repo);
}

/* A thief with a district's key publishes a number that nothing can follow.
 * With a new key the district goes on from where it was, also where staff went
 * back to what the thief published. */
static void a_stolen_key(void **context)
{
    (void)context;
    repo_delegate(&repo, "targets", "district", "[\"u/520103/*\"]", true);
    area.role = "district";
    begin();
    expect(from_web(), ROUND_UPDATED);
    json_t *packs = json_copy(area.packs);
    area_pack(&area, 0, 300);
    publish_district(300);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 300);
    json_decref(area.packs); /* as the district itself remembers them */
    area.packs = packs;
    area_pack(&area, 1, 2);
    publish_district(2);
    expect(from_web(), ROUND_OLDER);
    rotate_district();
    publish_district(2);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 2);
    assert_false(shows("articles/news/day-003"));
    expect(from_web(), ROUND_CURRENT);
    area_pack(&area, 2, 3);
    publish_district(3);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 3);
    go_back(2);
    assert_int_equal(on_board("520103"), 300);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 3);
    /* Going back among what the new key signed is staff's to do, still. */
    area_pack(&area, 3, 4);
    publish_district(4);
    expect(from_web(), ROUND_UPDATED);
    go_back(6);
    assert_int_equal(on_board("520103"), 3);
    expect(from_web(), ROUND_CURRENT);
    assert_int_equal(on_board("520103"), 3);
}

/* Who went back does not find the same content again in the morning, but what
 * is taken down goes, and the next version comes. */
static void stays_back(void **context)
{
    (void)context;
    area_pack(&area, 0, 2);
    area_head(&area, 2);
    repo_publish(&repo);
    round_trust(state, "guizhou", repo_path(&repo, "metadata/1.root.json"));
    expect(from_web(), ROUND_UPDATED);
    area_pack(&area, 2, 3);
    publish(3);
    expect(from_web(), ROUND_UPDATED);
    struct install_generation list[INSTALL_GENERATIONS];
    struct arena arena = {0};
    assert_int_equal(install_generations(state, &arena, list), 2);
    go_back(list[1].number);
    arena_fini(&arena);
    assert_int_equal(on_board("520103"), 2);
    expect(from_web(), ROUND_CURRENT);
    assert_int_equal(on_board("520103"), 2);
    json_array_append_new(area.withdraw, json_string("articles/news/day-001"));
    publish(3);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 2);
    assert_false(shows("articles/news/day-001"));
    area_pack(&area, 3, 4);
    publish(4);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 4);
}

static void round_as(const char *code)
{
    struct round_options options = options_for(server_url(server));
    options.area = code;
    expect(round_run(&options, &report), ROUND_UPDATED);
}

/* A kiosk that moved away and came back is not one that went back. */
static void moves_there_and_back(void **context)
{
    struct area other;
    (void)context;
    area_open(&other, &repo, "targets", "520111");
    area_pack(&other, 0, 3);
    area_head(&other, 3);
    begin();
    round_as("520103");
    round_as("520111");
    assert_int_equal(on_board("520111"), 3);
    round_as("520103");
    assert_int_equal(on_board("520103"), 1);
    area_close(&other);
}

/* What another repository has on board stays as it is, its take-downs too; one
 * that is in the settings no more goes. */
static void two_repositories(void **context)
{
    (void)context;
    static const char *const both[] = {"guizhou", "other"};
    uint32_t seq;
    struct area all;
    area_pack(&area, 0, 2);
    json_array_append_new(area.withdraw, json_string("articles/news/day-001"));
    area_head(&area, 2);
    repo_publish(&repo);
    struct round_options options = options_for(server_url(server));
    options.repositories = both;
    options.repository_count = 2;
    round_trust(state, "guizhou", repo_path(&repo, "metadata/1.root.json"));
    round_trust(state, "other", repo_path(&repo, "metadata/1.root.json"));
    expect(round_run(&options, &report), ROUND_UPDATED);
    json_object_clear(
        json_object_get(repo_role(&repo, "targets")->body, "targets"));
    area_open(&all, &repo, "targets", "000000");
    area_pack(&all, 0, 3);
    area_head(&all, 3);
    repo_update(&repo);
    options.repository = "other";
    expect(round_run(&options, &report), ROUND_UPDATED);
    assert_true(install_seq(state, "guizhou", "520103", &seq));
    assert_true(install_seq(state, "other", "000000", &seq));
    assert_true(shows("articles/news/day-003"));
    assert_false(shows("articles/news/day-001"));
    options.repositories = both + 1;
    options.repository_count = 1;
    expect(round_run(&options, &report), ROUND_UPDATED);
    assert_false(install_seq(state, "guizhou", "520103", &seq));
    assert_true(shows("articles/news/day-001"));
    area_close(&all);
}

/* Whatever is cut off wherever: no byte comes twice. */
static void resumes(void **context)
{
    (void)context;
    unsigned seed = (unsigned)time(NULL) | 1;
    uint64_t fetched = 0, total = 0;
    int rounds = 0;
    print_message("seed %u\n", seed);
    area.pictures = true;
    area.text_bytes = 60000;
    begin();
    area_days(&area, 1, 6);
    publish(6);
    server_cut(server, seed);
    do {
        enum round_result result = from_web();
        fetched += report.fetched;
        if (result != ROUND_UPDATED)
            expect(result, ROUND_UNREACHABLE);
        assert_true(++rounds < 100);
    } while (report.result != ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 6);
    server_cut(server, 0);
    snprintf(state, sizeof(state), "%s/other-state", repo.folder);
    assert_int_equal(
        round_trust(state, "guizhou", repo_path(&repo, "metadata/1.root.json")),
        ROUND_UPDATED);
    expect(from_web(), ROUND_UPDATED); /* the same without cuts */
    total = report.fetched;
    assert_int_equal(fetched, total);
    print_message("%d rounds\n", rounds);
}

/* Writes the first bytes of a pack to staging, or as many wrong ones. */
static void stage(const char *pack, size_t count, bool right)
{
    struct buf bytes = {0}, folder = {0};
    unsigned char hash[32];
    char hex[65];
    repo_get(&repo, pack, &bytes);
    digest_sha256_hex(bytes.data, bytes.length, hex);
    hex_decode(hex, hash, sizeof(hash));
    buf_printf(&folder, "%s/objects", state);
    struct objects *objects = objects_open(buf_text(&folder));
    assert_non_null(objects);
    struct object_part *part = objects_begin(objects, hash, bytes.length);
    for (size_t i = 0; i < count && !right; i++)
        bytes.data[i] ^= 1;
    assert_true(object_part_write(part, bytes.data, count));
    object_part_drop(part);
    objects_close(objects);
    buf_fini(&bytes);
    buf_fini(&folder);
}

static void hostile_servers(void **context)
{
    (void)context;
    static const struct {
        enum server_habit habit;
        size_t staged;
        enum round_result result;
    } cases[] = {
        {SERVER_HONEST, 0, ROUND_UPDATED},
        {SERVER_403, 0, ROUND_DAMAGED},
        {SERVER_500, 0, ROUND_UNREACHABLE},
        {SERVER_503, 0, ROUND_UNREACHABLE},
        {SERVER_REDIRECT, 0, ROUND_UNREACHABLE},
        {SERVER_REDIRECT_FILE, 0, ROUND_UNREACHABLE},
        {SERVER_GIGABYTE, 0, ROUND_DAMAGED},
        {SERVER_ENDLESS, 0, ROUND_DAMAGED},
        {SERVER_SLOW, 0, ROUND_UNREACHABLE},
        {SERVER_SHORT, 0, ROUND_UPDATED}, /* all there is, and it is right */
        {SERVER_HEADERS, 0, ROUND_UNREACHABLE},
        {SERVER_SILENT, 0, ROUND_UNREACHABLE},
        {SERVER_GARBLED, 0, ROUND_DAMAGED},
        {SERVER_GZIP, 0, ROUND_UNREACHABLE},
        {SERVER_ALWAYS_206, 0, ROUND_UNREACHABLE},
        {SERVER_HONEST, 1000, ROUND_UPDATED},
        {SERVER_NO_RANGES, 1000, ROUND_UPDATED},
        {SERVER_OTHER_RANGE, 1000, ROUND_UNREACHABLE},
        {SERVER_BARE_RANGE, 1000, ROUND_UNREACHABLE},
        {SERVER_GARBLED, 1000, ROUND_DAMAGED},
        {SERVER_ENDLESS, 1000, ROUND_DAMAGED},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf path = {0};
        set_up(NULL);
        begin();
        area_pack_path(&area, 0, 1, &path);
        if (cases[i].staged)
            stage(buf_text(&path), cases[i].staged, true);
        struct buf url = {0};
        buf_printf(&url, "/%s", buf_text(&path));
        server_behave(server, buf_text(&url), cases[i].habit);
        enum round_result result = from_web();
        if (result != cases[i].result)
            fail_msg("case %zu: %s", i, round_result_symbol(result));
        if (result == ROUND_UPDATED)
            assert_int_equal(on_board("520103"), 1);
        else
            assert_string_equal(report.file, buf_text(&path));
        assert_int_equal(report.retry_after,
                         cases[i].habit == SERVER_503 ? 120 : 0);
        assert_int_equal(on_board("520103"), result == ROUND_UPDATED ? 1 : 0);
        buf_fini(&url);
        buf_fini(&path);
        tear_down(NULL);
    }
}

/* What is in staging need not be what it should be. */
static void starts_again(void **context)
{
    (void)context;
    struct buf path = {0};
    begin();
    area_pack_path(&area, 0, 1, &path);
    stage(buf_text(&path), 1000, false);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520103"), 1);
    buf_fini(&path);
}

static void run_command(const char *format, const char *path)
{
    struct buf command = {0};
    buf_printf(&command, format, path);
    assert_int_equal(system(buf_text(&command)), 0);
    buf_fini(&command);
}

/* Whatever is lost on board comes again, as far as it is lost. */
static void mends_itself(void **context)
{
    (void)context;
    area.pictures = true;
    begin();
    expect(from_web(), ROUND_UPDATED);
    uint64_t all = report.fetched;
    assert_true(all > 0);
    run_command("rm %s/content.db", state);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(report.fetched, 0); /* from objects */
    assert_true(shows("articles/news/day-001"));
    run_command("rm -r %s/objects", state);
    expect(from_web(), ROUND_CURRENT);
    run_command("rm %s/content.db", state);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(report.fetched, all);
    assert_true(shows("articles/news/day-001"));
    run_command("rm %s/generations", state); /* the database knows it too */
    expect(from_web(), ROUND_CURRENT);
    assert_true(shows("articles/news/day-001"));
}

/* Another area comes, so that everything is made anew, and an object of the
 * first one turns out to be damaged. */
static void brings_again_what_is_damaged(void **context)
{
    (void)context;
    struct area city;
    area_open(&city, &repo, "targets", "520100");
    begin();
    expect(from_web(), ROUND_UPDATED);
    run_command("find %s/objects -type f -exec truncate -s -1 '{}' +", state);
    area_pack(&city, 0, 1);
    area_head(&city, 1);
    publish(1);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(on_board("520100"), 1);
    assert_int_equal(on_board("520103"), 1);
    assert_true(shows("articles/news/day-001"));
    area_close(&city);
}

/* As after a scrub that found objects gone. */
static void repairs_when_told(void **context)
{
    (void)context;
    area.pictures = true;
    begin();
    expect(from_web(), ROUND_UPDATED);
    uint64_t all = report.fetched;
    run_command("find %s/objects -type f -delete", state);
    struct round_options options = options_for(server_url(server));
    options.repair = true;
    round_run(&options, &report);
    assert_int_equal(round_result_status(report.result), 0);
    assert_int_equal(report.fetched, all);
    run_command("rm %s/content.db", state);
    expect(from_web(), ROUND_UPDATED);
    assert_int_equal(report.fetched, 0);
}

static bool count_object(void *data, const unsigned char *sha256,
                         uint64_t length)
{
    (void)sha256, (void)length;
    ++*(size_t *)data;
    return true;
}

/* What no generation that is kept needs is not kept either. */
static void forgets_objects(void **context)
{
    (void)context;
    struct buf folder = {0};
    size_t count = 0;
    begin();
    for (unsigned day = 1; day <= 12; day++) {
        area_pack(&area, 0, day + 1);
        publish(day + 1);
        expect(from_web(), ROUND_UPDATED);
    }
    buf_printf(&folder, "%s/objects", state);
    struct objects *objects = objects_open(buf_text(&folder));
    assert_true(objects_each(objects, count_object, &count));
    objects_close(objects);
    print_message("%zu objects\n", count);
    assert_true(count <= 3);
    buf_fini(&folder);
}

static void truncate_file(const char *path)
{
    struct stat info;
    assert_int_equal(stat(repo_path(&repo, path), &info), 0);
    assert_int_equal(truncate(repo_path(&repo, path), info.st_size / 2), 0);
}

static void replace_by_folder(const char *path)
{
    repo_delete(&repo, path);
    assert_int_equal(mkdir(repo_path(&repo, path), 0755), 0);
}

static void lengthen_file(const char *path)
{
    FILE *file = fopen(repo_path(&repo, path), "a");
    assert_non_null(file);
    fputs("more", file);
    fclose(file);
}

static void delete_file(const char *path)
{
    repo_delete(&repo, path);
}

/* Each file of a stick, broken in each way: told by its name, and what was on
 * board stays. */
static void broken_sticks(void **context)
{
    (void)context;
    void (*const ways_to_break[])(const char *path) = {
        truncate_file, replace_by_folder, lengthen_file, delete_file};
    static const char *const files[] = {
        "metadata/timestamp.json", "metadata/2.snapshot.json",
        "metadata/2.targets.json", NULL /* the pack */};
    for (size_t i = 0; i < COUNT_OF(files); i++)
        for (size_t j = 0; j < COUNT_OF(ways_to_break); j++) {
            struct buf path = {0};
            set_up(NULL);
            begin();
            expect(from_stick(), ROUND_UPDATED);
            area_days(&area, 1, 2);
            publish(2);
            if (files[i])
                buf_puts(&path, files[i]);
            else
                area_pack_path(&area, 1, 2, &path);
            ways_to_break[j](buf_text(&path));
            expect(from_stick(), ROUND_DAMAGED);
            assert_non_null(
                strstr(buf_text(&path), strrchr(report.file, '/')
                                            ? strrchr(report.file, '/')
                                            : report.file));
            expect_words("U 盘内容损坏（");
            assert_int_equal(on_board("520103"), 1);
            buf_fini(&path);
            tear_down(NULL);
        }
}

static void old_sticks(void **context)
{
    (void)context;
    begin();
    now.now = CYCLE_NOW + 60 * CYCLE_DAY;
    expect(from_stick(), ROUND_UPDATED);
    assert_true(report.old);
    expect_words("已更新（内容较旧）");
    expect(from_web(), ROUND_TOO_OLD); /* the network must be fresh */
    expect_words("内容太旧");
    now.now = CYCLE_NOW + 250 * CYCLE_DAY;
    expect(from_stick(), ROUND_TOO_OLD);
    assert_int_equal(on_board("520103"), 1);
}

static void older_than_on_board(void **context)
{
    (void)context;
    struct buf old = {0};
    begin();
    repo_get(&repo, "metadata/timestamp.json", &old);
    area_days(&area, 1, 2);
    publish(2);
    expect(from_stick(), ROUND_UPDATED);
    repo_put(&repo, "metadata/timestamp.json", old.data, old.length);
    expect(from_stick(), ROUND_OLDER);
    expect_words("本机已是更新的内容");
    assert_int_equal(on_board("520103"), 2);
    /* Signed anew, but with an earlier number. */
    repo_update(&repo);
    repo_update(&repo);
    publish(1);
    expect(from_stick(), ROUND_OLDER);
    assert_int_equal(on_board("520103"), 2);
    buf_fini(&old);
}

static void strange_sticks(void **context)
{
    (void)context;
    begin();
    repo_rotate(&repo, "timestamp"); /* with a root that nobody announced */
    repo_write(&repo, "timestamp");
    expect(from_stick(), ROUND_BAD_SIGNATURE);
    expect_words("签名不对");
    snprintf(stick, sizeof(stick), "%s/targets", repo.folder);
    expect(from_stick(), ROUND_NOTHING_HERE);
    expect_words("U 盘里没有可用的内容");
    snprintf(stick, sizeof(stick), "%s/none", repo.folder);
    expect(from_stick(), ROUND_NOTHING_HERE);
    static const char *const names[] = {"", "../x", "A", "a/b", "a.b"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct round_options options = options_for(repo.folder);
        options.repository = names[i];
        expect(round_run(&options, &report), ROUND_NOTHING_HERE);
    }
    struct round_options options = options_for(repo.folder);
    options.repository = "nobody-trusts-it";
    expect(round_run(&options, &report), ROUND_NO_ROOT);
}

/* Signed, but what it says does not fit: the head against the targets, the pack
 * against the head, the picture against the pack. */
static void signed_nonsense(void **context)
{
    (void)context;
    begin();
    json_object_set_new(json_array_get(area.packs, 0), "length",
                        json_integer(7));
    publish(1);
    expect(from_stick(), ROUND_DAMAGED);
    assert_string_equal(report.file, "u/520103/full-1.tar.zst");
    tear_down(NULL);
    set_up(NULL);
    begin();
    json_object_set_new(json_array_get(area.packs, 0), "to", json_integer(2));
    publish(2);
    expect(from_stick(), ROUND_DAMAGED);
    tear_down(NULL);
    set_up(NULL);
    begin();
    publish(3); /* nothing leads there */
    expect(from_stick(), ROUND_DAMAGED);
    tear_down(NULL);
    set_up(NULL);
    area.pictures = true;
    area_pack(&area, 0, 1);
    json_t *targets =
               json_object_get(repo_role(&repo, "targets")->body, "targets"),
           *entry;
    const char *name;
    void *next;
    json_object_foreach_safe(targets, next, name,
                             entry) if (strstr(name, "/media/"))
        json_object_del(targets, name);
    area_head(&area, 1);
    repo_publish(&repo);
    round_trust(state, "guizhou", repo_path(&repo, "metadata/1.root.json"));
    expect(from_stick(), ROUND_DAMAGED);
    assert_non_null(strstr(report.file, "/media/"));
    assert_int_equal(on_board("520103"), 0);
}

/* Everything is right but for what an editor wrote: the line is told, and what
 * was shown stays, with the next good pack on top of it. */
static void bad_content(void **context)
{
    (void)context;
    begin();
    expect(from_web(), ROUND_UPDATED);
    area.text_suffix = "见[[guides/none/x]]和 {{\n";
    area_days(&area, 1, 2);
    publish(2);
    expect(from_web(), ROUND_BAD_CONTENT);
    assert_non_null(strstr(report.file, "articles/news/day-002.md:"));
    expect_words("内容有错，没有装上（articles/news/day-002.md:");
    assert_int_equal(on_board("520103"), 1);
    assert_true(shows("articles/news/day-001"));
    expect(from_web(), ROUND_BAD_CONTENT);
    assert_int_equal(report.fetched, 0); /* it is not brought again */
    area.text_suffix = NULL;
    area_pack(&area, 0, 3);
    publish(3);
    expect(from_web(), ROUND_UPDATED);
    assert_true(shows("articles/news/day-003"));
}

struct watch {
    int calls, stop_at;
    uint64_t bytes;
    enum round_phase phase;
    bool pulled_out;
};

static void watch_progress(void *data, const struct round_progress *progress)
{
    struct watch *watch = data;
    watch->calls++;
    assert_true(progress->phase >= watch->phase);
    assert_true(progress->bytes_done >= watch->bytes);
    assert_true(progress->bytes_done <= progress->bytes_total);
    watch->bytes = progress->bytes_done;
    watch->phase = progress->phase;
    if (progress->can_pull_out && !watch->pulled_out) {
        watch->pulled_out = true;
        assert_int_equal(
            rename(repo_path(&repo, "targets"), repo_path(&repo, "gone")), 0);
    }
}

static bool stop_at(void *data)
{
    struct watch *watch = data;
    return watch->stop_at && --watch->stop_at == 0;
}

static void pulled_out(void **context)
{
    (void)context;
    struct watch watch = {0};
    area.pictures = true;
    begin();
    struct round_options options = options_for(stick);
    options.progress = watch_progress;
    options.data = &watch;
    expect(round_run(&options, &report), ROUND_UPDATED);
    assert_true(watch.pulled_out);
    assert_true(watch.calls >= 4);
    assert_true(watch.bytes > 0);
}

/* Stopped at each moment at which it asks; then carried on with. */
static void stopped(void **context)
{
    (void)context;
    area.pictures = true;
    area.text_bytes = 200000;
    begin();
    int stops = 0;
    for (int at = 1;; at++) {
        struct watch watch = {.stop_at = at};
        struct round_options options = options_for(stick);
        options.stopped = stop_at;
        options.data = &watch;
        if (round_run(&options, &report) == ROUND_UPDATED)
            break;
        expect(report.result, ROUND_STOPPED);
        assert_int_equal(on_board("520103"), 0);
        stops++;
        assert_true(stops < 1000);
    }
    assert_true(stops > 5);
    assert_int_equal(on_board("520103"), 1);
}

static void busy(void **context)
{
    (void)context;
    struct buf folder = {0};
    begin();
    buf_printf(&folder, "%s/objects", state);
    struct objects *objects = objects_open(buf_text(&folder));
    assert_non_null(objects);
    expect(from_stick(), ROUND_BUSY);
    objects_close(objects);
    expect(from_stick(), ROUND_UPDATED);
    buf_fini(&folder);
}

/* It says how much is lacking, before anything is written. */
static void no_space(void **context)
{
    (void)context;
    mkdir(repo_path(&repo, "small"), 0755);
    if (mount("none", repo_path(&repo, "small"), "tmpfs", 0, "size=4m") != 0) {
        print_message("skipped: no small file system can be mounted\n");
        skip();
    }
    snprintf(state, sizeof(state), "%s/small/state", repo.folder);
    begin();
    enum round_result result = from_stick();
    assert_int_equal(umount(repo_path(&repo, "small")), 0);
    expect(result, ROUND_NO_SPACE);
    assert_true(report.lacking > 1 << 20);
    expect_words("空间不够，还差 4.");
}

/* Something that no generation needs; whether it could be put there. */
static bool add_stray(unsigned char hash[32])
{
    static const unsigned char bytes[1000];
    struct buf folder = {0};
    char hex[65];
    digest_sha256_hex(bytes, sizeof(bytes), hex);
    hex_decode(hex, hash, 32);
    buf_printf(&folder, "%s/objects", state);
    struct objects *objects = objects_open(buf_text(&folder));
    struct object_part *part =
        objects ? objects_begin(objects, hash, sizeof(bytes)) : NULL;
    const bool fine = part && object_part_write(part, bytes, sizeof(bytes)) &&
                      object_part_commit(part);
    objects_close(objects);
    buf_fini(&folder);
    return fine;
}

static bool is_there(const unsigned char hash[32])
{
    struct buf folder = {0};
    buf_printf(&folder, "%s/objects", state);
    struct objects *objects = objects_open(buf_text(&folder));
    const bool there = objects && objects_has(objects, hash, 1000);
    objects_close(objects);
    buf_fini(&folder);
    return there;
}

/* A district announces more than the disk can hold: the nation's news come all
 * the same, and what nothing needs goes although the round failed. */
static void no_room_for_one(void **context)
{
    (void)context;
    const uint64_t much = 400 << 20;
    unsigned char stray[32];
    struct area all;
    mkdir(repo_path(&repo, "small"), 0755);
    if (mount("none", repo_path(&repo, "small"), "tmpfs", 0, "size=24m") != 0) {
        print_message("skipped: no small file system can be mounted\n");
        skip();
    }
    snprintf(state, sizeof(state), "%s/small/state", repo.folder);
    area_open(&all, &repo, "targets", "000000");
    area_pack(&all, 0, 6);
    area_head(&all, 6);
    begin();
    enum round_result first = from_web();
    const bool planted = add_stray(stray);
    area_pack(&all, 6, 7);
    area_head(&all, 7);
    area_pack(&area, 1, 2);
    json_object_set_new(json_array_get(area.packs, 1), "length",
                        json_integer((json_int_t)much));
    json_t *targets =
        json_object_get(repo_role(&repo, "targets")->body, "targets");
    json_object_set_new(json_object_get(targets, "u/520103/inc-1-2.tar.zst"),
                        "length", json_integer((json_int_t)much));
    publish(2);
    enum round_result second = from_web();
    const uint32_t nation = on_board("000000"), district = on_board("520103");
    const bool left = planted && is_there(stray);
    umount(repo_path(&repo, "small"));
    area_close(&all);
    expect(first, ROUND_UPDATED);
    expect(second, ROUND_NO_SPACE);
    assert_true(report.partly);
    assert_int_equal(nation, 7);
    assert_int_equal(district, 1);
    assert_true(planted);
    assert_false(left);
}

/* Rounds that fail leave what they brought; it does not fill the disk. */
static void makes_room(void **context)
{
    (void)context;
    struct buf file = {0};
    mkdir(repo_path(&repo, "small"), 0755);
    if (mount("none", repo_path(&repo, "small"), "tmpfs", 0, "size=24m") != 0) {
        print_message("skipped: no small file system can be mounted\n");
        skip();
    }
    snprintf(state, sizeof(state), "%s/small/state", repo.folder);
    begin();
    enum round_result first = from_stick(), second = ROUND_RESULT_COUNT;
    /* As after many rounds that could not install. */
    struct objects *objects = NULL;
    buf_printf(&file, "%s/objects", state);
    objects = objects_open(buf_text(&file));
    for (int i = 0; objects && objects_free_space(objects) > 6 << 20; i++) {
        static unsigned char bytes[1 << 20];
        unsigned char hash[32];
        char hex[65];
        memset(bytes, i, sizeof(bytes));
        digest_sha256_hex(bytes, sizeof(bytes), hex);
        hex_decode(hex, hash, sizeof(hash));
        struct object_part *part = objects_begin(objects, hash, sizeof(bytes));
        if (part && object_part_write(part, bytes, sizeof(bytes)))
            object_part_commit(part);
    }
    objects_close(objects);
    area.text_bytes = 30000;
    area_days(&area, 1, 2);
    publish(2);
    second = from_stick();
    const uint32_t seq = on_board("520103");
    umount(repo_path(&repo, "small"));
    buf_fini(&file);
    expect(first, ROUND_UPDATED);
    expect(second, ROUND_UPDATED);
    assert_int_equal(seq, 2);
}

static void words(void **context)
{
    (void)context;
    for (int i = 0; i < ROUND_RESULT_COUNT; i++)
        for (int j = 0; j < 2; j++) {
            struct buf text = {0};
            report = (struct round_report){.result = (enum round_result)i,
                                           .stick = j};
            round_say(&report, &text);
            assert_true(text.length > 0);
            assert_null(strchr(buf_text(&text), '%'));
            assert_true(round_result_status(report.result) != 2);
            assert_true(*round_result_english(report.result));
            buf_fini(&text);
        }
    snprintf(report.file, sizeof(report.file), "targets/u/520103/%s.inc-1-2",
             HASH);
    report.result = ROUND_DAMAGED;
    expect_words("U 盘内容损坏（u/520103/inc-1-2）");
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {{0, "0 B"},
                 {1023, "1023 B"},
                 {1024, "1 KB"},
                 {1023000, "999 KB"},
                 {12900000, "12 MB"},
                 {1300000, "1.2 MB"},
                 {5000000000, "4.7 GB"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf text = {0};
        round_say_bytes(cases[i].bytes, &text);
        assert_string_equal(buf_text(&text), cases[i].text);
        buf_fini(&text);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways),
        cmocka_unit_test(ways_are_the_shortest),
        cmocka_unit_test(heads),
        TEST(first_content),
        TEST(thirty_days),
        TEST(areas),
        TEST(not_ours),
        TEST(withdraws_first),
        TEST(withdrawn_for_good),
        TEST(stays_back),
        TEST(moves_there_and_back),
        TEST(two_repositories),
        TEST(resumes),
        cmocka_unit_test(hostile_servers),
        TEST(starts_again),
        TEST(mends_itself),
        TEST(brings_again_what_is_damaged),
        TEST(repairs_when_told),
        TEST(forgets_objects),
        cmocka_unit_test(broken_sticks),
        TEST(old_sticks),
        TEST(older_than_on_board),
        TEST(strange_sticks),
        TEST(signed_nonsense),
        TEST(bad_content),
        TEST(pulled_out),
        TEST(stopped),
        TEST(busy),
        TEST(no_space),
        TEST(makes_room),
        TEST(no_room_for_one),
        TEST(a_stolen_key),
        cmocka_unit_test(one_bad_area),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
