//! A picture that is to be sent: without the place where it was taken unless somebody wants that, with fewer points if
//! somebody wants that, and with a preview.

use parley_client::picture::{Format, PictureFault, PictureHeader, preview, without_metadata};
use wasm_bindgen::JsValue;

use super::super::blob::Blob;
use super::super::canvas::{Canvas, fitted};
use super::super::js;
use super::{Kind, Note, Prepared, Wishes};

/// Bytes in which a header is found, unless somebody hid it.
const HEAD: u32 = 1024 * 1024;
/// Bytes of a file that is held in memory as a whole.
const MOST: u64 = 64 * 1024 * 1024;
/// Points of the longer side of one that was made smaller: more than most screens have.
const SMALLER: u32 = 2_048;
/// Of what is drawn anew: no difference is seen at a glance.
const QUALITY: f64 = 0.85;
/// Points of a side from which a preview is made.
const PREVIEW: u32 = 64;

/// The inner `None`: this is no picture that can be shown. The outer one: it cannot be read.
pub(super) async fn prepare(file: &Blob, wishes: Wishes) -> Option<Option<Prepared>> {
    let head = file.bytes(Some(HEAD)).await?;
    let header = match PictureHeader::read(&head) {
        Ok(header) if file.size() <= MOST => header,
        Err(PictureFault::UnknownFormat | PictureFault::Damaged) => {
            return Some(unknown(file));
        }
        Ok(_) | Err(PictureFault::Size { .. }) => {
            return Some(Some(as_file(file, Note::TooManyPoints)));
        }
    };
    Some(Some(of_known(file, header, wishes).await?))
}

/// A picture of which nothing is known here, such as one that a telephone keeps for itself, goes as a file.
fn unknown(file: &Blob) -> Option<Prepared> {
    let is_photograph = matches!(
        file.mime().as_str(),
        "image/heic" | "image/heif" | "image/tiff" | "image/jpeg" | "image/png" | "image/webp"
    );
    is_photograph.then(|| as_file(file, Note::MayHoldLocation))
}

fn as_file(file: &Blob, note: Note) -> Prepared {
    Prepared {
        note: Some(note),
        ..Prepared::other(file.clone())
    }
}

async fn of_known(file: &Blob, header: PictureHeader, wishes: Wishes) -> Option<Prepared> {
    let (width, height) = (header.width, header.height);
    // What moves would stand still.
    let can_be_smaller = width.max(height) > SMALLER && header.format != Format::Gif;
    let side = if wishes.smaller && can_be_smaller {
        Some(SMALLER)
    } else {
        None
    };
    let mut note = None;
    let mut points = (width, height);
    let (made, mime) = match side {
        Some(side) => {
            points = fitted(width, height, side);
            drawn(file, points).await?
        }
        None if wishes.keep_location => (file.clone(), header.format.mime().to_owned()),
        None => match without_metadata(&file.bytes(None).await?) {
            Ok(clean) => {
                let mime = header.format.mime();
                (Blob::new(&clean, mime)?, mime.to_owned())
            }
            Err(_) => {
                // Drawn, it holds its colours alone.
                if let Some(drawn) = drawn(file, points).await {
                    drawn
                } else {
                    note = Some(Note::MayHoldLocation);
                    (file.clone(), header.format.mime().to_owned())
                }
            }
        },
    };
    let preview = preview_of(&made, points).await.ok().flatten();
    let kind = match preview {
        Some(preview) => Kind::Image {
            width: points.0,
            height: points.1,
            preview,
        },
        // The browser sees no picture in it.
        None => Kind::Other,
    };
    Some(Prepared {
        name: named(&file.name(), &mime, header.format.mime()),
        file: made,
        mime,
        kind,
        can_be_smaller,
        tells_place: false,
        note,
    })
}

/// Drawn anew, with that many points. `None`: the browser cannot.
async fn drawn(file: &Blob, size: (u32, u32)) -> Option<(Blob, String)> {
    let bitmap = bitmap(file, size).await.ok()?;
    let canvas = Canvas::draw(&bitmap, size.0, size.1).ok()?;
    let made = canvas.encode("image/webp", QUALITY).await.ok()?;
    let mime = made.mime();
    Some((made, mime))
}

async fn preview_of(file: &Blob, size: (u32, u32)) -> Result<Option<String>, JsValue> {
    let small = fitted(size.0, size.1, PREVIEW);
    let bitmap = bitmap(file, small).await?;
    let rgba = Canvas::draw(&bitmap, small.0, small.1)?.rgba()?;
    Ok(preview::write(small.0, small.1, &rgba))
}

/// Decoded, turned the right way up and scaled.
async fn bitmap(file: &Blob, (width, height): (u32, u32)) -> Result<JsValue, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let options = js::object(&[
        ("resizeWidth", &width.into()),
        ("resizeHeight", &height.into()),
        ("resizeQuality", &"high".into()),
    ]);
    js::call_async(&window, "createImageBitmap", &[&file.0, &options]).await
}

/// The name with the ending of what was made of the file.
fn named(name: &str, mime: &str, before: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = if stem.is_empty() { "picture" } else { stem };
    if mime == before && !name.is_empty() {
        return name.to_owned();
    }
    let ending = match mime {
        "image/webp" => "webp",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/avif" => "avif",
        _ => "png",
    };
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn what_was_drawn_anew_is_called_so() {
        let png = "image/png";
        assert_eq!(named("a.b.png", png, png), "a.b.png");
        assert_eq!(named("a.b.png", "image/webp", png), "a.b.webp");
        assert_eq!(named("", png, png), "picture.png");
        assert_eq!(named(".png", "image/webp", png), "picture.webp");
    }
}
