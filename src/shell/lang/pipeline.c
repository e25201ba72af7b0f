/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pipelines push: all stages begin, the first one's objects travel down one
 * by one, then all end; clean always runs. Who has had enough is named in the
 * run, and what stands above it is stopped.
 */
#include "config.h"

#include <string.h>

#include "shell/lang/pipeline_internal.h"

/* ---- what a stage writes ---- */

/* Between a stage and the next: -OutVariable, -PipelineVariable. */
static enum flow
own_out_put(struct sink *k, struct value v)
{
	struct stage *st = (struct stage *)(void *)((char *)k -
	    offsetof(struct stage, own_out));
	struct session *s = st->call.s;

	if (v.type == &type_void)
		return FLOW_MORE;
	if (st->streams.lists[STREAM_OUTPUT] != NULL)
		list_add(st->streams.lists[STREAM_OUTPUT], v);
	if (!value_is_null(st->call.pipeline_variable))
		scope_set_take(st->pipeline->f->scope,
		    atom_str(value_chars(st->call.pipeline_variable)),
		    value_ref(v));
	if (s->run.stop && run_check_stop(&s->run) != FLOW_MORE)
		return FLOW_LEAVE;
	if (st->call.s->call != NULL) {
		/* a cmdlet emits: what runs below is not this cmdlet */
		struct call *was = s->call;
		const struct streams *streams = s->streams;
		enum flow flow;

		s->call = NULL;
		flow = st->out->put(st->out, v);
		s->call = was;
		s->streams = streams;
		return flow;
	}
	return st->out->put(st->out, v);
}

static enum flow
merged_put(struct sink *k, struct value v)
{
	struct stage *st = (struct stage *)(void *)((char *)k -
	    offsetof(struct stage, merged));

	return st->out->put(st->out, v);
}

static enum flow
stage_in_put(struct sink *k, struct value v)
{
	struct stage *st = (struct stage *)(void *)k;
	struct session *s = st->call.s;

	if (st->done) {
		s->run.stopper = st;
		return FLOW_STOP_UPSTREAM;
	}
	if (v.type == &type_void)
		return FLOW_MORE;
	return stage_process(st, v, true);
}

void
stage_init(struct stage *st, struct pipeline *p)
{
	st->in.put = stage_in_put;
	st->own_out.put = own_out_put;
	st->merged.put = merged_put;
	st->pipeline = p;
	call_init(&st->call, p->s);
	st->call.stage = st;
	st->call.caller = p->f;
	st->prev = p->last;
	if (p->last != NULL)
		p->last->next = st;
	else
		p->first = st;
	p->last = st;
	p->n++;
}

/* ---- running one stage ---- */

/* The session as it was before a stage's code ran. */
struct entered {
	struct call *call;
	const struct streams *streams;
	struct frame *frame;
};

static void
stage_enter(struct stage *st, struct entered *e, bool cmdlet)
{
	struct session *s = st->call.s;

	e->call = s->call;
	e->streams = s->streams;
	e->frame = s->frame;
	s->streams = &st->streams;
	s->call = cmdlet ? &st->call : NULL;
	if (cmdlet)
		s->frame = st->pipeline->f;
}

static void
stage_leave(struct stage *st, const struct entered *e)
{
	struct session *s = st->call.s;

	s->call = e->call;
	s->streams = e->streams;
	s->frame = e->frame;
}

static enum flow
cmdlet_step(struct stage *st, enum flow (*fn)(struct call *c))
{
	struct entered e;
	enum flow flow;

	if (fn == NULL)
		return FLOW_MORE;
	stage_enter(st, &e, true);
	flow = fn(&st->call);
	stage_leave(st, &e);
	if (flow == FLOW_LEAVE && st->call.s->run.leave.kind == LEAVE_THROW)
		st->call.failed = true;
	return flow;
}

static enum flow
cmdlet_process(struct stage *st, struct value v, bool has_input)
{
	struct call *c = &st->call;
	enum flow flow;
	bool ok = true;

	if (has_input) {
		struct entered e;

		stage_enter(st, &e, false);
		flow = bind_input(c, v, &ok);
		stage_leave(st, &e);
		if (flow != FLOW_MORE || !ok)
			return flow;
	}
	c->has_input = has_input;
	c->input = has_input ? v : VALUE_NULL;
	flow = cmdlet_step(st, c->command.cmdlet->process);
	c->has_input = false;
	c->input = VALUE_NULL;
	if (has_input)
		bind_input_done(c);
	return flow;
}

enum flow
stage_process(struct stage *st, struct value v, bool has_input)
{
	switch (st->kind) {
	case STAGE_CMDLET:
		return cmdlet_process(st, v, has_input);
	case STAGE_BLOCK:
		return block_stage_process(st, v, has_input);
	case STAGE_NATIVE:
		return has_input ? native_process(st, v) : FLOW_MORE;
	}
	return FLOW_MORE;
}

enum flow
stage_begin(struct stage *st)
{
	st->begun = true;
	switch (st->kind) {
	case STAGE_CMDLET:
		if (st->call.command.cmdlet->state_size > 0)
			st->call.state =
			    mem_zalloc(st->call.command.cmdlet->state_size);
		return cmdlet_step(st, st->call.command.cmdlet->begin);
	case STAGE_BLOCK:
		return block_stage_begin(st);
	case STAGE_NATIVE:
		return native_begin(st);
	}
	return FLOW_MORE;
}

static enum flow
stage_end(struct stage *st)
{
	st->ended = true;
	switch (st->kind) {
	case STAGE_CMDLET:
		return cmdlet_step(st, st->call.command.cmdlet->end);
	case STAGE_BLOCK:
		return block_stage_end(st);
	case STAGE_NATIVE:
		return native_end(st);
	}
	return FLOW_MORE;
}

static void
stage_clean(struct stage *st)
{
	struct entered e;

	if (!st->begun || st->cleaned)
		return;
	st->cleaned = true;
	stage_enter(st, &e, st->kind == STAGE_CMDLET);
	switch (st->kind) {
	case STAGE_CMDLET:
		if (st->call.command.cmdlet->clean != NULL)
			st->call.command.cmdlet->clean(&st->call);
		break;
	case STAGE_BLOCK:
		block_stage_clean(st);
		break;
	case STAGE_NATIVE:
		native_clean(st);
		break;
	}
	stage_leave(st, &e);
}

/* ---- the whole ---- */

/*
 * A stage had enough: it and those above are done. False where the stage is
 * not one of ours; then the flow goes on upwards.
 */
static bool
stopped_here(struct pipeline *p, enum flow flow)
{
	struct stage *at;

	if (flow != FLOW_STOP_UPSTREAM)
		return false;
	for (at = p->first; at != NULL; at = at->next)
		if (p->s->run.stopper == at)
			break;
	if (at == NULL)
		return false;
	for (struct stage *st = p->first; st != NULL; st = st->next) {
		st->done = true;
		if (st == at)
			break;
	}
	return true;
}

static enum flow
pipeline_begin(struct pipeline *p)
{
	for (struct stage *st = p->first; st != NULL; st = st->next) {
		enum flow flow;

		st->call.expects_input = st->prev != NULL || p->has_input;
		flow = stage_prepare(st);
		if (flow == FLOW_MORE)
			flow = stage_begin(st);
		if (stopped_here(p, flow))
			continue;
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}

static enum flow
pipeline_end(struct pipeline *p)
{
	for (struct stage *st = p->first; st != NULL; st = st->next) {
		enum flow flow;

		if (st->done)
			continue;
		flow = stage_end(st);
		if (stopped_here(p, flow))
			continue;
		if (flow != FLOW_MORE)
			return flow;
	}
	return FLOW_MORE;
}

static enum flow
pipeline_feed(struct pipeline *p)
{
	struct session *s = p->s;

	if (p->first->done)
		return FLOW_MORE;
	if (!p->has_input)
		return stage_process(p->first, VALUE_NULL, false);
	if (p->expression != NULL) {
		struct value v = VALUE_NULL;
		enum flow flow = eval(p->f, p->expression, &v);

		if (flow == FLOW_MORE)
			flow = sink_put_each(s, &p->first->in, v);
		value_unref(v);
		return flow;
	}
	return p->input != NULL ?
	    sink_put_each(s, &p->first->in, *p->input) : FLOW_MORE;
}

/* Everything from begin to clean; the stages are there already. */
enum flow
pipeline_run(struct pipeline *p)
{
	struct session *s = p->s;
	struct frame *frame = s->frame;
	struct call *call = s->call;
	const struct streams *streams = s->streams;
	enum flow flow;
	bool ok = true;

	s->call = NULL;
	flow = pipeline_begin(p);
	if (flow == FLOW_MORE) {
		flow = pipeline_feed(p);
		if (stopped_here(p, flow))
			flow = FLOW_MORE;
	}
	if (flow == FLOW_MORE)
		flow = pipeline_end(p);
	s->frame = frame;
	s->streams = streams;
	for (struct stage *st = p->first; st != NULL; st = st->next) {
		struct leave kept = s->run.leave;

		/* what left must outlive what clean blocks do */
		memset(&s->run.leave, 0, sizeof(s->run.leave));
		stage_clean(st);
		if (s->run.leave.kind != LEAVE_NONE) {
			run_leave_clear(&s->run);
		}
		s->run.leave = kept;
		ok = ok && !st->call.failed;
	}
	s->frame = frame;
	s->call = call;
	s->streams = streams;
	s->ok = ok && flow != FLOW_LEAVE;
	return flow;
}

enum flow
pipeline_files_close(struct pipeline *p, enum flow flow)
{
	for (struct stage *st = p->first; st != NULL; st = st->next) {
		flow = redirects_close(st->redirects, flow);
		st->redirects = NULL;
	}
	return flow;
}

void
pipeline_clear(struct pipeline *p)
{
	struct stage *st, *next;

	for (st = p->first; st != NULL; st = next) {
		next = st->next;
		arguments_clear(&st->arguments);
		stage_frame_clear(st);
		(void)redirects_close(st->redirects, FLOW_LEAVE);
		for (size_t i = 0; i < 8; i++)
			if (st->streams.lists[i] != NULL)
				value_unref(list_value(st->streams.lists[i]));
		call_clear(&st->call);
		if (st != &p->room)
			mem_free(st);
	}
	p->first = p->last = NULL;
}

struct stage *
pipeline_add(struct pipeline *p)
{
	struct stage *st;

	if (p->first == NULL) {
		st = &p->room;
		memset(st, 0, sizeof(*st));
	} else {
		st = mem_zalloc(sizeof(*st));
	}
	stage_init(st, p);
	arguments_init(&st->arguments);
	return st;
}
