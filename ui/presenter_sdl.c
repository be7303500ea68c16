/* presenter_sdl.c - shows the surface in an SDL window.
 *
 * There are two ways, because what is cheap on one display is dear on another:
 *
 * - X11 and headless: the window's own surface is what is drawn on. On X11 it
 *   is memory shared with the server, so there is no copy of ours at all.
 * - A GPU (or a backend without window surfaces: KMS, Wayland): a surface in
 *   ordinary memory and one texture, of which only what is damaged is updated.
 *   The texture is a static one: a streaming texture would keep a third copy.
 *
 * Software OpenGL is never used where there is a choice: starting Mesa without
 * a GPU costs 100 ms and tens of megabytes before the first pixel. */
#include <SDL.h>
#include <glob.h>

#include "base/log.h"
#include "base/mem.h"
#include "ui/presenter.h"

enum {
    RECTS = 32,       /* handed to SDL at a time */
    FIRST_FRAMES = 2, /* KMS loses the first one presented */
};

struct display {
    SDL_Window *window;
    SDL_Renderer *renderer; /* NULL: the window's surface is used */
    SDL_Texture *texture;
    uint32_t *shadow;  /* NULL: drawn straight into the window's surface */
    int width, height; /* of shadow and texture */
    bool shown;        /* a frame of the texture */
    bool spreads;      /* becomes fullscreen after the first frame */
    bool faulty;       /* and logged */
};

static bool fault(struct display *display, const char *what)
{
    if (!display->faulty)
        log_error("presenter", "%s: %s", what, SDL_GetError());
    display->faulty = true;
    return false;
}

static bool works(struct display *display)
{
    if (display->faulty)
        log_info("presenter", "the display is back");
    display->faulty = false;
    return true;
}

/* --- Opening ------------------------------------------------------------ */

/* A card without a render node has nothing that draws. */
static bool has_gpu(void)
{
    glob_t found;
    bool any = glob("/dev/dri/renderD*", GLOB_NOSORT, NULL, &found) == 0;
    globfree(&found);
    return any;
}

static bool draws_in_software(void)
{
    static const char *const names[] = {"llvmpipe", "softpipe", "swrast"};
    enum { GL_RENDERER_NAME = 0x1F01 };
    const unsigned char *(*get_string)(unsigned) =
        (const unsigned char *(*)(unsigned))SDL_GL_GetProcAddress(
            "glGetString");
    const char *name =
        get_string ? (const char *)get_string(GL_RENDERER_NAME) : NULL;
    for (size_t i = 0; name && i < COUNT_OF(names); i++)
        if (SDL_strcasestr(name, names[i]))
            return true;
    return false;
}

/* Which backends can show a window's surface without a renderer. */
static bool has_window_surface(const char *driver)
{
    return strcmp(driver, "x11") == 0 || strcmp(driver, "dummy") == 0;
}

static void open_renderer(struct display *display, bool must)
{
    display->renderer = SDL_CreateRenderer(display->window, -1,
                                           SDL_RENDERER_ACCELERATED |
                                               SDL_RENDERER_PRESENTVSYNC);
    if (display->renderer && !must && draws_in_software()) {
        SDL_DestroyRenderer(display->renderer);
        display->renderer = NULL;
    }
    if (display->renderer)
        SDL_SetRenderDrawColor(display->renderer, 0, 0, 0, 255);
}

static void display_close(void *self)
{
    struct display *display = self;
    if (!display)
        return;
    if (display->texture)
        SDL_DestroyTexture(display->texture);
    if (display->renderer)
        SDL_DestroyRenderer(display->renderer);
    if (display->window)
        SDL_DestroyWindow(display->window);
    free(display->shadow);
    free(display);
}

/* On X11 a fullscreen window waits 100 ms for a window manager's word, which on
 * a kiosk nobody gives: the first frame is shown in a borderless window of the
 * display's size, and the manager is asked afterwards. */
static SDL_Window *open_whole(struct display *display,
                              const struct presenter_options *options)
{
    SDL_Rect bounds;
    display->spreads = !strcmp(SDL_GetCurrentVideoDriver(), "x11") &&
                       !SDL_GetDisplayBounds(0, &bounds);
    if (display->spreads)
        return SDL_CreateWindow(options->title, bounds.x, bounds.y, bounds.w,
                                bounds.h, SDL_WINDOW_BORDERLESS);
    return SDL_CreateWindow(options->title, SDL_WINDOWPOS_CENTERED,
                            SDL_WINDOWPOS_CENTERED, 1080, 1920,
                            SDL_WINDOW_FULLSCREEN_DESKTOP);
}

static SDL_Window *open_window(struct display *display,
                               const struct presenter_options *options)
{
    if (options->width <= 0 || options->height <= 0)
        return open_whole(display, options);
    return SDL_CreateWindow(options->title, SDL_WINDOWPOS_CENTERED,
                            SDL_WINDOWPOS_CENTERED, options->width,
                            options->height, SDL_WINDOW_RESIZABLE);
}

static void *display_open(const struct presenter_options *options)
{
    const char *driver = SDL_GetCurrentVideoDriver();
    struct display *display = xcalloc(1, sizeof(*display));
    bool simple = has_window_surface(driver);

    /* "opengl" without libGL draws nothing on KMS and reports nothing. */
    SDL_SetHint(SDL_HINT_RENDER_DRIVER, "opengles2");
    SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, simple ? "0" : "1");
    display->window = open_window(display, options);
    if (!display->window) {
        fault(display, "no window");
        goto failed;
    }
    if (!simple || (!options->headless && has_gpu()))
        open_renderer(display, !simple);
    if (!simple && !display->renderer) {
        fault(display, "no renderer");
        goto failed;
    }
    log_info("presenter", "%s, %s", driver,
             display->renderer ? "renderer" : "window surface");
    return display;
failed:
    display_close(display);
    return NULL;
}

void *presenter_sdl_window(void *self)
{
    struct display *display = self;
    return display->window;
}

static void display_size(void *self, int *width_out, int *height_out)
{
    struct display *display = self;
    if (!display->renderer ||
        SDL_GetRendererOutputSize(display->renderer, width_out, height_out))
        SDL_GetWindowSize(display->window, width_out, height_out);
}

/* --- The surface -------------------------------------------------------- */

static bool is_xrgb(const SDL_Surface *surface)
{
    const SDL_PixelFormat *format = surface->format;
    return format->BytesPerPixel == 4 && format->Rmask == 0xFF0000 &&
           format->Gmask == 0xFF00 && format->Bmask == 0xFF &&
           surface->pitch % 4 == 0;
}

/* The memory drawn on where the window's own cannot be. */
static bool shadow_surface(struct display *display, int width, int height,
                           struct surface *out, bool *fresh_out)
{
    *fresh_out = !display->shadow || display->width != width ||
                 display->height != height;
    if (*fresh_out) {
        free(display->shadow);
        display->shadow =
            xcalloc((size_t)width * (size_t)height, sizeof(*display->shadow));
        display->width = width;
        display->height = height;
    }
    *out = (struct surface){display->shadow, width, height, width};
    return true;
}

static bool texture_surface(struct display *display, struct surface *out,
                            bool *fresh_out)
{
    int width, height;
    display_size(display, &width, &height);
    if (!display->texture || width != display->width ||
        height != display->height) {
        if (display->texture)
            SDL_DestroyTexture(display->texture);
        free(display->shadow);
        display->shadow = NULL;
        display->texture =
            SDL_CreateTexture(display->renderer, SDL_PIXELFORMAT_RGB888,
                              SDL_TEXTUREACCESS_STATIC, width, height);
        if (!display->texture)
            return fault(display, "no texture");
        SDL_SetTextureBlendMode(display->texture, SDL_BLENDMODE_NONE);
        display->shown = false;
    }
    return shadow_surface(display, width, height, out, fresh_out);
}

static bool window_surface_of(struct display *display, struct surface *out,
                              bool *fresh_out)
{
    SDL_Surface *surface = SDL_GetWindowSurface(display->window);
    if (!surface || !surface->pixels)
        return fault(display, "no window surface");
    /* SDL makes a new surface after a change of size; ours carries our mark. */
    bool fresh = surface->userdata != display;
    surface->userdata = display;
    if (!is_xrgb(surface)) {
        bool resized;
        shadow_surface(display, surface->w, surface->h, out, &resized);
        *fresh_out = fresh || resized;
        return true;
    }
    free(display->shadow);
    display->shadow = NULL;
    *out = (struct surface){surface->pixels, surface->w, surface->h,
                            surface->pitch / 4};
    *fresh_out = fresh;
    return true;
}

static bool display_surface(void *self, struct surface *out, bool *fresh_out)
{
    struct display *display = self;
    return display->renderer ? texture_surface(display, out, fresh_out)
                             : window_surface_of(display, out, fresh_out);
}

/* --- Presenting --------------------------------------------------------- */

/* The damage from *at on that lies on a surface of that size, at most RECTS. */
static int take_rects(const struct rect *damage, size_t count, int width,
                      int height, size_t *at, SDL_Rect out[RECTS])
{
    struct rect bounds = {0, 0, width, height};
    int taken = 0;
    for (; *at < count && taken < RECTS; ++*at) {
        struct rect r = rect_intersect(damage[*at], bounds);
        if (!rect_empty(r))
            out[taken++] = (SDL_Rect){r.x, r.y, r.width, r.height};
    }
    return taken;
}

static bool update_texture(struct display *display, const SDL_Rect *rect)
{
    const uint32_t *from =
        display->shadow + (size_t)rect->y * (size_t)display->width + rect->x;
    return SDL_UpdateTexture(display->texture, rect, from,
                             display->width * 4) == 0;
}

static bool present_texture(struct display *display, const struct rect *damage,
                            size_t count)
{
    SDL_Rect rects[RECTS];
    if (!display->texture)
        return fault(display, "no texture");
    for (size_t at = 0; at < count;) {
        int taken = take_rects(damage, count, display->width, display->height,
                               &at, rects);
        for (int i = 0; i < taken; i++)
            if (!update_texture(display, &rects[i]))
                return fault(display, "cannot update the texture");
    }
    for (int frames = display->shown ? 1 : FIRST_FRAMES; frames > 0; frames--) {
        /* The back buffer holds nothing that can be relied on. */
        if (SDL_RenderClear(display->renderer) ||
            SDL_RenderCopy(display->renderer, display->texture, NULL, NULL))
            return fault(display, "cannot draw");
        SDL_RenderPresent(display->renderer);
    }
    display->shown = true;
    return works(display);
}

static void copy_shadow(struct display *display, SDL_Surface *target,
                        const SDL_Rect *rects, int count)
{
    SDL_Surface *source = SDL_CreateRGBSurfaceWithFormatFrom(
        display->shadow, display->width, display->height, 32,
        display->width * 4, SDL_PIXELFORMAT_RGB888);
    for (int i = 0; source && i < count; i++) {
        SDL_Rect to = rects[i];
        SDL_BlitSurface(source, &rects[i], target, &to);
    }
    SDL_FreeSurface(source);
}

static bool present_window(struct display *display, const struct rect *damage,
                           size_t count)
{
    SDL_Rect rects[RECTS];
    SDL_Surface *surface = SDL_GetWindowSurface(display->window);
    if (!surface)
        return fault(display, "no window surface");
    /* Resized since it was drawn on: what was drawn is gone. */
    if (surface->userdata != display)
        return false;
    for (size_t at = 0; at < count;) {
        int taken =
            take_rects(damage, count, surface->w, surface->h, &at, rects);
        if (display->shadow)
            copy_shadow(display, surface, rects, taken);
        if (taken &&
            SDL_UpdateWindowSurfaceRects(display->window, rects, taken))
            return fault(display, "cannot show the surface");
    }
    return works(display);
}

static bool display_present(void *self, const struct rect *damage, size_t count)
{
    struct display *display = self;
    bool good = display->renderer ? present_texture(display, damage, count)
                                  : present_window(display, damage, count);
    if (good && display->spreads) {
        display->spreads = false;
        SDL_SetWindowFullscreen(display->window, SDL_WINDOW_FULLSCREEN_DESKTOP);
    }
    return good;
}

const struct presenter presenter_sdl = {
    .name = "sdl",
    .open = display_open,
    .size = display_size,
    .surface = display_surface,
    .present = display_present,
    .close = display_close,
};
