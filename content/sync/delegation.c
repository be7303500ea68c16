/* delegation.c - which roles a targets file trusts for a target: by patterns,
 * by prefixes of the name's hash, or by hash bins (TAP 15). */
#include "sync_private.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

enum {
    ROLES_MAX = 8192,
    BIT_LENGTH_MAX = 32,
    BIN_SUFFIX_MAX = sizeof("-ffffffff") - 1,
};

/* One character of a pattern or a name; text is NUL-terminated UTF-8, which
 * canonical_read has checked for patterns. */
static uint32_t next_code(const char **at)
{
    size_t used = 0;
    uint32_t code = utf8_next(*at, strnlen(*at, 4), &used);
    *at += used;
    return code;
}

/* Reads [...], *at being after the bracket, as glob(7) says. False when there
 * is no end to it: then the bracket is an ordinary character. */
static bool match_bracket(const char **at, uint32_t code, bool *matches_out)
{
    const char *p = *at;
    const bool negated = *p == '!';
    bool found = false, first = true;
    p += negated;
    while (first || *p != ']') {
        if (!*p || *p == '/')
            return false;
        uint32_t low = next_code(&p), high = low;
        if (p[0] == '-' && p[1] && p[1] != ']') {
            p++;
            high = next_code(&p);
        }
        found = found || (code >= low && code <= high);
        first = false;
    }
    *at = p + 1;
    *matches_out = found != negated;
    return true;
}

/* Whether the one pattern element at *pattern, no star, takes *path. Both are
 * moved past what matched. */
static bool match_one(const char **pattern, const char **path)
{
    bool matches;
    if (!**pattern)
        return false;
    const uint32_t want = next_code(pattern), have = next_code(path);
    if (have == '/')
        return want == '/';
    if (want == '[' && match_bracket(pattern, have, &matches))
        return matches;
    return want == '?' || want == have;
}

/* A star is tried with nothing first and grows; only the last star needs to be
 * remembered, so a hostile pattern costs no more than pattern times path. */
bool delegation_pattern(const char *pattern, const char *path)
{
    const char *star = NULL, *taken = NULL;
    while (*path) {
        const char *p = pattern, *at = path;
        if (*pattern == '*') {
            star = ++pattern;
            taken = path;
        } else if (match_one(&p, &at)) {
            pattern = p;
            path = at;
        } else if (star && *taken != '/') {
            next_code(&taken);
            pattern = star;
            path = taken;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return !*pattern;
}

/* Its file can be kept, with room for what is added to it. */
static bool is_name(const json_t *value, size_t room)
{
    const char *name = json_string_value(value);
    struct buf encoded = {0};
    if (!name || !*name)
        return false;
    name_encode(name, &encoded);
    bool fits = encoded.length + room <= ROLE_NAME_MAX;
    buf_fini(&encoded);
    return fits;
}

/* A role of the name of one of ours would be kept in its place. */
static bool is_role_name(const json_t *value)
{
    if (!is_name(value, 0))
        return false;
    for (int i = 0; i < METADATA_KIND_COUNT; i++)
        if (!strcmp(json_string_value(value), metadata_names[i]))
            return false;
    return true;
}

static bool is_strings(const json_t *array)
{
    const json_t *value;
    size_t i;
    if (!json_is_array(array))
        return false;
    json_array_foreach(array, i,
                       value) if (!json_is_string(value)) return false;
    return true;
}

static bool validate_role(const json_t *role, json_t *seen, struct fault *fault)
{
    const json_t *name = json_object_get(role, "name");
    const json_t *paths = json_object_get(role, "paths");
    const json_t *prefixes = json_object_get(role, "path_hash_prefixes");
    const json_t *terminating = json_object_get(role, "terminating");
    if (!is_role_name(name) || json_object_get(seen, json_string_value(name)) ||
        (paths && prefixes) || (paths && !is_strings(paths)) ||
        (prefixes && !is_strings(prefixes)) ||
        (terminating && !json_is_boolean(terminating)))
        return refuse(fault, TUF_MALFORMED, "delegation %.64s is malformed",
                      json_is_string(name) ? json_string_value(name) : "");
    json_object_set_new(seen, json_string_value(name), json_true());
    return field_signers(role, fault);
}

static bool validate_roles(const json_t *roles, struct fault *fault)
{
    const json_t *role;
    size_t i;
    bool fine = true;
    if (!json_is_array(roles) || json_array_size(roles) > ROLES_MAX)
        return refuse(fault, TUF_MALFORMED, "delegated roles are malformed");
    json_t *seen = mem_check(json_object());
    json_array_foreach(roles, i, role) fine =
        fine && validate_role(role, seen, fault);
    json_decref(seen);
    return fine;
}

static bool validate_bins(const json_t *bins, struct fault *fault)
{
    const json_t *bits = json_object_get(bins, "bit_length");
    const json_t *prefix = json_object_get(bins, "name_prefix");
    if (!json_is_integer(bits) || json_integer_value(bits) < 1 ||
        json_integer_value(bits) > BIT_LENGTH_MAX ||
        !is_name(prefix, BIN_SUFFIX_MAX))
        return refuse(fault, TUF_MALFORMED, "succinct_roles is malformed");
    return field_signers(bins, fault);
}

bool delegation_validate(const json_t *delegations, struct fault *fault)
{
    const json_t *keys = json_object_get(delegations, "keys");
    const json_t *roles = json_object_get(delegations, "roles");
    const json_t *bins = json_object_get(delegations, "succinct_roles");
    if (!delegations || json_is_null(delegations))
        return true;
    if (!roles == !bins) /* one of the two */
        return refuse(fault, TUF_MALFORMED, "delegations are malformed");
    return field_keys(keys, fault) &&
           (roles ? validate_roles(roles, fault) : validate_bins(bins, fault));
}

static bool covers(const json_t *role, const char *target, const char *hash)
{
    const json_t *value;
    size_t i;
    json_array_foreach(json_object_get(role, "paths"), i,
                       value) if (delegation_pattern(json_string_value(value),
                                                     target)) return true;
    json_array_foreach(
        json_object_get(role, "path_hash_prefixes"), i,
        value) if (!strncmp(hash, json_string_value(value),
                            json_string_length(value))) return true;
    return false;
}

/* The bin's number is the first bits of the hash, written in as many hex
 * digits as the last bin needs. */
static void name_bin(const json_t *bins, const char *hash, char *out,
                     size_t size)
{
    const int bits =
        (int)json_integer_value(json_object_get(bins, "bit_length"));
    char head[9];
    memcpy(head, hash, 8);
    head[8] = 0;
    const uint64_t number = strtoull(head, NULL, 16) >> (32 - bits);
    snprintf(out, size, "%s-%0*" PRIx64,
             json_string_value(json_object_get(bins, "name_prefix")),
             (bits + 3) / 4, number);
}

bool delegation_next(const struct metadata *targets, const char *target,
                     size_t *at, struct delegation *out)
{
    const json_t *all = json_object_get(targets->body, "delegations");
    const json_t *roles = json_object_get(all, "roles");
    const json_t *bins = json_object_get(all, "succinct_roles");
    char hash[65];
    digest_sha256_hex(target, strlen(target), hash);
    out->signers.keys = json_object_get(all, "keys");
    if (bins && *at == 0) {
        ++*at;
        name_bin(bins, hash, out->name, sizeof(out->name));
        out->terminating = true; /* a target is in one bin only */
        out->signers.role = bins;
        return true;
    }
    while (*at < json_array_size(roles)) {
        const json_t *role = json_array_get(roles, (*at)++);
        if (!covers(role, target, hash))
            continue;
        snprintf(out->name, sizeof(out->name), "%s",
                 json_string_value(json_object_get(role, "name")));
        out->terminating = json_is_true(json_object_get(role, "terminating"));
        out->signers.role = role;
        return true;
    }
    return false;
}
