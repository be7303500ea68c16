/* test_signer_file.c - private keys on disk: who may read them, and that
 * OpenSSL's own program understands them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "content/publish/publish_private.h"

static char folder[64], good[] = "open sesame", bad[] = "close sesame";

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/yichuang-keys-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    return system(command);
}

static const char *path(const char *name)
{
    static char paths[4][128];
    static unsigned turn;
    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof(paths[turn]), "%s/%s", folder, name);
    return paths[turn];
}

static bool answer(void *data, const char *file, bool again,
                   char out[SIGNER_PASSPHRASE_MAX])
{
    (void)file, (void)again;
    snprintf(out, SIGNER_PASSPHRASE_MAX, "%s", (const char *)data);
    return true;
}

static bool same_key(const struct signer *left, const struct signer *right)
{
    unsigned char seeds[2][SIGNER_SEED_BYTES];
    signer_seed(left, seeds[0]);
    signer_seed(right, seeds[1]);
    return !memcmp(seeds[0], seeds[1], SIGNER_SEED_BYTES) &&
           !strcmp(signer_id(left), signer_id(right));
}

static void saves_and_loads(void **state)
{
    (void)state;
    struct stat info;
    char id[65];
    struct signer *signer = signer_generate();
    assert_true(signer_save(signer, path("a.pem"), NULL, NULL));
    assert_int_equal(stat(path("a.pem"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    struct signer *again = signer_load(path("a.pem"), NULL, NULL);
    assert_non_null(again);
    assert_true(same_key(signer, again));
    json_t *public = public_read(path("a.pub"), id);
    assert_non_null(public);
    assert_string_equal(id, signer_id(signer));
    json_decref(public);
    signer_free(again);
    signer_free(signer);
}

static void never_replaces(void **state)
{
    (void)state;
    struct signer *first = signer_generate(), *second = signer_generate();
    assert_true(signer_save(first, path("a.pem"), NULL, NULL));
    assert_false(signer_save(second, path("a.pem"), NULL, NULL));
    assert_int_equal(unlink(path("a.pem")), 0);
    /* Its public half is still there: not half a pair either. */
    assert_false(signer_save(second, path("a.pem"), NULL, NULL));
    assert_int_equal(access(path("a.pem"), F_OK), -1);
    signer_free(first);
    signer_free(second);
}

static void encrypts(void **state)
{
    (void)state;
    struct buf text = {0};
    struct signer *signer = signer_generate();
    assert_true(signer_save(signer, path("a.pem"), answer, good));
    assert_true(file_read(path("a.pem"), 4096, &text));
    assert_non_null(strstr(buf_text(&text), "BEGIN ENCRYPTED PRIVATE KEY"));
    struct signer *again = signer_load(path("a.pem"), answer, good);
    assert_non_null(again);
    assert_true(same_key(signer, again));
    assert_null(signer_load(path("a.pem"), answer, bad));
    assert_null(signer_load(path("a.pem"), NULL, NULL));
    signer_free(again);
    signer_free(signer);
    buf_fini(&text);
}

static void openssl_reads(void **state)
{
    (void)state;
    char command[512];
    struct buf public = {0}, text = {0};
    struct signer *signer = signer_generate();
    if (system("openssl version >/dev/null 2>&1") != 0)
        skip();
    assert_true(signer_save(signer, path("a.pem"), answer, good));
    snprintf(command, sizeof(command),
             "openssl pkey -in %s -passin 'pass:open sesame' -pubout -outform "
             "DER | tail -c 32 | od -An -tx1 | tr -d ' \\n' >%s",
             path("a.pem"), path("hex"));
    assert_int_equal(system(command), 0);
    assert_true(file_read(path("hex"), 4096, &text));
    signer_public(signer, &public);
    assert_int_equal(text.length, 64);
    assert_non_null(strstr(buf_text(&public), buf_text(&text)));
    /* And a key that openssl made is one of ours. */
    snprintf(command, sizeof(command),
             "openssl genpkey -algorithm ed25519 -out %s", path("b.pem"));
    assert_int_equal(system(command), 0);
    struct signer *theirs = signer_load(path("b.pem"), NULL, NULL);
    assert_non_null(theirs);
    signer_free(theirs);
    signer_free(signer);
    buf_fini(&public);
    buf_fini(&text);
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(path(name), "w");
    assert_true(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void refuses_other_files(void **state)
{
    (void)state;
    char id[65];
    put("empty", "");
    put("text",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY----\n");
    put("list", "[1]");
    put("rsa", "{\"keytype\":\"rsa\",\"scheme\":\"rsassa-pss-sha256\","
               "\"keyval\":{\"public\":\"x\"}}");
    assert_null(signer_load(path("empty"), NULL, NULL));
    assert_null(signer_load(path("text"), NULL, NULL));
    assert_null(signer_load(path("none"), NULL, NULL));
    assert_null(public_read(path("list"), id));
    assert_null(public_read(path("rsa"), id));
    assert_null(public_read(path("none"), id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(saves_and_loads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(never_replaces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(encrypts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(openssl_reads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refuses_other_files, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
