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
#define FALLBACK (-1)
/* clang-format on */

const struct face_row face_rows[] = {
    {"Noto Sans CJK SC", WEIGHTS("NotoSansCJK", ".ttc"), 2, FONT_SANS, NULL},
    {"Noto Serif CJK SC", WEIGHTS("NotoSerifCJK", ".ttc"), 2, FONT_SERIF, NULL},
    {"Noto Sans CJK SC", WEIGHTS("NotoSansCJKsc", ".otf"), 0, FONT_SANS, NULL},
    {"Noto Serif CJK SC", WEIGHTS("NotoSerifCJKsc", ".otf"), 0, FONT_SERIF,
     NULL},
    /* Better a Kai face than none. */
    {"LXGW WenKai", WEIGHTS("LXGWWenKai", ".ttf"), 0, FONT_SERIF, NULL},

    {"Noto Sans", WEIGHTS("NotoSans", ".ttf"), 0, FALLBACK,
     "Latn Grek Cyrl Zyyy Zinh Deva"},
    {"Noto Serif Tibetan", WEIGHTS("NotoSerifTibetan", ".ttf"), 0, FALLBACK,
     "Tibt"},
    {"Noto Naskh Arabic", WEIGHTS("NotoNaskhArabic", ".ttf"), 0, FALLBACK,
     "Arab Zyyy Zinh"},
    {"Noto Sans Yi", REGULAR("NotoSansYi-Regular.ttf"), 0, FALLBACK, "Yiii"},
    {"Noto Sans Mongolian", REGULAR("NotoSansMongolian-Regular.ttf"), 0,
     FALLBACK, "Mong Zyyy"},
    {"Noto Sans New Tai Lue", REGULAR("NotoSansNewTaiLue-Regular.ttf"), 0,
     FALLBACK, "Talu"},
    {"Noto Sans Tai Tham", WEIGHTS("NotoSansTaiTham", ".ttf"), 0, FALLBACK,
     "Lana"},
    {"Noto Sans Tai Le", REGULAR("NotoSansTaiLe-Regular.ttf"), 0, FALLBACK,
     "Tale"},
    {"Noto Sans Lisu", WEIGHTS("NotoSansLisu", ".ttf"), 0, FALLBACK, "Lisu"},
    {"Noto Sans Miao", REGULAR("NotoSansMiao-Regular.ttf"), 0, FALLBACK,
     "Plrd"},
    {"Noto Sans Thai", WEIGHTS("NotoSansThai", ".ttf"), 0, FALLBACK, "Thai"},
    {"Noto Sans Symbols", WEIGHTS("NotoSansSymbols", ".ttf"), 0, FALLBACK,
     "Zyyy Zinh"},
    {"Noto Sans Symbols2", REGULAR("NotoSansSymbols2-Regular.ttf"), 0, FALLBACK,
     "Zyyy Brai"},
    {"Noto Sans Math", REGULAR("NotoSansMath-Regular.ttf"), 0, FALLBACK,
     "Zyyy Grek Arab"},
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
