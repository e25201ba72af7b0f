/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_DATA_DATA_CMDLETS_H
#define CMDLETS_DATA_DATA_CMDLETS_H

#include "core/cmdlet.h"

extern const struct cmdlet cmdlet_convertfrom_csv;
extern const struct cmdlet cmdlet_convertfrom_json;
extern const struct cmdlet cmdlet_convertfrom_stringdata;
extern const struct cmdlet cmdlet_convertto_csv;
extern const struct cmdlet cmdlet_convertto_html;
extern const struct cmdlet cmdlet_convertto_json;
extern const struct cmdlet cmdlet_export_csv;
extern const struct cmdlet cmdlet_get_random;
extern const struct cmdlet cmdlet_get_securerandom;
extern const struct cmdlet cmdlet_import_csv;
extern const struct cmdlet cmdlet_new_guid;
extern const struct cmdlet cmdlet_new_timespan;
extern const struct cmdlet cmdlet_select_string;
extern const struct cmdlet cmdlet_test_json;

#endif
