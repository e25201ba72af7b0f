/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this machine is called. */
#include "config.h"

#include <ctype.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/host.h"
#include "core/mem.h"

/* Letters, digits, hyphens and dots; nothing else becomes a name of ours. */
static bool
is_host_name(const char *s)
{
	if (*s == '\0' || *s == '.' || strlen(s) > 200)
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && *s != '-' && *s != '.')
			return false;
	return true;
}

static char *
canonical(const char *host)
{
	struct addrinfo hints = { .ai_flags = AI_CANONNAME }, *ai = NULL;
	char *name = NULL;

	if (getaddrinfo(host, NULL, &hints, &ai) != 0)
		return NULL;
	if (ai->ai_canonname != NULL && strchr(ai->ai_canonname, '.') != NULL &&
	    is_host_name(ai->ai_canonname))
		name = mem_strdup(ai->ai_canonname);
	freeaddrinfo(ai);
	return name;
}

char *
host_fqdn(void)
{
	const char *given = getenv("FEDSH_HOSTNAME");
	char host[256] = "", *name = NULL, *p;

	/* Tests need the same name on every machine. */
	if (given != NULL && strchr(given, '.') != NULL && is_host_name(given))
		(void)snprintf(host, sizeof(host), "%s", given);
	else if (gethostname(host, sizeof(host) - 1) != 0 || !is_host_name(host))
		(void)snprintf(host, sizeof(host), "localhost");
	if (strchr(host, '.') != NULL)
		name = mem_strdup(host);
	else if ((name = canonical(host)) == NULL)
		name = mem_printf("%s.fedsh.internal", host);
	for (p = name; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	if (p > name && p[-1] == '.')
		p[-1] = '\0';
	return name;
}
