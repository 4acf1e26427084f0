# How long a person waits for a server that is built, on a database that is there.
section "Start of bin/run on an existing database, to the first page (best of 3)"
small
serve small
stop small
shortest=1e9
for _ in 1 2 3; do
  ports[small]=$(free_port)
  began=$(now)
  if [ -n "${CLIENTELE_PROGRAM:-}" ]; then starter=("$program" serve --demo); else starter=(bin/run); fi
  CLIENTELE_DATA=$worlds/small CLIENTELE_LISTEN=127.0.0.1:${ports[small]} CLIENTELE_LOG=error "${starter[@]}" >"$work/small.log" 2>&1 &
  pids[small]=$!
  wait_for small
  took=$(since "$began")
  stop small
  shortest=$(least "$took" "$shortest")
done
row "first 200" "$shortest s" "< 1 s" "$shortest < 1"
