/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event loop. Descriptors and signals are libevent's; timers are a heap
 * of our own on the loop's clock, so that a test can move time.
 */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>

#include "core/mem.h"
#include "net/hash.h"
#include "net/loop.h"
#include "net/loop_internal.h"

struct deferred {
	void (*fn)(void *);
	void *arg;
};

struct loop {
	struct event_base *base;
	struct event *alarm; /* for the earliest timer and deferred calls */
	struct loop_timer **heap;
	size_t n_heap, heap_cap;
	struct deferred *deferred;
	size_t n_deferred, deferred_cap;
	struct loop_orphan *orphans;
	uint64_t timer_order; /* ties fire in the order they were set */
	bool stopping;
	bool busy; /* something happened in this turn */
	bool fake;
	int64_t fake_now, fake_wall;
	bool seeded;
	uint64_t seed;
};

struct loop_timer {
	struct loop *loop;
	void (*fn)(void *);
	void *arg;
	int64_t due;
	uint64_t order;
	size_t at; /* place in the heap plus one; 0: not set */
};

struct loop_watch {
	struct loop *loop;
	struct event *event;
	int fd;
	int mask;
	void (*fn)(int, int, void *);
	void *arg;
};

struct loop_signal {
	struct loop *loop;
	struct event *event;
	void (*fn)(int, void *);
	void *arg;
};

static int64_t
clock_ms(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
loop_now(const struct loop *l)
{
	return l->fake ? l->fake_now : clock_ms(CLOCK_MONOTONIC);
}

int64_t
loop_wall(const struct loop *l)
{
	return l->fake ? l->fake_wall : clock_ms(CLOCK_REALTIME);
}

struct event_base *
loop_base(struct loop *l)
{
	return l->base;
}

/* The heap: earliest due first, ties by the order they were set in. */

static bool
timer_before(const struct loop_timer *a, const struct loop_timer *b)
{
	if (a->due != b->due)
		return a->due < b->due;
	return a->order < b->order;
}

static void
heap_place(struct loop *l, size_t i, struct loop_timer *t)
{
	l->heap[i] = t;
	t->at = i + 1;
}

static void
heap_up(struct loop *l, size_t i, struct loop_timer *t)
{
	while (i > 0 && timer_before(t, l->heap[(i - 1) / 2])) {
		heap_place(l, i, l->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	heap_place(l, i, t);
}

static void
heap_down(struct loop *l, size_t i, struct loop_timer *t)
{
	size_t child;

	while ((child = 2 * i + 1) < l->n_heap) {
		if (child + 1 < l->n_heap &&
		    timer_before(l->heap[child + 1], l->heap[child]))
			child++;
		if (!timer_before(l->heap[child], t))
			break;
		heap_place(l, i, l->heap[child]);
		i = child;
	}
	heap_place(l, i, t);
}

static void
heap_remove(struct loop_timer *t)
{
	struct loop *l = t->loop;
	struct loop_timer *last;
	size_t i;

	if (t->at == 0)
		return;
	i = t->at - 1;
	t->at = 0;
	last = l->heap[--l->n_heap];
	if (last == t)
		return;
	if (i > 0 && timer_before(last, l->heap[(i - 1) / 2]))
		heap_up(l, i, last);
	else
		heap_down(l, i, last);
}

/* Wakes libevent for what is due next. */
static void
alarm_set(struct loop *l)
{
	struct timeval tv = { 0, 0 };
	int64_t wait;

	if (l->n_deferred == 0) {
		if (l->n_heap == 0 || l->fake) {
			(void)event_del(l->alarm);
			return;
		}
		wait = l->heap[0]->due - loop_now(l);
		if (wait < 0)
			wait = 0;
		tv.tv_sec = (time_t)(wait / 1000);
		tv.tv_usec = (suseconds_t)(wait % 1000 * 1000);
	}
	(void)event_add(l->alarm, &tv);
}

static void
run_timers(struct loop *l, int64_t now)
{
	struct loop_timer *t;
	uint64_t last = l->timer_order;

	/* Those set from here on wait for the next turn. */
	while (l->n_heap > 0 && !l->stopping) {
		t = l->heap[0];
		if (t->due > now || t->order > last)
			break;
		heap_remove(t);
		l->busy = true;
		t->fn(t->arg);
	}
}

static void
run_deferred(struct loop *l)
{
	struct deferred *calls = l->deferred;
	size_t i, n = l->n_deferred;

	if (n == 0)
		return;
	l->deferred = NULL;
	l->n_deferred = l->deferred_cap = 0;
	l->busy = true;
	for (i = 0; i < n; i++)
		calls[i].fn(calls[i].arg);
	mem_free(calls);
}

static void
on_alarm(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;

	(void)fd;
	(void)what;
	run_deferred(l);
	if (!l->fake)
		run_timers(l, loop_now(l));
	alarm_set(l);
}

struct loop *
loop_new(struct fault *f)
{
	struct event_config *config;
	struct loop *l = mem_zalloc(sizeof(*l));

	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); /* the write says EFBIG */
	config = event_config_new();
	if (config != NULL) {
		(void)event_config_set_flag(
		    config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_PRECISE_TIMER);
		l->base = event_base_new_with_config(config);
		event_config_free(config);
	}
	if (l->base != NULL)
		l->alarm = evtimer_new(l->base, on_alarm, l);
	if (l->alarm == NULL) {
		(void)fault_set(f, FAULT_SYSTEM, "event loop cannot be made");
		if (l->base != NULL)
			event_base_free(l->base);
		mem_free(l);
		return NULL;
	}
	return l;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	while (l->orphans != NULL)
		l->orphans->end(l->orphans);
	while (l->n_deferred > 0)
		run_deferred(l);
	event_free(l->alarm);
	event_base_free(l->base);
	mem_free(l->heap);
	mem_free(l);
}

void
loop_orphan_add(struct loop *l, struct loop_orphan *o)
{
	o->next = l->orphans;
	o->prevp = &l->orphans;
	if (o->next != NULL)
		o->next->prevp = &o->next;
	l->orphans = o;
}

void
loop_orphan_remove(struct loop_orphan *o)
{
	if (o->prevp == NULL)
		return;
	*o->prevp = o->next;
	if (o->next != NULL)
		o->next->prevp = o->prevp;
	o->prevp = NULL;
}

void
loop_run(struct loop *l)
{
	l->stopping = false;
	while (!l->stopping)
		(void)loop_turn(l, -1);
}

/* Only there so that a wait ends. */
static void
on_turn_end(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

bool
loop_turn(struct loop *l, int timeout_ms)
{
	struct event *end = NULL;
	struct timeval tv;

	l->busy = false;
	if (timeout_ms > 0) {
		tv.tv_sec = timeout_ms / 1000;
		tv.tv_usec = timeout_ms % 1000 * 1000;
		end = evtimer_new(l->base, on_turn_end, NULL);
		if (end != NULL)
			(void)event_add(end, &tv);
	}
	(void)event_base_loop(l->base,
	    EVLOOP_ONCE | EVLOOP_NO_EXIT_ON_EMPTY |
		(timeout_ms == 0 ? EVLOOP_NONBLOCK : 0));
	if (end != NULL)
		event_free(end);
	return l->busy;
}

void
loop_stop(struct loop *l)
{
	l->stopping = true;
	(void)event_base_loopbreak(l->base);
}

bool
loop_is_stopping(const struct loop *l)
{
	return l->stopping;
}

void
loop_clock_fake(struct loop *l, int64_t now, int64_t wall)
{
	l->fake = true;
	l->fake_now = now;
	l->fake_wall = wall;
	alarm_set(l);
}

void
loop_clock_advance(struct loop *l, int64_t ms)
{
	int64_t until = l->fake_now + ms, step;

	while (l->n_heap > 0 && l->heap[0]->due <= until) {
		step = l->heap[0]->due - l->fake_now;
		if (step > 0) {
			l->fake_now += step;
			l->fake_wall += step;
		}
		run_timers(l, l->fake_now);
		run_deferred(l);
		if (l->stopping)
			break;
	}
	l->fake_wall += until - l->fake_now;
	l->fake_now = until;
	run_deferred(l);
	alarm_set(l);
}

void
loop_defer(struct loop *l, void (*fn)(void *), void *arg)
{
	if (l->n_deferred == l->deferred_cap) {
		l->deferred_cap = l->deferred_cap == 0 ? 8 : l->deferred_cap * 2;
		l->deferred = mem_array_grow(
		    l->deferred, l->deferred_cap, sizeof(*l->deferred));
	}
	l->deferred[l->n_deferred].fn = fn;
	l->deferred[l->n_deferred].arg = arg;
	l->n_deferred++;
	if (l->n_deferred == 1)
		alarm_set(l);
}

struct loop_timer *
loop_timer_new(struct loop *l, void (*fn)(void *), void *arg)
{
	struct loop_timer *t = mem_zalloc(sizeof(*t));

	t->loop = l;
	t->fn = fn;
	t->arg = arg;
	return t;
}

void
loop_timer_set(struct loop_timer *t, int64_t ms)
{
	struct loop *l = t->loop;
	bool was_first = l->n_heap > 0 && l->heap[0] == t;

	heap_remove(t);
	t->due = loop_now(l) + (ms > 0 ? ms : 0);
	t->order = ++l->timer_order;
	if (l->n_heap == l->heap_cap) {
		l->heap_cap = l->heap_cap == 0 ? 16 : l->heap_cap * 2;
		l->heap =
		    mem_array_grow(l->heap, l->heap_cap, sizeof(struct loop_timer *));
	}
	l->n_heap++;
	heap_up(l, l->n_heap - 1, t);
	if (was_first || l->heap[0] == t)
		alarm_set(l);
}

void
loop_timer_cancel(struct loop_timer *t)
{
	if (t != NULL)
		heap_remove(t);
}

bool
loop_timer_is_set(const struct loop_timer *t)
{
	return t->at != 0;
}

int64_t
loop_timer_left(const struct loop_timer *t)
{
	int64_t left;

	if (t->at == 0)
		return -1;
	left = t->due - loop_now(t->loop);
	return left < 0 ? 0 : left;
}

void
loop_timer_free(struct loop_timer *t)
{
	if (t == NULL)
		return;
	heap_remove(t);
	mem_free(t);
}

static void
on_fd(evutil_socket_t fd, short what, void *arg)
{
	struct loop_watch *w = arg;

	w->loop->busy = true;
	w->fn(fd, (what & EV_READ ? LOOP_READ : 0) |
		(what & EV_WRITE ? LOOP_WRITE : 0), w->arg);
}

struct loop_watch *
loop_watch_new(struct loop *l, int fd, int mask,
    void (*fn)(int, int, void *), void *arg)
{
	struct loop_watch *w = mem_zalloc(sizeof(*w));

	w->loop = l;
	w->fd = fd;
	w->fn = fn;
	w->arg = arg;
	w->event = event_new(l->base, fd, EV_PERSIST | EV_READ, on_fd, w);
	if (w->event == NULL)
		abort();
	loop_watch_mask(w, mask);
	return w;
}

void
loop_watch_mask(struct loop_watch *w, int mask)
{
	short what = EV_PERSIST;

	if (mask == w->mask)
		return;
	if (w->mask != 0)
		(void)event_del(w->event);
	w->mask = mask;
	if (mask == 0)
		return;
	if (mask & LOOP_READ)
		what |= EV_READ;
	if (mask & LOOP_WRITE)
		what |= EV_WRITE;
	(void)event_assign(w->event, w->loop->base, w->fd, what, on_fd, w);
	(void)event_add(w->event, NULL);
}

void
loop_watch_free(struct loop_watch *w)
{
	if (w == NULL)
		return;
	event_free(w->event);
	mem_free(w);
}

static void
on_signal(evutil_socket_t signo, short what, void *arg)
{
	struct loop_signal *s = arg;

	(void)what;
	s->loop->busy = true;
	s->fn((int)signo, s->arg);
}

struct loop_signal *
loop_signal_new(struct loop *l, int signo, void (*fn)(int, void *), void *arg)
{
	struct loop_signal *s = mem_zalloc(sizeof(*s));

	s->loop = l;
	s->fn = fn;
	s->arg = arg;
	s->event = evsignal_new(l->base, signo, on_signal, s);
	if (s->event == NULL)
		abort();
	(void)event_add(s->event, NULL);
	return s;
}

void
loop_signal_free(struct loop_signal *s)
{
	if (s == NULL)
		return;
	event_free(s->event);
	mem_free(s);
}

/* splitmix64: for tests only. */
static uint64_t
seeded_next(struct loop *l)
{
	uint64_t z = (l->seed += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void
loop_random(struct loop *l, void *p, size_t size)
{
	unsigned char *out = p;
	uint64_t bits;
	size_t n;

	if (!l->seeded) {
		hash_random(p, size);
		return;
	}
	while (size > 0) {
		bits = seeded_next(l);
		n = size < sizeof(bits) ? size : sizeof(bits);
		memcpy(out, &bits, n);
		out += n;
		size -= n;
	}
}

uint32_t
loop_random_below(struct loop *l, uint32_t below)
{
	uint32_t bits, limit = UINT32_MAX - UINT32_MAX % below;

	do
		loop_random(l, &bits, sizeof(bits));
	while (bits >= limit);
	return bits % below;
}

void
loop_random_seed(struct loop *l, uint64_t seed)
{
	l->seeded = true;
	l->seed = seed;
}
