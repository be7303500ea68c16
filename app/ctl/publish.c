/* publish.c - yichuangctl publish: from an edition to a repository. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "signing.h"

#define USAGE                                                         \
    "publish EDITION REPO [--area 520103] [--keys DIR] [--grace 30] " \
    "[--new]"

enum { GRACE_DAYS = 30, GRACE_MOST = 3650 };

static bool read_days(const char *text, int *out)
{
    char *end;
    const long value = strtol(text, &end, 10);
    *out = (int)value;
    return *text && !*end && value >= 0 && value <= GRACE_MOST;
}

/* A repository with all of its keys beside it: for trying things out. */
static bool make_new(const struct publish_options *options)
{
    const struct publish_init init = {.root_keys = 3, .root_threshold = 2};
    struct stat info;
    struct buf metadata = {0};
    buf_printf(&metadata, "%s/metadata", options->repository);
    const bool there = stat(buf_text(&metadata), &info) == 0;
    buf_fini(&metadata);
    if (there)
        return true;
    if (publish_init(options, &init) != PUBLISH_DONE)
        return false;
    buf_printf(options->said,
               "新建了仓库，私钥都在 %s；试用可以，"
               "正式使用前要把根的私钥分开保管\n",
               options->keys);
    return true;
}

int ctl_publish(int argc, char **argv)
{
    struct signing signing = {0};
    const char *words[2], *area = NULL, *grace = NULL;
    bool new_repository = false;
    int days = GRACE_DAYS;
    size_t count;
    const struct ctl_option options[] = {
        SIGNING_OPTIONS(signing),
        {"--area", &area, NULL},
        {"--grace", &grace, NULL},
        {"--new", NULL, &new_repository},
    };
    if (!ctl_options(argc, argv, options, COUNT_OF(options), words, 2,
                     &count) ||
        count != 2 || (grace && !read_days(grace, &days)))
        return ctl_usage("publish", USAGE);
    signing_open(&signing, words[1]);
    if (new_repository && !make_new(&signing.options))
        return signing_close(&signing, PUBLISH_FAILED);
    return signing_close(
        &signing, publish_edition(&signing.options, words[0], area, days));
}
