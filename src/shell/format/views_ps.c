/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Default views of PowerShell's own objects (powershell-session: views). */
#include "config.h"

#include <stddef.h>

#include "core/string.h"
#include "shell/format/view.h"
#include "types/types.h"

static enum flow
text_of_date(struct run *r, struct value v, struct value *outp)
{
	struct value text, pieces[3];
	enum flow flow = value_format(r, v, "F", &text);

	if (flow != FLOW_MORE)
		return flow;
	pieces[0] = value_string("\n");
	pieces[1] = text;
	pieces[2] = value_string("\n");
	*outp = string_concat(pieces, 3);
	value_unref(pieces[0]);
	value_unref(text);
	value_unref(pieces[2]);
	return FLOW_MORE;
}

static enum flow
text_of_itself(struct run *r, struct value v, struct value *outp)
{
	return value_text(r, v, outp);
}

static enum flow
guid_text(struct run *r, struct value v, struct value *outp)
{
	return value_text(r, v, outp);
}

/* "gci -> Get-ChildItem" for an alias, the name for the rest. */
static enum flow
command_name(struct run *r, struct value v, struct value *outp)
{
	bool found = false;
	enum flow flow = value_get_member(r, v, "DisplayName", outp, &found);

	if (flow != FLOW_MORE || (found && value_is_string(*outp)))
		return flow;
	value_clear(outp);
	return value_get_member(r, v, "Name", outp, &found);
}

/* "11/25/2026 13:05" */
static enum flow
file_time(struct run *r, struct value v, struct value *outp)
{
	struct value when = VALUE_NULL;
	bool found = false;
	enum flow flow = value_get_member(r, v, "LastWriteTime", &when,
	    &found);

	if (flow == FLOW_MORE && found)
		flow = format_composite(r, "{0:d} {0:HH}:{0:mm}", &when, 1,
		    outp);
	value_unref(when);
	return flow;
}

/* The name, and where a link leads. */
static enum flow
file_name(struct run *r, struct value v, struct value *outp)
{
	struct value pair[2] = { VALUE_NULL, VALUE_NULL };
	bool found = false;
	enum flow flow = value_get_member(r, v, "LinkTarget", &pair[1],
	    &found);

	if (flow == FLOW_MORE)
		flow = value_get_member(r, v, "Name", &pair[0], &found);
	if (flow == FLOW_MORE)
		flow = format_composite(r, value_is_string(pair[1]) ?
			"{0} -> {1}" : "{0}", pair, 2, outp);
	value_unref(pair[0]);
	value_unref(pair[1]);
	return flow;
}

static const struct view_column version_columns[] = {
	{ "Major", "Major", 6, ALIGN_LEFT, NULL },
	{ "Minor", "Minor", 6, ALIGN_LEFT, NULL },
	{ "Build", "Build", 6, ALIGN_LEFT, NULL },
	{ "Revision", "Revision", 8, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column dictionary_columns[] = {
	{ "Name", "Key", 30, ALIGN_LEFT, NULL },
	{ "Value", "Value", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column guid_columns[] = {
	{ "Guid", NULL, 0, ALIGN_LEFT, guid_text },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column timespan_items[] = {
	{ "Days", "Days", 0, ALIGN_UNDEFINED, NULL },
	{ "Hours", "Hours", 0, ALIGN_UNDEFINED, NULL },
	{ "Minutes", "Minutes", 0, ALIGN_UNDEFINED, NULL },
	{ "Seconds", "Seconds", 0, ALIGN_UNDEFINED, NULL },
	{ "Milliseconds", "Milliseconds", 0, ALIGN_UNDEFINED, NULL },
	{ "Ticks", "Ticks", 0, ALIGN_UNDEFINED, NULL },
	{ "TotalDays", "TotalDays", 0, ALIGN_UNDEFINED, NULL },
	{ "TotalHours", "TotalHours", 0, ALIGN_UNDEFINED, NULL },
	{ "TotalMinutes", "TotalMinutes", 0, ALIGN_UNDEFINED, NULL },
	{ "TotalSeconds", "TotalSeconds", 0, ALIGN_UNDEFINED, NULL },
	{ "TotalMilliseconds", "TotalMilliseconds", 0, ALIGN_UNDEFINED, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column member_columns[] = {
	{ "Name", "Name", 0, ALIGN_LEFT, NULL },
	{ "MemberType", "MemberType", 0, ALIGN_LEFT, NULL },
	{ "Definition", "Definition", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column group_columns[] = {
	{ "Count", "Count", 5, ALIGN_RIGHT, NULL },
	{ "Name", "Name", 25, ALIGN_LEFT, NULL },
	{ "Group", "Group", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column group_list[] = {
	{ "Name", "Name", 0, ALIGN_UNDEFINED, NULL },
	{ "Count", "Count", 0, ALIGN_UNDEFINED, NULL },
	{ "Group", "Group", 0, ALIGN_UNDEFINED, NULL },
	{ "Values", "Values", 0, ALIGN_UNDEFINED, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column group_plain_columns[] = {
	{ "Count", "Count", 5, ALIGN_RIGHT, NULL },
	{ "Name", "Name", 25, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column variable_columns[] = {
	{ "Name", "Name", 30, ALIGN_LEFT, NULL },
	{ "Value", "Value", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column command_columns[] = {
	{ "CommandType", "CommandType", 15, ALIGN_LEFT, NULL },
	{ "Name", NULL, 50, ALIGN_LEFT, command_name },
	{ "Version", "Version", 10, ALIGN_LEFT, NULL },
	{ "Source", "Source", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column path_columns[] = {
	{ "Path", "Path", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column history_columns[] = {
	{ "Id", "Id", 4, ALIGN_RIGHT, NULL },
	{ "Duration", "Duration", 16, ALIGN_RIGHT, NULL },
	{ "CommandLine", "CommandLine", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column drive_columns[] = {
	{ "Name", "Name", 10, ALIGN_LEFT, NULL },
	{ "Used (GB)", "Used", 13, ALIGN_RIGHT, NULL },
	{ "Free (GB)", "Free", 13, ALIGN_RIGHT, NULL },
	{ "Provider", "Provider", 13, ALIGN_LEFT, NULL },
	{ "Root", "Root", 35, ALIGN_LEFT, NULL },
	{ "CurrentLocation", "CurrentLocation", 0, ALIGN_RIGHT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column module_columns[] = {
	{ "ModuleType", "ModuleType", 10, ALIGN_LEFT, NULL },
	{ "Version", "Version", 10, ALIGN_LEFT, NULL },
	{ "PreRelease", NULL, 10, ALIGN_LEFT, text_of_itself },
	{ "Name", "Name", 35, ALIGN_LEFT, NULL },
	{ "ExportedCommands", "ExportedCommands", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column file_columns[] = {
	{ "UnixMode", "UnixMode", 10, ALIGN_LEFT, NULL },
	{ "User", "User", 10, ALIGN_RIGHT, NULL },
	{ "Group", "Group", 10, ALIGN_LEFT, NULL },
	{ "LastWriteTime", NULL, 16, ALIGN_RIGHT, file_time },
	{ "Size", "Size", 12, ALIGN_RIGHT, NULL },
	{ "Name", NULL, 0, ALIGN_LEFT, file_name },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column file_items[] = {
	{ "Name", "Name", 0, ALIGN_UNDEFINED, NULL },
	{ "CreationTime", "CreationTime", 0, ALIGN_UNDEFINED, NULL },
	{ "LastWriteTime", "LastWriteTime", 0, ALIGN_UNDEFINED, NULL },
	{ "LastAccessTime", "LastAccessTime", 0, ALIGN_UNDEFINED, NULL },
	{ "Mode", "Mode", 0, ALIGN_UNDEFINED, NULL },
	{ "LinkType", "LinkType", 0, ALIGN_UNDEFINED, NULL },
	{ "Target", "Target", 0, ALIGN_UNDEFINED, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column hash_columns[] = {
	{ "Algorithm", "Algorithm", 15, ALIGN_LEFT, NULL },
	{ "Hash", "Hash", 70, ALIGN_LEFT, NULL },
	{ "Path", "Path", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column verb_columns[] = {
	{ "Verb", "Verb", 11, ALIGN_LEFT, NULL },
	{ "AliasPrefix", "AliasPrefix", 11, ALIGN_LEFT, NULL },
	{ "Group", "Group", 14, ALIGN_LEFT, NULL },
	{ "Description", "Description", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column event_columns[] = {
	{ "TimeCreated", "TimeCreated", 24, ALIGN_LEFT, NULL },
	{ "Id", "Id", 8, ALIGN_RIGHT, NULL },
	{ "LevelDisplayName", "LevelDisplayName", 16, ALIGN_LEFT, NULL },
	{ "Message", "Message", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

const struct view views_ps[] = {
	{ "System.Version", SHAPE_TABLE, version_columns, NULL, false, NULL },
	{ "System.Guid", SHAPE_TABLE, guid_columns, NULL, true, NULL },
	{ "System.TimeSpan", SHAPE_LIST, timespan_items, NULL, false, NULL },
	{ "System.DateTime", SHAPE_TEXT, NULL, NULL, false, text_of_date },
	{ "System.Management.Automation.ScriptBlock", SHAPE_TEXT, NULL, NULL,
	    false, text_of_itself },
	{ "System.Collections.DictionaryEntry", SHAPE_TABLE,
	    dictionary_columns, NULL, false, NULL },
	{ "System.Collections.DictionaryEntry", SHAPE_LIST, dictionary_columns,
	    NULL, false, NULL },
	{ "Microsoft.PowerShell.Commands.MemberDefinition", SHAPE_TABLE,
	    member_columns, "TypeName", true, NULL },
	{ "Microsoft.PowerShell.Commands.GroupInfoNoElement", SHAPE_TABLE,
	    group_plain_columns, NULL, false, NULL },
	{ "Microsoft.PowerShell.Commands.GroupInfo", SHAPE_TABLE,
	    group_columns, NULL, false, NULL },
	{ "Microsoft.PowerShell.Commands.GroupInfo", SHAPE_LIST, group_list,
	    NULL, false, NULL },
	{ "Microsoft.PowerShell.Commands.HistoryInfo", SHAPE_TABLE,
	    history_columns, NULL, false, NULL },
	{ "Microsoft.PowerShell.Commands.MatchInfo", SHAPE_CUSTOM, NULL, NULL,
	    false, text_of_itself },
	{ "System.Management.Automation.PSVariable", SHAPE_TABLE,
	    variable_columns, NULL, false, NULL },
	{ "System.Management.Automation.CommandInfo", SHAPE_TABLE,
	    command_columns, NULL, false, NULL },
	{ "System.Management.Automation.PathInfo", SHAPE_TABLE, path_columns,
	    NULL, false, NULL },
	{ "System.Management.Automation.PSDriveInfo", SHAPE_TABLE,
	    drive_columns, NULL, false, NULL },
	{ "System.Management.Automation.PSModuleInfo", SHAPE_TABLE,
	    module_columns, NULL, false, NULL },
	{ "System.IO.FileInfo", SHAPE_LIST, file_items,
	    " Directory=PSParentPath", false, NULL },
	{ "System.IO.DirectoryInfo", SHAPE_LIST, file_items,
	    " Directory=PSParentPath", false, NULL },
	{ "Microsoft.Powershell.Utility.FileHash", SHAPE_TABLE, hash_columns,
	    NULL, false, NULL },
	{ "System.Management.Automation.VerbInfo", SHAPE_TABLE, verb_columns,
	    NULL, false, NULL },
	{ "System.IO.FileInfo", SHAPE_TABLE, file_columns,
	    " Directory=PSParentPath",
	    false, NULL },
	{ "System.IO.DirectoryInfo", SHAPE_TABLE, file_columns,
	    " Directory=PSParentPath", false, NULL },
	{ "System.Diagnostics.Eventing.Reader.EventLogRecord", SHAPE_TABLE,
	    event_columns, "ProviderName", false, NULL },
	{ NULL, SHAPE_ANY, NULL, NULL, false, NULL },
};
