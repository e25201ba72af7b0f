# -InMemory, -Instance, versions, -WhatIf, -Filter.
$p = New-CsExternalAccessPolicy mem -InMemory
$p.EnableOutsideAccess = $true
Set-CsExternalAccessPolicy -Instance $p
(Get-CsExternalAccessPolicy mem).EnableOutsideAccess
$old = Get-CsExternalAccessPolicy mem
Set-CsExternalAccessPolicy mem -Description one
$old.Description = 'two'
try { Set-CsExternalAccessPolicy -Instance $old -ErrorAction Stop } catch { "$_" }
(Get-CsExternalAccessPolicy mem).Description
Get-CsExternalAccessPolicy mem | Remove-CsExternalAccessPolicy -WhatIf
Get-CsExternalAccessPolicy mem | Set-CsExternalAccessPolicy -Description three
(Get-CsExternalAccessPolicy mem).Description
Get-CsExternalAccessPolicy mem | Remove-CsExternalAccessPolicy
New-CsExternalAccessPolicy site:Site1 | Out-Null
Get-CsExternalAccessPolicy -Filter 'site:*' | ForEach-Object Identity
Set-CsExternalAccessPolicy -Description changed
Remove-CsExternalAccessPolicy Global
(Get-CsExternalAccessPolicy Global).Description
Set-CsXmppGatewayConfiguration -DialbackPassphrase geheim
Get-CsXmppGatewayConfiguration
Set-CsEdgeServer -XmppListeningPort 15269 -ExternalIPAddress 127.0.0.2 -DnsServer 127.0.0.1@5300
Get-CsService -EdgeServer | Format-List Xmpp*, *IPAddress, DnsServer
