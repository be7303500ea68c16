#include "support/repo.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/file.h"
#include "content/sync/sync_private.h"

static const char *const top[] = {"root", "timestamp", "snapshot", "targets"};

const char *repo_path(const struct repo *repo, const char *path)
{
    static char paths[4][1024];
    static unsigned turn;
    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof(paths[turn]), "%s/%s", repo->folder, path);
    return paths[turn];
}

const char *repo_date(int64_t seconds)
{
    static char text[64];
    struct civil c = civil_from_seconds(seconds);
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year,
             c.month, c.day, c.hour, c.minute, c.second);
    return text;
}

struct signer *repo_signer(struct repo *repo)
{
    unsigned char seed[SIGNER_SEED_BYTES] = {++repo->next_seed};
    return signer_from_seed(seed);
}

static struct repo_role *find(struct repo *repo, const char *name)
{
    for (size_t i = 0; i < repo->role_count; i++)
        if (!strcmp(repo->roles[i].name, name))
            return &repo->roles[i];
    return NULL;
}

static struct repo_role *add(struct repo *repo, const char *name,
                             const char *type, int days)
{
    if (repo->role_count == REPO_ROLES_MAX)
        abort();
    struct repo_role *role = &repo->roles[repo->role_count++];
    snprintf(role->name, sizeof(role->name), "%s", name);
    role->body = json_pack("{ss ss si ss}", "_type", type, "spec_version",
                           "1.0.34", "version", 1, "expires",
                           repo_date(repo->now + days * 86400LL));
    role->signers[role->signer_count++] = repo_signer(repo);
    return role;
}

struct repo_role *repo_role(struct repo *repo, const char *name)
{
    struct repo_role *role = find(repo, name);
    if (role)
        return role;
    role = add(repo, name, "targets", 395);
    repo_set(role, "targets", json_object());
    return role;
}

void repo_set(struct repo_role *role, const char *field, json_t *value)
{
    json_object_set_new(role->body, field, value);
}

void repo_expire(struct repo *repo, const char *role, int64_t seconds)
{
    repo_set(repo_role(repo, role), "expires", json_string(repo_date(seconds)));
}

void repo_bump(struct repo *repo, const char *name)
{
    json_t *body = repo_role(repo, name)->body;
    json_int_t version = json_integer_value(json_object_get(body, "version"));
    json_object_set_new(body, "version", json_integer(version + 1));
}

static json_t *key_object(const struct signer *signer)
{
    struct buf text = {0};
    signer_public(signer, &text);
    json_t *key = json_loads(buf_text(&text), 0, NULL);
    buf_fini(&text);
    return key;
}

/* Adds role's keys to keys and returns their ids. */
static json_t *list_keys(const struct repo_role *role, json_t *keys)
{
    json_t *ids = json_array();
    for (size_t i = 0; i < role->signer_count; i++) {
        const char *id = signer_id(role->signers[i]);
        json_object_set_new(keys, id, key_object(role->signers[i]));
        json_array_append_new(ids, json_string(id));
    }
    return ids;
}

void repo_trust(struct repo *repo, const char *name, int threshold)
{
    json_t *body = repo->roles[REPO_ROOT].body;
    json_t *ids =
        list_keys(repo_role(repo, name), json_object_get(body, "keys"));
    json_object_set_new(
        json_object_get(body, "roles"), name,
        json_pack("{so si}", "keyids", ids, "threshold", threshold));
}

void repo_rotate(struct repo *repo, const char *name)
{
    struct repo_role *role = repo_role(repo, name);
    for (size_t i = 0; i < role->signer_count; i++)
        signer_free(role->signers[i]);
    role->signers[0] = repo_signer(repo);
    role->signer_count = 1;
    repo_trust(repo, name, 1);
}

void repo_open(struct repo *repo, int64_t now)
{
    static const int days[] = {730, 14, 30, 395};
    *repo = (struct repo){
        .folder = "/tmp/yichuang-tuf-XXXXXX", .now = now, .consistent = true};
    if (!mkdtemp(repo->folder))
        abort();
    mkdir(repo_path(repo, "metadata"), 0755);
    mkdir(repo_path(repo, "targets"), 0755);
    for (size_t i = 0; i < COUNT_OF(top); i++)
        add(repo, top[i], top[i], days[i]);
    repo_set(&repo->roles[REPO_ROOT], "keys", json_object());
    repo_set(&repo->roles[REPO_ROOT], "roles", json_object());
    repo_set(&repo->roles[REPO_TIMESTAMP], "meta", json_object());
    repo_set(&repo->roles[REPO_SNAPSHOT], "meta", json_object());
    repo_set(&repo->roles[REPO_TARGETS], "targets", json_object());
    for (size_t i = 0; i < COUNT_OF(top); i++)
        repo_trust(repo, top[i], 1);
}

void repo_close(struct repo *repo)
{
    char command[128];
    for (size_t i = 0; i < repo->role_count; i++) {
        json_decref(repo->roles[i].body);
        for (size_t j = 0; j < repo->roles[i].signer_count; j++)
            signer_free(repo->roles[i].signers[j]);
    }
    snprintf(command, sizeof(command), "rm -rf '%s'", repo->folder);
    if (system(command) != 0)
        abort();
}

static void make_folders(const char *path)
{
    char *copy = xstrdup(path);
    for (char *at = copy + 1; (at = strchr(at, '/')); at++) {
        *at = 0;
        mkdir(copy, 0755);
        *at = '/';
    }
    free(copy);
}

void repo_put(struct repo *repo, const char *path, const void *bytes,
              size_t length)
{
    const char *name = repo_path(repo, path);
    make_folders(name);
    FILE *file = fopen(name, "w");
    if (!file || fwrite(bytes, 1, length, file) != length ||
        fclose(file) != 0) {
        perror(name);
        abort();
    }
}

void repo_get(struct repo *repo, const char *path, struct buf *out)
{
    buf_clear(out);
    if (!file_read(repo_path(repo, path), 64 << 20, out)) {
        perror(path);
        abort();
    }
}

void repo_delete(struct repo *repo, const char *path)
{
    if (unlink(repo_path(repo, path)) != 0)
        abort();
}

void repo_target_path(const struct repo *repo, const char *name,
                      const char *hash, struct buf *out)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    buf_printf(out, "targets/%.*s%s%s%s", (int)(base - name), name,
               repo->consistent ? hash : "", repo->consistent ? "." : "", base);
}

void repo_target_bytes(struct repo *repo, const char *role, const char *name,
                       const void *bytes, size_t length)
{
    char hash[65];
    struct buf path = {0};
    digest_sha256_hex(bytes, length, hash);
    repo_target_path(repo, name, hash, &path);
    repo_put(repo, buf_text(&path), bytes, length);
    json_object_set_new(json_object_get(repo_role(repo, role)->body, "targets"),
                        name,
                        json_pack("{si s{ss}}", "length", (int)length, "hashes",
                                  "sha256", hash));
    buf_fini(&path);
}

void repo_target(struct repo *repo, const char *role, const char *name,
                 const char *content)
{
    repo_target_bytes(repo, role, name, content, strlen(content));
}

struct repo_role *repo_delegate(struct repo *repo, const char *parent,
                                const char *child, const char *paths,
                                bool terminating)
{
    struct repo_role *role = repo_role(repo, child);
    json_t *body = repo_role(repo, parent)->body;
    json_t *all = json_object_get(body, "delegations");
    if (!all) {
        all = json_pack("{s{} s[]}", "keys", "roles");
        json_object_set_new(body, "delegations", all);
    }
    json_t *entry = json_pack("{ss so si sb}", "name", child, "keyids",
                              list_keys(role, json_object_get(all, "keys")),
                              "threshold", 1, "terminating", terminating);
    json_t *given = json_loads(paths, 0, NULL);
    if (json_is_array(given))
        json_object_set(entry, "paths", given);
    else
        json_object_update(entry, given);
    json_decref(given);
    json_array_append_new(json_object_get(all, "roles"), entry);
    return role;
}

void repo_bytes(struct repo *repo, const char *name, struct buf *out)
{
    struct repo_role *role = repo_role(repo, name);
    json_t *document =
        json_pack("{sO s[]}", "signed", role->body, "signatures");
    char *text = json_dumps(document, 0);
    buf_clear(out);
    buf_puts(out, text);
    for (size_t i = 0; i < role->signer_count; i++)
        if (!signer_sign_metadata(role->signers[i], out))
            abort();
    free(text);
    json_decref(document);
}

static void file_name(struct repo *repo, const struct repo_role *role,
                      struct buf *out)
{
    const bool versioned =
        !strcmp(role->name, "root") ||
        (repo->consistent && strcmp(role->name, "timestamp") != 0);
    buf_puts(out, "metadata/");
    if (versioned)
        buf_printf(out, "%" JSON_INTEGER_FORMAT ".",
                   json_integer_value(json_object_get(role->body, "version")));
    buf_printf(out, "%s.json", role->name);
}

void repo_write(struct repo *repo, const char *name)
{
    struct buf path = {0}, bytes = {0};
    if (!strcmp(name, "root"))
        repo_set(&repo->roles[REPO_ROOT], "consistent_snapshot",
                 json_boolean(repo->consistent));
    repo_bytes(repo, name, &bytes);
    file_name(repo, repo_role(repo, name), &path);
    repo_put(repo, buf_text(&path), bytes.data, bytes.length);
    buf_fini(&path);
    buf_fini(&bytes);
}

/* What into's meta has to say about a role. */
static void list(struct repo *repo, const char *into, const char *name)
{
    struct buf file = {0}, bytes = {0};
    struct repo_role *role = repo_role(repo, name);
    json_t *entry =
        json_pack("{sO}", "version", json_object_get(role->body, "version"));
    if (repo->hashed) {
        char hash[65];
        repo_bytes(repo, name, &bytes);
        digest_sha256_hex(bytes.data, bytes.length, hash);
        json_object_set_new(entry, "length",
                            json_integer((json_int_t)bytes.length));
        json_object_set_new(entry, "hashes", json_pack("{ss}", "sha256", hash));
    }
    buf_printf(&file, "%s.json", name);
    json_object_set_new(json_object_get(repo_role(repo, into)->body, "meta"),
                        buf_text(&file), entry);
    buf_fini(&file);
    buf_fini(&bytes);
}

void repo_publish(struct repo *repo)
{
    repo_write(repo, "root");
    for (size_t i = REPO_TARGETS; i < repo->role_count; i++) {
        repo_write(repo, repo->roles[i].name);
        list(repo, "snapshot", repo->roles[i].name);
    }
    repo_write(repo, "snapshot");
    list(repo, "timestamp", "snapshot");
    repo_write(repo, "timestamp");
}

void repo_update(struct repo *repo)
{
    for (size_t i = REPO_TIMESTAMP; i < repo->role_count; i++)
        repo_bump(repo, repo->roles[i].name);
    repo_publish(repo);
}
