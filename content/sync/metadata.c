/* metadata.c - metadata files: the envelope, and what each kind must say
 * (TUF 1.0.34, section 4). Unknown fields are left where they are; they are
 * part of what is signed. */
#include "sync_private.h"

#include <string.h>

#include "base/civil.h"

enum { KEYS_MAX = 4096 }; /* of one file */

const char *const metadata_names[METADATA_KIND_COUNT] = {
    [METADATA_ROOT] = "root",
    [METADATA_TIMESTAMP] = "timestamp",
    [METADATA_SNAPSHOT] = "snapshot",
    [METADATA_TARGETS] = "targets",
};

static bool malformed(struct fault *fault, const char *what)
{
    return refuse(fault, TUF_MALFORMED, "%s is missing or malformed", what);
}

/* "1985-10-21T01:21:00Z" and nothing else (4.2.3). */
bool field_date(const json_t *object, const char *name, int64_t *out)
{
    const char *text = json_string_value(json_object_get(object, name));
    char local[sizeof("1985-10-21T01:21:00")];
    struct civil civil;
    if (!text || strlen(text) != sizeof(local) ||
        text[sizeof(local) - 1] != 'Z')
        return false;
    memcpy(local, text, sizeof(local) - 1);
    local[sizeof(local) - 1] = 0;
    if (!civil_parse(local, &civil))
        return false;
    *out = civil_to_seconds(&civil);
    return true;
}

static bool field_number(const json_t *object, const char *name, int64_t least,
                         int64_t *out)
{
    const json_t *value = json_object_get(object, name);
    *out = json_integer_value(value);
    return json_is_integer(value) && *out >= least;
}

bool field_keys(const json_t *keys, struct fault *fault)
{
    const char *id;
    json_t *key;
    if (!json_is_object(keys) || json_object_size(keys) > KEYS_MAX)
        return malformed(fault, "keys");
    json_object_foreach(
        (json_t *)keys, id,
        key) if (!json_is_string(json_object_get(key, "keytype")) ||
                 !json_is_string(json_object_get(key, "scheme")) ||
                 !json_is_object(json_object_get(
                     key, "keyval"))) return malformed(fault, "a key");
    return true;
}

/* How often a string stands in an array; other values are no string. */
static size_t count_string(const json_t *array, const char *text)
{
    const json_t *value;
    size_t i, count = 0;
    json_array_foreach(array, i, value)
    {
        const char *other = json_string_value(value);
        count += other && !strcmp(other, text);
    }
    return count;
}

/* An id without a key is allowed: it signs nothing. */
bool field_signers(const json_t *role, struct fault *fault)
{
    const json_t *ids = json_object_get(role, "keyids"), *id;
    int64_t threshold;
    size_t i;
    if (!json_is_array(ids) || json_array_size(ids) > SIGNATURES_MAX)
        return malformed(fault, "keyids");
    json_array_foreach(ids, i,
                       id) if (!json_is_string(id) ||
                               count_string(ids, json_string_value(id)) !=
                                   1) return malformed(fault, "keyids");
    return field_number(role, "threshold", 1, &threshold) ||
           malformed(fault, "threshold");
}

/* Of the specification's version only the major number has to be ours. */
static bool check_spec_version(const json_t *body, struct fault *fault)
{
    const char *text = json_string_value(json_object_get(body, "spec_version"));
    size_t dots = 0;
    if (!text || !*text || strspn(text, "0123456789.") != strlen(text))
        return malformed(fault, "spec_version");
    for (const char *at = text; *at; at++) {
        dots += *at == '.';
        if (*at == '.' && (at == text || at[1] == '.' || !at[1]))
            return malformed(fault, "spec_version");
    }
    if (dots < 1 || dots > 2)
        return malformed(fault, "spec_version");
    return strncmp(text, "1.", 2) == 0 ||
           refuse(fault, TUF_MALFORMED, "spec_version %.16s is not 1.x", text);
}

static bool check_signatures(const json_t *signatures, struct fault *fault)
{
    const json_t *one;
    json_t *seen;
    size_t i;
    bool fine = true;
    if (!json_is_array(signatures) ||
        json_array_size(signatures) > SIGNATURES_MAX)
        return malformed(fault, "signatures");
    seen = mem_check(json_object());
    json_array_foreach(signatures, i, one)
    {
        const char *id = json_string_value(json_object_get(one, "keyid"));
        if (!id || !json_is_string(json_object_get(one, "sig")))
            fine = fine && malformed(fault, "a signature");
        else if (json_object_get(seen, id))
            fine = fine && refuse(fault, TUF_MALFORMED,
                                  "two signatures of one keyid %.16s", id);
        else
            json_object_set_new(seen, id, json_true());
    }
    json_decref(seen);
    return fine;
}

/* hashes may say nothing only where that is optional; of kinds we know at
 * least one has to be there, for others cannot be checked. */
static bool read_hashes(const json_t *object, bool optional,
                        bool listed[TUF_DIGEST_COUNT],
                        unsigned char digests[TUF_DIGEST_COUNT][TUF_DIGEST_MAX])
{
    const json_t *hashes = json_object_get(object, "hashes");
    bool any = false;
    if (!hashes && optional)
        return true;
    for (int i = 0; i < TUF_DIGEST_COUNT; i++) {
        const json_t *value = json_object_get(hashes, digest_infos[i].name);
        if (!value)
            continue;
        if (!json_is_string(value) ||
            !hex_decode(json_string_value(value), digests[i],
                        digest_infos[i].length))
            return false;
        listed[i] = any = true;
    }
    return any;
}

static bool read_meta(const json_t *entry, struct expected *out)
{
    *out = (struct expected){.length = -1};
    return field_number(entry, "version", 1, &out->version) &&
           (!json_object_get(entry, "length") ||
            field_number(entry, "length", 1, &out->length)) &&
           read_hashes(entry, true, out->listed, out->digests);
}

static bool read_target(const json_t *entry, struct tuf_target *out)
{
    *out = (struct tuf_target){0};
    return field_number(entry, "length", 0, &out->length) &&
           read_hashes(entry, false, out->listed, out->digests);
}

static bool check_root(const json_t *body, struct fault *fault)
{
    const json_t *consistent = json_object_get(body, "consistent_snapshot");
    const json_t *keys = json_object_get(body, "keys");
    const json_t *roles = json_object_get(body, "roles");
    if (consistent && !json_is_boolean(consistent))
        return malformed(fault, "consistent_snapshot");
    if (!field_keys(keys, fault))
        return false;
    for (int i = 0; i < METADATA_KIND_COUNT; i++)
        if (!field_signers(json_object_get(roles, metadata_names[i]), fault))
            return false;
    return true;
}

static bool check_meta(const json_t *body, struct fault *fault)
{
    const json_t *meta = json_object_get(body, "meta");
    struct expected expected;
    const char *file;
    json_t *entry;
    if (!json_is_object(meta))
        return malformed(fault, "meta");
    json_object_foreach((json_t *)meta, file, entry) if (
        !read_meta(entry, &expected)) return refuse(fault, TUF_MALFORMED,
                                                    "entry %.64s is malformed",
                                                    file);
    return true;
}

static bool check_timestamp(const json_t *body, struct fault *fault)
{
    return check_meta(body, fault) &&
           (json_object_get(json_object_get(body, "meta"), "snapshot.json") ||
            malformed(fault, "entry snapshot.json"));
}

static bool check_targets(const json_t *body, struct fault *fault)
{
    const json_t *targets = json_object_get(body, "targets");
    struct tuf_target target;
    const char *name;
    json_t *entry;
    if (!json_is_object(targets))
        return malformed(fault, "targets");
    json_object_foreach((json_t *)targets, name, entry) if (
        !read_target(entry, &target)) return refuse(fault, TUF_MALFORMED,
                                                    "target %.64s is malformed",
                                                    name);
    return delegation_validate(json_object_get(body, "delegations"), fault);
}

static bool check(enum metadata_kind kind, struct metadata *it,
                  struct fault *fault)
{
    static bool (*const checks[METADATA_KIND_COUNT])(const json_t *,
                                                     struct fault *) = {
        [METADATA_ROOT] = check_root,
        [METADATA_TIMESTAMP] = check_timestamp,
        [METADATA_SNAPSHOT] = check_meta,
        [METADATA_TARGETS] = check_targets,
    };
    const char *type;
    it->body = json_object_get(it->document, "signed");
    it->signatures = json_object_get(it->document, "signatures");
    if (!json_is_object(it->body))
        return malformed(fault, "the signed part");
    type = json_string_value(json_object_get(it->body, "_type"));
    if (!type || strcmp(type, metadata_names[kind]) != 0)
        return refuse(fault, TUF_MALFORMED, "_type is not %s",
                      metadata_names[kind]);
    if (!check_signatures(it->signatures, fault) ||
        !check_spec_version(it->body, fault))
        return false;
    if (!field_number(it->body, "version", 1, &it->version))
        return malformed(fault, "version");
    if (!field_date(it->body, "expires", &it->expires))
        return malformed(fault, "expires");
    if (!field_date(it->body, "x-issued", &it->issued))
        it->issued = 0;
    return checks[kind](it->body, fault);
}

struct metadata *metadata_read(enum metadata_kind kind, const void *bytes,
                               size_t length, struct fault *fault)
{
    struct metadata *it = xcalloc(1, sizeof(*it));
    it->document = canonical_read(bytes, length, fault);
    if (!it->document || !check(kind, it, fault)) {
        metadata_free(it);
        return NULL;
    }
    canonical_write(it->body, &it->message);
    return it;
}

void metadata_free(struct metadata *metadata)
{
    if (!metadata)
        return;
    json_decref(metadata->document);
    buf_fini(&metadata->message);
    free(metadata);
}

struct signers metadata_root_signers(const struct metadata *root,
                                     enum metadata_kind kind)
{
    return (struct signers){
        .keys = json_object_get(root->body, "keys"),
        .role = json_object_get(json_object_get(root->body, "roles"),
                                metadata_names[kind]),
    };
}

/* The key that made this signature; NULL when none of signers did. */
static struct key *signing_key(const struct metadata *metadata,
                               const struct signers *signers,
                               const json_t *signature)
{
    const char *id = json_string_value(json_object_get(signature, "keyid"));
    const char *hex = json_string_value(json_object_get(signature, "sig"));
    const json_t *value = json_object_get(signers->keys, id);
    struct key *key = NULL;
    if (*hex && value &&
        count_string(json_object_get(signers->role, "keyids"), id))
        key = key_new(id, value);
    if (key && !key_verify(key, hex, metadata->message.data,
                           metadata->message.length)) {
        key_free(key);
        key = NULL;
    }
    return key;
}

static bool is_counted(struct key *const *counted, size_t count,
                       const struct key *key)
{
    for (size_t i = 0; i < count; i++)
        if (key_same(counted[i], key))
            return true;
    return false;
}

bool metadata_verify(const struct metadata *metadata,
                     const struct signers *signers, json_t *ids_out,
                     struct fault *fault)
{
    const json_int_t threshold =
        json_integer_value(json_object_get(signers->role, "threshold"));
    struct key *counted[SIGNATURES_MAX];
    const json_t *signature;
    size_t i, count = 0;
    json_array_foreach(metadata->signatures, i, signature)
    {
        struct key *key = signing_key(metadata, signers, signature);
        if (!key)
            continue;
        if (is_counted(counted, count, key)) {
            key_free(key);
            continue;
        }
        counted[count++] = key;
        if (ids_out)
            json_array_append(ids_out, json_object_get(signature, "keyid"));
        if ((json_int_t)count >= threshold)
            break;
    }
    for (i = 0; i < count; i++)
        key_free(counted[i]);
    return (json_int_t)count >= threshold ||
           refuse(fault, TUF_BAD_SIGNATURE,
                  "signed by %zu of the %lld keys that are needed", count,
                  (long long)threshold);
}

bool metadata_consistent_snapshot(const struct metadata *root)
{
    return json_is_true(json_object_get(root->body, "consistent_snapshot"));
}

bool metadata_meta(const struct metadata *metadata, const char *file,
                   struct expected *out)
{
    const json_t *meta = json_object_get(metadata->body, "meta");
    return read_meta(json_object_get(meta, file), out);
}

bool metadata_target(const struct metadata *targets, const char *name,
                     struct tuf_target *out)
{
    const json_t *all = json_object_get(targets->body, "targets");
    return read_target(json_object_get(all, name), out);
}
