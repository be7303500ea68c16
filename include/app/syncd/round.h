/* round.h - one piece of work, in the process that job.h starts: says on
 * standard output how far it is, one job_report a line, the last with the
 * result. SIGTERM asks it to end. */
#ifndef APP_SYNCD_ROUND_H
#define APP_SYNCD_ROUND_H

#include "app/syncd/settings.h"

/* what: network, stick, rollback or scrub; argument: the stick's name, the
 * generation or "". The exit status; 2: no such work. */
int round_main(const struct settings *settings, const char *what,
               const char *argument);

#endif
