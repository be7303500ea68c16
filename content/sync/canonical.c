/* canonical.c - JSON as TUF signs it.
 *
 * A signature covers the canonical form of a value, not the bytes of the file:
 * object keys sorted by bytes, nothing between tokens, and in strings only "
 * and \ escaped, so a newline of a PEM key is the byte 0x0A. jansson's own
 * sorted output escapes control characters and gives other digests. */
#include "sync_private.h"

#include <inttypes.h>
#include <string.h>

/* How deep and how many, before the parser allocates anything: 5 MB of "[],"
 * would become 300 MB of values. Counts brackets and commas outside strings,
 * which for JSON is the number of values within a factor of two. */
static bool within_limits(const char *bytes, size_t length)
{
    size_t depth = 0, values = 1;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        const char c = bytes[i];
        if (in_string) {
            i += c == '\\';
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            depth++;
            values++;
        } else if (c == ',') {
            values++;
        } else if ((c == ']' || c == '}') && depth) {
            depth--;
        }
        if (depth > JSON_DEPTH_MAX || values > JSON_VALUES_MAX)
            return false;
    }
    return true;
}

static bool has_real(const json_t *value)
{
    const char *key;
    json_t *child;
    size_t i;
    if (json_is_array(value))
        json_array_foreach(value, i, child) if (has_real(child)) return true;
    if (json_is_object(value))
        json_object_foreach((json_t *)value, key,
                            child) if (has_real(child)) return true;
    return json_is_real(value);
}

json_t *canonical_read(const void *bytes, size_t length, struct fault *fault)
{
    json_error_t error;
    if (!within_limits(bytes, length)) {
        refuse(fault, TUF_MALFORMED, "JSON is nested too deeply or too large");
        return NULL;
    }
    json_t *value =
        json_loadb(length ? bytes : "", length, JSON_REJECT_DUPLICATES, &error);
    if (!value) {
        refuse(fault, TUF_MALFORMED, "line %d: %s", error.line, error.text);
    } else if (has_real(value)) {
        refuse(fault, TUF_MALFORMED, "JSON has a number with a fraction");
        json_decref(value);
        value = NULL;
    }
    return value;
}

static void write_string(const char *text, size_t length, struct buf *out)
{
    buf_putc(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            buf_putc(out, '\\');
        buf_putc(out, text[i]);
    }
    buf_putc(out, '"');
}

/* strcmp compares as unsigned char, and UTF-8 sorts as its code points do. */
static int compare_keys(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void write_object(const json_t *object, struct buf *out)
{
    const size_t count = json_object_size(object);
    const char **keys = xcalloc(count, sizeof(*keys));
    const char *key;
    json_t *child;
    size_t i = 0;
    json_object_foreach((json_t *)object, key, child) keys[i++] = key;
    qsort(keys, count, sizeof(*keys), compare_keys);
    buf_putc(out, '{');
    for (i = 0; i < count; i++) {
        if (i)
            buf_putc(out, ',');
        write_string(keys[i], strlen(keys[i]), out);
        buf_putc(out, ':');
        canonical_write(json_object_get(object, keys[i]), out);
    }
    buf_putc(out, '}');
    free(keys);
}

static void write_array(const json_t *array, struct buf *out)
{
    json_t *child;
    size_t i;
    buf_putc(out, '[');
    json_array_foreach(array, i, child)
    {
        if (i)
            buf_putc(out, ',');
        canonical_write(child, out);
    }
    buf_putc(out, ']');
}

void canonical_write(const json_t *value, struct buf *out)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        write_object(value, out);
        break;
    case JSON_ARRAY:
        write_array(value, out);
        break;
    case JSON_STRING:
        write_string(json_string_value(value), json_string_length(value), out);
        break;
    case JSON_INTEGER:
        buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL: /* canonical_read lets none through */
        abort();
    case JSON_TRUE:
        buf_puts(out, "true");
        break;
    case JSON_FALSE:
        buf_puts(out, "false");
        break;
    case JSON_NULL:
        buf_puts(out, "null");
        break;
    }
}
