/* server.h - a web server on the loopback for tests: serves a folder, notes
 * every request, and misbehaves where it is told to. One thread of its own. */
#ifndef TESTS_SUPPORT_SERVER_H
#define TESTS_SUPPORT_SERVER_H

#include "base/buf.h"

enum server_habit {
    SERVER_HONEST,
    SERVER_403,
    SERVER_500,
    SERVER_REDIRECT,      /* 302 to the same file under /elsewhere/ */
    SERVER_REDIRECT_FILE, /* 302 to file:///etc/passwd */
    SERVER_GIGABYTE,      /* announces 1 GB and sends until nobody listens */
    SERVER_ENDLESS,       /* announces nothing and does the same */
    SERVER_SLOW,          /* a byte now and then */
    SERVER_SHORT,         /* announces more than there is, hangs up */
    SERVER_HEADERS,       /* headers without end */
    SERVER_SILENT,        /* hangs up without an answer */
    SERVER_503,           /* with Retry-After: 120 */
    SERVER_NO_RANGES,     /* always sends the whole file */
    SERVER_OTHER_RANGE,   /* sends another part than it was asked for */
    SERVER_BARE_RANGE,    /* sends what was asked for, and does not say so */
    SERVER_ALWAYS_206,    /* a part of what should be whole */
    SERVER_GZIP,          /* compressed, without being asked */
    SERVER_GARBLED,       /* the right length, wrong bytes */
};

struct server;
/* Serves what is below folder; NULL (and a message) when it cannot. */
struct server *server_start(const char *folder);
void server_stop(struct server *server);
/* "http://127.0.0.1:PORT/", as long as the server lives. */
const char *server_url(const struct server *server);
/* From now on, for the path as it is requested, such as "/a/b.json". At most
 * 8 paths; server_start begins with none. */
void server_behave(struct server *server, const char *path,
                   enum server_habit habit);
/* From now on every file has an ETag, the hash of its bytes. */
void server_tag(struct server *server);
/* From now on answers below /targets/ break off after a random number of their
 * bytes, three times of four. seed 0: no longer. */
void server_cut(struct server *server, unsigned seed);
/* The requests since the last call, one "path status" a line; the caller
 * frees out. */
void server_requests(struct server *server, struct buf *out);

#endif
