/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Datagram sockets; the local address of each datagram by IP_PKTINFO. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "core/mem.h"
#include "net/conn.h"
#include "net/udp.h"

#define UDP_MAX 65535
/* LIMIT: datagrams read before others get a turn. */
#define UDP_BUDGET 64

struct udp {
	struct loop *loop;
	int fd;
	struct addr at;
	const struct udp_ops *ops;
	void *arg;
	struct loop_watch *watch;
	bool closed;
	char data[UDP_MAX + 1];
};

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(struct in6_pktinfo)) +
	    CMSG_SPACE(sizeof(struct in_pktinfo))];
};

static void
local_from_control(const struct udp *u, struct msghdr *msg, struct addr *to)
{
	uint16_t port = addr_port(&u->at);
	struct in6_pktinfo info6;
	struct in_pktinfo info4;
	struct cmsghdr *c;

	*to = u->at;
	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info4, CMSG_DATA(c), sizeof(info4));
			(void)addr_from_bytes(&info4.ipi_addr, 4, port, to);
		} else if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info6, CMSG_DATA(c), sizeof(info6));
			(void)addr_from_bytes(&info6.ipi6_addr, 16, port, to);
		}
	}
}

static void
tell_error(struct udp *u, int error)
{
	struct fault f;

	if (u->ops->on_error == NULL)
		return;
	(void)fault_errno(&f, error, "datagram");
	u->ops->on_error(u, NULL, &f, u->arg);
}

static void
on_ready(int fd, int events, void *arg)
{
	struct udp *u = arg;
	union control control;
	struct iovec iov = { u->data, UDP_MAX };
	struct addr from, to;
	struct msghdr msg;
	ssize_t n;
	int i;

	(void)events;
	for (i = 0; i < UDP_BUDGET && !u->closed; i++) {
		memset(&from, 0, sizeof(from));
		memset(&msg, 0, sizeof(msg));
		msg.msg_name = &from.ss;
		msg.msg_namelen = sizeof(from.ss);
		msg.msg_iov = &iov;
		msg.msg_iovlen = 1;
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		n = recvmsg(fd, &msg, 0);
		if (n == -1) {
			if (errno == EAGAIN || errno == EINTR)
				return;
			tell_error(u, errno);
			continue;
		}
		from.len = msg.msg_namelen;
		local_from_control(u, &msg, &to);
		u->data[n] = '\0';
		u->ops->on_datagram(u, u->data, (size_t)n, &from, &to, u->arg);
	}
}

struct udp *
udp_from_fd_take(struct loop *l, int fd, const struct udp_ops *ops, void *arg,
    struct fault *f)
{
	/* cppcheck-suppress invalidFunctionArg ; then errno says EBADF */
	int flags = fcntl(fd, F_GETFL), on = 1;
	struct udp *u;

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
		(void)fault_errno(f, errno, "datagram descriptor %d", fd);
		if (fd >= 0)
			(void)close(fd);
		return NULL;
	}
	u = mem_zalloc(sizeof(*u));
	u->loop = l;
	u->fd = fd;
	u->ops = ops;
	u->arg = arg;
	(void)addr_of_socket(fd, &u->at);
	if (addr_family(&u->at) == AF_INET)
		(void)setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	else
		(void)setsockopt(
		    fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on));
	u->watch = loop_watch_new(l, fd, LOOP_READ, on_ready, u);
	return u;
}

struct udp *
udp_open(struct loop *l, const struct addr *at, const struct udp_ops *ops,
    void *arg, struct fault *f)
{
	int fd = net_bind(at, false, f);

	return fd == -1 ? NULL : udp_from_fd_take(l, fd, ops, arg, f);
}

static void
control_add(struct msghdr *msg, union control *control, int level, int type,
    const void *info, size_t size)
{
	struct cmsghdr *c;

	memset(control, 0, sizeof(*control));
	msg->msg_control = control;
	msg->msg_controllen = CMSG_SPACE(size);
	c = CMSG_FIRSTHDR(msg);
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(c), info, size);
}

static void
set_source(struct msghdr *msg, union control *control, const struct addr *from)
{
	struct in6_pktinfo info6 = { 0 };
	struct in_pktinfo info4 = { 0 };

	if (addr_family(from) == AF_INET) {
		info4.ipi_spec_dst =
		    ((const struct sockaddr_in *)(const void *)&from->ss)
			->sin_addr;
		control_add(msg, control, IPPROTO_IP, IP_PKTINFO, &info4,
		    sizeof(info4));
	} else if (addr_family(from) == AF_INET6) {
		info6.ipi6_addr =
		    ((const struct sockaddr_in6 *)(const void *)&from->ss)
			->sin6_addr;
		control_add(msg, control, IPPROTO_IPV6, IPV6_PKTINFO, &info6,
		    sizeof(info6));
	}
}

int
udp_send(struct udp *u, const struct addr *to, const struct addr *from,
    const void *data, size_t len, struct fault *f)
{
	struct addr dest = *to;
	char text[ADDR_TEXT_SIZE];
	union control control;
	struct msghdr msg = { 0 };
	struct iovec iov;

	iov.iov_base = (void *)(uintptr_t)data;
	iov.iov_len = len;
	msg.msg_name = &dest.ss;
	msg.msg_namelen = dest.len;
	msg.msg_iov = &iov;
	msg.msg_iovlen = 1;
	if (from != NULL && !addr_is_any(from) &&
	    addr_family(from) == addr_family(&u->at))
		set_source(&msg, &control, from);
	if (sendmsg(u->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
		return 0;
	if (errno == EAGAIN || errno == ENOBUFS)
		return fault_set(f, FAULT_BUSY,
		    "datagram to %s: the socket's buffer is full",
		    addr_text(to, text));
	return fault_errno(f, errno, "datagram to %s", addr_text(to, text));
}

const struct addr *
udp_addr(const struct udp *u)
{
	return &u->at;
}

static void
udp_free(void *arg)
{
	mem_free(arg);
}

void
udp_close(struct udp *u)
{
	if (u == NULL || u->closed)
		return;
	u->closed = true;
	loop_watch_free(u->watch);
	(void)close(u->fd);
	loop_defer(u->loop, udp_free, u);
}
