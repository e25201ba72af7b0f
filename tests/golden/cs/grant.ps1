# Everybody gets a policy through the pipeline, one loses it again.
New-CsSipDomain -Identity sip.example | Format-List
$pool = (Get-CsPool | Select-Object -First 1).Fqdn
foreach ($name in 'ann', 'bob', 'cid') {
	New-ADUser -Name $name -SamAccountName $name
	Enable-CsUser -Identity $name -RegistrarPool $pool -SipAddress "sip:$name@sip.example"
}
$null = New-CsExternalAccessPolicy FedPic -EnableFederationAccess $true -EnableXmppAccess $true
Get-CsUser | Grant-CsExternalAccessPolicy -PolicyName FedPic -WhatIf
@(Get-CsUser -Filter {ExternalAccessPolicy -eq $Null}).Count
Get-CsUser | Grant-CsExternalAccessPolicy -PolicyName FedPic
Get-CsUser | Format-Table DisplayName, ExternalAccessPolicy
Grant-CsExternalAccessPolicy -Identity sip:bob@sip.example -PolicyName $null
Grant-CsExternalAccessPolicy -Identity sip:cid@sip.example -PolicyName tag:FedPic -PassThru | Format-Table DisplayName, ExternalAccessPolicy
Get-CsUser -Filter {ExternalAccessPolicy -eq $Null} | Format-Table DisplayName
Get-CsUser | Get-CsEffectivePolicy | Format-Table Identity, ExternalAccessPolicy
