/* preview.c - yichuangctl preview: one item as the kiosk will show it. */
#include "ctl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/page/item.h"
#include "base/file.h"
#include "content/compile.h"
#include "ui/snapshot.h"
#include "ui/theme.h"

#define USAGE                                                                      \
    "preview FILE.md [--size 大] [--theme 黑底白字] [--width 1080] [-o page." \
    "png]"
#define PANEL_MM 268 /* of the usual portrait panel, however many pixels */
#define HEIGHT_MOST 60000
#define MEDIA_BYTES (64u << 20)
#define CACHE_BYTES (16u << 20)

struct preview {
    const char *path, *output;
    int width;
    enum text_size size;
    enum contrast contrast;
    char *edition; /* the folder with edition.yaml */
    char *file;    /* the item's path in it */
};

static bool choose(const char *name, const char *const *names, int count,
                   int *out)
{
    for (int i = 0; i < count; i++)
        if (!strcmp(names[i], name)) {
            *out = i;
            return true;
        }
    return false;
}

static bool read_option(struct preview *preview, const char *name,
                        const char *value)
{
    int choice;
    char *end;
    if (!strcmp(name, "-o")) {
        preview->output = value;
        return *value != 0;
    }
    if (!strcmp(name, "--width")) {
        long width = strtol(value, &end, 10);
        preview->width = (int)width;
        return *value && !*end && width >= 240 && width <= 4320;
    }
    if (!strcmp(name, "--size") &&
        choose(value, theme_size_names, SIZE_COUNT, &choice)) {
        preview->size = (enum text_size)choice;
        return true;
    }
    if (!strcmp(name, "--theme") &&
        choose(value, theme_contrast_names, CONTRAST_COUNT, &choice)) {
        preview->contrast = (enum contrast)choice;
        return true;
    }
    return false;
}

static bool read_arguments(struct preview *preview, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-' && !preview->path)
            preview->path = argv[i];
        else if (i + 1 >= argc || !read_option(preview, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    return preview->path != NULL;
}

static bool is_edition(const char *path, size_t length)
{
    struct buf name = {0};
    buf_printf(&name, "%.*s/edition.yaml", (int)length, path);
    bool found = access(buf_text(&name), F_OK) == 0;
    buf_fini(&name);
    return found;
}

/* The nearest folder above the file that is an edition. */
static bool find_edition(struct preview *preview)
{
    char *path = realpath(preview->path, NULL);
    if (!path) {
        printf("%s:1: 打不开：%s；看看路径对不对\n", preview->path,
               strerror(errno));
        return false;
    }
    for (size_t at = strlen(path); at-- > 0 && !preview->edition;)
        if (path[at] == '/' && is_edition(path, at)) {
            preview->edition = xstrndup(path, at);
            preview->file = xstrdup(path + at + 1);
        }
    free(path);
    if (!preview->edition)
        printf("%s:1: 不在一版内容里；它上面要有一个放着 edition.yaml "
               "的文件夹\n",
               preview->path);
    return preview->edition != NULL;
}

static bool load_picture(void *user, const char *name, int width, int height,
                         colour background, struct picture *out)
{
    const struct preview *preview = user;
    struct buf path = {0}, bytes = {0};
    buf_printf(&path, "%s/%s", preview->edition, name);
    bool fine = file_read(buf_text(&path), MEDIA_BYTES, &bytes) &&
                picture_decode(bytes.data, bytes.length, width, height,
                               background, out);
    buf_fini(&path);
    buf_fini(&bytes);
    return fine;
}

static bool draw(struct preview *preview, const struct item *item)
{
    struct theme theme;
    struct fonts *fonts = fonts_open(NULL);
    if (!fonts)
        return false;
    theme_init(&theme, preview->width, preview->width * 16 / 9, PANEL_MM,
               preview->size, preview->contrast);
    struct view *view = view_new(fonts, &theme);
    view->width = preview->width;
    item_page(view, item, NULL);
    view_layout(view, preview->width, 0);
    bool cut = view->height > HEIGHT_MOST;
    bool saved = snapshot_view(view,
                               &(struct stage_options){
                                   .fonts = fonts,
                                   .glyph_bytes = CACHE_BYTES,
                                   .picture_bytes = CACHE_BYTES,
                                   .load = load_picture,
                                   .user = preview,
                               },
                               HEIGHT_MOST, preview->output);
    if (saved)
        printf("%s: %s，%d×%d%s\n", preview->output, item->card.title,
               view->width, cut ? HEIGHT_MOST : view->height,
               cut ? "，太长，后面的没有画" : "");
    view_free(view);
    fonts_close(fonts);
    return saved;
}

static bool preview_item(struct preview *preview)
{
    struct compile_report report;
    struct arena arena = {0};
    struct item item;
    char today[16];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(today, sizeof(today), "%Y-%m-%d", &local);
    bool fine = compile_item(preview->edition, preview->file, today, &arena,
                             &item, &report);
    fputs(buf_text(&report.faults), stdout);
    if (!fine)
        printf("共 %zu 处要改，没有画\n", report.fault_count);
    compile_report_fini(&report);
    fine = fine && draw(preview, &item);
    arena_fini(&arena);
    return fine;
}

int ctl_preview(int argc, char **argv)
{
    struct preview preview = {.width = 1080, .output = "page.png"};
    if (!read_arguments(&preview, argc, argv))
        return ctl_usage("preview", USAGE);
    bool fine = find_edition(&preview) && preview_item(&preview);
    free(preview.edition);
    free(preview.file);
    return fine ? CTL_OK : CTL_FAULTS;
}
