#include "support/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "content/sync/sync_private.h"

enum { HABITS_MAX = 8, FILE_MAX = 64 << 20 };

struct server {
    char *folder, url[40];
    int listener, stop[2];
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t idle;
    bool busy; /* with a request that is not noted yet */
    bool tags;
    unsigned cut_seed; /* 0: answers are whole */
    struct buf requests;
    struct {
        char path[256];
        enum server_habit habit;
    } habits[HABITS_MAX];
    size_t habit_count;
};

static enum server_habit habit_of(struct server *server, const char *path)
{
    enum server_habit habit = SERVER_HONEST;
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->habit_count; i++)
        if (!strcmp(server->habits[i].path, path))
            habit = server->habits[i].habit;
    pthread_mutex_unlock(&server->lock);
    return habit;
}

static bool send_all(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t done = send(fd, bytes, length, MSG_NOSIGNAL);
        if (done <= 0)
            return false;
        bytes += done;
        length -= (size_t)done;
    }
    return true;
}

/* Percent-decoded in place: the files lie under their plain names. */
static void decode(char *path)
{
    char *to = path;
    for (const char *at = path; *at; at++) {
        unsigned code;
        if (*at == '%' && sscanf(at + 1, "%2x", &code) == 1) {
            *to++ = (char)code;
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = 0;
}

static void answer(int fd, int status, const char *extra, const char *body,
                   size_t length, size_t announced)
{
    struct buf head = {0};
    buf_printf(&head,
               "HTTP/1.1 %d X\r\nConnection: close\r\n"
               "Content-Length: %zu\r\n%s\r\n",
               status, announced, extra);
    if (send_all(fd, head.data, head.length))
        send_all(fd, body, length);
    buf_fini(&head);
}

/* The value of a request header, "" when it is not there. */
static void find_header(const char *request, const char *name, char *out,
                        size_t size)
{
    const char *at = strcasestr(request, name);
    if (at)
        at += strlen(name) + strspn(at + strlen(name), " ");
    snprintf(out, size, "%.*s", at ? (int)strcspn(at, "\r\n") : 0,
             at ? at : "");
}

/* How many bytes of an answer are sent. */
static size_t cut(struct server *server, const char *path, size_t length)
{
    size_t sent = length;
    pthread_mutex_lock(&server->lock);
    if (server->cut_seed && !strncmp(path, "/targets/", 9) &&
        rand_r(&server->cut_seed) % 4)
        sent = (size_t)rand_r(&server->cut_seed) % (length + 1);
    pthread_mutex_unlock(&server->lock);
    return sent;
}

struct reply {
    int status;
    size_t start; /* of the bytes that are sent */
    struct buf headers;
};

static void reply_range(struct reply *reply, enum server_habit habit,
                        const char *request, size_t length)
{
    char range[64];
    find_header(request, "\r\nRange:", range, sizeof(range));
    bool asked = sscanf(range, "bytes=%zu-", &reply->start) == 1;
    if (habit == SERVER_ALWAYS_206)
        asked = true;
    if (!asked || habit == SERVER_NO_RANGES) {
        reply->start = 0;
        return;
    }
    reply->status = reply->start < length ? 206 : 416;
    if (habit == SERVER_OTHER_RANGE)
        reply->start = reply->start ? reply->start - 1 : 1;
    if (reply->start > length)
        reply->start = length;
    if (habit != SERVER_BARE_RANGE)
        buf_printf(&reply->headers, "Content-Range: bytes %zu-%zu/%zu\r\n",
                   reply->start, length - 1, length);
}

static void reply_tag(struct server *server, struct reply *reply,
                      const char *request, const struct buf *bytes)
{
    char hash[65], tag[70], known[128];
    if (!server->tags)
        return;
    digest_sha256_hex(buf_text(bytes), bytes->length, hash);
    snprintf(tag, sizeof(tag), "\"%s\"", hash);
    buf_printf(&reply->headers, "ETag: %s\r\n", tag);
    find_header(request, "\r\nIf-None-Match:", known, sizeof(known));
    if (!strcmp(known, tag))
        reply->status = 304;
}

static int serve_file(struct server *server, int fd, char *path,
                      const char *request, enum server_habit habit)
{
    struct buf file = {0}, bytes = {0};
    struct reply reply = {.status = 404};
    decode(path);
    buf_printf(&file, "%s%s", server->folder, path);
    if (!strstr(path, "/../") && file_read(buf_text(&file), FILE_MAX, &bytes)) {
        reply.status = 200;
        reply_range(&reply, habit, request, bytes.length);
        reply_tag(server, &reply, request, &bytes);
        if (habit == SERVER_GZIP)
            buf_puts(&reply.headers, "Content-Encoding: gzip\r\n");
    }
    for (size_t i = 0; habit == SERVER_GARBLED && i < bytes.length; i++)
        bytes.data[i] ^= 1;
    const size_t length = reply.status == 304 ? 0 : bytes.length - reply.start;
    answer(fd, reply.status, buf_text(&reply.headers),
           buf_text(&bytes) + reply.start, cut(server, path, length),
           length + (habit == SERVER_SHORT ? 10 : 0));
    buf_fini(&reply.headers);
    buf_fini(&file);
    buf_fini(&bytes);
    return reply.status;
}

/* Sends as fast as it is taken, or a byte every 50 ms, until nobody listens
 * any more. */
static int flood(int fd, const char *head, bool slow)
{
    static const char zeros[65536];
    const struct timespec pause = {.tv_nsec = 50000000};
    bool listening = send_all(fd, head, strlen(head));
    while (listening) {
        listening = send_all(fd, zeros, slow ? 1 : sizeof(zeros));
        if (slow)
            nanosleep(&pause, NULL);
    }
    return 200;
}

static int flood_headers(int fd)
{
    bool listening = send_all(fd, "HTTP/1.1 200 X\r\n", 16);
    while (listening)
        listening = send_all(fd, "X-More: of the same\r\n", 21);
    return 200;
}

static int respond(struct server *server, int fd, char *path,
                   const char *request)
{
    char location[4096];
    enum server_habit habit = habit_of(server, path);
    switch (habit) {
    case SERVER_HONEST:
    case SERVER_SHORT:
    case SERVER_NO_RANGES:
    case SERVER_OTHER_RANGE:
    case SERVER_BARE_RANGE:
    case SERVER_ALWAYS_206:
    case SERVER_GZIP:
    case SERVER_GARBLED:
        return serve_file(server, fd, path, request, habit);
    case SERVER_403:
        answer(fd, 403, "", "no\n", 3, 3);
        return 403;
    case SERVER_500:
        answer(fd, 500, "", "no\n", 3, 3);
        return 500;
    case SERVER_503:
        answer(fd, 503, "Retry-After: 120\r\n", "no\n", 3, 3);
        return 503;
    case SERVER_REDIRECT:
    case SERVER_REDIRECT_FILE:
        snprintf(location, sizeof(location), "Location: %s%s\r\n",
                 habit == SERVER_REDIRECT ? "/elsewhere"
                                          : "file:///etc/passwd?",
                 path);
        answer(fd, 302, location, "", 0, 0);
        return 302;
    case SERVER_GIGABYTE:
        return flood(fd, "HTTP/1.1 200 X\r\nContent-Length: 1000000000\r\n\r\n",
                     false);
    case SERVER_ENDLESS:
        return flood(fd, "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n", false);
    case SERVER_SLOW:
        return flood(fd, "HTTP/1.1 200 X\r\nConnection: close\r\n\r\n", true);
    case SERVER_HEADERS:
        return flood_headers(fd);
    case SERVER_SILENT:
        break;
    }
    return 0;
}

static void converse(struct server *server, int fd)
{
    char request[4096], path[2048], asked[2048];
    size_t length = 0;
    ssize_t got = 1;
    while (length + 1 < sizeof(request) && got > 0) {
        request[length] = 0;
        if (strstr(request, "\r\n\r\n"))
            break;
        got = recv(fd, request + length, sizeof(request) - 1 - length, 0);
        length += got > 0 ? (size_t)got : 0;
    }
    request[length] = 0;
    if (sscanf(request, "GET %2047s HTTP/1.", path) != 1)
        return;
    memcpy(asked, path, sizeof(asked));
    int status = respond(server, fd, path, request);
    pthread_mutex_lock(&server->lock);
    buf_printf(&server->requests, "%s %d\n", asked, status);
    pthread_mutex_unlock(&server->lock);
}

static void set_busy(struct server *server, bool busy)
{
    pthread_mutex_lock(&server->lock);
    server->busy = busy;
    pthread_cond_broadcast(&server->idle);
    pthread_mutex_unlock(&server->lock);
}

static void *serve(void *context)
{
    struct server *server = context;
    while (true) {
        struct pollfd waiting[] = {{.fd = server->listener, .events = POLLIN},
                                   {.fd = server->stop[0], .events = POLLIN}};
        if (poll(waiting, 2, -1) < 0)
            continue;
        if (waiting[1].revents)
            return NULL;
        int fd = accept(server->listener, NULL, NULL);
        if (fd < 0)
            continue;
        set_busy(server, true);
        converse(server, fd);
        set_busy(server, false);
        shutdown(fd, SHUT_RDWR);
        close(fd);
    }
}

struct server *server_start(const char *folder)
{
    struct server *server = xcalloc(1, sizeof(*server));
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    server->folder = xstrdup(folder);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->idle, NULL);
    if (pipe(server->stop) != 0 ||
        bind(server->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(server->listener, 16) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &size) !=
            0 ||
        pthread_create(&server->thread, NULL, serve, server) != 0) {
        perror("server");
        return NULL;
    }
    snprintf(server->url, sizeof(server->url), "http://127.0.0.1:%d/",
             ntohs(address.sin_port));
    return server;
}

void server_stop(struct server *server)
{
    close(server->stop[1]);
    pthread_join(server->thread, NULL);
    close(server->stop[0]);
    close(server->listener);
    pthread_mutex_destroy(&server->lock);
    pthread_cond_destroy(&server->idle);
    buf_fini(&server->requests);
    free(server->folder);
    free(server);
}

const char *server_url(const struct server *server)
{
    return server->url;
}

void server_behave(struct server *server, const char *path,
                   enum server_habit habit)
{
    pthread_mutex_lock(&server->lock);
    if (server->habit_count == HABITS_MAX)
        abort();
    snprintf(server->habits[server->habit_count].path, 256, "%s", path);
    server->habits[server->habit_count++].habit = habit;
    pthread_mutex_unlock(&server->lock);
}

void server_tag(struct server *server)
{
    pthread_mutex_lock(&server->lock);
    server->tags = true;
    pthread_mutex_unlock(&server->lock);
}

void server_cut(struct server *server, unsigned seed)
{
    pthread_mutex_lock(&server->lock);
    server->cut_seed = seed;
    pthread_mutex_unlock(&server->lock);
}

void server_requests(struct server *server, struct buf *out)
{
    pthread_mutex_lock(&server->lock);
    /* A client may have its answer before the request is noted. */
    while (server->busy)
        pthread_cond_wait(&server->idle, &server->lock);
    *out = server->requests;
    server->requests = (struct buf){0};
    pthread_mutex_unlock(&server->lock);
}
