/* client.c - the client workflow of TUF 1.0.34; numbers in comments are its
 * steps. Nothing becomes trusted, in memory or on disk, before every check of
 * its step has passed. */
#include "client.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"

/* Whoever detects a fault says so; here all those of a cycle come together. */
enum tuf_result client_finish(struct tuf *tuf, bool fine)
{
    if (fine)
        return TUF_OK;
    log_warn("tuf", "%s: %s: %s", tuf->subject,
             tuf_result_english(tuf->fault.result), tuf->fault.reason);
    return tuf->fault.result;
}

void client_subject(struct tuf *tuf, const char *name)
{
    snprintf(tuf->subject, sizeof(tuf->subject), "%s", name);
    make_printable(tuf->subject);
}

struct tuf *tuf_new(const struct tuf_options *options)
{
    struct tuf *tuf = xcalloc(1, sizeof(*tuf));
    tuf->options = *options;
    tuf->folder = xstrdup(options->folder);
    tuf->keep.fd = -1;
    tuf->now = tuf_clock_effective(&options->clock, 0);
    return tuf;
}

void tuf_free(struct tuf *tuf)
{
    if (!tuf)
        return;
    for (size_t i = 0; i < tuf->role_count; i++) {
        metadata_free(tuf->roles[i].metadata);
        free(tuf->roles[i].name);
    }
    free(tuf->roles);
    metadata_free(tuf->snapshot);
    metadata_free(tuf->timestamp);
    metadata_free(tuf->root);
    floor_fini(&tuf->floor);
    keep_close(&tuf->keep);
    free(tuf->folder);
    free(tuf);
}

bool tuf_is_old(const struct tuf *tuf)
{
    return tuf->old;
}

const char *tuf_subject(const struct tuf *tuf)
{
    return tuf->subject;
}

int64_t tuf_effective_time(const struct tuf *tuf)
{
    return tuf->now;
}

/* The clock was read once; the floor may have risen since. */
void client_judge_time(struct tuf *tuf)
{
    tuf->now =
        tuf_clock_effective(&tuf->options.clock, floor_time(&tuf->floor));
}

bool client_append(void *context, const void *bytes, size_t length)
{
    buf_add(context, bytes, length);
    return true;
}

bool client_fetched(struct tuf *tuf, const struct fetcher *fetcher,
                    enum fetch_status status, uint64_t limit)
{
    switch (status) {
    case FETCH_OK:
        return true;
    case FETCH_ABSENT:
        return refuse(&tuf->fault, TUF_NOT_FOUND, "not in the repository");
    case FETCH_TOO_LONG:
        return refuse(&tuf->fault, TUF_BAD_LENGTH,
                      "more than the %" PRIu64 " bytes it may have", limit);
    case FETCH_SAME: /* only of files that were asked for by a tag */
    case FETCH_FAILED:
        break;
    }
    return refuse(&tuf->fault, TUF_UNREACHABLE, "%s", fetcher->reason);
}

/* A file that must be there. */
static bool fetch_metadata(struct tuf *tuf, const char *name, uint64_t limit,
                           struct buf *out)
{
    client_subject(tuf, name);
    enum fetch_status status =
        fetch(tuf->options.metadata, name, limit, client_append, out);
    return client_fetched(tuf, tuf->options.metadata, status, limit);
}

/* Freeze attacks: expires must lie after the time of the cycle. The old ones
 * of a stick are still newer than what is on board, which the rollback checks
 * have seen to. */
bool client_check_expiry(struct tuf *tuf, const struct metadata *metadata,
                         bool may_be_old, struct fault *fault)
{
    if (metadata->expires > tuf->now)
        return true;
    if (may_be_old && tuf->options.way == TUF_STICK &&
        tuf->now - metadata->expires <= STALE_SECONDS_MAX) {
        tuf->old = true;
        return true;
    }
    return refuse(fault, TUF_EXPIRED, "%" PRId64 " days ago",
                  (tuf->now - metadata->expires) / 86400);
}

/* Parsed and signed by signers, or NULL. ids_out may be NULL. */
static struct metadata *read_signed(enum metadata_kind kind,
                                    const struct buf *bytes,
                                    const struct signers *signers,
                                    json_t *ids_out, struct fault *fault)
{
    struct metadata *it =
        metadata_read(kind, bytes->data, bytes->length, fault);
    if (it && metadata_verify(it, signers, ids_out, fault))
        return it;
    metadata_free(it);
    return NULL;
}

/* What an earlier cycle kept, if it still verifies. bytes_out and ids_out may
 * be NULL. */
static struct metadata *read_kept(struct tuf *tuf, const char *file,
                                  enum metadata_kind kind,
                                  const struct signers *signers,
                                  struct buf *bytes_out, json_t *ids_out)
{
    struct buf bytes = {0};
    struct fault fault = {0}; /* a damaged file is as good as none */
    struct metadata *it = NULL;
    if (keep_read(&tuf->keep, file, LISTED_BYTES_MAX, &bytes))
        it = read_signed(kind, &bytes, signers, ids_out, &fault);
    if (it && bytes_out)
        buf_add(bytes_out, bytes.data, bytes.length);
    buf_fini(&bytes);
    return it;
}

bool client_keep(struct tuf *tuf, const char *file, const struct buf *bytes)
{
    return keep_write(&tuf->keep, file, bytes->data, bytes->length,
                      &tuf->fault);
}

/* 5.4.3. */
static bool check_timestamp_rollback(struct tuf *tuf,
                                     const struct metadata *old,
                                     const struct metadata *new)
{
    struct expected before, after;
    if (new->version < old->version)
        return refuse(&tuf->fault, TUF_ROLLED_BACK,
                      "version %" PRId64 " after %" PRId64, new->version,
                      old->version);
    metadata_meta(old, "snapshot.json", &before);
    metadata_meta(new, "snapshot.json", &after);
    return after.version >= before.version ||
           refuse(&tuf->fault, TUF_ROLLED_BACK,
                  "snapshot version %" PRId64 " after %" PRId64, after.version,
                  before.version);
}

static void learn_timestamp(struct tuf *tuf, const json_t *ids)
{
    floor_learn(&tuf->floor, METADATA_TIMESTAMP, tuf->timestamp->issued, ids);
    client_judge_time(tuf);
}

/* The checks of 5.4 against the one that is kept, if any. An equal version is
 * no news: the kept one stays and the cycle goes on, to finish what an earlier
 * one may have left undone. */
static bool judge_timestamp(struct tuf *tuf, const struct buf *bytes,
                            struct metadata *kept, json_t *ids)
{
    const struct signers signers =
        metadata_root_signers(tuf->root, METADATA_TIMESTAMP);
    struct metadata *new =
        read_signed(METADATA_TIMESTAMP, bytes, &signers, ids, &tuf->fault);
    const bool same = new &&kept &&new->version == kept->version;
    if (!new || (kept && !same && !check_timestamp_rollback(tuf, kept, new)) ||
        !client_check_expiry(tuf, same ? kept : new, true, &tuf->fault) ||
        (!same && !client_keep(tuf, "timestamp.json", bytes))) {
        metadata_free(new);
        metadata_free(kept);
        return false;
    }
    tuf->timestamp = same ? kept : new;
    metadata_free(same ? new : kept);
    return true;
}

/* One that has not changed counts as served once more: it is judged like any
 * other, so that it expires. tag_out is the tag of what is in out. */
static bool fetch_timestamp(struct tuf *tuf, const struct buf *kept,
                            char tag_out[FETCH_TAG_MAX], struct buf *out)
{
    client_subject(tuf, "timestamp.json");
    tag_load(&tuf->keep, kept, tag_out);
    enum fetch_status status =
        fetch_request(tuf->options.metadata, &(struct fetch_request){
                                                 .name = "timestamp.json",
                                                 .limit = TIMESTAMP_BYTES_MAX,
                                                 .tag = tag_out,
                                                 .write = client_append,
                                                 .context = out,
                                             });
    if (status == FETCH_SAME) {
        buf_clear(out);
        buf_add(out, kept->data, kept->length);
        return true;
    }
    return client_fetched(tuf, tuf->options.metadata, status,
                          TIMESTAMP_BYTES_MAX);
}

static bool update_timestamp(struct tuf *tuf)
{
    const struct signers signers =
        metadata_root_signers(tuf->root, METADATA_TIMESTAMP);
    json_t *ids = mem_check(json_array()), *kept_ids = mem_check(json_array());
    struct buf bytes = {0}, kept_bytes = {0};
    char tag[FETCH_TAG_MAX] = "";
    struct metadata *kept = read_kept(tuf, "timestamp.json", METADATA_TIMESTAMP,
                                      &signers, &kept_bytes, kept_ids);
    if (kept) { /* .floor may have been lost */
        floor_learn(&tuf->floor, METADATA_TIMESTAMP, kept->issued, kept_ids);
        client_judge_time(tuf);
    }
    bool fine = fetch_timestamp(tuf, &kept_bytes, tag, &bytes);
    if (fine) {
        fine = judge_timestamp(tuf, &bytes, kept, ids);
        if (fine) {
            learn_timestamp(tuf, ids);
            tag_save(&tuf->keep, &bytes, tag);
        }
    } else {
        metadata_free(kept);
    }
    json_decref(ids);
    json_decref(kept_ids);
    buf_fini(&bytes);
    buf_fini(&kept_bytes);
    return fine && floor_save(&tuf->floor, &tuf->keep, &tuf->fault);
}

static uint64_t limit_of(const struct expected *expected, uint64_t usual)
{
    if (expected->length < 0)
        return usual;
    return expected->length < LISTED_BYTES_MAX ? (uint64_t)expected->length
                                               : LISTED_BYTES_MAX;
}

/* The name under which a repository offers a version of a file. */
static void versioned_name(const struct tuf *tuf, const char *file,
                           int64_t version, struct buf *out)
{
    if (metadata_consistent_snapshot(tuf->root))
        buf_printf(out, "%" PRId64 ".", version);
    buf_puts(out, file);
}

static bool check_version(const struct metadata *metadata,
                          const struct expected *expected, struct fault *fault)
{
    return metadata->version == expected->version ||
           refuse(fault, TUF_MISMATCH,
                  "is version %" PRId64 " where %" PRId64 " is announced",
                  metadata->version, expected->version);
}

/* 5.5.5: no targets file goes back, and none is dropped. */
static bool check_snapshot_rollback(struct tuf *tuf, const struct metadata *old,
                                    const struct metadata *new)
{
    struct expected before, after;
    const char *file;
    json_t *entry;
    json_object_foreach(json_object_get(old->body, "meta"), file, entry)
    {
        metadata_meta(old, file, &before);
        if (!metadata_meta(new, file, &after))
            return refuse(&tuf->fault, TUF_ROLLED_BACK,
                          "%.64s is not in it any more", file);
        if (after.version < before.version)
            return refuse(&tuf->fault, TUF_ROLLED_BACK,
                          "%.64s version %" PRId64 " after %" PRId64, file,
                          after.version, before.version);
    }
    return true;
}

static bool fetch_snapshot(struct tuf *tuf, const struct expected *expected,
                           const struct signers *signers,
                           const struct metadata *kept)
{
    struct buf name = {0}, bytes = {0};
    versioned_name(tuf, "snapshot.json", expected->version, &name);
    struct metadata *new = NULL;
    if (fetch_metadata(tuf, buf_text(&name),
                       limit_of(expected, SNAPSHOT_BYTES_MAX), &bytes) &&
        expected_bytes(expected, bytes.data, bytes.length, &tuf->fault))
        new =
            read_signed(METADATA_SNAPSHOT, &bytes, signers, NULL, &tuf->fault);
    if (new &&check_version(new, expected, &tuf->fault) &&
        (!kept || check_snapshot_rollback(tuf, kept, new)) &&
        client_check_expiry(tuf, new, true, &tuf->fault) &&
        client_keep(tuf, "snapshot.json", &bytes)) {
        tuf->snapshot = new;
        new = NULL;
    }
    metadata_free(new);
    buf_fini(&name);
    buf_fini(&bytes);
    return tuf->snapshot != NULL;
}

/* 5.5. The kept one is used when it is what the timestamp announces; if not, it
 * still tells which versions were seen. */
static bool update_snapshot(struct tuf *tuf)
{
    const struct signers signers =
        metadata_root_signers(tuf->root, METADATA_SNAPSHOT);
    struct expected expected;
    struct buf bytes = {0};
    struct fault fault = {0};
    struct metadata *kept = read_kept(tuf, "snapshot.json", METADATA_SNAPSHOT,
                                      &signers, &bytes, NULL);
    metadata_meta(tuf->timestamp, "snapshot.json", &expected);
    if (kept && check_version(kept, &expected, &fault) &&
        expected_bytes(&expected, bytes.data, bytes.length, &fault) &&
        client_check_expiry(tuf, kept, true, &fault)) {
        tuf->snapshot = kept;
        kept = NULL;
    }
    bool fine = tuf->snapshot || fetch_snapshot(tuf, &expected, &signers, kept);
    metadata_free(kept);
    buf_fini(&bytes);
    return fine;
}

/* 5.6.2 to 5.6.5. */
static struct metadata *check_role(struct tuf *tuf, const struct buf *bytes,
                                   const struct expected *expected,
                                   const struct signers *signers,
                                   struct fault *fault)
{
    if (!expected_bytes(expected, bytes->data, bytes->length, fault))
        return NULL;
    struct metadata *it =
        read_signed(METADATA_TARGETS, bytes, signers, NULL, fault);
    if (it && check_version(it, expected, fault) &&
        client_check_expiry(tuf, it, false, fault))
        return it;
    metadata_free(it);
    return NULL;
}

static struct metadata *kept_role(struct tuf *tuf, const char *file,
                                  const struct expected *expected,
                                  const struct signers *signers)
{
    struct buf bytes = {0};
    struct fault fault = {0};
    struct metadata *it = NULL;
    if (keep_read(&tuf->keep, file, LISTED_BYTES_MAX, &bytes))
        it = check_role(tuf, &bytes, expected, signers, &fault);
    buf_fini(&bytes);
    return it;
}

static struct metadata *fetch_role(struct tuf *tuf, const char *file,
                                   const struct expected *expected,
                                   const struct signers *signers)
{
    struct buf name = {0}, bytes = {0};
    struct metadata *it = NULL;
    versioned_name(tuf, file, expected->version, &name);
    if (fetch_metadata(tuf, buf_text(&name),
                       limit_of(expected, TARGETS_BYTES_MAX), &bytes))
        it = check_role(tuf, &bytes, expected, signers, &tuf->fault);
    if (it && !client_keep(tuf, file, &bytes)) {
        metadata_free(it);
        it = NULL;
    }
    buf_fini(&name);
    buf_fini(&bytes);
    return it;
}

static const struct metadata *add_role(struct tuf *tuf, const char *name,
                                       struct metadata *metadata)
{
    ARRAY_GROW(tuf->roles, tuf->role_count, tuf->role_capacity);
    tuf->roles[tuf->role_count++] =
        (struct role_file){.name = xstrdup(name), .metadata = metadata};
    return metadata;
}

const struct metadata *client_role(struct tuf *tuf, const char *name,
                                   const struct signers *signers)
{
    struct buf listed = {0}, file = {0};
    struct expected expected;
    struct metadata *it = NULL;
    for (size_t i = 0; i < tuf->role_count; i++)
        if (!strcmp(tuf->roles[i].name, name)) {
            /* Another role may delegate to it with other keys. */
            client_subject(tuf, name);
            return metadata_verify(tuf->roles[i].metadata, signers, NULL,
                                   &tuf->fault)
                       ? tuf->roles[i].metadata
                       : NULL;
        }
    buf_printf(&listed, "%s.json", name);
    name_encode(name, &file);
    buf_puts(&file, ".json");
    client_subject(tuf, buf_text(&file));
    if (!metadata_meta(tuf->snapshot, buf_text(&listed), &expected))
        refuse(&tuf->fault, TUF_MISMATCH, "the snapshot does not list it");
    else if (!(it = kept_role(tuf, buf_text(&file), &expected, signers)))
        it = fetch_role(tuf, buf_text(&file), &expected, signers);
    buf_fini(&listed);
    buf_fini(&file);
    return it ? add_role(tuf, name, it) : NULL;
}

static bool update_targets(struct tuf *tuf)
{
    const struct signers signers =
        metadata_root_signers(tuf->root, METADATA_TARGETS);
    return client_role(tuf, metadata_names[METADATA_TARGETS], &signers) != NULL;
}

static bool open_folder(struct tuf *tuf)
{
    client_subject(tuf, "metadata folder");
    if (!keep_open(&tuf->keep, tuf->folder, &tuf->fault))
        return false;
    floor_load(&tuf->floor, &tuf->keep);
    return true;
}

enum tuf_result tuf_refresh(struct tuf *tuf)
{
    static bool (*const steps[])(struct tuf *) = {
        open_folder,      root_load,       root_update,
        update_timestamp, update_snapshot, update_targets,
    };
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        if (!steps[i](tuf))
            return client_finish(tuf, false);
    return TUF_OK;
}
