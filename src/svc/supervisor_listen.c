/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What services are handed: listeners (kept open here, so that a crash
 * refuses nobody), the newest snapshot, certificates.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "net/conn.h"
#include "svc/args.h"
#include "svc/supervisor_internal.h"

#define BIND_AGAIN_MS 10000
/* LIMIT: listeners of one installation. */
#define SOCKS_MAX 256

static struct value
sock_value(const struct sock *k)
{
	struct dict *d = dict_new(NULL);
	char ip[ADDR_TEXT_SIZE];

	args_set_text(d, "Name", k->name);
	args_set_text(d, "Transport", k->transport);
	args_set_text(d, "Address", addr_ip_text(&k->at, ip));
	args_set_int(d, "Port", addr_port(&k->at));
	return dict_value(d);
}

static void
sock_hand(const struct sock *k, struct child *c)
{
	struct value v;

	if (k->fd == -1 || c->peer == NULL)
		return;
	v = sock_value(k);
	(void)peer_tell(c->peer, "listener", v, &k->fd, 1, NULL);
	value_unref(v);
}

static bool
is_of(const struct sock *k, const struct child *c)
{
	return strcasecmp(k->service, c->def->name) == 0;
}

static void
sock_bind(struct supervisor *s, struct sock *k)
{
	char at[ADDR_TEXT_SIZE], text[EVLOG_TEXT_SIZE];
	bool first = *k->error == '\0';
	struct fault f;

	k->fd = net_bind(&k->at, strcmp(k->transport, "udp") != 0, &f);
	if (k->fd == -1) {
		(void)snprintf(k->error, sizeof(k->error), "%.200s", f.text);
		(void)snprintf(
		    text, sizeof(text), "%.40s: %.900s", k->service, f.text);
		if (first)
			supervisor_event(
			    s, "Supervisor", EVLOG_LISTEN_FAILED, text);
		loop_timer_set(s->bind_again, BIND_AGAIN_MS);
		return;
	}
	k->error[0] = '\0';
	(void)snprintf(text, sizeof(text), "%.40s listens on %s %s", k->service,
	    k->transport, addr_text(&k->at, at));
	supervisor_event(s, "Supervisor", EVLOG_LISTENING, text);
}

void
listen_open(struct child *c)
{
	struct supervisor *s = c->supervisor;
	size_t i;

	for (i = 0; i < s->n_socks; i++) {
		if (!is_of(&s->socks[i], c) || s->socks[i].fd != -1)
			continue;
		sock_bind(s, &s->socks[i]);
		sock_hand(&s->socks[i], c);
	}
}

void
listen_hand_all(struct child *c)
{
	struct supervisor *s = c->supervisor;
	size_t i;

	for (i = 0; i < s->n_socks; i++)
		if (is_of(&s->socks[i], c))
			sock_hand(&s->socks[i], c);
}

static void
sock_close(struct sock *k)
{
	if (k->fd != -1)
		(void)close(k->fd);
	k->fd = -1;
	k->error[0] = '\0';
}

void
listen_close(struct child *c)
{
	struct supervisor *s = c->supervisor;
	size_t i;

	for (i = 0; i < s->n_socks; i++)
		if (is_of(&s->socks[i], c))
			sock_close(&s->socks[i]);
}

void
listen_problems(const struct child *c, struct value list)
{
	const struct supervisor *s = c->supervisor;
	size_t i;

	for (i = 0; i < s->n_socks; i++)
		if (is_of(&s->socks[i], c) && *s->socks[i].error != '\0')
			list_add_take(list_of(list),
			    value_string(s->socks[i].error));
}

static void
sock_clear(struct sock *k)
{
	sock_close(k);
	mem_free(k->service);
	mem_free(k->name);
	mem_free(k->transport);
}

void
listen_clear(struct supervisor *s)
{
	while (s->n_socks > 0)
		sock_clear(&s->socks[--s->n_socks]);
	mem_free(s->socks);
	s->socks = NULL;
}

/* One row of the snapshot's Listeners. */
static int
sock_read(struct value v, struct sock *k, struct fault *f)
{
	const char *service = args_text(v, "Service");
	const char *name = args_text(v, "Name");
	const char *transport = args_text(v, "Transport");
	const char *address = args_text(v, "Address");
	int64_t port = args_int(v, "Port", -1);

	memset(k, 0, sizeof(*k));
	k->fd = -1;
	if (service == NULL || name == NULL || transport == NULL ||
	    address == NULL || port < 1 || port > 65535 ||
	    (strcmp(transport, "tcp") != 0 && strcmp(transport, "udp") != 0))
		return fault_set(
		    f, FAULT_INVALID_DATA, "a listener is not complete");
	if (addr_from_ip(address, (uint16_t)port, &k->at, f) == -1)
		return -1;
	k->service = mem_strdup(service);
	k->name = mem_strdup(name);
	k->transport = mem_strdup(transport);
	return 0;
}

static bool
same_sock(const struct sock *a, const struct sock *b)
{
	return strcasecmp(a->service, b->service) == 0 &&
	    strcmp(a->name, b->name) == 0 &&
	    strcmp(a->transport, b->transport) == 0 &&
	    addr_family(&a->at) == addr_family(&b->at) &&
	    addr_equal(&a->at, &b->at);
}

/* What was open before stays open. */
static void
adopt(struct supervisor *s, struct sock *fresh)
{
	size_t i;

	for (i = 0; i < s->n_socks; i++)
		if (same_sock(&s->socks[i], fresh)) {
			fresh->fd = s->socks[i].fd;
			memcpy(fresh->error, s->socks[i].error,
			    sizeof(fresh->error));
			s->socks[i].fd = -1;
			s->socks[i].name[0] = '\0'; /* not to be unlistened */
			return;
		}
}

static void
unlisten_rest(struct supervisor *s)
{
	struct child *c;
	struct value v;
	size_t i;

	for (i = 0; i < s->n_socks; i++) {
		struct sock *k = &s->socks[i];

		c = child_find(s, k->service);
		if (*k->name == '\0' || k->fd == -1 || c == NULL ||
		    c->peer == NULL)
			continue;
		v = sock_value(k);
		(void)peer_tell(c->peer, "unlisten", v, NULL, 0, NULL);
		value_unref(v);
	}
}

int
listen_configure(
    struct supervisor *s, struct value listeners, struct fault *f)
{
	struct sock *fresh;
	size_t i, n, count;

	if (!value_is_list(listeners))
		return 0; /* an older REPLICA: as before */
	count = list_of(listeners)->count;
	if (count > SOCKS_MAX)
		return fault_set(
		    f, FAULT_LIMIT, "%zu listeners are too many", count);
	fresh = mem_array(count + 1, sizeof(*fresh));
	for (n = 0; n < count; n++)
		if (sock_read(list_of(listeners)->items[n], &fresh[n], f) ==
		    -1) {
			while (n > 0)
				sock_clear(&fresh[--n]);
			mem_free(fresh);
			return -1;
		}
	for (i = 0; i < n; i++)
		adopt(s, &fresh[i]);
	unlisten_rest(s);
	listen_clear(s);
	s->socks = fresh;
	s->n_socks = n;
	for (i = 0; i < s->n_children; i++)
		if (child_is_active(&s->children[i]))
			listen_open(&s->children[i]);
	return 0;
}

/* Snapshots. */

void
snapshot_hand(struct child *c)
{
	struct supervisor *s = c->supervisor;
	int fds[2] = { c->settings_fd, c->users_fd };
	struct dict *d;

	if (c->peer == NULL || s->snapshot < 0 || c->settings_fd == -1)
		return;
	d = dict_new(NULL);
	args_set_int(d, "Number", s->snapshot);
	(void)peer_tell(c->peer, "snapshot", dict_value(d), fds,
	    c->users_fd == -1 ? 1 : 2, NULL);
	value_unref(dict_value(d));
}

void
snapshot_drop(struct child *c)
{
	if (c->settings_fd != -1)
		(void)close(c->settings_fd);
	if (c->users_fd != -1)
		(void)close(c->users_fd);
	c->settings_fd = c->users_fd = -1;
}

static int
part_fd(struct value row, const char *name, const int *fds, size_t n_fds)
{
	int64_t at = args_int(row, name, -1);

	if (at < 0 || (size_t)at >= n_fds)
		return -1;
	return fcntl(fds[at], F_DUPFD_CLOEXEC, 0);
}

/* Each service gets what was made for it and nothing else. */
void
snapshot_take(struct supervisor *s, int64_t number, struct value parts,
    const int *fds, size_t n_fds)
{
	const char *name;
	struct child *c;
	size_t i;

	s->snapshot = number;
	for (i = 0; value_is_list(parts) && i < list_of(parts)->count; i++) {
		struct value row = list_of(parts)->items[i];

		name = args_text(row, "Service");
		c = name != NULL ? child_find(s, name) : NULL;
		if (c == NULL || c->def->makes_snapshots)
			continue;
		snapshot_drop(c);
		c->settings_fd = part_fd(row, "Settings", fds, n_fds);
		if (!c->def->no_users)
			c->users_fd = part_fd(row, "Users", fds, n_fds);
	}
	for (i = 0; i < s->n_children; i++)
		snapshot_hand(&s->children[i]);
}

void
certificates_hand(struct child *c)
{
	struct fault f;
	int fd;

	if (c->peer == NULL)
		return;
	fd = keys_bundle(c->supervisor->keys, c->def->name, &f);
	if (fd == -1) {
		supervisor_event(c->supervisor, "Supervisor",
		    EVLOG_CERTIFICATE_UNUSABLE, f.text);
		return;
	}
	(void)peer_tell(c->peer, "certificates", VALUE_NULL, &fd, 1, NULL);
	(void)close(fd);
}

void
certificates_hand_all(struct supervisor *s)
{
	size_t i;

	for (i = 0; i < s->n_children; i++)
		certificates_hand(&s->children[i]);
}
