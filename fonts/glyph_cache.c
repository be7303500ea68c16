/* glyph_cache.c - shelves on pages, a hash table over them, pages evicted.
 *
 * Glyphs of a text are nearly alike in height, so shelves filled in arrival
 * order waste little. A glyph without ink takes an entry on a page too: it is
 * then evicted like the others and nothing grows without limit. */
#include "fonts/glyph_cache.h"

#include <sys/mman.h>

#include "base/mem.h"
#include "fonts/face.h"

#define PAGE_SIDE 256 /* px: 64 KB, some 50 glyphs of body text */
#define SHELF_LIMIT 24
#define KEPT_BYTES (6u << 20) /* a visitor's glyphs, as a rule */
#define STALE_FRAMES 1024     /* 17 s of scrolling */
#define NONE UINT32_MAX

struct shelf {
    uint16_t y, height, used; /* px; used: from the left */
};

struct page {
    uint8_t *bytes; /* NULL: an unused place in `pages` */
    int width, height;
    struct shelf shelves[SHELF_LIMIT];
    int shelf_count;
    int bottom;       /* px taken by shelves */
    uint64_t used;    /* clock of the last find */
    uint64_t frame;   /* last frame that found something here */
    uint32_t entries; /* list through entry.sibling */
};

struct entry {
    uint32_t font, glyph;
    uint32_t next;    /* in the bucket, or in the list of free entries */
    uint32_t sibling; /* on the page */
    uint32_t page;
    int16_t left, top;
    uint16_t x, y, width, height;
};

struct glyph_cache {
    struct fonts *fonts;
    size_t budget;
    struct page *pages;
    size_t page_count, page_capacity, page_bytes;
    struct entry *entries;
    size_t entry_capacity; /* a power of two, as many buckets */
    uint32_t *buckets;
    uint32_t free_entry;
    uint8_t *box; /* the last missing glyph drawn */
    uint64_t clock, frame;
    struct glyph_cache_stats stats;
};

/* ---- entries ---- */

static size_t bytes_of(const struct glyph_cache *cache)
{
    return sizeof(*cache) + cache->page_bytes +
           cache->page_capacity * sizeof(*cache->pages) +
           cache->entry_capacity *
               (sizeof(*cache->entries) + sizeof(*cache->buckets));
}

static uint32_t *bucket_of(struct glyph_cache *cache, uint32_t font,
                           uint32_t glyph)
{
    uint32_t hash = font * 0x9E3779B1u ^ glyph * 0x85EBCA6Bu;
    hash ^= hash >> 15;
    return &cache->buckets[hash & (cache->entry_capacity - 1)];
}

static void link_entry(struct glyph_cache *cache, uint32_t index)
{
    struct entry *entry = &cache->entries[index];
    uint32_t *bucket = bucket_of(cache, entry->font, entry->glyph);
    entry->next = *bucket;
    *bucket = index;
}

static void unlink_entry(struct glyph_cache *cache, uint32_t index)
{
    const struct entry *entry = &cache->entries[index];
    uint32_t *at = bucket_of(cache, entry->font, entry->glyph);
    while (*at != index)
        at = &cache->entries[*at].next;
    *at = entry->next;
}

/* Only called when no entry is free: all of them are linked again. */
static void grow_entries(struct glyph_cache *cache)
{
    size_t before = cache->entry_capacity;
    size_t capacity = before ? before * 2 : 256;
    cache->entries =
        xrealloc(cache->entries, capacity, sizeof(*cache->entries));
    cache->buckets =
        xrealloc(cache->buckets, capacity, sizeof(*cache->buckets));
    cache->entry_capacity = capacity;
    memset(cache->buckets, 0xFF, capacity * sizeof(*cache->buckets));
    for (uint32_t i = 0; i < before; i++)
        link_entry(cache, i);
    for (size_t i = before; i < capacity; i++)
        cache->entries[i].next = i + 1 < capacity ? (uint32_t)i + 1 : NONE;
    cache->free_entry = (uint32_t)before;
}

static struct entry *find_entry(struct glyph_cache *cache, uint32_t font,
                                uint32_t glyph)
{
    uint32_t index = *bucket_of(cache, font, glyph);
    while (index != NONE && (cache->entries[index].font != font ||
                             cache->entries[index].glyph != glyph))
        index = cache->entries[index].next;
    return index == NONE ? NULL : &cache->entries[index];
}

/* ---- pages ---- */

static size_t page_size(const struct page *page)
{
    return (size_t)page->width * (size_t)page->height;
}

/* Mapped, not allocated: what is given back is then the system's at once,
 * wherever in the heap it would have been. */
static void open_page(struct glyph_cache *cache, struct page *page, int width,
                      int height)
{
    *page = (struct page){.width = width, .height = height, .entries = NONE};
    void *bytes = mmap(NULL, page_size(page), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page->bytes = mem_check(bytes == MAP_FAILED ? NULL : bytes);
    cache->page_bytes += page_size(page);
    cache->stats.pages++;
}

static void free_page(struct glyph_cache *cache, struct page *page)
{
    cache->page_bytes -= page_size(page);
    cache->stats.pages--;
    munmap(page->bytes, page_size(page));
    page->bytes = NULL;
}

static void evict_page(struct glyph_cache *cache, struct page *page)
{
    uint32_t index = page->entries;
    while (index != NONE) {
        uint32_t sibling = cache->entries[index].sibling;
        unlink_entry(cache, index);
        cache->entries[index].next = cache->free_entry;
        cache->free_entry = index;
        cache->stats.glyphs--;
        index = sibling;
    }
    free_page(cache, page);
}

/* Of the pages that no frame since `frame` has used; false when there is none.
 */
static bool evict_oldest(struct glyph_cache *cache, uint64_t frame)
{
    struct page *oldest = NULL;
    for (size_t i = 0; i < cache->page_count; i++) {
        struct page *page = &cache->pages[i];
        if (page->bytes && page->frame < frame &&
            (!oldest || page->used < oldest->used))
            oldest = page;
    }
    if (oldest)
        evict_page(cache, oldest);
    return oldest;
}

/* False when every page is part of this frame. */
static bool make_room(struct glyph_cache *cache)
{
    bool made = evict_oldest(cache, cache->frame);
    cache->stats.evictions += made;
    return made;
}

/* Gives back what is beyond KEPT_BYTES and older than `frame`. */
static void shrink(struct glyph_cache *cache, uint64_t frame)
{
    while (bytes_of(cache) > KEPT_BYTES && evict_oldest(cache, frame))
        cache->stats.given_back++;
}

static struct page *unused_page(struct glyph_cache *cache)
{
    for (size_t i = 0; i < cache->page_count; i++) {
        if (!cache->pages[i].bytes)
            return &cache->pages[i];
    }
    ARRAY_GROW(cache->pages, cache->page_count, cache->page_capacity);
    return &cache->pages[cache->page_count++];
}

/* A page that a glyph of this size fits on; NULL when the budget has no room
 * for one. */
static struct page *add_page(struct glyph_cache *cache, int width, int height)
{
    int w = width > PAGE_SIDE ? width : PAGE_SIDE;
    int h = height > PAGE_SIDE ? height : PAGE_SIDE;
    size_t bytes = (size_t)w * (size_t)h;
    while (cache->stats.pages && bytes_of(cache) + bytes > cache->budget) {
        if (!make_room(cache))
            return NULL;
    }
    struct page *page = unused_page(cache);
    open_page(cache, page, w, h);
    return page;
}

struct position {
    uint16_t x, y;
};

/* A place on a shelf of about this height, or on a new shelf. */
static bool place_on_page(struct page *page, int width, int height,
                          struct position *out)
{
    struct shelf *best = NULL;
    for (int i = 0; i < page->shelf_count; i++) {
        struct shelf *shelf = &page->shelves[i];
        if (shelf->height >= height &&
            shelf->height <= height + height / 4 + 2 &&
            page->width - shelf->used >= width &&
            (!best || shelf->height < best->height))
            best = shelf;
    }
    if (!best) {
        if (page->shelf_count == SHELF_LIMIT || page->width < width ||
            page->height - page->bottom < height)
            return false;
        best = &page->shelves[page->shelf_count++];
        *best = (struct shelf){(uint16_t)page->bottom, (uint16_t)height, 0};
        page->bottom += height;
    }
    *out = (struct position){best->used, best->y};
    best->used = (uint16_t)(best->used + width);
    return true;
}

static struct page *place(struct glyph_cache *cache, int width, int height,
                          struct position *out)
{
    for (size_t i = 0; i < cache->page_count; i++) {
        struct page *page = &cache->pages[i];
        if (page->bytes && place_on_page(page, width, height, out))
            return page;
    }
    struct page *page = add_page(cache, width, height);
    if (page)
        place_on_page(page, width, height, out);
    return page;
}

/* ---- glyphs ---- */

/* Bytes a row needs after its ink. */
static int padding_of(int width)
{
    return (GLYPH_ALIGN - width % GLYPH_ALIGN) % GLYPH_ALIGN;
}

static void fill_rows(uint8_t *bytes, int pitch, int height, int width,
                      uint8_t value)
{
    for (int y = 0; y < height; y++)
        memset(bytes + (size_t)y * (size_t)pitch, value, (size_t)width);
}

/* The box of a missing glyph: a frame within the em. */
static void draw_box(struct glyph_cache *cache, int size_px,
                     struct glyph_image *out)
{
    int margin = (size_px + 6) / 12, line = (size_px + 17) / 18;
    int side = size_px - 2 * margin, inner = side - 2 * line;
    cache->box = xrealloc(cache->box, (size_t)side, (size_t)side);
    fill_rows(cache->box, side, side, side, 255);
    if (inner > 0)
        fill_rows(cache->box + line * side + line, side, inner, inner, 0);
    *out = (struct glyph_image){
        .coverage = cache->box,
        .pitch = side,
        .width = side,
        .height = side,
        .left = margin,
        .top = face_em_ascent(size_px) - margin,
    };
}

static void copy_rows(const struct page *page, const struct entry *entry,
                      const struct glyph_image *image)
{
    size_t width = (size_t)image->width;
    uint8_t *row =
        page->bytes + (size_t)entry->y * (size_t)page->width + entry->x;
    for (int y = 0; y < image->height; y++, row += page->width) {
        memcpy(row, image->coverage + (ptrdiff_t)y * image->pitch, width);
        memset(row + width, 0, (size_t)padding_of(image->width));
    }
}

/* Makes sure an entry is free; false when there is no room for more. */
static bool reserve_entry(struct glyph_cache *cache)
{
    size_t more = cache->entry_capacity *
                  (sizeof(*cache->entries) + sizeof(*cache->buckets));
    if (cache->free_entry == NONE && cache->stats.pages &&
        bytes_of(cache) + more > cache->budget && !make_room(cache))
        return false;
    if (cache->free_entry == NONE)
        grow_entries(cache);
    return true;
}

static struct entry *add_entry(struct glyph_cache *cache, struct page *page,
                               struct entry entry)
{
    uint32_t index = cache->free_entry;
    cache->free_entry = cache->entries[index].next;
    entry.page = (uint32_t)(page - cache->pages);
    entry.sibling = page->entries;
    page->entries = index;
    cache->entries[index] = entry;
    link_entry(cache, index);
    cache->stats.glyphs++;
    return &cache->entries[index];
}

static struct glyph_image draw_glyph(struct glyph_cache *cache, uint32_t font,
                                     uint32_t glyph)
{
    struct glyph_image image = {0};
    if (glyph == 0)
        draw_box(cache, font_size(font), &image);
    else if (!face_draw(cache->fonts, font, glyph, &image))
        image = (struct glyph_image){0};
    return image;
}

/* NULL when there is no room. */
static struct entry *add_glyph(struct glyph_cache *cache, uint32_t font,
                               uint32_t glyph, struct glyph_image image)
{
    struct position at;
    struct page *page;
    if (!reserve_entry(cache) ||
        !(page = place(cache, image.width + padding_of(image.width),
                       image.height, &at)))
        return NULL;
    struct entry *entry =
        add_entry(cache, page,
                  (struct entry){.font = font,
                                 .glyph = glyph,
                                 .left = (int16_t)image.left,
                                 .top = (int16_t)image.top,
                                 .x = at.x,
                                 .y = at.y,
                                 .width = (uint16_t)image.width,
                                 .height = (uint16_t)image.height});
    copy_rows(page, entry, &image);
    return entry;
}

bool glyph_cache_find(struct glyph_cache *cache, uint32_t font, uint32_t glyph,
                      struct glyph_image *out)
{
    struct entry *entry = find_entry(cache, font, glyph);
    if (entry) {
        cache->stats.hits++;
    } else {
        cache->stats.misses++;
        *out = draw_glyph(cache, font, glyph);
        entry = add_glyph(cache, font, glyph, *out);
    }
    if (!entry) {
        cache->stats.refusals++;
        return out->width > 0;
    }
    struct page *page = &cache->pages[entry->page];
    page->used = ++cache->clock;
    page->frame = cache->frame;
    *out = (struct glyph_image){
        .coverage =
            page->bytes + (size_t)entry->y * (size_t)page->width + entry->x,
        .pitch = page->width,
        .width = entry->width,
        .height = entry->height,
        .padding = padding_of(entry->width),
        .left = entry->left,
        .top = entry->top,
    };
    return out->width > 0;
}

/* ---- life ---- */

struct glyph_cache *glyph_cache_new(struct fonts *fonts, size_t budget_bytes)
{
    struct glyph_cache *cache = xcalloc(1, sizeof(*cache));
    cache->fonts = fonts;
    cache->budget = budget_bytes;
    cache->frame = 1;
    cache->free_entry = NONE;
    grow_entries(cache);
    return cache;
}

void glyph_cache_free(struct glyph_cache *cache)
{
    if (!cache)
        return;
    for (size_t i = 0; i < cache->page_count; i++) {
        if (cache->pages[i].bytes)
            free_page(cache, &cache->pages[i]);
    }
    free(cache->pages);
    free(cache->entries);
    free(cache->buckets);
    free(cache->box);
    free(cache);
}

void glyph_cache_begin_frame(struct glyph_cache *cache)
{
    cache->frame++;
    if (cache->frame % (STALE_FRAMES / 16) == 0 && cache->frame > STALE_FRAMES)
        shrink(cache, cache->frame - STALE_FRAMES);
}

void glyph_cache_shrink(struct glyph_cache *cache)
{
    shrink(cache, cache->frame);
}

struct glyph_cache_stats glyph_cache_stats(const struct glyph_cache *cache)
{
    struct glyph_cache_stats stats = cache->stats;
    stats.bytes = bytes_of(cache);
    return stats;
}
