//! AWS Signature Version 4:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hmac::digest::InvalidLength;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::builtins::time::basic_utc;
use crate::builtins::url::Url;

/// The headers that are not signed, because proxies may change them on the way.
const UNSIGNED: &[&str] = &["authorization", "user-agent", "x-amzn-trace-id"];

/// The keys that sign a request, with the region and service in their scope.
pub(super) struct Credentials<'c> {
    pub(super) access_key: &'c str,
    pub(super) secret_key: &'c str,
    pub(super) region: &'c str,
    pub(super) service: &'c str,
    /// The session token of temporary credentials; empty for long-term credentials.
    pub(super) session_token: &'c str,
}

/// A request to sign.
pub(super) struct Request<'r> {
    pub(super) method: &'r str,
    pub(super) url: Url<'r>,
    pub(super) headers: &'r BTreeMap<&'r str, &'r str>,
    /// The body, or `None` if the signature does not cover the body.
    pub(super) body: Option<&'r [u8]>,
}

/// Returns the headers that sign `request` at `time`, in nanoseconds since 1970.
pub(super) fn sign(
    request: &Request<'_>,
    credentials: &Credentials<'_>,
    time: i64,
) -> Result<BTreeMap<&'static str, String>, InvalidLength> {
    let content = match request.body {
        Some(body) => hexadecimal(&Sha256::digest(body)),
        None => String::from("UNSIGNED-PAYLOAD"),
    };
    let moment = basic_utc(time);
    let day = moment.split('T').next().unwrap_or_default();
    let Credentials { region, service, .. } = credentials;
    let scope = format!("{day}/{region}/{service}/aws4_request");

    let mut headers =
        BTreeMap::from([("host", request.url.host.to_owned()), ("x-amz-date", moment.clone())]);
    if matches!(*service, "s3" | "glacier") {
        headers.insert("x-amz-content-sha256", content.clone());
    }
    if !credentials.session_token.is_empty() {
        headers.insert("x-amz-security-token", credentials.session_token.to_owned());
    }

    let (names, canonical) = canonical(request, &headers, &content);
    let digest = hexadecimal(&Sha256::digest(canonical));
    let to_sign = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}");
    let mut key = mac(format!("AWS4{}", credentials.secret_key).as_bytes(), day)?;
    for part in [region, service, "aws4_request"] {
        key = mac(&key, part)?;
    }
    let signature = hexadecimal(&mac(&key, &to_sign)?);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={names},Signature={signature}",
        credentials.access_key
    );
    headers.insert("Authorization", authorization);
    Ok(headers)
}

/// Returns the names of the signed headers and the canonical form of the request.
fn canonical(
    request: &Request<'_>,
    own: &BTreeMap<&'static str, String>,
    content: &str,
) -> (String, String) {
    let mut headers: BTreeMap<String, &str> =
        own.iter().map(|(name, value)| ((*name).to_owned(), value.as_str())).collect();
    for (name, value) in request.headers {
        let name = name.to_lowercase();
        if !UNSIGNED.contains(&name.as_str()) {
            headers.insert(name, value);
        }
    }
    let names = headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
    let path = request.url.escaped_path();
    let mut canonical = format!("{}\n{path}\n{}\n", request.method, request.url.query);
    for (name, value) in &headers {
        // Writing to a string does not fail.
        let _ = writeln!(canonical, "{name}:{value}");
    }
    let _ = write!(canonical, "\n{names}\n{content}");
    (names, canonical)
}

fn mac(key: &[u8], message: &str) -> Result<Vec<u8>, InvalidLength> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key)?;
    mac.update(message.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the example `get-vanilla-query-order-key` of AWS's test suite, which states the
    /// expected signature.
    #[test]
    fn the_suite_of_aws() {
        let credentials = Credentials {
            access_key: "AKIDEXAMPLE",
            secret_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
            service: "service",
            session_token: "",
        };
        let request = Request {
            method: "GET",
            url: Url::parse("https://example.amazonaws.com/").expect("a URL"),
            headers: &BTreeMap::from([("User-Agent", "x"), ("Host", "example.amazonaws.com")]),
            body: Some(b""),
        };
        let headers = sign(&request, &credentials, 1_440_938_160_000_000_000).expect("a signature");
        assert_eq!(headers["x-amz-date"], "20150830T123600Z");
        assert!(headers["Authorization"].ends_with(
            "SignedHeaders=host;x-amz-date,Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        ));
    }
}
