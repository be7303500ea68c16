/* yichuang - the kiosk on the screen. See yichuang(1). */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/kiosk/app.h"
#include "app/kiosk/config.h"
#include "app/kiosk/loop.h"
#include "app/kiosk/rescue.h"
#include "app/kiosk/script.h"
#include "base/log.h"
#include "content/search.h"

#define DEFAULT_CONFIG "/etc/yichuang/yichuang.conf"
#define SCRIPT_WIDTH 1080
#define SCRIPT_HEIGHT 1920
/* A window that took this long means a slow or cold machine: the fonts and the
 * database will take as long again, so say that something is happening. */
#define SPLASH_AFTER_MS 250

enum exit_status { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct options {
    const char *config, *content, *fonts, *script, *shots;
    bool windowed, headless, check_config, stats;
    int width, height, mm;
};

static const char usage[] =
    "Usage: yichuang [OPTION]...\n"
    "Shows an edition on a touch screen.\n"
    "\n"
    "  --config FILE         settings (default " DEFAULT_CONFIG ")\n"
    "  --check-config        read the settings, say what is wrong, and exit\n"
    "  --content FILE        the database to show\n"
    "  --fonts FOLDER        look for fonts only there\n"
    "  --window[=WxH[@MM]]   a window instead of the whole screen\n"
    "  --headless            draw without a display\n"
    "  --script FILE         drive the kiosk by a script (- is standard "
    "input)\n"
    "  --shots FOLDER        where the script's pictures go\n"
    "  --stats               at the end, say what was drawn\n"
    "  --version, --help\n";

enum {
    OPT_CONFIG = 256,
    OPT_CHECK,
    OPT_CONTENT,
    OPT_FONTS,
    OPT_WINDOW,
    OPT_HEADLESS,
    OPT_SCRIPT,
    OPT_SHOTS,
    OPT_STATS,
    OPT_VERSION,
    OPT_HELP
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, OPT_CONFIG},
    {"check-config", no_argument, NULL, OPT_CHECK},
    {"content", required_argument, NULL, OPT_CONTENT},
    {"fonts", required_argument, NULL, OPT_FONTS},
    {"window", optional_argument, NULL, OPT_WINDOW},
    {"headless", no_argument, NULL, OPT_HEADLESS},
    {"script", required_argument, NULL, OPT_SCRIPT},
    {"shots", required_argument, NULL, OPT_SHOTS},
    {"stats", no_argument, NULL, OPT_STATS},
    {"version", no_argument, NULL, OPT_VERSION},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static bool read_window(const char *text, struct options *options)
{
    int end = 0;
    options->windowed = true;
    options->width = SCRIPT_WIDTH / 2;
    options->height = SCRIPT_HEIGHT / 2;
    if (!text)
        return true;
    int count = sscanf(text, "%dx%d%n@%d%n", &options->width, &options->height,
                       &end, &options->mm, &end);
    return count >= 2 && !text[end] && options->width >= 320 &&
           options->width <= 8192 && options->height >= 320 &&
           options->height <= 8192;
}

/* False when the program is to end with *status. */
static bool read_options(int argc, char **argv, struct options *options,
                         int *status)
{
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        switch (option) {
        case OPT_CONFIG:
            options->config = optarg;
            break;
        case OPT_CHECK:
            options->check_config = true;
            break;
        case OPT_CONTENT:
            options->content = optarg;
            break;
        case OPT_FONTS:
            options->fonts = optarg;
            break;
        case OPT_HEADLESS:
            options->headless = true;
            break;
        case OPT_SCRIPT:
            options->script = optarg;
            break;
        case OPT_SHOTS:
            options->shots = optarg;
            break;
        case OPT_STATS:
            options->stats = true;
            break;
        case OPT_WINDOW:
            if (!read_window(optarg, options)) {
                fputs("yichuang: --window=WIDTHxHEIGHT[@MM]\n", stderr);
                *status = EXIT_USAGE;
                return false;
            }
            break;
        case OPT_VERSION:
            puts("yichuang " YICHUANG_VERSION);
            *status = EXIT_OK;
            return false;
        case OPT_HELP:
            fputs(usage, stdout);
            *status = EXIT_OK;
            return false;
        default:
            fputs("Try yichuang --help\n", stderr);
            *status = EXIT_USAGE;
            return false;
        }
    }
    if (optind == argc)
        return true;
    fprintf(stderr, "yichuang: unexpected argument: %s\n", argv[optind]);
    *status = EXIT_USAGE;
    return false;
}

/* A path too long for its field would be another file. */
static bool override(char *field, size_t size, const char *value)
{
    if (!value)
        return true;
    if (strlen(value) >= size) {
        fprintf(stderr, "yichuang: path too long: %s\n", value);
        return false;
    }
    strcpy(field, value);
    return true;
}

/* Until a station has content of its own, what came with the program serves. */
static void use_bundled(struct config *config)
{
    static const char bundled[] = YICHUANG_DATA "/content.db";
    struct config defaults;
    config_defaults(&defaults);
    if (!strcmp(config->content, defaults.content) &&
        access(config->content, F_OK) != 0 && access(bundled, R_OK) == 0) {
        snprintf(config->awaited, sizeof(config->awaited), "%s",
                 config->content);
        snprintf(config->content, sizeof(config->content), "%s", bundled);
    }
}

static bool read_config(const struct options *options, struct config *config,
                        size_t *faults)
{
    config_defaults(config);
    *faults = 0;
    if (options->config) {
        if (!config_read(config, options->config, faults))
            return false;
    } else if (access(DEFAULT_CONFIG, R_OK) == 0) {
        config_read(config, DEFAULT_CONFIG, faults);
    }
    if (options->mm >= 40)
        config->panel_mm = options->mm;
    if (!override(config->content, sizeof(config->content), options->content))
        return false;
    use_bundled(config);
    return override(config->fonts, sizeof(config->fonts), options->fonts);
}

static struct window *open_window(const struct options *options)
{
    struct window_options window = {
        .title = "驿窗",
        .headless = options->headless,
    };
    if (options->windowed) {
        window.width = options->width;
        window.height = options->height;
    } else if (options->script || options->headless) {
        window.width = SCRIPT_WIDTH;
        window.height = SCRIPT_HEIGHT;
    }
    return window_open(&window);
}

static int run_script(struct app *app, const struct options *options)
{
    const struct script_options script = {options->script, options->shots};
    return script_run(app, &script) ? EXIT_OK : EXIT_FAILED;
}

static void print_stats(const struct app *app)
{
    struct stage_stats stats = stage_stats(app->stage);
    fprintf(
        stderr,
        "frames %llu, of them scrolled %llu; glyphs %zu in %zu bytes, "
        "evictions %llu, given back %llu, refusals %llu; pictures %zu bytes\n",
        (unsigned long long)stats.frames,
        (unsigned long long)stats.scrolled_frames, stats.glyphs.glyphs,
        stats.glyphs.bytes, (unsigned long long)stats.glyphs.evictions,
        (unsigned long long)stats.glyphs.given_back,
        (unsigned long long)stats.glyphs.refusals, stats.picture_bytes);
}

/* Stays on the rescue page until there is something to show; NULL with *status
 * when the program is to end. A script does not wait: what it finds is the
 * page, and the reason in its exit status. */
static struct app *open_app(const struct config *config, struct window *window,
                            const struct options *options, int *status)
{
    for (;;) {
        enum store_error error;
        struct app *app = app_new(config, window, &error);
        if (app)
            return app;
        rescue_show(window, config, error);
        if (options->script) {
            char path[1024];
            snprintf(path, sizeof(path), "%s/rescue.png",
                     options->shots ? options->shots : ".");
            if (options->shots)
                window_save(window, path);
            return NULL;
        }
        if (!rescue_wait(window, config, error)) {
            *status = EXIT_OK;
            return NULL;
        }
    }
}

static bool wants_splash(const struct config *config, uint64_t open_ms)
{
    return config->splash == SPLASH_ALWAYS ||
           (config->splash == SPLASH_AUTO && open_ms > SPLASH_AFTER_MS);
}

static uint64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct config config;
    size_t faults;
    int status = EXIT_FAILED;
    if (!read_options(argc, argv, &options, &status))
        return status;
    if (!read_config(&options, &config, &faults))
        return EXIT_USAGE;
    if (options.check_config)
        return faults ? EXIT_FAILED : EXIT_OK;

    /* What a visitor types goes through SQLite, from the first search on. */
    search_keep_private();
    struct app *app = NULL;
    uint64_t start = monotonic_ms();
    struct window *window = open_window(&options);
    if (!window)
        return EXIT_FAILED;
    if (options.script)
        window_set_clock(window, 1000);
    else if (wants_splash(&config, monotonic_ms() - start))
        rescue_splash(window, &config);
    if (!(app = open_app(&config, window, &options, &status)))
        goto out;
    if (options.script) {
        status = run_script(app, &options);
    } else {
        loop_run(app);
        status = EXIT_OK;
    }
    if (options.stats)
        print_stats(app);
out:
    app_free(app);
    window_close(window);
    return status;
}
