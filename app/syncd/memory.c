#include "app/syncd/memory.h"

#include <fcntl.h>
#include <sys/file.h>

#include "base/file.h"
#include "base/log.h"
#include "content/wire.h"

#define MODULE "memory"

/* clang-format off */
#define NUMBER(field, name)                                                    \
    {name, WIRE_NUMBER, offsetof(struct memory, field), sizeof(int64_t), NULL}
#define FLAG(field, name)                                                      \
    {name, WIRE_FLAG, offsetof(struct memory, field), sizeof(bool), NULL}
#define TEXT(field, name)                                                      \
    {name, WIRE_TEXT, offsetof(struct memory, field),                        \
     sizeof(((struct memory *)0)->field), NULL}
/* clang-format on */

static const char *const works[] = {"none",     "network", "stick",
                                    "rollback", "scrub",   NULL};

static const struct wire_field fields[] = {
    NUMBER(schedule.checked, "checked"),
    NUMBER(schedule.failures, "failures"),
    NUMBER(schedule.scrubbed, "scrubbed"),
    FLAG(schedule.running, "running"),
    NUMBER(schedule.interruptions, "interruptions"),
    {"last_work", WIRE_WORD, offsetof(struct memory, last.last_work),
     sizeof(int), works},
    TEXT(last.result, "result"),
    TEXT(last.result_text, "result_text"),
    TEXT(last.result_detail, "result_detail"),
    NUMBER(last.result_when, "result_when"),
    TEXT(last.report, "report"),
    NUMBER(last.generation, "generation"),
};

int memory_lock(const char *state)
{
    struct buf path = {0};
    mkdir(state, 0750); /* opening tells if it failed */
    buf_printf(&path, "%s/service.lock", state);
    int fd = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
        log_error(MODULE, "%s: %s", path.data,
                  errno == EWOULDBLOCK ? "another service is at work"
                                       : strerror(errno));
        if (fd >= 0)
            close(fd);
        fd = -1;
    }
    buf_fini(&path);
    return fd;
}

void memory_load(const char *state, struct memory *out)
{
    struct buf path = {0}, bytes = {0};
    char reason[256];
    *out = (struct memory){0};
    buf_printf(&path, "%s/service.json", state);
    if (!file_read(buf_text(&path), WIRE_BYTES_MAX, &bytes)) {
        if (errno != ENOENT)
            log_warn(MODULE, "%s: %s", path.data, strerror(errno));
    } else if (!wire_read(bytes.data, bytes.length, fields, COUNT_OF(fields),
                          out, reason)) {
        log_warn(MODULE, "%s: %s", path.data, reason);
        *out = (struct memory){0};
    }
    buf_fini(&bytes);
    buf_fini(&path);
}

static bool write_all(int fd, const struct buf *bytes)
{
    for (size_t at = 0; at < bytes->length;) {
        const ssize_t done = write(fd, bytes->data + at, bytes->length - at);
        if (done < 0 && errno != EINTR)
            return false;
        at += done > 0 ? (size_t)done : 0;
    }
    return fsync(fd) == 0;
}

bool memory_save(const char *state, const struct memory *memory)
{
    struct buf bytes = {0};
    bool fine = false;
    const int folder = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const int fd = folder < 0
                       ? -1
                       : openat(folder, "service.json.new",
                                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    wire_write(memory, fields, COUNT_OF(fields), &bytes);
    if (fd >= 0)
        fine =
            write_all(fd, &bytes) &&
            renameat(folder, "service.json.new", folder, "service.json") == 0 &&
            fsync(folder) == 0;
    if (!fine)
        log_warn(MODULE, "%s/service.json: %s", state, strerror(errno));
    if (fd >= 0)
        close(fd);
    if (folder >= 0)
        close(folder);
    buf_fini(&bytes);
    return fine;
}
