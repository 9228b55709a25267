//! What is said about those who are typing.

use crate::ui::direction::isolated;

/// Who is writing; nothing when nobody is.
pub fn typing(names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| isolated(name)).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("{one} is writing…")),
        [one, two] => Some(format!("{one} and {two} are writing…")),
        [one, two, three] => Some(format!("{one}, {two} and {three} are writing…")),
        _ => Some("Several people are writing…".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::typing;

    #[test]
    fn a_crowd_is_not_listed() {
        let names: Vec<String> = ["Ada", "Ben", "Cleo", "Dan"].map(String::from).to_vec();
        assert_eq!(typing(&names[..0]), None);
        assert_eq!(typing(&names[..1]).as_deref(), Some("Ada is writing…"));
        assert_eq!(
            typing(&names[..3]).as_deref(),
            Some("Ada, Ben and Cleo are writing…")
        );
        assert_eq!(
            typing(&names).as_deref(),
            Some("Several people are writing…")
        );
    }
}
