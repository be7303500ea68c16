#include "typing_field.h"

#include <string.h>

#include "base/utf8.h"

static size_t text_room(const struct typing_field *field)
{
    size_t room = sizeof(field->text) - 1 - strlen(field->text);
    size_t count = utf8_count(field->text, strlen(field->text));
    return field->characters && count >= field->characters ? 0 : room;
}

void typing_field_insert(struct typing_field *field, const char *text)
{
    size_t length = strlen(text);
    for (size_t at = 0; at < length;) {
        size_t start = at;
        utf8_next(text, length, &at);
        size_t size = at - start, tail = strlen(field->text + field->cursor);
        if (size > text_room(field))
            return;
        char *place = field->text + field->cursor;
        memmove(place + size, place, tail + 1);
        memcpy(place, text + start, size);
        field->cursor += size;
    }
}

size_t typing_field_before(const struct typing_field *field)
{
    size_t at = field->cursor;
    if (at)
        at--;
    while (at && (field->text[at] & 0xC0) == 0x80)
        at--;
    return at;
}

void typing_field_delete(struct typing_field *field)
{
    size_t at = typing_field_before(field), length = strlen(field->text);
    size_t size = field->cursor - at;
    memmove(field->text + at, field->text + field->cursor,
            length - field->cursor + 1);
    explicit_bzero(field->text + length - size, size);
    field->cursor = at;
}

void typing_field_clear(struct typing_field *field)
{
    explicit_bzero(field->text, sizeof(field->text));
    explicit_bzero(field->preedit, sizeof(field->preedit));
    explicit_bzero(field->letters, sizeof(field->letters));
    field->cursor = 0;
    field->edits++;
}

void typing_field_set(struct typing_field *field, const char *text)
{
    typing_field_clear(field);
    typing_field_insert(field, text);
}
