/* options.c - the command lines of the publisher's subcommands. */
#include "ctl.h"

#include <string.h>

static const struct ctl_option *find(const struct ctl_option *options,
                                     size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(options[i].name, name))
            return &options[i];
    return NULL;
}

bool ctl_options(int argc, char **argv, const struct ctl_option *options,
                 size_t option_count, const char **words, size_t most,
                 size_t *count_out)
{
    *count_out = 0;
    for (int i = 1; i < argc; i++) {
        const struct ctl_option *option = find(options, option_count, argv[i]);
        if (option && option->flag)
            *option->flag = true;
        else if (option && i + 1 < argc)
            *option->value = argv[++i];
        else if (!option && argv[i][0] != '-' && *count_out < most)
            words[(*count_out)++] = argv[i];
        else
            return false;
    }
    return true;
}
