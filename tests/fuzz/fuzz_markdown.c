/* fuzz_markdown.c - an article as an editor, or somebody with an editor's key,
 * may write it: front matter, Markdown, our own marks, and the document that
 * becomes of it. `make fuzz` runs it. */
#include "content/document.h"
#include "fuzz/fuzz_edition.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#define ARTICLE "articles/news/x.md"

static const struct fuzz_file files[] = {
    {"edition.yaml", "title: 试\npublisher: 试\nregion: \"520103\"\n"
                     "language: zh-CN\ndate: 2026-01-01\nnumber: 1\n"
                     "channels:\n  - {id: news, title: 要闻}\n"
                     "topics:\n  - {id: wage, title: 工资}\n"},
    {NULL, NULL}};

/* What the compiler writes the kiosk can read. */
static void check_document(const struct item_source *item)
{
    struct arena arena = {0};
    struct document document;
    if (item->document.length &&
        !document_decode(&arena, item->document.data, item->document.length,
                         &document))
        abort();
    arena_fini(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_edition edition = {files, ARTICLE, bytes, length};
    struct board board = fuzz_board(&edition);
    struct compiler compiler;
    compiler_init(&compiler, "");
    compiler.board = &board;
    edition_read(&compiler);
    struct list_source *list = lookup_list(&compiler, "articles/news");
    if (!list)
        abort();
    item_read(&compiler, list, ARTICLE);
    for (size_t i = 0; i < compiler.item_count; i++) {
        item_compile(&compiler, compiler.items[i]);
        if (!compiler.fault_count)
            check_document(compiler.items[i]);
    }
    fuzz_report(&compiler);
    compiler_fini(&compiler);
    return 0;
}
