/* What it costs to blend a screen full of text, against a memcpy of the frame
 * in the same run:
 *
 *   bench_blend [FOLDER]
 *
 * 2,000 glyphs of the folder's articles (the bundled edition's) in Noto Sans,
 * 28 px, where a paragraph of 1040 px places them on 1080x1920, all of them in
 * the glyph cache already. Copy and text take turns, so that both meet the
 * same machine; medians. */
#include <stdio.h>
#include <time.h>

#include "tests/bench/corpus.h"
#include "ui/canvas.h"

enum { WIDTH = 1080, HEIGHT = 1920, ROUNDS = 301 };
enum { SIZE_PX = 28, LINE_PX = 34, MARGIN = 20, GLYPHS = 2000 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *ms)
{
    qsort(ms, ROUNDS, sizeof(*ms), compare);
    return ms[ROUNDS / 2];
}

/* The articles run on without a break, so that all lines are full. */
static struct paragraph *make_text(struct fonts *fonts,
                                   const struct corpus *corpus)
{
    struct buf text = {0};
    for (size_t i = 0, left = GLYPHS; i < corpus->line_count && left; i++) {
        const struct corpus_line *line = &corpus->lines[i];
        size_t at = 0;
        for (; at < line->length && left; left--)
            utf8_next(line->text, line->length, &at);
        buf_add(&text, line->text, at);
    }
    const struct text_run run = {
        0, (uint32_t)text.length, {FONT_SANS, FONT_REGULAR, SIZE_PX}, 0};
    const struct paragraph_style style = {.line_height_px = LINE_PX,
                                          .align = ALIGN_JUSTIFY};
    struct paragraph *paragraph =
        paragraph_new(fonts, buf_text(&text), text.length, &run, 1, &style);
    paragraph_set_width(paragraph, WIDTH - 2 * MARGIN);
    buf_fini(&text);
    return paragraph;
}

static void draw(struct canvas *canvas, struct glyph_cache *cache,
                 struct paragraph *paragraph)
{
    static const colour colours[16] = {0x1B1B1B};
    glyph_cache_begin_frame(cache);
    canvas_text(canvas, cache, paragraph, MARGIN, MARGIN, colours);
}

static void measure(struct canvas *canvas, struct glyph_cache *cache,
                    struct paragraph *paragraph)
{
    static double copying[ROUNDS], drawing[ROUNDS], placing[ROUNDS];
    size_t size = (size_t)WIDTH * HEIGHT * sizeof(uint32_t);
    uint32_t *copy = xmalloc(size);
    for (int i = 0; i < ROUNDS; i++) {
        canvas_fill(canvas, canvas->clip, 0xFAF7F0);
        double start = now_ms();
        memcpy(copy, canvas->surface.pixels, size);
        __asm__ volatile("" : : "r"(copy) : "memory");
        double copied = now_ms();
        draw(canvas, cache, paragraph);
        double drawn = now_ms();
        size_t count;
        for (size_t line = 0; line < paragraph_line_count(paragraph); line++)
            paragraph_glyphs(paragraph, line, &count);
        placing[i] = now_ms() - drawn;
        drawing[i] = drawn - copied;
        copying[i] = copied - start;
    }
    free(copy);
    double memcpy_ms = median(copying), all = median(drawing);
    double blend = all - median(placing);
    printf("memcpy of the frame   %6.2f ms\n", memcpy_ms);
    printf("%d glyphs blended   %6.2f x memcpy  (%.2f ms)\n", GLYPHS,
           blend / memcpy_ms, blend);
    printf("with their positions  %6.2f x memcpy  (%.2f ms)\n", all / memcpy_ms,
           all);
}

int main(int argc, char **argv)
{
    struct corpus corpus = {0};
    corpus_add_folder(&corpus, argc > 1 ? argv[1] : "content/edition");
    corpus_split(&corpus);
    struct fonts *fonts = fonts_open(NULL);
    if (!fonts || corpus.character_count < GLYPHS)
        return 1;
    struct paragraph *paragraph = make_text(fonts, &corpus);
    struct glyph_cache *cache = glyph_cache_new(fonts, 4 << 20);
    struct canvas canvas = {{xcalloc((size_t)WIDTH * HEIGHT, sizeof(uint32_t)),
                             WIDTH, HEIGHT, WIDTH},
                            {0, 0, WIDTH, HEIGHT}};
    draw(&canvas, cache, paragraph);
    measure(&canvas, cache, paragraph);
    free(canvas.surface.pixels);
    glyph_cache_free(cache);
    paragraph_free(paragraph);
    fonts_close(fonts);
    corpus_fini(&corpus);
    return 0;
}
