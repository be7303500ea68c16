#include "app/syncd/sticks.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdalign.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#define MODULE "sticks"

struct sticks {
    char *folder;
    int fd;
    struct plugged list[STICKS_MAX];
    size_t count;
};

static bool name_fits(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const size_t length = strlen(name);
    return name[0] != '.' && length && strspn(name, allowed) == length &&
           length < sizeof(((struct plugged *)0)->name);
}

struct plugged *sticks_find(struct sticks *sticks, const char *name)
{
    for (size_t i = 0; i < sticks->count; i++)
        if (!strcmp(sticks->list[i].name, name))
            return &sticks->list[i];
    return NULL;
}

static void add(struct sticks *sticks, const char *name)
{
    if (!name_fits(name) || sticks_find(sticks, name))
        return;
    if (sticks->count == STICKS_MAX) {
        log_warn(MODULE, "%s: more than %d sticks", name, STICKS_MAX);
        return;
    }
    struct plugged *stick = &sticks->list[sticks->count++];
    *stick = (struct plugged){0};
    memcpy(stick->name, name, strlen(name) + 1);
    log_info(MODULE, "%s is there", name);
}

static void drop(struct sticks *sticks, const char *name,
                 void (*gone)(void *data, const char *name), void *data)
{
    struct plugged *stick = sticks_find(sticks, name);
    if (!stick)
        return;
    const size_t behind = sticks->count - (size_t)(stick + 1 - sticks->list);
    log_info(MODULE, "%s is gone", name);
    memmove(stick, stick + 1, behind * sizeof(*stick));
    sticks->count--;
    if (gone)
        gone(data, name);
}

/* All that are in the folder, for the start and after lost events. */
static void look(struct sticks *sticks)
{
    DIR *dir = opendir(sticks->folder);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));)
        add(sticks, entry->d_name);
    closedir(dir);
}

static void look_again(struct sticks *sticks,
                       void (*gone)(void *data, const char *name), void *data)
{
    for (size_t i = sticks->count; i-- > 0;) {
        char path[PATH_MAX];
        struct stat info;
        const struct plugged stick = sticks->list[i];
        snprintf(path, sizeof(path), "%s/%s", sticks->folder, stick.name);
        if (lstat(path, &info) != 0)
            drop(sticks, stick.name, gone, data);
    }
    look(sticks);
}

struct sticks *sticks_open(const char *folder)
{
    struct sticks *sticks = xcalloc(1, sizeof(*sticks));
    sticks->folder = xstrdup(folder);
    sticks->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    mkdir(folder, 0755); /* the watch tells if it failed */
    if (sticks->fd < 0 ||
        inotify_add_watch(sticks->fd, folder,
                          IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM |
                              IN_ONLYDIR) < 0) {
        log_error(MODULE, "%s: %s", folder, strerror(errno));
        sticks_close(sticks);
        return NULL;
    }
    look(sticks);
    return sticks;
}

void sticks_close(struct sticks *sticks)
{
    if (!sticks)
        return;
    if (sticks->fd >= 0)
        close(sticks->fd);
    free(sticks->folder);
    free(sticks);
}

int sticks_fd(const struct sticks *sticks)
{
    return sticks->fd;
}

void sticks_read(struct sticks *sticks,
                 void (*gone)(void *data, const char *name), void *data)
{
    alignas(struct inotify_event) char bytes[4096];
    ssize_t got;
    while ((got = read(sticks->fd, bytes, sizeof(bytes))) > 0) {
        const struct inotify_event *event;
        for (const char *at = bytes; at < bytes + got;
             at += sizeof(*event) + event->len) {
            event = (const struct inotify_event *)(const void *)at;
            if (event->mask & IN_Q_OVERFLOW)
                look_again(sticks, gone, data);
            else if (!event->len)
                continue; /* about the folder itself */
            else if (event->mask & (IN_DELETE | IN_MOVED_FROM))
                drop(sticks, event->name, gone, data);
            else
                add(sticks, event->name);
        }
    }
}

struct plugged *sticks_next(struct sticks *sticks)
{
    for (size_t i = 0; i < sticks->count; i++)
        if (!sticks->list[i].handled)
            return &sticks->list[i];
    return NULL;
}

size_t sticks_waiting(const struct sticks *sticks)
{
    size_t waiting = 0;
    for (size_t i = 0; i < sticks->count; i++)
        waiting += !sticks->list[i].handled;
    return waiting;
}

void sticks_names(const struct sticks *sticks, char *out, size_t size)
{
    size_t length = 0;
    out[0] = 0;
    for (size_t i = 0; i < sticks->count && length < size; i++)
        length += (size_t)snprintf(out + length, size - length, "%s%s",
                                   i ? " " : "", sticks->list[i].name);
}
