/* ime_pinyin.c - yichuangctl ime pinyin: letters to Chinese as on the screen,
 * with the words of the edition. */
#include "ime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/mem.h"
#include "content/pinyin.h"
#include "content/store.h"

enum { TOP = 10 };

static bool add_term(void *pinyin, const char *text)
{
    return pinyin_terms_add(pinyin, text);
}

/* Without content the general words are left. */
static void add_terms(struct pinyin *pinyin, const char *path)
{
    enum store_error error;
    struct store *store = store_open(path, &error);
    if (!store)
        return;
    pinyin_terms_begin(pinyin);
    store_terms(store, add_term, pinyin);
    pinyin_terms_end(pinyin);
    store_close(store);
}

static void print(const struct pinyin_candidate *candidates, size_t count,
                  bool json)
{
    if (json)
        fputs("{\"candidates\":[", stdout);
    for (size_t i = 0; i < count; i++)
        if (json)
            printf("%s\"%s\"", i ? "," : "", candidates[i].text);
        else
            puts(candidates[i].text);
    if (json)
        puts("]}");
}

int ime_pinyin(int argc, char **argv)
{
    const char *words[1], *folder = NULL, *database = NULL, *limit = NULL;
    char path[PATH_MAX], content[PATH_MAX];
    bool json = false;
    size_t count;
    struct pinyin_candidate candidates[PINYIN_CANDIDATES];
    const struct ctl_option options[] = {{"--data", &folder, NULL},
                                         {"--db", &database, NULL},
                                         {"--limit", &limit, NULL},
                                         {"--json", NULL, &json}};
    if (!ctl_options(argc, argv, options, COUNT_OF(options), words, 1,
                     &count) ||
        count != 1 ||
        words[0][strspn(words[0], "abcdefghijklmnopqrstuvwxyz'23456789")] ||
        (limit && (atoi(limit) < 1 || atoi(limit) > PINYIN_CANDIDATES)))
        return ctl_usage("ime", "ime pinyin [--limit 10] [--db content.db] "
                                "[--data 文件夹] [--json] gongzi");
    struct pinyin *pinyin = pinyin_open(data_path(folder, "pinyin.lex", path));
    if (!pinyin)
        return CTL_FAULTS;
    add_terms(pinyin, database ? database : ctl_database(content));
    count = pinyin_find(pinyin, words[0], candidates,
                        limit ? (size_t)atoi(limit) : TOP);
    print(candidates, count, json);
    pinyin_close(pinyin);
    return count ? CTL_OK : CTL_FAULTS;
}
