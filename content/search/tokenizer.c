/* tokenizer.c - pairs of characters and words, for FTS5. */
#include "tokenizer.h"

#include <string.h>

#include "base/utf8.h"
#include "fold.h"

/* What has been read and not been sent yet: the last character of a run, or a
 * word. */
struct tokens {
    token_sink sink;
    void *context;
    bool query;
    struct fold_letter last; /* of a run */
    size_t run;              /* how many there were */
    char word[TOKEN_BYTES_MAX];
    size_t word_length, word_start, word_end;
    bool cut;
    int status;
};

static void send(struct tokens *tokens, const char *bytes, size_t length,
                 size_t start, size_t end)
{
    if (tokens->status == SQLITE_OK)
        tokens->status = tokens->sink(tokens->context, 0, bytes, (int)length,
                                      (int)start, (int)end);
}

static void end_run(struct tokens *tokens)
{
    char bytes[4];
    if (tokens->run == 1 || (tokens->run && !tokens->query))
        send(tokens, bytes, utf8_put(bytes, tokens->last.code),
             tokens->last.start, tokens->last.end);
    tokens->run = 0;
}

static void end_word(struct tokens *tokens)
{
    if (tokens->word_length)
        send(tokens, tokens->word, tokens->word_length, tokens->word_start,
             tokens->word_end);
    tokens->word_length = 0;
    tokens->cut = false;
}

static void take_han(struct tokens *tokens, const struct fold_letter *letter)
{
    char bytes[8];
    if (tokens->run++) {
        size_t length = utf8_put(bytes, tokens->last.code);
        length += utf8_put(bytes + length, letter->code);
        send(tokens, bytes, length, tokens->last.start, letter->end);
    }
    tokens->last = *letter;
}

static void take_word(struct tokens *tokens, const struct fold_letter *letter)
{
    char bytes[4];
    size_t length = utf8_put(bytes, letter->code);
    if (!tokens->word_length)
        tokens->word_start = letter->start;
    tokens->word_end = letter->end;
    tokens->cut |= tokens->word_length + length > sizeof(tokens->word);
    if (tokens->cut)
        return;
    memcpy(tokens->word + tokens->word_length, bytes, length);
    tokens->word_length += length;
}

static int split(const char *text, size_t length, bool query, token_sink sink,
                 void *context)
{
    struct tokens tokens = {.sink = sink, .context = context, .query = query};
    struct fold fold = {.text = text, .length = length};
    struct fold_letter letter;
    while (tokens.status == SQLITE_OK && fold_next(&fold, &letter)) {
        if (letter.broken || letter.class == FOLD_WORD)
            end_run(&tokens);
        if (letter.broken || letter.class == FOLD_HAN)
            end_word(&tokens);
        if (letter.class == FOLD_HAN)
            take_han(&tokens, &letter);
        else
            take_word(&tokens, &letter);
    }
    end_run(&tokens);
    end_word(&tokens);
    explicit_bzero(tokens.word, sizeof(tokens.word));
    return tokens.status;
}

int tokenizer_split(const char *text, size_t length, token_sink sink,
                    void *context)
{
    return split(text, length, false, sink, context);
}

static int send_beside(const char *at, const char *end, token_sink sink,
                       void *context)
{
    int status = SQLITE_OK;
    while (at < end && status == SQLITE_OK) {
        const char *token = at + 1;
        const char *next = memchr(token, TOKEN_BESIDE, (size_t)(end - token));
        at = next ? next : end;
        if (at > token)
            status = sink(context, FTS5_TOKEN_COLOCATED, token,
                          (int)(at - token), 0, 0);
    }
    return status;
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags,
                    const char *text, int length, token_sink sink)
{
    (void)tokenizer;
    const size_t all = length > 0 ? (size_t)length : 0;
    const char *beside = all ? memchr(text, TOKEN_BESIDE, all) : NULL;
    int status = split(text, beside ? (size_t)(beside - text) : all,
                       (flags & FTS5_TOKENIZE_QUERY) != 0, sink, context);
    return beside && status == SQLITE_OK
               ? send_beside(beside, text + all, sink, context)
               : status;
}

static int create(void *data, const char **words, int count,
                  Fts5Tokenizer **out)
{
    static const char nothing;
    (void)data;
    (void)words;
    (void)count;
    *out = (Fts5Tokenizer *)(uintptr_t)&nothing; /* it has no state */
    return SQLITE_OK;
}

static void destroy(Fts5Tokenizer *tokenizer)
{
    (void)tokenizer;
}

int tokenizer_register(sqlite3 *db)
{
    fts5_api *api = NULL;
    fts5_tokenizer methods = {create, destroy, tokenize};
    sqlite3_stmt *ask = NULL;
    int status = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &ask, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_bind_pointer(ask, 1, &api, "fts5_api_ptr", NULL);
    if (status == SQLITE_OK && sqlite3_step(ask) != SQLITE_ROW)
        status = SQLITE_ERROR;
    sqlite3_finalize(ask);
    if (status != SQLITE_OK || !api)
        return status != SQLITE_OK ? status : SQLITE_ERROR;
    return api->xCreateTokenizer(api, "yichuang", NULL, &methods, NULL);
}

struct expression {
    struct buf *out;
    size_t tokens;
    bool exact;
};

static bool is_han(const char *bytes, size_t length)
{
    size_t at = 0;
    return fold_class(utf8_next(bytes, length, &at)) == FOLD_HAN;
}

/* Only letters come here, so nothing of FTS5's own language can. */
static int add_token(void *context, int flags, const char *bytes, int length,
                     int start, int end)
{
    struct expression *expression = context;
    size_t at = 0;
    (void)flags;
    if (expression->tokens == TOKENS_MAX)
        return SQLITE_OK; /* a text with so many of them has the rest too */
    utf8_next(bytes, (size_t)length, &at);
    bool pair = at < (size_t)length && is_han(bytes, (size_t)length);
    buf_printf(expression->out, "%s\"%.*s\"%s",
               expression->tokens ? " AND " : "", length, bytes,
               pair ? "" : "*");
    expression->exact = !expression->tokens++ && end - start == length;
    return SQLITE_OK;
}

bool tokenizer_match(const char *folded, struct buf *out)
{
    struct expression expression = {.out = out};
    buf_reserve(out, strlen(folded) * 8);
    out->data[out->length] = 0;
    split(folded, strlen(folded), true, add_token, &expression);
    return expression.exact;
}
