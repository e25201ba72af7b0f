# The same name twice.
$ErrorActionPreference = 'Stop'
New-CsXmppAllowedPartner example.net -SupportDialbackNegotiation $false | Out-Null
New-CsXmppAllowedPartner EXAMPLE.net -SupportDialbackNegotiation $false
