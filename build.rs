//! Builds anew when a migration comes: the compiler sees those that are embedded, and not that there is another.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
