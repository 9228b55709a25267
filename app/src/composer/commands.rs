//! What a slash at the beginning of a message does. Pure.

/// A command: its name, what follows it, and what it does in a few words.
pub struct Command {
    pub name: &'static str,
    pub takes: &'static str,
    pub says: &'static str,
}

/// All of them.
pub const COMMANDS: &[Command] = &[
    Command {
        name: "me",
        takes: "what you do",
        says: "Says what you do, in italics",
    },
    Command {
        name: "shrug",
        takes: "a message",
        says: "Puts ¯\\_(ツ)_/¯ behind your message",
    },
    Command {
        name: "nick",
        takes: "a name",
        says: "Changes what you are called here; without one you have your own name again",
    },
    Command {
        name: "status",
        takes: "an emoji and a few words",
        says: "Sets your status; without words it is cleared",
    },
];

/// What is sent for a typed text.
#[derive(Debug, PartialEq, Eq)]
pub enum Outgoing {
    Text(String),
    /// What one says of oneself from now on.
    Status(String),
    /// What one is called from now on.
    Nick(String),
    /// No command has this name.
    Unknown(String),
    /// A command that needs something behind it.
    Nothing,
}

/// Reads a typed text. Two slashes send one.
pub fn outgoing(text: &str) -> Outgoing {
    let Some(after) = text.strip_prefix('/') else {
        return Outgoing::Text(text.to_owned());
    };
    if after.starts_with('/') {
        return Outgoing::Text(after.to_owned());
    }
    let (name, rest) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
    // A path or a fraction is no command.
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Outgoing::Text(text.to_owned());
    }
    let rest = rest.trim();
    match name.to_ascii_lowercase().as_str() {
        "me" if rest.is_empty() => Outgoing::Nothing,
        "me" => Outgoing::Text(format!("_{rest}_")),
        "shrug" => Outgoing::Text(format!("{rest} ¯\\_(ツ)_/¯").trim_start().to_owned()),
        "nick" => Outgoing::Nick(rest.to_owned()),
        "status" => Outgoing::Status(rest.to_owned()),
        _ => Outgoing::Unknown(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, Outgoing, outgoing};

    fn sent(text: &str) -> String {
        match outgoing(text) {
            Outgoing::Text(text) => text,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn commands_make_messages() {
        assert_eq!(sent("/me waves"), "_waves_");
        assert_eq!(sent("/shrug"), "¯\\_(ツ)_/¯");
        assert_eq!(sent("/Shrug who knows"), "who knows ¯\\_(ツ)_/¯");
        assert_eq!(
            outgoing("/status 🌴 away"),
            Outgoing::Status("🌴 away".into())
        );
        assert_eq!(outgoing("/status"), Outgoing::Status(String::new()));
        assert_eq!(outgoing("/nick Bo Derk"), Outgoing::Nick("Bo Derk".into()));
        assert_eq!(outgoing("/me"), Outgoing::Nothing);
        assert_eq!(outgoing("/dance now"), Outgoing::Unknown("dance".into()));
        for command in COMMANDS {
            let text = format!("/{} so", command.name);
            assert!(!matches!(
                outgoing(&text),
                Outgoing::Unknown(_) | Outgoing::Nothing
            ));
        }
    }

    #[test]
    fn what_is_no_command_is_sent_as_it_is() {
        assert_eq!(sent("//me waves"), "/me waves");
        for text in ["/usr/bin is full", "/", "/ so", "1/2", "a /me b", "/5"] {
            assert_eq!(sent(text), text);
        }
    }
}
