/* fetch.h - where the files of a repository come from: a web server or a
 * folder, such as a USB stick, behind one function.
 *
 * A fetcher hands over bytes that nobody has verified yet. It knows no retries
 * and keeps nothing: whoever asks decides what an answer means. One thread at
 * a time. */
#ifndef CONTENT_FETCH_H
#define CONTENT_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fetch_status {
    FETCH_OK,
    FETCH_SAME,     /* as it was when it had the tag that was given */
    FETCH_ABSENT,   /* no such file: HTTP 403 and 404, ENOENT */
    FETCH_TOO_LONG, /* more than limit bytes; what came before was handed on */
    FETCH_FAILED,   /* anything else: reason says what */
};

/* Takes the next bytes of a file; false ends the fetch with FETCH_FAILED. */
typedef bool fetch_write(void *context, const void *bytes, size_t length);

#define FETCH_TAG_MAX 128 /* bytes, with the NUL; longer ones are not kept */

struct fetch_request {
    /* A path below the fetcher's base, with / between folders, spelled as in a
     * URL: what is percent-encoded stays so. */
    const char *name;
    /* Only the bytes from here on are handed over. Only for files whose name
     * tells their content: nothing else says that it is still the same file. */
    uint64_t from;
    uint64_t limit; /* bytes that may come, from there on */
    /* NULL, or the ETag under which the asker knows the file, "" for none; when
     * it comes whole, its present one or "" takes that place. */
    char *tag;
    fetch_write *write;
    void *context;
};

struct fetcher;
struct fetch_ops {
    enum fetch_status (*fetch)(struct fetcher *fetcher,
                               const struct fetch_request *request);
    void (*close)(struct fetcher *fetcher);
};
struct fetcher {
    const struct fetch_ops *ops;
    char reason[160];     /* after anything but FETCH_OK: a phrase of English */
    uint32_t retry_after; /* seconds that the server then asked to be left in
                             peace, at most a day; 0: it did not */
    /* Set by the owner, or NULL. True ends a fetch with FETCH_FAILED; asked as
     * bytes come, and at least each second while none do. */
    bool (*stopped)(void *data);
    void *data;
};

static inline enum fetch_status
fetch_request(struct fetcher *fetcher, const struct fetch_request *request)
{
    return fetcher->ops->fetch(fetcher, request);
}

/* The whole file. */
static inline enum fetch_status fetch(struct fetcher *fetcher, const char *name,
                                      uint64_t limit, fetch_write *write,
                                      void *context)
{
    return fetch_request(fetcher, &(struct fetch_request){.name = name,
                                                          .limit = limit,
                                                          .write = write,
                                                          .context = context});
}

static inline void fetch_close(struct fetcher *fetcher) /* NULL is fine */
{
    if (fetcher)
        fetcher->ops->close(fetcher);
}

/* Zeros are the values that a kiosk wants. */
struct fetch_http_options {
    long connect_seconds;   /* to reach the server; 0: 15 */
    long slow_seconds;      /* this long below 1000 bytes/s ends it; 0: 30 */
    const char *ca_file;    /* NULL: the certificates of the system */
    const char *proxy;      /* an address, as libcurl takes it; NULL: none */
    bool ignore_cert_dates; /* the clock is known to be wrong: check
                               certificates for all but their dates */
};

/* Files below an http:// or https:// address; a missing / at its end is added.
 * Redirects are refused, and so is an answer with more than 64 KiB of headers.
 * Proxies named in the environment are not used: what a kiosk talks to stands
 * in its settings. Where an answer to a request for the rest of a file is the
 * whole file, what was not asked for is passed over; any other range than the
 * one asked for is refused. NULL when the address is of no such kind (logged).
 */
struct fetcher *fetch_http_open(const char *base,
                                const struct fetch_http_options *options);

/* Files below a folder. A name that would leave it, or that is not a regular
 * file, is FETCH_FAILED. NULL when there is no such folder (logged). */
struct fetcher *fetch_folder_open(const char *folder);

/* What is below the folder prefix ("metadata/") of another fetcher, which must
 * live longer and is not closed with it: one connection for both. */
struct fetcher *fetch_below_open(struct fetcher *whole, const char *prefix);

#endif
