/* map.c - open addressing, linear probing, FNV-1a. */
#include "compile_private.h"

static uint64_t hash_of(const char *key)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

/* The key's slot, or the free one where it belongs. */
static struct map_slot *slot_of(const struct map *map, const char *key)
{
    size_t at = (size_t)hash_of(key) & (map->capacity - 1);
    while (map->slots[at].key && strcmp(map->slots[at].key, key) != 0)
        at = (at + 1) & (map->capacity - 1);
    return &map->slots[at];
}

static void grow(struct map *map)
{
    struct map bigger = {.capacity = map->capacity ? map->capacity * 2 : 64,
                         .count = map->count};
    bigger.slots = xcalloc(bigger.capacity, sizeof(*bigger.slots));
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].key)
            *slot_of(&bigger, map->slots[i].key) = map->slots[i];
    free(map->slots);
    *map = bigger;
}

void *map_find(const struct map *map, const char *key)
{
    return map->count ? slot_of(map, key)->value : NULL;
}

bool map_add(struct map *map, const char *key, void *value)
{
    if (map->count * 4 >= map->capacity * 3)
        grow(map);
    struct map_slot *slot = slot_of(map, key);
    if (slot->key)
        return false;
    *slot = (struct map_slot){key, value};
    map->count++;
    return true;
}

void map_fini(struct map *map)
{
    free(map->slots);
    *map = (struct map){0};
}
