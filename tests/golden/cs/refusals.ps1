# What the Cs cmdlets refuse, and in which words.
$ErrorActionPreference = 'Stop'
function try_it([scriptblock]$b) { try { & $b } catch { "$_" } }
New-CsSipDomain contoso.test | Out-Null
New-CsSipDomain b.test | Out-Null
try_it { New-CsSipDomain contoso.test }
try_it { Remove-CsSipDomain contoso.test }
try_it { Set-CsSipDomain contoso.test -IsDefault $false }
Set-CsSipDomain b.test -IsDefault $true
Get-CsSipDomain | ForEach-Object { "$($_.Name) $($_.IsDefault)" }
try_it { New-CsXmppAllowedPartner p.test -TlsNegotiation NotSupported -SaslNegotiation Required -SupportDialbackNegotiation $false }
try_it { New-CsXmppAllowedPartner contoso.test }
try_it { New-CsXmppAllowedPartner 'a b' }
New-CsXmppAllowedPartner gmail.com -TlsNegotiation NotSupported -SaslNegotiation NotSupported -EnableKeepAlive $false -SupportDialbackNegotiation $true -AdditionalDomains a.test, c.test | Out-Null
Set-CsXmppAllowedPartner gmail.com -AdditionalDomains @{ Add = 'z.test'; Remove = 'a.test' }
(Get-CsXmppAllowedPartner gmail.com).AdditionalDomains -join ','
try_it { New-CsXmppAllowedPartner c.test }
try_it { New-CsExternalAccessPolicy global }
try_it { Get-CsExternalAccessPolicy nosuch }
try_it { Set-CsXmppGatewayConfiguration -KeepAliveInterval 0 }
try_it { Set-CsSite Site1 -XmppFederationRoute nowhere.test }
New-ADUser ann -UserPrincipalName ann@b.test -GivenName Ann -Surname Lee
try_it { New-ADUser ann }
try_it { New-ADUser bob -AccountPassword plain }
try_it { Enable-CsUser ann -RegistrarPool nopool.test -SipAddressType UserPrincipalName }
try_it { Enable-CsUser ann -RegistrarPool (Get-CsPool)[0].Fqdn -SipAddress sip:ann@other.test }
Enable-CsUser ann -RegistrarPool (Get-CsPool)[0].Fqdn -SipAddressType FirstLastName -SipDomain b.test -PassThru | ForEach-Object SipAddress
try_it { Grant-CsExternalAccessPolicy ann -PolicyName nosuch }
try_it { Grant-CsExternalAccessPolicy nobody -PolicyName $null }
try_it { Get-CsUser nobody }
try_it { Get-CsUser -Filter { Nonsense -eq 1 } }
New-CsAllowedDomain x.test | Out-Null
try_it { New-CsBlockedDomain x.test }
try_it { Stop-CsWindowsService nosuch }
try_it { Get-WinEvent -LogName System }
