# -WhatIf says what would be done and changes nothing: every command that has it.
New-CsSipDomain contoso.test | Out-Null
New-CsSipDomain b.contoso.test | Out-Null
New-ADUser ann -SamAccountName ann -UserPrincipalName ann@contoso.test
New-ADUser bob -SamAccountName bob -UserPrincipalName bob@contoso.test
Enable-CsUser ann -RegistrarPool pool.golden.test -SipAddress sip:ann@contoso.test
New-CsExternalAccessPolicy FedPic | Out-Null
New-CsXmppAllowedPartner partner.test -SupportDialbackNegotiation $false | Out-Null
New-CsAllowedDomain allowed.test | Out-Null
New-CsBlockedDomain blocked.test | Out-Null
New-CsPublicProvider P -ProxyFqdn p.test -Enabled $true | Out-Null
New-CsHostingProvider H -ProxyFqdn h.test -Enabled $true -EnabledSharedAddressSpace $false -HostsOCSUsers $false | Out-Null
New-CsHealthMonitoringConfiguration pool.golden.test -FirstTestUserSipUri sip:ann@contoso.test -SecondTestUserSipUri sip:bob@contoso.test | Out-Null
Export-CsConfiguration -FileName whole.zip
Export-CsUserData -PoolFqdn pool.golden.test -FileName users.zip
Get-CsTopology -AsXml > topology.xml
Start-CsWindowsService REPLICA
$commands = @(
	'Backup-CsPool -PoolFqdn pool.golden.test'
	'Disable-CsComputer'
	'Disable-CsHostingProvider H'
	'Disable-CsPublicProvider P'
	'Disable-CsUser ann'
	'Enable-CsComputer'
	'Enable-CsHostingProvider H'
	'Enable-CsPublicProvider P'
	'Enable-CsTopology'
	'Enable-CsUser bob -RegistrarPool pool.golden.test -SipAddress sip:bob@contoso.test'
	'Export-CsConfiguration -FileName never.zip'
	'Export-CsUserData -PoolFqdn pool.golden.test -FileName never.zip'
	'Grant-CsExternalAccessPolicy ann -PolicyName FedPic'
	'Import-CsConfiguration -FileName whole.zip'
	'Import-CsUserData -FileName users.zip'
	'Move-CsUser ann -Target pool.golden.test'
	'New-ADUser carl -SamAccountName carl'
	'New-CsAllowedDomain n.test'
	'New-CsBlockedDomain n.test'
	'New-CsExternalAccessPolicy N'
	'New-CsHealthMonitoringConfiguration n.test -FirstTestUserSipUri sip:ann@contoso.test -SecondTestUserSipUri sip:bob@contoso.test'
	'New-CsHostingProvider N -ProxyFqdn n.test -Enabled $true -EnabledSharedAddressSpace $false -HostsOCSUsers $false'
	'New-CsPublicProvider N -ProxyFqdn n.test -Enabled $true'
	'New-CsSipDomain n.test'
	'New-CsXmppAllowedPartner n.test'
	'Publish-CsTopology -FileName topology.xml'
	'Remove-ADUser bob'
	'Remove-CsAllowedDomain allowed.test'
	'Remove-CsBlockedDomain blocked.test'
	'Remove-CsCertificate -Type Internal'
	'Remove-CsExternalAccessPolicy FedPic'
	'Remove-CsHealthMonitoringConfiguration pool.golden.test'
	'Remove-CsHostingProvider H'
	'Remove-CsPublicProvider P'
	'Remove-CsSipDomain b.contoso.test'
	'Remove-CsXmppAllowedPartner partner.test'
	'Request-CsCertificate -New -Type XmppServer -Output never.req'
	'Set-ADUser ann -DisplayName Other'
	'Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true'
	'Set-CsAllowedDomain allowed.test -Comment x'
	'Set-CsBlockedDomain blocked.test -Comment x'
	'Set-CsCertificate -Type Default -Thumbprint (Get-CsCertificate -Type Internal).Thumbprint'
	'Set-CsEdgeServer -XmppListeningPort 1'
	'Set-CsExternalAccessPolicy -EnableFederationAccess $true'
	'Set-CsHealthMonitoringConfiguration pool.golden.test -FirstTestSamAccountName x'
	'Set-CsHostingProvider H -IsLocal $true'
	'Set-CsPublicProvider P -VerificationLevel AlwaysUnverifiable'
	'Set-CsRegistrar -SipPort 1'
	'Set-CsSipDomain b.contoso.test -IsDefault $true'
	'Set-CsSite Site1 -Description x'
	'Set-CsUser ann -Enabled $false'
	'Set-CsXmppAllowedPartner partner.test -PartnerType Federated'
	'Set-CsXmppGatewayConfiguration -ConnectionLimit 1'
	'Start-CsPool pool.golden.test'
	'Start-CsWindowsService RTCSRV'
	'Stop-CsWindowsService REPLICA'
)
function Get-All {
	[Convert]::ToBase64String((Export-CsConfiguration -AsBytes))
	Get-ADUser -Filter * | Format-List * | Out-String
	Get-CsUser | Format-List * | Out-String
	Get-CsCertificate | Format-List Use, Thumbprint | Out-String
	Get-CsWindowsService | Format-List Name, Status | Out-String
	ls
}
try {
	$before = (Get-All) -join "`n"
	foreach ($command in $commands) {
		& ([scriptblock]::Create("$command -WhatIf"))
		if (((Get-All) -join "`n") -cne $before) { "CHANGED: $command"; $before = (Get-All) -join "`n" }
	}
} finally {
	Stop-CsWindowsService
}
'-- commands with -WhatIf that are not above'
$named = $commands | ForEach-Object { ($_ -split ' ')[0] }
Get-Command -Module SkypeForBusiness | Where-Object { $_.Parameters.ContainsKey('WhatIf') -and $named -notcontains $_.Name } | ForEach-Object Name
