/* ctl.h - the subcommands of yichuangctl, one file each. */
#ifndef APP_CTL_CTL_H
#define APP_CTL_CTL_H

enum ctl_status {
    CTL_OK = 0,
    CTL_FAULTS = 1, /* the edition or the machine is at fault */
    CTL_USAGE = 2,  /* the command line is */
};

/* argv[0] is the subcommand's name. */
int ctl_check(int argc, char **argv);
int ctl_build(int argc, char **argv);
int ctl_preview(int argc, char **argv);
int ctl_tuf(int argc, char **argv);
int ctl_sync(int argc, char **argv);
int ctl_service(int argc, char **argv);

/* Says on standard error what is wrong with the command line; CTL_USAGE. */
int ctl_usage(const char *command, const char *usage);

#endif
