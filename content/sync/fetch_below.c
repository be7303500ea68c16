/* fetch_below.c - a folder of another fetcher. */
#include "content/fetch.h"

#include "base/buf.h"

struct below {
    struct fetcher fetcher;
    struct fetcher *whole;
    char *prefix;
};

static enum fetch_status fetch_file(struct fetcher *fetcher,
                                    const struct fetch_request *request)
{
    struct below *below = (struct below *)fetcher;
    struct fetch_request inner = *request;
    struct buf name = {0};
    buf_printf(&name, "%s%s", below->prefix, request->name);
    inner.name = buf_text(&name);
    enum fetch_status status = fetch_request(below->whole, &inner);
    memcpy(fetcher->reason, below->whole->reason, sizeof(fetcher->reason));
    fetcher->retry_after = below->whole->retry_after;
    buf_fini(&name);
    return status;
}

static void close_below(struct fetcher *fetcher)
{
    struct below *below = (struct below *)fetcher;
    free(below->prefix);
    free(below);
}

struct fetcher *fetch_below_open(struct fetcher *whole, const char *prefix)
{
    static const struct fetch_ops ops = {fetch_file, close_below};
    struct below *below = xcalloc(1, sizeof(*below));
    *below = (struct below){
        .fetcher.ops = &ops, .whole = whole, .prefix = xstrdup(prefix)};
    return &below->fetcher;
}
