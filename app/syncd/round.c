#include "app/syncd/round.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "app/syncd/job.h"
#include "base/file.h"
#include "base/log.h"
#include "content/fetch.h"
#include "content/tuf.h"

#define MODULE "round"

enum { ROOT_FILE_MAX = 512 << 10 };

static void say(const struct job_report *report)
{
    struct buf line = {0};
    job_report_write(report, &line);
    fwrite(line.data, 1, line.length, stdout);
    fflush(stdout);
    buf_fini(&line);
}

static void set_result(struct job_report *report, bool fine, const char *result,
                       const char *text)
{
    report->fine = fine;
    snprintf(report->result, sizeof(report->result), "%s", result);
    snprintf(report->result_text, sizeof(report->result_text), "%s", text);
}

static bool synchronised(void)
{
    struct timex now = {0};
    return adjtimex(&now) >= 0 && !(now.status & STA_UNSYNC);
}

/* Where a kiosk's trust begins. False: logged. */
static bool trust(const struct repository *repository, const char *folder)
{
    struct buf path = {0}, root = {0};
    buf_printf(&path, "%s/root.json", folder);
    bool fine = access(path.data, F_OK) == 0;
    if (!fine) {
        fine = file_read(repository->root, ROOT_FILE_MAX, &root);
        if (!fine)
            log_error(MODULE, "%s: %s", repository->root, strerror(errno));
        fine = fine && tuf_init(folder, root.data, root.length) == TUF_OK;
    }
    buf_fini(&root);
    buf_fini(&path);
    return fine;
}

static void make_folders(const struct settings *settings,
                         const struct repository *repository, struct buf *out)
{
    buf_printf(out, "%s/repositories", settings->state);
    mkdir(out->data, 0750);
    buf_printf(out, "/%s", repository->name);
    mkdir(out->data, 0750);
    buf_puts(out, "/metadata");
    mkdir(out->data, 0750); /* whoever writes there tells if it failed */
}

static bool repository_round(const struct settings *settings,
                             const struct repository *repository,
                             struct fetcher *source, enum tuf_way way,
                             struct job_report *report)
{
    struct buf folder = {0};
    enum tuf_result result = TUF_NO_ROOT;
    make_folders(settings, repository, &folder);
    if (source && trust(repository, folder.data)) {
        struct tuf *tuf = tuf_new(&(struct tuf_options){
            .folder = folder.data,
            .metadata = source,
            .way = way,
            .clock = {.now = (int64_t)time(NULL),
                      .synchronised = synchronised()},
        });
        result = tuf_refresh(tuf);
        tuf_free(tuf);
    }
    buf_fini(&folder);
    set_result(report, result == TUF_OK, tuf_result_english(result),
               tuf_result_chinese(result));
    return result == TUF_OK;
}

static void network(const struct settings *settings, const char *argument,
                    struct job_report *report)
{
    (void)argument;
    for (size_t i = 0; i < settings->repository_count; i++) {
        const struct repository *repository = &settings->repositories[i];
        struct buf url = {0};
        buf_printf(&url, "%s/metadata/", repository->url);
        struct fetcher *source = fetch_http_open(
            url.data,
            &(struct fetch_http_options){
                .ca_file = settings->ca_file[0] ? settings->ca_file : NULL});
        const bool fine =
            repository_round(settings, repository, source, TUF_NETWORK, report);
        fetch_close(source);
        buf_fini(&url);
        if (!fine)
            return;
    }
}

static void stick(const struct settings *settings, const char *name,
                  struct job_report *report)
{
    set_result(report, false, "no_content", "这个 U 盘里没有驿窗的内容");
    for (size_t i = 0; i < settings->repository_count; i++) {
        const struct repository *repository = &settings->repositories[i];
        struct buf folder = {0};
        buf_printf(&folder, "%s/sticks/%s/YICHUANG/%s/metadata", settings->run,
                   name, repository->name);
        bool fine = true;
        if (access(folder.data, F_OK) == 0) {
            struct fetcher *source = fetch_folder_open(folder.data);
            fine = repository_round(settings, repository, source, TUF_STICK,
                                    report);
            fetch_close(source);
        }
        buf_fini(&folder);
        if (!fine)
            return;
    }
}

static const struct {
    const char *name;
    void (*run)(const struct settings *settings, const char *argument,
                struct job_report *report);
} works[] = {
    {"network", network},
    {"stick", stick},
};

int round_main(const struct settings *settings, const char *what,
               const char *argument)
{
    struct job_report report = {.phase = "check", .seconds_left = -1};
    for (size_t i = 0; i < COUNT_OF(works); i++)
        if (!strcmp(works[i].name, what)) {
            say(&report);
            works[i].run(settings, argument, &report);
            say(&report);
            return report.fine ? 0 : 1;
        }
    return 2;
}
