/* display_list.h - the boxes of a frame as drawing commands, in order. Private
 * to ui/. */
#ifndef UI_DISPLAY_LIST_H
#define UI_DISPLAY_LIST_H

#include "placement.h"

enum command_kind {
    COMMAND_FILL,
    COMMAND_BOX,   /* filled, perhaps rounded, perhaps with a border */
    COMMAND_FRAME, /* a border alone */
    COMMAND_TEXT,
    COMMAND_PICTURE,
    COMMAND_ICON,
    COMMAND_TINT,
    COMMAND_LINE, /* a piece of ink, from one point to the next */
};

struct command {
    enum command_kind kind;
    bool moves; /* with the scroll position */
    bool bar;   /* the scroll bar: stands in a gutter of its own */
    int radius, border_width;
    unsigned corners, amount;
    int from_x, from_y, to_x, to_y; /* of a line, from the rectangle's corner */
    colour fill, border; /* fill: also of the icon, and below the picture */
    struct rect rect;    /* on the screen */
    struct rect visible; /* what its boxes leave of it; ink may reach out */
    struct rect clip;    /* the viewport of its layer */
    uint64_t look;       /* hash of all but the position */
    /* Of the current frame only: the view may be gone in the next. */
    const struct box *box;
    const struct theme *theme;
};

struct display_list {
    struct command *commands;
    size_t count, capacity;
};

/* What the finger is on. */
struct pressed {
    const struct box *box;
    const struct text_link *link;
};

uint64_t hash_mix(uint64_t hash, uint64_t value);

void display_list_clear(struct display_list *list);
/* Empty, and nothing is left of what was in it. */
void display_list_forget(struct display_list *list);
void display_list_fini(struct display_list *list);

/* A single command; its look is worked out here. */
void display_list_add(struct display_list *list, struct command command);

/* What is visible of a view. */
void display_list_add_view(struct display_list *list,
                           const struct placement *place, bool moves,
                           const struct pressed *pressed);

#endif
