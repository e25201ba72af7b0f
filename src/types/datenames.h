/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_DATENAMES_H
#define TYPES_DATENAMES_H

extern const char *const month_names[12];
extern const char *const day_names[7];

#endif
