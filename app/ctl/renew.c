/* renew.c - yichuangctl renew: a new snapshot and timestamp, from cron. */
#include "base/mem.h"
#include "signing.h"

int ctl_renew(int argc, char **argv)
{
    struct signing signing = {0};
    const char *words[1];
    size_t count;
    const struct ctl_option options[] = {SIGNING_OPTIONS(signing)};
    if (!ctl_options(argc, argv, options, COUNT_OF(options), words, 1,
                     &count) ||
        count != 1)
        return ctl_usage("renew", "renew REPO [--keys DIR]");
    signing_open(&signing, words[0]);
    return signing_close(&signing, publish_renew(&signing.options));
}
