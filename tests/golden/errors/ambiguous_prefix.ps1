# -Enable could be one of five.
$ErrorActionPreference = 'Stop'
New-CsExternalAccessPolicy -Identity FedPic -Enable $true
