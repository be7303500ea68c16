/* change.c - the lines of a text that changed, and what they have in common
 * with the rest. */
#include "change.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "content/store/seal.h"
#include "fold.h"
#include "tokenizer.h"

/* Byte strings that are looked for, each until it is found. */
struct wanted {
    struct want {
        size_t at;
        unsigned char length; /* 0: a free slot */
        bool found;
    } * slots;
    size_t mask;
    struct buf bytes;
};

static void open_wanted(struct wanted *wanted, size_t most)
{
    size_t capacity = 16;
    while (capacity < most * 2)
        capacity *= 2;
    *wanted = (struct wanted){
        xcalloc(capacity, sizeof(struct want)), capacity - 1, {0}};
}

static void close_wanted(struct wanted *wanted)
{
    free(wanted->slots);
    buf_fini(&wanted->bytes);
}

/* Where it is, or the free slot where it would be. */
static struct want *slot_of(struct wanted *wanted, const char *bytes,
                            size_t length)
{
    size_t at = (size_t)seal_bytes(SEAL_START, bytes, length);
    for (;; at++) {
        struct want *want = &wanted->slots[at & wanted->mask];
        if (!want->length ||
            (want->length == length &&
             !memcmp(wanted->bytes.data + want->at, bytes, length)))
            return want;
    }
}

static void add(struct wanted *wanted, const char *bytes, size_t length)
{
    struct want *want = slot_of(wanted, bytes, length);
    if (want->length)
        return;
    *want = (struct want){wanted->bytes.length, (unsigned char)length, false};
    buf_add(&wanted->bytes, bytes, length);
}

/* True once for each. */
static bool meet(struct wanted *wanted, const char *bytes, size_t length)
{
    struct want *want = slot_of(wanted, bytes, length);
    bool first = want->length && !want->found;
    want->found |= first;
    return first;
}

/* Tokens that are told, and the characters they begin with: by these the prefix
 * index knows a text, as long as any of its tokens begins so. */
struct told {
    struct wanted tokens, firsts;
    struct buf *gone, *come;
    size_t count;
};

static size_t first_of(const char *token, int length)
{
    size_t at = 0;
    utf8_next(token, (size_t)length, &at);
    return at;
}

static int tell(void *data, int flags, const char *token, int length, int start,
                int end)
{
    struct told *told = data;
    (void)flags;
    (void)start;
    (void)end;
    told->count++;
    add(&told->tokens, token, (size_t)length);
    add(&told->firsts, token, first_of(token, length));
    return SQLITE_OK;
}

static void put_beside(struct buf *text, const char *token, int length)
{
    buf_putc(text, TOKEN_BESIDE);
    buf_add(text, token, (size_t)length);
}

/* A token of the rest: it must be in the table once, neither lost with the
 * lines that go nor there twice with those that come. So it goes and comes too.
 */
static int keep(void *data, int flags, const char *token, int length, int start,
                int end)
{
    struct told *told = data;
    (void)flags;
    (void)start;
    (void)end;
    bool first = meet(&told->firsts, token, first_of(token, length));
    if (meet(&told->tokens, token, (size_t)length) || first) {
        put_beside(told->gone, token, length);
        put_beside(told->come, token, length);
    }
    return SQLITE_OK;
}

static bool is_edge(struct change_text text, size_t at)
{
    return at == 0 || at == text.length || text.bytes[at] == FOLD_BREAK ||
           text.bytes[at - 1] == FOLD_BREAK;
}

/* Bytes of whole lines that both begin with. */
static size_t common_front(struct change_text a, struct change_text b)
{
    size_t least = a.length < b.length ? a.length : b.length, same = 0;
    while (same < least && a.bytes[same] == b.bytes[same])
        same++;
    while (!is_edge(a, same) || !is_edge(b, same))
        same--;
    return same;
}

/* The same of the end, but for what is in front. */
static size_t common_back(struct change_text a, struct change_text b,
                          size_t front)
{
    size_t least = (a.length < b.length ? a.length : b.length) - front,
           same = 0;
    while (same < least &&
           a.bytes[a.length - same - 1] == b.bytes[b.length - same - 1])
        same++;
    while (same &&
           (!is_edge(a, a.length - same) || !is_edge(b, b.length - same)))
        same--;
    return same;
}

/* FTS5 counts the tokens of all texts together. One that is told beside must
 * not count; as the very first it would. */
static bool have_tokens(struct told *told)
{
    size_t gone;
    tokenizer_split(buf_text(told->gone), told->gone->length, tell, told);
    gone = told->count;
    tokenizer_split(buf_text(told->come), told->come->length, tell, told);
    return gone && told->count > gone;
}

/* The line in front of a place that is an edge. */
static size_t line_before(struct change_text text, size_t at)
{
    if (at)
        at--;
    while (!is_edge(text, at))
        at--;
    return at;
}

bool change_find(struct change_text title, struct change_text before,
                 struct change_text after, struct buf *gone, struct buf *come)
{
    /* One line more than what differs: where lines only come, or only go, there
     * is still one on either side. */
    size_t front = line_before(before, common_front(before, after)),
           back = common_back(before, after, front);
    size_t lost = before.length - front - back,
           won = after.length - front - back;
    if (lost > CHANGE_BYTES_MAX || won > CHANGE_BYTES_MAX)
        return false;
    buf_clear(gone);
    buf_clear(come);
    buf_add(gone, before.bytes + front, lost);
    buf_add(come, after.bytes + front, won);
    struct told told = {.gone = gone, .come = come};
    /* Each byte is at most one token, and one more ends a run. */
    open_wanted(&told.tokens, (lost + won) * 2);
    open_wanted(&told.firsts, (lost + won) * 2);
    const struct change_text rest[] = {
        title, {after.bytes, front}, {after.bytes + after.length - back, back}};
    const bool fine = have_tokens(&told);
    for (int i = 0; i < 3 && fine; i++)
        tokenizer_split(rest[i].bytes, rest[i].length, keep, &told);
    close_wanted(&told.tokens);
    close_wanted(&told.firsts);
    return fine;
}
