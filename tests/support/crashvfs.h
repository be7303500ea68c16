/* crashvfs.h - an SQLite file system that loses power, or space, on demand.
 *
 * It stands in front of the usual one. Beside each file it keeps what a disk
 * would surely hold: what was there when it was opened and what was synced
 * since. The rest is in doubt: when the power goes, the disk holds none of it,
 * any part of it, or torn sectors. Operations that count are writes,
 * truncations, syncs and deletions; they have numbers from 1 on. */
#ifndef TESTS_SUPPORT_CRASHVFS_H
#define TESTS_SUPPORT_CRASHVFS_H

#include <stdbool.h>

enum crash_kind {
    CRASH_DROP,   /* nothing that was not synced is there */
    CRASH_SUBSET, /* some writes are, in any order */
    CRASH_TORN,   /* some sectors of some writes are */
    CRASH_PREFIX, /* what was written first is */
    CRASH_KIND_COUNT,
    FAULT_FULL = CRASH_KIND_COUNT, /* no space from this operation on */
    FAULT_SHORT, /* half of a write, then no space; later all goes well */
    FAULT_IO,    /* one operation fails */
    FAULT_KIND_END
};

/* Makes it the default file system. */
void crash_register(void);
/* Counts from 1 again; at 0 nothing happens. */
void crash_arm(enum crash_kind kind, long at, unsigned seed);
long crash_operations(void);
bool crash_happened(void); /* since it was armed */
/* What the disk holds now of the databases in a folder, in place of what is
 * there. The machine is on again. */
void crash_restart(const char *folder);
/* Forgets all files; none may be open. */
void crash_forget(void);

#endif
