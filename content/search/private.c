/* private.c - an allocator for SQLite that wipes what it gives back.
 *
 * A query passes through statements, FTS5's expressions and its buffers; there
 * is no other way to reach all of them. Lookaside memory would keep small
 * pieces of it, so there is none. */
#include "content/search.h"

#include <malloc.h>
#include <stdlib.h>
#include <sqlite3.h>
#include <string.h>

#include "base/log.h"

static void *take(int size)
{
    return malloc((size_t)size);
}

static void give(void *memory)
{
    if (memory)
        explicit_bzero(memory, malloc_usable_size(memory));
    free(memory);
}

static int size_of(void *memory)
{
    return memory ? (int)malloc_usable_size(memory) : 0;
}

/* realloc would leave the old bytes where they were. */
static void *resize(void *memory, int size)
{
    size_t had = memory ? malloc_usable_size(memory) : 0;
    if (had >= (size_t)size && had / 2 <= (size_t)size)
        return memory;
    void *bigger = malloc((size_t)size);
    if (!bigger)
        return NULL;
    if (memory)
        memcpy(bigger, memory, had < (size_t)size ? had : (size_t)size);
    give(memory);
    return bigger;
}

static int round_up(int size)
{
    return (size + 7) & ~7;
}

static int start(void *data)
{
    (void)data;
    return SQLITE_OK;
}

static void stop(void *data)
{
    (void)data;
}

bool search_keep_private(void)
{
    static const sqlite3_mem_methods methods = {
        take, give, resize, size_of, round_up, start, stop, NULL};
    int status = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    if (status == SQLITE_OK)
        status = sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);
    if (status != SQLITE_OK)
        log_error("search", "what is typed may stay in memory: %s",
                  sqlite3_errstr(status));
    return status == SQLITE_OK;
}
