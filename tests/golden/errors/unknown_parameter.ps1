# The manual misspells it; no prefix, so it is refused.
$ErrorActionPreference = 'Stop'
New-CsExternalAccessPolicy -Identity FedPic -EnablePublicCloudAcess $true
