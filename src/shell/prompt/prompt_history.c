/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The history file: shared by sessions, without what looks like a secret. */
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <readline/history.h>

#include "core/buf.h"
#include "core/home.h"
#include "core/mem.h"
#include "shell/prompt/prompt_internal.h"

/* LIMIT: commands kept. */
#define HISTORY_MAX 5000

static char *history_path;

bool
history_is_secret(const char *text)
{
	static const char *const words[] = { "password", "asplaintext",
		"passphrase", "apikey", "token", "secret" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcasestr(text, words[i]) != NULL)
			return true;
	return false;
}

/* A command of several lines is one line in the file. */
static void
add_escaped(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			buf_add_str(b, "\\\\");
		else if (*text == '\n')
			buf_add_str(b, "\\n");
		else
			buf_add_byte(b, *text);
	}
}

static char *
unescaped(const char *line)
{
	struct buf b;

	buf_init(&b);
	for (; *line != '\0'; line++) {
		if (*line != '\\' || line[1] == '\0') {
			buf_add_byte(&b, *line);
			continue;
		}
		line++;
		buf_add_byte(&b, *line == 'n' ? '\n' : *line);
	}
	return buf_take(&b);
}

void
history_load(void)
{
	struct fault f;
	char *dir = home_make(HOME_STATE, "shell", &f);
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *fp;

	using_history();
	stifle_history(HISTORY_MAX);
	if (dir == NULL)
		return;
	history_path = mem_printf("%s/history", dir);
	mem_free(dir);
	if ((fp = fopen(history_path, "re")) == NULL)
		return;
	while ((n = getline(&line, &cap, fp)) > 0) {
		char *text;

		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		text = unescaped(line);
		add_history(text);
		mem_free(text);
	}
	mem_free(line);
	(void)fclose(fp);
}

void
history_keep(const char *text)
{
	HIST_ENTRY *last = history_length > 0
	    ? history_get(history_base + history_length - 1)
	    : NULL;
	struct buf b;
	int fd;

	if (last != NULL && strcmp(last->line, text) == 0)
		return;
	add_history(text);
	if (history_path == NULL || history_is_secret(text))
		return;
	fd = open(history_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0600);
	if (fd < 0)
		return;
	buf_init(&b);
	add_escaped(&b, text);
	buf_add_byte(&b, '\n');
	/* A history that cannot be written is no reason to trouble anybody. */
	if (write(fd, b.data, b.len) < 0) {
		mem_free(history_path);
		history_path = NULL;
	}
	buf_clear(&b);
	(void)close(fd);
}
