/* icon_names.h - what the signs of the kiosk are called, in one table.
 *
 * Editors write these names ({{图标：电话}}, `icon: phone`) and the compiler
 * checks them; ui/icons.h makes its signs out of the same rows, so that what is
 * let through is what can be drawn. Adding a sign is a row here and its path in
 * ui/icons.c. */
#ifndef BASE_ICON_NAMES_H
#define BASE_ICON_NAMES_H

#include <stddef.h>
#include <string.h>

/* id, the name that is also said of it, the English name */
#define ICON_NAMES(X)               \
    X(HOME, "首页", "home")         \
    X(BACK, "返回", "back")         \
    X(SIZE, "大字", "size")         \
    X(PHONE, "电话", "phone")       \
    X(NEXT, "进入", "next")         \
    X(CLOSE, "关闭", "close")       \
    X(PIN, "地点", "pin")           \
    X(CLOCK, "时间", "clock")       \
    X(GUIDE, "指南", "guide")       \
    X(NEWS, "报纸", "news")         \
    X(BOOK, "书本", "book")         \
    X(PEOPLE, "人员", "people")     \
    X(WRENCH, "扳手", "wrench")     \
    X(WARNING, "注意", "warning")   \
    X(CHECK, "对勾", "check")       \
    X(CONTRAST, "对比", "contrast") \
    X(LIST, "列表", "list")         \
    X(HAND, "手指", "hand")         \
    X(SEARCH, "搜索", "search")

struct icon_name {
    const char *said, *english;
};

/* Row `index`; NULL behind the last one. */
static inline const struct icon_name *icon_name_at(size_t index)
{
#define X(id, said, english) {said, english},
    static const struct icon_name names[] = {ICON_NAMES(X)};
#undef X
    return index < sizeof(names) / sizeof(names[0]) ? &names[index] : NULL;
}

/* The row with one of its names; NULL when there is none. */
static inline const struct icon_name *icon_name_find(const char *name)
{
    const struct icon_name *row;
    for (size_t i = 0; (row = icon_name_at(i)); i++)
        if (!strcmp(row->said, name) || !strcmp(row->english, name))
            return row;
    return NULL;
}

/* What stands in a text for an icon: U+FFFC. */
#define ICON_CHARACTER "\xEF\xBF\xBC"

#endif
