/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "net/dns_wire.h"
#include "net/resolver.h"
#include "net/udp.h"

struct got {
	bool done;
	unsigned int calls;
	enum resolver_status status;
	size_t n;
	bool none;
	char text[256]; /* what the answer held */
};

static void
on_answer(const struct resolver_answer *a, void *arg)
{
	struct got *g = arg;
	char ip[ADDR_TEXT_SIZE];
	struct buf b;
	size_t i;

	buf_init(&b);
	g->done = true;
	g->calls++;
	g->status = a->status;
	g->n = a->n;
	g->none = resolver_says_none(a);
	for (i = 0; i < a->n; i++) {
		if (a->type == RESOLVER_SRV)
			buf_printf(&b, "%s:%u ", a->srv[i].target,
			    a->srv[i].port);
		else if (a->type != RESOLVER_TLSA)
			buf_printf(&b, "%s ", addr_ip_text(&a->addrs[i], ip));
	}
	(void)snprintf(g->text, sizeof(g->text), "%s",
	    a->status == RESOLVER_OK ? buf_text(&b) : a->text);
	buf_clear(&b);
}

static void
ask(struct loop *l, struct resolver *r, enum resolver_type type,
    const char *name, struct got *g)
{
	int i;

	memset(g, 0, sizeof(*g));
	(void)resolver_ask(r, type, name, on_answer, g);
	assert_false(g->done);
	for (i = 0; i < 3000 && !g->done; i++)
		(void)loop_turn(l, 1);
	assert_int_equal(g->calls, 1);
}

static void
a_fake_answers_what_it_was_told(void **state)
{
	struct loop *l = loop_new(NULL);
	struct resolver *r = resolver_fake_new(l);
	struct got g;

	(void)state;
	resolver_fake_srv(r, "_xmpp-server._tcp.a.example", 20, 0, 5270, "y");
	resolver_fake_srv(r, "_xmpp-server._tcp.a.example", 10, 0, 5269, "x");
	resolver_fake_srv(r, "_xmpp-server._tcp.none", 0, 0, 0, ".");
	resolver_fake_addr(r, "x", "192.0.2.1");
	resolver_fake_addr(r, "x", "2001:db8::1");
	resolver_fake_fail(r, "broken", RESOLVER_FAILED);
	ask(l, r, RESOLVER_SRV, "_xmpp-server._tcp.A.example.", &g);
	assert_string_equal(g.text, "x:5269 y:5270 ");
	assert_false(g.none);
	ask(l, r, RESOLVER_SRV, "_xmpp-server._tcp.none", &g);
	assert_true(g.none);
	ask(l, r, RESOLVER_AAAA, "x", &g);
	assert_string_equal(g.text, "2001:db8::1 ");
	ask(l, r, RESOLVER_SRV, "x", &g);
	assert_int_equal(g.status, RESOLVER_NODATA);
	ask(l, r, RESOLVER_A, "unknown", &g);
	assert_int_equal(g.status, RESOLVER_NXDOMAIN);
	assert_string_equal(g.text, "unknown: the name does not exist");
	ask(l, r, RESOLVER_A, "broken", &g);
	assert_int_equal(g.status, RESOLVER_FAILED);
	ask(l, r, RESOLVER_A, "", &g);
	assert_int_equal(g.status, RESOLVER_FAILED);
	assert_int_equal(resolver_fake_count(r, "x", RESOLVER_AAAA), 1);
	assert_int_equal(resolver_fake_count(r, "x", RESOLVER_A), 0);
	resolver_free(r);
	loop_free(l);
}

static void
an_unanswered_question_times_out_once(void **state)
{
	struct loop *l = loop_new(NULL);
	struct resolver *r = resolver_fake_new(l);
	struct got g = { 0 };

	(void)state;
	loop_clock_fake(l, 0, 0);
	resolver_fake_fail(r, "slow", RESOLVER_TIMEOUT);
	(void)resolver_ask(r, RESOLVER_A, "slow", on_answer, &g);
	loop_clock_advance(l, 4999);
	assert_false(g.done);
	loop_clock_advance(l, 1);
	assert_int_equal(g.status, RESOLVER_TIMEOUT);
	resolver_free(r);
	loop_free(l);
	assert_int_equal(g.calls, 1);
}

static void
a_cancelled_question_is_never_answered(void **state)
{
	struct loop *l = loop_new(NULL);
	struct resolver *r = resolver_fake_new(l);
	struct got g = { 0 };

	(void)state;
	resolver_cancel(resolver_ask(r, RESOLVER_A, "x", on_answer, &g));
	(void)loop_turn(l, 1);
	(void)resolver_ask(r, RESOLVER_A, "x", on_answer, &g);
	resolver_free(r); /* before its turn */
	(void)loop_turn(l, 1);
	assert_int_equal(g.calls, 0);
	loop_free(l);
}

/* 60/40/0 by the rule of RFC 2782. */
static void
weights_decide_how_often_a_target_is_first(void **state)
{
	struct loop *l = loop_new(NULL);
	unsigned int first[3] = { 0 };
	double expected[] = { 10000.0 * 60 / 101, 10000.0 * 40 / 101,
		10000.0 / 101 };
	double chi = 0, d;
	int i;

	(void)state;
	loop_random_seed(l, 42);
	for (i = 0; i < 10000; i++) {
		struct resolver_srv srv[] = { { 5, 60, 0, "a" },
			{ 5, 40, 1, "b" }, { 5, 0, 2, "c" },
			{ 1, 0, 9, "before" }, { 9, 7, 9, "after" } };

		resolver_srv_order(l, srv, 5);
		assert_string_equal(srv[0].target, "before");
		assert_string_equal(srv[4].target, "after");
		first[srv[1].port]++;
	}
	for (i = 0; i < 3; i++) {
		d = first[i] - expected[i];
		chi += d * d / expected[i];
	}
	assert_true(chi < 13.8); /* two degrees, one in a thousand */
	loop_free(l);
}

/* A DNS server of a few names, on our own loop. */
struct server {
	struct udp *udp;
	unsigned int asked;
};

static void
put_name(struct buf *b, const char *name)
{
	const char *dot;
	size_t len;

	for (; *name != '\0'; name += len + (dot != NULL)) {
		dot = strchr(name, '.');
		len = dot != NULL ? (size_t)(dot - name) : strlen(name);
		buf_add_byte(b, (char)len);
		buf_add(b, name, len);
	}
	buf_add_byte(b, 0);
}

static void
put_record(struct buf *b, const char *owner, int type, const char *data,
    size_t len)
{
	put_name(b, owner);
	buf_add(b, (char[]){ 0, (char)type, 0, 1, 0, 0, 1, 0, 0, (char)len },
	    10);
	buf_add(b, data, len);
}

static void
on_question(struct udp *u, const char *data, size_t len,
    const struct addr *from, const struct addr *to, void *arg)
{
	struct server *s = arg;
	struct buf b, name, rdata;
	size_t at = 12;
	int type, answers = 0, rcode = 0;

	s->asked++;
	buf_init(&b);
	buf_init(&name);
	buf_init(&rdata);
	while (at < len && data[at] != 0) {
		if (name.len > 0)
			buf_add_byte(&name, '.');
		buf_add(&name, data + at + 1, (size_t)data[at]);
		at += 1 + (size_t)data[at];
	}
	type = data[at + 2];
	buf_add(&b, data, at + 5);
	if (strcmp(buf_text(&name), "x.test") == 0 && type == 1) {
		put_record(&b, "x.test", 1, "\x7f\x00\x00\x07", 4);
		answers = 1;
	} else if (strcmp(buf_text(&name), "alias.test") == 0 && type == 1) {
		put_name(&rdata, "x.test");
		put_record(&b, "alias.test", 5, rdata.data, rdata.len);
		put_record(&b, "x.test", 1, "\x7f\x00\x00\x07", 4);
		answers = 2;
	} else if (strcmp(buf_text(&name), "_xmpp-server._tcp.test") == 0) {
		buf_add(&rdata, "\0\5\0\0\x14\x95", 6);
		put_name(&rdata, "x.test");
		put_record(&b, buf_text(&name), 33, rdata.data, rdata.len);
		answers = 1;
	} else if (strcmp(buf_text(&name), "servfail.test") == 0) {
		rcode = 2;
	} else if (strcmp(buf_text(&name), "x.test") != 0) {
		rcode = 3;
	}
	b.data[2] = (char)0x85;
	b.data[3] = (char)(0x80 | rcode);
	memset(b.data + 4, 0, 8);
	b.data[5] = 1;
	b.data[7] = (char)answers;
	(void)udp_send(u, from, to, b.data, b.len, NULL);
	buf_clear(&b);
	buf_clear(&name);
	buf_clear(&rdata);
}

static void
a_named_server_is_asked_about_private_names(void **state)
{
	static const struct udp_ops ops = { .on_datagram = on_question };
	static const struct {
		enum resolver_type type;
		const char *name;
		enum resolver_status status;
		const char *text;
	} cases[] = {
		{ RESOLVER_A, "x.test", RESOLVER_OK, "127.0.0.7 " },
		{ RESOLVER_A, "alias.test", RESOLVER_OK, "127.0.0.7 " },
		{ RESOLVER_SRV, "_xmpp-server._tcp.test", RESOLVER_OK,
		    "x.test:5269 " },
		{ RESOLVER_AAAA, "x.test", RESOLVER_NODATA, NULL },
		{ RESOLVER_A, "missing.test", RESOLVER_NXDOMAIN, NULL },
		{ RESOLVER_A, "servfail.test", RESOLVER_FAILED, NULL },
		{ RESOLVER_A, "a..b", RESOLVER_FAILED, NULL },
		{ RESOLVER_A, "localhost", RESOLVER_NXDOMAIN, NULL },
		{ RESOLVER_A, "x.local", RESOLVER_NXDOMAIN, NULL },
	};
	struct resolver_setup setup = { 0 };
	struct loop *l = loop_new(NULL);
	struct server s = { 0 };
	struct resolver *r;
	char forward[64];
	struct addr at;
	struct fault f;
	struct got g;
	size_t i;

	(void)state;
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	s.udp = udp_open(l, &at, &ops, &s, &f);
	assert_non_null(s.udp);
	(void)snprintf(forward, sizeof(forward), "127.0.0.1@%u",
	    addr_port(udp_addr(s.udp)));
	setup.forward = forward;
	r = resolver_new(l, &setup, &f);
	assert_non_null(r);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(l, r, cases[i].type, cases[i].name, &g);
		if (g.status != cases[i].status)
			fail_msg("%s: %s (%s)", cases[i].name,
			    resolver_status_text(g.status), g.text);
		if (cases[i].text != NULL)
			assert_string_equal(g.text, cases[i].text);
	}
	assert_true(s.asked >= 7);
	/* One that is under way when the resolver goes. */
	(void)resolver_ask(r, RESOLVER_A, "late.test", on_answer, &g);
	resolver_free(r);
	udp_close(s.udp);
	loop_free(l);
}

static void
a_server_must_be_an_address(void **state)
{
	struct resolver_setup setup = { .forward = "dns.example" };
	struct loop *l = loop_new(NULL);
	struct fault f;

	(void)state;
	assert_null(resolver_new(l, &setup, &f));
	assert_int_equal(f.code, FAULT_INVALID);
	loop_free(l);
}

static void
broken_messages_are_refused(void **state)
{
	/* x. A, one answer that points at itself. */
	static const unsigned char loop_name[] = { 0, 1, 0x84, 0, 0, 1, 0, 1, 0,
		0, 0, 0, 1, 'x', 0, 0, 1, 0, 1, 0xc0, 19, 0, 1, 0, 1, 0, 0, 0, 9,
		0, 4, 127, 0, 0, 1 };
	struct dns_answer a;
	size_t len;

	(void)state;
	for (len = 0; len <= sizeof(loop_name); len++) {
		(void)dns_wire_read(loop_name, len, RESOLVER_A, "x", &a);
		assert_int_equal(a.n, 0);
		dns_answer_clear(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fake_answers_what_it_was_told),
		cmocka_unit_test(an_unanswered_question_times_out_once),
		cmocka_unit_test(a_cancelled_question_is_never_answered),
		cmocka_unit_test(weights_decide_how_often_a_target_is_first),
		cmocka_unit_test(a_named_server_is_asked_about_private_names),
		cmocka_unit_test(a_server_must_be_an_address),
		cmocka_unit_test(broken_messages_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
