# No domain name.
$ErrorActionPreference = 'Stop'
New-CsXmppAllowedPartner "not a domain" -SupportDialbackNegotiation $false
