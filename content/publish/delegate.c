/* delegate.c - letting an area sign for itself. */
#include "publish_private.h"

#include <string.h>

static size_t count_open(const char *pattern)
{
    size_t count = 0;
    for (; *pattern; pattern++)
        count += *pattern == '?' || *pattern == 'x';
    return count;
}

/* "area-52xxxx": a name for files, too. */
static void name_role(const char *pattern, char out[16])
{
    snprintf(out, 16, "area-%.6s", pattern);
    for (char *at = out; *at; at++)
        if (*at == '?')
            *at = 'x';
}

/* Narrow patterns first: they speak for their area alone. */
static void insert_role(json_t *roles, const char *pattern, json_t *entry)
{
    const json_t *one;
    size_t i;
    json_array_foreach(
        roles, i,
        one) if (count_open(json_string_value(json_object_get(one, "name")) +
                            5) > count_open(pattern)) break;
    json_array_insert_new(roles, i, entry);
}

static bool fill_delegation(const struct publish_options *options,
                            const char *pattern, const char *name,
                            const char *const *files, size_t count,
                            int threshold, json_t *delegations)
{
    json_t *keys = json_object_get(delegations, "keys");
    json_t *entry = trust_entry(threshold);
    struct buf text = {0}, media = {0};
    size_t at;
    bool fine = true;
    buf_printf(&text, "u/%s/*", pattern);
    buf_printf(&media, "u/%s/media/*", pattern);
    json_object_set_new(entry, "name", json_string(name));
    json_object_set_new(entry, "terminating", json_true());
    json_object_set_new(
        entry, "paths",
        mem_check(json_pack("[ss]", buf_text(&text), buf_text(&media))));
    for (size_t i = 0; fine && i < count; i++)
        fine = trust_add(options, name, files[i], false, entry, keys);
    if (fine && !count)
        fine = trust_add(options, name, NULL, false, entry, keys);
    if (trust_delegation(delegations, name, &at))
        json_array_remove(json_object_get(delegations, "roles"), at);
    if (fine)
        insert_role(json_object_get(delegations, "roles"), pattern, entry);
    else
        json_decref(entry);
    buf_fini(&text);
    buf_fini(&media);
    return fine;
}

static bool is_pattern(const char *pattern)
{
    return strlen(pattern) == AREA_DIGITS &&
           strspn(pattern, "0123456789?") == AREA_DIGITS;
}

enum publish_result publish_delegate(const struct publish_options *options,
                                     const char *pattern,
                                     const char *const *public_files,
                                     size_t count, int threshold)
{
    struct publisher publisher;
    char name[16];
    if (!is_pattern(pattern) || threshold < 1 ||
        (size_t)threshold > (count ? count : 1)) {
        say(options, "委托给谁：六位数字或 ?，如 52????；签名数不多于钥匙数");
        return PUBLISH_FAILED;
    }
    if (!publisher_open(&publisher, options, false))
        return PUBLISH_FAILED;
    name_role(pattern, name);
    json_t *targets = role_body(&publisher, "targets");
    if (targets && !json_object_get(targets, "delegations"))
        json_object_set_new(targets, "delegations",
                            mem_check(json_pack("{s{} s[]}", "keys", "roles")));
    json_t *delegations = json_object_get(targets, "delegations");
    bool fine = publisher.root ||
                say(options, "%s 还不是一个仓库", options->repository);
    fine = fine && targets &&
           fill_delegation(options, pattern, name, public_files, count,
                           threshold, delegations);
    if (fine) {
        trust_drop_delegated(delegations);
        fine = trust_stage(&publisher, targets, name);
    }
    json_decref(targets);
    enum publish_result result =
        fine ? settle(&publisher, false) : PUBLISH_FAILED;
    publisher_close(&publisher);
    return result;
}
