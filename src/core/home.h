/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_HOME_H
#define CORE_HOME_H

#include "core/fault.h"

/*
 * Where things live at run time (architecture.md, section 6): FEDSH_HOME if
 * set; else as root /var/lib/fedsh, /run/fedsh, /etc/fedsh, /var/log/fedsh;
 * else the XDG directories.
 */
enum home_kind {
	HOME_STATE, /* the store, keys/, replica/, live/ */
	HOME_RUN,   /* sockets, locks; FEDSH_HOME/run */
	HOME_CONFIG,
	HOME_LOG,
};

/* dir, or dir/name where name is not NULL. Owned. Makes nothing. */
char *home_path(enum home_kind kind, const char *name);
/* Makes dir/name (0700) and its parents where missing; owned path or NULL. */
char *home_make(enum home_kind kind, const char *name, struct fault *f);

#endif
