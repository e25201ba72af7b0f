# Directory users become users of the system, change, and leave it.
New-CsSipDomain -Identity sip.example | Format-List
New-ADUser -Name 'Ann Smith' -SamAccountName ann -UserPrincipalName ann@corp.example
New-ADUser -Name 'Bob Jones' -SamAccountName bob -UserPrincipalName bob@corp.example
New-ADUser -Name 'Cid Brown' -SamAccountName cid -UserPrincipalName cid@corp.example -WhatIf
Get-CsAdUser | Format-Table DisplayName, SamAccountName, Enabled
$pool = (Get-CsPool | Select-Object -First 1).Fqdn
Enable-CsUser -Identity 'Ann Smith' -RegistrarPool $pool -SipAddress sip:ann@sip.example
Enable-CsUser -Identity 'Bob Jones' -RegistrarPool $pool -SipAddressType SamAccountName -SipDomain sip.example -PassThru | Format-Table SipAddress
Get-CsUser | Format-Table DisplayName, SipAddress, RegistrarPool, Enabled
Get-CsUser -Identity sip:ann@sip.example | Select-Object * -ExcludeProperty Guid
Set-CsUser -Identity 'Bob Jones' -Enabled $false
Get-CsAdUser | Format-Table DisplayName, Enabled
Get-CsUser -Filter {Enabled -eq $false} | Format-Table DisplayName
Disable-CsUser -Identity 'Bob Jones' -WhatIf
@(Get-CsUser).Count
Disable-CsUser -Identity 'Bob Jones'
Get-CsAdUser | Where-Object { $_.Enabled -eq $null } | Format-Table DisplayName
# Already enabled: a warning, nothing else.
Enable-CsUser -Identity 'Ann Smith' -RegistrarPool $pool -SipAddress sip:ann@sip.example
