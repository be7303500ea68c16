/* config.h - what a deployer says once: yichuang.conf(5).
 *
 * Lines of `key = value`; # starts a comment line. A key nobody knows or a
 * value out of range is logged with its line and left at the default: a
 * mistyped file never keeps a kiosk dark. */
#ifndef APP_KIOSK_CONFIG_H
#define APP_KIOSK_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum keyboard_mode {
    KEYBOARD_MODE_PINYIN,
    KEYBOARD_MODE_NINE,
    KEYBOARD_MODE_WRITE,
    KEYBOARD_MODE_STROKES
};
enum splash_mode { SPLASH_AUTO, SPLASH_ALWAYS, SPLASH_NEVER };

struct config {
    char content[512];      /* content.db */
    char awaited[512];      /* the one to change to as soon as it is there;
                               not a key: set while the bundled one serves */
    char fonts[512];        /* font folder, "" for the system's */
    char input[512];        /* folder of the tables that typing needs, "" for
                               beside the program or where it is installed */
    char station[128];      /* 贵阳云岩工会驿站 */
    char station_line[192]; /* 中华路128号·每日7:00–22:00 */
    char staff_phone[64];   /* shown under 求助; "" hides it */
    char staff_name[64];
    int panel_mm; /* width of the panel as it hangs */
    int idle_seconds, countdown_seconds, attract_seconds; /* attract 0: never */
    int glyph_cache_mb;      /* MiB that drawn glyphs may take at most */
    int text_size, contrast; /* enum text_size, enum contrast: the defaults */
    enum splash_mode splash;
    enum keyboard_mode keyboard; /* how a new visitor writes at first */
};

void config_defaults(struct config *config);

/* Reads the file over what is in config. False when it cannot be read; a file
 * with faults is read as far as it makes sense. *faults counts what was logged.
 */
bool config_read(struct config *config, const char *path, size_t *faults);

#endif
