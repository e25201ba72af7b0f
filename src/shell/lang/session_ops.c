/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session offers through core/run.h. */
#include "config.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell/lang/module.h"
#include "shell/lang/pipeline_internal.h"
#include "shell/lang/session_ops_internal.h"

#define SMA "System.Management.Automation."

/* ---- running ---- */

struct emit_sink {
	struct sink sink;
	emit_fn *emit;
	void *arg;
};

static enum flow
emit_put(struct sink *k, struct value v)
{
	struct emit_sink *e = (struct emit_sink *)(void *)k;

	if (v.type == &type_void)
		return FLOW_MORE;
	return e->emit(e->arg, v);
}

/* The session's own frame where C calls in from outside any script. */
bool
session_outer_frame(struct session *s, struct frame *f)
{
	if (s->frame != NULL)
		return false;
	memset(f, 0, sizeof(*f));
	f->s = s;
	f->scope = s->global;
	s->frame = f;
	return true;
}

static enum flow
ops_invoke_with(struct run *r, const struct invoke_spec *spec,
    struct value *outp)
{
	struct session *s = session_of(r);
	struct emit_sink e = { { emit_put }, spec->emit, spec->arg };
	struct collector c;
	struct frame outer;
	bool own = session_outer_frame(s, &outer);
	struct call *call = s->call;
	enum flow flow;

	collector_init(&c);
	flow = block_call(s, spec->command, spec,
	    spec->emit != NULL ? &e.sink :
	    outp != NULL       ? &c.sink :
				 &sink_null);
	s->call = call;
	if (own)
		s->frame = NULL;
	if (outp != NULL) {
		*outp = collector_take(&c);
		if (flow != FLOW_MORE)
			value_clear(outp);
	}
	return flow;
}

static enum flow
ops_invoke(struct run *r, struct value block, const struct value *args,
    size_t n, const struct value *under, bool new_scope, struct value *outp)
{
	struct invoke_spec spec = { .command = block, .args = args,
		.nargs = n, .under = under, .same_scope = !new_scope };

	return ops_invoke_with(r, &spec, outp);
}

static enum flow
ops_run_text(struct run *r, const char *text, size_t len, emit_fn *emit,
    void *arg)
{
	struct session *s = session_of(r);
	struct value block = VALUE_NULL;
	enum flow flow = session_ops.make_block(r, text, len, &block);

	if (flow != FLOW_MORE)
		return flow;
	{
		struct emit_sink e = { { emit_put }, emit, arg };
		struct frame f;
		struct call *call = s->call;

		frame_push(&f, s, block_of(block));
		f.scope = f.caller->scope;
		f.dot = true;
		f.args = value_ref(f.caller->args);
		f.out = emit != NULL ? &e.sink : f.caller->out;
		s->call = NULL;
		flow = run_root(&f, block_of(block)->node, f.out);
		s->call = call;
		frame_pop(&f);
	}
	value_unref(block);
	return flow;
}

enum flow
ops_make_block(struct run *r, const char *text, size_t len,
    struct value *blockp)
{
	struct script_tree *t;
	enum flow flow = lang_parse(session_of(r), text, len, NULL, &t);

	if (flow != FLOW_MORE)
		return flow;
	*blockp = block_new(t, t->root);
	tree_unref(t);
	return FLOW_MORE;
}

static enum flow
ops_expand(struct run *r, const char *text, size_t len, struct value *textp)
{
	struct session *s = session_of(r);
	struct parse_errors errors;
	struct script_tree *t;
	struct frame f, outer;
	struct value block;
	bool own = session_outer_frame(s, &outer);
	enum flow flow;

	parse_errors_init(&errors);
	t = parse_expandable(text, len, &errors);
	if (errors.n > 0) {
		struct value record = parse_error_record(s, t, &errors, true);

		flow = error_leave_take(s, record, false);
	} else {
		struct value v = VALUE_NULL;

		block = block_new(t, t->root);
		frame_push(&f, s, block_of(block));
		f.scope = f.caller->scope;
		f.dot = true;
		flow = eval_statement(&f, t->root->end->statements.v[0], &v);
		if (flow == FLOW_MORE)
			flow = value_text(r, v, textp);
		value_unref(v);
		frame_pop(&f);
		value_unref(block);
	}
	if (own)
		s->frame = NULL;
	parse_errors_clear(&errors);
	tree_unref(t);
	return flow;
}

/* ---- errors and streams ---- */

static struct value
ops_make_error(struct run *r, const struct error_spec *spec)
{
	return error_new(session_of(r), spec);
}

static enum flow
ops_raise(struct run *r, const struct error_spec *spec)
{
	struct session *s = session_of(r);
	struct value record = error_new(s, spec);
	struct error_record *e = error_record_of(record);

	if (s->call != NULL)
		error_add_suffix(e, s->call);
	if (s->call != NULL && value_is_null(e->activity))
		e->activity = value_string(call_display_name(s->call));
	error_place(s, e);
	return error_leave_take(s, record, false);
}

static enum flow
ops_report(struct run *r, const struct error_spec *spec)
{
	struct session *s = session_of(r);
	struct value record;

	if (s->call != NULL)
		return call_error(s->call, spec);
	record = error_new(s, spec);
	error_place(s, error_record_of(record));
	{
		enum flow flow = error_show(s, s->streams, record);

		value_unref(record);
		return flow;
	}
}

static enum flow
ops_raise_value(struct run *r, struct value v)
{
	struct session *s = session_of(r);

	return error_leave_take(s, throw_record(s->frame, v), true);
}

static enum flow
ops_write(struct run *r, enum stream st, struct value v)
{
	struct session *s = session_of(r);
	struct call c;
	struct stage stage;
	enum flow flow;

	if (st == STREAM_OUTPUT) {
		struct sink *out = s->frame != NULL ? s->frame->out : NULL;

		return out != NULL ? out->put(out, v) : FLOW_MORE;
	}
	if (s->call != NULL)
		return call_write(s->call, st, v);
	if (st == STREAM_ERROR)
		return error_show(s, s->streams, v);
	memset(&c, 0, sizeof(c));
	memset(&stage, 0, sizeof(stage));
	call_init(&c, s);
	stage.streams = *s->streams;
	c.stage = &stage;
	c.caller = s->frame;
	flow = call_stream(&c, st, v);
	return flow;
}

/* ---- location, waiting, the host ---- */

static const char *
ops_location(struct run *r)
{
	return buf_text(&session_of(r)->location);
}

static void
ops_set_location(struct run *r, const char *path)
{
	struct session *s = session_of(r);
	char *copy = mem_strdup(path);

	buf_reset(&s->location);
	buf_add_str(&s->location, copy);
	mem_free(copy);
	if (chdir(path) != 0)
		return; /* gone again; names stay absolute all the same */
}

static int
ops_wait(struct run *r, int fd, short events, int timeout_ms)
{
	struct session *s = session_of(r);
	struct pollfd p[2] = { { fd, events, 0 }, { s->wake[0], POLLIN, 0 } };
	int n;

	if (r->stop)
		return -1;
	if (timeout_ms != 0 && s->host->flush != NULL)
		s->host->flush(s->host);
	n = poll(p, s->wake[0] >= 0 ? 2 : 1, timeout_ms);
	if (r->stop)
		return -1;
	return n > 0 && p[0].revents != 0 ? 1 : 0;
}

static int
ops_width(struct run *r)
{
	struct host *h = session_of(r)->host;

	return h->width(h);
}

static bool
ops_interactive(struct run *r)
{
	return session_of(r)->host->interactive;
}

static enum flow
nobody(struct session *s, const char *what)
{
	return lang_error(s, SMA "PSInvalidOperationException",
	    "InvalidOperation", "InvalidOperation", VALUE_NULL,
	    "PowerShell is in NonInteractive mode. Read and Prompt "
	    "functionality is not available.%s", what);
}

static void
flush_before(struct session *s)
{
	if (s->formatter != NULL && s->formatter->flush != NULL)
		s->formatter->flush(s->formatter, &s->run);
}

static enum flow
ops_read_line(struct run *r, const char *prompt, bool secret,
    struct value *linep)
{
	struct session *s = session_of(r);
	char *line = NULL;

	flush_before(s);
	if (s->host->read_line == NULL ||
	    s->host->read_line(s->host, prompt, secret, &line) != 0)
		return r->stop ? run_check_stop(r) : nobody(s, "");
	*linep = value_string_take(line);
	return FLOW_MORE;
}

static enum flow
ops_choose(struct run *r, const char *caption, const char *message,
    const char *const *choices, size_t n, size_t preset, size_t *chosenp)
{
	struct session *s = session_of(r);
	int at = -1;

	flush_before(s);
	if (s->host->choose != NULL)
		at = s->host->choose(s->host, caption, message, choices, n,
		    preset);
	if (at < 0)
		return r->stop ? run_check_stop(r) : nobody(s, "");
	*chosenp = (size_t)at;
	return FLOW_MORE;
}

static void
ops_host_write(struct run *r, const char *text, size_t len)
{
	struct session *s = session_of(r);

	flush_before(s);
	s->host->write(s->host, text, len);
}

const struct run_ops session_ops = {
	.invoke = ops_invoke,
	.raise = ops_raise,
	.report = ops_report,
	.write = ops_write,
	.get_variable = ops_get_variable,
	.set_variable = ops_set_variable,
	.location = ops_location,
	.wait = ops_wait,
	.invoke_with = ops_invoke_with,
	.run_text = ops_run_text,
	.pull_open = pull_open,
	.pull_next = pull_next,
	.pull_close = pull_close,
	.make_block = ops_make_block,
	.expand = ops_expand,
	.make_error = ops_make_error,
	.raise_value = ops_raise_value,
	.find_variable = ops_find_variable,
	.each_variable = ops_each_variable,
	.put_variable = ops_put_variable,
	.remove_variable = ops_remove_variable,
	.find_command = ops_find_command,
	.each_command = ops_each_command,
	.get_command = ops_get_command,
	.each_parameter = ops_each_parameter,
	.set_function = ops_set_function,
	.set_alias = ops_set_alias,
	.add_cmdlets = ops_add_cmdlets,
	.set_location = ops_set_location,
	.width = ops_width,
	.interactive = ops_interactive,
	.read_line = ops_read_line,
	.choose = ops_choose,
	.end_output = session_end_output,
	.host_write = ops_host_write,
};
