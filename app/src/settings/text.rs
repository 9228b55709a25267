//! What the pages of the settings are called.

use super::store::Section;

/// The name of a page.
pub fn section(section: Section) -> &'static str {
    match section {
        Section::Appearance => "Appearance",
        Section::Privacy => "Privacy",
        Section::Sound => "Voice",
        Section::Account => "Account",
        Section::Security => "Security",
        Section::Devices => "Devices",
        Section::Health => "Encryption health",
    }
}
