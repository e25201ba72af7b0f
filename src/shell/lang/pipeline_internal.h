/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SHELL_LANG_PIPELINE_INTERNAL_H
#define SHELL_LANG_PIPELINE_INTERNAL_H

#include "shell/lang/bind_internal.h"

void stage_init(struct stage *st, struct pipeline *p);
enum flow stage_process(struct stage *st, struct value v, bool has_input);
/* Binds arguments and reads common parameters. */
enum flow stage_prepare(struct stage *st);
/* A function's part (run_function.c). */
enum flow block_stage_begin(struct stage *st);
enum flow block_stage_process(struct stage *st, struct value v,
    bool has_input);
enum flow block_stage_end(struct stage *st);
void block_stage_clean(struct stage *st);
void stage_frame_clear(struct stage *st);

struct stage *pipeline_add(struct pipeline *p);
enum flow pipeline_run(struct pipeline *p);
/* Writes out what redirections hold; an error leaves, unless flow does. */
enum flow pipeline_files_close(struct pipeline *p, enum flow flow);
void pipeline_clear(struct pipeline *p);

#endif
