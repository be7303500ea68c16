/* pack_read.c - reading a pack, and nothing but a pack.
 *
 * What comes is decompressed straight to where it is wanted, a header or a
 * whole file, so the decoder's window and one file are all that is held. Every
 * length is compared with what the frame still has to give before memory is
 * taken for it. */
#include "pack_private.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/civil.h"
#include "sync_private.h"

enum { INPUT_BYTES = 64 << 10, FRAME_HEADER_MAX = 18 };

struct pack_reader {
    int fd;
    const struct pack_visitor *visitor;
    char *reason;
    enum pack_result result;
    ZSTD_DCtx *decoder;
    unsigned char bytes[INPUT_BYTES];
    ZSTD_inBuffer input;
    uint64_t left; /* of the announced content */
    bool ended;    /* the frame has */
    struct buf text;
    uint64_t text_length;
    char path[PACK_PATH_MAX + 1], previous[PACK_PATH_MAX + 1];
    struct pack_info info;
    json_t *info_json; /* owns info.edition */
};

/* Always false, so that it can be returned. The first fault counts. */
__attribute__((format(printf, 3, 4))) static bool
fail(struct pack_reader *reader, enum pack_result result, const char *format,
     ...)
{
    if (reader->result != PACK_OK)
        return false;
    va_list args;
    va_start(args, format);
    vsnprintf(reader->reason, 256, format, args);
    va_end(args);
    make_printable(reader->reason);
    reader->result = result;
    return false;
}

static bool stopped(struct pack_reader *reader)
{
    return fail(reader, PACK_STOPPED, "stopped");
}

/* More input behind what is left of it; *got_out 0 at the end of the file. */
static bool fill(struct pack_reader *reader, size_t *got_out)
{
    const size_t rest = reader->input.size - reader->input.pos;
    memmove(reader->bytes, reader->bytes + reader->input.pos, rest);
    ssize_t got;
    do
        got = read(reader->fd, reader->bytes + rest, INPUT_BYTES - rest);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail(reader, PACK_UNREADABLE, "%s", strerror(errno));
    reader->input = (ZSTD_inBuffer){reader->bytes, rest + (size_t)got, 0};
    *got_out = (size_t)got;
    return true;
}

/* The frame header, RFC 8878, 3.1.1.1: the magic number, then a descriptor
 * that tells of a content size (for which libzstd is asked), a checksum (bit
 * 2) and a dictionary (bits 0 and 1). libzstd would also skip frames of other
 * kinds and go without a checksum. */
static bool open_frame(struct pack_reader *reader)
{
    static const unsigned char magic[] = {0x28, 0xB5, 0x2F, 0xFD};
    size_t got = 1;
    while (reader->input.size < FRAME_HEADER_MAX && got)
        if (!fill(reader, &got))
            return false;
    const unsigned char *head = reader->bytes;
    if (reader->input.size <= sizeof(magic) ||
        memcmp(head, magic, sizeof(magic)) != 0)
        return fail(reader, PACK_DAMAGED, "not a zstd frame");
    if (!(head[4] & 4) || head[4] & 3)
        return fail(reader, PACK_DAMAGED,
                    "the frame has no checksum, or a dictionary");
    const unsigned long long size =
        ZSTD_getFrameContentSize(head, reader->input.size);
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
        return fail(reader, PACK_DAMAGED, "the frame does not tell its size");
    if (size > PACK_CONTENT_MAX)
        return fail(reader, PACK_TOO_LARGE, "%llu bytes unpacked", size);
    reader->left = size;
    reader->decoder = mem_check(ZSTD_createDCtx());
    ZSTD_DCtx_setParameter(reader->decoder, ZSTD_d_windowLogMax,
                           PACK_WINDOW_LOG);
    return true;
}

static bool decoder_failed(struct pack_reader *reader, size_t code)
{
    const ZSTD_ErrorCode error = ZSTD_getErrorCode(code);
    if (error == ZSTD_error_memory_allocation)
        mem_check(NULL);
    return fail(reader,
                error == ZSTD_error_frameParameter_windowTooLarge
                    ? PACK_TOO_LARGE
                    : PACK_DAMAGED,
                "%s", ZSTD_getErrorName(code));
}

/* One step of the decoder; false at the end of the file, too. */
static bool decode(struct pack_reader *reader, ZSTD_outBuffer *out)
{
    const size_t before = out->pos;
    size_t got;
    const size_t code =
        ZSTD_decompressStream(reader->decoder, out, &reader->input);
    if (ZSTD_isError(code))
        return decoder_failed(reader, code);
    reader->ended = code == 0;
    if (reader->ended || out->pos > before ||
        reader->input.pos < reader->input.size)
        return true;
    return fill(reader, &got) &&
           (got || fail(reader, PACK_DAMAGED, "it ends too early"));
}

static bool take(struct pack_reader *reader, void *to, size_t length)
{
    ZSTD_outBuffer out = {to, length, 0};
    if (length > reader->left)
        return fail(reader, PACK_DAMAGED,
                    "something reaches beyond the end of the archive");
    while (out.pos < length) {
        if (reader->ended)
            return fail(reader, PACK_DAMAGED, "the frame ends too early");
        if (!decode(reader, &out))
            return false;
    }
    reader->left -= length;
    return true;
}

static bool all_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i])
            return false;
    return true;
}

/* The next header; *end_out at the blocks that end the archive. */
static bool next_entry(struct pack_reader *reader, bool *end_out)
{
    unsigned char header[TAR_END];
    if (!take(reader, header, TAR_BLOCK))
        return false;
    *end_out = all_zero(header, TAR_BLOCK);
    if (*end_out)
        return (take(reader, header, TAR_BLOCK) &&
                all_zero(header, TAR_BLOCK) && !reader->left) ||
               fail(reader, PACK_DAMAGED,
                    "the archive does not end where "
                    "it should");
    if (!tar_parse(header, reader->path, &reader->text_length))
        return fail(reader, PACK_DAMAGED, "not a header of ours");
    return reader->text_length <= PACK_FILE_BYTES_MAX ||
           fail(reader, PACK_TOO_LARGE, "%s has %llu bytes", reader->path,
                (unsigned long long)reader->text_length);
}

/* What follows the header, into text. */
static bool take_text(struct pack_reader *reader)
{
    unsigned char padding[TAR_BLOCK];
    const size_t length = (size_t)reader->text_length;
    const size_t filled = tar_padding(length);
    if (length + filled > reader->left)
        return fail(reader, PACK_DAMAGED,
                    "something reaches beyond the end of the archive");
    buf_clear(&reader->text);
    buf_reserve(&reader->text, length);
    if (!take(reader, reader->text.data, length) ||
        !take(reader, padding, filled))
        return false;
    reader->text.length = length;
    reader->text.data[length] = 0;
    return all_zero(padding, filled) ||
           fail(reader, PACK_DAMAGED, "a block is not filled up with zeros");
}

/* One of the three that every pack begins with. */
static bool take_named(struct pack_reader *reader, const char *name)
{
    bool end;
    if (!next_entry(reader, &end))
        return false;
    if (end || strcmp(reader->path, name) != 0)
        return fail(reader, PACK_DAMAGED, "no %s where it belongs", name);
    return take_text(reader);
}

static bool read_number(const json_t *object, const char *name, uint64_t most,
                        uint64_t *out)
{
    const json_t *value = json_object_get(object, name);
    const json_int_t number = json_integer_value(value);
    *out = (uint64_t)number;
    return json_is_integer(value) && number >= 0 && *out <= most;
}

static bool copy_text(const json_t *object, const char *name, size_t length,
                      char *out)
{
    const char *text = json_string_value(json_object_get(object, name));
    if (!text || strlen(text) != length)
        return false;
    memcpy(out, text, length + 1);
    return true;
}

static bool parse_info(const json_t *json, struct pack_info *info)
{
    uint64_t format, from, to, files;
    struct civil civil;
    info->edition = json_string_value(json_object_get(json, "edition"));
    if (!read_number(json, "format", PACK_FORMAT, &format) ||
        format != PACK_FORMAT ||
        !read_number(json, "from", UINT32_MAX, &from) ||
        !read_number(json, "to", UINT32_MAX, &to) ||
        !read_number(json, "files", INT64_MAX, &files) ||
        !read_number(json, "bytes", INT64_MAX, &info->bytes) ||
        !copy_text(json, "area", 6, info->area) ||
        !copy_text(json, "date", 10, info->date) || !info->edition)
        return false;
    info->from = (uint32_t)from;
    info->to = (uint32_t)to;
    info->files = files > SIZE_MAX ? SIZE_MAX : (size_t)files;
    return from < to && strspn(info->area, "0123456789") == 6 &&
           civil_parse(info->date, &civil) &&
           strlen(info->edition) <= PACK_TITLE_MAX;
}

static bool read_info(struct pack_reader *reader)
{
    const struct pack_visitor *visitor = reader->visitor;
    struct fault fault = {0};
    if (!take_named(reader, PACK_INFO))
        return false;
    if (reader->text.length > PACK_INFO_MAX)
        return fail(reader, PACK_TOO_LARGE, PACK_INFO " is too long");
    reader->info_json =
        canonical_read(reader->text.data, reader->text.length, &fault);
    if (!reader->info_json)
        return fail(reader, PACK_DAMAGED, PACK_INFO ": %s", fault.reason);
    if (!parse_info(reader->info_json, &reader->info))
        return fail(reader, PACK_DAMAGED, PACK_INFO " is malformed");
    if (reader->info.files > PACK_FILES_MAX ||
        reader->info.bytes > PACK_BYTES_MAX)
        return fail(reader, PACK_TOO_LARGE, "too many files or bytes");
    return !visitor->info || visitor->info(visitor->data, &reader->info) ||
           stopped(reader);
}

/* Paths rise, so that none comes twice. */
static bool accept_path(struct pack_reader *reader, const char *path)
{
    if (!pack_path_is_fine(path))
        return fail(reader, PACK_DAMAGED, "path %.200s is not allowed", path);
    if (strcmp(reader->previous, path) >= 0)
        return fail(reader, PACK_DAMAGED, "path %.200s is out of order", path);
    snprintf(reader->previous, sizeof(reader->previous), "%s", path);
    return true;
}

static bool removed_line(struct pack_reader *reader, char *line)
{
    const struct pack_visitor *visitor = reader->visitor;
    return accept_path(reader, line) &&
           (!visitor->removed || visitor->removed(visitor->data, line) ||
            stopped(reader));
}

/* "<64 hex digits> <bytes> <path>" */
static bool media_line(struct pack_reader *reader, char *line)
{
    const struct pack_visitor *visitor = reader->visitor;
    unsigned char hash[32];
    uint64_t length = 0;
    if (strcspn(line, " ") != 64 || line[64] != ' ')
        return fail(reader, PACK_DAMAGED, "a line of .media is malformed");
    line[64] = 0;
    const char *at = line + 65;
    size_t digits = strspn(at, "0123456789");
    if (!hex_decode(line, hash, sizeof(hash)) ||
        line[strcspn(line, "ABCDEF")] || digits == 0 || digits > 9 ||
        (at[0] == '0' && digits > 1) || at[digits] != ' ')
        return fail(reader, PACK_DAMAGED, "a line of .media is malformed");
    for (size_t i = 0; i < digits; i++)
        length = length * 10 + (unsigned)(at[i] - '0');
    if (length > PACK_FILE_BYTES_MAX)
        return fail(reader, PACK_TOO_LARGE, "a picture of %s bytes", at);
    at += digits + 1;
    return accept_path(reader, at) &&
           (!visitor->media ||
            visitor->media(visitor->data, at, hash, length) || stopped(reader));
}

static bool read_list(struct pack_reader *reader, const char *name,
                      bool (*each)(struct pack_reader *, char *))
{
    size_t count = 0;
    if (!take_named(reader, name))
        return false;
    reader->previous[0] = 0;
    char *line = reader->text.data, *end;
    char *const stop = line + reader->text.length;
    for (; line < stop; line = end + 1) {
        end = memchr(line, '\n', (size_t)(stop - line));
        if (!end || memchr(line, 0, (size_t)(end - line)))
            return fail(reader, PACK_DAMAGED, "%s is malformed", name);
        *end = 0;
        if (++count > PACK_FILES_MAX)
            return fail(reader, PACK_TOO_LARGE, "%s is too long", name);
        if (!each(reader, line))
            return false;
    }
    return true;
}

static bool read_file(struct pack_reader *reader)
{
    const struct pack_visitor *visitor = reader->visitor;
    return accept_path(reader, reader->path) && take_text(reader) &&
           (!visitor->file ||
            visitor->file(visitor->data, reader->path, reader->text.data,
                          reader->text.length) ||
            stopped(reader));
}

static bool read_files(struct pack_reader *reader)
{
    uint64_t bytes = 0;
    size_t files = 0;
    bool end;
    reader->previous[0] = 0;
    while (next_entry(reader, &end) && !end) {
        files++;
        bytes += reader->text_length;
        if (files > reader->info.files || bytes > reader->info.bytes)
            return fail(reader, PACK_DAMAGED,
                        "more files or bytes than " PACK_INFO " says");
        if (!read_file(reader))
            return false;
    }
    return reader->result == PACK_OK &&
           ((files == reader->info.files && bytes == reader->info.bytes) ||
            fail(reader, PACK_DAMAGED,
                 "fewer files or bytes than " PACK_INFO " says"));
}

/* The frame's checksum, and nothing behind it. */
static bool close_frame(struct pack_reader *reader)
{
    char none;
    ZSTD_outBuffer out = {&none, 1, 0};
    size_t got = 0;
    while (!reader->ended)
        if (!decode(reader, &out))
            return false;
    if (reader->input.pos == reader->input.size && !fill(reader, &got))
        return false;
    return (!out.pos && reader->input.pos == reader->input.size) ||
           fail(reader, PACK_DAMAGED, "something follows the archive");
}

enum pack_result pack_read(int fd, const struct pack_visitor *visitor,
                           char reason[256])
{
    struct pack_reader *reader = xcalloc(1, sizeof(*reader));
    *reader =
        (struct pack_reader){.fd = fd, .visitor = visitor, .reason = reason};
    reason[0] = 0;
    if (open_frame(reader) && read_info(reader) &&
        read_list(reader, PACK_REMOVED, removed_line) &&
        read_list(reader, PACK_MEDIA, media_line) && read_files(reader))
        close_frame(reader);
    const enum pack_result result = reader->result;
    ZSTD_freeDCtx(reader->decoder);
    json_decref(reader->info_json);
    buf_fini(&reader->text);
    free(reader);
    return result;
}
