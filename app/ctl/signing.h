/* signing.h - what the publisher's subcommands share: the repository, the keys,
 * the clock, passphrases, and what is said in the end. */
#ifndef APP_CTL_SIGNING_H
#define APP_CTL_SIGNING_H

#include "content/publish.h"
#include "ctl.h"

struct signing {
    struct publish_options options;
    const char *keys;            /* --keys; NULL: REPO.keys, or none */
    const char *passphrase_file; /* --passphrase-file; NULL: the terminal */
    struct buf said, default_keys;
};
#define SIGNING_OPTIONS(signing)                              \
    {"--keys", &(signing).keys, NULL},                        \
    {                                                         \
        "--passphrase-file", &(signing).passphrase_file, NULL \
    }

/* After the options were read. */
void signing_open(struct signing *signing, const char *repository);
/* Prints what was said and ends; the exit status. */
int signing_close(struct signing *signing, enum publish_result result);
int signing_finish(struct signing *signing, bool fine);

#endif
