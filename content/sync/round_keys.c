/* round_keys.c - whose numbers an area's sequence numbers are.
 *
 * They only go up, so that a publisher's mistake takes nothing back. Somebody
 * with a stolen key could so publish the highest number there is, and nothing
 * would come after it. So a number counts under the keys that may sign for the
 * head: where others may, the area is brought from its full pack on whatever
 * is on board, which may not be what their steps begin at. That takes nothing
 * from what TUF promises: an old head is refused for its metadata.
 *
 * heads/<area>.keys says whose the head on board is and the highest number that
 * came from them; what is on board above that is somebody else's, such as a
 * generation that staff went back to. */
#include "round_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "content/install.h"

enum { KEYS_BYTES_MAX = 256 };

static void keys_folder(const struct round *round, const struct layer *layer,
                        struct buf *folder, struct buf *name)
{
    buf_printf(folder, "%s/repositories/%s/heads", round->options->state,
               layer->repository);
    buf_printf(name, "%s.keys", layer->area);
}

/* False when nobody's are known: a first time, or from before there was such a
 * file. */
static bool read_keys(const struct round *round, const struct layer *layer,
                      char keys[TUF_SIGNERS_SIZE], uint32_t *highest)
{
    struct buf folder = {0}, name = {0}, text = {0};
    keys_folder(round, layer, &folder, &name);
    const struct keep keep = {.folder = buf_text(&folder)};
    const bool fine =
        keep_read(&keep, buf_text(&name), KEYS_BYTES_MAX, &text) &&
        sscanf(buf_text(&text), "%64[0-9a-f] %" SCNu32, keys, highest) == 2;
    buf_fini(&folder);
    buf_fini(&name);
    buf_fini(&text);
    return fine;
}

void round_judge_keys(const struct round *round, struct layer *layer,
                      const struct tuf_target *head)
{
    char keys[TUF_SIGNERS_SIZE];
    uint32_t highest = 0;
    memcpy(layer->keys, head->signers, sizeof(layer->keys));
    layer->highest = layer->head.seq;
    if (!layer->on_board || !read_keys(round, layer, keys, &highest))
        return;
    layer->foreign = strcmp(keys, layer->keys) != 0 || layer->before > highest;
    if (layer->foreign) {
        log_info("round", "%s %s: others sign now: from the full pack on",
                 layer->repository, layer->area);
        layer->latest = 0;
        return;
    }
    layer->highest = highest > layer->head.seq ? highest : layer->head.seq;
    layer->latest = install_latest_seq(round->options->state, layer->repository,
                                       layer->area, highest);
}

bool round_keep_keys(struct round *round)
{
    bool fine = true;
    for (size_t i = 0; i < round->layer_count && fine; i++) {
        const struct layer *layer = &round->layers[i];
        struct buf folder = {0}, name = {0}, text = {0};
        struct keep keep = {.fd = -1};
        struct fault fault = {0};
        char keys[TUF_SIGNERS_SIZE];
        uint32_t highest;
        if (!layer->ours || !layer->has_head || layer->failed ||
            (read_keys(round, layer, keys, &highest) &&
             !strcmp(keys, layer->keys) && highest == layer->highest))
            continue;
        keys_folder(round, layer, &folder, &name);
        buf_printf(&text, "%s %" PRIu32 "\n", layer->keys, layer->highest);
        fine =
            keep_open(&keep, buf_text(&folder), &fault) &&
            keep_write(&keep, buf_text(&name), text.data, text.length, &fault);
        if (!fine)
            log_warn("round", "%s", fault.reason);
        keep_close(&keep);
        buf_fini(&folder);
        buf_fini(&name);
        buf_fini(&text);
    }
    return fine || round_fail(round->report, ROUND_DISK, NULL);
}
