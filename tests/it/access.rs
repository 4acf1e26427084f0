//! Every route, asked by every kind of person. A route that is not in the table fails.
use crate::support::{Person, TestApp};
use clientele::isolation::routes::{Method, Method::Delete, Method::Get, Method::Post, ROUTES, placeholders};
use diesel::connection::SimpleConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Who asks, in the order of the columns below; nobody, then a customer's admin, an agent, a CS rep who owns the customer, a tenant
/// admin, the admin of another tenant, and a platform admin.
const PEOPLE: [&str; 7] = [
    "",
    "carol@northwind.test",
    "grace@acme.test",
    "chloe@acme.test",
    "ada@acme.test",
    "eve@globex.test",
    "root@clientele.test",
];

/// What each gets. The ids are of Acme's; forms are sent empty, so 422 is for those who may fill them in.
#[rustfmt::skip]
const OWN: &[(Method, &str, [u16; 7])] = &[
    (Get, "/", [303, 303, 303, 303, 303, 303, 303]),
    (Get, "/health/live", [200, 200, 200, 200, 200, 200, 200]),
    (Get, "/health/ready", [200, 200, 200, 200, 200, 200, 200]),
    (Get, "/login", [200, 303, 303, 303, 303, 303, 303]),
    (Post, "/login", [422, 422, 422, 422, 422, 422, 422]),
    (Post, "/login/tenant", [303, 303, 303, 303, 303, 303, 303]),
    (Post, "/logout", [303, 303, 303, 303, 303, 303, 303]),
    (Get, "/resume", [303, 303, 303, 303, 303, 303, 303]),
    (Get, "/register", [200, 200, 200, 200, 200, 200, 200]),
    (Post, "/register", [422, 422, 422, 422, 422, 422, 422]),
    (Get, "/register/sent", [200, 200, 200, 200, 200, 200, 200]),
    (Get, "/confirmation", [404, 404, 404, 404, 404, 404, 404]),
    (Post, "/confirmation", [404, 404, 404, 404, 404, 404, 404]),
    (Get, "/domain-verification", [404, 404, 404, 404, 404, 404, 404]),
    (Post, "/domain-verification", [404, 404, 404, 404, 404, 404, 404]),
    (Get, "/domain-verification/done", [200, 200, 200, 200, 200, 200, 200]),
    (Post, "/api/registrations", [422, 422, 422, 422, 422, 422, 422]),
    (Get, "/customer/registration", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/registration", [303, 422, 404, 404, 404, 404, 404]),
    (Post, "/customer/registration/verification", [303, 404, 404, 404, 404, 404, 404]),
    (Get, "/console/customers/{customer}/registration", [303, 404, 403, 403, 200, 404, 404]),
    (Post, "/console/customers/{customer}/registration", [303, 404, 403, 403, 422, 404, 404]),
    (Post, "/console/customers/{customer}/registration/verification", [303, 404, 403, 403, 404, 404, 404]),
    (Get, "/invitation", [404, 404, 404, 404, 404, 404, 404]),
    (Post, "/invitation", [404, 404, 404, 404, 404, 404, 404]),
    (Get, "/new-password", [404, 404, 404, 404, 404, 404, 404]),
    (Post, "/new-password", [404, 404, 404, 404, 404, 404, 404]),
    (Get, "/new-address", [404, 404, 404, 404, 404, 404, 404]),
    (Post, "/new-address", [404, 404, 404, 404, 404, 404, 404]),
    (Get, "/forgotten-password", [200, 200, 200, 200, 200, 200, 200]),
    (Post, "/forgotten-password", [422, 422, 422, 422, 422, 422, 422]),
    (Get, "/forgotten-password/sent", [200, 200, 200, 200, 200, 200, 200]),
    (Get, "/access-ended", [303, 303, 303, 303, 303, 303, 303]),
    (Post, "/access-ended", [303, 303, 303, 303, 303, 303, 303]),
    (Get, "/account", [303, 200, 200, 200, 200, 200, 200]),
    (Post, "/account", [303, 422, 422, 422, 422, 422, 422]),
    (Post, "/account/password", [303, 422, 422, 422, 422, 422, 422]),
    (Post, "/account/email", [303, 422, 422, 422, 422, 422, 422]),
    (Post, "/account/sessions/deletion", [303, 303, 303, 303, 303, 303, 303]),
    (Post, "/account/sessions/{session}/deletion", [303, 404, 404, 404, 303, 404, 404]),
    (Get, "/events", [303, 404, 303, 303, 303, 303, 303]),
    (Get, "/search", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/live", [303, 400, 400, 400, 400, 400, 404]),
    (Get, "/customer/dashboard", [303, 200, 404, 404, 404, 404, 404]),
    (Get, "/customer/company", [303, 200, 404, 404, 404, 404, 404]),
    (Get, "/customer/profile", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/profile", [303, 422, 404, 404, 404, 404, 404]),
    (Get, "/customer/tickets", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/tickets", [303, 422, 404, 404, 404, 404, 404]),
    (Get, "/customer/tickets/new", [303, 200, 404, 404, 404, 404, 404]),
    (Get, "/customer/tickets/{ticket}", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/tickets/{ticket}/messages", [303, 422, 404, 404, 404, 404, 404]),
    (Post, "/customer/tickets/{ticket}/draft", [303, 303, 404, 404, 404, 404, 404]),
    (Post, "/customer/tickets/{ticket}/closure", [303, 303, 404, 404, 404, 404, 404]),
    (Post, "/customer/tickets/{ticket}/reopening", [303, 303, 404, 404, 404, 404, 404]),
    (Post, "/customer/tickets/{ticket}/copies", [303, 303, 404, 404, 404, 404, 404]),
    (Post, "/customer/tickets/{ticket}/copies/{user}/deletion", [303, 404, 404, 404, 404, 404, 404]),
    (Get, "/customer/team", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/team", [303, 422, 404, 404, 404, 404, 404]),
    (Get, "/customer/team/new", [303, 200, 404, 404, 404, 404, 404]),
    (Get, "/customer/team/{account}", [303, 404, 404, 404, 404, 404, 404]),
    (Post, "/customer/team/{account}", [303, 404, 404, 404, 404, 404, 404]),
    (Post, "/customer/team/{account}/invitation", [303, 404, 404, 404, 404, 404, 404]),
    (Post, "/customer/team/{account}/invitation/deletion", [303, 404, 404, 404, 404, 404, 404]),
    (Post, "/customer/team/{account}/disabling", [303, 404, 404, 404, 404, 404, 404]),
    (Post, "/customer/team/{account}/enabling", [303, 404, 404, 404, 404, 404, 404]),
    (Post, "/customer/team/{account}/sessions/deletion", [303, 404, 404, 404, 404, 404, 404]),
    (Get, "/notifications/unread", [303, 200, 200, 200, 200, 200, 404]),
    (Get, "/customer/notifications", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/notifications/read", [303, 303, 404, 404, 404, 404, 404]),
    (Get, "/customer/notifications/choices", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/notifications/choices", [303, 303, 404, 404, 404, 404, 404]),
    (Post, "/customer/notifications/{notification}/read", [303, 404, 404, 404, 404, 404, 404]),
    (Get, "/customer/attachments/{attachment}", [303, 200, 404, 404, 404, 404, 404]),
    (Get, "/customer/attachments/{attachment}/picture", [303, 200, 404, 404, 404, 404, 404]),
    (Get, "/customer/calls", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/calls", [303, 422, 404, 404, 404, 404, 404]),
    (Get, "/customer/calls/new", [303, 200, 404, 404, 404, 404, 404]),
    (Get, "/customer/calls/{call}", [303, 200, 404, 404, 404, 404, 404]),
    (Post, "/customer/calls/{call}/cancellation", [303, 303, 404, 404, 404, 404, 404]),
    (Get, "/customer/calls/{call}/calendar.ics", [303, 200, 404, 404, 404, 404, 404]),
    (Get, "/platform/tenants", [303, 404, 404, 404, 404, 404, 200]),
    (Get, "/platform/tenants/{tenant}", [303, 404, 404, 404, 404, 404, 200]),
    (Post, "/platform/tenants/{tenant}", [303, 404, 404, 404, 404, 404, 422]),
    (Get, "/platform/tenants/{tenant}/edit", [303, 404, 404, 404, 404, 404, 200]),
    (Get, "/platform/tenants/{tenant}/disablement", [303, 404, 404, 404, 404, 404, 200]),
    (Post, "/platform/tenants/{tenant}/disablement", [303, 404, 404, 404, 404, 404, 422]),
    (Post, "/platform/tenants/{tenant}/disablement/deletion", [303, 404, 404, 404, 404, 404, 409]),
    (Post, "/platform/tenants/{tenant}/entries", [303, 404, 404, 404, 404, 404, 422]),
    (Post, "/platform/entry/deletion", [303, 404, 404, 404, 404, 404, 303]),
    (Get, "/platform/tenants/new", [303, 404, 404, 404, 404, 404, 200]),
    (Post, "/platform/tenants", [303, 404, 404, 404, 404, 404, 422]),
    (Get, "/bootstrap", [200, 200, 200, 200, 200, 200, 200]),
    (Post, "/bootstrap", [422, 422, 422, 422, 422, 422, 422]),
    (Get, "/console/customers/{customer}/bootstrap-key", [303, 404, 403, 403, 200, 404, 404]),
    (Post, "/console/customers/{customer}/bootstrap-key", [303, 404, 403, 403, 201, 404, 404]),
    (Get, "/console/settings", [303, 404, 403, 403, 200, 200, 404]),
    (Post, "/console/settings", [303, 404, 403, 403, 422, 422, 404]),
    (Get, "/platform/events", [303, 404, 404, 404, 404, 404, 200]),
    (Get, "/platform/events/export.{ending}", [303, 404, 404, 404, 404, 404, 200]),
    (Get, "/platform/events/{event}", [303, 404, 404, 404, 404, 404, 404]),
    (Get, "/platform/tasks", [303, 404, 404, 404, 404, 404, 200]),
    (Post, "/platform/tasks", [303, 404, 404, 404, 404, 404, 400]),
    (Get, "/platform/tasks/{task}", [303, 404, 404, 404, 404, 404, 200]),
    (Post, "/platform/tasks/{task}", [303, 404, 404, 404, 404, 404, 400]),
    (Get, "/console/notifications", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/notifications/read", [303, 404, 303, 303, 303, 303, 404]),
    (Get, "/console/notifications/choices", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/notifications/choices", [303, 404, 303, 303, 303, 303, 404]),
    (Post, "/console/notifications/{notification}/read", [303, 404, 404, 404, 303, 404, 404]),
    (Get, "/console/attachments/{attachment}", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/attachments/{attachment}/picture", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/tickets", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/tickets", [303, 404, 422, 422, 422, 422, 404]),
    (Get, "/console/tickets/new", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/tickets/bulk", [303, 404, 303, 303, 303, 303, 404]),
    (Post, "/console/tickets/bulk/{transaction}/undo", [303, 404, 404, 404, 404, 404, 404]),
    (Get, "/console/tickets/{ticket}", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/tickets/{ticket}/messages", [303, 404, 422, 422, 422, 404, 404]),
    (Post, "/console/tickets/{ticket}/draft", [303, 404, 303, 303, 303, 404, 404]),
    (Post, "/console/tickets/{ticket}/properties", [303, 404, 303, 303, 303, 404, 404]),
    (Post, "/console/tickets/{ticket}/tags", [303, 404, 303, 303, 303, 404, 404]),
    (Get, "/console/saved-replies", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/saved-replies", [303, 404, 422, 422, 422, 422, 404]),
    (Get, "/console/saved-replies/{reply}", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/saved-replies/{reply}", [303, 404, 422, 422, 422, 404, 404]),
    (Post, "/console/saved-replies/{reply}/deletion", [303, 404, 303, 303, 303, 404, 404]),
    (Get, "/console/customers/{customer}/tickets", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/customers", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/customers", [303, 404, 422, 422, 422, 422, 404]),
    (Get, "/console/customers/new", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/customers/bulk", [303, 404, 303, 303, 303, 303, 404]),
    (Post, "/console/customers/bulk/{transaction}/undo", [303, 404, 404, 404, 404, 404, 404]),
    (Get, "/console/customers/export", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/customers/{customer}", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/customers/{customer}", [303, 404, 422, 422, 422, 404, 404]),
    (Get, "/console/customers/{customer}/edit", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/customers/{customer}/export.json", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/customers/{customer}/timeline", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/customers/{customer}/deletion", [303, 404, 403, 403, 200, 404, 404]),
    (Post, "/console/customers/{customer}/deletion", [303, 404, 403, 403, 422, 404, 404]),
    (Post, "/console/customers/{customer}/tags", [303, 404, 303, 303, 303, 404, 404]),
    (Get, "/console/customers/{customer}/deactivation", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/customers/{customer}/deactivation", [303, 404, 422, 422, 422, 404, 404]),
    (Post, "/console/customers/{customer}/reactivation", [303, 404, 409, 409, 409, 404, 404]),
    (Post, "/console/customers/{customer}/return", [303, 404, 409, 409, 409, 404, 404]),
    (Post, "/console/customers/{customer}/owners", [303, 404, 403, 403, 303, 404, 404]),
    (Post, "/console/customers/{customer}/owners/{user}/deletion", [303, 404, 403, 403, 303, 404, 404]),
    (Get, "/console/workload", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/workload/{user}/handover", [303, 404, 403, 403, 200, 404, 404]),
    (Post, "/console/workload/{user}/handover", [303, 404, 403, 403, 422, 404, 404]),
    (Get, "/console/customers/{customer}/contacts", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/customers/{customer}/contacts", [303, 404, 422, 422, 422, 404, 404]),
    (Get, "/console/customers/{customer}/contacts/new", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/customers/{customer}/contacts/{contact}", [303, 404, 422, 422, 422, 404, 404]),
    (Get, "/console/customers/{customer}/contacts/{contact}/edit", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/customers/{customer}/contacts/{contact}/primary", [303, 404, 303, 303, 303, 404, 404]),
    (Get, "/console/customers/{customer}/contacts/{contact}/deletion", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/customers/{customer}/contacts/{contact}/deletion", [303, 404, 303, 303, 303, 404, 404]),
(Get, "/console/calls", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/calls/{call}", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/calls/{call}/schedule", [303, 404, 422, 422, 422, 404, 404]),
    (Post, "/console/calls/{call}/assignee", [303, 404, 303, 303, 303, 404, 404]),
    (Post, "/console/calls/{call}/completion", [303, 404, 422, 422, 422, 404, 404]),
    (Post, "/console/calls/{call}/cancellation", [303, 404, 303, 303, 303, 404, 404]),
    (Get, "/console/calls/{call}/calendar.ics", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/customers/{customer}/calls", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/customers/{customer}/calls", [303, 404, 422, 422, 422, 404, 404]),
    (Get, "/console/customers/{customer}/calls/new", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/customers/{customer}/calls/log", [303, 404, 200, 200, 200, 404, 404]),
    (Post, "/console/customers/{customer}/calls/log", [303, 404, 422, 422, 422, 404, 404]),
    (Get, "/console/tags", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/tags", [303, 404, 422, 422, 422, 422, 404]),
    (Post, "/console/tags/{tag}", [303, 404, 403, 403, 422, 404, 404]),
    (Get, "/console/tags/{tag}/edit", [303, 404, 403, 403, 200, 404, 404]),
    (Get, "/console/tags/{tag}/deletion", [303, 404, 403, 403, 200, 404, 404]),
    (Post, "/console/tags/{tag}/deletion", [303, 404, 403, 403, 303, 404, 404]),
    (Get, "/console/views", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/views", [303, 404, 422, 422, 422, 422, 404]),
    (Get, "/console/views/new", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/views/{view}", [303, 404, 303, 303, 303, 404, 404]),
    (Post, "/console/views/{view}", [303, 404, 404, 404, 422, 404, 404]),
    (Get, "/console/views/{view}/edit", [303, 404, 404, 404, 200, 404, 404]),
    (Post, "/console/views/{view}/query", [303, 404, 404, 404, 303, 404, 404]),
    (Post, "/console/views/{view}/pin", [303, 404, 303, 303, 303, 404, 404]),
    (Post, "/console/views/{view}/pin/deletion", [303, 404, 303, 303, 303, 404, 404]),
    (Get, "/console/views/{view}/deletion", [303, 404, 404, 404, 200, 404, 404]),
    (Post, "/console/views/{view}/deletion", [303, 404, 404, 404, 303, 404, 404]),
    (Get, "/console/imports", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/imports/new", [303, 404, 200, 200, 200, 200, 404]),
    (Post, "/console/imports/new", [303, 404, 400, 400, 400, 400, 404]),
    (Get, "/console/imports/template.csv", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/imports/{import}", [303, 404, 303, 404, 303, 404, 404]),
    (Get, "/console/imports/{import}/mapping", [303, 404, 200, 404, 200, 404, 404]),
    (Post, "/console/imports/{import}/mapping", [303, 404, 422, 404, 422, 404, 404]),
    (Post, "/console/imports/{import}/reading", [303, 404, 422, 404, 422, 404, 404]),
    (Post, "/console/imports/{import}/check", [303, 404, 303, 404, 303, 404, 404]),
    (Get, "/console/imports/{import}/problems.csv", [303, 404, 404, 404, 404, 404, 404]),
    (Post, "/console/imports/{import}/run", [303, 404, 303, 404, 303, 404, 404]),
    (Get, "/console/imports/{import}/undo", [303, 404, 303, 404, 303, 404, 404]),
    (Post, "/console/imports/{import}/undo", [303, 404, 409, 404, 409, 404, 404]),
    (Get, "/console/reports", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/reports/{table}.csv", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/users", [303, 404, 403, 403, 200, 200, 404]),
    (Post, "/console/users", [303, 404, 403, 403, 422, 422, 404]),
    (Get, "/console/users/new", [303, 404, 403, 403, 200, 200, 404]),
    (Get, "/console/users/{account}", [303, 404, 403, 403, 200, 404, 404]),
    (Post, "/console/users/{account}", [303, 404, 403, 403, 422, 404, 404]),
    (Post, "/console/users/{account}/invitation", [303, 404, 403, 403, 303, 404, 404]),
    (Post, "/console/users/{account}/invitation/deletion", [303, 404, 403, 403, 303, 404, 404]),
    (Post, "/console/users/{account}/disabling", [303, 404, 403, 403, 303, 404, 404]),
    (Post, "/console/users/{account}/enabling", [303, 404, 403, 403, 303, 404, 404]),
    (Post, "/console/users/{account}/sessions/deletion", [303, 404, 403, 403, 303, 404, 404]),
    (Get, "/console/customers/{customer}/users", [303, 404, 200, 200, 200, 404, 404]),
    (Get, "/console/statistics", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/statistics/{table}.csv", [303, 404, 200, 200, 200, 200, 404]),
    (Get, "/console/events", [303, 404, 403, 403, 200, 200, 404]),
    (Get, "/console/events/export.{ending}", [303, 404, 403, 403, 200, 200, 404]),
    (Get, "/console/events/{event}", [303, 404, 403, 403, 200, 404, 404]),
    (Get, "/console/tasks", [303, 404, 403, 403, 200, 200, 404]),
    (Post, "/console/tasks", [303, 404, 403, 403, 400, 400, 404]),
    (Get, "/console/tasks/{task}", [303, 404, 403, 403, 200, 404, 404]),
    (Post, "/console/tasks/{task}", [303, 404, 403, 403, 400, 404, 404]),
    (Post, "/api/auth/login", [422, 422, 422, 422, 422, 422, 422]),
    (Get, "/api/customers/me", [401, 200, 404, 404, 404, 404, 404]),
    (Get, "/api/customers/me/tickets", [401, 200, 404, 404, 404, 404, 404]),
    (Post, "/api/customers/me/tickets", [401, 422, 404, 404, 404, 404, 404]),
    (Post, "/api/customers/me/tickets/{ticket}/messages", [401, 422, 404, 404, 404, 404, 404]),
    (Post, "/api/customers/me/calls", [401, 422, 404, 404, 404, 404, 404]),
    (Get, "/api/customer-success-owned-customers", [401, 403, 200, 200, 200, 200, 200]),
    (Post, "/api/customer-success-owned-customers", [401, 403, 422, 422, 422, 422, 422]),
    (Delete, "/api/customer-success-owned-customers", [401, 403, 403, 403, 422, 422, 422]),
    (Get, "/api/customer-success-owned-customers/check", [401, 403, 422, 422, 422, 422, 422]),
    (Get, "/api/customer-success-owned-customers/{assignment}", [401, 403, 200, 200, 200, 404, 404]),
    (Delete, "/api/customer-success-owned-customers/{assignment}", [401, 403, 403, 403, 200, 404, 404]),
    (Post, "/api/customers/{customer}/deactivation", [401, 403, 422, 422, 422, 404, 404]),
    (Post, "/api/customers/{customer}/reactivation", [401, 403, 409, 409, 409, 404, 404]),
];

/// The table: these, and what the test files of things say of theirs.
fn table() -> impl Iterator<Item = &'static (Method, &'static str, [u16; 7])> {
    OWN.iter().chain(crate::WATCHED.iter().flat_map(|thing| thing.routes))
}

/// Makes the things with ids anew, so that no request depends on the one before.
pub fn things() -> String {
    let further = crate::WATCHED.iter().map(|thing| thing.things);
    std::iter::once(THINGS).chain(further).collect::<Vec<_>>().join(";\n")
}

/// Things with ids that are made anew, so that no request depends on the one before.
const THINGS: &str = "
    INSERT INTO contacts (tenant_id, id, customer_id, first_name)
        SELECT tenant_id, '00000000-0000-7000-8000-00000000000c', id, 'Access' FROM customers WHERE name = 'Northwind Traders' ON CONFLICT DO NOTHING;
    INSERT INTO calls (tenant_id, id, customer_id, requester_id, requester_name, phone, topic, time_zone, status, scheduled_at, scheduled_minutes)
        SELECT tenant_id, '00000000-0000-7000-8000-000000000018', customer_id, id, name, '+12125550188', 'Access', 'UTC', 'scheduled', now() + interval '1 day', 30
        FROM users WHERE email = 'carol@northwind.test' ON CONFLICT DO NOTHING;
    INSERT INTO tags (tenant_id, id, name)
        SELECT id, '00000000-0000-7000-8000-00000000000a', 'access' FROM tenants WHERE slug = 'acme' ON CONFLICT DO NOTHING;
    INSERT INTO saved_views (tenant_id, id, user_id, name, query, is_shared)
        SELECT tenant_id, '00000000-0000-7000-8000-00000000000b', id, 'Access', '', true FROM users WHERE email = 'ada@acme.test' ON CONFLICT DO NOTHING;
    INSERT INTO sessions (id, token_hash, tenant_id, user_id, expires_at)
        SELECT '00000000-0000-7000-8000-00000000000d', sha256('access'), tenant_id, id, now() + interval '1 hour' FROM users WHERE email = 'ada@acme.test' ON CONFLICT DO NOTHING;
    INSERT INTO imports (tenant_id, id, created_by, file_name)
        SELECT tenant_id, '00000000-0000-7000-8000-00000000000e', id, 'access.csv' FROM users WHERE email = 'ada@acme.test' ON CONFLICT DO NOTHING;
    INSERT INTO customer_success_owned_customers (tenant_id, id, user_id, customer_id)
        SELECT u.tenant_id, '00000000-0000-7000-8000-00000000000f', u.id, c.id FROM users u JOIN customers c USING (tenant_id)
        WHERE u.email = 'chloe@acme.test' AND c.name = 'Contoso' ON CONFLICT DO NOTHING;
    INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
        SELECT u.tenant_id, u.id, c.id FROM users u JOIN customers c USING (tenant_id)
        WHERE u.email = 'chloe@acme.test' AND c.name = 'Northwind Traders' ON CONFLICT DO NOTHING;
    INSERT INTO users (tenant_id, id, email, name, roles)
        SELECT id, '00000000-0000-7000-8000-000000000a01', 'access@acme.test', 'Access', '{agent}' FROM tenants WHERE slug = 'acme' ON CONFLICT DO NOTHING;
    INSERT INTO saved_replies (tenant_id, id, name, body)
        SELECT id, '00000000-0000-7000-8000-000000000011', 'Access', 'Hello' FROM tenants WHERE slug = 'acme' ON CONFLICT DO NOTHING;
    INSERT INTO import_files (tenant_id, import_id, content)
        SELECT id, '00000000-0000-7000-8000-00000000000e', 'name' FROM tenants WHERE slug = 'acme' ON CONFLICT DO NOTHING;
    INSERT INTO tickets (tenant_id, id, customer_id, subject, requester_id, requester_name)
        SELECT tenant_id, '00000000-0000-7000-8000-000000000f03', customer_id, 'Access', id, name FROM users WHERE email = 'carol@northwind.test' ON CONFLICT DO NOTHING;
    INSERT INTO ticket_messages (tenant_id, id, customer_id, ticket_id, from_staff, author_name, body)
        SELECT tenant_id, '00000000-0000-7000-8000-000000000f04', customer_id, id, false, 'Carol Winter', 'Access' FROM tickets WHERE id = '00000000-0000-7000-8000-000000000f03' ON CONFLICT DO NOTHING;
    INSERT INTO attachments (tenant_id, id, customer_id, ticket_id, message_id, name, content_type, size, sha256)
        SELECT tenant_id, '00000000-0000-7000-8000-000000000f02', customer_id, ticket_id, id, 'access.png', 'image/png', 6, repeat('0', 64)
        FROM ticket_messages WHERE id = '00000000-0000-7000-8000-000000000f04' ON CONFLICT DO NOTHING;
    INSERT INTO notifications (tenant_id, id, user_id, kind, text)
        SELECT tenant_id, '00000000-0000-7000-8000-000000000f01', id, 'ticket_created', 'Access' FROM users WHERE email = 'ada@acme.test' ON CONFLICT DO NOTHING";

pub fn filled(app: &TestApp, path: &str) -> String {
    let mut filled = path.to_owned();
    for name in placeholders(path) {
        let value = match name {
            "customer" => app.customer("Northwind Traders"),
            "contact" => "00000000-0000-7000-8000-00000000000c".into(),
            "call" => "00000000-0000-7000-8000-000000000018".into(),
            "tag" => "00000000-0000-7000-8000-00000000000a".into(),
            "view" => "00000000-0000-7000-8000-00000000000b".into(),
            "account" => "00000000-0000-7000-8000-000000000a01".into(),
            "user" => app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'"),
            "assignment" => "00000000-0000-7000-8000-00000000000f".into(),
            "ticket" => "00000000-0000-7000-8000-000000000f03".into(),
            "notification" => "00000000-0000-7000-8000-000000000f01".into(),
            "attachment" => "00000000-0000-7000-8000-000000000f02".into(),
            "session" => "00000000-0000-7000-8000-00000000000d".into(),
            "import" => "00000000-0000-7000-8000-00000000000e".into(),
            "reply" => "00000000-0000-7000-8000-000000000011".into(),
            "transaction" => app.cell("SELECT transaction_id FROM events ORDER BY id LIMIT 1"),
            "task" => app.cell("SELECT k.id FROM tasks k JOIN tenants t ON t.id = k.tenant_id WHERE t.slug = 'acme' ORDER BY k.id LIMIT 1"),
            "tenant" => app.cell("SELECT id FROM tenants WHERE slug = 'acme'"),
            "ending" => "csv".into(),
            "event" => app.cell("SELECT e.id FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE t.slug = 'acme' AND e.entity = 'customer' ORDER BY e.id LIMIT 1"),
            "table" => "months".into(),
            other => crate::WATCHED
                .iter()
                .flat_map(|thing| thing.parameters)
                .find(|(name, _)| *name == other)
                .unwrap_or_else(|| panic!("{path}: what is {{{other}}}?"))
                .1
                .into(),
        };
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    filled
}

async fn enter(app: &TestApp, email: &str) -> Person {
    if email.is_empty() { app.visitor() } else { app.person(email).await }
}

#[actix_web::test]
async fn every_route_answers_everybody_as_the_table_says() {
    let app = TestApp::start().await;
    let mut people = vec![];
    for email in PEOPLE {
        people.push(enter(&app, email).await);
    }
    let (tenant, file) = (filled(&app, "{tenant}"), filled(&app, "{attachment}"));
    let mut file = app.files.write(tenant.parse().unwrap(), file.parse().unwrap()).await.unwrap();
    file.push("access".into()).await.unwrap();
    file.finish().await.unwrap();
    let mut owner = app.database.owner();
    let mut wrong = vec![];
    for (method, path, expected) in table() {
        let mut statuses = [0; PEOPLE.len()];
        let url = filled(&app, path);
        for (place, email) in PEOPLE.iter().enumerate() {
            // All come from one address, and what was counted of one is not to slow the next.
            owner.batch_execute("DELETE FROM sign_in_failures").unwrap();
            if *method != Get || place == 0 {
                owner.batch_execute(&things()).unwrap();
            }
            let answer = match method {
                Get => people[place].get(&url).await,
                Post if url.starts_with("/api/") => people[place].send_json(&url, "{}").await,
                Post => people[place].submit(&url, &[]).await,
                Delete => people[place].delete(&url).await,
            };
            statuses[place] = answer.status.as_u16();
            if *path == "/logout" {
                people[place] = enter(&app, email).await;
            }
        }
        if statuses != *expected {
            wrong.push(format!("    ({method:?}, {path:?}, {statuses:?}),"));
        }
    }
    assert!(wrong.is_empty(), "The table says otherwise of:\n{}", wrong.join("\n"));
}

/// What a platform admin gets otherwise than the tenant's own admin, inside the tenant: the platform's pages, a session that is not
/// theirs, and what somebody has to belong to the tenant for.
fn differs_for_a_visitor(method: Method, path: &str) -> Option<u16> {
    match (method, path) {
        (_, path) if path.starts_with("/platform") => {
            table().find(|(of, route, _)| (*of, *route) == (method, path)).map(|(_, _, expected)| expected[6])
        }
        (
            _,
            "/account/sessions/{session}/deletion"
            | "/console/notifications/{notification}/read"
            | "/notifications/unread",
        ) => Some(404),
        (Post, "/console/views/{view}/pin" | "/console/notifications/choices") => Some(409),
        (_, "/console/views/{view}/edit" | "/console/views/{view}/deletion") => Some(404),
        (Post, "/console/views/{view}" | "/console/views/{view}/query") => Some(404),
        _ => None,
    }
}

#[actix_web::test]
async fn a_platform_admin_inside_a_tenant_gets_what_its_own_admin_gets() {
    let app = TestApp::start().await;
    let (tenant, file) = (filled(&app, "{tenant}"), filled(&app, "{attachment}"));
    let mut file = app.files.write(tenant.parse().unwrap(), file.parse().unwrap()).await.unwrap();
    file.push("access".into()).await.unwrap();
    file.finish().await.unwrap();
    let enter = format!("/platform/tenants/{tenant}/entries");
    let mut root = app.person("root@clientele.test").await;
    root.submit(&enter, &[("reason", "To look around")]).await.assert_status(303);
    let mut owner = app.database.owner();
    let mut wrong = vec![];
    for (method, path, expected) in table() {
        owner.batch_execute(&things()).unwrap();
        let url = filled(&app, path);
        let answer = match method {
            Get => root.get(&url).await,
            Post if url.starts_with("/api/") => root.send_json(&url, "{}").await,
            Post => root.submit(&url, &[]).await,
            Delete => root.delete(&url).await,
        };
        let (got, wanted) =
            (answer.status.as_u16(), differs_for_a_visitor(*method, path).unwrap_or(expected[4]));
        if got != wanted {
            wrong.push(format!("    {method:?} {path}: {got}, not {wanted}"));
        }
        if matches!(*path, "/logout" | "/platform/entry/deletion" | "/account/sessions/deletion") {
            root = app.person("root@clientele.test").await;
            root.submit(&enter, &[("reason", "To look around")]).await.assert_status(303);
        }
    }
    assert!(wrong.is_empty(), "A visitor gets otherwise:\n{}", wrong.join("\n"));
}

#[test]
fn every_route_is_in_the_table() {
    let plain = |(method, path): (Method, &str)| (method, without_names(path));
    let walked: BTreeSet<_> = ROUTES.iter().copied().map(plain).collect();
    let tabled: BTreeSet<_> = table().map(|(method, path, _)| plain((*method, path))).collect();
    assert_eq!(
        walked.difference(&tabled).collect::<Vec<_>>(),
        Vec::<&(Method, String)>::new(),
        "add to the table of this test"
    );
    assert_eq!(
        tabled.difference(&walked).collect::<Vec<_>>(),
        Vec::<&(Method, String)>::new(),
        "gone from the table of this test"
    );
    assert_eq!((walked.len(), tabled.len()), (ROUTES.len(), table().count()), "something is written twice");
}

#[test]
fn a_parameter_has_one_name_in_its_place() {
    let mut names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (_, path) in ROUTES.iter() {
        let mut before = String::new();
        for segment in path.split('/') {
            if let [name] = placeholders(segment)[..] {
                names.entry(format!("{before}{}", without_names(segment))).or_default().insert(name);
            }
            before += &format!("{}/", without_names(segment));
        }
    }
    let several: Vec<_> = names.iter().filter(|(_, names)| names.len() > 1).collect();
    assert!(names.len() > 20 && several.is_empty(), "{several:?}");
}

fn without_names(path: &str) -> String {
    let mut plain = path.to_owned();
    for name in placeholders(path) {
        plain = plain.replacen(&format!("{{{name}}}"), "{}", 1);
    }
    plain
}
