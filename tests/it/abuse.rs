//! Limits that are reached, and others who are unharmed by it.
use crate::support::TestApp;

/// A cursor as lists make them, of these keys.
fn cursor(keys: &str) -> String {
    keys.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[actix_web::test]
async fn a_forged_cursor_is_no_fault_of_ours() {
    let app = TestApp::start().await;
    let (ada, cody) = (app.person("ada@acme.test").await, app.person("cody@northwind.test").await);
    let id = "00000000-0000-0000-0000-000000000000";
    for at in ["-262143-01-01T00:00:00Z", "+262142-01-01T00:00:00Z", "0000-01-01T00:00:00Z"] {
        for keys in [format!("[\"{at}\",\"{id}\"]"), format!("[\"{at}\",7]"), format!("[\"{at}\"]")] {
            for parameter in ["after", "before", "cursor"] {
                let query = format!("?{parameter}={}", cursor(&keys));
                for list in [
                    "customers",
                    "tickets",
                    "calls",
                    "imports",
                    "reports",
                    "notifications",
                    "events",
                    "users",
                ] {
                    let answer = ada.get(&format!("/console/{list}{query}")).await;
                    assert!(!answer.status.is_server_error(), "/console/{list} {keys}");
                }
                for list in [
                    "/customer/tickets",
                    "/customer/calls",
                    "/customer/notifications",
                    "/api/customers/me/tickets",
                ] {
                    let answer = cody.get(&format!("{list}{query}")).await;
                    assert!(!answer.status.is_server_error(), "{list} {keys}");
                }
            }
        }
    }
}
