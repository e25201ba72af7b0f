/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The supervisor with real processes: this program again, as a service.
 * Time is the supervisor's fake clock; processes are real.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/codec.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "net/conn.h"
#include "svc/args.h"
#include "svc/service.h"
#include "svc/supervisor_internal.h"

/* --- the service --- */

static struct listener *serving;

static void
on_accept(struct listener *ls, int fd, const struct addr *peer, void *arg)
{
	(void)ls;
	(void)peer;
	(void)arg;
	(void)!write(fd, "hi", 2);
	(void)close(fd);
}

static const struct listener_ops accept_ops = { on_accept };

static int
child_snapshot(struct service *s, int64_t number, int settings_fd,
    int users_fd, struct fault *f)
{
	char c;

	(void)number;
	/* All have a user table but BETA. */
	if ((strcmp(service_name(s), "BETA") == 0) != (users_fd == -1))
		return fault_set(f, FAULT_INVALID_DATA, "wrong descriptors");
	if (pread(settings_fd, &c, 1, 0) != 1)
		return fault_errno(f, errno, "settings");
	return 0;
}

static int
child_listener(struct service *s, const char *name, const char *transport,
    int fd, struct fault *f)
{
	(void)name;
	(void)transport;
	serving = listener_from_fd_take(
	    service_loop(s), fd, &accept_ops, s, f);
	return serving == NULL ? -1 : 0;
}

static int
maker_start(struct service *s, struct fault *f)
{
	const char *port = getenv("TEST_PORT");
	struct dict *row = dict_new(NULL);
	struct list *rows = list_new(NULL, 1);
	int fd = memfd_create("settings", MFD_CLOEXEC), rc;
	const struct service_part parts[] = { { "ALPHA", fd, fd },
		{ "BETA", fd, -1 }, { "BROKEN", fd, fd } };

	(void)!write(fd, "x", 1);
	args_set_text(row, "Service", "ALPHA");
	args_set_text(row, "Name", "x");
	args_set_text(row, "Transport", "tcp");
	args_set_text(row, "Address", "127.0.0.1");
	args_set_int(row, "Port", strtol(port, NULL, 10));
	list_add_take(rows, dict_value(row));
	rc = service_publish(s, 7, parts, 3, list_value(rows), f);
	value_unref(list_value(rows));
	(void)close(fd);
	return rc;
}

static int
child_start_op(struct service *s, struct fault *f)
{
	if (strcmp(service_name(s), "MAKER") == 0)
		return maker_start(s, f);
	if (strcmp(service_name(s), "BROKEN") == 0)
		return fault_set(f, FAULT_INVALID, "it is broken");
	if (service_identity(s, "Internal") == NULL)
		return fault_set(f, FAULT_INVALID, "no certificate");
	return 0;
}

static bool hangs;

static void
child_call(struct service *s, struct peer_call *call, const char *method,
    struct value arg)
{
	(void)arg;
	if (strcmp(method, "crash") == 0)
		_exit(3);
	if (strcmp(method, "hang") == 0)
		hangs = true;
	if (strcmp(method, "complain") == 0)
		service_problem(s, "matter", EVLOG_CERTIFICATE_MISSING,
		    "something is missing");
	peer_call_emit(call, value_int(getpid()));
	call_end(call);
}

static void
child_drain(struct service *s, int64_t limit_ms)
{
	(void)limit_ms;
	if (!hangs)
		service_drained(s);
	else
		for (;;)
			(void)pause();
}

static void
child_close(struct service *s)
{
	(void)s;
	listener_close(serving);
}

static int
run_child(const char *name)
{
	static const struct service_ops maker = { .start = child_start_op,
		.call = child_call, .drain = child_drain };
	static const struct service_ops other = { .start = child_start_op,
		.snapshot = child_snapshot,
		.listener = child_listener,
		.call = child_call,
		.drain = child_drain,
		.close = child_close };

	return service_main(
	    name, strcmp(name, "MAKER") == 0 ? &maker : &other, NULL);
}

/* --- the tests --- */

static const struct supervisor_service services[] = {
	{ .name = "MAKER", .makes_snapshots = true },
	{ .name = "ALPHA", .needs = "MAKER" },
	{ .name = "BETA", .needs = "MAKER", .no_users = true },
	{ .name = "BROKEN" },
	{ .name = NULL },
};

struct fixture {
	char home[32];
	struct loop *loop;
	struct supervisor *supervisor;
	struct peer *peer;
	uint16_t port;
	/* The last call's answer. */
	bool ended;
	struct fault failed;
	struct value objects; /* a list */
};

static struct fixture x;

static void
on_closed(struct peer *p, const struct fault *why, void *ctx)
{
	struct fixture *fx = ctx;

	(void)p;
	(void)why;
	fx->peer = NULL;
}

static const struct peer_ops shell_ops = { .on_closed = on_closed };

static void
on_object(struct value v, void *ctx)
{
	struct fixture *fx = ctx;

	list_add(list_of(fx->objects), v);
}

static void
on_end(const struct fault *failed, void *ctx)
{
	struct fixture *fx = ctx;

	fx->ended = true;
	fx->failed.code = FAULT_NONE;
	if (failed != NULL)
		fx->failed = *failed;
}

static const struct peer_answer_ops answers = { on_object, NULL, on_end };

static void
begin_take(const char *method, struct value arg)
{
	value_clear(&x.objects);
	x.objects = list_value(list_new(NULL, 4));
	x.ended = false;
	(void)peer_call(x.peer, method, arg, 0, &answers, &x);
	value_unref(arg);
}

static bool
turn_until(const bool *flag)
{
	int i;

	for (i = 0; i < 20000 && !*flag; i++)
		(void)loop_turn(x.loop, 1);
	return *flag;
}

/* Calls and waits; the code of the fault, or none. */
static enum fault_code
ask_take(const char *method, struct value arg)
{
	begin_take(method, arg);
	if (!turn_until(&x.ended))
		fail_msg("%s did not end", method);
	return x.failed.code;
}

static struct value
names(const char *name, const char *flag)
{
	struct dict *d = dict_new(NULL);

	args_set_text(d, "Names", name);
	if (flag != NULL)
		args_set_bool(d, flag, true);
	return dict_value(d);
}

static struct value
to_service(const char *service, const char *method)
{
	struct dict *d = dict_new(NULL);

	args_set_text(d, "Service", service);
	args_set_text(d, "Method", method);
	return dict_value(d);
}

static void
connect_shell(void)
{
	char path[64];
	struct addr at;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	(void)snprintf(path, sizeof(path), "%s/run/control", x.home);
	assert_int_equal(addr_from_unix(path, &at, NULL), 0);
	assert_int_equal(
	    connect(fd, (const struct sockaddr *)&at.ss, at.len), 0);
	x.peer = peer_open_take(x.loop, fd, "shell", &shell_ops, &x);
}

static int
open_supervisor(void **state)
{
	struct supervisor_setup setup = { .services = services };
	struct addr at;
	char port[8];
	struct fault f;
	int fd;

	(void)state;
	memset(&x, 0, sizeof(x));
	(void)snprintf(x.home, sizeof(x.home), "/tmp/test_supXXXXXX");
	if (mkdtemp(x.home) == NULL || setenv("FEDSH_HOME", x.home, 1) != 0)
		return -1;
	(void)addr_parse("127.0.0.1:0", 0, &at, NULL);
	fd = net_bind(&at, true, &f);
	(void)addr_of_socket(fd, &at);
	(void)close(fd);
	x.port = addr_port(&at);
	(void)snprintf(port, sizeof(port), "%u", x.port);
	(void)setenv("TEST_PORT", port, 1);
	setup.loop = x.loop = loop_new(&f);
	loop_clock_fake(x.loop, 1000000, INT64_C(1790000000000));
	x.supervisor = supervisor_open(&setup, &f);
	if (x.supervisor == NULL)
		fail_msg("%s", f.text);
	connect_shell();
	return 0;
}

static int
close_supervisor(void **state)
{
	char *command;

	(void)state;
	value_clear(&x.objects);
	peer_close(x.peer);
	supervisor_close(x.supervisor);
	loop_free(x.loop);
	command = mem_printf("rm -rf '%s'", x.home);
	assert_int_equal(system(command), 0);
	mem_free(command);
	return 0;
}

static struct child *
child(const char *name)
{
	return child_find(x.supervisor, name);
}

static bool
greets(void)
{
	struct addr at;
	char got[2] = "";
	bool readable = true;
	int i, fd = socket(AF_INET, SOCK_STREAM, 0);
	ssize_t n = -1;

	(void)readable;
	assert_int_equal(addr_from_ip("127.0.0.1", x.port, &at, NULL), 0);
	if (connect(fd, (const struct sockaddr *)&at.ss, at.len) == 0)
		for (i = 0; i < 3000 && n == -1; i++) {
			n = recv(fd, got, 2, MSG_DONTWAIT);
			(void)loop_turn(x.loop, 1);
		}
	(void)close(fd);
	return n == 2 && memcmp(got, "hi", 2) == 0;
}

static void
a_service_starts_after_what_it_needs(void **state)
{
	struct value v;

	(void)state;
	assert_false(greets());
	assert_int_equal(
	    ask_take("service-start", names("ALPHA", NULL)), FAULT_NONE);
	assert_int_equal(list_of(x.objects)->count, 1);
	v = list_of(x.objects)->items[0];
	assert_string_equal(args_text(v, "Name"), "ALPHA");
	assert_string_equal(args_text(v, "Status"), "Running");
	assert_int_equal(child("MAKER")->state, CHILD_RUNNING);
	assert_int_equal(child("BETA")->state, CHILD_STOPPED);
	assert_true(greets());
	assert_int_equal(child("ALPHA")->taken, 7);
	/* Starting what runs is done at once. */
	assert_int_equal(
	    ask_take("service-start", names("ALPHA", NULL)), FAULT_NONE);
	assert_int_equal(
	    ask_take("service-start", names("GAMMA", NULL)), FAULT_NOT_FOUND);
}

static void
stopping_minds_dependants(void **state)
{
	struct value v;
	size_t i;

	(void)state;
	assert_int_equal(
	    ask_take("service-start", names("ALPHA", NULL)), FAULT_NONE);
	assert_int_equal(
	    ask_take("service-start", names("BETA", NULL)), FAULT_NONE);
	assert_int_equal(ask_take("service-stop", names("MAKER", NULL)),
	    FAULT_INVALID_OPERATION);
	assert_non_null(strstr(x.failed.text, "needs it"));
	assert_int_equal(
	    ask_take("service-stop", names("MAKER", "Force")), FAULT_NONE);
	assert_int_equal(list_of(x.objects)->count, 3);
	for (i = 0; i < 3; i++) {
		v = list_of(x.objects)->items[i];
		assert_string_equal(args_text(v, "Status"), "Stopped");
	}
	assert_false(greets());
	assert_int_equal(ask_take("service-stop", VALUE_NULL), FAULT_NONE);
}

static void
a_crash_restarts_at_once_and_refuses_nobody(void **state)
{
	struct child *c = child("ALPHA");
	bool restarted = false;
	pid_t old;
	int i;

	(void)state;
	assert_int_equal(
	    ask_take("service-start", names("ALPHA", NULL)), FAULT_NONE);
	old = c->pid;
	assert_int_equal(
	    ask_take("call", to_service("ALPHA", "crash")), FAULT_CLOSED);
	for (i = 0; i < 10000 && c->state != CHILD_BACKOFF; i++)
		(void)loop_turn(x.loop, 1);
	assert_int_equal(c->state, CHILD_BACKOFF);
	assert_int_equal(c->pid, 0);
	loop_clock_advance(x.loop, 0);
	for (i = 0; i < 10000 && !restarted; i++) {
		(void)loop_turn(x.loop, 1);
		restarted = c->state == CHILD_RUNNING && c->pid != old;
	}
	assert_true(restarted);
	assert_int_equal(c->restarts, 1);
	assert_true(greets());
}

static bool
count_crashes(const struct evlog_event *e, void *arg)
{
	*(int *)arg += e->id == EVLOG_SERVICE_START_FAILED;
	return true;
}

static void
repeated_failures_wait_longer_and_longer(void **state)
{
	static const int64_t waits[] = { 0, 1000, 2000, 4000, 8000, 16000,
		32000, 60000, 60000 };
	struct child *c = child("BROKEN");
	char path[64];
	struct value v;
	int events = 0;
	size_t i;
	int n;

	(void)state;
	/* Needs no snapshot to fail. */
	begin_take("service-start", names("BROKEN", NULL));
	for (n = 0; n < 3000 && c->state != CHILD_WAITING; n++)
		(void)loop_turn(x.loop, 1);
	loop_clock_advance(x.loop, 15000);
	(void)turn_until(&x.ended);
	assert_int_equal(x.failed.code, FAULT_UNAVAILABLE);
	assert_int_equal(
	    ask_take("service-start", names("MAKER", NULL)), FAULT_NONE);
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		for (n = 0; n < 10000 && c->state != CHILD_BACKOFF; n++)
			(void)loop_turn(x.loop, 1);
		assert_int_equal(c->state, CHILD_BACKOFF);
		assert_int_equal(loop_timer_left(c->timer), waits[i]);
		loop_clock_advance(x.loop, waits[i]);
	}
	assert_int_equal(
	    ask_take("service-list", names("BROKEN", NULL)), FAULT_NONE);
	v = list_of(x.objects)->items[0];
	assert_string_equal(args_text(v, "Status"), "StartPending");
	assert_non_null(strstr(
	    value_chars(args_at(v, "Problems", 0)), "it is broken"));
	(void)snprintf(path, sizeof(path), "%s/log/events", x.home);
	assert_int_equal(
	    evlog_file_read(path, false, count_crashes, &events, NULL), 0);
	assert_int_equal(events, 9);
	assert_int_equal(
	    ask_take("service-stop", names("BROKEN", NULL)), FAULT_NONE);
}

static void
a_process_that_does_not_stop_is_ended(void **state)
{
	struct child *c = child("ALPHA");
	int i;

	(void)state;
	assert_int_equal(
	    ask_take("service-start", names("ALPHA", NULL)), FAULT_NONE);
	assert_int_equal(
	    ask_take("call", to_service("ALPHA", "hang")), FAULT_NONE);
	begin_take("service-stop", names("ALPHA", NULL));
	for (i = 0; i < 10000 && c->state != CHILD_STOPPING; i++)
		(void)loop_turn(x.loop, 1);
	loop_clock_advance(x.loop, 10499);
	assert_false(c->killed);
	loop_clock_advance(x.loop, 1);
	assert_true(c->killed);
	assert_true(turn_until(&x.ended));
	assert_int_equal(x.failed.code, FAULT_NONE);
	assert_int_equal(c->pid, 0);
}

static void
a_running_service_is_asked_through_the_supervisor(void **state)
{
	struct value v;
	int i;

	(void)state;
	assert_int_equal(
	    ask_take("call", to_service("BETA", "pid")), FAULT_UNAVAILABLE);
	assert_int_equal(
	    ask_take("service-start", names("BETA", NULL)), FAULT_NONE);
	assert_int_equal(
	    ask_take("call", to_service("BETA", "complain")), FAULT_NONE);
	v = list_of(x.objects)->items[0];
	assert_int_equal(v.u.i, child("BETA")->pid);
	for (i = 0; i < 3000 && value_is_null(child("BETA")->problems); i++)
		(void)loop_turn(x.loop, 1);
	assert_int_equal(
	    ask_take("service-list", names("BETA", NULL)), FAULT_NONE);
	v = list_of(x.objects)->items[0];
	assert_string_equal(value_chars(args_at(v, "Problems", 0)),
	    "something is missing");
	assert_int_equal(
	    ask_take("call", to_service("NONE", "x")), FAULT_NOT_FOUND);
}

static void
a_port_in_use_is_told_and_tried_again(void **state)
{
	struct value v;
	struct addr at;
	int fd;

	(void)state;
	assert_int_equal(addr_from_ip("127.0.0.1", x.port, &at, NULL), 0);
	fd = net_bind(&at, true, NULL);
	assert_true(fd >= 0);
	assert_int_equal(
	    ask_take("service-start", names("ALPHA", NULL)), FAULT_NONE);
	v = list_of(x.objects)->items[0];
	assert_non_null(strstr(
	    value_chars(args_at(v, "Problems", 0)), "in use"));
	(void)close(fd);
	loop_clock_advance(x.loop, 10000);
	assert_true(greets());
	assert_int_equal(
	    ask_take("service-list", names("ALPHA", NULL)), FAULT_NONE);
	v = list_of(x.objects)->items[0];
	assert_int_equal(list_of(args_get(v, "Problems"))->count, 0);
}

static void
only_one_supervisor_has_a_home(void **state)
{
	struct supervisor_setup setup = { .loop = x.loop };
	struct fault f;

	(void)state;
	assert_null(supervisor_open(&setup, &f));
	assert_int_equal(f.code, FAULT_BUSY);
}

static void
certificates_are_listed_and_assigned(void **state)
{
	struct dict *d = dict_new(NULL);
	struct value v;

	(void)state;
	assert_int_equal(ask_take("cert-list", VALUE_NULL), FAULT_NONE);
	assert_int_equal(list_of(x.objects)->count, 3);
	args_set_text(d, "CommonName", "a.example");
	args_set_text(d, "Names", "a.example");
	args_set_text(d, "KeyAlg", "ECDSA");
	args_set_bool(d, "Internal", true);
	assert_int_equal(
	    ask_take("key-request", dict_value(d)), FAULT_NONE);
	v = list_of(x.objects)->items[0];
	d = dict_new(NULL);
	args_set_text(d, "Use", "XmppServer");
	args_set_text(d, "Thumbprint", args_text(v, "Thumbprint"));
	assert_int_equal(
	    ask_take("cert-assign", dict_value(d)), FAULT_NONE);
	assert_non_null(keys_thumbprint_of(x.supervisor->keys, "XmppServer"));
}

/* Children end when their supervisor is gone. */
static void
orphans_end_by_themselves(void **state)
{
	struct supervisor_setup setup = { .services = services };
	int fds[2], i;
	pid_t pid, alpha = 0;

	(void)state;
	peer_close(x.peer);
	x.peer = NULL;
	supervisor_close(x.supervisor);
	x.supervisor = NULL;
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		struct supervisor *s;
		struct child *c;

		setup.loop = loop_new(NULL);
		s = supervisor_open(&setup, NULL);
		c = child_find(s, "ALPHA");
		child_start(c);
		while (c->state != CHILD_RUNNING)
			(void)loop_turn(setup.loop, 10);
		(void)!write(fds[1], &c->pid, sizeof(c->pid));
		loop_run(setup.loop);
		_exit(0);
	}
	assert_int_equal(read(fds[0], &alpha, sizeof(alpha)), sizeof(alpha));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)close(fds[0]);
	(void)close(fds[1]);
	/* The next supervisor takes over: it waits for the old processes and
	 * starts what was wanted. */
	setup.loop = x.loop;
	x.supervisor = supervisor_open(&setup, NULL);
	assert_non_null(x.supervisor);
	connect_shell();
	for (i = 0; i < 2000 && child("ALPHA")->state != CHILD_RUNNING; i++) {
		(void)loop_turn(x.loop, 5);
		loop_clock_advance(x.loop, 5);
	}
	assert_int_equal(child("ALPHA")->state, CHILD_RUNNING);
	assert_int_not_equal(child("ALPHA")->pid, alpha);
}

#define SUPERVISED(name)                                                       \
	cmocka_unit_test_setup_teardown(                                       \
	    name, open_supervisor, close_supervisor)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		SUPERVISED(a_service_starts_after_what_it_needs),
		SUPERVISED(stopping_minds_dependants),
		SUPERVISED(a_crash_restarts_at_once_and_refuses_nobody),
		SUPERVISED(repeated_failures_wait_longer_and_longer),
		SUPERVISED(a_process_that_does_not_stop_is_ended),
		SUPERVISED(a_running_service_is_asked_through_the_supervisor),
		SUPERVISED(a_port_in_use_is_told_and_tried_again),
		SUPERVISED(only_one_supervisor_has_a_home),
		SUPERVISED(certificates_are_listed_and_assigned),
		SUPERVISED(orphans_end_by_themselves),
	};

	if (argc == 3 && strcmp(argv[1], "--service") == 0)
		return run_child(argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
