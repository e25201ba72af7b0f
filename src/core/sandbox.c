/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entering the sandbox: privileges and core files; the layers in order. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "core/log.h"
#include "core/sandbox_internal.h"

static bool
is_off(void)
{
	const char *said = getenv("FEDSH_SANDBOX");

	return said != NULL && strcasecmp(said, "off") == 0;
}

/* Keys and conversations are in memory: no file of it, no reader. */
static void
leave_no_core(void)
{
	const struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
#ifndef WITH_SANITIZERS
	/* The leak check reads its own process as a debugger does. */
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

unsigned int
sandbox_enter(const struct sandbox *s)
{
	unsigned int in_force = 0;

	if (is_off()) {
		log_warn("sandbox", "off: FEDSH_SANDBOX says so");
		return 0;
	}
	leave_no_core();
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) {
		log_warn("sandbox", "no_new_privs is refused: %s; going on "
		    "without a sandbox", strerror(errno));
		return 0;
	}
	in_force |= SANDBOX_PRIVILEGES;
	/* Files first: the calls that make the rules are refused later. */
	if (sandbox_files(s))
		in_force |= SANDBOX_FILES;
	if (sandbox_calls(s->role))
		in_force |= SANDBOX_CALLS;
	log_debug("sandbox", "entered calls=%d files=%d",
	    (in_force & SANDBOX_CALLS) != 0, (in_force & SANDBOX_FILES) != 0);
	return in_force;
}
