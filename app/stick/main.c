/* main.c - yichuang-mount: the only part of us that is root. Makes USB sticks
 * readable for yichuang-sync and brings its report onto them; reads nothing
 * that is on a stick. udev and systemd start it (packaging/udev,
 * packaging/systemd), people do not.
 *
 *     yichuang-mount mount DEV     /dev/DEV on RUN/mounts/DEV, and a link
 *                                  RUN/sticks/DEV to it once it can be read
 *     yichuang-mount unmount DEV   takes both away
 *     yichuang-mount report DEV    RUN/reports/DEV/KIOSK.txt, which the service
 *                                  has written, becomes a file in
 *                                  YICHUANG/reports/KIOSK/ on the stick; for
 *                                  that moment the stick is mounted writable
 *     yichuang-mount protect DEV   mounts it read-only again, after a report
 * that was cut off
 *
 * RUN is /run/yichuang. It and its folder reports/ belong to the service, which
 * is not trusted here: nothing in them is followed, little is read, and mounts/
 * and sticks/ are only worked in while they are root's. A stick is not trusted
 * either: no links on it are followed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#define MODULE "stick"
#define RUN "/run/yichuang"

enum {
    REPORT_BYTES_MAX = 16 << 10,
    REPORTS_MAX = 8, /* at a time: there is one, unless somebody plays */
    PATH_BYTES = 128,
    NAME_BYTES = 64
};

static const unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;

/* What sticks are formatted with, and nothing else: fewer parsers in the
 * kernel for a stranger's stick. */
static const struct {
    const char *type, *options;
} file_systems[] = {
    {"vfat", "fmask=0133,dmask=0022,utf8,errors=remount-ro"},
    {"exfat", "fmask=0133,dmask=0022,errors=remount-ro"},
};

static bool only_of(const char *text, const char *allowed)
{
    const size_t length = strlen(text);
    return length && length < NAME_BYTES && strspn(text, allowed) == length;
}

/* sdb1, mmcblk1p1: what udev calls a block device. */
static bool is_device(const char *name)
{
    return only_of(name, "abcdefghijklmnopqrstuvwxyz0123456789");
}

static bool is_kiosk(const char *name)
{
    return name[0] != '.' && only_of(name, "abcdefghijklmnopqrstuvwxyz"
                                           "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                           "0123456789._-");
}

static bool fail(const char *what)
{
    log_error(MODULE, "%s: %s", what, strerror(errno));
    return false;
}

/* Makes a folder of RUN the current one. Who owns RUN can put a folder of his
 * own, or a link, in the place of root's; below root's he can put nothing, so
 * from there a device's name leads nowhere else. */
static bool enter(const char *folder)
{
    struct stat info;
    const int fd =
        open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool fine = fd >= 0 && fstat(fd, &info) == 0;
    if (fine && (info.st_uid != 0 || info.st_mode & (S_IWGRP | S_IWOTH))) {
        errno = EPERM;
        fine = false;
    }
    fine = (fine && fchdir(fd) == 0) || fail(folder);
    if (fd >= 0)
        close(fd);
    return fine;
}

static bool mount_any(const char *device, const char *point)
{
    for (size_t i = 0; i < COUNT_OF(file_systems); i++)
        if (mount(device, point, file_systems[i].type, safe | MS_RDONLY,
                  file_systems[i].options) == 0)
            return true;
    return fail(device);
}

static bool do_unmount(const char *name)
{
    if (enter(RUN "/sticks"))
        unlink(name); /* first, so that nobody begins to read */
    if (!enter(RUN "/mounts"))
        return false;
    /* Lazily: who reads keeps what he has open until he sees that it is gone.
     */
    if (umount2(name, MNT_DETACH | UMOUNT_NOFOLLOW) != 0 && errno != EINVAL &&
        errno != ENOENT)
        return fail(name);
    rmdir(name);
    return true;
}

static bool do_mount(const char *name)
{
    char device[PATH_BYTES], target[PATH_BYTES];
    struct stat info;
    snprintf(device, sizeof(device), "/dev/%s", name);
    snprintf(target, sizeof(target), "../mounts/%s", name);
    if (stat(device, &info) != 0)
        return fail(device);
    if (!S_ISBLK(info.st_mode)) {
        log_error(MODULE, "%s: not a block device", device);
        return false;
    }
    if (!enter(RUN "/mounts"))
        return false;
    if (mkdir(name, 0755) != 0 && errno != EEXIST)
        return fail(name);
    if (!mount_any(device, name)) {
        rmdir(name);
        return false;
    }
    if (enter(RUN "/sticks")) {
        unlink(name); /* of a stick that went without a word */
        if (symlink(target, name) == 0)
            return true;
        fail(name);
    }
    do_unmount(name); /* a stick that nobody finds */
    return false;
}

/* The kiosk that NAME.txt is from; false: no such name. */
static bool kiosk_of(const char *file, char kiosk[NAME_BYTES])
{
    const size_t length = strlen(file);
    if (length < 5 || length - 4 >= NAME_BYTES ||
        strcmp(file + length - 4, ".txt") != 0)
        return false;
    memcpy(kiosk, file, length - 4);
    kiosk[length - 4] = 0;
    return is_kiosk(kiosk);
}

/* Below a folder, following no link and leaving no file system. */
static int open_below(int folder, const char *path, int flags, mode_t mode)
{
    const struct open_how how = {
        .flags = (unsigned long long)(flags | O_CLOEXEC),
        .mode = mode,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
    };
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
}

/* Its length, 0: none. A second name of another file is none of the service's
 * to give away. */
static size_t read_report(int tray, const char *file, char *text)
{
    struct stat info;
    ssize_t got = 0;
    const int fd =
        openat(tray, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return 0;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_nlink == 1)
        got = read(fd, text, REPORT_BYTES_MAX);
    close(fd);
    return got > 0 ? (size_t)got : 0;
}

/* In YICHUANG/reports/KIOSK/ of a stick that asks for it by the first two. */
static bool write_report(const char *point, const char *kiosk, const char *text,
                         size_t length)
{
    char name[32] = "report.txt";
    const time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local))
        strftime(name, sizeof(name), "%Y-%m-%d-%H%M%S.txt", &local);
    const int root = open(point, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const int reports =
        open_below(root, "YICHUANG/reports", O_RDONLY | O_DIRECTORY, 0);
    if (reports >= 0)
        mkdirat(reports, kiosk, 0755); /* opening tells if it failed */
    const int folder = open_below(reports, kiosk, O_RDONLY | O_DIRECTORY, 0);
    const int fd = open_below(folder, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    bool fine = fd >= 0 && write(fd, text, length) == (ssize_t)length &&
                fsync(fd) == 0 && syncfs(fd) == 0;
    if (!fine)
        fail(point);
    const int fds[] = {fd, folder, reports, root};
    for (size_t i = 0; i < COUNT_OF(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return fine;
}

static bool remount(const char *point, unsigned long how)
{
    return mount(NULL, point, NULL, MS_REMOUNT | safe | how, NULL) == 0 ||
           fail(point);
}

static bool bring(const char *point, int tray, const char *file)
{
    static char text[REPORT_BYTES_MAX];
    char kiosk[NAME_BYTES];
    const size_t length =
        kiosk_of(file, kiosk) ? read_report(tray, file, text) : 0;
    if (!length || !remount(point, 0))
        return false;
    const bool fine = write_report(point, kiosk, text, length);
    return remount(point, MS_RDONLY) && fine;
}

static bool do_protect(const char *name)
{
    struct statvfs info;
    if (!enter(RUN "/mounts") || statvfs(name, &info) != 0)
        return true; /* it is gone */
    /* What it stands on while nothing is mounted is no stick. */
    return info.f_flag & ST_RDONLY || !(info.f_flag & ST_NODEV) ||
           remount(name, MS_RDONLY);
}

/* All that is in the tray, which is empty then. */
static bool bring_all(const char *point, int tray)
{
    bool fine = true;
    int left = REPORTS_MAX;
    DIR *dir = fdopendir(dup(tray));
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        fine = left-- > 0 && bring(point, tray, entry->d_name) && fine;
        /* Only now: the service says 现在可以拔出 when it is gone. */
        unlinkat(tray, entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
    return fine;
}

/* RUN/reports may be a link, too, to where files of root's would be taken for
 * reports and be removed. */
static bool do_report(const char *name)
{
    const int run = open(RUN, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    const int reports = open_below(run, "reports", O_RDONLY | O_DIRECTORY, 0);
    const int tray = open_below(reports, name, O_RDONLY | O_DIRECTORY, 0);
    bool fine = tray >= 0 || fail(name);
    fine = fine && enter(RUN "/mounts") && bring_all(name, tray);
    if (tray >= 0)
        unlinkat(reports, name, AT_REMOVEDIR);
    const int fds[] = {tray, reports, run};
    for (size_t i = 0; i < COUNT_OF(fds); i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return fine;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *word;
        bool (*run)(const char *device);
    } works[] = {{"mount", do_mount},
                 {"unmount", do_unmount},
                 {"report", do_report},
                 {"protect", do_protect}};
    umask(022);
    for (size_t i = 0; argc == 3 && i < COUNT_OF(works); i++)
        if (!strcmp(works[i].word, argv[1]) && is_device(argv[2]))
            return works[i].run(argv[2]) ? 0 : 1;
    fputs("usage: yichuang-mount mount|unmount|report|protect DEVICE\n",
          stderr);
    return 2;
}
