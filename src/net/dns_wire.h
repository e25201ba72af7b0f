/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_DNS_WIRE_H
#define NET_DNS_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "net/resolver.h"

/* Records of one type from an answer. Zeroed is empty. */
struct dns_answer {
	bool secure;
	uint32_t ttl;
	size_t n;
	struct resolver_srv *srv;
	struct addr *addrs;
	struct resolver_tlsa *tlsa;
};

/*
 * Reads a DNS message: the records of type that belong to name or to what
 * its CNAMEs lead to. Foreign records are left out; a broken message is -1
 * (a->n 0). LIMIT: 256 records, 16 CNAMEs.
 */
int dns_wire_read(const unsigned char *msg, size_t len,
    enum resolver_type type, const char *name, struct dns_answer *a);
void dns_answer_clear(struct dns_answer *a);

/* One more record at the end. */
void dns_answer_add_srv(struct dns_answer *a, const struct resolver_srv *s);
void dns_answer_add_addr(struct dns_answer *a, const struct addr *addr);
void dns_answer_add_tlsa(struct dns_answer *a, const struct resolver_tlsa *t);

#endif
