/* source.c - reading the edition's files and folders. */
#include "compile_private.h"

#include <dirent.h>
#include <stdarg.h>

#include "base/file.h"
#include "base/utf8.h"

const char *source_format(struct compiler *compiler, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    const char *copy = arena_strdup(&compiler->arena, buf_text(&text));
    buf_fini(&text);
    return copy;
}

static char *path_of(struct compiler *compiler, const char *file)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", compiler->root, file);
    return path.data;
}

bool source_read(struct compiler *compiler, const char *file,
                 const char *missing, struct buf *out)
{
    const struct board *board = compiler->board;
    char *path = board ? NULL : path_of(compiler, file);
    bool fine = board ? board->read(board->data, file, out)
                      : file_read(path, SOURCE_BYTES_MAX, out);
    free(path);
    if (fine)
        return true;
    if (errno == EFBIG)
        fault_add(compiler, file, 1, "文件超过 8 MB；拆成几个文件，图片请压缩");
    else if (errno != ENOENT)
        fault_add(compiler, file, 1, "读不了（%s）；%s", strerror(errno),
                  errno == EACCES ? "看看有没有读取权限"
                  : errno == EINVAL || errno == ENXIO
                      ? "它不是普通文件，移走它"
                      : "看看路径对不对、磁盘好不好");
    else if (missing && !compiler->board)
        fault_add(compiler, file, 1, "没有这个文件；%s", missing);
    return false;
}

int source_line(const char *text, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

bool source_read_text(struct compiler *compiler, const char *file,
                      const char *missing, struct buf *out)
{
    if (!source_read(compiler, file, missing, out))
        return false;
    size_t good = utf8_valid_length(buf_text(out), out->length);
    const char *nul = memchr(buf_text(out), 0, good);
    if (nul)
        good = (size_t)(nul - out->data);
    if (good != out->length) {
        fault_add(compiler, file, source_line(buf_text(out), good),
                  "这里不是有效的 UTF-8 文字；用编辑器另存为 UTF-8 编码");
        return false;
    }
    if (out->length >= 3 && !memcmp(out->data, "\xEF\xBB\xBF", 3)) {
        out->length -= 3;
        memmove(out->data, out->data + 3, out->length + 1);
    }
    return true;
}

static int compare_entries(const void *left, const void *right)
{
    return strcmp(((const struct source_entry *)left)->name,
                  ((const struct source_entry *)right)->name);
}

static bool is_folder(struct compiler *compiler, const char *folder,
                      const char *name)
{
    struct stat info;
    char *path =
        path_of(compiler, source_format(compiler, "%s/%s", folder, name));
    bool yes = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    free(path);
    return yes;
}

size_t source_list(struct compiler *compiler, const char *folder,
                   struct source_entry **out)
{
    struct source_entry *entries = NULL;
    size_t count = 0, capacity = 0;
    if (compiler->board)
        return compiler->board->list(compiler->board->data, compiler, folder,
                                     out);
    char *path = path_of(compiler, folder);
    DIR *directory = opendir(path);
    if (!directory && errno != ENOENT)
        fault_add(compiler, folder, 1, "打不开（%s）；这里应当是一个文件夹",
                  strerror(errno));
    free(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        ARRAY_GROW(entries, count, capacity);
        entries[count].name = arena_strdup(&compiler->arena, entry->d_name);
        entries[count].folder = entry->d_type == DT_DIR ||
                                (entry->d_type != DT_REG &&
                                 is_folder(compiler, folder, entry->d_name));
        count++;
    }
    if (directory)
        closedir(directory);
    if (count)
        qsort(entries, count, sizeof(*entries), compare_entries);
    *out = entries;
    return count;
}

bool source_is_id(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!((name[i] >= 'a' && name[i] <= 'z') ||
              (name[i] >= '0' && name[i] <= '9') || name[i] == '-'))
            return false;
    return length > 0;
}
