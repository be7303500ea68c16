/* repo.h - makes TUF repositories for tests, right ones and wrong ones.
 *
 * A repository is a folder with metadata/ and targets/. Each role has its
 * body, the "signed" part, as JSON that a test may change at will before it is
 * published. Files are signed as they are written. */
#ifndef TESTS_SUPPORT_REPO_H
#define TESTS_SUPPORT_REPO_H

#include <jansson.h>

#include "base/buf.h"
#include "content/signer.h"

enum { REPO_ROLES_MAX = 48, REPO_SIGNERS_MAX = 4 };

struct repo_role {
    char name[64];
    json_t *body;
    struct signer *signers[REPO_SIGNERS_MAX]; /* that sign its file */
    size_t signer_count;
};

struct repo {
    char folder[64];
    int64_t now;             /* dates are counted from here */
    bool consistent, hashed; /* hashed: snapshot and timestamp list hashes */
    struct repo_role roles[REPO_ROLES_MAX]; /* the four top-level ones first */
    size_t role_count;
    unsigned char next_seed;
};

enum { REPO_ROOT, REPO_TIMESTAMP, REPO_SNAPSHOT, REPO_TARGETS };

/* Version 1 of everything, not published yet; consistent and with one key a
 * role. now: seconds since 1970. */
void repo_open(struct repo *repo, int64_t now);
void repo_close(struct repo *repo); /* and removes the folder */

struct repo_role *repo_role(struct repo *repo, const char *name);
struct signer *repo_signer(struct repo *repo); /* a new key, owned by nobody */
/* "2026-02-06T00:00:00Z", in a buffer that the next call overwrites. */
const char *repo_date(int64_t seconds);
void repo_set(struct repo_role *role, const char *field, json_t *value);
void repo_expire(struct repo *repo, const char *role, int64_t seconds);
void repo_bump(struct repo *repo, const char *role); /* version + 1 */

/* Root's entry for a role: its keys become those of its signers. */
void repo_trust(struct repo *repo, const char *role, int threshold);
/* Replaces all keys of a top-level role by one new key. */
void repo_rotate(struct repo *repo, const char *role);

/* A target of a role, with its file. */
void repo_target(struct repo *repo, const char *role, const char *name,
                 const char *content);
void repo_target_bytes(struct repo *repo, const char *role, const char *name,
                       const void *bytes, size_t length);
/* Where the file of a target with that hash lies, below the folder. */
void repo_target_path(const struct repo *repo, const char *name,
                      const char *hash, struct buf *out);
/* A delegation from parent; the child is made if it is not there. paths is a
 * JSON array, or an object to be merged into the delegation as it is. */
struct repo_role *repo_delegate(struct repo *repo, const char *parent,
                                const char *child, const char *paths,
                                bool terminating);

/* Signs and writes one role's file as its name and version say. */
void repo_write(struct repo *repo, const char *role);
/* Notes the versions of all targets roles in snapshot, of snapshot in
 * timestamp, and writes all, root too. */
void repo_publish(struct repo *repo);
/* repo_publish after versions of targets, snapshot and timestamp went up. */
void repo_update(struct repo *repo);
/* The signed bytes of a role. */
void repo_bytes(struct repo *repo, const char *role, struct buf *out);
/* Any file below the folder, such as "metadata/timestamp.json". */
void repo_put(struct repo *repo, const char *path, const void *bytes,
              size_t length);
void repo_get(struct repo *repo, const char *path, struct buf *out);
void repo_delete(struct repo *repo, const char *path);
/* folder/path, in a buffer of four that take turns. */
const char *repo_path(const struct repo *repo, const char *path);

#endif
