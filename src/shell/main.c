/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picks a role and joins the rooms. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/services.h"
#include "replica/replica.h"
#include "shell/prompt/batch.h"
#include "shell/prompt/repl.h"
#include "shell/tables.h"
#include "svc/supervisor.h"
#include "types/types.h"

static const struct {
	const char *name;
	int (*run)(void);
} services[] = {
	{ "REPLICA", replica_service_main },
	{ "RTCSRV", frontend_service_main },
	{ "RTCXMPPTGW", gateway_service_main },
	{ "RTCXMPPTGWPX", proxy_service_main },
};

static int
service_run(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(services) / sizeof(*services); i++)
		if (strcasecmp(services[i].name, name) == 0)
			return services[i].run();
	(void)fprintf(stderr,
	    "fedsh: there is no service %s: use REPLICA, RTCSRV, RTCXMPPTGW or "
	    "RTCXMPPTGWPX\n",
	    name);
	return 64;
}

int
main(int argc, char **argv)
{
	/* A write beyond ulimit -f fails like one on a full disk. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (argc >= 2 && strcmp(argv[1], "--supervisor") == 0)
		return supervisor_main(
		    argc > 2 ? (int)strtol(argv[2], NULL, 10) : -1);
	if (argc == 3 && strcmp(argv[1], "--service") == 0)
		return service_run(argv[2]);
	types_init();
	return startup_main(argc, argv, shell_tables(), repl_main);
}
