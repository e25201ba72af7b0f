# Nothing of that name.
$ErrorActionPreference = 'Stop'
Set-CsExternalAccessPolicy -Identity FedPik -EnableXmppAccess $true
