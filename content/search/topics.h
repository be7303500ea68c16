/* topics.h - which topic a sentence is about, by what people say
 * (synonyms.csv).
 *
 * A pattern that stands in the sentence votes for its topic, the more the more
 * it says that few topics say. Characters and pairs that patterns of a topic
 * have in common with the sentence vote a little, so that a sentence nobody
 * listed is about something too. */
#ifndef CONTENT_SEARCH_TOPICS_H
#define CONTENT_SEARCH_TOPICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { TOPIC_GAP_MAX = 6, TOPIC_LETTERS_MAX = 128 };

struct topics; /* the patterns of a generation */

/* Empty at first; topics_close frees it all. */
struct topics *topics_new(void);
void topics_close(struct topics *topics); /* NULL is fine */
/* Texts are copied; alternatives apart by |, * a gap, folded. */
void topics_add(struct topics *topics, const char *pattern, const char *terms,
                const char *topic);
/* After the last. */
void topics_ready(struct topics *topics);

size_t topics_count(const struct topics *topics);
const char *topics_id(const struct topics *topics, size_t topic);

/* A sentence as letters, without those that say nothing. Holds a visitor's
 * words: wipe it. */
struct sentence {
    uint32_t all[TOPIC_LETTERS_MAX], bare[TOPIC_LETTERS_MAX];
    size_t all_count, bare_count;
    bool question; /* it asks */
};
void sentence_read(const char *query, struct sentence *out);
void sentence_wipe(struct sentence *sentence);

struct vote {
    double exact;      /* of patterns; 0: none stands in the sentence */
    double near;       /* of characters and pairs */
    const char *terms; /* of the pattern that says most, or "" */
};
/* votes has room for topics_count. */
void topics_vote(const struct topics *topics, const struct sentence *sentence,
                 struct vote *votes);

#endif
