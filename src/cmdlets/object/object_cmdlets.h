/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_OBJECT_OBJECT_CMDLETS_H
#define CMDLETS_OBJECT_OBJECT_CMDLETS_H

#include "core/cmdlet.h"

extern const struct cmdlet cmdlet_add_member;
extern const struct cmdlet cmdlet_compare_object;
extern const struct cmdlet cmdlet_for_each_object;
extern const struct cmdlet cmdlet_get_member;
extern const struct cmdlet cmdlet_get_unique;
extern const struct cmdlet cmdlet_group_object;
extern const struct cmdlet cmdlet_join_string;
extern const struct cmdlet cmdlet_measure_object;
extern const struct cmdlet cmdlet_new_object;
extern const struct cmdlet cmdlet_remove_typedata;
extern const struct cmdlet cmdlet_select_object;
extern const struct cmdlet cmdlet_sort_object;
extern const struct cmdlet cmdlet_tee_object;
extern const struct cmdlet cmdlet_update_typedata;
extern const struct cmdlet cmdlet_where_object;
extern const struct cmdlet cmdlet_write_error;
extern const struct cmdlet cmdlet_write_output;

#endif
