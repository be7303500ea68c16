/* data.c - data files that a person may name. */
#include "base/data.h"
#include "ctl.h"

const char *ctl_data(const char *folder, const char *name, char path[PATH_MAX])
{
    if (!folder)
        return data_path(name, path);
    snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return path;
}

const char *ctl_database(char path[PATH_MAX])
{
    static const char shown[] = "/var/lib/yichuang/content.db";
    data_path("content.db", path);
    const char *installed = YICHUANG_DATA "/content.db";
    if (!strcmp(path, installed) && access(shown, R_OK) == 0)
        strcpy(path, shown);
    return path;
}
