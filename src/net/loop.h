/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"

/*
 * The one event loop of a process: descriptors, timers, signals, calls put
 * off to the next turn, the clock and randomness. Made in one place, passed
 * to whoever needs it; one thread. SIGPIPE is ignored from loop_new on.
 */
struct loop;
struct loop_timer;
struct loop_watch;
struct loop_signal;

struct loop *loop_new(struct fault *f);

/* Runs what was deferred, then frees. Timers and watches must be gone. */
void loop_free(struct loop *l);

/* Until loop_stop. */
void loop_run(struct loop *l);

/*
 * One turn: waits at most timeout_ms (-1: for ever, 0: not at all) for
 * something to happen, handles it and returns whether anything did. For the
 * shell's waits and for tests.
 */
bool loop_turn(struct loop *l, int timeout_ms);

/* loop_run returns after the callback at hand. */
void loop_stop(struct loop *l);
bool loop_is_stopping(const struct loop *l);

/* Milliseconds: since some start, never going back; and since 1970. */
int64_t loop_now(const struct loop *l);
int64_t loop_wall(const struct loop *l);

/*
 * For tests: from here on both clocks stand still until loop_clock_advance,
 * which moves them and runs the timers that fall due, in order, each at its
 * own time. Descriptors go on as before.
 */
void loop_clock_fake(struct loop *l, int64_t now, int64_t wall);
void loop_clock_advance(struct loop *l, int64_t ms);

/* Runs once, on the next turn, outside of whatever callback runs now. */
void loop_defer(struct loop *l, void (*fn)(void *arg), void *arg);

/*
 * A timer fires once; setting it again moves it (also from its own
 * callback). Free it from anywhere, its own callback included.
 */
struct loop_timer *loop_timer_new(
    struct loop *l, void (*fn)(void *arg), void *arg);
void loop_timer_set(struct loop_timer *t, int64_t ms);
void loop_timer_cancel(struct loop_timer *t);
bool loop_timer_is_set(const struct loop_timer *t);
int64_t loop_timer_left(const struct loop_timer *t); /* -1: not set */
void loop_timer_free(struct loop_timer *t);

#define LOOP_READ  1
#define LOOP_WRITE 2

/*
 * Watches a descriptor that somebody else owns, level-triggered, for the
 * events of mask (0 pauses). Free the watch before closing the descriptor.
 */
struct loop_watch *loop_watch_new(struct loop *l, int fd, int mask,
    void (*fn)(int fd, int events, void *arg), void *arg);
void loop_watch_mask(struct loop_watch *w, int mask);
void loop_watch_free(struct loop_watch *w);

/* Called in the loop, not in the signal handler. */
struct loop_signal *loop_signal_new(
    struct loop *l, int signo, void (*fn)(int signo, void *arg), void *arg);
void loop_signal_free(struct loop_signal *s);

/* Unpredictable bytes, unless a test asked for a repeatable sequence. */
void loop_random(struct loop *l, void *p, size_t size);
/* 0 to below - 1, each as likely; below at least 1. */
uint32_t loop_random_below(struct loop *l, uint32_t below);
void loop_random_seed(struct loop *l, uint64_t seed);

#endif
