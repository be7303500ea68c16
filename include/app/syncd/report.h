/* report.h - what came of a stick, as a page of text: for the log, for a phone
 * to photograph, and back onto the stick for whoever made it. */
#ifndef APP_SYNCD_REPORT_H
#define APP_SYNCD_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "app/syncd/settings.h"
#include "content/control.h"

/* Writes reports/last.txt in the state folder and its path into out; "" when it
 * cannot (logged). */
void report_keep(const struct settings *settings,
                 const struct control_status *status, char *out, size_t size);

/* A stick asks for a report by having a folder YICHUANG/reports. This and
 * report_return touch the stick, which may hang: for the work, not for the
 * service. */
bool report_wanted(const struct settings *settings, const char *stick);

/* Writes the report onto such a stick, below the kiosk's name. Where the
 * stick is mounted read-only it is laid out for yichuang-mount, which takes it
 * away when it is done: report_pending. False: neither worked. */
bool report_return(const struct settings *settings,
                   const struct control_status *status, const char *stick);
bool report_pending(const struct settings *settings, const char *stick);
/* Takes back what nobody took away. */
void report_forget(const struct settings *settings, const char *stick);

#endif
