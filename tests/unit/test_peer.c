/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/dict.h"
#include "core/mem.h"
#include "svc/args.h"
#include "svc/client.h"
#include "svc/control.h"
#include "svc/frame.h"
#include "svc/peer.h"

struct side {
	struct loop *loop;
	struct peer *peer;
	struct peer_call *held;
	bool closed, gone, ended, told;
	struct fault why, failed;
	int objects, fd, emitted;
	char progress[64];
};

static void
on_gone(void *ctx)
{
	struct side *s = ctx;

	s->gone = true;
}

static void
emit_until_full(void *ctx)
{
	struct side *s = ctx;
	char *text = mem_zalloc(10001);
	struct value v;

	memset(text, 'x', 10000);
	v = value_string_take(text);
	while (s->emitted < 1000 && !call_is_full(s->held)) {
		peer_call_emit(s->held, v);
		s->emitted++;
	}
	value_unref(v);
	if (s->emitted < 1000)
		call_on_drain(s->held, emit_until_full, s);
	else
		call_end(s->held);
}

static void
on_call(struct peer *p, struct peer_call *call, const char *name,
    struct value arg, void *ctx)
{
	struct side *s = ctx;
	struct fault f;

	(void)p;
	if (strcmp(name, "echo") == 0) {
		call_progress(call, "Echoing", "half", 50);
		peer_call_emit(call, arg);
		peer_call_emit(call, arg);
		call_end(call);
	} else if (strcmp(name, "hold") == 0) {
		s->held = call;
		call_on_gone(call, on_gone, s);
	} else if (strcmp(name, "flood") == 0) {
		s->held = call;
		emit_until_full(s);
	} else {
		(void)fault_set(&f, FAULT_NOT_FOUND, "no %s", name);
		call_fail(call, &f);
	}
}

static void
on_tell(struct peer *p, const char *name, struct value arg, int *fds,
    size_t n_fds, void *ctx)
{
	struct side *s = ctx;

	(void)p;
	assert_string_equal(name, "news");
	assert_int_equal(arg.u.i, 5);
	if (n_fds > 0) {
		s->fd = fds[0];
		fds[0] = -1;
	}
	s->told = true;
}

static void
on_closed(struct peer *p, const struct fault *why, void *ctx)
{
	struct side *s = ctx;

	(void)p;
	s->closed = true;
	s->why = *why;
	s->peer = NULL;
}

static const struct peer_ops ops = { on_call, on_tell, on_closed };

static void
on_object(struct value v, void *ctx)
{
	struct side *s = ctx;

	(void)v;
	s->objects++;
}

static void
on_progress(struct value v, void *ctx)
{
	struct side *s = ctx;

	(void)snprintf(s->progress, sizeof(s->progress), "%s %s %d",
	    args_text(v, "Activity"), args_text(v, "Status"),
	    (int)args_int(v, "Percent", 0));
}

static void
on_end(const struct fault *failed, void *ctx)
{
	struct side *s = ctx;

	s->ended = true;
	s->failed.code = FAULT_NONE;
	if (failed != NULL)
		s->failed = *failed;
}

static const struct peer_answer_ops answers = { on_object, on_progress,
	on_end };

static void
open_pair(struct side *a, struct side *b)
{
	int fds[2];

	memset(a, 0, sizeof(*a));
	memset(b, 0, sizeof(*b));
	a->loop = b->loop = loop_new(NULL);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	a->peer = peer_open_take(a->loop, fds[0], "a", &ops, a);
	b->peer = peer_open_take(b->loop, fds[1], "b", &ops, b);
}

static void
close_pair(struct side *a, struct side *b)
{
	peer_close(a->peer);
	peer_close(b->peer);
	loop_free(a->loop);
}

static bool
turn_until(struct loop *l, const bool *flag)
{
	int i;

	for (i = 0; i < 3000 && !*flag; i++)
		(void)loop_turn(l, 1);
	return *flag;
}

static void
a_call_streams_objects_and_ends(void **state)
{
	struct side a, b;

	(void)state;
	open_pair(&a, &b);
	(void)peer_call(a.peer, "echo", value_int(1), 0, &answers, &a);
	assert_true(turn_until(a.loop, &a.ended));
	assert_int_equal(a.objects, 2);
	assert_string_equal(a.progress, "Echoing half 50");
	assert_int_equal(a.failed.code, FAULT_NONE);
	assert_string_equal(peer_name(a.peer), "b");
	a.ended = false;
	(void)peer_call(a.peer, "nothing", VALUE_NULL, 0, &answers, &a);
	assert_true(turn_until(a.loop, &a.ended));
	assert_int_equal(a.failed.code, FAULT_NOT_FOUND);
	assert_string_equal(a.failed.text, "no nothing");
	close_pair(&a, &b);
}

static void
a_slow_reader_slows_the_answer(void **state)
{
	struct side a, b;

	(void)state;
	open_pair(&a, &b);
	(void)peer_call(a.peer, "flood", VALUE_NULL, 0, &answers, &a);
	while (b.held == NULL)
		(void)loop_turn(a.loop, 1);
	assert_true(b.emitted < 200);
	assert_true(turn_until(a.loop, &a.ended));
	assert_int_equal(a.objects, 1000);
	close_pair(&a, &b);
}

static void
descriptors_travel_with_a_message(void **state)
{
	struct side a, b;
	char c = 0;
	int fds[2];

	(void)state;
	open_pair(&a, &b);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(
	    peer_tell(a.peer, "news", value_int(5), &fds[1], 1, NULL), 0);
	(void)close(fds[1]);
	assert_true(turn_until(a.loop, &b.told));
	assert_int_equal(write(b.fd, "x", 1), 1);
	assert_int_equal(read(fds[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	(void)close(b.fd);
	(void)close(fds[0]);
	close_pair(&a, &b);
}

static void
cancelling_tells_the_other_side(void **state)
{
	struct side a, b;
	struct peer_request *r;

	(void)state;
	open_pair(&a, &b);
	r = peer_call(a.peer, "hold", VALUE_NULL, 0, &answers, &a);
	while (b.held == NULL)
		(void)loop_turn(a.loop, 1);
	assert_false(call_is_gone(b.held));
	peer_request_cancel(r);
	assert_true(turn_until(a.loop, &b.gone));
	assert_true(call_is_gone(b.held));
	peer_call_emit(b.held, VALUE_NULL);
	call_end(b.held);
	assert_false(a.ended);
	close_pair(&a, &b);
}

static void
a_lost_peer_ends_what_waits(void **state)
{
	struct side a, b;

	(void)state;
	open_pair(&a, &b);
	(void)peer_call(a.peer, "hold", VALUE_NULL, 0, &answers, &a);
	while (b.held == NULL)
		(void)loop_turn(a.loop, 1);
	peer_close(b.peer);
	b.peer = NULL;
	assert_true(b.gone);
	assert_true(turn_until(a.loop, &a.closed));
	assert_true(a.ended);
	assert_int_equal(a.failed.code, FAULT_CLOSED);
	call_end(b.held);
	close_pair(&a, &b);
}

static void
an_answer_that_does_not_come_times_out(void **state)
{
	struct side a, b;

	(void)state;
	open_pair(&a, &b);
	loop_clock_fake(a.loop, 0, 0);
	(void)peer_call(a.peer, "hold", VALUE_NULL, 5000, &answers, &a);
	while (b.held == NULL)
		(void)loop_turn(a.loop, 1);
	loop_clock_advance(a.loop, 5000);
	assert_int_equal(a.failed.code, FAULT_TIMEOUT);
	assert_true(turn_until(a.loop, &b.gone));
	call_end(b.held);
	close_pair(&a, &b);
}

/* 1.4 of the style's lessons: garbage must end the connection, no more. */
static void
garbage_ends_only_its_connection(void **state)
{
	static const char *const garbage[] = { "GET / HTTP/1.1\r\n\r\n",
		"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" };
	struct loop *l = loop_new(NULL);
	struct side s;
	int fds[2];
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		memset(&s, 0, sizeof(s));
		assert_int_equal(socketpair(AF_UNIX,
		    SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
		s.peer = peer_open_take(l, fds[0], "s", &ops, &s);
		assert_true(write(fds[1], garbage[i], strlen(garbage[i])) > 0);
		assert_true(turn_until(l, &s.closed));
		assert_int_equal(s.why.code, FAULT_PROTOCOL);
		(void)close(fds[1]);
	}
	loop_free(l);
}

static void
frames_may_come_byte_by_byte(void **state)
{
	struct loop *l = loop_new(NULL);
	struct dict *hello = dict_new(NULL);
	struct value pair = args_pair_take("news", value_int(5));
	struct side s = { 0 };
	struct buf b;
	int fds[2];
	size_t i;

	(void)state;
	buf_init(&b);
	args_set_int(hello, "Version", FRAME_VERSION);
	assert_int_equal(
	    frame_write(&b, FRAME_HELLO, 0, dict_value(hello), 0, NULL), 0);
	assert_int_equal(frame_write(&b, FRAME_TELL, 0, pair, 0, NULL), 0);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
	s.peer = peer_open_take(l, fds[0], "s", &ops, &s);
	for (i = 0; i < b.len; i++) {
		assert_false(s.told);
		assert_int_equal(write(fds[1], b.data + i, 1), 1);
		(void)loop_turn(l, 1);
	}
	assert_true(turn_until(l, &s.told));
	peer_close(s.peer);
	(void)close(fds[1]);
	value_unref(pair);
	value_unref(dict_value(hello));
	buf_clear(&b);
	loop_free(l);
}

/* The waiting client against a real control socket in another process. */

static void
say_twice(struct peer_call *call, struct value arg, void *ctx)
{
	(void)ctx;
	peer_call_emit(call, arg);
	peer_call_emit(call, arg);
	call_end(call);
}

static void
say_nothing(struct peer_call *call, struct value arg, void *ctx)
{
	(void)call;
	(void)arg;
	(void)ctx;
}

static void
refuse(struct peer_call *call, struct value arg, void *ctx)
{
	struct fault f;

	(void)ctx;
	(void)arg;
	(void)fault_set(&f, FAULT_DENIED, "no");
	call_fail(call, &f);
}

static const struct control_method methods[] = {
	{ "twice", say_twice },
	{ "nothing", say_nothing },
	{ "refuse", refuse },
	{ NULL, NULL },
};

static bool
count(struct value v, void *ctx)
{
	(void)v;
	++*(int *)ctx;
	return true;
}

static bool
stop_now(void *ctx)
{
	(void)ctx;
	return true;
}

static pid_t
start_server(char *path)
{
	struct loop *l;
	struct control *c;
	pid_t pid;

	pid = fork();
	if (pid != 0)
		return pid;
	l = loop_new(NULL);
	c = control_open(l, path, methods, NULL, NULL);
	if (c == NULL)
		_exit(1);
	loop_run(l);
	_exit(0);
}

static void
a_client_waits_without_a_loop(void **state)
{
	char home[] = "/tmp/test_peerXXXXXX", path[64];
	struct client_call call = { .method = "twice", .on_object = count };
	struct client *c = NULL;
	struct value v;
	struct fault f;
	struct stat st;
	int n = 0, i;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(home));
	(void)snprintf(path, sizeof(path), "%s/run", home);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(setenv("FEDSH_HOME", home, 1), 0);
	assert_null(client_open(&f));
	assert_int_equal(f.code, FAULT_UNAVAILABLE);
	assert_int_equal(client_poke("twice", VALUE_NULL, &f), 0);
	(void)snprintf(path, sizeof(path), "%s/run/control", home);
	pid = start_server(path);
	for (i = 0; i < 200 && c == NULL; i++) {
		(void)usleep(10000); /* the other process has no signal */
		c = client_open(&f);
	}
	assert_non_null(c);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	call.ctx = &n;
	assert_int_equal(client_call(c, &call, &f), 0);
	assert_int_equal(n, 2);
	v = value_string("x");
	assert_int_equal(client_ask(c, "twice", v, &call.arg, &f), 0);
	assert_string_equal(value_chars(call.arg), "x");
	value_clear(&call.arg);
	value_unref(v);
	assert_int_equal(client_ask(c, "refuse", VALUE_NULL, NULL, &f), -1);
	assert_int_equal(f.code, FAULT_DENIED);
	assert_int_equal(client_ask(c, "unknown", VALUE_NULL, NULL, &f), -1);
	assert_int_equal(f.code, FAULT_NOT_SUPPORTED);
	call.method = "nothing";
	call.timeout_ms = 50;
	assert_int_equal(client_call(c, &call, &f), -1);
	assert_int_equal(f.code, FAULT_TIMEOUT);
	client_close(c);
	c = client_open(&f);
	assert_non_null(c);
	call.timeout_ms = 10000;
	call.stopped = stop_now;
	assert_int_equal(client_call(c, &call, &f), -1);
	assert_int_equal(f.code, FAULT_STOPPED);
	client_close(c);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)unlink(path);
	(void)snprintf(path, sizeof(path), "%s/run", home);
	(void)rmdir(path);
	(void)rmdir(home);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_streams_objects_and_ends),
		cmocka_unit_test(a_slow_reader_slows_the_answer),
		cmocka_unit_test(descriptors_travel_with_a_message),
		cmocka_unit_test(cancelling_tells_the_other_side),
		cmocka_unit_test(a_lost_peer_ends_what_waits),
		cmocka_unit_test(an_answer_that_does_not_come_times_out),
		cmocka_unit_test(garbage_ends_only_its_connection),
		cmocka_unit_test(frames_may_come_byte_by_byte),
		cmocka_unit_test(a_client_waits_without_a_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
