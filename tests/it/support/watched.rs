//! What the watchers of the whole ask of a thing beside what the program itself says: each test file of a thing says it for its own, and
//! `main.rs` lists them. (Older things stand in the watchers' own tables.)
use clientele::isolation::routes::Method;

/// A thing, as the watchers try it.
pub struct Watched {
    /// What everybody gets: see `access::TABLE`.
    pub routes: &'static [(Method, &'static str, [u16; 7])],
    /// SQL that makes one, where it isn't there.
    pub things: &'static str,
    /// What stands for the parameters of its routes.
    pub parameters: &'static [(&'static str, &'static str)],
    /// How its forms are sent so that they succeed.
    pub sent: &'static [Sending],
    /// Where forms lead that need no key, since the second time finds things as they are to be.
    pub keyless: &'static [&'static str],
    /// Its limits, each with the test of its file that reaches it.
    pub limits: &'static [(&'static str, &'static str)],
}

/// A form that succeeds. A value may be SQL, after a `=`.
pub struct Sending {
    pub path: &'static str,
    pub by: &'static str,
    pub fields: &'static [(&'static str, &'static str)],
    /// Those who come second get the answer of the first; else they learn that it is done, or gone.
    pub is_same: bool,
}
