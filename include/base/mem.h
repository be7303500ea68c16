/* mem.h - allocation that cannot fail, and arenas.
 *
 * Out of memory aborts: a kiosk that cannot allocate cannot say so either, and
 * its service manager starts it again. Everything here is inline, so the areas
 * share it without a library of their own. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static inline void *mem_check(void *memory)
{
    if (!memory) {
        fputs("mem: out of memory\n", stderr);
        abort();
    }
    return memory;
}

/* Memory of zeros for count things of size bytes. The caller frees it. */
static inline void *xcalloc(size_t count, size_t size)
{
    return mem_check(calloc(count ? count : 1, size ? size : 1));
}

static inline void *xmalloc(size_t size)
{
    return mem_check(malloc(size ? size : 1));
}

/* As realloc for count things of size bytes; an overflow aborts. */
static inline void *xrealloc(void *memory, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        mem_check(NULL);
    size_t total = count * size;
    return mem_check(realloc(memory, total ? total : 1));
}

static inline char *xstrndup(const char *text, size_t length)
{
    char *copy = xmalloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

static inline char *xstrdup(const char *text)
{
    return xstrndup(text, strlen(text));
}

/* Makes room for one more element in a growing array: pointer, count and
 * capacity are the array's own variables. */
#define ARRAY_GROW(array, count, capacity)                             \
    do {                                                               \
        if ((count) == (capacity)) {                                   \
            (capacity) = (capacity) ? (capacity)*2 : 8;                \
            (array) = xrealloc((array), (capacity), sizeof(*(array))); \
        }                                                              \
    } while (0)

/* An arena: memory for things that die together, such as what one screen has
 * read from the store. Zero-initialise it; arena_fini gives everything back
 * and leaves an empty arena. */
struct arena_chunk {
    struct arena_chunk *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct arena_chunk *chunks;
};

/* Zeroed memory, aligned for anything, valid until arena_fini. */
static inline void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t unit = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        mem_check(NULL);
    size = (size + unit - 1) / unit * unit;
    struct arena_chunk *chunk = arena->chunks;
    if (!chunk || chunk->size - chunk->used < size) {
        const size_t usual = 4096 - sizeof(*chunk);
        size_t room = size > usual ? size : usual;
        chunk = xmalloc(sizeof(*chunk) + room);
        chunk->next = arena->chunks;
        chunk->used = 0;
        chunk->size = room;
        arena->chunks = chunk;
    }
    void *memory = chunk->bytes + chunk->used;
    chunk->used += size;
    memset(memory, 0, size);
    return memory;
}

static inline char *arena_strndup(struct arena *arena, const char *text,
                                  size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, text, length);
    return copy;
}

/* NULL becomes the empty string. */
static inline char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text ? text : "", text ? strlen(text) : 0);
}

/* Memory that held a visitor's words is wiped before it is given back; a plain
 * memset before free is what compilers leave out. */
static inline void arena_fini(struct arena *arena)
{
    while (arena->chunks) {
        struct arena_chunk *next = arena->chunks->next;
        explicit_bzero(arena->chunks->bytes, arena->chunks->used);
        free(arena->chunks);
        arena->chunks = next;
    }
}

#endif
