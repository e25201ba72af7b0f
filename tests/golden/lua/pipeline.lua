-- A pipeline is asked for one object at a time, however the loop ends.
local cs = require "fedsh"

for v in cs.pipe("1..100000000") do
	if v > 2 then break end
	print("endless", v)
end
for v in cs.pipe("try { 1..9 } finally { Write-Host 'finally' }") do
	if v > 1 then break end
end
for v in cs.pipe("1, $null, 2") do
	print("null", v, v == cs.null)
end
print("nested")
for v in cs.pipe("$args | ForEach-Object { $_ * 2 }", 4, 5) do
	for w in cs.pipe("1..2 | ForEach-Object { $_ + $args[0] }", v) do
		print(v, w)
	end
end
print("side by side")
local a, b = cs.pipe("1..4"), cs.pipe("11..14")
print(a(), b(), a(), b())

print("errors")
print(pcall(function()
	for v in cs.pipe("1; throw 'of the pipeline'") do print(v) end
end))
print(pcall(cs.each, "1..3", function(v) error("of the loop", 0) end))
print(pcall(function()
	for v in cs.pipe("Get-CsPool -Identity no.such.pool") do print(v) end
end))
print((pcall(cs.pipe, "1 +")))
for i = 1, 300 do
	cs.pipe("1..3")()
	if i % 50 == 0 then collectgarbage() end
end
local open = {}
print(pcall(function()
	for i = 1, 400 do
		open[i] = cs.pipe("1..3")
		open[i]()
	end
end))
open = nil
collectgarbage()

-- What runs between two objects runs where the loop stands.
for v in cs.pipe("function f { $x = 'of f'; 1..2 }; f") do
	cs.run("$x = $args[0]", v)
end
cs.run("$x")
cs.run("Get-CsPool | Select-Object Fqdn")
print("after the table")
for pool in cs.pipe("Get-CsPool") do
	cs["New-CsExternalAccessPolicy"]{Identity = "for-" .. pool.Site:gsub("%W", "")
		.. "-" .. #pool.Fqdn}
end
cs.run("Get-CsExternalAccessPolicy | ForEach-Object Identity | Sort-Object")
