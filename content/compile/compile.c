/* compile.c - the order of things: read, resolve, report, write. */
#include "compile_private.h"

#include <sys/stat.h>

void compiler_init(struct compiler *compiler, const char *edition)
{
    *compiler = (struct compiler){.root = edition};
    compiler->lists_end = &compiler->lists;
    struct text *texts[] = {&compiler->publisher, &compiler->region,
                            &compiler->title, &compiler->language,
                            &compiler->date};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        texts[i]->text = "";
}

void compiler_fini(struct compiler *compiler)
{
    struct map *maps[] = {&compiler->item_ids,      &compiler->list_ids,
                          &compiler->listing_kinds, &compiler->media_names,
                          &compiler->topic_ids,     &compiler->paragraphs,
                          &compiler->said};
    for (size_t i = 0; i < COUNT_OF(maps); i++)
        map_fini(maps[i]);
    for (size_t i = 0; i < compiler->item_count; i++) {
        free(compiler->items[i]->body);
        buf_fini(&compiler->items[i]->document);
    }
    for (size_t i = 0; i < compiler->listing_count; i++) {
        struct listing_source *listing = compiler->listings[i];
        for (size_t r = 0; r < listing->row_count; r++)
            free(listing->rows[r]->schedule);
        free(listing->rows);
    }
    free(compiler->items);
    free(compiler->listings);
    free(compiler->media);
    free(compiler->faults);
    free(compiler->fixes);
    free(compiler->synonyms);
    arena_fini(&compiler->arena);
}

/* What may stand at the top of an edition. Those that the program does not
 * read yet are let through; a slip of the pen is not. */
static const char *const top_names[] = {
    "edition.yaml", "home.yaml", "articles",   "papers",
    "guides",       "laws",      "flows",      "calculators",
    "quizzes",      "rates",     "listings",   "synonyms.csv",
    "media",        "README.md", "SOURCES.md", "LICENSE",
};

static void check_top(struct compiler *compiler)
{
    struct source_entry *entries;
    size_t count = source_list(compiler, ".", &entries);
    for (size_t i = 0; i < count; i++) {
        struct nearest nearest = {.wanted = entries[i].name};
        bool known = false;
        for (size_t n = 0; n < COUNT_OF(top_names) && !known; n++) {
            known = !strcmp(top_names[n], entries[i].name);
            nearest_offer(&nearest, top_names[n]);
        }
        if (!known)
            fault_add(compiler, entries[i].name, 1, "不认识的文件或文件夹；%s",
                      nearest_advice(compiler, &nearest, "移到别处"));
    }
    free(entries);
}

static void check_not_empty(struct compiler *compiler)
{
    if (!compiler->item_count && !compiler->fault_count)
        fault_add(compiler, "edition.yaml", 1,
                  "没有一篇文章；在 articles、guides 或 papers 里至少放一篇");
}

static void read_everything(struct compiler *compiler)
{
    struct stat info;
    if (stat(compiler->root, &info) == 0 && !S_ISDIR(info.st_mode)) {
        fault_add(compiler, compiler->root, 1,
                  "这不是文件夹；写版本所在的文件夹，里面要有 edition.yaml");
        return;
    }
    check_top(compiler);
    edition_read(compiler);
    synonyms_read(compiler);
    image_load_all(compiler);
    listing_read_all(compiler);
    item_read_all(compiler);
    edition_read_home(compiler);
    item_finish_all(compiler);
    edition_check_home(compiler);
    check_not_empty(compiler);
}

static void report(struct compiler *compiler, struct compile_report *out)
{
    fault_report(compiler, &out->faults);
    out->fault_count = compiler->fault_count;
    out->rows = compiler->row_total;
    buf_puts(&out->title, compiler->title.text);
    buf_puts(&out->region, compiler->region.text);
    for (size_t i = 0; i < compiler->item_count; i++)
        out->items += !compiler->items[i]->whole;
    for (size_t i = 0; i < compiler->media_count; i++)
        out->media += compiler->media[i]->used;
}

static bool compile(const char *edition, const char *output,
                    struct compile_report *out)
{
    struct compiler compiler;
    *out = (struct compile_report){0};
    compiler_init(&compiler, edition);
    read_everything(&compiler);
    report(&compiler, out);
    bool fine = !out->fault_count;
    if (fine && output)
        fine = write_database(&compiler, output, &out->bytes, &out->faults);
    compiler_fini(&compiler);
    return fine;
}

bool compile_check(const char *edition, struct compile_report *out)
{
    return compile(edition, NULL, out);
}

bool compile_build(const char *edition, const char *output,
                   struct compile_report *out)
{
    return compile(edition, output, out);
}

bool compile_fix(const char *edition, size_t *fixed_out,
                 struct compile_report *out)
{
    struct compiler compiler;
    *out = (struct compile_report){0};
    compiler_init(&compiler, edition);
    read_everything(&compiler);
    long fixed = fix_apply(&compiler, &out->faults);
    compiler_fini(&compiler);
    *fixed_out = fixed > 0 ? (size_t)fixed : 0;
    if (fixed < 0) {
        out->fault_count = 1;
        return false;
    }
    return compile(edition, NULL, out);
}

static void keep_faults_of(struct compiler *compiler, const char *file)
{
    size_t kept = 0;
    for (size_t i = 0; i < compiler->fault_count; i++) {
        struct fault *fault = &compiler->faults[i];
        if (!strcmp(fault->file, file) || !strcmp(fault->file, "edition.yaml"))
            compiler->faults[kept++] = *fault;
    }
    compiler->fault_count = kept;
}

static const struct item_source *find_item(const struct compiler *compiler,
                                           const char *file)
{
    for (size_t i = 0; i < compiler->item_count; i++) {
        const struct item_source *item = compiler->items[i];
        if (!strcmp(item->file, file))
            return item->whole ? item->whole : item;
    }
    return NULL;
}

bool compile_item(const char *edition, const char *file, const char *today,
                  struct arena *arena, struct item *item_out,
                  struct compile_report *out)
{
    struct compiler compiler;
    *out = (struct compile_report){0};
    compiler_init(&compiler, edition);
    read_everything(&compiler);
    keep_faults_of(&compiler, file);
    const struct item_source *item = find_item(&compiler, file);
    if (!item && !compiler.fault_count)
        fault_add(&compiler, file, 1,
                  "这不是版本里的一篇；放到 articles/频道、guides/主题 或 "
                  "papers/报纸/日期 里");
    bool fine = item && !compiler.fault_count &&
                page_read(&compiler, item, today, arena, item_out);
    report(&compiler, out);
    compiler_fini(&compiler);
    return fine;
}

void compile_report_fini(struct compile_report *out)
{
    buf_fini(&out->faults);
    buf_fini(&out->title);
    buf_fini(&out->region);
    *out = (struct compile_report){0};
}
