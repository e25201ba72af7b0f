/* SPDX-License-Identifier: GPL-3.0-or-later */
/* netstat as Windows prints it, and Get-NetTCPConnection. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "cmdlets/cs/sockets.h"
#include "core/list.h"
#include "core/mem.h"

struct options {
	bool all;  /* -a: listeners and UDP too */
	bool pids; /* -o */
	const char *protocol; /* -p */
};

/* "-ano", "/a /n": letters in any mix. */
static enum flow
read_options(struct call *c, struct options *o)
{
	struct value args = call_args(c);
	size_t i;

	memset(o, 0, sizeof(*o));
	for (i = 0; value_is_list(args) && i < list_of(args)->count; i++) {
		const char *text = value_chars(list_of(args)->items[i]);
		const char *letter;

		if (text == NULL || (*text != '-' && *text != '/'))
			continue;
		for (letter = text + 1; *letter != '\0'; letter++) {
			if (*letter == 'a' || *letter == 'A')
				o->all = true;
			else if (*letter == 'o' || *letter == 'O')
				o->pids = true;
			else if (*letter == 'p' || *letter == 'P') {
				if (i + 1 < list_of(args)->count)
					o->protocol = value_chars(
					    list_of(args)->items[++i]);
			} else if (*letter != 'n' && *letter != 'N')
				return call_throw(c,
				    &(struct error_spec){
					.id = "BadOption",
					.category = "InvalidArgument",
					.message = "netstat takes -a (all), -n "
						   "(numbers), -o (process "
						   "ids) and -p PROTOCOL" });
		}
	}
	return FLOW_MORE;
}

static void
endpoint(char *out, size_t size, const struct socket_info *s,
    const char *address, unsigned port)
{
	char number[12];

	if (port == 0 && !s->is_tcp)
		(void)strcpy(number, "*");
	else
		(void)snprintf(number, sizeof(number), "%u", port);
	if (!s->is_tcp && port == 0)
		(void)snprintf(out, size, "*:%s", number);
	else if (s->is_v6)
		(void)snprintf(out, size, "[%s]:%s", address, number);
	else
		(void)snprintf(out, size, "%s:%s", address, number);
}

static bool
is_shown(const struct socket_info *s, const struct options *o)
{
	const char *name = s->is_tcp ? "TCP" : "UDP";

	if (o->protocol != NULL &&
	    strncasecmp(o->protocol, name, 3) != 0)
		return false;
	if (o->protocol != NULL && s->is_v6 &&
	    strcasecmp(o->protocol, name) == 0)
		return false;
	if (!o->all && (!s->is_tcp || s->state == 10))
		return false;
	return true;
}

static enum flow
emit_text(struct call *c, const char *text)
{
	return call_emit_take(c, value_string(text));
}

static enum flow
emit_line(struct call *c, const struct socket_info *s,
    const struct options *o)
{
	char local[80], remote[80], line[256];
	int n;

	endpoint(local, sizeof(local), s, s->local, s->local_port);
	endpoint(remote, sizeof(remote), s, s->remote, s->remote_port);
	n = snprintf(line, sizeof(line), "  %-5s  %-21s  %-21s  %-15s",
	    s->is_tcp ? "TCP" : "UDP", local, remote,
	    s->is_tcp ? sockets_state(s->state, false) : "");
	if (o->pids && n > 0 && (size_t)n < sizeof(line))
		(void)snprintf(
		    line + n, sizeof(line) - (size_t)n, "  %ld", s->pid);
	return emit_text(c, line);
}

static enum flow
netstat_process(struct call *c)
{
	struct socket_info *sockets = NULL;
	struct options o;
	enum flow flow = read_options(c, &o);
	struct fault f;
	size_t i, n = 0;

	if (flow != FLOW_MORE)
		return flow;
	if (sockets_read(&sockets, &n, &f) != 0)
		return cs_fault(c, &f, NULL);
	if ((flow = emit_text(c, "")) == FLOW_MORE &&
	    (flow = emit_text(c, "Active Connections")) == FLOW_MORE &&
	    (flow = emit_text(c, "")) == FLOW_MORE)
		flow = emit_text(c,
		    o.pids ? "  Proto  Local Address          Foreign Address "
			     "       State           PID"
			   : "  Proto  Local Address          Foreign Address "
			     "       State");
	for (i = 0; i < n && flow == FLOW_MORE; i++)
		if (is_shown(&sockets[i], &o))
			flow = emit_line(c, &sockets[i], &o);
	mem_free(sockets);
	return flow;
}

static const struct param_spec no_params[] = { CS_END };

const struct cmdlet cmdlet_netstat = {
	.name = "netstat",
	.module = CS_MODULE,
	.flags = CMDLET_RAW_ARGS | CMDLET_BEFORE_PATH,
	.params = no_params,
	.synopsis = "Shows connections and listeners in Windows' columns",
	.process = netstat_process,
};

/* --- Get-NetTCPConnection --- */

#define CONNECTION                                                             \
	"Microsoft.Management.Infrastructure.CimInstance#ROOT/StandardCimv2/" \
	"MSFT_NetTCPConnection"

static bool
list_has_number(struct value v, unsigned number)
{
	size_t i;

	if (value_is_null(v))
		return true;
	if (!value_is_list(v))
		return v.u.i == (int64_t)number;
	for (i = 0; i < list_of(v)->count; i++)
		if (list_of(v)->items[i].u.i == (int64_t)number)
			return true;
	return false;
}

static bool
list_has_text(struct value v, const char *text)
{
	size_t i;

	if (value_is_null(v))
		return true;
	if (value_is_string(v))
		return identity_wildcard(value_chars(v), text);
	for (i = 0; value_is_list(v) && i < list_of(v)->count; i++) {
		const char *one = value_chars(list_of(v)->items[i]);

		if (one != NULL && identity_wildcard(one, text))
			return true;
	}
	return false;
}

static void
add(struct object *o, const char *name, struct value v)
{
	struct member *m = object_add(o, name, MEMBER_PROPERTY);

	m->value = v;
}

static enum flow
emit_connection(struct call *c, const struct socket_info *s)
{
	const char *state = sockets_state(s->state, true);
	struct object *o;

	if (!s->is_tcp || !list_has_number(cs_param(c, "LocalPort"), s->local_port) ||
	    !list_has_number(cs_param(c, "RemotePort"), s->remote_port) ||
	    !list_has_number(
		cs_param(c, "OwningProcess"), (unsigned)s->pid) ||
	    !list_has_text(cs_param(c, "LocalAddress"), s->local) ||
	    !list_has_text(cs_param(c, "RemoteAddress"), s->remote) ||
	    !list_has_text(cs_param(c, "State"), state))
		return FLOW_MORE;
	o = object_new(CONNECTION);
	add(o, "LocalAddress", value_string(s->local));
	add(o, "LocalPort", value_int((int32_t)s->local_port));
	add(o, "RemoteAddress", value_string(s->remote));
	add(o, "RemotePort", value_int((int32_t)s->remote_port));
	add(o, "State", value_string(state));
	add(o, "OwningProcess", value_int((int32_t)s->pid));
	return call_emit_take(c, object_value(o));
}

static enum flow
connection_process(struct call *c)
{
	struct socket_info *sockets = NULL;
	enum flow flow = FLOW_MORE;
	struct fault f;
	size_t i, n = 0;

	if (sockets_read(&sockets, &n, &f) != 0)
		return cs_fault(c, &f, NULL);
	for (i = 0; i < n && flow == FLOW_MORE; i++)
		flow = emit_connection(c, &sockets[i]);
	mem_free(sockets);
	return flow;
}

static const struct param_spec connection_params[] = {
	{ "LocalAddress", "string[]", "IPAddress", "*/0p", 0, NULL, 0, 0,
	    "Only this local address" },
	{ "LocalPort", "int[]", NULL, "*/1p", 0, NULL, 0, 0,
	    "Only this local port" },
	{ "RemoteAddress", "string[]", NULL, "*/p", 0, NULL, 0, 0,
	    "Only this remote address" },
	{ "RemotePort", "int[]", NULL, "*/p", 0, NULL, 0, 0,
	    "Only this remote port" },
	{ "State", "string[]", NULL, "*/p", 0, NULL, 0, 0,
	    "Only this state: Listen, Established ..." },
	{ "OwningProcess", "int[]", NULL, "*/p", 0, NULL, 0, 0,
	    "Only this process" },
	CS_END,
};

static const char *const connection_output[] = { CONNECTION, NULL };

const struct cmdlet cmdlet_get_net_tcp_connection = {
	.name = "Get-NetTCPConnection",
	.module = "NetTCPIP",
	.params = connection_params,
	.output = connection_output,
	.synopsis = "Shows TCP connections and listeners",
	.process = connection_process,
};
