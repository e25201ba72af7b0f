# Bytes that are no certificate; what was there before stays.
$before = @(Get-CsCertificate).Thumbprint -join ' '
'this is no certificate at all' > junk.pfx
try { Import-CsCertificate -Path ./junk.pfx -ErrorAction Stop } catch { $_.Exception.Message }
if ((@(Get-CsCertificate).Thumbprint -join ' ') -ne $before) { 'something was written'; exit 4 }
exit 3
