//! Who is at work: a person, a token, and whatever else proves who it is, all alike.
use crate::infra::{
    db::{
        Audience,
        ids::{ClientId, CustomerId, TenantId, UserId},
    },
    web::permissions::{Permission, Permissions},
};

/// On whose behalf something is done, and what may be. Roles become permissions where it is made; from there on neither Rust nor a policy
/// asks for a role.
#[derive(Clone, Copy, Debug, Default)]
pub struct Principal {
    /// `None`: a platform admin who has entered no tenant, or nobody.
    pub tenant_id: Option<TenantId>,
    /// `None`: background work, or nobody.
    pub user_id: Option<UserId>,
    /// Set for portal users.
    pub customer_id: Option<CustomerId>,
    /// Set for portal users who see only one client of their customer.
    pub client_id: Option<ClientId>,
    pub permissions: Permissions,
}

impl Principal {
    /// Whether they hold the permission.
    pub const fn may(&self, permission: Permission) -> bool {
        self.permissions.has(permission)
    }

    /// In which capacity somebody who is signed in works.
    pub const fn audience(&self) -> Audience {
        match (self.tenant_id, self.customer_id) {
            (None, _) if self.may(Permission::PlatformRead) => Audience::Platform,
            (None, _) => Audience::Nobody,
            (_, Some(_)) => Audience::Portal,
            _ => Audience::Staff,
        }
    }

    /// Their id where they belong to the tenant and may have something of their own in it. A platform admin who has entered it does not.
    pub fn member(&self) -> Option<UserId> {
        self.user_id.filter(|_| !self.may(Permission::PlatformRead))
    }
}
