//! From the table to OpenAPI 3.1.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::table::{Access, Body, Endpoint, Where};

/// The whole document.
pub(super) fn whole(endpoints: &[Endpoint]) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let settings = settings.with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in endpoints {
        let operation = operation(endpoint, &mut generator);
        let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        path[endpoint.method] = operation;
    }
    let refusal = generator.subschema_for::<parley_protocol::error::ApiError>();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Parley relay",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The HTTP endpoints of a relay. Messages go over the WebSocket at `/socket`; docs/protocol.md describes its frames. Every body is JSON in UTF-8 unless said otherwise, ids and keys are base64url without padding, and times are milliseconds since the Unix epoch.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": {
                "Refusal": {
                    "description": "Refused, with the reason.",
                    "content": { "application/json": { "schema": refusal } },
                },
            },
            "securitySchemes": {
                "accessToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token, as signing in and refreshing give it. Good for 15 minutes.",
                },
                "fileToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token of `POST /files/token`, good for files only.",
                },
                "refreshToken": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "parley_refresh",
                    "description": "Set by every sign-in.",
                },
                "metricsToken": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The setting metrics_token. Without it, the figures are for this machine only.",
                },
            },
        },
    })
}

fn operation(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "summary": endpoint.summary,
        "operationId": operation_id(endpoint),
        "tags": [tag(endpoint.path)],
        "responses": responses(endpoint, generator),
    });
    let parameters: Vec<Value> = endpoint
        .parameters
        .iter()
        .map(|parameter| {
            let place = match parameter.place {
                Where::Query => "query",
                Where::Path => "path",
                Where::Header => "header",
            };
            json!({
                "name": parameter.name,
                "in": place,
                "required": parameter.place != Where::Query,
                "description": parameter.about,
                "schema": (parameter.schema)(generator),
            })
        })
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = &endpoint.body {
        operation["requestBody"] = json!({ "required": true, "content": content(body, generator) });
    }
    let security = match endpoint.access {
        Access::Anybody => None,
        Access::Token => Some("accessToken"),
        Access::FileToken => Some("fileToken"),
        Access::Cookie => Some("refreshToken"),
        Access::Metrics => Some("metricsToken"),
    };
    if let Some(name) = security {
        operation["security"] = json!([{ name: [] }]);
    }
    operation
}

fn content(body: &Body, generator: &mut SchemaGenerator) -> Value {
    match body {
        Body::Json(schema) => json!({ "application/json": { "schema": schema(generator) } }),
        Body::Text => json!({ "text/plain": { "schema": { "type": "string" } } }),
        Body::Bytes => json!({ "application/octet-stream": {} }),
    }
}

fn responses(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    for (status, about, body) in &endpoint.answers {
        let mut response = json!({ "description": about });
        if let Some(body) = body {
            response["content"] = content(body, generator);
        }
        responses.insert(status.to_string(), response);
    }
    for status in &endpoint.refuses {
        let refusal = json!({ "$ref": "#/components/responses/Refusal" });
        responses.entry(status.to_string()).or_insert(refusal);
    }
    responses.into()
}

/// `post_auth_login`: stable as long as the route is.
fn operation_id(endpoint: &Endpoint) -> String {
    let path: String = endpoint
        .path
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let path = path.trim_matches('_').replace("__", "_");
    format!("{}_{path}", endpoint.method)
}

fn tag(path: &str) -> &str {
    let mut parts = path.split('/').skip(1);
    match parts.next() {
        Some(first @ ("auth" | "admin" | "files" | "link")) => first,
        Some("upload") => "files",
        Some(_) | None => "relay",
    }
}
