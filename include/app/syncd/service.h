/* service.h - the one loop of yichuang-sync: sticks, schedule, people's wishes
 * over the control socket, and one piece of work at a time. What goes first:
 * a stick, for somebody stands in front of the machine; then what people asked
 * for; then what the schedule says. A network round gives way to a stick and
 * goes on after it. */
#ifndef APP_SYNCD_SERVICE_H
#define APP_SYNCD_SERVICE_H

#include "app/syncd/settings.h"

/* Until SIGTERM or SIGINT; the exit status. program and config: as the pieces
 * of work are to be started with. */
int service_run(const struct settings *settings, const char *program,
                const char *config);

#endif
