/* kind.c - what can be found. */
#include "content/search.h"

#include <string.h>

static const struct {
    const char *folder, *title;
} kinds[SEARCH_KIND_COUNT + 1] = {
#define X(symbol, folder, title) [SEARCH_##symbol] = {folder, title},
    SEARCH_KINDS(X)
#undef X
        [SEARCH_ANY] = {"", "全部"},
};

const char *search_kind_folder(enum search_kind kind)
{
    return kinds[kind].folder;
}

const char *search_kind_title(enum search_kind kind)
{
    return kinds[kind].title;
}

bool search_kind_of(const char *folder, enum search_kind *out)
{
    for (int i = 0; i < SEARCH_KIND_COUNT; i++)
        if (!strcmp(kinds[i].folder, folder)) {
            *out = (enum search_kind)i;
            return true;
        }
    return false;
}
