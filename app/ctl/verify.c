/* verify.c - yichuangctl verify: the whole repository, for cron: 0 all is well,
 * 1 it is broken, 2 something expires soon. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "signing.h"

enum { EXPIRES_SOON = 2, DAYS_MOST = 3650 };

/* 2 means something else here, so wrong usage is 1. */
static int say_usage(void)
{
    ctl_usage("verify", "verify REPO [--warn-days 14]");
    return CTL_FAULTS;
}

static bool read_days(const char *text, int *out)
{
    char *end;
    const long value = strtol(text, &end, 10);
    *out = (int)value;
    return *text && !*end && value >= 1 && value <= DAYS_MOST;
}

int ctl_verify(int argc, char **argv)
{
    static const struct {
        const char *words;
        int status;
    } answers[] = {
        [PUBLISH_GOOD] = {"仓库完好\n", CTL_OK},
        [PUBLISH_BROKEN] = {"仓库有问题\n", CTL_FAULTS},
        [PUBLISH_EXPIRES_SOON] = {"仓库完好，但有的快到期了\n", EXPIRES_SOON},
    };
    struct signing signing = {0};
    const char *words[1], *days = NULL;
    int warn_days = 0;
    size_t count;
    const struct ctl_option options[] = {{"--warn-days", &days, NULL}};
    if (!ctl_options(argc, argv, options, COUNT_OF(options), words, 1,
                     &count) ||
        count != 1 || (days && !read_days(days, &warn_days)))
        return say_usage();
    signing_open(&signing, words[0]);
    const enum publish_state state =
        publish_verify(&signing.options, warn_days);
    buf_puts(&signing.said, answers[state].words);
    signing_finish(&signing, state == PUBLISH_GOOD);
    return answers[state].status;
}
