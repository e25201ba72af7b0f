/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes into a stream that talks to nobody. The first byte chooses direction
 * and policy; 0x01 in the input stands for the end of a TLS handshake, 0x02
 * reports the last stanza, 0x03 lets half a minute pass.
 */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "gateway/xmpp/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct owner {
	struct loop *loop;
	struct stream *s;
	unsigned char mode;
	uint32_t seq;
	bool ended;
};

static bool
on_write(void *arg, const void *data, size_t len)
{
	(void)arg;
	(void)data;
	return len < 4096;
}

static int
on_start_tls(void *arg, const char *name)
{
	(void)arg;
	return *name == '\0' ? -1 : 0;
}

static void
on_pause(void *arg, bool paused)
{
	(void)arg;
	(void)paused;
}

static bool
on_peer_proves(void *arg, const char *domain)
{
	return (((struct owner *)arg)->mode & 2) != 0 &&
	    strcmp(domain, "a.example") == 0;
}

static bool
on_is_hosted(void *arg, const char *domain)
{
	(void)arg;
	return strcmp(domain, "b.example") == 0;
}

static void
set_policy(const struct owner *o, struct stream_policy *p)
{
	p->tls = (enum stream_need)((o->mode >> 2) % 3);
	p->sasl = (enum stream_need)((o->mode >> 4) % 3);
	p->dialback = (o->mode & 128) == 0;
}

static void
on_header(void *arg, const char *from, const char *to,
    struct stream_verdict *v)
{
	(void)from;
	(void)to;
	set_policy(arg, &v->policy);
	v->keepalive_ms = 20000;
	v->inactivity_ms = 90000;
}

static void
on_ready(void *arg)
{
	struct owner *o = arg;

	stream_verify(o->s, "b.example", "a.example", "q", "k");
	stream_authenticate(o->s);
}

static void
on_open(void *arg, const char *local, const char *remote, const char *method)
{
	struct owner *o = arg;
	struct xml *x;

	(void)local;
	(void)remote;
	(void)method;
	if (!stream_can_send(o->s))
		return;
	x = xml_new("message", "jabber:server");
	stream_send(o->s, x);
	stream_send(o->s, x);
	xml_free(x);
}

static void
on_stanza(void *arg, struct xml *x, uint32_t seq)
{
	struct owner *o = arg;

	xml_free(x);
	o->seq = seq;
	if (o->mode & 64)
		stream_stanza_done(o->s, seq);
}

static void
on_db_key(void *arg, const char *from, const char *to, const char *id,
    const char *key)
{
	struct owner *o = arg;

	(void)id;
	stream_db_answer(o->s, from, to, *key == 'v' ? STREAM_DB_VALID :
	    *key == 'i' ? STREAM_DB_INVALID : STREAM_DB_ERROR,
	    "remote-server-timeout");
}

static void
on_db_verified(void *arg, const char *from, const char *to, const char *id,
    enum stream_db_verdict v, const char *condition)
{
	(void)arg;
	(void)from;
	(void)to;
	(void)id;
	(void)v;
	(void)condition;
}

static void
on_acked(void *arg, unsigned int n)
{
	(void)arg;
	(void)n;
}

static void
on_writable(void *arg)
{
	(void)arg;
}

static void
on_closed(void *arg, const struct stream_end *end)
{
	struct owner *o = arg;

	(void)end;
	if (o->ended)
		abort();
	o->ended = true;
}

static const struct stream_ops ops = {
	.write = on_write, .start_tls = on_start_tls, .pause = on_pause,
	.close = on_pause, .peer_proves = on_peer_proves,
	.is_hosted = on_is_hosted, .on_header = on_header,
	.on_ready = on_ready, .on_open = on_open, .on_stanza = on_stanza,
	.on_db_key = on_db_key, .on_db_verified = on_db_verified,
	.on_acked = on_acked, .on_writable = on_writable,
	.on_closed = on_closed,
};

static void
act(struct owner *o, uint8_t what)
{
	if (what == 1)
		stream_tls_done(o->s);
	else if (what == 2)
		stream_stanza_done(o->s, o->seq);
	else
		loop_clock_advance(o->loop, 30000);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream_setup setup = { .local = "b.example",
		.remote = "a.example", .secret = "s",
		.has_certificate = true };
	struct owner o = { 0 };
	size_t i, from;

	if (size < 2)
		return 0;
	log_open_fd(-1, LOG_LEVEL_NONE);
	o.mode = data[0];
	o.loop = loop_new(NULL);
	loop_clock_fake(o.loop, 1000, 1000);
	setup.direction = o.mode & 1 ? STREAM_OUT : STREAM_IN;
	set_policy(&o, &setup.policy);
	o.s = stream_open(o.loop, &setup, &ops, &o);
	stream_start(o.s);
	for (from = i = 1; i <= size; i++) {
		if (i < size && (data[i] == 0 || data[i] > 3))
			continue;
		stream_push(o.s, data + from, i - from);
		stream_run(o.s);
		if (i < size)
			act(&o, data[i]);
		from = i + 1;
	}
	stream_free(o.s);
	loop_free(o.loop);
	return 0;
}
