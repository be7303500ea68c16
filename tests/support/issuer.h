/* issuer.h - the publisher of one area: packs of its edition, and a kiosk that
 * imports them. */
#ifndef TESTS_SUPPORT_ISSUER_H
#define TESTS_SUPPORT_ISSUER_H

#include "support/tree.h"

struct issuer {
    const char *name;
    struct tree now, packed; /* the files, and what has been packed of them */
    uint32_t seq;
    const unsigned char *pack; /* the last one made */
    const char *withdrawn[32];
    size_t withdrawn_count;
};

void issuer_fini(struct issuer *area);
void issuer_pack(struct shelf *shelf, struct issuer *area, bool full);
/* Takes back that the last pack was made. */
void issuer_unpack(struct issuer *area, const struct tree *before);
/* Imports each area's last pack, if it is not on board, into a state folder,
 * which is made if need be. */
enum install_result issuer_apply(const struct issuer *areas, size_t count,
                                 const char *state, struct shelf *shelf,
                                 struct install_report *report);

#endif
