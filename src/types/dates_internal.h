/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What DateTime and TimeSpan share. */
#ifndef TYPES_DATES_INTERNAL_H
#define TYPES_DATES_INTERNAL_H

#include "types/types_internal.h"

#define IFP "System.IFormatProvider provider"

extern const struct member_spec timespan_members[];

#endif
