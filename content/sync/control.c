#include "content/control.h"

#include "content/wire.h"

static const char *const requests[] = {
#define X(symbol, word) word,
    CONTROL_REQUESTS(X)
#undef X
        NULL};
static const char *const works[] = {"none",     "network", "stick",
                                    "rollback", "scrub",   NULL};

/* WIRE_WORD goes through an int. */
_Static_assert(sizeof(enum control_do) == sizeof(int), "enum is an int");
_Static_assert(sizeof(enum control_work) == sizeof(int), "enum is an int");

static const struct wire_field request_fields[] = {
    {"do", WIRE_WORD, offsetof(struct control_request, what), sizeof(int),
     requests},
    WIRE_TEXT_OF(struct control_request, stick),
    WIRE_NUMBER_OF(struct control_request, generation),
};

static const struct wire_field status_fields[] = {
    WIRE_WORD_OF(struct control_status, work, works),
    WIRE_TEXT_OF(struct control_status, stick),
    WIRE_TEXT_OF(struct control_status, phase),
    WIRE_NUMBER_OF(struct control_status, bytes),
    WIRE_NUMBER_OF(struct control_status, bytes_total),
    WIRE_NUMBER_OF(struct control_status, items),
    WIRE_NUMBER_OF(struct control_status, items_total),
    WIRE_NUMBER_OF(struct control_status, seconds_left),
    WIRE_FLAG_OF(struct control_status, can_pull_out),
    WIRE_TEXT_OF(struct control_status, sticks),
    WIRE_NUMBER_OF(struct control_status, waiting),
    WIRE_WORD_OF(struct control_status, last_work, works),
    WIRE_TEXT_OF(struct control_status, result),
    WIRE_TEXT_OF(struct control_status, result_text),
    WIRE_TEXT_OF(struct control_status, result_detail),
    WIRE_NUMBER_OF(struct control_status, result_when),
    WIRE_TEXT_OF(struct control_status, report),
    WIRE_NUMBER_OF(struct control_status, generation),
    WIRE_FLAG_OF(struct control_status, clock_wrong),
    WIRE_NUMBER_OF(struct control_status, next_network),
};

static const struct wire_field answer_fields[] = {
    WIRE_FLAG_OF(struct control_answer, ok),
    WIRE_TEXT_OF(struct control_answer, error),
    WIRE_TEXT_OF(struct control_answer, text),
};

bool control_request_read(const char *line, size_t length,
                          struct control_request *out, char reason[256])
{
    *out = (struct control_request){0};
    if (!wire_read(line, length, request_fields, COUNT_OF(request_fields), out,
                   reason))
        return false;
    if (out->what == CONTROL_NONE || out->generation < 0) {
        snprintf(reason, 256,
                 out->what ? "generation is not valid" : "do is missing");
        return false;
    }
    return true;
}

void control_request_write(const struct control_request *request,
                           struct buf *out)
{
    wire_write(request, request_fields, COUNT_OF(request_fields), out);
}

bool control_status_read(const char *line, size_t length,
                         struct control_status *out, char reason[256])
{
    *out = (struct control_status){.seconds_left = -1};
    return wire_read(line, length, status_fields, COUNT_OF(status_fields), out,
                     reason);
}

void control_status_write(const struct control_status *status, struct buf *out)
{
    wire_write(status, status_fields, COUNT_OF(status_fields), out);
}

bool control_answer_read(const char *line, size_t length,
                         struct control_answer *out, char reason[256])
{
    *out = (struct control_answer){0};
    return wire_read(line, length, answer_fields, COUNT_OF(answer_fields), out,
                     reason);
}

void control_answer_write(const struct control_answer *answer, struct buf *out)
{
    wire_write(answer, answer_fields, COUNT_OF(answer_fields), out);
}
