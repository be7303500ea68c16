/* withdraw.c - yichuangctl withdraw: taking texts down at once. */
#include "base/mem.h"
#include "signing.h"

#define USAGE "withdraw [--restore] REPO ID... [--area 520103] [--keys DIR]"

enum { IDS_MAX = 256 };

int ctl_withdraw(int argc, char **argv)
{
    struct signing signing = {0};
    const char *words[IDS_MAX + 1], *area = NULL;
    bool restore = false;
    size_t count;
    const struct ctl_option options[] = {
        SIGNING_OPTIONS(signing),
        {"--area", &area, NULL},
        {"--restore", NULL, &restore},
    };
    if (!ctl_options(argc, argv, options, COUNT_OF(options), words,
                     COUNT_OF(words), &count) ||
        count < 2)
        return ctl_usage("withdraw", USAGE);
    signing_open(&signing, words[0]);
    return signing_close(&signing,
                         publish_withdraw(&signing.options, area, words + 1,
                                          count - 1, restore));
}
