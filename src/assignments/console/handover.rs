//! Handing over what somebody looks after: first a page that says who would get what.
use crate::{
    assignments::{
        emails::{Handed, NAMED},
        handover::{Handover, Share, receivers},
        model::Rep,
    },
    infra::{
        db::ids::UserId,
        web::{app::Settings, filters::counted, prelude::*},
    },
    urls,
};
use actix_web::web::{Data, Path};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// Who gets the customers, and whether it was asked already.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct HandoverForm {
    pub to: Vec<String>,
    pub confirmed: String,
    /// How many customers the preview spoke of.
    pub count: String,
}

#[derive(Template)]
#[template(path = "assignments/console/handover.html")]
struct HandoverPage {
    shell: Shell,
    rep: Rep,
    count: i64,
    form: Submitted<HandoverForm>,
    /// Id and name of those who can take over.
    options: Vec<(String, String)>,
    /// Who would get what; empty while nobody is chosen.
    shares: Vec<Share>,
}

impl HandoverPage {
    fn unnamed(&self, share: &Share) -> i64 {
        share.count - share.known - self.shown(share).len() as i64
    }
    fn shown<'a>(&self, share: &'a Share) -> &'a [String] {
        share.names.get(..5).unwrap_or(&share.names)
    }
}

/// What both steps show, and the plan for those who are chosen.
async fn page(staff: &Staff, from: UserId, form: Submitted<HandoverForm>) -> Result<HandoverPage> {
    let chosen: Vec<UserId> = form.values.to.iter().filter_map(|id| id.parse().ok()).collect();
    let (rep, reps, shares, count) = staff
        .read(move |tx| {
            let rep = Rep::find(tx, from)?;
            let reps = receivers(tx, from)?;
            let to: Vec<_> = chosen.into_iter().filter(|id| reps.iter().any(|rep| rep.id == *id)).collect();
            let shares = if to.is_empty() { vec![] } else { Handover { from, to }.preview(tx)? };
            let count = crate::assignments::workload::owned(tx, from)?;
            Ok((rep, reps, shares, count))
        })
        .await?;
    let options = reps.into_iter().map(|rep| (rep.id.to_string(), rep.name)).collect();
    let shell = staff.shell(format!("Hand over {}'s customers", rep.name));
    Ok(HandoverPage { shell, rep, count, form, options, shares })
}

/// `GET /console/workload/{user}/handover`
pub async fn ask(staff: Staff, from: Path<UserId>) -> PageResult {
    page(&staff, from.into_inner(), Submitted::blank()).await?.ok()
}

/// `POST /console/workload/{user}/handover`: first the preview, then the deed.
pub async fn hand_over(
    staff: Staff,
    from: Path<UserId>,
    form: Submitted<HandoverForm>,
    settings: Data<Settings>,
) -> PageResult {
    let from = from.into_inner();
    let (confirmed, expected) = (form.values.confirmed == "true", form.values.count.parse().unwrap_or(-1));
    let mut shown = page(&staff, from, form).await?;
    if shown.shares.is_empty() {
        shown.form.refuse("to", "Choose at least one person who takes over.");
        return shown.unprocessable();
    }
    if !confirmed {
        return shown.ok();
    }
    let handover = Handover { from, to: shown.shares.iter().map(|share| share.user).collect() };
    let (tenant, base, giver) =
        (staff.tenant_name.clone(), settings.public_url.clone(), shown.rep.name.clone());
    let text = staff
        .once(shown.form.sent(), move |tx| {
            let shares = handover.run(tx, expected)?;
            for share in shares.iter().filter(|share| share.count > share.known) {
                let to = Rep::find(tx, share.user)?;
                let names = share.names.iter().take(NAMED).cloned().collect();
                let (tenant, base, from) = (tenant.clone(), base.clone(), Some(giver.clone()));
                Handed { tenant, base, to, count: share.count - share.known, names, from }.notify(tx)?;
            }
            let described = shares
                .iter()
                .filter(|share| share.count > 0)
                .map(|share| format!("{} to {}", counted(share.count, "customer", "customers"), share.name));
            Ok(format!("Handed over: {}.", described.collect::<Vec<_>>().join(", ")))
        })
        .await?;
    see_other_saying(urls::workload(), Flash::good(text))
}
