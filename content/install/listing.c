/* listing.c - a listing's rows, of which only those that differ are written. */
#include "install_private.h"

enum { STEP = 1024 }; /* between two places, for rows to come in between */

struct old_row {
    const char *id;
    int64_t number, position, content;
    bool kept;
};

struct new_row {
    const struct row_source *source;
    struct old_row *old; /* NULL: new */
    int64_t position;
    size_t length, before; /* of the longest run that ends here */
    bool stays;            /* at its old place */
};

static struct old_row *read_old(struct install *install, int64_t listing,
                                struct map *by_id, size_t *count_out)
{
    struct old_row *rows = NULL;
    size_t count = 0, capacity = 0;
    sqlite3_stmt *all = ask_int(install, ASK_LISTING_ROWS, listing);
    while (ask_next(install, all)) {
        ARRAY_GROW(rows, count, capacity);
        rows[count++] = (struct old_row){
            ask_keep(install, all, 1), sqlite3_column_int64(all, 0),
            sqlite3_column_int64(all, 2), sqlite3_column_int64(all, 3), false};
    }
    for (size_t i = 0; i < count; i++)
        map_add(by_id, rows[i].id, &rows[i]);
    *count_out = count;
    return rows;
}

/* Picks as many rows as can stay where they are: the longest run of old places
 * that rises (patience sorting). */
static void find_staying(struct new_row *rows, size_t count)
{
    size_t *tails = xcalloc(count + 1, sizeof(*tails)); /* by length, from 1 */
    size_t longest = 0;
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].old)
            continue;
        size_t low = 0, high = longest;
        while (low < high) {
            size_t middle = (low + high + 1) / 2;
            if (rows[tails[middle]].old->position < rows[i].old->position)
                low = middle;
            else
                high = middle - 1;
        }
        rows[i].length = low + 1;
        rows[i].before = low ? tails[low] : SIZE_MAX;
        tails[low + 1] = i;
        if (low + 1 > longest)
            longest = low + 1;
    }
    for (size_t i = longest ? tails[longest] : SIZE_MAX; i != SIZE_MAX;
         i = rows[i].before)
        rows[i].stays = true;
    free(tails);
}

/* False when there is no room between two that stay. */
static bool place(struct new_row *rows, size_t count)
{
    int64_t low = 0;
    bool any = false; /* that stays, before here */
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && !rows[end].stays; end++)
            ;
        int64_t between = (int64_t)(end - i), step = STEP;
        if (end < count) {
            int64_t high = rows[end].old->position;
            rows[end].position = high;
            if (!any)
                low = high - (between + 1) * STEP;
            else
                step = (high - low) / (between + 1);
        }
        if (between && step < 1)
            return false;
        for (int64_t n = 0; n < between; n++)
            rows[i + (size_t)n].position = low + (n + 1) * step;
        if (end < count) {
            low = rows[end].position;
            any = true;
            end++;
        }
    }
    return true;
}

static void place_all(struct new_row *rows, size_t count)
{
    find_staying(rows, count);
    if (place(rows, count))
        return;
    for (size_t i = 0; i < count; i++)
        rows[i].position = INT(i + 1) * STEP;
}

static void delete_row(struct install *install, int64_t number)
{
    static const char *const statements[] = {
        "DELETE FROM listing_row WHERE number = ?1",
        "DELETE FROM cell WHERE row = ?1",
        "DELETE FROM facet_value WHERE row = ?1",
        "DELETE FROM schedule WHERE row = ?1",
    };
    index_touch_row(&install->indexed, number);
    for (size_t i = 0; i < COUNT_OF(statements); i++)
        tell(install, statements[i], number, 0);
}

static void write_row(struct install *install, int64_t listing,
                      struct new_row *row)
{
    struct old_row *old = row->old;
    if (old && old->content == rows_row_content(row->source)) {
        if (old->position != row->position)
            tell(install,
                 "UPDATE listing_row SET position = ?2, seal = seal(number,"
                 " listing, ?2, id, valid_from, expires, content)"
                 " WHERE number = ?1",
                 old->number, row->position);
        return;
    }
    if (old)
        delete_row(install, old->number);
    int64_t number = old ? old->number : install->next_row++;
    index_touch_row(&install->indexed, number);
    rows_write_row(&install->rows, row->source, listing, number, row->position);
}

static void write_rows(struct install *install,
                       const struct listing_source *listing, int64_t number)
{
    struct map by_id = {0};
    size_t old_count, count = listing->row_count;
    struct old_row *old = read_old(install, number, &by_id, &old_count);
    struct new_row *rows = xcalloc(count, sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        rows[i].source = listing->rows[i];
        rows[i].old = map_find(&by_id, rows_row_id(listing->rows[i]));
        if (rows[i].old)
            rows[i].old->kept = true;
    }
    place_all(rows, count);
    for (size_t i = 0; i < old_count; i++)
        if (!old[i].kept)
            delete_row(install, old[i].number);
    for (size_t i = 0; i < count; i++)
        write_row(install, number, &rows[i]);
    map_fini(&by_id);
    free(old);
    free(rows);
}

static void drop_definition(struct install *install, int64_t number)
{
    tell(install, "DELETE FROM listing WHERE number = ?1", number, 0);
    tell(install, "DELETE FROM listing_column WHERE listing = ?1", number, 0);
}

/* For the index: all rows go, or are found by other words now. */
static void touch_rows(struct install *install, int64_t number)
{
    sqlite3_stmt *all = ask_int(install, ASK_LISTING_ROWS, number);
    while (ask_next(install, all))
        index_touch_row(&install->indexed, sqlite3_column_int64(all, 0));
}

static void drop(struct install *install, int64_t number)
{
    static const char *const statements[] = {
        "DELETE FROM cell WHERE row IN"
        " (SELECT number FROM listing_row WHERE listing = ?1)",
        "DELETE FROM schedule WHERE row IN"
        " (SELECT number FROM listing_row WHERE listing = ?1)",
        "DELETE FROM facet_value WHERE listing = ?1",
        "DELETE FROM listing_row WHERE listing = ?1",
    };
    touch_rows(install, number);
    for (size_t i = 0; i < COUNT_OF(statements); i++)
        tell(install, statements[i], number, 0);
    drop_definition(install, number);
}

/* What says which columns are shown, and which is the title; "" when it is not
 * on board. */
static const char *definition_of(struct install *install, int64_t number)
{
    sqlite3_stmt *found = ask_int(install, ASK_DEFINITION, number);
    if (!ask_next(install, found))
        return "";
    const char *seals = ask_keep(install, found, 0);
    sqlite3_reset(found);
    return seals;
}

void listing_install(struct install *install, struct unit *unit)
{
    struct compiler compiler;
    struct board board;
    compile_begin(install, &compiler, &board);
    const char *kind = unit->key + strlen("listings/");
    const struct listing_source *was = board.listing(install, &compiler, kind);
    struct listing_source *now = NULL;
    if (unit->file_count) {
        listing_read(&compiler, unit->key);
        now = compiler.listing_count ? compiler.listings[0] : NULL;
    }
    if (!compiler.fault_count && now) {
        int64_t number = was ? was->number : install->next_listing++;
        const char *before = was ? definition_of(install, number) : "";
        if (was)
            drop_definition(install, number);
        rows_write_listing(&install->writer, now, number);
        write_rows(install, now, number);
        if (was && strcmp(before, definition_of(install, number)) != 0)
            touch_rows(install, number);
    } else if (!compiler.fault_count && was) {
        drop(install, was->number);
    }
    if (!was != !now || (was && strcmp(was->title.text, now->title.text) != 0))
        compile_note_change(install, unit->key);
    compile_end(install, &compiler);
}
