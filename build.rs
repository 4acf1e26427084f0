//! Builds anew when a migration comes: the compiler sees those that are embedded, and not that there is another. And tells the tests which
//! migrations their program has, so that they make their template database of just these.
use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("migrations");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .flat_map(|entry| ["up.sql", "down.sql"].map(|name| entry.as_ref().unwrap().path().join(name)))
        .filter(|file| file.exists())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        (file.file_name(), file.parent().and_then(Path::file_name), fs::read(&file).unwrap())
            .hash(&mut hasher);
    }
    println!("cargo:rustc-env=CLIENTELE_MIGRATIONS={:016x}", hasher.finish());
}
