/* faces.c - which files are looked for, and in which order a missing character
 * is asked for.
 *
 * The SC face, not the first one: on the JP face the quotes and the interpunct
 * differ. The number is where Debian's files have it; the name decides. */
#include "fonts/face.h"

#include "base/mem.h"

/* clang-format off */
#define WEIGHTS(stem, end) {stem "-Regular" end, stem "-Bold" end}
#define REGULAR(file) {file, NULL}
/* clang-format on */

const struct face_row face_rows[] = {
    {"Noto Sans CJK SC", WEIGHTS("NotoSansCJK", ".ttc"), 2, FONT_SANS, NULL,
     100, 0},
    {"Noto Serif CJK SC", WEIGHTS("NotoSerifCJK", ".ttc"), 2, FONT_SERIF, NULL,
     100, 0},
    {"Noto Sans CJK SC", WEIGHTS("NotoSansCJKsc", ".otf"), 0, FONT_SANS, NULL,
     100, 0},
    {"Noto Serif CJK SC", WEIGHTS("NotoSerifCJKsc", ".otf"), 0, FONT_SERIF,
     NULL, 100, 0},
    /* Better a Kai face than none. */
    {"LXGW WenKai", WEIGHTS("LXGWWenKai", ".ttf"), 0, FONT_SERIF, NULL, 100, 0},

    {"Noto Serif", WEIGHTS("NotoSerif", ".ttf"), 0, FALLBACK_SERIF,
     "Latn Grek Cyrl Zyyy Zinh", 100, 0},
    {"Noto Sans", WEIGHTS("NotoSans", ".ttf"), 0, FALLBACK,
     "Latn Grek Cyrl Zyyy Zinh Deva", 100, 0},
    /* Its stacks reach 1.18 em up and 0.55 em down, beyond any Han; so they
       fit into the lines of a newspaper page (1.65). */
    {"Noto Serif Tibetan", WEIGHTS("NotoSerifTibetan", ".ttf"), 0, FALLBACK,
     "Tibt", 93, 176},
    {"Noto Naskh Arabic", WEIGHTS("NotoNaskhArabic", ".ttf"), 0, FALLBACK,
     "Arab Zyyy Zinh", 100, 0},
    {"Noto Sans Yi", REGULAR("NotoSansYi-Regular.ttf"), 0, FALLBACK, "Yiii",
     100, 0},
    {"Noto Sans Mongolian", REGULAR("NotoSansMongolian-Regular.ttf"), 0,
     FALLBACK, "Mong Zyyy", 100, 0},
    {"Noto Sans New Tai Lue", REGULAR("NotoSansNewTaiLue-Regular.ttf"), 0,
     FALLBACK, "Talu", 100, 0},
    {"Noto Sans Tai Tham", WEIGHTS("NotoSansTaiTham", ".ttf"), 0, FALLBACK,
     "Lana", 100, 0},
    {"Noto Sans Tai Le", REGULAR("NotoSansTaiLe-Regular.ttf"), 0, FALLBACK,
     "Tale", 100, 0},
    {"Noto Sans Lisu", WEIGHTS("NotoSansLisu", ".ttf"), 0, FALLBACK, "Lisu",
     100, 0},
    {"Noto Sans Miao", REGULAR("NotoSansMiao-Regular.ttf"), 0, FALLBACK, "Plrd",
     100, 0},
    {"Noto Sans Thai", WEIGHTS("NotoSansThai", ".ttf"), 0, FALLBACK, "Thai",
     100, 0},
    {"Noto Sans Symbols", WEIGHTS("NotoSansSymbols", ".ttf"), 0, FALLBACK,
     "Zyyy Zinh", 100, 0},
    {"Noto Sans Symbols2", REGULAR("NotoSansSymbols2-Regular.ttf"), 0, FALLBACK,
     "Zyyy Brai", 100, 0},
    {"Noto Sans Math", REGULAR("NotoSansMath-Regular.ttf"), 0, FALLBACK,
     "Zyyy Grek Arab", 100, 0},
};
const size_t face_row_count = COUNT_OF(face_rows);
_Static_assert(COUNT_OF(face_rows) <= FACE_ROW_LIMIT, "raise FACE_ROW_LIMIT");

const char *const face_folders[] = {
    "/usr/share/fonts/opentype/noto", /* Debian */
    "/usr/share/fonts/truetype/noto",
    "/usr/share/fonts/noto-cjk", /* Arch */
    "/usr/share/fonts/noto",
    "/usr/share/fonts/google-noto-cjk", /* Fedora */
    "/usr/share/fonts/google-noto",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    NULL,
};
