/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection's wire: sockets and their options, reads and writes. */
#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "net/conn_internal.h"

static void
set_int(int fd, int level, int name, int value)
{
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

/* K-14: a dead peer is noticed without traffic and with it. */
void
conn_io_set_options(int fd, int family, int user_timeout_ms)
{
	if (family != AF_INET && family != AF_INET6)
		return;
	set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
	set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, 15);
	set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
	set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, user_timeout_ms);
}

int
conn_io_socket(
    const struct addr *to, const struct addr *source, struct fault *f)
{
	char text[ADDR_TEXT_SIZE];
	int fd;

	fd = socket(addr_family(to),
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return fault_errno(f, errno, "socket");
	if (source != NULL && source->len != 0) {
		set_int(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
		if (bind(fd, (const struct sockaddr *)&source->ss,
			source->len) == -1) {
			(void)fault_errno(f, errno, "source address %s",
			    addr_ip_text(source, text));
			(void)close(fd);
			return -1;
		}
	}
	return fd;
}

static bool
would_block(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* What an SSL_read or SSL_write that moved nothing means. */
static long
tls_no_progress(
    struct conn *c, int rc, bool reading, const char *doing, struct fault *f)
{
	int error = SSL_get_error(c->tls->ssl, rc);

	if (error == SSL_ERROR_WANT_READ) {
		if (!reading)
			c->write_wants_read = true;
		return IO_AGAIN;
	}
	if (error == SSL_ERROR_WANT_WRITE) {
		if (reading)
			c->read_wants_write = true;
		return IO_AGAIN;
	}
	if (error == SSL_ERROR_ZERO_RETURN) {
		c->cleanly = true;
		return IO_EOF;
	}
	(void)tls_session_fault(c->tls, doing, f);
	return f->code == FAULT_CLOSED && reading ? IO_EOF : IO_ERROR;
}

long
conn_io_read(struct conn *c, void *p, size_t n, struct fault *f)
{
	ssize_t got;
	int rc;

	if (c->tls_is_up) {
		c->read_wants_write = false;
		errno = 0;
		ERR_clear_error();
		rc = SSL_read(c->tls->ssl, p, (int)n);
		if (rc > 0)
			return rc;
		return tls_no_progress(c, rc, true, "reading", f);
	}
	got = recv(c->fd, p, n, 0);
	if (got > 0)
		return got;
	if (got == 0) {
		c->cleanly = true;
		return IO_EOF;
	}
	if (would_block(errno))
		return IO_AGAIN;
	(void)fault_errno(f, errno, "reading");
	return IO_ERROR;
}

long
conn_io_write(struct conn *c, const void *p, size_t n, struct fault *f)
{
	ssize_t sent;
	int rc;

	if (c->tls_is_up) {
		c->write_wants_read = false;
		errno = 0;
		ERR_clear_error();
		rc = SSL_write(c->tls->ssl, p, n > 1 << 30 ? 1 << 30 : (int)n);
		if (rc > 0)
			return rc;
		return tls_no_progress(c, rc, false, "writing", f);
	}
	sent = send(c->fd, p, n, MSG_NOSIGNAL);
	if (sent >= 0)
		return sent;
	if (would_block(errno))
		return IO_AGAIN;
	(void)fault_errno(f, errno, "writing");
	return IO_ERROR;
}

int
conn_io_handshake(struct conn *c, struct fault *f)
{
	int rc;

	c->read_wants_write = false;
	errno = 0;
	ERR_clear_error();
	rc = SSL_do_handshake(c->tls->ssl);
	if (rc == 1) {
		c->tls_is_up = true;
		tls_session_done(c->tls);
		return 1;
	}
	switch (SSL_get_error(c->tls->ssl, rc)) {
	case SSL_ERROR_WANT_READ:
		return IO_AGAIN;
	case SSL_ERROR_WANT_WRITE:
		c->read_wants_write = true;
		return IO_AGAIN;
	default:
		(void)tls_session_fault(c->tls, "TLS handshake", f);
		return IO_ERROR;
	}
}

bool
conn_io_has_decrypted(const struct conn *c)
{
	return c->tls_is_up && SSL_pending(c->tls->ssl) > 0;
}

int
conn_io_mask(const struct conn *c)
{
	bool output = c->out.len > c->out_done;
	int mask = 0;

	switch (c->state) {
	case CONN_CONNECTING:
	case CONN_TLS_FLUSH:
		return LOOP_WRITE;
	case CONN_HANDSHAKE:
		return c->read_wants_write ? LOOP_WRITE : LOOP_READ;
	case CONN_OPEN:
	case CONN_FLUSHING:
		/* conn_close pauses. */
		if (!c->paused)
			mask |= LOOP_READ;
		if (output)
			mask |= c->write_wants_read ? LOOP_READ : LOOP_WRITE;
		if (c->read_wants_write)
			mask |= LOOP_WRITE;
		return mask;
	case CONN_LINGERING:
		return LOOP_READ;
	case CONN_DEAD:
		return 0;
	}
	return 0;
}
