/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Other people's programs inside a pipeline. Input, output and error are
 * polled together, so that nothing ever waits on a full pipe; lines go down
 * as they come.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shell/lang/pipeline_internal.h"

#define SMA "System.Management.Automation."

extern char **environ;

struct native {
	pid_t pid;
	int in, out, err; /* our ends; -1 closed or not ours */
	struct buf to_write;
	struct buf line, error_line;
	bool started;
	bool direct; /* its output is our own descriptor */
	bool raw;    /* its output goes to the host as it comes */
	int status;
	bool waited;
};

/* ---- arguments ---- */

static void
add_text(struct list *args, const char *s, size_t len)
{
	list_add_take(args, value_string_n(s, len));
}

static bool
has_wildcard(const char *s)
{
	return strpbrk(s, "*?[") != NULL;
}

static bool
tilde(struct list *args, const char *s)
{
	const char *home = getenv("HOME");

	if (s[0] != '~' || (s[1] != '/' && s[1] != '\0') || home == NULL)
		return false;
	list_add_take(args, value_printf("%s%s", home, s + 1));
	return true;
}

static enum flow
add_value(struct frame *f, struct list *args, struct value v)
{
	struct value base = value_base(v);
	struct value text = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	if (value_is_nothing(base))
		return FLOW_MORE;
	if (value_is_list(base)) {
		struct list *l = list_of(base);

		for (size_t i = 0; i < l->count && flow == FLOW_MORE; i++)
			flow = add_value(f, args, l->items[i]);
		return flow;
	}
	flow = value_text(&f->s->run, v, &text);
	if (flow == FLOW_MORE)
		list_add_take(args, text);
	return flow;
}

/* Bare words with wildcards become the names they match, as in sh. */
static bool
add_matches(struct frame *f, struct list *args, const char *pattern)
{
	size_t before = args->count;

	if (!has_wildcard(pattern))
		return false;
	native_glob(buf_text(&f->s->location), pattern, args);
	return args->count > before;
}

static enum flow
add_parameter(struct frame *f, struct list *args,
    struct node_command_parameter *n)
{
	struct buf b = { 0 };
	struct value v = VALUE_NULL, text = VALUE_NULL;
	enum flow flow = FLOW_MORE;
	struct tree_text src = tree_source(f->tree, &n->node);

	if (n->argument == NULL) {
		add_text(args, src.s, src.len);
		return FLOW_MORE;
	}
	buf_add(&b, src.s, (size_t)(n->name_end - n->node.start));
	if (buf_text(&b)[b.len - 1] != ':')
		buf_add_byte(&b, ':');
	flow = eval(f, n->argument, &v);
	if (flow == FLOW_MORE &&
	    f->tree->text[n->argument->start - 1] == ':') {
		flow = value_text(&f->s->run, v, &text);
		if (flow == FLOW_MORE)
			buf_add(&b, value_chars(text), value_chars_len(text));
		add_text(args, buf_text(&b), b.len);
	} else if (flow == FLOW_MORE) {
		add_text(args, buf_text(&b), b.len);
		flow = add_value(f, args, v);
	}
	value_unref(text);
	value_unref(v);
	buf_clear(&b);
	return flow;
}

/* After --%: split at blanks and nothing else. */
static void
add_verbatim(struct list *args, const char *s)
{
	while (*s != '\0') {
		size_t len = strcspn(s, " ");

		if (len > 0)
			add_text(args, s, len);
		s += len;
		s += *s == ' ';
	}
}

enum flow
native_arguments(struct frame *f, struct node_command *n, struct list *args)
{
	for (size_t i = 1; i < n->elements.n; i++) {
		struct node *e = n->elements.v[i];
		struct value v = VALUE_NULL;
		enum flow flow;

		if (e->kind == NODE_COMMAND_PARAMETER) {
			flow = add_parameter(f, args, node_command_parameter(e));
			if (flow != FLOW_MORE)
				return flow;
			continue;
		}
		if (e->kind == NODE_STRING) {
			struct node_string *s = node_string(e);

			if (s->verbatim) {
				add_verbatim(args, s->text.s);
				continue;
			}
			if (s->which == TREE_STRING_BARE &&
			    strcmp(s->text.s, "--%") == 0 &&
			    i + 1 < n->elements.n)
				continue;
			if (s->which == TREE_STRING_BARE &&
			    (tilde(args, s->text.s) ||
				add_matches(f, args, s->text.s)))
				continue;
			add_text(args, s->text.s, s->text.len);
			continue;
		}
		if (e->kind == NODE_CONSTANT) {
			struct tree_text src = tree_source(f->tree, e);

			add_text(args, src.s, src.len);
			continue;
		}
		flow = eval(f, e, &v);
		if (flow == FLOW_MORE)
			flow = add_value(f, args, v);
		value_unref(v);
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}

/* ---- starting ---- */

static void
close_fd(int *fdp)
{
	if (*fdp >= 0)
		(void)close(*fdp);
	*fdp = -1;
}

static enum flow
start_error(struct stage *st, int error)
{
	struct value target = value_string(st->call.command.path);
	const char *slash = strrchr(st->call.command.path, '/');
	enum flow flow = lang_error(st->call.s,
	    SMA "ApplicationFailedException", "NativeCommandFailed",
	    "ResourceUnavailable", target,
	    "Program '%s' failed to run: An error occurred trying to start "
	    "process '%s' with working directory '%s'. %s",
	    slash != NULL ? slash + 1 : st->call.command.path,
	    st->call.command.path, buf_text(&st->call.s->location),
	    strerror(error));

	value_unref(target);
	return flow;
}

static char **
make_argv(struct stage *st)
{
	struct list *args = list_of(st->call.raw_args);
	char **argv = mem_array(args->count + 2, sizeof(*argv));
	size_t n = 0;

	argv[n++] = st->call.command.path;
	for (size_t i = 0; i < args->count; i++) {
		struct value v = args->items[i];

		argv[n++] = value_is_string(v) ?
		    (char *)(uintptr_t)value_chars(v) :
		    (char *)(uintptr_t)"";
	}
	argv[n] = NULL;
	return argv;
}

/* Whether the program's output may go straight to our own descriptor. */
static bool
is_direct(struct stage *st)
{
	struct session *s = st->call.s;

	return s->host->passes_descriptors && st->next == NULL &&
	    st->out == s->default_sink &&
	    st->streams.to[STREAM_ERROR] == NULL;
}

static int
spawn(struct stage *st, const int in[2], const int out[2], const int err[2])
{
	struct native *n = st->native;
	struct session *s = st->call.s;
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t none, defaults;
	char **argv = make_argv(st);
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	int rc;

	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&attr);
	if (in[0] >= 0)
		posix_spawn_file_actions_adddup2(&fa, in[0], 0);
	if (out[1] >= 0)
		posix_spawn_file_actions_adddup2(&fa, out[1], 1);
	if (err[1] >= 0)
		posix_spawn_file_actions_adddup2(&fa, err[1], 2);
	posix_spawn_file_actions_addchdir_np(&fa, buf_text(&s->location));
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGXFSZ);
	sigaddset(&defaults, SIGTSTP);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	if (s->host->terminal) {
		flags |= POSIX_SPAWN_SETPGROUP;
		posix_spawnattr_setpgroup(&attr, 0);
	}
	posix_spawnattr_setflags(&attr, flags);
	rc = posix_spawn(&n->pid, st->call.command.path, &fa, &attr, argv,
	    environ);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&attr);
	mem_free(argv);
	return rc;
}

enum flow
native_begin(struct stage *st)
{
	struct session *s = st->call.s;
	struct native *n = mem_zalloc(sizeof(*n));
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err[2] = { -1, -1 };
	bool feeds = st->call.expects_input;
	int rc = 0;

	st->native = n;
	n->in = n->out = n->err = -1;
	n->raw = st->next == NULL && st->out == s->default_sink &&
	    st->streams.lists[STREAM_OUTPUT] == NULL;
	n->direct = n->raw && is_direct(st);
	if (n->direct && s->formatter != NULL && s->formatter->flush != NULL)
		s->formatter->flush(s->formatter, &s->run);
	if (n->direct && s->host->flush != NULL)
		s->host->flush(s->host);
	if (feeds && pipe2(in, O_CLOEXEC) != 0)
		rc = errno;
	if (rc == 0 && !n->direct && pipe2(out, O_CLOEXEC) != 0)
		rc = errno;
	if (rc == 0 && st->streams.to[STREAM_ERROR] != NULL &&
	    pipe2(err, O_CLOEXEC) != 0)
		rc = errno;
	if (rc == 0)
		rc = spawn(st, in, out, err);
	close_fd(&in[0]);
	close_fd(&out[1]);
	close_fd(&err[1]);
	n->in = in[1];
	n->out = out[0];
	n->err = err[0];
	if (rc != 0) {
		st->call.failed = true;
		return start_error(st, rc);
	}
	n->started = true;
	if (s->host->terminal) {
		(void)setpgid(n->pid, n->pid);
		(void)tcsetpgrp(0, n->pid);
	}
	if (n->in >= 0)
		(void)fcntl(n->in, F_SETFL,
		    fcntl(n->in, F_GETFL) | O_NONBLOCK);
	return FLOW_MORE;
}

/* ---- reading ---- */

static enum flow
emit_error_line(struct stage *st, const char *s, size_t len)
{
	struct session *sn = st->call.s;
	struct value text = value_string_n(s, len);
	struct error_spec spec = {
		.exception = SMA "RemoteException",
		.id = "NativeCommandError",
		.category = "NotSpecified",
		.target = text,
		.message = value_chars(text),
	};
	struct value record = error_new(sn, &spec);
	struct sink *to = st->streams.to[STREAM_ERROR];
	enum flow flow = to->put(to, record);

	value_unref(record);
	value_unref(text);
	return flow;
}

static enum flow
emit_line(struct stage *st, const char *s, size_t len, bool error)
{
	struct value v;
	enum flow flow;

	if (len > 0 && s[len - 1] == '\r')
		len--;
	if (error)
		return emit_error_line(st, s, len);
	v = value_string_n(s, len);
	flow = st->own_out.put(&st->own_out, v);
	value_unref(v);
	return flow;
}

static enum flow
take_lines(struct stage *st, struct buf *b, bool error)
{
	for (;;) {
		char *end = b->len > 0 ? memchr(b->data, '\n', b->len) : NULL;
		struct buf line = { 0 };
		size_t len;
		enum flow flow;

		if (end == NULL)
			return FLOW_MORE;
		len = (size_t)(end - b->data);
		buf_add(&line, b->data, len);
		buf_consume(b, len + 1);
		flow = emit_line(st, buf_text(&line), line.len, error);
		buf_clear(&line);
		if (flow != FLOW_MORE)
			return flow;
	}
}

static enum flow
read_from(struct stage *st, int *fdp, struct buf *b, bool error)
{
	char room[16384];
	ssize_t n = read(*fdp, room, sizeof(room));
	enum flow flow;

	if (n > 0 && !error && st->native->raw) {
		struct host *h = st->call.s->host;

		h->write(h, room, (size_t)n);
		return FLOW_MORE;
	}
	if (n > 0) {
		buf_add(b, room, (size_t)n);
		return take_lines(st, b, error);
	}
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return FLOW_MORE;
	close_fd(fdp);
	if (b->len == 0)
		return FLOW_MORE;
	flow = emit_line(st, b->data, b->len, error);
	buf_reset(b);
	return flow;
}

static void
write_some(struct native *n)
{
	ssize_t w = write(n->in, n->to_write.data, n->to_write.len);

	if (w > 0)
		buf_consume(&n->to_write, (size_t)w);
	else if (w < 0 && errno != EINTR && errno != EAGAIN) {
		/* it reads no more: the rest goes nowhere */
		buf_reset(&n->to_write);
		close_fd(&n->in);
	}
}

/*
 * One turn: writes what it can, reads what there is. block false: only what
 * is ready now.
 */
static enum flow
turn(struct stage *st, bool block)
{
	struct native *n = st->native;
	struct session *s = st->call.s;
	struct pollfd p[4];
	int at_in = -1, at_out = -1, at_err = -1;
	nfds_t count = 0;
	enum flow flow = FLOW_MORE;

	if (n->in >= 0 && n->to_write.len > 0) {
		at_in = (int)count;
		p[count++] = (struct pollfd){ n->in, POLLOUT, 0 };
	}
	if (n->out >= 0) {
		at_out = (int)count;
		p[count++] = (struct pollfd){ n->out, POLLIN, 0 };
	}
	if (n->err >= 0) {
		at_err = (int)count;
		p[count++] = (struct pollfd){ n->err, POLLIN, 0 };
	}
	p[count] = (struct pollfd){ s->wake[0], POLLIN, 0 };
	if (poll(p, count + (s->wake[0] >= 0), block ? -1 : 0) < 0 &&
	    errno != EINTR)
		return FLOW_MORE;
	if (s->run.stop)
		return run_check_stop(&s->run);
	if (at_in >= 0 && p[at_in].revents != 0)
		write_some(n);
	if (at_out >= 0 && p[at_out].revents != 0)
		flow = read_from(st, &n->out, &n->line, false);
	if (flow == FLOW_MORE && at_err >= 0 && p[at_err].revents != 0)
		flow = read_from(st, &n->err, &n->error_line, true);
	return flow;
}

/* LIMIT: bytes that wait for the program to read them. */
#define NATIVE_PENDING_MAX 65536

enum flow
native_process(struct stage *st, struct value v)
{
	struct native *n = st->native;
	struct session *s = st->call.s;
	struct value text = VALUE_NULL;
	enum flow flow = FLOW_MORE;

	if (n->in < 0)
		return FLOW_MORE;
	if (v.type == &type_bytes) {
		buf_add(&n->to_write, bytes_of(v)->data, bytes_of(v)->len);
	} else {
		flow = value_text_culture(&s->run, v, &text);
		if (flow != FLOW_MORE)
			return flow;
		buf_add(&n->to_write, value_chars(text), value_chars_len(text));
		buf_add_byte(&n->to_write, '\n');
		value_unref(text);
	}
	flow = turn(st, false);
	while (flow == FLOW_MORE && n->in >= 0 &&
	    n->to_write.len > NATIVE_PENDING_MAX)
		flow = turn(st, true);
	return flow;
}

/*
 * Until the program has ended or the run is stopped. A signal may reach
 * another of our threads, or come between a look and the wait: so a
 * descriptor is waited for, together with the session's own.
 */
static void
wait_or_stop(struct stage *st)
{
	struct run *r = &st->call.s->run;
	struct native *n = st->native;
	int fd = (int)syscall(SYS_pidfd_open, n->pid, 0);

	if (fd < 0) /* an old kernel, a strict container */
		return;
	while (!r->stop && r->ops->wait(r, fd, POLLIN, -1) == 0)
		;
	if (r->stop)
		(void)kill(n->pid, SIGTERM);
	(void)close(fd);
}

static void
wait_for(struct stage *st)
{
	struct native *n = st->native;

	if (!n->waited)
		wait_or_stop(st);
	while (!n->waited) {
		pid_t got = waitpid(n->pid, &n->status, 0);

		if (got == n->pid || (got < 0 && errno != EINTR))
			n->waited = true;
		else if (st->call.s->run.stop)
			(void)kill(n->pid, SIGTERM);
	}
	if (st->call.s->host->terminal) {
		struct sigaction ignore = { .sa_handler = SIG_IGN }, was;

		sigaction(SIGTTOU, &ignore, &was);
		(void)tcsetpgrp(0, getpgrp());
		sigaction(SIGTTOU, &was, NULL);
	}
}

static enum flow
native_failed(struct stage *st, int code)
{
	struct session *s = st->call.s;
	struct variable *v = scope_find(s->frame->scope, A.native_eap);
	struct value record;
	struct error_spec spec = {
		.exception = SMA "NativeCommandExitException",
		.id = "ProgramExitedWithNonZeroCode",
		.category = "NotSpecified",
	};
	const char *slash = strrchr(st->call.command.path, '/');
	bool yes = false;
	char *message;

	st->call.failed = true;
	if (v == NULL ||
	    value_truth(&s->run, v->value, &yes) != FLOW_MORE || !yes)
		return FLOW_MORE;
	message = mem_printf("Program \"%s\" ended with non-zero exit code: "
	    "%d (0x%02X).", slash != NULL ? slash + 1 : st->call.command.path,
	    code, (unsigned)code);
	spec.message = message;
	record = error_new(s, &spec);
	mem_free(message);
	error_place(s, error_record_of(record));
	return call_report_take(&st->call, record);
}

enum flow
native_end(struct stage *st)
{
	struct native *n = st->native;
	struct session *s = st->call.s;
	enum flow flow = FLOW_MORE;
	int code;

	while (flow == FLOW_MORE && n->in >= 0 && n->to_write.len > 0)
		flow = turn(st, true);
	close_fd(&n->in);
	while (flow == FLOW_MORE && (n->out >= 0 || n->err >= 0))
		flow = turn(st, true);
	if (flow != FLOW_MORE)
		return flow;
	wait_for(st);
	code = WIFEXITED(n->status) ? WEXITSTATUS(n->status) :
				      128 + WTERMSIG(n->status);
	scope_set_take(s->global, A.lastexit, value_int(code));
	if (code != 0)
		return native_failed(st, code);
	return FLOW_MORE;
}

void
native_clean(struct stage *st)
{
	struct native *n = st->native;

	if (n == NULL)
		return;
	close_fd(&n->in);
	close_fd(&n->out);
	close_fd(&n->err);
	if (n->started && !n->waited) {
		/* it was stopped: nobody reads it any more */
		(void)kill(n->pid, SIGTERM);
		wait_for(st);
	}
	buf_clear(&n->to_write);
	buf_clear(&n->line);
	buf_clear(&n->error_line);
	mem_free(n);
	st->native = NULL;
}
