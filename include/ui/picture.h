/* picture.h - images of the edition, decoded and scaled once to the size they
 * are shown at. */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct picture {
    int width, height;
    uint32_t *pixels; /* XRGB, rows of width */
};

/* PNG, JPEG or WebP. The header is read first: more than 4096 px a side, or a
 * size the data cannot hold, is refused before anything is decoded, and so is a
 * JPEG that was cut off. The picture is scaled (area average down, bilinear up)
 * to cover width x height (1 to 4096 px each), the rest cut off evenly;
 * transparent parts show background (0xRRGGBB). False when the bytes are no
 * such image; the caller logs which one it was. */
bool picture_decode(const void *bytes, size_t length, int width, int height,
                    uint32_t background, struct picture *out);
void picture_fini(struct picture *picture);

#endif
