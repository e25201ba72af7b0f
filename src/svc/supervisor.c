/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supervisor as a process: one per home, its files, its end. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/home.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/replace.h"
#include "svc/supervisor_internal.h"

#define WATCH_MS 10000
#define IDLE_MS 30000
#define CERTIFICATES_MS (6 * 3600 * 1000)
#define EXPIRES_SOON_S (14 * 86400)
#define RECORD_AGAIN_MS 10000
#define LOG_MAX (10 * 1024 * 1024)

static const struct supervisor_service product_services[] = {
	{ .name = "REPLICA", .makes_snapshots = true },
	{ .name = "RTCSRV", .needs = "REPLICA" },
	{ .name = "RTCXMPPTGW", .needs = "REPLICA" },
	{ .name = "RTCXMPPTGWPX", .needs = "REPLICA", .no_users = true },
	{ .name = NULL },
};

/* How many could not be written, as soon as one can. */
static void
tell_lost(struct supervisor *s)
{
	char text[128];

	if (s->events_lost == 0)
		return;
	(void)snprintf(text, sizeof(text),
	    "%llu events could not be written and are lost; the log has them",
	    (unsigned long long)s->events_lost);
	if (evlog_file_add(s->events, loop_wall(s->loop), "Supervisor",
		EVLOG_EVENTS_LOST, text, NULL) == -1)
		return;
	s->events_lost = 0;
	s->events_failure[0] = '\0';
	if (s->record_again != NULL)
		loop_timer_cancel(s->record_again);
}

/* Events of our own come through here as well as those of services. */
void
supervisor_event(struct supervisor *s, const char *service, unsigned int id,
    const char *text)
{
	struct fault f;

	log_info("event", "service=%s id=%u %s", service, id, text);
	if (s->events == NULL || evlog_row(id) == NULL)
		return;
	tell_lost(s);
	if (evlog_file_add(
		s->events, loop_wall(s->loop), service, id, text, &f) == 0)
		return;
	log_error("event", "not recorded reason=\"%s\"", f.text);
	s->events_lost++;
	(void)snprintf(
	    s->events_failure, sizeof(s->events_failure), "%s", f.text);
	if (s->record_again != NULL)
		loop_timer_set(s->record_again, RECORD_AGAIN_MS);
}

static void
on_record_again(void *arg)
{
	struct supervisor *s = arg;

	tell_lost(s);
	if (s->events_lost > 0)
		loop_timer_set(s->record_again, RECORD_AGAIN_MS);
}

static void
on_own_event(unsigned int id, const char *text, void *arg)
{
	supervisor_event(arg, "Supervisor", id, text);
}

/* What was wanted survives a crash of ours, not a restart of the machine. */

static void
boot_id(char out[64])
{
	struct buf b;

	buf_init(&b);
	out[0] = '\0';
	if (replace_read(
		"/proc/sys/kernel/random/boot_id", 4096, &b, NULL) == 0)
		(void)snprintf(out, 64, "%.*s",
		    (int)strcspn(b.data, "\n"), b.data);
	buf_clear(&b);
}

void
supervisor_remember_wanted(const struct supervisor *s)
{
	char *path = mem_printf("%s/wanted", s->run_dir), boot[64];
	struct fault f;
	struct buf b;
	size_t i;

	boot_id(boot);
	buf_init(&b);
	buf_printf(&b, "%s\n", boot);
	for (i = 0; i < s->n_children; i++)
		if (s->children[i].wanted)
			buf_printf(&b, "%s\n", s->children[i].def->name);
	if (replace_file(path, b.data, b.len, 0600, &f) == -1)
		log_warn("supervisor", "%s", f.text);
	buf_clear(&b);
	mem_free(path);
}

static void
recall_wanted(struct supervisor *s)
{
	char *path = mem_printf("%s/wanted", s->run_dir), boot[64];
	char *line, *save = NULL;
	struct child *c;
	struct buf b;

	buf_init(&b);
	boot_id(boot);
	if (replace_read(path, 4096, &b, NULL) == 0 &&
	    (line = strtok_r(b.data, "\n", &save)) != NULL &&
	    strcmp(line, boot) == 0)
		while ((line = strtok_r(NULL, "\n", &save)) != NULL)
			if ((c = child_find(s, line)) != NULL)
				child_start(c);
	buf_clear(&b);
	mem_free(path);
}

/* Timers and signals. */

static void
on_bind_again(void *arg)
{
	struct supervisor *s = arg;
	size_t i;

	for (i = 0; i < s->n_children; i++)
		if (child_is_active(&s->children[i]))
			listen_open(&s->children[i]);
}

static void
warn_of_expiry(struct supervisor *s, int64_t now)
{
	const struct keys_cert *c;
	int64_t left;
	size_t i;

	for (i = 0; i < s->keys->n_uses; i++) {
		c = keys_find(s->keys, s->keys->uses[i].thumbprint);
		if (c == NULL)
			continue;
		left = cert_not_after(c->chain[0]) - now;
		if (left <= 0)
			evlog_write(EVLOG_CERTIFICATE_EXPIRED,
			    "the certificate for %s (%s) has expired",
			    s->keys->uses[i].use, cert_subject(c->chain[0]));
		else if (left < EXPIRES_SOON_S)
			evlog_write(EVLOG_CERTIFICATE_EXPIRING,
			    "the certificate for %s (%s) expires in %d days",
			    s->keys->uses[i].use, cert_subject(c->chain[0]),
			    (int)(left / 86400));
	}
}

/* Again in six hours, or when a staged certificate's time comes. */
void
certificates_arm(struct supervisor *s)
{
	int64_t next = keys_staged_next(s->keys), wait = CERTIFICATES_MS;

	if (next >= 0) {
		next = next * 1000 - loop_wall(s->loop);
		if (next < wait)
			wait = next > 0 ? next + 1 : 1;
	}
	loop_timer_set(s->certificates, wait);
}

static void
on_certificates(void *arg)
{
	struct supervisor *s = arg;
	int64_t now = loop_wall(s->loop) / 1000;
	struct fault f;
	int rc = keys_apply_staged(s->keys, now, &f);

	if (rc == -1)
		evlog_write(EVLOG_CERTIFICATE_UNUSABLE,
		    "a certificate did not come into use: %s", f.text);
	if (rc > 0)
		certificates_hand_all(s);
	rc = keys_renew(s->keys, now, &f);

	if (rc == -1)
		evlog_write(EVLOG_CERTIFICATE_UNUSABLE,
		    "an internal certificate was not renewed: %s", f.text);
	if (rc > 0)
		certificates_hand_all(s);
	warn_of_expiry(s, now);
	certificates_arm(s);
}

/* Another one took our place, or somebody removed the home. */
static bool
lost_home(const struct supervisor *s)
{
	char *path = mem_printf("%s/supervisor.lock", s->run_dir);
	struct stat ours, theirs;
	bool lost = fstat(s->lock_fd, &ours) == -1 ||
	    stat(path, &theirs) == -1 || ours.st_ino != theirs.st_ino;

	mem_free(path);
	return lost;
}

static bool
is_idle(const struct supervisor *s)
{
	size_t i;

	for (i = 0; i < s->n_children; i++)
		if (s->children[i].wanted || s->children[i].pid != 0)
			return false;
	return control_users(s->control) == 0;
}

static void
on_watch(void *arg)
{
	struct supervisor *s = arg;
	int64_t now = loop_now(s->loop);

	loop_timer_set(s->watch, WATCH_MS);
	if (!is_idle(s))
		s->idle_since = now;
	if (lost_home(s) ||
	    (s->ends_when_idle && now - s->idle_since >= IDLE_MS))
		supervisor_shut_down(s);
}

static void
on_child(int signo, void *arg)
{
	struct supervisor *s = arg;

	(void)signo;
	children_reap(s);
	if (s->shutting_down && !children_any_alive(s))
		loop_stop(s->loop);
}

static void
on_end_signal(int signo, void *arg)
{
	log_info("supervisor", "ending signal=%d", signo);
	supervisor_shut_down(arg);
}

void
supervisor_shut_down(struct supervisor *s)
{
	struct fault f;
	size_t i;

	if (s->shutting_down)
		return;
	s->shutting_down = true;
	(void)fault_set(
	    &f, FAULT_STOPPED, "the supervisor is shutting down");
	for (i = 0; i < s->n_children; i++)
		s->children[i].wanted = false;
	if (!lost_home(s))
		supervisor_remember_wanted(s);
	children_advance(s);
	orders_end(s, &f);
	if (!children_any_alive(s))
		loop_stop(s->loop);
}

/* Opening and closing. */

static int
take_home(struct supervisor *s, struct fault *f)
{
	char *path;

	if ((s->run_dir = home_make(HOME_RUN, NULL, f)) == NULL)
		return -1;
	path = mem_printf("%s/supervisor.lock", s->run_dir);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd == -1)
		(void)fault_errno(f, errno, "%s", path);
	else if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == -1) {
		(void)close(s->lock_fd);
		s->lock_fd = -1;
		(void)fault_set(f, FAULT_BUSY,
		    "another supervisor runs for this installation");
	}
	mem_free(path);
	return s->lock_fd == -1 ? -1 : 0;
}

static int
open_events(struct supervisor *s, struct fault *f)
{
	char *dir = home_make(HOME_LOG, NULL, f), *path;

	if (dir == NULL)
		return -1;
	path = mem_printf("%s/events", dir);
	s->events = evlog_file_open(path, f);
	mem_free(path);
	mem_free(dir);
	if (s->events == NULL)
		return -1;
	evlog_set_sink(on_own_event, s);
	return 0;
}

static void
make_children(struct supervisor *s)
{
	size_t n = 0;

	while (s->services[n].name != NULL)
		n++;
	s->children = mem_array(n + 1, sizeof(*s->children));
	for (; s->n_children < n; s->n_children++)
		child_init(&s->children[s->n_children], s,
		    &s->services[s->n_children]);
}

static void
make_timers(struct supervisor *s)
{
	s->bind_again = loop_timer_new(s->loop, on_bind_again, s);
	s->certificates = loop_timer_new(s->loop, on_certificates, s);
	s->watch = loop_timer_new(s->loop, on_watch, s);
	s->record_again = loop_timer_new(s->loop, on_record_again, s);
	s->on_chld = loop_signal_new(s->loop, SIGCHLD, on_child, s);
	s->on_term = loop_signal_new(s->loop, SIGTERM, on_end_signal, s);
	s->on_int = loop_signal_new(s->loop, SIGINT, on_end_signal, s);
	loop_timer_set(s->certificates, 0);
	loop_timer_set(s->watch, WATCH_MS);
	s->idle_since = loop_now(s->loop);
}

struct supervisor *
supervisor_open(const struct supervisor_setup *setup, struct fault *f)
{
	struct supervisor *s = mem_zalloc(sizeof(*s));
	char *path;

	s->loop = setup->loop;
	s->services =
	    setup->services == NULL ? product_services : setup->services;
	s->program = mem_strdup(
	    setup->program == NULL ? "/proc/self/exe" : setup->program);
	s->ends_when_idle = setup->ends_when_idle;
	s->lock_fd = -1;
	s->snapshot = -1;
	if (take_home(s, f) == -1 || open_events(s, f) == -1 ||
	    (s->keys = keys_open(f)) == NULL) {
		supervisor_close(s);
		return NULL;
	}
	make_children(s);
	make_timers(s);
	path = mem_printf("%s/control", s->run_dir);
	s->control =
	    control_open(s->loop, path, supervisor_methods, s, f);
	mem_free(path);
	if (s->control == NULL) {
		supervisor_close(s);
		return NULL;
	}
	evlog_write(EVLOG_SUPERVISOR_STARTED,
	    "the supervisor started (process %d)", (int)getpid());
	recall_wanted(s);
	return s;
}

void
supervisor_close(struct supervisor *s)
{
	struct fault f;
	size_t i;

	if (s == NULL)
		return;
	(void)fault_set(&f, FAULT_STOPPED, "the supervisor ended");
	orders_end(s, &f);
	control_close(s->control);
	for (i = 0; i < s->n_children; i++)
		child_clear(&s->children[i]);
	if (s->control != NULL)
		evlog_write(
		    EVLOG_SUPERVISOR_STOPPED, "the supervisor ended");
	listen_clear(s);
	mem_free(s->children);
	loop_signal_free(s->on_chld);
	loop_signal_free(s->on_term);
	loop_signal_free(s->on_int);
	loop_timer_free(s->bind_again);
	loop_timer_free(s->certificates);
	loop_timer_free(s->watch);
	loop_timer_free(s->record_again);
	keys_close(s->keys);
	if (s->events != NULL)
		evlog_set_sink(NULL, NULL);
	evlog_file_close(s->events);
	if (s->lock_fd != -1)
		(void)close(s->lock_fd);
	mem_free(s->run_dir);
	mem_free(s->program);
	mem_free(s);
}

/* Our own log, and what a crashing service writes: log/fedsh.log. */
static void
redirect_log(void)
{
	char *dir = home_make(HOME_LOG, NULL, NULL), *path, *old;
	struct stat st;
	int fd;

	if (dir == NULL)
		return;
	path = mem_printf("%s/fedsh.log", dir);
	old = mem_printf("%s.1", path);
	if (stat(path, &st) == 0 && st.st_size > LOG_MAX)
		(void)rename(path, old);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd != -1) {
		(void)dup2(fd, STDOUT_FILENO);
		(void)dup2(fd, STDERR_FILENO);
		(void)close(fd);
	}
	mem_free(old);
	mem_free(path);
	mem_free(dir);
}

static void
say_ready(int fd, const char *text, size_t len)
{
	if (fd == -1)
		return;
	(void)!write(fd, text, len);
	(void)close(fd);
}

int
supervisor_main(int ready_fd)
{
	struct supervisor_setup setup = { .ends_when_idle = ready_fd != -1 };
	struct supervisor *s = NULL;
	struct fault f;

	(void)umask(077);
	if (ready_fd != -1) {
		(void)fcntl(ready_fd, F_SETFD, FD_CLOEXEC);
		redirect_log();
	}
	log_open_fd(STDERR_FILENO, log_level_wanted(LOG_LEVEL_INFO));
	setup.loop = loop_new(&f);
	if (setup.loop != NULL)
		s = supervisor_open(&setup, &f);
	if (s == NULL) {
		log_error("supervisor", "%s", f.text);
		say_ready(ready_fd, f.text, strlen(f.text));
		loop_free(setup.loop);
		return 1;
	}
	say_ready(ready_fd, "", 1);
	loop_run(setup.loop);
	supervisor_close(s);
	loop_free(setup.loop);
	return 0;
}
