/* ime.c - yichuangctl ime: what the input methods of the screen answer. */
#include "ime.h"

#include <string.h>

#include "base/mem.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} parts[] = {
    {"pinyin", ime_pinyin},
    {"strokes", ime_strokes},
    {"write", ime_write},
};

int ctl_ime(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < COUNT_OF(parts); i++)
        if (!strcmp(parts[i].name, argv[1]))
            return parts[i].run(argc - 1, argv + 1);
    return ctl_usage("ime", "ime pinyin|strokes|write [选项] 输入");
}
