# Replies a second of 16 writers, next to pgbench with the same INSERT (its triggers write the event, the tasks and the figures): by turns, the best of three.
section "16 writers, and pgbench with the same INSERT"
small
serve small
sign_in small
reply_scripts small
best_sent=0 best_inserted=0
for _ in 1 2 3; do
  COOKIES=${cookies[small]} wrk -t2 -c16 -d6s -s "$work/reply.lua" "http://127.0.0.1:${ports[small]}" >"$work/wrk" 2>&1
  no_refusals
  sent=$(awk '/^Requests\/sec/ { print $2 }' "$work/wrk")
  inserted=$(PGOPTIONS="-c TimeZone=UTC -c jit=off" pgbench -n -M prepared -c 16 -j 2 -T 6 -f "$work/reply.sql" -h "$(socket small)" -p "$(port_of small)" \
    -U clientele_app clientele 2>"$work/pgbench.log" | awk '/^tps/ { print $3 }')
  [ -n "$inserted" ] || { head -n 5 "$work/pgbench.log" >&2; give_up "pgbench can't insert replies"; }
  best_sent=$(most "$sent" "$best_sent") best_inserted=$(most "$inserted" "$best_inserted")
done
row "replies a second, and INSERTs" "$(calculate "$best_sent" 0) of $(calculate "$best_inserted" 0) = $(calculate "$best_sent / $best_inserted")" ">= 0.5" "$best_sent / $best_inserted >= 0.5"
stop small
