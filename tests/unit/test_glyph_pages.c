/* test_glyph_pages.c - whole books through the glyph cache, page by page in the
 * four text sizes: its limit holds, and until a page is turned each glyph that
 * was found on it is what the font draws, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "fonts/face.h"
#include "tests/bench/paging.h"

enum { GLYPH_LIMIT = 1 << 16, FONT_LIMIT = 32 };

static struct fonts *fonts;

/* What the font draws, kept for all tests. */
struct fresh {
    struct glyph_image image; /* its coverage a copy without gaps */
    size_t page;              /* the last one it was found on */
};

static struct fresh_font {
    uint32_t font;
    struct fresh *glyphs[GLYPH_LIMIT];
} fresh_fonts[FONT_LIMIT];

static struct fresh **fresh_place(uint32_t font, uint32_t glyph)
{
    size_t i = 0;
    while (i < FONT_LIMIT && fresh_fonts[i].font && fresh_fonts[i].font != font)
        i++;
    assert_true(i < FONT_LIMIT && glyph < GLYPH_LIMIT);
    fresh_fonts[i].font = font;
    return &fresh_fonts[i].glyphs[glyph];
}

static struct fresh *draw_fresh(uint32_t font, uint32_t glyph)
{
    struct fresh **place = fresh_place(font, glyph);
    if (*place)
        return *place;
    struct glyph_image image;
    assert_true(face_draw(fonts, font, glyph, &image));
    uint8_t *copy = xmalloc((size_t)image.width * (size_t)image.height);
    for (int y = 0; y < image.height; y++)
        memcpy(copy + y * image.width, image.coverage + y * image.pitch,
               (size_t)image.width);
    *place = xcalloc(1, sizeof(**place));
    (*place)->image = image;
    (*place)->image.coverage = copy;
    return *place;
}

static void assert_fresh(const struct glyph_image *found,
                         const struct fresh *fresh)
{
    const struct glyph_image *image = &fresh->image;
    assert_int_equal(found->width, image->width);
    assert_int_equal(found->height, image->height);
    assert_int_equal(found->left, image->left);
    assert_int_equal(found->top, image->top);
    for (int y = 0; y < found->height; y++)
        assert_memory_equal(found->coverage + y * found->pitch,
                            image->coverage + y * image->width,
                            (size_t)found->width);
}

/* ---- a reader who looks closely ---- */

struct seen {
    struct glyph_image image;
    struct fresh *fresh;
};

struct reader {
    struct paging paging;
    size_t limit;
    struct seen *seen; /* on this page, each glyph once */
    size_t count, capacity;
    uint64_t refusals;
};

static void look_at(void *user, const struct placed_glyph *glyph,
                    const struct glyph_image *image)
{
    struct reader *reader = user;
    struct glyph_cache_stats stats = glyph_cache_stats(reader->paging.cache);
    assert_true(stats.bytes <= reader->limit);
    if (glyph->glyph == 0)
        return; /* a box, which no font draws */
    if (stats.refusals != reader->refusals) {
        /* Drawn past the cache: gone with the next one. */
        reader->refusals = stats.refusals;
        assert_true(image->width > 0 && image->padding == 0);
        return;
    }
    struct fresh *fresh = draw_fresh(glyph->font, glyph->glyph);
    if (fresh->page == reader->paging.pages + 1)
        return;
    fresh->page = reader->paging.pages + 1;
    ARRAY_GROW(reader->seen, reader->count, reader->capacity);
    reader->seen[reader->count++] = (struct seen){*image, fresh};
}

static void look_back(void *user)
{
    struct reader *reader = user;
    for (size_t i = 0; i < reader->count; i++)
        assert_fresh(&reader->seen[i].image, reader->seen[i].fresh);
    reader->count = 0;
}

static void forget_pages(void)
{
    for (size_t i = 0; i < FONT_LIMIT && fresh_fonts[i].font; i++)
        for (size_t glyph = 0; glyph < GLYPH_LIMIT; glyph++)
            if (fresh_fonts[i].glyphs[glyph])
                fresh_fonts[i].glyphs[glyph]->page = 0;
}

/* Reads all of it, in every size. */
static struct glyph_cache_stats read_all(const struct corpus *corpus,
                                         size_t limit)
{
    struct reader reader = {.limit = limit};
    reader.paging = (struct paging){
        .fonts = fonts,
        .cache = glyph_cache_new(fonts, limit),
        .found = look_at,
        .turned = look_back,
        .user = &reader,
    };
    forget_pages();
    for (int size = 0; size < SIZE_COUNT; size++)
        paging_read(&reader.paging, corpus, (enum text_size)size);
    assert_true(reader.paging.pages > SIZE_COUNT);
    struct glyph_cache_stats stats = glyph_cache_stats(reader.paging.cache);
    glyph_cache_free(reader.paging.cache);
    free(reader.seen);
    return stats;
}

static struct corpus corpus_of(const char *folder)
{
    struct corpus corpus = {0};
    corpus_add_folder(&corpus, folder);
    corpus_split(&corpus);
    return corpus;
}

/* ---- tests ---- */

static void test_edition(void **state)
{
    struct corpus corpus = corpus_of("content/edition/articles");
    (void)state;
    assert_true(corpus.character_count > 10000);
    assert_int_equal(read_all(&corpus, 32 << 20).refusals, 0);
    struct glyph_cache_stats stats = read_all(&corpus, 4 << 20);
    assert_true(stats.evictions > 0);
    assert_int_equal(stats.refusals, 0);
    corpus_fini(&corpus);
}

static void test_labour_laws(void **state)
{
    struct corpus corpus = corpus_of("../shared/data/labour-laws");
    (void)state;
    if (!corpus.line_count) {
        print_message("skipped: no corpus\n");
        skip();
    }
    struct glyph_cache_stats stats = read_all(&corpus, 32 << 20);
    assert_int_equal(stats.refusals, 0);
    assert_int_equal(stats.evictions, 0);
    assert_true(stats.given_back > 0);
    assert_true(stats.hits > 99 * stats.misses);
    corpus_fini(&corpus);
}

/* Less than one screen takes: the rest is drawn past the cache, and what is in
 * it stays what it is. */
static void test_less_than_a_page(void **state)
{
    struct corpus corpus = corpus_of("content/edition/guides");
    (void)state;
    assert_true(corpus.character_count > 1000);
    struct glyph_cache_stats stats = read_all(&corpus, 160 << 10);
    assert_true(stats.refusals > 0);
    assert_true(stats.hits > 0);
    corpus_fini(&corpus);
}

static int open_fonts(void **state)
{
    (void)state;
    fonts = fonts_open(NULL);
    return fonts ? 0 : -1;
}

static int close_fonts(void **state)
{
    (void)state;
    for (size_t i = 0; i < FONT_LIMIT && fresh_fonts[i].font; i++)
        for (size_t glyph = 0; glyph < GLYPH_LIMIT; glyph++) {
            struct fresh *fresh = fresh_fonts[i].glyphs[glyph];
            if (fresh)
                free((void *)(uintptr_t)fresh->image.coverage);
            free(fresh);
        }
    fonts_close(fonts);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edition),
        cmocka_unit_test(test_labour_laws),
        cmocka_unit_test(test_less_than_a_page),
    };
    return cmocka_run_group_tests(tests, open_fonts, close_fonts);
}
