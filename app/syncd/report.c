#include "app/syncd/report.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"

#define MODULE "report"

static struct tm *local(int64_t when, struct tm *out)
{
    const time_t seconds = (time_t)when;
    return localtime_r(&seconds, out);
}

static void write_text(const struct settings *settings,
                       const struct control_status *status, struct buf *out)
{
    char when[32] = "";
    struct tm time;
    if (local(status->result_when, &time))
        strftime(when, sizeof(when), "%Y-%m-%d %H:%M", &time);
    buf_printf(out, "驿窗更新报告\n\n结果：%s\n", status->result_text);
    if (status->result_detail[0])
        buf_printf(out, "说明：%s\n", status->result_detail);
    buf_printf(out, "时间：%s%s\n", when,
               status->clock_wrong ? "（本机时间可能不准）" : "");
    buf_printf(out, "一体机：%s\n地区：%s\n", settings->kiosk, settings->area);
    if (status->generation)
        buf_printf(out, "内容：第 %" PRId64 " 版\n", status->generation);
    buf_printf(out, "代码：%s\n", status->result);
}

/* In one step, so that nobody meets half a report. */
static bool write_file(const char *folder, const char *name,
                       const struct buf *text)
{
    struct buf path = {0}, temporary = {0};
    buf_printf(&path, "%s/%s", folder, name);
    buf_printf(&temporary, "%s/.new", folder);
    const int fd =
        open(temporary.data,
             O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool fine =
        fd >= 0 && write(fd, text->data, text->length) == (ssize_t)text->length;
    fine = fine && fsync(fd) == 0 && rename(temporary.data, path.data) == 0;
    if (fd >= 0)
        close(fd);
    buf_fini(&temporary);
    buf_fini(&path);
    return fine;
}

void report_keep(const struct settings *settings,
                 const struct control_status *status, char *out, size_t size)
{
    struct buf folder = {0}, text = {0};
    write_text(settings, status, &text);
    buf_printf(&folder, "%s/reports", settings->state);
    mkdir(folder.data, 0755); /* writing tells if it failed */
    out[0] = 0;
    if (write_file(folder.data, "last.txt", &text))
        snprintf(out, size, "%s/last.txt", folder.data);
    else
        log_warn(MODULE, "%s: %s", folder.data, strerror(errno));
    buf_fini(&folder);
    buf_fini(&text);
}

static void stick_folder(const struct settings *settings, const char *stick,
                         struct buf *out)
{
    buf_printf(out, "%s/sticks/%s/YICHUANG/reports", settings->run, stick);
}

/* Where yichuang-mount looks: reports/<stick>/<kiosk>.txt. */
static void tray_folder(const struct settings *settings, const char *stick,
                        struct buf *out)
{
    buf_printf(out, "%s/reports/%s", settings->run, stick);
}

bool report_wanted(const struct settings *settings, const char *stick)
{
    struct buf folder = {0};
    struct stat info;
    stick_folder(settings, stick, &folder);
    const bool wanted = lstat(folder.data, &info) == 0 && S_ISDIR(info.st_mode);
    buf_fini(&folder);
    return wanted;
}

/* YICHUANG/reports/<kiosk>/2026-11-25-120000.txt; false with errno set. */
static bool onto_stick(const struct settings *settings, const char *stick,
                       int64_t when, const struct buf *text)
{
    struct buf folder = {0};
    char name[32] = "report.txt";
    struct tm time;
    stick_folder(settings, stick, &folder);
    buf_printf(&folder, "/%s", settings->kiosk);
    if (local(when, &time))
        strftime(name, sizeof(name), "%Y-%m-%d-%H%M%S.txt", &time);
    mkdir(folder.data, 0755); /* writing tells if it failed */
    const bool fine = write_file(folder.data, name, text);
    buf_fini(&folder);
    return fine;
}

static bool onto_tray(const struct settings *settings, const char *stick,
                      const struct buf *text)
{
    struct buf folder = {0}, name = {0};
    buf_printf(&name, "%s.txt", settings->kiosk);
    tray_folder(settings, stick, &folder);
    /* Only where somebody looks: the tray above is made by the system. */
    const bool fine = (mkdir(folder.data, 0750) == 0 || errno == EEXIST) &&
                      write_file(folder.data, name.data, text);
    buf_fini(&folder);
    buf_fini(&name);
    return fine;
}

bool report_return(const struct settings *settings,
                   const struct control_status *status, const char *stick)
{
    struct buf text = {0};
    write_text(settings, status, &text);
    const bool fine = onto_stick(settings, stick, status->result_when, &text) ||
                      onto_tray(settings, stick, &text);
    if (!fine)
        log_info(MODULE, "%s: no report on it: %s", stick, strerror(errno));
    buf_fini(&text);
    return fine;
}

bool report_pending(const struct settings *settings, const char *stick)
{
    struct buf path = {0};
    tray_folder(settings, stick, &path);
    buf_printf(&path, "/%s.txt", settings->kiosk);
    const bool pending = access(path.data, F_OK) == 0;
    buf_fini(&path);
    return pending;
}

void report_forget(const struct settings *settings, const char *stick)
{
    struct buf path = {0}, folder = {0};
    tray_folder(settings, stick, &folder);
    buf_printf(&path, "%s/%s.txt", folder.data, settings->kiosk);
    unlink(path.data);
    rmdir(folder.data);
    buf_fini(&folder);
    buf_fini(&path);
}
