/* round_layers.c - which areas of which repositories there are, what is on
 * board of them, and what their heads say. Other repositories are not
 * asked: what they withdrew stays as it is on board. */
#include "round_private.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/log.h"
#include "content/install.h"

static void head_file(const char *state, const char *repository,
                      struct buf *out)
{
    buf_printf(out, "%s/repositories/%s/heads", state, repository);
}

void round_kept_head(const struct round *round, const struct layer *layer,
                     struct buf *out)
{
    struct buf path = {0};
    head_file(round->options->state, layer->repository, &path);
    buf_printf(&path, "/%s.json", layer->area);
    if (!file_read(buf_text(&path), HEAD_BYTES_MAX, out) && errno != ENOENT)
        log_warn("round", "%s: %s", buf_text(&path), strerror(errno));
    buf_fini(&path);
}

static bool keep_head(struct round *round, const struct layer *layer)
{
    struct buf folder = {0}, name = {0};
    struct keep keep = {.fd = -1};
    struct fault fault = {0};
    head_file(round->options->state, layer->repository, &folder);
    buf_printf(&name, "%s.json", layer->area);
    bool fine = keep_open(&keep, buf_text(&folder), &fault) &&
                keep_write(&keep, buf_text(&name), layer->head_bytes.data,
                           layer->head_bytes.length, &fault);
    if (!fine)
        log_warn("round", "%s", fault.reason);
    keep_close(&keep);
    buf_fini(&folder);
    buf_fini(&name);
    return fine || round_fail(round->report, ROUND_DISK, NULL);
}

static bool is_target(const struct tuf_target *target, const struct buf *bytes)
{
    unsigned char have[OBJECT_HASH_BYTES];
    char hex[2 * OBJECT_HASH_BYTES + 1];
    digest_sha256_hex(buf_text(bytes), bytes->length, hex);
    hex_decode(hex, have, sizeof(have));
    return (uint64_t)target->length == bytes->length &&
           !memcmp(have, target->digests[0], sizeof(have));
}

static bool append(void *context, const void *bytes, size_t length)
{
    buf_add(context, bytes, length);
    return true;
}

static bool fetch_head(struct round *round, const struct tuf_target *target,
                       struct buf *out)
{
    struct buf path = {0};
    if (target->length > HEAD_BYTES_MAX)
        return round_fail_target(round, target->name, "too long");
    round_target_path(round, target, &path);
    enum fetch_status status = fetch(round->source, buf_text(&path),
                                     (uint64_t)target->length, append, out);
    buf_fini(&path);
    if (round->bring.stopped)
        return round_fail(round->report, ROUND_STOPPED, NULL);
    if (status == FETCH_FAILED && !round->report->stick) {
        log_warn("round", "%s: %s", target->name, round->source->reason);
        round->report->retry_after = round->source->retry_after;
        return round_fail(round->report, ROUND_UNREACHABLE, target->name);
    }
    if (status == FETCH_FAILED)
        return round_fail_target(round, target->name, round->source->reason);
    if (status == FETCH_ABSENT)
        return round_fail_target(round, target->name, "missing");
    return is_target(target, out) ||
           round_fail_target(round, target->name, "not the announced bytes");
}

/* The head of a layer of ours; none is fine. */
static bool load_head(struct round *round, struct layer *layer)
{
    char name[32];
    struct tuf_target target;
    struct fault fault = {0};
    snprintf(name, sizeof(name), "u/%s/head.json", layer->area);
    enum tuf_result found = tuf_find(round->tuf, name, &target);
    if (found == TUF_NO_TARGET)
        return true;
    if (found != TUF_OK)
        return round_fail_tuf(round, found);
    if (!target.listed[0])
        return round_fail_target(round, name, "without SHA-256");
    round_kept_head(round, layer, &layer->head_bytes);
    layer->news = !is_target(&target, &layer->head_bytes);
    if (layer->news) {
        buf_clear(&layer->head_bytes);
        if (!fetch_head(round, &target, &layer->head_bytes))
            return false;
    }
    layer->has_head =
        round_head_read(buf_text(&layer->head_bytes), layer->head_bytes.length,
                        layer->area, &layer->head, &fault);
    if (!layer->has_head)
        return round_fail_target(round, name, fault.reason);
    round_judge_keys(round, layer, &target);
    return true;
}

void round_keep_as_is(struct layer *layer)
{
    layer->failed = true;
    layer->news = layer->news && layer->has_head;
    layer->pack_count = 0;
    layer->seq = layer->before;
}

bool round_leave_layer(struct round *round, struct layer *layer)
{
    if (!round_set_aside(round->report, &round->bring.first))
        return false;
    round_keep_as_is(layer);
    return true;
}

void round_leave_for_room(struct round *round, struct layer *layer)
{
    struct round_failure *first = &round->bring.first;
    if (first->result == ROUND_UPDATED)
        *first = (struct round_failure){.result = ROUND_NO_SPACE};
    round->report->result = ROUND_CURRENT;
    round->report->file[0] = 0;
    round_keep_as_is(layer);
}

bool round_keep_heads(struct round *round)
{
    for (size_t i = 0; i < round->layer_count; i++) {
        struct layer *layer = &round->layers[i];
        if (layer->ours && layer->news && !keep_head(round, layer))
            return false;
        layer->news = false;
    }
    return true;
}

static void add_layer(struct round *round, const char *repository,
                      const char *area)
{
    const struct round_options *options = round->options;
    ARRAY_GROW(round->layers, round->layer_count, round->layer_capacity);
    struct layer *layer = &round->layers[round->layer_count++];
    *layer = (struct layer){
        .repository = repository,
        .ours = !strcmp(repository, options->repository),
    };
    layer->bit = layer->ours ? 1U << round->own_layers++ : 0;
    snprintf(layer->area, sizeof(layer->area), "%s", area);
    layer->on_board =
        install_seq(options->state, repository, area, &layer->before);
    if (!layer->on_board)
        layer->before = 0;
    layer->seq = layer->before;
    layer->latest =
        install_latest_seq(options->state, repository, area, UINT32_MAX);
}

/* The area itself, its city, its province and all, each once: "520103",
 * "520100", "520000", "000000". */
static void add_layers(struct round *round, const char *repository)
{
    static const size_t digits[] = {6, 4, 2, 0};
    char last[AREA_DIGITS + 1] = "";
    for (size_t i = 0; i < COUNT_OF(digits); i++) {
        char area[] = "000000";
        memcpy(area, round->options->area, digits[i]);
        if (strcmp(area, last) != 0)
            add_layer(round, repository, area);
        memcpy(last, area, sizeof(last));
    }
}

bool round_load_layers(struct round *round)
{
    const struct round_options *options = round->options;
    bool any = false;
    if (strlen(options->area) != AREA_DIGITS ||
        options->area[strspn(options->area, "0123456789")]) {
        log_warn("round", "%s: not the code of an area", options->area);
        return round_fail(round->report, ROUND_NOT_OURS, NULL);
    }
    if (!options->repository_count)
        add_layers(round, options->repository);
    for (size_t i = 0; i < options->repository_count; i++)
        add_layers(round, options->repositories[i]);
    for (size_t i = 0; i < round->layer_count; i++) {
        struct layer *layer = &round->layers[i];
        if (layer->ours && !load_head(round, layer) &&
            !round_leave_layer(round, layer))
            return false;
        any = any || (layer->ours && layer->has_head);
    }
    return any || round->bring.first.result ||
           round_fail(round->report, ROUND_NOT_OURS, NULL);
}
