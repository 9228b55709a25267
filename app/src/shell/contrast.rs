//! Proves that the colours in `style/tokens.css` can be read: WCAG contrast of every text colour on every ground.

use std::collections::HashMap;

const TOKENS: &str = include_str!("../../../style/tokens.css");
/// Level AA for ordinary text, WCAG 2.2 success criterion 1.4.3.
const TEXT: f64 = 4.5;
/// For the edges of fields and buttons, and for signs, criterion 1.4.11.
const EDGE: f64 = 3.0;

const GROUNDS: [&str; 6] = [
    "ground",
    "ground-side",
    "ground-raised",
    "ground-hover",
    "ground-sunk",
    "accent-soft",
];
const TEXTS: [&str; 6] = [
    "text",
    "text-second",
    "text-quiet",
    "text-accent",
    "text-success",
    "text-warning",
];

type Colours = HashMap<String, [f64; 3]>;

#[derive(Clone, Copy)]
enum Scheme {
    Light,
    Dark,
}

/// The colours that the first block with this selector declares.
fn block(selector: &str, scheme: Scheme) -> Colours {
    let from = TOKENS
        .find(selector)
        .unwrap_or_else(|| panic!("no block {selector}"));
    let inside = TOKENS[from..]
        .split_once('{')
        .unwrap()
        .1
        .split_once('}')
        .unwrap()
        .0;
    let mut colours = Colours::new();
    for line in inside.lines() {
        let Some((name, value)) = line.trim().trim_end_matches(';').split_once(": ") else {
            continue;
        };
        if let (Some(name), Some(rgb)) = (
            name.strip_prefix("--"),
            of_scheme(value, scheme).strip_prefix('#').and_then(rgb),
        ) {
            colours.insert(name.to_owned(), rgb);
        }
    }
    colours
}

/// The value that `light-dark(…, …)` has in a scheme; any other value is the same in both.
fn of_scheme(value: &str, scheme: Scheme) -> &str {
    let both = value
        .strip_prefix("light-dark(")
        .and_then(|rest| rest.strip_suffix(')')?.split_once(", "));
    match (both, scheme) {
        (Some((light, _)), Scheme::Light) => light,
        (Some((_, dark)), Scheme::Dark) => dark,
        (None, Scheme::Light | Scheme::Dark) => value,
    }
}

fn rgb(hex: &str) -> Option<[f64; 3]> {
    let channel = |at: usize| {
        u8::from_str_radix(hex.get(at..at + 2)?, 16)
            .ok()
            .map(|v| f64::from(v) / 255.0)
    };
    Some([channel(0)?, channel(2)?, channel(4)?])
}

fn luminance(rgb: [f64; 3]) -> f64 {
    let [r, g, b] = rgb.map(|c| {
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(colours: &Colours, one: &str, other: &str) -> f64 {
    let [one, other] = [one, other].map(|name| {
        luminance(
            *colours
                .get(name)
                .unwrap_or_else(|| panic!("no colour {name}")),
        )
    });
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn check(theme: &str, colours: &Colours) {
    let mut faults = Vec::new();
    let mut demand = |text: &str, ground: &str, least: f64| {
        let seen = contrast(colours, text, ground);
        if seen < least {
            faults.push(format!(
                "{theme}: {text} on {ground} is {seen:.2}, wanted {least}"
            ));
        }
    };
    for ground in GROUNDS {
        for text in TEXTS {
            demand(text, ground, TEXT);
        }
    }
    for ground in ["ground", "ground-side", "ground-raised", "danger-soft"] {
        demand("text-danger", ground, TEXT);
    }
    demand("text", "danger-soft", TEXT);
    demand("text", "warning-soft", TEXT);
    demand("on-accent", "accent", TEXT);
    demand("on-accent", "accent-hover", TEXT);
    demand("on-danger", "danger", TEXT);
    demand("on-danger", "danger-hover", TEXT);
    for tint in 0..8 {
        demand("on-tint", &format!("tint-{tint}"), TEXT);
    }
    for ground in ["ground", "ground-side", "ground-raised", "ground-sunk"] {
        demand("ring", ground, EDGE);
    }
    for ground in ["ground", "ground-sunk"] {
        demand("line-strong", ground, EDGE);
    }
    for sign in ["live", "resting"] {
        demand(sign, "ground-side", EDGE);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn dark_can_be_read() {
    check("dark", &block(":root {", Scheme::Dark));
}

#[test]
fn light_can_be_read() {
    check("light", &block(":root {", Scheme::Light));
}

/// A chosen theme sets the colour scheme and declares no colour of its own.
#[test]
fn light_is_the_same_whether_chosen_or_the_systems() {
    for (theme, scheme) in [("light", Scheme::Light), ("dark", Scheme::Dark)] {
        let selector = format!(":root[data-theme=\"{theme}\"]");
        assert_eq!(block(&selector, scheme), Colours::new());
        let sets = format!("{selector} {{\n  color-scheme: {theme};\n}}");
        assert!(TOKENS.contains(&sets), "{theme}");
    }
    assert_eq!(TOKENS.matches("--ground:").count(), 1);
}
