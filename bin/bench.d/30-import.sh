# An import of 100,000 customers, from pressing the button to its end, against COPY of the same rows into the same table.
section "Import of 100,000 customers in a world of 10,000"
world import 10000
# Imports are background work.
serve import CLIENTELE_TASK_THREADS=2
sign_in import
run=$(date +%s)
awk -v run="$run" 'BEGIN {
  print "name,external_id,customer_type,email,phone,notes"
  for (n = 1; n <= 100000; n++)
    printf "Bench %s Works %d,B%s-%d,business,office@bench%d-%s.test,+1212%07d,Came with the import.\n", substr("AlderBirchCedarDaisyElder", n % 5 * 5 + 1, 5), n, run, n, n, run, n
}' >"$work/import.csv"
tenant=$(sql import "SELECT id FROM tenants WHERE slug = 'acme'")
copy() {
  local began
  # In the server's scope, as the owner: policies are not asked, triggers and indexes do their work.
  PGOPTIONS="-c app.tenant_id=$tenant -c app.audience=staff" psql -XqAt -v ON_ERROR_STOP=1 -h "$(socket import)" -p "$(port_of import)" -U clientele -d clientele \
    -c "VACUUM ANALYZE customers" -c "CHECKPOINT" 2>/dev/null || true
  began=$(now)
  PGOPTIONS="-c app.tenant_id=$tenant -c app.audience=staff" psql -XqAt -v ON_ERROR_STOP=1 -h "$(socket import)" -p "$(port_of import)" -U clientele -d clientele \
    -c "BEGIN" -c "\\copy customers (name, external_id, customer_type, email, phone, notes) FROM '$work/import.csv' WITH (FORMAT csv, HEADER)" -c "ROLLBACK" ||
    give_up "COPY failed"
  since "$began"
}
copied=$(copy)
again=$(copy)
copied=$(least "$again" "$copied")
sql import "VACUUM ANALYZE customers"

began=$(now)
path=$(fetch import /console/imports/new -F "file=@$work/import.csv;type=text/csv" -o /dev/null -w '%{redirect_url}')
path=/console/imports/${path#*/console/imports/}
path=${path%/mapping}
row "upload" "$(since "$began") s" "" ""
began=$(now)
fetch import "$path/mapping" -o /dev/null -d name=0 -d external_id=1 -d customer_type=2 -d email=3 -d phone=4 -d notes=5
fetch import "$path" -o /dev/null
row "match columns and check" "$(since "$began") s" "" ""
id=${path##*/}
fetch import "$path/run" -o /dev/null -X POST -d skip=
while [ "$(sql import "SELECT state FROM imports WHERE id = '$id'")" = running ]; do sleep 0.1; done
IFS='|' read -r state rows imported < <(sql import "SELECT state, rows_created, round(extract(epoch FROM finished_at - started_at), 2) FROM imports WHERE id = '$id'")
[ "$state $rows" = "done 100000" ] || give_up "the import ended as $state with $rows rows"
row "COPY, best of 2" "$copied s" "" ""
row "import" "$imported s" "" ""
row "import against COPY" "$(calculate "$imported / $copied")" "<= 4" "$imported / $copied <= 4"
# The next run makes the world anew.
rm -f "$worlds/import/made"
