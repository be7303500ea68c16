/* idle.h - when a visitor has gone.
 *
 *   busy ──idle_seconds──► countdown ──countdown_seconds──► home
 *     ▲                        │                              │attract_seconds
 *     └──────activity──────────┴──────── activity ◄──── attract
 *
 * A plain state machine over milliseconds; it does not know the screen. At home
 * with nothing of a visitor's on the screen there is nobody to count down for.
 */
#ifndef APP_KIOSK_IDLE_H
#define APP_KIOSK_IDLE_H

#include <stdbool.h>
#include <stdint.h>

enum idle_state { IDLE_BUSY, IDLE_COUNTDOWN, IDLE_HOME, IDLE_ATTRACT };

enum idle_event {
    IDLE_NOTHING,
    IDLE_ASK,    /* show the countdown */
    IDLE_SECOND, /* the countdown's number changed */
    IDLE_LEAVE,  /* forget the visitor */
    IDLE_PLAY,   /* start the attract loop */
    IDLE_TURN,   /* its next picture */
};

struct idle {
    enum idle_state state;
    int idle_ms, countdown_ms, attract_ms, turn_ms;
    uint64_t since_ms; /* of the state */
    int shown;         /* seconds last shown, or turns played */
};

void idle_init(struct idle *idle, int idle_seconds, int countdown_seconds,
               int attract_seconds, uint64_t now_ms);

/* A touch, drag or key. True when it only ended the countdown or the attract
 * loop and must not do anything else. */
bool idle_activity(struct idle *idle, uint64_t now_ms);

/* traces: something of a visitor's is on the screen or in memory. */
enum idle_event idle_tick(struct idle *idle, bool traces, uint64_t now_ms);

/* Whole seconds left of the countdown, at least 1. */
int idle_seconds_left(const struct idle *idle, uint64_t now_ms);

/* Milliseconds until idle_tick may have something to say; -1: never. */
int idle_next(const struct idle *idle, uint64_t now_ms);

#endif
