/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types that environment.c hands over. */
#ifndef TYPES_ENVIRONMENT_INTERNAL_H
#define TYPES_ENVIRONMENT_INTERNAL_H

#include "types/member.h"
#include "types/types_internal.h"

extern struct type type_conversion;
extern const struct member_spec convert_members[];

#endif
