/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stream's clocks: establishment, closing, keep-alive, silence, rates. One
 * timer stands at the next moment when something slow may be due.
 */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "gateway/xmpp/stream_internal.h"

#define NEVER INT64_MAX

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
on_limit(void *arg)
{
	struct stream *s = arg;
	int64_t now = loop_now(s->loop), left;

	left = s->opened + s->limits.establish_ms - now;
	s->busy++;
	if (s->state == STREAM_CLOSING)
		stream_finish(s, false);
	else if (s->last_in != 0 && left > 0)
		loop_timer_set(s->t_limit, left);
	else if (s->direction == STREAM_IN)
		stream_fail_app(s, "connection-timeout",
		    s->last_in == 0 ? "no stream header in time" :
				      "not authenticated in time", NULL, NULL);
	else
		stream_end_with(s, STREAM_END_TIMEOUT, NULL,
		    "no answer in time in state %s",
		    stream_state_name(s->state));
	s->busy--;
	stream_pump(s);
}

static void
on_throttle(void *arg)
{
	struct stream *s = arg;

	s->throttled = false;
	stream_unblock(s);
	stream_pump(s);
}

/* Outbound acknowledgements also tell whether the peer is alive [K-06]. */
static int64_t
liveness_due(const struct stream *s)
{
	if (s->direction == STREAM_IN)
		return s->last_in + s->limits.keepalive_ms +
		    s->limits.liveness_ms;
	if (s->sm_out && !s->r_open)
		return s->last_in + s->limits.keepalive_ms;
	return NEVER;
}

static int64_t
next_due(const struct stream *s)
{
	int64_t due = NEVER;
	size_t i;

	for (i = 0; i < s->n_pairs; i++) {
		if (s->pairs[i].state == PAIR_PENDING)
			due = sooner(due, s->pairs[i].deadline);
	}
	for (i = 0; i < s->n_verifies; i++)
		due = sooner(due, s->verifies[i].deadline);
	if (s->state != STREAM_OPEN)
		return due;
	if (s->limits.keepalive_ms > 0) {
		due = sooner(due, s->last_out + s->limits.keepalive_ms);
		due = sooner(due, liveness_due(s));
	}
	if (s->limits.inactivity_ms > 0)
		due = sooner(due, s->last_stanza + s->limits.inactivity_ms);
	if (s->r_open)
		due = sooner(due, s->r_since + s->limits.liveness_ms);
	else if (s->sm_out && s->sent_out != s->acked_out)
		due = sooner(due, s->r_since + 2000);
	return due;
}

static void
tick_open(struct stream *s, int64_t now)
{
	bool owing = s->sent_out != s->acked_out || s->seq_in != s->done_in;

	stream_sm_tick(s);
	if (s->state != STREAM_OPEN)
		return;
	if (s->limits.inactivity_ms > 0 && !owing &&
	    now >= s->last_stanza + s->limits.inactivity_ms) {
		stream_end_with(s, STREAM_END_CLOSED, NULL,
		    "no stanzas for %d s", s->limits.inactivity_ms / 1000);
		return;
	}
	if (s->limits.inactivity_ms > 0 && owing)
		s->last_stanza = now; /* look again later */
	if (s->limits.keepalive_ms <= 0)
		return;
	if (s->direction == STREAM_IN && now >= liveness_due(s)) {
		stream_fail(s, "connection-timeout", "no keep-alive");
		return;
	}
	if (now >= s->last_out + s->limits.keepalive_ms)
		stream_write(s, " ", 1); /* K-05 */
}

static void
on_tick(void *arg)
{
	struct stream *s = arg;

	s->busy++;
	stream_db_tick(s);
	if (!s->dead && s->state == STREAM_OPEN)
		tick_open(s, loop_now(s->loop));
	s->busy--;
	/* Unlocking sets the next tick, or frees. */
	stream_pump(s);
}

void
stream_timers_start(struct stream *s)
{
	s->t_limit = loop_timer_new(s->loop, on_limit, s);
	s->t_tick = loop_timer_new(s->loop, on_tick, s);
	s->t_throttle = loop_timer_new(s->loop, on_throttle, s);
	s->opened = loop_now(s->loop);
	loop_timer_set(s->t_limit, s->limits.first_byte_ms);
}

void
stream_timers_closing(struct stream *s, int ms)
{
	if (s->t_limit == NULL)
		return;
	loop_timer_set(s->t_limit, ms);
	loop_timer_cancel(s->t_tick);
	loop_timer_cancel(s->t_throttle);
}

/* After whatever happened: which clocks run now. */
void
stream_timers_open(struct stream *s)
{
	int64_t due, left;

	if (s->t_tick == NULL || s->state >= STREAM_CLOSING)
		return;
	if (s->state == STREAM_OPEN || s->state == STREAM_READY)
		loop_timer_cancel(s->t_limit);
	else if (!loop_timer_is_set(s->t_limit))
		loop_timer_set(s->t_limit, s->limits.establish_ms);
	due = next_due(s);
	if (due == NEVER) {
		loop_timer_cancel(s->t_tick);
		return;
	}
	left = due - loop_now(s->loop);
	if (left < 0)
		left = 0;
	if (!loop_timer_is_set(s->t_tick) || left < loop_timer_left(s->t_tick))
		loop_timer_set(s->t_tick, left);
}

void
stream_timers_free(struct stream *s)
{
	loop_timer_free(s->t_limit);
	loop_timer_free(s->t_tick);
	loop_timer_free(s->t_throttle);
	s->t_limit = s->t_tick = s->t_throttle = NULL;
}

/* G-04: two buckets; an empty one stops the reading, nothing is dropped. */
void
stream_count_in(struct stream *s, size_t bytes, bool stanza)
{
	int64_t now = loop_now(s->loop);
	double passed = (double)(now - s->tokens_at) / 1000.0;
	double wait = 0, w;

	s->tokens_at = now;
	s->tokens_bytes += passed * s->limits.bytes_per_s;
	if (s->tokens_bytes > 4.0 * s->limits.bytes_per_s)
		s->tokens_bytes = 4.0 * s->limits.bytes_per_s;
	s->tokens_stanzas += passed * s->limits.stanzas_per_s;
	if (s->tokens_stanzas > s->limits.stanzas_per_s)
		s->tokens_stanzas = s->limits.stanzas_per_s;
	s->tokens_bytes -= (double)bytes;
	if (stanza)
		s->tokens_stanzas -= 1;
	if (s->tokens_bytes < 0)
		wait = -s->tokens_bytes / s->limits.bytes_per_s;
	if (s->tokens_stanzas < 0) {
		w = -s->tokens_stanzas / s->limits.stanzas_per_s;
		wait = w > wait ? w : wait;
	}
	if (wait <= 0 || s->t_throttle == NULL)
		return;
	s->throttled = true;
	if (!s->blocked) {
		s->blocked = true;
		s->ops->pause(s->arg, true);
	}
	loop_timer_set(s->t_throttle, (int64_t)(wait * 1000) + 1);
}
