/* SPDX-License-Identifier: GPL-3.0-or-later */
/* REPLICA: watches the store and hands snapshots on. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "core/dict.h"
#include "core/home.h"
#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "model/noun.h"
#include "model/topology.h"
#include "replica/publish.h"
#include "replica/replica.h"
#include "svc/service.h"

/*
 * LIMIT: silence after a change, the longest a change waits, and how often
 * the store is looked at where no datagram came (architecture.md 3).
 */
#define SILENCE_MS 100
#define LONGEST_MS 2000
#define LOOK_MS    1000
/* LIMIT: pause after a failure. */
#define AGAIN_MS   5000

struct replica {
	struct service *service;
	struct store *store;
	struct publisher *publisher;
	struct loop_watch *watch;
	struct loop_timer *publish; /* when silence is long enough */
	struct loop_timer *look;
	int watch_fd;
	int64_t first; /* of the changes not yet published; 0: none */
	bool again;    /* asked to publish though nothing changed */
};

static void
on_trouble(struct replica *r, const struct fault *f)
{
	log_error("replica", "%s", f->text);
	service_problem(r->service, "configuration",
	    f->code == FAULT_DISK_FULL ? EVLOG_DISK_FULL
				       : EVLOG_CONFIGURATION_FAILED,
	    "%s", f->text);
	loop_timer_set(r->publish, AGAIN_MS);
}

static const char *
text_of(struct value settings, const char *part, const char *name)
{
	struct value v = dict_peek(dict_of(settings), part);

	return value_is_dict(v) ? value_chars(dict_peek(dict_of(v), name))
				: NULL;
}

/* Names our own certificates carry. */
static void
publish_names(struct replica *r, struct value settings)
{
	static const char *const parts[] = { "Edge", "Registrar" };
	struct list *names = list_new(NULL, 2);
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if ((text = text_of(settings, parts[i], "Fqdn")) != NULL)
			list_add_take(names, value_string(text));
	service_publish_names(r->service, list_value(names));
	value_unref(list_value(names));
}

static int
publish(struct replica *r, struct fault *f)
{
	struct publication p;
	int due = publisher_is_due(r->publisher, f);

	if (due < 0)
		return -1;
	/* The disk may have refused what is in force. */
	if (!due && !r->again)
		return publisher_write(r->publisher, f);
	if (publisher_make(r->publisher, &p, f) != 0)
		return -1;
	r->again = false;
	publish_names(r, p.settings);
	if (service_publish(r->service, p.number, p.parts, p.n_parts,
		dict_peek(dict_of(p.settings), "Listeners"), f) != 0)
		return -1;
	log_info("replica", "published number=%lld users=%lld",
	    (long long)p.number, (long long)p.user_number);
	return publisher_write(r->publisher, f);
}

static void
on_publish(void *arg)
{
	struct replica *r = arg;
	struct fault f;

	r->first = 0;
	if (publish(r, &f) != 0)
		on_trouble(r, &f);
	else
		service_problem_clear(r->service, "configuration");
}

/* A change: wait for silence, but not for ever. */
static void
on_change(struct replica *r)
{
	int64_t now = loop_now(service_loop(r->service)), left;

	if (r->first == 0)
		r->first = now;
	left = r->first + LONGEST_MS - now;
	if (left > SILENCE_MS)
		left = SILENCE_MS;
	loop_timer_set(r->publish, left > 0 ? left : 0);
}

static void
on_poke(int fd, int events, void *arg)
{
	struct replica *r = arg;

	(void)events;
	store_watch_drain(fd);
	if (publisher_is_due(r->publisher, NULL) == 0)
		r->again = true;
	on_change(r);
}

/* Datagrams may be lost; nobody else looks while the timer runs anyway. */
static void
on_look(void *arg)
{
	struct replica *r = arg;
	struct fault f;
	int due = publisher_is_due(r->publisher, &f);

	if (due < 0)
		log_warn("replica", "%s", f.text);
	else if (due && !loop_timer_is_set(r->publish))
		on_change(r);
	loop_timer_set(r->look, LOOK_MS);
}

static int
replica_open(struct service *s, struct fault *f)
{
	struct replica *r = service_ctx(s);
	char *folder = home_make(HOME_STATE, "replica", f);
	char *path;
	int rc = -1;

	if (folder == NULL)
		return -1;
	path = home_path(HOME_STATE, "store.db");
	r->service = s;
	r->watch_fd = -1;
	r->store = store_open(path, model_indexes, NULL, f);
	if (r->store != NULL && topology_make(r->store, NULL, f) == 0 &&
	    (r->watch_fd = store_watch(r->store, f)) >= 0) {
		r->publisher = publisher_open(r->store, folder);
		rc = 0;
	}
	mem_free(path);
	mem_free(folder);
	return rc;
}

static int
replica_start(struct service *s, struct fault *f)
{
	struct replica *r = service_ctx(s);
	struct loop *l = service_loop(s);

	(void)f;
	r->publish = loop_timer_new(l, on_publish, r);
	r->look = loop_timer_new(l, on_look, r);
	r->watch = loop_watch_new(l, r->watch_fd, LOOP_READ, on_poke, r);
	loop_timer_set(r->look, LOOK_MS);
	on_publish(r);
	return 0;
}

static void
replica_tell(struct service *s, const char *name, struct value arg)
{
	struct replica *r = service_ctx(s);

	(void)arg;
	if (strcmp(name, "poke") == 0 && r->publish != NULL) {
		r->again = true;
		on_change(r);
	}
}

static void
replica_drain(struct service *s, int64_t limit_ms)
{
	(void)limit_ms;
	service_drained(s);
}

static void
replica_close(struct service *s)
{
	struct replica *r = service_ctx(s);

	loop_watch_free(r->watch);
	loop_timer_free(r->publish);
	loop_timer_free(r->look);
	publisher_close(r->publisher);
	store_close(r->store);
	if (r->watch_fd >= 0)
		(void)close(r->watch_fd);
	memset(r, 0, sizeof(*r));
	r->watch_fd = -1;
}

static const struct service_ops replica_ops = {
	.sandbox = SANDBOX_STORE,
	.folder = "", /* store.db and what SQLite puts beside it, replica/ */
	.init = replica_open,
	.start = replica_start,
	.tell = replica_tell,
	.drain = replica_drain,
	.close = replica_close,
};

int
replica_service_main(void)
{
	struct replica r = { .watch_fd = -1 };

	return service_main("REPLICA", &replica_ops, &r);
}
