//! Keys and mouse buttons that something can be bound to: how they are written down, what they are called, and which
//! of them type something.

/// A key by where it is on the keyboard, or a button of the mouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Button {
    /// As browsers name it: `KeyV`, `F9` (UI Events, `code`).
    Key(String),
    /// 1 the middle one, 3 back, 4 forward (UI Events, `button`).
    Mouse(u8),
}

impl Button {
    /// Read back what [`Button::written`] made.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("mouse ") {
            Some(number) => number
                .parse()
                .ok()
                .filter(|it| is_free(*it))
                .map(Self::Mouse),
            None => (!text.is_empty() && text.len() <= 32).then(|| Self::Key(text.to_owned())),
        }
    }

    pub fn written(&self) -> String {
        match self {
            Self::Key(code) => code.clone(),
            Self::Mouse(number) => format!("mouse {number}"),
        }
    }

    /// What a person calls it.
    pub fn name(&self) -> String {
        let code = match self {
            Self::Mouse(1) => return "Middle mouse button".into(),
            Self::Mouse(3) => return "Mouse button back".into(),
            Self::Mouse(4) => return "Mouse button forward".into(),
            Self::Mouse(other) => return format!("Mouse button {}", u16::from(*other) + 1),
            Self::Key(code) => code,
        };
        if let Some(letter) = code.strip_prefix("Key") {
            return letter.to_owned();
        }
        if let Some(digit) = code.strip_prefix("Digit") {
            return digit.to_owned();
        }
        if let Some(rest) = code.strip_prefix("Numpad") {
            return format!("Numpad {}", spaced(rest));
        }
        for side in ["Left", "Right"] {
            if let Some(key) = code.strip_suffix(side)
                && matches!(key, "Control" | "Shift" | "Alt" | "Meta")
            {
                return format!("{side} {key}");
            }
        }
        spaced(code)
    }

    /// Whether pressing it in a text field writes there, or moves in it.
    pub fn types(&self) -> bool {
        let Self::Key(code) = self else { return false };
        let is_function = code
            .strip_prefix('F')
            .is_some_and(|number| number.parse::<u8>().is_ok());
        let is_silent = matches!(
            code.as_str(),
            "ControlLeft"
                | "ControlRight"
                | "ShiftLeft"
                | "ShiftRight"
                | "AltLeft"
                | "MetaLeft"
                | "MetaRight"
                | "CapsLock"
                | "NumLock"
                | "ScrollLock"
                | "Pause"
                | "PrintScreen"
                | "ContextMenu"
        );
        !(is_function || is_silent || code.starts_with("Media") || code.starts_with("Audio"))
    }
}

/// Whether a mouse button has nothing else to do: with the others one clicks.
pub fn is_free(button: u8) -> bool {
    button != 0 && button != 2
}

/// `ScrollLock` as two words.
fn spaced(code: &str) -> String {
    let mut words = String::new();
    for letter in code.chars() {
        if letter.is_ascii_uppercase()
            && words.ends_with(|before: char| before.is_ascii_lowercase())
        {
            words.push(' ');
        }
        words.push(letter);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::Button;

    fn key(code: &str) -> Button {
        Button::Key(code.into())
    }

    #[test]
    fn what_is_written_is_read_back() {
        for button in [key("KeyV"), key("F13"), Button::Mouse(4)] {
            assert_eq!(Button::parse(&button.written()), Some(button));
        }
        assert_eq!(Button::parse(""), None);
        assert_eq!(Button::parse("mouse x"), None);
        assert_eq!(Button::parse("mouse 0"), None, "with it one clicks");
        assert_eq!(Button::parse(&"x".repeat(100)), None);
    }

    #[test]
    fn keys_are_called_what_stands_on_them() {
        let names = [
            "KeyV",
            "Digit1",
            "F9",
            "ControlLeft",
            "CapsLock",
            "NumpadAdd",
            "Space",
        ];
        let called = names.map(|code| key(code).name());
        assert_eq!(
            called,
            [
                "V",
                "1",
                "F9",
                "Left Control",
                "Caps Lock",
                "Numpad Add",
                "Space"
            ]
        );
        assert_eq!(Button::Mouse(3).name(), "Mouse button back");
        assert_eq!(Button::Mouse(255).name(), "Mouse button 256");
    }

    #[test]
    fn letters_type_and_function_keys_do_not() {
        for code in [
            "KeyV",
            "Space",
            "Enter",
            "Backspace",
            "Backquote",
            "ArrowLeft",
            "Tab",
            "AltRight",
            "Fn",
        ] {
            assert!(key(code).types(), "{code}");
        }
        for code in [
            "F1",
            "F24",
            "ControlRight",
            "ScrollLock",
            "Pause",
            "MediaPlayPause",
        ] {
            assert!(!key(code).types(), "{code}");
        }
        assert!(!Button::Mouse(4).types());
    }
}
