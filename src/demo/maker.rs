//! Makes the customers of one tenant, one after the other, in the order in which they came.
use super::{
    calendar::Calendar,
    contacts::{self, Contact},
    customers::Customer,
    dice::{Dice, Kind, id},
    kinds::{NOTES, SIZES, consumer, corporate},
    known,
    names::Vocabulary,
    people::{Member, Tenant},
    places::{City, Country, country},
};
use chrono::{NaiveDate, TimeDelta};
use uuid::Uuid;

/// A customer with all that hangs on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    pub customer: Customer,
    pub contacts: Vec<Contact>,
    /// Positions in the tenant's list of tags.
    pub tags: Vec<usize>,
    pub owners: Vec<Uuid>,
}

/// Where the customers of a tenant come from.
pub struct Maker<'a> {
    tenant: &'a Tenant,
    calendar: Calendar,
    words: &'a Vocabulary,
    /// Which tenant this is, from 0.
    number: usize,
    all: usize,
    made: usize,
    contacts: u64,
    /// Who looks after few customers however many there are, and of how many of a million.
    keeper: Option<(Member, usize)>,
    reps: Vec<Member>,
    desk: Vec<Member>,
}

const STAGES: &[(&str, usize)] = &[("onboarding", 8), ("active", 68), ("inactive", 14), ("churned", 10)];
const SOURCES: &[(&str, usize)] =
    &[("direct", 30), ("referral", 22), ("website", 24), ("campaign", 11), ("partner", 9), ("other", 4)];
/// The seed of the whole world.
const SEED: u64 = 0xC11E_47E1;

impl<'a> Maker<'a> {
    /// For `all` customers of the tenant of this number.
    pub fn new(
        tenant: &'a Tenant,
        number: usize,
        all: usize,
        calendar: Calendar,
        words: &'a Vocabulary,
    ) -> Self {
        let mut reps = tenant.with_role("customer_success");
        // Chloe's book is what one person can know: 25 of 1,000, 150 of 6,000, then up to 300.
        let keeper = (number == 0).then(|| {
            let book = (all * 25 / 1000).min(300);
            (reps.remove(0), book * 1_000_000 / all.max(1))
        });
        let desk = tenant.staff.iter().copied().filter(|member| member.role != "customer_success").collect();
        Self {
            tenant,
            calendar,
            words,
            number,
            all,
            made: 0,
            contacts: number as u64 * 100_000_000,
            keeper,
            reps,
            desk,
        }
    }

    fn make(&mut self) -> Made {
        let n = self.made;
        let dice = &mut Dice::of(SEED + self.number as u64, n as u64);
        let mut made = Made::default();
        let customer = &mut made.customer;
        customer.id = id(Kind::Customer, (n as u64) * 2 + self.number as u64);
        customer.created_at = self.calendar.arrival(n, self.all, dice);
        if n == 0 {
            known::describe(&mut made, self.number, self.tenant, &mut self.contacts, self.calendar.moment);
            return made;
        }
        let country = country(dice.weighted::<&str>(self.tenant.plan.countries));
        let city = country.city(dice);
        let person = dice.permille(320).then(|| self.words.person(country.culture, dice));
        match &person {
            Some(person) => consumer(customer, person, dice),
            None => {
                let business = self.words.business(country.code, country.culture, dice);
                customer.name = business.name;
                corporate(customer, &business.slug, business.industry, dice);
            }
        }
        self.profile(customer, country, city, dice);
        self.life(customer, dice);
        made.contacts =
            contacts::of(customer, person.as_ref(), (country, city), self.words, &mut self.contacts, dice);
        made.tags = self.tags(dice);
        made.owners = self.owners(dice);
        made
    }

    /// What businesses and consumers have alike.
    fn profile(&self, customer: &mut Customer, country: &Country, city: &City, dice: &mut Dice) {
        let plan = self.tenant.plan;
        customer.source = *dice.weighted(SOURCES);
        customer.company_id = dice
            .permille(900)
            .then(|| self.tenant.companies[dice.below(4).min(dice.below(self.tenant.companies.len()))]);
        customer.phone = dice.permille(780).then(|| city.phone(dice));
        customer.billing_address = dice.permille(880).then(|| country.address(city, dice));
        customer.service_address = match (&customer.billing_address, dice.below(10)) {
            (Some(address), 0..5) => Some(address.clone()),
            (_, 5..7) => Some(country.address(country.city(dice), dice)),
            _ => None,
        };
        for _ in 0..dice.below(4) {
            let product = *dice.pick(plan.products);
            if !customer.products.contains(&product) {
                customer.products.push(product);
            }
        }
        customer.external_id =
            dice.permille(820).then(|| format!("{}{}", plan.external, 100_000 + self.made));
        if dice.permille(300) {
            customer.notes = (0..dice.between(1, 2)).map(|_| *dice.pick(NOTES)).collect::<Vec<_>>().join(" ");
        }
    }

    /// Stage, purchases, and the moments that go with them.
    fn life(&self, customer: &mut Customer, dice: &mut Dice) {
        let (born, moment) = (customer.created_at, self.calendar.moment);
        customer.lifecycle_stage = *dice.weighted(STAGES);
        // Who came years ago is not being introduced any more.
        if customer.lifecycle_stage == "onboarding" && moment - born > TimeDelta::days(400) {
            customer.lifecycle_stage = if dice.permille(400) { "onboarding" } else { "active" };
        } else if customer.lifecycle_stage == "active"
            && moment - born < TimeDelta::days(60)
            && dice.permille(550)
        {
            customer.lifecycle_stage = "onboarding";
        }
        customer.updated_at = born;
        customer.version = 1;
        if customer.lifecycle_stage == "churned" {
            let at = self.calendar.after(born, dice);
            customer.churned_at = Some(at);
            customer.updated_at = at;
            customer.version = dice.between(2, 6);
        } else if dice.permille(600) {
            customer.updated_at = self.calendar.after(born, dice);
            customer.version = dice.between(2, 9);
        }
        // Most of those who churned were deactivated first, and a few are at this moment. Told by other dice, so that all else stays as it was.
        let other = &mut Dice::of(91, customer.id.as_u128() as u64);
        customer.is_disabled = match customer.churned_at {
            Some(at) => at - born > TimeDelta::days(2) && other.permille(800),
            None => {
                customer.lifecycle_stage == "active"
                    && moment - born > TimeDelta::days(60)
                    && other.permille(8)
            }
        };
        customer.created_by = dice.permille(450).then(|| self.somebody(dice));
        customer.updated_by =
            if customer.version > 1 { Some(self.somebody(dice)) } else { customer.created_by };
        let buys = if customer.lifecycle_stage == "onboarding" { 250 } else { 880 };
        if dice.permille(buys) {
            let scale = SIZES
                .iter()
                .find(|((size, _), _)| Some(*size) == customer.size_range)
                .map_or(1, |((_, scale), _)| *scale);
            let last = customer.churned_at.unwrap_or(moment);
            let first = born + TimeDelta::seconds(dice.between(0, ((last - born).num_seconds() / 4).max(0)));
            let latest = first + TimeDelta::seconds(dice.between(0, (last - first).num_seconds().max(0)));
            let day = |at: chrono::DateTime<chrono::Utc>| -> NaiveDate { at.date_naive() };
            customer.first_purchase_on = Some(day(first));
            customer.last_purchase_on = Some(day(latest));
            customer.revenue_cents = dice.between(4_900, 600_000) * (1 + dice.below(scale as usize) as i64);
        }
    }

    /// A member of staff who makes and changes customers.
    fn somebody(&self, dice: &mut Dice) -> Uuid {
        let team = if dice.permille(650) { &self.desk } else { &self.reps };
        dice.pick(team).id
    }

    fn tags(&self, dice: &mut Dice) -> Vec<usize> {
        let plan = self.tenant.plan.tags;
        let mut chosen: Vec<usize> = (0..plan.len()).filter(|&tag| dice.permille(plan[tag].2)).collect();
        while chosen.len() > 3 {
            chosen.remove(dice.below(chosen.len()));
        }
        chosen
    }

    fn owners(&self, dice: &mut Dice) -> Vec<Uuid> {
        let mut chosen = vec![];
        if let Some((keeper, share)) = &self.keeper
            && dice.below(1_000_000) < *share
        {
            chosen.push(keeper.id);
        }
        if dice.permille(690) {
            // Not everybody carries the same.
            let first = dice.below(self.reps.len()).min(dice.below(self.reps.len()));
            chosen.push(self.reps[first].id);
            if dice.permille(220) && chosen.len() < 2 {
                chosen.push(self.reps[(first + 1) % self.reps.len()].id);
            }
        }
        chosen
    }
}

impl Iterator for Maker<'_> {
    type Item = Made;
    fn next(&mut self) -> Option<Made> {
        let made = (self.made < self.all).then(|| self.make());
        self.made += 1;
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::tenants::TENANTS;
    use std::collections::HashSet;

    fn tenant(number: usize) -> Tenant {
        let plan = &TENANTS[number];
        let staff = plan.staff.iter().enumerate().map(|(i, &(email, _, role))| Member {
            id: id(Kind::User, i as u64),
            email,
            role,
        });
        let ids = |kind, count: usize| (0..count as u64).map(|i| id(kind, i)).collect();
        Tenant {
            id: id(Kind::Tenant, number as u64),
            plan,
            staff: staff.collect(),
            companies: ids(Kind::Company, plan.companies.len()),
            tags: ids(Kind::Tag, plan.tags.len()),
        }
    }

    fn some(number: usize, count: usize, all: usize) -> Vec<Made> {
        let calendar = Calendar::new("2026-03-18T00:00:00Z".parse().unwrap(), 13);
        let (tenant, words) = (tenant(number), Vocabulary::default());
        Maker::new(&tenant, number, all, calendar, &words).take(count).collect()
    }

    #[test]
    fn the_same_customers_come_each_time() {
        assert_eq!(some(0, 100, 6000), some(0, 100, 6000));
        assert_ne!(some(0, 100, 6000)[1], some(1, 100, 4000)[1]);
    }

    #[test]
    fn customers_keep_the_rules_of_the_schema() {
        for made in some(0, 1500, 1500).into_iter().chain(some(1, 1500, 1500)) {
            let c = &made.customer;
            assert!((1..=200).contains(&c.name.chars().count()), "{}", c.name);
            for text in [&c.email, &c.email_domain].into_iter().flatten() {
                assert_eq!(*text, text.to_lowercase());
                assert!(text.is_ascii() && !text.contains(' ') && text.ends_with(".test"), "{text}");
            }
            for phone in made.contacts.iter().filter_map(|p| p.phone.as_ref()).chain(&c.phone) {
                assert!(phone.starts_with('+') && (8..=16).contains(&phone.len()), "{phone}");
                assert!(phone[1..].bytes().all(|b| b.is_ascii_digit()));
            }
            assert!(c.created_at <= c.updated_at);
            assert_eq!(c.churned_at.is_some(), c.lifecycle_stage == "churned");
            assert!(c.first_purchase_on <= c.last_purchase_on);
            let emails: Vec<_> = made.contacts.iter().filter_map(|p| p.email.as_ref()).collect();
            assert_eq!(emails.iter().collect::<HashSet<_>>().len(), emails.len());
            assert!(made.contacts.iter().filter(|p| p.is_primary).count() <= 1);
            assert_eq!(made.owners.iter().collect::<HashSet<_>>().len(), made.owners.len());
        }
    }

    #[test]
    fn ids_and_external_ids_are_taken_once() {
        let all: Vec<_> = some(0, 800, 800);
        assert!(all.iter().map(|m| m.customer.id).is_sorted());
        let external: Vec<_> = all.iter().filter_map(|m| m.customer.external_id.as_ref()).collect();
        assert_eq!(external.iter().collect::<HashSet<_>>().len(), external.len());
    }
}
