/* sweep.c - removing files that neither live nor pending metadata refer to. */
#include "publish_private.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void refer(const json_t *body, json_t *needed)
{
    const char *name;
    json_t *target;
    json_object_foreach(json_object_get(body, "targets"), name, target)
    {
        struct buf path = {0};
        const char *hash = json_string_value(
            json_object_get(json_object_get(target, "hashes"), "sha256"));
        const char *slash = strrchr(name, '/');
        const char *base = slash ? slash + 1 : name;
        buf_printf(&path, "targets/%.*s%s.%s", (int)(base - name), name,
                   hash ? hash : "", base);
        json_object_set_new(needed, buf_text(&path), json_true());
        buf_fini(&path);
    }
}

static void refer_role(const struct publisher *publisher, const char *role,
                       json_t *needed)
{
    struct metadata *live = role_live(publisher, role);
    struct metadata *pending = role_pending(publisher, role);
    struct metadata *both[] = {live, pending};
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        const json_t *role_entry;
        size_t n;
        if (!both[i])
            continue;
        refer(both[i]->body, needed);
        json_array_foreach(
            json_object_get(json_object_get(both[i]->body, "delegations"),
                            "roles"),
            n, role_entry)
            refer_role(publisher,
                       json_string_value(json_object_get(role_entry, "name")),
                       needed);
        metadata_free(both[i]);
    }
}

struct sweep {
    const struct publish_options *options;
    json_t *needed;
    int grace_days;
    size_t count;
};

static void sweep_file(struct sweep *sweep, const char *path, const char *whole,
                       const struct stat *info)
{
    const int64_t age = sweep->options->now - (int64_t)info->st_mtime;
    if (json_object_get(sweep->needed, path) ||
        (sweep->grace_days && age < (int64_t)sweep->grace_days * DAY))
        return;
    sweep->count += unlink(whole) == 0;
}

static void sweep_folder(struct sweep *sweep, const char *folder)
{
    char *whole = repository_path(sweep->options, folder), **names;
    const size_t count = folder_list(whole, &names);
    free(whole);
    for (size_t i = 0; i < count; i++) {
        struct buf path = {0};
        struct stat info;
        buf_printf(&path, "%s/%s", folder, names[i]);
        whole = repository_path(sweep->options, buf_text(&path));
        if (lstat(whole, &info) == 0 && S_ISDIR(info.st_mode))
            sweep_folder(sweep, buf_text(&path));
        else
            sweep_file(sweep, buf_text(&path), whole, &info);
        free(whole);
        buf_fini(&path);
    }
    names_free(names, count);
}

/* Metadata of before the last one; roots are a chain and stay. */
static void sweep_metadata(struct sweep *sweep,
                           const struct publisher *publisher)
{
    char **names;
    const size_t count = folder_list(publisher->metadata_folder, &names);
    for (size_t i = 0; i < count; i++) {
        struct buf path = {0};
        struct stat info;
        char *end;
        const long long version = strtoll(names[i], &end, 10);
        size_t length = strlen(end);
        if (end == names[i] || *end != '.' || length < 7 ||
            strcmp(end + length - 5, ".json") != 0 ||
            !strcmp(end, ".root.json"))
            continue;
        char *role = xstrndup(end + 1, length - 6);
        buf_printf(&path, "%s/%s", publisher->metadata_folder, names[i]);
        if (version + 1 < role_latest(publisher->metadata_folder, role) &&
            lstat(buf_text(&path), &info) == 0)
            sweep_file(sweep, "", buf_text(&path), &info);
        free(role);
        buf_fini(&path);
    }
    names_free(names, count);
}

void sweep_repository(const struct publish_options *options, int grace_days)
{
    struct publisher publisher;
    struct sweep sweeping = {.options = options, .grace_days = grace_days};
    if (!publisher_open(&publisher, options, false))
        return;
    sweeping.needed = mem_check(json_object());
    refer_role(&publisher, "targets", sweeping.needed);
    if (json_object_size(sweeping.needed)) {
        sweep_folder(&sweeping, "targets");
        sweep_metadata(&sweeping, &publisher);
    }
    if (sweeping.count)
        say(options, "删掉了 %zu 个不再用到的文件", sweeping.count);
    json_decref(sweeping.needed);
    publisher_close(&publisher);
}
