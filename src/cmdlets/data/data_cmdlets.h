/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_DATA_DATA_CMDLETS_H
#define CMDLETS_DATA_DATA_CMDLETS_H

#include "core/cmdlet.h"

extern const struct cmdlet cmdlet_convertfrom_csv;
extern const struct cmdlet cmdlet_convertfrom_json;
extern const struct cmdlet cmdlet_convertto_csv;
extern const struct cmdlet cmdlet_convertto_json;
extern const struct cmdlet cmdlet_export_csv;
extern const struct cmdlet cmdlet_import_csv;
extern const struct cmdlet cmdlet_test_json;

#endif
