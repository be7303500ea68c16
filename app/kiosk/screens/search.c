/* Finding: what is typed, how much of which kind there is, and what it is. */
#include <stdio.h>

#include "app/kiosk/app.h"
#include "app/page/page.h"
#include "ui/widgets.h"

#define PAGE 50 /* results more with each time one asks for more */

/* Values of ACT_SCREEN; a kind of result is its number. */
enum { DO_OPEN = -1, DO_CLEAR = -2, DO_MORE = -3 };

struct state {
    struct typing_field field;
    int kinds_off;  /* SEARCH_ANY less the kind that is shown, so that
                       zeroed state shows all */
    unsigned pages; /* of results, beyond the first */
    bool fresh;     /* what was asked is another question */
    /* What is looked for: the text, and letters that are no words yet. */
    char words[TYPING_TEXT_BYTES + TYPING_PREEDIT_BYTES];
};

/* People who see these know how to ask. */
static const char *const examples[] = {
    "老板不给钱怎么办", "没签合同", "工伤", "被辞退", "加班费", "12351", "jbf",
};

static enum search_kind shown_kind(const struct state *state)
{
    return (enum search_kind)((int)SEARCH_ANY - state->kinds_off);
}

static void compose(struct state *state)
{
    snprintf(state->words, sizeof(state->words), "%s%s", state->field.text,
             state->field.letters);
}

void search_begin(struct screen *screen, const char *words)
{
    struct state *state = screen->state;
    if (!*words) {
        state->field.open = true;
        return;
    }
    typing_field_set(&state->field, words);
    state->field.open = false;
    state->kinds_off = 0;
    state->pages = 0;
    state->fresh = true;
}

const char *search_words(const struct screen *screen)
{
    const struct state *state = screen->state;
    return state->words;
}

bool search_answered(struct screen *screen)
{
    struct state *state = screen->state;
    bool fresh = state->fresh;
    state->fresh = false;
    return fresh;
}

static bool load(const struct app *app, struct screen *screen)
{
    struct state *state = screen->state;
    compose(state);
    seeker_ask(app->seeker, &(struct seeker_question){
                                .query = state->words,
                                .kind = shown_kind(state),
                                .limit = PAGE * (state->pages + 1),
                            });
    return true;
}

static void head(const struct app *app, const struct screen *screen,
                 struct view *view, struct box *parent)
{
    const struct state *state = screen->state;
    (void)app;
    keyboard_field(view, parent,
                   &(struct keyboard_field){
                       .text = state->field.text,
                       .cursor = state->field.cursor,
                       .preedit = state->field.preedit,
                       .placeholder = "想找什么？点这里输入",
                       .active = state->field.open,
                       .open = {ACT_SCREEN, "", DO_OPEN},
                       .clear = {ACT_SCREEN, "", DO_CLEAR},
                   });
}

/* Chips. */

static void add_kind(struct view *view, struct box *row,
                     const struct search_answer *answer, enum search_kind kind,
                     enum search_kind shown)
{
    char text[64];
    const struct search_count *count = &answer->counts[kind];
    if (!count->count && kind != shown && kind != SEARCH_ANY)
        return;
    snprintf(text, sizeof(text), "%s %zu%s", search_kind_title(kind),
             count->count, count->more ? "+" : "");
    widget_chip(view, row, text, kind == shown,
                &(struct action){ACT_SCREEN, "", (int)kind});
}

static struct box *add_chips(struct view *view, struct box *column)
{
    struct box *row = box_add(view, column, BOX_WRAP, "chips");
    row->gap = view->theme->touch_gap;
    row->line_gap = view->theme->touch_gap;
    return row;
}

static void add_kinds(struct view *view, struct box *column,
                      const struct search_answer *answer,
                      enum search_kind shown)
{
    struct box *row = add_chips(view, column);
    add_kind(view, row, answer, SEARCH_ANY, shown);
    for (int kind = 0; kind < SEARCH_KIND_COUNT; kind++)
        add_kind(view, row, answer, (enum search_kind)kind, shown);
}

/* The article that the search was opened over can be searched itself. */
static void add_behind(const struct app *app, const struct screen *screen,
                       struct view *view, struct box *column)
{
    const struct state *state = screen->state;
    if (app->depth < 2 || app->stack[app->depth - 2].ops != &item_screen)
        return;
    widget_chip(view, add_chips(view, column), "只在刚才看的那篇里找", false,
                &(struct action){ACT_FIND, state->field.text, 0});
}

static void add_examples(struct view *view, struct box *column)
{
    struct box *row = add_chips(view, column);
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        widget_chip(view, row, examples[i], false,
                    &(struct action){ACT_SEARCH, examples[i], 0});
}

/* Results. */

static void add_part(struct buf *line, const char *part)
{
    if (!*part)
        return;
    if (line->length)
        buf_puts(line, " · ");
    buf_puts(line, part);
}

/* 指南 · …… and the marks moved along. */
static struct widget_marks add_meta(struct view *view, struct buf *line,
                                    const struct search_result *result)
{
    const struct search_text *snippet = &result->snippet;
    struct widget_mark *marks =
        arena_alloc(&view->arena, snippet->mark_count * sizeof(*marks));
    if (result->upcoming)
        add_part(line, "即将生效");
    add_part(line, result->kind_title);
    if (!*snippet->text)
        add_part(line, result->parent);
    add_part(line, snippet->text);
    size_t before = line->length - strlen(snippet->text);
    for (size_t i = 0; i < snippet->mark_count; i++)
        marks[i] = (struct widget_mark){before + snippet->marks[i].start,
                                        before + snippet->marks[i].end};
    return (struct widget_marks){marks, snippet->mark_count};
}

static struct widget_marks title_marks(struct view *view,
                                       const struct search_text *title)
{
    struct widget_mark *marks =
        arena_alloc(&view->arena, title->mark_count * sizeof(*marks));
    for (size_t i = 0; i < title->mark_count; i++)
        marks[i] =
            (struct widget_mark){title->marks[i].start, title->marks[i].end};
    return (struct widget_marks){marks, title->mark_count};
}

/* Between field and keyboard three results are to be seen. Where there is
 * little room they get a line for each of title and snippet, and the kinds come
 * when the keyboard is folded; where there is least they get one line. */
enum room { ROOM_ENOUGH, ROOM_LITTLE, ROOM_LEAST };

static enum room room_of(const struct view *view, const struct state *state)
{
    enum { RESULTS = 3 };
    const struct theme *theme = view->theme;
    int row = theme->text[TEXT_CARD_TITLE].line_height +
              theme->text[TEXT_META].line_height + theme_px(theme, 34);
    int chips = (theme->touch + theme->touch_gap + theme->gap) *
                (theme->size < SIZE_LARGER ? 1 : 2);
    int room = view->root->min_height - theme->touch_gap;
    if (!state->field.open || room >= RESULTS * (row + theme->gap) + chips)
        return ROOM_ENOUGH;
    return room >= RESULTS * row ? ROOM_LITTLE : ROOM_LEAST;
}

static void add_result(struct view *view, struct box *rows,
                       const struct search_result *result, size_t index,
                       enum room room)
{
    struct buf meta = {0};
    struct widget_marks marks = add_meta(view, &meta, result);
    bool kind = room == ROOM_LEAST && !result->best;
    widget_row(view, rows,
               &(struct widget_row){
                   .title = result->title.text,
                   .title_marks = title_marks(view, &result->title),
                   .meta = room == ROOM_LEAST ? "" : buf_text(&meta),
                   .meta_marks = marks,
                   .media = "",
                   .tight = room != ROOM_ENOUGH,
                   .tag = result->best ? "最相关"
                          : kind       ? result->kind_title
                                       : NULL,
                   .tag_colour = kind ? COLOUR_INK2 : COLOUR_ACCENT,
                   .tag_fill = kind ? COLOUR_CARD : COLOUR_RED_TINT,
                   .action = {ACT_FOUND, result->id, (int)index},
               });
    buf_fini(&meta);
}

static void add_more(struct view *view, struct box *column,
                     const struct search_answer *answer, enum search_kind shown)
{
    char text[64];
    size_t left = answer->counts[shown].count;
    left = left > answer->result_count ? left - answer->result_count : 0;
    if (!left || !answer->result_count)
        return;
    snprintf(text, sizeof(text), "再看 %zu 条", left < PAGE ? left : PAGE);
    widget_button(view, column, text, true,
                  &(struct action){ACT_SCREEN, "", DO_MORE});
}

static void add_results(struct view *view, struct box *column,
                        const struct state *state,
                        const struct search_answer *answer)
{
    enum room room = room_of(view, state);
    if (room == ROOM_ENOUGH)
        add_kinds(view, column, answer, shown_kind(state));
    if (answer->suggested)
        box_text(view, column, TEXT_META, COLOUR_INK2,
                 "没有一字不差的，下面是意思相近的：");
    struct box *rows = box_add(view, column, BOX_COLUMN, "rows");
    for (size_t i = 0; i < answer->result_count; i++)
        add_result(view, rows, &answer->results[i], i, room);
    add_more(view, column, answer, shown_kind(state));
}

/* What stands there when there is nothing. */

static void add_hint(struct view *view, struct box *column, const char *text)
{
    box_text(view, column, TEXT_DIALOG, COLOUR_INK2, text);
}

static void add_start(const struct app *app, const struct screen *screen,
                      struct view *view, struct box *column)
{
    add_behind(app, screen, view, column);
    box_text(view, column, TEXT_SECTION, COLOUR_INK, "可以这样找")->role =
        "heading";
    add_examples(view, column);
    add_hint(view, column, "想怎么说就怎么写，一句话也行。");
    add_hint(view, column,
             "不会拼音，点“手写”，用手指在格子里写字；"
             "忘了怎么写，点“笔画”。");
    add_hint(view, column, "只打每个字的头一个字母也能找到标题。");
    add_hint(view, column, "您写的内容不留记录。");
}

static void add_nothing(struct view *view, struct box *column,
                        const struct state *state)
{
    struct buf line = {0};
    buf_printf(&line, "没有找到“%s”", state->words);
    box_text(view, column, TEXT_SECTION, COLOUR_INK, buf_text(&line))->role =
        "heading";
    explicit_bzero(line.data, line.length);
    buf_fini(&line);
    add_hint(view, column, "少写几个字，或者换个说法再试：");
    add_examples(view, column);
    add_hint(view, column, "也可以打 12351，工会服务职工热线，有人听您说。");
    struct box *row = add_chips(view, column);
    widget_chip(view, row, "求助", false, &(struct action){ACT_HELP, "", 0});
}

/* Somebody is in the middle of a word: only titles are found by letters, and
 * that none is must not look like an answer. */
static void add_unfinished(struct view *view, struct box *column)
{
    add_hint(view, column, "标题里没有这几个字母。选好字，再在全文里找。");
}

static void build(const struct app *app, const struct screen *screen,
                  struct view *view)
{
    const struct state *state = screen->state;
    const struct search_answer *answer = seeker_answer(app->seeker);
    struct box *column = page_column(view, false);
    column->pad_top = view->theme->touch_gap;
    if (!*state->words) {
        add_start(app, screen, view, column);
    } else if (answer && answer->counts[SEARCH_ANY].count) {
        if (room_of(view, state) == ROOM_ENOUGH)
            add_behind(app, screen, view, column);
        add_results(view, column, state, answer);
    } else if (answer && !seeker_busy(app->seeker)) {
        add_behind(app, screen, view, column);
        if (*state->field.letters)
            add_unfinished(view, column);
        else
            add_nothing(view, column, state);
    }
}

static void ask_anew(struct state *state)
{
    state->pages = 0;
    state->fresh = true;
}

static bool input(struct screen *screen, const struct action *action)
{
    struct state *state = screen->state;
    switch (action->value) {
    case DO_OPEN:
        state->field.open = true;
        break;
    case DO_CLEAR:
        typing_field_clear(&state->field);
        state->field.open = true;
        state->kinds_off = 0;
        ask_anew(state);
        break;
    case DO_MORE:
        state->pages++;
        break;
    default:
        state->kinds_off = (int)SEARCH_ANY - action->value;
        ask_anew(state);
        break;
    }
    return true;
}

static struct typing_field *field(struct screen *screen)
{
    struct state *state = screen->state;
    return &state->field;
}

static bool typed(struct screen *screen, enum typing_change change)
{
    if (change == TYPING_CHANGED)
        ask_anew(screen->state);
    return true;
}

const struct screen_ops search_screen = {
    .name = "search",
    .state_size = sizeof(struct state),
    .load = load,
    .build = build,
    .head = head,
    .input = input,
    .field = field,
    .typed = typed,
};
