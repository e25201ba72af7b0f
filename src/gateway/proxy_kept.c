/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages read whole from streams without acknowledgements: their sender's
 * server has forgotten them, so a crash of ours would lose them unsaid. Who
 * wrote to whom under which id (no text) stands in a journal until there is
 * a result; what the next process finds there it returns to its sender.
 */
#include "config.h"

#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/proxy_internal.h"
#include "net/hash.h"
#include "xml/xml_read.h"

/* LIMIT: messages kept at once; the rest goes without. */
#define KEPT_MAX 4096
#define STEP_MS	 1000
/* LIMIT: a message whose sender cannot be reached is given up after so many
 * tries, so far apart. */
#define TRIES	 30
#define AGAIN_MS 60000

/* A message of an earlier process, on its way back. */
struct returned {
	LIST_ENTRY(returned) entry;
	struct proxy *p;
	char key[PROXY_KEPT_KEY];
	unsigned int tries;
	int64_t again_at; /* 0: under way */
};

void
proxy_keep(struct proxy *p, const struct xml *stub, char key[PROXY_KEPT_KEY])
{
	struct fault f;
	char *text;

	key[0] = '\0';
	if (p->opts.live == NULL || live_count(p->opts.live) >= KEPT_MAX)
		return;
	(void)hash_random_hex(8, key);
	text = xml_write_text(stub, NULL);
	if (live_put(p->opts.live, key, strlen(key), text, strlen(text),
	    &f) < 0)
		log_warn("proxy", "journal: %s", f.text);
	mem_free(text);
}

void
proxy_forget(struct proxy *p, const char *key)
{
	if (*key != '\0')
		(void)live_remove(p->opts.live, key, strlen(key), NULL);
}

static void
returned_free(struct returned *r)
{
	LIST_REMOVE(r, entry);
	mem_free(r);
}

static void
on_returned(void *arg, enum stanza_condition c, const char *text)
{
	struct returned *r = arg;

	if (c != CONDITION_NONE && r->tries < TRIES) {
		r->again_at = loop_now(r->p->loop) + AGAIN_MS;
		return;
	}
	if (c != CONDITION_NONE)
		log_warn("proxy", "a message of before the restart could not "
		    "be returned: %s", text != NULL ? text :
		    stanza_condition_name(c));
	proxy_forget(r->p, r->key);
	returned_free(r);
}

struct walk {
	struct proxy *p;
	struct buf keys; /* PROXY_KEPT_KEY bytes each */
};

static bool
note_key(const void *key, size_t key_len, const void *value, size_t len,
    void *arg)
{
	struct walk *w = arg;
	char text[PROXY_KEPT_KEY] = "";

	(void)value;
	(void)len;
	if (key_len < sizeof(text)) {
		memcpy(text, key, key_len);
		buf_add(&w->keys, text, sizeof(text));
	}
	return true;
}

static void
return_again(struct returned *r)
{
	struct xml *stub = NULL, *error = NULL;
	struct proxy *p = r->p;
	const void *value;
	size_t len;

	r->again_at = 0;
	r->tries++;
	value = live_get(p->opts.live, r->key, strlen(r->key), &len);
	if (value != NULL)
		stub = xml_parse(value, len, NULL, NULL);
	if (stub != NULL)
		error = stanza_error(stub, CONDITION_REMOTE_SERVER_TIMEOUT,
		    "the gateway was restarted; perhaps it was delivered");
	xml_free(stub);
	if (error != NULL) {
		s2s_send_take(p->s2s, error, 0, on_returned, r);
		return;
	}
	proxy_forget(p, r->key);
	returned_free(r);
}

static void
return_one(struct proxy *p, const char *key)
{
	struct returned *r = mem_zalloc(sizeof(*r));

	r->p = p;
	memcpy(r->key, key, sizeof(r->key));
	LIST_INSERT_HEAD(&p->returned, r, entry);
	return_again(r);
}

/* Once, when it is known who our partners are. */
void
proxy_return_kept(struct proxy *p)
{
	struct walk w = { .p = p };
	size_t at;

	if (p->opts.live == NULL || p->kept_returned)
		return;
	p->kept_returned = true;
	live_each(p->opts.live, note_key, &w);
	if (w.keys.len > 0)
		log_warn("proxy", "messages without a result before the "
		    "restart count=%zu", w.keys.len / PROXY_KEPT_KEY);
	for (at = 0; at < w.keys.len; at += PROXY_KEPT_KEY)
		return_one(p, w.keys.data + at);
	buf_clear(&w.keys);
}

/* What was not returned stays for the next process. */
void
proxy_kept_clear(struct proxy *p)
{
	while (!LIST_EMPTY(&p->returned))
		returned_free(LIST_FIRST(&p->returned));
}

void
proxy_on_kept_timer(void *arg)
{
	struct proxy *p = arg;
	struct returned *r, *next;
	int64_t now = loop_now(p->loop);
	struct fault f;
	int more = live_step(p->opts.live, &f);

	if (more < 0)
		evlog_write(EVLOG_STATE_WRITE_FAILED, "RTCXMPPTGWPX: %s",
		    f.text);
	for (r = LIST_FIRST(&p->returned); r != NULL; r = next) {
		next = LIST_NEXT(r, entry);
		if (r->again_at != 0 && r->again_at <= now)
			return_again(r);
	}
	loop_timer_set(p->kept_timer, more > 0 ? 10 : STEP_MS);
}
