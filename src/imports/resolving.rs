//! Which customer each row means: a known one by the id that an export gave it, else by its external id, else by its email, else a new
//! one. Set-wise: four queries however many rows there are.
use super::fields::ROW;
use crate::{
    customers::values::ExternalId,
    infra::{
        db::{
            Tx,
            ids::CustomerId,
            sql::{Bind, Statement},
        },
        refusal::Refusal,
        web::errors::Result,
    },
    values::Email,
};
use diesel::{
    prelude::*,
    sql_types::{Nullable, Text, Uuid},
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// What tells which customer a row means.
#[derive(Clone, Debug)]
pub struct Key {
    pub n: i32,
    pub line: u64,
    /// As an export gave it; of no account where there is no such customer (any more, or in sight).
    pub id: Option<CustomerId>,
    pub external_id: Option<ExternalId>,
    pub email: Option<Email>,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Create,
    Update(CustomerId),
    Bad(Refusal),
}

impl Fate {
    fn bad(field: &'static str, why: impl Into<Cow<'static, str>>) -> Self {
        Self::Bad(Refusal::new(field, why))
    }
}

#[derive(QueryableByName)]
struct ByExternalId {
    #[diesel(sql_type = Text)]
    external_id: String,
    #[diesel(sql_type = Uuid)]
    id: CustomerId,
}

#[derive(QueryableByName)]
struct ByEmail {
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Uuid)]
    id: CustomerId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    external_id: Option<String>,
}

#[derive(QueryableByName)]
struct ById {
    #[diesel(sql_type = Uuid)]
    id: CustomerId,
}

#[derive(QueryableByName)]
struct OutOfSight {
    #[diesel(sql_type = Text)]
    external_id: String,
}

/// What the database knows of the keys of a file.
#[derive(Default)]
struct Known {
    by_id: HashSet<CustomerId>,
    by_external_id: HashMap<String, CustomerId>,
    by_email: HashMap<String, Vec<ByEmail>>,
    out_of_sight: HashSet<String>,
}

/// The fate of each row, in their order.
pub fn resolve(tx: &mut Tx, keys: &[Key]) -> Result<Vec<Fate>> {
    let known = Known::load(tx, keys)?;
    Ok(known.decide(keys))
}

impl Known {
    fn load(tx: &mut Tx, keys: &[Key]) -> Result<Self> {
        let external_ids: Vec<String> =
            keys.iter().filter_map(|key| key.external_id.as_ref().map(ToString::to_string)).collect();
        let emails: Vec<String> =
            keys.iter().filter_map(|key| key.email.as_ref().map(ToString::to_string)).collect();
        let ids: Vec<_> = keys.iter().filter_map(|key| Some(key.id?.0)).collect();
        let mut known = Self::default();
        if !ids.is_empty() {
            let mut statement = Statement::new("SELECT c.id FROM unnest(");
            statement.bind(Bind::Uuids(ids)).push(") AS w (id) JOIN customers c ON c.id = w.id");
            known.by_id = statement.load::<ById>(tx.conn)?.into_iter().map(|one| one.id).collect();
        }
        if !external_ids.is_empty() {
            let found: Vec<ByExternalId> = joined(
                "SELECT c.external_id, c.id FROM unnest(",
                &external_ids,
                ") AS w (external_id) JOIN customers c ON c.external_id = w.external_id",
            )
            .load(tx.conn)?;
            known.by_external_id = found.into_iter().map(|one| (one.external_id, one.id)).collect();
            if !tx.scope.sees_all_customers() {
                let found: Vec<OutOfSight> = joined(
                    "SELECT external_id FROM external_ids_out_of_sight(",
                    &external_ids,
                    ") AS f (external_id)",
                )
                .load(tx.conn)?;
                known.out_of_sight = found.into_iter().map(|one| one.external_id).collect();
            }
        }
        if !emails.is_empty() {
            let found: Vec<ByEmail> = joined(
                "SELECT c.email, c.id, c.name, c.external_id FROM unnest(",
                &emails,
                ") AS w (email) JOIN customers c ON c.email = w.email",
            )
            .load(tx.conn)?;
            for one in found {
                known.by_email.entry(one.email.clone()).or_default().push(one);
            }
        }
        Ok(known)
    }

    fn decide(&self, keys: &[Key]) -> Vec<Fate> {
        let mut seen = Seen::default();
        keys.iter().map(|key| seen.first_time(key, self.fate(key))).collect()
    }

    fn fate(&self, key: &Key) -> Fate {
        let known_as = key.id.filter(|id| self.by_id.contains(id));
        if let Some(external_id) = &key.external_id {
            let holder = self.by_external_id.get(external_id.as_str());
            if let (Some(id), Some(holder)) = (known_as, holder)
                && id != *holder
            {
                return Fate::bad("external_id", "Another customer has this external id.");
            }
            if let Some(id) = self.by_external_id.get(external_id.as_str()) {
                return Fate::Update(*id);
            }
            if self.out_of_sight.contains(external_id.as_str()) {
                let text =
                    "A customer that you can't see has this external id. Ask an admin to assign it to you.";
                return Fate::bad("external_id", text);
            }
        }
        if let Some(id) = known_as {
            return Fate::Update(id);
        }
        let same: HashMap<CustomerId, &ByEmail> = key
            .email
            .as_ref()
            .and_then(|email| self.by_email.get(email.as_str()))
            .into_iter()
            .flatten()
            .map(|one| (one.id, one))
            .collect();
        let mut same = same.into_values();
        match (same.next(), same.len()) {
            (None, _) => Fate::Create,
            (Some(one), 0) => match (&one.external_id, &key.external_id) {
                (Some(theirs), Some(ours)) if theirs != ours.as_str() => Fate::bad(
                    "email",
                    format!("{} has this email and another external id, {theirs}.", one.name),
                ),
                _ => Fate::Update(one.id),
            },
            (Some(_), others) => Fate::bad(
                "email",
                format!(
                    "{} customers have this email. Give the external id of the one you mean.",
                    others + 1
                ),
            ),
        }
    }
}

/// What earlier rows of the file were about.
#[derive(Default)]
struct Seen<'a> {
    external_ids: HashMap<&'a str, u64>,
    emails: HashMap<&'a str, u64>,
    customers: HashMap<CustomerId, u64>,
}

impl<'a> Seen<'a> {
    /// The fate, unless an earlier row has the same key.
    fn first_time(&mut self, key: &'a Key, fate: Fate) -> Fate {
        if let Fate::Bad(_) = fate {
            return fate;
        }
        if let Some(id) = key.external_id.as_deref()
            && let Some(line) = note(&mut self.external_ids, id, key.line)
        {
            return Fate::bad("external_id", format!("Line {line} has the same external id."));
        }
        if let Fate::Update(id) = fate
            && let Some(line) = note(&mut self.customers, id, key.line)
        {
            return Fate::bad(ROW, format!("Line {line} is about the same customer."));
        }
        // Several customers may share an address as long as each is known by its own external id.
        if let (Some(email), Fate::Create) = (key.email.as_deref(), &fate)
            && let Some(line) = note(&mut self.emails, email, key.line)
        {
            return Fate::bad("email", format!("Line {line} has the same email."));
        }
        fate
    }
}

/// Notes the line, or says which one was there before.
fn note<K: std::hash::Hash + Eq>(lines: &mut HashMap<K, u64>, key: K, line: u64) -> Option<u64> {
    match lines.entry(key) {
        std::collections::hash_map::Entry::Occupied(before) => Some(*before.get()),
        std::collections::hash_map::Entry::Vacant(free) => {
            free.insert(line);
            None
        }
    }
}

fn joined(before: &str, values: &[String], after: &str) -> Statement {
    let mut statement = Statement::new(before);
    statement.bind(Bind::Texts(values.to_vec())).push(after);
    statement
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: i32, external_id: &str, email: &str) -> Key {
        Key {
            n,
            line: n as u64 + 1,
            id: None,
            external_id: external_id.parse().ok(),
            email: email.parse().ok(),
        }
    }

    fn known(customers: &[(CustomerId, &str, &str)]) -> Known {
        let mut known = Known::default();
        for (id, external_id, email) in customers {
            let external_id = (!external_id.is_empty()).then(|| (*external_id).to_owned());
            known.by_external_id.extend(external_id.clone().map(|e| (e, *id)));
            let row = ByEmail { email: (*email).into(), id: *id, name: "Northwind".into(), external_id };
            known.by_email.entry((*email).into()).or_default().push(row);
        }
        known
    }

    #[test]
    fn a_known_external_id_wins_over_a_known_email() {
        let (a, b) = (CustomerId::new(), CustomerId::new());
        let known = known(&[(a, "A", "a@x.test"), (b, "", "b@x.test")]);
        assert_eq!(known.decide(&[key(1, "A", "b@x.test")]), [Fate::Update(a)]);
        assert_eq!(known.decide(&[key(1, "NEW", "b@x.test")]), [Fate::Update(b)]);
        assert_eq!(known.decide(&[key(1, "NEW", "new@x.test")]), [Fate::Create]);
    }

    #[test]
    fn an_id_of_ours_goes_before_all_where_it_is_known() {
        let (a, b, gone) = (CustomerId::new(), CustomerId::new(), CustomerId::new());
        let mut known = known(&[(a, "A", "x@x.test"), (b, "", "x@x.test")]);
        known.by_id = [a, b].into();
        let with = |id, key| Key { id: Some(id), ..key };
        assert_eq!(known.decide(&[with(b, key(1, "", "x@x.test"))]), [Fate::Update(b)]);
        assert_eq!(known.decide(&[with(b, key(1, "NEW", ""))]), [Fate::Update(b)]);
        assert_eq!(known.decide(&[with(gone, key(1, "A", ""))]), [Fate::Update(a)]);
        assert_eq!(known.decide(&[with(gone, key(1, "", ""))]), [Fate::Create]);
        assert!(
            matches!(known.decide(&[with(b, key(1, "A", ""))])[0], Fate::Bad(ref refusal) if refusal.field == "external_id")
        );
    }

    #[test]
    fn an_email_of_somebody_with_another_external_id_is_not_taken_over() {
        let known = known(&[(CustomerId::new(), "A", "a@x.test")]);
        assert!(
            matches!(&known.decide(&[key(1, "B", "a@x.test")])[0], Fate::Bad(refusal) if refusal.field == "email" && refusal.message.contains("Northwind"))
        );
    }

    #[test]
    fn an_email_that_several_have_names_none() {
        let known = known(&[(CustomerId::new(), "", "a@x.test"), (CustomerId::new(), "", "a@x.test")]);
        assert!(
            matches!(&known.decide(&[key(1, "", "a@x.test")])[0], Fate::Bad(refusal) if refusal.field == "email" && refusal.message.starts_with("2 "))
        );
    }

    #[test]
    fn a_file_says_nothing_twice() {
        let a = CustomerId::new();
        let known = known(&[(a, "A", "a@x.test")]);
        let fates = known.decide(&[
            key(1, "N1", "n@x.test"),
            key(2, "N1", "m@x.test"),
            key(3, "N2", "n@x.test"),
            key(4, "A", ""),
            key(5, "", "a@x.test"),
        ]);
        assert_eq!(fates[0], Fate::Create);
        assert_eq!(fates[1], Fate::bad("external_id", "Line 2 has the same external id."));
        assert_eq!(fates[2], Fate::bad("email", "Line 2 has the same email."));
        assert_eq!(fates[3], Fate::Update(a));
        assert_eq!(fates[4], Fate::bad(ROW, "Line 5 is about the same customer."));
    }
}
