/* widgets.h - the pieces the pictures are made of, built from boxes. All sizes
 * come from the view's theme; strings are copied. Each returns its box. */
#ifndef UI_WIDGETS_H
#define UI_WIDGETS_H

#include "ui/box.h"

/* The header: mark, station, its line, the clock. */
struct box *widget_header(struct view *view, struct box *parent,
                          const char *station, const char *line,
                          const char *clock);

struct nav_item {
    enum icon icon;
    const char *text;
    struct action action;
    bool on, disabled;
};
/* The bar at the bottom, or the rail at the right in landscape. */
struct box *widget_nav(struct view *view, struct box *parent,
                       const struct nav_item *items, size_t count);

/* A tile of the home screen. style: red, amber, teal, blue, plain (also for an
 * unknown one). The icon is left out where the title needs its room. */
struct box *widget_tile(struct view *view, struct box *parent,
                        const char *style, enum icon icon, const char *title,
                        const char *const *lines, size_t line_count, bool wide,
                        const struct action *action);

/* A tile that has the width to itself: what would stand below its title stands
 * beside it, as far as there is room. */
struct box *widget_strip(struct view *view, struct box *parent,
                         const char *style, enum icon icon, const char *title,
                         const char *const *lines, size_t line_count,
                         const struct action *action);

/* Bytes of a text that are what somebody looked for: bold, underlined and in
 * the accent's colour, which is never the only sign. In order, apart. */
struct widget_mark {
    size_t start, end;
};
struct widget_marks {
    const struct widget_mark *marks;
    size_t count;
};

/* A headline in a list: title, a line of small print, a picture at the right
 * (media "" for none). number: a figure at the left, or NULL; tag: a badge at
 * the right, or NULL, in tag_colour on tag_fill. */
struct widget_row {
    const char *title, *meta, *summary, *media, *number, *tag;
    enum colour_role tag_colour, tag_fill;
    bool serif;
    struct widget_marks title_marks, meta_marks;
    bool tight; /* of a list with little room: a line each, and less air */
    struct action action;
};
struct box *widget_row(struct view *view, struct box *parent,
                       const struct widget_row *row);

struct box *widget_chip(struct view *view, struct box *parent, const char *text,
                        bool on, const struct action *action);
struct box *widget_button(struct view *view, struct box *parent,
                          const char *text, bool ghost,
                          const struct action *action);
struct box *widget_tag(struct view *view, struct box *parent, const char *text,
                       enum colour_role colour, enum colour_role fill);
/* A call-out with a bar at its left: label in bold, then the text (rich box is
 * added by the caller when rich is needed: returns the column to add it to). */
struct box *widget_note(struct view *view, struct box *parent,
                        const char *label);
struct box *widget_rule(struct view *view, struct box *parent);

#endif
