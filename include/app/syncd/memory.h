/* memory.h - what the service must know after a restart or a power cut: one
 * small file in the state folder, replaced in one step. Whoever holds the
 * folder is the only service that works in it. */
#ifndef APP_SYNCD_MEMORY_H
#define APP_SYNCD_MEMORY_H

#include <stdbool.h>

#include "app/syncd/schedule.h"
#include "content/control.h"

struct memory {
    struct schedule_memory schedule;
    /* The last result; of status only these fields are kept. */
    struct control_status last;
};

/* Locks the state folder against another service; it is made if it is not
 * there. The descriptor is the lock; -1: it cannot be written, or another
 * service is at work (logged). */
int memory_lock(const char *state);

/* Zeros where there is no file, or a damaged one (logged). */
void memory_load(const char *state, struct memory *out);
/* False: could not be kept (logged). The file is then as it was. */
bool memory_save(const char *state, const struct memory *memory);

#endif
