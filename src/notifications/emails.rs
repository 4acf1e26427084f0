//! The email: everything of the last minutes in one.
use super::model::Unmailed;
use crate::{infra::services::mail::Letter, urls};

/// To whom, and from where.
#[derive(Clone, Debug)]
pub struct Reader {
    pub tenant: String,
    pub name: String,
    pub email: String,
    pub is_staff: bool,
    /// How people reach this installation.
    pub base: String,
}

/// So many are told one by one.
const MOST: usize = 10;
/// So much of what was written is told.
const EXCERPT: usize = 2_000;

impl Reader {
    /// About all of these, of which there is at least one.
    pub fn letter(&self, news: &[Unmailed]) -> Letter {
        let subject = match news {
            [one] => one.text.clone(),
            many => format!("{} news{}", many.len(), numbers(many)),
        };
        let surface = if self.is_staff { urls::Notices::Console } else { urls::Notices::Portal };
        let choices = urls::absolute(&self.base, &surface.choices());
        let reason = format!(
            "You get this mail because {} is the address of your account at {}. It was sent by a machine, and nobody reads answers to it. Choose what you are told by email: {choices}",
            self.email, self.tenant
        );
        let mut letter = Letter::new("notifications", &subject, &reason)
            .to(&self.name, &self.email)
            .in_the_name_of(&self.tenant)
            .says(format!("Hello {},", self.name));
        for one in news.iter().take(MOST) {
            letter = letter.says(format!("{}.", one.text));
            if !one.body.is_empty() {
                letter = letter.says(excerpt(&one.body));
            }
            if let Some(call) = &one.call_id {
                letter = letter.action("Open the call", urls::absolute(&self.base, &surface.call(call)));
            }
            if let (Some(ticket), Some(number)) = (&one.ticket_id, one.number) {
                let url = urls::absolute(&self.base, &surface.ticket(ticket));
                letter = letter.action(&format!("Open #{number}"), url);
            }
        }
        if news.len() > MOST {
            let all = urls::absolute(&self.base, &surface.all());
            letter =
                letter.says(format!("And {} more.", news.len() - MOST)).action("See all notifications", all);
        }
        letter
    }
}

/// " on #1042 and #1043", where they are few.
fn numbers(news: &[Unmailed]) -> String {
    let mut numbers: Vec<i64> = news.iter().filter_map(|one| one.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let named: Vec<String> = numbers.iter().map(|number| format!("#{number}")).collect();
    match named.as_slice() {
        [] => String::new(),
        [one] => format!(" on {one}"),
        [rest @ .., last] if rest.len() < 4 => format!(" on {} and {last}", rest.join(", ")),
        many => format!(" on {} tickets", many.len()),
    }
}

fn excerpt(body: &str) -> String {
    let cut: String = body.chars().take(EXCERPT).collect();
    if cut.len() < body.len() { format!("{cut}…") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::db::ids::TicketId;

    fn news(number: i64, text: &str, body: &str) -> Unmailed {
        Unmailed {
            ticket_id: Some(TicketId(uuid::Uuid::nil())),
            call_id: None,
            number: Some(number),
            text: text.into(),
            body: body.into(),
        }
    }

    fn reader() -> Reader {
        Reader {
            tenant: "Acme".into(),
            name: "Carol Winter".into(),
            email: "carol@northwind.test".into(),
            is_staff: false,
            base: "https://clientele.test".into(),
        }
    }

    #[test]
    fn one_piece_of_news_is_told_with_what_was_written() {
        let letter =
            reader().letter(&[news(1042, "Grace Hill answered #1042 Printer", "Turn it off.\nThen on.")]);
        insta::assert_snapshot!(letter.text().unwrap(), @r#"
        Acme

        Grace Hill answered #1042 Printer

        Hello Carol Winter,

        Grace Hill answered #1042 Printer.

        Turn it off.
        Then on.

        Open #1042:
        https://clientele.test/customer/tickets/00000000-0000-0000-0000-000000000000

        --
        You get this mail because carol@northwind.test is the address of your
        account at Acme. It was sent by a machine, and nobody reads answers to
        it. Choose what you are told by email:
        https://clientele.test/customer/notifications/choices
        "#);
    }

    #[test]
    fn many_say_on_how_many_tickets() {
        let all: Vec<Unmailed> = (0..12).map(|n| news(1000 + n / 2, "Carol wrote", "")).collect();
        assert_eq!(numbers(&all[..2]), " on #1000");
        assert_eq!(numbers(&all[..4]), " on #1000 and #1001");
        assert_eq!(numbers(&all), " on 6 tickets");
        assert!(reader().letter(&all).text().unwrap().contains("And 2 more."));
    }
}
