/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef REPLICA_REPLICA_H
#define REPLICA_REPLICA_H

/* "fedsh --service REPLICA": returns the exit status. */
int replica_service_main(void);

#endif
