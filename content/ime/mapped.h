/* mapped.h - a data file of the input methods: mapped, read-only, sealed.
 *
 * Such a file begins with eight letters that name its kind and form, and the
 * seal of everything behind the seal. */
#ifndef CONTENT_IME_MAPPED_H
#define CONTENT_IME_MAPPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapped {
    const unsigned char *bytes; /* aligned to a page */
    size_t length;
};

/* False when it cannot be read, is shorter than least or longer than most
 * bytes, is of another kind, or its seal does not fit: logged for module. */
bool mapped_open(struct mapped *file, const char *module, const char *path,
                 const char magic[8], size_t least, size_t most);
/* What such a file has behind its magic: of all that follows, FNV-1a over words
 * of 8 bytes, little-endian, the last filled up with zeros. Byte by byte it
 * would take ten times as long, each time a program starts. */
uint64_t mapped_seal(const void *bytes, size_t length);

/* Gives the pages back that reading it has brought into memory; those that are
 * needed come again by themselves. */
void mapped_rest(const struct mapped *file);
void mapped_close(struct mapped *file); /* zeroed is fine */

#endif
