/* fuzz_sheet.c - a spreadsheet as any program may have saved it: encodings,
 * quotes, and cells of every type. `make fuzz` runs it. */
#include "fuzz/fuzz_edition.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const struct fuzz_file files[] = {
    {"listings/x/listing.yaml",
     "title: 试\nitem: 处\nsource: x.csv\ncolumns:\n"
     "  - {name: id, type: text, label: 编号}\n"
     "  - {name: name, type: text, label: 名称}\n"
     "  - {name: phone, type: phone, label: 电话}\n"
     "  - {name: fee, type: money, label: 费用}\n"
     "  - {name: until, type: date, label: 截止}\n"
     "  - {name: opens, type: time, label: 开门}\n"
     "  - {name: link, type: url, label: 网址}\n"
     "  - {name: tags, type: tags, label: 标签}\n"
     "  - {name: lat, type: lat, label: 纬度}\n"
     "  - {name: lon, type: lon, label: 经度}\n"
     "  - {name: count, type: number, label: 数量}\n"
     "  - {name: more, type: markdown, label: 说明}\n"
     "roles: {title: name, phone: phone, lat: lat, lon: lon, expires: until}\n"
     "facets: [tags]\nsort: [name]\ncard: [name, fee]\n"
     "detail: [phone, opens, more]\n"},
    {NULL, NULL}};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct fuzz_edition edition = {files, "listings/x/x.csv", bytes, length};
    struct board board = fuzz_board(&edition);
    struct compiler compiler;
    compiler_init(&compiler, "");
    compiler.board = &board;
    listing_read(&compiler, "listings/x");
    fuzz_report(&compiler);
    compiler_fini(&compiler);
    return 0;
}
