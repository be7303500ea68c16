/* icons.h - the signs of the interface, as paths in one table. */
#ifndef UI_ICONS_H
#define UI_ICONS_H

enum icon {
    ICON_NONE,
    ICON_HOME,
    ICON_BACK,
    ICON_SIZE,
    ICON_PHONE,
    ICON_NEXT,
    ICON_CLOSE,
    ICON_PIN,
    ICON_CLOCK,
    ICON_GUIDE,
    ICON_NEWS,
    ICON_BOOK,
    ICON_PEOPLE,
    ICON_WRENCH,
    ICON_WARNING,
    ICON_CHECK,
    ICON_CONTRAST,
    ICON_LIST,
    ICON_HAND,
    ICON_COUNT
};

/* By the word an edition uses (home, phone, pin …); ICON_NONE when unknown. */
enum icon icon_by_name(const char *name);

/* For outline_draw: view box 24, stroke 0 when filled. */
const char *icon_path(enum icon icon, float *stroke_out);

#endif
