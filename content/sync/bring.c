/* bring.c - packs and pictures from the source into objects.
 *
 * A connection that breaks is normal: what has come is kept, and the rest asked
 * for again, as long as each try brings something worth while. What a try
 * brings is limited by what the signed metadata announce, so none of this can
 * go on for ever. */
#include "round_private.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/utf8.h"

enum {
    TRIES_MAX = 200,
    VAIN_TRIES_MAX = 3,       /* in a row */
    TRY_BYTES_MIN = 32 << 10, /* below, a try was in vain */
    TELL_EVERY_MS = 200,
    GUESS_AFTER_MS = 1500,
};

bool round_fail(struct round_report *report, enum round_result result,
                const char *file)
{
    report->result = result;
    snprintf(report->file, sizeof(report->file), "%s", file ? file : "");
    report->file[utf8_valid_length(report->file, strlen(report->file))] = 0;
    make_printable(report->file);
    return false;
}

bool round_set_aside(struct round_report *report, struct round_failure *first)
{
    /* Of the source as a whole, of this machine, or somebody's wish. A server
     * that asks for patience gets it for all areas. */
    static const bool everywhere[ROUND_RESULT_COUNT] = {
        [ROUND_NO_SPACE] = true,
        [ROUND_DISK] = true,
        [ROUND_STOPPED] = true,
    };
    if (everywhere[report->result] || report->retry_after)
        return false;
    if (first->result == ROUND_UPDATED) {
        first->result = report->result;
        memcpy(first->file, report->file, sizeof(first->file));
    }
    report->result = ROUND_CURRENT;
    report->file[0] = 0;
    return true;
}

void wanted_add(struct wanted_list *list, struct objects *objects,
                unsigned owner, const char *path, const unsigned char *sha256,
                uint64_t length)
{
    if (objects_has(objects, sha256, length))
        return;
    ARRAY_GROW(list->all, list->count, list->capacity);
    struct wanted *wanted = &list->all[list->count++];
    *wanted = (struct wanted){
        .path = xstrdup(path), .length = length, .owner = owner};
    memcpy(wanted->sha256, sha256, OBJECT_HASH_BYTES);
}

void wanted_fini(struct wanted_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->all[i].path);
    free(list->all);
    *list = (struct wanted_list){0};
}

uint64_t wanted_rest(struct objects *objects, const struct wanted *wanted)
{
    const uint64_t staged = objects_staged(objects, wanted->sha256);
    return staged <= wanted->length ? wanted->length - staged : wanted->length;
}

static int compare_wanted(const void *a, const void *b)
{
    const struct wanted *left = a, *right = b;
    const int order = memcmp(left->sha256, right->sha256, OBJECT_HASH_BYTES);
    return order ? order
                 : (left->owner > right->owner) - (left->owner < right->owner);
}

/* The same picture in several places of an area comes once. What two areas want
 * stays twice, as each has a file of its own for it. */
static void drop_repeated(struct wanted_list *list)
{
    size_t kept = 0;
    qsort(list->all, list->count, sizeof(*list->all), compare_wanted);
    for (size_t i = 0; i < list->count; i++)
        if (kept && !compare_wanted(&list->all[i], &list->all[kept - 1]))
            free(list->all[i].path);
        else
            list->all[kept++] = list->all[i];
    list->count = kept;
}

static int64_t steady_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool bring_stopped(void *data)
{
    struct bring *bring = data;
    const struct round_options *options = bring->options;
    if (!bring->stopped && options->stopped)
        bring->stopped = options->stopped(options->data);
    return bring->stopped;
}

static int seconds_left(const struct bring *bring, int64_t now)
{
    const struct round_progress *progress = &bring->progress;
    const int64_t elapsed = now - bring->began;
    const uint64_t fetched = bring->report->fetched;
    if (progress->phase != ROUND_FETCHING || !bring->began || !fetched ||
        elapsed < GUESS_AFTER_MS)
        return -1;
    const double left = (double)(progress->bytes_total - progress->bytes_done) *
                        (double)elapsed / (double)fetched / 1000;
    return left < 86400 ? (int)(left + 0.5) : 86400;
}

void bring_tell(struct bring *bring, bool at_once)
{
    const struct round_options *options = bring->options;
    const int64_t now = steady_ms();
    if (!options->progress || (!at_once && now - bring->told < TELL_EVERY_MS))
        return;
    bring->told = now;
    bring->progress.seconds_left = seconds_left(bring, now);
    options->progress(options->data, &bring->progress);
}

/* One try of one object. */
struct
try {
    struct bring *bring;
    struct object_part *part;
    uint64_t came;
    bool refused; /* by objects */
};

static bool take(void *context, const void *bytes, size_t length)
{
    struct try *try = context;
    if (!object_part_write(try->part, bytes, length)) {
        try->refused = true;
        return false;
    }
    try->came += length;
    try->bring->report->fetched += length;
    try->bring->progress.bytes_done += length;
    bring_tell(try->bring, false);
    return !bring_stopped(try->bring);
}

static bool fail_objects(struct bring *bring, const struct wanted *wanted)
{
    if (objects_fault(bring->objects) != OBJECTS_FULL)
        return round_fail(bring->report, ROUND_DISK, NULL);
    bring->report->lacking = wanted_rest(bring->objects, wanted);
    return round_fail(bring->report, ROUND_NO_SPACE, NULL);
}

enum outcome { OUTCOME_DONE, OUTCOME_AGAIN, OUTCOME_FAILED };

static enum outcome fail_source(struct bring *bring,
                                const struct wanted *wanted,
                                enum fetch_status status)
{
    static const char *const reasons[] = {
        [FETCH_OK] = "shorter than announced",
        [FETCH_ABSENT] = "missing",
        [FETCH_TOO_LONG] = "longer than announced",
    };
    struct round_report *report = bring->report;
    const bool cut =
        !report->stick && (status == FETCH_FAILED || status == FETCH_OK);
    const char *reason = status == FETCH_FAILED || status == FETCH_SAME
                             ? bring->source->reason
                             : reasons[status];
    report->retry_after = bring->source->retry_after;
    if (cut && !report->retry_after) {
        snprintf(bring->cut, sizeof(bring->cut), "%s", reason);
        return OUTCOME_AGAIN;
    }
    log_warn("round", "%s: %s", wanted->path, reason);
    round_fail(report, cut ? ROUND_UNREACHABLE : ROUND_DAMAGED, wanted->path);
    return OUTCOME_FAILED;
}

/* What came is complete. */
static enum outcome commit(struct try *try, const struct wanted *wanted,
                           uint64_t had)
{
    struct bring *bring = try->bring;
    if (object_part_commit(try->part))
        return OUTCOME_DONE;
    if (objects_fault(bring->objects) != OBJECTS_WRONG) {
        fail_objects(bring, wanted);
        return OUTCOME_FAILED;
    }
    bring->progress.bytes_done -= wanted->length;
    if (had) /* what was there before may be what is wrong: from the start */
        return OUTCOME_AGAIN;
    round_fail(bring->report, ROUND_DAMAGED, wanted->path);
    return OUTCOME_FAILED;
}

static enum outcome try_once(struct bring *bring, const struct wanted *wanted,
                             uint64_t *came_out)
{
    struct try try = {.bring = bring};
    enum fetch_status status = FETCH_OK;
    try.part = objects_begin(bring->objects, wanted->sha256, wanted->length);
    if (!try.part) {
        fail_objects(bring, wanted);
        return OUTCOME_FAILED;
    }
    const uint64_t had = object_part_have(try.part);
    if (had < wanted->length || !wanted->length)
        status = fetch_request(bring->source, &(struct fetch_request){
                                                  .name = wanted->path,
                                                  .from = had,
                                                  .limit = wanted->length - had,
                                                  .write = take,
                                                  .context = &try,
                                              });
    *came_out = try.came;
    if (status == FETCH_OK && had + try.came == wanted->length)
        return commit(&try, wanted, had);
    object_part_drop(try.part);
    if (bring->stopped) {
        round_fail(bring->report, ROUND_STOPPED, NULL);
        return OUTCOME_FAILED;
    }
    if (try.refused) {
        fail_objects(bring, wanted);
        return OUTCOME_FAILED;
    }
    return fail_source(bring, wanted, status);
}

static bool bring_object(struct bring *bring, const struct wanted *wanted)
{
    struct round_report *report = bring->report;
    int vain = 0;
    for (int i = 0; i < TRIES_MAX && vain < VAIN_TRIES_MAX; i++) {
        uint64_t came = 0;
        enum outcome outcome = try_once(bring, wanted, &came);
        if (outcome != OUTCOME_AGAIN)
            return outcome == OUTCOME_DONE;
        if (bring_stopped(bring))
            return round_fail(report, ROUND_STOPPED, NULL);
        vain = came >= TRY_BYTES_MIN ? 0 : vain + 1;
    }
    log_warn("round", "%s: %s", wanted->path, bring->cut);
    return round_fail(report, ROUND_UNREACHABLE, wanted->path);
}

/* False: the round ends. */
static bool bring_or_skip(struct bring *bring, const struct wanted *wanted)
{
    const bool there =
        objects_has(bring->objects, wanted->sha256, wanted->length);
    if (there || bring->failed & wanted->owner) {
        bring->progress.bytes_done += wanted_rest(bring->objects, wanted);
        return true;
    }
    if (bring_object(bring, wanted))
        return true;
    /* A connection that is gone is gone for all of them. */
    if (bring->report->result == ROUND_UNREACHABLE ||
        !round_set_aside(bring->report, &bring->first))
        return false;
    bring->failed |= wanted->owner;
    return true;
}

bool bring_all(struct bring *bring, struct wanted_list *list)
{
    struct round_progress *progress = &bring->progress;
    if (!list->count)
        return true;
    drop_repeated(list);
    if (!bring->began)
        bring->began = steady_ms();
    progress->phase = ROUND_FETCHING;
    progress->items_total += list->count;
    for (size_t i = 0; i < list->count; i++) {
        progress->bytes_total += list->all[i].length;
        progress->bytes_done +=
            list->all[i].length - wanted_rest(bring->objects, &list->all[i]);
    }
    bring_tell(bring, true);
    for (size_t i = 0; i < list->count; i++) {
        if (bring_stopped(bring))
            return round_fail(bring->report, ROUND_STOPPED, NULL);
        if (!bring_or_skip(bring, &list->all[i]))
            return false;
        progress->items_done++;
        bring_tell(bring, true);
    }
    return true;
}
