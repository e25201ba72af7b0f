/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_CREDENTIAL_H
#define TYPES_CREDENTIAL_H

#include "core/value.h"

/* A PSCredential of a user's name and a SecureString (core/secret.h). Owned. */
struct value credential_new(struct value user, struct value password);

/* Borrowed; null where v is none. The password is a SecureString. */
struct value credential_user(struct value v);
struct value credential_password(struct value v);

#endif
