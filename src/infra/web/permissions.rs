//! Which role holds which permission: one table (SPEC §2).
use crate::values::kinds::Word;
use serde::{Deserialize, Serialize};

/// What a user is, within a tenant, a customer, or the platform. A user may hold several of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    PlatformAdmin,
    TenantAdmin,
    Agent,
    CustomerSuccess,
    CustomerAdmin,
    ClientEditor,
    ClientViewer,
    CustomerUser,
}

/// What may be done, as `thing:verb`. Routes, policies (`may('ticket:read')`), tokens and keys speak of it, and never of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Permission {
    CustomerRead,
    CustomerWrite,
    CustomerDelete,
    /// Every customer of the tenant, rather than those assigned to or created by oneself.
    CustomerAll,
    /// Customers can be assigned to them.
    CustomerOwn,
    CallRead,
    CallWrite,
    /// Every call of one's own customer, rather than those that one has asked for: for the portal.
    CallAll,
    AssignmentManage,
    TicketRead,
    TicketWrite,
    TicketAssign,
    /// Every ticket of one's own customer, rather than those that one has asked or was copied in: for the portal.
    TicketAll,
    /// Staff and portal users of the tenant; in the portal, one's own team.
    UserManage,
    RegistrationManage,
    /// What one's own customer is, and asking for its return: for the portal.
    OrganisationManage,
    EventRead,
    AnalyticsRead,
    PlatformRead,
    TenantManage,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 20] = [
        Self::CustomerRead,
        Self::CustomerWrite,
        Self::CustomerDelete,
        Self::CustomerAll,
        Self::CustomerOwn,
        Self::CallRead,
        Self::CallWrite,
        Self::CallAll,
        Self::AssignmentManage,
        Self::TicketRead,
        Self::TicketWrite,
        Self::TicketAssign,
        Self::TicketAll,
        Self::UserManage,
        Self::RegistrationManage,
        Self::OrganisationManage,
        Self::EventRead,
        Self::AnalyticsRead,
        Self::PlatformRead,
        Self::TenantManage,
    ];

    /// As policies, keys and the API spell it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::CustomerRead => "customer:read",
            Self::CustomerWrite => "customer:write",
            Self::CustomerDelete => "customer:delete",
            Self::CustomerAll => "customer:all",
            Self::CustomerOwn => "customer:own",
            Self::CallRead => "call:read",
            Self::CallWrite => "call:write",
            Self::CallAll => "call:all",
            Self::AssignmentManage => "assignment:manage",
            Self::TicketRead => "ticket:read",
            Self::TicketWrite => "ticket:write",
            Self::TicketAssign => "ticket:assign",
            Self::TicketAll => "ticket:all",
            Self::UserManage => "user:manage",
            Self::RegistrationManage => "registration:manage",
            Self::OrganisationManage => "organisation:manage",
            Self::EventRead => "event:read",
            Self::AnalyticsRead => "analytics:read",
            Self::PlatformRead => "platform:read",
            Self::TenantManage => "tenant:manage",
        }
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    /// Nothing may be done.
    pub const NONE: Self = Self(0);

    /// These.
    pub const fn of(permissions: &[Permission]) -> Self {
        let (mut set, mut at) = (0, 0);
        while at < permissions.len() {
            set |= 1 << permissions[at] as u32;
            at += 1;
        }
        Self(set)
    }

    /// These, and others.
    const fn and(self, others: &[Permission]) -> Self {
        Self(self.0 | Self::of(others).0)
    }

    /// What roles hold together.
    pub fn of_roles(roles: &[Role]) -> Self {
        Self(roles.iter().fold(0, |set, role| set | role.permissions().0))
    }

    /// Whether it is one of them.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & 1 << permission as u32 != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// As `may()` in the database reads them: codes with commas between them, or a word that is none.
    pub fn setting(self) -> String {
        if self.is_empty() {
            return "none".to_owned();
        }
        let held = Permission::ALL.into_iter().filter(|permission| self.has(*permission));
        held.map(Permission::code).collect::<Vec<_>>().join(",")
    }
}

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Self; 8] = [
        Self::PlatformAdmin,
        Self::TenantAdmin,
        Self::Agent,
        Self::CustomerSuccess,
        Self::CustomerAdmin,
        Self::ClientEditor,
        Self::ClientViewer,
        Self::CustomerUser,
    ];

    /// Codes and names.
    pub const WORDS: &'static [Word] = &[
        (Self::PlatformAdmin.code(), Self::PlatformAdmin.name()),
        (Self::TenantAdmin.code(), Self::TenantAdmin.name()),
        (Self::Agent.code(), Self::Agent.name()),
        (Self::CustomerSuccess.code(), Self::CustomerSuccess.name()),
        (Self::CustomerAdmin.code(), Self::CustomerAdmin.name()),
        (Self::ClientEditor.code(), Self::ClientEditor.name()),
        (Self::ClientViewer.code(), Self::ClientViewer.name()),
        (Self::CustomerUser.code(), Self::CustomerUser.name()),
    ];

    /// As the database and the API spell it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PlatformAdmin => "platform_admin",
            Self::TenantAdmin => "tenant_admin",
            Self::Agent => "agent",
            Self::CustomerSuccess => "customer_success",
            Self::CustomerAdmin => "customer_admin",
            Self::ClientEditor => "client_editor",
            Self::ClientViewer => "client_viewer",
            Self::CustomerUser => "customer_user",
        }
    }

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PlatformAdmin => "Platform admin",
            Self::TenantAdmin => "Tenant admin",
            Self::Agent => "Agent",
            Self::CustomerSuccess => "Customer success",
            Self::CustomerAdmin => "Customer admin",
            Self::ClientEditor => "Client editor",
            Self::ClientViewer => "Client viewer",
            Self::CustomerUser => "Customer user",
        }
    }

    /// The table. `permissions_of()` in the database is its twin, for functions that work as somebody else.
    pub const fn permissions(self) -> Permissions {
        use Permission::*;
        const REP: &[Permission] = &[
            CustomerRead,
            CustomerWrite,
            CallRead,
            CallWrite,
            TicketRead,
            TicketWrite,
            TicketAssign,
            AnalyticsRead,
        ];
        const AGENT: Permissions = Permissions::of(REP).and(&[CustomerAll]);
        const TENANT_ADMIN: Permissions = AGENT.and(&[
            CustomerDelete,
            AssignmentManage,
            UserManage,
            RegistrationManage,
            EventRead,
            TenantManage,
        ]);
        match self {
            Self::PlatformAdmin => TENANT_ADMIN.and(&[PlatformRead]),
            Self::TenantAdmin => TENANT_ADMIN,
            Self::Agent => AGENT,
            Self::CustomerSuccess => Permissions::of(REP).and(&[CustomerOwn]),
            Self::CustomerAdmin => {
                Permissions::of(&[TicketAll, CallAll, UserManage, RegistrationManage, OrganisationManage])
            }
            Self::ClientEditor | Self::ClientViewer | Self::CustomerUser => Permissions::NONE,
        }
    }

    /// Whether it belongs to a tenant's staff.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::TenantAdmin | Self::Agent | Self::CustomerSuccess)
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(code: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|role| role.code() == code).ok_or_else(|| {
            format!("there is no role {code}; there are {}", Self::ALL.map(Self::code).join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_staff_see_all_customers_and_only_the_portal_sees_all_of_one() {
        for role in Role::ALL {
            let held = role.permissions();
            let is_portal = !role.is_staff() && role != Role::PlatformAdmin;
            assert!(!is_portal || !held.has(Permission::CustomerAll), "{role:?}");
            assert!(
                is_portal || !held.has(Permission::TicketAll) && !held.has(Permission::CallAll),
                "{role:?}"
            );
        }
    }

    #[test]
    fn only_admins_delete() {
        let deleters: Vec<_> =
            Role::ALL.into_iter().filter(|r| r.permissions().has(Permission::CustomerDelete)).collect();
        assert_eq!(deleters, [Role::PlatformAdmin, Role::TenantAdmin]);
    }

    #[test]
    fn codes_are_one_each_and_in_the_order_of_the_list() {
        for (at, permission) in Permission::ALL.into_iter().enumerate() {
            assert_eq!(permission as usize, at, "{permission:?}");
            assert_eq!(Permissions::of(&[permission]).setting(), permission.code());
        }
    }

    #[test]
    fn a_role_is_read_back_as_written() {
        for role in Role::ALL {
            assert_eq!(role.code().parse(), Ok(role));
        }
    }
}
