/* test_tuf_client.c - the client workflow of TUF 1.0.34 for the top-level
 * roles: what is asked for and what is kept, over real HTTP. What happens when
 * a repository is wrong: test_tuf_violations.c. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

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

static struct repo_role *role(int which)
{
    return &repo->roles[which];
}

static void asks_for_what_is_needed(void **state)
{
    (void)state;
    cycle_init(&cycle);
    cycle_expect(&cycle, "");
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/1.snapshot.json 200\n"
                         "/metadata/1.targets.json 200\n");
    assert_true(cycle_same(&cycle, "root.json", "metadata/1.root.json"));
    assert_true(
        cycle_same(&cycle, "timestamp.json", "metadata/timestamp.json"));
    assert_true(
        cycle_same(&cycle, "snapshot.json", "metadata/1.snapshot.json"));
    assert_true(cycle_same(&cycle, "targets.json", "metadata/1.targets.json"));
    /* Nothing new: nothing but the two questions. */
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n");
    /* A timestamp that says the same again. */
    repo_bump(repo, "timestamp");
    repo_write(repo, "timestamp");
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n");
    assert_int_equal(cycle_version(&cycle, "timestamp"), 2);
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/2.snapshot.json 200\n"
                         "/metadata/2.targets.json 200\n");
}

static void asks_for_plain_names(void **state)
{
    (void)state;
    repo->consistent = false;
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/snapshot.json 200\n"
                         "/metadata/targets.json 200\n");
}

/* The chain decides which names are used: those of the last root. */
static void follows_the_root_chain(void **state)
{
    (void)state;
    repo->consistent = false;
    cycle_init(&cycle);
    for (int version = 2; version <= 4; version++) {
        repo->consistent = version == 4;
        repo_bump(repo, "root");
        repo_publish(repo);
    }
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 200\n"
                         "/metadata/3.root.json 200\n"
                         "/metadata/4.root.json 200\n"
                         "/metadata/5.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/1.snapshot.json 200\n"
                         "/metadata/1.targets.json 200\n");
    assert_true(cycle_same(&cycle, "root.json", "metadata/4.root.json"));
}

static void ends_the_chain_at_403(void **state)
{
    (void)state;
    cycle_init(&cycle);
    server_behave(cycle.server, "/metadata/2.root.json", SERVER_403);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 403\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/1.snapshot.json 200\n"
                         "/metadata/1.targets.json 200\n");
}

/* Any other error ends the cycle; the roots before it stay trusted. */
static void aborts_the_chain_at_an_error(void **state)
{
    (void)state;
    cycle_init(&cycle);
    repo_bump(repo, "root");
    repo_publish(repo);
    server_behave(cycle.server, "/metadata/3.root.json", SERVER_500);
    assert_int_equal(cycle_refresh(&cycle), TUF_UNREACHABLE);
    cycle_expect(&cycle, "/metadata/2.root.json 200\n"
                         "/metadata/3.root.json 500\n");
    assert_int_equal(cycle_version(&cycle, "root"), 2);
    assert_int_equal(cycle_version(&cycle, "timestamp"), 0);
}

/* 256 steps a cycle, the next cycle goes on from there. */
static void limits_the_chain(void **state)
{
    (void)state;
    cycle_init(&cycle);
    for (int i = 0; i < 300; i++) {
        repo_bump(repo, "root");
        repo_write(repo, "root");
    }
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_version(&cycle, "root"), 257);
    assert_int_equal(cycle_version(&cycle, "targets"), 1);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_version(&cycle, "root"), 301);
}

static void accepts_what_is_unusual_but_right(void **state)
{
    (void)state;
    cycle_init(&cycle);
    repo_bump(repo, "root");
    repo_expire(repo, "root", CYCLE_NOW - 1); /* on the way: of no interest */
    repo_write(repo, "root");
    repo_bump(repo, "root");
    repo_expire(repo, "root", CYCLE_NOW + 1);
    for (int i = 0; i < 4; i++) {
        repo_set(role(i), "spec_version", json_string("1.99"));
        repo_set(role(i), "x-unknown",
                 json_pack("{s[si]}", "中\n", "\\\"", -3));
    }
    json_object_set_new(json_object_get(role(REPO_ROOT)->body, "keys"),
                        "of-a-kind-we-do-not-know",
                        json_pack("{ss ss s{}}", "keytype", "sphincs", "scheme",
                                  "sphincs", "keyval"));
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_version(&cycle, "root"), 3);
    assert_true(cycle_same(&cycle, "targets.json", "metadata/2.targets.json"));
}

static void rotates_root_keys(void **state)
{
    (void)state;
    struct repo_role *root = role(REPO_ROOT);
    root->signers[1] = repo_signer(repo);
    root->signers[2] = repo_signer(repo);
    root->signer_count = 3;
    repo_trust(repo, "root", 2);
    cycle_init(&cycle);
    /* The first is lost; a new one takes its place; two old and two new sign.
     */
    struct signer *lost = root->signers[0];
    root->signers[0] = repo_signer(repo);
    repo_trust(repo, "root", 2);
    repo_bump(repo, "root");
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_version(&cycle, "root"), 2);
    /* One of the two that are needed is not enough. */
    signer_free(root->signers[1]);
    signer_free(root->signers[2]);
    root->signers[1] = lost;
    root->signer_count = 2;
    repo_bump(repo, "root");
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_BAD_SIGNATURE);
    assert_int_equal(cycle_version(&cycle, "root"), 2);
}

/* The same version again is no news, whatever it says. */
static void keeps_a_timestamp_of_the_same_version(void **state)
{
    (void)state;
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_set(role(REPO_TIMESTAMP), "x-other", json_true());
    repo_write(repo, "timestamp");
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_false(
        cycle_same(&cycle, "timestamp.json", "metadata/timestamp.json"));
    /* and the cycle goes on: what is missing is brought */
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/1.snapshot.json 200\n"
                         "/metadata/1.targets.json 200\n"
                         "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n");
    repo_delete(repo, "kept/snapshot.json");
    repo_delete(repo, "kept/targets.json");
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/1.snapshot.json 200\n"
                         "/metadata/1.targets.json 200\n");
}

/* The kept timestamp itself may have expired since. */
static void kept_files_expire(void **state)
{
    (void)state;
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle.clock.now += 15 * CYCLE_DAY;
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
    /* a later date under the same version is no news either */
    repo_expire(repo, "timestamp", cycle.clock.now + CYCLE_DAY);
    repo_write(repo, "timestamp");
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
    repo_bump(repo, "timestamp");
    repo_expire(repo, "timestamp", cycle.clock.now + 40 * CYCLE_DAY);
    repo_write(repo, "timestamp");
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle.clock.now += 16 * CYCLE_DAY; /* snapshot: 30 days */
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
}

static void damage(const char *path, size_t at)
{
    struct buf bytes = {0};
    repo_get(repo, path, &bytes);
    bytes.data[at % bytes.length] ^= 1;
    repo_put(repo, path, bytes.data, bytes.length);
    buf_fini(&bytes);
}

/* An unchanged timestamp is not sent again; it is judged all the same. */
static void asks_by_tag(void **state)
{
    (void)state;
    cycle_init(&cycle);
    server_tag(cycle.server);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n"
                         "/metadata/1.snapshot.json 200\n"
                         "/metadata/1.targets.json 200\n");
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 304\n");
    cycle.clock.now += 15 * CYCLE_DAY;
    assert_int_equal(cycle_refresh(&cycle), TUF_EXPIRED);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 304\n");
    cycle.clock.now -= 15 * CYCLE_DAY;
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_version(&cycle, "timestamp"), 2);
}

/* Where the kept timestamp is not the one that had the tag, or the tag is not
 * one, it is asked for as if nothing were known. */
static void asks_without_a_tag(void **state)
{
    (void)state;
    static const char *const files[] = {"kept/timestamp.json", "kept/.etag"};
    cycle_init(&cycle);
    server_tag(cycle.server);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        assert_int_equal(cycle_refresh(&cycle), TUF_OK);
        struct buf requests = {0};
        server_requests(cycle.server, &requests);
        buf_fini(&requests);
        damage(files[i], 10);
        assert_int_equal(cycle_refresh(&cycle), TUF_OK);
        cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                             "/metadata/timestamp.json 200\n");
    }
    struct buf bytes = {0};
    repo_get(repo, "kept/.etag", &bytes);
    buf_puts(&bytes, "\r\nX-Evil: 1");
    repo_put(repo, "kept/.etag", bytes.data, bytes.length);
    buf_fini(&bytes);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    cycle_expect(&cycle, "/metadata/2.root.json 404\n"
                         "/metadata/timestamp.json 200\n");
}

/* A damaged file counts as missing; only of root there is no other. */
static void survives_damage(void **state)
{
    (void)state;
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    for (size_t at = 0; at < 2000; at += 97) {
        damage("kept/timestamp.json", at);
        damage("kept/snapshot.json", at);
        damage("kept/targets.json", at);
        assert_int_equal(cycle_refresh(&cycle), TUF_OK);
        assert_true(
            cycle_same(&cycle, "targets.json", "metadata/1.targets.json"));
    }
    repo_put(repo, "kept/.floor", "{\"issued\":[1,", 13);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_put(repo, "kept/.floor", "[3]", 3);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    struct buf requests = {0};
    server_requests(cycle.server, &requests);
    buf_fini(&requests);
    damage("kept/root.json", 300);
    assert_int_equal(cycle_refresh(&cycle), TUF_NO_ROOT);
    cycle_expect(&cycle, "");
}

static void needs_a_root(void **state)
{
    (void)state;
    assert_int_equal(cycle_refresh(&cycle), TUF_DISK);
    mkdir(repo_path(repo, "kept"), 0755);
    assert_int_equal(cycle_refresh(&cycle), TUF_NO_ROOT);
    cycle_expect(&cycle, "");
}

static enum tuf_result init(const struct buf *bytes)
{
    return tuf_init(repo_path(repo, "kept"), buf_text(bytes), bytes->length);
}

static void init_wants_a_root_that_vouches_for_itself(void **state)
{
    (void)state;
    struct buf bytes = {0};
    assert_int_equal(init(&bytes), TUF_MALFORMED);
    repo_bytes(repo, "timestamp", &bytes);
    assert_int_equal(init(&bytes), TUF_MALFORMED);
    repo_expire(repo, "root", CYCLE_NOW - 1); /* an old one is fine */
    repo_bytes(repo, "root", &bytes);
    assert_int_equal(init(&bytes), TUF_OK);
    signer_free(role(REPO_ROOT)->signers[0]);
    role(REPO_ROOT)->signers[0] = repo_signer(repo);
    repo_bytes(repo, "root", &bytes);
    assert_int_equal(init(&bytes), TUF_BAD_SIGNATURE);
    assert_int_equal(cycle_version(&cycle, "root"), 1);
    buf_fini(&bytes);
}

/* Attackers had the timestamp and snapshot keys and raised every version. New
 * keys in root let the client come back down; nothing else does. */
static void recovers_from_fast_forward(void **state)
{
    (void)state;
    cycle_init(&cycle);
    repo_set(role(REPO_TIMESTAMP), "version", json_integer(1000000));
    repo_set(role(REPO_SNAPSHOT), "version", json_integer(1000000));
    repo_set(role(REPO_TARGETS), "version", json_integer(1000000));
    repo_publish(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    for (int i = REPO_TIMESTAMP; i <= REPO_TARGETS; i++)
        repo_set(role(i), "version", json_integer(2));
    repo_publish(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_ROLLED_BACK);
    repo_bump(repo, "root");
    repo_rotate(repo, "snapshot");
    repo_rotate(repo, "timestamp");
    repo_publish(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_version(&cycle, "timestamp"), 2);
    assert_int_equal(cycle_version(&cycle, "targets"), 2);
}

/* Only the snapshot key was stolen, and the cycle that brings the new root ends
 * right after it: the next one must still know what is to be dropped. */
static void remembers_a_rotation(void **state)
{
    (void)state;
    cycle_init(&cycle);
    repo_set(role(REPO_SNAPSHOT), "version", json_integer(1000000));
    repo_publish(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_set(role(REPO_SNAPSHOT), "version", json_integer(2));
    repo_bump(repo, "timestamp");
    repo_bump(repo, "root");
    repo_rotate(repo, "snapshot");
    repo_publish(repo);
    server_behave(cycle.server, "/metadata/3.root.json", SERVER_SILENT);
    assert_int_equal(cycle_refresh(&cycle), TUF_UNREACHABLE);
    assert_int_equal(cycle_version(&cycle, "root"), 2);
    server_behave(cycle.server, "/metadata/3.root.json", SERVER_HONEST);
    cycle.way = TUF_STICK; /* the same files without the server */
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_version(&cycle, "snapshot"), 2);
}

/* A key that is added takes nothing away. */
static void an_added_key_drops_nothing(void **state)
{
    (void)state;
    cycle_init(&cycle);
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    role(REPO_TIMESTAMP)->signers[1] = repo_signer(repo);
    role(REPO_TIMESTAMP)->signer_count = 2;
    repo_trust(repo, "timestamp", 1);
    repo_bump(repo, "root");
    repo_set(role(REPO_TIMESTAMP), "version", json_integer(1));
    repo_publish(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_ROLLED_BACK);
    assert_int_equal(cycle_version(&cycle, "timestamp"), 2);
}

/* A file of a stick that is not there ends the root chain; one that cannot be
 * read ends the cycle. */
static void sticks_break(void **state)
{
    (void)state;
    cycle.way = TUF_STICK;
    cycle_init(&cycle);
    assert_int_equal(mkdir(repo_path(repo, "metadata/2.root.json"), 0755), 0);
    assert_int_equal(cycle_refresh(&cycle), TUF_UNREACHABLE);
    assert_int_equal(rmdir(repo_path(repo, "metadata/2.root.json")), 0);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_delete(repo, "metadata/timestamp.json");
    assert_int_equal(cycle_refresh(&cycle), TUF_NOT_FOUND);
}

/* What a server sends is quoted in one line of the log at most. */
static void reasons_are_one_line(void **state)
{
    (void)state;
    struct fault fault;
    assert_false(
        refuse(&fault, TUF_MALFORMED, "entry %s", "a\n<0>b\x1b[1m\x7f"));
    assert_string_equal(fault.reason, "entry a?<0>b?[1m?");
    assert_int_equal(fault.result, TUF_MALFORMED);
}

static void results_have_words(void **state)
{
    (void)state;
    for (int i = 0; i < TUF_RESULT_COUNT; i++) {
        assert_string_not_equal(tuf_result_english((enum tuf_result)i), "");
        assert_string_not_equal(tuf_result_chinese((enum tuf_result)i), "");
    }
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* No room for the next file: what was trusted stays, whole, and nothing is left
 * of what there was no room for. */
static void survives_a_full_disk(void **state)
{
    (void)state;
    cycle_init(&cycle);
    repo_target(repo, "targets", "x", "content that has no room");
    repo_publish(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_update(repo);
    signal(SIGXFSZ, SIG_IGN);
    limit_files(16);
    enum tuf_result full = cycle_refresh(&cycle);
    limit_files(RLIM_INFINITY);
    assert_int_equal(full, TUF_DISK);
    assert_int_equal(cycle_version(&cycle, "timestamp"), 1);
    assert_int_equal(access(repo_path(repo, "kept/.new"), F_OK), -1);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    limit_files(16);
    full = cycle_download(&cycle, "x");
    limit_files(RLIM_INFINITY);
    assert_int_equal(full, TUF_DISK);
    assert_int_equal(rmdir(repo_path(repo, "got")), 0); /* empty */
    assert_int_equal(mkdir(repo_path(repo, "got"), 0755), 0);
    assert_int_equal(cycle_download(&cycle, "x"), TUF_OK);
}

static void one_at_a_time(void **state)
{
    (void)state;
    cycle_init(&cycle);
    struct fetcher *metadata = fetch_folder_open(repo_path(repo, "metadata"));
    struct tuf *first = tuf_new(&(struct tuf_options){
        .folder = repo_path(repo, "kept"),
        .metadata = metadata,
        .clock = cycle.clock,
    });
    assert_int_equal(tuf_refresh(first), TUF_OK);
    assert_int_equal(cycle_refresh(&cycle), TUF_DISK);
    tuf_free(first);
    fetch_close(metadata);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        TEST(asks_for_what_is_needed),
        TEST(asks_for_plain_names),
        TEST(follows_the_root_chain),
        TEST(ends_the_chain_at_403),
        TEST(aborts_the_chain_at_an_error),
        TEST(limits_the_chain),
        TEST(accepts_what_is_unusual_but_right),
        TEST(rotates_root_keys),
        TEST(keeps_a_timestamp_of_the_same_version),
        TEST(kept_files_expire),
        TEST(asks_by_tag),
        TEST(asks_without_a_tag),
        TEST(survives_damage),
        TEST(needs_a_root),
        TEST(init_wants_a_root_that_vouches_for_itself),
        TEST(recovers_from_fast_forward),
        TEST(remembers_a_rotation),
        TEST(an_added_key_drops_nothing),
        TEST(sticks_break),
        TEST(survives_a_full_disk),
        TEST(one_at_a_time),
        cmocka_unit_test(reasons_are_one_line),
        cmocka_unit_test(results_have_words),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
