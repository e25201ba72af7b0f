/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What S is still owed: a line about each message that was accepted and then
 * failed [M2], or whose fate a crash has taken with it. Both are records of
 * the journal from the moment we owe them, and tried until S has the line.
 *
 *	"a" NUL id: accepted by a 202 while X's side had not answered yet
 *	"n" NUL id: a notice not yet delivered
 */
#include "config.h"

#include <string.h>

#include "core/evlog.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"
#include "net/hash.h"

#define KEY_ACCEPTED 'a'
#define KEY_NOTICE   'n'
/* A record is the pair and a text, a line each. */
#define TEXT_MAX     512
/* LIMIT: notices not yet delivered. */
#define NOTICES_MAX  4096
/* LIMIT: how long S may be away; and between two tries. */
#define KEEP_MS	     (24 * 60 * 60 * 1000)
#define RETRY_MIN_MS 5000
#define RETRY_MAX_MS (5 * 60 * 1000)

struct notice {
	TAILQ_ENTRY(notice) entry;
	struct contact *c;
	char id[33];
	char *text;
	struct loop_timer *timer;
	int64_t since;
	int wait;
};

static void
record_key(struct buf *key, char kind, const char *id)
{
	buf_add_byte(key, kind);
	buf_add_byte(key, '\0');
	buf_add_str(key, id);
}

static bool
record_put(struct contact *c, char kind, const char *id, const char *text)
{
	struct buf key = { 0 }, value = { 0 };
	struct fault f;
	int rc;

	if (c->g->live == NULL)
		return true;
	record_key(&key, kind, id);
	buf_printf(&value, "%s\n%s\n%s", c->local, c->remote, text);
	rc = live_put(c->g->live, key.data, key.len, value.data, value.len,
	    &f);
	if (rc < 0)
		evlog_write(EVLOG_STATE_WRITE_FAILED, "RTCXMPPTGW: %s", f.text);
	buf_clear(&key);
	buf_clear(&value);
	return rc == 0;
}

static void
record_remove(struct gateway *g, char kind, const char *id)
{
	struct buf key = { 0 };

	if (g->live == NULL)
		return;
	record_key(&key, kind, id);
	/* A record too many is a notice too many, never a loss. */
	(void)live_remove(g->live, key.data, key.len, NULL);
	buf_clear(&key);
}

/* ---- what was accepted ---- */

bool
contact_keep_accepted(struct contact *c, const char *id)
{
	return record_put(c, KEY_ACCEPTED, id, "");
}

void
contact_forget_accepted(struct contact *c, const char *id)
{
	record_remove(c->g, KEY_ACCEPTED, id);
}

/* ---- notices ---- */

static void
notice_free(struct notice *n)
{
	struct contact *c = n->c;

	TAILQ_REMOVE(&c->notices, n, entry);
	c->g->n_notices--;
	loop_timer_free(n->timer);
	mem_free(n->text);
	mem_free(n);
}

static void
notice_done(struct notice *n)
{
	record_remove(n->c->g, KEY_NOTICE, n->id);
	notice_free(n);
}

/* S is away, or the way to S: again later, for as long as that may be. */
static bool
is_worth_a_retry(int status)
{
	return status == 0 || status == 408 || status == 430 ||
	    status == 480 || status / 100 == 5;
}

static void
on_sent(void *arg, int status)
{
	struct notice *n = arg;
	struct gateway *g = n->c->g;

	if (!is_worth_a_retry(status) ||
	    gateway_now(g) - n->since >= KEEP_MS) {
		if (status / 100 != 2)
			log_warn("gateway", "notice not delivered to=%s "
			    "status=%d: %s", n->c->local, status, n->text);
		notice_done(n);
		return;
	}
	loop_timer_set(n->timer, n->wait);
	n->wait *= 2;
	if (n->wait > RETRY_MAX_MS)
		n->wait = RETRY_MAX_MS;
}

static void
on_retry(void *arg)
{
	struct notice *n = arg;

	contact_send_line(n->c, n->text, on_sent, n);
}

static struct notice *
notice_new(struct contact *c, const char *id, const char *text)
{
	struct notice *n = mem_zalloc(sizeof(*n));
	size_t len = strlen(text);

	n->c = c;
	memcpy(n->id, id, sizeof(n->id));
	n->text = mem_strndup(text, len < TEXT_MAX ? len : TEXT_MAX);
	n->timer = loop_timer_new(c->g->loop, on_retry, n);
	n->since = gateway_now(c->g);
	n->wait = RETRY_MIN_MS;
	TAILQ_INSERT_TAIL(&c->notices, n, entry);
	c->g->n_notices++;
	return n;
}

void
contact_notice(struct contact *c, const char *text)
{
	struct notice *n;
	char id[33];

	if (c->g->n_notices >= NOTICES_MAX) {
		log_warn("gateway", "too many notices wait; not told: %s -> "
		    "%s: %s", c->local, c->remote, text);
		return;
	}
	n = notice_new(c, hash_random_hex(16, id), text);
	(void)record_put(c, KEY_NOTICE, n->id, n->text);
	contact_send_line(c, n->text, on_sent, n);
}

/* The pair goes, its records stay for the next process. */
void
contact_notices_clear(struct contact *c)
{
	while (!TAILQ_EMPTY(&c->notices))
		notice_free(TAILQ_FIRST(&c->notices));
}

/* ---- after a restart ---- */

/* value: local, remote and text, lines of their own. False: no use. */
bool
gateway_load_owed(struct gateway *g, const char *key, size_t key_len,
    const void *value, size_t len)
{
	char *text = mem_strndup(value, len), *remote, *line = NULL;
	struct contact *c = NULL;
	struct notice *n;
	char id[33] = "";

	if ((remote = strchr(text, '\n')) != NULL &&
	    (line = strchr(remote + 1, '\n')) != NULL) {
		*remote++ = '\0';
		*line++ = '\0';
		c = contact_of_texts(g, text, remote);
	}
	if (c == NULL || (key[0] == KEY_NOTICE && key_len != 2 + 32)) {
		mem_free(text);
		return false;
	}
	if (key[0] == KEY_ACCEPTED) {
		/* Its own record goes once the notice has one. */
		c->owed++;
	} else if (g->n_notices < NOTICES_MAX) {
		memcpy(id, key + 2, 32);
		n = notice_new(c, id, line);
		loop_timer_set(n->timer, RETRY_MIN_MS / 5);
	}
	mem_free(text);
	return key[0] == KEY_NOTICE;
}

/* After the walk, when the journal may change again. */
void
gateway_owed_loaded(struct gateway *g)
{
	struct contact *c;

	TAILQ_FOREACH(c, &g->all, entry) {
		if (c->owed == 0)
			continue;
		counter_add(&g->counters, COUNTER_LATE_FAILURES);
		log_warn("gateway", "accepted and not known to have arrived "
		    "from=%s to=%s messages=%u", c->local, c->remote, c->owed);
		for (; c->owed > 0; c->owed--)
			contact_notice(c, "Perhaps your message was not "
			    "delivered: the gateway was restarted");
	}
}

bool
gateway_is_owed(const char *key, size_t key_len)
{
	return key_len > 2 && key[1] == '\0' &&
	    (key[0] == KEY_ACCEPTED || key[0] == KEY_NOTICE);
}
