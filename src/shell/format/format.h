/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_FORMAT_FORMAT_H
#define SHELL_FORMAT_FORMAT_H

#include <stdbool.h>

#include "core/cmdlet.h"
#include "core/run.h"

/*
 * Lays objects out as text. One engine takes a stream of anything: what a
 * Format- command made, strings, other objects (whose form it then chooses as
 * PowerShell does), and writes lines.
 */
struct format_engine;

/* width in columns; write gets whole lines, each ending in LF. */
struct format_engine *format_engine_new(int width,
    void (*write)(void *arg, const char *text, size_t len), void *arg);
enum flow format_engine_process(struct format_engine *fe, struct run *r,
    struct value v);
/* Writes what was held back to size the columns, closes what is open. */
enum flow format_engine_end(struct format_engine *fe, struct run *r);
void format_engine_free(struct format_engine *fe);

/* Format-Table, Format-List, Out-String and their kind. */
extern const struct cmdlet *const cmdlets_format[];

#endif
