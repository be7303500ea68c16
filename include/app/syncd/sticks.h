/* sticks.h - which USB sticks are there: the names in one folder, which appear
 * when a stick can be read and go when it cannot. Under systemd the names are
 * links to mount points, made by yichuang-mount; without it, folders that
 * somebody moves in. Names other than A-Z a-z 0-9 . _ - are passed over. */
#ifndef APP_SYNCD_STICKS_H
#define APP_SYNCD_STICKS_H

#include <stdbool.h>
#include <stddef.h>

enum { STICKS_MAX = 8 };

struct plugged {
    char name[64];
    bool handled; /* it had its turn since it was plugged in */
};

struct sticks;

/* The folder is made if it is not there. NULL when it cannot be watched
 * (logged). Those that are in it are new ones. */
struct sticks *sticks_open(const char *folder);
void sticks_close(struct sticks *sticks); /* NULL is fine */

int sticks_fd(const struct sticks *sticks); /* readable: call sticks_read */

/* Takes in what happened; gone is called for each stick that was pulled out. A
 * stick that went and came back is gone and new. */
void sticks_read(struct sticks *sticks,
                 void (*gone)(void *data, const char *name), void *data);

/* The first that had no turn; NULL: none. Until the next sticks_read. */
struct plugged *sticks_next(struct sticks *sticks);
struct plugged *sticks_find(struct sticks *sticks, const char *name);
size_t sticks_waiting(const struct sticks *sticks);
/* All names with spaces between, cut at size. */
void sticks_names(const struct sticks *sticks, char *out, size_t size);

#endif
