# Nobody to ask: the missing word is named.
$ErrorActionPreference = 'Stop'
New-CsXmppAllowedPartner
