#include "fonts/fonts.h"

#include <hb.h>

#include "base/mem.h"
#include "fonts/breaks.h"
#include "fonts/codes.h"
#include "fonts/face.h"
#include "fonts/itemize.h"
#include "fonts/justify.h"
#include "fonts/pieces.h"
#include "fonts/spacing.h"

struct fonts *fonts_open(const char *directory)
{
    struct fonts *fonts = xcalloc(1, sizeof(*fonts));
    if (!faces_init(fonts, directory)) {
        fonts_close(fonts);
        return NULL;
    }
    fonts->buffer = hb_buffer_create();
    fonts->codes = codes_new();
    fonts->breaks = breaks_new();
    fonts->itemizer = itemizer_new();
    fonts->line = line_scratch_new();
    fonts->pieces = pieces_new();
    fonts->spacing = spacing_new();
    return fonts;
}

void fonts_forget(struct fonts *fonts)
{
    itemizer_forget(fonts->itemizer);
    breaks_forget(fonts->breaks);
    pieces_forget(fonts->pieces);
}

void fonts_close(struct fonts *fonts)
{
    if (!fonts)
        return;
    line_scratch_free(fonts->line);
    itemizer_free(fonts->itemizer);
    pieces_free(fonts->pieces);
    spacing_free(fonts->spacing);
    breaks_free(fonts->breaks);
    codes_free(fonts->codes);
    hb_buffer_destroy(fonts->buffer);
    faces_fini(fonts);
    free(fonts);
}
