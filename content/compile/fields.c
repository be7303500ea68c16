/* fields.c - one table row for each field an editor may write. */
#include "compile_private.h"

#include "base/civil.h"

static const struct field *find_field(const struct field *fields, size_t count,
                                      const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(fields[i].name, name))
            return &fields[i];
    return NULL;
}

static void unknown_field(struct compiler *compiler, const char *file,
                          const struct node *entry, const struct field *fields,
                          size_t count)
{
    struct nearest nearest = {.wanted = entry->key};
    for (size_t i = 0; i < count; i++)
        nearest_offer(&nearest, fields[i].name);
    fault_add(compiler, file, entry->key_line, "不认识的字段 %s；%s",
              entry->key, nearest_advice(compiler, &nearest, "删掉它"));
}

static bool wants_text(struct compiler *compiler, const char *file,
                       const struct node *entry, const char *name)
{
    if (entry->kind == NODE_TEXT)
        return true;
    fault_add(compiler, file, entry->line,
              "%s 应当是一段文字；去掉方括号、花括号或缩进", name);
    return false;
}

static void read_text(struct compiler *compiler, const char *file,
                      const struct node *entry, const char *name,
                      struct text *out)
{
    if (!wants_text(compiler, file, entry, name))
        return;
    *out = (struct text){entry->text, entry->line};
    check_plain(compiler, file, entry->line, entry->text);
    if (strlen(entry->text) > STORE_TEXT_BYTES_MAX)
        fault_add(compiler, file, entry->line, "%s 超过 64 KB；写短一些", name);
}

static void read_date(struct compiler *compiler, const char *file,
                      const struct node *entry, const char *name,
                      struct text *out)
{
    struct civil civil;
    if (!wants_text(compiler, file, entry, name))
        return;
    if (strlen(entry->text) == 10 && civil_parse(entry->text, &civil))
        *out = (struct text){entry->text, entry->line};
    else if (*entry->text)
        fault_add(compiler, file, entry->line,
                  "%s 的日期“%s”不对；写成年-月-日，如 2026-02-06", name,
                  entry->text);
}

static void read_count(struct compiler *compiler, const char *file,
                       const struct node *entry, const char *name,
                       struct number *out)
{
    int value = 0;
    size_t digits = entry->kind == NODE_TEXT ? strlen(entry->text) : 0;
    if (digits < 1 || digits > 9 ||
        !civil_digits(entry->text, digits, &value)) {
        fault_add(compiler, file, entry->line,
                  "%s 应当是一个整数；写成 1、2、3", name);
        return;
    }
    *out = (struct number){(unsigned)value, entry->line};
}

static void read_flag(struct compiler *compiler, const char *file,
                      const struct node *entry, const char *name, bool *out)
{
    const char *text = entry->kind == NODE_TEXT ? entry->text : "";
    *out = !strcmp(text, "true");
    if (!*out && strcmp(text, "false") != 0)
        fault_add(compiler, file, entry->line,
                  "%s 只能是 true 或 false；改成其中一个", name);
}

static void read_texts(struct compiler *compiler, const char *file,
                       const struct node *entry, const char *name,
                       struct text_list *out)
{
    size_t count = 0;
    if (entry->kind == NODE_MAP) {
        fault_add(compiler, file, entry->line,
                  "%s 应当是一个列表；写成 [甲, 乙]", name);
        return;
    }
    const struct node *first = entry->kind == NODE_LIST ? entry->child : entry;
    if (entry->kind == NODE_TEXT && !*entry->text)
        return;
    for (const struct node *node = first; node; node = node->next) {
        count++;
        if (entry->kind == NODE_TEXT)
            break;
    }
    /* A field that is there twice is a fault, and its last list holds. */
    out->count = 0;
    out->items = arena_alloc(&compiler->arena, count * sizeof(*out->items));
    for (const struct node *node = first; out->count < count;
         node = node->next) {
        out->items[out->count] = (struct text){"", node->line};
        read_text(compiler, file, node, name, &out->items[out->count++]);
    }
}

static void read_field(struct compiler *compiler, const char *file,
                       const struct node *entry, const struct field *field,
                       void *member)
{
    switch (field->type) {
    case FIELD_TEXT:
        read_text(compiler, file, entry, field->name, member);
        break;
    case FIELD_DATE:
        read_date(compiler, file, entry, field->name, member);
        break;
    case FIELD_COUNT:
        read_count(compiler, file, entry, field->name, member);
        break;
    case FIELD_FLAG:
        read_flag(compiler, file, entry, field->name, member);
        break;
    case FIELD_TEXTS:
        read_texts(compiler, file, entry, field->name, member);
        break;
    case FIELD_NODE:
        *(const struct node **)member = entry;
        break;
    }
}

static bool is_empty(const struct node *entry)
{
    return entry->kind == NODE_TEXT
               ? !entry->text[strspn(entry->text, " \t\r\n")]
               : !entry->child;
}

static void check_required(struct compiler *compiler, const char *file,
                           const struct node *map, const struct field *field)
{
    for (const struct node *entry = map->child; entry; entry = entry->next) {
        if (strcmp(entry->key, field->name) != 0)
            continue;
        if (is_empty(entry))
            fault_add(compiler, file, entry->key_line,
                      "%s 是空的；这一项必须填写", field->name);
        return;
    }
    fault_add(compiler, file, map->line, "缺少 %s；这一项必须填写",
              field->name);
}

void fields_read(struct compiler *compiler, const char *file,
                 const struct node *map, const struct field *fields,
                 size_t field_count, void *out)
{
    for (size_t i = 0; i < field_count; i++) {
        if (fields[i].type == FIELD_TEXT || fields[i].type == FIELD_DATE)
            *(struct text *)((char *)out + fields[i].offset) =
                (struct text){"", 0};
        if (fields[i].required && map->kind == NODE_MAP)
            check_required(compiler, file, map, &fields[i]);
    }
    if (map->kind != NODE_MAP) {
        fault_add(compiler, file, map->line, "这里应当是“字段: 值”；看看缩进");
        return;
    }
    for (const struct node *entry = map->child; entry; entry = entry->next) {
        const struct field *field = find_field(fields, field_count, entry->key);
        if (field)
            read_field(compiler, file, entry, field,
                       (char *)out + field->offset);
        else
            unknown_field(compiler, file, entry, fields, field_count);
    }
}

void *fields_read_list(struct compiler *compiler, const char *file,
                       const struct node *list, const struct field *fields,
                       size_t field_count, size_t size, size_t *count_out)
{
    size_t count = 0;
    *count_out = 0;
    if (!list)
        return NULL;
    if (list->kind != NODE_LIST) {
        fault_add(compiler, file, list->line,
                  "%s 应当是一个列表；每项以“- ”开头", list->key);
        return NULL;
    }
    for (const struct node *node = list->child; node; node = node->next)
        count++;
    char *elements = arena_alloc(&compiler->arena, count * size),
         *at = elements;
    for (const struct node *node = list->child; node;
         node = node->next, at += size)
        fields_read(compiler, file, node, fields, field_count, at);
    *count_out = count;
    return elements;
}
