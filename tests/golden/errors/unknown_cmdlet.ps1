# A word that is no command.
$ErrorActionPreference = 'Stop'
Get-CsExternalAccesPolicy
