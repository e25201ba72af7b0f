/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See stream_rig.h. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "stream_rig.h"

static bool
on_write(void *arg, const void *data, size_t len)
{
	buf_add(&((struct owner *)arg)->out, data, len);
	return true;
}

static int
on_start_tls(void *arg, const char *name)
{
	(void)name;
	((struct owner *)arg)->tls_started = true;
	return 0;
}

static void
on_pause(void *arg, bool paused)
{
	((struct owner *)arg)->paused = paused;
}

static void
on_close(void *arg, bool now)
{
	struct owner *o = arg;

	o->closed = true;
	o->closed_now = now;
}

static bool
on_peer_proves(void *arg, const char *domain)
{
	return ((struct owner *)arg)->proves && strcmp(domain, THEIRS) == 0;
}

static bool
on_is_hosted(void *arg, const char *domain)
{
	(void)arg;
	return strcmp(domain, OURS) == 0 || strcmp(domain, "b.example") == 0;
}

static void
on_header(void *arg, const char *from, const char *to,
    struct stream_verdict *v)
{
	struct owner *o = arg;

	(void)from;
	(void)to;
	v->policy = o->policy;
	v->condition = o->refuse;
	v->keepalive_ms = o->keepalive_ms;
	v->inactivity_ms = o->inactivity_ms;
}

static void
on_ready(void *arg)
{
	((struct owner *)arg)->ready = true;
}

static void
on_open(void *arg, const char *local, const char *remote, const char *method)
{
	(void)local;
	(void)remote;
	(void)method;
	((struct owner *)arg)->opened = true;
}

static void
on_stanza(void *arg, struct xml *x, uint32_t seq)
{
	struct owner *o = arg;

	xml_free(x);
	o->stanzas++;
	o->last_seq = seq;
	if (o->report_at_once)
		stream_stanza_done(o->s, seq);
}

static void
on_db_key(void *arg, const char *from, const char *to, const char *id,
    const char *key)
{
	struct owner *o = arg;

	(void)from;
	(void)to;
	(void)snprintf(o->key, sizeof(o->key), "%s", key);
	(void)snprintf(o->key_id, sizeof(o->key_id), "%s", id);
}

static void
on_db_verified(void *arg, const char *from, const char *to, const char *id,
    enum stream_db_verdict v, const char *condition)
{
	struct owner *o = arg;

	(void)from;
	(void)to;
	(void)snprintf(o->verified, sizeof(o->verified), "%s %s%s", id,
	    v == STREAM_DB_VALID ? "valid" :
	    v == STREAM_DB_INVALID ? "invalid" : "error ", condition);
}

static void
on_acked(void *arg, unsigned int n)
{
	((struct owner *)arg)->acked += n;
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

	assert_false(o->ended);
	o->ended = true;
	o->end = *end;
}

static const struct stream_ops ops = {
	.write = on_write,
	.start_tls = on_start_tls,
	.pause = on_pause,
	.close = on_close,
	.peer_proves = on_peer_proves,
	.is_hosted = on_is_hosted,
	.on_header = on_header,
	.on_ready = on_ready,
	.on_open = on_open,
	.on_stanza = on_stanza,
	.on_db_key = on_db_key,
	.on_db_verified = on_db_verified,
	.on_acked = on_acked,
	.on_writable = on_writable,
	.on_closed = on_closed,
};

void
begin(struct owner *o, enum stream_direction d, struct stream_policy policy)
{
	struct stream_setup setup = {
		.direction = d, .number = 1, .local = OURS,
		.remote = THEIRS, .secret = "s3cr3t",
		.has_certificate = true, .policy = policy,
	};

	memset(o, 0, sizeof(*o));
	buf_init(&o->out);
	o->policy = policy;
	o->loop = loop_new(NULL);
	loop_clock_fake(o->loop, 1000000, 1700000000000);
	o->s = stream_open(o->loop, &setup, &ops, o);
	stream_start(o->s);
}

void
finish(struct owner *o)
{
	stream_free(o->s);
	loop_free(o->loop);
	buf_clear(&o->out);
}

void
feed(struct owner *o, const char *text)
{
	stream_push(o->s, text, strlen(text));
	stream_run(o->s);
}

void
expect(struct owner *o, const char *first, ...)
{
	const char *want;
	va_list ap;

	va_start(ap, first);
	for (want = first; want != NULL; want = va_arg(ap, const char *)) {
		if (strstr(buf_text(&o->out), want) == NULL)
			fail_msg("no %s in: %s", want, buf_text(&o->out));
	}
	va_end(ap);
	buf_reset(&o->out);
}

void
expect_not(struct owner *o, const char *unwanted)
{
	if (strstr(buf_text(&o->out), unwanted) != NULL)
		fail_msg("%s in: %s", unwanted, buf_text(&o->out));
}

const struct stream_policy required = {
	STREAM_REQUIRED, STREAM_REQUIRED, true
};
const struct stream_policy anything = {
	STREAM_OPTIONAL, STREAM_OPTIONAL, true
};
const struct stream_policy clear_only = {
	STREAM_NOT_SUPPORTED, STREAM_NOT_SUPPORTED, true
};
const struct stream_policy tls_dialback = {
	STREAM_REQUIRED, STREAM_NOT_SUPPORTED, true
};

void
begin_open(struct owner *o)
{
	begin(o, STREAM_IN, required);
	o->proves = true;
	feed(o, THEIR_HEADER STARTTLS);
	stream_tls_done(o->s);
	feed(o, THEIR_HEADER EXTERNAL THEIR_HEADER);
	assert_int_equal(stream_state(o->s), STREAM_OPEN);
	buf_reset(&o->out);
}
