-- Cmdlets written in Lua bind, report and stop as those in C do.
local cs = require "fedsh"

cs.cmdlet{
	name = "Get-Greeting", synopsis = "Greets people",
	should_process = true,
	parameters = {
		{name = "Name", position = 0, mandatory = true, by_value = true,
			by_name = true, aliases = "Who", help = "Whom to greet."},
		{name = "Times", type = "int", help = "How often."},
		{name = "Loud", type = "switch"},
		{name = "Kind", values = {"Warm", "Cold"}},
	},
	begin = function(call) call.state.greeted = 0 end,
	process = function(call)
		if call.Name == "nobody" then
			call:error{message = "Nobody cannot be greeted.",
				id = "Nobody", category = "InvalidData",
				target = call.Name}
			return
		end
		if not call:should(call.Name, "Greet") then return end
		call.state.greeted = call.state.greeted + 1
		for _ = 1, call.Times or 1 do
			call:emit((call.Loud and "HELLO " or "hello ") .. call.Name)
		end
	end,
	["end"] = function(call)
		call:verbose("greeted " .. call.state.greeted)
	end,
}

cs.run("'ann', 'nobody', 'bob' | Get-Greeting -Loud -Verbose -ErrorAction SilentlyContinue")
cs.run("$Error[0].FullyQualifiedErrorId; $Error[0].CategoryInfo.Category")
cs.run("[pscustomobject]@{ Who = 'cy' } | Get-Greeting -Time 2")
cs.run("Get-Greeting -Who x -WhatIf")
cs.run("try { Get-Greeting x -Kind Tepid } catch { $_.FullyQualifiedErrorId }")
cs.run("Get-Greeting many -Times 1000000 | Select-Object -First 2")
cs.run("Get-Help Get-Greeting")
cs.run("(Get-Command Get-Greeting).CommandType")
for v in cs.pipe("'n1', 'n2', 'n3' | Get-Greeting -Times 2") do
	for w in cs.pipe("Get-Greeting inner") do print(v, w) end
	if v == "hello n2" then break end
end

cs.cmdlet{name = "Get-Failure", process = function() error("boo", 0) end}
cs.cmdlet{name = "Get-Thrown", parameters = {{name = "Id", type = "int"}},
	process = function(call)
		kept = call
		call:throw{message = "thrown", id = "Thrown",
			category = "InvalidArgument"}
	end}
cs.cmdlet{name = "Get-Count",
	parameters = {{name = "From", type = "int", by_value = true}},
	process = function(call)
		for v in cs.pipe("$args[0]..9", call.From) do call:emit(v) end
	end}
print(pcall(cs["Get-Failure"]))
cs.run("try { Get-Thrown -Id 3 } catch { $_.FullyQualifiedErrorId; \"$_\" }")
print(pcall(function() return kept.Id end))
cs.run("1..3 | Get-Count | Select-Object -First 3")

-- A wrong definition says what is wrong with it.
print(pcall(cs.cmdlet, {name = "x"}))
print(pcall(cs.cmdlet, {name = "Get-X", parameters = {{name = "A",
	type = "nope"}}}))
print(pcall(cs.cmdlet, {name = "Get-X", parameters = {{}}}))
print(pcall(cs.cmdlet, {name = "Get-X"}))
print(pcall(cs.cmdlet, {name = "Get-X", process = 1}))
cs.exit(3)
