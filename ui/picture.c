/* picture.c - from the bytes of an image to pixels of the size shown.
 *
 * The header is read here before SDL2_image sees a byte, so that what the
 * decoder will allocate is known and bounded; what it returns must be of the
 * size the header said. Scaling is separable, in integers: for each row shown,
 * the source rows it covers are summed by weight, then the columns. Only one
 * row of sums and one of source are held besides the decoded image. */
#include <SDL.h>
#include <SDL_image.h>
#include <limits.h>

#include "base/mem.h"
#include "ui/picture.h"

enum {
    SIDE_LIMIT = 4096,    /* px, of the source and of what is shown */
    SCAN_LIMIT = 100,     /* of a progressive JPEG; a dozen is usual */
    WEIGHT_BITS = 14,     /* the weights of a pixel add up to 1 << this */
    SUM_BITS = 8,         /* fraction kept between rows and columns */
    INFLATE_LIMIT = 1032, /* deflate packs no more bytes than this in one */
    BLOCKS_A_BYTE = 8,    /* a JPEG block needs at least one bit */
};

struct bytes {
    const uint8_t *data;
    size_t length;
};

struct header {
    uint32_t width, height;
    uint64_t least; /* bytes an image of that size takes */
    bool cmyk, inverted;
};

/* --- Headers ------------------------------------------------------------ */

/* count bytes from at as a number; 0 when they are not there. */
static uint32_t big_endian(struct bytes bytes, size_t at, size_t count)
{
    uint32_t value = 0;
    if (at > bytes.length || count > bytes.length - at)
        return 0;
    for (size_t i = 0; i < count; i++)
        value = value << 8 | bytes.data[at + i];
    return value;
}

static uint32_t little_endian(struct bytes bytes, size_t at, size_t count)
{
    uint32_t value = 0;
    if (at > bytes.length || count > bytes.length - at)
        return 0;
    for (size_t i = count; i-- > 0;)
        value = value << 8 | bytes.data[at + i];
    return value;
}

static bool says(struct bytes bytes, size_t at, const char *text)
{
    size_t length = strlen(text);
    return at <= bytes.length && length <= bytes.length - at &&
           memcmp(bytes.data + at, text, length) == 0;
}

/* PNG (ISO/IEC 15948) 11.2.2: IHDR comes first. */
static bool read_png(struct bytes bytes, struct header *out)
{
    static const uint8_t channels[7] = {1, 0, 3, 1, 2, 0, 4};
    if (!says(bytes, 0, "\x89PNG\r\n\x1A\n") || !says(bytes, 12, "IHDR") ||
        big_endian(bytes, 8, 4) != 13)
        return false;
    uint32_t depth = big_endian(bytes, 24, 1), type = big_endian(bytes, 25, 1);
    if (type >= COUNT_OF(channels) || !channels[type] || depth > 16)
        return false;
    out->width = big_endian(bytes, 16, 4);
    out->height = big_endian(bytes, 20, 4);
    uint64_t row = ((uint64_t)out->width * channels[type] * depth + 7) / 8 + 1;
    out->least = row * out->height / INFLATE_LIMIT;
    return true;
}

/* ITU-T T.81 B.1.1.3, by the marker's second byte. */
static bool is_frame(uint8_t marker)
{
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 &&
           marker != 0xC8 && marker != 0xCC;
}

static bool is_restart(uint8_t marker)
{
    return marker >= 0xD0 && marker <= 0xD7;
}

/* Past the entropy-coded data that starts at at, to the next marker. */
static size_t skip_scan(struct bytes bytes, size_t at)
{
    while (at + 1 < bytes.length) {
        const uint8_t *found =
            memchr(bytes.data + at, 0xFF, bytes.length - 1 - at);
        if (!found)
            break;
        at = (size_t)(found - bytes.data);
        /* FF 00 stands for a byte FF; fill bytes may come before a marker. */
        if (found[1] != 0 && found[1] != 0xFF && !is_restart(found[1]))
            return at;
        at += found[1] == 0xFF ? 1 : 2;
    }
    return bytes.length;
}

/* One marker segment; body and length are what follows the length field. */
static void read_segment(struct bytes bytes, uint8_t marker, size_t body,
                         struct header *out)
{
    if (is_frame(marker)) {
        out->height = big_endian(bytes, body + 1, 2);
        out->width = big_endian(bytes, body + 3, 2);
        out->cmyk = big_endian(bytes, body + 5, 1) == 4;
    }
    /* Adobe's programs store CMYK upside down; all who read it know. */
    if (marker == 0xEE && says(bytes, body, "Adobe"))
        out->inverted = true;
}

/* Walks all segments to the end of the image: one that was cut off would decode
 * to grey below the cut, and one of endless scans would take for ever. */
static bool read_jpeg(struct bytes bytes, struct header *out)
{
    int scans = 0, frames = 0;
    if (!says(bytes, 0, "\xFF\xD8\xFF"))
        return false;
    for (size_t at = 2; at + 1 < bytes.length;) {
        uint8_t marker = bytes.data[at + 1];
        if (bytes.data[at] != 0xFF)
            return false;
        if (marker == 0xFF) {
            at++;
            continue;
        }
        if (marker == 0xD9)
            break;
        uint32_t length = big_endian(bytes, at + 2, 2);
        if (length < 2 || length > bytes.length - at - 2)
            return false;
        read_segment(bytes, marker, at + 4, out);
        frames += is_frame(marker);
        at += 2 + length;
        if (marker == 0xDA) {
            if (++scans > SCAN_LIMIT)
                return false;
            at = skip_scan(bytes, at);
        }
        if (at >= bytes.length)
            return false;
    }
    out->least = (uint64_t)(out->width / 8) * (out->height / 8) / BLOCKS_A_BYTE;
    return frames == 1 && scans > 0;
}

/* RFC 9649; an image of one colour takes next to no bytes, so least is 0. */
static bool read_webp(struct bytes bytes, struct header *out)
{
    if (!says(bytes, 0, "RIFF") || !says(bytes, 8, "WEBP"))
        return false;
    if (says(bytes, 12, "VP8X")) {
        out->width = little_endian(bytes, 24, 3) + 1;
        out->height = little_endian(bytes, 27, 3) + 1;
    } else if (says(bytes, 12, "VP8L") && says(bytes, 20, "\x2F")) {
        uint32_t packed = little_endian(bytes, 21, 4);
        out->width = (packed & 0x3FFF) + 1;
        out->height = (packed >> 14 & 0x3FFF) + 1;
    } else if (says(bytes, 12, "VP8 ") && says(bytes, 23, "\x9D\x01\x2A")) {
        out->width = little_endian(bytes, 26, 2) & 0x3FFF;
        out->height = little_endian(bytes, 28, 2) & 0x3FFF;
    } else {
        return false;
    }
    return true;
}

static const struct {
    bool (*read)(struct bytes bytes, struct header *out);
    SDL_Surface *(SDLCALL *load)(SDL_RWops *source);
} formats[] = {
    {read_png, IMG_LoadPNG_RW},
    {read_jpeg, IMG_LoadJPG_RW},
    {read_webp, IMG_LoadWEBP_RW},
};

static SDL_Surface *load(struct bytes bytes, struct header *header)
{
    size_t format = 0;
    if (bytes.length > INT_MAX)
        return NULL;
    while (!formats[format].read(bytes, header)) {
        *header = (struct header){0};
        if (++format == COUNT_OF(formats))
            return NULL;
    }
    if (header->width - 1 >= SIDE_LIMIT || header->height - 1 >= SIDE_LIMIT ||
        header->least > bytes.length)
        return NULL;
    SDL_RWops *source = SDL_RWFromConstMem(bytes.data, (int)bytes.length);
    SDL_Surface *image = source ? formats[format].load(source) : NULL;
    if (source)
        SDL_RWclose(source);
    if (image &&
        (image->w != (int)header->width || image->h != (int)header->height)) {
        SDL_FreeSurface(image);
        return NULL;
    }
    return image;
}

/* --- Source rows -------------------------------------------------------- */

struct source {
    SDL_Surface *image;
    SDL_Surface *row; /* one row of ARGB, for formats other than that */
    struct header header;
    uint8_t background[3];
};

static uint8_t mix(unsigned over, unsigned under, unsigned alpha)
{
    return (uint8_t)((over * alpha + under * (255 - alpha) + 127) / 255);
}

/* SDL2_image leaves CMYK as it is stored, four bytes a pixel. */
static void read_cmyk_row(const struct source *source, int y, uint32_t *rgb)
{
    const uint8_t *from = (const uint8_t *)source->image->pixels +
                          (ptrdiff_t)y * source->image->pitch;
    unsigned flip = source->header.inverted ? 0 : 255;
    for (int x = 0; x < source->image->w; x++, from += 4) {
        unsigned black = from[3] ^ flip;
        rgb[x] = (uint32_t)mix(from[0] ^ flip, 0, black) << 16 |
                 (uint32_t)mix(from[1] ^ flip, 0, black) << 8 |
                 mix(from[2] ^ flip, 0, black);
    }
}

/* Most pictures are opaque: nothing of them needs mixing. */
static bool is_opaque(const uint32_t *argb, int count)
{
    uint32_t all = 0xFF000000;
    for (int x = 0; x < count; x++)
        all &= argb[x];
    return all >> 24 == 255;
}

static uint32_t mix_pixel(const struct source *source, uint32_t argb)
{
    uint32_t rgb = 0;
    for (int i = 0; i < 3; i++)
        rgb = rgb << 8 | mix(argb >> (16 - 8 * i) & 255, source->background[i],
                             argb >> 24);
    return rgb;
}

static void read_argb_row(const struct source *source, int y, uint32_t *rgb)
{
    int width = source->image->w;
    uint32_t *argb = source->row->pixels;
    SDL_Rect one = {0, y, width, 1}, to = {0, 0, 0, 0};
    /* A colour key makes the blit leave pixels out: they stay transparent. */
    if (SDL_HasColorKey(source->image))
        memset(argb, 0, (size_t)source->row->pitch);
    SDL_BlitSurface(source->image, &one, source->row, &to);
    if (is_opaque(argb, width)) {
        memcpy(rgb, argb, (size_t)width * sizeof(*rgb));
        return;
    }
    for (int x = 0; x < width; x++)
        rgb[x] = mix_pixel(source, argb[x]);
}

static void read_row(const struct source *source, int y, uint32_t *rgb)
{
    if (source->header.cmyk)
        read_cmyk_row(source, y, rgb);
    else
        read_argb_row(source, y, rgb);
}

static bool source_open(struct source *source, struct bytes bytes,
                        uint32_t background)
{
    source->image = load(bytes, &source->header);
    if (!source->image)
        return false;
    if (source->header.cmyk && source->image->format->BytesPerPixel != 4)
        return false;
    for (int i = 0; i < 3; i++)
        source->background[i] = (uint8_t)(background >> (16 - 8 * i));
    source->row = SDL_CreateRGBSurfaceWithFormat(0, source->image->w, 1, 32,
                                                 SDL_PIXELFORMAT_ARGB8888);
    SDL_SetSurfaceBlendMode(source->image, SDL_BLENDMODE_NONE);
    return source->row != NULL;
}

static void source_close(struct source *source)
{
    SDL_FreeSurface(source->row);
    SDL_FreeSurface(source->image);
}

/* --- Scaling ------------------------------------------------------------ */

/* Which source pixels one pixel shown is made of, and how much of each. */
struct taps {
    int first, count;
    const uint16_t *weights;
};

struct axis {
    struct taps *taps; /* one a pixel shown */
    uint16_t *weights; /* of all of them */
};

/* Area average: the pixel covers [from, to) of the source, 16 fraction bits.
 * Rounding the running total makes the weights add up exactly. */
static int weigh_area(int64_t from, int64_t to, int size, struct taps *taps,
                      uint16_t *weights)
{
    int64_t length = to - from, before = 0;
    taps->first = (int)(from >> 16);
    int last = (int)((to - 1) >> 16);
    last = last < size ? last : size - 1;
    taps->count = last - taps->first + 1;
    for (int i = 0; i < taps->count; i++) {
        int64_t edge = (int64_t)(taps->first + i + 1) << 16;
        int64_t covered = (edge < to ? edge : to) - from;
        int64_t total = ((covered << WEIGHT_BITS) + length / 2) / length;
        weights[i] = (uint16_t)(total - before);
        before = total;
    }
    return taps->count;
}

/* Bilinear: between the two source pixels whose centres are nearest. */
static int weigh_between(int64_t from, int64_t to, int size, struct taps *taps,
                         uint16_t *weights)
{
    int64_t centre = (from + to) / 2 - (1 << 15);
    int64_t end = (int64_t)(size - 1) << 16;
    centre = centre < 0 ? 0 : centre > end ? end : centre;
    unsigned part = (unsigned)(centre & 0xFFFF) >> (16 - WEIGHT_BITS);
    taps->first = (int)(centre >> 16);
    taps->count = part ? 2 : 1;
    weights[0] = (uint16_t)((1u << WEIGHT_BITS) - part);
    weights[1] = (uint16_t)part;
    return taps->count;
}

/* used: how much of the source's size is shown, 16 fraction bits; the rest is
 * cut off on either side. */
static struct axis axis_new(int size, int64_t used, int shown)
{
    int64_t offset = (((int64_t)size << 16) - used) / 2;
    size_t room = (size_t)size + 2 * (size_t)shown + 2;
    struct axis axis = {
        xcalloc((size_t)shown, sizeof(*axis.taps)),
        xcalloc(room, sizeof(*axis.weights)),
    };
    int (*weigh)(int64_t, int64_t, int, struct taps *, uint16_t *) =
        used >= (int64_t)shown << 16 ? weigh_area : weigh_between;
    uint16_t *weights = axis.weights;
    for (int i = 0; i < shown; i++) {
        int64_t from = offset + used * i / shown;
        int64_t to = offset + used * (i + 1) / shown;
        axis.taps[i].weights = weights;
        weights += weigh(from, to, size, &axis.taps[i], weights);
    }
    return axis;
}

static void axis_free(struct axis *axis)
{
    free(axis->taps);
    free(axis->weights);
}

/* The weighted sums of some rows, a plane a channel so that the loops
 * vectorise. */
struct sums {
    uint32_t *red, *green, *blue;
};

static void add_row(const uint32_t *restrict rgb, int count, uint32_t weight,
                    uint32_t *restrict plane, int shift)
{
    for (int x = 0; x < count; x++)
        plane[x] += (rgb[x] >> shift & 255) * weight;
}

static void round_plane(uint32_t *plane, int count)
{
    for (int x = 0; x < count; x++)
        plane[x] = (plane[x] + (1u << (WEIGHT_BITS - SUM_BITS - 1))) >>
                   (WEIGHT_BITS - SUM_BITS);
}

static void sum_rows(const struct source *source, const struct taps *taps,
                     uint32_t *rgb, const struct sums *sums)
{
    int count = source->image->w;
    uint32_t *const planes[] = {sums->red, sums->green, sums->blue};
    for (int i = 0; i < 3; i++)
        memset(planes[i], 0, (size_t)count * sizeof(*planes[i]));
    for (int row = 0; row < taps->count; row++) {
        read_row(source, taps->first + row, rgb);
        for (int i = 0; i < 3; i++)
            add_row(rgb, count, taps->weights[row], planes[i], 16 - 8 * i);
    }
    for (int i = 0; i < 3; i++)
        round_plane(planes[i], count);
}

static uint32_t sum_columns(const struct taps *taps, const struct sums *sums)
{
    uint32_t half = 1u << (WEIGHT_BITS + SUM_BITS - 1);
    uint32_t red = half, green = half, blue = half;
    for (int i = 0; i < taps->count; i++) {
        red += sums->red[taps->first + i] * taps->weights[i];
        green += sums->green[taps->first + i] * taps->weights[i];
        blue += sums->blue[taps->first + i] * taps->weights[i];
    }
    return red >> (WEIGHT_BITS + SUM_BITS) << 16 |
           green >> (WEIGHT_BITS + SUM_BITS) << 8 |
           blue >> (WEIGHT_BITS + SUM_BITS);
}

static void scale(const struct source *source, const struct picture *out)
{
    int64_t width = source->image->w, height = source->image->h;
    int64_t used_x = width << 16, used_y = height << 16;
    if (out->width * height >= out->height * width)
        used_y = used_x * out->height / out->width;
    else
        used_x = used_y * out->width / out->height;
    struct axis columns = axis_new((int)width, used_x, out->width);
    struct axis rows = axis_new((int)height, used_y, out->height);
    uint32_t *memory = xcalloc(4 * (size_t)width, sizeof(*memory));
    uint32_t *rgb = memory + 3 * width;
    const struct sums sums = {memory, memory + width, memory + 2 * width};
    uint32_t *pixel = out->pixels;
    for (int y = 0; y < out->height; y++) {
        sum_rows(source, &rows.taps[y], rgb, &sums);
        for (int x = 0; x < out->width; x++)
            *pixel++ = sum_columns(&columns.taps[x], &sums);
    }
    free(memory);
    axis_free(&rows);
    axis_free(&columns);
}

bool picture_decode(const void *bytes, size_t length, int width, int height,
                    uint32_t background, struct picture *out)
{
    struct source source = {0};
    *out = (struct picture){0};
    if (width < 1 || height < 1 || width > SIDE_LIMIT || height > SIDE_LIMIT)
        return false;
    bool good = source_open(&source, (struct bytes){bytes, length}, background);
    if (good) {
        *out = (struct picture){
            width, height,
            xcalloc((size_t)width * (size_t)height, sizeof(*out->pixels))};
        scale(&source, out);
    }
    source_close(&source);
    return good;
}

void picture_fini(struct picture *picture)
{
    free(picture->pixels);
    *picture = (struct picture){0};
}
