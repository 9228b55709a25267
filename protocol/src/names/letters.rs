//! Which letters have a second form, and which alphabet a letter is of. Blocks of Unicode, by their code
//! charts; no tables that change with its versions.

/// Alphabets whose letters are easily taken for each other (`a` and `а`, `o` and `ο`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
}

impl Script {
    /// `None` for everything that is of no such alphabet.
    pub(super) fn of(c: char) -> Option<Self> {
        match c {
            'a'..='z'
            | 'A'..='Z'
            | '\u{c0}'..='\u{2af}'
            | '\u{1e00}'..='\u{1eff}'
            | '\u{2c60}'..='\u{2c7f}'
            | '\u{a720}'..='\u{a7ff}'
            | '\u{ab30}'..='\u{ab6f}' => Some(Self::Latin),
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Self::Greek),
            '\u{400}'..='\u{52f}'
            | '\u{1c80}'..='\u{1c8f}'
            | '\u{2de0}'..='\u{2dff}'
            | '\u{a640}'..='\u{a69f}' => Some(Self::Cyrillic),
            '\u{531}'..='\u{58a}' => Some(Self::Armenian),
            '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some(Self::Cherokee),
            _ => None,
        }
    }
}

/// Whether Unicode's NFKC would change the name, or could join a part of it to another letter. It does not
/// look at the order of several marks on one letter.
pub(super) fn has_second_form(name: &str) -> bool {
    name.chars()
        .any(|c| is_joining_mark(c) || is_compatibility_form(c) || is_singleton(c))
        || name.chars().zip(name.chars().skip(1)).any(is_split)
}

/// Marks that have precomposed letters, pieces of Hangul syllables, variation selectors.
fn is_joining_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{653}'..='\u{655}'
        | '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{3099}'..='\u{309c}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Blocks that hold other letters again: wide, small, raised, ringed, ligated, mathematical.
fn is_compatibility_form(c: char) -> bool {
    matches!(c,
        'ª' | '¨' | '¯' | '²' | '³' | '´' | 'µ' | '¸' | '¹' | 'º' | '¼'..='¾'
        | 'Ĳ' | 'ĳ' | 'Ŀ' | 'ŀ' | 'ŉ' | 'ſ' | '\u{1c4}'..='\u{1cc}' | '\u{1f1}'..='\u{1f3}'
        | '\u{2b0}'..='\u{2ff}' | '\u{37a}' | '\u{384}' | '\u{385}' | '\u{3d0}'..='\u{3d6}'
        | '\u{3f0}'..='\u{3f2}' | '\u{3f4}' | '\u{3f5}' | '\u{3f9}' | '\u{587}'
        | '\u{675}'..='\u{678}' | '\u{e33}' | '\u{eb3}' | '\u{edc}' | '\u{edd}' | '\u{f0c}'
        | '\u{f77}' | '\u{f79}' | '\u{10fc}' | '\u{1d00}'..='\u{1dbf}' | '\u{1e9a}' | '\u{1e9b}'
        | '\u{2000}'..='\u{2011}' | '\u{2017}' | '\u{2024}'..='\u{2026}' | '\u{2033}'..='\u{203e}'
        | '\u{2047}'..='\u{2049}' | '\u{2057}' | '\u{2070}'..='\u{209f}' | '\u{20a8}'
        | '\u{2100}'..='\u{218f}' | '\u{222c}'..='\u{2230}' | '\u{2460}'..='\u{24ff}' | '\u{2a0c}'
        | '\u{2a74}'..='\u{2a76}' | '\u{2c7c}' | '\u{2c7d}' | '\u{2d6f}' | '\u{2e80}'..='\u{2fdf}'
        | '\u{3036}'..='\u{303a}' | '\u{309f}' | '\u{30ff}' | '\u{3130}'..='\u{319f}'
        | '\u{3200}'..='\u{33ff}' | '\u{a69c}' | '\u{a69d}' | '\u{a770}' | '\u{a7f0}'..='\u{a7f9}'
        | '\u{ab5c}'..='\u{ab5f}' | '\u{ab69}' | '\u{f900}'..='\u{fdff}' | '\u{fe10}'..='\u{fe1f}'
        | '\u{fe30}'..='\u{ffff}' | '\u{10780}'..='\u{107bf}' | '\u{1ccd0}'..='\u{1ccff}'
        | '\u{1d400}'..='\u{1d7ff}' | '\u{1e030}'..='\u{1e06f}' | '\u{1ee00}'..='\u{1eeff}'
        | '\u{1f100}'..='\u{1f2ff}' | '\u{1fbf0}'..='\u{1fbf9}' | '\u{2f800}'..='\u{2fa1f}'
    )
}

/// Letters that are always written in another way after normalization.
fn is_singleton(c: char) -> bool {
    matches!(c,
        '\u{374}' | '\u{37e}' | '\u{387}' | '\u{958}'..='\u{95f}' | '\u{9dc}' | '\u{9dd}' | '\u{9df}'
        | '\u{a33}' | '\u{a36}' | '\u{a59}'..='\u{a5b}' | '\u{a5e}' | '\u{b5c}' | '\u{b5d}'
        | '\u{f43}' | '\u{f4d}' | '\u{f52}' | '\u{f57}' | '\u{f5c}' | '\u{f69}' | '\u{f73}'
        | '\u{f75}' | '\u{f76}' | '\u{f78}' | '\u{f81}' | '\u{f93}' | '\u{f9d}' | '\u{fa2}'
        | '\u{fa7}' | '\u{fac}' | '\u{fb9}' | '\u{1f71}' | '\u{1f73}' | '\u{1f75}' | '\u{1f77}'
        | '\u{1f79}' | '\u{1f7b}' | '\u{1f7d}' | '\u{1fbb}' | '\u{1fbd}'..='\u{1fc1}' | '\u{1fc9}'
        | '\u{1fcb}' | '\u{1fcd}'..='\u{1fcf}' | '\u{1fd3}' | '\u{1fdb}' | '\u{1fdd}'..='\u{1fdf}'
        | '\u{1fe3}' | '\u{1feb}' | '\u{1fed}'..='\u{1fef}' | '\u{1ff9}' | '\u{1ffb}' | '\u{1ffd}'
        | '\u{1ffe}' | '\u{2329}' | '\u{232a}' | '\u{2adc}' | '\u{1d15e}'..='\u{1d164}'
        | '\u{1d1bb}'..='\u{1d1c0}'
    )
}

/// Two characters of a script of South Asia that are also written as one.
fn is_split(pair: (char, char)) -> bool {
    matches!(
        pair,
        ('\u{928}' | '\u{930}' | '\u{933}', '\u{93c}')
            | ('\u{9c7}', '\u{9be}' | '\u{9d7}')
            | ('\u{b47}', '\u{b3e}' | '\u{b56}' | '\u{b57}')
            | ('\u{bc6}' | '\u{bc7}', '\u{bbe}')
            | ('\u{b92}' | '\u{bc6}', '\u{bd7}')
            | ('\u{c46}', '\u{c56}')
            | ('\u{cbf}' | '\u{cc6}' | '\u{cca}', '\u{cd5}')
            | ('\u{cc6}', '\u{cc2}' | '\u{cd6}')
            | ('\u{d46}' | '\u{d47}', '\u{d3e}')
            | ('\u{d46}', '\u{d57}')
            | ('\u{dd9}' | '\u{ddc}', '\u{dca}')
            | ('\u{dd9}', '\u{dcf}' | '\u{ddf}')
            | ('\u{1025}', '\u{102e}')
            | ('\u{1b05}'..='\u{1b42}', '\u{1b35}')
            | ('\u{11099}' | '\u{1109b}' | '\u{110a5}', '\u{110ba}')
            | ('\u{11131}' | '\u{11132}', '\u{11127}')
            | ('\u{11347}', '\u{1133e}' | '\u{11357}')
            | ('\u{114b9}', '\u{114b0}' | '\u{114ba}' | '\u{114bd}')
            | ('\u{115b8}' | '\u{115b9}', '\u{115af}')
            | ('\u{11935}', '\u{11930}')
    )
}
