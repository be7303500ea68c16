/* client.h - one update cycle, for root.c, client.c and target.c only. */
#ifndef CONTENT_SYNC_CLIENT_H
#define CONTENT_SYNC_CLIENT_H

#include "sync_private.h"

struct role_file {
    char *name; /* not encoded */
    struct metadata *metadata;
};

struct tuf {
    struct tuf_options options;
    char *folder;
    struct keep keep;
    struct floor floor;
    int64_t now; /* the effective time */
    bool old;
    struct metadata *root, *timestamp, *snapshot;
    struct role_file *roles; /* targets first, then delegated ones */
    size_t role_count, role_capacity;
    struct fault fault;
    char subject[ROLE_NAME_MAX + 40]; /* the file that is being judged */
};

/* Logs the fault unless fine; what the public function returns. */
enum tuf_result client_finish(struct tuf *tuf, bool fine);
void client_subject(struct tuf *tuf, const char *name);
/* The effective time anew: the floor may have risen, the clock was read once.
 */
void client_judge_time(struct tuf *tuf);
/* A fetch_write into a struct buf. */
bool client_append(void *buf, const void *bytes, size_t length);
/* Freeze attacks: expires must lie after the time of the cycle, but for what
 * may be old on a stick. */
bool client_check_expiry(struct tuf *tuf, const struct metadata *metadata,
                         bool may_be_old, struct fault *fault);
/* From now on trusted: onto the disk, as it was served. */
bool client_keep(struct tuf *tuf, const char *file, const struct buf *bytes);
/* From how a fetch ended to why the file cannot be had. */
bool client_fetched(struct tuf *tuf, const struct fetcher *fetcher,
                    enum fetch_status status, uint64_t limit);
/* A targets file, kept or fetched, signed by signers; NULL: fault says why.
 * Owned by the client. */
const struct metadata *client_role(struct tuf *tuf, const char *name,
                                   const struct signers *signers);

/* tag.c: the ETag of the timestamp that is kept. Nothing depends on it, so a
 * file that is damaged or cannot be written counts as none. */
void tag_load(const struct keep *keep, const struct buf *timestamp,
              char out[FETCH_TAG_MAX]);
void tag_save(const struct keep *keep, const struct buf *timestamp,
              const char *tag);

/* root.c: steps 5.2 and 5.3 of the cycle. */
bool root_load(struct tuf *tuf);
bool root_update(struct tuf *tuf);

#endif
