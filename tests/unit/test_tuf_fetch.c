/* test_tuf_fetch.c - servers and sticks that lie, stall, flood or break. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <sys/socket.h>

#include "content/fetch.h"
#include "support/repo.h"
#include "support/server.h"

static struct repo repo; /* for its folder */
static struct server *server;

static int set_up(void **state)
{
    (void)state;
    repo_open(&repo, 0);
    repo_put(&repo, "file", "0123456789", 10);
    repo_put(&repo, "a/b c", "x", 1);
    repo_put(&repo, "a/b+c", "y", 1);
    server = server_start(repo.folder);
    return server ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    server_stop(server);
    repo_close(&repo);
    return 0;
}

static bool append(void *context, const void *bytes, size_t length)
{
    buf_add(context, bytes, length);
    return true;
}

static bool refuse_all(void *context, const void *bytes, size_t length)
{
    (void)context, (void)bytes, (void)length;
    return false;
}

static struct fetcher *open_http(void)
{
    return fetch_http_open(
        server_url(server),
        &(struct fetch_http_options){.connect_seconds = 5, .slow_seconds = 1});
}

static void http_habits(void **state)
{
    (void)state;
    static const struct {
        enum server_habit habit;
        uint64_t limit;
        enum fetch_status status;
        const char *reason; /* part of it */
    } cases[] = {
        {SERVER_HONEST, 10, FETCH_OK, ""},
        {SERVER_HONEST, 9, FETCH_TOO_LONG, ""},
        {SERVER_HONEST, 0, FETCH_TOO_LONG, ""},
        {SERVER_403, 10, FETCH_ABSENT, ""},
        {SERVER_500, 10, FETCH_FAILED, "500"},
        {SERVER_REDIRECT, 10, FETCH_FAILED, "redirects are refused"},
        {SERVER_REDIRECT_FILE, 10, FETCH_FAILED, "redirects are refused"},
        {SERVER_GIGABYTE, 1000, FETCH_TOO_LONG, ""},
        {SERVER_ENDLESS, 100000, FETCH_TOO_LONG, ""},
        {SERVER_SLOW, 1000, FETCH_FAILED, ""},
        {SERVER_SHORT, 1000, FETCH_FAILED, ""},
        {SERVER_HEADERS, 1000, FETCH_FAILED, ""},
        {SERVER_SILENT, 1000, FETCH_FAILED, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf got = {0};
        set_up(NULL);
        struct fetcher *http = open_http();
        server_behave(server, "/file", cases[i].habit);
        enum fetch_status status =
            fetch(http, "file", cases[i].limit, append, &got);
        if (status != cases[i].status ||
            !strstr(http->reason, cases[i].reason) ||
            (status == FETCH_FAILED && !*http->reason))
            fail_msg("habit %d: %d, %s", (int)cases[i].habit, (int)status,
                     http->reason);
        assert_true(got.length <= cases[i].limit);
        if (status == FETCH_OK)
            assert_string_equal(buf_text(&got), "0123456789");
        fetch_close(http);
        buf_fini(&got);
        tear_down(NULL);
    }
}

/* The rest of a file, and what comes in its place. What is handed over are the
 * bytes from there on, or it is no success. */
static void http_ranges(void **state)
{
    (void)state;
    static const struct {
        enum server_habit habit;
        uint64_t from, limit;
        enum fetch_status status;
        const char *got, *reason;
    } cases[] = {
        {SERVER_HONEST, 4, 6, FETCH_OK, "456789", ""},
        {SERVER_HONEST, 9, 1, FETCH_OK, "9", ""},
        {SERVER_HONEST, 4, 5, FETCH_TOO_LONG, NULL, ""},
        {SERVER_HONEST, 10, 5, FETCH_FAILED, "", "416"},
        {SERVER_NO_RANGES, 4, 6, FETCH_OK, "456789", ""},
        {SERVER_NO_RANGES, 4, 5, FETCH_TOO_LONG, NULL, ""},
        {SERVER_NO_RANGES, 10, 5, FETCH_OK, "", ""},
        {SERVER_NO_RANGES, 11, 5, FETCH_FAILED, "", "less of it"},
        {SERVER_OTHER_RANGE, 4, 10, FETCH_FAILED, "", "another part"},
        {SERVER_BARE_RANGE, 4, 10, FETCH_FAILED, "", "another part"},
        {SERVER_ALWAYS_206, 0, 10, FETCH_FAILED, "", "another part"},
        {SERVER_GZIP, 0, 10, FETCH_FAILED, "", "compressed"},
        {SERVER_REDIRECT, 4, 10, FETCH_FAILED, "", "redirects"},
        {SERVER_GIGABYTE, 4, 1000, FETCH_TOO_LONG, NULL, ""},
        {SERVER_503, 4, 10, FETCH_FAILED, "", "503"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf got = {0};
        set_up(NULL);
        struct fetcher *http = open_http();
        server_behave(server, "/file", cases[i].habit);
        enum fetch_status status =
            fetch_request(http, &(struct fetch_request){
                                    .name = "file",
                                    .from = cases[i].from,
                                    .limit = cases[i].limit,
                                    .write = append,
                                    .context = &got,
                                });
        if (status != cases[i].status ||
            !strstr(http->reason, cases[i].reason) ||
            (cases[i].got && strcmp(buf_text(&got), cases[i].got) != 0))
            fail_msg("case %zu: %d, %s, %s", i, (int)status, http->reason,
                     buf_text(&got));
        assert_true(got.length <= cases[i].limit);
        assert_int_equal(http->retry_after,
                         cases[i].habit == SERVER_503 ? 120 : 0);
        fetch_close(http);
        buf_fini(&got);
        tear_down(NULL);
    }
}

static enum fetch_status fetch_tagged(struct fetcher *http, char *tag,
                                      struct buf *got)
{
    buf_clear(got);
    return fetch_request(http, &(struct fetch_request){.name = "file",
                                                       .limit = 10,
                                                       .tag = tag,
                                                       .write = append,
                                                       .context = got});
}

static void http_tags(void **state)
{
    (void)state;
    struct buf got = {0};
    char tag[FETCH_TAG_MAX] = "";
    struct fetcher *http = open_http();
    assert_int_equal(fetch_tagged(http, tag, &got), FETCH_OK);
    assert_string_equal(tag, ""); /* the server knows of none */
    server_tag(server);
    assert_int_equal(fetch_tagged(http, tag, &got), FETCH_OK);
    assert_string_equal(buf_text(&got), "0123456789");
    assert_true(tag[0] == '"');
    assert_int_equal(fetch_tagged(http, tag, &got), FETCH_SAME);
    assert_int_equal(got.length, 0);
    assert_true(tag[0] == '"');
    repo_put(&repo, "file", "changed", 7);
    assert_int_equal(fetch_tagged(http, tag, &got), FETCH_OK);
    assert_string_equal(buf_text(&got), "changed");
    assert_int_equal(fetch_tagged(http, tag, &got), FETCH_SAME);
    /* And nothing of it stays for whoever asks without one. */
    buf_clear(&got);
    assert_int_equal(fetch(http, "file", 10, append, &got), FETCH_OK);
    fetch_close(http);
    buf_fini(&got);
}

static bool stop_at_once(void *data)
{
    ++*(int *)data;
    return true;
}

static void can_be_stopped(void **state)
{
    (void)state;
    struct buf got = {0};
    int asked = 0;
    struct fetcher *both[] = {open_http(), fetch_folder_open(repo.folder)};
    server_behave(server, "/file", SERVER_SLOW);
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        both[i]->stopped = stop_at_once;
        both[i]->data = &asked;
        assert_int_equal(fetch(both[i], "file", 10, append, &got),
                         FETCH_FAILED);
        assert_string_equal(both[i]->reason, "stopped");
        fetch_close(both[i]);
    }
    assert_int_equal(asked, 2);
    buf_fini(&got);
}

static void below(void **state)
{
    (void)state;
    struct buf got = {0};
    struct fetcher *http = open_http();
    struct fetcher *a = fetch_below_open(http, "a/");
    assert_int_equal(fetch(a, "b%20c", 10, append, &got), FETCH_OK);
    assert_string_equal(buf_text(&got), "x");
    server_behave(server, "/a/d", SERVER_503);
    assert_int_equal(fetch(a, "d", 10, append, &got), FETCH_FAILED);
    assert_string_equal(a->reason, "HTTP status 503");
    assert_int_equal(a->retry_after, 120);
    fetch_close(a);
    fetch_close(http);
    buf_fini(&got);
}

/* A redirect is not followed: nobody asks for the other place. */
static void http_follows_nobody(void **state)
{
    (void)state;
    struct buf got = {0}, requests = {0};
    struct fetcher *http = open_http();
    server_behave(server, "/file", SERVER_REDIRECT);
    assert_int_equal(fetch(http, "file", 10, append, &got), FETCH_FAILED);
    server_requests(server, &requests);
    assert_string_equal(buf_text(&requests), "/file 302\n");
    fetch_close(http);
    buf_fini(&got);
    buf_fini(&requests);
}

static void http_takes_no_detours(void **state)
{
    (void)state;
    struct buf got = {0};
    setenv("http_proxy", "http://127.0.0.1:1/", 1);
    setenv("all_proxy", "http://127.0.0.1:1/", 1);
    struct fetcher *http = open_http();
    assert_int_equal(fetch(http, "file", 10, append, &got), FETCH_OK);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    fetch_close(http);
    buf_fini(&got);
}

/* The one in the settings is. */
static void http_proxy(void **state)
{
    (void)state;
    struct buf got = {0}, requests = {0};
    struct fetcher *http = fetch_http_open(
        "http://example.invalid/a",
        &(struct fetch_http_options){.proxy = server_url(server)});
    assert_int_equal(fetch(http, "file", 10, append, &got), FETCH_ABSENT);
    server_requests(server, &requests);
    assert_string_equal(buf_text(&requests),
                        "http://example.invalid/a/file 404\n");
    fetch_close(http);
    buf_fini(&got);
    buf_fini(&requests);
}

static void http_names(void **state)
{
    (void)state;
    static const struct {
        const char *name, *requested;
        enum fetch_status status;
    } cases[] = {
        {"a/b c", "/a/b%20c 200\n", FETCH_OK},
        {"a/b%20c", "/a/b%20c 200\n", FETCH_OK},
        {"a/b+c", "/a/b+c 200\n", FETCH_OK},
        {"a%2Fb%20c", "/a%2Fb%20c 200\n", FETCH_OK},
        {"100%", "/100%25 404\n", FETCH_ABSENT},
        {"file?x#y", "/file%3Fx%23y 404\n", FETCH_ABSENT},
        {"a/../file", "/a/../file 404\n", FETCH_ABSENT},
        {"中", "/%E4%B8%AD 404\n", FETCH_ABSENT},
        {"a\r\nHost: b", "/a%0D%0AHost:%20b 404\n", FETCH_ABSENT},
    };
    struct fetcher *http = open_http();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf got = {0}, requests = {0};
        assert_int_equal(fetch(http, cases[i].name, 10, append, &got),
                         cases[i].status);
        server_requests(server, &requests);
        assert_string_equal(buf_text(&requests), cases[i].requested);
        buf_fini(&got);
        buf_fini(&requests);
    }
    fetch_close(http);
}

static void http_refuses_other_addresses(void **state)
{
    (void)state;
    static const char *const addresses[] = {"file:///etc/", "ftp://127.0.0.1/",
                                            "/etc/", "", "httpx://127.0.0.1/"};
    const struct fetch_http_options none = {0};
    for (size_t i = 0; i < COUNT_OF(addresses); i++)
        assert_null(fetch_http_open(addresses[i], &none));
    /* nobody listens on port 1 */
    struct buf got = {0};
    struct fetcher *http = fetch_http_open("http://127.0.0.1:1", &none);
    assert_int_equal(fetch(http, "file", 10, append, &got), FETCH_FAILED);
    assert_string_not_equal(http->reason, "");
    fetch_close(http);
    buf_fini(&got);
}

static void writers_may_refuse(void **state)
{
    (void)state;
    struct fetcher *http = open_http();
    struct fetcher *folder = fetch_folder_open(repo.folder);
    assert_int_equal(fetch(http, "file", 10, refuse_all, NULL), FETCH_FAILED);
    assert_int_equal(fetch(folder, "file", 10, refuse_all, NULL), FETCH_FAILED);
    fetch_close(http);
    fetch_close(folder);
    fetch_close(NULL);
}

static void folders(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint64_t limit;
        enum fetch_status status;
    } cases[] = {
        {"file", 10, FETCH_OK},
        {"file", 9, FETCH_TOO_LONG},
        {"a/b c", 1, FETCH_OK},
        {"missing", 10, FETCH_ABSENT},
        {"missing/file", 10, FETCH_ABSENT},
        {"file/below", 10, FETCH_ABSENT},
        {"a", 10, FETCH_FAILED},    /* a folder */
        {"pipe", 10, FETCH_FAILED}, /* nobody writes; must not wait */
        {"link", 10, FETCH_FAILED},
        {"", 10, FETCH_FAILED},
        {".", 10, FETCH_FAILED},
        {"..", 10, FETCH_FAILED},
        {"../file", 10, FETCH_FAILED},
        {"a/../file", 10, FETCH_FAILED},
        {"a/./b c", 10, FETCH_FAILED},
        {"a//b c", 10, FETCH_FAILED},
        {"/etc/passwd", 10, FETCH_FAILED},
        {"a\\b", 10, FETCH_FAILED},
        {"file/", 10, FETCH_FAILED},
    };
    struct fetcher *folder = fetch_folder_open(repo.folder);
    assert_int_equal(mkfifo(repo_path(&repo, "pipe"), 0600), 0);
    assert_int_equal(symlink("file", repo_path(&repo, "link")), 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf got = {0};
        if (fetch(folder, cases[i].name, cases[i].limit, append, &got) !=
            cases[i].status)
            fail_msg("%s", cases[i].name);
        buf_fini(&got);
    }
    fetch_close(folder);
    assert_null(fetch_folder_open(repo_path(&repo, "missing")));
    assert_null(fetch_folder_open(repo_path(&repo, "file")));
}

/* A sector that cannot be read: reading a process's memory at 0 is EIO. */
static void folders_break(void **state)
{
    (void)state;
    struct buf got = {0};
    struct fetcher *folder = fetch_folder_open("/proc/self");
    assert_int_equal(fetch(folder, "mem", 10, append, &got), FETCH_FAILED);
    assert_string_equal(folder->reason, "Input/output error");
    fetch_close(folder);
    buf_fini(&got);
}

/* A certificate for 127.0.0.1 that was valid for a day, from then on. */
static void write_certificate(const char *path, long from, EVP_PKEY *key)
{
    X509 *it = X509_new();
    X509V3_CTX context;
    X509_set_version(it, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(it), 1);
    X509_gmtime_adj(X509_getm_notBefore(it), from);
    X509_gmtime_adj(X509_getm_notAfter(it), from + 86400);
    X509_set_pubkey(it, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(it), "CN", MBSTRING_ASC,
                               (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(it, X509_get_subject_name(it));
    X509V3_set_ctx(&context, it, it, NULL, NULL, 0);
    X509_EXTENSION *names = X509V3_EXT_conf_nid(
        NULL, &context, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(it, names, -1);
    X509_EXTENSION_free(names);
    assert_true(X509_sign(it, key, EVP_sha256()));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(PEM_write_X509(file, it));
    fclose(file);
    X509_free(it);
}

struct tls {
    SSL_CTX *context;
    int listener, connections;
};

static void *serve_tls(void *argument)
{
    struct tls *tls = argument;
    while (tls->connections--) {
        char request[2048];
        int fd = accept(tls->listener, NULL, NULL);
        SSL *ssl = SSL_new(tls->context);
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1 && SSL_read(ssl, request, sizeof(request)) > 0)
            SSL_write(ssl, "HTTP/1.0 200 X\r\n\r\nok", 20);
        SSL_shutdown(ssl);
        SSL_free(ssl);
        close(fd);
    }
    return NULL;
}

/* Certificates are checked; their dates only by a clock that may be right. */
static void tls(void **state)
{
    (void)state;
    static const struct {
        const char *ca;
        bool ignore_dates;
        enum fetch_status status;
    } cases[] = {
        {"old.pem", false, FETCH_FAILED},
        {"old.pem", true, FETCH_OK},
        {"other.pem", true, FETCH_FAILED},
        {NULL, true, FETCH_FAILED}, /* the system knows it not */
    };
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    struct buf url = {0};
    pthread_t thread;
    EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
    struct tls it = {.context = SSL_CTX_new(TLS_server_method()),
                     .listener = socket(AF_INET, SOCK_STREAM, 0),
                     .connections = COUNT_OF(cases)};
    write_certificate(repo_path(&repo, "old.pem"), -2 * 86400, key);
    write_certificate(repo_path(&repo, "other.pem"), 0, other);
    assert_true(SSL_CTX_use_certificate_file(
        it.context, repo_path(&repo, "old.pem"), SSL_FILETYPE_PEM));
    assert_true(SSL_CTX_use_PrivateKey(it.context, key));
    assert_int_equal(bind(it.listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(it.listener, 4), 0);
    getsockname(it.listener, (struct sockaddr *)&address, &size);
    buf_printf(&url, "https://127.0.0.1:%d/", ntohs(address.sin_port));
    assert_int_equal(pthread_create(&thread, NULL, serve_tls, &it), 0);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf got = {0};
        struct fetcher *http = fetch_http_open(
            buf_text(&url),
            &(struct fetch_http_options){
                .ca_file = cases[i].ca ? repo_path(&repo, cases[i].ca) : NULL,
                .ignore_cert_dates = cases[i].ignore_dates,
            });
        if (fetch(http, "file", 10, append, &got) != cases[i].status)
            fail_msg("case %zu: %s", i, http->reason);
        fetch_close(http);
        buf_fini(&got);
    }
    pthread_join(thread, NULL);
    close(it.listener);
    SSL_CTX_free(it.context);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    buf_fini(&url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        cmocka_unit_test(http_habits),
        cmocka_unit_test(http_ranges),
        TEST(http_tags),
        TEST(can_be_stopped),
        TEST(below),
        TEST(http_follows_nobody),
        TEST(http_takes_no_detours),
        TEST(http_proxy),
        TEST(http_names),
        TEST(http_refuses_other_addresses),
        TEST(writers_may_refuse),
        TEST(folders),
        TEST(folders_break),
        TEST(tls),
#undef TEST
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
