/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listening sockets: binding, inheriting, accepting. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/log.h"
#include "core/mem.h"
#include "net/conn.h"

/* LIMIT: connections taken from one listener before others get a turn. */
#define ACCEPT_BUDGET 32
#define ACCEPT_REST_MS 1000
#define LISTEN_BACKLOG 1024

struct listener {
	struct loop *loop;
	int fd;
	struct addr at;
	const struct listener_ops *ops;
	void *arg;
	struct loop_watch *watch;
	struct loop_timer *rest;
	bool paused, closed;
};

/* Names the address and, where it is taken, who has it. */
static int
bind_fault(struct fault *f, int error, const struct addr *at, bool stream)
{
	char text[ADDR_TEXT_SIZE], what[ADDR_TEXT_SIZE + 32];
	struct net_holder h;

	(void)snprintf(what, sizeof(what), "listening on %s %s",
	    stream ? "tcp" : "udp", addr_text(at, text));
	if (error == EADDRNOTAVAIL)
		return fault_set(f, FAULT_UNAVAILABLE,
		    "%s: this machine has no such address", what);
	if (error == EACCES)
		return fault_set(f, FAULT_DENIED,
		    "%s: ports below 1024 need root or CAP_NET_BIND_SERVICE",
		    what);
	if (error != EADDRINUSE || f == NULL)
		return fault_errno(f, error, "%s", what);
	if (net_find_holder(at, stream, &h) && h.pid != 0)
		return fault_set(f, FAULT_BUSY,
		    "%s: the port is in use by process %ld (%s)", what,
		    (long)h.pid, h.name);
	return fault_set(f, FAULT_BUSY,
	    "%s: the port is in use by another program", what);
}

int
net_bind(const struct addr *at, bool stream, struct fault *f)
{
	int type = (stream ? SOCK_STREAM : SOCK_DGRAM);
	int fd, on = 1;

	fd = socket(addr_family(at), type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return fault_errno(f, errno, "socket");
	if (stream && addr_family(at) != AF_UNIX)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (addr_family(at) == AF_INET6)
		(void)setsockopt(
		    fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&at->ss, at->len) == -1 ||
	    (stream && listen(fd, LISTEN_BACKLOG) == -1)) {
		(void)bind_fault(f, errno, at, stream);
		(void)close(fd);
		return -1;
	}
	return fd;
}

static void
on_rested(void *arg)
{
	struct listener *ls = arg;

	if (!ls->paused)
		loop_watch_mask(ls->watch, LOOP_READ);
}

/* Out of descriptors: the pending connection would wake us for ever. */
static void
rest(struct listener *ls, int error)
{
	char text[ADDR_TEXT_SIZE];

	log_warn("net", "not accepting for a second on=%s error=\"%s\"",
	    addr_text(&ls->at, text), strerror(error));
	loop_watch_mask(ls->watch, 0);
	loop_timer_set(ls->rest, ACCEPT_REST_MS);
}

static void
on_ready(int fd, int events, void *arg)
{
	struct listener *ls = arg;
	struct addr peer;
	int i, got;

	(void)events;
	for (i = 0; i < ACCEPT_BUDGET && !ls->closed && !ls->paused; i++) {
		memset(&peer, 0, sizeof(peer));
		peer.len = sizeof(peer.ss);
		got = accept4(fd, (struct sockaddr *)&peer.ss, &peer.len,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (got == -1) {
			if (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM)
				rest(ls, errno);
			return;
		}
		ls->ops->on_accept(ls, got, &peer, ls->arg);
	}
}

struct listener *
listener_from_fd_take(struct loop *l, int fd, const struct listener_ops *ops,
    void *arg, struct fault *f)
{
	struct listener *ls;
	/* cppcheck-suppress invalidFunctionArg ; then errno says EBADF */
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
		(void)fault_errno(f, errno, "listening descriptor %d", fd);
		if (fd >= 0)
			(void)close(fd);
		return NULL;
	}
	ls = mem_zalloc(sizeof(*ls));
	ls->loop = l;
	ls->fd = fd;
	ls->ops = ops;
	ls->arg = arg;
	(void)addr_of_socket(fd, &ls->at);
	ls->rest = loop_timer_new(l, on_rested, ls);
	ls->watch = loop_watch_new(l, fd, LOOP_READ, on_ready, ls);
	return ls;
}

struct listener *
listener_open(struct loop *l, const struct addr *at,
    const struct listener_ops *ops, void *arg, struct fault *f)
{
	int fd = net_bind(at, true, f);

	return fd == -1 ? NULL : listener_from_fd_take(l, fd, ops, arg, f);
}

void
listener_pause(struct listener *ls)
{
	ls->paused = true;
	loop_watch_mask(ls->watch, 0);
}

void
listener_resume(struct listener *ls)
{
	ls->paused = false;
	if (!loop_timer_is_set(ls->rest))
		loop_watch_mask(ls->watch, LOOP_READ);
}

const struct addr *
listener_addr(const struct listener *ls)
{
	return &ls->at;
}

static void
listener_free(void *arg)
{
	mem_free(arg);
}

void
listener_close(struct listener *ls)
{
	if (ls == NULL || ls->closed)
		return;
	ls->closed = true;
	loop_watch_free(ls->watch);
	loop_timer_free(ls->rest);
	(void)close(ls->fd);
	loop_defer(ls->loop, listener_free, ls);
}
