//! What the connection doctor found, as a text to send to somebody who helps. No address, no password, nobody's name.

use std::fmt::Write as _;

use crate::doctor::store::{Finding, Matter};
use crate::doctor::text;
use crate::platform::device_label;

pub(super) fn write(found: &[(Matter, Finding)]) -> String {
    lines(&device_label::read(), found)
}

fn lines(browser: &str, found: &[(Matter, Finding)]) -> String {
    let mut report = format!("Parley call check\nBrowser: {browser}\n");
    for (matter, finding) in found {
        let said = finding.reported.as_ref().unwrap_or(&finding.text);
        let verdict = text::verdict(finding.verdict);
        // Writing into a text cannot fail.
        let _ = writeln!(report, "{}: {verdict}. {said}", text::matter(*matter));
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::store::Verdict;

    #[test]
    fn what_is_for_the_persons_own_eyes_is_not_in_it() {
        let finding = |text: &str, reported: Option<&str>| Finding {
            verdict: Verdict::Good,
            text: text.to_owned(),
            to_do: None,
            reported: reported.map(str::to_owned),
        };
        let found = [
            (Matter::Page, finding("It is secure.", None)),
            (
                Matter::Addresses,
                finding("Others see 198.51.100.4.", Some("A public address.")),
            ),
        ];
        assert_eq!(
            lines("Firefox on Linux", &found),
            "Parley call check\nBrowser: Firefox on Linux\nThis page: Good. It is secure.\nWhat others see: Good. A public address.\n"
        );
    }
}
