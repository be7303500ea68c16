/* test_pack.c - packs: what is written is read, and nothing else is. Damaged
 * ones are made from good ones, or byte by byte with libzstd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <zstd.h>

#include "content/sync/pack_private.h"
#include "content/sync/sync_private.h"

static const struct pack_info info = {.from = 36,
                                      .to = 37,
                                      .area = "520103",
                                      .date = "2026-11-25",
                                      .edition = "云岩区“内容”"};
static const unsigned char hash[32] = {0xAB, 1, 2, 3};

struct seen {
    struct buf text;
    int stop_after; /* calls; -1: never */
};

static bool count(struct seen *seen)
{
    return seen->stop_after < 0 || seen->stop_after-- > 0;
}

static bool see_info(void *data, const struct pack_info *it)
{
    struct seen *seen = data;
    buf_printf(&seen->text, "%u %u %s %s %zu %llu %s\n", it->from, it->to,
               it->area, it->date, it->files, (unsigned long long)it->bytes,
               it->edition);
    return count(seen);
}

static bool see_removed(void *data, const char *path)
{
    struct seen *seen = data;
    buf_printf(&seen->text, "- %s\n", path);
    return count(seen);
}

static bool see_media(void *data, const char *path,
                      const unsigned char sha256[32], uint64_t length)
{
    struct seen *seen = data;
    buf_printf(&seen->text, "* %s %02x%02x %llu\n", path, sha256[0], sha256[1],
               (unsigned long long)length);
    return count(seen);
}

static bool see_file(void *data, const char *path, const void *bytes,
                     size_t length)
{
    struct seen *seen = data;
    assert_int_equal(((const char *)bytes)[length], 0);
    buf_printf(&seen->text, "+ %s %zu ", path, length);
    buf_add(&seen->text, bytes, length < 20 ? length : 20);
    buf_putc(&seen->text, '\n');
    return count(seen);
}

static int memory_file(const void *bytes, size_t length)
{
    int fd = memfd_create("pack", MFD_CLOEXEC);
    assert_true(fd >= 0 && keep_bytes(fd, bytes, length));
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* What reading these bytes comes to, in one word, and what was seen. */
static enum pack_result read_bytes(const void *bytes, size_t length,
                                   int stop_after, struct buf *seen_out,
                                   char reason[256])
{
    struct seen seen = {.stop_after = stop_after};
    const struct pack_visitor visitor = {&seen, see_info, see_removed,
                                         see_media, see_file};
    int fd = memory_file(bytes, length);
    enum pack_result result = pack_read(fd, &visitor, reason);
    close(fd);
    assert_int_equal(result == PACK_OK, !*reason);
    if (seen_out)
        *seen_out = seen.text;
    else
        buf_fini(&seen.text);
    return result;
}

static void read_back(int fd, struct buf *out)
{
    char bytes[4096];
    ssize_t got;
    lseek(fd, 0, SEEK_SET);
    while ((got = read(fd, bytes, sizeof(bytes))) > 0)
        buf_add(out, bytes, (size_t)got);
}

static void finish(struct pack_writer *writer, struct buf *out)
{
    int fd = memory_file("", 0);
    assert_true(pack_writer_close(writer, fd));
    read_back(fd, out);
    close(fd);
}

/* A small pack with something of everything. */
static void write_small(struct buf *out)
{
    struct pack_writer *writer = pack_writer_open("/tmp", &info);
    assert_true(pack_writer_removed(writer, "articles/news/old.md"));
    assert_true(pack_writer_removed(writer, "media/old.png"));
    assert_true(pack_writer_media(writer, "media/IMG_2034.JPG", hash, 12345));
    assert_true(pack_writer_file(writer, "articles/news/a.md", "你好", 6));
    assert_true(pack_writer_file(writer, "edition.yaml", "", 0));
    assert_true(
        pack_writer_file(writer, "listings/stations/名单.csv", "no,name\n", 8));
    finish(writer, out);
}

static void round_trip(void **state)
{
    (void)state;
    struct buf pack = {0}, seen = {0};
    char reason[256];
    write_small(&pack);
    assert_int_equal(read_bytes(pack.data, pack.length, -1, &seen, reason),
                     PACK_OK);
    assert_string_equal(buf_text(&seen),
                        "36 37 520103 2026-11-25 3 14 云岩区“内容”\n"
                        "- articles/news/old.md\n"
                        "- media/old.png\n"
                        "* media/IMG_2034.JPG ab01 12345\n"
                        "+ articles/news/a.md 6 你好\n"
                        "+ edition.yaml 0 \n"
                        "+ listings/stations/名单.csv 8 no,name\n\n");
    buf_fini(&pack);
    buf_fini(&seen);
}

/* A visitor without functions only wants to know whether it is right. */
static void nobody_looks(void **state)
{
    (void)state;
    const struct pack_visitor nobody = {0};
    struct buf pack = {0};
    char reason[256];
    write_small(&pack);
    int fd = memory_file(pack.data, pack.length);
    assert_int_equal(pack_read(fd, &nobody, reason), PACK_OK);
    close(fd);
    buf_fini(&pack);
}

static void same_bytes(void **state)
{
    (void)state;
    struct buf first = {0}, second = {0};
    write_small(&first);
    write_small(&second);
    assert_int_equal(first.length, second.length);
    assert_memory_equal(first.data, second.data, first.length);
    buf_fini(&first);
    buf_fini(&second);
}

/* More than the window, than a block of zstd and than any buffer of ours. */
static void large(void **state)
{
    (void)state;
    enum { FILES = 12, BYTES = 1 << 20 };
    struct buf pack = {0}, seen = {0};
    char name[32], reason[256];
    unsigned char *bytes = xmalloc(BYTES);
    uint32_t random = 1;
    struct pack_writer *writer = pack_writer_open("/tmp", &info);
    for (int i = 0; i < FILES; i++) {
        for (size_t n = 0; n < BYTES; n++) {
            random = random * 1664525 + 1013904223;
            bytes[n] = (unsigned char)(random >> 24);
        }
        snprintf(name, sizeof(name), "f/%02d", i);
        assert_true(pack_writer_file(writer, name, bytes, BYTES));
    }
    finish(writer, &pack);
    assert_int_equal(read_bytes(pack.data, pack.length, -1, &seen, reason),
                     PACK_OK);
    assert_non_null(strstr(buf_text(&seen), "+ f/11 1048576 "));
    free(bytes);
    buf_fini(&pack);
    buf_fini(&seen);
}

static void stops(void **state)
{
    (void)state;
    struct buf pack = {0};
    char reason[256];
    write_small(&pack);
    for (int calls = 0; calls < 7; calls++)
        assert_int_equal(
            read_bytes(pack.data, pack.length, calls, NULL, reason),
            PACK_STOPPED);
    assert_int_equal(read_bytes(pack.data, pack.length, 7, NULL, reason),
                     PACK_OK);
    buf_fini(&pack);
}

static void cut_anywhere(void **state)
{
    (void)state;
    struct buf pack = {0};
    char reason[256];
    write_small(&pack);
    for (size_t length = 0; length < pack.length; length++)
        assert_int_equal(read_bytes(pack.data, length, -1, NULL, reason),
                         PACK_DAMAGED);
    buf_fini(&pack);
}

/* zstd can say the same in several ways; whatever a flipped bit does, nothing
 * else than what was written is accepted. */
static void any_bit(void **state)
{
    (void)state;
    struct buf pack = {0}, good = {0};
    char reason[256];
    size_t refused = 0;
    write_small(&pack);
    read_bytes(pack.data, pack.length, -1, &good, reason);
    for (size_t bit = 0; bit < pack.length * 8; bit++) {
        struct buf seen = {0};
        pack.data[bit / 8] ^= (char)(1 << bit % 8);
        if (read_bytes(pack.data, pack.length, -1, &seen, reason) != PACK_OK)
            refused++;
        else
            assert_string_equal(buf_text(&seen), buf_text(&good));
        pack.data[bit / 8] ^= (char)(1 << bit % 8);
        buf_fini(&seen);
    }
    assert_true(refused > pack.length * 8 - 20);
    buf_fini(&pack);
    buf_fini(&good);
}

static void more_behind(void **state)
{
    (void)state;
    struct buf pack = {0}, twice = {0};
    char reason[256];
    write_small(&pack);
    buf_add(&twice, pack.data, pack.length);
    buf_putc(&twice, 0);
    assert_int_equal(read_bytes(twice.data, twice.length, -1, NULL, reason),
                     PACK_DAMAGED);
    twice.length--;
    buf_add(&twice, pack.data, pack.length);
    assert_int_equal(read_bytes(twice.data, twice.length, -1, NULL, reason),
                     PACK_DAMAGED);
    buf_fini(&pack);
    buf_fini(&twice);
}

static void unreadable(void **state)
{
    (void)state;
    const struct pack_visitor nobody = {0};
    char reason[256];
    int fd = memory_file("", 0);
    close(fd);
    assert_int_equal(pack_read(fd, &nobody, reason), PACK_UNREADABLE);
    assert_true(*reason);
}

/* Archives made by hand. */

static void add(struct buf *tar, const char *path, const char *text,
                size_t length)
{
    static const char zeros[TAR_BLOCK];
    unsigned char header[TAR_BLOCK];
    assert_true(tar_header(path, length, header));
    buf_add(tar, header, sizeof(header));
    buf_add(tar, text, length);
    buf_add(tar, zeros, tar_padding(length));
}

static void add_text(struct buf *tar, const char *path, const char *text)
{
    add(tar, path, text, strlen(text));
}

static void add_end(struct buf *tar)
{
    static const char zeros[TAR_END];
    buf_add(tar, zeros, sizeof(zeros));
}

#define INFO(files, bytes)                                                   \
    "{\"format\":1,\"area\":\"520103\",\"from\":1,\"to\":2,\"date\":\"2026-" \
    "11-25\",\"edition\":\"x\",\"files\":" #files ",\"bytes\":" #bytes "}"

static void add_heads(struct buf *tar, const char *about, const char *removed,
                      const char *media)
{
    add_text(tar, PACK_INFO, about);
    add_text(tar, PACK_REMOVED, removed);
    add_text(tar, PACK_MEDIA, media);
}

static void squeeze(const struct buf *tar, int window_log, int checksum,
                    int size, struct buf *out)
{
    ZSTD_CCtx *coder = ZSTD_createCCtx();
    const size_t room = ZSTD_compressBound(tar->length);
    ZSTD_CCtx_setParameter(coder, ZSTD_c_checksumFlag, checksum);
    ZSTD_CCtx_setParameter(coder, ZSTD_c_contentSizeFlag, size);
    ZSTD_CCtx_setParameter(coder, ZSTD_c_windowLog, window_log);
    buf_reserve(out, room);
    out->length =
        ZSTD_compress2(coder, out->data, room, tar->data, tar->length);
    assert_false(ZSTD_isError(out->length));
    ZSTD_freeCCtx(coder);
}

/* Ends the archive, reads it and frees it. */
static enum pack_result read_tar(struct buf *tar, char reason[256])
{
    struct buf pack = {0};
    squeeze(tar, 0, 1, 1, &pack);
    enum pack_result result =
        read_bytes(pack.data, pack.length, -1, NULL, reason);
    buf_fini(&pack);
    buf_fini(tar);
    return result;
}

/* The helpers make what is read, so that each case below fails for its own
 * reason. */
static void by_hand(void **state)
{
    (void)state;
    struct buf tar = {0};
    char reason[256];
    add_heads(&tar, INFO(1, 2), "x\n", "");
    add_text(&tar, "a", "bc");
    add_end(&tar);
    assert_int_equal(read_tar(&tar, reason), PACK_OK);
}

static void wrong_infos(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum pack_result result;
    } cases[] = {
        {"", PACK_DAMAGED},
        {"[]", PACK_DAMAGED},
        {"{}", PACK_DAMAGED},
        {INFO(1, 2) "x", PACK_DAMAGED},
        {INFO(2, 2), PACK_DAMAGED},
        {INFO(0, 2), PACK_DAMAGED},
        {INFO(1, 1), PACK_DAMAGED},
        {INFO(1, 3), PACK_DAMAGED},
        {INFO(-1, 2), PACK_DAMAGED},
        {INFO(1.5, 2), PACK_DAMAGED},
        {INFO(100001, 2), PACK_TOO_LARGE},
        {INFO(1, 536870913), PACK_TOO_LARGE},
        {INFO(9223372036854775807, 2), PACK_TOO_LARGE},
        {INFO(1, 9223372036854775808), PACK_DAMAGED},
    };
    static const struct {
        const char *from, *to;
    } changes[] = {
        {"\"format\":1", "\"format\":2"},
        {"\"format\":1", "\"format\":\"1\""},
        {"520103", "52010"},
        {"520103", "5201035"},
        {"520103", "52010a"},
        {"\"from\":1", "\"from\":2"},
        {"\"from\":1", "\"from\":3"},
        {"\"from\":1", "\"from\":-1"},
        {"\"to\":2", "\"to\":4294967296"},
        {"2026-11-25", "2026-02-30"},
        {"2026-11-25", "2026-11-5"},
        {"\"edition\":\"x\"", "\"edition\":1"},
        {"\"edition\":\"x\"", "\"format\":1"}, /* twice */
    };
    char reason[256];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf tar = {0};
        add_heads(&tar, cases[i].text, "", "");
        add_text(&tar, "a", "bc");
        add_end(&tar);
        if (read_tar(&tar, reason) != cases[i].result)
            fail_msg("%s: %s", cases[i].text, reason);
    }
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct buf tar = {0}, text = {0};
        const char *all = INFO(1, 2), *at = strstr(all, changes[i].from);
        buf_add(&text, all, (size_t)(at - all));
        buf_puts(&text, changes[i].to);
        buf_puts(&text, at + strlen(changes[i].from));
        add_heads(&tar, buf_text(&text), "", "");
        add_text(&tar, "a", "bc");
        add_end(&tar);
        if (read_tar(&tar, reason) != PACK_DAMAGED)
            fail_msg("%s", changes[i].to);
        buf_fini(&text);
    }
}

#define HASH "abcdefabcdefabcdefabcdefabcdef00abcdefabcdefabcdefabcdefabcdef00"

static void wrong_lists(void **state)
{
    (void)state;
    static const struct {
        const char *removed, *media;
        enum pack_result result;
    } cases[] = {
        {"x\ny\n", HASH " 0 a\n" HASH " 8388608 b\n", PACK_OK},
        {"x", "", PACK_DAMAGED}, /* no end of line */
        {"\n", "", PACK_DAMAGED},
        {"y\nx\n", "", PACK_DAMAGED},
        {"x\nx\n", "", PACK_DAMAGED},
        {"x\r\n", "", PACK_DAMAGED},
        {"../x\n", "", PACK_DAMAGED},
        {"/x\n", "", PACK_DAMAGED},
        {"", "x\n", PACK_DAMAGED},
        {"", HASH "\n", PACK_DAMAGED},
        {"", HASH "\n1 a\n", PACK_DAMAGED}, /* not one line with the next */
        {"", HASH " 1\n", PACK_DAMAGED},
        {"", HASH " 1 \n", PACK_DAMAGED},
        {"", HASH "  1 a\n", PACK_DAMAGED},
        {"", HASH " 01 a\n", PACK_DAMAGED},
        {"", HASH " -1 a\n", PACK_DAMAGED},
        {"", HASH " 1a a\n", PACK_DAMAGED},
        {"", HASH " 8388609 a\n", PACK_TOO_LARGE},
        {"", HASH " 99999999999999999999 a\n", PACK_DAMAGED},
        {"", HASH "0 1 a\n", PACK_DAMAGED},
        {"", HASH " 1 b\n" HASH " 1 a\n", PACK_DAMAGED},
        {"",
         "ABcdefabcdefabcdefabcdefabcdef00abcdefabcdefabcdefabcdefabcdef00 1 "
         "a\n",
         PACK_DAMAGED},
        {"",
         "xxcdefabcdefabcdefabcdefabcdef00abcdefabcdefabcdefabcdefabcdef00 1 "
         "a\n",
         PACK_DAMAGED},
    };
    char reason[256];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf tar = {0};
        add_heads(&tar, INFO(0, 0), cases[i].removed, cases[i].media);
        add_end(&tar);
        if (read_tar(&tar, reason) != cases[i].result)
            fail_msg("case %zu: %s", i, reason);
    }
    struct buf tar = {0};
    add_text(&tar, PACK_INFO, INFO(0, 0));
    add(&tar, PACK_REMOVED, "a\0b\n", 4);
    add_text(&tar, PACK_MEDIA, "");
    add_end(&tar);
    assert_int_equal(read_tar(&tar, reason), PACK_DAMAGED);
}

static void too_many_lines(void **state)
{
    (void)state;
    struct buf tar = {0}, lines = {0};
    char reason[256];
    for (int i = 0; i <= PACK_FILES_MAX; i++)
        buf_printf(&lines, "%06d\n", i);
    add_heads(&tar, INFO(0, 0), buf_text(&lines), "");
    add_end(&tar);
    assert_int_equal(read_tar(&tar, reason), PACK_TOO_LARGE);
    buf_fini(&lines);
}

/* The three that begin a pack, in any other order, or with one missing. */
static void wrong_order(void **state)
{
    (void)state;
    static const char *const orders[][4] = {
        {PACK_REMOVED, PACK_INFO, PACK_MEDIA},
        {PACK_INFO, PACK_MEDIA, PACK_REMOVED},
        {PACK_MEDIA, PACK_REMOVED, PACK_INFO},
        {PACK_INFO, PACK_REMOVED},
        {PACK_INFO, PACK_MEDIA},
        {PACK_REMOVED, PACK_MEDIA},
        {PACK_INFO},
        {PACK_INFO, PACK_INFO, PACK_REMOVED, PACK_MEDIA},
        {PACK_INFO, PACK_REMOVED, PACK_REMOVED, PACK_MEDIA},
        {PACK_INFO, PACK_REMOVED, PACK_MEDIA, PACK_MEDIA},
        {PACK_INFO, PACK_REMOVED, PACK_MEDIA, ".x"},
        {"a", PACK_INFO, PACK_REMOVED, PACK_MEDIA},
        {NULL},
    };
    char reason[256];
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        struct buf tar = {0};
        for (size_t n = 0; n < 4 && orders[i][n]; n++)
            add_text(&tar, orders[i][n],
                     strcmp(orders[i][n], PACK_INFO) ? "" : INFO(0, 0));
        add_end(&tar);
        if (read_tar(&tar, reason) != PACK_DAMAGED)
            fail_msg("order %zu", i);
    }
}

static void wrong_files(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"b", "a"},
        {"a", "a"},
        {"a/b", "a-b"},
        {"a", "../b"},
        {"a", "b/../c"},
        {"a", "b/."},
        {"a", "b/"},
        {"a", "b//c"},
        {"/a", "b"},
        {"a", "b\\c"},
        {"a", "b c"},
        {"a", "b\x01"},
        {"a", "b\x7f"},
        {"a", "b\xff"},
        {"a", "b\xC2\x85"},
        {"a", "b/.hidden"},
        {"a", "c:"},
        {"a", "b\xE2\x80\xAE"
              "c"},
        {"a", "b*"},
    };
    char reason[256];
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        struct buf tar = {0};
        add_heads(&tar, INFO(2, 0), "", "");
        add_text(&tar, pairs[i][0], "");
        add_text(&tar, pairs[i][1], "");
        add_end(&tar);
        if (read_tar(&tar, reason) != PACK_DAMAGED)
            fail_msg("%s, %s", pairs[i][0], pairs[i][1]);
    }
}

/* Any byte of a header that is not as we write it, with a sum that is right
 * again: links, devices, owners, times, GNU and pax records. */
static void wrong_headers(void **state)
{
    (void)state;
    char reason[256];
    for (size_t at = 0; at < TAR_BLOCK; at++) {
        struct buf tar = {0};
        unsigned sum = 0;
        add_heads(&tar, INFO(1, 1), "", "");
        const size_t header = tar.length;
        add_text(&tar, "a", "b");
        add_end(&tar);
        char *bytes = tar.data + header;
        bytes[at] = bytes[at] == '2' ? '3' : '2';
        if (at < 148 || at >= 156) {
            memset(bytes + 148, ' ', 8);
            for (size_t i = 0; i < TAR_BLOCK; i++)
                sum += (unsigned char)bytes[i];
            snprintf(bytes + 148, 7, "%06o", sum);
            bytes[154] = 0;
        }
        enum pack_result result = read_tar(&tar, reason);
        /* Another name is another file; a longer one is only longer. */
        if (at <= 1 ? result != PACK_OK : result == PACK_OK)
            fail_msg("byte %zu", at);
    }
}

static void wrong_ends(void **state)
{
    (void)state;
    enum { CASES = 6 };
    char reason[256];
    for (int i = 0; i < CASES; i++) {
        struct buf tar = {0};
        add_heads(&tar, INFO(1, 1), "", "");
        add_text(&tar, "a", "b");
        add_end(&tar);
        switch (i) {
        case 0: /* one block of zeros */
            tar.length -= TAR_BLOCK;
            break;
        case 1: /* none */
            tar.length -= TAR_END;
            break;
        case 2: /* three, as tar(1) fills up to 20 */
            add_end(&tar);
            tar.length -= TAR_BLOCK;
            break;
        case 3: /* a file behind the end */
            add_text(&tar, "c", "d");
            break;
        case 4: /* not quite zeros */
            tar.data[tar.length - 1] = 1;
            break;
        case 5: /* nor behind the file */
            tar.data[tar.length - TAR_END - 1] = 1;
            break;
        }
        if (read_tar(&tar, reason) != PACK_DAMAGED)
            fail_msg("case %d", i);
    }
}

/* Lengths that lie: beyond a limit, and beyond what is there. */
static void huge_lengths(void **state)
{
    (void)state;
    static const struct {
        uint64_t length;
        enum pack_result result;
    } cases[] = {
        {PACK_FILE_BYTES_MAX, PACK_DAMAGED},
        {PACK_FILE_BYTES_MAX + 1, PACK_TOO_LARGE},
        {UINT64_C(077777777777), PACK_TOO_LARGE},
    };
    char reason[256];
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf tar = {0};
        unsigned char header[TAR_BLOCK];
        add_heads(&tar, INFO(1, 536870912), "", "");
        assert_true(tar_header("a", cases[i].length, header));
        buf_add(&tar, header, sizeof(header));
        add_end(&tar);
        assert_int_equal(read_tar(&tar, reason), cases[i].result);
    }
}

/* Of frames: no checksum, no size, a wide window, a size beyond all limits, a
 * dictionary, and a frame to be skipped before. */
static void wrong_frames(void **state)
{
    (void)state;
    struct buf tar = {0}, frame = {0}, skip = {0};
    char reason[256];
    add_heads(&tar, INFO(1, 2), "", "");
    add_text(&tar, "a", "bc");
    add_end(&tar);
    squeeze(&tar, 0, 0, 1, &frame);
    assert_int_equal(read_bytes(frame.data, frame.length, -1, NULL, reason),
                     PACK_DAMAGED);
    squeeze(&tar, 0, 1, 0, &frame);
    assert_int_equal(read_bytes(frame.data, frame.length, -1, NULL, reason),
                     PACK_DAMAGED);
    squeeze(&tar, 0, 1, 1, &frame);
    buf_add(&skip, "\x50\x2A\x4D\x18\0\0\0\0", 8);
    buf_add(&skip, frame.data, frame.length);
    assert_int_equal(read_bytes(skip.data, skip.length, -1, NULL, reason),
                     PACK_DAMAGED);
    /* 8 bytes of size, no single segment, a window of 1 KiB. */
    static const char endless[] = "\x28\xB5\x2F\xFD\xC4\0"
                                  "\xff\xff\xff\xff\xff\0\0\0\1\0\0";
    assert_int_equal(read_bytes(endless, sizeof(endless) - 1, -1, NULL, reason),
                     PACK_TOO_LARGE);
    /* The same with a small size, but a window of 1 GiB. */
    static const char wide[] = "\x28\xB5\x2F\xFD\xC4\xA0"
                               "\0\0\1\0\0\0\0\0\1\0\0";
    assert_int_equal(read_bytes(wide, sizeof(wide) - 1, -1, NULL, reason),
                     PACK_TOO_LARGE);
    static const char dictionary[] = "\x28\xB5\x2F\xFD\xC5\0\1"
                                     "\0\0\1\0\0\0\0\0\1\0\0";
    assert_int_equal(
        read_bytes(dictionary, sizeof(dictionary) - 1, -1, NULL, reason),
        PACK_DAMAGED);
    buf_fini(&tar);
    buf_fini(&frame);
    buf_fini(&skip);
}

static void paths(void **state)
{
    (void)state;
    char name[300], folder[300];
    memset(name, 'n', sizeof(name));
    name[100] = 0;
    assert_true(pack_path_is_fine(name));
    name[100] = 'n';
    name[101] = 0;
    assert_false(pack_path_is_fine(name));
    memset(folder, 'f', sizeof(folder));
    folder[154] = '/';
    memset(folder + 155, 'n', 100);
    folder[255] = 0;
    assert_true(pack_path_is_fine(folder));
    folder[255] = 'n';
    folder[256] = 0;
    assert_false(pack_path_is_fine(folder));
    assert_false(pack_path_is_fine(""));
    assert_false(pack_path_is_fine("."));
    assert_false(pack_path_is_fine(".."));
    assert_false(pack_path_is_fine(PACK_INFO));
    assert_true(pack_path_is_fine("a..b/c-d_e.md"));
    assert_true(pack_path_is_fine("名单/ꆈꌠ-ཨུ.csv"));
}

/* Long paths stand in two fields of the header. */
static void long_paths(void **state)
{
    (void)state;
    struct buf pack = {0}, seen = {0}, path = {0};
    char reason[256];
    struct pack_writer *writer = pack_writer_open("/tmp", &info);
    for (int i = 0; i < 12; i++)
        buf_puts(&path, "a-folder-of-some/");
    buf_puts(&path, "and-a-file-name-at-the-end.md");
    assert_true(pack_writer_file(writer, buf_text(&path), "x", 1));
    finish(writer, &pack);
    assert_int_equal(read_bytes(pack.data, pack.length, -1, &seen, reason),
                     PACK_OK);
    assert_non_null(strstr(buf_text(&seen), buf_text(&path)));
    buf_fini(&pack);
    buf_fini(&seen);
    buf_fini(&path);
}

static void writer_refuses(void **state)
{
    (void)state;
    int fd = memory_file("", 0);
    struct pack_writer *writer = pack_writer_open("/tmp", &info);
    assert_true(pack_writer_file(writer, "b", "", 0));
    assert_false(pack_writer_file(writer, "a", "", 0));
    assert_false(pack_writer_file(writer, "c", "", 0)); /* from then on */
    assert_false(pack_writer_close(writer, fd));
    writer = pack_writer_open("/tmp", &info);
    assert_false(pack_writer_removed(writer, "../a"));
    assert_false(pack_writer_close(writer, fd));
    writer = pack_writer_open("/tmp", &info);
    char *bytes = xcalloc(1, PACK_FILE_BYTES_MAX + 1);
    assert_true(pack_writer_file(writer, "a", bytes, PACK_FILE_BYTES_MAX));
    assert_false(pack_writer_file(writer, "b", bytes, PACK_FILE_BYTES_MAX + 1));
    assert_false(pack_writer_close(writer, fd));
    writer = pack_writer_open("/tmp", &info);
    assert_false(
        pack_writer_media(writer, "a.png", hash, PACK_FILE_BYTES_MAX + 1));
    assert_false(pack_writer_close(writer, -1));
    free(bytes);
    assert_int_equal(lseek(fd, 0, SEEK_END), 0); /* nothing was written */
    close(fd);
    assert_null(pack_writer_open("/no-such-folder", &info));
}

/* All that a pack may hold, and a byte more. */
static void as_much_as_allowed(void **state)
{
    (void)state;
    char name[16], reason[256];
    char *bytes = xcalloc(1, PACK_FILE_BYTES_MAX);
    struct buf pack = {0};
    struct pack_writer *writer = pack_writer_open("/tmp", &info);
    for (int i = 0; i < 64; i++) {
        snprintf(name, sizeof(name), "%02d", i);
        assert_true(pack_writer_file(writer, name, bytes, PACK_FILE_BYTES_MAX));
    }
    finish(writer, &pack);
    assert_int_equal(read_bytes(pack.data, pack.length, -1, NULL, reason),
                     PACK_OK);
    writer = pack_writer_open("/tmp", &info);
    for (int i = 0; i < 64; i++) {
        snprintf(name, sizeof(name), "%02d", i);
        assert_true(pack_writer_file(writer, name, bytes, PACK_FILE_BYTES_MAX));
    }
    assert_false(pack_writer_file(writer, "99", bytes, 1));
    assert_false(pack_writer_close(writer, -1));
    free(bytes);
    buf_fini(&pack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(nobody_looks),
        cmocka_unit_test(same_bytes),
        cmocka_unit_test(large),
        cmocka_unit_test(stops),
        cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(any_bit),
        cmocka_unit_test(more_behind),
        cmocka_unit_test(unreadable),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(wrong_infos),
        cmocka_unit_test(wrong_lists),
        cmocka_unit_test(too_many_lines),
        cmocka_unit_test(wrong_order),
        cmocka_unit_test(wrong_files),
        cmocka_unit_test(wrong_headers),
        cmocka_unit_test(wrong_ends),
        cmocka_unit_test(huge_lengths),
        cmocka_unit_test(wrong_frames),
        cmocka_unit_test(paths),
        cmocka_unit_test(long_paths),
        cmocka_unit_test(writer_refuses),
        cmocka_unit_test(as_much_as_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
