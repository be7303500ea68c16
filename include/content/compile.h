/* compile.h - from a folder that editors write to a database the kiosk reads.
 *
 * One pass over the edition collects every fault; nothing is written when
 * there is any. Time is linear in the size of the edition. */
#ifndef CONTENT_COMPILE_H
#define CONTENT_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "content/store.h"

/* Faults are lines "file:line: what; what to do\n" in `faults`, sorted by file
 * and line. */
struct compile_report {
    struct buf faults;
    size_t fault_count;
    size_t items, rows, media; /* of the edition */
    size_t bytes;              /* of the database written, 0 for a check */
    struct buf title, region;  /* as edition.yaml has them */
};

/* Reads everything and reports; true when there is no fault. */
bool compile_check(const char *edition, struct compile_report *report);

/* Checks, then writes the database to `output` through a temporary file beside
 * it, synced and renamed: a reader sees the old or the new one, whole. False
 * when the edition has faults or the file cannot be written (then the report's
 * last line says why: a full disk, no such folder). */
bool compile_build(const char *edition, const char *output,
                   struct compile_report *report);

/* Widens the half-width marks between Han characters in the edition's UTF-8
 * files, each replaced as a whole through a temporary file, then checks what
 * is left. *fixed_out counts the marks. */
bool compile_fix(const char *edition, size_t *fixed_out,
                 struct compile_report *report);

/* One item as store_item would return it on that day (2026-02-06), without a
 * database; its texts live in the arena. `file` is its path in the edition,
 * which is read as a whole, for the links. Only faults of this file and of
 * edition.yaml are reported; false when there are any. */
bool compile_item(const char *edition, const char *file, const char *today,
                  struct arena *arena, struct item *out,
                  struct compile_report *report);

void compile_report_fini(struct compile_report *report);

#endif
