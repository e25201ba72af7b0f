/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has a port: /proc's tables of sockets and of open descriptors. */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/conn.h"

/* LIMIT: rows of a table, processes and descriptors that are looked at. */
#define ROWS_MAX  65536
#define PIDS_MAX  32768
#define FDS_MAX	  65536
#define TCP_LISTEN 0x0a

/* The local address of a row: words of the machine's own order, in hex. */
static bool
row_addr(const char *text, int family, struct addr *ap)
{
	unsigned char bytes[16];
	unsigned int word, port, i, n = family == AF_INET ? 1 : 4;

	for (i = 0; i < n; i++, text += 8) {
		if (sscanf(text, "%8x", &word) != 1)
			return false;
		memcpy(bytes + 4 * i, &word, 4);
	}
	if (sscanf(text, ":%x", &port) != 1 || port > 65535)
		return false;
	return addr_from_bytes(bytes, 4 * (size_t)n, (uint16_t)port, ap) == 0;
}

/* Whether a socket there keeps another from binding at. */
static bool
collides(const struct addr *there, const struct addr *at)
{
	return addr_port(there) == addr_port(at) &&
	    (addr_is_any(there) || addr_is_any(at) ||
		addr_ip_equal(there, at));
}

/* "  0: 0100007F:1495 00000000:0000 0A ... inode"; 0: not this row. */
static unsigned long
row_inode(char *line, int family, bool stream, const struct addr *at)
{
	char local[64], rest[64];
	unsigned int state;
	unsigned long inode;
	struct addr there;

	if (sscanf(line,
		"%*s %63s %63s %x %*s %*s %*s %*s %*s %lu", local, rest,
		&state, &inode) != 4 ||
	    (stream && state != TCP_LISTEN) ||
	    !row_addr(local, family, &there) || !collides(&there, at))
		return 0;
	return inode;
}

static unsigned long
find_inode(const char *table, int family, bool stream, const struct addr *at)
{
	FILE *fp = fopen(table, "re");
	unsigned long inode = 0;
	char line[512];
	int i;

	if (fp == NULL)
		return 0;
	for (i = 0; i < ROWS_MAX && inode == 0 &&
	     fgets(line, sizeof(line), fp) != NULL;
	     i++)
		if (i > 0) /* the heading */
			inode = row_inode(line, family, stream, at);
	(void)fclose(fp);
	return inode;
}

static bool
has_descriptor(const char *pid, const char *wanted)
{
	char path[64], target[64];
	struct dirent *e;
	bool found = false;
	ssize_t n;
	DIR *d;
	int i;

	(void)snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
	if ((d = opendir(path)) == NULL)
		return false; /* somebody else's */
	for (i = 0; i < FDS_MAX && !found && (e = readdir(d)) != NULL; i++) {
		n = readlinkat(
		    dirfd(d), e->d_name, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		found = strcmp(target, wanted) == 0;
	}
	(void)closedir(d);
	return found;
}

static void
read_name(const char *pid, struct net_holder *h)
{
	char path[64];
	FILE *fp;
	size_t i;

	(void)snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	if ((fp = fopen(path, "re")) == NULL)
		return;
	if (fgets(h->name, sizeof(h->name), fp) == NULL)
		h->name[0] = '\0';
	(void)fclose(fp);
	/* A process names itself: it shall not write on our terminal. */
	for (i = 0; h->name[i] != '\0'; i++)
		if (h->name[i] == '\n')
			h->name[i--] = '\0';
		else if (!isprint((unsigned char)h->name[i]))
			h->name[i] = '?';
}

static void
find_process(unsigned long inode, struct net_holder *h)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	char wanted[64];
	int i;

	if (d == NULL)
		return;
	(void)snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	for (i = 0; i < PIDS_MAX && h->pid == 0 && (e = readdir(d)) != NULL;
	     i++) {
		if (!isdigit((unsigned char)e->d_name[0]) ||
		    !has_descriptor(e->d_name, wanted))
			continue;
		h->pid = (pid_t)strtol(e->d_name, NULL, 10);
		read_name(e->d_name, h);
	}
	(void)closedir(d);
}

bool
net_find_holder(const struct addr *at, bool stream, struct net_holder *h)
{
	int family = addr_family(at);
	unsigned long inode;

	memset(h, 0, sizeof(*h));
	if (family != AF_INET && family != AF_INET6)
		return false;
	inode = find_inode(stream
		? (family == AF_INET ? "/proc/net/tcp" : "/proc/net/tcp6")
		: (family == AF_INET ? "/proc/net/udp" : "/proc/net/udp6"),
	    family, stream, at);
	if (inode == 0)
		return false;
	find_process(inode, h);
	return true;
}
