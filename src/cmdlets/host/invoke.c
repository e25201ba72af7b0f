/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Invoke-Expression, Invoke-Command. */
#include "config.h"

#include <string.h>

#include "cmdlets/host/host_cmdlets.h"
#include "core/list.h"
#include "core/mem.h"
#include "types/types.h"

static enum flow
emit_to(void *arg, struct value v)
{
	return call_emit(arg, v);
}

enum {
	X_COMMAND,
};

static const struct param_spec expression_params[] = {
	{ "Command", "string", NULL,
	    "*/0mv", 0, NULL, 0, 0,
	    "command" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

static enum flow
expression_process(struct call *c)
{
	struct run *r = call_run(c);
	struct value v = value_ref(call_param(c, X_COMMAND));
	enum flow flow = r->ops->run_text(r, value_chars(v),
	    value_chars_len(v), emit_to, c);

	value_unref(v);
	return flow;
}

const struct cmdlet cmdlet_invoke_expression = {
	.name = "Invoke-Expression",
	.class_name = "Microsoft.PowerShell.Commands.InvokeExpressionCommand",
	.module = "Microsoft.PowerShell.Utility",
	.params = expression_params,
	.synopsis = "Runs text as a script",
	.process = expression_process,
};

enum {
	I_SESSION,
	I_COMPUTER_NAME,
	I_CREDENTIAL,
	I_PORT,
	I_USE_SSL,
	I_CONFIGURATION_NAME,
	I_APPLICATION_NAME,
	I_THROTTLE_LIMIT,
	I_CONNECTION_URI,
	I_AS_JOB,
	I_IN_DISCONNECTED_SESSION,
	I_SESSION_NAME,
	I_HIDE_COMPUTER_NAME,
	I_JOB_NAME,
	I_SCRIPT_BLOCK,
	I_NO_NEW_SCOPE,
	I_FILE_PATH,
	I_ALLOW_REDIRECTION,
	I_SESSION_OPTION,
	I_AUTHENTICATION,
	I_ENABLE_NETWORK_ACCESS,
	I_RUN_AS_ADMINISTRATOR,
	I_HOST_NAME,
	I_USER_NAME,
	I_KEY_FILE_PATH,
	I_SUBSYSTEM,
	I_CONNECTING_TIMEOUT,
	I_SSHTRANSPORT,
	I_SSHCONNECTION,
	I_OPTIONS,
	I_REMOTE_DEBUG,
	I_INPUT_OBJECT,
	I_ARGUMENT_LIST,
	I_VMID,
	I_VMNAME,
	I_CONTAINER_ID,
	I_CERTIFICATE_THUMBPRINT,
};

static const char *const command_params_sshtransport[] = { "true", NULL };

static const struct param_spec command_params[] = {
	{ "Session", "System.Object[]", NULL,
	    "FilePathRunspace/0 Session/0", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "session" },
	{ "ComputerName", "string[]", "Cn",
	    "ComputerName/0 FilePathComputerName/0", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the host" },
	{ "Credential", "pscredential", NULL,
	    "ComputerName/p FilePathComputerName/p FilePathUri/p FilePathVMId/mp FilePathVMName/mp Uri/p VMId/mp VMName/mp", 0, NULL, 0, 0,
	    "who to act as" },
	{ "Port", "int", NULL,
	    "ComputerName/ FilePathComputerName/ SSHHost/", 0, NULL, 1, 65535,
	    "port" },
	{ "UseSSL", "switch", NULL,
	    "ComputerName/ FilePathComputerName/", 0, NULL, 0, 0,
	    "usessl" },
	{ "ConfigurationName", "string", NULL,
	    "ComputerName/p ContainerId/p FilePathComputerName/p FilePathContainerId/p FilePathUri/p FilePathVMId/p FilePathVMName/p Uri/p VMId/p VMName/p", 0, NULL, 0, 0,
	    "configurationname" },
	{ "ApplicationName", "string", NULL,
	    "ComputerName/p FilePathComputerName/p", 0, NULL, 0, 0,
	    "applicationname" },
	{ "ThrottleLimit", "int", NULL,
	    "ComputerName/ ContainerId/ FilePathComputerName/ FilePathContainerId/ FilePathRunspace/ FilePathUri/ FilePathVMId/ FilePathVMName/ Session/ Uri/ VMId/ VMName/", 0, NULL, 0, 0,
	    "throttlelimit" },
	{ "ConnectionUri", "uri[]", "URI CU",
	    "FilePathUri/0 Uri/0", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "connectionuri" },
	{ "AsJob", "switch", NULL,
	    "ComputerName/ ContainerId/ FilePathComputerName/ FilePathContainerId/ FilePathRunspace/ FilePathSSHHost/ FilePathSSHHostHash/ FilePathUri/ FilePathVMId/ FilePathVMName/ Session/ SSHHost/ SSHHostHashParam/ Uri/ VMId/ VMName/", 0, NULL, 0, 0,
	    "asjob" },
	{ "InDisconnectedSession", "switch", "Disconnected",
	    "ComputerName/ FilePathComputerName/ FilePathUri/ Uri/", 0, NULL, 0, 0,
	    "indisconnectedsession" },
	{ "SessionName", "string[]", NULL,
	    "ComputerName/ FilePathComputerName/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "sessionname" },
	{ "HideComputerName", "switch", "HCN",
	    "ComputerName/ ContainerId/ FilePathComputerName/ FilePathContainerId/ FilePathRunspace/ FilePathSSHHost/ FilePathSSHHostHash/ FilePathUri/ FilePathVMId/ FilePathVMName/ Session/ SSHHost/ SSHHostHashParam/ Uri/ VMId/ VMName/", 0, NULL, 0, 0,
	    "hidecomputername" },
	{ "JobName", "string", NULL,
	    "ComputerName/ ContainerId/ FilePathComputerName/ FilePathContainerId/ FilePathRunspace/ FilePathUri/ Session/ SSHHost/ SSHHostHashParam/ Uri/", 0, NULL, 0, 0,
	    "jobname" },
	{ "ScriptBlock", "scriptblock", "Command",
	    "ComputerName/1m ContainerId/1m InProcess/0m Session/1m SSHHost/1m SSHHostHashParam/1m Uri/1m VMId/1m VMName/1m", PARAM_NOT_NULL, NULL, 0, 0,
	    "scriptblock" },
	{ "NoNewScope", "switch", NULL,
	    "InProcess/", 0, NULL, 0, 0,
	    "nonewscope" },
	{ "FilePath", "string", "PSPath",
	    "FilePathComputerName/1m FilePathContainerId/1m FilePathRunspace/1m FilePathSSHHost/m FilePathSSHHostHash/m FilePathUri/1m FilePathVMId/1m FilePathVMName/1m", PARAM_NOT_NULL, NULL, 0, 0,
	    "filepath" },
	{ "AllowRedirection", "switch", NULL,
	    "FilePathUri/ Uri/", 0, NULL, 0, 0,
	    "allowredirection" },
	{ "SessionOption", "System.Management.Automation.Remoting.PSSessionOption", NULL,
	    "ComputerName/ FilePathComputerName/ FilePathUri/ Uri/", 0, NULL, 0, 0,
	    "sessionoption" },
	{ "Authentication", "System.Object", NULL,
	    "ComputerName/ FilePathComputerName/ FilePathUri/ Uri/", 0, NULL, 0, 0,
	    "authentication" },
	{ "EnableNetworkAccess", "switch", NULL,
	    "ComputerName/ FilePathComputerName/ FilePathUri/ Uri/", 0, NULL, 0, 0,
	    "enablenetworkaccess" },
	{ "RunAsAdministrator", "switch", NULL,
	    "ContainerId/ FilePathContainerId/", 0, NULL, 0, 0,
	    "runasadministrator" },
	{ "HostName", "string[]", NULL,
	    "FilePathSSHHost/m SSHHost/m", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "hostname" },
	{ "UserName", "string", NULL,
	    "FilePathSSHHost/ SSHHost/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "username" },
	{ "KeyFilePath", "string", "IdentityFilePath",
	    "FilePathSSHHost/ SSHHost/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "keyfilepath" },
	{ "Subsystem", "string", NULL,
	    "FilePathSSHHost/ SSHHost/", 0, NULL, 0, 0,
	    "subsystem" },
	{ "ConnectingTimeout", "int", NULL,
	    "FilePathSSHHost/ SSHHost/", 0, NULL, 0, 0,
	    "connectingtimeout" },
	{ "SSHTransport", "switch", NULL,
	    "FilePathSSHHost/ SSHHost/", 0, command_params_sshtransport, 0, 0,
	    "sshtransport" },
	{ "SSHConnection", "hashtable[]", NULL,
	    "FilePathSSHHostHash/m SSHHostHashParam/m", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "sshconnection" },
	{ "Options", "hashtable", NULL,
	    "FilePathSSHHost/ SSHHost/", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "options" },
	{ "RemoteDebug", "switch", NULL,
	    "ComputerName/ ContainerId/ FilePathComputerName/ FilePathContainerId/ FilePathRunspace/ FilePathSSHHost/ FilePathSSHHostHash/ FilePathUri/ FilePathVMId/ FilePathVMName/ Session/ SSHHost/ SSHHostHashParam/ Uri/ VMId/ VMName/", 0, NULL, 0, 0,
	    "remotedebug" },
	{ "InputObject", "psobject", NULL,
	    "*/v", 0, NULL, 0, 0,
	    "what comes down the pipeline" },
	{ "ArgumentList", "System.Object[]", "Args",
	    NULL, 0, NULL, 0, 0,
	    "argumentlist" },
	{ "VMId", "guid[]", "VMGuid",
	    "FilePathVMId/0mp VMId/0mp", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "vmid" },
	{ "VMName", "string[]", NULL,
	    "FilePathVMName/mp VMName/mp", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "vmname" },
	{ "ContainerId", "string[]", NULL,
	    "ContainerId/mp FilePathContainerId/mp", PARAM_NOT_EMPTY, NULL, 0, 0,
	    "containerid" },
	{ "CertificateThumbprint", "string", NULL,
	    "ComputerName/ Uri/", 0, NULL, 0, 0,
	    "certificatethumbprint" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

struct gathered {
	struct list *input;
};

static enum flow
command_process(struct call *c)
{
	struct gathered *g = call_state(c);

	if (g->input == NULL)
		g->input = list_new(NULL, 4);
	if (call_has_input(c))
		list_add(g->input, call_input(c));
	return FLOW_MORE;
}

/* Remote computers are not reached from here; this one is. */
static bool
is_here(struct value v)
{
	static const char *const names[] = { "localhost", ".", "127.0.0.1",
		"::1" };

	v = value_base(v);
	if (!value_is_list(v))
		return true;
	for (size_t i = 0; i < list_of(v)->count; i++) {
		const char *s = value_chars(list_of(v)->items[i]);
		bool yes = false;

		for (size_t k = 0; s != NULL && k < 4; k++)
			yes = yes || strcmp(s, names[k]) == 0;
		if (!yes)
			return false;
	}
	return true;
}

static enum flow
command_end(struct call *c)
{
	struct gathered *g = call_state(c);
	struct run *r = call_run(c);
	struct value args = value_base(call_param(c, I_ARGUMENT_LIST));
	struct value input = VALUE_NULL, given = call_param(c, I_INPUT_OBJECT);
	struct invoke_spec spec = {
		.command = call_bound(c, I_FILE_PATH) ?
		    call_param(c, I_FILE_PATH) :
		    call_param(c, I_SCRIPT_BLOCK),
		.same_scope = call_switch(c, I_NO_NEW_SCOPE),
		.emit = emit_to, .arg = c };

	if (!is_here(call_param(c, I_COMPUTER_NAME)))
		return call_faultf(c, FAULT_NOT_SUPPORTED,
		    "PSSessionOpenFailed", VALUE_NULL,
		    "Connecting to remote computers is not supported on this "
		    "system. Run the command through ssh instead.");
	if (value_is_list(args)) {
		spec.args = list_of(args)->items;
		spec.nargs = list_of(args)->count;
	}
	if (call_expects_input(c) && g->input != NULL) {
		input = list_value(g->input);
		spec.input = &input;
	} else if (!value_is_nothing(given)) {
		spec.input = &given;
	}
	return r->ops->invoke_with(r, &spec, NULL);
}

static void
command_clean(struct call *c)
{
	struct gathered *g = call_state(c);

	if (g->input != NULL)
		value_unref(list_value(g->input));
	g->input = NULL;
}

const struct cmdlet cmdlet_invoke_command = {
	.name = "Invoke-Command",
	.class_name = "Microsoft.PowerShell.Commands.InvokeCommandCommand",
	.module = "Microsoft.PowerShell.Core",
	.default_set = "InProcess",
	.params = command_params,
	.synopsis = "Runs a script block",
	.state_size = sizeof(struct gathered),
	.process = command_process,
	.end = command_end,
	.clean = command_clean,
};
