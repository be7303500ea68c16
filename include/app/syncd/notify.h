/* notify.h - tells the service manager how we are, as sd_notify(3) describes
 * it, without its library. Where there is no NOTIFY_SOCKET nothing happens. */
#ifndef APP_SYNCD_NOTIFY_H
#define APP_SYNCD_NOTIFY_H

#include <stdint.h>

/* "READY=1", "WATCHDOG=1", "STATUS=…", several with newlines between. */
void notify_send(const char *state);

/* How often WATCHDOG=1 is wanted, in seconds: half of what the manager allows;
 * 0: it does not watch. */
int64_t notify_watchdog(void);

#endif
