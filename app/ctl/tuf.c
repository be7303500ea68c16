/* tuf.c - yichuangctl tuf: the bare update client, on any repository. It
 * believes the machine's clock, for nothing tells it whether NTP does, but
 * never goes below what the repository's own signers taught (content/tuf.h);
 * when this program was built plays no part, so that old repositories can be
 * looked at by an old clock. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/log.h"
#include "content/tuf.h"

enum { TARGETS_MAX = 1024, ROOT_FILE_MAX = 1 << 20 };

struct arguments {
    const char *metadata_dir, *metadata_url, *target_dir, *target_base_url;
    const char *targets[TARGETS_MAX];
    size_t target_count;
};

static int say_usage(void)
{
    ctl_usage(
        "tuf",
        "tuf --metadata-dir D init ROOT\n"
        "      yichuangctl tuf --metadata-url U --metadata-dir D refresh\n"
        "      yichuangctl tuf --metadata-url U --metadata-dir D"
        " --target-name T [--target-name T2 ...]\n"
        "        --target-dir DIR --target-base-url B download");
    return CTL_FAULTS; /* this command ends with 0 or 1, nothing else */
}

static int init(const struct arguments *arguments, const char *path)
{
    struct buf root = {0};
    bool fine = file_read(path, ROOT_FILE_MAX, &root);
    if (!fine)
        log_error("tuf", "%s: %s", path, strerror(errno));
    fine = fine && tuf_init(arguments->metadata_dir, root.data ? root.data : "",
                            root.length) == TUF_OK;
    buf_fini(&root);
    return fine ? CTL_OK : CTL_FAULTS;
}

static bool download(const struct arguments *arguments, struct tuf *tuf,
                     struct fetcher *targets)
{
    mkdir(arguments->target_dir, 0755); /* tuf_download tells if it failed */
    for (size_t i = 0; i < arguments->target_count; i++) {
        struct tuf_target target;
        enum tuf_result found = tuf_find(tuf, arguments->targets[i], &target);
        if (found == TUF_NO_TARGET)
            log_warn("tuf", "%s: %s", arguments->targets[i],
                     tuf_result_english(found));
        if (found != TUF_OK || tuf_download(tuf, &target, targets,
                                            arguments->target_dir) != TUF_OK)
            return false;
    }
    return true;
}

static int update(const struct arguments *arguments, bool with_targets)
{
    const struct fetch_http_options http = {0};
    bool fine = false;
    struct tuf *tuf = NULL;
    struct fetcher *targets = NULL;
    struct fetcher *metadata = fetch_http_open(arguments->metadata_url, &http);
    if (!metadata)
        goto out;
    if (with_targets &&
        !(targets = fetch_http_open(arguments->target_base_url, &http)))
        goto out;
    tuf = tuf_new(&(struct tuf_options){
        .folder = arguments->metadata_dir,
        .metadata = metadata,
        .way = TUF_NETWORK,
        .clock = {.now = (int64_t)time(NULL), .synchronised = true},
    });
    fine = tuf_refresh(tuf) == TUF_OK &&
           (!with_targets || download(arguments, tuf, targets));
out:
    tuf_free(tuf);
    fetch_close(targets);
    fetch_close(metadata);
    return fine ? CTL_OK : CTL_FAULTS;
}

/* One option and its value; false for what is none. */
static bool take_option(struct arguments *out, const char *name,
                        const char *value)
{
    const struct {
        const char *name;
        const char **value;
    } options[] = {
        {"--metadata-dir", &out->metadata_dir},
        {"--metadata-url", &out->metadata_url},
        {"--target-dir", &out->target_dir},
        {"--target-base-url", &out->target_base_url},
    };
    for (size_t i = 0; i < COUNT_OF(options); i++)
        if (!strcmp(options[i].name, name)) {
            *options[i].value = value;
            return true;
        }
    if (strcmp(name, "--target-name") != 0 || out->target_count == TARGETS_MAX)
        return false;
    out->targets[out->target_count++] = value;
    return true;
}

int ctl_tuf(int argc, char **argv)
{
    struct arguments arguments = {0};
    int at = 1;
    for (; at + 1 < argc && !strncmp(argv[at], "--", 2); at += 2)
        if (!take_option(&arguments, argv[at], argv[at + 1]))
            return say_usage();
    const char *word = at < argc ? argv[at] : "";
    const int rest = argc - at - 1;
    if (!arguments.metadata_dir)
        return say_usage();
    if (!strcmp(word, "init") && rest == 1)
        return init(&arguments, argv[at + 1]);
    if (!strcmp(word, "refresh") && rest == 0 && arguments.metadata_url)
        return update(&arguments, false);
    if (!strcmp(word, "download") && rest == 0 && arguments.metadata_url &&
        arguments.target_dir && arguments.target_base_url &&
        arguments.target_count)
        return update(&arguments, true);
    return say_usage();
}
