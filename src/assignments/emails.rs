//! What is written to reps about their customers.
use super::model::Rep;
use crate::{
    infra::{
        db::Tx,
        services::mail::{self, Letter},
        web::{errors::Result, filters::counted},
    },
    urls,
};

/// How many customers a mail names.
pub const NAMED: usize = 20;

/// Somebody looks after customers from now on: one mail, however many they are.
pub struct Handed {
    pub tenant: String,
    /// How people reach this installation.
    pub base: String,
    pub to: Rep,
    pub count: i64,
    /// The first of them, up to [`NAMED`].
    pub names: Vec<String>,
    /// Who looked after them before, where it was a hand-over.
    pub from: Option<String>,
}

impl Handed {
    /// Queues the mail about it. Nobody is written to about what they did themselves, or on an account that is disabled.
    pub fn notify(&self, tx: &mut Tx) -> Result<()> {
        if tx.scope.user_id == Some(self.to.id) || self.to.is_disabled {
            return Ok(());
        }
        mail::queue(tx, &self.letter()).map(drop)
    }

    fn letter(&self) -> Letter {
        let customers = counted(self.count, "customer", "customers");
        let subject = match self.names.as_slice() {
            [only] if self.count == 1 => format!("You look after {only} now"),
            _ => format!("You look after {}", counted(self.count, "more customer", "more customers")),
        };
        let reason = format!(
            "You get this mail because you look after customers of {}. It was sent by a machine, and nobody reads answers to it.",
            self.tenant
        );
        let message = match &self.from {
            Some(from) => format!("{customers} went from {from} to you."),
            None => format!("You were named an owner of {customers}."),
        };
        let mut list = self.names.join(", ");
        let rest = self.count - self.names.len() as i64;
        if rest > 0 {
            list = format!("{list} and {}", counted(rest, "other", "others"));
        }
        let mine = urls::my_customers();
        Letter::new("customers_handed", &subject, &reason)
            .to(&self.to.name, &self.to.email)
            .in_the_name_of(&self.tenant)
            .says(format!("Hello {},", self.to.name))
            .says(message)
            .says(list)
            .action("See your customers", urls::absolute(&self.base, &mine))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::db::ids::UserId;

    #[test]
    fn a_hand_over_is_told_in_one_mail() {
        let to = Rep {
            id: UserId::new(),
            name: "Zoë Park".into(),
            email: "zoe@acme.test".into(),
            is_disabled: false,
        };
        let letter = Handed {
            tenant: "Acme".into(),
            base: "https://clientele.test/".into(),
            to,
            count: 5,
            names: vec!["Contoso".into(), "Northwind".into()],
            from: Some("Chloe Marsh".into()),
        }
        .letter();
        insta::assert_snapshot!(letter.text().unwrap(), @r#"
        Acme

        You look after 5 more customers

        Hello Zoë Park,

        5 customers went from Chloe Marsh to you.

        Contoso, Northwind and 3 others

        See your customers:
        https://clientele.test/console/customers?owner=%40me

        --
        You get this mail because you look after customers of Acme. It was sent
        by a machine, and nobody reads answers to it.
        "#);
    }
}
