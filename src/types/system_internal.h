/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types that system.c hands over. */
#ifndef TYPES_SYSTEM_INTERNAL_H
#define TYPES_SYSTEM_INTERNAL_H

#include "types/types_internal.h"

extern const struct type_ops guid_ops;
extern const struct member_spec guid_members[];
extern const struct type_ops version_ops;
extern const struct member_spec version_members[];
extern const struct member_spec semver_members[];

#endif
