# Live pages: 1,000 lists that are open, of 50 CS reps who each look after the customer that changes, next to as many of an agent, who sees all.
section "Live pages: 1,000 that are open hear of a change"
small
serve small
sql_as_root small "INSERT INTO users (tenant_id, email, name, roles, password_hash)
  SELECT tenant_id, 'live' || n || '@acme.test', 'Live ' || n, CASE WHEN n <= 50 THEN '{customer_success}' ELSE '{agent}' END::text[], password_hash
  FROM users, generate_series(1, 100) n WHERE email = 'ada@acme.test' ON CONFLICT DO NOTHING;
  INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
  SELECT u.tenant_id, u.id, (SELECT c.id FROM customers c WHERE c.tenant_id = u.tenant_id ORDER BY c.id LIMIT 1) FROM users u
  WHERE u.email ~ '^live[0-9]+@acme' AND 'customer_success' = ANY (u.roles) ON CONFLICT DO NOTHING" >/dev/null
reach() { # from, to: which of the people
  change() { sql small "UPDATE customers SET notes = notes || '.' WHERE id = (SELECT id FROM customers WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'acme') ORDER BY id LIMIT 1)" >/dev/null; }
  mkfifo "$work/live.$1"
  python3 bin/bench.d/live_readers.py "127.0.0.1:${ports[small]}" "$1" "$2" 20 10 <"$work/live.$1" >"$work/live.$1.out" &
  local readers=$!
  exec 7>"$work/live.$1"
  until grep -q ready "$work/live.$1.out" 2>/dev/null; do kill -0 "$readers" || give_up "the readers did not come in"; sleep 0.1; done
  for _ in $(seq 10); do change; echo changed >&7; sleep 1.5; done
  exec 7>&-
  wait "$readers" || give_up "not every reader heard of every change"
  tail -n 1 "$work/live.$1.out"
}
for who in "1 50 reps" "51 100 agents"; do
  read -r from to name <<<"$who"
  IFS=' ' read -r half last < <(reach "$from" "$to")
  row "1,000 lists of 50 $name: half of them, the last (ms)" "$half / $last" "<= 1000" "$last <= 1000"
done
