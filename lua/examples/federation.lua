-- SPDX-License-Identifier: GPL-3.0-or-later
-- XMPP federation with one partner, from nothing. Usage:
--   fedsh federation.lua [SIPDOMAIN [PARTNER]]
local cs = require "fedsh"
local sip_domain = arg[1] or "sip.example"
local partner = arg[2] or "example.net"

cs["New-CsSipDomain"]{Identity = sip_domain}
local edge = cs["Get-CsService"]{EdgeServer = true}
cs["Set-CsSite"]{Identity = "Site1", XmppFederationRoute = edge.Identity}
cs["Enable-CsTopology"]{}
cs["Set-CsAccessEdgeConfiguration"]{AllowFederatedUsers = true}
cs["New-CsExternalAccessPolicy"]{Identity = "FedPic",
	EnableFederationAccess = true, EnableXmppAccess = true}

cs["New-ADUser"]{Name = "Ann", SamAccountName = "ann"}
local pool = cs["Get-CsService"]{Registrar = true}
cs["Enable-CsUser"]{Identity = "ann", RegistrarPool = pool.PoolFqdn,
	SipAddress = "sip:ann@" .. sip_domain}
for user in cs.pipe("Get-CsUser") do
	cs["Grant-CsExternalAccessPolicy"]{Identity = user.Identity,
		PolicyName = "FedPic"}
end
cs["New-CsXmppAllowedPartner"]{partner, SupportDialbackNegotiation = false}

for user in cs.pipe("Get-CsUser") do
	print(user.SipAddress, user.ExternalAccessPolicy)
end
for p in cs.pipe("Get-CsXmppAllowedPartner") do
	print(p.Domain, p.TlsNegotiation, p.SaslNegotiation)
end
