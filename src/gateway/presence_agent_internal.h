/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_PRESENCE_AGENT_INTERNAL_H
#define GATEWAY_PRESENCE_AGENT_INTERNAL_H

#include <sys/queue.h>

#include "core/buf.h"
#include "core/chain.h"
#include "gateway/map/pidf.h"
#include "gateway/presence_agent.h"
#include "gateway/sip/notifier.h"

#define PUBLICATION_ETAG_SIZE 25
/* LIMIT: devices that publish for one user. */
#define PUBLICATIONS_MAX 10

struct publication {
	TAILQ_ENTRY(publication) entry;
	struct presentity *of;
	char etag[PUBLICATION_ETAG_SIZE];
	char *device; /* names it where its document does not */
	char *document;
	struct pidf pidf;
	int64_t expires_at;
	struct loop_timer *timer;
};

struct watcher {
	TAILQ_ENTRY(watcher) entry;
	struct presentity *of;
	struct sip_notifier *notifier;
	char *aor;
	bool trusted; /* came through the translator */
};

struct presentity {
	struct chain_link link;
	struct presence_agent *pa;
	char *aor;
	unsigned bindings, publications;
	bool was_registered;
	bool open;      /* as last told */
	char *document; /* as last told; NULL: not made yet */
	TAILQ_HEAD(, publication) published;
	TAILQ_HEAD(, watcher) watchers;
};

struct presence_agent {
	struct sip_stack *stack;
	struct live *journal;
	struct presence_agent_ops ops;
	void *arg;
	struct sip_notifiers *notifiers;
	struct chain presentities;
	unsigned watchers, publications;
};

struct presentity *presentity_get(
    struct presence_agent *pa, const char *aor, bool make);
/* Something of it changed: composes, tells watchers, frees it if unused. */
void presentity_changed(struct presentity *p);
struct watcher *watcher_new(
    struct presentity *p, const char *aor, bool trusted);
void watcher_free(struct watcher *w);

/* presence_publish.c */
struct publication *publication_new(
    struct presentity *p, const char *etag, const char *device);
int publication_set(
    struct publication *pub, const char *document, size_t len, struct fault *f);
void publication_expires(struct publication *pub, int64_t ms);
void publication_free(struct publication *pub); /* the journal's stays */

/* presence_journal.c */
void publication_save(const struct publication *pub);
void publication_unsave(const struct publication *pub);
void watcher_save(const struct watcher *w);
void watcher_unsave(const struct watcher *w);

#endif
