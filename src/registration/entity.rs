//! Who may register with a customer, and who did, described once.
use crate::{
    infra::{
        entity::{Entity, Field, Kind, Sentence, When},
        web::{limits, permissions::Role},
    },
    values::domain,
};

pub const REGISTRATION: Entity =
    Entity::new("registration", "REGISTRATION", "registration", "registrations", "registrations")
        .of_customer()
        // Nobody has shown yet that the address is theirs, and all of it is forgotten after a week.
        .not_in_document()
        .not_counted()
        .guarded_by(&["admins"])
        .fields(&[
            Field::new("email", "Email", Kind::Email),
            Field::text("name", "Name", 200),
            Field::new("password_hash", "Password", Kind::Text { max: 0 }).secret(),
            Field::new("token_hash", "Token", Kind::Text { max: 0 }).secret(),
            Field::moment("expires_at", "Expires at").secret(),
            Field::moment("confirmed_at", "Confirmed at"),
        ])
        .sentences(&[
            Sentence::created("registered {name} ({email}){with customer}"),
            Sentence::deleted("forgot that {name} registered{with customer}"),
            Sentence::updated("confirmed the address of {name}{at customer}"),
        ]);

pub const REGISTRATION_SETTINGS: Entity = Entity::new(
    "registration_settings",
    "REGISTRATION_SETTINGS",
    "registration setting",
    "registration settings",
    "registration_settings",
)
.of_customer()
.in_document("registration")
// A customer has one at most, and it goes without saying.
.not_counted()
.titled("")
.guarded_by(&["admins", "team"])
.fields(&[
    Field::bool("is_on", "Is on"),
    Field::new("roles", "Roles", Kind::Choices(Role::WORDS)),
    Field::new("host", "Host", Kind::Domain).refused(domain::is_no_domain),
])
.sentences(&[
    Sentence::created("changed who may register{with customer}"),
    Sentence::restored("restored who may register{with customer}"),
    Sentence::updated("changed who may register{with customer}"),
    Sentence::deleted("changed who may register{with customer}"),
]);

/// Why nobody registers with a domain.
fn unfit(domain: &str) -> Option<&'static str> {
    domain::is_no_domain(domain).or_else(|| domain::is_everybodys(domain))
}

pub const REGISTRATION_DOMAIN: Entity = Entity::new(
    "registration_domain",
    "REGISTRATION_DOMAIN",
    "domain to register with",
    "domains to register with",
    "registration_domains",
)
.of_customer()
.at_most(limits::DOMAINS.size())
// A document proves nothing: whoever brings it back shows anew that the domains are theirs.
.once_restored("The domains of its registration have to be verified again.")
.titled("{domain}")
.guarded_by(&["admins", "team"])
.fields(&[
    Field::new("domain", "Domain", Kind::Domain).required().refused(unfit),
    Field::text("challenge", "Challenge", 100).secret(),
    Field::moment("verified_at", "Verified at").kept().proof(),
    Field::text("verified_by", "Verified by", 20).kept().proof(),
    Field::moment("verified_until", "Verified until").kept().proof(),
    Field::new("mail_hash", "Mail", Kind::Text { max: 0 }).secret(),
    Field::moment("mailed_at", "Mailed at").kept().proof(),
    Field::new("mailed_to", "Mailed to", Kind::Email).kept().proof(),
])
.sentences(&[
    Sentence::created("let people of {domain} register{with customer}"),
    Sentence::updated("lost the proof for the domain {domain}, with which people register{with customer}")
        .when(&[When::Changed("verified_until"), When::Empty("verified_by")]),
    Sentence::updated("verified the domain {domain}, with which people register{with customer}")
        .when(&[When::Changed("verified_until")]),
    Sentence::updated("had a mail sent to verify the domain {domain}{of customer}"),
    Sentence::deleted("took {domain} off the domains that register{with customer}"),
]);
