# Pages at many customers against the same pages at 10,000: what a page takes must not grow with the table.
section "Time of a page at $many customers and at 10,000, one request at a time (median, best of 3 rounds)"
small
large
serve small
serve "$many"
sign_in small
sign_in "$many"

# The cursor of a list page that goes on after so many rows, in the order of the list (see src/platform/paging.rs).
page_after() { # world, rows
  sql "$1" "SELECT encode(convert_to(json_build_array(name_key, id)::text, 'UTF8'), 'hex') FROM customers
            WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'acme') ORDER BY name_key, id OFFSET $2 - 1 LIMIT 1"
}
northwind() { echo "/console/customers/$(sql "$1" "SELECT id FROM customers WHERE name LIKE 'Northwind%' ORDER BY created_at LIMIT 1")"; }
median() { # world, path: milliseconds
  wrk --latency -t1 -c1 -d"${2}s" -H "Cookie: ${cookies[$1]}" "http://127.0.0.1:${ports[$1]}$3" >"$work/wrk" 2>&1
  ! grep -q 'Non-2xx' "$work/wrk" || give_up "$3 fails"
  awk '$1 == "50%" { v = $2; if (v ~ /us$/) v /= 1000; else if (v ~ /ms$/) v += 0; else v *= 1000; printf "%.3f", v; exit }' "$work/wrk"
}
compare() { # what, path in the small world, path in the large
  local round a b least_a='' least_b=''
  median small 1 "$2" >/dev/null
  median "$many" 1 "$3" >/dev/null
  for round in 1 2 3; do
    a=$(median small 2 "$2") b=$(median "$many" 2 "$3")
    least_a=$(least "${least_a:-1e9}" "$a")
    least_b=$(least "${least_b:-1e9}" "$b")
  done
  row "$1" "$least_b / $least_a ms = $(calculate "$least_b / $least_a")" "<= 1.3" "$least_b / $least_a <= 1.3"
}
list=/console/customers
compare "customer list, first page" "$list" "$list"
compare "customer list, 1,000th page (the 390th of the small one)" \
  "$list?after=$(page_after small 9750)" "$list?after=$(page_after "$many" 25000)"
compare "filtered list (churned businesses)" "$list?stage=churned&type=business" "$list?stage=churned&type=business"
compare "filtered list (active, from the website), latest change first" "$list?stage=active&source=website&sort=changed" "$list?stage=active&source=website&sort=changed"
compare "search (northwind)" "$list?q=northwind" "$list?q=northwind"
compare "search with a typo (nortwind)" "$list?q=nortwind" "$list?q=nortwind"
compare "customer page" "$(northwind small)" "$(northwind "$many")"
