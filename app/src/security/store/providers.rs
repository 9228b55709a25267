//! The relay's identity providers, as the member knows them.

/// An identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnProvider {
    pub id: String,
    /// What people call it.
    pub name: String,
    /// It signs the member in.
    pub is_linked: bool,
}
