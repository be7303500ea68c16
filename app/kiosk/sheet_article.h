/* sheet_article.h - one article on the sheet of a newspaper: its headline,
 * across the columns it spans, and the beginning of its text in them. Private
 * to app/kiosk/; how articles stand together is sheet.c's. */
#ifndef APP_KIOSK_SHEET_ARTICLE_H
#define APP_KIOSK_SHEET_ARTICLE_H

#include "app/kiosk/sheet.h"

#define SHEET_WANTED_EM 12 /* a measure that can be justified */

/* The frame of columns; all in px. */
struct sheet_frame {
    int em, line;
    int columns, measure, gutter;
};

/* With the gutters between them. */
int sheet_span_width(const struct sheet_frame *frame, int span);

/* One article's place on the sheet. */
struct sheet_place {
    const struct sheet_article *article;
    int span;
    enum text_role headline;
    int least_rows; /* of text in each column */
    bool pictured, second_half;
};

/* A picture stands at the head of the first column, in whole lines with the
 * text below. */
int sheet_picture_rows(const struct sheet_frame *frame);

/* Rows an article could fill in each column beyond the least, which is its
 * share of what the sheet has left. At least 1. */
int sheet_rows_in_store(const struct sheet_frame *frame,
                        const struct sheet_place *place);

void sheet_article_add(struct view *view, struct box *parent,
                       const struct sheet_frame *frame,
                       const struct sheet_place *place);

#endif
