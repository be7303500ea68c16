/* icons.c - the signs, drawn for this kiosk: a view box of 24 units, one round
 * stroke of 1.9 units, 2 to 3 units of air around. */
#include "ui/icons.h"

#define STROKE 1.9f

static const struct sign {
    const char *path;
    float stroke;
} signs[ICON_COUNT] = {
    [ICON_NONE] = {"", 0},
    [ICON_HOME] = {"M3.5 11.5L12 4L20.5 11.5M6 9.5V19.5Q6 20.5 7 20.5H17"
                   "Q18 20.5 18 19.5V9.5M10 20.5V14.5H14V20.5",
                   STROKE},
    [ICON_BACK] = {"M15 4.5L7.5 12L15 19.5", 2.2f},
    [ICON_SIZE] = {"M2 19L7.5 5L13 19M4 14H11"
                   "M21.5 11.5V19M21.5 15.2A3 3.8 0 1 1 15.5 15.2"
                   "A3 3.8 0 1 1 21.5 15.2",
                   STROKE},
    [ICON_PHONE] = {"M6.2 3.5H8.6Q9.4 3.5 9.6 4.3L10.4 7.6Q10.6 8.3 10 8.8"
                    "L8.2 10.3C9.4 12.7 11.3 14.6 13.7 15.8L15.2 14"
                    "Q15.7 13.4 16.4 13.6L19.7 14.4Q20.5 14.6 20.5 15.4V17.8"
                    "Q20.5 20.5 17.8 20.5C9.9 20.5 3.5 14.1 3.5 6.2"
                    "Q3.5 3.5 6.2 3.5Z",
                    STROKE},
    [ICON_NEXT] = {"M9 4.5L16.5 12L9 19.5", 2.2f},
    [ICON_CLOSE] = {"M5.5 5.5L18.5 18.5M18.5 5.5L5.5 18.5", 2.2f},
    [ICON_PIN] = {"M12 21.5C8 17 5 13.4 5 9.6A7 7 0 0 1 19 9.6"
                  "C19 13.4 16 17 12 21.5Z"
                  "M14.6 9.6A2.6 2.6 0 1 1 9.4 9.6A2.6 2.6 0 1 1 14.6 9.6Z",
                  STROKE},
    [ICON_CLOCK] = {"M21 12A9 9 0 1 1 3 12A9 9 0 1 1 21 12Z"
                    "M12 6.8V12L15.4 14.2",
                    STROKE},
    [ICON_GUIDE] = {"M12 2.8L19.8 5.6V11.4C19.8 16 16.6 19.6 12 21.3"
                    "C7.4 19.6 4.2 16 4.2 11.4V5.6Z"
                    "M8.4 12L11 14.6L15.8 9.4",
                    STROKE},
    [ICON_NEWS] = {"M3.5 6Q3.5 5 4.5 5H16Q17 5 17 6V17.5Q17 19.5 18.8 19.5"
                   "H5.5Q3.5 19.5 3.5 17.5Z"
                   "M17 9.5H20.5V17.7Q20.5 19.5 18.8 19.5"
                   "M7 9H13.5M7 12.5H13.5M7 16H11",
                   STROKE},
    [ICON_BOOK] = {"M12 6.6C10 5 6.8 4.4 3 4.8V18C6.8 17.6 10 18.2 12 19.8"
                   "C14 18.2 17.2 17.6 21 18V4.8C17.2 4.4 14 5 12 6.6Z"
                   "M12 6.6V19.8",
                   STROKE},
    [ICON_PEOPLE] = {"M12.6 8A3.6 3.6 0 1 1 5.4 8A3.6 3.6 0 1 1 12.6 8Z"
                     "M2.5 19.8C2.5 16.2 5.2 14.4 9 14.4"
                     "C12.8 14.4 15.5 16.2 15.5 19.8"
                     "M15.4 4.7A3.6 3.6 0 0 1 15.4 11.3"
                     "M18 14.9C20.2 15.7 21.5 17.3 21.5 19.8",
                     STROKE},
    [ICON_WRENCH] = {"M20.4 7.4L17.3 10.5H13.5V6.7L16.6 3.6"
                     "C13.8 2.6 10.8 4 9.8 6.8C9.3 8.2 9.4 9.6 9.9 10.8"
                     "L3.9 16.8C2.9 17.8 2.9 19.3 3.9 20.2"
                     "C4.8 21.1 6.3 21.1 7.2 20.1L13.2 14.1"
                     "C14.4 14.6 15.8 14.7 17.2 14.2"
                     "C20 13.2 21.4 10.2 20.4 7.4Z",
                     STROKE},
    [ICON_WARNING] = {"M10.9 4.3Q12 2.6 13.1 4.3L21 18.1Q21.8 20 19.9 20H4.1"
                      "Q2.2 20 3 18.1ZM12 9.5V13.7M12 16.7V16.8",
                      STROKE},
    [ICON_CHECK] = {"M4.5 12.8L9.8 18L19.5 6.8", 2.2f},
    /* Filled: a ring whose left half is cut out by the opposite winding. */
    [ICON_CONTRAST] = {"M12 2.5A9.5 9.5 0 1 1 12 21.5A9.5 9.5 0 1 1 12 2.5Z"
                       "M12 4.4A7.6 7.6 0 0 0 12 19.6Z",
                       0},
    [ICON_LIST] = {"M9 6H20.5M9 12H20.5M9 18H20.5"
                   "M4.2 6H4.3M4.2 12H4.3M4.2 18H4.3",
                   2.0f},
    [ICON_HAND] = {"M8.5 13.5V4.6A1.6 1.6 0 0 1 11.7 4.6V10.6"
                   "V9.6A1.6 1.6 0 0 1 14.9 9.6V11.4"
                   "V10.8A1.5 1.5 0 0 1 17.9 10.8V12.4"
                   "A1.4 1.4 0 0 1 20.7 12.4V15.2"
                   "C20.7 18.8 18.2 21.4 14.8 21.4H13.6"
                   "C11.4 21.4 9.8 20.5 8.6 18.8L4.7 13.4"
                   "A1.6 1.6 0 0 1 7.2 11.4L8.5 13.2",
                   STROKE},
    [ICON_SEARCH] = {"M17.5 10.5A7 7 0 1 1 3.5 10.5A7 7 0 1 1 17.5 10.5Z"
                     "M15.6 15.6L20.8 20.8",
                     2.0f},
};

enum icon icon_by_name(const char *name)
{
    const struct icon_name *row = name ? icon_name_find(name) : NULL;
    return row ? (enum icon)(ICON_NONE + 1 + (row - icon_name_at(0)))
               : ICON_NONE;
}

const char *icon_said(enum icon icon)
{
    return icon == ICON_NONE ? "" : icon_name_at((size_t)icon - 1)->said;
}

const char *icon_path(enum icon icon, float *stroke_out)
{
    *stroke_out = signs[icon].stroke;
    return signs[icon].path;
}
