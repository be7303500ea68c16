/* stick.h - which repositories a folder holds: a stick with YICHUANG/<name>/,
 * its folder YICHUANG, or one repository by itself.
 *
 * Names are lower-case ASCII; but whoever copies files to FAT may change their
 * case, so that any case is found, and the right one wins where several are.
 * Other files and folders on a stick are normal and passed over. */
#ifndef CONTENT_STICK_H
#define CONTENT_STICK_H

#include <stddef.h>

enum { STICK_REPOSITORIES_MAX = 16, STICK_NAME_SIZE = 64 };

struct stick {
    char *home; /* the folder YICHUANG, where reports go; NULL: none */
    struct stick_repository {
        char name[STICK_NAME_SIZE]; /* in lower case */
        char *folder;               /* with metadata/ and targets/ */
    } repositories[STICK_REPOSITORIES_MAX];
    size_t count; /* sorted by name */
};

/* None are found where nothing can be read (logged). stick_fini ends it. */
void stick_look(const char *folder, struct stick *out);
void stick_fini(struct stick *stick);

#endif
