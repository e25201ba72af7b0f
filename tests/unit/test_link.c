/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proxy and translator on loopback: stanzas, results, loss, repeats. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/link.h"
#include "net/conn.h"
#include "pki.h"

struct end {
	struct link *k;
	unsigned int stanzas, ups, downs;
	uint64_t tokens[2048];
	char ids[4096];
	char session[32];
	bool hold;
	enum stanza_condition answer;
	const char *answer_text;
};

static struct pki pki;
static struct loop *loop;
static struct end proxy, inner;

static void
on_up(struct link *k, void *arg)
{
	(void)k;
	((struct end *)arg)->ups++;
}

static void
on_down(struct link *k, const struct fault *why, void *arg)
{
	(void)k;
	(void)why;
	((struct end *)arg)->downs++;
}

static void
on_stanza(struct link *k, const struct link_stanza *s, void *arg)
{
	struct end *e = arg;
	size_t used = strlen(e->ids);

	e->tokens[e->stanzas++ % 2048] = s->token;
	(void)snprintf(e->ids + used, sizeof(e->ids) - used, "%s ",
	    xml_get(s->x, "id"));
	(void)snprintf(e->session, sizeof(e->session), "%s", s->session);
	xml_free(s->x);
	if (!e->hold)
		link_result(k, s->token, e->answer, e->answer_text);
}

static const struct link_ops ops = { on_up, on_down, on_stanza };

struct outcome {
	int told;
	enum stanza_condition c;
	char text[64];
};

static void
on_result(void *arg, enum stanza_condition c, const char *text)
{
	struct outcome *o = arg;

	o->told++;
	o->c = c;
	(void)snprintf(o->text, sizeof(o->text), "%s",
	    text != NULL ? text : "");
}

static void
set_tls(struct end *e, const char *role, const char *peer_role)
{
	struct cert_want w = { .server_auth = true, .client_auth = true };
	struct tls_identity *id = pki_identity_as(&pki, &w, role, "127.0.0.1");
	struct tls_trust *trust = pki_trust(&pki);
	struct fault f;

	assert_non_null(id);
	if (link_set_tls(e->k, id, trust, peer_role, &f) < 0)
		fail_msg("%s", f.text);
	tls_identity_unref(id);
	tls_trust_unref(trust);
}

static void
begin(const struct link_limits *limits)
{
	struct addr at;

	memset(&proxy, 0, sizeof(proxy));
	memset(&inner, 0, sizeof(inner));
	proxy.k = link_open(loop, limits, &ops, &proxy);
	inner.k = link_open(loop, limits, &ops, &inner);
	set_tls(&proxy, "uri:urn:fedsh:role:RTCXMPPTGWPX", "RTCXMPPTGW");
	set_tls(&inner, "uri:urn:fedsh:role:RTCXMPPTGW", "RTCXMPPTGWPX");
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	assert_int_equal(link_listen(proxy.k, &at, NULL), 0);
}

static void
connect_ends(void)
{
	link_connect(inner.k, link_listen_addr(proxy.k), 1);
}

static int
set_up(void **state)
{
	(void)state;
	loop = loop_new(NULL);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	link_close(proxy.k);
	link_close(inner.k);
	while (loop_turn(loop, 50))
		continue;
	loop_free(loop);
	return 0;
}

#define WAIT_FOR(condition)                                                    \
	do {                                                                   \
		int64_t until = loop_now(loop) + 10000;                       \
		while (!(condition)) {                                         \
			if (loop_now(loop) > until)                            \
				fail_msg("never: %s", #condition);             \
			(void)loop_turn(loop, 50);                             \
		}                                                              \
	} while (0)

static void
send_one(struct end *e, const char *id, const char *key, struct outcome *o)
{
	struct xml *x = stanza_message(STANZA_TYPE_CHAT, "a@a.example",
	    "b@b.example", id);

	link_send_take(e->k, x, key, "trace7", on_result, o);
}

static void
stanzas_go_both_ways_and_results_come_back(void **state)
{
	struct outcome there = { 0 }, back = { 0 };

	(void)state;
	begin(NULL);
	connect_ends();
	proxy.answer = CONDITION_ITEM_NOT_FOUND;
	proxy.answer_text = "nobody & nothing";
	send_one(&proxy, "1", NULL, &there);
	send_one(&inner, "2", NULL, &back);
	WAIT_FOR(there.told && back.told);
	assert_int_equal(there.c, CONDITION_NONE);
	assert_int_equal(back.c, CONDITION_ITEM_NOT_FOUND);
	assert_string_equal(back.text, "nobody & nothing");
	assert_string_equal(inner.ids, "1 ");
	assert_string_equal(inner.session, "trace7");
	assert_int_equal(proxy.ups, 1);
	assert_int_equal(link_held(proxy.k), 0);
}

static void
order_is_kept_through_a_small_window(void **state)
{
	static struct outcome o[300];
	struct link_limits limits = { .window = 4 };
	char id[16], want[4096] = "";
	int i;

	(void)state;
	memset(o, 0, sizeof(o));
	begin(&limits);
	connect_ends();
	for (i = 0; i < 300; i++) {
		(void)snprintf(id, sizeof(id), "%d", i);
		(void)strcat(strcat(want, id), " ");
		send_one(&proxy, id, "a b", &o[i]);
	}
	WAIT_FOR(o[299].told);
	assert_string_equal(inner.ids, want);
	for (i = 0; i < 300; i++)
		assert_int_equal(o[i].told, 1);
}

static void
no_more_than_the_window_is_out_at_once(void **state)
{
	struct outcome o[10] = { 0 };
	struct link_limits limits = { .window = 4 };
	int i;

	(void)state;
	begin(&limits);
	connect_ends();
	inner.hold = true;
	for (i = 0; i < 10; i++)
		send_one(&proxy, "x", NULL, &o[i]);
	WAIT_FOR(inner.stanzas == 4);
	for (i = 0; i < 20; i++)
		(void)loop_turn(loop, 5);
	assert_int_equal(inner.stanzas, 4);
	link_result(inner.k, inner.tokens[2], CONDITION_NONE, NULL);
	WAIT_FOR(inner.stanzas == 5 && o[2].told);
	assert_int_equal(o[0].told, 0);
}

/* A relay between the two, which the test can cut. */
static struct conn *relay_in, *relay_out;
static struct addr relay_to;
static int relayed;

static void
relay_read(struct conn *c, struct buf *in, void *arg)
{
	struct conn *other = c == relay_in ? relay_out : relay_in;

	(void)arg;
	if (other != NULL)
		(void)conn_write(other, in->data, in->len);
	buf_consume(in, in->len);
}

static void
relay_closed(struct conn *c, const struct fault *why, void *arg)
{
	(void)why;
	(void)arg;
	if (c == relay_in)
		relay_in = NULL;
	else if (c == relay_out)
		relay_out = NULL;
}

static const struct conn_ops relay_ops = {
	.on_read = relay_read,
	.on_closed = relay_closed,
};

static void
relay_accept(struct listener *ls, int fd, const struct addr *peer, void *arg)
{
	(void)ls;
	(void)peer;
	(void)arg;
	relay_in = conn_from_fd_take(loop, fd, NULL, &relay_ops, NULL, NULL);
	relay_out = conn_dial(loop, &relay_to, NULL, &relay_ops, NULL, NULL);
	relayed++;
}

static void
relay_cut(void)
{
	if (relay_in != NULL)
		conn_abort(relay_in);
	if (relay_out != NULL)
		conn_abort(relay_out);
	relay_in = relay_out = NULL;
}

/* The promise: sent again with the same id, dropped when seen, one result. */
static void
a_cut_connection_loses_and_doubles_nothing(void **state)
{
	static const struct listener_ops lops = { relay_accept };
	struct listener *ls;
	struct outcome o[3] = { 0 };
	struct addr at;

	(void)state;
	begin(NULL);
	relayed = 0;
	relay_to = *link_listen_addr(proxy.k);
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	ls = listener_open(loop, &at, &lops, NULL, NULL);
	link_connect(inner.k, listener_addr(ls), 1);
	inner.hold = true;
	send_one(&proxy, "1", "k", &o[0]);
	send_one(&proxy, "2", "k", &o[1]);
	WAIT_FOR(inner.stanzas == 2);
	relay_cut();
	WAIT_FOR(proxy.downs == 1);
	/* Its result comes while nobody is there to take it. */
	link_result(inner.k, inner.tokens[0], CONDITION_FORBIDDEN, "no");
	send_one(&proxy, "3", "k", &o[2]);
	WAIT_FOR(o[0].told == 1 && inner.stanzas == 3);
	assert_int_equal(o[0].c, CONDITION_FORBIDDEN);
	assert_string_equal(o[0].text, "no");
	assert_int_equal(o[1].told, 0);
	assert_string_equal(inner.ids, "1 2 3 ");
	assert_int_equal(relayed, 2);
	link_result(inner.k, inner.tokens[1], CONDITION_NONE, NULL);
	link_result(inner.k, inner.tokens[1], CONDITION_NONE, NULL);
	link_result(inner.k, inner.tokens[2], CONDITION_NONE, NULL);
	WAIT_FOR(o[1].told == 1 && o[2].told == 1);
	/* Lost twice is enough. */
	memset(o, 0, sizeof(o));
	send_one(&proxy, "4", "k", &o[0]);
	WAIT_FOR(inner.stanzas == 4);
	relay_cut();
	WAIT_FOR(relayed == 3 && link_is_up(proxy.k));
	relay_cut();
	WAIT_FOR(o[0].told == 1);
	assert_int_equal(o[0].c, CONDITION_REMOTE_SERVER_TIMEOUT);
	assert_int_equal(inner.stanzas, 4);
	relay_cut();
	listener_close(ls);
}

/* A translator that starts anew is another instance: sent once more to it. */
static void
a_restarted_neighbour_gets_what_the_old_one_owed(void **state)
{
	struct outcome o = { 0 };

	(void)state;
	begin(NULL);
	connect_ends();
	inner.hold = true;
	send_one(&proxy, "1", NULL, &o);
	WAIT_FOR(inner.stanzas == 1);
	link_close(inner.k);
	memset(&inner, 0, sizeof(inner));
	inner.k = link_open(loop, NULL, &ops, &inner);
	set_tls(&inner, "uri:urn:fedsh:role:RTCXMPPTGW", "RTCXMPPTGWPX");
	connect_ends();
	WAIT_FOR(o.told == 1);
	assert_int_equal(o.c, CONDITION_NONE);
	assert_int_equal(inner.stanzas, 1);
}

static void
nobody_there_is_an_answer_too(void **state)
{
	struct link_limits limits = { .deadline_ms = 300, .queue_count = 2 };
	struct outcome o[3] = { 0 };

	(void)state;
	begin(&limits);
	send_one(&proxy, "1", NULL, &o[0]);
	send_one(&proxy, "2", NULL, &o[1]);
	send_one(&proxy, "3", NULL, &o[2]);
	assert_int_equal(o[2].told, 0); /* never inside the call */
	WAIT_FOR(o[0].told && o[1].told && o[2].told);
	assert_int_equal(o[0].c, CONDITION_REMOTE_SERVER_TIMEOUT);
	assert_int_equal(o[2].c, CONDITION_RESOURCE_CONSTRAINT);
}

static void
the_wrong_role_is_not_talked_to(void **state)
{
	struct outcome o = { 0 };
	struct link_limits limits = { .deadline_ms = 500 };

	(void)state;
	begin(&limits);
	set_tls(&inner, "uri:urn:fedsh:role:RTCSRV", "RTCXMPPTGWPX");
	connect_ends();
	send_one(&proxy, "1", NULL, &o);
	WAIT_FOR(o.told);
	assert_int_equal(o.c, CONDITION_REMOTE_SERVER_TIMEOUT);
	assert_int_equal(proxy.ups, 0);
	assert_int_equal(inner.stanzas, 0);
}

static void
two_translators_share_by_key(void **state)
{
	static struct end second;
	struct outcome o[40] = { 0 };
	char key[16];
	int i;

	(void)state;
	begin(NULL);
	connect_ends();
	memset(&second, 0, sizeof(second));
	second.k = link_open(loop, NULL, &ops, &second);
	set_tls(&second, "uri:urn:fedsh:role:RTCXMPPTGW", "RTCXMPPTGWPX");
	link_connect(second.k, link_listen_addr(proxy.k), 1);
	WAIT_FOR(link_count(proxy.k) == 2);
	for (i = 0; i < 40; i++) {
		(void)snprintf(key, sizeof(key), "pair %d", i % 20);
		send_one(&proxy, "x", key, &o[i]);
	}
	for (i = 0; i < 40; i++)
		WAIT_FOR(o[i].told);
	assert_int_equal(inner.stanzas + second.stanzas, 40);
	assert_true(inner.stanzas > 0 && second.stanzas > 0);
	assert_int_equal(inner.stanzas % 2, 0); /* a key has one neighbour */
	/* One that drains gets no more. */
	i = (int)second.stanzas;
	link_drain(inner.k);
	WAIT_FOR(link_count(proxy.k) == 1);
	memset(o, 0, sizeof(o));
	send_one(&proxy, "y", "pair 1", &o[0]);
	send_one(&proxy, "y", "pair 2", &o[1]);
	WAIT_FOR(o[0].told && o[1].told);
	assert_int_equal(second.stanzas, i + 2);
	link_close(second.k);
}

/* Anything but a link is let go, without harm. */
static void
foreign_bytes_end_the_connection(void **state)
{
	static const char *const rows[] = {
		"GET / HTTP/1.1\r\n\r\n",
		"<stream xmlns='jabber:server'>",
		"<link xmlns='urn:fedsh:link:1'>",
		"<link xmlns='urn:fedsh:link:1' instance='i'><s id='0'/>",
		"<link xmlns='urn:fedsh:link:1' instance='i'><s id='1'/>",
		"<link xmlns='urn:fedsh:link:1' instance='i'><s id='1'><x/>"
		"</s>",
		"<link xmlns='urn:fedsh:link:1' instance='i'><r/>",
	};
	static const struct conn_ops none = { .on_closed = relay_closed };
	struct addr at;
	size_t i;

	(void)state;
	begin(NULL);
	link_close(proxy.k);
	memset(&proxy, 0, sizeof(proxy));
	proxy.k = link_open(loop, NULL, &ops, &proxy); /* without TLS */
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	assert_int_equal(link_listen(proxy.k, &at, NULL), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		relay_in = conn_dial(loop, link_listen_addr(proxy.k), NULL,
		    &none, NULL, NULL);
		(void)conn_write_str(relay_in, rows[i]);
		WAIT_FOR(relay_in == NULL);
	}
	assert_int_equal(proxy.stanzas, 0);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(stanzas_go_both_ways_and_results_come_back),
		CASE(order_is_kept_through_a_small_window),
		CASE(no_more_than_the_window_is_out_at_once),
		CASE(a_cut_connection_loses_and_doubles_nothing),
		CASE(a_restarted_neighbour_gets_what_the_old_one_owed),
		CASE(nobody_there_is_an_answer_too),
		CASE(the_wrong_role_is_not_talked_to),
		CASE(two_translators_share_by_key),
		CASE(foreign_bytes_end_the_connection),
	};
	int rc;

	log_open_fd(getenv("TEST_LOG") != NULL ? 2 : -1, LOG_LEVEL_DEBUG);
	if (pki_open(&pki) < 0)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	pki_close(&pki);
	return rc;
}
