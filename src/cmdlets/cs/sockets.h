/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_SOCKETS_H
#define CMDLETS_CS_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/fault.h"

/* This computer's TCP and UDP sockets, from /proc/net. */
struct socket_info {
	bool is_tcp, is_v6;
	char local[64], remote[64]; /* addresses without port */
	unsigned local_port, remote_port;
	unsigned state; /* the kernel's number; sockets_state names it */
	long pid;       /* 0: not to be seen */
};

/* Owned array of *np; NULL where there are none. -1: /proc is not there. */
int sockets_read(struct socket_info **outp, size_t *np, struct fault *f);
/* netstat's word ("LISTENING") and Get-NetTCPConnection's ("Listen"). */
const char *sockets_state(unsigned state, bool long_form);

#endif
