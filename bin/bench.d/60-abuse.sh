# What somebody outside can do to the others: bodies that never end, and many passwords at once.
section "Abuse: 1,500 connections that send a body slowly; 200 sign-ins at once"
small
resident() { awk '/^VmRSS/ { printf "%.0f\n", $2 / 1024 }' "/proc/${pids[small]}/status"; }
watch_memory() { while :; do resident >>"$work/memory"; sleep 0.05; done; }
# pages_beside COMMAND...: while the command runs, the median of a staff page in ms, and the most memory that the server held in MB.
pages_beside() {
  local command watcher
  : >"$work/memory"
  : >"$work/times"
  "$@" >"$work/abuse.log" 2>&1 &
  command=$!
  watch_memory &
  watcher=$!
  while kill -0 "$command" 2>/dev/null; do
    curl -s -o /dev/null -w '%{http_code} %{time_total}\n' -H "Cookie: ${cookies[small]}" \
      "http://127.0.0.1:${ports[small]}/console/customers" >>"$work/times"
  done
  kill "$watcher"
  wait "$watcher" 2>/dev/null || true
  wait "$command" || { tail -n 5 "$work/abuse.log" >&2; give_up "$1 failed"; }
  ! grep -qv '^200 ' "$work/times" || { cut -c1-3 "$work/times" | sort | uniq -c >&2; give_up "a page beside it failed"; }
  sort -k2n "$work/times" | awk '{ t[NR] = $2 } END { printf "%.1f ", t[int((NR + 1) / 2)] * 1000 }'
  sort -n "$work/memory" | tail -n 1
}

ulimit -n "$(ulimit -H -n)"
serve small
sign_in small
seen=$(pages_beside python3 bin/bench.d/slow_bodies.py "${ports[small]}" 1500 20)
page=${seen% *} memory=${seen#* }
row "1,500 slow bodies: a staff page beside them (median)" "$page ms" "< 100 ms" "$page < 100"
row "1,500 slow bodies: memory of the server at most" "$memory MB" "< 300 MB" "$memory < 300"
row "1,500 slow bodies: ended by the server, still open" "$(awk '{ print $2 ", " $4 }' "$work/abuse.log")" "" ""

stop small
serve small
sign_in small
before=$(resident)
many_sign_ins() {
  local at
  for at in $(seq 200); do
    curl -s -o /dev/null -d "email=nobody$at@acme.test" -d password=brisk-otter-lantern "http://127.0.0.1:${ports[small]}/login" &
  done
  wait
}
seen=$(pages_beside many_sign_ins)
page=${seen% *} memory=${seen#* }
# The allocator gives back at the next requests, of which a server in use has some each second.
for _ in 1 2 3; do
  sleep 1
  fetch small /console/customers >/dev/null
done
after=$(resident)
row "200 sign-ins at once: a staff page beside them (median)" "$page ms" "< 100 ms" "$page < 100"
row "200 sign-ins at once: memory of the server at most" "$memory MB" "< 200 MB" "$memory < 200"
row "200 sign-ins at once: memory 3 s later ($before MB before)" "$after MB" "< $((before + 40)) MB" "$after < $before + 40"
