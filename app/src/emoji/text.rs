//! What is said about the community's emoji.

/// How many there may be.
pub const MOST: usize = 200;
/// Letters of a name.
pub const LONGEST: u32 = 32;

pub const NAME_RULE: &str = "Use 2 to 32 small letters a–z, digits and underscores.";
pub const NO_NAME: &str = "Please give it a name.";
pub const BUILT_IN: &str = "There is an ordinary emoji of that name. Please choose another one.";
pub const REPLACES: &str = "There is one of that name already: this picture takes its place.";
pub const NO_PICTURE_YET: &str = "Please choose a picture first.";
pub const NO_PICTURE: &str =
    "That file can't be used. Please choose a PNG, JPEG, WebP or GIF picture.";
pub const TOO_LARGE: &str = "That file is very large. Please choose one below 10 MB.";
pub const NOT_PERMITTED: &str =
    "Only members who may manage channels can change these. Ask the owner if you would like to.";
pub const FULL: &str = "There are 200 emoji already. Remove one to make room.";
pub const TOO_MANY_CHANGES: &str =
    "You have changed emoji very often. Somebody else who may manage channels can go on.";
pub const NO_BOARD: &str = "Emoji are kept in the oldest text channel that everybody reads and whose messages stay. There is none now: make one, or let messages stay in one that you have.";
pub const OUTBOX_FULL: &str = "Too much is waiting to be sent. Try again when the relay is back.";

/// A name that can be, made of the name of a file.
pub fn name_of_file(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut name = String::new();
    for c in stem.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => name.push(c),
            _ if !name.is_empty() && !name.ends_with('_') => name.push('_'),
            _ => {}
        }
    }
    let name: String = name.chars().take(LONGEST as usize).collect();
    name.trim_end_matches('_').to_owned()
}

/// Whether an emoji can have that name.
pub fn is_name(name: &str) -> bool {
    let is_letter = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '_');
    (2..=LONGEST as usize).contains(&name.len()) && name.chars().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::{is_name, name_of_file};

    #[test]
    fn a_name_is_made_of_a_files_name() {
        assert_eq!(name_of_file("Party Parrot (1).GIF"), "party_parrot_1");
        assert_eq!(name_of_file("été.png"), "t");
        assert_eq!(name_of_file("…"), "");
        assert_eq!(name_of_file(&"x".repeat(90)).len(), 32);
    }

    #[test]
    fn the_engines_rule_is_the_forms_rule() {
        for name in ["ok", "x", "", "Party", "a-b", "a_b", &"x".repeat(33), "é1"] {
            let engines = parley_client::custom_emoji::is_name(name);
            assert_eq!(is_name(name), engines, "{name}");
        }
        assert_eq!(super::MOST, parley_client::custom_emoji::MAX_STANDING);
    }
}
