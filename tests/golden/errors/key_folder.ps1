# A folder where a file belongs.
mkdir box
try { Import-CsCertificate -Path ./box -ErrorAction Stop } catch { $_.Exception.Message; exit 3 }
