/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_SERVICE_H
#define SVC_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/evlog.h"
#include "core/fault.h"
#include "core/sandbox.h"
#include "core/value.h"
#include "net/addr.h"
#include "net/loop.h"
#include "net/tls.h"
#include "svc/peer.h"

/*
 * What a service process stands on: its loop, what its supervisor hands it
 * (configuration, listeners, certificates), its state and its end. Without a
 * supervisor (systemd, a terminal) it reads the newest snapshot and the keys
 * by itself and binds its listeners.
 */
struct service;

struct service_ops {
	/* What it gives up once it has started (core/sandbox.h). */
	enum sandbox_role sandbox;
	/* A folder below FEDSH_HOME (HOME_STATE) that it goes on writing; ""
	 * all of it. NULL: none. */
	const char *folder;
	/* Once, before anything else. -1: it cannot run. */
	int (*init)(struct service *s, struct fault *f);
	/*
	 * A configuration, at the start and whenever it changes. users_fd
	 * may be -1. Both descriptors are borrowed for the call (settings_
	 * read_fd copies or maps). -1 refuses it: the old one stays.
	 * NULL for REPLICA, which makes them.
	 */
	int (*snapshot)(struct service *s, int64_t number, int settings_fd,
	    int users_fd, struct fault *f);
	/* A listening (or bound UDP) descriptor; taken over in any case.
	 * name as in the snapshot's Listeners. NULL: closes them. */
	int (*listener)(struct service *s, const char *name,
	    const char *transport, int fd, struct fault *f);
	/* The one with this address is no longer configured: close it. */
	void (*unlisten)(struct service *s, const char *name,
	    const struct addr *at);
	/* service_identity and the trusts changed (also at the start). */
	void (*certificates)(struct service *s);
	/* Configuration, certificates and listeners are there: go. */
	int (*start)(struct service *s, struct fault *f);
	/* Get-, Test- and others through the supervisor. NULL: none. */
	void (*call)(struct service *s, struct peer_call *call,
	    const char *method, struct value arg);
	/* Messages of the supervisor that are not its own ("poke"). */
	void (*tell)(struct service *s, const char *name, struct value arg);
	/*
	 * End orderly: stop accepting, close streams, answer what waits; then
	 * service_drained. It is ended after limit_ms in any case.
	 */
	void (*drain)(struct service *s, int64_t limit_ms);
	/* The loop has ended; free everything. */
	void (*close)(struct service *s);
};

/*
 * Runs until the end; returns the process's exit status. ctx is for
 * service_ctx. Waits for an older process of the same name to be gone.
 */
int service_main(const char *name, const struct service_ops *ops, void *ctx);

const char *service_name(const struct service *s);
struct loop *service_loop(const struct service *s);
void *service_ctx(const struct service *s);
bool service_is_supervised(const struct service *s);
int64_t service_snapshot_number(const struct service *s);

/*
 * Certificates by use: "Default", "Internal", "XmppServer", "AccessEdge...".
 * Borrowed until the next certificates callback; NULL: none is assigned.
 * Internal certificates of our own making carry the names of the services
 * as roles (tls_peer_has_role): the proxy's "RTCXMPPTGWPX", the others'
 * "RTCSRV" and "RTCXMPPTGW".
 */
struct tls_identity *service_identity(const struct service *s, const char *use);
/* Whom the world trusts: the system's and the imported authorities. */
struct tls_trust *service_trust(const struct service *s);
/* The internal authority only (and what replaced it). */
struct tls_trust *service_internal_trust(const struct service *s);

/*
 * What is wrong or missing while it runs: shown in the service's status and
 * told as an event when it comes. key names the matter ("certificate");
 * text NULL: it is mended.
 */
void service_problem(struct service *s, const char *key, enum evlog_id event,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void service_problem_clear(struct service *s, const char *key);
/* Live state reaches the disk again (failed NULL), or does not and why. */
void service_journal_problem(struct service *s, const struct fault *failed);

/* After drain: the loop ends. Also to end by itself. */
void service_drained(struct service *s);
void service_fail(struct service *s, const struct fault *f);

/* What one service is told: sealed memory files, borrowed. */
struct service_part {
	const char *service;
	int settings_fd;
	int users_fd; /* -1: none */
};
/* LIMIT: a frame carries eight descriptors. */
#define SERVICE_PARTS_MAX 4

/*
 * REPLICA only. Hands a configuration on: each service's own part, and the
 * snapshot's Listeners list.
 */
int service_publish(struct service *s, int64_t number,
    const struct service_part *parts, size_t n, struct value listeners,
    struct fault *f);
/* The host names of the topology (a list of strings): certificates of our
 * own making will carry them. */
void service_publish_names(struct service *s, struct value names);

#endif
