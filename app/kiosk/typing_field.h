/* typing_field.h - changing the text of a field at its cursor. Private to
 * typing.c; what screens may do is in app/kiosk/typing.h. */
#ifndef APP_KIOSK_TYPING_FIELD_H
#define APP_KIOSK_TYPING_FIELD_H

#include "app/kiosk/typing.h"

/* Whole characters of it, as many as there is room for. */
void typing_field_insert(struct typing_field *field, const char *text);

/* Where the character before the cursor begins: at the cursor when there is
 * none. */
size_t typing_field_before(const struct typing_field *field);

/* Takes that character away and wipes its bytes. */
void typing_field_delete(struct typing_field *field);

#endif
