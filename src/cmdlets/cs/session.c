/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session's store, and what every Cs cmdlet needs. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "core/home.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/string.h"
#include "model/noun.h"
#include "model/topology.h"
#include "types/types.h"

/* One a process: cmdlets of one session share its transaction. */
static struct store *session_store;

static void
session_close(void)
{
	store_close(session_store);
	session_store = NULL;
}

static struct store *
open_store(struct fault *f)
{
	struct store *s = NULL;
	char *folder = home_make(HOME_STATE, NULL, f);
	char *path;

	if (folder == NULL)
		return NULL;
	path = mem_printf("%s/store.db", folder);
	s = store_open(path, model_indexes, NULL, f);
	if (s != NULL && topology_make(s, NULL, f) != 0) {
		store_close(s);
		s = NULL;
	}
	mem_free(path);
	mem_free(folder);
	return s;
}

struct store *
cs_store(struct call *c)
{
	struct fault f;

	if (session_store != NULL)
		return session_store;
	session_store = open_store(&f);
	if (session_store == NULL) {
		(void)call_throw_fault(c, &f, VALUE_NULL);
		return NULL;
	}
	(void)atexit(session_close);
	return session_store;
}

enum flow
cs_end(struct call *c)
{
	struct fault f;

	if (session_store == NULL || store_commit(session_store, &f) == 0)
		return FLOW_MORE;
	return cs_fault(c, &f, NULL);
}

/*
 * Ctrl-C keeps what was done (architecture.md 3): how much that is decides
 * what the administrator does next. Objects since the last command ended.
 */
static void
tell_stopped(struct call *c, uint64_t done)
{
	if (call_run(c)->stop && call_expects_input(c) && done > 0)
		(void)call_warn(c,
		    "%s was stopped after %llu object%s; what was done stays.",
		    call_name(c), (unsigned long long)done,
		    done == 1 ? "" : "s");
}

void
cs_clean(struct call *c)
{
	static uint64_t before;
	struct fault f;

	if (session_store == NULL)
		return;
	if (store_commit(session_store, &f) != 0)
		log_error("cs", "%s", f.text);
	else
		tell_stopped(c, store_committed(session_store) - before);
	before = store_committed(session_store);
}

/* --- parameters --- */

static bool
find_param(struct call *c, const char *name, size_t *atp)
{
	const struct param_spec *p = call_cmdlet(c)->params;
	size_t i;

	for (i = 0; p != NULL && p[i].name != NULL; i++)
		if (string_equal_ci(p[i].name, name)) {
			*atp = i;
			return true;
		}
	return false;
}

struct value
cs_param(struct call *c, const char *name)
{
	size_t at;

	return find_param(c, name, &at) ? value_base(call_param(c, at))
					: VALUE_NULL;
}

bool
cs_bound(struct call *c, const char *name)
{
	size_t at;

	return find_param(c, name, &at) && call_bound(c, at);
}

bool
cs_switch(struct call *c, const char *name)
{
	size_t at;

	return find_param(c, name, &at) && call_switch(c, at);
}

const char *
cs_string(struct call *c, const char *name)
{
	return value_chars(cs_param(c, name));
}

char *
cs_identity_text(struct value v)
{
	static const char *const names[] = { "Guid", "Identity",
		"DistinguishedName", "ObjectGUID", "SipAddress" };
	struct value part;
	size_t i;

	v = value_base(v);
	if (value_is_string(v))
		return mem_strdup(value_chars(v));
	if (value_is_null(v))
		return NULL;
	if (!value_is_object(v))
		return value_text_plain(v);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		part = value_base(object_peek(object_of(v), names[i]));
		if (value_is_string(part))
			return mem_strdup(value_chars(part));
	}
	return NULL;
}

/* --- errors --- */

enum flow
cs_not_found(struct call *c, const char *identity)
{
	struct value target = value_string(identity);
	enum flow flow;

	flow = call_faultf(c, FAULT_NOT_FOUND, "ManagementObjectNotFound",
	    target, "Management object not found for identity \"%s\".",
	    identity);
	value_unref(target);
	return flow;
}

enum flow
cs_fault(struct call *c, const struct fault *f, const char *target)
{
	struct value v = target != NULL ? value_string(target) : VALUE_NULL;
	enum flow flow = call_fault(c, f, v);

	value_unref(v);
	return flow;
}
