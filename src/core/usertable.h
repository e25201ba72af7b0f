/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_USERTABLE_H
#define CORE_USERTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"

/*
 * The user part of a snapshot: one sealed memory file with a hash index,
 * mapped and read in place. REPLICA writes it (model/snapshot), services look
 * users up in it. A record is checked when it is read, so a damaged file
 * costs that user and not the process.
 */

/* The two user names a client may sign in with. */
enum usertable_login {
	USERTABLE_LOGIN_SAM, /* "kenmyer" */
	USERTABLE_LOGIN_UPN, /* "kenmyer@contoso.test" */
	USERTABLE_LOGINS
};

enum usertable_digest {
	USERTABLE_MD5,    /* 32 hex digits */
	USERTABLE_SHA256, /* 64 hex digits */
	USERTABLE_DIGESTS
};

/*
 * One user. Strings are borrowed from the table (never NULL, "" where there
 * is none) and live until usertable_close.
 */
struct usertable_user {
	const char *address;      /* "kenmyer@contoso.test": no "sip:", lower case */
	const char *display_name; /* "Ken Myer" */
	const char *policy; /* external access policy in effect: "Tag:FedPic" */
	const char *login[USERTABLE_LOGINS]; /* as written by the admin */
	/* hex(H(user ":" realm ":" password)), lower case; "" no password */
	const char *ha1[USERTABLE_LOGINS][USERTABLE_DIGESTS];
	bool enabled;    /* may sign in, send and receive */
	bool federation; /* EnableFederationAccess of the policy in effect */
	bool xmpp;       /* EnableXmppAccess of the policy in effect */
	bool outside;    /* EnableOutsideAccess */
	bool public_cloud; /* EnablePublicCloudAccess */
};

struct usertable;

/* Maps fd read-only; fd stays the caller's and may be closed at once. */
struct usertable *usertable_open(int fd, struct fault *f);
void usertable_close(struct usertable *t); /* accepts NULL */
/* Which snapshot wrote it; it stays the same while no user changed. */
uint64_t usertable_number(const struct usertable *t);
uint64_t usertable_count(const struct usertable *t);

/*
 * By SIP address ("kenmyer@contoso.test", with or without "sip:") or by a
 * login name (either kind, or "DOMAIN\kenmyer"); case-blind. False: no such
 * user. A user without an address cannot be found by one.
 */
bool usertable_find_address(
    const struct usertable *t, const char *address, struct usertable_user *u);
bool usertable_find_login(
    const struct usertable *t, const char *login, struct usertable_user *u);

/* Walks all users: start with *posp 0. Skips damaged records. */
bool usertable_next(
    const struct usertable *t, uint64_t *posp, struct usertable_user *u);

/* --- writing --- */

struct usertable_writer;

/* Writes to fd (empty, seekable); keeps only the index in memory. */
struct usertable_writer *usertable_writer_new(int fd, uint64_t number);
int usertable_writer_add(struct usertable_writer *w,
    const struct usertable_user *u, struct fault *f);
/* Writes index and header. The file is not a table before this. */
int usertable_writer_finish(struct usertable_writer *w, struct fault *f);
void usertable_writer_free(struct usertable_writer *w); /* accepts NULL */

/* An empty memory file for one, and its seals once it is written. */
int usertable_memfd(struct fault *f);
int usertable_seal(int fd, struct fault *f);

#endif
