/* fonts.h - the faces the kiosk sets text in.
 *
 * Which file and which face of it serves a family and weight, and what is
 * asked next when a character is missing, stands in one table:
 * fonts/data/faces.c. Files are mapped, not read; a face is opened when the
 * first character needs it. Main thread only. */
#ifndef FONTS_FONTS_H
#define FONTS_FONTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fonts;

enum font_family { FONT_SANS, FONT_SERIF, FONT_FAMILY_COUNT };
enum font_weight { FONT_REGULAR, FONT_BOLD, FONT_WEIGHT_COUNT };

struct text_style {
    enum font_family family;
    enum font_weight weight;
    int size_px; /* the em, in whole pixels, 4 to 400 */
};

/* directory: where to look for the font files instead of the system's font
 * folders; NULL for those. NULL when no Han face is found (what was looked for
 * is logged): the caller shows the rescue screen. A missing fallback face is
 * no error. */
struct fonts *fonts_open(const char *directory);
void fonts_close(struct fonts *fonts); /* NULL is fine */

/* Gives the system back the pages of the font files that shaping and drawing
 * have touched: what was drawn is in the glyph cache, and a page that is needed
 * again comes back by itself. Worth calling after new glyphs were drawn. */
void fonts_trim(struct fonts *fonts);

/* Wipes the text that shaping remembers to be faster. For when a visitor
 * leaves; paragraphs wipe their own when they are freed. */
void fonts_forget(struct fonts *fonts);

/* The file of the interface's Han face, and the face's number in it: for the
 * splash and the rescue screen, which must not depend on `struct fonts`. False
 * when the system has none. The path is copied to `path`. */
bool fonts_find_plain(const char *directory, char *path, size_t size,
                      int *face_out);

#endif
