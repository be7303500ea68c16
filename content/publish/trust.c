/* trust.c - who is trusted: keys and the entries that name them, in root.json
 * and in delegations alike. */
#include "publish_private.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const trust_roles[TOP_ROLES] = {"root", "targets", "snapshot",
                                            "timestamp"};

bool trust_is_top(const char *role)
{
    for (size_t i = 0; i < COUNT_OF(trust_roles); i++)
        if (!strcmp(role, trust_roles[i]))
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
static void note_key(json_t *entry, json_t *all_keys, const char *id,
                     json_t *public)
{
    json_t *ids = json_object_get(entry, "keyids");
    json_object_set_new(all_keys, id, public);
    json_array_append_new(ids, mem_check(json_string(id)));
}

json_t *trust_entry(int threshold)
{
    return mem_check(json_pack("{s[] si}", "keyids", "threshold", threshold));
}

/* One key for role: of a .pub file, or a new one. */
bool trust_add(const struct publish_options *options, const char *role,
               const char *public_file, bool encrypted, json_t *entry,
               json_t *all_keys)
{
    char id[65];
    json_t *public = public_file ? public_read(public_file, id)
                                 : make_key(options, role, encrypted, id);
    if (!public)
        return public_file ? say(options, "%s 不是公钥文件", public_file)
                           : false;
    note_key(entry, all_keys, id, public);
    return true;
}

struct signers trust_signers(const json_t *root, const char *role)
{
    return (struct signers){
        .keys = json_object_get(root, "keys"),
        .role = json_object_get(json_object_get(root, "roles"), role),
    };
}

bool trust_names(const json_t *entry, const char *id, size_t *at_out)
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
void trust_drop(json_t *keys, const json_t *const *entries, size_t count)
{
    const char *id;
    json_t *key;
    void *next;
    json_object_foreach_safe(keys, next, id, key)
    {
        bool used = false;
        for (size_t i = 0; i < count && !used; i++) {
            size_t at;
            used = trust_names(entries[i], id, &at);
        }
        if (!used)
            json_object_del(keys, id);
    }
}

json_t *trust_delegation(const json_t *delegations, const char *name,
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

void trust_drop_delegated(json_t *delegations)
{
    const json_t *roles = json_object_get(delegations, "roles"), *role;
    const size_t count = json_array_size(roles);
    const json_t **entries = xcalloc(count, sizeof(*entries));
    size_t i;
    json_array_foreach(roles, i, role) entries[i] = role;
    trust_drop(json_object_get(delegations, "keys"), entries, count);
    free(entries);
}

/* The delegation and the role's own file; takes over neither. */
bool trust_stage(struct publisher *publisher, json_t *targets, const char *name)
{
    json_t *delegations = json_object_get(targets, "delegations");
    size_t at;
    keyring_close(&publisher->ring);
    keyring_open(&publisher->ring, publisher->options);
    const struct signers top =
        metadata_root_signers(publisher->root, METADATA_TARGETS);
    const struct signers own = {json_object_get(delegations, "keys"),
                                trust_delegation(delegations, name, &at)};
    return role_stage(publisher, "targets", json_incref(targets), &top, 1) &&
           role_stage(publisher, name, role_body(publisher, name), &own, 1);
}
