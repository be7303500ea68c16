/* main.c - yichuang-sync: brings signed content onto the machine. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/syncd/round.h"
#include "app/syncd/service.h"
#include "app/syncd/settings.h"

#ifndef YICHUANG_VERSION
#define YICHUANG_VERSION "unknown"
#endif

enum { STATUS_FAILED = 1, STATUS_USAGE = 2 };

struct arguments {
    const char *config;
    const char *round, *argument; /* a piece of work; NULL: the service */
    bool check, allow_root;
};

static void print_help(FILE *out)
{
    fputs("用法: yichuang-sync [选项]\n\n"
          "  --config FILE    设置文件，默认 /etc/yichuang/yichuang-sync.conf\n"
          "  --check-config   检查设置文件\n"
          "  --allow-root     以 root 身份也运行（不要在驿站用）\n"
          "  --help           显示本说明\n"
          "  --version        显示版本\n",
          out);
}

static bool take_arguments(int argc, char **argv, struct arguments *out)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--config") && i + 1 < argc) {
            out->config = argv[++i];
        } else if (!strcmp(argv[i], "--round") && i + 2 < argc) {
            out->round = argv[++i]; /* for ourselves: job.h */
            out->argument = argv[++i];
        } else if (!strcmp(argv[i], "--check-config")) {
            out->check = true;
        } else if (!strcmp(argv[i], "--allow-root")) {
            out->allow_root = true;
        } else {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {
        .config = "/etc/yichuang/yichuang-sync.conf",
    };
    struct settings settings;
    size_t faults;
    if (argc == 2 && !strcmp(argv[1], "--version")) {
        puts("yichuang-sync " YICHUANG_VERSION);
        return 0;
    }
    if (argc == 2 && !strcmp(argv[1], "--help")) {
        print_help(stdout);
        return 0;
    }
    if (!take_arguments(argc, argv, &arguments)) {
        print_help(stderr);
        return STATUS_USAGE;
    }
    settings_defaults(&settings);
    if (!settings_load(&settings, arguments.config, &faults))
        return STATUS_USAGE;
    if (arguments.check)
        return faults ? STATUS_FAILED : 0;
    if (arguments.round)
        return round_main(&settings, arguments.round, arguments.argument);
    /* What parses bytes from outside has no business being root. */
    if (geteuid() == 0 && !arguments.allow_root) {
        fputs("yichuang-sync: 不能以 root 身份运行，见 yichuang-sync(8)\n",
              stderr);
        return STATUS_USAGE;
    }
    return service_run(&settings, argv[0], arguments.config);
}
