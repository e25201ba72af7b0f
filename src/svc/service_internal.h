/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_SERVICE_INTERNAL_H
#define SVC_SERVICE_INTERNAL_H

#include "svc/keys_internal.h"
#include "svc/service.h"

/* LIMIT: matters a service may complain about at the same time. */
#define PROBLEMS_MAX 32

struct service_identity_row {
	char *use;
	struct tls_identity *identity;
};

struct service_trust_slot {
	struct tls_trust *trust;
	char *pem; /* it was made of */
};

struct service_problem_row {
	char *key, *text;
};

struct service {
	const char *name;
	const struct service_ops *ops;
	void *ctx;
	struct loop *loop;
	struct peer *peer; /* NULL: no supervisor (any more) */
	bool supervised;
	bool started, draining;
	int status; /* of the process */
	int64_t number; /* of the configuration; -1 none */
	char refused[FAULT_TEXT_SIZE]; /* why the last one was not taken */
	struct service_identity_row *identities;
	size_t n_identities;
	struct service_trust_slot world, inside;
	struct service_problem_row problems[PROBLEMS_MAX];
	size_t n_problems;
	struct loop_timer *drain_timer;
	struct loop_signal *on_term, *on_int, *on_hup;
	/* Without a supervisor: */
	struct loop_timer *look;
	struct evlog_file *events;
	int lock_fd;
};

/* service_foreground.c */
int foreground_open(struct service *s, struct fault *f);
void foreground_close(struct service *s);
void foreground_reload(struct service *s); /* certificates, snapshot */

/* service.c, for it */
int service_take_certificates(
    struct service *s, struct value bundle, struct fault *f);
int service_take_snapshot(struct service *s, int64_t number, int settings_fd,
    int users_fd, struct fault *f);
int service_take_listener(struct service *s, const char *name,
    const char *transport, int fd, struct fault *f);
int service_go(struct service *s, struct fault *f);

#endif
