#include "fonts/interlinear.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "fonts/classes.h"
#include "fonts/face.h"

/* In hundredths of the em of the text. Han reach 12 below the baseline and 88
 * above; at a line height of 1.75 em there are 75 between them. */
enum {
    LINE_TOP = 17, /* below the baseline */
    LINE_THICKNESS = 6,
    LINE_INSET = 12, /* at either end: two names in a row are two lines */
    WAVE_TOP = 14,
    WAVE_HEIGHT = 15,
    DOT_TOP = 17,
    DOT_TOP_UNDER_LINE = 34,
    DOT_SIZE = 16,
    RUBY_SIZE = 46,
    RUBY_RISE = 13,  /* of its baseline above the em box */
    RUBY_APART = 25, /* between two syllables (rule 22) */
    NOTE_RAISE = 67  /* of the number's own size */
};

enum {
    RUBY_SIZE_LEAST = 4, /* px */
    RUBY_WORD = 4,       /* characters */
};

static int part(int size, int percent)
{
    int px = (size * percent + 50) / 100;
    return px > 0 ? px : 1;
}

static uint32_t code_at(const struct setting *setting,
                        const struct glyph *glyph)
{
    size_t at = glyph->cluster;
    return utf8_next(setting->text, setting->length, &at);
}

static bool is_han(const struct setting *setting, size_t index)
{
    const struct glyph *glyph = &setting->shaped.glyphs[index];
    return glyph->flags & GLYPH_FIRST && glyph->class == CLASS_HAN &&
           utf8_is_han(code_at(setting, glyph));
}

static int size_at(const struct setting *setting, size_t glyph)
{
    const struct shaped *shaped = &setting->shaped;
    return font_size(shaped->spans[span_of(shaped, glyph)].font);
}

static uint32_t tag_at(const struct setting *setting, size_t glyph)
{
    const struct shaped *shaped = &setting->shaped;
    return shaped->spans[span_of(shaped, glyph)].tag;
}

/* The first glyph at or behind a byte: glyphs stand in the order of the text.
 */
static size_t glyph_at(const struct shaped *shaped, uint32_t byte)
{
    size_t low = 0, high = shaped->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (shaped->glyphs[middle].cluster < byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- numbers of notes ---- */

static void drop_gap(struct setting *setting, size_t index)
{
    struct shaped *shaped = &setting->shaped;
    if (index >= shaped->count || !(shaped->glyphs[index].flags & GLYPH_GAP))
        return;
    shaped->glyphs[index].advance -=
        spacing_gap(shaped->spans[span_of(shaped, index)].font);
    shaped->glyphs[index].flags &= (uint8_t)~GLYPH_GAP;
}

/* A number leans on what is before it, and takes the blank half of a mark. */
static void raise_number(struct setting *setting, const struct text_mark *mark)
{
    struct shaped *shaped = &setting->shaped;
    size_t first = glyph_at(shaped, mark->start);
    size_t end = glyph_at(shaped, mark->end);
    if (first >= end)
        return;
    for (size_t i = first; i < end; i++)
        shaped->glyphs[i].dy =
            (int16_t)(shaped->glyphs[i].dy +
                      part(size_at(setting, i), NOTE_RAISE) * 64);
    drop_gap(setting, first);
    drop_gap(setting, end);
    if (!first)
        return;
    shaped->glyphs[first].flags &= (uint8_t) ~(GLYPH_BREAK | GLYPH_PLAIN);
    shaped->glyphs[first].flags |= GLYPH_JOINED;
    struct glyph *before = &shaped->glyphs[first - 1];
    struct trim trim = spacing_edge(setting, first - 1, TRIM_RIGHT);
    if (trim.advance) {
        before->advance += trim.advance;
        before->flags |= GLYPH_TRIMMED;
    }
}

/* ---- pinyin ---- */

/* One syllable is a paragraph of its own for as long as it takes to shape it.
 */
static void add_syllable(struct interlinear *inter, struct setting *setting,
                         size_t base, const char *text, size_t length)
{
    int size = size_at(setting, base) * RUBY_SIZE / 100;
    const struct text_run run = {
        .end = (uint32_t)length,
        .style = {.size_px = size < RUBY_SIZE_LEAST ? RUBY_SIZE_LEAST : size},
        .tag = tag_at(setting, base),
    };
    struct paragraph *p = paragraph_new(setting->fonts, text, length, &run, 1,
                                        &(struct paragraph_style){0});
    int width = paragraph_natural_width(p);
    size_t count;
    paragraph_set_width(p, width);
    int baseline = paragraph_line(p, 0).baseline;
    const struct placed_glyph *glyphs = paragraph_glyphs(p, 0, &count);
    ARRAY_GROW(inter->rubies, inter->ruby_count, inter->ruby_capacity);
    inter->rubies[inter->ruby_count++] = (struct ruby){
        .base = (uint32_t)base,
        .first = (uint32_t)inter->pinyin_count,
        .count = (uint32_t)count,
        .width = width,
    };
    for (size_t i = 0; i < count; i++) {
        ARRAY_GROW(inter->pinyin, inter->pinyin_count, inter->pinyin_capacity);
        inter->pinyin[inter->pinyin_count] = glyphs[i];
        inter->pinyin[inter->pinyin_count++].y -= baseline;
    }
    paragraph_free(p);
}

/* A short stretch is a word, and stays on one line. */
static void keep_together(struct setting *setting, size_t first, size_t end)
{
    for (size_t i = first + 1; i < end && end - first <= RUBY_WORD; i++)
        setting->shaped.glyphs[i].flags &= (uint8_t)~GLYPH_BREAK;
}

/* A syllable to each Han character, as long as there are both. */
static void add_ruby(struct interlinear *inter, struct setting *setting,
                     const struct text_mark *mark)
{
    const char *text = mark->ruby ? mark->ruby : "";
    size_t first = glyph_at(&setting->shaped, mark->start);
    size_t end = glyph_at(&setting->shaped, mark->end);
    keep_together(setting, first, end);
    for (size_t i = first; i < end; i++) {
        if (!is_han(setting, i))
            continue;
        text += strspn(text, " ");
        size_t length = strcspn(text, " ");
        if (!length)
            return;
        add_syllable(inter, setting, i, text, length);
        text += length;
    }
}

/* Moves characters apart whose pinyin would come too close. */
static void space_ruby(struct interlinear *inter, struct setting *setting)
{
    struct glyph *glyphs = setting->shaped.glyphs;
    for (size_t i = 1; i < inter->ruby_count; i++) {
        const struct ruby *a = &inter->rubies[i - 1], *b = a + 1;
        if (b->base != a->base + 1)
            continue;
        int size = size_at(setting, a->base);
        int apart =
            (a->width + b->width + 2) / 2 + part(size, RUBY_APART) - size;
        if (apart > 0)
            glyphs[a->base].advance += apart * 64;
    }
}

/* ---- icons ---- */

/* The caller draws it; here it is a blank of an em. Nothing is left of what the
 * face has for U+FFFC. */
static void make_room(struct setting *setting, const struct text_mark *mark)
{
    struct shaped *shaped = &setting->shaped;
    size_t at = glyph_at(shaped, mark->start);
    if (at == shaped->count || shaped->glyphs[at].cluster != mark->start ||
        code_at(setting, &shaped->glyphs[at]) != OBJECT_CHARACTER)
        return;
    struct glyph *glyph = &shaped->glyphs[at];
    uint32_t font = shaped->spans[span_of(shaped, at)].font;
    glyph->id = face_blank(setting->fonts, font_slot(font));
    glyph->dx = glyph->dy = 0;
    glyph->advance = font_size(font) * 64;
    if (glyph->flags & GLYPH_GAP)
        glyph->advance += spacing_gap(font);
}

/* ---- life ---- */

void interlinear_init(struct interlinear *inter, struct setting *setting,
                      const struct text_mark *text_marks, size_t count)
{
    *inter = (struct interlinear){.mark_count = count};
    if (!count)
        return;
    inter->marks = xcalloc(count, sizeof(*text_marks));
    memcpy(inter->marks, text_marks, count * sizeof(*text_marks));
    for (size_t i = 0; i < count; i++) {
        if (text_marks[i].kind == MARK_RAISED)
            raise_number(setting, &text_marks[i]);
        else if (text_marks[i].kind == MARK_RUBY)
            add_ruby(inter, setting, &text_marks[i]);
        else if (text_marks[i].kind == MARK_ICON)
            make_room(setting, &text_marks[i]);
        inter->marks[i].ruby = NULL; /* borrowed only until here */
    }
    space_ruby(inter, setting);
}

void interlinear_fini(struct interlinear *inter)
{
    free(inter->marks);
    free(inter->rubies);
    free(inter->pinyin);
    free(inter->placed);
    free(inter->above);
}

/* ---- below the characters ---- */

static struct placed_mark *add_mark(struct interlinear *inter,
                                    enum text_mark_kind kind, uint32_t tag)
{
    ARRAY_GROW(inter->placed, inter->placed_count, inter->placed_capacity);
    struct placed_mark *mark = &inter->placed[inter->placed_count++];
    *mark = (struct placed_mark){.kind = kind, .tag = tag};
    return mark;
}

static bool is_underlined(const struct interlinear *inter, uint32_t byte)
{
    for (size_t i = 0; i < inter->mark_count; i++) {
        const struct text_mark *mark = &inter->marks[i];
        if (mark->start > byte)
            break;
        if ((mark->kind == MARK_LINE || mark->kind == MARK_WAVE) &&
            mark->start <= byte && byte < mark->end)
            return true;
    }
    return false;
}

/* Below each Han character, wherever spacing put it. */
static void add_dots(struct interlinear *inter, const struct setting *setting,
                     size_t first, size_t end, const struct pen *pens,
                     int baseline)
{
    for (size_t i = first; i < end; i++) {
        if (!is_han(setting, i))
            continue;
        int size = size_at(setting, i);
        int dot = part(size, DOT_SIZE) + 1;
        bool under = is_underlined(inter, setting->shaped.glyphs[i].cluster);
        struct placed_mark *mark =
            add_mark(inter, MARK_DOTS, tag_at(setting, i));
        dot -= dot % 2; /* even: a circle of whole pixels, like the em box */
        mark->width = mark->height = dot;
        mark->x = pens[i - first].left + (size - dot) / 2;
        mark->y = baseline + part(size, under ? DOT_TOP_UNDER_LINE : DOT_TOP);
    }
}

/* From the first to the last character, spacing included. Where a line of text
 * cuts it, it goes up to the cut. */
static void add_line(struct interlinear *inter, const struct setting *setting,
                     const struct text_mark *mark, size_t first, size_t end,
                     const struct pen *pens, int baseline)
{
    const struct shaped *shaped = &setting->shaped;
    int left = INT32_MAX, right = INT32_MIN, size = size_at(setting, first);
    for (size_t i = first; i < end; i++) {
        const struct pen *pen = &pens[i - first];
        left = pen->left < left ? pen->left : left;
        right = pen->right > right ? pen->right : right;
    }
    int inset = part(size, LINE_INSET);
    if (shaped->glyphs[first].cluster == mark->start)
        left += inset;
    if (end == glyph_at(shaped, mark->end))
        right -= inset;
    if (right <= left)
        return;
    bool wave = mark->kind == MARK_WAVE;
    struct placed_mark *placed =
        add_mark(inter, mark->kind, tag_at(setting, first));
    placed->x = left;
    placed->width = right - left;
    placed->y = baseline + part(size, wave ? WAVE_TOP : LINE_TOP);
    placed->height = part(size, wave ? WAVE_HEIGHT : LINE_THICKNESS);
}

/* The em box, as that of the ideographs beside it. */
static void add_icon(struct interlinear *inter, const struct setting *setting,
                     const struct text_mark *mark, size_t index,
                     const struct pen *pen, int baseline)
{
    const struct glyph *glyph = &setting->shaped.glyphs[index];
    if (glyph->cluster != mark->start ||
        code_at(setting, glyph) != OBJECT_CHARACTER)
        return;
    int size = size_at(setting, index);
    struct placed_mark *placed =
        add_mark(inter, MARK_ICON, tag_at(setting, index));
    placed->icon = mark->icon;
    placed->x = pen->left;
    placed->y = baseline - face_em_ascent(size);
    placed->width = placed->height = size;
}

/* The byte a glyph starts with, or the end of the text. */
static size_t byte_at(const struct setting *setting, size_t glyph)
{
    const struct shaped *shaped = &setting->shaped;
    return glyph < shaped->count ? shaped->glyphs[glyph].cluster
                                 : setting->length;
}

size_t interlinear_marks(struct interlinear *inter,
                         const struct setting *setting, const struct line *line,
                         int baseline)
{
    size_t from = byte_at(setting, line->first);
    size_t to = byte_at(setting, line->end);
    const struct pen *pens = setting->fonts->line->pens;
    inter->placed_count = 0;
    for (size_t i = 0; i < inter->mark_count; i++) {
        const struct text_mark *mark = &inter->marks[i];
        if (mark->end <= from)
            continue;
        if (mark->start >= to)
            break;
        size_t first = glyph_at(&setting->shaped, mark->start);
        size_t end = glyph_at(&setting->shaped, mark->end);
        first = first < line->first ? line->first : first;
        end = end > line->end ? line->end : end;
        if (first >= end)
            continue;
        const struct pen *own = pens + (first - line->first);
        if (mark->kind == MARK_DOTS)
            add_dots(inter, setting, first, end, own, baseline);
        else if (mark->kind == MARK_LINE || mark->kind == MARK_WAVE)
            add_line(inter, setting, mark, first, end, own, baseline);
        else if (mark->kind == MARK_ICON)
            add_icon(inter, setting, mark, first, own, baseline);
    }
    return inter->placed_count;
}

/* ---- above them ---- */

/* The first syllable of a line or of a later one. */
static size_t ruby_at(const struct interlinear *inter, const struct line *line)
{
    size_t low = 0, high = inter->ruby_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (inter->rubies[middle].base < line->first)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_on(const struct line *line, const struct ruby *ruby)
{
    return line->first <= ruby->base && ruby->base < line->end;
}

/* How far a syllable stays away from the next one. */
static int apart_at(const struct setting *setting, const struct ruby *ruby)
{
    return part(size_at(setting, ruby->base), RUBY_APART);
}

static int base_left(const struct setting *setting, const struct line *line,
                     const struct ruby *ruby)
{
    return setting->fonts->line->pens[ruby->base - line->first].left;
}

/* Does the syllable stand to the right of the one before it? Not where the
 * line goes on from right to left. */
static bool is_behind(const struct setting *setting, const struct line *line,
                      const struct ruby *ruby)
{
    return base_left(setting, line, ruby) >= base_left(setting, line, ruby - 1);
}

/* Where the syllables begin: centred above their characters, but inside the
 * measure; those beside them then give way. */
static void place_ruby(const struct setting *setting, const struct line *line,
                       struct ruby *rubies, size_t count, int width)
{
    int most = width, least = 0; /* what is free on either side */
    for (size_t i = count; i-- > 0;) {
        struct ruby *ruby = &rubies[i];
        int size = size_at(setting, ruby->base);
        if (i + 1 < count)
            most = is_behind(setting, line, ruby + 1)
                       ? ruby[1].x - apart_at(setting, ruby)
                       : width;
        ruby->x = base_left(setting, line, ruby) + (size - ruby->width) / 2;
        if (ruby->x + ruby->width > most)
            ruby->x = most - ruby->width;
    }
    for (size_t i = 0; i < count; i++) {
        struct ruby *ruby = &rubies[i];
        if (i && !is_behind(setting, line, ruby))
            least = 0;
        ruby->x = ruby->x < least ? least : ruby->x;
        least = ruby->x + ruby->width + apart_at(setting, ruby);
    }
}

size_t interlinear_ruby(struct interlinear *inter,
                        const struct setting *setting, const struct line *line,
                        int baseline, int width)
{
    size_t count = 0, first = ruby_at(inter, line), end = first;
    while (end < inter->ruby_count && is_on(line, &inter->rubies[end]))
        end++;
    place_ruby(setting, line, &inter->rubies[first], end - first, width);
    for (size_t i = first; i < end; i++) {
        const struct ruby *ruby = &inter->rubies[i];
        int size = size_at(setting, ruby->base);
        int y = baseline - face_em_ascent(size) - part(size, RUBY_RISE);
        for (uint32_t g = 0; g < ruby->count; g++) {
            ARRAY_GROW(inter->above, count, inter->above_capacity);
            struct placed_glyph *glyph = &inter->above[count++];
            *glyph = inter->pinyin[ruby->first + g];
            glyph->cluster = setting->shaped.glyphs[ruby->base].cluster;
            glyph->x += ruby->x;
            glyph->y += y;
        }
    }
    return count;
}
