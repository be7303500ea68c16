/* checks.c - what makes a text unfit to publish. */
#include "compile_private.h"

#include "base/civil.h"
#include "base/utf8.h"

enum { REPEAT_CHARACTERS = 20, PARAGRAPH_BYTES_MAX = 65536 };

static const char half_width[] = ",.:;!?()";
static const char *const full_width[] = {"，", "。", "：", "；",
                                         "！", "？", "（", "）"};

const char *check_widen(char mark)
{
    const char *found = mark ? strchr(half_width, mark) : NULL;
    return found ? full_width[found - half_width] : NULL;
}

static void add_fix(struct compiler *compiler, const char *file, size_t offset)
{
    ARRAY_GROW(compiler->fixes, compiler->fix_count, compiler->fix_capacity);
    compiler->fixes[compiler->fix_count++] = (struct fix){file, offset};
}

/* Both neighbours must be Han: 12.5 and e.g. stay as they are. One fault a
 * line, however many marks it has. */
void check_punctuation(struct compiler *compiler, const char *file,
                       const char *text, size_t length, int first_line,
                       size_t offset, bool fixable)
{
    int line = first_line, faulty_line = 0;
    bool after_han = false;
    for (size_t at = 0; at < length;) {
        size_t here = at;
        uint32_t code = utf8_next(text, length, &at);
        const char *wide = code < 0x80 ? check_widen((char)code) : NULL;
        size_t next = at;
        if (wide && after_han && at < length &&
            utf8_is_han(utf8_next(text, length, &next))) {
            if (line != faulty_line)
                fault_add(compiler, file, line,
                          "汉字之间用了半角“%c”；改成“%s”，或运行 yichuangctl "
                          "check --fix",
                          (char)code, wide);
            faulty_line = line;
            if (fixable)
                add_fix(compiler, file, offset + here);
        }
        after_han = utf8_is_han(code);
        line += code == '\n';
    }
}

static uint32_t last_character(const char *text, size_t length)
{
    while (length && ((unsigned char)text[length - 1] <= ' '))
        length--;
    if (!length)
        return 0;
    size_t at = length - 1;
    while (at && ((unsigned char)text[at] & 0xC0) == 0x80)
        at--;
    return utf8_next(text, length, &at);
}

bool check_closed(const char *text, size_t length)
{
    static const uint32_t closing[] = {
        U'。', U'！', U'？', U'；', U'：', U'…',  U'—',  U'”',
        U'’',  U'）', U'】', U'》', U'〉', U'」', U'』', U'〕',
        '.',   '!',   '?',   ';',   ':',   '"',   '\'',  ')',
    };
    uint32_t last = last_character(text, length);
    for (size_t i = 0; i < COUNT_OF(closing); i++)
        if (closing[i] == last)
            return true;
    return false;
}

static void check_repeated(struct compiler *compiler, const char *file,
                           int line, const char *text, size_t length)
{
    if (utf8_count(text, length) < REPEAT_CHARACTERS)
        return;
    const char *key = arena_strndup(&compiler->arena, text, length);
    struct fault *place = arena_alloc(&compiler->arena, sizeof(*place));
    *place = (struct fault){.file = file, .line = line};
    if (map_add(&compiler->paragraphs, key, place))
        return;
    const struct fault *first = map_find(&compiler->paragraphs, key);
    fault_add(compiler, file, line,
              "这一段与 %s:%d 的一段完全相同；删掉一处，或改写", first->file,
              first->line);
}

void check_paragraph(struct compiler *compiler, const char *file, int line,
                     const char *text, size_t length, bool may_run_on)
{
    if (length > PARAGRAPH_BYTES_MAX)
        fault_add(compiler, file, line, "这一段超过 64 KB；分成几段");
    if (length && !may_run_on && !check_closed(text, length))
        fault_add(compiler, file, line,
                  "这一段结尾没有标点，像是没有写完；补全文字，或加上句号");
    check_repeated(compiler, file, line, text, length);
}

/* Digits, then nothing or 之 and a number in Han. */
static bool is_article(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 5 || text[0] == '0')
        return false;
    text += digits;
    if (!*text)
        return true;
    if (strncmp(text, "之", strlen("之")) != 0)
        return false;
    text += strlen("之");
    static const char numerals[] = "一二三四五六七八九十";
    size_t length = strlen(text);
    if (!length || length > 9)
        return false;
    for (size_t at = 0; at < length; at += 3) {
        char one[4] = {0};
        memcpy(one, text + at, length - at < 3 ? length - at : 3);
        if (strlen(one) != 3 || !strstr(numerals, one))
            return false;
    }
    return true;
}

bool check_citation(struct compiler *compiler, const char *file, int line,
                    const char *citation, struct law_ref *out)
{
    const char *hash = strchr(citation, '#');
    if (!hash || hash == citation || !is_article(hash + 1)) {
        fault_add(compiler, file, line,
                  "法条“%s”写法不对；写成 法律名#条号，如 "
                  "劳动合同法#82、刑法#276之一",
                  citation);
        return false;
    }
    out->law =
        arena_strndup(&compiler->arena, citation, (size_t)(hash - citation));
    out->article = arena_strdup(&compiler->arena, hash + 1);
    return true;
}

static enum link_kind kind_of(struct compiler *compiler, const char *link,
                              struct item_source **item_out)
{
    *item_out = map_find(&compiler->item_ids, link);
    if (*item_out)
        return LINK_ITEM;
    static const enum link_kind kinds[ITEM_KIND_COUNT] = {
        [ITEM_ARTICLE] = LINK_CHANNEL,
        [ITEM_GUIDE] = LINK_TOPIC,
        [ITEM_PAPER] = LINK_ISSUE,
    };
    const struct list_source *list = map_find(&compiler->list_ids, link);
    if (list)
        return kinds[list->kind];
    if (!strcmp(link, "guides"))
        return LINK_GUIDES;
    if (!strncmp(link, "listings/", 9) &&
        map_find(&compiler->listing_kinds, link + 9))
        return LINK_LISTING;
    return LINK_NONE;
}

enum link_kind check_link(struct compiler *compiler, const char *file,
                          const struct text *link,
                          struct item_source **item_out)
{
    enum link_kind kind = kind_of(compiler, link->text, item_out);
    if (kind == LINK_NONE)
        fault_add(compiler, file, link->line,
                  "链接 %s 指向的内容不存在；核对编号，或删掉链接", link->text);
    return kind;
}

void check_date_order(struct compiler *compiler, const char *file,
                      const struct text *from, const struct text *until)
{
    if (*from->text && *until->text && strcmp(from->text, until->text) > 0)
        fault_add(compiler, file, until->line,
                  "截止日期 %s 早于开始日期 %s；改正其中一个", until->text,
                  from->text);
}
