/* document.c - the encoded form of a document.
 *
 *   document = version:1 byte, count:varint, block...
 *   block    = kind:varint, quote:varint, fields of that kind
 *   string   = length:varint, bytes (UTF-8, no NUL)
 *   rich     = string, spans:varint, span...
 *   span     = gap since the last span's end:varint, length:varint,
 *              style:varint, target:string when style has SPAN_LINK,
 *              ruby:string when it has SPAN_RUBY,
 *              icon:string when it has SPAN_ICON
 *
 * A varint is LEB128: seven bits a byte, the lowest first, at most 32 bits and
 * five bytes. Decoding trusts nothing: every length is compared with what is
 * left, and an array is allocated only when its elements could still fit. */
#include "content/document.h"

#include "base/icon_names.h"
#include "base/utf8.h"

enum { DOCUMENT_VERSION = 3 };

#define STYLE_ALL                                                    \
    (SPAN_BOLD | SPAN_EMPHASIS | SPAN_CODE | SPAN_LINK | SPAN_BOOK | \
     SPAN_NAME | SPAN_NOTE | SPAN_RUBY | SPAN_ICON)

struct reader {
    struct arena *arena;
    const unsigned char *at, *end;
    bool bad; /* sticky: set once, and every read yields zero from then on */
};

static void put_number(struct buf *out, uint32_t value)
{
    for (; value >= 0x80; value >>= 7)
        buf_putc(out, (char)(value | 0x80));
    buf_putc(out, (char)value);
}

static uint32_t take_number(struct reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 35 && reader->at < reader->end;
         shift += 7) {
        unsigned byte = *reader->at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            if (value > UINT32_MAX)
                break;
            return reader->bad ? 0 : (uint32_t)value;
        }
    }
    reader->bad = true;
    return 0;
}

/* A number no greater than limit. */
static uint32_t take_limited(struct reader *reader, uint32_t limit)
{
    uint32_t value = take_number(reader);
    if (value <= limit)
        return value;
    reader->bad = true;
    return 0;
}

/* How many elements of at least `bytes` bytes each follow. */
static uint32_t take_count(struct reader *reader, size_t bytes, uint32_t limit)
{
    uint32_t count = take_limited(reader, limit);
    if (count <= (size_t)(reader->end - reader->at) / bytes)
        return count;
    reader->bad = true;
    return 0;
}

static void put_string(struct buf *out, const char *text, size_t length)
{
    put_number(out, (uint32_t)length);
    buf_add(out, text, length);
}

static void put_text(struct buf *out, const char *text)
{
    put_string(out, text ? text : "", text ? strlen(text) : 0);
}

static const char *take_string(struct reader *reader, uint32_t *length_out)
{
    uint32_t length = take_count(reader, 1, UINT32_MAX);
    const char *bytes = (const char *)reader->at;
    if (reader->bad || utf8_valid_length(bytes, length) != length ||
        memchr(bytes, 0, length)) {
        reader->bad = true;
        length = 0;
    }
    *length_out = length;
    reader->at += length;
    return arena_strndup(reader->arena, bytes, length);
}

static const char *take_text(struct reader *reader)
{
    uint32_t length;
    return take_string(reader, &length);
}

static void put_rich(struct buf *out, const struct rich_text *rich)
{
    uint32_t end = 0;
    put_string(out, rich->text ? rich->text : "", rich->length);
    put_number(out, rich->span_count);
    for (uint32_t i = 0; i < rich->span_count; i++) {
        const struct span *span = &rich->spans[i];
        put_number(out, span->start - end);
        put_number(out, span->end - span->start);
        put_number(out, span->style);
        if (span->style & SPAN_LINK)
            put_text(out, span->target);
        if (span->style & SPAN_RUBY)
            put_text(out, span->ruby);
        if (span->style & SPAN_ICON)
            put_text(out, span->icon);
        end = span->end;
    }
}

static bool on_boundary(const struct rich_text *rich, uint32_t at)
{
    return at == rich->length || ((unsigned char)rich->text[at] & 0xC0) != 0x80;
}

static bool is_icon(const struct rich_text *rich, const struct span *span)
{
    size_t length = strlen(ICON_CHARACTER);
    return *span->icon && span->end - span->start == length &&
           !memcmp(rich->text + span->start, ICON_CHARACTER, length);
}

static void take_rich(struct reader *reader, struct rich_text *rich)
{
    uint32_t end = 0;
    rich->text = take_string(reader, &rich->length);
    rich->span_count = take_count(reader, 3, UINT32_MAX);
    rich->spans =
        arena_alloc(reader->arena, rich->span_count * sizeof(*rich->spans));
    for (uint32_t i = 0; i < rich->span_count && !reader->bad; i++) {
        struct span *span = &rich->spans[i];
        span->start = end + take_limited(reader, rich->length - end);
        span->end =
            span->start + take_limited(reader, rich->length - span->start);
        span->style = take_limited(reader, STYLE_ALL);
        span->target = span->style & SPAN_LINK ? take_text(reader) : "";
        span->ruby = span->style & SPAN_RUBY ? take_text(reader) : "";
        span->icon = span->style & SPAN_ICON ? take_text(reader) : "";
        if (span->start == span->end || !on_boundary(rich, span->start) ||
            !on_boundary(rich, span->end) ||
            (span->style & SPAN_ICON && !is_icon(rich, span)))
            reader->bad = true;
        end = span->end;
    }
}

static void put_table(struct buf *out, const struct block *block)
{
    put_number(out, block->columns);
    put_number(out, block->rows);
    for (unsigned i = 0; i < block->columns; i++)
        put_number(out, block->aligns[i]);
    for (unsigned i = 0; i < block->columns * block->rows; i++)
        put_rich(out, &block->cells[i]);
}

static void take_table(struct reader *reader, struct block *block)
{
    block->columns = take_limited(reader, DOCUMENT_CELLS_MAX);
    block->rows = take_limited(reader, DOCUMENT_CELLS_MAX);
    uint64_t cells = (uint64_t)block->columns * block->rows;
    size_t left = (size_t)(reader->end - reader->at);
    if (!cells || cells > DOCUMENT_CELLS_MAX || cells > left / 2)
        reader->bad = true;
    if (reader->bad) /* a table without cells, for whoever looks at it */
        block->columns = block->rows = 0;
    enum cell_align *aligns =
        arena_alloc(reader->arena, block->columns * sizeof(*aligns));
    for (unsigned i = 0; i < block->columns; i++)
        aligns[i] = (enum cell_align)take_limited(reader, CELL_RIGHT);
    block->aligns = aligns;
    cells = (uint64_t)block->columns * block->rows;
    block->cells =
        arena_alloc(reader->arena, (size_t)cells * sizeof(*block->cells));
    for (size_t i = 0; i < cells && !reader->bad; i++)
        take_rich(reader, &block->cells[i]);
}

static void put_block(struct buf *out, const struct block *block)
{
    put_number(out, block->kind);
    put_number(out, block->quote);
    switch (block->kind) {
    case BLOCK_HEADING:
        put_number(out, block->level);
        break;
    case BLOCK_ITEM:
        put_number(out, block->level);
        put_number(out, block->ordinal);
        put_number(out, block->continued);
        put_text(out, block->label);
        break;
    case BLOCK_ENDNOTE:
        put_number(out, block->ordinal);
        put_number(out, block->continued);
        break;
    case BLOCK_NOTE:
        put_text(out, block->label);
        break;
    case BLOCK_IMAGE:
        put_text(out, block->media);
        put_text(out, block->alt);
        put_number(out, block->width);
        put_number(out, block->height);
        break;
    case BLOCK_TABLE:
        put_table(out, block);
        return;
    case BLOCK_RULE:
        return;
    case BLOCK_PARAGRAPH:
    case BLOCK_CODE:
    case BLOCK_KIND_COUNT:
        break;
    }
    put_rich(out, &block->content);
}

static void take_block(struct reader *reader, struct block *block)
{
    block->kind = (enum block_kind)take_limited(reader, BLOCK_KIND_COUNT - 1);
    block->quote = take_limited(reader, DOCUMENT_DEPTH_MAX);
    block->label = block->media = block->alt = "";
    block->content.text = "";
    switch (block->kind) {
    case BLOCK_HEADING:
        block->level = take_limited(reader, 4);
        if (block->level < 2)
            reader->bad = true;
        break;
    case BLOCK_ITEM:
        block->level = take_limited(reader, DOCUMENT_DEPTH_MAX);
        block->ordinal = take_number(reader);
        block->continued = take_limited(reader, 1);
        block->label = take_text(reader);
        break;
    case BLOCK_ENDNOTE:
        block->ordinal = take_number(reader);
        block->continued = take_limited(reader, 1);
        break;
    case BLOCK_NOTE:
        block->label = take_text(reader);
        break;
    case BLOCK_IMAGE:
        block->media = take_text(reader);
        block->alt = take_text(reader);
        block->width = take_limited(reader, INT32_MAX);
        block->height = take_limited(reader, INT32_MAX);
        break;
    case BLOCK_TABLE:
        take_table(reader, block);
        return;
    case BLOCK_RULE:
        return;
    case BLOCK_PARAGRAPH:
    case BLOCK_CODE:
    case BLOCK_KIND_COUNT:
        break;
    }
    take_rich(reader, &block->content);
}

void document_encode(const struct document *document, struct buf *out)
{
    buf_putc(out, DOCUMENT_VERSION);
    put_number(out, document->count);
    for (uint32_t i = 0; i < document->count; i++)
        put_block(out, &document->blocks[i]);
}

bool document_decode(struct arena *arena, const void *bytes, size_t length,
                     struct document *out)
{
    *out = (struct document){0};
    if (!length || *(const unsigned char *)bytes != DOCUMENT_VERSION)
        return false;
    struct reader reader = {.arena = arena,
                            .at = (const unsigned char *)bytes + 1,
                            .end = (const unsigned char *)bytes + length};
    uint32_t count = take_count(&reader, 2, DOCUMENT_BLOCKS_MAX);
    struct block *blocks = arena_alloc(arena, count * sizeof(*blocks));
    for (uint32_t i = 0; i < count && !reader.bad; i++)
        take_block(&reader, &blocks[i]);
    if (reader.bad || reader.at != reader.end)
        return false;
    *out = (struct document){blocks, count};
    return true;
}

void document_put_words(const struct rich_text *text, struct buf *out)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < text->span_count; i++) {
        const struct span *span = &text->spans[i];
        if (!(span->style & SPAN_ICON))
            continue;
        buf_add(out, text->text + at, span->start - at);
        buf_printf(out, "[%s]", span->icon);
        at = span->end;
    }
    buf_add(out, text->text + at, text->length - at);
}

static void put_line(struct buf *out, const char *text)
{
    if (!text || !*text)
        return;
    buf_puts(out, text);
    buf_putc(out, '\n');
}

static void put_rich_line(struct buf *out, const struct rich_text *text)
{
    size_t before = out->length;
    document_put_words(text, out);
    if (out->length > before)
        buf_putc(out, '\n');
}

void document_plain_text(const struct document *document, struct buf *out)
{
    for (uint32_t i = 0; i < document->count; i++) {
        const struct block *block = &document->blocks[i];
        put_line(out, block->label);
        put_line(out, block->alt);
        put_rich_line(out, &block->content);
        for (unsigned c = 0; c < block->columns * block->rows; c++)
            put_rich_line(out, &block->cells[c]);
    }
}
