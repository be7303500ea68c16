/* make_fold.c - writes content/search/fold_table.h: which character a
 * traditional one is simplified to, as ICU (CLDR's Hant-Hans) has it. Not part
 * of the program; run it again when ICU knows more:
 *
 *   gcc make_fold.c $(pkg-config --cflags --libs icu-i18n) -o make_fold
 *   ./make_fold > ../fold_table.h */
#include <stdio.h>
#include <unicode/utrans.h>

static UChar32 step(const UTransliterator *simplify, UChar32 code)
{
    UErrorCode error = U_ZERO_ERROR;
    UChar text[8] = {(UChar)code};
    int32_t length = 1, limit = 1;
    utrans_transUChars(simplify, text, &length, 8, 0, &limit, &error);
    return U_FAILURE(error) || length != 1 ? code : text[0];
}

int main(void)
{
    UErrorCode error = U_ZERO_ERROR;
    const UChar id[] = u"Traditional-Simplified";
    UTransliterator *simplify =
        utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
    if (U_FAILURE(error))
        return 1;
    printf("/* fold_table.h - traditional and simplified characters, sorted;\n"
           " * made by data/make_fold.c of ICU %s. */\n"
           "static const uint16_t simplified[][2] = {\n",
           U_ICU_VERSION);
    int column = 0;
    unsigned known[(0xA000 - 0x3400) / 32] = {0};
    for (UChar32 code = 0x3400; code < 0xA000; code++) {
        /* Some are simplified to what is simplified again, two to each other:
         * then the lower one. */
        UChar32 simple = step(simplify, code), low = code;
        for (int i = 0; i < 8 && step(simplify, simple) != simple; i++) {
            low = simple < low ? simple : low;
            simple = step(simplify, simple);
        }
        if (step(simplify, simple) != simple)
            simple = low;
        if (simple == code)
            continue;
        known[(code - 0x3400) / 32] |= 1u << (code - 0x3400) % 32;
        printf("%s{0x%04X, 0x%04X},%s", column ? " " : "    ", (unsigned)code,
               (unsigned)simple, column == 3 ? "\n" : "");
        column = (column + 1) % 4;
    }
    printf("%s};\n\n/* Which of 0x3400 to 0x9FFF are in it, by bits. */\n"
           "static const uint32_t is_simplified[] = {\n",
           column ? "\n" : "");
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        printf("%s0x%08X,%s", i % 6 ? " " : "    ", known[i],
               i % 6 == 5 ? "\n" : "");
    printf("};\n");
    utrans_close(simplify);
    return 0;
}
