/* stage.c - how new metadata comes to be: staged, signed, settled.
 *
 * pending/ and metadata/ together are what the repository could be. settle
 * takes of each role the pending file if enough of the right keys have signed
 * it, else the live one if it still holds, and moves things only when every
 * role has one. So a key can be rotated on three machines in any order, and no
 * client ever sees a root whose targets are not signed yet. */
#include "publish_private.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/log.h"

static const int days_of[METADATA_KIND_COUNT] = {
    [METADATA_ROOT] = ROOT_DAYS,
    [METADATA_TIMESTAMP] = TIMESTAMP_DAYS,
    [METADATA_SNAPSHOT] = SNAPSHOT_DAYS,
    [METADATA_TARGETS] = TARGETS_DAYS,
};

void set_date(json_t *body, const char *field, int64_t seconds)
{
    const struct civil c = civil_from_seconds(seconds);
    char text[64];
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year,
             c.month, c.day, c.hour, c.minute, c.second);
    json_object_set_new(body, field, mem_check(json_string(text)));
}

static void set_head(const struct publish_options *options, const char *role,
                     int64_t version, json_t *body)
{
    const enum metadata_kind kind = role_kind(role);
    json_object_set_new(body, "_type", json_string(metadata_names[kind]));
    json_object_set_new(body, "spec_version", json_string("1.0.34"));
    json_object_set_new(body, "version", json_integer(version));
    set_date(body, "x-issued", options->now);
    set_date(body, "expires", options->now + (int64_t)days_of[kind] * DAY);
}

/* Takes over the body. */
static void sign(struct publisher *publisher, json_t *body,
                 const struct signers *signers, size_t count, struct buf *out)
{
    json_t *document =
        mem_check(json_pack("{so s[]}", "signed", body, "signatures"));
    char *text =
        mem_check(json_dumps(document, JSON_INDENT(1) | JSON_SORT_KEYS));
    buf_puts(out, text);
    buf_putc(out, '\n');
    for (size_t i = 0; i < count; i++)
        keyring_sign(&publisher->ring, &signers[i], out);
    free(text);
    json_decref(document);
}

static bool write_file(const struct publisher *publisher,
                       const struct keep *keep, const char *name,
                       const struct buf *bytes)
{
    struct fault fault = {0};
    return keep_write(keep, name, bytes->data, bytes->length, &fault) ||
           say(publisher->options, "写不进去：%s", fault.reason);
}

/* What is pending of a role gives way. */
static bool drop_pending(const struct publisher *publisher, const char *role)
{
    struct fault fault = {0};
    int64_t version;
    while ((version = role_latest(publisher->pending_folder, role))) {
        struct buf name = {0};
        role_file(role, version, &name);
        bool fine = keep_remove(&publisher->pending, buf_text(&name), &fault);
        buf_fini(&name);
        if (!fine)
            return say(publisher->options, "删不掉：%s", fault.reason);
    }
    return true;
}

/* A version once on disk is never used again, even if no client saw it: a
 * cache may have. Root's versions are a chain without gaps. */
static int64_t next_version(const struct publisher *publisher, const char *role)
{
    if (!strcmp(role, "root"))
        return publisher->root ? publisher->root->version + 1 : 1;
    return role_latest(publisher->metadata_folder, role) + 1;
}

bool role_stage(struct publisher *publisher, const char *role, json_t *body,
                const struct signers *signers, size_t count)
{
    const int64_t version = next_version(publisher, role);
    struct buf bytes = {0}, name = {0};
    if (!body)
        return false;
    set_head(publisher->options, role, version, body);
    sign(publisher, body, signers, count, &bytes);
    role_file(role, version, &name);
    bool fine =
        drop_pending(publisher, role) &&
        write_file(publisher, &publisher->pending, buf_text(&name), &bytes);
    buf_fini(&bytes);
    buf_fini(&name);
    return fine;
}

/* The repository as it could be. */

struct chosen {
    char *role;
    struct metadata *metadata;
    bool pending;
};
struct choice {
    struct publisher *publisher;
    struct metadata *root; /* owned unless it is the publisher's */
    bool new_root;
    struct chosen *roles; /* targets, then delegated ones */
    size_t count, capacity;
    bool waits;
};

/* Signatures that count, or are needed. */
static void tell_missing(const struct publisher *publisher, const char *role,
                         const struct metadata *metadata,
                         const struct signers *signers)
{
    struct fault fault = {0};
    json_t *ids = mem_check(json_array());
    metadata_verify(metadata, signers, ids, &fault);
    say(publisher->options,
        "等待签名：pending/%" PRId64 ".%s.json，已有 %zu 个，要 %lld 个",
        metadata->version, role, json_array_size(ids),
        (long long)json_integer_value(
            json_object_get(signers->role, "threshold")));
    json_decref(ids);
}

static bool verified(const struct metadata *metadata,
                     const struct signers *signers)
{
    struct fault fault = {0};
    return metadata && metadata_verify(metadata, signers, NULL, &fault);
}

/* Signed by the old root's keys and its own (5.3.4). */
static void choose_root(struct choice *choice)
{
    struct publisher *publisher = choice->publisher;
    struct metadata *next = role_pending(publisher, "root");
    choice->root = publisher->root;
    if (next && publisher->root && next->version <= publisher->root->version) {
        drop_pending(publisher, "root"); /* it was moved, then cut short */
        metadata_free(next);
        next = NULL;
    }
    if (!next)
        return;
    const struct signers own = metadata_root_signers(next, METADATA_ROOT);
    const struct signers old = metadata_root_signers(
        publisher->root ? publisher->root : next, METADATA_ROOT);
    if (next->version == next_version(publisher, "root") &&
        verified(next, &own) && verified(next, &old)) {
        choice->root = next;
        choice->new_root = true;
        return;
    }
    tell_missing(publisher, "root", next, verified(next, &old) ? &own : &old);
    choice->waits = true;
    metadata_free(next);
}

static bool choose_role(struct choice *choice, const char *role,
                        const struct signers *signers)
{
    struct publisher *publisher = choice->publisher;
    struct metadata *pending = role_pending(publisher, role);
    struct metadata *live = role_live(publisher, role);
    struct chosen chosen = {.role = xstrdup(role)};
    if (pending && live && pending->version <= live->version) {
        drop_pending(publisher, role);
        metadata_free(pending);
        pending = NULL;
    }
    if (pending && verified(pending, signers)) {
        chosen.metadata = pending;
        chosen.pending = true;
        metadata_free(live);
    } else {
        if (pending) {
            tell_missing(publisher, role, pending, signers);
            choice->waits = true;
        }
        metadata_free(pending);
        if (live && verified(live, signers))
            chosen.metadata = live;
        else
            metadata_free(live);
    }
    ARRAY_GROW(choice->roles, choice->count, choice->capacity);
    choice->roles[choice->count++] = chosen;
    return chosen.metadata != NULL;
}

static bool choose_all(struct choice *choice)
{
    choose_root(choice);
    if (!choice->root)
        return false;
    const struct signers top =
        metadata_root_signers(choice->root, METADATA_TARGETS);
    if (!choose_role(choice, "targets", &top))
        return false;
    const json_t *all =
        json_object_get(choice->roles[0].metadata->body, "delegations");
    const json_t *role;
    bool fine = true;
    size_t i;
    json_array_foreach(json_object_get(all, "roles"), i, role)
    {
        const struct signers signers = {json_object_get(all, "keys"), role};
        const char *name = json_string_value(json_object_get(role, "name"));
        if (!choose_role(choice, name, &signers))
            fine = false;
    }
    return fine;
}

static void choice_fini(struct choice *choice)
{
    for (size_t i = 0; i < choice->count; i++) {
        metadata_free(choice->roles[i].metadata);
        free(choice->roles[i].role);
    }
    free(choice->roles);
    if (choice->new_root)
        metadata_free(choice->root);
}

/* From pending/ to metadata/; the old place is emptied at the end. */
static bool move_role(struct publisher *publisher, const char *role,
                      int64_t version)
{
    struct buf name = {0}, bytes = {0};
    role_file(role, version, &name);
    bool fine =
        keep_read(&publisher->pending, buf_text(&name), LISTED_BYTES_MAX,
                  &bytes) &&
        write_file(publisher, &publisher->metadata, buf_text(&name), &bytes);
    buf_fini(&name);
    buf_fini(&bytes);
    return fine;
}

static json_t *snapshot_meta(const struct choice *choice)
{
    json_t *meta = mem_check(json_object());
    for (size_t i = 0; i < choice->count; i++) {
        struct buf name = {0};
        name_encode(choice->roles[i].role, &name);
        buf_puts(&name, ".json");
        json_object_set_new(
            meta, buf_text(&name),
            mem_check(
                json_pack("{sI}", "version",
                          (json_int_t)choice->roles[i].metadata->version)));
        buf_fini(&name);
    }
    return meta;
}

static bool needs_snapshot(const struct choice *choice, const json_t *meta)
{
    const struct metadata *live = choice->publisher->snapshot;
    const struct signers signers =
        metadata_root_signers(choice->root, METADATA_SNAPSHOT);
    return !live || !verified(live, &signers) ||
           !json_equal((json_t *)meta, json_object_get(live->body, "meta"));
}

static bool needs_timestamp(const struct choice *choice)
{
    const struct metadata *live = choice->publisher->timestamp;
    const struct signers signers =
        metadata_root_signers(choice->root, METADATA_TIMESTAMP);
    return !verified(live, &signers);
}

/* A role that refers to others: its body is new, but for the version. */
static void sign_online(struct choice *choice, enum metadata_kind kind,
                        int64_t version, json_t *meta, struct buf *out)
{
    const struct signers signers = metadata_root_signers(choice->root, kind);
    json_t *body = mem_check(json_pack("{so}", "meta", meta));
    set_head(choice->publisher->options, metadata_names[kind], version, body);
    sign(choice->publisher, body, &signers, 1, out);
}

static bool check_online_keys(struct choice *choice)
{
    static const enum metadata_kind kinds[] = {METADATA_SNAPSHOT,
                                               METADATA_TIMESTAMP};
    struct publisher *publisher = choice->publisher;
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        const struct signers signers =
            metadata_root_signers(choice->root, kinds[i]);
        if (!keyring_has(&publisher->ring, &signers))
            return say(publisher->options,
                       "钥匙文件夹 %s 里没有 %s 的私钥，签不了；用 --keys "
                       "写对文件夹",
                       publisher->options->keys ? publisher->options->keys : "",
                       metadata_names[kinds[i]]);
    }
    return true;
}

/* What is about to be served must hold for a client. */
static bool check_signed(struct choice *choice, enum metadata_kind kind,
                         const struct buf *bytes)
{
    struct fault fault = {0};
    const struct signers signers = metadata_root_signers(choice->root, kind);
    struct metadata *metadata =
        metadata_read(kind, bytes->data, bytes->length, &fault);
    const bool fine = verified(metadata, &signers);
    metadata_free(metadata);
    return fine ||
           say(choice->publisher->options, "%s 没有签成", metadata_names[kind]);
}

static json_t *timestamp_meta(int64_t version, const struct buf *snapshot)
{
    char hash[65];
    digest_sha256_hex(snapshot->data, snapshot->length, hash);
    return mem_check(json_pack(
        "{s{sI sI s{ss}}}", "snapshot.json", "version", (json_int_t)version,
        "length", (json_int_t)snapshot->length, "hashes", "sha256", hash));
}

/* The snapshot that timestamp shall name: a new one, or the live one's bytes.
 */
static bool make_snapshot(struct choice *choice, json_t *meta, bool renew,
                          int64_t *version_out, struct buf *bytes)
{
    struct publisher *publisher = choice->publisher;
    struct buf name = {0};
    bool fine;
    if (renew) {
        *version_out = role_latest(publisher->metadata_folder, "snapshot") + 1;
        sign_online(choice, METADATA_SNAPSHOT, *version_out, meta, bytes);
        role_file("snapshot", *version_out, &name);
        fine =
            check_signed(choice, METADATA_SNAPSHOT, bytes) &&
            write_file(publisher, &publisher->metadata, buf_text(&name), bytes);
    } else {
        json_decref(meta);
        *version_out = publisher->snapshot->version;
        role_file("snapshot", *version_out, &name);
        fine = keep_read(&publisher->metadata, buf_text(&name),
                         LISTED_BYTES_MAX, bytes);
    }
    buf_fini(&name);
    return fine;
}

static bool make_timestamp(struct choice *choice, int64_t snapshot_version,
                           const struct buf *snapshot, struct buf *bytes)
{
    const struct metadata *live = choice->publisher->timestamp;
    sign_online(choice, METADATA_TIMESTAMP, live ? live->version + 1 : 1,
                timestamp_meta(snapshot_version, snapshot), bytes);
    return check_signed(choice, METADATA_TIMESTAMP, bytes);
}

/* All roles' files, the snapshot, root, the timestamp: in this order. */
static bool install(struct choice *choice, json_t *meta, bool new_snapshot)
{
    struct publisher *publisher = choice->publisher;
    struct buf snapshot = {0}, timestamp = {0};
    int64_t version = 0;
    bool fine = true;
    for (size_t i = choice->count; fine && i-- > 0;)
        if (choice->roles[i].pending)
            fine = move_role(publisher, choice->roles[i].role,
                             choice->roles[i].metadata->version);
    if (!fine)
        json_decref(meta);
    fine = fine &&
           make_snapshot(choice, meta, new_snapshot, &version, &snapshot) &&
           make_timestamp(choice, version, &snapshot, &timestamp) &&
           (!choice->new_root ||
            move_role(publisher, "root", choice->root->version)) &&
           write_file(publisher, &publisher->metadata, "timestamp.json",
                      &timestamp);
    buf_fini(&snapshot);
    buf_fini(&timestamp);
    for (size_t i = 0; fine && i < choice->count; i++)
        if (choice->roles[i].pending)
            fine = drop_pending(publisher, choice->roles[i].role);
    return fine && (!choice->new_root || drop_pending(publisher, "root"));
}

enum publish_result settle(struct publisher *publisher, bool renew)
{
    struct choice choice = {.publisher = publisher};
    enum publish_result result = PUBLISH_SAME;
    if (!choose_all(&choice)) {
        choice_fini(&choice);
        if (!choice.waits)
            say(publisher->options, "仓库里缺签好名的元数据，什么也没有动");
        return choice.waits ? PUBLISH_PENDING : PUBLISH_FAILED;
    }
    json_t *meta = snapshot_meta(&choice);
    const bool snapshot = renew || needs_snapshot(&choice, meta);
    if (!snapshot && !choice.new_root && !needs_timestamp(&choice))
        json_decref(meta);
    else if (!check_online_keys(&choice)) {
        json_decref(meta);
        result = PUBLISH_FAILED;
    } else {
        result =
            install(&choice, meta, snapshot) ? PUBLISH_DONE : PUBLISH_FAILED;
    }
    if (result != PUBLISH_FAILED && choice.waits)
        result = PUBLISH_PENDING;
    choice_fini(&choice);
    return result;
}

char *area_role(const struct publisher *publisher, const char *area,
                struct metadata **targets_out, struct signers *signers_out)
{
    struct metadata *targets = role_pending(publisher, "targets");
    struct buf name = {0};
    struct delegation delegation;
    size_t at = 0;
    *targets_out = NULL;
    if (!targets)
        targets = role_live(publisher, "targets");
    if (!targets) {
        say(publisher->options, "仓库里没有 targets；先用 keys init 建好");
        return NULL;
    }
    buf_printf(&name, "u/%s/head.json", area);
    const bool delegated =
        delegation_next(targets, buf_text(&name), &at, &delegation);
    buf_fini(&name);
    *targets_out = targets;
    if (delegated) {
        *signers_out = delegation.signers;
        return xstrdup(delegation.name);
    }
    *signers_out = metadata_root_signers(publisher->root, METADATA_TARGETS);
    return xstrdup("targets");
}
