/* sync_private.h - what the files of content/sync/ share. From the bottom up:
 * canonical.c and digest.c know bytes, key.c signatures, metadata.c and
 * delegation.c what a file says, keep.c and floor.c what stays on disk, and
 * root.c, client.c, tag.c and target.c (client.h) the workflow; result.c has
 * the words. Public besides: signer.c, fetch_http.c, fetch_folder.c. */
#ifndef CONTENT_SYNC_PRIVATE_H
#define CONTENT_SYNC_PRIVATE_H

#include <jansson.h>

#include "base/buf.h"
#include "content/tuf.h"

/* Limits of what is read. Real repositories stay far below: 3,000 districts
 * make a snapshot of 300 KiB. */
enum {
    ROOT_BYTES_MAX = 512 << 10,
    TIMESTAMP_BYTES_MAX = 16 << 10,
    SNAPSHOT_BYTES_MAX = 2 << 20,
    TARGETS_BYTES_MAX = 5 << 20,
    LISTED_BYTES_MAX = 16 << 20, /* where the referrer names a length */
    JSON_DEPTH_MAX = 64,
    JSON_VALUES_MAX = 400000, /* 50 MB once parsed */
    SIGNATURES_MAX = 256,
    ROOT_STEPS_MAX = 256,
    DELEGATED_ROLES_MAX = 32, /* visited for one target */
    ROLE_NAME_MAX = 240,      /* percent-encoded; ".json" fits in a file name */
    STALE_SECONDS_MAX = 180 * 86400,
};

/* Why something was refused. Set by whoever finds out, logged by client.c. */
struct fault {
    enum tuf_result result;
    char reason[256];
};
/* Always false, so that it can be returned. */
__attribute__((format(printf, 3, 4))) bool
refuse(struct fault *fault, enum tuf_result result, const char *format, ...);
/* Without control characters, in place. */
void make_printable(char *text);

/* canonical.c - JSON, read strictly and written canonically. */

/* NULL for anything but one well-formed value: UTF-8, no NUL, no duplicate
 * keys, no reals, no integer beyond 64 bits, and within the limits above, which
 * are checked before anything is allocated. */
json_t *canonical_read(const void *bytes, size_t length, struct fault *fault);
/* Appends the canonical form (wiki.laptop.org/go/Canonical_JSON): what is
 * signed and what key ids are hashes of. */
void canonical_write(const json_t *value, struct buf *out);

/* digest.c - hashes, and names made of characters that are safe anywhere. */

void hex_encode(const void *bytes, size_t length, struct buf *out);
/* False unless hex is exactly length bytes in hex digits of either case. */
bool hex_decode(const char *hex, unsigned char *out, size_t length);
/* Percent-encodes all but the unreserved characters of RFC 3986. What comes out
 * has no slash, but may be "." or "..". */
void name_encode(const char *name, struct buf *out);

enum digest_kind { DIGEST_SHA256, DIGEST_SHA512 };
extern const struct digest_info {
    const char *name;
    size_t length; /* bytes */
} digest_infos[TUF_DIGEST_COUNT];

struct digest; /* of all kinds at once, bit by bit */
struct digest *digest_new(void);
void digest_add(struct digest *digest, const void *bytes, size_t length);
void digest_finish(struct digest *digest,
                   unsigned char out[TUF_DIGEST_COUNT][TUF_DIGEST_MAX]);
void digest_free(struct digest *digest);
void digest_sha256_hex(const void *bytes, size_t length, char out[65]);

/* Length and hashes that a file must have; a tuf_target without its name. */
struct expected {
    int64_t version; /* of metadata */
    int64_t length;  /* -1: not listed */
    bool listed[TUF_DIGEST_COUNT];
    unsigned char digests[TUF_DIGEST_COUNT][TUF_DIGEST_MAX];
};
bool expected_digests(const bool listed[TUF_DIGEST_COUNT],
                      unsigned char want[TUF_DIGEST_COUNT][TUF_DIGEST_MAX],
                      unsigned char have[TUF_DIGEST_COUNT][TUF_DIGEST_MAX]);
bool expected_bytes(const struct expected *expected, const void *bytes,
                    size_t length, struct fault *fault);

/* key.c - public keys and what they signed. */

struct key; /* opaque: OpenSSL */
/* NULL when the key is of a kind we do not verify, is malformed, or id is not
 * its own: then it signs nothing. */
struct key *key_new(const char *id, const json_t *value);
void key_free(struct key *key);
/* The same public key, whatever else the two objects say. */
bool key_same(const struct key *left, const struct key *right);
bool key_verify(const struct key *key, const char *signature_hex,
                const void *message, size_t length);

/* metadata.c - one metadata file, parsed and validated, not yet believed. */

enum metadata_kind {
    METADATA_ROOT,
    METADATA_TIMESTAMP,
    METADATA_SNAPSHOT,
    METADATA_TARGETS, /* delegated ones too */
    METADATA_KIND_COUNT
};
extern const char *const metadata_names[METADATA_KIND_COUNT]; /* "root" … */

struct metadata {
    json_t *document;         /* owned; all below is borrowed from it */
    const json_t *body;       /* "signed" */
    const json_t *signatures; /* [{keyid, sig}], no keyid twice */
    struct buf message;       /* the canonical body: what is signed */
    int64_t version;          /* >= 1 */
    int64_t expires;          /* seconds since 1970 */
    int64_t issued;           /* x-issued; 0: none */
};
struct metadata *metadata_read(enum metadata_kind kind, const void *bytes,
                               size_t length, struct fault *fault);
void metadata_free(struct metadata *metadata); /* NULL is fine */

/* Who may sign: ids and threshold in role, keys by id. Borrowed. */
struct signers {
    const json_t *keys, *role;
};
struct signers metadata_root_signers(const struct metadata *root,
                                     enum metadata_kind kind);
/* Whether a threshold of different keys of signers has signed. The ids of
 * those that were counted are appended to ids_out, an array, unless NULL. */
bool metadata_verify(const struct metadata *metadata,
                     const struct signers *signers, json_t *ids_out,
                     struct fault *fault);

bool metadata_consistent_snapshot(const struct metadata *root);
/* What a timestamp or snapshot says about a file; false: nothing. */
bool metadata_meta(const struct metadata *metadata, const char *file,
                   struct expected *out);
/* What a targets file says about a target; false: nothing. */
bool metadata_target(const struct metadata *targets, const char *name,
                     struct tuf_target *out);

/* Strict readers of fields, shared with delegation.c and floor.c. */
bool field_date(const json_t *object, const char *name, int64_t *out);
bool field_signers(const json_t *role, struct fault *fault);
bool field_keys(const json_t *keys, struct fault *fault);

/* delegation.c - which roles a targets file trusts for which targets. */

struct delegation {
    char name[ROLE_NAME_MAX + 1]; /* not encoded */
    bool terminating;
    struct signers signers;
};
/* True when there is nothing, or it is well-formed. */
bool delegation_validate(const json_t *delegations, struct fault *fault);
/* The next delegation, from *at on (0 first), that covers the target. */
bool delegation_next(const struct metadata *targets, const char *target,
                     size_t *at, struct delegation *out);
/* Shell patterns, * ? [a-z] [!a-z]; none matches a /. A character is a code
 * point. */
bool delegation_pattern(const char *pattern, const char *path);

/* keep.c - a folder of files that are replaced in one step. */

struct keep {
    const char *folder; /* borrowed */
    int fd;             /* of the folder, locked; -1: not open */
};
bool keep_open(struct keep *keep, const char *folder, struct fault *fault);
void keep_close(struct keep *keep);
/* False when there is no such file, or it cannot be read (logged). */
bool keep_read(const struct keep *keep, const char *name, size_t limit,
               struct buf *out);
bool keep_write(const struct keep *keep, const char *name, const void *bytes,
                size_t length, struct fault *fault);
bool keep_remove(const struct keep *keep, const char *name,
                 struct fault *fault);
/* All of bytes; false with errno set. */
bool keep_bytes(int fd, const void *bytes, size_t length);
/* The last steps of every file: sync, rename within folder_fd, sync again. */
bool keep_commit(int folder_fd, int fd, const char *temporary, const char *name,
                 struct fault *fault);

/* floor.c - the file .floor: the earliest that it can be, who taught us, and
 * which online keys were trusted when timestamp and snapshot were. */

struct floor {
    json_t
        *state; /* {"issued": {role: {"at", "keys"}}, "online": {role: ids}} */
    bool changed; /* since it was read or written */
};
void floor_load(struct floor *floor, const struct keep *keep);
void floor_fini(struct floor *floor);
bool floor_save(struct floor *floor, const struct keep *keep,
                struct fault *fault);
/* The latest date taught; 0: none. */
int64_t floor_time(const struct floor *floor);
/* Learns x-issued, if any, from a file verified by the keys in ids. */
void floor_learn(struct floor *floor, enum metadata_kind kind, int64_t issued,
                 const json_t *ids);
/* Forgets what was taught by a key that root does not name any more. */
void floor_forget(struct floor *floor, const struct metadata *root);
/* Whether a key that was trusted for timestamp or snapshot is no longer. */
bool floor_online_rotated(const struct floor *floor,
                          const struct metadata *root);
bool floor_knows_online(const struct floor *floor);
void floor_set_online(struct floor *floor, const struct metadata *root);

#endif
