/* round.c - one round of one source, from the first file of metadata to what
 * the kiosk shows.
 *
 * The order matters. Heads are believed before packs are chosen; take-downs
 * are installed before anything is fetched, because they must not wait for a
 * disk that is full or a pack that is damaged; a head is kept only when its
 * take-downs are in; everything that is needed is in objects before the import
 * begins, so that the stick may be pulled out and the import can be repeated.
 */
#include "round_private.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/log.h"
#include "content/install.h"
#include "content/pack.h"

enum {
    SPACE_KEPT_FREE = 8 << 20,
    REPAIRS_MAX = 1,
    ROOT_FILE_MAX = 1 << 20,
    NAME_MAX_LENGTH = 63,
};

_Static_assert((int)OBJECT_HASH_BYTES == (int)INSTALL_HASH_BYTES,
               "objects and the import name bytes alike");

/* One area of one repository, as it is and as it shall be. */
struct layer {
    const char *repository;
    char area[AREA_DIGITS + 1];
    bool ours;     /* of the repository of this round */
    bool has_head; /* served now; of others, kept */
    bool news;     /* the head is not the one that is kept */
    struct head head;
    struct buf head_bytes;
    bool on_board;
    uint32_t before; /* if on board, else 0 */
    uint32_t seq;    /* after the packs */
    unsigned char (*packs)[OBJECT_HASH_BYTES];
    size_t pack_count;
};

struct round {
    const struct round_options *options;
    struct round_report *report;
    struct bring bring;
    struct objects *objects;
    struct fetcher *source, *metadata;
    struct tuf *tuf;
    struct layer *layers;
    size_t layer_count, layer_capacity;
    bool installed;    /* something changed on board */
    struct buf folder; /* of the repository, in the state */
};

/* Which result a failure of the metadata is. On a stick a file that is missing
 * or cannot be read is damage; on the network it is the network. */
static enum round_result from_tuf(const struct round *round,
                                  enum tuf_result result)
{
    static const enum round_result results[TUF_RESULT_COUNT] = {
        [TUF_OK] = ROUND_CURRENT,
        [TUF_NO_ROOT] = ROUND_NO_ROOT,
        [TUF_UNREACHABLE] = ROUND_UNREACHABLE,
        [TUF_NOT_FOUND] = ROUND_UNREACHABLE,
        [TUF_NO_TARGET] = ROUND_DAMAGED,
        [TUF_MALFORMED] = ROUND_DAMAGED,
        [TUF_BAD_SIGNATURE] = ROUND_BAD_SIGNATURE,
        [TUF_EXPIRED] = ROUND_TOO_OLD,
        [TUF_ROLLED_BACK] = ROUND_OLDER,
        [TUF_MISMATCH] = ROUND_DAMAGED,
        [TUF_BAD_LENGTH] = ROUND_DAMAGED,
        [TUF_BAD_HASH] = ROUND_DAMAGED,
        [TUF_DISK] = ROUND_DISK,
    };
    if (round->bring.stopped)
        return ROUND_STOPPED;
    return round->report->stick && results[result] == ROUND_UNREACHABLE
               ? ROUND_DAMAGED
               : results[result];
}

/* Results whose cause is one file. */
static bool names_file(enum round_result result)
{
    return result == ROUND_DAMAGED || result == ROUND_UNREACHABLE ||
           result == ROUND_BAD_SIGNATURE;
}

static bool fail_tuf(struct round *round, enum tuf_result result)
{
    const enum round_result told = from_tuf(round, result);
    round->report->retry_after = round->source->retry_after;
    return round_fail(round->report, told,
                      names_file(told) ? tuf_subject(round->tuf) : NULL);
}

/* A target that is not what it must be. */
static bool fail_target(struct round *round, const char *name,
                        const char *reason)
{
    log_warn("round", "%s: %s", name, reason);
    return round_fail(round->report, ROUND_DAMAGED, name);
}

/* The folders. */

static bool is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return length && length <= NAME_MAX_LENGTH && !name[length];
}

static bool make_folder(const char *path)
{
    struct stat info;
    if (mkdir(path, 0755) == 0 ||
        (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)))
        return true;
    log_warn("round", "%s: %s", path, strerror(errno));
    return false;
}

/* The folder of a repository in the state, with those it needs. */
static bool make_folders(const char *state, const char *repository,
                         struct buf *out)
{
    static const char *const inner[] = {"", "/metadata", "/heads"};
    bool fine = make_folder(state);
    buf_clear(out);
    buf_printf(out, "%s/repositories", state);
    fine = fine && make_folder(buf_text(out));
    buf_printf(out, "/%s", repository);
    for (size_t i = 0; i < COUNT_OF(inner) && fine; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s%s", buf_text(out), inner[i]);
        fine = make_folder(buf_text(&path));
        buf_fini(&path);
    }
    return fine;
}

static bool has_root(const struct buf *folder)
{
    struct buf path = {0};
    struct stat info;
    buf_printf(&path, "%s/metadata/root.json", buf_text(folder));
    bool found = stat(buf_text(&path), &info) == 0;
    buf_fini(&path);
    return found;
}

enum round_result round_trust(const char *state, const char *repository,
                              const char *root)
{
    struct buf folder = {0}, bytes = {0};
    enum round_result result = ROUND_DISK;
    if (!is_name(repository) || !make_folders(state, repository, &folder)) {
        buf_fini(&folder);
        return result;
    }
    if (has_root(&folder)) {
        result = ROUND_CURRENT;
    } else if (!file_read(root, ROOT_FILE_MAX, &bytes)) {
        log_warn("round", "%s: %s", root, strerror(errno));
        result = ROUND_NO_ROOT;
    } else {
        buf_puts(&folder, "/metadata");
        enum tuf_result given = tuf_init(
            buf_text(&folder), bytes.data ? bytes.data : "", bytes.length);
        result = given == TUF_OK     ? ROUND_UPDATED
                 : given == TUF_DISK ? ROUND_DISK
                                     : ROUND_NO_ROOT;
    }
    buf_fini(&folder);
    buf_fini(&bytes);
    return result;
}

static bool open_state(struct round *round)
{
    const struct round_options *options = round->options;
    struct buf path = {0};
    if (!is_name(options->repository)) {
        log_warn("round", "%s: not a repository's name", options->repository);
        return round_fail(round->report, ROUND_NOTHING_HERE, NULL);
    }
    if (!make_folders(options->state, options->repository, &round->folder))
        return round_fail(round->report, ROUND_DISK, NULL);
    buf_printf(&path, "%s/objects", options->state);
    round->objects = objects_open(buf_text(&path));
    const bool busy = !round->objects && errno == EWOULDBLOCK;
    buf_fini(&path);
    round->bring.objects = round->objects;
    return round->objects ||
           round_fail(round->report, busy ? ROUND_BUSY : ROUND_DISK, NULL);
}

/* The source. */

static bool is_address(const char *source)
{
    return !strncasecmp(source, "http://", 7) ||
           !strncasecmp(source, "https://", 8);
}

static struct fetcher *open_http(const struct round *round)
{
    const struct round_options *options = round->options;
    struct fetch_http_options http = options->http;
    struct buf metadata = {0};
    buf_printf(&metadata, "%s/metadata", buf_text(&round->folder));
    http.ignore_cert_dates =
        tuf_clock_effective(&options->clock, tuf_floor(buf_text(&metadata))) !=
        options->clock.now;
    buf_fini(&metadata);
    return fetch_http_open(options->source, &http);
}

static struct fetcher *open_folder(const char *source)
{
    struct buf path = {0};
    struct stat info;
    buf_printf(&path, "%s/metadata", source);
    bool there = stat(buf_text(&path), &info) == 0 && S_ISDIR(info.st_mode);
    buf_fini(&path);
    return there ? fetch_folder_open(source) : NULL;
}

static bool open_source(struct round *round)
{
    const char *source = round->options->source;
    round->source =
        round->report->stick ? open_folder(source) : open_http(round);
    if (!round->source)
        return round_fail(round->report, ROUND_NOTHING_HERE, NULL);
    round->source->stopped = bring_stopped;
    round->source->data = &round->bring;
    round->metadata = fetch_below_open(round->source, "metadata/");
    round->bring.source = round->source;
    return true;
}

static bool refresh(struct round *round)
{
    struct buf folder = {0};
    bring_tell(&round->bring, true);
    buf_printf(&folder, "%s/metadata", buf_text(&round->folder));
    round->tuf = tuf_new(&(struct tuf_options){
        .folder = buf_text(&folder),
        .metadata = round->metadata,
        .way = round->report->stick ? TUF_STICK : TUF_NETWORK,
        .clock = round->options->clock,
    });
    buf_fini(&folder);
    enum tuf_result result = tuf_refresh(round->tuf);
    round->report->old = tuf_is_old(round->tuf);
    round->report->effective_time = tuf_effective_time(round->tuf);
    return result == TUF_OK || fail_tuf(round, result);
}

/* Targets. */

/* What the metadata say about a target that must be there. */
static bool find_target(struct round *round, const char *name,
                        struct tuf_target *out)
{
    enum tuf_result result = tuf_find(round->tuf, name, out);
    if (result == TUF_NO_TARGET)
        return fail_target(round, name, tuf_result_english(result));
    if (result != TUF_OK)
        return fail_tuf(round, result);
    return out->listed[0] || fail_target(round, name, "without SHA-256");
}

static void path_of(const struct round *round, const struct tuf_target *target,
                    struct buf *out)
{
    buf_puts(out, "targets/");
    tuf_target_path(round->tuf, target, out);
}

/* Heads. */

static void head_file(const char *state, const char *repository,
                      struct buf *out)
{
    buf_printf(out, "%s/repositories/%s/heads", state, repository);
}

/* The one that was served last, "" if there is none. */
static void kept_head(const struct round *round, const struct layer *layer,
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
        return fail_target(round, target->name, "too long");
    path_of(round, target, &path);
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
        return fail_target(round, target->name, round->source->reason);
    if (status == FETCH_ABSENT)
        return fail_target(round, target->name, "missing");
    return is_target(target, out) ||
           fail_target(round, target->name, "not the announced bytes");
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
        return fail_tuf(round, found);
    if (!target.listed[0])
        return fail_target(round, name, "without SHA-256");
    kept_head(round, layer, &layer->head_bytes);
    layer->news = !is_target(&target, &layer->head_bytes);
    if (layer->news) {
        buf_clear(&layer->head_bytes);
        if (!fetch_head(round, &target, &layer->head_bytes))
            return false;
    }
    layer->has_head =
        round_head_read(buf_text(&layer->head_bytes), layer->head_bytes.length,
                        layer->area, &layer->head, &fault);
    return layer->has_head || fail_target(round, name, fault.reason);
}

/* Of another repository: only what it withdrew is of interest. */
static void load_kept_head(const struct round *round, struct layer *layer)
{
    struct fault fault = {0};
    kept_head(round, layer, &layer->head_bytes);
    if (!layer->head_bytes.length)
        return;
    layer->has_head =
        round_head_read(layer->head_bytes.data, layer->head_bytes.length,
                        layer->area, &layer->head, &fault);
    if (!layer->has_head)
        log_warn("round", "%s, %s: kept head: %s", layer->repository,
                 layer->area, fault.reason);
}

/* Layers. */

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
    snprintf(layer->area, sizeof(layer->area), "%s", area);
    layer->on_board =
        install_seq(options->state, repository, area, &layer->before);
    if (!layer->on_board)
        layer->before = 0;
    layer->seq = layer->before;
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

static bool load_layers(struct round *round)
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
        if (!layer->ours)
            load_kept_head(round, layer);
        else if (!load_head(round, layer))
            return false;
        any = any || (layer->ours && layer->has_head);
    }
    return any || round_fail(round->report, ROUND_NOT_OURS, NULL);
}

/* Import. */

static enum pack_result read_pack(void *data, const unsigned char *sha256,
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
    const bool fine = got == 0 && out->length - before <= limit;
    if (!fine)
        out->length = before;
    if (out->data)
        out->data[out->length] = 0;
    return fine;
}

void round_objects(struct objects *objects, struct install_objects *out)
{
    *out = (struct install_objects){
        .data = objects, .read_pack = read_pack, .read = read_object};
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
    round->report->lacking = report->space_missing;
    return round_fail(round->report, results[result], NULL);
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
    kept_head(round, layer, &bytes);
    if (bytes.length)
        round_head_read(bytes.data, bytes.length, layer->area, &kept, &fault);
    const bool same = round_head_same_withdrawn(&kept, &layer->head);
    round_head_fini(&kept);
    buf_fini(&bytes);
    return !same;
}

/* Take-downs wait for nothing. */
static bool withdraw(struct round *round)
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
    for (size_t i = 0; i < round->layer_count && fine; i++) {
        const struct layer *layer = &round->layers[i];
        if (layer->ours && layer->news && !keep_head(round, layer))
            return false;
    }
    return round->report->result == ROUND_CURRENT;
}

/* Packs. */

static bool want_pack(struct round *round, const struct layer *layer,
                      const struct head_pack *pack, struct wanted_list *wanted)
{
    struct tuf_target target;
    struct buf name = {0}, path = {0};
    buf_printf(&name, "u/%s/%s.tar.zst", layer->area, pack->name);
    bool fine = find_target(round, buf_text(&name), &target);
    if (fine && ((uint64_t)target.length != pack->length ||
                 memcmp(target.digests[0], pack->sha256, OBJECT_HASH_BYTES)))
        fine = fail_target(round, buf_text(&name),
                           "the head describes another one");
    if (fine) {
        path_of(round, &target, &path);
        wanted_add(wanted, round->objects, buf_text(&path), pack->sha256,
                   pack->length);
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
    for (size_t i = 0; i < head->pack_count; i++)
        steps[i] = (struct round_step){
            .from = head->packs[i].from,
            .to = head->packs[i].to,
            .bytes = cost_of(round->objects, &head->packs[i]),
        };
    bool fine = round_path(steps, head->pack_count, from, head->seq, indices,
                           &length) ||
                fail_target(round, "head.json", "no packs lead to its end");
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
        if (!layer->ours || !layer->has_head)
            continue;
        if (layer->head.seq < layer->before)
            log_warn("round", "%s: %" PRIu32 " is offered after %" PRIu32,
                     layer->area, layer->head.seq, layer->before);
        else if (anew || layer->head.seq > layer->before) {
            if (!plan_packs(round, layer, anew ? 0 : layer->before, wanted))
                return false;
        }
    }
    return true;
}

static bool check_space(struct round *round, const struct wanted_list *wanted)
{
    uint64_t need = SPACE_KEPT_FREE;
    for (size_t i = 0; i < wanted->count; i++)
        need += wanted->all[i].length -
                objects_staged(round->objects, wanted->all[i].sha256);
    const uint64_t have = objects_free_space(round->objects);
    if (!wanted->count || need <= have)
        return true;
    round->report->lacking = need - have;
    log_warn("round", "%" PRIu64 " bytes are lacking", need - have);
    return round_fail(round->report, ROUND_NO_SPACE, NULL);
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
    if (objects_has(round->objects, sha256, length))
        return true;
    media_name(listing->layer->area, path, sha256, &name);
    bool fine = find_target(round, buf_text(&name), &target);
    if (fine && ((uint64_t)target.length != length ||
                 memcmp(target.digests[0], sha256, OBJECT_HASH_BYTES)))
        fine = fail_target(round, buf_text(&name),
                           "the pack describes another one");
    if (fine) {
        path_of(round, &target, &file);
        wanted_add(listing->wanted, round->objects, buf_text(&file), sha256,
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
        read_pack(round->objects, sha256, &visitor, reason);
    if (result == PACK_OK)
        return true;
    if (listing.failed)
        return false;
    /* Signed and whole, but not what it should be: the publisher's mistake. */
    return fail_target(round, listing.pack->name,
                       result == PACK_STOPPED ? "it says it is another one"
                                              : reason);
}

static bool bring_media(struct round *round)
{
    struct wanted_list wanted = {0};
    bool fine = true;
    for (size_t i = 0; i < round->layer_count && fine; i++) {
        const struct layer *layer = &round->layers[i];
        for (size_t j = 0; j < layer->pack_count && fine; j++)
            fine = list_pack_media(round, layer, layer->packs[j], &wanted);
    }
    fine = fine && check_space(round, &wanted) &&
           bring_all(&round->bring, &wanted);
    round->report->media += fine ? wanted.count : 0;
    wanted_fini(&wanted);
    return fine;
}

static bool bring_packs(struct round *round, bool anew)
{
    struct wanted_list wanted = {0};
    bool fine = plan(round, anew, &wanted) && check_space(round, &wanted) &&
                bring_all(&round->bring, &wanted);
    round->report->packs += fine ? wanted.count : 0;
    wanted_fini(&wanted);
    return fine;
}

/* The end. */

struct hashes {
    unsigned char (*all)[OBJECT_HASH_BYTES];
    size_t count, capacity;
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
    struct hashes *hashes = data;
    (void)length;
    if (!hashes->count || !bsearch(sha256, hashes->all, hashes->count,
                                   OBJECT_HASH_BYTES, compare_hashes))
        objects_remove(hashes->objects, sha256);
    return true;
}

/* What no kept generation needs goes, now that the new one is complete. */
static void clean_up(struct round *round)
{
    struct hashes hashes = {.objects = round->objects};
    if (install_each_object(round->options->state, note_hash, &hashes)) {
        if (hashes.count)
            qsort(hashes.all, hashes.count, OBJECT_HASH_BYTES, compare_hashes);
        objects_each(round->objects, remove_unless_noted, &hashes);
    }
    free(hashes.all);
    objects_clear_staging(round->objects);
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

static bool install_all(struct round *round, bool *missing_out)
{
    struct install_report report = {0};
    struct round_progress *progress = &round->bring.progress;
    progress->phase = ROUND_INSTALLING;
    progress->items_done = progress->items_total = 0;
    progress->can_pull_out = true;
    bring_tell(&round->bring, true);
    enum install_result result = install(round, true, &report);
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

static bool bring_and_install(struct round *round)
{
    bool anew = round->options->repair;
    for (int repairs = 0;; repairs++) {
        bool missing = false;
        if (!bring_packs(round, anew) || !bring_media(round))
            return false;
        if (install_all(round, &missing))
            return true;
        if (!missing || repairs == REPAIRS_MAX)
            return false;
        log_warn("round", "objects are gone: bringing them again");
        round->report->result = ROUND_CURRENT;
        anew = true;
    }
}

/* Only older content than what is on board was offered. */
static bool offers_less(const struct round *round)
{
    bool less = false, more = false;
    for (size_t i = 0; i < round->layer_count; i++) {
        const struct layer *layer = &round->layers[i];
        if (!layer->ours || !layer->has_head)
            continue;
        less = less || layer->head.seq < layer->before;
        more = more || layer->head.seq >= layer->before;
    }
    return less && !more;
}

static bool conclude(struct round *round)
{
    struct round_report *report = round->report;
    if (round->installed)
        clean_up(round);
    report->result = round->installed     ? ROUND_UPDATED
                     : offers_less(round) ? ROUND_OLDER
                                          : ROUND_CURRENT;
    return true;
}

static void note_areas(struct round *round)
{
    struct round_report *report = round->report;
    for (size_t i = 0; i < round->layer_count; i++) {
        const struct layer *layer = &round->layers[i];
        if (!layer->ours || (!layer->has_head && !layer->on_board) ||
            report->area_count == ROUND_AREAS_MAX)
            continue;
        struct round_area *area = &report->areas[report->area_count++];
        memcpy(area->area, layer->area, sizeof(area->area));
        area->before = layer->before;
        if (!install_seq(round->options->state, layer->repository, layer->area,
                         &area->after))
            area->after = 0;
    }
}

static void close_round(struct round *round)
{
    for (size_t i = 0; i < round->layer_count; i++) {
        round_head_fini(&round->layers[i].head);
        buf_fini(&round->layers[i].head_bytes);
        free(round->layers[i].packs);
    }
    free(round->layers);
    tuf_free(round->tuf);
    fetch_close(round->metadata);
    fetch_close(round->source);
    objects_close(round->objects);
    buf_fini(&round->folder);
}

enum round_result round_run(const struct round_options *options,
                            struct round_report *out)
{
    static bool (*const steps[])(struct round *) = {
        open_state, open_source,       refresh,  load_layers,
        withdraw,   bring_and_install, conclude,
    };
    struct round round = {
        .options = options,
        .report = out,
        .bring = {.options = options, .report = out},
    };
    *out = (struct round_report){
        .result = ROUND_CURRENT,
        .stick = !is_address(options->source),
    };
    round.bring.progress.seconds_left = -1;
    bool fine = true;
    for (size_t i = 0; i < COUNT_OF(steps) && fine; i++)
        fine = steps[i](&round);
    note_areas(&round);
    close_round(&round);
    return out->result;
}
