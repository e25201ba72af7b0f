/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shell's end of the control socket: calls that wait. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "core/dict.h"
#include "core/home.h"
#include "core/mem.h"
#include "net/addr.h"
#include "svc/args.h"
#include "svc/client.h"
#include "svc/frame.h"

#define ASK_STOPPED_MS 100
#define DEFAULT_WAIT_MS 30000

struct client {
	int fd;
	struct buf in;
	uint32_t last_id;
	bool broken;
};

static int64_t
now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits for events until deadline; asks stopped in between. */
static int
wait_for(struct client *c, short events, int64_t deadline,
    const struct client_call *call, struct fault *f)
{
	struct pollfd pfd = { c->fd, events, 0 };
	int64_t left;
	int rc;

	for (;;) {
		if (call != NULL && call->stopped != NULL &&
		    call->stopped(call->ctx))
			return fault_set(f, FAULT_STOPPED, "stopped");
		left = deadline - now_ms();
		if (left <= 0)
			return fault_set(f, FAULT_TIMEOUT,
			    "the supervisor did not answer in time");
		if (left > ASK_STOPPED_MS)
			left = ASK_STOPPED_MS;
		rc = poll(&pfd, 1, (int)left);
		if (rc > 0)
			return 0;
		if (rc == -1 && errno != EINTR)
			return fault_errno(f, errno, "waiting");
	}
}

static int
send_all(struct client *c, const struct buf *b, int64_t deadline,
    const struct client_call *call, struct fault *f)
{
	size_t done = 0;
	ssize_t n;

	while (done < b->len) {
		n = send(c->fd, b->data + done, b->len - done,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0) {
			done += (size_t)n;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return fault_errno(f, errno, "asking the supervisor");
		if (wait_for(c, POLLOUT, deadline, call, f) == -1)
			return -1;
	}
	return 0;
}

static int
send_frame(struct client *c, enum frame_kind kind, uint32_t id,
    struct value payload, int64_t deadline, const struct client_call *call,
    struct fault *f)
{
	struct buf b;
	int rc;

	buf_init(&b);
	rc = frame_write(&b, kind, id, payload, 0, f);
	if (rc == 0 && (rc = send_all(c, &b, deadline, call, f)) == -1)
		c->broken = true;
	buf_clear(&b);
	return rc;
}

/* The next frame; -1 also breaks the client. */
static int
next_frame(struct client *c, struct frame *fr, int64_t deadline,
    const struct client_call *call, struct fault *f)
{
	size_t used = 0;
	ssize_t n;
	int rc;

	for (;;) {
		rc = frame_read(buf_text(&c->in), c->in.len, fr, &used, f);
		if (rc == 1) {
			buf_consume(&c->in, used);
			return 0;
		}
		if (rc == -1)
			break;
		buf_reserve(&c->in, 65536);
		n = recv(c->fd, c->in.data + c->in.len, 65536, MSG_DONTWAIT);
		if (n > 0) {
			c->in.len += (size_t)n;
			continue;
		}
		if (n == 0) {
			(void)fault_set(f, FAULT_CLOSED,
			    "the supervisor closed the connection");
			break;
		}
		if (errno != EAGAIN && errno != EINTR) {
			(void)fault_errno(f, errno, "the supervisor's answer");
			break;
		}
		if (wait_for(c, POLLIN, deadline, call, f) == -1)
			break;
	}
	c->broken = true;
	return -1;
}

static int
greet(struct client *c, struct fault *f)
{
	struct dict *hello = dict_new(NULL);
	int64_t deadline = now_ms() + DEFAULT_WAIT_MS;
	struct frame fr;
	int rc;

	args_set_int(hello, "Version", FRAME_VERSION);
	args_set_text(hello, "Name", "shell");
	rc = send_frame(
	    c, FRAME_HELLO, 0, dict_value(hello), deadline, NULL, f);
	value_unref(dict_value(hello));
	if (rc == -1 || next_frame(c, &fr, deadline, NULL, f) == -1)
		return -1;
	if (fr.kind != FRAME_HELLO)
		rc = fault_set(
		    f, FAULT_PROTOCOL, "the supervisor did not say hello");
	frame_clear(&fr);
	return rc;
}

struct client *
client_open(struct fault *f)
{
	char *path = home_path(HOME_RUN, "control");
	struct client *c = NULL;
	struct addr at;
	int fd = -1;

	if (addr_from_unix(path, &at, f) == -1)
		goto out;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1) {
		(void)fault_errno(f, errno, "socket");
		goto out;
	}
	if (connect(fd, (const struct sockaddr *)&at.ss, at.len) == -1) {
		if (errno == ENOENT || errno == ECONNREFUSED)
			(void)fault_set(f, FAULT_UNAVAILABLE,
			    "no service runs here (nobody listens on %s)",
			    path);
		else
			(void)fault_errno(f, errno, "%s", path);
		(void)close(fd);
		goto out;
	}
	c = mem_zalloc(sizeof(*c));
	c->fd = fd;
	if (greet(c, f) == -1) {
		client_close(c);
		c = NULL;
	}
out:
	mem_free(path);
	return c;
}

struct client *
client_open_ensure(struct fault *f)
{
	return client_ensure_supervisor(f) == -1 ? NULL : client_open(f);
}

void
client_close(struct client *c)
{
	if (c == NULL)
		return;
	(void)close(c->fd);
	buf_clear(&c->in);
	mem_free(c);
}

static void
tell_progress(const struct client_call *call, struct value v)
{
	const char *activity = args_text(v, "Activity");
	const char *status = args_text(v, "Status");

	if (call->on_progress != NULL)
		call->on_progress(activity == NULL ? "" : activity,
		    status == NULL ? "" : status,
		    (int)args_int(v, "Percent", -1), call->ctx);
}

/* What the frame means for the call: 1 it goes on, 0 ended, -1 failed. */
static int
take_answer(struct client *c, const struct client_call *call, uint32_t id,
    const struct frame *fr, bool *wantedp, struct fault *f)
{
	if (fr->id != id)
		return 1; /* of a call that was given up */
	switch (fr->kind) {
	case FRAME_OBJECT:
		if (*wantedp && call->on_object != NULL &&
		    !call->on_object(fr->payload, call->ctx)) {
			*wantedp = false;
			(void)send_frame(c, FRAME_CANCEL, id, VALUE_NULL,
			    now_ms() + 1000, NULL, NULL);
			return 0;
		}
		return 1;
	case FRAME_PROGRESS:
		tell_progress(call, fr->payload);
		return 1;
	case FRAME_END:
		return 0;
	case FRAME_FAULT:
		frame_value_fault(fr->payload, f);
		return -1;
	case FRAME_HELLO:
	case FRAME_CALL:
	case FRAME_CANCEL:
	case FRAME_TELL:
	case FRAME_KINDS:
		return 1;
	}
	return 1;
}

int
client_call(struct client *c, const struct client_call *call, struct fault *f)
{
	int64_t wait = call->timeout_ms > 0 ? call->timeout_ms
					    : DEFAULT_WAIT_MS;
	struct value pair;
	bool wanted = true;
	struct frame fr;
	uint32_t id;
	int rc;

	if (c->broken)
		return fault_set(f, FAULT_CLOSED,
		    "the connection to the supervisor is closed");
	id = ++c->last_id;
	pair = args_pair_take(call->method, value_ref(call->arg));
	rc = send_frame(c, FRAME_CALL, id, pair, now_ms() + wait, call, f);
	value_unref(pair);
	if (rc == -1)
		return -1;
	do {
		if (next_frame(c, &fr, now_ms() + wait, call, f) == -1)
			return -1;
		rc = take_answer(c, call, id, &fr, &wanted, f);
		frame_clear(&fr);
	} while (rc == 1);
	return rc;
}

static bool
keep_first(struct value v, void *ctx)
{
	struct value *slot = ctx;

	if (value_is_null(*slot))
		value_set(slot, v);
	return true;
}

int
client_ask(struct client *c, const char *method, struct value arg,
    struct value *vp, struct fault *f)
{
	struct value first = VALUE_NULL;
	struct client_call call = {
		.method = method,
		.arg = arg,
		.on_object = keep_first,
		.ctx = &first,
	};

	if (client_call(c, &call, f) == -1) {
		value_unref(first);
		return -1;
	}
	if (vp != NULL)
		*vp = first;
	else
		value_unref(first);
	return 0;
}

int
client_call_service(struct client *c, const char *service,
    const struct client_call *call, struct fault *f)
{
	struct client_call relayed = *call;
	struct dict *d = dict_new(NULL);
	int rc;

	args_set_text(d, "Service", service);
	args_set_text(d, "Method", call->method);
	dict_set_str_take(d, "Argument", value_ref(call->arg));
	relayed.method = "call";
	relayed.arg = dict_value(d);
	rc = client_call(c, &relayed, f);
	value_unref(relayed.arg);
	return rc;
}

int
client_poke(const char *method, struct value arg, struct fault *f)
{
	struct fault why;
	struct client *c = client_open(&why);
	int rc;

	if (c == NULL) {
		if (why.code == FAULT_UNAVAILABLE)
			return 0;
		if (f != NULL)
			*f = why;
		return -1;
	}
	rc = client_ask(c, method, arg, NULL, f);
	client_close(c);
	return rc;
}
