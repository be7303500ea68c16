/* test_tuf_metadata.c - what each kind of metadata file must say. The files of
 * the fuzz corpus are right; one field of one is changed at a time. Runs in the
 * top folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "content/sync/sync_private.h"

/* The JSON value that a path of keys, such as "signed/meta", leads to. */
static json_t *follow(json_t *value, const char *path, size_t length)
{
    while (length) {
        size_t step = 0;
        while (step < length && path[step] != '/')
            step++;
        char *key = xstrndup(path, step);
        value = json_object_get(value, key);
        free(key);
        if (!value)
            fail_msg("%s leads nowhere", path);
        path += step + (step < length);
        length -= step + (step < length);
    }
    return value;
}

static enum tuf_result read_changed(enum metadata_kind kind, const char *path,
                                    const char *json)
{
    struct buf name = {0}, bytes = {0};
    struct fault fault = {.result = TUF_OK};
    buf_printf(&name, "tests/fuzz/corpus/metadata/%s.json",
               metadata_names[kind]);
    assert_true(file_read(buf_text(&name), 1 << 20, &bytes));
    json_t *document = json_loadb(bytes.data, bytes.length, 0, NULL);
    const char *slash = strrchr(path, '/');
    const char *key = slash ? slash + 1 : path;
    json_t *parent = follow(document, path, slash ? (size_t)(slash - path) : 0);
    if (*key && !json)
        json_object_del(parent, key);
    else if (*key)
        json_object_set_new(parent, key,
                            json_loads(json, JSON_DECODE_ANY, NULL));
    char *text = json_dumps(document, 0);
    struct metadata *it = metadata_read(kind, text, strlen(text), &fault);
    assert_true((it != NULL) == (fault.result == TUF_OK));
    metadata_free(it);
    free(text);
    json_decref(document);
    buf_fini(&name);
    buf_fini(&bytes);
    return fault.result;
}

static void fields(void **state)
{
    (void)state;
    static const struct {
        enum metadata_kind kind;
        const char *path, *json; /* NULL: without it */
        bool right;
    } cases[] = {
        {METADATA_ROOT, "", NULL, true},
        {METADATA_TIMESTAMP, "", NULL, true},
        {METADATA_SNAPSHOT, "", NULL, true},
        {METADATA_TARGETS, "", NULL, true},
        {METADATA_ROOT, "signed", NULL, false},
        {METADATA_ROOT, "signed", "[]", false},
        {METADATA_ROOT, "signatures", NULL, false},
        {METADATA_ROOT, "signatures", "{}", false},
        {METADATA_ROOT, "signatures", "[]", true}, /* but worth nothing */
        {METADATA_ROOT, "signatures", "[{\"keyid\":\"a\"}]", false},
        {METADATA_ROOT, "signatures", "[{\"sig\":\"\"}]", false},
        {METADATA_ROOT, "signatures", "[{\"keyid\":1,\"sig\":\"\"}]", false},
        {METADATA_ROOT, "signatures", "[1]", false},
        {METADATA_ROOT, "unknown", "[1]", true},
        {METADATA_ROOT, "signed/unknown", "[1]", true},
        {METADATA_ROOT, "signed/_type", NULL, false},
        {METADATA_ROOT, "signed/_type", "\"Root\"", false},
        {METADATA_ROOT, "signed/spec_version", NULL, false},
        {METADATA_ROOT, "signed/spec_version", "1", false},
        {METADATA_ROOT, "signed/spec_version", "\"1.0\"", true},
        {METADATA_ROOT, "signed/spec_version", "\"1.7.123\"", true},
        {METADATA_ROOT, "signed/spec_version", "\"1\"", false},
        {METADATA_ROOT, "signed/spec_version", "\"1.0.0.0\"", false},
        {METADATA_ROOT, "signed/spec_version", "\"1..0\"", false},
        {METADATA_ROOT, "signed/spec_version", "\"1.0.\"", false},
        {METADATA_ROOT, "signed/spec_version", "\".1.0\"", false},
        {METADATA_ROOT, "signed/spec_version", "\"1.x\"", false},
        {METADATA_ROOT, "signed/spec_version", "\"10.0\"", false},
        {METADATA_ROOT, "signed/spec_version", "\"0.9\"", false},
        {METADATA_ROOT, "signed/version", NULL, false},
        {METADATA_ROOT, "signed/version", "0", false},
        {METADATA_ROOT, "signed/version", "true", false},
        {METADATA_ROOT, "signed/expires", NULL, false},
        {METADATA_ROOT, "signed/expires", "1", false},
        {METADATA_ROOT, "signed/expires", "\"2030-01-01\"", false},
        {METADATA_ROOT, "signed/expires", "\"2030-01-01T00:00:00\"", false},
        {METADATA_ROOT, "signed/expires", "\"2030-01-01T00:00:00ZZ\"", false},
        {METADATA_ROOT, "signed/expires", "\"2030-01-01 00:00:00Z\"", false},
        {METADATA_ROOT, "signed/expires", "\"2030-13-01T00:00:00Z\"", false},
        {METADATA_ROOT, "signed/x-issued", "7", true}, /* teaches nothing */
        {METADATA_ROOT, "signed/consistent_snapshot", NULL, true},
        {METADATA_ROOT, "signed/consistent_snapshot", "\"true\"", false},
        {METADATA_ROOT, "signed/keys", NULL, false},
        {METADATA_ROOT, "signed/keys", "[]", false},
        {METADATA_ROOT, "signed/keys", "{}", true},
        {METADATA_ROOT, "signed/keys", "{\"a\":{}}", false},
        {METADATA_ROOT, "signed/keys", "{\"a\":[]}", false},
        {METADATA_ROOT, "signed/roles", NULL, false},
        {METADATA_ROOT, "signed/roles/root", NULL, false},
        {METADATA_ROOT, "signed/roles/mirrors", "{}", true},
        {METADATA_ROOT, "signed/roles/root/keyids", "\"a\"", false},
        {METADATA_ROOT, "signed/roles/root/keyids", "[1]", false},
        {METADATA_ROOT, "signed/roles/root/keyids", "[\"a\",\"a\"]", false},
        {METADATA_ROOT, "signed/roles/root/threshold", "\"1\"", false},
        {METADATA_ROOT, "signed/roles/root/threshold", "-1", false},
        {METADATA_TIMESTAMP, "signed/meta", "[]", false},
        {METADATA_TIMESTAMP, "signed/meta", "{}", false},
        {METADATA_SNAPSHOT, "signed/meta", "{}", true},
        {METADATA_SNAPSHOT, "signed/meta/a.json", "{\"version\":1}", true},
        {METADATA_SNAPSHOT, "signed/meta/a.json", "{\"version\":0}", false},
        {METADATA_SNAPSHOT, "signed/meta/a.json", "{}", false},
        {METADATA_SNAPSHOT, "signed/meta/a.json", "1", false},
        {METADATA_SNAPSHOT, "signed/meta/a.json",
         "{\"version\":1,\"length\":0}", false},
        {METADATA_SNAPSHOT, "signed/meta/a.json",
         "{\"version\":1,\"hashes\":{}}", false},
        {METADATA_SNAPSHOT, "signed/meta/a.json",
         "{\"version\":1,\"hashes\":{\"sha256\":\"00\"}}", false},
        {METADATA_SNAPSHOT, "signed/meta/a.json",
         "{\"version\":1,\"hashes\":{\"sha256\":1}}", false},
        {METADATA_SNAPSHOT, "signed/meta/a.json",
         "{\"version\":1,\"hashes\":{\"md5\":\"00\"}}", false},
        {METADATA_TARGETS, "signed/targets", NULL, false},
        {METADATA_TARGETS, "signed/targets", "[]", false},
        {METADATA_TARGETS, "signed/targets", "{}", true},
        {METADATA_TARGETS, "signed/targets/x", "{}", false},
        {METADATA_TARGETS, "signed/targets/x", "{\"length\":1}", false},
        {METADATA_TARGETS, "signed/targets/file1.txt/custom", "{}", true},
        {METADATA_TARGETS, "signed/targets/file1.txt/length", NULL, false},
        {METADATA_TARGETS, "signed/delegations", NULL, true},
        {METADATA_TARGETS, "signed/delegations", "null", true},
        {METADATA_TARGETS, "signed/delegations", "[]", false},
        {METADATA_TARGETS, "signed/delegations", "{}", false},
        {METADATA_TARGETS, "signed/delegations/keys", NULL, false},
        {METADATA_TARGETS, "signed/delegations/roles", "{}", false},
        {METADATA_TARGETS, "signed/delegations/roles", "[]", true},
        {METADATA_TARGETS, "signed/delegations/roles", "[{}]", false},
        /* paths are optional, and then there are none */
        {METADATA_TARGETS, "signed/delegations/roles",
         "[{\"name\":\"a\",\"keyids\":[],\"threshold\":1}]", true},
        {METADATA_TARGETS, "signed/delegations/roles",
         "[{\"name\":\"a\",\"keyids\":[],\"threshold\":1,\"paths\":\"*\"}]",
         false},
        {METADATA_TARGETS, "signed/delegations/roles",
         "[{\"name\":\"a\",\"keyids\":[],\"threshold\":1,"
         "\"terminating\":0}]",
         false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum tuf_result want = cases[i].right ? TUF_OK : TUF_MALFORMED;
        if (read_changed(cases[i].kind, cases[i].path, cases[i].json) != want)
            fail_msg("%s: %s = %s", metadata_names[cases[i].kind],
                     cases[i].path, cases[i].json ? cases[i].json : "none");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
