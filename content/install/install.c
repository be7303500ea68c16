/* install.c - the order of things: what is on board, what is wanted, whether
 * there is room, withdrawals, then all of it in one transaction. */
#include "install_private.h"

#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/log.h"
#include "content/store/seal.h"

static const char *const results[INSTALL_RESULT_COUNT] = {
    [INSTALL_DONE] = "done",
    [INSTALL_NOTHING_NEW] = "nothing new",
    [INSTALL_BAD_CONTENT] = "content that cannot be shown",
    [INSTALL_MISSING] = "objects are missing",
    [INSTALL_NO_SPACE] = "no space left",
    [INSTALL_DISK] = "the disk or the database failed",
    [INSTALL_STOPPED] = "stopped",
};

const char *install_result_english(enum install_result result)
{
    return results[result];
}

void install_report_fini(struct install_report *report)
{
    buf_fini(&report->faults);
    buf_fini(&report->missing);
    *report = (struct install_report){0};
}

bool install_fail(struct install *install, enum install_result result)
{
    if (install->result == INSTALL_DONE)
        install->result = result;
    return false;
}

bool install_fine(struct install *install)
{
    if (install->writer.status == SQLITE_OK)
        return install->result == INSTALL_DONE;
    return install_fail(install, install->writer.status == SQLITE_FULL
                                     ? INSTALL_NO_SPACE
                                     : INSTALL_DISK);
}

bool install_step(struct install *install, size_t done, size_t total)
{
    const struct install_progress *progress = install->progress;
    if (progress &&
        !progress->step(progress->data, install->phase, done, total))
        install_fail(install, INSTALL_STOPPED);
    return install_fine(install);
}

static void add_missing(struct install_report *report,
                        const unsigned char *sha256)
{
    for (size_t at = 0; at < report->missing.length; at += INSTALL_HASH_BYTES)
        if (!memcmp(report->missing.data + at, sha256, INSTALL_HASH_BYTES))
            return;
    buf_add(&report->missing, sha256, INSTALL_HASH_BYTES);
}

void install_missing(struct install *install, const unsigned char *sha256)
{
    add_missing(install->report, sha256);
    install_fail(install, INSTALL_MISSING);
}

/* One call from outside. */
struct job {
    const char *state;
    char *path; /* content.db */
    const struct install_objects *objects;
    const struct install_progress *progress;
    struct install_report *report;
    struct record record;
    struct record_generation now; /* on board, or what the record last says */
    sqlite3 *db;                  /* NULL: there is none that is of use */

    struct record_layer *layers; /* wanted, the most specific first */
    size_t *from;                /* packs of each that are on board already */
    size_t count;
    uint64_t bytes, files; /* in the packs that are to be read */
    bool whole, new_ids;
};

/* What was committed counts, whatever the record says. */
static void open_job(struct job *job, const char *state,
                     const struct install_objects *objects,
                     const struct install_progress *progress,
                     struct install_report *report)
{
    int status;
    *report = (struct install_report){0};
    *job = (struct job){.state = state,
                        .path = database_path(state, "content.db"),
                        .objects = objects,
                        .progress = progress,
                        .report = report};
    install_record_read(state, &job->record);
    if (access(job->path, F_OK) == 0)
        job->db = database_open(job->path, false, &status);
    if (job->db && !database_layers(job->db, &job->now)) {
        log_warn("install", "%s: of no use, it is made anew", job->path);
        sqlite3_close(job->db);
        job->db = NULL;
    }
    const struct record_generation *last =
        job->record.count ? &job->record.generations[job->record.count - 1]
                          : NULL;
    if (!job->db && last) {
        job->now = record_copy_generation(last);
    } else if (job->db && (!last || last->number != job->now.number)) {
        /* The power went between the commit and the record. */
        struct record_generation now = record_copy_generation(&job->now);
        record_add(&job->record, &now);
        install_record_write(state, &job->record);
    }
    report->generation = job->db ? job->now.number : 0;
}

static void close_job(struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        record_fini_layer(&job->layers[i]);
    free(job->layers);
    free(job->from);
    record_fini_generation(&job->now);
    record_fini(&job->record);
    sqlite3_close(job->db);
    free(job->path);
}

static const char *time_now(char out[sizeof("2026-11-25T08:00:00")])
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct civil c = civil_from_seconds((int64_t)now.tv_sec);
    snprintf(out, sizeof("2026-11-25T08:00:00"),
             "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)c.year % 10000,
             (unsigned)c.month % 100, (unsigned)c.day % 100,
             (unsigned)c.hour % 100, (unsigned)c.minute % 100,
             (unsigned)c.second % 100);
    return out;
}

static void begin(struct install *install)
{
    struct writer *writer = &install->writer;
    writer->db = install->db;
    install->statements = xcalloc(ASK_COUNT, sizeof(sqlite3_stmt *));
    writer_run(writer, "BEGIN IMMEDIATE");
    install->insert_source = insert_open(writer, "INTO source", 7);
    install->insert_mention = insert_open(writer, "OR IGNORE INTO mention", 2);
    install->insert_media = insert_open(writer, "INTO media", 5);
    rows_open_items(writer, &install->items);
    rows_open_listings(writer, &install->rows);
    install->next_item = greatest(install, "SELECT max(number) FROM item") + 1;
    install->next_list = greatest(install, "SELECT max(number) FROM list") + 1;
    install->next_row =
        greatest(install, "SELECT max(number) FROM listing_row") + 1;
    install->next_listing =
        greatest(install, "SELECT max(number) FROM listing") + 1;
    install->next_media =
        greatest(install, "SELECT max(number) FROM media") + 1;
}

static void end(struct install *install)
{
    struct map *maps[] = {&install->touched, &install->units, &install->faces,
                          &install->lists, &install->changed};
    bool fine = install_fine(install);
    insert_close(&install->insert_source);
    insert_close(&install->insert_mention);
    insert_close(&install->insert_media);
    rows_close_items(&install->items);
    rows_close_listings(&install->rows);
    ask_close_all(install);
    if (fine)
        writer_run(&install->writer, "COMMIT");
    if (!install_fine(install))
        sqlite3_exec(install->db, "ROLLBACK", NULL, NULL, NULL);
    for (size_t i = 0; i < COUNT_OF(maps); i++)
        map_fini(maps[i]);
    index_touched_fini(&install->indexed);
    arena_fini(&install->arena);
}

/* Once the layers are known: the nearest publisher's comes first. */
static void write_index(struct install *install)
{
    if (!install_fine(install))
        return;
    install->writer.status = install->fresh
                                 ? index_build(install->db)
                                 : index_update(install->db, &install->indexed);
    install_fine(install);
}

static void write_generation(struct install *install, uint32_t number)
{
    char at[sizeof("2026-11-25T08:00:00")];
    layers_write(install);
    write_index(install);
    tell(install, "INSERT OR REPLACE INTO generation VALUES (1, ?1)",
         INT(number), 0);
    writer_run(&install->writer, "DELETE FROM meta WHERE key = 'built'");
    struct insert insert = insert_open(&install->writer, "INTO meta", 2);
    insert_row(&insert, "tt", "built", time_now(at));
    insert_close(&insert);
}

static void judge(struct install *install, bool only_ids)
{
    struct install_report *report = install->report;
    /* What is withdrawn goes, whatever becomes of the rest. */
    if (only_ids)
        report->fault_count = 0;
    if (install_fine(install) && !report->fault_count && !only_ids &&
        !greatest(install, "SELECT EXISTS (SELECT 1 FROM item)")) {
        buf_puts(&report->faults, "edition.yaml:1: 没有一篇文章\n");
        report->fault_count++;
    }
    if (!report->fault_count || !install_fine(install))
        return;
    log_warn("install", "%zu faults in the content, the first: %.*s",
             report->fault_count, (int)strcspn(buf_text(&report->faults), "\n"),
             buf_text(&report->faults));
    install_fail(install, INSTALL_BAD_CONTENT);
}

/* Whatever the database held of the layers before becomes these layers. */
static enum install_result transact(struct job *job, sqlite3 *db, bool fresh,
                                    struct record_layer *layers, size_t count,
                                    const size_t *from, uint32_t number,
                                    bool only_ids)
{
    struct install install = {.objects = job->objects,
                              .progress = job->progress,
                              .report = job->report,
                              .layers = layers,
                              .layer_count = count,
                              .fresh = fresh,
                              .db = db};
    const char **was = xcalloc(count, sizeof(*was));
    for (size_t i = 0; i < count && !fresh; i++)
        was[i] = job->now.layers[i].withdrawn;
    job->report->compiled = 0;
    begin(&install);
    if (fresh)
        unit_of_key(&install, UNIT_EDITION, "edition.yaml")->dirty = true;
    if (layers_apply(&install, from, was))
        compile_all(&install);
    install.phase = INSTALL_WRITING;
    judge(&install, only_ids);
    if (install_step(&install, 0, 1))
        write_generation(&install, number);
    end(&install);
    free(was);
    return install.result;
}

/* Through a connection that has nothing in its memory. */
static bool read_back(const char *path, struct record_generation *out)
{
    sqlite3 *db = NULL;
    bool fine =
        sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
        seal_register(db) == SQLITE_OK && database_layers(db, out);
    sqlite3_close(db);
    return fine;
}

/* The new generation counts from here on. */
static enum install_result acknowledge(struct job *job, uint32_t number)
{
    struct record_generation now;
    if (!read_back(job->path, &now))
        return INSTALL_DISK;
    bool fine = now.number == number;
    if (!fine)
        log_error("install", "%s: generation %lu does not come back", job->path,
                  (unsigned long)number);
    job->report->generation = now.number;
    record_add(&job->record, &now);
    fine = install_record_write(job->state, &job->record) && fine;
    return fine ? INSTALL_DONE : INSTALL_DISK;
}

static bool has_id(const char *ids, const char *id, size_t length)
{
    for (size_t n; *ids; ids += n + (ids[n] == '\n')) {
        n = strcspn(ids, "\n");
        if (n == length && !memcmp(ids, id, length))
            return true;
    }
    return false;
}

/* Whether all of `ids` are in `others`. */
static bool all_in(const char *ids, const char *others)
{
    for (size_t n; *ids; ids += n + (ids[n] == '\n')) {
        n = strcspn(ids, "\n");
        if (n && !has_id(others, ids, n))
            return false;
    }
    return true;
}

static bool same_area(const struct record_layer *a,
                      const struct record_layer *b)
{
    return !strcmp(a->repository, b->repository) && !strcmp(a->area, b->area);
}

static const struct record_layer *layer_now(const struct job *job,
                                            const struct record_layer *wanted)
{
    for (size_t i = 0; i < job->now.layer_count; i++)
        if (same_area(&job->now.layers[i], wanted))
            return &job->now.layers[i];
    return NULL;
}

/* What is known to be withdrawn goes at once, in a transaction of its own; what
 * comes after it may fail. */
static void withdraw(struct job *job)
{
    /* If it fails, so will what comes next, and say why. */
    struct record_generation *now = &job->now;
    struct record_layer *layers = xcalloc(now->layer_count, sizeof(*layers));
    size_t *from = xcalloc(now->layer_count, sizeof(*from));
    for (size_t i = 0; i < now->layer_count; i++) {
        layers[i] = record_copy_layer(&now->layers[i]);
        from[i] = layers[i].packs.length / INSTALL_HASH_BYTES;
        for (size_t n = 0; n < job->count; n++) {
            if (!same_area(&layers[i], &job->layers[n]))
                continue;
            free(layers[i].withdrawn);
            layers[i].withdrawn = xstrdup(job->layers[n].withdrawn);
        }
    }
    uint32_t number = now->number + 1;
    enum install_result result = transact(job, job->db, false, layers,
                                          now->layer_count, from, number, true);
    buf_clear(&job->report->faults);
    if (result == INSTALL_DONE) {
        now->number = number;
        for (size_t i = 0; i < now->layer_count; i++) {
            free(now->layers[i].withdrawn);
            now->layers[i].withdrawn = xstrdup(layers[i].withdrawn);
        }
        acknowledge(job, number);
    }
    for (size_t i = 0; i < now->layer_count; i++)
        record_fini_layer(&layers[i]);
    free(layers);
    free(from);
}

static bool has_space(struct job *job)
{
    struct statvfs info;
    if (statvfs(job->state, &info) != 0)
        return true; /* SQLite will say it */
    uint64_t room = (uint64_t)info.f_bavail * info.f_frsize;
    /* A new file holds all text and pictures, the text once more as the search
     * reads it, and indexes: measured, 3.2 times the text. In the log, each
     * changed page counts, and an item touches some six. */
    uint64_t need =
        (4u << 20) +
        (job->whole ? job->bytes * 4 : job->bytes * 6 + job->files * 24576);
    if (room >= need)
        return true;
    job->report->space_missing = need - room;
    log_warn("install", "%s: %llu bytes are missing", job->state,
             (unsigned long long)(need - room));
    return false;
}

static enum install_result update(struct job *job)
{
    uint32_t number = job->now.number + 1;
    enum install_result result = transact(job, job->db, false, job->layers,
                                          job->count, job->from, number, false);
    if (result == INSTALL_DONE)
        result = acknowledge(job, number);
    database_checkpoint(job->db);
    return result;
}

/* Moves the whole log into the file and lets go of it, so that another file can
 * take its place. */
static bool let_go(struct job *job)
{
    int frames = 0, moved = 0;
    if (!job->db)
        return true;
    int status = sqlite3_wal_checkpoint_v2(
        job->db, "main", SQLITE_CHECKPOINT_TRUNCATE, &frames, &moved);
    if (status != SQLITE_OK)
        log_error("install", "%s: %s", job->path, sqlite3_errmsg(job->db));
    /* A damaged one has nothing to lose. */
    if (status == SQLITE_BUSY)
        return false;
    sqlite3_close(job->db);
    job->db = NULL;
    return true;
}

static enum install_result make_whole(struct job *job)
{
    int status;
    char *temporary = database_path(job->state, "content.db.new");
    uint32_t number = job->now.number + 1;
    enum install_result result = INSTALL_DISK;
    job->report->whole = true;
    memset(job->from, 0, job->count * sizeof(*job->from));
    unlink(temporary);
    sqlite3 *db = database_open(temporary, true, &status);
    if (db) {
        result = transact(job, db, true, job->layers, job->count, job->from,
                          number, false);
        status = result == INSTALL_DONE ? database_finish(db) : SQLITE_OK;
        if (sqlite3_close(db) != SQLITE_OK || status != SQLITE_OK)
            result = result != INSTALL_DONE  ? result
                     : status == SQLITE_FULL ? INSTALL_NO_SPACE
                                             : INSTALL_DISK;
    } else if (status == SQLITE_FULL) {
        result = INSTALL_NO_SPACE;
    }
    if (result == INSTALL_DONE &&
        (!let_go(job) || !database_publish(job->state, temporary)))
        result = INSTALL_DISK;
    if (result == INSTALL_DONE)
        result = acknowledge(job, number);
    unlink(temporary);
    free(temporary);
    return result;
}

/* What a pack says before its files. */
struct preview {
    struct pack_info info;
    uint64_t media;
    bool read;
};

static bool preview_info(void *data, const struct pack_info *info)
{
    struct preview *preview = data;
    preview->info = *info;
    preview->read = true;
    return true;
}

static bool preview_media(void *data, const char *path,
                          const unsigned char sha256[32], uint64_t length)
{
    struct preview *preview = data;
    (void)path;
    (void)sha256;
    preview->media += length;
    return true;
}

static bool preview_file(void *data, const char *path, const void *bytes,
                         size_t length)
{
    (void)data;
    (void)path;
    (void)bytes;
    (void)length;
    return false;
}

static bool preview_pack(struct job *job, const unsigned char *pack,
                         struct preview *out)
{
    char reason[256] = "";
    const struct pack_visitor visitor = {.data = out,
                                         .info = preview_info,
                                         .media = preview_media,
                                         .file = preview_file};
    *out = (struct preview){0};
    enum pack_result result =
        job->objects->read_pack(job->objects->data, pack, &visitor, reason);
    if (out->read && (result == PACK_OK || result == PACK_STOPPED))
        return true;
    log_warn("install", "a pack cannot be read: %s", reason);
    add_missing(job->report, pack);
    return false;
}

static enum install_result
refuse_pack(struct job *job, const struct record_layer *layer, const char *why)
{
    log_warn("install", "%s, area %s: %s", layer->repository, layer->area, why);
    buf_printf(&job->report->faults, "%s/%s:1: 内容包接不上：%s\n",
               layer->repository, layer->area, why);
    job->report->fault_count++;
    return INSTALL_BAD_CONTENT;
}

/* Puts the given packs behind those on board, or in their place. */
static enum install_result chain(struct job *job, size_t rank,
                                 const struct install_layer *given)
{
    struct record_layer *layer = &job->layers[rank];
    const struct record_layer *now = layer_now(job, layer);
    if (now) {
        buf_add(&layer->packs, buf_text(&now->packs), now->packs.length);
        layer->seq = now->seq;
    }
    job->from[rank] = layer->packs.length / INSTALL_HASH_BYTES;
    for (size_t i = 0; i < given->pack_count; i++) {
        struct preview preview;
        if (!preview_pack(job, given->packs[i], &preview))
            return INSTALL_MISSING;
        if (strcmp(preview.info.area, layer->area) != 0)
            return refuse_pack(job, layer, "it is a pack of another area");
        if (!preview.info.from) {
            buf_clear(&layer->packs);
            job->from[rank] = 0;
        } else if (!layer->packs.length || preview.info.from != layer->seq) {
            return refuse_pack(job, layer, "a pack does not follow the last");
        }
        buf_add(&layer->packs, given->packs[i], INSTALL_HASH_BYTES);
        layer->seq = preview.info.to;
        job->bytes += preview.info.bytes + preview.media;
        job->files += preview.info.files;
    }
    if (layer->seq != given->seq || !layer->packs.length)
        return refuse_pack(job, layer, "packs are missing");
    return INSTALL_DONE;
}

/* Packs that are on board count too, when everything is made anew. */
static enum install_result measure_all(struct job *job)
{
    job->bytes = job->files = 0;
    for (size_t i = 0; i < job->count; i++) {
        const struct buf *packs = &job->layers[i].packs;
        for (size_t at = 0; at < packs->length; at += INSTALL_HASH_BYTES) {
            struct preview preview;
            if (preview_pack(job, (const unsigned char *)packs->data + at,
                             &preview)) {
                job->bytes += preview.info.bytes + preview.media;
                job->files += preview.info.files;
            }
        }
    }
    return job->report->missing.length ? INSTALL_MISSING : INSTALL_DONE;
}

static size_t width_of(const char *area)
{
    size_t width = strlen(area);
    while (width && area[width - 1] == '0')
        width--;
    return width;
}

static bool is_word(const char *text)
{
    for (const char *at = text; *at; at++)
        if (*at <= ' ' || *at == ',' || *at == 0x7F)
            return false;
    return *text != 0;
}

/* Ids are of ASCII; whatever else is there can name nothing of ours. What
 * stands at the top, edition.yaml or all articles, is not taken away. */
static bool is_id(const char *id)
{
    return strchr(id, '/') && *id != '/' && id[strlen(id) - 1] != '/' &&
           !id[strspn(id, "abcdefghijklmnopqrstuvwxyz"
                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./")];
}

static struct record_layer layer_of(const struct install_layer *given)
{
    struct buf ids = {0};
    for (size_t i = 0; i < given->withdrawn_count; i++)
        if (is_id(given->withdrawn[i]))
            buf_printf(&ids, "%s\n", given->withdrawn[i]);
    struct record_layer layer = {.repository = xstrdup(given->repository),
                                 .area = xstrdup(given->area),
                                 .withdrawn = xstrdup(buf_text(&ids))};
    buf_fini(&ids);
    return layer;
}

/* Sorts the layers by how specific they are; order_out[rank] is where each was
 * given. */
static void take_layers(struct job *job, const struct install_layer *given,
                        size_t count, size_t *order_out)
{
    job->layers = xcalloc(count, sizeof(*job->layers));
    job->from = xcalloc(count, sizeof(*job->from));
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at && width_of(given[order_out[at - 1]].area) <
                         width_of(given[i].area);
             at--)
            order_out[at] = order_out[at - 1];
        order_out[at] = i;
    }
    for (size_t i = 0; i < count; i++) {
        struct record_layer layer = layer_of(&given[order_out[i]]);
        const struct record_layer *now = layer_now(job, &layer);
        if (now && given[order_out[i]].withdrawn_stays) {
            free(layer.withdrawn);
            layer.withdrawn = xstrdup(now->withdrawn);
        }
        job->layers[job->count++] = layer;
    }
}

static bool same_layers(const struct job *job)
{
    bool same = job->now.layer_count == job->count;
    for (size_t i = 0; i < job->count && same; i++)
        same = same_area(&job->now.layers[i], &job->layers[i]);
    return same;
}

/* Whether anything is to be done; whether ids are to be taken away first. */
static bool compare(struct job *job)
{
    bool news = job->whole;
    for (size_t i = 0; i < job->count; i++) {
        const struct record_layer *layer = &job->layers[i];
        const struct record_layer *now = layer_now(job, layer);
        size_t packs = layer->packs.length / INSTALL_HASH_BYTES;
        bool more = !now || !all_in(layer->withdrawn, now->withdrawn);
        news |= packs != job->from[i] || more ||
                !all_in(now->withdrawn, layer->withdrawn);
        job->new_ids |= more && now;
    }
    return news;
}

static enum install_result run(struct job *job)
{
    enum install_result result = INSTALL_DONE;
    if (job->whole)
        result = measure_all(job);
    if (result == INSTALL_DONE && !has_space(job))
        result = INSTALL_NO_SPACE;
    if (result == INSTALL_DONE)
        result = job->whole ? make_whole(job) : update(job);
    /* SQLite says only that it was full. */
    if (result == INSTALL_NO_SPACE && !job->report->space_missing)
        job->report->space_missing = job->bytes * 4 + 1;
    return result;
}

enum install_result install_apply(const char *state,
                                  const struct install_objects *objects,
                                  const struct install_layer *layers,
                                  size_t count,
                                  const struct install_progress *progress,
                                  struct install_report *report)
{
    struct job job;
    size_t *order = xcalloc(count, sizeof(*order));
    enum install_result result = INSTALL_DONE;
    open_job(&job, state, objects, progress, report);
    take_layers(&job, layers, count, order);
    for (size_t i = 0; i < count; i++)
        if (!is_word(job.layers[i].repository) || !is_word(job.layers[i].area))
            result = refuse_pack(&job, &job.layers[i], "not a name");
    job.whole = !job.db || !same_layers(&job);
    for (size_t i = 0; i < count; i++) {
        enum install_result one = chain(&job, i, &layers[order[i]]);
        result = result == INSTALL_DONE ? one : result;
    }
    bool news = compare(&job);
    bool packs = job.whole || job.bytes || job.files;
    if (job.db && job.new_ids && (packs || result != INSTALL_DONE))
        withdraw(&job);
    if (result == INSTALL_DONE)
        result = news ? run(&job) : INSTALL_NOTHING_NEW;
    close_job(&job);
    free(order);
    return result;
}

bool install_recover(const char *state)
{
    int status;
    struct record_generation now = {0};
    char *path = database_path(state, "content.db");
    sqlite3 *db =
        access(path, F_OK) == 0 ? database_open(path, false, &status) : NULL;
    bool fine = db && database_layers(db, &now);
    if (db)
        database_checkpoint(db);
    sqlite3_close(db);
    record_fini_generation(&now);
    free(path);
    return fine;
}

/* The same layers again, from their packs. */
static void want(struct job *job, const struct record_generation *generation)
{
    job->layers = xcalloc(generation->layer_count, sizeof(*job->layers));
    job->from = xcalloc(generation->layer_count, sizeof(*job->from));
    for (size_t i = 0; i < generation->layer_count; i++) {
        struct record_layer layer = record_copy_layer(&generation->layers[i]);
        const struct record_layer *now = layer_now(job, &layer);
        if (now) {
            free(layer.withdrawn);
            layer.withdrawn = xstrdup(now->withdrawn);
        }
        job->layers[job->count++] = layer;
    }
    job->whole = true;
}

enum install_result install_rollback(const char *state,
                                     const struct install_objects *objects,
                                     uint32_t generation,
                                     const struct install_progress *progress,
                                     struct install_report *report)
{
    struct job job;
    enum install_result result = INSTALL_NOTHING_NEW;
    open_job(&job, state, objects, progress, report);
    for (size_t i = 0; i < job.record.count; i++) {
        const struct record_generation *one = &job.record.generations[i];
        if (one->number != generation ||
            (job.db && generation == job.now.number))
            continue;
        want(&job, one);
        result = run(&job);
        break;
    }
    close_job(&job);
    return result;
}

/* Objects that are gone or wrong, without making anything of them. */
static void look_for_objects(struct job *job)
{
    struct preview preview;
    for (size_t i = 0; i < job->now.layer_count; i++) {
        const struct buf *packs = &job->now.layers[i].packs;
        for (size_t at = 0; at < packs->length; at += INSTALL_HASH_BYTES)
            preview_pack(job, (const unsigned char *)packs->data + at,
                         &preview);
    }
    for (size_t at = 0; at < job->now.media.length; at += INSTALL_HASH_BYTES) {
        const unsigned char *picture =
            (const unsigned char *)job->now.media.data + at;
        struct buf bytes = {0};
        if (!job->objects->read(job->objects->data, picture, SOURCE_BYTES_MAX,
                                &bytes))
            add_missing(job->report, picture);
        buf_fini(&bytes);
    }
}

enum install_result install_scrub(const char *state,
                                  const struct install_objects *objects,
                                  const struct install_progress *progress,
                                  struct install_report *report)
{
    struct job job;
    enum install_result result = INSTALL_NOTHING_NEW;
    open_job(&job, state, objects, progress, report);
    if (job.db)
        report->damaged = scrub_database(job.db, job.path);
    else
        report->damaged = job.record.count != 0;
    if (report->damaged && job.now.layer_count) {
        /* A damaged file may say anything; the record is sealed as a whole. */
        const struct record_generation *last =
            job.record.count ? &job.record.generations[job.record.count - 1]
                             : NULL;
        want(&job, last && last->number == job.now.number ? last : &job.now);
        result = run(&job);
    } else {
        look_for_objects(&job);
        if (report->missing.length)
            result = INSTALL_MISSING;
    }
    close_job(&job);
    return result;
}

uint32_t install_latest_seq(const char *state, const char *repository,
                            const char *area)
{
    struct record record;
    const struct record_layer wanted = {.repository =
                                            (char *)(uintptr_t)repository,
                                        .area = (char *)(uintptr_t)area};
    uint32_t latest = 0;
    install_record_read(state, &record);
    for (size_t i = 0; i < record.count; i++) {
        const struct record_generation *one = &record.generations[i];
        for (size_t n = 0; n < one->layer_count; n++)
            if (same_area(&one->layers[n], &wanted) &&
                one->layers[n].seq > latest)
                latest = one->layers[n].seq;
    }
    record_fini(&record);
    return latest;
}

bool install_seq(const char *state, const char *repository, const char *area,
                 uint32_t *seq_out)
{
    struct record record;
    struct record_generation now = {0};
    const struct record_layer wanted = {.repository =
                                            (char *)(uintptr_t)repository,
                                        .area = (char *)(uintptr_t)area};
    bool found = false;
    char *path = database_path(state, "content.db");
    install_record_read(state, &record);
    bool read = access(path, F_OK) == 0 && read_back(path, &now);
    const struct record_generation *last =
        read           ? &now
        : record.count ? &record.generations[record.count - 1]
                       : &now;
    for (size_t i = 0; i < last->layer_count && !found; i++) {
        found = same_area(&last->layers[i], &wanted);
        *seq_out = last->layers[i].seq;
    }
    record_fini_generation(&now);
    record_fini(&record);
    free(path);
    return found;
}

size_t install_generations(const char *state, struct arena *arena,
                           struct install_generation out[INSTALL_GENERATIONS])
{
    struct record record;
    struct record_generation now = {0};
    char *path = database_path(state, "content.db");
    if (access(path, F_OK) == 0)
        read_back(path, &now);
    install_record_read(state, &record);
    size_t count = record.count;
    for (size_t i = 0; i < count; i++) {
        const struct record_generation *one =
            &record.generations[count - 1 - i];
        out[i] = (struct install_generation){one->number,
                                             arena_strdup(arena, one->at),
                                             one->number == now.number};
    }
    record_fini_generation(&now);
    record_fini(&record);
    free(path);
    return count;
}

static void keep_each(const struct buf *hashes,
                      void (*keep)(void *data, const unsigned char *sha256),
                      void *data)
{
    for (size_t at = 0; at < hashes->length; at += INSTALL_HASH_BYTES)
        keep(data, (const unsigned char *)hashes->data + at);
}

static void keep_generation(const struct record_generation *generation,
                            void (*keep)(void *data,
                                         const unsigned char *sha256),
                            void *data)
{
    for (size_t i = 0; i < generation->layer_count; i++)
        keep_each(&generation->layers[i].packs, keep, data);
    keep_each(&generation->media, keep, data);
}

bool install_each_object(const char *state,
                         void (*keep)(void *data, const unsigned char *sha256),
                         void *data)
{
    struct record record;
    struct record_generation now = {0};
    char *path = database_path(state, "content.db");
    install_record_read(state, &record);
    bool there = access(path, F_OK) == 0;
    /* With a record or without, only what is on board can be told for sure. */
    bool known = !there || read_back(path, &now);
    if (known) {
        keep_generation(&now, keep, data);
        for (size_t i = 0; i < record.count; i++)
            keep_generation(&record.generations[i], keep, data);
    }
    record_fini_generation(&now);
    record_fini(&record);
    free(path);
    return known;
}
