# Requests a second of each page at 16 connections, as a share of the floor: pgbench with 8 clients that run one scoped transaction with one
# index read of 26 customers under row-level security, in the same run. A share says the same on a fast machine and on a slow one.
section "Pages at 16 connections as a share of the floor, at 10,000 customers and at $many"

# A colon would begin a variable of pgbench.
floor_script() { # world: the transaction, in the scope of Ada, the admin of Acme
  printf '\\startpipeline\nBEGIN READ ONLY;\n%s;\n' "$(sql "$1" "SELECT format('SELECT set_config(''app.audience'', ''staff'', true),
    set_config(''app.tenant_id'', %L, true), set_config(''app.user_id'', %L, true), set_config(''app.permissions'', E''%s'', true)', tenant_id, id, replace(permissions_of(roles), ':', '\\072'))
    FROM users WHERE email = 'ada@acme.test'" | tr '\n' ' ')"
  printf 'SELECT id, name FROM customers WHERE tenant_id = (SELECT current_tenant()) ORDER BY name_key, id LIMIT 26;\nCOMMIT;\n\\endpipeline\n'
}
floor_of() { # world, seconds: transactions a second
  PGOPTIONS="-c TimeZone=UTC -c jit=off" pgbench -n -M prepared -c 8 -j 2 -T "$2" -f "$work/floor.sql" \
    -h "$(socket "$1")" -p "$(port_of "$1")" -U clientele_app clientele 2>"$work/pgbench.log" | awk '/^tps/ { print $3 }'
}
# share WORLD WHAT PATH GOAL: the page and the floor by turns, the best of three rounds of each.
share() {
  local round r f best_r=0 best_f=0
  requests "$1" "$3" 2 >/dev/null
  for round in 1 2 3; do
    r=$(requests "$1" "$3" 4) f=$(floor_of "$1" 3)
    best_r=$(most "$r" "$best_r") best_f=$(most "$f" "$best_f")
  done
  row "$2" "$(calculate "$best_r" 0) of $(calculate "$best_f" 0) = $(calculate "$best_r / $best_f" 3)" ">= $4" "$best_r / $best_f >= $4"
}
oldest_ticket() {
  sql "$1" "SELECT t.id FROM tickets t JOIN customers c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id
            WHERE c.name LIKE 'Northwind%' ORDER BY t.number LIMIT 1"
}
customer_of_cody() { sql "$1" "SELECT customer_id FROM users WHERE email = 'cody@northwind.test'"; }
ticket_of_cody() {
  sql "$1" "SELECT t.id FROM tickets t JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.requester_id
            WHERE u.email = 'cody@northwind.test' ORDER BY t.number LIMIT 1"
}

shares_of() { # world
  local own
  serve "$1"
  sign_in "$1" ada@acme.test
  floor_script "$1" >"$work/floor.sql"
  floor_of "$1" 1 >/dev/null || { head -n 5 "$work/pgbench.log" >&2; give_up "pgbench can't run the floor"; }
  share "$1" "$1: customer list" /console/customers 0.30
  share "$1" "$1: inbox" /console/tickets 0.25
  share "$1" "$1: customer" "/console/customers/$(customer_of_cody "$1")" 0.15
  share "$1" "$1: ticket" "/console/tickets/$(oldest_ticket "$1")" 0.15
  share "$1" "$1: search" "/search?q=northwind" 0.15
  share "$1" "$1: statistics" /console/statistics 0.15
  sign_in "$1" cody@northwind.test
  share "$1" "$1: portal, first page" /customer/dashboard 0.30
  own=$(ticket_of_cody "$1")
  [ -z "$own" ] || share "$1" "$1: portal, a ticket" "/customer/tickets/$own" 0.25
  people[$1]=''
  stop "$1"
}

small
large
shares_of small
shares_of "$many"
