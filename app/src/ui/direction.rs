//! Names inside sentences. A name that is written from right to left would turn what stands around it.

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_DIRECTIONAL_ISOLATE: char = '\u{2069}';

/// A name as it stands in a sentence. Where an element can be put around it, `<bdi>` does the same.
pub fn isolated(name: &str) -> String {
    if name.chars().any(is_right_to_left) {
        format!("{FIRST_STRONG_ISOLATE}{name}{POP_DIRECTIONAL_ISOLATE}")
    } else {
        name.to_owned()
    }
}

/// The blocks of scripts that run from right to left (Unicode Standard Annex 9, table 4).
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_from_right_to_left_are_isolated() {
        assert_eq!(isolated("Ada"), "Ada");
        assert_eq!(isolated("花子"), "花子");
        assert_eq!(isolated("נועה"), "\u{2068}נועה\u{2069}");
        assert_eq!(isolated("R&D عربي"), "\u{2068}R&D عربي\u{2069}");
    }
}
