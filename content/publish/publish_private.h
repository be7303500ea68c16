/* publish_private.h - what the files of content/publish/ share. From the bottom
 * up: keyring.c has the private keys, repository.c the folders, stage.c new
 * metadata and how it takes the old one's place, trust.c who may sign, state.c
 * what an edition was and is, packs.c the difference, head.c an area's
 * head.json. One file each for what is asked for: keys.c, rotate.c, delegate.c,
 * import.c; edition.c with sweep.c, withdraw.c, verify.c, stick.c. */
#ifndef CONTENT_PUBLISH_PRIVATE_H
#define CONTENT_PUBLISH_PRIVATE_H

#include "content/pack.h"
#include "content/publish.h"
#include "content/sync/sync_private.h"

enum {
    DAY = 86400,
    ROOT_DAYS = 730,
    TARGETS_DAYS = 395, /* 13 months */
    SNAPSHOT_DAYS = 30,
    TIMESTAMP_DAYS = 14,
    HEAD_BYTES_MAX = 4 << 20,
    AREA_DIGITS = 6,
};

/* keyring.c */

struct ring_key {
    char id[65];
    char *pem; /* path */
    json_t *public;
    struct signer *signer; /* NULL: not needed so far */
    bool broken;
};
struct keyring {
    struct ring_key *keys;
    size_t count, capacity;
    signer_ask *ask;
    void *ask_data;
};
/* Keys are read when they are needed. folder NULL or missing: an empty ring. */
void keyring_open(struct keyring *ring, const struct publish_options *options);
void keyring_close(struct keyring *ring);
/* Whether at least threshold of a role's keys are in the ring. */
bool keyring_has(const struct keyring *ring, const struct signers *signers);
/* Adds the signatures of all keys of the ring that are the role's. */
void keyring_sign(struct keyring *ring, const struct signers *signers,
                  struct buf *metadata);
/* A .pub file; NULL: logged. The id goes to id_out. */
json_t *public_read(const char *path, char id_out[65]);

/* repository.c */

struct publisher {
    const struct publish_options *options;
    struct keyring ring;
    struct keep metadata, pending;
    char *metadata_folder, *pending_folder;
    struct metadata *root, *timestamp, *snapshot; /* NULL: there is none yet */
};
/* Adds a line to said; always false. */
__attribute__((format(printf, 2, 3))) bool
say(const struct publish_options *options, const char *format, ...);
/* create: the folders are made. False: said. */
bool publisher_open(struct publisher *publisher,
                    const struct publish_options *options, bool create);
void publisher_close(struct publisher *publisher);

/* "37.area-52xxxx.json" */
void role_file(const char *role, int64_t version, struct buf *out);
/* The highest version of a role in metadata/ or pending/; 0: none. */
int64_t role_latest(const char *folder, const char *role);
/* A role's file as clients see it, or the one in pending/; not verified. NULL:
 * none, or unreadable (logged). */
struct metadata *role_live(const struct publisher *publisher, const char *role);
struct metadata *role_pending(const struct publisher *publisher,
                              const char *role);
struct metadata *role_read(const struct keep *keep, const char *role,
                           int64_t version);
enum metadata_kind role_kind(const char *role);
/* The signed part as it shall go on from: a copy of what is pending, else of
 * what is live and rightly signed, lest a signer signs what somebody slipped
 * in; of a role that has nothing yet, {"targets": {}}. NULL: said. */
json_t *role_body(const struct publisher *publisher, const char *role);

/* Folders of path up to its last slash, below the repository. */
bool make_folders(const struct publish_options *options, const char *path);
/* options->repository/path */
char *repository_path(const struct publish_options *options, const char *path);
/* Entries of a folder that do not begin with a dot, sorted; free each and the
 * array. */
size_t folder_list(const char *path, char ***names_out);
void names_free(char **names, size_t count);

/* stage.c */

void set_date(json_t *body, const char *field, int64_t seconds);
/* Puts a new version of a role into pending/, signed by what is in the ring.
 * Takes over the body, NULL being a fault that was said; the signers are
 * borrowed. */
bool role_stage(struct publisher *publisher, const char *role, json_t *body,
                const struct signers *signers, size_t count);
/* Moves to metadata/ what is signed and belongs together; renew: a new snapshot
 * and timestamp in any case. */
enum publish_result settle(struct publisher *publisher, bool renew);
/* The role that describes an area's targets: "targets" or a delegated one;
 * signers_out borrows from *targets_out, which the caller frees. NULL: said.
 * Free the name. */
char *area_role(const struct publisher *publisher, const char *area,
                struct metadata **targets_out, struct signers *signers_out);

/* trust.c: entries are {"keyids", "threshold"}, in root.json's roles or in
 * delegations; their keys stand in one object beside. */

enum { TOP_ROLES = 4 };
extern const char *const trust_roles[TOP_ROLES]; /* root first, targets next */
bool trust_is_top(const char *role);
json_t *trust_entry(int threshold); /* without keys */
/* One key for a role: of a .pub file, or, NULL, a new private one in
 * options->keys. False: said. */
bool trust_add(const struct publish_options *options, const char *role,
               const char *public_file, bool encrypted, json_t *entry,
               json_t *all_keys);
bool trust_names(const json_t *entry, const char *id, size_t *at_out);
/* Removes the keys that none of the entries names. */
void trust_drop(json_t *keys, const json_t *const *entries, size_t count);
void trust_drop_delegated(json_t *delegations);
/* Borrowed from the signed part of a root. */
struct signers trust_signers(const json_t *root, const char *role);
/* The entry of a delegated role; NULL: none. */
json_t *trust_delegation(const json_t *delegations, const char *name,
                         size_t *at_out);
/* Stages targets, of which the delegation was changed, and the role's own file;
 * keys that were made meanwhile sign, too. */
bool trust_stage(struct publisher *publisher, json_t *targets,
                 const char *name);

/* state.c: the files of an edition, path to "<sha256> <length>". */

struct state {
    json_t *files, *media;
};
void state_init(struct state *state);
void state_fini(struct state *state);
bool is_media(const char *path);
/* "png", "jpg" or "webp" of a picture's path. */
const char *media_kind(const char *path);
/* Hash in hex (64) and length of an entry. */
void entry_parse(const char *entry, char hash[65], uint64_t *length);
/* From the edition's folder. False: said. */
bool state_scan(const struct publish_options *options, const char *edition,
                struct state *state);
/* As a pack changes it. False: said. */
bool state_apply(const struct publish_options *options, const char *path,
                 struct state *state);
bool state_same(const struct state *left, const struct state *right);
/* Keys of an object, sorted by bytes; free the array only. */
const char **sorted_keys(const json_t *object, size_t *count_out);

/* packs.c */

struct target_file {
    char hash[65];
    uint64_t length;
};
/* targets/u/<area>/<hash>.<name>, relative to the repository. */
void target_path(const char *area, const char *name, const char *hash,
                 struct buf *out);
/* Puts bytes there, unless they are there already. */
bool target_bytes(const struct publish_options *options, const char *area,
                  const char *name, const void *bytes, size_t length,
                  struct target_file *out);
/* Writes the pack of the difference and puts it there. */
bool target_pack(const struct publish_options *options, const char *name,
                 const char *edition, const struct pack_info *info,
                 const struct state *from, const struct state *to,
                 struct target_file *out);
/* Notes a target in a role's body. */
void target_list(json_t *body, const char *area, const char *name,
                 const struct target_file *file);

/* head.c */

/* The head that body lists, verified by its hash; *out NULL when it lists none.
 * False: said. */
bool head_read(const struct publish_options *options, const json_t *body,
               const char *area, json_t **out);
/* What was published up to seq, by the packs that the head lists. */
bool head_state(const struct publish_options *options, const json_t *head,
                uint32_t seq, struct state *state);
bool head_write(const struct publish_options *options, json_t *body,
                const char *area, const json_t *head);
/* Well-formed, as a client would have it. */
bool head_check(const json_t *head, const char *area);
bool area_is_fine(const char *area);

/* edition.c */

/* The areas that have a head.json in body, as an array of strings that is added
 * to. */
void body_areas(const json_t *body, json_t *areas);

/* sweep.c */

/* Of files that nothing refers to, those are removed that have not changed for
 * grace_days; says how many. */
void sweep_repository(const struct publish_options *options, int grace_days);

/* verify.c */

/* Reads fd from where it stands to its end. */
bool hash_matches(int fd, const char *hash, int64_t length);

/* A repository in a folder as a client sees it that begins with its first root:
 * all of it, or of these areas only. False: said. */
bool check_repository(const struct publish_options *options, const char *folder,
                      const json_t *areas);

#endif
