# Requests a second of the list page, next to pgbench running the very statements that the server runs for it.
section "The list page at 16 connections, and pgbench with its statements over the same socket"
small
serve small
sign_in small

# What the server sends for one page, as PostgreSQL heard it. Connections read the setting when they are made, so the server starts anew.
heard=$worlds/small/postgres.log
sql_as_root small "ALTER DATABASE clientele SET log_statement = 'all'" 
stop small
serve small CLIENTELE_DB_POOL=1
sign_in small
for _ in 1 2 3; do fetch small /console/customers >/dev/null; done
lines=$(wc -l <"$heard")
fetch small /console/customers >/dev/null
sleep 0.2
tail -n +"$((lines + 1))" "$heard" >"$work/heard"
sql_as_root small "ALTER DATABASE clientele RESET log_statement"
stop small

# A script of them. What the server prepares has its values as variables, which pgbench sends as parameters of a prepared statement;
# what it sends as text in one go (BEGIN with the scope) goes in one pipeline.
values=()
write_script() {
  local line text='' kind='' number=0 detail
  flush() {
    [ -n "$text" ] || return 0
    if [ "$kind" = statement ] && [[ $text == *';'* ]]; then
      printf '\\startpipeline\n%s;\n\\endpipeline\n' "${text//;/;$'\n'}"
    else
      printf '%s;\n' "$text"
    fi
    text=''
  }
  while IFS= read -r line; do
    if [[ $line =~ (LOG|DETAIL):\ \ (statement|execute\ [^:]*|parameters):\ (.*)$ ]]; then
      if [ "${BASH_REMATCH[2]}" = parameters ]; then
        detail=${BASH_REMATCH[3]}
        while [[ $detail =~ ^,?\ ?\$([0-9]+)\ =\ (NULL|\'(([^\']|\'\')*)\') ]]; do
          number=${BASH_REMATCH[1]}
          values+=(-D "v${statements}_$number=${BASH_REMATCH[3]//\'\'/\'}")
          detail=${detail:${#BASH_REMATCH[0]}}
        done
        text=$(sed -E "s/\\\$([0-9]+)/:v${statements}_\1/g" <<<"$text")
      else
        flush >>"$work/list.sql"
        kind=${BASH_REMATCH[2]} text=${BASH_REMATCH[3]} statements=$((statements + 1))
      fi
    elif [[ $line == $'\t'* ]]; then
      text+=" ${line#$'\t'}"
    fi
  done <"$work/heard"
  flush >>"$work/list.sql"
}
statements=0
: >"$work/list.sql"
write_script
[ "$statements" -ge 4 ] || give_up "the statements of the list page were not heard"

serve small
sign_in small
url=http://127.0.0.1:${ports[small]}/console/customers
requests() { wrk -t2 -c16 -d"${1}s" -H "Cookie: ${cookies[small]}" "$url" | awk '/Non-2xx/ { bad = 1 } /^Requests\/sec/ { n = $2 } END { print bad ? 0 : n }'; }
transactions() {
  PGOPTIONS="-c role=clientele_app -c TimeZone=UTC -c jit=off" pgbench -n -M prepared -c 16 -j 2 -T "$1" -f "$work/list.sql" "${values[@]}" \
    -h "$(socket small)" -p "$(port_of small)" -U clientele clientele 2>"$work/pgbench.log" | awk '/^tps/ { print $3 }'
}
requests 3 >/dev/null
transactions 1 >/dev/null || { head -n 5 "$work/pgbench.log" >&2; give_up "pgbench can't run the statements"; }
best_r=0 best_t=0
for _ in 1 2 3; do
  r=$(requests 5) t=$(transactions 5)
  best_r=$(most "$r" "$best_r") best_t=$(most "$t" "$best_t")
done
row "requests a second (wrk), best of 3" "$(calculate "$best_r" 0)" "" ""
row "transactions of $statements statements a second (pgbench), best of 3" "$(calculate "$best_t" 0)" "" ""
row "requests for each transaction" "$(calculate "$best_r / $best_t")" ">= 0.35" "$best_r / $best_t >= 0.35"

memory=$(awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/${pids[small]}/status")
row "memory of the server after that (resident)" "$memory MB" "< 80 MB" "$memory < 80"
