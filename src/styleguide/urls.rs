//! The paths of styleguide.

pub fn styleguide() -> String {
    "/styleguide".into()
}
