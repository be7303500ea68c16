/* targets.h - what a finger, a script or a screen reader finds in a view.
 * Private to ui/. */
#ifndef UI_TARGETS_H
#define UI_TARGETS_H

#include "placement.h"
#include "ui/stage.h"

/* hit.layer is the caller's. */
struct hit targets_at(const struct placement *place, int x, int y);

enum match {
    MATCH_EXACT_TARGET,
    MATCH_EXACT_TEXT,
    MATCH_TARGET,
    MATCH_TEXT,
    MATCH_COUNT
};
struct hit targets_find(const struct placement *place, const char *text,
                        enum match match);

/* The target of a role with exactly these words. */
struct hit targets_find_role(const struct placement *place, const char *role,
                             const char *text);

void targets_dump(const struct placement *place, struct buf *out);

#endif
