/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interactive shell: read, run, show, until the administrator leaves. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/string.h"
#include "shell/prompt/prompt_internal.h"
#include "shell/prompt/repl.h"
#include "types/types.h"

struct repl {
	struct session *session;
	struct buf text; /* a command so far, its lines joined */
	bool done;
	int code;
};

static struct session *running; /* what Ctrl-C stops */
static volatile sig_atomic_t interrupted;

/* readline's callback form: the line that came. */
static char *line_read;
static bool line_done;

static void
on_interrupt(int sig)
{
	(void)sig;
	interrupted = 1;
	if (running != NULL)
		session_interrupt(running);
}

static void
on_line(char *line)
{
	line_read = line;
	line_done = true;
	rl_callback_handler_remove();
}

/*
 * One line; NULL at the end of input. *cancelledp: Ctrl-C was pressed. The
 * callback form, so that a signal is seen between two characters.
 */
static char *
edit_line(const char *prompt, bool *cancelledp)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };

	*cancelledp = false;
	line_done = false;
	line_read = NULL;
	interrupted = 0;
	rl_callback_handler_install(prompt, on_line);
	while (!line_done) {
		int n = poll(&p, 1, -1);

		if (interrupted) {
			interrupted = 0;
			*cancelledp = true;
			rl_callback_sigcleanup();
			rl_free_line_state();
			rl_callback_handler_remove();
			(void)fputs("^C\n", stdout);
			(void)fflush(stdout);
			return mem_strdup("");
		}
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			rl_callback_read_char();
	}
	return line_read;
}

/* --- what a session asks its host --- */

static void
no_display(void)
{
}

static int
host_read_line(struct host *h, const char *prompt, bool secret, char **linep)
{
	bool cancelled;
	char *line;

	(void)h;
	(void)fflush(stdout);
	if (secret) {
		(void)fputs(prompt, stdout);
		(void)fflush(stdout);
		rl_redisplay_function = no_display;
	}
	line = edit_line(secret ? "" : prompt, &cancelled);
	if (secret) {
		rl_redisplay_function = rl_redisplay;
		(void)fputc('\n', stdout);
	}
	if (line == NULL || cancelled) {
		mem_free(line);
		if (running != NULL)
			session_interrupt(running);
		return -1;
	}
	*linep = line;
	return 0;
}

/* "&Yes": its letter and its word. */
static char
choice_letter(const char *choice)
{
	const char *mark = strchr(choice, '&');

	return mark == NULL || mark[1] == '\0' ? choice[0] : mark[1];
}

static void
choice_word(const char *choice, struct buf *b)
{
	for (; *choice != '\0'; choice++)
		if (*choice != '&')
			buf_add_byte(b, *choice);
}

static bool
choice_is(const char *choice, const char *answer)
{
	struct buf word;
	bool is;

	buf_init(&word);
	choice_word(choice, &word);
	is = strcasecmp(word.data, answer) == 0;
	buf_clear(&word);
	if (answer[0] != '\0' && answer[1] == '\0')
		is = is ||
		    (choice_letter(choice) | 0x20) == (answer[0] | 0x20);
	return is;
}

static int
host_choose(struct host *h, const char *caption, const char *message,
    const char *const *choices, size_t n, size_t preset)
{
	struct buf b;
	char *line;
	size_t i;
	int chosen = -1;

	if (caption != NULL && *caption != '\0')
		(void)printf("\n%s\n", caption);
	(void)printf("%s\n", message);
	buf_init(&b);
	for (i = 0; i < n; i++) {
		buf_printf(&b, "[%c] ", choice_letter(choices[i]));
		choice_word(choices[i], &b);
		buf_add_str(&b, "  ");
	}
	buf_printf(&b, "[?] Help (default is \"%c\"): ",
	    choice_letter(choices[preset < n ? preset : 0]));
	while (chosen < 0 && host_read_line(h, b.data, false, &line) == 0) {
		if (*line == '\0')
			chosen = (int)(preset < n ? preset : 0);
		for (i = 0; chosen < 0 && i < n; i++)
			if (choice_is(choices[i], line))
				chosen = (int)i;
		if (chosen < 0 && strcmp(line, "?") == 0)
			for (i = 0; i < n; i++) {
				struct buf word;

				buf_init(&word);
				choice_word(choices[i], &word);
				(void)printf("%c - %s\n",
				    choice_letter(choices[i]), word.data);
				buf_clear(&word);
			}
		mem_free(line);
	}
	buf_clear(&b);
	return chosen;
}

/* --- the loop --- */

/* `function prompt` decides; *arg gets its text, owned, or stays NULL. */
static enum flow
ask_prompt(struct run *r, void *arg)
{
	struct value command = value_string("prompt"), out = VALUE_NULL;
	struct value text = VALUE_NULL;
	struct invoke_spec spec = { .command = command };
	char **promptp = arg;

	if (r->ops->invoke_with(r, &spec, &out) == FLOW_MORE &&
	    !value_is_nothing(out) && value_text(r, out, &text) == FLOW_MORE)
		*promptp = mem_strdup(value_chars(text));
	else
		run_leave_clear(r);
	value_unref(text);
	value_unref(out);
	value_unref(command);
	return FLOW_MORE;
}

static char *
prompt_text(struct session *s)
{
	struct session_result result;
	char *prompt = NULL;

	session_run_with(s, ask_prompt, &prompt, &result);
	if (prompt == NULL || *prompt == '\0') {
		mem_free(prompt);
		prompt = mem_strdup("PS> ");
	}
	return prompt;
}

static bool
is_incomplete(const char *text, size_t len)
{
	struct parse_errors errors = { 0 };
	struct script_tree *tree = parse_script(text, len, NULL, &errors);
	bool incomplete = errors.n > 0 && errors.incomplete;

	tree_unref(tree);
	parse_errors_clear(&errors);
	return incomplete;
}

static void
run_command(struct repl *re)
{
	struct session_result result;

	running = re->session;
	interrupted = 0;
	session_run_text(
	    re->session, re->text.data, re->text.len, &result);
	running = NULL;
	if (interrupted)
		(void)fputc('\n', stdout); /* below the terminal's ^C */
	/* What Ctrl-C stopped has ended: the next command runs again. */
	session_run(re->session)->stop = 0;
	(void)fflush(stdout);
	if (result.exited) {
		re->done = true;
		re->code = result.code & 0xff;
	}
}

static void
one_line(struct repl *re)
{
	bool going_on = re->text.len > 0, cancelled;
	char *prompt =
	    going_on ? mem_strdup(">> ") : prompt_text(re->session);
	char *line = edit_line(prompt, &cancelled);

	mem_free(prompt);
	if (cancelled) {
		mem_free(line);
		buf_reset(&re->text);
		return;
	}
	if (line == NULL) {
		/* Ctrl-D: drops a command begun, leaves on an empty one. */
		(void)fputc('\n', stdout);
		re->done = !going_on;
		buf_reset(&re->text);
		return;
	}
	if (going_on)
		buf_add_byte(&re->text, '\n');
	buf_add_str(&re->text, line);
	/* An empty line ends a command that waits for more. */
	if (!(going_on && *line == '\0') &&
	    is_incomplete(re->text.data, re->text.len)) {
		mem_free(line);
		return;
	}
	mem_free(line);
	if (strspn(buf_text(&re->text), " \t\n") < re->text.len) {
		history_keep(re->text.data);
		run_command(re);
	}
	buf_reset(&re->text);
}

static void
catch_interrupt(void)
{
	struct sigaction sa = { .sa_handler = on_interrupt };

	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGINT, &sa, NULL);
	rl_catch_signals = 0;
	rl_catch_sigwinch = 1;
}

int
repl_main(const struct session_options *o)
{
	struct repl re = { 0 };
	struct session_options options = *o;

	options.host->interactive = true;
	options.host->terminal = true;
	options.host->read_line = host_read_line;
	options.host->choose = host_choose;
	rl_readline_name = "fedsh";
	re.session = session_new(&options);
	buf_init(&re.text);
	history_load();
	complete_install(re.session);
	catch_interrupt();
	(void)printf("%s: Get-Command *Cs* lists the federation commands, "
		     "Get-Help NAME explains one.\n",
	    PACKAGE_STRING);
	while (!re.done)
		one_line(&re);
	complete_install(NULL);
	session_close(re.session);
	buf_clear(&re.text);
	clear_history();
	return re.code;
}
