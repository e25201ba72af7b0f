/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server side of a control socket. */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/evlog.h"
#include "core/log.h"
#include "core/mem.h"
#include "net/conn.h"
#include "svc/control.h"

/* LIMIT: shells that are connected at the same time. */
#define USERS_MAX 128

struct user {
	struct control *control;
	struct user *next, **prevp;
	struct peer *peer;
};

struct control {
	struct loop *loop;
	struct listener *listener;
	char *path;
	const struct control_method *methods;
	void *ctx;
	struct user *users;
	size_t n_users;
};

static void
user_free(struct user *u)
{
	*u->prevp = u->next;
	if (u->next != NULL)
		u->next->prevp = u->prevp;
	u->control->n_users--;
	mem_free(u);
}

static void
on_call(struct peer *p, struct peer_call *call, const char *name,
    struct value arg, void *ctx)
{
	const struct user *u = ctx;
	const struct control_method *m;
	struct fault f;

	(void)p;
	for (m = u->control->methods; m->name != NULL; m++)
		if (strcmp(m->name, name) == 0) {
			m->fn(call, arg, u->control->ctx);
			return;
		}
	(void)fault_set(&f, FAULT_NOT_SUPPORTED,
	    "the running supervisor does not know \"%.64s\": it may be of "
	    "another version; stop and start the services", name);
	call_fail(call, &f);
}

static void
on_closed(struct peer *p, const struct fault *why, void *ctx)
{
	(void)p;
	(void)why;
	user_free(ctx);
}

static const struct peer_ops user_ops = {
	.on_call = on_call,
	.on_closed = on_closed,
};

/* The kernel says who it is; what they say does not count. */
static bool
may_use(int fd)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)
		return false;
	if (cred.uid == 0 || cred.uid == geteuid())
		return true;
	evlog_write(EVLOG_CONTROL_REFUSED,
	    "user id %u, process %d was refused on the control socket",
	    (unsigned int)cred.uid, (int)cred.pid);
	return false;
}

static void
on_accept(struct listener *ls, int fd, const struct addr *from, void *arg)
{
	struct control *c = arg;
	struct user *u;

	(void)ls;
	(void)from;
	if (c->n_users >= USERS_MAX || !may_use(fd)) {
		(void)close(fd);
		return;
	}
	u = mem_zalloc(sizeof(*u));
	u->control = c;
	u->next = c->users;
	u->prevp = &c->users;
	if (u->next != NULL)
		u->next->prevp = &u->next;
	c->users = u;
	c->n_users++;
	u->peer = peer_open_take(c->loop, fd, "supervisor", &user_ops, u);
}

static const struct listener_ops listener_ops = { on_accept };

struct control *
control_open(struct loop *l, const char *path,
    const struct control_method *methods, void *ctx, struct fault *f)
{
	struct control *c;
	struct addr at;
	mode_t old;
	int fd;

	if (addr_from_unix(path, &at, f) == -1)
		return NULL;
	if (unlink(path) == -1 && errno != ENOENT) {
		(void)fault_errno(f, errno, "%s", path);
		return NULL;
	}
	old = umask(0177);
	fd = net_bind(&at, true, f);
	(void)umask(old);
	if (fd == -1)
		return NULL;
	c = mem_zalloc(sizeof(*c));
	c->loop = l;
	c->path = mem_strdup(path);
	c->methods = methods;
	c->ctx = ctx;
	c->listener = listener_from_fd_take(l, fd, &listener_ops, c, f);
	if (c->listener == NULL) {
		control_close(c);
		return NULL;
	}
	return c;
}

size_t
control_users(const struct control *c)
{
	return c->n_users;
}

void
control_close(struct control *c)
{
	if (c == NULL)
		return;
	while (c->users != NULL) {
		peer_close(c->users->peer);
		user_free(c->users);
	}
	listener_close(c->listener);
	(void)unlink(c->path);
	mem_free(c->path);
	mem_free(c);
}
