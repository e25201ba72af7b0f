/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of the warning, verbose, debug and information streams. */
#include "config.h"

#include <time.h>

#include "shell/lang/lang_internal.h"

static void
record_release(struct cell *c)
{
	struct message_record *m = (struct message_record *)(void *)c;

	value_unref(m->message);
	value_unref(m->invocation);
	value_unref(m->tags);
	value_unref(m->source);
	mem_free(m);
}

static enum flow
record_text(struct run *r, struct value v, struct value *textp)
{
	struct message_record *m = (struct message_record *)(void *)v.u.p;

	return value_text(r, m->message, textp);
}

/* .NET's ticks since year 1 of a Unix time. */
static int64_t
ticks_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 10000000 + now.tv_nsec / 100 +
	    621355968000000000;
}

static enum flow
record_get(struct run *r, struct value v, const char *name,
    struct value *outp, bool *foundp)
{
	struct message_record *m = (struct message_record *)(void *)v.u.p;
	bool info = v.type == &type_information_record;

	(void)r;
	*foundp = true;
	if (string_equal_ci(name, info ? "MessageData" : "Message"))
		*outp = value_ref(m->message);
	else if (!info && string_equal_ci(name, "InvocationInfo"))
		*outp = value_ref(m->invocation);
	else if (info && string_equal_ci(name, "Tags"))
		*outp = value_ref(m->tags);
	else if (info && string_equal_ci(name, "Source"))
		*outp = value_ref(m->source);
	else if (info && string_equal_ci(name, "TimeGenerated"))
		*outp = value_datetime(m->time);
	else
		*foundp = false;
	return FLOW_MORE;
}

static const struct type_ops record_ops = {
	.text = record_text,
	.get = record_get,
};

#define RECORD_TYPE(id, type_name)                                             \
	struct type id = {                                                     \
		.name = "System.Management.Automation." type_name,             \
		.kind = TYPE_KIND_CLASS,                                       \
		.flags = TYPE_COUNTED,                                         \
		.base = &type_system_object,                                   \
		.release = record_release,                                     \
		.ops = &record_ops,                                            \
	}

RECORD_TYPE(type_warning_record, "WarningRecord");
RECORD_TYPE(type_verbose_record, "VerboseRecord");
RECORD_TYPE(type_debug_record, "DebugRecord");
RECORD_TYPE(type_information_record, "InformationRecord");
RECORD_TYPE(type_progress_record, "ProgressRecord");

struct value
record_new(struct session *s, const struct type *type, struct value message)
{
	struct message_record *m = mem_zalloc(sizeof(*m));

	(void)s;
	m->cell.refs = 1;
	m->cell.type = type;
	m->message = value_ref(message);
	m->time = ticks_now();
	return (struct value){ .type = type, .u.p = &m->cell };
}

void
streams_note(const struct streams *st, enum stream s, struct value v)
{
	for (; st != NULL; st = st->outer)
		if (st->lists[s] != NULL)
			list_add(st->lists[s], v);
}
