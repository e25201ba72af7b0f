/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_HOST_HOST_CMDLETS_H
#define CMDLETS_HOST_HOST_CMDLETS_H

#include "core/cmdlet.h"

extern const struct cmdlet cmdlet_clear_variable;
extern const struct cmdlet cmdlet_convertto_securestring;
extern const struct cmdlet cmdlet_get_alias;
extern const struct cmdlet cmdlet_get_command;
extern const struct cmdlet cmdlet_get_date;
extern const struct cmdlet cmdlet_get_help;
extern const struct cmdlet cmdlet_get_host;
extern const struct cmdlet cmdlet_get_variable;
extern const struct cmdlet cmdlet_get_verb;
extern const struct cmdlet cmdlet_invoke_command;
extern const struct cmdlet cmdlet_invoke_expression;
extern const struct cmdlet cmdlet_measure_command;
extern const struct cmdlet cmdlet_new_alias;
extern const struct cmdlet cmdlet_new_variable;
extern const struct cmdlet cmdlet_out_null;
extern const struct cmdlet cmdlet_read_host;
extern const struct cmdlet cmdlet_remove_alias;
extern const struct cmdlet cmdlet_remove_variable;
extern const struct cmdlet cmdlet_set_alias;
extern const struct cmdlet cmdlet_set_variable;
extern const struct cmdlet cmdlet_start_sleep;
extern const struct cmdlet cmdlet_write_debug;
extern const struct cmdlet cmdlet_write_host;
extern const struct cmdlet cmdlet_write_information;
extern const struct cmdlet cmdlet_write_verbose;
extern const struct cmdlet cmdlet_write_warning;

#endif
