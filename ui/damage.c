#include "damage.h"

#define CELL 64

void damage_fini(struct damage *damage)
{
    free(damage->before);
    free(damage->after);
    *damage = (struct damage){0};
}

void damage_begin(struct damage *damage, int width, int height)
{
    damage->count = 0;
    if (damage->width == width && damage->height == height)
        return;
    damage->width = width;
    damage->height = height;
    damage->columns = (width + CELL - 1) / CELL;
    damage->rows = (height + CELL - 1) / CELL;
    size_t cells = (size_t)damage->columns * (size_t)damage->rows;
    damage->before = xrealloc(damage->before, cells, sizeof(*damage->before));
    damage->after = xrealloc(damage->after, cells, sizeof(*damage->after));
}

static struct rect on_screen(const struct damage *damage, struct rect rect)
{
    return rect_intersect(rect,
                          (struct rect){0, 0, damage->width, damage->height});
}

static uint64_t mix_rect(uint64_t hash, struct rect rect)
{
    hash = hash_mix(hash, (uint64_t)(uint32_t)rect.x << 32 | (uint32_t)rect.y);
    return hash_mix(hash, (uint64_t)(uint32_t)rect.width << 32 |
                              (uint32_t)rect.height);
}

static void mark(const struct damage *damage, uint64_t *cells, struct rect area,
                 uint64_t hash)
{
    int left = area.x / CELL, right = (area.x + area.width - 1) / CELL;
    int top = area.y / CELL, bottom = (area.y + area.height - 1) / CELL;
    for (int y = top; y <= bottom; y++)
        for (int x = left; x <= right; x++) {
            uint64_t *cell = &cells[y * damage->columns + x];
            *cell = hash_mix(*cell, hash);
        }
}

static void mark_list(const struct damage *damage, uint64_t *cells,
                      const struct display_list *list, int dy,
                      const struct rect *moved)
{
    memset(cells, 0,
           sizeof(*cells) * (size_t)damage->columns * (size_t)damage->rows);
    for (size_t i = 0; i < list->count; i++) {
        const struct command *command = &list->commands[i];
        struct rect rect = command->rect, visible = command->visible;
        struct rect clip = command->clip;
        if (moved && command->bar)
            continue;
        if (moved && command->moves) {
            rect.y += dy;
            visible.y += dy;
            clip = *moved;
        }
        struct rect area = on_screen(damage, rect_intersect(visible, clip));
        if (rect_empty(area))
            continue;
        uint64_t hash = mix_rect(command->look, rect);
        hash = mix_rect(hash, visible);
        hash = mix_rect(hash, command->clip);
        mark(damage, cells, area, hash);
    }
}

void damage_add(struct damage *damage, struct rect rect)
{
    rect = on_screen(damage, rect);
    if (rect_empty(rect))
        return;
    struct rect *last = &damage->rects[DAMAGE_RECTS - 1];
    if (damage->count < DAMAGE_RECTS)
        damage->rects[damage->count++] = rect;
    else
        *last = rect_union(*last, rect);
}

/* A run of cells; below another of the same extent the two become one. */
static void add_run(struct damage *damage, size_t first, struct rect run)
{
    run = on_screen(damage, run);
    for (size_t i = first; i < damage->count; i++) {
        struct rect *rect = &damage->rects[i];
        if (rect->x == run.x && rect->width == run.width &&
            rect->y + rect->height == run.y) {
            rect->height += run.height;
            return;
        }
    }
    damage_add(damage, run);
}

static bool differs(const struct damage *damage, int x, int y)
{
    size_t cell = (size_t)y * (size_t)damage->columns + (size_t)x;
    return damage->before[cell] != damage->after[cell];
}

void damage_compare(struct damage *damage, const struct display_list *before,
                    const struct display_list *after, int dy,
                    const struct rect *moved)
{
    size_t first = damage->count;
    mark_list(damage, damage->before, before, dy, moved);
    mark_list(damage, damage->after, after, 0, moved);
    for (int y = 0; y < damage->rows; y++)
        for (int x = 0; x < damage->columns; x++) {
            int start = x;
            while (x < damage->columns && differs(damage, x, y))
                x++;
            if (x == start)
                continue;
            damage->cells += (uint64_t)(x - start);
            add_run(damage, first,
                    (struct rect){start * CELL, y * CELL, (x - start) * CELL,
                                  CELL});
        }
}
