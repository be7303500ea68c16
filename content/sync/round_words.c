/* round_words.c - how a round ended, in words. */
#include "content/round.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *symbol, *english, *chinese;
    int status;
} results[ROUND_RESULT_COUNT] = {
#define X(symbol, status, english, chinese) \
    [ROUND_##symbol] = {#symbol, english, chinese, status},
    ROUND_RESULTS(X)
#undef X
};

const char *round_result_symbol(enum round_result result)
{
    return results[result].symbol;
}

const char *round_result_english(enum round_result result)
{
    return results[result].english;
}

int round_result_status(enum round_result result)
{
    return results[result].status;
}

const char *round_phase_chinese(enum round_phase phase)
{
    static const char *const words[ROUND_PHASE_COUNT] = {
        [ROUND_CHECKING] = "正在检查",
        [ROUND_FETCHING] = "正在复制",
        [ROUND_INSTALLING] = "正在更新",
    };
    return words[phase];
}

void round_say_bytes(uint64_t bytes, struct buf *out)
{
    static const char *const units[] = {"KB", "MB", "GB", "TB"};
    double amount = (double)bytes / 1024;
    size_t unit = 0;
    while (amount >= 1000 && unit + 1 < COUNT_OF(units)) {
        amount /= 1024;
        unit++;
    }
    if (bytes < 1024)
        buf_printf(out, "%" PRIu64 " B", bytes);
    else
        buf_printf(out, "%.*f %s", amount < 10 && unit ? 1 : 0, amount,
                   units[unit]);
}

/* The words of a result, with the name of the source in place of %. */
static void say_words(const struct round_report *report, struct buf *out)
{
    const char *words = results[report->result].chinese;
    const char *gap = strchr(words, '%');
    if (!gap) {
        buf_puts(out, words);
        return;
    }
    buf_add(out, words, (size_t)(gap - words));
    if (report->stick)
        buf_puts(out, gap == words ? "U 盘" : " U 盘");
    else if (report->result != ROUND_DAMAGED)
        buf_puts(out, "网上");
    buf_puts(out, gap + 1);
}

/* A target by its name, without the hash that its file has before it: people
 * photograph this. */
static void say_file(const char *path, struct buf *out)
{
    static const char folder[] = "targets/";
    const size_t hash = 64;
    if (!strncmp(path, folder, strlen(folder)))
        path += strlen(folder);
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    buf_add(out, path, (size_t)(base - path));
    if (strspn(base, "0123456789abcdef") == hash && base[hash] == '.')
        base += hash + 1;
    buf_puts(out, base);
}

void round_say(const struct round_report *report, struct buf *out)
{
    say_words(report, out);
    if (report->result == ROUND_NO_SPACE && report->lacking) {
        buf_puts(out, "，还差 ");
        round_say_bytes(report->lacking, out);
    }
    if (*report->file) {
        buf_puts(out, "（");
        say_file(report->file, out);
        buf_puts(out, "）");
    }
    if (report->partly)
        buf_puts(out, "，其他地区已更新");
    if (report->old && round_result_status(report->result) == 0)
        buf_puts(out, "（内容较旧）");
}
