/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Publications and subscriptions over a restart, as records of the journal. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/presence_agent_internal.h"

#define PUB_PREFIX "pub "
#define SUB_PREFIX "sub "

static void
put(struct live *journal, const struct buf *key, const struct buf *value)
{
	struct fault f;

	if (live_put(
		journal, key->data, key->len, value->data, value->len, &f) != 0)
		log_debug("sip", "presence not journalled: %s", f.text);
}

/* "pub aor\netag": "expiry device\ndocument" */
static void
publication_key(const struct publication *pub, struct buf *key)
{
	buf_printf(key, PUB_PREFIX "%s\n%s", pub->of->aor, pub->etag);
}

void
publication_save(const struct publication *pub)
{
	struct presence_agent *pa = pub->of->pa;
	struct loop *loop = sip_stack_loop(pa->stack);
	struct buf key = { 0 }, value = { 0 };

	if (pa->journal == NULL)
		return;
	publication_key(pub, &key);
	buf_printf(&value, "%lld %s\n%s",
	    (long long)(loop_wall(loop) + pub->expires_at - loop_now(loop)),
	    pub->device, pub->document);
	put(pa->journal, &key, &value);
	buf_clear(&key);
	buf_clear(&value);
}

void
publication_unsave(const struct publication *pub)
{
	struct buf key = { 0 };

	if (pub->of->pa->journal == NULL)
		return;
	publication_key(pub, &key);
	(void)live_remove(pub->of->pa->journal, key.data, key.len, NULL);
	buf_clear(&key);
}

/* "sub call-id\ntag": "aor watcher trusted\nsubscription" */
static void
watcher_key(const struct watcher *w, struct buf *key)
{
	const struct sip_dialog *d = sip_notifier_dialog(w->notifier);

	buf_printf(key, SUB_PREFIX "%s\n%s", d->call_id, d->local_tag);
}

void
watcher_save(const struct watcher *w)
{
	struct presence_agent *pa = w->of->pa;
	struct buf key = { 0 }, value = { 0 };

	/* One on a client's connection cannot be kept up without it. */
	if (pa->journal == NULL ||
	    sip_notifier_dialog(w->notifier)->target.flow_only)
		return;
	watcher_key(w, &key);
	buf_printf(
	    &value, "%s %s %d\n", w->of->aor, w->aor, w->trusted ? 1 : 0);
	sip_notifier_save(w->notifier, &value);
	put(pa->journal, &key, &value);
	buf_clear(&key);
	buf_clear(&value);
}

void
watcher_unsave(const struct watcher *w)
{
	struct buf key = { 0 };

	if (w->of->pa->journal == NULL)
		return;
	watcher_key(w, &key);
	(void)live_remove(w->of->pa->journal, key.data, key.len, NULL);
	buf_clear(&key);
}

/* -- back ------------------------------------------------------------------ */

struct restoring {
	struct presence_agent *pa;
	struct buf stale; /* keys to remove, NUL after each */
	unsigned publications, watchers;
};

static bool
publication_back(struct restoring *rs, char *key, char *value)
{
	struct loop *loop = sip_stack_loop(rs->pa->stack);
	char *etag = strchr(key, '\n');
	char *document = strchr(value, '\n');
	char *device = strchr(value, ' ');
	struct publication *pub;
	int64_t left = atoll(value) - loop_wall(loop);

	if (etag == NULL || document == NULL || device == NULL ||
	    device > document || left <= 0)
		return false;
	*etag++ = *document++ = *device++ = '\0';
	pub = publication_new(presentity_get(rs->pa, key, true), etag, device);
	if (publication_set(pub, document, strlen(document), NULL) != 0) {
		publication_free(pub);
		return false;
	}
	publication_expires(pub, left);
	rs->publications++;
	return true;
}

static bool
watcher_back(struct restoring *rs, char *value)
{
	char *line = strchr(value, '\n');
	char *save = NULL, *aor, *who, *trusted;
	struct watcher *w;

	if (line == NULL)
		return false;
	*line++ = '\0';
	aor = strtok_r(value, " ", &save);
	who = strtok_r(NULL, " ", &save);
	trusted = strtok_r(NULL, " ", &save);
	if (aor == NULL || who == NULL || trusted == NULL)
		return false;
	w = watcher_new(
	    presentity_get(rs->pa, aor, true), who, trusted[0] == '1');
	w->notifier = sip_notifier_restore(rs->pa->notifiers, line, w);
	if (w->notifier == NULL) {
		watcher_free(w);
		return false;
	}
	rs->watchers++;
	return true;
}

static bool
record_back(
    const void *key, size_t key_len, const void *value, size_t len, void *arg)
{
	struct restoring *rs = arg;
	char *name, *text;
	bool ours = true, good = false;

	name = mem_strndup(key, key_len);
	text = mem_strndup(value, len);
	if (strncmp(name, PUB_PREFIX, 4) == 0)
		good = publication_back(rs, name + 4, text);
	else if (strncmp(name, SUB_PREFIX, 4) == 0)
		good = watcher_back(rs, text);
	else
		ours = false;
	if (ours && !good) {
		buf_add(&rs->stale, key, key_len);
		buf_add_byte(&rs->stale, '\0');
	}
	mem_free(name);
	mem_free(text);
	return true;
}

void
presence_agent_restore(struct presence_agent *pa)
{
	struct restoring rs = { .pa = pa };
	struct chain_walk w = { 0 };
	struct chain_link *l;
	size_t at;

	if (pa->journal == NULL)
		return;
	live_each(pa->journal, record_back, &rs);
	for (at = 0; at < rs.stale.len; at += strlen(rs.stale.data + at) + 1)
		(void)live_remove(pa->journal, rs.stale.data + at,
		    strlen(rs.stale.data + at), NULL);
	buf_clear(&rs.stale);
	/* Everybody is told anew: what they hold may be old. */
	while ((l = chain_next(&pa->presentities, &w)) != NULL)
		presentity_changed(CHAIN_OF(l, struct presentity, link));
	if (rs.publications + rs.watchers != 0)
		log_info("sip", "presence restored publications=%u watchers=%u",
		    rs.publications, rs.watchers);
}
