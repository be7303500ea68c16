/* compile.c - units become rows, in two rounds: first what others may say of
 * them, titles and ids, then the pages, which may say something of all. */
#include "install_private.h"

#include "base/log.h"

enum { FAULTS_MAX = 1000 }; /* lines of a report */

void compile_begin(struct install *install, struct compiler *compiler,
                   struct board *board)
{
    compiler_init(compiler, "");
    board_open(install, board);
    compiler->board = board;
    install->writer.compiler = compiler;
}

void compile_end(struct install *install, struct compiler *compiler)
{
    struct install_report *report = install->report;
    if (compiler->fault_count) {
        if (report->fault_count < FAULTS_MAX)
            fault_report(compiler, &report->faults);
        report->fault_count += compiler->fault_count;
    }
    install->writer.compiler = NULL;
    compiler_fini(compiler);
}

void compile_note_change(struct install *install, const char *target)
{
    if (!map_find(&install->changed, target)) {
        const char *key = arena_strdup(&install->arena, target);
        map_add(&install->changed, key, (void *)(uintptr_t)key);
    }
}

static void note_list(struct install *install, const char *id)
{
    if (!map_find(&install->lists, id)) {
        const char *key = arena_strdup(&install->arena, id);
        map_add(&install->lists, key, (void *)(uintptr_t)key);
    }
}

void compile_delete_item(struct install *install, int64_t number)
{
    static const char *const statements[] = {
        "DELETE FROM item WHERE number = ?1",
        "DELETE FROM document WHERE item = ?1",
        "DELETE FROM item_topic WHERE item = ?1",
        "DELETE FROM item_law WHERE item = ?1",
        "DELETE FROM item_related WHERE item = ?1",
        "DELETE FROM item_alias WHERE item = ?1",
        "DELETE FROM mention WHERE item = ?1",
    };
    if (install->fresh)
        return;
    index_touch_item(&install->indexed, number);
    for (size_t i = 0; i < COUNT_OF(statements); i++)
        tell(install, statements[i], number, 0);
}

/* The first round. */

static void set_face(struct install *install, const char *id, const char *title,
                     const char *whole, int64_t number)
{
    struct face *face = arena_alloc(&install->arena, sizeof(*face));
    struct face was = {.title = "", .whole = ""};
    *face = (struct face){.id = arena_strdup(&install->arena, id),
                          .title = arena_strdup(&install->arena, title),
                          .whole = arena_strdup(&install->arena, whole),
                          .number = number};
    if (!install->fresh)
        board_old_face(install, id, &was);
    map_add(&install->faces, face->id, face);
    if (!install->fresh &&
        (strcmp(was.title, title) != 0 || strcmp(was.whole, whole) != 0))
        compile_note_change(install, id);
}

/* The number an item has or is going to have. */
static int64_t number_of(struct install *install, const char *id)
{
    struct face was;
    if (!install->fresh && board_old_face(install, id, &was) &&
        !strcmp(was.whole, id))
        return was.number;
    return install->next_item++;
}

static const char *file_of(struct install *install, const char *id)
{
    struct buf file = {0};
    buf_printf(&file, "%s.md", id);
    const char *copy = arena_strdup(&install->arena, buf_text(&file));
    buf_fini(&file);
    return copy;
}

static const char *folder_of(struct compiler *compiler, const char *path)
{
    const char *slash = strrchr(path, '/');
    return arena_strndup(&compiler->arena, path, (size_t)(slash - path));
}

static void remove_item(struct install *install, const char *id)
{
    struct face was;
    set_face(install, id, "", "", 0);
    if (board_old_face(install, id, &was) && !strcmp(was.whole, id))
        compile_delete_item(install, was.number);
}

/* Reads the one item of a unit; NULL when it has no place on board. */
static struct item_source *read_one(struct compiler *compiler,
                                    const struct unit *unit)
{
    if (!unit->file_count)
        return NULL;
    struct list_source *list =
        lookup_list(compiler, folder_of(compiler, unit->key));
    if (list)
        item_read(compiler, list, arena_strdup(&compiler->arena, unit->key));
    return compiler->item_count ? compiler->items[0] : NULL;
}

static void meet_item(struct install *install, struct compiler *compiler,
                      struct unit *unit)
{
    const char *id =
        arena_strndup(&compiler->arena, unit->key, strlen(unit->key) - 3);
    note_list(install, folder_of(compiler, unit->key));
    const struct item_source *item = read_one(compiler, unit);
    if (item)
        set_face(install, id, item->title.text, id, number_of(install, id));
    else
        remove_item(install, id);
}

/* What stands in a list, each id followed by a NUL. */
static void list_ids(struct install *install, const char *sql, int64_t list,
                     struct buf *out)
{
    sqlite3_stmt *all = NULL;
    writer_check(&install->writer,
                 sqlite3_prepare_v2(install->db, sql, -1, &all, NULL));
    if (all)
        sqlite3_bind_int64(all, 1, list);
    while (ask_next(install, all)) {
        const char *id = (const char *)sqlite3_column_text(all, 0);
        if (id)
            buf_add(out, id, strlen(id) + 1);
    }
    sqlite3_finalize(all);
}

static void delete_list(struct install *install, int64_t number)
{
    tell(install, "DELETE FROM list WHERE number = ?1", number, 0);
    tell(install, "DELETE FROM issue WHERE list = ?1", number, 0);
    tell(install, "DELETE FROM issue_page WHERE list = ?1", number, 0);
}

/* An issue's list is written at once: there are few, and others ask for it. */
static void put_issue(struct install *install, struct list_source *list,
                      const struct list_source *was)
{
    list->number = was ? was->number : install->next_list++;
    list->position = 0; /* issues are read by their dates */
    if (was)
        delete_list(install, was->number);
    rows_write_list(&install->writer, list);
    if (!install->fresh && (!was || strcmp(was->title.text, list->title.text)))
        compile_note_change(install, list->id);
}

/* paper and date of papers/paper/date. */
static void split_issue(struct compiler *compiler, const char *key,
                        const char **paper_out, const char **date_out)
{
    const char *paper = strchr(key, '/') + 1, *slash = strchr(paper, '/');
    *paper_out =
        arena_strndup(&compiler->arena, paper, (size_t)(slash - paper));
    *date_out = arena_strdup(&compiler->arena, slash + 1);
}

static void read_issue(struct compiler *compiler, const struct unit *unit)
{
    const char *paper, *date;
    const char *head = source_format(compiler, "%s/issue.yaml", unit->key);
    bool there = false;
    for (size_t i = 0; i < unit->file_count && !there; i++)
        there = !strcmp(unit->files[i].path, head);
    if (!there) /* articles of an issue that another layer took away */
        return;
    split_issue(compiler, unit->key, &paper, &date);
    item_read_issue(compiler, paper, date);
    item_join_halves(compiler);
}

static void face_issue_item(struct install *install,
                            const struct item_source *item)
{
    const struct item_source *whole = item->whole ? item->whole : item;
    set_face(install, item->id, whole->title.text, whole->id, whole->number);
}

static void meet_issue(struct install *install, struct compiler *compiler,
                       struct unit *unit)
{
    struct board *board = (struct board *)(uintptr_t)compiler->board;
    struct list_source *was =
        install->fresh ? NULL : board->list_of(install, compiler, unit->key);
    struct buf before = {0};
    note_list(install, unit->key);
    read_issue(compiler, unit);
    if (was) {
        list_ids(install, "SELECT id FROM item WHERE list = ?1", was->number,
                 &before);
        list_ids(install,
                 "SELECT a.id FROM item_alias a JOIN item i"
                 " ON i.number = a.item WHERE i.list = ?1",
                 was->number, &before);
    }
    for (size_t i = 0; i < compiler->item_count; i++)
        if (!compiler->items[i]->whole)
            compiler->items[i]->number =
                number_of(install, compiler->items[i]->id);
    for (size_t i = 0; i < compiler->item_count; i++)
        face_issue_item(install, compiler->items[i]);
    for (size_t at = 0; at < before.length; at += strlen(before.data + at) + 1)
        if (!map_find(&compiler->item_ids, before.data + at))
            set_face(install, before.data + at, "", "", 0);
    /* All of them are written again. */
    struct buf numbers = {0};
    sqlite3_stmt *all =
        was ? ask_int(install, ASK_LIST_ITEMS, was->number) : NULL;
    while (ask_next(install, all)) {
        int64_t number = sqlite3_column_int64(all, 0);
        buf_add(&numbers, &number, sizeof(number));
    }
    for (size_t at = 0; at < numbers.length; at += sizeof(int64_t)) {
        int64_t number;
        memcpy(&number, numbers.data + at, sizeof(number));
        compile_delete_item(install, number);
    }
    if (compiler->lists)
        put_issue(install, compiler->lists, was);
    else if (was) {
        delete_list(install, was->number);
        compile_note_change(install, unit->key);
    }
    buf_fini(&numbers);
    buf_fini(&before);
}

static void meet(struct install *install, struct unit *unit)
{
    struct compiler compiler;
    struct board board;
    compile_begin(install, &compiler, &board);
    compiler.only_heads = true;
    if (unit->kind == UNIT_ISSUE)
        meet_issue(install, &compiler, unit);
    else
        meet_item(install, &compiler, unit);
    compiler.fault_count = 0; /* the second round finds them again */
    compile_end(install, &compiler);
}

/* The second round. */

/* The numbers that the first round gave, or those of the rows. */
static void number_items(struct install *install, struct compiler *compiler)
{
    struct face face;
    for (size_t i = 0; i < compiler->item_count; i++) {
        struct item_source *item = compiler->items[i];
        if (!item->whole && board_face(install, item->id, &face))
            item->number = face.number;
    }
}

static void write_item(struct install *install, struct compiler *compiler,
                       struct item_source *item)
{
    const struct item_source *whole = item->whole ? item->whole : item;
    install->mentioning = whole->number;
    item_compile(compiler, item);
    install->mentioning = 0;
    rows_write_item(compiler, &install->items, item);
    install->report->compiled += item == whole;
}

static void compile_unit(struct install *install, struct unit *unit)
{
    struct compiler compiler;
    struct board board;
    compile_begin(install, &compiler, &board);
    if (unit->kind == UNIT_ISSUE) {
        read_issue(&compiler, unit);
        if (compiler.lists) {
            const struct list_source *list =
                board.list_of(install, &compiler, unit->key);
            compiler.lists->number = list ? list->number : 0;
        }
    } else {
        read_one(&compiler, unit);
    }
    number_items(install, &compiler);
    for (size_t i = 0; i < compiler.item_count; i++)
        if (!compiler.items[i]->whole)
            compile_delete_item(install, compiler.items[i]->number);
    for (size_t i = 0; i < compiler.item_count; i++)
        write_item(install, &compiler, compiler.items[i]);
    compile_end(install, &compiler);
}

static void install_picture(struct install *install, struct unit *unit)
{
    struct compiler compiler;
    struct board board;
    struct buf bytes = {0};
    compile_begin(install, &compiler, &board);
    const struct media_source *was =
        install->fresh ? NULL : board.media(install, &compiler, unit->key);
    const struct media_source *now =
        unit->file_count ? image_load(&compiler, unit->key, &bytes) : NULL;
    if (was)
        tell(install, "DELETE FROM media WHERE number = ?1", was->number, 0);
    if (now)
        rows_write_media(&install->insert_media,
                         was ? was->number : install->next_media++, now,
                         &bytes);
    /* Other bytes of the same size change no page. */
    if (!was != !now ||
        (was && (was->width != now->width || was->height != now->height)))
        compile_note_change(install, unit->key);
    buf_fini(&bytes);
    compile_end(install, &compiler);
}

/* Pages that say something of what is another now. */
static void find_mentions(struct install *install)
{
    for (size_t i = 0; i < install->changed.capacity; i++) {
        const char *target = install->changed.slots[i].key;
        sqlite3_stmt *found =
            target ? ask_text(install, ASK_MENTIONS, target) : NULL;
        while (ask_next(install, found)) {
            const char *id = ask_keep(install, found, 0);
            const char *kind = ask_keep(install, found, 1);
            if (!strcmp(kind, "paper"))
                unit_of_key(install, UNIT_ISSUE, ask_keep(install, found, 2));
            else
                unit_of_key(install, UNIT_ITEM, file_of(install, id));
        }
    }
}

static bool is_picture(const struct unit *unit)
{
    return unit->kind == UNIT_MEDIA;
}

static bool is_edition(const struct unit *unit)
{
    return unit->kind == UNIT_EDITION;
}

static bool is_listing(const struct unit *unit)
{
    return unit->kind == UNIT_LISTING;
}

static bool has_items(const struct unit *unit)
{
    return unit->kind == UNIT_ITEM || unit->kind == UNIT_ISSUE;
}

static bool has_other_items(const struct unit *unit)
{
    return unit->dirty && has_items(unit);
}

void compile_all(struct install *install)
{
    install->phase = INSTALL_COMPILING;
    units_load(install, is_edition, edition_install);
    edition_refresh_guides(install);
    units_load(install, is_picture, install_picture);
    units_load(install, is_listing, listing_install);
    units_load(install, has_other_items, meet);
    find_mentions(install);
    units_load(install, has_items, compile_unit);
    edition_count_lists(install);
}
