/* face.h - the faces of fonts/data/faces.c: found, mapped, opened. For fonts/
 * only.
 *
 * A file is mapped once; HarfBuzz and FreeType read the same mapping. HarfBuzz
 * (its own OpenType functions) is the one source of advances and FreeType only
 * rasterises, so the two never disagree about a width. A face opens when the
 * first character needs it, its FreeType half when the first glyph is drawn. */
#ifndef FONTS_FACE_H
#define FONTS_FACE_H

#include "fonts/glyph_cache.h"

struct hb_blob_t;
struct hb_buffer_t;
struct hb_font_t;
struct FT_FaceRec_;
struct FT_LibraryRec_;
struct FT_SizeRec_;
struct breaks;
struct codes;
struct inert;
struct itemizer;
struct line_scratch;
struct pieces;
struct spacing;

enum { FALLBACK = -1, FALLBACK_SERIF = -2 /* of text in the Serif only */ };

/* One row of the table: a typeface in up to two weights. */
struct face_row {
    const char *family;                   /* the name the face itself carries */
    const char *files[FONT_WEIGHT_COUNT]; /* NULL: has no such weight */
    int index;           /* where the face is expected in its file */
    int serves;          /* enum font_family it is the Han face of, or... */
    const char *scripts; /* ...fallback for these ISO 15924 codes first */
    int percent;         /* of the size of the text around it */
    int line_percent;    /* of its size, which lines need at least; 0: any */
};
extern const struct face_row face_rows[];
extern const size_t face_row_count;
extern const char *const face_folders[]; /* ends in NULL */

#define FACE_ROW_LIMIT 32
#define FACE_SLOT_LIMIT (FACE_ROW_LIMIT * FONT_WEIGHT_COUNT)
#define FACE_SIZE_LIMIT 6 /* FreeType sizes kept per face; 80 KB each */

enum face_state { FACE_UNTRIED, FACE_OPEN, FACE_ABSENT };

/* How far a mark's origin and advance move when its blank half is taken away:
 * the font's halt feature, or derived from the ink box where it has none; 0
 * where the ink crosses the cut. And how far the ink then stays from the two
 * edges. In font units. */
struct face_trim {
    int32_t dx, advance;
    int32_t left, right;
};

/* How a mark is set in half an em (rule 11): which glyph, and how far its
 * origin stands from the left edge, in font units. */
struct face_half {
    uint16_t glyph; /* 0: the mark stays as it is */
    int16_t dx;
};

struct face_size {
    struct FT_SizeRec_ *size;
    int px;
    uint32_t used;
};

struct face {
    enum face_state state;
    int index; /* in its file */
    int upem;
    int scaled_px; /* the scale `hb` has now; 0: font units */
    struct hb_blob_t *blob;
    struct hb_font_t *hb;
    struct inert *inert;    /* of Han faces; NULL for the others */
    struct FT_FaceRec_ *ft; /* NULL until the first glyph is drawn */
    bool undrawable;        /* FreeType refused the file: logged, left blank */
    int32_t load_flags;
    struct face_trim *trims;  /* one a row of marks; NULL until asked for */
    struct face_half *halves; /* likewise */
    struct face_size sizes[FACE_SIZE_LIMIT];
    uint32_t clock;
};

struct fonts {
    char *directory; /* NULL: the folders of the table */
    struct FT_LibraryRec_ *library;
    struct face faces[FACE_SLOT_LIMIT];
    uint8_t primary[FONT_FAMILY_COUNT][FONT_WEIGHT_COUNT]; /* slots */

    bool always_shape; /* tests: HarfBuzz for every character */

    /* Working memory, kept between paragraphs. */
    struct hb_buffer_t *buffer;
    struct codes *codes;
    struct breaks *breaks;
    struct itemizer *itemizer;
    struct line_scratch *line;
    struct pieces *pieces;
    struct spacing *spacing;

    uint32_t *missing; /* characters already reported */
    size_t missing_count, missing_capacity;
};

/* A font is a face at a size; see struct placed_glyph. */
static inline uint32_t font_id(unsigned slot, int size_px)
{
    return (uint32_t)slot << 16 | (uint32_t)size_px;
}
static inline unsigned font_slot(uint32_t font)
{
    return font >> 16;
}
static inline int font_size(uint32_t font)
{
    return (int)(font & 0xFFFF);
}

/* The size a face is set at in text of a size. */
static inline int face_fitted(unsigned slot, int size_px)
{
    return (size_px * face_rows[slot / FONT_WEIGHT_COUNT].percent + 50) / 100;
}

/* The em box of the Han faces stands from 0.88 em above to 0.12 em below the
 * baseline (OS/2 typographic metrics of both families). */
static inline int face_em_ascent(int size_px)
{
    return (size_px * 88 + 50) / 100;
}

/* Chooses the Han faces. False when there is none: logged. */
bool faces_init(struct fonts *fonts, const char *directory);
void faces_fini(struct fonts *fonts);

/* The face of a slot, opened now if need be; NULL when there is none. */
struct face *face_at(struct fonts *fonts, unsigned slot);

bool face_has(struct fonts *fonts, unsigned slot, uint32_t code);

/* Walks the faces to ask for text of a style and script (a HarfBuzz tag): the
 * Han face, for serif text the Serif of words, the interface's Han face, then
 * the fallbacks for the script, then the others. Start with a cursor of 0; -1
 * after the last one. */
int face_next(struct fonts *fonts, const struct text_style *style,
              uint32_t script, unsigned *cursor);

/* The glyph of a face that has no ink: its word space. */
uint16_t face_blank(struct fonts *fonts, unsigned slot);

/* Logs a character that no face has, once. */
void face_report_missing(struct fonts *fonts, uint32_t code);

/* `hb` scaled to a size: 1/64 px. */
struct hb_font_t *face_scaled(struct face *face, int size_px);

/* What trimming row `mark` of marks changes, in font units. */
const struct face_trim *face_trim(struct fonts *fonts, uint32_t font, int mark);

/* The same for connectors and solidi in half an em. */
const struct face_half *face_half(struct fonts *fonts, uint32_t font, int mark);

/* Font units in 1/64 px, rounded as HarfBuzz rounds its own values. */
int32_t face_scale(struct fonts *fonts, uint32_t font, int units);

/* A glyph drawn by FreeType, borrowed until the next one. False: no ink. */
bool face_draw(struct fonts *fonts, uint32_t font, uint32_t glyph,
               struct glyph_image *out);

#endif
