/* Prints characters as the tests read them (tests/support/hand.h):
 *
 *   print_medians FOLDER [CHARACTERS]
 *
 * Without CHARACTERS, those of level 1 of the 通用规范汉字表. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "content/ime/train/sources.h"

enum { LEVEL_1 = 3500 };

static void print(const struct character *it)
{
    char name[4];
    printf("%.*s\t", (int)utf8_put(name, it->code), name);
    for (size_t s = 0, p = 0; s < it->ink->stroke_count; s++)
        for (const size_t start = p; p < it->ink->ends[s]; p++)
            printf("%s%.0f,%.0f",
                   p > start ? " "
                   : p       ? ";"
                             : "",
                   (double)it->ink->points[p].x, (double)it->ink->points[p].y);
    putchar('\n');
}

static bool is_wanted(const char *wanted, uint32_t code)
{
    for (size_t at = 0; wanted[at];)
        if (utf8_next_valid(wanted, &at) == code)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    struct sources sources = {0};
    if (argc < 2 || argc > 3)
        die("usage: print_medians FOLDER [CHARACTERS]");
    sources_read(&sources, argv[1]);
    for (size_t i = 0; i < sources.count; i++) {
        const struct character *it = &sources.characters[i];
        if (it->ink &&
            (argc == 3 ? is_wanted(argv[2], it->code) : it->number <= LEVEL_1))
            print(it);
    }
    sources_fini(&sources);
}
