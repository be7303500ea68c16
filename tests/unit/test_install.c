/* test_install.c - whatever happens to an edition between two packs, the store
 * serves afterwards what a database built from all its files would. Runs in the
 * top folder. */
#include "content/install.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "content/compile.h"
#include "content/store.h"
#include "support/issuer.h"
#include "support/served.h"

/* In memory where there is such a place: every step is synced. */
static char folder[] = "/dev/shm/yichuang-install-XXXXXX";

static char *path_in(const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", folder, name);
    return path.data;
}

static void clear(const char *name)
{
    const struct tree nothing = {0};
    char *path = path_in(name);
    tree_save(&nothing, path);
    free(path);
}

static enum install_result apply(const char *state, struct shelf *shelf,
                                 struct issuer *areas, size_t count,
                                 struct install_report *report)
{
    char *path = path_in(state);
    enum install_result result =
        issuer_apply(areas, count, path, shelf, report);
    free(path);
    return result;
}

static void dump_state(const char *state, struct buf *out)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s/content.db", folder, state);
    served_dump(buf_text(&path), out);
    buf_fini(&path);
}

/* A first import of everything in another state folder. */
static void dump_anew(struct issuer *areas, size_t count, struct buf *out)
{
    struct shelf *shelf = shelf_new();
    struct issuer anew[4];
    struct install_report report;
    clear("anew");
    for (size_t i = 0; i < count; i++) {
        anew[i] = areas[i];
        anew[i].packed = (struct tree){0};
        anew[i].seq = areas[i].seq - 1;
        issuer_pack(shelf, &anew[i], true);
        tree_fini(&anew[i].packed);
    }
    enum install_result result = apply("anew", shelf, anew, count, &report);
    if (result == INSTALL_DONE)
        dump_state("anew", out);
    else
        buf_printf(out, "%s\n%s", install_result_english(result),
                   buf_text(&report.faults));
    install_report_fini(&report);
    shelf_free(shelf);
}

/* `yichuangctl build` of the same files; false when it has faults. */
static bool dump_built(const struct tree *tree, struct buf *out)
{
    struct compile_report report;
    char *edition = path_in("edition"), *output = path_in("built.db");
    tree_save(tree, edition);
    bool fine = compile_build(edition, output, &report);
    if (fine)
        served_dump(output, out);
    else
        buf_puts(out, buf_text(&report.faults));
    compile_report_fini(&report);
    free(edition);
    free(output);
    return fine;
}

static void remove_under(struct tree *tree, const char *folder_name)
{
    size_t length = strlen(folder_name);
    for (size_t i = tree->count; i--;)
        if (!strncmp(tree->files[i].path, folder_name, length) &&
            tree->files[i].path[length] == '/')
            tree_remove(tree, tree->files[i].path);
}

/* Puts right what a build complains of: what the base had comes back, faulty
 * files become what they were there, or go; else all becomes the base. */
static void mend(struct tree *tree, const struct tree *base)
{
    for (size_t i = 0; i < base->count; i++)
        if (!tree_find(tree, base->files[i].path))
            tree_put(tree, base->files[i].path, buf_text(&base->files[i].bytes),
                     base->files[i].bytes.length);
    for (int round = 0; round < 6; round++) {
        struct buf faults = {0};
        bool fine = dump_built(tree, &faults);
        for (char *line = faults.data, *end; !fine && line && *line;
             line = end) {
            end = line + strcspn(line, "\n");
            end += *end == '\n';
            line[strcspn(line, ":\n")] = 0;
            const struct tree_file *was = tree_find(base, line);
            if (was)
                tree_put(tree, line, buf_text(&was->bytes), was->bytes.length);
            else if (tree_find(tree, line))
                tree_remove(tree, line);
            else /* a folder */
                remove_under(tree, line);
        }
        buf_fini(&faults);
        if (fine)
            return;
    }
    tree_fini(tree);
    tree_copy(base, tree);
}

/* The first line that is another one. */
static void expect_same(const char *what, const struct buf *got,
                        const struct buf *want)
{
    if (got->length == want->length &&
        !memcmp(buf_text(got), buf_text(want), got->length))
        return;
    const char *a = buf_text(got), *b = buf_text(want);
    while (*a && *b) {
        size_t left = strcspn(a, "\n"), right = strcspn(b, "\n");
        if (left != right || memcmp(a, b, left) != 0)
            break;
        a += left + (a[left] == '\n');
        b += right + (b[right] == '\n');
    }
    fail_msg("%s: \n  %.*s\nwhere it should be\n  %.*s", what,
             (int)strcspn(a, "\n"), a, 400, b);
}

static enum install_result scrub(const char *state, struct shelf *shelf,
                                 struct install_report *report)
{
    const struct install_objects objects = shelf_objects(shelf);
    char *path = path_in(state);
    enum install_result result = install_scrub(path, &objects, NULL, report);
    free(path);
    return result;
}

/* What the kiosk opens shows every item. */
static void expect_readable(const char *state, const struct tree *tree)
{
    struct buf path = {0};
    enum store_error error;
    buf_printf(&path, "%s/%s/content.db", folder, state);
    struct store *store = store_open(buf_text(&path), &error);
    assert_non_null(store);
    store_set_today(store, "2026-01-01");
    for (size_t i = 0; i < tree->count; i++) {
        struct arena arena = {0};
        struct item item;
        const char *file = tree->files[i].path;
        char *id = xstrndup(file, strlen(file) - 3);
        if (!strcmp(file + strlen(file) - 3, ".md") &&
            store_resolve(store, id) == LINK_ITEM)
            assert_true(store_item(store, &arena, id, &item));
        free(id);
        arena_fini(&arena);
    }
    store_close(store);
    buf_fini(&path);
}

/* Random edits. */

static uint64_t dice_state;

static unsigned dice(size_t sides)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return sides ? (unsigned)((dice_state >> 16) % sides) : 0;
}

static void seed_dice(uint64_t otherwise)
{
    const char *text = getenv("SEED");
    dice_state = text ? strtoull(text, NULL, 10) : otherwise;
    print_message("SEED=%llu\n", (unsigned long long)dice_state);
}

static bool starts(const char *path, const char *with)
{
    return !strncmp(path, with, strlen(with));
}

static bool ends(const char *path, const char *with)
{
    size_t length = strlen(path), wanted = strlen(with);
    return length >= wanted && !strcmp(path + length - wanted, with);
}

/* Any file in a folder; NULL when there is none. */
static struct tree_file *any(struct tree *tree, const char *in, const char *end)
{
    struct tree_file *found = NULL;
    size_t seen = 0;
    for (size_t i = 0; i < tree->count; i++)
        if (starts(tree->files[i].path, in) && ends(tree->files[i].path, end) &&
            !dice(++seen))
            found = &tree->files[i];
    return found;
}

static struct tree_file *any_item(struct tree *tree)
{
    static const char *const places[] = {"articles/", "guides/", "papers/", ""};
    return any(tree, places[dice(COUNT_OF(places))], ".md");
}

/* Something a link may lead to, often an item, now and then nothing. */
static char *any_link(struct tree *tree)
{
    static const char *const others[] = {
        "guides",           "guides/wage",           "articles/news",
        "articles/craft",   "listings/stations",     "listings/jobs",
        "articles/news/no", "papers/grb/2026-02-06", "guides/injury"};
    const struct tree_file *file = any(tree, "", ".md");
    if (dice(3) || !file)
        return xstrdup(others[dice(COUNT_OF(others))]);
    return xstrndup(file->path, strlen(file->path) - 3);
}

static unsigned serial;

static void set_text(struct tree *tree, const struct tree_file *file,
                     const struct buf *text)
{
    char *path = xstrdup(file->path);
    tree_put(tree, path, buf_text(text), text->length);
    free(path);
}

/* Puts `text` in place of the line that begins with `key`, or after the first
 * line when there is none. */
static void set_line(struct tree *tree, const struct tree_file *file,
                     const char *key, const char *text)
{
    struct buf out = {0};
    bool done = false;
    const char *at = buf_text(&file->bytes);
    for (size_t n = 0; *at; n++) {
        size_t length = strcspn(at, "\n");
        bool hit = starts(at, key);
        if (hit && !done)
            buf_puts(&out, text);
        else
            buf_add(&out, at, length + (at[length] == '\n'));
        done |= hit;
        if (n == 0 && !strstr(at, key)) {
            buf_puts(&out, text);
            done = true;
        }
        at += length + (at[length] == '\n');
    }
    set_text(tree, file, &out);
    buf_fini(&out);
}

static void edit_title(struct tree *tree)
{
    struct tree_file *file = any_item(tree);
    struct buf line = {0};
    if (!file)
        return;
    buf_printf(&line, "title: 第%u个题目\n", serial++);
    set_line(tree, file, "title: ", buf_text(&line));
    buf_fini(&line);
}

static void edit_body(struct tree *tree)
{
    struct tree_file *file = any_item(tree);
    struct buf text = {0};
    if (!file)
        return;
    char *link = any_link(tree);
    buf_add(&text, buf_text(&file->bytes), file->bytes.length);
    switch (dice(4)) {
    case 0:
        buf_printf(&text, "\n第%u段，没有别的什么话可以说了。\n", serial++);
        break;
    case 1:
        buf_printf(&text, "\n第%u段，看[[%s|那一篇]]再说。\n", serial++, link);
        break;
    case 2:
        buf_printf(&text, "\n![图%u](media/%s.png)\n", serial++,
                   dice(2) ? "square" : "unused");
        break;
    default:
        buf_printf(&text, "\n第%u段，看[[%s]]再说。\n", serial++, link);
    }
    set_text(tree, file, &text);
    free(link);
    buf_fini(&text);
}

static void edit_dates(struct tree *tree)
{
    struct tree_file *file = any_item(tree);
    struct buf line = {0};
    static const char *const keys[] = {"date", "valid_until", "valid_from",
                                       "reviewed"};
    const char *key = keys[dice(COUNT_OF(keys))];
    if (!file)
        return;
    buf_printf(&line, "%s: 2026-%02u-%02u\n", key,
               !strcmp(key, "valid_until") ? 12 : dice(11) + 1, dice(28) + 1);
    struct buf start = {0};
    buf_printf(&start, "%s: ", key);
    set_line(tree, file, buf_text(&start), buf_text(&line));
    buf_fini(&start);
    buf_fini(&line);
}

static void edit_related(struct tree *tree)
{
    struct tree_file *file = any_item(tree), *other = any(tree, "", ".md");
    struct buf line = {0};
    if (!file || !other || file == other)
        return;
    buf_printf(&line, "related: [%.*s]\n", (int)strlen(other->path) - 3,
               other->path);
    set_line(tree, file, "related: ", buf_text(&line));
    buf_fini(&line);
}

static void edit_topics(struct tree *tree)
{
    static const char *const lines[] = {
        "topics: [wage]\n", "topics: [injury, contract]\n", "topics: []\n"};
    struct tree_file *file = any_item(tree);
    if (file)
        set_line(tree, file, "topics: ", lines[dice(COUNT_OF(lines))]);
}

static void edit_rank(struct tree *tree)
{
    struct tree_file *file = any(tree, "papers/", ".md");
    char line[32];
    if (!file)
        return;
    snprintf(line, sizeof(line), dice(2) ? "rank: %u\n" : "page: %u\n",
             dice(2) + 1);
    set_line(tree, file, line[0] == 'r' ? "rank: " : "page: ", line);
}

static void edit_halves(struct tree *tree)
{
    struct tree_file *from = any(tree, "papers/grb/2026-02-06/a", ".md");
    static const char *const lines[] = {
        "continues_to: {page: 2, headline: 头条（续）}\n",
        "continues_to: {page: 2, headline: 没有的}\n",
        "continues_to: {page: 2, headline: 尾巴}\n",
    };
    if (from)
        set_line(tree, from, "continues_to: ", lines[dice(COUNT_OF(lines))]);
}

static void add_item(struct tree *tree)
{
    static const char *const places[] = {
        "articles/news",         "articles/local", "articles/languages",
        "guides/wage",           "guides/injury",  "guides/contract",
        "papers/grb/2026-02-06", "articles/craft"};
    const char *place = places[dice(COUNT_OF(places))];
    struct buf path = {0}, text = {0};
    buf_printf(&path, "%s/n%u.md", place, dice(40));
    char *link = any_link(tree);
    buf_printf(&text, "---\ntitle: 新来的第%u篇\nreviewed: 2026-01-02\n",
               serial);
    if (starts(place, "papers"))
        buf_printf(&text, "page: %u\n", dice(2) + 1);
    if (dice(2))
        buf_printf(&text, "date: 2026-0%u-1%u\n", dice(9) + 1, dice(10));
    if (!dice(3))
        buf_puts(&text, "image: media/square.png\nalt: 一块砖\n");
    buf_printf(&text, "---\n第%u篇说的是[[%s]]的事情。\n", serial++, link);
    tree_put(tree, buf_text(&path), buf_text(&text), text.length);
    free(link);
    buf_fini(&path);
    buf_fini(&text);
}

static void remove_item(struct tree *tree)
{
    struct tree_file *file = any_item(tree);
    if (file)
        tree_remove(tree, file->path);
}

static void move_item(struct tree *tree)
{
    static const char *const places[] = {"articles/news", "articles/local",
                                         "guides/wage", "guides/injury"};
    struct tree_file *file =
        any(tree, dice(2) ? "articles/" : "guides/", ".md");
    struct buf path = {0}, text = {0};
    if (!file)
        return;
    buf_printf(&path, "%s/m%u.md", places[dice(COUNT_OF(places))], dice(20));
    buf_add(&text, buf_text(&file->bytes), file->bytes.length);
    tree_remove(tree, file->path);
    tree_put(tree, buf_text(&path), buf_text(&text), text.length);
    struct tree_file *moved = tree_find(tree, buf_text(&path));
    if (!strstr(buf_text(&moved->bytes), "\nreviewed:"))
        set_line(tree, moved, "reviewed: ", "reviewed: 2026-01-03\n");
    buf_fini(&path);
    buf_fini(&text);
}

static const char sheet_path[] = "listings/stations/stations.csv";

static void edit_rows(struct tree *tree)
{
    struct tree_file *file = tree_find(tree, sheet_path);
    struct buf out = {0};
    if (!file)
        return;
    const char *at = buf_text(&file->bytes);
    for (size_t n = 0; *at; n++) {
        size_t length = strcspn(at, "\n") + 1;
        /* s1 and s2 have opening times of their own. */
        bool fixed = n == 0 || starts(at, "s1,") || starts(at, "s2,");
        unsigned what = dice(8);
        if (!fixed && what == 0)
            buf_puts(&out, "");
        else if (!fixed && what == 1)
            buf_printf(&out, "%.*s,第%u站,云岩,饮水、充电,12351,,,\n",
                       (int)strcspn(at, ","), at, dice(90));
        else
            buf_add(&out, at, length);
        at += length;
    }
    for (unsigned i = dice(3); i; i--) {
        struct buf id = {0};
        buf_printf(&id, "\nr%u,", serial);
        if (!strstr(buf_text(&out), buf_text(&id)))
            buf_printf(&out, "r%u,第%u站,%s,充电;饮水,,,,%s\n", serial,
                       dice(90), dice(2) ? "南明" : "观山湖",
                       dice(2) ? "2026-12-01" : "");
        serial++;
        buf_fini(&id);
    }
    set_text(tree, file, &out);
    buf_fini(&out);
}

static void edit_hours(struct tree *tree)
{
    struct tree_file *file = tree_find(tree, "listings/stations/schedules.csv");
    struct buf text = {0};
    if (!file)
        return;
    buf_add(&text, buf_text(&file->bytes), file->bytes.length);
    buf_printf(&text, "s%u,\"SA,SU\",0%u:00,1%u:00,,\n", dice(2) + 1, dice(9),
               dice(9));
    if (text.length < 2000)
        set_text(tree, file, &text);
    buf_fini(&text);
}

static void edit_listing(struct tree *tree)
{
    static const struct {
        const char *key, *lines[2];
    } edits[] = {
        {"title: ", {"title: 附近驿站\n", "title: 驿站一览\n"}},
        {"sort: ", {"sort: [name]\n", "sort: [-district, name]\n"}},
        {"facets: ",
         {"facets: [district, facilities]\n", "facets: [facilities]\n"}},
        {"card: ", {"card: [district, facilities]\n", "card: [phone]\n"}},
        {"notice: ", {"notice: 示例数据。\n", "notice: 来源：测试。\n"}},
    };
    struct tree_file *file = tree_find(tree, "listings/stations/listing.yaml");
    size_t which = dice(COUNT_OF(edits));
    if (file)
        set_line(tree, file, edits[which].key, edits[which].lines[dice(2)]);
}

static void edit_kinds(struct tree *tree)
{
    static const char jobs[] = "listings/jobs/listing.yaml";
    if (tree_find(tree, jobs)) {
        tree_remove(tree, jobs);
        tree_remove(tree, "listings/jobs/jobs.csv");
        return;
    }
    tree_puts(tree, jobs,
              "kind: jobs\ntitle: 招工\nitem: 岗位\nsource: jobs.csv\n"
              "columns:\n"
              "  - {name: id, type: text, label: 编号}\n"
              "  - {name: name, type: text, label: 名称}\n"
              "roles: {title: name}\nfacets: [name]\n");
    tree_puts(tree, "listings/jobs/jobs.csv", "id,name\n1,焊工\n2,钳工\n");
}

static void edit_home(struct tree *tree)
{
    struct tree_file *file = tree_find(tree, "home.yaml");
    struct buf line = {0};
    if (dice(2))
        buf_printf(&line, "notice: {text: 第%u号通知, link: articles/news}\n",
                   serial++);
    else
        buf_printf(&line,
                   "headlines: {title: 要闻, channels: [%s], count: %u}\n",
                   dice(2) ? "news" : "local, news", dice(5) + 1);
    set_line(tree, file,
             line.data[0] == 'n' ? "notice: " : "headlines: ", buf_text(&line));
    buf_fini(&line);
}

static void edit_issue(struct tree *tree)
{
    struct tree_file *file = any(tree, "papers/", "issue.yaml");
    struct buf line = {0};
    if (!file)
        return;
    buf_printf(&line, dice(2) ? "issue_no: 第 %u 期\n" : "paper: 《第%u报》\n",
               serial++);
    set_line(tree, file,
             line.data[0] == 'i' ? "issue_no: " : "paper: ", buf_text(&line));
    buf_fini(&line);
}

/* Another issue comes, or goes with all its articles. */
static void edit_issues(struct tree *tree)
{
    char date[16], folder_name[64];
    snprintf(date, sizeof(date), "2026-03-0%u", dice(4) + 1);
    snprintf(folder_name, sizeof(folder_name), "papers/grb/%s/", date);
    struct tree_file *file = any(tree, folder_name, "");
    if (file) {
        for (; file; file = any(tree, folder_name, ""))
            tree_remove(tree, file->path);
        return;
    }
    struct buf path = {0}, text = {0};
    buf_printf(&path, "%sissue.yaml", folder_name);
    buf_printf(&text,
               "paper: 《测试日报》\ndate: %s\npages:\n"
               "  - {no: 1, name: 一}\n  - {no: 2, name: 二}\n",
               date);
    tree_puts(tree, buf_text(&path), buf_text(&text));
    buf_clear(&path);
    buf_clear(&text);
    buf_printf(&path, "%sx.md", folder_name);
    buf_printf(&text,
               "---\ntitle: 报上第%u篇\npage: 1\n---\n"
               "报纸上第%u篇文章，印在第一版上。\n",
               serial, serial);
    serial++;
    tree_puts(tree, buf_text(&path), buf_text(&text));
    buf_fini(&path);
    buf_fini(&text);
}

static void edit_edition(struct tree *tree)
{
    static const struct {
        const char *key, *lines[2];
    } edits[] = {
        {"title: ", {"title: 测试版\n", "title: 另一个测试版\n"}},
        {"  - {id: news,",
         {"  - {id: news, title: 工会要闻, summary: 大事。}\n",
          "  - {id: news, title: 要闻}\n"}},
        {"  - {id: wage,",
         {"  - {id: wage, title: 工资与欠薪}\n",
          "  - {id: wage, title: 工资}\n"}},
        {"  - {id: injury,",
         {"  - {id: injury, title: 工伤}\n",
          "  - {id: injury, title: 工伤}\n  - {id: heat, title: 高温}\n"}},
        {"  - {id: local,",
         {"  - {id: local, title: 本地}\n",
          "  - {id: craft, title: 工匠}\n  - {id: local, title: 本地}\n"}},
        {"  - {id: craft,", {"", "  - {id: craft, title: 能人}\n"}},
        {"  - {id: heat,", {"", "  - {id: heat, title: 暑天}\n"}},
        {"date: ", {"date: 2026-02-06\n", "date: 2026-02-07\n"}},
    };
    struct tree_file *file = tree_find(tree, "edition.yaml");
    size_t which = dice(COUNT_OF(edits));
    const char *line = edits[which].lines[dice(2)];
    /* No channel or topic twice. */
    if ((strstr(line, "craft") && starts(edits[which].key, "  - {id: local") &&
         strstr(buf_text(&file->bytes), "{id: craft")) ||
        (strstr(line, "heat") && starts(edits[which].key, "  - {id: injury") &&
         strstr(buf_text(&file->bytes), "{id: heat")) ||
        !strstr(buf_text(&file->bytes), edits[which].key))
        return;
    set_line(tree, file, edits[which].key, line);
}

/* Topics change places. */
static void edit_order(struct tree *tree)
{
    static const char *const orders[] = {
        "  - {id: wage, title: 工资}\n  - {id: injury, title: 工伤}\n"
        "  - {id: contract, title: 合同}\n",
        "  - {id: contract, title: 合同}\n  - {id: wage, title: 工资}\n"
        "  - {id: injury, title: 工伤}\n",
    };
    struct tree_file *file = tree_find(tree, "edition.yaml");
    struct buf text = {0};
    const char *at = strstr(buf_text(&file->bytes), "topics:\n");
    buf_add(&text, file->bytes.data, (size_t)(at - file->bytes.data));
    buf_puts(&text, "topics:\n");
    buf_puts(&text, orders[dice(COUNT_OF(orders))]);
    set_text(tree, file, &text);
    buf_fini(&text);
}

/* One picture takes the place of another, goes, or comes back. */
static void edit_media(struct tree *tree)
{
    static const char *const names[] = {"media/square.png", "media/unused.png"};
    static struct tree pictures;
    const char *name = names[dice(2)];
    if (!pictures.count) {
        tree_load(&pictures, "tests/unit/data-edition/small/media");
        assert_int_equal(pictures.count, 2);
    }
    if (!dice(3)) {
        tree_remove(tree, name);
        return;
    }
    const struct tree_file *other = &pictures.files[dice(2)];
    tree_put(tree, name, buf_text(&other->bytes), other->bytes.length);
}

static void (*const edits[])(struct tree *tree) = {
    edit_title,  edit_title,   edit_title,  edit_body,  edit_body,
    edit_dates,  edit_related, edit_topics, edit_rank,  edit_halves,
    add_item,    add_item,     remove_item, move_item,  edit_rows,
    edit_hours,  edit_listing, edit_kinds,  edit_home,  edit_issue,
    edit_issues, edit_edition, edit_order,  edit_media,
};

static void edit(struct tree *tree)
{
    for (unsigned n = dice(3) + 1; n; n--)
        edits[dice(COUNT_OF(edits))](tree);
}

static void check_state(struct issuer *areas, size_t count, unsigned step,
                        unsigned *built)
{
    struct buf got = {0}, anew = {0}, full = {0};
    char what[64];
    dump_state("state", &got);
    dump_anew(areas, count, &anew);
    snprintf(what, sizeof(what), "step %u, against a first import", step);
    expect_same(what, &got, &anew);
    if (count == 1 && !areas->withdrawn_count &&
        dump_built(&areas->now, &full)) {
        char *output = path_in("built.db"),
             *state = path_in("state/content.db");
        snprintf(what, sizeof(what), "step %u, against a build", step);
        expect_same(what, &got, &full);
        assert_true(served_pictures(state, output));
        free(output);
        free(state);
        ++*built;
    }
    buf_fini(&got);
    buf_fini(&anew);
    buf_fini(&full);
}

static void random_edits(void **state)
{
    (void)state;
    struct issuer area = {.name = "520103"};
    struct shelf *shelf = shelf_new();
    struct install_report report;
    unsigned built = 0, refused = 0, steps = 400;
    struct tree base = {0};
    tree_load(&base, "tests/unit/data-edition/small");
    seed_dice((uint64_t)time(NULL));
    clear("state");
    tree_load(&area.now, "tests/unit/data-edition/small");
    issuer_pack(shelf, &area, true);
    assert_int_equal(apply("state", shelf, &area, 1, &report), INSTALL_DONE);
    assert_true(report.whole);
    install_report_fini(&report);
    for (unsigned step = 0; step < steps; step++) {
        struct tree before;
        tree_copy(&area.now, &before);
        edit(&area.now);
        if (dice(3))
            mend(&area.now, &base);
        issuer_pack(shelf, &area, !dice(12));
        enum install_result result = apply("state", shelf, &area, 1, &report);
        assert_false(report.whole);
        if (result == INSTALL_BAD_CONTENT) {
            /* The old generation stays, and a first import says the same. */
            struct buf anew = {0}, want = {0};
            dump_anew(&area, 1, &anew);
            buf_printf(&want, "%s\n%s", install_result_english(result),
                       buf_text(&report.faults));
            expect_same("faults", &want, &anew);
            buf_fini(&anew);
            buf_fini(&want);
            issuer_unpack(&area, &before);
            refused++;
        } else {
            assert_int_equal(result, INSTALL_DONE);
        }
        install_report_fini(&report);
        check_state(&area, 1, step, &built);
        if (!(step % 20)) {
            expect_readable("state", &area.now);
            assert_int_equal(scrub("state", shelf, &report),
                             INSTALL_NOTHING_NEW);
            assert_int_equal(report.damaged, 0);
            install_report_fini(&report);
        }
        tree_fini(&before);
    }
    print_message("%u steps, %u compared with a build, %u refused\n", steps,
                  built, refused);
    assert_true(built > steps / 4);
    tree_fini(&base);
    shelf_free(shelf);
    issuer_fini(&area);
}

/* The three areas of one kiosk, the least specific first. */
enum { NATION, PROVINCE, DISTRICT, AREA_COUNT };

static bool is_withdrawn(const struct issuer *area, const char *path)
{
    for (size_t i = 0; i < area->withdrawn_count; i++) {
        size_t length = strlen(area->withdrawn[i]);
        if (!strncmp(path, area->withdrawn[i], length) &&
            (!path[length] || path[length] == '/' ||
             !strcmp(path + length, ".md")))
            return true;
    }
    return false;
}

/* The rule in words of its own: the most specific file that neither its own
 * area nor a more specific one has withdrawn. */
static void merge_areas(const struct issuer *areas, struct tree *out)
{
    *out = (struct tree){0};
    for (size_t a = 0; a < AREA_COUNT; a++)
        for (size_t i = 0; i < areas[a].now.count; i++) {
            const struct tree_file *file = &areas[a].now.files[i];
            bool gone = false;
            for (size_t above = a; above < AREA_COUNT; above++)
                gone |= is_withdrawn(&areas[above], file->path);
            if (!gone)
                tree_put(out, file->path, buf_text(&file->bytes),
                         file->bytes.length);
        }
}

static void toggle_withdrawn(struct issuer *area)
{
    static const char *const ids[] = {
        "articles/news/first",
        "articles/news/second",
        "articles/news/third",
        "articles/news",
        "guides/wage/arrears",
        "guides/wage",
        "papers/grb/2026-02-06",
        "papers/grb/2026-02-06/b-rest",
        "papers/grb/2026-02-05/e-old",
        "listings/stations",
        "media/square.png",
        "articles/news/n1",
    };
    const char *id = ids[dice(COUNT_OF(ids))];
    for (size_t i = 0; i < area->withdrawn_count; i++)
        if (!strcmp(area->withdrawn[i], id)) {
            area->withdrawn[i] = area->withdrawn[--area->withdrawn_count];
            return;
        }
    if (area->withdrawn_count < 8)
        area->withdrawn[area->withdrawn_count++] = id;
}

static void edit_items(struct tree *tree)
{
    static void (*const some[])(struct tree *) = {
        edit_title, edit_body,   edit_dates, edit_related, add_item,
        add_item,   remove_item, edit_rank,  edit_rows,    edit_media};
    some[dice(COUNT_OF(some))](tree);
}

static void layers_over_layers(void **state)
{
    (void)state;
    struct issuer areas[AREA_COUNT] = {
        {.name = "000000"}, {.name = "520000"}, {.name = "520103"}};
    struct shelf *shelf = shelf_new();
    struct install_report report;
    unsigned built = 0;
    seed_dice((uint64_t)time(NULL));
    clear("state");
    tree_load(&areas[NATION].now, "tests/unit/data-edition/small");
    for (size_t a = PROVINCE; a < AREA_COUNT; a++) {
        tree_puts(&areas[a].now, "articles/local/own.md",
                  a == PROVINCE
                      ? "---\ntitle: 省里的\n---\n省里的一条消息。\n"
                      : "---\ntitle: 区里的\n---\n区里的一条消息。\n");
        tree_puts(&areas[a].now, "articles/news/third.md",
                  "---\ntitle: 换过的第三条\n---\n"
                  "另外的一条，看[[guides/wage/deduct]]。\n");
    }
    struct tree bases[AREA_COUNT];
    for (size_t a = 0; a < AREA_COUNT; a++) {
        tree_copy(&areas[a].now, &bases[a]);
        issuer_pack(shelf, &areas[a], true);
    }
    assert_int_equal(apply("state", shelf, areas, AREA_COUNT, &report),
                     INSTALL_DONE);
    install_report_fini(&report);
    for (unsigned step = 0; step < 250; step++) {
        struct issuer *area = &areas[dice(AREA_COUNT)];
        struct tree before, merged;
        struct issuer lists[AREA_COUNT]; /* of what was withdrawn before */
        memcpy(lists, areas, sizeof(lists));
        struct buf got = {0}, anew = {0}, full = {0};
        tree_copy(&area->now, &before);
        if (!dice(8)) {
            size_t a = dice(AREA_COUNT);
            area = &areas[a];
            tree_fini(&before);
            tree_copy(&area->now, &before);
            tree_fini(&area->now);
            tree_copy(&bases[a], &area->now);
            for (a = 0; a < AREA_COUNT; a++)
                areas[a].withdrawn_count = 0;
        } else if (!dice(4))
            toggle_withdrawn(&areas[dice(AREA_COUNT)]);
        edit_items(&area->now);
        issuer_pack(shelf, area, !dice(10));
        enum install_result result =
            apply("state", shelf, areas, AREA_COUNT, &report);
        assert_false(report.whole);
        if (result == INSTALL_BAD_CONTENT) {
            /* What is withdrawn is so all the same; nothing comes back. */
            issuer_unpack(area, &before);
            for (size_t a = 0; a < AREA_COUNT; a++)
                for (size_t i = 0; i < lists[a].withdrawn_count; i++)
                    if (!is_withdrawn(&areas[a], lists[a].withdrawn[i]))
                        areas[a].withdrawn[areas[a].withdrawn_count++] =
                            lists[a].withdrawn[i];
        } else {
            assert_int_equal(result, INSTALL_DONE);
        }
        install_report_fini(&report);
        merge_areas(areas, &merged);
        dump_state("state", &got);
        dump_anew(areas, AREA_COUNT, &anew);
        expect_same("against a first import", &got, &anew);
        if (dump_built(&merged, &full)) {
            expect_same("against a build of what is on top", &got, &full);
            built++;
        }
        buf_fini(&got);
        buf_fini(&anew);
        buf_fini(&full);
        tree_fini(&before);
        tree_fini(&merged);
    }
    print_message("%u compared with a build\n", built);
    shelf_free(shelf);
    for (size_t a = 0; a < AREA_COUNT; a++) {
        issuer_fini(&areas[a]);
        tree_fini(&bases[a]);
    }
}

/* A publisher, a kiosk, and what it shows. */
struct scene {
    struct issuer area;
    struct shelf *shelf;
    struct buf shown;
};

static void expect_shown(const char *state, const struct buf *want)
{
    struct buf got = {0};
    dump_state(state, &got);
    expect_same("shown", &got, want);
    buf_fini(&got);
}

static void import(struct scene *scene, enum install_result expected)
{
    struct install_report report;
    enum install_result result =
        apply("state", scene->shelf, &scene->area, 1, &report);
    install_report_fini(&report);
    assert_int_equal(result, expected);
    if (result != INSTALL_DONE)
        return;
    buf_fini(&scene->shown);
    dump_state("state", &scene->shown);
}

static void open_scene(struct scene *scene, const char *edition)
{
    *scene = (struct scene){.area = {.name = "520103"}, .shelf = shelf_new()};
    clear("state");
    tree_load(&scene->area.now, edition);
    issuer_pack(scene->shelf, &scene->area, true);
    import(scene, INSTALL_DONE);
}

static void close_scene(struct scene *scene)
{
    issuer_fini(&scene->area);
    shelf_free(scene->shelf);
    buf_fini(&scene->shown);
}

static void put_article(struct scene *scene, const char *id, const char *title)
{
    struct buf path = {0}, text = {0};
    buf_printf(&path, "articles/news/%s.md", id);
    buf_printf(&text, "---\ntitle: %s\n---\n这是《%s》的正文，不长。\n", title,
               title);
    tree_puts(&scene->area.now, buf_text(&path), buf_text(&text));
    buf_fini(&path);
    buf_fini(&text);
}

/* Nothing is read or written twice. */
static void only_what_changed(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    open_scene(&scene, "content/edition");
    put_article(&scene, "fresh", "新来的");
    issuer_pack(scene.shelf, &scene.area, false);
    assert_int_equal(apply("state", scene.shelf, &scene.area, 1, &report),
                     INSTALL_DONE);
    assert_false(report.whole);
    assert_int_equal(report.compiled, 1);
    assert_int_equal(report.generation, 2);
    install_report_fini(&report);
    assert_int_equal(apply("state", scene.shelf, &scene.area, 1, &report),
                     INSTALL_NOTHING_NEW);
    install_report_fini(&report);
    /* A full pack of the same files changes nothing that is shown. */
    issuer_pack(scene.shelf, &scene.area, true);
    assert_int_equal(apply("state", scene.shelf, &scene.area, 1, &report),
                     INSTALL_DONE);
    assert_int_equal(report.compiled, 0);
    install_report_fini(&report);
    close_scene(&scene);
}

static void bad_content(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    open_scene(&scene, "tests/unit/data-edition/small");
    put_article(&scene, "good", "好的");
    tree_puts(&scene.area.now, "articles/news/bad.md",
              "---\ntitel: 错\n---\n正文。\n");
    tree_puts(&scene.area.now, "articles/local/bad.md", "没有文件头\n");
    issuer_pack(scene.shelf, &scene.area, false);
    assert_int_equal(apply("state", scene.shelf, &scene.area, 1, &report),
                     INSTALL_BAD_CONTENT);
    assert_int_equal(report.fault_count, 3);
    assert_non_null(strstr(buf_text(&report.faults),
                           "articles/news/bad.md:2: 不认识的字段 titel；"
                           "是不是 title？\n"));
    assert_int_equal(report.generation, 1);
    install_report_fini(&report);
    expect_shown("state", &scene.shown);
    close_scene(&scene);
}

static void withdrawn_first(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    open_scene(&scene, "tests/unit/data-edition/small");
    tree_puts(&scene.area.now, "articles/news/bad.md", "没有文件头\n");
    issuer_pack(scene.shelf, &scene.area, false);
    scene.area.withdrawn[scene.area.withdrawn_count++] = "articles/news/first";
    assert_non_null(strstr(buf_text(&scene.shown), "articles/news/first"));
    assert_int_equal(apply("state", scene.shelf, &scene.area, 1, &report),
                     INSTALL_BAD_CONTENT);
    assert_int_equal(report.generation, 2);
    install_report_fini(&report);
    buf_clear(&scene.shown);
    dump_state("state", &scene.shown);
    assert_null(strstr(buf_text(&scene.shown), "articles/news/first"));
    /* Also when the pack has not come. */
    shelf_lose(scene.shelf, scene.area.pack);
    scene.area.withdrawn[scene.area.withdrawn_count++] = "listings/stations";
    assert_int_equal(apply("state", scene.shelf, &scene.area, 1, &report),
                     INSTALL_MISSING);
    assert_int_equal(report.missing.length, INSTALL_HASH_BYTES);
    assert_memory_equal(report.missing.data, scene.area.pack,
                        INSTALL_HASH_BYTES);
    install_report_fini(&report);
    buf_clear(&scene.shown);
    dump_state("state", &scene.shown);
    assert_null(strstr(buf_text(&scene.shown), "listing|stations"));
    close_scene(&scene);
}

static void no_space(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    open_scene(&scene, "tests/unit/data-edition/small");
    put_article(&scene, "more", "更多");
    issuer_pack(scene.shelf, &scene.area, false);
    shelf_claim(scene.shelf, scene.area.pack, UINT64_C(1) << 60);
    assert_int_equal(apply("state", scene.shelf, &scene.area, 1, &report),
                     INSTALL_NO_SPACE);
    assert_true(report.space_missing > UINT64_C(1) << 60);
    install_report_fini(&report);
    expect_shown("state", &scene.shown);
    close_scene(&scene);
}

static bool stop_at(void *data, enum install_phase phase, size_t done,
                    size_t total)
{
    size_t *left = data;
    (void)phase;
    assert_true(done <= total);
    return (*left)-- > 0;
}

static void stopped(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    open_scene(&scene, "tests/unit/data-edition/small");
    char *path = path_in("state");
    const struct install_objects objects = shelf_objects(scene.shelf);
    put_article(&scene, "one", "一");
    put_article(&scene, "two", "二");
    issuer_pack(scene.shelf, &scene.area, false);
    unsigned char pack[1][INSTALL_HASH_BYTES];
    memcpy(pack[0], scene.area.pack, INSTALL_HASH_BYTES);
    const struct install_layer layer = {
        .repository = "test",
        .area = "520103",
        .seq = 2,
        .packs = (const unsigned char(*)[INSTALL_HASH_BYTES])pack,
        .pack_count = 1};
    enum install_result result = INSTALL_STOPPED;
    for (size_t steps = 0; result == INSTALL_STOPPED; steps++) {
        size_t left = steps;
        const struct install_progress progress = {&left, stop_at};
        expect_shown("state", &scene.shown);
        assert_true(steps < 100);
        result = install_apply(path, &objects, &layer, 1, &progress, &report);
        install_report_fini(&report);
    }
    assert_int_equal(result, INSTALL_DONE);
    free(path);
    close_scene(&scene);
}

static void copy_file(const char *from, const char *to)
{
    struct buf bytes = {0};
    char *source = path_in(from), *target = path_in(to);
    assert_true(file_read(source, 256u << 20, &bytes));
    FILE *file = fopen(target, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.length, file), bytes.length);
    fclose(file);
    buf_fini(&bytes);
    free(source);
    free(target);
}

/* Sixteen bytes anywhere in the file become others. */
static void flip(const char *name)
{
    char *path = path_in(name);
    struct stat info;
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fstat(fileno(file), &info), 0);
    for (int i = 0; i < 16; i++) {
        long at = (long)dice((size_t)info.st_size);
        fseek(file, at, SEEK_SET);
        int byte = fgetc(file);
        fseek(file, at, SEEK_SET);
        fputc(byte ^ (int)(dice(255) + 1), file);
    }
    fclose(file);
    free(path);
}

static void damage(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    unsigned found = 0;
    open_scene(&scene, "content/edition");
    seed_dice((uint64_t)time(NULL));
    copy_file("state/content.db", "good.db");
    for (unsigned i = 0; i < 60; i++) {
        copy_file("good.db", "state/content.db");
        flip("state/content.db");
        enum install_result result = scrub("state", scene.shelf, &report);
        assert_int_equal(result,
                         report.damaged ? INSTALL_DONE : INSTALL_NOTHING_NEW);
        found += report.damaged != 0;
        install_report_fini(&report);
        /* What was not found lies where nothing is. */
        expect_shown("state", &scene.shown);
        assert_int_equal(scrub("state", scene.shelf, &report),
                         INSTALL_NOTHING_NEW);
        install_report_fini(&report);
    }
    print_message("%u of 60 found\n", found);
    assert_true(found > 30);
    close_scene(&scene);
}

/* One letter of a text is another: SQLite does not mind, the kiosk does. */
static void a_flipped_letter(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    struct buf bytes = {0};
    struct arena arena = {0};
    struct item item;
    enum store_error error;
    open_scene(&scene, "tests/unit/data-edition/small");
    char *path = path_in("state/content.db");
    assert_true(file_read(path, 16 << 20, &bytes));
    char *text = memmem(bytes.data, bytes.length, "讲的是很久以前", 21);
    assert_non_null(text);
    FILE *file = fopen(path, "r+b");
    fseek(file, text - bytes.data + 2, SEEK_SET);
    fputc(text[2] ^ 1, file);
    fclose(file);
    struct store *store = store_open(path, &error);
    assert_non_null(store);
    store_set_today(store, "2026-02-06");
    assert_false(store_item(store, &arena, "articles/news/first", &item));
    assert_true(store_item(store, &arena, "articles/news/third", &item));
    store_close(store);
    arena_fini(&arena);
    assert_int_equal(scrub("state", scene.shelf, &report), INSTALL_DONE);
    assert_int_equal(report.damaged, 1);
    assert_true(report.whole);
    install_report_fini(&report);
    expect_shown("state", &scene.shown);
    buf_fini(&bytes);
    free(path);
    close_scene(&scene);
}

/* A database that is empty, gone or something else, and objects that are. */
static void made_again(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    open_scene(&scene, "tests/unit/data-edition/small");
    char *path = path_in("state/content.db");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(unlink(path), 0);
        if (i) {
            FILE *file = fopen(path, "wb");
            fputs(i == 1 ? "" : "这不是数据库", file);
            fclose(file);
        }
        uint32_t seq = 0;
        char *folder_path = path_in("state");
        assert_true(install_seq(folder_path, "test", "520103", &seq));
        assert_int_equal(seq, 1);
        free(folder_path);
        const unsigned char *lost[] = {scene.area.pack,
                                       shelf_picture(scene.shelf)};
        for (size_t n = 0; n < COUNT_OF(lost); n++) {
            shelf_lose(scene.shelf, lost[n]);
            assert_int_equal(scrub("state", scene.shelf, &report),
                             INSTALL_MISSING);
            assert_int_equal(report.missing.length, INSTALL_HASH_BYTES);
            assert_memory_equal(report.missing.data, lost[n],
                                INSTALL_HASH_BYTES);
            install_report_fini(&report);
            shelf_mend(scene.shelf);
        }
        assert_int_equal(scrub("state", scene.shelf, &report), INSTALL_DONE);
        install_report_fini(&report);
        expect_shown("state", &scene.shown);
    }
    free(path);
    close_scene(&scene);
}

static void keep_count(void *data, const unsigned char *sha256)
{
    (void)sha256;
    ++*(size_t *)data;
}

static void rollback(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    struct arena arena = {0};
    struct install_generation generations[INSTALL_GENERATIONS];
    struct buf dumps[4] = {{0}};
    open_scene(&scene, "tests/unit/data-edition/small");
    char *path = path_in("state");
    const struct install_objects objects = shelf_objects(scene.shelf);
    for (size_t i = 0; i < COUNT_OF(dumps); i++) {
        put_article(&scene, "same", i % 2 ? "奇数" : "偶数");
        put_article(&scene, i % 2 ? "odd" : "even", "又一篇");
        issuer_pack(scene.shelf, &scene.area, i == 2);
        import(&scene, INSTALL_DONE);
        buf_puts(&dumps[i], buf_text(&scene.shown));
    }
    /* Generations 1 to 5; 3, 4 and 5 are kept. */
    assert_int_equal(install_generations(path, &arena, generations), 3);
    assert_int_equal(generations[0].number, 5);
    assert_true(generations[0].on_board);
    assert_int_equal(generations[2].number, 3);
    assert_false(generations[2].on_board);
    size_t kept = 0;
    assert_true(install_each_object(path, keep_count, &kept));
    assert_true(kept >= 3 + 2);
    assert_int_equal(install_rollback(path, &objects, 2, NULL, &report),
                     INSTALL_NOTHING_NEW);
    install_report_fini(&report);
    assert_int_equal(install_rollback(path, &objects, 3, NULL, &report),
                     INSTALL_DONE);
    assert_int_equal(report.generation, 6);
    install_report_fini(&report);
    expect_shown("state", &dumps[1]);
    uint32_t seq = 0;
    assert_true(install_seq(path, "test", "520103", &seq));
    assert_int_equal(seq, 3);
    /* And forward again. */
    assert_int_equal(install_rollback(path, &objects, 5, NULL, &report),
                     INSTALL_DONE);
    install_report_fini(&report);
    expect_shown("state", &dumps[3]);
    for (size_t i = 0; i < COUNT_OF(dumps); i++)
        buf_fini(&dumps[i]);
    arena_fini(&arena);
    free(path);
    close_scene(&scene);
}

/* The power went before the record was written, or it was lost. */
static void a_record_is_made_up_for(void **state)
{
    (void)state;
    struct scene scene;
    struct arena arena = {0};
    struct install_generation generations[INSTALL_GENERATIONS];
    open_scene(&scene, "tests/unit/data-edition/small");
    char *path = path_in("state"), *record = path_in("state/generations");
    copy_file("state/generations", "old-generations");
    put_article(&scene, "more", "更多");
    issuer_pack(scene.shelf, &scene.area, false);
    import(&scene, INSTALL_DONE);
    copy_file("old-generations", "state/generations");
    import(&scene, INSTALL_NOTHING_NEW);
    assert_int_equal(install_generations(path, &arena, generations), 2);
    assert_int_equal(generations[0].number, 2);
    assert_true(generations[0].on_board);
    FILE *file = fopen(record, "r+b");
    fseek(file, 40, SEEK_SET);
    fputc('#', file);
    fclose(file);
    import(&scene, INSTALL_NOTHING_NEW);
    assert_int_equal(install_generations(path, &arena, generations), 1);
    assert_int_equal(generations[0].number, 2);
    arena_fini(&arena);
    free(path);
    free(record);
    close_scene(&scene);
}

/* What is withdrawn does not come back that way. */
static void rollback_keeps_withdrawn(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    open_scene(&scene, "tests/unit/data-edition/small");
    char *path = path_in("state");
    const struct install_objects objects = shelf_objects(scene.shelf);
    scene.area.withdrawn[scene.area.withdrawn_count++] = "articles/news/first";
    import(&scene, INSTALL_DONE);
    assert_int_equal(install_rollback(path, &objects, 1, NULL, &report),
                     INSTALL_DONE);
    install_report_fini(&report);
    expect_shown("state", &scene.shown);
    free(path);
    close_scene(&scene);
}

enum { READ_ITEMS = 20, READ_GENERATIONS = 40 };

static void put_generation(struct scene *scene, unsigned number)
{
    for (unsigned i = 0; i < READ_ITEMS; i++) {
        char id[32], title[64];
        snprintf(id, sizeof(id), "r%u", i);
        snprintf(title, sizeof(title), "第%u代的第%u篇", number, i);
        put_article(scene, id, title);
    }
}

/* Which generation a list shows; -1 when it shows two at once. */
static int generation_of(struct store *store)
{
    struct arena arena = {0};
    struct channel channel;
    struct card_list list;
    int generation = -1;
    size_t seen = 0;
    if (store_channel(store, &arena, "news", 0, 100, &channel, &list))
        for (size_t i = 0; i < list.count; i++) {
            unsigned number, item;
            if (sscanf(list.cards[i].title, "第%u代的第%u篇", &number, &item) !=
                2)
                continue;
            if (seen++ && generation != (int)number)
                generation = -2;
            else
                generation = (int)number;
        }
    arena_fini(&arena);
    return seen == READ_ITEMS && generation >= 0 ? generation : -1;
}

/* The kiosk: another process, with no right to write in the folder. */
static int read_along(const char *path)
{
    enum store_error error;
    alarm(120);
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
        return 10;
    struct store *store = store_open(path, &error);
    if (!store)
        return 11;
    unsigned seen = 0;
    for (int last = 0; last < READ_GENERATIONS;) {
        int now = generation_of(store);
        if (now < last) /* half of one, or an older one */
            return 12;
        seen += now != last;
        last = now;
        store_refresh(store);
        usleep(200);
    }
    store_close(store);
    /* As after the next start, when nobody writes. */
    store = store_open(path, &error);
    if (!store || generation_of(store) != READ_GENERATIONS)
        return 13;
    store_close(store);
    return seen > 1 ? 0 : 14;
}

static void a_kiosk_reads_along(void **state)
{
    (void)state;
    struct scene scene;
    struct install_report report;
    struct issuer areas[2];
    int status = -1;
    open_scene(&scene, "tests/unit/data-edition/small");
    put_generation(&scene, 0);
    issuer_pack(scene.shelf, &scene.area, false);
    import(&scene, INSTALL_DONE);
    chmod(folder, 0755);
    char *path = path_in("state/content.db");
    pid_t kiosk = fork();
    if (!kiosk)
        _exit(read_along(path));
    for (unsigned i = 1; i <= READ_GENERATIONS; i++) {
        put_generation(&scene, i);
        issuer_pack(scene.shelf, &scene.area, !(i % 10));
        /* Half way, another area makes everything anew, and goes again. */
        areas[0] = scene.area;
        areas[1] = (struct issuer){.name = "000000"};
        tree_copy(&scene.area.now, &areas[1].now);
        issuer_pack(scene.shelf, &areas[1], true);
        bool two = i % 20 == 15;
        assert_int_equal(
            apply("state", scene.shelf, areas, two ? 2 : 1, &report),
            INSTALL_DONE);
        assert_int_equal(report.whole, two || i % 20 == 16);
        install_report_fini(&report);
        issuer_fini(&areas[1]);
        usleep(3000);
    }
    assert_int_equal(waitpid(kiosk, &status, 0), kiosk);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    free(path);
    close_scene(&scene);
}

static int make_folder(void **state)
{
    (void)state;
    if (access("/dev/shm", W_OK) != 0)
        strcpy(folder, "/tmp/yichuang-install-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    const struct tree nothing = {0};
    (void)state;
    tree_save(&nothing, folder);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_edits),
        cmocka_unit_test(layers_over_layers),
        cmocka_unit_test(only_what_changed),
        cmocka_unit_test(bad_content),
        cmocka_unit_test(withdrawn_first),
        cmocka_unit_test(no_space),
        cmocka_unit_test(stopped),
        cmocka_unit_test(damage),
        cmocka_unit_test(a_flipped_letter),
        cmocka_unit_test(made_again),
        cmocka_unit_test(rollback),
        cmocka_unit_test(rollback_keeps_withdrawn),
        cmocka_unit_test(a_record_is_made_up_for),
        cmocka_unit_test(a_kiosk_reads_along),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
