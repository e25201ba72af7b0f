/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Socket addresses and their text. */
#include "config.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "net/addr.h"

static struct sockaddr_in *
in4(struct addr *a)
{
	return (struct sockaddr_in *)(void *)&a->ss;
}

static const struct sockaddr_in *
cin4(const struct addr *a)
{
	return (const struct sockaddr_in *)(const void *)&a->ss;
}

static struct sockaddr_in6 *
in6(struct addr *a)
{
	return (struct sockaddr_in6 *)(void *)&a->ss;
}

static const struct sockaddr_in6 *
cin6(const struct addr *a)
{
	return (const struct sockaddr_in6 *)(const void *)&a->ss;
}

/* Four bytes if it is v4, also when mapped into v6; else NULL. */
static const unsigned char *
v4_bytes(const struct addr *a)
{
	if (a->len == 0)
		return NULL;
	if (a->ss.ss_family == AF_INET)
		return (const unsigned char *)&cin4(a)->sin_addr;
	if (a->ss.ss_family == AF_INET6 &&
	    IN6_IS_ADDR_V4MAPPED(&cin6(a)->sin6_addr))
		return cin6(a)->sin6_addr.s6_addr + 12;
	return NULL;
}

static int
scope_parse(const char *text, uint32_t *idp)
{
	unsigned long n;
	char *end;

	if ((*idp = if_nametoindex(text)) != 0)
		return 0;
	n = strtoul(text, &end, 10);
	if (*text == '\0' || *end != '\0' || n > UINT32_MAX)
		return -1;
	*idp = (uint32_t)n;
	return 0;
}

int
addr_from_ip(const char *ip, uint16_t port, struct addr *ap, struct fault *f)
{
	struct addr a = { 0 };
	char text[ADDR_TEXT_SIZE], *scope;
	size_t len = strlen(ip);
	uint32_t id;

	if (len >= 2 && ip[0] == '[' && ip[len - 1] == ']') {
		ip++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(text))
		return fault_set(f, FAULT_INVALID, "\"%.64s\" is no IP address", ip);
	memcpy(text, ip, len);
	text[len] = '\0';
	if (inet_pton(AF_INET, text, &in4(&a)->sin_addr) == 1) {
		in4(&a)->sin_family = AF_INET;
		in4(&a)->sin_port = htons(port);
		a.len = sizeof(struct sockaddr_in);
		*ap = a;
		return 0;
	}
	if ((scope = strchr(text, '%')) != NULL) {
		*scope = '\0';
		if (scope_parse(scope + 1, &id) == -1)
			return fault_set(f, FAULT_INVALID,
			    "\"%.64s\" names no interface of this machine", ip);
		in6(&a)->sin6_scope_id = id;
	}
	if (inet_pton(AF_INET6, text, &in6(&a)->sin6_addr) != 1)
		return fault_set(
		    f, FAULT_INVALID, "\"%.64s\" is no IP address", text);
	in6(&a)->sin6_family = AF_INET6;
	in6(&a)->sin6_port = htons(port);
	a.len = sizeof(struct sockaddr_in6);
	*ap = a;
	return 0;
}

static int
port_parse(const char *text, uint16_t *portp)
{
	unsigned long n = 0;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9' && n <= 65535; p++)
		n = n * 10 + (unsigned long)(*p - '0');
	if (p == text || *p != '\0' || n > 65535)
		return -1;
	*portp = (uint16_t)n;
	return 0;
}

int
addr_parse(
    const char *text, uint16_t default_port, struct addr *ap, struct fault *f)
{
	char ip[ADDR_TEXT_SIZE];
	const char *colon = NULL, *close;
	uint16_t port = default_port;
	size_t len = strlen(text);

	if (strncmp(text, "unix:", 5) == 0)
		return addr_from_unix(text + 5, ap, f);
	if (text[0] == '[' && (close = strchr(text, ']')) != NULL) {
		len = (size_t)(close + 1 - text);
		if (close[1] == ':')
			colon = close + 1;
		else if (close[1] != '\0')
			return fault_set(f, FAULT_INVALID,
			    "\"%.64s\" is no IP address", text);
	} else if ((colon = strchr(text, ':')) != NULL) {
		if (strchr(colon + 1, ':') != NULL)
			colon = NULL; /* bare v6 */
		else
			len = (size_t)(colon - text);
	}
	if (colon != NULL && port_parse(colon + 1, &port) == -1)
		return fault_set(f, FAULT_INVALID,
		    "\"%.64s\": the port is no number from 0 to 65535", text);
	if (len >= sizeof(ip))
		return fault_set(
		    f, FAULT_INVALID, "\"%.64s\" is no IP address", text);
	memcpy(ip, text, len);
	ip[len] = '\0';
	return addr_from_ip(ip, port, ap, f);
}

int
addr_from_unix(const char *path, struct addr *ap, struct fault *f)
{
	struct addr a = { 0 };
	struct sockaddr_un *un = (struct sockaddr_un *)(void *)&a.ss;
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof(un->sun_path))
		return fault_set(f, FAULT_INVALID,
		    "\"%.128s\": a socket's path has 1 to %zu bytes", path,
		    sizeof(un->sun_path) - 1);
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path, len + 1);
	a.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + 1);
	*ap = a;
	return 0;
}

int
addr_from_bytes(const void *bytes, size_t len, uint16_t port, struct addr *ap)
{
	memset(ap, 0, sizeof(*ap));
	if (len == 4) {
		in4(ap)->sin_family = AF_INET;
		in4(ap)->sin_port = htons(port);
		memcpy(&in4(ap)->sin_addr, bytes, 4);
		ap->len = sizeof(struct sockaddr_in);
		return 0;
	}
	if (len == 16) {
		in6(ap)->sin6_family = AF_INET6;
		in6(ap)->sin6_port = htons(port);
		memcpy(&in6(ap)->sin6_addr, bytes, 16);
		ap->len = sizeof(struct sockaddr_in6);
		return 0;
	}
	return -1;
}

const char *
addr_ip_text(const struct addr *a, char out[ADDR_TEXT_SIZE])
{
	const unsigned char *v4 = v4_bytes(a);
	size_t len;

	if (v4 != NULL) {
		(void)inet_ntop(AF_INET, v4, out, ADDR_TEXT_SIZE);
		return out;
	}
	if (addr_family(a) != AF_INET6) {
		(void)snprintf(out, ADDR_TEXT_SIZE, "%s",
		    addr_family(a) == AF_UNIX ? "unix" : "none");
		return out;
	}
	(void)inet_ntop(AF_INET6, &cin6(a)->sin6_addr, out, ADDR_TEXT_SIZE);
	if (cin6(a)->sin6_scope_id != 0) {
		len = strlen(out);
		(void)snprintf(out + len, ADDR_TEXT_SIZE - len, "%%%u",
		    cin6(a)->sin6_scope_id);
	}
	return out;
}

const char *
addr_text(const struct addr *a, char out[ADDR_TEXT_SIZE])
{
	const struct sockaddr_un *un =
	    (const struct sockaddr_un *)(const void *)&a->ss;
	char ip[ADDR_TEXT_SIZE];

	switch (addr_family(a)) {
	case AF_INET:
	case AF_INET6:
		(void)addr_ip_text(a, ip);
		(void)snprintf(out, ADDR_TEXT_SIZE,
		    strchr(ip, ':') != NULL ? "[%.110s]:%u" : "%.110s:%u", ip,
		    addr_port(a));
		return out;
	case AF_UNIX:
		(void)snprintf(out, ADDR_TEXT_SIZE, "unix:%.*s",
		    (int)(a->len - offsetof(struct sockaddr_un, sun_path)),
		    un->sun_path);
		return out;
	default:
		(void)snprintf(out, ADDR_TEXT_SIZE, "none");
		return out;
	}
}

uint16_t
addr_port(const struct addr *a)
{
	switch (addr_family(a)) {
	case AF_INET:
		return ntohs(cin4(a)->sin_port);
	case AF_INET6:
		return ntohs(cin6(a)->sin6_port);
	default:
		return 0;
	}
}

void
addr_set_port(struct addr *a, uint16_t port)
{
	if (addr_family(a) == AF_INET)
		in4(a)->sin_port = htons(port);
	else if (addr_family(a) == AF_INET6)
		in6(a)->sin6_port = htons(port);
}

int
addr_family(const struct addr *a)
{
	return a->len == 0 ? AF_UNSPEC : a->ss.ss_family;
}

static int
ip_compare(const struct addr *a, const struct addr *b)
{
	const unsigned char *a4 = v4_bytes(a), *b4 = v4_bytes(b);
	int c;

	if (a4 != NULL && b4 != NULL)
		return memcmp(a4, b4, 4);
	if (a4 != NULL || b4 != NULL)
		return a4 != NULL ? -1 : 1;
	if (addr_family(a) != addr_family(b))
		return addr_family(a) < addr_family(b) ? -1 : 1;
	if (addr_family(a) == AF_INET6) {
		c = memcmp(&cin6(a)->sin6_addr, &cin6(b)->sin6_addr, 16);
		if (c != 0)
			return c;
		return (cin6(a)->sin6_scope_id > cin6(b)->sin6_scope_id) -
		    (cin6(a)->sin6_scope_id < cin6(b)->sin6_scope_id);
	}
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(&a->ss, &b->ss, a->len);
}

int
addr_compare(const struct addr *a, const struct addr *b)
{
	int c = ip_compare(a, b);

	return c != 0 ? c : (int)addr_port(a) - (int)addr_port(b);
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return addr_compare(a, b) == 0;
}

bool
addr_ip_equal(const struct addr *a, const struct addr *b)
{
	return ip_compare(a, b) == 0;
}

uint64_t
addr_peer_key(const struct addr *a)
{
	const unsigned char *v4 = v4_bytes(a);
	uint64_t key = 0;

	if (v4 != NULL) /* under ::ffff:0:0, which no /64 of a peer is */
		return 0xffff00000000u | (uint64_t)v4[0] << 24 |
		    (uint64_t)v4[1] << 16 | (uint64_t)v4[2] << 8 | v4[3];
	if (addr_family(a) == AF_INET6)
		memcpy(&key, &cin6(a)->sin6_addr, sizeof(key));
	return key;
}

bool
addr_is_any(const struct addr *a)
{
	static const unsigned char zero[4];
	const unsigned char *v4 = v4_bytes(a);

	if (v4 != NULL)
		return memcmp(v4, zero, 4) == 0;
	return addr_family(a) == AF_INET6 &&
	    IN6_IS_ADDR_UNSPECIFIED(&cin6(a)->sin6_addr);
}

bool
addr_is_loopback(const struct addr *a)
{
	const unsigned char *v4 = v4_bytes(a);

	if (v4 != NULL)
		return v4[0] == 127 || addr_is_any(a);
	if (addr_family(a) == AF_UNIX)
		return true;
	return addr_family(a) == AF_INET6 &&
	    (IN6_IS_ADDR_LOOPBACK(&cin6(a)->sin6_addr) || addr_is_any(a));
}

bool
addr_is_link_local(const struct addr *a)
{
	const unsigned char *v4 = v4_bytes(a);

	if (v4 != NULL)
		return v4[0] == 169 && v4[1] == 254;
	return addr_family(a) == AF_INET6 &&
	    IN6_IS_ADDR_LINKLOCAL(&cin6(a)->sin6_addr);
}

bool
addr_is_multicast(const struct addr *a)
{
	const unsigned char *v4 = v4_bytes(a);

	if (v4 != NULL)
		return (v4[0] & 0xf0) == 0xe0 || v4[0] == 255;
	return addr_family(a) == AF_INET6 &&
	    IN6_IS_ADDR_MULTICAST(&cin6(a)->sin6_addr);
}

int
addr_of_socket(int fd, struct addr *ap)
{
	memset(ap, 0, sizeof(*ap));
	ap->len = sizeof(ap->ss);
	if (getsockname(fd, (struct sockaddr *)&ap->ss, &ap->len) == 0)
		return 0;
	memset(ap, 0, sizeof(*ap));
	return -1;
}

int
addr_of_peer(int fd, struct addr *ap)
{
	memset(ap, 0, sizeof(*ap));
	ap->len = sizeof(ap->ss);
	if (getpeername(fd, (struct sockaddr *)&ap->ss, &ap->len) == 0)
		return 0;
	memset(ap, 0, sizeof(*ap));
	return -1;
}
