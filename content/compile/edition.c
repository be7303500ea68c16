/* edition.c - edition.yaml, home.yaml and the folders' lists. */
#include "compile_private.h"

#include "base/icon_names.h"

struct list_source *edition_add_list(struct compiler *compiler, const char *id,
                                     const char *key, enum item_kind kind,
                                     struct text title)
{
    struct list_source *list = arena_alloc(&compiler->arena, sizeof(*list));
    *list = (struct list_source){
        .id = id, .key = key, .kind = kind, .title = title};
    list->summary.text = "";
    if (!map_add(&compiler->list_ids, id, list))
        return NULL;
    list->number = ++compiler->list_count;
    list->position = (unsigned)list->number;
    *compiler->lists_end = list;
    compiler->lists_end = &list->next;
    return list;
}

struct channel_source {
    struct text id, title, summary;
};

#define AT(name, type, required)                           \
    {                                                      \
#name, type, offsetof(struct THIS, name), required \
    }

#define THIS channel_source
static const struct field channel_fields[] = {
    AT(id, FIELD_TEXT, true),
    AT(title, FIELD_TEXT, true),
    AT(summary, FIELD_TEXT, false),
};
#undef THIS

#define THIS topic_source
static const struct field topic_fields[] = {
    AT(id, FIELD_TEXT, true),
    AT(title, FIELD_TEXT, true),
};
#undef THIS

struct edition_source {
    struct text publisher, region, title, language, date;
    struct number number;
    const struct node *channels, *topics;
};

#define THIS edition_source
static const struct field edition_fields[] = {
    AT(publisher, FIELD_TEXT, true), AT(region, FIELD_TEXT, false),
    AT(title, FIELD_TEXT, true),     AT(language, FIELD_TEXT, false),
    AT(date, FIELD_DATE, true),      AT(number, FIELD_COUNT, true),
    AT(channels, FIELD_NODE, false), AT(topics, FIELD_NODE, false),
};
#undef THIS

static bool id_is_fine(struct compiler *compiler, const struct text *id)
{
    if (!*id->text)
        return false;
    if (source_is_id(id->text, strlen(id->text)))
        return true;
    fault_add(compiler, "edition.yaml", id->line,
              "编号 %s 不合规；只用小写字母、数字和连字符", id->text);
    return false;
}

static void read_channels(struct compiler *compiler, const struct node *node)
{
    size_t count;
    struct channel_source *channels =
        fields_read_list(compiler, "edition.yaml", node, channel_fields,
                         COUNT_OF(channel_fields), sizeof(*channels), &count);
    for (size_t i = 0; i < count; i++) {
        if (!id_is_fine(compiler, &channels[i].id))
            continue;
        struct list_source *list = edition_add_list(
            compiler,
            source_format(compiler, "articles/%s", channels[i].id.text),
            channels[i].id.text, ITEM_ARTICLE, channels[i].title);
        if (list)
            list->summary = channels[i].summary;
        else
            fault_add(compiler, "edition.yaml", channels[i].id.line,
                      "频道 %s 写了两次；只留一个", channels[i].id.text);
    }
}

static void read_topics(struct compiler *compiler, const struct node *node)
{
    compiler->topics = fields_read_list(
        compiler, "edition.yaml", node, topic_fields, COUNT_OF(topic_fields),
        sizeof(*compiler->topics), &compiler->topic_count);
    for (size_t i = 0; i < compiler->topic_count; i++) {
        struct topic_source *topic = &compiler->topics[i];
        if (id_is_fine(compiler, &topic->id) &&
            !map_add(&compiler->topic_ids, topic->id.text, topic))
            fault_add(compiler, "edition.yaml", topic->id.line,
                      "主题 %s 写了两次；只留一个", topic->id.text);
    }
}

void edition_read(struct compiler *compiler)
{
    struct buf text = {0};
    struct node *root = NULL;
    struct edition_source edition = {0};
    if (source_read_text(compiler, "edition.yaml",
                         "看看路径对不对，每个版本都要有 edition.yaml", &text))
        root = tree_parse(compiler, "edition.yaml", &text, 0, text.length);
    buf_fini(&text);
    if (!root)
        return;
    fields_read(compiler, "edition.yaml", root, edition_fields,
                COUNT_OF(edition_fields), &edition);
    compiler->publisher = edition.publisher;
    compiler->region = edition.region;
    compiler->title = edition.title;
    compiler->language = edition.language;
    compiler->date = edition.date;
    compiler->number = edition.number;
    read_channels(compiler, edition.channels);
    read_topics(compiler, edition.topics);
}

struct notice_source {
    struct text text, link;
};

#define THIS notice_source
static const struct field notice_fields[] = {
    AT(text, FIELD_TEXT, true),
    AT(link, FIELD_TEXT, false),
};
#undef THIS

#define THIS tile_source
static const struct field tile_fields[] = {
    AT(title, FIELD_TEXT, true),
    AT(lines, FIELD_TEXTS, false),
    AT(link, FIELD_TEXT, true),
    AT(style, FIELD_TEXT, false),
    AT(size, FIELD_TEXT, false),
    AT(icon, FIELD_TEXT, false),
    AT(hide_when_empty, FIELD_FLAG, false),
};
#undef THIS

struct headlines_source {
    struct text title;
    struct text_list channels;
    struct number count;
};

#define THIS headlines_source
static const struct field headlines_fields[] = {
    AT(title, FIELD_TEXT, true),
    AT(channels, FIELD_TEXTS, true),
    AT(count, FIELD_COUNT, false),
};
#undef THIS

struct home_file {
    const struct node *notice, *tiles, *headlines;
};

#define THIS home_file
static const struct field home_fields[] = {
    AT(notice, FIELD_NODE, false),
    AT(tiles, FIELD_NODE, true),
    AT(headlines, FIELD_NODE, false),
};
#undef THIS

static const char *const tile_styles[] = {"plain", "red", "amber", "teal",
                                          "blue"};
static const char *const tile_sizes[] = {"normal", "wide"};
#define X(id, said, english) said, english,
static const char *const tile_icons[] = {"", ICON_NAMES(X)};
#undef X

/* The first word stands for an empty value. */
static void check_word(struct compiler *compiler, struct text *word,
                       const char *what, const char *const *words, size_t count)
{
    if (!*word->text)
        word->text = words[0];
    struct nearest nearest = {.wanted = word->text};
    for (size_t i = 0; i < count; i++) {
        if (!strcmp(words[i], word->text))
            return;
        nearest_offer(&nearest, words[i]);
    }
    fault_add(compiler, "home.yaml", word->line, "不认识的%s %s；%s", what,
              word->text, nearest_advice(compiler, &nearest, "删掉它"));
}

static void read_tiles(struct compiler *compiler, const struct node *node)
{
    struct home_source *home = &compiler->home;
    home->tiles = fields_read_list(compiler, "home.yaml", node, tile_fields,
                                   COUNT_OF(tile_fields), sizeof(*home->tiles),
                                   &home->tile_count);
    for (size_t i = 0; i < home->tile_count; i++) {
        struct tile_source *tile = &home->tiles[i];
        check_word(compiler, &tile->style, "颜色", tile_styles,
                   COUNT_OF(tile_styles));
        check_word(compiler, &tile->size, "大小", tile_sizes,
                   COUNT_OF(tile_sizes));
        check_word(compiler, &tile->icon, "图标", tile_icons,
                   COUNT_OF(tile_icons));
    }
}

void edition_read_home(struct compiler *compiler)
{
    struct buf text = {0};
    struct node *root = NULL;
    struct home_file file = {0};
    struct home_source *home = &compiler->home;
    home->notice.text = home->notice_link.text = home->headlines_title.text =
        "";
    if (source_read_text(compiler, "home.yaml", "首页的内容写在 home.yaml 里",
                         &text))
        root = tree_parse(compiler, "home.yaml", &text, 0, text.length);
    buf_fini(&text);
    if (!root)
        return;
    fields_read(compiler, "home.yaml", root, home_fields, COUNT_OF(home_fields),
                &file);
    read_tiles(compiler, file.tiles);
    if (file.notice) {
        struct notice_source notice = {0};
        fields_read(compiler, "home.yaml", file.notice, notice_fields,
                    COUNT_OF(notice_fields), &notice);
        home->notice = notice.text;
        home->notice_link = notice.link;
    }
    if (file.headlines) {
        struct headlines_source headlines = {0};
        fields_read(compiler, "home.yaml", file.headlines, headlines_fields,
                    COUNT_OF(headlines_fields), &headlines);
        home->headlines_title = headlines.title;
        home->headline_channels = headlines.channels;
        home->headline_count = headlines.count;
    }
}

static void check_channel(struct compiler *compiler, const struct text *channel)
{
    struct nearest nearest = {.wanted = channel->text};
    if (map_find(&compiler->list_ids,
                 source_format(compiler, "articles/%s", channel->text)))
        return;
    for (const struct list_source *list = compiler->lists; list;
         list = list->next)
        if (list->kind == ITEM_ARTICLE)
            nearest_offer(&nearest, list->key);
    fault_add(
        compiler, "home.yaml", channel->line, "没有频道 %s；%s", channel->text,
        nearest_advice(compiler, &nearest,
                       check_words(channel->text, "用 edition.yaml 里的频道")));
}

/* A listing says in its own words that it is empty. An article that could not
 * be read is no reason to call its channel empty. */
static void check_tile(struct compiler *compiler,
                       const struct tile_source *tile)
{
    struct item_source *item;
    if (!*tile->link.text)
        return;
    check_link(compiler, "home.yaml", &tile->link, &item);
    const struct list_source *list =
        map_find(&compiler->list_ids, tile->link.text);
    if (list && !list->total && !tile->hide_when_empty &&
        !compiler->fault_count)
        fault_add(compiler, "home.yaml", tile->link.line,
                  "%s 里一篇也没有，点开是空的；放一篇进去，"
                  "或给这一块加上 hide_when_empty: true",
                  tile->link.text);
}

void edition_check_home(struct compiler *compiler)
{
    struct home_source *home = &compiler->home;
    struct item_source *item;
    if (*home->notice_link.text)
        check_link(compiler, "home.yaml", &home->notice_link, &item);
    for (size_t i = 0; i < home->tile_count; i++)
        check_tile(compiler, &home->tiles[i]);
    for (size_t i = 0; i < home->headline_channels.count; i++)
        check_channel(compiler, &home->headline_channels.items[i]);
}
