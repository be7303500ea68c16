/* test_markdown.c - from Markdown to blocks and the styles of their text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "content/compile/compile_private.h"
#include "content/document.h"
#include "ui/icons.h"

/* ---- a document as text ---- */

/* <b:words> is bold words; letters of several styles stand together; what
 * pinyin or a link has to say follows after another colon. */
static void put_text(struct buf *out, const struct rich_text *text)
{
    static const struct {
        uint32_t style;
        char letter;
    } letters[] = {
        {SPAN_BOLD, 'b'}, {SPAN_EMPHASIS, 'e'}, {SPAN_CODE, 'c'},
        {SPAN_LINK, 'l'}, {SPAN_BOOK, 'k'},     {SPAN_NAME, 'n'},
        {SPAN_NOTE, '^'}, {SPAN_RUBY, 'r'},     {SPAN_ICON, 'i'},
    };
    uint32_t at = 0;
    for (uint32_t i = 0; i < text->span_count; i++) {
        const struct span *span = &text->spans[i];
        buf_add(out, text->text + at, span->start - at);
        buf_putc(out, '<');
        for (size_t k = 0; k < COUNT_OF(letters); k++)
            if (span->style & letters[k].style)
                buf_putc(out, letters[k].letter);
        buf_putc(out, ':');
        buf_add(out, text->text + span->start, span->end - span->start);
        if (*span->target)
            buf_printf(out, ":%s", span->target);
        if (*span->ruby)
            buf_printf(out, ":%s", span->ruby);
        if (*span->icon)
            buf_printf(out, ":%s", span->icon);
        buf_putc(out, '>');
        at = span->end;
    }
    buf_add(out, text->text + at, text->length - at);
}

static void put_block(struct buf *out, const struct block *block)
{
    switch (block->kind) {
    case BLOCK_HEADING:
        buf_printf(out, "h%u ", block->level);
        break;
    case BLOCK_ITEM:
        buf_printf(out, "i%u ", block->level);
        if (block->ordinal)
            buf_printf(out, "%u. ", block->ordinal);
        else if (!*block->label)
            buf_puts(out, block->continued ? "… " : "• ");
        else
            buf_printf(out, "[%s] ", block->label);
        break;
    case BLOCK_ENDNOTE:
        buf_printf(out, "n%u%s ", block->ordinal, block->continued ? "…" : "");
        break;
    case BLOCK_TABLE:
        buf_puts(out, "t");
        for (unsigned i = 0; i < block->columns * block->rows; i++) {
            buf_putc(out, '|');
            put_text(out, &block->cells[i]);
        }
        break;
    default:
        buf_puts(out, block->kind == BLOCK_PARAGRAPH ? "p " : "? ");
        break;
    }
    put_text(out, &block->content);
    buf_putc(out, '\n');
}

/* Compiles, and puts what the kiosk would read, then the faults. */
static void compile(const char *body, const char *rest, struct buf *out)
{
    struct compiler compiler = {0};
    struct arena arena = {0};
    struct document document;
    struct item_source second = {.file = "b.md", .body_line = 1};
    struct item_source item = {.file = "a.md", .body_line = 1};
    item.body = xstrdup(body);
    item.body_length = strlen(body);
    second.body = xstrdup(rest ? rest : "");
    second.body_length = strlen(second.body);
    if (rest) {
        item.rest = &second;
        item.to.node = &(struct node){0};
    }
    markdown_compile(&compiler, &item);
    assert_true(document_decode(&arena, item.document.data,
                                item.document.length, &document));
    for (uint32_t i = 0; i < document.count; i++)
        put_block(out, &document.blocks[i]);
    for (size_t i = 0; i < compiler.fault_count; i++)
        buf_printf(out, "!%s:%d\n", compiler.faults[i].file,
                   compiler.faults[i].line);
    free(item.body);
    free(second.body);
    free(compiler.faults);
    buf_fini(&item.document);
    map_fini(&compiler.paragraphs);
    arena_fini(&compiler.arena);
    arena_fini(&arena);
}

static const struct {
    const char *name, *source, *expected;
} cases[] = {
    /* marks beside the line */
    {"emphasis", "先*存证据*，再**投诉**。", "p 先<e:存证据>，再<b:投诉>。\n"},
    {"a book", "读{{书：劳动法}}。", "p 读<k:劳动法>。\n"},
    {"half-width colons", "读{{书:劳动法}}和{{拼:驿:yì}}。",
     "p 读<k:劳动法>和<r:驿:yì>。\n"},
    {"two names are two", "{{名：王进喜}}{{名：孟泰}}。",
     "p <n:王进喜><n:孟泰>。\n"},
    {"a name that is emphasised", "*劳模{{名：孟泰}}说*话。",
     "p <e:劳模><en:孟泰><e:说>话。\n"},
    {"pinyin", "{{拼：驿窗：yì  chuāng }}开。", "p <r:驿窗:yì chuāng>开。\n"},
    {"in a heading", "## 读{{名：孟泰}}", "h2 读<n:孟泰>\n"},
    {"in a table", "|甲|\n|---|\n|{{书：铁人}}|", "t|甲|<k:铁人>\n"},
    {"in an item", "- {{名：孟泰}}", "i0 • <n:孟泰>\n"},
    {"not in code", "`{{书：甲}}`。", "p <c:{{书：甲}}>。\n"},
    {"a single brace", "{书：甲}。", "p {书：甲}。\n"},
    {"no closing braces", "甲。\n\n读{{书：甲。",
     "p 甲。\np 读{{书：甲。\n!a.md:3\n"},
    {"an unknown mark", "读{{黑：甲}}。", "p 读。\n!a.md:1\n"},
    {"a mark without words", "读{{书：}}。", "p 读。\n!a.md:1\n"},
    {"no colon", "读{{书}}。", "p 读。\n!a.md:1\n"},
    {"a syllable too few", "{{拼：驿窗：yì}}。", "p 驿窗。\n!a.md:1\n"},
    {"a syllable too many", "{{拼：驿：yì chuāng}}。", "p 驿。\n!a.md:1\n"},
    {"pinyin of a digit", "{{拼：3条：sān tiáo}}。", "p 3条。\n!a.md:1\n"},
    {"tones in digits", "{{拼：驿：yi4}}。", "p 驿。\n!a.md:1\n"},
    {"no pinyin", "{{拼：驿}}。", "p 驿。\n!a.md:1\n"},
    /* icons */
    {"an icon", "按{{图标：电话}}，拨打{{图标:PHONE}}。",
     "p 按<i:\uFFFC:电话>，拨打PHONE。\n!a.md:1\n"},
    {"by its English name", "按{{图标:phone}}。", "p 按<i:\uFFFC:电话>。\n"},
    {"two icons are two", "{{图标：首页}}{{图标：首页}}。",
     "p <i:\uFFFC:首页><i:\uFFFC:首页>。\n"},
    {"an icon in bold", "**按{{图标：地点}}**。",
     "p <b:按><bi:\uFFFC:地点>。\n"},
    {"an icon in a link", "[{{图标：电话}}打](guides)。",
     "p <li:\uFFFC:guides:电话><l:打:guides>。\n"},
    {"an icon in the words of a link", "[[guides|{{图标：指南}}看]]。",
     "p <li:\uFFFC:guides:指南><l:看:guides>。\n"},
    {"an icon in a heading", "## {{图标：时间}}几点",
     "h2 <i:\uFFFC:时间>几点\n"},
    {"an icon in a cell", "|甲|\n|---|\n|{{图标：对勾}}|",
     "t|甲|<i:\uFFFC:对勾>\n"},
    {"no icon in code", "`{{图标：电话}}`。", "p <c:{{图标：电话}}>。\n"},
    {"an icon without a name", "按{{图标：}}。", "p 按。\n!a.md:1\n"},
    {"the character alone is none", "按&#xFFFC;{{名：孟泰}}。",
     "p 按\uFFFC<n:孟泰>。\n"},
    {"an icon ends no paragraph", "打{{图标：电话}}",
     "p 打<i:\uFFFC:电话>\n!a.md:1\n"},
    {"paragraphs that differ in an icon are two",
     "在屏的下面找到这一个，再轻轻点一下它{{图标：电话}}就好。\n\n"
     "在屏的下面找到这一个，再轻轻点一下它{{图标：首页}}就好。",
     "p 在屏的下面找到这一个，再轻轻点一下它<i:\uFFFC:电话>就好。\n"
     "p 在屏的下面找到这一个，再轻轻点一下它<i:\uFFFC:首页>就好。\n"},
    /* notes */
    {"notes by their first mention",
     "甲[^b]乙[^a]，又[^b]。\n\n[^a]: 第二*条*。\n\n    再说。\n[^b]: 第一。",
     "p 甲<^:1>乙<^:2>，又<^:1>。\nn1 第一。\nn2 第二<e:条>。\nn2… 再说。\n"},
    {"a note at an emphasis", "*甲*[^1]。\n\n[^1]: 乙。",
     "p <e:甲><^:1>。\nn1 乙。\n"},
    {"two numbers are two", "甲[^1][^2]。\n\n[^1]: 乙。\n\n[^2]: 丙。",
     "p 甲<^:1><^:2>。\nn1 乙。\nn2 丙。\n"},
    {"a note that is not there", "甲。\n\n乙[^x]。",
     "p 甲。\np 乙[^x]。\n!a.md:3\n"},
    /* clauses */
    {"clauses", "下列情形：\n\n（一）甲；\n\n（二）乙；\n\n（三）丙。",
     "p 下列情形：\ni0 [（一）] 甲；\ni0 [（二）] 乙；\ni0 [（三）] 丙。\n"},
    {"clauses in clauses",
     "一、甲。\n\n（一）乙；\n\n（1）丙；\n\n（2）丁；\n\n（二）戊。\n\n二、己"
     "。",
     "i0 [一、] 甲。\ni1 [（一）] 乙；\ni2 [（1）] 丙；\ni2 [（2）] 丁；\n"
     "i1 [（二）] 戊。\ni0 [二、] 己。\n"},
    {"text between clauses", "一、甲。\n\n说明。\n\n二、乙。",
     "i0 [一、] 甲。\np 说明。\ni0 [二、] 乙。\n"},
    {"styles move along", "（一）*甲*；\n\n（二）{{书：乙}}。",
     "i0 [（一）] <e:甲>；\ni0 [（二）] <k:乙>。\n"},
    {"with bullets", "- （一）甲\n- （二）乙",
     "i0 [（一）] 甲\ni0 [（二）] 乙\n"},
    {"over ten",
     "（一）一。\n\n（二）一。\n\n（三）一。\n\n（四）一。\n\n（五）一。\n\n（"
     "六）"
     "一。\n\n（七）一。\n\n（八）一。\n\n（九）一。\n\n（十）一。\n\n（十一）"
     "一。",
     "i0 [（一）] 一。\ni0 [（二）] 一。\ni0 [（三）] 一。\ni0 [（四）] 一。\n"
     "i0 [（五）] 一。\ni0 [（六）] 一。\ni0 [（七）] 一。\ni0 [（八）] 一。\n"
     "i0 [（九）] 一。\ni0 [（十）] 一。\ni0 [（十一）] 一。\n"},
    {"one alone", "（一）甲。\n\n乙。", "p （一）甲。\np 乙。\n"},
    {"a number in a sentence", "三、四百人参加。", "p 三、四百人参加。\n"},
    {"a number that does not follow", "一、甲。\n\n三、四百人。",
     "p 一、甲。\np 三、四百人。\n"},
    {"begins again below a heading",
     "（一）甲。\n\n（二）乙。\n\n## 题\n\n（一）丙。\n\n（二）丁。",
     "i0 [（一）] 甲。\ni0 [（二）] 乙。\nh2 题\n"
     "i0 [（一）] 丙。\ni0 [（二）] 丁。\n"},
    {"a style over the number", "**（一）甲**。\n\n（二）乙。",
     "p <b:（一）甲>。\np （二）乙。\n"},
};

static void markdown(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = {0};
        compile(cases[i].source, NULL, &out);
        if (strcmp(buf_text(&out), cases[i].expected) != 0)
            fail_msg("%s:\n%sinstead of\n%s", cases[i].name, buf_text(&out),
                     cases[i].expected);
        buf_fini(&out);
    }
}

/* What the compiler lets through is what the screen can draw, and both mean the
 * same by it. */
static void icons_are_known_on_both_sides(void **state)
{
    const struct icon_name *row;
    size_t count = 0;
    (void)state;
    for (; (row = icon_name_at(count)); count++) {
        const char *const names[] = {row->said, row->english};
        for (size_t i = 0; i < COUNT_OF(names); i++) {
            struct buf source = {0}, out = {0}, expected = {0};
            buf_printf(&source, "按{{图标：%s}}。", names[i]);
            buf_printf(&expected, "p 按<i:" ICON_CHARACTER ":%s>。\n",
                       row->said);
            compile(buf_text(&source), NULL, &out);
            assert_string_equal(buf_text(&out), buf_text(&expected));
            enum icon icon = icon_by_name(names[i]);
            float stroke;
            assert_int_not_equal(icon, ICON_NONE);
            assert_string_equal(icon_said(icon), row->said);
            assert_int_not_equal(*icon_path(icon, &stroke), 0);
            buf_fini(&source);
            buf_fini(&out);
            buf_fini(&expected);
        }
    }
    assert_int_equal(count, ICON_COUNT - 1);
    assert_int_equal(icon_by_name("电话机"), ICON_NONE);
    assert_int_equal(icon_by_name(""), ICON_NONE);
}

/* The sentence that goes on overleaf is mended, and notes count on. */
static void two_halves(void **state)
{
    struct buf out = {0};
    (void)state;
    compile("甲[^1]。\n\n工会的\n\n[^1]: 一。",
            "服务[^x]，又[^y]。\n\n乙。\n\n"
            "[^x]: 二。\n\n[^y]: 三。",
            &out);
    assert_string_equal(buf_text(&out),
                        "p 甲<^:1>。\np 工会的服务<^:2>，又<^:3>。\np 乙。\n"
                        "n1 一。\nn2 二。\nn3 三。\n");
    buf_clear(&out);
    compile("工会的事。[^1]\n\n[^1]: 一。", "另一段。", &out);
    assert_string_equal(buf_text(&out),
                        "p 工会的事。<^:1>\np 另一段。\nn1 一。\n");
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(icons_are_known_on_both_sides),
        cmocka_unit_test(markdown),
        cmocka_unit_test(two_halves),
    };
    return cmocka_run_group_tests_name("markdown", tests, NULL, NULL);
}
