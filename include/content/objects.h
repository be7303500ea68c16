/* objects.h - what came from repositories and was verified, by its SHA-256:
 * packs, pictures and heads, in one folder of files.
 *
 *     <2 hex>/<62 hex>              an object: never changed, only removed
 *     staging/<boot id>/<64 hex>.part
 *
 * An object is there whole or not at all, whatever happens to the power: its
 * bytes are written to staging, synced, read back and hashed from the first
 * byte, renamed, and the folder synced. What a cut left in staging is carried
 * on within the same boot; what another boot left is swept away, because after
 * a power cut a file may have its length without its bytes.
 *
 * The folder is locked while it is open: one writer. Whoever finds a fault logs
 * it; objects_fault tells its kind to who asked. One thread at a time. */
#ifndef CONTENT_OBJECTS_H
#define CONTENT_OBJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OBJECT_HASH_BYTES = 32 };

/* Why the last call that returned false, -1 or NULL did so. */
enum objects_fault {
    OBJECTS_FINE,
    OBJECTS_MISSING, /* no such object */
    OBJECTS_WRONG,   /* not the bytes that were announced */
    OBJECTS_FULL,    /* no space left, or no more than a quota or limit */
    OBJECTS_BROKEN,  /* the disk says anything else */
};

struct objects;
/* The folder is made if it is not there. NULL (logged) when it cannot be used,
 * or another program has it open (errno EWOULDBLOCK). The caller owns the
 * result. */
struct objects *objects_open(const char *folder);
void objects_close(struct objects *objects); /* NULL is fine */
enum objects_fault objects_fault(const struct objects *objects);

/* Read-only and at its beginning; -1 when it is not there, which is not logged.
 * The caller closes it. The bytes were right when they came and are not checked
 * again: objects_verify does. */
int objects_fd(struct objects *objects,
               const unsigned char sha256[OBJECT_HASH_BYTES]);
/* Whether it is there with that many bytes. One that has another length is no
 * object: it is written over when it comes again. */
bool objects_has(struct objects *objects,
                 const unsigned char sha256[OBJECT_HASH_BYTES],
                 uint64_t length);
/* Reads it and compares its hash. False: OBJECTS_MISSING, OBJECTS_WRONG or
 * OBJECTS_BROKEN; it is left where it is. */
bool objects_verify(struct objects *objects,
                    const unsigned char sha256[OBJECT_HASH_BYTES]);
/* True also when it was not there. */
bool objects_remove(struct objects *objects,
                    const unsigned char sha256[OBJECT_HASH_BYTES]);
/* Calls visit for every object, in no order; false from it ends the walk, and
 * is what then comes back. It may remove the object that it is shown. Files
 * with other names are passed over. */
typedef bool objects_visit(void *data,
                           const unsigned char sha256[OBJECT_HASH_BYTES],
                           uint64_t length);
bool objects_each(struct objects *objects, objects_visit *visit, void *data);
/* Bytes that can still be written; 0 when nobody knows. */
uint64_t objects_free_space(const struct objects *objects);

/* An object that is coming. One at a time for each hash; commit and drop end
 * it. NULL: objects_fault. */
struct object_part *objects_begin(struct objects *objects,
                                  const unsigned char sha256[OBJECT_HASH_BYTES],
                                  uint64_t length);
/* Bytes that are there from an earlier time: write goes on after them. */
uint64_t object_part_have(const struct object_part *part);
/* False when they cannot be written, or are more than length in all. What was
 * written stays for the next time. */
bool object_part_write(struct object_part *part, const void *bytes,
                       size_t count);
/* Makes it an object. Bytes that are not the announced ones are thrown away
 * (OBJECTS_WRONG); too few of them stay for the next time. */
bool object_part_commit(struct object_part *part);
void object_part_drop(struct object_part *part); /* the bytes stay */
/* How many bytes of an object are in staging. */
uint64_t objects_staged(struct objects *objects,
                        const unsigned char sha256[OBJECT_HASH_BYTES]);
/* Throws away whatever is in staging, when nothing is coming any more. */
void objects_clear_staging(struct objects *objects);

#endif
