# A SIP address of a domain that is not served.
$ErrorActionPreference = 'Stop'
New-ADUser -Name ann -SamAccountName ann
Enable-CsUser ann -RegistrarPool (Get-CsPool | Select-Object -First 1).Fqdn -SipAddress sip:ann@nowhere.example
