/* SPDX-License-Identifier: GPL-3.0-or-later */
/* throw, try, catch, finally, trap. */
#include "config.h"

#include <string.h>

#include "shell/lang/run_internal.h"

#define SMA "System.Management.Automation."

/* ---- throw ---- */

struct value
throw_record(struct frame *f, struct value v)
{
	struct session *s = f->s;
	struct error_record *e;
	struct value record, text = VALUE_NULL;
	struct error_spec spec = { .category = "OperationStopped" };

	if (value_is_error(v)) {
		record = value_ref(value_base(v));
		error_place(s, error_record_of(record));
		return record;
	}
	if (error_is_exception(v)) {
		struct value m = error_message(s, v);

		record = error_from_exception(s, value_base(v),
		    value_chars_len(m) > 0 ? value_chars(m) :
					     value_type(v)->name,
		    "OperationStopped", VALUE_NULL);
		value_unref(m);
		error_place(s, error_record_of(record));
		return record;
	}
	if (value_is_nothing(v)) {
		text = value_string("ScriptHalted");
	} else if (value_text(&s->run, v, &text) != FLOW_MORE) {
		run_leave_clear(&s->run);
		text = value_string("");
	}
	spec.id = value_chars(text);
	spec.message = value_chars(text);
	spec.target = v;
	record = error_new(s, &spec);
	value_unref(text);
	e = error_record_of(record);
	error_place(s, e);
	return record;
}

enum flow
run_throw_statement(struct frame *f, struct node_leave *n)
{
	struct session *s = f->s;
	struct value v = VALUE_NULL, record;
	enum flow flow;

	if (n->pipeline != NULL) {
		flow = eval_statement(f, n->pipeline, &v);
		if (flow != FLOW_MORE)
			return flow;
	} else if (!value_is_null(f->caught)) {
		/* throw alone in a catch: the same again */
		return error_leave_take(s, value_ref(f->caught), true);
	}
	f->at = &n->node;
	record = throw_record(f, v);
	value_unref(v);
	return error_leave_take(s, record, true);
}

/* ---- which catch ---- */

static bool
exception_is(struct value exception, const struct type *t)
{
	const struct type *of = value_type(exception);

	return of != NULL && type_is_a(of, t);
}

static struct value
inner_of(struct session *s, struct value exception)
{
	struct value inner = VALUE_NULL;
	bool found = false;

	if (value_get_member(&s->run, exception, "InnerException", &inner,
		&found) != FLOW_MORE)
		run_leave_clear(&s->run);
	return inner;
}

static struct node_catch *
catch_for(struct frame *f, struct node_try *n, struct value exception)
{
	for (size_t i = 0; i < n->catches.n; i++) {
		struct node_catch *c = node_catch(n->catches.v[i]);

		for (size_t k = 0; k < c->types.n; k++) {
			const struct type *t = eval_type(f,
			    node_type_constraint(c->types.v[k])->name);

			if (t != NULL && exception_is(exception, t))
				return c;
		}
	}
	return NULL;
}

static struct node_catch *
find_catch(struct frame *f, struct node_try *n, struct value record)
{
	struct value exception =
	    value_ref(error_record_of(record)->exception);
	struct node_catch *found = NULL;

	/* what the language wraps (a method's exception) is looked into */
	for (int depth = 0; depth < 8 && !value_is_nothing(exception);
	     depth++) {
		struct value inner;

		found = catch_for(f, n, exception);
		if (found != NULL)
			break;
		inner = inner_of(f->s, exception);
		value_unref(exception);
		exception = inner;
	}
	value_unref(exception);
	if (found != NULL)
		return found;
	for (size_t i = 0; i < n->catches.n; i++)
		if (node_catch(n->catches.v[i])->types.n == 0)
			return node_catch(n->catches.v[i]);
	return NULL;
}

/* ---- try ---- */

static enum flow
run_with_record(struct frame *f, struct node_block *b, struct value record,
    struct sink *out)
{
	struct scope *sc = f->scope;
	struct value under = sc->under, caught = f->caught;
	bool had = sc->has_under;
	enum flow flow;

	sc->under = value_ref(record);
	sc->has_under = true;
	f->caught = record;
	flow = run_block(f, b, out);
	f->caught = caught;
	value_unref(sc->under);
	sc->under = under;
	sc->has_under = had;
	return flow;
}

static enum flow
run_catch(struct frame *f, struct node_try *n, struct sink *out)
{
	struct session *s = f->s;
	struct node_catch *c;
	struct value record;
	bool fatal = s->run.leave.fatal;
	enum flow flow;

	record = error_catch(s);
	c = find_catch(f, n, record);
	if (c == NULL)
		return error_leave_take(s, record, fatal);
	error_list(s, record);
	if (value_is_null(error_record_of(record)->invocation))
		error_place(s, error_record_of(record));
	streams_note(s->streams, STREAM_ERROR, record);
	s->ok = false;
	flow = run_with_record(f, c->body, record, out);
	value_unref(record);
	return flow;
}

static enum flow
run_finally(struct frame *f, struct node_try *n, enum flow flow,
    struct sink *out)
{
	struct session *s = f->s;
	struct leave kept = s->run.leave;
	const void *stopper = s->run.stopper;
	sig_atomic_t stop = s->run.stop;
	enum flow last;

	/* what left waits; a Ctrl-C does not keep us from cleaning up */
	memset(&s->run.leave, 0, sizeof(s->run.leave));
	s->run.stop = 0;
	last = run_block(f, n->finally, out);
	if (stop)
		s->run.stop = stop;
	if (last != FLOW_MORE && last != FLOW_STOP_UPSTREAM) {
		struct leave now = s->run.leave;

		s->run.leave = kept;
		run_leave_clear(&s->run);
		s->run.leave = now;
		return last;
	}
	s->run.leave = kept;
	s->run.stopper = stopper;
	return flow;
}

enum flow
run_try(struct frame *f, struct node_try *n, struct sink *out)
{
	struct session *s = f->s;
	unsigned depth = s->try_depth;
	struct node_list *traps = f->traps;
	const struct streams *streams = s->streams;
	struct call *call = s->call;
	enum flow flow;

	if (n->catches.n > 0) {
		s->try_depth++;
		f->traps = NULL;
	}
	flow = run_block(f, n->body, out);
	s->try_depth = depth;
	f->traps = traps;
	s->frame = f;
	s->streams = streams;
	s->call = call;
	if (flow == FLOW_LEAVE && s->run.leave.kind == LEAVE_THROW &&
	    n->catches.n > 0)
		flow = run_catch(f, n, out);
	if (n->finally != NULL)
		flow = run_finally(f, n, flow, out);
	return flow;
}

/* ---- trap ---- */

static struct node_trap *
find_trap(struct frame *f, struct value record)
{
	struct value exception =
	    value_ref(error_record_of(record)->exception);
	struct node_trap *found = NULL, *any = NULL;

	for (int depth = 0; depth < 8 && found == NULL &&
	     !value_is_nothing(exception); depth++) {
		struct value inner;

		for (size_t i = 0; i < f->traps->n && found == NULL; i++) {
			struct node_trap *t = node_trap(f->traps->v[i]);
			const struct type *type;

			if (t->type == NULL) {
				any = any != NULL ? any : t;
				continue;
			}
			type = eval_type(f, t->type->name);
			if (type != NULL && exception_is(exception, type))
				found = t;
		}
		inner = inner_of(f->s, exception);
		value_unref(exception);
		exception = inner;
	}
	value_unref(exception);
	return found != NULL ? found : any;
}

enum flow
run_trap(struct frame *f, bool *handledp, struct sink *out)
{
	struct session *s = f->s;
	bool fatal = s->run.leave.fatal;
	struct value record = error_catch(s);
	struct node_trap *t = find_trap(f, record);
	struct node_list *traps = f->traps;
	struct scope *sc = f->scope, *inner;
	enum flow flow;

	if (t == NULL) {
		*handledp = false;
		return error_leave_take(s, record, fatal);
	}
	*handledp = true;
	error_list(s, record);
	f->traps = NULL;
	inner = scope_new(sc);
	f->scope = inner;
	flow = run_with_record(f, t->body, record, out);
	f->scope = sc;
	scope_unref(s, inner);
	f->traps = traps;
	if (flow == FLOW_LEAVE && s->run.leave.kind == LEAVE_CONTINUE) {
		run_leave_clear(&s->run);
		value_unref(record);
		return FLOW_MORE;
	}
	if (flow == FLOW_LEAVE && s->run.leave.kind == LEAVE_BREAK) {
		run_leave_clear(&s->run);
		return error_leave_take(s, record, true);
	}
	if (flow == FLOW_MORE)
		flow = error_show(s, s->streams, record);
	value_unref(record);
	return flow;
}
