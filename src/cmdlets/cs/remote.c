/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cmdlets ask running processes. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/remote.h"
#include "core/object.h"

struct remote {
	struct call *call;
	enum flow (*fn)(struct call *c, struct value v, void *ctx);
	void *ctx;
	enum flow flow;
};

static bool
on_object(struct value v, void *ctx)
{
	struct remote *r = ctx;

	if (r->fn != NULL)
		r->flow = r->fn(r->call, v, r->ctx);
	return r->flow == FLOW_MORE;
}

static bool
is_stopped(void *ctx)
{
	struct remote *r = ctx;
	struct run *run = call_run(r->call);

	return run != NULL && run->stop;
}

int
remote_call(struct call *c, const char *method, struct value arg, bool ensure,
    int64_t timeout_ms,
    enum flow (*fn)(struct call *c, struct value v, void *ctx), void *ctx,
    enum flow *flowp, struct fault *f)
{
	struct remote r = { c, fn, ctx, FLOW_MORE };
	struct client_call call = { .method = method,
		.arg = arg,
		.timeout_ms = timeout_ms,
		.stopped = is_stopped,
		.on_object = on_object,
		.ctx = &r };
	struct client *client =
	    ensure ? client_open_ensure(f) : client_open(f);
	int rc;

	*flowp = FLOW_MORE;
	if (client == NULL)
		return -1;
	rc = client_call(client, &call, f);
	client_close(client);
	*flowp = r.flow;
	return rc;
}

struct dict *
remote_arg(void)
{
	return dict_new(NULL);
}

void
remote_set_text(struct dict *d, const char *name, const char *text)
{
	if (text != NULL)
		dict_set_str_take(d, name, value_string(text));
}

void
remote_set_bool(struct dict *d, const char *name, bool b)
{
	dict_set_str_take(d, name, value_bool(b));
}

struct value
remote_get(struct value v, const char *name)
{
	if (value_is_object(v))
		return object_peek(object_of(v), name);
	if (value_is_dict(v))
		return dict_peek(dict_of(v), name);
	return VALUE_NULL;
}

const char *
remote_text(struct value v, const char *name)
{
	return value_chars(remote_get(v, name));
}
