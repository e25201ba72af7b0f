/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Default views of types that scripts print now and then. */
#include "config.h"

#include <stddef.h>

#include "shell/format/view.h"

/* IsSerializable, which .NET still says of the types there are here. */
static enum flow
always(struct run *r, struct value v, struct value *outp)
{
	(void)r;
	(void)v;
	*outp = value_bool(true);
	return FLOW_MORE;
}

static const struct view_column runtimetype_columns[] = {
	{ "IsPublic", "IsPublic", 8, ALIGN_LEFT, NULL },
	{ "IsSerial", NULL, 8, ALIGN_LEFT, always },
	{ "Name", "Name", 40, ALIGN_LEFT, NULL },
	{ "BaseType", "BaseType", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column semanticversion_columns[] = {
	{ "Major", "Major", 6, ALIGN_LEFT, NULL },
	{ "Minor", "Minor", 6, ALIGN_LEFT, NULL },
	{ "Patch", "Patch", 6, ALIGN_LEFT, NULL },
	{ "PreReleaseLabel", "PreReleaseLabel", 15, ALIGN_LEFT, NULL },
	{ "BuildLabel", "BuildLabel", 11, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column cultureinfo_columns[] = {
	{ "LCID", "LCID", 16, ALIGN_LEFT, NULL },
	{ "Name", "Name", 16, ALIGN_LEFT, NULL },
	{ "DisplayName", "DisplayName", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column assembly_columns[] = {
	{ "GAC", "GlobalAssemblyCache", 6, ALIGN_LEFT, NULL },
	{ "Version", "ImageRuntimeVersion", 14, ALIGN_LEFT, NULL },
	{ "Location", "Location", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column assembly_items[] = {
	{ "CodeBase", "CodeBase", 0, ALIGN_UNDEFINED, NULL },
	{ "EntryPoint", "EntryPoint", 0, ALIGN_UNDEFINED, NULL },
	{ "EscapedCodeBase", "EscapedCodeBase", 0, ALIGN_UNDEFINED, NULL },
	{ "FullName", "FullName", 0, ALIGN_UNDEFINED, NULL },
	{ "GlobalAssemblyCache",
	    "GlobalAssemblyCache", 0, ALIGN_UNDEFINED, NULL },
	{ "HostContext", "HostContext", 0, ALIGN_UNDEFINED, NULL },
	{ "ImageFileMachine", "ImageFileMachine", 0, ALIGN_UNDEFINED, NULL },
	{ "ImageRuntimeVersion",
	    "ImageRuntimeVersion", 0, ALIGN_UNDEFINED, NULL },
	{ "Location", "Location", 0, ALIGN_UNDEFINED, NULL },
	{ "ManifestModule", "ManifestModule", 0, ALIGN_UNDEFINED, NULL },
	{ "MetadataToken", "MetadataToken", 0, ALIGN_UNDEFINED, NULL },
	{ "PortableExecutableKind",
	    "PortableExecutableKind", 0, ALIGN_UNDEFINED, NULL },
	{ "ReflectionOnly", "ReflectionOnly", 0, ALIGN_UNDEFINED, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column assemblyname_columns[] = {
	{ "Version", "Version", 14, ALIGN_LEFT, NULL },
	{ "Name", "Name", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column fileversioninfo_columns[] = {
	{ "ProductVersion", "ProductVersion", 16, ALIGN_LEFT, NULL },
	{ "FileVersion", "FileVersion", 16, ALIGN_LEFT, NULL },
	{ "FileName", "FileName", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column fileversioninfo_items[] = {
	{ "OriginalFileName", "OriginalFileName", 0, ALIGN_UNDEFINED, NULL },
	{ "FileDescription", "FileDescription", 0, ALIGN_UNDEFINED, NULL },
	{ "ProductName", "ProductName", 0, ALIGN_UNDEFINED, NULL },
	{ "Comments", "Comments", 0, ALIGN_UNDEFINED, NULL },
	{ "CompanyName", "CompanyName", 0, ALIGN_UNDEFINED, NULL },
	{ "FileName", "FileName", 0, ALIGN_UNDEFINED, NULL },
	{ "FileVersion", "FileVersion", 0, ALIGN_UNDEFINED, NULL },
	{ "ProductVersion", "ProductVersion", 0, ALIGN_UNDEFINED, NULL },
	{ "IsDebug", "IsDebug", 0, ALIGN_UNDEFINED, NULL },
	{ "IsPatched", "IsPatched", 0, ALIGN_UNDEFINED, NULL },
	{ "IsPreRelease", "IsPreRelease", 0, ALIGN_UNDEFINED, NULL },
	{ "IsPrivateBuild", "IsPrivateBuild", 0, ALIGN_UNDEFINED, NULL },
	{ "IsSpecialBuild", "IsSpecialBuild", 0, ALIGN_UNDEFINED, NULL },
	{ "Language", "Language", 0, ALIGN_UNDEFINED, NULL },
	{ "LegalCopyright", "LegalCopyright", 0, ALIGN_UNDEFINED, NULL },
	{ "LegalTrademarks", "LegalTrademarks", 0, ALIGN_UNDEFINED, NULL },
	{ "PrivateBuild", "PrivateBuild", 0, ALIGN_UNDEFINED, NULL },
	{ "SpecialBuild", "SpecialBuild", 0, ALIGN_UNDEFINED, NULL },
	{ "FileVersionRaw", "FileVersionRaw", 0, ALIGN_UNDEFINED, NULL },
	{ "ProductVersionRaw", "ProductVersionRaw", 0, ALIGN_UNDEFINED, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column servicecontroller_columns[] = {
	{ "Status", "Status", 8, ALIGN_LEFT, NULL },
	{ "Name", "Name", 18, ALIGN_LEFT, NULL },
	{ "DisplayName", "DisplayName", 38, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column servicecontroller_items[] = {
	{ "Name", "Name", 0, ALIGN_UNDEFINED, NULL },
	{ "DisplayName", "DisplayName", 0, ALIGN_UNDEFINED, NULL },
	{ "Status", "Status", 0, ALIGN_UNDEFINED, NULL },
	{ "DependentServices", "DependentServices", 0, ALIGN_UNDEFINED, NULL },
	{ "ServicesDependedOn",
	    "ServicesDependedOn", 0, ALIGN_UNDEFINED, NULL },
	{ "CanPauseAndContinue",
	    "CanPauseAndContinue", 0, ALIGN_UNDEFINED, NULL },
	{ "CanShutdown", "CanShutdown", 0, ALIGN_UNDEFINED, NULL },
	{ "CanStop", "CanStop", 0, ALIGN_UNDEFINED, NULL },
	{ "ServiceType", "ServiceType", 0, ALIGN_UNDEFINED, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column networkcredential_columns[] = {
	{ "UserName", "UserName", 50, ALIGN_LEFT, NULL },
	{ "Domain", "Domain", 50, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column job_columns[] = {
	{ "Id", "Id", 6, ALIGN_LEFT, NULL },
	{ "Name", "Name", 15, ALIGN_LEFT, NULL },
	{ "PSJobTypeName", "PSJobTypeName", 15, ALIGN_LEFT, NULL },
	{ "State", "State", 13, ALIGN_LEFT, NULL },
	{ "HasMoreData", "HasMoreData", 15, ALIGN_LEFT, NULL },
	{ "Location", "Location", 20, ALIGN_LEFT, NULL },
	{ "Command", "Command", 25, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column callstackframe_columns[] = {
	{ "Command", "Command", 0, ALIGN_LEFT, NULL },
	{ "Arguments", "Arguments", 0, ALIGN_LEFT, NULL },
	{ "Location", "Location", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column filehashinfo_columns[] = {
	{ "Algorithm", "Algorithm", 15, ALIGN_LEFT, NULL },
	{ "Hash", "Hash", 70, ALIGN_LEFT, NULL },
	{ "Path", "Path", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column providerinfo_columns[] = {
	{ "Name", "Name", 20, ALIGN_LEFT, NULL },
	{ "Capabilities", "Capabilities", 0, ALIGN_LEFT, NULL },
	{ "Drives", "Drives", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column providerinfo_items[] = {
	{ "Name", "Name", 0, ALIGN_UNDEFINED, NULL },
	{ "Drives", "Drives", 0, ALIGN_UNDEFINED, NULL },
	{ "Path", "Path", 0, ALIGN_UNDEFINED, NULL },
	{ "Home", "Home", 0, ALIGN_UNDEFINED, NULL },
	{ "Description", "Description", 0, ALIGN_UNDEFINED, NULL },
	{ "Capabilities", "Capabilities", 0, ALIGN_UNDEFINED, NULL },
	{ "ImplementingType", "ImplementingType", 0, ALIGN_UNDEFINED, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column typedata_columns[] = {
	{ "TypeName", "TypeName", 0, ALIGN_LEFT, NULL },
	{ "Members", "Members", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column groupinfonoelement_items[] = {
	{ "Name", "Name", 0, ALIGN_UNDEFINED, NULL },
	{ "Count", "Count", 0, ALIGN_UNDEFINED, NULL },
	{ "Values", "Values", 0, ALIGN_UNDEFINED, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

const struct view views_net[] = {
	{ "System.RuntimeType", SHAPE_TABLE,
	    runtimetype_columns, NULL, false, NULL },
	{ "System.Management.Automation.SemanticVersion", SHAPE_TABLE,
	    semanticversion_columns, NULL, false, NULL },
	{ "System.Globalization.CultureInfo", SHAPE_TABLE,
	    cultureinfo_columns, NULL, false, NULL },
	{ "System.Reflection.Assembly", SHAPE_TABLE,
	    assembly_columns, NULL, false, NULL },
	{ "System.Reflection.Assembly", SHAPE_LIST,
	    assembly_items, NULL, false, NULL },
	{ "System.Reflection.AssemblyName", SHAPE_TABLE,
	    assemblyname_columns, NULL, false, NULL },
	{ "System.Diagnostics.FileVersionInfo", SHAPE_TABLE,
	    fileversioninfo_columns, NULL, false, NULL },
	{ "System.Diagnostics.FileVersionInfo", SHAPE_LIST,
	    fileversioninfo_items, NULL, false, NULL },
	{ "System.ServiceProcess.ServiceController", SHAPE_TABLE,
	    servicecontroller_columns, NULL, false, NULL },
	{ "System.ServiceProcess.ServiceController", SHAPE_LIST,
	    servicecontroller_items, NULL, false, NULL },
	{ "System.Net.NetworkCredential", SHAPE_TABLE,
	    networkcredential_columns, NULL, false, NULL },
	{ "System.Management.Automation.Job", SHAPE_TABLE,
	    job_columns, NULL, false, NULL },
	{ "System.Management.Automation.CallStackFrame", SHAPE_TABLE,
	    callstackframe_columns, NULL, false, NULL },
	{ "Microsoft.PowerShell.Commands.FileHashInfo", SHAPE_TABLE,
	    filehashinfo_columns, NULL, false, NULL },
	{ "System.Management.Automation.ProviderInfo", SHAPE_TABLE,
	    providerinfo_columns, NULL, false, NULL },
	{ "System.Management.Automation.ProviderInfo", SHAPE_LIST,
	    providerinfo_items, NULL, false, NULL },
	{ "System.Management.Automation.Runspaces.TypeData", SHAPE_TABLE,
	    typedata_columns, NULL, false, NULL },
	{ "Microsoft.PowerShell.Commands.GroupInfoNoElement", SHAPE_LIST,
	    groupinfonoelement_items, NULL, false, NULL },
	{ NULL, SHAPE_ANY, NULL, NULL, false, NULL },
};
