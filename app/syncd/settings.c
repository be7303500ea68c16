#include "app/syncd/settings.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/civil.h"
#include "base/settings.h"
#include "content/backoff.h"
#include "content/round.h"

static bool only_of(const char *text, const char *allowed)
{
    return *text && text[strspn(text, allowed)] == 0;
}

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* NAME URL ROOT. A name twice would be two trusts in one folder. */
static bool take_repository(void *data, const char *value)
{
    struct settings *settings = data;
    struct repository new = {0};
    int end = 0;
    if (settings->repository_count == REPOSITORIES_MAX ||
        sscanf(value, "%63s %511s %511s %n", new.name, new.url, new.root,
               &end) != 3 ||
        value[end] || !round_name_is_fine(new.name) ||
        (strncmp(new.url, "http://", 7) && strncmp(new.url, "https://", 8)))
        return false;
    for (size_t i = 0; i < settings->repository_count; i++)
        if (!strcmp(settings->repositories[i].name, new.name))
            return false;
    settings->repositories[settings->repository_count++] = new;
    return true;
}

static bool take_area(void *data, const char *value)
{
    struct settings *settings = data;
    if (strlen(value) != 6 || !only_of(value, DIGITS))
        return false;
    memcpy(settings->area, value, sizeof(settings->area));
    return true;
}

static bool take_kiosk(void *data, const char *value)
{
    struct settings *settings = data;
    if (!only_of(value, LOWER UPPER DIGITS "._-") || value[0] == '.')
        return false;
    return setting_set_text(settings->kiosk, sizeof(settings->kiosk), value);
}

/* "HH:MM" at text; -1: none. */
static int minutes_of(const char *text)
{
    int hour, minute;
    if (!civil_digits(text, 2, &hour) || text[2] != ':' ||
        !civil_digits(text + 3, 2, &minute) || hour > 23 || minute > 59)
        return -1;
    return hour * 60 + minute;
}

/* 01:00-07:00; 22:00-04:00 goes over midnight. */
static bool take_window(void *data, const char *value)
{
    struct settings *settings = data;
    if (strlen(value) != 11 || value[5] != '-')
        return false;
    const int start = minutes_of(value), end = minutes_of(value + 6);
    if (start < 0 || end < 0 || start == end)
        return false;
    settings->window_start = start;
    settings->window_minutes = (end - start + 1440) % 1440;
    return true;
}

/* clang-format off */
#define TEXT(key, field) SETTING_TEXT_OF(struct settings, key, field)
#define WORD(key, field, ...)                                                  \
    SETTING_WORD_OF(struct settings, key, field, __VA_ARGS__)
#define OWN(key, function) SETTING_OWN_OF(key, function)
/* clang-format on */

static const struct setting keys[] = {
    OWN("repository", take_repository),
    OWN("area", take_area),
    OWN("kiosk", take_kiosk),
    TEXT("state", state),
    TEXT("run", run),
    TEXT("proxy", proxy),
    TEXT("ca_file", ca_file),
    OWN("window", take_window),
    WORD("network", network, "off", "on"),
    WORD("stick", stick, "off", "on"),
    WORD("control", control, "owner", "group"),
};

void settings_defaults(struct settings *settings)
{
    *settings = (struct settings){
        .area = "000000",
        .state = "/var/lib/yichuang",
        .run = "/run/yichuang",
        .window_start = 60,
        .window_minutes = 360,
        .network = 1,
        .stick = 1,
    };
}

/* machine-id(5) asks not to show the id itself to others. */
static void name_after_machine(struct settings *settings)
{
    struct buf id = {0};
    if (!file_read("/etc/machine-id", 256, &id))
        log_warn("config", "/etc/machine-id: %s", strerror(errno));
    snprintf(settings->kiosk, sizeof(settings->kiosk), "%016" PRIx64,
             (uint64_t)backoff_slot(buf_text(&id), "kiosk", INT64_MAX));
    buf_fini(&id);
}

bool settings_load(struct settings *settings, const char *path, size_t *faults)
{
    const bool fine =
        settings_read(settings, keys, COUNT_OF(keys), path, faults);
    if (!settings->kiosk[0])
        name_after_machine(settings);
    return fine;
}
