/* tree.h - an edition's files in memory, and the packs that bring them, for
 * tests of imports. */
#ifndef TESTS_SUPPORT_TREE_H
#define TESTS_SUPPORT_TREE_H

#include "content/install.h"

struct tree_file {
    char *path;
    struct buf bytes;
};
struct tree {
    struct tree_file *files; /* sorted by path */
    size_t count, capacity;
};

void tree_fini(struct tree *tree);
void tree_copy(const struct tree *tree, struct tree *out);
struct tree_file *tree_find(const struct tree *tree, const char *path);
void tree_put(struct tree *tree, const char *path, const void *bytes,
              size_t length);
void tree_puts(struct tree *tree, const char *path, const char *text);
void tree_remove(struct tree *tree, const char *path);
/* Everything below a folder, from its top on. */
void tree_load(struct tree *tree, const char *folder);
/* Makes the folder hold exactly this. */
void tree_save(const struct tree *tree, const char *folder);

/* Objects in memory, by a hash that is not SHA-256, which nobody here sees. */
struct box;
struct box *box_new(void);
void box_free(struct box *box);
struct install_objects box_objects(struct box *box);
/* A pack from one tree to the next; NULL before it: a full pack. The hash lives
 * as long as the box. */
const unsigned char *box_pack(struct box *box, const char *area, uint32_t from,
                              uint32_t to, const struct tree *before,
                              const struct tree *after);
/* Loses or spoils an object; back again with box_mend. */
void box_lose(struct box *box, const unsigned char *hash);
void box_mend(struct box *box);
size_t box_reads(const struct box *box); /* of packs, since it was made */
uint64_t box_pack_bytes(const struct box *box, const unsigned char *hash);
/* Says in its head that it unpacks to this. */
void box_claim(struct box *box, const unsigned char *hash, uint64_t bytes);
/* Any picture; NULL: there is none. */
const unsigned char *box_picture_hash(const struct box *box);

#endif
