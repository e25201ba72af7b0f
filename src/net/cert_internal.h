/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NET_CERT_INTERNAL_H
#define NET_CERT_INTERNAL_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "net/cert.h"
#include "net/san_internal.h"

struct cert_key {
	EVP_PKEY *key;
	char public_hash[65];
};

struct cert {
	unsigned int refs;
	X509 *x509;
	struct san_list names;
	char **name_texts; /* "dns:a.example", one for each of names */
	char *subject, *issuer, *common_name, *serial;
	char *key_text, *signature_text;
	char thumbprint[41], fingerprint[65], public_hash[65];
};

/* Take over what they get. */
struct cert *cert_from_x509_take(X509 *x509);
struct cert_key *cert_key_from_take(EVP_PKEY *key);

#endif
