/* backoff.h - when one of 179,000 kiosks may ask: spread by the kiosk's name,
 * so that no server is asked by all of them at once, and less often the more
 * often it failed. Pure functions of what they are given: no clock, no
 * randomness. Times are seconds. */
#ifndef CONTENT_BACKOFF_H
#define CONTENT_BACKOFF_H

#include <stdint.h>

enum {
    BACKOFF_FIRST = 60,         /* after the first failure */
    BACKOFF_LONGEST = 6 * 3600, /* after the tenth and all later ones */
    BACKOFF_RETRY_MAX = 86400,  /* the longest Retry-After that is obeyed */
};

/* A place of this kiosk within span: 0 to span - 1, always the same one for the
 * same kiosk and salt, evenly spread over kiosks. span <= 0 gives 0. */
int64_t backoff_slot(const char *kiosk, const char *salt, int64_t span);

/* How long to wait after so many failures in a row (0: no wait): doubled each
 * time, and up to a quarter longer, another quarter for each kiosk and each
 * failure. retry_after is what the server asked for, 0 for nothing: never less
 * than that, up to BACKOFF_RETRY_MAX. */
int64_t backoff_delay(const char *kiosk, unsigned failures,
                      int64_t retry_after);

#endif
