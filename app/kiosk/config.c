#include "app/kiosk/config.h"

#include "base/settings.h"

/* clang-format off */
#define TEXT(key, field) SETTING_TEXT_OF(struct config, key, field)
#define NUMBER(key, field, low, high)                                          \
    SETTING_NUMBER_OF(struct config, key, field, low, high)
#define WORD(key, field, ...)                                                  \
    SETTING_WORD_OF(struct config, key, field, __VA_ARGS__)
/* clang-format on */

static const struct setting keys[] = {
    TEXT("content", content),
    TEXT("fonts", fonts),
    TEXT("input", input),
    TEXT("station", station),
    TEXT("station_line", station_line),
    TEXT("staff_phone", staff_phone),
    TEXT("staff_name", staff_name),
    NUMBER("panel_mm", panel_mm, 40, 4000),
    NUMBER("idle_seconds", idle_seconds, 10, 3600),
    NUMBER("countdown_seconds", countdown_seconds, 5, 120),
    NUMBER("attract_seconds", attract_seconds, 0, 86400),
    NUMBER("glyph_cache_mb", glyph_cache_mb, 4, 512),
    WORD("text_size", text_size, "standard", "large", "larger", "largest"),
    WORD("contrast", contrast, "paper", "white", "black"),
    WORD("keyboard", keyboard, "pinyin", "nine", "write", "strokes"),
    WORD("splash", splash, "auto", "always", "never"),
};

/* The words are stored through an int. */
_Static_assert(sizeof(enum splash_mode) == sizeof(int), "enum is an int");
_Static_assert(sizeof(enum keyboard_mode) == sizeof(int), "enum is an int");

void config_defaults(struct config *config)
{
    *config = (struct config){
        .content = "/var/lib/yichuang/content.db",
        .station = "工会驿站",
        .station_line = "歇歇脚，喝口水",
        .staff_name = "驿站工作人员",
        .panel_mm = 268,
        .idle_seconds = 60,
        .countdown_seconds = 15,
        .attract_seconds = 180,
        .glyph_cache_mb = 32,
        .splash = SPLASH_AUTO,
    };
}

bool config_read(struct config *config, const char *path, size_t *faults)
{
    return settings_read(config, keys, COUNT_OF(keys), path, faults);
}
