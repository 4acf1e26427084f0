# What somebody outside can do to the others: bodies that never end, and many passwords at once.
section "Abuse: 1,500 connections that send a body slowly; 200 sign-ins at once"
small
resident() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/${pids[small]}/status"; }
# pages_beside COMMAND...: the median of a staff page in ms while the command runs, and in most_memory the most that the server held, in MB.
most_memory=0
watch_memory() {
  : >"$work/memory"
  while :; do resident >>"$work/memory"; echo >>"$work/memory"; sleep 0.05; done
}
pages_beside() {
  local command watcher
  "$@" >"$work/abuse.log" 2>&1 &
  command=$!
  watch_memory &
  watcher=$!
  : >"$work/times"
  while kill -0 "$command" 2>/dev/null; do
    curl -s -o /dev/null -w '%{http_code} %{time_total}\n' -H "Cookie: ${cookies[small]}" "http://127.0.0.1:${ports[small]}/console/customers" >>"$work/times"
  done
  wait "$command" || { tail -n 5 "$work/abuse.log" >&2; kill "$watcher"; give_up "$1 failed"; }
  kill "$watcher"
  wait "$watcher" 2>/dev/null || true
  ! grep -qv '^200 ' "$work/times" || { sort "$work/times" | uniq -c | sort -rn | head -n 3 >&2; give_up "a page beside it failed"; }
  most_memory=$(sort -n "$work/memory" | tail -n 1)
  sort -k2n "$work/times" | awk '{ t[NR] = $2 } END { printf "%.1f", t[int((NR + 1) / 2)] * 1000 }'
}

ulimit -n "$(ulimit -H -n)"
serve small
sign_in small
port=${ports[small]}
before=$(resident)
page=$(pages_beside python3 bin/bench.d/slow_bodies.py "$port" 1500 20)
row "server before that (resident)" "$before MB" "" ""
row "1,500 slow bodies: memory of the server at most" "$most_memory MB" "< 300 MB" "$most_memory < 300"
row "1,500 slow bodies: a staff page beside them (median)" "$page ms" "< 100 ms" "$page < 100"
row "1,500 slow bodies: connections that the server ended" "$(awk '/^ended/ { print $2 }' "$work/abuse.log")" "" ""

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
page=$(pages_beside many_sign_ins)
sleep 3
after=$(resident)
row "200 sign-ins at once: a staff page beside them (median)" "$page ms" "< 100 ms" "$page < 100"
row "200 sign-ins at once: memory of the server at most" "$most_memory MB" "< 200 MB" "$most_memory < 200"
row "memory 3 s later (before: $before MB)" "$after MB" "< before + 40" "$after < $before + 40"
