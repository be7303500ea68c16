/* main.c - yichuangctl: the command for editors and staff. */
#include "ctl.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#ifndef YICHUANG_VERSION
#define YICHUANG_VERSION "unknown"
#endif

static const struct {
    const char *name, *usage, *summary;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"check", "check [--fix] EDITION", "检查版本，逐行列出要改的地方",
     ctl_check},
    {"preview", "preview [选项] FILE.md [-o page.png]",
     "检查一篇，画成一体机上的样子", ctl_preview},
    {"build", "build EDITION [-o content.db]", "检查并生成数据库", ctl_build},
    {"search", "search \"要找的话\" [选项]", "查内容，和一体机上查到的一样",
     ctl_search},
    {"tuf", "tuf [选项] init|refresh|download", "验证并取回签名的内容",
     ctl_tuf},
    {"sync", "sync 文件夹|网址 [选项]", "从 U 盘或网上更新一次内容", ctl_sync},
    {"service", "service status|install|...", "问更新服务，让它更新",
     ctl_service},
    {"keys", "keys init|new|show|rotate|...",
     "签名的钥匙：建立、查看、更换、委托", ctl_keys},
    {"publish", "publish EDITION REPO", "检查、签名并发布到仓库", ctl_publish},
    {"withdraw", "withdraw REPO ID...", "马上撤下几篇；--restore 放回",
     ctl_withdraw},
    {"renew", "renew REPO", "重新签快照和时间戳，放进定时任务", ctl_renew},
    {"verify", "verify REPO", "把仓库整个核对一遍，看还有几天到期", ctl_verify},
    {"stick", "stick REPO MOUNT --area CODE", "写 U 盘，给一个地区的一体机",
     ctl_stick},
    {"ime", "ime strokes|write ...", "问输入法：笔画、手写认出什么字", ctl_ime},
};
enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

int ctl_usage(const char *command, const char *usage)
{
    fprintf(stderr, "yichuangctl %s: 参数不对\n用法: yichuangctl %s\n", command,
            usage);
    return CTL_USAGE;
}

static void print_help(FILE *out)
{
    fputs("用法: yichuangctl 命令 [参数]\n\n", out);
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-32s %s\n", commands[i].usage, commands[i].summary);
    fputs("\npreview 的选项: --size 标准|大|特大|最大  --theme "
          "纸色|白底黑字|黑底白字  --width 像素\n",
          out);
    fputs("\n  --help     显示本说明\n  --version  显示版本\n"
          "\n退出状态: 0 正常，1 有要改的地方或没有写成，2 命令行不对；"
          "verify: 2 快到期\n",
          out);
}

/* A full disk, a closed pipe: found out at the end, not lost. */
static int finish(int status)
{
    if (fflush(stdout) != 0 && status == CTL_OK) {
        perror("yichuangctl");
        return CTL_FAULTS;
    }
    return status;
}

int main(int argc, char **argv)
{
    signal(SIGXFSZ, SIG_IGN); /* writing then fails with EFBIG, and we say so */
    const char *command = argc > 1 ? argv[1] : "";
    if (!strcmp(command, "--version")) {
        puts("yichuangctl " YICHUANG_VERSION);
        return finish(CTL_OK);
    }
    if (!strcmp(command, "--help") || !strcmp(command, "-h")) {
        print_help(stdout);
        return finish(CTL_OK);
    }
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (!strcmp(commands[i].name, command))
            return finish(commands[i].run(argc - 1, argv + 1));
    if (*command)
        fprintf(stderr, "yichuangctl: 没有命令 %s\n", command);
    print_help(stderr);
    return CTL_USAGE;
}
