/* ime_ink.c - yichuangctl ime strokes, ime write: strokes as keys and as ink.
 */
#include "ime.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/file.h"
#include "base/utf8.h"
#include "content/handwriting.h"
#include "content/strokes.h"

enum { TOP = 10, FILE_MOST = 1 << 20 };

static void print_codes(const uint32_t *codes, size_t count, bool json)
{
    char text[5];
    if (json)
        fputs("{\"candidates\":[", stdout);
    for (size_t i = 0; i < count; i++) {
        text[utf8_put(text, codes[i])] = 0;
        if (json)
            printf("%s\"%s\"", i ? "," : "", text);
        else
            puts(text);
    }
    if (json)
        puts("]}");
}

int ime_strokes(int argc, char **argv)
{
    const char *words[1], *folder = NULL;
    char path[PATH_MAX];
    bool json = false;
    size_t count;
    uint32_t found[TOP];
    const struct ctl_option options[] = {{"--data", &folder, NULL},
                                         {"--json", NULL, &json}};
    if (!ctl_options(argc, argv, options, COUNT_OF(options), words, 1,
                     &count) ||
        count != 1 || words[0][strspn(words[0], "12345*?")] != 0)
        return ctl_usage("ime", "ime strokes [--data 文件夹] [--json] 31134");
    struct strokes *table =
        strokes_open(data_path(folder, "strokes.table", path));
    if (!table)
        return CTL_FAULTS;
    print_codes(found, strokes_find(table, words[0], 0, found, TOP), json);
    strokes_close(table);
    return CTL_OK;
}

/* The ink of a file: a JSON array of strokes, each an array of [x, y]. */
struct page {
    const char *at; /* where reading stands */
    struct handwriting_stroke strokes[HANDWRITING_STROKES];
    struct handwriting_point points[HANDWRITING_POINTS];
    size_t stroke_count, point_count;
};

static char next_sign(struct page *page)
{
    page->at += strspn(page->at, " \t\r\n");
    return *page->at;
}

static bool take(struct page *page, char sign)
{
    if (next_sign(page) != sign)
        return false;
    page->at++;
    return true;
}

/* JSON's numbers begin with a digit or a minus; strtof knows more. */
static bool read_number(struct page *page, float *out)
{
    char *end;
    const char first = next_sign(page);
    if (first != '-' && (first < '0' || first > '9'))
        return false;
    *out = strtof(page->at, &end);
    const bool good = end != page->at && (end[-1] >= '0' && end[-1] <= '9');
    page->at = end;
    return good;
}

/* [a, b, ...] of things that read_one reads; no more than HANDWRITING_POINTS.
 */
static bool read_array(struct page *page, bool (*read_one)(struct page *page))
{
    if (!take(page, '['))
        return false;
    if (take(page, ']'))
        return true;
    do {
        if (!read_one(page))
            return false;
    } while (take(page, ','));
    return take(page, ']');
}

static bool read_point(struct page *page)
{
    struct handwriting_point point;
    if (page->point_count == HANDWRITING_POINTS || !take(page, '[') ||
        !read_number(page, &point.x) || !take(page, ',') ||
        !read_number(page, &point.y) || !take(page, ']'))
        return false;
    page->points[page->point_count++] = point;
    return true;
}

static bool read_stroke(struct page *page)
{
    const size_t first = page->point_count;
    if (page->stroke_count == HANDWRITING_STROKES ||
        !read_array(page, read_point))
        return false;
    page->strokes[page->stroke_count++] = (struct handwriting_stroke){
        &page->points[first], page->point_count - first};
    return true;
}

static bool read_page(struct page *page, const char *path)
{
    struct buf text = {0};
    if (!file_read(path, FILE_MOST, &text)) {
        fprintf(stderr, "yichuangctl: %s: %s\n", path, strerror(errno));
        return false;
    }
    page->at = buf_text(&text);
    const bool good = read_array(page, read_stroke) && next_sign(page) == 0;
    if (!good)
        fprintf(stderr,
                "yichuangctl: %s: 第 %zu 字节看不懂，应当是笔画的数组："
                "[[[x, y], ...], ...]，最多 %d 画 %d 点\n",
                path, (size_t)(page->at - buf_text(&text)), HANDWRITING_STROKES,
                HANDWRITING_POINTS);
    buf_fini(&text);
    return good;
}

static void recognise(struct handwriting *model, const struct page *page,
                      const char *after, bool json)
{
    struct handwriting_result results[TOP];
    uint32_t codes[TOP], previous = 0;
    for (size_t at = 0; after && after[at];)
        previous = utf8_next(after, strlen(after), &at);
    const size_t count = handwriting_recognise(
        model, page->strokes, page->stroke_count, previous, results, TOP);
    for (size_t i = 0; i < count; i++)
        codes[i] = results[i].codepoint;
    print_codes(codes, count, json);
}

int ime_write(int argc, char **argv)
{
    const char *words[1], *folder = NULL, *after = NULL;
    char path[PATH_MAX];
    bool json = false;
    size_t count;
    int status = CTL_FAULTS;
    const struct ctl_option options[] = {{"--data", &folder, NULL},
                                         {"--after", &after, NULL},
                                         {"--json", NULL, &json}};
    if (!ctl_options(argc, argv, options, COUNT_OF(options), words, 1,
                     &count) ||
        count != 1)
        return ctl_usage("ime", "ime write [--data 文件夹] [--after 前文] "
                                "[--json] 笔迹.json");
    struct page *page = xcalloc(1, sizeof(*page));
    struct handwriting *model =
        handwriting_open(data_path(folder, "handwriting.model", path));
    if (model && read_page(page, words[0])) {
        recognise(model, page, after, json);
        status = CTL_OK;
    }
    handwriting_close(model);
    free(page);
    return status;
}
