/* buf.h - a growing byte string. data is always NUL-terminated once anything
 * was appended; buf_text never returns NULL. Zero-initialise, buf_fini frees.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/mem.h"

struct buf {
    char *data;
    size_t length, capacity; /* bytes; capacity counts the NUL */
};

static inline void buf_reserve(struct buf *buf, size_t more)
{
    if (more > SIZE_MAX / 2 - buf->length - 1)
        mem_check(NULL);
    size_t need = buf->length + more + 1;
    if (need <= buf->capacity)
        return;
    size_t capacity = buf->capacity ? buf->capacity * 2 : 64;
    if (capacity < need)
        capacity = need;
    buf->data = xrealloc(buf->data, capacity, 1);
    buf->capacity = capacity;
}

static inline void buf_add(struct buf *buf, const void *bytes, size_t length)
{
    buf_reserve(buf, length);
    if (length)
        memcpy(buf->data + buf->length, bytes, length);
    buf->length += length;
    buf->data[buf->length] = 0;
}

static inline void buf_puts(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

static inline void buf_putc(struct buf *buf, char byte)
{
    buf_add(buf, &byte, 1);
}

__attribute__((format(printf, 2, 0))) static inline void
buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length > 0) {
        buf_reserve(buf, (size_t)length);
        vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

__attribute__((format(printf, 2, 3))) static inline void
buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

static inline const char *buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

static inline void buf_clear(struct buf *buf)
{
    buf->length = 0;
    if (buf->data)
        buf->data[0] = 0;
}

static inline void buf_fini(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){0};
}

#endif
