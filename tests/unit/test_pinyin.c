/* test_pinyin.c - what people type, and what they mean by it. The general words
 * are those of pinyin.lex, the edition's those of the bundled one. */
#include "content/pinyin.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/data.h"
#include "base/file.h"
#include "base/utf8.h"
#include "content/store.h"

enum { FIVE = 5, TERMS_MOST = 4096, TERM_BYTES = 64 };

static struct pinyin *pinyin;
static struct pinyin_candidate candidates[PINYIN_CANDIDATES];
static char terms[TERMS_MOST][TERM_BYTES];
static size_t term_count;

static int compare_texts(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void keep_term(const char *from, size_t length)
{
    size_t characters = utf8_count(from, length);
    if (characters < 2 || characters > PINYIN_TERM || length >= TERM_BYTES ||
        term_count == TERMS_MOST)
        return;
    memcpy(terms[term_count], from, length);
    terms[term_count++][length] = 0;
}

/* Each stretch of Han, as pinyin.h promises. */
static bool add_term(void *context, const char *text)
{
    size_t length = strlen(text), from = 0;
    (void)context;
    for (size_t at = 0; at < length;) {
        size_t before = at;
        uint32_t code = utf8_next(text, length, &at);
        bool han = (code >= 0x4E00 && code <= 0x9FFF);
        if (!han)
            keep_term(text + from, before - from);
        if (!han)
            from = at;
    }
    keep_term(text + from, length - from);
    return pinyin_terms_add(pinyin, text);
}

static int open_all(void **state)
{
    char path[PATH_MAX];
    enum store_error error;
    (void)state;
    pinyin = pinyin_open(data_path(NULL, "pinyin.lex", path));
    assert_non_null(pinyin);
    struct store *store =
        store_open(data_path(NULL, "content.db", path), &error);
    assert_non_null(store);
    pinyin_terms_begin(pinyin);
    assert_true(store_terms(store, add_term, NULL));
    pinyin_terms_end(pinyin);
    store_close(store);
    qsort(terms, term_count, TERM_BYTES, compare_texts);
    size_t kept = 0;
    for (size_t i = 0; i < term_count; i++)
        if (!kept || strcmp(terms[kept - 1], terms[i]))
            memmove(terms[kept++], terms[i], TERM_BYTES);
    term_count = kept;
    assert_true(term_count > 200);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    pinyin_close(pinyin);
    return 0;
}

/* Where a text stands among the candidates, from 1; 0: nowhere. */
static size_t rank(struct pinyin *engine, const char *input, const char *wanted)
{
    size_t count = pinyin_find(engine, input, candidates, COUNT_OF(candidates));
    for (size_t i = 0; i < count; i++)
        if (!strcmp(candidates[i].text, wanted))
            return i + 1;
    return 0;
}

struct tally {
    size_t all, first, five;
};

static void count_rank(struct tally *tally, size_t place)
{
    tally->all++;
    tally->first += place == 1;
    tally->five += place && place <= FIVE;
}

static void assert_tally(const char *what, const struct tally *tally,
                         size_t first, size_t five)
{
    print_message("%s: %zu, first %.1f %%, in five %.1f %%\n", what, tally->all,
                  100.0 * (double)tally->first / (double)tally->all,
                  100.0 * (double)tally->five / (double)tally->all);
    assert_true(tally->all >= 100);
    assert_true(tally->first * 100 >= first * tally->all);
    assert_true(tally->five * 100 >= five * tally->all);
}

static void readings(void **state)
{
    static const char *const cases[][2] = {
        {"银行卡丢了", "yin hang ka diu le"},
        {"重庆", "chong qing"},
        {"长沙", "chang sha"},
        {"音乐", "yin yue"},
        {"快乐", "kuai le"},
        {"会计", "kuai ji"},
        {"还钱", "huan qian"},
        {"还有", "hai you"},
        {"调解", "tiao jie"},
        {"调查", "diao cha"},
        {"给付", "ji fu"},
        {"老板不给钱", "lao ban bu gei qian"},
        {"薪酬", "xin chou"},
        {"处理", "chu li"},
        {"参差", "cen ci"},
        {"行业", "hang ye"},
        {"一行", "yi hang"},
        {"法律", "fa lv"},
        {"12351职工热线", "12351 zhi gong re xian"},
        {"ＡＢC，怎么办？", "abc zen me ban"},
        {"", ""},
        {"！？", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf read = {0};
        pinyin_read(pinyin, cases[i][0], &read);
        assert_string_equal(buf_text(&read), cases[i][1]);
        buf_fini(&read);
    }
}

static void everyday_words(void **state)
{
    char path[PATH_MAX], *line, *rest;
    struct tally tally = {0};
    struct buf text = {0};
    (void)state;
    struct pinyin *plain = pinyin_open(data_path(NULL, "pinyin.lex", path));
    assert_true(file_read("tests/pinyin/everyday.txt", 65536, &text));
    for (line = strtok_r(text.data, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        char input[64], *wanted = strchr(line, '=');
        size_t put = 0;
        if (!wanted)
            continue;
        for (const char *at = line; at < wanted; at++)
            if (*at != ' ')
                input[put++] = *at;
        input[put] = 0;
        count_rank(&tally, rank(plain, input, wanted + 1));
    }
    assert_tally("everyday words", &tally, 80, 86);
    buf_fini(&text);
    pinyin_close(plain);
}

enum way { WHOLE, INITIALS, SLIPS };

/* A syllable as somebody writes it who says z for zh, l for n, an for ang. */
static size_t write_slip(const char *name, size_t length, char *put)
{
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        if (!(i == 1 && name[1] == 'h'))
            put[count++] = name[i];
    if (put[0] == 'n' && count > 1)
        put[0] = 'l';
    if (count > 2 && put[count - 1] == 'g' && strchr("aei", put[count - 3]))
        count--;
    return count;
}

static void write_input(const char *term, enum way way, char input[128])
{
    struct buf read = {0};
    size_t put = 0;
    pinyin_read(pinyin, term, &read);
    for (const char *at = buf_text(&read); *at; at += *at == ' ') {
        size_t length = strcspn(at, " ");
        if (way == WHOLE)
            memcpy(input + put, at, length);
        else if (way == INITIALS)
            input[put] = *at;
        put += way == WHOLE      ? length
               : way == INITIALS ? 1
                                 : write_slip(at, length, input + put);
        at += length;
    }
    input[put] = 0;
    buf_fini(&read);
}

static struct tally tally_terms(enum way way, size_t least)
{
    struct tally tally = {0};
    char whole[128], input[128];
    for (size_t i = 0; i < term_count; i++) {
        if (utf8_count(terms[i], strlen(terms[i])) < least)
            continue;
        write_input(terms[i], WHOLE, whole);
        write_input(terms[i], way, input);
        if (strlen(whole) > PINYIN_INPUT ||
            (way == SLIPS && !strcmp(whole, input)))
            continue;
        count_rank(&tally, rank(pinyin, input, terms[i]));
    }
    return tally;
}

static void terms_in_full(void **state)
{
    (void)state;
    struct tally tally = tally_terms(WHOLE, 2);
    assert_tally("terms", &tally, 97, 99);
}

/* Of two letters nobody can know. */
static void terms_by_initials(void **state)
{
    (void)state;
    struct tally tally = tally_terms(INITIALS, 3);
    assert_tally("initials of terms", &tally, 75, 80);
}

static void terms_with_slips(void **state)
{
    (void)state;
    struct tally tally = tally_terms(SLIPS, 2);
    assert_tally("terms with slips", &tally, 90, 98);
}

static void exact_before_alike(void **state)
{
    (void)state;
    size_t exact = rank(pinyin, "lao", "老"), alike = rank(pinyin, "lao", "脑");
    assert_true(exact && alike && exact < alike);
    assert_int_equal(rank(pinyin, "gongzi", "工资"), 1);
    assert_int_equal(rank(pinyin, "gzzf", "工资支付"), 1);
    assert_int_equal(rank(pinyin, "zongguo", "中国"), 1);
    assert_int_not_equal(rank(pinyin, "lve", "略"), 0);
    assert_int_not_equal(rank(pinyin, "nv", "女"), 0);
}

static void marks_part_syllables(void **state)
{
    char divided[160];
    (void)state;
    assert_int_equal(rank(pinyin, "xi'an", "西安"), 1);
    assert_int_equal(candidates[0].consumed, strlen("xi'an"));
    pinyin_find(pinyin, "xi'an", candidates, 9);
    pinyin_divided(pinyin, divided, sizeof(divided));
    assert_string_equal(divided, "xi'an");
    pinyin_find(pinyin, "gongzi", candidates, 9);
    pinyin_divided(pinyin, divided, sizeof(divided));
    assert_string_equal(divided, "gong'zi");
    pinyin_find(pinyin, "gzzf", candidates, 9);
    pinyin_divided(pinyin, divided, sizeof(divided));
    assert_string_equal(divided, "g'z'z'f");
    pinyin_divided(pinyin, divided, 4);
    assert_string_equal(divided, "g'z");
}

/* What a candidate leaves is composed on. */
static void beginnings(void **state)
{
    (void)state;
    assert_true(rank(pinyin, "laobanbugeiqian", "老板不给钱") == 1);
    size_t place = rank(pinyin, "laobanbugeiqian", "老板");
    assert_true(place > 1 && place < 10);
    assert_int_equal(candidates[place - 1].consumed, strlen("laoban"));
    place = rank(pinyin, "lao'ban'bu", "老板");
    assert_int_equal(candidates[place - 1].consumed, strlen("lao'ban'"));
}

/* An edition without a word. */
static void no_terms(void **state)
{
    char path[PATH_MAX];
    (void)state;
    struct pinyin *plain = pinyin_open(data_path(NULL, "pinyin.lex", path));
    pinyin_terms_begin(plain);
    pinyin_terms_add(plain, "ABC 12351");
    pinyin_terms_end(plain);
    assert_int_equal(rank(plain, "zhongguo", "中国"), 1);
    pinyin_close(plain);
}

static void nine_keys(void **state)
{
    char divided[160], column[PINYIN_READINGS][PINYIN_SYLLABLE];
    (void)state;
    assert_true(rank(pinyin, "466494", "工资") <= 2); /* gongzi, hongxi.. */
    assert_true(rank(pinyin, "gong'94", "工资") <= 2);
    assert_int_not_equal(rank(pinyin, "94664486", "中国"), 0);
    pinyin_find(pinyin, "94664486", candidates, 9);
    pinyin_divided(pinyin, divided, sizeof(divided));
    assert_string_equal(divided, "zhong'guo");
    size_t count =
        pinyin_first_readings(pinyin, "4664", column, COUNT_OF(column));
    bool gong = false, hong = false;
    for (size_t i = 0; i < count; i++) {
        gong = gong || !strcmp(column[i], "gong");
        hong = hong || !strcmp(column[i], "hong");
    }
    assert_true(gong && hong);
    assert_int_equal(strlen(column[0]), 4);
    assert_int_equal(pinyin_first_readings(pinyin, "", column, 9), 0);
}

static void hostile_input(void **state)
{
    static const char *const inputs[] = {
        "",     "'",    "''''",     "v",    "iuviuv", "'g''o'n'g'", "0",
        "1011", "GONG", "\xFF\xFE", "工资", "zh",     "zhzhzhzh",
    };
    char divided[160], many[400];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(inputs); i++) {
        pinyin_find(pinyin, inputs[i], candidates, COUNT_OF(candidates));
        pinyin_divided(pinyin, divided, sizeof(divided));
    }
    for (const char *letter = "abgilnosuvz'29"; *letter; letter++) {
        memset(many, *letter, sizeof(many) - 1);
        many[sizeof(many) - 1] = 0;
        size_t count =
            pinyin_find(pinyin, many, candidates, COUNT_OF(candidates));
        for (size_t i = 0; i < count; i++) {
            assert_true(*candidates[i].text);
            assert_true(candidates[i].consumed > 0);
            assert_true(candidates[i].consumed <= PINYIN_INPUT);
        }
        pinyin_divided(pinyin, divided, sizeof(divided));
    }
    pinyin_forget(pinyin);
    pinyin_divided(pinyin, divided, sizeof(divided));
    assert_string_equal(divided, "");
}

static bool holds(const void *memory, size_t size, const char *text)
{
    return memmem(memory, size, text, strlen(text)) != NULL;
}

/* Whether a text stands in what this process may write to, but not where the
 * test itself keeps it: the table of candidates is the caller's. */
static bool is_in_memory(const char *text)
{
    char line[512];
    bool found = false;
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    assert_non_null(maps);
    assert_true(memory >= 0);
    while (!found && fgets(line, sizeof(line), maps)) {
        unsigned long from, to;
        char mode[8];
        if (!strstr(line, "[heap]") ||
            sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3)
            continue;
        char *bytes = mmap(NULL, to - from, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(bytes != MAP_FAILED);
        ssize_t got = pread(memory, bytes, to - from, (off_t)from);
        found = got > 0 && holds(bytes, (size_t)got, text);
        munmap(bytes, to - from);
    }
    close(memory);
    fclose(maps);
    return found;
}

/* The handle is on the heap when it is small, in a mapping of its own when it
 * is not: the mapping is looked at through the handle. */
static void nothing_is_kept(void **state)
{
    static const char typed[] = "wozaixiaxianghuozhe";
    const size_t size = malloc_usable_size(pinyin);
    (void)state;
    assert_true(pinyin_find(pinyin, typed, candidates, 9) > 0);
    assert_true(holds(pinyin, size, typed));
    pinyin_forget(pinyin);
    assert_false(holds(pinyin, size, typed));
    assert_false(is_in_memory(typed));
}

static void write_file(const char *path, const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void broken_lexicons(void **state)
{
    static const size_t cuts[] = {0, 7, 31, 32, 4000, 1000000};
    char path[PATH_MAX], broken[] = "/tmp/yichuang-pinyin-XXXXXX";
    struct buf good = {0};
    (void)state;
    assert_true(
        file_read(data_path(NULL, "pinyin.lex", path), 64 << 20, &good));
    int fd = mkstemp(broken);
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < COUNT_OF(cuts); i++) {
        write_file(broken, good.data, cuts[i]);
        assert_null(pinyin_open(broken));
    }
    for (size_t at = 3; at < good.length; at += good.length / 12) {
        good.data[at] ^= 0x10;
        write_file(broken, good.data, good.length);
        assert_null(pinyin_open(broken));
        good.data[at] ^= 0x10;
    }
    assert_null(pinyin_open("/nowhere/pinyin.lex"));
    unlink(broken);
    buf_fini(&good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readings),
        cmocka_unit_test(everyday_words),
        cmocka_unit_test(terms_in_full),
        cmocka_unit_test(terms_by_initials),
        cmocka_unit_test(terms_with_slips),
        cmocka_unit_test(exact_before_alike),
        cmocka_unit_test(marks_part_syllables),
        cmocka_unit_test(beginnings),
        cmocka_unit_test(no_terms),
        cmocka_unit_test(nine_keys),
        cmocka_unit_test(hostile_input),
        cmocka_unit_test(nothing_is_kept),
        cmocka_unit_test(broken_lexicons),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
