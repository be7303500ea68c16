#include "shaping.h"

#include "base/buf.h"
#include "base/utf8.h"

#define LONGEST (1 << 24) /* px; as of a paragraph */

bool shaping_shape(struct view *view, struct box *box)
{
    const struct text_source *source = box->source;
    if (box->kind != BOX_TEXT || box->paragraph || box->begun_in)
        return false;
    box->paragraph =
        paragraph_new(view->fonts, source->text, source->length, source->runs,
                      source->run_count, &source->style);
    box->next_shaped = view->shaped;
    view->shaped = box;
    return true;
}

bool shaping_shape_all(struct view *view, struct box *box)
{
    bool shaped = shaping_shape(view, box);
    for (struct box *child = box->first; child; child = child->next)
        shaped |= shaping_shape_all(view, child);
    return shaped;
}

void shaping_drop(struct box **first)
{
    struct box *box = *first;
    *first = box->next_shaped;
    paragraph_free(box->paragraph);
    box->paragraph = NULL;
    box->next_shaped = NULL;
    for (struct box *next = box->next; next && next->begun_in == box;
         next = next->next)
        next->paragraph = NULL;
}

/* Hundredths of an em that a character takes, from the widths of the CJK
 * faces; the bytes that carry on a character take nothing. */
static int advance_of(unsigned char byte)
{
    if (byte >= 0xE0)
        return 100;
    if (byte >= 0xC0)
        return 55;
    if (byte >= 0x80)
        return 0;
    if (byte == ' ')
        return 24;
    if (byte >= 'A' && byte <= 'Z')
        return 64;
    return byte >= ' ' && byte < '0' ? 35 : 54;
}

/* Up to a newline or the end; hundredths of a pixel. */
static int64_t line_advance(const struct text_source *source, size_t *at,
                            size_t *run)
{
    int64_t sum = 0;
    unsigned char before = 0xE0;
    for (; *at < source->length && source->text[*at] != '\n'; ++*at) {
        unsigned char byte = (unsigned char)source->text[*at];
        if ((byte & 0xC0) == 0x80)
            continue;
        while (*run + 1 < source->run_count && source->runs[*run].end <= *at)
            ++*run;
        int em = source->runs[*run].style.size_px;
        sum += (int64_t)advance_of(byte) * em;
        /* The gap between Han and Latin. */
        if ((byte >= 0xE0) != (before >= 0xE0) && byte != ' ' && before != ' ')
            sum += 25 * em;
        before = byte;
    }
    return sum;
}

static int line_height(const struct text_source *source)
{
    int em = source->runs[0].style.size_px;
    int given = source->style.line_height_px;
    return given ? given : (em * 3 + 1) / 2;
}

static int indent(const struct text_source *source)
{
    return source->style.indent_em * source->runs[0].style.size_px;
}

static int expected_width(const struct text_source *source)
{
    int64_t widest = 0, first = (int64_t)indent(source) * 100;
    for (size_t at = 0, run = 0; at < source->length; at++, first = 0) {
        int64_t advance = first + line_advance(source, &at, &run);
        widest = advance > widest ? advance : widest;
    }
    return widest / 100 < LONGEST ? (int)((widest + 99) / 100) : LONGEST;
}

/* What a line holds on average, in hundredths of a pixel. Characters are whole,
 * so part of what is left of a measure is lost; but marks give up some of their
 * width before a line is broken. Both parts were fitted to law texts. */
static int64_t expected_measure(int width, int em)
{
    int64_t whole = width > em ? width / em : 1;
    int64_t left = width > whole * em ? (width - whole * em) * 100 / em : 0;
    int64_t marks = whole > 11 ? (whole - 11) * 3 : 0;
    return (whole * 100 + left * 4 / 5 + marks) * em;
}

static int expected_height(const struct text_source *source, int width)
{
    int64_t measure = expected_measure(width, source->runs[0].style.size_px);
    int64_t lines = 0, first = (int64_t)indent(source) * 100;
    size_t at = 0, run = 0;
    do {
        int64_t advance = first + line_advance(source, &at, &run);
        lines += advance > measure ? (advance + measure - 1) / measure : 1;
        first = 0;
    } while (at++ < source->length);
    if (source->style.max_lines && lines > source->style.max_lines)
        lines = source->style.max_lines;
    int64_t height = lines * line_height(source);
    return height < LONGEST ? (int)height : LONGEST;
}

int shaping_natural_width(const struct box *box)
{
    return box->paragraph ? paragraph_natural_width(box->paragraph)
                          : expected_width(box->source);
}

int shaping_height(const struct box *box, int width_px)
{
    return box->paragraph ? paragraph_height(box->paragraph)
                          : expected_height(box->source, width_px);
}

void shaping_put_words(const struct box *box, size_t start, size_t end,
                       struct buf *out)
{
    const struct paragraph_style *style = &box->source->style;
    const char *text = shaping_text(box);
    for (size_t i = 0; i < style->mark_count; i++) {
        const struct text_mark *mark = &style->marks[i];
        if (mark->kind != MARK_ICON || mark->start < start || mark->end > end)
            continue;
        buf_add(out, text + start, mark->start - start);
        buf_printf(out, "[%s]", icon_said((enum icon)mark->icon));
        start = mark->end;
    }
    buf_add(out, text + start, end - start);
}

const char *shaping_text(const struct box *box)
{
    return box->paragraph ? paragraph_text(box->paragraph) : box->source->text;
}

static bool is_whole(const struct box *box)
{
    return !box->first_line && box->end_line == SIZE_MAX;
}

struct text_part shaping_part(const struct box *box)
{
    if (is_whole(box) || !box->paragraph)
        return (struct text_part){0, strlen(shaping_text(box))};
    size_t count = paragraph_line_count(box->paragraph);
    size_t past = box->end_line < count ? box->end_line : count;
    if (box->first_line >= past)
        return (struct text_part){0, 0};
    return (struct text_part){
        paragraph_line(box->paragraph, box->first_line).start,
        paragraph_line(box->paragraph, past - 1).end,
    };
}

int shaping_above(const struct box *box)
{
    return box->first_line ? paragraph_line(box->paragraph, box->first_line).top
                           : 0;
}

size_t shaping_range(const struct box *box, uint32_t start, uint32_t end,
                     struct text_rect *rects, size_t limit)
{
    if (is_whole(box))
        return paragraph_range(box->paragraph, start, end, rects, limit);
    struct text_part part = shaping_part(box);
    start = start > part.start ? start : (uint32_t)part.start;
    end = end < part.end ? end : (uint32_t)part.end;
    if (start >= end)
        return 0;
    size_t count = paragraph_range(box->paragraph, start, end, rects, limit);
    int above = shaping_above(box);
    for (size_t i = 0; i < count; i++)
        rects[i].y -= above;
    return count;
}
