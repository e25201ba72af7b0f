# Nobody of that name.
$ErrorActionPreference = 'Stop'
Get-CsUser -Identity sip:nobody@sip.example
