/* pack_write.c - writing a pack.
 *
 * The frame begins with the size of its content and the archive with the
 * number of its files; both are known when the last file is. So the files'
 * part of the archive goes to a file without a name first. */
#include "pack_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/log.h"
#include "sync_private.h"

enum { LEVEL = 19 };

struct list {
    struct buf text;
    char last[PACK_PATH_MAX + 1];
    size_t count;
};

struct pack_writer {
    int fd; /* of the nameless file */
    struct pack_info info;
    char *edition;
    struct list removed, media, files; /* of files, the text is not used */
    bool failed;
};

/* Always false, so that it can be returned; logged once. */
static bool fail(struct pack_writer *writer, const char *path,
                 const char *reason)
{
    if (!writer->failed)
        log_error("pack", "%s: %s", path, reason);
    writer->failed = true;
    return false;
}

static int open_nameless(const char *folder)
{
    struct buf path = {0};
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) { /* FAT and others have no such files */
        buf_printf(&path, "%s/.pack-XXXXXX", folder);
        fd = mkostemp(path.data, O_CLOEXEC);
        if (fd >= 0)
            unlink(path.data);
        buf_fini(&path);
    }
    return fd;
}

struct pack_writer *pack_writer_open(const char *folder,
                                     const struct pack_info *info)
{
    int fd = open_nameless(folder);
    if (fd < 0) {
        log_error("pack", "%s: %s", folder, strerror(errno));
        return NULL;
    }
    struct pack_writer *writer = xcalloc(1, sizeof(*writer));
    writer->fd = fd;
    writer->info = *info;
    writer->info.files = 0;
    writer->info.bytes = 0;
    writer->edition = xstrdup(info->edition ? info->edition : "");
    return writer;
}

/* Whether path may come next in its list. */
static bool accept(struct pack_writer *writer, struct list *list,
                   const char *path, uint64_t length)
{
    if (writer->failed)
        return false;
    if (!pack_path_is_fine(path))
        return fail(writer, path, "not a path for a pack");
    if (strcmp(list->last, path) >= 0)
        return fail(writer, path, "out of order");
    if (++list->count > PACK_FILES_MAX || length > PACK_FILE_BYTES_MAX)
        return fail(writer, path, "too many, or too long");
    snprintf(list->last, sizeof(list->last), "%s", path);
    return true;
}

bool pack_writer_removed(struct pack_writer *writer, const char *path)
{
    if (!accept(writer, &writer->removed, path, 0))
        return false;
    buf_printf(&writer->removed.text, "%s\n", path);
    return true;
}

bool pack_writer_media(struct pack_writer *writer, const char *path,
                       const unsigned char sha256[32], uint64_t length)
{
    if (!accept(writer, &writer->media, path, length))
        return false;
    hex_encode(sha256, 32, &writer->media.text);
    buf_printf(&writer->media.text, " %llu %s\n", (unsigned long long)length,
               path);
    return true;
}

static void add_entry(const char *name, const struct buf *text, struct buf *out)
{
    static const char zeros[TAR_BLOCK];
    unsigned char header[TAR_BLOCK];
    tar_header(name, text->length, header); /* three short names of ours */
    buf_add(out, header, sizeof(header));
    buf_add(out, text->data, text->length);
    buf_add(out, zeros, tar_padding(text->length));
}

bool pack_writer_file(struct pack_writer *writer, const char *path,
                      const void *bytes, size_t length)
{
    static const char zeros[TAR_BLOCK];
    unsigned char header[TAR_BLOCK];
    if (!accept(writer, &writer->files, path, length))
        return false;
    writer->info.files++;
    writer->info.bytes += length;
    if (writer->info.bytes > PACK_BYTES_MAX)
        return fail(writer, path, "the pack is too large");
    tar_header(path, length, header); /* pack_path_is_fine has tried */
    return (keep_bytes(writer->fd, header, sizeof(header)) &&
            keep_bytes(writer->fd, bytes, length) &&
            keep_bytes(writer->fd, zeros, tar_padding(length))) ||
           fail(writer, path, strerror(errno));
}

static void write_info(const struct pack_writer *writer, struct buf *out)
{
    const struct pack_info *info = &writer->info;
    json_t *json = mem_check(json_pack(
        "{si ss sI sI ss ss sI sI}", "format", PACK_FORMAT, "area", info->area,
        "from", (json_int_t)info->from, "to", (json_int_t)info->to, "date",
        info->date, "edition", writer->edition, "files",
        (json_int_t)info->files, "bytes", (json_int_t)info->bytes));
    canonical_write(json, out);
    buf_putc(out, '\n');
    json_decref(json);
}

struct sink {
    ZSTD_CCtx *coder;
    int fd;
    char bytes[128 << 10], input[64 << 10];
};

/* Through the coder, all of it; false with errno set. */
static bool squeeze(struct sink *sink, const void *bytes, size_t length,
                    ZSTD_EndDirective directive)
{
    ZSTD_inBuffer input = {bytes, length, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {sink->bytes, sizeof(sink->bytes), 0};
        left = ZSTD_compressStream2(sink->coder, &out, &input, directive);
        if (ZSTD_isError(left)) { /* out of memory, or our sizes are wrong */
            errno = ENOMEM;
            return false;
        }
        if (!keep_bytes(sink->fd, sink->bytes, out.pos))
            return false;
    } while (input.pos < input.size || (directive == ZSTD_e_end && left));
    return true;
}

static bool squeeze_files(struct sink *sink, int from)
{
    ssize_t got;
    if (lseek(from, 0, SEEK_SET) != 0)
        return false;
    while ((got = read(from, sink->input, sizeof(sink->input))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 ||
            !squeeze(sink, sink->input, (size_t)got, ZSTD_e_continue))
            return false;
    }
    return true;
}

static bool compress(const struct pack_writer *writer, const struct buf *head,
                     int fd)
{
    static const char end[TAR_END];
    const off_t files = lseek(writer->fd, 0, SEEK_END);
    struct sink *sink = xcalloc(1, sizeof(*sink));
    sink->fd = fd;
    sink->coder = mem_check(ZSTD_createCCtx());
    ZSTD_CCtx_setParameter(sink->coder, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(sink->coder, ZSTD_c_windowLog, PACK_WINDOW_LOG);
    ZSTD_CCtx_setParameter(sink->coder, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setPledgedSrcSize(sink->coder,
                                head->length + (uint64_t)files + sizeof(end));
    bool fine = files >= 0 &&
                squeeze(sink, head->data, head->length, ZSTD_e_continue) &&
                squeeze_files(sink, writer->fd) &&
                squeeze(sink, end, sizeof(end), ZSTD_e_end);
    ZSTD_freeCCtx(sink->coder);
    free(sink);
    return fine;
}

static bool write_pack(struct pack_writer *writer, int fd)
{
    struct buf info = {0}, head = {0};
    if (writer->removed.text.length > PACK_FILE_BYTES_MAX ||
        writer->media.text.length > PACK_FILE_BYTES_MAX)
        return fail(writer, PACK_MEDIA, "the list is too long");
    write_info(writer, &info);
    add_entry(PACK_INFO, &info, &head);
    add_entry(PACK_REMOVED, &writer->removed.text, &head);
    add_entry(PACK_MEDIA, &writer->media.text, &head);
    bool fine =
        compress(writer, &head, fd) || fail(writer, "pack", strerror(errno));
    buf_fini(&info);
    buf_fini(&head);
    return fine;
}

bool pack_writer_close(struct pack_writer *writer, int fd)
{
    bool fine = !writer->failed && fd >= 0 && write_pack(writer, fd);
    close(writer->fd);
    buf_fini(&writer->removed.text);
    buf_fini(&writer->media.text);
    free(writer->edition);
    free(writer);
    return fine;
}
