/* rows.c - the rows of the compiled edition, for whoever writes a database. */
#include "rows.h"

#include <assert.h>
#include <time.h>

#include "base/civil.h"
#include "base/log.h"
#include "content/store/seal.h"

void writer_check(struct writer *writer, int status)
{
    if (writer->status != SQLITE_OK || status == SQLITE_OK ||
        status == SQLITE_DONE || status == SQLITE_ROW)
        return;
    writer->status = status;
    if (status != SQLITE_FULL) /* which the report says better */
        log_error("compile", "%s", sqlite3_errmsg(writer->db));
}

void writer_run(struct writer *writer, const char *sql)
{
    if (writer->status == SQLITE_OK)
        writer_check(writer, sqlite3_exec(writer->db, sql, NULL, NULL, NULL));
}

struct insert insert_open(struct writer *writer, const char *target,
                          int columns)
{
    struct insert insert = {writer, NULL};
    struct buf sql = {0};
    buf_printf(&sql, "INSERT %s VALUES (", target);
    for (int i = 1; i <= columns; i++)
        buf_printf(&sql, "?%d, ", i);
    for (int i = 1; i <= columns; i++)
        buf_printf(&sql, "%s?%d", i == 1 ? "seal(" : ", ", i);
    buf_puts(&sql, "))");
    if (writer->status == SQLITE_OK)
        writer_check(writer, sqlite3_prepare_v2(writer->db, buf_text(&sql), -1,
                                                &insert.statement, NULL));
    buf_fini(&sql);
    return insert;
}

void insert_close(struct insert *insert)
{
    sqlite3_finalize(insert->statement);
    insert->statement = NULL;
}

void insert_row(struct insert *insert, const char *format, ...)
{
    struct writer *writer = insert->writer;
    va_list args;
    if (writer->status != SQLITE_OK)
        return;
    assert((int)strlen(format) ==
           sqlite3_bind_parameter_count(insert->statement));
    va_start(args, format);
    for (int i = 1; *format; i++, format++) {
        int status;
        if (*format == 'i') {
            status =
                sqlite3_bind_int64(insert->statement, i, va_arg(args, int64_t));
        } else if (*format == 't') {
            status = sqlite3_bind_text(insert->statement, i,
                                       va_arg(args, const char *), -1,
                                       SQLITE_STATIC);
        } else if (*format == 'n') {
            status = SQLITE_OK;
        } else {
            const struct buf *bytes = va_arg(args, const struct buf *);
            status = sqlite3_bind_blob64(insert->statement, i, buf_text(bytes),
                                         bytes->length, SQLITE_STATIC);
        }
        writer_check(writer, status);
    }
    va_end(args);
    writer_check(writer, sqlite3_step(insert->statement));
    sqlite3_reset(insert->statement);
    sqlite3_clear_bindings(insert->statement);
}

static const char *text_of(struct compiler *compiler, int64_t number)
{
    return source_format(compiler, "%lld", (long long)number);
}

static const char *time_now(struct compiler *compiler)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct civil c = civil_from_seconds((int64_t)now.tv_sec);
    return source_format(compiler, "%04d-%02d-%02dT%02d:%02d:%02d", c.year,
                         c.month, c.day, c.hour, c.minute, c.second);
}

void rows_write_meta(struct writer *writer)
{
    struct compiler *c = writer->compiler;
    const struct home_source *home = &c->home;
    unsigned headlines =
        home->headline_count.line ? home->headline_count.value : 6;
    const struct {
        const char *key, *value;
    } rows[] = {
        {"title", c->title.text},
        {"publisher", c->publisher.text},
        {"region", c->region.text},
        {"language", c->language.text},
        {"date", c->date.text},
        {"number", text_of(c, c->number.value)},
        {"built", time_now(c)},
        {"notice", home->notice.text},
        {"notice_link", home->notice_link.text},
        {"headlines_title", home->headlines_title.text},
        {"headlines_count", text_of(c, headlines)},
    };
    struct insert insert = insert_open(writer, "INTO meta", 2);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        insert_row(&insert, "tt", rows[i].key, rows[i].value);
    insert_close(&insert);
}

static void write_issue(struct writer *writer, const struct list_source *list)
{
    const struct issue_source *issue = list->issue;
    struct insert insert = insert_open(writer, "INTO issue", 6);
    insert_row(&insert, "ittttt", list->number, issue->paper.text,
               issue->date.text, issue->issue_no.text, issue->total_no.text,
               issue->lunar.text);
    insert_close(&insert);
    insert = insert_open(writer, "INTO issue_page", 3);
    for (size_t i = 0; i < issue->page_count; i++)
        insert_row(&insert, "iit", list->number, INT(issue->pages[i].no.value),
                   issue->pages[i].name.text);
    insert_close(&insert);
}

static const char *const kind_names[ITEM_KIND_COUNT] = {
    [ITEM_ARTICLE] = "article",
    [ITEM_GUIDE] = "guide",
    [ITEM_PAPER] = "paper",
};

void rows_write_list(struct writer *writer, const struct list_source *list)
{
    struct insert insert = insert_open(writer, "INTO list", 8);
    insert_row(&insert, "itttttii", list->number, list->id,
               kind_names[list->kind], list->key, list->title.text,
               list->summary.text, INT(list->position), INT(list->total));
    insert_close(&insert);
    if (list->issue)
        write_issue(writer, list);
}

void rows_write_topics(struct writer *writer)
{
    const struct compiler *compiler = writer->compiler;
    struct insert insert = insert_open(writer, "INTO topic", 3);
    for (size_t i = 0; i < compiler->topic_count; i++)
        insert_row(&insert, "tti", compiler->topics[i].id.text,
                   compiler->topics[i].title.text, INT(i));
    insert_close(&insert);
}

static void write_references(struct compiler *compiler, struct item_inserts *to,
                             const struct item_source *item)
{
    struct law_ref law;
    for (size_t i = 0; i < item->topics.count; i++)
        insert_row(&to->topic, "iit", item->number, INT(i),
                   item->topics.items[i].text);
    for (size_t i = 0; i < item->laws.count; i++)
        if (check_citation(compiler, item->file, item->laws.items[i].line,
                           item->laws.items[i].text, &law))
            insert_row(&to->law, "iitt", item->number, INT(i), law.law,
                       law.article);
    for (size_t i = 0; i < item->related.count; i++) {
        const struct item_source *other =
            lookup_item(compiler, item->related.items[i].text);
        if (!other) /* which is a fault, but for an import */
            continue;
        insert_row(&to->related, "iii", item->number, INT(i),
                   other->whole ? other->whole->number : other->number);
    }
}

void rows_write_synonyms(struct writer *writer)
{
    const struct compiler *compiler = writer->compiler;
    struct insert insert = insert_open(writer, "INTO synonym", 4);
    for (size_t i = 0; i < compiler->synonym_count; i++) {
        const struct synonym_source *synonym = &compiler->synonyms[i];
        insert_row(&insert, "ittt", INT(i) + 1, synonym->pattern,
                   synonym->terms, synonym->topic);
    }
    insert_close(&insert);
}

/* Channels run from the newest to the oldest, what has no date comes last;
 * guides topic by topic; papers by page and rank, what has no rank last on its
 * page. The id makes an order of what is left. */
static const char *position_of(struct compiler *compiler,
                               const struct item_source *item)
{
    char date[] = "~~~~~~~~~~";
    if (item->kind == ITEM_GUIDE)
        return source_format(compiler, "%06u/%s", item->list->position,
                             item->id);
    if (item->kind == ITEM_PAPER)
        return source_format(compiler, "%09u/%09u/%s", item->page.value,
                             item->rank.value ? item->rank.value : 999999999,
                             item->id);
    if (strlen(item->date.text) == strlen(date))
        for (size_t i = 0; date[i]; i++)
            date[i] = (char)('0' + '9' - item->date.text[i]);
    return source_format(compiler, "%s/%s", date, item->id);
}

void rows_write_item(struct compiler *compiler, struct item_inserts *to,
                     const struct item_source *item)
{
    if (item->whole) {
        insert_row(&to->alias, "ti", item->id, item->whole->number);
        return;
    }
    int64_t sequence = item->kind == ITEM_GUIDE ? 0 : item->list->number;
    insert_row(&to->item,
               "itiit"
               "tttttttttttttt"
               "iiii",
               item->number, item->id, item->list->number, sequence,
               position_of(compiler, item), item->title.text,
               item->subtitle.text, item->kicker.text, item->byline.text,
               item->source.text, item->date.text, item->region.text,
               item->summary.text, item->image.text, item->alt.text,
               item->valid_from.text, item->valid_until.text,
               item->reviewed.text, item->continued, INT(item->characters),
               INT(item->page.value), INT(item->rank.value),
               INT(item->rest ? item->rest->page.value : 0));
    insert_row(&to->document, "ib", item->number, &item->document);
    write_references(compiler, to, item);
}

void rows_open_items(struct writer *writer, struct item_inserts *out)
{
    *out = (struct item_inserts){
        .item = insert_open(writer, "INTO item", 23),
        .alias = insert_open(writer, "INTO item_alias", 2),
        .topic = insert_open(writer, "INTO item_topic", 3),
        .law = insert_open(writer, "INTO item_law", 4),
        .related = insert_open(writer, "INTO item_related", 3),
        .document = insert_open(writer, "INTO document", 2),
    };
}

void rows_close_items(struct item_inserts *inserts)
{
    insert_close(&inserts->item);
    insert_close(&inserts->alias);
    insert_close(&inserts->topic);
    insert_close(&inserts->law);
    insert_close(&inserts->related);
    insert_close(&inserts->document);
}

void rows_write_listing(struct writer *writer,
                        const struct listing_source *listing, int64_t number)
{
    struct insert insert = insert_open(writer, "INTO listing", 17);
    const int *roles = listing->role_columns;
    insert_row(&insert, "ittttttiiiiiiiiii", number, listing->kind.text,
               listing->title.text, listing->item.text, listing->icon.text,
               listing->notice.text, listing->empty.text, INT(listing->has_map),
               INT(*listing->schedule.text != 0), INT(roles[ROLE_TITLE]),
               INT(roles[ROLE_SUBTITLE]), INT(roles[ROLE_BADGE]),
               INT(roles[ROLE_PHONE]), INT(roles[ROLE_LAT]),
               INT(roles[ROLE_LON]), INT(roles[ROLE_ADDRESS]),
               INT(roles[ROLE_EXPIRES]));
    insert_close(&insert);
    insert = insert_open(writer, "INTO listing_column", 8);
    for (size_t i = 0; i < listing->column_count; i++) {
        const struct column_source *column = &listing->columns[i];
        insert_row(&insert, "iittiiii", number, INT(i), column->name.text,
                   column->label.text, INT(column->type), INT(column->card),
                   INT(column->detail), INT(column->facet));
    }
    insert_close(&insert);
}

struct facet_target {
    struct insert *insert;
    int64_t listing, row;
    unsigned column;
};

static void write_facet(void *data, const char *tag, size_t length)
{
    const struct facet_target *target = data;
    char *value = xstrndup(tag, length);
    insert_row(target->insert, "iiti", target->listing, INT(target->column),
               value, target->row);
    free(value);
}

static const char *role_cell(const struct row_source *row,
                             enum listing_role role)
{
    int column = row->listing->role_columns[role];
    return column < 0 ? "" : row->cells[column];
}

const char *rows_row_id(const struct row_source *row)
{
    const struct listing_source *listing = row->listing;
    size_t column = 0;
    while (strcmp(listing->columns[column].name.text, "id") != 0)
        column++;
    return row->cells[column];
}

int64_t rows_row_content(const struct row_source *row)
{
    uint64_t seal = SEAL_START;
    for (size_t i = 0; i < row->listing->column_count; i++) {
        const struct column_source *column = &row->listing->columns[i];
        const unsigned char form[] = {(unsigned char)column->type,
                                      column->facet >= 0};
        seal = seal_bytes(seal, form, sizeof(form));
        seal = seal_bytes(seal, row->cells[i], strlen(row->cells[i]) + 1);
    }
    const enum listing_role dates[] = {ROLE_STARTS, ROLE_EXPIRES};
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        const char *date = role_cell(row, dates[i]);
        seal = seal_bytes(seal, date, strlen(date) + 1);
    }
    for (size_t i = 0; i < row->schedule_count; i++) {
        const struct schedule_row *hours = &row->schedule[i];
        const int64_t numbers[] = {hours->weekdays, hours->opens, hours->closes,
                                   hours->from, hours->to};
        seal = seal_bytes(seal, numbers, sizeof(numbers));
    }
    return (int64_t)seal;
}

void rows_write_row(struct row_inserts *to, const struct row_source *row,
                    int64_t listing, int64_t number, int64_t position)
{
    insert_row(&to->row, "iiittti", number, listing, position, rows_row_id(row),
               role_cell(row, ROLE_STARTS), role_cell(row, ROLE_EXPIRES),
               rows_row_content(row));
    for (size_t i = 0; i < row->listing->column_count; i++) {
        const struct column_source *column = &row->listing->columns[i];
        struct facet_target target = {&to->facet, listing, number, (unsigned)i};
        const char *cell = row->cells[i];
        if (!*cell)
            continue;
        insert_row(&to->cell, "iit", number, INT(i), cell);
        if (column->facet >= 0 && column->type == COLUMN_TAGS)
            listing_split_tags(cell, write_facet, &target);
        else if (column->facet >= 0)
            write_facet(&target, cell, strlen(cell));
    }
    for (size_t i = 0; i < row->schedule_count; i++) {
        const struct schedule_row *hours = &row->schedule[i];
        insert_row(&to->schedule, "iiiiiii", number, INT(i),
                   INT(hours->weekdays), INT(hours->opens), INT(hours->closes),
                   hours->from, hours->to);
    }
}

void rows_open_listings(struct writer *writer, struct row_inserts *out)
{
    *out = (struct row_inserts){
        .row = insert_open(writer, "INTO listing_row", 7),
        .cell = insert_open(writer, "INTO cell", 3),
        /* A cell may name a tag twice. */
        .facet = insert_open(writer, "OR IGNORE INTO facet_value", 4),
        .schedule = insert_open(writer, "INTO schedule", 7),
    };
}

void rows_close_listings(struct row_inserts *inserts)
{
    insert_close(&inserts->row);
    insert_close(&inserts->cell);
    insert_close(&inserts->facet);
    insert_close(&inserts->schedule);
}

void rows_write_home(struct writer *writer)
{
    struct compiler *compiler = writer->compiler;
    const struct home_source *home = &compiler->home;
    struct insert insert = insert_open(writer, "INTO home_tile", 8);
    for (size_t i = 0; i < home->tile_count; i++) {
        const struct tile_source *tile = &home->tiles[i];
        struct buf lines = {0};
        for (size_t n = 0; n < tile->lines.count; n++)
            buf_printf(&lines, "%s%s", n ? "\n" : "",
                       tile->lines.items[n].text);
        insert_row(&insert, "itttttii", INT(i) + 1, tile->title.text,
                   tile->link.text, tile->style.text, tile->icon.text,
                   buf_text(&lines), INT(!strcmp(tile->size.text, "wide")),
                   INT(tile->hide_when_empty));
        buf_fini(&lines);
    }
    insert_close(&insert);
    insert = insert_open(writer, "INTO home_headline", 2);
    for (size_t i = 0; i < home->headline_channels.count; i++) {
        const struct list_source *list = lookup_list(
            compiler, source_format(compiler, "articles/%s",
                                    home->headline_channels.items[i].text));
        if (list)
            insert_row(&insert, "ii", INT(i) + 1, list->number);
    }
    insert_close(&insert);
}

void rows_write_media(struct insert *insert, int64_t number,
                      const struct media_source *media, const struct buf *bytes)
{
    insert_row(insert, "itiib", number, media->name, INT(media->width),
               INT(media->height), bytes);
}
