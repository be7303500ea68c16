/* publish.h - the publisher's side of a repository: keys, editions, sticks.
 *
 * A repository is a folder
 *     metadata/   TUF metadata, consistent snapshots
 *     targets/    u/<area>/<sha256>.<name>
 *     pending/    metadata that still lacks signatures; need not be served
 * and the private keys are in another folder, or on other machines. Every
 * change goes the same way: new metadata is put into pending/, signed there by
 * the keys at hand, and, once all that belongs together is signed by enough of
 * them, moved to metadata/, followed by a new snapshot and timestamp. So it
 * makes no difference whether the keys are here or the files travel to them.
 *
 * Files are written beside, synced and renamed; targets first, what refers to
 * them next, the timestamp last: a client sees the old or the new repository,
 * whole, and what was cut short is done by calling again. The metadata folder
 * is locked meanwhile.
 *
 * What there is to say goes to `said` as lines of Chinese, faults too; what
 * only a technician can use is logged besides. */
#ifndef CONTENT_PUBLISH_H
#define CONTENT_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "content/signer.h"

struct publish_options {
    const char *repository;
    const char *keys; /* folder of *.pem and *.pub; NULL: none at hand */
    int64_t now;      /* seconds since 1970, UTC */
    signer_ask *ask;  /* for passphrases; NULL: no encrypted keys */
    void *ask_data;
    struct buf *said;
};

enum publish_result {
    PUBLISH_DONE,
    PUBLISH_SAME,    /* there was nothing to do; no byte was changed */
    PUBLISH_PENDING, /* waits in pending/ for signatures */
    PUBLISH_FAILED,
};

/* A new repository. Without public keys of its own a role gets new private
 * ones in options->keys (encrypted: asked for): root as many as root_keys,
 * targets, snapshot and timestamp one each. */
struct publish_init {
    const char *const *root_public; /* .pub files */
    size_t root_count;
    const char *targets_public; /* .pub file or NULL */
    int root_keys, root_threshold;
    bool encrypted; /* root and targets */
};
enum publish_result publish_init(const struct publish_options *options,
                                 const struct publish_init *init);
/* Who may sign what, until when. */
bool publish_show(const struct publish_options *options);
/* Replaces one key of root, targets, snapshot, timestamp or a delegated role.
 * old_public NULL: its only one, or the first; new_public NULL: a new private
 * key in options->keys. */
enum publish_result publish_rotate(const struct publish_options *options,
                                   const char *role, const char *old_public,
                                   const char *new_public);
/* The same once more, for another term: root 2 years, targets and delegated
 * roles 13 months. */
enum publish_result publish_extend(const struct publish_options *options,
                                   const char *role);
/* Who signs u/<pattern>/: pattern is six digits or ?, such as 52????. */
enum publish_result publish_delegate(const struct publish_options *options,
                                     const char *pattern,
                                     const char *const *public_files,
                                     size_t count, int threshold);
/* Adds a private key's signature to a metadata file, without a repository. */
bool publish_sign(const struct publish_options *options, const char *file,
                  const char *private_file);
/* Takes the signatures of a file that was signed elsewhere. */
enum publish_result publish_import(const struct publish_options *options,
                                   const char *file);

/* Brings the repository to what the edition is now. area NULL: the region that
 * the edition names. Files that nothing refers to are removed after
 * grace_days. */
enum publish_result publish_edition(const struct publish_options *options,
                                    const char *edition, const char *area,
                                    int grace_days);
/* Takes ids down, or no longer: head.json's list. area NULL: the only one. */
enum publish_result publish_withdraw(const struct publish_options *options,
                                     const char *area, const char *const *ids,
                                     size_t count, bool restore);
/* Signs snapshot and timestamp anew, for another 30 and 14 days. */
enum publish_result publish_renew(const struct publish_options *options);

enum publish_state { PUBLISH_GOOD, PUBLISH_BROKEN, PUBLISH_EXPIRES_SOON };
/* The whole repository, with a client's eyes: signatures, every file's hash,
 * every pack. What expires within warn_days (0: as each role deserves) is soon.
 * A missing edition of any area is not judged. */
enum publish_state publish_verify(const struct publish_options *options,
                                  int warn_days);

/* Copies what a kiosk of that area may need to
 * mount/YICHUANG/<name>/, for the network of delegations above it, too; reads
 * it back. name NULL: as the repository's folder is called. */
bool publish_stick(const struct publish_options *options, const char *mount,
                   const char *name, const char *area);

#endif
