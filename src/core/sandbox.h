/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_SANDBOX_H
#define CORE_SANDBOX_H

/*
 * What a service gives up once it runs (architecture.md 7): new privileges,
 * core files, system calls nobody needs who serves a protocol, and the file
 * system but for a few folders. It cannot be undone. Each layer is taken
 * where the kernel has it and its absence is logged: a container that
 * refuses one does not keep a service from running.
 */
enum sandbox_role {
	SANDBOX_INSIDE, /* RTCSRV, RTCXMPPTGW: sockets, a journal */
	SANDBOX_STORE,	/* REPLICA: files, no network */
	SANDBOX_PROXY,	/* faces the internet: changes no file at all */
};

struct sandbox {
	enum sandbox_role role;
	/* Folders, ended by NULL; NULL: none. A missing one is left out. */
	const char *const *readable;
	const char *const *writable; /* readable, too */
};

/* What is in force. */
#define SANDBOX_PRIVILEGES 1u /* no_new_privs */
#define SANDBOX_CALLS	   2u /* seccomp */
#define SANDBOX_FILES	   4u /* Landlock */

/*
 * Enters; FEDSH_SANDBOX=off in the environment keeps it out (for a debugger).
 * Libraries opened on first use, the resolver, time zone and certificates
 * are best opened before. Returns what is in force.
 */
unsigned int sandbox_enter(const struct sandbox *s);

#endif
