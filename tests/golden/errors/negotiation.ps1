# No way of negotiation is left.
$ErrorActionPreference = 'Stop'
New-CsXmppAllowedPartner example.net -TlsNegotiation NotSupported -SaslNegotiation Required -SupportDialbackNegotiation $false
