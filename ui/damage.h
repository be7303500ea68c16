/* damage.h - which parts of the screen two display lists show differently.
 * Private to ui/.
 *
 * The screen is a grid of 64-pixel cells. Each command leaves its hash in every
 * cell it touches, in order; cells whose hashes differ between two lists are
 * drawn again. (The idea is that of lite's rencache.c.) */
#ifndef UI_DAMAGE_H
#define UI_DAMAGE_H

#include "display_list.h"

#define DAMAGE_RECTS 32

struct damage {
    int width, height, columns, rows;
    uint64_t *before, *after;
    struct rect rects[DAMAGE_RECTS]; /* on the screen; may overlap */
    size_t count;
    uint64_t cells; /* that differed */
};

void damage_fini(struct damage *damage);

/* Forgets the rectangles and makes the grid fit the screen. */
void damage_begin(struct damage *damage, int width, int height);

/* The content of `before` was moved by dy pixels and the result is compared
 * within `moved` only, as far as moving commands go; scroll bars are left out.
 * moved NULL: nothing was moved. */
void damage_compare(struct damage *damage, const struct display_list *before,
                    const struct display_list *after, int dy,
                    const struct rect *moved);

void damage_add(struct damage *damage, struct rect rect);

#endif
