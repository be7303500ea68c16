/* socket.h - the control socket (content/control.h): accepts, reads lines,
 * hands requests to the service and answers to the client. Nothing that a
 * client does or leaves undone holds up anybody else. */
#ifndef APP_SYNCD_SOCKET_H
#define APP_SYNCD_SOCKET_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "content/control.h"

enum {
    SOCKET_CLIENTS_MAX = 16,      /* further ones are told so and hung up on */
    SOCKET_CLIENTS_A_USER = 4,    /* so that nobody takes all the places */
    SOCKET_IDLE_SECONDS = 30,     /* without a request, or without reading */
    SOCKET_UNREAD_MAX = 64 << 10, /* bytes a client leaves unread */
    SOCKET_POLL_MAX = SOCKET_CLIENTS_MAX + 1
};

/* Who asks, by the kernel's word. */
struct socket_peer {
    int64_t pid, uid;
};

/* Appends the answer to a request, one line. *follow: statuses go to this
 * client from now on. */
typedef void socket_answer(void *data, const struct socket_peer *peer,
                           const struct control_request *request,
                           struct buf *out, bool *follow);

struct control_socket;

/* For the owner and his group; a socket that an earlier service left is
 * replaced. NULL when that cannot be done (logged). */
struct control_socket *socket_open(const char *path, socket_answer *answer,
                                   void *data);
void socket_close(struct control_socket *socket); /* NULL is fine */

/* Fills in what to wait for, at most SOCKET_POLL_MAX; returns how many. */
size_t socket_poll(const struct control_socket *socket, struct pollfd *out);
/* After the wait, with the same list. now: steady seconds. */
void socket_serve(struct control_socket *socket, const struct pollfd *polled,
                  size_t count, int64_t now);
/* Hangs up on those that were silent for too long. */
void socket_tick(struct control_socket *socket, int64_t now);

/* One line to all that follow; who has not read the last one yet is left out,
 * the next one tells as much. */
void socket_tell(struct control_socket *socket, const struct buf *line);
size_t socket_clients(const struct control_socket *socket);

#endif
