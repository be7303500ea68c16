/* round_packs.c - which packs and pictures are needed, and bringing them. */
#include "round_private.h"

#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "content/pack.h"

enum { SPACE_KEPT_FREE = 8 << 20 };

static void want(struct wanted_list *list, struct round *round,
                 const struct layer *layer, const char *path,
                 const unsigned char *sha256, uint64_t length)
{
    round_need(round, sha256);
    wanted_add(list, round->objects, layer->bit, path, sha256, length);
}

static bool want_pack(struct round *round, const struct layer *layer,
                      const struct head_pack *pack, struct wanted_list *wanted)
{
    struct tuf_target target;
    struct buf name = {0}, path = {0};
    buf_printf(&name, "u/%s/%s.tar.zst", layer->area, pack->name);
    bool fine = round_find_target(round, buf_text(&name), &target);
    if (fine && ((uint64_t)target.length != pack->length ||
                 memcmp(target.digests[0], pack->sha256, OBJECT_HASH_BYTES)))
        fine = round_fail_target(round, buf_text(&name),
                                 "the head describes another one");
    if (fine) {
        round_target_path(round, &target, &path);
        want(wanted, round, layer, buf_text(&path), pack->sha256, pack->length);
    }
    buf_fini(&name);
    buf_fini(&path);
    return fine;
}

/* Bytes of a pack that are still to come. */
static uint64_t cost_of(struct objects *objects, const struct head_pack *pack)
{
    if (objects_has(objects, pack->sha256, pack->length))
        return 0;
    uint64_t staged = objects_staged(objects, pack->sha256);
    return pack->length > staged ? pack->length - staged : 1;
}

static bool plan_packs(struct round *round, struct layer *layer, uint32_t from,
                       struct wanted_list *wanted)
{
    const struct head *head = &layer->head;
    struct round_step *steps = xcalloc(head->pack_count, sizeof(*steps));
    size_t *indices = xcalloc(head->pack_count, sizeof(*indices));
    size_t length;
    char name[32];
    snprintf(name, sizeof(name), "u/%s/head.json", layer->area);
    for (size_t i = 0; i < head->pack_count; i++)
        steps[i] = (struct round_step){
            .from = head->packs[i].from,
            .to = head->packs[i].to,
            .bytes = cost_of(round->objects, &head->packs[i]),
        };
    bool fine = round_path(steps, head->pack_count, from, head->seq, indices,
                           &length) ||
                round_fail_target(round, name, "no packs lead to its end");
    free(layer->packs);
    layer->packs = xcalloc(length, sizeof(*layer->packs));
    layer->pack_count = length;
    layer->seq = head->seq;
    for (size_t i = 0; i < length && fine; i++) {
        const struct head_pack *pack = &head->packs[indices[i]];
        memcpy(layer->packs[i], pack->sha256, OBJECT_HASH_BYTES);
        fine = want_pack(round, layer, pack, wanted);
    }
    free(steps);
    free(indices);
    return fine;
}

/* Which packs each layer of ours needs. anew: as if nothing were on board. */
static bool plan(struct round *round, bool anew, struct wanted_list *wanted)
{
    for (size_t i = 0; i < round->layer_count; i++) {
        struct layer *layer = &round->layers[i];
        if (!layer->ours || !layer->has_head || layer->failed)
            continue;
        const bool whole = anew || layer->foreign;
        if (!layer->foreign && layer->head.seq < layer->before)
            log_warn("round", "%s: %" PRIu32 " is offered after %" PRIu32,
                     layer->area, layer->head.seq, layer->before);
        else if (whole ||
                 (layer->head.seq > layer->before &&
                  (!layer->on_board || layer->head.seq > layer->latest))) {
            if (!plan_packs(round, layer, whole ? 0 : layer->before, wanted) &&
                !round_leave_layer(round, layer))
                return false;
        }
    }
    return true;
}

/* Bytes that come yet for the areas of these bits. */
static uint64_t rest_of(const struct round *round,
                        const struct wanted_list *wanted, unsigned owners)
{
    uint64_t need = 0;
    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->all[i].owner & owners & ~round->bring.failed)
            need += wanted_rest(round->objects, &wanted->all[i]);
    return need;
}

/* Bytes; 0: there is room for these areas. */
static uint64_t lacking(const struct round *round,
                        const struct wanted_list *wanted, unsigned owners)
{
    const uint64_t need = rest_of(round, wanted, owners) + SPACE_KEPT_FREE;
    const uint64_t have = objects_free_space(round->objects);
    return need > SPACE_KEPT_FREE && need > have ? need - have : 0;
}

/* A district that asks for more than there is keeps nothing of the nation's
 * from coming: the wider the area, the earlier it is served. False: nobody can
 * be. */
static bool share_space(struct round *round, const struct wanted_list *wanted)
{
    unsigned served = 0, left_out = 0;
    for (size_t i = round->layer_count; i-- > 0;) {
        const unsigned bit = round->layers[i].bit;
        if (!rest_of(round, wanted, bit))
            continue;
        if (lacking(round, wanted, served | bit))
            left_out |= bit;
        else
            served |= bit;
    }
    if (!served)
        return false;
    for (size_t i = 0; i < round->layer_count; i++)
        if (left_out & round->layers[i].bit)
            round_leave_for_room(round, &round->layers[i]);
    round->bring.failed |= left_out;
    return true;
}

/* Rounds that could not install leave what they brought, so that the next one
 * need not bring it again; where there is no room for that, it goes. */
static bool check_space(struct round *round, const struct wanted_list *wanted)
{
    const unsigned all = ~0U;
    uint64_t short_by = lacking(round, wanted, all);
    if (short_by) {
        log_info("round", "making room: %" PRIu64 " bytes are lacking",
                 short_by);
        round_drop_unneeded(round);
        short_by = lacking(round, wanted, all);
    }
    if (short_by) {
        objects_clear_staging(round->objects);
        short_by = lacking(round, wanted, all);
    }
    if (!short_by)
        return true;
    round->report->lacking = short_by;
    log_warn("round", "%" PRIu64 " bytes are lacking", short_by);
    return share_space(round, wanted) ||
           round_fail(round->report, ROUND_NO_SPACE, NULL);
}

/* Pictures: what the packs name and is not on board. */
struct listing {
    struct round *round;
    const struct layer *layer;
    const struct head_pack *pack;
    struct wanted_list *wanted;
    bool failed; /* the report says why */
};

static bool check_info(void *data, const struct pack_info *info)
{
    struct listing *listing = data;
    return info->from == listing->pack->from && info->to == listing->pack->to &&
           !strcmp(info->area, listing->layer->area);
}

/* "u/520103/media/<hash>.png" */
static void media_name(const char *area, const char *path,
                       const unsigned char *sha256, struct buf *out)
{
    const char *dot = strrchr(path, '.');
    buf_printf(out, "u/%s/media/", area);
    hex_encode(sha256, OBJECT_HASH_BYTES, out);
    buf_puts(out, dot ? dot : "");
}

static bool list_media(void *data, const char *path,
                       const unsigned char sha256[32], uint64_t length)
{
    struct listing *listing = data;
    struct round *round = listing->round;
    struct tuf_target target;
    struct buf name = {0}, file = {0};
    if (objects_has(round->objects, sha256, length)) {
        round_need(round, sha256);
        return true;
    }
    media_name(listing->layer->area, path, sha256, &name);
    bool fine = round_find_target(round, buf_text(&name), &target);
    if (fine && ((uint64_t)target.length != length ||
                 memcmp(target.digests[0], sha256, OBJECT_HASH_BYTES)))
        fine = round_fail_target(round, buf_text(&name),
                                 "the pack describes another one");
    if (fine) {
        round_target_path(round, &target, &file);
        want(listing->wanted, round, listing->layer, buf_text(&file), sha256,
             length);
    }
    listing->failed = !fine;
    buf_fini(&name);
    buf_fini(&file);
    return fine;
}

static const struct head_pack *pack_of(const struct layer *layer,
                                       const unsigned char *sha256)
{
    for (size_t i = 0; i < layer->head.pack_count; i++)
        if (!memcmp(layer->head.packs[i].sha256, sha256, OBJECT_HASH_BYTES))
            return &layer->head.packs[i];
    return NULL; /* never: packs are chosen from the head */
}

static bool list_pack_media(struct round *round, const struct layer *layer,
                            const unsigned char *sha256,
                            struct wanted_list *wanted)
{
    char reason[256] = "";
    struct listing listing = {.round = round,
                              .layer = layer,
                              .pack = pack_of(layer, sha256),
                              .wanted = wanted};
    const struct pack_visitor visitor = {
        .data = &listing, .info = check_info, .media = list_media};
    enum pack_result result =
        round_read_pack(round->objects, sha256, &visitor, reason);
    if (result == PACK_OK)
        return true;
    if (listing.failed)
        return false;
    /* Signed and whole, but not what it should be: the publisher's mistake. */
    return round_fail_target(
        round, listing.pack->name,
        result == PACK_STOPPED ? "it says it is another one" : reason);
}

/* Brings them, as far as each layer gets all of its own; how many came. */
static bool bring_wanted(struct round *round, struct wanted_list *wanted,
                         size_t *came_out)
{
    bool fine = check_space(round, wanted) && bring_all(&round->bring, wanted);
    for (size_t i = 0; i < wanted->count; i++)
        *came_out += objects_has(round->objects, wanted->all[i].sha256,
                                 wanted->all[i].length);
    for (size_t i = 0; i < round->layer_count; i++)
        if (round->bring.failed & round->layers[i].bit)
            round_keep_as_is(&round->layers[i]);
    return fine;
}

static bool list_layer_media(struct round *round, const struct layer *layer,
                             struct wanted_list *wanted)
{
    bool fine = true;
    for (size_t i = 0; i < layer->pack_count && fine; i++)
        fine = list_pack_media(round, layer, layer->packs[i], wanted);
    return fine;
}

bool round_bring_media(struct round *round)
{
    struct wanted_list wanted = {0};
    bool fine = true;
    for (size_t i = 0; i < round->layer_count && fine; i++)
        fine = list_layer_media(round, &round->layers[i], &wanted) ||
               round_leave_layer(round, &round->layers[i]);
    fine = fine && bring_wanted(round, &wanted, &round->report->media);
    wanted_fini(&wanted);
    return fine;
}

bool round_bring_packs(struct round *round, bool anew)
{
    struct wanted_list wanted = {0};
    bool fine = plan(round, anew, &wanted) &&
                bring_wanted(round, &wanted, &round->report->packs);
    wanted_fini(&wanted);
    return fine;
}
