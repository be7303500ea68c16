/* keys.c - yichuangctl keys: who may sign, and signing by hand. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "content/signer.h"
#include "signing.h"

enum { WORDS_MAX = 20, ROOT_KEYS = 3, ROOT_THRESHOLD = 2 };

#define USAGE                                                             \
    "keys init REPO [--keys DIR] [--threshold 2] [--encrypt] "            \
    "[--targets T.pub] [R1.pub R2.pub R3.pub]\n"                          \
    "      yichuangctl keys new FILE.pem [--encrypt]\n"                   \
    "      yichuangctl keys show REPO\n"                                  \
    "      yichuangctl keys rotate REPO ROLE [--old OLD.pub] [--new "     \
    "NEW.pub]\n"                                                          \
    "      yichuangctl keys extend REPO ROLE\n"                           \
    "      yichuangctl keys delegate REPO 52???? [--threshold 1] [A.pub " \
    "...]\n"                                                              \
    "      yichuangctl keys sign FILE KEY.pem [KEY2.pem ...]\n"           \
    "      yichuangctl keys import REPO FILE"

struct line {
    struct signing signing;
    const char *words[WORDS_MAX]; /* behind the verb */
    size_t count;
    const char *threshold, *targets, *old_public, *new_public;
    bool encrypt;
};

static bool read_threshold(const struct line *line, int otherwise, int *out)
{
    char *end;
    if (!line->threshold) {
        *out = otherwise;
        return true;
    }
    const long value = strtol(line->threshold, &end, 10);
    *out = (int)value;
    return *line->threshold && !*end && value >= 1 && value <= WORDS_MAX;
}

static int init(struct line *line)
{
    struct publish_init init = {
        .root_public = line->words + 1,
        .root_count = line->count - 1,
        .targets_public = line->targets,
        .root_keys = ROOT_KEYS,
        .encrypted = line->encrypt,
    };
    if (!read_threshold(line, ROOT_THRESHOLD, &init.root_threshold))
        return ctl_usage("keys", USAGE);
    signing_open(&line->signing, line->words[0]);
    return signing_close(&line->signing,
                         publish_init(&line->signing.options, &init));
}

static int new_key(struct line *line)
{
    signing_open(&line->signing, "");
    struct signer *signer = signer_generate();
    const struct publish_options *options = &line->signing.options;
    const bool fine =
        signer_save(signer, line->words[0], line->encrypt ? options->ask : NULL,
                    options->ask_data);
    if (fine)
        buf_printf(&line->signing.said, "%s，编号 %.16s…\n", line->words[0],
                   signer_id(signer));
    signer_free(signer);
    return signing_finish(&line->signing, fine);
}

static int show(struct line *line)
{
    signing_open(&line->signing, line->words[0]);
    return signing_finish(&line->signing, publish_show(&line->signing.options));
}

static int rotate(struct line *line)
{
    signing_open(&line->signing, line->words[0]);
    return signing_close(&line->signing,
                         publish_rotate(&line->signing.options, line->words[1],
                                        line->old_public, line->new_public));
}

static int extend(struct line *line)
{
    signing_open(&line->signing, line->words[0]);
    return signing_close(
        &line->signing, publish_extend(&line->signing.options, line->words[1]));
}

static int delegate(struct line *line)
{
    int threshold;
    if (!read_threshold(line, 1, &threshold))
        return ctl_usage("keys", USAGE);
    signing_open(&line->signing, line->words[0]);
    return signing_close(&line->signing,
                         publish_delegate(&line->signing.options,
                                          line->words[1], line->words + 2,
                                          line->count - 2, threshold));
}

static int sign(struct line *line)
{
    bool fine = true;
    signing_open(&line->signing, "");
    for (size_t i = 1; fine && i < line->count; i++)
        fine = publish_sign(&line->signing.options, line->words[0],
                            line->words[i]);
    return signing_finish(&line->signing, fine);
}

static int import(struct line *line)
{
    signing_open(&line->signing, line->words[0]);
    return signing_close(
        &line->signing, publish_import(&line->signing.options, line->words[1]));
}

static const struct {
    const char *name;
    size_t least, most; /* words behind the verb */
    int (*run)(struct line *line);
} verbs[] = {
    {"init", 1, WORDS_MAX, init}, {"new", 1, 1, new_key},
    {"show", 1, 1, show},         {"rotate", 2, 2, rotate},
    {"sign", 2, WORDS_MAX, sign}, {"delegate", 2, WORDS_MAX, delegate},
    {"import", 2, 2, import},     {"extend", 2, 2, extend},
};

int ctl_keys(int argc, char **argv)
{
    struct line line = {0};
    const struct ctl_option options[] = {
        SIGNING_OPTIONS(line.signing),
        {"--threshold", &line.threshold, NULL},
        {"--targets", &line.targets, NULL},
        {"--old", &line.old_public, NULL},
        {"--new", &line.new_public, NULL},
        {"--encrypt", NULL, &line.encrypt},
    };
    const char *verb = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < COUNT_OF(verbs); i++)
        if (!strcmp(verbs[i].name, verb) &&
            ctl_options(argc - 1, argv + 1, options, COUNT_OF(options),
                        line.words, verbs[i].most, &line.count) &&
            line.count >= verbs[i].least)
            return verbs[i].run(&line);
    return ctl_usage("keys", USAGE);
}
