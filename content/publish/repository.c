/* repository.c - the folders of a repository and what stands in them. */
#include "publish_private.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"

bool say(const struct publish_options *options, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(options->said, format, args);
    va_end(args);
    buf_putc(options->said, '\n');
    return false;
}

char *repository_path(const struct publish_options *options, const char *path)
{
    struct buf text = {0};
    buf_printf(&text, "%s/%s", options->repository, path);
    return text.data;
}

bool make_folders(const struct publish_options *options, const char *path)
{
    char *whole = repository_path(options, path);
    char *at = whole + strlen(options->repository) + 1;
    bool fine = true;
    while (fine && (at = strchr(at, '/'))) {
        *at = 0;
        fine = mkdir(whole, 0755) == 0 || errno == EEXIST ||
               say(options, "建不了文件夹 %s：%s", whole, strerror(errno));
        *at++ = '/';
    }
    free(whole);
    return fine;
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

size_t folder_list(const char *path, char ***names_out)
{
    char **names = NULL;
    size_t count = 0, capacity = 0;
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        ARRAY_GROW(names, count, capacity);
        names[count++] = xstrdup(entry->d_name);
    }
    if (folder)
        closedir(folder);
    if (count)
        qsort(names, count, sizeof(*names), compare_names);
    *names_out = names;
    return count;
}

void names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

enum metadata_kind role_kind(const char *role)
{
    for (int i = 0; i < METADATA_KIND_COUNT; i++)
        if (!strcmp(role, metadata_names[i]))
            return (enum metadata_kind)i;
    return METADATA_TARGETS;
}

void role_file(const char *role, int64_t version, struct buf *out)
{
    buf_printf(out, "%" PRId64 ".", version);
    name_encode(role, out);
    buf_puts(out, ".json");
}

int64_t role_latest(const char *folder, const char *role)
{
    struct buf want = {0};
    char **names;
    int64_t latest = 0;
    const size_t count = folder_list(folder, &names);
    buf_putc(&want, '.');
    name_encode(role, &want);
    buf_puts(&want, ".json");
    for (size_t i = 0; i < count; i++) {
        char *end;
        const long long version = strtoll(names[i], &end, 10);
        if (end > names[i] && version > latest && !strcmp(end, buf_text(&want)))
            latest = version;
    }
    names_free(names, count);
    buf_fini(&want);
    return latest;
}

static struct metadata *read_named(const struct keep *keep, const char *name,
                                   enum metadata_kind kind)
{
    struct buf bytes = {0};
    struct fault fault = {0};
    struct metadata *metadata = NULL;
    if (keep_read(keep, name, LISTED_BYTES_MAX, &bytes)) {
        metadata = metadata_read(kind, bytes.data, bytes.length, &fault);
        if (!metadata)
            log_warn("publish", "%s/%s: %s", keep->folder, name, fault.reason);
    }
    buf_fini(&bytes);
    return metadata;
}

struct metadata *role_read(const struct keep *keep, const char *role,
                           int64_t version)
{
    struct buf name = {0};
    role_file(role, version, &name);
    struct metadata *metadata =
        read_named(keep, buf_text(&name), role_kind(role));
    buf_fini(&name);
    return metadata;
}

struct metadata *role_pending(const struct publisher *publisher,
                              const char *role)
{
    const int64_t version = role_latest(publisher->pending_folder, role);
    return version ? role_read(&publisher->pending, role, version) : NULL;
}

struct metadata *role_live(const struct publisher *publisher, const char *role)
{
    struct buf name = {0};
    struct expected expected;
    struct metadata *metadata = NULL;
    name_encode(role, &name);
    buf_puts(&name, ".json");
    if (publisher->snapshot &&
        metadata_meta(publisher->snapshot, buf_text(&name), &expected))
        metadata = role_read(&publisher->metadata, role, expected.version);
    buf_fini(&name);
    return metadata;
}

/* The keys that may sign a live role. False: nobody may. */
static bool live_signers(const struct publisher *publisher, const char *role,
                         const struct metadata *targets, struct signers *out)
{
    if (!strcmp(role, "targets")) {
        *out = metadata_root_signers(publisher->root, METADATA_TARGETS);
        return true;
    }
    const json_t *all =
        targets ? json_object_get(targets->body, "delegations") : NULL;
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(all, "roles"), i, one)
    {
        *out = (struct signers){json_object_get(all, "keys"), one};
        if (!strcmp(json_string_value(json_object_get(one, "name")), role))
            return true;
    }
    return false;
}

static bool live_holds(const struct publisher *publisher, const char *role,
                       const struct metadata *metadata)
{
    struct metadata *targets =
        strcmp(role, "targets") ? role_live(publisher, "targets") : NULL;
    struct signers signers;
    struct fault fault = {0};
    const bool holds =
        metadata && (!targets || live_holds(publisher, "targets", targets)) &&
        live_signers(publisher, role, targets, &signers) &&
        metadata_verify(metadata, &signers, NULL, &fault);
    metadata_free(targets);
    return holds;
}

static bool is_listed(const struct publisher *publisher, const char *role)
{
    struct expected expected;
    struct buf name = {0};
    name_encode(role, &name);
    buf_puts(&name, ".json");
    const bool listed =
        publisher->snapshot
            ? metadata_meta(publisher->snapshot, buf_text(&name), &expected)
            : role_latest(publisher->metadata_folder, role) > 0;
    buf_fini(&name);
    return listed;
}

json_t *role_body(const struct publisher *publisher, const char *role)
{
    const bool waits = role_latest(publisher->pending_folder, role) > 0;
    if (!waits && !strcmp(role, "root"))
        return publisher->root
                   ? mem_check(json_deep_copy(publisher->root->body))
                   : NULL;
    if (!waits && !is_listed(publisher, role))
        return mem_check(json_pack("{s{}}", "targets"));
    struct metadata *metadata =
        waits ? role_pending(publisher, role) : role_live(publisher, role);
    json_t *body = NULL;
    if (metadata && (waits || live_holds(publisher, role, metadata)))
        body = mem_check(json_deep_copy(metadata->body));
    else
        say(publisher->options,
            "%s 的元数据损坏、缺失或签名不对，不能接着用；用 verify 看看",
            role);
    metadata_free(metadata);
    return body;
}

static bool follows(const struct metadata *root, const struct metadata *next)
{
    const struct signers own = metadata_root_signers(next, METADATA_ROOT);
    const struct signers old =
        metadata_root_signers(root ? root : next, METADATA_ROOT);
    struct fault fault = {0};
    return metadata_verify(next, &own, NULL, &fault) &&
           metadata_verify(next, &old, NULL, &fault);
}

/* The last of the chain, 1, 2, 3 and so on, that hold. */
static struct metadata *read_root(const struct publisher *publisher)
{
    struct metadata *root = NULL, *next;
    for (int64_t version = 1;
         version <= role_latest(publisher->metadata_folder, "root");
         version++) {
        next = role_read(&publisher->metadata, "root", version);
        if (!next || next->version != version || !follows(root, next)) {
            say(publisher->options,
                "metadata/%" PRId64 ".root.json 损坏或"
                "签名不对",
                version);
            metadata_free(next);
            metadata_free(root);
            return NULL;
        }
        metadata_free(root);
        root = next;
    }
    return root;
}

static bool read_live(struct publisher *publisher)
{
    const struct publish_options *options = publisher->options;
    struct expected expected;
    publisher->root = read_root(publisher);
    if (!publisher->root && role_latest(publisher->metadata_folder, "root") > 0)
        return false;
    publisher->timestamp =
        read_named(&publisher->metadata, "timestamp.json", METADATA_TIMESTAMP);
    if (publisher->timestamp &&
        metadata_meta(publisher->timestamp, "snapshot.json", &expected))
        publisher->snapshot =
            role_read(&publisher->metadata, "snapshot", expected.version);
    if (publisher->timestamp && (!publisher->snapshot || !publisher->root))
        return say(options, "%s 里的元数据不完整；用 verify 看看缺什么",
                   options->repository);
    return true;
}

static bool open_folder(const struct publish_options *options,
                        struct keep *keep, char **path, const char *name,
                        bool create)
{
    struct fault fault = {0};
    *path = repository_path(options, name);
    if (!create && access(*path, F_OK) != 0)
        return say(options, "%s 不是仓库；先用 keys init 建一个",
                   options->repository);
    if (create)
        mkdir(*path, 0755); /* keep_open tells if it failed */
    return keep_open(keep, *path, &fault) ||
           say(options, "打不开仓库：%s", fault.reason);
}

bool publisher_open(struct publisher *publisher,
                    const struct publish_options *options, bool create)
{
    *publisher = (struct publisher){
        .options = options, .metadata.fd = -1, .pending.fd = -1};
    if (create)
        mkdir(options->repository, 0755);
    if (!open_folder(options, &publisher->metadata, &publisher->metadata_folder,
                     "metadata", create) ||
        !open_folder(options, &publisher->pending, &publisher->pending_folder,
                     "pending", true) ||
        !read_live(publisher)) {
        publisher_close(publisher);
        return false;
    }
    keyring_open(&publisher->ring, options);
    return true;
}

void publisher_close(struct publisher *publisher)
{
    metadata_free(publisher->root);
    metadata_free(publisher->timestamp);
    metadata_free(publisher->snapshot);
    keyring_close(&publisher->ring);
    keep_close(&publisher->metadata);
    keep_close(&publisher->pending);
    free(publisher->metadata_folder);
    free(publisher->pending_folder);
}
