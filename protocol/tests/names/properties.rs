//! What holds for every name and every character.

use std::collections::BTreeSet;

use parley_protocol::names::{capital, check, check_member, fold, is_blank, normalize, skeletons};
use proptest::prelude::*;
use proptest::sample::select;
use unicode_normalization::UnicodeNormalization;

use super::tables::{characters, folded, is_second_ideograph};

/// Letters that have parts or are parts of others, in any order.
fn typed() -> impl Strategy<Value = String> {
    let letters: BTreeSet<char> = characters()
        .filter(|c| u32::from(*c) < 0x3400)
        .map(|c| (c, [c].into_iter().nfd().collect::<String>()))
        .filter(|(c, parts)| *parts != c.to_string())
        .flat_map(|(c, parts)| parts.chars().chain([c]).collect::<Vec<_>>())
        .collect();
    let letters: Vec<char> = letters.into_iter().collect();
    proptest::collection::vec(select(letters), 0..12)
        .prop_map(|letters| letters.into_iter().collect())
}

#[test]
fn every_character_is_composed_as_unicode_says() {
    for c in characters().filter(|c| !c.is_whitespace() && !is_second_ideograph(*c)) {
        let parts: String = [c].into_iter().nfd().collect();
        let composed: String = [c].into_iter().nfc().collect();
        assert_eq!(normalize(&c.to_string()), composed, "{c:?}");
        assert_eq!(normalize(&parts), composed, "{c:?}");
    }
}

#[test]
fn a_character_of_names_has_one_form() {
    for c in characters() {
        let name = format!("a{c}");
        if check_member(&name).is_ok() || check_member(&c.to_string()).is_ok() {
            assert!([c].into_iter().nfkc().eq([c]), "{c:?}");
            assert!(!is_blank(&c.to_string()), "{c:?}");
        }
    }
}

#[test]
fn folding_twice_changes_nothing() {
    for c in characters() {
        let once = fold(&c.to_string());
        assert_eq!(fold(&once), once, "{c:?}");
    }
}

#[test]
fn a_letter_is_folded_as_the_tables_of_case_say() {
    for c in characters().filter(|c| !matches!(c, '\u{200c}' | '\u{200d}')) {
        assert_eq!(fold(&c.to_string()), folded(c), "{c:?}");
    }
}

#[test]
fn a_letter_and_its_capital_are_one_letter() {
    for (letter, expected) in [
        ('a', 'A'),
        ('A', 'A'),
        ('é', 'É'),
        ('ı', 'I'),
        ('ς', 'Σ'),
        ('д', 'Д'),
        ('ա', 'Ա'),
        ('ß', 'ß'),
        ('7', '7'),
        ('七', '七'),
    ] {
        assert_eq!(capital(letter), expected);
    }
    for c in characters() {
        assert_eq!(fold(&capital(c).to_string()), fold(&c.to_string()), "{c:?}");
    }
}

/// The password of a name with a letter whose case changed would not open any more.
#[test]
fn the_case_of_letters_is_as_it_was() {
    let mut sum = 0_u32;
    for c in characters().filter(|c| check_member(&c.to_string()).is_ok()) {
        for folded in fold(&c.to_string()).chars() {
            sum = sum.wrapping_mul(31).wrapping_add(u32::from(folded));
        }
    }
    assert_eq!(sum, 2_505_190_780);
}

proptest! {
    #[test]
    fn names_are_normalized_as_unicode_says(text in typed()) {
        let expected: String = text.trim().nfc().collect();
        prop_assert_eq!(normalize(&text), expected);
    }

    #[test]
    fn a_skeleton_does_not_depend_on_how_a_name_is_written(text in typed()) {
        let parts: String = text.nfd().collect();
        prop_assert_eq!(skeletons(&normalize(&text)), skeletons(&normalize(&parts)));
        // A name is folded as it stands in the log.
        let name = normalize(&text);
        prop_assert_eq!(&skeletons(&name)[0], &skeletons(&fold(&name))[0]);
    }

    #[test]
    fn what_may_be_a_member_may_be_a_channel(text in typed()) {
        if check_member(&text).is_ok() {
            prop_assert_eq!(check(&text), Ok(()));
            prop_assert_eq!(normalize(&text), text);
        }
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        drop((check(&text), check_member(&text), skeletons(&text), normalize(&text), fold(&text)));
    }
}
