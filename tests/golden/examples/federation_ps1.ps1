# The example, as it is given to administrators.
& "$PSScriptRoot/../../../lua/examples/federation.ps1" -SipDomain one.example
