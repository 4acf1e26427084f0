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

/// What may be done, as `thing:verb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    CustomerRead,
    CustomerWrite,
    CustomerDelete,
    CallRead,
    CallWrite,
    AssignmentManage,
    TicketRead,
    TicketWrite,
    TicketAssign,
    UserManage,
    RegistrationManage,
    EventRead,
    AnalyticsRead,
    PlatformRead,
    TenantManage,
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

    /// The table.
    pub fn permissions(self) -> &'static [Permission] {
        use Permission::*;
        match self {
            Self::PlatformAdmin => &[
                CustomerRead,
                CustomerWrite,
                CustomerDelete,
                CallRead,
                CallWrite,
                AssignmentManage,
                TicketRead,
                TicketWrite,
                TicketAssign,
                UserManage,
                RegistrationManage,
                EventRead,
                AnalyticsRead,
                PlatformRead,
                TenantManage,
            ],
            Self::TenantAdmin => &[
                CustomerRead,
                CustomerWrite,
                CustomerDelete,
                CallRead,
                CallWrite,
                AssignmentManage,
                TicketRead,
                TicketWrite,
                TicketAssign,
                UserManage,
                RegistrationManage,
                EventRead,
                AnalyticsRead,
                TenantManage,
            ],
            Self::Agent | Self::CustomerSuccess => &[
                CustomerRead,
                CustomerWrite,
                CallRead,
                CallWrite,
                TicketRead,
                TicketWrite,
                TicketAssign,
                AnalyticsRead,
            ],
            Self::CustomerAdmin | Self::ClientEditor | Self::ClientViewer | Self::CustomerUser => &[],
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
    fn portal_roles_hold_nothing_of_the_console() {
        for role in Role::ALL.into_iter().filter(|r| !r.is_staff() && *r != Role::PlatformAdmin) {
            assert!(role.permissions().is_empty(), "{role:?}");
        }
    }

    #[test]
    fn only_admins_delete() {
        let deleters: Vec<_> =
            Role::ALL.into_iter().filter(|r| r.permissions().contains(&Permission::CustomerDelete)).collect();
        assert_eq!(deleters, [Role::PlatformAdmin, Role::TenantAdmin]);
    }

    #[test]
    fn a_role_is_read_back_as_written() {
        for role in Role::ALL {
            assert_eq!(role.code().parse(), Ok(role));
        }
    }
}
