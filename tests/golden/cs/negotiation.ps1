# Every combination of TLS, SASL and dialback a partner can be given.
$n = 0
foreach ($dialback in $true, $false) {
	foreach ($sasl in 'Required', 'Optional', 'NotSupported') {
		foreach ($tls in 'Required', 'Optional', 'NotSupported') {
			$n++
			$warned = @()
			$failed = ''
			try {
				$null = New-CsXmppAllowedPartner "p$n.example" -TlsNegotiation $tls -SaslNegotiation $sasl -SupportDialbackNegotiation $dialback -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction Stop
			} catch {
				$failed = $_.Exception.Message
			}
			'{0,2} TLS {1,-12} SASL {2,-12} dialback {3,-5}: {4}' -f $n, $tls, $sasl, $dialback, $(if ($failed) { "refused: $failed" } elseif ($warned) { "warned: $warned" } else { 'taken' })
		}
	}
}
@(Get-CsXmppAllowedPartner).Count
# The manual's example.
New-CsXmppAllowedPartner gmail.com -TlsNegotiation NotSupported -SaslNegotiation NotSupported -EnableKeepAlive $false -SupportDialbackNegotiation $true
# A change that leaves no way is refused and changes nothing.
try { Set-CsXmppAllowedPartner gmail.com -SupportDialbackNegotiation $false -ErrorAction Stop } catch { $_.Exception.Message }
(Get-CsXmppAllowedPartner gmail.com).SupportDialbackNegotiation
