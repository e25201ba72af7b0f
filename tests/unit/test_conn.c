/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/mem.h"
#include "net/udp.h"
#include "net_fixture.h"

static void
what_one_end_writes_the_other_reads(void **state)
{
	struct pair p = { 0 };

	(void)state;
	pair_open(&p);
	assert_true(conn_write_str(p.client.conn, "hello "));
	assert_true(conn_write_str(p.client.conn, "world"));
	assert_true(turn_until_got(p.loop, &p.server, "hello world"));
	assert_true(conn_write_str(p.server.conn, "yes"));
	assert_true(turn_until_got(p.loop, &p.client, "yes"));
	assert_true(addr_equal(
	    conn_local(p.client.conn), conn_remote(p.server.conn)));
	assert_int_equal(conn_bytes_out(p.client.conn), 11);
	assert_int_equal(conn_bytes_in(p.server.conn), 11);
	pair_close(&p);
}

static void
closing_sends_everything_first(void **state)
{
	struct pair p = { 0 };
	char *big = mem_zalloc(3000000);

	(void)state;
	memset(big, 'x', 3000000);
	pair_open(&p);
	(void)conn_write(p.client.conn, big, 3000000);
	conn_close(p.client.conn);
	p.client.conn = NULL;
	assert_true(turn_until(p.loop, &p.server.closed));
	assert_int_equal(p.server.got.len, 3000000);
	assert_int_equal(p.server.why.code, FAULT_CLOSED);
	assert_true(p.server.cleanly);
	assert_false(p.client.closed);
	pair_close(&p);
	mem_free(big);
}

static void
a_refused_connection_is_told_later(void **state)
{
	struct loop *l = loop_new(NULL);
	struct end e = { 0 };
	struct addr at;
	int fd;

	(void)state;
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	fd = net_bind(&at, true, NULL);
	assert_true(fd >= 0);
	assert_int_equal(addr_of_socket(fd, &at), 0);
	(void)close(fd);
	e.conn = conn_dial(l, &at, NULL, &end_ops, &e, NULL);
	assert_non_null(e.conn);
	assert_false(e.closed);
	assert_true(turn_until(l, &e.closed));
	assert_int_equal(e.why.code, FAULT_UNAVAILABLE);
	assert_non_null(strstr(e.why.text, "refused"));
	end_clear(&e);
	loop_free(l);
}

static void
the_source_address_can_be_chosen(void **state)
{
	struct pair p = { 0 };
	struct addr source;
	char text[ADDR_TEXT_SIZE];

	(void)state;
	assert_int_equal(addr_from_ip("127.0.0.77", 0, &source, NULL), 0);
	p.client_opts.source = &source;
	pair_open(&p);
	assert_string_equal(
	    addr_ip_text(conn_remote(p.server.conn), text), "127.0.0.77");
	pair_close(&p);
}

static void
silence_ends_an_idle_connection(void **state)
{
	struct pair p = { 0 };

	(void)state;
	pair_open(&p);
	loop_clock_fake(p.loop, 1000000, 0);
	conn_set_idle(p.server.conn, 60000);
	loop_clock_advance(p.loop, 50000);
	(void)conn_write_str(p.client.conn, "x");
	assert_true(turn_until_got(p.loop, &p.server, "x"));
	loop_clock_advance(p.loop, 50000);
	assert_false(p.server.closed);
	loop_clock_advance(p.loop, 10000);
	assert_true(p.server.closed);
	assert_int_equal(p.server.why.code, FAULT_TIMEOUT);
	pair_close(&p);
}

static void
a_paused_reader_stops_its_writer(void **state)
{
	struct pair p = { 0 };
	char *part = mem_zalloc(100000);
	size_t sent = 0;
	int i;

	(void)state;
	p.client_opts.high_water = 500000;
	pair_open(&p);
	conn_pause(p.server.conn);
	while (conn_write(p.client.conn, part, 100000)) {
		sent += 100000;
		(void)loop_turn(p.loop, 0);
		assert_true(sent < 100000000);
	}
	sent += 100000;
	for (i = 0; i < 20; i++)
		(void)loop_turn(p.loop, 1);
	assert_false(p.client.drained);
	assert_int_equal(p.server.got.len, 0);
	conn_resume(p.server.conn);
	assert_true(turn_until(p.loop, &p.client.drained));
	assert_true(turn_until_length(p.loop, &p.server, sent));
	pair_close(&p);
	mem_free(part);
}

static void
a_peer_that_takes_nothing_is_cut_off(void **state)
{
	struct pair p = { 0 };
	char *part = mem_zalloc(1000000);

	(void)state;
	p.client_opts.write_max = 2500000;
	pair_open(&p);
	(void)conn_write(p.client.conn, part, 1000000);
	(void)conn_write(p.client.conn, part, 1000000);
	assert_false(conn_write(p.client.conn, part, 1000000));
	assert_false(p.client.closed);
	assert_true(turn_until(p.loop, &p.client.closed));
	assert_int_equal(p.client.why.code, FAULT_LIMIT);
	pair_close(&p);
	mem_free(part);
}

static void
input_without_an_end_is_limited(void **state)
{
	struct pair p = { 0 };
	char *part = mem_zalloc(100000);

	(void)state;
	p.server_opts.read_max = 4096;
	p.server.keep = true;
	pair_open(&p);
	(void)conn_write(p.client.conn, part, 100000);
	assert_true(turn_until(p.loop, &p.server.closed));
	assert_int_equal(p.server.why.code, FAULT_LIMIT);
	pair_close(&p);
	mem_free(part);
}

static void
close_at_once(struct conn *c, struct buf *in, void *arg)
{
	(void)in;
	(void)arg;
	conn_close(c);
	conn_close(c);
	conn_abort(c);
}

static void
a_connection_may_end_inside_its_own_callback(void **state)
{
	static const struct conn_ops ops = { .on_read = close_at_once };
	struct pair p = { 0 };

	(void)state;
	pair_open(&p);
	conn_set_ops(p.server.conn, &ops, NULL);
	(void)conn_write_str(p.client.conn, "x");
	assert_true(turn_until(p.loop, &p.client.closed));
	p.server.conn = NULL;
	pair_close(&p);
}

static void
closing_before_the_connection_is_there_is_silent(void **state)
{
	struct loop *l = loop_new(NULL);
	struct end e = { 0 };
	struct addr at;
	int i;

	(void)state;
	assert_int_equal(addr_parse("127.0.0.1:9", 0, &at, NULL), 0);
	e.conn = conn_dial(l, &at, NULL, &end_ops, &e, NULL);
	conn_close(e.conn);
	e.conn = NULL;
	for (i = 0; i < 5; i++)
		(void)loop_turn(l, 1);
	assert_false(e.closed || e.connected);
	loop_free(l);
}

static void
a_connection_attempt_has_a_deadline(void **state)
{
	/* A listener whose queue is full does not answer. */
	struct loop *l = loop_new(NULL);
	struct end e[6] = { { 0 } };
	struct addr at;
	int fd, i;

	(void)state;
	loop_clock_fake(l, 1, 1);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&at.ss, at.len), 0);
	assert_int_equal(listen(fd, 0), 0);
	assert_int_equal(addr_of_socket(fd, &at), 0);
	for (i = 0; i < 6; i++)
		e[i].conn = conn_dial(l, &at, NULL, &end_ops, &e[i], NULL);
	for (i = 0; i < 20; i++)
		(void)loop_turn(l, 1);
	assert_false(e[5].connected);
	loop_clock_advance(l, 10000);
	assert_true(e[5].closed);
	assert_int_equal(e[5].why.code, FAULT_TIMEOUT);
	for (i = 0; i < 6; i++)
		end_clear(&e[i]);
	(void)close(fd);
	loop_free(l);
}

struct datagrams {
	struct buf got;
	char from[ADDR_TEXT_SIZE], to[ADDR_TEXT_SIZE];
	bool any;
};

static void
on_datagram(struct udp *u, const char *data, size_t len,
    const struct addr *from, const struct addr *to, void *arg)
{
	struct datagrams *d = arg;

	(void)u;
	buf_add(&d->got, data, len);
	(void)addr_text(from, d->from);
	(void)addr_text(to, d->to);
	d->any = true;
}

static void
datagrams_know_both_their_addresses(void **state)
{
	static const struct udp_ops ops = { .on_datagram = on_datagram };
	struct loop *l = loop_new(NULL);
	struct datagrams da = { 0 }, db = { 0 };
	char text[ADDR_TEXT_SIZE];
	struct addr at, to, from;
	struct udp *a, *b;
	struct fault f;

	(void)state;
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	a = udp_open(l, &at, &ops, &da, &f);
	assert_int_equal(addr_parse("0.0.0.0:0", 0, &at, NULL), 0);
	b = udp_open(l, &at, &ops, &db, &f);
	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(addr_from_ip(
	    "127.0.0.9", addr_port(udp_addr(b)), &to, NULL), 0);
	assert_int_equal(udp_send(a, &to, NULL, "ping", 4, &f), 0);
	assert_true(turn_until(l, &db.any));
	assert_string_equal(db.got.data, "ping");
	assert_string_equal(db.to, addr_text(&to, text));
	assert_string_equal(db.from, addr_text(udp_addr(a), text));
	/* The answer comes from the address that was asked. */
	assert_int_equal(addr_from_ip("127.0.0.9", 0, &from, NULL), 0);
	assert_int_equal(
	    udp_send(b, udp_addr(a), &from, "pong", 4, &f), 0);
	assert_true(turn_until(l, &da.any));
	assert_string_equal(da.from, addr_text(&to, text));
	udp_close(a);
	udp_close(b);
	buf_clear(&da.got);
	buf_clear(&db.got);
	loop_free(l);
}

static void
a_port_in_use_is_named(void **state)
{
	struct addr at;
	struct fault f;
	int fd;

	(void)state;
	assert_int_equal(addr_parse("127.0.0.1:0", 0, &at, NULL), 0);
	fd = net_bind(&at, true, &f);
	assert_int_equal(addr_of_socket(fd, &at), 0);
	assert_int_equal(net_bind(&at, true, &f), -1);
	assert_int_equal(f.code, FAULT_BUSY);
	assert_non_null(strstr(f.text, "listening on tcp 127.0.0.1:"));
	(void)close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_one_end_writes_the_other_reads),
		cmocka_unit_test(closing_sends_everything_first),
		cmocka_unit_test(a_refused_connection_is_told_later),
		cmocka_unit_test(the_source_address_can_be_chosen),
		cmocka_unit_test(silence_ends_an_idle_connection),
		cmocka_unit_test(a_paused_reader_stops_its_writer),
		cmocka_unit_test(a_peer_that_takes_nothing_is_cut_off),
		cmocka_unit_test(input_without_an_end_is_limited),
		cmocka_unit_test(a_connection_may_end_inside_its_own_callback),
		cmocka_unit_test(
		    closing_before_the_connection_is_there_is_silent),
		cmocka_unit_test(a_connection_attempt_has_a_deadline),
		cmocka_unit_test(datagrams_know_both_their_addresses),
		cmocka_unit_test(a_port_in_use_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
