/* tuf.h - a client of The Update Framework, specification 1.0.34: decides which
 * bytes of a repository may be believed.
 *
 * One struct tuf is one update cycle of one repository: tuf_refresh runs the
 * workflow of the specification's section 5 down to targets.json, then each
 * tuf_find searches the delegations and each tuf_download brings one target.
 * All of them judge by the moment that was given to tuf_new (5.1).
 *
 * The metadata folder holds what is trusted: root.json, timestamp.json,
 * snapshot.json, targets.json and <role>.json of delegated roles, each exactly
 * as it was served, replaced in one step the moment it is trusted. Role names
 * are percent-encoded. Besides, .floor: what the signers taught about time and
 * which online keys were trusted; .etag: the server's name for the timestamp,
 * so that it need not be sent again unchanged. Everything but root.json is
 * verified again whenever it is read; what does not verify counts as missing.
 * The folder is locked while it is in use.
 *
 * Time. A kiosk's clock may be wrong by decades, so there is a floor: the
 * latest of the build date and the x-issued dates of verified root and
 * timestamp files, forgotten with the key that signed them when root removes
 * that key. x-issued is a field of ours in the signed part, written as expires
 * is; files without it teach nothing, and with a right clock the rules below
 * are plain TUF. Judged is by the system clock if it is not before the floor,
 * and synchronised or at most 400 days after it; else by the floor. A floor
 * that is taught during a cycle counts at once, the clock is read only once.
 * `yichuangctl tuf` cannot know whether its clock is synchronised and takes it
 * for that, without a build date: plain TUF by libc's clock, but never below
 * what the signers taught. */
#ifndef CONTENT_TUF_H
#define CONTENT_TUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "content/fetch.h"

/* Why something was not believed; a reason in English goes to the log. */
#define TUF_RESULTS(X) /* symbol, log, staff screen */             \
    X(OK, "up to date", "已是最新")                                \
    X(NO_ROOT, "no trusted root", "没有信任的根文件")              \
    X(UNREACHABLE, "cannot be reached", "读不到内容来源")          \
    X(NOT_FOUND, "file is missing", "内容不完整，缺少文件")        \
    X(NO_TARGET, "no such target", "没有这项内容")                 \
    X(MALFORMED, "malformed", "内容损坏")                          \
    X(BAD_SIGNATURE, "bad signature", "签名不对")                  \
    X(EXPIRED, "expired", "内容太旧")                              \
    X(ROLLED_BACK, "older than what is trusted", "比现有内容更旧") \
    X(MISMATCH, "does not belong together", "内容前后不一致")      \
    X(BAD_LENGTH, "wrong length", "内容损坏，长度不对")            \
    X(BAD_HASH, "wrong hash", "内容损坏，校验不对")                \
    X(DISK, "cannot be kept", "本机存储写不进去")

enum tuf_result {
#define X(symbol, english, chinese) TUF_##symbol,
    TUF_RESULTS(X)
#undef X
        TUF_RESULT_COUNT
};

/* In a few words; never NULL. */
const char *tuf_result_english(enum tuf_result result);
const char *tuf_result_chinese(enum tuf_result result);

/* How the files came. On a stick, a timestamp or snapshot that expired up to
 * 180 days ago is accepted when all else holds; tuf_is_old then says so. */
enum tuf_way { TUF_NETWORK, TUF_STICK };

struct tuf_clock {
    int64_t now;       /* the system clock: seconds since 1970, UTC */
    bool synchronised; /* by NTP: believed whatever it says after the floor */
    int64_t built;     /* when this program was built; 0: no such floor */
};

/* The time to judge by; floor 0 is none. */
int64_t tuf_clock_effective(const struct tuf_clock *clock, int64_t floor);
/* What a metadata folder's signers taught so far, 0: nothing. */
int64_t tuf_floor(const char *folder);

struct tuf;
struct tuf_options {
    const char *folder;       /* of the metadata; must exist */
    struct fetcher *metadata; /* outlives the client */
    enum tuf_way way;
    struct tuf_clock clock;
};

/* Makes bytes the trusted root of folder, which is created if need be. It must
 * be signed by a threshold of its own root keys. Whatever was learnt about
 * time is forgotten. */
enum tuf_result tuf_init(const char *folder, const void *bytes, size_t length);

/* Reads and writes nothing yet. The caller owns the result. */
struct tuf *tuf_new(const struct tuf_options *options);
void tuf_free(struct tuf *tuf); /* NULL is fine */

/* Sections 5.1 to 5.6.6. After a failure, which is logged, what was trusted
 * before it stays; another cycle may be tried with another struct tuf. */
enum tuf_result tuf_refresh(struct tuf *tuf);

/* Something that was accepted had expired (TUF_STICK only). */
bool tuf_is_old(const struct tuf *tuf);
/* The file that was looked at last, after a failure the one at fault;
 * printable, lives as long as the client. */
const char *tuf_subject(const struct tuf *tuf);
/* The time this cycle judged by, for a screen that says a clock is wrong. */
int64_t tuf_effective_time(const struct tuf *tuf);

#define TUF_DIGEST_COUNT 2 /* SHA-256, SHA-512 */
#define TUF_DIGEST_MAX 64  /* bytes */
#define TUF_SIGNERS_SIZE 65

struct tuf_target {
    const char *name; /* the one tuf_find was given, borrowed */
    int64_t length;   /* bytes */
    bool listed[TUF_DIGEST_COUNT];
    unsigned char digests[TUF_DIGEST_COUNT][TUF_DIGEST_MAX];
    /* Of the ids of all keys that may sign for it, in hex: another one as soon
     * as one of them was changed. */
    char signers[TUF_SIGNERS_SIZE];
};

/* Section 5.6.7, after a successful tuf_refresh: which file name is. The search
 * visits the top level and at most 32 delegated roles. TUF_NO_TARGET is not
 * logged: only the caller knows whether there must be one. */
enum tuf_result tuf_find(struct tuf *tuf, const char *name,
                         struct tuf_target *out);

/* Appends the path of the target's file in the repository, below its folder of
 * targets: with its hash before its name where snapshots are consistent. */
void tuf_target_path(const struct tuf *tuf, const struct tuf_target *target,
                     struct buf *out);

/* Section 5.7. Brings the target from targets into folder under its percent-
 * encoded name, which is one name without folders, in one step; nothing is
 * fetched when it is there already. */
enum tuf_result tuf_download(struct tuf *tuf, const struct tuf_target *target,
                             struct fetcher *targets, const char *folder);

#endif
