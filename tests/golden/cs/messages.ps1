# What a wrong command is told: id, category, and what to do.
New-CsSipDomain contoso.test | Out-Null
$commands = @(
	'Get-CsXmppAllowedPartner nope.test'
	'New-CsSipDomain contoso.test'
	'New-CsXmppAllowedPartner a_b..c'
	'Set-CsXmppGatewayConfiguration -ConnectionLimit many'
	'Set-CsAccessEdgeConfiguration -AllowFederatedUsers true'
	'Set-CsXmppAllowedPartner'
	'Remove-CsSipDomain contoso.test'
	'Grant-CsExternalAccessPolicy nobody -PolicyName x'
	'Get-CsUser nobody'
	'Set-CsSite Site1 -XmppFederationRoute edge'
	'New-CsXmppAllowedPartner x.test -TlsNegotiation Never'
	'New-CsXmppAllowedPartner x.test -TlsNegotiation NotSupported -SupportDialbackNegotiation $false'
	'Get-CsService -EdgeServer -Registrar'
	'Enable-CsPublicProvider nope'
	'Set-CsEdgeServer -XmppListeningPort 70000'
	'Import-CsCertificate -Path nope.pfx'
	'Set-CsCertificate -Type XmppServer -Thumbprint 00'
	'Stop-CsWindowsService nope'
	'Get-CsSite site:Site1'
	'Set-CsUser -E $true x'
)
foreach ($c in $commands) {
	try { & ([scriptblock]::Create($c + ' -ErrorAction Stop')) } catch { "$c`n   [$($_.FullyQualifiedErrorId)] $($_.CategoryInfo.Category): $($_.Exception.Message)" }
}
