/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the processes of this room have in common. */
#include "config.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/evlog.h"
#include "core/home.h"
#include "core/mem.h"
#include "gateway/service_parts.h"

int
service_journal_open(
    struct service_journal *j, const char *service, struct fault *f)
{
	char *path = home_make(HOME_STATE, "live", f);

	if (path == NULL)
		return -1;
	j->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	mem_free(path);
	if (j->dir < 0)
		return fault_set(f, FAULT_SYSTEM,
		    "the directory of live state cannot be opened");
	if (live_open(j->dir, service, &j->live, f) != 0)
		return -1;
	if (live_dropped(j->live) > 0)
		evlog_write(EVLOG_STATE_DAMAGED,
		    "%s: %llu bytes at the end of the live state were lost",
		    service, (unsigned long long)live_dropped(j->live));
	return 0;
}

void
service_journal_close(struct service_journal *j)
{
	live_close(j->live);
	j->live = NULL;
	if (j->dir >= 0)
		(void)close(j->dir);
	j->dir = -1;
}

void
report_put(struct object *o, const char *name, uint64_t n)
{
	object_set_take(o, name, value_long((int64_t)n));
}

void
report_end_take(struct peer_call *call, struct object *o)
{
	peer_call_emit(call, object_value(o));
	value_unref(object_value(o));
	call_end(call);
}

void
report_unknown(
    struct peer_call *call, const char *service, const char *method)
{
	struct fault f;

	(void)fault_set(&f, FAULT_NOT_SUPPORTED, "%s knows no call %s",
	    service, method);
	call_fail(call, &f);
}
