#include "content/wire.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "sync_private.h"

static void write_text(const char *text, struct buf *out)
{
    const size_t length = strlen(text);
    buf_putc(out, '"');
    for (size_t at = 0; at < length;) {
        char bytes[4];
        const uint32_t code = utf8_next(text, length, &at);
        if (code < 0x20 || code == 0x7F)
            buf_printf(out, "\\u%04x", (unsigned)code);
        else if (code == '"' || code == '\\')
            buf_printf(out, "\\%c", (char)code);
        else
            buf_add(out, bytes, utf8_put(bytes, code));
    }
    buf_putc(out, '"');
}

void wire_write(const void *record, const struct wire_field *fields,
                size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *at = (const char *)record + fields[i].offset;
        buf_printf(out, "%c\"%s\":", i ? ',' : '{', fields[i].name);
        switch (fields[i].kind) {
        case WIRE_TEXT:
            write_text(at, out);
            break;
        case WIRE_NUMBER:
            buf_printf(out, "%" PRId64, *(const int64_t *)(const void *)at);
            break;
        case WIRE_FLAG:
            buf_puts(out, *(const bool *)(const void *)at ? "true" : "false");
            break;
        case WIRE_WORD:
            write_text(fields[i].words[*(const int *)(const void *)at], out);
            break;
        }
    }
    buf_puts(out, count ? "}\n" : "{}\n");
}

static bool read_word(const char *word, const char *const *words, int *out)
{
    for (int i = 0; words[i]; i++)
        if (!strcmp(words[i], word)) {
            *out = i;
            return true;
        }
    return false;
}

static bool read_text(const json_t *value, char *out, size_t size)
{
    const size_t length = json_string_length(value);
    if (length >= size)
        return false;
    memcpy(out, json_string_value(value), length + 1);
    return true;
}

static bool read_field(const json_t *value, const struct wire_field *field,
                       char *at)
{
    switch (field->kind) {
    case WIRE_TEXT:
        return json_is_string(value) && read_text(value, at, field->size);
    case WIRE_NUMBER:
        *(int64_t *)(void *)at = (int64_t)json_integer_value(value);
        return json_is_integer(value);
    case WIRE_FLAG:
        *(bool *)(void *)at = json_is_true(value);
        return json_is_boolean(value);
    case WIRE_WORD:
        return json_is_string(value) &&
               read_word(json_string_value(value), field->words,
                         (int *)(void *)at);
    }
    return false;
}

static bool read_fields(const json_t *object, const struct wire_field *fields,
                        size_t count, void *record, char reason[256])
{
    if (!json_is_object(object)) {
        snprintf(reason, 256, "not an object");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(object, fields[i].name);
        if (value &&
            !read_field(value, &fields[i], (char *)record + fields[i].offset)) {
            snprintf(reason, 256, "%s is not valid", fields[i].name);
            return false;
        }
    }
    return true;
}

bool wire_read(const void *bytes, size_t length,
               const struct wire_field *fields, size_t count, void *record,
               char reason[256])
{
    struct fault fault = {0};
    if (length > WIRE_BYTES_MAX) {
        snprintf(reason, 256, "longer than %d bytes", WIRE_BYTES_MAX);
        return false;
    }
    json_t *object = canonical_read(bytes, length, &fault);
    if (!object) {
        snprintf(reason, 256, "%s", fault.reason);
        return false;
    }
    const bool fine = read_fields(object, fields, count, record, reason);
    json_decref(object);
    return fine;
}
