/* round_install.c - from objects to what is shown, and what goes then. */
#include "round_private.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "content/install.h"
#include "content/pack.h"

_Static_assert((int)OBJECT_HASH_BYTES == (int)INSTALL_HASH_BYTES,
               "objects and the import name bytes alike");

enum pack_result round_read_pack(void *data, const unsigned char *sha256,
                                 const struct pack_visitor *visitor,
                                 char reason[256])
{
    struct objects *objects = data;
    int fd = objects_fd(objects, sha256);
    if (fd < 0) {
        snprintf(reason, 256, "the pack is not there");
        return PACK_UNREADABLE;
    }
    enum pack_result result = pack_read(fd, visitor, reason);
    close(fd);
    return result;
}

static bool is_object(const unsigned char *sha256, const void *bytes,
                      size_t length)
{
    struct buf hex = {0};
    char found[65];
    hex_encode(sha256, OBJECT_HASH_BYTES, &hex);
    digest_sha256_hex(bytes, length, found);
    const bool same = !strcmp(buf_text(&hex), found);
    buf_fini(&hex);
    return same;
}

/* Years may lie between its coming and now: the bytes are hashed again. */
static bool read_object(void *data, const unsigned char *sha256, size_t limit,
                        struct buf *out)
{
    const size_t before = out->length;
    int fd = objects_fd(data, sha256);
    ssize_t got = fd < 0 ? -1 : 1;
    while (got > 0 && out->length - before <= limit) {
        buf_reserve(out, 65536);
        got = read(fd, out->data + out->length, 65536);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            out->length += (size_t)got;
    }
    if (fd >= 0)
        close(fd);
    const bool fine =
        got == 0 && out->length - before <= limit &&
        is_object(sha256, buf_text(out) + before, out->length - before);
    if (!fine)
        out->length = before;
    if (out->data)
        out->data[out->length] = 0;
    return fine;
}

void round_objects(struct objects *objects, struct install_objects *out)
{
    *out = (struct install_objects){
        .data = objects, .read_pack = round_read_pack, .read = read_object};
}

static bool tell_step(void *data, enum install_phase phase, size_t done,
                      size_t total)
{
    struct round *round = data;
    struct round_progress *progress = &round->bring.progress;
    (void)phase;
    progress->items_done = done;
    progress->items_total = total;
    bring_tell(&round->bring, false);
    return !bring_stopped(&round->bring);
}

/* What is on board or comes on board; with packs, or as it is. */
static size_t list_layers(const struct round *round, bool with_packs,
                          struct install_layer *out)
{
    size_t count = 0;
    for (size_t i = 0; i < round->layer_count; i++) {
        const struct layer *layer = &round->layers[i];
        const size_t packs = with_packs ? layer->pack_count : 0;
        if (!layer->on_board && !packs)
            continue;
        out[count++] = (struct install_layer){
            .repository = layer->repository,
            .area = layer->area,
            .seq = packs ? layer->seq : layer->before,
            .withdrawn = (const char *const *)layer->head.withdrawn,
            .withdrawn_count = layer->head.withdrawn_count,
            .withdrawn_stays = !layer->has_head,
            .packs = (const unsigned char(*)[OBJECT_HASH_BYTES])layer->packs,
            .pack_count = packs,
        };
    }
    return count;
}

static enum install_result install(struct round *round, bool with_packs,
                                   struct install_report *report)
{
    struct install_objects objects;
    struct install_layer *layers = xcalloc(round->layer_count, sizeof(*layers));
    const struct install_progress progress = {.data = round, .step = tell_step};
    const size_t count = list_layers(round, with_packs, layers);
    round_objects(round->objects, &objects);
    enum install_result result =
        count ? install_apply(round->options->state, &objects, layers, count,
                              with_packs ? &progress : NULL, report)
              : INSTALL_NOTHING_NEW;
    round->installed = round->installed || result == INSTALL_DONE;
    free(layers);
    return result;
}

static bool fail_install(struct round *round, enum install_result result,
                         const struct install_report *report)
{
    static const enum round_result results[INSTALL_RESULT_COUNT] = {
        [INSTALL_BAD_CONTENT] = ROUND_BAD_CONTENT,
        [INSTALL_MISSING] = ROUND_DAMAGED,
        [INSTALL_NO_SPACE] = ROUND_NO_SPACE,
        [INSTALL_DISK] = ROUND_DISK,
        [INSTALL_STOPPED] = ROUND_STOPPED,
    };
    char fault[sizeof(round->report->file)];
    const char *faults = buf_text(&report->faults);
    round->report->lacking = report->space_missing;
    snprintf(fault, sizeof(fault), "%.*s", (int)strcspn(faults, "\n"), faults);
    return round_fail(round->report, results[result], fault);
}

/* Whether a new head withdraws something else than the kept one. */
static bool has_new_withdrawals(const struct round *round,
                                const struct layer *layer)
{
    struct buf bytes = {0};
    struct head kept = {0};
    struct fault fault = {0};
    if (!layer->ours || !layer->news || !layer->on_board)
        return false;
    round_kept_head(round, layer, &bytes);
    if (bytes.length)
        round_head_read(bytes.data, bytes.length, layer->area, &kept, &fault);
    const bool same = round_head_same_withdrawn(&kept, &layer->head);
    round_head_fini(&kept);
    buf_fini(&bytes);
    return !same;
}

bool round_withdraw(struct round *round)
{
    struct install_report report = {0};
    bool news = false, fine = true;
    for (size_t i = 0; i < round->layer_count; i++)
        news = news || has_new_withdrawals(round, &round->layers[i]);
    if (news) {
        enum install_result result = install(round, false, &report);
        fine = result == INSTALL_DONE || result == INSTALL_NOTHING_NEW;
        if (result == INSTALL_DISK || result == INSTALL_STOPPED)
            fail_install(round, result, &report);
        else if (!fine) /* the packs may still mend it */
            log_warn("round", "what was withdrawn: %s",
                     install_result_english(result));
    }
    install_report_fini(&report);
    return round->report->result == ROUND_CURRENT &&
           (!fine || round_keep_heads(round));
}

struct sweep {
    struct hashes kept;
    struct objects *objects;
};

static void note_hash(void *data, const unsigned char *sha256)
{
    struct hashes *hashes = data;
    ARRAY_GROW(hashes->all, hashes->count, hashes->capacity);
    memcpy(hashes->all[hashes->count++], sha256, OBJECT_HASH_BYTES);
}

static int compare_hashes(const void *a, const void *b)
{
    return memcmp(a, b, OBJECT_HASH_BYTES);
}

static bool remove_unless_noted(void *data, const unsigned char *sha256,
                                uint64_t length)
{
    struct sweep *sweep = data;
    const struct hashes *kept = &sweep->kept;
    (void)length;
    if (!kept->count || !bsearch(sha256, kept->all, kept->count,
                                 OBJECT_HASH_BYTES, compare_hashes))
        objects_remove(sweep->objects, sha256);
    return true;
}

void round_need(struct round *round, const unsigned char *sha256)
{
    note_hash(&round->needed, sha256);
}

void round_drop_unneeded(struct round *round)
{
    struct sweep sweep = {.objects = round->objects};
    struct hashes *kept = &sweep.kept;
    if (install_each_object(round->options->state, note_hash, kept)) {
        for (size_t i = 0; i < round->needed.count; i++)
            note_hash(kept, round->needed.all[i]);
        if (kept->count)
            qsort(kept->all, kept->count, OBJECT_HASH_BYTES, compare_hashes);
        objects_each(round->objects, remove_unless_noted, &sweep);
    }
    free(kept->all);
}

/* Objects that the import could not use must not pass for there. */
static void drop_damaged(struct round *round,
                         const struct install_report *report)
{
    const unsigned char *hashes = (const unsigned char *)report->missing.data;
    for (size_t at = 0; at + OBJECT_HASH_BYTES <= report->missing.length;
         at += OBJECT_HASH_BYTES)
        if (!objects_verify(round->objects, hashes + at))
            objects_remove(round->objects, hashes + at);
}

static enum install_result install_again(struct round *round,
                                         struct install_report *report)
{
    install_report_fini(report);
    *report = (struct install_report){0};
    return install(round, true, report);
}

/* All areas are one edition, and whose mistake keeps it from being installed
 * is not always told by its place: the narrowest of several stays as it is on
 * board, so that no district keeps the nation's from coming. False: that is not
 * the failure, or there is one area only. */
static bool leave_narrowest(struct round *round, enum install_result result,
                            const struct install_report *report)
{
    struct layer *narrowest = NULL;
    size_t count = 0;
    if (result != INSTALL_BAD_CONTENT && result != INSTALL_NO_SPACE)
        return false;
    for (size_t i = 0; i < round->layer_count; i++) {
        struct layer *layer = &round->layers[i];
        count += layer->pack_count > 0;
        if (layer->pack_count && !narrowest)
            narrowest = layer;
    }
    if (count < 2)
        return false;
    fail_install(round, result, report);
    log_warn("round", "without %s %s: %s", narrowest->repository,
             narrowest->area, install_result_english(result));
    if (result == INSTALL_NO_SPACE)
        round_leave_for_room(round, narrowest);
    else if (!round_leave_layer(round, narrowest))
        return false;
    return true;
}

bool round_install_all(struct round *round, bool *missing_out)
{
    struct install_report report = {0};
    struct round_progress *progress = &round->bring.progress;
    progress->phase = ROUND_INSTALLING;
    progress->items_done = progress->items_total = 0;
    progress->can_pull_out = true;
    bring_tell(&round->bring, true);
    enum install_result result = install(round, true, &report);
    if (result == INSTALL_NO_SPACE) {
        /* Of areas that failed round after round, what had come is still there.
         */
        round_drop_unneeded(round);
        objects_clear_staging(round->objects);
        result = install_again(round, &report);
    }
    while (leave_narrowest(round, result, &report))
        result = install_again(round, &report);
    bool fine = result == INSTALL_DONE || result == INSTALL_NOTHING_NEW;
    *missing_out = result == INSTALL_MISSING;
    if (*missing_out) {
        drop_damaged(round, &report);
        progress->can_pull_out = false;
    }
    if (!fine)
        fail_install(round, result, &report);
    install_report_fini(&report);
    return fine;
}
