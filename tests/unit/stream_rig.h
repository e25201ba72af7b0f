/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_STREAM_RIG_H
#define TESTS_UNIT_STREAM_RIG_H

#include "core/buf.h"
#include "gateway/xmpp/stanza.h"
#include "gateway/xmpp/stream.h"

/*
 * One stream against a channel of the test's own: what is said when, by
 * reference sections 3 to 11. No sockets; the clock stands still.
 */
#define OURS   "sip.example"
#define THEIRS "xmpp.example"

/* The owner and the channel in one. */
struct owner {
	struct loop *loop;
	struct stream *s;
	struct buf out;       /* what the stream wrote */
	struct stream_policy policy;
	const char *refuse;
	bool proves;          /* the peer's certificate is good */
	bool tls_started, closed_now, closed, ended, paused, opened, ready;
	int keepalive_ms, inactivity_ms;
	unsigned int acked, stanzas;
	uint32_t last_seq;
	struct stream_end end;
	char key[256], key_id[64], verified[128];
	bool report_at_once;
};

#define HEADER(attrs)                                                          \
	"<?xml version='1.0'?><stream:stream xmlns='jabber:server' "           \
	"xmlns:stream='http://etherx.jabber.org/streams' "                     \
	"xmlns:db='jabber:server:dialback' " attrs ">"
#define THEIR_HEADER HEADER("from='" THEIRS "' to='" OURS "' version='1.0'")
#define STARTTLS "<starttls xmlns='" NS_TLS "'/>"
#define EXTERNAL "<auth xmlns='" NS_SASL "' mechanism='EXTERNAL'>=</auth>"
#define MESSAGE(from, to)                                                      \
	"<message from='" from "' to='" to "'><body>x</body></message>"
#define GOOD_MESSAGE MESSAGE("a@" THEIRS "/r", "b@" OURS)

extern const struct stream_policy required, anything, clear_only, tls_dialback;

void begin(struct owner *o, enum stream_direction d,
    struct stream_policy policy);
/* As far as an inbound stream that EXTERNAL opened. */
void begin_open(struct owner *o);
void finish(struct owner *o);
void feed(struct owner *o, const char *text);
/* What has been written since the last call has to hold each of these. */
void expect(struct owner *o, const char *first, ...);
void expect_not(struct owner *o, const char *unwanted);

#endif
