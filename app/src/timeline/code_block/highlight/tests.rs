//! Which pieces code falls into, and that none is lost.

use proptest::prelude::*;

use super::{Kind, MOST, pieces};

fn read<'a>(language: &str, code: &'a str) -> Vec<(Kind, &'a str)> {
    let mut rest = code;
    let taken = pieces(language, code).into_iter().map(|piece| {
        let (now, after) = rest.split_at(piece.length);
        rest = after;
        (piece.kind, now)
    });
    taken.filter(|(kind, _)| *kind != Kind::Plain).collect()
}

#[test]
fn comments_texts_numbers_and_words_are_told_apart() {
    assert_eq!(
        read(
            "rust",
            "fn main() { // \"so\"\n  let a: Vec<&'a u8> = 0x1f; say(\"// no\"); }"
        ),
        [
            (Kind::Keyword, "fn"),
            (Kind::Name, "main"),
            (Kind::Comment, "// \"so\""),
            (Kind::Keyword, "let"),
            (Kind::Name, "Vec"),
            (Kind::Keyword, "u8"),
            (Kind::Number, "0x1f"),
            (Kind::Name, "say"),
            (Kind::Text, "\"// no\""),
        ]
    );
    assert_eq!(
        read(
            "Python",
            "def f():\n  \"\"\"two\n lines\"\"\" # end\n  return None"
        ),
        [
            (Kind::Keyword, "def"),
            (Kind::Name, "f"),
            (Kind::Text, "\"\"\"two\n lines\"\"\""),
            (Kind::Comment, "# end"),
            (Kind::Keyword, "return"),
            (Kind::Keyword, "None"),
        ]
    );
    assert_eq!(
        read("sql", "Select * FROM t -- all"),
        [
            (Kind::Keyword, "Select"),
            (Kind::Keyword, "FROM"),
            (Kind::Comment, "-- all")
        ]
    );
    assert_eq!(
        read("html", "<a href=\"b\">c</a><!-- d -->"),
        [
            (Kind::Keyword, "<a"),
            (Kind::Name, "href"),
            (Kind::Text, "\"b\""),
            (Kind::Keyword, ">"),
            (Kind::Keyword, "</a>"),
            (Kind::Comment, "<!-- d -->"),
        ]
    );
    assert_eq!(
        read("diff", "+a\n b\n-c"),
        [(Kind::Added, "+a\n"), (Kind::Removed, "-c")]
    );
    assert!(pieces("klingon", "qapla").is_empty());
}

#[test]
fn the_pieces_of_one_block_are_few() {
    assert!(pieces("js", &"1 a ".repeat(5_000)).len() <= MOST);
}

proptest! {
    #[test]
    fn nothing_is_left_out(code in r#"[a-c1 "'`#/*<>!=\-\n+@éF(:\\]{0,120}"#, language in "(rust|js|py|c|sh|sql|lua|hs|json|yaml|css|html|diff|php)") {
        let total: usize = pieces(&language, &code).iter().map(|piece| piece.length).sum();
        prop_assert_eq!(total, code.len());
        let mut at = 0;
        for piece in pieces(&language, &code) {
            at += piece.length;
            prop_assert!(code.is_char_boundary(at));
        }
    }
}
