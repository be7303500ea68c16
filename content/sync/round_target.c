/* round_target.c - targets as a round needs them, and what went wrong. */
#include "round_private.h"

#include "base/log.h"

/* Which result a failure of the metadata is. On a stick a file that is missing
 * or cannot be read is damage; on the network it is the network. */
static enum round_result from_tuf(const struct round *round,
                                  enum tuf_result result)
{
    static const enum round_result results[TUF_RESULT_COUNT] = {
        [TUF_OK] = ROUND_CURRENT,
        [TUF_NO_ROOT] = ROUND_NO_ROOT,
        [TUF_UNREACHABLE] = ROUND_UNREACHABLE,
        [TUF_NOT_FOUND] = ROUND_UNREACHABLE,
        [TUF_NO_TARGET] = ROUND_DAMAGED,
        [TUF_MALFORMED] = ROUND_DAMAGED,
        [TUF_BAD_SIGNATURE] = ROUND_BAD_SIGNATURE,
        [TUF_EXPIRED] = ROUND_TOO_OLD,
        [TUF_ROLLED_BACK] = ROUND_OLDER,
        [TUF_MISMATCH] = ROUND_DAMAGED,
        [TUF_BAD_LENGTH] = ROUND_DAMAGED,
        [TUF_BAD_HASH] = ROUND_DAMAGED,
        [TUF_DISK] = ROUND_DISK,
    };
    if (round->bring.stopped)
        return ROUND_STOPPED;
    return round->report->stick && results[result] == ROUND_UNREACHABLE
               ? ROUND_DAMAGED
               : results[result];
}

/* Results whose cause is one file. */
static bool names_file(enum round_result result)
{
    return result == ROUND_DAMAGED || result == ROUND_UNREACHABLE ||
           result == ROUND_BAD_SIGNATURE;
}

bool round_fail_tuf(struct round *round, enum tuf_result result)
{
    const enum round_result told = from_tuf(round, result);
    round->report->retry_after = round->source->retry_after;
    return round_fail(round->report, told,
                      names_file(told) ? tuf_subject(round->tuf) : NULL);
}

bool round_fail_target(struct round *round, const char *name,
                       const char *reason)
{
    log_warn("round", "%s: %s", name, reason);
    return round_fail(round->report, ROUND_DAMAGED, name);
}

bool round_find_target(struct round *round, const char *name,
                       struct tuf_target *out)
{
    enum tuf_result result = tuf_find(round->tuf, name, out);
    if (result == TUF_NO_TARGET)
        return round_fail_target(round, name, tuf_result_english(result));
    if (result != TUF_OK)
        return round_fail_tuf(round, result);
    return out->listed[0] || round_fail_target(round, name, "without SHA-256");
}

void round_target_path(const struct round *round,
                       const struct tuf_target *target, struct buf *out)
{
    buf_puts(out, "targets/");
    tuf_target_path(round->tuf, target, out);
}
