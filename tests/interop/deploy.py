# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrator's session of "Setting up XMPP federation", as a script.

The same steps once in the shell's language and once in Lua; where the
laboratory needs addresses of its own they are set with the same commands an
administrator would use.
"""
import os

POWERSHELL_PREPARE = """
$ErrorActionPreference = 'Stop'
New-CsSipDomain -Identity {domain} | Out-Null
$edge = Get-CsService -EdgeServer | Select-Object -First 1
Set-CsEdgeServer -Identity $edge.Identity -ExternalIPAddress {edge_ip} -InternalIPAddress {edge_ip} -DnsServer {dns_ip}@{dns_port}
$registrar = Get-CsService -Registrar | Select-Object -First 1
Set-CsRegistrar -Identity $registrar.Identity -IPAddress {inside_ip} -SipServerTcpPort 5060 -SipPort 5061
New-ADUser -Name 'Ken Myer' -SamAccountName kenmyer -UserPrincipalName kenmyer@{domain} -AccountPassword (ConvertTo-SecureString 'Pa55!' -AsPlainText -Force) -Enabled $true
New-ADUser -Name 'Pilar Ackerman' -SamAccountName pilar -UserPrincipalName pilar@{domain} -AccountPassword (ConvertTo-SecureString 'Pa56!' -AsPlainText -Force) -Enabled $true
$pool = Get-CsPool | Select-Object -First 1 -ExpandProperty Fqdn
Enable-CsUser -Identity kenmyer -RegistrarPool $pool -SipAddressType UserPrincipalName
Enable-CsUser -Identity pilar -RegistrarPool $pool -SipAddressType UserPrincipalName
Request-CsCertificate -New -Type AccessEdgeExternal,XmppServer -Output {dir}/edge.req -DomainName {domain} | Out-Null
"""

POWERSHELL_FEDERATE = """
$ErrorActionPreference = 'Stop'
Import-Certificate -FilePath {dir}/ca.crt -CertStoreLocation Cert:\\LocalMachine\\Root | Out-Null
$cert = Import-CsCertificate -Path {dir}/edge.crt
Set-CsCertificate -Type AccessEdgeExternal,XmppServer -Thumbprint $cert.Thumbprint
New-CsXmppAllowedPartner -Identity {peer} -TlsNegotiation Required -SaslNegotiation Optional -SupportDialbackNegotiation $true -PartnerType Federated | Out-Null
New-CsExternalAccessPolicy -Identity FedPic -EnableFederationAcces $true -EnablePublicCloudAccess $true | Out-Null
Get-CsUser | Grant-CsExternalAccessPolicy -PolicyName FedPic
Set-CsExternalAccessPolicy -Identity FedPic -EnableXmppAccess $true
Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true
Stop-CsWindowsService
Start-CsWindowsService
"""

LUA_PREPARE = """
local cs = require "fedsh"
cs["New-CsSipDomain"]{{Identity="{domain}"}}
local edge = cs["Get-CsService"]{{EdgeServer=true}}
cs["Set-CsEdgeServer"]{{Identity=edge.Identity, ExternalIPAddress="{edge_ip}", InternalIPAddress="{edge_ip}", DnsServer="{dns_ip}@{dns_port}"}}
local registrar = cs["Get-CsService"]{{Registrar=true}}
cs["Set-CsRegistrar"]{{Identity=registrar.Identity, IPAddress="{inside_ip}", SipServerTcpPort=5060, SipPort=5061}}
local function user(name, sam, password)
  cs["New-ADUser"]{{Name=name, SamAccountName=sam, UserPrincipalName=sam .. "@{domain}",
    AccountPassword=cs["ConvertTo-SecureString"]{{String=password, AsPlainText=true, Force=true}}, Enabled=true}}
end
user("Ken Myer", "kenmyer", "Pa55!")
user("Pilar Ackerman", "pilar", "Pa56!")
local pool
for p in cs.pipe("Get-CsPool | Select-Object -First 1") do pool = p.Fqdn end
for _, who in ipairs{{"kenmyer", "pilar"}} do
  cs["Enable-CsUser"]{{Identity=who, RegistrarPool=pool, SipAddressType="UserPrincipalName"}}
end
cs["Request-CsCertificate"]{{New=true, Type={{"AccessEdgeExternal", "XmppServer"}}, Output="{dir}/edge.req", DomainName="{domain}"}}
"""

LUA_FEDERATE = """
local cs = require "fedsh"
cs["Import-Certificate"]{{FilePath="{dir}/ca.crt", CertStoreLocation="Cert:\\\\LocalMachine\\\\Root"}}
local cert = cs["Import-CsCertificate"]{{Path="{dir}/edge.crt"}}
cs["Set-CsCertificate"]{{Type={{"AccessEdgeExternal", "XmppServer"}}, Thumbprint=cert.Thumbprint}}
cs["New-CsXmppAllowedPartner"]{{Identity="{peer}", TlsNegotiation="Required", SaslNegotiation="Optional",
  SupportDialbackNegotiation=true, PartnerType="Federated"}}
cs["New-CsExternalAccessPolicy"]{{Identity="FedPic", EnableFederationAccess=true, EnablePublicCloudAccess=true}}
for user in cs.pipe("Get-CsUser") do
  cs["Grant-CsExternalAccessPolicy"]{{Identity=user, PolicyName="FedPic"}}
end
cs["Set-CsExternalAccessPolicy"]{{Identity="FedPic", EnableXmppAccess=true}}
cs["Set-CsAccessEdgeConfiguration"]{{AllowFederatedUsers=true}}
cs["Stop-CsWindowsService"]{{}}
cs["Start-CsWindowsService"]{{}}
"""


def deploy(lab, language="ps1"):
    """Administers lab's fedsh until the services run, in either language."""
    words = dict(domain=lab.domain, peer=lab.peer, edge_ip=lab.edge_ip,
                 inside_ip=lab.inside_ip, dns_ip=lab.dns_ip,
                 dns_port=lab.dns_port, dir=lab.dir)
    steps = {"ps1": (POWERSHELL_PREPARE, POWERSHELL_FEDERATE),
             "lua": (LUA_PREPARE, LUA_FEDERATE)}[language]
    for n, text in enumerate(steps):
        script = lab.write(f"admin{n}.{language}", text.format(**words))
        lab.fedsh(None, args=(["-NoProfile", "-File", script]
                              if language == "ps1" else [script]))
        if n == 0:
            # What a public CA does with the request.
            lab.sign("edge.req", [lab.domain, f"edge.{lab.domain}"],
                     "edge.crt")
            assert os.path.getsize(lab.path("edge.crt")) > 0
