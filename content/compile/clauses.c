/* clauses.c - paragraphs that begin with 一、, （一） or （1）, as laws and
 * official papers number them, become items whose number hangs.
 *
 * One number proves nothing: 三、四百人 begins a sentence. A clause is what
 * counts on from the clause before it, or a first one with a second to come. */
#include "compile_private.h"

#include "base/utf8.h"

enum form { FORM_PAUSE, FORM_HAN, FORM_DIGITS, FORM_COUNT };

struct counted {
    enum form form;
    unsigned value; /* 0: none */
    size_t length;  /* bytes, with its marks */
};

static bool take(const char **text, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(*text, word, length) != 0)
        return false;
    *text += length;
    return true;
}

/* 一 to 九十九; 0 when there is none. */
static unsigned take_han(const char **text)
{
    static const char *const digits[] = {"一", "二", "三", "四", "五",
                                         "六", "七", "八", "九"};
    unsigned tens = 0, ones = 0;
    for (unsigned i = 0; i < COUNT_OF(digits) && !ones; i++)
        if (take(text, digits[i]))
            ones = i + 1;
    if (!take(text, "十"))
        return ones;
    tens = ones ? ones : 1;
    ones = 0;
    for (unsigned i = 0; i < COUNT_OF(digits) && !ones; i++)
        if (take(text, digits[i]))
            ones = i + 1;
    return tens * 10 + ones;
}

static unsigned take_digits(const char **text)
{
    unsigned value = 0;
    for (int i = 0; i < 3 && **text >= '0' && **text <= '9'; i++)
        value = value * 10 + (unsigned)(*(*text)++ - '0');
    return value;
}

static struct counted read_number(const char *text)
{
    const char *at = text;
    struct counted number = {FORM_PAUSE, 0, 0};
    if (take(&at, "（")) {
        number.form = FORM_HAN;
        number.value = take_han(&at);
        if (!number.value) {
            number.form = FORM_DIGITS;
            number.value = take_digits(&at);
        }
        if (!take(&at, "）"))
            number.value = 0;
    } else {
        number.value = take_han(&at);
        if (!take(&at, "、"))
            number.value = 0;
    }
    number.length = (size_t)(at - text);
    if (!*at) /* a number and nothing else */
        number.value = 0;
    return number;
}

/* The number a block begins with: a paragraph's, or that of an item with a
 * bullet; not where a style begins inside of it. */
static struct counted number_at(const struct block *block)
{
    const struct rich_text *text = &block->content;
    bool may = block->kind == BLOCK_PARAGRAPH ||
               (block->kind == BLOCK_ITEM && !block->ordinal &&
                !block->continued && !*block->label);
    struct counted number = {FORM_PAUSE, 0, 0};
    if (may)
        number = read_number(text->text);
    if (text->span_count && text->spans[0].start < number.length)
        number.value = 0;
    return number;
}

/* Does 2 follow on the 1 at `first`, before the next heading? */
static bool goes_on(const struct block *blocks, size_t count, size_t first,
                    enum form form)
{
    for (size_t i = first + 1; i < count; i++) {
        struct counted number = number_at(&blocks[i]);
        if (blocks[i].kind == BLOCK_HEADING && form != FORM_PAUSE)
            return false;
        if (number.value && number.form == form)
            return number.value == 2;
    }
    return false;
}

static void hang(struct arena *arena, struct block *block, unsigned level,
                 size_t length)
{
    struct rich_text *text = &block->content;
    block->label = arena_strndup(arena, text->text, length);
    if (block->kind == BLOCK_PARAGRAPH)
        block->level = level;
    block->kind = BLOCK_ITEM;
    text->text += length;
    text->length -= (uint32_t)length;
    for (uint32_t i = 0; i < text->span_count; i++) {
        text->spans[i].start -= (uint32_t)length;
        text->spans[i].end -= (uint32_t)length;
    }
}

void clauses_hang(struct arena *arena, struct block *blocks, size_t count)
{
    unsigned last[FORM_COUNT] = {0};
    enum form open[FORM_COUNT] = {
        FORM_PAUSE}; /* forms in use, outermost first */
    unsigned depth = 0;
    for (size_t i = 0; i < count; i++) {
        struct counted number = number_at(&blocks[i]);
        if (blocks[i].kind == BLOCK_HEADING)
            depth = last[FORM_HAN] = last[FORM_DIGITS] = 0;
        if (!number.value)
            continue;
        if (number.value == 1 ? !goes_on(blocks, count, i, number.form)
                              : number.value != last[number.form] + 1)
            continue;
        unsigned level = 0;
        while (level < depth && open[level] != number.form)
            level++;
        open[level] = number.form;
        depth = level + 1;
        last[number.form] = number.value;
        hang(arena, &blocks[i], level, number.length);
    }
}
