#include "fonts/face.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_FONT_FORMATS_H
#include FT_SIZES_H
#include <hb-ot.h>
#include <sys/mman.h>
#include <unistd.h>
#include <hb.h>
#include <limits.h>

#include "base/log.h"
#include "base/mem.h"
#include "fonts/classes.h"
#include "fonts/inert.h"

/* More characters than any real text lacks; hostile text must not fill the
 * journal. */
#define MISSING_LIMIT 256

static const struct face_row *row_of(unsigned slot)
{
    return &face_rows[slot / FONT_WEIGHT_COUNT];
}

static const char *file_of(unsigned slot)
{
    return row_of(slot)->files[slot % FONT_WEIGHT_COUNT];
}

/* ---- finding ---- */

/* Long names are shortened in the one, and the other may be missing. */
static bool has_family(hb_blob_t *blob, int index, const char *family)
{
    static const hb_ot_name_id_t ids[] = {HB_OT_NAME_ID_FONT_FAMILY,
                                          HB_OT_NAME_ID_TYPOGRAPHIC_FAMILY};
    hb_language_t english = hb_language_from_string("en", -1);
    hb_face_t *face = hb_face_create(blob, (unsigned)index);
    bool found = false;
    for (size_t i = 0; i < COUNT_OF(ids) && !found; i++) {
        char name[128];
        unsigned size = sizeof(name);
        hb_ot_name_get_utf8(face, ids[i], english, &size, name);
        found = strcmp(name, family) == 0;
    }
    hb_face_destroy(face);
    return found;
}

/* The face of a file that carries the row's name, or -1. */
static int find_index(hb_blob_t *blob, const struct face_row *row)
{
    int count = (int)hb_face_count(blob);
    if (row->index < count && has_family(blob, row->index, row->family))
        return row->index;
    for (int index = 0; index < count; index++) {
        if (has_family(blob, index, row->family))
            return index;
    }
    return -1;
}

/* Maps the slot's file from a folder; NULL when it is not there or does not
 * hold the face. */
static hb_blob_t *map_file(const char *folder, unsigned slot, char *path,
                           size_t size, int *index_out)
{
    int length = snprintf(path, size, "%s/%s", folder, file_of(slot));
    if (length < 0 || (size_t)length >= size)
        return NULL;
    hb_blob_t *blob = hb_blob_create_from_file_or_fail(path);
    if (!blob)
        return NULL;
    hb_blob_make_immutable(blob);
    *index_out = find_index(blob, row_of(slot));
    if (*index_out >= 0)
        return blob;
    log_warn("fonts", "%s: no face named %s in it", path, row_of(slot)->family);
    hb_blob_destroy(blob);
    return NULL;
}

static hb_blob_t *find_file(const char *directory, unsigned slot, char *path,
                            size_t size, int *index_out)
{
    const char *const only[] = {directory, NULL};
    const char *const *folder = directory ? only : face_folders;
    if (!file_of(slot))
        return NULL;
    for (; *folder; folder++) {
        hb_blob_t *blob = map_file(*folder, slot, path, size, index_out);
        if (blob)
            return blob;
    }
    return NULL;
}

bool fonts_find_plain(const char *directory, char *path, size_t size,
                      int *face_out)
{
    for (unsigned row = 0; row < face_row_count; row++) {
        if (face_rows[row].serves != FONT_SANS)
            continue;
        hb_blob_t *blob =
            find_file(directory, row * FONT_WEIGHT_COUNT, path, size, face_out);
        hb_blob_destroy(blob);
        if (blob)
            return true;
    }
    return false;
}

/* ---- opening ---- */

static void open_face(struct fonts *fonts, unsigned slot)
{
    struct face *face = &fonts->faces[slot];
    char path[PATH_MAX];
    face->state = FACE_ABSENT;
    face->blob =
        find_file(fonts->directory, slot, path, sizeof(path), &face->index);
    if (!face->blob)
        return;
    hb_face_t *hb = hb_face_create(face->blob, (unsigned)face->index);
    face->upem = (int)hb_face_get_upem(hb);
    face->hb = hb_font_create(hb);
    if (row_of(slot)->serves >= 0)
        face->inert = inert_new(hb);
    hb_face_destroy(hb);
    hb_ot_font_set_funcs(face->hb);
    hb_font_set_scale(face->hb, face->upem, face->upem);
    face->state = FACE_OPEN;
}

struct face *face_at(struct fonts *fonts, unsigned slot)
{
    struct face *face = &fonts->faces[slot];
    if (face->state == FACE_UNTRIED)
        open_face(fonts, slot);
    return face->state == FACE_OPEN ? face : NULL;
}

/* The slot of a family's Han face in a weight, or -1. */
static int han_slot(struct fonts *fonts, int family, int weight)
{
    for (unsigned row = 0; row < face_row_count; row++) {
        unsigned slot = row * FONT_WEIGHT_COUNT + (unsigned)weight;
        if (face_rows[row].serves == family && file_of(slot) &&
            face_at(fonts, slot))
            return (int)slot;
    }
    return -1;
}

/* Another weight of the family before another family: bold text that is not
 * bold reads better than text that changes its face. */
static int substitute_slot(struct fonts *fonts, int family, int weight)
{
    const int order[][2] = {{family, weight},
                            {family, !weight},
                            {!family, weight},
                            {!family, !weight}};
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        int slot = han_slot(fonts, order[i][0], order[i][1]);
        if (slot >= 0)
            return slot;
    }
    return -1;
}
_Static_assert(FONT_FAMILY_COUNT == 2 && FONT_WEIGHT_COUNT == 2,
               "substitute_slot takes the other one of two");

static bool choose_primaries(struct fonts *fonts)
{
    static const char *const names[FONT_FAMILY_COUNT][FONT_WEIGHT_COUNT] = {
        [FONT_SANS] = {"Sans Regular", "Sans Bold"},
        [FONT_SERIF] = {"Serif Regular", "Serif Bold"},
    };
    for (int family = 0; family < FONT_FAMILY_COUNT; family++) {
        for (int weight = 0; weight < FONT_WEIGHT_COUNT; weight++) {
            int slot = substitute_slot(fonts, family, weight);
            if (slot < 0)
                return false;
            fonts->primary[family][weight] = (uint8_t)slot;
            if (row_of((unsigned)slot)->serves != family ||
                slot % FONT_WEIGHT_COUNT != weight)
                log_warn("fonts", "no %s Han face: %s stands in",
                         names[family][weight], file_of((unsigned)slot));
        }
    }
    return true;
}

static void log_no_han_face(const char *directory)
{
    if (directory)
        log_error("fonts", "%s: no Han face (%s, ...)", directory,
                  face_rows[0].files[FONT_REGULAR]);
    for (const char *const *folder = face_folders; !directory && *folder;
         folder++)
        log_error("fonts", "%s: no Han face (%s, ...)", *folder,
                  face_rows[0].files[FONT_REGULAR]);
}

bool faces_init(struct fonts *fonts, const char *directory)
{
    fonts->directory = directory ? xstrdup(directory) : NULL;
    if (!choose_primaries(fonts)) {
        log_no_han_face(directory);
        return false;
    }
    if (FT_Init_FreeType(&fonts->library) != 0) {
        log_error("fonts", "FreeType does not start");
        return false;
    }
    return true;
}

/* The file is mapped, so its data starts on a page; were it read into memory
 * instead, there would be nothing to give back. The blob is immutable: HarfBuzz
 * has put nothing of its own into these pages. */
static void trim_face(const struct face *face)
{
    unsigned length;
    const char *data = hb_blob_get_data(face->blob, &length);
    if ((uintptr_t)data % (uintptr_t)sysconf(_SC_PAGESIZE) == 0)
        madvise((void *)(uintptr_t)data, length, MADV_DONTNEED);
}

void fonts_trim(struct fonts *fonts)
{
    for (size_t i = 0; i < FACE_SLOT_LIMIT; i++)
        if (fonts->faces[i].blob)
            trim_face(&fonts->faces[i]);
}

static void close_face(struct face *face)
{
    if (face->ft)
        FT_Done_Face(face->ft); /* its sizes go with it */
    inert_free(face->inert);
    hb_font_destroy(face->hb);
    hb_blob_destroy(face->blob);
    free(face->trims);
    free(face->halves);
}

void faces_fini(struct fonts *fonts)
{
    for (size_t slot = 0; slot < COUNT_OF(fonts->faces); slot++)
        close_face(&fonts->faces[slot]);
    if (fonts->library)
        FT_Done_FreeType(fonts->library);
    free(fonts->missing);
    free(fonts->directory);
}

/* ---- which face has a character ---- */

bool face_has(struct fonts *fonts, unsigned slot, uint32_t code)
{
    hb_codepoint_t glyph;
    struct face *face = face_at(fonts, slot);
    if (face && face->inert)
        return inert_find(face->inert, code).flags & INERT_PRESENT;
    return face && hb_font_get_nominal_glyph(face->hb, code, &glyph);
}

static bool row_serves_script(const struct face_row *row, uint32_t script)
{
    char tag[5] = {0};
    hb_tag_to_string(script, tag);
    return strstr(row->scripts, tag);
}

/* The face of words in serif text that the Han face lacks, or -1. */
static int serif_slot(const struct text_style *style, uint32_t script)
{
    for (unsigned row = 0; row < face_row_count; row++) {
        if (face_rows[row].serves == FALLBACK_SERIF &&
            style->family == FONT_SERIF &&
            row_serves_script(&face_rows[row], script))
            return (int)(row * FONT_WEIGHT_COUNT + style->weight);
    }
    return -1;
}

/* Cursor 0 and 2 are the Han faces; then every row in the style's weight and
 * in regular: first those for the script, then all others, because a character
 * without a script, such as the Arabic comma, follows any. */
#define ROWS_FIRST 3 /* cursor */
static int slot_at(const struct fonts *fonts, const struct text_style *style,
                   uint32_t script, unsigned cursor)
{
    if (cursor == 0)
        return fonts->primary[style->family][style->weight];
    if (cursor == 1)
        return serif_slot(style, script);
    if (cursor == 2)
        return fonts->primary[FONT_SANS][style->weight];
    unsigned row = (cursor - ROWS_FIRST) / 2;
    bool other = row >= face_row_count;
    if (other)
        row -= (unsigned)face_row_count;
    unsigned weight = (cursor - ROWS_FIRST) % 2 ? FONT_REGULAR : style->weight;
    unsigned slot = row * FONT_WEIGHT_COUNT + weight;
    bool usable = face_rows[row].serves == FALLBACK && file_of(slot) &&
                  row_serves_script(&face_rows[row], script) != other;
    return usable ? (int)slot : -1;
}

int face_next(struct fonts *fonts, const struct text_style *style,
              uint32_t script, unsigned *cursor)
{
    while (*cursor < ROWS_FIRST + 4 * face_row_count) {
        int slot = slot_at(fonts, style, script, (*cursor)++);
        if (slot >= 0 && face_at(fonts, (unsigned)slot))
            return slot;
    }
    return -1;
}

uint16_t face_blank(struct fonts *fonts, unsigned slot)
{
    hb_codepoint_t glyph = 0;
    struct face *face = face_at(fonts, slot);
    if (face)
        hb_font_get_nominal_glyph(face->hb, ' ', &glyph);
    return (uint16_t)glyph;
}

void face_report_missing(struct fonts *fonts, uint32_t code)
{
    for (size_t i = 0; i < fonts->missing_count; i++) {
        if (fonts->missing[i] == code)
            return;
    }
    if (fonts->missing_count == MISSING_LIMIT)
        return;
    ARRAY_GROW(fonts->missing, fonts->missing_count, fonts->missing_capacity);
    fonts->missing[fonts->missing_count++] = code;
    log_warn("fonts", "no face has U+%04X%s", (unsigned)code,
             fonts->missing_count == MISSING_LIMIT
                 ? "; further ones are not reported"
                 : "");
}

/* ---- HarfBuzz: advances ---- */

hb_font_t *face_scaled(struct face *face, int size_px)
{
    if (face->scaled_px != size_px) {
        int scale = size_px ? size_px * 64 : face->upem;
        hb_font_set_scale(face->hb, scale, scale);
        face->scaled_px = size_px;
    }
    return face->hb;
}

#define NO_FEATURE HB_TAG_NONE
#define HALF_METRICS HB_TAG('h', 'a', 'l', 't')
#define HALF_FORMS HB_TAG('h', 'w', 'i', 'd')

/* The first glyph of a mark set alone in font units, with a feature. */
static hb_glyph_position_t shape_mark(hb_font_t *hb, hb_buffer_t *buffer,
                                      uint32_t code, hb_tag_t tag,
                                      hb_codepoint_t *glyph_out)
{
    const hb_feature_t feature = {tag, 1, HB_FEATURE_GLOBAL_START,
                                  HB_FEATURE_GLOBAL_END};
    hb_buffer_clear_contents(buffer);
    hb_buffer_add_codepoints(buffer, &code, 1, 0, 1);
    hb_buffer_set_direction(buffer, HB_DIRECTION_LTR);
    hb_buffer_set_script(buffer, HB_SCRIPT_HAN);
    hb_buffer_set_language(buffer, hb_language_from_string("zh-cn", -1));
    hb_shape(hb, buffer, &feature, tag != NO_FEATURE);
    unsigned count;
    hb_glyph_info_t *info = hb_buffer_get_glyph_infos(buffer, &count);
    hb_glyph_position_t *at = hb_buffer_get_glyph_positions(buffer, &count);
    *glyph_out = count ? info[0].codepoint : 0;
    return count ? at[0] : (hb_glyph_position_t){0};
}

/* Which half of an em has no ink: the one on its side, or, in faces that
 * centre their commas, a quarter on either side. */
static struct face_trim derive_trim(enum trim_side side, int left, int right,
                                    int em)
{
    int half = em / 2, quarter = em / 4;
    if (side == TRIM_RIGHT && right <= half)
        return (struct face_trim){.advance = -half};
    if (side == TRIM_LEFT && left >= half)
        return (struct face_trim){.dx = -half, .advance = -half};
    if (left >= quarter && right <= em - quarter)
        return (struct face_trim){.dx = -quarter, .advance = -half};
    return (struct face_trim){0};
}

/* A mark that is not an em wide has no blank half. */
static bool is_full_width(int advance, int em)
{
    return advance > em - em / 32 && advance < em + em / 32;
}

static struct face_trim measure_trim(const struct face *face,
                                     hb_buffer_t *buffer, uint32_t code,
                                     enum trim_side side)
{
    hb_codepoint_t glyph;
    hb_glyph_extents_t ink;
    hb_glyph_position_t half =
        shape_mark(face->hb, buffer, code, HALF_METRICS, &glyph);
    hb_glyph_position_t full =
        shape_mark(face->hb, buffer, code, NO_FEATURE, &glyph);
    struct face_trim trim = {.dx = half.x_offset - full.x_offset,
                             .advance = half.x_advance - full.x_advance};
    if (!glyph || !hb_font_get_glyph_extents(face->hb, glyph, &ink))
        return trim;
    int left = full.x_offset + ink.x_bearing, right = left + ink.width;
    if (!trim.advance && is_full_width(full.x_advance, face->upem))
        trim = derive_trim(side, left, right, full.x_advance);
    trim.left = left + trim.dx;
    trim.right = full.x_advance + trim.advance - right - trim.dx;
    return trim.left < 0 || trim.right < 0 ? (struct face_trim){0} : trim;
}

static struct face_trim *measure_trims(struct face *face)
{
    struct face_trim *trims = xcalloc(mark_count, sizeof(*trims));
    hb_buffer_t *buffer = hb_buffer_create();
    face_scaled(face, 0);
    for (size_t i = 0; i < mark_count; i++) {
        enum trim_side side = class_rules[marks[i].class].trim;
        if (side != TRIM_NONE)
            trims[i] = measure_trim(face, buffer, marks[i].code, side);
    }
    hb_buffer_destroy(buffer);
    return trims;
}

const struct face_trim *face_trim(struct fonts *fonts, uint32_t font, int mark)
{
    struct face *face = face_at(fonts, font_slot(font));
    if (!face->trims)
        face->trims = measure_trims(face);
    return &face->trims[mark];
}

/* Marks of half an em, and the narrow one whose glyph serves where a face has
 * no half-width form. The interpunct needs neither; ～ is an em wide. */
static const struct {
    uint16_t code, narrow;
} half_marks[] = {
    {'-', '-'},
    {0x2013, 0x2013}, /* – */
    {0xFF0D, '-'},    /* － */
    {0xFF0F, '/'},    /* ／ */
};

/* The ink in the middle of half an em, if it has room there. */
static struct face_half centre_half(const struct face *face,
                                    hb_codepoint_t glyph)
{
    hb_glyph_extents_t ink;
    int half = face->upem / 2;
    if (!glyph || !hb_font_get_glyph_extents(face->hb, glyph, &ink) ||
        ink.width > half + half / 16)
        return (struct face_half){0, 0};
    return (struct face_half){
        (uint16_t)glyph, (int16_t)((half - ink.width) / 2 - ink.x_bearing)};
}

static struct face_half measure_half(const struct face *face,
                                     hb_buffer_t *buffer, uint32_t code,
                                     uint32_t narrow)
{
    hb_codepoint_t glyph;
    shape_mark(face->hb, buffer, code, HALF_FORMS, &glyph);
    struct face_half half = centre_half(face, glyph);
    if (half.glyph)
        return half;
    shape_mark(face->hb, buffer, narrow, NO_FEATURE, &glyph);
    return centre_half(face, glyph);
}

static struct face_half *measure_halves(struct face *face)
{
    struct face_half *halves = xcalloc(mark_count, sizeof(*halves));
    hb_buffer_t *buffer = hb_buffer_create();
    face_scaled(face, 0);
    for (size_t i = 0; i < COUNT_OF(half_marks); i++)
        halves[mark_find(half_marks[i].code)] = measure_half(
            face, buffer, half_marks[i].code, half_marks[i].narrow);
    hb_buffer_destroy(buffer);
    return halves;
}

const struct face_half *face_half(struct fonts *fonts, uint32_t font, int mark)
{
    struct face *face = face_at(fonts, font_slot(font));
    if (!face->halves)
        face->halves = measure_halves(face);
    return &face->halves[mark];
}

int32_t face_scale(struct fonts *fonts, uint32_t font, int units)
{
    int64_t scaled = (int64_t)units * font_size(font) * 64;
    int upem = face_at(fonts, font_slot(font))->upem;
    return (int32_t)((scaled + (scaled < 0 ? -upem : upem) / 2) / upem);
}

/* ---- FreeType: pixels ---- */

/* LIGHT snaps only vertically, so advances hold. For CFF it is FreeType's own
 * hinter and costs 5 %; for TrueType it would be the auto-hinter, three times
 * the cost for nothing at our sizes. */
static int32_t load_flags_of(FT_Face ft)
{
    const char *format = FT_Get_Font_Format(ft);
    bool cff = format && strcmp(format, "CFF") == 0;
    return FT_LOAD_NO_BITMAP |
           (cff ? FT_LOAD_TARGET_LIGHT : FT_LOAD_NO_HINTING);
}

static bool open_raster(struct fonts *fonts, struct face *face, unsigned slot)
{
    unsigned length;
    const char *data = hb_blob_get_data(face->blob, &length);
    if (face->ft || face->undrawable)
        return face->ft;
    if (FT_New_Memory_Face(fonts->library, (const FT_Byte *)data,
                           (FT_Long)length, face->index, &face->ft) != 0) {
        face->ft = NULL;
        face->undrawable = true;
        log_error("fonts", "%s: FreeType cannot read it", file_of(slot));
        return false;
    }
    face->load_flags = load_flags_of(face->ft);
    return true;
}

/* A second size costs 80 KB, a second face 1 MB (typography.md, finding 10). */
static struct face_size *size_for(struct face *face, int px)
{
    struct face_size *oldest = &face->sizes[0];
    for (size_t i = 0; i < COUNT_OF(face->sizes); i++) {
        struct face_size *size = &face->sizes[i];
        if (size->size && size->px == px)
            return size;
        if (!size->size || (oldest->size && size->used < oldest->used))
            oldest = size;
    }
    return oldest;
}

static bool activate_size(struct face *face, int px)
{
    struct face_size *size = size_for(face, px);
    if (!size->size && FT_New_Size(face->ft, &size->size) != 0) {
        size->size = NULL;
        return false;
    }
    FT_Activate_Size(size->size);
    size->used = ++face->clock;
    if (size->px == px)
        return true;
    size->px = px;
    return FT_Set_Pixel_Sizes(face->ft, 0, (FT_UInt)px) == 0;
}

bool face_draw(struct fonts *fonts, uint32_t font, uint32_t glyph,
               struct glyph_image *out)
{
    struct face *face = face_at(fonts, font_slot(font));
    if (!face || !open_raster(fonts, face, font_slot(font)) ||
        !activate_size(face, font_size(font)))
        return false;
    if (FT_Load_Glyph(face->ft, glyph, face->load_flags) != 0 ||
        FT_Render_Glyph(face->ft->glyph, FT_RENDER_MODE_NORMAL) != 0)
        return false;
    FT_GlyphSlot drawn = face->ft->glyph;
    *out = (struct glyph_image){
        .coverage = drawn->bitmap.buffer,
        .pitch = drawn->bitmap.pitch,
        .width = (int)drawn->bitmap.width,
        .height = (int)drawn->bitmap.rows,
        .left = drawn->bitmap_left,
        .top = drawn->bitmap_top,
    };
    return out->width > 0 && out->height > 0;
}
