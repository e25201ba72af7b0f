# Test-Cs cmdlets against services that run, each answer with its repair.
$net = "127.$([math]::Floor($PID / 250) % 250 + 1).$($PID % 250 + 1)"
'-- nothing runs'
Test-CsTopology -Service EdgeServer:edge.pool.golden.test | Format-List TargetFqdn, Result, Diagnosis
New-CsSipDomain contoso.test | Out-Null
Set-CsEdgeServer -ExternalIPAddress "$net.77" -InternalIPAddress "$net.78"
Set-CsRegistrar -IPAddress "$net.78"
New-ADUser ann -SamAccountName ann -UserPrincipalName ann@contoso.test -Enabled $true -AccountPassword (ConvertTo-SecureString 'Pa55word!' -AsPlainText -Force)
Enable-CsUser ann -RegistrarPool pool.golden.test -SipAddress sip:ann@contoso.test
Start-CsWindowsService
try {
	'-- they run; the edge lacks a certificate'
	Test-CsTopology | Format-Table TargetFqdn, Result
	Test-CsComputer | Format-List Result, Error, Diagnosis
	(Test-CsReplica).Result
	Test-CsCertificateConfiguration | Sort-Object Use | Format-Table Use
	'-- gate by gate'
	$im = @{ Receiver = 'bob@partner.invalid'; UserSipAddress = 'sip:ann@contoso.test' }
	function Wait-Published {
		$tries = 0
		do {
			Start-Sleep -Milliseconds 50
			$now = (Get-CsWindowsService | Where-Object Name -ne REPLICA).Snapshot | Sort-Object -Unique
		} until ((Get-CsManagementStoreReplicationStatus).UpToDate -and @($now).Count -eq 1 -and $now -ne $script:last -or ++$tries -gt 400)
		$script:last = $now
	}
	$last = (Get-CsWindowsService RTCSRV).Snapshot
	function Show-Im { Test-CsXmppIM pool.golden.test @im | Format-List Result, Error, Diagnosis }
	Show-Im
	Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true
	Wait-Published
	Show-Im
	New-CsXmppAllowedPartner partner.invalid -SupportDialbackNegotiation $false -PartnerType Federated | Out-Null
	Wait-Published
	Show-Im
	Set-CsExternalAccessPolicy -EnableFederationAccess $true
	Wait-Published
	Show-Im
	Test-CsXmppIM nope.test -Receiver bob@partner.invalid | Format-List Result, Error, Diagnosis
	Test-CsXmppIM pool.golden.test -Receiver bob@partner.invalid | Format-List Result, Error, Diagnosis
	Test-CsFederatedPartner edge.pool.golden.test other.invalid | Format-List Result, Error, Diagnosis
	'-- log on'
	$good = [pscredential]::new('ann', (ConvertTo-SecureString 'Pa55word!' -AsPlainText -Force))
	$bad = [pscredential]::new('ann', (ConvertTo-SecureString 'wrong' -AsPlainText -Force))
	(Test-CsRegistration -UserSipAddress sip:ann@contoso.test -UserCredential $good).Result
	Test-CsRegistration -UserSipAddress sip:ann@contoso.test -UserCredential $bad -OutVerboseVariable steps -OutLoggerVariable log | Format-List Result, Error, Diagnosis
	$steps -match 'Failure'
	$log.ToXML() -match '^<Log><Step>'
} finally {
	Stop-CsWindowsService
}
