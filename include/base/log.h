/* log.h - one line on standard error for whoever reads the journal.
 *
 * Whoever detects a fault logs it, once, tagged with its module; callers pass
 * it on silently. Levels follow sd-daemon(3) prefixes when standard error is
 * not a terminal, so that journald sorts them. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_INFO = 6
};

__attribute__((format(printf, 3, 4))) static inline void
log_line(enum log_level level, const char *module, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "%s: %s\n", module, line);
    else
        fprintf(stderr, "<%d>%s: %s\n", (int)level, module, line);
}

#define log_error(module, ...) log_line(LOG_LEVEL_ERROR, module, __VA_ARGS__)
#define log_warn(module, ...) log_line(LOG_LEVEL_WARNING, module, __VA_ARGS__)
#define log_info(module, ...) log_line(LOG_LEVEL_INFO, module, __VA_ARGS__)

#endif
