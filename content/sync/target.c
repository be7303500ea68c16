/* target.c - targets: finding who describes one, and bringing it. */
#include "client.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct search {
    const char *target;
    char visited[DELEGATED_ROLES_MAX][ROLE_NAME_MAX + 1];
    size_t count;
    struct tuf_target *out;
};

enum found {
    FOUND,
    NOTHING_HERE, /* the next delegation may have it */
    STOP,         /* nobody else may say anything about it */
    FAILED,
};

static enum found search_role(struct tuf *tuf, struct search *search,
                              const struct metadata *role,
                              const struct signers *signers);

static bool was_visited(const struct search *search, const char *name)
{
    for (size_t i = 0; i < search->count; i++)
        if (!strcmp(search->visited[i], name))
            return true;
    return false;
}

static enum found search_delegation(struct tuf *tuf, struct search *search,
                                    const struct delegation *delegation)
{
    enum found found = NOTHING_HERE;
    if (!was_visited(search, delegation->name)) {
        if (search->count == DELEGATED_ROLES_MAX)
            return STOP;
        snprintf(search->visited[search->count++], ROLE_NAME_MAX + 1, "%s",
                 delegation->name);
        const struct metadata *role =
            client_role(tuf, delegation->name, &delegation->signers);
        found = role ? search_role(tuf, search, role, &delegation->signers)
                     : FAILED;
    }
    return found == NOTHING_HERE && delegation->terminating ? STOP : found;
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void name_signers(const struct signers *signers,
                         char out[TUF_SIGNERS_SIZE])
{
    const json_t *ids = json_object_get(signers->role, "keyids");
    const size_t count = json_array_size(ids);
    const char **sorted = xcalloc(count ? count : 1, sizeof(*sorted));
    struct buf text = {0};
    for (size_t i = 0; i < count; i++)
        sorted[i] = json_string_value(json_array_get(ids, i));
    qsort(sorted, count, sizeof(*sorted), compare_ids);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s\n", sorted[i]);
    digest_sha256_hex(buf_text(&text), text.length, out);
    buf_fini(&text);
    free(sorted);
}

/* 5.6.7: pre-order, depth first. A cycle ends at a role that was visited, so
 * this is never deeper than there are roles to visit. */
static enum found search_role(struct tuf *tuf, struct search *search,
                              const struct metadata *role,
                              const struct signers *signers)
{
    struct delegation delegation;
    size_t at = 0;
    if (metadata_target(role, search->target, search->out)) {
        name_signers(signers, search->out->signers);
        return FOUND;
    }
    while (delegation_next(role, search->target, &at, &delegation)) {
        enum found found = search_delegation(tuf, search, &delegation);
        if (found != NOTHING_HERE)
            return found;
    }
    return NOTHING_HERE;
}

enum tuf_result tuf_find(struct tuf *tuf, const char *name,
                         struct tuf_target *out)
{
    assert(tuf->role_count); /* tuf_refresh went well */
    struct search *search = xcalloc(1, sizeof(*search));
    *search = (struct search){.target = name, .out = out};
    const struct signers signers =
        metadata_root_signers(tuf->root, METADATA_TARGETS);
    enum found found =
        search_role(tuf, search, tuf->roles[0].metadata, &signers);
    free(search);
    out->name = name;
    if (found != FOUND && found != FAILED) {
        client_subject(tuf, name);
        return TUF_NO_TARGET;
    }
    return client_finish(tuf, found == FOUND);
}

/* "dir/<hash>.name" where the repository keeps consistent snapshots. */
void tuf_target_path(const struct tuf *tuf, const struct tuf_target *target,
                     struct buf *out)
{
    const char *slash = strrchr(target->name, '/');
    const char *base = slash ? slash + 1 : target->name;
    const int kind =
        target->listed[DIGEST_SHA256] ? DIGEST_SHA256 : DIGEST_SHA512;
    buf_add(out, target->name, (size_t)(base - target->name));
    if (metadata_consistent_snapshot(tuf->root)) {
        hex_encode(target->digests[kind], digest_infos[kind].length, out);
        buf_putc(out, '.');
    }
    buf_puts(out, base);
}

/* One name without folders, and none that is a folder's. */
static void name_local(const char *name, struct buf *out)
{
    if (!strcmp(name, ".") || !strcmp(name, ".."))
        buf_puts(out, name[1] ? "%2E%2E" : "%2E");
    else
        name_encode(name, out);
}

static bool digests_match(const struct tuf_target *target,
                          struct digest *digest)
{
    unsigned char have[TUF_DIGEST_COUNT][TUF_DIGEST_MAX];
    struct tuf_target want = *target;
    digest_finish(digest, have);
    return expected_digests(want.listed, want.digests, have);
}

/* Whether the file is there already, as it should be. */
static bool is_kept(int folder, const char *file,
                    const struct tuf_target *target)
{
    char bytes[65536];
    struct stat info;
    ssize_t got = -1;
    int fd =
        openat(folder, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        return false;
    struct digest *digest = digest_new();
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) &&
        info.st_size == target->length)
        while ((got = read(fd, bytes, sizeof(bytes))) > 0)
            digest_add(digest, bytes, (size_t)got);
    bool same = got == 0 && digests_match(target, digest);
    digest_free(digest);
    close(fd);
    return same;
}

struct download {
    int fd;
    int64_t length;
    struct digest *digest;
    int error; /* errno of a write that failed */
};

static bool take(void *context, const void *bytes, size_t length)
{
    struct download *download = context;
    digest_add(download->digest, bytes, length);
    download->length += (int64_t)length;
    if (keep_bytes(download->fd, bytes, length))
        return true;
    download->error = errno;
    return false;
}

/* 5.7.3, into an open temporary file. */
static bool fetch_target(struct tuf *tuf, const struct tuf_target *target,
                         struct fetcher *targets, int fd)
{
    struct buf remote = {0};
    struct download download = {.fd = fd, .digest = digest_new()};
    tuf_target_path(tuf, target, &remote);
    enum fetch_status status = fetch(targets, buf_text(&remote),
                                     (uint64_t)target->length, take, &download);
    bool fine =
        download.error
            ? refuse(&tuf->fault, TUF_DISK, "%s", strerror(download.error))
            : client_fetched(tuf, targets, status, (uint64_t)target->length);
    if (fine && download.length != target->length)
        fine = refuse(&tuf->fault, TUF_BAD_LENGTH,
                      "%" PRId64 " bytes where %" PRId64 " are announced",
                      download.length, target->length);
    if (fine && !digests_match(target, download.digest))
        fine = refuse(&tuf->fault, TUF_BAD_HASH, "not the announced hash");
    digest_free(download.digest);
    buf_fini(&remote);
    return fine;
}

static bool bring(struct tuf *tuf, const struct tuf_target *target,
                  struct fetcher *targets, int folder, const char *file)
{
    char temporary[48];
    snprintf(temporary, sizeof(temporary), ".new.%ld", (long)getpid());
    int fd =
        openat(folder, temporary,
               O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return refuse(&tuf->fault, TUF_DISK, "%s", strerror(errno));
    bool fine = fetch_target(tuf, target, targets, fd) &&
                keep_commit(folder, fd, temporary, file, &tuf->fault);
    close(fd);
    if (!fine)
        unlinkat(folder, temporary, 0);
    return fine;
}

enum tuf_result tuf_download(struct tuf *tuf, const struct tuf_target *target,
                             struct fetcher *targets, const char *folder)
{
    struct buf file = {0};
    client_subject(tuf, target->name);
    name_local(target->name, &file);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool fine = fd >= 0 ? is_kept(fd, buf_text(&file), target) ||
                              bring(tuf, target, targets, fd, buf_text(&file))
                        : refuse(&tuf->fault, TUF_DISK, "%s: %s", folder,
                                 strerror(errno));
    if (fd >= 0)
        close(fd);
    buf_fini(&file);
    return client_finish(tuf, fine);
}
