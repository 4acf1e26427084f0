# Requests a second of the list page, next to pgbench running the very statements that the server runs for it.
section "The list page at 16 connections, and pgbench with its statements over the same socket"
small
against_pgbench small "list page" /console/customers

memory=$(awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/${pids[small]}/status")
row "memory of the server after that (resident)" "$memory MB" "< 80 MB" "$memory < 80"
