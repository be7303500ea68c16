/* test_compile.c - every check has an edition that violates it. */
#include "content/compile.h"

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "content/store.h"

struct source {
    const char *path, *text;
    size_t length; /* 0: strlen */
};

#define GOOD_TEXT "这一段足够长，每个字都写得清清楚楚，也有结尾的标点。\n"
#define ARTICLE(fields, body) "---\ntitle: 题\n" fields "---\n" body
#define LISTING(more)                                             \
    "kind: jobs\ntitle: 招工\nitem: 岗位\nsource: jobs.csv\n" \
    "columns:\n"                                                  \
    "  - {name: id, type: text, label: 编号}\n"                 \
    "  - {name: name, type: text, label: 名称}\n"               \
    "  - {name: phone, type: phone, label: 电话}\n"             \
    "  - {name: lat, type: lat, label: 纬度}\n"                 \
    "  - {name: lon, type: lon, label: 经度}\n"                 \
    "  - {name: n, type: number, label: 人数}\n"                \
    "  - {name: until, type: date, label: 截止}\n" more
#define JOBS "listings/jobs/listing.yaml", LISTING("roles: {title: name}\n"), 0
#define HEADER "id,name,phone,lat,lon,n,until\n"

static const struct source base[] = {
    {"edition.yaml",
     "publisher: 工会\ntitle: 版\ndate: 2026-02-06\nnumber: 1\n"
     "channels:\n  - {id: news, title: 要闻}\n"
     "topics:\n  - {id: wage, title: 工资}\n",
     0},
    {"home.yaml",
     "tiles:\n  - {title: 要闻, link: articles/news, style: red}\n", 0},
    {"articles/news/good.md", ARTICLE("", GOOD_TEXT), 0},
};

static char root[] = "/tmp/yichuang-compile-XXXXXX";

static char *path_in(const char *name)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", root, name);
    return path.data;
}

/* Beside the edition, not in it. */
static char *output_path(void)
{
    struct buf path = {0};
    buf_printf(&path, "%s.db", root);
    return path.data;
}

static void write_file(const struct source *source)
{
    char *path = path_in(source->path);
    for (char *slash = strchr(path + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0777);
        *slash = '/';
    }
    size_t length = source->length ? source->length : strlen(source->text);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(source->text, 1, length, file), length);
    fclose(file);
    free(path);
}

static int remove_one(const char *path, const struct stat *info, int flag,
                      struct FTW *at)
{
    (void)info;
    (void)flag;
    return at->level ? remove(path) : 0;
}

static void write_edition(const struct source *more, size_t count)
{
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < COUNT_OF(base); i++)
        write_file(&base[i]);
    for (size_t i = 0; i < count; i++)
        if (more[i].path)
            write_file(&more[i]);
}

/* A PNG header of that size with nothing to show. */
#define PNG_HEAD "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"
#define PNG_TAIL "\0\0\0\0IEND\xAE\x42\x60\x82"
#define PNG_4x4 \
    PNG_HEAD "\0\0\0\x04\0\0\0\x04\x08\x02\0\0\0\x26\x93\x09\x29" PNG_TAIL
#define PNG_5000 \
    PNG_HEAD "\0\0\x13\x88\0\0\0\x04\x08\x02\0\0\0\xED\xBE\x42\x6C" PNG_TAIL
#define BYTES(name, text)            \
    {                                \
        name, text, sizeof(text) - 1 \
    }

static const struct {
    const char *fault; /* how its line begins: file, line and what */
    struct source files[3];
} cases[] = {
    /* links */
    {"articles/news/a.md:5: 链接 guides/wage/none",
     {{"articles/news/a.md", ARTICLE("", "\n见[[guides/wage/none]]。\n"), 0}}},
    {"articles/news/a.md:6: 链接 articles/none",
     {{"articles/news/a.md",
       ARTICLE("", "\n第一行，\n见[[articles/none|那里]]。\n"), 0}}},
    {"articles/news/a.md:4: “[[”没有对应",
     {{"articles/news/a.md", ARTICLE("", "见[[guides/wage。\n"), 0}}},
    {"articles/news/a.md:4: 一体机不上网",
     {{"articles/news/a.md", ARTICLE("", "见[网站](https://example.org)。\n"),
       0}}},
    {"articles/news/a.md:3: 链接 guides/x",
     {{"articles/news/a.md",
       ARTICLE("related: [guides/x]\n", GOOD_TEXT "又及。\n"), 0}}},
    {"articles/news/a.md:3: related 里的 articles/news 不是",
     {{"articles/news/a.md", ARTICLE("related: [articles/news]\n", "短。\n"),
       0}}},
    {"home.yaml:2: 链接 listings/none",
     {{"home.yaml", "tiles:\n  - {title: 无, link: listings/none}\n", 0}}},
    {"home.yaml:3: articles/more 里一篇也没有",
     {{"home.yaml",
       "tiles:\n  - {title: 要闻, link: articles/news}\n"
       "  - {title: 更多, link: articles/more}\n"
       "  - {title: 更多, link: articles/more, hide_when_empty: true}\n",
       0},
      {"edition.yaml",
       "publisher: 工会\ntitle: 版\ndate: 2026-02-06\nnumber: 1\n"
       "channels: [{id: news, title: 闻}, {id: more, title: 多}]\n",
       0}}},
    {"home.yaml:3: hide_when_empty 只能是 true 或 false",
     {{"home.yaml",
       "tiles:\n  - {title: 要闻, link: articles/news,\n"
       "     hide_when_empty: 是}\n",
       0}}},
    {"home.yaml:1: 链接 guides/wage",
     {{"home.yaml",
       "notice: {text: 知, link: guides/wage}\ntiles:\n"
       "  - {title: 要闻, link: articles/news}\n",
       0}}},
    {"home.yaml:3: 没有频道 new；是不是 news",
     {{"home.yaml",
       "tiles:\n  - {title: 要闻, link: articles/news}\n"
       "headlines: {title: 头, channels: [new]}\n",
       0}}},
    {"articles/new:1: edition.yaml 里没有这个频道；是不是 news",
     {{"articles/new/a.md", ARTICLE("", "短。\n"), 0}}},
    {"article:1: 不认识的文件或文件夹；是不是 articles",
     {{"article/news/a.md", ARTICLE("", "短。\n"), 0}}},
    /* laws */
    {"articles/news/a.md:4: 法条“劳动法”写法不对",
     {{"articles/news/a.md", ARTICLE("", "见[[劳动法]]。\n"), 0}}},
    {"articles/news/a.md:3: 法条“劳动法#四十四”写法不对",
     {{"articles/news/a.md", ARTICLE("laws: [劳动法#四十四]\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: 法条“刑法#276之”写法不对",
     {{"articles/news/a.md", ARTICLE("laws: [\"刑法#276之\"]\n", "短。\n"),
       0}}},
    /* pictures */
    {"articles/news/a.md:4: 图片没有文字说明",
     {{"articles/news/a.md", ARTICLE("", "![](media/a.png)\n"), 0},
      BYTES("media/a.png", PNG_4x4)}},
    {"articles/news/a.md:3: 图片没有文字说明",
     {{"articles/news/a.md", ARTICLE("image: media/a.png\n", "短。\n"), 0},
      BYTES("media/a.png", PNG_4x4)}},
    {"articles/news/a.md:3: 有 alt 却没有 image",
     {{"articles/news/a.md", ARTICLE("alt: 图\n", "短。\n"), 0}}},
    {"articles/news/a.md:4: 没有图片 media/none.png",
     {{"articles/news/a.md", ARTICLE("", "![图](media/none.png)\n"), 0}}},
    {"articles/news/a.md:4: 图片要单独成段",
     {{"articles/news/a.md", ARTICLE("", "文字![图](media/a.png)。\n"), 0},
      BYTES("media/a.png", PNG_4x4)}},
    {"media/a.png:1: 图片 5000×4 太大", {BYTES("media/a.png", PNG_5000)}},
    {"media/a.png:1: 这不是 PNG", {{"media/a.png", "GIF89a, or so", 0}}},
    {"media/a.png:1: 图片不完整",
     {BYTES("media/a.png",
            PNG_HEAD "\0\0\0\x04\0\0\0\x04\x08\x02\0\0\0\x26\x93\x09\x29"
                     "\0\0\x10\0IDATxxxxxxxxxxxx")}},
    {"media/a.png:1: 图片头里的尺寸",
     {BYTES("media/a.png", PNG_HEAD
            "\0\0\0\x05\0\0\0\x04\x08\x02\0\0\0\x26\x93\x09\x29" PNG_TAIL)}},
    {"media/a.jpg:1: 图片不完整",
     {BYTES("media/a.jpg", "\xFF\xD8\xFF\xE0\0\x10JFIF")}},
    {"media/a.jpg:1: 图片头里的尺寸",
     {BYTES("media/a.jpg",
            "\xFF\xD8\xFF\xC0\0\x08\x08\0\x04\0\x04\0"
            "\xFF\xC0\0\x08\x08\0\x08\0\x04\0\xFF\xDA\0\x02\xFF\xD9")}},
    {"media/a.webp:1: 图片不完整",
     {BYTES("media/a.webp", "RIFF\xFF\0\0\0WEBPVP8L")}},
    {"media/a.webp:1: 图片头里的尺寸",
     {BYTES("media/a.webp",
            "RIFF\x28\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0\x07\0\0\x07\0\0"
            "VP8L\x05\0\0\0\x2F\x03\xC0\0\0\0\0\0\0\0\0\0\0\0")}},
    {"media/sub:1: media 里不能再有文件夹",
     {BYTES("media/sub/a.png", PNG_4x4)}},
    /* fields */
    {"articles/news/a.md:3: 不认识的字段 titel；是不是 title",
     {{"articles/news/a.md", ARTICLE("titel: 题\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: 不认识的字段 page；",
     {{"articles/news/a.md", ARTICLE("page: 1\n", "短。\n"), 0}}},
    /* The second list is the shorter one: nothing is left of the first. */
    {"articles/news/a.md:4: 字段 related 写了两次",
     {{"articles/news/a.md",
       ARTICLE("related: [a1, a2, a3, a4, a5, a6, a7, a8]\nrelated: [b1]\n",
               "短。\n"),
       0}}},
    {"articles/news/a.md:3: 字段 title 写了两次",
     {{"articles/news/a.md", ARTICLE("title: 又\n", "短。\n"), 0}}},
    {"articles/news/a.md:2: 缺少 title",
     {{"articles/news/a.md", "---\ndate: 2026-02-06\n---\n短。\n", 0}}},
    {"articles/news/a.md:2: title 是空的",
     {{"articles/news/a.md", "---\ntitle:\n---\n短。\n", 0}}},
    {"articles/news/a.md:1: 没有文件头", {{"articles/news/a.md", "短。\n", 0}}},
    {"articles/news/a.md:4: YAML 格式有误",
     {{"articles/news/a.md", ARTICLE("topics: [wage\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: 这里不能用 & 或 *",
     {{"articles/news/a.md", ARTICLE("summary: *a\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: summary 应当是一段文字",
     {{"articles/news/a.md", ARTICLE("summary: [甲]\n", "短。\n"), 0}}},
    {"guides/wage/a.md:2: 缺少 reviewed",
     {{"guides/wage/a.md", ARTICLE("", "短。\n"), 0}}},
    {"guides/wages:1: 没有主题 wages；是不是 wage",
     {{"guides/wages/a.md", ARTICLE("reviewed: 2026-01-01\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: 没有主题 wagge；是不是 wage",
     {{"articles/news/a.md", ARTICLE("topics: [wagge]\n", "短。\n"), 0}}},
    {"edition.yaml:5: 不认识的字段 chanels；是不是 channels",
     {{"edition.yaml",
       "publisher: 工会\ntitle: 版\ndate: 2026-02-06\nnumber: 1\n"
       "chanels: []\n",
       0}}},
    {"edition.yaml:4: number 应当是一个整数",
     {{"edition.yaml",
       "publisher: 工会\ntitle: 版\ndate: 2026-02-06\nnumber: 一\n"
       "channels:\n  - {id: news, title: 要闻}\n",
       0}}},
    {"edition.yaml:7: 频道 news 写了两次",
     {{"edition.yaml",
       "publisher: 工会\ntitle: 版\ndate: 2026-02-06\nnumber: 1\n"
       "channels:\n  - {id: news, title: 要闻}\n  - {id: news, title: 二}\n",
       0}}},
    {"home.yaml:2: 不认识的颜色 redd；是不是 red",
     {{"home.yaml",
       "tiles:\n  - {title: 要闻, link: articles/news, style: redd}\n", 0}}},
    {"home.yaml:2: 不认识的大小 width；是不是 wide",
     {{"home.yaml",
       "tiles:\n  - {title: 要闻, link: articles/news, size: width}\n", 0}}},
    {"home.yaml:2: 不认识的图标 phon；是不是 phone",
     {{"home.yaml",
       "tiles:\n  - {title: 要闻, link: articles/news, icon: phon}\n", 0}}},
    {"articles/news/a.md:4: 不认识的图标“电话机”；是不是 电话",
     {{"articles/news/a.md", ARTICLE("", "打{{图标：电话机}}。\n"), 0}}},
    {"articles/news/a.md:4: 不认识的图标“天安门”；名字在编辑手册",
     {{"articles/news/a.md", ARTICLE("", "看{{图标：天安门}}。\n"), 0}}},
    /* dates */
    {"articles/news/a.md:3: date 的日期“2026-02-30”不对",
     {{"articles/news/a.md", ARTICLE("date: 2026-02-30\n", "短。\n"), 0}}},
    {"articles/news/a.md:4: 截止日期 2026-01-01 早于",
     {{"articles/news/a.md",
       ARTICLE("valid_from: 2026-02-01\nvalid_until: 2026-01-01\n", "短。\n"),
       0}}},
    /* texts */
    {"articles/news/a.md:6: 这一段与 articles/news/a.md:4 的",
     {{"articles/news/a.md",
       ARTICLE("", "一模一样的一段话，足足有二十个字那么长才算。\n\n"
                   "一模一样的一段话，足足有二十个字那么长才算。\n"),
       0}}},
    {"articles/news/good.md:4: 这一段与 articles/news/a.md:4 的",
     {{"articles/news/a.md", ARTICLE("", GOOD_TEXT), 0}}},
    {"articles/news/a.md:4: 这一段结尾没有标点",
     {{"articles/news/a.md", ARTICLE("", "这句话没有说完\n"), 0}}},
    {"articles/news/a.md:4: 这一段结尾没有标点",
     {{"articles/news/a.md", ARTICLE("", "> **注意** 这句话没有说完，\n"), 0}}},
    {"articles/news/a.md:5: 汉字之间用了半角“,”",
     {{"articles/news/a.md", ARTICLE("", "\n甲,乙，价 3.5 元。\n"), 0}}},
    {"articles/news/a.md:3: 汉字之间用了半角“(”",
     {{"articles/news/a.md", ARTICLE("summary: 工会(职工)之家\n", "短。\n"),
       0}}},
    {"articles/news/a.md:6: 这里不是有效的 UTF-8",
     {{"articles/news/a.md", ARTICLE("", "短。\n\n\xB9\xA4\xBB\xE1\n"), 0}}},
    {"articles/news/a.md:4: 不能用 HTML",
     {{"articles/news/a.md", ARTICLE("", "<b>粗</b>。\n"), 0}}},
    {"articles/news/a.md:4: 不能用 HTML",
     {{"articles/news/a.md", ARTICLE("", "<div>\n块\n</div>\n"), 0}}},
    {"articles/news/a.md:4: 正文标题从 ## 开始",
     {{"articles/news/a.md", ARTICLE("", "# 大标题\n"), 0}}},
    {"articles/news/a.md:4: 标题是空的",
     {{"articles/news/a.md", ARTICLE("", "##\n"), 0}}},
    {"articles/news/a.md:4: 行首有四个空格",
     {{"articles/news/a.md", ARTICLE("", "    缩进的一段。\n"), 0}}},
    {"articles/news/a.md:6: 列表超过两层",
     {{"articles/news/a.md", ARTICLE("", "- 甲\n  - 乙\n    - 丙\n"), 0}}},
    {"articles/news/a.md:4: 嵌套太深",
     {{"articles/news/a.md",
       ARTICLE("", "> > > > > > > > > > > > > > > > > > > 深。\n"), 0}}},
    /* marks that have no effect and would be shown as they are */
    {"articles/news/a.md:4: 星号 * 会原样显示",
     {{"articles/news/a.md", ARTICLE("", "**注意：**后面的话。\n"), 0}}},
    {"articles/news/a.md:4: 星号 * 会原样显示",
     {{"articles/news/a.md", ARTICLE("", "说**“重要”**的话。\n"), 0}}},
    {"articles/news/a.md:4: 星号 * 会原样显示",
     {{"articles/news/a.md", ARTICLE("", "> **提示** 少了**一半。\n"), 0}}},
    {"articles/news/a.md:4: 星号 * 会原样显示",
     {{"articles/news/a.md", ARTICLE("", "## 标题**一半\n"), 0}}},
    {"articles/news/a.md:4: 星号 * 会原样显示",
     {{"articles/news/a.md", ARTICLE("", "- 一项**一半\n"), 0}}},
    {"articles/news/a.md:4: 星号 * 会原样显示",
     {{"articles/news/a.md", ARTICLE("", "| 甲**乙 | 丙 |\n|---|---|\n"), 0}}},
    {"articles/news/a.md:4: 加粗的星号写成了全角",
     {{"articles/news/a.md", ARTICLE("", "＊＊粗＊＊的字。\n"), 0}}},
    {"articles/news/a.md:4: 下划线 _ 会原样显示",
     {{"articles/news/a.md", ARTICLE("", "__注意：__后面的话。\n"), 0}}},
    {"articles/news/a.md:4: 反引号",
     {{"articles/news/a.md", ARTICLE("", "`代码。\n"), 0}}},
    {"articles/news/a.md:4: 链接或图片没有写对",
     {{"articles/news/a.md", ARTICLE("", "见下图。\n![图](media/a b.png)\n"),
       0}}},
    {"articles/news/a.md:4: 标题没有生效",
     {{"articles/news/a.md", ARTICLE("", "##标题。\n"), 0}}},
    {"articles/news/a.md:4: 标题的 # 写成了全角",
     {{"articles/news/a.md", ARTICLE("", "＃＃ 标题。\n"), 0}}},
    {"articles/news/a.md:4: 引文的 > 写成了全角",
     {{"articles/news/a.md", ARTICLE("", "＞ 引文。\n"), 0}}},
    {"articles/news/a.md:4: 表格的 | 写成了全角",
     {{"articles/news/a.md", ARTICLE("", "｜甲｜乙｜。\n"), 0}}},
    {"articles/news/a.md:4: 表格没有生效",
     {{"articles/news/a.md", ARTICLE("", "| 甲 | 乙 |\n| 丙 | 丁 |。\n"), 0}}},
    {"articles/news/a.md:4: 下一行的 --- 会把这一段变成标题",
     {{"articles/news/a.md", ARTICLE("", "一段话。\n---\n又一段。\n"), 0}}},
    {"articles/news/a.md:6: 方括号后面是半角冒号",
     {{"articles/news/a.md", ARTICLE("", "前。\n\n[注]: 说明\n\n后。\n"), 0}}},
    {"articles/news/a.md:5: 列表没有生效；数字",
     {{"articles/news/a.md", ARTICLE("", "要带：\n1.身份证。\n"), 0}}},
    {"articles/news/a.md:4: 列表没有生效；- 后面",
     {{"articles/news/a.md", ARTICLE("", "-身份证。\n"), 0}}},
    {"articles/news/a.md:4: 没有正文",
     {{"articles/news/a.md", ARTICLE("", ""), 0}}},
    {"articles/news/a.md:5: 有画不出来的字符 U+000B",
     {{"articles/news/a.md", ARTICLE("", "前，\n后\x0B面。\n"), 0}}},
    {"articles/news/a.md:4: 有画不出来的字符 U+FFFD",
     {{"articles/news/a.md", ARTICLE("", "前\xEF\xBF\xBD后。\n"), 0}}},
    {"articles/news/a.md:4: YAML 格式有误（could not find expected "
     "':'）；字段名后面的冒号",
     {{"articles/news/a.md",
       ARTICLE("date: 2026-01-01\nsummary：摘\n", "短。\n"), 0}}},
    {"articles/news/a.md:4: YAML 格式有误（could not find expected "
     "':'）；这一行不是",
     {{"articles/news/a.md", ARTICLE("\n正文一段。\n\n", "正文。\n"), 0}}},
    {"articles/news/a.md:4: YAML 格式有误（found character that cannot start "
     "any token）；这一行有制表符",
     {{"articles/news/a.md", ARTICLE("topics:\n\t- wage\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: YAML 格式有误（mapping values are not allowed in "
     "this context）；值里有半角冒号",
     {{"articles/news/a.md", ARTICLE("summary: 甲: 乙\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: YAML 格式有误（found unexpected end of "
     "stream）；半角引号不成对",
     {{"articles/news/a.md", ARTICLE("summary: \"甲\n", "短。\n"), 0}}},
    {"articles/news/a.md:4: YAML 格式有误（control characters are not "
     "allowed）",
     {{"articles/news/a.md",
       ARTICLE("date: 2026-01-01\nsummary: 甲\x0B乙\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: 没有主题 wage，wage；列表的方括号",
     {{"articles/news/a.md", ARTICLE("topics: [wage，wage]\n", "短。\n"), 0}}},
    {"articles/news/a.md:3: related 里的 articles/news/a 就是这一篇",
     {{"articles/news/a.md", ARTICLE("related: [articles/news/a]\n", "短。\n"),
       0}}},
    {"articles/news/a.md:3: **、[[ 和 {{ 只在正文里有用",
     {{"articles/news/a.md", ARTICLE("summary: 先**存**证据。\n", "短。\n"),
       0}}},
    {"articles/news/a.md:3: **、[[ 和 {{ 只在正文里有用",
     {{"articles/news/a.md",
       ARTICLE("summary: 拨打{{图标：电话}}12351。\n", "短。\n"), 0}}},
    {"listings/jobs/jobs.csv:2: **、[[ 和 {{ 只在正文里有用",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,**甲**,,,,,\n", 0}}},
    {"articles/news/a.md:1: 文件头没有结束",
     {{"articles/news/a.md", "---\ntitle: 题\n\n正文。\n", 0}}},
    {"articles/news/a.md:2: title 是空的",
     {{"articles/news/a.md", "---\ntitle: \" \"\n---\n短。\n", 0}}},
    {"home.yaml:3: 后面还有一份内容",
     {{"home.yaml",
       "tiles:\n  - {title: 要闻, link: articles/news}\n---\nnotice: {text: "
       "知}\n",
       0}}},
    {"media/a b.png:1: 图片的文件名有空格", {BYTES("media/a b.png", PNG_4x4)}},
    {"papers/p/a.txt:1: 这里放一期一个文件夹",
     {{"papers/p/a.txt", "短。\n", 0}}},
    {"papers/p/2026-02-06/issue.yaml:3: 版号 0 没有按顺序",
     {{"papers/p/2026-02-06/issue.yaml",
       "paper: 报\ndate: 2026-02-06\npages: [{no: 0, name: 要闻}]\n", 0}}},
    {"papers/p/2026-02-06/a.md:5: 一篇最多分在两版",
     {{"papers/p/2026-02-06/issue.yaml",
       "paper: 报\ndate: 2026-02-06\npages: [{no: 1, name: 要闻}]\n", 0},
      {"papers/p/2026-02-06/a.md",
       ARTICLE("page: 1\ncontinued_from: {page: 1, headline: 甲}\n"
               "continues_to: {page: 1, headline: 乙}\n",
               "短。\n"),
       0}}},
    {"listings/jobs/jobs.csv:1: 各列不是用半角逗号隔开的",
     {{JOBS},
      {"listings/jobs/jobs.csv", "id;name;phone;lat;lon;n;until\n", 0}}},
    {"listings/jobs/jobs.csv:2: 第 9 列的“备注”上面没有列名",
     {{JOBS},
      {"listings/jobs/jobs.csv",
       "id,name,phone,lat,lon,n,until,,\na,甲,,,,,,,备注\n", 0}}},
    {"listings/jobs/jobs.csv:2: 有画不出来的字符 U+FFFD",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,\xEF\xBF\xBD,,,,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 工资“面议”格式不对",
     {{"listings/jobs/listing.yaml",
       LISTING("  - {name: pay, type: money, label: 工资}\n"
               "roles: {title: name}\n"),
       0},
      {"listings/jobs/jobs.csv",
       "id,name,phone,lat,lon,n,until,pay\na,甲,,,,,,面议\n"
       "b,乙,,,,,,3000-5000\n",
       0}}},
    {"articles/news/Bad.md:1: 文件名不合规",
     {{"articles/news/Bad.md", ARTICLE("", "短。\n"), 0}}},
    {"articles/news/a.txt:1: 这里只放 .md",
     {{"articles/news/a.txt", "短。\n", 0}}},
    /* papers */
    {"papers/p/2026-02-06/issue.yaml:1: 没有这个文件",
     {{"papers/p/2026-02-06/a.md", ARTICLE("page: 1\n", "短。\n"), 0}}},
    {"papers/p/2026-02-06/issue.yaml:2: 日期 2026-02-07 与文件夹",
     {{"papers/p/2026-02-06/issue.yaml",
       "paper: 报\ndate: 2026-02-07\npages: [{no: 1, name: 要闻}]\n", 0}}},
    {"papers/p/2026-02-06/issue.yaml:3: 版号 1 没有按顺序",
     {{"papers/p/2026-02-06/issue.yaml",
       "paper: 报\ndate: 2026-02-06\npages: [{no: 1, name: 一}, {no: 1, name: "
       "二}]\n",
       0}}},
    {"papers/p/2026-02-06/a.md:3: issue.yaml 里没有第 2 版",
     {{"papers/p/2026-02-06/issue.yaml",
       "paper: 报\ndate: 2026-02-06\npages: [{no: 1, name: 要闻}]\n", 0},
      {"papers/p/2026-02-06/a.md", ARTICLE("page: 2\n", "短。\n"), 0}}},
    {"papers/p/2026-02-06/a.md:2: 缺少 page",
     {{"papers/p/2026-02-06/issue.yaml",
       "paper: 报\ndate: 2026-02-06\npages: [{no: 1, name: 要闻}]\n", 0},
      {"papers/p/2026-02-06/a.md", ARTICLE("", "短。\n"), 0}}},
    /* listings */
    {"listings/jobs/listing.yaml:1: 没有这个文件",
     {{"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/jobs.csv:1: 没有这个文件", {{JOBS}}},
    {"listings/job/listing.yaml:1: kind jobs 与文件夹",
     {{"listings/job/listing.yaml", LISTING("roles: {title: name}\n"), 0},
      {"listings/job/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:13: 不认识的列类型 fone；是不是 phone",
     {{"listings/jobs/listing.yaml",
       LISTING(
           "  - {name: x, type: fone, label: 传真}\nroles: {title: name}\n"),
       0},
      {"listings/jobs/jobs.csv", "id,name,phone,lat,lon,n,until,x\n", 0}}},
    {"listings/jobs/listing.yaml:13: roles 用了没有定义的列 nmae；是不是 name",
     {{"listings/jobs/listing.yaml", LISTING("roles: {title: nmae}\n"), 0},
      {"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:13: 不认识的字段 titel；是不是 title",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name, titel: id}\n"), 0},
      {"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:13: expires 的列 name 应当是 date",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name, expires: name}\n"), 0},
      {"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:14: facets 用了没有定义的列 x",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name}\nfacets: [x]\n"), 0},
      {"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:14: card 用了没有定义的列 x",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name}\ncard: [x]\n"), 0},
      {"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:14: detail 用了没有定义的列 x",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name}\ndetail: [x]\n"), 0},
      {"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:14: sort 用了没有定义的列 x",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name}\nsort: [-x]\n"), 0},
      {"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:13: map 是 true，但",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name}\nmap: true\n"), 0},
      {"listings/jobs/jobs.csv", HEADER, 0}}},
    {"listings/jobs/listing.yaml:1: 缺少名为 id 的列",
     {{"listings/jobs/listing.yaml",
       "kind: jobs\ntitle: 招工\nitem: 岗位\nsource: jobs.csv\n"
       "columns: [{name: name, type: text, label: 名称}]\nroles: {title: "
       "name}\n",
       0},
      {"listings/jobs/jobs.csv", "name\n", 0}}},
    {"listings/jobs/jobs.csv:1: 不认识的列“tel”；",
     {{JOBS}, {"listings/jobs/jobs.csv", "id,name,tel,lat,lon,n,until\n", 0}}},
    {"listings/jobs/jobs.csv:1: 缺少列“phone”",
     {{JOBS}, {"listings/jobs/jobs.csv", "id,name,lat,lon,n,until\n", 0}}},
    {"listings/jobs/jobs.csv:1: 列“id”出现两次",
     {{JOBS},
      {"listings/jobs/jobs.csv", "id,id,name,phone,lat,lon,n,until\n", 0}}},
    {"listings/jobs/jobs.csv:3: 这一行有 6 格，应当有 7 格",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,甲,,,,,\nb,乙,,,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 这一行有 8 格，应当有 7 格",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,甲,,,,,,\n", 0}}},
    {"listings/jobs/jobs.csv:5: 编号 a 与第 2 行重复",
     {{JOBS},
      {"listings/jobs/jobs.csv", HEADER "a,\"甲\n二\",,,,,\n\na,乙,,,,,\n",
       0}}},
    {"listings/jobs/jobs.csv:2: 编号 id 是空的",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER ",甲,,,,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 名称是空的",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,,,,,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 电话“没有”格式不对",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,甲,没有,,,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 纬度“106.7”格式不对",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,甲,,106.7,26.6,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 经度“东经”格式不对",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,甲,,26.6,东经,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 经度和纬度只填了一个",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name, lat: lat, lon: lon}\n"), 0},
      {"listings/jobs/jobs.csv", HEADER "a,甲,,26.6,,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 人数“3人”格式不对",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,甲,,,,3人,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 截止“2026/2/6”格式不对",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,甲,,,,,2026/2/6\n", 0}}},
    {"listings/jobs/jobs.csv:2: 引号不成对",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,\"甲,,,,,\n", 0}}},
    {"listings/jobs/jobs.csv:1: 文字编码认不出来",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,\xFF\xFF,,,,,\n", 0}}},
    {"listings/jobs/jobs.csv:2: 汉字之间用了半角“:”",
     {{JOBS}, {"listings/jobs/jobs.csv", HEADER "a,甲:乙,,,,,\n", 0}}},
    {"listings/jobs/hours.csv:3: 开放时间的 opens_at 不对",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name, schedule: id}\nschedule: hours.csv\n"), 0},
      {"listings/jobs/jobs.csv", HEADER "a,甲,,,,,\n", 0},
      {"listings/jobs/hours.csv",
       "id,byday,opens_at,closes_at,valid_from,valid_to\n"
       "a,MO,08:00,18:00,,\na,TU,25:00,18:00,,\n",
       0}}},
    {"listings/jobs/hours.csv:2: 没有编号为“b”的条目",
     {{"listings/jobs/listing.yaml",
       LISTING("roles: {title: name, schedule: id}\nschedule: hours.csv\n"), 0},
      {"listings/jobs/jobs.csv", HEADER "a,甲,,,,,\n", 0},
      {"listings/jobs/hours.csv",
       "id,byday,opens_at,closes_at,valid_from,valid_to\nb,MO,08:00,18:00,,\n",
       0}}},
};

/* Whether a line of the report begins so. */
static bool reports(const char *faults, const char *line)
{
    for (const char *at = faults; at; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (!strncmp(at, line, strlen(line)))
            return true;
    }
    return false;
}

static void every_check(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct compile_report report;
        write_edition(cases[i].files, COUNT_OF(cases[i].files));
        if (compile_check(root, &report) || !report.fault_count ||
            !reports(buf_text(&report.faults), cases[i].fault))
            fail_msg("expected  %s\nreported\n%s", cases[i].fault,
                     buf_text(&report.faults));
        compile_report_fini(&report);
    }
}

static const struct source faulty[] = {
    {"articles/news/a.md", ARTICLE("dat: 2026\ndate: 今天\n", "没有说完\n"), 0},
    {"articles/news/b.md", ARTICLE("", "见[[guides/x]]。\n\n甲,乙。\n"), 0},
    {"media/a.png", "no picture", 0},
};

static void all_faults_in_order(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "articles/news/a.md:3: 不认识的字段",
        "articles/news/a.md:4: date 的日期",
        "articles/news/a.md:6: 这一段结尾",
        "articles/news/b.md:4: 链接",
        "articles/news/b.md:6: 汉字之间",
        "media/a.png:1: 这不是",
    };
    struct compile_report report;
    write_edition(faulty, COUNT_OF(faulty));
    assert_false(compile_check(root, &report));
    assert_int_equal(report.fault_count, COUNT_OF(expected));
    const char *at = buf_text(&report.faults);
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        if (strncmp(at, expected[i], strlen(expected[i])) != 0)
            fail_msg("expected %s\nat %s", expected[i], at);
        at = strchr(at, '\n') + 1;
    }
    assert_string_equal(at, "");
    compile_report_fini(&report);
}

static void nothing_written(void **state)
{
    (void)state;
    struct compile_report report;
    char *output = output_path();
    write_edition(faulty, COUNT_OF(faulty));
    assert_false(compile_build(root, output, &report));
    assert_int_equal(access(output, F_OK), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(report.bytes, 0);
    compile_report_fini(&report);
    free(output);
}

static void no_edition(void **state)
{
    (void)state;
    struct compile_report report;
    assert_false(compile_check("/nonexistent", &report));
    assert_true(
        reports(buf_text(&report.faults), "edition.yaml:1: 没有这个文件"));
    compile_report_fini(&report);
    assert_false(compile_check("/dev/null", &report));
    assert_int_equal(report.fault_count, 1);
    assert_true(reports(buf_text(&report.faults), "/dev/null:1: 这不是文件夹"));
    compile_report_fini(&report);
}

static void huge_files(void **state)
{
    (void)state;
    struct compile_report report;
    size_t length = (8u << 20) + 1;
    char *text = xmalloc(length);
    memset(text, 'x', length);
    const struct source files[] = {{"articles/news/a.md", text, length},
                                   {"media/a.png", text, length}};
    write_edition(files, COUNT_OF(files));
    assert_false(compile_check(root, &report));
    assert_int_equal(report.fault_count, 2);
    assert_true(reports(buf_text(&report.faults),
                        "articles/news/a.md:1: 文件超过 8 MB"));
    assert_true(
        reports(buf_text(&report.faults), "media/a.png:1: 文件超过 8 MB"));
    compile_report_fini(&report);
    free(text);
}

static void long_paragraphs_and_documents(void **state)
{
    (void)state;
    struct compile_report report;
    struct buf paragraph = {0}, document = {0};
    buf_puts(&paragraph, "---\ntitle: 长\n---\n");
    for (int i = 0; i < 22000; i++)
        buf_puts(&paragraph, "长");
    buf_puts(&paragraph, "。\n");
    buf_puts(&document, "---\ntitle: 多\n---\n");
    for (int i = 0; i < 20010; i++)
        buf_printf(&document, "%d。\n\n", i);
    const struct source files[] = {
        {"articles/news/a.md", paragraph.data, paragraph.length},
        {"articles/news/b.md", document.data, document.length}};
    write_edition(files, COUNT_OF(files));
    assert_false(compile_check(root, &report));
    assert_int_equal(report.fault_count, 2);
    assert_true(reports(buf_text(&report.faults),
                        "articles/news/a.md:4: 这一段超过 64 KB"));
    assert_true(reports(buf_text(&report.faults),
                        "articles/news/b.md:40004: 这一篇超过 20000 段"));
    compile_report_fini(&report);
    buf_fini(&paragraph);
    buf_fini(&document);
}

static void fix(void **state)
{
    (void)state;
    static const struct source files[] = {
        {"articles/news/a.md",
         "\xEF\xBB\xBF---\ntitle: \"工会:甲,乙\"\ntopics: [wage]\n---\n"
         "工会(职工)之家,欢迎你!来,价 3.5 元。\n",
         0},
        {JOBS},
        {"listings/jobs/jobs.csv", HEADER "a,\"甲,乙:丙\",,,,,\n", 0},
    };
    static const char *const fixed[] = {
        "\xEF\xBB\xBF---\ntitle: \"工会：甲，乙\"\ntopics: [wage]\n---\n"
        "工会（职工）之家，欢迎你！来，价 3.5 元。\n",
        NULL,
        HEADER "a,\"甲，乙：丙\",,,,,\n",
    };
    struct compile_report report;
    size_t count;
    write_edition(files, COUNT_OF(files));
    char *article = path_in("articles/news/a.md");
    chmod(article, 0640);
    if (!compile_fix(root, &count, &report))
        fail_msg("%s", buf_text(&report.faults));
    assert_int_equal(count, 9);
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct buf text = {0};
        char *path = path_in(files[i].path);
        assert_true(file_read(path, 1 << 20, &text));
        if (fixed[i])
            assert_string_equal(buf_text(&text), fixed[i]);
        buf_fini(&text);
        free(path);
    }
    struct stat info;
    assert_int_equal(stat(article, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    free(article);
    compile_report_fini(&report);
}

/* What only looks like a slip of the pen. */
static void no_fault(void **state)
{
    (void)state;
    static const struct source files[] = {
        {"articles/news/a.md",
         ARTICLE("", "**注意**：说“**重要**”的话，*强调*一下。\n\n"
                     "按＊键，叫 file_name_a 的`a*b_c`，填____年____月。\n\n"
                     "1.5元、10:30、-5℃、3-5天，C#也行。\n\n"
                     "标题\n### 三 #\n\n前。\n\n---\n\n后。\n"),
         0},
    };
    struct compile_report report;
    write_edition(files, COUNT_OF(files));
    bool fine = compile_check(root, &report);
    if (fine || report.fault_count != 1 ||
        !reports(buf_text(&report.faults),
                 "articles/news/a.md:10: 这一段结尾没有标点"))
        fail_msg("%s", buf_text(&report.faults));
    compile_report_fini(&report);
}

/* Numbers, times, code and names of files are no prose; nothing is widened
 * twice. */
static void fix_leaves_alone(void **state)
{
    (void)state;
    static const char text[] =
        "---\ntitle: 题\n---\n"
        "共12.5元,10:30开门, 甲, 乙(A)丙.\n\n"
        "用`甲,乙`和``丙`:丁``。\n\n```\n甲,乙\n\n丙:丁\n```\n\n"
        "![图](media/图:一.png "
        "\"甲：乙\")\n\n[[articles/news/good|甲：乙]]。\n";
    static const struct source files[] = {{"articles/news/a.md", text, 0},
                                          BYTES("media/图:一.png", PNG_4x4)};
    struct compile_report report;
    size_t count;
    struct buf now = {0};
    char *path = path_in("articles/news/a.md");
    write_edition(files, COUNT_OF(files));
    for (int i = 0; i < 2; i++) {
        if (!compile_fix(root, &count, &report))
            fail_msg("%s", buf_text(&report.faults));
        assert_int_equal(count, 0);
        compile_report_fini(&report);
    }
    assert_true(file_read(path, 1 << 20, &now));
    assert_string_equal(buf_text(&now), text);
    buf_fini(&now);
    free(path);
}

/* Builds the edition with this sheet and yields the first row's name. */
static void expect_name(const char *sheet, size_t length, const char *name)
{
    const struct source files[] = {
        {"listings/jobs/listing.yaml",
         LISTING("roles: {title: name}\nsort: [-until, name]\n"), 0},
        {"listings/jobs/jobs.csv", sheet, length}};
    struct compile_report report;
    struct arena arena = {0};
    struct listing listing;
    enum store_error error;
    char *output = output_path();
    write_edition(files, COUNT_OF(files));
    if (!compile_build(root, output, &report))
        fail_msg("%s", buf_text(&report.faults));
    struct store *store = store_open(output, &error);
    assert_non_null(store);
    assert_true(store_listing(store, &arena, "jobs", NULL, 0, 0, 1, &listing));
    assert_int_equal(listing.row_count, 1);
    assert_string_equal(listing.rows[0].values[1], name);
    store_close(store);
    arena_fini(&arena);
    compile_report_fini(&report);
    free(output);
}

static void encodings(void **state)
{
    (void)state;
    static const char gb[] =
        HEADER "a,\xD6\xD0\xB9\xFA\x95\x32\x90\x31\xFE\x59\xA6\xD9,,,,,\r\n";
    static const char bom[] = "\xEF\xBB\xBF" HEADER "a,中国,,,,,\n";
    /* In GB18030 a word can be valid UTF-8 by chance; the file is not. */
    static const char tricky[] =
        HEADER "a,\xC4\x85\xC4\x85,,,,,\nb,\xD6\xD0\xB9\xFA,,,,,\n";
    static const char utf16[] =
        "\xFF\xFE"
        "i\0d\0,\0n\0a\0m\0e\0,\0p\0h\0o\0n\0e\0,\0l\0a\0t\0,"
        "\0l\0o\0n\0,\0n\0,\0u\0n\0t\0i\0l\0\n\0"
        "a\0,\0-N,\0,\0,\0,\0,\0\n";
    expect_name(gb, sizeof(gb) - 1, "中国\U00020087\u9FB4\uFE10");
    expect_name(bom, sizeof(bom) - 1, "中国");
    expect_name(tricky, sizeof(tricky) - 1, "膮膮");
    expect_name(utf16, sizeof(utf16), "中");
    expect_name(HEADER "a,\"甲，\"\"乙\"\"\n丙\",,,,,\n", 0, "甲，\"乙\"\n丙");
    expect_name("\x84\x31\x95\x33" HEADER "a,\xD6\xD0,,,,,\n", 0, "中");
    /* Empty columns at the right, as spreadsheets leave them. */
    expect_name("id,name,phone,lat,lon,n,until,,\na,甲,,,,,,,\n,,,,,,,,\n", 0,
                "甲");
}

static void sorting(void **state)
{
    (void)state;
    expect_name(HEADER "a,中,,,,,\nb,阿,,,,,\nc,李,,,,,\n", 0, "阿");
    expect_name(HEADER "a,站10,,,,,\nb,站2,,,,,\n", 0, "站2");
    expect_name(HEADER "a,甲,,,,,2026-01-01\nb,乙,,,,,2026-02-01\nc,丙,,,,,\n",
                0, "乙");
}

/* What stops a writer: the old file stays, the reason is plain. */
static void expect_failure(const char *output, const char *reason)
{
    struct compile_report report;
    assert_false(compile_build(root, output, &report));
    assert_int_equal(report.fault_count, 0);
    if (!strstr(buf_text(&report.faults), reason))
        fail_msg("%s", buf_text(&report.faults));
    compile_report_fini(&report);
}

static void cannot_write(void **state)
{
    (void)state;
    write_edition(NULL, 0);
    expect_failure("/nonexistent/content.db", "没有这个文件夹");
    expect_failure("/proc/content.db", "没有这个文件夹");
    expect_failure("/dev/null", "路径不对"); /* not replaced by a file */
    expect_failure(root, "路径不对");
}

/* SQLite would take a log that lies beside the file for its own. */
static void left_over_log(void **state)
{
    (void)state;
    char *output = output_path();
    struct buf log = {0};
    buf_printf(&log, "%s-wal", output);
    FILE *file = fopen(log.data, "wb");
    assert_non_null(file);
    fputs("log", file);
    fclose(file);
    write_edition(NULL, 0);
    expect_failure(output, "别的程序正在写");
    unlink(log.data);
    buf_fini(&log);
    free(output);
}

static void full_disk(void **state)
{
    (void)state;
    struct rlimit old, tiny;
    struct buf before = {0}, after = {0};
    struct compile_report report;
    char *output = output_path();
    write_edition(NULL, 0);
    assert_true(compile_build(root, output, &report));
    compile_report_fini(&report);
    assert_true(file_read(output, 1 << 24, &before));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    tiny = (struct rlimit){16384, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tiny);
    expect_failure(output, "磁盘");
    setrlimit(RLIMIT_FSIZE, &old);
    assert_true(file_read(output, 1 << 24, &after));
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, after.length);
    buf_fini(&before);
    buf_fini(&after);
    free(output);
}

static int make_root(void **state)
{
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    char *output = output_path();
    nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    unlink(output);
    free(output);
    return rmdir(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_check),
        cmocka_unit_test(all_faults_in_order),
        cmocka_unit_test(nothing_written),
        cmocka_unit_test(no_edition),
        cmocka_unit_test(huge_files),
        cmocka_unit_test(long_paragraphs_and_documents),
        cmocka_unit_test(no_fault),
        cmocka_unit_test(fix),
        cmocka_unit_test(fix_leaves_alone),
        cmocka_unit_test(encodings),
        cmocka_unit_test(sorting),
        cmocka_unit_test(cannot_write),
        cmocka_unit_test(left_over_log),
        cmocka_unit_test(full_disk),
    };
    return cmocka_run_group_tests_name("compile", tests, make_root,
                                       remove_root);
}
