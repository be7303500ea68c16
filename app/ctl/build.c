/* build.c - yichuangctl build: from an edition to a database. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "content/compile.h"

int ctl_build(int argc, char **argv)
{
    struct compile_report report;
    const char *edition = NULL, *output = "content.db";
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-o") && i + 1 < argc)
            output = argv[++i];
        else if (!edition && argv[i][0] != '-')
            edition = argv[i];
        else
            return ctl_usage("build", "build EDITION [-o content.db]");
    }
    if (!edition)
        return ctl_usage("build", "build EDITION [-o content.db]");
    bool fine = compile_build(edition, output, &report);
    fputs(buf_text(&report.faults), stderr);
    if (fine)
        printf("%s: 文章 %zu 篇，列表 %zu 条，图片 %zu 张，%zu 字节\n", output,
               report.items, report.rows, report.media, report.bytes);
    else if (report.fault_count)
        fprintf(stderr, "共 %zu 处要改，没有生成数据库\n", report.fault_count);
    compile_report_fini(&report);
    return fine ? CTL_OK : CTL_FAULTS;
}
