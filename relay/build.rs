//! Makes sure that the folder of the built app exists, so that the relay compiles without it, and that a
//! new app makes a new relay.

fn main() {
    let folder = std::path::Path::new("../target/app");
    if let Err(error) = std::fs::create_dir_all(folder) {
        println!(
            "cargo::warning=the folder {} cannot be made: {error}",
            folder.display()
        );
    }
    println!("cargo::rerun-if-changed=../target/app");
}
