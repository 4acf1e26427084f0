//! A customer, and a company of the tenant that it may belong to, described once.
use super::{
    urls,
    values::{About, CustomerName, ExternalId, VatNumber},
};
use crate::{
    infra::{
        db::ids::CustomerId,
        entity::{Entity, Field, Kind, Sentence, When},
    },
    values::kinds,
};

pub const CUSTOMER: Entity = Entity {
    customer: Some("id"),
    ..Entity::new("customer", "CUSTOMER", "customer", "customers", "customers")
        .at(|id, _| urls::customer(&CustomerId(id)))
        .internal(&["name_key", "search", "portal_changed_at"])
        .guarded_by(&["staff"])
        .fields(&[
            Field::text("name", "Name", CustomerName::LIMIT).required().searchable().in_portal().import(&[
                "customer",
                "customername",
                "company",
                "companyname",
                "account",
                "accountname",
                "organisation",
                "organization",
                "organizationname",
                "business",
                "businessname",
                "firma",
                "firmenname",
                "kunde",
                "kundenname",
                "nom",
                "nombre",
                "client",
                "clientname",
            ]),
            Field::choice("customer_type", "Type", kinds::CustomerType::WORDS)
                .required()
                .in_portal()
                .import(&["type", "customertype", "accounttype", "kundentyp", "art"]),
            Field::choice("lifecycle_stage", "Stage", kinds::Stage::WORDS).required().in_portal().import(&[
                "lifecyclestage",
                "lifecycle",
                "status",
                "customerstatus",
            ]),
            Field::choice("source", "Source", kinds::CustomerSource::WORDS).required().import(&[
                "leadsource",
                "origin",
                "quelle",
                "herkunft",
            ]),
            Field::reference("company_id", "Company", "companies")
                .lost("There is no company “{}” any more: it belongs to none."),
            Field::new("email", "Email", Kind::Email).searchable().in_portal().import(&[
                "mail",
                "emailaddress",
                "companyemail",
                "customeremail",
                "emailadresse",
                "courriel",
                "correo",
            ]),
            Field::new("email_domain", "Email domain", Kind::Domain).searchable().import(&[
                "domain",
                "companydomain",
                "maildomain",
            ]),
            Field::new("phone", "Phone", Kind::Phone).searchable().in_portal().import(&[
                "tel",
                "telephone",
                "phonenumber",
                "telefon",
                "telefonnummer",
                "rufnummer",
                "mobile",
                "companyphone",
                "customerphone",
            ]),
            Field::new("website", "Website", Kind::WebAddress).searchable().in_portal().import(&[
                "web",
                "url",
                "homepage",
                "webseite",
                "site",
                "webaddress",
            ]),
            Field::text("external_id", "External id", ExternalId::LIMIT).searchable().import(&[
                "id",
                "customerid",
                "customernumber",
                "customerno",
                "accountid",
                "accountnumber",
                "number",
                "reference",
                "ref",
                "code",
                "kundennummer",
                "kundennr",
                "crmid",
            ]),
            Field::text("vat_number", "VAT number", VatNumber::LIMIT)
                .called("VAT number")
                .searchable()
                .in_portal()
                .import(&[
                    "vat",
                    "vatid",
                    "vatno",
                    "taxid",
                    "taxnumber",
                    "ustid",
                    "ustidnr",
                    "umsatzsteuerid",
                    "tva",
                    "nif",
                ]),
            Field::new("products", "Products", Kind::Texts)
                .in_portal()
                .import(&["product", "services", "produkte", "produkt"]),
            Field::new("billing_address", "Billing address", Kind::Address).searchable().in_portal(),
            Field::new("service_address", "Service address", Kind::Address).searchable().in_portal(),
            Field::choice("industry_sector", "Industry", kinds::Sector::WORDS),
            Field::new("industry_group", "Industry group", Kind::IndustryGroup).import(&[]),
            Field::choice("classification", "Legal form", kinds::Classification::WORDS).import(&[
                "classification",
                "entitytype",
                "rechtsform",
            ]),
            Field::choice("size_range", "Size", kinds::SizeRange::WORDS).import(&[
                "companysize",
                "employees",
                "numberofemployees",
                "headcount",
                "mitarbeiter",
            ]),
            Field::new("linkedin_url", "LinkedIn", Kind::WebAddress).import(&[]),
            Field::new("x_url", "X", Kind::WebAddress).import(&["twitter", "twitterurl"]),
            Field::new("facebook_url", "Facebook", Kind::WebAddress).import(&[]),
            Field::new("instagram_url", "Instagram", Kind::WebAddress).import(&[]),
            Field::new("youtube_url", "YouTube", Kind::WebAddress).import(&[]),
            Field::new("github_url", "GitHub", Kind::WebAddress).import(&[]),
            Field::prose("notes", "About", About::LIMIT).called("description").import(&[
                "notes",
                "note",
                "comment",
                "comments",
                "description",
                "remarks",
                "bemerkung",
                "bemerkungen",
                "notiz",
                "notizen",
            ]),
            Field::number("session_expiration_seconds", "Session length").headed("Portal session seconds"),
            Field::bool("call_requests_allowed", "Call requests").in_portal(),
            Field::new("revenue_total", "Revenue", Kind::Money).kept(),
            Field::new("first_purchase_on", "First purchase", Kind::Date).kept(),
            Field::new("last_purchase_on", "Last purchase", Kind::Date).kept(),
            Field::moment("churned_at", "Churned").derived().kept(),
            Field::bool("is_disabled", "Disabled").derived().kept(),
            Field::bool("is_tenant_customer", "Runs a tenant").kept().proof(),
        ])
        .sentences(&[
            Sentence::created("made {it}").on_customer("added this customer"),
            Sentence::restored("restored {it}").on_customer("restored this customer"),
            Sentence::deleted("deleted {it}"),
            Sentence::updated("deactivated {name}")
                .when(&[When::Topic("CUSTOMER_DEACTIVATED")])
                .icon("power")
                .on_customer("deactivated this customer"),
            Sentence::updated("reactivated {name}")
                .when(&[When::Topic("CUSTOMER_REACTIVATED")])
                .icon("power")
                .on_customer("reactivated this customer"),
            Sentence::updated("changed {changed} of {it}").on_customer("changed {changed}"),
        ])
};

pub const COMPANY: Entity = Entity::new("company", "COMPANY", "company", "companies", "companies")
    .known_by("name")
    .guarded_by(&["staff"])
    .fields(&[Field::text("name", "Name", 200).required()])
    .sentences(&[
        Sentence::created("added {it}"),
        Sentence::deleted("deleted {it}"),
        Sentence::updated("changed {it}"),
    ]);
