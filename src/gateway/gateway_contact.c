/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairs of a local and a remote user, and what of them survives. */
#include "config.h"

#include <string.h>

#include "core/evlog.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/gateway_internal.h"
#include "gateway/map/address.h"
#include "net/hash.h"

/* Keys of the journal: "p" or "d", NUL, and what names the record. Those of
 * gateway_notice.c stand beside them. */
#define KEY_PAIR   'p'
#define KEY_DIALOG 'd'
/* Alone: what seals the ids of our messages. */
#define KEY_SECRET "k"

static uint64_t
pair_hash(const struct gateway *g, const char *local, const char *remote)
{
	struct buf key = { 0 };
	uint64_t hash;

	buf_printf(&key, "%s\n%s", local, remote);
	hash = chain_hash(&g->contacts, key.data, key.len);
	buf_clear(&key);
	return hash;
}

struct contact *
contact_find(struct gateway *g, const char *local, const char *remote)
{
	struct chain_link *l;

	l = chain_first(&g->contacts, pair_hash(g, local, remote));
	for (; l != NULL; l = chain_again(l)) {
		struct contact *c = CHAIN_OF(l, struct contact, link);

		if (strcmp(c->local, local) == 0 &&
		    strcmp(c->remote, remote) == 0)
			return c;
	}
	return NULL;
}

struct contact *
contact_get(struct gateway *g, const struct jid *local,
    const struct jid *remote, struct fault *f)
{
	char *s = jid_bare_text(local), *x = jid_bare_text(remote);
	char *s_uri = NULL, *x_uri = NULL;
	struct contact *c = contact_find(g, s, x);

	if (c == NULL && g->contacts.count >= CONTACTS_MAX) {
		fault_set(f, FAULT_LIMIT, "too many contacts");
	} else if (c == NULL && address_to_sip_bare(local, &s_uri, f) == 0 &&
	    address_to_sip_bare(remote, &x_uri, f) == 0) {
		c = mem_zalloc(sizeof(*c));
		c->g = g;
		c->local = s;
		c->remote = x;
		s = x = NULL;
		c->domain = mem_strdup(remote->domain);
		c->local_sip = s_uri;
		c->remote_sip = x_uri;
		s_uri = x_uri = NULL;
		TAILQ_INIT(&c->to_sip);
		TAILQ_INIT(&c->notices);
		TAILQ_INSERT_TAIL(&g->all, c, entry);
		chain_add(&g->contacts, &c->link,
		    pair_hash(g, c->local, c->remote));
	}
	if (c != NULL)
		c->used = gateway_now(g);
	mem_free(s);
	mem_free(x);
	mem_free(s_uri);
	mem_free(x_uri);
	return c;
}

void
contact_free(struct contact *c)
{
	struct gateway *g = c->g;

	if (g->sweep == c)
		g->sweep = TAILQ_NEXT(c, entry);
	if (g->recheck == c)
		g->recheck = TAILQ_NEXT(c, entry);
	TAILQ_REMOVE(&g->all, c, entry);
	chain_remove(&g->contacts, &c->link);
	contact_messages_clear(c);
	contact_notices_clear(c);
	loop_timer_free(c->chat_timer);
	contact_watch_clear(c);
	loop_timer_free(c->answer);
	pidf_clear(&c->cache);
	mem_free(c->local);
	mem_free(c->remote);
	mem_free(c->domain);
	mem_free(c->local_sip);
	mem_free(c->remote_sip);
	mem_free(c);
}

bool
contact_is_idle(const struct contact *c)
{
	return c->n_to_sip == 0 && c->n_to_xmpp == 0 && c->n_watchers == 0 &&
	    TAILQ_EMPTY(&c->notices) && !c->testing && c->sub == NULL &&
	    c->watch == PRESENCE_WATCH_NONE &&
	    presence_record_is_empty(&c->rec, gateway_wall(c->g)) &&
	    gateway_now(c->g) - c->used > CONTACT_IDLE_MS;
}

/* ---- the journal ---- */

static void
pair_key(const struct contact *c, struct buf *key)
{
	buf_add_byte(key, KEY_PAIR);
	buf_add_byte(key, '\0');
	buf_add(key, c->local, strlen(c->local) + 1);
	buf_add_str(key, c->remote);
}

static void
complain(const struct fault *f)
{
	/* It holds in memory; the next step writes it again, and says once
	 * where that fails too. */
	log_debug("gateway", "not journalled: %s", f->text);
}

void
contact_save(struct contact *c)
{
	struct buf key = { 0 }, value = { 0 };
	struct fault f;
	int rc;

	if (c->g->live == NULL)
		return;
	pair_key(c, &key);
	if (presence_record_is_empty(&c->rec, gateway_wall(c->g))) {
		rc = live_remove(c->g->live, key.data, key.len, &f);
	} else {
		presence_record_write(&c->rec, &value);
		rc = live_put(c->g->live, key.data, key.len, value.data,
		    value.len, &f);
	}
	if (rc < 0)
		complain(&f);
	buf_clear(&key);
	buf_clear(&value);
}

static void
dialog_key(const struct sip_notifier *n, struct buf *key)
{
	const struct sip_dialog *d = sip_notifier_dialog(n);

	buf_add_byte(key, KEY_DIALOG);
	buf_add_byte(key, '\0');
	buf_printf(key, "%s\n%s", d->call_id, d->local_tag);
}

void
contact_save_watcher(struct contact *c, struct sip_notifier *n)
{
	struct buf key = { 0 }, value = { 0 };
	struct fault f;

	if (c->g->live == NULL)
		return;
	dialog_key(n, &key);
	buf_printf(&value, "%s\n%s\n", c->local, c->remote);
	sip_notifier_save(n, &value);
	if (live_put(c->g->live, key.data, key.len, value.data, value.len,
	    &f) < 0)
		complain(&f);
	buf_clear(&key);
	buf_clear(&value);
}

void
contact_forget_watcher(struct contact *c, struct sip_notifier *n)
{
	struct buf key = { 0 };
	struct fault f;

	if (c->g->live == NULL)
		return;
	dialog_key(n, &key);
	if (live_remove(c->g->live, key.data, key.len, &f) < 0)
		complain(&f);
	buf_clear(&key);
}

struct contact *
contact_of_texts(struct gateway *g, const char *local, const char *remote)
{
	struct jid s, x;
	struct contact *c = NULL;

	if (jid_parse(local, &s, NULL) < 0)
		return NULL;
	if (jid_parse(remote, &x, NULL) == 0) {
		c = contact_get(g, &s, &x, NULL);
		jid_clear(&x);
	}
	jid_clear(&s);
	return c;
}

static void
load_pair(struct gateway *g, const char *key, size_t key_len,
    const void *value, size_t len)
{
	char *text = mem_alloc(key_len + 1), *remote;
	struct presence_record rec;
	struct contact *c;

	memcpy(text, key, key_len); /* local NUL remote */
	text[key_len] = '\0';
	remote = memchr(text, '\0', key_len);
	if (remote != NULL && presence_record_read(value, len, &rec) == 0 &&
	    (c = contact_of_texts(g, text, remote + 1)) != NULL) {
		c->rec = rec;
		c->resync = true;
		c->shown_unknown = presence_is_seen(rec.state);
		if (c->rec.seen_at == 0)
			c->rec.seen_at = gateway_wall(g);
	}
	mem_free(text);
}

/* False: the dialog is over; its record is of no use. */
static bool
load_dialog(struct gateway *g, const void *value, size_t len)
{
	char *text = mem_alloc(len + 1), *remote, *saved;
	struct sip_notifier *n = NULL;
	struct contact *c;

	memcpy(text, value, len);
	text[len] = '\0';
	if ((remote = strchr(text, '\n')) != NULL &&
	    (saved = strchr(remote + 1, '\n')) != NULL) {
		*remote++ = '\0';
		*saved++ = '\0';
		c = contact_of_texts(g, text, remote);
		if (c != NULL && c->n_watchers < WATCHERS_MAX &&
		    (n = sip_notifier_restore(g->notifs, saved, c)) != NULL) {
			sip_notifier_set_target(n, &g->next_hop);
			c->watchers[c->n_watchers++] = n;
			c->resync = true;
		}
	}
	mem_free(text);
	return n != NULL;
}

struct loading {
	struct gateway *g;
	struct buf dead; /* u32 length and key of each record to remove */
};

static bool
load_one(const void *key, size_t key_len, const void *value, size_t len,
    void *arg)
{
	struct loading *ld = arg;
	const char *k = key;
	uint32_t n = (uint32_t)key_len;

	bool good = false;

	if (key_len == 1 && k[0] == KEY_SECRET[0]) {
		good = true;
	} else if (key_len > 2 && k[0] == KEY_PAIR) {
		load_pair(ld->g, k + 2, key_len - 2, value, len);
		good = true;
	} else if (gateway_is_owed(k, key_len)) {
		good = gateway_load_owed(ld->g, k, key_len, value, len);
	} else if (key_len > 2 && k[0] == KEY_DIALOG) {
		good = load_dialog(ld->g, value, len);
	}
	if (!good) {
		buf_add(&ld->dead, &n, sizeof(n));
		buf_add(&ld->dead, key, key_len);
	}
	return true;
}

/* The one of the process before us, or a new one for those after us. */
static void
load_secret(struct gateway *g)
{
	const void *kept = NULL;
	struct fault f;
	size_t len = 0;

	if (g->live != NULL)
		kept = live_get(g->live, KEY_SECRET, 1, &len);
	if (kept != NULL && len == sizeof(g->id_key.secret)) {
		memcpy(g->id_key.secret, kept, len);
		return;
	}
	hash_random(g->id_key.secret, sizeof(g->id_key.secret));
	if (g->live != NULL && live_put(g->live, KEY_SECRET, 1,
	    g->id_key.secret, sizeof(g->id_key.secret), &f) < 0)
		complain(&f);
}

void
gateway_load(struct gateway *g)
{
	struct loading ld = { .g = g };
	size_t at = 0;
	uint32_t n;

	load_secret(g);
	if (g->live == NULL)
		return;
	live_each(g->live, load_one, &ld);
	gateway_owed_loaded(g);
	while (at + sizeof(n) <= ld.dead.len) {
		memcpy(&n, ld.dead.data + at, sizeof(n));
		at += sizeof(n);
		(void)live_remove(g->live, ld.dead.data + at, n, NULL);
		at += n;
	}
	buf_clear(&ld.dead);
	log_info("gateway", "live state read contacts=%zu",
	    g->contacts.count);
}
