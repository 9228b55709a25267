//! What this browser calls itself to its owner: "Chromium on Linux". Read from the user agent, for people only.

/// A label for this browser.
pub fn read() -> String {
    web_sys::window()
        .and_then(|window| window.navigator().user_agent().ok())
        .map_or_else(|| label(""), |agent| label(&agent))
}

/// The order matters: each browser names those that it wants to be taken for.
fn label(agent: &str) -> String {
    let browser = first_of(
        agent,
        &[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser", "Samsung Internet"),
            ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"),
            ("CriOS", "Chrome"),
            ("Chrome", "Chromium"),
            ("Safari", "Safari"),
        ],
    );
    let system = first_of(
        agent,
        &[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("CrOS", "ChromeOS"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ],
    );
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Browser".to_owned(),
    }
}

fn first_of(agent: &str, table: &[(&str, &'static str)]) -> Option<&'static str> {
    table
        .iter()
        .find(|(mark, _)| agent.contains(mark))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn browsers_that_pretend_are_told_apart() {
        let chromium = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(label(chromium), "Chromium on Linux");
        assert_eq!(label(&format!("{chromium} Edg/142.0")), "Edge on Linux");
        assert_eq!(
            label("Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0"),
            "Firefox on Windows"
        );
        assert_eq!(label(""), "Browser");
    }
}
