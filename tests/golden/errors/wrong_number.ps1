# A limit below zero.
$ErrorActionPreference = 'Stop'
Set-CsXmppGatewayConfiguration -ConnectionLimit -5
