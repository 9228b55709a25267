//! The last minutes of one connection as a small drawing: a line for the round trip, and a bar wherever something was
//! lost.

use leptos::prelude::*;

use crate::call::store::figures::{Moment, PAST};
use crate::call::text;

/// The drawing's own units.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 56.0;
/// A quick connection is a low line, not one that fills the drawing with its smallest changes.
const LOWEST_TOP: f64 = 100.0;
/// Loss of this much is a bar of full height: speech is broken from here on.
const FULL_LOSS: f64 = 0.2;
/// Looks further apart than this, in milliseconds, are not joined: nobody knows what was between them.
const GAP: f64 = 25_000.0;

/// What is drawn.
#[derive(Debug, PartialEq)]
struct Shape {
    /// Points of each unbroken line.
    lines: Vec<String>,
    /// Left edge and height of each bar.
    losses: Vec<(f64, f64)>,
    /// The round trip at the upper edge, in milliseconds.
    top: f64,
}

/// The drawing, with its meaning in words for screen readers.
pub fn draw(past: &[Moment]) -> AnyView {
    let shape = shape(past);
    view! {
        <figure class="call-graph">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" role="img" aria-label=words(past)>
                {shape.losses.into_iter().map(|(left, height)| view! {
                    <rect class="graph-loss" x=format!("{left:.1}") y=format!("{:.1}", HEIGHT - height) width="2" height=format!("{height:.1}")></rect>
                }).collect_view()}
                {shape.lines.into_iter().map(|points| view! {
                    <polyline class="graph-line" points=points></polyline>
                }).collect_view()}
            </svg>
            <figcaption aria-hidden="true">
                <span>"5 minutes ago"</span>
                <span>{format!("up to {:.0} ms, bars: lost", shape.top)}</span>
                <span>"now"</span>
            </figcaption>
        </figure>
    }
    .into_any()
}

fn shape(past: &[Moment]) -> Shape {
    let now = past.last().map_or(0.0, |last| last.at);
    let highest = past
        .iter()
        .filter_map(|it| it.round_trip_ms)
        .fold(0.0, f64::max);
    let top = ((highest * 1.15 / 50.0).ceil() * 50.0).max(LOWEST_TOP);
    let left = |at: f64| (1.0 - (now - at) / PAST).clamp(0.0, 1.0) * WIDTH;
    let mut lines: Vec<String> = Vec::new();
    let mut before: Option<f64> = None;
    for moment in past {
        let Some(round_trip) = moment.round_trip_ms else {
            before = None;
            continue;
        };
        let point = format!(
            "{:.1},{:.1}",
            left(moment.at),
            HEIGHT - round_trip / top * (HEIGHT - 2.0) - 1.0
        );
        match lines.last_mut() {
            Some(line) if before.is_some_and(|before| moment.at - before < GAP) => {
                line.push(' ');
                line.push_str(&point);
            }
            Some(_) | None => lines.push(point),
        }
        before = Some(moment.at);
    }
    let losses = past.iter().filter_map(|it| {
        let loss = it.loss.filter(|loss| *loss > 0.0)?;
        let height = (loss / FULL_LOSS).clamp(0.06, 1.0) * HEIGHT;
        Some(((left(it.at) - 2.0).max(0.0), height))
    });
    Shape {
        losses: losses.collect(),
        lines,
        top,
    }
}

fn words(past: &[Moment]) -> String {
    let trips: Vec<f64> = past.iter().filter_map(|it| it.round_trip_ms).collect();
    let low = trips.iter().copied().fold(f64::INFINITY, f64::min);
    let high = trips.iter().copied().fold(0.0, f64::max);
    let lost = past.iter().filter_map(|it| it.loss).fold(0.0, f64::max);
    if trips.is_empty() {
        return "Nothing was measured yet".to_owned();
    }
    format!(
        "The last minutes: {low:.0} to {high:.0} ms there and back, at most {} lost",
        text::percent(lost)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(at: f64, round_trip_ms: f64, loss: f64) -> Moment {
        Moment {
            at,
            round_trip_ms: Some(round_trip_ms),
            loss: Some(loss),
        }
    }

    #[test]
    fn the_newest_is_at_the_right_and_the_worst_is_inside() {
        let past = [moment(0.0, 10.0, 0.0), moment(2_000.0, 400.0, 0.5)];
        let shape = shape(&past);
        assert_eq!(shape.lines, ["298.0,53.9 300.0,11.8"]);
        assert_eq!(shape.losses, [(298.0, HEIGHT)]);
        assert!((shape.top - 500.0).abs() < 1e-9);
        assert_eq!(
            words(&past),
            "The last minutes: 10 to 400 ms there and back, at most 50 % lost"
        );
    }

    #[test]
    fn what_was_not_measured_is_not_drawn() {
        let unknown = Moment {
            at: 4_000.0,
            round_trip_ms: None,
            loss: None,
        };
        let past = [moment(0.0, 50.0, 0.0), unknown, moment(6_000.0, 50.0, 0.0)];
        assert_eq!(shape(&past).lines.len(), 2);
        let apart = [moment(0.0, 50.0, 0.0), moment(60_000.0, 50.0, 0.0)];
        assert_eq!(shape(&apart).lines.len(), 2);
        assert_eq!(shape(&[]).lines.len(), 0);
        assert_eq!(words(&[unknown]), "Nothing was measured yet");
    }
}
