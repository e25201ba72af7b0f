/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Net.IPAddress. */
#include "config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "types/enums.h"
#include "types/member.h"
#include "types/tables.h"

struct ipaddress {
	struct cell cell;
	uint8_t b[16]; /* in network order; four of them for IPv4 */
	bool six;
	uint32_t scope;
};

struct type type_ipaddress = {
	.name = "System.Net.IPAddress",
	.short_name = "ipaddress",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_COUNTED,
	.base = &type_system_object,
	.release = cell_free_plain,
};

static struct ipaddress *
ip_of(struct value v)
{
	return (struct ipaddress *)(void *)v.u.p;
}

static struct value
ip_new(const uint8_t *b, bool six, uint32_t scope)
{
	struct ipaddress *ip = cell_new(&type_ipaddress, sizeof(*ip));

	memcpy(ip->b, b, six ? 16 : 4);
	ip->six = six;
	ip->scope = scope;
	return cell_value(ip);
}

/* 1 to 4 numbers; the last takes what is left, as inet_aton reads them. */
static bool
read_four(const char *s, uint8_t b[4])
{
	struct in_addr in;
	const char *p;

	for (p = s; *p != '\0'; p++) {
		if (!isxdigit((unsigned char)*p) && *p != '.' && *p != 'x' &&
		    *p != 'X')
			return false;
	}
	if (inet_aton(s, &in) == 0)
		return false;
	memcpy(b, &in.s_addr, 4);
	return true;
}

static bool
read_six(const char *s, uint8_t b[16], uint32_t *scopep)
{
	char text[INET6_ADDRSTRLEN];
	const char *percent = strchr(s, '%');
	size_t n = percent == NULL ? strlen(s) : (size_t)(percent - s);
	char *end;

	if (n > 1 && s[0] == '[' && s[n - 1] == ']') {
		s++;
		n -= 2;
	}
	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	*scopep = 0;
	if (percent != NULL) {
		if (!isdigit((unsigned char)percent[1]))
			return false;
		*scopep = (uint32_t)strtoul(percent + 1, &end, 10);
		if (*end != '\0')
			return false;
	}
	return inet_pton(AF_INET6, text, b) == 1;
}

static bool
ip_read(const char *s, struct value *outp)
{
	uint8_t b[16];
	uint32_t scope = 0;

	if (strchr(s, ':') != NULL) {
		if (!read_six(s, b, &scope))
			return false;
		*outp = ip_new(b, true, scope);
		return true;
	}
	if (!read_four(s, b))
		return false;
	*outp = ip_new(b, false, 0);
	return true;
}

static enum flow
ip_text(struct run *r, struct value v, struct value *textp)
{
	const struct ipaddress *ip = ip_of(v);
	char text[INET6_ADDRSTRLEN + 16];
	size_t n;

	(void)r;
	(void)inet_ntop(ip->six ? AF_INET6 : AF_INET, ip->b, text,
	    INET6_ADDRSTRLEN);
	n = strlen(text);
	if (ip->scope != 0)
		(void)snprintf(text + n, sizeof(text) - n, "%%%u", ip->scope);
	*textp = value_string(text);
	return FLOW_MORE;
}

static bool
ip_same(const struct ipaddress *a, const struct ipaddress *b)
{
	return a->six == b->six && a->scope == b->scope &&
	    memcmp(a->b, b->b, a->six ? 16 : 4) == 0;
}

static enum flow
ip_equal(struct run *r, struct value a, struct value b, bool ignore_case,
    bool *equalp)
{
	(void)r;
	(void)ignore_case;
	*equalp = a.type == b.type && ip_same(ip_of(a), ip_of(b));
	return FLOW_MORE;
}

static enum flow
ip_hash(struct run *r, struct value v, bool ignore_case, uint32_t *hashp)
{
	(void)r;
	(void)ignore_case;
	*hashp = hash_bytes(ip_of(v)->b, ip_of(v)->six ? 16 : 4);
	return FLOW_MORE;
}

static const struct type_ops ip_ops = {
	.text = ip_text,
	.equal = ip_equal,
	.hash = ip_hash,
};

/* (long): its bytes from the lowest on; (byte[]): 4 or 16 of them. */
static enum flow
ip_make(struct member_call *c)
{
	uint8_t b[16] = { 0 };
	int64_t i;
	size_t n;

	if (c->args[0].type == &type_bytes) {
		n = bytes_of(c->args[0])->len;
		if (n != 4 && n != 16)
			return member_throw(c, "System.ArgumentException",
			    "An invalid IP address was specified. (Parameter "
			    "'address')");
		memcpy(b, bytes_of(c->args[0])->data, n);
		c->out = ip_new(b, n == 16,
		    c->n > 1 ? (uint32_t)c->args[1].u.i : 0);
		return FLOW_MORE;
	}
	i = c->args[0].u.i;
	if (i < 0)
		return member_throw(c, "System.ArgumentOutOfRangeException",
		    "newAddress ('%lld') must be a non-negative value. "
		    "(Parameter 'newAddress')\nActual value was %lld.",
		    (long long)i, (long long)i);
	if (i > UINT32_MAX)
		return member_throw(c, "System.ArgumentOutOfRangeException",
		    "newAddress ('%lld') must be less than or equal to "
		    "'4294967295'. (Parameter 'newAddress')\nActual value was "
		    "%lld.", (long long)i, (long long)i);
	for (n = 0; n < 4; n++)
		b[n] = (uint8_t)(i >> (8 * n));
	c->out = ip_new(b, false, 0);
	return FLOW_MORE;
}

static enum flow
ip_parse(struct member_call *c)
{
	if (ip_read(value_chars(c->args[0]), &c->out))
		return FLOW_MORE;
	return member_throw(c, "System.FormatException",
	    "An invalid IP address was specified.");
}

static enum flow
ip_try_parse(struct member_call *c)
{
	struct value got = VALUE_NULL;
	bool ok = ip_read(value_chars(c->args[0]), &got);
	enum flow flow = value_set_member(c->run, c->args[1], "Value", got);

	value_unref(got);
	c->out = value_bool(ok);
	return flow;
}

static enum flow
ip_known(struct member_call *c)
{
	static const struct {
		const char *name, *text;
	} known[] = {
		{ "Any", "0.0.0.0" }, { "Broadcast", "255.255.255.255" },
		{ "IPv6Any", "::" }, { "IPv6Loopback", "::1" },
		{ "IPv6None", "::" }, { "Loopback", "127.0.0.1" },
		{ "None", "255.255.255.255" },
	};
	size_t i;

	for (i = 0; i < LEN(known); i++) {
		if (strcasecmp(known[i].name, c->name) == 0)
			(void)ip_read(known[i].text, &c->out);
	}
	return FLOW_MORE;
}

static enum flow
ip_bytes(struct member_call *c)
{
	const struct ipaddress *ip = ip_of(c->self);

	c->out = value_bytes(ip->b, ip->six ? 16 : 4);
	return FLOW_MORE;
}

static enum flow
ip_family(struct member_call *c)
{
	c->out = enum_value(&type_addressfamily, ip_of(c->self)->six ? 23 : 2);
	return FLOW_MORE;
}

static enum flow
ip_number(struct member_call *c)
{
	const struct ipaddress *ip = ip_of(c->self);
	bool scope = strcasecmp(c->name, "ScopeId") == 0;

	if (ip->six != scope)
		return member_throw(c, "System.Net.Sockets.SocketException",
		    "Operation not supported");
	c->out = value_long(scope ? ip->scope :
				    (int64_t)((uint32_t)ip->b[0] |
					(uint32_t)ip->b[1] << 8 |
					(uint32_t)ip->b[2] << 16 |
					(uint32_t)ip->b[3] << 24));
	return FLOW_MORE;
}

static bool
is_mapped(const struct ipaddress *ip)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return ip->six && memcmp(ip->b, prefix, 12) == 0;
}

static bool
is_loopback(const struct ipaddress *ip)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (!ip->six)
		return ip->b[0] == 127;
	return memcmp(ip->b, one, 16) == 0 ||
	    (is_mapped(ip) && ip->b[12] == 127);
}

static enum flow
ip_is(struct member_call *c)
{
	const struct ipaddress *ip = ip_of(c->self);
	const char *n = c->name;
	unsigned head = (unsigned)ip->b[0] << 8 | ip->b[1];
	bool yes = false;

	if (!ip->six)
		yes = false;
	else if (strcasecmp(n, "IsIPv4MappedToIPv6") == 0)
		yes = is_mapped(ip);
	else if (strcasecmp(n, "IsIPv6LinkLocal") == 0)
		yes = (head & 0xffc0) == 0xfe80;
	else if (strcasecmp(n, "IsIPv6Multicast") == 0)
		yes = (head & 0xff00) == 0xff00;
	else if (strcasecmp(n, "IsIPv6SiteLocal") == 0)
		yes = (head & 0xffc0) == 0xfec0;
	else if (strcasecmp(n, "IsIPv6UniqueLocal") == 0)
		yes = (head & 0xfe00) == 0xfc00;
	else
		yes = head == 0x2001 && ip->b[2] == 0 && ip->b[3] == 0;
	c->out = value_bool(yes);
	return FLOW_MORE;
}

static enum flow
ip_is_loopback(struct member_call *c)
{
	c->out = value_bool(value_is_nothing(c->args[0]) ?
		false : is_loopback(ip_of(c->args[0])));
	return FLOW_MORE;
}

static enum flow
ip_map(struct member_call *c)
{
	const struct ipaddress *ip = ip_of(c->self);
	uint8_t b[16] = { [10] = 0xff, [11] = 0xff };
	bool to_six = strcmp(c->name, "MapToIPv6") == 0;

	if (ip->six == to_six) {
		c->out = value_ref(c->self);
	} else if (to_six) {
		memcpy(b + 12, ip->b, 4);
		c->out = ip_new(b, true, 0);
	} else {
		c->out = ip_new(ip->b + 12, false, 0);
	}
	return FLOW_MORE;
}

static enum flow
ip_equals(struct member_call *c)
{
	struct value other = value_base(c->args[0]);

	c->out = value_bool(other.type == &type_ipaddress &&
	    ip_same(ip_of(c->self), ip_of(other)));
	return FLOW_MORE;
}

/* Host and network order: the bytes turned round. */
static enum flow
ip_order(struct member_call *c)
{
	const struct type *t = c->args[0].type;
	uint64_t u = __builtin_bswap64((uint64_t)c->args[0].u.i);

	if (t == &type_long)
		c->out = value_long((int64_t)u);
	else if (t == &type_int)
		c->out = value_int((int32_t)(u >> 32));
	else
		c->out = value_integer(&type_int16, (int16_t)(u >> 48));
	return FLOW_MORE;
}

#define KNOWN(n) { "static ipaddress " n " get", ip_known }
#define IS(n) { "bool " n " get", ip_is }
static const struct member_spec ip_members[] = {
	{ "new(long newAddress)", ip_make },
	{ "new(byte[] address, long scopeid)", ip_make },
	{ "new(byte[] address)", ip_make },
	{ "System.Net.Sockets.AddressFamily AddressFamily get", ip_family },
	{ "long Address get", ip_number },
	{ "long ScopeId get", ip_number },
	IS("IsIPv4MappedToIPv6"), IS("IsIPv6LinkLocal"),
	IS("IsIPv6Multicast"), IS("IsIPv6SiteLocal"), IS("IsIPv6Teredo"),
	IS("IsIPv6UniqueLocal"),
	KNOWN("Any"), KNOWN("Broadcast"), KNOWN("IPv6Any"),
	KNOWN("IPv6Loopback"), KNOWN("IPv6None"), KNOWN("Loopback"),
	KNOWN("None"),
	{ "bool Equals(System.Object comparand)", ip_equals },
	{ "byte[] GetAddressBytes()", ip_bytes },
	{ "static long HostToNetworkOrder(long host)", ip_order },
	{ "static int HostToNetworkOrder(int host)", ip_order },
	{ "static short HostToNetworkOrder(short host)", ip_order },
	{ "static long NetworkToHostOrder(long network)", ip_order },
	{ "static int NetworkToHostOrder(int network)", ip_order },
	{ "static short NetworkToHostOrder(short network)", ip_order },
	{ "static bool IsLoopback(ipaddress address)", ip_is_loopback },
	{ "ipaddress MapToIPv4()", ip_map },
	{ "ipaddress MapToIPv6()", ip_map },
	{ "static ipaddress Parse(string ipString)", ip_parse },
	{ "static bool TryParse(string ipString, [ref] ipaddress address)",
	    ip_try_parse },
	{ NULL },
};

void
ipaddress_init(void)
{
	type_ipaddress.ops = &ip_ops;
	type_add(&type_ipaddress);
	type_add_members(&type_ipaddress, ip_members);
}
