# SIP partners: allowed and blocked, never both; the edge; the gateway.
New-CsAllowedDomain -Identity fabrikam.example -Comment 'since May'
New-CsBlockedDomain -Domain spam.example | Format-List
try { New-CsBlockedDomain fabrikam.example -ErrorAction Stop } catch { $_.Exception.Message }
try { New-CsAllowedDomain spam.example -ErrorAction Stop } catch { $_.Exception.Message }
Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true
Get-CsAccessEdgeConfiguration
Set-CsXmppGatewayConfiguration -PartnerConnectionLimit 5 -DialbackPassphrase 'not to be seen'
Get-CsXmppGatewayConfiguration
Get-CsSite
Get-CsPool
Get-CsService -EdgeServer
