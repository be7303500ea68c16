/* head.c - head.json: where an area stands, which packs lead there, and what is
 * taken down. */
#include "publish_private.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"

static const char name[] = "head.json";

bool area_is_fine(const char *area)
{
    return strlen(area) == AREA_DIGITS &&
           strspn(area, "0123456789") == AREA_DIGITS;
}

static bool is_number(const json_t *object, const char *field, json_int_t least)
{
    const json_t *value = json_object_get(object, field);
    return json_is_integer(value) && json_integer_value(value) >= least &&
           json_integer_value(value) <= UINT32_MAX;
}

static bool check_pack(const json_t *pack)
{
    unsigned char hash[32];
    const char *hex = json_string_value(json_object_get(pack, "sha256"));
    return json_is_string(json_object_get(pack, "name")) &&
           is_number(pack, "from", 0) && is_number(pack, "to", 1) &&
           is_number(pack, "length", 1) && hex &&
           hex_decode(hex, hash, sizeof(hash));
}

bool head_check(const json_t *head, const char *area)
{
    const json_t *packs = json_object_get(head, "packs");
    const json_t *withdrawn = json_object_get(head, "withdraw"), *one;
    const char *said = json_string_value(json_object_get(head, "area"));
    size_t i;
    if (json_integer_value(json_object_get(head, "format")) != 1 || !said ||
        strcmp(said, area) != 0 || !is_number(head, "seq", 0) ||
        !is_number(head, "full", 0) || !json_is_array(packs) ||
        !json_is_array(withdrawn))
        return false;
    json_array_foreach(packs, i, one) if (!check_pack(one)) return false;
    json_array_foreach(withdrawn, i,
                       one) if (!json_is_string(one)) return false;
    return true;
}

bool head_read(const struct publish_options *options, const json_t *body,
               const char *area, json_t **out)
{
    struct buf target = {0}, path = {0}, bytes = {0};
    struct fault fault = {0};
    char hash[65] = "";
    *out = NULL;
    buf_printf(&target, "u/%s/%s", area, name);
    const json_t *entry =
        json_object_get(json_object_get(body, "targets"), buf_text(&target));
    const char *listed = json_string_value(
        json_object_get(json_object_get(entry, "hashes"), "sha256"));
    bool fine = true;
    if (listed) {
        target_path(area, name, listed, &path);
        char *whole = repository_path(options, buf_text(&path));
        fine = file_read(whole, HEAD_BYTES_MAX, &bytes);
        if (fine)
            digest_sha256_hex(buf_text(&bytes), bytes.length, hash);
        fine = fine && !strcmp(hash, listed) &&
               (*out = canonical_read(bytes.data, bytes.length, &fault)) &&
               head_check(*out, area);
        if (!fine)
            say(options, "%s 损坏或缺失", whole);
        free(whole);
    }
    if (!fine) {
        json_decref(*out);
        *out = NULL;
    }
    buf_fini(&target);
    buf_fini(&path);
    buf_fini(&bytes);
    return fine;
}

/* The pack from `from` that leads farthest, but not beyond seq. From 0 there
 * may be several: the full ones. */
static const json_t *next_pack(const json_t *head, uint32_t from, uint32_t seq)
{
    const json_t *one, *best = NULL;
    json_int_t farthest = from;
    size_t i;
    json_array_foreach(json_object_get(head, "packs"), i, one)
    {
        const json_int_t to = json_integer_value(json_object_get(one, "to"));
        if (json_integer_value(json_object_get(one, "from")) ==
                (json_int_t)from &&
            to <= (json_int_t)seq && to > farthest) {
            best = one;
            farthest = to;
        }
    }
    return best;
}

bool head_state(const struct publish_options *options, const json_t *head,
                uint32_t seq, struct state *state)
{
    uint32_t at = 0;
    bool fine = true;
    while (fine && at < seq) {
        const json_t *pack = next_pack(head, at, seq);
        struct buf file = {0}, path = {0};
        if (!pack)
            return false; /* older than what is kept */
        buf_printf(&file, "%s.tar.zst",
                   json_string_value(json_object_get(pack, "name")));
        target_path(json_string_value(json_object_get(head, "area")),
                    buf_text(&file),
                    json_string_value(json_object_get(pack, "sha256")), &path);
        fine = state_apply(options, buf_text(&path), state);
        at = (uint32_t)json_integer_value(json_object_get(pack, "to"));
        buf_fini(&file);
        buf_fini(&path);
    }
    return fine;
}

bool head_write(const struct publish_options *options, json_t *body,
                const char *area, const json_t *head)
{
    struct target_file file;
    char *text = mem_check(json_dumps(head, JSON_INDENT(1) | JSON_SORT_KEYS));
    const bool fine =
        target_bytes(options, area, name, text, strlen(text), &file);
    free(text);
    if (fine)
        target_list(body, area, name, &file);
    return fine;
}
