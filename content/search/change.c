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

/* Tokens, and the characters they begin with: by these the prefix index knows
 * a text, until the last of its tokens that begins so is gone. */
struct lost {
    struct wanted tokens, firsts;
    struct buf *again;
};

static size_t first_of(const char *token, int length)
{
    size_t at = 0;
    utf8_next(token, (size_t)length, &at);
    return at;
}

static int lose(void *data, int flags, const char *token, int length, int start,
                int end)
{
    struct lost *lost = data;
    (void)flags;
    (void)start;
    (void)end;
    add(&lost->tokens, token, (size_t)length);
    add(&lost->firsts, token, first_of(token, length));
    return SQLITE_OK;
}

static int keep(void *data, int flags, const char *token, int length, int start,
                int end)
{
    struct lost *lost = data;
    (void)flags;
    (void)start;
    (void)end;
    bool first = meet(&lost->firsts, token, first_of(token, length));
    if (meet(&lost->tokens, token, (size_t)length) || first) {
        buf_putc(lost->again, TOKEN_BESIDE);
        buf_add(lost->again, token, (size_t)length);
    }
    return SQLITE_OK;
}

static int count(void *data, int flags, const char *token, int length,
                 int start, int end)
{
    (void)flags;
    (void)token;
    (void)length;
    (void)start;
    (void)end;
    ++*(size_t *)data;
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

/* Appends what is in gone and in the rest too. */
static void tell_again(const struct change_text rest[3], const struct buf *gone,
                       struct buf *come)
{
    struct lost lost = {.again = come};
    /* Each byte is at most one token, and one more ends a run. */
    open_wanted(&lost.tokens, gone->length * 2);
    open_wanted(&lost.firsts, gone->length * 2);
    tokenizer_split(buf_text(gone), gone->length, lose, &lost);
    for (int i = 0; i < 3; i++)
        tokenizer_split(rest[i].bytes, rest[i].length, keep, &lost);
    close_wanted(&lost.tokens);
    close_wanted(&lost.firsts);
}

bool change_find(struct change_text title, struct change_text before,
                 struct change_text after, struct buf *gone, struct buf *come)
{
    size_t front = common_front(before, after),
           back = common_back(before, after, front), counted = 0;
    size_t lost = before.length - front - back,
           won = after.length - front - back;
    if (lost > CHANGE_BYTES_MAX)
        return false;
    buf_clear(gone);
    buf_clear(come);
    buf_add(gone, before.bytes + front, lost);
    buf_add(come, after.bytes + front, won);
    if (!lost)
        return true;
    /* FTS5 counts the tokens of all texts together. One that is told again must
     * not count twice; as the very first it would. */
    tokenizer_split(buf_text(come), come->length, count, &counted);
    const struct change_text rest[] = {
        title, {after.bytes, front}, {after.bytes + after.length - back, back}};
    if (counted)
        tell_again(rest, gone, come);
    return counted != 0;
}
