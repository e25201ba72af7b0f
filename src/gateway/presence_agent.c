/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The presence of local users: composition and watchers. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/presence_agent_internal.h"

static const char *const events[] = { "presence", NULL };
static const char *const accepts[] = { PIDF_TYPE, NULL };

static void agent_on_subscribe(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, uint32_t expires, void *arg);
static void agent_on_refresh(struct sip_notifier *n, void *arg);
static void agent_on_end(struct sip_notifier *n, const char *reason, void *arg);

static const struct sip_notifiers_ops notifiers_ops = {
	.on_subscribe = agent_on_subscribe,
	.on_refresh = agent_on_refresh,
	.on_end = agent_on_end,
};

/* -- life ---------------------------------------------------------------- */

struct presence_agent *
presence_agent_new(struct sip_stack *s, struct live *journal,
    const struct presence_agent_ops *ops, void *arg)
{
	struct presence_agent *pa = mem_zalloc(sizeof(*pa));
	struct sip_notifiers_opts opts = {
		.events = events, .accept = accepts, .contact_user = "presence"
	};
	uint64_t seed[2];

	pa->stack = s;
	pa->journal = journal;
	pa->ops = *ops;
	pa->arg = arg;
	loop_random(sip_stack_loop(s), seed, sizeof(seed));
	chain_init(&pa->presentities, seed);
	pa->notifiers = sip_notifiers_new(s, &opts, &notifiers_ops, pa);
	return pa;
}

struct presentity *
presentity_get(struct presence_agent *pa, const char *aor, bool make)
{
	uint64_t hash = chain_hash(&pa->presentities, aor, strlen(aor));
	struct chain_link *l = chain_first(&pa->presentities, hash);
	struct presentity *p;

	for (; l != NULL; l = chain_again(l)) {
		p = CHAIN_OF(l, struct presentity, link);
		if (strcmp(p->aor, aor) == 0)
			return p;
	}
	if (!make)
		return NULL;
	p = mem_zalloc(sizeof(*p));
	p->pa = pa;
	p->aor = mem_strdup(aor);
	TAILQ_INIT(&p->published);
	TAILQ_INIT(&p->watchers);
	chain_add(&pa->presentities, &p->link, hash);
	return p;
}

static void
presentity_free(struct presentity *p)
{
	struct publication *pub;
	struct watcher *w;

	while ((pub = TAILQ_FIRST(&p->published)) != NULL)
		publication_free(pub);
	while ((w = TAILQ_FIRST(&p->watchers)) != NULL)
		watcher_free(w);
	chain_remove(&p->pa->presentities, &p->link);
	mem_free(p->document);
	mem_free(p->aor);
	mem_free(p);
}

void
presence_agent_free(struct presence_agent *pa)
{
	struct chain_link *l;

	if (pa == NULL)
		return;
	while ((l = chain_any(&pa->presentities)) != NULL)
		presentity_free(CHAIN_OF(l, struct presentity, link));
	chain_clear(&pa->presentities);
	sip_notifiers_free(pa->notifiers);
	mem_free(pa);
}

void
presence_agent_set_next_hop(
    struct presence_agent *pa, const struct sip_target *t)
{
	sip_notifiers_set_next_hop(pa->notifiers, t);
}

struct watcher *
watcher_new(struct presentity *p, const char *aor, bool trusted)
{
	struct watcher *w = mem_zalloc(sizeof(*w));

	w->of = p;
	w->aor = mem_strdup(aor);
	w->trusted = trusted;
	TAILQ_INSERT_TAIL(&p->watchers, w, entry);
	p->pa->watchers++;
	return w;
}

void
watcher_free(struct watcher *w)
{
	TAILQ_REMOVE(&w->of->watchers, w, entry);
	w->of->pa->watchers--;
	mem_free(w->aor);
	mem_free(w);
}

unsigned
presence_agent_watchers(const struct presence_agent *pa)
{
	return pa->watchers;
}

unsigned
presence_agent_publications(const struct presence_agent *pa)
{
	return pa->publications;
}

/* -- composition (E-08) --------------------------------------------------- */

static void
device_take(struct pidf *all, const struct pidf_device *d)
{
	struct pidf one = { (struct pidf_device *)(uintptr_t)d, 1, NULL };
	struct pidf copy = { 0 };
	struct pidf_device *old;

	if (all->n >= PIDF_DEVICES_MAX)
		return;
	pidf_copy(&copy, &one);
	old = pidf_find(all, d->resource);
	if (old != NULL) { /* the one told last counts */
		struct pidf_device swap = *old;

		if (old->at <= d->at) {
			*old = copy.devices[0];
			copy.devices[0] = swap;
		}
	} else {
		all->devices = mem_array_grow(
		    all->devices, all->n + 1, sizeof(*all->devices));
		all->devices[all->n++] = copy.devices[0];
		copy.n = 0;
	}
	pidf_clear(&copy);
}

/*
 * Registration alone is "open" (9.4). A user whose last contact is gone is
 * closed, whatever an old publication says.
 */
static void
presentity_compose(const struct presentity *p, struct pidf *all)
{
	const struct publication *pub;
	struct pidf_device here = { .show = PIDF_ONLINE };
	size_t i;

	memset(all, 0, sizeof(*all));
	if (p->bindings == 0 && p->was_registered)
		return;
	TAILQ_FOREACH (pub, &p->published, entry)
		for (i = 0; i < pub->pidf.n; i++)
			device_take(all, &pub->pidf.devices[i]);
	if (p->publications == 0 && p->bindings != 0) {
		here.resource = mem_strdup("sip");
		device_take(all, &here);
		mem_free(here.resource);
	}
}

static bool
document_write(const char *aor, const struct presentity *p, struct buf *out)
{
	char *entity = mem_printf("pres:%s", aor);
	char *im = mem_printf("sip:%s", aor);
	struct pidf all = { 0 };
	bool open;

	if (p != NULL)
		presentity_compose(p, &all);
	open = all.n != 0;
	pidf_write(&all, entity, im, true, out);
	pidf_clear(&all);
	mem_free(entity);
	mem_free(im);
	return open;
}

void
presence_agent_document(
    struct presence_agent *pa, const char *aor, struct buf *out)
{
	(void)document_write(aor, presentity_get(pa, aor, false), out);
}

static void
watchers_tell(struct presentity *p, bool urgent)
{
	struct watcher *w, *next;

	for (w = TAILQ_FIRST(&p->watchers); w != NULL; w = next) {
		next = TAILQ_NEXT(w, entry);
		sip_notifier_notify(w->notifier, SIP_SUB_ACTIVE, NULL,
		    PIDF_TYPE, p->document, strlen(p->document), urgent);
	}
}

void
presentity_changed(struct presentity *p)
{
	struct buf b = { 0 };
	bool open = document_write(p->aor, p, &b);
	bool edge = open != p->open;

	if (p->document == NULL || strcmp(p->document, buf_text(&b)) != 0) {
		mem_free(p->document);
		p->document = buf_take(&b);
		p->open = open;
		watchers_tell(p, edge);
	}
	buf_clear(&b);
	if (p->bindings == 0 && TAILQ_EMPTY(&p->published) &&
	    TAILQ_EMPTY(&p->watchers))
		presentity_free(p);
}

void
presence_agent_registered(
    struct presence_agent *pa, const char *aor, unsigned bindings)
{
	struct presentity *p = presentity_get(pa, aor, bindings != 0);

	if (p == NULL)
		return;
	p->bindings = bindings;
	p->was_registered = true;
	presentity_changed(p);
}

/* -- watching ------------------------------------------------------------- */

void
presence_agent_subscribe(struct presence_agent *pa, struct sip_server *t)
{
	sip_notifiers_subscribe(pa->notifiers, t);
}

static char *
aor_of(const struct sip_uri *u)
{
	struct buf b = { 0 };

	if (sip_uri_aor(u, &b) != 0) {
		buf_clear(&b);
		return NULL;
	}
	return buf_take(&b);
}

static void
agent_accept(struct presence_agent *pa, struct sip_server *t, const char *aor,
    const char *watcher, bool trusted)
{
	struct presentity *p = presentity_get(pa, aor, true);
	struct watcher *w = watcher_new(p, watcher, trusted);
	struct buf b = { 0 };

	p->open = document_write(aor, p, &b);
	mem_free(p->document);
	p->document = buf_take(&b);
	w->notifier = sip_notifier_accept(pa->notifiers, t, SIP_SUB_ACTIVE,
	    PIDF_TYPE, p->document, strlen(p->document), w);
	if (w->notifier != NULL) {
		watcher_save(w);
		return;
	}
	watcher_free(w); /* a fetch */
	presentity_changed(p);
}

static void
agent_on_subscribe(struct sip_server *t, const struct sip_msg *m,
    const struct sip_peer *peer, uint32_t expires, void *arg)
{
	struct presence_agent *pa = arg;
	struct sip_uri uri;
	struct sip_addr from;
	char *aor = NULL, *watcher = NULL;
	bool trusted = peer->trusted;
	int status = 404;

	(void)expires;
	if (sip_uri_parse(sip_msg_uri(m), &uri, NULL) == 0)
		aor = aor_of(&uri);
	if (sip_msg_from(m, &from) == 0)
		watcher = aor_of(&from.uri);
	if (aor != NULL && watcher != NULL)
		status = pa->ops.may_watch(aor, watcher, trusted, pa->arg);
	if (status != 0)
		sip_server_answer(t, status, NULL);
	else
		agent_accept(pa, t, aor, watcher, trusted);
	mem_free(aor);
	mem_free(watcher);
}

static void
agent_on_refresh(struct sip_notifier *n, void *arg)
{
	struct watcher *w = sip_notifier_ctx(n);
	struct presentity *p = w->of;

	(void)arg;
	watcher_save(w);
	sip_notifier_notify(n, SIP_SUB_ACTIVE, NULL, PIDF_TYPE, p->document,
	    strlen(p->document), true);
}

static void
agent_on_end(struct sip_notifier *n, const char *reason, void *arg)
{
	struct watcher *w = sip_notifier_ctx(n);
	struct presentity *p = w->of;

	(void)arg;
	watcher_unsave(w);
	if (reason != NULL)
		sip_notifier_notify(n, SIP_SUB_TERMINATED, reason, PIDF_TYPE,
		    p->document, strlen(p->document), true);
	watcher_free(w);
	presentity_changed(p);
}

static void
watcher_end(struct watcher *w, const char *reason)
{
	struct presentity *p = w->of;
	struct buf b = { 0 };

	/* What was given is taken back (A5). */
	(void)document_write(p->aor, NULL, &b);
	watcher_unsave(w);
	sip_notifier_notify(w->notifier, SIP_SUB_TERMINATED, reason, PIDF_TYPE,
	    b.data, b.len, true);
	watcher_free(w);
	buf_clear(&b);
}

static void
presentity_recheck(struct presentity *p)
{
	struct presence_agent *pa = p->pa;
	struct watcher *w, *next;

	for (w = TAILQ_FIRST(&p->watchers); w != NULL; w = next) {
		int status =
		    pa->ops.may_watch(p->aor, w->aor, w->trusted, pa->arg);

		next = TAILQ_NEXT(w, entry);
		if (status != 0)
			watcher_end(
			    w, status == 404 ? "noresource" : "rejected");
	}
	presentity_changed(p);
}

void
presence_agent_recheck(struct presence_agent *pa)
{
	struct chain_walk walk = { 0 };
	struct chain_link *l;

	while ((l = chain_next(&pa->presentities, &walk)) != NULL)
		presentity_recheck(CHAIN_OF(l, struct presentity, link));
}

void
presence_agent_forget(struct presence_agent *pa, const char *aor)
{
	struct presentity *p = presentity_get(pa, aor, false);
	struct publication *pub;
	struct watcher *w;

	if (p == NULL)
		return;
	while ((pub = TAILQ_FIRST(&p->published)) != NULL) {
		publication_unsave(pub);
		publication_free(pub);
	}
	while ((w = TAILQ_FIRST(&p->watchers)) != NULL)
		watcher_end(w, "noresource");
	p->bindings = 0;
	presentity_changed(p);
}
