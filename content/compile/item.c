/* item.c - Markdown files: front matter first, bodies when all ids are known.
 */
#include "compile_private.h"

#define AT(member, type, required)                                    \
    {                                                                 \
#member, type, offsetof(struct item_source, member), required \
    }
#define COMMON_FIELDS                                                          \
    AT(title, FIELD_TEXT, true), AT(subtitle, FIELD_TEXT, false),              \
        AT(kicker, FIELD_TEXT, false), AT(byline, FIELD_TEXT, false),          \
        AT(source, FIELD_TEXT, false), AT(date, FIELD_DATE, false),            \
        AT(topics, FIELD_TEXTS, false), AT(region, FIELD_TEXT, false),         \
        AT(valid_from, FIELD_DATE, false), AT(valid_until, FIELD_DATE, false), \
        AT(summary, FIELD_TEXT, false), AT(image, FIELD_TEXT, false),          \
        AT(alt, FIELD_TEXT, false), AT(laws, FIELD_TEXTS, false),              \
        AT(related, FIELD_TEXTS, false)

static const struct field article_fields[] = {
    COMMON_FIELDS,
    AT(reviewed, FIELD_DATE, false),
};
static const struct field guide_fields[] = {
    COMMON_FIELDS,
    AT(reviewed, FIELD_DATE, true),
};
static const struct field paper_fields[] = {
    COMMON_FIELDS,
    AT(reviewed, FIELD_DATE, false),
    AT(page, FIELD_COUNT, true),
    AT(rank, FIELD_COUNT, false),
    {"continues_to", FIELD_NODE, offsetof(struct item_source, to.node), false},
    {"continued_from", FIELD_NODE, offsetof(struct item_source, from.node),
     false},
};

static const struct {
    const struct field *fields;
    size_t count;
} kinds[ITEM_KIND_COUNT] = {
    [ITEM_ARTICLE] = {article_fields, COUNT_OF(article_fields)},
    [ITEM_GUIDE] = {guide_fields, COUNT_OF(guide_fields)},
    [ITEM_PAPER] = {paper_fields, COUNT_OF(paper_fields)},
};

static const struct field half_fields[] = {
    {"page", FIELD_COUNT, offsetof(struct half_source, page), true},
    {"headline", FIELD_TEXT, offsetof(struct half_source, headline), true},
};

/* The offset after the line that starts at `at`. */
static size_t next_line(const struct buf *text, size_t at)
{
    const char *end = memchr(text->data + at, '\n', text->length - at);
    return end ? (size_t)(end - text->data) + 1 : text->length;
}

static bool is_fence(const struct buf *text, size_t start, size_t end)
{
    while (end > start && strchr(" \t\r\n", text->data[end - 1]))
        end--;
    return end - start == 3 && !memcmp(text->data + start, "---", 3);
}

/* The front matter lies in [*start, *end), the body begins at *body. */
static bool split(const struct buf *text, size_t *start, size_t *end,
                  size_t *body)
{
    if (!text->length || !is_fence(text, 0, next_line(text, 0)))
        return false;
    *start = next_line(text, 0);
    for (size_t at = *start; at < text->length; at = *body) {
        *end = at;
        *body = next_line(text, at);
        if (is_fence(text, at, *body))
            return true;
    }
    return false;
}

static void read_half_fields(struct compiler *compiler, const char *file,
                             struct half_source *half)
{
    half->headline.text = "";
    if (half->node)
        fields_read(compiler, file, half->node, half_fields,
                    COUNT_OF(half_fields), half);
}

/* Fills the item from its text; false when there is nothing to go on with. */
static bool read_text(struct compiler *compiler, struct item_source *item,
                      const struct buf *text)
{
    size_t start, end, body;
    if (!split(text, &start, &end, &body)) {
        bool begun = text->length && is_fence(text, 0, next_line(text, 0));
        fault_add(compiler, item->file, 1, "%s",
                  begun ? "文件头没有结束；在最后一个字段下面加单独一行 ---"
                        : "没有文件头；第一行写 ---，然后是 title 等字段，再以 "
                          "--- 结束");
        return false;
    }
    struct node *root = tree_parse(compiler, item->file, text, start, end);
    if (!root)
        return false;
    fields_read(compiler, item->file, root, kinds[item->kind].fields,
                kinds[item->kind].count, item);
    read_half_fields(compiler, item->file, &item->to);
    read_half_fields(compiler, item->file, &item->from);
    if (compiler->only_heads)
        return true;
    item->body = xstrndup(text->data + body, text->length - body);
    item->body_length = text->length - body;
    item->body_line = source_line(text->data, body);
    check_markdown_characters(compiler, item->file, item->body,
                              item->body_length, item->body_line, body);
    return true;
}

void item_read(struct compiler *compiler, struct list_source *list,
               const char *file)
{
    struct buf text = {0};
    const char *id = arena_strndup(&compiler->arena, file, strlen(file) - 3);
    struct item_source *item = arena_alloc(&compiler->arena, sizeof(*item));
    *item = (struct item_source){.id = id,
                                 .file = file,
                                 .kind = list->kind,
                                 .list = list,
                                 .continued = ""};
    bool fine = source_read_text(compiler, file, NULL, &text) &&
                read_text(compiler, item, &text);
    buf_fini(&text);
    if (!fine)
        return;
    ARRAY_GROW(compiler->items, compiler->item_count, compiler->item_capacity);
    compiler->items[compiler->item_count++] = item;
    if (!map_add(&compiler->item_ids, id, item))
        fault_add(compiler, file, 1, "编号 %s 重复；改一个文件名", id);
}

/* The Markdown files of a folder; `other` is a name that may stand there too.
 */
static void read_folder(struct compiler *compiler, struct list_source *list,
                        const char *other)
{
    struct source_entry *entries;
    size_t count = source_list(compiler, list->id, &entries);
    for (size_t i = 0; i < count; i++) {
        const char *name = entries[i].name;
        size_t length = strlen(name);
        const char *file = source_format(compiler, "%s/%s", list->id, name);
        if (other && !strcmp(name, other))
            continue;
        if (entries[i].folder || length < 3 ||
            strcmp(name + length - 3, ".md") != 0)
            fault_add(compiler, file, 1,
                      "这里只放 .md 文件；移走它，图片放到 media");
        else if (!source_is_id(name, length - 3))
            fault_add(compiler, file, 1,
                      "文件名不合规；只用小写字母、数字和连字符");
        else
            item_read(compiler, list, file);
    }
    free(entries);
}

static void read_articles(struct compiler *compiler)
{
    struct source_entry *entries;
    size_t count = source_list(compiler, "articles", &entries);
    for (size_t i = 0; i < count; i++) {
        const char *id =
            source_format(compiler, "articles/%s", entries[i].name);
        struct list_source *list = map_find(&compiler->list_ids, id);
        if (list && entries[i].folder) {
            read_folder(compiler, list, NULL);
            continue;
        }
        struct nearest nearest = {.wanted = entries[i].name};
        for (list = compiler->lists; list; list = list->next)
            if (list->kind == ITEM_ARTICLE)
                nearest_offer(&nearest, list->key);
        fault_add(compiler, id, 1, "edition.yaml 里没有这个频道；%s",
                  nearest_advice(compiler, &nearest,
                                 "在 channels 里加上，或移走文件夹"));
    }
    free(entries);
}

static void unknown_topic(struct compiler *compiler, const char *file, int line,
                          const char *topic)
{
    struct nearest nearest = {.wanted = topic};
    for (size_t i = 0; i < compiler->topic_count; i++)
        nearest_offer(&nearest, compiler->topics[i].id.text);
    fault_add(compiler, file, line, "没有主题 %s；%s", topic,
              nearest_advice(compiler, &nearest,
                             check_words(topic, "用 edition.yaml 里的主题")));
}

/* In the order of the topics, which becomes the order of the lists. */
static void read_guides(struct compiler *compiler)
{
    struct source_entry *entries;
    size_t count = source_list(compiler, "guides", &entries);
    struct map folders = {0};
    for (size_t i = 0; i < count; i++) {
        if (entries[i].folder &&
            map_find(&compiler->topic_ids, entries[i].name))
            map_add(&folders, entries[i].name, &entries[i]);
        else
            unknown_topic(compiler,
                          source_format(compiler, "guides/%s", entries[i].name),
                          1, entries[i].name);
    }
    for (size_t i = 0; i < compiler->topic_count; i++) {
        struct topic_source *topic = &compiler->topics[i];
        if (!map_find(&folders, topic->id.text) || topic->list)
            continue;
        topic->list = edition_add_list(
            compiler, source_format(compiler, "guides/%s", topic->id.text),
            topic->id.text, ITEM_GUIDE, topic->title);
        if (topic->list)
            read_folder(compiler, topic->list, NULL);
    }
    map_fini(&folders);
    free(entries);
}

static const struct field issue_fields[] = {
    {"paper", FIELD_TEXT, offsetof(struct issue_source, paper), true},
    {"date", FIELD_DATE, offsetof(struct issue_source, date), true},
    {"issue_no", FIELD_TEXT, offsetof(struct issue_source, issue_no), false},
    {"total_no", FIELD_TEXT, offsetof(struct issue_source, total_no), false},
    {"lunar", FIELD_TEXT, offsetof(struct issue_source, lunar), false},
    {"pages", FIELD_NODE, offsetof(struct issue_source, pages_node), true},
};

static const struct field page_fields[] = {
    {"no", FIELD_COUNT, offsetof(struct issue_page_source, no), true},
    {"name", FIELD_TEXT, offsetof(struct issue_page_source, name), true},
};

static void read_pages(struct compiler *compiler, struct issue_source *issue)
{
    issue->pages = fields_read_list(compiler, issue->file, issue->pages_node,
                                    page_fields, COUNT_OF(page_fields),
                                    sizeof(*issue->pages), &issue->page_count);
    unsigned last = 0; /* which is no page either */
    for (size_t i = 0; i < issue->page_count; last = issue->pages[i++].no.value)
        if (issue->pages[i].no.line && issue->pages[i].no.value <= last)
            fault_add(compiler, issue->file, issue->pages[i].no.line,
                      "版号 %u 没有按顺序；从小到大排，每版一次",
                      issue->pages[i].no.value);
}

void item_read_issue(struct compiler *compiler, const char *paper,
                     const char *date)
{
    const char *id = source_format(compiler, "papers/%s/%s", paper, date);
    struct issue_source *issue = arena_alloc(&compiler->arena, sizeof(*issue));
    struct buf text = {0};
    struct node *root = NULL;
    issue->file = source_format(compiler, "%s/issue.yaml", id);
    if (source_read_text(compiler, issue->file, "每一期都要有 issue.yaml",
                         &text))
        root = tree_parse(compiler, issue->file, &text, 0, text.length);
    buf_fini(&text);
    if (!root)
        return;
    fields_read(compiler, issue->file, root, issue_fields,
                COUNT_OF(issue_fields), issue);
    if (*issue->date.text && strcmp(issue->date.text, date) != 0)
        fault_add(compiler, issue->file, issue->date.line,
                  "日期 %s 与文件夹 %s 不同；改成一样", issue->date.text, date);
    read_pages(compiler, issue);
    struct list_source *list =
        edition_add_list(compiler, id, paper, ITEM_PAPER, issue->paper);
    if (!list)
        return;
    list->issue = issue;
    read_folder(compiler, list, "issue.yaml");
}

static void read_papers(struct compiler *compiler)
{
    struct source_entry *papers, *dates;
    size_t paper_count = source_list(compiler, "papers", &papers);
    for (size_t p = 0; p < paper_count; p++) {
        const char *name = papers[p].name;
        const char *folder = source_format(compiler, "papers/%s", name);
        if (!papers[p].folder || !source_is_id(name, strlen(name))) {
            fault_add(compiler, folder, 1,
                      "这里放报纸的文件夹；名称只用小写字母、数字和连字符");
            continue;
        }
        size_t date_count = source_list(compiler, folder, &dates);
        for (size_t d = 0; d < date_count; d++)
            if (dates[d].folder)
                item_read_issue(compiler, name, dates[d].name);
            else
                fault_add(
                    compiler,
                    source_format(compiler, "%s/%s", folder, dates[d].name), 1,
                    "这里放一期一个文件夹，如 2026-02-06；移走它");
        free(dates);
    }
    free(papers);
}

void item_read_all(struct compiler *compiler)
{
    read_articles(compiler);
    read_guides(compiler);
    read_papers(compiler);
}

static void check_image(struct compiler *compiler, struct item_source *item)
{
    if (*item->image.text &&
        !image_use(compiler, item->file, item->image.line, item->image.text) &&
        compiler->board)
        item->image.text = item->alt.text = ""; /* not on board */
    if (*item->image.text && !*item->alt.text)
        fault_add(compiler, item->file, item->image.line,
                  "图片没有文字说明；加一行 alt，写图上画的是什么");
    if (!*item->image.text && *item->alt.text)
        fault_add(compiler, item->file, item->alt.line,
                  "有 alt 却没有 image；补上图片，或删掉 alt");
}

static const struct item_source *whole_of(const struct item_source *item)
{
    return item->whole ? item->whole : item;
}

static void check_fields(struct compiler *compiler, struct item_source *item)
{
    struct law_ref law;
    struct item_source *other;
    check_date_order(compiler, item->file, &item->valid_from,
                     &item->valid_until);
    check_image(compiler, item);
    for (size_t i = 0; i < item->topics.count; i++)
        if (!compiler->board &&
            !map_find(&compiler->topic_ids, item->topics.items[i].text))
            unknown_topic(compiler, item->file, item->topics.items[i].line,
                          item->topics.items[i].text);
    for (size_t i = 0; i < item->laws.count; i++)
        check_citation(compiler, item->file, item->laws.items[i].line,
                       item->laws.items[i].text, &law);
    for (size_t i = 0; i < item->related.count; i++) {
        const struct text *link = &item->related.items[i];
        enum link_kind kind = check_link(compiler, item->file, link, &other);
        if (kind != LINK_NONE && kind != LINK_ITEM)
            fault_add(compiler, item->file, link->line,
                      "related 里的 %s 不是一篇文章；只写文章的编号",
                      link->text);
        if (kind == LINK_ITEM && whole_of(other) == whole_of(item))
            fault_add(compiler, item->file, link->line,
                      "related 里的 %s 就是这一篇；删掉", link->text);
    }
}

static void check_page(struct compiler *compiler, struct item_source *item)
{
    const struct issue_source *issue = item->list->issue;
    if (!*item->date.text)
        item->date = issue->date;
    for (size_t i = 0; i < issue->page_count; i++)
        if (issue->pages[i].no.value == item->page.value)
            return;
    if (item->page.line)
        fault_add(compiler, item->file, item->page.line,
                  "issue.yaml 里没有第 %u 版；改正版号", item->page.value);
}

/* What a half and its partner both can be called by, within an issue. */
static const char *half_key(struct compiler *compiler,
                            const struct item_source *item, unsigned page,
                            const char *headline)
{
    return source_format(compiler, "%s\n%u\n%s", item->list->id, page,
                         headline);
}

/* A half names the other by page and headline. Printed headlines of the two may
 * differ, so either half may be the one that names the other's title. */
void item_join_halves(struct compiler *compiler)
{
    struct map by_title = {0}, by_reference = {0};
    for (size_t i = 0; i < compiler->item_count; i++)
        if (compiler->items[i]->kind == ITEM_PAPER)
            check_page(compiler, compiler->items[i]);
    for (size_t i = 0; i < compiler->item_count; i++) {
        struct item_source *item = compiler->items[i];
        if (!item->from.node)
            continue;
        map_add(&by_title,
                half_key(compiler, item, item->page.value, item->title.text),
                item);
        map_add(&by_reference,
                half_key(compiler, item, item->from.page.value,
                         item->from.headline.text),
                item);
    }
    for (size_t i = 0; i < compiler->item_count; i++) {
        struct item_source *item = compiler->items[i], *rest;
        if (!item->to.node)
            continue;
        /* A half in the middle would make a chain, whose ends are not found. */
        if (item->from.node)
            fault_add(compiler, item->file, item->to.node->key_line,
                      "一篇最多分在两版，这一篇既有上接又有下转；"
                      "把后两段合成一篇");
        rest = map_find(&by_title, half_key(compiler, item, item->to.page.value,
                                            item->to.headline.text));
        if (!rest)
            rest = map_find(
                &by_reference,
                half_key(compiler, item, item->page.value, item->title.text));
        if (!rest || rest == item || rest->whole || rest->to.node ||
            item->from.node)
            continue;
        item->rest = rest;
        rest->whole = item;
    }
    map_fini(&by_title);
    map_fini(&by_reference);
}

static void say_what_is_missing(struct item_source *item)
{
    if (item->to.node && !item->rest)
        item->continued = "下文不在本期内容中";
    else if (item->from.node && !item->whole)
        item->continued = "上文不在本期内容中";
}

static int compare_papers(const struct item_source *a,
                          const struct item_source *b)
{
    /* An article without a rank comes last on its page. */
    unsigned a_rank = a->rank.value - 1, b_rank = b->rank.value - 1;
    if (a->page.value != b->page.value)
        return a->page.value < b->page.value ? -1 : 1;
    return a_rank < b_rank ? -1 : a_rank > b_rank;
}

/* List by list; channels newest first, papers by page and rank. */
static int compare_items(const void *left, const void *right)
{
    const struct item_source *a = *(struct item_source *const *)left;
    const struct item_source *b = *(struct item_source *const *)right;
    int order = 0;
    if (a->list != b->list)
        return a->list->number < b->list->number ? -1 : 1;
    if (a->kind == ITEM_ARTICLE)
        order = strcmp(b->date.text, a->date.text);
    else if (a->kind == ITEM_PAPER)
        order = compare_papers(a, b);
    return order ? order : strcmp(a->id, b->id);
}

static void number_items(struct compiler *compiler)
{
    int64_t number = 0;
    if (compiler->item_count)
        qsort(compiler->items, compiler->item_count, sizeof(*compiler->items),
              compare_items);
    for (size_t i = 0; i < compiler->item_count; i++) {
        struct item_source *item = compiler->items[i];
        if (item->whole)
            continue;
        item->number = ++number;
        item->position = (unsigned)number;
        item->list->total++;
    }
}

void item_compile(struct compiler *compiler, struct item_source *item)
{
    check_fields(compiler, item);
    say_what_is_missing(item);
    if (!item->whole)
        markdown_compile(compiler, item);
}

void item_finish_all(struct compiler *compiler)
{
    item_join_halves(compiler);
    number_items(compiler);
    for (size_t i = 0; i < compiler->item_count; i++)
        item_compile(compiler, compiler->items[i]);
    for (size_t i = 0; i < compiler->item_count; i++) {
        free(compiler->items[i]->body);
        compiler->items[i]->body = NULL;
    }
}
