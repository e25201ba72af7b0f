/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TYPES_EXCEPTION_H
#define TYPES_EXCEPTION_H

#include "core/value.h"

/*
 * Exceptions are ordinary types with a base chain; their tables are in
 * exception.c. One of a type we do not know is a plain System.Exception that
 * says the other name.
 */
struct value exception_new(const char *type_name, const char *message);
bool value_is_exception(struct value v);
/* Borrowed text, "" where v is no exception. */
const char *exception_message(struct value v);
/* Owned; null where there is none. */
struct value exception_inner(struct value v);
void exception_set_inner(struct value v, struct value inner);
/* The ErrorRecord a RuntimeException carries. Owned / borrowed. */
struct value exception_record(struct value v);
void exception_set_record(struct value v, struct value record);
/* A property of its own (ParamName, ItemName ...). */
void exception_set(struct value v, const char *name, struct value to);

#endif
