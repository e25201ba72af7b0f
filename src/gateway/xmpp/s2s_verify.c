/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys that came on inbound streams, verified over streams of our own to the
 * server DNS names for the sender domain [D-03, D-05, D-14].
 */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/xmpp/s2s_internal.h"

#define VERIFY_MS 30000

static void
job_free(struct session *ss, struct job *j)
{
	TAILQ_REMOVE(&ss->jobs, j, entry);
	ss->m->n_jobs--;
	mem_free(j->id);
	mem_free(j->key);
	mem_free(j);
}

/* Ends a job; the inbound stream may be gone by now. */
static void
job_answer(struct session *ss, struct job *j, enum stream_db_verdict v,
    const char *condition)
{
	struct peer *p = s2s_peer_find(ss->m, j->stream);

	if (v != STREAM_DB_VALID) {
		ss->m->counters.dialback_failed++;
		s2s_tell(ss->m, S2S_DIALBACK_FAILED, ss->local, ss->remote,
		    p != NULL ? p->address : "", j->stream, "dialback",
		    v == STREAM_DB_INVALID ? "invalid" : condition,
		    "key for stream id %s not confirmed by %s", j->id,
		    ss->address);
	}
	if (p != NULL && strcmp(stream_id(p->st), j->id) == 0)
		stream_db_answer(p->st, ss->remote, ss->local, v, condition);
	job_free(ss, j);
}

void
verify_start(struct session *ss, uint64_t stream, const char *id,
    const char *key)
{
	struct job *j = mem_zalloc(sizeof(*j));

	j->stream = stream;
	j->id = mem_strdup(id);
	j->key = mem_strdup(key);
	j->deadline = loop_now(ss->m->loop) + VERIFY_MS;
	TAILQ_INSERT_TAIL(&ss->jobs, j, entry);
	ss->m->n_jobs++;
	session_go(ss);
}

/* The stream is far enough to ask. */
void
verify_flush(struct session *ss)
{
	struct job *j, *next;

	/* Asking may end the stream, and with it the session's "out". */
	for (j = TAILQ_FIRST(&ss->jobs); j != NULL && ss->out != NULL;
	     j = next) {
		next = TAILQ_NEXT(j, entry);
		if (j->asked)
			continue;
		j->asked = true;
		stream_verify(ss->out->st, ss->local, ss->remote, j->id,
		    j->key);
	}
}

void
verify_answered(struct session *ss, const char *id, enum stream_db_verdict v,
    const char *condition)
{
	struct job *j;

	TAILQ_FOREACH(j, &ss->jobs, entry)
	{
		if (j->asked && strcmp(j->id, id) == 0)
			break;
	}
	if (j == NULL)
		return;
	/* D-08: an error there is not an error of the peer's connection. */
	if (v == STREAM_DB_ERROR && *condition == '\0')
		condition = "undefined-condition";
	job_answer(ss, j, v, condition);
}

void
verify_fail(struct session *ss, const char *condition)
{
	struct job *j;

	while ((j = TAILQ_FIRST(&ss->jobs)) != NULL)
		job_answer(ss, j, STREAM_DB_ERROR, condition);
}
