/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include "core/type.h"

/*
 * System.Security.SecureString: text that has no text form, is never written
 * by the codec and is wiped when its last reference goes.
 */
extern struct type type_securestring;

struct value value_secret(const char *text, size_t len);
bool value_is_secret(struct value v);
/* NUL terminated, borrowed; NULL where v is none. */
const char *secret_chars(struct value v);
size_t secret_len(struct value v);

#endif
