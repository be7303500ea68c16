/* marks.c - the punctuation of Chinese text, by code point.
 *
 * CLREQ 3.1 and GB/T 15834-2011; the Western marks because pages mix them in.
 * What a class means: class_rules below. */
#include "fonts/classes.h"

#include "base/mem.h"

const struct class_rule class_rules[CLASS_COUNT] = {
    [CLASS_HAN] = {.wide = true},
    [CLASS_LATIN] = {.word = true},
    [CLASS_DIGIT] = {.word = true},
    [CLASS_SYMBOL] = {.word = true},
    [CLASS_FIGURE] = {.wide = true},
    [CLASS_SPACE] = {.hangs = true},
    [CLASS_BLANK] = {.hangs = true},
    [CLASS_NEWLINE] = {.hangs = true},
    [CLASS_OPEN] = {.not_end = true,
                    .wide = true,
                    .chinese = true,
                    .trim = TRIM_LEFT,
                    .shrink = SHRINK_BRACKET},
    [CLASS_CLOSE] = {.not_start = true,
                     .wide = true,
                     .chinese = true,
                     .trim = TRIM_RIGHT,
                     .shrink = SHRINK_BRACKET},
    [CLASS_PAUSE] = {.not_start = true,
                     .wide = true,
                     .chinese = true,
                     .trim = TRIM_RIGHT,
                     .shrink = SHRINK_PAUSE},
    [CLASS_STOP] = {.not_start = true,
                    .wide = true,
                    .chinese = true,
                    .trim = TRIM_RIGHT,
                    .shrink = SHRINK_STOP},
    [CLASS_EXCLAIM] = {.not_start = true,
                       .wide = true,
                       .chinese = true,
                       .trim = TRIM_RIGHT,
                       .shrink = SHRINK_STOP},
    [CLASS_MIDDLE] = {.not_start = true, .rigid = true, .chinese = true},
    [CLASS_CONNECTOR] = {.not_start = true, .rigid = true},
    [CLASS_SOLIDUS] = {.not_start = true,
                       .not_end = true,
                       .rigid = true,
                       .chinese = true},
    [CLASS_DASH] = {.wide = true, .chinese = true},
    [CLASS_ELLIPSIS] = {.not_start = true, .wide = true, .chinese = true},
    [CLASS_WESTERN_OPEN] = {.not_end = true},
    [CLASS_WESTERN_CLOSE] = {.not_start = true},
};

/* One a line. */
/* clang-format off */
const struct mark marks[] = {
    {' ', CLASS_SPACE},
    {'!', CLASS_WESTERN_CLOSE},
    {'#', CLASS_SYMBOL},
    {'$', CLASS_SYMBOL},
    {'%', CLASS_SYMBOL},
    {'&', CLASS_SYMBOL},
    {'(', CLASS_WESTERN_OPEN},
    {')', CLASS_WESTERN_CLOSE},
    {'+', CLASS_SYMBOL},
    {',', CLASS_WESTERN_CLOSE},
    {'-', CLASS_CONNECTOR},
    {'.', CLASS_WESTERN_CLOSE},
    {':', CLASS_WESTERN_CLOSE},
    {';', CLASS_WESTERN_CLOSE},
    {'?', CLASS_WESTERN_CLOSE},
    {'@', CLASS_SYMBOL},
    {'[', CLASS_WESTERN_OPEN},
    {']', CLASS_WESTERN_CLOSE},
    {'{', CLASS_WESTERN_OPEN},
    {'}', CLASS_WESTERN_CLOSE},
    {0x00A0, CLASS_SPACE},     /* no-break space */
    {0x00A3, CLASS_SYMBOL},    /* £ */
    {0x00A5, CLASS_SYMBOL},    /* ¥ */
    {0x00AB, CLASS_WESTERN_OPEN}, /* « */
    {0x00B0, CLASS_SYMBOL},    /* ° */
    {0x00B1, CLASS_FIGURE},    /* ± */
    {0x00B7, CLASS_MIDDLE},    /* · */
    {0x00BB, CLASS_WESTERN_CLOSE}, /* » */
    {0x00D7, CLASS_FIGURE},    /* × */
    {0x00F7, CLASS_FIGURE},    /* ÷ */
    {0x2013, CLASS_CONNECTOR}, /* – */
    {0x2014, CLASS_DASH},      /* — */
    {0x2015, CLASS_DASH},      /* ― */
    {0x2018, CLASS_OPEN},      /* ‘ */
    {0x2019, CLASS_CLOSE},     /* ’ */
    {0x201C, CLASS_OPEN},      /* “ */
    {0x201D, CLASS_CLOSE},     /* ” */
    {0x2025, CLASS_ELLIPSIS},  /* ‥ */
    {0x2026, CLASS_ELLIPSIS},  /* … */
    {0x2027, CLASS_MIDDLE},    /* ‧ */
    {0x2028, CLASS_NEWLINE},   /* line separator */
    {0x2029, CLASS_NEWLINE},   /* paragraph separator */
    {0x2030, CLASS_SYMBOL},    /* ‰ */
    {0x20AC, CLASS_SYMBOL},    /* € */
    {0x2103, CLASS_FIGURE},    /* ℃ */
    {0x2109, CLASS_FIGURE},    /* ℉ */
    {0x2116, CLASS_FIGURE},    /* № */
    {0x2248, CLASS_FIGURE},    /* ≈ */
    {0x2264, CLASS_FIGURE},    /* ≤ */
    {0x2265, CLASS_FIGURE},    /* ≥ */
    {0x22EF, CLASS_ELLIPSIS},  /* ⋯ */
    {0x2E3A, CLASS_DASH},      /* ⸺ */
    {0x2E3B, CLASS_DASH},      /* ⸻ */
    {0x3000, CLASS_BLANK},     /* ideographic space */
    {0x3001, CLASS_PAUSE},     /* 、 */
    {0x3002, CLASS_STOP},      /* 。 */
    {0x3008, CLASS_OPEN},      /* 〈 */
    {0x3009, CLASS_CLOSE},     /* 〉 */
    {0x300A, CLASS_OPEN},      /* 《 */
    {0x300B, CLASS_CLOSE},     /* 》 */
    {0x300C, CLASS_OPEN},      /* 「 */
    {0x300D, CLASS_CLOSE},     /* 」 */
    {0x300E, CLASS_OPEN},      /* 『 */
    {0x300F, CLASS_CLOSE},     /* 』 */
    {0x3010, CLASS_OPEN},      /* 【 */
    {0x3011, CLASS_CLOSE},     /* 】 */
    {0x3014, CLASS_OPEN},      /* 〔 */
    {0x3015, CLASS_CLOSE},     /* 〕 */
    {0x3016, CLASS_OPEN},      /* 〖 */
    {0x3017, CLASS_CLOSE},     /* 〗 */
    {0x3018, CLASS_OPEN},      /* 〘 */
    {0x3019, CLASS_CLOSE},     /* 〙 */
    {0x301A, CLASS_OPEN},      /* 〚 */
    {0x301B, CLASS_CLOSE},     /* 〛 */
    {0x301D, CLASS_OPEN},      /* 〝 */
    {0x301E, CLASS_CLOSE},     /* 〞 */
    {0x301F, CLASS_CLOSE},     /* 〟 */
    {0x30FB, CLASS_MIDDLE},    /* ・ */
    {0xFF01, CLASS_EXCLAIM},      /* ！ */
    {0xFF04, CLASS_FIGURE},    /* ＄ */
    {0xFF05, CLASS_FIGURE},    /* ％ */
    {0xFF08, CLASS_OPEN},      /* （ */
    {0xFF09, CLASS_CLOSE},     /* ） */
    {0xFF0B, CLASS_FIGURE},    /* ＋ */
    {0xFF0C, CLASS_PAUSE},     /* ， */
    {0xFF0D, CLASS_CONNECTOR}, /* － */
    {0xFF0E, CLASS_STOP},      /* ． */
    {0xFF0F, CLASS_SOLIDUS},   /* ／ */
    {0xFF1A, CLASS_PAUSE},     /* ： */
    {0xFF1B, CLASS_PAUSE},     /* ； */
    {0xFF1C, CLASS_FIGURE},    /* ＜ */
    {0xFF1D, CLASS_FIGURE},    /* ＝ */
    {0xFF1E, CLASS_FIGURE},    /* ＞ */
    {0xFF1F, CLASS_EXCLAIM},      /* ？ */
    {0xFF3B, CLASS_OPEN},      /* ［ */
    {0xFF3D, CLASS_CLOSE},     /* ］ */
    {0xFF5B, CLASS_OPEN},      /* ｛ */
    {0xFF5D, CLASS_CLOSE},     /* ｝ */
    {0xFF5E, CLASS_CONNECTOR}, /* ～ */
    {0xFF5F, CLASS_OPEN},      /* ｟ */
    {0xFF60, CLASS_CLOSE},     /* ｠ */
    {0xFFE0, CLASS_FIGURE},    /* ￠ */
    {0xFFE1, CLASS_FIGURE},    /* ￡ */
    {0xFFE5, CLASS_FIGURE},    /* ￥ */
};
/* clang-format on */
const size_t mark_count = COUNT_OF(marks);

const char counters[] = "年月日号时点分秒天周岁条款项章节页期版届次"
                        "小个名人位元角万亿千百倍例件家户种类级场公米里吨度";
