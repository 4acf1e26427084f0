//! Who looks after how many customers.
use crate::{
    assignments::workload::{Load, UNOWNED, unowned},
    infra::web::prelude::*,
};
use askama::Template;

#[derive(Template)]
#[template(path = "assignments/console/workload.html")]
struct WorkloadPage {
    shell: Shell,
    loads: Vec<Load>,
    unowned: i64,
    may_manage: bool,
}

impl WorkloadPage {
    fn unowned_in_words(&self) -> String {
        if self.unowned >= UNOWNED { "1,000 or more".into() } else { self.unowned.to_string() }
    }
    fn stages(&self, load: &Load) -> [(&'static str, &'static str, i64); 4] {
        [
            ("onboarding", "Onboarding", load.onboarding),
            ("active", "Active", load.active),
            ("inactive", "Inactive", load.inactive),
            ("churned", "Churned", load.churned),
        ]
    }
}

/// `GET /console/workload`
pub async fn index(staff: Staff) -> PageResult {
    let may_manage = staff.may(Permission::AssignmentManage);
    let (loads, unowned) =
        staff.read(move |tx| Ok((Load::all(tx)?, if may_manage { unowned(tx)? } else { 0 }))).await?;
    WorkloadPage { shell: staff.shell("Workload"), loads, unowned, may_manage }.ok()
}
