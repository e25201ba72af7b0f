/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Grant- for any per-user policy. */
#include "config.h"

#include <string.h>

#include "cmdlets/cs/cs_internal.h"
#include "core/mem.h"
#include "core/string.h"

static enum flow
not_a_user_policy(struct call *c, const char *name)
{
	char *text = mem_printf(
	    "Policy \"%s\" is not a user policy. You can assign only a user "
	    "policy to a specific user.",
	    name);
	struct error_spec spec = { .id = "PolicyNotFound",
		.exception = "System.ArgumentException",
		.category = "InvalidArgument",
		.target = value_string(name),
		.message = text };
	enum flow flow = call_throw(c, &spec);

	value_unref(spec.target);
	mem_free(text);
	return flow;
}

/* Once for a name: the policy must be there and be a per-user one. */
static enum flow
look_up(struct call *c, struct store *s, const char *name)
{
	const struct crud *crud = call_cmdlet(c)->data;
	struct grant_state *st = call_state(c);
	struct store_row row = { .key = NULL };
	struct identity id;
	struct fault f;
	int found;

	if (st->known && strcmp(st->asked, name) == 0)
		return FLOW_MORE;
	mem_free(st->asked);
	mem_free(st->policy);
	st->asked = mem_strdup(name);
	st->policy = NULL;
	st->known = true;
	if (*name == '\0')
		return FLOW_MORE;
	if (identity_parse(name, crud->noun->scopes, NULL, &id, &f) != 0 ||
	    id.scope != SCOPE_TAG)
		return not_a_user_policy(c, name);
	found = store_get(s, crud->noun->class_name, id.key, &row, &f);
	if (found < 0)
		return call_throw_fault(c, &f, VALUE_NULL);
	if (found == 0)
		return not_a_user_policy(c, name);
	/* As it was created, whatever case it was asked for in. */
	if (value_is_dict(row.object) &&
	    instance_text(dict_of(row.object), "Identity") != NULL)
		st->policy = mem_strdup(
		    instance_text(dict_of(row.object), "Identity") +
		    strlen("Tag:"));
	store_row_clear(&row);
	return FLOW_MORE;
}

static enum flow
take_name(struct call *c, struct store *s)
{
	const char *name = cs_string(c, "PolicyName");

	return look_up(c, s, name != NULL ? name : "");
}

enum flow
crud_grant_begin(struct call *c)
{
	struct store *s;

	if (!cs_bound(c, "PolicyName"))
		return FLOW_MORE;
	if ((s = cs_store(c)) == NULL)
		return FLOW_LEAVE;
	return take_name(c, s);
}

static int
apply(struct call *c, struct store *s, struct dict *user, struct fault *f)
{
	const struct crud *crud = call_cmdlet(c)->data;
	struct grant_state *st = call_state(c);
	const char *was = instance_text(user, crud->attribute);

	(void)s;
	(void)f;
	if (was == NULL ? st->policy == NULL
			: st->policy != NULL && strcmp(was, st->policy) == 0)
		return 0;
	dict_set_str_take(user, crud->attribute,
	    st->policy != NULL ? value_string(st->policy) : VALUE_NULL);
	return 1;
}

static enum flow
grant_one(struct call *c, struct store *s, struct store_row *row)
{
	if (!user_is_known(dict_of(row->object))) {
		char *id = cs_identity_text(cs_param(c, "Identity"));
		enum flow flow = cs_not_found(c, id != NULL ? id : "");

		mem_free(id);
		return flow;
	}
	return user_change(c, s, row, NULL, apply, USER_VIEW_CS);
}

enum flow
crud_grant(struct call *c)
{
	struct store *s = cs_store(c);
	enum flow flow;

	if (s == NULL)
		return FLOW_LEAVE;
	if ((flow = take_name(c, s)) != FLOW_MORE)
		return flow;
	return users_each(c, cs_param(c, "Identity"), grant_one);
}

void
crud_grant_clean(struct call *c)
{
	struct grant_state *st = call_state(c);

	mem_free(st->asked);
	mem_free(st->policy);
	st->asked = st->policy = NULL;
	cs_clean(c);
}
