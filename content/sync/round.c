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
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>

#include "base/file.h"
#include "base/log.h"
#include "content/install.h"

#ifndef YICHUANG_BUILT
#define YICHUANG_BUILT 0
#endif

enum {
    REPAIRS_MAX = 1,
    ROOT_FILE_MAX = 1 << 20,
    NAME_MAX_LENGTH = 63,
};

_Static_assert((int)OBJECT_HASH_BYTES == (int)INSTALL_HASH_BYTES,
               "objects and the import name bytes alike");
/* The folders. */

bool round_name_is_fine(const char *name)
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
    if (!round_name_is_fine(repository) ||
        !make_folders(state, repository, &folder)) {
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
    if (!round_name_is_fine(options->repository)) {
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

struct tuf_clock round_clock(void)
{
    struct timex kernel = {0};
    return (struct tuf_clock){
        .now = (int64_t)time(NULL),
        .synchronised = adjtimex(&kernel) >= 0 && !(kernel.status & STA_UNSYNC),
        .built = YICHUANG_BUILT,
    };
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
    return result == TUF_OK || round_fail_tuf(round, result);
}

static bool bring_and_install(struct round *round)
{
    bool anew = round->options->repair;
    for (int repairs = 0;; repairs++) {
        bool missing = false;
        if (!round_bring_packs(round, anew) || !round_bring_media(round))
            return false;
        if (round_install_all(round, &missing))
            return round_keep_heads(round) && round_keep_keys(round);
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
        const bool older = !layer->foreign && layer->head.seq < layer->before;
        less = less || older;
        more = more || !older;
    }
    return less && !more;
}

static bool conclude(struct round *round)
{
    struct round_report *report = round->report;
    const struct round_failure *first = &round->bring.first;
    if (round->installed && !first->result) {
        round->needed.count = 0;
        round_drop_unneeded(round);
        objects_clear_staging(round->objects);
    } else if (round->installed) {
        /* What came for an area that was left out is wanted again; but one that
         * fails each day must not let what was shown before pile up. */
        round_drop_unneeded(round);
    }
    report->partly = first->result && round->installed;
    if (first->result)
        return round_fail(report, first->result, first->file);
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
    free(round->needed.all);
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
        open_state,     open_source,       refresh,  round_load_layers,
        round_withdraw, bring_and_install, conclude,
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
