/* stick.c - which repositories a folder holds. */
#include "content/stick.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/log.h"

static const char home_name[] = "YICHUANG";

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static char *join(const char *folder, const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", folder, name);
    return path.data;
}

static bool has_metadata(const char *folder)
{
    char *path = join(folder, "metadata");
    bool found = is_folder(path);
    free(path);
    return found;
}

/* The name of a repository's folder in lower case; false for what is none. */
static bool take_name(const char *name, char out[STICK_NAME_SIZE])
{
    const size_t length = strlen(name);
    if (!length || length >= STICK_NAME_SIZE)
        return false;
    for (size_t i = 0; i <= length; i++) {
        const unsigned char c = (unsigned char)name[i];
        if (c && !isalnum(c) && c != '-')
            return false;
        out[i] = (char)tolower(c);
    }
    return true;
}

/* The place of a name in the order, which another may have already. */
static void add(struct stick *stick, const char *folder, const char *name)
{
    char lower[STICK_NAME_SIZE];
    size_t at = 0;
    if (!take_name(name, lower))
        return;
    while (at < stick->count && strcmp(stick->repositories[at].name, lower) < 0)
        at++;
    struct stick_repository *place = &stick->repositories[at];
    if (at < stick->count && !strcmp(place->name, lower)) {
        const bool right = !strcmp(name, lower);
        log_warn("stick", "%s: %s, twice in different case", folder, lower);
        if (right) {
            free(place->folder);
            place->folder = xstrdup(folder);
        }
        return;
    }
    if (stick->count == STICK_REPOSITORIES_MAX) {
        log_warn("stick", "%s: one repository too many", folder);
        return;
    }
    memmove(place + 1, place, (stick->count++ - at) * sizeof(*place));
    memcpy(place->name, lower, sizeof(lower));
    place->folder = xstrdup(folder);
}

/* Calls take for each folder in a folder. */
static void each_folder(const char *folder, struct stick *stick,
                        void (*take)(struct stick *stick, const char *path,
                                     const char *name))
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    if (!dir) {
        log_warn("stick", "%s: %s", folder, strerror(errno));
        return;
    }
    for (errno = 0; (entry = readdir(dir)); errno = 0) {
        char *path = join(folder, entry->d_name);
        if (entry->d_name[0] != '.' && is_folder(path))
            take(stick, path, entry->d_name);
        free(path);
    }
    if (errno)
        log_warn("stick", "%s: %s", folder, strerror(errno));
    closedir(dir);
}

static void take_home(struct stick *stick, const char *path, const char *name)
{
    if (strcasecmp(name, home_name) != 0 ||
        (stick->home && strcmp(name, home_name) != 0))
        return;
    free(stick->home);
    stick->home = xstrdup(path);
}

static void take_repository(struct stick *stick, const char *path,
                            const char *name)
{
    if (has_metadata(path))
        add(stick, path, name);
}

/* In every folder of that name, whatever its case. */
static void take_homes(struct stick *stick, const char *path, const char *name)
{
    if (!strcasecmp(name, home_name))
        each_folder(path, stick, take_repository);
}

/* The last component of a path, and what is before it. */
static char *split(const char *path, char **above_out)
{
    char *whole = realpath(path, NULL);
    char *slash = whole ? strrchr(whole, '/') : NULL;
    char *name = xstrdup(slash ? slash + 1 : "");
    if (slash)
        *slash = 0;
    *above_out = xstrdup(whole ? whole : "");
    free(whole);
    return name;
}

static bool is_home(const char *folder)
{
    char *above, *name = split(folder, &above);
    bool found = !strcasecmp(name, home_name);
    free(name);
    free(above);
    return found;
}

void stick_look(const char *folder, struct stick *out)
{
    *out = (struct stick){0};
    if (has_metadata(folder)) {
        char *above, *name = split(folder, &above);
        add(out, folder, name);
        if (is_home(above))
            out->home = xstrdup(above);
        free(name);
        free(above);
    } else if (is_home(folder)) {
        out->home = xstrdup(folder);
        each_folder(folder, out, take_repository);
    } else {
        each_folder(folder, out, take_home);
        if (out->home)
            each_folder(folder, out, take_homes);
        else if (is_folder(folder))
            each_folder(folder, out, take_repository);
    }
}

void stick_fini(struct stick *stick)
{
    free(stick->home);
    for (size_t i = 0; i < stick->count; i++)
        free(stick->repositories[i].folder);
    *stick = (struct stick){0};
}
