/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_FORMAT_FORMAT_CMDLETS_H
#define SHELL_FORMAT_FORMAT_CMDLETS_H

#include "core/cmdlet.h"
#include "types/types.h"

/*
 * A walk over what is shown one by one: elements of a collection, entries of
 * a dictionary as DictionaryEntry.
 */
enum flow format_elements(struct run *r, struct value v, struct iter *it);

extern const struct cmdlet cmdlet_format_custom;
extern const struct cmdlet cmdlet_format_list;
extern const struct cmdlet cmdlet_format_table;
extern const struct cmdlet cmdlet_format_wide;
extern const struct cmdlet cmdlet_out_default;
extern const struct cmdlet cmdlet_out_file;
extern const struct cmdlet cmdlet_out_host;
extern const struct cmdlet cmdlet_out_string;

#endif
