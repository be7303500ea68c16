#include "content/pinyin.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "content/ime/pinyin_private.h"

/* Of the edition's words: P = 2e-5 or more, those of everyday words a little
 * more. */
enum { COST_TERM = 10820, COST_TERM_SPAN = 600, COST_TERM_PART = 64 };

_Static_assert((int)PINYIN_TERM <= (int)LEXICON_LONGEST, "terms are words");
_Static_assert((int)PINYIN_SYLLABLE <= (int)LEXICON_SYLLABLE,
               "readings are names");

struct pinyin *pinyin_open(const char *path)
{
    struct pinyin *pinyin = xcalloc(1, sizeof(*pinyin));
    if (!lexicon_open(&pinyin->tables[0], &pinyin->file, path)) {
        free(pinyin);
        return NULL;
    }
    likeness_init(&pinyin->likeness, &pinyin->tables[0].syllables);
    pinyin_index(pinyin, 0);
    return pinyin;
}

void pinyin_close(struct pinyin *pinyin)
{
    if (!pinyin)
        return;
    pinyin_forget(pinyin);
    wordlist_fini(&pinyin->terms);
    likeness_fini(&pinyin->likeness);
    for (size_t table = 0; table < TABLES; table++)
        free(pinyin->firsts[table]);
    mapped_close(&pinyin->file);
    free(pinyin);
}

/* Terms. */

void pinyin_terms_begin(struct pinyin *pinyin)
{
    wordlist_fini(&pinyin->terms);
    pinyin->tables[1] = (struct lexicon){0};
}

static void add_term(struct pinyin *pinyin, struct word *word)
{
    if (word->length < 2 || pinyin->terms.count == PINYIN_TERMS)
        return;
    uint32_t parts =
        lexicon_read(&pinyin->tables[0], word->text, word->length, word->read) /
        COST_TERM_PART;
    for (size_t i = 0; i < word->length; i++)
        if (word->read[i] == LEXICON_NONE)
            return;
    word->cost = (uint16_t)(COST_TERM - COST_TERM_SPAN +
                            (parts < COST_TERM_SPAN ? parts : COST_TERM_SPAN));
    wordlist_add(&pinyin->terms, word);
}

bool pinyin_terms_add(struct pinyin *pinyin, const char *text)
{
    const size_t length = strlen(text);
    struct word word = {.length = 0};
    bool fits = true;
    for (size_t at = 0; at <= length;) {
        uint32_t code = at < length ? utf8_next(text, length, &at) : 0;
        if (lexicon_is_han(code)) {
            if (word.length == PINYIN_TERM)
                fits = false;
            else
                word.text[word.length++] = (uint16_t)code;
            continue;
        }
        if (fits)
            add_term(pinyin, &word);
        word.length = 0;
        fits = true;
        if (!code && at >= length)
            break;
    }
    return pinyin->terms.count < PINYIN_TERMS;
}

void pinyin_terms_end(struct pinyin *pinyin)
{
    wordlist_sort(&pinyin->terms, pinyin->tables[0].syllables,
                  &pinyin->tables[1]);
    /* The tables are a copy; terms come seldom. */
    free(pinyin->terms.words);
    pinyin->terms.words = NULL;
    pinyin->terms.count = pinyin->terms.capacity = 0;
    pinyin_index(pinyin, 1);
}

/* Candidates. */

static const struct sentence *sentence_of(const struct pinyin *pinyin,
                                          const struct found *found,
                                          struct sentence *single)
{
    if (found->sentence)
        return &pinyin->work.sentences[found->sentence - 1];
    single->words[0] = found->ref;
    single->count = 1;
    return single;
}

static void write_found(const struct pinyin *pinyin, const struct found *found,
                        char text[PINYIN_TEXT])
{
    struct sentence single;
    const struct sentence *sentence = sentence_of(pinyin, found, &single);
    size_t put = 0;
    for (size_t i = 0; i < sentence->count; i++) {
        const struct word_ref *ref = &sentence->words[i];
        const struct lexicon *table = &pinyin->tables[ref->table];
        for (uint32_t at = table->starts[ref->word];
             at < table->starts[ref->word + 1] && put + 4 < PINYIN_TEXT; at++)
            put += utf8_put(text + put, table->text[at]);
    }
    text[put] = 0;
}

static bool is_new(const struct pinyin_candidate *candidates, size_t count,
                   const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(candidates[i].text, text))
            return false;
    return true;
}

size_t pinyin_find(struct pinyin *pinyin, const char *input,
                   struct pinyin_candidate *candidates, size_t most)
{
    struct pinyin_work *work = &pinyin->work;
    size_t count = 0;
    if (most > PINYIN_CANDIDATES)
        most = PINYIN_CANDIDATES;
    lattice_build(&work->lattice, &pinyin->tables[0].syllables,
                  &pinyin->likeness, input);
    pinyin_search(pinyin);
    for (size_t i = 0; i < work->found_count && count < most; i++) {
        const struct found *found = &work->found[i];
        struct pinyin_candidate *candidate = &candidates[count];
        write_found(pinyin, found, candidate->text);
        candidate->consumed = work->lattice.places[found->end];
        count += is_new(candidates, count, candidate->text);
    }
    return count;
}

/* How the letters of a candidate are divided: for each of its syllables the
 * letters that stand for it, along the cheapest edges. */
struct division {
    const struct lattice *lattice;
    uint16_t syllables[PINYIN_INPUT];
    size_t count;
    uint8_t ends[PINYIN_INPUT];
};

/* Syllables from `which` on, in letters from `at` to `end`. A word that goes on
 * behind the letters leaves syllables over. */
static bool divide(struct division *division, size_t which, size_t at,
                   size_t end, size_t *budget)
{
    if (at == end)
        return true;
    if (which == division->count || !*budget)
        return false;
    --*budget;
    const struct lattice *lattice = division->lattice;
    for (uint32_t cost = 0, next; cost < UINT16_MAX; cost = next) {
        next = UINT16_MAX;
        for (size_t i = 0; i < lattice->edge_counts[at]; i++) {
            const struct edge *edge = &lattice->edges[at][i];
            uint16_t syllable = division->syllables[which];
            if (syllable < edge->first || syllable >= edge->after ||
                edge->end > end || edge->cost < cost)
                continue;
            if (edge->cost > cost) {
                next = edge->cost < next ? edge->cost : next;
                continue;
            }
            division->ends[which] = edge->end;
            if (divide(division, which + 1, edge->end, end, budget))
                return true;
        }
    }
    return false;
}

static bool divide_found(const struct pinyin *pinyin, const struct found *found,
                         struct division *division)
{
    struct sentence single;
    const struct sentence *sentence = sentence_of(pinyin, found, &single);
    size_t budget = 2000;
    division->lattice = &pinyin->work.lattice;
    for (size_t i = 0; i < sentence->count; i++) {
        const struct word_ref *ref = &sentence->words[i];
        const struct lexicon *table = &pinyin->tables[ref->table];
        for (uint32_t at = table->starts[ref->word];
             at < table->starts[ref->word + 1] &&
             division->count < PINYIN_INPUT;
             at++)
            division->syllables[division->count++] = table->read[at];
    }
    return divide(division, 0, 0, found->end, &budget);
}

static void put_char(char *text, size_t size, size_t *put, char byte)
{
    if (*put + 1 < size)
        text[(*put)++] = byte;
}

/* A digit becomes the letter it stands for. */
static char letter_of(const struct pinyin *pinyin,
                      const struct division *division, size_t which,
                      size_t begin, size_t at)
{
    const struct lattice *lattice = division->lattice;
    const char *name =
        pinyin->tables[0].syllables.names[division->syllables[which]];
    char typed = lattice->typed[at];
    return typed >= 'a' || at - begin >= strlen(name) ? typed
                                                      : name[at - begin];
}

void pinyin_divided(const struct pinyin *pinyin, char *text, size_t size)
{
    const struct pinyin_work *work = &pinyin->work;
    const struct lattice *lattice = &work->lattice;
    struct division division = {.count = 0};
    size_t put = 0, at = 0;
    if (work->found_count && divide_found(pinyin, work->found, &division))
        for (size_t i = 0; i < division.count && at < work->found[0].end; i++) {
            size_t begin = at;
            if (i)
                put_char(text, size, &put, '\'');
            for (; at < division.ends[i]; at++)
                put_char(text, size, &put,
                         letter_of(pinyin, &division, i, begin, at));
        }
    for (; at < lattice->length; at++) {
        if (put && lattice->parted[at])
            put_char(text, size, &put, '\'');
        put_char(text, size, &put, lattice->typed[at]);
    }
    text[put] = 0;
    explicit_bzero(&division, sizeof(division));
}

/* How often a syllable is met: by the likeliest word of it alone. */
static uint32_t syllable_cost(const struct pinyin *pinyin, uint16_t syllable)
{
    const struct lexicon *lexicon = &pinyin->tables[0];
    uint32_t first = pinyin->firsts[0][syllable];
    return first < pinyin->firsts[0][syllable + 1] ? lexicon->costs[first]
                                                   : UINT16_MAX;
}

struct reading {
    const char *name;
    uint32_t cost;
    size_t length;
};

static int compare_readings(const void *left, const void *right)
{
    const struct reading *a = left, *b = right;
    if (a->length != b->length)
        return a->length > b->length ? -1 : 1;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    return strcmp(a->name, b->name);
}

size_t pinyin_first_readings(struct pinyin *pinyin, const char *input,
                             char readings[][PINYIN_SYLLABLE], size_t most)
{
    struct lattice *lattice = &pinyin->work.lattice;
    const struct syllables *syllables = &pinyin->tables[0].syllables;
    struct reading found[EDGES];
    size_t count = 0;
    pinyin->work.any = true;
    lattice_build(lattice, syllables, &pinyin->likeness, input);
    for (size_t i = 0; lattice->length && i < lattice->edge_counts[0]; i++) {
        const struct edge *edge = &lattice->edges[0][i];
        const char *name = syllables->names[edge->first];
        if (edge->cost || edge->after - edge->first != 1 ||
            strlen(name) != edge->end)
            continue;
        found[count++] = (struct reading){
            name, syllable_cost(pinyin, edge->first), edge->end};
    }
    qsort(found, count, sizeof(*found), compare_readings);
    count = count < most ? count : most;
    for (size_t i = 0; i < count; i++)
        memcpy(readings[i], found[i].name, PINYIN_SYLLABLE);
    return count;
}

/* Readings of texts. */

struct reader {
    const struct pinyin *pinyin;
    struct buf *out;
    size_t begin; /* of what this call appended */
    uint16_t run[64];
    size_t count;
    bool in_word; /* letters or digits are being written */
};

static void put_syllable(struct reader *reader, const char *name)
{
    if (reader->out->length > reader->begin)
        buf_putc(reader->out, ' ');
    buf_puts(reader->out, name);
}

static void end_run(struct reader *reader)
{
    uint16_t read[COUNT_OF(reader->run)];
    const struct lexicon *lexicon = &reader->pinyin->tables[0];
    lexicon_read(lexicon, reader->run, reader->count, read);
    for (size_t i = 0; i < reader->count; i++)
        if (read[i] != LEXICON_NONE)
            put_syllable(reader, lexicon->syllables.names[read[i]]);
    reader->count = 0;
}

static char small_letter(uint32_t code)
{
    if (code >= 0xFF01 && code <= 0xFF5E) /* full width */
        code -= 0xFEE0;
    if (code >= 'A' && code <= 'Z')
        code += 'a' - 'A';
    return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9')
               ? (char)code
               : 0;
}

static void put_letter(struct reader *reader, char letter)
{
    const char word[2] = {letter, 0};
    if (reader->in_word)
        buf_putc(reader->out, letter);
    else
        put_syllable(reader, word);
    reader->in_word = true;
}

void pinyin_read(struct pinyin *pinyin, const char *text, struct buf *out)
{
    const size_t length = strlen(text);
    struct reader reader = {.pinyin = pinyin, .out = out, .begin = out->length};
    for (size_t at = 0; at < length;) {
        uint32_t code = utf8_next(text, length, &at);
        char letter = small_letter(code);
        if (lexicon_is_han(code)) {
            if (reader.count == COUNT_OF(reader.run))
                end_run(&reader);
            reader.run[reader.count++] = (uint16_t)code;
            reader.in_word = false;
            continue;
        }
        end_run(&reader);
        if (letter)
            put_letter(&reader, letter);
        else
            reader.in_word = false;
    }
    end_run(&reader);
}

void pinyin_forget(struct pinyin *pinyin)
{
    if (pinyin->work.any)
        explicit_bzero(&pinyin->work, sizeof(pinyin->work));
}
