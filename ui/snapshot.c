#include "ui/snapshot.h"

#include <SDL.h>
#include <SDL_image.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "display_list.h"
#include "painter.h"
#include "ui/canvas.h"

#define STRIP 1024 /* px drawn in one go: what the glyph cache must hold */

static bool write_png(SDL_Surface *picture, const char *path)
{
    SDL_RWops *file = SDL_RWFromFile(path, "wb");
    if (!file)
        return false;
    bool good = IMG_SavePNG_RW(picture, file, 0) == 0;
    /* A full disk is often noticed here only. */
    return SDL_RWclose(file) == 0 && good;
}

/* A rename would take the place of a device or pipe, /dev/null included. */
static bool is_replaceable(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return true;
    errno = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
    return false;
}

bool snapshot_write(const struct surface *surface, const char *path)
{
    SDL_Surface *picture = SDL_CreateRGBSurfaceWithFormatFrom(
        surface->pixels, surface->width, surface->height, 32,
        surface->stride * 4, SDL_PIXELFORMAT_RGB888);
    struct buf temporary = {0};
    buf_printf(&temporary, "%s.tmp", path);
    bool saved = picture && is_replaceable(path) &&
                 write_png(picture, temporary.data) &&
                 rename(temporary.data, path) == 0;
    if (!saved) {
        log_error("window", "cannot save %s: %s", path,
                  errno ? strerror(errno) : SDL_GetError());
        unlink(temporary.data);
    }
    buf_fini(&temporary);
    SDL_FreeSurface(picture);
    return saved;
}

static void draw(struct view *view, struct painter *painter,
                 struct canvas *canvas)
{
    const struct rect whole = canvas->clip;
    const struct placement place = {.view = view, .clip = whole};
    const struct pressed nothing = {0};
    struct display_list list = {0};
    display_list_add_view(&list, &place, false, &nothing);
    canvas_fill(canvas, whole, view->theme->colours[COLOUR_PAPER]);
    for (int y = 0; y < whole.height; y += STRIP) {
        struct rect strip = {0, y, whole.width, STRIP};
        painter_begin_frame(painter);
        painter_draw(painter, canvas, &list, rect_intersect(strip, whole));
    }
    display_list_fini(&list);
}

bool snapshot_view(struct view *view, const struct stage_options *options,
                   int height_px, const char *path)
{
    int height = view->height < height_px ? view->height : height_px;
    if (height < 1 || view->width < 1)
        return false;
    struct canvas canvas = {
        .surface = {xcalloc((size_t)view->width * (size_t)height,
                            sizeof(uint32_t)),
                    view->width, height, view->width},
        .clip = {0, 0, view->width, height},
    };
    struct painter *painter = painter_new(options);
    draw(view, painter, &canvas);
    bool saved = snapshot_write(&canvas.surface, path);
    painter_free(painter);
    free(canvas.surface.pixels);
    return saved;
}
