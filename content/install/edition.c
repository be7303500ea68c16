/* edition.c - edition.yaml of all layers, home.yaml, and the lists that hang on
 * them: channels, and topics with guides. */
#include "install_private.h"

/* Adds the channels and topics of one edition.yaml that are not there yet. */
static void merge(struct compiler *into, struct compiler *from)
{
    for (struct list_source *list = from->lists; list; list = list->next) {
        struct list_source *added = edition_add_list(
            into, arena_strdup(&into->arena, list->id),
            arena_strdup(&into->arena, list->key), ITEM_ARTICLE, list->title);
        if (!added)
            continue;
        added->title.text = arena_strdup(&into->arena, list->title.text);
        added->summary.text = arena_strdup(&into->arena, list->summary.text);
    }
    struct topic_source *topics =
        arena_alloc(&into->arena,
                    (into->topic_count + from->topic_count) * sizeof(*topics));
    if (into->topic_count)
        memcpy(topics, into->topics, into->topic_count * sizeof(*topics));
    into->topics = topics;
    for (size_t i = 0; i < from->topic_count; i++) {
        struct topic_source *topic = &topics[into->topic_count];
        *topic = from->topics[i];
        topic->id.text = arena_strdup(&into->arena, topic->id.text);
        topic->title.text = arena_strdup(&into->arena, topic->title.text);
        into->topic_count += map_add(&into->topic_ids, topic->id.text, topic);
    }
}

static void copy_words(struct compiler *into, const struct compiler *from)
{
    const struct {
        struct text *to;
        const struct text *from;
    } words[] = {
        {&into->publisher, &from->publisher},
        {&into->region, &from->region},
        {&into->title, &from->title},
        {&into->language, &from->language},
        {&into->date, &from->date},
    };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        words[i].to->text = arena_strdup(&into->arena, words[i].from->text);
    into->number = from->number;
}

/* All edition.yaml, the most specific first; its words are the ones shown. */
static void read_editions(struct install *install, struct unit *unit,
                          struct compiler *into)
{
    bool first = true;
    for (size_t i = 0; i < unit->file_count; i++) {
        struct compiler one;
        struct board board;
        struct unit alone = {.files = &unit->files[i], .file_count = 1};
        if (strcmp(unit->files[i].path, "edition.yaml") != 0)
            continue;
        compile_begin(install, &one, &board);
        install->unit = &alone;
        edition_read(&one);
        install->unit = unit;
        if (first)
            copy_words(into, &one);
        first = false;
        merge(into, &one);
        compile_end(install, &one);
    }
    install->writer.compiler = into;
}

/* All synonyms.csv: what people say here comes before what they say all over
 * the country, and counts as much. */
static void read_synonyms(struct install *install, struct unit *unit,
                          struct compiler *into)
{
    for (size_t i = 0; i < unit->file_count; i++) {
        struct unit alone = {.files = &unit->files[i], .file_count = 1};
        if (strcmp(unit->files[i].path, "synonyms.csv") != 0)
            continue;
        install->unit = &alone;
        synonyms_read(into);
        install->unit = unit;
    }
}

/* Without these two there is nothing to begin with. */
static void check_files(struct compiler *compiler, const struct unit *unit)
{
    static const char *const files[] = {"edition.yaml", "home.yaml"};
    for (size_t n = 0; n < COUNT_OF(files); n++) {
        bool there = false;
        for (size_t i = 0; i < unit->file_count && !there; i++)
            there = !strcmp(unit->files[i].path, files[n]);
        if (!there)
            fault_add(compiler, files[n], 1, "没有这个文件；重新发布");
    }
}

/* What stood in the table before: ids, kept in the arena. */
static size_t old_lists(struct install *install, const char *kind,
                        const char ***out)
{
    const char **ids = NULL;
    size_t count = 0, capacity = 0;
    sqlite3_stmt *all = NULL;
    writer_check(&install->writer,
                 sqlite3_prepare_v2(install->db,
                                    "SELECT id FROM list WHERE kind = ?1", -1,
                                    &all, NULL));
    if (all)
        sqlite3_bind_text(all, 1, kind, -1, SQLITE_STATIC);
    while (ask_next(install, all)) {
        ARRAY_GROW(ids, count, capacity);
        ids[count++] = ask_keep(install, all, 0);
    }
    sqlite3_finalize(all);
    *out = ids;
    return count;
}

static struct list_source *on_board(struct install *install,
                                    struct compiler *compiler, const char *id)
{
    struct board board;
    board_open(install, &board);
    return board.list_of(install, compiler, id);
}

/* For the index: guides are found by the title of their topic. */
static void touch_items(struct install *install, int64_t list)
{
    sqlite3_stmt *all = ask_int(install, ASK_LIST_ITEMS, list);
    while (ask_next(install, all))
        index_touch_item(&install->indexed, sqlite3_column_int64(all, 0));
}

/* Writes the list's row in place of the one that was there, with its number. A
 * list that comes or goes takes what lies in its folder along. */
static void put_list(struct install *install, struct compiler *compiler,
                     struct list_source *list)
{
    const struct list_source *was = on_board(install, compiler, list->id);
    list->number = was ? was->number : install->next_list++;
    if (was && was->position == list->position &&
        !strcmp(was->title.text, list->title.text) &&
        !strcmp(was->summary.text, list->summary.text))
        return;
    if (was)
        tell(install, "DELETE FROM list WHERE number = ?1", was->number, 0);
    rows_write_list(&install->writer, list);
    map_add(&install->lists, arena_strdup(&install->arena, list->id), list);
    /* The place of a topic is part of its guides' places. */
    if (!was || (list->kind == ITEM_GUIDE && was->position != list->position))
        units_mark_under(install, list->id);
    if (!was || strcmp(was->title.text, list->title.text) != 0) {
        compile_note_change(install, list->id);
        touch_items(install, list->number);
    }
}

static void drop_list(struct install *install, struct compiler *compiler,
                      const char *id)
{
    const struct list_source *was = on_board(install, compiler, id);
    if (!was)
        return;
    tell(install, "DELETE FROM list WHERE number = ?1", was->number, 0);
    units_mark_under(install, id);
    compile_note_change(install, id);
}

static void put_channels(struct install *install, struct compiler *compiler)
{
    const char **old;
    size_t count = old_lists(install, "article", &old);
    unsigned position = 0;
    for (size_t i = 0; i < count; i++)
        if (!map_find(&compiler->list_ids, old[i]))
            drop_list(install, compiler, old[i]);
    for (struct list_source *list = compiler->lists; list; list = list->next) {
        list->position = ++position;
        put_list(install, compiler, list);
    }
    free(old);
}

void edition_install(struct install *install, struct unit *unit)
{
    struct compiler compiler;
    struct board board;
    compile_begin(install, &compiler, &board);
    check_files(&compiler, unit);
    read_editions(install, unit, &compiler);
    edition_read_home(&compiler);
    read_synonyms(install, unit, &compiler);
    if (!compiler.fault_count && !install->report->fault_count) {
        put_channels(install, &compiler);
        static const char *const tables[] = {"meta", "topic", "home_tile",
                                             "home_headline", "synonym"};
        for (size_t i = 0; i < COUNT_OF(tables); i++) {
            const char *sql =
                source_format(&compiler, "DELETE FROM %s", tables[i]);
            writer_run(&install->writer, sql);
        }
        rows_write_meta(&install->writer);
        rows_write_topics(&install->writer);
        rows_write_home(&install->writer);
        rows_write_synonyms(&install->writer);
    }
    compile_end(install, &compiler);
}

/* A topic is a list of guides as long as there is one. */
void edition_refresh_guides(struct install *install)
{
    struct compiler compiler;
    struct board board;
    const char **old;
    size_t count = old_lists(install, "guide", &old);
    sqlite3_stmt *all = NULL;
    compile_begin(install, &compiler, &board);
    writer_check(&install->writer,
                 sqlite3_prepare_v2(install->db,
                                    "SELECT id, title FROM topic"
                                    " ORDER BY position",
                                    -1, &all, NULL));
    for (unsigned position = 1; ask_next(install, all); position++) {
        const char *key =
            arena_strdup(&compiler.arena, ask_keep(install, all, 0));
        const char *id = source_format(&compiler, "guides/%s", key);
        if (!units_any_under(install, id))
            continue;
        struct list_source *list =
            edition_add_list(&compiler, id, key, ITEM_GUIDE,
                             (struct text){ask_keep(install, all, 1), 1});
        if (!list)
            continue;
        list->position = position;
        put_list(install, &compiler, list);
    }
    sqlite3_finalize(all);
    for (size_t i = 0; i < count; i++)
        if (!map_find(&compiler.list_ids, old[i]))
            drop_list(install, &compiler, old[i]);
    compile_end(install, &compiler);
    free(old);
}

void edition_count_lists(struct install *install)
{
    for (size_t i = 0; i < install->lists.capacity; i++) {
        const char *id = install->lists.slots[i].key;
        sqlite3_stmt *found = id ? ask_text(install, ASK_LIST, id) : NULL;
        if (!ask_next(install, found))
            continue;
        int64_t number = sqlite3_column_int64(found, 0), total = 0;
        sqlite3_reset(found);
        sqlite3_stmt *items = ask_int(install, ASK_COUNT_LIST, number);
        if (ask_next(install, items))
            total = sqlite3_column_int64(items, 0);
        if (items)
            sqlite3_reset(items);
        tell(install,
             "UPDATE list SET total = ?2, seal = seal(number, id, kind, key,"
             " title, summary, position, ?2) WHERE number = ?1",
             number, total);
    }
}
