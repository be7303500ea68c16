/* page.c - an item as the store would hand it out, straight from its source. */
#include "compile_private.h"

struct page {
    struct compiler *compiler;
    struct arena *arena;
    const char *today;
};

static const char *keep(const struct page *page, const char *text)
{
    return arena_strdup(page->arena, text);
}

static bool is_alive(const struct page *page, const struct item_source *item)
{
    const char *until = item->valid_until.text;
    return !*until || strcmp(until, page->today) >= 0;
}

static struct item_card card_of(const struct page *page,
                                const struct item_source *item)
{
    return (struct item_card){
        .id = keep(page, item->id),
        .title = keep(page, item->title.text),
        .subtitle = keep(page, item->subtitle.text),
        .kicker = keep(page, item->kicker.text),
        .summary = keep(page, item->summary.text),
        .date = keep(page, item->date.text),
        .source = keep(page, item->source.text),
        .channel = keep(page, item->list->key),
        .channel_title = keep(page, item->list->title.text),
        .image = keep(page, item->image.text),
        .image_alt = keep(page, item->alt.text),
        .characters = (unsigned)item->characters,
        .upcoming = strcmp(item->valid_from.text, page->today) > 0,
        .page = item->page.value,
        .rank = item->rank.value,
        .continues_on = item->rest ? item->rest->page.value : 0,
    };
}

static void add_topics(const struct page *page, const struct item_source *item,
                       struct item *out)
{
    out->topics =
        arena_alloc(page->arena, item->topics.count * sizeof(*out->topics));
    for (size_t i = 0; i < item->topics.count; i++) {
        const struct topic_source *topic =
            map_find(&page->compiler->topic_ids, item->topics.items[i].text);
        if (topic)
            out->topics[out->topic_count++] = keep(page, topic->title.text);
    }
}

static void add_laws(const struct page *page, const struct item_source *item,
                     struct item *out)
{
    struct law_ref law;
    out->laws = arena_alloc(page->arena, item->laws.count * sizeof(*out->laws));
    for (size_t i = 0; i < item->laws.count; i++)
        if (check_citation(page->compiler, item->file, item->laws.items[i].line,
                           item->laws.items[i].text, &law))
            out->laws[out->law_count++] =
                (struct law_ref){keep(page, law.law), keep(page, law.article)};
}

static void add_related(const struct page *page, const struct item_source *item,
                        struct item *out)
{
    out->related =
        arena_alloc(page->arena, item->related.count * sizeof(*out->related));
    for (size_t i = 0; i < item->related.count; i++) {
        const struct item_source *other =
            map_find(&page->compiler->item_ids, item->related.items[i].text);
        if (other && other->whole)
            other = other->whole;
        if (other && is_alive(page, other))
            out->related[out->related_count++] = card_of(page, other);
    }
}

/* The guides of all topics follow each other. */
static bool in_sequence(const struct item_source *a,
                        const struct item_source *b)
{
    return a->kind == ITEM_GUIDE ? b->kind == ITEM_GUIDE : a->list == b->list;
}

static void add_neighbours(const struct page *page,
                           const struct item_source *item, struct item *out)
{
    const struct item_source *before = NULL, *after = NULL;
    for (size_t i = 0; i < page->compiler->item_count; i++) {
        const struct item_source *other = page->compiler->items[i];
        if (other->whole || !in_sequence(item, other) || !is_alive(page, other))
            continue;
        if (other->position < item->position)
            before = other;
        else if (other->position > item->position && !after)
            after = other;
    }
    out->previous = keep(page, before ? before->id : "");
    out->previous_title = keep(page, before ? before->title.text : "");
    out->next = keep(page, after ? after->id : "");
    out->next_title = keep(page, after ? after->title.text : "");
}

bool page_read(struct compiler *compiler, const struct item_source *item,
               const char *today, struct arena *arena, struct item *out)
{
    static const char *const kinds[ITEM_KIND_COUNT] = {
        [ITEM_ARTICLE] = "article",
        [ITEM_GUIDE] = "guide",
        [ITEM_PAPER] = "paper",
    };
    const struct page page = {compiler, arena, today};
    *out = (struct item){
        .card = card_of(&page, item),
        .byline = keep(&page, item->byline.text),
        .reviewed = keep(&page, item->reviewed.text),
        .valid_until = keep(&page, item->valid_until.text),
        .region = keep(&page, item->region.text),
        .kind = kinds[item->kind],
        .parent = keep(&page, item->list->id),
        .parent_title = keep(&page, item->list->title.text),
        .continued = keep(&page, item->continued),
    };
    add_topics(&page, item, out);
    add_laws(&page, item, out);
    add_related(&page, item, out);
    add_neighbours(&page, item, out);
    return document_decode(arena, item->document.data, item->document.length,
                           &out->document);
}
