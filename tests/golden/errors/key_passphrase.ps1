# A sealed key opened with the wrong word, then with the right one.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=sip.example -addext subjectAltName=DNS:sip.example -days 30 -keyout k.pem -out c.pem 2> /dev/null
openssl pkcs12 -export -inkey k.pem -in c.pem -passout pass:right -out both.pfx
try { Import-CsCertificate -Path ./both.pfx -Password wrong -ErrorAction Stop } catch { $_.Exception.Message }
@(Get-CsCertificate -Type XmppServer).Count
$null = Import-CsCertificate -Path ./both.pfx -Password right
"right: $?"
