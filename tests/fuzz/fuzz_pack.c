/* fuzz_pack.c - bytes that claim to be a pack. Hardly any would pass the
 * checksum of a frame, so a first byte that is odd says: the rest is the
 * archive, to be put into a frame here. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zstd.h>

#include "content/sync/pack_private.h"
#include "content/sync/sync_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What a visitor may rely on. */
struct seen {
    struct pack_info info;
    char previous[PACK_PATH_MAX + 1];
    size_t files;
    uint64_t bytes;
};

static void check(bool good)
{
    if (!good)
        abort();
}

static bool see_info(void *data, const struct pack_info *info)
{
    struct seen *seen = data;
    check(info->from < info->to && strlen(info->area) == 6 &&
          strlen(info->date) == 10 && info->edition);
    seen->info = *info;
    return true;
}

static bool see_removed(void *data, const char *path)
{
    (void)data;
    check(pack_path_is_fine(path));
    return true;
}

static bool see_media(void *data, const char *path,
                      const unsigned char sha256[32], uint64_t length)
{
    (void)data;
    check(pack_path_is_fine(path) && length <= PACK_FILE_BYTES_MAX &&
          sha256[0] + sha256[31] >= 0);
    return true;
}

static bool see_file(void *data, const char *path, const void *bytes,
                     size_t length)
{
    struct seen *seen = data;
    check(pack_path_is_fine(path) && strcmp(seen->previous, path) < 0);
    check(((const char *)bytes)[length] == 0);
    snprintf(seen->previous, sizeof(seen->previous), "%s", path);
    seen->files++;
    seen->bytes += length;
    return true;
}

static void frame(const uint8_t *bytes, size_t length, struct buf *out)
{
    ZSTD_CCtx *coder = mem_check(ZSTD_createCCtx());
    const size_t room = ZSTD_compressBound(length);
    ZSTD_CCtx_setParameter(coder, ZSTD_c_compressionLevel, 1);
    ZSTD_CCtx_setParameter(coder, ZSTD_c_checksumFlag, 1);
    buf_reserve(out, room);
    out->length = ZSTD_compress2(coder, out->data, room, bytes, length);
    ZSTD_freeCCtx(coder);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct seen seen = {0};
    const struct pack_visitor visitor = {&seen, see_info, see_removed,
                                         see_media, see_file};
    struct buf pack = {0};
    char reason[256];
    if (length && bytes[0] & 1)
        frame(bytes + 1, length - 1, &pack);
    else if (length)
        buf_add(&pack, bytes + 1, length - 1);
    int fd = memfd_create("pack", MFD_CLOEXEC);
    check(fd >= 0 && keep_bytes(fd, pack.data, pack.length));
    lseek(fd, 0, SEEK_SET);
    const enum pack_result result = pack_read(fd, &visitor, reason);
    check(!*reason == (result == PACK_OK)); /* a refusal says why */
    check(result != PACK_STOPPED && result != PACK_UNREADABLE);
    if (result == PACK_OK)
        check(seen.files == seen.info.files && seen.bytes == seen.info.bytes);
    close(fd);
    buf_fini(&pack);
    return 0;
}
