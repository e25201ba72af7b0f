/* SPDX-License-Identifier: GPL-3.0-or-later */
/* System.Environment. */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "types/member.h"
#include "types/tables.h"
#include "types/environment_internal.h"

/* --- Environment --- */

static struct type type_environment = {
	.name = "System.Environment",
	.kind = TYPE_KIND_CLASS,
	.flags = TYPE_ABSTRACT,
	.base = &type_system_object,
};

extern char **environ;

static enum flow
env_get(struct member_call *c)
{
	const char *n = c->name;
	char host[256] = "", *cwd;

	if (strcasecmp(n, "NewLine") == 0) {
		c->out = value_string("\n");
	} else if (strcasecmp(n, "MachineName") == 0) {
		(void)gethostname(host, sizeof(host) - 1);
		host[strcspn(host, ".")] = '\0';
		c->out = value_string(host);
	} else if (strcasecmp(n, "UserName") == 0) {
		const char *user = getenv("USER");

		c->out = value_string(user != NULL ? user :
			geteuid() == 0		   ? "root" :
						     "");
	} else if (strcasecmp(n, "UserDomainName") == 0) {
		(void)gethostname(host, sizeof(host) - 1);
		c->out = value_string(host);
	} else if (strcasecmp(n, "ProcessId") == 0) {
		c->out = value_int((int32_t)getpid());
	} else if (strcasecmp(n, "ProcessorCount") == 0) {
		c->out = value_int((int32_t)sysconf(_SC_NPROCESSORS_ONLN));
	} else if (strncasecmp(n, "Is64", 4) == 0) {
		c->out = value_bool(sizeof(void *) == 8);
	} else if (strcasecmp(n, "TickCount") == 0) {
		c->out = value_int((int32_t)(ticks_now_utc() / 10000));
	} else if (strcasecmp(n, "TickCount64") == 0) {
		c->out = value_long(ticks_now_utc() / 10000);
	} else if (strcasecmp(n, "ExitCode") == 0) {
		c->out = value_int(0);
	} else {
		cwd = c->run != NULL && c->run->ops != NULL &&
			c->run->ops->location != NULL ?
		    mem_strdup(c->run->ops->location(c->run)) :
		    getcwd(NULL, 0);
		c->out = value_string(cwd == NULL ? "/" : cwd);
		free(cwd);
	}
	return FLOW_MORE;
}

static enum flow
env_variable(struct member_call *c)
{
	const char *name = value_chars(c->args[0]);
	const char *text;

	if (strcmp(c->name, "GetEnvironmentVariable") == 0) {
		text = getenv(name);
		c->out = text == NULL ? VALUE_NULL : value_string(text);
		return FLOW_MORE;
	}
	if (*name == '\0' || strchr(name, '=') != NULL)
		return member_throw(c, "System.ArgumentException",
		    "Environment variable name cannot contain equal "
		    "character. (Parameter 'variable')");
	text = value_chars(c->args[1]);
	if (text == NULL || *text == '\0')
		(void)unsetenv(name);
	else
		(void)setenv(name, text, 1);
	return FLOW_MORE;
}

static enum flow
env_variables(struct member_call *c)
{
	struct dict *d = dict_new(NULL);
	char **e;

	for (e = environ; e != NULL && *e != NULL; e++) {
		size_t n = strcspn(*e, "=");
		struct value key;

		if ((*e)[n] != '=')
			continue;
		key = value_string_n(*e, n);
		dict_set_take(d, key, value_string(*e + n + 1));
		value_unref(key);
	}
	c->out = dict_value(d);
	return FLOW_MORE;
}

static enum flow
env_folder(struct member_call *c)
{
	const char *home = getenv("HOME");
	int64_t which = c->args[0].u.i;

	if (home == NULL)
		home = "/";
	c->out = which == 26 ? value_printf("%s/.config", home) :
	    which == 28	     ? value_printf("%s/.local/share", home) :
	    which == 35	     ? value_string("/usr/share") :
	    which == 40 || which == 5 ? value_string(home) :
	    which == 0		      ? value_printf("%s/Desktop", home) :
					value_string("");
	return FLOW_MORE;
}

static enum flow
env_expand(struct member_call *c)
{
	const char *s = value_chars(c->args[0]);
	struct buf b = { 0 };

	while (*s != '\0') {
		const char *end = *s == '%' ? strchr(s + 1, '%') : NULL;

		if (end != NULL) {
			char *name = mem_strndup(s + 1, (size_t)(end - s - 1));
			const char *text = getenv(name);

			mem_free(name);
			if (text != NULL) {
				buf_add_str(&b, text);
				s = end + 1;
				continue;
			}
		}
		buf_add_byte(&b, *s++);
	}
	c->out = value_take_buf(&b);
	return FLOW_MORE;
}

#define ENV(T, n) { "static " T " " n " get", env_get }
static const struct member_spec environment_members[] = {
	ENV("string", "NewLine"), ENV("string", "MachineName"),
	ENV("string", "UserName"), ENV("string", "UserDomainName"),
	ENV("string", "CurrentDirectory"), ENV("int", "ProcessId"),
	ENV("int", "ProcessorCount"), ENV("bool", "Is64BitProcess"),
	ENV("bool", "Is64BitOperatingSystem"), ENV("int", "TickCount"),
	ENV("long", "TickCount64"), ENV("int", "ExitCode"),
	{ "static string GetEnvironmentVariable(string variable)",
	    env_variable },
	{ "static string GetEnvironmentVariable(string variable, "
	  "System.EnvironmentVariableTarget target)", env_variable },
	{ "static void SetEnvironmentVariable(string variable, string "
	  "value)", env_variable },
	{ "static void SetEnvironmentVariable(string variable, string "
	  "value, System.EnvironmentVariableTarget target)", env_variable },
	{ "static System.Collections.IDictionary "
	  "GetEnvironmentVariables()", env_variables },
	{ "static string GetFolderPath(System.Environment+SpecialFolder "
	  "folder)", env_folder },
	{ "static string ExpandEnvironmentVariables(string name)",
	    env_expand },
	{ NULL },
};

void
environment_init(void)
{
	type_add_members(&type_conversion, convert_members);
	type_add(&type_conversion);
	type_add_members(&type_environment, environment_members);
	type_add(&type_environment);
}
