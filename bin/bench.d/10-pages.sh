# Pages at many customers against the same pages at 10,000: what a page takes must not grow with the table.
section "Time of a page at $many customers and at 10,000, one request at a time (median, best of 3 rounds)"
small
large
serve small
serve "$many"
sign_in small
sign_in "$many"

# The cursor of a list page that goes on after so many rows, in the order of the list (see src/infra/db/paging.rs).
page_after() { # world, rows
  sql "$1" "SELECT encode(convert_to(json_build_array(name_key, id)::text, 'UTF8'), 'hex') FROM customers
            WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'acme') ORDER BY name_key, id OFFSET $2 - 1 LIMIT 1"
}
northwind() { echo "/console/customers/$(sql "$1" "SELECT id FROM customers WHERE name LIKE 'Northwind%' ORDER BY created_at LIMIT 1")"; }
list=/console/customers
compare "customer list, first page" small "$list" "$many" "$list"
compare "customer list, 1,000th page (the 390th of the small one)" \
  small "$list?after=$(page_after small 9750)" "$many" "$list?after=$(page_after "$many" 25000)"
compare "filtered list (churned businesses)" small "$list?stage=churned&type=business" "$many" "$list?stage=churned&type=business"
compare "filtered list (active, from the website), latest change first" small "$list?stage=active&source=website&sort=changed" "$many" "$list?stage=active&source=website&sort=changed"
compare "search (northwind)" small "$list?q=northwind" "$many" "$list?q=northwind"
compare "search with a typo (nortwind)" small "$list?q=nortwind" "$many" "$list?q=nortwind"
compare "customer page" small "$(northwind small)" "$many" "$(northwind "$many")"
