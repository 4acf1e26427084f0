//! What must be true of every table, asked of the catalog, so that a new table can't forget it.
use crate::support::TestDatabase;
use diesel::{RunQueryDsl, sql_query, sql_types::Text};

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    what: String,
}

/// What a query finds, but for what is excused. An excuse that is not needed any more is wrong too.
fn found_but(excused: &[(&str, &str)], query: &str) -> Vec<String> {
    let database = TestDatabase::new();
    let sql = format!("SELECT what::text AS what FROM ({query}) AS found (what) ORDER BY 1");
    let found: Vec<Found> = sql_query(sql).load(&mut database.owner()).unwrap();
    let found: Vec<String> = found.into_iter().map(|found| found.what).collect();
    for (name, reason) in excused {
        assert!(!reason.is_empty());
        assert!(found.iter().any(|what| what == name), "{name} is excused without need");
    }
    found.into_iter().filter(|what| excused.iter().all(|(name, _)| name != what)).collect()
}

const NOTHING: [String; 0] = [];

/// The tables of tenants, as a query of `oid` and `name`.
const TABLES: &str = "SELECT c.oid, c.relname::text AS name FROM pg_class c
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace";

#[test]
fn every_table_of_a_tenant_is_behind_row_level_security() {
    let bare = found_but(
        &[],
        &format!("SELECT t.name FROM ({TABLES}) t JOIN pg_class c ON c.oid = t.oid
                  WHERE NOT c.relrowsecurity OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid)"),
    );
    assert_eq!(bare, NOTHING);
}

#[test]
fn a_table_without_a_tenant_is_known() {
    let others = found_but(
        &[
            ("__diesel_schema_migrations", "which migrations have run"),
            ("form_stashes", "granted to nobody; kept before anybody is known, for who signs in"),
            ("quota_uses", "granted to nobody; use_quotas counts for the tenant of the transaction, also before anybody is known"),
            ("reset_requests", "asked before anybody is known"),
            ("schema_requirements", "the schema's own: which servers may use it"),
            ("sign_in_failures", "counted before anybody is known"),
            ("signing_keys", "the server's own, granted to nobody"),
            ("task_routes", "the same for all: a copy of the routing table"),
            ("tenants", "the tenants themselves"),
            ("used_seals", "granted to nobody; used before anybody is known"),
        ],
        &format!("SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                  AND c.oid NOT IN (SELECT oid FROM ({TABLES}) t)"),
    );
    assert_eq!(others, NOTHING);
}

#[test]
fn every_change_of_a_table_is_logged() {
    let silent = found_but(
        &[
            ("access_alerts", "a note of a mail, which is logged"),
            ("account_tokens", "secrets: what they were good for stands in the log of the accounts"),
            ("customer_figures", "worked out of what is logged"),
            ("customer_visits", "looking is no change"),
            ("events", "the log itself"),
            ("import_files", "a file is no reading matter, and its import is logged"),
            ("search_documents", "worked out of customers and contacts"),
            ("search_words", "worked out of customers and contacts"),
            ("submissions", "what came of it is logged"),
            ("ticket_drafts", "what is not sent is nobody else's business"),
            ("ticket_numbers", "counted by the tickets, which are logged"),
            ("ticket_readers", "reading is no change"),
            ("ticket_search", "worked out of tickets and their messages"),
            ("tenant_versions", "counts what is logged"),
            ("tasks", "what follows from the log: an event for each would have no end"),
        ],
        &format!("SELECT t.name FROM ({TABLES}) t WHERE (SELECT count(*) FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
                  WHERE g.tgrelid = t.oid AND p.proname = 'log_change' AND g.tgname IN ('log_insert', 'log_update', 'log_delete')) <> 3"),
    );
    assert_eq!(silent, NOTHING);
}

#[test]
fn every_column_of_a_table_with_versions_makes_a_new_one() {
    let unseen = found_but(
        &[
            ("api_keys.last_used_at", "its use"),
            ("api_keys.last_used_from", "its use"),
            ("calls.worker_id", "as with tickets"),
            ("customers.first_purchase_on", "a figure"),
            ("customers.is_tenant_customer", "that it has set up a tenant"),
            ("customers.last_purchase_on", "a figure"),
            ("customers.portal_changed_at", "follows from what was edited"),
            ("customers.revenue_total", "a figure"),
            ("imports.finished_at", "its run"),
            ("imports.problem", "its run"),
            ("imports.rows_created", "its run"),
            ("imports.rows_done", "its run"),
            ("imports.rows_skipped", "its run"),
            ("imports.rows_total", "its run"),
            ("imports.rows_updated", "its run"),
            ("imports.started_at", "its run"),
            ("imports.transaction_id", "its run"),
            ("tickets.activity_at", "what was written"),
            ("tickets.customer_wrote_at", "what was written"),
            ("tickets.first_replied_at", "what was written"),
            ("tickets.resolved_at", "follows from the status"),
            ("tickets.staff_wrote_at", "what was written"),
            ("tickets.waiting_since", "what was written"),
            ("tickets.worker_id", "who can act for its assignee follows from elsewhere"),
            ("users.claims_version", "follows from what was edited"),
            ("users.last_signed_in_at", "a sign-in"),
            ("users.password_changed_at", "no form of the account"),
            ("users.password_hash", "no form of the account"),
            ("users.products", "follows from the customer"),
        ],
        "SELECT c.relname || '.' || a.attname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
           AND a.attname NOT IN ('version', 'updated_at', 'updated_by')
         WHERE g.tgname = 'touch' AND pg_get_triggerdef(g.oid) !~* ('\\mnew\\.' || a.attname || '\\M')",
    );
    assert_eq!(unseen, NOTHING);
}

#[test]
fn every_primary_key_starts_with_the_tenant() {
    let others = found_but(
        &[
            ("access_alerts", "the platform's own have no tenant"),
            ("account_tokens", "found before the tenant is known"),
            ("events", "ordered by one counter over all tenants"),
            ("mails", "the platform's own have no tenant"),
            ("sessions", "found before the tenant is known"),
            ("submissions", "platform admins have no tenant; the id is made of tenant, sender, address and key"),
            ("tasks", "the platform's own have no tenant; taken in one order over all"),
            ("users", "platform admins have no tenant"),
        ],
        &format!("SELECT t.name FROM ({TABLES}) t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'
                  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1] WHERE a.attname <> 'tenant_id'"),
    );
    assert_eq!(others, NOTHING);
    let without = found_but(
        &[],
        &format!(
            "SELECT t.name FROM ({TABLES}) t WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'p')"
        ),
    );
    assert_eq!(without, NOTHING);
}

#[test]
fn every_foreign_key_and_unique_index_starts_with_the_tenant() {
    // Both look past row-level security: without the tenant they would tell of, or refer to, what is another's.
    let others = found_but(
        &[
            ("account_tokens_hash_taken", "found by the token before the tenant is known"),
            ("account_tokens_user", "a platform admin has no tenant"),
            ("registrations_hash_taken", "found by the token before the tenant is known"),
            ("registration_domains_hash_taken", "found by the token before the tenant is known"),
            ("bootstrap_keys_hash_taken", "found by the key before the tenant is known"),
            ("api_keys_hash_taken", "found by the key before the tenant is known"),
            ("sessions_token_taken", "found by the token before the tenant is known"),
            ("sessions_user", "a platform admin's session has no tenant"),
            ("submissions_user", "a platform admin has no tenant"),
            ("tasks_once_per_event", "an event is of one tenant, and only the log's trigger makes tasks of it"),
            ("tasks_once_per_time", "a clock asks for no tenant"),
        ],
        &format!("SELECT k.conname FROM ({TABLES}) t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype IN ('f', 'u')
                  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1] WHERE a.attname <> 'tenant_id'"),
    );
    assert_eq!(others, NOTHING);
    let indexes = found_but(
        &[("registration_domains_taken", "a domain is of one customer of the whole installation: whoever showed it first")],
        &format!("SELECT i.indexrelid::regclass FROM ({TABLES}) t JOIN pg_index i ON i.indrelid = t.oid AND i.indisunique
                  WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
                    AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = i.indkey[0] AND a.attname = 'tenant_id')"),
    );
    assert_eq!(indexes, NOTHING);
}

#[test]
fn every_foreign_key_has_an_index_that_serves_it() {
    let slow = found_but(
        &[
            ("contacts_created_by", "users are disabled, hardly ever deleted; an index would cost every import"),
            ("contacts_updated_by", "as contacts_created_by"),
            ("customers_updated_by", "as contacts_created_by"),
            ("imports_created_by", "a tenant has few imports, and they have an index by tenant"),
        ],
        "SELECT k.conname FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
         AND NOT EXISTS (
             SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam AND m.amname = 'btree'
             WHERE i.indrelid = k.conrelid
               AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')
               AND (SELECT array_agg(n ORDER BY n) FROM unnest(k.conkey) n)
                 = (SELECT array_agg(n ORDER BY n) FROM unnest((string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)]) n))",
    );
    assert_eq!(slow, NOTHING);
}

#[test]
fn every_table_says_what_it_is() {
    let mute = found_but(
        &[("__diesel_schema_migrations", "made by Diesel")],
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
         AND obj_description(c.oid, 'pg_class') IS NULL",
    );
    assert_eq!(mute, NOTHING);
}

#[test]
fn every_constraint_has_a_name_that_somebody_chose() {
    let unnamed = found_but(
        &[("__diesel_schema_migrations_pkey", "made by Diesel")],
        "SELECT k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
         WHERE k.connamespace = 'public'::regnamespace
           AND (k.conname ~ '_(check|fkey|key|excl)[0-9]*$' OR (k.contype = 'p' AND k.conname <> c.relname || '_pkey')
                OR (c.relname = '__diesel_schema_migrations'))",
    );
    assert_eq!(unnamed, NOTHING);
}

// Without OFFSET 0 the planner plans such a subquery twice, once for each row and once as a hash of all rows, and twice again for each
// table that this one's policies ask. What a table without policies of its own costs, or one at the end of the chain, is little.
#[test]
fn a_policy_that_asks_another_table_is_planned_once() {
    let doubled = found_but(
        &[],
        "SELECT tablename || '.' || policyname FROM pg_policies,
         LATERAL (SELECT coalesce(qual, '') || coalesce(with_check, '') AS written) p
         WHERE regexp_count(written, 'EXISTS') <> regexp_count(written, 'OFFSET 0')",
    );
    assert_eq!(doubled, NOTHING);
}

// Before PostgreSQL 18 such a function in SQL is planned at each call, and can't be inlined: a search spent more on that than on searching.
#[test]
fn a_function_that_pages_wait_for_is_planned_once() {
    let planned_each_time = found_but(
        &[
            ("claim_tasks", "a background thread's, once for many tasks"),
            ("count_access", "two counts, when a customer is deactivated"),
            ("count_tasks", "for the metrics"),
        ],
        "SELECT p.proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
         WHERE p.pronamespace = 'public'::regnamespace AND l.lanname = 'sql' AND (p.prosecdef OR p.proconfig IS NOT NULL)
           AND p.proname NOT LIKE 'forget\\_%' AND p.proname NOT LIKE 'wipe\\_%'",
    );
    assert_eq!(planned_each_time, NOTHING);
}

#[test]
fn the_servers_role_is_bound_by_the_policies() {
    let free = found_but(
        &[],
        "SELECT 'it may do too much' FROM pg_roles WHERE rolname = 'clientele_app' AND (rolsuper OR rolbypassrls OR NOT rolcanlogin OR rolcreaterole OR rolcreatedb)
         UNION ALL SELECT 'it owns ' || c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = 'clientele_app'
         UNION ALL SELECT 'it owns ' || p.proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE r.rolname = 'clientele_app'
         UNION ALL SELECT 'it may truncate ' || c.relname FROM pg_class c
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND has_table_privilege('clientele_app', c.oid, 'TRUNCATE')
         UNION ALL SELECT 'it may write events' WHERE has_table_privilege('clientele_app', 'events', 'INSERT, UPDATE, DELETE')
         UNION ALL SELECT 'it may enter the partitions of the log' WHERE has_schema_privilege('clientele_app', 'event_months', 'USAGE')
         UNION ALL SELECT 'it may use ' || c.oid::regclass FROM pg_class c JOIN pg_inherits h ON h.inhrelid = c.oid
             WHERE c.relkind = 'r' AND (NOT c.relrowsecurity OR has_any_column_privilege('clientele_app', c.oid, 'SELECT, INSERT, UPDATE'))
         UNION ALL SELECT 'it may read what mails say' WHERE has_column_privilege('clientele_app', 'mails', 'body_text', 'SELECT')
             OR has_column_privilege('clientele_app', 'mails', 'body_html', 'SELECT')
         UNION ALL SELECT 'it may read the hashes of tokens' WHERE has_column_privilege('clientele_app', 'account_tokens', 'token_hash', 'SELECT')
         UNION ALL SELECT 'it may read password hashes' WHERE has_column_privilege('clientele_app', 'users', 'password_hash', 'SELECT')",
    );
    assert_eq!(free, NOTHING);
}

/// What the role of requests may call that looks past the policies asks who is at work: the audience, or the tenant, customer or user of the
/// scope. Where nobody is signed in another role works, which may call nothing else.
#[test]
fn every_function_that_looks_past_the_policies_asks_who_is_at_work() {
    let asks_nobody = found_but(
        &[
            ("ask_domain_mailbox", "only what domain_mailboxes has, which asks who manages registration"),
            ("domain_mailboxes", "by manages_registration_of"),
            ("verify_domain", "by manages_registration_of"),
            ("is_session_open", "a calculation with what it is given"),
            ("redeem_bootstrap_key", "of who holds the key"),
            ("session_confirm", "of which the server knows the id and the number; tells yes, or ends the transaction"),
            ("session_resolve", "of who holds the token: this is how it becomes known who is at work"),
            ("token_resolve", "of who holds the token: this is how it becomes known who is at work"),
            ("stashed_form", "of who holds the token"),
        ],
        "SELECT p.proname FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype
           AND has_function_privilege('clientele_app', p.oid, 'EXECUTE')
           AND p.prosrc !~ 'demand_audience|current_audience|current_tenant|current_customer|current_actor'",
    );
    assert_eq!(asks_nobody, NOTHING);
    let for_background_work = found_but(
        &[],
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosrc !~ 'demand_audience|current_audience'
           AND (p.proname ~ '^(claim_task|forget_|wipe_|requeue_|schedule_|fail_abandoned_|make_coming_|count_tasks|enter_task|log_position|set_listeners_)')
           AND has_function_privilege('clientele_app', p.oid, 'EXECUTE')",
    );
    assert_eq!(for_background_work, NOTHING);
}

#[test]
fn every_function_that_looks_past_the_policies_is_known_and_safe_to_call() {
    let functions = "SELECT p.oid, p.proname::text AS name, p.proconfig, p.prorettype FROM pg_proc p
         WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace";
    let callable_by = |role: &str| {
        format!(
            "SELECT f.name FROM ({functions}) f WHERE f.prorettype <> 'trigger'::regtype AND has_function_privilege('{role}', f.oid, 'EXECUTE')"
        )
    };
    let by_requests = found_but(
        &[
            ("access_burst", "background work, of the own tenant; what it finds is counted"),
            ("forget_accesses", "background work; tells a number"),
            ("log_access", "writes to the log of the own tenant, and tells nothing"),
            ("security_contacts", "background work, of the own tenant; they are written to"),
            ("ask_for_reactivation", "of the own customer, by its admin"),
            ("change_user", "of the own tenant or customer, by those who manage users"),
            ("claim_tasks", "background work, which then goes on in the scope of the task's tenant"),
            ("claim_task_groups", "background work, which then goes on in the scope of the tasks' tenant"),
            ("colleagues", "names of the own customer's people, for its portal"),
            ("contact_people", "who looks after the own customer, for its portal"),
            ("copied_tickets", "ids of the own tickets of the portal user at work"),
            ("count_access", "numbers only, of the own tenant"),
            ("count_tasks", "numbers only, for those who watch the server"),
            (
                "end_access_of_disabled",
                "of the own tenant, of customers that are deactivated; tells a number",
            ),
            (
                "ask_domain_mailbox",
                "of the own tenant or customer, by those who manage registration; tells whether a mail may go",
            ),
            ("domain_mailboxes", "addresses of the own customer's users, for those who manage registration"),
            ("domains_of_others", "which of the own domains somebody has verified; not who"),
            ("verify_domain", "of the own tenant or customer, by those who manage registration"),
            ("end_grace_periods", "background work; tells a number"),
            ("end_user_sessions", "of the own tenant or customer, by those who manage users; tells a number"),
            ("enter_tenant", "by a platform admin; the tenant's log tells it"),
            ("leave_tenant", "of the own session"),
            ("log_position", "background work; tells numbers"),
            ("set_listeners_asleep", "background work; a flag that decides how soon changes are heard"),
            ("visitors", "names, of the own tenant, of platform admins who were inside it"),
            ("enter_task_worker", "tells a number"),
            ("external_ids_out_of_sight", "of the own tenant; isolation-check tries it"),
            ("fail_abandoned_imports", "marks runs that nobody holds; tells a number"),
            ("forget_expired_sessions", "deletes what has ended; tells a number"),
            ("forget_finished_tasks", "deletes what is done; tells a number"),
            ("count_tasks", "for the metrics"),
            ("make_coming_event_partitions", "room for the months to come; tells a number"),
            ("forget_registrations", "deletes what is over; tells a number"),
            ("forget_stashes", "deletes what is over; tells a number"),
            ("forget_submissions", "deletes what is over; tells a number"),
            ("is_session_open", "whether a session that the asker has in hand goes on"),
            ("stashed_form", "of who holds the token and is the account that wrote it"),
            ("forget_quota_uses", "deletes what is over; tells a number"),
            ("use_quotas", "counts in the own tenant; tells how long to wait"),
            ("invite_user", "into the own tenant or customer, by those who manage users"),
            (
                "live_changes",
                "the server's own look at the log, for no tenant; what is told of it is asked under each reader's policies",
            ),
            ("kept_files", "background work; tells which files some attachment is"),
            ("live_sessions", "background work; tells whether sessions go on"),
            ("renew_claims", "background work, in the own tenant"),
            ("renew_invitation", "of the own tenant or customer, by those who manage users"),
            ("redeem_bootstrap_key", "by whoever holds the key, once"),
            ("requeue_abandoned_tasks", "gives back what nobody holds; tells a number"),
            ("schedule_task", "asks for the platform's own work"),
            ("search_tickets", "of the own tenant and what may be seen; isolation-check tries it"),
            ("search_customers", "of the own tenant and what may be seen; isolation-check tries it"),
            ("search_everything", "of the own tenant and what may be seen; isolation-check tries it"),
            ("session_resolve", "of who holds the token"),
            (
                "session_confirm",
                "whether a session of which the server has the number is as it was; tells nothing else",
            ),
            ("owns_customer", "of whoever is at work; policies ask it"),
            ("sees_customer", "of whoever is at work; policies ask it, and isolation-check tries those"),
            ("sees_ticket", "of whoever is at work; policies ask it, and isolation-check tries those"),
            ("sees_message", "of whoever is at work; policies ask it, and isolation-check tries those"),
            ("sees_call", "of whoever is at work; policies ask it, and isolation-check tries those"),
            ("takes_call_requests", "a yes or no, of customers that whoever is at work sees"),
            ("recount_figures", "background work; tells a number"),
            ("set_user_access", "of the own tenant or customer, by those who manage users"),
            ("token_resolve", "of who holds the signed token"),
            ("tally_customers", "of the own tenant, for those who see it all; isolation-check tries it"),
            ("user_sessions", "numbers only, of users whom one manages"),
            ("withdraw_invitation", "of the own tenant or customer, by those who manage users"),
            ("users_with", "ids, of the own tenant or customer; isolation-check tries it"),
            ("wipe_unsent_mails", "empties what was given up; tells a number"),
        ],
        &callable_by("clientele_app"),
    );
    assert_eq!(by_requests, NOTHING);
    let at_sign_in = found_but(
        &[
            ("session_confirm", "whether a session of which the server has the number is as it was"),
            ("owns_customer", "of whoever is at work; policies ask it"),
            ("sees_customer", "of whoever is at work; policies ask it"),
            ("sees_ticket", "of whoever is at work; policies ask it"),
            ("sees_message", "of whoever is at work; policies ask it"),
            ("sees_call", "of whoever is at work; policies ask it"),
            ("verify_domain_by_mail", "of who holds the token"),
            ("domain_behind", "of who holds the token"),
            (
                "registration_names",
                "before anybody is known; the names go to the judgement of passwords alone",
            ),
            ("session_length", "a number"),
            ("use_quotas", "counts in the own tenant, or before anybody is known; tells how long to wait"),
            ("use_seal", "of who holds what was sealed"),
            ("forgive_try", "after the secret was right"),
            ("forgive_account", "of who holds a mailed token"),
            ("count_try", "before anybody is known; tells how long to wait"),
            ("account_state", "a hash over a hash, which tells only whether something changed"),
            ("log_access", "writes to the log of the platform, and tells nothing"),
            ("log_failed_sign_in", "writes to the log of the account's tenant, and tells nothing"),
            ("account_behind", "of who holds the token"),
            ("accounts_to_reset", "background work: what it finds is mailed to the address of the account"),
            (
                "ask_for_email",
                "of the person at work; whether the address is taken is told by mail to it alone",
            ),
            ("claim_submission", "before anybody is known; tells whether the same was sent before"),
            ("confirm_registration", "of who holds the token"),
            ("deactivation_notice", "after the password was right"),
            (
                "give_registration_token",
                "background work, which mails the token to the address that registered",
            ),
            ("give_reset_token", "background work, which mails the token to the address of the account"),
            ("mail_to_send", "background work, in the own tenant; isolation-check tries it"),
            ("own_password_hash", "of the person at work"),
            ("redeem_token", "of who holds the token"),
            ("register_account", "before anybody is known; tells whether a domain is listed"),
            ("registration_behind", "of who holds the token; its hash goes to the password check alone"),
            ("registration_to_answer", "background work, in the own tenant"),
            ("has_stash_room", "before anybody is known; tells whether a form would be kept"),
            ("stash_form", "before anybody is known; tells whether it is kept"),
            ("session_end", "of who holds the token"),
            ("session_keep", "of who holds the token"),
            ("session_open", "after the password was right"),
            ("set_own_password", "of the person at work"),
            ("sign_in_candidates", "before anybody is known; the answer goes to the password check alone"),
            ("take_email", "of who holds the token"),
            ("token_key", "the server's own: it signs what it gave"),
            ("token_open", "after the password was right"),
            ("withdrawn_by", "of who holds the token: a name"),
        ],
        &callable_by("clientele_sign_in"),
    );
    assert_eq!(at_sign_in, NOTHING);
    let unsafe_path = found_but(
        &[],
        &format!(
            "SELECT f.name FROM ({functions}) f WHERE NOT coalesce('search_path=public, pg_temp' = ANY (f.proconfig), false)"
        ),
    );
    assert_eq!(unsafe_path, NOTHING);
    let open = found_but(
        &[],
        &format!("SELECT f.name FROM ({functions}) f WHERE f.prorettype <> 'trigger'::regtype
                  AND EXISTS (SELECT FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE p.oid = f.oid AND a.grantee = 0)"),
    );
    assert_eq!(open, NOTHING);
}
