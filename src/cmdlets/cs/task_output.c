/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The result of a Test- cmdlet. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/task_output.h"
#include "core/mem.h"
#include "xml/xml.h"

const char *const task_output[] = { TASK_OUTPUT_TYPE, NULL };

static int64_t
now_us(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void
task_begin(struct task *t, struct call *c, const char *target)
{
	t->call = c;
	t->target = target;
	t->started_us = now_us();
	t->log = (struct buf){ .data = NULL };
}

enum flow
task_step(struct task *t, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_printf(&t->log, "%s\n", text);
	return call_verbose(t->call, "%s", text);
}

static void
add(struct object *o, const char *name, struct value v)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = v;
}

/* The log between two tags, one line an element. */
static char *
marked_up(const char *log, const char *whole, const char *line)
{
	struct buf b = { .data = NULL };
	size_t len;

	buf_printf(&b, "<%s>", whole);
	for (; *log != '\0'; log += len + (log[len] == '\n' ? 1 : 0)) {
		len = strcspn(log, "\n");
		buf_printf(&b, "<%s>", line);
		xml_escape(&b, log, len, false);
		buf_printf(&b, "</%s>", line);
	}
	buf_printf(&b, "</%s>", whole);
	return buf_take(&b);
}

static enum flow
add_method(struct run *r, struct object *o, const char *name, const char *code)
{
	struct value block = VALUE_NULL;
	enum flow flow = r->ops->make_block(r, code, strlen(code), &block);

	if (flow == FLOW_MORE)
		object_add(o, name, MEMBER_SCRIPT_METHOD)->value = block;
	return flow;
}

static enum flow
set_logger(struct task *t, const char *name)
{
	struct run *r = call_run(t->call);
	const char *log = buf_text(&t->log);
	struct object *o =
	    object_new("Microsoft.Rtc.SyntheticTransactions.Common.Logger");
	enum flow flow;

	add(o, "Text", value_string(log));
	add(o, "Html",
	    value_string_take(marked_up(log, "html", "p")));
	add(o, "Xml", value_string_take(marked_up(log, "Log", "Step")));
	flow = add_method(r, o, "ToHTML", "$this.Html");
	if (flow == FLOW_MORE)
		flow = add_method(r, o, "ToXML", "$this.Xml");
	if (flow == FLOW_MORE)
		flow = r->ops->set_variable(r, name, object_value(o));
	value_unref(object_value(o));
	return flow;
}

static enum flow
set_variables(struct task *t)
{
	const char *text = cs_string(t->call, "OutVerboseVariable");
	const char *logger = cs_string(t->call, "OutLoggerVariable");
	struct run *r = call_run(t->call);
	enum flow flow = FLOW_MORE;
	struct value v;

	if (text != NULL) {
		v = value_string(buf_text(&t->log));
		flow = r->ops->set_variable(r, text, v);
		value_unref(v);
	}
	if (flow == FLOW_MORE && logger != NULL)
		flow = set_logger(t, logger);
	return flow;
}

enum flow
task_end(struct task *t, const char *error, const char *diagnosis)
{
	struct object *o = object_new(TASK_OUTPUT_TYPE);
	int64_t took = (now_us() - t->started_us) * 10;
	enum flow flow;

	if (error != NULL)
		buf_printf(&t->log, "Failure: %s\n", error);
	else
		buf_add_str(&t->log, "Success\n");
	add(o, "TargetFqdn", value_string(t->target));
	add(o, "Result", value_string(error == NULL ? "Success" : "Failure"));
	/* On failure no time is told (cmdlets.md 6). */
	add(o, "Latency", value_timespan(error == NULL ? took : 0));
	add(o, "Error", value_string(error == NULL ? "" : error));
	add(o, "Diagnosis", value_string(diagnosis == NULL ? "" : diagnosis));
	flow = set_variables(t);
	buf_clear(&t->log);
	if (flow != FLOW_MORE) {
		value_unref(object_value(o));
		return flow;
	}
	return call_emit_take(t->call, object_value(o));
}
