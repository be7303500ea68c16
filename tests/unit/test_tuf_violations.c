/* test_tuf_violations.c - for each check of the workflow a repository that
 * violates it: what the client says, and what it then still trusts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/cycle.h"

static struct cycle cycle;
static struct repo *const repo = &cycle.repo;

static struct repo_role *role(int which)
{
    return &repo->roles[which];
}

/* What is wrong with version 2, spoiled before or after it is published. */
static void rotated_without_the_old_key(void)
{
    repo_bump(repo, "root");
    repo_rotate(repo, "root"); /* the old signer is gone */
    repo_update(repo);
}

static void rotated_without_the_new_key(void)
{
    struct signer *old = role(REPO_ROOT)->signers[0];
    repo_bump(repo, "root");
    role(REPO_ROOT)->signers[0] = repo_signer(repo);
    repo_trust(repo, "root", 1);
    signer_free(role(REPO_ROOT)->signers[0]);
    role(REPO_ROOT)->signers[0] = old;
    repo_update(repo);
}

static void root_skips(void)
{
    struct buf bytes = {0};
    repo_bump(repo, "root");
    repo_bump(repo, "root");
    repo_bytes(repo, "root", &bytes);
    repo_put(repo, "metadata/2.root.json", bytes.data, bytes.length);
    buf_fini(&bytes);
}

static void root_repeats(void)
{
    struct buf bytes = {0};
    repo_get(repo, "metadata/1.root.json", &bytes);
    repo_put(repo, "metadata/2.root.json", bytes.data, bytes.length);
    buf_fini(&bytes);
}

static void root_expired(void)
{
    repo_bump(repo, "root");
    repo_expire(repo, "root", CYCLE_NOW);
    repo_update(repo);
}

static void root_without_a_role(void)
{
    repo_bump(repo, "root");
    json_object_del(json_object_get(role(REPO_ROOT)->body, "roles"),
                    "snapshot");
    repo_write(repo, "root");
}

static void root_with_no_threshold(void)
{
    repo_bump(repo, "root");
    repo_trust(repo, "timestamp", 0);
    repo_write(repo, "root");
}

static void root_is_a_timestamp(void)
{
    struct buf bytes = {0};
    repo_get(repo, "metadata/timestamp.json", &bytes);
    repo_put(repo, "metadata/2.root.json", bytes.data, bytes.length);
    buf_fini(&bytes);
}

static void timestamp_needs_two(void)
{
    repo_bump(repo, "root");
    role(REPO_TIMESTAMP)->signers[1] = repo_signer(repo);
    role(REPO_TIMESTAMP)->signer_count = 2;
    repo_trust(repo, "timestamp", 2);
    signer_free(role(REPO_TIMESTAMP)->signers[1]);
    role(REPO_TIMESTAMP)->signer_count = 1;
    repo_update(repo);
}

static void timestamp_expired(void)
{
    repo_expire(repo, "timestamp", CYCLE_NOW);
    repo_update(repo);
}

static void timestamp_gone(void)
{
    repo_delete(repo, "metadata/timestamp.json");
}

static void timestamp_goes_back(void)
{
    struct buf bytes = {0};
    repo_get(repo, "metadata/timestamp.json", &bytes);
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_put(repo, "metadata/timestamp.json", bytes.data, bytes.length);
    buf_fini(&bytes);
}

static void snapshot_goes_back_in_timestamp(void)
{
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_bump(repo, "timestamp");
    json_object_set_new(
        json_object_get(json_object_get(role(REPO_TIMESTAMP)->body, "meta"),
                        "snapshot.json"),
        "version", json_integer(1));
    repo_write(repo, "timestamp");
}

static void sign_by_a_stranger(int which)
{
    signer_free(role(which)->signers[0]);
    role(which)->signers[0] = repo_signer(repo);
    repo_update(repo);
}

static void timestamp_by_a_stranger(void)
{
    sign_by_a_stranger(REPO_TIMESTAMP);
}

static void snapshot_by_a_stranger(void)
{
    sign_by_a_stranger(REPO_SNAPSHOT);
}

static void targets_by_a_stranger(void)
{
    sign_by_a_stranger(REPO_TARGETS);
}

static void timestamp_says_nothing(void)
{
    repo_bump(repo, "timestamp");
    repo_set(role(REPO_TIMESTAMP), "meta", json_object());
    repo_write(repo, "timestamp");
}

/* A signed file with other bytes than those that are announced. */
static void other_bytes(const char *path, const char *more)
{
    struct buf bytes = {0};
    repo->hashed = true;
    repo_update(repo);
    repo_get(repo, path, &bytes);
    if (*more)
        buf_puts(&bytes, more);
    else
        bytes.data[bytes.length - 1] = ' '; /* the newline at the end */
    repo_put(repo, path, bytes.data, bytes.length);
    buf_fini(&bytes);
}

static void snapshot_of_another_hash(void)
{
    other_bytes("metadata/2.snapshot.json", "");
}

static void snapshot_too_long(void)
{
    other_bytes("metadata/2.snapshot.json", " ");
}

static void targets_of_another_hash(void)
{
    other_bytes("metadata/2.targets.json", "");
}

static void targets_too_long(void)
{
    other_bytes("metadata/2.targets.json", " ");
}

static void too_short(const char *path)
{
    struct buf bytes = {0};
    repo->hashed = true;
    repo_update(repo);
    repo_get(repo, path, &bytes);
    repo_put(repo, path, bytes.data, bytes.length - 1);
    buf_fini(&bytes);
}

static void snapshot_too_short(void)
{
    too_short("metadata/2.snapshot.json");
}

static void targets_too_short(void)
{
    too_short("metadata/2.targets.json");
}

/* Yesterday's file under today's name. */
static void mix(const char *from, const char *to)
{
    struct buf bytes = {0};
    repo_update(repo);
    repo_get(repo, from, &bytes);
    repo_put(repo, to, bytes.data, bytes.length);
    buf_fini(&bytes);
}

static void snapshot_of_another_version(void)
{
    mix("metadata/1.snapshot.json", "metadata/2.snapshot.json");
}

static void targets_of_another_version(void)
{
    mix("metadata/1.targets.json", "metadata/2.targets.json");
}

static void snapshot_expired(void)
{
    repo_expire(repo, "snapshot", CYCLE_NOW);
    repo_update(repo);
}

static void targets_expired(void)
{
    repo_expire(repo, "targets", CYCLE_NOW);
    repo_update(repo);
}

static void targets_go_back(void)
{
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_set(role(REPO_TARGETS), "version", json_integer(1));
    repo_bump(repo, "snapshot");
    repo_bump(repo, "timestamp");
    repo_publish(repo);
}

static void delegated_goes_back(void)
{
    repo_role(repo, "area");
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_set(repo_role(repo, "area"), "version", json_integer(1));
    repo_bump(repo, "snapshot");
    repo_bump(repo, "timestamp");
    repo_publish(repo);
}

static void delegated_leaves(void)
{
    repo_role(repo, "area");
    repo_update(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    repo_bump(repo, "snapshot");
    repo_bump(repo, "timestamp");
    json_object_del(json_object_get(role(REPO_SNAPSHOT)->body, "meta"),
                    "area.json");
    repo->role_count--; /* published without it */
    json_decref(repo->roles[repo->role_count].body);
    signer_free(repo->roles[repo->role_count].signers[0]);
    repo_publish(repo);
}

static void snapshot_without_targets(void)
{
    /* the timestamp key rotated, so there is nothing to compare with */
    repo_bump(repo, "root");
    repo_rotate(repo, "timestamp");
    repo_write(repo, "root");
    repo_bump(repo, "snapshot");
    repo_bump(repo, "timestamp");
    json_object_del(json_object_get(role(REPO_SNAPSHOT)->body, "meta"),
                    "targets.json");
    repo_write(repo, "snapshot");
    json_object_set_new(
        json_object_get(json_object_get(role(REPO_TIMESTAMP)->body, "meta"),
                        "snapshot.json"),
        "version", json_integer(2));
    repo_write(repo, "timestamp");
}

static void snapshot_gone(void)
{
    repo_update(repo);
    repo_delete(repo, "metadata/2.snapshot.json");
}

static void targets_gone(void)
{
    repo_update(repo);
    repo_delete(repo, "metadata/2.targets.json");
}

static void another_major_version(void)
{
    repo_set(role(REPO_TIMESTAMP), "spec_version", json_string("2.0.0"));
    repo_update(repo);
}

static void a_date_of_another_form(void)
{
    repo_set(role(REPO_TIMESTAMP), "expires",
             json_string("2099-01-01T00:00:00+00:00"));
    repo_update(repo);
}

static void a_day_that_is_not(void)
{
    repo_set(role(REPO_TIMESTAMP), "expires",
             json_string("2099-02-30T00:00:00Z"));
    repo_update(repo);
}

static void version_zero(void)
{
    repo_set(role(REPO_TIMESTAMP), "version", json_integer(-1));
    repo_update(repo);
}

static void version_in_words(void)
{
    repo_bump(repo, "timestamp");
    repo_set(role(REPO_TIMESTAMP), "version", json_string("2"));
    repo_write(repo, "timestamp");
}

static void put_timestamp(const char *text)
{
    repo_put(repo, "metadata/timestamp.json", text, strlen(text));
}

static void not_json(void)
{
    put_timestamp("<html>Log in to the hotel's network</html>");
}

static void empty_file(void)
{
    put_timestamp("");
}

static void duplicate_key(void)
{
    put_timestamp("{\"signed\":{\"a\":1,\"a\":2},\"signatures\":[]}");
}

/* Two signatures by one keyid refuse the file, even when one is good. */
static void repeated_keyid(void)
{
    struct buf bytes = {0};
    repo_update(repo);
    repo_get(repo, "metadata/timestamp.json", &bytes);
    json_t *it = json_loads(buf_text(&bytes), 0, NULL);
    json_t *signatures = json_object_get(it, "signatures");
    json_array_append(signatures, json_array_get(signatures, 0));
    char *text = json_dumps(it, 0);
    put_timestamp(text);
    free(text);
    json_decref(it);
    buf_fini(&bytes);
}

static void empty_signature(void)
{
    struct buf bytes = {0};
    repo_update(repo);
    repo_get(repo, "metadata/timestamp.json", &bytes);
    json_t *it = json_loads(buf_text(&bytes), 0, NULL);
    json_object_set_new(json_array_get(json_object_get(it, "signatures"), 0),
                        "sig", json_string(""));
    char *text = json_dumps(it, 0);
    put_timestamp(text);
    free(text);
    json_decref(it);
    buf_fini(&bytes);
}

/* Right in all but its size. */
static void pad(int which, size_t size)
{
    char *padding = xcalloc(size + 1, 1);
    memset(padding, 'x', size);
    repo_set(role(which), "x-padding", json_string(padding));
    free(padding);
    repo_update(repo);
}

static void timestamp_too_large(void)
{
    pad(REPO_TIMESTAMP, 17 << 10);
}

static void snapshot_too_large(void)
{
    pad(REPO_SNAPSHOT, 3 << 20);
}

static void targets_too_large(void)
{
    pad(REPO_TARGETS, 6 << 20);
}

static void root_too_large(void)
{
    repo_bump(repo, "root");
    pad(REPO_ROOT, 600 << 10);
}

static void timestamp_of_a_gigabyte(void)
{
    server_behave(cycle.server, "/metadata/timestamp.json", SERVER_GIGABYTE);
}

static void root_without_end(void)
{
    server_behave(cycle.server, "/metadata/2.root.json", SERVER_ENDLESS);
}

static void timestamp_redirected(void)
{
    server_behave(cycle.server, "/metadata/timestamp.json", SERVER_REDIRECT);
}

static void violations(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*spoil)(void);
        enum tuf_result result;
        int kept[4]; /* versions of root, timestamp, snapshot, targets */
    } cases[] = {
#define CASE(spoil, result, ...)     \
    {                                \
#spoil, spoil, TUF_##result, \
        {                            \
            __VA_ARGS__              \
        }                            \
    }
        CASE(rotated_without_the_old_key, BAD_SIGNATURE, 1, 1, 1, 1),
        CASE(rotated_without_the_new_key, BAD_SIGNATURE, 1, 1, 1, 1),
        CASE(root_skips, ROLLED_BACK, 1, 1, 1, 1),
        CASE(root_repeats, ROLLED_BACK, 1, 1, 1, 1),
        CASE(root_expired, EXPIRED, 2, 1, 1, 1),
        CASE(root_without_a_role, MALFORMED, 1, 1, 1, 1),
        CASE(root_with_no_threshold, MALFORMED, 1, 1, 1, 1),
        CASE(root_is_a_timestamp, MALFORMED, 1, 1, 1, 1),
        CASE(root_without_end, BAD_LENGTH, 1, 1, 1, 1),
        CASE(root_too_large, BAD_LENGTH, 1, 1, 1, 1),
        CASE(timestamp_too_large, BAD_LENGTH, 1, 1, 1, 1),
        CASE(snapshot_too_large, BAD_LENGTH, 1, 2, 1, 1),
        CASE(targets_too_large, BAD_LENGTH, 1, 2, 2, 1),
        CASE(timestamp_needs_two, BAD_SIGNATURE, 2, 1, 1, 1),
        CASE(timestamp_by_a_stranger, BAD_SIGNATURE, 1, 1, 1, 1),
        CASE(timestamp_expired, EXPIRED, 1, 1, 1, 1),
        CASE(timestamp_gone, NOT_FOUND, 1, 1, 1, 1),
        CASE(timestamp_goes_back, ROLLED_BACK, 1, 2, 2, 2),
        CASE(snapshot_goes_back_in_timestamp, ROLLED_BACK, 1, 2, 2, 2),
        CASE(timestamp_says_nothing, MALFORMED, 1, 1, 1, 1),
        CASE(timestamp_of_a_gigabyte, BAD_LENGTH, 1, 1, 1, 1),
        CASE(timestamp_redirected, UNREACHABLE, 1, 1, 1, 1),
        CASE(snapshot_by_a_stranger, BAD_SIGNATURE, 1, 2, 1, 1),
        CASE(snapshot_of_another_hash, BAD_HASH, 1, 2, 1, 1),
        CASE(snapshot_too_long, BAD_LENGTH, 1, 2, 1, 1),
        CASE(snapshot_too_short, BAD_LENGTH, 1, 2, 1, 1),
        CASE(snapshot_of_another_version, MISMATCH, 1, 2, 1, 1),
        CASE(snapshot_expired, EXPIRED, 1, 2, 1, 1),
        CASE(snapshot_gone, NOT_FOUND, 1, 2, 1, 1),
        CASE(snapshot_without_targets, MISMATCH, 2, 2, 2, 1),
        CASE(targets_by_a_stranger, BAD_SIGNATURE, 1, 2, 2, 1),
        CASE(targets_of_another_hash, BAD_HASH, 1, 2, 2, 1),
        CASE(targets_too_long, BAD_LENGTH, 1, 2, 2, 1),
        CASE(targets_too_short, BAD_LENGTH, 1, 2, 2, 1),
        CASE(targets_of_another_version, MISMATCH, 1, 2, 2, 1),
        CASE(targets_expired, EXPIRED, 1, 2, 2, 1),
        CASE(targets_gone, NOT_FOUND, 1, 2, 2, 1),
        CASE(targets_go_back, ROLLED_BACK, 1, 3, 2, 2),
        CASE(delegated_goes_back, ROLLED_BACK, 1, 4, 3, 3),
        CASE(delegated_leaves, ROLLED_BACK, 1, 3, 2, 2),
        CASE(another_major_version, MALFORMED, 1, 1, 1, 1),
        CASE(a_date_of_another_form, MALFORMED, 1, 1, 1, 1),
        CASE(a_day_that_is_not, MALFORMED, 1, 1, 1, 1),
        CASE(version_zero, MALFORMED, 1, 1, 1, 1),
        CASE(version_in_words, MALFORMED, 1, 1, 1, 1),
        CASE(not_json, MALFORMED, 1, 1, 1, 1),
        CASE(empty_file, MALFORMED, 1, 1, 1, 1),
        CASE(duplicate_key, MALFORMED, 1, 1, 1, 1),
        CASE(repeated_keyid, MALFORMED, 1, 1, 1, 1),
        CASE(empty_signature, BAD_SIGNATURE, 1, 1, 1, 1),
#undef CASE
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        static const char *const names[] = {"root", "timestamp", "snapshot",
                                            "targets"};
        cycle_open(&cycle);
        cycle_init(&cycle);
        assert_int_equal(cycle_refresh(&cycle), TUF_OK);
        cases[i].spoil();
        enum tuf_result result = cycle_refresh(&cycle);
        if (result != cases[i].result)
            fail_msg("%s: %s", cases[i].name, tuf_result_english(result));
        for (size_t j = 0; j < COUNT_OF(names); j++)
            if (cycle_version(&cycle, names[j]) != cases[i].kept[j])
                fail_msg("%s: keeps %s %d", cases[i].name, names[j],
                         cycle_version(&cycle, names[j]));
        cycle_close(&cycle);
    }
}

/* After any failure the client goes on as soon as the repository is right. */
static void recovers(void **state)
{
    (void)state;
    cycle_open(&cycle);
    cycle_init(&cycle);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    snapshot_of_another_version();
    assert_int_equal(cycle_refresh(&cycle), TUF_MISMATCH);
    repo_publish(repo);
    assert_int_equal(cycle_refresh(&cycle), TUF_OK);
    assert_int_equal(cycle_version(&cycle, "targets"), 2);
    cycle_close(&cycle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(violations),
        cmocka_unit_test(recovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
