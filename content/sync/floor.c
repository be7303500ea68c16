/* floor.c - what the signers taught about time, and the effective time.
 *
 * Why the online keys are remembered too: step 5.3.11 drops timestamp and
 * snapshot when their keys were rotated. A cycle that ends between keeping the
 * new root and that step, such as when the server fails at the next root, must
 * not make the next cycle believe that nothing was rotated: a snapshot key
 * that was stolen to fast-forward version numbers would block updates for
 * good. So the keys are compared with those noted here, not with the root that
 * the cycle happened to begin with. */
#include "sync_private.h"

#include <string.h>

#include "base/log.h"

enum { FLOOR_BYTES_MAX = 256 << 10, UNSYNCHRONISED_MAX = 400 * 86400 };

static const char file_name[] = ".floor";
static const enum metadata_kind online_kinds[] = {METADATA_TIMESTAMP,
                                                  METADATA_SNAPSHOT};

int64_t tuf_clock_effective(const struct tuf_clock *clock, int64_t floor)
{
    if (clock->built > floor)
        floor = clock->built;
    if (floor <= 0)
        return clock->now;
    if (clock->now < floor)
        return floor;
    return clock->synchronised || clock->now - floor <= UNSYNCHRONISED_MAX
               ? clock->now
               : floor;
}

void floor_load(struct floor *floor, const struct keep *keep)
{
    struct buf bytes = {0};
    struct fault fault = {0};
    *floor = (struct floor){0};
    if (keep_read(keep, file_name, FLOOR_BYTES_MAX, &bytes)) {
        floor->state = canonical_read(bytes.data, bytes.length, &fault);
        if (!json_is_object(floor->state)) {
            log_warn("tuf", "%s/%s: %s: what was taught is lost", keep->folder,
                     file_name, fault.reason);
            json_decref(floor->state);
            floor->state = NULL;
        }
    }
    if (!floor->state)
        floor->state = mem_check(json_object());
    buf_fini(&bytes);
}

void floor_fini(struct floor *floor)
{
    json_decref(floor->state);
    *floor = (struct floor){0};
}

bool floor_save(struct floor *floor, const struct keep *keep,
                struct fault *fault)
{
    struct buf bytes = {0};
    if (!floor->changed)
        return true;
    canonical_write(floor->state, &bytes);
    bool fine = keep_write(keep, file_name, bytes.data, bytes.length, fault);
    floor->changed = !fine;
    buf_fini(&bytes);
    return fine;
}

/* The object under name, made if it is missing. */
static json_t *section(struct floor *floor, const char *name)
{
    json_t *object = json_object_get(floor->state, name);
    if (!json_is_object(object)) {
        object = mem_check(json_object());
        json_object_set_new(floor->state, name, object);
    }
    return object;
}

int64_t floor_time(const struct floor *floor)
{
    const json_t *issued = json_object_get(floor->state, "issued");
    int64_t latest = 0;
    for (int i = 0; i < METADATA_KIND_COUNT; i++) {
        const json_t *taught = json_object_get(issued, metadata_names[i]);
        int64_t at = json_integer_value(json_object_get(taught, "at"));
        latest = at > latest ? at : latest;
    }
    return latest;
}

int64_t tuf_floor(const char *folder)
{
    const struct keep keep = {.folder = folder, .fd = -1};
    struct floor floor;
    floor_load(&floor, &keep);
    int64_t time = floor_time(&floor);
    floor_fini(&floor);
    return time;
}

void floor_learn(struct floor *floor, enum metadata_kind kind, int64_t issued,
                 const json_t *ids)
{
    const json_t *known = json_object_get(
        json_object_get(floor->state, "issued"), metadata_names[kind]);
    if (issued <= json_integer_value(json_object_get(known, "at")))
        return;
    json_object_set_new(
        section(floor, "issued"), metadata_names[kind],
        mem_check(json_pack("{sIsO}", "at", (json_int_t)issued, "keys", ids)));
    floor->changed = true;
}

static bool contains(const json_t *ids, const json_t *id)
{
    const json_t *one;
    size_t i;
    json_array_foreach(ids, i, one) if (json_equal(one, id)) return true;
    return false;
}

/* Whether root still trusts each of ids for that kind of file. */
static bool all_trusted(const json_t *ids, const struct metadata *root,
                        enum metadata_kind kind)
{
    const struct signers signers = metadata_root_signers(root, kind);
    const json_t *trusted = json_object_get(signers.role, "keyids"), *id;
    size_t i;
    json_array_foreach(ids, i, id) if (!contains(trusted, id)) return false;
    return true;
}

void floor_forget(struct floor *floor, const struct metadata *root)
{
    json_t *issued = json_object_get(floor->state, "issued");
    for (int i = 0; i < METADATA_KIND_COUNT; i++) {
        const json_t *taught = json_object_get(issued, metadata_names[i]);
        if (!taught || all_trusted(json_object_get(taught, "keys"), root,
                                   (enum metadata_kind)i))
            continue;
        json_object_del(issued, metadata_names[i]);
        floor->changed = true;
    }
}

bool floor_knows_online(const struct floor *floor)
{
    return json_is_object(json_object_get(floor->state, "online"));
}

bool floor_online_rotated(const struct floor *floor,
                          const struct metadata *root)
{
    const json_t *online = json_object_get(floor->state, "online");
    for (size_t i = 0; i < COUNT_OF(online_kinds); i++)
        if (!all_trusted(
                json_object_get(online, metadata_names[online_kinds[i]]), root,
                online_kinds[i]))
            return true;
    return false;
}

void floor_set_online(struct floor *floor, const struct metadata *root)
{
    json_t *online = mem_check(json_object());
    for (size_t i = 0; i < COUNT_OF(online_kinds); i++) {
        const struct signers signers =
            metadata_root_signers(root, online_kinds[i]);
        json_object_set(online, metadata_names[online_kinds[i]],
                        json_object_get(signers.role, "keyids"));
    }
    if (!json_equal(online, json_object_get(floor->state, "online"))) {
        json_object_set(floor->state, "online", online);
        floor->changed = true;
    }
    json_decref(online);
}
