/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A service without our supervisor: it binds its listeners, reads the newest
 * snapshot from $FEDSH_HOME/replica and the keys, and looks for newer ones.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/home.h"
#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/replace.h"
#include "net/conn.h"
#include "svc/args.h"
#include "svc/service_internal.h"

#define LOOK_MS 2000
#define LOCK_TRIES 100
#define LOCK_WAIT_US 200000
#define SETTINGS_MAX (16 * 1024 * 1024)

/* The largest N of "prefix-N" in dir; -1: none. */
static int64_t
newest(const char *dir, const char *prefix)
{
	size_t len = strlen(prefix);
	int64_t best = -1, n;
	struct dirent *e;
	DIR *d = opendir(dir);
	char *end;

	if (d == NULL)
		return -1;
	while ((e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, prefix, len) != 0 ||
		    e->d_name[len] != '-')
			continue;
		n = strtoll(e->d_name + len + 1, &end, 10);
		if (*end == '\0' && n > best)
			best = n;
	}
	(void)closedir(d);
	return best;
}

static int
open_numbered(const char *dir, const char *prefix, int64_t n)
{
	char *path = mem_printf("%s/%s-%" PRId64, dir, prefix, n);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	mem_free(path);
	return fd;
}

static void
bind_listener(struct service *s, struct value row)
{
	const char *service = args_text(row, "Service");
	const char *name = args_text(row, "Name");
	const char *transport = args_text(row, "Transport");
	const char *address = args_text(row, "Address");
	int64_t port = args_int(row, "Port", 0);
	struct addr at;
	struct fault f;
	int fd;

	if (service == NULL || strcasecmp(service, s->name) != 0 ||
	    name == NULL || transport == NULL || address == NULL ||
	    port < 1 || port > 65535)
		return;
	if (addr_from_ip(address, (uint16_t)port, &at, &f) == -1 ||
	    (fd = net_bind(&at, strcmp(transport, "udp") != 0, &f)) == -1 ||
	    service_take_listener(s, name, transport, fd, &f) == -1)
		service_problem(s, "listen", EVLOG_LISTEN_FAILED, "%s: %s",
		    name, f.text);
}

/* Listeners are opened once: a change of ports needs a restart here. */
static void
bind_listeners(struct service *s, int settings_fd)
{
	struct value settings = VALUE_NULL, rows;
	char path[64];
	struct buf b;
	size_t i;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", settings_fd);
	buf_init(&b);
	if (replace_read(path, SETTINGS_MAX, &b, NULL) == 0 &&
	    codec_read(b.data, b.len, NULL, &settings, NULL) == 0) {
		rows = args_get(settings, "Listeners");
		for (i = 0; value_is_list(rows) && i < list_of(rows)->count;
		    i++)
			bind_listener(s, list_of(rows)->items[i]);
	}
	value_unref(settings);
	buf_clear(&b);
}

static int
look_for_snapshot(struct service *s, struct fault *f)
{
	char *dir = home_path(HOME_STATE, "replica");
	/* Each service has files of its own there. */
	char *own = mem_printf("%s.settings", s->name);
	char *table = mem_printf("%s.users", s->name);
	int64_t number = newest(dir, own);
	int64_t users = newest(dir, table);
	int settings_fd = -1, users_fd = -1, rc = 0;

	if (s->ops->snapshot == NULL || number <= s->number)
		goto out;
	settings_fd = open_numbered(dir, own, number);
	if (users >= 0)
		users_fd = open_numbered(dir, table, users);
	if (settings_fd == -1)
		rc = fault_errno(f, errno, "%s/%s-%" PRId64, dir, own, number);
	else
		rc = service_take_snapshot(
		    s, number, settings_fd, users_fd, f);
	if (rc == 0 && !s->started)
		bind_listeners(s, settings_fd);
	if (settings_fd != -1)
		(void)close(settings_fd);
	if (users_fd != -1)
		(void)close(users_fd);
out:
	mem_free(table);
	mem_free(own);
	mem_free(dir);
	return rc;
}

static int
load_certificates(struct service *s, struct fault *f)
{
	struct keys *k = keys_open(f);
	struct value bundle;
	int rc;

	if (k == NULL)
		return -1;
	bundle = keys_bundle_value(k, s->name, f);
	rc = service_take_certificates(s, bundle, f);
	value_unref(bundle);
	keys_close(k);
	return rc;
}

static void
on_look(void *arg)
{
	struct service *s = arg;
	struct fault f;

	loop_timer_set(s->look, LOOK_MS);
	if (look_for_snapshot(s, &f) == -1)
		return; /* told as an event */
	if (!s->started && (s->ops->snapshot == NULL || s->number >= 0) &&
	    service_go(s, &f) == -1)
		service_fail(s, &f);
}

void
foreground_reload(struct service *s)
{
	struct fault f;

	if (load_certificates(s, &f) == -1)
		evlog_write(EVLOG_CERTIFICATE_UNUSABLE, "%s", f.text);
}

/* An older process of this name may still be draining. */
static int
take_lock(struct service *s, struct fault *f)
{
	char *dir = home_make(HOME_RUN, NULL, f), *path;
	int i;

	if (dir == NULL)
		return -1;
	path = mem_printf("%s/%s.lock", dir, s->name);
	mem_free(dir);
	s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->lock_fd == -1) {
		(void)fault_errno(f, errno, "%s", path);
		mem_free(path);
		return -1;
	}
	mem_free(path);
	for (i = 0; i < LOCK_TRIES; i++) {
		if (flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0)
			return 0;
		(void)usleep(LOCK_WAIT_US);
	}
	return fault_set(f, FAULT_BUSY, "%s runs already", s->name);
}

int
foreground_open(struct service *s, struct fault *f)
{
	char *dir, *path;

	if (take_lock(s, f) == -1)
		return -1;
	if ((dir = home_make(HOME_LOG, NULL, f)) == NULL)
		return -1;
	path = mem_printf("%s/events", dir);
	s->events = evlog_file_open(path, f);
	mem_free(path);
	mem_free(dir);
	if (s->events == NULL || load_certificates(s, f) == -1)
		return -1;
	s->look = loop_timer_new(s->loop, on_look, s);
	loop_timer_set(s->look, 0);
	return 0;
}

void
foreground_close(struct service *s)
{
	loop_timer_free(s->look);
	evlog_file_close(s->events);
	s->events = NULL;
	if (s->lock_fd != -1)
		(void)close(s->lock_fd);
}
