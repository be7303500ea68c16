/* paging.h - reads a corpus page by page, as a visitor would.
 *
 * For tests/ only. A page is a screenful of body text at 1080x1920 in one of
 * the theme's sizes; every glyph of it is looked up in a glyph cache. */
#ifndef TESTS_BENCH_PAGING_H
#define TESTS_BENCH_PAGING_H

#include "fonts/glyph_cache.h"
#include "fonts/paragraph.h"
#include "tests/bench/corpus.h"
#include "ui/theme.h"

struct paging {
    struct fonts *fonts;
    struct glyph_cache *cache;
    /* Called with what was found, and at the end of a page; may be NULL. */
    void (*found)(void *user, const struct placed_glyph *glyph,
                  const struct glyph_image *image);
    void (*turned)(void *user);
    void *user;
    size_t pages, glyphs; /* so far */
    int y;                /* on the page */
};

static inline void paging_turn(struct paging *paging)
{
    if (paging->turned)
        paging->turned(paging->user);
    glyph_cache_begin_frame(paging->cache);
    paging->pages++;
    paging->y = 0;
}

static inline void paging_line(struct paging *paging,
                               struct paragraph *paragraph, size_t line)
{
    size_t count;
    const struct placed_glyph *glyphs =
        paragraph_glyphs(paragraph, line, &count);
    for (size_t i = 0; i < count; i++) {
        struct glyph_image image;
        bool ink = glyph_cache_find(paging->cache, glyphs[i].font,
                                    glyphs[i].glyph, &image);
        if (ink && paging->found)
            paging->found(paging->user, &glyphs[i], &image);
    }
    paging->glyphs += count;
}

static inline void paging_read(struct paging *paging,
                               const struct corpus *corpus, enum text_size size)
{
    enum { WIDTH = 1080, HEIGHT = 1920, CHROME = 360, MARGINS = 80 };
    struct theme theme;
    theme_init(&theme, WIDTH, HEIGHT, 268, size, CONTRAST_PAPER);
    const struct text_look look = theme.text[TEXT_BODY];
    const struct paragraph_style style = {.line_height_px = look.line_height,
                                          .indent_em = 2,
                                          .align = ALIGN_JUSTIFY};
    for (size_t i = 0; i < corpus->line_count; i++) {
        const struct corpus_line *line = &corpus->lines[i];
        const struct text_run run = {0, (uint32_t)line->length, look.style, 0};
        struct paragraph *paragraph = paragraph_new(
            paging->fonts, line->text, line->length, &run, 1, &style);
        paragraph_set_width(paragraph, WIDTH - MARGINS);
        for (size_t n = 0; n < paragraph_line_count(paragraph); n++) {
            if (paging->y + look.line_height > HEIGHT - CHROME)
                paging_turn(paging);
            paging_line(paging, paragraph, n);
            paging->y += look.line_height;
        }
        paragraph_free(paragraph);
    }
    paging_turn(paging);
}

#endif
