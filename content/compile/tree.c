/* tree.c - YAML, read event by event into a tree that remembers lines.
 *
 * Anchors and aliases are refused: editors do not need them, and without them a
 * tree is never larger than its file. */
#include "compile_private.h"

#include <yaml.h>

enum { TREE_DEPTH_MAX = 16, TREE_KEYS_MAX = 256 };

struct tree {
    struct compiler *compiler;
    const char *file;
    const char *text;
    size_t length;
    size_t offset; /* of text in its file */
    int first_line;
    size_t seen_characters, seen_bytes; /* how far offset_of has come */
    yaml_parser_t parser;
};

static int line_of(const struct tree *tree, yaml_mark_t mark)
{
    return tree->first_line + (int)mark.line;
}

/* What most likely is wrong with a line that YAML stumbles over. */
static const char *advice_for(struct tree *tree, int line)
{
    const char *at = tree->text, *end = at + tree->length;
    for (int i = tree->first_line; i < line && at < end; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        at = stop ? stop + 1 : end;
    }
    char *words = arena_strndup(&tree->compiler->arena, at,
                                strcspn(at, "\n") < (size_t)(end - at)
                                    ? strcspn(at, "\n")
                                    : (size_t)(end - at));
    const char *wide = strstr(words, "："), *colon = strchr(words, ':');
    const char *value = colon ? strstr(colon, ": ") : NULL;
    size_t quotes = 0;
    for (const char *byte = words; *byte; byte++)
        quotes += *byte == '"';
    if (strchr(words, '\t'))
        return "这一行有制表符（Tab）；换成空格";
    if (wide && (!colon || wide < colon))
        return "字段名后面的冒号写成了全角；改成半角冒号，后面空一格";
    if (!colon && words[strspn(words, " \r")])
        return "这一行不是“字段: 值”；文件头写完要有单独一行 ---";
    if (colon && !value && colon[1] && colon[1] != '\r')
        return "冒号后面没有空格；空一格";
    if (quotes % 2)
        return "半角引号不成对；补上，或改成“”";
    if (value && strchr("@`%&*!|>[]{}", value[2]) && value[2])
        return "值以特殊符号开头或方括号不成对；整个值前后加半角引号，"
               "或补上括号";
    if (value && strstr(value + 2, ": "))
        return "值里有半角冒号加空格；改成全角冒号，或整个值前后加半角引号";
    return "检查缩进、冒号后面的空格和成对的引号";
}

/* A key without its colon and a quote without its partner are noticed later
 * than where they stand, an odd character before any mark is set. */
static int problem_line(const struct tree *tree)
{
    const yaml_parser_t *parser = &tree->parser;
    if (parser->error == YAML_READER_ERROR)
        return tree->first_line - 1 +
               source_line(tree->text, parser->problem_offset < tree->length
                                           ? parser->problem_offset
                                           : tree->length);
    if (parser->problem && (strstr(parser->problem, "expected ':'") ||
                            strstr(parser->problem, "end of stream")))
        return line_of(tree, parser->context_mark);
    return line_of(tree, parser->problem_mark);
}

static bool next_event(struct tree *tree, yaml_event_t *event)
{
    if (yaml_parser_parse(&tree->parser, event))
        return true;
    int line = problem_line(tree);
    fault_add(tree->compiler, tree->file, line, "YAML 格式有误（%s）；%s",
              tree->parser.problem ? tree->parser.problem : "无法识别",
              tree->parser.error == YAML_READER_ERROR ? "这里有控制字符，删掉它"
                                                      : advice_for(tree, line));
    return false;
}

static struct node *read_node(struct tree *tree, yaml_event_t *event,
                              unsigned depth);

/* The offset of a mark, which counts characters; marks only go forward. */
static size_t offset_of(struct tree *tree, size_t characters)
{
    size_t at = tree->seen_bytes;
    for (size_t i = tree->seen_characters; i < characters && at < tree->length;
         i++)
        do
            at++;
        while (at < tree->length &&
               ((unsigned char)tree->text[at] & 0xC0) == 0x80);
    tree->seen_characters = characters;
    tree->seen_bytes = at;
    return at;
}

/* Marks inside a value are safe to widen; between values they are syntax. */
static void check_scalar(struct tree *tree, const yaml_event_t *event)
{
    size_t start = offset_of(tree, event->start_mark.index);
    size_t end = offset_of(tree, event->end_mark.index);
    check_characters(tree->compiler, tree->file, tree->text + start,
                     end - start, line_of(tree, event->start_mark),
                     tree->offset + start, true);
}

static struct node *new_node(struct tree *tree, const yaml_event_t *event,
                             enum node_kind kind)
{
    struct node *node = arena_alloc(&tree->compiler->arena, sizeof(*node));
    node->kind = kind;
    node->line = line_of(tree, event->start_mark);
    node->text = "";
    return node;
}

static const struct node *find_key(const struct node *map, const char *key)
{
    for (const struct node *entry = map->child; entry; entry = entry->next)
        if (!strcmp(entry->key, key))
            return entry;
    return NULL;
}

/* Reads the key that `event` holds and moves on to its value. */
static bool read_key(struct tree *tree, const struct node *map,
                     yaml_event_t *event, const char **key_out, int *line_out)
{
    *line_out = line_of(tree, event->start_mark);
    if (event->type != YAML_SCALAR_EVENT) {
        fault_add(tree->compiler, tree->file, *line_out,
                  "字段名应当是一个词；写成“字段: 值”");
        yaml_event_delete(event);
        return false;
    }
    *key_out = arena_strdup(&tree->compiler->arena,
                            (const char *)event->data.scalar.value);
    if (find_key(map, *key_out))
        fault_add(tree->compiler, tree->file, *line_out,
                  "字段 %s 写了两次；只留一个", *key_out);
    yaml_event_delete(event);
    return next_event(tree, event);
}

static struct node *read_children(struct tree *tree, struct node *parent,
                                  yaml_event_type_t end, unsigned depth)
{
    struct node **last = &parent->child;
    for (size_t count = 0;; count++) {
        yaml_event_t event;
        const char *key = NULL;
        int key_line = 0;
        if (!next_event(tree, &event))
            return NULL;
        if (event.type == end) {
            yaml_event_delete(&event);
            return parent;
        }
        if (parent->kind == NODE_MAP && count == TREE_KEYS_MAX) {
            fault_add(tree->compiler, tree->file,
                      line_of(tree, event.start_mark),
                      "这里的字段超过 %d 个；删去多余的", TREE_KEYS_MAX);
            yaml_event_delete(&event);
            return NULL;
        }
        if (parent->kind == NODE_MAP &&
            !read_key(tree, parent, &event, &key, &key_line))
            return NULL;
        struct node *child = read_node(tree, &event, depth + 1);
        if (!child)
            return NULL;
        child->key = key;
        child->key_line = key_line;
        *last = child;
        last = &child->next;
    }
}

/* Consumes the event. */
static struct node *read_node(struct tree *tree, yaml_event_t *event,
                              unsigned depth)
{
    struct node *node = NULL;
    int line = line_of(tree, event->start_mark);
    if (depth > TREE_DEPTH_MAX) {
        fault_add(tree->compiler, tree->file, line, "嵌套太深；减少缩进的层次");
    } else if (event->type == YAML_SCALAR_EVENT) {
        node = new_node(tree, event, NODE_TEXT);
        node->text = arena_strndup(&tree->compiler->arena,
                                   (const char *)event->data.scalar.value,
                                   event->data.scalar.length);
        check_scalar(tree, event);
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        node = read_children(tree, new_node(tree, event, NODE_LIST),
                             YAML_SEQUENCE_END_EVENT, depth);
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        node = read_children(tree, new_node(tree, event, NODE_MAP),
                             YAML_MAPPING_END_EVENT, depth);
    } else {
        fault_add(tree->compiler, tree->file, line,
                  "这里不能用 & 或 *；以这些符号开头的文字要加引号");
    }
    yaml_event_delete(event);
    return node;
}

/* The first event of the only document. */
static bool skip_to_document(struct tree *tree, yaml_event_t *event)
{
    for (;;) {
        if (!next_event(tree, event))
            return false;
        if (event->type != YAML_STREAM_START_EVENT &&
            event->type != YAML_DOCUMENT_START_EVENT)
            return true;
        yaml_event_delete(event);
    }
}

/* What follows a document would be lost without a word. */
static bool is_last(struct tree *tree)
{
    yaml_event_t event;
    for (bool ended = false; !ended; yaml_event_delete(&event)) {
        if (!next_event(tree, &event))
            return false;
        if (event.type == YAML_DOCUMENT_START_EVENT) {
            fault_add(
                tree->compiler, tree->file, line_of(tree, event.start_mark),
                "后面还有一份内容，不会被读到；删掉单独成行的 --- 或 ...");
            yaml_event_delete(&event);
            return false;
        }
        ended = event.type == YAML_STREAM_END_EVENT;
    }
    return true;
}

struct node *tree_parse(struct compiler *compiler, const char *file,
                        const struct buf *source, size_t start, size_t end)
{
    const char *text = buf_text(source) + start;
    size_t length = end - start;
    struct tree tree = {.compiler = compiler,
                        .file = file,
                        .text = text,
                        .length = length,
                        .offset = start,
                        .first_line = source_line(buf_text(source), start)};
    struct node *root = NULL;
    yaml_event_t event;
    if (!yaml_parser_initialize(&tree.parser))
        mem_check(NULL);
    yaml_parser_set_encoding(&tree.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&tree.parser, (const unsigned char *)text,
                                 length);
    if (skip_to_document(&tree, &event)) {
        bool empty = event.type == YAML_STREAM_END_EVENT;
        if (empty) {
            root = new_node(&tree, &event, NODE_MAP);
            yaml_event_delete(&event);
        } else {
            root = read_node(&tree, &event, 0);
        }
        if (root && !empty && !is_last(&tree))
            root = NULL;
    }
    if (root && root->kind != NODE_MAP) {
        fault_add(compiler, file, root->line, "这里应当是“字段: 值”的列表；%s",
                  root->kind == NODE_TEXT ? advice_for(&tree, root->line)
                                          : "每行一个字段");
        root = NULL;
    }
    yaml_parser_delete(&tree.parser);
    return root;
}
