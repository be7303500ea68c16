/* fix.c - the one fault that a program may put right by itself. */
#include "compile_private.h"

#include <errno.h>
#include <unistd.h>

#include "base/file.h"

static int compare_fixes(const void *left, const void *right)
{
    const struct fix *a = left, *b = right;
    int files = strcmp(a->file, b->file);
    return files ? files : a->offset < b->offset ? -1 : a->offset > b->offset;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return true;
}

/* The old or the new text, whole, whatever happens; 0 or an errno. */
static int replace_file(const char *path, const struct buf *text)
{
    struct stat info;
    struct buf temporary = {0};
    int error = 0;
    buf_printf(&temporary, "%s.XXXXXX", path);
    int fd = stat(path, &info) == 0 ? mkstemp(temporary.data) : -1;
    if (fd < 0) {
        error = errno;
    } else {
        if (fchmod(fd, info.st_mode & 0777) != 0 ||
            !write_all(fd, buf_text(text), text->length) || fsync(fd) != 0)
            error = errno;
        close(fd);
        if (!error && rename(temporary.data, path) != 0)
            error = errno;
        if (error)
            unlink(temporary.data);
    }
    buf_fini(&temporary);
    return error;
}

/* Puts the wide forms of `fixes` into the text; offsets do not count a byte
 * order mark. */
static void widen(const struct buf *text, const struct fix *fixes, size_t count,
                  struct buf *out)
{
    size_t from = 0;
    size_t mark =
        text->length >= 3 && !memcmp(text->data, "\xEF\xBB\xBF", 3) ? 3 : 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = fixes[i].offset + mark;
        const char *wide =
            at < text->length ? check_widen(text->data[at]) : NULL;
        if (!wide || at < from)
            continue;
        buf_add(out, text->data + from, at - from);
        buf_puts(out, wide);
        from = at + 1;
    }
    buf_add(out, text->data + from, text->length - from);
}

static int fix_file(const char *root, const struct fix *fixes, size_t count)
{
    struct buf path = {0}, text = {0}, wide = {0};
    int error = 0;
    buf_printf(&path, "%s/%s", root, fixes[0].file);
    if (file_read(buf_text(&path), SOURCE_BYTES_MAX, &text)) {
        widen(&text, fixes, count, &wide);
        error = replace_file(buf_text(&path), &wide);
    } else {
        error = errno;
    }
    buf_fini(&path);
    buf_fini(&text);
    buf_fini(&wide);
    return error;
}

long fix_apply(struct compiler *compiler, struct buf *faults)
{
    if (compiler->fix_count)
        qsort(compiler->fixes, compiler->fix_count, sizeof(*compiler->fixes),
              compare_fixes);
    for (size_t at = 0, end; at < compiler->fix_count; at = end) {
        const char *file = compiler->fixes[at].file;
        for (end = at; end < compiler->fix_count; end++)
            if (strcmp(compiler->fixes[end].file, file) != 0)
                break;
        int error = fix_file(compiler->root, compiler->fixes + at, end - at);
        if (error) {
            buf_printf(faults, "%s:1: 改不了：%s\n", file, fault_reason(error));
            return -1;
        }
    }
    return (long)compiler->fix_count;
}
