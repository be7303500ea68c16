/* ids.c - withdrawn ids, to be found among thousands of them. */
#include "install_private.h"

#include <string.h>

#include "base/mem.h"

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void ids_open(struct ids *ids, const char *lines)
{
    size_t capacity = 0;
    *ids = (struct ids){.text = xstrdup(lines)};
    for (char *at = ids->text, *end; *at; at = end) {
        const size_t length = strcspn(at, "\n");
        end = at + length + (at[length] == '\n');
        at[length] = 0;
        if (!length)
            continue;
        ARRAY_GROW(ids->all, ids->count, capacity);
        ids->all[ids->count++] = at;
    }
    if (ids->count)
        qsort(ids->all, ids->count, sizeof(*ids->all), compare);
}

void ids_close(struct ids *ids)
{
    free(ids->all);
    free(ids->text);
    *ids = (struct ids){0};
}

bool ids_have(const struct ids *ids, const char *id)
{
    return ids->count && bsearch(&id, ids->all, ids->count, sizeof(*ids->all),
                                 compare) != NULL;
}

bool ids_have_all(const struct ids *ids, const struct ids *others)
{
    for (size_t i = 0; i < others->count; i++)
        if (!ids_have(ids, others->all[i]))
            return false;
    return true;
}

bool ids_name(const struct ids *ids, const char *path)
{
    if (!ids->count)
        return false;
    char *name = xstrdup(path);
    bool found = ids_have(ids, name);
    for (size_t length = strlen(name); length-- > 0 && !found;) {
        const bool ends = path[length] == '/' || !strcmp(path + length, ".md");
        if (!ends)
            continue;
        name[length] = 0;
        found = ids_have(ids, name);
    }
    free(name);
    return found;
}
