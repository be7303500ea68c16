/* ctl.h - the subcommands of yichuangctl, one file each. */
#ifndef APP_CTL_CTL_H
#define APP_CTL_CTL_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum ctl_status {
    CTL_OK = 0,
    CTL_FAULTS = 1, /* the edition or the machine is at fault */
    CTL_USAGE = 2,  /* the command line is */
};

/* argv[0] is the subcommand's name. */
int ctl_check(int argc, char **argv);
int ctl_build(int argc, char **argv);
int ctl_preview(int argc, char **argv);
int ctl_search(int argc, char **argv);
int ctl_tuf(int argc, char **argv);
int ctl_sync(int argc, char **argv);
int ctl_service(int argc, char **argv);
int ctl_keys(int argc, char **argv);
int ctl_publish(int argc, char **argv);
int ctl_withdraw(int argc, char **argv);
int ctl_renew(int argc, char **argv);
int ctl_verify(int argc, char **argv);
int ctl_stick(int argc, char **argv);
int ctl_ime(int argc, char **argv);

/* Says on standard error what is wrong with the command line; CTL_USAGE. */
int ctl_usage(const char *command, const char *usage);

/* Options may stand anywhere: "--name value", or "--name" alone for a flag. */
struct ctl_option {
    const char *name;
    const char **value; /* one of the two is NULL */
    bool *flag;
};
/* The arguments that are no options go to words; false when there are more than
 * most, or an unknown option. */
bool ctl_options(int argc, char **argv, const struct ctl_option *options,
                 size_t option_count, const char **words, size_t most,
                 size_t *count_out);

/* The content beside the program, else what the kiosk shows, else what was
 * installed. Returns path. */
const char *ctl_database(char path[PATH_MAX]);

#endif
