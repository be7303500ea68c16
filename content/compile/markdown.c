/* markdown.c - from CommonMark with pipe tables to the blocks of a document.
 *
 * cmark parses; we flatten its tree. What a kiosk cannot show (HTML, web
 * links, pictures inside a line) is a fault at the line where it stands. */
#include "compile_private.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm-extension_api.h>
#include <cmark-gfm.h>

#include "base/icon_names.h"
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
    unsigned notes_before; /* endnotes of the halves read before */
    unsigned notes;        /* and of all up to here */
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

/* Two titles side by side are two, and so are two names; other styles of the
 * same kind become one stretch. */
static bool is_same(const struct span *a, const struct span *b)
{
    enum { APART = SPAN_BOOK | SPAN_NAME | SPAN_NOTE | SPAN_RUBY | SPAN_ICON };
    return a->end == b->start && a->style == b->style && !(a->style & APART) &&
           !strcmp(a->target, b->target);
}

static void add_span(struct builder *builder, struct span span)
{
    ARRAY_GROW(builder->spans, builder->span_count, builder->span_capacity);
    builder->spans[builder->span_count++] = span;
}

/* look: style, target and what comes with the style. */
static void append_span(struct builder *builder, const char *text,
                        size_t length, struct span look)
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
    if (!look.style)
        return;
    look.start = start;
    look.end = (uint32_t)builder->text.length;
    struct span *last =
        builder->span_count ? &builder->spans[builder->span_count - 1] : NULL;
    if (last && is_same(last, &look))
        last->end = look.end;
    else
        add_span(builder, look);
}

static void append(struct builder *builder, const char *text, size_t length,
                   uint32_t style, const char *target)
{
    append_span(builder, text, length,
                (struct span){
                    .style = style, .target = target, .ruby = "", .icon = ""});
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
    const struct list_source *list = lookup_list(compiler, link);
    const struct listing_source *listing =
        strncmp(link, "listings/", 9) ? NULL
                                      : lookup_listing(compiler, link + 9);
    return item      ? item->title.text
           : list    ? list->title.text
           : listing ? listing->title.text
                     : "维权指南"; /* the one list without a name: guides */
}

static void append_text(struct builder *builder, cmark_node *node,
                        const char *text, uint32_t style, const char *target);

static void append_link(struct builder *builder, cmark_node *node,
                        const char *id, const char *label, uint32_t style)
{
    struct item_source *item;
    struct text link = {id, line_of(builder, node)};
    enum link_kind kind =
        check_link(builder->compiler, builder->source->file, &link, &item);
    if (item && item->whole)
        item = item->whole;
    const char *target = item ? item->id : id;
    if (kind == LINK_NONE)
        target = "";
    else
        style |= SPAN_LINK;
    if (label) {
        append_text(builder, node, label, style, target);
        return;
    }
    label = kind != LINK_NONE          ? title_of(builder->compiler, id, item)
            : builder->compiler->board ? "（这里没有这项内容）"
                                       : id;
    append(builder, label, strlen(label), style, target);
}

/* No law is on board yet, so a citation is plain text. */
static void append_citation(struct builder *builder, cmark_node *node,
                            const char *citation, const char *label,
                            uint32_t style)
{
    struct law_ref law;
    if (!check_citation(builder->compiler, builder->source->file,
                        line_of(builder, node), citation, &law))
        return;
    if (label) {
        append_text(builder, node, label, style, "");
        return;
    }
    int digits = (int)strspn(law.article, "0123456789");
    label = source_format(builder->compiler, "《%s》第%.*s条%s", law.law,
                          digits, law.article, law.article + digits);
    append(builder, label, strlen(label), style, "");
}

static void append_reference(struct builder *builder, cmark_node *node,
                             const char *text, size_t length, uint32_t style)
{
    char *target = arena_strndup(&builder->compiler->arena, text, length);
    char *label = strchr(target, '|');
    if (label)
        *label++ = 0;
    if (is_path(target))
        append_link(builder, node, target, label, style);
    else
        append_citation(builder, node, target, label, style);
}

/* A colon, half or full width: its length, else 0. */
static size_t colon_at(const char *text)
{
    size_t wide = strlen("：");
    return *text == ':' ? 1 : !strncmp(text, "：", wide) ? wide : 0;
}

static char *find_colon(char *text, size_t *length_out)
{
    while (*text && !(*length_out = colon_at(text)))
        text++;
    return *text ? text : NULL;
}

/* As many syllables as Han characters, and nothing else in either; the blanks
 * between syllables become one each. */
static bool is_ruby(const char *text, char *pinyin)
{
    size_t characters = 0, syllables = 0, length = strlen(pinyin), used = 0;
    for (size_t at = 0, end = strlen(text); at < end; characters++)
        if (!utf8_is_han(utf8_next(text, end, &at)))
            return false;
    bool blank = true;
    for (size_t at = 0; at < length;) {
        size_t here = at;
        uint32_t code = utf8_next(pinyin, length, &at);
        if (code > 0x24F || (code >= '0' && code <= '9'))
            return false;
        if (code == ' ') {
            blank = true;
            continue;
        }
        if (blank && syllables++)
            pinyin[used++] = ' ';
        blank = false;
        memmove(pinyin + used, pinyin + here, at - here);
        used += at - here;
    }
    pinyin[used] = 0;
    return characters && characters == syllables;
}

static void append_ruby(struct builder *builder, cmark_node *node, char *words,
                        struct span look)
{
    size_t colon;
    char *pinyin = find_colon(words, &colon);
    if (pinyin) {
        *pinyin = 0;
        pinyin += colon;
    }
    if (pinyin && is_ruby(words, pinyin)) {
        look.style |= SPAN_RUBY;
        look.ruby = pinyin;
    } else {
        fault_at(builder, node,
                 "注音的字数和音节数不同；一个汉字写一个音节，中间空一格，如 "
                 "{{拼：汉字：hàn zì}}");
    }
    append_span(builder, words, strlen(words), look);
}

static void append_icon(struct builder *builder, cmark_node *node,
                        const char *name, struct span look)
{
    struct nearest nearest = {.wanted = name};
    const struct icon_name *row = icon_name_find(name);
    if (row) {
        look.style |= SPAN_ICON;
        look.icon = row->said;
        append_span(builder, ICON_CHARACTER, strlen(ICON_CHARACTER), look);
        return;
    }
    for (size_t i = 0; (row = icon_name_at(i)); i++) {
        nearest_offer(&nearest, row->said);
        nearest_offer(&nearest, row->english);
    }
    fault_add(builder->compiler, builder->source->file, line_of(builder, node),
              "不认识的图标“%s”；%s", name,
              nearest_advice(builder->compiler, &nearest,
                             "名字在编辑手册的表里，如 {{图标：电话}}"));
    append_span(builder, name, strlen(name), look);
}

/* {{书：劳动法}}, {{名：王进喜}}, {{拼：驿窗：yì chuāng}}, {{图标：电话}}; the
 * colons may be half-width. */
static void append_mark(struct builder *builder, cmark_node *node,
                        const char *text, size_t length, uint32_t style,
                        const char *target)
{
    static const struct {
        const char *word;
        uint32_t style;
    } marks[] = {{"书", SPAN_BOOK},
                 {"名", SPAN_NAME},
                 {"拼", SPAN_RUBY},
                 {"图标", SPAN_ICON}};
    const struct span look = {
        .style = style, .target = target, .ruby = "", .icon = ""};
    char *word = arena_strndup(&builder->arena, text, length);
    size_t colon;
    char *words = find_colon(word, &colon);
    uint32_t mark = 0;
    if (words) {
        *words = 0;
        words += colon;
        for (size_t i = 0; i < COUNT_OF(marks); i++)
            if (!strcmp(word, marks[i].word))
                mark = marks[i].style;
    }
    if (!mark || !*words)
        fault_at(builder, node,
                 "“{{”里的写法不对；写成 {{书：书名}}、{{名：人名地名}}、"
                 "{{拼：汉字：hàn zì}} 或 {{图标：电话}}");
    else if (mark == SPAN_RUBY)
        append_ruby(builder, node, words, look);
    else if (mark == SPAN_ICON)
        append_icon(builder, node, words, look);
    else
        append(builder, words, strlen(words), style | mark, target);
}

/* The first “{{”, or “[[” where links may stand. */
static const char *find_open(const char *text, uint32_t style)
{
    const char *brace = strstr(text, "{{");
    const char *bracket = style & SPAN_LINK ? NULL : strstr(text, "[[");
    return brace && (!bracket || brace < bracket) ? brace : bracket;
}

/* Text of the source, in which [[…]] stands for a link or a citation and {{…}}
 * for a mark beside the line or an icon in it. */
static void append_text(struct builder *builder, cmark_node *node,
                        const char *text, uint32_t style, const char *target)
{
    for (const char *open; (open = find_open(text, style));) {
        bool brace = *open == '{';
        const char *close = strstr(open, brace ? "}}" : "]]");
        if (!close) {
            fault_at(builder, node,
                     brace ? "“{{”没有对应的“}}”；补上，或删掉"
                           : "“[[”没有对应的“]]”；补上，或删掉");
            break;
        }
        size_t length = (size_t)(close - open) - 2;
        append(builder, text, (size_t)(open - text), style, target);
        if (brace)
            append_mark(builder, node, open + 2, length, style, target);
        else
            append_reference(builder, node, open + 2, length, style);
        text = close + 2;
    }
    append(builder, text, strlen(text), style, target);
}

static void append_source(struct builder *builder, cmark_node *node,
                          uint32_t style, const char *target)
{
    const char *text = cmark_node_get_literal(node);
    if (strstr(text, "[^"))
        fault_at(builder, node,
                 "注号没有对应的注文；另起一段写上 [^号]: 注文，或删掉注号");
    append_text(builder, node, text, style, target);
}

static void append_note(struct builder *builder, cmark_node *node,
                        uint32_t style, const char *target)
{
    unsigned long number = strtoul(cmark_node_get_literal(node), NULL, 10);
    const char *text =
        source_format(builder->compiler, "%lu", builder->notes_before + number);
    append(builder, text, strlen(text), style | SPAN_NOTE, target);
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
    case CMARK_NODE_FOOTNOTE_REFERENCE:
        append_note(builder, node, style, target);
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
    cmark_node *next = cmark_node_next(node);
    return builder->source->to.node &&
           (!next ||
            cmark_node_get_type(next) == CMARK_NODE_FOOTNOTE_DEFINITION) &&
           cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_DOCUMENT;
}

static void check_text(struct builder *builder, cmark_node *node,
                       const struct rich_text *rich)
{
    struct buf words = {0};
    document_put_words(rich, &words); /* two signs tell two paragraphs apart */
    check_paragraph(builder->compiler, builder->source->file,
                    line_of(builder, node), buf_text(&words), words.length,
                    may_run_on(builder, node));
    buf_fini(&words);
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
    if (!media && builder->compiler->board) {
        buf_fini(&alt);
        return;
    }
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

/* Only what is referred to comes here, in the order of the numbers. */
static void read_endnote(struct builder *builder, cmark_node *note,
                         struct place place)
{
    bool continued = false;
    builder->notes++;
    for (cmark_node *node = cmark_node_first_child(note); node;
         node = cmark_node_next(node)) {
        if (cmark_node_get_type(node) != CMARK_NODE_PARAGRAPH ||
            only_image(node)) {
            read_block(builder, node, place);
            continue;
        }
        struct rich_text text = read_text(builder, node);
        struct block *block = add_block(builder, node, BLOCK_ENDNOTE, 0);
        block->ordinal = builder->notes;
        block->continued = continued;
        block->content = text;
        continued = true;
    }
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
    case CMARK_NODE_FOOTNOTE_DEFINITION:
        read_endnote(builder, node, place);
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
    /* [^1]: is a note. */
    const char *close =
        start + 1 < length && line[start] == '[' && line[start + 1] != '^'
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
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_FOOTNOTES);
    cmark_parser_attach_syntax_extension(parser,
                                         cmark_find_syntax_extension("table"));
    cmark_parser_feed(parser, source->body, source->body_length);
    cmark_node *root = cmark_parser_finish(parser);
    cmark_consolidate_text_nodes(root);
    builder->notes_before = builder->notes;
    read_children(builder, root, (struct place){0});
    if (builder->count == before)
        fault_add(builder->compiler, source->file, source->body_line,
                  "没有正文；在文件头下面写正文");
    cmark_node_free(root);
    cmark_parser_free(parser);
}

/* Where the words of a text end: numbers of notes may stand behind them. */
static size_t words_length(const struct rich_text *text)
{
    size_t length = text->length;
    for (size_t i = text->span_count; i-- > 0;) {
        const struct span *span = &text->spans[i];
        if (!(span->style & SPAN_NOTE) || span->end != length)
            break;
        length = span->start;
    }
    return length;
}

/* A sentence that a page break cut in two becomes one paragraph again. */
static void mend_paragraph(struct builder *builder, size_t seam)
{
    if (!seam || seam >= builder->count)
        return;
    struct block *head = &builder->blocks[seam - 1], *tail = head + 1;
    if (head->kind != BLOCK_PARAGRAPH || tail->kind != BLOCK_PARAGRAPH ||
        head->quote || tail->quote ||
        check_closed(head->content.text, words_length(&head->content)))
        return;
    const struct rich_text *parts[] = {&head->content, &tail->content};
    uint32_t shift = 0;
    for (size_t p = 0; p < COUNT_OF(parts); p++) {
        buf_add(&builder->text, parts[p]->text, parts[p]->length);
        for (uint32_t i = 0; i < parts[p]->span_count; i++) {
            struct span span = parts[p]->spans[i];
            span.start += shift;
            span.end += shift;
            add_span(builder, span);
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

/* How many blocks stand before the endnotes at the end. */
static size_t before_endnotes(const struct builder *builder)
{
    size_t count = builder->count;
    while (count && builder->blocks[count - 1].kind == BLOCK_ENDNOTE)
        count--;
    return count;
}

/* Reads the half that goes on overleaf; the endnotes of both come last. */
static void read_rest(struct builder *builder, const struct item_source *rest)
{
    size_t seam = before_endnotes(builder), held = builder->count - seam;
    size_t bytes = held * sizeof(struct block);
    struct block *notes = xmalloc(bytes);
    if (bytes)
        memcpy(notes, builder->blocks + seam, bytes);
    builder->count = seam;
    read_half(builder, rest);
    if (builder->count > DOCUMENT_BLOCKS_MAX)
        builder->count = DOCUMENT_BLOCKS_MAX;
    else
        mend_paragraph(builder, seam);
    for (size_t i = 0; i < held && builder->count < DOCUMENT_BLOCKS_MAX; i++) {
        ARRAY_GROW(builder->blocks, builder->count, builder->capacity);
        size_t at = before_endnotes(builder) + i;
        memmove(builder->blocks + at + 1, builder->blocks + at,
                (builder->count - at) * sizeof(struct block));
        builder->blocks[at] = notes[i];
        builder->count++;
    }
    free(notes);
}

void markdown_compile(struct compiler *compiler, struct item_source *item)
{
    struct builder builder = {.compiler = compiler};
    read_half(&builder, item);
    if (builder.count > DOCUMENT_BLOCKS_MAX)
        builder.count = DOCUMENT_BLOCKS_MAX;
    if (item->rest)
        read_rest(&builder, item->rest);
    clauses_hang(&builder.arena, builder.blocks, builder.count);
    struct document document = {builder.blocks, (uint32_t)builder.count};
    item->characters = count_characters(&document);
    document_encode(&document, &item->document);
    free(builder.blocks);
    free(builder.spans);
    buf_fini(&builder.text);
    arena_fini(&builder.arena);
}
