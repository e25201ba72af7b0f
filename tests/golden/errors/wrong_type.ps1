# A word where True or False belongs.
$ErrorActionPreference = 'Stop'
New-CsExternalAccessPolicy -Identity FedPic -EnableXmppAccess maybe
