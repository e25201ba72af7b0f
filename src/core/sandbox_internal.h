/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CORE_SANDBOX_INTERNAL_H
#define CORE_SANDBOX_INTERNAL_H

#include <stdbool.h>

#include "core/sandbox.h"

/* Whether the layer is in force; says in the log where it is not. */
bool sandbox_calls(enum sandbox_role role);
bool sandbox_files(const struct sandbox *s);

#endif
