#include "support/issuer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

void issuer_fini(struct issuer *area)
{
    tree_fini(&area->now);
    tree_fini(&area->packed);
}

void issuer_pack(struct shelf *shelf, struct issuer *area, bool full)
{
    uint32_t from = full ? 0 : area->seq;
    area->pack = shelf_pack(shelf, area->name, from, area->seq + 1,
                            from ? &area->packed : NULL, &area->now);
    area->seq++;
    tree_fini(&area->packed);
    tree_copy(&area->now, &area->packed);
}

void issuer_unpack(struct issuer *area, const struct tree *before)
{
    area->seq--;
    area->pack = NULL;
    tree_fini(&area->now);
    tree_copy(before, &area->now);
    tree_fini(&area->packed);
    tree_copy(before, &area->packed);
}

enum install_result issuer_apply(const struct issuer *areas, size_t count,
                                 const char *state, struct shelf *shelf,
                                 struct install_report *report)
{
    struct install_layer layers[4];
    unsigned char packs[4][1][INSTALL_HASH_BYTES];
    const struct install_objects objects = shelf_objects(shelf);
    mkdir(state, 0755);
    assert_true(count <= COUNT_OF(layers));
    for (size_t i = 0; i < count; i++) {
        uint32_t seq = 0;
        bool known = install_seq(state, "test", areas[i].name, &seq);
        if (areas[i].pack)
            memcpy(packs[i][0], areas[i].pack, INSTALL_HASH_BYTES);
        layers[i] = (struct install_layer){
            .repository = "test",
            .area = areas[i].name,
            .seq = areas[i].seq,
            .withdrawn = areas[i].withdrawn,
            .withdrawn_count = areas[i].withdrawn_count,
            .packs = (const unsigned char(*)[INSTALL_HASH_BYTES])packs[i],
            .pack_count = areas[i].pack && !(known && seq == areas[i].seq)};
    }
    return install_apply(state, &objects, layers, count, NULL, report);
}
