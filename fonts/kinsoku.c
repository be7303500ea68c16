#include "fonts/kinsoku.h"

#include "fonts/classes.h"

static bool stands_in_grid(const struct glyph *glyph)
{
    const struct class_rule *rule = &class_rules[glyph->class];
    return rule->wide || rule->chinese;
}

/* Rule 4: below the GB style a solidus may end a line. */
static bool allowed_in_basic(const struct glyph *before,
                             const struct glyph *glyph)
{
    return before->class == CLASS_SOLIDUS && stands_in_grid(glyph) &&
           !class_rules[glyph->class].not_start;
}

/* Between any two characters of the grid, marks or not. */
static bool allowed_in_none(const struct glyph *before,
                            const struct glyph *glyph)
{
    return stands_in_grid(before) && stands_in_grid(glyph);
}

static bool is_allowed(enum strictness strictness, const struct glyph *before,
                       const struct glyph *glyph)
{
    bool allowed = glyph->flags & GLYPH_BREAK;
    switch (strictness) {
    case STRICTNESS_NONE:
        return allowed || allowed_in_none(before, glyph);
    case STRICTNESS_BASIC:
        return allowed || allowed_in_basic(before, glyph);
    case STRICTNESS_STRICT:
        return allowed && glyph->class != CLASS_DASH &&
               glyph->class != CLASS_ELLIPSIS;
    default:
        return allowed;
    }
}

void kinsoku_apply(struct shaped *shaped, enum strictness strictness)
{
    if (strictness == STRICTNESS_GB)
        return;
    for (size_t i = 1; i < shaped->count; i++) {
        struct glyph *glyph = &shaped->glyphs[i];
        if (!(glyph->flags & GLYPH_FIRST) || glyph->flags & GLYPH_JOINED ||
            glyph[-1].class == CLASS_NEWLINE)
            continue;
        bool allowed = is_allowed(strictness, glyph - 1, glyph);
        glyph->flags &= (uint8_t)~GLYPH_BREAK;
        if (allowed)
            glyph->flags |= GLYPH_BREAK;
    }
}
