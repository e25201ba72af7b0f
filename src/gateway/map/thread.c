/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversations: <thread/> and Call-ID [M4]. */
#include "config.h"

#include <string.h>

#include "core/mem.h"
#include "gateway/map/message.h"
#include "gateway/sip/span.h"

/* LIMIT: a pair that is silent for so long begins a new conversation. */
#define IDLE_MS (30 * 60 * 1000)
/* LIMIT: a thread that may stand as a Call-ID. */
#define CALL_ID_MAX 128
/* CSeq grows over restarts: seconds since 2023, one a message at least. */
#define CSEQ_EPOCH INT64_C(1672531200)

void
message_thread_clear(struct message_thread *t)
{
	mem_free(t->rolling);
	mem_free(t->last_call_id);
	memset(t, 0, sizeof(*t));
}

static void
keep(char **slot, const char *text)
{
	if (*slot != NULL && strcmp(*slot, text) == 0)
		return;
	mem_free(*slot);
	*slot = mem_strdup(text);
}

const char *
message_thread_to_xmpp(struct message_thread *t, const char *call_id,
    bool in_dialog, int64_t now)
{
	bool again = t->last_call_id != NULL &&
	    strcmp(t->last_call_id, call_id) == 0;
	bool stale = t->rolling == NULL || now - t->used > IDLE_MS;

	/* Clients take a fresh Call-ID for each line: only one that repeats
	 * is a conversation. The first line's is as good as any to begin. */
	if (in_dialog || again || stale)
		keep(&t->rolling, call_id);
	keep(&t->last_call_id, call_id);
	t->used = now;
	return t->rolling;
}

/* callid = word [ "@" word ] */
static bool
is_call_id(const char *text)
{
	size_t n = strlen(text), i;
	unsigned int ats = 0;

	if (n == 0 || n > CALL_ID_MAX)
		return false;
	for (i = 0; i < n; i++) {
		if (text[i] == '@' && i > 0 && i + 1 < n && ats == 0)
			ats++;
		else if (!sip_is(text[i], SIP_C_TOKEN | SIP_C_WORD))
			return false;
	}
	return true;
}

const char *
message_thread_to_sip(struct message_thread *t, const char *thread,
    int64_t now, int64_t wall, uint32_t *cseqp)
{
	int64_t least = wall - CSEQ_EPOCH;

	if (least > t->cseq && least < INT32_MAX)
		t->cseq = (uint32_t)least;
	else
		t->cseq++;
	*cseqp = t->cseq;
	t->used = now;
	if (thread == NULL)
		return NULL;
	/* S's answers belong to X's conversation. */
	keep(&t->rolling, thread);
	return is_call_id(thread) ? t->rolling : NULL;
}
