#include "content/backoff.h"

#include <stdio.h>

/* FNV-1a, then the finisher of MurmurHash3: names that differ in their last
 * digit only must still land far apart. Nothing secret hangs on it. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
    return (hash ^ 0xFF) * UINT64_C(0x100000001B3); /* where a text ends */
}

static uint64_t finish(uint64_t hash)
{
    hash = (hash ^ hash >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    hash = (hash ^ hash >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return hash ^ hash >> 33;
}

int64_t backoff_slot(const char *kiosk, const char *salt, int64_t span)
{
    uint64_t hash = hash_text(UINT64_C(0xCBF29CE484222325), kiosk);
    hash = finish(hash_text(hash, salt));
    return span > 0 ? (int64_t)(hash % (uint64_t)span) : 0;
}

int64_t backoff_delay(const char *kiosk, unsigned failures, int64_t retry_after)
{
    int64_t delay = failures ? BACKOFF_FIRST : 0;
    char salt[16];
    for (unsigned i = 1; i < failures && delay < BACKOFF_LONGEST; i++)
        delay *= 2;
    if (delay > BACKOFF_LONGEST)
        delay = BACKOFF_LONGEST;
    if (retry_after > BACKOFF_RETRY_MAX)
        retry_after = BACKOFF_RETRY_MAX;
    if (delay < retry_after)
        delay = retry_after;
    snprintf(salt, sizeof(salt), "%u", failures);
    return delay + backoff_slot(kiosk, salt, delay / 4);
}
