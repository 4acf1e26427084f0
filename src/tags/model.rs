//! The row, its queries and verbs.
use super::values::{TagColour, TagName};
use crate::infra::{
    db::{
        Tx,
        cached::Cached,
        ids::{CustomerId, TagId},
        schema::{customer_tags, tags},
    },
    web::errors::{AppError, Result},
};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Bool, Int2, Integer, Text, Uuid},
};

/// A word that customers carry.
#[derive(HasQuery, Clone, Debug)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    pub colour: TagColour,
    pub version: i32,
}

/// All tags of the tenant, in the order of their names.
pub struct TagList(Vec<Tag>);

/// So many are offered.
const OFFERED: usize = 500;

impl Cached for TagList {
    fn load(tx: &mut Tx) -> Result<Self> {
        Ok(Self(Tag::query().order(tags::name_key).load(tx.conn)?))
    }
}

impl TagList {
    /// Those that a form or filter offers: id and name.
    pub fn offered(&self) -> Vec<(String, String)> {
        self.0.iter().take(OFFERED).map(|tag| (tag.id.to_string(), tag.name.clone())).collect()
    }

    /// Their names.
    pub fn names(&self) -> Vec<String> {
        self.0.iter().take(OFFERED).map(|tag| tag.name.clone()).collect()
    }

    /// Those with these ids.
    pub fn of(&self, ids: &[TagId]) -> Vec<&Tag> {
        self.0.iter().filter(|tag| ids.contains(&tag.id)).collect()
    }

    /// Name and colour of those with these ids, as a row shows them.
    pub fn labels(&self, ids: &[TagId]) -> Vec<(&str, TagColour)> {
        if ids.is_empty() {
            return vec![];
        }
        self.of(ids).into_iter().map(|tag| (tag.name.as_str(), tag.colour)).collect()
    }
}

/// A tag as it is to be.
#[derive(Insertable, AsChangeset, Clone, Debug, PartialEq, Eq)]
#[diesel(table_name = tags)]
pub struct WriteTag {
    pub name: TagName,
    pub colour: TagColour,
}

/// A tag with the number of customers that carry it, counted up to a thousand and one.
#[derive(QueryableByName, Clone, Debug)]
pub struct Used {
    #[diesel(sql_type = Uuid)]
    pub id: TagId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Int2)]
    pub colour: TagColour,
    #[diesel(sql_type = Integer)]
    pub version: i32,
    #[diesel(sql_type = BigInt)]
    pub customers: i64,
}

impl Used {
    /// "12", or "1,000+".
    pub fn describe(&self) -> String {
        if self.customers > 1000 { "1,000+".into() } else { self.customers.to_string() }
    }
}

impl Tag {
    /// The tag.
    pub fn find(tx: &mut Tx, id: TagId) -> Result<Self> {
        Ok(Self::query().filter(tags::id.eq(id)).first(tx.conn)?)
    }

    /// All, by name, with how often they are used; the first 500.
    pub fn all_used(tx: &mut Tx) -> Result<Vec<Used>> {
        Ok(diesel::sql_query(
            "SELECT t.id, t.name, t.colour, t.version, used.customers
             FROM (SELECT * FROM tags ORDER BY name_key LIMIT 500) t
             CROSS JOIN LATERAL (SELECT count(*) AS customers FROM
                 (SELECT FROM customer_tags ct WHERE ct.tenant_id = t.tenant_id AND ct.tag_id = t.id LIMIT 1001) x) used
             ORDER BY t.name_key",
        )
        .load(tx.conn)?)
    }

    /// How many customers carry it, up to a thousand and one.
    pub fn used(tx: &mut Tx, id: TagId) -> Result<i64> {
        let some = customer_tags::table
            .filter(customer_tags::tag_id.eq(id))
            .select(customer_tags::customer_id)
            .limit(1001);
        Ok(some.load::<CustomerId>(tx.conn)?.len().try_into().unwrap_or(1001))
    }

    /// Makes a tag.
    ///
    /// # Errors
    /// `Invalid` where there is one of this name.
    pub fn create(tx: &mut Tx, command: &WriteTag) -> Result<()> {
        let made = diesel::insert_into(tags::table).values((tags::id.eq(TagId::new()), command));
        made.execute(tx.conn).map_err(refused_by_constraint)?;
        Ok(())
    }

    /// Renames and recolours it.
    ///
    /// # Errors
    /// As [`Tag::create`].
    pub fn update(tx: &mut Tx, id: TagId, command: &WriteTag) -> Result<()> {
        let known = tags::table.filter(tags::id.eq(id));
        match diesel::update(known).set(command).execute(tx.conn).map_err(refused_by_constraint)? {
            0 => Err(AppError::NotFound),
            _ => Ok(()),
        }
    }

    /// Deletes it, and takes it off every customer.
    pub fn delete(tx: &mut Tx, id: TagId) -> Result<Self> {
        let tag = Self::find(tx, id)?;
        diesel::delete(tags::table.filter(tags::id.eq(id))).execute(tx.conn)?;
        Ok(tag)
    }

    /// The tag of this name, in whatever case and accents, made where there is none.
    pub fn named(tx: &mut Tx, name: &TagName) -> Result<Self> {
        let row = (tags::id.eq(TagId::new()), tags::name.eq(name), tags::colour.eq(TagColour::of_name(name)));
        diesel::insert_into(tags::table)
            .values(row)
            .on_conflict((tags::tenant_id, tags::name_key))
            .do_nothing()
            .execute(tx.conn)?;
        let same = sql::<Bool>("name_key = fold(").bind::<Text, _>(name).sql(")");
        Ok(Self::query().filter(same).first(tx.conn)?)
    }

    /// Puts it on a customer that the person at work may see. Twice is no error.
    pub fn put_on(&self, tx: &mut Tx, customer: CustomerId) -> Result<()> {
        tx.must_see(customer)?;
        diesel::insert_into(customer_tags::table)
            .values((customer_tags::customer_id.eq(customer), customer_tags::tag_id.eq(self.id)))
            .on_conflict_do_nothing()
            .execute(tx.conn)?;
        Ok(())
    }

    /// Takes it off a customer.
    pub fn take_off(&self, tx: &mut Tx, customer: CustomerId) -> Result<()> {
        tx.must_see(customer)?;
        let row = customer_tags::table
            .filter(customer_tags::customer_id.eq(customer))
            .filter(customer_tags::tag_id.eq(self.id));
        diesel::delete(row).execute(tx.conn)?;
        Ok(())
    }
}

fn refused_by_constraint(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("tags_name_taken") => AppError::refused("name", "There is a tag of this name."),
        Some("tags_name_length") => AppError::refused("name", "Enter a name of 1 to 50 characters."),
        _ => error.into(),
    }
}
