/* verify.c - a repository with a client's eyes: the client itself, from the
 * first root on, then every target of every area, and whether the packs lead
 * from anywhere to what the head says. */
#include "publish_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"

struct checking {
    const struct publish_options *options;
    const char *folder;   /* of the repository */
    const char *metadata; /* its folder of metadata */
    bool broken;
};

/* Said; the rest is looked at all the same. */
__attribute__((format(printf, 2, 3))) static void fault(struct checking *it,
                                                        const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(it->options->said, format, args);
    va_end(args);
    buf_putc(it->options->said, '\n');
    it->broken = true;
}

static const char *listed_hash(const json_t *target)
{
    const char *hash = json_string_value(
        json_object_get(json_object_get(target, "hashes"), "sha256"));
    return hash ? hash : "";
}

/* <folder>/targets/u/<area>/<hash>.<name> of "u/<area>/<name>" */
static void target_file(const struct checking *it, const char *target,
                        const char *hash, struct buf *out)
{
    const char *slash = strrchr(target, '/');
    const char *base = slash ? slash + 1 : target;
    buf_clear(out);
    buf_printf(out, "%s/targets/%.*s%s.%s", it->folder, (int)(base - target),
               target, hash, base);
}

bool hash_matches(int fd, const char *hash, int64_t length)
{
    unsigned char digests[TUF_DIGEST_COUNT][TUF_DIGEST_MAX], want[32];
    struct digest *digest = digest_new();
    char bytes[65536];
    int64_t total = 0;
    ssize_t got;
    while ((got = read(fd, bytes, sizeof(bytes))) > 0) {
        digest_add(digest, bytes, (size_t)got);
        total += got;
    }
    digest_finish(digest, digests);
    digest_free(digest);
    return got == 0 && total == length && hex_decode(hash, want, 32) &&
           !memcmp(want, digests[DIGEST_SHA256], 32);
}

static bool see_info(void *data, const struct pack_info *info)
{
    *(struct pack_info *)data = *info;
    return true;
}

static void check_pack(struct checking *it, const char *target, int fd)
{
    struct pack_info info;
    const struct pack_visitor visitor = {.data = &info, .info = see_info};
    char reason[256], name[80];
    lseek(fd, 0, SEEK_SET);
    if (pack_read(fd, &visitor, reason) != PACK_OK) {
        fault(it, "%s 不是完好的内容包：%s", target, reason);
        return;
    }
    if (info.from)
        snprintf(name, sizeof(name), "u/%s/inc-%" PRIu32 "-%" PRIu32 ".tar.zst",
                 info.area, info.from, info.to);
    else
        snprintf(name, sizeof(name), "u/%s/full-%" PRIu32 ".tar.zst", info.area,
                 info.to);
    if (strcmp(name, target) != 0)
        fault(it, "%s 里装的是 %s", target, name);
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && !strcmp(text + length - end_length, end);
}

static void check_target(struct checking *it, const char *target,
                         const json_t *entry)
{
    struct buf path = {0};
    const char *hash = listed_hash(entry);
    target_file(it, target, hash, &path);
    int fd = open(buf_text(&path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        fault(it, "%s：%s", buf_text(&path), strerror(errno));
    else if (!hash_matches(
                 fd, hash,
                 json_integer_value(json_object_get(entry, "length"))))
        fault(it, "%s 损坏", buf_text(&path));
    else if (ends_with(target, ".tar.zst"))
        check_pack(it, target, fd);
    if (fd >= 0)
        close(fd);
    buf_fini(&path);
}

static bool wanted(const json_t *areas, const char *target)
{
    const json_t *area;
    size_t i;
    if (!areas)
        return true;
    json_array_foreach(areas, i,
                       area) if (!strncmp(target, "u/", 2) &&
                                 !strncmp(target + 2, json_string_value(area),
                                          AREA_DIGITS)) return true;
    return false;
}

/* Of the packs that the head lists: the role lists each, too. */
static void check_listed(struct checking *it, const json_t *head,
                         const char *area, const json_t *body)
{
    const json_t *pack;
    size_t i;
    json_array_foreach(json_object_get(head, "packs"), i, pack)
    {
        struct buf name = {0};
        const char *short_name =
            json_string_value(json_object_get(pack, "name"));
        buf_printf(&name, "u/%s/%s.tar.zst", area, short_name);
        const json_t *target =
            json_object_get(json_object_get(body, "targets"), buf_text(&name));
        if (!target ||
            strcmp(listed_hash(target),
                   json_string_value(json_object_get(pack, "sha256"))) != 0 ||
            json_integer_value(json_object_get(target, "length")) !=
                json_integer_value(json_object_get(pack, "length")))
            fault(it, "%s 的 head.json 和签名的目录不一致：%s", area,
                  short_name);
        buf_fini(&name);
    }
}

static void check_pictures(struct checking *it, const struct state *state,
                           const char *area, const json_t *body)
{
    const char *path;
    json_t *entry;
    json_object_foreach(state->media, path, entry)
    {
        struct buf name = {0};
        char hash[65];
        uint64_t length;
        entry_parse(json_string_value(entry), hash, &length);
        buf_printf(&name, "u/%s/media/%s.%s", area, hash, media_kind(path));
        if (!json_object_get(json_object_get(body, "targets"), buf_text(&name)))
            fault(it, "%s 的图片 %s 不在签名的目录里", area, path);
        buf_fini(&name);
    }
}

/* From every number that a kiosk may stand at, and from nothing, by steps of
 * the packs, to the same edition. */
static void check_paths(struct checking *it, const struct publish_options *in,
                        const json_t *head, const char *area,
                        const json_t *body)
{
    const uint32_t seq =
        (uint32_t)json_integer_value(json_object_get(head, "seq"));
    struct state by_full, by_steps;
    const json_t *pack;
    size_t i;
    state_init(&by_full);
    if (!head_state(in, head, seq, &by_full)) {
        fault(it, "%s 的内容包接不上第 %" PRIu32 " 次", area, seq);
    } else {
        check_pictures(it, &by_full, area, body);
        json_array_foreach(json_object_get(head, "packs"), i, pack)
        {
            const json_int_t from =
                json_integer_value(json_object_get(pack, "from"));
            const json_int_t to =
                json_integer_value(json_object_get(pack, "to"));
            if (!from || to != (json_int_t)seq)
                continue;
            struct buf file = {0}, path = {0};
            state_init(&by_steps);
            buf_printf(&file, "%s.tar.zst",
                       json_string_value(json_object_get(pack, "name")));
            target_path(area, buf_text(&file),
                        json_string_value(json_object_get(pack, "sha256")),
                        &path);
            if (head_state(in, head, (uint32_t)from, &by_steps) &&
                state_apply(in, buf_text(&path), &by_steps) &&
                !state_same(&by_full, &by_steps))
                fault(it, "%s 的 %s 通向另一版内容", area,
                      json_string_value(json_object_get(pack, "name")));
            state_fini(&by_steps);
            buf_fini(&file);
            buf_fini(&path);
        }
    }
    state_fini(&by_full);
}

static void check_area(struct checking *it, const char *area,
                       const json_t *body)
{
    struct publish_options in = *it->options;
    json_t *head = NULL;
    in.repository = it->folder;
    if (!head_read(&in, body, area, &head) || !head)
        it->broken = true; /* said */
    if (head) {
        check_listed(it, head, area, body);
        check_paths(it, &in, head, area, body);
    }
    json_decref(head);
}

static void check_targets(struct checking *it, const json_t *body,
                          const json_t *areas)
{
    json_t *here = mem_check(json_array()), *entry;
    const json_t *area;
    const char *target;
    size_t i;
    json_object_foreach(json_object_get(body, "targets"), target, entry)
    {
        if (wanted(areas, target))
            check_target(it, target, entry);
    }
    body_areas(body, here);
    json_array_foreach(here, i, area)
    {
        struct buf name = {0};
        buf_printf(&name, "u/%s/", json_string_value(area));
        if (!it->broken && wanted(areas, buf_text(&name)))
            check_area(it, json_string_value(area), body);
        buf_fini(&name);
    }
    json_decref(here);
}

static struct metadata *read_role(const struct checking *it,
                                  const struct metadata *snapshot,
                                  const char *role)
{
    const struct keep keep = {.folder = it->metadata, .fd = -1};
    struct expected expected;
    struct buf name = {0};
    struct metadata *metadata = NULL;
    name_encode(role, &name);
    buf_puts(&name, ".json");
    if (metadata_meta(snapshot, buf_text(&name), &expected))
        metadata = role_read(&keep, role, expected.version);
    buf_fini(&name);
    return metadata;
}

/* Of a stick only the roles that speak for one of the areas are there. */
static bool speaks_for(const json_t *role, const json_t *areas)
{
    const json_t *area, *pattern;
    size_t i, n;
    bool found = !areas;
    json_array_foreach(areas, i, area)
    {
        struct buf name = {0};
        buf_printf(&name, "u/%s/head.json", json_string_value(area));
        json_array_foreach(json_object_get(role, "paths"), n, pattern) found =
            found ||
            delegation_pattern(json_string_value(pattern), buf_text(&name));
        buf_fini(&name);
    }
    return found;
}

static void check_delegated(struct checking *it,
                            const struct metadata *snapshot,
                            const json_t *delegations, const json_t *role,
                            const json_t *areas)
{
    const char *name = json_string_value(json_object_get(role, "name"));
    const struct signers signers = {json_object_get(delegations, "keys"), role};
    struct fault reason = {0};
    struct metadata *metadata = read_role(it, snapshot, name);
    if (!metadata)
        fault(it, "%s 的元数据缺失或损坏", name);
    else if (!metadata_verify(metadata, &signers, NULL, &reason))
        fault(it, "%s 的签名不对", name);
    else if (metadata->expires <= it->options->now)
        fault(it, "%s 已过期", name);
    else
        check_targets(it, metadata->body, areas);
    metadata_free(metadata);
}

/* After the client has verified the four top-level roles. */
static void check_roles(struct checking *it, const char *kept,
                        const json_t *areas)
{
    const struct keep keep = {.folder = kept, .fd = -1};
    struct buf bytes = {0};
    struct fault reason = {0};
    struct metadata *snapshot = NULL, *targets = NULL;
    if (keep_read(&keep, "snapshot.json", LISTED_BYTES_MAX, &bytes))
        snapshot =
            metadata_read(METADATA_SNAPSHOT, bytes.data, bytes.length, &reason);
    buf_clear(&bytes);
    if (keep_read(&keep, "targets.json", LISTED_BYTES_MAX, &bytes))
        targets =
            metadata_read(METADATA_TARGETS, bytes.data, bytes.length, &reason);
    buf_fini(&bytes);
    if (!snapshot || !targets) {
        fault(it, "验证用的临时文件读不回来");
    } else {
        const json_t *all = json_object_get(targets->body, "delegations");
        const json_t *role;
        size_t i;
        check_targets(it, targets->body, areas);
        json_array_foreach(json_object_get(all, "roles"), i,
                           role) if (speaks_for(role, areas))
            check_delegated(it, snapshot, all, role, areas);
    }
    metadata_free(snapshot);
    metadata_free(targets);
}

static void remove_folder(const char *folder)
{
    char **names;
    const size_t count = folder_list(folder, &names);
    for (size_t i = 0; i < count; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s/%s", folder, names[i]);
        unlink(buf_text(&path));
        buf_fini(&path);
    }
    names_free(names, count);
    struct buf floor = {0};
    buf_printf(&floor, "%s/.floor", folder);
    unlink(buf_text(&floor));
    buf_fini(&floor);
    rmdir(folder);
}

/* A new client that trusts the repository's first root. */
static enum tuf_result refresh(struct checking *it, const char *kept)
{
    struct buf root = {0}, path = {0};
    struct fetcher *fetcher = fetch_folder_open(it->metadata);
    enum tuf_result result = TUF_NO_ROOT;
    buf_printf(&path, "%s/1.root.json", it->metadata);
    if (fetcher && file_read(buf_text(&path), ROOT_BYTES_MAX, &root))
        result = tuf_init(kept, root.data, root.length);
    if (result == TUF_OK) {
        struct tuf *tuf = tuf_new(&(struct tuf_options){
            .folder = kept,
            .metadata = fetcher,
            .way = TUF_NETWORK,
            .clock = {.now = it->options->now, .synchronised = true},
        });
        result = tuf_refresh(tuf);
        tuf_free(tuf);
    }
    fetch_close(fetcher);
    buf_fini(&root);
    buf_fini(&path);
    return result;
}

bool check_repository(const struct publish_options *options, const char *folder,
                      const json_t *areas)
{
    const char *temporary = getenv("TMPDIR");
    struct buf metadata = {0}, kept = {0};
    buf_printf(&metadata, "%s/metadata", folder);
    buf_printf(&kept, "%s/yichuang-verify-XXXXXX",
               temporary && *temporary ? temporary : "/tmp");
    struct checking it = {
        .options = options, .folder = folder, .metadata = metadata.data};
    if (!mkdtemp(kept.data)) {
        fault(&it, "%s：%s", buf_text(&kept), strerror(errno));
    } else {
        const enum tuf_result result = refresh(&it, buf_text(&kept));
        if (result == TUF_OK)
            check_roles(&it, buf_text(&kept), areas);
        else
            fault(&it, "%s：%s", folder, tuf_result_chinese(result));
        remove_folder(buf_text(&kept));
    }
    buf_fini(&metadata);
    buf_fini(&kept);
    return !it.broken;
}

/* How long before its end a role wants to be signed again: what is signed by a
 * machine every week, soon; what people have to meet for, early. */
static const int warn_days_of[METADATA_KIND_COUNT] = {
    [METADATA_ROOT] = 60,
    [METADATA_TIMESTAMP] = 4,
    [METADATA_SNAPSHOT] = 8,
    [METADATA_TARGETS] = 30,
};

static bool expires_soon(const struct publish_options *options,
                         const char *role, const struct metadata *metadata,
                         int warn_days)
{
    if (!metadata) /* it went away since it was verified */
        return true;
    const int64_t left = (metadata->expires - options->now) / DAY;
    const bool soon =
        left < (warn_days ? warn_days : warn_days_of[role_kind(role)]);
    say(options, "%s：第 %" PRId64 " 版，还有 %" PRId64 " 天到期%s", role,
        metadata->version, left, soon ? "，该重新签名了" : "");
    return soon;
}

enum publish_state publish_verify(const struct publish_options *options,
                                  int warn_days)
{
    struct publisher publisher;
    bool soon = false;
    if (!check_repository(options, options->repository, NULL) ||
        !publisher_open(&publisher, options, false))
        return PUBLISH_BROKEN;
    struct metadata *targets = role_live(&publisher, "targets");
    soon |= expires_soon(options, "root", publisher.root, warn_days);
    soon |= expires_soon(options, "targets", targets, warn_days);
    soon |= expires_soon(options, "snapshot", publisher.snapshot, warn_days);
    soon |= expires_soon(options, "timestamp", publisher.timestamp, warn_days);
    const json_t *all =
        targets ? json_object_get(targets->body, "delegations") : NULL;
    const json_t *role;
    size_t i;
    json_array_foreach(json_object_get(all, "roles"), i, role)
    {
        const char *name = json_string_value(json_object_get(role, "name"));
        struct metadata *metadata = role_live(&publisher, name);
        soon |= expires_soon(options, name, metadata, warn_days);
        metadata_free(metadata);
    }
    metadata_free(targets);
    publisher_close(&publisher);
    return soon ? PUBLISH_EXPIRES_SOON : PUBLISH_GOOD;
}
