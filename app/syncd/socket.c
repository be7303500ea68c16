#include "app/syncd/socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define MODULE "socket"

struct client {
    int fd;
    struct socket_peer peer;
    struct buf in, out;
    bool follow;
    bool ended;     /* says nothing more; gets what is still to be said */
    int64_t active; /* steady seconds of the last request or read */
};

struct control_socket {
    int fd;
    char *path;
    socket_answer *answer;
    void *data;
    struct client clients[SOCKET_CLIENTS_MAX];
    size_t count;
};

static bool address_of(const char *path, struct sockaddr_un *out)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    const size_t length = strlen(path);
    if (length >= sizeof(out->sun_path))
        return false;
    memcpy(out->sun_path, path, length + 1);
    return true;
}

static int listen_at(const char *path)
{
    struct sockaddr_un address;
    if (!address_of(path, &address)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    const int fd =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    unlink(path); /* ours: the state folder is locked by now */
    const mode_t before = umask(0117);
    const bool fine =
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
        listen(fd, 64) == 0;
    umask(before);
    if (fine)
        return fd;
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
}

struct control_socket *socket_open(const char *path, socket_answer *answer,
                                   void *data)
{
    const int fd = listen_at(path);
    if (fd < 0) {
        log_error(MODULE, "%s: %s", path, strerror(errno));
        return NULL;
    }
    struct control_socket *socket = xcalloc(1, sizeof(*socket));
    socket->fd = fd;
    socket->path = xstrdup(path);
    socket->answer = answer;
    socket->data = data;
    return socket;
}

static void hang_up(struct control_socket *socket, size_t i)
{
    struct client *client = &socket->clients[i];
    close(client->fd);
    buf_fini(&client->in);
    buf_fini(&client->out);
    *client = socket->clients[--socket->count];
}

void socket_close(struct control_socket *socket)
{
    if (!socket)
        return;
    while (socket->count)
        hang_up(socket, socket->count - 1);
    close(socket->fd);
    unlink(socket->path);
    free(socket->path);
    free(socket);
}

size_t socket_poll(const struct control_socket *socket, struct pollfd *out)
{
    out[0] = (struct pollfd){.fd = socket->fd, .events = POLLIN};
    for (size_t i = 0; i < socket->count; i++) {
        const struct client *client = &socket->clients[i];
        out[i + 1] = (struct pollfd){
            .fd = client->fd,
            .events = (short)((client->ended ? 0 : POLLIN) |
                              (client->out.length ? POLLOUT : 0)),
        };
    }
    return socket->count + 1;
}

static void refuse(struct client *client, const char *error, const char *text)
{
    struct control_answer answer = {0};
    snprintf(answer.error, sizeof(answer.error), "%s", error);
    snprintf(answer.text, sizeof(answer.text), "%s", text);
    control_answer_write(&answer, &client->out);
}

static struct socket_peer peer_of(int fd)
{
    struct ucred who = {.pid = 0, .uid = (uid_t)-1};
    socklen_t size = sizeof(who);
    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size);
    return (struct socket_peer){.pid = who.pid, .uid = who.uid};
}

static void take_request(struct control_socket *socket, struct client *client,
                         const char *line, size_t length)
{
    struct control_request request;
    char reason[256];
    if (control_request_read(line, length, &request, reason))
        socket->answer(socket->data, &client->peer, &request, &client->out,
                       &client->follow);
    else
        refuse(client, reason, "看不懂的请求");
}

static void take_lines(struct control_socket *socket, struct client *client)
{
    size_t at = 0;
    char *end;
    while (!client->ended && at < client->in.length &&
           (end = memchr(client->in.data + at, '\n', client->in.length - at))) {
        const size_t length = (size_t)(end - client->in.data) - at;
        take_request(socket, client, client->in.data + at, length);
        at += length + 1;
        client->ended = client->out.length > SOCKET_UNREAD_MAX;
    }
    if (at)
        memmove(client->in.data, client->in.data + at, client->in.length - at);
    client->in.length -= at;
    if (client->in.length >= CONTROL_LINE_MAX) {
        refuse(client, "the line is too long", "请求太长");
        buf_clear(&client->in);
        client->ended = true;
    }
}

/* False: nobody is there any more. */
static bool receive(struct control_socket *socket, struct client *client,
                    int64_t now)
{
    char bytes[CONTROL_LINE_MAX];
    const ssize_t got = read(client->fd, bytes, sizeof(bytes));
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    if (got == 0) {
        client->ended = true;
        return true;
    }
    client->active = now;
    buf_add(&client->in, bytes, (size_t)got);
    take_lines(socket, client);
    return true;
}

static bool transmit(struct client *client, int64_t now)
{
    if (!client->out.length)
        return true;
    const ssize_t sent = send(client->fd, client->out.data, client->out.length,
                              MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    client->active = now;
    client->out.length -= (size_t)sent;
    memmove(client->out.data, client->out.data + sent, client->out.length);
    return true;
}

static size_t count_of(const struct control_socket *socket, int64_t uid)
{
    size_t count = 0;
    for (size_t i = 0; i < socket->count; i++)
        count += socket->clients[i].peer.uid == uid;
    return count;
}

static void welcome(struct control_socket *socket, int64_t now)
{
    const int fd =
        accept4(socket->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct client client = {.fd = fd, .peer = peer_of(fd), .active = now};
    if (socket->count < SOCKET_CLIENTS_MAX &&
        count_of(socket, client.peer.uid) < SOCKET_CLIENTS_A_USER) {
        socket->clients[socket->count++] = client;
        return;
    }
    refuse(&client, "too many clients", "同时来的请求太多");
    transmit(&client, now);
    buf_fini(&client.out);
    close(fd);
}

/* False: hang up. */
static bool serve(struct control_socket *socket, struct client *client,
                  short events, int64_t now)
{
    if (events & (POLLERR | POLLNVAL))
        return false;
    if ((events & (POLLIN | POLLHUP)) && !client->ended &&
        !receive(socket, client, now))
        return false;
    if (!transmit(client, now))
        return false;
    if ((events & POLLHUP) && client->ended)
        return false;
    return !client->ended || client->out.length || client->follow;
}

void socket_serve(struct control_socket *socket, const struct pollfd *polled,
                  size_t count, int64_t now)
{
    /* From the last on: hanging up moves the last client forward. */
    for (size_t i = count; i-- > 1;)
        if (!serve(socket, &socket->clients[i - 1], polled[i].revents, now))
            hang_up(socket, i - 1);
    if (count && polled[0].revents & POLLIN)
        welcome(socket, now);
}

void socket_tick(struct control_socket *socket, int64_t now)
{
    for (size_t i = socket->count; i-- > 0;) {
        const struct client *client = &socket->clients[i];
        const bool waits = client->follow && !client->out.length;
        if (!waits && now - client->active >= SOCKET_IDLE_SECONDS)
            hang_up(socket, i);
    }
}

void socket_tell(struct control_socket *socket, const struct buf *line)
{
    for (size_t i = 0; i < socket->count; i++) {
        struct client *client = &socket->clients[i];
        if (client->follow && !client->out.length)
            buf_add(&client->out, line->data, line->length);
    }
}

size_t socket_clients(const struct control_socket *socket)
{
    return socket->count;
}
