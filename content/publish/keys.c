/* keys.c - the first root, and showing who may sign until when. */
#include "publish_private.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum { KEYS_MOST = 16 };

static json_t *first_root(const struct publish_options *options,
                          const struct publish_init *init)
{
    json_t *root = mem_check(
        json_pack("{s{} s{} sb}", "keys", "roles", "consistent_snapshot", 1));
    json_t *keys = json_object_get(root, "keys");
    json_t *roles = json_object_get(root, "roles");
    bool fine = true;
    for (size_t i = 0; fine && i < COUNT_OF(trust_roles); i++) {
        const char *role = trust_roles[i];
        const bool is_root = i == 0, is_targets = i == 1;
        json_t *entry = trust_entry(is_root ? init->root_threshold : 1);
        const size_t count = !is_root           ? 1
                             : init->root_count ? init->root_count
                                                : (size_t)init->root_keys;
        json_object_set_new(roles, role, entry);
        for (size_t n = 0; fine && n < count; n++) {
            const char *file = is_root && init->root_count
                                   ? init->root_public[n]
                               : is_targets ? init->targets_public
                                            : NULL;
            fine = trust_add(options, role, file,
                             init->encrypted && (is_root || is_targets), entry,
                             keys);
        }
    }
    if (fine)
        return root;
    json_decref(root);
    return NULL;
}

static enum publish_result stage_first(const struct publish_options *options,
                                       json_t *root)
{
    struct publisher publisher;
    enum publish_result result = PUBLISH_FAILED;
    const struct signers signers = trust_signers(root, "root");
    const struct signers targets = trust_signers(root, "targets");
    if (!publisher_open(&publisher, options, true))
        return PUBLISH_FAILED;
    if (publisher.root || role_latest(publisher.pending_folder, "root"))
        say(options, "%s 已经是一个仓库", options->repository);
    else if (role_stage(&publisher, "root", json_incref(root), &signers, 1) &&
             role_stage(&publisher, "targets",
                        mem_check(json_pack("{s{}}", "targets")), &targets, 1))
        result = settle(&publisher, false);
    publisher_close(&publisher);
    return result;
}

static bool is_repository(const struct publish_options *options)
{
    static const char *const marks[] = {"metadata/1.root.json",
                                        "pending/1.root.json"};
    bool found = false;
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        char *path = repository_path(options, marks[i]);
        found = found || access(path, F_OK) == 0;
        free(path);
    }
    return found;
}

enum publish_result publish_init(const struct publish_options *options,
                                 const struct publish_init *init)
{
    const size_t count =
        init->root_count ? init->root_count : (size_t)init->root_keys;
    if (is_repository(options)) {
        say(options, "%s 已经是一个仓库", options->repository);
        return PUBLISH_FAILED;
    }
    if (init->root_threshold < 1 || (size_t)init->root_threshold > count ||
        count > KEYS_MOST) {
        say(options, "根要 %d 个签名，却有 %zu 把钥匙", init->root_threshold,
            count);
        return PUBLISH_FAILED;
    }
    json_t *root = first_root(options, init);
    enum publish_result result =
        root ? stage_first(options, root) : PUBLISH_FAILED;
    json_decref(root);
    return result;
}

/* Showing. */

static void show_key(const struct publisher *publisher, const char *id)
{
    const char *here = "";
    for (size_t i = 0; i < publisher->ring.count; i++)
        if (!strcmp(publisher->ring.keys[i].id, id))
            here = publisher->ring.keys[i].pem;
    say(publisher->options, "    %.16s… %s", id, here);
}

static void show_role(const struct publisher *publisher, const char *role,
                      const struct signers *signers,
                      const struct metadata *metadata)
{
    const struct publish_options *options = publisher->options;
    const json_t *ids = json_object_get(signers->role, "keyids"), *id;
    size_t i;
    struct buf line = {0};
    buf_printf(&line, "%s：%zu 把钥匙里要 %lld 个签名", role,
               json_array_size(ids),
               (long long)json_integer_value(
                   json_object_get(signers->role, "threshold")));
    if (metadata) {
        const int64_t left = metadata->expires - options->now;
        buf_printf(&line, "，第 %" PRId64 " 版，", metadata->version);
        if (left < 0)
            buf_printf(&line, "已过期 %" PRId64 " 天", -left / DAY);
        else
            buf_printf(&line, "还有 %" PRId64 " 天到期", left / DAY);
    }
    say(options, "%s", buf_text(&line));
    json_array_foreach(ids, i, id) show_key(publisher, json_string_value(id));
    buf_fini(&line);
}

static void show_delegations(const struct publisher *publisher,
                             const struct metadata *targets)
{
    const json_t *all = json_object_get(targets->body, "delegations"), *role;
    size_t i;
    json_array_foreach(json_object_get(all, "roles"), i, role)
    {
        const struct signers signers = {json_object_get(all, "keys"), role};
        const char *name = json_string_value(json_object_get(role, "name"));
        struct metadata *metadata = role_live(publisher, name);
        show_role(publisher, name, &signers, metadata);
        metadata_free(metadata);
    }
}

static void show_pending(const struct publisher *publisher)
{
    char **names;
    const size_t count = folder_list(publisher->pending_folder, &names);
    for (size_t i = 0; i < count; i++)
        say(publisher->options, "等待签名：pending/%s", names[i]);
    names_free(names, count);
}

bool publish_show(const struct publish_options *options)
{
    struct publisher publisher;
    if (!publisher_open(&publisher, options, false))
        return false;
    struct metadata *targets = role_live(&publisher, "targets");
    const struct metadata *const live[] = {
        publisher.root, targets, publisher.snapshot, publisher.timestamp};
    for (size_t i = 0; publisher.root && i < COUNT_OF(trust_roles); i++) {
        const struct signers signers =
            metadata_root_signers(publisher.root, role_kind(trust_roles[i]));
        show_role(&publisher, trust_roles[i], &signers, live[i]);
    }
    if (targets)
        show_delegations(&publisher, targets);
    show_pending(&publisher);
    metadata_free(targets);
    publisher_close(&publisher);
    return true;
}
