/* result.c - why something was refused, in words. */
#include "sync_private.h"

#include <stdarg.h>

static const struct {
    const char *english, *chinese;
} result_texts[TUF_RESULT_COUNT] = {
#define X(symbol, english, chinese) [TUF_##symbol] = {english, chinese},
    TUF_RESULTS(X)
#undef X
};

const char *tuf_result_english(enum tuf_result result)
{
    return result_texts[result].english;
}

const char *tuf_result_chinese(enum tuf_result result)
{
    return result_texts[result].chinese;
}

/* Reasons quote what anybody may have sent; a line of the log stays one. */
void make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

bool refuse(struct fault *fault, enum tuf_result result, const char *format,
            ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(fault->reason, sizeof(fault->reason), format, args);
    va_end(args);
    make_printable(fault->reason);
    fault->result = result;
    return false;
}
