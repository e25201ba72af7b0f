/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_HOST_H
#define CORE_HOST_H

/*
 * This machine's full name as "hostname -f" gives it, lower case; where that
 * has no dot, <host>.fedsh.internal. FEDSH_HOSTNAME in the environment
 * takes the place of the machine's own name. Owned. May ask the system's resolver.
 */
char *host_fqdn(void);

#endif
