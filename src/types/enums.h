/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_ENUMS_H
#define TYPES_ENUMS_H

#include "core/type.h"

/* The enums of enums.def as types. */
#define ENUM(var, full, fl, ...) extern struct type var;
#include "types/enums.def"
#undef ENUM

void enums_init(void);

#endif
