/* round_head.c - head.json of an area, and the shortest way through its packs.
 */
#include "round_private.h"

#include <string.h>

#include "content/pack.h"

static bool read_sha256(const json_t *value, unsigned char *out)
{
    const char *hex = json_string_value(value);
    return hex && hex_decode(hex, out, OBJECT_HASH_BYTES);
}

static bool read_number(const json_t *object, const char *name, uint64_t limit,
                        uint64_t *out)
{
    const json_t *value = json_object_get(object, name);
    *out = (uint64_t)json_integer_value(value);
    return json_is_integer(value) && json_integer_value(value) >= 0 &&
           *out <= limit;
}

/* Becomes a part of a target's name. */
static bool read_name(const json_t *value, char *out, size_t size)
{
    const char *name = json_string_value(value);
    if (!name || !*name || strlen(name) >= size ||
        name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        return false;
    snprintf(out, size, "%s", name);
    return true;
}

static bool read_pack(const json_t *entry, struct head_pack *out)
{
    uint64_t from, to;
    if (!read_name(json_object_get(entry, "name"), out->name,
                   sizeof(out->name)) ||
        !read_number(entry, "from", UINT32_MAX, &from) ||
        !read_number(entry, "to", UINT32_MAX, &to) ||
        !read_number(entry, "length", PACK_BYTES_MAX, &out->length) ||
        !read_sha256(json_object_get(entry, "sha256"), out->sha256))
        return false;
    out->from = (uint32_t)from;
    out->to = (uint32_t)to;
    return from < to;
}

static bool read_packs(const json_t *list, struct head *out,
                       struct fault *fault)
{
    const json_t *entry;
    size_t i;
    if (!json_is_array(list) || json_array_size(list) > HEAD_PACKS_MAX)
        return refuse(fault, TUF_MALFORMED, "no list of at most %d packs",
                      HEAD_PACKS_MAX);
    out->packs = xcalloc(json_array_size(list), sizeof(*out->packs));
    json_array_foreach(list, i, entry)
    {
        if (!read_pack(entry, &out->packs[i]))
            return refuse(fault, TUF_MALFORMED, "pack %zu is not well-formed",
                          i);
        out->pack_count++;
    }
    return true;
}

static bool read_withdrawn(const json_t *list, struct head *out,
                           struct fault *fault)
{
    const json_t *entry;
    size_t i;
    if (!list)
        return true;
    if (!json_is_array(list) || json_array_size(list) > HEAD_WITHDRAWN_MAX)
        return refuse(fault, TUF_MALFORMED, "no list of at most %d ids",
                      HEAD_WITHDRAWN_MAX);
    out->withdrawn = xcalloc(json_array_size(list), sizeof(*out->withdrawn));
    json_array_foreach(list, i, entry)
    {
        const char *id = json_string_value(entry);
        if (!id || !pack_path_is_fine(id))
            return refuse(fault, TUF_MALFORMED, "withdrawn id %zu is none", i);
        out->withdrawn[out->withdrawn_count++] = xstrdup(id);
    }
    return true;
}

static bool read_fields(const json_t *root, const char *area, struct head *out,
                        struct fault *fault)
{
    uint64_t format, seq;
    const char *named = json_string_value(json_object_get(root, "area"));
    if (!read_number(root, "format", INT32_MAX, &format) || format != 1)
        return refuse(fault, TUF_MALFORMED, "of a format that is not known");
    if (!named || strcmp(named, area) != 0)
        return refuse(fault, TUF_MISMATCH, "of another area");
    if (!read_number(root, "seq", UINT32_MAX, &seq) || !seq)
        return refuse(fault, TUF_MALFORMED, "no sequence number");
    out->seq = (uint32_t)seq;
    return read_packs(json_object_get(root, "packs"), out, fault) &&
           read_withdrawn(json_object_get(root, "withdraw"), out, fault);
}

bool round_head_read(const void *bytes, size_t length, const char *area,
                     struct head *out, struct fault *fault)
{
    *out = (struct head){0};
    json_t *root = canonical_read(bytes, length, fault);
    bool fine = root && read_fields(root, area, out, fault);
    json_decref(root);
    if (!fine)
        round_head_fini(out);
    return fine;
}

void round_head_fini(struct head *head)
{
    for (size_t i = 0; i < head->withdrawn_count; i++)
        free(head->withdrawn[i]);
    free(head->withdrawn);
    free(head->packs);
    *head = (struct head){0};
}

bool round_head_same_withdrawn(const struct head *a, const struct head *b)
{
    if (a->withdrawn_count != b->withdrawn_count)
        return false;
    for (size_t i = 0; i < a->withdrawn_count; i++)
        if (strcmp(a->withdrawn[i], b->withdrawn[i]) != 0)
            return false;
    return true;
}

/* The best known way to the end of a step. */
struct way {
    const struct round_step *step;
    uint64_t bytes; /* of all its steps */
    size_t length;  /* steps */
    struct way *before;
    bool open; /* the start can be reached */
};

static int compare_ways(const void *a, const void *b)
{
    const struct way *left = a, *right = b;
    return (left->step->from > right->step->from) -
           (left->step->from < right->step->from);
}

static bool is_better(const struct way *a, const struct way *b)
{
    return !b || a->bytes < b->bytes ||
           (a->bytes == b->bytes && a->length < b->length);
}

/* The best way that ends at seq, among those already judged. */
static struct way *best_to(struct way *ways, size_t count, uint32_t seq)
{
    struct way *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (ways[i].open && ways[i].step->to == seq &&
            is_better(&ways[i], best))
            best = &ways[i];
    return best;
}

/* Steps only go forward, so that in the order of where they begin, all ways to
 * a step's beginning are known before it. A full pack is of use as the first
 * step only: what was fetched before it would have been for nothing. */
static void judge_ways(struct way *ways, size_t count, uint32_t from)
{
    for (size_t i = 0; i < count; i++) {
        struct way *way = &ways[i];
        const struct round_step *step = way->step;
        way->bytes = step->bytes;
        way->length = 1;
        way->open = step->from == from || (step->from == 0 && step->to > from);
        if (way->open || !(way->before = best_to(ways, i, step->from)))
            continue;
        way->open = true;
        way->bytes += way->before->bytes;
        way->length += way->before->length;
    }
}

bool round_path(const struct round_step *steps, size_t count, uint32_t from,
                uint32_t to, size_t *indices_out, size_t *length_out)
{
    struct way *ways = xcalloc(count, sizeof(*ways));
    size_t forward = 0;
    for (size_t i = 0; i < count; i++)
        if (steps[i].from < steps[i].to && steps[i].to <= to)
            ways[forward++].step = &steps[i];
    qsort(ways, forward, sizeof(*ways), compare_ways);
    judge_ways(ways, forward, from);
    const struct way *way = best_to(ways, forward, to);
    *length_out = way ? way->length : 0;
    for (size_t i = *length_out; way; way = way->before)
        indices_out[--i] = (size_t)(way->step - steps);
    free(ways);
    return *length_out > 0;
}
