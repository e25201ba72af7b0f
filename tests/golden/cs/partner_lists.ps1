# Lists are replaced, added to, taken from and emptied.
$null = New-CsXmppAllowedPartner example.net -AdditionalDomains a.example.net -SupportDialbackNegotiation $false
function show { '[' + ((Get-CsXmppAllowedPartner example.net).AdditionalDomains -join ' ') + ']' }
show
Set-CsXmppAllowedPartner example.net -AdditionalDomains @{Add='b.example.net'}; show
Set-CsXmppAllowedPartner example.net -AdditionalDomains @{Add='c.example.net','d.example.net'}; show
Set-CsXmppAllowedPartner example.net -AdditionalDomains @{Remove='a.example.net'}; show
Set-CsXmppAllowedPartner example.net -AdditionalDomains @{Replace='e.example.net'}; show
Set-CsXmppAllowedPartner example.net -AdditionalDomains 'f.example.net','g.example.net'; show
Set-CsXmppAllowedPartner example.net -AdditionalDomains @{Add='h.example.net'} -WhatIf; show
Set-CsXmppAllowedPartner example.net -AdditionalDomains $null; show
Get-CsXmppAllowedPartner -Filter '*.net' | Remove-CsXmppAllowedPartner
@(Get-CsXmppAllowedPartner).Count
