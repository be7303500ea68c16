/* root.c - the anchor of trust, and the chain of roots that leads from the one
 * that is trusted to the newest (TUF 1.0.34, 5.2 and 5.3). */
#include "client.h"

#include <inttypes.h>
#include <sys/stat.h>

/* A root that vouches for itself; ids_out as metadata_verify's. */
static struct metadata *read_root(const struct buf *bytes, json_t *ids_out,
                                  struct fault *fault)
{
    struct metadata *root =
        metadata_read(METADATA_ROOT, bytes->data, bytes->length, fault);
    if (!root)
        return NULL;
    const struct signers own = metadata_root_signers(root, METADATA_ROOT);
    if (metadata_verify(root, &own, ids_out, fault))
        return root;
    metadata_free(root);
    return NULL;
}

/* 5.2. The anchor itself: without it nothing can be decided. */
bool root_load(struct tuf *tuf)
{
    struct buf bytes = {0};
    json_t *ids = mem_check(json_array());
    client_subject(tuf, "root.json");
    refuse(&tuf->fault, TUF_NO_ROOT, "%s: not there", tuf->folder);
    if (keep_read(&tuf->keep, "root.json", ROOT_BYTES_MAX, &bytes))
        tuf->root = read_root(&bytes, ids, &tuf->fault);
    if (tuf->root)
        floor_learn(&tuf->floor, METADATA_ROOT, tuf->root->issued, ids);
    else
        tuf->fault.result = TUF_NO_ROOT;
    json_decref(ids);
    buf_fini(&bytes);
    return tuf->root != NULL;
}

/* 5.3.4 and 5.3.5; NULL when next may not follow the trusted root. */
static struct metadata *check_next_root(struct tuf *tuf,
                                        const struct buf *bytes, json_t *ids)
{
    const struct signers old = metadata_root_signers(tuf->root, METADATA_ROOT);
    struct metadata *next = read_root(bytes, ids, &tuf->fault);
    if (!next)
        return NULL;
    if (metadata_verify(next, &old, NULL, &tuf->fault)) {
        if (next->version == tuf->root->version + 1)
            return next;
        refuse(&tuf->fault, TUF_ROLLED_BACK,
               "says version %" PRId64 " and should be %" PRId64, next->version,
               tuf->root->version + 1);
    }
    metadata_free(next);
    return NULL;
}

/* 5.3.7 and 5.3.8. */
static bool trust_root(struct tuf *tuf, struct metadata *next,
                       const struct buf *bytes, const json_t *ids)
{
    if (!floor_knows_online(&tuf->floor))
        floor_set_online(&tuf->floor, tuf->root);
    floor_forget(&tuf->floor, next);
    floor_learn(&tuf->floor, METADATA_ROOT, next->issued, ids);
    metadata_free(tuf->root);
    tuf->root = next;
    return floor_save(&tuf->floor, &tuf->keep, &tuf->fault) &&
           client_keep(tuf, "root.json", bytes);
}

/* One step of 5.3.3 to 5.3.9; *last_out tells that there are no more. */
static bool step_root(struct tuf *tuf, bool *last_out)
{
    char name[40];
    struct buf bytes = {0};
    snprintf(name, sizeof(name), "%" PRId64 ".root.json",
             tuf->root->version + 1);
    client_subject(tuf, name);
    enum fetch_status status = fetch(tuf->options.metadata, name,
                                     ROOT_BYTES_MAX, client_append, &bytes);
    *last_out = status == FETCH_ABSENT;
    bool fine = *last_out || client_fetched(tuf, tuf->options.metadata, status,
                                            ROOT_BYTES_MAX);
    if (fine && !*last_out) {
        json_t *ids = mem_check(json_array());
        struct metadata *next = check_next_root(tuf, &bytes, ids);
        fine = next && trust_root(tuf, next, &bytes, ids);
        json_decref(ids);
    }
    buf_fini(&bytes);
    return fine;
}

/* 5.3.11, and what floor.c says about it. */
static bool drop_rotated(struct tuf *tuf)
{
    if (!floor_knows_online(&tuf->floor))
        return true;
    if (floor_online_rotated(&tuf->floor, tuf->root) &&
        !(keep_remove(&tuf->keep, "timestamp.json", &tuf->fault) &&
          keep_remove(&tuf->keep, "snapshot.json", &tuf->fault)))
        return false;
    floor_set_online(&tuf->floor, tuf->root);
    return floor_save(&tuf->floor, &tuf->keep, &tuf->fault);
}

bool root_update(struct tuf *tuf)
{
    bool last = tuf->root->version == INT64_MAX;
    for (int i = 0; i < ROOT_STEPS_MAX && !last; i++) {
        if (!step_root(tuf, &last))
            return false;
        last = last || tuf->root->version == INT64_MAX;
    }
    client_judge_time(tuf);
    client_subject(tuf, "root.json");
    return client_check_expiry(tuf, tuf->root, false, &tuf->fault) &&
           drop_rotated(tuf);
}

enum tuf_result tuf_init(const char *folder, const void *bytes, size_t length)
{
    struct tuf_options options = {.folder = folder};
    struct buf given = {0};
    struct tuf *tuf = tuf_new(&options);
    buf_add(&given, bytes, length);
    client_subject(tuf, "root.json");
    tuf->root = read_root(&given, NULL, &tuf->fault);
    if (tuf->root)
        mkdir(folder, 0755); /* keep_open tells if there is none after all */
    bool fine = tuf->root && keep_open(&tuf->keep, tuf->folder, &tuf->fault) &&
                keep_remove(&tuf->keep, ".floor", &tuf->fault) &&
                client_keep(tuf, "root.json", &given);
    enum tuf_result result = client_finish(tuf, fine);
    buf_fini(&given);
    tuf_free(tuf);
    return result;
}
