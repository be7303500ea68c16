/* area.h - the publisher of one area: packs of its edition, and a kiosk that
 * imports them. */
#ifndef TESTS_SUPPORT_AREA_H
#define TESTS_SUPPORT_AREA_H

#include "support/tree.h"

struct area {
    const char *name;
    struct tree now, packed; /* the files, and what has been packed of them */
    uint32_t seq;
    const unsigned char *pack; /* the last one made */
    const char *withdrawn[32];
    size_t withdrawn_count;
};

void area_fini(struct area *area);
void area_pack(struct box *box, struct area *area, bool full);
/* Takes back that the last pack was made. */
void area_unpack(struct area *area, const struct tree *before);
/* Imports each area's last pack, if it is not on board, into a state folder,
 * which is made if need be. */
enum install_result area_apply(const struct area *areas, size_t count,
                               const char *state, struct box *box,
                               struct install_report *report);

#endif
