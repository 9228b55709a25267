//! Blobs: an upload is recorded, items and shares name blobs and let them go, and uploads that nothing ever named
//! end. The files themselves are the matter of [`crate::blobs`].

mod holding;
mod naming;
mod record;
mod share;
mod waiting;

pub(crate) use holding::size;
pub(super) use naming::{check_names, let_go_item, name_in_item};
pub(crate) use record::{ForgetGone, ForgetMissing, RecordBlob};
pub(super) use record::{forget_gone, forget_missing, record};
pub(crate) use share::{EndShare, PutShare};
pub(super) use share::{end as end_share, forget, put as put_share};
pub(crate) use waiting::ExpireUploads;
pub(super) use waiting::expire as expire_uploads;
