//! Every path of the application: each is a function of its feature, and templates and redirects ask here.
pub use crate::accounts::urls::*;
pub use crate::assignments::urls::*;
pub use crate::attachments::urls::*;
pub use crate::contacts::urls::*;
pub use crate::customers::urls::*;
pub use crate::events::urls::*;
pub use crate::imports::urls::*;
pub use crate::infra::web::urls::absolute;
pub use crate::lifecycle::urls::*;
pub use crate::live::urls::*;
pub use crate::mails::urls::*;
pub use crate::notifications::urls::*;
pub use crate::registration::urls::*;
pub use crate::reports::urls::*;
pub use crate::saved_replies::urls::*;
pub use crate::saved_views::urls::*;
pub use crate::search::urls::*;
pub use crate::statistics::urls::*;
pub use crate::styleguide::urls::*;
pub use crate::tags::urls::*;
pub use crate::tasks::urls::*;
pub use crate::tenants::urls::*;
pub use crate::tickets::urls::*;
pub use crate::users::urls::*;

/// Their names are short ones.
pub mod calls {
    pub use crate::calls::urls::*;
}
