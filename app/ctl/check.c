/* check.c - yichuangctl check: what has to be put right before publishing. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "content/compile.h"

int ctl_check(int argc, char **argv)
{
    struct compile_report report;
    const char *edition = NULL;
    bool fix = false;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--fix"))
            fix = true;
        else if (!edition && argv[i][0] != '-')
            edition = argv[i];
        else
            return ctl_usage("check", "check [--fix] EDITION");
    }
    if (!edition)
        return ctl_usage("check", "check [--fix] EDITION");
    size_t fixed = 0;
    bool fine = fix ? compile_fix(edition, &fixed, &report)
                    : compile_check(edition, &report);
    fputs(buf_text(&report.faults), stdout);
    if (fix)
        printf("改了 %zu 个半角标点\n", fixed);
    if (fine)
        printf("没有问题：文章 %zu 篇，列表 %zu 条，图片 %zu 张\n",
               report.items, report.rows, report.media);
    else
        printf("共 %zu 处要改\n", report.fault_count);
    compile_report_fini(&report);
    return fine ? CTL_OK : CTL_FAULTS;
}
