/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/fault.h"

/* A socket address, by value. len 0: none. */
struct addr {
	struct sockaddr_storage ss;
	socklen_t len;
};

/* "[v6%scope]:port", and room for "unix:" with a path. */
#define ADDR_TEXT_SIZE 128

/*
 * Reads "192.0.2.1:5269", "[2001:db8::1]:5269", an address without port
 * (then default_port), bare v6 without brackets too. No names, no look-up.
 */
int addr_parse(
    const char *text, uint16_t default_port, struct addr *ap, struct fault *f);

/* From an address alone ("192.0.2.1", "::1", "[::1]") and a port. */
int addr_from_ip(
    const char *ip, uint16_t port, struct addr *ap, struct fault *f);
int addr_from_unix(const char *path, struct addr *ap, struct fault *f);

/* From the bytes of an A (4) or AAAA (16) record. */
int addr_from_bytes(
    const void *bytes, size_t len, uint16_t port, struct addr *ap);

/* "ip:port", "[v6]:port", "unix:/path"; returns out. */
const char *addr_text(const struct addr *a, char out[ADDR_TEXT_SIZE]);
/* The address alone, v6 without brackets; v4-mapped v6 shown as v4. */
const char *addr_ip_text(const struct addr *a, char out[ADDR_TEXT_SIZE]);

uint16_t addr_port(const struct addr *a);
void addr_set_port(struct addr *a, uint16_t port);
int addr_family(const struct addr *a);

/* Address and port; and the address alone. v4-mapped v6 equals v4. */
bool addr_equal(const struct addr *a, const struct addr *b);
bool addr_ip_equal(const struct addr *a, const struct addr *b);
int addr_compare(const struct addr *a, const struct addr *b);

/* One key a peer is counted by: the v4 address or the v6 /64 (G-01). */
uint64_t addr_peer_key(const struct addr *a);

bool addr_is_any(const struct addr *a);
bool addr_is_loopback(const struct addr *a);
bool addr_is_link_local(const struct addr *a);
bool addr_is_multicast(const struct addr *a);

/* The two ends of a socket. -1 when there is none. */
int addr_of_socket(int fd, struct addr *ap);
int addr_of_peer(int fd, struct addr *ap);

#endif
