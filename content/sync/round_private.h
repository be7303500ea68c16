/* round_private.h - what round*.c and bring.c share. */
#ifndef CONTENT_SYNC_ROUND_PRIVATE_H
#define CONTENT_SYNC_ROUND_PRIVATE_H

#include "content/objects.h"
#include "content/pack.h"
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
    unsigned owner; /* layer that needs it, a bit of its own */
};
struct wanted_list {
    struct wanted *all;
    size_t count, capacity;
};
/* Unless it is on board. The path is copied. */
void wanted_add(struct wanted_list *list, struct objects *objects,
                unsigned owner, const char *path, const unsigned char *sha256,
                uint64_t length);
void wanted_fini(struct wanted_list *list);
/* Bytes of it that are not in staging. */
uint64_t wanted_rest(struct objects *objects, const struct wanted *wanted);

/* What went wrong with one area while the round goes on with the others. */
struct round_failure {
    enum round_result result; /* ROUND_UPDATED: nothing */
    char file[300];
};
/* Moves a failure out of the report into first, unless there is one already.
 * False when it concerns more than one area, and stays. */
bool round_set_aside(struct round_report *report, struct round_failure *first);

struct bring {
    const struct round_options *options;
    struct round_report *report;
    struct fetcher *source;
    struct objects *objects;
    struct round_progress progress;
    int64_t began, told; /* ms, steady; 0: not yet */
    bool stopped;        /* somebody said so */
    char cut[160];       /* why the last try broke off */
    unsigned failed;     /* owners that do not get all of theirs */
    struct round_failure first;
};
/* Asks whether to stop; for struct fetcher, data is a struct bring. */
bool bring_stopped(void *data);
void bring_tell(struct bring *bring, bool at_once);
/* All of list, each object once, after they were added to the totals. An object
 * that cannot be had is set aside, with what else its owner wants. False: the
 * report says why. */
bool bring_all(struct bring *bring, struct wanted_list *list);

/* Notes a failure; file may be NULL. Always false. */
bool round_fail(struct round_report *report, enum round_result result,
                const char *file);

/* round.c, and its parts below. */

/* One area of one repository, as it is and as it shall be. */
struct layer {
    const char *repository;
    char area[AREA_DIGITS + 1];
    bool ours;     /* of the repository of this round */
    bool has_head; /* served now. If not, what was withdrawn stays */
    bool news;     /* the head is not the one that is kept */
    bool failed;   /* stays in this round as it is on board */
    unsigned bit;  /* its own among those of ours */
    struct head head;
    struct buf head_bytes;
    bool on_board;
    uint32_t before;             /* if on board, else 0 */
    bool foreign;                /* on board is what others had signed */
    char keys[TUF_SIGNERS_SIZE]; /* that may sign for the head */
    uint32_t highest;            /* number that came from them */
    uint32_t latest;             /* above before: somebody went back from it */
    uint32_t seq;                /* after the packs */
    unsigned char (*packs)[OBJECT_HASH_BYTES];
    size_t pack_count;
};

struct hashes {
    unsigned char (*all)[OBJECT_HASH_BYTES];
    size_t count, capacity;
};

struct round {
    const struct round_options *options;
    struct round_report *report;
    struct bring bring;
    struct objects *objects;
    struct fetcher *source, *metadata;
    struct tuf *tuf;
    struct layer *layers;
    size_t layer_count, layer_capacity;
    unsigned own_layers;
    struct hashes needed; /* of this round, there already or not */
    bool installed;       /* something changed on board */
    struct buf folder;    /* of the repository, in the state */
};

/* round_target.c. The failures note themselves and are always false. */
bool round_fail_tuf(struct round *round, enum tuf_result result);
/* A target that is not what it must be (logged). */
bool round_fail_target(struct round *round, const char *name,
                       const char *reason);
/* What the metadata say about a target that must be there. */
bool round_find_target(struct round *round, const char *name,
                       struct tuf_target *out);
/* Appends where its file is in the source. */
void round_target_path(const struct round *round,
                       const struct tuf_target *target, struct buf *out);

/* round_layers.c. False: the report says why. An area whose head is no good has
 * none, and the round goes on. */
bool round_load_layers(struct round *round);
/* After a failure of one layer: it stays as it is on board, and the round goes
 * on; false when the failure is not its own. */
bool round_leave_layer(struct round *round, struct layer *layer);
void round_keep_as_is(struct layer *layer);
/* The same where there is room for other areas, but not for this one. */
void round_leave_for_room(struct round *round, struct layer *layer);
/* The head that was served last before, "" if there is none. */
void round_kept_head(const struct round *round, const struct layer *layer,
                     struct buf *out);
/* From now on those of this round are the ones that were served last. */
bool round_keep_heads(struct round *round);

/* round_keys.c. Once a head was read: whose it is, and whether what is on board
 * is theirs. */
void round_judge_keys(const struct round *round, struct layer *layer,
                      const struct tuf_target *head);
/* From now on what is on board is theirs. False: the report says why. */
bool round_keep_keys(struct round *round);

/* round_packs.c. anew: as if nothing were on board. */
bool round_bring_packs(struct round *round, bool anew);
bool round_bring_media(struct round *round); /* that the packs name */

/* round_install.c. Take-downs wait for nothing. */
bool round_withdraw(struct round *round);
/* missing_out: objects that were damaged have been removed. */
bool round_install_all(struct round *round, bool *missing_out);
/* What neither a kept generation nor this round needs goes; parts stays. */
void round_drop_unneeded(struct round *round);
void round_need(struct round *round, const unsigned char *sha256);
enum pack_result round_read_pack(void *objects, const unsigned char *sha256,
                                 const struct pack_visitor *visitor,
                                 char reason[256]);

#endif
