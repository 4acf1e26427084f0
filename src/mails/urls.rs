//! The paths of mails.
use crate::infra::db::ids::MailId;

pub fn dev_mails() -> String {
    "/dev/mail".into()
}
pub fn dev_mail(id: &MailId) -> String {
    format!("/dev/mail/{id}")
}
pub fn dev_mail_html(id: &MailId) -> String {
    format!("/dev/mail/{id}/html")
}
