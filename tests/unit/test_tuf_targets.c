/* test_tuf_targets.c - delegations: whom a target is believed from, in which
 * order roles are asked, and what it takes to bring a target. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "content/sync/sync_private.h"
#include "support/cycle.h"

static struct cycle cycle;
static struct repo *const repo = &cycle.repo;

static int set_up(void **state)
{
    (void)state;
    cycle_open(&cycle);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cycle_close(&cycle);
    return 0;
}

static void patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *path;
        bool matches;
    } cases[] = {
        /* the examples of the specification, 4.5 */
        {"targets/*.tgz", "targets/foo.tgz", true},
        {"targets/*.tgz", "targets/bar.tgz", true},
        {"targets/*.tgz", "targets/foo.txt", false},
        {"foo-version-?.tgz", "foo-version-2.tgz", true},
        {"foo-version-?.tgz", "foo-version-a.tgz", true},
        {"foo-version-?.tgz", "foo-version-alpha.tgz", false},
        {"*.tgz", "foo.tgz", true},
        {"*.tgz", "targets/foo.tgz", false},
        {"foo.tgz", "foo.tgz", true},
        {"foo.tgz", "foo.tgzz", false},
        /* area codes; "" between, or C99 reads a trigraph */
        {"u/52????"
         "/*",
         "u/520115/full-1.tar.zst", true},
        {"u/52????"
         "/*",
         "u/520115/media/a.png", false},
        {"u/52????"
         "/*",
         "u/53????"
         "/x",
         false},
        {"u/52????"
         "/*",
         "u/52/115/x", false},
        {"u/52????"
         "/*",
         "u/5201155/x", false},
        {"*", "", true},
        {"", "", true},
        {"", "a", false},
        {"?", "/", false},
        {"*", "/", false},
        {"*/*", "a/b", true},
        {"*/*", "a/b/c", false},
        {"**", "a/b", false},
        {"**", "ab", true},
        {"a*b*c", "aXbXbXc", true},
        {"a*b*c", "aXbXbX", false},
        {"a*/b", "aX/b", true},
        {"a*c/*d", "abc/xdd", true},
        {"a*c/*d", "ab/cxd", false},
        {".*", ".hidden", true},
        {"*", ".hidden", true},
        {"?", "中", true},
        {"??", "中", false},
        {"[a-c]x", "bx", true},
        {"[a-c]x", "dx", false},
        {"[!a-c]x", "dx", true},
        {"[!a-c]x", "ax", false},
        {"[]]", "]", true},
        {"[a", "[a", true},
        {"[!/]", "/", false},
        {"a[/]b", "a/b", false},
        {"a\\*", "a\\b", true}, /* no escapes */
        {"*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (delegation_pattern(cases[i].pattern, cases[i].path) !=
            cases[i].matches)
            fail_msg("%s  %s", cases[i].pattern, cases[i].path);
}

/* Requests of the search only: those of a refresh are known. */
static void expect_search(const char *requests)
{
    struct buf seen = {0};
    server_requests(cycle.server, &seen);
    const char *at = strstr(buf_text(&seen), "timestamp.json");
    at = at ? strchr(at, '\n') + 1 : buf_text(&seen);
    static const char *const known[] = {".snapshot.json ", ".targets.json "};
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        const char *end = strchr(at, '\n');
        const char *found = strstr(at, known[i]);
        if (found && found < end)
            at = end + 1;
    }
    assert_string_equal(at, requests);
    buf_fini(&seen);
}

static void searches_in_order(void **state)
{
    (void)state;
    /* targets -> a (-> c, d), b (-> e);  f.txt is in e, z.txt nowhere */
    repo_delegate(repo, "targets", "a", "[\"*\"]", false);
    repo_delegate(repo, "targets", "b", "[\"*\"]", false);
    repo_delegate(repo, "a", "c", "[\"*\"]", false);
    repo_delegate(repo, "a", "d", "[\"f*\",\"z*\"]", false);
    repo_delegate(repo, "b", "e", "[\"*\"]", false);
    repo_target(repo, "e", "f.txt", "content of f");
    repo_target(repo, "targets", "g.txt", "g");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "z.txt"), TUF_NO_TARGET);
    expect_search("/metadata/1.a.json 200\n/metadata/1.c.json 200\n"
                  "/metadata/1.d.json 200\n/metadata/1.b.json 200\n"
                  "/metadata/1.e.json 200\n");
    /* all of them are kept now */
    assert_true(cycle_same(&cycle, "e.json", "metadata/1.e.json"));
    assert_int_equal(cycle_download(&cycle, "z.txt"), TUF_NO_TARGET);
    expect_search("");
    assert_int_equal(cycle_download(&cycle, "f.txt"), TUF_OK);
    char hash[65];
    struct buf requests = {0};
    digest_sha256_hex("content of f", 12, hash);
    buf_printf(&requests, "/targets/%s.f.txt 200\n", hash);
    expect_search(buf_text(&requests));
    buf_fini(&requests);
    /* an unchanged target is not fetched again */
    assert_int_equal(cycle_download(&cycle, "f.txt"), TUF_OK);
    expect_search("");
}

static void asks_only_who_may_know(void **state)
{
    (void)state;
    repo_delegate(repo, "targets", "a",
                  "[\"u/52????"
                  "/*\"]",
                  false);
    repo_delegate(repo, "targets", "b",
                  "[\"u/53????"
                  "/*\"]",
                  false);
    /* b describes what is a's: nobody believes it, nobody even asks b */
    repo_target(repo, "b", "u/520115/x", "x");
    repo_target(repo, "b", "u/530100/y", "y");
    /* a may not hand on more than it has: the chain is what counts */
    repo_delegate(repo, "a", "c", "[\"*/*/*\"]", false);
    repo_target(repo, "c", "u/530100/z", "z");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "u/520115/x"), TUF_NO_TARGET);
    expect_search("/metadata/1.a.json 200\n/metadata/1.c.json 200\n");
    assert_int_equal(cycle_download(&cycle, "u/530100/z"), TUF_NO_TARGET);
    expect_search("/metadata/1.b.json 200\n");
    assert_int_equal(cycle_download(&cycle, "u/530100/y"), TUF_OK);
}

static void the_first_that_knows_is_believed(void **state)
{
    (void)state;
    struct buf got = {0};
    repo_delegate(repo, "targets", "a", "[\"*\"]", false);
    repo_delegate(repo, "targets", "b", "[\"*\"]", false);
    repo_target(repo, "b", "x", "from b");
    repo_target(repo, "a", "x", "from a");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
    repo_get(repo, "got/x", &got);
    assert_string_equal(buf_text(&got), "from a");
    buf_fini(&got);
}

static void terminating_ends_the_search(void **state)
{
    (void)state;
    /* targets -> a, terminating for s* (-> c), b */
    repo_delegate(repo, "targets", "a", "[\"s*\"]", true);
    repo_delegate(repo, "targets", "b", "[\"*\"]", false);
    repo_delegate(repo, "a", "c", "[\"*\"]", false);
    repo_target(repo, "b", "secret", "from b");
    repo_target(repo, "b", "other", "from b");
    repo_target(repo, "c", "sea", "from c");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "secret"), TUF_NO_TARGET);
    expect_search("/metadata/1.a.json 200\n/metadata/1.c.json 200\n");
    assert_int_equal(cycle_download(&cycle, "sea other"), TUF_OK);
}

/* Deeper down it ends the search for all levels above, too. */
static void terminating_ends_all_levels(void **state)
{
    (void)state;
    repo_delegate(repo, "targets", "a", "[\"*\"]", false);
    repo_delegate(repo, "targets", "b", "[\"*\"]", false);
    repo_delegate(repo, "a", "c", "[\"*\"]", true);
    repo_delegate(repo, "a", "d", "[\"*\"]", false);
    repo_target(repo, "b", "x", "x");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_NO_TARGET);
    expect_search("/metadata/1.a.json 200\n/metadata/1.c.json 200\n");
}

static void cycles_are_visited_once(void **state)
{
    (void)state;
    repo_delegate(repo, "targets", "a", "[\"*\"]", false);
    repo_delegate(repo, "a", "b", "[\"*\"]", false);
    repo_delegate(repo, "b", "a", "[\"*\"]", false);
    repo_delegate(repo, "b", "b", "[\"*\"]", false);
    repo_delegate(repo, "b", "c", "[\"*\"]", false);
    repo_target(repo, "c", "x", "x");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
    assert_int_equal(cycle_download(&cycle, "y"), TUF_NO_TARGET);
    expect_search("/metadata/1.a.json 200\n/metadata/1.b.json 200\n"
                  "/metadata/1.c.json 200\n"
                  "/targets/"
                  "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a"
                  "4881.x 200\n"
                  "/metadata/2.root.json 404\n/metadata/timestamp.json 200\n");
}

static void limits_the_roles(void **state)
{
    (void)state;
    char name[16], parent[16] = "targets";
    for (int i = 0; i < DELEGATED_ROLES_MAX + 1; i++) {
        snprintf(name, sizeof(name), "r%d", i);
        repo_delegate(repo, parent, name, "[\"*\"]", false);
        snprintf(parent, sizeof(parent), "%s", name);
        repo_target(repo, name, name, name);
    }
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "r31"), TUF_OK);
    assert_int_equal(cycle_download(&cycle, "r32"), TUF_NO_TARGET);
}

static void hash_prefixes(void **state)
{
    (void)state;
    char hash[65];
    struct buf rule = {0};
    digest_sha256_hex("dir/x", 5, hash);
    buf_printf(&rule, "{\"path_hash_prefixes\":[\"%c\",\"%.3s\"]}",
               hash[0] == '0' ? '1' : '0', hash);
    repo_delegate(repo, "targets", "a", buf_text(&rule), false);
    repo_target(repo, "a", "dir/x", "x");
    /* and one whose name begins differently */
    buf_clear(&rule);
    digest_sha256_hex("dir/y", 5, hash);
    buf_printf(&rule, "{\"path_hash_prefixes\":[\"%.3s%c\"]}", hash,
               hash[3] == '0' ? '1' : '0');
    repo_delegate(repo, "targets", "b", buf_text(&rule), false);
    repo_target(repo, "b", "dir/y", "y");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "dir/x"), TUF_OK);
    assert_int_equal(cycle_download(&cycle, "dir/y"), TUF_NO_TARGET);
    buf_fini(&rule);
}

/* TAP 15: 2^bits bins, the name's hash tells which. */
static void hash_bins(void **state)
{
    (void)state;
    static const struct {
        int bits;
        const char *role; /* of "x": its SHA-256 begins with 2d711642 */
    } cases[] = {
        {1, "bin-0"},  {3, "bin-1"},   {4, "snapshot-2"},    {5, "bin-05"},
        {8, "bin-2d"}, {9, "bin-05a"}, {32, "bin-2d711642"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cycle_open(&cycle);
        char prefix[16];
        snprintf(prefix, sizeof(prefix), "%.*s",
                 (int)strcspn(cases[i].role, "-"), cases[i].role);
        struct repo_role *bin = repo_role(repo, cases[i].role);
        repo_target(repo, cases[i].role, "x", "x");
        struct buf key = {0};
        signer_public(bin->signers[0], &key);
        repo_set(repo_role(repo, "targets"), "delegations",
                 json_pack("{s{so} s{s[s] si si ss}}", "keys",
                           signer_id(bin->signers[0]),
                           json_loads(buf_text(&key), 0, NULL),
                           "succinct_roles", "keyids",
                           signer_id(bin->signers[0]), "threshold", 1,
                           "bit_length", cases[i].bits, "name_prefix", prefix));
        cycle_init(&cycle);
        if (cycle_download(&cycle, "x") != TUF_OK)
            fail_msg("%s", cases[i].role);
        /* a bin that the snapshot does not list */
        assert_int_not_equal(cycle_download(&cycle, "a"), TUF_OK);
        buf_fini(&key);
        cycle_close(&cycle);
    }
}

static struct repo_role *area;

static void no_spoil(void)
{
}

static void area_by_a_stranger(void)
{
    signer_free(area->signers[0]);
    area->signers[0] = repo_signer(repo);
}

static void area_expired(void)
{
    repo_expire(repo, "area", CYCLE_NOW);
}

static void area_is_a_snapshot(void)
{
    repo_set(area, "_type", json_string("snapshot"));
}

static void area_with_a_bad_target(void)
{
    json_object_set_new(json_object_get(area->body, "targets"), "bad",
                        json_pack("{si s{}}", "length", 1, "hashes"));
}

static void area_with_a_negative_target(void)
{
    json_object_set_new(
        json_object_get(area->body, "targets"), "bad",
        json_pack("{si s{ss}}", "length", -1, "hashes", "sha256",
                  "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a"
                  "4881"));
}

static json_t *delegations(void)
{
    return json_object_get(repo_role(repo, "targets")->body, "delegations");
}

static json_t *delegation(void)
{
    return json_array_get(json_object_get(delegations(), "roles"), 0);
}

static void named_like_ours(void)
{
    json_object_set_new(delegation(), "name", json_string("snapshot"));
}

static void named_twice(void)
{
    json_array_append(json_object_get(delegations(), "roles"), delegation());
}

static void without_a_name(void)
{
    json_object_set_new(delegation(), "name", json_string(""));
}

static void with_paths_and_prefixes(void)
{
    json_object_set_new(delegation(), "path_hash_prefixes",
                        json_pack("[s]", ""));
}

static void with_a_number_for_a_path(void)
{
    json_object_set_new(delegation(), "paths", json_pack("[i]", 1));
}

static void with_repeated_keyids(void)
{
    json_t *ids = json_object_get(delegation(), "keyids");
    json_array_append(ids, json_array_get(ids, 0));
}

static void with_a_name_too_long(void)
{
    char name[ROLE_NAME_MAX + 2];
    memset(name, 'x', sizeof(name));
    name[sizeof(name) - 1] = 0;
    json_object_set_new(delegation(), "name", json_string(name));
}

static void with_too_many_bits(void)
{
    json_object_del(delegations(), "roles");
    json_object_set_new(delegations(), "succinct_roles",
                        json_pack("{s[] si si ss}", "keyids", "threshold", 1,
                                  "bit_length", 33, "name_prefix", "bin"));
}

static void with_bins_as_well(void)
{
    json_object_set_new(delegations(), "succinct_roles", json_object());
}

/* After version 1 was brought, version 2 is spoiled. */
static void violations(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*spoil)(void);
        enum tuf_result result;
        int kept; /* area's version */
    } cases[] = {
#define CASE(spoil, result, kept) {#spoil, spoil, TUF_##result, kept}
        CASE(no_spoil, OK, 2),
        CASE(area_by_a_stranger, BAD_SIGNATURE, 1),
        CASE(area_expired, EXPIRED, 1),
        CASE(area_is_a_snapshot, MALFORMED, 1),
        CASE(area_with_a_bad_target, MALFORMED, 1),
        CASE(area_with_a_negative_target, MALFORMED, 1),
        CASE(named_like_ours, MALFORMED, 1),
        CASE(named_twice, MALFORMED, 1),
        CASE(without_a_name, MALFORMED, 1),
        CASE(with_paths_and_prefixes, MALFORMED, 1),
        CASE(with_a_number_for_a_path, MALFORMED, 1),
        CASE(with_repeated_keyids, MALFORMED, 1),
        CASE(with_a_name_too_long, MALFORMED, 1),
        CASE(with_too_many_bits, MALFORMED, 1),
        CASE(with_bins_as_well, MALFORMED, 1),
#undef CASE
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        cycle_open(&cycle);
        area = repo_delegate(repo, "targets", "area", "[\"*\"]", false);
        repo_target(repo, "area", "x", "x");
        cycle_init(&cycle);
        assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
        cases[i].spoil();
        repo_update(repo);
        enum tuf_result result = cycle_download(&cycle, "x");
        if (result != cases[i].result ||
            cycle_version(&cycle, "area") != cases[i].kept)
            fail_msg("%s: %s, keeps %d", cases[i].name,
                     tuf_result_english(result), cycle_version(&cycle, "area"));
        cycle_close(&cycle);
    }
}

/* A file of area with other bytes, an older file, none. */
static void other_files(void **state)
{
    (void)state;
    struct buf old = {0}, bytes = {0};
    repo->hashed = true;
    repo_delegate(repo, "targets", "area", "[\"*\"]", false);
    repo_target(repo, "area", "x", "x");
    cycle_init(&cycle);
    repo_get(repo, "metadata/1.area.json", &old);
    repo_put(repo, "metadata/1.area.json", old.data, old.length - 1);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_BAD_LENGTH);
    repo_get(repo, "metadata/1.area.json", &bytes);
    buf_puts(&bytes, " ");
    repo_put(repo, "metadata/1.area.json", bytes.data, bytes.length);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_BAD_HASH);
    repo_put(repo, "metadata/1.area.json", old.data, old.length);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
    repo->hashed = false;
    repo_update(repo);
    repo_put(repo, "metadata/2.area.json", old.data, old.length);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_MISMATCH);
    repo_delete(repo, "metadata/2.area.json");
    assert_int_equal(cycle_download(&cycle, "x"), TUF_NOT_FOUND);
    assert_int_equal(cycle_version(&cycle, "area"), 1);
    buf_fini(&old);
    buf_fini(&bytes);
}

/* One role, two delegations with different keys: each is asked for its own. */
static void each_delegation_has_its_own_keys(void **state)
{
    (void)state;
    repo_delegate(repo, "targets", "a", "[\"1*\"]", false);
    repo_delegate(repo, "targets", "b", "[\"2*\"]", false);
    repo_delegate(repo, "a", "shared", "[\"*\"]", false);
    struct repo_role *shared = repo_role(repo, "shared");
    struct signer *real = shared->signers[0];
    shared->signers[0] = repo_signer(repo);
    repo_delegate(repo, "b", "shared", "[\"*\"]", false);
    signer_free(shared->signers[0]);
    shared->signers[0] = real;
    repo_target(repo, "shared", "1x", "1");
    repo_target(repo, "shared", "2x", "2");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "1x 2x"), TUF_BAD_SIGNATURE);
    assert_int_equal(cycle_download(&cycle, "2x"), TUF_BAD_SIGNATURE);
    assert_int_equal(cycle_download(&cycle, "1x"), TUF_OK);
}

static void encodes_role_names(void **state)
{
    (void)state;
    repo_delegate(repo, "targets", "../u/52 ?", "[\"*\"]", false);
    repo_target(repo, "../u/52 ?", "x", "x");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "none"), TUF_NO_TARGET);
    expect_search("/metadata/1...%2Fu%2F52%20%3F.json 200\n");
    assert_int_equal(cycle_version(&cycle, "..%2Fu%2F52%20%3F"), 1);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
}

static void target_names_stay_inside(void **state)
{
    (void)state;
    static const struct {
        const char *name, *file;
    } cases[] = {
        {"a/b/c.txt", "got/a%2Fb%2Fc.txt"},
        {"中.txt", "got/%E4%B8%AD.txt"},
        {"a%20b", "got/a%2520b"},
        {"what?", "got/what%3F"},
        {"..", "got/%2E%2E"},
        {"...", "got/..."},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        repo_target(repo, "targets", cases[i].name, cases[i].name);
    /* the URL keeps what is encoded, the server decodes it */
    repo_target(repo, "targets", "a b", "a%20b");
    cycle_init(&cycle);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf got = {0};
        if (cycle_download(&cycle, cases[i].name) != TUF_OK)
            fail_msg("%s", cases[i].name);
        repo_get(repo, cases[i].file, &got);
        assert_string_equal(buf_text(&got), cases[i].name);
        buf_fini(&got);
    }
}

static int files_in(const char *folder)
{
    DIR *stream = opendir(repo_path(repo, folder));
    int count = 0;
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream));)
        count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    closedir(stream);
    return count;
}

/* Nothing of a target that is not right is left behind, and what was there
 * stays. */
static void targets_are_verified(void **state)
{
    (void)state;
    struct buf got = {0};
    repo->consistent = false;
    repo_target(repo, "targets", "x", "first");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
    repo_target(repo, "targets", "x", "second");
    repo_update(repo);
    repo_put(repo, "targets/x", "secomd", 6);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_BAD_HASH);
    repo_put(repo, "targets/x", "seco", 4);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_BAD_LENGTH);
    repo_put(repo, "targets/x", "second and more", 15);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_BAD_LENGTH);
    repo_delete(repo, "targets/x");
    assert_int_equal(cycle_download(&cycle, "x"), TUF_NOT_FOUND);
    server_behave(cycle.server, "/targets/x", SERVER_ENDLESS);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_BAD_LENGTH);
    repo_get(repo, "got/x", &got);
    assert_string_equal(buf_text(&got), "first");
    server_behave(cycle.server, "/targets/x", SERVER_HONEST);
    repo_put(repo, "targets/x", "second", 6);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
    repo_get(repo, "got/x", &got);
    assert_string_equal(buf_text(&got), "second");
    assert_int_equal(files_in("got"), 1);
    buf_fini(&got);
}

/* A kept target that was damaged is brought again. */
static void damaged_targets_are_brought_again(void **state)
{
    (void)state;
    struct buf got = {0};
    repo_target(repo, "targets", "x", "right");
    repo_target(repo, "targets", "empty", "");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "x empty"), TUF_OK);
    repo_put(repo, "got/x", "wrong", 5);
    assert_int_equal(cycle_download(&cycle, "x empty"), TUF_OK);
    repo_get(repo, "got/x", &got);
    assert_string_equal(buf_text(&got), "right");
    buf_fini(&got);
}

static void sha512_will_do(void **state)
{
    (void)state;
    json_t *hashes;
    repo->consistent = false;
    repo_target(repo, "targets", "x", "x");
    hashes = json_object_get(
        json_object_get(
            json_object_get(repo_role(repo, "targets")->body, "targets"), "x"),
        "hashes");
    json_object_clear(hashes);
    json_object_set_new(
        hashes, "sha512",
        json_string("a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e42da"
                    "89238bc13626e43dcb38ddb082488927ec904fb42057443983e88585"
                    "179d50551afe62"));
    json_object_set_new(hashes, "blake3", json_string("of no use to us"));
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
    repo_put(repo, "targets/x", "y", 1);
    repo_delete(repo, "got/x");
    assert_int_equal(cycle_download(&cycle, "x"), TUF_BAD_HASH);
}

static void several_stop_at_the_first_failure(void **state)
{
    (void)state;
    repo_target(repo, "targets", "x", "x");
    repo_target(repo, "targets", "z", "z");
    cycle_init(&cycle);
    assert_int_equal(cycle_download(&cycle, "x y z"), TUF_NO_TARGET);
    assert_int_equal(access(repo_path(repo, "got/x"), F_OK), 0);
    assert_int_not_equal(access(repo_path(repo, "got/z"), F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        cmocka_unit_test(patterns),
        TEST(searches_in_order),
        TEST(asks_only_who_may_know),
        TEST(the_first_that_knows_is_believed),
        TEST(terminating_ends_the_search),
        TEST(terminating_ends_all_levels),
        TEST(cycles_are_visited_once),
        TEST(limits_the_roles),
        TEST(hash_prefixes),
        cmocka_unit_test(hash_bins),
        cmocka_unit_test(violations),
        TEST(other_files),
        TEST(each_delegation_has_its_own_keys),
        TEST(encodes_role_names),
        TEST(target_names_stay_inside),
        TEST(targets_are_verified),
        TEST(damaged_targets_are_brought_again),
        TEST(sha512_will_do),
        TEST(several_stop_at_the_first_failure),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
