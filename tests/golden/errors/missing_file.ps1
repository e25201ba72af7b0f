# A certificate that is not there. Messages hold the folder of the run, so
# they are written unwrapped here and below.
try { Import-CsCertificate -Path ./missing.pfx -ErrorAction Stop } catch { $_.Exception.Message; exit 3 }
