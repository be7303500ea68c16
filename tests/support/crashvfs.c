#include "support/crashvfs.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

enum { SECTOR = 512 };

struct doubt { /* a write, or a truncation where bytes are none */
    sqlite3_int64 offset;
    struct buf bytes;
    bool truncates;
};

struct disk_file {
    char *path;
    struct buf durable;
    struct doubt *doubts;
    size_t count, capacity;
    int open;
    struct disk_file *next;
};

static sqlite3_vfs *real;
static sqlite3_vfs crash_vfs;
static struct disk_file *disk;
static struct {
    enum crash_kind kind;
    long at, now;
    bool happened, off;
    unsigned dice;
} plan;

static unsigned dice(void)
{
    plan.dice = plan.dice * 1103515245u + 12345u;
    return plan.dice >> 16;
}

static struct disk_file *find(const char *path)
{
    for (struct disk_file *file = disk; file; file = file->next)
        if (!strcmp(file->path, path))
            return file;
    return NULL;
}

static void forget_doubts(struct disk_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        buf_fini(&file->doubts[i].bytes);
    file->count = 0;
}

/* What is on the disk when nobody has it open is what is there. */
static struct disk_file *open_disk(const char *path)
{
    struct disk_file *file = find(path);
    if (!file) {
        file = xcalloc(1, sizeof(*file));
        file->path = xstrdup(path);
        file->next = disk;
        disk = file;
    }
    if (!file->open++ && !file->count) {
        buf_clear(&file->durable);
        if (!file_read(path, 256u << 20, &file->durable))
            buf_clear(&file->durable);
    }
    return file;
}

static void settle(struct buf *bytes, const struct doubt *doubt, size_t from,
                   size_t to)
{
    if (doubt->truncates) {
        if (bytes->length > (size_t)doubt->offset)
            bytes->length = (size_t)doubt->offset;
        return;
    }
    size_t start = (size_t)doubt->offset + from,
           end = (size_t)doubt->offset + to;
    while (bytes->length < end) /* a hole reads as zeros */
        buf_putc(bytes, 0);
    memcpy(bytes->data + start, doubt->bytes.data + from, end - start);
}

static void settle_all(struct disk_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        settle(&file->durable, &file->doubts[i], 0,
               file->doubts[i].bytes.length);
    forget_doubts(file);
}

static void settle_torn(struct disk_file *file, const struct doubt *doubt)
{
    for (size_t at = 0; at < doubt->bytes.length; at += SECTOR) {
        size_t end = at + SECTOR;
        if (end > doubt->bytes.length)
            end = doubt->bytes.length;
        if (dice() % 2)
            settle(&file->durable, doubt, at, end);
    }
}

/* The power is gone: decides about everything that is in doubt. */
static void lose_power(void)
{
    for (struct disk_file *file = disk; file; file = file->next) {
        for (size_t i = 0; i < file->count && plan.kind != CRASH_DROP; i++) {
            const struct doubt *doubt = &file->doubts[i];
            bool taken = plan.kind == CRASH_PREFIX ? dice() % 4 : dice() % 2;
            if (!taken && plan.kind == CRASH_PREFIX)
                break;
            if (!taken)
                continue;
            if (plan.kind == CRASH_TORN && !doubt->truncates)
                settle_torn(file, doubt);
            else
                settle(&file->durable, doubt, 0, doubt->bytes.length);
        }
        forget_doubts(file);
    }
    plan.off = true;
}

/* An SQLite status that is not OK when the operation shall not take place. */
static int operate(bool writes)
{
    if (plan.off)
        return SQLITE_IOERR;
    plan.now++;
    if (plan.kind == FAULT_FULL && plan.at && plan.now >= plan.at && writes) {
        plan.happened = true;
        return SQLITE_FULL;
    }
    if (plan.now != plan.at)
        return SQLITE_OK;
    plan.happened = true;
    switch (plan.kind) {
    case FAULT_FULL:
        return SQLITE_OK;
    case FAULT_SHORT:
        return writes ? SQLITE_FULL : SQLITE_OK;
    case FAULT_IO:
        return SQLITE_IOERR;
    default:
        lose_power();
        return SQLITE_IOERR;
    }
}

struct crash_file {
    sqlite3_file base;
    struct disk_file *file; /* NULL: not a database or its log */
    sqlite3_file *real;
};

#define FILE_OF(handle) ((struct crash_file *)(void *)(handle))
#define REAL(handle) (FILE_OF(handle)->real)

static void doubt(struct disk_file *file, struct doubt doubtful)
{
    if (!file)
        return;
    ARRAY_GROW(file->doubts, file->count, file->capacity);
    file->doubts[file->count++] = doubtful;
}

static int close_file(sqlite3_file *handle)
{
    if (FILE_OF(handle)->file)
        FILE_OF(handle)->file->open--;
    return REAL(handle)->pMethods->xClose(REAL(handle));
}

static int read_file(sqlite3_file *handle, void *bytes, int length,
                     sqlite3_int64 offset)
{
    if (plan.off)
        return SQLITE_IOERR_READ;
    return REAL(handle)->pMethods->xRead(REAL(handle), bytes, length, offset);
}

static int write_file(sqlite3_file *handle, const void *bytes, int length,
                      sqlite3_int64 offset)
{
    int status = operate(true);
    if (status != SQLITE_OK && plan.kind == FAULT_SHORT) {
        struct doubt half = {.offset = offset};
        buf_add(&half.bytes, bytes, (size_t)length / 2);
        doubt(FILE_OF(handle)->file, half);
        REAL(handle)->pMethods->xWrite(REAL(handle), bytes, length / 2, offset);
    }
    if (status != SQLITE_OK)
        return status == SQLITE_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    struct doubt all = {.offset = offset};
    if (FILE_OF(handle)->file)
        buf_add(&all.bytes, bytes, (size_t)length);
    doubt(FILE_OF(handle)->file, all);
    return REAL(handle)->pMethods->xWrite(REAL(handle), bytes, length, offset);
}

static int truncate_file(sqlite3_file *handle, sqlite3_int64 size)
{
    if (operate(false) != SQLITE_OK)
        return SQLITE_IOERR_TRUNCATE;
    doubt(FILE_OF(handle)->file,
          (struct doubt){.offset = size, .truncates = true});
    return REAL(handle)->pMethods->xTruncate(REAL(handle), size);
}

static int sync_file(sqlite3_file *handle, int flags)
{
    (void)flags;
    if (operate(false) != SQLITE_OK)
        return SQLITE_IOERR_FSYNC;
    if (FILE_OF(handle)->file)
        settle_all(FILE_OF(handle)->file);
    return SQLITE_OK; /* the real disk need not move for that */
}

static int size_file(sqlite3_file *handle, sqlite3_int64 *size)
{
    return REAL(handle)->pMethods->xFileSize(REAL(handle), size);
}

static int lock_file(sqlite3_file *handle, int lock)
{
    return REAL(handle)->pMethods->xLock(REAL(handle), lock);
}

static int unlock_file(sqlite3_file *handle, int lock)
{
    return REAL(handle)->pMethods->xUnlock(REAL(handle), lock);
}

static int reserved_file(sqlite3_file *handle, int *out)
{
    return REAL(handle)->pMethods->xCheckReservedLock(REAL(handle), out);
}

static int control_file(sqlite3_file *handle, int what, void *data)
{
    return REAL(handle)->pMethods->xFileControl(REAL(handle), what, data);
}

static int sector_file(sqlite3_file *handle)
{
    (void)handle;
    return SECTOR;
}

static int traits_file(sqlite3_file *handle)
{
    (void)handle;
    return 0; /* it promises nothing */
}

static int map_shm(sqlite3_file *handle, int page, int size, int extend,
                   void volatile **out)
{
    return REAL(handle)->pMethods->xShmMap(REAL(handle), page, size, extend,
                                           out);
}

static int lock_shm(sqlite3_file *handle, int offset, int count, int flags)
{
    return REAL(handle)->pMethods->xShmLock(REAL(handle), offset, count, flags);
}

static void barrier_shm(sqlite3_file *handle)
{
    REAL(handle)->pMethods->xShmBarrier(REAL(handle));
}

static int unmap_shm(sqlite3_file *handle, int deletes)
{
    return REAL(handle)->pMethods->xShmUnmap(REAL(handle), deletes);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = reserved_file,
    .xFileControl = control_file,
    .xSectorSize = sector_file,
    .xDeviceCharacteristics = traits_file,
    .xShmMap = map_shm,
    .xShmLock = lock_shm,
    .xShmBarrier = barrier_shm,
    .xShmUnmap = unmap_shm,
};

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *handle,
                     int flags, int *flags_out)
{
    struct crash_file *file = FILE_OF(handle);
    (void)vfs;
    file->real = (sqlite3_file *)(void *)(file + 1);
    file->file = NULL;
    handle->pMethods = NULL;
    if (plan.off)
        return SQLITE_CANTOPEN;
    const int kept =
        SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL;
    struct disk_file *before = path && flags & kept ? open_disk(path) : NULL;
    int status = real->xOpen(real, path, file->real, flags, flags_out);
    if (status != SQLITE_OK) {
        if (before)
            before->open--;
        return status;
    }
    handle->pMethods = &methods;
    file->file = before;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *path, int synced)
{
    struct disk_file *file = find(path);
    (void)vfs;
    if (operate(false) != SQLITE_OK)
        return SQLITE_IOERR_DELETE;
    if (file) {
        forget_doubts(file);
        buf_clear(&file->durable);
    }
    return real->xDelete(real, path, synced);
}

static int access_file(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    (void)vfs;
    return real->xAccess(real, path, flags, out);
}

static int full_path(sqlite3_vfs *vfs, const char *path, int length, char *out)
{
    (void)vfs;
    return real->xFullPathname(real, path, length, out);
}

void crash_register(void)
{
    real = sqlite3_vfs_find(NULL);
    crash_vfs = *real;
    crash_vfs.zName = "crash";
    crash_vfs.pNext = NULL;
    crash_vfs.szOsFile = (int)sizeof(struct crash_file) + real->szOsFile;
    crash_vfs.xOpen = open_file;
    crash_vfs.xDelete = delete_file;
    crash_vfs.xAccess = access_file;
    crash_vfs.xFullPathname = full_path;
    assert_int_equal(sqlite3_vfs_register(&crash_vfs, 1), SQLITE_OK);
}

void crash_arm(enum crash_kind kind, long at, unsigned seed)
{
    memset(&plan, 0, sizeof(plan));
    plan.kind = kind;
    plan.at = at;
    plan.dice = seed;
}

long crash_operations(void)
{
    return plan.now;
}

bool crash_happened(void)
{
    return plan.happened;
}

/* Locks were in memory. Of the log's index, which nobody syncs, anything may
 * be there. */
void crash_restart(const char *folder)
{
    size_t length = strlen(folder);
    for (struct disk_file *file = disk; file; file = file->next) {
        assert_int_equal(file->open, 0);
        /* What was removed past SQLite, and synced by whoever did, is gone. */
        if (strncmp(file->path, folder, length) != 0 ||
            file->path[length] != '/' || access(file->path, F_OK) != 0)
            continue;
        FILE *out = fopen(file->path, "wb");
        assert_non_null(out);
        assert_int_equal(
            fwrite(buf_text(&file->durable), 1, file->durable.length, out),
            file->durable.length);
        fclose(out);
        struct buf shm = {0};
        buf_printf(&shm, "%s-shm", file->path);
        if (dice() % 2 && access(buf_text(&shm), F_OK) == 0)
            assert_int_equal(truncate(buf_text(&shm), 0), 0);
        buf_fini(&shm);
    }
    plan.off = false;
    crash_forget();
}

void crash_forget(void)
{
    while (disk) {
        struct disk_file *next = disk->next;
        assert_int_equal(disk->open, 0);
        forget_doubts(disk);
        free(disk->doubts);
        buf_fini(&disk->durable);
        free(disk->path);
        free(disk);
        disk = next;
    }
}
