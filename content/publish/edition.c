/* edition.c - publishing an edition: the packs that are due, the pictures, and
 * what nothing needs any more. */
#include "publish_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/civil.h"
#include "base/file.h"
#include "content/compile.h"

enum {
    FULL_DAYS = 30,
    FULLS_KEPT = 2, /* the steps between them too */
    CHINA_OFFSET = 8 * 3600,
};

/* Besides the step of a day, those that a kiosk takes which was off for longer.
 * In sequence numbers: an area that publishes daily. */
static const uint32_t long_steps[] = {7, 28};

struct publication {
    struct publisher publisher;
    const struct publish_options *options;
    const char *folder;
    char area[AREA_DIGITS + 1], date[11];
    struct buf title;
    char *role;
    struct metadata *targets; /* signers borrow from it */
    struct signers signers;
    json_t *body, *head;
    struct state before, now;
    uint32_t seq;
};

void body_areas(const json_t *body, json_t *areas)
{
    const char *name;
    json_t *target;
    json_object_foreach(json_object_get(body, "targets"), name, target)
    {
        char area[AREA_DIGITS + 1] = "";
        if (strlen(name) == sizeof("u/520103/head.json") - 1 &&
            !strncmp(name, "u/", 2) && !strcmp(name + 8, "/head.json")) {
            memcpy(area, name + 2, AREA_DIGITS);
            json_array_append_new(areas, json_string(area));
        }
    }
}

static void date_in_china(int64_t now, char out[11])
{
    const struct civil c = civil_from_seconds(now + CHINA_OFFSET);
    char text[64];
    snprintf(text, sizeof(text), "%04d-%02d-%02d", c.year, c.month, c.day);
    memcpy(out, text, 10);
    out[10] = 0;
}

static bool check_edition(struct publication *it, const char *area)
{
    struct compile_report report;
    bool fine = compile_check(it->folder, &report);
    buf_puts(it->options->said, buf_text(&report.faults));
    if (!fine)
        say(it->options, "共 %zu 处要改，没有发布", report.fault_count);
    if (!area)
        area = buf_text(&report.region);
    if (fine && !area_is_fine(area))
        fine = say(it->options,
                   "edition.yaml:1: 不知道是哪个地区的内容；写 region: "
                   "六位区划代码，或用 --area");
    snprintf(it->area, sizeof(it->area), "%s", area);
    buf_puts(&it->title, buf_text(&report.title));
    compile_report_fini(&report);
    return fine;
}

static bool read_before(struct publication *it)
{
    struct publisher *publisher = &it->publisher;
    it->role = area_role(publisher, it->area, &it->targets, &it->signers);
    if (!it->role)
        return false;
    it->body = role_body(publisher, it->role);
    if (!it->body || !head_read(it->options, it->body, it->area, &it->head))
        return false;
    if (!it->head)
        it->head = mem_check(json_pack("{si ss si si s[] s[]}", "format", 1,
                                       "area", it->area, "seq", 0, "full", 0,
                                       "packs", "withdraw"));
    it->seq = (uint32_t)json_integer_value(json_object_get(it->head, "seq"));
    return head_state(it->options, it->head, it->seq, &it->before) ||
           say(it->options, "读不出上一次发布了什么；用 verify 看看");
}

/* Writes a pack and notes it in head and body. */
static bool add_pack(struct publication *it, uint32_t from, uint32_t to,
                     const struct state *before)
{
    struct pack_info info = {
        .from = from, .to = to, .edition = buf_text(&it->title)};
    struct target_file file;
    struct buf name = {0}, target = {0};
    memcpy(info.area, it->area, sizeof(info.area));
    memcpy(info.date, it->date, sizeof(info.date));
    if (from)
        buf_printf(&name, "inc-%" PRIu32 "-%" PRIu32, from, to);
    else
        buf_printf(&name, "full-%" PRIu32, to);
    buf_printf(&target, "%s.tar.zst", buf_text(&name));
    const bool fine = target_pack(it->options, buf_text(&target), it->folder,
                                  &info, before, &it->now, &file);
    if (fine) {
        target_list(it->body, it->area, buf_text(&target), &file);
        json_array_append_new(
            json_object_get(it->head, "packs"),
            mem_check(json_pack("{ss sI sI sI ss ss}", "name", buf_text(&name),
                                "from", (json_int_t)from, "to", (json_int_t)to,
                                "length", (json_int_t)file.length, "sha256",
                                file.hash, "date", it->date)));
        say(it->options, "%s: %" PRIu64 " 字节", buf_text(&target),
            file.length);
    }
    buf_fini(&name);
    buf_fini(&target);
    return fine;
}

static int64_t day_of(const json_t *pack)
{
    struct civil civil = {0};
    const char *date = json_string_value(json_object_get(pack, "date"));
    return date && civil_parse(date, &civil) ? civil_to_seconds(&civil) / DAY
                                             : 0;
}

static json_int_t number(const json_t *pack, const char *field)
{
    return json_integer_value(json_object_get(pack, field));
}

/* A month after the last full pack, or when the steps since would cost a kiosk
 * more than it. */
static bool full_is_due(const struct publication *it)
{
    const json_int_t full = number(it->head, "full");
    json_int_t full_bytes = 0, step_bytes = 0;
    int64_t full_day = 0, today = (it->options->now + CHINA_OFFSET) / DAY;
    const json_t *pack;
    size_t i;
    json_array_foreach(json_object_get(it->head, "packs"), i, pack)
    {
        const json_int_t from = number(pack, "from"), to = number(pack, "to");
        if (!from && to == full) {
            full_bytes = number(pack, "length");
            full_day = day_of(pack);
        } else if (from >= full && to == from + 1) {
            step_bytes += number(pack, "length");
        }
    }
    return !full || today - full_day >= FULL_DAYS || step_bytes > full_bytes;
}

static bool add_long_steps(struct publication *it)
{
    bool fine = true;
    for (size_t i = 0; fine && i < COUNT_OF(long_steps); i++) {
        struct state before;
        if (it->seq % long_steps[i] != 0 || it->seq == long_steps[i])
            continue;
        const uint32_t from = it->seq - long_steps[i];
        state_init(&before);
        if (head_state(it->options, it->head, from, &before))
            fine = add_pack(it, from, it->seq, &before);
        state_fini(&before);
    }
    return fine;
}

static bool add_packs(struct publication *it)
{
    struct state nothing;
    bool fine = true;
    it->seq++;
    json_object_set_new(it->head, "seq", json_integer(it->seq));
    if (it->seq > 1)
        fine = add_pack(it, it->seq - 1, it->seq, &it->before) &&
               add_long_steps(it);
    if (!fine || !full_is_due(it))
        return fine;
    state_init(&nothing);
    fine = add_pack(it, 0, it->seq, &nothing);
    state_fini(&nothing);
    json_object_set_new(it->head, "full", json_integer(it->seq));
    return fine;
}

/* "media/<hash>.png" */
static void media_name(const char *path, const char *hash, struct buf *out)
{
    buf_clear(out);
    buf_printf(out, "media/%s.%s", hash, media_kind(path));
}

static bool add_picture(struct publication *it, const char *path,
                        const char *entry)
{
    struct buf name = {0}, whole = {0}, bytes = {0};
    struct target_file file = {0};
    char hash[65];
    uint64_t length;
    entry_parse(entry, hash, &length);
    media_name(path, hash, &name);
    buf_printf(&whole, "%s/%s", it->folder, path);
    bool fine = file_read(buf_text(&whole), PACK_FILE_BYTES_MAX, &bytes) ||
                say(it->options, "%s:1: 读不了：%s", path, strerror(errno));
    fine = fine && target_bytes(it->options, it->area, buf_text(&name),
                                buf_text(&bytes), bytes.length, &file);
    if (fine && strcmp(file.hash, hash) != 0)
        fine = say(it->options, "%s:1: 发布时有人在改它；改完再发布一次", path);
    if (fine)
        target_list(it->body, it->area, buf_text(&name), &file);
    buf_fini(&name);
    buf_fini(&whole);
    buf_fini(&bytes);
    return fine;
}

static bool add_pictures(struct publication *it)
{
    const char *path;
    json_t *entry;
    json_object_foreach(
        it->now.media, path,
        entry) if (!json_equal(entry,
                               json_object_get(it->before.media, path)) &&
                   !add_picture(it, path,
                                json_string_value(entry))) return false;
    return true;
}

/* What no kiosk needs any more: all before the last but one full pack. A
 * picture stays as long as a pack that stays names it. */

static void touch(const struct publication *it, const char *target,
                  const json_t *entry)
{
    const struct timespec now = {.tv_sec = (time_t)it->options->now};
    const struct timespec times[2] = {now, now};
    struct buf path = {0};
    const char *hash = json_string_value(
        json_object_get(json_object_get(entry, "hashes"), "sha256"));
    target_path(it->area, target + sizeof("u/520103/") - 1, hash ? hash : "",
                &path);
    char *whole = repository_path(it->options, buf_text(&path));
    utimensat(AT_FDCWD, whole, times, 0); /* the grace begins today */
    free(whole);
    buf_fini(&path);
}

static void drop_target(struct publication *it, const char *target)
{
    json_t *targets = json_object_get(it->body, "targets");
    touch(it, target, json_object_get(targets, target));
    json_object_del(targets, target);
}

/* A new one is about to be listed. */
static void drop_head(struct publication *it)
{
    struct buf target = {0};
    buf_printf(&target, "u/%s/head.json", it->area);
    if (json_object_get(json_object_get(it->body, "targets"),
                        buf_text(&target)))
        drop_target(it, buf_text(&target));
    buf_fini(&target);
}

/* The oldest full pack that is kept. */
static json_int_t oldest_full(const struct publication *it)
{
    json_int_t fulls[FULLS_KEPT] = {0};
    const json_t *pack;
    size_t i;
    json_array_foreach(json_object_get(it->head, "packs"), i,
                       pack) if (!number(pack, "from"))
    {
        memmove(fulls, fulls + 1, sizeof(fulls) - sizeof(fulls[0]));
        fulls[FULLS_KEPT - 1] = number(pack, "to");
    }
    return fulls[0];
}

static void drop_packs(struct publication *it)
{
    json_t *packs = json_object_get(it->head, "packs");
    const json_int_t oldest = oldest_full(it);
    for (size_t i = json_array_size(packs); i-- > 0;) {
        const json_t *pack = json_array_get(packs, i);
        struct buf target = {0};
        if (number(pack, "from") ? number(pack, "from") >= oldest
                                 : number(pack, "to") >= oldest)
            continue;
        buf_printf(&target, "u/%s/%s.tar.zst", it->area,
                   json_string_value(json_object_get(pack, "name")));
        drop_target(it, buf_text(&target));
        json_array_remove(packs, i);
        buf_fini(&target);
    }
}

struct used {
    json_t *names;
    struct buf name;
};

static bool note_media(void *data, const char *path,
                       const unsigned char sha256[32], uint64_t length)
{
    struct used *used = data;
    struct buf hash = {0};
    (void)length;
    hex_encode(sha256, 32, &hash);
    media_name(path, buf_text(&hash), &used->name);
    json_object_set_new(used->names, buf_text(&used->name), json_true());
    buf_fini(&hash);
    return true;
}

static bool note_pack(const struct publication *it, const json_t *pack,
                      struct used *used)
{
    const struct pack_visitor visitor = {.data = used, .media = note_media};
    struct buf file = {0}, path = {0};
    char reason[256];
    buf_printf(&file, "%s.tar.zst",
               json_string_value(json_object_get(pack, "name")));
    target_path(it->area, buf_text(&file),
                json_string_value(json_object_get(pack, "sha256")), &path);
    char *whole = repository_path(it->options, buf_text(&path));
    int fd = open(whole, O_RDONLY | O_CLOEXEC);
    const bool fine = fd >= 0 && pack_read(fd, &visitor, reason) == PACK_OK;
    if (fd >= 0)
        close(fd);
    if (!fine)
        say(it->options, "读不了 %s", whole);
    free(whole);
    buf_fini(&file);
    buf_fini(&path);
    return fine;
}

static bool drop_pictures(struct publication *it)
{
    struct used used = {.names = mem_check(json_object())};
    struct buf prefix = {0};
    const json_t *pack;
    bool fine = true;
    size_t i, count;
    json_array_foreach(json_object_get(it->head, "packs"), i, pack) fine =
        fine && note_pack(it, pack, &used);
    buf_printf(&prefix, "u/%s/", it->area);
    const char **names =
        sorted_keys(json_object_get(it->body, "targets"), &count);
    for (i = 0; fine && i < count; i++) {
        const char *name = names[i] + prefix.length;
        if (!strncmp(names[i], buf_text(&prefix), prefix.length) &&
            !strncmp(name, "media/", 6) && !json_object_get(used.names, name))
            drop_target(it, names[i]);
    }
    free(names);
    json_decref(used.names);
    buf_fini(&used.name);
    buf_fini(&prefix);
    return fine;
}

static bool drop_old(struct publication *it)
{
    if (number(it->head, "full") != (json_int_t)it->seq)
        return true; /* once a month is enough */
    drop_packs(it);
    return drop_pictures(it);
}

static enum publish_result publish(struct publication *it)
{
    if (!read_before(it) || !state_scan(it->options, it->folder, &it->now))
        return PUBLISH_FAILED;
    if (it->seq && state_same(&it->before, &it->now))
        return settle(&it->publisher, false);
    if (!add_pictures(it) || !add_packs(it) || !drop_old(it))
        return PUBLISH_FAILED;
    drop_head(it);
    if (!head_write(it->options, it->body, it->area, it->head) ||
        !role_stage(&it->publisher, it->role, json_incref(it->body),
                    &it->signers, 1))
        return PUBLISH_FAILED;
    return settle(&it->publisher, false);
}

enum publish_result publish_edition(const struct publish_options *options,
                                    const char *edition, const char *area,
                                    int grace_days)
{
    struct publication it = {.options = options, .folder = edition};
    enum publish_result result = PUBLISH_FAILED;
    date_in_china(options->now, it.date);
    if (!check_edition(&it, area)) {
        buf_fini(&it.title);
        return PUBLISH_FAILED;
    }
    state_init(&it.before);
    state_init(&it.now);
    if (publisher_open(&it.publisher, options, false)) {
        result = publish(&it);
        publisher_close(&it.publisher);
    }
    if (result == PUBLISH_DONE || result == PUBLISH_PENDING)
        say(options, "%s 第 %" PRIu32 " 次", it.area, it.seq);
    if (result == PUBLISH_DONE)
        sweep_repository(options, grace_days);
    state_fini(&it.before);
    state_fini(&it.now);
    metadata_free(it.targets);
    json_decref(it.body);
    json_decref(it.head);
    free(it.role);
    buf_fini(&it.title);
    return result;
}
