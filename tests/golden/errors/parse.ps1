# A bracket that is never closed.
$ErrorActionPreference = 'Stop'
if ($true) { Get-CsUser
