//! One type per kind of id, so that a `UserId` can never be passed where a `CustomerId` is meant.
/// Makes types of ids. The ids that every scope holds are here; a feature makes its own.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A new id, later than all before it (UUID v7).
            pub fn new() -> Self { Self(uuid::Uuid::now_v7()) }
        }
        impl Default for $name { fn default() -> Self { Self::new() } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
        impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                diesel::serialize::ToSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::to_sql(&self.0, out)
            }
        }
        impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
            fn from_sql(bytes: <diesel::pg::Pg as diesel::backend::Backend>::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                <uuid::Uuid as diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg>>::from_sql(bytes).map(Self)
            }
        }
    )+};
}
pub(crate) use id;

id!(
    /// An organisation that runs a console.
    TenantId,
    /// Somebody who signs in.
    UserId,
    /// A place where a user is signed in.
    SessionId,
    /// An account that a tenant serves.
    CustomerId,
    /// A person at a customer.
    ContactId,
    /// One of the tenant's own brands or legal entities.
    CompanyId,
    /// A word to sort customers by.
    TagId,
    /// A mail to somebody.
    MailId,
    /// This CS rep looks after this customer.
    AssignmentId,
    /// A list of customers under a name.
    SavedViewId,
    /// A place at which a customer is found.
    LocationId,
    /// Something that a customer asks.
    TicketId,
    /// What somebody wrote about a ticket.
    MessageId,
    /// An answer that staff give often.
    SavedReplyId,
    /// A customer's access is switched off.
    DeactivationId,
    /// A CSV file on its way into customers.
    ImportId,
    /// A file that came with a message.
    AttachmentId,
    /// Something that somebody should know of.
    NotificationId,
    /// A phone call with a customer.
    CallId,
    /// Somebody whom a customer serves in turn.
    ClientId,
);
