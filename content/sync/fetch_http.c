/* fetch_http.c - a repository on a web server, by libcurl.
 *
 * The server is trusted with nothing: not with the length of an answer, its
 * speed, its headers or where it sends us. Not here yet, and to be put beside
 * fetch_url: ETag for the timestamp, ranges for files named by their hash,
 * Retry-After and backing off. */
#include "content/fetch.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

enum {
    CONNECT_SECONDS = 15,
    SLOW_SECONDS = 30,
    SLOW_BYTES_A_SECOND = 1000,
    HEADER_BYTES_MAX = 64 << 10,
    ERROR_BYTES_MAX = 64 << 10, /* of a page that says 404 */
};

struct http {
    struct fetcher fetcher;
    CURL *curl;
    char *base; /* ends in / */
    bool ignore_cert_dates;
    char error[CURL_ERROR_SIZE];
    /* Of the fetch that is going on. */
    fetch_write *write;
    void *context;
    uint64_t left;
    size_t header_bytes, error_bytes;
    bool too_long, refused;
};

static enum fetch_status fail(struct http *http, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static enum fetch_status fail(struct http *http, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(http->fetcher.reason, sizeof(http->fetcher.reason), format, args);
    va_end(args);
    return FETCH_FAILED;
}

/* curl's own limit, CURLOPT_MAXFILESIZE, believes what the server announces;
 * what arrives is counted here. Less than count ends the transfer. */
static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http *http = context;
    const size_t length = size * count;
    long status = 0;
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
        http->error_bytes += length;
        return http->error_bytes > ERROR_BYTES_MAX ? 0 : length;
    }
    if (length > http->left) {
        http->too_long = true;
        return 0;
    }
    http->left -= length;
    http->refused = !http->write(http->context, bytes, length);
    return http->refused ? 0 : length;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct http *http = context;
    (void)bytes;
    http->header_bytes += size * count;
    return http->header_bytes > HEADER_BYTES_MAX ? 0 : size * count;
}

/* A certificate's dates cannot be judged by a clock that is known to be wrong;
 * everything else about it can. */
static CURLcode relax_dates(CURL *curl, void *ssl, void *context)
{
    (void)curl, (void)context;
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(ssl),
                                X509_V_FLAG_NO_CHECK_TIME);
    return CURLE_OK;
}

/* A name in a URL. Target names are URL strings already (TUF 1.0.34, 4.5), so
 * only what may not stand in a path is encoded; %2F stays %2F. */
static void append_path(const char *name, struct buf *out)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz"
                                  "0123456789-._~!$&'()*+,;=:@/";
    static const char hex[] = "0123456789abcdefABCDEF";
    for (const char *at = name; *at; at++)
        if (strchr(allowed, *at) ||
            (*at == '%' && at[1] && strchr(hex, at[1]) && at[2] &&
             strchr(hex, at[2])))
            buf_putc(out, *at);
        else
            buf_printf(out, "%%%02X", (unsigned char)*at);
}

static enum fetch_status judge(struct http *http, CURLcode code)
{
    long status = 0;
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
    if (http->too_long)
        return FETCH_TOO_LONG;
    if (http->refused)
        return fail(http, "cannot be written");
    /* A status is known once the headers are complete, even where the page
     * that comes with it was too long to wait for. */
    if ((status == 403 || status == 404) && code != CURLE_OPERATION_TIMEDOUT)
        return FETCH_ABSENT;
    if (status >= 300 && status < 400)
        return fail(http, "HTTP status %ld: redirects are refused", status);
    if (status && status != 200)
        return fail(http, "HTTP status %ld", status);
    if (code != CURLE_OK)
        return fail(http, "%s",
                    http->error[0] ? http->error : curl_easy_strerror(code));
    return status == 200 ? FETCH_OK : fail(http, "no HTTP status");
}

static enum fetch_status fetch_url(struct fetcher *fetcher, const char *name,
                                   uint64_t limit, fetch_write *write,
                                   void *context)
{
    struct http *http = (struct http *)fetcher;
    struct buf url = {0};
    http->write = write;
    http->context = context;
    http->left = limit;
    http->header_bytes = http->error_bytes = 0;
    http->too_long = http->refused = false;
    http->error[0] = 0;
    buf_puts(&url, http->base);
    append_path(name, &url);
    CURLcode code = curl_easy_setopt(http->curl, CURLOPT_URL, buf_text(&url));
    if (code == CURLE_OK)
        code = curl_easy_perform(http->curl);
    buf_fini(&url);
    return judge(http, code);
}

static void close_http(struct fetcher *fetcher)
{
    struct http *http = (struct http *)fetcher;
    curl_easy_cleanup(http->curl);
    free(http->base);
    free(http);
}

static long or_else(long value, long otherwise)
{
    return value > 0 ? value : otherwise;
}

static bool set_up(struct http *http, const struct fetch_http_options *options)
{
    CURL *curl = http->curl;
    CURLcode failed = CURLE_OK;
#define SET(option, value) \
    failed = failed ? failed : curl_easy_setopt(curl, option, value)
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_HTTP09_ALLOWED, 0L);
    SET(CURLOPT_USERAGENT, "yichuang/" YICHUANG_VERSION);
    SET(CURLOPT_CONNECTTIMEOUT,
        or_else(options->connect_seconds, CONNECT_SECONDS));
    SET(CURLOPT_LOW_SPEED_TIME, or_else(options->slow_seconds, SLOW_SECONDS));
    SET(CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES_A_SECOND);
    SET(CURLOPT_WRITEFUNCTION, take_body);
    SET(CURLOPT_WRITEDATA, http);
    SET(CURLOPT_HEADERFUNCTION, take_header);
    SET(CURLOPT_HEADERDATA, http);
    SET(CURLOPT_ERRORBUFFER, http->error);
    if (options->ca_file)
        SET(CURLOPT_CAINFO, options->ca_file);
    if (options->ignore_cert_dates)
        SET(CURLOPT_SSL_CTX_FUNCTION, relax_dates);
#undef SET
    return failed == CURLE_OK;
}

struct fetcher *fetch_http_open(const char *base,
                                const struct fetch_http_options *options)
{
    static const struct fetch_ops ops = {fetch_url, close_http};
    if (strncasecmp(base, "http://", 7) != 0 &&
        strncasecmp(base, "https://", 8) != 0) {
        log_warn("fetch", "%s: neither http:// nor https://", base);
        return NULL;
    }
    struct http *http = xcalloc(1, sizeof(*http));
    http->fetcher.ops = &ops;
    http->base = xcalloc(strlen(base) + 2, 1);
    strcpy(http->base, base);
    if (base[strlen(base) - 1] != '/')
        strcat(http->base, "/");
    http->curl = mem_check(curl_easy_init());
    if (set_up(http, options))
        return &http->fetcher;
    log_warn("fetch", "libcurl lacks what is needed");
    close_http(&http->fetcher);
    return NULL;
}
