/* What the glyph cache does while all of a folder is read, page by page in the
 * four text sizes:
 *
 *   bench_glyphs FOLDER MB...
 *
 * For each limit in MiB: pages turned and glyphs drawn, how many of them were
 * found, how many pages of the cache were evicted or given back, what did not
 * fit, the most bytes it held, and what it cost a page of text. */
#include <time.h>

#include "tests/bench/paging.h"

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

struct reading {
    struct glyph_cache *cache;
    size_t most;
};

static void turned(void *user)
{
    struct reading *reading = user;
    size_t bytes = glyph_cache_stats(reading->cache).bytes;
    reading->most = bytes > reading->most ? bytes : reading->most;
}

static void read_all(struct fonts *fonts, const struct corpus *corpus, int mb)
{
    struct glyph_cache *cache = glyph_cache_new(fonts, (size_t)mb << 20);
    struct reading reading = {cache, 0};
    struct paging paging = {fonts, cache, NULL, turned, &reading, 0, 0, 0};
    double start = now_ms();
    for (int size = 0; size < SIZE_COUNT; size++)
        paging_read(&paging, corpus, (enum text_size)size);
    double ms = (now_ms() - start) / (double)paging.pages;
    struct glyph_cache_stats stats = glyph_cache_stats(cache);
    printf("limit %3d MiB         %zu pages of %zu glyphs, %.3f ms each with "
           "layout\n",
           mb, paging.pages, paging.glyphs / paging.pages, ms);
    printf("  found               %.2f %%\n",
           100.0 * (double)stats.hits / (double)(stats.hits + stats.misses));
    printf("  cache pages         %llu evicted, %llu given back, %zu now\n",
           (unsigned long long)stats.evictions,
           (unsigned long long)stats.given_back, stats.pages);
    printf("  did not fit         %llu\n", (unsigned long long)stats.refusals);
    printf("  bytes               %zu at most, %zu now\n", reading.most,
           stats.bytes);
    glyph_cache_free(cache);
}

int main(int argc, char **argv)
{
    struct corpus corpus = {0};
    struct fonts *fonts = fonts_open(NULL);
    if (argc < 3 || !fonts)
        return 2;
    corpus_add_folder(&corpus, argv[1]);
    corpus_split(&corpus);
    printf("characters            %zu in %zu paragraphs\n",
           corpus.character_count, corpus.line_count);
    for (int i = 2; i < argc && corpus.line_count; i++)
        read_all(fonts, &corpus, atoi(argv[i]));
    corpus_fini(&corpus);
    fonts_close(fonts);
    return 0;
}
