/* checks.c - what makes a text unfit to publish. */
#include "compile_private.h"

#include "base/civil.h"
#include "base/utf8.h"

enum { REPEAT_CHARACTERS = 20 };

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

/* What no font draws: controls, what a broken conversion leaves behind, and
 * codes that mean something on one computer only. Word's soft line break is
 * U+000B. */
static bool is_unprintable(uint32_t code)
{
    return (code < ' ' && code != '\t' && code != '\n' && code != '\r') ||
           (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
           (code >= 0xE000 && code <= 0xF8FF) || code == 0xFFFC ||
           code == 0xFFFD || code >= 0xF0000;
}

/* Both neighbours must be Han: 12.5 and e.g. stay as they are. One fault of a
 * sort a line, however many marks it has. */
void check_characters(struct compiler *compiler, const char *file,
                      const char *text, size_t length, int first_line,
                      size_t offset, bool fixable)
{
    int line = first_line, faulty_line = 0, unprintable_line = 0;
    bool after_han = false;
    for (size_t at = 0; at < length;) {
        size_t here = at;
        uint32_t code = utf8_next(text, length, &at);
        if (is_unprintable(code) && line != unprintable_line) {
            fault_add(compiler, file, line,
                      "有画不出来的字符 U+%04X；删掉它，重新打一遍这里的字",
                      (unsigned)code);
            unprintable_line = line;
        }
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

/* How far it is known that no run of so many backticks closes another: without
 * it, a text of nothing but backticks would be read again for each. */
struct backticks {
    size_t barren_until[8];
};

/* The end of the code that starts at `at`; behind the run when it is none.
 * Blank lines end a paragraph, but not a fence. */
static size_t end_of_code(struct backticks *seen, const char *text,
                          size_t length, size_t at)
{
    size_t run = 1, same = 0, end;
    while (at + run < length && text[at + run] == '`')
        run++;
    size_t *barren =
        &seen->barren_until[run < COUNT_OF(seen->barren_until) ? run : 0];
    if (at < *barren)
        return at + run;
    for (end = at + run; end < length; end++) {
        same = text[end] == '`' ? same + 1 : 0;
        if (run < 3 && text[end] == '\n' && text[end - 1] == '\n')
            break;
        if (same == run && (end + 1 == length || text[end + 1] != '`'))
            return end + 1;
    }
    *barren = end;
    return at + run;
}

/* The end of a link's destination or the target of [[…]] at `at`, or `at`. */
static size_t end_of_target(const char *text, size_t length, size_t at)
{
    enum { TARGET_BYTES_MAX = 512 };
    bool link = at + 1 < length && !memcmp(text + at, "](", 2);
    if (!link && (at + 1 >= length || memcmp(text + at, "[[", 2) != 0))
        return at;
    size_t stop =
        length - at < TARGET_BYTES_MAX ? length : at + TARGET_BYTES_MAX;
    int open = 1;
    for (size_t end = at + 2; end < stop && text[end] != '\n'; end++) {
        open += text[end] == '(' ? 1 : text[end] == ')' ? -1 : 0;
        if (link ? !open || text[end] == ' '
                 : text[end] == '|' || text[end] == ']')
            return end;
    }
    return at + 2;
}

void check_markdown_characters(struct compiler *compiler, const char *file,
                               const char *text, size_t length, int first_line,
                               size_t offset)
{
    struct backticks seen = {{0}};
    int line = first_line;
    size_t start = 0;
    for (size_t at = 0, end; at < length; at = end) {
        end = text[at] == '`' ? end_of_code(&seen, text, length, at)
                              : end_of_target(text, length, at);
        if (end == at) {
            end++;
            continue;
        }
        check_characters(compiler, file, text + start, at - start, line,
                         offset + start, true);
        for (; start < end; start++)
            line += text[start] == '\n';
    }
    check_characters(compiler, file, text + start, length - start, line,
                     offset + start, true);
}

/* Underscores that were meant to make text bold: two runs that touch Chinese.
 * A blank to fill in is longer, and a_b is a name. */
static bool has_stray_underscores(const char *text, size_t length)
{
    size_t runs = 0;
    for (size_t at = 0; at < length;) {
        size_t end = at;
        while (end < length && text[end] == '_')
            end++;
        size_t run = end - at;
        runs += run > 0 && run <= 3 &&
                ((at && (unsigned char)text[at - 1] >= 0x80) ||
                 (end < length && (unsigned char)text[end] >= 0x80));
        at = run ? end : at + 1;
    }
    return runs >= 2;
}

void check_stray_marks(struct compiler *compiler, const char *file, int line,
                       const char *text)
{
    static const struct {
        const char *mark;
        bool starts; /* only at the start of the text */
        const char *fault;
    } marks[] = {
        {"*", false,
         "星号 * 会原样显示，加粗没有生效；标点放到星号外面，如 "
         "**注意**：后面，前后要成对；真要显示星号就用全角的＊"},
        {"＊＊", false, "加粗的星号写成了全角；改成半角的 **"},
        {"~~", false, "删除线 ~~ 不能用，会原样显示；删掉"},
        {"`", false, "反引号 ` 会原样显示；删掉，或前后成对"},
        {"](", false,
         "链接或图片没有写对，会原样显示；括号用半角，文件名里不要有空格"},
        {"![", false,
         "图片没有写对，会原样显示；写成 ![图上画的是什么](media/图片.png)"},
        {"#", true, "标题没有生效，会原样显示；# 后面空一格，最多四个 #"},
        {"＃", true, "标题的 # 写成了全角；改成半角，后面空一格"},
        {"＞", true, "引文的 > 写成了全角；改成半角，后面空一格"},
        {"｜", true, "表格的 | 写成了全角；改成半角"},
        {"|", true, "表格没有生效，会原样显示；第二行写 |---|，上面空一行"},
    };
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        const char *found = strstr(text, marks[i].mark);
        if (found && (!marks[i].starts || found == text)) {
            fault_add(compiler, file, line, "%s", marks[i].fault);
            return;
        }
    }
    if (has_stray_underscores(text, strlen(text)))
        fault_add(compiler, file, line,
                  "下划线 _ 会原样显示，加粗没有生效；改用 **加粗**；"
                  "真要留空就用全角的＿");
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
        U'。', U'！', U'？', U'；', U'：', U'…',  U'—', U'”', U'’', U'）',
        U'】', U'》', U'〉', U'」', U'』', U'〕', '.',  '!',  '?',  ';',
        ':',   '"',   '\'',  ')',   U'།',  U'༎',  U'؟', U'؛', U'»', U'᠃',
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
    /* Two publishers may quote the same. */
    if (compiler->board || utf8_count(text, length) < REPEAT_CHARACTERS)
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
    *item_out = lookup_item(compiler, link);
    if (*item_out)
        return LINK_ITEM;
    static const enum link_kind kinds[ITEM_KIND_COUNT] = {
        [ITEM_ARTICLE] = LINK_CHANNEL,
        [ITEM_GUIDE] = LINK_TOPIC,
        [ITEM_PAPER] = LINK_ISSUE,
    };
    const struct list_source *list = lookup_list(compiler, link);
    if (list)
        return kinds[list->kind];
    if (!strcmp(link, "guides"))
        return LINK_GUIDES;
    if (!strncmp(link, "listings/", 9) && lookup_listing(compiler, link + 9))
        return LINK_LISTING;
    return LINK_NONE;
}

enum link_kind check_link(struct compiler *compiler, const char *file,
                          const struct text *link,
                          struct item_source **item_out)
{
    const struct board *board = compiler->board;
    enum link_kind kind = kind_of(compiler, link->text, item_out);
    if (board)
        board->mention(board->data, link->text);
    else if (kind == LINK_NONE)
        fault_add(compiler, file, link->line,
                  "链接 %s 指向的内容不存在；核对编号，或删掉链接", link->text);
    return kind;
}

void check_plain(struct compiler *compiler, const char *file, int line,
                 const char *text)
{
    if (strstr(text, "**") || strstr(text, "[[") || strstr(text, "{{"))
        fault_add(compiler, file, line,
                  "**、[[ 和 {{ 只在正文里有用，在这里会原样显示；删掉");
}

const char *check_words(const char *word, const char *otherwise)
{
    static const char *const marks[] = {"，", "、", "［", "］", "【",
                                        "】", "“",  "”",  "‘",  "’"};
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (strstr(word, marks[i]))
            return "列表的方括号、逗号和引号都用半角，如 [甲, 乙]";
    return otherwise;
}

void check_date_order(struct compiler *compiler, const char *file,
                      const struct text *from, const struct text *until)
{
    if (*from->text && *until->text && strcmp(from->text, until->text) > 0)
        fault_add(compiler, file, until->line,
                  "截止日期 %s 早于开始日期 %s；改正其中一个", until->text,
                  from->text);
}
