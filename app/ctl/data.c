/* data.c - where the programs' own data files are. */
#include "ctl.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *ctl_data(const char *folder, const char *name,
                             char path[PATH_MAX])
{
    char program[PATH_MAX];
    if (folder) {
        snprintf(path, PATH_MAX, "%s/%s", folder, name);
        return path;
    }
    const ssize_t length =
        readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *slash = NULL;
    if (length > 0) {
        program[length] = 0;
        slash = strrchr(program, '/');
    }
    if (slash && (size_t)(slash - program) + strlen(name) + 2 < PATH_MAX) {
        memcpy(path, program, (size_t)(slash - program) + 1);
        strcpy(path + (slash - program) + 1, name);
        if (access(path, R_OK) == 0)
            return path;
    }
    snprintf(path, PATH_MAX, "%s/%s", YICHUANG_DATA, name);
    return path;
}

