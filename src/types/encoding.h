/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_ENCODING_H
#define TYPES_ENCODING_H

#include "core/textfile.h"

/* What a System.Text.Encoding writes; false: v is none. */
bool encoding_which(struct value v, enum text_encoding *ep);

#endif
