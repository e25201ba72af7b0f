/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A service process: what its supervisor hands it, its state, its end. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/home.h"
#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "svc/args.h"
#include "svc/service_internal.h"

#define SUPERVISOR_FD 3
/* What remains when the supervisor is gone. */
#define ORPHAN_MS 5000
#define STOP_MS 10000
#define BUNDLE_MAX (16 * 1024 * 1024)

const char *
service_name(const struct service *s)
{
	return s->name;
}

struct loop *
service_loop(const struct service *s)
{
	return s->loop;
}

void *
service_ctx(const struct service *s)
{
	return s->ctx;
}

bool
service_is_supervised(const struct service *s)
{
	return s->supervised;
}

int64_t
service_snapshot_number(const struct service *s)
{
	return s->number;
}

/* State. */

static void
tell_state(struct service *s, const char *state, const char *text)
{
	struct list *problems = list_new(NULL, s->n_problems);
	struct dict *d = dict_new(NULL), *p;
	size_t i;

	for (i = 0; i < s->n_problems; i++) {
		p = dict_new(NULL);
		args_set_text(p, "Key", s->problems[i].key);
		args_set_text(p, "Text", s->problems[i].text);
		list_add_take(problems, dict_value(p));
	}
	if (state != NULL)
		args_set_text(d, "State", state);
	if (text != NULL)
		args_set_text(d, "Text", text);
	dict_set_str_take(d, "Problems", list_value(problems));
	if (s->peer != NULL)
		(void)peer_tell(
		    s->peer, "state", dict_value(d), NULL, 0, NULL);
	value_unref(dict_value(d));
}

static struct service_problem_row *
problem_find(struct service *s, const char *key)
{
	size_t i;

	for (i = 0; i < s->n_problems; i++)
		if (strcmp(s->problems[i].key, key) == 0)
			return &s->problems[i];
	return NULL;
}

void
service_problem(struct service *s, const char *key, enum evlog_id id,
    const char *fmt, ...)
{
	struct service_problem_row *p = problem_find(s, key);
	char text[EVLOG_TEXT_SIZE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (p != NULL && strcmp(p->text, text) == 0)
		return;
	if (p == NULL) {
		if (s->n_problems == PROBLEMS_MAX)
			return;
		p = &s->problems[s->n_problems++];
		p->key = mem_strdup(key);
		p->text = NULL;
	}
	mem_free(p->text);
	p->text = mem_strdup(text);
	evlog_write(id, "%s", text);
	tell_state(s, NULL, NULL);
}

void
service_problem_clear(struct service *s, const char *key)
{
	struct service_problem_row *p = problem_find(s, key);

	if (p == NULL)
		return;
	mem_free(p->key);
	mem_free(p->text);
	*p = s->problems[--s->n_problems];
	tell_state(s, NULL, NULL);
}

void
service_journal_problem(struct service *s, const struct fault *failed)
{
	if (failed != NULL)
		service_problem(s, "journal",
		    failed->code == FAULT_DISK_FULL ? EVLOG_DISK_FULL
						    : EVLOG_STATE_WRITE_FAILED,
		    "%s goes on, but a restart would forget what changed "
		    "since: %.800s",
		    s->name, failed->text);
	else if (problem_find(s, "journal") != NULL) {
		service_problem_clear(s, "journal");
		evlog_write(EVLOG_STATE_WRITTEN,
		    "%s: live state is on disk again", s->name);
	}
}

static void
on_event(unsigned int id, const char *text, void *arg)
{
	struct service *s = arg;
	struct dict *d;

	log_info("event", "id=%u %s", id, text);
	if (s->events != NULL)
		(void)evlog_file_add(s->events, loop_wall(s->loop), s->name,
		    id, text, NULL);
	if (s->peer == NULL)
		return;
	d = dict_new(NULL);
	args_set_int(d, "Id", id);
	args_set_text(d, "Text", text);
	(void)peer_tell(s->peer, "event", dict_value(d), NULL, 0, NULL);
	value_unref(dict_value(d));
}

/* Certificates. */

struct tls_identity *
service_identity(const struct service *s, const char *use)
{
	size_t i;

	for (i = 0; i < s->n_identities; i++)
		if (strcasecmp(s->identities[i].use, use) == 0)
			return s->identities[i].identity;
	return NULL;
}

struct tls_trust *
service_trust(const struct service *s)
{
	return s->world.trust;
}

struct tls_trust *
service_internal_trust(const struct service *s)
{
	return s->inside.trust;
}

static void
identities_clear(struct service *s)
{
	size_t i;

	for (i = 0; i < s->n_identities; i++) {
		mem_free(s->identities[i].use);
		tls_identity_unref(s->identities[i].identity);
	}
	mem_free(s->identities);
	s->identities = NULL;
	s->n_identities = 0;
}

static void
trust_clear(struct service_trust_slot *slot)
{
	tls_trust_unref(slot->trust);
	mem_free(slot->pem);
	slot->trust = NULL;
	slot->pem = NULL;
}

static void
take_identity(struct service *s, struct value row)
{
	const char *use = args_text(row, "Use");
	struct value chain = args_get(row, "Chain"), key = args_get(row, "Key");
	struct tls_identity *id;
	struct fault f;

	if (use == NULL || !value_is_string(chain) || !value_is_string(key))
		return;
	id = tls_identity_new(value_chars(chain), value_chars_len(chain),
	    value_chars(key), value_chars_len(key), &f);
	if (id == NULL) {
		evlog_write(EVLOG_CERTIFICATE_UNUSABLE,
		    "the certificate for %s: %s", use, f.text);
		return;
	}
	s->identities = mem_array_grow(
	    s->identities, s->n_identities + 1, sizeof(*s->identities));
	s->identities[s->n_identities].use = mem_strdup(use);
	s->identities[s->n_identities++].identity = id;
}

/*
 * Reading the system's authorities takes long: what did not change stays.
 * slot->pem says of what it was made.
 */
static void
take_trust(struct service_trust_slot *slot, struct value bundle,
    const char *name, bool with_system)
{
	struct value pem = args_get(bundle, name);
	struct tls_trust *t;
	struct fault f;

	if (slot->trust != NULL && value_is_string(pem) &&
	    strcmp(value_chars(pem), slot->pem) == 0)
		return;
	t = tls_trust_new(
	    value_chars(pem), value_chars_len(pem), with_system, &f);
	if (t == NULL) {
		evlog_write(EVLOG_CERTIFICATE_UNUSABLE, "%s", f.text);
		t = tls_trust_new(NULL, 0, with_system, NULL);
	}
	trust_clear(slot);
	slot->trust = t;
	slot->pem = mem_strdup(value_is_string(pem) ? value_chars(pem) : "");
}

int
service_take_certificates(
    struct service *s, struct value bundle, struct fault *f)
{
	size_t i, n = args_count(bundle, "Certificates");

	if (!value_is_list(args_get(bundle, "Certificates")))
		return fault_set(f, FAULT_INVALID_DATA,
		    "the certificates cannot be read");
	identities_clear(s);
	for (i = 0; i < n; i++)
		take_identity(s, args_at(bundle, "Certificates", i));
	take_trust(&s->world, bundle, "Trust", true);
	take_trust(&s->inside, bundle, "InternalTrust", false);
	if (s->ops->certificates != NULL)
		s->ops->certificates(s);
	return 0;
}

static int
read_bundle(int fd, struct value *vp, struct fault *f)
{
	struct stat st;
	char *data;
	ssize_t n;
	int rc;

	if (fstat(fd, &st) == -1)
		return fault_errno(f, errno, "certificates");
	if (st.st_size <= 0 || st.st_size > BUNDLE_MAX)
		return fault_set(f, FAULT_INVALID_DATA,
		    "the certificates cannot be read");
	data = mem_alloc((size_t)st.st_size);
	n = pread(fd, data, (size_t)st.st_size, 0);
	rc = n == st.st_size
	    ? codec_read(data, (size_t)n, NULL, vp, f)
	    : fault_errno(f, n == -1 ? errno : EIO, "certificates");
	mem_wipe(data, (size_t)st.st_size);
	mem_free(data);
	return rc;
}

static void
got_certificates(struct service *s, int fd)
{
	struct value bundle = VALUE_NULL;
	struct fault f;

	if (read_bundle(fd, &bundle, &f) == -1 ||
	    service_take_certificates(s, bundle, &f) == -1)
		evlog_write(EVLOG_CERTIFICATE_UNUSABLE, "%s", f.text);
	value_unref(bundle);
}

/* Configuration and listeners. */

static void
tell_number(struct service *s, const char *name, int64_t number)
{
	struct dict *d = dict_new(NULL);

	args_set_int(d, "Number", number);
	if (s->peer != NULL)
		(void)peer_tell(s->peer, name, dict_value(d), NULL, 0, NULL);
	value_unref(dict_value(d));
}

int
service_take_snapshot(struct service *s, int64_t number, int settings_fd,
    int users_fd, struct fault *f)
{
	if (s->ops->snapshot == NULL)
		return 0;
	if (s->ops->snapshot(s, number, settings_fd, users_fd, f) == -1) {
		evlog_write(EVLOG_CONFIGURATION_REFUSED,
		    "configuration %lld: %s", (long long)number, f->text);
		(void)snprintf(s->refused, sizeof(s->refused), "%s", f->text);
		return -1;
	}
	s->number = number;
	tell_number(s, "taken", number);
	return 0;
}

int
service_take_listener(struct service *s, const char *name,
    const char *transport, int fd, struct fault *f)
{
	if (s->ops->listener == NULL) {
		(void)close(fd);
		return 0;
	}
	return s->ops->listener(s, name, transport, fd, f);
}

static void
got_listener(struct service *s, struct value arg, int fd)
{
	const char *name = args_text(arg, "Name");
	const char *transport = args_text(arg, "Transport");
	struct fault f;

	if (name == NULL || transport == NULL)
		(void)close(fd);
	else if (service_take_listener(s, name, transport, fd, &f) == -1)
		evlog_write(EVLOG_LISTEN_FAILED, "%s: %s", name, f.text);
}

static void
got_unlisten(struct service *s, struct value arg)
{
	const char *name = args_text(arg, "Name");
	const char *ip = args_text(arg, "Address");
	struct addr at;

	if (name != NULL && ip != NULL && s->ops->unlisten != NULL &&
	    addr_from_ip(
		ip, (uint16_t)args_int(arg, "Port", 0), &at, NULL) == 0)
		s->ops->unlisten(s, name, &at);
}

/* Starting and ending. */

void
service_fail(struct service *s, const struct fault *f)
{
	log_error("service", "name=%s failed: %s", s->name, f->text);
	s->status = 1;
	tell_state(s, "Failed", f->text);
	loop_stop(s->loop);
}

/*
 * Everything is open that will be needed. Without a supervisor it goes on
 * reading keys and snapshots, and writes its own events.
 */
static void
close_doors(const struct service *s)
{
	char *folder = s->ops->folder == NULL ? NULL
	    : home_path(HOME_STATE,
		  *s->ops->folder == '\0' ? NULL : s->ops->folder);
	char *state = home_path(HOME_STATE, NULL);
	char *log = home_path(HOME_LOG, NULL);
	const char *readable[] = { state, NULL };
	const char *writable[3] = { NULL };
	size_t n = 0;
	struct sandbox box = { .role = s->ops->sandbox, .writable = writable };

	if (folder != NULL)
		writable[n++] = folder;
	if (!s->supervised) {
		writable[n++] = log;
		box.readable = readable;
	}
	(void)sandbox_enter(&box);
	mem_free(folder);
	mem_free(state);
	mem_free(log);
}

int
service_go(struct service *s, struct fault *f)
{
	if (s->started)
		return 0;
	if (s->ops->snapshot != NULL && s->number < 0)
		return fault_set(f, FAULT_INVALID_OPERATION,
		    "there is no configuration it could use%s%.900s",
		    *s->refused == '\0' ? "" : ": ", s->refused);
	if (s->ops->start != NULL && s->ops->start(s, f) == -1)
		return -1;
	s->started = true;
	close_doors(s);
	log_info("service", "name=%s running", s->name);
	tell_state(s, "Running", NULL);
	return 0;
}

void
service_drained(struct service *s)
{
	loop_stop(s->loop);
}

static void
on_drain_timer(void *arg)
{
	struct service *s = arg;

	log_warn("service", "name=%s did not drain in time", s->name);
	loop_stop(s->loop);
}

static void
drain(struct service *s, int64_t limit_ms)
{
	if (s->draining) {
		/* Less time than before, never more. */
		if (limit_ms < loop_timer_left(s->drain_timer))
			loop_timer_set(s->drain_timer, limit_ms);
		return;
	}
	s->draining = true;
	loop_timer_set(s->drain_timer, limit_ms);
	tell_state(s, "Stopping", NULL);
	if (s->started && s->ops->drain != NULL)
		s->ops->drain(s, limit_ms);
	else
		loop_stop(s->loop);
}

static void
on_end_signal(int signo, void *arg)
{
	(void)signo;
	drain(arg, STOP_MS);
}

static void
on_hup(int signo, void *arg)
{
	struct service *s = arg;

	(void)signo;
	if (!s->supervised)
		foreground_reload(s);
}

static void
on_tell(struct peer *p, const char *name, struct value arg, int *fds,
    size_t n_fds, void *ctx)
{
	struct service *s = ctx;
	struct fault f;

	(void)p;
	if (strcmp(name, "certificates") == 0 && n_fds == 1) {
		got_certificates(s, fds[0]);
	} else if (strcmp(name, "listener") == 0 && n_fds == 1) {
		got_listener(s, arg, fds[0]);
		fds[0] = -1;
	} else if (strcmp(name, "unlisten") == 0) {
		got_unlisten(s, arg);
	} else if (strcmp(name, "snapshot") == 0 && n_fds >= 1) {
		(void)service_take_snapshot(s, args_int(arg, "Number", 0),
		    fds[0], n_fds > 1 ? fds[1] : -1, &f);
	} else if (strcmp(name, "start") == 0) {
		if (service_go(s, &f) == -1)
			service_fail(s, &f);
	} else if (strcmp(name, "stop") == 0) {
		drain(s, args_int(arg, "LimitMs", STOP_MS));
	} else if (s->ops->tell != NULL) {
		s->ops->tell(s, name, arg);
	}
}

static void
on_call(struct peer *p, struct peer_call *call, const char *name,
    struct value arg, void *ctx)
{
	struct service *s = ctx;
	struct fault f;

	(void)p;
	/* Whatever came before it is done. */
	if (strcmp(name, "settle") == 0) {
		call_end(call);
		return;
	}
	if (s->ops->call != NULL) {
		s->ops->call(s, call, name, arg);
		return;
	}
	(void)fault_set(
	    &f, FAULT_NOT_SUPPORTED, "%s answers no questions", s->name);
	call_fail(call, &f);
}

static void
on_closed(struct peer *p, const struct fault *why, void *ctx)
{
	struct service *s = ctx;

	(void)p;
	s->peer = NULL;
	log_warn("service", "name=%s lost its supervisor reason=\"%s\"",
	    s->name, why->text);
	drain(s, ORPHAN_MS);
}

static const struct peer_ops supervisor_ops = {
	.on_call = on_call,
	.on_tell = on_tell,
	.on_closed = on_closed,
};

static bool
has_supervisor(void)
{
	const char *said = getenv("FEDSH_SUPERVISED");
	struct stat st;

	return said != NULL && *said == '1' &&
	    fstat(SUPERVISOR_FD, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int
service_open(struct service *s, struct fault *f)
{
	s->supervised = has_supervisor();
	(void)unsetenv("FEDSH_SUPERVISED");
	if ((s->loop = loop_new(f)) == NULL)
		return -1;
	s->drain_timer = loop_timer_new(s->loop, on_drain_timer, s);
	s->on_term = loop_signal_new(s->loop, SIGTERM, on_end_signal, s);
	s->on_int = loop_signal_new(s->loop, SIGINT, on_end_signal, s);
	s->on_hup = loop_signal_new(s->loop, SIGHUP, on_hup, s);
	evlog_set_sink(on_event, s);
	if (s->supervised) {
		(void)fcntl(SUPERVISOR_FD + 1, F_SETFD, FD_CLOEXEC);
		s->peer = peer_open_take(s->loop, SUPERVISOR_FD, s->name,
		    &supervisor_ops, s);
	}
	if (s->ops->init != NULL && s->ops->init(s, f) == -1)
		return -1;
	return s->supervised ? 0 : foreground_open(s, f);
}

static void
service_close(struct service *s)
{
	size_t i;

	if (s->ops->close != NULL)
		s->ops->close(s);
	evlog_set_sink(NULL, NULL);
	foreground_close(s);
	peer_close(s->peer);
	identities_clear(s);
	trust_clear(&s->world);
	trust_clear(&s->inside);
	for (i = 0; i < s->n_problems; i++) {
		mem_free(s->problems[i].key);
		mem_free(s->problems[i].text);
	}
	loop_timer_free(s->drain_timer);
	loop_signal_free(s->on_term);
	loop_signal_free(s->on_int);
	loop_signal_free(s->on_hup);
	loop_free(s->loop);
}

int
service_main(const char *name, const struct service_ops *ops, void *ctx)
{
	struct service s = { .name = name, .ops = ops, .ctx = ctx,
		.number = -1, .lock_fd = -1 };
	struct fault f;

	(void)umask(077);
	log_open_fd(STDERR_FILENO, log_level_wanted(LOG_LEVEL_INFO));
	if (service_open(&s, &f) == -1) {
		if (s.loop != NULL)
			service_fail(&s, &f);
		else
			log_error("service", "name=%s %s", name, f.text);
		s.status = 1;
	} else {
		loop_run(s.loop);
	}
	service_close(&s);
	return s.status;
}

/* REPLICA. */

int
service_publish(struct service *s, int64_t number,
    const struct service_part *parts, size_t n, struct value listeners,
    struct fault *f)
{
	int fds[2 * SERVICE_PARTS_MAX];
	struct list *rows;
	struct dict *d, *row;
	size_t i, n_fds = 0;
	int rc;

	s->number = number;
	if (!s->supervised)
		return 0; /* services read the files */
	if (s->peer == NULL)
		return fault_set(f, FAULT_CLOSED, "the supervisor is gone");
	d = dict_new(NULL);
	rows = list_new(NULL, n);
	for (i = 0; i < n && i < SERVICE_PARTS_MAX; i++) {
		row = dict_new(NULL);
		dict_set_str_take(
		    row, "Service", value_string(parts[i].service));
		args_set_int(row, "Settings", (int64_t)n_fds);
		fds[n_fds++] = parts[i].settings_fd;
		args_set_int(row, "Users",
		    parts[i].users_fd == -1 ? -1 : (int64_t)n_fds);
		if (parts[i].users_fd != -1)
			fds[n_fds++] = parts[i].users_fd;
		list_add_take(rows, dict_value(row));
	}
	args_set_int(d, "Number", number);
	dict_set_str_take(d, "Parts", list_value(rows));
	dict_set_str_take(d, "Listeners", value_ref(listeners));
	rc = peer_tell(s->peer, "publish", dict_value(d), fds, n_fds, f);
	value_unref(dict_value(d));
	return rc;
}

void
service_publish_names(struct service *s, struct value names)
{
	struct dict *d;

	if (s->peer == NULL)
		return;
	d = dict_new(NULL);
	dict_set_str_take(d, "Names", value_ref(names));
	(void)peer_tell(s->peer, "names", dict_value(d), NULL, 0, NULL);
	value_unref(dict_value(d));
}
