/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One service's process: states, spawning, crashes and back-off. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/object.h"
#include "svc/args.h"
#include "svc/supervisor_internal.h"

#define START_MS 30000
#define WAIT_MS 15000
#define STOP_MS 10000
#define STOP_GRACE_MS 500
#define BACKOFF_FIRST_MS 1000
#define BACKOFF_MAX_MS 60000
/* A life as long as this forgets earlier crashes. */
#define LIFE_MS 60000
#define LOCK_RETRY_MS 200
#define LOCK_LIMIT_MS 20000

static void child_advance(struct child *c);

static const char *const state_texts[] = {
	"Stopped",
	"StartPending",
	"StartPending",
	"Running",
	"StopPending",
	"StartPending",
};

const char *
child_state_text(const struct child *c)
{
	return state_texts[c->state];
}

static void
child_enter(struct child *c, enum child_state state)
{
	log_info("supervisor", "service=%s state=%s was=%s", c->def->name,
	    state_texts[state], state_texts[c->state]);
	c->state = state;
}

struct child *
child_find(const struct supervisor *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->n_children; i++)
		if (strcasecmp(s->children[i].def->name, name) == 0)
			return &s->children[i];
	return NULL;
}

const struct child *
child_dependant(const struct child *c)
{
	const struct supervisor *s = c->supervisor;
	size_t i;

	for (i = 0; i < s->n_children; i++)
		if (s->children[i].def->needs != NULL &&
		    strcmp(s->children[i].def->needs, c->def->name) == 0 &&
		    (s->children[i].wanted || s->children[i].pid != 0))
			return &s->children[i];
	return NULL;
}

bool
child_is_active(const struct child *c)
{
	return c->state == CHILD_STARTING || c->state == CHILD_RUNNING ||
	    c->state == CHILD_BACKOFF;
}

bool
children_any_alive(const struct supervisor *s)
{
	size_t i;

	for (i = 0; i < s->n_children; i++)
		if (s->children[i].pid != 0)
			return true;
	return false;
}

static void
event(struct child *c, unsigned int id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
event(struct child *c, unsigned int id, const char *fmt, ...)
{
	char text[EVLOG_TEXT_SIZE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	supervisor_event(c->supervisor, "Supervisor", id, text);
}

/* Messages of the process. */

static void
on_state(struct child *c, struct value arg)
{
	const char *state = args_text(arg, "State");
	const char *text = args_text(arg, "Text");
	struct value problems = args_get(arg, "Problems");

	if (value_is_list(problems) && list_of(problems)->count <= 64)
		value_set(&c->problems, problems);
	if (state == NULL)
		return;
	if (strcmp(state, "Failed") == 0)
		(void)snprintf(c->failure, sizeof(c->failure), "%s",
		    text == NULL ? "no reason was given" : text);
	if (strcmp(state, "Running") != 0 || c->state != CHILD_STARTING)
		return;
	loop_timer_cancel(c->timer);
	c->failure[0] = '\0';
	child_enter(c, CHILD_RUNNING);
	event(c, EVLOG_SERVICE_STARTED, "%s is running (process %d)",
	    c->def->name, (int)c->pid);
	orders_tell(c, NULL);
	children_advance(c->supervisor);
}

static void
on_publish(struct child *c, struct value arg, const int *fds, size_t n_fds)
{
	struct supervisor *s = c->supervisor;
	int64_t number = args_int(arg, "Number", -1);
	struct fault f;

	if (!c->def->makes_snapshots || n_fds < 1 || number < 0)
		return;
	if (listen_configure(s, args_get(arg, "Listeners"), &f) == -1)
		event(c, EVLOG_CONFIGURATION_FAILED, "listeners: %s", f.text);
	snapshot_take(s, number, args_get(arg, "Parts"), fds, n_fds);
	c->taken = number;
	event(c, EVLOG_CONFIGURATION_PUBLISHED,
	    "configuration %lld was handed to the services",
	    (long long)number);
	children_advance(s);
}

static void
on_names(struct child *c, struct value arg)
{
	struct supervisor *s = c->supervisor;
	size_t i, n = args_count(arg, "Names"), used = 0;
	const char **names;
	struct fault f;
	int rc;

	if (!c->def->makes_snapshots || n > 256)
		return;
	names = mem_array(n + 1, sizeof(char *));
	for (i = 0; i < n; i++)
		if (value_is_string(args_at(arg, "Names", i)))
			names[used++] = value_chars(args_at(arg, "Names", i));
	rc = keys_set_names(s->keys, names, used, &f);
	mem_free(names);
	if (rc == -1)
		event(c, EVLOG_CERTIFICATE_UNUSABLE, "%s", f.text);
	if (rc != 0)
		certificates_hand_all(s);
}

static void
on_tell(struct peer *p, const char *name, struct value arg, int *fds,
    size_t n_fds, void *ctx)
{
	struct child *c = ctx;
	const char *text;

	(void)p;
	if (strcmp(name, "state") == 0) {
		on_state(c, arg);
	} else if (strcmp(name, "event") == 0) {
		if ((text = args_text(arg, "Text")) != NULL)
			supervisor_event(c->supervisor, c->def->name,
			    (unsigned int)args_int(arg, "Id", 0), text);
	} else if (strcmp(name, "taken") == 0) {
		c->taken = args_int(arg, "Number", c->taken);
	} else if (strcmp(name, "publish") == 0) {
		on_publish(c, arg, fds, n_fds);
	} else if (strcmp(name, "names") == 0) {
		on_names(c, arg);
	}
}

/* The socket is gone but the process may hang: it gets little time. */
static void
on_closed(struct peer *p, const struct fault *why, void *ctx)
{
	struct child *c = ctx;

	(void)p;
	c->peer = NULL;
	if (c->pid == 0)
		return;
	log_debug("supervisor", "connection lost service=%s reason=\"%s\"",
	    c->def->name, why->text);
	if (c->state != CHILD_STOPPING)
		loop_timer_set(c->timer, 2000);
}

static const struct peer_ops child_ops = {
	.on_tell = on_tell,
	.on_closed = on_closed,
};

/* Spawning. */

/* The process holds the lock as long as it lives. -1 with BUSY: another. */
static int
take_lock(struct child *c, struct fault *f)
{
	char *path =
	    mem_printf("%s/%s.lock", c->supervisor->run_dir, c->def->name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd == -1) {
		(void)fault_errno(f, errno, "%s", path);
	} else if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		(void)fault_set(f, FAULT_BUSY,
		    "an older process of %s has not ended yet", c->def->name);
		(void)close(fd);
		fd = -1;
	}
	mem_free(path);
	return fd;
}

static void
exec_child(const struct child *c, int sock, int lock)
{
	static char option[] = "--service";
	char *argv[] = { c->supervisor->program,
		option, (char *)(uintptr_t)c->def->name, NULL };
	sigset_t none;
	int i;

	/* Above both targets first, so that neither overwrites the other. */
	sock = fcntl(sock, F_DUPFD, 10);
	lock = fcntl(lock, F_DUPFD, 10);
	if (sock == -1 || lock == -1 || dup2(sock, 3) == -1 ||
	    dup2(lock, 4) == -1)
		_exit(126);
	(void)close_range(5, ~0U, 0);
	(void)fcntl(3, F_SETFD, 0);
	(void)fcntl(4, F_SETFD, 0);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)setenv("FEDSH_SUPERVISED", "1", 1);
	(void)execv(c->supervisor->program, argv);
	_exit(127);
}

static int
spawn(struct child *c, struct fault *f)
{
	int fds[2], lock;
	pid_t pid;

	if ((lock = take_lock(c, f)) == -1)
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		fds) == -1) {
		(void)fault_errno(f, errno, "socket pair");
		(void)close(lock);
		return -1;
	}
	pid = fork();
	if (pid == 0)
		exec_child(c, fds[1], lock);
	(void)close(fds[1]);
	(void)close(lock);
	if (pid == -1) {
		(void)fault_errno(f, errno, "starting %s", c->def->name);
		(void)close(fds[0]);
		return -1;
	}
	c->pid = pid;
	c->killed = false;
	c->taken = -1;
	c->peer = peer_open_take(c->supervisor->loop, fds[0], "supervisor",
	    &child_ops, c);
	return 0;
}

/* Those that wait for c will not start either, for now. */
static void
tell_failed(struct child *c, const struct fault *f)
{
	struct supervisor *s = c->supervisor;
	struct child *other;
	struct fault why = *f;
	size_t i;

	orders_tell(c, f);
	(void)fault_within(&why, "it needs %s", c->def->name);
	for (i = 0; i < s->n_children; i++) {
		other = &s->children[i];
		if (other->state == CHILD_WAITING && other->def->needs != NULL &&
		    strcmp(other->def->needs, c->def->name) == 0)
			orders_tell(other, &why);
	}
}

/* The timer of a child that waits without an end in sight. */
static void
still_waiting(struct child *c)
{
	struct fault f;

	if (c->lock_since == 0) {
		(void)fault_set(&f, FAULT_UNAVAILABLE,
		    "%s waits: %s has not given it a configuration yet",
		    c->def->name,
		    c->def->needs == NULL ? "nobody" : c->def->needs);
		(void)snprintf(
		    c->failure, sizeof(c->failure), "%.900s", f.text);
		orders_tell(c, &f);
	}
	child_advance(c);
}

static void
start_failed(struct child *c, const struct fault *f)
{
	(void)snprintf(c->failure, sizeof(c->failure), "%s", f->text);
	event(c, EVLOG_SERVICE_START_FAILED, "%s: %s", c->def->name, f->text);
	tell_failed(c, f);
	child_enter(c, CHILD_BACKOFF);
	c->backoff_ms = BACKOFF_MAX_MS;
	loop_timer_set(c->timer, BACKOFF_MAX_MS);
}

/* Whether c may start now; what it needs is asked for. */
static bool
is_ready(struct child *c)
{
	struct supervisor *s = c->supervisor;
	struct child *needed;

	if (c->def->needs != NULL &&
	    (needed = child_find(s, c->def->needs)) != NULL &&
	    needed->state != CHILD_RUNNING) {
		if (!needed->wanted)
			child_start(needed);
		return false;
	}
	return c->def->makes_snapshots || s->snapshot >= 0;
}

static void
try_start(struct child *c)
{
	struct supervisor *s = c->supervisor;
	struct fault f;

	if (c->state != CHILD_WAITING) {
		child_enter(c, CHILD_WAITING);
		loop_timer_set(c->timer, WAIT_MS);
	}
	if (!is_ready(c))
		return;
	if (spawn(c, &f) == -1) {
		if (c->lock_since == 0)
			c->lock_since = loop_now(s->loop) + 1;
		if (f.code == FAULT_BUSY &&
		    loop_now(s->loop) - c->lock_since < LOCK_LIMIT_MS) {
			loop_timer_set(c->timer, LOCK_RETRY_MS);
			return;
		}
		c->lock_since = 0;
		start_failed(c, &f);
		return;
	}
	c->lock_since = 0;
	c->started_at = loop_now(s->loop);
	c->started_wall = loop_wall(s->loop);
	value_clear(&c->problems);
	child_enter(c, CHILD_STARTING);
	loop_timer_set(c->timer, START_MS);
	certificates_hand(c);
	listen_hand_all(c);
	listen_open(c);
	snapshot_hand(c);
	(void)peer_tell(c->peer, "start", VALUE_NULL, NULL, 0, NULL);
}

static void
begin_stop(struct child *c)
{
	struct dict *d = dict_new(NULL);

	args_set_int(d, "LimitMs", STOP_MS);
	if (c->peer != NULL)
		(void)peer_tell(
		    c->peer, "stop", dict_value(d), NULL, 0, NULL);
	else
		(void)kill(c->pid, SIGTERM);
	value_unref(dict_value(d));
	child_enter(c, CHILD_STOPPING);
	loop_timer_set(c->timer, STOP_MS + STOP_GRACE_MS);
}

static void
rest(struct child *c)
{
	loop_timer_cancel(c->timer);
	c->backoff_ms = 0;
	c->lock_since = 0;
	listen_close(c);
	child_enter(c, CHILD_STOPPED);
	orders_tell(c, NULL);
}

/* Brings what is nearer to what is wanted, one step. */
static void
child_advance(struct child *c)
{
	switch (c->state) {
	case CHILD_STOPPED:
	case CHILD_WAITING:
		if (c->wanted)
			try_start(c);
		else if (c->state == CHILD_WAITING)
			rest(c);
		return;
	case CHILD_STARTING:
	case CHILD_RUNNING:
		if (!c->wanted && child_dependant(c) == NULL)
			begin_stop(c);
		return;
	case CHILD_BACKOFF:
		if (!c->wanted)
			rest(c);
		return;
	case CHILD_STOPPING:
		return;
	}
}

void
children_advance(struct supervisor *s)
{
	size_t i;

	for (i = 0; i < s->n_children; i++)
		child_advance(&s->children[i]);
}

static void
on_timer(void *arg)
{
	struct child *c = arg;

	switch (c->state) {
	case CHILD_WAITING:
		still_waiting(c);
		return;
	case CHILD_BACKOFF:
		child_enter(c, CHILD_STOPPED);
		child_advance(c);
		return;
	case CHILD_STARTING:
		if (c->peer != NULL)
			(void)snprintf(c->failure, sizeof(c->failure),
			    "it did not come up within %d s", START_MS / 1000);
		(void)kill(c->pid, SIGKILL);
		return;
	case CHILD_STOPPING:
		c->killed = true;
		event(c, EVLOG_SERVICE_KILLED,
		    "%s did not stop within %d s and was ended", c->def->name,
		    STOP_MS / 1000);
		(void)kill(c->pid, SIGKILL);
		return;
	case CHILD_RUNNING:
		/* It lost its connection and hangs. */
		if (c->peer == NULL && c->pid != 0)
			(void)kill(c->pid, SIGKILL);
		return;
	case CHILD_STOPPED:
		return;
	}
}

static void
crash_text(const struct child *c, int status, char *text, size_t size)
{
	if (WIFSIGNALED(status))
		(void)snprintf(text, size, "%.40s was ended by signal %d (%.80s)",
		    c->def->name, WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else
		(void)snprintf(text, size, "%.40s ended with status %d%s%.800s",
		    c->def->name, WEXITSTATUS(status),
		    *c->failure != '\0' ? ": " : "", c->failure);
}

static void
crashed(struct child *c, int status)
{
	struct loop *l = c->supervisor->loop;
	bool was_running = c->state == CHILD_RUNNING;
	int64_t wait;
	struct fault f;

	if (loop_now(l) - c->started_at >= LIFE_MS)
		c->backoff_ms = 0;
	wait = c->backoff_ms;
	c->backoff_ms = wait == 0 ? BACKOFF_FIRST_MS : wait * 2;
	if (c->backoff_ms > BACKOFF_MAX_MS)
		c->backoff_ms = BACKOFF_MAX_MS;
	c->restarts++;
	f.code = FAULT_UNAVAILABLE;
	crash_text(c, status, f.text, sizeof(f.text));
	(void)snprintf(c->failure, sizeof(c->failure), "%s", f.text);
	event(c,
	    was_running ? EVLOG_SERVICE_CRASHED : EVLOG_SERVICE_START_FAILED,
	    "%.800s; it is started again in %lld s", f.text,
	    (long long)(wait / 1000));
	child_enter(c, CHILD_BACKOFF);
	loop_timer_set(c->timer, wait);
	tell_failed(c, &f);
}

static void
child_ended(struct child *c, int status)
{
	bool was_stopping = c->state == CHILD_STOPPING;

	c->pid = 0;
	c->taken = -1;
	peer_close(c->peer);
	c->peer = NULL;
	loop_timer_cancel(c->timer);
	value_clear(&c->problems);
	if (was_stopping || !c->wanted) {
		event(c, EVLOG_SERVICE_STOPPED, "%s was stopped",
		    c->def->name);
		c->failure[0] = '\0';
		rest(c);
	} else {
		crashed(c, status);
	}
	children_advance(c->supervisor);
}

void
children_reap(struct supervisor *s)
{
	size_t i;
	int status;

	for (i = 0; i < s->n_children; i++)
		if (s->children[i].pid != 0 &&
		    waitpid(s->children[i].pid, &status, WNOHANG) ==
			s->children[i].pid)
			child_ended(&s->children[i], status);
}

void
child_start(struct child *c)
{
	c->wanted = true;
	supervisor_remember_wanted(c->supervisor);
	if (c->state == CHILD_BACKOFF) {
		/* Somebody asks: no more waiting. */
		c->backoff_ms = 0;
		loop_timer_cancel(c->timer);
		child_enter(c, CHILD_STOPPED);
	}
	if (child_is_active(c))
		listen_open(c); /* what could not be bound may be free now */
	child_advance(c);
}

void
child_stop(struct child *c)
{
	c->wanted = false;
	supervisor_remember_wanted(c->supervisor);
	child_advance(c);
}

void
child_kill(struct child *c)
{
	if (c->pid == 0)
		return;
	(void)kill(c->pid, SIGKILL);
	while (waitpid(c->pid, NULL, 0) == -1 && errno == EINTR)
		continue;
	c->pid = 0;
}

void
child_init(struct child *c, struct supervisor *s,
    const struct supervisor_service *def)
{
	memset(c, 0, sizeof(*c));
	c->supervisor = s;
	c->def = def;
	c->taken = -1;
	c->settings_fd = c->users_fd = -1;
	c->timer = loop_timer_new(s->loop, on_timer, c);
}

void
child_clear(struct child *c)
{
	child_kill(c);
	peer_close(c->peer);
	snapshot_drop(c);
	loop_timer_free(c->timer);
	value_clear(&c->problems);
}

/* What Get-CsWindowsService shows. */

static struct value
problem_list(const struct child *c)
{
	struct list *l = list_new(NULL, 4);
	size_t i;

	if (*c->failure != '\0')
		list_add_take(l, value_string(c->failure));
	for (i = 0; value_is_list(c->problems) &&
	    i < list_of(c->problems)->count;
	    i++) {
		struct value p = list_of(c->problems)->items[i];

		if (args_text(p, "Text") != NULL)
			list_add_take(l, value_string(args_text(p, "Text")));
	}
	listen_problems(c, list_value(l));
	/* Nobody's in particular: shown where the configuration is made. */
	if (c->def->makes_snapshots && *c->supervisor->events_failure != '\0')
		list_add_take(
		    l, value_string(c->supervisor->events_failure));
	return list_value(l);
}

struct value
child_object(const struct child *c)
{
	struct object *o = object_new(NULL);

	object_set_take(o, "Name", value_string(c->def->name));
	object_set_take(o, "Status", value_string(child_state_text(c)));
	object_set_take(o, "ProcessId", value_int((int32_t)c->pid));
	object_set_take(o, "Since",
	    c->pid == 0
		? VALUE_NULL
		: value_datetime((c->started_wall +
				     INT64_C(62135596800000)) * 10000 |
		      INT64_C(1) << 62));
	object_set_take(o, "Restarts", value_int((int32_t)c->restarts));
	object_set_take(o, "Snapshot", value_long(c->taken));
	object_set_take(o, "DependsOn",
	    c->def->needs == NULL ? VALUE_NULL : value_string(c->def->needs));
	object_set_take(o, "Problems", problem_list(c));
	return object_value(o);
}
