/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads JSON into objects or dictionaries in one pass over the text. */
#include "config.h"

#include <string.h>

#include "cmdlets/data/json_read.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "core/text.h"
#include "core/type.h"
#include "types/member.h"
#include "types/types.h"

static int read_value(struct json_reader *j, struct value *outp);

/* Keys keep their case apart; shown and used as a Hashtable otherwise. */
static struct type type_ordered_hashtable;

struct dict *
ordered_hashtable_new(void)
{
	struct type *t = &type_ordered_hashtable;
	struct dict *d;

	if (t->name == NULL) {
		*t = type_dict;
		t->name = "System.Management.Automation.OrderedHashtable";
		t->short_name = NULL;
		t->base = &type_dict;
		t->members = NULL;
		t->cache = NULL;
		type_add(t);
	}
	d = dict_new(t);
	d->ignore_case = false;
	return d;
}

void
json_reader_init(struct json_reader *j, struct run *r)
{
	memset(j, 0, sizeof(*j));
	j->run = r;
	j->max_depth = 1024;
	buf_init(&j->scratch);
	buf_init(&j->error);
}

void
json_reader_clear(struct json_reader *j)
{
	size_t i;

	for (i = 0; i < JSON_NAMES; i++)
		value_unref(j->names[i]);
	while (j->depth > 0)
		value_unref(j->levels[--j->depth].name);
	mem_free(j->levels);
	buf_clear(&j->scratch);
	buf_clear(&j->error);
}

/* Property names repeat: one string for all. Owned. */
static struct value
name_value(struct json_reader *j, const char *s, size_t n)
{
	uint32_t h = 2166136261u;
	struct value *slot;
	size_t i;

	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	slot = &j->names[h % JSON_NAMES];
	if (!value_is_string(*slot) || value_chars_len(*slot) != n ||
	    memcmp(value_chars(*slot), s, n) != 0)
		value_set_take(slot, value_string_n(s, n));
	return value_ref(*slot);
}

/* --- what lies between --- */

static int
skip_comment(struct json_reader *j)
{
	const char *end;

	if (j->strict)
		return json_fail(j, "Unexpected character: /.");
	if (j->at + 1 < j->len && j->text[j->at + 1] == '/') {
		end = memchr(j->text + j->at, '\n', j->len - j->at);
		j->at = end == NULL ? j->len : (size_t)(end - j->text) + 1;
		return 0;
	}
	if (j->at + 1 >= j->len || j->text[j->at + 1] != '*') {
		j->at++;
		return j->at >= j->len
		    ? json_fail(j, "Unexpected end while parsing comment.")
		    : json_fail(j,
			  "Error parsing comment. Expected: *, got %c.",
			  j->text[j->at]);
	}
	for (j->at += 2; j->at + 1 < j->len; j->at++)
		if (j->text[j->at] == '*' && j->text[j->at + 1] == '/') {
			j->at += 2;
			return 0;
		}
	j->at = j->len;
	return json_fail(j, "Unexpected end while parsing comment.");
}

/* 0 at something, 1 at the end, -1 */
static int
skip(struct json_reader *j)
{
	while (j->at < j->len) {
		switch (j->text[j->at]) {
		case ' ':
		case '\t':
		case '\n':
		case '\r':
			j->at++;
			break;
		case '/':
			if (skip_comment(j) != 0)
				return -1;
			break;
		default:
			return 0;
		}
	}
	return 1;
}

/* What the writer of tokens says of a text that just stops. */
static int
ended_early(struct json_reader *j)
{
	struct buf path = { 0 };

	if (json_fail(j, "x") == 0)
		return 0;
	/* its message has no place, only the path */
	{
		char *whole = mem_strdup(buf_text(&j->error));
		char *from = strstr(whole, " Path '");
		char *to = from == NULL ? NULL : strstr(from, "', line ");

		buf_reset(&j->error);
		buf_add_str(&j->error, "Unexpected end when reading token.");
		if (to != NULL)
			buf_add(&j->error, from, (size_t)(to - from));
		buf_add_str(&j->error, "'.");
		mem_free(whole);
	}
	buf_clear(&path);
	return -1;
}

/* --- levels --- */

static int
enter(struct json_reader *j, bool array)
{
	if ((int64_t)j->depth >= j->max_depth && j->max_depth > 0)
		return json_fail(j,
		    "The reader's MaxDepth of %lld has been exceeded.",
		    (long long)j->max_depth);
	if (!run_stack_ok())
		return json_fail(j, "The text is nested too deeply.");
	if (j->depth == j->cap) {
		j->cap = j->cap == 0 ? 16 : j->cap * 2;
		j->levels =
		    mem_array_grow(j->levels, j->cap, sizeof(*j->levels));
	}
	j->levels[j->depth++] = (struct json_level){ .array = array,
		.index = -1 };
	j->at++;
	return 0;
}

static void
leave(struct json_reader *j)
{
	value_unref(j->levels[--j->depth].name);
}

/* --- arrays --- */

static int
read_array(struct json_reader *j, struct value *outp)
{
	struct list *l;
	struct value v = VALUE_NULL;
	int rc;

	if (enter(j, true) != 0)
		return -1;
	l = list_new(NULL, 4);
	for (;;) {
		rc = skip(j);
		if (rc != 0)
			break;
		if (j->text[j->at] == ']')
			goto done;
		j->levels[j->depth - 1].index++;
		if (!j->strict && j->text[j->at] == ',')
			v = VALUE_NULL; /* [,1] has an undefined */
		else if ((rc = read_value(j, &v)) != 0)
			break;
		list_add_take(l, v);
		rc = skip(j);
		if (rc != 0)
			break;
		if (j->text[j->at] == ']')
			goto done;
		if (j->text[j->at] != ',') {
			rc = json_fail(j,
			    "After parsing a value an unexpected character "
			    "was encountered: %c.",
			    j->text[j->at]);
			break;
		}
		j->at++;
	}
	if (rc == 1)
		(void)ended_early(j);
	value_unref(list_value(l));
	return -1;
done:
	j->at++;
	leave(j);
	*outp = list_value(l);
	return 0;
}

/* --- objects --- */

static bool
in_name(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
	    c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static int
bare_name(struct json_reader *j, const char **sp, size_t *np)
{
	size_t from = j->at;

	if (j->strict || !in_name(j->text[j->at]))
		return json_fail(j,
		    "Invalid property identifier character: %c.",
		    j->text[j->at]);
	while (j->at < j->len && in_name(j->text[j->at]))
		j->at++;
	if (j->at >= j->len)
		return json_fail(j,
		    "Unexpected end while parsing unquoted property name.");
	if (strchr(" \t\r\n:", j->text[j->at]) == NULL)
		return json_fail(j,
		    "Invalid JavaScript property identifier character: %c.",
		    j->text[j->at]);
	*sp = j->text + from;
	*np = j->at - from;
	return 0;
}

/* The name and its colon. */
static int
read_name(struct json_reader *j, struct value *namep)
{
	char c = j->text[j->at];
	const char *s;
	size_t n;
	int rc;

	rc = c == '"' || (c == '\'' && !j->strict) ? json_string(j, &s, &n)
						   : bare_name(j, &s, &n);
	if (rc != 0)
		return -1;
	*namep = name_value(j, s, n);
	rc = skip(j);
	if (rc == 0 && j->text[j->at] == ':') {
		j->at++;
		return 0;
	}
	value_clear(namep);
	if (rc == 1)
		return ended_early(j);
	return rc < 0 ? -1
		      : json_fail(j,
			    "Invalid character after parsing property name. "
			    "Expected ':' but got: %c.",
			    j->text[j->at]);
}

static int
clash(struct json_reader *j, const char *id, const char *fmt, const char *a,
    const char *b)
{
	j->clash = true;
	j->id = id;
	buf_add_str(&j->error, fmt);
	if (a != NULL)
		buf_printf(&j->error, "'%s' was '%s'.", a, b);
	return -1;
}

static int
add_property(struct json_reader *j, struct object *o, struct value name,
    struct value v)
{
	const char *s = value_chars(name);
	struct member *m;

	if (*s == '\0')
		return clash(j, "EmptyKeyInJsonString",
		    "The provided JSON includes a property whose name is an "
		    "empty string, this is only supported using the "
		    "-AsHashTable switch.",
		    NULL, NULL);
	m = object_add_named(o, name, MEMBER_NOTE);
	if (strcmp(value_chars(m->name), s) != 0)
		return clash(j, "KeysWithDifferentCasingInJsonString",
		    "Cannot convert the JSON string because it contains keys "
		    "with different casing. Please use the -AsHashTable "
		    "switch instead. The key that was attempted to be added "
		    "to the existing key ",
		    value_chars(m->name), s);
	value_set(&m->value, v);
	return 0;
}

static int
read_member(struct json_reader *j, struct object *o, struct dict *d)
{
	struct value name = VALUE_NULL, v = VALUE_NULL;
	int rc;

	if (read_name(j, &name) != 0)
		return -1;
	value_set(&j->levels[j->depth - 1].name, name);
	rc = skip(j);
	if (rc == 1)
		rc = ended_early(j);
	if (rc == 0)
		rc = read_value(j, &v);
	if (rc == 0 && d != NULL)
		dict_set(d, name, v);
	else if (rc == 0)
		rc = add_property(j, o, name, v);
	value_unref(v);
	value_unref(name);
	return rc;
}

static int
read_object(struct json_reader *j, struct value *outp)
{
	struct object *o;
	struct dict *d;
	struct value v;
	int rc;

	if (enter(j, false) != 0)
		return -1;
	d = j->hashtable ? ordered_hashtable_new() : NULL;
	o = d == NULL ? object_new(NULL) : NULL;
	v = d != NULL ? dict_value(d) : object_value(o);
	for (;;) {
		rc = skip(j);
		if (rc != 0)
			break;
		if (j->text[j->at] == '}')
			goto done;
		if ((rc = read_member(j, o, d)) != 0)
			break;
		if ((rc = skip(j)) != 0)
			break;
		if (j->text[j->at] == '}')
			goto done;
		if (j->text[j->at] != ',') {
			rc = json_fail(j,
			    "After parsing a value an unexpected character "
			    "was encountered: %c.",
			    j->text[j->at]);
			break;
		}
		j->at++;
	}
	if (rc == 1)
		(void)ended_early(j);
	value_unref(v);
	return -1;
done:
	j->at++;
	leave(j);
	*outp = v;
	return 0;
}

/* --- values --- */

static int
literal(struct json_reader *j, const char *word, const char *what)
{
	size_t n = strlen(word);

	if (j->len - j->at < n || memcmp(j->text + j->at, word, n) != 0 ||
	    (j->at + n < j->len && in_name(j->text[j->at + n]))) {
		while (*word != '\0' && j->at < j->len &&
		    j->text[j->at] == *word) {
			j->at++;
			word++;
		}
		return json_fail(j, "Error parsing %s value.", what);
	}
	j->at += n;
	return 0;
}

static int
unexpected(struct json_reader *j)
{
	char shown[8];
	uint32_t cp;
	size_t n = utf8_decode(j->text + j->at, j->len - j->at, &cp);

	memcpy(shown, j->text + j->at, n);
	shown[n] = '\0';
	return json_fail(j,
	    "Unexpected character encountered while parsing value: %s.",
	    shown);
}

static int
read_word(struct json_reader *j, struct value *outp)
{
	switch (j->text[j->at]) {
	case 't':
		*outp = value_bool(true);
		return literal(j, "true", "boolean");
	case 'f':
		*outp = value_bool(false);
		return literal(j, "false", "boolean");
	case 'n':
		*outp = VALUE_NULL;
		return literal(j, "null", "null");
	case 'u':
		*outp = VALUE_NULL;
		return j->strict ? unexpected(j)
				 : literal(j, "undefined", "undefined");
	case 'N':
		*outp = value_double(__builtin_nan(""));
		return j->strict ? unexpected(j) : literal(j, "NaN", "NaN");
	case 'I':
		*outp = value_double(__builtin_inf());
		return j->strict ? unexpected(j)
				 : literal(j, "Infinity", "Infinity");
	default:
		return unexpected(j);
	}
}

static int
read_value(struct json_reader *j, struct value *outp)
{
	const char *s;
	size_t n;
	char c = j->text[j->at];

	switch (c) {
	case '{':
		return read_object(j, outp);
	case '[':
		return read_array(j, outp);
	case '\'':
		if (j->strict)
			return unexpected(j);
		__attribute__((fallthrough));
	case '"':
		if (json_string(j, &s, &n) != 0)
			return -1;
		*outp = json_text_value(j, s, n);
		return 0;
	case '-':
		if (!j->strict && j->len - j->at > 8 &&
		    memcmp(j->text + j->at, "-Infinity", 9) == 0) {
			j->at += 9;
			*outp = value_double(-__builtin_inf());
			return 0;
		}
		return json_number(j, outp);
	default:
		if ((c >= '0' && c <= '9') || (c == '.' && !j->strict))
			return json_number(j, outp);
		return read_word(j, outp);
	}
}

int
json_read(struct json_reader *j, const char *text, size_t len,
    struct value *outp)
{
	int rc;

	while (j->depth > 0)
		leave(j);
	j->text = text;
	j->len = len;
	j->at = 0;
	j->clash = false;
	buf_reset(&j->error);
	*outp = VALUE_NULL;
	rc = skip(j);
	if (rc != 0)
		return rc < 0 || j->strict ? -1 : 0;
	if (read_value(j, outp) != 0)
		return -1;
	rc = skip(j);
	if (rc == 1)
		return 0;
	if (rc == 0)
		(void)json_fail(j,
		    "Additional text encountered after finished reading JSON "
		    "content: %c.",
		    text[j->at]);
	value_clear(outp);
	return -1;
}
