-- Questions of advisers for wrk: 20 titles, 10 skills and 40 lengths of notice, each of the 8,000 once before one comes
-- again. They are written before the first is sent, and answers are not handed to Lua, so that the cores are the service's.
-- PATHS is the number of paths a list; EXPLAIN is how much is told: none, short (as the service does) or full.
local paths = os.getenv("PATHS") or "5"
local explain = os.getenv("EXPLAIN") and "&explain=" .. os.getenv("EXPLAIN") or ""
local titles = {
  "Fordonsmontör", "Lastbilsförare", "Svetsare", "Butikssäljare", "Kock", "Servitör", "Truckförare",
  "Lagerarbetare", "CNC-operatör", "Industrielektriker", "Hotellreceptionist", "Bagare", "Bussförare",
  "Verktygsmakare", "Processoperatör", "Maskinoperatör", "Lokalvårdare", "Kundtjänstmedarbetare",
  "Undersköterska", "Elektriker",
}
local skills = {
  "svetsning", "truckkörning", "kundservice", "felsökning", "kvalitetskontroll", "lagerhantering",
  "matlagning", "schemaläggning", "hydraulik", "engelska",
}
local weeks = 40
local count = #titles * #skills * weeks
local made = {}
local sent = 0

local function made_of(number)
  local title = titles[number % #titles + 1]
  local skill = skills[math.floor(number / #titles) % #skills + 1]
  local left = math.floor(number / (#titles * #skills)) + 4
  local body = string.format(
    '{"titles":["%s"],"skills":["%s"],"status":"uppsagd","municipality":"Mölndal","weeks_left":%d}',
    title, skill, left)
  local headers = { ["Content-Type"] = "application/json" }
  return wrk.format("POST", "/v1/recommendations?paths=" .. paths .. explain, headers, body)
end

function request()
  if #made == 0 then
    for number = 0, count - 1 do made[number + 1] = made_of(number) end
  end
  -- 4,099 and 8,000 share no factor: all are asked, neighbours far apart.
  sent = sent + 1
  return made[(sent * 4099) % count + 1]
end
