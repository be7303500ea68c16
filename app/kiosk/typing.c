/* typing.c - one table of ways to write, and the few things a key can do to
 * what is being composed.
 *
 * What is composed is a short string: letters, digits of the nine keys, or
 * strokes. Of ink it is the ink. A way to write turns it into candidates; a
 * candidate says how much of the string it stands for, and what is over goes on
 * being composed. So all state is the string, and wiping it is all there is to
 * forget. */
#include "app/kiosk/typing.h"

#include <stdio.h>

#include "base/data.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "content/handwriting.h"
#include "content/pinyin.h"
#include "content/store.h"
#include "content/strokes.h"
#include "typing_field.h"
#include "ui/ink.h"

#define CANDIDATES PINYIN_CANDIDATES
#define INPUT_BYTES (PINYIN_INPUT + 1) /* of what is being composed */
#define INK_CANDIDATES 10
_Static_assert(PINYIN_INPUT < STROKES_KEYS + 1, "strokes fit as letters do");
_Static_assert(INPUT_BYTES <= TYPING_PREEDIT_BYTES, "the field has room");

struct typing {
    struct keyboard *keyboard;
    struct pinyin *pinyin; /* these three: NULL where missing */
    struct handwriting *handwriting;
    struct strokes *strokes;
    enum keyboard_layout first;   /* what a visitor meets */
    struct typing_field *field;   /* borrowed, or NULL */
    unsigned edits;               /* of the field, as last seen */
    enum keyboard_layout layout;  /* what shows */
    enum keyboard_layout base;    /* what numbers and marks go back to */
    enum keyboard_layout letters; /* KEYBOARD_PINYIN or KEYBOARD_NINE */
    char input[INPUT_BYTES];
    char preedit[TYPING_PREEDIT_BYTES];
    struct pinyin_candidate candidates[CANDIDATES];
    size_t candidate_count;
    char readings[PINYIN_READINGS][PINYIN_SYLLABLE];
    size_t reading_count;
    bool written; /* ink that was not looked at yet */
    bool touched; /* somebody typed since typing_forget */
    /* What the keyboard is lent. */
    struct keyboard_show show;
    const char *shown[CANDIDATES], *shown_readings[PINYIN_READINGS];
};

/* What is being composed. */

static bool has_ink(const struct typing *typing)
{
    return keyboard_ink(typing->keyboard)->stroke_count > 0;
}

static bool is_composing(const struct typing *typing)
{
    return *typing->input || has_ink(typing);
}

static void drop_candidates(struct typing *typing)
{
    explicit_bzero(typing->candidates, sizeof(typing->candidates));
    explicit_bzero(typing->readings, sizeof(typing->readings));
    explicit_bzero(typing->preedit, sizeof(typing->preedit));
    typing->candidate_count = typing->reading_count = 0;
}

static void drop_composed(struct typing *typing)
{
    explicit_bzero(typing->input, sizeof(typing->input));
    drop_candidates(typing);
    keyboard_clear_ink(typing->keyboard);
    typing->written = false;
}

static void add_character(struct typing *typing, uint32_t code, size_t consumed)
{
    struct pinyin_candidate *candidate =
        &typing->candidates[typing->candidate_count++];
    candidate->text[utf8_put(candidate->text, code)] = 0;
    candidate->consumed = consumed;
}

/* Ways to write. */

static void find_strokes(struct typing *typing)
{
    static const char *const drawn[] = {
        ['1'] = "一", ['2'] = "丨", ['3'] = "丿",
        ['4'] = "丶", ['5'] = "乛", ['*'] = "？",
    };
    uint32_t codes[CANDIDATES];
    size_t length = strlen(typing->input), put = 0;
    for (size_t i = 0; i < length; i++)
        put += (size_t)snprintf(typing->preedit + put,
                                sizeof(typing->preedit) - put, "%s",
                                drawn[(unsigned char)typing->input[i]]);
    size_t count =
        strokes_find(typing->strokes, typing->input, 0, codes, CANDIDATES);
    for (size_t i = 0; i < count; i++)
        add_character(typing, codes[i], length);
    explicit_bzero(codes, sizeof(codes));
}

/* The character that ink would follow. */
static uint32_t character_before(const struct typing_field *field)
{
    size_t at = typing_field_before(field);
    return field->cursor ? utf8_next(field->text, field->cursor, &at) : 0;
}

static void find_ink(struct typing *typing)
{
    static const size_t most = INK_CANDIDATES;
    const struct ink *ink = keyboard_ink(typing->keyboard);
    struct handwriting_stroke strokes[INK_STROKES];
    struct handwriting_point *points = xcalloc(INK_POINTS, sizeof(*points));
    struct handwriting_result results[INK_CANDIDATES];
    size_t from = 0;
    for (size_t i = 0; i < ink->point_count; i++)
        points[i] = (struct handwriting_point){(float)ink->points[i].x,
                                               (float)ink->points[i].y};
    for (size_t i = 0; i < ink->stroke_count; from = ink->ends[i++])
        strokes[i] =
            (struct handwriting_stroke){points + from, ink->ends[i] - from};
    size_t count =
        handwriting_recognise(typing->handwriting, strokes, ink->stroke_count,
                              character_before(typing->field), results, most);
    for (size_t i = 0; i < count; i++)
        add_character(typing, results[i].codepoint, 0);
    explicit_bzero(points, INK_POINTS * sizeof(*points));
    explicit_bzero(results, sizeof(results));
    free(points);
}

static void find_pinyin(struct typing *typing)
{
    typing->candidate_count = pinyin_find(typing->pinyin, typing->input,
                                          typing->candidates, CANDIDATES);
    pinyin_divided(typing->pinyin, typing->preedit, sizeof(typing->preedit));
}

/* The first key whose letter was not chosen yet. */
static size_t first_digit(const struct typing *typing)
{
    return strcspn(typing->input, "23456789");
}

static void find_nine(struct typing *typing)
{
    find_pinyin(typing);
    typing->reading_count = pinyin_first_readings(
        typing->pinyin, typing->input + first_digit(typing), typing->readings,
        PINYIN_READINGS);
}

static bool has_strokes(const struct typing *typing)
{
    return typing->strokes;
}

static bool has_handwriting(const struct typing *typing)
{
    return typing->handwriting;
}

static bool has_pinyin(const struct typing *typing)
{
    return typing->pinyin;
}

static bool always(const struct typing *typing)
{
    (void)typing;
    return true;
}

static const struct way {
    const char *keys; /* that are composed; others are typed as they are */
    bool chip;
    bool (*works)(const struct typing *typing);
    void (*find)(struct typing *typing);
    const char *hint; /* while nothing is being composed */
} ways[KEYBOARD_LAYOUT_COUNT] = {
    [KEYBOARD_PINYIN] = {"abcdefghijklmnopqrstuvwxyz'", true, has_pinyin,
                         find_pinyin, "打拼音，只打每个字的第一个字母也行"},
    [KEYBOARD_NINE] = {"23456789'", false, has_pinyin, find_nine,
                       "按字母所在的键打拼音，读音在左边选"},
    [KEYBOARD_WRITE] = {"", true, has_handwriting, find_ink,
                        "一次写一个字，写完在这里选"},
    [KEYBOARD_STROKES] = {"12345*", true, has_strokes, find_strokes,
                          "按写字的顺序点笔画，拿不准的点？"},
    [KEYBOARD_LETTERS] = {"", true, always, NULL, ""},
    [KEYBOARD_NUMBERS] = {"", false, always, NULL, ""},
    [KEYBOARD_MARKS] = {"", false, always, NULL, ""},
    [KEYBOARD_DIGITS] = {"", false, always, NULL, ""},
};

static void find(struct typing *typing)
{
    drop_candidates(typing);
    if (typing->field && is_composing(typing) && ways[typing->layout].find)
        ways[typing->layout].find(typing);
}

/* Takes a candidate over into the text; what it leaves is composed on. */
static void take(struct typing *typing, size_t index)
{
    if (index >= typing->candidate_count)
        return;
    struct pinyin_candidate *candidate = &typing->candidates[index];
    size_t length = strlen(typing->input), gone = candidate->consumed;
    typing_field_insert(typing->field, candidate->text);
    keyboard_clear_ink(typing->keyboard);
    typing->written = false;
    gone = gone < length ? gone : length;
    memmove(typing->input, typing->input + gone, length - gone + 1);
    explicit_bzero(typing->input + length - gone, gone);
    find(typing);
}

/* What is composed becomes text: first candidates while there are any. */
static void take_all(struct typing *typing)
{
    if (typing->written)
        typing_think(typing);
    for (size_t before = INPUT_BYTES;
         typing->candidate_count && strlen(typing->input) < before;) {
        before = strlen(typing->input);
        take(typing, 0);
    }
    /* Letters that are no pinyin were meant as letters. */
    if (*typing->input && typing->layout == KEYBOARD_PINYIN)
        typing_field_insert(typing->field, typing->input);
    drop_composed(typing);
}

/* Keys. */

/* What one goes to for a while and comes back from. */
static bool is_aside(enum keyboard_layout layout)
{
    return layout == KEYBOARD_NUMBERS || layout == KEYBOARD_MARKS;
}

static void show_layout(struct typing *typing, enum keyboard_layout layout)
{
    if (layout >= KEYBOARD_LAYOUT_COUNT || !ways[layout].works(typing))
        return;
    /* A mark ends a word; another way to write means that this one failed. */
    if (is_aside(layout))
        take_all(typing);
    else
        drop_composed(typing);
    if (layout == KEYBOARD_PINYIN || layout == KEYBOARD_NINE)
        typing->letters = layout;
    if (!is_aside(layout))
        typing->base = layout;
    typing->layout = layout;
}

static void press_layout(struct typing *typing, const struct key_event *event)
{
    enum keyboard_layout layout = (enum keyboard_layout)event->value;
    /* The chip, which has a text, leads to whichever letters somebody uses. */
    if (layout == KEYBOARD_PINYIN && *event->text)
        layout = typing->letters;
    if (layout != typing->layout)
        show_layout(typing, layout);
}

static void press_back(struct typing *typing, const struct key_event *event)
{
    (void)event;
    show_layout(typing, typing->base);
}

static void press_text(struct typing *typing, const struct key_event *event)
{
    size_t length = strlen(typing->input);
    bool composes = *event->text && !event->text[1] &&
                    strchr(ways[typing->layout].keys, *event->text) &&
                    typing->field->use == TYPING_WORDS;
    if (!composes) {
        take_all(typing);
        typing_field_insert(typing->field, event->text);
        return;
    }
    /* A separator separates something. */
    if ((*event->text == '\'' && !length) || length + 1 >= INPUT_BYTES)
        return;
    typing->input[length] = *event->text;
    find(typing);
}

static void press_space(struct typing *typing, const struct key_event *event)
{
    (void)event;
    if (is_composing(typing))
        take_all(typing);
    else
        typing_field_insert(typing->field, " ");
}

static void press_delete(struct typing *typing, const struct key_event *event)
{
    size_t length = strlen(typing->input);
    (void)event;
    if (has_ink(typing)) {
        drop_composed(typing);
    } else if (length) {
        typing->input[length - 1] = 0;
        find(typing);
    } else {
        typing_field_delete(typing->field);
    }
}

static void press_again(struct typing *typing, const struct key_event *event)
{
    (void)event;
    drop_composed(typing);
}

static void press_candidate(struct typing *typing,
                            const struct key_event *event)
{
    take(typing, (size_t)event->value);
}

/* A reading takes the place of as many digits and ends there. */
static void choose_reading(struct typing *typing, const char *reading)
{
    char chosen[INPUT_BYTES];
    size_t at = first_digit(typing), length = strlen(reading);
    if (at + length > strlen(typing->input))
        return;
    int size = snprintf(chosen, sizeof(chosen), "%.*s%s'%s", (int)at,
                        typing->input, reading, typing->input + at + length);
    if (size > 0 && (size_t)size < sizeof(chosen))
        memcpy(typing->input, chosen, sizeof(chosen));
    explicit_bzero(chosen, sizeof(chosen));
    find(typing);
}

/* The key types its mark where there is no reading for it. */
static void press_reading(struct typing *typing, const struct key_event *event)
{
    size_t index = (size_t)event->value;
    if (index < typing->reading_count)
        choose_reading(typing, typing->readings[index]);
    else
        press_text(typing, event);
}

static void press_stroke(struct typing *typing, const struct key_event *event)
{
    (void)event;
    typing->written = has_ink(typing);
}

static void press_done(struct typing *typing, const struct key_event *event)
{
    (void)event;
    take_all(typing);
    typing->field->open = false;
}

static void (*const presses[])(struct typing *, const struct key_event *) = {
    [KEY_TEXT] = press_text,       [KEY_DELETE] = press_delete,
    [KEY_AGAIN] = press_again,     [KEY_SPACE] = press_space,
    [KEY_LAYOUT] = press_layout,   [KEY_BACK] = press_back,
    [KEY_DONE] = press_done,       [KEY_CANDIDATE] = press_candidate,
    [KEY_READING] = press_reading, [KEY_STROKE] = press_stroke,
};

/* What the nine keys most likely mean, without what divides it. */
static void copy_letters(char letters[TYPING_PREEDIT_BYTES],
                         const char *preedit)
{
    for (; *preedit; preedit++)
        if (*preedit >= 'a' && *preedit <= 'z')
            *letters++ = *preedit;
    *letters = 0;
}

/* The field is told what is being composed. */
static void tell_field(struct typing *typing)
{
    struct typing_field *field = typing->field;
    explicit_bzero(field->preedit, sizeof(field->preedit));
    explicit_bzero(field->letters, sizeof(field->letters));
    memcpy(field->preedit, typing->preedit, sizeof(field->preedit));
    if (typing->layout == KEYBOARD_PINYIN)
        memcpy(field->letters, typing->input, sizeof(typing->input));
    else if (typing->layout == KEYBOARD_NINE)
        copy_letters(field->letters, typing->preedit);
}

enum typing_change typing_key(struct typing *typing,
                              const struct key_event *event)
{
    struct typing_field *field = typing->field;
    if (!field || event->kind >= COUNT_OF(presses) || !presses[event->kind])
        return TYPING_NOTHING;
    struct typing_field before = *field;
    typing->touched = true;
    presses[event->kind](typing, event);
    tell_field(typing);
    bool same = !strcmp(before.text, field->text) &&
                !strcmp(before.preedit, field->preedit) &&
                !strcmp(before.letters, field->letters);
    explicit_bzero(&before, sizeof(before));
    return !field->open ? TYPING_DONE : same ? TYPING_NOTHING : TYPING_CHANGED;
}

/* The engines. */

struct typing *typing_new(const struct config *config, unsigned action_kind)
{
    static const enum keyboard_layout firsts[] = {
        KEYBOARD_PINYIN, KEYBOARD_NINE, KEYBOARD_WRITE, KEYBOARD_STROKES};
    struct typing *typing = xcalloc(1, sizeof(*typing));
    char path[PATH_MAX];
    typing->keyboard = keyboard_new(action_kind);
    typing->pinyin = pinyin_open(data_path(config->input, "pinyin.lex", path));
    typing->handwriting =
        handwriting_open(data_path(config->input, "handwriting.model", path));
    typing->strokes =
        strokes_open(data_path(config->input, "strokes.table", path));
    typing->first = firsts[config->keyboard];
    typing_forget(typing);
    return typing;
}

void typing_free(struct typing *typing)
{
    if (!typing)
        return;
    typing_forget(typing);
    keyboard_free(typing->keyboard);
    pinyin_close(typing->pinyin);
    handwriting_close(typing->handwriting);
    strokes_close(typing->strokes);
    free(typing);
}

static bool add_terms(void *context, const char *text)
{
    struct typing *typing = context;
    pinyin_terms_add(typing->pinyin, text);
    return true;
}

void typing_reload(struct typing *typing, struct store *store)
{
    if (!typing->pinyin)
        return;
    pinyin_terms_begin(typing->pinyin);
    store_terms(store, add_terms, typing);
    pinyin_terms_end(typing->pinyin);
}

/* What is wished for, else the first that works; ABC always does. */
static enum keyboard_layout first_layout(const struct typing *typing)
{
    if (ways[typing->first].works(typing))
        return typing->first;
    for (int i = 0; i < KEYBOARD_LETTERS; i++)
        if (ways[i].works(typing))
            return (enum keyboard_layout)i;
    return KEYBOARD_LETTERS;
}

static enum keyboard_layout layout_for(const struct typing *typing,
                                       const struct typing_field *field)
{
    if (field->use == TYPING_DIGITS)
        return KEYBOARD_DIGITS;
    return typing->base == KEYBOARD_DIGITS ? first_layout(typing)
                                           : typing->base;
}

void typing_attend(struct typing *typing, struct typing_field *field)
{
    if (field && !field->open)
        field = NULL;
    if (field == typing->field && (!field || field->edits == typing->edits))
        return;
    drop_composed(typing);
    if (field != typing->field)
        keyboard_let_go(typing->keyboard);
    typing->field = field;
    if (!field)
        return;
    typing->edits = field->edits;
    typing->layout = layout_for(typing, field);
    tell_field(typing);
}

void typing_turned(struct typing *typing)
{
    if (has_ink(typing))
        drop_composed(typing);
}

bool typing_is_on(const struct typing *typing)
{
    return typing->field != NULL;
}

bool typing_wants_to_think(const struct typing *typing)
{
    return typing->written;
}

bool typing_think(struct typing *typing)
{
    if (!typing->written || !typing->field)
        return false;
    typing->written = false;
    find(typing);
    return true;
}

/* Showing. */

static unsigned modes_of(const struct typing *typing)
{
    unsigned modes = 0;
    for (int i = 0; i < KEYBOARD_LAYOUT_COUNT; i++)
        if (ways[i].chip && ways[i].works(typing))
            modes |= 1u << i;
    return typing->field && typing->field->use == TYPING_DIGITS ? 0 : modes;
}

static const char *notice_of(const struct typing *typing)
{
    bool none =
        is_composing(typing) && !typing->written && !typing->candidate_count;
    if (none && typing->layout == KEYBOARD_STROKES)
        return "没有这样写的字，退格改一笔试试";
    return "";
}

static const char *hint_of(const struct typing *typing)
{
    return is_composing(typing) ? "" : ways[typing->layout].hint;
}

const struct keyboard_show *typing_show(struct typing *typing)
{
    const struct typing_field *field = typing->field;
    for (size_t i = 0; i < typing->candidate_count; i++)
        typing->shown[i] = typing->candidates[i].text;
    for (size_t i = 0; i < typing->reading_count; i++)
        typing->shown_readings[i] = typing->readings[i];
    typing->show = (struct keyboard_show){
        .layout = typing->layout,
        .base = typing->base,
        .modes = modes_of(typing),
        .done = field && field->done ? field->done : "搜索",
        .notice = notice_of(typing),
        .hint = hint_of(typing),
        .preedit = typing->preedit,
        .candidates = typing->shown,
        .candidate_count = typing->candidate_count,
        .readings = typing->shown_readings,
        .reading_count = typing->reading_count,
    };
    return &typing->show;
}

struct keyboard *typing_keyboard(struct typing *typing)
{
    return typing->keyboard;
}

bool typing_has_traces(const struct typing *typing)
{
    return typing->touched || typing->field;
}

void typing_forget(struct typing *typing)
{
    typing_attend(typing, NULL);
    drop_composed(typing);
    keyboard_forget(typing->keyboard);
    handwriting_forget(typing->handwriting);
    if (typing->pinyin)
        pinyin_forget(typing->pinyin);
    typing->base = typing->layout = first_layout(typing);
    typing->letters =
        typing->first == KEYBOARD_NINE ? KEYBOARD_NINE : KEYBOARD_PINYIN;
    typing->touched = false;
}
