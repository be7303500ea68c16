/* Images as they come, as they lie, cut short and bent. PNG files are made here
 * by hand (stored deflate blocks), so that every field can be a lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <SDL.h>
#include <SDL_image.h>
#include <time.h>

#include "base/buf.h"
#include "ui/picture.h"

/* --- Making PNG files ---------------------------------------------------- */

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGBA = 6 };

static void add_number(struct buf *buf, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_putc(buf, (char)(value >> shift & 255));
}

static uint32_t crc_of(const char *bytes, size_t length)
{
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320 : 0);
    }
    return ~crc;
}

static void add_chunk(struct buf *png, const char *type, const void *body,
                      size_t length)
{
    add_number(png, (uint32_t)length);
    size_t start = png->length;
    buf_puts(png, type);
    buf_add(png, body, length);
    add_number(png, crc_of(png->data + start, png->length - start));
}

static void deflate_stored(struct buf *out, const char *raw, size_t length)
{
    uint32_t a = 1, b = 0;
    buf_add(out, "\x78\x01", 2);
    for (size_t at = 0, part; at < length || at == 0; at += part) {
        part = length - at < 65535 ? length - at : 65535;
        buf_putc(out, at + part >= length);
        buf_putc(out, (char)(part & 255));
        buf_putc(out, (char)(part >> 8));
        buf_putc(out, (char)(~part & 255));
        buf_putc(out, (char)(~part >> 8 & 255));
        buf_add(out, raw + at, part);
        if (!part)
            break;
    }
    for (size_t i = 0; i < length; i++) {
        a = (a + (unsigned char)raw[i]) % 65521;
        b = (b + a) % 65521;
    }
    add_number(out, b << 16 | a);
}

struct png {
    uint32_t width, height;
    int depth, type, interlace;
    const char *palette, *transparency;
    size_t palette_length, transparency_length;
    const char *rows; /* with a filter byte before each */
    size_t rows_length;
};

static struct buf make_png(const struct png *png)
{
    struct buf out = {0}, header = {0}, data = {0};
    buf_add(&out, "\x89PNG\r\n\x1A\n", 8);
    add_number(&header, png->width);
    add_number(&header, png->height);
    buf_putc(&header, (char)png->depth);
    buf_putc(&header, (char)png->type);
    buf_add(&header, "\0", 2);
    buf_putc(&header, (char)png->interlace);
    add_chunk(&out, "IHDR", header.data, header.length);
    if (png->palette)
        add_chunk(&out, "PLTE", png->palette, png->palette_length);
    if (png->transparency)
        add_chunk(&out, "tRNS", png->transparency, png->transparency_length);
    deflate_stored(&data, png->rows, png->rows_length);
    add_chunk(&out, "IDAT", data.data, data.length);
    add_chunk(&out, "IEND", "", 0);
    buf_fini(&header);
    buf_fini(&data);
    return out;
}

/* One colour all over. */
static struct buf make_plain(uint32_t width, uint32_t height, uint32_t value)
{
    struct buf rows = {0};
    char pixel[3] = {(char)(value >> 16), (char)(value >> 8), (char)value};
    for (uint32_t y = 0; y < height; y++) {
        buf_putc(&rows, 0);
        for (uint32_t x = 0; x < width; x++)
            buf_add(&rows, pixel, 3);
    }
    struct png png = {.width = width,
                      .height = height,
                      .depth = 8,
                      .type = RGB,
                      .rows = rows.data,
                      .rows_length = rows.length};
    struct buf out = make_png(&png);
    buf_fini(&rows);
    return out;
}

/* --- Helpers ------------------------------------------------------------- */

static bool decodes(const void *bytes, size_t length)
{
    struct picture picture;
    bool good = picture_decode(bytes, length, 8, 8, 0xFFFFFF, &picture);
    assert_int_equal(good, picture.pixels != NULL);
    picture_fini(&picture);
    return good;
}

/* The file shown at its own size is exactly these pixels. */
static void expect_pixels(struct buf *file, int width, int height,
                          uint32_t background, const uint32_t *pixels)
{
    struct picture picture;
    assert_true(picture_decode(file->data, file->length, width, height,
                               background, &picture));
    assert_int_equal(picture.width, width);
    assert_int_equal(picture.height, height);
    for (int i = 0; i < width * height; i++)
        assert_int_equal(picture.pixels[i], pixels[i]);
    picture_fini(&picture);
    buf_fini(file);
}

static bool near(uint32_t a, uint32_t b, int by)
{
    for (int shift = 0; shift < 24; shift += 8)
        if (abs((int)(a >> shift & 255) - (int)(b >> shift & 255)) > by)
            return false;
    return a >> 24 == 0;
}

/* A file of a lossy format, all about one colour. */
static void expect_about(const void *bytes, size_t length,
                         uint32_t colour_value)
{
    struct picture picture;
    assert_true(picture_decode(bytes, length, 5, 3, 0xFFFFFF, &picture));
    for (int i = 0; i < 15; i++)
        assert_true(near(picture.pixels[i], colour_value, 6));
    picture_fini(&picture);
}

/* --- PNG ----------------------------------------------------------------- */

static void test_png_kinds(void **state)
{
    static const uint32_t four[] = {0xFF0000, 0x00FF00, 0x0000FF, 0x336699};
    (void)state;
    const struct {
        struct png png;
        uint32_t background, pixels[4];
    } cases[] = {
        {{2, 2, 8, RGB, 0,
          .rows = "\0\xFF\0\0\0\xFF\0"
                  "\0\0\0\xFF\x33\x66\x99",
          .rows_length = 14},
         0,
         {four[0], four[1], four[2], four[3]}},
        {{2, 2, 8, RGBA, 0,
          .rows = "\0\xFF\0\0\xFF\0\xFF\0\0"
                  "\0\0\0\0\x80\x33\x66\x99\xFF",
          .rows_length = 18},
         0xFFFFFF,
         {four[0], 0xFFFFFF, 0x7F7F7F, four[3]}},
        {{2, 2, 8, PALETTE, 0, "\xFF\0\0\0\xFF\0\0\0\xFF", "\xFF\x00", 9, 2,
          "\0\0\1\0\2\0", 6},
         0x123456,
         {four[0], 0x123456, four[2], four[0]}},
        {{2, 2, 8, PALETTE, 0, "\xFF\0\0\0\xFF\0\0\0\xFF", "\xFF\x80\x00", 9, 3,
          "\0\0\1\0\2\0", 6},
         0x0000FF,
         {four[0], 0x00807F, four[2], four[0]}},
        {{2, 2, 1, PALETTE, 0, "\xFF\0\0\0\0\xFF", NULL, 6, 0, "\0\x40\0\x80",
          4},
         0,
         {four[0], four[2], four[2], four[0]}},
        {{2, 2, 1, GREY, 0, .rows = "\0\x40\0\x80", .rows_length = 4},
         0,
         {0, 0xFFFFFF, 0xFFFFFF, 0}},
        {{2, 2, 4, GREY, 0, .rows = "\0\x0F\0\xF0", .rows_length = 4},
         0,
         {0, 0xFFFFFF, 0xFFFFFF, 0}},
        {{2, 2, 8, GREY, 0, .rows = "\0\x11\x22\0\x33\x44", .rows_length = 6},
         0,
         {0x111111, 0x222222, 0x333333, 0x444444}},
        {{2, 2, 16, GREY, 0, .rows = "\0\x11\x11\x22\x22\0\x33\x33\x44\x44",
          .rows_length = 10},
         0,
         {0x111111, 0x222222, 0x333333, 0x444444}},
        {{2, 2, 8, GREY_ALPHA, 0,
          .rows = "\0\x11\xFF\x22\x00\0\x33\xFF\x44\xFF", .rows_length = 10},
         0x999999,
         {0x111111, 0x999999, 0x333333, 0x444444}},
        {{2, 2, 16, RGB, 0,
          .rows = "\0\xFF\xFF\0\0\0\0\0\0\xFF\xFF\0\0"
                  "\0\0\0\0\0\xFF\xFF\x33\x33\x66\x66\x99\x99",
          .rows_length = 26},
         0,
         {four[0], four[1], four[2], four[3]}},
        /* Adam7: passes 1, 6 and 7 hold (0,0); (1,0); (0,1) and (1,1). */
        {{2, 2, 8, RGB, 1,
          .rows = "\0\xFF\0\0"
                  "\0\0\xFF\0"
                  "\0\0\0\xFF\x33\x66\x99",
          .rows_length = 15},
         0,
         {four[0], four[1], four[2], four[3]}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf file = make_png(&cases[i].png);
        expect_pixels(&file, 2, 2, cases[i].background, cases[i].pixels);
    }
}

static void test_png_lies(void **state)
{
    static const struct {
        uint32_t width, height;
    } claims[] = {{4000, 4000},    {0, 5},        {5, 0},
                  {4097, 1},       {1, 4097},     {0x7FFFFFFF, 0x7FFFFFFF},
                  {0xFFFFFFFF, 1}, {65536, 65536}};
    struct buf honest = make_plain(3, 3, 0x808080);
    (void)state;
    assert_true(decodes(honest.data, honest.length));
    for (size_t i = 0; i < COUNT_OF(claims); i++) {
        struct buf file = {0}, size = {0};
        buf_add(&file, honest.data, honest.length);
        add_number(&size, claims[i].width);
        add_number(&size, claims[i].height);
        memcpy(file.data + 16, size.data, 8);
        uint32_t crc = crc_of(file.data + 12, 17);
        buf_clear(&size);
        add_number(&size, crc);
        memcpy(file.data + 29, size.data, 4);
        assert_false(decodes(file.data, file.length));
        buf_fini(&file);
        buf_fini(&size);
    }
    buf_fini(&honest);
}

static void test_limits(void **state)
{
    static const struct {
        uint32_t width, height;
        bool good;
    } cases[] = {{4096, 1, true},
                 {1, 4096, true},
                 {4097, 1, false},
                 {1, 4097, false},
                 {1, 1, true}};
    struct picture picture;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf file = make_plain(cases[i].width, cases[i].height, 0x20C040);
        assert_int_equal(decodes(file.data, file.length), cases[i].good);
        buf_fini(&file);
    }
    struct buf one = make_plain(1, 1, 0x20C040);
    assert_false(picture_decode(one.data, one.length, 0, 5, 0, &picture));
    assert_false(picture_decode(one.data, one.length, 5, -1, 0, &picture));
    assert_false(picture_decode(one.data, one.length, 4097, 1, 0, &picture));
    assert_false(picture_decode(one.data, 0, 5, 5, 0, &picture));
    assert_false(picture_decode("", 0, 5, 5, 0, &picture));
    assert_false(
        picture_decode("GIF89a\1\0\1\0\0\0\0;", 14, 5, 5, 0, &picture));
    assert_false(picture_decode("BM______________", 16, 5, 5, 0, &picture));
    buf_fini(&one);
}

/* --- Scaling ------------------------------------------------------------- */

static void test_one_colour_stays(void **state)
{
    static const int sizes[] = {1, 2, 3, 7, 64, 100, 333};
    struct buf file = make_plain(64, 48, 0x13A7FE);
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        for (size_t j = 0; j < COUNT_OF(sizes); j++) {
            struct picture picture;
            int count = sizes[i] * sizes[j];
            assert_true(picture_decode(file.data, file.length, sizes[i],
                                       sizes[j], 0, &picture));
            for (int k = 0; k < count; k++)
                assert_int_equal(picture.pixels[k], 0x13A7FE);
            picture_fini(&picture);
        }
    buf_fini(&file);
}

/* Rows of a left half and a right half, above others. */
static struct buf make_quarters(uint32_t side)
{
    struct buf rows = {0};
    for (uint32_t y = 0; y < side; y++) {
        buf_putc(&rows, 0);
        for (uint32_t x = 0; x < side; x++)
            buf_putc(&rows, (char)(x < side / 2   ? y < side / 2 ? 0 : 100
                                   : y < side / 2 ? 200
                                                  : 255));
    }
    struct png png = {.width = side,
                      .height = side,
                      .depth = 8,
                      .type = GREY,
                      .rows = rows.data,
                      .rows_length = rows.length};
    struct buf out = make_png(&png);
    buf_fini(&rows);
    return out;
}

static void test_area_average(void **state)
{
    static const uint32_t quarters[] = {0, 0xC8C8C8, 0x646464, 0xFFFFFF};
    static const uint32_t whole[] = {0x8B8B8B}; /* 138.75 */
    (void)state;
    struct buf file = make_quarters(64);
    expect_pixels(&file, 2, 2, 0, quarters);
    file = make_quarters(64);
    expect_pixels(&file, 1, 1, 0, whole);
}

static void test_cover_crops_evenly(void **state)
{
    /* Shown half as high as it is: the middle half is left. */
    struct buf file = make_quarters(64);
    struct picture picture;
    (void)state;
    assert_true(picture_decode(file.data, file.length, 64, 32, 0, &picture));
    assert_int_equal(picture.pixels[0], 0);
    assert_int_equal(picture.pixels[15 * 64], 0);
    assert_int_equal(picture.pixels[16 * 64], 0x646464);
    assert_int_equal(picture.pixels[31 * 64 + 63], 0xFFFFFF);
    picture_fini(&picture);
    buf_fini(&file);
}

static void test_bilinear(void **state)
{
    struct png png = {.width = 2,
                      .height = 1,
                      .depth = 8,
                      .type = GREY,
                      .rows = "\0\0\xC8",
                      .rows_length = 3};
    struct buf file = make_png(&png);
    struct picture picture;
    (void)state;
    assert_true(picture_decode(file.data, file.length, 8, 4, 0, &picture));
    /* Centres at 1/8 steps of a source pixel, ends held. */
    static const unsigned row[] = {0, 0, 25, 75, 125, 175, 200, 200};
    for (int i = 0; i < 32; i++)
        assert_int_equal(picture.pixels[i] & 255, row[i % 8]);
    picture_fini(&picture);
    buf_fini(&file);
}

/* --- JPEG and WebP ------------------------------------------------------- */

/* 16x8 px, left C0 M200 Y60 K20, right C0 M40 Y220 K20, stored upside down. */
static const char cmyk_jpeg[] =
    "\xff\xd8\xff\xee\x00\x0e\x41\x64\x6f\x62\x65\x00\x64\x00\x00\x00\x00\x00"
    "\xff"
    "\xdb\x00\x43\x00\x02\x01\x01\x01\x01\x01\x02\x01\x01\x01\x02\x02\x02\x02"
    "\x02"
    "\x04\x03\x02\x02\x02\x02\x05\x04\x04\x03\x04\x06\x05\x06\x06\x06\x05\x06"
    "\x06"
    "\x06\x07\x09\x08\x06\x07\x09\x07\x06\x06\x08\x0b\x08\x09\x0a\x0a\x0a\x0a"
    "\x0a"
    "\x06\x08\x0b\x0c\x0b\x0a\x0c\x09\x0a\x0a\x0a\xff\xc0\x00\x14\x08\x00\x08"
    "\x00"
    "\x10\x04\x43\x11\x00\x4d\x11\x00\x59\x11\x00\x4b\x11\x00\xff\xc4\x00\x16"
    "\x00"
    "\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09\x00"
    "\x0a"
    "\xff\xc4\x00\x14\x10\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x00"
    "\x00\x00\x00\xff\xda\x00\x0e\x04\x43\x00\x4d\x00\x59\x00\x4b\x00\x00\x3f"
    "\x00"
    "\x7f\x06\xd9\x0c\x35\x89\xa8\x06\x5f\xd3\xff\xd9";

/* 4x2 px of 200, 100, 50; the right half transparent. */
static const char lossless_webp[] =
    "\x52\x49\x46\x46\x24\x00\x00\x00\x57\x45\x42\x50\x56\x50\x38\x4C\x18\x00"
    "\x00\x00\x2F\x03\x40\x00\x10\x0F\x30\x64\x83\x3C\x32\xF3\x1F\xF0\x50\x08"
    "\x20\x00\x0A\x9A\x88\xFE\xC7\x03";
static const char alpha_webp[] =
    "\x52\x49\x46\x46\x5C\x00\x00\x00\x57\x45\x42\x50\x56\x50\x38\x58\x0A\x00"
    "\x00\x00\x10\x00\x00\x00\x03\x00\x00\x01\x00\x00\x41\x4C\x50\x48\x09\x00"
    "\x00\x00\x00\xFF\xFF\x00\x00\xFF\xFF\x00\x00\x00\x56\x50\x38\x20\x2C\x00"
    "\x00\x00\xB0\x01\x00\x9D\x01\x2A\x04\x00\x02\x00\x02\xC0\x4C\x25\xA0\x02"
    "\x74\xBA\x00\x00\x00\x00\x00\xEC\x8F\xC2\xB1\x4F\xF1\x6D\x23\xA1\x4C\x87"
    "\xFF\x10\xE7\x10\x5B\x51\xD6\x20\x00\x00";
/* 16x8 px of about the same colour. */
static const char lossy_webp[] =
    "\x52\x49\x46\x46\x38\x00\x00\x00\x57\x45\x42\x50\x56\x50\x38\x20\x2C\x00"
    "\x00\x00\xB0\x01\x00\x9D\x01\x2A\x10\x00\x08\x00\x02\xC0\x4C\x25\xA0\x02"
    "\x74\xBA\x00\x00\x00\x00\x00\xEC\x8F\xC2\xB1\x4F\xF1\x6D\x23\xA1\x4C\x87"
    "\xFF\x10\xE7\x10\x5B\x51\xD6\x20\x00\x00";

static struct buf make_jpeg(int width, int height, uint32_t value)
{
    static char memory[1 << 20];
    SDL_Surface *surface = SDL_CreateRGBSurfaceWithFormat(
        0, width, height, 24, SDL_PIXELFORMAT_RGB24);
    SDL_FillRect(surface, NULL,
                 SDL_MapRGB(surface->format, (Uint8)(value >> 16),
                            (Uint8)(value >> 8), (Uint8)value));
    SDL_RWops *rw = SDL_RWFromMem(memory, sizeof(memory));
    assert_int_equal(IMG_SaveJPG_RW(surface, rw, 0, 90), 0);
    struct buf out = {0};
    buf_add(&out, memory, (size_t)SDL_RWtell(rw));
    SDL_RWclose(rw);
    SDL_FreeSurface(surface);
    return out;
}

static void test_jpeg(void **state)
{
    struct picture picture;
    (void)state;
    struct buf file = make_jpeg(40, 30, 0xB5121B);
    expect_about(file.data, file.length, 0xB5121B);
    buf_fini(&file);
    file = make_jpeg(4097, 1, 0);
    assert_false(decodes(file.data, file.length));
    buf_fini(&file);
    assert_true(
        picture_decode(cmyk_jpeg, sizeof(cmyk_jpeg) - 1, 16, 8, 0, &picture));
    assert_true(near(picture.pixels[0], 0xEB33B4, 2));
    assert_true(near(picture.pixels[15], 0xEBC620, 2));
    picture_fini(&picture);
}

static void test_jpeg_lies(void **state)
{
    struct buf file = make_jpeg(40, 30, 0xB5121B);
    (void)state;
    for (size_t i = 0; i + 9 < file.length; i++)
        if ((unsigned char)file.data[i] == 0xFF &&
            (unsigned char)file.data[i + 1] == 0xC0) {
            memcpy(file.data + i + 5, "\x10\x00\x10\x00", 4);
            break;
        }
    assert_false(decodes(file.data, file.length));
    buf_fini(&file);
    /* A frame in a thumbnail's place does not count; two frames do not either.
     */
    file = make_jpeg(40, 30, 0xB5121B);
    struct buf twice = {0};
    buf_add(&twice, file.data, file.length - 2);
    buf_add(&twice, file.data + 2, file.length - 2);
    assert_false(decodes(twice.data, twice.length));
    buf_fini(&twice);
    buf_fini(&file);
}

static void test_webp(void **state)
{
    struct picture picture;
    (void)state;
    expect_about(lossy_webp, sizeof(lossy_webp) - 1, 0xC86432);
    assert_true(picture_decode(lossless_webp, sizeof(lossless_webp) - 1, 4, 2,
                               0x00FF00, &picture));
    assert_int_equal(picture.pixels[0], 0xC86432);
    assert_int_equal(picture.pixels[3], 0x00FF00);
    picture_fini(&picture);
    assert_true(picture_decode(alpha_webp, sizeof(alpha_webp) - 1, 4, 2,
                               0x00FF00, &picture));
    assert_true(near(picture.pixels[0], 0xC86432, 6));
    assert_int_equal(picture.pixels[3], 0x00FF00);
    picture_fini(&picture);
}

static void test_webp_lies(void **state)
{
    struct buf file = {0};
    (void)state;
    buf_add(&file, alpha_webp, sizeof(alpha_webp) - 1);
    file.data[24] = 9; /* the canvas ten pixels wide, the frame four */
    assert_false(decodes(file.data, file.length));
    memcpy(file.data + 24, "\xFF\xFF\xFF\xFF\xFF\xFF", 6);
    assert_false(decodes(file.data, file.length));
    buf_fini(&file);
    buf_add(&file, lossy_webp, sizeof(lossy_webp) - 1);
    memcpy(file.data + 26, "\xFF\x3F\xFF\x3F", 4);
    assert_false(decodes(file.data, file.length));
    buf_fini(&file);
}

/* --- Cut and bent -------------------------------------------------------- */

static struct buf sample(int which)
{
    static const struct {
        const char *bytes;
        size_t length;
    } given[] = {
        {cmyk_jpeg, sizeof(cmyk_jpeg) - 1},
        {lossless_webp, sizeof(lossless_webp) - 1},
        {alpha_webp, sizeof(alpha_webp) - 1},
        {lossy_webp, sizeof(lossy_webp) - 1},
    };
    struct buf out = {0};
    if (which == 0)
        return make_plain(9, 7, 0x336699);
    if (which == 1)
        return make_jpeg(20, 10, 0x336699);
    buf_add(&out, given[which - 2].bytes, given[which - 2].length);
    return out;
}

enum { SAMPLES = 6 };

/* An exact copy on the heap, so that a byte read too far is seen. */
static bool decodes_exactly(const char *bytes, size_t length)
{
    void *copy = xmalloc(length);
    memcpy(copy, bytes, length);
    bool good = decodes(copy, length);
    free(copy);
    return good;
}

static void test_truncated(void **state)
{
    (void)state;
    for (int which = 0; which < SAMPLES; which++) {
        struct buf file = sample(which);
        assert_true(decodes_exactly(file.data, file.length));
        for (size_t length = 0; length < file.length; length++) {
            bool good = decodes_exactly(file.data, length);
            if (which == 1 || which == 2)
                assert_false(good);
        }
        buf_fini(&file);
    }
}

static void test_mutations(void **state)
{
    const char *given = getenv("TEST_SEED");
    uint32_t seed =
        given ? (uint32_t)strtoul(given, NULL, 0) : (uint32_t)time(NULL);
    (void)state;
    print_message("TEST_SEED=%u\n", seed);
    for (int round = 0; round < 3000; round++) {
        struct buf file = sample(round % SAMPLES);
        for (int i = 1 + round % 5; i > 0; i--) {
            seed = seed * 1664525u + 1013904223u;
            size_t at = (seed >> 8) % file.length;
            /* Half of them in the first 64 bytes, where headers are. */
            if (seed & 1 << 30 && at > 64)
                at %= 64;
            seed = seed * 1664525u + 1013904223u;
            file.data[at] = (char)(seed >> 24);
        }
        decodes_exactly(file.data, file.length);
        buf_fini(&file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_png_kinds),
        cmocka_unit_test(test_png_lies),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_one_colour_stays),
        cmocka_unit_test(test_area_average),
        cmocka_unit_test(test_cover_crops_evenly),
        cmocka_unit_test(test_bilinear),
        cmocka_unit_test(test_jpeg),
        cmocka_unit_test(test_jpeg_lies),
        cmocka_unit_test(test_webp),
        cmocka_unit_test(test_webp_lies),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
