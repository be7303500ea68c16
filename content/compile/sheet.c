/* sheet.c - CSV files as spreadsheets write them: UTF-8, UTF-8 with a byte
 * order mark, UTF-16 with one, or GB18030.
 *
 * The encoding is found on the whole file, never cell by cell: a short cell in
 * GB18030 may well be valid UTF-8. */
#include "compile_private.h"

#include <csv.h>
#include <unicode/ucnv.h>

#include "base/utf8.h"

/* GB 18030-2022 moved 18 codes from the private use area to what Unicode has
 * for them since; ICU knows that from 73 on, and we meet 72. Whoever wrote such
 * a private code meant the character. */
static const struct {
    uint16_t old, now;
} moved_codes[] = {
    {0xE78D, 0xFE10}, {0xE78E, 0xFE12}, {0xE78F, 0xFE11}, {0xE790, 0xFE13},
    {0xE791, 0xFE14}, {0xE792, 0xFE15}, {0xE793, 0xFE16}, {0xE794, 0xFE17},
    {0xE795, 0xFE18}, {0xE796, 0xFE19}, {0xE81E, 0x9FB4}, {0xE826, 0x9FB5},
    {0xE82B, 0x9FB6}, {0xE82C, 0x9FB7}, {0xE832, 0x9FB8}, {0xE843, 0x9FB9},
    {0xE854, 0x9FBA}, {0xE864, 0x9FBB},
};
_Static_assert(COUNT_OF(moved_codes) == 18, "GB 18030-2022 changed 18 codes");

static uint32_t moved(uint32_t code)
{
    if (code < moved_codes[0].old || code > 0xE864)
        return code;
    for (size_t i = 0; i < COUNT_OF(moved_codes); i++)
        if (moved_codes[i].old == code)
            return moved_codes[i].now;
    return code;
}

/* False at the first sequence that is not of this encoding. */
static bool convert(const char *encoding, struct buf *bytes)
{
    UErrorCode error = U_ZERO_ERROR;
    UConverter *converter = ucnv_open(encoding, &error);
    struct buf text = {0};
    const char *at = bytes->data, *end = bytes->data + bytes->length;
    if (U_SUCCESS(error))
        ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL,
                            NULL, &error);
    while (U_SUCCESS(error) && at < end) {
        char utf8[4];
        UChar32 code = ucnv_getNextUChar(converter, &at, end, &error);
        if (error ==
            U_INDEX_OUTOFBOUNDS_ERROR) { /* nothing but a signature left */
            error = U_ZERO_ERROR;
            break;
        }
        if (U_SUCCESS(error) && code)
            buf_add(&text, utf8, utf8_put(utf8, moved((uint32_t)code)));
        else if (U_SUCCESS(error))
            error = U_ILLEGAL_CHAR_FOUND;
    }
    if (converter)
        ucnv_close(converter);
    if (U_FAILURE(error)) {
        buf_fini(&text);
        return false;
    }
    buf_fini(bytes);
    *bytes = text;
    if (text.length >= 3 && !memcmp(text.data, "\xEF\xBB\xBF", 3)) {
        bytes->length -= 3;
        memmove(bytes->data, bytes->data + 3, bytes->length + 1);
    }
    return true;
}

/* Turns the bytes into UTF-8; *fixable when they were. */
static bool decode(struct buf *bytes, bool *fixable)
{
    static const struct {
        const char *mark, *encoding;
        size_t length;
    } marks[] = {
        {"\xEF\xBB\xBF", NULL, 3},
        {"\xFF\xFE", "UTF-16LE", 2},
        {"\xFE\xFF", "UTF-16BE", 2},
    };
    const char *encoding = "gb18030";
    *fixable = false;
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (bytes->length < marks[i].length ||
            memcmp(bytes->data, marks[i].mark, marks[i].length) != 0)
            continue;
        bytes->length -= marks[i].length;
        memmove(bytes->data, bytes->data + marks[i].length, bytes->length + 1);
        encoding = marks[i].encoding;
        break;
    }
    if (!bytes->length)
        return true;
    if (encoding && strcmp(encoding, "gb18030") != 0)
        return convert(encoding, bytes);
    if (utf8_valid_length(bytes->data, bytes->length) == bytes->length) {
        *fixable = true;
        return !memchr(bytes->data, 0, bytes->length);
    }
    return encoding && convert(encoding, bytes);
}

struct reader {
    struct compiler *compiler;
    struct sheet *sheet;
    struct buf cells; /* pointers of the row being read */
    int line;         /* where that row began */
    bool blank, ended;
};

static void end_cell(void *bytes, size_t length, void *data)
{
    struct reader *reader = data;
    char *cell =
        arena_strndup(&reader->compiler->arena, bytes ? bytes : "", length);
    reader->blank &= !*cell;
    buf_add(&reader->cells, &cell, sizeof(cell));
}

/* Rows of empty cells are what spreadsheets leave behind below the table. */
static void end_row(int terminator, void *data)
{
    struct reader *reader = data;
    struct sheet *sheet = reader->sheet;
    (void)terminator;
    if (!reader->blank) {
        ARRAY_GROW(sheet->rows, sheet->count, sheet->capacity);
        struct sheet_row *row = &sheet->rows[sheet->count++];
        row->cells =
            arena_alloc(&reader->compiler->arena, reader->cells.length);
        memcpy(row->cells, reader->cells.data, reader->cells.length);
        row->count = reader->cells.length / sizeof(*row->cells);
        row->line = reader->line;
    }
    buf_clear(&reader->cells);
    reader->blank = reader->ended = true;
}

static bool is_blank(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!strchr(" \t\r\n", text[i]))
            return false;
    return true;
}

/* Line by line, because libcsv does not count them. */
static bool parse(struct reader *reader, const struct buf *text)
{
    struct csv_parser parser;
    bool inside = false; /* a quoted cell runs over the line's end */
    int line = 1;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
        mem_check(NULL);
    for (size_t at = 0; at < text->length; line++) {
        const char *start = text->data + at;
        const char *end = memchr(start, '\n', text->length - at);
        size_t length = end ? (size_t)(end - start) + 1 : text->length - at;
        if (!inside)
            reader->line = line;
        reader->ended = false;
        if (csv_parse(&parser, start, length, end_cell, end_row, reader) !=
            length)
            break;
        inside = !reader->ended && (inside || !is_blank(start, length));
        at += length;
    }
    bool fine = csv_error(&parser) == CSV_SUCCESS &&
                csv_fini(&parser, end_cell, end_row, reader) == 0;
    csv_free(&parser);
    if (!fine)
        fault_add(
            reader->compiler, reader->sheet->file, reader->line,
            "引号不成对；含逗号或换行的内容前后都加引号，内容里的引号写两个");
    return fine;
}

/* Where the text of cells lies: everywhere but at an unquoted comma; nor at a
 * semicolon, which parts tags. */
static void check_cells(struct compiler *compiler, const char *file,
                        const struct buf *text, bool fixable)
{
    bool quoted = false;
    size_t start = 0;
    int line = 1, start_line = 1;
    for (size_t at = 0; at <= text->length; at++) {
        char byte = at < text->length ? text->data[at] : '\n';
        if (byte == '"')
            quoted = !quoted;
        bool ends = at == text->length || byte == ';' ||
                    (!quoted && (byte == ',' || byte == '\n'));
        if (ends)
            check_characters(compiler, file, text->data + start, at - start,
                             start_line, start, fixable);
        line += byte == '\n';
        if (ends) {
            start = at + 1;
            start_line = line;
        }
    }
}

/* One cell that holds all names: they are parted by something else. */
static bool is_parted_by_commas(struct compiler *compiler,
                                const struct sheet *sheet)
{
    static const char *const others[] = {";", "\t", "，", "；", "|"};
    const struct sheet_row *header = &sheet->rows[0];
    for (size_t i = 0; header->count == 1 && i < COUNT_OF(others); i++) {
        if (!strstr(header->cells[0], others[i]))
            continue;
        fault_add(compiler, sheet->file, header->line,
                  "各列不是用半角逗号隔开的；在表格软件里另存为“CSV UTF-8"
                  "（逗号分隔）”");
        return false;
    }
    return true;
}

/* Columns without a name at the right end are what spreadsheets leave behind
 * beside the table; a cell that holds something there is a slip. */
static void drop_nameless(struct compiler *compiler, struct sheet *sheet)
{
    size_t width = sheet->rows[0].count, named = width;
    while (named > 1 && !*sheet->rows[0].cells[named - 1])
        named--;
    for (size_t i = 0; named < width && i < sheet->count; i++) {
        struct sheet_row *row = &sheet->rows[i];
        for (size_t c = named; c < row->count && c < width; c++)
            if (*row->cells[c])
                fault_add(compiler, sheet->file, row->line,
                          "第 %zu 列的“%.60s”上面没有列名；在第一行写上列名，"
                          "或删掉",
                          c + 1, row->cells[c]);
        if (row->count == width)
            row->count = named;
    }
}

bool sheet_read(struct compiler *compiler, const char *file, struct sheet *out)
{
    struct buf text = {0};
    struct reader reader = {.compiler = compiler, .sheet = out, .blank = true};
    bool fixable, fine = false;
    *out = (struct sheet){.file = file};
    if (!source_read(compiler, file, "看看 listing.yaml 里的文件名", &text)) {
        buf_fini(&text);
        return false;
    }
    if (!decode(&text, &fixable))
        fault_add(compiler, file, 1,
                  "文字编码认不出来；在表格软件里另存为“CSV UTF-8”");
    else if ((fine = parse(&reader, &text)) && text.length)
        check_cells(compiler, file, &text, fixable);
    if (fine && !out->count) {
        fault_add(compiler, file, 1, "表格是空的；第一行写列名，下面每行一条");
        fine = false;
    }
    if (fine)
        fine = is_parted_by_commas(compiler, out);
    if (fine)
        drop_nameless(compiler, out);
    buf_fini(&reader.cells);
    buf_fini(&text);
    return fine;
}

void sheet_fini(struct sheet *sheet)
{
    free(sheet->rows);
    *sheet = (struct sheet){0};
}
