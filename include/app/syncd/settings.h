/* settings.h - what a deployer says once to the update service:
 * yichuang-sync.conf(5). Its own file: the service runs as another user than
 * the kiosk, and a mistake in one never touches the other. */
#ifndef APP_SYNCD_SETTINGS_H
#define APP_SYNCD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

enum { REPOSITORIES_MAX = 8 };

struct repository {
    char name[64];  /* a-z 0-9 -: folder on a stick and in the state */
    char url[512];  /* http: or https: */
    char root[512]; /* the first root.json, installed with the machine */
};

struct settings {
    struct repository repositories[REPOSITORIES_MAX];
    size_t repository_count; /* the more important ones first */
    char area[7];            /* 520103 */
    char kiosk[64];          /* A-Z a-z 0-9 . _ -; names the report's folder */
    char state[512];         /* /var/lib/yichuang */
    char run[256];           /* /run/yichuang: sync.sock, sticks/, reports/ */
    char proxy[256];         /* address, as libcurl takes it; "": none */
    char ca_file[512];       /* "": the certificates of the system */
    int window_start;        /* of the daily window: minutes after midnight */
    int window_minutes;      /* its length, 1 to 1440 */
    int network, stick;      /* 1: on */
    int control;             /* who may cancel and go back: 1 the group, too */
};

void settings_defaults(struct settings *settings);

/* Reads the file over what is in settings; see base/settings.h. A kiosk without
 * a name of its own gets one that is made from the machine's id. False when it
 * cannot be read (logged). */
bool settings_load(struct settings *settings, const char *path, size_t *faults);

#endif
