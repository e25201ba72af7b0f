/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a shell may ask of the supervisor (doc/internals/control.md). */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "core/home.h"
#include "core/list.h"
#include "core/mem.h"
#include "svc/args.h"
#include "svc/supervisor_internal.h"

/* Orders: start and stop calls that wait. */

static void
order_finish(struct order *o)
{
	*o->prevp = o->next;
	if (o->next != NULL)
		o->next->prevp = o->prevp;
	if (o->failed.code == FAULT_NONE)
		call_end(o->call);
	else
		call_fail(o->call, &o->failed);
	mem_free(o->children);
	mem_free(o);
}

static bool
order_is_met(const struct order *o, const struct child *c)
{
	return o->start ? c->state == CHILD_RUNNING
			: c->state == CHILD_STOPPED;
}

/* c came to rest: its part of the order is done, well or not. */
static void
order_take(struct order *o, struct child *c, const struct fault *failed)
{
	struct value v;
	size_t i;

	for (i = 0; i < o->n && o->children[i] != c;)
		i++;
	if (i == o->n || (failed == NULL && !order_is_met(o, c)))
		return;
	o->children[i] = o->children[--o->n];
	v = child_object(c);
	peer_call_emit(o->call, v);
	value_unref(v);
	if (failed != NULL && o->failed.code == FAULT_NONE)
		o->failed = *failed;
	if (o->n == 0)
		order_finish(o);
}

void
orders_tell(struct child *c, const struct fault *failed)
{
	struct order *o, *next;
	struct fault f;

	for (o = c->supervisor->orders; o != NULL; o = next) {
		next = o->next;
		if (failed != NULL && !o->start)
			continue; /* a crash while stopping is an end too */
		if (failed == NULL && o->start && c->state == CHILD_STOPPED) {
			(void)fault_set(&f, FAULT_STOPPED,
			    "%s was stopped meanwhile", c->def->name);
			order_take(o, c, &f);
		} else {
			order_take(o, c, failed);
		}
	}
}

void
orders_end(struct supervisor *s, const struct fault *f)
{
	while (s->orders != NULL) {
		s->orders->failed = *f;
		order_finish(s->orders);
	}
}

static struct order *
order_new(struct supervisor *s, struct peer_call *call, bool start)
{
	struct order *o = mem_zalloc(sizeof(*o));

	o->supervisor = s;
	o->call = call;
	o->start = start;
	o->children = mem_array(s->n_children + 1, sizeof(struct child *));
	o->next = s->orders;
	o->prevp = &s->orders;
	if (o->next != NULL)
		o->next->prevp = &o->next;
	s->orders = o;
	return o;
}

/* Names, or nothing for all. -1: one is unknown. */
static int
named_children(struct supervisor *s, struct value arg, struct child **out,
    size_t *np, struct fault *f)
{
	size_t i, j, n = args_count(arg, "Names");
	const char *name;
	struct child *c;

	*np = 0;
	for (i = 0; n == 0 && i < s->n_children; i++)
		out[(*np)++] = &s->children[i];
	for (i = 0; i < n; i++) {
		name = value_chars(args_at(arg, "Names", i));
		c = name == NULL ? NULL : child_find(s, name);
		if (c == NULL)
			return fault_set(f, FAULT_NOT_FOUND,
			    "there is no service \"%.64s\"",
			    name == NULL ? "" : name);
		for (j = 0; j < *np && out[j] != c;)
			j++;
		if (j == *np && *np < s->n_children)
			out[(*np)++] = c;
	}
	return 0;
}

static void
emit_child(struct peer_call *call, const struct child *c)
{
	struct value v = child_object(c);

	peer_call_emit(call, v);
	value_unref(v);
}

static void
do_list(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	struct child **list = mem_array(s->n_children + 1, sizeof(*list));
	struct fault f;
	size_t i, n;

	if (named_children(s, arg, list, &n, &f) == -1) {
		call_fail(call, &f);
	} else {
		for (i = 0; i < n; i++)
			emit_child(call, list[i]);
		call_end(call);
	}
	mem_free(list);
}

static void
run_order(struct supervisor *s, struct peer_call *call, struct value arg,
    bool start, struct child **list, size_t n)
{
	struct order *o = order_new(s, call, start);
	size_t i;

	for (i = 0; i < n; i++)
		o->children[o->n++] = list[i];
	/* Those that are there already come first, without a change. */
	for (i = 0; i < n; i++) {
		if (start)
			child_start(list[i]);
		else
			list[i]->wanted = false;
	}
	if (!start) {
		supervisor_remember_wanted(s);
		children_advance(s);
	}
	/* The order may be gone: look for it before each step. */
	for (i = 0; i < n && s->orders == o; i++)
		if (order_is_met(o, list[i]))
			order_take(o, list[i], NULL);
	if (s->orders == o && args_bool(arg, "NoWait", false)) {
		for (i = 0; i < o->n; i++)
			emit_child(call, o->children[i]);
		order_finish(o);
	}
}

static void
do_start(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	struct child **list = mem_array(s->n_children + 1, sizeof(*list));
	struct fault f;
	size_t n;

	if (s->shutting_down) {
		(void)fault_set(&f, FAULT_UNAVAILABLE,
		    "the supervisor is shutting down");
		call_fail(call, &f);
	} else if (named_children(s, arg, list, &n, &f) == -1) {
		call_fail(call, &f);
	} else {
		run_order(s, call, arg, true, list, n);
	}
	mem_free(list);
}

static bool
is_listed(struct child *const *list, size_t n, const struct child *c)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (list[i] == c)
			return true;
	return false;
}

/* Dependants that were not named: with Force they are stopped too. */
static int
add_dependants(struct supervisor *s, struct child **list, size_t *np,
    bool force, struct fault *f)
{
	struct child *c;
	size_t i, j;

	for (i = 0; i < *np; i++)
		for (j = 0; j < s->n_children; j++) {
			c = &s->children[j];
			if (c->def->needs == NULL || !(c->wanted || c->pid) ||
			    strcmp(c->def->needs, list[i]->def->name) != 0 ||
			    is_listed(list, *np, c))
				continue;
			if (!force)
				return fault_set(f, FAULT_INVALID_OPERATION,
				    "%s cannot be stopped alone: %s needs it; "
				    "stop that too, or use -Force",
				    list[i]->def->name, c->def->name);
			list[(*np)++] = c;
		}
	return 0;
}

static void
do_stop(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	struct child **list = mem_array(s->n_children + 1, sizeof(*list));
	struct fault f;
	size_t n;

	if (named_children(s, arg, list, &n, &f) == -1 ||
	    add_dependants(s, list, &n, args_bool(arg, "Force", false), &f) ==
		-1)
		call_fail(call, &f);
	else
		run_order(s, call, arg, false, list, n);
	mem_free(list);
}

/* Asking a service. */

struct relay {
	struct peer_call *call;
	struct peer_request *request;
};

static void
relay_object(struct value v, void *ctx)
{
	peer_call_emit(((struct relay *)ctx)->call, v);
}

static void
relay_progress(struct value v, void *ctx)
{
	const char *activity = args_text(v, "Activity");
	const char *status = args_text(v, "Status");

	call_progress(((struct relay *)ctx)->call,
	    activity == NULL ? "" : activity, status == NULL ? "" : status,
	    (int)args_int(v, "Percent", -1));
}

static void
relay_end(const struct fault *failed, void *ctx)
{
	struct relay *r = ctx;

	if (failed != NULL)
		call_fail(r->call, failed);
	else
		call_end(r->call);
	mem_free(r);
}

static void
relay_gone(void *ctx)
{
	struct relay *r = ctx;

	peer_request_cancel(r->request);
	call_end(r->call);
	mem_free(r);
}

static const struct peer_answer_ops relay_ops = { relay_object,
	relay_progress, relay_end };

static void
do_call(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	const char *service = args_text(arg, "Service");
	const char *method = args_text(arg, "Method");
	struct child *c = service == NULL ? NULL : child_find(s, service);
	struct relay *r;
	struct fault f;

	if (c == NULL || method == NULL) {
		(void)fault_set(&f, FAULT_NOT_FOUND,
		    "there is no service \"%.64s\"",
		    service == NULL ? "" : service);
		call_fail(call, &f);
		return;
	}
	if (c->state != CHILD_RUNNING || c->peer == NULL) {
		(void)fault_set(&f, FAULT_UNAVAILABLE, "%s is not running",
		    c->def->name);
		call_fail(call, &f);
		return;
	}
	r = mem_zalloc(sizeof(*r));
	r->call = call;
	call_on_gone(call, relay_gone, r);
	r->request = peer_call(c->peer, method, args_get(arg, "Argument"),
	    args_int(arg, "TimeoutMs", 60000), &relay_ops, r);
}

static void
do_poke(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	size_t i;

	for (i = 0; i < s->n_children; i++)
		if (s->children[i].def->makes_snapshots &&
		    s->children[i].peer != NULL)
			(void)peer_tell(s->children[i].peer, "poke", arg, NULL,
			    0, NULL);
	call_end(call);
}

/* The rest. */

static void
do_version(struct peer_call *call, struct value arg, void *ctx)
{
	const struct supervisor *s = ctx;
	char *home = home_path(HOME_STATE, NULL);
	struct dict *d = dict_new(NULL);

	(void)arg;
	args_set_text(d, "Version", PACKAGE_VERSION);
	args_set_int(d, "ProcessId", getpid());
	args_set_text(d, "Home", home);
	args_set_int(d, "Snapshot", s->snapshot);
	peer_call_emit(call, dict_value(d));
	value_unref(dict_value(d));
	mem_free(home);
	call_end(call);
}

static void
do_event(struct peer_call *call, struct value arg, void *ctx)
{
	const char *source = args_text(arg, "Service");
	const char *text = args_text(arg, "Text");
	struct fault f;

	if (evlog_row((unsigned int)args_int(arg, "Id", 0)) == NULL) {
		(void)fault_set(&f, FAULT_INVALID, "there is no such event");
		call_fail(call, &f);
		return;
	}
	supervisor_event(ctx, source == NULL ? "Shell" : source,
	    (unsigned int)args_int(arg, "Id", 0), text == NULL ? "" : text);
	call_end(call);
}

static void
do_shut_down(struct peer_call *call, struct value arg, void *ctx)
{
	(void)arg;
	call_end(call);
	supervisor_shut_down(ctx);
}

const struct control_method supervisor_methods[] = {
	{ "call", do_call },
	{ "cert-assign", certificates_do_assign },
	{ "cert-import", certificates_do_import },
	{ "cert-list", certificates_do_list },
	{ "cert-remove", certificates_do_remove },
	{ "cert-unassign", certificates_do_unassign },
	{ "event", do_event },
	{ "key-remove", certificates_do_forget },
	{ "key-request", certificates_do_request },
	{ "poke", do_poke },
	{ "service-list", do_list },
	{ "service-start", do_start },
	{ "service-stop", do_stop },
	{ "shut-down", do_shut_down },
	{ "version", do_version },
	{ NULL, NULL },
};
