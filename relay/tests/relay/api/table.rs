//! Every route with what it takes and answers. Bodies are the types of the protocol themselves.

use parley_protocol::admin::{
    ConnectionsReport, EndMemberSessionsRequest, FindingsReport, HealthReport, InvitesPage,
    MembersPage, SessionPlace, SessionsPage, StorageReport,
};
use parley_protocol::auth::{
    AddDeviceRequest, ChangePasswordRequest, ChangeWrapsRequest, CommunityInfo,
    DeleteAccountRequest, EnableSecondFactorRequest, EndLinkRequest, EndSessionRequest,
    FinishOidcRequest, FinishPasskeyRequest, JoinLinkRequest, LinkJoined, LinkMessages, LinkOpened,
    LinkToken, LinkTokenRequest, LinkedProviders, LogPage, LoginRequest, LoginResponse,
    OidcDeparture, OidcResponse, OpenLinkRequest, PasskeyAssertion, PasskeyOptions,
    PasskeysResponse, ProofRequest, ProviderRequest, ReceiveLinkRequest, RecoverRequest,
    RecoveryCodes, RegisterRequest, RemovePasskeyRequest, SecondFactorSetup, SecondFactorStatus,
    SendLinkRequest, SessionResponse, SessionsResponse, VerifySecondFactorRequest, WrapsResponse,
};
use parley_protocol::files::{BLOB_HEADER, FileToken, ShareRequest};
use parley_protocol::ids::{InviteId, ShareId, UserId};
use parley_protocol::keys::Hash;
use parley_protocol::vault::VaultPage;
use parley_protocol::voice::IceServers;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

type Shape = fn(&mut SchemaGenerator) -> Schema;

pub(super) struct Endpoint {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    pub(super) access: Access,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Option<Body>,
    pub(super) answers: Vec<(u16, &'static str, Option<Body>)>,
    pub(super) refuses: Vec<u16>,
}

#[derive(Clone, Copy)]
pub(super) enum Access {
    Anybody,
    Token,
    FileToken,
    Cookie,
    Metrics,
}

pub(super) enum Body {
    Json(Shape),
    Text,
    Bytes,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    Query,
    Path,
    Header,
}

pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) place: Where,
    pub(super) about: &'static str,
    pub(super) schema: Shape,
}

fn shape<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

fn number(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "integer", "format": "uint64", "minimum": 0 })
}

fn text(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string" })
}

fn yes_or_no(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "boolean" })
}

fn endpoint(method: &'static str, path: &'static str, summary: &'static str) -> Endpoint {
    Endpoint {
        method,
        path,
        summary,
        access: Access::Anybody,
        parameters: Vec::new(),
        body: None,
        answers: Vec::new(),
        // A cross-origin request, one for another host, too many of them, and a relay that stops.
        refuses: vec![403, 429, 500, 503],
    }
}

fn get(path: &'static str, summary: &'static str) -> Endpoint {
    endpoint("get", path, summary)
}

fn post(path: &'static str, summary: &'static str) -> Endpoint {
    endpoint("post", path, summary)
}

impl Endpoint {
    /// Needs an access token.
    fn token(self) -> Self {
        let access = Access::Token;
        Self { access, ..self }.refuses(&[401, 404, 507])
    }

    fn file_token(self) -> Self {
        let access = Access::FileToken;
        Self { access, ..self }.refuses(&[401, 404, 507])
    }

    fn cookie(self) -> Self {
        let access = Access::Cookie;
        Self { access, ..self }.refuses(&[401, 507])
    }

    fn takes<T: JsonSchema>(mut self) -> Self {
        self.body = Some(Body::Json(shape::<T>));
        self.refuses(&[400, 413, 507])
    }

    fn query(self, name: &'static str, about: &'static str, schema: Shape) -> Self {
        self.parameter(name, Where::Query, about, schema)
            .refuses(&[400])
    }

    fn parameter(
        mut self,
        name: &'static str,
        place: Where,
        about: &'static str,
        schema: Shape,
    ) -> Self {
        self.parameters.push(Parameter {
            name,
            place,
            about,
            schema,
        });
        self
    }

    fn answers<T: JsonSchema>(self) -> Self {
        self.answers_with(200, "It is so.", Some(Body::Json(shape::<T>)))
    }

    fn answers_nothing(self) -> Self {
        self.answers_with(204, "Done.", None)
    }

    fn answers_with(mut self, status: u16, about: &'static str, body: Option<Body>) -> Self {
        self.answers.push((status, about, body));
        self
    }

    fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refuses.extend(statuses);
        self.refuses.sort_unstable();
        self.refuses.dedup();
        self
    }
}

pub(super) fn endpoints() -> Vec<Endpoint> {
    let parts = [
        relay(),
        signing_in(),
        second_factor(),
        passkeys(),
        providers(),
        account(),
        linking(),
        files(),
        admin(),
    ];
    parts.into_iter().flatten().collect()
}

fn relay() -> Vec<Endpoint> {
    vec![
        get("/healthz", "Whether the process responds.").answers_with(200, "It does.", Some(Body::Text)),
        get("/readyz", "Whether the database responds, too.")
            .answers_with(200, "It does.", Some(Body::Text))
            .answers_with(503, "It does not.", Some(Body::Text)),
        Endpoint {
            access: Access::Metrics,
            ..get("/metrics", "Figures for the operator, in Prometheus' text format.")
        }
        .answers_with(200, "The figures.", Some(Body::Text))
        .refuses(&[401]),
        get("/diagnosis", "How this very request arrived: as which host, by which version of HTTP, whether TLS ends at the relay, and whether a proxy passed it on.")
            .answers::<serde_json::Map<String, serde_json::Value>>(),
        Endpoint {
            body: Some(Body::Text),
            ..post("/diagnosis/slowly", "Takes a short text in two parts with a pause between them and says how long the pause was (milliseconds), and after a pause another line: whoever asks sees whether a proxy keeps requests or answers back.")
        }
        .answers_with(200, "The two lines.", Some(Body::Text))
        .refuses(&[400]),
        get("/trust", "With a certificate authority of the relay's own: how to trust it.")
            .answers_with(200, "A page.", Some(Body::Text)),
        get("/trust/parley-ca.crt", "That authority's certificate (X.509, DER).")
            .answers_with(200, "The certificate.", Some(Body::Bytes))
            .answers_with(404, "There is no such authority.", None),
        get("/openapi.json", "This description.").answers::<serde_json::Map<String, serde_json::Value>>(),
        get("/community", "Id and name of the community, the relay's clock, and the identity providers.")
            .answers::<CommunityInfo>(),
        get("/log", "A page of the community log, for clients without a device: with an access token, with `Authorization: Invite` and a proof of an invite's secret, or with `Authorization: Link` and a token for a device that is being linked.")
            .token()
            .query("from", "The first entry of the page, from 1.", number)
            .answers::<LogPage>()
            .refuses(&[400, 409]),
        get("/vault", "A page of one's own vault, newest first.")
            .token()
            .query("before", "Only segments with a smaller number.", number)
            .answers::<VaultPage>(),
        get("/socket", "Upgrades to the WebSocket of a device (RFC 6455), whose frames docs/protocol.md describes.")
            .answers_with(101, "The socket is open.", None)
            .refuses(&[400, 426]),
    ]
}

fn signing_in() -> Vec<Endpoint> {
    vec![
        post(
            "/auth/register",
            "Founds the community with the setup token, or joins by an invite.",
        )
        .takes::<RegisterRequest>()
        .answers::<SessionResponse>()
        .refuses(&[401, 404, 409]),
        post("/auth/login", "Signs in with name and login secret.")
            .takes::<LoginRequest>()
            .answers::<LoginResponse>()
            .refuses(&[401, 404]),
        post("/auth/recover", "Signs in with name and recovery key.")
            .takes::<RecoverRequest>()
            .answers::<LoginResponse>()
            .refuses(&[401, 404]),
        post(
            "/auth/refresh",
            "A new access token for the refresh token in the cookie, which is replaced.",
        )
        .cookie()
        .answers::<SessionResponse>()
        .refuses(&[404]),
        post("/auth/logout", "Ends the session of the cookie.")
            .cookie()
            .answers_nothing(),
        post(
            "/auth/device",
            "Adds a device to the log; the session becomes its own.",
        )
        .token()
        .takes::<AddDeviceRequest>()
        .answers_nothing()
        .answers_with(
            200,
            "A linked device has a session of its own.",
            Some(Body::Json(shape::<SessionResponse>)),
        )
        .refuses(&[409]),
        post(
            "/auth/link/token",
            "A token with which a device that is being linked reads the log and adds itself.",
        )
        .token()
        .takes::<LinkTokenRequest>()
        .answers::<LinkToken>()
        .refuses(&[409]),
    ]
}

fn second_factor() -> Vec<Endpoint> {
    vec![
        get("/auth/mfa", "Whether there is a second factor.")
            .token()
            .answers::<SecondFactorStatus>(),
        post(
            "/auth/mfa/verify",
            "The code of the second step of signing in.",
        )
        .takes::<VerifySecondFactorRequest>()
        .answers::<SessionResponse>()
        .refuses(&[401, 404]),
        post("/auth/mfa/setup", "Begins to set a second factor up.")
            .token()
            .takes::<ProofRequest>()
            .answers::<SecondFactorSetup>()
            .refuses(&[409]),
        post(
            "/auth/mfa/enable",
            "From now on a code is asked for. Other sessions end.",
        )
        .token()
        .takes::<EnableSecondFactorRequest>()
        .answers::<RecoveryCodes>()
        .refuses(&[409]),
        post("/auth/mfa/disable", "No code is asked for any more.")
            .token()
            .takes::<ProofRequest>()
            .answers_nothing()
            .refuses(&[409]),
    ]
}

fn passkeys() -> Vec<Endpoint> {
    vec![
        get("/auth/passkeys", "One's own passkeys.")
            .token()
            .answers::<PasskeysResponse>(),
        post(
            "/auth/passkey/register/start",
            "What the browser needs to make a passkey.",
        )
        .token()
        .takes::<ProofRequest>()
        .answers::<PasskeyOptions>()
        .refuses(&[409]),
        post(
            "/auth/passkey/register/finish",
            "The passkey that the browser made.",
        )
        .token()
        .takes::<FinishPasskeyRequest>()
        .answers_nothing()
        .refuses(&[409]),
        post(
            "/auth/passkey/login/start",
            "What the browser needs to use a passkey.",
        )
        .answers::<PasskeyOptions>(),
        post("/auth/passkey/login/finish", "Signs in with a passkey.")
            .takes::<PasskeyAssertion>()
            .answers::<LoginResponse>()
            .refuses(&[401, 404]),
        post("/auth/passkey/remove", "Removes a passkey.")
            .token()
            .takes::<RemovePasskeyRequest>()
            .answers_nothing()
            .refuses(&[409]),
    ]
}

fn providers() -> Vec<Endpoint> {
    vec![
        get(
            "/auth/oidc/{provider}/start",
            "Sends the browser to an identity provider.",
        )
        .parameter(
            "provider",
            Where::Path,
            "The provider's id in the settings.",
            text,
        )
        .answers_with(
            303,
            "To the provider, or back to the page, which says why not.",
            None,
        )
        .answers_with(404, "There is no such provider.", None),
        get(
            "/auth/oidc/callback",
            "The provider sends the browser back here.",
        )
        .query("code", "The provider's answer.", text)
        .query("state", "What was sent along.", text)
        .query("error", "Why the provider refused.", text)
        .answers_with(
            303,
            "To the page, with a ticket or with what went wrong.",
            None,
        ),
        post(
            "/auth/oidc/finish",
            "Exchanges the page's ticket for a session, or for what somebody new needs to join.",
        )
        .takes::<FinishOidcRequest>()
        .answers::<OidcResponse>()
        .refuses(&[401, 404]),
        get("/auth/oidc/linked", "Providers that sign one in.")
            .token()
            .answers::<LinkedProviders>(),
        post(
            "/auth/oidc/link/start",
            "Begins to link an account at a provider.",
        )
        .token()
        .takes::<ProviderRequest>()
        .answers::<OidcDeparture>()
        .refuses(&[409]),
        post(
            "/auth/oidc/link/finish",
            "Links the account that the provider vouched for.",
        )
        .token()
        .takes::<FinishOidcRequest>()
        .answers_nothing()
        .refuses(&[409]),
        post("/auth/oidc/unlink", "Takes an account at a provider away.")
            .token()
            .takes::<ProviderRequest>()
            .answers_nothing()
            .refuses(&[409]),
    ]
}

fn account() -> Vec<Endpoint> {
    vec![
        get("/auth/wraps", "One's own wraps, without their texts.")
            .token()
            .answers::<WrapsResponse>(),
        post(
            "/auth/wraps",
            "Changes wraps, or none; the answer has the texts of those that the proof opens.",
        )
        .token()
        .takes::<ChangeWrapsRequest>()
        .answers::<WrapsResponse>()
        .refuses(&[409]),
        post("/auth/password", "A new password. Other sessions end.")
            .token()
            .takes::<ChangePasswordRequest>()
            .answers_nothing()
            .refuses(&[409]),
        get("/auth/sessions", "One's own sessions and devices.")
            .token()
            .answers::<SessionsResponse>(),
        post(
            "/auth/sessions/end",
            "Ends one's own sessions at a device, or those without one.",
        )
        .token()
        .takes::<EndSessionRequest>()
        .answers_nothing(),
        post("/auth/delete", "Deletes one's account.")
            .token()
            .takes::<DeleteAccountRequest>()
            .answers_nothing()
            .refuses(&[409]),
    ]
}

fn linking() -> Vec<Endpoint> {
    vec![
        post(
            "/link",
            "A device opens a meeting with one that is to be linked.",
        )
        .token()
        .takes::<OpenLinkRequest>()
        .answers::<LinkOpened>()
        .refuses(&[409]),
        post("/link/join", "The other device takes its seat.")
            .takes::<JoinLinkRequest>()
            .answers::<LinkJoined>()
            .refuses(&[404, 409]),
        post("/link/send", "Says something in the meeting.")
            .takes::<SendLinkRequest>()
            .answers_nothing()
            .refuses(&[404, 409]),
        post("/link/receive", "Waits for what the other says.")
            .takes::<ReceiveLinkRequest>()
            .answers::<LinkMessages>()
            .refuses(&[404, 409]),
        post("/link/end", "Ends the meeting.")
            .takes::<EndLinkRequest>()
            .answers_nothing()
            .refuses(&[404, 409]),
    ]
}

fn files() -> Vec<Endpoint> {
    let blob = |endpoint: Endpoint| {
        endpoint
            .file_token()
            .parameter("hash", Where::Path, "The blob.", shape::<Hash>)
            .refuses(&[400])
    };
    let share = |endpoint: Endpoint| {
        endpoint
            .file_token()
            .parameter("id", Where::Path, "The share.", shape::<ShareId>)
            .refuses(&[400, 409])
            .answers_nothing()
    };
    vec![
        post("/files/token", "A token for files.")
            .token()
            .answers::<FileToken>(),
        Endpoint {
            body: Some(Body::Bytes),
            ..post("/upload", "Stores one blob.")
        }
        .file_token()
        .parameter(
            BLOB_HEADER,
            Where::Header,
            "The hash of the body.",
            shape::<Hash>,
        )
        .answers::<serde_json::Map<String, serde_json::Value>>()
        .refuses(&[400, 413]),
        blob(get("/files/{hash}", "A blob.")).answers_with(200, "Its bytes.", Some(Body::Bytes)),
        blob(endpoint(
            "head",
            "/files/{hash}",
            "Whether there is such a blob.",
        ))
        .answers_with(200, "There is.", None),
        share(
            endpoint(
                "put",
                "/files/shares/{id}",
                "Blobs of a message that is no item of a channel.",
            )
            .takes::<ShareRequest>(),
        ),
        share(endpoint("delete", "/files/shares/{id}", "Lets go of them.")),
    ]
}

fn admin() -> Vec<Endpoint> {
    vec![
        get("/admin/health", "How the relay is.")
            .token()
            .answers::<HealthReport>(),
        get("/admin/members", "Members, as the relay knows them.")
            .token()
            .query(
                "after",
                "Only those who joined by a later entry of the log.",
                number,
            )
            .query("find", "Only those whose name has this in it.", text)
            .answers::<MembersPage>(),
        get("/admin/invites", "The invites of the log.")
            .token()
            .query("after", "Only those after this one.", shape::<InviteId>)
            .query("open", "Only those that can be used.", yes_or_no)
            .answers::<InvitesPage>(),
        get("/admin/sessions", "Who is signed in.")
            .token()
            .query("user", "Only those of this member.", shape::<UserId>)
            .query(
                "after",
                "Only those after this place.",
                shape::<SessionPlace>,
            )
            .answers::<SessionsPage>(),
        post("/admin/sessions/end", "Signs a device of a member out.")
            .token()
            .takes::<EndMemberSessionsRequest>()
            .answers_nothing(),
        get("/admin/storage", "What takes room.")
            .token()
            .answers::<StorageReport>(),
        get("/admin/connections", "How much is going on.")
            .token()
            .answers::<ConnectionsReport>(),
        get(
            "/admin/findings",
            "Whether the world can reach the relay, as far as it can tell.",
        )
        .token()
        .answers::<FindingsReport>(),
        get(
            "/admin/witness",
            "STUN and TURN servers with credentials, to try them from a browser.",
        )
        .token()
        .answers::<IceServers>(),
    ]
}
