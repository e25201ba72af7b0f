/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_SUPERVISOR_H
#define SVC_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fault.h"
#include "net/loop.h"

/*
 * Starts, stops and restarts services, holds their listeners, the keys and
 * the newest snapshot's descriptors. Parses only its own small frames.
 */
struct supervisor;

struct supervisor_service {
	const char *name;
	const char *needs; /* one other service, started first; or NULL */
	bool makes_snapshots; /* REPLICA: runs without one */
	bool no_users; /* the proxy: gets no user table */
};

struct supervisor_setup {
	struct loop *loop;
	/* Ends with name NULL. NULL: the four of the product. */
	const struct supervisor_service *services;
	/* The program to run; "--service NAME" is added. NULL: /proc/self/exe */
	const char *program;
	/* Ends by itself when nothing was asked of it for half a minute. */
	bool ends_when_idle;
};

/* NULL and BUSY when one runs for this FEDSH_HOME already. */
struct supervisor *supervisor_open(
    const struct supervisor_setup *setup, struct fault *f);
/* Stops every service (10 s, then hard) and then the loop. */
void supervisor_shut_down(struct supervisor *s);
/* Children left are killed. After the loop has ended. */
void supervisor_close(struct supervisor *s);

/* "fedsh --supervisor": returns the exit status. ready_fd gets one byte when
 * the control socket listens, or the fault's text; -1: nobody waits. */
int supervisor_main(int ready_fd);

#endif
