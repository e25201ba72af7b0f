/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames over a unix socket: queues, descriptors, one way to end. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/mem.h"
#include "svc/channel_internal.h"

#define READ_CHUNK  (64 * 1024)
#define READ_BUDGET (512 * 1024)
/* LIMIT: descriptors that came before their frame was whole. */
#define WAITING_FDS 64

struct part {
	struct part *next;
	char *data;
	size_t len, done;
	int fds[FRAME_FDS_MAX];
	size_t n_fds;
};

struct channel {
	struct loop *loop;
	int fd;
	struct loop_watch *watch;
	const struct channel_ops *ops;
	void *ctx;
	struct buf in;
	int fds[WAITING_FDS];
	size_t n_fds;
	struct part *first, *last;
	size_t pending;
	bool was_full, dead, flush_deferred, broken;
	struct fault why;
};

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int) * WAITING_FDS)];
};

static void
part_free(struct part *p)
{
	size_t i;

	for (i = 0; i < p->n_fds; i++)
		(void)close(p->fds[i]);
	mem_free(p->data);
	mem_free(p);
}

static void
channel_free(void *arg)
{
	struct channel *c = arg;

	buf_clear(&c->in);
	mem_free(c);
}

static void
channel_end(struct channel *c)
{
	struct part *p;
	size_t i;

	if (c->dead)
		return;
	c->dead = true;
	loop_watch_free(c->watch);
	(void)close(c->fd);
	for (i = 0; i < c->n_fds; i++)
		(void)close(c->fds[i]);
	c->n_fds = 0;
	while ((p = c->first) != NULL) {
		c->first = p->next;
		part_free(p);
	}
	loop_defer(c->loop, channel_free, c);
}

static void
channel_fail(struct channel *c, const struct fault *why)
{
	const struct channel_ops *ops = c->ops;
	void *ctx = c->ctx;

	if (c->dead)
		return;
	channel_end(c);
	ops->on_closed(c, why, ctx);
}

/* One sendmsg; the descriptors go with a part's first bytes. */
static ssize_t
part_send(struct channel *c, struct part *p)
{
	struct iovec iov = { p->data + p->done, p->len - p->done };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control control;
	struct cmsghdr *head;

	if (p->n_fds > 0 && p->done == 0) {
		memset(&control, 0, sizeof(control));
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * p->n_fds);
		head = &control.align;
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int) * p->n_fds);
		memcpy(CMSG_DATA(head), p->fds, sizeof(int) * p->n_fds);
	}
	return sendmsg(c->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* 0: as much as goes now; -1: *f says why not. */
static int
flush(struct channel *c, struct fault *f)
{
	struct part *p;
	ssize_t n;

	while ((p = c->first) != NULL) {
		n = part_send(c, p);
		if (n == -1) {
			if (errno == EAGAIN || errno == EINTR)
				return 0;
			return fault_errno(f, errno, "sending");
		}
		p->done += (size_t)n;
		c->pending -= (size_t)n;
		if (p->done < p->len)
			continue;
		c->first = p->next;
		if (c->first == NULL)
			c->last = NULL;
		part_free(p);
	}
	return 0;
}

static void
write_out(struct channel *c)
{
	struct fault f;

	if (flush(c, &f) == -1) {
		channel_fail(c, &f);
		return;
	}
	loop_watch_mask(
	    c->watch, LOOP_READ | (c->first != NULL ? LOOP_WRITE : 0));
	if (c->was_full && c->pending < CHANNEL_FULL / 2) {
		c->was_full = false;
		if (c->ops->on_drain != NULL)
			c->ops->on_drain(c, c->ctx);
	}
}

static void
on_flush(void *arg)
{
	struct channel *c = arg;

	c->flush_deferred = false;
	if (c->dead)
		return;
	if (c->broken)
		channel_fail(c, &c->why);
	else
		write_out(c);
}

static void
flush_later(struct channel *c)
{
	if (c->flush_deferred)
		return;
	c->flush_deferred = true;
	loop_defer(c->loop, on_flush, c);
}

/* Descriptors are kept in the order they came until their frame is whole. */
static int
take_descriptors(struct channel *c, struct msghdr *msg, struct fault *f)
{
	struct cmsghdr *head;
	size_t i, n;
	int fd, rc = 0;

	for (head = CMSG_FIRSTHDR(msg); head != NULL;
	    head = CMSG_NXTHDR(msg, head)) {
		if (head->cmsg_level != SOL_SOCKET ||
		    head->cmsg_type != SCM_RIGHTS)
			continue;
		n = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(head) + i * sizeof(int),
			    sizeof(int));
			if (c->n_fds < WAITING_FDS)
				c->fds[c->n_fds++] = fd;
			else {
				(void)close(fd);
				rc = -1;
			}
		}
	}
	if (rc == -1 || (msg->msg_flags & MSG_CTRUNC))
		return fault_set(
		    f, FAULT_PROTOCOL, "the peer sent too many descriptors");
	return 0;
}

static void
give_frame(struct channel *c, struct frame *fr)
{
	int fds[FRAME_FDS_MAX];
	struct fault f;
	size_t i;

	if (fr->n_fds > c->n_fds) {
		(void)fault_set(&f, FAULT_PROTOCOL,
		    "a frame's descriptors did not come with it");
		channel_fail(c, &f);
		return;
	}
	memcpy(fds, c->fds, fr->n_fds * sizeof(int));
	c->n_fds -= fr->n_fds;
	memmove(c->fds, c->fds + fr->n_fds, c->n_fds * sizeof(int));
	c->ops->on_frame(c, fr, fds, c->ctx);
	for (i = 0; i < fr->n_fds; i++)
		if (fds[i] != -1)
			(void)close(fds[i]);
}

static void
read_frames(struct channel *c)
{
	struct frame fr;
	struct fault f;
	size_t at = 0, used;
	int rc = 0;

	while (!c->dead &&
	    (rc = frame_read(c->in.data + at, c->in.len - at, &fr, &used,
		 &f)) == 1) {
		at += used;
		give_frame(c, &fr);
		frame_clear(&fr);
	}
	if (c->dead)
		return;
	if (rc == -1) {
		channel_fail(c, &f);
		return;
	}
	buf_consume(&c->in, at);
	if (c->in.len == 0 && c->in.cap > READ_BUDGET)
		buf_clear(&c->in);
}

static void
read_in(struct channel *c)
{
	size_t budget = READ_BUDGET;
	struct fault f = { .code = FAULT_NONE };
	union control control;
	struct iovec iov;
	struct msghdr msg;
	ssize_t n = 1;

	while (budget > 0) {
		buf_reserve(&c->in, READ_CHUNK);
		iov.iov_base = c->in.data + c->in.len;
		iov.iov_len = READ_CHUNK;
		memset(&msg, 0, sizeof(msg));
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		n = recvmsg(c->fd, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		if (n <= 0)
			break;
		c->in.len += (size_t)n;
		c->in.data[c->in.len] = '\0';
		budget -= (size_t)n < budget ? (size_t)n : budget;
		if (take_descriptors(c, &msg, &f) == -1)
			break;
	}
	if (n == 0)
		(void)fault_set(
		    &f, FAULT_CLOSED, "the other process closed the connection");
	else if (n == -1 && errno != EAGAIN && errno != EINTR)
		(void)fault_errno(&f, errno, "receiving");
	read_frames(c);
	if (f.code != FAULT_NONE)
		channel_fail(c, &f);
}

static void
on_event(int fd, int events, void *arg)
{
	struct channel *c = arg;

	(void)fd;
	if (events & LOOP_WRITE)
		write_out(c);
	if (!c->dead && (events & LOOP_READ))
		read_in(c);
}

struct channel *
channel_open_take(
    struct loop *l, int fd, const struct channel_ops *ops, void *ctx)
{
	struct channel *c = mem_zalloc(sizeof(*c));

	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	c->loop = l;
	c->fd = fd;
	c->ops = ops;
	c->ctx = ctx;
	buf_init(&c->in);
	c->watch = loop_watch_new(l, fd, LOOP_READ, on_event, c);
	return c;
}

void
channel_close(struct channel *c)
{
	struct fault ignored;

	if (c == NULL || c->dead)
		return;
	(void)flush(c, &ignored);
	channel_end(c);
}

size_t
channel_pending(const struct channel *c)
{
	return c->pending;
}

/* The queue's limit is told like any other end, from the loop. */
static int
overflow(struct channel *c, struct fault *f)
{
	(void)fault_set(&c->why, FAULT_LIMIT,
	    "the other process does not take what it is sent");
	c->broken = true;
	flush_later(c);
	if (f != NULL)
		*f = c->why;
	return -1;
}

int
channel_send(struct channel *c, enum frame_kind kind, uint32_t id,
    struct value payload, const int *fds, size_t n_fds, struct fault *f)
{
	struct buf b;
	struct part *p;

	if (c->dead || c->broken)
		return fault_set(
		    f, FAULT_CLOSED, "the connection to the process is closed");
	buf_init(&b);
	if (frame_write(&b, kind, id, payload, (unsigned int)n_fds, f) == -1) {
		buf_clear(&b);
		return -1;
	}
	if (c->pending + b.len > CHANNEL_MAX) {
		buf_clear(&b);
		return overflow(c, f);
	}
	p = mem_zalloc(sizeof(*p));
	p->len = b.len;
	p->data = buf_take(&b);
	for (; p->n_fds < n_fds; p->n_fds++) {
		p->fds[p->n_fds] =
		    fcntl(fds[p->n_fds], F_DUPFD_CLOEXEC, 0);
		if (p->fds[p->n_fds] == -1) {
			(void)fault_errno(f, errno, "handing on a descriptor");
			part_free(p);
			return -1;
		}
	}
	if (c->last == NULL)
		c->first = p;
	else
		c->last->next = p;
	c->last = p;
	c->pending += p->len;
	if (c->pending >= CHANNEL_FULL)
		c->was_full = true;
	flush_later(c);
	return 0;
}
