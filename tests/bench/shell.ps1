# SPDX-License-Identifier: GPL-3.0-or-later
# Workloads of administrators' scripts, timed one by one: name, seconds. Runs in PowerShell and here alike.
# usage: shell-bench.ps1 [-Only NAME] [-Folder DIR]
param([string]$Only, [string]$Folder = '.')

function Time-It($Name, [scriptblock]$Work) {
    if ($Only -and $Name -ne $Only) { return }
    $seconds = (Measure-Command { & $Work | Out-Null }).TotalSeconds
    Write-Host ("{0}`t{1:F3}" -f $Name, $seconds)
}

function Add-Two($a, $b) { $a + $b }
function Grant-Nothing {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(ValueFromPipelineByPropertyName)][string]$Identity, [string]$PolicyName)
    process { if ($PSCmdlet.ShouldProcess($Identity, 'grant')) { $script:granted++ } }
}

Time-It loop-1e7 { for ($i = 0; $i -lt 10000000; $i++) { } }
Time-It strings-1e6 { $a = for ($i = 0; $i -lt 1000000; $i++) { "user$i@contoso.test" }; $a.Count }
Time-It calls-1e6 { $s = 0; for ($i = 0; $i -lt 1000000; $i++) { $s = Add-Two $s 1 } }
Time-It pipeline-1e6 { 1..1000000 | Where-Object { $_ % 2 } | ForEach-Object { $_ * 2 } | Measure-Object -Sum }
Time-It hashtable-1e6 { $h = @{}; for ($i = 0; $i -lt 1000000; $i++) { $h["k$i"] = $i }; $h.Count }
Time-It objects-2e5 {
    $o = foreach ($i in 1..200000) { [pscustomobject]@{ Name = "u$i"; Sip = "sip:u$i@contoso.test"; Pool = "p$($i % 7)" } }
    $o | Where-Object Pool -eq 'p3' | Select-Object Name, Sip | Measure-Object
}
$csv = Join-Path $Folder 'users.csv'
$json = Join-Path $Folder 'users.json'
function Write-Users { & { 'Name,SipAddress,Pool,Enabled,Policy'; foreach ($i in 1..1000000) { "user$i,sip:user$i@contoso.test,pool$($i % 13),True,FedPic" } } | Set-Content $csv }
function Write-Json {
    $o = foreach ($i in 1..300000) { [ordered]@{ name = "user$i"; sip = "sip:user$i@contoso.test"; pool = "pool$($i % 13)"; enabled = $true; groups = @('a', 'b', $i) } }
    $o | ConvertTo-Json -Depth 4 | Set-Content $json
}
if ($Only -eq 'csv-group-1e6' -and -not (Test-Path $csv)) { Write-Users }
if ($Only -eq 'json-read-3e5' -and -not (Test-Path $json)) { Write-Json }
Time-It csv-write-1e6 { Write-Users }
Time-It csv-group-1e6 { Import-Csv $csv | Group-Object Pool }
Time-It sort-1e6 { $x = 7; $a = for ($i = 0; $i -lt 1000000; $i++) { $x = ($x * 48271) % 2147483647; "user$x" }; $a | Sort-Object }
Time-It json-write-3e5 { Write-Json }
Time-It json-read-3e5 { Get-Content -Raw $json | ConvertFrom-Json }
Time-It grant-1e5 { $script:granted = 0; $u = foreach ($i in 1..100000) { [pscustomobject]@{ Identity = "sip:u$i@contoso.test" } }; $u | Grant-Nothing -PolicyName FedPic }
Time-It regex-1e6 { $m = 0; foreach ($i in 1..1000000) { if ("user$i@contoso.test" -match '^(\w+)@(.+)$') { $m++ } } }
Time-It format-1e5 { 1..100000 | ForEach-Object { [pscustomobject]@{ A = $_; B = "x$_" } } | Format-Table | Out-String -Stream | Measure-Object }
