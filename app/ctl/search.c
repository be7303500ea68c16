/* search.c - yichuangctl search: what the kiosk finds, in its order. */
#include "ctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "content/search.h"

#define USAGE                                                              \
    "search \"要找的话\" [--json] [--kind guides] [--limit 20] [--db " \
    "content.db]"
enum { LIMIT_DEFAULT = 20, LIMIT_MOST = 300, BUDGET_MS = 2000 };

static void print_json_text(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            printf("\\%c", byte);
        else if (byte < ' ')
            printf("\\u%04x", byte);
        else
            putchar(byte);
    }
    putchar('"');
}

static void print_json(const struct search_answer *answer)
{
    printf("[");
    for (size_t i = 0; i < answer->result_count; i++) {
        const struct search_result *result = &answer->results[i];
        printf("%s\n  {\"id\": ", i ? "," : "");
        print_json_text(result->id);
        printf(", \"kind\": \"%s\", \"title\": ",
               search_kind_folder(result->kind));
        print_json_text(result->title.text);
        printf(", \"topics\": [");
        for (size_t n = 0; n < result->topic_count; n++) {
            printf("%s", n ? ", " : "");
            print_json_text(result->topics[n]);
        }
        printf("], \"score\": %.3f}", result->score);
    }
    printf("%s]\n", answer->result_count ? "\n" : "");
}

static void print_lines(const struct search_answer *answer)
{
    for (size_t i = 0; i < answer->result_count; i++) {
        const struct search_result *result = &answer->results[i];
        printf("%s%s  %s · %s  %s\n", result->best ? "* " : "  ",
               result->title.text, result->kind_title, result->parent,
               result->id);
        if (*result->snippet.text)
            printf("    %s\n", result->snippet.text);
    }
    if (!answer->result_count)
        puts("没有找到");
}

static bool read_kind(const char *name, enum search_kind *out)
{
    *out = SEARCH_ANY;
    if (!name || search_kind_of(name, out))
        return true;
    fprintf(stderr, "yichuangctl search: 没有种类 %s；可以写", name);
    for (int i = 0; i < SEARCH_KIND_COUNT; i++)
        fprintf(stderr, " %s", search_kind_folder((enum search_kind)i));
    fputs("\n", stderr);
    return false;
}

static bool read_limit(const char *text, size_t *out)
{
    char *end;
    *out = LIMIT_DEFAULT;
    if (!text)
        return true;
    long value = strtol(text, &end, 10);
    *out = (size_t)value;
    return *text && !*end && value >= 1 && value <= LIMIT_MOST;
}

static int run(const char *path, const char *query,
               const struct search_options *options, bool json)
{
    enum store_error error;
    struct arena arena = {0};
    struct search_answer answer;
    struct search *search = search_open(path, &error);
    if (!search)
        return CTL_FAULTS;
    bool fine = search_run(search, &arena, query, options, &answer);
    if (fine && json)
        print_json(&answer);
    else if (fine)
        print_lines(&answer);
    search_close(search);
    arena_fini(&arena);
    return fine ? CTL_OK : CTL_FAULTS;
}

int ctl_search(int argc, char **argv)
{
    const char *query = NULL, *kind = NULL, *limit = NULL, *database = NULL;
    bool json = false;
    size_t count;
    struct search_options options = {.budget_ms = BUDGET_MS};
    const struct ctl_option known[] = {{"--json", NULL, &json},
                                       {"--kind", &kind, NULL},
                                       {"--limit", &limit, NULL},
                                       {"--db", &database, NULL}};
    if (!ctl_options(argc, argv, known, COUNT_OF(known), &query, 1, &count) ||
        !query || !read_limit(limit, &options.limit))
        return ctl_usage("search", USAGE);
    if (!read_kind(kind, &options.kind))
        return CTL_USAGE;
    char path[PATH_MAX];
    return run(database ? database : ctl_database(path), query, &options, json);
}
