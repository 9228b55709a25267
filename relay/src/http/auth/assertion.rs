//! Assertions of passkeys: for signing in, and as proofs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parley_protocol::auth::PasskeyAssertion;
use parley_protocol::ids::UserId;

use crate::auth::passkeys::Passkeys;
use crate::command::{ChangePasskey, Command};
use crate::http::app::App;
use crate::http::error::Refused;
use crate::storage::passkeys;

/// The member who made an assertion, and the passkey's credential id in base64url. The assertion is used up, and the
/// passkey's counter is stored before anything is handed out.
pub(super) async fn asserted_by(
    app: &App,
    assertion: &PasskeyAssertion,
) -> Result<(UserId, String), Refused> {
    let asserted = Passkeys::read(assertion)?;
    let id = asserted.id().to_vec();
    let named = id.clone();
    let stored = app
        .readers
        .run(move |db| passkeys::passkey(db, &named))
        .await?;
    let now = app.now();
    let (user, key) = app.passkeys.check(&asserted, stored.as_ref(), now)?;
    let text = URL_SAFE_NO_PAD.encode(&id);
    let change = ChangePasskey::Use { id, key, at: now };
    let command = Command::ChangePasskey(Box::new(change));
    app.core().call(command).await?;
    Ok((user, text))
}
