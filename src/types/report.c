/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Error records of commands, and errors of others told again. */
#include "config.h"

#include <string.h>

#include "core/list.h"
#include "core/mem.h"
#include "types/report.h"
#include "types/types.h"
#include "types/types_internal.h"

__attribute__((format(printf, 4, 0))) static enum flow
tell(struct call *c, const struct error_spec *shape, bool ends,
    const char *fmt, va_list ap)
{
	struct error_spec spec = *shape;
	struct buf b = { 0 };
	enum flow flow;

	buf_vprintf(&b, fmt, ap);
	spec.message = buf_text(&b);
	flow = ends ? call_throw(c, &spec) : call_error(c, &spec);
	buf_clear(&b);
	return flow;
}

enum flow
call_errorf(struct call *c, const char *exception, const char *id,
    const char *category, struct value target, const char *fmt, ...)
{
	struct error_spec spec = { .exception = exception, .id = id,
		.category = category, .target = target };
	enum flow flow;
	va_list ap;

	va_start(ap, fmt);
	flow = tell(c, &spec, false, fmt, ap);
	va_end(ap);
	return flow;
}

enum flow
call_throwf(struct call *c, const char *exception, const char *id,
    const char *category, struct value target, const char *fmt, ...)
{
	struct error_spec spec = { .exception = exception, .id = id,
		.category = category, .target = target };
	enum flow flow;
	va_list ap;

	va_start(ap, fmt);
	flow = tell(c, &spec, true, fmt, ap);
	va_end(ap);
	return flow;
}

/* Text of a member of a member; NULL where there is none. */
static char *
member_text(struct value v, const char *outer, const char *inner)
{
	struct value a = VALUE_NULL, b = VALUE_NULL;
	struct run none = { 0 };
	bool found = false;
	char *text = NULL;

	if (value_get_member(&none, v, outer, &a, &found) == FLOW_MORE &&
	    found && inner == NULL)
		text = value_text_plain(a);
	else if (found &&
	    value_get_member(&none, a, inner, &b, &found) == FLOW_MORE &&
	    found)
		text = value_text_plain(b);
	value_unref(a);
	value_unref(b);
	run_leave_clear(&none);
	return text;
}

static enum flow
tell_again(struct call *c, bool ends)
{
	struct run *r = call_run(c);
	struct value record = r->leave.value, target = VALUE_NULL;
	struct value exception = VALUE_NULL;
	char *id, *message, *category, *comma;
	bool found;
	enum flow flow;

	if (r->leave.kind != LEAVE_THROW)
		return FLOW_LEAVE;
	record = value_ref(record);
	run_leave_clear(r);
	id = member_text(record, "FullyQualifiedErrorId", NULL);
	message = member_text(record, "Exception", "Message");
	category = member_text(record, "CategoryInfo", "Category");
	(void)value_get_member(r, record, "TargetObject", &target, &found);
	(void)value_get_member(r, record, "Exception", &exception, &found);
	if (id != NULL && (comma = strchr(id, ',')) != NULL)
		*comma = '\0';
	{
		const struct type *t = value_type(exception);
		struct error_spec spec = {
			.exception = t != NULL ? t->name : NULL,
			.id = id,
			.category = category,
			.target = target,
			.message = message != NULL ? message : "",
		};

		flow = ends ? call_throw(c, &spec) : call_error(c, &spec);
	}
	mem_free(id);
	mem_free(message);
	mem_free(category);
	value_unref(target);
	value_unref(exception);
	value_unref(record);
	return flow;
}

enum flow
call_retell(struct call *c)
{
	return tell_again(c, false);
}

enum flow
call_rethrow(struct call *c)
{
	return tell_again(c, true);
}

bool
list_has_match(struct value patterns, const char *text)
{
	struct value v = value_base(patterns);
	size_t i;

	if (value_is_string(v))
		return wildcard_match(value_chars(v), text, true);
	if (!value_is_list(v))
		return false;
	for (i = 0; i < list_of(v)->count; i++) {
		struct value p = value_base(list_of(v)->items[i]);

		if (value_is_string(p) &&
		    wildcard_match(value_chars(p), text, true))
			return true;
	}
	return false;
}
