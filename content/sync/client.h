/* client.h - one update cycle, for client.c and target.c only. */
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
/* From how a fetch ended to why the file cannot be had. */
bool client_fetched(struct tuf *tuf, const struct fetcher *fetcher,
                    enum fetch_status status, uint64_t limit);
/* A targets file, kept or fetched, signed by signers; NULL: fault says why.
 * Owned by the client. */
const struct metadata *client_role(struct tuf *tuf, const char *name,
                                   const struct signers *signers);

#endif
