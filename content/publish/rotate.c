/* rotate.c - another key in the place of one, and another term for a role. */
#include "publish_private.h"

#include <string.h>

/* In entry, another key in place of the old one. */
static bool replace_key(const struct publish_options *options, const char *role,
                        json_t *entry, json_t *keys, const char *old_public,
                        const char *new_public)
{
    char id[65];
    size_t at = 0; /* the first, unless another is named */
    if (old_public) {
        json_t *old = public_read(old_public, id);
        if (!old || !trust_names(entry, id, &at)) {
            json_decref(old);
            return say(options, "%s 不是 %s 的钥匙", old_public, role);
        }
        json_decref(old);
    }
    if (!trust_add(options, role, new_public, false, entry, keys))
        return false;
    json_t *ids = json_object_get(entry, "keyids");
    const size_t last = json_array_size(ids) - 1;
    size_t first;
    const char *added = json_string_value(json_array_get(ids, last));
    if (trust_names(entry, added, &first) && first != last)
        return say(options, "%s 已经是 %s 的钥匙", new_public, role);
    json_array_remove(ids, at);
    return true;
}

static bool rotate_top(struct publisher *publisher, const char *role,
                       const char *old_public, const char *new_public)
{
    json_t *root = role_body(publisher, "root");
    json_t *roles = json_object_get(root, "roles");
    json_t *entry = json_object_get(roles, role);
    json_t *keys = json_object_get(root, "keys");
    bool fine = root && replace_key(publisher->options, role, entry, keys,
                                    old_public, new_public);
    if (fine) {
        const json_t *entries[COUNT_OF(trust_roles)];
        for (size_t i = 0; i < COUNT_OF(trust_roles); i++)
            entries[i] = json_object_get(roles, trust_roles[i]);
        trust_drop(keys, entries, COUNT_OF(trust_roles));
        keyring_close(&publisher->ring); /* there may be a new key */
        keyring_open(&publisher->ring, publisher->options);
        const struct signers both[] = {
            metadata_root_signers(publisher->root, METADATA_ROOT),
            trust_signers(root, "root")};
        const struct signers targets = trust_signers(root, "targets");
        fine = role_stage(publisher, "root", json_incref(root), both, 2) &&
               (strcmp(role, "targets") != 0 ||
                role_stage(publisher, "targets",
                           role_body(publisher, "targets"), &targets, 1));
    }
    json_decref(root);
    return fine;
}

static bool rotate_delegated(struct publisher *publisher, const char *role,
                             const char *old_public, const char *new_public)
{
    json_t *targets = role_body(publisher, "targets");
    json_t *delegations = json_object_get(targets, "delegations");
    size_t at;
    json_t *entry = trust_delegation(delegations, role, &at);
    bool fine = !targets ? false
                : entry
                    ? replace_key(publisher->options, role, entry,
                                  json_object_get(delegations, "keys"),
                                  old_public, new_public)
                    : say(publisher->options,
                          "没有 %s 这个角色；用 keys show 看看有哪些", role);
    if (fine) {
        trust_drop_delegated(delegations);
        fine = trust_stage(publisher, targets, role);
    }
    json_decref(targets);
    return fine;
}

enum publish_result publish_rotate(const struct publish_options *options,
                                   const char *role, const char *old_public,
                                   const char *new_public)
{
    struct publisher publisher;
    if (!publisher_open(&publisher, options, false))
        return PUBLISH_FAILED;
    bool fine = publisher.root != NULL ||
                say(options, "%s 还不是一个仓库", options->repository);
    if (fine)
        fine = trust_is_top(role)
                   ? rotate_top(&publisher, role, old_public, new_public)
                   : rotate_delegated(&publisher, role, old_public, new_public);
    enum publish_result result =
        fine ? settle(&publisher, false) : PUBLISH_FAILED;
    publisher_close(&publisher);
    return result;
}

static bool extend_top(struct publisher *publisher, const char *role)
{
    json_t *body = role_body(publisher, role);
    const bool is_root = !strcmp(role, "root"); /* may wait with other keys */
    const struct signers signers[] = {
        metadata_root_signers(publisher->root, role_kind(role)),
        is_root ? trust_signers(body, role) : (struct signers){0}};
    return role_stage(publisher, role, body, signers, is_root ? 2 : 1);
}

static bool extend_delegated(struct publisher *publisher, const char *role)
{
    json_t *targets = role_body(publisher, "targets");
    json_t *delegations = json_object_get(targets, "delegations");
    size_t at;
    const struct signers signers = {json_object_get(delegations, "keys"),
                                    trust_delegation(delegations, role, &at)};
    const bool fine =
        !targets       ? false
        : signers.role ? role_stage(publisher, role, role_body(publisher, role),
                                    &signers, 1)
                       : say(publisher->options,
                             "没有 %s 这个角色；用 keys show 看看有哪些", role);
    json_decref(targets);
    return fine;
}

enum publish_result publish_extend(const struct publish_options *options,
                                   const char *role)
{
    struct publisher publisher;
    enum publish_result result = PUBLISH_FAILED;
    if (!publisher_open(&publisher, options, false))
        return PUBLISH_FAILED;
    if (!publisher.root)
        say(options, "%s 还不是一个仓库", options->repository);
    else if (!strcmp(role, "snapshot") || !strcmp(role, "timestamp"))
        result = settle(&publisher, true);
    else if (trust_is_top(role) ? extend_top(&publisher, role)
                                : extend_delegated(&publisher, role))
        result = settle(&publisher, false);
    publisher_close(&publisher);
    return result;
}
