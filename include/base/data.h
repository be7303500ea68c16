/* data.h - where the programs' own data files are: beside the program, as in a
 * build tree, or one folder up from there (its tests), else where they were
 * installed. */
#ifndef BASE_DATA_H
#define BASE_DATA_H

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The place of a file, which need not be there; returns path. A folder that
 * somebody named is where it is, whatever stands elsewhere; NULL or "": none
 * was. */
static inline const char *data_path(const char *folder, const char *name,
                                    char path[PATH_MAX])
{
    char program[PATH_MAX];
    if (folder && *folder) {
        snprintf(path, PATH_MAX, "%s/%s", folder, name);
        return path;
    }
    ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
    program[length > 0 ? length : 0] = 0;
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(program, '/');
        if (!slash)
            break;
        *slash = 0;
        if (snprintf(path, PATH_MAX, "%s/%s", program, name) < PATH_MAX &&
            access(path, R_OK) == 0)
            return path;
    }
    snprintf(path, PATH_MAX, "%s/%s", YICHUANG_DATA, name);
    return path;
}

#endif
