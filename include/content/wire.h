/* wire.h - plain structs as lines of JSON, by one table for both ways: what
 * the programs say to each other over sockets and pipes, and what the service
 * remembers. A record is one flat object, {"phase":"fetch","bytes":12}. */
#ifndef CONTENT_WIRE_H
#define CONTENT_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { WIRE_BYTES_MAX = 8192 }; /* of one line, its newline included */

enum wire_kind {
    WIRE_TEXT,   /* a char array of size bytes, UTF-8, NUL-terminated */
    WIRE_NUMBER, /* an int64_t */
    WIRE_FLAG,   /* a bool */
    WIRE_WORD,   /* an enum or int: the place of the word in words */
};

struct wire_field {
    const char *name; /* needs no escaping */
    enum wire_kind kind;
    size_t offset, size;
    const char *const *words; /* ends with NULL */
};

/* clang-format off */
/* Rows of a table for struct type; a field's name is its member's. */
#define WIRE_TEXT_OF(type, field)                                            \
    {#field, WIRE_TEXT, offsetof(type, field),                               \
     sizeof(((type *)0)->field), NULL}
#define WIRE_NUMBER_OF(type, field)                                          \
    {#field, WIRE_NUMBER, offsetof(type, field), sizeof(int64_t), NULL}
#define WIRE_FLAG_OF(type, field)                                            \
    {#field, WIRE_FLAG, offsetof(type, field), sizeof(bool), NULL}
#define WIRE_WORD_OF(type, field, list)                                      \
    {#field, WIRE_WORD, offsetof(type, field), sizeof(int), list}
/* clang-format on */

/* Appends the record and a newline. Bytes that are not UTF-8 become U+FFFD. */
void wire_write(const void *record, const struct wire_field *fields,
                size_t count, struct buf *out);

/* Reads one object over what is in record. Fields that are missing stay as they
 * are, fields nobody knows are passed over. False with a phrase of English in
 * reason when it is no such object, or a field is of another kind or too long;
 * record may then be half read. */
bool wire_read(const void *bytes, size_t length,
               const struct wire_field *fields, size_t count, void *record,
               char reason[256]);

#endif
