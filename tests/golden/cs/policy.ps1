# The life of a policy: made, tried, changed, given, taken away.
Get-CsExternalAccessPolicy
New-CsExternalAccessPolicy -Identity FedPic -EnableFederationAccess $true -WhatIf
"after -WhatIf: " + @(Get-CsExternalAccessPolicy -Filter 'tag:*').Count
New-CsExternalAccessPolicy -Identity FedPic -EnableFederationAccess $true -EnableXmppAccess $true -Description 'Partners'
Get-CsExternalAccessPolicy | Format-Table Identity, EnableFederationAccess, EnableXmppAccess
Set-CsExternalAccessPolicy -Identity FedPic -EnableOutsideAccess $true -WhatIf
(Get-CsExternalAccessPolicy FedPic).EnableOutsideAccess
Set-CsExternalAccessPolicy -Identity FedPic -EnableOutsideAccess $true
(Get-CsExternalAccessPolicy FedPic).EnableOutsideAccess
New-CsExternalAccessPolicy -Identity site:Site1 | Format-Table Identity
Get-CsExternalAccessPolicy -Filter 'site:*' | Set-CsExternalAccessPolicy -Description 'All of the site'
Get-CsExternalAccessPolicy | Format-Table Identity, Description
Remove-CsExternalAccessPolicy -Identity FedPic -WhatIf
"after -WhatIf: " + @(Get-CsExternalAccessPolicy -Filter 'tag:*').Count
Remove-CsExternalAccessPolicy -Identity FedPic
# The global one is never gone: it returns to what it was at first.
Set-CsExternalAccessPolicy -EnableOutsideAccess $true
(Get-CsExternalAccessPolicy global).EnableOutsideAccess
Remove-CsExternalAccessPolicy -Identity Global
Get-CsExternalAccessPolicy | Format-Table Identity, EnableOutsideAccess
