# The topology as a document, and back.
New-CsSipDomain contoso.test | Out-Null
New-CsSipDomain b.contoso.test | Out-Null
$xml = Get-CsTopology -AsXml
$xml
'-- a changed port and a domain that goes'
$xml = $xml -replace 'XmppListeningPort="5269"', 'XmppListeningPort="15269"' -replace '(?s)  <SipDomain Identity="b.contoso.test".*?/>\n', ''
$xml > t2.xml
Publish-CsTopology -FileName t2.xml -WhatIf
(Get-CsService -EdgeServer).XmppListeningPort
Publish-CsTopology -FileName t2.xml -BackupFileName old.xml
(Get-CsService -EdgeServer).XmppListeningPort
(Get-CsSipDomain).Name
'-- back to what it was'
Publish-CsTopology -FileName old.xml -Force
(Get-CsService -EdgeServer).XmppListeningPort
(Get-CsSipDomain).Name
Enable-CsTopology
'-- what is said of a wrong document'
foreach ($bad in '<a/>', 'no xml', '<Topology xmlns="urn:fedsh:topology:1"><Site Identity="Site9"/></Topology>',
	($xml -replace '15269', '99999'), ($xml -replace 'EdgeServer:edge.pool.golden.test', 'EdgeServer:gone.test'),
	($xml -replace 'IsDefault="True"', 'IsDefault="False"'), ($xml -replace 'XmppListeningPort', 'Colour')) {
	try { Publish-CsTopology -Document $bad -ErrorAction Stop } catch { $_.Exception.Message }
}
(Get-CsService -EdgeServer).XmppListeningPort
Publish-CsTopology -FinalizeUninstall
