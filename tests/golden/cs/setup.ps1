# The set-up of XMPP federation as its manual prints it, typing errors included.
New-CsSipDomain -Identity contoso.test
New-ADUser -Name 'Ken Myer' -SamAccountName kenmyer -UserPrincipalName kenmyer@contoso.test -AccountPassword (ConvertTo-SecureString 'Pa55!' -AsPlainText -Force) -Enabled $true
Enable-CsUser -Identity kenmyer -RegistrarPool (Get-CsPool | Select-Object -First 1 -ExpandProperty Fqdn) -SipAddressType UserPrincipalName
New-CsXmppAllowedPartner -Identity prosody.test -TlsNegotiation Required -SaslNegotiation Optional -SupportDialbackNegotiation $true -PartnerType Federated
New-CsExternalAccessPolicy -Identity FedPic -EnableFederationAcces $true -EnablePublicCloudAccess $true
Get-CsUser | Grant-CsExternalAccessPolicy -PolicyName FedPic
Set-CsExternalAccessPolicy -Identity FedPic EnableXmppAccess $true
Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true
Get-CsExternalAccessPolicy
Get-CsUser | Format-List Identity, SipAddress, ExternalAccessPolicy, RegistrarPool, Enabled
Get-CsEffectivePolicy kenmyer | Format-List ExternalAccessPolicy
Get-CsSite
Get-CsPool
