# The inbox, a ticket's page and the portal's first page: next to pgbench with their statements, at 20,000 tickets and at 1,000,000; and the time that a reply takes.
section "Tickets: 20,000 and 1,000,000 of them"
acme="(SELECT id FROM tenants WHERE slug = 'acme')"

# The same customers with many more tickets: Acme's, copied until there are a million, each with a message.
many_tickets() {
  [ ! -e "$worlds/tickets/many" ] || return 0
  serve tickets
  sql_as_root tickets "SET session_replication_role = replica;
    DO \$\$ DECLARE kept text; copies integer; BEGIN
      SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO kept FROM pg_attribute
      WHERE attrelid = 'tickets'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('id', 'number');
      SELECT 1000000 / count(*) INTO copies FROM tickets WHERE tenant_id = $acme;
      EXECUTE format('INSERT INTO tickets (id, number, %1\$s) SELECT gen_random_uuid(), number + n * 100000, %1\$s FROM tickets, generate_series(1, %2\$s) n
                      WHERE tenant_id = (SELECT id FROM tenants WHERE slug = ''acme'')', kept, copies);
    END \$\$;
    INSERT INTO ticket_messages (tenant_id, customer_id, ticket_id, from_staff, author_name, body, created_at)
      SELECT tenant_id, customer_id, id, true, requester_name, subject, activity_at FROM tickets t WHERE number > 100000;
    UPDATE ticket_numbers SET last_number = (SELECT max(number) FROM tickets t WHERE t.tenant_id = ticket_numbers.tenant_id);
    UPDATE customer_figures f SET tickets = k.tickets, open_tickets = k.open_tickets, waiting_since = k.waiting_since, last_contact_at = k.last_contact_at
    FROM counted_figures k WHERE k.tenant_id = f.tenant_id AND k.customer_id = f.customer_id"
  sql_as_root tickets "VACUUM ANALYZE tickets, ticket_messages"
  stop tickets
  touch "$worlds/tickets/many"
}
# The address of Northwind's oldest ticket, which gets messages until it has 30.
long_thread() {
  local ticket
  ticket=$(sql "$1" "SELECT t.id FROM tickets t JOIN customers c ON c.tenant_id = t.tenant_id AND c.id = t.customer_id
                     WHERE t.tenant_id = $acme AND c.name LIKE 'Northwind%' ORDER BY t.number LIMIT 1")
  sql_as_root "$1" "SET session_replication_role = replica;
    INSERT INTO ticket_messages (tenant_id, customer_id, ticket_id, from_staff, author_name, body, created_at)
    SELECT t.tenant_id, t.customer_id, t.id, n % 2 = 0, 'Somebody', 'Message ' || n || '. ' || repeat('It goes on like this. ', 12), t.created_at + n * interval '1 second'
    FROM tickets t, generate_series(1, 30 - (SELECT count(*) FROM ticket_messages WHERE ticket_id = '$ticket')) n WHERE t.id = '$ticket'" >/dev/null
  echo "/console/tickets/$ticket"
}

small
world tickets 10000
many_tickets
serve small
serve tickets
sign_in small
sign_in tickets
few=$(long_thread small) much=$(long_thread tickets)
inbox=/console/tickets of_northwind="SELECT count(*) FROM tickets WHERE customer_id = (SELECT customer_id FROM users WHERE email = 'cody@northwind.test')"
row "tickets of both tenants" "$(sql small 'SELECT count(*) FROM tickets') / $(sql tickets 'SELECT count(*) FROM tickets')" "" ""
compare "inbox, first page" small "$inbox" tickets "$inbox"
compare "ticket page with 30 messages" small "$few" tickets "$much"
cody=cody@northwind.test dashboard=/customer/dashboard
sign_in small "$cody"
sign_in tickets "$cody"
row "tickets of that customer" "$(sql small "$of_northwind") / $(sql tickets "$of_northwind")" "" ""
compare "portal, first page" small "$dashboard" tickets "$dashboard"
stop tickets

section "Tickets at 16 connections, and pgbench with their statements over the same socket"
against_pgbench small "portal, first page" "$dashboard"
sign_in small ada@acme.test
against_pgbench small "inbox" "$inbox"
against_pgbench small "ticket page" "$few"

section "Sending a reply, 8 at a time, and pgbench with its INSERT"
sign_in small
reply_scripts small
COOKIES=${cookies[small]} wrk --latency -t2 -c8 -d10s -s "$work/reply.lua" "http://127.0.0.1:${ports[small]}" >"$work/wrk" 2>&1
no_refusals
sent=$(awk '$1 == "99%" { v = $2; if (v ~ /us$/) v /= 1000; else if (v ~ /ms$/) v += 0; else v *= 1000; printf "%.3f", v }' "$work/wrk")
PGOPTIONS="-c TimeZone=UTC -c jit=off" pgbench -n -M prepared -c 8 -j 2 -T 10 -l --log-prefix="$work/replies" -f "$work/reply.sql" \
  -h "$(socket small)" -p "$(port_of small)" -U clientele_app clientele >/dev/null 2>"$work/pgbench.log" ||
  { head -n 5 "$work/pgbench.log" >&2; give_up "pgbench can't insert replies"; }
inserted=$(cat "$work"/replies.* | awk '{ print $3 / 1000 }' | sort -n | awk '{ v[NR] = $1 } END { printf "%.3f", v[int(NR * 0.99)] }')
row "99 of 100 replies, and INSERTs, take no longer than" "$sent / $inserted ms = $(calculate "$sent / $inserted")" "<= 5" "$sent / $inserted <= 5"
