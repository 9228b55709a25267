//! The files of the copy: one JSON text with everything, and a plain text for each channel.

use std::fmt::Write;

use parley_protocol::json;

use super::date::written;
use super::gather::{Channel, Copy};

const ABOUT: &str = "This is a copy of what you can read in Parley, made in your browser.

everything.json  all of it, for programs: times are milliseconds since 1970
channels/*.txt   the messages of each channel, for people: times are UTC

Messages that were not loaded, or whose keys were not here, are not in it.
";

/// Name and content of each file.
pub(super) fn files(copy: &Copy) -> Vec<(String, String)> {
    let mut files = vec![
        ("README.txt".to_owned(), ABOUT.to_owned()),
        ("everything.json".to_owned(), json::write(copy)),
    ];
    let mut names: Vec<String> = Vec::new();
    for channel in &copy.channels {
        let name = file_name(&channel.name, &names);
        files.push((format!("channels/{name}.txt"), text(channel)));
        names.push(name);
    }
    files
}

fn text(channel: &Channel) -> String {
    let mut text = format!("# {}\n", channel.name);
    if !channel.topic.is_empty() {
        text.push_str(&channel.topic);
        text.push('\n');
    }
    if channel.has_older {
        text.push_str("(Older messages were not loaded in this browser.)\n");
    }
    if channel.unreadable > 0 {
        writeln!(
            text,
            "({} more whose keys are not here.)",
            channel.unreadable
        )
        .ok();
    }
    for message in &channel.messages {
        writeln!(
            text,
            "\n[{}] {}\n{}",
            written(message.at),
            message.author,
            message.text
        )
        .ok();
    }
    text
}

/// A name that every system takes as a file's, and that is not taken yet.
fn file_name(channel: &str, taken: &[String]) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    let plain: String = channel
        .chars()
        .map(|letter| if is_plain(letter) { letter } else { '_' })
        .collect();
    let plain = if plain.is_empty() {
        "channel".to_owned()
    } else {
        plain
    };
    let is_free = |name: &String| !taken.iter().any(|it| it.eq_ignore_ascii_case(name));
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    std::iter::once(plain.clone())
        .chain(numbered)
        .find(is_free)
        .unwrap_or(plain)
}

#[cfg(test)]
mod tests {
    use super::super::gather::{Channel, Copy, Me, Message};
    use super::{file_name, files};

    fn copy() -> Copy {
        Copy {
            version: 1,
            made_at: 0,
            community: "Harbour".to_owned(),
            me: Me {
                id: "u".to_owned(),
                name: "Ada".to_owned(),
                devices: vec!["Firefox on Linux".to_owned()],
            },
            members: vec!["Ada".to_owned()],
            channels: vec![Channel {
                name: "general".to_owned(),
                topic: String::new(),
                has_older: true,
                unreadable: 2,
                messages: vec![Message {
                    id: "m".to_owned(),
                    at: 1_700_000_000_000,
                    author: "Ada".to_owned(),
                    is_mine: true,
                    text: "Hello".to_owned(),
                }],
            }],
        }
    }

    #[test]
    fn a_channel_is_a_text_that_people_read() {
        let files = files(&copy());
        let (name, text) = files.last().unwrap();
        assert_eq!(name, "channels/general.txt");
        assert!(text.contains("[2023-11-14 22:13] Ada\nHello"), "{text}");
        assert!(text.contains("2 more whose keys are not here"));
    }

    #[test]
    fn everything_is_json_that_programs_read() {
        let files = files(&copy());
        let (_, text) = files
            .iter()
            .find(|(name, _)| name == "everything.json")
            .unwrap();
        assert!(
            text.contains(r#""author":"Ada","is_mine":true,"text":"Hello""#),
            "{text}"
        );
    }

    #[test]
    fn no_channel_writes_over_another_or_outside_the_folder() {
        assert_eq!(file_name("../etc", &[]), "___etc");
        let taken = ["Bücher".to_owned()];
        assert_eq!(file_name("Bücher", &taken), "Bücher-2");
    }
}
