/* keys.c - who may sign: the first root, rotating a key, delegating an area,
 * and signatures that come from other machines. */
#include "publish_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/civil.h"
#include "base/file.h"

enum { KEYS_MOST = 16 };

static const char *const top_roles[] = {"root", "targets", "snapshot",
                                        "timestamp"};

static bool is_top(const char *role)
{
    for (size_t i = 0; i < COUNT_OF(top_roles); i++)
        if (!strcmp(role, top_roles[i]))
            return true;
    return false;
}

/* A new private key under the first number that is free; its public half. The
 * id goes to id_out. NULL: said. */
static json_t *make_key(const struct publish_options *options, const char *role,
                        bool encrypted, char id_out[65])
{
    struct buf path = {0};
    json_t *public = NULL;
    if (!options->keys) {
        say(options, "新的私钥要放在一个文件夹里；用 --keys 写明");
        return NULL;
    }
    mkdir(options->keys, 0700); /* signer_save tells if it failed */
    for (int n = 1; n < 1000; n++) {
        buf_clear(&path);
        buf_printf(&path, "%s/%s-%d.pem", options->keys, role, n);
        if (access(buf_text(&path), F_OK) != 0)
            break;
    }
    struct signer *signer = signer_generate();
    if (signer_save(signer, buf_text(&path), encrypted ? options->ask : NULL,
                    options->ask_data)) {
        memcpy(path.data + path.length - 4, ".pub", 4);
        public = public_read(buf_text(&path), id_out);
        memcpy(path.data + path.length - 4, ".pem", 4);
        say(options, "新的私钥：%s", buf_text(&path));
    } else {
        say(options, "私钥没有写成：%s", buf_text(&path));
    }
    signer_free(signer);
    buf_fini(&path);
    return public;
}

/* A role's entry with these keys, which go to all_keys; either may come from
 * root.json or from delegations. */
static void trust(json_t *entry, json_t *all_keys, const char *id,
                  json_t *public)
{
    json_t *ids = json_object_get(entry, "keyids");
    json_object_set_new(all_keys, id, public);
    json_array_append_new(ids, mem_check(json_string(id)));
}

static json_t *new_entry(int threshold)
{
    return mem_check(json_pack("{s[] si}", "keyids", "threshold", threshold));
}

/* One key for role: of a .pub file, or a new one. */
static bool add_key(const struct publish_options *options, const char *role,
                    const char *public_file, bool encrypted, json_t *entry,
                    json_t *all_keys)
{
    char id[65];
    json_t *public = public_file ? public_read(public_file, id)
                                 : make_key(options, role, encrypted, id);
    if (!public)
        return public_file ? say(options, "%s 不是公钥文件", public_file)
                           : false;
    trust(entry, all_keys, id, public);
    return true;
}

static struct signers body_signers(const json_t *root, const char *role)
{
    return (struct signers){
        .keys = json_object_get(root, "keys"),
        .role = json_object_get(json_object_get(root, "roles"), role),
    };
}

static json_t *first_root(const struct publish_options *options,
                          const struct publish_init *init)
{
    json_t *root = mem_check(
        json_pack("{s{} s{} sb}", "keys", "roles", "consistent_snapshot", 1));
    json_t *keys = json_object_get(root, "keys");
    json_t *roles = json_object_get(root, "roles");
    bool fine = true;
    for (size_t i = 0; fine && i < COUNT_OF(top_roles); i++) {
        const char *role = top_roles[i];
        const bool is_root = i == 0, is_targets = i == 1;
        json_t *entry = new_entry(is_root ? init->root_threshold : 1);
        const size_t count = !is_root           ? 1
                             : init->root_count ? init->root_count
                                                : (size_t)init->root_keys;
        json_object_set_new(roles, role, entry);
        for (size_t n = 0; fine && n < count; n++) {
            const char *file = is_root && init->root_count
                                   ? init->root_public[n]
                               : is_targets ? init->targets_public
                                            : NULL;
            fine = add_key(options, role, file,
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
    const struct signers signers = body_signers(root, "root");
    const struct signers targets = body_signers(root, "targets");
    if (!publisher_open(&publisher, options, true))
        return PUBLISH_FAILED;
    if (publisher.root ||
        role_latest(&publisher, publisher.pending_folder, "root"))
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
    for (size_t i = 0; publisher.root && i < COUNT_OF(top_roles); i++) {
        const struct signers signers =
            metadata_root_signers(publisher.root, role_kind(top_roles[i]));
        show_role(&publisher, top_roles[i], &signers, live[i]);
    }
    if (targets)
        show_delegations(&publisher, targets);
    show_pending(&publisher);
    metadata_free(targets);
    publisher_close(&publisher);
    return true;
}

/* Rotating. */

static bool names_id(const json_t *entry, const char *id, size_t *at_out)
{
    const json_t *ids = json_object_get(entry, "keyids"), *one;
    size_t i;
    json_array_foreach(ids, i, one)
    {
        *at_out = i;
        if (!strcmp(json_string_value(one), id))
            return true;
    }
    return false;
}

/* Keys that no role names any more go. */
static void drop_unused(json_t *keys, const json_t *const *entries,
                        size_t count)
{
    const char *id;
    json_t *key;
    void *next;
    json_object_foreach_safe(keys, next, id, key)
    {
        bool used = false;
        for (size_t i = 0; i < count && !used; i++) {
            size_t at;
            used = names_id(entries[i], id, &at);
        }
        if (!used)
            json_object_del(keys, id);
    }
}

/* In entry, another key in place of the old one. */
static bool replace_key(const struct publish_options *options, const char *role,
                        json_t *entry, json_t *keys, const char *old_public,
                        const char *new_public)
{
    char id[65];
    size_t at = 0; /* the first, unless another is named */
    if (old_public) {
        json_t *old = public_read(old_public, id);
        if (!old || !names_id(entry, id, &at)) {
            json_decref(old);
            return say(options, "%s 不是 %s 的钥匙", old_public, role);
        }
        json_decref(old);
    }
    if (!add_key(options, role, new_public, false, entry, keys))
        return false;
    json_t *ids = json_object_get(entry, "keyids");
    const size_t last = json_array_size(ids) - 1;
    size_t first;
    const char *added = json_string_value(json_array_get(ids, last));
    if (names_id(entry, added, &first) && first != last)
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
        const json_t *entries[COUNT_OF(top_roles)];
        for (size_t i = 0; i < COUNT_OF(top_roles); i++)
            entries[i] = json_object_get(roles, top_roles[i]);
        drop_unused(keys, entries, COUNT_OF(top_roles));
        keyring_close(&publisher->ring); /* there may be a new key */
        keyring_open(&publisher->ring, publisher->options);
        const struct signers both[] = {
            metadata_root_signers(publisher->root, METADATA_ROOT),
            body_signers(root, "root")};
        const struct signers targets = body_signers(root, "targets");
        fine = role_stage(publisher, "root", json_incref(root), both, 2) &&
               (strcmp(role, "targets") != 0 ||
                role_stage(publisher, "targets",
                           role_body(publisher, "targets"), &targets, 1));
    }
    json_decref(root);
    return fine;
}

static json_t *find_delegation(const json_t *delegations, const char *name,
                               size_t *at_out)
{
    const json_t *roles = json_object_get(delegations, "roles");
    json_t *role;
    size_t i;
    json_array_foreach(roles, i, role)
    {
        *at_out = i;
        if (!strcmp(json_string_value(json_object_get(role, "name")), name))
            return role;
    }
    return NULL;
}

static void drop_unused_delegated(json_t *delegations)
{
    const json_t *roles = json_object_get(delegations, "roles"), *role;
    const size_t count = json_array_size(roles);
    const json_t **entries = xcalloc(count, sizeof(*entries));
    size_t i;
    json_array_foreach(roles, i, role) entries[i] = role;
    drop_unused(json_object_get(delegations, "keys"), entries, count);
    free(entries);
}

/* The delegation and the role's own file; takes over neither. */
static bool stage_delegation(struct publisher *publisher, json_t *targets,
                             const char *name)
{
    json_t *delegations = json_object_get(targets, "delegations");
    size_t at;
    keyring_close(&publisher->ring);
    keyring_open(&publisher->ring, publisher->options);
    const struct signers top =
        metadata_root_signers(publisher->root, METADATA_TARGETS);
    const struct signers own = {json_object_get(delegations, "keys"),
                                find_delegation(delegations, name, &at)};
    return role_stage(publisher, "targets", json_incref(targets), &top, 1) &&
           role_stage(publisher, name, area_body(publisher, name), &own, 1);
}

static bool rotate_delegated(struct publisher *publisher, const char *role,
                             const char *old_public, const char *new_public)
{
    json_t *targets = area_body(publisher, "targets");
    json_t *delegations = json_object_get(targets, "delegations");
    size_t at;
    json_t *entry = find_delegation(delegations, role, &at);
    bool fine = entry ? replace_key(publisher->options, role, entry,
                                    json_object_get(delegations, "keys"),
                                    old_public, new_public)
                      : say(publisher->options,
                            "没有 %s 这个角色；用 keys show 看看有哪些", role);
    if (fine) {
        drop_unused_delegated(delegations);
        fine = stage_delegation(publisher, targets, role);
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
        fine = is_top(role)
                   ? rotate_top(&publisher, role, old_public, new_public)
                   : rotate_delegated(&publisher, role, old_public, new_public);
    enum publish_result result =
        fine ? settle(&publisher, false) : PUBLISH_FAILED;
    publisher_close(&publisher);
    return result;
}

/* Delegating. */

static size_t count_open(const char *pattern)
{
    size_t count = 0;
    for (; *pattern; pattern++)
        count += *pattern == '?' || *pattern == 'x';
    return count;
}

/* "area-52xxxx": a name for files, too. */
static void name_role(const char *pattern, char out[16])
{
    snprintf(out, 16, "area-%.6s", pattern);
    for (char *at = out; *at; at++)
        if (*at == '?')
            *at = 'x';
}

/* Narrow patterns first: they speak for their area alone. */
static void insert_role(json_t *roles, const char *pattern, json_t *entry)
{
    const json_t *one;
    size_t i;
    json_array_foreach(
        roles, i,
        one) if (count_open(json_string_value(json_object_get(one, "name")) +
                            5) > count_open(pattern)) break;
    json_array_insert_new(roles, i, entry);
}

static bool fill_delegation(const struct publish_options *options,
                            const char *pattern, const char *name,
                            const char *const *files, size_t count,
                            int threshold, json_t *delegations)
{
    json_t *keys = json_object_get(delegations, "keys");
    json_t *entry = new_entry(threshold);
    struct buf text = {0}, media = {0};
    size_t at;
    bool fine = true;
    buf_printf(&text, "u/%s/*", pattern);
    buf_printf(&media, "u/%s/media/*", pattern);
    json_object_set_new(entry, "name", json_string(name));
    json_object_set_new(entry, "terminating", json_true());
    json_object_set_new(
        entry, "paths",
        mem_check(json_pack("[ss]", buf_text(&text), buf_text(&media))));
    for (size_t i = 0; fine && i < count; i++)
        fine = add_key(options, name, files[i], false, entry, keys);
    if (fine && !count)
        fine = add_key(options, name, NULL, false, entry, keys);
    if (find_delegation(delegations, name, &at))
        json_array_remove(json_object_get(delegations, "roles"), at);
    if (fine)
        insert_role(json_object_get(delegations, "roles"), pattern, entry);
    else
        json_decref(entry);
    buf_fini(&text);
    buf_fini(&media);
    return fine;
}

static bool is_pattern(const char *pattern)
{
    return strlen(pattern) == AREA_DIGITS &&
           strspn(pattern, "0123456789?") == AREA_DIGITS;
}

enum publish_result publish_delegate(const struct publish_options *options,
                                     const char *pattern,
                                     const char *const *public_files,
                                     size_t count, int threshold)
{
    struct publisher publisher;
    char name[16];
    if (!is_pattern(pattern) || threshold < 1 ||
        (size_t)threshold > (count ? count : 1)) {
        say(options, "委托给谁：六位数字或 ?，如 52????；签名数不多于钥匙数");
        return PUBLISH_FAILED;
    }
    if (!publisher_open(&publisher, options, false))
        return PUBLISH_FAILED;
    name_role(pattern, name);
    json_t *targets = area_body(&publisher, "targets");
    if (!json_object_get(targets, "delegations"))
        json_object_set_new(targets, "delegations",
                            mem_check(json_pack("{s{} s[]}", "keys", "roles")));
    json_t *delegations = json_object_get(targets, "delegations");
    bool fine = publisher.root ||
                say(options, "%s 还不是一个仓库", options->repository);
    fine = fine && fill_delegation(options, pattern, name, public_files, count,
                                   threshold, delegations);
    if (fine) {
        drop_unused_delegated(delegations);
        fine = stage_delegation(&publisher, targets, name);
    }
    json_decref(targets);
    enum publish_result result =
        fine ? settle(&publisher, false) : PUBLISH_FAILED;
    publisher_close(&publisher);
    return result;
}

/* Signing on other machines. */

static bool write_beside(const struct publish_options *options,
                         const char *path, const struct buf *bytes)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
    struct fault fault = {0};
    struct keep keep;
    bool fine = keep_open(&keep, folder, &fault) &&
                keep_write(&keep, slash ? slash + 1 : path, bytes->data,
                           bytes->length, &fault);
    keep_close(&keep);
    free(folder);
    return fine || say(options, "写不进去：%s", fault.reason);
}

/* Metadata of any kind. NULL: none. */
static struct metadata *read_any(const struct buf *bytes)
{
    struct metadata *metadata = NULL;
    struct fault fault = {0};
    for (int i = 0; i < METADATA_KIND_COUNT && !metadata; i++)
        metadata = metadata_read((enum metadata_kind)i, bytes->data,
                                 bytes->length, &fault);
    return metadata;
}

bool publish_sign(const struct publish_options *options, const char *file,
                  const char *private_file)
{
    struct buf bytes = {0};
    struct signer *signer = NULL;
    struct metadata *metadata = NULL;
    bool fine = file_read(file, LISTED_BYTES_MAX, &bytes) ||
                say(options, "%s：%s", file, strerror(errno));
    fine = fine && ((metadata = read_any(&bytes)) ||
                    say(options, "%s 不是元数据文件", file));
    fine = fine &&
           ((signer =
                 signer_load(private_file, options->ask, options->ask_data)) ||
            say(options, "%s 打不开：不是私钥，或口令不对", private_file));
    fine = fine && signer_sign_metadata(signer, &bytes) &&
           write_beside(options, file, &bytes);
    if (fine) {
        const struct civil c = civil_from_seconds(metadata->expires);
        say(options,
            "%s：%s 第 %" PRId64 " 版，到 %04d-%02d-%02d 到期，已用 %s 签名",
            file, json_string_value(json_object_get(metadata->body, "_type")),
            metadata->version, c.year, c.month, c.day, private_file);
    }
    metadata_free(metadata);
    signer_free(signer);
    buf_fini(&bytes);
    return fine;
}

/* Adds what other signed; of the same key, the later signature counts. False:
 * all of them were there. */
static bool merge(json_t *document, const json_t *other)
{
    json_t *signatures = json_object_get(document, "signatures");
    json_t *one, *mine = NULL;
    bool changed = false;
    size_t i, n;
    json_array_foreach((json_t *)other, i, one)
    {
        const json_t *id = json_object_get(one, "keyid");
        json_array_foreach(signatures, n,
                           mine) if (json_equal(json_object_get(mine, "keyid"),
                                                (json_t *)id)) break;
        if (n < json_array_size(signatures) && json_equal(mine, one))
            continue;
        if (n < json_array_size(signatures))
            json_array_remove(signatures, n);
        json_array_append(signatures, one);
        changed = true;
    }
    return changed;
}

static bool merge_into(struct publisher *publisher, const char *name,
                       struct metadata *pending, const struct metadata *other)
{
    struct fault fault = {0};
    if (!merge(pending->document, other->signatures))
        return true;
    char *text = mem_check(
        json_dumps(pending->document, JSON_INDENT(1) | JSON_SORT_KEYS));
    struct buf bytes = {0};
    buf_printf(&bytes, "%s\n", text);
    free(text);
    bool fine =
        keep_write(&publisher->pending, name, bytes.data, bytes.length, &fault);
    buf_fini(&bytes);
    return fine || say(publisher->options, "写不进去：%s", fault.reason);
}

/* The pending file that says the same gets its signatures. */
static bool import(struct publisher *publisher, const char *file,
                   const struct metadata *other)
{
    char **names;
    const size_t count = folder_list(publisher->pending_folder, &names);
    bool found = false, fine = true;
    for (size_t i = 0; i < count && !found; i++) {
        struct buf bytes = {0};
        struct metadata *pending = NULL;
        if (keep_read(&publisher->pending, names[i], LISTED_BYTES_MAX, &bytes))
            pending = read_any(&bytes);
        found = pending && pending->message.length == other->message.length &&
                !memcmp(pending->message.data, other->message.data,
                        other->message.length);
        if (found)
            fine = merge_into(publisher, names[i], pending, other);
        metadata_free(pending);
        buf_fini(&bytes);
    }
    names_free(names, count);
    return found ? fine
                 : say(publisher->options,
                       "没有在等 %s 的签名：内容不同，"
                       "或已经用过",
                       file);
}

enum publish_result publish_import(const struct publish_options *options,
                                   const char *file)
{
    struct publisher publisher;
    struct buf bytes = {0};
    struct metadata *other = NULL;
    enum publish_result result = PUBLISH_FAILED;
    if (!file_read(file, LISTED_BYTES_MAX, &bytes))
        say(options, "%s：%s", file, strerror(errno));
    else if (!(other = read_any(&bytes)))
        say(options, "%s 不是元数据文件", file);
    else if (publisher_open(&publisher, options, false)) {
        if (import(&publisher, file, other))
            result = settle(&publisher, false);
        publisher_close(&publisher);
    }
    metadata_free(other);
    buf_fini(&bytes);
    return result;
}
