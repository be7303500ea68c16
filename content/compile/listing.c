/* listing.c - kinds of listings, which are defined by the edition alone. */
#include "compile_private.h"

#include <unicode/ucol.h>

#include "base/civil.h"

#define AT(member, type, required)                                       \
    {                                                                    \
#member, type, offsetof(struct listing_source, member), required \
    }

static const struct field listing_fields[] = {
    AT(kind, FIELD_TEXT, true),
    AT(title, FIELD_TEXT, true),
    AT(item, FIELD_TEXT, true),
    AT(icon, FIELD_TEXT, false),
    AT(source, FIELD_TEXT, true),
    AT(schedule, FIELD_TEXT, false),
    AT(notice, FIELD_TEXT, false),
    {"columns", FIELD_NODE, offsetof(struct listing_source, columns_node),
     true},
    {"roles", FIELD_NODE, offsetof(struct listing_source, roles_node), true},
    AT(facets, FIELD_TEXTS, false),
    AT(sort, FIELD_TEXTS, false),
    AT(card, FIELD_TEXTS, false),
    AT(detail, FIELD_TEXTS, false),
    {"map", FIELD_FLAG, offsetof(struct listing_source, has_map), false},
    AT(empty, FIELD_TEXT, false),
};

static const struct field column_fields[] = {
    {"name", FIELD_TEXT, offsetof(struct column_source, name), true},
    {"type", FIELD_TEXT, offsetof(struct column_source, type_name), true},
    {"label", FIELD_TEXT, offsetof(struct column_source, label), true},
};

#define ROLE(role, name, required) \
    [role] = {name, FIELD_TEXT, (role) * sizeof(struct text), required}
static const struct field role_fields[ROLE_COUNT] = {
    ROLE(ROLE_TITLE, "title", true),
    ROLE(ROLE_SUBTITLE, "subtitle", false),
    ROLE(ROLE_BADGE, "badge", false),
    ROLE(ROLE_PHONE, "phone", false),
    ROLE(ROLE_LAT, "lat", false),
    ROLE(ROLE_LON, "lon", false),
    ROLE(ROLE_ADDRESS, "address", false),
    ROLE(ROLE_SCHEDULE, "schedule", false),
    ROLE(ROLE_EXPIRES, "expires", false),
    ROLE(ROLE_STARTS, "starts", false),
};

/* The type a role's column must have; COLUMN_TYPE_COUNT: any. */
static enum column_type role_type(enum listing_role role)
{
    switch (role) {
    case ROLE_LAT:
        return COLUMN_LAT;
    case ROLE_LON:
        return COLUMN_LON;
    case ROLE_PHONE:
        return COLUMN_PHONE;
    case ROLE_EXPIRES:
    case ROLE_STARTS:
        return COLUMN_DATE;
    default:
        return COLUMN_TYPE_COUNT;
    }
}

static bool any_text(const char *text)
{
    (void)text;
    return true;
}

static bool is_phone(const char *text)
{
    static const char *const others[] = {"转", "、", "；", "（",
                                         "）", "—",  "–"};
    size_t digits = 0;
    while (*text) {
        size_t length = strchr("0123456789+-() /,;", *text) ? 1 : 0;
        digits += *text >= '0' && *text <= '9';
        for (size_t i = 0; !length && i < COUNT_OF(others); i++)
            if (!strncmp(text, others[i], strlen(others[i])))
                length = strlen(others[i]);
        if (!length)
            return false;
        text += length;
    }
    return digits >= 3;
}

static bool is_date(const char *text)
{
    struct civil civil;
    return strlen(text) == 10 && civil_parse(text, &civil);
}

static bool is_number(const char *text)
{
    text += *text == '-' || *text == '+';
    size_t whole = strspn(text, "0123456789");
    text += whole;
    size_t part = *text == '.' ? strspn(text + 1, "0123456789") : 0;
    if (*text == '.')
        text += 1 + part;
    return whole && whole < 16 && !*text && part < 16;
}

/* 3000, or 3000-5000. */
static bool is_money(const char *text)
{
    const char *dash = strpbrk(*text ? text + 1 : text, "-");
    char low[32] = {0};
    if (!dash)
        return is_number(text);
    if ((size_t)(dash - text) >= sizeof(low))
        return false;
    memcpy(low, text, (size_t)(dash - text));
    return is_number(low) && is_number(dash + 1);
}

static bool is_latitude(const char *text)
{
    return is_number(text) && strtod(text, NULL) >= -90 &&
           strtod(text, NULL) <= 90;
}

static bool is_longitude(const char *text)
{
    return is_number(text) && strtod(text, NULL) >= -180 &&
           strtod(text, NULL) <= 180;
}

static const struct {
    const char *name;
    bool (*fits)(const char *text);
    const char *advice;
    bool numeric; /* how it sorts */
} types[COLUMN_TYPE_COUNT] = {
    [COLUMN_TEXT] = {"text", any_text, "", false},
    [COLUMN_PHONE] = {"phone", is_phone, "写成 0851-12345678，几个号码用、隔开",
                      false},
    [COLUMN_MONEY] = {"money", is_money,
                      "只写数字，如 3000 或 3000-5000，屏上加“元”；面议用 "
                      "text 列",
                      true},
    [COLUMN_DATE] = {"date", is_date, "写成年-月-日，如 2026-02-06", false},
    [COLUMN_TIME] = {"time", any_text, "", false},
    [COLUMN_URL] = {"url", any_text, "", false},
    [COLUMN_TAGS] = {"tags", any_text, "", false},
    [COLUMN_LAT] = {"lat", is_latitude, "纬度在 -90 到 90 之间，如 26.6470",
                    true},
    [COLUMN_LON] = {"lon", is_longitude, "经度在 -180 到 180 之间，如 106.6302",
                    true},
    [COLUMN_NUMBER] = {"number", is_number, "只写数字，单位写在列名里", true},
    [COLUMN_MARKDOWN] = {"markdown", any_text, "", false},
};

static void read_type(struct compiler *compiler, const char *file,
                      struct column_source *column)
{
    struct nearest nearest = {.wanted = column->type_name.text};
    column->card = column->detail = column->facet = -1;
    for (size_t i = 0; i < COLUMN_TYPE_COUNT; i++) {
        nearest_offer(&nearest, types[i].name);
        if (!strcmp(types[i].name, column->type_name.text)) {
            column->type = (enum column_type)i;
            return;
        }
    }
    if (*column->type_name.text)
        fault_add(compiler, file, column->type_name.line,
                  "不认识的列类型 %s；%s", column->type_name.text,
                  nearest_advice(compiler, &nearest, "一般用 text"));
}

/* -1 after a fault. */
static int find_column(struct compiler *compiler,
                       const struct listing_source *listing, const char *name,
                       int line, const char *what)
{
    struct nearest nearest = {.wanted = name};
    for (size_t i = 0; i < listing->column_count; i++) {
        if (!strcmp(listing->columns[i].name.text, name))
            return (int)i;
        nearest_offer(&nearest, listing->columns[i].name.text);
    }
    fault_add(compiler, listing->file, line, "%s 用了没有定义的列 %s；%s", what,
              name,
              nearest_advice(compiler, &nearest,
                             check_words(name, "在 columns 里加上")));
    return -1;
}

static void read_columns(struct compiler *compiler,
                         struct listing_source *listing)
{
    struct map names = {0};
    listing->columns =
        fields_read_list(compiler, listing->file, listing->columns_node,
                         column_fields, COUNT_OF(column_fields),
                         sizeof(*listing->columns), &listing->column_count);
    for (size_t i = 0; i < listing->column_count; i++) {
        struct column_source *column = &listing->columns[i];
        read_type(compiler, listing->file, column);
        if (!map_add(&names, column->name.text, column))
            fault_add(compiler, listing->file, column->name.line,
                      "列 %s 定义了两次；只留一个", column->name.text);
    }
    if (!map_find(&names, "id"))
        fault_add(
            compiler, listing->file, 1,
            "缺少名为 id 的列；加一列 {name: id, type: text, label: 编号}");
    map_fini(&names);
}

static void read_roles(struct compiler *compiler,
                       struct listing_source *listing)
{
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        listing->role_columns[i] = -1;
        listing->roles[i].text = "";
    }
    if (!listing->roles_node)
        return;
    fields_read(compiler, listing->file, listing->roles_node, role_fields,
                ROLE_COUNT, listing->roles);
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        const struct text *role = &listing->roles[i];
        if (!*role->text)
            continue;
        int column =
            find_column(compiler, listing, role->text, role->line, "roles");
        enum column_type wanted = role_type((enum listing_role)i);
        listing->role_columns[i] = column;
        if (column >= 0 && wanted != COLUMN_TYPE_COUNT &&
            listing->columns[column].type != wanted)
            fault_add(compiler, listing->file, role->line,
                      "%s 的列 %s 应当是 %s 类型；改列的 type，或换一列",
                      role_fields[i].name, role->text, types[wanted].name);
    }
    if (listing->has_map && (listing->role_columns[ROLE_LAT] < 0 ||
                             listing->role_columns[ROLE_LON] < 0))
        fault_add(compiler, listing->file, listing->roles_node->key_line,
                  "map 是 true，但 roles 里没有 lat 和 lon；补上，或去掉 map");
}

/* Numbers the columns that a list names; `place` is the member to set. */
static void place_columns(struct compiler *compiler,
                          struct listing_source *listing,
                          const struct text_list *names, const char *what,
                          size_t place)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct text *name = &names->items[i];
        int column =
            find_column(compiler, listing, name->text, name->line, what);
        if (column >= 0)
            *(int *)((char *)&listing->columns[column] + place) = (int)i;
    }
}

static void read_sort(struct compiler *compiler, struct listing_source *listing)
{
    listing->sort_keys = arena_alloc(
        &compiler->arena, listing->sort.count * sizeof(*listing->sort_keys));
    for (size_t i = 0; i < listing->sort.count; i++) {
        const char *name = listing->sort.items[i].text;
        bool descending = *name == '-';
        int column = find_column(compiler, listing, name + descending,
                                 listing->sort.items[i].line, "sort");
        if (column >= 0)
            listing->sort_keys[listing->sort_count++] =
                (struct sort_key){(unsigned)column, descending};
    }
}

/* Which cell of a sheet's row holds each of `names`; false after a fault. */
bool listing_map_header(struct compiler *compiler, const struct sheet *sheet,
                        const char *const *names, size_t count,
                        size_t *cells_out)
{
    const struct sheet_row *header = &sheet->rows[0];
    struct map cells = {0};
    bool fine = true;
    size_t known = 0;
    for (size_t i = 0; i < header->count; i++) {
        struct nearest nearest = {.wanted = header->cells[i]};
        bool found = false;
        for (size_t n = 0; n < count && !found; n++) {
            found = !strcmp(names[n], header->cells[i]);
            nearest_offer(&nearest, names[n]);
        }
        known += found;
        if (!found)
            fault_add(compiler, sheet->file, header->line, "不认识的列“%s”；%s",
                      header->cells[i],
                      nearest_advice(compiler, &nearest,
                                     "删掉这一列，或在 columns 里定义"));
        if (!map_add(&cells, header->cells[i], (void *)&header->cells[i]))
            fault_add(compiler, sheet->file, header->line,
                      "列“%s”出现两次；只留一个", header->cells[i]);
        fine &= found;
    }
    for (size_t n = 0; n < count; n++) {
        const char **cell = map_find(&cells, names[n]);
        cells_out[n] = cell ? (size_t)(cell - header->cells) : 0;
        if (!cell)
            fault_add(compiler, sheet->file, header->line,
                      "缺少列“%s”；在第一行加上", names[n]);
        fine &= cell != NULL;
    }
    map_fini(&cells);
    return fine && known == count;
}

bool listing_has_all_cells(struct compiler *compiler, const struct sheet *sheet,
                           const struct sheet_row *row)
{
    if (row->count == sheet->rows[0].count)
        return true;
    fault_add(
        compiler, sheet->file, row->line,
        "这一行有 %zu 格，应当有 %zu 格；补上逗号，内容里的逗号要用引号括住",
        row->count, sheet->rows[0].count);
    return false;
}

static void check_cells(struct compiler *compiler,
                        const struct listing_source *listing,
                        const struct sheet *sheet, const struct row_source *row)
{
    for (size_t i = 0; i < listing->column_count; i++) {
        const struct column_source *column = &listing->columns[i];
        check_plain(compiler, sheet->file, row->line, row->cells[i]);
        if (strlen(row->cells[i]) > STORE_TEXT_BYTES_MAX)
            fault_add(compiler, sheet->file, row->line,
                      "%s超过 64 KB；写短一些，或补上漏掉的引号",
                      column->label.text);
        else if (*row->cells[i] && !types[column->type].fits(row->cells[i]))
            fault_add(compiler, sheet->file, row->line, "%s“%s”格式不对；%s",
                      column->label.text, row->cells[i],
                      types[column->type].advice);
    }
    int lat = listing->role_columns[ROLE_LAT],
        lon = listing->role_columns[ROLE_LON];
    if (lat >= 0 && lon >= 0 && !*row->cells[lat] != !*row->cells[lon])
        fault_add(compiler, sheet->file, row->line,
                  "经度和纬度只填了一个；两个都填，或都空着");
    int title = listing->role_columns[ROLE_TITLE];
    if (title >= 0 && !*row->cells[title])
        fault_add(compiler, sheet->file, row->line, "%s是空的；填上",
                  listing->columns[title].label.text);
    int from = listing->role_columns[ROLE_STARTS];
    int until = listing->role_columns[ROLE_EXPIRES];
    if (from >= 0 && until >= 0)
        check_date_order(compiler, sheet->file,
                         &(struct text){row->cells[from], row->line},
                         &(struct text){row->cells[until], row->line});
}

static void read_row(struct compiler *compiler, struct listing_source *listing,
                     const struct sheet *sheet, const struct sheet_row *source,
                     const size_t *order, struct map *ids)
{
    if (!listing_has_all_cells(compiler, sheet, source))
        return;
    struct row_source *row = arena_alloc(&compiler->arena, sizeof(*row));
    *row = (struct row_source){.line = source->line, .listing = listing};
    row->cells = arena_alloc(&compiler->arena,
                             listing->column_count * sizeof(*row->cells));
    const char *id = "";
    for (size_t i = 0; i < listing->column_count; i++) {
        row->cells[i] = source->cells[order[i]];
        if (!strcmp(listing->columns[i].name.text, "id"))
            id = row->cells[i];
    }
    if (!*id)
        fault_add(compiler, sheet->file, row->line,
                  "编号 id 是空的；填上不重复的编号");
    else if (!map_add(ids, id, row))
        fault_add(compiler, sheet->file, row->line,
                  "编号 %s 与第 %d 行重复；改一个", id,
                  ((struct row_source *)map_find(ids, id))->line);
    check_cells(compiler, listing, sheet, row);
    ARRAY_GROW(listing->rows, listing->row_count, listing->row_capacity);
    listing->rows[listing->row_count++] = row;
}

/* The path of a sheet named by listing.yaml; NULL after a fault. */
static const char *sheet_path(struct compiler *compiler,
                              const struct listing_source *listing,
                              const struct text *name)
{
    if (!strchr(name->text, '/') && name->text[0] != '.')
        return source_format(compiler, "%s/%s", listing->directory, name->text);
    fault_add(compiler, listing->file, name->line,
              "%s 不是本文件夹里的文件名；只写文件名", name->text);
    return NULL;
}

static void read_rows(struct compiler *compiler, struct listing_source *listing)
{
    struct sheet sheet = {0};
    struct map ids = {0};
    const char *file = sheet_path(compiler, listing, &listing->source);
    const char **names =
        arena_alloc(&compiler->arena, listing->column_count * sizeof(*names));
    size_t *order =
        arena_alloc(&compiler->arena, listing->column_count * sizeof(*order));
    for (size_t i = 0; i < listing->column_count; i++)
        names[i] = listing->columns[i].name.text;
    if (file && sheet_read(compiler, file, &sheet) &&
        listing_map_header(compiler, &sheet, names, listing->column_count,
                           order))
        for (size_t i = 1; i < sheet.count; i++)
            read_row(compiler, listing, &sheet, &sheet.rows[i], order, &ids);
    map_fini(&ids);
    sheet_fini(&sheet);
}

enum {
    HOURS_ID,
    HOURS_BYDAY,
    HOURS_OPENS,
    HOURS_CLOSES,
    HOURS_FROM,
    HOURS_TO,
    HOURS_COUNT
};
static const char *const hours_names[HOURS_COUNT] = {
    "id", "byday", "opens_at", "closes_at", "valid_from", "valid_to"};

static void read_hours(struct compiler *compiler, const struct sheet *sheet,
                       const struct sheet_row *source, const size_t *order,
                       const struct map *rows)
{
    const char *cells[HOURS_COUNT], *field;
    struct schedule_row hours;
    if (!listing_has_all_cells(compiler, sheet, source))
        return;
    for (size_t i = 0; i < HOURS_COUNT; i++)
        cells[i] = source->cells[order[i]];
    struct row_source *row = map_find(rows, cells[HOURS_ID]);
    if (!row)
        fault_add(compiler, sheet->file, source->line,
                  "没有编号为“%s”的条目；改正 id", cells[HOURS_ID]);
    if (!schedule_parse(cells[HOURS_BYDAY], cells[HOURS_OPENS],
                        cells[HOURS_CLOSES], cells[HOURS_FROM], cells[HOURS_TO],
                        &hours, &field)) {
        fault_add(compiler, sheet->file, source->line,
                  "开放时间的 %s 不对；星期写 MO,TU,WE，时间写 09:00，日期写 "
                  "2026-02-06，"
                  "没有时间的行要有日期",
                  field);
        return;
    }
    if (!row)
        return;
    ARRAY_GROW(row->schedule, row->schedule_count, row->schedule_capacity);
    row->schedule[row->schedule_count++] = hours;
}

static void read_schedule(struct compiler *compiler,
                          struct listing_source *listing)
{
    struct sheet sheet = {0};
    struct map rows = {0};
    size_t order[HOURS_COUNT];
    int key = listing->role_columns[ROLE_SCHEDULE];
    const char *file = sheet_path(compiler, listing, &listing->schedule);
    if (key < 0) {
        fault_add(
            compiler, listing->file, listing->schedule.line,
            "有 schedule 文件，但 roles 里没有 schedule；加上 schedule: id");
        return;
    }
    for (size_t i = 0; i < listing->row_count; i++)
        map_add(&rows, listing->rows[i]->cells[key], listing->rows[i]);
    if (file && sheet_read(compiler, file, &sheet) &&
        listing_map_header(compiler, &sheet, hours_names, HOURS_COUNT, order))
        for (size_t i = 1; i < sheet.count; i++)
            read_hours(compiler, &sheet, &sheet.rows[i], order, &rows);
    map_fini(&rows);
    sheet_fini(&sheet);
}

/* By pinyin, as people look names up, and 2 before 10. */
static int compare_texts(const struct listing_source *listing, const char *left,
                         const char *right)
{
    UErrorCode error = U_ZERO_ERROR;
    UCollationResult order =
        listing->collator
            ? ucol_strcollUTF8(listing->collator, left, -1, right, -1, &error)
            : UCOL_EQUAL;
    return U_SUCCESS(error) && order != UCOL_EQUAL ? (int)order
                                                   : strcmp(left, right);
}

static int compare_numbers(const char *left, const char *right)
{
    double x = strtod(left, NULL), y = strtod(right, NULL);
    return x < y ? -1 : x > y;
}

static int compare_cells(const struct row_source *a, const struct row_source *b,
                         const struct sort_key *key)
{
    const char *left = a->cells[key->column], *right = b->cells[key->column];
    if (!*left != !*right) /* what is not known comes last, either way */
        return *left ? -1 : 1;
    int order = types[a->listing->columns[key->column].type].numeric
                    ? compare_numbers(left, right)
                    : compare_texts(a->listing, left, right);
    return key->descending ? -order : order;
}

static int compare_rows(const void *left, const void *right)
{
    const struct row_source *a = *(struct row_source *const *)left;
    const struct row_source *b = *(struct row_source *const *)right;
    for (size_t i = 0; i < a->listing->sort_count; i++) {
        int order = compare_cells(a, b, &a->listing->sort_keys[i]);
        if (order)
            return order;
    }
    return a->line < b->line ? -1 : a->line > b->line;
}

static void sort_rows(struct listing_source *listing)
{
    UErrorCode error = U_ZERO_ERROR;
    UCollator *collator = ucol_open("zh", &error);
    if (U_SUCCESS(error)) {
        ucol_setAttribute(collator, UCOL_NUMERIC_COLLATION, UCOL_ON, &error);
        listing->collator = collator;
    }
    if (listing->row_count)
        qsort(listing->rows, listing->row_count, sizeof(*listing->rows),
              compare_rows);
    listing->collator = NULL;
    ucol_close(collator);
}

static void read_definition(struct compiler *compiler,
                            struct listing_source *listing,
                            const struct node *root)
{
    fields_read(compiler, listing->file, root, listing_fields,
                COUNT_OF(listing_fields), listing);
    const char *folder = listing->directory + strlen("listings/");
    if (*listing->kind.text && strcmp(listing->kind.text, folder) != 0)
        fault_add(compiler, listing->file, listing->kind.line,
                  "kind %s 与文件夹 %s 不同；改成一样", listing->kind.text,
                  folder);
    listing->kind.text = folder;
    read_columns(compiler, listing);
    read_roles(compiler, listing);
    read_sort(compiler, listing);
    const struct {
        const struct text_list *names;
        const char *what;
        size_t place;
    } places[] = {
        {&listing->facets, "facets", offsetof(struct column_source, facet)},
        {&listing->card, "card", offsetof(struct column_source, card)},
        {&listing->detail, "detail", offsetof(struct column_source, detail)},
    };
    for (size_t i = 0; i < COUNT_OF(places); i++)
        place_columns(compiler, listing, places[i].names, places[i].what,
                      places[i].place);
}

void listing_read(struct compiler *compiler, const char *directory)
{
    struct buf text = {0};
    struct node *root = NULL;
    struct listing_source *listing =
        arena_alloc(&compiler->arena, sizeof(*listing));
    listing->directory = directory;
    listing->file = source_format(compiler, "%s/listing.yaml", directory);
    if (source_read_text(compiler, listing->file, "每个列表都要有 listing.yaml",
                         &text))
        root = tree_parse(compiler, listing->file, &text, 0, text.length);
    buf_fini(&text);
    if (!root)
        return;
    read_definition(compiler, listing, root);
    ARRAY_GROW(compiler->listings, compiler->listing_count,
               compiler->listing_capacity);
    compiler->listings[compiler->listing_count++] = listing;
    map_add(&compiler->listing_kinds, listing->kind.text, listing);
    if (*listing->source.text && listing->column_count)
        read_rows(compiler, listing);
    if (*listing->schedule.text)
        read_schedule(compiler, listing);
    sort_rows(listing);
    compiler->row_total += listing->row_count;
}

void listing_read_all(struct compiler *compiler)
{
    struct source_entry *entries;
    size_t count = source_list(compiler, "listings", &entries);
    for (size_t i = 0; i < count; i++) {
        const char *name = entries[i].name;
        const char *directory = source_format(compiler, "listings/%s", name);
        if (entries[i].folder && source_is_id(name, strlen(name)))
            listing_read(compiler, directory);
        else
            fault_add(compiler, directory, 1,
                      "这里放列表的文件夹；名称只用小写字母、数字和连字符");
    }
    free(entries);
}

void listing_split_tags(const char *cell,
                        void (*each)(void *data, const char *tag,
                                     size_t length),
                        void *data)
{
    static const char *const separators[] = {"、", "；", ";"};
    while (*cell) {
        const char *end = cell + strlen(cell);
        size_t skip = 0;
        for (size_t i = 0; i < COUNT_OF(separators); i++) {
            const char *found = strstr(cell, separators[i]);
            if (found && found < end) {
                end = found;
                skip = strlen(separators[i]);
            }
        }
        const char *start = cell + strspn(cell, " "), *stop = end;
        while (stop > start && stop[-1] == ' ')
            stop--;
        if (stop > start)
            each(data, start, (size_t)(stop - start));
        cell = end + skip;
    }
}
