/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_CERTIFICATE_INTERNAL_H
#define CMDLETS_CS_CERTIFICATE_INTERNAL_H

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/files.h"
#include "cmdlets/cs/remote.h"

/* LIMIT: a certificate file. */
#define CERTIFICATE_MAX (1024 * 1024)

/* What -Type takes; ends with NULL. */
extern const char *const certificate_types[];

/* A usage as the supervisor knows it ("XmppServer"). */
const char *certificate_use(const char *type);

#define CERTIFICATE_REFERENCE                                                  \
	"Microsoft.Rtc.Management.Deployment.CertificateReference"

/* What cmdlets emit; use NULL: assigned to nothing. Owned. */
struct value certificate_object(struct value live, const char *use);

/*
 * Imports files (key_path may be NULL) and gives what was taken to fn. The
 * fault says which file.
 */
int certificate_import(struct call *c, const char *path, const char *key_path,
    struct value password,
    enum flow (*fn)(struct call *c, struct value v, void *ctx), void *ctx,
    enum flow *flowp, struct fault *f);

/* Assigns a certificate to each of -Type. */
enum flow certificate_assign(
    struct call *c, const char *thumbprint, struct value types);

#define CERTIFICATE_REPORT                                                     \
	{ "Report", "string", NULL, NULL, 0, NULL, 0, 0,                       \
	    "Kept for the original's sake" }
#define CERTIFICATE_LATER                                                      \
	{ "EffectiveDate", "datetime", "EffectiveTime", NULL, 0, NULL, 0, 0,   \
	    "From then on; now if not said" },                                 \
	{                                                                      \
		"Roll", "switch", NULL, NULL, 0, NULL, 0, 0,                   \
		    "The present certificate serves until EffectiveDate"       \
	}
#define CERTIFICATE_NETPORT                                                    \
	{ "NetportId", "string", NULL, NULL, 0, NULL, 0, 0,                    \
	    "Kept for the original's sake" }

#endif
