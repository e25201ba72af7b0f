# The configuration as a file and back: whole, or not at all.
New-CsSipDomain contoso.test | Out-Null
New-CsXmppAllowedPartner fabrikam.test -SupportDialbackNegotiation $false -AdditionalDomains a.test, b.test | Out-Null
New-CsExternalAccessPolicy FedPic -EnableFederationAccess $true | Out-Null
Export-CsConfiguration -FileName site.zip
'-- in force again, and what came later is gone'
Remove-CsXmppAllowedPartner fabrikam.test
New-CsXmppAllowedPartner other.test -SupportDialbackNegotiation $false | Out-Null
Set-CsExternalAccessPolicy FedPic -EnableFederationAccess $false
Import-CsConfiguration -FileName site.zip
Get-CsXmppAllowedPartner | Format-List Domain, AdditionalDomains, SupportDialbackNegotiation
(Get-CsExternalAccessPolicy FedPic).EnableFederationAccess
'-- the same as bytes'
$bytes = Export-CsConfiguration -AsBytes
Remove-CsXmppAllowedPartner fabrikam.test
$bytes | Import-CsConfiguration
(Get-CsXmppAllowedPartner).Domain
Import-CsConfiguration -ByteInput $bytes -WhatIf
'-- every cut and every changed byte is noticed, and nothing is changed'
$before = $bytes.Length
$accepted = 0
foreach ($cut in 0, 1, 20, 100, ($before - 23), ($before - 2)) {
	try { Import-CsConfiguration -ByteInput ([byte[]]$bytes[0..$cut]) -ErrorAction Stop; $accepted++ } catch { }
}
foreach ($at in 0, 30, 60, 200, 400, ($before - 60), ($before - 10)) {
	$bad = [byte[]]$bytes.Clone()
	$bad[$at] = $bad[$at] -bxor 0x55
	try { Import-CsConfiguration -ByteInput $bad -ErrorAction Stop; $accepted++ } catch { }
}
"accepted: $accepted"
(Get-CsXmppAllowedPartner).Domain
'-- users are a file of their own'
New-ADUser -Name Ann -SamAccountName ann
Enable-CsUser ann -RegistrarPool pool.golden.test -SipAddress sip:ann@contoso.test
Export-CsUserData -PoolFqdn pool.golden.test -FileName users.zip
Set-ADUser ann -DisplayName Annabel
Import-CsUserData -FileName users.zip
(Get-CsUser ann).DisplayName
Export-CsUserData -PoolFqdn pool.golden.test -UserFilter 'bob*' -FileName none.zip
'-- what is said of the wrong file'
foreach ($name in 'users.zip', 'gone.zip', '.') {
	try { Import-CsConfiguration -FileName $name -ErrorAction Stop } catch { $_.Exception.Message }
}
try { Import-CsUserData -FileName site.zip -ErrorAction Stop } catch { $_.Exception.Message }
Backup-CsPool -PoolFqdn pool.golden.test
ls $env:FEDSH_HOME/backup | Measure-Object | ForEach-Object Count
