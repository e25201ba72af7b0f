# SPDX-License-Identifier: GPL-3.0-or-later
# XMPP federation with one partner, from nothing. Usage:
#   fedsh federation.ps1 [-SipDomain sip.example] [-Partner example.net]
param(
	[string] $SipDomain = 'sip.example',
	[string] $Partner = 'example.net'
)
$ErrorActionPreference = 'Stop'

$null = New-CsSipDomain -Identity $SipDomain
$edge = (Get-CsService -EdgeServer).Identity
Set-CsSite -Identity Site1 -XmppFederationRoute $edge
Enable-CsTopology
Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true
$null = New-CsExternalAccessPolicy -Identity FedPic -EnableFederationAccess $true -EnableXmppAccess $true

New-ADUser -Name Ann -SamAccountName ann
$pool = (Get-CsService -Registrar).PoolFqdn
Enable-CsUser -Identity ann -RegistrarPool $pool -SipAddress "sip:ann@$SipDomain"
Get-CsUser | Grant-CsExternalAccessPolicy -PolicyName FedPic
$null = New-CsXmppAllowedPartner $Partner -SupportDialbackNegotiation $false

Get-CsUser | Format-Table DisplayName, SipAddress, ExternalAccessPolicy
Get-CsXmppAllowedPartner | Format-Table Domain, PartnerType, TlsNegotiation, SaslNegotiation
