#include "support/cycle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"

void cycle_open(struct cycle *cycle)
{
    *cycle = (struct cycle){
        .clock = {.now = CYCLE_NOW, .synchronised = true},
    };
    repo_open(&cycle->repo, CYCLE_NOW);
    mkdir(repo_path(&cycle->repo, "got"), 0755);
    cycle->server = server_start(cycle->repo.folder);
    assert_non_null(cycle->server);
}

void cycle_close(struct cycle *cycle)
{
    server_stop(cycle->server);
    repo_close(&cycle->repo);
}

void cycle_init(struct cycle *cycle)
{
    struct buf bytes = {0};
    repo_publish(&cycle->repo);
    repo_get(&cycle->repo, "metadata/1.root.json", &bytes);
    assert_int_equal(
        tuf_init(repo_path(&cycle->repo, "kept"), bytes.data, bytes.length),
        TUF_OK);
    buf_fini(&bytes);
}

static struct fetcher *open_fetcher(struct cycle *cycle, const char *part)
{
    const struct fetch_http_options http = {.connect_seconds = 5,
                                            .slow_seconds = 1};
    struct buf url = {0};
    buf_printf(&url, "%s%s", server_url(cycle->server), part);
    struct fetcher *fetcher =
        cycle->way == TUF_STICK
            ? fetch_folder_open(repo_path(&cycle->repo, part))
            : fetch_http_open(buf_text(&url), &http);
    buf_fini(&url);
    assert_non_null(fetcher);
    return fetcher;
}

static enum tuf_result download(struct cycle *cycle, struct tuf *tuf,
                                const char *names)
{
    struct fetcher *targets = open_fetcher(cycle, "targets");
    char *copy = xstrdup(names), *rest = NULL;
    enum tuf_result result = TUF_OK;
    for (char *name = strtok_r(copy, " ", &rest); name && result == TUF_OK;
         name = strtok_r(NULL, " ", &rest)) {
        struct tuf_target target;
        result = tuf_find(tuf, name, &target);
        if (result == TUF_OK)
            result = tuf_download(tuf, &target, targets,
                                  repo_path(&cycle->repo, "got"));
    }
    free(copy);
    fetch_close(targets);
    return result;
}

enum tuf_result cycle_download(struct cycle *cycle, const char *targets)
{
    struct fetcher *metadata = open_fetcher(cycle, "metadata");
    struct tuf *tuf = tuf_new(&(struct tuf_options){
        .folder = repo_path(&cycle->repo, "kept"),
        .metadata = metadata,
        .way = cycle->way,
        .clock = cycle->clock,
    });
    enum tuf_result result = tuf_refresh(tuf);
    cycle->old = tuf_is_old(tuf);
    cycle->time = tuf_effective_time(tuf);
    if (result == TUF_OK)
        result = download(cycle, tuf, targets);
    tuf_free(tuf);
    fetch_close(metadata);
    return result;
}

enum tuf_result cycle_refresh(struct cycle *cycle)
{
    return cycle_download(cycle, "");
}

void cycle_expect(struct cycle *cycle, const char *requests)
{
    struct buf seen = {0};
    server_requests(cycle->server, &seen);
    assert_string_equal(buf_text(&seen), requests);
    buf_fini(&seen);
}

int cycle_version(struct cycle *cycle, const char *role)
{
    struct buf path = {0}, bytes = {0};
    buf_printf(&path, "kept/%s.json", role);
    int version = 0;
    if (file_read(repo_path(&cycle->repo, buf_text(&path)), 64 << 20, &bytes)) {
        json_t *it = json_loadb(bytes.data, bytes.length, 0, NULL);
        version = (int)json_integer_value(
            json_object_get(json_object_get(it, "signed"), "version"));
        json_decref(it);
    }
    buf_fini(&path);
    buf_fini(&bytes);
    return version;
}

bool cycle_same(struct cycle *cycle, const char *kept, const char *served)
{
    struct buf path = {0}, a = {0}, b = {0};
    buf_printf(&path, "kept/%s", kept);
    repo_get(&cycle->repo, buf_text(&path), &a);
    repo_get(&cycle->repo, served, &b);
    bool same = a.length == b.length && !memcmp(a.data, b.data, a.length);
    buf_fini(&path);
    buf_fini(&a);
    buf_fini(&b);
    return same;
}
