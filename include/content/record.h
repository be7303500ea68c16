/* record.h - plain structs as lines of JSON, by one table for both ways: what
 * the programs say to each other over sockets and pipes, and what the service
 * remembers. A record is one flat object, {"phase":"fetch","bytes":12}. */
#ifndef CONTENT_RECORD_H
#define CONTENT_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { RECORD_BYTES_MAX = 8192 }; /* of one line, its newline included */

enum record_kind {
    RECORD_TEXT,   /* a char array of size bytes, UTF-8, NUL-terminated */
    RECORD_NUMBER, /* an int64_t */
    RECORD_FLAG,   /* a bool */
    RECORD_WORD,   /* an enum or int: the place of the word in words */
};

struct record_field {
    const char *name; /* needs no escaping */
    enum record_kind kind;
    size_t offset, size;
    const char *const *words; /* ends with NULL */
};

/* clang-format off */
/* Rows of a table for struct type; a field's name is its member's. */
#define RECORD_TEXT_OF(type, field)                                            \
    {#field, RECORD_TEXT, offsetof(type, field),                               \
     sizeof(((type *)0)->field), NULL}
#define RECORD_NUMBER_OF(type, field)                                          \
    {#field, RECORD_NUMBER, offsetof(type, field), sizeof(int64_t), NULL}
#define RECORD_FLAG_OF(type, field)                                            \
    {#field, RECORD_FLAG, offsetof(type, field), sizeof(bool), NULL}
#define RECORD_WORD_OF(type, field, list)                                      \
    {#field, RECORD_WORD, offsetof(type, field), sizeof(int), list}
/* clang-format on */

/* Appends the record and a newline. Bytes that are not UTF-8 become U+FFFD. */
void record_write(const void *record, const struct record_field *fields,
                  size_t count, struct buf *out);

/* Reads one object over what is in record. Fields that are missing stay as they
 * are, fields nobody knows are passed over. False with a phrase of English in
 * reason when it is no such object, or a field is of another kind or too long;
 * record may then be half read. */
bool record_read(const void *bytes, size_t length,
                 const struct record_field *fields, size_t count, void *record,
                 char reason[256]);

#endif
