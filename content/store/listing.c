/* listing.c - rows of a kind, filtered by facets. */
#include "store_private.h"

#include "base/log.h"

enum { FILTERS_MAX = 32 };

static int role(struct query *query, int column)
{
    int64_t value = query_int(query, column);
    return value >= 0 && value < INT32_MAX ? (int)value : -1;
}

static bool read_definition(struct store *store, struct arena *arena,
                            const char *kind, struct listing *out,
                            int64_t *number_out)
{
    struct query query;
    *out = (struct listing){0};
    query_open(
        &query, store,
        "SELECT number, kind, title, item, icon, notice, empty, has_map,"
        " has_schedule, title_role, subtitle_role, badge_role, phone_role,"
        " latitude_role, longitude_role, address_role, expires_role"
        " FROM listing WHERE kind = ?2");
    query_bind_text(&query, kind);
    bool found = query_next(&query);
    if (found) {
        const char **texts[] = {&out->kind, &out->title,  &out->item,
                                &out->icon, &out->notice, &out->empty};
        int *roles[] = {&out->title_column,    &out->subtitle_column,
                        &out->badge_column,    &out->phone_column,
                        &out->latitude_column, &out->longitude_column,
                        &out->address_column,  &out->expires_column};
        *number_out = query_int(&query, 0);
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            *texts[i] = query_text(&query, arena, (int)i + 1);
        out->has_map = query_int(&query, 7) != 0;
        out->has_schedule = query_int(&query, 8) != 0;
        for (size_t i = 0; i < COUNT_OF(roles); i++)
            *roles[i] = role(&query, (int)i + 9);
    }
    query_close(&query);
    return found;
}

static void read_columns(struct store *store, struct arena *arena,
                         int64_t number, struct listing *out)
{
    struct query query;
    struct listing_column *columns = NULL;
    size_t count = 0, capacity = 0;
    query_open(&query, store,
               "SELECT name, label, type FROM listing_column WHERE listing = ?2"
               " ORDER BY number");
    query_bind_int(&query, number);
    while (query_next(&query)) {
        unsigned type = query_unsigned(&query, 2);
        ARRAY_GROW(columns, count, capacity);
        columns[count++] = (struct listing_column){
            query_text(&query, arena, 0), query_text(&query, arena, 1),
            type < COLUMN_TYPE_COUNT ? (enum column_type)type : COLUMN_TEXT};
    }
    query_close(&query);
    out->column_count = count;
    out->columns = arena_alloc(arena, count * sizeof(*columns));
    if (count)
        memcpy(out->columns, columns, count * sizeof(*columns));
    free(columns);
}

/* A damaged definition must not make anybody read beyond a row's values. */
static void forget_missing_roles(struct listing *listing)
{
    int *roles[] = {&listing->title_column,    &listing->subtitle_column,
                    &listing->badge_column,    &listing->phone_column,
                    &listing->latitude_column, &listing->longitude_column,
                    &listing->address_column,  &listing->expires_column};
    for (size_t i = 0; i < COUNT_OF(roles); i++)
        if (*roles[i] >= 0 && (size_t)*roles[i] >= listing->column_count)
            *roles[i] = -1;
}

/* Column numbers that the query yields. */
static unsigned *read_places(struct store *store, struct arena *arena,
                             const char *sql, int64_t number,
                             const struct listing *listing, size_t *count_out)
{
    struct query query;
    unsigned *places =
        arena_alloc(arena, listing->column_count * sizeof(*places));
    *count_out = 0;
    query_open(&query, store, sql);
    query_bind_int(&query, number);
    while (*count_out < listing->column_count && query_next(&query)) {
        unsigned column = query_unsigned(&query, 0);
        if (column < listing->column_count)
            places[(*count_out)++] = column;
    }
    query_close(&query);
    return places;
}

static bool read_kind(struct store *store, struct arena *arena,
                      const char *kind, struct listing *out,
                      int64_t *number_out)
{
    if (!read_definition(store, arena, kind, out, number_out))
        return false;
    read_columns(store, arena, *number_out, out);
    forget_missing_roles(out);
    out->card =
        read_places(store, arena,
                    "SELECT number FROM listing_column WHERE listing = ?2"
                    " AND card >= 0 ORDER BY card",
                    *number_out, out, &out->card_count);
    out->detail =
        read_places(store, arena,
                    "SELECT number FROM listing_column WHERE listing = ?2"
                    " AND detail >= 0 ORDER BY detail",
                    *number_out, out, &out->detail_count);
    return true;
}

struct selection {
    int64_t listing;
    const struct listing_filter *filters;
    size_t count;
};

/* Puts head, the selected rows' FROM and WHERE, and tail together, and binds
 * the selection. Parameter 2 is the listing, then two a filter. */
static void open_selection(struct query *query, struct store *store,
                           const struct selection *selection, const char *head,
                           const char *tail)
{
    struct buf sql = {0};
    buf_puts(&sql, head);
    buf_puts(&sql, " FROM listing_row r WHERE r.listing = ?2 AND " ROW_ALIVE);
    for (size_t i = 0; i < selection->count; i++)
        buf_printf(
            &sql,
            " AND r.number IN (SELECT f.row FROM facet_value f"
            " WHERE f.listing = ?2 AND f.column = ?%zu AND f.value = ?%zu)",
            3 + 2 * i, 4 + 2 * i);
    buf_puts(&sql, tail);
    query_open(query, store, buf_text(&sql));
    buf_fini(&sql);
    query_bind_int(query, selection->listing);
    for (size_t i = 0; i < selection->count; i++) {
        query_bind_int(query, selection->filters[i].column);
        query_bind_text(query, selection->filters[i].value);
    }
}

static size_t count_rows(struct store *store, const struct selection *selection)
{
    struct query query;
    open_selection(&query, store, selection, "SELECT count(*)", "");
    size_t count = query_next(&query) ? query_unsigned(&query, 0) : 0;
    query_close(&query);
    return count;
}

static void read_cells(struct query *cells, struct arena *arena, int64_t number,
                       const struct listing *listing, struct listing_row *row)
{
    row->values =
        arena_alloc(arena, listing->column_count * sizeof(*row->values));
    for (size_t i = 0; i < listing->column_count; i++)
        row->values[i] = "";
    query_again(cells);
    query_bind_int(cells, number);
    while (query_next(cells)) {
        unsigned column = query_unsigned(cells, 0);
        if (column < listing->column_count)
            row->values[column] = query_text(cells, arena, 1);
    }
}

/* Minutes that schedule_now can add to without care. */
static bool read_hours(struct query *query, struct schedule_row *out)
{
    int64_t opens = query_int(query, 1), closes = query_int(query, 2);
    *out = (struct schedule_row){.weekdays = query_unsigned(query, 0) & 0x7F,
                                 .opens = (int)opens,
                                 .closes = (int)closes,
                                 .from = query_int(query, 3),
                                 .to = query_int(query, 4)};
    return opens >= -1 && opens <= 1440 && closes >= -1 && closes <= 1440;
}

static void read_schedule(struct query *hours, struct arena *arena,
                          int64_t number, struct listing_row *row)
{
    struct schedule_row *rows = NULL;
    size_t count = 0, capacity = 0;
    query_again(hours);
    query_bind_int(hours, number);
    while (query_next(hours)) {
        ARRAY_GROW(rows, count, capacity);
        count += read_hours(hours, &rows[count]);
    }
    row->schedule_count = count;
    row->schedule = arena_alloc(arena, count * sizeof(*rows));
    if (count)
        memcpy(row->schedule, rows, count * sizeof(*rows));
    free(rows);
}

/* Rows of `query`: number, id, upcoming. Closes it. */
static void read_rows(struct store *store, struct arena *arena,
                      struct query *query, struct listing *out)
{
    struct query cells, hours;
    struct listing_row *rows = NULL;
    size_t capacity = 0;
    query_open(&cells, store, "SELECT column, value FROM cell WHERE row = ?2");
    query_open(&hours, store,
               "SELECT weekdays, opens, closes, valid_from, valid_to"
               " FROM schedule WHERE row = ?2 ORDER BY position");
    while (query_next(query)) {
        ARRAY_GROW(rows, out->row_count, capacity);
        struct listing_row *row = &rows[out->row_count++];
        *row = (struct listing_row){.id = query_text(query, arena, 1),
                                    .upcoming = query_int(query, 2) != 0};
        read_cells(&cells, arena, query_int(query, 0), out, row);
        if (out->has_schedule)
            read_schedule(&hours, arena, query_int(query, 0), row);
    }
    query_close(&cells);
    query_close(&hours);
    query_close(query);
    out->rows = arena_alloc(arena, out->row_count * sizeof(*rows));
    if (out->row_count)
        memcpy(out->rows, rows, out->row_count * sizeof(*rows));
    free(rows);
}

static bool is_on(const struct selection *selection, unsigned column,
                  const char *value)
{
    for (size_t i = 0; i < selection->count; i++)
        if (selection->filters[i].column == column &&
            !strcmp(selection->filters[i].value, value))
            return true;
    return false;
}

/* The values of the rows that are left (the + keeps SQLite from going through
 * them row by row). A filter that nothing is left for
 * stays, or it could not be taken off again. */
static void read_facet(struct store *store, struct arena *arena,
                       const struct selection *selection, unsigned column,
                       size_t rows_left, struct facet *out)
{
    struct query query;
    struct facet_value *values = NULL;
    size_t count = 0, capacity = 0;
    struct buf head = {0};
    buf_printf(&head,
               "SELECT v.value, count(*) FROM facet_value v"
               " WHERE v.listing = ?2 AND v.column = %u"
               " AND +v.row IN (SELECT r.number",
               column);
    open_selection(&query, store, selection, buf_text(&head),
                   ") GROUP BY v.value ORDER BY 2 DESC, v.value");
    buf_fini(&head);
    while (query_next(&query)) {
        ARRAY_GROW(values, count, capacity);
        values[count] = (struct facet_value){query_text(&query, arena, 0),
                                             query_unsigned(&query, 1), false};
        values[count].on = is_on(selection, column, values[count].value);
        count++;
    }
    query_close(&query);
    for (size_t i = 0; !rows_left && i < selection->count; i++) {
        if (selection->filters[i].column != column)
            continue;
        ARRAY_GROW(values, count, capacity);
        values[count++] = (struct facet_value){
            arena_strdup(arena, selection->filters[i].value), 0, true};
    }
    *out = (struct facet){.column = column, .count = count};
    out->values = arena_alloc(arena, count * sizeof(*values));
    if (count)
        memcpy(out->values, values, count * sizeof(*values));
    free(values);
}

static void read_facets(struct store *store, struct arena *arena,
                        const struct selection *selection, struct listing *out)
{
    unsigned *columns =
        read_places(store, arena,
                    "SELECT number FROM listing_column WHERE listing = ?2"
                    " AND facet >= 0 ORDER BY facet",
                    selection->listing, out, &out->facet_count);
    out->facets = arena_alloc(arena, out->facet_count * sizeof(*out->facets));
    for (size_t i = 0; i < out->facet_count; i++)
        read_facet(store, arena, selection, columns[i], out->row_total,
                   &out->facets[i]);
}

bool store_listing(struct store *store, struct arena *arena, const char *kind,
                   const struct listing_filter *filters, size_t filter_count,
                   size_t offset, size_t limit, struct listing *out)
{
    struct query query;
    struct selection selection = {0, filters, filter_count};
    if (filter_count > FILTERS_MAX) {
        log_warn("store", "%zu filters, only %d are looked at", filter_count,
                 FILTERS_MAX);
        selection.count = FILTERS_MAX;
    }
    if (!read_kind(store, arena, kind, out, &selection.listing))
        return false;
    out->row_total = count_rows(store, &selection);
    read_facets(store, arena, &selection, out);
    struct buf tail = {0};
    buf_printf(&tail, " ORDER BY r.position LIMIT ?%zu OFFSET ?%zu",
               3 + 2 * selection.count, 4 + 2 * selection.count);
    open_selection(&query, store, &selection,
                   "SELECT r.number, r.id, r.valid_from > ?1", buf_text(&tail));
    buf_fini(&tail);
    query_bind_size(&query, limit);
    query_bind_size(&query, offset);
    read_rows(store, arena, &query, out);
    return true;
}

bool store_listing_row(struct store *store, struct arena *arena,
                       const char *kind, const char *row, struct listing *out)
{
    struct query query;
    int64_t number;
    if (!read_kind(store, arena, kind, out, &number))
        return false;
    query_open(&query, store,
               "SELECT r.number, r.id, r.valid_from > ?1 FROM listing_row r"
               " WHERE r.listing = ?2 AND r.id = ?3 AND " ROW_ALIVE);
    query_bind_int(&query, number);
    query_bind_text(&query, row);
    read_rows(store, arena, &query, out);
    out->row_total = out->row_count;
    return out->row_count > 0;
}
