/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where-Object: lets through the objects for which something is true. */
#include "config.h"

#include "cmdlets/object/object_cmdlets.h"
#include "types/types.h"

enum {
	P_INPUT,
	P_FILTER,
	P_PROPERTY,
	P_VALUE,
	P_FIRST_OPERATOR, /* EQ and the others, in this order */
};

#define PROPERTY_SETS \
	"CaseSensitiveContainsSet/0m CaseSensitiveEqualSet/0m " \
	"CaseSensitiveGreaterOrEqualSet/0m " \
	"CaseSensitiveGreaterThanSet/0m CaseSensitiveInSet/0m " \
	"CaseSensitiveLessOrEqualSet/0m " \
	"CaseSensitiveLessThanSet/0m CaseSensitiveLikeSet/0m " \
	"CaseSensitiveMatchSet/0m CaseSensitiveNotContainsSet/0m " \
	"CaseSensitiveNotEqualSet/0m CaseSensitiveNotInSet/0m " \
	"CaseSensitiveNotLikeSet/0m CaseSensitiveNotMatchSet/0m " \
	"ContainsSet/0m EqualSet/0m GreaterOrEqualSet/0m " \
	"GreaterThanSet/0m InSet/0m IsNotSet/0m IsSet/0m " \
	"LessOrEqualSet/0m LessThanSet/0m LikeSet/0m MatchSet/0m " \
	"Not/0m NotContainsSet/0m NotEqualSet/0m NotInSet/0m " \
	"NotLikeSet/0m NotMatchSet/0m"

#define VALUE_SETS \
	"CaseSensitiveContainsSet/1 CaseSensitiveEqualSet/1 " \
	"CaseSensitiveGreaterOrEqualSet/1 " \
	"CaseSensitiveGreaterThanSet/1 CaseSensitiveInSet/1 " \
	"CaseSensitiveLessOrEqualSet/1 " \
	"CaseSensitiveLessThanSet/1 CaseSensitiveLikeSet/1 " \
	"CaseSensitiveMatchSet/1 CaseSensitiveNotContainsSet/1 " \
	"CaseSensitiveNotEqualSet/1 CaseSensitiveNotInSet/1 " \
	"CaseSensitiveNotLikeSet/1 CaseSensitiveNotMatchSet/1 " \
	"ContainsSet/1 EqualSet/1 GreaterOrEqualSet/1 " \
	"GreaterThanSet/1 InSet/1 IsNotSet/1 IsSet/1 " \
	"LessOrEqualSet/1 LessThanSet/1 LikeSet/1 MatchSet/1 " \
	"NotContainsSet/1 NotEqualSet/1 NotInSet/1 NotLikeSet/1 " \
	"NotMatchSet/1"

static const struct param_spec params[] = {
	{ "InputObject", "psobject", NULL, "*/v", 0, NULL, 0, 0,
	    "the objects" },
	{ "FilterScript", "scriptblock", NULL, "ScriptBlockSet/0m", 0, NULL, 0, 0,
	    "true for those that go on; $_ is the object" },
	{ "Property", "string", NULL, PROPERTY_SETS, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the property that is compared" },
	{ "Value", "object", NULL, VALUE_SETS, 0, NULL, 0, 0,
	    "what it is compared with" },
	{ "EQ", "switch", "IEQ", "EqualSet/", 0, NULL, 0, 0,
	    "compares so" },
	{ "CEQ", "switch", NULL, "CaseSensitiveEqualSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "NE", "switch", "INE", "NotEqualSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CNE", "switch", NULL, "CaseSensitiveNotEqualSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "GT", "switch", "IGT", "GreaterThanSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CGT", "switch", NULL, "CaseSensitiveGreaterThanSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "LT", "switch", "ILT", "LessThanSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CLT", "switch", NULL, "CaseSensitiveLessThanSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "GE", "switch", "IGE", "GreaterOrEqualSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CGE", "switch", NULL, "CaseSensitiveGreaterOrEqualSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "LE", "switch", "ILE", "LessOrEqualSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CLE", "switch", NULL, "CaseSensitiveLessOrEqualSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "Like", "switch", "ILike", "LikeSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CLike", "switch", NULL, "CaseSensitiveLikeSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "NotLike", "switch", "INotLike", "NotLikeSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CNotLike", "switch", NULL, "CaseSensitiveNotLikeSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "Match", "switch", "IMatch", "MatchSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CMatch", "switch", NULL, "CaseSensitiveMatchSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "NotMatch", "switch", "INotMatch", "NotMatchSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CNotMatch", "switch", NULL, "CaseSensitiveNotMatchSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "Contains", "switch", "IContains", "ContainsSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CContains", "switch", NULL, "CaseSensitiveContainsSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "NotContains", "switch", "INotContains", "NotContainsSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CNotContains", "switch", NULL, "CaseSensitiveNotContainsSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "In", "switch", "IIn", "InSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CIn", "switch", NULL, "CaseSensitiveInSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "NotIn", "switch", "INotIn", "NotInSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "CNotIn", "switch", NULL, "CaseSensitiveNotInSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "Is", "switch", NULL, "IsSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "IsNot", "switch", NULL, "IsNotSet/m", 0, NULL, 0, 0,
	    "compares so" },
	{ "Not", "switch", NULL, "Not/m", 0, NULL, 0, 0,
	    "compares so" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* What each operator's switch does; -Not only looks at the property. */
static const int operators[] = {
	OP_IEQ, OP_CEQ, OP_INE, OP_CNE, OP_IGT, OP_CGT, OP_ILT, OP_CLT,
	OP_IGE, OP_CGE, OP_ILE, OP_CLE, OP_ILIKE, OP_CLIKE, OP_INOTLIKE,
	OP_CNOTLIKE, OP_IMATCH, OP_CMATCH, OP_INOTMATCH, OP_CNOTMATCH,
	OP_ICONTAINS, OP_CCONTAINS, OP_INOTCONTAINS, OP_CNOTCONTAINS, OP_IIN,
	OP_CIN, OP_INOTIN, OP_CNOTIN, OP_IS, OP_ISNOT, -1,
};
#define OPERATOR_COUNT (sizeof(operators) / sizeof(operators[0]))

/* The operator given; -1 for -Not, -2 for none. */
static int
operator_given(struct call *c)
{
	for (size_t i = 0; i < OPERATOR_COUNT; i++)
		if (call_switch(c, P_FIRST_OPERATOR + i))
			return operators[i];
	return -2;
}

static enum flow
compare(struct call *c, struct value v, bool *yesp)
{
	struct run *r = call_run(c);
	const char *name = call_string(c, P_PROPERTY);
	struct value got = VALUE_NULL, answer = VALUE_NULL;
	bool found = false;
	int op = operator_given(c);
	enum flow flow;

	if (op == -2 && call_bound(c, P_VALUE))
		return call_throw(c, &(struct error_spec){
		    .exception = "System.Management.Automation."
				 "PSInvalidOperationException",
		    .id = "OperatorNotSpecified",
		    .category = "InvalidArgument",
		    .message = "The specified operator requires both the "
			       "-Property and -Value parameters. Provide "
			       "values for both parameters, and then try the "
			       "command again." });
	flow = value_get_member(r, v, name, &got, &found);
	if (flow == FLOW_MORE && op < 0) {
		flow = value_truth(r, got, yesp);
		*yesp ^= op == -1;
	} else if (flow == FLOW_MORE) {
		flow = value_binary(r, (enum binary_op)op, got,
		    call_param(c, P_VALUE), &answer);
		if (flow == FLOW_MORE)
			flow = value_truth(r, answer, yesp);
	}
	value_unref(got);
	value_unref(answer);
	return flow;
}

static enum flow
where_process(struct call *c)
{
	struct value v = value_ref(call_param(c, P_INPUT));
	struct value got = VALUE_NULL;
	bool yes = false;
	enum flow flow = FLOW_MORE;

	if (!call_bound(c, P_INPUT)) {
		/* nothing came */
	} else if (call_bound(c, P_FILTER)) {
		flow = call_invoke_get(c, call_param(c, P_FILTER), &v, &got);
		if (flow == FLOW_MORE)
			flow = value_truth(call_run(c), got, &yes);
		value_unref(got);
	} else {
		flow = compare(c, v, &yes);
	}
	if (flow == FLOW_MORE && yes)
		flow = call_emit(c, v);
	value_unref(v);
	return flow;
}

const struct cmdlet cmdlet_where_object = {
	.name = "Where-Object",
	.class_name = "Microsoft.PowerShell.Commands.WhereObjectCommand",
	.module = "Microsoft.PowerShell.Core",
	.default_set = "EqualSet",
	.params = params,
	.synopsis = "Lets through the objects that fit",
	.process = where_process,
};
