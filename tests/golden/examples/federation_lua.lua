-- The example, as it is given to administrators.
arg = { [0] = arg[0] }
dofile(os.getenv("FEDSH_LUA") .. "/examples/federation.lua")
