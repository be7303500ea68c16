#include "painter.h"

#include "fonts/outline.h"
#include "shaping.h"

#define PICTURES_MOST 256 /* failed ones have no bytes but are kept too */
#define MASKS_MOST 64
#define ICON_BOX 24

/* A picture in the one size it is shown at. */
struct scaled {
    char *name;
    int width, height;
    colour background;
    bool failed;
    uint64_t used; /* when last */
    struct picture picture;
};

struct mask {
    enum icon icon;
    int size;
    uint8_t *coverage;
};

struct painter {
    struct stage_options options;
    struct glyph_cache *glyphs;
    struct scaled pictures[PICTURES_MOST];
    size_t picture_count, picture_bytes;
    uint64_t clock;
    struct mask masks[MASKS_MOST];
    size_t mask_count;
};

struct painter *painter_new(const struct stage_options *options)
{
    struct painter *painter = xcalloc(1, sizeof(*painter));
    painter->options = *options;
    painter->glyphs = glyph_cache_new(options->fonts, options->glyph_bytes);
    return painter;
}

/* Pictures. */

static size_t scaled_bytes(const struct scaled *scaled)
{
    return scaled->failed ? 0
                          : (size_t)scaled->width * (size_t)scaled->height * 4;
}

static void drop_picture(struct painter *painter, size_t index)
{
    struct scaled *scaled = &painter->pictures[index];
    painter->picture_bytes -= scaled_bytes(scaled);
    if (!scaled->failed)
        picture_fini(&scaled->picture);
    free(scaled->name);
    *scaled = painter->pictures[--painter->picture_count];
}

static void drop_oldest_picture(struct painter *painter)
{
    size_t oldest = 0;
    for (size_t i = 1; i < painter->picture_count; i++)
        if (painter->pictures[i].used < painter->pictures[oldest].used)
            oldest = i;
    drop_picture(painter, oldest);
}

static struct scaled *load_picture(struct painter *painter,
                                   const struct command *command)
{
    struct scaled scaled = {
        .name = xstrdup(command->box->media),
        .width = command->rect.width,
        .height = command->rect.height,
        .background = command->fill,
        .used = ++painter->clock,
    };
    const struct stage_options *options = &painter->options;
    scaled.failed =
        !options->load ||
        !options->load(options->user, scaled.name, scaled.width, scaled.height,
                       scaled.background, &scaled.picture);
    size_t bytes = scaled_bytes(&scaled);
    while (painter->picture_count &&
           (painter->picture_count == PICTURES_MOST ||
            painter->picture_bytes + bytes > options->picture_bytes))
        drop_oldest_picture(painter);
    painter->picture_bytes += bytes;
    painter->pictures[painter->picture_count] = scaled;
    return &painter->pictures[painter->picture_count++];
}

static struct scaled *find_picture(struct painter *painter,
                                   const struct command *command)
{
    for (size_t i = 0; i < painter->picture_count; i++) {
        struct scaled *scaled = &painter->pictures[i];
        if (scaled->width == command->rect.width &&
            scaled->height == command->rect.height &&
            scaled->background == command->fill &&
            !strcmp(scaled->name, command->box->media)) {
            scaled->used = ++painter->clock;
            return scaled;
        }
    }
    return load_picture(painter, command);
}

void painter_forget_pictures(struct painter *painter)
{
    while (painter->picture_count)
        drop_picture(painter, painter->picture_count - 1);
}

void painter_shrink_glyphs(struct painter *painter)
{
    glyph_cache_shrink(painter->glyphs);
}

/* Icons. */

static void drop_masks(struct painter *painter)
{
    for (size_t i = 0; i < painter->mask_count; i++)
        free(painter->masks[i].coverage);
    painter->mask_count = 0;
}

static const uint8_t *find_mask(struct painter *painter, enum icon icon,
                                int size)
{
    for (size_t i = 0; i < painter->mask_count; i++)
        if (painter->masks[i].icon == icon && painter->masks[i].size == size)
            return painter->masks[i].coverage;
    if (painter->mask_count == MASKS_MOST)
        drop_masks(painter);
    float stroke;
    const char *path = icon_path(icon, &stroke);
    uint8_t *coverage = xcalloc((size_t)size, (size_t)size);
    outline_draw(painter->options.fonts, path, ICON_BOX, stroke, size,
                 coverage);
    painter->masks[painter->mask_count++] = (struct mask){icon, size, coverage};
    return coverage;
}

void painter_free(struct painter *painter)
{
    if (!painter)
        return;
    drop_masks(painter);
    painter_forget_pictures(painter);
    glyph_cache_free(painter->glyphs);
    free(painter);
}

void painter_begin_frame(struct painter *painter)
{
    glyph_cache_begin_frame(painter->glyphs);
}

/* Commands. */

static void draw_fill(struct painter *painter, struct canvas *canvas,
                      const struct command *command)
{
    (void)painter;
    canvas_fill(canvas, command->rect, command->fill);
}

static void draw_box(struct painter *painter, struct canvas *canvas,
                     const struct command *command)
{
    (void)painter;
    canvas_box(canvas, command->rect, command->radius, command->corners,
               command->fill, command->border_width, command->border);
}

static void draw_frame(struct painter *painter, struct canvas *canvas,
                       const struct command *command)
{
    (void)painter;
    canvas_frame(canvas, command->rect, command->radius, command->border_width,
                 command->border);
}

static void draw_text(struct painter *painter, struct canvas *canvas,
                      const struct command *command)
{
    const struct box *box = command->box;
    colour colours[COUNT_OF(box->text_colours)];
    for (size_t i = 0; i < COUNT_OF(colours); i++)
        colours[i] = command->theme->colours[box->text_colours[i]];
    canvas_text_lines(canvas, painter->glyphs, box->paragraph, box->first_line,
                      box->end_line, command->rect.x, command->rect.y, colours);
}

static bool has_icons(const struct box *box)
{
    const struct paragraph_style *style = &box->source->style;
    for (size_t i = 0; i < style->mark_count; i++)
        if (style->marks[i].kind == MARK_ICON)
            return true;
    return false;
}

/* In the colours of the text. */
static void draw_line_icons(struct painter *painter, struct canvas *canvas,
                            const struct command *command, size_t line, int y)
{
    size_t count;
    const struct box *box = command->box;
    const struct placed_mark *marks =
        paragraph_marks(box->paragraph, line, &count);
    for (size_t i = 0; i < count; i++) {
        const struct placed_mark *mark = &marks[i];
        if (mark->kind != MARK_ICON)
            continue;
        canvas_mask(canvas, command->rect.x + mark->x, y + mark->y,
                    find_mask(painter, (enum icon)mark->icon, mark->width),
                    mark->width, mark->height, mark->width,
                    command->theme->colours[box->text_colours[mark->tag & 15]]);
    }
}

static void draw_icons(struct painter *painter, struct canvas *canvas,
                       const struct command *command)
{
    const struct box *box = command->box;
    int y = command->rect.y - shaping_above(box);
    int height = paragraph_line(box->paragraph, 0).height;
    int64_t above = (int64_t)canvas->clip.y - y;
    int64_t bottom = above + canvas->clip.height;
    size_t count = paragraph_line_count(box->paragraph);
    size_t end = box->end_line < count ? box->end_line : count;
    /* A line on either side: an em may be higher than its line. */
    size_t line = above > height ? (size_t)(above / height) - 1 : 0;
    line = line < box->first_line ? box->first_line : line;
    for (; line < end && (int64_t)line * height < bottom + height; line++)
        draw_line_icons(painter, canvas, command, line, y);
}

static void draw_text_and_icons(struct painter *painter, struct canvas *canvas,
                                const struct command *command)
{
    draw_text(painter, canvas, command);
    if (has_icons(command->box))
        draw_icons(painter, canvas, command);
}

/* What cannot be shown leaves a quiet box in its place. */
static void draw_picture(struct painter *painter, struct canvas *canvas,
                         const struct command *command)
{
    const struct scaled *scaled = find_picture(painter, command);
    if (scaled->failed)
        canvas_box(canvas, command->rect, command->radius, CANVAS_ALL_CORNERS,
                   command->theme->colours[COLOUR_PRESSED], 0, 0);
    else
        canvas_picture(canvas, command->rect, &scaled->picture,
                       command->radius);
}

static void draw_icon(struct painter *painter, struct canvas *canvas,
                      const struct command *command)
{
    int size = command->rect.width;
    canvas_mask(canvas, command->rect.x, command->rect.y,
                find_mask(painter, command->box->icon, size), size, size, size,
                command->fill);
}

static void draw_tint(struct painter *painter, struct canvas *canvas,
                      const struct command *command)
{
    (void)painter;
    canvas_tint(canvas, command->rect, command->fill, command->amount);
}

static void draw_line(struct painter *painter, struct canvas *canvas,
                      const struct command *command)
{
    (void)painter;
    canvas_line(
        canvas, command->rect.x + command->from_x,
        command->rect.y + command->from_y, command->rect.x + command->to_x,
        command->rect.y + command->to_y, command->radius, command->fill);
}

void painter_draw(struct painter *painter, struct canvas *canvas,
                  const struct display_list *list, struct rect rect)
{
    static void (*const draw[])(struct painter *, struct canvas *,
                                const struct command *) = {
        [COMMAND_FILL] = draw_fill,       [COMMAND_BOX] = draw_box,
        [COMMAND_FRAME] = draw_frame,     [COMMAND_TEXT] = draw_text_and_icons,
        [COMMAND_PICTURE] = draw_picture, [COMMAND_ICON] = draw_icon,
        [COMMAND_TINT] = draw_tint,       [COMMAND_LINE] = draw_line,
    };
    struct rect before = canvas->clip;
    for (size_t i = 0; i < list->count; i++) {
        const struct command *command = &list->commands[i];
        canvas->clip = rect_intersect(
            rect_intersect(command->visible, command->clip), rect);
        if (!rect_empty(canvas->clip))
            draw[command->kind](painter, canvas, command);
    }
    canvas->clip = before;
}

struct glyph_cache_stats painter_glyph_stats(const struct painter *painter)
{
    return glyph_cache_stats(painter->glyphs);
}

size_t painter_picture_bytes(const struct painter *painter)
{
    return painter->picture_bytes;
}
