#include "app/kiosk/rescue.h"

#include <stdio.h>
#include <sys/stat.h>

#include "fonts/fonts.h"
#include "ui/plain.h"

#define LOOK_MS 3000   /* between looks at the content */
#define RETRY_MS 60000 /* what else may have changed, such as a font */
#define STEP_MS 100

struct reason {
    const char *line, *remedy;
};

static const struct reason reasons[] = {
    [STORE_OK] = {"没有找到中文字体。", "请安装软件包 fonts-noto-cjk。"},
    [STORE_MISSING] = {"还没有内容。", "请插入内容 U 盘，或等待网络更新。"},
    [STORE_DAMAGED] = {"内容文件损坏了。", "请重新插入内容 U 盘更新。"},
    [STORE_NEWER] = {"内容比本机的程序新。", "请联系管理员升级本机程序。"},
    [STORE_OLDER] = {"内容是旧版程序做的。", "请重新更新内容。"},
    [STORE_EMPTY] = {"内容是空的。", "请插入内容 U 盘，或等待网络更新。"},
};

static void add_line(struct plain_page *page, const char *line)
{
    size_t i = 0;
    while (i < COUNT_OF(page->lines) - 1 && page->lines[i])
        i++;
    if (i < COUNT_OF(page->lines) - 1 && *line)
        page->lines[i] = line;
}

static void show(struct window *window, const struct config *config,
                 struct plain_page *page)
{
    char font[1024];
    const char *folder = config->fonts[0] ? config->fonts : NULL;
    if (fonts_find_plain(folder, font, sizeof(font), &page->face) ||
        (folder && fonts_find_plain(NULL, font, sizeof(font), &page->face)))
        page->font = font;
    plain_show(window, page);
}

void rescue_show(struct window *window, const struct config *config,
                 enum store_error error)
{
    char staff[256] = "";
    struct plain_page page = {.title = "暂停服务"};
    add_line(&page, reasons[error].line);
    add_line(&page, "求助请找驿站工作人员。");
    if (*config->staff_phone)
        snprintf(staff, sizeof(staff), "%s %s", config->staff_name,
                 config->staff_phone);
    add_line(&page, staff);
    add_line(&page, "工会热线 12351");
    add_line(&page, reasons[error].remedy);
    show(window, config, &page);
}

void rescue_splash(struct window *window, const struct config *config)
{
    struct plain_page page = {.title = config->station, .quiet = true};
    add_line(&page, "正在打开，请稍候……");
    show(window, config, &page);
}

static struct stat look_at(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info : (struct stat){0};
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
           a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool rescue_wait(struct window *window, const struct config *config,
                 enum store_error error)
{
    const struct stat before = look_at(config->content);
    uint64_t start = window_clock_ms(window), look = start + LOOK_MS;
    while (window_clock_ms(window) < start + RETRY_MS) {
        struct input input;
        window_wait(window, STEP_MS);
        if (window_clock_ms(window) >= look) {
            struct stat now = look_at(config->content);
            if (!is_same(&before, &now))
                return true;
            look += LOOK_MS;
        }
        while (window_poll(window, &input)) {
            if (input.kind == INPUT_QUIT)
                return false;
            if (input.kind == INPUT_RESIZE || input.kind == INPUT_REDRAW)
                rescue_show(window, config, error);
        }
    }
    return true;
}
