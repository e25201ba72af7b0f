/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One stream connection: its states, deadlines, buffers and the one way it
 * ends. Everything that calls the owner runs from the loop, never from
 * within a call of the owner's.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "core/log.h"
#include "core/mem.h"
#include "net/conn.h"
#include "net/conn_internal.h"

/* LIMIT: bytes read from one connection before others get their turn. */
#define READ_BUDGET (128 * 1024)
#define READ_CHUNK  (16 * 1024)

static void on_event(int fd, int events, void *arg);
static void conn_work(void *arg);
static void handshake_go_on(struct conn *c);

static void
mask_update(struct conn *c)
{
	if (c->watch != NULL)
		loop_watch_mask(c->watch, conn_io_mask(c));
}

static void
work_later(struct conn *c)
{
	if (c->work_deferred || c->state == CONN_DEAD)
		return;
	c->work_deferred = true;
	loop_defer(c->loop, conn_work, c);
}

/* Deferred after any conn_work, so that one has run (deferred calls keep
 * their order). */
static void
conn_free(void *arg)
{
	struct conn *c = arg;

	tls_session_free(c->tls);
	buf_clear(&c->in);
	buf_clear(&c->out);
	mem_free(c);
}

/* From any state: nothing is called any more, memory goes on a later turn. */
static void
conn_end(struct conn *c)
{
	if (c->state == CONN_DEAD)
		return;
	c->state = CONN_DEAD;
	loop_orphan_remove(&c->orphan);
	loop_watch_free(c->watch);
	c->watch = NULL;
	loop_timer_free(c->deadline);
	loop_timer_free(c->idle);
	c->deadline = c->idle = NULL;
	(void)close(c->fd);
	c->fd = -1;
	loop_defer(c->loop, conn_free, c);
}

/* The end that the owner hears of. Only from the loop. */
static void
conn_fail(struct conn *c, const struct fault *why)
{
	const struct conn_ops *ops = c->ops;
	bool told = c->state >= CONN_FLUSHING;

	conn_end(c);
	if (!told && ops->on_closed != NULL)
		ops->on_closed(c, why, c->arg);
}

static void
conn_fail_later(struct conn *c, const struct fault *why)
{
	if (c->failed || c->state >= CONN_FLUSHING)
		return;
	c->failed = true;
	c->why = *why;
	work_later(c);
}

static void
on_deadline(void *arg)
{
	struct conn *c = arg;
	char text[ADDR_TEXT_SIZE];
	struct fault f;

	(void)addr_text(&c->remote, text);
	switch (c->state) {
	case CONN_CONNECTING:
		(void)fault_set(&f, FAULT_TIMEOUT,
		    "%s did not answer the connection attempt in time", text);
		break;
	case CONN_TLS_FLUSH:
	case CONN_HANDSHAKE:
		(void)fault_set(&f, FAULT_TIMEOUT,
		    "%s did not finish the TLS handshake in time", text);
		break;
	case CONN_OPEN:
	case CONN_FLUSHING:
	case CONN_LINGERING:
	case CONN_DEAD:
		conn_end(c);
		return;
	}
	conn_fail(c, &f);
}

static void
on_idle(void *arg)
{
	struct conn *c = arg;
	int64_t quiet = loop_now(c->loop) - c->last_read;
	struct fault f;

	if (quiet < c->idle_ms) {
		loop_timer_set(c->idle, c->idle_ms - quiet);
		return;
	}
	(void)fault_set(
	    &f, FAULT_TIMEOUT, "the peer was silent for %d ms", c->idle_ms);
	conn_fail(c, &f);
}

static void
idle_start(struct conn *c)
{
	c->last_read = loop_now(c->loop);
	if (c->idle_ms > 0 && !c->paused && c->state == CONN_OPEN)
		loop_timer_set(c->idle, c->idle_ms);
	else
		loop_timer_cancel(c->idle);
}

/* Sends up to limit bytes. 0: as much as goes now; -1: *f says why not. */
static int
send_some(struct conn *c, size_t limit, struct fault *f)
{
	size_t left;
	long n;

	while ((left = c->out.len - c->out_done) > 0 && limit > 0) {
		if (left > limit)
			left = limit;
		n = conn_io_write(c, c->out.data + c->out_done, left, f);
		if (n == IO_AGAIN)
			break;
		if (n < 0)
			return -1;
		c->out_done += (size_t)n;
		c->bytes_out += (uint64_t)n;
		limit -= (size_t)n;
		if (c->state == CONN_TLS_FLUSH)
			c->out_clear -= (size_t)n;
	}
	if (c->out_done == c->out.len) {
		buf_reset(&c->out);
		c->out_done = 0;
		if (c->out.cap > READ_BUDGET)
			buf_clear(&c->out);
	} else if (c->out_done > READ_BUDGET) {
		buf_consume(&c->out, c->out_done);
		c->out_done = 0;
	}
	return 0;
}

static void
linger_start(struct conn *c)
{
	if (c->tls_is_up) {
		errno = 0;
		(void)SSL_shutdown(c->tls->ssl);
		ERR_clear_error();
	}
	if (shutdown(c->fd, SHUT_WR) == -1) {
		conn_end(c);
		return;
	}
	c->state = CONN_LINGERING;
	mask_update(c);
}

/* Output in OPEN and FLUSHING. */
static void
write_out(struct conn *c)
{
	struct fault f;

	if (send_some(c, SIZE_MAX, &f) == -1) {
		conn_fail(c, &f);
		return;
	}
	if (c->state == CONN_FLUSHING && c->out.len == c->out_done) {
		linger_start(c);
		return;
	}
	mask_update(c);
	if (c->want_drain && c->state == CONN_OPEN &&
	    conn_pending(c) <= c->high_water / 2) {
		c->want_drain = false;
		if (c->ops->on_drain != NULL)
			c->ops->on_drain(c, c->arg);
	}
}

/* What was read goes to the owner, who may do anything. */
static void
deliver(struct conn *c)
{
	size_t before = c->in.len;
	struct fault f;

	if (before == 0 || c->paused || c->state != CONN_OPEN)
		return;
	if (c->ops->on_read != NULL)
		c->ops->on_read(c, &c->in, c->arg);
	else
		buf_reset(&c->in);
	if (c->state != CONN_OPEN)
		return;
	if (c->in.len == 0 && c->in.cap > READ_BUDGET)
		buf_clear(&c->in);
	if (c->in.len >= c->read_max && c->in.len == before && !c->paused) {
		(void)fault_set(&f, FAULT_LIMIT,
		    "the peer sent more than %zu bytes without an end",
		    c->read_max);
		conn_fail(c, &f);
	}
}

static void
read_ended(struct conn *c, long n, const struct fault *why)
{
	struct fault f, ignored;

	deliver(c);
	if (c->state != CONN_OPEN) {
		/* It was closed in there; the flush goes on by itself. */
		return;
	}
	(void)send_some(c, SIZE_MAX, &ignored);
	if (n == IO_ERROR) {
		conn_fail(c, why);
		return;
	}
	(void)fault_set(&f, FAULT_CLOSED, "the peer closed the connection");
	conn_fail(c, &f);
}

static void
read_in(struct conn *c)
{
	size_t budget = READ_BUDGET, room;
	struct fault f;
	long n = 0;

	while (budget > 0 && c->in.len < c->read_max) {
		room = c->read_max - c->in.len;
		if (room > READ_CHUNK)
			room = READ_CHUNK;
		if (room > budget)
			room = budget;
		buf_reserve(&c->in, room);
		n = conn_io_read(c, c->in.data + c->in.len, room, &f);
		if (n < 0)
			break;
		c->in.len += (size_t)n;
		c->in.data[c->in.len] = '\0';
		c->bytes_in += (uint64_t)n;
		budget -= (size_t)n;
		c->last_read = loop_now(c->loop);
	}
	if (n == IO_EOF || n == IO_ERROR) {
		read_ended(c, n, &f);
		return;
	}
	if (n >= 0 && conn_io_has_decrypted(c)) {
		/* The descriptor will not tell of these. */
		c->deliver_again = true;
		work_later(c);
	}
	deliver(c);
	if (c->state != CONN_DEAD)
		mask_update(c);
}

/* After conn_close: what still comes is thrown away until the peer's FIN. */
static void
read_away(struct conn *c)
{
	char waste[READ_CHUNK];
	ssize_t n;

	n = recv(c->fd, waste, sizeof(waste), 0);
	if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		conn_end(c);
}

static void
opened(struct conn *c)
{
	c->state = CONN_OPEN;
	loop_timer_cancel(c->deadline);
	idle_start(c);
	mask_update(c);
}

static void
handshake_start(struct conn *c)
{
	c->state = CONN_HANDSHAKE;
	buf_reset(&c->in); /* T-04 */
	handshake_go_on(c);
}

static void
handshake_go_on(struct conn *c)
{
	struct fault f;
	int rc = conn_io_handshake(c, &f);

	if (rc == IO_AGAIN) {
		mask_update(c);
		return;
	}
	if (rc == IO_ERROR) {
		conn_fail(c, &f);
		return;
	}
	opened(c);
	if (conn_pending(c) > 0 || conn_io_has_decrypted(c)) {
		c->deliver_again = true;
		work_later(c);
	}
	if (c->ops->on_tls != NULL)
		c->ops->on_tls(c, c->arg);
}

static void
connected(struct conn *c)
{
	char text[ADDR_TEXT_SIZE];
	struct fault f;
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &len) == -1)
		error = errno;
	if (error != 0) {
		(void)fault_errno(&f, error, "connecting to %s",
		    addr_text(&c->remote, text));
		f.code = FAULT_UNAVAILABLE;
		conn_fail(c, &f);
		return;
	}
	(void)addr_of_socket(c->fd, &c->local);
	opened(c);
	if (c->tls != NULL) {
		c->state = CONN_TLS_FLUSH;
		loop_timer_set(c->deadline, c->handshake_ms);
	}
	if (c->ops->on_connected != NULL)
		c->ops->on_connected(c, c->arg);
	if (c->state == CONN_TLS_FLUSH && c->out_clear == 0)
		handshake_start(c);
	else if (c->state != CONN_DEAD)
		mask_update(c);
}

static void
clear_flush(struct conn *c)
{
	struct fault f;

	if (send_some(c, c->out_clear, &f) == -1)
		conn_fail(c, &f);
	else if (c->out_clear == 0)
		handshake_start(c);
}

static void
on_event(int fd, int events, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	switch (c->state) {
	case CONN_CONNECTING:
		connected(c);
		return;
	case CONN_TLS_FLUSH:
		clear_flush(c);
		return;
	case CONN_HANDSHAKE:
		handshake_go_on(c);
		return;
	case CONN_LINGERING:
		read_away(c);
		return;
	case CONN_DEAD:
		return;
	case CONN_OPEN:
	case CONN_FLUSHING:
		break;
	}
	if ((events & LOOP_WRITE) || c->write_wants_read)
		write_out(c);
	if (c->state == CONN_OPEN && !c->paused &&
	    ((events & LOOP_READ) || c->read_wants_write))
		read_in(c);
}

/* What was put off: a failure to report, output to send, input to deliver. */
static void
conn_work(void *arg)
{
	struct conn *c = arg;
	bool again;

	c->work_deferred = false;
	if (c->state == CONN_DEAD)
		return;
	if (c->failed && c->state < CONN_FLUSHING) {
		conn_fail(c, &c->why);
		return;
	}
	if (c->state == CONN_TLS_FLUSH) {
		clear_flush(c);
		return;
	}
	if (c->state != CONN_OPEN && c->state != CONN_FLUSHING)
		return;
	again = c->deliver_again;
	c->deliver_again = false;
	if (c->out.len > c->out_done || c->state == CONN_FLUSHING)
		write_out(c);
	if (!again || c->state != CONN_OPEN || c->paused)
		return;
	if (conn_io_has_decrypted(c) && c->in.len < c->read_max)
		read_in(c);
	else
		deliver(c);
}

static int
or_default(int value, int standard)
{
	return value > 0 ? value : standard;
}

static struct conn *
conn_new(struct loop *l, int fd, const struct conn_opts *o,
    const struct conn_ops *ops, void *arg)
{
	static const struct conn_opts none;
	struct conn *c = mem_zalloc(sizeof(*c));

	if (o == NULL)
		o = &none;
	c->loop = l;
	c->fd = fd;
	c->ops = ops;
	c->arg = arg;
	c->handshake_ms = or_default(o->handshake_ms, 15000);
	c->linger_ms = or_default(o->linger_ms, 5000);
	c->idle_ms = o->idle_ms;
	c->read_max = o->read_max > 0 ? o->read_max : 64 * 1024;
	c->high_water = o->high_water > 0 ? o->high_water : 1024 * 1024;
	c->write_max = o->write_max > 0 ? o->write_max : 8 * 1024 * 1024;
	c->deadline = loop_timer_new(l, on_deadline, c);
	c->idle = loop_timer_new(l, on_idle, c);
	return c;
}

struct conn *
conn_dial(struct loop *l, const struct addr *to, const struct conn_opts *o,
    const struct conn_ops *ops, void *arg, struct fault *f)
{
	char text[ADDR_TEXT_SIZE];
	struct conn *c;
	struct fault why;
	int fd;

	fd = conn_io_socket(to, o == NULL ? NULL : o->source, f);
	if (fd == -1)
		return NULL;
	conn_io_set_options(fd, addr_family(to),
	    or_default(o == NULL ? 0 : o->user_timeout_ms, 60000));
	c = conn_new(l, fd, o, ops, arg);
	c->remote = *to;
	if (connect(fd, (const struct sockaddr *)&to->ss, to->len) == -1 &&
	    errno != EINPROGRESS) {
		/* Told later, as any other refusal. */
		(void)fault_errno(
		    &why, errno, "connecting to %s", addr_text(to, text));
		why.code = FAULT_UNAVAILABLE;
		c->watch = loop_watch_new(l, fd, 0, on_event, c);
		conn_fail_later(c, &why);
		return c;
	}
	c->watch = loop_watch_new(l, fd, LOOP_WRITE, on_event, c);
	loop_timer_set(
	    c->deadline, or_default(o == NULL ? 0 : o->connect_ms, 10000));
	return c;
}

struct conn *
conn_from_fd_take(struct loop *l, int fd, const struct conn_opts *o,
    const struct conn_ops *ops, void *arg, struct fault *f)
{
	struct conn *c;
	/* cppcheck-suppress invalidFunctionArg ; then errno says EBADF */
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
		(void)fault_errno(f, errno, "descriptor %d", fd);
		if (fd >= 0)
			(void)close(fd);
		return NULL;
	}
	c = conn_new(l, fd, o, ops, arg);
	(void)addr_of_socket(fd, &c->local);
	(void)addr_of_peer(fd, &c->remote);
	conn_io_set_options(fd, addr_family(&c->local),
	    or_default(o == NULL ? 0 : o->user_timeout_ms, 60000));
	c->watch = loop_watch_new(l, fd, 0, on_event, c);
	opened(c);
	return c;
}

void
conn_set_ops(struct conn *c, const struct conn_ops *ops, void *arg)
{
	c->ops = ops;
	c->arg = arg;
}

static int
tls_begin(struct conn *c, struct tls_ctx *ctx, bool server, const char *name,
    struct tls_identity *identity, struct fault *f)
{
	if (c->tls != NULL || c->state > CONN_OPEN)
		return fault_set(f, FAULT_INVALID_OPERATION,
		    c->tls != NULL ? "TLS is on already"
				   : "the connection is closed");
	c->tls = tls_session_new(ctx, server, c->fd, name, identity, f);
	if (c->tls == NULL)
		return -1;
	buf_reset(&c->in); /* T-04 */
	c->out_clear = conn_pending(c);
	if (c->state == CONN_CONNECTING)
		return 0;
	c->state = CONN_TLS_FLUSH;
	loop_timer_cancel(c->idle);
	loop_timer_set(c->deadline, c->handshake_ms);
	work_later(c);
	mask_update(c);
	return 0;
}

int
conn_tls_connect(struct conn *c, struct tls_ctx *ctx, const char *name,
    struct tls_identity *identity, struct fault *f)
{
	return tls_begin(c, ctx, false, name, identity, f);
}

int
conn_tls_accept(
    struct conn *c, struct tls_ctx *ctx, const char *name, struct fault *f)
{
	return tls_begin(c, ctx, true, name, NULL, f);
}

bool
conn_is_tls(const struct conn *c)
{
	return c->tls_is_up;
}

const struct tls_peer *
conn_tls_peer(const struct conn *c)
{
	return c->tls == NULL ? NULL : c->tls->peer;
}

bool
conn_write(struct conn *c, const void *data, size_t len)
{
	struct fault f;

	if (c->state >= CONN_FLUSHING || c->failed)
		return false;
	if (conn_pending(c) + len > c->write_max) {
		(void)fault_set(&f, FAULT_LIMIT,
		    "the peer does not take what is sent: %zu bytes wait",
		    conn_pending(c));
		conn_fail_later(c, &f);
		return false;
	}
	buf_add(&c->out, data, len);
	if (c->state == CONN_OPEN)
		work_later(c);
	if (conn_pending(c) < c->high_water)
		return true;
	c->want_drain = true;
	return false;
}

bool
conn_write_str(struct conn *c, const char *s)
{
	return conn_write(c, s, strlen(s));
}

size_t
conn_pending(const struct conn *c)
{
	return c->out.len - c->out_done;
}

void
conn_pause(struct conn *c)
{
	if (c->paused || c->state == CONN_DEAD)
		return;
	c->paused = true;
	loop_timer_cancel(c->idle);
	mask_update(c);
}

void
conn_resume(struct conn *c)
{
	if (!c->paused || c->state == CONN_DEAD)
		return;
	c->paused = false;
	if (c->in.len > 0 || conn_io_has_decrypted(c)) {
		c->deliver_again = true;
		work_later(c);
	}
	idle_start(c);
	mask_update(c);
}

bool
conn_is_paused(const struct conn *c)
{
	return c->paused;
}

void
conn_set_idle(struct conn *c, int ms)
{
	if (c->state == CONN_DEAD)
		return;
	c->idle_ms = ms;
	idle_start(c);
}

void
conn_set_read_max(struct conn *c, size_t max)
{
	c->read_max = max;
}

void
conn_set_nodelay(struct conn *c, bool on)
{
	int value = on;

	if (c->fd >= 0)
		(void)setsockopt(
		    c->fd, IPPROTO_TCP, TCP_NODELAY, &value, sizeof(value));
}

static void
orphan_end(struct loop_orphan *o)
{
	conn_end((struct conn *)o);
}

void
conn_close(struct conn *c)
{
	if (c == NULL || c->state >= CONN_FLUSHING)
		return;
	if (c->state != CONN_OPEN || c->failed) {
		conn_end(c);
		return;
	}
	c->state = CONN_FLUSHING;
	c->orphan.end = orphan_end;
	loop_orphan_add(c->loop, &c->orphan);
	c->paused = true;
	loop_timer_cancel(c->idle);
	loop_timer_set(c->deadline, c->linger_ms);
	work_later(c);
}

void
conn_abort(struct conn *c)
{
	struct linger hard = { 1, 0 };

	if (c == NULL || c->state == CONN_DEAD)
		return;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	conn_end(c);
}

const struct addr *
conn_local(const struct conn *c)
{
	return &c->local;
}

const struct addr *
conn_remote(const struct conn *c)
{
	return &c->remote;
}

uint64_t
conn_bytes_in(const struct conn *c)
{
	return c->bytes_in;
}

uint64_t
conn_bytes_out(const struct conn *c)
{
	return c->bytes_out;
}

bool
conn_closed_cleanly(const struct conn *c)
{
	return c->cleanly;
}

struct loop *
conn_loop(const struct conn *c)
{
	return c->loop;
}

void *
conn_arg(const struct conn *c)
{
	return c->arg;
}
