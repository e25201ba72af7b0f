# Identity and Domain at once.
$ErrorActionPreference = 'Stop'
New-CsXmppAllowedPartner -Identity example.net -Domain example.net
