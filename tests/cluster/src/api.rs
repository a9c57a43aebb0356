//! A client of an HTTPS server, for the API server and for the ports of `ferrego serve`.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{Method, Request, header::CONTENT_TYPE};
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use crate::certificates::Identity;

/// A client of one server. Its clones share the connections.
#[derive(Clone, Debug)]
pub struct Api {
    agent: Agent,
    base: String,
}

/// The answer to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code of HTTP.
    pub status: u16,
    /// The warnings of the API server, in order, without code and agent.
    pub warnings: Vec<String>,
    /// The body.
    pub text: String,
    /// The body, or `null` if it is not JSON.
    pub body: Value,
}

impl Answer {
    /// Returns `true` if the request succeeded.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns the message of a `Status`, or an empty string.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// Returns the answer.
    ///
    /// # Panics
    ///
    /// If the request did not succeed.
    #[track_caller]
    pub fn expect_success(self) -> Self {
        assert!(self.is_success(), "{} {}", self.status, self.text);
        self
    }
}

impl Api {
    /// Creates a client that trusts an authority, and that names itself by a certificate.
    ///
    /// # Panics
    ///
    /// If the certificates are not PEM.
    pub fn new(base: &str, authority: &str, identity: Option<&Identity>) -> Self {
        let root = Certificate::from_pem(authority.as_bytes()).expect("a certificate");
        let identity = identity.map(|identity| {
            let chain = Certificate::from_pem(identity.certificate.as_bytes()).expect("PEM");
            let key = PrivateKey::from_pem(identity.key.as_bytes()).expect("PEM");
            ClientCert::new_with_certs(&[chain], key)
        });
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(vec![root])))
            .client_cert(identity)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        Self { agent: agent(tls), base: base.to_owned() }
    }

    /// Creates a client of a plain HTTP server.
    pub fn plain(base: &str) -> Self {
        Self { agent: agent(TlsConfig::default()), base: base.to_owned() }
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    ///
    /// If the connection fails.
    pub fn send(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Option<&[u8]>,
    ) -> Result<Answer, ureq::Error> {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let mut response = match body {
            Some(body) => self.agent.run(request.header(CONTENT_TYPE, content_type).body(body)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let warnings = response.headers().get_all("warning").iter();
        let warnings = warnings.filter_map(|value| warning_text(value.to_str().ok()?)).collect();
        let reader = response.body_mut().with_config().limit(256 << 20);
        let text = reader.read_to_string()?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Answer { status: response.status().as_u16(), warnings, text, body })
    }

    fn request(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let content_type = if method == Method::PATCH {
            "application/merge-patch+json"
        } else {
            "application/json"
        };
        let bytes = body.map(Value::to_string);
        let sent = self.send(method, path, content_type, bytes.as_deref().map(str::as_bytes));
        sent.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Gets an object or a list.
    pub fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, None)
    }

    /// Creates an object.
    pub fn create(&self, path: &str, object: &Value) -> Answer {
        self.request(Method::POST, path, Some(object))
    }

    /// Replaces an object.
    pub fn replace(&self, path: &str, object: &Value) -> Answer {
        self.request(Method::PUT, path, Some(object))
    }

    /// Merges a patch into an object.
    pub fn patch(&self, path: &str, changes: &Value) -> Answer {
        self.request(Method::PATCH, path, Some(changes))
    }

    /// Deletes an object.
    pub fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, path, None)
    }
}

/// Returns a client that reports errors of HTTP as answers, with connections for several threads.
fn agent(tls: TlsConfig) -> Agent {
    let config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_mins(1)))
        .max_idle_connections_per_host(32);
    config.build().new_agent()
}

/// Returns the text of a `Warning` header, such as `299 - "text"`.
fn warning_text(header: &str) -> Option<String> {
    let quoted = header.split_once('"')?.1;
    let mut text = String::new();
    let mut chars = quoted.chars();
    loop {
        match chars.next()? {
            '"' => return Some(text),
            '\\' => text.push(chars.next()?),
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_read_without_code_and_agent() {
        assert_eq!(warning_text(r#"299 - "[a] \"b\" \\ c""#).as_deref(), Some(r#"[a] "b" \ c"#));
        assert_eq!(warning_text("299 - none"), None);
    }
}
