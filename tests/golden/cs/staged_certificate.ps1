# A certificate that comes into use later.
Enable-CsComputer
try {
	$thumb = (Get-CsCertificate -Type Internal).Thumbprint
	Set-CsCertificate -Type Default -Thumbprint $thumb -Roll
	Set-CsCertificate -Type Default -Thumbprint $thumb -Roll -EffectiveDate (Get-Date).AddDays(1)
	'-- both are shown'
	Get-CsCertificate -Type Default | ForEach-Object { '{0} {1}' -f ($_.Thumbprint -eq $thumb), ($_.EffectiveDate -gt (Get-Date)) }
	'-- not after its end'
	try { Set-CsCertificate -Type Default -Thumbprint $thumb -EffectiveDate (Get-Date).AddYears(50) -ErrorAction Stop } catch { $_.Exception.Message -replace $thumb, 'THUMBPRINT' }
	'-- it comes into use'
	Set-CsCertificate -Type Default -Thumbprint $thumb -EffectiveDate (Get-Date).AddSeconds(2)
	$end = (Get-Date).AddSeconds(30)
	while ((Get-CsCertificate -Type Default).Thumbprint -ne $thumb -and (Get-Date) -lt $end) { Start-Sleep -Milliseconds 100 }
	@(Get-CsCertificate -Type Default).Count
	(Get-CsCertificate -Type Default).Thumbprint -eq $thumb
} finally {
	Disable-CsComputer
}
