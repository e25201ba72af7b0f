/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What netstat shows, from /proc/net and the processes' descriptors. */
#include "config.h"

#include <arpa/inet.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdlets/cs/sockets.h"
#include "core/mem.h"

/* LIMIT: sockets that are listed. */
#define SOCKETS_MAX 100000

/* By the kernel's number, include/net/tcp_states.h. */
static const struct state_row {
	const char *netstat, *cmdlet;
} state_rows[] = {
	[1] = { "ESTABLISHED", "Established" },
	[2] = { "SYN_SENT", "SynSent" },
	[3] = { "SYN_RECEIVED", "SynReceived" },
	[4] = { "FIN_WAIT_1", "FinWait1" },
	[5] = { "FIN_WAIT_2", "FinWait2" },
	[6] = { "TIME_WAIT", "TimeWait" },
	[7] = { "CLOSED", "Closed" },
	[8] = { "CLOSE_WAIT", "CloseWait" },
	[9] = { "LAST_ACK", "LastAck" },
	[10] = { "LISTENING", "Listen" },
	[11] = { "CLOSING", "Closing" },
	[12] = { "SYN_RECEIVED", "SynReceived" },
};

static const struct table_row {
	const char *path;
	bool is_tcp, is_v6;
} table_rows[] = {
	{ "/proc/net/tcp", true, false },
	{ "/proc/net/tcp6", true, true },
	{ "/proc/net/udp", false, false },
	{ "/proc/net/udp6", false, true },
};

struct inode {
	unsigned long inode;
	long pid;
};

struct reading {
	struct socket_info *sockets;
	unsigned long *inodes;
	size_t n, cap;
	struct inode *owners;
	size_t n_owners, cap_owners;
};

const char *
sockets_state(unsigned state, bool long_form)
{
	if (state >= sizeof(state_rows) / sizeof(state_rows[0]) ||
	    state_rows[state].netstat == NULL)
		return "";
	return long_form ? state_rows[state].cmdlet
			 : state_rows[state].netstat;
}

/* "0100007F" or 32 digits: words of four bytes in host order. */
static bool
parse_address(const char *hex, bool is_v6, char *out, size_t size)
{
	uint32_t words[4];
	size_t i, n = is_v6 ? 4 : 1;
	char one[9];

	if (strlen(hex) != n * 8)
		return false;
	for (i = 0; i < n; i++) {
		memcpy(one, hex + i * 8, 8);
		one[8] = '\0';
		words[i] = (uint32_t)strtoul(one, NULL, 16);
	}
	return inet_ntop(is_v6 ? AF_INET6 : AF_INET, words, out,
		   (socklen_t)size) != NULL;
}

static void
add_line(struct reading *r, const struct table_row *row, const char *line)
{
	char local[40], remote[40];
	struct socket_info *s;
	unsigned long inode;

	if (r->n == SOCKETS_MAX)
		return;
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 64 : r->cap * 2;
		r->sockets = mem_array_grow(
		    r->sockets, r->cap, sizeof(*r->sockets));
		r->inodes =
		    mem_array_grow(r->inodes, r->cap, sizeof(*r->inodes));
	}
	s = &r->sockets[r->n];
	memset(s, 0, sizeof(*s));
	s->is_tcp = row->is_tcp;
	s->is_v6 = row->is_v6;
	if (sscanf(line,
		" %*d: %39[0-9A-Fa-f]:%x %39[0-9A-Fa-f]:%x %x %*s %*s %*s "
		"%*u %*u %lu",
		local, &s->local_port, remote, &s->remote_port, &s->state,
		&inode) != 6)
		return;
	if (!parse_address(local, row->is_v6, s->local, sizeof(s->local)) ||
	    !parse_address(remote, row->is_v6, s->remote, sizeof(s->remote)))
		return;
	r->inodes[r->n++] = inode;
}

static int
read_table(struct reading *r, const struct table_row *row)
{
	FILE *fp = fopen(row->path, "re");
	char line[512];

	if (fp == NULL)
		return -1;
	if (fgets(line, sizeof(line), fp) != NULL) /* headings */
		while (fgets(line, sizeof(line), fp) != NULL)
			add_line(r, row, line);
	(void)fclose(fp);
	return 0;
}

/* --- whose they are --- */

static void
read_process(struct reading *r, const char *pid)
{
	char folder[64], path[128], link[64];
	struct dirent *e;
	unsigned long inode;
	ssize_t n;
	DIR *dir;

	(void)snprintf(folder, sizeof(folder), "/proc/%.20s/fd", pid);
	if ((dir = opendir(folder)) == NULL)
		return;
	while ((e = readdir(dir)) != NULL) {
		(void)snprintf(
		    path, sizeof(path), "%s/%.20s", folder, e->d_name);
		n = readlink(path, link, sizeof(link) - 1);
		if (n <= 0)
			continue;
		link[n] = '\0';
		if (sscanf(link, "socket:[%lu]", &inode) != 1)
			continue;
		if (r->n_owners == r->cap_owners) {
			r->cap_owners =
			    r->cap_owners == 0 ? 64 : r->cap_owners * 2;
			r->owners = mem_array_grow(
			    r->owners, r->cap_owners, sizeof(*r->owners));
		}
		r->owners[r->n_owners++] =
		    (struct inode){ inode, strtol(pid, NULL, 10) };
	}
	(void)closedir(dir);
}

static int
by_inode(const void *a, const void *b)
{
	const struct inode *x = a, *y = b;

	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	/* A listener is held by the supervisor and its service: the service. */
	return x->pid > y->pid ? -1 : x->pid < y->pid;
}

static void
find_owners(struct reading *r)
{
	DIR *dir = opendir("/proc");
	struct dirent *e;
	size_t i, low, high, mid;

	while (dir != NULL && (e = readdir(dir)) != NULL)
		if (isdigit((unsigned char)e->d_name[0]))
			read_process(r, e->d_name);
	if (dir != NULL)
		(void)closedir(dir);
	if (r->n_owners == 0)
		return;
	qsort(r->owners, r->n_owners, sizeof(*r->owners), by_inode);
	for (i = 0; i < r->n; i++) {
		for (low = 0, high = r->n_owners; low < high;) {
			mid = low + (high - low) / 2;
			if (r->owners[mid].inode < r->inodes[i])
				low = mid + 1;
			else
				high = mid;
		}
		if (low < r->n_owners && r->inodes[i] != 0 &&
		    r->owners[low].inode == r->inodes[i])
			r->sockets[i].pid = r->owners[low].pid;
	}
}

int
sockets_read(struct socket_info **outp, size_t *np, struct fault *f)
{
	struct reading r = { .sockets = NULL };
	size_t i;
	int some = 0;

	for (i = 0; i < sizeof(table_rows) / sizeof(table_rows[0]); i++)
		if (read_table(&r, &table_rows[i]) == 0)
			some = 1;
	if (!some)
		return fault_errno(f, errno, "cannot read /proc/net/tcp");
	find_owners(&r);
	mem_free(r.inodes);
	mem_free(r.owners);
	*outp = r.sockets;
	*np = r.n;
	return 0;
}
