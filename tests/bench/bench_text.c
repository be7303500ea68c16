/* What setting text costs, against hb_shape on the same text in the same run:
 *
 *   bench_text [all|once] [FILE...]
 *
 * Every line of the files is a paragraph; without files they are the bundled
 * edition's articles and ../shared/data/newspapers where that is. Prints
 * nanoseconds a character and the ratio to hb_shape of whole paragraphs, best
 * of some passes. `once` makes one warm and one measured pass of each, for
 *
 *   valgrind --tool=callgrind --collect-atstart=no \
 *            --toggle-collect=measured_layout bench_text once
 *
 * (measured_shaping: hb_shape; measured_new: layout without lines). */
#include <time.h>

#include <hb.h>

#include "tests/bench/corpus.h"
#include "fonts/paragraph.h"

enum { SIZE_PX = 28, WIDTH_PX = 1000, PASSES = 15 };

static struct corpus corpus;

static struct fonts *fonts;
static hb_font_t *font;
static hb_buffer_t *buffer;
static hb_language_t chinese;
static uint64_t seen; /* so that nothing is optimised away */

/* ---- what is measured ---- */

/* Chinese text: the language pages would measure how faces are found. */
static const char *const folders[] = {
    "content/edition/articles/craft",   "content/edition/articles/local",
    "content/edition/articles/news",    "content/edition/articles/rights-news",
    "content/edition/articles/service", "content/edition/articles/skills",
    "content/edition/guides",           "content/edition/papers",
    "../shared/data/newspapers"};

static struct paragraph *make_paragraph(const struct corpus_line *line)
{
    const struct text_run run = {
        0, (uint32_t)line->length, {FONT_SANS, FONT_REGULAR, SIZE_PX}, 0};
    const struct paragraph_style style = {.indent_em = 2,
                                          .align = ALIGN_JUSTIFY};
    return paragraph_new(fonts, line->text, line->length, &run, 1, &style);
}

static void place_lines(struct paragraph *p)
{
    paragraph_set_width(p, WIDTH_PX);
    for (size_t i = 0; i < paragraph_line_count(p); i++) {
        size_t count;
        const struct placed_glyph *glyphs = paragraph_glyphs(p, i, &count);
        seen += count ? (uint64_t)glyphs[count - 1].x : 0;
    }
}

static void lay_out_all(bool placed)
{
    for (size_t i = 0; i < corpus.line_count; i++) {
        struct paragraph *p = make_paragraph(&corpus.lines[i]);
        if (placed)
            place_lines(p);
        paragraph_free(p);
    }
}

static void shape_all(void)
{
    for (size_t i = 0; i < corpus.line_count; i++) {
        const struct corpus_line *line = &corpus.lines[i];
        hb_buffer_clear_contents(buffer);
        hb_buffer_add_utf8(buffer, line->text, (int)line->length, 0,
                           (int)line->length);
        hb_buffer_set_script(buffer, HB_SCRIPT_HAN);
        hb_buffer_set_language(buffer, chinese);
        hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
        hb_shape(font, buffer, NULL, 0);
        seen += hb_buffer_get_length(buffer);
    }
}

/* Names for callgrind to start and stop at. */
void measured_layout(void);
void measured_new(void);
void measured_shaping(void);

__attribute__((noinline)) void measured_layout(void)
{
    lay_out_all(true);
    __asm__ volatile("");
}

__attribute__((noinline)) void measured_new(void)
{
    lay_out_all(false);
    __asm__ volatile("");
}

__attribute__((noinline)) void measured_shaping(void)
{
    shape_all();
    __asm__ volatile("");
}

/* ---- timing ---- */

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Nanoseconds a character, of the best pass. */
static double best_of(int passes, void (*measured)(void))
{
    double best = 0;
    for (int i = 0; i < passes; i++) {
        double start = now_ns();
        measured();
        double taken = (now_ns() - start) / (double)corpus.character_count;
        if (i == 0 || taken < best)
            best = taken;
    }
    return best;
}

static void report(int passes)
{
    lay_out_all(true); /* fills what is filled once; not measured */
    shape_all();
    double shaping = best_of(passes, measured_shaping);
    double layout = best_of(passes, measured_layout);
    double made = best_of(passes, measured_new);
    printf("characters            %zu in %zu paragraphs\n",
           corpus.character_count, corpus.line_count);
    printf("hb_shape alone        %6.1f ns a character\n", shaping);
    printf("paragraph_new         %6.1f ns, %.2f x hb_shape\n", made,
           made / shaping);
    printf("layout to lines       %6.1f ns, %.2f x hb_shape\n", layout,
           layout / shaping);
}

static bool open_face(void)
{
    char path[4096];
    int index;
    if (!fonts_find_plain(NULL, path, sizeof(path), &index))
        return false;
    hb_blob_t *blob = hb_blob_create_from_file_or_fail(path);
    hb_face_t *face = hb_face_create(blob, (unsigned)index);
    font = hb_font_create(face);
    hb_font_set_scale(font, SIZE_PX * 64, SIZE_PX * 64);
    hb_face_destroy(face);
    hb_blob_destroy(blob);
    buffer = hb_buffer_create();
    chinese = hb_language_from_string("zh-cn", -1);
    return true;
}

int main(int argc, char **argv)
{
    bool once = argc > 1 && !strcmp(argv[1], "once");
    for (int i = 2; i < argc; i++)
        corpus_add_file(&corpus, argv[i]);
    if (argc <= 2) {
        for (size_t i = 0; i < COUNT_OF(folders); i++)
            corpus_add_folder(&corpus, folders[i]);
    }
    corpus_split(&corpus);
    fonts = fonts_open(NULL);
    if (!fonts || !open_face() || !corpus.character_count)
        return 1;
    report(once ? 1 : PASSES);
    hb_buffer_destroy(buffer);
    hb_font_destroy(font);
    fonts_close(fonts);
    corpus_fini(&corpus);
    return seen == 0;
}
