/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XEP-0198 without resumption, each direction with its own counters. What
 * came is acknowledged only when the owner has reported its result [M-01..06].
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/xmpp/stream_internal.h"

/* LIMIT: results gathered before an acknowledgement nobody waits for yet. */
#define ACK_EVERY 10

/* Stanzas handled since <enable/>, as h counts them. */
static uint32_t
handled(const struct stream *s)
{
	return s->sm_in_live ? s->done_in - s->sm_in_base : 0;
}

static void
send_ack(struct stream *s)
{
	struct xml *x = xml_new("a", NS_SM);
	char h[16];

	s->ack_sent = s->done_in;
	(void)snprintf(h, sizeof(h), "%u", (unsigned int)handled(s));
	xml_set(x, "h", h);
	stream_write_take(s, x);
}

static void
send_request(struct stream *s)
{
	if (s->r_open)
		return;
	s->r_open = true;
	s->r_since = loop_now(s->loop);
	stream_write_take(s, xml_new("r", NS_SM));
}

static void
refuse_enable(struct stream *s, const char *condition)
{
	struct xml *x = xml_new("failed", NS_SM);

	(void)xml_add(x, condition, NS_STANZA_ERROR);
	stream_write_take(s, x);
}

static void
peer_enables(struct stream *s)
{
	struct xml *x;

	if (s->direction != STREAM_IN || s->state != STREAM_OPEN || s->sm_in) {
		refuse_enable(s, "unexpected-request");
		return;
	}
	s->sm_in = true;
	s->sm_in_base = s->seq_in;
	s->sm_in_live = s->done_in == s->seq_in;
	s->ack_target = s->ack_sent = s->seq_in;
	x = xml_new("enabled", NS_SM);
	stream_write_take(s, x);
}

static bool
read_h(const struct xml *x, uint32_t *hp)
{
	const char *text = xml_get(x, "h");
	char *end;
	unsigned long long v;

	if (text == NULL || *text < '0' || *text > '9' || strlen(text) > 10)
		return false;
	v = strtoull(text, &end, 10);
	if (*end != '\0' || v > UINT32_MAX)
		return false;
	*hp = (uint32_t)v;
	return true;
}

static void
peer_acks(struct stream *s, const struct xml *x)
{
	uint32_t h, fresh;

	if (!read_h(x, &h)) {
		stream_fail_app(s, "bad-format", "h is no number", NULL, NULL);
		return;
	}
	fresh = h - s->acked_out;
	if (fresh > s->sent_out - s->acked_out) { /* M-03 */
		stream_fail_app(s, "undefined-condition",
		    "acknowledged more than was sent", NS_SM,
		    "handled-count-too-high");
		return;
	}
	s->r_open = false;
	s->acked_out = h;
	if (fresh == 0)
		return;
	s->ops->on_acked(s->arg, fresh);
	if (s->state != STREAM_OPEN)
		return;
	if (s->acked_out != s->sent_out)
		send_request(s);
	if (stream_can_send(s))
		s->ops->on_writable(s->arg);
}

static void
enabled(struct stream *s, bool yes)
{
	if (s->state != STREAM_SM) /* nobody asked */
		return;
	s->sm_out = yes;
	stream_enter(s, STREAM_OPEN);
	s->last_stanza = loop_now(s->loop);
	s->ops->on_open(s->arg, s->local, s->remote, s->method);
}

bool
stream_sm_element(struct stream *s, const struct xml *x)
{
	if (strcmp(x->ns, NS_SM) != 0)
		return false;
	if (strcmp(x->name, "enable") == 0) {
		peer_enables(s);
	} else if (strcmp(x->name, "resume") == 0) { /* M-05 */
		refuse_enable(s, "feature-not-implemented");
	} else if (strcmp(x->name, "enabled") == 0) {
		enabled(s, true);
	} else if (strcmp(x->name, "failed") == 0) {
		enabled(s, false);
	} else if (strcmp(x->name, "r") == 0 && (s->sm_in || s->sm_out)) {
		s->ack_target = s->seq_in;
		send_ack(s);
	} else if (strcmp(x->name, "a") == 0 && (s->sm_in || s->sm_out)) {
		peer_acks(s, x);
	} else {
		return false;
	}
	return true;
}

void
stream_sm_enable(struct stream *s)
{
	stream_enter(s, STREAM_SM);
	stream_write_take(s, xml_new("enable", NS_SM));
}

/* A stanza went out: ask, unless a question is open already [M-02]. */
void
stream_sm_sent(struct stream *s)
{
	if (!s->sm_out) {
		s->ops->on_acked(s->arg, 1);
		return;
	}
	s->sent_out++;
	send_request(s);
}

void
stream_sm_tick(struct stream *s)
{
	int64_t now = loop_now(s->loop);

	if (!s->sm_out)
		return;
	if (s->r_open) {
		if (now >= s->r_since + s->limits.liveness_ms)
			stream_fail_app(s, "connection-timeout",
			    "no acknowledgement", NULL, NULL);
		return;
	}
	if (s->sent_out != s->acked_out && now >= s->r_since + 2000)
		send_request(s);
	else if (s->limits.keepalive_ms > 0 &&
	    now >= s->last_in + s->limits.keepalive_ms)
		send_request(s); /* K-06 */
}

bool
stream_can_send(const struct stream *s)
{
	return s->state == STREAM_OPEN && s->direction == STREAM_OUT &&
	    !s->full && s->sent_out - s->acked_out < s->limits.unacked;
}

void
stream_send(struct stream *s, const struct xml *x)
{
	s->busy++;
	s->stanzas_out++;
	s->last_stanza = loop_now(s->loop);
	stream_write_xml(s, x);
	stream_sm_sent(s);
	s->busy--;
	stream_pump(s);
}

void
stream_stanza_done(struct stream *s, uint32_t seq)
{
	uint32_t cap = s->limits.pending, fresh;
	bool asked;

	if (seq - s->done_in > cap || seq == s->done_in ||
	    seq - s->done_in > s->seq_in - s->done_in)
		return; /* reported twice, or never given */
	s->done[seq % cap] = 1;
	while (s->done_in != s->seq_in && s->done[(s->done_in + 1) % cap]) {
		s->done_in++;
		s->done[s->done_in % cap] = 0;
		if (s->done_in == s->sm_in_base)
			s->sm_in_live = true;
	}
	fresh = s->done_in - s->ack_sent;
	asked = (int32_t)(s->ack_target - s->ack_sent) > 0 &&
	    (int32_t)(s->done_in - s->ack_target) >= 0;
	if (s->sm_in && s->state == STREAM_OPEN && (int32_t)fresh > 0 &&
	    (asked || fresh >= ACK_EVERY))
		send_ack(s);
	if (s->blocked && !s->throttled && s->seq_in - s->done_in < cap)
		stream_unblock(s);
	stream_pump(s);
}

size_t
stream_send_max(const struct stream *s)
{
	return s->send_max;
}
