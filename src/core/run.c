/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain parts of a run: leaving, and how deep one may still go. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "core/run.h"

/* LIMIT: what one level of any recursive walk may need at the most. */
#define STACK_RESERVE (128u * 1024u)

static _Thread_local const char *stack_lowest;

enum flow
run_throw(struct run *r, const char *exception, const char *id,
    const char *category, const char *fmt, ...)
{
	struct error_spec spec = {
		.exception = exception,
		.id = id,
		.category = category,
	};
	char *message;
	va_list ap;
	enum flow flow = FLOW_LEAVE;
	int len;

	if (r == NULL)
		return FLOW_LEAVE;
	va_start(ap, fmt);
	len = vasprintf(&message, fmt, ap);
	va_end(ap);
	if (len < 0)
		message = mem_strdup(fmt);
	spec.message = message;
	if (r->ops != NULL && r->ops->raise != NULL) {
		flow = r->ops->raise(r, &spec);
	} else {
		run_leave_clear(r);
		r->leave.kind = LEAVE_THROW;
		r->leave.value = value_string(message);
	}
	mem_free(message);
	return flow;
}

enum flow
run_throw_fault(struct run *r, const struct fault *f)
{
	return run_throw(r, fault_exception_type(f->code), fault_id(f->code),
	    fault_category(f->code), "%s", f->text);
}

enum flow
run_check_stop(struct run *r)
{
	if (r == NULL || !r->stop)
		return FLOW_MORE;
	run_leave_clear(r);
	r->leave.kind = LEAVE_STOPPED;
	return FLOW_LEAVE;
}

void
run_leave_clear(struct run *r)
{
	mem_free(r->leave.label);
	value_unref(r->leave.value);
	memset(&r->leave, 0, sizeof(r->leave));
}

void
run_stack_limit(const void *base, size_t size)
{
	stack_lowest = size <= STACK_RESERVE
	    ? NULL
	    : (const char *)base - (size - STACK_RESERVE);
}

bool
run_stack_ok(void)
{
	const char here = 0;

	return stack_lowest == NULL || &here > stack_lowest;
}

const void *
run_stack_lowest(void)
{
	return stack_lowest;
}

void
run_stack_set_lowest(const void *lowest)
{
	stack_lowest = lowest;
}
