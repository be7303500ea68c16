/* cycle.h - a repository, the web server that offers it, and a client's
 * folders, so that a test reads as what happens between them. */
#ifndef TESTS_SUPPORT_CYCLE_H
#define TESTS_SUPPORT_CYCLE_H

#include "content/tuf.h"
#include "support/repo.h"
#include "support/server.h"

#define CYCLE_NOW 1800000000 /* 2027-01-15T08:00:00Z */
enum { CYCLE_DAY = 86400 };

struct cycle {
    struct repo repo; /* the client's folders are kept/ and got/ in it */
    struct server *server;
    struct tuf_clock clock;
    enum tuf_way way; /* TUF_STICK reads the folder, without the server */
    bool old;         /* what the last refresh said, */
    int64_t time;     /* and by which time it judged */
};

void cycle_open(struct cycle *cycle);
void cycle_close(struct cycle *cycle);
/* Publishes, and makes root the client's trusted root. */
void cycle_init(struct cycle *cycle);
enum tuf_result cycle_refresh(struct cycle *cycle);
/* A refresh, then each of the targets of a space-separated list in turn. */
enum tuf_result cycle_download(struct cycle *cycle, const char *targets);
/* Fails unless these were the requests since the last call, "path status" in
 * each line, of /metadata/ and /targets/. */
void cycle_expect(struct cycle *cycle, const char *requests);
/* The version of a file that the client keeps; 0: none. */
int cycle_version(struct cycle *cycle, const char *role);
/* Whether a kept file has exactly the bytes of one of the repository. */
bool cycle_same(struct cycle *cycle, const char *kept, const char *served);

#endif
