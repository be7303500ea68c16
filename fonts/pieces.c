#include "fonts/pieces.h"

#include "base/mem.h"

struct pieces *pieces_new(void)
{
    return xcalloc(1, sizeof(struct pieces));
}

void pieces_free(struct pieces *pieces)
{
    if (pieces)
        free(pieces->glyphs);
    free(pieces);
}

/* Only what was filled: memory that was never touched costs none. */
void pieces_forget(struct pieces *pieces)
{
    for (size_t i = 0; i < PIECE_COUNT; i++) {
        if (pieces->items[i].length)
            explicit_bzero(&pieces->items[i], sizeof(pieces->items[i]));
    }
    if (pieces->glyphs)
        explicit_bzero(pieces->glyphs,
                       pieces->capacity * sizeof(*pieces->glyphs));
}

static size_t hash_of(const struct piece *key)
{
    uint64_t words[PIECE_BYTES / 8];
    memcpy(words, key->text, sizeof(words));
    uint64_t hash = (uint64_t)key->font << 32 | key->script;
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        hash = (hash ^ words[i]) * 0x9E3779B97F4A7C15u;
        hash ^= hash >> 32;
    }
    return hash % PIECE_COUNT;
}

struct piece *pieces_find(struct pieces *pieces, uint32_t font, uint32_t script,
                          const char *text, size_t length)
{
    struct piece key = {.font = font, .script = script};
    memcpy(key.text, text, length);
    struct piece *piece = &pieces->items[hash_of(&key)];
    if (piece->length == length && piece->font == font &&
        piece->script == script &&
        memcmp(piece->text, key.text, sizeof(key.text)) == 0)
        return piece;
    piece->font = font;
    piece->script = script;
    piece->length = (uint8_t)length;
    piece->count = 0;
    memcpy(piece->text, key.text, sizeof(key.text));
    return piece;
}

struct piece_glyph *pieces_reserve(struct pieces *pieces, size_t count)
{
    if (count > pieces->capacity) {
        pieces->capacity = count + count / 2;
        pieces->glyphs =
            xrealloc(pieces->glyphs, pieces->capacity, sizeof(*pieces->glyphs));
    }
    return pieces->glyphs;
}
