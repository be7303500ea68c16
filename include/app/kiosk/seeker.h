/* seeker.h - searching beside the screen, so that no key waits for an answer.
 *
 * One thread with a connection of its own to the content. There is one slot:
 * the newest question replaces one that waits and cancels the one that runs, so
 * whatever is asked, at most one answer is still to come, the one to the newest
 * question. The two threads share the slot and the answer, under one mutex, and
 * a flag that cancels; a descriptor wakes the loop.
 *
 * All functions are for the main thread. What was asked, what was answered and
 * what the engine remembers are a visitor's: seeker_forget. */
#ifndef APP_KIOSK_SEEKER_H
#define APP_KIOSK_SEEKER_H

#include "content/search.h"

struct seeker;

struct seeker *seeker_new(void);
void seeker_free(struct seeker *seeker); /* NULL is fine */

/* Another file or generation of content, and the day that decides what has
 * expired. What cannot be opened is logged; the file before it then stays open,
 * and without one every answer is empty. The last question counts as not asked.
 */
void seeker_open(struct seeker *seeker, const char *content, const char *today);

/* Asks, unless just this was asked last. An empty query asks nothing and drops
 * the answer there is. */
struct seeker_question {
    const char *query;
    enum search_kind kind; /* SEARCH_ANY: all */
    size_t limit;          /* results wanted */
};
void seeker_ask(struct seeker *seeker, const struct seeker_question *question);

/* Takes a new answer over; true when there was one. */
bool seeker_take(struct seeker *seeker);

/* The answer that was taken last, which may be to an earlier question as long
 * as seeker_busy; NULL: none. Valid until the next call of seeker_take,
 * seeker_ask with an empty query, or seeker_forget. */
const struct search_answer *seeker_answer(const struct seeker *seeker);

/* The answer to what was asked last has not been taken yet. */
bool seeker_busy(struct seeker *seeker);

/* Sleeps until it can be: for scripts, whose clock stands still meanwhile. */
void seeker_wait(struct seeker *seeker);

/* Can be read while an answer waits to be taken. */
int seeker_fd(const struct seeker *seeker);

/* Cancels, and wipes everything on both sides before it returns. */
void seeker_forget(struct seeker *seeker);
/* There is something of a visitor's in here. */
bool seeker_has_traces(const struct seeker *seeker);

#endif
