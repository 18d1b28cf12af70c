-- Plain Chat Completions calls for wrk: every answer must be a 200 that holds the whole expected text.
local function read_file(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("*a")
  file:close()
  return content
end

wrk.method = "POST"
wrk.body = read_file(os.getenv("BENCH_BODY"))
wrk.headers["content-type"] = "application/json"
local expected = read_file(os.getenv("BENCH_EXPECTED"))

wrong = 0
function response(status, headers, body)
  if status ~= 200 or not body:find(expected, 1, true) then wrong = wrong + 1 end
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function done(summary, latency)
  local errors = summary.errors
  local cut = errors.connect + errors.read + errors.write
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
  local fault = string.format("%d wrong, %d cut, %d too late", wrong, cut, errors.timeout)
  print(string.format('{"completed":%d,"failed":%d,"fault":"%s","seconds":%f,"p50":%d,"p99":%d}',
    summary.requests, wrong + cut + errors.timeout, fault, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99)))
end
