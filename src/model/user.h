/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef MODEL_USER_H
#define MODEL_USER_H

#include "core/dict.h"
#include "model/walk.h"

/*
 * People. One stored object is the directory's user and the federation's: its
 * keys are the attributes of user_columns, kept under a GUID.
 */
#define USER_CLASS "User"

/* Stored attributes code refers to. */
#define USER_GUID       "Guid"
#define USER_DN         "DistinguishedName"
#define USER_NAME       "Name"
#define USER_SAM        "SamAccountName"
#define USER_UPN        "UserPrincipalName"
#define USER_DISPLAY    "DisplayName"
#define USER_MAIL       "EmailAddress"
#define USER_GIVEN      "GivenName"
#define USER_SURNAME    "Surname"
#define USER_AD_ENABLED "AdEnabled"
#define USER_CS_ENABLED "CsEnabled" /* null: never enabled, or disabled */
#define USER_SIP        "SipAddress" /* "sip:kenmyer@contoso.test" */
#define USER_POOL       "RegistrarPool"
#define USER_ACCESS     "ExternalAccessPolicy" /* name without Tag: */
#define USER_HA1        "Ha1" /* dictionary, below; or null */

/* Keys of USER_HA1: user name (Sam, Upn) and algorithm. */
#define USER_HA1_SAM_MD5    "SamMd5"
#define USER_HA1_SAM_SHA256 "SamSha256"
#define USER_HA1_UPN_MD5    "UpnMd5"
#define USER_HA1_UPN_SHA256 "UpnSha256"

enum user_view { USER_VIEW_CS, USER_VIEW_CS_AD, USER_VIEW_AD };

/* What Get-CsUser, Get-CsAdUser and Get-ADUser emit. Owned. */
struct value user_show(
    const struct dict *user, enum user_view view, int64_t version);
bool user_is_shown(struct value v);
/*
 * The attribute a name means in a view ("Enabled" is CsEnabled for CsUser);
 * NULL where the view has none of that name.
 */
const char *user_attribute(enum user_view view, const char *name);
/* An attribute by its stored name, default filled in. Owned. */
struct value user_get(const struct dict *user, const char *attribute);
bool user_is_enabled(const struct dict *user); /* CsEnabled is true */
bool user_is_known(const struct dict *user);   /* CsEnabled is not null */

/* Forgets what Enable-CsUser and all after it made. */
void user_disable(struct dict *user);

/*
 * Begins a walk over those an Identity means: SIP address, UPN, DOMAIN\logon,
 * logon, display name (may hold *), distinguished name, GUID; NULL: all.
 * Every row has to be asked with user_matches.
 */
struct user_query {
	struct walk walk;
	char *pattern; /* a wildcard on the display name */
};

int user_query_begin(struct user_query *q, struct store *s,
    const char *identity, struct fault *f);
int user_query_next(
    struct user_query *q, struct store_row **rowp, struct fault *f);
void user_query_end(struct user_query *q);

/* Exactly one: 1 found, 0 none, -1 failed or several. */
int user_find(struct store *s, const char *identity, struct store_row *row,
    struct fault *f);

/* "sip:user@domain" in its one form; owned, NULL with a fault. */
char *user_sip_address(const char *text, struct fault *f);

/* A new random GUID. out holds 37 bytes; returns out. */
char *user_new_guid(char out[37]);

#endif
