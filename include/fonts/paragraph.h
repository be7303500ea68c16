/* paragraph.h - Chinese paragraphs: shaped once as a whole, broken into lines
 * for a width, justified, ready to draw.
 *
 * The rules are those of CLREQ (W3C, Requirements for Chinese Text Layout) and
 * GB/T 15834-2011; the rule numbers in fonts/ are the rows of the table in
 * ARCHITECTURE.md. A paragraph remembers its shaped glyphs: another width costs
 * no shaping. All positions are whole pixels from the paragraph's top left
 * corner, x to the right, y down. Main thread only. */
#ifndef FONTS_PARAGRAPH_H
#define FONTS_PARAGRAPH_H

#include "fonts/fonts.h"

struct paragraph;

/* Text from start up to end (bytes) is set in style. Runs cover the text in
 * order without gaps; their ends lie on character boundaries. */
struct text_run {
    uint32_t start, end;
    struct text_style style;
    uint32_t tag; /* the caller's: comes back with every glyph (colour, link) */
};

/* Lines of text whose first letter runs from right to left start at the right
 * where LEFT and JUSTIFY say left, with their indent. */
enum text_align { ALIGN_LEFT, ALIGN_JUSTIFY, ALIGN_CENTER, ALIGN_RIGHT };

/* How strictly marks are kept from the ends of lines (rules 1 to 4). Never
 * split at any level: 2-em units, words, numbers with their signs. …… starts no
 * line above NONE: a house rule stricter than GB/T 15834. */
enum strictness {
    STRICTNESS_GB,     /* BASIC, and no solidus at a line end */
    STRICTNESS_NONE,   /* any mark anywhere */
    STRICTNESS_BASIC,  /* no mark in front of what it follows, none behind what
                          it opens */
    STRICTNESS_STRICT, /* GB, and no —— at a line start */
};

/* What stands beside a stretch of text, between the lines. */
enum text_mark_kind {
    MARK_DOTS,   /* emphasis: a dot below each Han character (rule 21) */
    MARK_LINE,   /* a proper noun: a line below, apart from the next one */
    MARK_WAVE,   /* the title of a book: the same, waved */
    MARK_RAISED, /* the number of a note, in a run of its own smaller size */
    MARK_RUBY,   /* pinyin above Han characters, wider apart where need be */
    MARK_ICON,   /* U+FFFC: a square of 1 em that the caller draws. It stands
                    in the grid like an ideograph; without this mark it is a
                    character that no face has */
};

/* In the order of their starts; may overlap, but not two of the same kind.
 * Dots stand below lines. */
struct text_mark {
    uint32_t start, end; /* bytes of the text, as it was cleaned */
    enum text_mark_kind kind;
    const char *ruby; /* a syllable for each Han character, blanks between */
    uint32_t icon; /* of MARK_ICON: the caller's, comes back with its place */
};

struct paragraph_style {
    int line_height_px;    /* baseline to baseline; 0: 1.5 em of the first run.
                              Stacks of Tibetan may need more */
    int indent_em;         /* of the first line, in em of the first run */
    enum text_align align; /* JUSTIFY leaves the last line as it falls */
    int max_lines;         /* 0: all; else the last one ends in …… where cut
                              (… in a measure of less than 8 em) */
    enum strictness strictness;
    bool snap; /* the measure is cut to whole em of the first run (rule 20);
                  what is left of the width lies outside: behind the text, at
                  both sides when centred, before it when set to the right */
    const struct text_mark *marks; /* copied */
    size_t mark_count;
};

/* text is UTF-8 and copied; malformed bytes become U+FFFD, control characters
 * other than '\n' (a forced break) become spaces, and what is beyond 8 MB is
 * cut off and logged. Byte offsets, from here on, are those of paragraph_text:
 * the caller's own when the text was well-formed. No run at all, or runs that
 * do not fit the text, is a programming error. Never fails: what no face can
 * draw becomes a box and is logged once. Laid out for no width yet. */
struct paragraph *paragraph_new(struct fonts *fonts, const char *text,
                                size_t length, const struct text_run *runs,
                                size_t run_count,
                                const struct paragraph_style *style);
void paragraph_free(struct paragraph *paragraph); /* NULL is fine */

/* Breaks the paragraph for a measure of width_px (at least 1 em is used), all
 * its lines together. Same width again costs nothing. */
void paragraph_set_width(struct paragraph *paragraph, int width_px);

/* Width the text would take on one line (its widest forced line). */
int paragraph_natural_width(struct paragraph *paragraph);

/* All that follows holds for the last width set. */
size_t paragraph_line_count(const struct paragraph *paragraph);
int paragraph_height(const struct paragraph *paragraph);
int paragraph_width(const struct paragraph *paragraph); /* widest line */
bool paragraph_truncated(const struct paragraph *paragraph);

struct text_line {
    uint32_t start, end; /* bytes of the text it shows */
    int x, width;        /* px, from the first advance to the last */
    int top, baseline, height;
};
struct text_line paragraph_line(const struct paragraph *paragraph, size_t line);

/* The glyphs of one line, in visual order, where they are drawn. Borrowed
 * until the next call on any paragraph of the same fonts; no allocation once
 * the longest line has been seen. */
struct placed_glyph {
    uint32_t font;    /* for glyph_cache_find */
    uint32_t glyph;   /* id in that font */
    uint32_t cluster; /* byte of the text */
    uint32_t tag;     /* of its run */
    int x, y;         /* origin on the baseline */
};
const struct placed_glyph *paragraph_glyphs(struct paragraph *paragraph,
                                            size_t line, size_t *count_out);

/* The dots, lines and waves of one line, each as the rectangle its ink fills,
 * and the em boxes of its icons. Borrowed until the next call on the same
 * paragraph. */
struct placed_mark {
    enum text_mark_kind kind;
    uint32_t tag;  /* of the text */
    uint32_t icon; /* of MARK_ICON */
    int x, y, width, height;
};
const struct placed_mark *paragraph_marks(struct paragraph *paragraph,
                                          size_t line, size_t *count_out);

/* The pinyin above one line, likewise; cluster and tag are those of the
 * character below. */
const struct placed_glyph *paragraph_ruby(struct paragraph *paragraph,
                                          size_t line, size_t *count_out);

/* The byte offset of the cluster at a point, clamped to the nearest line and
 * cluster; `inside` says whether the point lies on it. */
uint32_t paragraph_hit(struct paragraph *paragraph, int x, int y, bool *inside);

/* Does the text, up to its first newline, run from right to left, by its first
 * letter? What a caller sets beside it then stands on the other side. */
bool paragraph_is_backward(const char *text, size_t length);

/* Where the text from start to end (bytes) stands: one rectangle a line
 * {x, y, width, height}, or several from left to right where text of the other
 * direction stands between; at most `limit`. Returns how many there are. */
struct text_rect {
    int x, y, width, height;
};
size_t paragraph_range(struct paragraph *paragraph, uint32_t start,
                       uint32_t end, struct text_rect *rects, size_t limit);

/* The text as it was cleaned, NUL-terminated, borrowed for the paragraph's
 * life; and a hash of everything that decides how it looks, its width too. */
const char *paragraph_text(const struct paragraph *paragraph);
uint64_t paragraph_hash(const struct paragraph *paragraph);

#endif
