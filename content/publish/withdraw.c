/* withdraw.c - small changes of what is published: ids taken down at once, and
 * the online roles signed anew. */
#include "publish_private.h"

#include <string.h>

/* The only area of the repository; NULL: none, or several (said). */
static char *only_area(struct publisher *publisher)
{
    json_t *areas = mem_check(json_array());
    json_t *body = role_body(publisher, "targets");
    const json_t *role;
    char *area = NULL;
    size_t i;
    body_areas(body, areas);
    json_array_foreach(
        json_object_get(json_object_get(body, "delegations"), "roles"), i, role)
    {
        json_t *child = role_body(
            publisher, json_string_value(json_object_get(role, "name")));
        body_areas(child, areas);
        json_decref(child);
    }
    if (json_array_size(areas) == 1)
        area = xstrdup(json_string_value(json_array_get(areas, 0)));
    else
        say(publisher->options,
            "仓库里有 %zu 个地区的内容；用 --area 写明是哪一个",
            json_array_size(areas));
    json_decref(areas);
    json_decref(body);
    return area;
}

static size_t find(const json_t *list, const char *id)
{
    const json_t *one;
    size_t i;
    json_array_foreach(list, i,
                       one) if (!strcmp(json_string_value(one), id)) return i;
    return SIZE_MAX;
}

/* articles/news/x is what articles/news/x.md was compiled to. */
static bool is_published(const struct state *state, const char *id)
{
    struct buf path = {0};
    buf_printf(&path, "%s.md", id);
    const bool found = json_object_get(state->files, buf_text(&path)) != NULL;
    buf_fini(&path);
    return found;
}

/* *changed_out: the head has to be written. */
static bool change_list(const struct publish_options *options,
                        const struct state *state, json_t *head, const char *id,
                        bool restore, bool *changed_out)
{
    json_t *list = json_object_get(head, "withdraw");
    const size_t at = find(list, id);
    if (!restore && at == SIZE_MAX && !is_published(state, id))
        return say(options, "没有发布过 %s；写 articles/频道/编号 这样的编号",
                   id);
    if (restore && at == SIZE_MAX)
        return say(options, "%s 没有撤下过", id);
    if (!restore && at != SIZE_MAX)
        return true;
    if (restore)
        json_array_remove(list, at);
    else
        json_array_append_new(list, json_string(id));
    *changed_out = true;
    return true;
}

static bool change_head(const struct publish_options *options, json_t *body,
                        const char *area, const char *const *ids, size_t count,
                        bool restore, bool *changed_out)
{
    struct state state;
    json_t *head = NULL;
    bool fine = head_read(options, body, area, &head) &&
                (head || say(options, "还没有发布过 %s 的内容", area));
    state_init(&state);
    fine =
        fine &&
        head_state(options, head,
                   (uint32_t)json_integer_value(json_object_get(head, "seq")),
                   &state);
    for (size_t i = 0; fine && i < count; i++)
        fine = change_list(options, &state, head, ids[i], restore, changed_out);
    fine = fine && (!*changed_out || head_write(options, body, area, head));
    state_fini(&state);
    json_decref(head);
    return fine;
}

static enum publish_result change(struct publisher *publisher, const char *area,
                                  const char *const *ids, size_t count,
                                  bool restore)
{
    struct metadata *targets;
    struct signers signers;
    char *role = area_role(publisher, area, &targets, &signers);
    json_t *body = role ? role_body(publisher, role) : NULL;
    bool changed = false;
    bool fine = body && change_head(publisher->options, body, area, ids, count,
                                    restore, &changed);
    if (fine && changed)
        fine = role_stage(publisher, role, json_incref(body), &signers, 1);
    json_decref(body);
    metadata_free(targets);
    free(role);
    return fine ? settle(publisher, false) : PUBLISH_FAILED;
}

enum publish_result publish_withdraw(const struct publish_options *options,
                                     const char *area, const char *const *ids,
                                     size_t count, bool restore)
{
    struct publisher publisher;
    enum publish_result result = PUBLISH_FAILED;
    if (area && !area_is_fine(area)) {
        say(options, "地区 %s 不是六位区划代码", area);
        return PUBLISH_FAILED;
    }
    if (!publisher_open(&publisher, options, false))
        return PUBLISH_FAILED;
    char *only = area ? xstrdup(area) : only_area(&publisher);
    if (only)
        result = change(&publisher, only, ids, count, restore);
    free(only);
    publisher_close(&publisher);
    return result;
}

enum publish_result publish_renew(const struct publish_options *options)
{
    struct publisher publisher;
    if (!publisher_open(&publisher, options, false))
        return PUBLISH_FAILED;
    enum publish_result result = settle(&publisher, true);
    publisher_close(&publisher);
    return result;
}
