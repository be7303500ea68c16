/* layouts.c - where the keys stand: one table a layout, one line a row.
 *
 * Rows of a layout have the same number of units, so that its columns stand
 * below each other; S is a space of so many. Letters are in lower case, as
 * pinyin is taught. On a low panel (landscape, too narrow for a keyboard at the
 * side) keys are short of height, not of width: three rows, with what stands in
 * the fourth beside them. */
#include "keyboard_private.h"

/* clang-format off */
#define T(types, units)             {NULL, types, NULL, KEY_TEXT, units, 0}
#define L(letter)                   T(letter, 2)
#define N(digit, letters)           {letters, digit, digit, KEY_TEXT, 6, 0}
#define H(label, types, hint)       {label, types, hint, KEY_TEXT, 6, 0}
#define R(value, types, units)      {NULL, types, NULL, KEY_READING, units, value}
#define TO(layout, label, units)    {label, "", NULL, KEY_LAYOUT, units, layout}
#define S(units)                    {NULL, "", NULL, KEY_NONE, units, 0}
#define DELETE(units)               {"退格", "", NULL, KEY_DELETE, units, 0}
#define AGAIN(label, units)         {label, "", NULL, KEY_AGAIN, units, 0}
#define SPACE(units)                {"空格", " ", NULL, KEY_SPACE, units, 0}
#define SHIFT(units)                {"大写", "", NULL, KEY_SHIFT, units, 0}
#define SPLIT(units)                {"分词", "'", NULL, KEY_TEXT, units, 0}
#define BACK(units)                 {"", "", NULL, KEY_BACK, units, 0}
#define DONE(units)                 {"", "", NULL, KEY_DONE, units, 0}

#define FIRST   L("q"), L("w"), L("e"), L("r"), L("t"), L("y"), L("u"), L("i"), L("o"), L("p")
#define SECOND  L("a"), L("s"), L("d"), L("f"), L("g"), L("h"), L("j"), L("k"), L("l")
#define THIRD   L("z"), L("x"), L("c"), L("v"), L("b"), L("n"), L("m")
#define DIGITS  L("1"), L("2"), L("3"), L("4"), L("5"), L("6"), L("7"), L("8"), L("9"), L("0")

const struct layout keyboard_layouts[KEYBOARD_LAYOUT_COUNT] = {
    [KEYBOARD_PINYIN] = {
        .chip = "拼音", .chip_of = KEYBOARD_PINYIN,
        .rows = {
            {FIRST},
            {S(1), SECOND, S(1)},
            {SPLIT(3), THIRD, DELETE(3)},
            {TO(KEYBOARD_NUMBERS, "123", 3), TO(KEYBOARD_NINE, "九键", 3), T("，", 2), SPACE(6), T("。", 2), DONE(4)},
        },
        .low = {
            {FIRST, DELETE(4)},
            {S(1), SECOND, TO(KEYBOARD_NINE, "九键", 2), SPACE(3)},
            {SPLIT(2), THIRD, T("，", 2), TO(KEYBOARD_NUMBERS, "123", 2), DONE(4)},
        },
    },
    [KEYBOARD_NINE] = {
        .chip_of = KEYBOARD_PINYIN,
        .rows = {
            {R(0, "，", 5), {"分词", "'", "1", KEY_TEXT, 6, 0}, N("2", "ABC"), N("3", "DEF"), DELETE(5)},
            {R(1, "。", 5), N("4", "GHI"), N("5", "JKL"), N("6", "MNO"), AGAIN("重输", 5)},
            {R(2, "？", 5), N("7", "PQRS"), N("8", "TUV"), N("9", "WXYZ"), TO(KEYBOARD_PINYIN, "全键", 5)},
            {R(3, "！", 5), TO(KEYBOARD_NUMBERS, "123", 6), SPACE(12), DONE(5)},
        },
        .low = {
            {R(0, "，", 5), {"分词", "'", "1", KEY_TEXT, 6, 0}, N("2", "ABC"), N("3", "DEF"), DELETE(5), TO(KEYBOARD_NUMBERS, "123", 5)},
            {R(1, "。", 5), N("4", "GHI"), N("5", "JKL"), N("6", "MNO"), AGAIN("重输", 5), TO(KEYBOARD_PINYIN, "全键", 5)},
            {R(2, "？", 5), N("7", "PQRS"), N("8", "TUV"), N("9", "WXYZ"), SPACE(5), DONE(5)},
        },
    },
    [KEYBOARD_WRITE] = {
        .chip = "手写", .chip_of = KEYBOARD_WRITE,
        .pad_units = 46, .low_pad_units = 40,
        .rows = {
            {DELETE(10)},
            {AGAIN("重写", 10)},
            {TO(KEYBOARD_MARKS, "标点", 10)},
            {DONE(10)},
        },
        .low = {
            {DELETE(10), AGAIN("重写", 10)},
            {TO(KEYBOARD_MARKS, "标点", 10), TO(KEYBOARD_NUMBERS, "123", 10)},
            {SPACE(10), DONE(10)},
        },
    },
    [KEYBOARD_STROKES] = {
        .chip = "笔画", .chip_of = KEYBOARD_STROKES,
        .rows = {
            {H("一", "1", "横 提"), H("丨", "2", "竖"), H("丿", "3", "撇"), DELETE(5)},
            {H("丶", "4", "点 捺"), H("乛", "5", "折 弯"), H("？", "*", "哪一笔都行"), AGAIN("重输", 5)},
            {TO(KEYBOARD_NUMBERS, "123", 6), TO(KEYBOARD_MARKS, "标点", 6), SPACE(6), DONE(5)},
        },
    },
    [KEYBOARD_LETTERS] = {
        .chip = "ABC", .chip_of = KEYBOARD_LETTERS,
        .rows = {
            {FIRST},
            {S(1), SECOND, S(1)},
            {SHIFT(3), THIRD, DELETE(3)},
            {TO(KEYBOARD_NUMBERS, "123", 3), T(",", 2), SPACE(9), T(".", 2), DONE(4)},
        },
        .low = {
            {FIRST, DELETE(4)},
            {S(1), SECOND, T(".", 2), SPACE(3)},
            {SHIFT(2), THIRD, T(",", 2), TO(KEYBOARD_NUMBERS, "123", 2), DONE(4)},
        },
    },
    [KEYBOARD_NUMBERS] = {
        .rows = {
            {DIGITS},
            {L("-"), L("/"), L(":"), L(";"), L("("), L(")"), L("%"), L("@"), L("&"), L("\"")},
            {TO(KEYBOARD_MARKS, "标点", 3), L("!"), L("?"), L("#"), L("+"), L("="), L("_"), L("'"), DELETE(3)},
            {BACK(5), T(",", 2), SPACE(7), T(".", 2), DONE(4)},
        },
        .low = {
            {DIGITS, DELETE(4)},
            {L("-"), L("/"), L(":"), L(";"), L("("), L(")"), L("%"), L("@"), L("&"), L("\""), SPACE(4)},
            {BACK(4), L("!"), L("?"), L("#"), L("+"), L(","), L("."), TO(KEYBOARD_MARKS, "标点", 4), DONE(4)},
        },
    },
    [KEYBOARD_MARKS] = {
        .rows = {
            {L("，"), L("。"), L("、"), L("？"), L("！"), L("："), L("；"), L("……"), L("——"), L("·")},
            {L("“"), L("”"), L("‘"), L("’"), L("（"), L("）"), L("《"), L("》"), L("〈"), L("〉")},
            {TO(KEYBOARD_NUMBERS, "123", 3), L("【"), L("】"), L("「"), L("」"), L("～"), L("￥"), L("％"), DELETE(3)},
            {BACK(5), SPACE(11), DONE(4)},
        },
        .low = {
            {L("，"), L("。"), L("、"), L("？"), L("！"), L("："), L("；"), L("……"), L("——"), L("·"), DELETE(4)},
            {L("“"), L("”"), L("‘"), L("’"), L("（"), L("）"), L("《"), L("》"), L("〈"), L("〉"), SPACE(4)},
            {BACK(4), L("【"), L("】"), L("「"), L("」"), L("～"), L("￥"), TO(KEYBOARD_NUMBERS, "123", 4), DONE(4)},
        },
    },
    [KEYBOARD_DIGITS] = {
        .rows = {
            {T("1", 6), T("2", 6), T("3", 6)},
            {T("4", 6), T("5", 6), T("6", 6)},
            {T("7", 6), T("8", 6), T("9", 6)},
            {DELETE(6), T("0", 6), DONE(6)},
        },
        .low = {
            {T("1", 6), T("2", 6), T("3", 6), T("4", 6), T("5", 6)},
            {T("6", 6), T("7", 6), T("8", 6), T("9", 6), T("0", 6)},
            {DELETE(10), S(10), DONE(10)},
        },
    },
};
/* clang-format on */
