/* stick.c - yichuangctl stick: what the kiosks of an area need, onto a USB
 * stick. */
#include "base/mem.h"
#include "signing.h"

#define USAGE "stick REPO MOUNT --area 520103 [--name NAME]"

int ctl_stick(int argc, char **argv)
{
    struct signing signing = {0};
    const char *words[2], *area = NULL, *name = NULL;
    size_t count;
    const struct ctl_option options[] = {
        {"--area", &area, NULL},
        {"--name", &name, NULL},
    };
    if (!ctl_options(argc, argv, options, COUNT_OF(options), words, 2,
                     &count) ||
        count != 2 || !area)
        return ctl_usage("stick", USAGE);
    signing_open(&signing, words[0]);
    signing.options.keys = NULL; /* nothing is signed */
    return signing_finish(
        &signing, publish_stick(&signing.options, words[1], name, area));
}
