/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SERVICE_PARTS_H
#define GATEWAY_SERVICE_PARTS_H

#include <stdint.h>

#include "core/fault.h"
#include "core/object.h"
#include "live/live.h"
#include "svc/service.h"

/* What the processes of this room have in common. */

/* A service's journal and the directory it stands in; { -1, NULL }: none. */
struct service_journal {
	int dir;
	struct live *live;
};
/* Says in an event what a torn tail has lost. */
int service_journal_open(
    struct service_journal *j, const char *service, struct fault *f);
void service_journal_close(struct service_journal *j);

/* For the answers to status and counters. */
void report_put(struct object *o, const char *name, uint64_t n);
void report_end_take(struct peer_call *call, struct object *o);
void report_unknown(
    struct peer_call *call, const char *service, const char *method);

#endif
