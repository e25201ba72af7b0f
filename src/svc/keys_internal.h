/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_KEYS_INTERNAL_H
#define SVC_KEYS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/value.h"
#include "net/cert.h"

/*
 * The supervisor's keys and certificates: $FEDSH_HOME/keys.
 *
 *	ca.key, ca.crt        the internal authority
 *	<public hash>.key     private keys (0600)
 *	<thumbprint>.crt      a certificate and its chain
 *	uses                  "Use THUMBPRINT" a line
 *	staged                "Use THUMBPRINT SECONDS" a line: from then on
 *	trust.pem             authorities that were imported
 *
 * What is in memory is what is on disk: a change is written first.
 */
struct keys;

struct keys_cert {
	struct cert **chain; /* leaf first */
	size_t n;
};

struct keys_use {
	char *use;
	char thumbprint[41];
};

/* A certificate that comes into use at a time (seconds of the wall clock). */
struct keys_staged {
	char *use;
	char thumbprint[41];
	int64_t at;
};

struct keys {
	char *dir;
	struct cert *ca;
	struct cert_key *ca_key;
	struct keys_cert *certs;
	size_t n_certs;
	struct keys_use *uses;
	size_t n_uses;
	struct keys_staged *staged;
	size_t n_staged;
	struct cert **anchors;
	size_t n_anchors;
	char **names; /* what certificates of our own should name */
	size_t n_names;
};

/* LIMIT: certificates, uses and authorities that are kept. */
#define KEYS_MAX 1000

/* Reads them; on a first start makes the authority and the certificates
 * Default, Internal and InternalEdge. */
struct keys *keys_open(struct fault *f);
void keys_close(struct keys *k);

/* { CommonName, Organization, ..., Names, KeyAlg, KeySize, ClientEku,
 * Internal } gives { Request, PublicKeyHash }, or with Internal the
 * certificate at once. Owned. */
int keys_request(
    struct keys *k, struct value arg, struct value *vp, struct fault *f);
/* { Data (bytes or text), Passphrase } gives a list of what was taken. */
int keys_import(
    struct keys *k, struct value arg, struct value *vp, struct fault *f);
/* All, as a list of objects. Owned. */
struct value keys_list(const struct keys *k);
/* A certificate with its key, or an authority. Refused while in use. */
int keys_remove(struct keys *k, const char *thumbprint, struct fault *f);
int keys_assign(struct keys *k, const char *use, const char *thumbprint,
    struct fault *f);
/* Whether the certificate may serve the use; NULL: the fault says why not. */
const struct keys_cert *keys_check_use(const struct keys *k, const char *use,
    const char *thumbprint, struct fault *f);
/* From `at` on, in place of what is assigned then; and not, after all. */
int keys_stage(struct keys *k, const char *use, const char *thumbprint,
    int64_t at, struct fault *f);
void keys_unstage(struct keys *k, const char *use);
/* The next such time; -1: none. */
int64_t keys_staged_next(const struct keys *k);
/* Assigns those whose time has come; how many, or -1. */
int keys_apply_staged(struct keys *k, int64_t now, struct fault *f);
void keys_load_staged(struct keys *k);
int keys_unassign(struct keys *k, const char *use, struct fault *f);

/* Names that our own certificates should carry besides this host's; makes
 * those anew that do not. Returns whether something changed, or -1. */
int keys_set_names(
    struct keys *k, const char *const *names, size_t n, struct fault *f);
/* Renews our own certificates before they expire (wall clock in seconds).
 * Returns how many, or -1. */
int keys_renew(struct keys *k, int64_t now, struct fault *f);

/* What service gets, as a sealed memory file: { Certificates: [{ Use,
 * Chain, Key }], Trust, InternalTrust } in core/codec. -1: a fault. */
int keys_bundle(const struct keys *k, const char *service, struct fault *f);
/* Reading that: what service.c shares with the foreground mode. */
struct value keys_bundle_value(
    const struct keys *k, const char *service, struct fault *f);

/* Between the files of keys. */
const char *keys_thumbprint_of(const struct keys *k, const char *use);
const struct keys_cert *keys_find(
    const struct keys *k, const char *thumbprint);
int keys_store_key(
    const struct keys *k, const struct cert_key *key, struct fault *f);
struct cert_key *keys_load_key(
    const struct keys *k, const char *public_hash, struct fault *f);
bool keys_has_key(const struct keys *k, const char *public_hash);
/* Removes a key that no certificate needs; -1: it is needed, or no key. */
int keys_forget_key(
    const struct keys *k, const char *public_hash, struct fault *f);
/* Takes over the certificates (references) of chain. */
int keys_store_chain(
    struct keys *k, struct cert *const *chain, size_t n, struct fault *f);
int keys_add_anchor(struct keys *k, struct cert *c, struct fault *f);
void keys_forget_cert(struct keys *k, const char *thumbprint);
struct value keys_cert_object(const struct keys *k, const struct cert *c);
/* The first start: authority and certificates. */
int keys_first_start(struct keys *k, struct fault *f);
bool keys_is_own(const struct keys *k, const struct cert *c);

#endif
