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
struct shelf;
struct shelf *shelf_new(void);
void shelf_free(struct shelf *shelf);
struct install_objects shelf_objects(struct shelf *shelf);
/* A pack from one tree to the next; NULL before it: a full pack. The hash lives
 * as long as the shelf. */
const unsigned char *shelf_pack(struct shelf *shelf, const char *area,
                                uint32_t from, uint32_t to,
                                const struct tree *before,
                                const struct tree *after);
/* Loses an object; all are back with shelf_mend. */
void shelf_lose(struct shelf *shelf, const unsigned char *hash);
void shelf_mend(struct shelf *shelf);
/* Says in its head that it unpacks to this. */
void shelf_claim(struct shelf *shelf, const unsigned char *hash,
                 uint64_t bytes);
/* Any picture; NULL: there is none. */
const unsigned char *shelf_picture(const struct shelf *shelf);

#endif
