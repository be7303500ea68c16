/* plain.c - the splash and the rescue page.
 *
 * It must work when everything of ours is broken, so it shares nothing with the
 * rest of ui but the window. SDL2_ttf is started for the one page and stopped
 * after it: nothing of it stays in memory. */
#include <SDL.h>
#include <SDL_ttf.h>

#include "base/log.h"
#include "base/mem.h"
#include "ui/plain.h"

enum {
    PAPER = 0xFBF8F3,
    INK = 0x1E1A17,
    GREY = 0x5E554D,
    LINE = 0xE4DCD0,
    RED = 0xB5121B,
};

struct painter {
    SDL_Surface *target;
    int em; /* px: a body line's size; all else is measured in it */
    int y;  /* where the next line goes */
};

static void fill(struct painter *painter, int x, int y, int width, int height,
                 uint32_t value)
{
    SDL_Rect rect = {x, y, width, height};
    SDL_FillRect(painter->target, &rect, value & 0xFFFFFF);
}

/* An exclamation mark in a box: out of order, in no language. */
static void draw_alarm(struct painter *painter, int x, int y, int size)
{
    int bar = size / 8;
    fill(painter, x, y, size, size, RED);
    fill(painter, x + (size - bar) / 2, y + size / 5, bar, size * 2 / 5, PAPER);
    fill(painter, x + (size - bar) / 2, y + size * 4 / 5 - bar, bar, bar,
         PAPER);
}

/* Four panes: the window the program is named after. */
static void draw_panes(struct painter *painter, int x, int y, int size)
{
    int bar = size / 12 + 1, pane = (size - 3 * bar) / 2;
    fill(painter, x, y, 3 * bar + 2 * pane, 3 * bar + 2 * pane, LINE);
    for (int i = 0; i < 4; i++)
        fill(painter, x + bar + i % 2 * (pane + bar),
             y + bar + i / 2 * (pane + bar), pane, pane, PAPER);
}

static void draw_text(struct painter *painter, TTF_Font *font, const char *text,
                      uint32_t value)
{
    SDL_Color ink = {(Uint8)(value >> 16), (Uint8)(value >> 8), (Uint8)value,
                     255};
    SDL_Surface *drawn = TTF_RenderUTF8_Blended(font, text, ink);
    if (drawn) {
        SDL_Rect to = {(painter->target->w - drawn->w) / 2, painter->y, 0, 0};
        SDL_BlitSurface(drawn, NULL, painter->target, &to);
    }
    SDL_FreeSurface(drawn);
}

static size_t character_bytes(const char *text, int characters)
{
    size_t at = 0;
    for (; characters > 0 && text[at]; characters--)
        do
            at++;
        while (((unsigned char)text[at] & 0xC0) == 0x80);
    return at;
}

/* Breaks anywhere: this page knows no rules of typesetting. */
static void draw_wrapped(struct painter *painter, TTF_Font *font,
                         const char *text, uint32_t value)
{
    int width = painter->target->w - 2 * painter->em;
    while (*text) {
        int extent, fits;
        if (TTF_MeasureUTF8(font, text, width, &extent, &fits) != 0)
            return;
        size_t length = character_bytes(text, fits > 0 ? fits : 1);
        char *piece = xstrndup(text, length);
        draw_text(painter, font, piece, value);
        free(piece);
        text += length;
        painter->y += TTF_FontLineSkip(font);
    }
}

static TTF_Font *open_font(const struct plain_page *page, int size_px)
{
    TTF_Font *font = TTF_OpenFontIndex(page->font, size_px, page->face);
    if (!font)
        log_warn("plain", "%s: %s", page->font, TTF_GetError());
    return font;
}

static void draw_words(struct painter *painter, const struct plain_page *page)
{
    TTF_Font *font = open_font(page, painter->em * 2);
    if (!font)
        return;
    if (page->title)
        draw_wrapped(painter, font, page->title, page->quiet ? GREY : INK);
    painter->y += painter->em / 2;
    /* Points at 72 dpi are pixels. */
    TTF_SetFontSize(font, painter->em);
    for (size_t i = 0; i < COUNT_OF(page->lines) && page->lines[i]; i++)
        draw_wrapped(painter, font, page->lines[i], GREY);
    TTF_CloseFont(font);
}

static void draw_page(struct painter *painter, const struct plain_page *page)
{
    int width = painter->target->w, height = painter->target->h;
    int shorter = width < height ? width : height;
    int mark = shorter / 5 + 1, top = height / 4;
    painter->em = shorter / 27 < 8 ? 8 : shorter / 27;
    painter->y = top + mark + painter->em;
    fill(painter, 0, 0, width, height, PAPER);
    (page->quiet ? draw_panes : draw_alarm)(painter, (width - mark) / 2, top,
                                            mark);
    if (!page->font)
        return;
    if (TTF_Init() != 0) {
        log_warn("plain", "no text: %s", TTF_GetError());
        return;
    }
    draw_words(painter, page);
    TTF_Quit();
}

void plain_show(struct window *window, const struct plain_page *page)
{
    struct surface surface;
    bool fresh;
    if (!window_surface(window, &surface, &fresh))
        return;
    struct painter painter = {.target = SDL_CreateRGBSurfaceWithFormatFrom(
                                  surface.pixels, surface.width, surface.height,
                                  32, surface.stride * 4,
                                  SDL_PIXELFORMAT_RGB888)};
    if (!painter.target)
        return;
    draw_page(&painter, page);
    SDL_FreeSurface(painter.target);
    struct rect all = {0, 0, surface.width, surface.height};
    window_present(window, &all, 1);
}
