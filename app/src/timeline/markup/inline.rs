//! What stands inside of lines: marks, code and links, as a list of tokens in which each mark has found the one that it
//! ends.

use super::tree::{Kind, Role, Token};
use super::{Span, Steps, links, tree};

/// The arm of somebody who shrugs, where it follows a shoulder. It is drawn with signs that mean something elsewhere.
const SHRUG_ARM: &str = r"\_(ツ)_/¯";

/// Reads the text of a paragraph.
pub(super) fn read(text: &str, steps: &mut Steps) -> Vec<Span> {
    let mut reader = Reader {
        text,
        at: 0,
        plain_from: 0,
        tokens: Vec::new(),
        open: Vec::new(),
        waiting: [0; 8],
        links: 0,
        steps,
    };
    reader.run();
    tree::build(reader.tokens, steps)
}

/// What may still end: its letter, how many of it, and its token.
struct Open {
    byte: u8,
    length: usize,
    token: usize,
    /// How many named links there were before. A link has no links inside.
    links: usize,
}

struct Reader<'a, 'b> {
    text: &'a str,
    at: usize,
    plain_from: usize,
    tokens: Vec<Token<'a>>,
    open: Vec<Open>,
    /// How many of each kind are open, so that nothing is looked for in vain.
    waiting: [usize; 8],
    links: usize,
    steps: &'b mut Steps,
}

impl<'a> Reader<'a, '_> {
    fn run(&mut self) {
        while let Some(byte) = self.rest().bytes().next() {
            self.steps.add(1);
            let taken = match byte {
                b'`' => self.code(),
                b'h' => self.link(),
                b'\\' => self.escape(),
                b'*' | b'_' | b'~' | b'|' => self.marks(byte),
                b'@' | b'#' => self.name(),
                b':' => self.emoji(),
                b'[' | b'!' => self.bracket(byte),
                b']' => self.named_link(),
                _ => false,
            };
            if !taken {
                let length = self.rest().chars().next().map_or(1, char::len_utf8);
                self.at += length;
            }
        }
        self.push_plain(self.text.len());
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn before(&self) -> Option<char> {
        self.text.get(..self.at)?.chars().next_back()
    }

    /// Puts a token of this length here.
    fn push(&mut self, length: usize, token: impl FnOnce(&'a str) -> Token<'a>) {
        self.push_plain(self.at);
        let from = self.at;
        self.at += length;
        self.plain_from = self.at;
        let text = self.text.get(from..self.at).unwrap_or_default();
        self.tokens.push(token(text));
    }

    fn push_plain(&mut self, to: usize) {
        if let Some(plain) = self
            .text
            .get(self.plain_from..to)
            .filter(|it| !it.is_empty())
        {
            self.tokens.push(Token::Text(plain));
        }
        self.plain_from = to;
    }

    /// A backslash takes the meaning from the sign behind it, and is not shown.
    fn escape(&mut self) -> bool {
        let rest = self.rest();
        if rest.starts_with(SHRUG_ARM) && self.before() == Some('¯') {
            self.push(SHRUG_ARM.len(), Token::Text);
            return true;
        }
        let has_meaning = |byte: &u8| byte.is_ascii_punctuation() || *byte == b'\n';
        let Some(escaped) = rest
            .get(1..2)
            .filter(|it| it.bytes().all(|b| has_meaning(&b)))
        else {
            return false;
        };
        self.push(2, |_| Token::Text(escaped));
        true
    }

    /// Between this backtick and the next, on one line.
    fn code(&mut self) -> bool {
        let inside = self.rest().get(1..).unwrap_or_default();
        let end = inside.find(['`', '\n']);
        self.steps.add(end.unwrap_or(inside.len()));
        match end.and_then(|end| Some((inside.get(..end)?, inside.get(end..)?))) {
            Some((code, after)) if !code.is_empty() && after.starts_with('`') => {
                self.push(code.len() + 2, |_| Token::Code(code));
                true
            }
            // The next backtick is behind what was looked at, so that nothing is looked at twice.
            _ => false,
        }
    }

    /// `@` or `#` before a letter and after none. Where the name ends is not known here.
    fn name(&mut self) -> bool {
        let next = self.rest().chars().nth(1);
        if next.is_some_and(char::is_alphanumeric) && !self.before().is_some_and(is_word) {
            self.push_plain(self.at);
            self.tokens.push(Token::Name);
        }
        false
    }

    /// A name between two colons, which are no others' and end with a word: `std::vec::Vec` and `10:30:45` stay.
    fn emoji(&mut self) -> bool {
        let inside = self.rest().get(1..).unwrap_or_default();
        let is_letter = |c: &u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_');
        let length = inside.bytes().take(33).take_while(is_letter).count();
        self.steps.add(length);
        let after = inside.get(length..).unwrap_or_default();
        let follows_one =
            self.plain_from == self.at && matches!(self.tokens.last(), Some(Token::Emoji(_)));
        let before = self.before();
        let is_free = follows_one || !before.is_some_and(|c| c == ':' || c.is_numeric());
        let ends = after.strip_prefix(':').is_some_and(|after| {
            let next = after.chars().next();
            !next.is_some_and(char::is_alphanumeric)
        });
        let is_name = (2..=32).contains(&length) && is_free && ends;
        if is_name {
            self.push(length + 2, Token::Emoji);
        }
        is_name
    }

    fn link(&mut self) -> bool {
        if self.before().is_some_and(is_word) {
            return false;
        }
        let in_brackets = self.waiting(b'[', 1) > 0;
        let Some((address, is_link)) = links::bare(self.rest(), in_brackets, self.steps) else {
            return false;
        };
        if is_link {
            self.push(address.len(), Token::Link);
        } else {
            self.push(address.len(), Token::Text);
        }
        true
    }

    /// A mark opens before a letter and after none, and closes after a letter and before none: `2 * 3` and
    /// `snake_case` stay.
    fn marks(&mut self, byte: u8) -> bool {
        let rest = self.rest();
        let run = rest.bytes().take_while(|other| *other == byte).count();
        self.steps.add(run);
        let known = match byte {
            b'~' | b'|' => run == 2,
            _ => run <= 3,
        };
        if !known {
            self.push(run, Token::Text);
            return true;
        }
        let before = self.before();
        let after = rest.get(run..).and_then(|rest| rest.chars().next());
        let can_open = (byte == b'|' || !before.is_some_and(is_word))
            && after.is_some_and(|c| !c.is_whitespace());
        let can_close = before.is_some_and(|c| !c.is_whitespace())
            && (byte == b'|' || !after.is_some_and(is_word));
        let mut left = run;
        if can_close && run == 2 {
            self.turn_three();
        }
        while can_close && left > 0 {
            let Some(open) = self.find_open(byte, left) else {
                break;
            };
            let kind = match (byte, open.length) {
                (b'~', _) => Kind::Struck,
                (b'|', _) => Kind::Hidden,
                (_, 2) => Kind::Strong,
                _ => Kind::Emphasis,
            };
            self.begin(open.token, kind);
            self.push(open.length, |text| Token::Mark(text, Role::End));
            left -= open.length;
        }
        // The longer is outside: `***so***`.
        for length in [2, 1] {
            let is_mark = matches!(byte, b'*' | b'_') || length == 2;
            if can_open && left >= length && is_mark {
                self.push_open(byte, length, length);
                left -= length;
            }
        }
        if left > 0 {
            self.push(left, Token::Text);
        }
        true
    }

    /// Of three marks that begin together, those inside end first, be they one or two: `***so** so*`.
    fn turn_three(&mut self) {
        let [.., outer, inner] = self.open.as_mut_slice() else {
            return;
        };
        let together = outer.byte == inner.byte && outer.token + 1 == inner.token;
        if together && (outer.length, inner.length) == (2, 1) {
            (outer.length, inner.length) = (1, 2);
            self.tokens.swap(outer.token, inner.token);
        }
    }

    /// `[` or `![`: images are shown as links.
    fn bracket(&mut self, byte: u8) -> bool {
        if byte == b'[' {
            self.push_open(b'[', 1, 1);
        } else if self.rest().starts_with("![") {
            self.push_open(b'[', 1, 2);
        } else {
            return false;
        }
        true
    }

    fn named_link(&mut self) -> bool {
        if self.waiting(b'[', 1) == 0 {
            return false;
        }
        let after = self.rest().get(1..).unwrap_or_default();
        let Some(address) = links::in_parentheses(after, self.steps) else {
            // This bracket ends one that is no link.
            self.open.pop_if(|open| open.byte == b'[');
            return false;
        };
        let Some(open) = self.find_open(b'[', 1) else {
            return false;
        };
        self.push_plain(self.at);
        if open.token + 1 < self.tokens.len() {
            self.begin(open.token, Kind::Named(address));
            self.push(address.len() + 3, |text| Token::Mark(text, Role::End));
            self.links += 1;
            if let Some(waiting) = self.waiting.get_mut(slot(b'[', 1)) {
                *waiting = 0;
            }
        } else {
            self.push(address.len() + 3, Token::Text);
        }
        true
    }

    fn push_open(&mut self, byte: u8, length: usize, run: usize) {
        self.push(run, |text| Token::Mark(text, Role::Text));
        let (token, links) = (self.tokens.len() - 1, self.links);
        self.open.push(Open {
            byte,
            length,
            token,
            links,
        });
        if let Some(waiting) = self.waiting.get_mut(slot(byte, length)) {
            *waiting += 1;
        }
    }

    fn waiting(&self, byte: u8, length: usize) -> usize {
        self.waiting
            .get(slot(byte, length))
            .copied()
            .unwrap_or_default()
    }

    /// The innermost that a run of this length can end. What is open inside of it is text.
    fn find_open(&mut self, byte: u8, run: usize) -> Option<Open> {
        let single = self.waiting(byte, 1);
        let double = if run > 1 { self.waiting(byte, 2) } else { 0 };
        if single + double == 0 {
            return None;
        }
        while let Some(open) = self.open.pop() {
            self.steps.add(1);
            let is_live = open.byte != b'[' || open.links == self.links;
            if !is_live {
                continue;
            }
            if let Some(waiting) = self.waiting.get_mut(slot(open.byte, open.length)) {
                *waiting = waiting.saturating_sub(1);
            }
            if open.byte == byte && open.length <= run {
                return Some(open);
            }
        }
        None
    }

    fn begin(&mut self, token: usize, kind: Kind<'a>) {
        if let Some(Token::Mark(_, role)) = self.tokens.get_mut(token) {
            *role = Role::Begin(kind);
        }
    }
}

/// The place of a kind of mark in [`Reader::waiting`].
fn slot(byte: u8, length: usize) -> usize {
    match (byte, length) {
        (b'*', 1) => 0,
        (b'*', _) => 1,
        (b'_', 1) => 2,
        (b'_', _) => 3,
        (b'~', _) => 4,
        (b'[', _) => 5,
        (b'|', _) => 6,
        _ => 7,
    }
}

/// A letter or digit of a script that has spaces between its words.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() && c < '\u{e00}'
}
