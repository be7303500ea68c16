/* image.c - what a picture's header says about it.
 *
 * The kiosk decodes pictures when it shows them; here we only make sure that
 * the file is a whole PNG, JPEG or WebP of the size it claims, so that a bad
 * one is refused at the editor's desk and not at the station. */
#include "compile_private.h"

enum { IMAGE_SIDE_MAX = 4096 };

enum image_fault { IMAGE_FINE, IMAGE_UNKNOWN, IMAGE_TORN, IMAGE_LYING };

struct bytes {
    const unsigned char *data;
    size_t length;
};

static unsigned big16(const unsigned char *at)
{
    return (unsigned)at[0] << 8 | at[1];
}

static uint32_t big32(const unsigned char *at)
{
    return (uint32_t)big16(at) << 16 | big16(at + 2);
}

static unsigned little16(const unsigned char *at)
{
    return (unsigned)at[1] << 8 | at[0];
}

static unsigned little24(const unsigned char *at)
{
    return (unsigned)at[2] << 16 | little16(at);
}

static uint32_t little32(const unsigned char *at)
{
    return (uint32_t)little16(at + 2) << 16 | little16(at);
}

static uint32_t crc32_of(const unsigned char *at, size_t length)
{
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < length; i++) {
        crc ^= at[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

/* ISO/IEC 15948: signature, IHDR with its checksum … IEND. */
static enum image_fault measure_png(struct bytes file, unsigned *width,
                                    unsigned *height)
{
    const unsigned char *data = file.data;
    if (file.length < 45 || memcmp(data + 12, "IHDR", 4) != 0)
        return IMAGE_TORN;
    *width = big32(data + 16);
    *height = big32(data + 20);
    if (big32(data + 8) != 13 || big32(data + 29) != crc32_of(data + 12, 17))
        return IMAGE_LYING;
    for (size_t at = 8; file.length - at >= 12;) {
        uint32_t length = big32(data + at);
        if (length > file.length - at - 12)
            return IMAGE_TORN;
        if (!memcmp(data + at + 4, "IEND", 4))
            return IMAGE_FINE;
        at += 12 + (size_t)length;
    }
    return IMAGE_TORN;
}

static bool is_frame(unsigned marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 &&
           marker != 0xC8 && marker != 0xCC;
}

/* ITU-T T.81: segments up to the start of scan; one frame among them. */
static enum image_fault measure_jpeg(struct bytes file, unsigned *width,
                                     unsigned *height)
{
    bool framed = false;
    for (size_t at = 2; at + 4 <= file.length;) {
        unsigned marker = file.data[at + 1];
        if (file.data[at] != 0xFF)
            return IMAGE_TORN;
        if (marker == 0xFF) { /* fill byte */
            at++;
            continue;
        }
        size_t length = big16(file.data + at + 2);
        if (length < 2 || length > file.length - at - 2)
            return IMAGE_TORN;
        if (is_frame(marker)) {
            if (length < 8)
                return IMAGE_TORN;
            if (framed)
                return IMAGE_LYING;
            framed = true;
            *height = big16(file.data + at + 5);
            *width = big16(file.data + at + 7);
        }
        at += 2 + length;
        if (marker != 0xDA)
            continue;
        while (at + 2 <= file.length) { /* the end may be padded */
            const unsigned char *end =
                memchr(file.data + at, 0xFF, file.length - at - 1);
            if (!end)
                break;
            if (end[1] == 0xD9)
                return framed ? IMAGE_FINE : IMAGE_TORN;
            at = (size_t)(end - file.data) + 1;
        }
        return IMAGE_TORN;
    }
    return IMAGE_TORN;
}

/* The picture itself, after an optional VP8X chunk that repeats its size. */
static bool webp_frame(const unsigned char *chunk, size_t length,
                       unsigned *width, unsigned *height)
{
    const unsigned char *data = chunk + 8;
    if (!memcmp(chunk, "VP8 ", 4) && length >= 10 &&
        !memcmp(data + 3, "\x9D\x01\x2A", 3)) {
        *width = little16(data + 6) & 0x3FFF;
        *height = little16(data + 8) & 0x3FFF;
        return true;
    }
    if (!memcmp(chunk, "VP8L", 4) && length >= 5 && data[0] == 0x2F) {
        uint32_t bits = little32(data + 1);
        *width = (bits & 0x3FFF) + 1;
        *height = (bits >> 14 & 0x3FFF) + 1;
        return true;
    }
    return false;
}

/* RFC 9649. An animation has no frame of its own and is not for a page. */
static enum image_fault measure_webp(struct bytes file, unsigned *width,
                                     unsigned *height)
{
    unsigned canvas_width = 0, canvas_height = 0;
    if (little32(file.data + 4) > file.length - 8)
        return IMAGE_TORN;
    for (size_t at = 12; file.length - at >= 8;) {
        const unsigned char *chunk = file.data + at;
        size_t length = little32(chunk + 4);
        if (length > file.length - at - 8)
            return IMAGE_TORN;
        if (!memcmp(chunk, "VP8X", 4) && length >= 10) {
            canvas_width = little24(chunk + 12) + 1;
            canvas_height = little24(chunk + 15) + 1;
        }
        if (webp_frame(chunk, length, width, height))
            return canvas_width &&
                           (canvas_width != *width || canvas_height != *height)
                       ? IMAGE_LYING
                       : IMAGE_FINE;
        at += 8 + length;
        if (length % 2 && at < file.length)
            at++;
    }
    return IMAGE_TORN;
}

static enum image_fault image_measure(const void *bytes, size_t length,
                                      unsigned *width_out, unsigned *height_out)
{
    struct bytes file = {bytes, length};
    enum image_fault fault = IMAGE_UNKNOWN;
    *width_out = *height_out = 0;
    if (length >= 8 && !memcmp(bytes, "\x89PNG\r\n\x1A\n", 8))
        fault = measure_png(file, width_out, height_out);
    else if (length >= 4 && !memcmp(bytes, "\xFF\xD8\xFF", 3))
        fault = measure_jpeg(file, width_out, height_out);
    else if (length >= 12 && !memcmp(bytes, "RIFF", 4) &&
             !memcmp(file.data + 8, "WEBP", 4))
        fault = measure_webp(file, width_out, height_out);
    if (fault == IMAGE_FINE && (!*width_out || !*height_out))
        fault = IMAGE_LYING;
    return fault;
}

static const char *const fault_texts[] = {
    [IMAGE_UNKNOWN] = "这不是 PNG、JPEG 或 WebP 图片；换成这三种格式之一",
    [IMAGE_TORN] = "图片不完整；重新导出或重新拷贝",
    [IMAGE_LYING] = "图片头里的尺寸前后不一致；重新导出",
};

struct media_source *image_load(struct compiler *compiler, const char *name,
                                struct buf *bytes_out)
{
    struct media_source *media = arena_alloc(&compiler->arena, sizeof(*media));
    media->name = name;
    ARRAY_GROW(compiler->media, compiler->media_count,
               compiler->media_capacity);
    compiler->media[compiler->media_count++] = media;
    map_add(&compiler->media_names, name, media);
    if (!source_read(compiler, name, NULL, bytes_out))
        return media;
    enum image_fault fault = image_measure(
        buf_text(bytes_out), bytes_out->length, &media->width, &media->height);
    if (fault != IMAGE_FINE)
        fault_add(compiler, name, 1, "%s", fault_texts[fault]);
    else if (media->width > IMAGE_SIDE_MAX || media->height > IMAGE_SIDE_MAX)
        fault_add(compiler, name, 1,
                  "图片 %u×%u 太大；缩小到每边不超过 %d 像素", media->width,
                  media->height, IMAGE_SIDE_MAX);
    return media;
}

void image_load_all(struct compiler *compiler)
{
    struct source_entry *entries;
    size_t count = source_list(compiler, "media", &entries);
    for (size_t i = 0; i < count; i++) {
        const char *name = source_format(compiler, "media/%s", entries[i].name);
        if (entries[i].folder)
            fault_add(compiler, name, 1,
                      "media 里不能再有文件夹；把图片直接放在 media 下");
        else if (strpbrk(entries[i].name, " \t()[]<>\\\"%#|"))
            fault_add(compiler, name, 1,
                      "图片的文件名有空格、括号或符号；改名，最好只用小写字母、"
                      "数字和连字符");
        else {
            struct buf bytes = {0};
            image_load(compiler, name, &bytes);
            buf_fini(&bytes);
        }
    }
    free(entries);
}

struct media_source *image_use(struct compiler *compiler, const char *file,
                               int line, const char *name)
{
    const struct board *board = compiler->board;
    struct media_source *media = lookup_media(compiler, name);
    if (media)
        media->used = true;
    if (board)
        board->mention(board->data, name);
    else if (!media)
        fault_add(compiler, file, line,
                  "没有图片 %s；把图片放进 media 文件夹，或改正名称", name);
    return media;
}
