/* fetch_http.c - a repository on a web server, by libcurl.
 *
 * The server is trusted with nothing: not with the length of an answer, its
 * speed, its headers, the part of a file that it sends or where it sends us. */
#include "content/fetch.h"

#include <curl/curl.h>
#include <inttypes.h>
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
    RETRY_AFTER_MAX = 86400,
};

struct http {
    struct fetcher fetcher;
    CURL *curl;
    char *base; /* ends in / */
    bool ignore_cert_dates;
    char error[CURL_ERROR_SIZE];
    /* Of the fetch that is going on. */
    const struct fetch_request *request;
    uint64_t skip, left; /* bytes to pass over, bytes that may come then */
    size_t header_bytes, error_bytes;
    bool too_long, refused;
    /* Of its last answer. */
    char tag[FETCH_TAG_MAX];
    uint64_t range_start;
    bool ranged, encoded, begun;
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

static long status_of(struct http *http)
{
    long status = 0;
    curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

static bool is_rest(const struct http *http, long status)
{
    return status == 206 && http->request->from && http->ranged &&
           http->range_start == http->request->from;
}

/* What an answer may carry: the whole file, or the part that was asked for. */
static bool is_content(const struct http *http, long status)
{
    return !http->encoded && (status == 200 || is_rest(http, status));
}

/* curl's own limit, CURLOPT_MAXFILESIZE, believes what the server announces;
 * what arrives is counted here. */
static bool take_content(struct http *http, const char *bytes, size_t length)
{
    const uint64_t skipped = length < http->skip ? length : http->skip;
    http->skip -= skipped;
    bytes += skipped;
    length -= (size_t)skipped;
    if (length > http->left) {
        http->too_long = true;
        return false;
    }
    http->left -= length;
    http->refused =
        length && !http->request->write(http->request->context, bytes, length);
    return !http->refused;
}

/* Less than count ends the transfer. */
static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct http *http = context;
    const size_t length = size * count;
    const long status = status_of(http);
    if (!is_content(http, status)) {
        http->error_bytes += length;
        return http->error_bytes > ERROR_BYTES_MAX ? 0 : length;
    }
    if (!http->begun)
        http->skip = status == 206 ? 0 : http->request->from;
    http->begun = true;
    return take_content(http, bytes, length) ? length : 0;
}

/* The value of a header, without the blanks around it; NULL: another one. */
static const char *header_value(const char *line, size_t length,
                                const char *name, int *length_out)
{
    const size_t skip = strlen(name);
    if (length < skip || strncasecmp(line, name, skip) != 0)
        return NULL;
    const char *end = line + length;
    for (line += skip; line < end && (*line == ' ' || *line == '\t');)
        line++;
    while (end > line && strchr(" \t\r\n", end[-1]))
        end--;
    *length_out = (int)(end - line);
    return line;
}

/* RFC 9110, 8.8.3. It is sent back one day, so nothing else gets in. */
static void take_tag(struct http *http, const char *value, int length)
{
    if (length >= FETCH_TAG_MAX || length < 2 || value[length - 1] != '"')
        return;
    for (int i = 0; i < length; i++)
        if (value[i] <= ' ' || value[i] > '~')
            return;
    snprintf(http->tag, sizeof(http->tag), "%.*s", length, value);
}

static void take_range(struct http *http, const char *value, int length)
{
    char text[64];
    snprintf(text, sizeof(text), "%.*s", length, value);
    http->ranged = sscanf(text, "bytes %" SCNu64 "-", &http->range_start) == 1;
}

static void take_encoding(struct http *http, const char *value, int length)
{
    http->encoded = !(length == 8 && strncasecmp(value, "identity", 8) == 0);
}

static size_t take_header(char *bytes, size_t size, size_t count, void *context)
{
    static const struct {
        const char *name;
        void (*take)(struct http *http, const char *value, int length);
    } headers[] = {
        {"ETag:", take_tag},
        {"Content-Range:", take_range},
        {"Content-Encoding:", take_encoding},
    };
    struct http *http = context;
    const size_t length = size * count;
    if (length > 5 && !strncmp(bytes, "HTTP/", 5)) { /* 100 came before it */
        http->tag[0] = 0;
        http->ranged = http->encoded = false;
    }
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        int value_length;
        const char *value =
            header_value(bytes, length, headers[i].name, &value_length);
        if (value)
            headers[i].take(http, value, value_length);
    }
    http->header_bytes += length;
    return http->header_bytes > HEADER_BYTES_MAX ? 0 : length;
}

static int ask_stopped(void *context, curl_off_t a, curl_off_t b, curl_off_t c,
                       curl_off_t d)
{
    const struct http *http = context;
    (void)a, (void)b, (void)c, (void)d;
    return http->fetcher.stopped && http->fetcher.stopped(http->fetcher.data);
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

/* After 429 and 503 (RFC 9110, 10.2.3). A date in it is as right as our clock,
 * hence the limit. */
static void note_retry_after(struct http *http)
{
    curl_off_t seconds = 0;
    curl_easy_getinfo(http->curl, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds > RETRY_AFTER_MAX)
        seconds = RETRY_AFTER_MAX;
    http->fetcher.retry_after = seconds > 0 ? (uint32_t)seconds : 0;
}

static enum fetch_status judge_status(struct http *http, long status)
{
    if (status >= 300 && status < 400 && status != 304)
        return fail(http, "HTTP status %ld: redirects are refused", status);
    if (status == 206)
        return fail(http, "another part of the file than was asked for");
    if (status)
        note_retry_after(http);
    return fail(http, status ? "HTTP status %ld" : "no HTTP status", status);
}

static enum fetch_status judge(struct http *http, CURLcode code)
{
    const long status = status_of(http);
    const char *tag = http->request->tag;
    if (http->too_long)
        return FETCH_TOO_LONG;
    if (http->refused)
        return fail(http, "cannot be written");
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return fail(http, "stopped");
    /* A status is known once the headers are complete, even where the page
     * that comes with it was too long to wait for. */
    if ((status == 403 || status == 404) && code != CURLE_OPERATION_TIMEDOUT)
        return FETCH_ABSENT;
    if (status == 304 && tag && *tag && code == CURLE_OK)
        return FETCH_SAME;
    if (status && status != 200 && !is_rest(http, status))
        return judge_status(http, status);
    if (code != CURLE_OK)
        return fail(http, "%s",
                    http->error[0] ? http->error : curl_easy_strerror(code));
    if (http->encoded)
        return fail(http, "compressed, which nobody asked for");
    if (http->skip)
        return fail(http, "less of it than there was before");
    return status ? FETCH_OK : judge_status(http, status);
}

/* The headers of the request that is not for the whole file, whatever it is. */
static struct curl_slist *set_request(struct http *http, CURLcode *code)
{
    char range[32];
    struct buf line = {0};
    struct curl_slist *lines = NULL;
    const struct fetch_request *request = http->request;
    snprintf(range, sizeof(range), "%" PRIu64 "-", request->from);
    if (request->tag && *request->tag) {
        buf_printf(&line, "If-None-Match: %s", request->tag);
        lines = mem_check(curl_slist_append(NULL, buf_text(&line)));
        buf_fini(&line);
    }
    *code = curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, lines);
    if (*code == CURLE_OK)
        *code = curl_easy_setopt(http->curl, CURLOPT_RANGE,
                                 request->from ? range : NULL);
    return lines;
}

static enum fetch_status fetch_url(struct fetcher *fetcher,
                                   const struct fetch_request *request)
{
    struct http *http = (struct http *)fetcher;
    struct buf url = {0};
    CURLcode code;
    http->request = request;
    http->left = request->limit;
    http->skip = http->header_bytes = http->error_bytes = 0;
    http->too_long = http->refused = http->begun = false;
    http->ranged = http->encoded = false;
    http->error[0] = http->tag[0] = http->fetcher.reason[0] = 0;
    http->fetcher.retry_after = 0;
    buf_puts(&url, http->base);
    append_path(request->name, &url);
    struct curl_slist *lines = set_request(http, &code);
    if (code == CURLE_OK)
        code = curl_easy_setopt(http->curl, CURLOPT_URL, buf_text(&url));
    if (code == CURLE_OK)
        code = curl_easy_perform(http->curl);
    enum fetch_status status = judge(http, code);
    if (request->tag && status == FETCH_OK)
        memcpy(request->tag, http->tag, FETCH_TAG_MAX);
    curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(lines);
    buf_fini(&url);
    return status;
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
    SET(CURLOPT_PROXY, options->proxy ? options->proxy : "");
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
    SET(CURLOPT_NOPROGRESS, 0L);
    SET(CURLOPT_XFERINFOFUNCTION, ask_stopped);
    SET(CURLOPT_XFERINFODATA, http);
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
