//! From text to a tree: RFC 8259, with what `serde_json` takes and refuses.

use std::borrow::Cow;

use super::Error;
use super::node::Node;

/// How deep lists and maps may lie in each other.
const DEPTH: u32 = 127;

/// Reads one value, and nothing after it.
pub(super) fn parse(text: &[u8]) -> Result<Node<'_>, Error> {
    let text = std::str::from_utf8(text).map_err(|_| Error::NotJson)?;
    let mut rest = Text { text, at: 0 };
    let node = rest.value(DEPTH)?;
    match rest.next_sign() {
        None => Ok(node),
        Some(_) => Err(Error::NotJson),
    }
}

struct Text<'t> {
    text: &'t str,
    /// In bytes.
    at: usize,
}

impl<'t> Text<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek();
        self.at += usize::from(byte.is_some());
        byte
    }

    /// What comes after blanks. It is not taken.
    fn next_sign(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    /// Takes a byte if it comes next.
    fn takes(&mut self, byte: u8) -> bool {
        let comes = self.peek() == Some(byte);
        self.at += usize::from(comes);
        comes
    }

    fn value(&mut self, depth: u32) -> Result<Node<'t>, Error> {
        match self.next_sign() {
            Some(b'n') => self.word("null", Node::Null),
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'"') => Ok(Node::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'[') => {
                let mut nodes = Vec::new();
                let mut more = self.opens(b']', depth)?;
                while more {
                    nodes.push(self.value(depth - 1)?);
                    more = self.goes_on(b']')?;
                }
                Ok(Node::List(nodes))
            }
            Some(b'{') => {
                let mut entries = Vec::new();
                let mut more = self.opens(b'}', depth)?;
                while more {
                    self.next_sign();
                    let name = self.string()?;
                    self.next_sign();
                    if !self.takes(b':') {
                        return Err(Error::NotJson);
                    }
                    entries.push((name, self.value(depth - 1)?));
                    more = self.goes_on(b'}')?;
                }
                Ok(Node::Map(entries))
            }
            _ => Err(Error::NotJson),
        }
    }

    /// Whether a list or a map that begins here has something in it.
    fn opens(&mut self, end: u8, depth: u32) -> Result<bool, Error> {
        if depth == 0 {
            return Err(Error::NotJson);
        }
        self.at += 1;
        self.next_sign();
        Ok(!self.takes(end))
    }

    /// Whether a list or a map goes on behind a comma. If not, it ends here.
    fn goes_on(&mut self, end: u8) -> Result<bool, Error> {
        self.next_sign();
        match self.next() {
            Some(b',') => Ok(true),
            Some(byte) if byte == end => Ok(false),
            _ => Err(Error::NotJson),
        }
    }

    fn word(&mut self, word: &str, node: Node<'t>) -> Result<Node<'t>, Error> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(Error::NotJson);
        }
        self.at += word.len();
        Ok(node)
    }

    fn number(&mut self) -> Result<Node<'t>, Error> {
        let is_negative = self.takes(b'-');
        let starts_with_zero = self.peek() == Some(b'0');
        let from = self.at;
        let mut whole = Some(0_u64);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let digit = u64::from(digit - b'0');
            whole = whole.and_then(|it| it.checked_mul(10)?.checked_add(digit));
            self.at += 1;
        }
        let length = self.at - from;
        if length == 0 || (starts_with_zero && length > 1) {
            return Err(Error::NotJson);
        }
        let mut is_fraction = false;
        if self.takes(b'.') {
            is_fraction = true;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            is_fraction = true;
            self.at += 1;
            if !self.takes(b'-') {
                self.takes(b'+');
            }
            self.digits()?;
        }
        Ok(match whole.filter(|_| !is_fraction) {
            None => Node::Fraction,
            Some(whole) if !is_negative => Node::Unsigned(whole),
            Some(whole) => 0_i64
                .checked_sub_unsigned(whole)
                .filter(|number| *number < 0)
                .map_or(Node::Fraction, Node::Negative),
        })
    }

    fn digits(&mut self) -> Result<(), Error> {
        let from = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == from {
            return Err(Error::NotJson);
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Cow<'t, str>, Error> {
        if !self.takes(b'"') {
            return Err(Error::NotJson);
        }
        let mut unescaped = String::new();
        loop {
            let from = self.at;
            let end = loop {
                match self.next() {
                    Some(end @ (b'"' | b'\\')) => break end,
                    Some(b' '..) => {}
                    _ => return Err(Error::NotJson),
                }
            };
            // Both ends are beside ASCII.
            let plain = self.text.get(from..self.at - 1).unwrap_or_default();
            if end == b'"' && unescaped.is_empty() {
                return Ok(Cow::Borrowed(plain));
            }
            unescaped.push_str(plain);
            if end == b'"' {
                return Ok(Cow::Owned(unescaped));
            }
            unescaped.push(self.escaped()?);
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char, Error> {
        Ok(match self.next() {
            Some(sign @ (b'"' | b'\\' | b'/')) => char::from(sign),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let mut code = self.hex()?;
                // The first half of a character beyond U+FFFF.
                if matches!(code, 0xd800..0xdc00) {
                    if !self.takes(b'\\') || !self.takes(b'u') {
                        return Err(Error::NotJson);
                    }
                    let second = self.hex()?;
                    if !matches!(second, 0xdc00..0xe000) {
                        return Err(Error::NotJson);
                    }
                    code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
                }
                char::from_u32(code).ok_or(Error::NotJson)?
            }
            _ => return Err(Error::NotJson),
        })
    }

    /// Four digits.
    fn hex(&mut self) -> Result<u32, Error> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|byte| char::from(byte).to_digit(16));
            code = code * 16 + digit.ok_or(Error::NotJson)?;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Whether a tree is what `serde_json` reads, but for the value of fractions.
    fn is_same(node: &Node<'_>, value: &Value) -> bool {
        match (node, value) {
            (Node::Null, Value::Null) => true,
            (Node::Bool(one), Value::Bool(other)) => one == other,
            (Node::Unsigned(one), Value::Number(other)) => other.as_u64() == Some(*one),
            (Node::Negative(one), Value::Number(other)) => other.as_i64() == Some(*one),
            (Node::Fraction, Value::Number(other)) => other.is_f64(),
            (Node::Text(one), Value::String(other)) => one == other,
            (Node::List(one), Value::Array(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same(a, b))
            }
            (Node::Map(one), Value::Object(other)) => other.iter().all(|(name, value)| {
                // The last of several with one name.
                let found = one.iter().rfind(|(it, _)| it == name);
                found.is_some_and(|(_, node)| is_same(node, value))
            }),
            _ => false,
        }
    }

    fn check(text: &[u8]) {
        let (ours, theirs) = (parse(text), serde_json::from_slice::<Value>(text));
        let agree = match (&ours, &theirs) {
            (Ok(node), Ok(value)) => is_same(node, value),
            (Err(_), Err(_)) => true,
            // A fraction too large for a number; none of Parley's types has one.
            (Ok(_), Err(error)) => error.to_string().contains("out of range"),
            (Err(_), Ok(_)) => false,
        };
        assert!(agree, "{}: {theirs:?}", String::from_utf8_lossy(text));
    }

    #[test]
    fn edges_are_read_as_serde_json_reads_them() {
        for text in [
            "0",
            "-0",
            "-1",
            "00",
            "01",
            "-",
            "1.",
            ".5",
            "1.5",
            "1e5",
            "1e",
            "1e+",
            "1E-7",
            "-1.0e+2",
            "1e999",
            "18446744073709551615",
            "18446744073709551616",
            "-9223372036854775808",
            "-9223372036854775809",
            "18446744073709551615.5",
            "1 2",
            "",
            " ",
            " \n\t\r7 ",
            "nul",
            "null",
            "nulll",
            "true",
            "false",
            "[]",
            "[ ]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{}",
            "{ }",
            "{\"a\":1}",
            "{\"a\":1,}",
            "{\"a\" : 1 , \"a\":2}",
            "{a:1}",
            "{\"a\"}",
            "{1:1}",
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\x""#,
            r#""\u0041\u00e9""#,
            r#""\ud83d\ude00""#,
            r#""\ud83d""#,
            r#""\ud83d\n""#,
            r#""\ude00""#,
            r#""\ud83d\ud83d""#,
            r#""\u00g0""#,
            r#""\u12"#,
            "\"a\u{1}\"",
            "\"a\nb\"",
            "\"",
            "\"\\",
            "\"\u{7f}\"",
            "\"é\\né\"",
            "'a'",
            "\u{feff}1",
            "[[[[]]]]",
            "]",
            "}",
            "\"\\u0000\"",
            "1a",
            "-a",
            "+1",
            "1.e1",
            "é",
        ] {
            check(text.as_bytes());
        }
        check(b"\"\xff\"");
        for depth in [126, 127, 128] {
            check(("[".repeat(depth) + &"]".repeat(depth)).as_bytes());
            check(("{\"a\":".repeat(depth) + "1" + &"}".repeat(depth)).as_bytes());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_serde_json_reads_it(text in r#"([\[\]{}:,"\\ntruefalsx0-9eE+. -]|null|true|\\u[0-9a-fD]{4}|"a":|é){0,24}"#) {
            check(text.as_bytes());
        }
    }
}
