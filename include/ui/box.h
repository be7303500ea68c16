/* box.h - what is on the screen, as a tree of boxes, and where it stands.
 *
 * A screen builds a view: boxes in columns, rows, grids and wrapping lines,
 * holding text, pictures and icons. layout places them. Boxes, texts and
 * actions live in the view and die with it. A built view is not changed except
 * by building another; drawing only reads it. What a long page adds to this is
 * in flow.h. */
#ifndef UI_BOX_H
#define UI_BOX_H

#include "base/mem.h"
#include "fonts/paragraph.h"
#include "ui/icons.h"
#include "ui/rect.h"
#include "ui/theme.h"

enum box_kind {
    BOX_COLUMN, /* children below each other, as wide as the box */
    BOX_ROW, /* children side by side: natural widths, `grow` shares the rest */
    BOX_GRID,    /* `columns` equal columns; rows as high as their highest; what
                    is left of a given height is shared by the rows */
    BOX_WRAP,    /* children of natural width, wrapping onto further lines */
    BOX_COLUMNS, /* texts that run down one column and go on in the next: made
                    by box_columns */
    BOX_TEXT,
    BOX_PICTURE,
    BOX_ICON,
};

enum box_align { BOX_STRETCH, BOX_START, BOX_CENTER, BOX_END, BOX_BASELINE };

/* What a tap does; the numbers are the application's, 0 is nothing. */
struct action {
    unsigned kind;
    const char
        *argument; /* copied into the view by the box_ functions; or "" */
    int value;
};

struct text_link {
    uint32_t start, end; /* bytes of the paragraph's text */
    struct action action;
};

/* What a text is made of; in the view's arena. */
struct text_source {
    const char *text; /* NUL-terminated */
    size_t length;
    const struct text_run *runs;
    size_t run_count;
    struct paragraph_style style;
};

/* Deeper boxes are put beside their parent instead of into it, so that no
 * document, however nested, costs more stack than this. */
#define BOX_DEPTH_MAX 128

struct ink;

struct box {
    enum box_kind kind;
    struct box *parent, *first, *last, *next;
    int depth; /* 0: the root */

    /* Look. Change these after creating the box and before layout. */
    enum colour_role fill, border; /* COLOUR_NONE: not drawn */
    enum colour_role pressed_fill; /* COLOUR_NONE: a default for fill */
    int radius, border_width;      /* px */
    unsigned corners;              /* 0: all four */
    int left_bar;                  /* px of a bar in `border` at the left */
    int rule_below;                /* px of a line in `border` at the bottom */
    int pad_top, pad_right, pad_bottom, pad_left;
    int gap, line_gap;  /* between children; between the lines of
                           a grid or wrap (0: as gap) */
    int columns;        /* grid; columns: at most */
    const int *weights; /* grid: relative widths, or NULL */
    int min_width, min_height, width,
        height; /* px; width, height: 0 is natural */
    int step;   /* px: the height is a whole number of these; 0: any height */
    int grow;   /* share of what is left on the main axis */
    bool optional;        /* of a row: left out before others give way */
    enum box_align align; /* of the children, across; STRETCH */
    enum box_align pack;  /* of the children, along: START (from
                             box_add), CENTER, END; STRETCH spreads
                             the gaps */

    /* Of columns. */
    int max_rows;     /* lines a column has; more where the box is given more
                         height. What has no room is not shown. 0: all is
                         shown, in columns of equal height */
    int rule_between; /* px of a line in `border` between columns */
    bool backward;    /* the first column is at the right */
    bool goes_on;     /* there is more to read than is in the box */
    /* Of a child of columns. */
    bool keeps_next; /* no column ends with it: a heading */
    bool tail;       /* the last child: shown only where not all is, last */

    /* Content. */
    const struct text_source *source;  /* text */
    struct paragraph *paragraph;       /* text, once it is shaped; or NULL */
    enum colour_role text_colours[16]; /* by tag & 15 */
    const struct text_link *links;
    size_t link_count;
    const char *media; /* picture: its name in the store */
    int picture_width,
        picture_height; /* its own proportions, 0: fill the box;
                           kept when width or height is natural or
                           the width is more than there is room */
    enum icon icon;
    enum colour_role icon_colour;
    /* Strokes that are drawn over the box, within it: of whoever lends them to
     * the view, and the one thing in it that grows while it shows. */
    const struct ink *ink;
    int ink_width; /* px */

    /* Meaning: for fingers, scripts and screen readers. */
    const char *role;     /* "tile", "row", "button", "text" … */
    const char *label;    /* spoken text; "" takes that of the children */
    struct action action; /* kind 0: not a target */

    /* From layout, in the view's coordinates. */
    struct rect rect;
    bool clips; /* the children do not fit: cut them off */
    /* The lines of the paragraph that stand in this box: all of them, but for
     * a text in columns. What goes on in another column has a box of its own
     * there, behind the one it began in. None (end_line 0): left out. */
    size_t first_line, end_line;
    const struct box *begun_in;

    /* What find.h marked in it: the first of the view's marks and how many;
     * aside: it does not look into this box. */
    size_t found, found_count;
    bool aside;

    /* layout's own: widths wanted and bearable and the height needed, all with
     * the padding; of a text its em and its first baseline; of columns how
     * many there are, how wide, and the boxes for what goes on; the children
     * of a long column in order, to search in; and the next text that is
     * shaped. */
    int natural, narrowest, raised, em, ascent;
    int column_count, column_width;
    struct box *spare;
    struct box *next_shaped;
    struct box **index;
    size_t child_count, index_count;
};

struct view {
    const struct theme *theme;
    struct fonts *fonts;
    struct arena arena;
    struct box *root;   /* a column */
    struct box *shaped; /* the texts that have a paragraph */
    size_t text_bytes;  /* of all texts */
    int width, height;  /* after layout */
    /* Of a page that flows (flow.h): which part of it has its true heights. */
    bool flows;
    int settled_top, settled_bottom;
    /* What is marked in it (find.h), in reading order. */
    struct found *found;
    size_t found_count, found_chosen;
};

/* The theme and the fonts must outlive the view. */
struct view *view_new(struct fonts *fonts, const struct theme *theme);
void view_free(struct view *view); /* NULL is fine */

/* The child comes last in its parent. role is kept, not copied: a literal. All
 * lengths of a box count its padding; where a row has too little room, texts
 * that can wrap and boxes that grow give way first. */
struct box *box_add(struct view *view, struct box *parent, enum box_kind kind,
                    const char *role);

/* Up to `columns` columns, at least gap_px apart. Their measure is a whole
 * number of em of the first text (rule 20 in ARCHITECTURE.md) and at least 9,
 * else there are fewer columns; what is over widens the gaps. `step` is the
 * line height of the texts, on which the lines of all columns stand: a text of
 * that line height is broken between columns where need be, anything else
 * stands whole in a whole number of lines. No column ends with the first line
 * of a paragraph or begins with the last one where two lines more or less avoid
 * it.
 */
struct box *box_columns(struct view *view, struct box *parent, int columns,
                        int gap_px, int step_px);

void box_pad(struct box *box, int vertical, int horizontal);
void box_act(struct view *view, struct box *box, unsigned kind,
             const char *argument, int value);
void box_label(struct view *view, struct box *box, const char *label);

/* Text in one role and colour. max_lines 0: all of it. */
struct box *box_text(struct view *view, struct box *parent, enum text_role role,
                     enum colour_role colour, const char *text);
struct box *box_text_lines(struct view *view, struct box *parent,
                           enum text_role role, enum colour_role colour,
                           const char *text, int max_lines);

/* Text with runs of its own (tags index text_colours; CANVAS_UNDERLINE
 * underlines), marks and links, which are all copied. */
struct box *box_rich(struct view *view, struct box *parent, const char *text,
                     size_t length, const struct text_run *runs,
                     size_t run_count, const struct paragraph_style *style,
                     const struct text_link *links, size_t link_count);

/* The width a text takes on one line, px; of a long one, what it is expected to
 * take: shaping it can wait until it shows. */
int box_text_width(struct view *view, struct box *box);

struct box *box_icon(struct view *view, struct box *parent, enum icon icon,
                     int size_px, enum colour_role colour);
/* width_px and height_px on the screen; 0: as the parent and the proportions
 * make it. */
struct box *box_picture(struct view *view, struct box *parent,
                        const char *media, int width_px, int height_px);
/* An empty box that takes what is left (grow 1) or a fixed size. */
struct box *box_space(struct view *view, struct box *parent, int size_px);

/* Shapes every text and places everything for a width; height 0: as high as it
 * needs, else the root is that high (a fixed screen). Sets view->width and
 * view->height. */
void view_layout(struct view *view, int width_px, int height_px);

/* The words of a box: its label, or the texts below it in order, one space
 * between. Appended to out. */
struct buf;
void box_words(const struct box *box, struct buf *out);

#endif
