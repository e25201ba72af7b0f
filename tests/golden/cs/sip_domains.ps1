# The first domain is the default one until another is.
New-CsSipDomain -Identity one.example | Format-List
New-CsSipDomain -Identity two.example -WhatIf
New-CsSipDomain -Identity two.example | Format-List
Set-CsSipDomain -Identity two.example -IsDefault $true
Get-CsSipDomain | Format-Table
try { Remove-CsSipDomain two.example -ErrorAction Stop } catch { $_.Exception.Message }
New-ADUser -Name ann -SamAccountName ann
Enable-CsUser ann -RegistrarPool (Get-CsPool | Select-Object -First 1).Fqdn -SipAddress sip:ann@one.example
try { Remove-CsSipDomain one.example -ErrorAction Stop } catch { $_.Exception.Message }
Disable-CsUser ann
Remove-CsSipDomain one.example
Get-CsSipDomain | Format-Table Identity, IsDefault
