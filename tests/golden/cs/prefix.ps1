# The published page: a prefix of a parameter, and a forgotten dash.
New-CsExternalAccessPolicy -Identity FedPic -EnableFederationAcces $true | Format-List Identity, Enable*
Set-CsExternalAccessPolicy -Identity FedPic EnableXmppAccess $true
Get-CsExternalAccessPolicy -Identity FedPic | Format-List Identity, EnableFederationAccess, EnableXmppAccess
# XMPP alone has no effect, and the cmdlet says so.
Set-CsExternalAccessPolicy -Identity FedPic -EnableFederationAccess $false
