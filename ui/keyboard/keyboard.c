#include "ui/keyboard.h"

#include <stdio.h>

#include "base/mem.h"
#include "keyboard_private.h"

#define REPEAT_AFTER_MS 400
#define REPEATS_A_SECOND 12

struct keyboard *keyboard_new(unsigned action_kind)
{
    struct keyboard *keyboard = xcalloc(1, sizeof(*keyboard));
    keyboard->action_kind = action_kind;
    return keyboard;
}

void keyboard_free(struct keyboard *keyboard)
{
    if (!keyboard)
        return;
    keyboard_forget(keyboard);
    free(keyboard);
}

const struct ink *keyboard_ink(const struct keyboard *keyboard)
{
    return &keyboard->ink;
}

void keyboard_clear_ink(struct keyboard *keyboard)
{
    if (keyboard->ink.stroke_count)
        keyboard->old = true;
    ink_clear(&keyboard->ink);
}

void keyboard_let_go(struct keyboard *keyboard)
{
    if (keyboard->held_count)
        keyboard->old = true;
    explicit_bzero(keyboard->held, sizeof(keyboard->held));
    keyboard->held_count = 0;
}

void keyboard_forget(struct keyboard *keyboard)
{
    unsigned kind = keyboard->action_kind;
    explicit_bzero(keyboard, sizeof(*keyboard));
    keyboard->action_kind = kind;
    keyboard->old = true;
}

bool keyboard_is_old(const struct keyboard *keyboard)
{
    return keyboard->old;
}

bool keyboard_has_finger(const struct keyboard *keyboard, int finger)
{
    for (size_t i = 0; i < keyboard->held_count; i++)
        if (keyboard->held[i].finger == finger)
            return true;
    return false;
}

static bool same(const struct meaning *meaning, enum key_kind kind, int value,
                 const char *text)
{
    return meaning->kind == kind && meaning->value == value &&
           !strcmp(meaning->text, text);
}

bool keyboard_holds(const struct keyboard *keyboard, enum key_kind kind,
                    int value, const char *text)
{
    for (size_t i = 0; i < keyboard->held_count; i++)
        if (!keyboard->held[i].idle &&
            same(&keyboard->held[i].meaning, kind, value, text))
            return true;
    return false;
}

/* Events. */

struct telling {
    struct keyboard *keyboard;
    struct key_event *events;
    size_t count;
};

/* What only changes how the keyboard looks is done here. */
static bool is_own(struct keyboard *keyboard, const struct meaning *meaning)
{
    switch (meaning->kind) {
    case KEY_SHIFT:
        keyboard->shift = !keyboard->shift;
        return true;
    case KEY_MORE:
    case KEY_LESS:
        keyboard->expanded = meaning->kind == KEY_MORE;
        keyboard->page = 0;
        return true;
    case KEY_PAGE:
        if (meaning->value > 0 || keyboard->page)
            keyboard->page += (size_t)meaning->value;
        return true;
    case KEY_NONE:
    case KEY_PAD:
        return true;
    default:
        return false;
    }
}

/* A capital for one letter; the keys with capitals are ASCII. */
static void apply_shift(struct keyboard *keyboard, struct meaning *meaning)
{
    char *letter = meaning->text;
    if (!keyboard->shift || meaning->kind != KEY_TEXT)
        return;
    if (*letter >= 'a' && *letter <= 'z')
        *letter = (char)(*letter - 'a' + 'A');
    keyboard->shift = false;
}

static void tell(struct telling *telling, const struct meaning *meaning)
{
    struct keyboard *keyboard = telling->keyboard;
    keyboard->old = true;
    if (is_own(keyboard, meaning) || telling->count == KEYBOARD_EVENTS)
        return;
    struct meaning *told = &keyboard->told[telling->count];
    *told = *meaning;
    apply_shift(keyboard, told);
    if (told->kind == KEY_LAYOUT || told->kind == KEY_BACK)
        keyboard->shift = false;
    if (told->kind == KEY_CANDIDATE || told->kind == KEY_LAYOUT)
        keyboard->expanded = false;
    telling->events[telling->count++] =
        (struct key_event){told->kind, told->value, told->text};
}

/* Fingers. */

static struct held *find_held(struct keyboard *keyboard, int finger)
{
    for (size_t i = 0; i < keyboard->held_count; i++)
        if (keyboard->held[i].finger == finger)
            return &keyboard->held[i];
    return NULL;
}

static bool writes(const struct held *held)
{
    return held->meaning.kind == KEY_PAD && !held->idle;
}

static bool is_written_on(const struct keyboard *keyboard)
{
    for (size_t i = 0; i < keyboard->held_count; i++)
        if (writes(&keyboard->held[i]))
            return true;
    return false;
}

static void pen_to(struct keyboard *keyboard, const struct held *held,
                   const struct input *input)
{
    ink_to(&keyboard->ink, input->x - held->rect.x, input->y - held->rect.y);
}

/* A second finger on the pad is the hand that holds the pen. */
static void pen_down(struct keyboard *keyboard, struct held *held,
                     const struct input *input)
{
    held->idle = is_written_on(keyboard) ||
                 !ink_down(&keyboard->ink, input->x - held->rect.x,
                           input->y - held->rect.y);
}

static void pen_up(struct telling *telling)
{
    tell(telling, &(struct meaning){.kind = KEY_STROKE});
}

/* A finger that comes down while others are: what they hold counts first. */
static void count_held(struct telling *telling)
{
    struct keyboard *keyboard = telling->keyboard;
    for (size_t i = 0; i < keyboard->held_count; i++) {
        struct held *held = &keyboard->held[i];
        if (held->idle || held->meaning.kind == KEY_PAD)
            continue;
        if (!held->repeats)
            tell(telling, &held->meaning);
        held->idle = true;
    }
}

static struct meaning meaning_of(const struct action *action)
{
    struct meaning meaning = {
        .kind = (enum key_kind)keyboard_kind_of(action->value),
        .value = keyboard_value_of(action->value),
    };
    snprintf(meaning.text, sizeof(meaning.text), "%s", action->argument);
    return meaning;
}

static bool finger_down(struct telling *telling, const struct input *input,
                        const struct hit *hit)
{
    struct keyboard *keyboard = telling->keyboard;
    if (!hit || !hit->box || hit->layer != LAYER_KEYS ||
        hit->box->action.kind != keyboard->action_kind ||
        keyboard->held_count == COUNT_OF(keyboard->held))
        return false;
    struct held held = {
        .finger = input->finger,
        .meaning = meaning_of(&hit->box->action),
        .rect = hit->rect,
        .since_ms = input->time_ms,
    };
    count_held(telling);
    if (held.meaning.kind == KEY_PAD)
        pen_down(keyboard, &held, input);
    else /* it may have been the nearest one */
        held.rect =
            rect_union(held.rect, (struct rect){input->x, input->y, 1, 1});
    keyboard->held[keyboard->held_count++] = held;
    keyboard->old = true;
    return true;
}

/* Half the way to the next key is still this one. */
static bool slid_off(const struct held *held, const struct input *input)
{
    int reach = held->rect.height / 6;
    return !rect_contains(rect_inset(held->rect, -reach), input->x, input->y);
}

static void finger_moved(struct telling *telling, struct held *held,
                         const struct input *input)
{
    if (writes(held))
        pen_to(telling->keyboard, held, input);
    else if (!held->idle && slid_off(held, input))
        held->idle = telling->keyboard->old = true;
}

static void finger_gone(struct telling *telling, struct held *held,
                        const struct input *input)
{
    struct keyboard *keyboard = telling->keyboard;
    finger_moved(telling, held, input);
    struct held gone = *held;
    *held = keyboard->held[--keyboard->held_count];
    explicit_bzero(&keyboard->held[keyboard->held_count], sizeof(*held));
    keyboard->old = true;
    if (writes(&gone))
        pen_up(telling);
    else if (!gone.idle && !gone.repeats && input->kind == INPUT_RELEASE)
        tell(telling, &gone.meaning);
    explicit_bzero(&gone, sizeof(gone));
}

bool keyboard_touch(struct keyboard *keyboard, const struct input *input,
                    const struct hit *hit,
                    struct key_event events[KEYBOARD_EVENTS], size_t *count)
{
    struct telling telling = {keyboard, events, 0};
    struct held *held = find_held(keyboard, input->finger);
    bool ours = held != NULL;
    if (input->kind == INPUT_CANCEL && input->finger == INPUT_EVERY_FINGER) {
        if (is_written_on(keyboard))
            pen_up(&telling);
        keyboard_let_go(keyboard);
        ours = false;
    } else if (input->kind == INPUT_PRESS) {
        if (held) /* its release was lost */
            finger_gone(&telling, held,
                        &(struct input){.kind = INPUT_CANCEL,
                                        .x = input->x,
                                        .y = input->y});
        ours = finger_down(&telling, input, hit);
    } else if (held && input->kind == INPUT_MOVE) {
        finger_moved(&telling, held, input);
    } else if (held) {
        finger_gone(&telling, held, input);
    }
    *count = telling.count;
    return ours;
}

/* Time. */

static bool repeats(const struct held *held)
{
    return held->meaning.kind == KEY_DELETE && !held->idle;
}

static uint64_t next_repeat(const struct held *held)
{
    return held->since_ms + REPEAT_AFTER_MS +
           held->repeats * 1000u / REPEATS_A_SECOND;
}

size_t keyboard_tick(struct keyboard *keyboard, uint64_t now_ms,
                     struct key_event *event)
{
    struct telling telling = {keyboard, event, 0};
    for (size_t i = 0; i < keyboard->held_count && !telling.count; i++) {
        struct held *held = &keyboard->held[i];
        if (!repeats(held) || next_repeat(held) > now_ms)
            continue;
        /* Whoever was away must not delete for the time of it. */
        uint64_t late = now_ms - next_repeat(held);
        if (late >= 1000 / REPEATS_A_SECOND)
            held->since_ms += late;
        held->repeats++;
        tell(&telling, &held->meaning);
    }
    return telling.count;
}

int keyboard_next(const struct keyboard *keyboard, uint64_t now_ms)
{
    int next = -1;
    for (size_t i = 0; i < keyboard->held_count; i++) {
        const struct held *held = &keyboard->held[i];
        if (!repeats(held))
            continue;
        uint64_t at = next_repeat(held);
        int wait = at > now_ms ? (int)(at - now_ms) : 0;
        if (next < 0 || wait < next)
            next = wait;
    }
    return next;
}
