# A policy that is not there cannot be granted.
$ErrorActionPreference = 'Stop'
New-CsSipDomain sip.example | Out-Null
New-ADUser -Name ann -SamAccountName ann
Enable-CsUser ann -RegistrarPool (Get-CsPool | Select-Object -First 1).Fqdn -SipAddress sip:ann@sip.example
Grant-CsExternalAccessPolicy -Identity ann -PolicyName FedPik
