/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a shell may ask about certificates; services follow before it ends. */
#include "config.h"

#include "core/evlog.h"
#include "core/list.h"
#include "core/mem.h"
#include "svc/args.h"
#include "svc/supervisor_internal.h"

/* LIMIT: how long a service may take to use what it was handed. */
#define SETTLE_MS 5000

static const char *
text_or_empty(struct value arg, const char *name)
{
	const char *text = args_text(arg, name);

	return text == NULL ? "" : text;
}

static void
answer(struct peer_call *call, int rc, struct value v, const struct fault *f)
{
	size_t i;

	if (rc == -1) {
		call_fail(call, f);
		return;
	}
	if (value_is_list(v)) {
		for (i = 0; i < list_of(v)->count; i++)
			peer_call_emit(call, list_of(v)->items[i]);
	} else if (!value_is_null(v)) {
		peer_call_emit(call, v);
	}
	value_unref(v);
	call_end(call);
}

/*
 * A change is done when every service uses it: each is asked behind what it
 * was handed, so that its problems are told before the call ends.
 */
struct settling {
	struct peer_call *call;
	struct value result; /* as answer() takes it */
	size_t left;
};

static void
settling_end(struct settling *st)
{
	if (--st->left > 0)
		return;
	answer(st->call, 0, st->result, NULL);
	mem_free(st);
}

/* Also when the service ended or took too long: it was handed all the same. */
static void
on_settled(const struct fault *failed, void *ctx)
{
	(void)failed;
	settling_end(ctx);
}

static const struct peer_answer_ops settle_ops = { NULL, NULL, on_settled };

static void
answer_settled(struct supervisor *s, struct peer_call *call, struct value v)
{
	struct settling *st = mem_zalloc(sizeof(*st));
	size_t i;

	certificates_hand_all(s);
	st->call = call;
	st->result = v;
	st->left = 1;
	for (i = 0; i < s->n_children; i++) {
		if (s->children[i].state != CHILD_RUNNING ||
		    s->children[i].peer == NULL)
			continue;
		st->left++;
		(void)peer_call(s->children[i].peer, "settle", VALUE_NULL,
		    SETTLE_MS, &settle_ops, st);
	}
	settling_end(st);
}

void
certificates_do_request(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	struct value v = VALUE_NULL;
	struct fault f;
	int rc = keys_request(s->keys, arg, &v, &f);

	answer(call, rc, v, &f);
}

void
certificates_do_import(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	struct value v = VALUE_NULL;
	struct fault f;
	int rc = keys_import(s->keys, arg, &v, &f);

	if (rc == 0)
		answer_settled(s, call, v);
	else
		answer(call, rc, v, &f);
}

void
certificates_do_forget(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	struct fault f;

	answer(call,
	    keys_forget_key(s->keys, text_or_empty(arg, "PublicKeyHash"), &f),
	    VALUE_NULL, &f);
}

void
certificates_do_list(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;

	(void)arg;
	answer(call, 0, keys_list(s->keys), NULL);
}

static void
change(struct peer_call *call, struct supervisor *s, int rc,
    const struct fault *f)
{
	if (rc == 0)
		answer_settled(s, call, VALUE_NULL);
	else
		answer(call, rc, VALUE_NULL, f);
}

void
certificates_do_remove(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	struct fault f;

	change(call, s,
	    keys_remove(s->keys, text_or_empty(arg, "Thumbprint"), &f), &f);
}

void
certificates_do_assign(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	const char *use = text_or_empty(arg, "Use");
	const char *thumbprint = text_or_empty(arg, "Thumbprint");
	int64_t at = args_int(arg, "At", 0);
	bool later = at > loop_wall(s->loop) / 1000;
	struct fault f;
	int rc;

	if (later) {
		rc = keys_stage(s->keys, use, thumbprint, at, &f);
		certificates_arm(s);
	} else {
		rc = keys_assign(s->keys, use, thumbprint, &f);
		if (rc == 0)
			keys_unstage(s->keys, use);
	}
	if (rc == 0 && !later)
		evlog_write(EVLOG_CERTIFICATE_ASSIGNED,
		    "certificate %s was assigned to %s", thumbprint, use);
	change(call, s, rc, &f);
}

void
certificates_do_unassign(struct peer_call *call, struct value arg, void *ctx)
{
	struct supervisor *s = ctx;
	struct fault f;

	change(call, s,
	    keys_unassign(s->keys, text_or_empty(arg, "Use"), &f), &f);
}
