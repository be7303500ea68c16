/* fuzz_control.c - lines that claim to be requests to yichuang-sync, as anybody
 * in its group can send them, or its answers: what is read can be written, and
 * is then one line that reads as the same. `make fuzz` runs it;
 * tests/fuzz/corpus/control/ is where it starts from. */
#include <stdlib.h>
#include <string.h>

#include "content/control.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define BOTH_WAYS(type)                                                   \
    static void both_ways_##type(const char *line, size_t length)         \
    {                                                                     \
        struct control_##type first, second;                              \
        struct buf written = {0}, again = {0};                            \
        char reason[256] = "";                                            \
        if (!control_##type##_read(line, length, &first, reason)) {       \
            if (!*reason)                                                 \
                abort(); /* a refusal says why */                         \
            return;                                                       \
        }                                                                 \
        control_##type##_write(&first, &written);                         \
        if (memchr(written.data, '\n', written.length) !=                 \
                written.data + written.length - 1 ||                      \
            !control_##type##_read(written.data, written.length, &second, \
                                   reason))                               \
            abort();                                                      \
        control_##type##_write(&second, &again);                          \
        if (again.length != written.length ||                             \
            memcmp(again.data, written.data, again.length) != 0)          \
            abort();                                                      \
        buf_fini(&written);                                               \
        buf_fini(&again);                                                 \
    }

BOTH_WAYS(request)
BOTH_WAYS(status)
BOTH_WAYS(answer)

/* Every line of it, as the socket takes lines out of what came. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const char *at = (const char *)bytes, *const end = at + length;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const size_t line = (size_t)((stop ? stop : end) - at);
        both_ways_request(at, line);
        both_ways_status(at, line);
        both_ways_answer(at, line);
        at += line + 1;
    }
    return 0;
}
