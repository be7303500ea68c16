/* area.h - content of an area with a history, for tests: on each day one
 * article more, and a picture where the area has pictures. */
#ifndef TESTS_SUPPORT_AREA_H
#define TESTS_SUPPORT_AREA_H

#include "support/repo.h"

enum { AREA_DAYS_MAX = 400 };

struct area {
    struct repo *repo;
    const char *role; /* that describes its targets */
    char code[7];
    bool pictures;
    size_t text_bytes;        /* of each article, more or less */
    const char *text_suffix;  /* at the end of each article, or NULL */
    json_t *packs, *withdraw; /* of head.json, for tests to change */
};

void area_open(struct area *area, struct repo *repo, const char *role,
               const char *code);
void area_close(struct area *area);
/* A pack, as a target and in the list of the head; from 0 is a full one. */
void area_pack(struct area *area, unsigned from, unsigned to);
/* Packs of single days from..to. */
void area_days(struct area *area, unsigned from, unsigned to);
/* head.json as a target. The caller publishes the repository. */
void area_head(struct area *area, unsigned seq);
/* The file of a pack below the repository's folder, "targets/u/…". */
void area_pack_path(const struct area *area, unsigned from, unsigned to,
                    struct buf *out);

#endif
