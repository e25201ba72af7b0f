/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_SUPERVISOR_INTERNAL_H
#define SVC_SUPERVISOR_INTERNAL_H

#include <sys/types.h>

#include "core/evlog.h"
#include "core/value.h"
#include "net/addr.h"
#include "net/loop.h"
#include "svc/control.h"
#include "svc/keys_internal.h"
#include "svc/peer.h"
#include "svc/supervisor.h"

enum child_state {
	CHILD_STOPPED,
	CHILD_WAITING,  /* for what it needs, a snapshot, or an old process */
	CHILD_STARTING, /* the process is there, not yet running */
	CHILD_RUNNING,
	CHILD_STOPPING,
	CHILD_BACKOFF, /* crashed; the timer starts it again */
};

struct child {
	struct supervisor *supervisor;
	const struct supervisor_service *def;
	enum child_state state;
	bool wanted;
	pid_t pid; /* 0: no process */
	struct peer *peer;
	struct loop_timer *timer;
	bool killed; /* ended hard after it did not stop */
	int64_t backoff_ms;
	int64_t started_at; /* loop time */
	int64_t started_wall;
	int64_t lock_since; /* waiting for an old process since; 0: not */
	unsigned int restarts;
	int64_t taken; /* the snapshot it works with; -1 none */
	int settings_fd, users_fd; /* its part of the newest; -1 none */
	char failure[FAULT_TEXT_SIZE]; /* why it does not run */
	struct value problems; /* list of { Key, Text } it told */
};

/* A configured listener; fd -1: not open. */
struct sock {
	char *service, *name, *transport;
	struct addr at;
	int fd;
	char error[256];
};

/* A control call that waits for services. */
struct order {
	struct order *next, **prevp;
	struct supervisor *supervisor;
	struct peer_call *call;
	bool start;
	struct child **children; /* those still to come */
	size_t n;
	struct fault failed;
};

struct supervisor {
	struct loop *loop;
	const struct supervisor_service *services;
	char *program;
	char *run_dir;
	int lock_fd;
	struct control *control;
	struct keys *keys;
	struct evlog_file *events;
	struct child *children;
	size_t n_children;
	struct sock *socks;
	size_t n_socks;
	int64_t snapshot; /* the newest one's number; -1 none */
	struct order *orders;
	struct loop_signal *on_chld, *on_term, *on_int;
	struct loop_timer *bind_again, *certificates, *watch, *record_again;
	uint64_t events_lost;  /* not yet told */
	char events_failure[FAULT_TEXT_SIZE]; /* why; "": none is */
	bool shutting_down;
	bool ends_when_idle;
	int64_t idle_since;
};

/* supervisor_child.c */
void child_init(struct child *c, struct supervisor *s,
    const struct supervisor_service *def);
void child_clear(struct child *c);
struct child *child_find(const struct supervisor *s, const char *name);
void child_start(struct child *c);
void child_stop(struct child *c);
void child_kill(struct child *c);
/* Looks at every child again: something they may wait for has changed. */
void children_advance(struct supervisor *s);
void children_reap(struct supervisor *s);
bool children_any_alive(const struct supervisor *s);
bool child_is_active(const struct child *c); /* has listeners open */
const char *child_state_text(const struct child *c);
struct value child_object(const struct child *c); /* owned */
/* Which wanted services need c; NULL: none. */
const struct child *child_dependant(const struct child *c);

/* supervisor_listen.c */
int listen_configure(
    struct supervisor *s, struct value listeners, struct fault *f);
void listen_open(struct child *c);   /* binds and hands what is not yet */
void listen_hand_all(struct child *c); /* to a new process */
void listen_close(struct child *c);
void listen_clear(struct supervisor *s);
/* Parts: whose, and which descriptors; what is taken is duplicated. */
void snapshot_take(struct supervisor *s, int64_t number, struct value parts,
    const int *fds, size_t n_fds);
void snapshot_drop(struct child *c);
void snapshot_hand(struct child *c);
void certificates_hand(struct child *c);
void certificates_hand_all(struct supervisor *s);
/* Sets the time of the next look at them. */
void certificates_arm(struct supervisor *s);
/* Adds what cannot be bound of c to a list of problems. */
void listen_problems(const struct child *c, struct value list);

/* supervisor_control.c */
extern const struct control_method supervisor_methods[];
/* A child has come to rest (or failed): orders that wait are answered. */
void orders_tell(struct child *c, const struct fault *failed);
void orders_end(struct supervisor *s, const struct fault *f);

/* supervisor_cert.c: methods of the control socket */
void certificates_do_assign(
    struct peer_call *call, struct value arg, void *ctx);
void certificates_do_forget(
    struct peer_call *call, struct value arg, void *ctx);
void certificates_do_import(
    struct peer_call *call, struct value arg, void *ctx);
void certificates_do_list(struct peer_call *call, struct value arg, void *ctx);
void certificates_do_remove(
    struct peer_call *call, struct value arg, void *ctx);
void certificates_do_request(
    struct peer_call *call, struct value arg, void *ctx);
void certificates_do_unassign(
    struct peer_call *call, struct value arg, void *ctx);

/* supervisor.c */
void supervisor_remember_wanted(const struct supervisor *s);
void supervisor_event(
    struct supervisor *s, const char *service, unsigned int id,
    const char *text);

#endif
