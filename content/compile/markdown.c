/* markdown.c - from CommonMark with pipe tables to the blocks of a document.
 *
 * cmark parses; we flatten its tree. What a kiosk cannot show (HTML, web
 * links, pictures inside a line) is a fault at the line where it stands. */
#include "compile_private.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include "base/utf8.h"

enum { INLINE_DEPTH_MAX = 32, LIST_LEVELS_MAX = 2, LABEL_CHARACTERS_MAX = 12 };

struct builder {
    struct compiler *compiler;
    struct arena arena;               /* of the blocks */
    const struct item_source *source; /* the half being read */
    struct block *blocks;
    size_t count, capacity;
    struct block spare; /* where blocks beyond the limit go */
    /* The text being put together. */
    struct buf text;
    struct span *spans;
    size_t span_count, span_capacity;
    bool soft_break;  /* a line of the source ended here */
    const char *seen; /* line seen_line of the body: lines only go forward */
    int seen_line;
};

/* Where blocks stand. */
struct place {
    unsigned quote, depth, list_level;
};

static int line_of(const struct builder *builder, cmark_node *node)
{
    int line = 0;
    while (node && (line = cmark_node_get_start_line(node)) == 0)
        node = cmark_node_parent(node);
    return builder->source->body_line + (line > 0 ? line - 1 : 0);
}

static void fault_at(struct builder *builder, cmark_node *node,
                     const char *text)
{
    fault_add(builder->compiler, builder->source->file, line_of(builder, node),
              "%s", text);
}

static bool has_type(cmark_node *node, const char *type)
{
    return !strcmp(cmark_node_get_type_string(node), type);
}

static struct block *add_block(struct builder *builder, cmark_node *node,
                               enum block_kind kind, unsigned quote)
{
    struct block *block = &builder->spare;
    if (builder->count < DOCUMENT_BLOCKS_MAX) {
        ARRAY_GROW(builder->blocks, builder->count, builder->capacity);
        block = &builder->blocks[builder->count];
    } else if (builder->count == DOCUMENT_BLOCKS_MAX) {
        fault_at(builder, node, "这一篇超过 20000 段；分成几篇");
    }
    if (builder->count <= DOCUMENT_BLOCKS_MAX)
        builder->count++;
    *block = (struct block){.kind = kind,
                            .quote = quote,
                            .label = "",
                            .media = "",
                            .alt = "",
                            .content = {.text = ""}};
    return block;
}

/* Chinese lines are joined without a space, as CLREQ and CSS Text say. */
static bool needs_space(struct builder *builder, const char *text,
                        size_t length)
{
    size_t last = builder->text.length - 1, first = 0;
    while (last && ((unsigned char)builder->text.data[last] & 0xC0) == 0x80)
        last--;
    return utf8_next(builder->text.data, builder->text.length, &last) <
               0x2E80 &&
           utf8_next(text, length, &first) < 0x2E80;
}

/* Blanks at the start of a paragraph, also the ideographic ones that some
 * editors indent with: the screen indents by itself. */
static size_t leading_blanks(const char *text, size_t length)
{
    size_t at = 0;
    for (;;) {
        if (at < length && (text[at] == ' ' || text[at] == '\t'))
            at++;
        else if (length - at >= 3 && !memcmp(text + at, "　", 3))
            at += 3;
        else
            return at;
    }
}

static void append(struct builder *builder, const char *text, size_t length,
                   uint32_t style, const char *target)
{
    if (!builder->text.length) {
        size_t blanks = leading_blanks(text, length);
        text += blanks;
        length -= blanks;
    }
    if (!length)
        return;
    if (builder->soft_break && builder->text.length &&
        needs_space(builder, text, length))
        buf_putc(&builder->text, ' ');
    builder->soft_break = false;
    uint32_t start = (uint32_t)builder->text.length;
    buf_add(&builder->text, text, length);
    if (!style)
        return;
    struct span *last =
        builder->span_count ? &builder->spans[builder->span_count - 1] : NULL;
    if (last && last->end == start && last->style == style &&
        !strcmp(last->target, target)) {
        last->end = (uint32_t)builder->text.length;
        return;
    }
    ARRAY_GROW(builder->spans, builder->span_count, builder->span_capacity);
    builder->spans[builder->span_count++] =
        (struct span){start, (uint32_t)builder->text.length, style, target};
}

/* Takes what was put together. */
static struct rich_text finish_text(struct builder *builder)
{
    struct rich_text rich = {.length = (uint32_t)builder->text.length,
                             .span_count = (uint32_t)builder->span_count};
    size_t bytes = builder->span_count * sizeof(*rich.spans);
    rich.text = arena_strndup(&builder->arena, buf_text(&builder->text),
                              builder->text.length);
    rich.spans = arena_alloc(&builder->arena, bytes);
    if (bytes)
        memcpy(rich.spans, builder->spans, bytes);
    buf_clear(&builder->text);
    builder->span_count = 0;
    builder->soft_break = false;
    return rich;
}

static struct rich_text plain(struct builder *builder, const char *text)
{
    append(builder, text, strlen(text), 0, "");
    return finish_text(builder);
}

static bool is_path(const char *text)
{
    return *text &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-/")] == 0;
}

static const char *title_of(struct compiler *compiler, const char *link,
                            const struct item_source *item)
{
    const struct list_source *list = map_find(&compiler->list_ids, link);
    const struct listing_source *listing =
        strncmp(link, "listings/", 9)
            ? NULL
            : map_find(&compiler->listing_kinds, link + 9);
    return item      ? item->title.text
           : list    ? list->title.text
           : listing ? listing->title.text
                     : "维权指南"; /* the one list without a name: guides */
}

static void append_link(struct builder *builder, int line, const char *id,
                        const char *label, uint32_t style)
{
    struct item_source *item;
    struct text link = {id, line};
    enum link_kind kind =
        check_link(builder->compiler, builder->source->file, &link, &item);
    if (item && item->whole)
        item = item->whole;
    if (!label && kind != LINK_NONE)
        label = title_of(builder->compiler, id, item);
    if (!label)
        label = id;
    append(builder, label, strlen(label), style | SPAN_LINK,
           item ? item->id : id);
}

/* No law is on board yet, so a citation is plain text. */
static void append_citation(struct builder *builder, int line,
                            const char *citation, const char *label,
                            uint32_t style)
{
    struct law_ref law;
    if (!check_citation(builder->compiler, builder->source->file, line,
                        citation, &law))
        return;
    if (!label) {
        int digits = (int)strspn(law.article, "0123456789");
        label = source_format(builder->compiler, "《%s》第%.*s条%s", law.law,
                              digits, law.article, law.article + digits);
    }
    append(builder, label, strlen(label), style, "");
}

static void append_reference(struct builder *builder, int line,
                             const char *text, size_t length, uint32_t style)
{
    char *target = arena_strndup(&builder->compiler->arena, text, length);
    char *label = strchr(target, '|');
    if (label)
        *label++ = 0;
    if (is_path(target))
        append_link(builder, line, target, label, style);
    else
        append_citation(builder, line, target, label, style);
}

/* Text of the source, in which [[…]] stands for a link or a citation. */
static void append_source(struct builder *builder, cmark_node *node,
                          uint32_t style, const char *target)
{
    const char *text = cmark_node_get_literal(node);
    for (const char *open;
         !(style & SPAN_LINK) && (open = strstr(text, "[["));) {
        const char *close = strstr(open, "]]");
        if (!close) {
            fault_at(builder, node, "“[[”没有对应的“]]”；补上，或删掉");
            break;
        }
        append(builder, text, (size_t)(open - text), style, target);
        append_reference(builder, line_of(builder, node), open + 2,
                         (size_t)(close - open) - 2, style);
        text = close + 2;
    }
    append(builder, text, strlen(text), style, target);
}

static void read_inlines(struct builder *builder, cmark_node *first,
                         uint32_t style, const char *target, unsigned depth);

static void read_markdown_link(struct builder *builder, cmark_node *node,
                               uint32_t style, unsigned depth)
{
    struct text link = {
        arena_strdup(&builder->compiler->arena, cmark_node_get_url(node)),
        line_of(builder, node)};
    struct item_source *item;
    if (strchr(link.text, ':'))
        fault_at(builder, node,
                 "一体机不上网，打不开网址；改成文字，或用 [[编号]] 链接");
    else if (check_link(builder->compiler, builder->source->file, &link, &item))
        style |= SPAN_LINK;
    read_inlines(builder, cmark_node_first_child(node), style,
                 style & SPAN_LINK ? link.text : "", depth + 1);
}

static void read_inline(struct builder *builder, cmark_node *node,
                        uint32_t style, const char *target, unsigned depth)
{
    const char *literal;
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        append_source(builder, node, style, target);
        break;
    case CMARK_NODE_SOFTBREAK:
        builder->soft_break = true;
        break;
    case CMARK_NODE_LINEBREAK:
        append(builder, "\n", 1, style, target);
        break;
    case CMARK_NODE_CODE:
        literal = cmark_node_get_literal(node);
        append(builder, literal, strlen(literal), style | SPAN_CODE, target);
        break;
    case CMARK_NODE_STRONG:
        style |= SPAN_BOLD;
        read_inlines(builder, cmark_node_first_child(node), style, target,
                     depth + 1);
        break;
    case CMARK_NODE_EMPH:
        style |= SPAN_EMPHASIS;
        read_inlines(builder, cmark_node_first_child(node), style, target,
                     depth + 1);
        break;
    case CMARK_NODE_LINK:
        read_markdown_link(builder, node, style, depth);
        break;
    case CMARK_NODE_IMAGE:
        fault_at(builder, node, "图片要单独成段；在它前后各空一行");
        break;
    default:
        fault_at(builder, node, "不能用 HTML 标签；改用 Markdown 的写法");
        break;
    }
}

static void read_inlines(struct builder *builder, cmark_node *first,
                         uint32_t style, const char *target, unsigned depth)
{
    if (first && depth > INLINE_DEPTH_MAX) {
        fault_at(builder, first, "嵌套太深；减少加粗、斜体和链接的层次");
        return;
    }
    for (cmark_node *node = first; node; node = cmark_node_next(node))
        read_inline(builder, node, style, target, depth);
}

/* Looks at what is no code. */
static void check_marks(struct builder *builder, cmark_node *node,
                        const struct rich_text *rich)
{
    struct buf prose = {0};
    uint32_t from = 0;
    for (uint32_t i = 0; i < rich->span_count; i++) {
        const struct span *span = &rich->spans[i];
        if (!(span->style & SPAN_CODE))
            continue;
        buf_add(&prose, rich->text + from, span->start - from);
        buf_putc(&prose, ' ');
        from = span->end;
    }
    buf_add(&prose, rich->text + from, rich->length - from);
    check_stray_marks(builder->compiler, builder->source->file,
                      line_of(builder, node), buf_text(&prose));
    buf_fini(&prose);
}

static struct rich_text read_text(struct builder *builder, cmark_node *parent)
{
    read_inlines(builder, cmark_node_first_child(parent), 0, "", 0);
    struct rich_text rich = finish_text(builder);
    check_marks(builder, parent, &rich);
    return rich;
}

/* Only the last paragraph of an article's first half may stop in mid-sentence:
 * it goes on overleaf. */
static bool may_run_on(const struct builder *builder, cmark_node *node)
{
    return builder->source->to.node && !cmark_node_next(node) &&
           cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_DOCUMENT;
}

static void check_text(struct builder *builder, cmark_node *node,
                       const struct rich_text *rich)
{
    check_paragraph(builder->compiler, builder->source->file,
                    line_of(builder, node), rich->text, rich->length,
                    may_run_on(builder, node));
}

static cmark_node *only_image(cmark_node *paragraph)
{
    cmark_node *child = cmark_node_first_child(paragraph);
    return child && !cmark_node_next(child) &&
                   cmark_node_get_type(child) == CMARK_NODE_IMAGE
               ? child
               : NULL;
}

/* The words of a node without their styles. */
static void put_words(cmark_node *node, struct buf *out)
{
    cmark_iter *iter = cmark_iter_new(node);
    for (cmark_event_type event;
         (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        const char *literal = cmark_node_get_literal(cmark_iter_get_node(iter));
        if (event == CMARK_EVENT_ENTER && literal)
            buf_puts(out, literal);
    }
    cmark_iter_free(iter);
}

static void read_image(struct builder *builder, cmark_node *node,
                       unsigned quote)
{
    struct buf alt = {0};
    const char *name =
        arena_strdup(&builder->compiler->arena, cmark_node_get_url(node));
    put_words(node, &alt);
    if (!alt.length)
        fault_at(builder, node, "图片没有文字说明；在方括号里写上它画的是什么");
    struct media_source *media = image_use(
        builder->compiler, builder->source->file, line_of(builder, node), name);
    struct block *block = add_block(builder, node, BLOCK_IMAGE, quote);
    block->media = name;
    block->alt = arena_strdup(&builder->arena, buf_text(&alt));
    block->content = plain(builder, cmark_node_get_title(node));
    block->width = media ? media->width : 0;
    block->height = media ? media->height : 0;
    buf_fini(&alt);
}

static void read_paragraph(struct builder *builder, cmark_node *node,
                           unsigned quote)
{
    if (only_image(node)) {
        read_image(builder, only_image(node), quote);
        return;
    }
    struct rich_text text = read_text(builder, node);
    if (!text.length)
        return;
    check_text(builder, node, &text);
    add_block(builder, node, BLOCK_PARAGRAPH, quote)->content = text;
}

/* A paragraph with --- right below it, which CommonMark takes for a heading. */
static bool is_underlined(struct builder *builder, cmark_node *heading)
{
    while (builder->seen_line < cmark_node_get_start_line(heading)) {
        builder->seen += strcspn(builder->seen, "\n");
        builder->seen += *builder->seen == '\n';
        builder->seen_line++;
    }
    const char *line = builder->seen;
    return line[strspn(line, " \t>-+*.)0123456789")] != '#';
}

static void read_heading(struct builder *builder, cmark_node *node,
                         unsigned quote)
{
    int level = cmark_node_get_heading_level(node);
    if (level < 2 || level > 4)
        fault_at(builder, node,
                 level == 1 ? "正文标题从 ## 开始，# 留给篇名；多加一个 #"
                            : "标题层次太深；只用 ##、### 和 ####");
    if (is_underlined(builder, node))
        fault_at(builder, node,
                 "下一行的 --- 会把这一段变成标题；在 --- 前面空一行");
    struct rich_text text = read_text(builder, node);
    if (!text.length) {
        fault_at(builder, node, "标题是空的；写上标题，或删掉 # 号");
        return;
    }
    struct block *block = add_block(builder, node, BLOCK_HEADING, quote);
    block->level = level < 2 ? 2 : level > 4 ? 4 : (unsigned)level;
    block->content = text;
}

static void read_block(struct builder *builder, cmark_node *node,
                       struct place place);

static void read_list_item(struct builder *builder, cmark_node *item,
                           unsigned ordinal, struct place place)
{
    bool continued = false;
    for (cmark_node *node = cmark_node_first_child(item); node;
         node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH ||
            only_image(node)) {
            read_block(builder, node, place);
            continue;
        }
        struct rich_text text = read_text(builder, node);
        struct block *block = add_block(builder, node, BLOCK_ITEM, place.quote);
        block->level = place.list_level - 1;
        block->ordinal = ordinal;
        block->continued = continued;
        block->content = text;
        continued = true;
    }
}

static void read_list(struct builder *builder, cmark_node *list,
                      struct place place)
{
    bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
    unsigned ordinal = ordered ? (unsigned)cmark_node_get_list_start(list) : 0;
    if (++place.list_level == LIST_LEVELS_MAX + 1)
        fault_at(builder, list, "列表超过两层；减少缩进");
    for (cmark_node *item = cmark_node_first_child(list); item;
         item = cmark_node_next(item)) {
        read_list_item(builder, item, ordinal, place);
        ordinal += ordered;
    }
}

/* The bold words a call-out begins with, or NULL. */
static cmark_node *label_of(cmark_node *quote)
{
    cmark_node *paragraph = cmark_node_first_child(quote);
    if (!paragraph || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH)
        return NULL;
    cmark_node *label = cmark_node_first_child(paragraph);
    cmark_node *text = label ? cmark_node_first_child(label) : NULL;
    if (!text || cmark_node_get_type(label) != CMARK_NODE_STRONG ||
        cmark_node_get_type(text) != CMARK_NODE_TEXT || cmark_node_next(text))
        return NULL;
    const char *words = cmark_node_get_literal(text);
    return utf8_count(words, strlen(words)) <= LABEL_CHARACTERS_MAX ? label
                                                                    : NULL;
}

/* What follows the label, without the colon between them. */
static struct rich_text read_after_label(struct builder *builder,
                                         cmark_node *label)
{
    static const char *const colons[] = {"：", ":"};
    cmark_node *next = cmark_node_next(label);
    if (next && cmark_node_get_type(next) == CMARK_NODE_TEXT) {
        const char *text = cmark_node_get_literal(next);
        for (size_t i = 0; i < COUNT_OF(colons); i++) {
            size_t length = strlen(colons[i]);
            if (!strncmp(text, colons[i], length)) {
                char *rest = xstrdup(text + length);
                cmark_node_set_literal(next, rest);
                free(rest);
                break;
            }
        }
    }
    read_inlines(builder, next, 0, "", 0);
    struct rich_text rich = finish_text(builder);
    check_marks(builder, label, &rich);
    return rich;
}

static void add_note(struct builder *builder, cmark_node *node, unsigned quote,
                     const char *label, struct rich_text text)
{
    if (text.length)
        check_text(builder, node, &text);
    struct block *block = add_block(builder, node, BLOCK_NOTE, quote);
    block->label = label;
    block->content = text;
}

static void read_note(struct builder *builder, cmark_node *quote,
                      cmark_node *label, struct place place)
{
    cmark_node *first = cmark_node_first_child(quote);
    char *words = arena_strdup(
        &builder->arena, cmark_node_get_literal(cmark_node_first_child(label)));
    size_t length = strlen(words);
    if (length > 3 && !strcmp(words + length - 3, "："))
        words[length - 3] = 0;
    add_note(builder, first, place.quote, words,
             read_after_label(builder, label));
    for (cmark_node *node = cmark_node_next(first); node;
         node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) == CMARK_NODE_PARAGRAPH &&
            !only_image(node))
            add_note(builder, node, place.quote, "", read_text(builder, node));
        else
            read_block(
                builder, node,
                (struct place){place.quote + 1, place.depth, place.list_level});
    }
}

static void read_children(struct builder *builder, cmark_node *parent,
                          struct place place)
{
    for (cmark_node *node = cmark_node_first_child(parent); node;
         node = cmark_node_next(node))
        read_block(builder, node, place);
}

static void read_quote(struct builder *builder, cmark_node *quote,
                       struct place place)
{
    cmark_node *label = label_of(quote);
    if (label) {
        read_note(builder, quote, label, place);
        return;
    }
    place.quote++;
    read_children(builder, quote, place);
}

static void read_code(struct builder *builder, cmark_node *node, unsigned quote)
{
    int length, offset;
    char character;
    if (!cmark_node_get_fenced(node, &length, &offset, &character))
        fault_at(builder, node,
                 "行首有四个空格，会被当成代码；删掉行首的空格，段首缩进由屏幕"
                 "自动加");
    const char *text = cmark_node_get_literal(node);
    size_t end = strlen(text);
    while (end && text[end - 1] == '\n')
        end--;
    buf_add(&builder->text, text, end);
    struct rich_text rich = finish_text(builder);
    add_block(builder, node, BLOCK_CODE, quote)->content = rich;
}

static unsigned count_children(cmark_node *parent)
{
    unsigned count = 0;
    for (cmark_node *node = cmark_node_first_child(parent); node;
         node = cmark_node_next(node))
        count++;
    return count;
}

static enum cell_align align_of(uint8_t letter)
{
    return letter == 'c' ? CELL_CENTER : letter == 'r' ? CELL_RIGHT : CELL_LEFT;
}

static void read_cells(struct builder *builder, cmark_node *table,
                       const struct block *block)
{
    struct rich_text *row_cells = block->cells;
    for (cmark_node *row = cmark_node_first_child(table); row;
         row = cmark_node_next(row), row_cells += block->columns) {
        cmark_node *cell = cmark_node_first_child(row);
        for (unsigned column = 0; column < block->columns; column++) {
            row_cells[column].text = "";
            if (!cell)
                continue;
            row_cells[column] = read_text(builder, cell);
            cell = cmark_node_next(cell);
        }
    }
}

static void read_table(struct builder *builder, cmark_node *node,
                       unsigned quote)
{
    struct block table = {.columns =
                              cmark_gfm_extensions_get_table_columns(node),
                          .rows = count_children(node)};
    if ((uint64_t)table.columns * table.rows > DOCUMENT_CELLS_MAX ||
        !table.columns) {
        fault_at(builder, node, "表格太大；分成几个表格");
        return;
    }
    const uint8_t *letters = cmark_gfm_extensions_get_table_alignments(node);
    enum cell_align *aligns =
        arena_alloc(&builder->arena, table.columns * sizeof(*aligns));
    for (unsigned i = 0; i < table.columns; i++)
        aligns[i] = align_of(letters[i]);
    table.cells = arena_alloc(&builder->arena, table.columns * table.rows *
                                                   sizeof(*table.cells));
    read_cells(builder, node, &table);
    struct block *block = add_block(builder, node, BLOCK_TABLE, quote);
    block->columns = table.columns;
    block->rows = table.rows;
    block->aligns = aligns;
    block->cells = table.cells;
}

static void read_block(struct builder *builder, cmark_node *node,
                       struct place place)
{
    if (++place.depth > DOCUMENT_DEPTH_MAX) {
        fault_at(builder, node, "嵌套太深；减少引用和列表的层次");
        return;
    }
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
        read_paragraph(builder, node, place.quote);
        break;
    case CMARK_NODE_HEADING:
        read_heading(builder, node, place.quote);
        break;
    case CMARK_NODE_LIST:
        read_list(builder, node, place);
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        read_quote(builder, node, place);
        break;
    case CMARK_NODE_CODE_BLOCK:
        read_code(builder, node, place.quote);
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        add_block(builder, node, BLOCK_RULE, place.quote);
        break;
    default:
        if (has_type(node, "table"))
            read_table(builder, node, place.quote);
        else
            fault_at(builder, node, "不能用 HTML 标签；改用 Markdown 的写法");
        break;
    }
}

/* What a list, or a note in brackets, looks like to people but not to
 * CommonMark: 1.甲 runs on in the paragraph above, [注]: 甲 disappears. */
static void check_line(struct builder *builder, const char *line, size_t length,
                       int number)
{
    size_t start = 0, at;
    const char *fault = NULL;
    while (start < length && strchr(" \t>", line[start]))
        start++;
    for (at = start; at < length && line[at] >= '0' && line[at] <= '9';)
        at++;
    if (at == start ? at + 1 < length && strchr("-+", line[at])
                    : at + 1 < length && strchr(".)", line[at])) {
        size_t next = at + 1;
        if (utf8_is_han(utf8_next(line, length, &next)))
            fault = at == start
                        ? "列表没有生效；- 后面空一格"
                        : "列表没有生效；数字和点后面空一格，或写成 1、";
    }
    const char *close = start < length && line[start] == '['
                            ? memchr(line + start, ']', length - start)
                            : NULL;
    if (close && close + 1 < line + length && close[1] == ':' &&
        close > line + start + 1)
        fault = "方括号后面是半角冒号，这一行不会显示；改成全角冒号";
    if (fault)
        fault_add(builder->compiler, builder->source->file, number, "%s",
                  fault);
}

/* False when a line is longer than any paragraph may be: cmark takes its time
 * over some of those. */
static bool check_lines(struct builder *builder)
{
    const struct item_source *source = builder->source;
    const char *line = source->body, *end = line + source->body_length;
    bool code = false;
    for (int number = source->body_line; line < end; number++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        size_t length = (size_t)((stop ? stop : end) - line);
        bool fence = length >= 3 && !memcmp(line, "```", 3);
        if (length > PARAGRAPH_BYTES_MAX) {
            fault_add(builder->compiler, source->file, number,
                      "这一段超过 64 KB；分成几段");
            return false;
        }
        code ^= fence;
        if (!code && !fence)
            check_line(builder, line, length, number);
        line += length + 1;
    }
    return true;
}

static void read_half(struct builder *builder, const struct item_source *source)
{
    size_t before = builder->count;
    builder->source = source;
    builder->seen = source->body;
    builder->seen_line = 1;
    if (!check_lines(builder))
        return;
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    cmark_parser_attach_syntax_extension(parser,
                                         cmark_find_syntax_extension("table"));
    cmark_parser_feed(parser, source->body, source->body_length);
    cmark_node *root = cmark_parser_finish(parser);
    cmark_consolidate_text_nodes(root);
    read_children(builder, root, (struct place){0});
    if (builder->count == before)
        fault_add(builder->compiler, source->file, source->body_line,
                  "没有正文；在文件头下面写正文");
    cmark_node_free(root);
    cmark_parser_free(parser);
}

/* A sentence that a page break cut in two becomes one paragraph again. */
static void mend_paragraph(struct builder *builder, size_t seam)
{
    if (!seam || seam >= builder->count)
        return;
    struct block *head = &builder->blocks[seam - 1], *tail = head + 1;
    if (head->kind != BLOCK_PARAGRAPH || tail->kind != BLOCK_PARAGRAPH ||
        head->quote || tail->quote ||
        check_closed(head->content.text, head->content.length))
        return;
    const struct rich_text *parts[] = {&head->content, &tail->content};
    uint32_t shift = 0;
    for (size_t p = 0; p < COUNT_OF(parts); p++) {
        buf_add(&builder->text, parts[p]->text, parts[p]->length);
        for (uint32_t i = 0; i < parts[p]->span_count; i++) {
            struct span span = parts[p]->spans[i];
            span.start += shift;
            span.end += shift;
            ARRAY_GROW(builder->spans, builder->span_count,
                       builder->span_capacity);
            builder->spans[builder->span_count++] = span;
        }
        shift += parts[p]->length;
    }
    head->content = finish_text(builder);
    builder->count--;
    memmove(tail, tail + 1, (builder->count - seam) * sizeof(*tail));
}

static size_t count_characters(const struct document *document)
{
    struct buf text = {0};
    size_t count = 0;
    document_plain_text(document, &text);
    for (size_t at = 0; at < text.length;)
        count += utf8_next(text.data, text.length, &at) > ' ';
    buf_fini(&text);
    return count;
}

void markdown_compile(struct compiler *compiler, struct item_source *item)
{
    struct builder builder = {.compiler = compiler};
    read_half(&builder, item);
    if (item->rest) {
        size_t seam = builder.count;
        read_half(&builder, item->rest);
        if (builder.count <= DOCUMENT_BLOCKS_MAX)
            mend_paragraph(&builder, seam);
    }
    if (builder.count > DOCUMENT_BLOCKS_MAX)
        builder.count = DOCUMENT_BLOCKS_MAX;
    struct document document = {builder.blocks, (uint32_t)builder.count};
    item->characters = count_characters(&document);
    document_encode(&document, &item->document);
    free(builder.blocks);
    free(builder.spans);
    buf_fini(&builder.text);
    arena_fini(&builder.arena);
}
