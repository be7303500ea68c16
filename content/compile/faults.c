/* faults.c - what an editor has to put right, collected and sorted. */
#include "compile_private.h"

#include <errno.h>
#include <stdarg.h>

enum { NEAREST_LENGTH_MAX = 48 };

void fault_add(struct compiler *compiler, const char *file, int line,
               const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    ARRAY_GROW(compiler->faults, compiler->fault_count,
               compiler->fault_capacity);
    compiler->faults[compiler->fault_count] = (struct fault){
        .file = file,
        .text = arena_strdup(&compiler->arena, buf_text(&text)),
        .line = line > 0 ? line : 1,
        .order = compiler->fault_count,
    };
    compiler->fault_count++;
    buf_fini(&text);
}

static int compare_faults(const void *left, const void *right)
{
    const struct fault *a = left, *b = right;
    int files = strcmp(a->file, b->file);
    if (files)
        return files;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

void fault_report(struct compiler *compiler, struct buf *out)
{
    if (compiler->fault_count)
        qsort(compiler->faults, compiler->fault_count,
              sizeof(*compiler->faults), compare_faults);
    for (size_t i = 0; i < compiler->fault_count; i++) {
        const struct fault *fault = &compiler->faults[i];
        size_t start = out->length;
        buf_printf(out, "%s:%d: %s", fault->file, fault->line, fault->text);
        for (; start < out->length; start++) /* names may hold anything */
            if ((unsigned char)out->data[start] < ' ')
                out->data[start] = ' ';
        buf_putc(out, '\n');
    }
}

const char *fault_reason(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "磁盘满了；腾出空间后再试";
    case EIO:
        return "磁盘读写出错；检查磁盘和文件大小的限制，或换一个位置";
    case ENOENT:
        return "没有这个文件夹；先建好，或改正路径";
    case EACCES:
    case EPERM:
        return "没有写入权限；换一个文件夹，或请管理员授权";
    case EROFS:
        return "磁盘是只读的；换一个文件夹";
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
        return "路径不对；-o 后面写一个文件";
    case EBUSY:
        return "别的程序正在写这个文件（旁边有它的 -wal 或 -journal）；先停掉"
               "那个程序，或换一个文件名";
    case ESTALE:
        return "内容在生成时被改动了；再生成一次";
    default:
        return strerror(error);
    }
}

/* Levenshtein's distance in bytes, which is near enough for a suggestion. */
static size_t distance(const char *a, size_t a_length, const char *b,
                       size_t b_length)
{
    size_t row[NEAREST_LENGTH_MAX + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t change = diagonal + (a[i - 1] != b[j - 1]);
            size_t drop = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = change < drop ? change : drop;
        }
    }
    return row[b_length];
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    size_t wanted = strlen(nearest->wanted), length = strlen(candidate);
    if (wanted > NEAREST_LENGTH_MAX || length > NEAREST_LENGTH_MAX)
        return;
    size_t far = distance(nearest->wanted, wanted, candidate, length);
    if (far * 2 <= (wanted > length ? wanted : length) &&
        (!nearest->best || far < nearest->distance)) {
        nearest->best = candidate;
        nearest->distance = far;
    }
}

const char *nearest_advice(struct compiler *compiler,
                           const struct nearest *nearest, const char *otherwise)
{
    return nearest->best ? source_format(compiler, "是不是 %s？", nearest->best)
                         : otherwise;
}
