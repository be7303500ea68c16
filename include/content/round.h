/* round.h - one round: what one source has for this kiosk is verified, brought
 * on board and installed.
 *
 * The source is a web server or a folder, such as YICHUANG/<repository> on a
 * stick; it holds metadata/ and targets/. The round runs in the calling thread
 * and may take as long as the source is slow. Whatever ends it, power cuts
 * included, what was on board stays; what had come is carried on with by the
 * next round of the same boot. One round at a time for a state folder, which is
 * locked: a second one ends with ROUND_BUSY.
 *
 * What is wrong with one area's head, packs, pictures or texts does not keep a
 * wider area's from coming, nor does an area that is too large for the disk:
 * that area stays as it is on board, and the round ends with the first such
 * failure after all else is done. */
#ifndef CONTENT_ROUND_H
#define CONTENT_ROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "content/fetch.h"
#include "content/tuf.h"

/* The statuses are those that `yichuangctl sync` ends with; 2 is for a wrong
 * command line. "%" stands for the source: U 盘 on a stick. */
#define ROUND_RESULTS(X) /* symbol, status, log, people */                    \
    X(UPDATED, 0, "updated", "已更新")                                        \
    X(CURRENT, 0, "nothing new", "已是最新的内容")                            \
    X(NO_ROOT, 1, "no trusted root", "没有信任的根文件，请联系管理人员")      \
    X(BUSY, 1, "another update is running", "正在进行另一次更新，请稍后再试") \
    X(NOTHING_HERE, 3, "no repository there", "%里没有可用的内容")            \
    X(NOT_OURS, 3, "nothing for this area", "不是本地区的内容")               \
    X(OLDER, 4, "older than what is on board", "本机已是更新的内容")          \
    X(DAMAGED, 5, "damaged", "%内容损坏")                                     \
    X(BAD_CONTENT, 5, "cannot be installed", "内容有错，没有装上")            \
    X(TOO_OLD, 6, "expired", "内容太旧")                                      \
    X(BAD_SIGNATURE, 7, "bad signature", "签名不对")                          \
    X(NO_SPACE, 8, "no space", "空间不够")                                    \
    X(UNREACHABLE, 9, "source cannot be read", "读不到%内容")                 \
    X(DISK, 10, "state cannot be written", "本机存储写不进去")                \
    X(STOPPED, 11, "stopped", "已取消")

enum round_result {
#define X(symbol, status, english, chinese) ROUND_##symbol,
    ROUND_RESULTS(X)
#undef X
        ROUND_RESULT_COUNT
};

/* Whether a repository may be called so: 1 to 63 of a-z, 0-9 and -. It names
 * folders on sticks and in the state. */
bool round_name_is_fine(const char *name);

const char *round_result_symbol(enum round_result result); /* "NO_SPACE" */
const char *round_result_english(enum round_result result);
int round_result_status(enum round_result result);

enum round_phase {
    ROUND_CHECKING,   /* who says what: no totals yet */
    ROUND_FETCHING,   /* bytes and items of packs and pictures */
    ROUND_INSTALLING, /* items */
    ROUND_PHASE_COUNT
};
const char *round_phase_chinese(enum round_phase phase);

struct round_progress {
    enum round_phase phase;
    uint64_t bytes_done, bytes_total;
    size_t items_done, items_total; /* packs and pictures; items of content */
    int seconds_left;  /* at the speed so far; -1: nobody knows yet */
    bool can_pull_out; /* the source is not needed any more */
};

struct round_options {
    const char *state;      /* folder, as in `state` of yichuang.conf */
    const char *repository; /* its folder below repositories/ */
    /* All that this kiosk follows, in the order of the settings, which decides
     * where two say something about one path; what is on board of others goes.
     * 0: this one alone. */
    const char *const *repositories;
    size_t repository_count;
    const char *source; /* http://, https://, or a folder */
    const char *area;   /* six digits: "520103". Also covered are those
                           above it: 520100, 520000, 000000 */
    struct tuf_clock clock;
    struct fetch_http_options http; /* ignore_cert_dates is set by the round */
    bool repair; /* bring this repository again from the last full packs on,
                    as far as objects are gone: after a scrub said so */
    /* Both may be NULL, and are called from within round_run: progress a few
     * times a second at most and at each change of phase, stopped between any
     * two chunks. Stopping loses nothing that has come. */
    void (*progress)(void *data, const struct round_progress *progress);
    bool (*stopped)(void *data);
    void *data;
};

/* This machine's clock as it is now, with the date of our build as its floor.
 */
struct tuf_clock round_clock(void);

#define ROUND_AREAS_MAX 4

struct round_report {
    enum round_result result;
    bool stick;             /* the source is a folder */
    bool old;               /* 内容较旧: the stick's stamp has expired */
    bool partly;            /* it failed for some areas; others are updated */
    char file[300];         /* at fault; printable, "" when it is none */
    uint64_t lacking;       /* bytes, with ROUND_NO_SPACE */
    uint64_t fetched;       /* bytes of packs and pictures that came */
    size_t packs, media;    /* that came */
    uint32_t retry_after;   /* seconds the server asked for; 0: none */
    int64_t effective_time; /* the time that was judged by */
    size_t area_count;      /* those that the repository has */
    struct round_area {
        char area[7];
        uint32_t before, after; /* sequence numbers on board */
    } areas[ROUND_AREAS_MAX];
};

/* Never fails to fill out; what went wrong is logged where it was found. */
enum round_result round_run(const struct round_options *options,
                            struct round_report *out);

/* Appends the result as people read it, one sentence without a full stop:
 * "U 盘内容损坏（u/520103/…）", "空间不够，还差 12.3 MB", "已更新（内容较旧）".
 */
void round_say(const struct round_report *report, struct buf *out);
void round_say_bytes(uint64_t bytes, struct buf *out); /* "12.3 MB" */

/* Makes the file root the one that a repository trusts, unless it trusts one
 * already: then nothing is read. ROUND_UPDATED, ROUND_CURRENT, or why not. */
enum round_result round_trust(const char *state, const char *repository,
                              const char *root);

/* What the import reads objects through; lives as long as objects. */
struct objects;
struct install_objects;
void round_objects(struct objects *objects, struct install_objects *out);

/* The way from one sequence number to a later one with the fewest bytes, and of
 * those the one with the fewest packs: indices of steps, in order; indices_out
 * has room for count of them. False when there is none. */
struct round_step {
    uint32_t from, to; /* from 0: a full pack, good from anywhere before to */
    uint64_t bytes;    /* to be fetched */
};
bool round_path(const struct round_step *steps, size_t count, uint32_t from,
                uint32_t to, size_t *indices_out, size_t *length_out);

#endif
