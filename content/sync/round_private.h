/* round_private.h - what round_head.c, bring.c and round.c share. */
#ifndef CONTENT_SYNC_ROUND_PRIVATE_H
#define CONTENT_SYNC_ROUND_PRIVATE_H

#include "content/objects.h"
#include "content/round.h"
#include "sync_private.h"

enum {
    HEAD_BYTES_MAX = 1 << 20,
    HEAD_PACKS_MAX = 1000,
    HEAD_WITHDRAWN_MAX = 10000,
    AREA_DIGITS = 6,
};

/* round_head.c - head.json: what there is of an area. */

struct head_pack {
    char name[64]; /* "inc-36-37" */
    uint32_t from, to;
    uint64_t length;
    unsigned char sha256[OBJECT_HASH_BYTES];
};
struct head {
    uint32_t seq;
    struct head_pack *packs;
    size_t pack_count;
    char **withdrawn; /* ids */
    size_t withdrawn_count;
};
/* False when it is not well-formed or of another area; out is then empty.
 * round_head_fini ends it either way. */
bool round_head_read(const void *bytes, size_t length, const char *area,
                     struct head *out, struct fault *fault);
void round_head_fini(struct head *head);
bool round_head_same_withdrawn(const struct head *a, const struct head *b);

/* bring.c - objects from the source, with progress and in spite of cuts. */

struct wanted {
    char *path; /* in the repository */
    unsigned char sha256[OBJECT_HASH_BYTES];
    uint64_t length;
};
struct wanted_list {
    struct wanted *all;
    size_t count, capacity;
};
/* Unless it is on board. path is copied. */
void wanted_add(struct wanted_list *list, struct objects *objects,
                const char *path, const unsigned char *sha256, uint64_t length);
void wanted_fini(struct wanted_list *list);

struct bring {
    const struct round_options *options;
    struct round_report *report;
    struct fetcher *source;
    struct objects *objects;
    struct round_progress progress;
    int64_t began, told; /* ms, steady; 0: not yet */
    bool stopped;        /* somebody said so */
    char cut[160];       /* why the last try broke off */
};
/* Asks whether to stop; for struct fetcher, data is a struct bring. */
bool bring_stopped(void *data);
void bring_tell(struct bring *bring, bool at_once);
/* All of list, each object once, after they were added to the totals. False:
 * the report says why. */
bool bring_all(struct bring *bring, struct wanted_list *list);

/* Notes the first failure; file may be NULL. Always false. */
bool round_fail(struct round_report *report, enum round_result result,
                const char *file);

#endif
