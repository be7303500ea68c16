#include "app/kiosk/seeker.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define PATH_BYTES 512

struct question {
    char query[SEARCH_QUERY_BYTES + 1];
    enum search_kind kind;
    size_t limit;
};

/* In one piece, so that it changes hands by its pointer. */
struct reply {
    struct arena arena;
    struct search_answer answer;
};

struct seeker {
    pthread_t thread;
    int fd;
    atomic_bool cancel; /* stops the search that runs */

    pthread_mutex_t mutex;
    pthread_cond_t wake; /* there is something to do for the thread */
    pthread_cond_t idle; /* it has done it */
    /* Under the mutex. */
    bool asked, open, forget, quit; /* what is to be done */
    bool running;
    struct question question;
    char content[PATH_BYTES], today[11];
    struct reply *reply; /* not taken yet */

    /* Of the main thread. */
    struct question last;
    struct reply *taken;
};

static void reply_free(struct reply *reply)
{
    if (!reply)
        return;
    arena_fini(&reply->arena);
    explicit_bzero(reply, sizeof(*reply));
    free(reply);
}

/* The thread. */

static struct search *reopen(struct search *search, const char *content,
                             const char *today)
{
    enum store_error error;
    struct search *fresh = *content ? search_open(content, &error) : NULL;
    if (fresh) {
        search_close(search);
        search = fresh;
    }
    if (search)
        search_set_today(search, today);
    return search;
}

/* Without the mutex, for all the time that it takes. */
static struct search *work_open(struct seeker *seeker, struct search *search)
{
    char content[PATH_BYTES], today[sizeof(seeker->today)];
    memcpy(content, seeker->content, sizeof(content));
    memcpy(today, seeker->today, sizeof(today));
    seeker->open = false;
    pthread_mutex_unlock(&seeker->mutex);
    search = reopen(search, content, today);
    pthread_mutex_lock(&seeker->mutex);
    return search;
}

static struct reply *answer(struct seeker *seeker, struct search *search,
                            const struct question *question)
{
    struct reply *reply = xcalloc(1, sizeof(*reply));
    const struct search_options options = {
        .kind = question->kind,
        .limit = question->limit,
        .cancel = &seeker->cancel,
    };
    if (search)
        search_run(search, &reply->arena, question->query, &options,
                   &reply->answer);
    return reply;
}

static void work_ask(struct seeker *seeker, struct search *search)
{
    const uint64_t one = 1;
    struct question question = seeker->question;
    explicit_bzero(&seeker->question, sizeof(seeker->question));
    seeker->asked = false;
    atomic_store(&seeker->cancel, false);
    pthread_mutex_unlock(&seeker->mutex);
    struct reply *reply = answer(seeker, search, &question);
    explicit_bzero(&question, sizeof(question));
    pthread_mutex_lock(&seeker->mutex);
    /* Nobody waits for it any more. */
    if (atomic_load(&seeker->cancel)) {
        reply_free(reply);
        return;
    }
    reply_free(seeker->reply);
    seeker->reply = reply;
    if (write(seeker->fd, &one, sizeof(one)) < 0)
        return; /* it is readable already */
}

static void work_forget(struct seeker *seeker, struct search *search)
{
    seeker->forget = false;
    if (search)
        search_forget(search);
}

static void *work(void *user)
{
    struct seeker *seeker = user;
    struct search *search = NULL;
    pthread_mutex_lock(&seeker->mutex);
    while (!seeker->quit) {
        seeker->running = true;
        if (seeker->forget)
            work_forget(seeker, search);
        else if (seeker->open)
            search = work_open(seeker, search);
        else if (seeker->asked)
            work_ask(seeker, search);
        else
            seeker->running = false;
        if (seeker->running)
            continue;
        pthread_cond_broadcast(&seeker->idle);
        pthread_cond_wait(&seeker->wake, &seeker->mutex);
    }
    pthread_mutex_unlock(&seeker->mutex);
    search_close(search);
    return NULL;
}

/* The main thread. */

struct seeker *seeker_new(void)
{
    struct seeker *seeker = xcalloc(1, sizeof(*seeker));
    sigset_t all, before;
    seeker->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    pthread_mutex_init(&seeker->mutex, NULL);
    pthread_cond_init(&seeker->wake, NULL);
    pthread_cond_init(&seeker->idle, NULL);
    /* Signals are the loop's: they end its sleep. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&seeker->thread, NULL, work, seeker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    mem_check(failed ? NULL : seeker);
    return seeker;
}

static void work_for_us(struct seeker *seeker)
{
    pthread_cond_signal(&seeker->wake);
}

static bool has_work(const struct seeker *seeker)
{
    return seeker->asked || seeker->open || seeker->forget || seeker->running;
}

static void wait_idle(struct seeker *seeker)
{
    while (has_work(seeker))
        pthread_cond_wait(&seeker->idle, &seeker->mutex);
}

static void drain(struct seeker *seeker)
{
    uint64_t count;
    if (read(seeker->fd, &count, sizeof(count)) < 0)
        return; /* there was no answer to tell of */
}

/* With the mutex: whatever was asked, no answer to it will come. */
static void drop_question(struct seeker *seeker)
{
    atomic_store(&seeker->cancel, true);
    seeker->asked = false;
    explicit_bzero(&seeker->question, sizeof(seeker->question));
    reply_free(seeker->reply);
    seeker->reply = NULL;
    drain(seeker);
}

void seeker_free(struct seeker *seeker)
{
    if (!seeker)
        return;
    seeker_forget(seeker);
    pthread_mutex_lock(&seeker->mutex);
    seeker->quit = true;
    work_for_us(seeker);
    pthread_mutex_unlock(&seeker->mutex);
    pthread_join(seeker->thread, NULL);
    pthread_cond_destroy(&seeker->idle);
    pthread_cond_destroy(&seeker->wake);
    pthread_mutex_destroy(&seeker->mutex);
    if (seeker->fd >= 0)
        close(seeker->fd);
    free(seeker);
}

void seeker_open(struct seeker *seeker, const char *content, const char *today)
{
    pthread_mutex_lock(&seeker->mutex);
    drop_question(seeker);
    snprintf(seeker->content, sizeof(seeker->content), "%s", content);
    snprintf(seeker->today, sizeof(seeker->today), "%.10s", today);
    seeker->open = true;
    work_for_us(seeker);
    pthread_mutex_unlock(&seeker->mutex);
    explicit_bzero(&seeker->last, sizeof(seeker->last));
}

static void drop_taken(struct seeker *seeker)
{
    reply_free(seeker->taken);
    seeker->taken = NULL;
}

void seeker_ask(struct seeker *seeker, const struct seeker_question *question)
{
    struct question *last = &seeker->last;
    if (!strcmp(question->query, last->query) && question->kind == last->kind &&
        question->limit == last->limit)
        return;
    explicit_bzero(last, sizeof(*last));
    snprintf(last->query, sizeof(last->query), "%s", question->query);
    last->kind = question->kind;
    last->limit = question->limit;
    pthread_mutex_lock(&seeker->mutex);
    drop_question(seeker);
    if (*last->query) {
        seeker->question = *last;
        seeker->asked = true;
        work_for_us(seeker);
    }
    pthread_mutex_unlock(&seeker->mutex);
    if (!*last->query)
        drop_taken(seeker);
}

bool seeker_take(struct seeker *seeker)
{
    pthread_mutex_lock(&seeker->mutex);
    struct reply *reply = seeker->reply;
    seeker->reply = NULL;
    if (reply)
        drain(seeker);
    pthread_mutex_unlock(&seeker->mutex);
    if (!reply)
        return false;
    drop_taken(seeker);
    seeker->taken = reply;
    return true;
}

const struct search_answer *seeker_answer(const struct seeker *seeker)
{
    return seeker->taken ? &seeker->taken->answer : NULL;
}

bool seeker_busy(struct seeker *seeker)
{
    pthread_mutex_lock(&seeker->mutex);
    bool busy = seeker->asked || seeker->reply ||
                (seeker->running && !atomic_load(&seeker->cancel));
    pthread_mutex_unlock(&seeker->mutex);
    return busy;
}

void seeker_wait(struct seeker *seeker)
{
    pthread_mutex_lock(&seeker->mutex);
    wait_idle(seeker);
    pthread_mutex_unlock(&seeker->mutex);
}

int seeker_fd(const struct seeker *seeker)
{
    return seeker->fd;
}

void seeker_forget(struct seeker *seeker)
{
    pthread_mutex_lock(&seeker->mutex);
    drop_question(seeker);
    seeker->forget = true;
    work_for_us(seeker);
    wait_idle(seeker);
    pthread_mutex_unlock(&seeker->mutex);
    explicit_bzero(&seeker->last, sizeof(seeker->last));
    drop_taken(seeker);
}

bool seeker_has_traces(const struct seeker *seeker)
{
    return seeker->taken || *seeker->last.query;
}
