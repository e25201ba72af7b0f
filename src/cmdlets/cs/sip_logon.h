/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_SIP_LOGON_H
#define CMDLETS_CS_SIP_LOGON_H

#include "core/cmdlet.h"

/*
 * Asks a registrar for a user's bindings over TCP, as the user: proves that
 * the name and the password are taken. Changes nothing there.
 */
struct sip_logon {
	const char *host; /* an address */
	int port;
	const char *sip;  /* "sip:user@domain" */
	const char *user, *password;
};

/* 0 logged on; -1: the fault says at which step it ended. */
int sip_logon(struct call *c, const struct sip_logon *l, struct fault *f);

#endif
