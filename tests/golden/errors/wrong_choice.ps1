# A word that is none of the three.
$ErrorActionPreference = 'Stop'
New-CsXmppAllowedPartner example.net -TlsNegotiation Sometimes
